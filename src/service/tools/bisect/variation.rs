//! A payload and its variations: which parameters can be left out, which exchanged, and the payload of a trial.

use serde_json::{Map, Value, json};

use super::search::ParameterSet;
use crate::model::contract::{is_absent, parameter_of};
use crate::model::profile::{Encoding, Field, FieldKind, SourceSetting};
use crate::model::request::Body;
use crate::model::{Profile, Request};

/// A text that harms nobody and says where it comes from.
const TEST_TEXT: &str = "Centerpost test, please ignore";

/// The payload's parameters, each with what can be done to it.
#[derive(Clone, Debug)]
pub(super) struct Variation {
    members: Vec<Member>,
}

#[derive(Clone, Debug)]
struct Member {
    name: String,
    value: Value,
    role: Role,
}

#[derive(Clone, Debug)]
enum Role {
    /// It can be left out.
    Optional,
    /// It is required, and can be exchanged for this.
    Exchangeable(Value),
    /// It is required, and nothing is known that could stand in for it.
    Fixed,
}

impl Variation {
    /// Reads the payload of a request.
    pub(super) fn of(profile: &Profile, request: &Request) -> Result<Self, String> {
        const WHY: &str = "only a payload that is a JSON object can be taken apart";
        let Body::Bytes(bytes) = &request.body else { return Err(format!("The request has no payload; {WHY}")) };
        let payload = match serde_json::from_slice(bytes) {
            Ok(Value::Object(payload)) => payload,
            Ok(_) => return Err(format!("The payload is not a JSON object; {WHY}")),
            Err(error) => return Err(format!("The payload is not JSON ({error}); {WHY}. That alone explains a 400")),
        };
        let member = |(name, value): (String, Value)| Member { role: role(profile, &name, &value), name, value };
        Ok(Self { members: payload.into_iter().map(member).collect() })
    }

    pub(super) fn required(&self) -> Vec<usize> {
        self.indices(|role| matches!(role, Role::Exchangeable(_)))
    }

    pub(super) fn optional(&self) -> Vec<usize> {
        self.indices(|role| matches!(role, Role::Optional))
    }

    /// Required parameters that go out as they are in every trial.
    pub(super) fn fixed(&self) -> Vec<String> {
        self.indices(|role| matches!(role, Role::Fixed)).into_iter().map(|index| self.name(index)).collect()
    }

    fn indices(&self, test: impl Fn(&Role) -> bool) -> Vec<usize> {
        self.members.iter().enumerate().filter(|(_, member)| test(&member.role)).map(|(index, _)| index).collect()
    }

    pub(super) fn name(&self, index: usize) -> String {
        self.members.get(index).map_or_else(String::new, |member| member.name.clone())
    }

    pub(super) fn names(&self, kept: &ParameterSet) -> Vec<String> {
        kept.iter().map(|index| self.name(*index)).collect()
    }

    /// What a trial leaves out, and what it exchanges.
    pub(super) fn without(&self, kept: &ParameterSet) -> (Vec<String>, Vec<String>) {
        let names = |indices: Vec<usize>| indices.into_iter().filter(|index| !kept.contains(index)).map(|index| self.name(index));
        (names(self.optional()).collect(), names(self.required()).collect())
    }

    /// The request of a trial: all but the payload as in the original.
    pub(super) fn request(&self, original: &Request, kept: &ParameterSet) -> Request {
        let mut payload = Map::new();
        for (index, member) in self.members.iter().enumerate() {
            let value = match &member.role {
                _ if kept.contains(&index) => &member.value,
                Role::Fixed => &member.value,
                Role::Exchangeable(stand_in) => stand_in,
                Role::Optional => continue,
            };
            payload.insert(member.name.clone(), value.clone());
        }
        let body = Body::Bytes(Value::Object(payload).to_string().into_bytes());
        let mut request = Request { body, ..original.clone() };
        // The length is another for each trial.
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
        request
    }
}

fn role(profile: &Profile, name: &str, value: &Value) -> Role {
    let is = |kind, documented| parameter_of(profile, kind, documented) == name;
    // What is not known to be optional stays in: a trial without it would be refused for that alone.
    let may_lack = |own: SourceSetting<'_>| !matches!(own, SourceSetting::Set(_));
    let field = profile.field(name);
    let is_required = field.is_some_and(|field| field.required)
        || is(FieldKind::Submitter, "submitter") && may_lack(profile.default_submitter_setting())
        || is(FieldKind::Status, "status") && may_lack(profile.workflow_status_setting());
    // A required parameter that is sent empty is left as it is, too: that is what breaks its rule.
    if !is_required {
        return Role::Optional;
    }
    let kind = match field {
        Some(field) => field.kind,
        None if name == "status" => FieldKind::Status,
        None => FieldKind::Submitter,
    };
    let stand_in = stand_in(profile, kind, field, value).filter(|stand_in| stand_in != value && !is_absent(Some(stand_in)));
    stand_in.map_or(Role::Fixed, Role::Exchangeable)
}

/// A value that the profile says is right, other than the one that was sent.
fn stand_in(profile: &Profile, kind: FieldKind, field: Option<&Field>, value: &Value) -> Option<Value> {
    let other = |values: &[String]| values.iter().find(|other| value.as_str() != Some(other)).cloned();
    let choices: &[String] = field.map_or(&[], |field| &field.choices);
    match kind {
        FieldKind::Text | FieldKind::LongText => Some(json!(TEST_TEXT)),
        FieldKind::Number => Some(json!(1)),
        FieldKind::Date => Some(json!("2020-01-31")),
        FieldKind::Checkbox => Some(json!(value != &json!(true))),
        FieldKind::Email => Some(json!("nobody@example.com")),
        FieldKind::SingleChoice | FieldKind::RatingScale => other(choices).map(Value::String),
        FieldKind::MultipleChoice if field.is_some_and(|field| field.encoding == Some(Encoding::Comma)) => {
            other(choices).map(Value::String)
        }
        FieldKind::MultipleChoice => choices.first().map(|choice| json!([choice])),
        FieldKind::Submitter => other(&profile.known_submitters).map(Value::String),
        FieldKind::Status => other(&profile.statuses).map(Value::String),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variation(payload: &str) -> Result<(Variation, Request), String> {
        let profile = Profile::from_json(
            r#"{"default_submitter": null, "workflow_status": "New", "known_submitters": ["a@b.example", "c@d.example"], "fields": [
            {"parameter": "who", "kind": "submitter"}, {"parameter": "summary", "kind": "text", "required": true},
            {"parameter": "severity", "kind": "single_choice", "required": true, "choices": ["Minor"]},
            {"parameter": "note", "kind": "text"}]}"#,
        )
        .unwrap();
        let request = Request::post_json("http://h/".into(), payload, &[("Content-Length".into(), "9".into())]);
        Ok((Variation::of(&profile, &request)?, request))
    }

    #[test]
    fn trials_by_table() {
        let payload = r#"{"who":"a@b.example","note":"n","summary":"s","severity":"Minor","extra":[1]}"#;
        let (variation, request) = variation(payload).unwrap();
        assert_eq!((variation.required(), variation.optional()), (vec![0, 2], vec![1, 4]));
        assert_eq!(variation.fixed(), ["severity"]);
        for (kept, expected) in [
            (&[0, 1, 2, 4][..], payload),
            (&[0, 2], r#"{"who":"a@b.example","summary":"s","severity":"Minor"}"#),
            (&[1], r#"{"who":"c@d.example","note":"n","summary":"Centerpost test, please ignore","severity":"Minor"}"#),
        ] {
            let trial = variation.request(&request, &kept.iter().copied().collect());
            assert_eq!(trial.body, Body::Bytes(expected.as_bytes().to_vec()));
            assert_eq!((trial.url.as_str(), trial.header("content-length")), ("http://h/", None));
        }
    }

    #[test]
    fn what_is_no_object_cannot_be_taken_apart() {
        for payload in ["", "[]", "{\"a\": }", "7"] {
            assert!(variation(payload).is_err(), "{payload}");
        }
    }
}
