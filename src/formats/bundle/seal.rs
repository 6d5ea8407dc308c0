//! Takes the secrets out: placeholders stand in their places afterwards.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;

use super::contents::{Contents, Evidence};
use super::suspects::{self, Suspect};
use crate::diagnosis::{Cause, Fact, FactPlace};
use crate::model::exchange::{Answer, NetworkFailure, Outcome};
use crate::model::json_text::with_texts_and_names;
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::collect::SecretNames;
use crate::model::secrets::email::address_spans;
use crate::model::secrets::placeholder::{braced, names_in};
use crate::model::secrets::secret::MASK;
use crate::model::{Profile, Redaction, Secret};

/// The shortest run of Base64 that is looked into, in characters.
const SHORTEST_BASE64: usize = 16;

/// Contents without secrets, and what became of these.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The contents with placeholders; `known` and `marked` are empty.
    pub contents: Contents,
    /// What was replaced, in the order in which it came up.
    pub replaced: Vec<Replaced>,
    /// What is not hidden and could be secret.
    pub suspects: Vec<Suspect>,
    /// What hides the secrets; looked for once more when the bundle is packed.
    pub(super) redaction: Redaction,
}

/// A value that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The placeholder's name: `email-1` for `{{email-1}}`.
    pub name: String,
    /// What it is, in words.
    pub what: String,
    /// How often it was replaced, in whatever encoding.
    pub count: usize,
    /// The value itself, for the eyes of whoever makes the bundle.
    pub value: Secret,
}

/// Hides every secret of the contents.
pub fn seal(contents: &Contents) -> Sealed {
    let sealer = Sealer::new(contents);
    let sealed = Contents {
        exchanges: contents.exchanges.iter().map(|evidence| sealer.evidence(evidence)).collect(),
        summary: sealer.text(&contents.summary),
        environment: contents.environment.iter().map(|(name, value)| (name.clone(), sealer.text(value))).collect(),
        made_at: contents.made_at,
        known: Vec::new(),
        marked: Vec::new(),
    };
    let after = texts_of(&sealed);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    after.iter().flat_map(|text| names_in(text)).for_each(|name| *counts.entry(name).or_default() += 1);
    let replaced = sealer.names.iter().map(|named| Replaced {
        name: named.name.clone(),
        what: named.what.clone(),
        count: counts.get(named.name.as_str()).copied().unwrap_or_default(),
        value: named.value.clone(),
    });
    Sealed {
        replaced: replaced.filter(|replaced| replaced.count > 0).collect(),
        suspects: suspects::find(&after),
        contents: sealed,
        redaction: sealer.redaction,
    }
}

/// Every text of the contents that a bundle is made of, but for the causes, which quote the others.
fn texts_of(contents: &Contents) -> Vec<Cow<'_, str>> {
    let mut texts: Vec<Cow<'_, str>> = vec![contents.summary.as_str().into()];
    for evidence in &contents.exchanges {
        let sent = &evidence.exchange.sent;
        texts.extend([sent.url.as_str().into(), sent.body.as_deref().unwrap_or_default().into()]);
        texts.extend(sent.headers.iter().map(|(name, value)| format!("{name}: {value}").into()));
        let part = |part: &'_ Part<Recorded>| [part.name.clone().into(), part.filename.clone().unwrap_or_default().into()];
        texts.extend(sent.parts.iter().flatten().flat_map(part));
        match &evidence.exchange.outcome {
            Some(Outcome::Answer(answer)) => {
                texts.extend(answer.headers.iter().map(|(name, value)| format!("{name}: {value}").into()));
                texts.push(answer.text());
            }
            Some(Outcome::Failure(failure)) => texts.push(failure.message.as_str().into()),
            None => {}
        }
        texts.extend(evidence.profile.as_ref().map(|profile| profile.to_value_revealing_key().to_string().into()));
    }
    texts.extend(contents.environment.iter().map(|(_, value)| value.as_str().into()));
    texts
}

struct Sealer {
    names: SecretNames,
    redaction: Redaction,
}

impl Sealer {
    fn new(contents: &Contents) -> Self {
        let mut names = SecretNames::default();
        for profile in contents.exchanges.iter().filter_map(|evidence| evidence.profile.as_ref()) {
            names.add("apiKey", profile.api_key.reveal(), "the API key");
            names.add_headers(&profile.extra_headers);
        }
        for Evidence { exchange, .. } in &contents.exchanges {
            names.add_exchange(&exchange.sent, exchange.answer());
        }
        for secret in &contents.known {
            names.add_numbered("savedKey", secret.reveal(), "a key that is saved");
        }
        for secret in &contents.marked {
            names.add_numbered("marked", secret.reveal(), "what you marked");
        }
        let mut spellings = Spellings::default();
        for text in texts_of(contents) {
            spellings.read(&text, &mut names, true);
        }
        let mut redaction = names.redaction();
        for (name, spelling) in spellings.0 {
            redaction.also(&name, &spelling);
        }
        for secret in &contents.marked {
            redaction.also(&names.add_numbered("marked", secret.reveal(), "what you marked"), secret.reveal());
        }
        Self { names, redaction }
    }

    /// Text of any kind.
    fn text(&self, text: &str) -> String {
        Self::without_addresses(self.redaction.hide(text))
    }

    /// What was said of a request, which may have been cut for it.
    fn said(&self, text: &str) -> String {
        Self::without_addresses(self.redaction.hide_said(text))
    }

    fn without_addresses(mut hidden: String) -> String {
        // What was shortened within an address is none of those that are known.
        for span in address_spans(&hidden).into_iter().rev() {
            if !hidden[span.clone()].contains("{{") {
                hidden.replace_range(span, MASK);
            }
        }
        hidden
    }

    fn url(&self, url: &str) -> String {
        self.redaction.hide_url(url)
    }

    fn evidence(&self, evidence: &Evidence) -> Evidence {
        let original = &evidence.exchange;
        let mut exchange = original.clone();
        exchange.sent = self.sent(&original.sent);
        exchange.outcome = original.outcome.as_ref().map(|outcome| match outcome {
            Outcome::Answer(answer) => Outcome::Answer(self.answer(answer)),
            Outcome::Failure(failure) => {
                Outcome::Failure(NetworkFailure { message: self.said(&failure.message), ..failure.clone() })
            }
        });
        Evidence {
            label: self.text(&evidence.label),
            exchange,
            is_timed: evidence.is_timed,
            profile: evidence.profile.as_ref().map(|profile| self.profile(profile)),
            causes: evidence.causes.iter().map(|cause| self.cause(cause, &original.sent, original.answer())).collect(),
        }
    }

    fn sent(&self, sent: &RequestRecord) -> RequestRecord {
        let part = |part: &Part<Recorded>| Part {
            name: self.text(&part.name),
            filename: part.filename.as_deref().map(|name| self.text(name)),
            headers: self.redaction.hide_headers(&part.headers),
            ..part.clone()
        };
        RequestRecord {
            method: sent.method.clone(),
            url: self.url(&sent.url),
            headers: self.redaction.hide_headers(&sent.headers),
            body: sent.body.as_deref().map(|body| self.text(body)),
            parts: sent.parts.as_ref().map(|parts| parts.iter().map(part).collect()),
            not_recorded: sent.not_recorded,
        }
    }

    /// The answer with its body as UTF-8. Bytes that are not text are left out: nobody could look for secrets in them.
    fn answer(&self, answer: &Answer) -> Answer {
        let text = answer.text();
        let is_text = !text.contains('\0');
        let hidden =
            || if answer.is_piece() { Self::without_addresses(self.redaction.hide_piece(&text)) } else { self.text(&text) };
        let body = if is_text { hidden() } else { format!("[{} bytes that are not text, left out]", answer.body.len()) };
        let mut headers = self.redaction.hide_headers(&answer.headers);
        crate::formats::import::text::without_charset(&mut headers);
        Answer {
            headers,
            body: body.into_bytes().into(),
            whole: None,
            body_trouble: answer.body_trouble.as_deref().map(|trouble| self.said(trouble)),
            oddities: answer.oddities.iter().map(|oddity| self.said(oddity)).collect(),
            ..answer.clone()
        }
    }

    fn profile(&self, profile: &Profile) -> Profile {
        let text = |text: &str| if text.contains("://") { self.url(&self.text(text)) } else { self.text(text) };
        let value = with_texts_and_names(&profile.to_value(), &text, &|name| self.text(name));
        let mut sealed = Profile::from_value(value).unwrap_or_default();
        let key = profile.api_key.reveal();
        sealed.extra_headers = self.redaction.hide_headers(&profile.extra_headers);
        sealed.api_key = Secret::new(if key.is_empty() { String::new() } else { self.placeholder_of(key) });
        sealed
    }

    fn placeholder_of(&self, secret: &str) -> String {
        let known = self.names.iter().find(|named| named.value.reveal() == secret);
        known.map_or_else(|| MASK.to_owned(), |named| braced(&named.name))
    }

    fn cause(&self, cause: &Cause, sent: &RequestRecord, answer: Option<&Answer>) -> Cause {
        let fact = |fact: &Fact| Fact {
            text: self.said(&fact.text),
            place: fact.place.as_ref().map(|place| self.place(place, sent, answer)),
        };
        Cause {
            title: self.said(&cause.title),
            evidence: cause.evidence.iter().map(fact).collect(),
            advice: self.text(&cause.advice),
            fixes: Vec::new(),
            ..cause.clone()
        }
    }

    /// Where a place is once secrets before it are hidden.
    fn place(&self, place: &FactPlace, sent: &RequestRecord, answer: Option<&Answer>) -> FactPlace {
        match place {
            FactPlace::Url(span) => FactPlace::Url(self.moved(&sent.url, span, |text| self.url(text))),
            FactPlace::Body(span) => {
                FactPlace::Body(self.moved(sent.body.as_deref().unwrap_or_default(), span, |text| self.text(text)))
            }
            FactPlace::AnswerBody(span) => {
                let text = answer.map(Answer::text).unwrap_or_default();
                FactPlace::AnswerBody(self.moved(&text, span, |text| self.text(text)))
            }
            other => other.clone(),
        }
    }

    /// A span of a text as a span of the hidden text; one that cuts a secret covers the whole placeholder.
    fn moved(&self, text: &str, span: &Range<usize>, hide: impl Fn(&str) -> String) -> Range<usize> {
        let start = self.redaction.safe_cut(text.as_bytes(), span.start.min(text.len()));
        let mut end = span.end.min(text.len());
        while end < text.len() && (self.redaction.safe_cut(text.as_bytes(), end) != end || !text.is_char_boundary(end)) {
            end += 1;
        }
        let at = |cut: usize| text.get(..cut).map_or(0, |before| hide(before).len());
        at(start)..at(end)
    }
}

/// E-mail addresses and tokens as they are spelled, by the names of what they stand for.
#[derive(Default)]
struct Spellings(Vec<(String, String)>);

impl Spellings {
    fn read(&mut self, text: &str, names: &mut SecretNames, looks_into_base64: bool) {
        for span in address_spans(text) {
            let spelled = &text[span];
            let plain = plain_address(spelled);
            let name = names.add_numbered("email", &plain, "an e-mail address");
            if spelled != plain {
                self.0.push((name, spelled.to_owned()));
            }
        }
        for run in text.split(|c: char| !is_base64(c)).filter(|run| run.len() >= SHORTEST_BASE64) {
            if run.starts_with("eyJ") {
                names.add_numbered("token", run.trim_matches('.'), "a token (JWT)");
            } else if looks_into_base64 && let Some(inner) = decoded(run) {
                self.read(&inner, names, false);
            }
        }
    }
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '.')
}

/// The text that a run of Base64 stands for, if it does.
fn decoded(run: &str) -> Option<String> {
    let engines = [STANDARD_NO_PAD.decode(run), URL_SAFE_NO_PAD.decode(run)];
    engines.into_iter().flatten().find_map(|bytes| String::from_utf8(bytes).ok())
}

/// An address without the encoding in which it travelled.
fn plain_address(spelled: &str) -> String {
    let json = serde_json::from_str::<String>(&format!("\"{spelled}\"")).unwrap_or_else(|_| spelled.to_owned());
    let mut plain = json;
    for _ in 0..2 {
        plain = percent_decode_str(&plain).decode_utf8_lossy().into_owned();
    }
    let html = [("&#64;", "@"), ("&#x40;", "@"), ("&commat;", "@"), ("\\x40", "@"), ("\u{ff20}", "@")];
    html.iter().fold(plain, |text, (from, to)| text.replace(from, to))
}
