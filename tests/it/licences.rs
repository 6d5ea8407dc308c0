//! `assets/licences.txt` names every crate that the program is made of, and no other.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::support::home::Home;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The crates of the list, each with its version.
fn listed() -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(Path::new(ROOT).join("assets/licences.txt")).unwrap();
    let lines = text.lines().skip(2).take_while(|line| !line.is_empty());
    let named = lines.map(|line| line.split_once(':').unwrap().0.split_once(' ').unwrap());
    named.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
}

#[test]
fn no_listed_crate_is_another_version() {
    let lock: toml::Table = toml::from_str(&std::fs::read_to_string(Path::new(ROOT).join("Cargo.lock")).unwrap()).unwrap();
    let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
    let locked = lock["package"].as_array().unwrap().iter().map(|package| (text(package, "name"), text(package, "version")));
    let locked: BTreeSet<_> = locked.collect();
    let listed = listed();
    let gone: Vec<_> = listed.difference(&locked).collect();
    assert!(listed.len() > 200 && gone.is_empty(), "assets/licences.py writes the list anew. Not in Cargo.lock: {gone:?}");
}

/// What other systems add, `assets/licences.py --check` holds in the release workflow: their crates are not downloaded here.
#[test]
fn every_crate_of_this_system_is_listed() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["tree", "--locked", "--offline", "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}"];
    let output = Command::new(cargo).args(arguments).current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let words = text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    });
    let built: BTreeSet<_> = words.filter(|(name, _)| name != "centerpost").collect();
    let listed = listed();
    let missing: Vec<_> = built.difference(&listed).collect();
    assert!(built.len() > 200 && missing.is_empty(), "assets/licences.py writes the list anew. Missing: {missing:?}");
}

#[test]
fn the_program_prints_them() {
    let printed = Home::new().ends(0, &["about", "--licences"]);
    assert!(
        printed.contains("eframe 0") && printed.contains("Permission is hereby granted") && printed.contains("SIL OPEN FONT")
    );
}
