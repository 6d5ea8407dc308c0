//! Finding out, in the window: the tools against a sandbox.

use crate::support::window::{Beside, Driven, beside_a_sandbox};
use centerpost::model::Profile;
use centerpost::ui::command::Command;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::view::View;
use egui_kittest::kittest::Queryable as _;

fn open(change: impl Fn(&mut Profile)) -> Beside {
    beside_a_sandbox(View::Diagnostics, change)
}

#[test]
fn health_and_rehearsal_are_told_line_by_line() {
    let mut window = open(|_| {});
    window.press("Endpoint health");
    window.until("its end", |window| window.has("Everything is as it should be"));
    for what in ["DNS", "TCP", "TLS", "HTTP", "Empty POST"] {
        assert!(window.has(what), "{what}");
    }
    window.press("Rehearse");
    window.until("the twin", |window| window.has("The twin answers") && window.has("there is no real response"));
    let key = window.sandbox.profiles()[0].api_key.reveal().to_owned();
    assert!(!window.has(&key));
}

#[test]
fn probing_asks_first_and_tells_the_source_key() {
    let mut window = open(|profile| profile.source_key = "appcrashlogs".into());
    let before = window.sandbox.log().len();
    window.press("Probe the address");
    window.until("the question", |window| window.has("with bodies that cannot create a ticket"));
    assert_eq!(window.sandbox.log().len(), before);
    window.press("Not now");
    window.press("Probe the address");
    window.press("Go on");
    window.until("its end", |window| window.has("The source key"));
    assert!(window.sandbox.log().len() > before);
}

#[test]
fn bisecting_on_the_twin_finds_what_the_profile_explains() {
    let mut window = open(|_| {});
    // A severity that the twin does not know.
    let id = window.harness.state_mut().state().selected.clone().unwrap();
    let state = window.harness.state_mut().state();
    let profile = state.profile_of(&id).unwrap().clone();
    let session = state.drafts.get_mut(&id).unwrap().session_mut();
    session.draft.set_json(r#"{"submitter": "jim@centercode.com", "summary": "x", "severity": "major!"}"#, &profile);
    window.press("Bisect on the twin");
    window.until("the culprit", |window| window.has("severity") && window.has("without that, the payload is taken"));
    assert_eq!(window.sandbox.log().len(), 0, "nothing reached the server");
    window.press("Bisect on the server");
    window.until("the question", |window| window.has("creates a real ticket there"));
    window.press("Go on");
    window.until("the culprit", |window| window.sandbox.log().len() > 2 && window.has("without that, the payload is taken"));
    assert!(window.has("Tickets that it made: 4711") || window.has("Ticket"), "{:#?}", window.texts());
}

#[test]
fn a_result_belongs_to_its_profile_and_to_what_stood_in_the_form() {
    let mut window = open(|_| {});
    window.press("Endpoint health");
    window.until("its end", |window| window.has("Everything is as it should be"));
    let first = window.harness.state_mut().state().selected.clone().unwrap();
    let other = Profile { name: "Other".into(), ..window.harness.state_mut().state().profiles[0].profile.clone() };
    window.run(Command::Profile(ProfileCommand::Create(Box::new(other))));
    window.run(Command::Show(View::Diagnostics));
    assert!(window.has("for Other"));
    assert!(!window.has("Everything is as it should be"), "{:#?}", window.texts());
    window.run(Command::Profile(ProfileCommand::Select(first.clone())));
    window.run(Command::Show(View::Diagnostics));
    assert!(window.has("Everything is as it should be") && !window.has("The form has changed since"));
    let state = window.harness.state_mut().state();
    let profile = state.profile_of(&first).unwrap().clone();
    state.drafts.get_mut(&first).unwrap().session_mut().draft.set_json("{}", &profile);
    window.harness.run_steps(2);
    assert!(window.has("The form has changed since"));
}

#[test]
fn a_result_that_comes_late_goes_to_the_profile_that_asked() {
    let mut window = open(|_| {});
    let first = window.harness.state_mut().state().selected.clone().unwrap();
    let other = Profile { name: "Other".into(), ..window.harness.state_mut().state().profiles[0].profile.clone() };
    window.run(Command::Profile(ProfileCommand::Create(Box::new(other))));
    window.run(Command::Profile(ProfileCommand::Select(first.clone())));
    window.run(Command::Show(View::Diagnostics));
    window.harness.get_by_role_and_label(eframe::egui::accesskit::Role::Button, "Endpoint health").click();
    window.harness.step();
    let second = window.harness.state_mut().state().profiles.iter().find(|stored| stored.id != first).unwrap().id.clone();
    window.run(Command::Profile(ProfileCommand::Select(second)));
    window.run(Command::Show(View::Diagnostics));
    for _ in 0..40 {
        std::thread::sleep(std::time::Duration::from_millis(25));
        window.harness.step();
        assert!(!window.has("Everything is as it should be"));
    }
    window.run(Command::Profile(ProfileCommand::Select(first)));
    window.run(Command::Show(View::Diagnostics));
    window.until("its end", |window| window.has("Everything is as it should be"));
}
