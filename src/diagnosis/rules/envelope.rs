//! A payload that lies inside another object: what many systems send wraps it in `data`, `event`, `issue.fields` or the like.

use serde_json::{Map, Value};

use crate::diagnosis::cause::{Cause, FactPlace, Fix};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Proven};
use crate::diagnosis::certainty::Confidence;
use crate::diagnosis::text::short;

/// So many members are looked at in each object.
const MOST_NAMES: usize = 200;

/// So far down is looked.
const DEEPEST: usize = 4;

/// A text that is longer than this is not read as JSON.
const LONGEST_TEXT: usize = 100_000;

/// Where the parameters lie that belong at the top.
pub(crate) struct Envelope {
    /// The member that holds them, as in `issue.fields` or `records[0]`.
    path: String,
    inner: Map<String, Value>,
    /// How many of the names that were looked for it holds.
    count: usize,
    /// Whether it is a text that holds JSON.
    is_text: bool,
    /// Whether there is no other beside it.
    is_single: bool,
}

impl Envelope {
    /// The object that holds more of the wanted names than the top of the payload does, the one with the most of them.
    pub(crate) fn find(payload: &Map<String, Value>, is_wanted: &dyn Fn(&str) -> bool) -> Option<Self> {
        let mut found = Vec::new();
        gather(payload, is_wanted, "", 1, &mut found);
        found.into_iter().rev().max_by_key(|envelope| envelope.count).filter(|envelope| {
            let outer = envelope.outer();
            let outside = payload.keys().filter(|name| *name != outer && is_wanted(name)).count();
            envelope.count > outside
        })
    }

    /// The member at the top.
    pub(crate) fn outer(&self) -> &str {
        self.path.split(['.', '[']).next().unwrap_or(&self.path)
    }

    pub(crate) fn holds(&self, parameter: &str) -> bool {
        self.inner.contains_key(parameter)
    }

    /// Whether one name alone was found, among others that nobody looked for: that may be chance.
    pub(crate) fn may_be_chance(&self) -> bool {
        self.count == 1 && self.inner.len() > 1
    }

    pub(crate) fn cause(&self, confidence: Confidence) -> Cause {
        let inside: Vec<&str> = self.inner.keys().map(String::as_str).take(5).collect();
        let how = if self.is_text { "\" is a text of JSON with \"" } else { "\" holds \"" };
        let cause = Cause::new(
            CauseId::RequestEnveloped,
            if self.may_be_chance() { confidence.min(Likely.strong()) } else { confidence },
            format!("The parameters are inside \"{}\", and not at the top of the body", short(&self.path)),
        )
        .fact(
            format!("\"{}{how}{}\"", short(&self.path), inside.join("\", \"")),
            FactPlace::Parameter(self.outer().to_owned()),
        )
        .advice("Send the inner object alone. Many systems wrap what they send: look for a setting of the body, such as a template or a raw body");
        if self.is_single {
            cause.fix(Fix::ReplaceBody(serde_json::to_string_pretty(&self.inner).unwrap_or_default()))
        } else {
            cause.fact("it is a list; each record needs a request of its own", None)
        }
    }

    /// The cause where a profile says which names belong at the top.
    pub(crate) fn proven(&self) -> Cause {
        self.cause(Proven.plain()).fact("the profile maps these names at the top of the body", None)
    }
}

/// Adds each object below that holds a wanted name, from above to below.
fn gather(members: &Map<String, Value>, is_wanted: &dyn Fn(&str) -> bool, above: &str, depth: usize, found: &mut Vec<Envelope>) {
    for (name, value) in members.iter().take(MOST_NAMES) {
        let name = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let mut look = |path: String, inner: &Map<String, Value>, is_text: bool, is_single: bool| {
            let count = inner.keys().take(MOST_NAMES).filter(|name| is_wanted(name)).count();
            if count > 0 {
                found.push(Envelope { path: path.clone(), inner: inner.clone(), count, is_text, is_single });
            }
            if depth < DEEPEST {
                gather(inner, is_wanted, &path, depth + 1, found);
            }
        };
        match value {
            Value::Object(inner) => look(name, inner, false, true),
            Value::Array(items) => {
                if let Some(Value::Object(inner)) = items.first() {
                    look(format!("{name}[0]"), inner, false, items.len() == 1);
                }
            }
            Value::String(text) => {
                if let Some(inner) = object_in(text) {
                    look(name, &inner, true, true);
                }
            }
            _ => {}
        }
    }
}

fn object_in(text: &str) -> Option<Map<String, Value>> {
    let may_be = text.len() < LONGEST_TEXT && text.trim_start().starts_with('{');
    if may_be { serde_json::from_str(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_by_table() {
        let is_wanted = |name: &str| matches!(name, "title" | "body" | "author");
        for (payload, expected) in [
            (r#"{"data": {"title": "x", "author": "y"}}"#, Some("data")),
            (r#"{"issue": {"key": "A-1", "fields": {"title": "x", "body": "y"}}}"#, Some("issue.fields")),
            (r#"{"records": [{"title": "x", "body": "y"}]}"#, Some("records[0]")),
            (r#"{"Type": "Notification", "Message": "{\"title\": \"x\", \"author\": \"y\"}"}"#, Some("Message")),
            (r#"{"user": {"title": "Dr", "id": 1}, "ticket": {"title": "x", "body": "y"}}"#, Some("ticket")),
            (r#"{"body": {"title": "x", "author": "y"}}"#, Some("body")),
            (r#"{"data": {"title": "x", "author": "y", "old": {"title": "w", "author": "y"}}}"#, Some("data")),
            (r#"{"data": {"attributes": {"title": "x", "body": "y"}, "type": "t"}}"#, Some("data.attributes")),
            (r#"{"title": "x", "author": "y", "meta": {"title": "z"}}"#, None),
            (r#"{"title": "x", "meta": {"id": 1}}"#, None),
            ("{}", None),
        ] {
            let payload: Map<String, Value> = serde_json::from_str(payload).unwrap();
            let found = Envelope::find(&payload, &is_wanted);
            assert_eq!(found.map(|found| found.path).as_deref(), expected, "{payload:?}");
        }
    }
}
