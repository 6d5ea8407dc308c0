//! The pages of the window, each with its state, its commands, its view and its logic.

use eframe::egui::{Key, KeyboardShortcut, Modifiers, Ui};

use crate::jobs::Jobs;
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, key_names};

pub mod bundle;
pub mod compose;
pub mod diagnostics;
pub mod export;
pub mod history;
pub mod import;
pub mod intro;
pub mod profile_editor;
pub mod relay;
pub mod response;
pub mod run;
pub mod sandbox;
pub mod settings;

/// A page that fills the middle. The form with its response is not among them: `frame.rs` lays it out in panels.
pub(in crate::ui) struct Page {
    pub(in crate::ui) view: View,
    /// What it is called in the command palette and the list of shortcuts.
    pub(in crate::ui) name: &'static str,
    pub(in crate::ui) keys: Option<KeyboardShortcut>,
    /// Its sign, in the sidebar and in the command palette.
    pub(in crate::ui) icon: &'static str,
    /// Its button in the sidebar, if it has one.
    pub(in crate::ui) button: Option<PageButton>,
    pub(in crate::ui) show: fn(&mut Ui, &mut State, &Jobs, &mut Vec<Command>),
}

/// A page's button in the sidebar.
pub(in crate::ui) struct PageButton {
    /// The button's text, which may say what goes on in the page.
    pub(in crate::ui) label: fn(&State) -> &'static str,
    /// Its tooltip; the keys are added to it.
    pub(in crate::ui) says: &'static str,
}

const fn ctrl(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::COMMAND, key))
}

/// All of them, in the order of the sidebar.
pub(in crate::ui) static PAGES: &[Page] = &[
    Page {
        view: View::NewProfile,
        name: "New profile",
        keys: ctrl(Key::N),
        icon: icons::PLUS,
        button: None,
        show: |ui, state, _, out| profile_editor::view::new::show(ui, state, out),
    },
    Page {
        view: View::Profile,
        name: "Edit the profile",
        keys: ctrl(Key::E),
        icon: icons::PENCIL_SIMPLE,
        button: None,
        show: |ui, state, _, out| profile_editor::view::show(ui, state, out),
    },
    Page {
        view: View::Import,
        name: "Import",
        keys: ctrl(Key::I),
        icon: icons::TRAY,
        button: Some(PageButton {
            label: |_| "Import",
            says: "Paste or drop a curl command, HTTP, a HAR file, a collection, a log, a bundle or a response to check, explain or replay it",
        }),
        show: import::view::show,
    },
    Page {
        view: View::Diagnostics,
        name: "Diagnostics",
        keys: ctrl(Key::D),
        icon: icons::MAGNIFYING_GLASS,
        button: Some(PageButton { label: |_| "Diagnostics", says: "Check the endpoint, probe, rehearse, bisect" }),
        show: |ui, state, _, out| diagnostics::view::show(ui, state, out),
    },
    Page {
        view: View::History,
        name: "History",
        keys: ctrl(key_names::HISTORY),
        icon: icons::CLOCK,
        button: Some(PageButton { label: |_| "History", says: "All requests and responses: search, open, compare, send again" }),
        show: history::view::show,
    },
    Page {
        view: View::Run,
        name: "Runs",
        keys: Some(KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::R)),
        icon: icons::PLAY,
        button: Some(PageButton {
            label: run::view::label,
            says: "Run a suite: data rows, checks and the attachment matrix, with reports",
        }),
        show: |ui, state, _, out| run::view::show(ui, state, out),
    },
    Page {
        view: View::Relay,
        name: "Relay",
        keys: ctrl(Key::R),
        icon: icons::ARROW_BEND_UP_RIGHT,
        button: Some(PageButton {
            label: relay::view::label,
            says: "See what another system really sends: it posts here, and each request is passed on, checked and explained",
        }),
        show: |ui, state, _, out| relay::view::show(ui, state, out),
    },
    Page {
        view: View::Sandbox,
        name: "Sandbox",
        keys: None,
        icon: icons::FLASK,
        button: Some(PageButton {
            label: sandbox::view::label,
            says: "Profiles, faults and received requests of the embedded sandbox",
        }),
        show: |ui, state, _, out| sandbox::view::show(ui, state, out),
    },
    Page {
        view: View::Bundle,
        name: "Support bundle",
        keys: None,
        icon: icons::PACKAGE,
        button: None,
        show: |ui, state, _, out| bundle::view::show(ui, state, out),
    },
    Page {
        view: View::Intro,
        name: "What is an External Source?",
        keys: None,
        icon: icons::QUESTION,
        button: None,
        show: |ui, state, _, out| intro::view::show(ui, state, out),
    },
    Page {
        view: View::Settings,
        name: "Settings",
        keys: ctrl(Key::Comma),
        icon: icons::GEAR,
        button: Some(PageButton { label: |_| "Settings", says: "Appearance, network, uploads and storage" }),
        show: |ui, state, _, out| settings::view::show(ui, state, out),
    },
];
