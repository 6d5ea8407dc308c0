//! A correlation id: a value of its own in each payload, by which a ticket is found again in other systems' logs.

use super::profile::Profile;
use super::request::{Body, Request};

/// Puts an id into the parameter that the profile names for it, unless the payload has that parameter already. The rest of the
/// payload stays as it is, to the byte. Returns the id, if one was put in.
pub fn put_in(request: &mut Request, profile: &Profile, number: u64) -> Option<String> {
    let parameter = profile.correlation_parameter.as_deref().filter(|parameter| !parameter.is_empty())?;
    let Body::Bytes(bytes) = &request.body else { return None };
    let text = std::str::from_utf8(bytes).ok()?;
    let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    if members.contains_key(parameter) {
        return None;
    }
    let id = format!("cp-{number:016x}");
    let end = text.rfind('}')?;
    let before = text[..end].trim_end();
    let comma = if members.is_empty() { "" } else { "," };
    // In a payload of several lines the member gets one of its own.
    let gap = if before.contains('\n') { "\n  " } else { "" };
    let member = format!("{comma}{gap}{}: {}", serde_json::Value::from(parameter), serde_json::Value::from(id.as_str()));
    let text = format!("{before}{member}{}{}", &text[before.len()..end], &text[end..]);
    request.body = Body::Bytes(text.into_bytes());
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_by_table() {
        let profile = Profile { correlation_parameter: Some("trace".into()), ..Profile::default() };
        for (payload, expected) in [
            ("{\"a\": 1}", Some("{\"a\": 1,\"trace\": \"cp-000000000000002a\"}")),
            ("{}", Some("{\"trace\": \"cp-000000000000002a\"}")),
            ("{\n  \"a\": {}\n}\n", Some("{\n  \"a\": {},\n  \"trace\": \"cp-000000000000002a\"\n}\n")),
            ("{\"trace\": null}", None),
            ("[1]", None),
            ("{broken", None),
        ] {
            let mut request = Request { body: Body::Bytes(payload.into()), ..Request::default() };
            let id = put_in(&mut request, &profile, 42);
            assert_eq!(id.is_some(), expected.is_some(), "{payload}");
            assert_eq!(request.body, Body::Bytes(expected.unwrap_or(payload).into()), "{payload}");
        }
        let mut request = Request { body: Body::Bytes("{}".into()), ..Request::default() };
        assert_eq!(put_in(&mut request, &Profile::default(), 1), None);
    }
}
