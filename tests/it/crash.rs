//! A process that saves without end is killed at a random moment, over and over. Whatever it acknowledged must be there, and
//! everything must open. `CENTERPOST_CRASH_ROUNDS` says how often; without it, twenty times.

#![cfg(unix)]

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use centerpost::model::profile::Field;
use centerpost::model::{Draft, Profile, Settings};
use centerpost::store::{ProfileId, Store};

const CHILD: &str = "CENTERPOST_CRASH_CHILD";

/// One kind of work: how it saves a number, and how that number is found again.
struct Work {
    name: &'static str,
    save: fn(&Store, u64),
    find: fn(&Store) -> u64,
}

const WORK: [Work; 4] = [
    Work { name: "profile", save: save_profile, find: |store| find_profile(store, "acme") },
    Work { name: "profile-large", save: save_large, find: |store| find_profile(store, "large") },
    Work { name: "draft", save: save_draft, find: find_draft },
    Work { name: "settings", save: save_settings, find: |store| store.load().settings.connect_timeout_secs },
];

fn id(name: &str) -> ProfileId {
    ProfileId(name.to_owned())
}

fn numbered(name: &str, number: u64) -> Profile {
    Profile { name: name.into(), source_key: number.to_string(), ..Profile::default() }
}

fn save_profile(store: &Store, number: u64) {
    store.save_profile(&id("acme"), &numbered("Acme", number)).unwrap();
}

/// Large enough to be written in more than one go.
fn save_large(store: &Store, number: u64) {
    let field = |row: u64| Field { field: "x".repeat(400), parameter: format!("p{row}"), ..Field::default() };
    let profile = Profile { fields: (0..200).map(field).collect(), ..numbered("Large", number) };
    store.save_profile(&id("large"), &profile).unwrap();
}

fn find_profile(store: &Store, name: &str) -> u64 {
    let found = store.load().profiles;
    found.into_iter().find(|stored| stored.id == id(name)).map_or(0, |stored| stored.profile.source_key.parse().unwrap())
}

fn save_draft(store: &Store, number: u64) {
    store.save_drafts(&id("acme"), &Draft { json: Some(number.to_string()), ..Draft::default() }.into()).unwrap();
}

fn find_draft(store: &Store) -> u64 {
    store.drafts(&id("acme")).unwrap().first.draft.json.map_or(0, |text| text.parse().unwrap())
}

fn save_settings(store: &Store, number: u64) {
    store.save_settings(&Settings { connect_timeout_secs: number, ..Settings::default() }).unwrap();
}

/// The process to be killed: saves one after another, and says so once each is saved.
#[test]
fn child_that_saves_without_end() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let store = Store::open_at(folder.into()).unwrap();
    store.load();
    store.drafts(&id("acme")).unwrap();
    let first = WORK.iter().map(|work| (work.find)(&store)).max().unwrap_or_default() + 1;
    let mut out = std::io::stdout().lock();
    for number in first.. {
        for work in &WORK {
            (work.save)(&store, number);
            writeln!(out, "saved {} {number}", work.name).unwrap();
            out.flush().unwrap();
        }
    }
}

/// One round: what was acknowledged before the kill.
fn kill_one(folder: &Path, wait: Duration, acknowledged: &mut HashMap<String, u64>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child_that_saves_without_end", "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut note = |line: &str| {
        // The harness's own words may stand before ours on the first line.
        if let Some((name, number)) = line.rsplit_once("saved ").and_then(|(_, rest)| rest.split_once(' '))
            && let Ok(number) = number.parse()
        {
            acknowledged.insert(name.to_owned(), number);
            return true;
        }
        false
    };
    // The clock starts with the first save: starting up is not what is tested.
    for line in lines.by_ref() {
        if note(&line.unwrap()) {
            break;
        }
    }
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
    for line in lines.map_while(Result::ok) {
        note(&line);
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    let rounds: u32 = std::env::var("CENTERPOST_CRASH_ROUNDS").ok().map_or(20, |text| text.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let empty = Store::open_at(home.path().to_owned()).unwrap();
    let mut acknowledged: HashMap<_, _> = WORK.iter().map(|work| (work.name.to_owned(), (work.find)(&empty))).collect();
    let (before, mut total) = (acknowledged["settings"], 0);
    for round in 0..rounds {
        let mut random = [0; 2];
        getrandom::fill(&mut random).unwrap();
        let wait = Duration::from_micros(u64::from(u16::from_le_bytes(random)) / 2);
        kill_one(home.path(), wait, &mut acknowledged);
        let store = Store::open_at(home.path().to_owned()).unwrap().with_patience(Duration::from_millis(1));
        let found = store.load();
        assert!(found.notices.is_empty(), "round {round}: {:?}", found.notices);
        let newest = acknowledged.values().copied().max().unwrap_or_default();
        for work in &WORK {
            let (saved, said) = ((work.find)(&store), acknowledged[work.name]);
            // The one under way may have been saved and not yet said.
            assert!((said..=newest + 1).contains(&saved), "round {round}: {} said {said} and holds {saved}", work.name);
        }
        total = newest;
        // The lock fell with its process.
        (WORK[3].save)(&store, total);
        acknowledged.insert(WORK[3].name.to_owned(), total);
    }
    assert!(total >= before + u64::from(rounds), "only {total} saves in {rounds} rounds");
}
