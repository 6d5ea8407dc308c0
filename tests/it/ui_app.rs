//! The whole window doing the main job against its own sandbox: first start, form, ticket, files, a broken key and its mend.

use std::time::Duration;

use crate::support::window::{Driven, Window, open_at};
use centerpost::store::StoreContents;
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::ComposeCommand;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::view::View;
use eframe::egui::containers::scroll_area;
use eframe::egui::{self, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

/// A file as a desktop drops it.
#[derive(Debug)]
pub struct Dropped(pub std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }
    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

fn open() -> Window {
    let mut window = open_at(tempfile::tempdir().unwrap(), [1280.0, 820.0]);
    window.until("the sandbox profile", |window| window.has("Source key"));
    window
}

impl Window {
    fn api_key(&mut self) -> String {
        self.harness.state_mut().state().profiles[0].profile.api_key.reveal().to_owned()
    }
}

#[test]
fn a_page_begins_at_its_top_whatever_was_scrolled_before() {
    let (ctx, id) = (egui::Context::default(), egui::Id::unique("a scrolled page"));
    scroll_area::State::default().store(&ctx, id);
    App::new(&ctx, None, StoreContents::default(), None).unwrap();
    assert!(scroll_area::State::load(&ctx, id).is_none());
}

#[test]
fn from_nothing_to_a_ticket_in_two_clicks() {
    let mut window = open();
    window.press("Fill with example values");
    window.press("Send");
    window.until("the ticket", |window| window.has("201 Created") && window.has("Ticket 4711 created"));
    let key = window.api_key();
    assert!(key.len() > 8);
    assert!(!window.texts().iter().any(|text| text.contains(&key)), "the API key is in a text");
}

#[test]
fn a_file_is_attached_with_its_ticket() {
    let mut window = open();
    let file = window.folder.path().join("crash \"1\".log");
    std::fs::write(&file, vec![b'x'; 300_000]).unwrap();
    window.press("Fill with example values");
    window.run(Command::Compose(ComposeCommand::AttachFiles { parameter: "crashlog".into(), paths: vec![file] }));
    window.until("the file", |window| window.has("Send and attach 1 file"));
    window.press("Send and attach 1 file");
    window.until("the upload", |window| window.has("1 of 1 file attached"));
}

#[test]
fn dropped_files_ask_for_their_element() {
    let mut window = open();
    let file = window.folder.path().join("dropped.log");
    std::fs::write(&file, "x").unwrap();
    window.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(file)));
    window.harness.run_steps(3);
    assert!(window.has("Attach dropped.log to which element?"), "{:#?}", window.texts());
    window.press("Attach to Screenshot");
    window.until("the file", |window| window.has("Send and attach 1 file"));
    assert!(!window.has("to which element?"));
}

#[test]
fn a_broken_source_key_is_named_and_mended() {
    let mut window = open();
    window.press("Fill with example values");
    window.type_into("Source key", "appcrashlogs");
    assert!(window.has("This address differs from the profile's"));
    window.press("Send anyway (1 problem)");
    window.until("the 404", |window| window.has("404 Not Found"));
    assert!(window.has("another source key than the profile's"), "{:#?}", window.texts());
    let mend = window.harness.get_all_by_label("Use the profile's source key").last().unwrap();
    mend.click();
    window.harness.run_steps(3);
    assert!(!window.has("This address differs from the profile's"));
    window.press("Send");
    window.until("the ticket", |window| window.has("201 Created"));
}

#[test]
fn what_was_typed_is_there_after_a_restart() {
    let mut window = open();
    window.type_into("Summary (required)", "Crashing on load!");
    assert!(window.has("Crashing on load!"));
    let Window { harness, folder } = window;
    // The time that a draft rests before it is saved; a crash afterwards loses nothing.
    let mut harness = harness;
    for _ in 0..400 {
        harness.step();
        if std::fs::read_dir(folder.path().join("drafts")).is_ok_and(|mut drafts| drafts.next().is_some()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    harness.state_mut().tick(&egui::Context::default());
    drop(harness);
    let mut window = open_at(folder, [800.0, 600.0]);
    window.until("the draft", |window| window.has("Crashing on load!"));
}

#[test]
fn a_production_profile_asks_before_its_first_send() {
    let mut window = open();
    let stored = window.harness.state_mut().state().profiles[0].clone();
    let mut profile = stored.profile.clone();
    profile.production = true;
    window.run(Command::Profile(ProfileCommand::Save(stored.id, Box::new(profile))));
    window.press("Fill with example values");
    window.press("Send");
    assert!(window.has("is marked production"));
    window.press("Not now");
    assert!(!window.has("is marked production") && !window.has("201 Created"));
    window.press("Send");
    window.press("Send to production");
    window.until("the ticket", |window| window.has("201 Created"));
    window.press("Send");
    assert!(!window.has("is marked production"));
}

#[test]
fn json_and_form_follow_each_other() {
    let mut window = open();
    window.press("Fill with example values");
    window.harness.get_by_role_and_label(Role::Tab, "JSON").click();
    window.harness.run_steps(3);
    assert!(window.has("\"summary\": \"Example summary\""), "{:#?}", window.texts());
    let editor = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Payload (JSON)");
    editor.focus();
    window.harness.run_steps(2);
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.harness.event(egui::Event::Paste("{\"summary\": \"From JSON\", \"extra\": [1]}".into()));
    window.harness.run_steps(3);
    window.harness.get_by_role_and_label(Role::Tab, "Form").click();
    window.harness.run_steps(3);
    assert!(window.has("From JSON") && window.has("Other parameters") && window.has("extra"));
}

#[test]
fn a_removed_profile_comes_back() {
    let mut window = open();
    let id = window.harness.state_mut().state().profiles[0].id.clone();
    window.run(Command::Profile(ProfileCommand::Remove(id)));
    assert!(window.has("No External Source yet"));
    window.press("Undo");
    assert!(window.has("Source key"));
}

#[test]
fn panels_keep_their_place_while_nothing_happens() {
    let mut window = open();
    let place = |window: &Window| window.harness.get_by_role_and_label(Role::Tab, "Preview").rect();
    let before = place(&window);
    window.harness.run_steps(12);
    assert_eq!(place(&window), before, "a panel grows by itself");
}

#[test]
fn every_control_has_a_name() {
    for size in [[1280.0, 820.0], [800.0, 600.0], [600.0, 500.0]] {
        let mut window = open_at(tempfile::tempdir().unwrap(), size);
        window.until("the sandbox profile", |window| window.has("Source key"));
        for view in ["Compose", "Profile", "NewProfile", "Sandbox", "Settings"] {
            let view = match view {
                "Profile" => View::Profile,
                "NewProfile" => View::NewProfile,
                "Sandbox" => View::Sandbox,
                "Settings" => View::Settings,
                _ => View::Compose,
            };
            window.run(Command::Show(view));
            let all = window.harness.query_all(by().predicate(|_| true));
            for node in all {
                let node = node.accesskit_node();
                let is_control = matches!(
                    node.role(),
                    Role::Button
                        | Role::CheckBox
                        | Role::ComboBox
                        | Role::TextInput
                        | Role::MultilineTextInput
                        | Role::SpinButton
                        | Role::Tab
                        | Role::RadioButton
                );
                let is_named = node.label().is_some_and(|label| label.chars().any(char::is_alphanumeric))
                    || node.labelled_by().next().is_some();
                assert!(
                    !is_control || is_named,
                    "{view:?} at {size:?}: a {:?} without a name, value {:?}",
                    node.role(),
                    node.value()
                );
            }
        }
    }
}

#[test]
fn undoing_a_mend_keeps_what_was_typed_after_it() {
    let mut window = open();
    window.press("Fill with example values");
    window.harness.get_by_role_and_label(Role::Tab, "JSON").click();
    window.harness.run_steps(3);
    let type_json = |window: &mut Window, text: &str| {
        window.harness.get_by_role_and_label(Role::MultilineTextInput, "Payload (JSON)").focus();
        window.harness.run_steps(2);
        window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        window.harness.event(egui::Event::Paste(text.into()));
        window.harness.run_steps(3);
    };
    let payload = |window: &Window| {
        window.harness.get_by_role_and_label(Role::MultilineTextInput, "Payload (JSON)").accesskit_node().value().unwrap()
    };
    type_json(&mut window, r#"{"submitter": "jim@centercode.com", "summary": "x", "severity": "major"}"#);
    let mend = centerpost::diagnosis::Fix::SetParameter { parameter: "severity".into(), value: "Major".into() };
    window.run(Command::Compose(ComposeCommand::Fix(Box::new(mend))));
    assert!(payload(&window).contains("\"Major\""));
    let typed = payload(&window).replace("\"x\"", "\"typed after it\"");
    type_json(&mut window, &typed);
    window.press("Undo the last change");
    assert!(payload(&window).contains("typed after it"), "{}", payload(&window));
    assert!(payload(&window).contains("\"major\""), "{}", payload(&window));
}

#[test]
fn a_cleared_form_is_empty_and_comes_back_without_what_was_typed_since() {
    let mut window = open();
    window.type_into("Summary (required)", "before");
    window.press("Fill with example values");
    window.press("Clear form");
    let value = |window: &Window, label: &str| {
        let field = window.harness.get_all_by_label(label).find(|node| node.accesskit_node().role() == Role::TextInput);
        field.unwrap().accesskit_node().value().unwrap_or_default()
    };
    assert_eq!(value(&window, "Summary (required)"), "");
    let field =
        window.harness.get_all_by_label("Summary (required)").find(|node| node.accesskit_node().role() == Role::TextInput);
    field.unwrap().focus();
    window.harness.run_steps(2);
    window.type_letters("new");
    assert_eq!(value(&window, "Summary (required)"), "new");
    window.press("Undo the last change");
    assert_eq!(value(&window, "Summary (required)"), "new");
    assert!(window.has("jim@centercode.com") || window.has("tester@"), "the other fields are back: {:#?}", window.texts());
}

#[test]
fn a_note_takes_back_the_change_that_it_tells_of() {
    let mut window = open();
    let stored = window.harness.state_mut().state().profiles[0].clone();
    let mut broken = stored.profile.clone();
    broken.extra_headers = vec![("Content-Type".into(), "text/plain".into())];
    window.run(Command::Profile(ProfileCommand::Save(stored.id.clone(), Box::new(broken.clone()))));
    let mend = centerpost::diagnosis::Fix::SetHeader { name: "Content-Type".into(), value: "application/json".into() };
    window.run(Command::Compose(ComposeCommand::Fix(Box::new(mend))));
    let mut changed = window.harness.state_mut().state().profiles[0].profile.clone();
    assert!(changed.extra_headers.is_empty());
    changed.label = "changed since".into();
    window.run(Command::Profile(ProfileCommand::Save(stored.id, Box::new(changed))));
    window.press("Undo");
    let now = window.harness.state_mut().state().profiles[0].profile.clone();
    assert_eq!((now.extra_headers, now.label.as_str()), (broken.extra_headers, "changed since"));
}

#[test]
fn a_fix_that_would_change_nothing_is_not_offered() {
    let mut window = open();
    let profile = centerpost::model::Profile {
        name: "Without a key".into(),
        base_url: "http://127.0.0.1:9".into(),
        project_key: "p".into(),
        source_key: "s".into(),
        ..Default::default()
    };
    window.run(Command::Profile(ProfileCommand::Create(Box::new(profile))));
    let count = window.texts().into_iter().find(|text| text.starts_with("Show ") && text.contains("problem")).unwrap();
    window.press(&count);
    assert!(window.has("The API key is missing in the address"), "{:#?}", window.texts());
    assert!(!window.has("Use the profile's API key"), "it has none");
}

/// Whether a text is drawn, and nothing cuts it off.
fn is_drawn_whole(shape: &egui::Shape, clip: egui::Rect, text: &str) -> bool {
    match shape {
        egui::Shape::Vec(shapes) => shapes.iter().any(|shape| is_drawn_whole(shape, clip, text)),
        egui::Shape::Text(drawn) => drawn.galley.text() == text && clip.contains_rect(drawn.visual_bounding_rect()),
        _ => false,
    }
}

#[test]
fn a_bar_that_grows_cuts_nothing_off_not_even_for_one_frame() {
    let mut window = open();
    window.harness.run_steps(5);
    let (stored, session) = window.harness.state_mut().state().open().unwrap();
    let endpoint = centerpost::model::Endpoint { source_key: "other".into(), ..stored.profile.endpoint() };
    session.draft.set_endpoint(endpoint, &stored.profile);
    window.harness.step();
    let text = "This address differs from the profile's";
    let shapes = &window.harness.output().shapes;
    assert!(shapes.iter().any(|drawn| is_drawn_whole(&drawn.shape, drawn.clip_rect, text)));
}

#[test]
fn a_profile_without_fields_leads_on_to_both_ways() {
    let mut window = open();
    let profile = centerpost::model::Profile { name: "Bare".into(), ..Default::default() };
    window.run(Command::Profile(ProfileCommand::Create(Box::new(profile))));
    window.press("Write the JSON");
    window.until("the JSON", |window| window.has("Payload (JSON)"));
    window.harness.get_by_role_and_label(Role::Tab, "Form").click();
    window.harness.run_steps(3);
    window.press("Add fields…");
    window.until("the profile", |window| window.has("Incoming fields"));
}
