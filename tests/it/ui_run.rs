//! Suites in the window: opened, checked, run, looked at row by row, continued and reported.

use std::path::PathBuf;

use centerpost::model::history::ExchangeKind;
use centerpost::runner::report::ReportKind;
use centerpost::ui::command::Command;
use centerpost::ui::pages::export::command::{ExportCommand, ExportSource};
use centerpost::ui::pages::history::state::DetailPane;
use centerpost::ui::pages::run::command::RunCommand;
use centerpost::ui::pages::run::state::{Listed, RunPage, Tab};
use centerpost::ui::view::View;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::window::{Beside, Driven, FRAME, beside, beside_a_sandbox};

const CREATE: &str = "[[step]]\nname = \"Create\"\nsend = {}\nexpect = [{ status = 201 }]\n";

/// The window on the run page, with a suite and its rows in files.
fn window(suite: &str, rows: &str) -> (Beside, PathBuf) {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.run(Command::Show(View::Run));
    let path = window.folder.path().join("nightly.toml");
    std::fs::write(&path, format!("name = \"Nightly\"\nprofile = \"Acme\"\n{suite}")).unwrap();
    std::fs::write(window.folder.path().join("rows.csv"), rows).unwrap();
    (window, path)
}

fn page(window: &mut Beside) -> &mut RunPage {
    &mut window.harness.state_mut().state().run
}

/// Opens a suite by its path, as it is typed.
fn open(window: &mut Beside, path: &std::path::Path) {
    window.type_into("Suite", &path.display().to_string());
    window.press("Check");
    window.until_mut("the suite", |window| page(window).preparing.is_none());
}

/// Answers the question before a run, once its dangerous button listens.
fn agree(window: &mut Beside) {
    window.until("the question", |window| window.has("real ticket"));
    window.harness.run_steps(4);
    window.press("Start the run");
}

fn until_over(window: &mut Beside) {
    window.until_mut("the end of the run", |window| page(window).running.is_none());
    window.harness.run_steps(3);
}

fn rows(count: usize) -> String {
    "Title,severity\n".to_owned() + &(1..=count).map(|number| format!("crash {number},Major\n")).collect::<String>()
}

const DATA: &str = "[data]\nfile = \"rows.csv\"\ncolumns = { Title = \"summary\", severity = \"severity\" }\n";

#[test]
fn a_suite_is_checked_asked_about_run_and_reported() {
    let (mut window, path) = window(&format!("{DATA}{CREATE}"), &rows(12));
    open(&mut window, &path);
    assert_eq!(page(&mut window).failed, None);
    // The mapping and the first rows are seen before anything is sent.
    for text in ["12 rows with the profile \"Acme\"", "Title", "crash 3", "9 more rows"] {
        assert!(window.has(text), "{text}: {:#?}", window.texts());
    }
    window.press("Run 12 rows");
    window.until("the question", |window| window.has("up to 12 real tickets with the profile \"Acme\""));
    window.press("Do not start");
    assert!(window.sandbox.log().is_empty());
    window.press("Run 12 rows");
    agree(&mut window);
    until_over(&mut window);
    assert_eq!(window.sandbox.log().len(), 12);
    assert!(window.has("12 of 12 rows passed"), "{:#?}", window.texts());
    window.until("the rows", |window| window.harness.query_by_label_contains("Row 12, passed, crash 12, Ticket").is_some());

    // A row leads to its exchange in the history.
    window.harness.get_by_label_contains("Row 2, passed").click();
    window.harness.run_steps(3);
    assert!(window.has("status 201"));
    window.harness.key_press(eframe::egui::Key::Escape);
    window.harness.run_steps(3);
    assert!(page(&mut window).open.is_none());
    window.harness.get_by_label_contains("Row 2, passed").click();
    window.harness.run_steps(3);
    window.press("Open exchange of step 1");
    window.until("the exchange", |window| window.has("crash 2") && window.has("Send again unchanged"));
    window.run(Command::Show(View::Run));

    window.run(Command::Show(View::Run));
    for kind in ReportKind::ALL {
        let file = window.folder.path().join(format!("report.{}", kind.ending()));
        window.run(Command::Run(RunCommand::Save(kind, file.clone())));
        window.until("the report", |_| file.exists());
        assert!(std::fs::read_to_string(file).unwrap().contains("Nightly"), "{kind:?}");
    }
    let report = window.folder.path().join("report.json");
    window.run(Command::Run(RunCommand::Earlier(report)));
    window.until("the comparison", |window| window.has("Nothing changed"));
    page(&mut window).tab = Tab::Chart;
    window.harness.run_steps(3);
    assert!(window.has("Median"));
}

#[test]
fn a_wrong_row_is_told_before_the_first_is_sent_and_a_suite_that_cannot_be_read_says_why() {
    let (mut window, path) = window(&format!("{DATA}{CREATE}"), "Title,severity\na,Major\nb,major\n");
    open(&mut window, &path);
    assert!(window.has("Row 2, Create: "), "{:#?}", window.texts());
    let run = window.harness.get_by_role_and_label(Role::Button, "Run 2 rows");
    assert!(run.accesskit_node().is_disabled());
    std::fs::write(&path, "name = \"a\"\nconcurency = 1\n").unwrap();
    window.press("Check");
    window.until("the reason", |window| window.has("line 2"));
    open(&mut window, std::path::Path::new("/nowhere/at-all.toml"));
    assert!(window.has("Reading the suite /nowhere/at-all.toml"));
    assert!(window.sandbox.log().is_empty());
}

#[test]
fn failures_are_listed_and_rerun_alone() {
    let text = "[data]\nfile = \"rows.csv\"\ncolumns = { Title = \"summary\", severity = \"severity\" }\n\
        [[step]]\nname = \"Create\"\nsend = {}\nexpect = [{ pointer = \"/id\", matches = \"[13579]$\" }]\n";
    let (mut window, path) = window(text, &rows(8));
    open(&mut window, &path);
    window.press("Run 8 rows");
    agree(&mut window);
    until_over(&mut window);
    let failed = page(&mut window).failures();
    assert!(!failed.is_empty() && failed.len() < 8, "{failed:?}");
    window.harness.get_by_role_and_label(Role::Tab, &format!("Failures {}", failed.len())).click();
    window.harness.run_steps(3);
    assert_eq!(page(&mut window).listed, Listed::Failures);
    assert_eq!(window.harness.query_all_by_label_contains(", failed, crash").count(), failed.len());
    let before = window.sandbox.log().len();
    let label = if failed.len() == 1 { "Rerun 1 failure".to_owned() } else { format!("Rerun {} failures", failed.len()) };
    window.press(&label);
    window.until("the question", |window| window.has(&format!("up to {} real ticket", failed.len())));
    agree(&mut window);
    until_over(&mut window);
    assert_eq!(window.sandbox.log().len(), before + failed.len());
    assert_eq!(page(&mut window).result.as_ref().unwrap().rows.len(), 8);
}

#[test]
fn a_run_is_paused_stopped_and_continued_without_a_ticket_twice() {
    let (mut window, path) = window(&format!("rate = \"40/s\"\nconcurrency = 2\n{DATA}{CREATE}"), &rows(30));
    open(&mut window, &path);
    window.press("Run 30 rows");
    agree(&mut window);
    window.until_mut("some rows", |window| page(window).running.as_ref().is_some_and(|running| running.over >= 3));
    window.press("Pause");
    window.until_mut("what was under way", |window| {
        let still = window.sandbox.log().len();
        std::thread::sleep(std::time::Duration::from_millis(150));
        still == window.sandbox.log().len()
    });
    let paused_at = window.sandbox.log().len();
    assert!(paused_at < 30 && window.has("paused"));
    window.press("Resume");
    window.until_mut("more rows", |window| window.sandbox.log().len() > paused_at + 2);
    window.press("Stop");
    until_over(&mut window);
    let stopped_at = window.sandbox.log().len();
    assert!(stopped_at < 30, "{stopped_at}");
    assert!(window.has("It can go on where it stood"), "{:#?}", window.texts());

    // As does a window that is opened later.
    open(&mut window, &path);
    assert!(window.has(&format!("stopped after {stopped_at} of 30 rows")), "{:#?}", window.texts());
    window.press("Continue the run");
    window.until("the question", |window| window.has(&format!("up to {} real tickets", 30 - stopped_at)));
    agree(&mut window);
    until_over(&mut window);
    let mut summaries: Vec<String> = window.sandbox.log().iter().map(|entry| entry.body_text.clone()).collect();
    summaries.sort();
    summaries.dedup();
    assert_eq!((window.sandbox.log().len(), summaries.len()), (30, 30));
    assert!(window.has("30 of 30 rows passed"), "{:#?}", window.texts());
}

#[test]
fn a_matrix_is_a_grid_of_files_and_elements() {
    let text = "[matrix]\nsend = { summary = \"a\", severity = \"Major\" }\nsizes = [\"1 B\", \"64 KiB\"]\nnames = []\ncontents = []\ngroups = [\"several\"]\n";
    let (mut window, path) = window(text, "");
    open(&mut window, &path);
    window.press("Run 3 rows");
    agree(&mut window);
    until_over(&mut window);
    assert_eq!(page(&mut window).tab, Tab::Grid);
    assert!(window.has("size 64 KiB, crashlog: arrived, "), "{:#?}", window.texts());
    assert!(window.has("group several, screenshot: arrived, 3 of 3"), "{:#?}", window.texts());
    window.harness.get_by_label_contains("size 64 KiB, screenshot: arrived").click();
    window.harness.run_steps(3);
    assert!(window.has("The server reports the same SHA-256"), "{:#?}", window.texts());
    window.press("Open upload 2");
    window.until_mut("the upload", |window| {
        let DetailPane::Opened(opened) = &window.harness.state_mut().state().history.detail else { return false };
        opened.row.kind == ExchangeKind::Upload && opened.row.url.contains("screenshot")
    });
}

#[test]
fn what_was_sent_by_hand_becomes_a_suite_and_what_others_sent_a_profile() {
    let mut window = beside_a_sandbox(View::Compose, |_| {});
    window.press("Send");
    window.until("the response", |window| window.has("201 Created"));
    let path = window.folder.path().join("mine.toml");
    for (count, source) in [ExportSource::Draft, ExportSource::Draft, ExportSource::History(vec![1])].into_iter().enumerate() {
        window.run(Command::Export(ExportCommand::ToSuite(source, path.clone())));
        window.until("the step", |window| {
            let added = |text: &&String| text.starts_with("Added 1 step to");
            window.texts().iter().filter(added).count() > count
        });
    }
    let suite = std::fs::read_to_string(&path).unwrap();
    assert!(suite.contains("profile = \"Acme\"") && !suite.contains(&window.key()), "{suite}");
    assert_eq!(suite.matches("[[step]]").count(), 3, "{suite}");
    window.run(Command::Run(RunCommand::Open(path)));
    window.until_mut("the suite", |window| page(window).prepared.is_some());
    assert_eq!(page(&mut window).prepared.as_ref().unwrap().problems, Vec::<String>::new());
    let before = window.sandbox.log().len();
    window.press("Run 1 row");
    window.until("the question", |window| window.has("up to 3 real tickets"));
    agree(&mut window);
    until_over(&mut window);
    assert_eq!(window.sandbox.log().len(), before + 3);
    assert!(window.has("1 of 1 row passed"), "{:#?}", window.texts());

    let profiles = window.harness.state_mut().state().profiles.len();
    window.run(Command::Export(ExportCommand::Learn(ExportSource::History(vec![1]))));
    window.until_mut("the profile", |window| window.harness.state_mut().state().profiles.len() > profiles);
    let state = window.harness.state_mut().state();
    assert_eq!(state.profiles.len(), profiles + 1);
    let learned = &state.profile().unwrap().profile;
    assert_eq!((learned.source_key.as_str(), learned.field("summary").is_some()), ("appcrashlog", true));
    let name = learned.name.clone();
    assert_eq!(state.profiles.iter().filter(|stored| stored.profile.name == name).count(), 1, "{name} tells it from all others");
}

#[test]
fn of_ten_thousand_rows_those_in_view_are_drawn() {
    let (mut window, path) = window(&format!("{DATA}{CREATE}"), &rows(10_000));
    open(&mut window, &path);
    page(&mut window).tab = Tab::Rows;
    window.harness.run_steps(3);
    let drawn = |window: &Beside| window.harness.query_all_by_label_contains(", waiting, crash").count();
    assert!((5..60).contains(&drawn(&window)), "{}", drawn(&window));
    // The keyboard goes through them, and to the end at once.
    window.harness.get_by_label_contains("Row 1, waiting").focus();
    window.harness.run_steps(2);
    window.harness.key_press(eframe::egui::Key::End);
    window.harness.run_steps(4);
    assert!(window.harness.query_by_label_contains("Row 10000, waiting").is_some_and(|row| row.is_focused()));
    window.type_into("Find rows", "crash 9999");
    assert_eq!(drawn(&window), 1);
}
