//! The pages in the middle.

/// The pages in the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The form and its response.
    #[default]
    Compose,
    /// The open profile's configuration.
    Profile,
    /// Making a profile: paste an endpoint, import, by hand.
    NewProfile,
    /// What an External Source is, and what can be tried.
    Intro,
    /// The sandbox: what it plays and what it received.
    Sandbox,
    /// What another system sends, passed on and explained.
    Relay,
    /// A suite and its run.
    Run,
    /// What somebody else wrote down: paste or drop it.
    Import,
    /// What a support bundle would hold.
    Bundle,
    /// Finding out what is wrong.
    Diagnostics,
    /// Every exchange that was made.
    History,
    /// The settings.
    Settings,
}
