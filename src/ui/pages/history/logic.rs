//! The history: listing, opening, sending again, and what the user says of an exchange.

use std::time::{Duration, Instant};

use crate::jobs::HistoryEvent;
use crate::jobs::JobId;
use crate::model::history::{ExchangeKind, Fingerprint, HistoryRecord, HistoryRow};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::collect::unknown_secrets;
use crate::model::{Case, Endpoint, Profile, attachment};
use crate::service::intent::Purpose;
use crate::service::record::Origin;
use crate::service::resend::{self, Resend};
use crate::store::{History, ProfileId};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::refresh::refresh;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::history::state::{DetailPane, Opened};
use crate::ui::pages::response::recorded::RecordedView;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;
use crate::ui::widgets::exact_size_text;

/// How often is looked whether somebody else wrote to the history that is shown.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl App {
    /// Opens the history of the store and drops from it what the limits do not allow.
    pub(in crate::ui) fn open_history(&mut self) {
        let Some(store) = &self.store else { return };
        match store.open_history() {
            Ok((history, notices)) => {
                for notice in notices {
                    self.state.note(NoteKind::Problem, notice.0, None);
                }
                self.jobs.keep_in(history.clone());
                self.history = Some(history);
                self.tidy_history();
            }
            Err(error) => {
                let text = format!("Nothing is stored in the history. {error}");
                self.state.note(NoteKind::Problem, text, None);
            }
        }
    }

    /// Drops what the limits do not allow, and files that nobody owns.
    pub(in crate::ui) fn tidy_history(&mut self) {
        let Some(history) = self.history.clone().filter(|history| history.read_only().is_none()) else { return };
        self.kept_since_tidy = 0;
        let (keep, now) = (self.state.settings.keep, jiff::Timestamp::now());
        self.jobs.save(move || history.prune(&keep, now).map(drop).map_err(|error| error.to_string()));
    }

    pub(in crate::ui) fn show_history(&mut self) {
        self.state.history.focuses_search = self.state.view != View::History;
        self.state.view = View::History;
        self.list_history();
        if let Some(history) = self.history.clone() {
            self.jobs.list_history_profiles(&history);
        }
    }

    /// Lists anew when somebody wrote to the history that is shown.
    pub(in crate::ui) fn watch_history(&mut self, ctx: &eframe::egui::Context) {
        if self.state.view != View::History {
            return;
        }
        ctx.request_repaint_after(LOOK_EVERY);
        if self.history_looked_at.is_some_and(|at| at.elapsed() < LOOK_EVERY) {
            return;
        }
        self.history_looked_at = Some(Instant::now());
        let Some(history) = &self.history else { return };
        if history.revision() != self.state.history.revision {
            self.list_history();
        }
    }

    pub(in crate::ui) fn list_history(&mut self) {
        let Some(history) = self.history.clone() else {
            self.state.history.trouble = Some("The history could not be opened. See the note for the reason".into());
            return;
        };
        self.state.history.revision = history.revision();
        self.state.history.stale = true;
        self.state.history.listing = Some(self.jobs.list_history(&history, self.state.history.filter.clone()));
    }

    pub(in crate::ui) fn history_command(&mut self, command: HistoryCommand) {
        let Some(history) = self.history.clone() else { return };
        let page = &mut self.state.history;
        match command {
            HistoryCommand::List => {
                page.first = 0.0;
                self.list_history();
            }
            HistoryCommand::Rows(ids) => {
                self.jobs.read_rows(&history, ids);
            }
            HistoryCommand::Open(id) => {
                page.cursor = Some(id);
                page.opening = Some(self.jobs.open_record(&history, id));
                if self.state.view != View::History {
                    self.show_history();
                    // What was asked for is the exchange.
                    self.state.history.focuses_search = false;
                }
            }
            HistoryCommand::Close => page.detail = DetailPane::Nothing,
            HistoryCommand::Compare(one, other) => page.opening = Some(self.jobs.compare_records(&history, one, other)),
            HistoryCommand::CompareWithWorking(id) => self.compare_with_working(&history, id),
            HistoryCommand::Resend { id, today } => {
                self.with_kept(&history, id, move |app, kept| app.resend(id, today, &kept));
            }
            HistoryCommand::CopyAsDraft(id) => {
                self.with_kept(&history, id, move |app, kept| app.copy_as_draft(id, kept));
            }
            HistoryCommand::Note(id, note) => self.change(&history, move |history| history.set_note(id, &note).map(|()| 1)),
            HistoryCommand::Tags(id, tags) => self.change(&history, move |history| history.set_tags(id, &tags).map(|()| 1)),
            HistoryCommand::Pin(ids, pinned) => {
                self.change(&history, move |history| history.set_pinned(&ids, pinned).map(|()| ids.len()));
            }
            HistoryCommand::Works(id, works) => self.change(&history, move |history| history.set_works(id, works).map(|()| 1)),
            HistoryCommand::AskDelete(ids) => page.asks_delete = Some(ids),
            HistoryCommand::KeepThem => page.asks_delete = None,
            HistoryCommand::Delete(ids) => {
                page.asks_delete = None;
                if matches!(&page.detail, DetailPane::Opened(opened) if ids.contains(&opened.row.id)) {
                    page.detail = DetailPane::Nothing;
                }
                page.marked.clear();
                self.change(&history, move |history| history.delete(&ids));
            }
        }
    }

    fn change(
        &mut self,
        history: &History,
        change: impl FnOnce(&History) -> Result<usize, crate::store::StoreError> + Send + 'static,
    ) {
        self.jobs.change_history(history, change);
    }

    pub(in crate::ui) fn on_read(&mut self, job: JobId, read: HistoryEvent) {
        if let Some(session) = self.state.sessions_mut().find(|session| session.recalling == Some(job)) {
            session.recalling = None;
            if let HistoryEvent::Opened(opened) = read {
                let (kept, others) = *opened;
                let (at, profile) = (kept.row.started_at, ProfileId(kept.row.profile_id.clone()));
                session.last = Some((at, Box::new(RecordedView { adds_with: Some(profile), ..view_of(kept, others) })));
            }
            return;
        }
        let page = &mut self.state.history;
        match read {
            HistoryEvent::Numbers { ids, complete } if page.listing == Some(job) => {
                page.ids = ids;
                page.complete = complete;
                page.asked.clear();
                page.trouble = None;
            }
            HistoryEvent::Rows(rows) if page.listing == Some(job) && std::mem::take(&mut page.stale) => {
                page.rows = rows.into_iter().map(|row| (row.id, row)).collect();
            }
            HistoryEvent::Rows(rows) => {
                for row in rows {
                    page.asked.remove(&row.id);
                    page.rows.insert(row.id, row);
                }
            }
            HistoryEvent::Opened(read) if page.opening == Some(job) => {
                let (kept, others) = *read;
                let has_profile = self.state.profile_of(&ProfileId(kept.row.profile_id.clone())).is_some();
                self.state.history.detail = DetailPane::Opened(Box::new(opened(kept, others, has_profile)));
            }
            HistoryEvent::Compared(compared) if page.opening == Some(job) => page.detail = DetailPane::Compared(compared),
            HistoryEvent::Profiles(profiles) => page.profiles = profiles,
            HistoryEvent::Changed(_) => {
                if let (DetailPane::Opened(opened), Some(history)) = (&page.detail, self.history.clone()) {
                    page.opening = Some(self.jobs.open_record(&history, opened.row.id));
                }
                self.list_history();
            }
            HistoryEvent::Failed(reason) => {
                if page.listing == Some(job) {
                    page.trouble = Some(reason);
                } else {
                    self.state.note(NoteKind::Problem, reason, None);
                }
            }
            // A late answer to a question that nobody asks any more.
            HistoryEvent::Numbers { .. } | HistoryEvent::Opened(_) | HistoryEvent::Compared(_) => {}
        }
    }

    fn compare_with_working(&mut self, history: &History, id: i64) {
        let history = history.clone();
        let work = {
            let history = history.clone();
            move || match history.rows(&[id])?.pop() {
                Some(row) => history.working(&row.profile_id, row.kind),
                None => Ok(None),
            }
        };
        self.read_aside("Looking for the working exchange", work, move |app, _, found| match found {
            Ok(Some(row)) if row.id != id => app.state.history.opening = Some(app.jobs.compare_records(&history, row.id, id)),
            Ok(_) => {
                let text = "No other successful exchange of this profile. Mark one as working, or send one that succeeds";
                app.state.note(NoteKind::Info, text, None);
            }
            Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
        });
    }

    /// Reads an exchange whole, and goes on with it. One at a time: a second press of the same button asks for nothing new.
    fn with_kept(&mut self, history: &History, id: i64, then: impl FnOnce(&mut Self, HistoryRecord) + 'static) {
        if std::mem::replace(&mut self.state.history.is_reading, true) {
            return;
        }
        let history = history.clone();
        self.read_aside(
            format!("Reading exchange {id}"),
            move || history.open_record(id),
            move |app, _, kept| {
                app.state.history.is_reading = false;
                match kept {
                    Ok(kept) => then(app, kept),
                    Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
                }
            },
        );
    }

    fn resend(&mut self, id: i64, today: bool, kept: &HistoryRecord) {
        let own = ProfileId(kept.row.profile_id.clone());
        let Some(profile_id) = self.state.profile_of(&own).map(|_| own).or_else(|| self.state.selected.clone()) else { return };
        let saved = self.state.profile_of(&profile_id).cloned().unwrap_or_default();
        let again =
            if today { resend::with_profile(kept, &saved) } else { resend::as_it_was(kept, &Profile::default(), Some(&saved)) };
        let Resend { request, sent_to, profile } = match again {
            Ok(again) => again,
            Err(error) => return self.state.note(NoteKind::Problem, format!("Sending {id} again: {error}"), None),
        };
        let mut origin = Origin::new(&profile_id.0);
        origin.fingerprint = Some(Fingerprint::of(&(&request).into()));
        let delivery = self.surroundings().delivery(request, sent_to, profile, Vec::new(), origin);
        self.select_then(profile_id, |app| {
            app.state.view = View::Compose;
            if let Some(id) = app.state.draft_id() {
                app.ask_or_start(id, delivery, Purpose::Send);
            }
        });
    }

    fn copy_as_draft(&mut self, id: i64, kept: HistoryRecord) {
        let own = ProfileId(kept.row.profile_id.clone());
        self.select_then(own, move |app| app.fill_with_kept(id, kept));
    }

    fn fill_with_kept(&mut self, id: i64, kept: HistoryRecord) {
        self.state.view = View::Compose;
        let sent = kept.exchange.sent;
        let Some(draft) = self.state.draft_id() else { return };
        let Some((stored, session)) = self.state.open() else { return };
        let profile = stored.profile.clone();
        let text = sent.body.unwrap_or_default();
        let (step, notes) = session.change(|draft| {
            draft.clear(&profile);
            let notes = draft.set_json(&text, &profile);
            if let Some(mut endpoint) = Endpoint::from_pasted(&sent.url) {
                draft.address = None;
                // A reference that nobody can resolve is not a key.
                if endpoint.api_key.reveal().contains("{{") {
                    endpoint.api_key = profile.api_key.clone();
                }
                draft.set_endpoint(endpoint, &profile);
            }
            notes
        });
        (session.json_notes, session.json_text) = (notes, text);
        let undo = Command::Compose(ComposeCommand::UndoStep(draft, step));
        session.unsaved_since.get_or_insert_with(Instant::now);
        refresh(session, &profile);
        let text = format!("Copied number {id} to the form of \"{}\"", profile.name);
        self.state.note(NoteKind::Info, text, Some(("Undo".into(), undo)));
    }
}

/// What stands beside the list for an exchange that was read.
fn opened(kept: HistoryRecord, others: Vec<HistoryRow>, has_profile: bool) -> Opened {
    let HistoryRecord { missing_secrets, sent_cut, answer_cut, .. } = kept;
    let mut remarks = Vec::new();
    if missing_secrets > 0 {
        let what = if missing_secrets == 1 { "One secret".to_owned() } else { format!("{missing_secrets} secrets") };
        remarks.push(format!("{what} in it is no longer known and is replaced by a reference"));
    }
    for (what, cut) in [("the payload", sent_cut), ("the response", answer_cut)] {
        if let Some(size) = cut {
            remarks.push(format!("Only the beginning of {what} is shown. It has {} in total", exact_size_text(size)));
        }
    }
    let not_again = why_not_again(&kept.exchange.sent, sent_cut).map(str::to_owned);
    let row = kept.row.clone();
    let (note, tags) = (row.note.clone(), row.tags.clone());
    let adds_with = has_profile.then(|| ProfileId(row.profile_id.clone()));
    Opened { view: RecordedView { adds_with, ..view_of(kept, others) }, row, note, tags, remarks, not_again, has_profile }
}

/// Why a request cannot be sent again as it was. What its answer held does not matter for that.
fn why_not_again(sent: &RequestRecord, sent_cut: Option<u64>) -> Option<&'static str> {
    if sent.parts.is_some() {
        Some("The file's bytes are not in the history. Send the file again from the form")
    } else if !unknown_secrets(sent).is_empty() {
        Some("A secret in it is no longer known. Send it with the current profile, or copy it as a draft")
    } else if sent_cut.is_some() {
        Some("Its payload is too large to be restored completely")
    } else {
        None
    }
}

/// An exchange as the response panel draws it, with the attachment endpoints that its answer names.
fn view_of(kept: HistoryRecord, others: Vec<HistoryRow>) -> RecordedView {
    let case = Case::of(&kept.exchange, kept.profile.as_ref());
    let sent_to = Endpoint::from_pasted(&kept.exchange.sent.url).unwrap_or_default();
    let mut view = RecordedView::of(&case, kept.exchange);
    (view.number, view.ticket) = (kept.row.id, kept.row.ticket);
    (view.files, view.others) = (kept.row.attachments as usize, others);
    view.endpoints = case
        .answer()
        .filter(|answer| answer.judgement().is_created() && kept.row.kind == ExchangeKind::Create)
        .and_then(crate::model::Answer::json)
        .map(|json| attachment::find(&json, &sent_to, case.profile.as_ref()))
        .unwrap_or_default();
    view
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Exchange;
    use crate::model::exchange::{Answer, Outcome, Timings};

    fn kept(sent: RequestRecord, answer: Answer) -> HistoryRecord {
        let folder = tempfile::tempdir().unwrap();
        let open = || History::open(folder.path(), std::sync::Arc::new(crate::store::SessionSecrets::default())).unwrap().0;
        let exchange = Exchange {
            sent,
            outcome: Some(Outcome::Answer(answer)),
            timings: Timings::default(),
            body_bytes_sent: 0,
            started_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let entry = crate::service::record::created(&Origin::new("a"), &Profile::default(), 0, &exchange, &[]);
        let id = open().record(&entry).unwrap();
        // Another session knows nothing of the secrets of the first.
        open().open_record(id).unwrap()
    }

    #[test]
    fn only_secrets_of_the_request_keep_it_from_being_sent_again() {
        let cookie = Answer {
            status: 201,
            headers: vec![("Set-Cookie".into(), "session=c00kie-4711; Path=/".into())],
            ..Answer::default()
        };
        let sent = |url: &str| RequestRecord {
            method: "POST".into(),
            url: url.into(),
            body: Some("{}".into()),
            ..RequestRecord::default()
        };
        let set_cookie = opened(kept(sent("https://h/a"), cookie.clone()), Vec::new(), true);
        assert_eq!((set_cookie.not_again, set_cookie.remarks.len()), (None, 1));
        let with_key = opened(kept(sent("https://h/a?apiKey=k3y-4711-0815"), cookie), Vec::new(), true);
        assert!(with_key.not_again.is_some_and(|why| why.starts_with("A secret in it")));
    }
}
