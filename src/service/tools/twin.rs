//! The sandbox twin of a profile: an in-process server that plays this one External Source, and requests turned towards it.

use tokio_util::sync::CancellationToken;

use crate::model::address::{Address, Shape};
use crate::model::settings::Proxy;
use crate::model::{Case, Endpoint, Exchange, Network, Profile, Request, Secret};
use crate::sandbox::{Options, Sandbox};
use crate::transport::{self, Progress};

/// The ticket that an attachment endpoint belongs to.
fn ticket_of(address: &Address) -> Option<String> {
    let Shape::Attachment { rest, .. } = address.shape() else { return None };
    rest.first().map(|span| address.decoded(span)).filter(|ticket| !ticket.is_empty())
}

/// A running twin; it stops when it is dropped.
pub(super) struct Twin {
    sandbox: Sandbox,
    profile: Profile,
    /// What the twin cannot show, in sentences without a full stop.
    pub(super) notes: Vec<String>,
}

impl Twin {
    /// Starts the twin that a request meant for this profile is to be sent to.
    pub(super) async fn start(profile: &Profile, request: &Request) -> Result<Self, String> {
        let mut notes = Vec::new();
        let mut own = profile.clone();
        if own.api_key.is_empty()
            && let Some(endpoint) = Endpoint::from_pasted(&request.url)
            && !endpoint.api_key.is_empty()
        {
            own.api_key = Secret::new(endpoint.api_key.reveal());
            notes.push("The profile has no API key, so the twin takes the one that was sent".to_owned());
        }
        let (sent, known) = (Address::parse(&request.url), Address::parse(&profile.base_url));
        if !known.authority.is_empty() && !sent.raw(&sent.authority).eq_ignore_ascii_case(known.raw(&known.authority)) {
            notes.push("The request names another host than the profile's; the twin cannot show what comes of that".to_owned());
        }
        let tickets: Vec<String> = ticket_of(&sent).into_iter().collect();
        notes.extend(tickets.first().map(|ticket| format!("The ticket \"{ticket}\" of this upload was made on the twin first")));
        let options = Options { profiles: vec![own], tickets, ..Options::default() };
        let sandbox = Sandbox::start(options).await.map_err(|error| error.to_string())?;
        let profile = sandbox.profiles().into_iter().next().ok_or("Starting the twin: it plays no source")?;
        Ok(Self { sandbox, profile, notes })
    }

    /// The request, turned towards the twin: everything behind the host stays as it is.
    fn turned(&self, request: &Request) -> Request {
        let address = Address::parse(&request.url);
        let rest = address.behind_base();
        let slash = if rest.starts_with('/') || rest.is_empty() { "" } else { "/" };
        let mut turned = request.clone();
        turned.url = format!("{}{slash}{rest}", self.sandbox.base_url());
        turned.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
        turned
    }

    /// Sends a request to the twin. No proxy stands in between.
    pub(super) async fn send(
        &self,
        request: &Request,
        progress: &Progress,
        cancel: &CancellationToken,
    ) -> Result<Exchange, String> {
        let network = Network { proxy: Proxy::Direct, ..Network::default() };
        let sent = transport::send(&self.turned(request), &network, progress, cancel).await;
        sent.map_err(|error| error.to_string())
    }

    /// The rule by which the twin answered last, in words.
    pub(super) fn last_rule(&self) -> String {
        self.sandbox.log().pop().map(|entry| entry.rule).unwrap_or_default()
    }

    /// An exchange with the twin as a case to be explained.
    pub(super) fn case(&self, exchange: &Exchange) -> Case {
        Case::of(exchange, Some(&self.profile))
    }
}
