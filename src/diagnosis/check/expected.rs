//! What a field takes, in words.

use crate::diagnosis::text::cut;
use crate::model::Profile;
use crate::model::profile::{Encoding, Field, FieldKind, SourceSetting};

/// What the profile expects of a parameter.
pub(super) fn words(profile: &Profile, field: &Field) -> String {
    match field.kind {
        FieldKind::Submitter => submitter(profile),
        FieldKind::Status => status(profile),
        kind => {
            let required = if field.required { "required" } else { "optional" };
            format!("{}, {required}", kind_words(kind, field))
        }
    }
}

/// What the submitter's parameter takes, also where the profile does not map it.
pub(super) fn submitter(profile: &Profile) -> String {
    let user = "the e-mail address of an existing user";
    match profile.default_submitter_setting() {
        SourceSetting::NotSet => format!("{user}, required"),
        SourceSetting::NotKnown => format!("{user}, required unless the source has a default submitter"),
        SourceSetting::Set(default) => format!("{user}, else {}", cut(default)),
    }
}

/// What the status's parameter takes, also where the profile does not map it.
pub(super) fn status(profile: &Profile) -> String {
    let statuses = if profile.statuses.is_empty() { "a status of the workflow".to_owned() } else { one_of(&profile.statuses) };
    match profile.workflow_status_setting() {
        SourceSetting::NotSet => format!("{statuses}, required"),
        SourceSetting::NotKnown => format!("{statuses}, required unless the source sets its own"),
        SourceSetting::Set(own) => format!("optional; the source sets \"{}\"", cut(own)),
    }
}

fn kind_words(kind: FieldKind, field: &Field) -> String {
    let encoding = field.encoding.unwrap_or_default();
    match kind {
        FieldKind::MultipleChoice if encoding == Encoding::Comma => {
            format!("text with commas between: {}", one_of(&field.choices))
        }
        FieldKind::MultipleChoice => format!("a list of: {}", one_of(&field.choices)),
        FieldKind::SingleChoice | FieldKind::RatingScale => one_of(&field.choices),
        FieldKind::Number => "a number".into(),
        FieldKind::Checkbox => "true or false".into(),
        FieldKind::Date => "a date".into(),
        FieldKind::Email => "an e-mail address".into(),
        FieldKind::LongText => "long text".into(),
        FieldKind::Text | FieldKind::Submitter | FieldKind::Status => "text".into(),
    }
}

fn one_of(choices: &[String]) -> String {
    const MOST: usize = 6;
    let shown: Vec<String> = choices.iter().take(MOST).map(|choice| format!("\"{}\"", cut(choice))).collect();
    match (choices.len(), shown.join(" or ")) {
        (0, _) => "one of its choices, which the profile does not list".into(),
        (count, shown) if count > MOST => format!("{shown} or one of {} more", count - MOST),
        (_, shown) => shown,
    }
}
