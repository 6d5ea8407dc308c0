//! The *attachment endpoints* in a success answer: found wherever they stand, matched to the profile's file elements, and completed.
//!
//! Centercode documents that the answer names an endpoint per file element and that the project key is missing in it; it does not
//! document the answer's shape. So nothing here depends on one.

use std::ops::Range;

use serde_json::Value;

use super::address::{Address, Shape};
use super::endpoint::Endpoint;
use super::profile::{FileElement, Profile};
use super::secrets::mask::mask_url;

/// An attachment endpoint that an answer named. `Debug` masks its secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct AttachmentEndpoint {
    /// Where it stands in the answer, as a JSON pointer.
    pub pointer: String,
    /// The file element that it is for, as far as that can be told.
    pub parameter: Option<String>,
    /// What the answer said.
    pub returned: String,
    /// The whole address, with the API key in clear; mask it before it goes anywhere.
    pub completed: String,
    /// What was put in, each with its span in `completed`.
    pub completions: Vec<Completion>,
    /// Whether it is at another origin (scheme, host, port) than the one that answered; no secret goes to such an address.
    pub is_elsewhere: bool,
}

impl std::fmt::Debug for AttachmentEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AttachmentEndpoint")
            .field("pointer", &self.pointer)
            .field("parameter", &self.parameter)
            .field("returned", &mask_url(&self.returned))
            .field("completed", &mask_url(&self.completed))
            .field("is_elsewhere", &self.is_elsewhere)
            .finish_non_exhaustive()
    }
}

impl AttachmentEndpoint {
    /// The whole address without its API key.
    pub fn without_key(&self) -> String {
        let address = Address::parse(&self.completed);
        let mut text = self.completed.clone();
        let Some(pair) = address.api_key() else { return text };
        let (start, end) = (pair.name.start, pair.value.end.max(pair.name.end));
        // One of the two signs beside it goes with it.
        let span = if text[end..].starts_with('&') { start..end + 1 } else { start.saturating_sub(1)..end };
        text.replace_range(span, "");
        text
    }
}

/// Something that an endpoint lacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Which part.
    pub what: Completed,
    /// Where it stands in the completed address.
    pub span: Range<usize>,
}

/// The parts that can be lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completed {
    /// Scheme and host, and the path before what was returned.
    Base,
    /// The project key.
    ProjectKey,
    /// The API key.
    ApiKey,
}

impl Completed {
    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Base => "host",
            Self::ProjectKey => "project key",
            Self::ApiKey => "API key",
        }
    }
}

/// The attachment endpoints of an answer's JSON, in the order in which they stand there. `sent_to` is the endpoint that answered.
pub fn find(answer: &Value, sent_to: &Endpoint, profile: Option<&Profile>) -> Vec<AttachmentEndpoint> {
    let elements = profile.map_or(&[][..], |profile| profile.file_elements.as_slice());
    let mut found = Vec::new();
    let mut path = Vec::new();
    walk(answer, &mut path, &mut |path, siblings, text| {
        let element = match_element(path, siblings, text, elements);
        if element.is_none() && !looks_like_attachment(text) || !could_be_address(text) {
            return;
        }
        let (completed, completions, is_elsewhere) = complete(text, sent_to);
        found.push(AttachmentEndpoint {
            pointer: pointer_of(path),
            parameter: element.map(|element| element.parameter.clone()),
            returned: text.to_owned(),
            completed,
            completions,
            is_elsewhere,
        });
    });
    // One endpoint without an element and one element without an endpoint belong together.
    let missing: Vec<_> =
        elements.iter().filter(|element| !found.iter().any(|f| f.parameter.as_ref() == Some(&element.parameter))).collect();
    let mut unmatched: Vec<_> = found.iter_mut().filter(|f| f.parameter.is_none()).collect();
    if let ([element], [endpoint]) = (missing.as_slice(), unmatched.as_mut_slice()) {
        endpoint.parameter = Some(element.parameter.clone());
    }
    // An answer may name the same address twice, say as a link and in a list.
    let mut seen = std::collections::HashSet::new();
    found.retain(|f| seen.insert((f.parameter.clone(), f.completed.clone())));
    found
}

/// The ticket's id in a success answer: the shallowest value under a key that is named like one.
pub fn ticket_id(answer: &Value) -> Option<String> {
    const NAMES: [&str; 8] = ["id", "ticketid", "feedbackid", "ticketnumber", "number", "ticket", "feedback", "key"];
    // What stands in a list is something else that the answer names, unless the whole answer is a list of one.
    let mut level = match answer.as_array().map(Vec::as_slice) {
        Some([only]) => vec![only],
        Some(_) => Vec::new(),
        None => vec![answer],
    };
    while !level.is_empty() {
        for name in NAMES {
            for value in &level {
                let Some(members) = value.as_object() else { continue };
                for (key, value) in members {
                    let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
                    match value {
                        // No ticket has the number 0: that counts something.
                        Value::Number(number) if key == name && number.as_f64() != Some(0.0) => return Some(number.to_string()),
                        Value::String(text) if key == name && !text.is_empty() && !text.contains('/') => {
                            return Some(text.clone());
                        }
                        _ => {}
                    }
                }
            }
        }
        level = level
            .into_iter()
            .flat_map(|value| match value {
                Value::Object(members) => members.values().collect::<Vec<_>>(),
                _ => Vec::new(),
            })
            .collect();
    }
    None
}

/// The ticket that an attachment endpoint's address names.
pub fn ticket_in(url: &str) -> Option<String> {
    let address = Address::parse(url);
    let Shape::Attachment { rest, .. } = address.shape() else { return None };
    rest.first().map(|segment| address.decoded(segment)).filter(|ticket| !ticket.is_empty())
}

/// The file element that an attachment endpoint's address names: its last segment.
pub fn element_in(url: &str) -> Option<String> {
    let address = Address::parse(url);
    let Shape::Attachment { rest, .. } = address.shape() else { return None };
    rest.last().map(|segment| address.decoded(segment)).filter(|element| !element.is_empty())
}

/// Completes an attachment endpoint: the address, what was put in, and whether it is at another origin.
pub fn complete(returned: &str, sent_to: &Endpoint) -> (String, Vec<Completion>, bool) {
    let text = returned.trim().replace("&amp;", "&");
    let address = Address::parse(&text);
    let base_url = sent_to.base_url.trim_end_matches('/');
    let mut out = Builder::default();

    // Scheme and host.
    let is_absolute = !address.scheme.is_empty();
    let is_protocol_relative =
        !is_absolute && text.starts_with("//") && text[2..].split('/').next().is_some_and(|host| host.contains(['.', ':']));
    let (segments, is_elsewhere) = if is_absolute {
        out.text.push_str(address.base());
        (path_segments(&address), address.origin() != Address::parse(base_url).origin())
    } else if is_protocol_relative {
        let scheme = base_url.split("://").next().unwrap_or("https");
        return complete(&format!("{scheme}:{text}"), sent_to);
    } else {
        out.put(Completed::Base, base_url);
        // Without a slash in front, the first segment would be read as a host.
        let rooted = if text.starts_with('/') { text.clone() } else { format!("/{text}") };
        (path_segments(&Address::parse(&rooted)), false)
    };

    // The path: /api/v1/projects/PROJECT/feedback/SOURCE/…, of which the front may be lacking.
    let after_feedback = match segments.iter().position(|segment| segment == "feedback") {
        Some(at) => Some(&segments[at + 1..]),
        None if is_absolute => None,
        None if segments.first().is_some_and(|first| *first == sent_to.source_key) => Some(&segments[..]),
        None => None,
    };
    let escaped = Endpoint { base_url: String::new(), api_key: Default::default(), ..sent_to.clone() }.url_masked();
    let project = Address::parse(&escaped);
    let project = project.segments.get(3).map_or("", |span| project.raw(span));
    match after_feedback {
        Some(rest) => {
            let front = segments.len() - rest.len();
            let front: Vec<&str> = segments[..front.saturating_sub(1)].iter().map(String::as_str).collect();
            let (prefix, named) = match front.iter().position(|segment| *segment == "projects") {
                Some(at) => (front[..=at].join("/"), front.get(at + 1).copied().unwrap_or("")),
                None => ("api/v1/projects".to_owned(), ""),
            };
            let prefix = if prefix == "projects" { "api/v1/projects".to_owned() } else { prefix };
            out.text.push('/');
            out.text.push_str(&prefix);
            out.text.push('/');
            if named.is_empty() || is_placeholder(named) {
                out.put(Completed::ProjectKey, project);
            } else {
                out.text.push_str(named);
            }
            out.text.push_str("/feedback/");
            out.text.push_str(&rest.join("/"));
        }
        None if !is_absolute
            && segments.first().is_some_and(|first| first.bytes().all(|b| b.is_ascii_digit()) && !first.is_empty()) =>
        {
            // The ticket and what is behind it: the create path comes before.
            out.put(Completed::ProjectKey, escaped.split('?').next().unwrap_or(""));
            out.text.push('/');
            out.text.push_str(&segments.join("/"));
        }
        None => {
            out.text.push('/');
            out.text.push_str(&segments.join("/"));
        }
    }

    // The query, and the API key where it is lacking.
    let mut separator = '?';
    let mut has_key = false;
    for pair in &address.query {
        let name = address.raw(&pair.name);
        let value = address.raw(&pair.value);
        let is_key = name.eq_ignore_ascii_case("apikey");
        if is_key && (value.is_empty() || is_placeholder(&address.decoded(&pair.value))) {
            continue;
        }
        has_key |= is_key;
        out.text.push(separator);
        out.text.push_str(name);
        if !pair.value.is_empty() || address.text()[..pair.value.start].ends_with('=') {
            out.text.push('=');
            out.text.push_str(value);
        }
        separator = '&';
    }
    if !has_key && !is_elsewhere && !sent_to.api_key.is_empty() {
        let own = sent_to.url_revealing_key();
        let own = Address::parse(&own);
        let key = own.api_key().map_or("", |pair| own.raw(&pair.value));
        out.text.push(separator);
        out.text.push_str("apiKey=");
        out.put(Completed::ApiKey, key);
    }
    (out.text, out.completions, is_elsewhere)
}

/// Whether a text stands where a value belongs: `<YourProjectKey>`, `{projectKey}`, `{{key}}`, `${key}`, `:key`, `%KEY%`, `[key]`, percent-encoded or not.
pub fn is_placeholder(text: &str) -> bool {
    let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    let text = text.trim();
    let within =
        |open: &str, close: &str| text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close);
    within("<", ">")
        || within("{", "}")
        || within("[", "]")
        || within("${", "}")
        || within("%", "%")
        || within("$", "$")
        || (text.len() > 1 && text.starts_with(':'))
        || matches!(text, "null" | "undefined" | "••••")
}

#[derive(Default)]
struct Builder {
    text: String,
    completions: Vec<Completion>,
}

impl Builder {
    fn put(&mut self, what: Completed, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.completions.push(Completion { what, span: start..self.text.len() });
    }
}

fn path_segments(address: &Address) -> Vec<String> {
    address.segments.iter().map(|span| address.raw(span).to_owned()).collect()
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

type Visit<'v, 'a> = &'v mut dyn FnMut(&[Step<'a>], Option<&'a serde_json::Map<String, Value>>, &'a str);

fn walk<'a>(value: &'a Value, path: &mut Vec<Step<'a>>, visit: Visit<'_, 'a>) {
    walk_inside(value, None, path, visit);
}

fn walk_inside<'a>(
    value: &'a Value,
    siblings: Option<&'a serde_json::Map<String, Value>>,
    path: &mut Vec<Step<'a>>,
    visit: Visit<'_, 'a>,
) {
    match value {
        Value::String(text) => visit(path, siblings, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                walk_inside(item, None, path, visit);
                path.pop();
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                path.push(Step::Key(key));
                walk_inside(member, Some(members), path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}

fn pointer_of(path: &[Step<'_>]) -> String {
    path.iter()
        .map(|step| match step {
            Step::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => format!("/{index}"),
        })
        .collect()
}

fn same(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    a == b || (!plain(a).is_empty() && plain(a) == plain(b))
}

/// The element that an address is for: by its own key, by a value beside it, by the keys above it, or by its last path segments.
fn match_element<'e>(
    path: &[Step<'_>],
    siblings: Option<&serde_json::Map<String, Value>>,
    text: &str,
    elements: &'e [FileElement],
) -> Option<&'e FileElement> {
    let named = |name: &str| elements.iter().find(|element| same(name, &element.parameter) || same(name, &element.field));
    if !could_be_address(text) {
        return None;
    }
    if let Some(Step::Key(key)) = path.last()
        && let Some(element) = named(key)
    {
        return Some(element);
    }
    let beside = siblings.into_iter().flat_map(|members| members.values()).filter_map(Value::as_str);
    if let Some(element) = beside.filter(|value| *value != text).find_map(named) {
        return Some(element);
    }
    let above = path.iter().rev().skip(1).filter_map(|step| match step {
        Step::Key(key) => Some(*key),
        Step::Index(_) => None,
    });
    if let Some(element) = above.into_iter().find_map(named) {
        return Some(element);
    }
    if !looks_like_attachment(text) {
        return None;
    }
    let address = Address::parse(text);
    address.segments.iter().rev().take(2).find_map(|span| named(&address.decoded(span)))
}

fn could_be_address(text: &str) -> bool {
    let text = text.trim();
    text.contains('/') && text.len() < 8192 && !text.contains(char::is_whitespace)
}

/// Whether an address by itself reads as an attachment endpoint: the feedback path and at least two segments behind the source.
fn looks_like_attachment(text: &str) -> bool {
    let text = text.trim();
    let rooted = if text.contains("://") || text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
    let address = Address::parse(&rooted);
    let segments = path_segments(&address);
    segments.iter().position(|segment| segment == "feedback").is_some_and(|at| {
        let behind = segments[at + 1..].iter().filter(|segment| !segment.is_empty()).count();
        behind >= 3
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::secrets::secret::Secret;

    fn sent_to() -> Endpoint {
        Endpoint {
            base_url: "https://acme.centercode.com".into(),
            project_key: "beta 1".into(),
            source_key: "appcrashlog".into(),
            api_key: Secret::new("3f0c"),
        }
    }

    const WHOLE: &str =
        "https://acme.centercode.com/api/v1/projects/beta%201/feedback/appcrashlog/4711/files/crashlog?apiKey=3f0c";

    #[test]
    fn completed_by_table() {
        for returned in [
            "https://acme.centercode.com/api/v1/projects//feedback/appcrashlog/4711/files/crashlog",
            "https://acme.centercode.com/api/v1/projects/feedback/appcrashlog/4711/files/crashlog?apiKey=",
            "https://acme.centercode.com/api/v1/projects/<YourProjectKey>/feedback/appcrashlog/4711/files/crashlog?apiKey=3f0c",
            "https://acme.centercode.com/api/v1/projects/%7BprojectKey%7D/feedback/appcrashlog/4711/files/crashlog?apiKey=3f0c",
            "https://acme.centercode.com/api/v1/feedback/appcrashlog/4711/files/crashlog",
            "/api/v1/projects//feedback/appcrashlog/4711/files/crashlog?apiKey=3f0c",
            "//acme.centercode.com/api/v1/projects//feedback/appcrashlog/4711/files/crashlog",
            "api/v1/projects/feedback/appcrashlog/4711/files/crashlog",
            "projects//feedback/appcrashlog/4711/files/crashlog",
            "feedback/appcrashlog/4711/files/crashlog",
            "appcrashlog/4711/files/crashlog",
            "4711/files/crashlog",
            "https://acme.centercode.com/api/v1/projects/beta%201/feedback/appcrashlog/4711/files/crashlog?apiKey=<YourAPIKey>",
        ] {
            let (completed, completions, foreign) = complete(returned, &sent_to());
            assert_eq!(completed, WHOLE, "{returned}");
            assert!(!foreign, "{returned}");
            for completion in completions {
                assert!(
                    completed.get(completion.span.clone()).is_some_and(|part| !part.is_empty()),
                    "{returned}: {completion:?}"
                );
            }
        }
        assert_eq!(complete(WHOLE, &sent_to()).1, vec![]);
    }

    #[test]
    fn debug_output_masks_the_key() {
        let found = find(&json!(["/api/v1/projects//feedback/appcrashlog/1/files/crashlog"]), &sent_to(), None);
        assert!(found[0].completed.contains("3f0c") && !format!("{found:?}").contains("3f0c"));
        let sent = crate::model::request_record::RequestRecord { url: found[0].completed.clone(), ..Default::default() };
        assert!(!format!("{sent:?}").contains("3f0c"));
    }

    #[test]
    fn another_origin_never_gets_the_key() {
        let behind = "/api/v1/projects//feedback/appcrashlog/1/files/crashlog";
        for base in [
            "https://evil.example",
            "http://acme.centercode.com",
            "https://acme.centercode.com:8443",
            "http://acme.centercode.com:443",
            "https://acme.centercode.com@evil.example",
            "https://acme.centercode.com.evil.example",
        ] {
            let (completed, _, elsewhere) = complete(&format!("{base}{behind}?apiKey="), &sent_to());
            assert!(elsewhere && !completed.contains("3f0c"), "{base}: {completed}");
        }
        for base in ["https://acme.centercode.com:443", "HTTPS://ACME.centercode.com", "//acme.centercode.com"] {
            let (completed, _, elsewhere) = complete(&format!("{base}{behind}"), &sent_to());
            assert!(!elsewhere && completed.ends_with("?apiKey=3f0c"), "{base}: {completed}");
        }
    }

    #[test]
    fn found_in_any_shape() {
        let profile = Profile::from_json(
            r#"{"file_elements": [{"field": "Crash log", "parameter": "crashlog"}, {"field": "Screenshot", "parameter": "shot"}]}"#,
        )
        .unwrap();
        let log = "/api/v1/projects//feedback/appcrashlog/4711/files/crashlog";
        let shot = "/api/v1/projects//feedback/appcrashlog/4711/files/shot";
        let (opaque_log, opaque_shot) =
            ("/api/v1/projects//feedback/s/4711/files/17", "/api/v1/projects//feedback/s/4711/files/18");
        for answer in [
            json!({"id": 4711, "attachments": {"crashlog": log, "shot": shot}}),
            json!({"id": 4711, "crashlog": opaque_log, "Screenshot": opaque_shot, "self": "/api/v1/projects//feedback/appcrashlog/4711"}),
            json!({"data": {"ticket": {"id": 4711}, "files": [{"parameter": "crashlog", "url": opaque_log}, {"name": "Screenshot", "href": opaque_shot}]}}),
            json!({"id": 4711, "endpoints": [log, shot]}),
            json!([log, shot]),
            json!({"crash_log": {"upload": {"href": opaque_log}}, "shot": [opaque_shot]}),
            json!({"ticket": {"number": 4711}, "a": opaque_log, "shot": opaque_shot, "portal": "https://acme.centercode.com/p/beta1/4711"}),
        ] {
            let found: Vec<_> = find(&answer, &sent_to(), Some(&profile)).into_iter().map(|f| f.parameter).collect();
            assert_eq!(found, [Some("crashlog".to_owned()), Some("shot".to_owned())], "{answer}");
        }
    }

    #[test]
    fn without_a_profile_the_path_tells() {
        let answer = json!({"id": 1, "x": {"files": ["/api/v1/projects//feedback/s/1/files/a"]}, "self": "/api/v1/projects//feedback/s/1"});
        let found = find(&answer, &sent_to(), None);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].pointer.as_str(), &found[0].parameter), ("/x/files/0", &None));
    }

    #[test]
    fn ticket_ids_by_table() {
        for (answer, expected) in [
            (json!({"status": 201, "id": 4711}), Some("4711")),
            (json!({"ticketId": "IS-12", "status": "New"}), Some("IS-12")),
            (json!({"data": {"feedback": {"ID": 7}}}), Some("7")),
            (json!([{"id": 3}]), Some("3")),
            (json!({"rows": [{"id": 5}], "ok": true}), None),
            (json!({"id": 0, "ticket": {"id": 9}}), Some("9")),
            (json!([{"id": 3}, {"id": 4}]), None),
            (json!({"ok": true}), None),
        ] {
            assert_eq!(ticket_id(&answer).as_deref(), expected, "{answer}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_completed_without_a_panic(text in "\\PC{0,40}|[a-z/:?&=.<>0-9]{0,50}|/api/v1/projects/[^ ]{0,10}/feedback/[^ ]{0,20}") {
            let (completed, completions, _) = complete(&text, &sent_to());
            for completion in completions {
                proptest::prop_assert!(completed.get(completion.span).is_some());
            }
        }
    }
}
