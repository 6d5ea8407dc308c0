//! A *profile*: one External Source as its owner configured it, saved as `*.profile.json`.

use super::listed::listed;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::address::Address;
use super::endpoint::Endpoint;
use super::json_text;
use super::secrets::collect::{holds_secret, secrets_in_headers};
use super::secrets::secret::Secret;

/// The `format` of a profile file that this version reads and writes.
pub const PROFILE_FORMAT: &str = "centerpost.profile/1";

/// One External Source: its address, its field mapping and what Centerpost adds for its user.
/// `Debug` prints the file without its secrets.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The name in the list.
    pub name: String,
    /// Scheme and host, without a trailing slash: `https://acme.centercode.com`.
    pub base_url: String,
    /// Centercode's project key.
    pub project_key: String,
    /// The External Source's key.
    pub source_key: String,
    /// The community's API key; empty means not known.
    #[serde(skip_serializing, deserialize_with = "read_secret")]
    pub api_key: Secret,
    /// Whom a ticket without a matching submitter is attributed to. `None`: the submitter parameter is required.
    pub default_submitter: Option<String>,
    /// The status of new tickets. `None` is Centercode's "No Selection": the status parameter is required.
    pub workflow_status: Option<String>,
    /// The statuses of the workflow.
    pub statuses: Vec<String>,
    /// E-mail addresses of existing users of the project; empty means not known.
    pub known_submitters: Vec<String>,
    /// The settings of the External Source that nobody has told, by their names in the file: nothing is concluded from their absence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_known: Vec<String>,
    /// The incoming fields, in the order of the feedback form.
    pub fields: Vec<Field>,
    /// The file attachment elements of the feedback form.
    pub file_elements: Vec<FileElement>,
    /// A short word shown beside the name, such as "Staging".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The profile's colour in the window, one of [`Colour::ALL`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
    /// Whether real people read what is sent here: asks before the first send of a session.
    #[serde(skip_serializing_if = "is_false")]
    pub production: bool,
    /// Whether it stands at the top of the list.
    #[serde(skip_serializing_if = "is_false")]
    pub favourite: bool,
    /// The group that it stands under in the list; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Headers sent besides those that a request needs, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_headers: Vec<(String, String)>,
    /// The parameter that gets a correlation id of its own in each payload that does not fill it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_parameter: Option<String>,
    /// Whether it is played by the embedded sandbox, whose address and API key it then takes at each start.
    #[serde(skip_serializing_if = "is_false")]
    pub sandbox: bool,
    /// Sends even to a host whose certificate does not check out.
    #[serde(skip_serializing_if = "is_false")]
    pub accept_invalid_certificates: bool,
    /// Keys of the file that this version does not know; they are written back.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Profile({})", self.to_value())
    }
}

/// What a profile says of a setting of the External Source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceSetting<'a> {
    /// Nobody has told it.
    NotKnown,
    /// Known to be empty: a default submitter of none, or "No Selection".
    NotSet,
    /// Its value.
    Set(&'a str),
}

impl SourceSetting<'_> {
    /// Whether each ticket has to send the parameter, because the External Source does not set it.
    pub fn is_demanded(self) -> bool {
        self == Self::NotSet
    }
}

/// The names in [`Profile::not_known`].
const DEFAULT_SUBMITTER: &str = "default_submitter";
const WORKFLOW_STATUS: &str = "workflow_status";

/// One row of the field mapping: a Centercode field and the parameter that fills it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Field {
    /// The field's name in Centercode.
    pub field: String,
    /// The key in the JSON that the outside system sends.
    pub parameter: String,
    /// What kind of field it is.
    pub kind: FieldKind,
    /// Whether the feedback form requires it.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// The choices of a single choice, multiple choice or rating scale; values must match one exactly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// How several choices are written into the JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A file attachment element of the feedback form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileElement {
    /// The element's name in Centercode.
    pub field: String,
    /// Its parameter.
    pub parameter: String,
    /// The form-data name its file is sent under; `None` means the parameter. Not documented by Centercode.
    pub part_name: Option<String>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl FileElement {
    /// The form-data name its file is sent under.
    pub fn part_name(&self) -> &str {
        self.part_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.parameter)
    }
}

listed! {
    /// The kinds of fields that a mapping can name.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[allow(missing_docs, reason = "the names are Centercode's")]
    pub enum FieldKind {
        #[default]
        Text,
        LongText,
        Number,
        Date,
        Checkbox,
        Email,
        SingleChoice,
        MultipleChoice,
        RatingScale,
        Submitter,
        Status,
    }
}

impl FieldKind {
    /// The kind's name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::LongText => "Long text",
            Self::Number => "Number",
            Self::Date => "Date",
            Self::Checkbox => "Checkbox",
            Self::Email => "Email",
            Self::SingleChoice => "Single choice",
            Self::MultipleChoice => "Multiple choice",
            Self::RatingScale => "Rating scale",
            Self::Submitter => "Submitter",
            Self::Status => "Status",
        }
    }

    /// Whether values must match one of the field's choices.
    pub fn has_choices(self) -> bool {
        matches!(self, Self::SingleChoice | Self::MultipleChoice | Self::RatingScale)
    }
}

/// How the values of a multiple choice are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// As a JSON array of strings.
    #[default]
    Array,
    /// As one string with commas between.
    Comma,
}

listed! {
    /// Colours that a profile can be marked with; the theme gives each its light and dark form.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[allow(missing_docs, reason = "the names say it")]
    pub enum Colour {
        Red,
        Orange,
        Yellow,
        Green,
        Teal,
        Blue,
        Purple,
        Grey,
    }
}

impl Colour {
    /// The colour's name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Red => "Red",
            Self::Orange => "Orange",
            Self::Yellow => "Yellow",
            Self::Green => "Green",
            Self::Teal => "Teal",
            Self::Blue => "Blue",
            Self::Purple => "Purple",
            Self::Grey => "Grey",
        }
    }
}

/// Why a text is not a profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The text is not JSON, or a value has the wrong type.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// The file says that it is something else, or a newer version.
    #[error("its format is {found:?}, and this version reads {PROFILE_FORMAT:?}")]
    Format {
        /// What stands in its `format`.
        found: String,
    },
}

impl Profile {
    /// Reads a profile file. A missing `format` is accepted, another one is not.
    pub fn from_json(text: &str) -> Result<Self, ProfileError> {
        // Editors on Windows put a byte-order mark before JSON; it says nothing about the profile.
        Self::from_value(json_text::read(text)?)
    }

    /// Reads a profile out of JSON that is already parsed, as a case file holds one.
    pub fn from_value(mut value: Value) -> Result<Self, ProfileError> {
        if let Some(format) = value.as_object_mut().and_then(|map| map.shift_remove("format"))
            && format != PROFILE_FORMAT
        {
            let found = format.as_str().map_or_else(|| format.to_string(), str::to_owned);
            return Err(ProfileError::Format { found });
        }
        Ok(serde_json::from_value(value)?)
    }

    /// The profile without its secrets: no API key, and of secret headers the name alone.
    pub fn to_value(&self) -> Value {
        let mut bare = self.clone();
        for (name, value) in &mut bare.extra_headers {
            if holds_secret(name, value, &self.api_key) {
                value.clear();
            }
        }
        bare.write(None)
    }

    /// The profile with its secrets in clear.
    pub fn to_value_revealing_key(&self) -> Value {
        self.write(Some(&self.api_key).filter(|key| !key.is_empty()))
    }

    fn write(&self, key: Option<&Secret>) -> Value {
        let mut map = Map::new();
        map.insert("format".into(), PROFILE_FORMAT.into());
        // A struct of strings, lists and maps with text keys always serialises.
        if let Ok(Value::Object(members)) = serde_json::to_value(self) {
            for (name, value) in members {
                let is_source_key = name == "source_key";
                map.insert(name, value);
                if is_source_key && let Some(key) = key {
                    map.insert("api_key".into(), key.reveal().into());
                }
            }
        }
        Value::Object(map)
    }

    /// Its secrets: the API key where it is known, and those that its extra headers show by their structure.
    pub fn secrets(&self) -> Vec<Secret> {
        let key = Some(self.api_key.clone()).filter(|key| !key.is_empty());
        key.into_iter().chain(secrets_in_headers(&self.extra_headers)).collect()
    }

    /// Whether an address is one of the known submitters, whatever its case.
    pub fn knows_submitter(&self, address: &str) -> bool {
        self.known_submitters.iter().any(|known| known.eq_ignore_ascii_case(address))
    }

    /// A profile of an address of which nothing else is known yet.
    pub fn new(endpoint: Endpoint) -> Self {
        let mut profile = Self { not_known: vec![DEFAULT_SUBMITTER.into(), WORKFLOW_STATUS.into()], ..Self::default() };
        profile.set_endpoint(endpoint);
        profile
    }

    /// Whom a ticket without a matching submitter is attributed to.
    pub fn default_submitter_setting(&self) -> SourceSetting<'_> {
        self.setting(DEFAULT_SUBMITTER, self.default_submitter.as_deref())
    }

    /// The status that the External Source gives new tickets.
    pub fn workflow_status_setting(&self) -> SourceSetting<'_> {
        self.setting(WORKFLOW_STATUS, self.workflow_status.as_deref())
    }

    /// Sets the default submitter. `None` means that it is not known, an empty text that there is none.
    pub fn set_default_submitter(&mut self, address: Option<&str>) {
        self.default_submitter = self.told(DEFAULT_SUBMITTER, address);
    }

    /// Sets the status of new tickets. `None` means that it is not known, an empty text is "No Selection".
    pub fn set_workflow_status(&mut self, status: Option<&str>) {
        self.workflow_status = self.told(WORKFLOW_STATUS, status);
    }

    fn setting<'a>(&self, name: &str, value: Option<&'a str>) -> SourceSetting<'a> {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => SourceSetting::Set(value),
            None if self.not_known.iter().any(|own| own == name) => SourceSetting::NotKnown,
            None => SourceSetting::NotSet,
        }
    }

    fn told(&mut self, name: &str, value: Option<&str>) -> Option<String> {
        self.not_known.retain(|own| own != name);
        if value.is_none() {
            self.not_known.push(name.to_owned());
        }
        value.filter(|value| !value.trim().is_empty()).map(str::to_owned)
    }

    /// The address that this profile describes.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint {
            base_url: self.base_url.clone(),
            project_key: self.project_key.clone(),
            source_key: self.source_key.clone(),
            api_key: self.api_key.clone(),
        }
    }

    /// Whether an address is at the profile's origin: the same scheme, host and port. Nowhere else its secrets go by themselves.
    pub fn is_at(&self, url: &str) -> bool {
        let origin = Address::parse(url).origin();
        !origin.is_empty() && origin == Address::parse(&self.base_url).origin()
    }

    /// The extra headers that go to an address: all of them at the profile's origin, and elsewhere those that hold no secret.
    pub fn headers_for(&self, url: &str) -> Vec<(String, String)> {
        let is_own = self.is_at(url);
        let is_harmless = |(name, value): &&(String, String)| !holds_secret(name, value, &self.api_key);
        self.extra_headers.iter().filter(|header| is_own || is_harmless(header)).cloned().collect()
    }

    /// Takes over the parts of an address.
    pub fn set_endpoint(&mut self, endpoint: Endpoint) {
        let Endpoint { base_url, project_key, source_key, api_key } = endpoint;
        self.base_url = base_url;
        self.project_key = project_key;
        self.source_key = source_key;
        self.api_key = api_key;
    }

    /// The name for eyes; a profile without one is "Untitled".
    pub fn shown_name(&self) -> &str {
        if self.name.trim().is_empty() { "Untitled" } else { &self.name }
    }

    /// The mapping row of a parameter.
    pub fn field(&self, parameter: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.parameter == parameter)
    }

    /// The names of the parameters that the source maps.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.parameter.as_str())
    }

    /// Whether a name is one of them.
    pub fn is_parameter(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// The first mapping row of a kind; a form has at most one submitter and one status.
    pub fn field_of_kind(&self, kind: FieldKind) -> Option<&Field> {
        self.fields.iter().find(|field| field.kind == kind)
    }

    /// The file element of a parameter.
    pub fn file_element(&self, parameter: &str) -> Option<&FileElement> {
        self.file_elements.iter().find(|element| element.parameter == parameter)
    }

    /// Whether Centercode demands this field's parameter: by the form, or by the documented rules
    /// for a source without default submitter or with "No Selection".
    pub fn demands(&self, field: &Field) -> bool {
        field.required
            || (field.kind == FieldKind::Submitter && self.default_submitter_setting().is_demanded())
            || (field.kind == FieldKind::Status && self.workflow_status_setting().is_demanded())
    }

    /// The fields that take choices, of which none is listed: nobody has told them.
    pub fn unlisted_choices(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.kind.has_choices() && field.choices.is_empty())
    }

    /// The choices of a field; for a status field the workflow's.
    pub fn choices_of<'a>(&'a self, field: &'a Field) -> &'a [String] {
        if field.kind == FieldKind::Status { &self.statuses } else { &field.choices }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

fn read_secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    Ok(Secret::new(Option::<String>::deserialize(deserializer)?.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"format": "centerpost.profile/1", "name": "Acme", "base_url": "https://acme.centercode.com",
        "project_key": "beta1", "source_key": "appcrashlog", "api_key": "3f0c", "default_submitter": null,
        "workflow_status": "New", "statuses": ["New"], "known_submitters": [],
        "fields": [{"field": "Areas", "parameter": "areas", "kind": "multiple_choice", "choices": ["UI"], "encoding": "comma", "hint": 7}],
        "file_elements": [{"field": "Log", "parameter": "log"}], "owner": {"team": "QA"}}"#;

    #[test]
    fn a_file_survives_reading_and_writing() {
        let profile = Profile::from_json(FILE).unwrap();
        assert_eq!(profile.api_key.reveal(), "3f0c");
        assert_eq!(profile.other["owner"]["team"], "QA");
        assert_eq!(profile.fields[0].other["hint"], 7);
        assert!(!profile.other.contains_key("format"));
        let written = profile.to_value_revealing_key();
        assert_eq!(written["format"], PROFILE_FORMAT);
        assert_eq!(Profile::from_value(written).unwrap(), profile);
    }

    #[test]
    fn an_export_has_no_key_unless_asked() {
        let profile = Profile::from_json(FILE).unwrap();
        assert!(!profile.to_value().to_string().contains("3f0c"));
        assert!(!format!("{profile:?}").contains("3f0c"));
        assert!(profile.to_value_revealing_key().to_string().contains("3f0c"));
    }

    #[test]
    fn another_format_is_refused_by_name() {
        let error = Profile::from_json(r#"{"format": "centerpost.profile/9"}"#).unwrap_err();
        assert!(error.to_string().contains("centerpost.profile/9"), "{error}");
    }

    #[test]
    fn an_unknown_kind_is_refused_by_name() {
        let error = Profile::from_json(r#"{"fields": [{"kind": "colour_wheel"}]}"#).unwrap_err();
        assert!(error.to_string().contains("colour_wheel"), "{error}");
    }

    #[test]
    fn what_centercode_demands() {
        let mut profile = Profile::default();
        let submitter = Field { kind: FieldKind::Submitter, ..Field::default() };
        let status = Field { kind: FieldKind::Status, ..Field::default() };
        assert!(profile.demands(&submitter) && profile.demands(&status));
        profile.default_submitter = Some("bot@acme.example".into());
        profile.workflow_status = Some("New".into());
        assert!(!profile.demands(&submitter) && !profile.demands(&status));
    }

    #[test]
    fn what_nobody_told_is_not_known() {
        let mut profile = Profile::new(Endpoint::default());
        let both = |profile: &Profile| {
            let of = |setting: SourceSetting<'_>| match setting {
                SourceSetting::NotKnown => "?".to_owned(),
                SourceSetting::NotSet => "none".to_owned(),
                SourceSetting::Set(value) => value.to_owned(),
            };
            (of(profile.default_submitter_setting()), of(profile.workflow_status_setting()))
        };
        assert_eq!(both(&profile), ("?".into(), "?".into()));
        assert_eq!(profile.to_value()["not_known"], serde_json::json!(["default_submitter", "workflow_status"]));
        profile.set_default_submitter(Some("bot@acme.example"));
        profile.set_workflow_status(Some(""));
        assert_eq!(both(&Profile::from_value(profile.to_value()).unwrap()), ("bot@acme.example".into(), "none".into()));
        assert!(profile.to_value().get("not_known").is_none());
        profile.set_default_submitter(Some(" "));
        profile.set_workflow_status(None);
        assert_eq!(both(&profile), ("none".into(), "?".into()));
        // Who writes a file by hand tells by leaving out: what `formats.md` says of null.
        assert_eq!(both(&Profile::from_json("{}").unwrap()), ("none".into(), "none".into()));
    }
}
