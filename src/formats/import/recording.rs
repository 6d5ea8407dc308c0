//! What proxies and tests record of exchanges: items of Burp, sessions of Charles, results of JMeter, reports of Newman and contracts of
//! Pact.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Value, json};

use super::collection::json::{list, member, parse, text_of};
use super::error::{ImportError, note};
use super::recorded::{Recorded, imported, of_code};
use super::{answer, curl, failure, http, postman, table};
use crate::model::exchange::{Answer, Outcome};
use crate::model::imported::{Imported, Severity};
use crate::model::request_record::NotRecorded;

/// How much of a text tells what it is, in bytes.
const HEAD: usize = 8 << 10;

/// What JMeter writes in the place of a file.
const LEFT_OUT_FILE: &str = "<actual file content, not shown here>";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Burp,
    JMeter,
    Table,
    Charles,
    Newman,
    Pact,
}

/// Whether a text is such a recording.
pub(super) fn is_recording(text: &str) -> bool {
    program_of(text).is_some()
}

fn program_of(text: &str) -> Option<Program> {
    let head = &text[..text.floor_char_boundary(HEAD)];
    let has = |words: &[&str]| words.iter().all(|word| head.contains(word));
    if head.starts_with('<') {
        let is_burp = has(&["<items", "burpVersion"]);
        return is_burp.then_some(Program::Burp).or_else(|| has(&["<testResults"]).then_some(Program::JMeter));
    }
    if head.starts_with('[') && has(&["\"protocolVersion\"", "\"scheme\"", "\"host\""]) {
        let value: Value = serde_json::from_str(text).ok()?;
        let is_member = |name: &str| value.get(0).is_some_and(|first| first.get(name).is_some());
        return ["scheme", "protocolVersion", "host", "request"].into_iter().all(is_member).then_some(Program::Charles);
    }
    if head.starts_with('{') && (text.contains("\"executions\"") || text.contains("\"responseCode\"")) {
        let value: Value = serde_json::from_str(text).ok()?;
        let is_run = value.pointer("/run/executions").is_some_and(Value::is_array) || !results(&value).is_empty();
        return is_run.then_some(Program::Newman);
    }
    if head.starts_with('{') && has(&["\"interactions\"", "\"consumer\""]) {
        let value: Value = serde_json::from_str(text).ok()?;
        return list(&value, "interactions").iter().any(|one| one.pointer("/request/path").is_some()).then_some(Program::Pact);
    }
    table::is_table(text).then_some(Program::Table)
}

/// The exchanges of a recording.
///
/// # Errors
/// When it cannot be read as what it seems to be.
pub(super) fn read(text: &str, environment: &postman::Variables) -> Result<Imported, ImportError> {
    match program_of(text) {
        Some(Program::Burp) => burp(text),
        Some(Program::JMeter) => jmeter(text),
        Some(Program::Charles) => charles(text),
        Some(Program::Newman) => newman(text, environment),
        Some(Program::Pact) => pact(text),
        Some(Program::Table) => {
            let rows = table::read(text);
            let has_bodies = rows.iter().any(|row| !row.body.is_empty());
            let lacks = if has_bodies { "no headers" } else { "no headers and no bodies" };
            Ok(imported(rows, &format!("This is a table of requests, which holds {lacks}")))
        }
        None => Err(ImportError::new("it is no recording of Burp, Charles, JMeter, Newman or Pact, and no table of requests")),
    }
}

/// The interactions of a contract, which names no host. What they are checked by holds for real exchanges of both sides.
fn pact(text: &str) -> Result<Imported, ImportError> {
    let value = parse(text)?;
    let one = |interaction: &Value| {
        let request = interaction.get("request")?;
        let path = member(request, "path")?;
        let query: Vec<(String, String)> = match request.get("query") {
            Some(Value::String(query)) => url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            query => pairs_of(query),
        };
        let pairs: Vec<String> =
            query.iter().map(|(name, value)| format!("{}={}", curl::encode(name), curl::encode(value))).collect();
        let body_of = |message: &Value| match message.get("body") {
            // The fourth version wraps the body.
            Some(body) if body.get("contentType").is_some() => text_of(body.get("content")),
            body => text_of(body.filter(|body| !body.is_null())),
        };
        let response = interaction.get("response");
        let status = response.and_then(|response| u16::try_from(response.get("status")?.as_u64()?).ok());
        Some(Recorded {
            label: member(interaction, "description").unwrap_or_default().to_owned(),
            method: member(request, "method").unwrap_or("GET").to_ascii_uppercase(),
            url: if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) },
            headers: pairs_of(request.get("headers")),
            body: body_of(request).into_bytes(),
            not_recorded: NotRecorded { scheme: true, host: true, port: true, ..NotRecorded::default() },
            outcome: status.map(|status| answer::logged(status, response.map(body_of).unwrap_or_default())),
        })
    };
    let recorded = list(&value, "interactions").iter().filter_map(one).collect();
    Ok(imported(recorded, "This was read from a contract of Pact: what its two sides agreed on, which names no host"))
}

/// Names and values of an object; of a list of values each is one.
fn pairs_of(value: Option<&Value>) -> Vec<(String, String)> {
    let members = value.and_then(Value::as_object);
    members
        .into_iter()
        .flatten()
        .flat_map(|(name, value)| {
            let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            values.into_iter().map(|value| (name.clone(), text_of(Some(&value)))).collect::<Vec<_>>()
        })
        .collect()
}

/// The text of an element below another one; `None` if there is no such element.
fn text_in(node: Node<'_, '_>, name: &str) -> Option<String> {
    let child = node.children().find(|child| child.has_tag_name(name))?;
    Some(child.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect())
}

fn document(text: &str) -> Result<Document<'_>, ImportError> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    // What the reader says of an error may quote a secret.
    Document::parse_with_options(text, options)
        .map_err(|error| ImportError::new(format!("its XML cannot be read behind line {}", error.pos().row)))
}

/// A message's head, and its body.
fn split(message: &[u8]) -> (String, &[u8]) {
    let end = |mark: &[u8]| message.windows(mark.len()).position(|window| window == mark).map(|at| (at, at + mark.len()));
    let ends = [end(b"\r\n\r\n"), end(b"\n\n")].into_iter().flatten().min();
    let (head, body) = ends.map_or((message, &[] as &[u8]), |(at, behind)| (&message[..at], &message[behind..]));
    (String::from_utf8_lossy(head).into_owned(), body)
}

/// The headers behind the first line of a head.
fn headers_of(head: &str) -> Vec<(String, String)> {
    let lines = head.lines().skip_while(|line| http::is_request_line(line) || http::is_status_line(line));
    let pair = |line: &str| line.split_once(": ").map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    lines.filter_map(pair).collect()
}

fn burp(text: &str) -> Result<Imported, ImportError> {
    let document = document(text)?;
    let bytes = |item: Node<'_, '_>, name: &str| -> Option<Vec<u8>> {
        let child = item.children().find(|child| child.has_tag_name(name))?;
        let content = text_in(item, name).filter(|content| !content.is_empty())?;
        match child.attribute("base64") {
            Some("true") => STANDARD.decode(content.split_whitespace().collect::<String>()).ok(),
            _ => Some(content.into_bytes()),
        }
    };
    let one = |item: Node<'_, '_>| {
        let request = bytes(item, "request");
        let (head, body) = request.as_deref().map(split).unwrap_or_default();
        let method = head.split_whitespace().next().map(str::to_owned).or_else(|| text_in(item, "method"));
        let response = bytes(item, "response").map(|response| String::from_utf8_lossy(&response).into_owned());
        let status = || text_in(item, "status").and_then(|status| status.trim().parse::<u16>().ok());
        let outcome = response
            .filter(|response| http::is_status_line(response))
            .map(|response| Outcome::Answer(http::read_answer(&response)))
            .or_else(|| status().map(|status| answer::logged(status, String::new())));
        Recorded {
            not_recorded: NotRecorded {
                method: method.is_none(),
                headers: request.is_none(),
                body: request.is_none(),
                ..NotRecorded::default()
            },
            method: method.unwrap_or_else(|| "POST".to_owned()),
            url: text_in(item, "url").unwrap_or_default().trim().to_owned(),
            headers: headers_of(&head),
            body: body.to_vec(),
            outcome,
            ..Recorded::default()
        }
    };
    let items = document.root_element().children().filter(|child| child.has_tag_name("item"));
    Ok(imported(items.map(one).collect(), "This was read from the items that Burp saved"))
}

/// A file of results that JMeter writes as XML, as far as its settings let it keep messages.
fn jmeter(text: &str) -> Result<Imported, ImportError> {
    // While a test runs, or where it was stopped, the end is missing.
    let whole = match text.rfind("</httpSample>").filter(|_| !text.trim_end().ends_with("</testResults>")) {
        Some(at) => format!("{}</httpSample></testResults>", &text[..at]),
        None => text.to_owned(),
    };
    let document = document(&whole)?;
    let is_sample = |node: &Node<'_, '_>| node.has_tag_name("httpSample");
    let one = |sample: Node<'_, '_>| {
        let method = text_in(sample, "method").filter(|method| !method.is_empty());
        let head = text_in(sample, "requestHeader");
        let body = text_in(sample, "queryString");
        let code = sample.attribute("rc").unwrap_or("");
        let said = sample.attribute("rm").unwrap_or("");
        let body_of_answer = text_in(sample, "responseData").unwrap_or_default();
        let headers = text_in(sample, "responseHeader").map(|head| headers_of(&head)).unwrap_or_default();
        let left_out = body.as_ref().is_some_and(|body| body.contains(LEFT_OUT_FILE));
        Recorded {
            label: sample.attribute("lb").unwrap_or("").to_owned(),
            not_recorded: NotRecorded {
                method: method.is_none(),
                headers: head.is_none(),
                body: body.is_none(),
                file_bytes: left_out,
                ..NotRecorded::default()
            },
            method: method.unwrap_or_else(|| "POST".to_owned()),
            url: text_in(sample, "java.net.URL").unwrap_or_default().trim().to_owned(),
            headers: head.map(|head| headers_of(&head)).unwrap_or_default(),
            body: body.unwrap_or_default().replace(LEFT_OUT_FILE, "").into_bytes(),
            outcome: of_code(code, said, body_of_answer).map(|outcome| with_headers(outcome, headers)),
        }
    };
    let samples = document.descendants().filter(is_sample).filter(|sample| !sample.children().any(|child| is_sample(&child)));
    Ok(imported(
        samples.map(one).collect(),
        "This was read from JMeter's results; what its settings leave out of them, such as bodies, is not known here",
    ))
}

fn with_headers(outcome: Outcome, headers: Vec<(String, String)>) -> Outcome {
    match outcome {
        Outcome::Answer(answer) => Outcome::Answer(Answer { headers, ..answer }),
        failure => failure,
    }
}

/// A session of Charles as JSON.
fn charles(text: &str) -> Result<Imported, ImportError> {
    let value = parse(text)?;
    let headers = |side: Option<&Value>| -> Vec<(String, String)> {
        let list = side.and_then(|side| side.pointer("/header/headers")).and_then(Value::as_array);
        let pair = |header: &Value| Some((member(header, "name")?.to_owned(), text_of(header.get("value"))));
        list.into_iter().flatten().filter_map(pair).collect()
    };
    let body = |side: Option<&Value>| -> Option<Vec<u8>> {
        let body = side?.get("body")?;
        let encoded = || ["encoded", "base64"].iter().find_map(|name| STANDARD.decode(member(body, name)?).ok());
        member(body, "text").map(|text| text.as_bytes().to_vec()).or_else(encoded)
    };
    let one = |exchange: &Value| {
        let (request, response) = (exchange.get("request"), exchange.get("response"));
        let port = exchange.get("port").and_then(Value::as_u64).map_or_else(String::new, |port| format!(":{port}"));
        let query = member(exchange, "query").map_or_else(String::new, |query| format!("?{query}"));
        let place = ["scheme", "host", "path"].map(|name| member(exchange, name).unwrap_or(""));
        let size = request.and_then(|request| request.pointer("/sizes/body")).and_then(Value::as_u64).unwrap_or(0);
        let sent = body(request);
        let status = response.and_then(|response| response.get("status")).and_then(Value::as_u64);
        let failed = ["errorMessage", "exception", "notes"].iter().find_map(|name| member(exchange, name));
        let answer = status.and_then(|status| u16::try_from(status).ok()).filter(|status| (100..600).contains(status));
        let outcome = answer.map(|status| {
            let body = body(response).unwrap_or_default();
            let trouble = response.and_then(|response| response.pointer("/sizes/body")).and_then(Value::as_u64);
            let body_trouble =
                (body.is_empty() && trouble.is_some_and(|size| size > 0)).then(|| "the record does not hold it".to_owned());
            Outcome::Answer(Answer { status, headers: headers(response), body: body.into(), body_trouble, ..Answer::default() })
        });
        Recorded {
            method: member(exchange, "method").unwrap_or("POST").to_owned(),
            url: format!("{}://{}{port}{}{query}", place[0], place[1], place[2]),
            headers: headers(request),
            not_recorded: NotRecorded {
                method: member(exchange, "method").is_none(),
                headers: request.and_then(|request| request.get("header")).is_none(),
                body: sent.is_none() && size > 0,
                ..NotRecorded::default()
            },
            body: sent.unwrap_or_default(),
            outcome: outcome.or_else(|| failed.map(failure::certain)),
            ..Recorded::default()
        }
    };
    // A tunnel is not a request of its own.
    let exchanges = value.as_array().into_iter().flatten().filter(|exchange| member(exchange, "method") != Some("CONNECT"));
    Ok(imported(exchanges.map(one).collect(), "This was read from a session of Charles"))
}

/// A report of Newman as JSON, or what Postman's runner exports.
fn newman(text: &str, environment: &postman::Variables) -> Result<Imported, ImportError> {
    let value = parse(text)?;
    let results = results(&value);
    if !results.is_empty() {
        let one = |result: &Value| Recorded {
            label: text_of(result.get("name")),
            method: "POST".to_owned(),
            url: text_of(result.get("url")),
            not_recorded: NotRecorded { method: true, headers: true, body: true, file_bytes: true, ..NotRecorded::default() },
            outcome: of_code(&text_of(result.pointer("/responseCode/code")), "", String::new()),
            ..Recorded::default()
        };
        let said = "This was read from a run of Postman's, which holds no messages";
        return Ok(imported(results.iter().map(one).collect(), said));
    }
    let executions = value.pointer("/run/executions").and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
    let executions: Vec<&Value> = executions.iter().filter(|one| one.get("request").is_some()).collect();
    let item = |one: &&Value| {
        let response = one.get("response").filter(|response| response.get("code").is_some());
        let answers: Vec<Value> = response
            .map(|response| json!({"code": response["code"], "header": response.get("header"), "body": body_of(response)}))
            .into_iter()
            .collect();
        json!({"name": one.pointer("/item/name"), "request": one.get("request"), "response": answers})
    };
    let items: Vec<Value> = executions.iter().map(item).collect();
    let mut imported = postman::of_items(&items, environment);
    if imported.requests.len() == executions.len() {
        for (request, one) in imported.requests.iter_mut().zip(executions) {
            let error = one.get("requestError").filter(|error| !error.is_null());
            let said = error.map(|error| member(error, "message").map_or_else(|| error.to_string(), str::to_owned));
            let code = error.and_then(|error| member(error, "code")).unwrap_or("");
            request.outcome = request.outcome.take().or_else(|| said.map(|said| failure::certain(&format!("{code} {said}"))));
        }
    }
    imported.notes.insert(0, note(Severity::Taken, "This was read from a report of Newman"));
    Ok(imported)
}

/// An answer's body as Newman keeps it: a buffer of Node.js, Base64, or text.
fn body_of(response: &Value) -> String {
    let stream = response.get("stream");
    let numbers = stream.map_or(&[] as &[Value], |stream| list(stream, "data"));
    let bytes: Vec<u8> = numbers.iter().filter_map(|byte| u8::try_from(byte.as_u64()?).ok()).collect();
    let packed = stream.and_then(|stream| stream.as_str().or_else(|| member(stream, "value")).or_else(|| member(stream, "data")));
    let decoded = || STANDARD.decode(packed?).ok();
    let bytes = if bytes.is_empty() { decoded().unwrap_or_default() } else { bytes };
    if bytes.is_empty() { text_of(response.get("body")) } else { String::from_utf8_lossy(&bytes).into_owned() }
}

/// What Postman's runner exports of each request: its address and the answer's code.
fn results(value: &Value) -> &[Value] {
    let results = list(value, "results");
    let is_result = |one: &Value| member(one, "url").is_some() && one.pointer("/responseCode/code").is_some();
    if results.iter().all(is_result) { results } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::body_to_json;

    fn told(text: &str) -> String {
        let imported = read(text, &Vec::new()).unwrap();
        let one = |request: &crate::model::request_spec::RequestSpec| {
            let came = request.answer().map_or_else(
                || request.failure().map_or_else(String::new, |failure| format!("{:?}", failure.kind)),
                |answer| format!("{} {}", answer.status, answer.text()),
            );
            let unknown = request.not_recorded.words().join(",");
            format!(
                "{} {} {:?} {} | {came} | {unknown}",
                request.method,
                request.url,
                request.headers,
                body_to_json(&request.body)
            )
        };
        imported.requests.iter().map(one).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn contracts_of_pact_by_table() {
        let text = |query: &str, body: &str| {
            format!(
                r#"{{"consumer": {{"name": "c"}}, "provider": {{"name": "p"}}, "interactions": [{{"description": "d", "request": {{"method": "post", "path": "/api/x", "query": {query}, "headers": {{"A": "b"}}, "body": {body}}}, "response": {{"status": 400, "body": {{"status": 400}}}}}}]}}"#
            )
        };
        let expected = "POST /api/x?k=v [(\"A\", \"b\")] {\"kind\":\"text\",\"text\":\"{\\\"a\\\":1}\"} | 400 {\"status\":400} | scheme,host,port";
        for (query, body) in [
            (r#"{"k": ["v"]}"#, r#"{"a": 1}"#),
            (r#""k=v""#, r#"{"a": 1}"#),
            (r#"{"k": "v"}"#, r#"{"contentType": "application/json", "encoded": false, "content": {"a": 1}}"#),
        ] {
            assert_eq!(told(&text(query, body)), expected, "{query}");
        }
        assert!(!is_recording(r#"{"consumer": 1, "interactions": []}"#));
    }

    #[test]
    fn items_of_burp_by_table() {
        let expected = "POST https://h/x [(\"A\", \"b\")] {\"kind\":\"text\",\"text\":\"{\\\"a\\\":1}\"} | 400 no | ";
        let plain = "POST /x HTTP/1.1\r\nA: b\r\n\r\n{\"a\":1}";
        let answer = "HTTP/1.1 400 No\r\n\r\nno";
        let item = |request: &str, response: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<!DOCTYPE items [\n<!ELEMENT items (item*)>\n]>\n<items burpVersion=\"1\"><item><url><![CDATA[https://h/x]]></url>{request}<status>400</status>{response}</item></items>"
            )
        };
        for text in [
            item(
                &format!("<request base64=\"false\"><![CDATA[{plain}]]></request>"),
                &format!("<response base64=\"false\"><![CDATA[{answer}]]></response>"),
            ),
            item(
                &format!("<request base64=\"true\">{}</request>", STANDARD.encode(plain)),
                &format!("<response base64=\"true\"><![CDATA[{}]]></response>", STANDARD.encode(answer)),
            ),
            item(
                &format!("<request><![CDATA[{}]]></request>", plain.replace('\r', "")),
                &format!("<response>{answer}</response>"),
            ),
        ] {
            assert!(is_recording(&text));
            assert_eq!(told(&text), expected, "{text}");
        }
        let bare = item("<method>PUT</method>", "");
        assert_eq!(told(&bare), "PUT https://h/x [] {\"kind\":\"none\"} | 400  | headers,body,file-bytes");
    }

    #[test]
    fn results_of_jmeter_by_table() {
        let sample = |inside: &str, rc: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n<httpSample lb=\"a\" rc=\"{rc}\" rm=\"Read timed out\">{inside}<java.net.URL>https://h/x</java.net.URL></httpSample>\n</testResults>"
            )
        };
        let sent = "<requestHeader>A: b\n</requestHeader><method>POST</method><queryString>{&quot;a&quot;:1}</queryString><responseData>no</responseData>";
        let body = "{\"kind\":\"text\",\"text\":\"{\\\"a\\\":1}\"}";
        for (text, expected) in [
            (sample(sent, "400"), format!("POST https://h/x [(\"A\", \"b\")] {body} | 400 no | ")),
            (sample("", "503"), "POST https://h/x [] {\"kind\":\"none\"} | 503  | method,headers,body,file-bytes".to_owned()),
            (
                sample(sent, "Non HTTP response code: java.net.SocketTimeoutException"),
                format!("POST https://h/x [(\"A\", \"b\")] {body} | Timeout | "),
            ),
            (
                sample(sent, "400").replace("</testResults>", "<httpSample lb=\"b"),
                format!("POST https://h/x [(\"A\", \"b\")] {body} | 400 no | "),
            ),
        ] {
            assert!(is_recording(&text));
            assert_eq!(told(&text), expected, "{text}");
        }
    }

    #[test]
    fn sessions_of_charles_by_table() {
        let session = |body: &str, more: &str| {
            format!(
                "[{{\"method\":\"POST\",\"protocolVersion\":\"HTTP/1.1\",\"scheme\":\"https\",\"host\":\"h\",\"port\":null,\"path\":\"/x\",\"query\":\"k=1\",\"request\":{{\"sizes\":{{\"body\":7}},\"header\":{{\"headers\":[{{\"name\":\"A\",\"value\":\"b\"}}]}}{body}}}{more}}}]"
            )
        };
        let answer = ",\"response\":{\"status\":400,\"header\":{\"headers\":[]},\"body\":{\"text\":\"no\"}}";
        let one = "POST https://h/x?k=1 [(\"A\", \"b\")] {\"kind\":\"text\",\"text\":\"{\\\"a\\\":1}\"} | 400 no | ";
        for (text, expected) in [
            (session(",\"body\":{\"text\":\"{\\\"a\\\":1}\"}", answer), one),
            (
                session(
                    &format!(",\"body\":{{\"encoding\":\"base64\",\"encoded\":\"{}\"}}", STANDARD.encode("{\"a\":1}")),
                    answer,
                ),
                one,
            ),
            (session("", answer), "POST https://h/x?k=1 [(\"A\", \"b\")] {\"kind\":\"none\"} | 400 no | body,file-bytes"),
            (
                session("", ",\"errorMessage\":\"java.net.UnknownHostException: h\""),
                "POST https://h/x?k=1 [(\"A\", \"b\")] {\"kind\":\"none\"} | Dns | body,file-bytes",
            ),
        ] {
            assert!(is_recording(&text));
            assert_eq!(told(&text), expected, "{text}");
        }
    }

    #[test]
    fn reports_of_newman_by_table() {
        let report = |url: &str, response: &str| {
            format!(
                "{{\"collection\":{{}},\"run\":{{\"executions\":[{{\"item\":{{\"name\":\"a\"}},\"request\":{{\"method\":\"POST\",\"url\":{url},\"header\":[{{\"key\":\"Content-Type\",\"value\":\"application/json\"}}],\"body\":{{\"mode\":\"raw\",\"raw\":\"{{}}\"}}}},{response}}}]}}}}"
            )
        };
        let parts = r#"{"protocol":"https","host":["h"],"path":["x"],"query":[{"key":"k","value":"1"}]}"#;
        let one = "POST https://h/x?k=1 [(\"Content-Type\", \"application/json\")] {\"kind\":\"text\",\"text\":\"{}\"} | ";
        for (text, expected) in [
            (
                report(parts, r#""response":{"code":400,"header":[],"stream":{"type":"Buffer","data":[110,111]}}"#),
                format!("{one}400 no | "),
            ),
            (
                report("\"https://h/x?k=1\"", r#""response":{"code":400,"stream":{"type":"Base64","data":"bm8="}}"#),
                format!("{one}400 no | "),
            ),
            (report(parts, r#""requestError":{"code":"ENOTFOUND","message":"getaddrinfo ENOTFOUND h"}"#), format!("{one}Dns | ")),
            (
                r#"{"results": [{"name": "a", "url": "https://h/x", "responseCode": {"code": 404, "name": "Not Found"}}]}"#
                    .to_owned(),
                "POST https://h/x [] {\"kind\":\"none\"} | 404  | method,headers,body,file-bytes".to_owned(),
            ),
        ] {
            assert!(is_recording(&text), "{text}");
            assert_eq!(told(&text), expected, "{text}");
        }
        for text in ["", "<a/>", "{\"executions\": 1}", "[{\"scheme\": \"https\"}]", "{\"results\": [], \"responseCode\": 1}"] {
            assert!(!is_recording(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(<items burpVersion=\"1\">|<item>|<url>h</url>|<request base64=\"true\">|</request>|<testResults>|<httpSample rc=\"4\">|</httpSample>|é|&|url,status\n|a,b\n){0,20}") {
            if is_recording(&text) {
                let _ = read(&text, &Vec::new());
            }
        }
    }
}
