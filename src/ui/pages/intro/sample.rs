//! Requests with one mistake each, to be sent to the sandbox.

use serde_json::Value;

use crate::model::example::example_values;
use crate::model::{Draft, Profile, Secret};

/// A request to try out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// Nothing is wrong.
    Right,
    /// The source key has a letter too many.
    WrongSourceKey,
    /// The API key is another one.
    WrongApiKey,
    /// A choice is in the wrong case.
    WrongChoice,
    /// A required parameter is left out.
    MissingField,
    /// The JSON has a comma too many.
    BrokenJson,
}

impl Sample {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::Right, Self::WrongSourceKey, Self::WrongApiKey, Self::WrongChoice, Self::MissingField, Self::BrokenJson];

    /// What it is called, on the page and on its tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Right => "A request that works",
            Self::WrongSourceKey => "A wrong source key",
            Self::WrongApiKey => "A wrong API key",
            Self::WrongChoice => "A choice in the wrong case",
            Self::MissingField => "A required field left out",
            Self::BrokenJson => "A comma too many",
        }
    }

    /// What comes of it.
    pub fn says(self) -> &'static str {
        match self {
            Self::Right => "Creates a ticket in the sandbox. The response names an attachment endpoint for each file element",
            Self::WrongSourceKey => "The address names a source that does not exist",
            Self::WrongApiKey => "The address has a key that the community does not know",
            Self::WrongChoice => "Choices must match the feedback form exactly, case and spaces included",
            Self::MissingField => "The feedback form requires the field",
            Self::BrokenJson => "The payload cannot be read as JSON",
        }
    }

    /// The request as a draft of a profile. `None` where the profile has nothing that could go wrong in this way.
    pub fn draft(self, profile: &Profile) -> Option<Draft> {
        let mut values = example_values(profile);
        let mut draft = Draft::default();
        match self {
            Self::WrongChoice => {
                let field = profile.fields.iter().find(|field| is_told_by_case(&field.choices))?;
                let wrong = field.choices.iter().find(|choice| other_case(choice) != **choice)?;
                values.insert(field.parameter.clone(), Value::String(other_case(wrong)));
            }
            Self::MissingField => {
                let field = profile.fields.iter().find(|field| field.required)?;
                values.shift_remove(&field.parameter);
            }
            Self::BrokenJson => {
                let text = crate::model::draft::pretty(&values);
                let broken = format!("{},\n}}", text.trim_end_matches('}').trim_end());
                draft.set_json(&broken, profile);
                return Some(draft);
            }
            Self::Right | Self::WrongSourceKey | Self::WrongApiKey => {}
        }
        draft.fill(&values, profile);
        let mut endpoint = draft.endpoint(profile);
        match self {
            Self::WrongSourceKey => endpoint.source_key.push('s'),
            Self::WrongApiKey => endpoint.api_key = Secret::new("not-a-key-of-this-community"),
            _ => {}
        }
        draft.set_endpoint(endpoint, profile);
        Some(draft)
    }
}

fn other_case(choice: &str) -> String {
    choice.to_lowercase()
}

/// Whether one of the choices is none any more in lower case.
fn is_told_by_case(choices: &[String]) -> bool {
    choices.iter().any(|choice| !choices.contains(&other_case(choice)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis;
    use crate::model::Case;
    use crate::model::request_record::RequestRecord;
    use crate::sandbox::example_profile;

    #[test]
    fn each_sample_has_its_own_mistake_and_the_first_has_none() {
        let profile =
            Profile { base_url: "http://127.0.0.1:1".into(), api_key: Secret::new("a-key-of-the-sandbox"), ..example_profile() };
        for sample in Sample::ALL {
            let draft = sample.draft(&profile).unwrap();
            let sent = RequestRecord::from(&draft.request(&profile));
            let found = diagnosis::preflight(&Case { profile: Some(profile.clone()), sent, ..Case::default() });
            assert_eq!(found.is_empty(), sample == Sample::Right, "{sample:?}: {found:?}");
        }
    }
}
