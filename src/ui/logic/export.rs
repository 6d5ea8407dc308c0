//! Exports, support bundles and contracts.

use std::path::{Path, PathBuf};

use eframe::egui::Context;
use poll_promise::Promise;

use crate::formats::bundle::{self, Evidence};
use crate::formats::contract::Form;
use crate::formats::export::{Script, Tool, Written};
use crate::model::{Exchange, Profile, RequestSpec};

use crate::service::evidence;
use crate::service::report::UploadOutcome;
use crate::store::Vault as _;
use crate::store::{ProfileId, write_export, write_export_bytes};
use crate::ui::app::App;
use crate::ui::command::{Command, ExportCommand, ExportSource, Reveal};
use crate::ui::state::{NoteKind, View};

/// A request to be written, and the exchange that it comes from.
struct Source {
    request: RequestSpec,
    exchange: Option<Exchange>,
    profile: Option<Profile>,
}

impl App {
    pub(super) fn export_command(&mut self, ctx: &Context, command: ExportCommand) {
        match command {
            ExportCommand::Copy(source, tool, reveal) => {
                let Some(written) = self.written(&source, tool, reveal) else { return };
                ctx.copy_text(written.text);
                let notes = if written.notes.is_empty() { String::new() } else { format!(". {}", written.notes.join(". ")) };
                self.state.note(NoteKind::Info, format!("Copied as {}{notes}", tool.label()), None);
            }
            ExportCommand::Pick(source, tool, reveal) => self.pick_place_for(ctx, &source, tool, reveal),
            ExportCommand::Save(path, files) => self.save_export(&path, &files),
            ExportCommand::Bundle(source) => self.open_bundle(ctx, &source),
            ExportCommand::Reseal => self.reseal(ctx),
            ExportCommand::PickBundle => {
                let done = |path| Command::Export(ExportCommand::SaveBundle(path));
                self.dialogs.pick_place(ctx, "Save the support bundle", "support-bundle.zip", done);
            }
            ExportCommand::SaveBundle(path) => self.save_bundle(path),
            ExportCommand::CopyReport => {
                ctx.copy_text(self.state.bundle.report.clone());
                self.state.note(NoteKind::Info, "The report is on the clipboard, as Markdown", None);
            }
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
            self.state.note(NoteKind::Problem, "Exporting: there is no request yet", None);
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

    fn sources(&mut self, source: &ExportSource) -> Vec<Source> {
        match source {
            ExportSource::Draft => self.draft_source().into_iter().collect(),
            ExportSource::Delivery => self.delivery_sources(),
            ExportSource::History(ids) => self.history_sources(ids),
            ExportSource::Import => {
                let profile = self.import_profile().and_then(|id| self.state.profile_of(&id)).cloned();
                let request = self.state.import.request();
                request.map(|request| Source { request, exchange: None, profile }).into_iter().collect()
            }
        }
    }

    fn draft_source(&mut self) -> Option<Source> {
        let (stored, session) = self.state.open()?;
        let profile = stored.profile.clone();
        let request = RequestSpec {
            accept_invalid_certificates: profile.accept_invalid_certificates,
            ..RequestSpec::of_request(&session.draft.request(&profile))
        };
        Some(Source { request, exchange: None, profile: Some(profile) })
    }

    fn delivery_sources(&mut self) -> Vec<Source> {
        let Some((_, session)) = self.state.open() else { return Vec::new() };
        let shown = session.shown.unwrap_or(session.deliveries.len().saturating_sub(1));
        let Some(view) = session.deliveries.get(shown) else { return Vec::new() };
        let uploads = view.report.iter().flat_map(|report| &report.uploads).filter_map(|upload| match &upload.outcome {
            UploadOutcome::Answered(exchange) => Some(&**exchange),
            _ => None,
        });
        let exchanges: Vec<Exchange> = view.exchange.iter().chain(uploads).cloned().collect();
        let profile = view.delivery.profile.clone();
        exchanges.into_iter().map(|exchange| of_exchange(exchange, Some(profile.clone()))).collect()
    }

    fn history_sources(&mut self, ids: &[i64]) -> Vec<Source> {
        let Some(history) = self.history.clone() else { return Vec::new() };
        let mut sources = Vec::new();
        for id in ids {
            match history.open_entry(*id) {
                Ok(kept) => sources.push(of_exchange(kept.entry.exchange, kept.entry.profile)),
                Err(error) => {
                    self.state.note(NoteKind::Problem, error.to_string(), None);
                }
            }
        }
        sources
    }

    fn open_bundle(&mut self, ctx: &Context, source: &ExportSource) {
        let exchanges: Vec<Evidence> = self.sources(source).into_iter().filter_map(of_source).collect();
        if exchanges.is_empty() {
            self.state.note(NoteKind::Problem, "Making a bundle: there is no answer yet that it could explain", None);
            return;
        }
        if exchanges.len() > bundle::MOST_EXCHANGES {
            let text = format!("Making a bundle: it holds {} exchanges at the most. Mark fewer", bundle::MOST_EXCHANGES);
            self.state.note(NoteKind::Problem, text, None);
            return;
        }
        let profile = exchanges.iter().find_map(|evidence| evidence.profile.clone()).unwrap_or_default();
        let page = &mut self.state.bundle;
        page.contents = evidence::contents(exchanges, &self.state.settings.network(&profile));
        page.shows_values = false;
        if let Some(store) = &self.store {
            page.contents.known = store.keys().known().into_iter().map(|(secret, _)| secret).collect();
        }
        page.sealed = None;
        self.reseal(ctx);
        self.state.view = View::Bundle;
    }

    /// Looks for secrets anew, aside of the window's thread: an answer may be large.
    fn reseal(&mut self, ctx: &Context) {
        let contents = self.state.bundle.contents.clone();
        let ctx = ctx.clone();
        self.state.bundle.sealing = Some(Promise::spawn_thread("seal a bundle", move || {
            let sealed = bundle::seal(&contents);
            let report = bundle::preview_report(&sealed);
            ctx.request_repaint();
            (sealed, report)
        }));
    }

    /// Takes over what was sealed in the background.
    pub(in crate::ui) fn take_sealed(&mut self) {
        let page = &mut self.state.bundle;
        let Some(sealing) = page.sealing.take() else { return };
        match sealing.try_take() {
            Ok((sealed, report)) => (page.sealed, page.report) = (Some(sealed), report),
            Err(sealing) => page.sealing = Some(sealing),
        }
    }

    fn save_bundle(&mut self, path: PathBuf) {
        let page = &self.state.bundle;
        // What is still being looked for must not be missing from what is hidden.
        let Some(sealed) = page.sealed.clone().filter(|_| page.sealing.is_none()) else { return };
        let shown = path.display().to_string();
        self.jobs.save(move || {
            let packed = bundle::pack(&sealed).map_err(|error| format!("Packing the bundle: {error}"))?;
            write_export_bytes(&path, &packed.bytes, true).map_err(|error| error.to_string())
        });
        self.state.note(NoteKind::Info, format!("The bundle goes to {shown}"), None);
    }
}

fn of_exchange(exchange: Exchange, profile: Option<Profile>) -> Source {
    let request = RequestSpec {
        label: profile.as_ref().map_or_else(String::new, |profile| profile.shown_name().to_owned()),
        ..RequestSpec::of_exchange(&exchange, profile.as_ref())
    };
    Source { request, exchange: Some(exchange), profile }
}

fn of_source(source: Source) -> Option<Evidence> {
    let Source { request, exchange, profile } = source;
    let label = if request.sent().parts.is_some() { "Upload a file" } else { "Create a ticket" };
    let case = match &exchange {
        Some(exchange) => crate::model::Case::of(exchange, profile.as_ref()),
        None => request.case(profile.as_ref()),
    };
    let mut evidence = evidence::of_case(label, &case)?;
    if let Some(exchange) = exchange {
        (evidence.exchange, evidence.is_timed) = (exchange, true);
    }
    Some(evidence)
}

/// The place of a file that belongs to another.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let stem = name.trim_end_matches(".json").trim_end_matches(".postman_collection");
    path.with_file_name(format!("{stem}.{ending}"))
}
