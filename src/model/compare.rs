//! Two exchanges side by side: where the requests differ, the answers, and the times.

use std::ops::Range;
use std::time::Duration;

use serde_json::Value;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use super::address::Address;
use super::exchange::Exchange;
use super::multipart::{Part, Recorded};
use super::secrets::collect::secrets_in_exchange;
use super::secrets::mask::mask_headers;
use super::secrets::mask::mask_url;
use super::secrets::placeholder::{REFERENCE, mask_references};
use super::secrets::redact::Redaction;

/// The most differences that are told of one body; more say no more.
const MOST: usize = 500;

/// One difference. A side that lacks what the other has is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where it is: a header's name, a JSON pointer, a line.
    pub place: String,
    /// What the first exchange has there.
    pub left: Option<String>,
    /// What the second one has there.
    pub right: Option<String>,
}

/// Where two exchanges differ. Secrets are masked; that they differ is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Method, address, headers and payload.
    pub request: Vec<Difference>,
    /// Status, headers and body, or the failure.
    pub response: Vec<Difference>,
    /// How long the stages took.
    pub timings: Vec<Difference>,
}

/// Where two texts differ, word by word: spans in bytes of the left one and of the right one. Neighbouring spans are one.
pub fn differing_words(left: &str, right: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (old, new) = (words(left), words(right));
    let (mut in_left, mut in_right) = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &texts(left, &old), &texts(right, &new)) {
        if op.tag() != DiffTag::Equal {
            join(&mut in_left, &old[op.old_range()]);
            join(&mut in_right, &new[op.new_range()]);
        }
    }
    (in_left, in_right)
}

/// A text in words, and what stands between them letter by letter.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut in_word = false;
    for (at, letter) in text.char_indices() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        match spans.last_mut() {
            Some(last) if is_word && in_word => last.end = at + letter.len_utf8(),
            _ => spans.push(at..at + letter.len_utf8()),
        }
        in_word = is_word;
    }
    spans
}

fn texts<'a>(text: &'a str, spans: &[Range<usize>]) -> Vec<&'a str> {
    spans.iter().map(|span| &text[span.clone()]).collect()
}

fn join(spans: &mut Vec<Range<usize>>, words: &[Range<usize>]) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    match spans.last_mut() {
        Some(before) if before.end == first.start => before.end = last.end,
        _ => spans.push(first.start..last.end),
    }
}

/// Compares two exchanges.
pub fn compare(left: &Exchange, right: &Exchange) -> Comparison {
    let mut request = Vec::new();
    differ(&mut request, "Method", Some(&left.sent.method), Some(&right.sent.method));
    urls(&mut request, &left.sent.url, &right.sent.url);
    headers(&mut request, &left.sent.headers, &right.sent.headers);
    bodies(&mut request, left.sent.body.as_deref(), right.sent.body.as_deref());
    parts(&mut request, left.sent.parts.as_deref().unwrap_or_default(), right.sent.parts.as_deref().unwrap_or_default());
    let mut comparison = Comparison { request, response: responses(left, right), timings: timings(left, right) };
    mask(&mut comparison, &[left, right]);
    comparison
}

/// A payload or an answer may repeat a secret that stands in an address or a header of either exchange.
fn mask(comparison: &mut Comparison, exchanges: &[&Exchange]) {
    let secrets = exchanges.iter().flat_map(|exchange| secrets_in_exchange(&exchange.sent, exchange.answer(), &|_| false));
    let redaction = Redaction::new(secrets.map(|secret| (secret, format!("{REFERENCE}0"))));
    let hide = |text: &mut String| *text = mask_references(&redaction.hide_said(text));
    for difference in comparison.request.iter_mut().chain(&mut comparison.response) {
        hide(&mut difference.place);
        difference.left.iter_mut().chain(&mut difference.right).for_each(hide);
    }
}

fn differ(out: &mut Vec<Difference>, place: &str, left: Option<&str>, right: Option<&str>) {
    if left != right {
        out.push(Difference { place: place.to_owned(), left: left.map(str::to_owned), right: right.map(str::to_owned) });
    }
}

fn urls(out: &mut Vec<Difference>, left: &str, right: &str) {
    if left == right {
        return;
    }
    let (masked_left, masked_right) = (mask_url(left), mask_url(right));
    if masked_left != masked_right {
        differ(out, "URL", Some(&masked_left), Some(&masked_right));
    }
    let key = |url: &str| {
        let address = Address::parse(url);
        address.api_key().map(|pair| address.raw(&pair.value).to_owned())
    };
    let (left, right) = (key(left), key(right));
    if left != right {
        let says = |key: &Option<String>| Some(if key.is_some() { "one API key" } else { "no API key" }.to_owned());
        let other = if right.is_some() && left.is_some() { Some("another API key".to_owned()) } else { says(&right) };
        out.push(Difference { place: "apiKey".into(), left: says(&left), right: other });
    }
}

fn headers(out: &mut Vec<Difference>, left: &[(String, String)], right: &[(String, String)]) {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in left.iter().chain(right) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.clone());
        }
    }
    for name in names {
        let values = |headers: &[(String, String)]| -> Vec<String> {
            headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(&name)).map(|(_, value)| value.clone()).collect()
        };
        let (a, b) = (values(left), values(right));
        if a == b {
            continue;
        }
        let shown = |values: Vec<String>| {
            let masked = mask_headers(&values.into_iter().map(|value| (name.clone(), value)).collect::<Vec<_>>());
            let values: Vec<String> = masked.into_iter().map(|(_, value)| value).collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        out.push(Difference { place: format!("Header {name}"), left: shown(a), right: shown(b) });
    }
}

fn bodies(out: &mut Vec<Difference>, left: Option<&str>, right: Option<&str>) {
    if left == right {
        return;
    }
    let (a, b) = (left.unwrap_or_default(), right.unwrap_or_default());
    match (serde_json::from_str::<Value>(a), serde_json::from_str::<Value>(b)) {
        (Ok(a), Ok(b)) => {
            let before = out.len();
            values(out, "", &a, &b);
            if out.len() == before {
                out.push(Difference {
                    place: "Layout of the JSON".into(),
                    left: Some(format!("{} bytes", left.unwrap_or_default().len())),
                    right: Some(format!("{} bytes", right.unwrap_or_default().len())),
                });
            }
        }
        _ if left.is_none() || right.is_none() => differ(out, "Body", left, right),
        _ => lines(out, a, b),
    }
}

fn pointer(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn values(out: &mut Vec<Difference>, at: &str, left: &Value, right: &Value) {
    if left == right || out.len() >= MOST {
        return;
    }
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in a {
                match b.get(key) {
                    Some(other) => values(out, &pointer(at, key), value, other),
                    None => one(out, &pointer(at, key), Some(value), None),
                }
            }
            for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
                one(out, &pointer(at, key), None, Some(value));
            }
        }
        (Value::Array(a), Value::Array(b)) => items(out, at, a, b),
        _ => one(out, at, Some(left), Some(right)),
    }
}

fn one(out: &mut Vec<Difference>, at: &str, left: Option<&Value>, right: Option<&Value>) {
    if out.len() < MOST {
        let place = if at.is_empty() { "The whole JSON".to_owned() } else { at.to_owned() };
        out.push(Difference { place, left: left.map(Value::to_string), right: right.map(Value::to_string) });
    }
}

/// Items that were put in or taken out must not make all that follow differ.
fn items(out: &mut Vec<Difference>, at: &str, left: &[Value], right: &[Value]) {
    let text = |items: &[Value]| -> Vec<String> { items.iter().map(Value::to_string).collect() };
    for operation in capture_diff_slices(Algorithm::Myers, &text(left), &text(right)) {
        let (tag, old, new) = operation.as_tag_tuple();
        match tag {
            DiffTag::Equal => {}
            _ => {
                let paired = old.len().min(new.len());
                for (a, b) in old.clone().take(paired).zip(new.clone()) {
                    values(out, &format!("{at}/{a}"), &left[a], &right[b]);
                }
                old.skip(paired).for_each(|a| one(out, &format!("{at}/{a}"), Some(&left[a]), None));
                new.skip(paired).for_each(|b| one(out, &format!("{at}/{b}"), None, Some(&right[b])));
            }
        }
    }
}

fn lines(out: &mut Vec<Difference>, left: &str, right: &str) {
    let (a, b): (Vec<&str>, Vec<&str>) = (left.lines().collect(), right.lines().collect());
    for operation in capture_diff_slices(Algorithm::Myers, &a, &b) {
        if out.len() >= MOST {
            return;
        }
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let (old, new) = (operation.old_range(), operation.new_range());
        let text = |lines: &[&str]| (!lines.is_empty()).then(|| lines.join("\n"));
        let place = format!("Line {}", if old.is_empty() { new.start } else { old.start } + 1);
        out.push(Difference { place, left: text(&a[old]), right: text(&b[new]) });
    }
}

fn parts(out: &mut Vec<Difference>, left: &[Part<Recorded>], right: &[Part<Recorded>]) {
    for index in 0..left.len().max(right.len()) {
        let says = |part: Option<&Part<Recorded>>| {
            part.map(|part| {
                let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
                let size = part.content.size.map_or_else(|| "unknown".into(), |size| size.to_string());
                format!(
                    "name {:?}, file name {:?}, type {}, {size} bytes, SHA-256 {}",
                    part.name,
                    text(&part.filename),
                    text(&part.content_type),
                    text(&part.content.sha256)
                )
            })
        };
        differ(out, &format!("Part {}", index + 1), says(left.get(index)).as_deref(), says(right.get(index)).as_deref());
    }
}

fn responses(left: &Exchange, right: &Exchange) -> Vec<Difference> {
    let mut out = Vec::new();
    let says = |exchange: &Exchange| match exchange.failure() {
        Some(failure) => format!("no answer: {}", failure.message),
        None => exchange.outcome_text(),
    };
    differ(&mut out, "Status", Some(&says(left)), Some(&says(right)));
    if let (Some(a), Some(b)) = (left.answer(), right.answer()) {
        differ(&mut out, "HTTP version", Some(&a.version), Some(&b.version));
        headers(&mut out, &a.headers, &b.headers);
        bodies(&mut out, Some(&a.text()), Some(&b.text()));
    }
    out
}

fn timings(left: &Exchange, right: &Exchange) -> Vec<Difference> {
    let (a, b) = (&left.timings, &right.timings);
    let mut out = Vec::new();
    for (place, a, b) in [
        ("Looking the name up", a.resolve, b.resolve),
        ("Connecting", a.connect, b.connect),
        ("TLS", a.tls, b.tls),
        ("First byte", a.first_byte, b.first_byte),
        ("Total", Some(a.total), Some(b.total)),
    ] {
        let says = |duration: Option<Duration>| duration.map(|duration| format!("{:.1} ms", duration.as_secs_f64() * 1e3));
        differ(&mut out, place, says(a).as_deref(), says(b).as_deref());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::{Answer, Outcome, Timings};
    use crate::model::request_record::RequestRecord;

    fn exchange(url: &str, body: &str, status: u16, answer: &str) -> Exchange {
        Exchange {
            sent: RequestRecord {
                method: "POST".into(),
                url: url.into(),
                headers: vec![("X-A".into(), "1".into()), ("Authorization".into(), url.into())],
                body: Some(body.into()),
                ..RequestRecord::default()
            },
            outcome: Some(Outcome::Answer(Answer { status, body: answer.to_owned().into(), ..Answer::default() })),
            timings: Timings { total: Duration::from_millis(status.into()), ..Timings::default() },
            body_bytes_sent: 0,
            started_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn told(differences: &[Difference]) -> Vec<String> {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".into());
        differences.iter().map(|d| format!("{}: {} | {}", d.place, side(&d.left), side(&d.right))).collect()
    }

    #[test]
    fn words_that_differ_by_table() {
        for (left, right, expected_left, expected_right) in [
            ("a b", "a b", "a b", "a b"),
            ("severity: major", "severity: Major", "severity: [major]", "severity: [Major]"),
            ("appcrashlogs", "appcrashlog", "[appcrashlogs]", "[appcrashlog]"),
            ("one two three", "one three", "one [two ]three", "one three"),
            ("a-b", "a-b-c", "a-b", "a-b[-c]"),
            ("größe 1", "größe 2 日本", "größe [1]", "größe [2 日本]"),
            ("", "x", "", "[x]"),
        ] {
            let (in_left, in_right) = differing_words(left, right);
            let marked = |text: &str, spans: Vec<Range<usize>>| {
                let mut shown = text.to_owned();
                for span in spans.into_iter().rev() {
                    shown.insert(span.end, ']');
                    shown.insert(span.start, '[');
                }
                shown
            };
            assert_eq!((marked(left, in_left).as_str(), marked(right, in_right).as_str()), (expected_left, expected_right));
        }
    }

    #[test]
    fn bodies_by_table() {
        for (left, right, expected) in [
            (
                r#"{"a": 1, "b": [1, 2, 3]}"#,
                r#"{"b": [1, 3], "a": 2, "c/d": null}"#,
                vec!["/a: 1 | 2", "/b/1: 2 | -", "/c~1d: - | null"],
            ),
            (r#"[{"a": 1}, {"b": 2}]"#, r#"[{"x": 0}, {"a": 1}, {"b": 3}]"#, vec!["/0: - | {\"x\":0}", "/1/b: 2 | 3"]),
            ("1", "\"1\"", vec!["The whole JSON: 1 | \"1\""]),
            (r#"{"a":1}"#, r#"{ "a": 1 }"#, vec!["Layout of the JSON: 7 bytes | 10 bytes"]),
            ("one\ntwo\nthree", "one\nthree\nfour", vec!["Line 2: two | -", "Line 3: - | four"]),
            ("same", "same", vec![]),
        ] {
            let mut out = Vec::new();
            bodies(&mut out, Some(left), Some(right));
            assert_eq!(told(&out), expected, "{left} {right}");
        }
    }

    #[test]
    fn a_key_that_a_body_repeats_stays_hidden() {
        let left =
            exchange("https://h/x?apiKey=first-key", r#"{"echo": "first-key", "a/first-key": 1}"#, 404, "no first-key here");
        let right = exchange("https://h/x?apiKey=first-key", "{}", 404, "Zmlyc3Qta2V5 nothing");
        let comparison = compare(&left, &right);
        assert_eq!(told(&comparison.request), ["/echo: \"••••\" | -", "/a~1••••: 1 | -"]);
        assert_eq!(told(&comparison.response), ["Line 1: no •••• here | •••• nothing"]);
    }

    #[test]
    fn exchanges_are_compared_and_their_keys_stay_hidden() {
        let left = exchange("https://h/x?apiKey=first-key", "{}", 404, "no");
        let right = exchange("https://h/y?apiKey=second-key", "{}", 201, r#"{"id": 1}"#);
        let comparison = compare(&left, &right);
        assert_eq!(
            told(&comparison.request),
            [
                "URL: https://h/x?apiKey=•••• | https://h/y?apiKey=••••",
                "apiKey: one API key | another API key",
                "Header Authorization: •••• | ••••"
            ]
        );
        assert_eq!(told(&comparison.response), ["Status: 404 Not Found | 201 Created", "Line 1: no | {\"id\": 1}"]);
        assert_eq!(told(&comparison.timings), ["Total: 404.0 ms | 201.0 ms"]);
        assert_eq!(compare(&left, &left), Comparison::default());
    }
}
