//! What a sandbox is started with.

use super::fault::Fault;
use super::shape::Shape;
use crate::model::Profile;

/// What a sandbox is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port; 0 lets the system pick one.
    pub port: u16,
    /// The sources that it plays, by their keys. Empty: [`super::example_profile`].
    pub profiles: Vec<Profile>,
    /// The ids of tickets that exist from the beginning, in each of the sources.
    pub tickets: Vec<String>,
    /// Whether each source is played under the sandbox's own API key and without secret headers, because it is shown to people and written
    /// to files. A key that the profile had is taken all the same, and told to nobody.
    pub own_keys: bool,
    /// The shape of its success answers.
    pub shape: Shape,
    /// The fault that it has.
    pub fault: Option<Fault>,
}
