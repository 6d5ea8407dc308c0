//! What a face knows around a request: the store, the history, the settings, and which questions were answered already.

use std::collections::HashSet;

use crate::model::draft::Attachment;
use crate::model::{Endpoint, Network, Profile, Request, Settings};
use crate::service::order::Delivery;
use crate::service::record::Origin;
use crate::store::{History, ProfileId, Store};

/// The surroundings of whatever is prepared and sent.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// Where profiles, keys and large answers are kept; `None` where no store can be opened.
    pub store: Option<&'a Store>,
    /// Where exchanges are kept; `None` where none can be opened.
    pub history: Option<&'a History>,
    /// The settings.
    pub settings: &'a Settings,
    /// Production profiles that the user has confirmed since the program started.
    pub confirmed: &'a HashSet<ProfileId>,
    /// The present time.
    pub now: jiff::Timestamp,
}

impl Session<'_> {
    /// How to reach a profile's server.
    pub fn network(&self, profile: &Profile) -> Network {
        Network { spool_folder: self.store.map(Store::spool_folder), ..self.settings.network(profile) }
    }

    /// An order to send a request with a profile.
    pub fn delivery(
        &self,
        request: Request,
        sent_to: Endpoint,
        profile: Profile,
        attachments: Vec<Attachment>,
        origin: Origin,
    ) -> Delivery {
        let (network, uploads_at_once) = (self.network(&profile), self.settings.uploads_at_once);
        Delivery { request, sent_to, profile, attachments, network, uploads_at_once, origin }
    }
}
