//! A profile learned from traffic: what several requests to one External Source show of its mapping.

use super::attachment::element_in;
use super::mapping::fields_from_sample;
use super::profile::{FieldKind, FileElement, Profile};
use super::request_spec::RequestSpec;

/// A profile made of requests to one External Source: the address of the first, every parameter that any of them sends, and every file
/// element that a file went to. `None` when none of them goes to an External Source.
///
/// A parameter whose values disagree about its kind is text: that is all they have in common.
///
/// Where some of them were accepted, the others teach nothing: they may be wrong. What the External Source sets for itself, a default
/// submitter and a status, cannot be seen in requests and is not known.
pub fn learned_profile(requests: &[RequestSpec]) -> Option<Profile> {
    let is_accepted = |request: &RequestSpec| request.answer().is_some_and(|answer| answer.judgement().is_taken());
    let some_are = requests.iter().any(is_accepted);
    let mut learned: Option<Profile> = None;
    for request in requests.iter().filter(|request| !some_are || is_accepted(request)) {
        let Some(profile) = &mut learned else {
            // An upload names its element, and no parameter.
            learned = request.profile().filter(|_| element_of(request).is_none());
            continue;
        };
        if let Some(element) = element_of(request) {
            if profile.file_element(&element.parameter).is_none() {
                profile.file_elements.push(element);
            }
            continue;
        }
        let is_same = request.profile().is_some_and(|own| {
            (&own.project_key, &own.source_key) == (&profile.project_key, &profile.source_key) && own.base_url == profile.base_url
        });
        if is_same {
            add(profile, request);
        }
    }
    learned
}

/// Adds what a request shows beyond what is known.
fn add(profile: &mut Profile, request: &RequestSpec) {
    for field in request.payload().map(|members| fields_from_sample(&members)).unwrap_or_default() {
        match profile.fields.iter_mut().find(|own| own.parameter == field.parameter) {
            None => profile.fields.push(field),
            Some(own) if own.kind == field.kind => {
                let new: Vec<String> = field.choices.iter().filter(|choice| !own.choices.contains(choice)).cloned().collect();
                own.choices.extend(new);
            }
            // A text that has lines in one request is the same text without them in another.
            Some(own) if is_text(own.kind) && is_text(field.kind) => own.kind = FieldKind::LongText,
            Some(own) => {
                own.kind = FieldKind::Text;
                own.choices.clear();
            }
        }
    }
}

fn is_text(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Text | FieldKind::LongText)
}

/// The file element that an upload goes to, by the end of its address.
fn element_of(request: &RequestSpec) -> Option<FileElement> {
    let part = request.file_parts().next()?;
    let parameter = element_in(&request.url)?;
    let part_name = (part.name != parameter).then(|| part.name.clone());
    Some(FileElement { field: parameter.clone(), parameter, part_name, ..FileElement::default() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::super::multipart::{Part, PartContent};
    use super::super::request_spec::SpecBody;
    use super::*;

    const URL: &str = "https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog";

    fn create(body: &str) -> RequestSpec {
        RequestSpec {
            method: "POST".into(),
            url: format!("{URL}?apiKey=k"),
            body: SpecBody::Text(body.into()),
            ..RequestSpec::default()
        }
    }

    fn upload(element: &str) -> RequestSpec {
        let part = Part {
            name: "file".into(),
            filename: Some("a.log".into()),
            content_type: None,
            headers: Vec::new(),
            content: PartContent::File("a.log".into()),
        };
        RequestSpec {
            url: format!("{URL}/4711/files/{element}?apiKey=k"),
            body: SpecBody::Multipart(vec![part]),
            ..RequestSpec::default()
        }
    }

    #[test]
    fn every_parameter_and_element_is_learned_and_what_disagrees_is_text() {
        let requests = [
            create(r#"{"summary": "a", "count": 1, "odd": true}"#),
            upload("crashlog"),
            create(r#"{"summary": "b\nc", "areas": ["UI"], "odd": "yes"}"#),
            upload("screenshot"),
            upload("crashlog"),
        ];
        let profile = learned_profile(&requests).unwrap();
        let fields: Vec<_> = profile.fields.iter().map(|field| (field.parameter.as_str(), field.kind)).collect();
        assert_eq!(fields[0].0, "summary");
        assert!(is_text(fields[0].1));
        assert_eq!(fields[1], ("count", FieldKind::Number));
        assert_eq!(fields[2], ("odd", FieldKind::Text));
        assert_eq!(fields[3].0, "areas");
        let elements: Vec<_> = profile.file_elements.iter().map(|element| element.parameter.as_str()).collect();
        assert_eq!(elements, ["crashlog", "screenshot"]);
        assert_eq!((profile.project_key.as_str(), profile.source_key.as_str()), ("beta1", "appcrashlog"));
        assert!(learned_profile(&[RequestSpec { url: "https://acme.example/".into(), ..RequestSpec::default() }]).is_none());
    }
}
