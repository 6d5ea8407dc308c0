//! The window. It draws from [`state`] and returns [`command`]s, which the logic of each page carries out. Nothing slow runs on its thread.
//!
//! A page is a folder of [`pages`]: its state, its commands, its view, which draws and imports no logic, and its logic.

mod actions;
pub mod app;
mod asides;
pub mod command;
mod conflicts;
mod dialogs;
mod dispatch;
pub mod documents;
mod frame;
pub mod group_question;
mod groups;
pub mod icons;
mod json_paint;
mod key_names;
mod name_dialog;
mod navigation;
mod no_output;
mod no_window;
mod opening;
pub mod pages;
pub mod palette;
pub mod palette_state;
pub mod privacy;
mod profile_names;
mod profiles;
mod question;
mod saving;
pub mod sidebar;
pub mod state;
mod status_bar;
mod steps;
mod text_menu;
pub mod theme;
mod title;
pub mod toasts;
mod toasts_view;
pub mod view;
mod web_link;
pub mod widgets;

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use eframe::egui;
use eframe::glow::HasContext as _;

pub use no_output::{is_without_output, show_error};

use crate::store::{Store, StoreContents};
use crate::ui::command::Command;
use crate::ui::pages::import::command::ImportCommand;

/// What the window opens with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// A file, as if it was dropped on the import page.
    File(PathBuf),
    /// A text, as if it was pasted there.
    Text(String),
}

impl Opening {
    /// The commands that bring it into the window.
    pub fn commands(self) -> [Command; 2] {
        let read = match self {
            Self::File(path) => ImportCommand::Open(path),
            Self::Text(text) => ImportCommand::Paste(text),
        };
        [Command::Show(view::View::Import), Command::Import(read)]
    }
}

/// How long the window waits with its first frame for what is read: it opens at once with all that it shows.
const READING: Duration = Duration::from_millis(150);

/// Opens the window and returns when it is closed.
///
/// # Errors
/// Why no window can be opened.
pub fn run(opening: Option<Opening>) -> Result<(), String> {
    let (store, trouble) = match Store::open() {
        Ok(store) => (Some(store), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let reading = store.clone().map(|store| {
        let (tell, found) = mpsc::channel();
        let read = move || {
            let read = store.load();
            // The first question for the place asks the keyring.
            store.keys().place();
            // The window may be gone by now.
            let _ = tell.send(read);
        };
        std::thread::spawn(read);
        found
    });
    let viewport = egui::ViewportBuilder::default()
        .with_title("Centerpost")
        .with_app_id("centerpost")
        .with_icon(eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon/centerpost.png")).unwrap_or_default())
        .with_inner_size([1280.0, 820.0])
        .with_min_inner_size([640.0, 480.0]);
    let persistence_path = store.as_ref().map(|store| store.local().join("window.ron"));
    let options = eframe::NativeOptions { viewport, persistence_path, ..eframe::NativeOptions::default() };
    let open = move |cc: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, Box<dyn std::error::Error + Send + Sync>> {
        let mut app = match (store, reading) {
            (Some(store), Some(found)) => match found.recv_timeout(READING) {
                Ok(found) => app::App::new(&cc.egui_ctx, Some(store), found, trouble)?,
                Err(_) => app::App::reading(&cc.egui_ctx, store, found)?,
            },
            _ => app::App::new(&cc.egui_ctx, None, StoreContents::default(), trouble)?,
        };
        let drawn_by = cc.gl.as_ref().map(|gl| no_window::renderer(gl.version()));
        drawn_by.iter().for_each(|drawn_by| log::info!("The window is drawn by {drawn_by}"));
        app.state.settings_page.drawn_by = drawn_by;
        for command in opening.into_iter().flat_map(Opening::commands) {
            app.run(&cc.egui_ctx, command);
        }
        Ok(Box::new(app))
    };
    eframe::run_native("Centerpost", options, Box::new(open)).map_err(|error| no_window::after(&error.to_string()))
}
