//! Inputs as people really have them, and what each must give: `tests/data/evidence/suite.json` names the file, the command, its arguments
//! and what has to hold. Each command runs in a home of its own.
//!
//! `must` is a list of conditions, all of which hold: `exit`, `requests` (a number, or the least and the most), `request` (the first),
//! `some_request`, `every_request`, `no_request`, `first_cause`, `first_cause_not`, `some_cause`, `no_cause` (from a confidence on), `notes`
//! and `says` (a pattern in what is said beside the causes, or with them), `notes_not`, `says_not`, `prints`, `prints_not`, and `either`
//! (one of several lists). Without `exit` the codes 0 and 1 are right.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::home::Home;
use centerpost::diagnosis::CauseId;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/evidence")
}

fn suite() -> Vec<Value> {
    serde_json::from_str(&std::fs::read_to_string(folder().join("suite.json")).unwrap()).unwrap()
}

/// What a command showed.
#[derive(Default)]
struct Seen {
    exit: i32,
    requests: Vec<Value>,
    causes: Vec<Value>,
    notes: String,
    printed: String,
}

impl Seen {
    fn of(entry: &Value) -> Self {
        let text = |name: &str| entry[name].as_str().unwrap();
        let home = Home::new();
        let input = text("input");
        for beside in [
            input,
            "acme.profile.json",
            "contoso.profile.json",
            "harbor.profile.json",
            "orbit.profile.json",
            "strict.profile.json",
            "desk.profile.json",
            "crash.zip",
        ] {
            if let Ok(bytes) = std::fs::read(folder().join("inputs").join(beside)) {
                home.file(beside, bytes);
            }
        }
        let arguments: Vec<&str> = entry["args"].as_array().unwrap().iter().map(|argument| argument.as_str().unwrap()).collect();
        let command: Vec<&str> = text("command").split(' ').chain([input]).chain(arguments).collect();
        if command[0] == "export" {
            let output = home.run(&command);
            let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            return Self { exit: output.status.code().unwrap(), printed, ..Self::default() };
        }
        let output = home.run(&[command.as_slice(), &["--output", "json"]].concat());
        let people = home.run(&command);
        let mut seen = Self { exit: output.status.code().unwrap(), ..Self::default() };
        for bytes in [&output.stderr, &people.stderr, &people.stdout] {
            seen.printed.push_str(&String::from_utf8_lossy(bytes));
        }
        seen.notes = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&people.stderr);
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        match command[0] {
            "import" => {
                seen.requests = list(&value);
                seen.notes.push_str(&String::from_utf8_lossy(&people.stdout));
            }
            "check" => {
                seen.requests.extend(value.get("request").cloned());
                seen.causes = list(&value["rows"]).iter().flat_map(|row| list(&row["problems"])).collect();
                seen.notes.push_str(&format!("{}{}", value["recognised"], value["notes"]));
            }
            "diagnose" => seen.causes = list(&value["causes"]),
            _ => {
                let mut request = value["twin"]["request"].clone();
                request["response"] = value["twin"]["response"].clone();
                seen.requests.push(request);
                seen.causes = list(&value["twin_causes"]);
                seen.notes.push_str(&format!("{}{}", value["notes"], value["twin_rule"]));
            }
        }
        // The name of a file is not a finding.
        seen.notes = seen.notes.replace(input, "INPUT");
        seen
    }

    fn says(&self) -> String {
        let of = |cause: &Value| format!("{} {} {}", cause["title"], cause["evidence"], cause["fix"]);
        self.notes.clone() + &self.causes.iter().map(of).collect::<Vec<_>>().join("\n")
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect(),
        other => vec![other.as_str().unwrap_or_default().to_owned()],
    }
}

fn is_one_of(found: &Value, wanted: &Value) -> bool {
    wanted.as_array().map_or(found == wanted, |wanted| wanted.contains(found))
}

/// Whether a cause is one of these ids, or narrower than one.
fn is_named(cause: &Value, ids: &[String], with_narrower: bool) -> bool {
    let id = cause["id"].as_str().unwrap_or_default();
    let fits = |id: &str| ids.iter().any(|wanted| wanted.strip_suffix('*').map_or(wanted == id, |family| id.starts_with(family)));
    let broader = || CauseId::find(id).map(CauseId::narrower_than).unwrap_or_default();
    fits(id) || with_narrower && broader().iter().any(|broader| fits(broader.as_str()))
}

fn finds(pattern: &Value, text: &str) -> bool {
    regex::RegexBuilder::new(pattern.as_str().unwrap()).case_insensitive(true).build().unwrap().is_match(text)
}

/// Why a request does not fit, or nothing.
fn misfit(request: &Value, wanted: &Value) -> Option<String> {
    let request = if request.get("request").is_some() { &request["request"] } else { request };
    let url = request["url"].as_str().unwrap_or_default();
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    let after_scheme = before.split_once("://").map_or(before, |(_, rest)| rest);
    let (authority, path) = after_scheme.find('/').map_or((after_scheme, ""), |at| after_scheme.split_at(at));
    let host = authority.rsplit('@').next().unwrap_or("").trim_end_matches(":443");
    let body = &request["body"];
    let body_text = body.as_str().or_else(|| body["text"].as_str()).unwrap_or_default();
    let answer = &request["response"];
    let headers: Vec<(String, String)> = request["headers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|pair| (texts(pair)[0].to_lowercase(), texts(pair)[1].clone()))
        .collect();
    let parts = || request["parts"].as_array().or_else(|| body["parts"].as_array()).cloned().unwrap_or_default();
    wanted.as_object().unwrap().iter().find_map(|(key, want)| {
        let is_fit = match key.as_str() {
            "method" => is_one_of(&request["method"], want),
            "host" => is_one_of(&host.into(), want),
            "scheme" => is_one_of(&before.split("://").next().unwrap_or("").into(), want),
            "path" => path == want,
            "path_has" => path.contains(want.as_str().unwrap()),
            "query" => want.as_object().unwrap().iter().all(|(name, value)| {
                let values: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
                    .filter(|(known, _)| known == name)
                    .map(|(_, value)| value.into_owned())
                    .collect();
                values == texts(value)
            }),
            "status" => {
                let status = answer.get("status").cloned().unwrap_or(Value::Null);
                is_one_of(&status, want)
            }
            "kind" => is_one_of(body.get("kind").unwrap_or(&Value::Null), want),
            "body" => body_text.trim() == want.as_str().unwrap().trim(),
            "body_has" => body_text.contains(want.as_str().unwrap()),
            "body_lacks" => !body_text.contains(want.as_str().unwrap()),
            "body_json" => {
                let json: Value = serde_json::from_str(body_text).unwrap_or_default();
                want.as_object().unwrap().iter().all(|(name, value)| is_one_of(&json[name], value))
            }
            "body_path" => body["path"] == *want,
            "header" => want.as_object().unwrap().iter().all(|(name, pattern)| {
                headers.iter().any(|(known, value)| *known == name.to_lowercase() && finds(pattern, value))
            }),
            "no_header" => !headers.iter().any(|(known, _)| *known == want.as_str().unwrap().to_lowercase()),
            "part" => parts().iter().any(|part| {
                let path_fits = want
                    .get("path_has")
                    .is_none_or(|has| part["path"].as_str().unwrap_or_default().contains(has.as_str().unwrap()));
                path_fits
                    && ["name", "filename", "text"]
                        .iter()
                        .all(|key| want.get(*key).is_none_or(|want| is_one_of(&part[*key], want)))
            }),
            "answer_has" => answer["body"].as_str().unwrap_or_default().contains(want.as_str().unwrap()),
            other => panic!("no condition is named {other}"),
        };
        (!is_fit).then(|| format!("{key} should be {want}: {request}"))
    })
}

/// Why a condition does not hold, or nothing.
fn broken(seen: &Seen, must: &Value) -> Option<String> {
    if let Some(branches) = must.get("either").and_then(Value::as_array) {
        let reasons: Vec<String> =
            branches.iter().filter_map(|branch| branch.as_array().unwrap().iter().find_map(|one| broken(seen, one))).collect();
        return (reasons.len() == branches.len()).then(|| reasons.join(" / nor: "));
    }
    let (key, want) = must.as_object().unwrap().iter().find(|(key, _)| *key != "from" && *key != "file").unwrap();
    let ids = || texts(want);
    let first = seen.causes.first();
    let holds = match key.as_str() {
        "exit" => is_one_of(&seen.exit.into(), want),
        "requests" => {
            let count = seen.requests.len() as u64;
            let limits = want
                .as_array()
                .map_or_else(|| vec![want.as_u64().unwrap(); 2], |both| both.iter().map(|one| one.as_u64().unwrap()).collect());
            (limits[0]..=limits[1]).contains(&count)
        }
        "request" => return seen.requests.first().map_or(Some("there is no request".into()), |request| misfit(request, want)),
        "every_request" => return seen.requests.iter().find_map(|request| misfit(request, want)),
        "some_request" => {
            let reasons: Vec<String> = seen.requests.iter().filter_map(|request| misfit(request, want)).collect();
            return (reasons.len() == seen.requests.len()).then(|| reasons.join("; "));
        }
        "no_request" => !seen.requests.iter().any(|request| misfit(request, want).is_none()),
        "first_cause" => first.is_some_and(|cause| is_named(cause, &ids(), true)),
        "first_cause_not" => first.is_some_and(|cause| !is_named(cause, &ids(), false)),
        "some_cause" => seen.causes.iter().any(|cause| is_named(cause, &ids(), true)),
        "no_cause" => {
            let from = must["from"].as_f64().unwrap();
            !seen
                .causes
                .iter()
                .any(|cause| is_named(cause, &ids(), false) && cause["confidence"].as_f64().unwrap() >= from - 1e-9)
        }
        "notes" => finds(want, &seen.notes),
        "notes_not" => !finds(want, &seen.notes),
        "says" => finds(want, &seen.says()),
        "says_not" => !finds(want, &seen.says()),
        "prints" => seen.printed.contains(want.as_str().unwrap()),
        "prints_not" => !seen.printed.contains(want.as_str().unwrap()),
        other => panic!("no condition is named {other}"),
    };
    let causes: Vec<String> =
        seen.causes.iter().take(3).map(|cause| format!("{} {}", cause["id"], cause["confidence"])).collect();
    (!holds).then(|| {
        format!(
            "{must} does not hold: exit {}, {} requests, causes {causes:?}, notes {}",
            seen.exit,
            seen.requests.len(),
            seen.notes
        )
    })
}

fn may_be_refused(must: &[Value]) -> bool {
    must.iter().any(|one| {
        one.get("exit").is_some()
            || one["either"].as_array().into_iter().flatten().any(|branch| may_be_refused(branch.as_array().unwrap()))
    })
}

/// Runs each entry of a part of the suite.
fn holds(part: usize, of: usize) {
    let mut wrong = Vec::new();
    for (_, entry) in suite().iter().enumerate().filter(|(index, _)| index % of == part) {
        let must = entry["must"].as_array().unwrap();
        let seen = Seen::of(entry);
        let mut reasons: Vec<String> = must.iter().filter_map(|one| broken(&seen, one)).collect();
        if !matches!(seen.exit, 0 | 1) && !may_be_refused(must) {
            reasons.push(format!("it exits with {}: {}", seen.exit, seen.notes));
        }
        wrong.extend(reasons.iter().map(|reason| format!("{}: {reason}", entry["name"])));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_first_quarter_holds() {
    holds(0, 4);
}

#[test]
fn the_second_quarter_holds() {
    holds(1, 4);
}

#[test]
fn the_third_quarter_holds() {
    holds(2, 4);
}

#[test]
fn the_last_quarter_holds() {
    holds(3, 4);
}
