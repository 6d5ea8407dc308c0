//! The store on a real disk: whole writes, kept files, restored profiles.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use centerpost::model::draft::{AddressEdit, Attachment};
use centerpost::model::profile::{Field, FieldKind};
use centerpost::model::{Draft, Profile, Secret, Settings};
use centerpost::store::{ProfileId, Store, read_profile_file};
use proptest::prelude::*;

fn store() -> (tempfile::TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open_at(home.path().join("home")).unwrap();
    (home, store)
}

fn profile(name: &str) -> Profile {
    Profile {
        name: name.into(),
        base_url: "https://acme.centercode.com".into(),
        project_key: "beta1".into(),
        source_key: "appcrashlog".into(),
        api_key: Secret::new("3f0c9a71d2"),
        fields: vec![Field { field: "Summary".into(), parameter: "summary".into(), kind: FieldKind::Text, ..Field::default() }],
        ..Profile::default()
    }
}

fn files_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn profile_file(store: &Store, id: &ProfileId) -> PathBuf {
    store.root().join("profiles").join(format!("{}.profile.json", id.0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_profile_comes_back_as_it_was_saved(
        name in "(\\PC|[\n\r\"'\\\\/\u{0}🚀é]){0,60}",
        key in "[ -~\n🔑]{0,20}",
        text in any::<String>(),
        favourite: bool,
    ) {
        let (_home, store) = store();
        let mut profile = profile(&name);
        profile.api_key = Secret::new(key);
        profile.favourite = favourite;
        profile.fields[0].choices = vec![text.clone()];
        profile.other.insert("owner".into(), serde_json::json!({"team": text}));
        let id = store.create_profile(&profile).unwrap();
        let twin = store.create_profile(&profile).unwrap();
        prop_assert_ne!(&id, &twin);
        let mut draft = Draft { json: Some(text.clone()), ..Draft::default() };
        draft.entry_mut("summary").type_text(text);
        store.save_draft(&id, &draft).unwrap();
        let found = Store::open_at(store.root().to_owned()).unwrap().load();
        prop_assert_eq!(found.notices, vec![]);
        prop_assert_eq!(found.profiles.len(), 2);
        prop_assert!(found.profiles.iter().all(|stored| stored.profile == profile));
        prop_assert_eq!(store.draft(&id).unwrap(), draft);
        prop_assert_eq!(store.draft(&twin).unwrap(), Draft::default());
    }
}

#[test]
fn favourites_come_first_then_names() {
    let (_home, store) = store();
    for (name, favourite) in [("zeta", false), ("Beta", false), ("alpha", false), ("omega", true)] {
        store.create_profile(&Profile { favourite, ..profile(name) }).unwrap();
    }
    let names: Vec<_> = store.load().profiles.into_iter().map(|stored| stored.profile.name).collect();
    assert_eq!(names, ["omega", "alpha", "Beta", "zeta"]);
}

#[test]
fn what_cannot_be_read_is_kept_and_named_and_the_rest_loads() {
    let (_home, store) = store();
    let good = store.create_profile(&profile("Good")).unwrap();
    let folder = store.root().join("profiles");
    let broken: [(&str, &[u8]); 5] = [
        ("syntax", b"{\"name\": \"x\","),
        ("format", b"{\"format\": \"centerpost.profile/9\"}"),
        ("latin", b"{\"name\": \"gr\xfcn\"}"),
        ("list", b"[]"),
        ("number", b"{\"api_key\": 77345001}"),
    ];
    for (name, bytes) in broken {
        fs::write(folder.join(format!("{name}.profile.json")), bytes).unwrap();
    }
    fs::write(store.root().join("settings.json"), "{").unwrap();
    let found = store.load();
    assert_eq!(found.profiles.iter().map(|stored| stored.id.clone()).collect::<Vec<_>>(), [good]);
    assert_eq!(found.settings, Settings::default());
    assert_eq!(found.notices.len(), 6);
    let names = files_in(&folder);
    for (name, bytes) in broken {
        let start = format!("{name}.profile.json.corrupt-");
        let kept = names.iter().find(|file| file.starts_with(&start)).unwrap();
        assert_eq!(fs::read(folder.join(kept)).unwrap(), bytes, "{name}");
        assert!(found.notices.iter().any(|notice| notice.0.contains(kept.as_str())), "{:?}", found.notices);
    }
    let said = format!("{:?}", found.notices);
    assert!(said.contains("centerpost.profile/9") && said.contains("not UTF-8") && said.contains("line 1"), "{said}");
    assert!(!said.contains("77345001"), "{said}");
    assert!(store.load().notices.is_empty(), "a file set aside is not looked at again");
}

#[test]
fn setting_aside_overwrites_nothing() {
    let (_home, store) = store();
    let folder = store.root().join("profiles");
    for round in 0..4 {
        fs::write(folder.join("x.profile.json"), format!("broken {round}")).unwrap();
        assert_eq!(store.load().notices.len(), 1);
    }
    let mut kept: Vec<_> = files_in(&folder).iter().map(|name| fs::read_to_string(folder.join(name)).unwrap()).collect();
    kept.sort();
    assert_eq!(kept, ["broken 0", "broken 1", "broken 2", "broken 3"]);
}

#[test]
fn a_folder_in_a_files_place_stays_where_it_is() {
    let (_home, store) = store();
    let path = store.root().join("profiles").join("odd.profile.json");
    fs::create_dir(&path).unwrap();
    let found = store.load();
    assert!(found.notices.len() == 1 && found.notices[0].0.contains("left in place"), "{:?}", found.notices);
    assert!(path.is_dir());
}

#[test]
fn hand_copied_files_are_welcome_and_unknown_keys_stay() {
    let (_home, store) = store();
    let path = store.root().join("profiles").join("From a colleague.profile.json");
    fs::write(&path, "\u{feff}{\"name\": \"Copied\", \"owner\": {\"team\": \"QA\"}, \"api_key\": \"k\"}").unwrap();
    let found = store.load();
    assert_eq!(found.profiles[0].id, ProfileId("From a colleague".into()));
    store.save_profile(&found.profiles[0].id, &found.profiles[0].profile).unwrap();
    let saved: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(saved["owner"]["team"], "QA");
    assert_eq!(saved["api_key"], "k");
    assert_eq!(saved["format"], "centerpost.profile/1");
}

#[cfg(unix)]
#[test]
fn files_and_folders_are_for_their_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_home, store) = store();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let id = store.create_profile(&profile("Acme")).unwrap();
    // A copy by hand has whatever mode the umask gave it.
    fs::set_permissions(profile_file(&store, &id), fs::Permissions::from_mode(0o644)).unwrap();
    store.load();
    assert_eq!(mode(&profile_file(&store, &id)), 0o600);
    store.save_profile(&id, &profile("Acme")).unwrap();
    store.save_draft(&id, &Draft::default()).unwrap();
    store.save_settings(&Settings::default()).unwrap();
    for path in [profile_file(&store, &id), store.root().join("drafts/acme.draft.json"), store.root().join("settings.json")] {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    for folder in ["", "profiles", "drafts", "removed"] {
        assert_eq!(mode(&store.root().join(folder)), 0o700, "{folder}");
    }
}

#[test]
fn a_removed_profile_comes_back_with_its_draft_under_its_id() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    let draft = Draft { json: Some("{\"a\": 1}".into()), ..Draft::default() };
    store.save_draft(&id, &draft).unwrap();
    store.remove_profile(&id).unwrap();
    assert!(store.load().profiles.is_empty());
    // Another of the same name must not sit down in its place.
    let other = store.create_profile(&profile("Acme")).unwrap();
    assert_ne!(other, id);
    let restored = store.restore_profile(&id).unwrap();
    assert_eq!((restored.id, restored.profile), (id.clone(), profile("Acme")));
    assert_eq!(store.draft(&id).unwrap(), draft);
    assert_eq!(store.load().profiles.len(), 2);
    assert!(store.restore_profile(&id).is_err(), "there is nothing left to restore");
}

#[test]
fn removing_twice_keeps_both() {
    let (_home, store) = store();
    let id = ProfileId("x".into());
    for name in ["first", "second"] {
        store.save_profile(&id, &profile(name)).unwrap();
        store.remove_profile(&id).unwrap();
    }
    assert_eq!(files_in(&store.root().join("removed")).len(), 2);
    assert_eq!(store.restore_profile(&id).unwrap().profile.name, "second");
    store.remove_profile(&ProfileId("nobody".into())).unwrap_err();
}

#[test]
fn a_leftover_temporary_file_is_ignored_and_cleaned() {
    let (_home, store) = store();
    let folder = store.root().join("profiles");
    let (old, young) = (folder.join(".centerpost-old.tmp"), folder.join(".centerpost-young.tmp"));
    fs::write(&old, "half").unwrap();
    fs::write(&young, "another process writes this").unwrap();
    let yesterday = SystemTime::now() - Duration::from_secs(86_400);
    fs::File::options().write(true).open(&old).unwrap().set_modified(yesterday).unwrap();
    let found = store.load();
    assert!(found.profiles.is_empty() && found.notices.is_empty());
    assert!(!old.exists() && young.exists());
}

#[test]
fn saving_leaves_no_temporary_file() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    store.save_profile(&id, &profile("Acme 2")).unwrap();
    store.create_profile(&profile("Acme")).unwrap();
    assert_eq!(files_in(&store.root().join("profiles")), ["acme-2.profile.json", "acme.profile.json"]);
}

#[test]
fn a_draft_holds_no_key_and_survives_what_json_cannot_hold() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    let attachment = Attachment { path: "/a.zip".into(), picked_modified: Some(early), ..Attachment::default() };
    let edit = AddressEdit { source_key: "s".into(), api_key: Some(Secret::new("canary77")), ..AddressEdit::default() };
    let draft = Draft { address: Some(edit), attachments: vec![attachment], json: Some("{".into()), ..Draft::default() };
    store.save_draft(&id, &draft).unwrap();
    let text = fs::read_to_string(store.root().join("drafts/acme.draft.json")).unwrap();
    assert!(!text.contains("canary77"), "{text}");
    let read = store.draft(&id).unwrap();
    assert_eq!(read.json.as_deref(), Some("{"));
    assert_eq!(read.attachments[0].path, PathBuf::from("/a.zip"));
}

#[test]
fn a_broken_draft_is_set_aside_once() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    fs::write(store.root().join("drafts/acme.draft.json"), "{\"entries\": 7}").unwrap();
    let error = store.draft(&id).unwrap_err().to_string();
    assert!(error.contains("acme.draft.json.corrupt-"), "{error}");
    assert_eq!(store.draft(&id).unwrap(), Draft::default());
}

#[test]
fn settings_come_back_with_what_this_version_does_not_know() {
    let (_home, store) = store();
    fs::write(store.root().join("settings.json"), "{\"connect_timeout_secs\": 3, \"later\": [1]}").unwrap();
    let settings = store.load().settings;
    assert_eq!(settings.connect_timeout_secs, 3);
    store.save_settings(&settings).unwrap();
    assert_eq!(store.load().settings, settings);
    assert!(fs::read_to_string(store.root().join("settings.json")).unwrap().contains("later"));
}

#[test]
fn a_home_that_cannot_be_is_said_clearly() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for home in [file.clone(), file.join("home")] {
        let error = Store::open_at(home).unwrap_err().to_string();
        assert!(error.contains("Opening the folder") && error.contains("CENTERPOST_HOME"), "{error}");
    }
}

#[test]
fn a_folder_that_went_away_fails_the_save_with_a_reason() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    fs::remove_dir_all(store.root().join("profiles")).unwrap();
    fs::write(store.root().join("profiles"), "in the way").unwrap();
    let error = store.save_profile(&id, &profile("Acme")).unwrap_err();
    assert_eq!(error.doing, "Saving the profile");
    assert!(!error.to_string().contains("3f0c9a71d2"));
    assert_eq!(store.load().notices.len(), 1);
}

#[test]
fn an_id_cannot_lead_out_of_the_store() {
    let (home, store) = store();
    let outside = home.path().join("x.profile.json");
    fs::write(&outside, "{}").unwrap();
    for id in ["../../x", "..", "", "a/b"].map(|id| ProfileId(id.into())) {
        store.save_profile(&id, &profile("x")).unwrap_err();
        store.remove_profile(&id).unwrap_err();
        store.draft(&id).unwrap_err();
    }
    assert_eq!(fs::read_to_string(&outside).unwrap(), "{}");
}

#[test]
fn a_file_from_anywhere_is_read_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.profile.json");
    fs::write(&path, "{\"name\": 7}").unwrap();
    let error = read_profile_file(&path).unwrap_err().to_string();
    assert!(error.contains("a.profile.json") && path.exists(), "{error}");
    fs::write(&path, "{\"name\": \"A\"}").unwrap();
    assert_eq!(read_profile_file(&path).unwrap().name, "A");
}
