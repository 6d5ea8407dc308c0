//! What takes long is said in the status bar and keeps nobody from the window.

use std::fs::File;
use std::path::Path;
use std::sync::mpsc;

use crate::support::window::{Driven, Window, open_at};
use centerpost::model::Profile;
use centerpost::store::{ProfileId, Store, StoreContents};
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::pages::settings::command::SettingsCommand;
use centerpost::ui::view::View;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// Another program that is saving in a store, until this is dropped.
fn saving(root: &Path) -> File {
    let lock = File::options().write(true).create(true).truncate(false).open(root.join(".lock")).unwrap();
    lock.lock().unwrap();
    lock
}

fn named(name: &str) -> Profile {
    Profile { name: name.into(), ..Profile::default() }
}

impl Window {
    fn ids_of(&mut self, name: &str) -> Vec<ProfileId> {
        let profiles = &self.harness.state_mut().state().profiles;
        profiles.iter().filter(|stored| stored.profile.name == name).map(|stored| stored.id.clone()).collect()
    }

    fn goes_on(&mut self) {
        for view in [View::Settings, View::Import, View::Compose] {
            self.run(Command::Show(view));
            assert_eq!(self.harness.state_mut().state().view, view);
        }
    }
}

#[test]
fn profiles_are_made_removed_and_brought_back_while_another_program_saves() {
    let mut window = open_at(tempfile::tempdir().unwrap(), [1280.0, 820.0]);
    window.until_mut("the sandbox's profile", |window| window.harness.state_mut().state().selected.is_some());
    let root = window.folder.path().to_owned();

    let other = saving(&root);
    let create = Command::Profile(ProfileCommand::Create(Box::new(named("Slow"))));
    window.run(create.clone());
    assert!(window.ids_of("Slow").is_empty(), "it is not on disk yet");
    window.until("what is done", |window| window.has("Saving the profile \"Slow\""));
    // A second press asks for nothing new.
    window.run(create);
    window.goes_on();
    drop(other);
    window.until_mut("the profile", |window| window.ids_of("Slow").len() == 1);
    window.harness.run_steps(10);
    assert_eq!(window.ids_of("Slow").len(), 1);
    window.until("nothing to wait for", |window| !window.has("Saving the profile"));

    let id = window.ids_of("Slow").remove(0);
    let other = saving(&root);
    window.run(Command::Profile(ProfileCommand::Remove(id.clone())));
    window.until("what is done", |window| window.has("Removing the profile \"Slow\""));
    assert!(window.harness.query_by_label("Stop waiting: Removing the profile \"Slow\"").is_none(), "the disk would know better");
    window.goes_on();
    drop(other);
    window.until_mut("that it is gone", |window| window.ids_of("Slow").is_empty());

    let other = saving(&root);
    window.run(Command::Profile(ProfileCommand::Restore(id)));
    window.until("what is done", |window| window.has("Restoring the profile"));
    window.goes_on();
    drop(other);
    window.until_mut("that it is back", |window| window.ids_of("Slow").len() == 1);
}

#[test]
fn the_profiles_move_to_another_folder_while_the_window_goes_on() {
    let mut window = open_at(tempfile::tempdir().unwrap(), [1280.0, 820.0]);
    window.until_mut("the sandbox's profile", |window| window.harness.state_mut().state().selected.is_some());
    let (root, folder) = (window.folder.path().to_owned(), tempfile::tempdir().unwrap());
    let other = saving(&root);
    window.run(Command::Settings(SettingsCommand::UseProfilesFolder(Some(folder.path().to_owned()))));
    window.until("what is done", |window| window.has("Reading the profiles"));
    window.goes_on();
    drop(other);
    window.until("the offer", |window| window.has("in the old folder"));
    window.press("Move to the new folder");
    window.until_mut("them", |window| !window.harness.state_mut().state().profiles.is_empty());
    assert_eq!(Store::count_profiles(folder.path()), window.harness.state_mut().state().profiles.len());
}

#[test]
fn a_store_that_is_still_being_read_keeps_the_window_from_nothing_but_its_pages() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_at(folder.path().to_owned()).unwrap();
    store.create_profile(&named("Acme")).unwrap();
    let found = store.load();
    let (tell, told) = mpsc::channel::<StoreContents>();
    let mut window = Harness::builder()
        .with_size([1280.0, 820.0])
        .with_step_dt(0.25)
        .with_max_steps(30)
        .build_eframe(move |cc| App::reading(&cc.egui_ctx, store, told).unwrap());
    window.run_steps(3);
    assert!(window.has("Reading profiles and keys") && !window.has("Acme"), "{:#?}", window.texts());
    Driven::run(&mut window, Command::Show(View::Settings));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    window.until("the reason", |window| window.has("keyring has not answered"));
    tell.send(found).unwrap();
    // What was asked for meanwhile comes then.
    window.until("the settings", |window| window.has("Appearance") && window.has("Acme"));
}
