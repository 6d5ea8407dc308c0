//! What the rules look at: a case, read once.

use serde_json::{Map, Value};

use super::cause::{Cause, FactPlace, Fix};
use super::other_product::{self, OtherProduct};
use crate::model::address::Shape;
use crate::model::json_text;
use crate::model::multipart::{Part, Recorded};
use crate::model::profile::FieldKind;
use crate::model::request_record::RequestRecord;
use crate::model::{Address, Answer, Case, Judgement, Profile, contract};

/// What the request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To create a ticket.
    Create,
    /// To send a file to a ticket.
    Upload,
}

/// Where Centercode shows an endpoint's parts.
pub(super) const WHERE: &str =
    "In Centercode: Management > Project configuration > Feedback types > External sources shows the endpoint";

/// How far into an answer's text is looked: what names a culprit stands near its beginning.
const ANSWER_LIMIT: usize = 64 * 1024;

/// A case with what can be read from it.
pub(super) struct RuleContext<'a> {
    pub(super) case: &'a Case,
    pub(super) profile: Option<&'a Profile>,
    pub(super) sent: &'a RequestRecord,
    pub(super) address: Address,
    pub(super) purpose: Purpose,
    /// The body as JSON, if it is valid but for a byte-order mark.
    pub(super) json: Option<Value>,
    pub(super) answer: Option<&'a Answer>,
    status: u16,
    /// The answer's text, its beginning.
    pub(super) answer_text: String,
    /// The same in lower case.
    pub(super) answer_lower: String,
    /// Who answered in place of Centercode, where the answer shows it.
    pub(super) other_product: Option<OtherProduct>,
}

impl<'a> RuleContext<'a> {
    pub(super) fn of(case: &'a Case) -> Self {
        let address = Address::parse(&case.sent.url);
        let answer_text: String = case.answer().map_or_else(String::new, |answer| {
            let text = answer.text();
            let mut end = text.len().min(ANSWER_LIMIT);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.get(..end).unwrap_or("").to_owned()
        });
        let json = case.sent.body.as_deref().and_then(|body| json_text::read(body).ok());
        let purpose = purpose_of(&case.sent, &address);
        let status = case.answer().map_or(0, |answer| match answer.judgement() {
            Judgement::RefusedWithin(status) => status,
            _ => answer.status,
        });
        let answer_lower = answer_text.to_lowercase();
        Self {
            other_product: case.answer().and_then(|answer| other_product::of(answer, &answer_lower)),
            status,
            case,
            profile: case.profile.as_ref(),
            sent: &case.sent,
            address,
            purpose,
            json,
            answer: case.answer(),
            answer_lower,
            answer_text,
        }
    }

    /// The payload, if the body is a JSON object.
    pub(super) fn payload(&self) -> Option<&Map<String, Value>> {
        self.json.as_ref().and_then(Value::as_object)
    }

    /// The body's text; empty when there is none.
    pub(super) fn body(&self) -> &str {
        self.sent.body.as_deref().unwrap_or("")
    }

    /// Whether the request's body is in the record, or is known to have been empty.
    pub(super) fn has_known_body(&self) -> bool {
        let is_there = self.sent.body.is_some() || self.sent.parts.is_some();
        is_there || !self.sent.url.is_empty() && self.body_size() == 0 && self.sent.knows_body()
    }

    /// The answer's status, or the one that its JSON gives where a success holds a failure; 0 when there is no answer.
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// Whether this is looked at before sending.
    pub(super) fn is_before(&self) -> bool {
        self.case.outcome.is_none()
    }

    /// The parts that carry files.
    pub(super) fn file_parts(&self) -> impl Iterator<Item = (usize, &Part<Recorded>)> {
        self.sent.parts.iter().flatten().enumerate().filter(|(_, part)| part.filename.is_some())
    }

    /// The bytes of the request's body, as far as they are known.
    pub(super) fn body_size(&self) -> u64 {
        let parts: u64 = self.sent.parts.iter().flatten().filter_map(|part| part.content.size).sum();
        let named = self.sent.header("content-length").and_then(|value| value.trim().parse().ok()).unwrap_or(0);
        parts.max(named).max(self.body().len() as u64)
    }

    /// The request's media type in lower case, without parameters.
    pub(super) fn media_type(&self) -> Option<String> {
        let value = self.sent.header("content-type")?;
        Some(value.split(';').next().unwrap_or("").trim().to_ascii_lowercase())
    }

    /// The answer's media type in lower case, without parameters.
    pub(super) fn answer_media_type(&self) -> String {
        let value = self.answer.and_then(|answer| answer.header("content-type")).unwrap_or("");
        value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }

    /// Whether the answer is an HTML page, by its type or its beginning.
    pub(super) fn answer_is_html(&self) -> bool {
        let start = json_text::without_bom(&self.answer_lower).trim_start();
        self.answer_media_type().contains("html")
            || start.starts_with("<!doctype html")
            || start.starts_with("<html")
            || (start.starts_with('<') && start.contains("<body"))
    }

    /// The answer as JSON, if it is.
    pub(super) fn answer_json(&self) -> Option<Value> {
        json_text::read(&self.answer_text).ok()
    }

    /// Whether the answer is the 404 that Centercode documents.
    pub(super) fn answer_is_documented_404(&self) -> bool {
        self.status() == 404 && self.answer_json().is_some_and(|json| contract::is_documented_refusal(&json))
    }

    /// Whether the answer may be Centercode's own refusal: empty, or JSON as it or the framework of its servers writes it.
    pub(super) fn answer_may_be_own(&self) -> bool {
        const NAMES: [&str; 6] = ["description", "Message", "errors", "traceId", "title", "ModelState"];
        self.answer_text.trim().is_empty()
            || self.answer_json().is_some_and(|json| NAMES.iter().any(|name| json.get(*name).is_some()))
    }

    /// The first of the words that the answer's text holds, with its place.
    pub(super) fn answer_says(&self, words: &[&str]) -> Option<FactPlace> {
        words.iter().find_map(|word| {
            let at = self.answer_lower.find(word)?;
            // Lower-casing can move bytes; then the place is left out rather than wrong.
            let is_same = self.answer_lower.len() == self.answer_text.len()
                && self.answer_text.is_char_boundary(at)
                && self.answer_text.is_char_boundary(at + word.len());
            Some(if is_same { FactPlace::AnswerBody(at..at + word.len()) } else { FactPlace::AnswerStatus })
        })
    }

    /// The parameter that carries the submitter: the profile's, or the documented one.
    pub(super) fn submitter_parameter(&self) -> &str {
        self.profile.map_or("submitter", |profile| contract::parameter_of(profile, FieldKind::Submitter, "submitter"))
    }

    /// A cause with fixes that need the profile's values, where there is a profile.
    pub(super) fn with_profile_fixes(&self, mut cause: Cause, fixes: &[Fix]) -> Cause {
        if self.profile.is_some() {
            cause.fixes.extend(fixes.iter().cloned());
        }
        cause
    }

    /// The source key's and project key's places in the path, if it has the documented shape.
    pub(super) fn keys(&self) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
        match self.address.shape() {
            Shape::Create { project, source } | Shape::Attachment { project, source, .. } => Some((project, source)),
            Shape::Other => None,
        }
    }
}

fn purpose_of(sent: &RequestRecord, address: &Address) -> Purpose {
    let segments: Vec<&str> = address.segments.iter().map(|span| address.raw(span)).collect();
    let behind_feedback = segments
        .iter()
        .position(|segment| segment.eq_ignore_ascii_case("feedback"))
        .map_or(0, |at| segments.get(at + 1..).unwrap_or(&[]).iter().filter(|segment| !segment.is_empty()).count());
    let has_file = sent.parts.iter().flatten().any(|part| part.filename.is_some());
    if behind_feedback >= 3 || (has_file && behind_feedback != 1) { Purpose::Upload } else { Purpose::Create }
}
