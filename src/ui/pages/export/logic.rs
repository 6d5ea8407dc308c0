//! Exports and contracts.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use crate::formats::contract::Form;
use crate::formats::export::{Script, Tool, Written};
use crate::model::RequestSpec;
use crate::store::{ProfileId, write_export};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::export::command::{ExportCommand, ExportSource, Reveal};
use crate::ui::toasts::NoteKind;

impl App {
    pub(in crate::ui) fn export_command(&mut self, ctx: &Context, command: ExportCommand) {
        match command {
            ExportCommand::Copy(source, tool, reveal) => {
                let Some(written) = self.written(&source, tool, reveal) else { return };
                ctx.copy_text(written.text);
                let notes = if written.notes.is_empty() { String::new() } else { format!(". {}", written.notes.join(". ")) };
                self.state.note(NoteKind::Info, format!("Copied as {}{notes}", tool.label()), None);
            }
            ExportCommand::Pick(source, tool, reveal) => self.pick_place_for(ctx, &source, tool, reveal),
            ExportCommand::Save(path, files) => self.save_export(&path, &files),
            ExportCommand::PickSuite { source, is_new } => self.pick_suite(ctx, source, is_new),
            ExportCommand::ToSuite(source, path) => self.add_to_suite(&source, &path),
            ExportCommand::Learn(source) => self.learn_profile(ctx, &source),
            ExportCommand::CopyContract(id) => {
                let Some(profile) = self.state.profile_of(&id) else { return };
                ctx.copy_text(Form::Markdown.write(profile));
                self.state.note(NoteKind::Info, "The contract is on the clipboard, as Markdown and without the API key", None);
            }
            ExportCommand::PickContract(id, form) => self.pick_contract(ctx, &id, form),
        }
    }

    fn pick_contract(&mut self, ctx: &Context, id: &ProfileId, form: Form) {
        let Some(profile) = self.state.profile_of(id) else { return };
        let text = form.write(profile);
        let done = move |path| Command::Export(ExportCommand::Save(path, vec![(String::new(), text)]));
        self.dialogs.pick_place(ctx, "Save the contract", form.file_name(), done);
    }

    fn pick_place_for(&mut self, ctx: &Context, source: &ExportSource, tool: Tool, reveal: Reveal) {
        let Some(written) = self.written(source, tool, reveal) else { return };
        for note in &written.notes {
            self.state.note(NoteKind::Info, note.clone(), None);
        }
        let mut files = vec![(String::new(), written.text)];
        files.extend(written.companion);
        let done = move |path| Command::Export(ExportCommand::Save(path, files));
        self.dialogs.pick_place(ctx, &format!("Save as {}", tool.label()), tool.file_name(), done);
    }

    fn save_export(&mut self, path: &Path, files: &[(String, String)]) {
        for (ending, text) in files {
            let place = if ending.is_empty() { path.to_owned() } else { beside(path, ending) };
            let shown = place.display().to_string();
            match write_export(&place, text, true) {
                Ok(()) => self.state.note(NoteKind::Info, format!("Saved as {shown}"), None),
                Err(error) => self.state.note(NoteKind::Problem, error.to_string(), None),
            };
        }
    }

    /// What is written; `None` when there is nothing, which a note then says.
    fn written(&mut self, source: &ExportSource, tool: Tool, reveal: Reveal) -> Option<Written> {
        let sources = self.sources(source);
        if sources.is_empty() {
            self.state.note(NoteKind::Problem, "Exporting: no request yet", None);
            return None;
        }
        let requests: Vec<RequestSpec> = sources.iter().map(|source| source.request.clone()).collect();
        let mut script = match reveal {
            Reveal::Variables => Script::hiding_secrets(&requests),
            Reveal::InClear => Script::revealing_secrets(&requests),
        };
        script.set_times(sources.iter().map(|source| source.exchange.as_ref()));
        Some(tool.write(&script))
    }
}

/// The place of a file that belongs to another.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let stem = name.trim_end_matches(".json").trim_end_matches(".postman_collection");
    path.with_file_name(format!("{stem}.{ending}"))
}
