//! The details of a run, as Power Automate, Zapier and their like show and save them: what went in and what came out.

use serde_json::Value;

use super::lines::MAX_REQUESTS;
use crate::model::exchange::{Answer, Outcome};
use crate::model::headers::header;
use crate::model::imported::Imported;
use crate::model::multipart::{Part, PartContent};
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// What a text shows of runs: JSON, several JSON values with words between them, or the panels of a page. Nothing where it is neither.
pub(super) fn read(text: &str) -> Imported {
    let mut run = Run::default();
    let trimmed = text.trim();
    if let Ok(value) = serde_json::from_str::<Value>(trimmed) {
        run.details(&value, 0);
    } else if let Some(panel) = panel(text) {
        run.imported.requests.push(panel);
    } else {
        // Above all JSON, one may be of the answer and the next of the request.
        let values = values(text);
        if values.len() > 1 || values.first().is_some_and(|value| holds_request(value) || is_request(value)) {
            values.iter().for_each(|value| run.details(value, 0));
        }
    }
    if let (Some(outcome), Some(last)) = (run.pending, run.imported.requests.last_mut()) {
        last.outcome.get_or_insert(outcome);
    }
    run.imported
}

/// Whether a text is several JSON values of which one tells a request and another its answer.
pub(crate) fn is_run(text: &str) -> bool {
    let imported = read(text);
    imported.requests.iter().any(|request| request.outcome.is_some())
}

#[derive(Default)]
struct Run {
    imported: Imported,
    /// An answer that stands before its request.
    pending: Option<Outcome>,
}

impl Run {
    /// The inputs and outputs of a run: an object with `uri` or `url`, and one with a status.
    fn details(&mut self, value: &Value, depth: usize) {
        if depth > 100 || self.imported.requests.len() >= MAX_REQUESTS {
            return;
        }
        match value {
            Value::Object(members) => {
                let address = members.get("uri").or_else(|| members.get("url")).and_then(Value::as_str);
                // axios keeps what stands before a path apart.
                let base = members.get("baseURL").and_then(Value::as_str).filter(|base| base.contains("://"));
                let joined = base.filter(|_| address.is_some_and(|url| !url.contains("://"))).map(|base| {
                    format!("{}/{}", base.trim_end_matches('/'), address.unwrap_or_default().trim_start_matches('/'))
                });
                if let Some(url) = joined.as_deref().or(address).filter(|url| url.contains("://")) {
                    let written = members.get("body").or_else(|| members.get("data"));
                    let sent_headers = members.get("headers").map(headers).unwrap_or_default();
                    // These clients say themselves that an object goes out as JSON.
                    let adds_type = written.is_some_and(|body| body.is_object() || body.is_array())
                        && header(&sent_headers, "content-type").is_none();
                    let body = match written {
                        Some(body) if body.get("$multipart").is_some() => SpecBody::Multipart(parts(body)),
                        None | Some(Value::Null) => SpecBody::None,
                        Some(Value::String(text)) => SpecBody::Text(text.clone()),
                        Some(body) => SpecBody::Text(body.to_string()),
                    };
                    let method = members.get("method").and_then(Value::as_str).map(str::to_uppercase);
                    let url = with_query(url, members.get("queries").or_else(|| members.get("params")));
                    self.imported.requests.push(RequestSpec {
                        not_recorded: NotRecorded {
                            method: method.is_none(),
                            // A flow names its address `uri`, and all of its headers.
                            headers: !members.contains_key("headers")
                                && (matches!(body, SpecBody::Multipart(_)) || !members.contains_key("uri"))
                                || !matches!(body, SpecBody::Multipart(_)) && adds_type,
                            ..NotRecorded::default()
                        },
                        method: method.unwrap_or_else(|| "POST".to_owned()),
                        url,
                        headers: sent_headers,
                        body,
                        outcome: self.pending.take(),
                        ..RequestSpec::default()
                    });
                    return;
                }
                // An error of axios holds its request's settings.
                let config = members.get("config").filter(|config| config.get("url").is_some());
                if let Some(config) = config {
                    self.details(config, depth + 1);
                }
                let status = members.get("statusCode").or_else(|| members.get("status")).and_then(Value::as_u64);
                if let Some(status) = status.and_then(|status| u16::try_from(status).ok()) {
                    let body = members.get("body").or_else(|| members.get("content")).or_else(|| members.get("data"));
                    let body = body.map(|body| body.as_str().map_or_else(|| body.to_string(), str::to_owned));
                    let headers = members.get("headers").map(headers).unwrap_or_default();
                    self.answer(Answer { status, headers, body: body.unwrap_or_default().into(), ..Answer::default() });
                    return;
                }
                let others = members.iter().filter(|(name, _)| config.is_none() || *name != "config");
                others.for_each(|(_, member)| self.details(member, depth + 1));
            }
            Value::Array(items) => items.iter().for_each(|item| self.details(item, depth + 1)),
            _ => {}
        }
    }

    fn answer(&mut self, answer: Answer) {
        let outcome = Outcome::Answer(answer);
        match self.imported.requests.last_mut().filter(|last| last.outcome.is_none()) {
            Some(last) => last.outcome = Some(outcome),
            None => drop(self.pending.get_or_insert(outcome)),
        }
    }
}

/// The parts of a form as Logic Apps keep them: each with its headers, and its content in base64 or as text.
fn parts(body: &Value) -> Vec<Part> {
    let one = |part: &Value| {
        let headers = part.get("headers").map(headers).unwrap_or_default();
        let disposition = header(&headers, "content-disposition").unwrap_or_default().to_owned();
        let named = |name: &str| {
            let (_, rest) = disposition.split_once(&format!("{name}=\""))?;
            Some(rest.split('"').next()?.to_owned())
        };
        let content = part.get("body").cloned().unwrap_or_default();
        let of_content = |name: &str| content.get(name).and_then(Value::as_str).map(str::to_owned);
        let filename = named("; filename");
        let text = content.as_str().map(str::to_owned).or_else(|| of_content("$content")).unwrap_or_default();
        Part {
            name: named("; name").unwrap_or_default(),
            content_type: header(&headers, "content-type").map(str::to_owned).or_else(|| of_content("$content-type")),
            content: match &filename {
                Some(filename) => PartContent::File(filename.clone()),
                None => PartContent::Text(text),
            },
            filename,
            ..Part::default()
        }
    };
    body.get("$multipart").and_then(Value::as_array).into_iter().flatten().map(one).collect()
}

/// An address with the parameters that stand beside it.
fn with_query(url: &str, parameters: Option<&Value>) -> String {
    let pairs = parameters.and_then(Value::as_object).into_iter().flatten();
    pairs.fold(url.to_owned(), |url, (name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        super::super::curl::append_query(
            &url,
            &format!("{}={}", super::super::curl::encode(name), super::super::curl::encode(&value)),
        )
    })
}

/// Whether JSON is the settings of a request: a method and an address.
fn is_request(value: &Value) -> bool {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    text("method").is_some() && ["uri", "url", "baseURL"].into_iter().filter_map(text).any(|url| url.contains("://"))
}

/// Whether JSON is an action of a flow or an error of a client, that holds a request below its first members.
pub(crate) fn holds_request(value: &Value) -> bool {
    let is_action = |value: &Value| value.get("inputs").is_some_and(is_request) && value.get("type").is_some();
    value.get("config").is_some_and(is_request)
        || value.as_object().is_some_and(|members| !members.is_empty() && members.values().all(is_action))
}

fn headers(value: &Value) -> Vec<(String, String)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))).collect()
}

/// The JSON objects that begin at the start of a line, and those behind words that hold a request.
fn values(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = text[at..].split_inclusive('\n').next() {
        let indent = line.len() - line.trim_start().len();
        if line.trim_start().starts_with('{') && found.len() < 50 {
            let mut stream = serde_json::Deserializer::from_str(&text[at + indent..]).into_iter::<Value>();
            if let Some(Ok(value)) = stream.next() {
                at += indent + stream.byte_offset();
                found.push(value);
                continue;
            }
        } else if let Some(start) = line.find("{\"").filter(|_| found.len() < 50 && line.contains("\"config\"")) {
            let mut stream = serde_json::Deserializer::from_str(&text[at + start..]).into_iter::<Value>();
            if let Some(value) = stream.next().and_then(Result::ok).filter(holds_request) {
                at += start + stream.byte_offset();
                found.push(value);
                continue;
            }
        }
        at += line.len();
    }
    found
}

/// The labels of a run's page, each above what it is about.
const LABELS: [&str; 10] =
    ["method", "uri", "url", "status code", "statuscode", "headers", "body", "queries", "authentication", "cookie"];

/// What the page of a run shows: `Inputs` and `Outputs`, and below each what it holds under labels of their own lines.
fn panel(text: &str) -> Option<RequestSpec> {
    let mut inputs: Vec<(String, String)> = Vec::new();
    let mut outputs: Vec<(String, String)> = Vec::new();
    let mut in_outputs = None;
    for line in text.lines() {
        let label = line.trim().trim_end_matches(':').to_ascii_lowercase();
        match label.as_str() {
            "inputs" | "input" => in_outputs = Some(false),
            "outputs" | "output" => in_outputs = Some(true),
            label => {
                let section = match in_outputs {
                    Some(false) => &mut inputs,
                    Some(true) => &mut outputs,
                    None => continue,
                };
                if LABELS.contains(&label) {
                    section.push((label.to_owned(), String::new()));
                } else if let Some((_, content)) = section.last_mut() {
                    content.push_str(line);
                    content.push('\n');
                }
            }
        }
    }
    let of = |section: &[(String, String)], names: &[&str]| {
        let found = section.iter().find(|(label, _)| names.contains(&label.as_str()))?;
        Some(found.1.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let url = of(&inputs, &["uri", "url"]).filter(|url| url.contains("://") && !url.contains(char::is_whitespace))?;
    let method = of(&inputs, &["method"]).map(|method| method.to_uppercase());
    let body = of(&inputs, &["body"]);
    let headers = |section: &[(String, String)]| of(section, &["headers"]).map(|text| rows(&text)).unwrap_or_default();
    let status = of(&outputs, &["status code", "statuscode"]).and_then(|text| text.split_whitespace().next()?.parse().ok());
    let answer = status.map(|status| Answer {
        status,
        headers: headers(&outputs),
        body: of(&outputs, &["body"]).unwrap_or_default().into(),
        ..Answer::default()
    });
    Some(RequestSpec {
        // A page leaves out what is folded.
        not_recorded: NotRecorded {
            method: method.is_none(),
            headers: of(&inputs, &["headers"]).is_none(),
            body: body.is_none(),
            file_bytes: true,
            // What went in may go on below.
            rest: in_outputs == Some(false),
            ..NotRecorded::default()
        },
        method: method.unwrap_or_else(|| "POST".to_owned()),
        url,
        headers: headers(&inputs),
        body: body.map_or(SpecBody::None, SpecBody::Text),
        outcome: answer.map(Outcome::Answer),
        ..RequestSpec::default()
    })
}

/// Headers as a page shows them: JSON, or a table of names and values.
fn rows(text: &str) -> Vec<(String, String)> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return headers(&value);
    }
    let one = |line: &str| {
        let (name, value) = line.split_once('\t').or_else(|| line.split_once(": "))?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    text.lines().filter_map(one).filter(|(name, value)| name != "Key" || value != "Value").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_by_table() {
        let inputs = r#"{"method": "POST", "uri": "https://h/x", "headers": {"A": "1"}, "body": {"a": 1}}"#;
        let outputs = r#"{"statusCode": 400, "headers": {"B": "2"}, "body": "no"}"#;
        let expected = r#"POST https://h/x [("A", "1")] {"a":1} 400 no"#;
        for text in [
            format!(r#"{{"inputs": {inputs}, "outputs": {outputs}}}"#),
            format!(r#"{{"outputs": {outputs}, "inputs": {inputs}}}"#),
            format!("[{outputs}, {inputs}]"),
            format!("{outputs}\n\n{inputs}\n"),
            format!("HTTP\nAction 'HTTP' failed\n\nOutputs\n{outputs}\nInputs\n{inputs}\n"),
            "OUTPUTS\nStatus code\n400\nHeaders\n{\"B\": \"2\"}\nBody\nno\nINPUTS\nMethod\nPOST\nURI\nhttps://h/x\nHeaders\nKey\tValue\nA\t1\nBody\n{\"a\":1}\n".to_owned(),
            "Inputs:\nMethod\nPOST\nURI\nhttps://h/x\nHeaders\nA: 1\nBody\n{\"a\":1}\n\nOutputs:\nStatus Code:\n400\nBody\nno\n".to_owned(),
        ] {
            let imported = read(&text);
            let told: Vec<String> = imported
                .requests
                .iter()
                .map(|one| {
                    let body = match &one.body {
                        SpecBody::Text(text) => text.as_str(),
                        _ => "",
                    };
                    let answer = one.answer().map(|answer| format!("{} {}", answer.status, answer.text()));
                    format!("{} {} {:?} {body} {}", one.method, one.url, one.headers, answer.unwrap_or_default())
                })
                .collect();
            assert_eq!(told, [expected], "{text}");
        }
    }

    #[test]
    fn actions_and_errors_hold_a_request() {
        for (text, expected) in [
            (
                r#"{"Create": {"type": "Http", "inputs": {"method": "POST", "uri": "https://h/x", "queries": {"k": "a b"}}}}"#,
                "POST https://h/x?k=a%20b 0",
            ),
            (
                r#"{"message": "no", "config": {"method": "post", "url": "https://h/x", "data": "{}"}, "status": 400}"#,
                "POST https://h/x 400",
            ),
        ] {
            assert!(holds_request(&serde_json::from_str(text).unwrap()), "{text}");
            let imported = read(text);
            let one =
                |one: &RequestSpec| format!("{} {} {}", one.method, one.url, one.answer().map_or(0, |answer| answer.status));
            assert_eq!(imported.requests.iter().map(one).collect::<Vec<_>>(), [expected], "{text}");
        }
        assert!(!holds_request(&serde_json::json!({"config": {"url": "https://h"}, "summary": "x"})));
    }

    #[test]
    fn parts_of_a_form_by_table() {
        let text = r#"{"inputs": {"method": "POST", "uri": "https://h/x", "body": {"$content-type": "multipart/form-data", "$multipart": [{"headers": {"Content-Disposition": "form-data; name=\"f\"; filename=\"a.zip\""}, "body": {"$content-type": "application/zip", "$content": "UEs="}}, {"headers": {"Content-Disposition": "form-data; name=\"n\""}, "body": "x"}]}}, "outputs": {"statusCode": 400}}"#;
        let request = read(text).requests.pop().unwrap();
        let SpecBody::Multipart(parts) = &request.body else { panic!("{:?}", request.body) };
        assert!(request.not_recorded.headers);
        assert_eq!((parts[0].name.as_str(), parts[0].filename.as_deref()), ("f", Some("a.zip")));
        assert_eq!((parts[1].name.as_str(), &parts[1].content), ("n", &PartContent::Text("x".to_owned())));
    }

    #[test]
    fn two_runs_keep_their_answers() {
        let run = |path: &str, status: u16| {
            format!(r#"{{"outputs": {{"statusCode": {status}}}, "inputs": {{"uri": "https://h/{path}", "method": "POST"}}}}"#)
        };
        let imported = read(&format!("[{}, {}]", run("a", 400), run("b", 404)));
        let statuses: Vec<u16> = imported.requests.iter().map(|one| one.answer().unwrap().status).collect();
        assert_eq!(statuses, [400, 404]);
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["", "Inputs\nare missing", r#"{"summary": "x"}"#, "{\"a\": 1}\n{\"b\": 2}\n", "Input\nhttps://h/x"] {
            assert!(read(text).requests.is_empty(), "{text}");
        }
    }
}
