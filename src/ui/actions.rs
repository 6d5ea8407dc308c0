//! What can be done from everywhere: one table for the keys, the command palette and the list of shortcuts.

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::formats::export::Tool;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::export::command::{ExportCommand, ExportSource, Reveal};
use crate::ui::palette_state::Mode;
use crate::ui::sidebar;
use crate::ui::state::State;
use crate::ui::view::View;

/// One thing that can be done from everywhere.
pub(in crate::ui) struct Action {
    /// What it is called.
    pub(in crate::ui) name: &'static str,
    /// Its keys.
    pub(in crate::ui) keys: Option<KeyboardShortcut>,
    /// What it asks for; `None` where it makes no sense at present.
    pub(in crate::ui) command: fn(&State) -> Option<Command>,
}

const fn keys(modifiers: Modifiers, key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(modifiers, key))
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// All of them. Keys with Shift stand before those without, which would match as well.
pub(in crate::ui) static ACTIONS: &[Action] = &[
    Action { name: "Send", keys: keys(CTRL, Key::Enter), command: |state| compose(state, ComposeCommand::Send) },
    Action { name: "Search commands and profiles", keys: keys(CTRL, Key::K), command: |_| Some(Command::Palette(Mode::All)) },
    Action { name: "Switch profile", keys: keys(CTRL, Key::P), command: |_| Some(Command::Palette(Mode::Profiles)) },
    Action { name: "Keyboard shortcuts", keys: keys(Modifiers::NONE, Key::F1), command: |_| Some(Command::Palette(Mode::Help)) },
    Action { name: "Edit the address", keys: keys(CTRL, Key::L), command: |state| compose(state, ComposeCommand::FocusAddress) },
    Action {
        name: "Copy the draft as curl",
        keys: keys(CTRL_SHIFT, Key::C),
        command: |state| {
            state.selected.as_ref()?;
            Some(Command::Export(ExportCommand::Copy(ExportSource::Draft, Tool::CurlBash, Reveal::Variables)))
        },
    },
    Action { name: "Redo", keys: keys(CTRL_SHIFT, Key::Z), command: |state| compose(state, ComposeCommand::Redo) },
    Action { name: "Undo", keys: keys(CTRL, Key::Z), command: |state| compose(state, ComposeCommand::UndoLast) },
    Action { name: "New profile", keys: keys(CTRL, Key::N), command: |state| page(state, View::NewProfile) },
    Action { name: "Edit the profile", keys: keys(CTRL, Key::E), command: |state| page(state, View::Profile) },
    Action { name: "Import", keys: keys(CTRL, Key::I), command: |state| page(state, View::Import) },
    Action { name: "Diagnostics", keys: keys(CTRL, Key::D), command: |state| page(state, View::Diagnostics) },
    Action {
        name: "Turn screen sharing on or off",
        keys: keys(CTRL_SHIFT, Key::H),
        command: |state| Some(sidebar::share(state)),
    },
    Action { name: "History", keys: keys(CTRL, Key::H), command: |state| page(state, View::History) },
    Action { name: "Relay", keys: keys(CTRL, Key::R), command: |state| page(state, View::Relay) },
    Action { name: "Sandbox", keys: None, command: |state| page(state, View::Sandbox) },
    Action { name: "Settings", keys: keys(CTRL, Key::Comma), command: |state| page(state, View::Settings) },
    Action { name: "Back to the form", keys: keys(Modifiers::ALT, Key::ArrowLeft), command: back },
];

/// Keys that hold at one place alone, for the list of shortcuts.
pub(in crate::ui) static LOCAL: &[(&str, &str)] = &[
    ("Escape", "Close what is open, leave a field, then go back to the form"),
    ("Tab, Shift+Tab", "Next and previous control"),
    ("Up, Down", "Move through profiles, requests and the history"),
    ("Delete", "Remove the profile or the exchange that has the keyboard"),
    ("Space or Enter, held", "Show an API key while its button has the keyboard"),
    ("Ctrl+click, Shift+click", "Mark several exchanges of the history"),
];

/// A shortcut that leads to a page leads back from it too.
fn page(state: &State, view: View) -> Option<Command> {
    Some(Command::Show(if state.view == view { View::Compose } else { view }))
}

fn back(state: &State) -> Option<Command> {
    (state.view != View::Compose).then_some(Command::Show(View::Compose))
}

fn compose(state: &State, command: ComposeCommand) -> Option<Command> {
    (state.view == View::Compose && state.selected.is_some()).then_some(Command::Compose(command))
}

/// What was asked for by keys in this frame.
pub(in crate::ui) fn pressed(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    for action in ACTIONS {
        // A text and a page that is being edited have an undo of their own.
        if matches!(action.name, "Undo" | "Redo") {
            continue;
        }
        let Some(keys) = &action.keys else { continue };
        if ctx.input_mut(|input| input.consume_shortcut(keys)) {
            out.extend((action.command)(state));
        }
    }
    let is_free = ctx.memory(|memory| memory.focused().is_none()) && !eframe::egui::Popup::is_any_open(ctx);
    if is_free && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        out.extend(back(state));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_actions_share_a_name_or_keys() {
        for (index, action) in ACTIONS.iter().enumerate() {
            for other in &ACTIONS[..index] {
                assert_ne!(action.name, other.name);
                assert!(action.keys.is_none() || action.keys != other.keys, "{} and {}", action.name, other.name);
                // What was consumed by keys with fewer modifiers would never come to those with more.
                let (Some(keys), Some(before)) = (action.keys, other.keys) else { continue };
                let is_hidden = keys.logical_key == before.logical_key && keys.modifiers.shift && !before.modifiers.shift;
                assert!(!is_hidden, "{} stands before {}", other.name, action.name);
            }
        }
    }
}
