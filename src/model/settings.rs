//! What holds for every profile: how to reach servers, and how the window looks and works.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::history::Retention;
use super::profile::Profile;

/// The user's settings. Unknown keys of the file are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light, dark, or as the system has it.
    pub theme: ThemeChoice,
    /// How large everything is drawn, in per cent.
    pub text_size: u32,
    /// How close controls stand.
    pub density: Density,
    /// Seconds that opening a connection (name, TCP, proxy and TLS together) may take.
    pub connect_timeout_secs: u64,
    /// Seconds in which nothing moves before it counts as a time-out.
    pub idle_timeout_secs: u64,
    /// Seconds that an answer may take in all, once its request was sent.
    pub answer_timeout_secs: u64,
    /// Whether somebody else looks at the screen: the window hides e-mail addresses, and shows no secret even while asked to.
    pub screen_sharing: bool,
    /// Which proxy to go through.
    pub proxy: Proxy,
    /// A PEM file of certificate authorities to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How many files are uploaded at once.
    pub uploads_at_once: usize,
    /// How many MiB of an answer are kept in memory; what comes beyond goes to a file.
    pub answer_limit_mib: u64,
    /// A folder of the user's own that holds the profiles, as an absolute path; `None` is the one among the other data.
    pub profiles_folder: Option<PathBuf>,
    /// Names of headers, parameters and JSON members whose values are secret, besides those that are known to be.
    pub secret_names: Vec<String>,
    /// How much of the history is kept.
    pub keep: Retention,
    /// Minutes within which a payload that created its ticket is not sent again without asking; 0 asks only when it is not known
    /// what became of the earlier one.
    pub ask_repeat_minutes: u32,
    /// The profile that was open last, by its name on disk.
    pub last_profile: Option<String>,
    /// The groups of profiles that are folded in the list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folded_groups: Vec<String>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            text_size: 100,
            density: Density::Comfortable,
            connect_timeout_secs: 15,
            idle_timeout_secs: 60,
            answer_timeout_secs: 900,
            screen_sharing: false,
            proxy: Proxy::System,
            ca_file: None,
            uploads_at_once: 2,
            answer_limit_mib: 64,
            profiles_folder: None,
            secret_names: Vec::new(),
            keep: Retention::default(),
            ask_repeat_minutes: 10,
            last_profile: None,
            folded_groups: Vec::new(),
            other: Map::new(),
        }
    }
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum ThemeChoice {
    #[default]
    System,
    Light,
    Dark,
}

/// The sizes that can be chosen, in per cent.
pub const TEXT_SIZES: std::ops::RangeInclusive<u32> = 80..=200;

/// How close controls stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Density {
    #[default]
    Comfortable,
    Compact,
}

/// Which proxy to go through.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proxy {
    /// The system's: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, and the desktop's settings on Windows and macOS.
    #[default]
    System,
    /// None.
    Direct,
    /// This one, such as `http://user:password@proxy:3128` or `socks5://proxy:1080`.
    Own(String),
}

impl Proxy {
    /// What is gone through: an address that is still to be typed counts as the system's.
    pub fn in_use(&self) -> &Self {
        match self {
            Self::Own(address) if address.trim().is_empty() => &Self::System,
            proxy => proxy,
        }
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::Direct => f.write_str("Direct"),
            // The address may hold a password.
            Self::Own(url) => write!(f, "Own({})", super::secrets::mask::mask_url(url)),
        }
    }
}

/// How to reach one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// How long opening a connection may take.
    pub connect_timeout: Duration,
    /// How long nothing may move, in either direction.
    pub idle_timeout: Duration,
    /// How long an answer may take in all, once its request was sent.
    pub answer_timeout: Duration,
    /// Which proxy to go through.
    pub proxy: Proxy,
    /// A PEM file of certificate authorities to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Goes on even when the server's certificate does not check out.
    pub accept_invalid_certificates: bool,
    /// How many bytes of an answer are kept in memory.
    pub answer_limit: u64,
    /// The folder for what comes beyond that; without one the rest is dropped, and that is said.
    pub spool_folder: Option<PathBuf>,
}

impl Settings {
    /// The size that everything is drawn in, as a factor. A size that no one could read from is not taken over from the file.
    pub fn zoom(&self) -> f32 {
        self.text_size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end()) as f32 / 100.0
    }

    /// How to reach a profile's server.
    pub fn network(&self, profile: &Profile) -> Network {
        Network {
            connect_timeout: Duration::from_secs(self.connect_timeout_secs.max(1)),
            idle_timeout: Duration::from_secs(self.idle_timeout_secs.max(1)),
            answer_timeout: Duration::from_secs(self.answer_timeout_secs.max(1)),
            proxy: self.proxy.in_use().clone(),
            ca_file: self.ca_file.clone().filter(|path| !path.as_os_str().is_empty()),
            accept_invalid_certificates: profile.accept_invalid_certificates,
            answer_limit: self.answer_limit_mib.max(1) << 20,
            spool_folder: None,
        }
    }
}

impl Network {
    /// The same for answers that are only looked at: of each a MiB is read, and nothing goes to a file.
    #[must_use]
    pub fn for_checks(&self) -> Self {
        const LOOKED_AT: u64 = 1 << 20;
        Self { answer_limit: self.answer_limit.min(LOOKED_AT), spool_folder: None, ..self.clone() }
    }
}

impl Default for Network {
    fn default() -> Self {
        Settings::default().network(&Profile::default())
    }
}
