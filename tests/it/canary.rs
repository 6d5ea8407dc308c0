//! A canary key through every feature of the command line and the store: afterwards it stands in no file, no output, no export and no
//! command line of a process, in no encoding.

use std::path::Path;
use std::process::Stdio;

use crate::support::files_below;
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use base64::Engine as _;
use centerpost::model::draft::AddressEdit;
use centerpost::model::{Draft, Profile, Secret};
use centerpost::store::Store;

/// With characters that each encoding writes in a way of its own.
const KEY: &str = "c4n4ry+k3y/9&x\"y";

/// The key in each form in which it could stand somewhere.
fn forms() -> Vec<Vec<u8>> {
    let percent = percent_encoding::utf8_percent_encode(KEY, percent_encoding::NON_ALPHANUMERIC).to_string();
    let json = serde_json::to_string(KEY).unwrap();
    let mut forms =
        vec![KEY.to_owned(), percent.clone(), percent.to_lowercase(), json.trim_matches('"').to_owned(), "c4n4ry".into()];
    for before in ["", "x", "xy"] {
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{before}{KEY}"));
        forms.push(encoded[4..encoded.len() - 4].to_owned());
    }
    forms.into_iter().map(String::into_bytes).collect()
}

fn find(what: &str, bytes: &[u8]) {
    for form in forms() {
        let at = bytes.windows(form.len()).position(|window| window == form);
        if let Some(at) = at {
            let from = at.saturating_sub(60);
            let around = String::from_utf8_lossy(&bytes[from..(at + form.len()).min(bytes.len())]).into_owned();
            panic!("{what} holds the key as {:?}: …{around}", String::from_utf8_lossy(&form));
        }
    }
}

fn look_into(folder: &Path) -> usize {
    let files = files_below(folder);
    files.iter().for_each(|path| find(&path.display().to_string(), &std::fs::read(path).unwrap()));
    files.len()
}

fn home() -> Home {
    Home::new().watched_by(find)
}

/// A sandbox in a process of its own that knows the canary key.
fn serve(home: &Home) -> ServedSandbox {
    let profile = profile("http://127.0.0.1:1");
    let path = home.file("given/served.profile.json", profile.to_value_revealing_key().to_string());
    let served = ServedSandbox::start(home, &["--profile", &path]);
    find("what the sandbox says", served.greeting.as_bytes());
    served
}

fn profile(base_url: &str) -> Profile {
    let text = format!(
        r#"{{"format": "centerpost.profile/1", "name": "Acme", "base_url": "{base_url}", "project_key": "beta1", "source_key": "log",
        "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{{"field": "Summary", "parameter": "summary", "kind": "text", "required": true}}],
        "file_elements": [{{"field": "Log", "parameter": "crashlog"}}]}}"#
    );
    let mut profile = Profile::from_json(&text).unwrap();
    profile.api_key = Secret::new(KEY);
    profile.extra_headers = vec![("Authorization".into(), format!("Bearer {KEY}")), ("X-Echo".into(), format!("of {KEY}"))];
    profile.extra_headers.truncate(1);
    profile
}

#[test]
fn the_key_stands_nowhere() {
    let home = home();
    let served = serve(&home);
    let base = served.base_url.clone();
    let key_file = home.path("given/key.txt");
    std::fs::write(&key_file, KEY).unwrap();
    let key_file = key_file.to_str().unwrap();
    let given = home.path("given/acme.profile.json");
    std::fs::write(&given, profile(&base).to_value_revealing_key().to_string()).unwrap();
    let log = home.path("crash.log");
    std::fs::write(&log, "nothing secret").unwrap();
    let attach = format!("crashlog={}", log.display());
    let out = home.path("out");
    std::fs::create_dir(&out).unwrap();
    let to = |name: &str| out.join(name).to_str().unwrap().to_owned();

    home.ends(0, &["keys", "use-file"]);
    home.ends(0, &["profiles", "import", given.to_str().unwrap()]);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=Crash", "--attach", &attach]);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=Crash", "--output", "json"]);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=Crash", "--dry-run"]);
    // Refused, with the key in another place, and with a key that the server echoes.
    let wrong = format!("{base}/api/v1/projects/beta1/feedback/other");
    assert_eq!(home.run(&["send", "--profile", "acme", "--endpoint", &wrong, "--set", "summary=x"]).status.code(), Some(1));
    home.run(&["send", "--endpoint", &wrong, "--api-key-file", key_file, "--json", "/dev/null"]);
    home.run(&[
        "send",
        "--profile",
        "acme",
        "--endpoint",
        "http://127.0.0.1:1/api/v1/projects/p/feedback/s",
        "--set",
        "summary=x",
    ]);
    let endpoint = format!("{base}/api/v1/projects//feedback/log/4711/files/crashlog");
    home.run(&["upload", "--profile", "acme", "--endpoint", &endpoint, "--file", log.to_str().unwrap()]);
    home.run(&["upload", "--profile", "acme", "--endpoint", &endpoint, "--file", "/nowhere/at/all"]);

    for arguments in [
        &["profiles", "list"][..],
        &["profiles", "show", "acme", "--output", "json"],
        &["profiles", "export", "acme"],
        &["profiles", "export", "acme", "--to", &to("acme.profile.json")],
        &["history", "list"],
        &["history", "list", "--output", "json"],
        &["history", "search", "crash"],
        &["history", "show", "1"],
        &["history", "show", "2", "--output", "json"],
        &["history", "note", "1", "fine"],
        &["history", "pin", "1"],
        &["history", "mark", "1"],
        &["history", "export", "1", "--to", &to("one.case.json")],
        &["history", "export", "--to", &to("all.json")],
        &["history", "resend", "1"],
        &["history", "resend", "1", "--profile", "acme"],
        &["history", "prune"],
        &["diagnose", &to("one.case.json")],
        &["keys", "status"],
        &["about"],
        &["profiles", "remove", "acme"],
        &["profiles", "restore", "acme"],
    ] {
        home.ends(0, arguments);
    }
    assert_eq!(home.ends(0, &["history", "search", "c4n"]), "");
    home.run(&["history", "compare", "1", "4"]);
    home.run(&["send", "--profile", "nobody"]);

    // What the window saves besides.
    let store = Store::open_at(home.path("home")).unwrap();
    store.keys().unlock(&Secret::new("correct horse")).unwrap();
    let stored = store.load().profiles.remove(0);
    assert_eq!(stored.profile.api_key.reveal(), KEY, "the key is there all the same");
    let address = AddressEdit { source_key: "other".into(), api_key: Some(Secret::new(KEY)), ..AddressEdit::default() };
    let draft = Draft { address: Some(address), ..Draft::default() };
    store.save_drafts(&stored.id, &draft.clone().into()).unwrap();
    assert_eq!(store.drafts(&stored.id).unwrap().first.draft, draft);
    find("a profile's Debug", format!("{stored:?} {draft:?} {store:?}").as_bytes());
    #[cfg(target_os = "linux")]
    find("the sandbox's command line", &std::fs::read(format!("/proc/{}/cmdline", served.process.id())).unwrap());

    assert!(look_into(&home.path("home")) > 5);
    assert_eq!(look_into(&out), 3);
}

/// Every command that finds something out, with the key in what is pasted, in a file of its own, and in the environment.
#[test]
fn the_key_of_what_is_pasted_or_given_stands_nowhere() {
    let home = home();
    let served = serve(&home);
    let base = served.base_url.clone();
    let write = |name: &str, text: &str| {
        let path = home.path("given").join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let key_file = write("key.txt", KEY);
    let mut bare = profile(&base);
    bare.api_key = Secret::default();
    bare.extra_headers.clear();
    let bare = write("bare.profile.json", &bare.to_value().to_string());
    let encoded = percent_encoding::utf8_percent_encode(KEY, percent_encoding::NON_ALPHANUMERIC).to_string();
    let url = |source: &str| format!("{base}/api/v1/projects/beta1/feedback/{source}?apiKey={encoded}");
    let payload = serde_json::json!({"summary": format!("with {KEY} in it"), "unknown": KEY}).to_string();
    let curl = |source: &str| {
        let text = format!(
            "curl -X POST '{}' -H 'Authorization: Bearer {KEY}' -H 'Content-Type: application/json' -d '{payload}'",
            url(source)
        );
        write(&format!("{source}.txt"), &text)
    };
    let (curl, wrong_curl) = (curl("log"), curl("lgo"));
    let answer = write("answer.txt", &format!("HTTP/1.1 404 Not Found\r\nX-Echo: {KEY}\r\n\r\nno such source, apiKey={encoded}"));
    let payload = write("payload.json", &payload);
    let given = ["--profile", &bare, "--api-key-file", &key_file];
    let with = |command: &[&'static str], more: &[&str]| {
        let all: Vec<String> = [command, &given[..], more].concat().iter().map(|&text| text.to_owned()).collect();
        for format in ["text", "json"] {
            let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
            all.extend(["--output", format]);
            let output = home.run(&all);
            // One that was not understood would have had nothing to hide.
            assert_ne!(output.status.code(), Some(2), "{all:?}: {output:?}");
        }
    };
    with(&["send"], &["--json", &payload]);
    with(&["send", "--dry-run"], &["--json", &payload]);
    with(&["check"], &[&curl]);
    with(&["check"], &[&wrong_curl]);
    with(&["rehearse"], &["--json", &payload, "--answer", &answer]);
    with(&["rehearse"], &["--request", &wrong_curl]);
    with(&["bisect", "--yes", "--anyway"], &["--json", &payload]);
    with(&["probe", "--yes"], &[]);
    with(&["doctor"], &[]);
    for arguments in [
        &["import", &curl][..],
        &["import", &curl, "--to-profile", "Taken over"],
        &["import", &curl, "--check", "--profile", &bare, "--output", "json"],
        &["replay", &curl],
        &["replay", &wrong_curl, "--profile", &bare, "--output", "json"],
        &["replay", &curl, "--dry-run"],
        &["replay", &curl, "--profile", &bare, "--send", "--yes"],
        &["replay", &wrong_curl, "--send", "--yes", "--output", "json"],
        &["diagnose", &answer],
        &["diagnose", &answer, "--profile", &bare],
        &["diagnose", &answer, "--output", "json"],
        &["check", &curl, "--profile", &bare],
        &["history", "list"],
        &["history", "show", "1"],
        &["history", "show", "2", "--output", "json"],
        &["history", "compare", "1", "2"],
        &["history", "export", "--all"],
        &["history", "resend", "1"],
        &["history", "resend", "1", "--profile", &bare, "--api-key-file", &key_file],
        &["profiles", "folder"],
        &["explain", "endpoint.placeholder"],
    ] {
        let output = home.run(arguments);
        assert!(output.status.code() != Some(2) || arguments[1] == "resend", "{arguments:?}: {output:?}");
    }
    // From the environment, and while it runs: its command line has no key, whoever looks.
    let mut command = home.command(&[
        "send",
        "--profile",
        &bare,
        "--set",
        "summary=x",
        "--endpoint",
        &format!("{base}/api/v1/projects/beta1/feedback/log"),
    ]);
    let child = command.env("CENTERPOST_API_KEY", KEY).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    #[cfg(target_os = "linux")]
    find("a command line", &std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    find("the output of a send", &[output.stdout, output.stderr].concat());

    assert!(home.ends(0, &["history", "list", "--limit", "500"]).lines().count() > 8, "what was sent is in the history");
    assert!(look_into(&home.path("home")) > 2);
}
