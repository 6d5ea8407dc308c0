//! Several processes on one store, each played by a store of its own: locks, merges, conflicts, what others changed, own folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use centerpost::model::draft::{Entry, Input, Presence};
use centerpost::model::profile::Field;
use centerpost::model::settings::ThemeChoice;
use centerpost::model::{Draft, Profile, Secret, Settings};
use centerpost::store::{ProfileId, SaveError, SaveOutcome, Store, merge_profile};
use tempfile::TempDir;

/// Two windows on one folder that holds the profile `acme`.
fn two() -> (TempDir, Store, Store, ProfileId) {
    let home = tempfile::tempdir().unwrap();
    let one = Store::open_at(home.path().join("home")).unwrap();
    let id = one.create_profile(&acme()).unwrap();
    one.load();
    let other = Store::open_at(home.path().join("home")).unwrap();
    other.load();
    (home, one, other, id)
}

fn acme() -> Profile {
    let field = |parameter: &str| Field { field: parameter.to_uppercase(), parameter: parameter.into(), ..Field::default() };
    Profile { name: "Acme".into(), fields: vec![field("summary"), field("severity")], ..Profile::default() }
}

fn path(store: &Store, id: &ProfileId) -> PathBuf {
    store.profiles_folder().join(format!("{}.profile.json", id.0))
}

fn on_disk(store: &Store, id: &ProfileId) -> Profile {
    Profile::from_json(&fs::read_to_string(path(store, id)).unwrap()).unwrap()
}

fn beside(store: &Store, id: &ProfileId, word: &str) -> Vec<Profile> {
    let name = format!("{}.profile.json.{word}-", id.0);
    let mut found: Vec<_> = fs::read_dir(store.profiles_folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&name));
    found.iter().map(|path| Profile::from_json(&fs::read_to_string(path).unwrap()).unwrap()).collect()
}

fn conflict(result: Result<SaveOutcome<Profile>, SaveError>) -> (String, bool) {
    match result {
        Err(SaveError::Conflict(conflict)) => (conflict.places.join(", "), conflict.is_gone),
        other => panic!("{other:?}"),
    }
}

#[test]
fn different_changes_go_together() {
    let (_home, one, other, id) = two();
    let mut theirs = acme();
    theirs.label = "Staging".into();
    theirs.fields[0].required = true;
    assert_eq!(other.put_profile(&id, &theirs).unwrap(), SaveOutcome::AsGiven);
    let mut mine = acme();
    mine.source_key = "log".into();
    mine.fields[1].choices = vec!["Low".into()];
    let mut both = theirs.clone();
    both.source_key = "log".into();
    both.fields[1].choices = vec!["Low".into()];
    assert_eq!(one.put_profile(&id, &mine).unwrap(), SaveOutcome::Merged(Box::new(both.clone())));
    assert_eq!(on_disk(&one, &id), both);
    // The first goes on with what was merged; the other sees it and goes on too.
    let again = Profile { label: "Live".into(), ..both.clone() };
    assert_eq!(one.put_profile(&id, &again).unwrap(), SaveOutcome::AsGiven);
    assert_eq!(other.changes().profiles[0].value.profile, again);
    assert!(beside(&one, &id, "theirs").is_empty());
}

#[test]
fn a_caller_that_does_not_take_over_loses_nothing_either() {
    let (_home, one, other, id) = two();
    other.put_profile(&id, &Profile { label: "Staging".into(), ..acme() }).unwrap();
    one.save_profile(&id, &Profile { source_key: "a".into(), ..acme() }).unwrap();
    one.save_profile(&id, &Profile { source_key: "b".into(), ..acme() }).unwrap();
    let found = on_disk(&one, &id);
    assert_eq!((found.label.as_str(), found.source_key.as_str()), ("Staging", "b"));
}

#[test]
fn the_same_value_in_two_ways_is_asked_about_and_the_loser_is_kept() {
    let (_home, one, other, id) = two();
    let theirs = Profile { label: "Theirs".into(), ..acme() };
    let mine = Profile { label: "Mine".into(), source_key: "log".into(), ..acme() };
    other.put_profile(&id, &theirs).unwrap();
    assert_eq!(conflict(one.put_profile(&id, &mine)), ("label".into(), false));
    let error = one.save_profile(&id, &mine).unwrap_err().to_string();
    assert!(error.contains("both changed label") && !error.contains("3f0c9a71"), "{error}");
    assert_eq!(on_disk(&one, &id), theirs, "nothing is written before the question is answered");

    one.keep_profile(&id, &mine).unwrap();
    assert_eq!(on_disk(&one, &id), mine);
    assert_eq!(beside(&one, &id, "theirs"), std::slice::from_ref(&theirs));
    assert!(one.take_notices()[0].0.contains("acme.profile.json.theirs-"));

    other.take(&other.changes().profiles[0]);
    other.put_profile(&id, &theirs).unwrap();
    let newer = Profile { label: "Newer".into(), ..mine };
    conflict(one.put_profile(&id, &newer));
    let taken = one.drop_profile(&id, &newer).unwrap();
    assert_eq!(taken.value, Some(theirs.clone()));
    assert!(taken.kept.0.contains("acme.profile.json.mine-"), "{:?}", taken.kept);
    assert_eq!(beside(&one, &id, "mine"), [newer]);
    assert_eq!(on_disk(&one, &id), theirs);
    assert_eq!(one.put_profile(&id, &Profile { label: "After".into(), ..theirs }).unwrap(), SaveOutcome::AsGiven);
}

#[test]
fn a_file_that_was_removed_is_not_made_again_without_a_question() {
    let (_home, one, other, id) = two();
    other.remove_profile(&id).unwrap();
    let mine = Profile { label: "Mine".into(), ..acme() };
    assert_eq!(conflict(one.put_profile(&id, &mine)), (String::new(), true));
    assert!(one.save_profile(&id, &mine).unwrap_err().to_string().contains("it was removed"));
    assert!(!path(&one, &id).exists());
    let taken = one.drop_profile(&id, &mine).unwrap();
    assert_eq!((taken.value, beside(&one, &id, "mine")), (None, vec![mine.clone()]));
    one.keep_profile(&id, &mine).unwrap();
    assert_eq!(on_disk(&one, &id), mine);
}

#[test]
fn a_file_that_nobody_read_is_kept_when_it_is_replaced() {
    let (_home, one, _other, id) = two();
    let fresh = Store::open_at(one.root().to_owned()).unwrap();
    fresh.save_profile(&id, &Profile { label: "Blind".into(), ..acme() }).unwrap();
    assert_eq!(beside(&one, &id, "theirs"), [acme()]);
}

#[test]
fn the_sandboxs_address_is_no_conflict() {
    let home = tempfile::tempdir().unwrap();
    let one = Store::open_at(home.path().into()).unwrap();
    let profile = |port: u16| Profile { base_url: format!("http://127.0.0.1:{port}"), sandbox: true, ..acme() };
    let id = one.create_profile(&profile(1)).unwrap();
    let other = Store::open_at(home.path().into()).unwrap();
    other.load();
    other.put_profile(&id, &profile(2)).unwrap();
    assert_eq!(one.put_profile(&id, &profile(3)).unwrap(), SaveOutcome::AsGiven);
    assert_eq!(on_disk(&one, &id), profile(3));
}

#[test]
fn settings_merge_and_ask_too() {
    let (_home, one, other, _) = two();
    other.put_settings(&Settings { theme: ThemeChoice::Dark, last_profile: Some("b".into()), ..Settings::default() }).unwrap();
    let mine = Settings { uploads_at_once: 5, last_profile: Some("a".into()), ..Settings::default() };
    let SaveOutcome::Merged(merged) = one.put_settings(&mine).unwrap() else { panic!("not merged") };
    assert_eq!((merged.theme, merged.uploads_at_once, merged.last_profile.as_deref()), (ThemeChoice::Dark, 5, Some("a")));
    let outside = other.changes().settings.unwrap();
    assert_eq!(outside.value, *merged);
    assert!(matches!(
        other.put_settings(&Settings { uploads_at_once: 7, ..Settings::default() }),
        Err(SaveError::Conflict(conflict)) if conflict.places == ["uploads_at_once"]
    ));
    assert!(other.save_settings(&Settings { uploads_at_once: 7, ..Settings::default() }).is_err());
}

fn entry(parameter: &str, text: &str) -> Entry {
    Entry { parameter: parameter.into(), presence: Presence::Sent, input: Input::Text(text.into()) }
}

#[test]
fn drafts_merge_and_the_one_in_the_window_wins() {
    let (_home, one, other, id) = two();
    let draft = |a: &str, b: &str| Draft { entries: vec![entry("a", a), entry("b", b)], ..Draft::default() };
    one.drafts(&id).unwrap();
    one.save_drafts(&id, &draft("1", "1").into()).unwrap();
    assert_eq!(other.drafts(&id).unwrap().first.draft, draft("1", "1"));
    other.save_drafts(&id, &draft("1", "2").into()).unwrap();
    one.save_drafts(&id, &draft("3", "1").into()).unwrap();
    assert_eq!(Store::open_at(one.root().into()).unwrap().drafts(&id).unwrap().first.draft, draft("3", "2"));
    other.save_drafts(&id, &draft("4", "2").into()).unwrap();
    assert_eq!(Store::open_at(one.root().into()).unwrap().drafts(&id).unwrap().first.draft, draft("4", "2"));
    let kept = other.take_notices().remove(0).0;
    let kept = kept.split(" as ").last().unwrap().trim_end_matches('.').to_owned();
    assert!(fs::read_to_string(&kept).unwrap().contains("\"3\""), "{kept}");
}

#[test]
fn unknown_keys_of_drafts_are_kept() {
    let (_home, one, _, id) = two();
    let file = one.root().join("drafts/acme.draft.json");
    let text = r#"{"format": "centerpost.draft/1", "entries": [{"parameter": "a", "presence": "sent", "input": {"text": "1"}, "hint": 7},
        {"parameter": "b", "presence": "sent", "input": {"text": "1"}, "hint": 8}], "mood": "good", "address": {"base_url": "x", "why": 1}}"#;
    fs::write(&file, text).unwrap();
    let mut draft = one.drafts(&id).unwrap().first.draft;
    draft.entries.swap(0, 1);
    draft.entries[1].input = Input::Text("2".into());
    draft.json = Some("{}".into());
    for _ in 0..2 {
        one.save_drafts(&id, &draft.clone().into()).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!((&value["mood"], &value["address"]["why"]), (&"good".into(), &1.into()));
        assert_eq!((&value["entries"][1]["hint"], &value["entries"][1]["input"]["text"]), (&7.into(), &"2".into()));
        assert_eq!(value["entries"][0]["hint"], 8);
    }
}

#[test]
fn newer_files_are_left_alone() {
    let (_home, one, _, id) = two();
    let files = [
        (path(&one, &id), r#"{"format": "centerpost.profile/2", "name": {"en": "Acme"}}"#),
        (one.root().join("drafts/acme.draft.json"), r#"{"format": "centerpost.draft/2"}"#),
        (one.root().join("settings.json"), r#"{"format": "centerpost.settings/12"}"#),
    ];
    for (path, text) in &files {
        fs::write(path, text).unwrap();
    }
    let found = one.load();
    assert_eq!((found.profiles.len(), found.notices.len()), (0, 3), "{:?}", found.notices);
    assert!(found.notices.iter().all(|notice| notice.0.contains("newer version")), "{:?}", found.notices);
    let error = |result: Result<(), centerpost::store::StoreError>| result.unwrap_err().to_string();
    assert!(error(one.save_profile(&id, &acme())).contains("centerpost.profile/2"));
    assert!(error(one.keep_profile(&id, &acme())).contains("centerpost.profile/2"));
    assert!(error(one.drafts(&id).map(|_| ())).contains("centerpost.draft/2"));
    assert!(error(one.save_drafts(&id, &Draft::default().into())).contains("centerpost.draft/2"));
    assert!(error(one.save_settings(&Settings::default())).contains("centerpost.settings/12"));
    assert_eq!(one.create_profile(&acme()).unwrap().0, "acme-2");
    for (path, text) in &files {
        assert_eq!(fs::read_to_string(path).unwrap(), *text);
    }
}

#[test]
fn what_others_did_is_seen_once() {
    let (_home, one, other, id) = two();
    assert!(one.changes().profiles.is_empty());
    other.put_profile(&id, &Profile { label: "Staging".into(), ..acme() }).unwrap();
    let second = other.create_profile(&Profile { name: "Beta".into(), ..Profile::default() }).unwrap();
    let changes = one.changes();
    let mut seen: Vec<_> = changes.profiles.iter().map(|outside| (outside.value.id.0.as_str(), outside.is_new)).collect();
    seen.sort_unstable();
    assert_eq!(seen, [("acme", false), ("beta", true)]);
    assert!(changes.profiles.iter().all(|outside| one.take(outside)));
    assert!(one.changes().profiles.is_empty());
    assert!(!changes.profiles.iter().any(|outside| one.take(outside)), "it is out of date by then");

    // Another layout says nothing else; a broken file stays for its owner to mend, and is told of once.
    fs::write(path(&one, &second), r#"{"name":"Beta"}"#).unwrap();
    assert!(one.changes().profiles.is_empty());
    fs::write(path(&one, &second), "<<<<<<< HEAD").unwrap();
    assert!(one.changes().notices[0].0.contains("left where it is"));
    assert_eq!((one.changes().notices.len(), one.changes().gone.len()), (0, 0));

    other.remove_profile(&id).unwrap();
    assert_eq!(one.changes().gone, std::slice::from_ref(&id));
    one.forget(&id);
    assert!(one.changes().gone.is_empty());
    assert_eq!(one.changes().removed, 1);
    assert_eq!((one.empty_removed().unwrap(), one.changes().removed), (1, 0));
}

#[test]
fn ones_own_newer_changes_go_onto_what_was_merged() {
    let base = acme();
    let theirs = Profile { label: "Staging".into(), source_key: "theirs".into(), ..acme() };
    let mine = Profile { source_key: "mine".into(), ..acme() };
    let merged = merge_profile(&base, &mine, &theirs);
    assert_eq!((merged.label.as_str(), merged.source_key.as_str()), ("Staging", "mine"));
}

#[test]
fn somebody_who_saves_for_too_long_is_named_and_reading_goes_on() {
    let (_home, one, _, id) = two();
    let lock = fs::File::options().write(true).open(one.root().join(".lock")).unwrap();
    lock.lock().unwrap();
    let one = one.with_patience(Duration::from_millis(30));
    let error = one.save_profile(&id, &acme()).unwrap_err().to_string();
    assert!(error.contains("another Centerpost has been saving"), "{error}");
    assert_eq!(one.load().profiles.len(), 1);
    drop(lock);
    one.save_profile(&id, &acme()).unwrap();
}

fn use_folder(store: &Store, folder: &Path) {
    store.save_settings(&Settings { profiles_folder: Some(folder.into()), ..store.load().settings }).unwrap();
    store.find_profiles_folder();
}

#[test]
fn profiles_live_in_a_folder_of_the_users_own() {
    let (home, one, _, id) = two();
    let own = home.path().join("repository");
    assert!(Store::check_profiles_folder(&own).unwrap_err().to_string().contains("Make the folder"));
    assert!(Store::check_profiles_folder(Path::new("here")).unwrap_err().to_string().contains("absolute"));
    fs::create_dir(&own).unwrap();
    Store::check_profiles_folder(&own).unwrap();
    use_folder(&one, &own);
    assert!(one.load().profiles.is_empty(), "nothing is moved without being asked to");
    fs::write(own.join("acme.profile.json"), "{\"name\": \"Another\"}").unwrap();
    one.create_profile(&Profile { name: "Fresh".into(), ..Profile::default() }).unwrap();
    let old = one.default_profiles_folder();
    fs::write(old.join("beta.profile.json"), "{\"name\": \"Beta\"}").unwrap();
    assert_eq!(Store::count_profiles(&old), 2);
    let moved = one.move_profiles_from(&old).unwrap();
    assert_eq!((moved.moved, moved.left.len()), (1, 1), "{moved:?}");
    assert!(moved.left[0].contains("acme.profile.json") && moved.left[0].contains("there already"), "{moved:?}");
    let mut names: Vec<_> = fs::read_dir(&own).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["acme.profile.json", "beta.profile.json", "fresh.profile.json"], "and no lock file among them");
    let text = fs::read_to_string(own.join("fresh.profile.json")).unwrap();
    assert!(text.ends_with("}\n") && text.starts_with("{\n  \"format\": \"centerpost.profile/1\",\n  \"name\""), "{text}");

    // Half merged by git: left for its owner.
    fs::write(own.join("beta.profile.json"), "<<<<<<< HEAD").unwrap();
    assert_eq!(one.load().notices.len(), 1);
    assert!(own.join("beta.profile.json").exists());

    // Gone, as a disk that is not there: said, the rest goes on, and nothing is made in its place.
    fs::remove_dir_all(&own).unwrap();
    let found = one.load();
    assert!(found.notices.iter().any(|notice| notice.0.contains("repository")), "{:?}", found.notices);
    assert_eq!(found.settings.profiles_folder, Some(own.clone()));
    assert!(one.changes().gone.is_empty());
    assert!(one.create_profile(&acme()).unwrap_err().to_string().contains("repository"));
    assert!(!own.exists());
    one.save_drafts(&id, &Draft::default().into()).unwrap();
}

#[test]
fn removed_profiles_of_an_own_folder_come_back_there() {
    let (home, one, _, _) = two();
    let own = home.path().join("repository");
    fs::create_dir(&own).unwrap();
    use_folder(&one, &own);
    let id = one.create_profile(&Profile { name: "Fresh".into(), ..Profile::default() }).unwrap();
    one.remove_profile(&id).unwrap();
    assert!(!own.join("fresh.profile.json").exists());
    one.restore_profile(&id).unwrap();
    assert!(own.join("fresh.profile.json").exists());
}

#[test]
fn secret_headers_stay_out_of_a_folder_of_the_users_own() {
    let (home, one, other, id) = two();
    let passphrase = Secret::new("correct horse");
    one.keep_keys_in_file(&passphrase).unwrap();
    other.keys().unlock(&passphrase).unwrap();
    let own = home.path().join("repository");
    fs::create_dir(&own).unwrap();
    let headers = |token: &str| vec![("X-Trace".to_owned(), "7".to_owned()), ("Authorization".to_owned(), token.to_owned())];
    let secret = Profile { extra_headers: headers("Bearer c4n4ry"), ..acme() };
    one.save_profile(&id, &secret).unwrap();
    let old = one.profiles_folder();
    use_folder(&one, &own);
    assert_eq!(one.move_profiles_from(&old).unwrap().moved, 1);
    assert_eq!(one.load().profiles[0].profile, secret);
    one.create_profile(&Profile { name: "Second".into(), ..secret.clone() }).unwrap();
    let changed = Profile { extra_headers: headers("Bearer c4n4ry-2"), label: "x".into(), ..acme() };
    one.put_profile(&id, &changed).unwrap();
    for entry in fs::read_dir(&own).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(text.contains("Authorization") && !text.contains("c4n4ry"), "{text}");
    }
    let found: Vec<_> = one.load().profiles.into_iter().map(|stored| stored.profile).collect();
    assert_eq!(found, [changed.clone(), Profile { name: "Second".into(), ..secret }]);

    // What goes beside the file, and what is merged, is held to the same.
    other.load();
    other.put_profile(&id, &Profile { label: "theirs".into(), ..changed.clone() }).unwrap();
    let mine = Profile { source_key: "s".into(), ..changed.clone() };
    let both = Profile { label: "theirs".into(), ..mine.clone() };
    assert_eq!(one.put_profile(&id, &mine).unwrap(), SaveOutcome::Merged(Box::new(both.clone())));
    one.drop_profile(&id, &both).unwrap();
    assert!(!fs::read_dir(&own).unwrap().any(|file| fs::read_to_string(file.unwrap().path()).unwrap().contains("c4n4ry")));
}

#[test]
fn two_that_save_at_once_lose_nothing() {
    const SAVES: u32 = 60;
    let (_home, one, other, id) = two();
    let work = |store: Store, set: fn(&mut Profile, u32)| {
        let id = id.clone();
        std::thread::spawn(move || {
            let mut profile = store.load().profiles.remove(0).profile;
            for number in 1..=SAVES {
                set(&mut profile, number);
                if let SaveOutcome::Merged(merged) = store.put_profile(&id, &profile).unwrap() {
                    profile = *merged;
                }
            }
        })
    };
    let first = work(one.clone(), |profile, number| profile.label = number.to_string());
    let second = work(other, |profile, number| profile.fields[0].field = number.to_string());
    first.join().unwrap();
    second.join().unwrap();
    let found = on_disk(&one, &id);
    assert_eq!((found.label, found.fields[0].field.clone()), (SAVES.to_string(), SAVES.to_string()));
    assert!(beside(&one, &id, "theirs").is_empty());
}
