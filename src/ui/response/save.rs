//! Saving an answer's body to a file.

use std::io::Write as _;
use std::path::PathBuf;

use eframe::egui::Context;

use crate::model::Answer;
use crate::model::body_view::BodyKind;
use crate::ui::app::App;
use crate::ui::command::{BodyBytes, Command};

impl App {
    /// Asks where the body goes.
    pub(in crate::ui) fn pick_body_place(&mut self, ctx: &Context, file_name: &str, body: BodyBytes) {
        self.dialogs.pick_place(ctx, "Save the response body", file_name, move |path| Command::SaveBody { path, body });
    }

    /// Writes the body aside of the window's thread; what fails becomes a note.
    pub(in crate::ui) fn save_body(&mut self, path: PathBuf, body: BodyBytes) {
        self.jobs.save(move || {
            write(&path, &body).map_err(|error| {
                format!("Saving the response body to {}: {error}. Try another folder, or free some space", path.display())
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

/// The name that is proposed for a body: its status and what it is.
pub(super) fn file_name(answer: &Answer, kind: BodyKind) -> String {
    let content_type = answer.header("content-type").unwrap_or("");
    let essence = content_type.split(';').next().unwrap_or("").trim();
    let extension = match kind {
        BodyKind::Json => "json",
        BodyKind::Html => "html",
        BodyKind::Text | BodyKind::Empty => "txt",
        BodyKind::Binary => mime_guess::get_mime_extensions_str(essence).and_then(|all| all.first()).copied().unwrap_or("bin"),
    };
    format!("response-{}.{extension}", answer.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_table() {
        for (content_type, kind, expected) in [
            ("application/json", BodyKind::Json, "response-404.json"),
            ("text/html; charset=utf-8", BodyKind::Html, "response-404.html"),
            ("", BodyKind::Binary, "response-404.bin"),
            ("application/zip", BodyKind::Binary, "response-404.zip"),
        ] {
            let answer = Answer { status: 404, headers: vec![("Content-Type".into(), content_type.into())], ..Answer::default() };
            assert_eq!(file_name(&answer, kind), expected);
        }
    }
}
