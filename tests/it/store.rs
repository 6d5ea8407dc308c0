//! Profiles, drafts and settings on a real disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use centerpost::model::draft::{AddressEdit, Attachment, Entry, Input, Presence};
use centerpost::model::settings::ThemeChoice;
use centerpost::model::{Draft, Profile, Secret, Settings};
use centerpost::store::{ProfileId, Store, read_profile_file, write_export};
use proptest::prelude::*;
use tempfile::TempDir;

fn store() -> (TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open_at(home.path().join("home")).unwrap();
    (home, store)
}

fn profile(name: &str) -> Profile {
    Profile { name: name.into(), api_key: Secret::new("3f0c9a71"), ..Profile::default() }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn put(store: &Store, path: &str, bytes: &[u8]) -> PathBuf {
    let path = store.root().join(path);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn an_empty_folder_is_a_store() {
    let (_home, store) = store();
    let found = store.load();
    assert!(found.profiles.is_empty() && found.notices.is_empty());
    assert_eq!(found.settings, Settings::default());
    assert_eq!(store.drafts(&ProfileId("acme".into())).unwrap().first.draft, Draft::default());
}

#[test]
fn favourites_come_first_then_names() {
    let (_home, store) = store();
    for (name, favourite) in [("beta", false), ("Alpha", false), ("Zulu", true), ("alpha", false), ("mike", true)] {
        store.create_profile(&Profile { favourite, ..profile(name) }).unwrap();
    }
    let order: Vec<_> = store.load().profiles.into_iter().map(|stored| stored.profile.name).collect();
    assert_eq!(order, ["mike", "Zulu", "Alpha", "alpha", "beta"]);
}

#[test]
fn two_profiles_of_one_name_are_two() {
    let (_home, store) = store();
    let ids: Vec<_> = (0..3).map(|_| store.create_profile(&profile("Acme – Issues")).unwrap().0).collect();
    assert_eq!(ids, ["acme-issues", "acme-issues-2", "acme-issues-3"]);
    assert_eq!(store.load().profiles.len(), 3);
    let changed = Profile { source_key: "other".into(), ..profile("Acme – Issues") };
    store.save_profile(&ProfileId("acme-issues-2".into()), &changed).unwrap();
    let keys: Vec<_> = store.load().profiles.into_iter().map(|stored| stored.profile.source_key).collect();
    assert_eq!(keys, ["", "other", ""]);
}

#[test]
fn unknown_keys_and_the_api_key_survive() {
    let (_home, store) = store();
    let text = r#"{"format": "centerpost.profile/1", "name": "Acme", "api_key": "3f0c", "owner": {"team": "QA"}}"#;
    put(&store, "profiles/copied by hand.profile.json", format!("\u{feff}{text}").as_bytes());
    let stored = store.load().profiles.remove(0);
    assert_eq!(stored.id.0, "copied by hand");
    store.save_profile(&stored.id, &Profile { name: "Acme 2".into(), ..stored.profile }).unwrap();
    let again = store.load().profiles.remove(0);
    assert_eq!((again.profile.name.as_str(), again.profile.api_key.reveal()), ("Acme 2", "3f0c"));
    assert_eq!(again.profile.other["owner"]["team"], "QA");

    put(&store, "settings.json", br#"{"theme": "dark", "window": 7}"#);
    let settings = store.load().settings;
    store.save_settings(&Settings { uploads_at_once: 5, ..settings }).unwrap();
    let settings = store.load().settings;
    assert_eq!((settings.theme, settings.uploads_at_once), (ThemeChoice::Dark, 5));
    assert_eq!(settings.other["window"], 7);
    assert!(!settings.other.contains_key("format"));
}

#[test]
fn what_makes_no_sense_is_set_aside_and_named_and_the_rest_loads() {
    let (_home, store) = store();
    store.create_profile(&profile("Good")).unwrap();
    let cases: [(&str, &[u8], &str); 7] = [
        ("profiles/cut.profile.json", b"{\"name\": \"Ac", "EOF"),
        ("profiles/other.profile.json", br#"{"format": "centerpost.case/1"}"#, "centerpost.case/1"),
        ("profiles/latin.profile.json", b"{\"name\": \"caf\xe9\"}", "UTF-8"),
        ("profiles/empty.profile.json", b"", "empty (0 bytes)"),
        ("profiles/key.profile.json", br#"{"api_key": 83017365}"#, "api_key"),
        ("drafts/good.draft.json", b"[]", "object"),
        ("settings.json", b"{\"theme\": \"mauve\"}", "mauve"),
    ];
    for (path, bytes, _) in cases {
        put(&store, path, bytes);
    }
    let found = store.load();
    assert_eq!(found.profiles.len(), 1);
    assert_eq!(found.settings, Settings::default());
    assert_eq!(found.notices.len(), cases.len());
    for (path, bytes, reason) in cases {
        let path = store.root().join(path);
        let notice = found.notices.iter().find(|n| n.0.contains(&format!("{} could", path.display()))).unwrap();
        assert!(notice.0.contains(reason), "{notice:?}");
        assert!(!notice.0.contains("83017365"), "{notice:?}");
        let aside = notice.0.split(" as ").last().unwrap().trim_end_matches('.');
        assert!(aside.starts_with(&format!("{}.corrupt-", path.display())), "{notice:?}");
        assert_eq!(fs::read(aside).unwrap(), bytes);
        assert!(!path.exists());
    }
    assert_eq!(store.load().notices, []);
}

#[test]
fn setting_aside_never_overwrites() {
    let (_home, store) = store();
    for round in 0..5 {
        put(&store, "profiles/a.profile.json", format!("broken {round}").as_bytes());
        assert_eq!(store.load().notices.len(), 1);
    }
    let folder = store.root().join("profiles");
    let mut kept: Vec<_> = names(&folder).iter().map(|name| fs::read_to_string(folder.join(name)).unwrap()).collect();
    kept.sort();
    assert_eq!(kept, ["broken 0", "broken 1", "broken 2", "broken 3", "broken 4"]);
}

#[test]
fn what_the_system_does_not_let_us_read_stays() {
    let (_home, store) = store();
    store.create_profile(&profile("Good")).unwrap();
    let folder = store.root().join("profiles/folder.profile.json");
    fs::create_dir(&folder).unwrap();
    let found = store.load();
    assert_eq!(found.profiles.len(), 1);
    assert_eq!(found.notices.len(), 1);
    assert!(found.notices[0].0.contains("left where it is"), "{:?}", found.notices);
    assert!(folder.is_dir());
}

#[test]
fn a_broken_draft_is_an_error_once() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    put(&store, "drafts/acme.draft.json", b"{");
    let error = store.drafts(&id).unwrap_err().to_string();
    assert!(error.contains("acme.draft.json.corrupt-"), "{error}");
    assert_eq!(store.drafts(&id).unwrap().first.draft, Draft::default());
}

#[test]
fn a_draft_comes_back_and_its_file_has_no_api_key() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    let draft = Draft {
        entries: vec![Entry { parameter: "n".into(), presence: Presence::Sent, input: Input::Text("1\u{0}\"\n🦀".into()) }],
        json: Some("{ \"n\":1 }".into()),
        attachments: vec![Attachment {
            path: "/tmp/a.zip".into(),
            picked_modified: SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(9)),
            ..Attachment::default()
        }],
        address: Some(AddressEdit { source_key: "x".into(), api_key: Some(Secret::new("5ecre7")), ..AddressEdit::default() }),
    };
    store.save_drafts(&id, &draft.clone().into()).unwrap();
    let again = store.drafts(&id).unwrap().first.draft;
    assert_eq!((&again.entries, &again.json), (&draft.entries, &draft.json));
    assert_eq!(again.attachments[0].path, draft.attachments[0].path);
    assert_eq!(again.address, draft.address);
    let text = fs::read_to_string(store.root().join("drafts/acme.draft.json")).unwrap();
    assert!(!text.contains("5ecre7"));
}

#[test]
fn removed_profiles_come_back_with_their_drafts() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    let draft = Draft { json: Some("{}".into()), ..Draft::default() };
    store.save_drafts(&id, &draft.clone().into()).unwrap();
    store.remove_profile(&id).unwrap();
    assert!(store.load().profiles.is_empty());
    assert!(store.remove_profile(&id).is_err());
    // Its name stays its own, so that nothing else gets its draft.
    assert_eq!(store.create_profile(&profile("Acme")).unwrap().0, "acme-2");
    let stored = store.restore_profile(&id).unwrap();
    assert_eq!((stored.id, stored.profile), (id.clone(), profile("Acme")));
    assert_eq!(store.drafts(&id).unwrap().first.draft, draft);
    assert!(store.restore_profile(&id).is_err());
}

#[test]
fn removing_twice_keeps_both() {
    let (_home, store) = store();
    let id = store.create_profile(&profile("Acme")).unwrap();
    store.remove_profile(&id).unwrap();
    store.save_profile(&id, &profile("Acme again")).unwrap();
    store.remove_profile(&id).unwrap();
    assert_eq!(names(&store.root().join("removed")).len(), 2);
    assert_eq!(store.restore_profile(&id).unwrap().profile.name, "Acme again");
}

#[test]
fn a_leftover_temporary_file_is_ignored_and_cleaned() {
    let (_home, store) = store();
    let old = put(&store, "profiles/.saving-old.tmp", b"{\"name\": \"half");
    let young = put(&store, "profiles/.saving-young.tmp", b"{\"name\": \"half");
    let long_ago = SystemTime::now() - Duration::from_secs(86_400);
    fs::File::options().write(true).open(&old).unwrap().set_modified(long_ago).unwrap();
    let found = store.load();
    assert!(found.profiles.is_empty() && found.notices.is_empty());
    assert!(!old.exists());
    assert!(young.exists(), "another Centerpost may be writing it");
}

#[test]
fn ids_do_not_lead_out_of_the_folder() {
    let (home, store) = store();
    for id in ["../../x", "..", "a/b", "a\\b", "", ".hidden", "c:x", "a\0b"] {
        let id = ProfileId(id.into());
        assert!(store.save_profile(&id, &profile("x")).is_err(), "{id:?}");
        assert!(store.drafts(&id).is_err(), "{id:?}");
        assert!(store.remove_profile(&id).is_err(), "{id:?}");
        assert!(store.restore_profile(&id).is_err(), "{id:?}");
    }
    assert_eq!(names(home.path()), ["home"]);
}

#[test]
fn a_home_that_cannot_be_is_a_clear_error() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    for root in [file.clone(), file.join("below")] {
        let error = Store::open_at(root).unwrap_err();
        assert!(error.path.contains("file") && !error.reason.is_empty(), "{error}");
        assert!(error.to_string().contains("CENTERPOST_HOME"), "{error}");
    }
}

#[test]
fn a_failed_save_leaves_the_old_file_and_says_which() {
    let (_home, store) = store();
    let target = store.root().join("profiles/a.profile.json");
    fs::create_dir(&target).unwrap();
    let error = store.save_profile(&ProfileId("a".into()), &profile("x")).unwrap_err().to_string();
    assert!(error.starts_with("Saving the profile ") && error.contains("a.profile.json"), "{error}");
    assert!(!error.contains("3f0c9a71") && !error.contains(".saving-") && !error.contains("os error"), "{error}");
    assert_eq!(names(&store.root().join("profiles")), ["a.profile.json"]);
}

#[test]
fn exports_replace_only_when_asked() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("out.profile.json");
    write_export(&path, "{\"name\": \"one\"}", false).unwrap();
    assert!(write_export(&path, "two", false).unwrap_err().to_string().contains("exists"));
    assert_eq!(read_profile_file(&path).unwrap().name, "one");
    write_export(&path, "two", true).unwrap();
    // A foreign file is neither moved nor renamed, whatever stands in it.
    assert!(read_profile_file(&path).is_err());
    assert_eq!(names(home.path()), ["out.profile.json"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    /// Runs in a process of its own, because the mask is the whole process's.
    #[test]
    fn files_are_their_users_alone_whatever_the_mask() {
        let home = tempfile::tempdir().unwrap();
        if let Some(root) = std::env::var_os("CENTERPOST_TEST_ROOT") {
            let store = Store::open_at(root.into()).unwrap();
            let id = store.create_profile(&profile("Acme")).unwrap();
            store.save_drafts(&id, &Draft::default().into()).unwrap();
            store.save_settings(&Settings::default()).unwrap();
            store.save_profile(&id, &profile("Acme")).unwrap();
            return;
        }
        let root = home.path().join("deep/home");
        let myself = std::env::current_exe().unwrap();
        let status = std::process::Command::new("sh")
            .args(["-c", "umask 000; exec \"$0\" --exact store::unix::files_are_their_users_alone_whatever_the_mask"])
            .arg(&myself)
            .env("CENTERPOST_TEST_ROOT", &root)
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        for file in ["profiles/acme.profile.json", "drafts/acme.draft.json", "settings.json"] {
            assert_eq!(mode(&root.join(file)), 0o600, "{file}");
        }
        for folder in [".", "profiles", "drafts", "removed"] {
            assert_eq!(mode(&root.join(folder)), 0o700, "{folder}");
        }
    }

    #[test]
    fn a_file_copied_with_open_permissions_is_closed_by_the_next_save() {
        let (_home, store) = store();
        let path = put(&store, "profiles/a.profile.json", b"{}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        store.save_profile(&ProfileId("a".into()), &profile("a")).unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_file_copied_with_open_permissions_is_closed_when_it_is_read() {
        let (home, store) = store();
        let path = put(&store, "profiles/a.profile.json", b"{\"api_key\": \"k\"}");
        let broken = put(&store, "profiles/b.profile.json", b"{\"api_key\": \"k\",");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(&broken, fs::Permissions::from_mode(0o644)).unwrap();
        let elsewhere = home.path().join("elsewhere.json");
        fs::write(&elsewhere, "{}").unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&elsewhere, store.root().join("profiles/c.profile.json")).unwrap();
        assert_eq!(store.load().profiles.len(), 2);
        for name in names(&store.root().join("profiles")).iter().filter(|name| !name.starts_with('c')) {
            assert_eq!(mode(&store.root().join("profiles").join(name)), 0o600, "{name}");
        }
        assert_eq!(mode(&elsewhere), 0o644, "a link's target is not ours");
    }

    #[test]
    fn a_read_only_folder_is_read_and_refuses_saves() {
        let (_home, store) = store();
        let id = store.create_profile(&profile("Acme")).unwrap();
        let folder = store.root().join("profiles");
        put(&store, "profiles/broken.profile.json", b"{");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
        // The system lets its administrator write anywhere.
        let administrator = fs::write(folder.join("probe"), "").is_ok();
        let found = Store::open_at(store.root().to_owned()).unwrap().load();
        let saved = store.save_profile(&id, &profile("Other"));
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!((found.profiles.len(), found.notices.len()), (1, 1));
        if !administrator {
            assert!(saved.unwrap_err().to_string().contains("Permission denied"));
            assert!(found.notices[0].0.contains("left where it is"), "{:?}", found.notices);
            assert!(folder.join("broken.profile.json").exists());
            assert_eq!(store.load().profiles[0].profile.name, "Acme");
        }
    }

    #[test]
    fn a_linked_file_is_written_where_it_lies() {
        let (home, store) = store();
        let real = home.path().join("real.json");
        fs::write(&real, "{}").unwrap();
        std::os::unix::fs::symlink(&real, store.root().join("settings.json")).unwrap();
        store.save_settings(&Settings { uploads_at_once: 7, ..Settings::default() }).unwrap();
        assert!(fs::read_to_string(&real).unwrap().contains("\"uploads_at_once\": 7"));
        assert!(fs::symlink_metadata(store.root().join("settings.json")).unwrap().is_symlink());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_profile_comes_back(name in "\\PC{0,80}|[\\x00-\\x1f\"\\\\/🦀 .]{0,20}", key in "[ -~é]{0,20}", label in ".{0,10}") {
        let (_home, store) = store();
        let profile = Profile { name, api_key: Secret::new(key), label, ..Profile::default() };
        let first = store.create_profile(&profile).unwrap();
        let second = store.create_profile(&profile).unwrap();
        prop_assert_ne!(&first, &second);
        let found = store.load();
        prop_assert_eq!(found.notices, vec![]);
        prop_assert_eq!(found.profiles.len(), 2);
        for stored in &found.profiles {
            prop_assert_eq!(&stored.profile, &profile);
            prop_assert_eq!(stored.profile.api_key.reveal(), profile.api_key.reveal());
        }
        store.remove_profile(&first).unwrap();
        prop_assert_eq!(store.restore_profile(&first).unwrap().profile, profile);
    }
}
