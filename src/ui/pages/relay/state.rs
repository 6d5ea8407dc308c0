//! The relay as the window knows it.

use std::collections::VecDeque;

use crate::jobs::JobId;
use crate::model::secrets::masker::Masker;
use crate::service::relay::{RelayNews, RelayTarget};
use crate::transport::relay::RelayTls;
use crate::ui::pages::relay::line::RelayLine;

/// Lines that the page keeps; the history keeps every exchange.
const LINES: usize = 200;

/// Where requests go, to be chosen from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// To a twin of the profile.
    #[default]
    Sandbox,
    /// To the profile's own server.
    Profile,
    /// Nowhere.
    Capture,
}

impl Target {
    /// Those to choose from.
    pub const ALL: [Self; 3] = [Self::Sandbox, Self::Profile, Self::Capture];

    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sandbox => "Local twin",
            Self::Profile => "The profile's server",
            Self::Capture => "Capture only",
        }
    }

    /// What that means.
    pub fn says(self) -> &'static str {
        match self {
            Self::Sandbox => "A copy of the profile in the sandbox responds. Nothing reaches Centercode",
            Self::Profile => "Every request goes on to Centercode unchanged and can create a real ticket",
            Self::Capture => "Each request gets a 201 response and is not forwarded",
        }
    }

    /// The same, as the relay takes it.
    pub fn order(self) -> RelayTarget {
        match self {
            Self::Sandbox => RelayTarget::Sandbox,
            Self::Profile => RelayTarget::Profile,
            Self::Capture => RelayTarget::Capture { status: 201 },
        }
    }
}

/// A relay that runs, or starts.
pub struct Running {
    /// The job that runs it.
    pub job: JobId,
    /// The name of its profile.
    pub name: String,
    /// Scheme, host and port, once it listens; empty before.
    pub url: String,
    /// The endpoint for those who post there, its key masked; empty before it listens.
    pub endpoint: String,
    /// Whether other computers may post to it.
    pub is_open: bool,
    /// What hides the secrets of what passes.
    pub masker: Masker,
}

/// The relay as the window knows it.
pub struct RelayPage {
    /// Where requests go.
    pub target: Target,
    /// The port to listen at, as it was typed.
    pub port: String,
    /// Whether attachment endpoints in responses are turned to the relay.
    pub rewrites: bool,
    /// Whether other computers may post to it.
    pub is_open: bool,
    /// The file of the certificate that it listens with, as it was typed; empty for plain HTTP.
    pub certificate: String,
    /// The file of the certificate's private key, as it was typed.
    pub key: String,
    /// The relay that runs, or starts.
    pub running: Option<Running>,
    /// Why it does not run.
    pub failed: Option<String>,
    /// What has to be agreed to before it starts.
    pub question: Option<String>,
    /// What happened, newest last.
    pub lines: VecDeque<RelayLine>,
    /// The exchange that is unfolded, by its number.
    pub open: Option<u64>,
}

impl Default for RelayPage {
    fn default() -> Self {
        Self {
            target: Target::default(),
            port: "8085".to_owned(),
            rewrites: false,
            is_open: false,
            certificate: String::new(),
            key: String::new(),
            running: None,
            failed: None,
            question: None,
            lines: VecDeque::new(),
            open: None,
        }
    }
}

impl RelayPage {
    /// The certificate that was named.
    ///
    /// # Errors
    /// When one of its two files is missing.
    pub fn tls(&self) -> Result<Option<RelayTls>, String> {
        match (self.certificate.trim(), self.key.trim()) {
            ("", "") => Ok(None),
            (_, "") => Err("Name the certificate's private key, too, or clear Certificate".into()),
            ("", _) => Err("Name the certificate of this private key, too, or clear Private key".into()),
            (certificate, key) => Ok(Some(RelayTls { certificate: certificate.into(), key: key.into() })),
        }
    }

    /// Adds what happened, and lets go of what is too old to be shown.
    pub fn add(&mut self, news: Vec<RelayNews>) {
        let Some(running) = &self.running else { return };
        self.lines.extend(news.into_iter().map(|news| RelayLine::of(news, &running.masker)));
        let surplus = self.lines.len().saturating_sub(LINES);
        self.lines.drain(..surplus);
    }
}
