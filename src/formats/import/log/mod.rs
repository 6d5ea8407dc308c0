//! Log lines and run details that hold an address and perhaps a JSON body: nginx, IIS, Zapier, Power Automate and their like.

mod arrows;
pub(super) mod blocks;
mod bodies;
mod console;
mod faraday;
pub(super) mod json_lines;
mod ktor;
mod lines;
mod members;
mod named;
mod own_answer;
mod printed;
pub(super) mod run;
pub(super) mod texts;

use super::answer;
use super::error::note;
use super::told;
use crate::model::exchange::{Answer, FailureKind, NetworkFailure, Outcome};
use crate::model::imported::{Imported, Severity};
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::RequestSpec;
use lines::{MAX_REQUESTS, lines};

/// The longest log that is searched, in bytes.
pub(super) const MAX_LOG: usize = 32 << 20;

/// The requests that a log tells of. A guess by nature, and the notes say what it stands on.
pub fn read(text: &str) -> Imported {
    let text = &*told::without_expected(text);
    let mut imported = Imported::default();
    if let Some(requests) = by_client(text) {
        let notes = vec![note(Severity::Taken, "This was read from a log, which may leave headers out")];
        return Imported { requests, notes, ..imported };
    }
    if !json_lines::is_log(text) {
        imported = run::read(text);
    }
    if imported.requests.is_empty()
        && let Some(requests) = json_lines::read(text)
    {
        imported.requests = requests;
        imported.notes.push(note(Severity::Taken, "This was read from a log, which shows no further headers"));
    }
    if imported.requests.is_empty()
        && let Some(request) = printed::read(text)
    {
        imported.requests.push(request);
        imported.notes.push(note(Severity::Taken, "This was read from an error that a program printed"));
    }
    let is_of_iis = || text.contains("#Fields:") || text.lines().take(MOST_LOOKED_AT).any(|line| usual_fields(line).is_some());
    if imported.requests.is_empty() && is_of_iis() {
        iis(text, &mut imported);
    } else if imported.requests.is_empty() {
        lines(text, &mut imported);
    }
    if imported.requests.is_empty() {
        imported.notes.push(note(Severity::Lost, "No address was found"));
    }
    imported
}

/// The exchanges that the logger of a client printed.
fn by_client(text: &str) -> Option<Vec<RequestSpec>> {
    arrows::read(text)
        .or_else(|| ktor::read(text))
        .or_else(|| faraday::read(text))
        .or_else(|| console::read(text))
        .or_else(|| blocks::read(text))
}

/// Lines of IIS are looked for among so many.
const MOST_LOOKED_AT: usize = 200;

/// The columns of a line of IIS that was copied without the `#Fields:` line above it: the method and what follows it, and the status before
/// the numbers at the end. `None` for another line.
fn usual_fields(line: &str) -> Option<Vec<&'static str>> {
    let values: Vec<&str> = line.split_whitespace().collect();
    let is_number = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_like = |value: &str, pattern: &str| {
        value.len() == pattern.len()
            && value
                .bytes()
                .zip(pattern.bytes())
                .all(|(byte, sign)| if sign == b'0' { byte.is_ascii_digit() } else { byte == sign })
    };
    if values.len() < 11 || !is_like(values[0], "0000-00-00") || !is_like(values[1], "00:00:00") {
        return None;
    }
    let method = values.windows(2).position(|pair| texts::METHODS.contains(&pair[0]) && pair[1].starts_with('/'))?;
    values.get(method + 2).filter(|query| **query == "-" || query.contains('='))?;
    values.get(method + 3).filter(|port| is_number(port))?;
    let numbers = values.iter().rev().take_while(|value| is_number(value)).count();
    // Status, sub-status and Windows' own, and sizes and times behind them.
    let status = values.len().checked_sub(numbers).filter(|at| *at > method + 3 && numbers > 2 && values[*at].len() == 3)?;
    let name = |at: usize| match at {
        _ if at == method => "cs-method",
        _ if at == method + 1 => "cs-uri-stem",
        _ if at == method + 2 => "cs-uri-query",
        _ if at == method + 3 => "s-port",
        _ if at == status => "sc-status",
        _ if at == status + 1 => "sc-substatus",
        _ => "",
    };
    Some((0..values.len()).map(name).collect())
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
        let usual = if fields.is_empty() { usual_fields(line).unwrap_or_default() } else { Vec::new() };
        let fields = if fields.is_empty() { &usual } else { &fields };
        if line.starts_with('#') || values.len() != fields.len() || fields.is_empty() || imported.requests.len() >= MAX_REQUESTS {
            continue;
        }
        let of = |name: &str| {
            let at = fields.iter().position(|field| *field == name)?;
            values.get(at).copied().filter(|value| *value != "-")
        };
        // HTTP.sys writes path and query as one, CloudFront the header by its name.
        let Some(path) = of("cs-uri-stem").or_else(|| of("cs-uri")) else { continue };
        let port = of("s-port").unwrap_or("443");
        let scheme = if port == "80" { "http" } else { "https" };
        let named_host = of("x-host-header").or_else(|| of("cs-host")).or_else(|| of("cs(Host)"));
        // The server's own name and address are not those that the client used.
        let host = named_host.unwrap_or("{{host}}");
        let port = if matches!(port, "80" | "443") || host.contains(':') { String::new() } else { format!(":{port}") };
        let query = of("cs-uri-query").map_or_else(String::new, |query| format!("?{query}"));
        let headers = of("cs(User-Agent)").map(|agent| ("User-Agent".to_owned(), agent.replace('+', " ")));
        imported.requests.push(RequestSpec {
            method: of("cs-method").unwrap_or("POST").to_owned(),
            not_recorded: NotRecorded {
                method: of("cs-method").is_none(),
                scheme: of("s-port").is_none(),
                host: named_host.is_none(),
                port: of("s-port").is_none(),
                // The query is the end of an address.
                address_end: !fields.contains(&"cs-uri-query") && !path.contains('?'),
                headers: true,
                body: true,
                file_bytes: true,
                ..NotRecorded::default()
            },
            url: format!("{scheme}://{host}{port}{path}{query}"),
            headers: headers.into_iter().collect(),
            outcome: of("sc-status")
                .and_then(|status| status.parse().ok())
                .map(|status| {
                    let sub_status = of("sc-substatus").and_then(|number| number.parse().ok()).filter(|number| *number != 0);
                    match answer::logged(status, String::new()) {
                        Outcome::Answer(answer) => Outcome::Answer(Answer { sub_status, ..answer }),
                        other => other,
                    }
                })
                .or_else(|| of("s-reason").and_then(of_http_sys)),
            ..RequestSpec::default()
        });
    }
    if !imported.requests.is_empty() {
        imported.notes.push(note(Severity::Lost, "The log holds no bodies and no further headers"));
    }
}

/// Why HTTP.sys closed a connection on its own, without an answer.
fn of_http_sys(reason: &str) -> Option<Outcome> {
    let kind = if reason.starts_with("Timer_") {
        FailureKind::Timeout
    } else if reason.starts_with("Connection_") {
        FailureKind::Reset
    } else {
        return None;
    };
    let message = format!("HTTP.sys closed the connection, and says in its log: {reason}");
    Some(Outcome::Failure(NetworkFailure { kind, message, step: None, peer: None }))
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
            (
                r#"level=warning msg="failed: Post \"https://h/api/x\": x509: certificate signed by unknown authority""#,
                format!("POST https://h/api/x {none} 0"),
            ),
            ("2026-05-02 POST to https://h/api/x failed (HTTP 404)", format!("POST https://h/api/x {none} 404")),
            (
                "Request URL:\nhttps://h/api/x\nRequest Method:\nPOST\nStatus Code:\n404 Not Found",
                format!("POST https://h/api/x {none} 404"),
            ),
            (
                "uri: https://h/api/x\nmethod: PUT\ndata:\n{\"a\": 1}\n*** DioError ***:\nuri: https://h/api/x\nHttp status error [400]",
                format!("PUT https://h/api/x {a1} 400"),
            ),
            (r#"https://h:443 "PUT /api/x HTTP/1.1" 400 57"#, format!("PUT https://h/api/x {none} 400")),
            (
                "D/OkHttp --> POST https://h/api/x\nD/OkHttp {\"a\": 1}\nD/OkHttp --> END POST\nD/OkHttp <-- 400 Bad Request https://h/api/x (3ms)\nD/OkHttp {\"b\": 2}",
                format!("POST https://h/api/x {a1} 400"),
            ),
            (
                "400 525ms Create [POST] https://h/api/x\nRequest headers:\n{\"content-type\": \"application/json\"}\nRequest data:\n{\"a\": 1}\nResponse headers:\n{\"x\": 1}\nResponse body:\n{\"status\": 400}",
                format!("POST https://h/api/x {a1} 400"),
            ),
            (
                r#"[WebHook] 401 on POST request for "https://h/api/x": "{"error": 1}""#,
                format!("POST https://h/api/x {none} 401"),
            ),
            ("URL: https://h/api/x\nData:\n{\"a\": 1}\n", format!("POST https://h/api/x {a1} 0")),
            (
                "Started POST \"/api/x?apiKey=[FILTERED]\" for 10.0.0.1\nCompleted 403 Forbidden in 12ms",
                format!("POST https://{{{{host}}}}/api/x?apiKey=[FILTERED] {none} 403"),
            ),
            ("POST /api/x 400 12.345 ms - 75", format!("POST https://{{{{host}}}}/api/x {none} 400")),
            (
                "[GIN] 2026/05/04 | 403 |    1.2ms |  10.0.0.1 | POST     \"/api/x\"",
                format!("POST https://{{{{host}}}}/api/x {none} 403"),
            ),
            (
                "h.example:80 10.0.0.1 - - [04/May/2026:08:42:01 +0200] \"POST /api/x HTTP/1.1\" 301 6",
                format!("POST http://h.example/api/x {none} 301"),
            ),
            ("POST 'https://h/api/x' failed: too many requests (429).", format!("POST https://h/api/x {none} 429")),
            ("POST https://h/api/x failed with HTTP 404", format!("POST https://h/api/x {none} 404")),
            (
                "INFO - REQUEST: https://h/api/x\nMETHOD: HttpMethod(value=PUT)\nBODY START\n{\"a\": 1}\nBODY END\nINFO - RESPONSE: 400 Bad Request\nMETHOD: HttpMethod(value=PUT)\nFROM: https://h/api/x\n",
                format!("PUT https://h/api/x {a1} 400"),
            ),
            (
                "Anforderungs-URL:\nhttps://h/api/x\nAnforderungsmethode:\nPUT\nStatuscode:\n404 Not Found",
                format!("PUT https://h/api/x {none} 404"),
            ),
            (
                "sending request to POST https://h/api/x\nreceived response to POST https://h/api/x - HTTP 400\ntrailers received from POST https://h/api/x\n",
                format!("POST https://h/api/x {none} 400"),
            ),
            (
                "XHRPOST https://h/api/x\n[HTTP/2 400 Bad Request 312ms]\n\nUncaught (in promise) Error: not sent\n",
                format!("POST https://h/api/x {none} 400"),
            ),
            ("XHRPOST\nhttps://h/api/x\n[HTTP/1.1 404  31ms]\n", format!("POST https://h/api/x {none} 404")),
            ("2026-06-02 08:11:40 POST https://h/api/x 400\n", format!("POST https://h/api/x {none} 400")),
            ("POST https://h/api/x 400 12 ms", format!("POST https://h/api/x {none} 400")),
            ("POST https://h/api/x 312 ms", format!("POST https://h/api/x {none} 0")),
            (
                "\"POST /api/x?a=b&amp;apiKey=k HTTP/1.1\" 404 7",
                format!("POST https://{{{{host}}}}/api/x?a=b&amp;apiKey=k {none} 404"),
            ),
            (
                "[2026-06-11] feedback.ERROR: not created {\"method\":\"POST\",\"url\":\"https:\\/\\/h\\/api\\/x\",\"status\":404} []",
                format!("POST https://h/api/x {none} 404"),
            ),
            (
                "{\"level\": 50, \"req\": {\"method\": \"POST\", \"url\": \"https://h/api/x\", \"body\": \"{\\\"a\\\": 1}\"}, \"res\": {\"statusCode\": 400}}",
                format!("POST https://h/api/x {a1} 400"),
            ),
            ("sendto(5, \"POST /api/v1/proj\"..., 241) = 241", String::new()),
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

    #[test]
    fn what_a_log_leaves_out_is_not_recorded() {
        for (text, expected) in [
            ("calling https://h/api/x", vec!["method", "headers", "body", "file-bytes"]),
            ("POST https://h/api/x {\"a\": 1}", vec!["headers", "file-bytes"]),
            (r#""POST /api/x HTTP/1.1" 404 0"#, vec!["scheme", "host", "port", "headers", "body", "file-bytes"]),
            (
                "#Fields: cs-method cs-uri-stem s-ip\nPOST /api/x 10.0.0.4",
                vec!["scheme", "host", "port", "headers", "body", "file-bytes"],
            ),
        ] {
            assert_eq!(read(text).requests[0].not_recorded.words(), expected, "{text}");
        }
        assert!(read("post(\"https://h/api/x\", query = q)").requests[0].not_recorded.address_end);
        let failed = read("Post \"https://h/api/x\": dial tcp: lookup h: no such host");
        assert!(failed.requests[0].failure().is_some());
    }

    #[test]
    fn lines_of_iis_without_their_head_by_table() {
        for (line, expected) in [
            ("2026-11-02 10:00:00 W3SVC1 10.0.0.9 POST /x k=1 443 - 10.0.0.5 acme/1 - 404 13 0 88", Some(404)),
            ("2026-11-02 10:00:00 10.0.0.9 POST /x - 443 - 10.0.0.5 acme/1 200 0 0 88", Some(200)),
            ("2026-11-02 10:00:00 app POST /x - 443 a b c d", None),
            ("2026-11-02 10:00:00 INFO POST /api/x answered with 404 after 12 ms in 3 steps", None),
        ] {
            let fields = usual_fields(line);
            let status = fields.and_then(|fields| {
                let at = fields.iter().position(|field| *field == "sc-status")?;
                line.split_whitespace().nth(at)?.parse::<u16>().ok()
            });
            assert_eq!(status, expected, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(POST |https://h/api/x|/x|\"| HTTP/1.1\" |404|\\{|\\}|\"a\":1|é|status|#Fields: cs-uri-stem\n|\n){0,25}") {
            let _ = read(&text);
        }
    }
}
