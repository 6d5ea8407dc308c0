//! Several drafts of one profile as tabs: by mouse, by keyboard, by ear, and over a restart.

use crate::support::window::{Beside, Driven, Window, beside_a_sandbox, open_at};
use centerpost::model::Profile;
use centerpost::model::profile::Field;
use centerpost::sandbox::Fault;
use centerpost::store::{ProfileId, Store};
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::{ComposeCommand, TabCommand};
use centerpost::ui::view::View;
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

fn reopen(folder: tempfile::TempDir, size: [f32; 2]) -> Window {
    let mut window = open_at(folder, size);
    window.until("the form", |window| window.has("Summary"));
    window
}

fn open(size: [f32; 2]) -> Window {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_at(folder.path().to_owned()).unwrap();
    let field = Field { field: "Summary".into(), parameter: "summary".into(), ..Field::default() };
    let profile = Profile {
        name: "Acme".into(),
        base_url: "http://127.0.0.1:9".into(),
        project_key: "beta1".into(),
        source_key: "log".into(),
        fields: vec![field],
        ..Profile::default()
    };
    store.create_profile(&profile).unwrap();
    reopen(folder, size)
}

impl Window {
    fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(4);
    }

    /// The names of the tabs, and which of them is open.
    fn tabs(&self) -> (Vec<String>, Option<String>) {
        let names: Vec<(String, bool)> = self
            .harness
            .query_all_by_role(Role::Tab)
            .map(|node| (node.accesskit_node().label().unwrap_or_default(), node.accesskit_node().is_selected() == Some(true)))
            .filter(|(name, _)| !["Form", "JSON", "Headers", "Attachments to send", "Preview"].contains(&name.as_str()))
            .collect();
        let open = names.iter().find(|(_, is_open)| *is_open).map(|(name, _)| name.clone());
        (names.into_iter().map(|(name, _)| name).collect(), open)
    }

    fn summary(&mut self) -> String {
        let (stored, session) = self.harness.state_mut().state().open().unwrap();
        let members = session.draft.members(&stored.profile);
        members.get("summary").and_then(|text| text.as_str()).unwrap_or_default().to_owned()
    }

    fn restart(self) -> Self {
        let Self { mut harness, folder } = self;
        eframe::App::on_exit(harness.state_mut(), None);
        drop(harness);
        reopen(folder, [1280.0, 820.0])
    }
}

#[test]
fn each_draft_keeps_what_was_typed_in_it_also_over_a_restart() {
    let mut window = open([1280.0, 820.0]);
    window.type_into("Summary", "one");
    assert_eq!(window.tabs().0, [""; 0], "one draft needs no tab");
    window.keys(Modifiers::COMMAND, Key::T);
    assert_eq!(window.tabs(), (vec!["Draft 1".into(), "Draft 2".into()], Some("Draft 2".into())));
    assert_eq!(window.summary(), "");
    window.type_into("Summary", "two");
    window.keys(Modifiers::CTRL, Key::Tab);
    assert_eq!((window.tabs().1.as_deref(), window.summary().as_str()), (Some("Draft 1"), "one"));
    window.keys(Modifiers::CTRL | Modifiers::SHIFT, Key::Tab);
    assert_eq!(window.summary(), "two");
    let mut window = window.restart();
    assert_eq!(window.tabs(), (vec!["Draft 1".into(), "Draft 2".into()], Some("Draft 2".into())));
    assert_eq!(window.summary(), "two");
    window.harness.get_by_role_and_label(Role::Tab, "Draft 1").click();
    window.harness.run_steps(3);
    assert_eq!(window.summary(), "one");
}

#[test]
fn a_closed_draft_comes_back_also_after_a_restart() {
    let mut window = open([1280.0, 820.0]);
    window.type_into("Summary", "one");
    window.keys(Modifiers::COMMAND, Key::T);
    window.type_into("Summary", "two");
    window.press("Close Draft 2");
    assert_eq!(window.summary(), "one");
    window.press("Undo");
    assert_eq!((window.summary().as_str(), window.tabs().0.len()), ("two", 2));
    window.keys(Modifiers::COMMAND, Key::W);
    window.keys(Modifiers::COMMAND, Key::W);
    assert_eq!(window.summary(), "", "the last one makes room for an empty one");
    let mut window = window.restart();
    window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
    assert_eq!(window.summary(), "one");
    window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
    assert_eq!(window.summary(), "two");
    // An empty draft is closed without a word.
    window.keys(Modifiers::COMMAND, Key::T);
    let notes = window.harness.state_mut().state().toasts.notes.len();
    window.keys(Modifiers::COMMAND, Key::W);
    assert_eq!(window.harness.state_mut().state().toasts.notes.len(), notes);
}

#[test]
fn drafts_are_renamed_copied_and_moved() {
    let mut window = open([640.0, 480.0]);
    window.type_into("Summary", "one");
    window.run(Command::Compose(ComposeCommand::Tab(TabCommand::AskName)));
    window.type_into("Name", "A crash when loading a project with a very long name, as the customer wrote it");
    window.press("Rename");
    let name = window.tabs().0.remove(0);
    assert!(name.starts_with("A crash when loading") && name.ends_with("wrote it"), "{name}");
    window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    assert_eq!((window.summary().as_str(), window.tabs().1), ("one", Some(format!("{name} copy"))));
    let open = window.harness.get_by_role_and_label(Role::Tab, &format!("{name} copy")).rect();
    assert!(open.left() >= 0.0 && open.right() <= 640.0, "the open tab is in sight: {open:?}");
    window.type_into("Summary", "two");
    let number = window.harness.state_mut().state().draft_id().unwrap().number;
    window.run(Command::Compose(ComposeCommand::Tab(TabCommand::Move(number, 0))));
    assert_eq!(window.tabs().0, [format!("{name} copy"), name.clone()]);
    assert_eq!(window.summary(), "two", "the open draft stays open");
    // A name that another draft has gets a number.
    window.run(Command::Compose(ComposeCommand::Tab(TabCommand::Rename(number, name.clone()))));
    assert_eq!(window.tabs().0, [format!("{name} 2"), name]);
}

#[test]
fn undo_and_responses_belong_to_their_draft() {
    let mut window = open([1280.0, 820.0]);
    window.press("Fill with example values");
    let filled = window.summary();
    window.run(Command::Compose(ComposeCommand::Send));
    window.until("the failure", |window| window.has("No response: "));
    window.keys(Modifiers::COMMAND, Key::T);
    assert!(window.has("No response yet") && !window.has("Undo the last change"), "{:#?}", window.texts());
    window.keys(Modifiers::CTRL, Key::Tab);
    assert_eq!(window.summary(), filled);
    assert!(!window.has("No response yet"));
    window.press("Undo the last change");
    assert_eq!(window.summary(), "");
    let mut window = window.restart();
    window.until("the last response", |window| window.has("Sent before this session"));
    window.keys(Modifiers::CTRL, Key::Tab);
    assert!(window.has("No response yet"), "the other draft never sent anything");
}

#[test]
fn profiles_stand_in_groups_that_fold_and_are_filtered() {
    let mut window = open([1280.0, 820.0]);
    let acme = window.harness.state_mut().state().profiles[0].profile.clone();
    let store = Store::open_at(window.folder.path().to_owned()).unwrap();
    for number in 0..300 {
        let group = if number % 2 == 0 { "Even" } else { "Odd" };
        store.create_profile(&Profile { name: format!("P{number}"), group: group.into(), ..acme.clone() }).unwrap();
    }
    drop(store);
    let mut window = window.restart();
    let row = |window: &Window, name: &str| window.harness.query_by_role_and_label(Role::Button, name).is_some();
    assert!(row(&window, "P0") && row(&window, "P1") && row(&window, "Group Even, 150 profiles, expanded"));
    window.press("Group Even, 150 profiles, expanded");
    assert!(!row(&window, "P0") && row(&window, "P1"));
    let mut window = window.restart();
    assert!(!row(&window, "P0"), "it stays folded");
    window.type_into("Filter profiles", "p298");
    assert!(row(&window, "P298") && !row(&window, "P1"), "what is looked for is shown in a folded group too");
    window.press("Clear the filter");
    // A profile is moved by its menu, and the group is renamed by it.
    window.press("More for Acme");
    window.harness.get_by_label("Move to group").click();
    window.harness.run_steps(4);
    window.harness.get_by_label("Odd").click();
    window.harness.run_steps(4);
    let acme = window.harness.state_mut().state().profile_of(&ProfileId("acme".into())).unwrap().clone();
    assert_eq!(acme.group, "Odd");
    assert!(row(&window, "Group Odd, 151 profiles, expanded"));
    window.harness.get_by_role_and_label(Role::Button, "Group Odd, 151 profiles, expanded").click_secondary();
    window.harness.run_steps(4);
    window.harness.get_by_label("Rename group…").click();
    window.harness.run_steps(4);
    window.type_into("Name", "Uneven");
    window.press("Rename");
    assert!(row(&window, "Group Uneven, 151 profiles, expanded"));
}

#[test]
fn a_success_that_is_none_is_told_on_its_tab() {
    let mut window = beside_a_sandbox(View::Compose, |_| {});
    window.run(Command::Compose(ComposeCommand::Tab(TabCommand::Duplicate)));
    let tabs = |window: &Beside| -> Vec<String> {
        window.harness.query_all_by_role(Role::Tab).filter_map(|node| node.accesskit_node().label()).collect()
    };
    window.sandbox.set_fault(Some(Fault::LoginPage));
    window.press("Send");
    window.until("the page", |window| window.has("200 OK, not confirmed"));
    assert!(tabs(&window).contains(&"Copy, 200, not confirmed".to_owned()), "{:?}", tabs(&window));
    window.sandbox.set_fault(None);
    window.press("Send");
    let asks = |window: &Beside| window.harness.query_by_role_and_label(Role::Button, "Send again").is_some();
    window.until("the ticket or a question", |window| window.has("201 Created") || asks(window));
    if asks(&window) {
        window.press("Send again");
    }
    window.until("the ticket", |window| window.has("201 Created"));
    assert!(tabs(&window).contains(&"Copy, 201".to_owned()), "{:?}", tabs(&window));
}
