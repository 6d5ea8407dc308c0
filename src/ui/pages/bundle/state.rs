//! What a support bundle would hold.

use poll_promise::Promise;

use crate::formats::bundle::{Contents, Sealed};

/// What the page shows.
#[derive(Default)]
pub struct BundlePage {
    /// What the bundle is made of, in clear.
    pub contents: Contents,
    /// The same without secrets.
    pub sealed: Option<Sealed>,
    /// The report of it.
    pub report: String,
    /// What is being sealed anew, with its report.
    pub sealing: Option<Promise<(Sealed, String)>>,
    /// A text to hide, as it is typed.
    pub mark: String,
    /// Whether the hidden values are shown.
    pub shows_values: bool,
}
