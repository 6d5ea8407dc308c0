//! What has to come of a step, and whether it did.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::pattern::{Pattern, Schema};
use super::template::text_of;
use super::units::Span;
use crate::model::headers::header;

/// Something that has to hold of an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenExpectation")]
pub struct Expectation {
    /// What has to hold.
    pub check: Check,
    /// Whether the step fails where it does not hold. Otherwise that is only a warning.
    pub is_fatal: bool,
}

/// The checks.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// The status is one of these.
    Status(Vec<StatusPattern>),
    /// A header of the answer.
    Header(String, ValueCheck),
    /// A value of the answer's JSON, by its pointer.
    Pointer(String, ValueCheck),
    /// The answer's JSON fits a JSON Schema.
    Schema(Schema),
    /// The answer names an attachment endpoint for a file element.
    Endpoint(String),
    /// Diagnosis finds this cause.
    Cause(String),
    /// The server reports the SHA-256 of what was sent to a file element.
    Sha256(String),
    /// It takes no longer than this.
    Below(Duration),
}

/// A status, or all of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusPattern {
    /// One status.
    Exactly(u16),
    /// All that begin with a digit.
    Class(u16),
}

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueCheck {
    /// There, or not there.
    Exists(bool),
    /// Equal to this. Placeholders are filled in.
    Equals(Value),
    /// A text, or a number as text, in which this regular expression is found.
    Matches(Pattern),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExpectation {
    status: Option<Value>,
    header: Option<String>,
    pointer: Option<String>,
    schema: Option<Value>,
    endpoint: Option<String>,
    cause: Option<String>,
    sha256: Option<String>,
    below: Option<Span>,
    equals: Option<Value>,
    matches: Option<String>,
    exists: Option<bool>,
    fail: Option<bool>,
}

impl TryFrom<WrittenExpectation> for Expectation {
    type Error = String;

    fn try_from(written: WrittenExpectation) -> Result<Self, String> {
        let WrittenExpectation { status, header, pointer, schema, endpoint, cause, sha256, below, equals, matches, exists, fail } =
            written;
        let value = match (equals, matches, exists) {
            (Some(value), None, None) => Some(ValueCheck::Equals(value)),
            (None, Some(pattern), None) => Some(ValueCheck::Matches(Pattern::new(&pattern)?)),
            (None, None, Some(exists)) => Some(ValueCheck::Exists(exists)),
            (None, None, None) => None,
            _ => return Err("an expectation has one of equals, matches and exists".to_owned()),
        };
        let takes_value = header.is_some() || pointer.is_some();
        let mut checks = Vec::new();
        let of_value = || value.clone().unwrap_or(ValueCheck::Exists(true));
        checks.extend(status.map(|status| statuses(&status).map(Check::Status)).transpose()?);
        checks.extend(header.map(|name| Check::Header(name, of_value())));
        checks.extend(pointer.map(|pointer| Check::Pointer(pointer, of_value())));
        let of_schema = |schema| match schema {
            Value::String(file) => Ok(Schema::of_file(file)),
            schema => Schema::new(None, &schema),
        };
        checks.extend(schema.map(of_schema).transpose()?.map(Check::Schema));
        checks.extend(endpoint.map(Check::Endpoint));
        checks.extend(cause.map(known_cause).transpose()?.map(Check::Cause));
        checks.extend(sha256.map(Check::Sha256));
        checks.extend(below.map(|span| Check::Below(span.0)));
        let [check] = <[Check; 1]>::try_from(checks).map_err(|_| {
            "an expectation has one of status, header, pointer, schema, endpoint, cause, sha256 and below".to_owned()
        })?;
        if value.is_some() && !takes_value {
            return Err("equals, matches and exists belong to header or pointer".to_owned());
        }
        if let Check::Pointer(pointer, _) = &check
            && !pointer.is_empty()
            && !pointer.starts_with('/')
        {
            return Err(format!("\"{pointer}\" is not a JSON pointer. It begins with a slash, as in /id"));
        }
        // How long something takes varies, so a slow answer alone fails nothing.
        let is_fatal = fail.unwrap_or(!matches!(check, Check::Below(_)));
        Ok(Self { check, is_fatal })
    }
}

fn known_cause(id: String) -> Result<String, String> {
    match crate::diagnosis::CauseId::find(&id) {
        Some(_) => Ok(id),
        None => Err(format!("\"{id}\" is not a cause; centerpost explain lists them all")),
    }
}

fn statuses(value: &Value) -> Result<Vec<StatusPattern>, String> {
    let wrong = || format!("{value} is not a status. Write it as in 201, \"2xx\" or [200, 201]");
    match value {
        Value::Array(items) => {
            items.iter().map(statuses).collect::<Result<Vec<_>, _>>().map(|several| several.into_iter().flatten().collect())
        }
        Value::Number(number) => {
            let status = number.as_u64().filter(|status| (100..1000).contains(status)).ok_or_else(wrong)?;
            Ok(vec![StatusPattern::Exactly(status as u16)])
        }
        Value::String(text) => {
            if let Some(class) =
                text.strip_suffix("xx").and_then(|class| class.parse().ok()).filter(|class| (1..=9).contains(class))
            {
                return Ok(vec![StatusPattern::Class(class)]);
            }
            let status = text.parse().ok().filter(|status| (100..1000).contains(status)).ok_or_else(wrong)?;
            Ok(vec![StatusPattern::Exactly(status)])
        }
        _ => Err(wrong()),
    }
}

/// What is known of an answer when it is checked.
#[derive(Clone, Debug, Default)]
pub struct Observed<'a> {
    /// The status; `None` where no answer came.
    pub status: Option<u16>,
    /// The headers.
    pub headers: &'a [(String, String)],
    /// The body, if it is JSON.
    pub json: Option<Value>,
    /// The parameters of the file elements that the answer names an attachment endpoint for.
    pub endpoints: Vec<String>,
    /// The ids of the causes.
    pub causes: Vec<String>,
    /// Files that were sent: the element, the SHA-256 of what was sent, and that which the server reports.
    pub hashes: Vec<(String, Option<String>, Option<String>)>,
    /// How long it took.
    pub took: Duration,
    /// Whether the ticket was created and every file arrived.
    pub is_accepted: bool,
}

impl Check {
    /// What has to hold, in a few words.
    pub fn label(&self) -> String {
        let of_value = |check: &ValueCheck| match check {
            ValueCheck::Exists(true) => "is there".to_owned(),
            ValueCheck::Exists(false) => "is not there".to_owned(),
            ValueCheck::Equals(value) => format!("is {value}"),
            ValueCheck::Matches(pattern) => format!("matches {pattern}"),
        };
        match self {
            Self::Status(patterns) => {
                let word = |pattern: &StatusPattern| match pattern {
                    StatusPattern::Exactly(status) => status.to_string(),
                    StatusPattern::Class(class) => format!("{class}xx"),
                };
                format!("status {}", patterns.iter().map(word).collect::<Vec<_>>().join(" or "))
            }
            Self::Header(name, check) => format!("header {name} {}", of_value(check)),
            Self::Pointer(pointer, check) => format!("{} {}", shown_pointer(pointer), of_value(check)),
            Self::Schema(schema) => match schema.file() {
                Some(file) => format!("fits the schema {file}"),
                None => "fits the schema".to_owned(),
            },
            Self::Endpoint(element) => format!("attachment endpoint for {element}"),
            Self::Cause(id) => format!("cause {id}"),
            Self::Sha256(element) => format!("SHA-256 reported for {element}"),
            Self::Below(limit) => format!("below {} ms", limit.as_millis()),
        }
    }

    /// The JSON pointer that it looks at.
    pub fn pointer(&self) -> Option<&String> {
        match self {
            Self::Pointer(pointer, _) => Some(pointer),
            _ => None,
        }
    }

    /// Whether it says what a success is, in place of a created ticket or an attached file.
    pub fn replaces_acceptance(&self) -> bool {
        matches!(self, Self::Status(_) | Self::Cause(_))
    }

    /// Whether it can only hold where the server refuses what was sent.
    pub fn wants_refusal(&self) -> bool {
        let is_success = |pattern: &StatusPattern| match pattern {
            StatusPattern::Exactly(status) => (200..300).contains(status),
            StatusPattern::Class(class) => *class == 2,
        };
        match self {
            Self::Status(patterns) => !patterns.iter().any(is_success),
            Self::Cause(id) => crate::diagnosis::CauseId::find(id).is_some_and(crate::diagnosis::CauseId::is_problem),
            _ => false,
        }
    }

    /// What speaks against it; `None` where it holds.
    pub fn objection(&self, observed: &Observed<'_>) -> Option<String> {
        let status = observed.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        match self {
            Self::Status(patterns) => {
                let fits = |status: u16| {
                    patterns.iter().any(|pattern| match pattern {
                        StatusPattern::Exactly(exactly) => status == *exactly,
                        StatusPattern::Class(class) => status / 100 == *class,
                    })
                };
                (!observed.status.is_some_and(fits)).then(|| format!("it is {status}"))
            }
            Self::Header(name, check) => {
                let found = header(observed.headers, name).map(Value::from);
                value_objection(check, found.as_ref())
            }
            Self::Pointer(pointer, check) => match &observed.json {
                Some(json) => value_objection(check, json.pointer(pointer)),
                None if *check == ValueCheck::Exists(false) => None,
                None => Some(format!("the answer is not JSON ({status})")),
            },
            Self::Schema(schema) => match &observed.json {
                Some(json) => schema_objection(schema, json),
                None => Some(format!("the answer is not JSON ({status})")),
            },
            Self::Endpoint(element) if observed.endpoints.iter().any(|own| own == element) => None,
            Self::Endpoint(_) if observed.endpoints.is_empty() => Some("the answer names none".to_owned()),
            Self::Endpoint(_) => Some(format!("there are only those for {}", observed.endpoints.join(", "))),
            Self::Cause(id) if observed.causes.iter().any(|own| own == id) => None,
            Self::Cause(_) => Some(match observed.causes.as_slice() {
                [] => "no cause was found".to_owned(),
                causes => format!("found: {}", causes.join(", ")),
            }),
            Self::Sha256(element) => hash_objection(element, &observed.hashes),
            Self::Below(limit) => (observed.took > *limit).then(|| format!("it took {} ms", observed.took.as_millis())),
        }
    }
}

fn shown_pointer(pointer: &str) -> &str {
    if pointer.is_empty() { "the answer" } else { pointer }
}

fn value_objection(check: &ValueCheck, found: Option<&Value>) -> Option<String> {
    match (check, found) {
        (ValueCheck::Exists(wanted), found) if *wanted == found.is_some() => None,
        (ValueCheck::Exists(true), _) | (ValueCheck::Equals(_) | ValueCheck::Matches(_), None) => {
            Some("it is not there".to_owned())
        }
        (ValueCheck::Exists(false), found) => Some(format!("it is {}", short(&found.cloned().unwrap_or_default().to_string()))),
        (ValueCheck::Equals(wanted), Some(found)) => {
            (!is_same(wanted, found)).then(|| format!("it is {}", short(&found.to_string())))
        }
        (ValueCheck::Matches(pattern), Some(found)) => {
            (!pattern.is_found_in(&text_of(found))).then(|| format!("it is {}", short(&found.to_string())))
        }
    }
}

/// A number that came out of a data row is a text.
fn is_same(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Number(wanted), Value::Number(found)) => wanted.as_f64() == found.as_f64(),
        (Value::String(wanted), Value::Number(found)) => *wanted == found.to_string(),
        _ => wanted == found,
    }
}

fn schema_objection(schema: &Schema, json: &Value) -> Option<String> {
    let (at, error) = schema.error_in(json)?;
    Some(format!("{}: {}", shown_pointer(&at), short(&error)))
}

fn hash_objection(element: &str, hashes: &[(String, Option<String>, Option<String>)]) -> Option<String> {
    let mut of_element = hashes.iter().filter(|(own, _, _)| own == element).peekable();
    if of_element.peek().is_none() {
        return Some(format!("no file was sent to {element}"));
    }
    of_element.find_map(|(_, sent, reported)| match (sent, reported) {
        (None, _) => Some("the file was not sent whole".to_owned()),
        (_, None) => Some("the server reports none".to_owned()),
        (Some(sent), Some(reported)) if sent.eq_ignore_ascii_case(reported) => None,
        (Some(sent), Some(reported)) => Some(format!("sent was {sent}, and the server reports {reported}")),
    })
}

/// The SHA-256 that an answer to an upload reports: 64 hexadecimal digits, wherever they stand.
pub fn reported_sha256(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => {
            let bare = text.strip_prefix("sha256:").or_else(|| text.strip_prefix("sha256-")).unwrap_or(text).trim();
            (bare.len() == 64 && bare.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| bare.to_ascii_lowercase())
        }
        Value::Array(items) => items.iter().find_map(reported_sha256),
        Value::Object(members) => members.values().find_map(reported_sha256),
        _ => None,
    }
}

/// The length that an answer to an upload reports, under a name that says so.
pub fn reported_size(json: &Value) -> Option<u64> {
    const NAMES: [&str; 5] = ["size", "filesize", "length", "bytes", "contentlength"];
    match json {
        Value::Array(items) => items.iter().find_map(reported_size),
        Value::Object(members) => {
            let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
            let own = members.iter().find(|(name, value)| NAMES.contains(&plain(name).as_str()) && value.is_u64());
            own.and_then(|(_, value)| value.as_u64()).or_else(|| members.values().find_map(reported_size))
        }
        _ => None,
    }
}

/// A text that is quoted in a report.
fn short(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(written: Value) -> Result<Expectation, String> {
        serde_json::from_value(written).map_err(|error| error.to_string())
    }

    fn observed() -> Observed<'static> {
        const HEADERS: &[(&str, &str)] = &[("Content-Type", "application/json")];
        static OWNED: std::sync::OnceLock<Vec<(String, String)>> = std::sync::OnceLock::new();
        let headers =
            OWNED.get_or_init(|| HEADERS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        Observed {
            status: Some(201),
            headers,
            json: Some(json!({"id": 4711, "status": "New", "list": [1, 2]})),
            endpoints: vec!["crashlog".into()],
            causes: vec!["field.choice-mismatch".into()],
            hashes: vec![("crashlog".into(), Some("ab".into()), Some("AB".into())), ("shot".into(), Some("ab".into()), None)],
            took: Duration::from_millis(300),
            is_accepted: true,
        }
    }

    #[test]
    fn checks_by_table() {
        for (written, expected) in [
            (json!({"status": 201}), None),
            (json!({"status": "2xx"}), None),
            (json!({"status": [200, "4xx"]}), Some("it is 201")),
            (json!({"header": "content-type", "matches": "json$"}), None),
            (json!({"header": "X-None", "exists": false}), None),
            (json!({"header": "X-None"}), Some("it is not there")),
            (json!({"pointer": "/id", "exists": true}), None),
            (json!({"pointer": "/id"}), None),
            (json!({"pointer": "/id", "equals": 4711}), None),
            (json!({"pointer": "/id", "equals": "4711"}), None),
            (json!({"pointer": "/id", "equals": 4712}), Some("it is 4711")),
            (json!({"pointer": "/id", "matches": "^47"}), None),
            (json!({"pointer": "/status", "matches": "^Old"}), Some("it is \"New\"")),
            (json!({"pointer": "/list/1", "equals": 2}), None),
            (json!({"pointer": "/none", "equals": 2}), Some("it is not there")),
            (json!({"pointer": "/id", "exists": false}), Some("it is 4711")),
            (json!({"schema": {"type": "object", "required": ["id"]}}), None),
            (json!({"schema": {"properties": {"id": {"type": "string"}}}}), Some("/id: ")),
            (json!({"endpoint": "crashlog"}), None),
            (json!({"endpoint": "shot"}), Some("only those for crashlog")),
            (json!({"cause": "field.choice-mismatch"}), None),
            (json!({"cause": "endpoint.source-key-mismatch"}), Some("found: field.choice-mismatch")),
            (json!({"sha256": "crashlog"}), None),
            (json!({"sha256": "shot"}), Some("the server reports none")),
            (json!({"sha256": "other"}), Some("no file was sent")),
            (json!({"below": "1 s"}), None),
            (json!({"below": "100 ms"}), Some("it took 300 ms")),
        ] {
            let found = read(written.clone()).unwrap().check.objection(&observed());
            match (&found, expected) {
                (None, None) => {}
                (Some(found), Some(expected)) => assert!(found.contains(expected), "{written}: {found}"),
                _ => panic!("{written}: {found:?}"),
            }
        }
    }

    #[test]
    fn what_wants_a_refusal_by_table() {
        for (written, expected) in [
            (json!({"status": 201}), false),
            (json!({"status": "2xx"}), false),
            (json!({"status": [201, 409]}), false),
            (json!({"status": "4xx"}), true),
            (json!({"status": [400, 404]}), true),
            (json!({"cause": "field.choice-mismatch"}), true),
            (json!({"pointer": "/id"}), false),
        ] {
            assert_eq!(read(written.clone()).unwrap().check.wants_refusal(), expected, "{written}");
        }
    }

    #[test]
    fn a_slow_answer_is_a_warning_unless_asked_to_fail() {
        for (written, is_fatal) in [
            (json!({"below": "1 s"}), false),
            (json!({"below": "1 s", "fail": true}), true),
            (json!({"status": 201}), true),
            (json!({"pointer": "/a", "fail": false}), false),
        ] {
            assert_eq!(read(written).unwrap().is_fatal, is_fatal);
        }
    }

    #[test]
    fn what_cannot_be_checked_is_refused() {
        for (written, expected) in [
            (json!({}), "one of status"),
            (json!({"schema": {"type": "nonsense"}}), "cannot be used"),
            (json!({"status": 201, "below": "1 s"}), "one of status"),
            (json!({"status": 20}), "not a status"),
            (json!({"status": "6x"}), "not a status"),
            (json!({"status": 201, "equals": 1}), "belong to header or pointer"),
            (json!({"pointer": "/a", "equals": 1, "exists": true}), "one of equals"),
            (json!({"pointer": "/a", "matches": "("}), "no regular expression"),
            (json!({"pointer": "id"}), "not a JSON pointer"),
            (json!({"cause": "no.such-cause"}), "not a cause"),
            (json!({"statsu": 1}), "unknown field"),
        ] {
            let error = read(written.clone()).unwrap_err();
            assert!(error.contains(expected), "{written}: {error}");
        }
    }

    #[test]
    fn what_a_server_reports_is_found_by_table() {
        let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        for (json, expected) in [
            (json!({"sha256": hash, "size": 5}), (Some(hash), Some(5))),
            (json!({"file": {"checksum": format!("sha256:{hash}"), "file_size": 5}}), (Some(hash), Some(5))),
            (json!([{"hash": hash.to_uppercase()}]), (Some(hash), None)),
            (json!({"id": "4711", "size": "5"}), (None, None)),
        ] {
            assert_eq!((reported_sha256(&json).as_deref(), reported_size(&json)), expected, "{json}");
        }
    }
}
