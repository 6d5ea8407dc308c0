//! The floors of the house: each folder of `src` may use those below it, never one above.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files_below;

/// Which floors each floor may use.
const FLOORS: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("diagnosis", &["model"]),
    ("formats", &["model", "diagnosis"]),
    ("logging", &["model"]),
    ("transport", &["model", "diagnosis", "formats", "logging"]),
    ("store", &["model", "diagnosis", "formats", "logging"]),
    ("sandbox", &["model", "diagnosis", "formats"]),
    ("service", &["model", "diagnosis", "formats", "logging", "transport", "store", "sandbox"]),
    ("runner", &["model", "diagnosis", "formats", "logging", "transport", "store", "sandbox", "service"]),
    ("jobs", &["model", "diagnosis", "formats", "logging", "transport", "store", "sandbox", "service", "runner"]),
    ("cli", &["model", "diagnosis", "formats", "logging", "transport", "store", "sandbox", "service", "runner", "jobs", "ui"]),
    ("ui", &["model", "diagnosis", "formats", "logging", "transport", "store", "sandbox", "service", "runner", "jobs"]),
];

/// Crates that only some floors may name.
const CRATES: [(&str, &[&str]); 14] = [
    ("reqwest", &["transport"]),
    ("directories", &["store"]),
    ("eframe", &["ui"]),
    ("egui", &["ui"]),
    ("egui_extras", &["ui"]),
    ("rfd", &["ui"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("hyper", &["transport", "sandbox"]),
    ("rusqlite", &["store"]),
    ("keyring_core", &["store"]),
    ("secret_service", &["store"]),
    ("flexi_logger", &["logging"]),
    ("tokio", &["transport", "sandbox", "service", "jobs", "runner", "cli", "store"]),
];

/// What a pure floor must not name.
const IMPURE: [&str; 8] =
    ["std::fs", "std::net", "std::env", "std::process", "tokio::", "SystemTime::now", "Instant::now", "Timestamp::now"];

/// The code of each source below a floor, without comments and without its tests.
fn code(floor: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(floor);
    let found = if folder.is_dir() { files_below(&folder) } else { Vec::new() };
    found
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("").to_owned();
            let lines = body.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
            (path, lines)
        })
        .collect()
}

fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + word.len()..];
        // What opens a text, such as a sign of a language, is not a use of it.
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '"')) && after.starts_with("::")
    })
}

/// Whether `use crate::{a, b::{c}}` names it among others.
fn is_in_group(code: &str, floor: &str) -> bool {
    code.split("use crate::{").skip(1).any(|rest| {
        let mut depth = 0;
        let group = rest.split(';').next().unwrap_or_default();
        let at_top = group.chars().filter(|c| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth <= 0
        });
        let at_top: String = at_top.collect();
        at_top.split(',').any(|entry| entry.trim_matches(['{', '}', ' ', '\n']).split("::").next() == Some(floor))
    })
}

#[test]
fn a_group_of_names_is_looked_into() {
    let code = "use crate::{model::{Profile, ui}, jobs};\nuse crate::store::{cli};";
    for (floor, expected) in [("model", true), ("jobs", true), ("ui", false), ("cli", false), ("store", false)] {
        assert_eq!(is_in_group(code, floor), expected, "{floor}");
    }
}

#[test]
fn no_arrow_points_up() {
    let mut wrong = Vec::new();
    for (floor, below) in FLOORS {
        for (path, code) in code(floor) {
            for (other, _) in FLOORS {
                let uses = names(&code, &format!("crate::{other}")) || is_in_group(&code, other);
                if other != floor && !below.contains(&other) && uses {
                    wrong.push(format!("{} uses {other}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn crates_stay_on_their_floors() {
    let mut wrong = Vec::new();
    for (floor, _) in FLOORS {
        for (path, code) in code(floor) {
            for (name, floors) in CRATES {
                if !floors.contains(&floor) && names(&code, name) {
                    wrong.push(format!("{} names {name}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_floors_have_no_clock_disk_or_network() {
    let mut wrong = Vec::new();
    for floor in ["model", "diagnosis", "formats"] {
        for (path, code) in code(floor) {
            for word in IMPURE {
                if code.contains(word) {
                    wrong.push(format!("{} names {word}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is shared by a whole process and can change. A value that is made once and never changes is not a state.
const STATE: [&str; 7] = ["RwLock<", "Mutex<", "OnceLock<", "OnceCell<", "AtomicBool", "AtomicU", "thread_local!"];

/// The names that the user calls secret are known to the whole process, so that no place that masks can forget them.
const SHARED: &str = "model/secrets/own_names.rs";

#[test]
fn pure_floors_have_no_state_of_the_process() {
    let mut found = Vec::new();
    for floor in ["model", "diagnosis", "formats"] {
        for (path, code) in code(floor) {
            let is_static = |line: &&str| {
                let line = line.trim_start();
                let line = line.strip_prefix("pub").map_or(line, |rest| rest.split_once(' ').map_or("", |(_, rest)| rest));
                line.starts_with("static ")
            };
            let statics = code.lines().filter(is_static).any(|line| STATE.iter().any(|state| line.contains(state)));
            if statics || code.contains("thread_local!") {
                found.push(path);
            }
        }
    }
    assert!(found.len() == 1 && found[0].ends_with(SHARED), "{found:#?}");
}

#[test]
fn every_folder_of_src_is_a_known_floor() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            assert!(FLOORS.iter().any(|(floor, _)| *floor == name), "{name} is not a floor");
            assert!(!code(&name).is_empty(), "{name} is empty");
        }
    }
}
