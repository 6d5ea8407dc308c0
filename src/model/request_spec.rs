//! A request as tools write it down: what an import yields and an export starts from. Files stand in it by their path.

use serde_json::{Map, Value};

use super::draft::{Attachment, Draft};
use super::endpoint::Endpoint;
use super::exchange::{Answer, Exchange, NetworkFailure, Outcome};
use super::headers::{AUTOMATIC_HEADERS, header, is_own_header};
use super::json_text;
use super::mapping::fields_from_sample;
use super::multipart::{self, Part, PartContent, Recorded, SendContent};
use super::profile::{FileElement, Profile};
use super::request::{Body, Request};
use super::request_record::{NotRecorded, RequestRecord};
use super::secrets::mask::mask_headers;
use super::secrets::mask::mask_url;
use super::secrets::names::is_secret_name;
use super::secrets::{placeholder, redact};
use super::{Case, Secret};

/// One request, with texts of type `T`: text as it is, or text with variables in it. `Debug` masks its secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RequestSpec<T = String> {
    /// What the source calls it, such as "Folder / Name"; empty where it has no name.
    pub label: String,
    /// The method.
    pub method: String,
    /// The whole address, with whatever secrets it holds.
    pub url: T,
    /// Headers in order, repeats kept.
    pub headers: Vec<(String, T)>,
    /// The body.
    pub body: SpecBody<T>,
    /// What of all this the source did not record; a reader sets it. What stands there instead is assumed, so that the request can be
    /// sent, and is no evidence.
    pub not_recorded: NotRecorded,
    /// What came of it, where the source says so.
    pub outcome: Option<Outcome>,
    /// Whether the source says to accept a certificate that does not check out.
    pub accept_invalid_certificates: bool,
    /// The names of the placeholders that stand for values that were taken out, as a case says it.
    pub redacted: Vec<String>,
}

/// A body as it was written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SpecBody<T = String> {
    /// There is none.
    #[default]
    None,
    /// Text, sent as UTF-8.
    Text(T),
    /// The bytes of a file, by its path; `-` is standard input.
    File(String),
    /// Bytes that are not UTF-8.
    Bytes(Vec<u8>),
    /// A form of names and values, encoded already.
    Urlencoded(T),
    /// The parts of multipart/form-data.
    Multipart(Vec<Part<PartContent<T>>>),
}

impl From<Vec<u8>> for SpecBody {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Bytes(error.into_bytes()),
        }
    }
}

impl std::fmt::Debug for RequestSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestSpec")
            .field("label", &self.label)
            .field("method", &self.method)
            .field("url", &mask_url(&self.url))
            .field("headers", &mask_headers(&self.headers))
            .field("body", &self.body)
            .field("answer", &self.answer().map(|answer| answer.status))
            .finish_non_exhaustive()
    }
}

impl<T> RequestSpec<T> {
    /// The answer, where the source has one.
    pub fn answer(&self) -> Option<&Answer> {
        self.outcome.as_ref()?.answer()
    }

    /// Why no answer came, where the source says so.
    pub fn failure(&self) -> Option<&NetworkFailure> {
        self.outcome.as_ref()?.failure()
    }

    /// Whether a header of this name is set.
    pub fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

impl RequestSpec {
    /// The first value of a header, whatever its name's case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Whether it tells anything of a request; an answer can stand alone.
    pub fn knows_request(&self) -> bool {
        !self.url.is_empty() || !self.headers.is_empty() || self.body != SpecBody::None
    }

    /// A request that was sent. Of a file the name alone is known, so that is its path.
    pub fn of_sent(sent: &RequestRecord) -> Self {
        let body = match (&sent.parts, &sent.body) {
            (Some(parts), _) => SpecBody::Multipart(parts.iter().map(asked_again).collect()),
            (None, Some(text)) => SpecBody::Text(text.clone()),
            (None, None) => SpecBody::None,
        };
        Self {
            method: sent.method.clone(),
            url: sent.url.clone(),
            headers: own_headers(&sent.headers, &sent.url, matches!(body, SpecBody::Multipart(_))),
            body,
            not_recorded: sent.not_recorded,
            ..Self::default()
        }
    }

    /// The request of a case, with every header that was sent, and what came of it.
    pub fn of_case(case: &Case) -> Self {
        Self {
            headers: case.sent.headers.clone(),
            outcome: case.outcome.clone(),
            redacted: case.redacted.clone(),
            ..Self::of_sent(&case.sent)
        }
    }

    /// The request of an exchange, and what came of it.
    pub fn of_exchange(exchange: &Exchange, profile: Option<&Profile>) -> Self {
        Self {
            outcome: exchange.outcome.clone(),
            accept_invalid_certificates: profile.is_some_and(|profile| profile.accept_invalid_certificates),
            ..Self::of_sent(&exchange.sent)
        }
    }

    /// A request that is to be sent.
    pub fn of_request(request: &Request) -> Self {
        let body = match &request.body {
            Body::None => SpecBody::None,
            Body::Bytes(bytes) => SpecBody::from(bytes.clone()),
            Body::Multipart(multipart) => SpecBody::Multipart(multipart.parts.iter().map(asked_for).collect()),
        };
        Self {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: own_headers(&request.headers, &request.url, matches!(body, SpecBody::Multipart(_))),
            body,
            ..Self::default()
        }
    }

    /// The request as diagnosis reads it. A file's bytes are not known here, so such a body is not
    /// recorded.
    pub fn sent(&self) -> RequestRecord {
        let mut sent = RequestRecord {
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            not_recorded: self.not_recorded,
            ..RequestRecord::default()
        };
        match &self.body {
            SpecBody::None => {}
            SpecBody::File(_) => sent.not_recorded.body = true,
            SpecBody::Text(text) | SpecBody::Urlencoded(text) => match self.parts_of(text.as_bytes()) {
                Some(parts) => sent.parts = Some(parts.iter().map(Part::recorded).collect()),
                None => sent.body = Some(text.clone()),
            },
            SpecBody::Bytes(bytes) => match self.parts_of(bytes) {
                Some(parts) => sent.parts = Some(parts.iter().map(Part::recorded).collect()),
                None => sent.body = Some(String::from_utf8_lossy(bytes).into_owned()),
            },
            SpecBody::Multipart(parts) => {
                sent.parts = Some(parts.iter().map(Part::recorded).collect());
                if self.header("content-type").is_none() {
                    // Whoever sends it picks the boundary; that there is one is what diagnosis looks for.
                    sent.headers.push(("Content-Type".into(), "multipart/form-data; boundary=boundary".into()));
                }
            }
        }
        sent
    }

    fn parts_of(&self, bytes: &[u8]) -> Option<Vec<Part>> {
        multipart::read(&multipart::boundary_of(self.header("content-type")?)?, bytes)
    }

    /// The request and its answer, to be explained.
    pub fn case(&self, profile: Option<&Profile>) -> Case {
        Case {
            profile: profile.cloned(),
            sent: self.sent(),
            outcome: self.outcome.clone(),
            redacted: self.redacted.clone(),
            ..Case::default()
        }
    }

    /// The names of the placeholders that stand in it, `apiKey` for `{{apiKey}}` or `{{apiKey:url}}`, each once.
    pub fn placeholders(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.each_text(|text| {
            for name in placeholder::names_in(text) {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        });
        names
    }

    fn each_text(&self, mut look: impl FnMut(&str)) {
        look(&self.url);
        self.headers.iter().for_each(|(_, value)| look(value));
        match &self.body {
            SpecBody::None | SpecBody::File(_) | SpecBody::Bytes(_) => {}
            SpecBody::Text(text) | SpecBody::Urlencoded(text) => look(text),
            SpecBody::Multipart(parts) => {
                for part in parts {
                    look(&part.name);
                    look(part.filename.as_deref().unwrap_or_default());
                    if let PartContent::Text(text) = &part.content {
                        look(text);
                    }
                }
            }
        }
    }

    /// The request with values in the place of its placeholders, each encoded as its placeholder says.
    pub fn filled(&self, values: &[(String, Secret)]) -> Self {
        let fill = |text: &String| redact::fill(text, values);
        let mut filled = self.clone();
        filled.url = fill(&self.url);
        filled.headers.iter_mut().for_each(|(_, value)| *value = fill(value));
        match &mut filled.body {
            SpecBody::None | SpecBody::File(_) | SpecBody::Bytes(_) => {}
            SpecBody::Text(text) | SpecBody::Urlencoded(text) => *text = fill(text),
            SpecBody::Multipart(parts) => {
                for part in parts {
                    part.name = fill(&part.name);
                    part.filename = part.filename.as_ref().map(fill);
                    if let PartContent::Text(text) = &mut part.content {
                        *text = fill(text);
                    }
                }
            }
        }
        filled
    }

    /// The payload as a JSON object, from a JSON body or from a form's names and values.
    pub fn payload(&self) -> Option<Map<String, Value>> {
        match &self.body {
            SpecBody::Text(text) | SpecBody::Urlencoded(text) => match json_text::read(text) {
                Ok(Value::Object(members)) => Some(members),
                Ok(_) => None,
                Err(_) if matches!(self.body, SpecBody::Urlencoded(_)) => Some(form_members(text)),
                Err(_) => None,
            },
            SpecBody::Multipart(parts) => {
                let texts = parts.iter().filter_map(|part| match &part.content {
                    PartContent::Text(text) if part.filename.is_none() => Some((part.name.clone(), Value::String(text.clone()))),
                    _ => None,
                });
                let members: Map<String, Value> = texts.collect();
                (!members.is_empty()).then_some(members)
            }
            _ => None,
        }
    }

    /// The form filled from this request, and in words what the form cannot show.
    pub fn draft(&self, profile: &Profile) -> (Draft, Vec<String>) {
        let mut draft = Draft::default();
        let mut notes = Vec::new();
        draft.fit(profile);
        match (&self.body, self.payload()) {
            (SpecBody::Text(text), _) => notes = draft.set_json(text, profile),
            (_, Some(members)) => draft.fill(&members, profile),
            (SpecBody::File(path), None) => notes.push(format!("The payload is the file {path}, which was not read.")),
            (SpecBody::Bytes(_), None) => notes.push("The body is not text, so the form cannot show it.".to_owned()),
            _ => {}
        }
        for part in self.file_parts() {
            let PartContent::File(path) = &part.content else { continue };
            draft.attachments.push(Attachment {
                parameter: part.name.clone(),
                path: path.into(),
                filename: part.filename.clone().filter(|name| name != path),
                content_type: part.content_type.clone(),
                ..Attachment::default()
            });
        }
        match Endpoint::from_pasted(&self.url) {
            Some(mut endpoint) => {
                if endpoint.api_key.is_empty() {
                    endpoint.api_key = profile.api_key.clone();
                }
                draft.set_endpoint(endpoint, profile);
            }
            None => notes.push("The URL is not an External Source's, so the profile's endpoint is kept.".to_owned()),
        }
        (draft, notes)
    }

    /// A profile made of this request: its address, the parameters guessed from its payload, its files and own headers.
    /// `None` when the address is none of an External Source.
    pub fn profile(&self) -> Option<Profile> {
        let endpoint = Endpoint::from_pasted(&self.url)?;
        let name = if self.label.is_empty() { endpoint.source_key.clone() } else { self.label.clone() };
        let file_elements = self.file_parts().map(|part| FileElement {
            field: part.name.clone(),
            parameter: part.name.clone(),
            ..FileElement::default()
        });
        Some(Profile {
            name,
            fields: self.payload().map(|members| fields_from_sample(&members)).unwrap_or_default(),
            file_elements: file_elements.collect(),
            extra_headers: self.headers.iter().filter(|(name, _)| belongs_to_profile(name)).cloned().collect(),
            accept_invalid_certificates: self.accept_invalid_certificates,
            ..Profile::new(endpoint)
        })
    }

    /// The parts of its body that are files.
    pub fn file_parts(&self) -> impl Iterator<Item = &Part> {
        let parts = match &self.body {
            SpecBody::Multipart(parts) => parts.as_slice(),
            _ => &[],
        };
        parts.iter().filter(|part| part.filename.is_some())
    }
}

/// A part that was sent, to be asked for again. Of a file the name alone is known, so that is its path.
fn asked_again(part: &Part<Recorded>) -> Part {
    part.with_content(match &part.filename {
        Some(filename) => PartContent::File(filename.clone()),
        None => PartContent::default(),
    })
}

/// A part that is to be sent, as somebody would have asked for it.
fn asked_for(part: &Part<SendContent>) -> Part {
    part.with_content(match &part.content {
        PartContent::File(file) => PartContent::File(file.path.to_string_lossy().into_owned()),
        PartContent::Text(text) => PartContent::Text(text.clone()),
        PartContent::Bytes(bytes) => PartContent::from(bytes.clone()),
    })
}

/// The headers without those that every request carries by itself and those that whoever sends it adds for its body and connection.
fn own_headers(headers: &[(String, String)], url: &str, is_multipart: bool) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, value)| is_own_header(name, value, url) && !(is_multipart && name.eq_ignore_ascii_case("content-type")))
        .cloned()
        .collect()
}

/// Whether a header says something about the source rather than about one request or the tool that made it. A profile's file
/// holds no secrets but the API key, so headers that hold one stay out.
fn belongs_to_profile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let of_one_request = [
        "content-type",
        "content-length",
        "host",
        "connection",
        "origin",
        "referer",
        "cookie",
        "cache-control",
        "pragma",
        "expect",
        "accept-language",
        "priority",
        "dnt",
        "te",
        "transfer-encoding",
        "upgrade-insecure-requests",
        "postman-token",
    ];
    !lower.starts_with(':')
        && !lower.starts_with("sec-")
        && !of_one_request.contains(&lower.as_str())
        && !AUTOMATIC_HEADERS.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
        && !is_secret_name(name)
}

/// Names and values of a form as a payload; a name that stands twice keeps its last value.
fn form_members(text: &str) -> Map<String, Value> {
    url::form_urlencoded::parse(text.as_bytes())
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::FieldKind;

    const URL: &str = "https://acme.centercode.com/api/v1/projects/beta1/feedback/log?apiKey=3f0c9a";

    fn request() -> RequestSpec {
        RequestSpec {
            method: "POST".into(),
            url: URL.into(),
            headers: vec![
                ("Content-Type".into(), "application/json".into()),
                ("X-Team".into(), "QA".into()),
                ("Authorization".into(), "Bearer t0ken".into()),
            ],
            body: SpecBody::Text(r#"{"summary": "Crash", "crashCount": 3}"#.into()),
            ..RequestSpec::default()
        }
    }

    #[test]
    fn a_profile_is_guessed_from_it() {
        let profile = request().profile().unwrap();
        assert_eq!(
            (profile.name.as_str(), profile.base_url.as_str(), profile.project_key.as_str()),
            ("log", "https://acme.centercode.com", "beta1")
        );
        assert_eq!((profile.source_key.as_str(), profile.api_key.reveal()), ("log", "3f0c9a"));
        let kinds: Vec<_> = profile.fields.iter().map(|field| (field.parameter.as_str(), field.kind)).collect();
        assert_eq!(kinds, [("summary", FieldKind::Text), ("crashCount", FieldKind::Number)]);
        assert_eq!(profile.extra_headers, [("X-Team".to_owned(), "QA".to_owned())]);
        assert!(RequestSpec { url: "https://h/x".into(), ..request() }.profile().is_none());
    }

    #[test]
    fn the_form_is_filled_from_it() {
        let profile = request().profile().unwrap();
        let (draft, notes) = request().draft(&profile);
        assert_eq!(
            (draft.payload_text(&profile), notes.is_empty(), draft.address),
            (r#"{"summary": "Crash", "crashCount": 3}"#.into(), true, None)
        );
        let parts = ["summary", "log"].map(|name| Part {
            name: name.into(),
            filename: (name == "log").then(|| "a.zip".into()),
            content: if name == "log" { PartContent::File("dir/a.zip".into()) } else { PartContent::Text("Crash".into()) },
            ..Part::default()
        });
        let form = RequestSpec { body: SpecBody::Multipart(parts.to_vec()), url: URL.replace("beta1", "beta2"), ..request() };
        let (draft, _) = form.draft(&profile);
        assert_eq!(draft.members(&profile)["summary"], "Crash");
        assert_eq!((draft.attachments[0].parameter.as_str(), draft.attachments[0].filename()), ("log", "a.zip".to_owned()));
        assert_eq!(draft.address.unwrap().project_key, "beta2");
        let form = RequestSpec { body: SpecBody::Urlencoded("summary=a+b&crashCount=3".into()), ..request() };
        assert_eq!(form.payload().unwrap()["summary"], "a b");
    }

    #[test]
    fn diagnosis_reads_it() {
        let case = request().case(None);
        assert_eq!((case.sent.url.as_str(), case.sent.body.is_some(), case.sent.parts.is_none()), (URL, true, true));
        let body = "--x\r\nContent-Disposition: form-data; name=\"log\"; filename=\"a.zip\"\r\n\r\nPK\r\n--x--\r\n";
        let headers = vec![("Content-Type".to_owned(), "multipart/form-data; boundary=x".to_owned())];
        let sent = RequestSpec { headers, body: SpecBody::Text(body.into()), ..request() }.sent();
        assert_eq!(sent.parts.unwrap()[0].content.size, Some(2));
    }

    #[test]
    fn placeholders_are_found_and_filled_in() {
        let request = RequestSpec {
            url: URL.replace("3f0c9a", "{{apiKey:url}}"),
            headers: vec![("Authorization".into(), "Bearer {{ token }}".into())],
            body: SpecBody::Text(r#"{"a": {"b": {}}, "by": "{{email-1}}", "key": "{{apiKey:json}}", "{{"x"}}": 1}"#.into()),
            ..request()
        };
        assert_eq!(request.placeholders(), ["apiKey", "token", "email-1"]);
        let values = [("apiKey", "3f\"0c"), ("email-1", "a@b.example"), ("token", "t")];
        let filled = request.filled(&values.map(|(name, value)| (name.to_owned(), Secret::new(value))));
        assert_eq!(filled.url, URL.replace("3f0c9a", "3f%220c"));
        let body = r#"{"a": {"b": {}}, "by": "a@b.example", "key": "3f\"0c", "{{"x"}}": 1}"#;
        assert_eq!((filled.body, filled.headers[0].1.as_str()), (SpecBody::Text(body.into()), "Bearer t"));
    }

    #[test]
    fn debug_output_masks_secrets() {
        let shown = format!("{:?}", request());
        assert!(!shown.contains("3f0c9a") && !shown.contains("t0ken"), "{shown}");
    }
}
