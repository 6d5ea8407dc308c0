//! A suite: read, run, and reported.

use std::path::PathBuf;

use eframe::egui::Context;

use crate::jobs::{JobId, RunJobEvent, RunOrder, RunSwitches, WantedRun};
use crate::model::Address;
use crate::model::history::{ExchangeKind, HistoryRow};
use crate::runner::job::{CutOff, Leftover};
use crate::runner::report::ReportKind;
use crate::runner::result::{RunResult, Verdict};
use crate::service::confirm;
use crate::store::{ProfileId, write_export};
use crate::transport::read_regular;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::run::command::{RunCommand, Start};
use crate::ui::pages::run::series::Series;
use crate::ui::pages::run::state::{Running, Tab};
use crate::ui::toasts::NoteKind;

impl App {
    pub(in crate::ui) fn run_command(&mut self, ctx: &Context, command: RunCommand) {
        match command {
            RunCommand::PickSuite => {
                let done = |path| Command::Run(RunCommand::Suite(path));
                self.dialogs.pick_file(ctx, "Open a suite", Some(("Suites", &["toml"])), done);
            }
            RunCommand::PickData => {
                let done = |path| Command::Run(RunCommand::Data(path));
                let kinds = ["csv", "tsv", "txt", "json", "ndjson", "jsonl", "xlsx", "xlsm"];
                self.dialogs.pick_file(ctx, "Open data rows", Some(("Data rows", &kinds)), done);
            }
            RunCommand::Suite(path) => {
                self.state.run.path = path.display().to_string();
                self.check_suite();
            }
            RunCommand::Open(path) => {
                self.state.view = crate::ui::view::View::Run;
                self.run_command(ctx, RunCommand::Suite(path));
            }
            RunCommand::Data(path) => {
                self.state.run.data = path.display().to_string();
                self.check_suite();
            }
            RunCommand::CloseRow => self.state.run.open = None,
            RunCommand::Check => self.check_suite(),
            RunCommand::Start(start) => self.ask_or_start_run(start),
            RunCommand::Agree => {
                if let Some((_, start)) = self.state.run.question.take() {
                    self.start_run(start);
                }
            }
            RunCommand::Decline => self.state.run.question = None,
            RunCommand::Pause => self.with_switches(|switches| switches.gate.close()),
            RunCommand::Resume => self.with_switches(|switches| switches.gate.open()),
            RunCommand::Stop => self.with_switches(|switches| {
                switches.stop.cancel();
                // What waits at the gate was begun, and is finished.
                switches.gate.open();
            }),
            RunCommand::GiveUp => self.with_switches(|switches| {
                switches.stop.cancel();
                switches.cancel.cancel();
            }),
            RunCommand::Exchange(delivery) => {
                self.show_exchange_of(delivery, |rows| rows.into_iter().find(|row| row.kind == ExchangeKind::Create));
            }
            RunCommand::Upload { delivery, element, place } => {
                self.show_exchange_of(delivery, move |rows| upload_of(rows, &element, place));
            }
            RunCommand::PickReport(kind) => {
                let Some(result) = &self.state.run.result else { return };
                let name = format!("{}.{}", file_stem(&result.suite), kind.ending());
                let done = move |path| Command::Run(RunCommand::Save(kind, path));
                self.dialogs.pick_place(ctx, &format!("Save the {} report", kind.label()), &name, done);
            }
            RunCommand::Save(kind, path) => self.save_report(kind, path),
            RunCommand::PickEarlier => {
                let done = |path| Command::Run(RunCommand::Earlier(path));
                self.dialogs.pick_file(ctx, "Open the JSON report of an earlier run", Some(("JSON reports", &["json"])), done);
            }
            RunCommand::Earlier(path) => self.compare_with(path),
        }
    }

    pub(in crate::ui) fn on_run(&mut self, job: JobId, event: RunJobEvent) {
        let page = &mut self.state.run;
        match event {
            RunJobEvent::Prepared(prepared) if page.preparing == Some(job) => {
                page.preparing = None;
                match prepared {
                    Ok(prepared) => page.take(*prepared),
                    Err(reason) => (page.prepared, page.failed) = (None, Some(reason)),
                }
            }
            RunJobEvent::Row(told) if page.running.as_ref().is_some_and(|running| running.job == job) => page.tell(told),
            RunJobEvent::Ended(ended) if page.running.as_ref().is_some_and(|running| running.job == job) => match ended {
                Ok(result) => self.end_run(*result),
                Err(reason) => (page.running, page.failed) = (None, Some(reason)),
            },
            // What a job that nobody waits for tells.
            RunJobEvent::Prepared(_) | RunJobEvent::Row(_) | RunJobEvent::Ended(_) => {}
        }
    }

    fn check_suite(&mut self) {
        let page = &mut self.state.run;
        let typed = |text: &str| Some(text.trim().trim_matches('"')).filter(|text| !text.is_empty()).map(PathBuf::from);
        if page.running.is_some() {
            return;
        }
        let Some(path) = typed(&page.path) else {
            page.failed = Some("Name the suite: a TOML file. \"Add to suite\" makes one of what you sent".to_owned());
            return;
        };
        (page.failed, page.question) = (None, None);
        let wanted = WantedRun {
            path,
            data: typed(&page.data),
            profiles: self.state.profiles.iter().map(|stored| (**stored).clone()).collect(),
            settings: (*self.state.settings).clone(),
            store: self.store.clone(),
        };
        self.state.run.preparing = Some(self.jobs.prepare_run(wanted));
    }

    fn ask_or_start_run(&mut self, start: Start) {
        let page = &self.state.run;
        let Some(prepared) = page.prepared.clone().filter(|_| page.running.is_none()) else { return };
        let mut job = prepared.job.clone();
        let done = match start {
            Start::All | Start::Anew => 0,
            Start::Failures => {
                job.keep_rows(&page.failures());
                0
            }
            Start::GoOn => {
                let Some(cut_off) = &page.cut_off else { return };
                cut_off.only.iter().for_each(|only| job.keep_rows(only));
                cut_off.done
            }
        };
        let url = job.plan.profile.endpoint().url_revealing_key();
        self.with_due(
            (job, url),
            move |(job, url)| job.intent(url, done),
            move |app, _, reasons| {
                if reasons.is_empty() {
                    return app.start_run(start);
                }
                let text = prepared.masker.text(&confirm::words(&reasons, &jiff::tz::TimeZone::system()));
                app.state.run.question = Some((text, start));
            },
        );
    }

    fn start_run(&mut self, start: Start) {
        let uploads_at_once = self.state.settings.uploads_at_once;
        let page = &mut self.state.run;
        let Some(prepared) = page.prepared.clone().filter(|_| page.running.is_none()) else { return };
        let (leftover, only) = match start {
            Start::All => (Leftover::Refuse, None),
            Start::Anew => (Leftover::DropIt, None),
            Start::GoOn => (Leftover::GoOn, None),
            Start::Failures => (Leftover::Refuse, Some(page.failures())),
        };
        let done = only.clone().or_else(|| page.cut_off.as_ref().filter(|_| start == Start::GoOn)?.only.clone());
        page.forget(done.as_deref());
        (page.series, page.failed, page.cut_off) = (Series::default(), None, None);
        page.tab = if prepared.job.plan.suite.matrix.is_some() { Tab::Grid } else { Tab::Rows };
        let rows = done.map_or(page.rows().len(), |only| only.len());
        let profile = &prepared.job.plan.profile;
        if profile.production {
            self.state.confirmed.insert(ProfileId(prepared.job.profile_id.clone()));
        }
        let switches = RunSwitches::default();
        let order = RunOrder { prepared, leftover, only, uploads_at_once, switches: switches.clone() };
        let job = self.jobs.run_suite(order);
        let began = std::time::Instant::now();
        self.state.run.running = Some(Running { job, switches, began, rows, over: 0, failed: 0 });
    }

    fn end_run(&mut self, result: RunResult) {
        let page = &mut self.state.run;
        let done = result.rows.iter().filter(|row| row.verdict != Verdict::NotRun).count();
        page.cut_off = result.stopped.is_some().then(|| CutOff {
            started_at: result.started_at,
            done,
            rows: result.rows.len(),
            only: (result.rows.len() < page.rows().len()).then(|| result.rows.iter().map(|row| row.number).collect()),
            is_changed: false,
        });
        page.end(result);
        if let (Some(prepared), Some(result), None) = (&page.prepared, &page.result, &page.cut_off) {
            self.jobs.keep_run(prepared, result);
        }
    }

    fn with_switches(&self, change: impl FnOnce(&RunSwitches)) {
        if let Some(running) = &self.state.run.running {
            change(&running.switches);
        }
    }

    fn show_exchange_of(&mut self, delivery: u64, pick: impl FnOnce(Vec<HistoryRow>) -> Option<HistoryRow> + Send + 'static) {
        let Some(history) = self.history.clone() else {
            let text = "Nothing was kept of this exchange: the history could not be opened";
            self.state.note(NoteKind::Problem, text, None);
            return;
        };
        self.read_aside(
            "Reading the exchange",
            move || history.delivery(delivery).map(pick),
            |app, _, found| match found {
                Ok(Some(row)) => app.history_command(HistoryCommand::Open(row.id)),
                Ok(None) => app.state.note(NoteKind::Problem, "The history does not hold this exchange any more", None),
                Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
            },
        );
    }

    fn save_report(&mut self, kind: ReportKind, path: PathBuf) {
        let Some(result) = self.state.run.result.clone() else { return };
        let shown = path.display().to_string();
        self.write_aside("Saving the report", move || {
            write_export(&path, &kind.write(&result), true).map_err(|error| error.to_string())?;
            Ok(format!("Saved the report as {shown}"))
        });
    }

    fn compare_with(&mut self, path: PathBuf) {
        let shown = path.display().to_string();
        let parse = |bytes: Vec<u8>| serde_json::from_slice::<RunResult>(&bytes).map_err(|error| error.to_string());
        self.read_aside(
            "Reading the earlier report",
            move || read_regular(&path).and_then(parse),
            move |app, _, read| match read {
                Ok(earlier) => {
                    let page = &mut app.state.run;
                    page.earlier = Some(earlier);
                    page.compare();
                    if page.result.is_some() {
                        page.tab = Tab::Changes;
                    }
                }
                Err(reason) => {
                    let text =
                        format!("Reading the earlier report {shown}: {reason}. Open a JSON report that was saved from a run");
                    app.state.note(NoteKind::Problem, text, None);
                }
            },
        );
    }
}

/// The upload of a file, the last try where there were several.
fn upload_of(rows: Vec<HistoryRow>, element: &str, place: usize) -> Option<HistoryRow> {
    let uploads: Vec<HistoryRow> = rows.into_iter().filter(|row| row.kind == ExchangeKind::Upload).collect();
    let goes_there = |row: &&HistoryRow| {
        let address = Address::parse(&row.url);
        address.segments.last().is_some_and(|last| address.decoded(last) == element)
    };
    let to_element: Vec<&HistoryRow> = uploads.iter().filter(goes_there).collect();
    to_element.get(place).or(to_element.last()).copied().or(uploads.last()).cloned()
}

/// A suite's name as a file's.
fn file_stem(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '-' };
    let stem: String = name.to_lowercase().chars().map(plain).collect();
    let stem = stem.trim_matches('-');
    if stem.is_empty() { "run".to_owned() } else { stem.to_owned() }
}
