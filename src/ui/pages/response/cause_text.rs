//! A cause as text, to be sent to somebody.

use crate::diagnosis::Cause;

/// A cause and its evidence, each line behind `indent`.
pub(in crate::ui) fn cause_text(cause: &Cause, indent: &str) -> String {
    let certainty = cause.confidence.certainty().label();
    let mut text = format!("{indent}{} ({certainty}, {})\n", cause.title, cause.id.as_str());
    for fact in &cause.evidence {
        text.push_str(&format!("{indent}- {}\n", fact.text));
    }
    if !cause.advice.is_empty() {
        text.push_str(&format!("{indent}{}\n", cause.advice));
    }
    text
}
