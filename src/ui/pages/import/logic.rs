//! What somebody else wrote down: reading it, and what is done with it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use eframe::egui::Context;

use crate::diagnosis::{Fix, check};
use crate::formats::import::postman::Variables;
use crate::formats::import::{self, Hints, Opened, SourceKind};
use crate::model::history::Fingerprint;
use crate::model::multipart::FileRef;
use crate::model::request_record::RequestRecord;
use crate::model::request_spec::SpecBody;
use crate::model::{Draft, Endpoint, Profile, Request, RequestSpec};
use crate::service::confirm;
use crate::service::intent::Purpose;
use crate::service::order::Delivery;
use crate::service::prepare;
use crate::service::record::Origin;
use crate::service::session::closest_profile;
use crate::service::tools::rehearse::{RealAnswer, Rehearsal};
use crate::store::ProfileId;
use crate::transport::read_regular;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::compose::refresh::{parameter_of, refresh};
use crate::ui::pages::diagnostics::state::Tool;
use crate::ui::pages::import::command::ImportCommand;
use crate::ui::pages::import::state::{ImportPage, ImportResult};
use crate::ui::pages::response::recorded::RecordedView;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

impl App {
    pub(in crate::ui) fn import_command(&mut self, ctx: &Context, command: ImportCommand) {
        let page = &mut self.state.import;
        match command {
            ImportCommand::Pick => {
                self.dialogs.pick_file(ctx, "Import", None, |path| Command::Import(ImportCommand::Open(path)));
            }
            ImportCommand::Open(path) => self.open_import(path),
            ImportCommand::SayOnlyFirst(count) => {
                let text = format!("One file is read at a time: the first of {count}. Drop the others one by one");
                self.state.note(NoteKind::Info, text, None);
            }
            ImportCommand::Paste(text) => page.paste(text),
            ImportCommand::PickEnvironment => {
                let done = |path| Command::Import(ImportCommand::Environment(path));
                self.dialogs.pick_file(ctx, "Environment", Some(("Environments", &["json", "yaml", "yml", "bru"][..])), done);
            }
            ImportCommand::Environment(path) => self.open_environment(path),
            ImportCommand::PickFolder => {
                let done = |path| Command::Import(ImportCommand::Folder(path));
                self.dialogs.pick_folder(ctx, "Folder of the request's files", done);
            }
            ImportCommand::Folder(path) => (page.folder, page.result) = (Some(path), ImportResult::Nothing),
            ImportCommand::TakeFor(kind) => {
                page.taken_for = kind;
                self.read_again();
            }
            ImportCommand::Clear => *page = ImportPage::default(),
            ImportCommand::Check => self.check_import(),
            ImportCommand::Explain => self.explain_import(),
            ImportCommand::NewProfile => self.profile_of_import(),
            ImportCommand::FillForm(fix) => self.fill_form(fix),
            ImportCommand::Rehearse => self.rehearse_import(),
            ImportCommand::AskToSend => self.ask_to_send_import(),
            ImportCommand::Send => self.send_import(),
            ImportCommand::Decline => page.question = None,
        }
    }

    /// Reads a text that was pasted or changed, and takes over what was read in the background.
    pub(in crate::ui) fn take_import(&mut self) {
        let page = &mut self.state.import;
        if page.reading.is_none() && page.file.is_none() && page.pasted != page.read {
            page.read = page.pasted.clone();
            (page.folder, page.opened) = (None, None);
            if page.pasted.trim().is_empty() {
                (page.found, page.trouble) = (None, None);
            } else {
                self.read_again();
            }
        }
        if let Some(reading) = self.state.import.reading.take() {
            match reading.try_take() {
                Ok((file, found)) => self.took_import(file, found),
                Err(reading) => self.state.import.reading = Some(reading),
            }
        }
        self.look_at_import();
    }

    /// Checks what was picked at once, or explains it where it is an answer alone: that is free and harmless.
    fn look_at_import(&mut self) {
        let page = &self.state.import;
        let Some(found) = page.found.as_ref().filter(|_| matches!(page.result, ImportResult::Nothing)) else { return };
        let Some(request) = found.imported.requests.get(page.picked) else { return };
        let has_request = !request.url.is_empty() || request.body != SpecBody::None;
        if has_request && page.profile.is_some() {
            self.check_import();
        } else if !has_request && request.outcome.is_some() {
            self.explain_import();
        }
    }

    fn took_import(&mut self, file: Option<(String, Arc<Vec<u8>>)>, found: Result<Opened, String>) {
        let page = &mut self.state.import;
        if file.is_some() {
            page.file = file;
        }
        if let Ok(Opened { kind: SourceKind::Profile, imported }) = found {
            return self.take_given_profile(imported.profile);
        }
        page.take(found);
        if let Some(opened) = &page.found {
            let is_source = |request: &RequestSpec| Endpoint::from_pasted(&request.url).is_some();
            let requests = &opened.imported.requests;
            let count = requests.iter().filter(|request| is_source(request)).count();
            // Among a browser's requests those to Centercode are few.
            page.only_sources = count > 0 && count < requests.len();
            page.picked = requests.iter().position(is_source).unwrap_or(0);
        }
        self.guess_profile();
    }

    /// Saves a profile that was pasted or dropped, and opens it.
    fn take_given_profile(&mut self, profile: Option<Profile>) {
        self.state.import = ImportPage::default();
        let Some(profile) = profile else { return };
        let name = profile.shown_name().to_owned();
        self.create_profile_then(profile, move |app| {
            app.state.note(NoteKind::Info, format!("The profile \"{name}\" is imported and open"), None);
        });
    }

    /// The profile whose endpoint fits best, or else the open one.
    fn guess_profile(&mut self) {
        let Some(request) = self.state.import.request() else { return };
        let open = self.state.selected.as_ref();
        let saved = self.state.profiles.iter().map(|document| &**document);
        let closest = closest_profile(saved, &request.url, open).map(|stored| &stored.id);
        self.state.import.profile = closest.or(open).cloned();
    }

    fn open_import(&mut self, path: PathBuf) {
        let page = &mut self.state.import;
        let hints = hints(page);
        page.pasted.clear();
        page.read.clear();
        (page.folder, page.opened) = (None, Some(path.clone()));
        page.reading = Some(self.jobs.read(move || {
            let name = name_of(&path);
            let read = read_regular(&path).map_err(|error| format!("Reading {}: {error}", path.display()));
            match read {
                Ok(bytes) => {
                    let found = import::open(&bytes, &hints).map_err(|reason| format!("Reading {name}: {reason}"));
                    (Some((name, Arc::new(bytes))), found)
                }
                Err(reason) => (None, Err(reason)),
            }
        }));
    }

    /// Reads the same text or file for something else, or with other variables.
    fn read_again(&mut self) {
        let page = &mut self.state.import;
        let bytes = match &page.file {
            Some((_, bytes)) => bytes.clone(),
            None => Arc::new(page.pasted.clone().into_bytes()),
        };
        if bytes.is_empty() {
            return;
        }
        let hints = hints(page);
        page.reading = Some(self.jobs.read(move || {
            let found = import::open(&bytes, &hints).map_err(|reason| format!("Reading it: {reason}"));
            (None, found)
        }));
    }

    fn open_environment(&mut self, path: PathBuf) {
        let name = name_of(&path);
        let parse = |bytes: Vec<u8>| import::environment(&bytes).map_err(|error| error.to_string());
        self.read_aside(
            format!("Reading the environment {name}"),
            move || read_regular(&path).and_then(parse),
            move |app, _, read| match read {
                Ok(variables) => {
                    app.state.import.environment = Some((name, variables));
                    app.read_again();
                }
                Err(reason) => app.state.note(NoteKind::Problem, format!("Reading the environment {name}: {reason}"), None),
            },
        );
    }

    fn check_import(&mut self) {
        let Some(request) = self.state.import.request() else { return };
        let Some(profile) = self.state.import.profile.as_ref().and_then(|id| self.state.profile_of(id)).cloned() else { return };
        let mut sent = request.sent();
        let page = &mut self.state.import;
        page.notes.clear();
        if sent.url.is_empty() {
            sent.url = profile.endpoint().url_revealing_key();
            page.notes.push("The input has no URL, so the payload is checked against the profile's endpoint".to_owned());
        }
        page.result = ImportResult::Checked(check(&profile, &sent));
    }

    fn explain_import(&mut self) {
        let Some(request) = self.state.import.request() else { return };
        let profile = self.state.import.profile.as_ref().and_then(|id| self.state.profile_of(id)).cloned();
        let own = self.state.import.found.as_ref().and_then(|found| found.imported.profile.clone());
        let case = request.case(own.or(profile).as_ref());
        if case.outcome.is_none() {
            return;
        }
        let exchange = case.exchange(self.state.now);
        self.state.import.result = ImportResult::Explained(Box::new(RecordedView::of(&case, exchange)));
    }

    fn profile_of_import(&mut self) {
        let Some(request) = self.state.import.request() else { return };
        let own = self.state.import.found.as_ref().and_then(|found| found.imported.profile.clone());
        let Some(mut profile) = own.or_else(|| request.profile()) else { return };
        if profile.api_key.reveal().contains("{{") {
            profile.api_key = crate::model::Secret::default();
        }
        self.create_profile_then(profile, |app| app.state.view = View::Profile);
    }

    /// Fills the form of the profile, and makes a change there that was proposed for the request.
    fn fill_form(&mut self, fix: Option<Box<Fix>>) {
        let (Some(request), Some(id)) = (self.state.import.request(), self.state.import.profile.clone()) else { return };
        let Some(profile) = self.state.profile_of(&id) else { return };
        let (mut new, mut notes) = request.draft(profile);
        let folder = self.state.import.files_folder(false);
        let look = move || {
            notes.extend(prepare::keep_found(&mut new.attachments, folder.as_deref()));
            (new, notes)
        };
        self.with_files(request, look, |app, (new, notes)| app.select_then(id, move |app| app.fill_with(new, &notes, fix)));
    }

    fn fill_with(&mut self, new: Draft, notes: &[String], fix: Option<Box<Fix>>) {
        let Some(draft) = self.state.draft_id() else { return };
        let Some((stored, session)) = self.state.open() else { return };
        let profile = stored.profile.clone();
        let (step, ()) = session.change(|draft| *draft = new);
        session.json_text = session.draft.payload_text(&profile);
        let undo = Command::Compose(ComposeCommand::UndoStep(draft, step));
        session.unsaved_since.get_or_insert_with(Instant::now);
        refresh(session, &profile);
        // What is wrong in it is said at once, what is missing too, and the first of it has the keyboard.
        session.was_sent = true;
        session.focus = session.problems.iter().find_map(parameter_of).map(str::to_owned);
        session.focus_address = session.focus.is_none() && !session.problems.is_empty();
        session.tab = ComposeTab::Form;
        self.state.view = View::Compose;
        let lost = if notes.is_empty() { String::new() } else { format!(". {}", notes.join(". ")) };
        let text = format!("Copied the request to the form of \"{}\"{lost}", profile.name);
        self.state.note(NoteKind::Info, text, Some(("Undo".into(), undo)));
        if let Some(fix) = fix {
            self.apply_fix(*fix);
        }
    }

    /// Looks at the files that a request names, aside of the window's thread, and goes on if the page still shows that request.
    fn with_files<T: Send + 'static>(
        &mut self,
        request: RequestSpec,
        look: impl FnOnce() -> T + Send + 'static,
        then: impl FnOnce(&mut Self, T) + 'static,
    ) {
        let page = &mut self.state.import;
        if page.is_looking {
            return;
        }
        if prepare::paths_in(&request).is_empty() {
            return then(self, look());
        }
        page.is_looking = true;
        let of = (page.folder.clone(), page.profile.clone());
        self.read_aside("Looking at the files", look, move |app, _, found| {
            let page = &mut app.state.import;
            page.is_looking = false;
            if (page.folder.clone(), page.profile.clone()) == of && page.request() == Some(request) {
                then(app, found);
            }
        });
    }

    /// Makes a request that can be sent, with the files that it names, and goes on with it; why that cannot be done is said on the page.
    fn with_sendable(
        &mut self,
        written: RequestSpec,
        leaves: bool,
        then: impl FnOnce(&mut Self, Request, Vec<FileRef>) + 'static,
    ) {
        let Some(shown) = self.state.import.request() else { return };
        let folder = self.state.import.files_folder(leaves);
        let make = move || {
            let request = prepare::of_spec(&written, folder.as_deref())?;
            Ok((request, prepare::files_of(&written, folder.as_deref())?))
        };
        self.with_files(shown, make, |app, made: Result<_, String>| match made {
            Ok((request, files)) => then(app, request, files),
            Err(reason) => app.state.import.result = ImportResult::Failed(reason),
        });
    }

    fn rehearse_import(&mut self) {
        let Some(profile) = self.state.import.profile.as_ref().and_then(|id| self.state.profile_of(id)).cloned() else { return };
        let Some(written) = self.state.import.request() else { return };
        let written = prepare::meant_for(written, &profile);
        self.with_sendable(written, false, |app, request, _| {
            let made_for = RequestRecord::from(&request);
            let job = app.jobs.rehearse(Rehearsal { request, profile, real: RealAnswer::Nothing }, &Origin::default());
            app.state.import.rehearsal.start(Tool::Rehearse, made_for, Ok(job));
            app.state.import.result = ImportResult::Rehearsed;
        });
    }

    fn ask_to_send_import(&mut self) {
        self.with_delivery(|app, _, delivery, purpose| {
            let shown = app.state.import.request();
            app.with_due(
                delivery,
                move |delivery| delivery.intent(purpose),
                move |app, _, due| {
                    // Another request may be shown by now.
                    if app.state.import.request() == shown {
                        app.state.import.question = Some(confirm::words(&due, &jiff::tz::TimeZone::system()));
                    }
                },
            );
        });
    }

    /// Sends the picked request, now that the user has agreed to everything that was to be confirmed.
    fn send_import(&mut self) {
        self.state.import.question = None;
        self.with_delivery(|app, id, delivery, _| {
            if delivery.profile.production {
                app.state.confirmed.insert(id.clone());
            }
            app.select_then(id, |app| {
                app.state.view = View::Compose;
                if let Some(id) = app.state.draft_id() {
                    app.start_delivery(&id, delivery);
                }
            });
        });
    }

    /// Goes on with the picked request as a delivery, the profile beside whose form its response is shown, and what it is sent for.
    fn with_delivery(&mut self, then: impl FnOnce(&mut Self, ProfileId, Delivery, Purpose) + 'static) {
        let Some(written) = self.state.import.request() else { return };
        let Some(id) = self.state.import.profile.clone().or_else(|| self.state.selected.clone()) else {
            self.state.import.result =
                ImportResult::Failed("No profile to show the response for. Create one first with New profile from this".into());
            return;
        };
        self.with_sendable(written, true, move |app, request, files| {
            let mut profile = app.state.profile_of(&id).cloned().unwrap_or_default();
            let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_default();
            profile.api_key = sent_to.api_key.clone();
            let mut origin = Origin::new(&id.0);
            origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
            let delivery = app.surroundings().delivery(request, sent_to, profile, Vec::new(), origin);
            then(app, id, delivery, Purpose::Replay { files });
        });
    }

    /// The picked request's profile, as far as one is known.
    pub(in crate::ui) fn import_profile(&self) -> Option<ProfileId> {
        self.state.import.profile.clone()
    }
}

fn name_of(path: &std::path::Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// What the page says of what was pasted.
fn hints(page: &ImportPage) -> Hints {
    let environment: Variables = page.environment.as_ref().map(|(_, variables)| variables.clone()).unwrap_or_default();
    Hints { kind: page.taken_for, environment, ..Hints::default() }
}
