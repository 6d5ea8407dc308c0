//! Logs whose records are JSON: nginx, Caddy, Envoy, Kong, Elastic's common schema, Sentry, Serilog and whatever names address and status.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::super::{answer, failure};
use super::lines::MAX_REQUESTS;
use super::members::{Members, request_line};
use super::{own_answer, texts};
use crate::diagnosis::told_status;
use crate::model::exchange::Outcome;
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// How deep records stand in JSON, such as those of a search in a document of its hits.
const MAX_DEPTH: usize = 8;

/// The largest document that is parsed as a whole, in bytes.
const MAX_WHOLE: usize = 32 << 20;

/// The requests that the lines of a text tell of, or the text as a whole. `None` if it is no such log.
pub(super) fn read(text: &str) -> Option<Vec<RequestSpec>> {
    let mut records = Records::default();
    if let Some(whole) = whole(text) {
        records.walk(&whole, 0);
    } else {
        let mut objects: Vec<Value> = text.lines().filter_map(parsed).collect();
        if objects.is_empty() {
            objects = text.lines().filter_map(members_of).collect();
        }
        if objects.is_empty() {
            objects = text.lines().filter_map(context_of).collect();
        }
        objects.iter().for_each(|object| records.walk(object, 0));
    }
    (!records.requests.is_empty()).then_some(records.requests)
}

/// Whether one of the first lines of a text is one of such a log, and all before it are JSON; or the text as a whole is such a record, or
/// holds some.
pub(crate) fn is_log(text: &str) -> bool {
    let tells = |value: &Value| {
        let mut records = Records::default();
        records.walk(value, 0);
        !records.requests.is_empty()
    };
    text.lines().take(20).map_while(parsed).any(|line| tells(&line)) || whole(text).is_some_and(|value| tells(&value))
}

/// The object that a line is.
fn parsed(line: &str) -> Option<Value> {
    let line = line.trim();
    if !line.starts_with('{') {
        return None;
    }
    let json = serde_json::from_str(line)
        .or_else(|error| texts::json_without_hex(line).map_or(Err(error), |plain| serde_json::from_str(&plain)));
    json.ok().filter(Value::is_object)
}

/// The JSON that a text of several lines, or a list, is as a whole.
fn whole(text: &str) -> Option<Value> {
    let trimmed = text.trim();
    // A HAR file is no log, and may be very large.
    let head = &trimmed[..trimmed.floor_char_boundary(4096)];
    if trimmed.len() > MAX_WHOLE || head.contains("\"entries\"") {
        return None;
    }
    let is_whole = trimmed.starts_with('[') && trimmed.ends_with(']')
        || trimmed.starts_with('{') && trimmed.ends_with('}') && trimmed.contains('\n');
    is_whole.then(|| serde_json::from_str(trimmed).ok()).flatten()
}

/// A member of a line as Heroku, Rails and many others write them: `method=POST path="/x" status=503`.
static MEMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:^|[\s,])([A-Za-z_@][A-Za-z0-9_.@-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))"#).ok());

/// The members of such a line, as JSON.
fn members_of(line: &str) -> Option<Value> {
    if !line.contains("ethod=") && !line.contains("verb=") {
        return None;
    }
    let plain = |name: &str, value: &str| (name.replace("http.", ""), Value::String(value.replace("\\\"", "\"")));
    // Between tabs a value may hold spaces.
    let members: Map<String, Value> = if line.matches('\t').count() > 2 {
        line.split('\t').filter_map(|member| member.split_once('=')).map(|(name, value)| plain(name.trim(), value)).collect()
    } else {
        let one =
            |found: regex::Captures<'_>| Some(plain(found.get(1)?.as_str(), found.get(2).or_else(|| found.get(3))?.as_str()));
        MEMBER.as_ref()?.captures_iter(line).filter_map(one).collect()
    };
    (members.len() > 2).then_some(Value::Object(members))
}

/// What Monolog and others write behind the words of a line as its context: an object that tells of a request.
fn context_of(line: &str) -> Option<Value> {
    let at = line.find("{\"").filter(|_| line.contains("ethod\":") || line.contains("verb\":"))?;
    let value = serde_json::Deserializer::from_str(&line[at..]).into_iter::<Value>().next()?.ok()?;
    request(&value).is_some().then_some(value)
}

/// Whether one of the first lines of a text is a line of such members that tells of a request.
pub(crate) fn has_members(text: &str) -> bool {
    text.lines().take(20).any(|line| members_of(line).is_some_and(|line| request(&line).is_some()) || context_of(line).is_some())
}

/// The records in JSON, however deep they stand.
#[derive(Default)]
struct Records {
    requests: Vec<RequestSpec>,
    /// The paths of requests that a firewall's record calls blocked, with its words, where that record is not the one of the request.
    blocked: Vec<(String, String)>,
}

impl Records {
    fn walk(&mut self, value: &Value, depth: usize) {
        if depth > MAX_DEPTH || self.requests.len() >= MAX_REQUESTS {
            return;
        }
        match value {
            Value::Array(list) => list.iter().for_each(|inner| self.walk(inner, depth + 1)),
            Value::Object(members) => {
                if let Some(mut request) = request(value) {
                    self.tell_of_block(&mut request);
                    self.requests.push(request);
                    return;
                }
                if let Some(blocked) = block_alone(members).filter(|_| self.blocked.len() < 100) {
                    self.blocked.push(blocked);
                    return;
                }
                // What a step of a workflow is given is no record of it.
                let inner = members.iter().filter(|(name, inner)| *name != "inputs" && (inner.is_object() || inner.is_array()));
                inner.for_each(|(_, inner)| self.walk(inner, depth + 1));
            }
            _ => {}
        }
    }

    fn tell_of_block(&self, request: &mut RequestSpec) {
        let said = self.blocked.iter().find(|(path, _)| request.url.ends_with(path.as_str()));
        if let (Some((_, said)), Some(answer)) = (said, request.outcome.as_mut().and_then(|outcome| outcome.answer_mut()))
            && answer.status >= 400
            && answer.body.is_empty()
        {
            answer.body = said.clone().into();
        }
    }
}

/// The path of a request that a firewall's record calls blocked and whose method it does not tell, and its words.
fn block_alone(members: &Map<String, Value>) -> Option<(String, String)> {
    let mut found = Members::default();
    found.gather(members, "", 0);
    let path = found.text(&["requesturi", "uri", "path"]).filter(|path| path.len() > 1 && path.starts_with('/'))?;
    Some((path, found.block()?))
}

const METHODS: [&str; 7] = ["method", "requestmethod", "httpmethod", "verb", "csmethod", "clientrequestmethod", "reqmethod"];
const STATUSES: [&str; 14] = [
    "status",
    "statuscode",
    "responsestatus",
    "downstreamstatus",
    "responsecode",
    "responsestatuscode",
    "edgeresponsestatus",
    "httpstatus",
    "httpstatuscode",
    "scstatus",
    "elbstatuscode",
    "httpcode",
    "responsecodesent",
    "resultcode",
];
/// By these a record is known for one of a log.
const SIGNS: [&str; 19] = [
    "traceid",
    "spanid",
    "level",
    "@l",
    "@t",
    "time",
    "timestamp",
    "ts",
    "@timestamp",
    "duration",
    "starttime",
    "startedat",
    "deliveredat",
    "edgestarttimestamp",
    "latency",
    "responsetime",
    "elapsed",
    "requesttime",
    "reqtimesec",
];

/// Where records keep the answer's body.
const OF_ANSWER: [&str; 9] = [
    "responsebody",
    "response.body",
    "response.payload",
    "response.content",
    "response.body.content",
    "response.data",
    "res.body",
    "res.data",
    "responsetext",
];

/// The request of a line: it names a method and an address, and says that it is a line of a log by a status, a time or a level.
fn request(line: &Value) -> Option<RequestSpec> {
    let mut found = Members::default();
    found.gather(line.as_object()?, "", 0);
    let has_sign = found.has(&SIGNS);
    // The details of a run have parts for both sides.
    let is_run = super::run::holds_request(line)
        || found.all("inputs").any(Value::is_object)
        || line.get("request").is_some() && line.get("response").is_some() && !has_sign;
    if is_run {
        return None;
    }
    let status = found.number(&STATUSES);
    let headers = found.headers(true);
    let of_line = || {
        let line = found.text(&["request", "requestline"]).and_then(|line| Some(request_line(&line)?.0.to_owned()));
        line.or_else(|| found.text(&["name"]).and_then(|name| Some(name.split_once(" /")?.0.to_owned())))
    };
    let method = found.text(&METHODS).map(|method| method.to_uppercase()).or_else(of_line).or_else(|| of_hook(&headers));
    let is_method = |method: &String| texts::METHODS.contains(&method.as_str());
    let (target, url) = found.address()?;
    // Without a method only a call of an API that came to something is taken for one.
    let is_told = match &method {
        Some(method) => is_method(method) && (has_sign || status.is_some() || found.has(&STATUSES)),
        None => has_sign && status.is_some() && target.contains("://") && target.contains("/api/"),
    };
    if !is_told {
        return None;
    }
    let is_whole = target.contains("://");
    let knows_host = is_whole || found.host().is_some();
    let body = found.body(&[
        "requestbody",
        "request.body",
        "request.payload",
        "request.data",
        "request.body.content",
        "req.body",
        "req.data",
        "config.data",
    ]);
    // What a quotation mark opens and none closes was cut off.
    let body = body.filter(|(text, _)| !text.starts_with('\''));
    let body = body.or_else(|| {
        // A body without a side is the request's where the answer has its own, or where no answer would look so.
        let bare = found.body(&["body", "payload", "data", "request"]).filter(|(text, _)| text.starts_with('{'))?;
        let members: Map<String, Value> = serde_json::from_str(&bare.0).unwrap_or_default();
        let may_be_sent = || status.is_some_and(|status| status >= 400) && !looks_like_answer(&members);
        let is_sent = !holds_request(&members) && (found.body(&OF_ANSWER).is_some() || may_be_sent());
        is_sent.then_some(bare)
    });
    let body = body.map_or(SpecBody::None, |(text, is_text)| sent_body(text, is_text, &headers));
    let said = || found.text(&["response"]).filter(|said| said.starts_with(['{', '<'])).map(|said| (said, true));
    let body_of_answer = found.body(&OF_ANSWER).or_else(said);
    let is_refused = status.is_some_and(|status| status >= 400);
    let body_of_answer = body_of_answer.map(|(text, _)| text).or_else(|| {
        let own = || found.is_own_answer().then(|| own_answer::SAID.to_owned());
        found.block().or_else(own).filter(|_| is_refused)
    });
    let mut outcome =
        status.map(|status| answer::logged(status, body_of_answer.unwrap_or_default())).or_else(|| of_exception(&found));
    if let Some(answer) = outcome.as_mut().and_then(|outcome| outcome.answer_mut()) {
        answer.headers = found.headers(false);
    }
    // Squid and others leave the query out, and the sign before it in.
    let not_recorded = NotRecorded {
        method: method.is_none(),
        scheme: !is_whole && found.scheme().is_none(),
        host: !knows_host,
        port: !knows_host,
        // ASP.NET keeps the query apart from the path, and most loggers leave it out.
        address_end: !url.contains('?')
            && found.text(&["requestpath", "url.path", "reqpath", "path"]).is_some_and(|path| path == target),
        headers: true,
        body: body == SpecBody::None,
        file_bytes: true,
        ..NotRecorded::default()
    };
    Some(RequestSpec {
        method: method.unwrap_or_else(|| "POST".to_owned()),
        url,
        headers,
        body,
        not_recorded,
        outcome,
        ..RequestSpec::default()
    })
}

/// Whether JSON is no body, but what holds the record of the request: an event of Sentry keeps it under `data`.
fn holds_request(members: &Map<String, Value>) -> bool {
    let has = |names: &[&str]| names.iter().filter(|name| members.contains_key(**name)).count();
    has(&["method", "url", "uri", "path", "status_code"]) > 1 || has(&["headers"]) > 0
}

/// Whether JSON has a member that answers have.
fn looks_like_answer(members: &Map<String, Value>) -> bool {
    const NAMES: [&str; 10] =
        ["status", "statusCode", "message", "error", "errors", "description", "title", "detail", "code", "type"];
    members.is_empty() || NAMES.iter().any(|name| members.contains_key(*name))
}

/// What the exception of a record says, or its message: the status that came, or why none did.
fn of_exception(found: &Members<'_>) -> Option<Outcome> {
    const NAMES: [&str; 15] = [
        "excinfo",
        "exception",
        "exceptiondetail",
        "@x",
        "error",
        "err",
        "error.message",
        "errormessage",
        "stacktrace",
        "stack",
        "cause",
        "reason",
        "message",
        "msg",
        "event",
    ];
    let texts: Vec<&str> = NAMES.iter().flat_map(|name| found.all(name)).filter_map(Value::as_str).collect();
    texts.iter().find_map(|text| {
        let status = told_status(text).map(|status| answer::logged(status, String::new()));
        status.or_else(|| failure::read(text))
    })
}

/// The method of a hook's delivery, where its headers name a service that sends nothing else.
fn of_hook(headers: &[(String, String)]) -> Option<String> {
    const SERVICES: [&str; 6] = ["x-github-", "x-gitlab-", "x-gitea-", "x-gogs-", "x-atlassian-webhook", "x-shopify-"];
    let is_of_service = |(name, _): &(String, String)| {
        let name = name.to_ascii_lowercase();
        SERVICES.iter().any(|service| name.starts_with(service))
    };
    headers.iter().any(is_of_service).then(|| "POST".to_owned())
}

/// A body as its headers say that it was sent: a hook that sends a form has its JSON in one field.
fn sent_body(text: String, is_text: bool, headers: &[(String, String)]) -> SpecBody {
    let is_form = headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("content-type") && value.to_ascii_lowercase().contains("x-www-form-urlencoded")
    });
    match (is_form, is_text) {
        (true, true) => SpecBody::Urlencoded(text),
        (true, false) => SpecBody::Urlencoded(format!("payload={}", super::super::curl::encode(&text))),
        _ => SpecBody::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_bodies_by_table() {
        let json = r#"[("Content-Type", "text/plain")]"#;
        for (text, expected) in [
            (r#"{"ts": 1, "request": {"method": "POST", "host": "h", "uri": "/x", "headers": {"Content-Type": ["text/plain"]}}, "status": 400}"#, format!("{json} None")),
            (
                r#"{"@timestamp": "t", "http": {"request": {"method": "POST", "headers": {"Content-Type": "text/plain"}, "body": {"content": "{}"}}, "response": {"status_code": 400}}, "url": {"full": "https://h/x"}}"#,
                format!("{json} Text(\"{{}}\")"),
            ),
            (
                r#"{"delivered_at": "t", "status_code": 400, "url": "https://h/api/x", "request": {"headers": {"X-GitHub-Event": "a", "content-type": "application/x-www-form-urlencoded"}, "payload": {"a": 1}}}"#,
                r#"[("X-GitHub-Event", "a"), ("content-type", "application/x-www-form-urlencoded")] Urlencoded("payload=%7B%22a%22%3A1%7D")"#.to_owned(),
            ),
        ] {
            let found = read(text).unwrap_or_default();
            let told: Vec<String> = found.iter().map(|request| format!("{:?} {:?}", request.headers, request.body)).collect();
            assert_eq!(told.join("\n"), expected, "{text}");
        }
        let blocked = r#"{"records": [
{"properties": {"requestUri": "/x?k=1", "message": "SQL", "action": "Blocked"}},
{"properties": {"httpMethod": "POST", "originalRequestUriWithArgs": "/x?k=1", "host": "h", "httpStatus": 403}}]}"#;
        let found = read(blocked).unwrap_or_default();
        assert_eq!(found[0].answer().unwrap().text(), "The log says that this request was blocked (\"Blocked\"): SQL");
    }

    #[test]
    fn exceptions_by_table() {
        use crate::model::exchange::FailureKind::{Dns, Refused, Tls};
        for (members, expected) in [
            (r#""exc_info": "aiohttp.ClientConnectorDNSError: [Temporary failure in name resolution]""#, Some(Dns)),
            (r#""@x": "HttpRequestException: The SSL connection could not be established\r\n ---> NotTimeValid""#, Some(Tls)),
            (
                r#""err": {"type": "Error", "message": "connect ECONNREFUSED 10.0.0.4:443", "code": "ECONNREFUSED"}"#,
                Some(Refused),
            ),
            (r#""msg": "getaddrinfo ENOTFOUND h""#, Some(Dns)),
            (r#""msg": "posting""#, None),
        ] {
            let line = format!(r#"{{"level": "error", "method": "POST", "url": "https://h/api/x", {members}}}"#);
            let found = read(&format!("{line}\n")).unwrap_or_default();
            // Whether it is told at all hangs on the level.
            let kind = found.first().and_then(|request| request.failure()).map(|failure| failure.kind);
            assert_eq!(kind, expected, "{members}");
        }
    }

    #[test]
    fn lines_by_table() {
        for (text, expected) in [
            (
                r#"{"time": "x", "request_method": "POST", "host": "h", "request_uri": "/api/x?k=1", "status": "404"}"#,
                "POST https://h/api/x?k=1 404",
            ),
            (
                r#"{"level": "error", "request": {"method": "POST", "host": "h", "uri": "/api/x", "headers": {"Method": ["x"]}}, "status": 400}"#,
                "POST https://h/api/x 400",
            ),
            (
                r#"{"@t": "x", "RequestMethod": "POST", "RequestPath": "/api/x", "StatusCode": 413}"#,
                "POST https://{{host}}/api/x 413",
            ),
            (
                r#"{"Level": "Information", "Properties": {"HttpMethod": "POST", "Uri": "https://h/api/x", "StatusCode": 400}}"#,
                "POST https://h/api/x 400",
            ),
            (
                "{\"ts\": 1, \"method\": \"PUT\", \"url\": \"https://h/a\", \"status\": 200}\n{\"ts\": 2, \"method\": \"POST\", \"url\": \"https://h/b\", \"status\": 400}",
                "PUT https://h/a 200, POST https://h/b 400",
            ),
            (
                r#"{"time": "t", "http.request.method": "post", "url.full": "https://h/x", "http.response.status_code": 400}"#,
                "POST https://h/x 400",
            ),
            (
                r#"[{"@timestamp": "t", "http": {"request": {"method": "POST", "body": {"bytes": 9}}, "response": {"status_code": 404}}, "url": {"original": "https://h/a//b"}}]"#,
                "POST https://h/a//b 404",
            ),
            (
                r#"{"authority": "h", "method": "POST", "path": "/x", "response_code": 504, "start_time": "t"}"#,
                "POST https://h/x 504",
            ),
            (
                r#"{"ClientRequestHost": "h", "ClientRequestMethod": "POST", "ClientRequestURI": "/x", "EdgeResponseStatus": 522}"#,
                "POST https://h/x 522",
            ),
            (r#"{"reqMethod": "POST", "reqHost": "h", "reqPath": "/x", "statusCode": "403"}"#, "POST https://h/x 403"),
            (
                r#"{"timestamp": 1, "action": "BLOCK", "httpRequest": {"headers": [{"name": "Host", "value": "h"}], "uri": "/x", "args": "k=1", "httpMethod": "POST"}, "responseCodeSent": 403}"#,
                "POST https://h/x?k=1 403",
            ),
            (
                r#"{"service": {"host": "h", "protocol": "https"}, "request": {"method": "POST", "uri": "/x?k=1", "url": "https://gw:8443/x"}, "response": {"status": 400}, "started_at": 1}"#,
                "POST https://h/x?k=1 400",
            ),
            (
                r#"{"delivered_at": "t", "status": "Invalid HTTP Response: 400", "status_code": 400, "url": "https://h/api/x", "request": {"headers": {"X-GitHub-Event": "issues"}, "payload": {"url": "https://g/y"}}, "response": {"payload": "no"}}"#,
                "POST https://h/api/x 400",
            ),
            (
                "a\treason=No archives\taction=Blocked\tprotocol=HTTPS\trequestmethod=POST\tstatus=403\turl=h/x\thostname=h\n",
                "POST https://h/x 403",
            ),
            (
                r#"{"level": 50, "hostname": "box", "req": {"method": "POST", "url": "/x", "headers": {"host": "h"}}, "res": {"statusCode": 404}}"#,
                "POST https://h/x 404",
            ),
            (
                r#"{"time": "t", "host": "h", "request": "POST /x?k=1 HTTP/1.1", "status": "400", "request_body": "{}"}"#,
                "POST https://h/x?k=1 400",
            ),
            (
                r#"[{"timestamp": "t", "target": "h", "type": "Http", "name": "POST /x", "data": "https://h/x?k=1", "resultCode": "415"}]"#,
                "POST https://h/x?k=1 415",
            ),
            (
                r#"{"level": "error", "url": "https://h/api/x", "method": "POST", "error": "Request failed with status code 422"}"#,
                "POST https://h/api/x 422",
            ),
            // The settings of a step, and a payload with members of these names, are none.
            (r#"{"Step": {"type": "Http", "inputs": {"method": "POST", "uri": "https://h/x", "body": {"status": "New"}}}}"#, ""),
            (r#"{"method": "POST", "url": "https://h/x", "body": {"status": 3, "time": 1}}"#, ""),
            (r#"{"summary": "x", "url": "https://h/x"}"#, ""),
            (r#"{"method": "POST", "url": "https://h/x"}"#, ""),
            (
                "2026-05-04 heroku[router]: at=error code=H12 method=POST path=\"/api/x?k=1\" host=h dyno=web.1 status=503 protocol=https",
                "POST https://h/api/x?k=1 503",
            ),
            ("method=POST path=/api/x format=json status=403 duration=3", "POST https://{{host}}/api/x 403"),
            ("time=x level=info msg=\"a b\" http.method=POST http.url=https://h/x http.status=400", "POST https://h/x 400"),
            ("POST /x", ""),
        ] {
            let one = |request: &RequestSpec| {
                format!("{} {} {}", request.method, request.url, request.answer().map_or(0, |answer| answer.status))
            };
            let told: Vec<String> = read(text).unwrap_or_default().iter().map(one).collect();
            assert_eq!(told.join(", "), expected, "{text}");
        }
    }
}
