//! What can be done from everywhere: one table for the keys, the command palette and the list of shortcuts.

use eframe::egui::{Context, Id, Key, KeyboardShortcut, Modifiers, Popup};

use crate::formats::export::Tool;
use crate::model::Settings;
use crate::model::settings::{TEXT_SIZES, ThemeChoice};
use crate::ui::command::Command;
use crate::ui::icons;
use crate::ui::pages::PAGES;
use crate::ui::pages::compose::command::{ComposeCommand, ExistingCommand, TabCommand};
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::export::command::{ExportCommand, ExportSource, Reveal};
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::history::state::DetailPane;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::run::command::RunCommand;
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::palette_state::Mode;
use crate::ui::sidebar;
use crate::ui::state::State;
use crate::ui::view::View;

/// One thing that can be done from everywhere.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Action {
    /// What it is called.
    pub(in crate::ui) name: &'static str,
    /// What stands before it.
    pub(in crate::ui) icon: &'static str,
    /// Its keys.
    pub(in crate::ui) keys: Option<KeyboardShortcut>,
    does: Does,
}

#[derive(Clone, Copy)]
enum Does {
    /// Opens a page, or leaves it for the form.
    Open(View),
    /// Asks for something that depends on what the window shows.
    Ask(fn(&State) -> Option<Command>),
}

impl Action {
    /// What it asks for; `None` where it makes no sense at present.
    pub(in crate::ui) fn command(&self, state: &State) -> Option<Command> {
        match self.does {
            Does::Open(view) => Some(Command::Show(if state.view == view { View::Compose } else { view })),
            Does::Ask(ask) => ask(state),
        }
    }
}

const fn keys(modifiers: Modifiers, key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(modifiers, key))
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_KEY_SHIFT: Modifiers = Modifiers::CTRL.plus(Modifiers::SHIFT);
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// All of them. Keys with Shift stand before those without, which would match as well.
pub(in crate::ui) fn actions() -> impl Iterator<Item = Action> {
    let pages =
        PAGES.iter().map(|page| Action { name: page.name, icon: page.icon, keys: page.keys, does: Does::Open(page.view) });
    ACTIONS.iter().copied().chain(pages)
}

/// Those that are not the way to a page.
static ACTIONS: &[Action] = &[
    Action {
        name: "Send",
        icon: icons::PAPER_PLANE_TILT,
        keys: keys(CTRL, Key::Enter),
        does: Does::Ask(|state| compose(state, ComposeCommand::Send)),
    },
    Action {
        name: "Search commands and profiles",
        icon: icons::MAGNIFYING_GLASS,
        keys: keys(CTRL, Key::K),
        does: Does::Ask(|_| Some(Command::Palette(Mode::All))),
    },
    Action {
        name: "Switch profile",
        icon: icons::ARROWS_CLOCKWISE,
        keys: keys(CTRL, Key::P),
        does: Does::Ask(|_| Some(Command::Palette(Mode::Profiles))),
    },
    Action {
        name: "Keyboard shortcuts",
        icon: icons::QUESTION,
        keys: keys(Modifiers::NONE, Key::F1),
        does: Does::Ask(|_| Some(Command::Palette(Mode::Help))),
    },
    Action {
        name: "Edit the address",
        icon: icons::LINK,
        keys: keys(CTRL, Key::L),
        does: Does::Ask(|state| compose(state, ComposeCommand::FocusAddress)),
    },
    Action {
        name: "Fill the form with example values",
        icon: icons::TEXTBOX,
        keys: None,
        does: Does::Ask(|state| compose(state, ComposeCommand::FillExamples)),
    },
    Action {
        name: "Clear the form",
        icon: icons::TRASH,
        keys: None,
        does: Does::Ask(|state| compose(state, ComposeCommand::ClearForm)),
    },
    Action { name: "Show the form", icon: icons::LIST, keys: None, does: Does::Ask(|state| draft_page(state, ComposeTab::Form)) },
    Action {
        name: "Edit the payload as JSON",
        icon: icons::BRACKETS_CURLY,
        keys: None,
        does: Does::Ask(|state| draft_page(state, ComposeTab::Json)),
    },
    Action {
        name: "Edit the headers",
        icon: icons::PENCIL_SIMPLE,
        keys: None,
        does: Does::Ask(|state| draft_page(state, ComposeTab::Headers)),
    },
    Action {
        name: "Preview the request",
        icon: icons::EYE,
        keys: None,
        does: Does::Ask(|state| draft_page(state, ComposeTab::Request)),
    },
    Action {
        name: "Attach files",
        icon: icons::PAPERCLIP,
        keys: keys(CTRL_SHIFT, Key::A),
        does: Does::Ask(|state| compose(state, ComposeCommand::ShowFiles { parameter: None })),
    },
    Action {
        name: "Add files to a ticket that exists",
        icon: icons::UPLOAD_SIMPLE,
        keys: None,
        does: Does::Ask(|state| compose(state, ComposeCommand::Existing(ExistingCommand::Open))),
    },
    Action {
        name: "Copy the draft as curl",
        icon: icons::TERMINAL,
        keys: keys(CTRL_SHIFT, Key::C),
        does: Does::Ask(|state| {
            state.selected.as_ref()?;
            Some(Command::Export(ExportCommand::Copy(ExportSource::Draft, Tool::CurlBash, Reveal::Variables)))
        }),
    },
    Action {
        name: "Redo",
        icon: icons::ARROW_BEND_UP_RIGHT,
        keys: keys(CTRL_SHIFT, Key::Z),
        does: Does::Ask(|state| compose(state, ComposeCommand::Redo)),
    },
    Action {
        name: "Undo",
        icon: icons::ARROW_U_UP_LEFT,
        keys: keys(CTRL, Key::Z),
        does: Does::Ask(|state| compose(state, ComposeCommand::UndoLast)),
    },
    Action {
        name: "Reopen closed draft",
        icon: icons::ARROW_COUNTER_CLOCKWISE,
        keys: keys(CTRL_SHIFT, Key::T),
        does: Does::Ask(|state| tab(state, TabCommand::Reopen(None))),
    },
    Action {
        name: "New draft",
        icon: icons::PLUS,
        keys: keys(CTRL, Key::T),
        does: Does::Ask(|state| tab(state, TabCommand::New)),
    },
    Action {
        name: "Duplicate the draft",
        icon: icons::COPY,
        keys: keys(CTRL_SHIFT, Key::D),
        does: Does::Ask(|state| tab(state, TabCommand::Duplicate)),
    },
    Action {
        name: "Rename the draft",
        icon: icons::TEXT_T,
        keys: None,
        does: Does::Ask(|state| tab(state, TabCommand::AskName)),
    },
    Action {
        name: "Close the draft",
        icon: icons::X,
        keys: keys(CTRL, Key::W),
        does: Does::Ask(|state| tab(state, TabCommand::Close(None))),
    },
    Action {
        name: "Previous draft",
        icon: icons::CARET_LEFT,
        keys: keys(CTRL_KEY_SHIFT, Key::Tab),
        does: Does::Ask(|state| tab(state, TabCommand::Step(-1))),
    },
    Action {
        name: "Next draft",
        icon: icons::CARET_RIGHT,
        keys: keys(Modifiers::CTRL, Key::Tab),
        does: Does::Ask(|state| tab(state, TabCommand::Step(1))),
    },
    Action {
        name: "Turn screen sharing on or off",
        icon: icons::SCREENCAST,
        keys: keys(CTRL_SHIFT, Key::H),
        does: Does::Ask(|state| Some(sidebar::share(state))),
    },
    Action {
        name: "Copy diagnostics",
        icon: icons::CLIPBOARD_TEXT,
        keys: None,
        does: Does::Ask(|_| Some(Command::Settings(SettingsCommand::CopyDiagnostics))),
    },
    Action {
        name: "Export the draft as an HTTP file…",
        icon: icons::FILE,
        keys: None,
        does: Does::Ask(|state| export(state, Tool::Http)),
    },
    Action {
        name: "Export the draft as a HAR…",
        icon: icons::FILE,
        keys: None,
        does: Does::Ask(|state| export(state, Tool::Har)),
    },
    Action {
        name: "Export the draft as a Postman collection…",
        icon: icons::FILE,
        keys: None,
        does: Does::Ask(|state| export(state, Tool::Postman)),
    },
    Action {
        name: "Export the profile…",
        icon: icons::PACKAGE,
        keys: None,
        does: Does::Ask(|state| {
            let id = state.selected.clone()?;
            Some(Command::Profile(ProfileCommand::PickExport { id, with_key: false }))
        }),
    },
    Action {
        name: "Import profiles…",
        icon: icons::DOWNLOAD_SIMPLE,
        keys: None,
        does: Does::Ask(|_| Some(Command::Profile(ProfileCommand::PickImport))),
    },
    Action { name: "Light theme", icon: icons::SUN, keys: None, does: Does::Ask(|state| theme(state, ThemeChoice::Light)) },
    Action { name: "Dark theme", icon: icons::MOON, keys: None, does: Does::Ask(|state| theme(state, ThemeChoice::Dark)) },
    Action {
        name: "Theme of the system, light or dark",
        icon: icons::MONITOR,
        keys: None,
        does: Does::Ask(|state| theme(state, ThemeChoice::System)),
    },
    Action {
        name: "Zoom in",
        icon: icons::MAGNIFYING_GLASS_PLUS,
        keys: keys(CTRL, Key::Plus),
        does: Does::Ask(|state| size(state, |now| now + 10)),
    },
    Action {
        name: "Zoom out",
        icon: icons::MAGNIFYING_GLASS_MINUS,
        keys: keys(CTRL, Key::Minus),
        does: Does::Ask(|state| size(state, |now| now.saturating_sub(10))),
    },
    Action {
        name: "Normal size",
        icon: icons::MAGNIFYING_GLASS,
        keys: keys(CTRL, Key::Num0),
        does: Does::Ask(|state| size(state, |_| 100)),
    },
    Action {
        name: "Back to the form",
        icon: icons::ARROW_LEFT,
        keys: keys(Modifiers::ALT, Key::ArrowLeft),
        does: Does::Ask(back),
    },
];

/// Keys that hold at one place alone, for the list of shortcuts.
pub(in crate::ui) static LOCAL: &[(&str, &str)] = &[
    ("Escape", "Close what is open, leave a field, close an exchange or a row, then go back to the form"),
    ("Tab, Shift+Tab", "Next and previous control"),
    ("Up, Down", "Move through profiles, requests and the history"),
    ("Delete", "Remove the profile or the exchange that has the keyboard"),
    ("Space or Enter, held", "Show an API key while its button has the keyboard"),
    ("Ctrl+click, Shift+click", "Mark several exchanges of the history"),
];

/// The settings with another size.
fn size(state: &State, change: fn(u32) -> u32) -> Option<Command> {
    let text_size = change(state.settings.text_size).clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
    let settings = Settings { text_size, ..state.settings.value.clone() };
    (settings != state.settings.value).then(|| Command::Settings(SettingsCommand::Save(Box::new(settings))))
}

/// The settings with another theme.
fn theme(state: &State, theme: ThemeChoice) -> Option<Command> {
    let settings = Settings { theme, ..state.settings.value.clone() };
    (settings != state.settings.value).then(|| Command::Settings(SettingsCommand::Save(Box::new(settings))))
}

/// The open draft as a file, without secrets.
fn export(state: &State, tool: Tool) -> Option<Command> {
    state.selected.as_ref()?;
    Some(Command::Export(ExportCommand::Pick(ExportSource::Draft, tool, Reveal::Variables)))
}

fn back(state: &State) -> Option<Command> {
    (state.view != View::Compose).then_some(Command::Show(View::Compose))
}

/// One step back: what is open beside a list, then the page.
fn step_back(state: &State) -> Option<Command> {
    match state.view {
        View::History if !matches!(state.history.detail, DetailPane::Nothing) => Some(Command::History(HistoryCommand::Close)),
        View::Compose if is_adding(state) => compose(state, ComposeCommand::Existing(ExistingCommand::Close)),
        View::Run if state.run.open.is_some() => Some(Command::Run(RunCommand::CloseRow)),
        _ => back(state),
    }
}

/// Whether the place for a file for a ticket that exists is in sight.
fn is_adding(state: &State) -> bool {
    let drafts = state.selected.as_ref().and_then(|id| state.drafts.get(id));
    drafts.is_some_and(|drafts| {
        let session = drafts.session();
        session.existing.is_open && session.tab == ComposeTab::Attachments
    })
}

fn draft_page(state: &State, page: ComposeTab) -> Option<Command> {
    compose(state, ComposeCommand::ShowPage(page))
}

fn tab(state: &State, command: TabCommand) -> Option<Command> {
    compose(state, ComposeCommand::Tab(command))
}

fn compose(state: &State, command: ComposeCommand) -> Option<Command> {
    (state.view == View::Compose && state.selected.is_some()).then_some(Command::Compose(command))
}

/// What was asked for by keys in this frame.
pub(in crate::ui) fn pressed(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    for action in actions() {
        // A text and a page that is being edited have an undo of their own.
        if matches!(action.name, "Undo" | "Redo") {
            continue;
        }
        let Some(keys) = &action.keys else { continue };
        // On many keyboards the plus is on the key of the equals sign, behind Shift.
        let other = (keys.logical_key == Key::Plus).then(|| KeyboardShortcut::new(keys.modifiers, Key::Equals));
        if ctx.input_mut(|input| input.consume_shortcut(keys) || other.is_some_and(|other| input.consume_shortcut(&other))) {
            out.extend(action.command(state));
        }
    }
    // egui itself takes the keyboard from a field for this key, before anything is drawn.
    let is_free = !ctx.data(|data| data.get_temp(typing_id())).unwrap_or(false) && !Popup::is_any_open(ctx);
    if is_free && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        out.extend(step_back(state));
    }
}

/// Notes at the end of a frame whether a text is being typed: Escape then leaves the text, and not the page.
pub(in crate::ui) fn note_typing(ctx: &Context) {
    let is_typing = ctx.text_edit_focused();
    ctx.data_mut(|data| data.insert_temp(typing_id(), is_typing));
}

fn typing_id() -> Id {
    Id::unique("a text is being typed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_tell_actions_apart() {
        let all: Vec<Action> = actions().collect();
        for action in &all {
            let same: Vec<_> = all.iter().filter(|other| other.icon == action.icon).map(|other| other.name).collect();
            assert!(same.len() <= 3, "{same:?}");
        }
    }

    #[test]
    fn no_two_actions_share_a_name_or_keys() {
        let all: Vec<Action> = actions().collect();
        for (index, action) in all.iter().enumerate() {
            for other in &all[..index] {
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
