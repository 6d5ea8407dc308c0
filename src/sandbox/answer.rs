//! The rules of External Sources: what Centercode answers to what.

use serde_json::{Map, Value, json};

use super::receive::Form;
use super::reply::Reply;
use super::state::State;
use crate::model::address::{Address, Shape as Path};
use crate::model::contract::{self, Rule, Violation};
use crate::model::multipart::{Part, Recorded};
use crate::model::profile::{FieldKind, FileElement, SourceSetting};
use crate::model::{Profile, Secret};

/// What a request's address means.
pub(super) enum Route {
    /// Makes a ticket of a source.
    Create(Box<Profile>),
    /// Takes a file for a ticket.
    File { ticket: String, element: FileElement },
    /// Nothing; why not.
    Unknown(String),
}

impl Route {
    /// Reads an address. Keys are compared exactly, case and all, after `%XX` is decoded.
    pub fn of(method: &str, target: &str, state: &State) -> Self {
        let unknown = |why: &str| Self::Unknown(why.to_owned());
        let address = Address::parse(target);
        let (project, source, rest) = match address.shape() {
            Path::Create { project, source } => (project, source, Vec::new()),
            Path::Attachment { project, source, rest } => (project, source, rest),
            Path::Other => return unknown("the path does not belong to an External Source"),
        };
        if method != "POST" {
            return Self::Unknown(format!("External Sources take POST, not {}", short(method)));
        }
        let profiles = state.profiles();
        let (project, source) = (address.decoded(&project), address.decoded(&source));
        let key = address.api_key().map(|pair| Secret::new(address.decoded(&pair.value)));
        let profile = match find(state, &profiles, &project, &source, key.as_ref()) {
            Ok(profile) => profile.clone(),
            Err(why) => return Self::Unknown(why),
        };
        if rest.is_empty() {
            return Self::Create(Box::new(profile));
        }
        let rest: Vec<_> = rest.iter().map(|span| address.decoded(span)).collect();
        let [ticket, files, element] = rest.as_slice() else {
            return unknown("the path behind the source is not TICKET/files/ELEMENT");
        };
        if files != "files" {
            return unknown("the path behind the source is not TICKET/files/ELEMENT");
        }
        if !state.has_ticket(ticket, &profile) {
            return Self::Unknown(format!("the source has no ticket {}", quoted(ticket)));
        }
        match profile.file_element(element).cloned() {
            Some(element) => Self::File { ticket: ticket.clone(), element },
            None => Self::Unknown(format!("the form has no file element {}", quoted(element))),
        }
    }
}

fn find<'a>(
    state: &State,
    profiles: &'a [Profile],
    project: &str,
    source: &str,
    key: Option<&Secret>,
) -> Result<&'a Profile, String> {
    let in_project: Vec<_> = profiles.iter().enumerate().filter(|(_, profile)| profile.project_key == project).collect();
    if in_project.is_empty() {
        return Err(if project.is_empty() {
            "the project key is missing".into()
        } else {
            format!("there is no project {}", quoted(project))
        });
    }
    let sources: Vec<_> = in_project.into_iter().filter(|(_, profile)| profile.source_key == source).collect();
    if sources.is_empty() {
        return Err(format!("the project has no External Source {}", quoted(source)));
    }
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Err("the query has no apiKey".into()) };
    let found = sources.into_iter().find(|(number, _)| state.is_key_of(*number, key));
    found.map(|(_, profile)| profile).ok_or_else(|| "the API key is another".into())
}

/// Answers a ticket's payload.
pub(super) fn create(state: &State, profile: &Profile, content_type: Option<&str>, body: &[u8]) -> Reply {
    if !content_type.is_some_and(is_json) {
        return Reply::bad_request(match content_type {
            Some(found) => format!("the body is declared as {}, not as application/json", quoted(found)),
            None => "the body is not declared as application/json".into(),
        });
    }
    let payload = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(payload)) => payload,
        Ok(other) => return Reply::bad_request(format!("the body is {}, not a JSON object", contract::type_name(&other))),
        Err(error) => return Reply::bad_request(format!("the body is not JSON: {error}")),
    };
    if let Some(violation) = contract::check(profile, &payload).first() {
        return Reply::bad_request(describe(violation));
    }
    let ticket = state.create_ticket(profile);
    let rule = format!("ticket {ticket} created, attributed to {}", attributed_to(profile, &payload));
    Reply::json(201, &state.shape().answer(profile, ticket), rule)
}

/// Answers a file's upload.
pub(super) fn file(ticket: &str, element: &FileElement, form: Result<&Form, &str>, parts: &[Part<Recorded>]) -> Reply {
    match form {
        Err(why) => return Reply::bad_request(why),
        Ok(Form::Malformed(why)) => return Reply::bad_request(format!("the multipart body cannot be read: {}", short(why))),
        Ok(Form::Whole) => {}
    }
    let name = element.part_name();
    let Some(part) = parts.iter().find(|part| part.name == name && part.filename.is_some()) else {
        let other = parts.iter().find(|part| part.filename.is_some()).map(|part| quoted(&part.name));
        return Reply::bad_request(match other {
            Some(other) => format!("the file's part is named {other}, not {}", quoted(name)),
            None if parts.iter().any(|part| part.name == name) => format!("the part {} has no file name", quoted(name)),
            None => "no part is a file".into(),
        });
    };
    let size = part.content.size.unwrap_or_default();
    if size == 0 {
        return Reply::bad_request("the file is empty");
    }
    let filename = part.filename.as_deref().unwrap_or("");
    let number = ticket.parse::<u64>().map_or_else(|_| Value::from(ticket), Value::from);
    let body = json!({"status": 201, "ticket": number, "fileElement": element.parameter,
        "fileName": filename, "size": size, "sha256": part.content.sha256});
    Reply::json(201, &body, format!("{} of {size} bytes attached to ticket {}", quoted(filename), short(ticket)))
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The boundary of a multipart body, or why there is none.
pub(super) fn boundary(content_type: Option<&str>) -> Result<String, &'static str> {
    let Some(content_type) = content_type else { return Err("the body is not declared as multipart/form-data") };
    match multer::parse_boundary(content_type) {
        Ok(boundary) if boundary.is_empty() => Err("the Content-Type's boundary is empty"),
        Ok(boundary) => Ok(boundary),
        Err(multer::Error::NoBoundary) => Err("the Content-Type has no boundary"),
        Err(_) if content_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") => {
            Err("the Content-Type's boundary cannot be read")
        }
        Err(_) => Err("the body is not declared as multipart/form-data"),
    }
}

/// Whom a ticket is attributed to: a submitter that the project has, else the default.
fn attributed_to(profile: &Profile, payload: &Map<String, Value>) -> String {
    let parameter = contract::parameter_of(profile, FieldKind::Submitter, "submitter");
    let sent = payload.get(parameter).and_then(Value::as_str).unwrap_or("");
    let known = profile.knows_submitter(sent);
    let is_taken = known || (profile.known_submitters.is_empty() && contract::is_email(sent));
    match profile.default_submitter_setting() {
        SourceSetting::Set(default) if !is_taken => format!("the default submitter {}", short(default)),
        SourceSetting::NotKnown if !is_taken => "a default submitter that the profile does not know".to_owned(),
        _ => format!("the submitter {}", short(sent)),
    }
}

fn describe(violation: &Violation) -> String {
    let parameter = quoted(&violation.parameter);
    match &violation.rule {
        Rule::SubmitterMissing => format!("{parameter} is missing, and there is no default submitter"),
        Rule::SubmitterMalformed(sent) => format!("{parameter} is {}, which is not an e-mail address", quoted(sent)),
        Rule::SubmitterUnknown(sent) => format!("{parameter} is {}, whom the project does not have", quoted(sent)),
        Rule::StatusMissing => format!("{parameter} is missing, and the workflow is \"No Selection\""),
        Rule::StatusUnknown(sent) => format!("{parameter} is {}, which is not a status of the workflow", quoted(sent)),
        Rule::RequiredMissing => format!("{parameter} is required and missing or empty"),
        Rule::NotAChoice(sent) => format!("{parameter} is {}, which is exactly none of its choices", quoted(sent)),
        Rule::WrongType { expected, found } => format!("{parameter} must be {expected} and is {found}"),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", short(text))
}

/// The log is not to grow with what clients send.
fn short(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// A route for the log's words when a fault plays that every key is another.
pub(super) fn keys_changed(route: Route) -> Route {
    match route {
        Route::Unknown(why) => Route::Unknown(why),
        _ => Route::Unknown("the keys were changed in Centercode".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_by_table() {
        let state = State::new(([127, 0, 0, 1], 8123).into(), Secret::new("k1"), super::super::Options::default());
        state.create_ticket(&state.profiles()[0]);
        let source = "/api/v1/projects/beta1/feedback/appcrashlog";
        for (method, target, expected) in [
            ("POST", format!("{source}?apiKey=k1"), "create"),
            ("POST", format!("{source}?x=1&apiKey=%6b1"), "create"),
            ("POST", "/api/v1/projects/b%65ta1/feedback/appcrashlog?apiKey=k1".into(), "create"),
            ("POST", format!("{source}?apiKey=K1"), "the API key is another"),
            ("POST", format!("{source}?apikey=k1"), "the query has no apiKey"),
            ("POST", source.into(), "the query has no apiKey"),
            ("GET", format!("{source}?apiKey=k1"), "External Sources take POST, not GET"),
            ("POST", format!("{source}/?apiKey=k1"), "the path does not belong to an External Source"),
            ("POST", format!("{source}s?apiKey=k1"), "the project has no External Source \"appcrashlogs\""),
            ("POST", "/api/v1/projects/Beta1/feedback/appcrashlog?apiKey=k1".into(), "there is no project \"Beta1\""),
            ("POST", format!("{source}/4711/files/crashlog?apiKey=k1"), "file 4711 crashlog"),
            ("POST", format!("{source}/4712/files/crashlog?apiKey=k1"), "the source has no ticket \"4712\""),
            ("POST", format!("{source}/4711/files/Crashlog?apiKey=k1"), "the form has no file element \"Crashlog\""),
            ("POST", format!("{source}/4711/crashlog?apiKey=k1"), "the path behind the source is not TICKET/files/ELEMENT"),
            ("POST", "/api/v1/projects//feedback/appcrashlog/4711/files/crashlog?apiKey=k1".into(), "the project key is missing"),
            ("POST", "/".into(), "the path does not belong to an External Source"),
        ] {
            let found = match Route::of(method, &target, &state) {
                Route::Create(_) => "create".to_owned(),
                Route::File { ticket, element, .. } => format!("file {ticket} {}", element.parameter),
                Route::Unknown(why) => why,
            };
            assert_eq!(found, expected, "{method} {target}");
        }
    }

    #[test]
    fn attribution_by_table() {
        let mut profile = super::super::example_profile();
        let who = |profile: &Profile, sent: &str| attributed_to(profile, &serde_json::from_str(sent).unwrap());
        assert_eq!(who(&profile, r#"{"submitter": "Jim@Acme.example"}"#), "the submitter Jim@Acme.example");
        assert_eq!(who(&profile, r#"{"submitter": "bob@acme.example"}"#), "the default submitter feedback-bot@acme.example");
        assert_eq!(who(&profile, "{}"), "the default submitter feedback-bot@acme.example");
        profile.known_submitters.clear();
        assert_eq!(who(&profile, r#"{"submitter": "bob@acme.example"}"#), "the submitter bob@acme.example");
    }

    #[test]
    fn a_long_value_is_cut_in_the_log() {
        assert_eq!(short(&"é".repeat(500)).chars().count(), 121);
    }
}
