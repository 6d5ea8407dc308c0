//! A support bundle: what it is made of, sealing it, saving it.

use std::path::PathBuf;

use eframe::egui::Context;

use crate::formats::bundle::{self, Evidence};
use crate::service::evidence;
use crate::store::{Vault as _, write_export_bytes};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::bundle::command::BundleCommand;
use crate::ui::pages::export::command::ExportSource;
use crate::ui::pages::export::source::Source;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

impl App {
    pub(in crate::ui) fn bundle_command(&mut self, ctx: &Context, command: BundleCommand) {
        match command {
            BundleCommand::Open(ExportSource::History(ids)) => self.bundle_history(ids),
            BundleCommand::Open(source) => {
                let evidence = |sources: Vec<Source>| evidence::that_counts(sources.into_iter().map(of_source).collect());
                self.with_sources(ctx, &source, move |app, _, sources| app.open_bundle(evidence(sources)));
            }
            BundleCommand::Reseal => self.reseal(),
            BundleCommand::Pick => {
                let done = |path| Command::Bundle(BundleCommand::Save(path));
                self.dialogs.pick_place(ctx, "Save the support bundle", "support-bundle.zip", done);
            }
            BundleCommand::Save(path) => self.save_bundle(path),
            BundleCommand::CopyReport => {
                ctx.copy_text(self.state.bundle.report.clone());
                self.state.note(NoteKind::Info, "The report is on the clipboard, as Markdown", None);
            }
        }
    }

    /// Exchanges of the history, explained with what worked before, as the command line explains them. What cannot be read is said, and
    /// left out.
    fn bundle_history(&mut self, ids: Vec<i64>) {
        let Some(history) = self.history.clone() else { return };
        let read = move || ids.into_iter().map(|id| evidence::of_history(&history, &[id])).collect::<Vec<_>>();
        self.read_aside("Reading the exchanges", read, |app, _, read| {
            let mut exchanges = Vec::new();
            for found in read {
                match found {
                    Ok(found) => exchanges.extend(found),
                    Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
                }
            }
            app.open_bundle(exchanges);
        });
    }

    fn open_bundle(&mut self, exchanges: Vec<Evidence>) {
        if exchanges.is_empty() {
            self.state.note(NoteKind::Problem, "Creating the bundle: there is no request to explain yet", None);
            return;
        }
        if exchanges.len() > bundle::MOST_EXCHANGES {
            let text = format!("Creating the bundle: it can contain at most {} exchanges. Mark fewer", bundle::MOST_EXCHANGES);
            self.state.note(NoteKind::Problem, text, None);
            return;
        }
        let profile = exchanges.iter().find_map(|evidence| evidence.profile.clone()).unwrap_or_default();
        let page = &mut self.state.bundle;
        page.contents = evidence::contents(exchanges, &self.state.settings, &profile);
        page.shows_values = false;
        if let Some(store) = &self.store {
            page.contents.known.extend(store.keys().known().into_iter().map(|(secret, _)| secret));
        }
        page.sealed = None;
        self.reseal();
        self.state.view = View::Bundle;
    }

    /// Looks for secrets anew, aside of the window's thread: an answer may be large.
    fn reseal(&mut self) {
        let contents = self.state.bundle.contents.clone();
        self.state.bundle.sealing = Some(self.jobs.read(move || {
            let sealed = bundle::seal(&contents);
            let report = bundle::preview_report(&sealed);
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
        self.write_aside("Saving the bundle", move || {
            let packed = bundle::pack(&sealed).map_err(|error| format!("Packing the bundle: {error}"))?;
            write_export_bytes(&path, &packed.bytes, true).map_err(|error| error.to_string())?;
            Ok(format!("Saved the bundle as {}", path.display()))
        });
    }
}

fn of_source(source: Source) -> Evidence {
    let Source { request, exchange, profile, .. } = source;
    let label = if request.sent().parts.is_some() { "Upload a file" } else { "Create a ticket" };
    let case = match &exchange {
        Some(exchange) => crate::model::Case::of(exchange, profile.as_ref()),
        None => request.case(profile.as_ref()),
    };
    let mut evidence = evidence::of_case(label, &case);
    if let Some(exchange) = exchange {
        (evidence.exchange, evidence.is_timed) = (exchange, true);
    }
    evidence
}
