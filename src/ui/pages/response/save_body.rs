//! Saving an answer's body to a file.

use std::io::Write as _;
use std::path::PathBuf;

use eframe::egui::Context;

use crate::model::system_words;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::response::command::{BodyBytes, ResponseCommand};

impl App {
    /// Asks where the body goes.
    pub(in crate::ui) fn pick_body_place(&mut self, ctx: &Context, file_name: &str, body: BodyBytes) {
        self.dialogs.pick_place(ctx, "Save the response body", file_name, move |path| {
            Command::Response(ResponseCommand::SaveBody { path, body })
        });
    }

    /// Writes the body aside of the window's thread; what fails becomes a note.
    pub(in crate::ui) fn save_body(&mut self, path: PathBuf, body: BodyBytes) {
        self.jobs.save(move || {
            write(&path, &body).map_err(|error| {
                let reason = system_words(&error);
                format!("Saving the response body to {}: {reason}. Try another folder, or free some space", path.display())
            })
        });
    }
}

fn write(path: &std::path::Path, body: &BodyBytes) -> std::io::Result<()> {
    const PIECE: usize = 1 << 20;
    let Some(whole) = &body.whole else { return std::fs::write(path, &body.bytes) };
    let mut file = std::fs::File::create(path)?;
    let mut offset = 0;
    loop {
        let piece = whole.piece(offset, PIECE)?;
        if piece.is_empty() {
            return Ok(());
        }
        file.write_all(&piece)?;
        offset += piece.len() as u64;
    }
}
