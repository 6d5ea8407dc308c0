//! What the page asks for.

use crate::ui::pages::intro::sample::Sample;

/// One thing that the page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntroCommand {
    /// Open a draft of the sandbox profile with this mistake in it.
    Try(Sample),
}
