//! What the diagnostics page asks for.

use crate::ui::pages::diagnostics::state::Tool;

/// One thing that the diagnostics page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiagnosticsCommand {
    /// Start a tool, or ask first.
    Start(Tool),
    /// Start it, now that the user has agreed.
    Agree(Tool),
    /// Do not start it.
    Decline,
    /// Stop the tool that runs.
    Stop,
}
