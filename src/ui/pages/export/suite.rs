//! What was sent by hand becomes a step of a suite, and what others sent becomes a profile.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use crate::model::learned::learned_profile;
use crate::model::{Profile, RequestSpec};
use crate::runner::write_suite::{self, Sample};
use crate::service::session::suite_name;
use crate::store::{StoredProfile, write_export};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::export::command::{ExportCommand, ExportSource};
use crate::ui::pages::export::source::Source;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::run::command::RunCommand;
use crate::ui::toasts::NoteKind;

impl App {
    pub(in crate::ui) fn pick_suite(&mut self, ctx: &Context, source: ExportSource, is_new: bool) {
        let done = move |path| Command::Export(ExportCommand::ToSuite(source, path));
        if is_new {
            self.dialogs.pick_place(ctx, "Save the new suite", "suite.toml", done);
        } else {
            self.dialogs.pick_file(ctx, "Add to this suite", Some(("Suites", &["toml"])), done);
        }
    }

    /// Adds what was sent to a suite, aside of the window's thread.
    pub(in crate::ui) fn add_to_suite(&mut self, mut sources: Vec<Source>, path: PathBuf) {
        // The history lists the newest first; steps come in the order in which they were sent.
        sources.sort_by_key(|source| source.exchange.as_ref().map(|exchange| exchange.started_at));
        let saved: Vec<StoredProfile> = self.state.profiles.iter().map(|stored| (**stored).clone()).collect();
        let promise = self.jobs.write({
            let path = path.clone();
            move || {
                let trouble = |reason: String| format!("Adding to the suite {}: {reason}", path.display());
                let written = written_suite(&saved, &sources, &path).map_err(trouble)?;
                write_export(&path, &written.text, true).map_err(|error| error.to_string())?;
                Ok((written.count, written.notes))
            }
        });
        self.go_on_written(
            "Adding to the suite",
            promise,
            move |app, _, added: Result<(usize, Vec<String>), String>| match added {
                Ok((count, notes)) => {
                    for note in notes {
                        app.state.note(NoteKind::Info, note, None);
                    }
                    let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
                    let text = format!("Added {steps} to {}", path.display());
                    let open = Command::Run(RunCommand::Open(path));
                    app.state.note(NoteKind::Info, text, Some(("Open it".to_owned(), open)));
                }
                Err(reason) => app.state.note(NoteKind::Problem, reason, None),
            },
        );
    }

    pub(in crate::ui) fn learn_profile(&mut self, ctx: &Context, sources: Vec<Source>) {
        let requests: Vec<RequestSpec> = sources.into_iter().map(|source| source.request).collect();
        match learned_profile(&requests) {
            Some(mut profile) => {
                profile.name = self.free_name(&profile.name);
                let text = format!("Learned the profile \"{}\" from what was sent", profile.name);
                self.profile_command(ctx, ProfileCommand::Create(Box::new(profile)));
                self.state.note(NoteKind::Info, text, None);
            }
            None => {
                self.state.note(NoteKind::Problem, "None of these exchanges went to an External Source", None);
            }
        }
    }
}

/// A suite with new steps.
struct WrittenSuite {
    text: String,
    /// How many steps are new.
    count: usize,
    /// What is to be known of them.
    notes: Vec<String>,
}

/// The suite at a path with new steps, or a new one where there is none.
fn written_suite(saved: &[StoredProfile], sources: &[Source], path: &Path) -> Result<WrittenSuite, String> {
    let profile = sources.first().and_then(|source| source.profile.clone()).unwrap_or_default();
    let is_same = |other: &Profile| (&other.name, &other.source_key) == (&profile.name, &profile.source_key);
    if sources.iter().any(|source| source.profile.as_ref().is_some_and(|other| !is_same(other))) {
        return Err("these were sent with several profiles, and a suite has one".to_owned());
    }
    let stored = saved.iter().find(|stored| is_same(&stored.profile));
    let named = stored.map(|stored| suite_name(saved, stored));
    let steps = write_suite::steps(&samples(sources), &profile)?;
    let mut notes = steps.notes.clone();
    let text = match std::fs::read_to_string(path) {
        Ok(before) if !before.trim().is_empty() => {
            notes.extend(write_suite::other_profile(&before, named.as_deref()));
            write_suite::added(&before, &steps)?
        }
        Ok(_) => write_suite::suite(&stem(path), &new_name(named)?, &steps),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => write_suite::suite(&stem(path), &new_name(named)?, &steps),
        Err(error) => return Err(error.to_string()),
    };
    Ok(WrittenSuite { text, count: steps.count, notes })
}

fn samples(sources: &[Source]) -> Vec<Sample> {
    let sample = |source: &Source| Sample {
        name: source
            .exchange
            .as_ref()
            .map_or_else(String::new, |exchange| format!("As sent {}", exchange.started_at.strftime("%Y-%m-%d %H:%M:%S UTC"))),
        request: source.request.clone(),
        delivery: source.delivery,
        attachments: source.attachments.clone(),
    };
    sources.iter().map(sample).collect()
}

fn new_name(named: Option<String>) -> Result<String, String> {
    named.ok_or_else(|| "its profile is not saved. Save the profile first, so that the suite can name it".to_owned())
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
