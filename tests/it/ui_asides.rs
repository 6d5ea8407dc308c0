//! What waits for the disk is done aside of the window's thread: when the command returns, nothing has come of it yet.

use std::path::Path;

use crate::support::window::{Beside, Driven, beside_a_sandbox};
use centerpost::formats::export::Tool;
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::bundle::command::BundleCommand;
use centerpost::ui::pages::compose::command::ComposeCommand;
use centerpost::ui::pages::export::command::{ExportCommand, ExportSource, Reveal};
use centerpost::ui::pages::history::command::HistoryCommand;
use centerpost::ui::pages::import::command::ImportCommand;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::pages::run::command::RunCommand;
use centerpost::ui::view::View;

/// Whether something was said that holds a text.
fn says(app: &mut App, text: &str) -> bool {
    app.state().toasts.past().iter().any(|note| note.text.contains(text))
}

/// Carries a command out and looks before the next frame, and then again until it is done.
fn aside(window: &mut Beside, command: Command, is_done: impl Fn(&mut App) -> bool) {
    let (ctx, name) = (window.harness.ctx.clone(), format!("{command:?}"));
    let app = window.harness.state_mut();
    assert!(!is_done(app), "before {name}");
    app.run(&ctx, command);
    assert!(!is_done(app), "{name} was done on the window's thread");
    window.until_mut(&name, |window| is_done(window.harness.state_mut()));
}

#[test]
fn what_waits_for_the_disk_is_done_aside() {
    let mut window = beside_a_sandbox(View::Compose, |_| {});
    window.press("Send");
    window.until("the response", |window| window.has("201 Created"));
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let is_written = |path: &Path, app: &mut App| path.exists() && says(app, &path.display().to_string());
    std::fs::write(at("env.json"), r#"{"name": "e", "values": [{"key": "a", "value": "b", "enabled": true}]}"#).unwrap();
    std::fs::write(at("other.json"), "[1]").unwrap();
    std::fs::write(at("log.txt"), "text").unwrap();

    aside(&mut window, Command::Import(ImportCommand::Environment(at("env.json"))), |app| {
        app.state().import.environment.is_some()
    });
    aside(&mut window, Command::Run(RunCommand::Earlier(at("other.json"))), |app| says(app, "Reading the earlier report"));
    aside(&mut window, Command::Run(RunCommand::Exchange(7)), |app| says(app, "does not hold this exchange any more"));
    aside(&mut window, Command::Profile(ProfileCommand::Import(vec![at("other.json")])), |app| says(app, "Importing"));
    let attach = ComposeCommand::AttachFiles { parameter: "crashlog".into(), paths: vec![at("log.txt")] };
    aside(&mut window, Command::Compose(attach), |app| !app.state().open().unwrap().1.draft.attachments.is_empty());
    let source = ExportSource::History(vec![1]);
    aside(&mut window, Command::Export(ExportCommand::Copy(source.clone(), Tool::CurlBash, Reveal::Variables)), |app| {
        says(app, "Copied as curl")
    });
    let suite = at("mine.toml");
    aside(&mut window, Command::Export(ExportCommand::ToSuite(source.clone(), suite.clone())), |app| is_written(&suite, app));
    let script = at("request.sh");
    let files = vec![(String::new(), "curl".to_owned())];
    aside(&mut window, Command::Export(ExportCommand::Save(script.clone(), files)), |app| is_written(&script, app));
    let profile = at("a.profile.json");
    let id = window.harness.state_mut().state().selected.clone().unwrap();
    let export = ProfileCommand::Export { id, with_key: false, path: profile.clone() };
    aside(&mut window, Command::Profile(export), |app| is_written(&profile, app));
    aside(&mut window, Command::Bundle(BundleCommand::Open(source)), |app| app.state().view == View::Bundle);
    window.until_mut("the bundle", |window| window.harness.state_mut().state().bundle.sealed.is_some());
    let bundle = at("b.zip");
    aside(&mut window, Command::Bundle(BundleCommand::Save(bundle.clone())), |app| is_written(&bundle, app));
    aside(&mut window, Command::History(HistoryCommand::CompareWithWorking(1)), |app| says(app, "No other successful exchange"));
    aside(&mut window, Command::History(HistoryCommand::CopyAsDraft(1)), |app| says(app, "Copied number 1"));
    aside(&mut window, Command::History(HistoryCommand::Resend { id: 1, today: false }), |app| {
        app.state().open().unwrap().1.question.is_some()
    });
    assert_eq!(window.sandbox.log().len(), 1, "nothing was sent a second time");
}

#[test]
fn a_request_with_files_is_looked_at_aside_and_only_the_one_that_is_still_shown_goes_on() {
    let mut window = beside_a_sandbox(View::Import, |_| {});
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.log"), "text").unwrap();
    let url = window.sandbox.profiles()[0].endpoint().url_revealing_key();
    window.harness.state_mut().state().import.pasted = format!("curl '{url}' -F crashlog=@a.log");
    window.until("the request", |window| window.has("The request names files"));
    window.run(Command::Import(ImportCommand::Folder(folder.path().to_owned())));
    aside(&mut window, Command::Import(ImportCommand::AskToSend), |app| app.state().import.question.is_some());
    window.run(Command::Import(ImportCommand::Decline));
    // What is cleared meanwhile is not filled in.
    let ctx = window.harness.ctx.clone();
    let app = window.harness.state_mut();
    app.run(&ctx, Command::Import(ImportCommand::FillForm(None)));
    app.run(&ctx, Command::Import(ImportCommand::Clear));
    std::thread::sleep(std::time::Duration::from_millis(100));
    window.harness.run_steps(5);
    assert!(!says(window.harness.state_mut(), "Copied the request"));
    assert_eq!(window.harness.state_mut().state().view, View::Import);
}
