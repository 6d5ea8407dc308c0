//! Log lines and run details that hold an address and perhaps a JSON body: nginx, IIS, Zapier, Power Automate and their like.

use serde_json::Value;

use super::error::note;
use crate::model::exchange::{Answer, Outcome};
use crate::model::imported::{Imported, Note, Place, Severity};
use crate::model::request_spec::{RequestSpec, SpecBody};

const METHODS: [&str; 7] = ["POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The longest log that is searched, in bytes.
pub(super) const MAX_LOG: usize = 32 << 20;

/// More requests than anybody picks from.
const MAX_REQUESTS: usize = 10_000;

/// The requests that a log tells of. A guess by nature, and the notes say what it stands on.
pub fn read(text: &str) -> Imported {
    let mut imported = Imported::default();
    if let Ok(value) = serde_json::from_str::<Value>(text.trim()) {
        run_details(&value, &mut imported, 0);
    }
    if imported.requests.is_empty() && text.contains("#Fields:") {
        iis(text, &mut imported);
    }
    if imported.requests.is_empty() {
        lines(text, &mut imported);
    }
    if imported.requests.is_empty() {
        imported.notes.push(note(Severity::Lost, "No address was found"));
    }
    imported
}

/// The inputs and outputs of a run, as Power Automate and Zapier show them: an object with `uri` or `url`.
fn run_details(value: &Value, imported: &mut Imported, depth: usize) {
    if depth > 100 || imported.requests.len() >= MAX_REQUESTS {
        return;
    }
    match value {
        Value::Object(members) => {
            let address = members.get("uri").or_else(|| members.get("url")).and_then(Value::as_str);
            if let Some(url) = address.filter(|url| url.contains("://")) {
                let body = match members.get("body").or_else(|| members.get("data")) {
                    None | Some(Value::Null) => SpecBody::None,
                    Some(Value::String(text)) => SpecBody::Text(text.clone()),
                    Some(body) => SpecBody::Text(body.to_string()),
                };
                let method = members.get("method").and_then(Value::as_str).map(str::to_uppercase);
                imported.requests.push(RequestSpec {
                    method: method.unwrap_or_else(|| method_for(&body).to_owned()),
                    url: url.to_owned(),
                    headers: members.get("headers").map(headers).unwrap_or_default(),
                    body,
                    ..RequestSpec::default()
                });
                return;
            }
            if let (Some(status), Some(request)) =
                (members.get("statusCode").and_then(Value::as_u64), imported.requests.last_mut())
            {
                let body = members.get("body").map(|body| body.as_str().map_or_else(|| body.to_string(), str::to_owned));
                let status = u16::try_from(status).unwrap_or(0);
                let headers = members.get("headers").map(headers).unwrap_or_default();
                let body = body.unwrap_or_default().into();
                request.outcome.get_or_insert(Outcome::Answer(Answer { status, headers, body, ..Answer::default() }));
                return;
            }
            members.values().for_each(|member| run_details(member, imported, depth + 1));
        }
        Value::Array(items) => items.iter().for_each(|item| run_details(item, imported, depth + 1)),
        _ => {}
    }
}

fn headers(value: &Value) -> Vec<(String, String)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))).collect()
}

/// An answer of which a log keeps the status alone.
fn only_status(status: u16) -> Outcome {
    Outcome::Answer(Answer { status, ..Answer::default() })
}

fn method_for(body: &SpecBody) -> &'static str {
    if *body == SpecBody::None { "GET" } else { "POST" }
}

/// W3C extended log format, whose columns a `#Fields:` line names.
fn iis(text: &str, imported: &mut Imported) {
    let mut fields: Vec<&str> = Vec::new();
    for line in text.lines() {
        if let Some(names) = line.strip_prefix("#Fields:") {
            fields = names.split_whitespace().collect();
            continue;
        }
        let values: Vec<&str> = line.split_whitespace().collect();
        if line.starts_with('#') || values.len() != fields.len() || imported.requests.len() >= MAX_REQUESTS {
            continue;
        }
        let of = |name: &str| {
            let at = fields.iter().position(|field| *field == name)?;
            values.get(at).copied().filter(|value| *value != "-")
        };
        let Some(path) = of("cs-uri-stem") else { continue };
        let port = of("s-port").unwrap_or("443");
        let scheme = if port == "80" { "http" } else { "https" };
        let host = of("cs-host").or_else(|| of("s-computername")).or_else(|| of("s-ip")).unwrap_or("{{host}}");
        let port = if matches!(port, "80" | "443") || host.contains(':') { String::new() } else { format!(":{port}") };
        let query = of("cs-uri-query").map_or_else(String::new, |query| format!("?{query}"));
        let headers = of("cs(User-Agent)").map(|agent| ("User-Agent".to_owned(), agent.replace('+', " ")));
        imported.requests.push(RequestSpec {
            method: of("cs-method").unwrap_or("GET").to_owned(),
            url: format!("{scheme}://{host}{port}{path}{query}"),
            headers: headers.into_iter().collect(),
            outcome: of("sc-status").and_then(|status| status.parse().ok()).map(only_status),
            ..RequestSpec::default()
        });
    }
    if !imported.requests.is_empty() {
        imported.notes.push(note(Severity::Lost, "The log holds no bodies and no further headers"));
    }
}

/// Any other text: addresses, each with the method before it and the JSON behind it.
fn lines(text: &str, imported: &mut Imported) {
    let addresses = addresses(text);
    for (index, found) in addresses.iter().enumerate().take(MAX_REQUESTS) {
        let until = addresses.get(index + 1).map_or(text.len(), |next| next.start);
        let behind = &text[found.end..until];
        let mut severity = Severity::Taken;
        let mut said = "This was read from a log".to_owned();
        let body = match json_in(behind)
            .or_else(|| json_in(&behind.replace("\\x22", "\"").replace("\\x0A", "\n").replace("\\x5C", "\\")))
        {
            Some(json) => SpecBody::Text(json),
            None => {
                said.push_str(", which shows no JSON body");
                SpecBody::None
            }
        };
        let url = if found.url.starts_with('/') {
            severity = Severity::Lost;
            said.push_str(" and does not name the host");
            format!("https://{{{{host}}}}{}", found.url)
        } else {
            found.url.clone()
        };
        imported.notes.push(Note { severity, place: Some(Place::of(text, found.start)), text: said });
        imported.requests.push(RequestSpec {
            method: found.method.clone().unwrap_or_else(|| method_for(&body).to_owned()),
            url,
            headers: if body == SpecBody::None { Vec::new() } else { vec![("Content-Type".into(), "application/json".into())] },
            body,
            outcome: status_in(behind).map(only_status),
            ..RequestSpec::default()
        });
    }
}

struct Found {
    start: usize,
    end: usize,
    method: Option<String>,
    url: String,
}

/// Whole addresses, and paths behind a method as access logs have them.
fn addresses(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|')).unwrap_or(rest.len());
        let word = &rest[..end];
        let scheme = word.find("https://").or_else(|| word.find("http://"));
        let before = text[..at].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | ':' | '\'' | '='));
        let method = METHODS.iter().find(|method| before.ends_with(*method)).map(|method| (*method).to_owned());
        // A referrer or an agent's home page is no request: without a method before, only an API's address counts.
        let whole = scheme.map(|scheme| (scheme, &word[scheme..])).filter(|(_, url)| method.is_some() || url.contains("/api/"));
        let path = word.starts_with('/').then_some((0, word)).filter(|_| method.is_some());
        if let Some((offset, url)) = whole.or(path) {
            let url = url.trim_end_matches([',', ';', ')', ']', '}', '.']);
            let start = at + offset;
            found.push(Found { start, end: start + url.len(), method, url: url.replace("&amp;", "&") });
        }
        at += end;
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

/// The first JSON object in a text.
fn json_in(text: &str) -> Option<String> {
    // Each brace could begin one; a few tries are enough for a log, and bound the time.
    text.match_indices('{').take(20).find_map(|(at, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<serde::de::IgnoredAny>();
        let is_json = matches!(values.next(), Some(Ok(_)));
        let json = &text[at..at + values.byte_offset()];
        (is_json && json.len() > 2).then(|| json.to_owned())
    })
}

/// The status of an access log: three digits behind `HTTP/1.1"` or the word "status".
fn status_in(behind: &str) -> Option<u16> {
    let line = behind.lines().next()?;
    let lower = line.to_ascii_lowercase();
    let after = line.find("\" ").filter(|_| line.contains("HTTP/")).map(|at| at + 2);
    let at = after.or_else(|| lower.find("status").map(|at| at + 6)).unwrap_or(line.len());
    let digits: String =
        lower.get(at..)?.trim_start_matches(|c: char| !c.is_ascii_digit()).chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 3).then(|| digits.parse().ok()).flatten().filter(|status| (100..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::body_to_json;

    #[test]
    fn lines_by_table() {
        let none = r#"{"kind":"none"}"#;
        let a1 = r#"{"kind":"text","text":"{\"a\": 1}"}"#;
        for (text, expected) in [
            (
                r#"1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "POST /api/v1/x?apiKey=k HTTP/1.1" 404 153 "https://h/ref" "curl/8""#,
                format!("POST https://{{{{host}}}}/api/v1/x?apiKey=k {none} 404"),
            ),
            (r#"10:00 sending POST https://h/api/x body {"a": 1} status=400"#, format!("POST https://h/api/x {a1} 400")),
            (r#""POST /x HTTP/1.1" 400 0 "-" {\x22a\x22: 1}"#, format!("POST https://{{{{host}}}}/x {a1} 400")),
            (
                "#Fields: date cs-method cs-uri-stem cs-uri-query s-port cs-host sc-status\n2026-01-01 POST /api/x apiKey=k 443 h 404",
                format!("POST https://h/api/x?apiKey=k {none} 404"),
            ),
            (
                r#"{"inputs": {"uri": "https://h/x", "method": "POST", "body": {"a": 1}}, "outputs": {"statusCode": 400, "body": "no"}}"#,
                r#"POST https://h/x {"kind":"text","text":"{\"a\":1}"} 400"#.to_owned(),
            ),
            ("URL: https://h/api/x\nData:\n{\"a\": 1}\n", format!("POST https://h/api/x {a1} 0")),
            ("see https://example.com for help", String::new()),
        ] {
            let imported = read(text);
            let one = |request: &RequestSpec| {
                let status = request.answer().map_or(0, |answer| answer.status);
                format!("{} {} {} {status}", request.method, request.url, body_to_json(&request.body))
            };
            assert_eq!(imported.requests.iter().map(one).collect::<Vec<_>>().join("\n"), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(POST |https://h/api/x|/x|\"| HTTP/1.1\" |404|\\{|\\}|\"a\":1|é|status|#Fields: cs-uri-stem\n|\n){0,25}") {
            let _ = read(&text);
        }
    }
}
