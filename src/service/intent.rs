//! What is about to be sent, and what for.

use crate::model::Profile;
use crate::model::history::Fingerprint;
use crate::model::multipart::FileRef;

/// What is about to be sent.
#[derive(Clone, Debug)]
pub struct Intent<'a> {
    /// What it is sent for.
    pub purpose: Purpose,
    /// The address, with its secrets.
    pub url: &'a str,
    /// The profile that it is sent with; an empty one where there is none.
    pub profile: &'a Profile,
    /// The profile's name on disk; empty when it is not saved.
    pub profile_id: &'a str,
    /// The fingerprint of the request, where sending it twice does something twice.
    pub fingerprint: Option<Fingerprint>,
}

/// What a request is sent for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To create a ticket from what the user wrote, or from the history.
    Send,
    /// To send one file to an attachment endpoint.
    Upload,
    /// To send a request that somebody else wrote, as it is.
    Replay {
        /// The files of this computer that the request sends.
        files: Vec<FileRef>,
    },
    /// To get the real answer beside the twin's.
    Rehearse,
    /// To find out which parameter is refused.
    Bisect {
        /// The number of requests at most.
        most_requests: usize,
        /// The usual number of requests.
        usual_requests: usize,
    },
    /// To pass on what another system sends, for as long as it runs.
    Relay,
    /// To do what a suite says, unattended.
    Run {
        /// The number of tickets at most.
        tickets: usize,
        /// The number of files at most.
        files: usize,
    },
    /// To find out which part of an address is wrong. No ticket can come of it.
    Probe {
        /// The number of requests.
        requests: usize,
    },
}
