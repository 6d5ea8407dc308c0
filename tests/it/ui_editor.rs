//! The profile editor and the page for a new profile, by keyboard and by what a screen reader finds in them.

use crate::support::window::Driven;
use centerpost::model::Profile;
use centerpost::store::{ProfileId, StoredProfile};
use centerpost::ui::command::Command;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::pages::profile_editor::view as profile_editor;
use centerpost::ui::pages::profile_editor::view::new as new_profile;
use centerpost::ui::state::State;
use centerpost::ui::theme;
use centerpost::ui::view::View;
use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{self, Key};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

const KEY: &str = "canary-4711-key";

type Page = fn(&mut egui::Ui, &mut State, &mut Vec<Command>);

#[derive(Default)]
struct Bench {
    state: State,
    commands: Vec<Command>,
}

fn open(page: Page) -> Harness<'static, Bench> {
    let file = r#"{"name": "Alpha", "base_url": "https://acme.centercode.com", "project_key": "beta1", "source_key": "log",
        "api_key": "k1", "fields": [{"field": "One", "parameter": "one"}, {"field": "Two", "parameter": "two"},
        {"field": "Three", "parameter": "three", "kind": "single_choice", "choices": ["x", "y"]}],
        "file_elements": [{"field": "Log", "parameter": "log"}]}"#;
    let id = ProfileId("a".into());
    let mut bench = Bench::default();
    bench.state.profiles.push(StoredProfile { id: id.clone(), profile: Profile::from_json(file).unwrap() }.into());
    bench.state.selected = Some(id);
    let mut installed = false;
    let draw = move |ui: &mut egui::Ui, bench: &mut Bench| {
        if !installed {
            theme::install(ui.ctx());
            installed = true;
            return;
        }
        let mut out = Vec::new();
        page(ui, &mut bench.state, &mut out);
        for command in &out {
            // What the logic would do at once.
            if let Command::Profile(ProfileCommand::Save(_, profile)) = command {
                bench.state.profiles[0].profile = (**profile).clone();
            }
        }
        bench.commands.extend(out);
    };
    let mut harness = Harness::builder().with_size([900.0, 1900.0]).with_max_steps(30).build_ui_state(draw, bench);
    harness.run_steps(4);
    harness
}

fn type_into(harness: &mut Harness<'_, Bench>, label: &str, event: egui::Event) {
    let is_input = |role| matches!(role, Role::TextInput | Role::MultilineTextInput);
    harness.get_all_by_label(label).find(|node| is_input(node.accesskit_node().role())).unwrap().focus();
    harness.run_steps(2);
    harness.event(event);
    harness.run_steps(3);
}

fn parameters(harness: &Harness<'_, Bench>) -> Vec<String> {
    let profile = &harness.state().state.profiles[0].profile;
    profile.fields.iter().map(|field| field.parameter.clone()).collect()
}

#[test]
fn renaming_saves_the_profile() {
    let mut harness = open(profile_editor::show);
    assert!(harness.state().commands.is_empty(), "nothing was edited: {:?}", harness.state().commands);
    type_into(&mut harness, "Parameter 2", egui::Event::Text("b".into()));
    let Some(Command::Profile(ProfileCommand::Save(id, profile))) = harness.state().commands.last() else {
        panic!("nothing is saved")
    };
    assert_eq!((id.0.as_str(), profile.fields[1].parameter.as_str()), ("a", "twob"));
    assert_eq!(harness.state().commands.len(), 1, "one edit is saved once");
}

#[test]
fn the_keyboard_stays_with_a_moved_row() {
    let mut harness = open(profile_editor::show);
    harness.get_by_role_and_label(Role::Button, "Move row 1 down").focus();
    harness.run_steps(2);
    for expected in [["two", "one", "three"], ["two", "three", "one"], ["two", "one", "three"]] {
        // At the end of the table the focus goes to the other arrow, so the third press moves it back.
        harness.key_press(Key::Enter);
        harness.run_steps(4);
        assert_eq!(parameters(&harness), expected);
    }
}

#[test]
fn choices_are_edited_while_the_kind_has_them() {
    let mut harness = open(profile_editor::show);
    harness.press("Choices (2) of row 3");
    type_into(&mut harness, "Choices, one per line", egui::Event::Text("\nx".into()));
    assert_eq!(harness.state().state.profiles[0].profile.fields[2].choices, ["x", "y", "x"]);
    assert!(harness.has("The choice \"x\" stands twice"));
    harness.get_by_role_and_label(Role::ComboBox, "Kind 3").click();
    harness.run_steps(3);
    harness.press("Long text");
    assert!(!harness.has("Choices, one per line"));
}

#[test]
fn an_example_without_anything_to_add_is_said() {
    let mut harness = open(profile_editor::show);
    harness.press("From sample JSON…");
    type_into(&mut harness, "Example payload (JSON)", egui::Event::Paste(r#"{"one": 1, "device": {}}"#.into()));
    assert!(harness.has("All of its parameters are mapped already"));
    assert!(harness.get_by_role_and_label(Role::Button, "Add its parameters").accesskit_node().is_disabled());
}

#[test]
fn a_removed_file_element_comes_back() {
    let mut harness = open(profile_editor::show);
    harness.press("Remove file element 1");
    assert!(harness.state().state.profiles[0].profile.file_elements.is_empty());
    harness.press("Undo");
    assert_eq!(harness.state().state.profiles[0].profile.file_elements[0].parameter, "log");
}

#[test]
fn a_pasted_key_is_shown_only_while_its_button_is_held() {
    let mut harness = open(new_profile::show);
    let url = format!("https://lumen.centercode.com/api/v1/projects/spring/feedback/bugs?apiKey={KEY}");
    type_into(&mut harness, "Endpoint URL", egui::Event::Paste(url));
    assert!(!harness.has(KEY));
    let at = harness.get_by_role_and_label(Role::Button, "Hold to show the API key").rect().center();
    harness.drag_at(at);
    harness.run_steps(3);
    assert!(harness.has(KEY));
    harness.drop_at(at);
    harness.run_steps(3);
    assert!(!harness.has(KEY));
}

#[test]
fn what_to_do_about_an_odd_endpoint_is_in_sight() {
    let mut harness = open(new_profile::show);
    let url = "http://lumen.centercode.com/api/v1/projects/spring/feedback/bugs?apiKey=k1k2k3".to_owned();
    type_into(&mut harness, "Endpoint URL", egui::Event::Paste(url));
    assert!(harness.has("begins with http") && harness.has("Write https://"));
}

#[test]
fn starting_by_hand_opens_the_editor() {
    let mut harness = open(new_profile::show);
    harness.press("Start by hand");
    let commands = &harness.state().commands;
    let is_empty = |profile: &Profile| profile.source_key.is_empty() && profile.fields.is_empty();
    assert!(
        matches!(&commands[..], [Command::Profile(ProfileCommand::Create(profile)), Command::Show(View::Profile)] if is_empty(profile)),
        "{commands:?}"
    );
}

#[test]
fn the_editor_opens_at_the_rule_that_was_asked_for() {
    for (place, name) in [
        ("default_submitter", "Default submitter"),
        ("workflow_status", "Workflow status of new tickets"),
        ("statuses", "Statuses (0)"),
        ("known_submitters", "Known submitters (0)"),
        ("fields/two/required", "Parameter 2"),
        ("fields", "Add field"),
        ("file_elements", "Add file element"),
        ("source_key", "Source key"),
    ] {
        let mut harness = open(profile_editor::show);
        harness.state_mut().state.profile_place = Some(place.to_owned());
        harness.run_steps(6);
        let focused = crate::ui_reach::focused(&harness).map(|(name, _)| name);
        assert_eq!(focused.as_deref(), Some(name), "{place}");
    }
    let mut harness = open(profile_editor::show);
    harness.state_mut().state.profile_place = Some("fields/three/choices".to_owned());
    harness.run_steps(6);
    assert!(harness.query_by_label("Choices, one per line").is_some());
}

#[test]
fn that_a_rule_is_not_known_can_be_said() {
    let mut harness = open(profile_editor::show);
    let none = "The External Source has no default submitter";
    let setting = |harness: &Harness<'_, Bench>| {
        let profile = &harness.state().state.profiles[0].profile;
        (profile.default_submitter.clone(), profile.not_known.clone())
    };
    let is_marked = |harness: &Harness<'_, Bench>| {
        let node = harness.get_by_role_and_label(Role::CheckBox, none);
        node.accesskit_node().toggled() == Some(Toggled::True)
    };
    assert!(is_marked(&harness), "a file without the address says that there is none");
    harness.get_by_role_and_label(Role::CheckBox, none).click();
    harness.run_steps(4);
    assert!(!is_marked(&harness));
    assert_eq!(setting(&harness), (None, vec!["default_submitter".to_owned()]));
    type_into(&mut harness, "Default submitter", egui::Event::Text("a@b.example".into()));
    assert_eq!(setting(&harness), (Some("a@b.example".to_owned()), Vec::new()));
    assert!(harness.query_by_label(none).is_none());
}

#[test]
fn a_name_that_another_profile_has_is_told() {
    let mut harness = open(profile_editor::show);
    assert!(!harness.texts().iter().any(|text| text.contains("Another profile has this name")));
    let other = harness.state().state.profiles[0].profile.clone();
    harness.state_mut().state.profiles.push(StoredProfile { id: ProfileId("b".into()), profile: other }.into());
    harness.run_steps(4);
    assert!(harness.texts().iter().any(|text| text.contains("Another profile has this name")));
}
