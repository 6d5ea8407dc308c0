//! The window on files that others change too: another window, the command line, git.

use std::fs;
use std::path::PathBuf;

use crate::support::window::{Driven, FRAME, app};
use centerpost::model::{Profile, Settings};
use centerpost::store::{ProfileId, Store};
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::ComposeCommand;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::pages::settings::command::SettingsCommand;
use centerpost::ui::state::State;
use eframe::App as _;
use egui_kittest::Harness;

struct Window {
    harness: Harness<'static, App>,
    /// Another process on the same folder.
    other: Store,
    folder: tempfile::TempDir,
}

fn acme() -> Profile {
    Profile { name: "Acme".into(), source_key: "log".into(), ..Profile::default() }
}

fn id() -> ProfileId {
    ProfileId("acme".into())
}

fn open() -> Window {
    let folder = tempfile::tempdir().unwrap();
    let open = || Store::open_at(folder.path().join("home")).unwrap();
    open().create_profile(&acme()).unwrap();
    let (store, other) = (open(), open());
    let harness = app(store, [1280.0, 820.0], FRAME);
    other.load();
    Window { harness, other, folder }
}

impl Driven for Window {
    type State = App;

    fn harness(&self) -> &Harness<'static, App> {
        &self.harness
    }

    fn harness_mut(&mut self) -> &mut Harness<'static, App> {
        &mut self.harness
    }

    /// The time between two looks at the folder is not what is tested.
    fn step(&mut self) {
        self.state().sharing.looked = None;
        self.harness.step();
    }
}

impl Window {
    fn state(&mut self) -> &mut State {
        self.harness.state_mut().state()
    }

    fn label(&mut self) -> String {
        self.state().profile_of(&id()).map_or_else(|| "gone".into(), |profile| profile.label.clone())
    }

    fn has_note(&mut self, text: &str) -> bool {
        self.state().toasts.notes.iter().any(|note| note.text.contains(text))
    }

    fn edit(&mut self, profile: Profile) {
        self.run(Command::Profile(ProfileCommand::Save(id(), Box::new(profile))));
    }

    fn on_disk(&self) -> Profile {
        Profile::from_json(&fs::read_to_string(self.path("home/profiles/acme.profile.json")).unwrap()).unwrap()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn beside(&self, word: &str) -> Vec<Profile> {
        let files = fs::read_dir(self.path("home/profiles")).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.to_str().unwrap().contains(&format!("acme.profile.json.{word}-")));
        files.map(|path| Profile::from_json(&fs::read_to_string(path).unwrap()).unwrap()).collect()
    }
}

#[test]
fn what_others_change_is_read_again() {
    let mut window = open();
    window.other.put_profile(&id(), &Profile { label: "Staging".into(), ..acme() }).unwrap();
    window.until_mut("the label", |window| window.label() == "Staging");
    assert!(window.has_note("changed the profile \"Acme\". It was reloaded"));
    let second = window.other.create_profile(&Profile { name: "Beta".into(), ..Profile::default() }).unwrap();
    window.until_mut("the second profile", |window| window.state().profile_of(&second).is_some());
    window.other.put_settings(&Settings { uploads_at_once: 7, ..Settings::default() }).unwrap();
    window.until_mut("the settings", |window| window.state().settings.uploads_at_once == 7);
    window.other.remove_profile(&id()).unwrap();
    window.until_mut("the removal", |window| window.label() == "gone");
    assert_eq!(window.state().selected.clone(), Some(second));
    window.until_mut("the count of removed ones", |window| window.state().sharing.removed == 1);
}

#[test]
fn different_changes_are_merged_into_the_window() {
    let mut window = open();
    window.other.put_profile(&id(), &Profile { label: "Staging".into(), ..acme() }).unwrap();
    window.edit(Profile { source_key: "mine".into(), ..acme() });
    window.until_mut("the merge", |window| window.has_note("Both changes were merged"));
    let both = Profile { label: "Staging".into(), source_key: "mine".into(), ..acme() };
    assert_eq!(window.state().profile_of(&id()), Some(&both));
    assert_eq!(window.on_disk(), both);
}

fn conflict(window: &mut Window) {
    window.other.put_profile(&id(), &Profile { label: "Theirs".into(), ..acme() }).unwrap();
    window.edit(Profile { label: "Mine".into(), ..acme() });
    window.until_mut("the question", |window| window.has_note("both changed label"));
    assert_eq!(window.on_disk().label, "Theirs");
}

#[test]
fn keep_mine() {
    let mut window = open();
    conflict(&mut window);
    // What is typed while the question stands open counts too.
    window.edit(Profile { label: "Mine".into(), source_key: "later".into(), ..acme() });
    window.press("Keep mine");
    assert_eq!((window.on_disk().label.as_str(), window.on_disk().source_key.as_str()), ("Mine", "later"));
    assert_eq!(window.beside("theirs")[0].label, "Theirs");
    assert!(window.has_note("acme.profile.json.theirs-"));
    window.edit(Profile { label: "After".into(), ..acme() });
    window.until_mut("the next save", |window| window.on_disk().label == "After");
}

#[test]
fn take_theirs() {
    let mut window = open();
    conflict(&mut window);
    window.press("Take theirs");
    assert_eq!(window.label(), "Theirs");
    assert_eq!(window.on_disk().label, "Theirs");
    assert_eq!(window.beside("mine")[0].label, "Mine");
    window.edit(Profile { label: "After".into(), ..acme() });
    window.until_mut("the next save", |window| window.on_disk().label == "After");
}

#[test]
fn a_removed_profile_that_was_changed_here_is_asked_about() {
    let mut window = open();
    window.other.remove_profile(&id()).unwrap();
    window.edit(Profile { label: "Mine".into(), ..acme() });
    window.until_mut("the question", |window| window.has_note("removed the profile \"Acme\", which you have changed"));
    window.press("Keep mine");
    assert_eq!(window.on_disk().label, "Mine");
}

#[test]
fn closing_with_an_open_question_keeps_both() {
    let mut window = open();
    conflict(&mut window);
    window.harness.state_mut().on_exit(None);
    assert_eq!(window.on_disk().label, "Theirs");
    assert_eq!(window.beside("mine")[0].label, "Mine");
}

#[test]
fn closing_right_after_a_change_that_conflicts_keeps_both() {
    let mut window = open();
    window.other.put_profile(&id(), &Profile { label: "Theirs".into(), ..acme() }).unwrap();
    window.edit(Profile { label: "Mine".into(), ..acme() });
    window.harness.state_mut().on_exit(None);
    assert_eq!(window.on_disk().label, "Theirs");
    assert_eq!(window.beside("mine")[0].label, "Mine");
}

#[test]
fn closing_right_after_a_change_of_the_settings_that_conflicts_keeps_both() {
    let mut window = open();
    window.other.put_settings(&Settings { uploads_at_once: 7, ..Settings::default() }).unwrap();
    let settings = Settings { uploads_at_once: 5, ..window.state().settings.clone() };
    window.run(Command::Settings(SettingsCommand::Save(Box::new(settings))));
    window.harness.state_mut().on_exit(None);
    let texts = fs::read_dir(window.path("home")).unwrap().map(|entry| entry.unwrap().path()).filter_map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        name.starts_with("settings.json").then(|| (name.contains(".mine-"), fs::read_to_string(&path).unwrap()))
    });
    let texts: std::collections::HashMap<_, _> = texts.collect();
    assert!(texts[&false].contains("\"uploads_at_once\": 7") && texts[&true].contains("\"uploads_at_once\": 5"), "{texts:?}");
}

#[test]
fn what_could_not_be_saved_stays_and_is_saved_later() {
    let mut window = open();
    window.harness.step();
    // A folder in the files' places: nobody can write there, not even an administrator.
    let places = ["home/profiles/acme.profile.json", "home/drafts/acme.draft.json"].map(|path| window.path(path));
    for place in &places {
        let _ = fs::remove_file(place);
        fs::create_dir(place).unwrap();
    }
    window.state().drafts.get_mut(&id()).unwrap().session_mut().draft.entry_mut("summary").type_text("Crash".into());
    window.run(Command::Compose(ComposeCommand::Changed));
    window.edit(Profile { label: "Mine".into(), ..acme() });
    window.until_mut("both errors", |window| window.has_note("Saving the profile") && window.has_note("Saving the draft"));
    assert_eq!(window.label(), "Mine");
    for place in &places {
        fs::remove_dir(place).unwrap();
    }
    window.harness.state_mut().on_exit(None);
    assert!(fs::read_to_string(&places[1]).unwrap().contains("Crash"));
    let saved = if places[0].exists() { window.on_disk() } else { window.beside("mine").remove(0) };
    assert_eq!(saved.label, "Mine");
}

#[test]
fn profiles_move_to_a_folder_of_the_users_own_when_asked_to() {
    let mut window = open();
    let own = window.path("repository");
    window.run(Command::Settings(SettingsCommand::UseProfilesFolder(Some(own.clone()))));
    assert!(window.has_note("Make the folder"));
    fs::create_dir(&own).unwrap();
    window.run(Command::Settings(SettingsCommand::UseProfilesFolder(Some(own.clone()))));
    assert_eq!(window.label(), "gone");
    assert!(fs::read_to_string(window.path("home/settings.json")).unwrap().contains("repository"));
    window.press("Move to the new folder");
    window.until_mut("the profile in its new folder", |window| window.state().profile_of(&id()) == Some(&acme()));
    assert!(own.join("acme.profile.json").exists());
    window.run(Command::Settings(SettingsCommand::UseProfilesFolder(None)));
    assert_eq!(window.label(), "gone");
    assert!(own.join("acme.profile.json").exists());
}
