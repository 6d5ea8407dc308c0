//! Where API keys are kept: in no file in clear, and in a file under a passphrase if the user asks for it.

use std::path::{Path, PathBuf};

use centerpost::model::draft::AddressEdit;
use centerpost::model::settings::Proxy;
use centerpost::model::{Draft, Profile, Secret, Settings};
use centerpost::store::{KeyPlace, Store};

use crate::support::files_below;
use crate::support::home::Home;

const KEY: &str = "canary-3f0c9a71d2";

fn open(folder: &Path) -> Store {
    Store::open_at(folder.to_owned()).unwrap()
}

fn profile() -> Profile {
    Profile {
        name: "Acme".into(),
        source_key: "log".into(),
        api_key: Secret::new(KEY),
        extra_headers: vec![("X-Api-Key".into(), format!("header-{KEY}")), ("X-Trace".into(), "17".into())],
        ..Profile::default()
    }
}

fn passphrase() -> Secret {
    Secret::new("correct horse battery staple")
}

fn holds(folder: &Path, text: &str) -> Vec<String> {
    let holds = |path: &PathBuf| std::fs::read(path).unwrap().windows(text.len()).any(|window| window == text.as_bytes());
    files_below(folder).iter().filter(|path| holds(path)).map(|path| path.display().to_string()).collect()
}

#[test]
fn without_a_lasting_place_a_key_is_known_in_its_session_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(matches!(store.keys().place(), KeyPlace::Memory(_)), "the tests run without a keyring: {:?}", store.keys().place());
    let id = store.create_profile(&profile()).unwrap();
    assert_eq!(store.load().profiles[0].profile, profile());
    let draft =
        Draft { address: Some(AddressEdit { api_key: Some(Secret::new(KEY)), ..AddressEdit::default() }), ..Draft::default() };
    store.save_drafts(&id, &draft.clone().into()).unwrap();
    assert_eq!(store.drafts(&id).unwrap().first.draft, draft);
    let settings = Settings { proxy: Proxy::Own(format!("http://user:{KEY}@proxy:3128")), ..Settings::default() };
    store.save_settings(&settings).unwrap();
    assert_eq!(store.load().settings, settings);
    store.remove_profile(&id).unwrap();
    assert_eq!(holds(folder.path(), KEY), [""; 0]);
    store.restore_profile(&id).unwrap();

    let next = open(folder.path()).load();
    assert!(next.profiles[0].profile.api_key.is_empty());
    assert!(
        next.profiles[0].profile.other.is_empty(),
        "the reference is not a key of the user's: {:?}",
        next.profiles[0].profile.other
    );
    assert_eq!(next.profiles[0].profile.source_key, "log");
}

#[test]
fn a_file_under_a_passphrase_keeps_keys_over_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let id = store.create_profile(&profile()).unwrap();
    assert!(store.keep_keys_in_file(&passphrase()).unwrap().is_empty());
    assert_eq!(store.keys().place(), KeyPlace::File);
    let second = Profile { name: "Second".into(), api_key: Secret::new("second-key"), ..profile() };
    store.create_profile(&second).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(folder.path().join("keys.age")).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let next = open(folder.path());
    assert_eq!(next.keys().place(), KeyPlace::LockedFile { refused: None });
    let locked = next.load().profiles;
    assert!(locked[0].profile.api_key.is_empty());
    // Saved while it is locked, neither the reference nor a key that is typed is lost.
    next.save_profile(&id, &Profile { label: "x".into(), ..locked[0].profile.clone() }).unwrap();
    let third = Profile { name: "Third".into(), api_key: Secret::new("third-key"), ..Profile::default() };
    next.create_profile(&third).unwrap();
    let error = next.keys().unlock(&Secret::new("wrong")).unwrap_err().to_string();
    assert!(error.contains("the passphrase is another") && !error.contains("wrong"), "{error}");
    next.keys().unlock(&passphrase()).unwrap();
    let keys = |store: &Store| -> Vec<String> {
        store.load().profiles.iter().map(|stored| stored.profile.api_key.reveal().to_owned()).collect()
    };
    assert_eq!(keys(&next), [KEY, "second-key", "third-key"]);
    assert_eq!(next.load().profiles[0].profile.extra_headers, profile().extra_headers);

    let last = open(folder.path());
    last.keys().unlock(&passphrase()).unwrap();
    assert_eq!(keys(&last), [KEY, "second-key", "third-key"]);
    for secret in [KEY, "second-key", "third-key"] {
        assert_eq!(holds(folder.path(), secret), [""; 0]);
    }
}

#[test]
fn a_key_that_stands_in_clear_moves_as_soon_as_there_is_a_place_that_lasts() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let path = folder.path().join("profiles/old.profile.json");
    std::fs::write(&path, format!(r#"{{"format": "centerpost.profile/1", "name": "Old", "api_key": "{KEY}", "owner": "QA"}}"#))
        .unwrap();
    let found = store.load();
    assert_eq!(found.profiles[0].profile.api_key.reveal(), KEY);
    assert!(found.notices.iter().any(|notice| notice.0.contains("is in clear")), "{:?}", found.notices);
    // It may be the only copy: renaming the profile must not lose it.
    let renamed = Profile { label: "x".into(), ..found.profiles[0].profile.clone() };
    store.save_profile(&found.profiles[0].id, &renamed).unwrap();
    assert_eq!(open(folder.path()).load().profiles[0].profile.api_key.reveal(), KEY);

    let store = open(folder.path());
    store.load();
    store.keep_keys_in_file(&passphrase()).unwrap();
    assert_eq!(holds(folder.path(), KEY), [""; 0]);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"api_key_ref\"") && text.contains("\"owner\": \"QA\""), "{text}");
    let next = open(folder.path());
    next.keys().unlock(&passphrase()).unwrap();
    assert_eq!(next.load().profiles[0].profile.api_key.reveal(), KEY);
}

#[test]
fn without_a_keyring_the_file_is_not_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.create_profile(&profile()).unwrap();
    store.keep_keys_in_file(&passphrase()).unwrap();
    let error = store.keys().leave_file().unwrap_err().to_string();
    assert!(error.contains("Leave the keys in the file"), "{error}");
    assert_eq!(store.keys().place(), KeyPlace::File);
}

#[test]
fn the_history_finds_the_keys_of_profiles() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.create_profile(&profile()).unwrap();
    store.keep_keys_in_file(&passphrase()).unwrap();
    let url = format!("https://acme.example/api/v1/projects/p/feedback/log?apiKey={KEY}");
    let exchange = centerpost::service::record::cancelled(
        &centerpost::model::Request { method: "POST".into(), url: url.clone(), ..Default::default() },
        jiff::Timestamp::UNIX_EPOCH,
        0,
    );
    let entry = centerpost::service::record::created(&Default::default(), &profile(), 0, &exchange, &[]);
    let id = store.open_history().unwrap().0.record(&entry).unwrap();
    let next = open(folder.path());
    next.keys().unlock(&passphrase()).unwrap();
    let kept = next.open_history().unwrap().0.open_record(id).unwrap();
    assert_eq!((kept.exchange.sent.url, kept.missing_secrets), (url, 0));
}

/// An import that ended well without its key would be noticed at the first send.
#[test]
fn a_passphrase_that_does_not_open_the_file_saves_no_profile_without_its_key() {
    let home = Home::new();
    let passphrase = home.file("passphrase.txt", "correct horse\n");
    home.ends(0, &["keys", "use-file", "--passphrase-file", &passphrase]);
    let file = home.file("acme.profile.json", profile().to_value_revealing_key().to_string());
    let import = |passphrase: &str| {
        home.command(&["profiles", "import", &file]).env("CENTERPOST_PASSPHRASE", passphrase).output().unwrap()
    };
    let output = import("another horse");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said.contains("the passphrase is another"), "{said}");
    let status = home.command(&["keys", "status"]).env("CENTERPOST_PASSPHRASE", "another horse").output().unwrap();
    assert!(String::from_utf8_lossy(&status.stdout).contains("could not be opened: the passphrase is another"), "{status:?}");
    assert_eq!(home.json(0, &["profiles", "list"]), serde_json::json!([]));
    assert_eq!(import("correct horse").status.code(), Some(0));
    assert!(home.ends(0, &["profiles", "export", "acme", "--with-key"]).contains(KEY));
}
