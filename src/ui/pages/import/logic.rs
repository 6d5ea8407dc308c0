//! What somebody else wrote down: reading it, and what is done with it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use eframe::egui::Context;
use poll_promise::Promise;

use crate::diagnosis::check;
use crate::formats::import::postman::Variables;
use crate::formats::import::{self, Hints, Opened, SourceKind};
use crate::model::history::Fingerprint;
use crate::model::request_record::RequestRecord;
use crate::model::request_spec::SpecBody;
use crate::model::{Endpoint, Profile, Request, RequestSpec};
use crate::service::confirm;
use crate::service::intent::Purpose;
use crate::service::order::Delivery;
use crate::service::prepare;
use crate::service::record::Origin;
use crate::service::session::closest_profile;
use crate::service::tools::rehearse::{RealAnswer, Rehearsal};
use crate::store::ProfileId;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::refresh::{parameter_of, refresh};
use crate::ui::pages::compose::state::ComposeTab;
use crate::ui::pages::diagnostics::state::Tool;
use crate::ui::pages::import::command::ImportCommand;
use crate::ui::pages::import::state::{ImportPage, ImportResult};
use crate::ui::pages::response::recorded::RecordedView;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 30;

impl App {
    pub(in crate::ui) fn import_command(&mut self, ctx: &Context, command: ImportCommand) {
        let page = &mut self.state.import;
        match command {
            ImportCommand::Pick => {
                self.dialogs.pick_files(ctx, "Import", None, |paths| Command::Import(ImportCommand::Open(first(paths))));
            }
            ImportCommand::Open(path) => self.open_import(ctx, path),
            ImportCommand::Paste(text) => page.paste(text),
            ImportCommand::PickEnvironment => {
                let done = |paths| Command::Import(ImportCommand::Environment(first(paths)));
                self.dialogs.pick_files(ctx, "Environment", Some(("Environments", &["json", "yaml", "yml", "bru"][..])), done);
            }
            ImportCommand::Environment(path) => self.take_environment(ctx, &path),
            ImportCommand::PickFolder => {
                let done = |path| Command::Import(ImportCommand::Folder(path));
                self.dialogs.pick_folder(ctx, "Folder of the request's files", done);
            }
            ImportCommand::Folder(path) => (page.folder, page.result) = (Some(path), ImportResult::Nothing),
            ImportCommand::TakeFor(kind) => {
                page.taken_for = kind;
                self.read_again(ctx);
            }
            ImportCommand::Clear => *page = ImportPage::default(),
            ImportCommand::Check => self.check_import(),
            ImportCommand::Explain => self.explain_import(),
            ImportCommand::NewProfile => self.profile_of_import(),
            ImportCommand::FillForm => self.fill_form(),
            ImportCommand::Rehearse => self.rehearse_import(),
            ImportCommand::AskToSend => self.ask_to_send_import(),
            ImportCommand::Send => self.send_import(),
            ImportCommand::Decline => page.question = None,
        }
    }

    /// Reads a text that was pasted or changed, and takes over what was read in the background.
    pub(in crate::ui) fn take_import(&mut self, ctx: &Context) {
        let page = &mut self.state.import;
        if page.reading.is_none() && page.file.is_none() && page.pasted != page.read {
            page.read = page.pasted.clone();
            page.folder = None;
            if page.pasted.trim().is_empty() {
                (page.found, page.trouble) = (None, None);
            } else {
                self.read_again(ctx);
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
        if self.create_profile(profile).is_some() {
            self.state.note(NoteKind::Info, format!("The profile \"{name}\" is imported and open"), None);
            self.state.view = View::Compose;
        }
    }

    /// The profile whose endpoint fits best, or else the open one.
    fn guess_profile(&mut self) {
        let Some(request) = self.state.import.request() else { return };
        let open = self.state.selected.as_ref();
        let saved = self.state.profiles.iter().map(|document| &**document);
        let closest = closest_profile(saved, &request.url, open).map(|stored| &stored.id);
        self.state.import.profile = closest.or(open).cloned();
    }

    fn open_import(&mut self, ctx: &Context, path: PathBuf) {
        let page = &mut self.state.import;
        let hints = hints(page);
        page.pasted.clear();
        page.read.clear();
        // Files that it names lie beside it more often than where the program was started.
        page.folder = path.parent().map(std::path::Path::to_owned);
        let ctx = ctx.clone();
        self.state.import.reading = Some(Promise::spawn_thread("import", move || {
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let read = read_file(&path).map_err(|error| format!("Reading {}: {error}", path.display()));
            let outcome = match read {
                Ok(bytes) => {
                    let found = import::open(&bytes, &hints).map_err(|reason| format!("Reading {name}: {reason}"));
                    (Some((name, Arc::new(bytes))), found)
                }
                Err(reason) => (None, Err(reason)),
            };
            ctx.request_repaint();
            outcome
        }));
    }

    /// Reads the same text or file for something else, or with other variables.
    fn read_again(&mut self, ctx: &Context) {
        let page = &mut self.state.import;
        let bytes = match &page.file {
            Some((_, bytes)) => bytes.clone(),
            None => Arc::new(page.pasted.clone().into_bytes()),
        };
        if bytes.is_empty() {
            return;
        }
        let hints = hints(page);
        let ctx = ctx.clone();
        page.reading = Some(Promise::spawn_thread("import", move || {
            let found = import::open(&bytes, &hints).map_err(|reason| format!("Reading it: {reason}"));
            ctx.request_repaint();
            (None, found)
        }));
    }

    fn take_environment(&mut self, ctx: &Context, path: &std::path::Path) {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let read = read_file(path).map_err(|error| error.to_string());
        let read = read.and_then(|bytes| import::environment(&bytes).map_err(|error| error.to_string()));
        match read {
            Ok(variables) => {
                self.state.import.environment = Some((name, variables));
                self.read_again(ctx);
            }
            Err(reason) => self.state.note(NoteKind::Problem, format!("Reading the environment {name}: {reason}"), None),
        }
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
        if self.create_profile(profile).is_some() {
            self.state.view = View::Profile;
        }
    }

    fn fill_form(&mut self) {
        let (Some(request), Some(id)) = (self.state.import.request(), self.state.import.profile.clone()) else { return };
        let folder = self.state.import.folder.clone();
        self.select(id);
        let Some(draft) = self.state.draft_id() else { return };
        let Some((stored, session)) = self.state.open() else { return };
        let profile = stored.profile.clone();
        let (mut new, mut notes) = request.draft(&profile);
        notes.extend(prepare::keep_found(&mut new.attachments, folder.as_deref()));
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
    }

    /// The picked request as one that can be sent; why not is said on the page.
    fn sendable(&mut self) -> Option<Request> {
        let written = self.state.import.request()?;
        let folder = self.state.import.folder.clone();
        match prepare::of_spec(&written, folder.as_deref()) {
            Ok(request) => Some(request),
            Err(reason) => {
                self.state.import.result = ImportResult::Trouble(reason);
                None
            }
        }
    }

    fn rehearse_import(&mut self) {
        let Some(request) = self.sendable_or_payload() else { return };
        let Some(profile) = self.state.import.profile.as_ref().and_then(|id| self.state.profile_of(id)).cloned() else { return };
        let made_for = RequestRecord::from(&request);
        let job = self.jobs.rehearse(Rehearsal { request, profile, real: RealAnswer::Nothing }, &Origin::default());
        self.state.import.rehearsal.start(Tool::Rehearse, made_for, Ok(job));
        self.state.import.result = ImportResult::Rehearsed;
    }

    /// As [`App::sendable`]; a payload alone is meant for the profile's endpoint.
    fn sendable_or_payload(&mut self) -> Option<Request> {
        let written = self.state.import.request()?;
        if !written.url.is_empty() {
            return self.sendable();
        }
        let profile = self.state.import.profile.as_ref().and_then(|id| self.state.profile_of(id))?;
        let whole = RequestSpec { url: profile.endpoint().url_revealing_key(), ..written };
        prepare::of_spec(&whole, self.state.import.folder.as_deref())
            .map_err(|reason| self.state.import.result = ImportResult::Trouble(reason))
            .ok()
    }

    fn ask_to_send_import(&mut self) {
        let Some((_, delivery, purpose)) = self.import_delivery() else { return };
        let due = self.due(&delivery.intent(purpose));
        self.state.import.question = Some(confirm::words(&due, &jiff::tz::TimeZone::system()));
    }

    /// Sends the picked request, now that the user has agreed to everything that was to be confirmed.
    fn send_import(&mut self) {
        self.state.import.question = None;
        let Some((id, delivery, _)) = self.import_delivery() else { return };
        if delivery.profile.production {
            self.state.confirmed.insert(id.clone());
        }
        self.select(id.clone());
        self.state.view = View::Compose;
        if let Some(id) = self.state.draft_id() {
            self.start_delivery(&id, delivery);
        }
    }

    /// The picked request as a delivery, the profile beside whose form its answer is shown, and what it is sent for.
    fn import_delivery(&mut self) -> Option<(ProfileId, Delivery, Purpose)> {
        let request = self.sendable()?;
        let written = self.state.import.request()?;
        let files = prepare::files_of(&written, self.state.import.folder.as_deref());
        let files = files.map_err(|reason| self.state.import.result = ImportResult::Trouble(reason)).ok()?;
        let Some(id) = self.state.import.profile.clone().or_else(|| self.state.selected.clone()) else {
            self.state.import.result =
                ImportResult::Trouble("No profile to show the response for. Create one first with New profile from this".into());
            return None;
        };
        let mut profile = self.state.profile_of(&id).cloned().unwrap_or_default();
        let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_default();
        profile.api_key = sent_to.api_key.clone();
        let mut origin = Origin::new(&id.0);
        origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
        let delivery = self.delivery(request, sent_to, profile, Vec::new(), origin);
        Some((id, delivery, Purpose::Replay { files }))
    }

    /// The picked request's profile, as far as one is known.
    pub(in crate::ui) fn import_profile(&self) -> Option<ProfileId> {
        self.state.import.profile.clone()
    }
}

/// The one file that is wanted of those that were picked.
fn first(paths: Vec<PathBuf>) -> PathBuf {
    paths.into_iter().next().unwrap_or_default()
}

/// What the page says of what was pasted.
fn hints(page: &ImportPage) -> Hints {
    let environment: Variables = page.environment.as_ref().map(|(_, variables)| variables.clone()).unwrap_or_default();
    Hints { kind: page.taken_for, environment, ..Hints::default() }
}

/// The bytes of a file, unless it is larger than anything that is imported.
fn read_file(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    if !std::fs::metadata(path)?.is_file() {
        // A pipe would be waited for, and a device may have no end.
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    Ok(bytes)
}
