//! What the user asks for. Views return commands; the logic of each page carries its own out.

use crate::ui::documents::ConflictTarget;
use crate::ui::pages::bundle::command::BundleCommand;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::diagnostics::command::DiagnosticsCommand;
use crate::ui::pages::export::command::ExportCommand;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::import::command::ImportCommand;
use crate::ui::pages::intro::command::IntroCommand;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::relay::command::RelayCommand;
use crate::ui::pages::response::command::ResponseCommand;
use crate::ui::pages::run::command::RunCommand;
use crate::ui::pages::sandbox::command::SandboxCommand;
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::palette_state::Mode;
use crate::ui::view::View;

/// One thing that the user asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Show another page in the middle.
    Show(View),
    /// Open the command palette, the quick switch or the list of shortcuts.
    Palette(Mode),
    /// Put a text on the clipboard.
    Copy(String),
    /// Something about profiles.
    Profile(ProfileCommand),
    /// Something about the draft of the open profile.
    Compose(ComposeCommand),
    /// Something about what was sent and what came back.
    Response(ResponseCommand),
    /// Something that the history's page asks for.
    History(HistoryCommand),
    /// Something that the import page asks for.
    Import(ImportCommand),
    /// Something that the diagnostics page asks for.
    Diagnostics(DiagnosticsCommand),
    /// Something that is written for others.
    Export(ExportCommand),
    /// Something about a support bundle.
    Bundle(BundleCommand),
    /// Something about the relay.
    Relay(RelayCommand),
    /// Something that the page for newcomers asks for.
    Intro(IntroCommand),
    /// Something about a suite.
    Run(RunCommand),
    /// Something about the sandbox.
    Sandbox(SandboxCommand),
    /// Something that the settings page asks for.
    Settings(SettingsCommand),
    /// Save one's own version of what somebody else changed too; theirs is kept beside it.
    KeepMine(ConflictTarget),
    /// Go on with somebody else's version; one's own is kept beside it.
    TakeTheirs(ConflictTarget),
    /// Wait no longer for something that is read, by its number.
    StopWaiting(u64),
    /// Take a note off the window.
    DismissNote(u64),
}
