//! Attachment endpoints in an answer, turned to the relay.

use serde_json::Value;

use crate::model::{Address, Profile, attachment};

/// The answer with its attachment endpoints at `relay`, which is scheme, host, port and token. `None` where it names none that has a
/// host: a relative one leads to the relay as it is.
pub(super) fn turned(answer: &[u8], profile: &Profile, relay: &str) -> Option<Vec<u8>> {
    let mut json: Value = serde_json::from_slice(answer).ok()?;
    let mut is_changed = false;
    for endpoint in attachment::find(&json, &profile.endpoint(), Some(profile)) {
        if endpoint.is_elsewhere || !endpoint.returned.contains("://") {
            continue;
        }
        let address = Address::parse(&endpoint.returned);
        let path = address.behind_base();
        if let Some(place) = json.pointer_mut(&endpoint.pointer) {
            *place = Value::from(format!("{relay}{path}"));
            is_changed = true;
        }
    }
    if is_changed { serde_json::to_vec(&json).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_of_the_own_host_are_turned() {
        let profile = Profile {
            base_url: "https://acme.example".into(),
            project_key: "p".into(),
            source_key: "s".into(),
            ..Profile::default()
        };
        for (answer, expected) in [
            (
                r#"{"id":1,"files":{"log":"https://acme.example/api/v1/projects//feedback/s/1/files/log?a=b"}}"#,
                Some(r#"{"id":1,"files":{"log":"http://relay/t/api/v1/projects//feedback/s/1/files/log?a=b"}}"#),
            ),
            (r#"{"files":{"log":"https://other.example/api/v1/projects/p/feedback/s/1/files/log"}}"#, None),
            (r#"{"files":{"log":"/api/v1/projects/p/feedback/s/1/files/log"}}"#, None),
            ("not json", None),
        ] {
            let found = turned(answer.as_bytes(), &profile, "http://relay/t");
            assert_eq!(found.map(|bytes| String::from_utf8(bytes).unwrap()).as_deref(), expected, "{answer}");
        }
    }
}
