//! A case from which secrets were taken is explained as if it held them: for each placeholder that marks a redaction a value of its
//! kind stands in while the rules look, and the placeholder is back in what they say. So the rules know one kind of placeholder: one
//! that was sent.

use super::cause::{Cause, FactPlace};
use crate::model::exchange::{Answer, NetworkFailure, Outcome};
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::redact::{Filled, fill, fill_in};
use crate::model::{Case, Earlier, Profile, Redaction, Secret};

/// A case with values that stand in for those that were taken out.
pub(super) struct StandIns {
    /// The case as the rules see it.
    pub case: Case,
    values: Vec<(String, Secret)>,
    url: Filled,
    body: Filled,
    answer: Filled,
}

impl StandIns {
    /// The stand-ins of a case; `None` when nothing was taken out of it.
    pub fn of(case: &Case) -> Option<Self> {
        if case.redacted.is_empty() {
            return None;
        }
        let values: Vec<(String, Secret)> =
            case.redacted.iter().map(|name| (name.clone(), Secret::new(stand_in(name)))).collect();
        let url = fill_in(&case.sent.url, &values);
        let body = fill_in(case.sent.body.as_deref().unwrap_or_default(), &values);
        let answer = fill_in(&case.answer().map(Answer::text).unwrap_or_default(), &values);
        let text = |text: &str| fill(text, &values);
        let headers = |headers: &[(String, String)]| -> Vec<(String, String)> {
            headers.iter().map(|(name, value)| (name.clone(), text(value))).collect()
        };
        let part = |part: &Part<Recorded>| Part {
            name: text(&part.name),
            filename: part.filename.as_deref().map(text),
            headers: headers(&part.headers),
            ..part.clone()
        };
        let sent = RequestRecord {
            url: url.text.clone(),
            headers: headers(&case.sent.headers),
            body: case.sent.body.as_ref().map(|_| body.text.clone()),
            parts: case.sent.parts.as_ref().map(|parts| parts.iter().map(part).collect()),
            ..case.sent.clone()
        };
        let outcome = case.outcome.as_ref().map(|outcome| match outcome {
            Outcome::Answer(original) => {
                let body = answer.text.clone().into_bytes().into();
                Outcome::Answer(Answer { headers: headers(&original.headers), body, ..original.clone() })
            }
            Outcome::Failure(failure) => Outcome::Failure(NetworkFailure { message: text(&failure.message), ..failure.clone() }),
        });
        let profile = case.profile.as_ref().map(|profile| Profile {
            extra_headers: headers(&profile.extra_headers),
            ..serde_json::from_str(&text(&profile.to_value_revealing_key().to_string()))
                .ok()
                .and_then(|value| Profile::from_value(value).ok())
                .unwrap_or_else(|| profile.clone())
        });
        let earlier = case.earlier.iter().map(|earlier| Earlier { url: text(&earlier.url), ..earlier.clone() }).collect();
        let filled = Case { profile, sent, outcome, earlier, overridden: case.overridden.clone(), redacted: Vec::new() };
        Some(Self { case: filled, values, url, body, answer })
    }

    /// Causes of the case as it is, with its placeholders.
    pub fn hide(&self, causes: Vec<Cause>) -> Vec<Cause> {
        let redaction = Redaction::new(self.values.iter().map(|(name, value)| (value.clone(), name.clone())));
        causes.into_iter().map(|cause| self.hide_in(cause, &redaction)).collect()
    }

    fn hide_in(&self, mut cause: Cause, redaction: &Redaction) -> Cause {
        cause.title = redaction.hide_said(&cause.title);
        cause.advice = redaction.hide(&cause.advice);
        for fact in &mut cause.evidence {
            fact.text = redaction.hide_said(&fact.text);
            match &mut fact.place {
                Some(FactPlace::Url(span)) => *span = self.url.original(span),
                Some(FactPlace::Body(span)) => *span = self.body.original(span),
                Some(FactPlace::AnswerBody(span)) => *span = self.answer.original(span),
                _ => {}
            }
        }
        // What stands in is nobody's value, so nothing is mended with it.
        cause.fixes.retain(|fix| redaction.counts(&format!("{fix:?}")).is_empty());
        cause
    }
}

/// A value of the kind that a placeholder's name tells of, always the same for a name.
fn stand_in(name: &str) -> String {
    // FNV-1a: the values only have to differ from each other, and to look like none that a guide shows.
    let hash = |seed: u64| name.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let random = format!("{:016x}", hash(0xcbf2_9ce4_8422_2325));
    if name.starts_with("email") { format!("u{random}@redacted.example") } else { format!("{random}{:08x}", hash(7) >> 32) }
}
