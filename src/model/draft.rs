//! A *draft*: what the user has put into the form, and the *payload* that it makes.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::endpoint::Endpoint;
use super::profile::{Encoding, Field, FieldKind, Profile};
use super::request::Request;
use super::secrets::secret::Secret;

/// Everything that was typed and picked for one profile, kept over restarts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// An entry for each parameter, mapped ones in the profile's order, then others.
    pub entries: Vec<Entry>,
    /// The JSON as it was typed, when the last edit was made there. It is what is sent, to the byte.
    pub json: Option<String>,
    /// Files to attach once the ticket exists.
    pub attachments: Vec<Attachment>,
    /// An address other than the profile's, to try something out.
    pub address: Option<AddressEdit>,
}

/// An address other than the profile's. Its API key is never saved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressEdit {
    /// Scheme and host.
    pub base_url: String,
    /// The project key.
    pub project_key: String,
    /// The External Source key.
    pub source_key: String,
    /// Another API key than the profile's; `None` is the profile's.
    #[serde(skip)]
    pub api_key: Option<Secret>,
}

/// One parameter of the form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// The parameter.
    pub parameter: String,
    /// How it goes into the JSON.
    pub presence: Presence,
    /// What was typed or ticked; kept while it is left out.
    pub input: Input,
}

/// How a parameter goes into the JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Not at all.
    #[default]
    LeftOut,
    /// With its value.
    Sent,
    /// As `""`, or `[]` for a multiple choice.
    Empty,
    /// As `null`.
    Null,
}

impl Presence {
    /// Every way, in the order of a pick list.
    pub const ALL: [Self; 4] = [Self::Sent, Self::LeftOut, Self::Empty, Self::Null];

    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sent => "Sent",
            Self::LeftOut => "Left out",
            Self::Empty => "Empty",
            Self::Null => "Null",
        }
    }
}

/// What a widget holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A typed text, also a number's, a date's or a single choice.
    Text(String),
    /// A checkbox.
    Flag(bool),
    /// The ticked choices.
    Choices(Vec<String>),
    /// JSON that the field's widget cannot show; it is sent as it is.
    Json(Value),
}

impl Default for Input {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// A file to attach.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// The file element's parameter.
    pub parameter: String,
    /// Where the file lies.
    pub path: PathBuf,
    /// The name it is sent under; `None` is the file's own.
    pub filename: Option<String>,
    /// The Content-Type it is sent as; `None` is guessed from the name.
    pub content_type: Option<String>,
    /// Its length when it was picked, in bytes.
    pub picked_size: Option<u64>,
    /// When it had last been changed when it was picked.
    pub picked_modified: Option<std::time::SystemTime>,
}

/// The largest file that Centercode documents to take, in bytes.
pub const LARGEST_FILE: u64 = 2 << 30;

impl Attachment {
    /// Why Centercode may refuse the file, told by its size when it was picked.
    pub fn size_warning(&self) -> Option<&'static str> {
        match self.picked_size? {
            0 => Some("empty: Centercode has nothing to attach"),
            size if size > LARGEST_FILE => Some("over Centercode's limit of 2 GB per file"),
            _ => None,
        }
    }

    /// The name it is sent under.
    pub fn filename(&self) -> String {
        self.filename
            .clone()
            .unwrap_or_else(|| self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()))
    }

    /// The Content-Type it is sent as.
    pub fn content_type(&self) -> String {
        self.content_type.clone().unwrap_or_else(|| mime_guess::from_path(self.filename()).first_or_octet_stream().to_string())
    }
}

impl Draft {
    /// Gives each mapped parameter its entry, in the profile's order, and keeps the others behind them.
    pub fn fit(&mut self, profile: &Profile) {
        let mut entries = Vec::with_capacity(profile.fields.len());
        for field in &profile.fields {
            if entries.iter().any(|entry: &Entry| entry.parameter == field.parameter) {
                continue;
            }
            let entry = match self.entries.iter().position(|entry| entry.parameter == field.parameter) {
                Some(at) => {
                    let mut entry = self.entries.remove(at);
                    entry.input = fit_input(field, entry.input);
                    entry
                }
                None => Entry { parameter: field.parameter.clone(), input: blank(field), ..Entry::default() },
            };
            entries.push(entry);
        }
        // An entry without a row in the mapping matters only if it says something.
        self.entries.retain(|entry| entry.presence != Presence::LeftOut);
        entries.append(&mut self.entries);
        self.entries = entries;
    }

    /// The entry of a parameter.
    pub fn entry(&self, parameter: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.parameter == parameter)
    }

    /// The entry of a parameter, made if there is none.
    pub fn entry_mut(&mut self, parameter: &str) -> &mut Entry {
        let at = self.entries.iter().position(|entry| entry.parameter == parameter).unwrap_or_else(|| {
            self.entries.push(Entry { parameter: parameter.to_owned(), ..Entry::default() });
            self.entries.len() - 1
        });
        &mut self.entries[at]
    }

    /// The form's values as a JSON object, in the order of the form.
    pub fn members(&self, profile: &Profile) -> Map<String, Value> {
        self.entries
            .iter()
            .filter_map(|entry| Some((entry.parameter.clone(), entry_value(profile.field(&entry.parameter), entry)?)))
            .collect()
    }

    /// The JSON text that is sent: what was typed, or what the form makes.
    pub fn payload_text(&self, profile: &Profile) -> String {
        match &self.json {
            Some(text) => text.clone(),
            None => pretty(&self.members(profile)),
        }
    }

    /// The create request, as it is to be sent.
    pub fn request(&self, profile: &Profile) -> Request {
        let url = self.endpoint(profile).url_revealing_key();
        let headers = profile.headers_for(&url);
        Request::post_json(url, &self.payload_text(profile), &headers)
    }

    /// Takes over JSON that the user typed: it is kept to the byte, and the form is filled from it as far as it can show it.
    /// Returns what the form cannot show, in words.
    pub fn set_json(&mut self, text: &str, profile: &Profile) -> Vec<String> {
        self.json = Some(text.to_owned());
        let members = match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(members)) => members,
            Ok(other) => {
                return vec![format!(
                    "The JSON is {}, not an object, so the form cannot show it. It is sent as typed.",
                    super::contract::type_name(&other)
                )];
            }
            Err(error) => {
                return vec![format!(
                    "The JSON cannot be read (line {}, column {}), so the form shows the values before. It is sent as typed.",
                    error.line(),
                    error.column()
                )];
            }
        };
        let mut notes = Vec::new();
        if let Some(key) = duplicate_key(text, members.len()) {
            notes.push(format!("\"{key}\" stands more than once. The form shows the last one; all are sent as typed."));
        }
        self.fill(&members, profile);
        for entry in &self.entries {
            if let Input::Json(value) = &entry.input
                && entry.presence == Presence::Sent
                && profile.field(&entry.parameter).is_some()
            {
                notes.push(format!(
                    "\"{}\" is {}, which its field cannot show. It is sent as typed.",
                    entry.parameter,
                    super::contract::type_name(value)
                ));
            }
        }
        notes
    }

    /// Fills the form from a JSON object: what is absent is left out, what is typed there stays in the entries.
    pub fn fill(&mut self, members: &Map<String, Value>, profile: &Profile) {
        self.fit(profile);
        for entry in &mut self.entries {
            if !members.contains_key(&entry.parameter) {
                entry.presence = Presence::LeftOut;
            }
        }
        self.entries.retain(|entry| entry.presence != Presence::LeftOut || profile.field(&entry.parameter).is_some());
        for (parameter, value) in members {
            let field = profile.field(parameter);
            let entry = self.entry_mut(parameter);
            match value {
                Value::Null => entry.presence = Presence::Null,
                Value::String(text) if text.is_empty() && !field.is_some_and(is_list) => entry.presence = Presence::Empty,
                Value::Array(items) if items.is_empty() && field.is_some_and(is_list) => entry.presence = Presence::Empty,
                value => {
                    entry.presence = Presence::Sent;
                    entry.input = input_for(field, value);
                }
            }
        }
    }

    /// Empties the form: every parameter is left out, and nothing stands in its widget any more.
    pub fn clear(&mut self, profile: &Profile) {
        self.json = None;
        self.entries.clear();
        self.fit(profile);
    }

    /// Goes back from typed JSON to the form: an edit in the form takes over the values that stand in it.
    /// What could be read from the JSON is in the form already.
    pub fn leave_json(&mut self) {
        self.json = None;
    }

    /// The address that is sent to: the edited one, or the profile's. The profile's API key goes to its own origin alone: elsewhere there is
    /// none unless it was typed.
    pub fn endpoint(&self, profile: &Profile) -> Endpoint {
        match &self.address {
            None => profile.endpoint(),
            Some(edit) => Endpoint {
                base_url: edit.base_url.clone(),
                project_key: edit.project_key.clone(),
                source_key: edit.source_key.clone(),
                api_key: match &edit.api_key {
                    Some(typed) => typed.clone(),
                    None if is_own_host(&edit.base_url, profile) => profile.api_key.clone(),
                    None => Secret::default(),
                },
            },
        }
    }

    /// Sets the address; one that is the profile's own is not an edit. An API key that was not changed stays what it was: typed, or the profile's.
    pub fn set_endpoint(&mut self, endpoint: Endpoint, profile: &Profile) {
        let before = self.endpoint(profile);
        let typed_before = self.address.take().and_then(|edit| edit.api_key);
        let api_key = if endpoint.api_key == before.api_key {
            typed_before
        } else {
            let is_own = endpoint.api_key == profile.api_key && is_own_host(&endpoint.base_url, profile);
            (!is_own).then(|| endpoint.api_key.clone())
        };
        let Endpoint { base_url, project_key, source_key, .. } = endpoint;
        self.address = Some(AddressEdit { base_url, project_key, source_key, api_key });
        if self.endpoint(profile) == profile.endpoint() {
            self.address = None;
        }
    }
}

/// Whether an edited host is the profile's own, one that cannot be read included.
fn is_own_host(base_url: &str, profile: &Profile) -> bool {
    base_url == profile.base_url || profile.is_at(base_url)
}

impl Entry {
    /// Takes over what was typed into a text widget: a text is sent, and nothing is left out.
    pub fn type_text(&mut self, text: String) {
        self.presence = if text.is_empty() { Presence::LeftOut } else { Presence::Sent };
        self.input = Input::Text(text);
    }

    /// Takes over a text that stands for the field's value: `true` for a checkbox, choices with commas between. An empty one is sent empty.
    pub fn set_text(&mut self, field: Option<&Field>, text: &str) {
        if text.is_empty() {
            self.presence = Presence::Empty;
            return;
        }
        self.presence = Presence::Sent;
        self.input = match field.map(|field| field.kind) {
            Some(FieldKind::Checkbox) if text == "true" || text == "false" => Input::Flag(text == "true"),
            Some(FieldKind::MultipleChoice) => Input::Choices(choices(field.map_or(&[], |field| &field.choices), text)),
            _ => Input::Text(text.to_owned()),
        };
    }
}

/// The JSON value that a text stands for in a field; an empty one is empty.
pub fn value_of_text(field: Option<&Field>, text: &str) -> Value {
    let mut entry = Entry::default();
    entry.set_text(field, text);
    entry_value(field, &entry).unwrap_or_default()
}

/// A choice may hold a comma itself.
fn choices(known: &[String], text: &str) -> Vec<String> {
    if known.iter().any(|choice| choice == text) {
        return vec![text.to_owned()];
    }
    text.split(',').map(|choice| choice.trim().to_owned()).filter(|choice| !choice.is_empty()).collect()
}

/// JSON as Centerpost writes it: two spaces, non-ASCII as it is.
pub fn pretty(members: &Map<String, Value>) -> String {
    // A map of JSON values always serialises.
    serde_json::to_string_pretty(members).unwrap_or_default()
}

fn is_list(field: &Field) -> bool {
    field.kind == FieldKind::MultipleChoice && field.encoding.unwrap_or_default() == Encoding::Array
}

fn blank(field: &Field) -> Input {
    match field.kind {
        FieldKind::Checkbox => Input::Flag(false),
        FieldKind::MultipleChoice => Input::Choices(Vec::new()),
        _ => Input::default(),
    }
}

/// Carries an input over to a field whose kind has changed since, without losing it.
fn fit_input(field: &Field, input: Input) -> Input {
    match (field.kind, input) {
        (FieldKind::Checkbox, Input::Text(text)) if text.is_empty() => blank(field),
        (FieldKind::MultipleChoice, Input::Text(text)) if text.is_empty() => blank(field),
        (FieldKind::MultipleChoice, Input::Text(text)) => Input::Choices(vec![text]),
        (FieldKind::Checkbox, Input::Text(text)) => match text.as_str() {
            "true" => Input::Flag(true),
            "false" => Input::Flag(false),
            _ => Input::Json(Value::String(text)),
        },
        (FieldKind::Checkbox, input @ Input::Flag(_)) | (FieldKind::MultipleChoice, input @ Input::Choices(_)) => input,
        (FieldKind::Checkbox | FieldKind::MultipleChoice, Input::Flag(_) | Input::Choices(_)) => blank(field),
        (_, Input::Flag(flag)) => Input::Text(flag.to_string()),
        (_, Input::Choices(choices)) => Input::Text(choices.join(", ")),
        (_, input) => input,
    }
}

fn entry_value(field: Option<&Field>, entry: &Entry) -> Option<Value> {
    match entry.presence {
        Presence::LeftOut => None,
        Presence::Null => Some(Value::Null),
        Presence::Empty if field.is_some_and(is_list) => Some(Value::Array(Vec::new())),
        Presence::Empty => Some(Value::String(String::new())),
        Presence::Sent => Some(match &entry.input {
            Input::Json(value) => value.clone(),
            Input::Flag(flag) => Value::Bool(*flag),
            Input::Choices(choices) if field.is_some_and(|field| field.encoding == Some(Encoding::Comma)) => {
                Value::String(choices.join(","))
            }
            Input::Choices(choices) => Value::Array(choices.iter().cloned().map(Value::String).collect()),
            // What is not a number is sent as text, so that the server's refusal can be seen.
            Input::Text(text) if field.is_some_and(|field| field.kind == FieldKind::Number) => {
                serde_json::from_str::<Number>(text.trim()).map_or_else(|_| Value::String(text.clone()), Value::Number)
            }
            Input::Text(text) => Value::String(text.clone()),
        }),
    }
}

/// The input that shows a value in its field's widget, or the JSON itself where the widget would send something else.
fn input_for(field: Option<&Field>, value: &Value) -> Input {
    let input = match (field.map(|field| field.kind), value) {
        (Some(FieldKind::Checkbox), Value::Bool(flag)) => Input::Flag(*flag),
        (Some(FieldKind::MultipleChoice), Value::Array(items)) => {
            Input::Choices(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
        }
        (Some(FieldKind::MultipleChoice), Value::String(text)) => {
            Input::Choices(text.split(',').map(|part| part.trim().to_owned()).collect())
        }
        (Some(FieldKind::Number), Value::Number(number)) => Input::Text(number.to_string()),
        (_, Value::String(text)) => Input::Text(text.clone()),
        (_, value) => Input::Json(value.clone()),
    };
    let entry = Entry { parameter: String::new(), presence: Presence::Sent, input };
    if entry_value(field, &entry).as_ref() == Some(value) { entry.input } else { Input::Json(value.clone()) }
}

/// A key that stands twice at the top of an object: serde_json keeps only the last.
fn duplicate_key(text: &str, distinct: usize) -> Option<String> {
    struct Keys(Vec<String>);
    impl<'de> Deserialize<'de> for Keys {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Keys;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                    let mut keys = Vec::new();
                    while let Some((key, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                        keys.push(key);
                    }
                    Ok(Keys(keys))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    let Keys(keys) = serde_json::from_str(text).ok()?;
    if keys.len() == distinct {
        return None;
    }
    let mut seen = std::collections::HashSet::new();
    keys.iter().find(|key| !seen.insert(key.as_str())).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile::from_json(
            r#"{"fields": [{"parameter": "summary", "kind": "text"}, {"parameter": "count", "kind": "number"},
            {"parameter": "done", "kind": "checkbox"}, {"parameter": "areas", "kind": "multiple_choice", "choices": ["UI", "Audio"]},
            {"parameter": "tags", "kind": "multiple_choice", "choices": ["a", "b"], "encoding": "comma"}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn the_form_makes_the_payload() {
        let mut draft = Draft::default();
        draft.fit(&profile());
        assert_eq!(draft.payload_text(&profile()), "{}");
        draft.entry_mut("summary").type_text("Crash".into());
        draft.entry_mut("count").type_text("3".into());
        let areas = draft.entry_mut("areas");
        (areas.presence, areas.input) = (Presence::Sent, Input::Choices(vec!["UI".into()]));
        let tags = draft.entry_mut("tags");
        (tags.presence, tags.input) = (Presence::Sent, Input::Choices(vec!["a".into(), "b".into()]));
        draft.entry_mut("done").presence = Presence::Null;
        assert_eq!(
            Value::Object(draft.members(&profile())).to_string(),
            r#"{"summary":"Crash","count":3,"done":null,"areas":["UI"],"tags":"a,b"}"#
        );
        draft.entry_mut("count").type_text("three".into());
        draft.entry_mut("areas").presence = Presence::Empty;
        draft.entry_mut("summary").type_text(String::new());
        draft.entry_mut("done").presence = Presence::LeftOut;
        assert_eq!(Value::Object(draft.members(&profile())).to_string(), r#"{"count":"three","areas":[],"tags":"a,b"}"#);
    }

    #[test]
    fn json_fills_the_form_and_stays_as_typed() {
        for (text, notes) in [
            (r#"{"summary":"x","count":3,"done":true,"areas":["UI"],"tags":"a,b"}"#, 0),
            (r#"{ "summary" : "x" }"#, 0),
            (r#"{"other": [1, {"a": null}], "summary": null}"#, 0),
            (r#"{"summary": {"deep": 1}, "tags": ["a"], "count": "7"}"#, 3),
            (r#"{"summary": "a", "summary": "b"}"#, 1),
            (r#"[1]"#, 1),
            (r#"{"summary": }"#, 1),
        ] {
            let mut draft = Draft::default();
            let found = draft.set_json(text, &profile());
            assert_eq!(found.len(), notes, "{text}: {found:?}");
            assert_eq!(draft.payload_text(&profile()), text);
        }
    }

    #[test]
    fn an_edit_in_the_form_keeps_what_the_json_said() {
        let mut draft = Draft::default();
        draft.set_json(r#"{"extra": {"a": 1}, "summary": "x", "tags": ["a"]}"#, &profile());
        draft.leave_json();
        draft.entry_mut("summary").type_text("y".into());
        let members = draft.members(&profile());
        assert_eq!(members["extra"]["a"], 1);
        assert_eq!((members["summary"].as_str(), &members["tags"]), (Some("y"), &serde_json::json!(["a"])));
    }

    #[test]
    fn the_address_is_edited_without_losing_the_profiles() {
        let profile = Profile { source_key: "log".into(), api_key: Secret::new("k"), ..Profile::default() };
        let mut draft = Draft::default();
        let mut endpoint = draft.endpoint(&profile);
        endpoint.source_key = "logs".into();
        endpoint.api_key = Secret::new("other-key");
        draft.set_endpoint(endpoint.clone(), &profile);
        assert_eq!(draft.endpoint(&profile), endpoint);
        assert!(!serde_json::to_string(&draft).unwrap().contains("other-key"));
        draft.set_endpoint(profile.endpoint(), &profile);
        assert_eq!(draft.address, None);
    }

    #[test]
    fn secrets_go_to_another_host_only_if_they_are_typed() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let profile = Profile {
            base_url: "https://acme.example".into(),
            api_key: Secret::new("k3y-of-acme"),
            extra_headers: vec![header("Authorization", "t"), header("X-Team", "k3y-of-acme"), header("X-Trace", "1")],
            ..Profile::default()
        };
        for (base_url, own) in [
            ("https://ACME.example:443", true),
            ("http://acme.example", false),
            ("https://acme.example:8443", false),
            ("https://acme.example@evil.example", false),
            ("evil.example", false),
        ] {
            let mut draft = Draft::default();
            draft.set_endpoint(Endpoint { base_url: base_url.into(), ..draft.endpoint(&profile) }, &profile);
            let request = draft.request(&profile);
            let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
            let all: &[&str] =
                if own { &["Content-Type", "Authorization", "X-Team", "X-Trace"] } else { &["Content-Type", "X-Trace"] };
            assert_eq!((request.url.contains("k3y-of-acme"), names.as_slice()), (own, all), "{base_url}");
            // Back at the profile's host its key is there again.
            draft.set_endpoint(Endpoint { base_url: profile.base_url.clone(), ..draft.endpoint(&profile) }, &profile);
            assert_eq!(draft.address, None, "{base_url}");
            let typed = Endpoint { base_url: base_url.into(), ..profile.endpoint() };
            draft.set_endpoint(Endpoint { api_key: Secret::default(), ..typed.clone() }, &profile);
            draft.set_endpoint(typed, &profile);
            assert!(draft.request(&profile).url.contains("k3y-of-acme"), "{base_url}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_object_goes_through_the_form_unchanged(keys in proptest::collection::vec("summary|count|done|areas|tags|[a-z]{1,3}", 0..6), pick in 0usize..9) {
            let values = [
                serde_json::json!("x"), serde_json::json!(""), serde_json::json!(null), serde_json::json!(7), serde_json::json!(true),
                serde_json::json!(["UI"]), serde_json::json!([]), serde_json::json!({"a": []}), serde_json::json!("a, b"),
            ];
            let members: Map<String, Value> = keys.into_iter().enumerate().map(|(i, key)| (key, values[(i + pick) % 9].clone())).collect();
            let mut draft = Draft::default();
            draft.fill(&members, &profile());
            proptest::prop_assert_eq!(draft.members(&profile()), members);
        }
    }
}
