//! What somebody else wrote down: reading it, and what is done with it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use eframe::egui::Context;
use poll_promise::Promise;

use crate::diagnosis::{self, check};
use crate::formats::pasted::{self, BareBody};
use crate::formats::postman::{self, Variables};
use crate::formats::recognise::{self, Kind, Opened, decode};
use crate::jobs::JobId;
use crate::jobs::delivery::{Delivery, Report};
use crate::jobs::record::Origin;
use crate::jobs::rehearse::{Beside, Rehearsal};
use crate::jobs::replay::request_of;
use crate::model::exchange::{Outcome, Sent, Timings};
use crate::model::history::Fingerprint;
use crate::model::imported::{Imported, Note, Weight};
use crate::model::{Address, Case, Endpoint, Exchange, Network, Profile, Request, WrittenRequest};
use crate::store::{ProfileId, StoredProfile};
use crate::ui::app::App;
use crate::ui::command::{Command, ImportCommand};
use crate::ui::finding::Tool;
use crate::ui::import::Made;
use crate::ui::response::ResponseState;
use crate::ui::state::{DeliveryView, NoteKind, View};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 30;

impl App {
    pub(super) fn import_command(&mut self, ctx: &Context, command: ImportCommand) {
        let page = &mut self.state.import;
        match command {
            ImportCommand::Pick => {
                let done = |mut paths: Vec<PathBuf>| {
                    let first = if paths.is_empty() { PathBuf::new() } else { paths.swap_remove(0) };
                    Command::Import(ImportCommand::Open(first))
                };
                self.dialogs.pick_files(ctx, "Import", None, done);
            }
            ImportCommand::Open(path) => self.open_import(ctx, path),
            ImportCommand::PickEnvironment => {
                let done = |mut paths: Vec<PathBuf>| {
                    let first = if paths.is_empty() { PathBuf::new() } else { paths.swap_remove(0) };
                    Command::Import(ImportCommand::Environment(first))
                };
                self.dialogs.pick_files(ctx, "Postman environment", Some(("Environments", &["json"][..])), done);
            }
            ImportCommand::Environment(path) => self.take_environment(ctx, &path),
            ImportCommand::TakeFor(kind) => {
                page.taken_for = kind;
                self.read_again(ctx);
            }
            ImportCommand::Clear => *page = crate::ui::import::ImportPage::default(),
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
        let Some(reading) = self.state.import.reading.take() else { return };
        match reading.try_take() {
            Ok((file, found)) => self.took_import(file, found),
            Err(reading) => self.state.import.reading = Some(reading),
        }
    }

    fn took_import(&mut self, file: Option<(String, Arc<Vec<u8>>)>, found: Result<Opened, String>) {
        let page = &mut self.state.import;
        if file.is_some() {
            page.file = file;
        }
        (page.picked, page.made, page.question, page.listed) = (0, Made::Nothing, None, None);
        page.notes.clear();
        match found {
            Ok(Opened { kind: Kind::Profile, imported }) => {
                *page = crate::ui::import::ImportPage::default();
                let Some(profile) = imported.profile else { return };
                let name = profile.shown_name().to_owned();
                if self.create_profile(profile).is_some() {
                    self.state.note(NoteKind::Info, format!("The profile \"{name}\" is imported and open"), None);
                    self.state.view = View::Compose;
                }
                return;
            }
            Ok(opened) => {
                let sources = |request: &WrittenRequest| Endpoint::from_pasted(&request.url).is_some();
                let requests = &opened.imported.requests;
                let count = requests.iter().filter(|request| sources(request)).count();
                // Among a browser's requests those to Centercode are few.
                page.only_sources = count > 0 && count < requests.len();
                page.picked = requests.iter().position(sources).unwrap_or(0);
                page.trouble = None;
                page.found = Some(opened);
            }
            Err(reason) => {
                page.found = None;
                page.trouble = Some(reason);
            }
        }
        self.guess_profile();
    }

    /// The profile whose endpoint fits best, or else the open one.
    fn guess_profile(&mut self) {
        let Some(request) = self.state.import.request() else { return };
        let endpoint = Endpoint::from_pasted(&request.url).unwrap_or_default();
        let open = self.state.selected.as_ref();
        let fits = |stored: &StoredProfile| (stored.profile.endpoint().likeness(&endpoint), open == Some(&stored.id));
        let saved = self.state.profiles.iter().map(|stored| (&stored.id, fits(stored)));
        let best = saved
            .max_by_key(|(_, fits)| *fits)
            .map(|(id, (likeness, _))| (id, likeness))
            .filter(|(_, likeness)| *likeness > 1)
            .map(|(id, _)| id.clone());
        self.state.import.profile = best.or_else(|| self.state.selected.clone());
    }

    fn open_import(&mut self, ctx: &Context, path: PathBuf) {
        let page = &mut self.state.import;
        let (asked, environment) = (page.taken_for, variables(page.environment.as_ref()));
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
                    let found = open(&bytes, asked, &environment).map_err(|reason| format!("Reading {name}: {reason}"));
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
        let (asked, environment) = (page.taken_for, variables(page.environment.as_ref()));
        let ctx = ctx.clone();
        page.reading = Some(Promise::spawn_thread("import", move || {
            let found = open(&bytes, asked, &environment).map_err(|reason| format!("Reading it: {reason}"));
            ctx.request_repaint();
            (None, found)
        }));
    }

    fn take_environment(&mut self, ctx: &Context, path: &std::path::Path) {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let read = std::fs::read(path).map_err(|error| error.to_string());
        let read = read.and_then(|bytes| {
            decode(&bytes).and_then(|(text, _)| postman::read_environment(&text)).map_err(|error| error.to_string())
        });
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
            page.notes.push("There was no URL, so the payload is checked as if sent to the profile's endpoint".to_owned());
        }
        page.made = Made::Checked(check(&profile, &sent));
    }

    fn explain_import(&mut self) {
        let Some(request) = self.state.import.request() else { return };
        let profile = self.state.import.profile.as_ref().and_then(|id| self.state.profile_of(id)).cloned();
        let own = self.state.import.found.as_ref().and_then(|found| found.imported.profile.clone());
        let case = request.case(own.or(profile).as_ref());
        let outcome = match (&case.answer, &case.failure) {
            (Some(answer), _) => Outcome::Answer(answer.clone()),
            (None, Some(failure)) => Outcome::Failure(failure.clone()),
            (None, None) => return,
        };
        self.state.import.made = Made::Explained(Box::new(explained(&case, outcome, self.state.now)));
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
        self.select(id);
        let Some((stored, session)) = self.state.open() else { return };
        let profile = stored.profile.clone();
        let before = session.draft.clone();
        let (draft, notes) = request.draft(&profile);
        session.draft = draft;
        session.json_text = session.draft.payload_text(&profile);
        session.undo.push(before);
        session.unsaved_since.get_or_insert_with(Instant::now);
        super::refresh(session, &profile);
        self.state.view = View::Compose;
        let lost = if notes.is_empty() { String::new() } else { format!(". {}", notes.join(". ")) };
        let text = format!("The request is in the form of \"{}\"{lost}", profile.name);
        self.state.note(NoteKind::Info, text, Some(("Undo".into(), Command::UndoMend)));
    }

    /// The picked request as one that can be sent; why not is said on the page.
    fn sendable(&mut self) -> Option<Request> {
        let written = self.state.import.request()?;
        let folder = self.state.import.folder.clone();
        match request_of(&written, folder.as_deref()) {
            Ok((request, notes)) => {
                self.state.import.notes = notes;
                Some(request)
            }
            Err(reason) => {
                self.state.import.made = Made::Trouble(reason);
                None
            }
        }
    }

    fn rehearse_import(&mut self) {
        let Some(mut request) = self.sendable_or_payload() else { return };
        let Some(profile) = self.state.import.profile.as_ref().and_then(|id| self.state.profile_of(id)).cloned() else { return };
        if request.url.is_empty() {
            request.url = profile.endpoint().url_revealing_key();
        }
        let job = self.jobs.rehearse(Rehearsal { request, profile, beside: Beside::Nothing });
        let page = &mut self.state.finding;
        (page.tool, page.job, page.ended) = (Some(Tool::Rehearse), Some(job), None);
        page.lines.clear();
        self.state.import.made = Made::Rehearsed;
    }

    /// As [`App::sendable`]; a payload alone is meant for the profile's endpoint.
    fn sendable_or_payload(&mut self) -> Option<Request> {
        let written = self.state.import.request()?;
        if !written.url.is_empty() {
            return self.sendable();
        }
        let profile = self.state.import.profile.as_ref().and_then(|id| self.state.profile_of(id))?;
        let whole = WrittenRequest { url: profile.endpoint().url_revealing_key(), ..written };
        request_of(&whole, None).map(|(request, _)| request).map_err(|reason| self.state.import.made = Made::Trouble(reason)).ok()
    }

    fn ask_to_send_import(&mut self) {
        let Some(request) = self.sendable() else { return };
        let address = Address::parse(&request.url);
        let host = address.raw(&address.authority);
        self.state.import.question =
            Some(format!("This sends the request to {host} as it is. A success makes a real ticket there"));
    }

    fn send_import(&mut self) {
        self.state.import.question = None;
        let Some(request) = self.sendable() else { return };
        let Some(id) = self.state.import.profile.clone().or_else(|| self.state.selected.clone()) else {
            self.state.import.made =
                Made::Trouble("There is no profile to show the answer beside. Make one first: New profile from this".into());
            return;
        };
        self.select(id.clone());
        let mut profile = self.state.profile_of(&id).cloned().unwrap_or_default();
        let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_default();
        profile.api_key = sent_to.api_key.clone();
        let mut origin = Origin::new(&id.0);
        origin.fingerprint = Some(Fingerprint::of(&Sent::from(&request)));
        let delivery = self.delivery(request, sent_to, profile, Vec::new(), origin);
        self.state.view = View::Compose;
        self.ask_or_start(&id, delivery, None);
    }

    /// The picked request's profile, as far as one is known.
    pub(super) fn import_profile(&self) -> Option<ProfileId> {
        self.state.import.profile.clone()
    }
}

fn variables(environment: Option<&(String, Variables)>) -> Variables {
    environment.map(|(_, variables)| variables.clone()).unwrap_or_default()
}

/// The bytes of a file, unless it is larger than anything that is imported.
fn read_file(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    Ok(bytes)
}

/// Whether JSON is what Centercode and its like answer with: an object that names its status.
fn is_answer(text: &str) -> bool {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let status = value.get("status").and_then(serde_json::Value::as_u64);
    status.is_some_and(|status| (400..600).contains(&status))
        && (value.get("description").is_some() || value.get("message").is_some())
}

/// The profile that bytes are, if they are one.
fn profile_in(bytes: &[u8]) -> Option<Profile> {
    let (text, _) = decode(bytes).ok()?;
    if recognise::recognise(&text) != Some(Kind::Profile) {
        return None;
    }
    Profile::from_json(text.trim_start_matches('\u{feff}')).ok()
}

/// Reads bytes. An answer alone is no request, and may be all that there is.
fn open(bytes: &[u8], asked: Option<Kind>, environment: &Variables) -> Result<Opened, String> {
    if let Some(profile) = profile_in(bytes).filter(|_| asked.is_none_or(|kind| kind == Kind::Profile)) {
        let imported = Imported { profile: Some(profile), ..Imported::default() };
        return Ok(Opened { kind: Kind::Profile, imported });
    }
    let failed = match recognise::open(bytes, asked, environment) {
        Ok(opened) if asked.is_none() && opened.kind == Kind::Json && std::str::from_utf8(bytes).is_ok_and(is_answer) => {
            String::new()
        }
        Ok(opened) if !opened.imported.requests.is_empty() => return Ok(opened),
        Ok(opened) => {
            let reasons: Vec<String> = opened.imported.notes.iter().take(3).map(Note::to_string).collect();
            format!("taken for {}, it holds no request. {}", opened.kind.label(), reasons.join(". "))
        }
        Err(error) => error.to_string(),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| failed.clone())?;
    let pasted = pasted::read(text, BareBody::Answer).map_err(|_| failed.clone())?;
    let only_answer =
        pasted.sent.is_none() && (pasted.answer.as_ref().is_some_and(|answer| answer.status > 0) || pasted.failure.is_some());
    if !only_answer && pasted.sent.is_none() {
        return Err(failed);
    }
    let notes = pasted.notes.iter().map(|text| Note { weight: Weight::Taken, place: None, text: text.clone() }).collect();
    let profile = pasted.profile.clone();
    let request = WrittenRequest::of_case(&pasted.into_case(None));
    Ok(Opened { kind: Kind::Http, imported: Imported { requests: vec![request], notes, profile } })
}

/// A pasted exchange as the response panel draws it.
fn explained(case: &Case, outcome: Outcome, now: jiff::Timestamp) -> DeliveryView {
    let mut causes = diagnosis::diagnose(case);
    // There is no draft here to be mended.
    causes.iter_mut().for_each(|cause| cause.mends.clear());
    let exchange =
        Exchange { sent: case.sent.clone(), outcome, timings: Timings::default(), body_bytes_sent: 0, started_at: now };
    let report = Report { create: Ok(exchange.clone()), ticket: None, endpoints: Vec::new(), uploads: Vec::new() };
    let sent_to = Endpoint::from_pasted(&case.sent.url).unwrap_or_default();
    DeliveryView {
        job: JobId::NONE,
        delivery: Delivery {
            request: Request::again(&case.sent).unwrap_or_default(),
            sent_to,
            profile: case.profile.clone().unwrap_or_default(),
            attachments: Vec::new(),
            network: Network::default(),
            uploads_at_once: 1,
            origin: Origin::default(),
        },
        started_at: now,
        started: Instant::now(),
        exchange: Some(exchange),
        causes,
        endpoints: Vec::new(),
        uploads: Vec::new(),
        report: Some(report),
        overridden: Vec::new(),
        response: ResponseState::default(),
        kept: None,
    }
}
