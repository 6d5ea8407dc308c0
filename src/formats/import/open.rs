//! The one way in: bytes of whatever kind, read as what they are.

use std::borrow::Cow;

use super::collection::{automation, bru, bruno, hoppscotch, insomnia, open_collection, openapi, thunder};
use super::curl::{self, Shell};
use super::error::{ImportError, note};
use super::kind::{SourceKind, file_of_client, other_kind};
use super::{
    answer, around, chat, cut_off, failure, fences, gaps, har, http, hurl, link, log, lookalike, mail, own_files,
    payload_in_words, postman, prefixed, program, recording, remarks, second_prompt, session, shown_file, text, told, wrapped,
};
use crate::formats::bundle;
use crate::model::Address;
use crate::model::imported::{Imported, Note, Severity};
use crate::model::json_text;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The largest text that is read as something other than HAR, in bytes.
const MAX_TEXT: usize = 64 << 20;

/// What is known of bytes before they are read.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// What they are; `None` is whatever they seem to be.
    pub kind: Option<SourceKind>,
    /// Whether they are curl commands, for the shell that they seem to be written for.
    pub is_curl: bool,
    /// What a body without anything around it is taken for.
    pub bare_body: BareBody,
    /// What fills the variables of a collection.
    pub environment: postman::Variables,
}

/// So often something is taken away around a text: who quotes a mail quotes it a few times.
const MAX_DEPTH: u8 = 40;

/// What a body without anything around it is taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BareBody {
    /// An answer, if it says itself that it reports an error; else a payload.
    #[default]
    Either,
    /// A request's payload.
    Payload,
    /// An answer.
    Answer,
}

impl Hints {
    /// Bytes of an unknown kind, in which a body alone is taken for this.
    pub fn bare(bare_body: BareBody) -> Self {
        Self { bare_body, ..Self::default() }
    }
}

/// What bytes were taken for, and what was found in them.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What they are.
    pub kind: SourceKind,
    /// The requests, and what is to be said about them.
    pub imported: Imported,
}

/// Reads bytes of whatever kind they seem to be, or of the kind that the hints name. What is found holds at least one request, an
/// answer, or a profile.
///
/// # Errors
/// When they are nothing that can be imported, cannot be read as what they are, or hold none of these.
pub fn open(bytes: &[u8], hints: &Hints) -> Result<Opened, ImportError> {
    if bundle::is_zip(bytes) && hints.kind.is_none_or(|kind| kind == SourceKind::Bundle) && !hints.is_curl {
        let bundle = bundle::read(bytes).map_err(|error| ImportError::new(error.to_string()))?;
        return found(SourceKind::Bundle, own_files::from_bundle(bundle));
    }
    let (text, guess) = text::decode(bytes)?;
    let text = gaps::without_angles(&text).map_or(text, Cow::Owned);
    let mut opened = open_text(&text, hints, 0)?;
    if matches!(opened.kind, SourceKind::Program | SourceKind::Http | SourceKind::Log) {
        let is_told = take_told(&mut opened.imported, |only| told::beside(&text, only));
        // A message that somebody comments on may have had more headers than were passed on.
        if is_told && opened.kind == SourceKind::Http && !text.contains(" HTTP/") {
            opened.imported.requests.iter_mut().for_each(|request| request.not_recorded.headers |= request.headers.is_empty());
        }
    }
    let shown = shown_file::put_in(&text, &mut opened.imported.requests);
    opened.imported.notes.extend(shown);
    opened.imported.requests.iter_mut().for_each(gaps::mark);
    if opened.kind == SourceKind::Log && gaps::take_apart(&text, &mut opened.imported.requests) {
        let said = "The query or the API key stands apart from the address; it was put into the address";
        opened.imported.notes.push(note(Severity::Taken, said));
    }
    cut_off::mark(&text, opened.kind, &mut opened.imported);
    if let Some(said) = guess {
        opened.imported.notes.insert(0, note(Severity::Taken, said));
    }
    Ok(opened)
}

/// The variables of an API client's environment.
///
/// # Errors
/// When the bytes are not text, not JSON, or not an environment.
pub fn environment(bytes: &[u8]) -> Result<postman::Variables, ImportError> {
    postman::read_environment(&text::decode(bytes)?.0)
}

/// Opens what is left of a text when something that does not belong to it was taken away, and says so. No place in it is one in the
/// text as it was.
fn open_cleaned(plain: &str, said: &str, hints: &Hints, depth: u8) -> Result<Opened, ImportError> {
    let mut opened = open_text(plain, hints, depth + 1)?;
    if said == wrapped::OF_PROGRAM && plain.contains("${") {
        opened.imported.requests.iter_mut().for_each(|request| request.not_recorded.variables = true);
    }
    opened.imported.notes.iter_mut().for_each(|note| note.place = None);
    opened.imported.notes.insert(0, note(Severity::Taken, said));
    Ok(opened)
}

/// Opens a text around which something was taken away `depth` times.
fn open_text(text: &str, hints: &Hints, depth: u8) -> Result<Opened, ImportError> {
    if text.trim().is_empty() {
        return Err(ImportError::new("there is nothing in it"));
    }
    if let Some(kind) = hints.kind.or_else(|| hints.is_curl.then(|| SourceKind::of_shell(curl::guess_shell(text)))) {
        return found(kind, import(text, kind, &hints.environment)?);
    }
    if let Some(kind) = file_of_client(text) {
        return found(kind, import(text, kind, &hints.environment)?);
    }
    let said_before = "Each of its lines begins with what a log writes before it; the text behind that was read";
    let said_prompt = "The shell's second prompt before the further lines of a command was taken off";
    let cleaned = around::plain(text)
        .or_else(|| Some((chat::plain(text)?, "The times and names before the messages of a chat were taken off")))
        .or_else(|| mail::plain(text))
        .or_else(|| wrapped::plain(text))
        .or_else(|| Some((prefixed::plain(text)?, said_before)))
        .or_else(|| Some((second_prompt::plain(text)?, said_prompt)))
        .or_else(|| Some((http::environment::inlined(text)?, "The values of the environment above the requests were put in")))
        .or_else(|| {
            Some((remarks::apart(text)?, "What was written before or behind a command on its line was read as a remark"))
        });
    if let Some((plain, said)) = cleaned.filter(|_| depth < MAX_DEPTH) {
        return open_cleaned(&plain, said, hints, depth);
    }
    if let Some(blocks) = fences::blocks(text).filter(|_| depth < MAX_DEPTH) {
        let message = fences::without_fences(text).filter(|plain| other_kind(plain).is_none());
        if let Some(opened) = message.and_then(|message| payload_in_words::read_with(&message, in_words)) {
            return opened;
        }
        if let Some(imported) = body_in_block(text, &blocks) {
            return found(SourceKind::Log, imported);
        }
        if let Some(opened) = open_blocks(text, &blocks, hints, depth) {
            return Ok(opened);
        }
    }
    if let Some(plain) = fences::from_page(text).filter(|_| depth < MAX_DEPTH) {
        let said =
            "It was copied from a page's source: its HTML (&quot;, &#39; and tags) was read as the text that it stands for";
        return open_cleaned(&plain, said, hints, depth);
    }
    if let Some(reason) = lookalike::refusal(text) {
        return Err(ImportError::new(reason));
    }
    let kind = other_kind(text);
    let is_answer = match hints.bare_body {
        BareBody::Answer => true,
        BareBody::Either => kind.is_none() || answer::reports_error(text),
        BareBody::Payload => false,
    };
    match kind {
        Some(SourceKind::Json) if let Some(opened) = payload_in_words::read_with(text, in_words) => opened,
        Some(SourceKind::Json) if is_answer => Ok(Opened { kind: SourceKind::Answer, imported: answer::read(text) }),
        // An answer that merely mentions an address.
        Some(SourceKind::Log) if is_answer && hints.bare_body == BareBody::Answer => {
            let imported = log::read(text);
            if imported.requests.is_empty() {
                return Ok(Opened { kind: SourceKind::Answer, imported: answer::read(text) });
            }
            found(SourceKind::Log, imported)
        }
        Some(kind) => match import(text, kind, &hints.environment).and_then(|imported| found(kind, imported)) {
            // What a command said of itself stands where the command is not.
            Err(reason) if kind.is_command() && text.contains("://") => {
                let imported = log::read(text);
                if imported.requests.is_empty() { Err(reason) } else { found(SourceKind::Log, imported) }
            }
            // So does its error.
            Err(_) if hints.bare_body != BareBody::Payload && kind.is_command() && answer::names_status(text) => {
                Ok(Opened { kind: SourceKind::Answer, imported: answer::read(text) })
            }
            opened => opened,
        },
        None if let Some(opened) = payload_in_words::read_with(text, in_words) => opened,
        None if hints.bare_body == BareBody::Answer || (is_answer && answer::names_status(text)) => {
            Ok(Opened { kind: SourceKind::Answer, imported: answer::read(text) })
        }
        None if is_page(text) => {
            Err(ImportError::new("it is an HTML page, which is an answer: explain it with centerpost diagnose FILE"))
        }
        None if looks_like_payload(text.trim()) => found(SourceKind::Json, alone(payload(text.trim()), "a payload")),
        None => Err(ImportError::new(
            "it is nothing that can be imported: no curl command, raw HTTP, URL with a body, HAR file, collection of an API client, log, \
             case file or support bundle",
        )),
    }
}

/// The request that a message names in its words, where its body is the JSON in a block.
fn body_in_block(text: &str, blocks: &[String]) -> Option<Imported> {
    let message = fences::without_fences(text).filter(|message| other_kind(message) == Some(SourceKind::Log))?;
    let is_json = |block: &String| block.trim_start().starts_with('{') && block.trim_end().ends_with('}');
    if !blocks.iter().all(is_json) {
        return None;
    }
    let imported = log::read(&message);
    let [only] = imported.requests.as_slice() else { return None };
    (only.body != SpecBody::None).then_some(imported)
}

/// What the blocks of a message hold, if there is a request among them. An answer belongs to the request in the block before.
fn open_blocks(text: &str, blocks: &[String], hints: &Hints, depth: u8) -> Option<Opened> {
    let mut all: Option<Opened> = None;
    // Below a request, JSON that reports an error is what came back.
    let below = Hints { bare_body: BareBody::Either, ..hints.clone() };
    for block in blocks {
        let hints = if all.is_some() && hints.bare_body == BareBody::Payload { &below } else { hints };
        let Ok(Opened { kind, imported }) = open_text(block, hints, depth + 1) else { continue };
        let Some(Opened { imported: whole, .. }) = &mut all else {
            all = Some(Opened { kind, imported });
            continue;
        };
        let is_payload = imported.requests.iter().all(|request| request.url.is_empty() && request.outcome.is_none());
        if is_payload && whole.requests.last().is_some_and(|last| !last.url.is_empty() && last.outcome.is_some()) {
            whole
                .notes
                .push(note(Severity::Taken, "JSON alone behind a request and its answer says what is meant; it was left out"));
            continue;
        }
        let unanswered = whole.requests.last_mut().filter(|last| last.outcome.is_none());
        match (imported.requests.as_slice(), unanswered) {
            ([answer], Some(last)) if !answer.knows_request() => last.outcome = answer.outcome.clone(),
            ([shown], Some(last)) if is_shown_without_body(last, shown) => {
                last.outcome = shown.outcome.clone();
                last.headers.clone_from(&shown.headers);
            }
            _ => whole.requests.extend(imported.requests),
        }
        whole.notes.extend(imported.notes);
        whole.profile = whole.profile.take().or(imported.profile);
    }
    let mut opened = all?;
    take_told(&mut opened.imported, |_| told::around_blocks(text, blocks));
    let knows_address = opened.imported.requests.iter().any(|request| !request.url.is_empty());
    // A payload between fences may have its address in the text around it.
    let is_found = knows_address || !text.contains("://");
    // The lines of a block stand elsewhere in the whole.
    opened.imported.notes.iter_mut().for_each(|note| note.place = None);
    opened.imported.cases.clear();
    is_found.then_some(opened)
}

/// Whether a transcript shows the request of the command above it, whose body curl does not print.
fn is_shown_without_body(command: &RequestSpec, shown: &RequestSpec) -> bool {
    let is_same = command.method == shown.method && command.url == shown.url && shown.outcome.is_some();
    let announced = shown.header("content-length").and_then(|length| length.trim().parse::<usize>().ok());
    match &command.body {
        SpecBody::Text(text) | SpecBody::Urlencoded(text) => {
            let fits = announced.is_none_or(|length| length == text.len());
            is_same && shown.body == SpecBody::None && shown.not_recorded.body && fits
        }
        _ => false,
    }
}

/// What was found, unless it is nothing.
fn found(kind: SourceKind, imported: Imported) -> Result<Opened, ImportError> {
    if imported.requests.is_empty() && imported.profile.is_none() {
        let reasons: Vec<String> = imported.notes.iter().take(3).map(Note::to_string).collect();
        return Err(ImportError::new(format!("taken for {}, it holds no request. {}", kind.label(), reasons.join(". "))));
    }
    Ok(Opened { kind, imported })
}

/// What a text holds that is of this kind. `environment` fills the variables of a collection.
fn import(text: &str, kind: SourceKind, environment: &postman::Variables) -> Result<Imported, ImportError> {
    if kind != SourceKind::Har && text.len() > if kind == SourceKind::Log { log::MAX_LOG } else { MAX_TEXT } {
        return Err(ImportError::new(format!("it is too large for {}", kind.label())));
    }
    match kind {
        SourceKind::CurlBash => Ok(commands(text, Shell::Bash)),
        SourceKind::CurlCmd => Ok(commands(text, Shell::Cmd)),
        SourceKind::CurlPowerShell => Ok(commands(text, Shell::PowerShell)),
        SourceKind::Http => {
            let mut imported = http::read(text);
            if let Some(last) = imported.requests.last_mut().filter(|last| last.outcome.is_none())
                && http::is_transcript(text)
            {
                last.outcome = session::of_transcript(text);
            }
            Ok(imported)
        }
        SourceKind::Program => Ok(program::read(text)),
        SourceKind::Har => har::read(text),
        SourceKind::Link => link::read(text),
        SourceKind::Postman => postman::read(text, environment),
        SourceKind::Insomnia => insomnia::read(text, environment),
        SourceKind::Bruno if bru::is_bru(text.trim_start()) => bru::read(text, environment),
        SourceKind::Bruno if text.trim_start().starts_with('{') => bruno::read(text, environment),
        SourceKind::Bruno => open_collection::read(text, environment),
        SourceKind::ThunderClient => thunder::read(text, environment),
        SourceKind::Hoppscotch => hoppscotch::read(text, environment),
        SourceKind::Hurl => Ok(hurl::read(text)),
        SourceKind::OpenApi => openapi::read(text, environment),
        SourceKind::Automation => automation::read(text, environment),
        SourceKind::Recording => recording::read(json_text::without_bom(text).trim(), environment),
        SourceKind::Log => Ok(log::read(text)),
        SourceKind::Url => Ok(alone(address(text.trim()), "an address")),
        SourceKind::Json => Ok(alone(payload(text), "a payload")),
        SourceKind::Answer => Ok(answer::read(text)),
        SourceKind::Case => own_files::from_case(text),
        SourceKind::Bundle => Err(ImportError::new("it is not a zip, and a support bundle is one")),
        SourceKind::Profile => own_files::from_profile(text),
        SourceKind::PostmanEnvironment => Err(ImportError::new("it is a Postman environment, which holds no requests")),
    }
}

/// Commands for a shell, with what a terminal shows below them.
fn commands(text: &str, shell: Shell) -> Imported {
    let Some(session) = session::read(text) else {
        let mut imported = curl::read_as(text, shell);
        if let [only] = imported.requests.as_mut_slice() {
            only.outcome = only.outcome.take().or_else(|| session::of_error_view(text));
        }
        take_around(&mut imported, text);
        return imported;
    };
    let mut imported = curl::read_as(&session.commands, shell);
    imported.notes.extend(session::of_shell(text).map(|said| note(Severity::Lost, said)));
    if imported.requests.len() == session.sent.len() {
        imported.requests.iter_mut().zip(session.sent).for_each(|(request, sent)| take_address(request, sent));
    }
    if imported.requests.len() == session.outcomes.len() {
        imported.requests.iter_mut().zip(session.outcomes).for_each(|(request, outcome)| request.outcome = outcome);
    } else if let (Some(last), Some(outcome)) = (imported.requests.last_mut(), session.outcomes.into_iter().flatten().next_back())
    {
        last.outcome = Some(outcome);
    }
    // What the command printed of itself was judged above.
    take_told(&mut imported, |_| told::of_lines(session::lines_around(text)));
    imported
}

/// Takes what somebody wrote around the one command, where no record tells what came of it: a status, or an error of a client.
fn take_around(imported: &mut Imported, text: &str) {
    take_told(imported, |_| told::of_lines(session::lines_around(text)));
    if let [only] = imported.requests.as_mut_slice()
        && only.outcome.is_none()
        && !only.url.is_empty()
    {
        only.outcome = failure::in_lines(session::lines_around(text).filter(|line| told::is_prose(line)));
    }
}

/// Takes the status that somebody wrote beside the one request, where no record tells what came of it. Says whether there was one.
fn take_told(imported: &mut Imported, told: impl FnOnce(&RequestSpec) -> Option<u16>) -> bool {
    let [only] = imported.requests.as_mut_slice() else { return false };
    if only.outcome.is_some() || only.url.is_empty() {
        return false;
    }
    let status = told(only);
    if let Some(status) = status {
        only.outcome = Some(answer::logged(status, String::new()));
        imported.notes.push(told_note(status));
    }
    status.is_some()
}

/// Takes the address that a command printed, where its own is a variable.
fn take_address(request: &mut RequestSpec, sent: Option<RequestSpec>) {
    let address = Address::parse(&request.url);
    let host = address.raw(&address.host);
    let is_variable = host.is_empty() || host.contains(['$', '{', '%']);
    if let Some(sent) = sent.filter(|sent| is_variable && sent.url.contains("://")) {
        (request.method, request.url) = (sent.method, sent.url);
        request.not_recorded.method = false;
    }
}

fn address(url: &str) -> RequestSpec {
    let has_scheme = !Address::parse(url).scheme.is_empty() || url.starts_with('/');
    let url = if has_scheme { url.to_owned() } else { format!("https://{url}") };
    let mut request = RequestSpec { url, ..post_json(SpecBody::None) };
    (request.not_recorded.body, request.not_recorded.file_bytes) = (true, true);
    request
}

fn payload(text: &str) -> RequestSpec {
    post_json(SpecBody::Text(json_text::without_bom(text).to_owned()))
}

/// What an External Source takes, as far as it is the same for all.
fn post_json(body: SpecBody) -> RequestSpec {
    RequestSpec {
        method: "POST".into(),
        headers: vec![("Content-Type".into(), "application/json".into())],
        body,
        ..RequestSpec::default()
    }
}

fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(20).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// Whether a text that is not a JSON object could be a body: JSON of another kind, markup, or a form.
fn looks_like_payload(text: &str) -> bool {
    text.starts_with(['"', '<']) || (text.contains('=') && !text.contains(char::is_whitespace))
}

fn in_words(message: &payload_in_words::Message<'_>) -> Result<Opened, ImportError> {
    let Some(json) = message.payload else {
        let body = message.answer.unwrap_or_default();
        let mut imported = answer::read(body);
        if let Some(status) = message.status {
            imported.requests.iter_mut().for_each(|request| request.outcome = Some(answer::logged(status, body.to_owned())));
        }
        return Ok(Opened { kind: SourceKind::Answer, imported });
    };
    let mut request = payload(json);
    if let Some(parts) = &message.parts {
        request.url = parts.url();
        let known = &mut request.not_recorded;
        (known.host, known.port, known.address_end) = (parts.host.is_none(), parts.host.is_none(), parts.api_key.is_none());
        known.scheme = !parts.host.as_ref().is_some_and(|host| host.contains("://"));
    }
    let answer = message.answer.and_then(|json| answer::read(json).requests.pop()?.outcome);
    request.outcome = answer.or_else(|| message.status.map(|status| answer::logged(status, String::new())));
    let mut imported = alone(request, "a payload");
    if message.answer.is_none() {
        imported.notes.extend(message.status.map(told_note));
    }
    found(SourceKind::Json, imported)
}

fn told_note(status: u16) -> Note {
    let said = format!("The status {status} was taken from the words beside the request; the response itself is not recorded");
    note(Severity::Taken, said)
}

fn alone(request: RequestSpec, what: &str) -> Imported {
    let text = format!("This is {what} alone; method and the rest are those of an External Source");
    Imported { requests: vec![request], notes: vec![note(Severity::Taken, text)], ..Imported::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::Outcome;

    /// What was read, in a line: kind, method and URL, header count, body, status.
    fn told(bytes: &[u8], bare: BareBody) -> String {
        match open(bytes, &Hints::bare(bare)) {
            Err(error) => format!("error: {error}"),
            Ok(Opened { kind, imported }) => {
                let Some(case) = imported.case(0, None) else { return format!("{kind:?} alone") };
                let sent = &case.sent;
                let request = match case.knows_request() {
                    true => {
                        format!(
                            "{} {} {} {:?}",
                            sent.method,
                            sent.url,
                            sent.headers.len(),
                            sent.body.as_deref().unwrap_or_default()
                        )
                    }
                    false => "no request".to_owned(),
                };
                let answer = match &case.outcome {
                    Some(Outcome::Answer(answer)) => format!(" -> {} {:?}", answer.status, answer.text()),
                    Some(Outcome::Failure(failure)) => format!(" -> {:?}", failure.kind),
                    None => String::new(),
                };
                format!("{kind:?} {request}{answer}")
            }
        }
    }

    #[test]
    fn requests_by_table() {
        for (text, expected) in [
            (
                "POST /api/v1/x?apiKey=k HTTP/1.1\r\nHost: h.example\r\nContent-Type: application/json\r\n\r\n{\"a\": 1}\r\n",
                "Http POST https://h.example/api/v1/x?apiKey=k 2 \"{\\\"a\\\": 1}\"",
            ),
            ("POST https://h/x\nA: 1\n\nbody\nmore\n", "Http POST https://h/x 1 \"body\\nmore\""),
            ("\n\nGET /x HTTP/1.1\nHost: http.example:81\n", "Http GET https://http.example:81/x 1 \"\""),
            (
                "POST http://h/x HTTP/1.1\nContent-Length: 2\n\n{}\n\nHTTP/1.1 404 Not Found\nContent-Type: text/html\n\n<p>no</p>\n",
                "Http POST http://h/x 1 \"{}\" -> 404 \"<p>no</p>\"",
            ),
            ("https://h/x?apiKey=k\n{\"a\": 1}", "Http POST https://h/x?apiKey=k 1 \"{\\\"a\\\": 1}\""),
            ("https://h/x\nContent-Type: text/plain\nX-A: b\n\n{\"a\": 1}", "Http POST https://h/x 2 \"{\\\"a\\\": 1}\""),
            ("https://h/x\n?apiKey=k\n&b=2\n\n{\"a\": 1}", "Http POST https://h/x?apiKey=k&b=2 1 \"{\\\"a\\\": 1}\""),
            (
                "POST https://h/x\nA: b\n{\"a\": 1}\nHTTP/1.1 400 Bad Request\n<p>no</p>",
                "Http POST https://h/x 1 \"{\\\"a\\\": 1}\" -> 400",
            ),
            ("h.example/api/v1/projects/p/feedback/s", "Url POST https://h.example/api/v1/projects/p/feedback/s 1 \"\""),
            ("{\"a\": 1}", "Json POST  1 \"{\\\"a\\\": 1}\""),
            ("a=1&b=2", "Json POST  1 \"a=1&b=2\""),
            (r#"{"request": {"method": "PUT", "url": "https://h"}}"#, "Case PUT https://h 0 \"\""),
            (r#"{"request": "I have a request"}"#, "Json POST  1 \"{\\\"request\\\": \\\"I have a request\\\"}\""),
            (
                r#"{"profile": {"format": "centerpost.profile/1"}, "request": {"url": "https://h"}, "format": "centerpost.case/1"}"#,
                "Case POST https://h",
            ),
            (
                "Hi,\n```bash\ncurl https://h/x -d '{}'\n```\nand got\n```\nHTTP/1.1 404 Not Found\n\nno\n```",
                "CurlBash POST https://h/x 1 \"{}\" -> 404",
            ),
            ("```http\nPOST /x HTTP/1.1\nHost: h\n\n{}\n```", "Http POST https://h/x 1 \"{}\""),
            (
                "```\ncurl https://h/x -d 1\n```\ngave\n```\nHTTP/1.1 404 Not Found\n\nno\n```\nnot\n```\n{\"a\": 1}\n```",
                "CurlBash POST https://h/x 1 \"1\" -> 404 \"no\"",
            ),
            ("> POST https://h/x\n> A: b\n>\n> {}\n", "Http POST https://h/x 1 \"{}\""),
            ("{code:json}\n{\"a\": 1}\n{code}", "Json POST  1 \"{\\\"a\\\": 1}\""),
            ("[2026-05-01 10:00:00] POST https://h/api/x", "Log POST https://h/api/x"),
            ("just words", "error: it is nothing that can be imported"),
            ("<!DOCTYPE html><p>https://h/api/v1</p>", "error: it is an HTML page"),
            ("  \n", "error: there is nothing"),
            ("curl -X POST https://h", "CurlBash POST https://h 0 \"\""),
            (r#"{"format": "centerpost.profile/1"}"#, "Profile alone"),
            (r#"{"format": "centerpost.run/1"}"#, "error: it cannot be read as a case: its format is"),
        ] {
            let found = told(text.as_bytes(), BareBody::Payload);
            assert!(found.starts_with(expected), "{text:?}\n  {found}\n  {expected}");
        }
    }

    #[test]
    fn answers_by_table() {
        for (text, expected) in [
            (
                "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"status\":404}",
                "Http no request -> 404 \"{\\\"status\\\":404}\"",
            ),
            ("HTTP/2 201 \r\nserver: x\r\n\r\n{}\r\n", "Http no request -> 201 \"{}\""),
            (
                "HTTP/1.1 201 Created\nContent-Length: 8\n\n{\"id\":1}\nHTTP 201 in 1 s",
                "Http no request -> 201 \"{\\\"id\\\":1}\"",
            ),
            ("HTTP/1.1 100 Continue\n\nHTTP/1.1 413 Content Too Large\nA: b\n\nno", "Http no request -> 413 \"no\""),
            ("HTTP/1.1 200 Connection established\n\nHTTP/1.1 404 Not Found\nA: b\n\nno", "Http no request -> 404 \"no\""),
            ("{\"status\": 404, \"description\": \"x\"}", "Answer no request -> 404"),
            ("<html><title>403 - Forbidden</title></html>", "Answer no request -> 403"),
            ("Internal trouble", "Answer no request -> 0"),
            ("<a href=\"https://h/x\">Internal trouble</a>", "Answer no request -> 0"),
            (r#"{"response": {"status": 500, "body": "x"}}"#, "Case no request -> 500 \"x\""),
        ] {
            let found = told(text.as_bytes(), BareBody::Answer);
            assert!(found.starts_with(expected), "{text:?}\n  {found}\n  {expected}");
        }
        // Where both could be meant, JSON that reports an error is an answer, and other JSON a payload.
        assert!(told(b"{\"status\": 404, \"description\": \"x\"}", BareBody::Either).starts_with("Answer"));
        assert!(told(b"{\"status\": \"New\"}", BareBody::Either).starts_with("Json POST"));
    }

    #[test]
    fn what_is_quoted_a_thousand_times_is_read_without_overflowing_the_stack() {
        for sign in ["> ", "    ", "| ", "\\\""] {
            let text = format!("{}curl -d '{{}}' https://h/api/v1/projects/p/feedback/s?apiKey=k\n", sign.repeat(2000)).repeat(3);
            // Whether it is read at all is open; that it ends is what counts.
            let _ = open(text.as_bytes(), &Hints::default());
        }
    }

    #[test]
    fn the_encoding_makes_no_difference() {
        let text = "POST https://h/x\nContent-Type: application/json\n\n{\"summary\": \"grün\"}";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
        for bytes in [["\u{feff}".as_bytes(), text.as_bytes()].concat(), [&[0xff, 0xfe], utf16.as_slice()].concat(), utf16, latin]
        {
            assert_eq!(told(&bytes, BareBody::Payload), told(text.as_bytes(), BareBody::Payload));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)) {
            for kind in SourceKind::ALL.into_iter().map(Some).chain([None]) {
                let _ = open(&bytes, &Hints { kind, ..Hints::default() });
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}|[{\\[]\\PC{0,40}|(POST|GET|HTTP/1.1|https?://|\\{)?[ /a-z0-9:{}\"\r\n]{0,60}") {
            for kind in SourceKind::ALL.into_iter().map(Some).chain([None]) {
                for bare_body in [BareBody::Either, BareBody::Payload, BareBody::Answer] {
                    let _ = open(text.as_bytes(), &Hints { kind, bare_body, ..Hints::default() });
                }
            }
        }
    }
}
