//! What writers write: requests with variables in them.

use jiff::Timestamp;

use crate::model::exchange::{Answer, Outcome, Timings};
use crate::model::headers::{header, is_to_be_sent};
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::secrets::body_values::is_secret_member;
use crate::model::secrets::collect::SecretNames;
use crate::model::secrets::placeholder::{SIGNS, braced, references_in, signed};
use crate::model::secrets::redact::Redaction;
use crate::model::{Exchange, Secret};

/// Requests in their order, and the variables that stand in them.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The requests.
    pub calls: Vec<Call>,
    /// When each was sent, and how long its stages took, where that is known.
    pub times: Vec<Option<(Timestamp, Timings)>>,
    /// The variables, each once, in the order in which they come up.
    pub variables: Vec<Variable>,
    /// What is to be said of the requests whatever they are written for.
    pub notes: Vec<String>,
}

/// What stands in a secret's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name, of letters, digits and hyphens: `apiKey`, `apiKey-url`.
    pub name: String,
    /// What its value is, in words, without a full stop: `the API key`.
    pub what: String,
    /// The very text that belongs in its place.
    pub value: Secret,
}

impl Variable {
    /// Its name as environment variables are written: `CENTERCODE_API_KEY`.
    pub fn environment(&self) -> String {
        environment_name(&self.name)
    }
}

/// A variable's name as environment variables are written: `apiKey-url` is `CENTERCODE_API_KEY_URL`.
pub fn environment_name(name: &str) -> String {
    let mut written = String::from("CENTERCODE_");
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            written.push('_');
        }
        written.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    written
}

/// A text with variables in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Its pieces in order. No two texts stand beside each other, and none is empty.
    pub pieces: Vec<Piece>,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// A variable, by its name.
    Variable(String),
}

impl Template {
    /// A text without variables.
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { pieces: if text.is_empty() { Vec::new() } else { vec![Piece::Text(text)] } }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The text, when no variable stands in it.
    pub fn as_plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with its pieces written as a language wants them.
    pub fn map(&self, text: impl Fn(&str) -> String, variable: impl Fn(&str) -> String) -> String {
        let one = |piece: &Piece| match piece {
            Piece::Text(piece) => text(piece),
            Piece::Variable(name) => variable(name),
        };
        self.pieces.iter().map(one).collect()
    }

    /// The text with `{{name}}` for each variable.
    pub fn braced(&self) -> String {
        self.map(str::to_owned, braced)
    }

    /// The text with each variable's name between [`SIGNS`], for what knows texts alone.
    pub fn signed(&self) -> String {
        self.map(str::to_owned, signed)
    }

    /// The template of a text that [`Template::signed`] or [`signed`] wrote.
    pub fn of_signed(text: &str) -> Self {
        Self::of(text, |_| true)
    }

    /// Splits a text in which placeholders stand between [`SIGNS`]. Signs that stood in the text before are text.
    fn of(text: &str, mut known: impl FnMut(&str) -> bool) -> Self {
        let mut template = Self::default();
        let mut rest = text;
        let mut plain = String::new();
        while let Some(start) = rest.find(SIGNS[0]) {
            let inside = &rest[start + SIGNS[0].len()..];
            let name = inside.find(SIGNS[1]).map(|end| &inside[..end]).filter(|name| known(name));
            plain.push_str(&rest[..start]);
            match name {
                Some(name) => {
                    template.push_text(&mut plain);
                    template.pieces.push(Piece::Variable(variable_name(name)));
                    rest = &inside[name.len() + SIGNS[1].len()..];
                }
                None => {
                    plain.push_str(SIGNS[0]);
                    rest = inside;
                }
            }
        }
        plain.push_str(rest);
        template.push_text(&mut plain);
        template
    }

    fn push_text(&mut self, text: &mut String) {
        if !text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(text)));
        }
    }
}

/// The colon before an encoding's name has a meaning in some tools.
fn variable_name(placeholder: &str) -> String {
    placeholder.replace(':', "-")
}

/// One request as writers write it. Its headers are those that are to be sent; for a multipart body without its Content-Type, because
/// whoever sends it picks the boundary. Its answer has no secrets if these are hidden.
pub type Call = RequestSpec<Template>;

/// One part of a multipart body as writers write it.
pub type CallPart = Part<PartContent<Template>>;

impl std::fmt::Debug for RequestSpec<Template> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = self.answer().map(|answer| answer.status);
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .field("answer", &status)
            .finish_non_exhaustive()
    }
}

impl Script {
    /// Requests as they are, secrets in clear.
    pub fn revealing_secrets(requests: &[RequestSpec]) -> Self {
        Self::new(requests, &SecretNames::default())
    }

    /// Requests with a variable for each secret.
    pub fn hiding_secrets(requests: &[RequestSpec]) -> Self {
        let sent: Vec<_> = requests.iter().map(|request| (request.sent(), request.answer())).collect();
        let mut names = SecretNames::of_secrets(sent.iter().map(|(sent, answer)| (sent, *answer)));
        let parts = requests.iter().filter_map(|request| match &request.body {
            SpecBody::Multipart(parts) => Some(parts),
            _ => None,
        });
        for part in parts.flatten() {
            if let PartContent::Text(text) = &part.content
                && is_secret_member(&part.name)
            {
                names.add(&part.name, text, &format!("the form field {}", part.name));
            }
        }
        Self::new(requests, &names)
    }

    /// Requests with a variable for each value that has a name.
    pub fn new(requests: &[RequestSpec], names: &SecretNames) -> Self {
        let mut maker = Maker {
            names,
            redaction: names.signed_redaction(),
            braced: names.redaction(),
            variables: Vec::new(),
            notes: Vec::new(),
        };
        let calls = requests.iter().map(|request| maker.call(request)).collect();
        Self { calls, times: Vec::new(), variables: maker.variables, notes: maker.notes }
    }

    /// Whether braces stand somewhere that are not a variable's.
    pub fn has_literal_braces(&self) -> bool {
        let holds = |text: &Template| text.pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains("{{")));
        self.calls.iter().any(|call| {
            let in_body = match &call.body {
                SpecBody::Text(text) | SpecBody::Urlencoded(text) => holds(text),
                SpecBody::Multipart(parts) => {
                    parts.iter().any(|part| matches!(&part.content, PartContent::Text(text) if holds(text)))
                }
                _ => false,
            };
            in_body || holds(&call.url) || call.headers.iter().any(|(_, value)| holds(value))
        })
    }

    /// What to set before a program or a command runs that takes the variables from its environment.
    pub fn environment_notes(&self) -> impl Iterator<Item = String> {
        self.variables
            .iter()
            .map(|variable| format!("Set the environment variable {} to {} first", variable.environment(), variable.what))
    }

    /// Puts the times of the exchanges in that the requests come from, in the same order.
    pub fn set_times<'a>(&mut self, exchanges: impl IntoIterator<Item = Option<&'a Exchange>>) {
        self.times =
            exchanges.into_iter().map(|exchange| exchange.map(|exchange| (exchange.started_at, exchange.timings))).collect();
    }

    /// When a request was sent and how long its stages took, or zeros where that is not known.
    pub(super) fn times_of(&self, index: usize) -> (Timestamp, Timings) {
        self.times.get(index).copied().flatten().unwrap_or_default()
    }
}

struct Maker<'a> {
    names: &'a SecretNames,
    /// Names between signs, to be told from braces that stood there before.
    redaction: Redaction,
    /// Names between braces, where no variable can stand.
    braced: Redaction,
    variables: Vec<Variable>,
    notes: Vec<String>,
}

impl Maker<'_> {
    fn call(&mut self, request: &RequestSpec) -> Call {
        let url = if self.names.is_empty() { request.url.clone() } else { self.redaction.hide_url(&request.url) };
        let headers = if self.names.is_empty() { request.headers.clone() } else { self.redaction.hide_headers(&request.headers) };
        let is_multipart = matches!(request.body, SpecBody::Multipart(_));
        let mut call = Call {
            label: self.braced.hide(&request.label),
            method: request.method.clone(),
            url: self.template(&url),
            headers: headers
                .into_iter()
                .filter(|(name, value)| is_to_be_sent(name, value, &request.url))
                .filter(|(name, _)| !(is_multipart && name.eq_ignore_ascii_case("content-type")))
                .map(|(name, value)| (name, self.template(&value)))
                .collect(),
            body: self.body(&request.body),
            accept_invalid_certificates: request.accept_invalid_certificates,
            not_recorded: request.not_recorded,
            redacted: Vec::new(),
            outcome: request.answer().cloned().map(|answer| Outcome::Answer(self.answer(answer))),
        };
        if matches!(request.body, SpecBody::Urlencoded(_)) && header(&request.headers, "content-type").is_none() {
            call.headers.push(("Content-Type".into(), Template::plain("application/x-www-form-urlencoded")));
        }
        call
    }

    fn answer(&self, answer: Answer) -> Answer {
        if self.names.is_empty() {
            return answer;
        }
        Answer {
            headers: self.braced.hide_headers(&answer.headers),
            body: if answer.is_piece() {
                self.braced.hide_piece_bytes(&answer.body).into()
            } else {
                self.braced.hide_bytes(&answer.body).into()
            },
            body_trouble: answer.body_trouble.as_deref().map(|trouble| self.braced.hide_said(trouble)),
            oddities: answer.oddities.iter().map(|oddity| self.braced.hide_said(oddity)).collect(),
            whole: None,
            ..answer
        }
    }

    fn body(&mut self, body: &SpecBody) -> SpecBody<Template> {
        match body {
            SpecBody::None => SpecBody::None,
            SpecBody::Text(text) => SpecBody::Text(self.hidden_body(text)),
            SpecBody::Urlencoded(text) => SpecBody::Urlencoded(self.hidden_body(text)),
            SpecBody::Bytes(bytes) => SpecBody::Bytes(self.hidden_bytes(bytes)),
            SpecBody::File(path) => SpecBody::File(path.clone()),
            SpecBody::Multipart(parts) => SpecBody::Multipart(parts.iter().map(|part| self.part(part)).collect()),
        }
    }

    fn part(&mut self, part: &Part) -> CallPart {
        CallPart {
            name: self.braced.hide(&part.name),
            filename: part.filename.as_deref().map(|name| self.braced.hide(name)),
            content_type: part.content_type.clone(),
            headers: if self.names.is_empty() { part.headers.clone() } else { self.braced.hide_headers(&part.headers) },
            content: match &part.content {
                PartContent::Text(text) => PartContent::Text(self.hidden(text)),
                PartContent::Bytes(bytes) => PartContent::Bytes(self.hidden_bytes(bytes)),
                PartContent::File(path) => PartContent::File(path.clone()),
            },
        }
    }

    /// Bytes that are not text take no variable: a placeholder stands in them as it is.
    fn hidden_bytes(&mut self, bytes: &[u8]) -> Vec<u8> {
        let hidden = self.braced.hide_bytes(bytes);
        if hidden != bytes {
            self.notes.push(
                "A secret was taken out of bytes that are not text: put it in for its placeholder, such as {{apiKey}}".into(),
            );
        }
        hidden
    }

    /// A body, in which a value that is too short to be told from words is known by its name.
    fn hidden_body(&mut self, text: &str) -> Template {
        if self.names.is_empty() {
            return self.template(text);
        }
        let hidden = self.redaction.hide_body(text, &|_| false);
        self.template(&hidden)
    }

    fn hidden(&mut self, text: &str) -> Template {
        let hidden = self.redaction.hide(text);
        self.template(&hidden)
    }

    /// A text whose placeholders stand between signs; the variables that come up in it are noted.
    fn template(&mut self, hidden: &str) -> Template {
        // A reference to a key that is not known any more is a variable, as the key would be.
        let lost = self.names.iter().filter(|named| !references_in(named.value.reveal()).is_empty());
        let hidden = lost.fold(hidden.to_owned(), |text, named| {
            text.replace(named.value.reveal(), &format!("{}{}{}", SIGNS[0], named.name, SIGNS[1]))
        });
        Template::of(&hidden, |placeholder| self.note_variable(placeholder))
    }

    /// Notes the variable of a placeholder; whether it is one.
    fn note_variable(&mut self, placeholder: &str) -> bool {
        let signed = signed(placeholder);
        let value = self.redaction.restore(&signed);
        if value == signed {
            return false;
        }
        let name = variable_name(placeholder);
        if !self.variables.iter().any(|known| known.name == name) {
            self.variables.push(Variable { name, what: self.what(placeholder), value: Secret::new(value) });
        }
        true
    }

    fn what(&self, placeholder: &str) -> String {
        let (name, form) = placeholder.split_once(':').unwrap_or((placeholder, ""));
        let what = self.names.iter().find(|named| named.name == name).map(|named| named.what.clone()).unwrap_or_default();
        if form.is_empty() { what } else { format!("{what}, encoded as {}", form_words(form)) }
    }
}

/// How a secret is encoded, in words.
fn form_words(form: &str) -> &'static str {
    match form.split('-').next().unwrap_or_default() {
        "url" => "in a URL",
        "form" => "in a form",
        "json" => "in JSON",
        "html" => "in HTML",
        _ => "Base64",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_to_a_key_that_is_not_known_is_a_variable() {
        let request = RequestSpec {
            url: "https://h/x?apiKey={{k-8f}}".into(),
            body: SpecBody::Text("{{k-8f}} {{b}}".into()),
            ..RequestSpec::default()
        };
        let script = Script::hiding_secrets(std::slice::from_ref(&request));
        let shown = |template: &Template| template.map(str::to_owned, |name| format!("<{name}>"));
        assert_eq!(shown(&script.calls[0].url), "https://h/x?apiKey=<apiKey>");
        let SpecBody::Text(body) = &script.calls[0].body else { panic!("no text") };
        assert_eq!(shown(body), "<apiKey> {{b}}");
        assert_eq!(script.variables.len(), 1);
    }

    #[test]
    fn no_secret_stays_in_bytes_names_or_headers_of_parts() {
        let part = Part {
            name: "3f0c9a71".into(),
            filename: Some("log-3f0c9a71.zip".into()),
            headers: vec![("X-Token".into(), "other-token".into()), ("X-Key".into(), "is 3f0c9a71".into())],
            content: PartContent::Bytes(b"\xff3f0c9a71".to_vec()),
            ..Part::default()
        };
        let request = RequestSpec {
            url: "https://h/x?apiKey=3f0c9a71".into(),
            body: SpecBody::Multipart(vec![part]),
            ..RequestSpec::default()
        };
        let script = Script::hiding_secrets(std::slice::from_ref(&request));
        let SpecBody::Multipart(parts) = &script.calls[0].body else { panic!("no parts") };
        let shown = format!("{parts:?}");
        assert!(!shown.contains("3f0c9a71") && !shown.contains("other-token"), "{shown}");
        assert_eq!(parts[0].content, PartContent::Bytes(b"\xff{{apiKey}}".to_vec()));
        assert_eq!(script.notes.len(), 1);
    }

    #[test]
    fn secrets_become_variables_and_nothing_else() {
        let request = RequestSpec {
            method: "POST".into(),
            url: "https://h/x?apiKey=3f%20c9&a={{apiKey}}".into(),
            headers: vec![
                ("Authorization".into(), "Bearer t0ken7".into()),
                ("X-Odd".into(), "\u{e1fe}apiKey\u{e1fe}x\u{e1ff}".into()),
            ],
            body: SpecBody::Text(r#"{"key": "3f c9", "t": "t0ken7"}"#.into()),
            ..RequestSpec::default()
        };
        let script = Script::hiding_secrets(std::slice::from_ref(&request));
        let shown = |template: &Template| template.map(str::to_owned, |name| format!("<{name}>"));
        let call = &script.calls[0];
        assert_eq!(shown(&call.url), "https://h/x?apiKey=<apiKey-url>&a={{apiKey}}");
        assert_eq!(shown(&call.headers[0].1), "Bearer <authorization>");
        assert_eq!(call.headers[1].1.as_plain(), Some(request.headers[1].1.as_str()));
        let SpecBody::Text(body) = &call.body else { panic!("{:?}", call.body) };
        assert_eq!(shown(body), r#"{"key": "<apiKey>", "t": "<authorization>"}"#);
        let found: Vec<_> = script.variables.iter().map(|v| (v.name.as_str(), v.value.reveal(), v.what.as_str())).collect();
        assert_eq!(
            found,
            [
                ("apiKey-url", "3f%20c9", "the API key, encoded as in a URL"),
                ("authorization", "t0ken7", "the header Authorization"),
                ("apiKey", "3f c9", "the API key"),
            ]
        );
        let clear = Script::revealing_secrets(std::slice::from_ref(&request));
        assert_eq!((clear.calls[0].url.as_plain(), clear.variables.len()), (Some(request.url.as_str()), 0));
        assert_eq!(script.variables[0].environment(), "CENTERCODE_API_KEY_URL");
    }
}
