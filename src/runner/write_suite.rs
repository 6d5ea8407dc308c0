//! Suites written: what was sent becomes steps of a new suite, or of one that exists.

use serde_json::{Map, Value};

use super::suite::{Action, Payload, SUITE_FORMAT, Suite};
use crate::formats::export::{Piece, Script, Template, environment_name};
use crate::model::draft::Attachment;
use crate::model::json_text::with_texts;
use crate::model::multipart::{Part, PartContent};
use crate::model::profile::Profile;
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::secrets::placeholder::braced;
use crate::model::unseen::drawn_on_one_line;
use crate::model::{Address, address::Shape};

/// A request that becomes a step.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// What the step is called; may be empty.
    pub name: String,
    /// The request, and what came of it.
    pub request: RequestSpec,
    /// The number that a ticket's create request and its uploads share, where it is known.
    pub delivery: Option<u64>,
    /// Files that go with it and are not in it.
    pub attachments: Vec<Attachment>,
}

/// Steps as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenSteps {
    /// The steps, each a `[[step]]`.
    pub text: String,
    /// How many there are.
    pub count: usize,
    /// What the reader had better know; sentences without a full stop and without secrets.
    pub notes: Vec<String>,
}

/// Makes steps of requests, in their order. An upload goes to the step that created its ticket. Secrets become variables of the
/// environment.
///
/// # Errors
/// When none of them creates a ticket.
pub fn steps(samples: &[Sample], profile: &Profile) -> Result<WrittenSteps, String> {
    let requests: Vec<RequestSpec> = samples.iter().map(|sample| sample.request.clone()).collect();
    let script = Script::hiding_secrets(&requests);
    let mut written = WrittenSteps::default();
    let mut made: Vec<(Option<u64>, Map<String, Value>, Template)> = Vec::new();
    for (sample, call) in samples.iter().zip(&script.calls) {
        if is_upload(&sample.request) {
            let place = made.iter_mut().rev().find(|(delivery, _, _)| sample.delivery.is_none() || *delivery == sample.delivery);
            match place {
                Some((_, step, _)) => attach(step, upload_entries(&sample.request, profile, &mut written.notes)),
                None => written.notes.push("An upload whose ticket is not among these was left out".to_owned()),
            }
            continue;
        }
        let body = match &call.body {
            SpecBody::Text(body) | SpecBody::Urlencoded(body) => body.clone(),
            SpecBody::None => Template::default(),
            SpecBody::Bytes(_) | SpecBody::File(_) | SpecBody::Multipart(_) => {
                written.notes.push("A request whose body is not text was left out".to_owned());
                continue;
            }
        };
        let mut step = Map::new();
        let name = literal(&sample.name);
        if !name.is_empty() {
            step.insert("name".into(), name.into());
        }
        attach(&mut step, sample.attachments.iter().map(of_draft).collect());
        if let Some(answer) = sample.request.answer() {
            step.insert("expect".into(), serde_json::json!([{ "status": answer.status }]));
        }
        made.push((sample.delivery, step, body));
    }
    if made.is_empty() {
        return Err("None of these requests creates a ticket, so there is no step to write".to_owned());
    }
    for variable in &script.variables {
        // The profile has the key, and nothing of a payload.
        if made.iter().any(|(_, _, body)| body.pieces.contains(&Piece::Variable(variable.name.clone()))) {
            let name = environment_name(&variable.name);
            written.notes.push(format!("Set the environment variable {name} to {} before the suite is run", variable.what));
        }
    }
    for (_, step, body) in &made {
        written.text.push_str(&step_text(step, body)?);
    }
    written.count = made.len();
    written.notes.dedup();
    Ok(written)
}

/// A new suite of these steps, for a profile: a name, an id, or a `*.profile.json` file beside the suite.
pub fn suite(name: &str, profile: &str, steps: &WrittenSteps) -> String {
    format!("format = {}\nname = {}\nprofile = {}\n{}", quoted(SUITE_FORMAT), quoted(name), quoted(profile), steps.text)
}

/// A suite with these steps behind its own. What stands in it stays to the byte.
///
/// # Errors
/// When the text is not a suite that takes steps.
pub fn added(suite: &str, steps: &WrittenSteps) -> Result<String, String> {
    Suite::read(suite).map_err(|error| error.to_string())?;
    let end = if suite.is_empty() || suite.ends_with('\n') { "" } else { "\n" };
    let whole = format!("{suite}{end}{}", steps.text);
    Suite::read(&whole).map_err(|error| format!("it takes no further step: {}", error.message))?;
    Ok(whole)
}

/// That a suite is for another profile than its new steps come from, if it is; a sentence without a full stop.
pub fn other_profile(suite: &str, named: Option<&str>) -> Option<String> {
    let own = Suite::read(suite).ok()?.profile?;
    let named = named.filter(|named| *named != own)?;
    Some(format!("The suite is for the profile \"{own}\", and the new steps come from \"{named}\""))
}

fn is_upload(request: &RequestSpec) -> bool {
    request.file_parts().next().is_some() && matches!(Address::parse(&request.url).shape(), Shape::Attachment { .. })
}

fn attach(step: &mut Map<String, Value>, entries: Vec<Value>) {
    if entries.is_empty() {
        return;
    }
    if let Value::Array(list) = step.entry("attach").or_insert_with(|| Value::Array(Vec::new())) {
        list.extend(entries);
    }
}

/// The files of an upload. Of a file that was sent its name alone is kept.
fn upload_entries(request: &RequestSpec, profile: &Profile, notes: &mut Vec<String>) -> Vec<Value> {
    let address = Address::parse(&request.url);
    let Shape::Attachment { rest, .. } = address.shape() else { return Vec::new() };
    let named = rest.last().map(|span| address.decoded(span)).unwrap_or_default();
    let entry = |part: &Part| {
        let by_part = || profile.file_elements.iter().find(|element| element.part_name() == part.name);
        let element = profile.file_element(&named).or_else(by_part).map_or(named.clone(), |element| element.parameter.clone());
        let name = part.filename.clone().unwrap_or_default();
        let path = match &part.content {
            PartContent::File(path) => path.clone(),
            PartContent::Text(_) | PartContent::Bytes(_) => name.clone(),
        };
        notes.push(format!(
            "Put {} beside the suite: the history keeps the name of a file, and not where it was",
            drawn_on_one_line(&path)
        ));
        let mut entry = Map::from_iter([("element".to_owned(), element.into()), ("file".to_owned(), path.clone().into())]);
        if name != path {
            entry.insert("name".into(), literal(&name).into());
        }
        entry.extend(part.content_type.clone().map(|kind| ("content_type".to_owned(), kind.into())));
        Value::Object(entry)
    };
    request.file_parts().map(entry).collect()
}

fn of_draft(attachment: &Attachment) -> Value {
    let path = attachment.path.to_string_lossy().into_owned();
    let mut entry =
        Map::from_iter([("element".to_owned(), attachment.parameter.clone().into()), ("file".to_owned(), path.into())]);
    entry.extend(attachment.filename.as_ref().map(|name| ("name".to_owned(), literal(name).into())));
    entry.extend(attachment.content_type.clone().map(|kind| ("content_type".to_owned(), kind.into())));
    Value::Object(entry)
}

/// A body as a suite writes it where it is sent to the byte.
fn text_of(body: &Template) -> String {
    body.map(literal, placeholder)
}

/// What stands for a variable.
fn placeholder(name: &str) -> String {
    braced(&format!("env:{}", environment_name(name)))
}

/// A body as parameters, their braces written as text and its variables as placeholders; `None` where it is not a JSON object, or one
/// that is not read back as it was.
fn members_of(body: &Template) -> Option<Map<String, Value>> {
    // Braces around a name would be confused with those of the JSON.
    let signed = body.signed();
    let members: Map<String, Value> = serde_json::from_str(&signed).ok()?;
    let written = |text: &str| text_of(&Template::of_signed(text));
    let one = |(name, value): (&String, &Value)| (name.clone(), with_texts(value, &written));
    has_each_key_once(&signed, &members).then(|| members.iter().map(one).collect())
}

/// A text in which braces are not placeholders.
fn literal(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start + 2..].find("}}") else { break };
        let inside = &rest[start + 2..start + 2 + length];
        written.push_str(&format!("{}{{{{literal:{inside}}}}}", &rest[..start]));
        rest = &rest[start + 4 + length..];
    }
    written + rest
}

/// A step as TOML: its payload as parameters where these are read back as they were, and to the byte otherwise.
fn step_text(step: &Map<String, Value>, body: &Template) -> Result<String, String> {
    let of = |payload: &Value| {
        let mut whole = step.clone();
        whole.insert("send".into(), payload.clone());
        let order = ["name", "send", "attach", "expect"];
        let lines = order.iter().filter_map(|name| whole.get(*name).map(|value| Some(format!("{name} = {}\n", inline(value)?))));
        lines.collect::<Option<String>>().map(|lines| format!("\n[[step]]\n{lines}"))
    };
    let is_read_back = |text: &str, members: &Map<String, Value>| {
        let read = Suite::read(&format!("name = \"a\"\n{text}"));
        read.is_ok_and(|suite| {
            matches!(&suite.steps[..], [own] if matches!(&own.action, Action::Send { payload: Payload::Members(read), .. } if read == members))
        })
    };
    if let Some(members) = members_of(body)
        && let Some(text) = of(&Value::Object(members.clone()))
        && is_read_back(&text, &members)
    {
        return Ok(text);
    }
    of(&text_of(body).into()).ok_or_else(|| "A step cannot be written as TOML".to_owned())
}

/// Whether nothing is lost when a JSON text is read: of two members of one name the last alone would be left.
fn has_each_key_once(text: &str, members: &Map<String, Value>) -> bool {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    bare(text) == bare(&Value::Object(members.clone()).to_string())
}

/// A value in one line of TOML; `None` for what TOML cannot say, such as null.
fn inline(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.to_string(),
            None => format!("{:?}", number.as_f64().filter(|_| !number.is_u64())?),
        },
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Option<Vec<_>>>()?.join(", ")),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| Some(format!("{} = {}", key(name), inline(value)?));
            let members = members.iter().map(member).collect::<Option<Vec<_>>>()?;
            if members.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", members.join(", ")) }
        }
    })
}

fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { name.to_owned() } else { quoted(name) }
}

/// A text of TOML: one of JSON, in which one more character has to be escaped.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::super::template::Scope;
    use super::*;

    const URL: &str = "https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog?apiKey=k3y-0f-acme";

    fn sample(body: &str) -> Sample {
        let request =
            RequestSpec { method: "POST".into(), url: URL.into(), body: SpecBody::Text(body.into()), ..RequestSpec::default() };
        Sample { name: "Exchange 17".into(), request, ..Sample::default() }
    }

    /// What the steps of a suite send, filled as a run fills them.
    fn sent(text: &str) -> Vec<Value> {
        let suite = Suite::read(text).unwrap();
        let (row, variables) = (Map::new(), Map::new());
        let environment = |_: &str| Some("from the environment".to_owned());
        let filled = suite.steps.iter().map(|step| {
            let Action::Send { payload, .. } = &step.action else { panic!() };
            let mut scope = Scope::new(1, &row, &variables, &environment, jiff::Zoned::now(), 1);
            match payload {
                Payload::Members(members) => scope.fill(&Value::Object(members.clone())).unwrap(),
                Payload::Text(text) => scope.text(text).unwrap().into(),
            }
        });
        filled.collect()
    }

    #[test]
    fn what_was_sent_is_sent_again() {
        for body in [
            r#"{"summary": "a \"crash\"\nin two lines", "count": 3, "share": 0.5, "areas": ["UI", "Audio"], "odd key": true, "ü": "x"}"#,
            r#"{"summary": "{{name}} and {{", "nested": {"a": {}}}"#,
            r#"{"a": null}"#,
            r#"{"a": 1, "a": 2}"#,
            r#"{"big": 18446744073709551615}"#,
            "{\"summary\": ",
            "",
            "summary=a&b=c",
            "[1, 2]",
        ] {
            let written = steps(&[sample(body)], &Profile::default()).unwrap();
            let text = suite("Mine", "acme", &written);
            assert!(!text.contains("k3y-0f-acme"));
            match &sent(&text)[0] {
                Value::String(text) => assert_eq!(text, body),
                members => assert_eq!(*members, serde_json::from_str::<Value>(body).unwrap(), "{text}"),
            }
        }
        let members = steps(&[sample(r#"{"summary": "a"}"#)], &Profile::default()).unwrap();
        assert!(members.text.contains("send = { summary = \"a\" }"), "{}", members.text);
    }

    #[test]
    fn files_go_with_their_ticket_and_secrets_become_variables() {
        let upload = |delivery, element: &str, name: &str| {
            let part = Part {
                name: "file".into(),
                filename: Some(name.into()),
                content_type: Some("text/plain".into()),
                headers: Vec::new(),
                content: PartContent::File(name.into()),
            };
            let url = URL.replace("appcrashlog?", &format!("appcrashlog/4711/files/{element}?"));
            let request = RequestSpec { url, body: SpecBody::Multipart(vec![part]), ..RequestSpec::default() };
            Sample { request, delivery: Some(delivery), ..Sample::default() }
        };
        let create = |delivery, body| Sample { delivery: Some(delivery), ..sample(body) };
        let profile = Profile::from_json(r#"{"file_elements": [{"parameter": "crashlog"}, {"parameter": "shot"}]}"#).unwrap();
        let samples = [
            create(1, r#"{"summary": "a", "password": "hunter2-secret"}"#),
            create(2, r#"{"summary": "b"}"#),
            upload(1, "crashlog", "a {{x}}.log"),
            upload(2, "shot", "b.png"),
            upload(9, "shot", "c.png"),
        ];
        let written = steps(&samples, &profile).unwrap();
        let text = suite("Mine", "acme", &written);
        assert!(!text.contains("hunter2-secret"), "{text}");
        assert_eq!(sent(&text)[0]["password"], "from the environment");
        let read = Suite::read(&text).unwrap();
        let files = read.steps.iter().map(|step| {
            let Action::Send { attach, .. } = &step.action else { panic!() };
            attach.iter().map(|one| one.element.as_str()).collect::<Vec<_>>()
        });
        let files: Vec<_> = files.collect();
        assert_eq!(files, [["crashlog"], ["shot"]]);
        for word in ["is not among these", "beside the suite", "environment variable"] {
            assert!(written.notes.iter().any(|note| note.contains(word)), "{word}: {:?}", written.notes);
        }

        let more = added(&text, &steps(&[sample(r#"{"summary": "c"}"#)], &profile).unwrap()).unwrap();
        assert!(more.starts_with(&text));
        assert_eq!(Suite::read(&more).unwrap().steps.len(), 3);
        for (wrong, expected) in [("name = ", "line 1"), ("name = \"a\"\n[matrix]\n", "takes no further step")] {
            let error = added(wrong, &written).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        assert!(steps(&[upload(1, "shot", "a.png")], &profile).is_err());
    }
}
