use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::*;
use crate::diagnosis::{FactPlace, diagnose};
use crate::model::exchange::{Answer, Outcome, Timings};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::forms::echoes_of;
use crate::model::{Case, Redaction};
use crate::model::{Exchange, Profile, Secret};

const KEY: &str = "cAn4ry+k/ey=&\"x\u{fc}";
const EMAIL: &str = "jim.o'canary+beta@example.com";
const COOKIE: &str = "c4naryS3ss10n";
const TOKEN: &str = "c4nary-t0ken/==";
const MARKED: &str = "Project Canary";

fn percent(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// An exchange that shows its secrets in every encoding there is.
fn exchange() -> Exchange {
    let mixed = format!("k:{KEY}!");
    let body = serde_json::json!({
        "submitter": EMAIL, "summary": format!("{MARKED} fails with {KEY}"), "encoded": STANDARD.encode(&mixed),
        "mail": STANDARD.encode(format!("from {EMAIL}, twice")), "token": "s3cretMember", "code": "E17",
        "link": format!("https://h/x?apiKey={}&u={}", percent(KEY), percent(EMAIL)),
    });
    let echo = format!(
        "<p>{} {EMAIL} {} {}</p> {} {COOKIE} {} bad\\u0040example.com",
        KEY.replace('&', "&amp;").replace('"', "&quot;"),
        percent(EMAIL).to_lowercase(),
        serde_json::to_string(KEY).unwrap(),
        URL_SAFE.encode(format!("xy{KEY}")),
        EMAIL.to_uppercase(),
    );
    Exchange {
        sent: RequestRecord {
            method: "POST".into(),
            url: format!("https://h.example.com/api/v1/projects/p/feedback/s?apiKey={}&by={EMAIL}", percent(KEY)),
            headers: vec![
                ("Authorization".into(), format!("Bearer {TOKEN}")),
                ("Cookie".into(), format!("theme=dark1; session={COOKIE}")),
                ("X-Reply-To".into(), EMAIL.into()),
                ("Content-Type".into(), "application/json".into()),
            ],
            body: Some(body.to_string()),
            ..RequestRecord::default()
        },
        outcome: Some(Outcome::Answer(Answer {
            status: 404,
            headers: vec![
                ("Content-Type".into(), "text/html; charset=utf-8".into()),
                ("Set-Cookie".into(), format!("id={COOKIE}; Path=/")),
                ("Location".into(), format!("https://h/y?apiKey={}", percent(KEY))),
            ],
            body: echo.into_bytes().into(),
            ..Answer::default()
        })),
        timings: Timings::default(),
        body_bytes_sent: 0,
        started_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn contents() -> Contents {
    let exchange = exchange();
    let profile = Profile {
        name: "Canary".into(),
        base_url: "https://h.example.com".into(),
        project_key: "p".into(),
        source_key: "other".into(),
        api_key: Secret::new(KEY),
        default_submitter: Some(EMAIL.into()),
        known_submitters: vec![EMAIL.into(), "anna@example.org".into()],
        ..Profile::default()
    };
    let causes = diagnose(&Case::of(&exchange, Some(&profile)));
    Contents {
        exchanges: vec![Evidence { label: "Create a ticket".into(), exchange, is_timed: true, profile: Some(profile), causes }],
        summary: format!("{MARKED}: ask {EMAIL}"),
        environment: vec![("Proxy".into(), format!("http://u:{KEY}@proxy:3128"))],
        marked: vec![Secret::new(MARKED)],
        ..Contents::default()
    }
}

fn unpacked(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let count = zip.len();
    let read = |index| {
        let mut file = zip.by_index(index).unwrap();
        let text = std::io::read_to_string(&mut file).unwrap();
        (file.name().unwrap().into_owned(), text)
    };
    (0..count).map(read).collect()
}

#[test]
fn no_secret_is_left_in_any_encoding() {
    let sealed = seal(&contents());
    let packed = pack(&sealed).unwrap();
    for (name, text) in unpacked(&packed.bytes) {
        for secret in [KEY, EMAIL, COOKIE, TOKEN, MARKED, "s3cretMember", "dark1", "anna@example.org", &EMAIL.to_uppercase()] {
            for echo in echoes_of(secret) {
                assert!(!text.contains(&echo), "{name} holds {secret} as {echo}: {text}");
            }
        }
        for part in ["jim.o", "JIM.O", "example.org", "%40", "bad\\u0040"] {
            assert!(!text.contains(part), "{name} holds {part}: {text}");
        }
    }
}

#[test]
fn the_same_value_has_the_same_placeholder_everywhere() {
    let sealed = seal(&contents());
    let exchange = &sealed.contents.exchanges[0].exchange;
    assert_eq!(exchange.sent.url, "https://h.example.com/api/v1/projects/p/feedback/s?apiKey={{apiKey:url}}&by={{email-1}}");
    assert_eq!(exchange.sent.headers[0].1, "Bearer {{authorization}}");
    assert_eq!(exchange.sent.headers[1].1, "theme={{cookie}}; session={{cookie-2}}");
    let body = exchange.sent.body.as_deref().unwrap();
    for part in
        ["{{marked-1}} fails with {{apiKey:json}}", "{{apiKey:base64", "{{email-1:base64", "\"code\":\"E17\"", "\"{{token}}\""]
    {
        assert!(body.contains(part), "{part}: {body}");
    }
    let profile = sealed.contents.exchanges[0].profile.as_ref().unwrap();
    assert_eq!((profile.api_key.reveal(), profile.default_submitter.as_deref()), ("{{apiKey}}", Some("{{email-1}}")));
    let names: Vec<(&str, bool)> = sealed.replaced.iter().map(|one| (one.name.as_str(), one.count > 1)).collect();
    assert!(names.contains(&("apiKey", true)) && names.contains(&("email-1", true)), "{names:?}");
}

#[test]
fn a_secret_that_is_a_word_of_the_page_itself_is_no_leak() {
    let mut contents = contents();
    let headers = &mut contents.exchanges[0].exchange.sent.headers;
    headers.iter_mut().filter(|(name, _)| name == "Cookie").for_each(|(_, value)| *value = "theme=dark".into());
    let sealed = seal(&contents);
    let packed = pack(&sealed).unwrap();
    for (name, text) in unpacked(&packed.bytes) {
        assert!(!text.contains("theme=dark"), "{name}: {text}");
    }
    // What the exchange itself would still hold is one.
    let mut leaking = sealed.clone();
    leaking.contents.summary = "in the dark".into();
    assert!(pack(&leaking).is_err());
}

#[test]
fn filled_in_it_is_what_was_sent() {
    let sealed = seal(&contents());
    let packed = pack(&sealed).unwrap();
    let bundle = read(&packed.bytes).unwrap();
    let values = sealed.replaced.iter().map(|one| (one.value.clone(), one.name.clone()));
    let filled = Redaction::new(values);
    let sent = &bundle.exchanges[0].1.sent;
    let original = exchange().sent;
    assert_eq!(filled.restore(&sent.url), original.url);
    assert_eq!(sent.body.as_deref().map(|body| filled.restore(body)), original.body);
    for ((name, value), (_, was)) in sent.headers.iter().zip(&original.headers) {
        assert_eq!(&filled.restore(value), was, "{name}");
    }
    assert!(!bundle.exchanges[0].2.is_empty() && bundle.placeholders.iter().any(|(name, _)| name == "apiKey"));
}

#[test]
fn evidence_is_marked_where_it_stands() {
    let sealed = seal(&contents());
    let (name, html) = unpacked(&pack(&sealed).unwrap().bytes).remove(0);
    assert_eq!(name, "report.html");
    assert!(html.contains("/feedback/<mark>s</mark>?apiKey="), "{html}");
}

#[test]
fn what_is_no_bundle_is_refused_by_name() {
    let zip_of = |files: &[(&str, &[u8])]| {
        use std::io::Write as _;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let manifest = |text: &str| text.replace('\'', "\"").into_bytes();
    let good = manifest("{'format': 'centerpost.bundle/1', 'exchanges': [{'case': 'a.json'}]}");
    let bomb = vec![b' '; 65 << 20];
    for (bytes, expected) in [
        (b"PK\x03\x04 nonsense".to_vec(), "the zip cannot be read"),
        (zip_of(&[("a.txt", b"x")]), "it is a zip without a bundle.json"),
        (zip_of(&[("bundle.json", b"{")]), "line 1, column 1"),
        (zip_of(&[("bundle.json", &manifest("{'format': 'centerpost.bundle/9'}"))]), "centerpost.bundle/9"),
        (zip_of(&[("bundle.json", &good)]), "it is missing"),
        (zip_of(&[("bundle.json", &good), ("a.json", b"7")]), "a.json in it cannot be read"),
        (zip_of(&[("bundle.json", &good), ("a.json", &bomb)]), "unpacks to more than"),
    ] {
        let error = read(&bytes).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert!(is_zip(&zip_of(&[])) && !is_zip(b"{}"));
}

#[test]
fn a_case_of_a_bundle_has_the_cause_of_what_was_sent() {
    let key = "cAn4ry+k/ey=&x";
    let profile = |submitters: &[&str]| Profile {
        base_url: "https://h.example.com".into(),
        project_key: "p".into(),
        source_key: "s".into(),
        api_key: Secret::new(key),
        known_submitters: submitters.iter().map(|&one| one.to_owned()).collect(),
        ..Profile::default()
    };
    let url =
        |source: &str, key: &str| format!("https://h.example.com/api/v1/projects/p/feedback/{source}?apiKey={}", percent(key));
    for (url, status, profile) in [
        (url("s", key), 401, None),
        (url("s", key), 500, Some(profile(&[]))),
        (url("lgo", key), 404, Some(profile(&[]))),
        (url("s", "an0ther-key"), 401, Some(profile(&[]))),
        (url("s", key).replace("h.example.com", "{{host}}"), 404, None),
        (url("s", key).replace('?', "&"), 404, None),
    ] {
        let mut original = exchange();
        original.sent.url = url.clone();
        original.sent.headers.truncate(0);
        original.sent.headers.push(("Content-Type".into(), "application/json".into()));
        let Some(Outcome::Answer(answer)) = &mut original.outcome else { panic!("an answer") };
        answer.status = status;
        let causes = diagnose(&Case::of(&original, profile.as_ref()));
        let evidence = Evidence { label: String::new(), exchange: original, is_timed: true, profile, causes: causes.clone() };
        let sealed = seal(&Contents { exchanges: vec![evidence], ..Contents::default() });
        let case = read(&pack(&sealed).unwrap().bytes).unwrap().exchanges.remove(0).1;
        let again = diagnose(&case);
        assert_eq!(again[0].id, causes[0].id, "{url}: {again:#?}");
        for fact in &again[0].evidence {
            assert!(!fact.text.contains("redacted.example"), "{fact:?}");
            if let Some(FactPlace::Url(span)) = &fact.place {
                assert!(case.sent.url.get(span.clone()).is_some(), "{fact:?}");
            }
        }
        let is_placeholder = again[0].id == crate::diagnosis::CauseId::EndpointPlaceholder;
        assert_eq!(is_placeholder, url.contains("{{host}}"), "{url}: {again:#?}");
    }
}
