//! Exports and contracts.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use crate::formats::contract::Form;
use crate::formats::export::{Script, Tool, Written};
use crate::model::RequestSpec;
use crate::store::{ProfileId, write_export};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::export::command::{ExportCommand, Reveal};
use crate::ui::pages::export::source::Source;
use crate::ui::toasts::NoteKind;

impl App {
    pub(in crate::ui) fn export_command(&mut self, ctx: &Context, command: ExportCommand) {
        match command {
            ExportCommand::Copy(source, tool, reveal) => {
                self.with_sources(ctx, &source, move |app, ctx, sources| app.copy_export(ctx, &sources, tool, reveal));
            }
            ExportCommand::Pick(source, tool, reveal) => {
                self.with_sources(ctx, &source, move |app, ctx, sources| app.pick_place_for(ctx, &sources, tool, reveal));
            }
            ExportCommand::Save(path, files) => {
                files.into_iter().for_each(|(ending, text)| self.save_export(&path, &ending, text));
            }
            ExportCommand::PickSuite { source, is_new } => self.pick_suite(ctx, source, is_new),
            ExportCommand::ToSuite(source, path) => {
                self.with_sources(ctx, &source, |app, _, sources| app.add_to_suite(sources, path));
            }
            ExportCommand::Learn(source) => self.with_sources(ctx, &source, Self::learn_profile),
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

    fn copy_export(&mut self, ctx: &Context, sources: &[Source], tool: Tool, reveal: Reveal) {
        let Some(written) = self.written(sources, tool, reveal) else { return };
        ctx.copy_text(written.text);
        let notes = if written.notes.is_empty() { String::new() } else { format!(". {}", written.notes.join(". ")) };
        self.state.note(NoteKind::Info, format!("Copied as {}{notes}", tool.label()), None);
    }

    fn pick_place_for(&mut self, ctx: &Context, sources: &[Source], tool: Tool, reveal: Reveal) {
        let Some(written) = self.written(sources, tool, reveal) else { return };
        for note in &written.notes {
            self.state.note(NoteKind::Info, note.clone(), None);
        }
        let mut files = vec![(String::new(), written.text)];
        files.extend(written.companion);
        let done = move |path| Command::Export(ExportCommand::Save(path, files));
        self.dialogs.pick_place(ctx, &format!("Save as {}", tool.label()), tool.file_name(), done);
    }

    fn save_export(&mut self, path: &Path, ending: &str, text: String) {
        let place = if ending.is_empty() { path.to_owned() } else { beside(path, ending) };
        self.write_aside("Saving the export", move || {
            write_export(&place, &text, true).map_err(|error| error.to_string())?;
            Ok(format!("Saved as {}", place.display()))
        });
    }

    /// What is written; `None` when there is nothing, which a note then says.
    fn written(&mut self, sources: &[Source], tool: Tool, reveal: Reveal) -> Option<Written> {
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
