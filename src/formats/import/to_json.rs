//! Imported requests as `--output json` prints them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::model::exchange::Answer;
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The requests as a JSON array, with whatever secrets they hold: who replays them needs these.
pub fn to_json(requests: &[RequestSpec]) -> Value {
    requests.iter().map(request_to_json).collect()
}

/// One request: `method`, `url`, `headers`, `body`, and `label`, `response` and `not_recorded` where there are
/// such. A method that was not recorded is null.
pub fn request_to_json(request: &RequestSpec) -> Value {
    let mut map = Map::new();
    if !request.label.is_empty() {
        map.insert("label".into(), request.label.as_str().into());
    }
    map.insert("method".into(), json!((!request.not_recorded.method).then_some(&request.method)));
    map.insert("url".into(), request.url.as_str().into());
    map.insert("headers".into(), json!(request.headers));
    map.insert("body".into(), body_to_json(&request.body));
    if !request.not_recorded.words().is_empty() {
        map.insert("not_recorded".into(), json!(request.not_recorded.words()));
    }
    if let Some(answer) = request.answer() {
        map.insert("response".into(), answer_to_json(answer));
    }
    Value::Object(map)
}

pub(crate) fn body_to_json(body: &SpecBody) -> Value {
    match body {
        SpecBody::None => json!({"kind": "none"}),
        SpecBody::Text(text) => json!({"kind": "text", "text": text}),
        SpecBody::File(path) => json!({"kind": "file", "path": path}),
        SpecBody::Bytes(bytes) => json!({"kind": "base64", "base64": STANDARD.encode(bytes)}),
        SpecBody::Urlencoded(text) => json!({"kind": "urlencoded", "text": text}),
        SpecBody::Multipart(parts) => {
            json!({"kind": "multipart", "parts": parts.iter().map(part_to_json).collect::<Vec<_>>()})
        }
    }
}

/// A file has `path`, `filename` and `content_type`, even if null; a text has these only where they are set.
fn part_to_json(part: &Part) -> Value {
    let mut map = Map::new();
    map.insert("name".into(), part.name.as_str().into());
    let is_file = match &part.content {
        PartContent::Text(text) => {
            map.insert("text".into(), text.as_str().into());
            false
        }
        PartContent::Bytes(bytes) => {
            map.insert("base64".into(), STANDARD.encode(bytes).into());
            true
        }
        PartContent::File(path) => {
            map.insert("path".into(), path.as_str().into());
            true
        }
    };
    if is_file || part.filename.is_some() {
        map.insert("filename".into(), json!(part.filename));
    }
    if is_file || part.content_type.is_some() {
        map.insert("content_type".into(), json!(part.content_type));
    }
    if !part.headers.is_empty() {
        map.insert("headers".into(), json!(part.headers));
    }
    Value::Object(map)
}

fn answer_to_json(answer: &Answer) -> Value {
    let mut map = Map::new();
    map.insert("status".into(), answer.status.into());
    if let Some(sub_status) = answer.sub_status {
        map.insert("sub_status".into(), sub_status.into());
    }
    map.insert("headers".into(), json!(answer.headers));
    map.insert("body".into(), answer.text().into());
    if let Some(trouble) = &answer.body_trouble {
        map.insert("body_trouble".into(), trouble.as_str().into());
    }
    Value::Object(map)
}

/// Requests as the tables of the readers' tests write them, a line each: without what was not recorded.
#[cfg(test)]
pub(super) fn lines_for_tests(requests: &[RequestSpec]) -> String {
    let line = |request: &RequestSpec| {
        let Value::Object(mut members) = request_to_json(request) else { unreachable!("a request is an object") };
        members.shift_remove("not_recorded");
        Value::Object(members).to_string()
    };
    requests.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NotRecorded;

    #[test]
    fn what_was_not_recorded_is_said() {
        let not_recorded = NotRecorded { method: true, file_bytes: true, ..NotRecorded::default() };
        let request = RequestSpec { method: "POST".into(), not_recorded, ..RequestSpec::default() };
        let expected =
            json!({"method": null, "url": "", "headers": [], "body": {"kind": "none"}, "not_recorded": ["method", "file-bytes"]});
        assert_eq!(request_to_json(&request), expected);
    }

    #[test]
    fn every_kind_as_the_formats_say() {
        let parts = vec![
            Part {
                name: "crashlog".into(),
                filename: Some("a.zip".into()),
                content: PartContent::File("a.zip".into()),
                ..Part::default()
            },
            Part { name: "note".into(), content: PartContent::Text("hello".into()), ..Part::default() },
        ];
        for (body, expected) in [
            (SpecBody::None, r#"{"kind":"none"}"#),
            (SpecBody::Text("{}".into()), r#"{"kind":"text","text":"{}"}"#),
            (SpecBody::File("p.json".into()), r#"{"kind":"file","path":"p.json"}"#),
            (SpecBody::Bytes(vec![255, 0]), r#"{"kind":"base64","base64":"/wA="}"#),
            (SpecBody::Urlencoded("a=1".into()), r#"{"kind":"urlencoded","text":"a=1"}"#),
            (
                SpecBody::Multipart(parts),
                r#"{"kind":"multipart","parts":[{"name":"crashlog","path":"a.zip","filename":"a.zip","content_type":null},{"name":"note","text":"hello"}]}"#,
            ),
        ] {
            assert_eq!(body_to_json(&body).to_string(), expected);
        }
    }
}
