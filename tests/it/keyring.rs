//! API keys in a real Secret Service: gnome-keyring on a message bus of its own.

#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;

/// Runs a script of `centerpost` calls (`$CP`) on a bus of its own, with an empty home. `$START` starts an unlocked keyring.
fn on_a_bus(script: &str) -> (tempfile::TempDir, String) {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    fs::create_dir(&run).unwrap();
    let path = home.path().join("acme.profile.json");
    fs::write(path, r#"{"name": "Acme", "base_url": "http://127.0.0.1:9", "project_key": "p", "source_key": "s", "api_key": "canary-key-3f0c"}"#)
        .unwrap();
    let script =
        format!("set -eu\nstart() {{ printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; }}\n{script}");
    let output = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", &script])
        .env("CP", env!("CARGO_BIN_EXE_centerpost"))
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &run)
        .env("XDG_DATA_HOME", home.path().join("share"))
        .env("CENTERPOST_HOME", home.path().join("centerpost"))
        .env("CENTERPOST_KEYRING", "on")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("CENTERPOST_API_KEY")
        .current_dir(home.path())
        .output()
        .expect("dbus-run-session is missing; install the packages dbus and gnome-keyring");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "needs the packages dbus and gnome-keyring:\n{text}");
    (home, text)
}

#[test]
fn an_unlocked_keyring_keeps_the_key_over_sessions() {
    let (home, text) = on_a_bus(
        "start; $CP keys status; $CP profiles import acme.profile.json; $CP send --profile acme --dry-run --show-secrets --json <(echo '{}')",
    );
    assert!(text.contains("kept in the system's keyring"), "{text}");
    assert!(text.contains("apiKey=canary-key-3f0c"), "{text}");
    let file = fs::read_to_string(home.path().join("centerpost/profiles/acme.profile.json")).unwrap();
    assert!(file.contains("api_key_ref") && !file.contains("canary"), "{file}");
}

#[test]
fn a_locked_keyring_is_said_and_asks_nobody() {
    let lock = "gdbus_lock() { dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null; }";
    let (_home, text) = on_a_bus(&format!(
        "{lock}\nstart; $CP profiles import acme.profile.json; gdbus_lock; $CP keys status; $CP profiles list"
    ));
    assert!(
        text.contains("in memory until Centerpost is closed: the system's keyring is not used, because it is locked"),
        "{text}"
    );
}

#[test]
fn without_a_keyring_keys_stay_in_memory_and_that_is_said() {
    let (home, text) = on_a_bus(
        "$CP keys status --output json; $CP profiles import acme.profile.json; $CP send --profile acme --dry-run --json <(echo '{}')",
    );
    // The bus may start the service by itself, locked or without a collection.
    assert!(text.contains(r#""place": "memory""#), "{text}");
    assert!(text.contains("the API key of \"Acme\" is not saved") && text.contains("API key is not known"), "{text}");
    let file = fs::read_to_string(home.path().join("centerpost/profiles/acme.profile.json")).unwrap();
    assert!(!file.contains("canary"), "{file}");
}
