//! What is concluded from servers of many kinds, and what is not.

use super::report::{AddressPart, PartVerdict, ProbeAnswer, ProbeKind, ProbeReport};
use super::{conclude, plan};
use crate::model::exchange::{FailureKind, NetworkFailure, Outcome, Timings};
use crate::model::request_record::RequestRecord;
use crate::model::{Address, Answer, Exchange, Profile, Secret};

const ADDRESS: &str = "https://h.example/api/v1/projects/p1/feedback/s1?x=1&apiKey=k3y-one";

/// A server: what it answers to a method and an address, as status and body.
type Server = fn(&str, &Address) -> (u16, String);

fn profile() -> Profile {
    Profile {
        base_url: "https://h.example".into(),
        project_key: "p1".into(),
        source_key: "s1".into(),
        api_key: Secret::new("k3y-one"),
        ..Profile::default()
    }
}

fn outcome(status: u16, body: String) -> Outcome {
    if status == 0 {
        let failure = NetworkFailure { kind: FailureKind::Refused, message: "refused".into(), step: None, peer: None };
        return Outcome::Failure(failure);
    }
    let mut headers = Vec::new();
    if status == 405 {
        headers.push(("Allow".to_owned(), "POST".to_owned()));
    }
    if status == 302 {
        headers.push(("Location".to_owned(), "https://h.example/login".to_owned()));
    }
    Outcome::Answer(Answer { status, headers, body: body.into(), ..Answer::default() })
}

/// Each part's verdict in a line, as in "host right, path right, …", and the whole in words.
fn told(url: &str, server: Server) -> (String, String) {
    let answers: Vec<ProbeAnswer> = plan::probes(url, &profile())
        .into_iter()
        .map(|probe| {
            let (status, body) = server(&probe.request.method, &Address::parse(&probe.request.url));
            let exchange = Exchange {
                sent: RequestRecord::from(&probe.request),
                outcome: Some(outcome(status, body)),
                timings: Timings::default(),
                body_bytes_sent: 0,
                started_at: jiff::Timestamp::UNIX_EPOCH,
            };
            ProbeAnswer { probe, exchange: Ok(Box::new(exchange)) }
        })
        .collect();
    let conclusions = conclude::conclude(url, &answers);
    let summary = conclude::summary(&conclusions);
    let report = ProbeReport { answers, conclusions, summary, known: Vec::new(), notes: Vec::new() };
    let line: Vec<String> =
        report.conclusions.iter().map(|one| format!("{} {}", one.part.label(), one.verdict.label())).collect();
    assert_eq!(report.is_right(), report.conclusions.iter().all(|one| one.verdict == PartVerdict::Right));
    (line.join(", "), report.summary)
}

fn segment(address: &Address, index: usize) -> String {
    address.segments.get(index).map(|span| address.raw(span).to_owned()).unwrap_or_default()
}

fn key(address: &Address) -> String {
    address.api_key().map(|pair| address.raw(&pair.value).to_owned()).unwrap_or_default()
}

fn json(status: u16, words: &str) -> (u16, String) {
    (status, format!(r#"{{"status": {status}, "description": "{words}"}}"#))
}

/// What a server says of the first part that it does not know; `says` gives each part its words.
fn knows(address: &Address, parts: [&str; 3], says: [&str; 4]) -> (u16, String) {
    let path = [0, 1, 2, 4].map(|index| segment(address, index));
    match () {
        () if path != ["api", "v1", "projects", "feedback"] => json(404, says[0]),
        () if segment(address, 3) != parts[0] => json(404, says[1]),
        () if segment(address, 5) != parts[1] => json(404, says[2]),
        () if key(address) != parts[2] => json(404, says[3]),
        () => json(400, "Bad Request"),
    }
}

const ALIKE: [&str; 4] = ["The requested resource could not be found."; 4];
const APART: [&str; 4] = ["no such page", "no such project", "no such source", "no such customer"];

#[test]
fn servers_by_table() {
    let table: [(&str, Server, &str, &str); 14] = [
        (
            "a right address",
            |_, address| knows(address, ["p1", "s1", "k3y-one"], ALIKE),
            "host right, path right, project key right, source key right, API key right",
            "Every part of the address is right",
        ),
        (
            "all keys were changed, and one answer serves all",
            |_, address| knows(address, ["x", "y", "z"], ALIKE),
            "host right, path cannot be told, project key cannot be told, source key cannot be told, API key cannot be told",
            "cannot be told apart from outside",
        ),
        (
            "the key is checked last, in words of its own",
            |_, address| knows(address, ["p1", "s1", "z"], APART),
            "host right, path right, project key right, source key right, API key wrong",
            "The API key is what does not fit",
        ),
        (
            "the source is looked for before the key, so of the key nothing is seen",
            |_, address| knows(address, ["p1", "y", "k3y-one"], APART),
            "host right, path right, project key right, source key cannot be told, API key cannot be told",
            "source key, API key",
        ),
        (
            "the key is checked first",
            |_, address| {
                if key(address) == "k3y-one" { knows(address, ["p1", "y", "k3y-one"], APART) } else { json(401, "Unauthorized") }
            },
            "host right, path right, project key right, source key wrong, API key right",
            "The source key is what does not fit",
        ),
        (
            "the body is read before the address",
            |method, _| if method == "POST" { json(400, "no body") } else { json(404, "x") },
            "host right, path cannot be told, project key cannot be told, source key cannot be told, API key cannot be told",
            "cannot be told apart from outside",
        ),
        (
            "an answer that repeats the address is the same answer",
            |_, address| json(404, &format!("No HTTP resource matches {}", address.text())),
            "host right, path cannot be told, project key cannot be told, source key cannot be told, API key cannot be told",
            "cannot be told apart from outside",
        ),
        (
            "so is one that repeats it as HTML does",
            |_, address| (404, format!("<html><p>Cannot POST {}</p></html>", address.text().replace('&', "&amp;"))),
            "host cannot be told, path cannot be told, project key cannot be told, source key cannot be told, API key cannot be told",
            "cannot be told apart from outside",
        ),
        (
            "and one whose own words hold a part's letters",
            |_, _| json(404, "http1 classes1"),
            "host right, path cannot be told, project key cannot be told, source key cannot be told, API key cannot be told",
            "cannot be told apart from outside",
        ),
        (
            "a path that refuses other methods is there",
            |method, address| match method {
                "POST" => knows(address, ["x", "y", "z"], ALIKE),
                _ if address.segments.len() > 1 => json(405, "x"),
                _ => (200, "<html></html>".into()),
            },
            "host right, path right, project key cannot be told, source key cannot be told, API key cannot be told",
            "project key, source key, API key",
        ),
        (
            "a server that refuses other methods everywhere says nothing by it",
            |method, address| if method == "POST" { knows(address, ["x", "y", "z"], ALIKE) } else { json(405, "x") },
            "host right, path cannot be told, project key cannot be told, source key cannot be told, API key cannot be told",
            "cannot be told apart from outside",
        ),
        (
            "a server in trouble",
            |_, _| (503, "Service Unavailable".into()),
            "host cannot be told, path cannot be told, project key cannot be told, source key cannot be told, API key cannot be told",
            "cannot be told apart from outside",
        ),
        (
            "everything leads to a sign-in",
            |_, _| (302, String::new()),
            "host wrong, path cannot be told, project key cannot be told, source key cannot be told, API key cannot be told",
            "The host is what does not fit",
        ),
        (
            "nobody there",
            |_, _| (0, String::new()),
            "host wrong, path not reached, project key not reached, source key not reached, API key not reached",
            "The host is what does not fit",
        ),
    ];
    for (name, server, parts, words) in table {
        let (found, summary) = told(ADDRESS, server);
        assert_eq!(found, parts, "{name}: {summary}");
        assert!(summary.contains(words), "{name}: {summary}");
    }
}

#[test]
fn the_profiles_part_in_its_place_proves_the_culprit() {
    // However alike its refusals are, the server takes the address as soon as the culprit is exchanged.
    let server: Server = |_, address| knows(address, ["p1", "s1", "k3y-one"], ALIKE);
    for (sent, part) in [("s1", "source key"), ("p1", "project key"), ("k3y-one", "API key")] {
        let (found, summary) = told(&ADDRESS.replace(sent, "other-part"), server);
        assert!(found.contains(&format!("{part} wrong")), "{found}");
        assert_eq!(summary, format!("The {part} is what does not fit"));
    }
    // Two at once: only the whole address of the profile is taken, so both are named and the path is not.
    let (found, summary) = told(&ADDRESS.replace("p1", "x1").replace("s1", "y1"), server);
    assert_eq!(found, "host right, path cannot be told, project key wrong, source key wrong, API key cannot be told");
    assert_eq!(summary, "These do not fit: project key, source key");
    let (found, _) = told("https://h.example/api/v1/project/p1/feedback/s1?apiKey=k3y-one", server);
    assert!(found.contains("path wrong"), "{found}");
}

#[test]
fn a_sign_in_page_is_not_centercode() {
    const PAGE: &str =
        r#"<html><head><title>Sign in</title></head><body><form action="/login"><input type="password"></form></body></html>"#;
    let (found, _) = told(ADDRESS, |_, _| (200, PAGE.to_owned()));
    assert!(found.starts_with("host wrong"), "{found}");
}

#[test]
fn a_body_that_is_taken_ends_the_probing() {
    for (status, body, expected) in
        [(201, "{}", true), (200, "", true), (200, "<html>", false), (400, "{}", false), (0, "", false)]
    {
        assert_eq!(conclude::is_taken(outcome(status, body.to_owned()).answer()), expected, "{status} {body}");
    }
    assert!(plan::probes(ADDRESS, &profile()).iter().any(|probe| probe.kind == ProbeKind::MadeUp(AddressPart::ApiKey)));
}
