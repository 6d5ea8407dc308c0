//! Whether an answer means what its status says. The one judgement of success: whoever says "created" asks here.

use serde_json::{Map, Value};

use super::json_text;

/// What an answer says came of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// A success in Centercode's JSON.
    Created,
    /// A success by its status, whose JSON tells of a failure; with the status that it tells of, or 400.
    RefusedWithin(u16),
    /// A success by its status, but a page for people: a sign-in, a filter, a portal.
    NotCentercode,
    /// A success by its status that says nothing that can be read.
    Unknown,
    /// A status that is not a success.
    Refused,
}

/// How much of an answer that is not JSON is looked at.
const START: usize = 4096;
impl Judgement {
    /// A JSON answer that is larger, in bytes, is not read as a whole.
    pub const LARGEST: usize = 256 * 1024;

    /// What an answer says, by its status, its media type and its body; of a large body only the beginning may be there.
    pub fn of(status: u16, kind: &str, body: &str, is_whole: bool) -> Self {
        if !(200..300).contains(&status) {
            return Self::Refused;
        }
        let text = json_text::without_bom(body).trim();
        if !is_whole || text.len() > Self::LARGEST {
            // A failure is told in fewer words.
            return if text.starts_with('{') { Self::Created } else { Self::of_text(kind, text) };
        }
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(members)) => {
                let found = failure_within(&members).or_else(|| members.values().find_map(failure_among));
                found.map_or(Self::Created, Self::RefusedWithin)
            }
            Ok(list) => failure_among(&list).map_or(Self::Unknown, Self::RefusedWithin),
            Err(_) => Self::of_text(kind, text),
        }
    }

    fn of_text(kind: &str, text: &str) -> Self {
        if is_page(kind, text) { Self::NotCentercode } else { Self::Unknown }
    }

    /// Whether a ticket was created.
    pub fn is_created(self) -> bool {
        self == Self::Created
    }

    /// Whether a file was taken. What the answer to an upload holds is not documented, so an empty one counts.
    pub fn is_taken(self) -> bool {
        matches!(self, Self::Created | Self::Unknown)
    }

    /// What speaks against a success status, as the end of a sentence; `None` where status and answer agree.
    pub fn objection(self) -> Option<&'static str> {
        match self {
            Self::Created | Self::Refused => None,
            Self::RefusedWithin(_) => Some("the answer tells of a failure"),
            Self::NotCentercode => Some("a page answered and not Centercode"),
            Self::Unknown => Some("the answer is not Centercode's JSON"),
        }
    }
}

fn is_page(kind: &str, text: &str) -> bool {
    let mut end = text.len().min(START);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = text.get(..end).unwrap_or("").to_ascii_lowercase();
    !text.is_empty() && kind.to_ascii_lowercase().contains("html")
        || ["<!doctype html", "<html"].iter().any(|sign| start.starts_with(sign))
        || start.starts_with('<') && ["<html", "<body", "<head"].iter().any(|sign| start.contains(sign))
}

/// The failure that one of several results tells of, as the answer to a batch lists them.
fn failure_among(results: &Value) -> Option<u16> {
    let results = results.as_array()?;
    let is_result =
        |result: &Value| ["status", "statusCode", "code"].iter().any(|name| result.get(name).is_some_and(Value::is_u64));
    results.iter().filter(|result| is_result(result)).find_map(|result| failure_within(result.as_object()?))
}

/// The failure that the JSON of a success tells of.
fn failure_within(members: &Map<String, Value>) -> Option<u16> {
    let get = |name: &str| members.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let numbered = ["status", "statusCode", "status_code", "code", "httpStatus"].iter().find_map(|name| {
        let value = get(name)?;
        value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
    });
    if let Some(status) = numbered.and_then(|status| u16::try_from(status).ok())
        && (400..600).contains(&status)
    {
        return Some(status);
    }
    let is_false = ["success", "ok", "succeeded", "isSuccess"].iter().any(|name| get(name) == Some(&Value::Bool(false)));
    let says_failure = ["status", "result", "outcome", "state"].iter().any(|name| {
        get(name).and_then(Value::as_str).is_some_and(|word| {
            matches!(word.trim().to_ascii_lowercase().as_str(), "error" | "fail" | "failed" | "failure" | "rejected" | "denied")
        })
    });
    // A ticket's own data beside it would mean that it was created with a remark.
    let has_ticket =
        ["id", "ticketId", "ticket", "feedbackId"].iter().any(|name| get(name).is_some_and(|value| !value.is_null()));
    let names_error = !has_ticket
        && ["error", "errors", "exception", "exceptionMessage"].iter().any(|name| get(name).is_some_and(is_something));
    (is_false || says_failure || names_error).then_some(400)
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Bool(true) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_judged_by_the_answer_and_not_by_its_status_alone() {
        for (status, kind, body, expected) in [
            (201, "application/json", r#"{"id": 4711}"#, Judgement::Created),
            (200, "application/json", "\u{feff}{}", Judgement::Created),
            (200, "text/html", r#"{"id": 4711}"#, Judgement::Created),
            (200, "application/json", r#"{"id": 1, "errors": ["a field was ignored"]}"#, Judgement::Created),
            (200, "application/json", r#"{"id": 1, "errors": [], "success": true, "status": "New"}"#, Judgement::Created),
            (200, "application/json", r#"{"status": "error"}"#, Judgement::RefusedWithin(400)),
            (200, "application/json", r#"{"Status": "Failed", "message": "no"}"#, Judgement::RefusedWithin(400)),
            (200, "application/json", r#"{"success": false}"#, Judgement::RefusedWithin(400)),
            (200, "application/json", r#"{"ok": false, "id": 3}"#, Judgement::RefusedWithin(400)),
            (200, "application/json", r#"{"status": 404, "description": "gone"}"#, Judgement::RefusedWithin(404)),
            (200, "application/json", r#"{"code": "429"}"#, Judgement::RefusedWithin(429)),
            (200, "application/json", r#"{"error": {"message": "no"}}"#, Judgement::RefusedWithin(400)),
            (200, "text/html; charset=utf-8", "<p>Blocked</p>", Judgement::NotCentercode),
            (200, "", "<!DOCTYPE html><title>Sign in</title>", Judgement::NotCentercode),
            (200, "text/plain", "<!-- a --><html>", Judgement::NotCentercode),
            (200, "text/plain", "request blocked", Judgement::Unknown),
            (204, "", "", Judgement::Unknown),
            (200, "application/json", "[]", Judgement::Unknown),
            (
                207,
                "application/json",
                r#"{"results": [{"status": 201, "id": 1}, {"status": 400}]}"#,
                Judgement::RefusedWithin(400),
            ),
            (207, "application/json", r#"[{"status": 201, "id": 1}, {"status": 404}]"#, Judgement::RefusedWithin(404)),
            (201, "application/json", r#"{"id": 1, "files": [{"name": "a", "status": "failed"}]}"#, Judgement::Created),
            (404, "application/json", "{}", Judgement::Refused),
            (302, "text/html", "<html>", Judgement::Refused),
        ] {
            assert_eq!(Judgement::of(status, kind, body, true), expected, "{status} {kind} {body}");
        }
    }
}
