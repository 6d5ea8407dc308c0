//! Results on standard output, everything else on standard error.

use std::borrow::Cow;
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value, json};

use crate::cli::exit::CommandError;
use crate::cli::terminal::{harmless, harmless_json};
use crate::diagnosis::{Cause, CauseId};
use crate::logging;
use crate::model::Exchange;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::exchange::{Outcome, Timings};
use crate::model::json_text::with_texts;
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::mask::mask_url;
use crate::model::secrets::masker::Masker;
use crate::model::status::status_text;
use crate::service::report::UploadResult;

/// Whether the user wants to see secrets.
static SHOWS_SECRETS: AtomicBool = AtomicBool::new(false);

/// From now on secrets are printed as they are, for the user asked for that.
pub(in crate::cli) fn show_secrets() {
    SHOWS_SECRETS.store(true, Ordering::Relaxed);
}

/// Every text comes by here on its way to people. Who wrote it has hidden the secrets of its exchange; a file's name, a note or the
/// words of a library may hold others.
fn hidden(text: &str) -> Cow<'_, str> {
    if SHOWS_SECRETS.load(Ordering::Relaxed) { text.into() } else { logging::hide_known(text) }
}

fn hidden_json(value: &Value) -> Value {
    with_texts(value, &|text| hidden(text).into_owned())
}

/// Prints a result for people: foreign text in it is harmless in a pipe too, because that may end on a terminal.
pub(in crate::cli) fn print(text: &str) -> Result<(), CommandError> {
    write(&harmless(&hidden(text)))
}

/// Prints what is another program's to read: to the byte, unless it goes to a terminal.
pub(in crate::cli) fn print_document(text: &str) -> Result<(), CommandError> {
    if std::io::stdout().is_terminal() { print(text) } else { write(text) }
}

/// That nobody reads on is not a failure.
fn write(text: &str) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if !is_closed(&error) => Err(CommandError::failed(format!("Writing the result: {error}"))),
        _ => Ok(()),
    }
}

/// Whether the other end of a pipe was closed.
fn is_closed(error: &std::io::Error) -> bool {
    // For this one Rust has no kind.
    const PIPE_NOT_CONNECTED: i32 = 233;
    error.kind() == std::io::ErrorKind::BrokenPipe || cfg!(windows) && error.raw_os_error() == Some(PIPE_NOT_CONNECTED)
}

/// Prints one JSON document.
pub(in crate::cli) fn print_json(value: &Value) -> Result<(), CommandError> {
    write(&harmless_json(&format!("{:#}\n", hidden_json(value))))
}

/// Prints one JSON document with the secrets in it: what is printed is to be sent.
pub(in crate::cli) fn print_json_revealing(value: &Value) -> Result<(), CommandError> {
    write(&harmless_json(&format!("{value:#}\n")))
}

/// Prints a text for people with the secrets that it is about.
pub(in crate::cli) fn print_revealing(text: &str) -> Result<(), CommandError> {
    write(&harmless(text))
}

/// Prints one JSON document on a line of its own, as one of many.
pub(in crate::cli) fn print_json_line(value: &Value) -> Result<(), CommandError> {
    write(&harmless_json(&format!("{}\n", hidden_json(value))))
}

/// Says something on standard error, as in `error: …`.
pub(in crate::cli) fn complain(kind: &str, text: &str) {
    match kind {
        "error" => log::error!("{text}"),
        "warning" => log::warn!("{text}"),
        _ => log::info!("{text}"),
    }
    // With standard error closed there is nowhere left to say so.
    let _ = writeln!(std::io::stderr().lock(), "{kind}: {}", harmless(&hidden(text)));
}

/// What an input is called in a sentence.
pub(in crate::cli) fn input_name(path: &std::path::Path) -> String {
    if path == std::path::Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// Says that something is waited for, where somebody sits at the keyboard.
pub(in crate::cli) fn hint_at_input(path: &std::path::Path, what: &str) {
    if path == std::path::Path::new("-") && std::io::stdin().is_terminal() {
        complain("note", &format!("paste {what}, then end with Ctrl-D (on Windows Ctrl-Z and Enter)"));
    }
}

/// Prints what the parser has to say. An address that it quotes may hold an API key.
pub(in crate::cli) fn print_clap(error: &clap::Error) {
    let text = error.render().to_string();
    if !error.use_stderr() || !text.contains('=') {
        let _ = error.print();
        return;
    }
    let masked: String = text.split_inclusive(char::is_whitespace).map(mask_url).collect();
    let _ = std::io::stderr().lock().write_all(harmless(&hidden(&masked)).as_bytes());
}

/// Whether a cause says that something is wrong.
pub(in crate::cli) fn is_trouble(cause: &Cause) -> bool {
    cause.id.is_problem()
}

/// Whether a cause says that the request was not carried out as it was meant; a malformed head says nothing of that.
pub(super) fn is_failure(cause: &Cause) -> bool {
    is_trouble(cause) && cause.id != CauseId::ResponseMalformed
}

/// Causes as JSON, best first.
pub(in crate::cli) fn causes_json(causes: &[Cause], masker: &Masker) -> Value {
    let one = |cause: &Cause| {
        json!({
            "id": cause.id.as_str(),
            "confidence": cause.confidence.number(),
            "title": masker.text(&cause.title),
            "evidence": cause.evidence.iter().map(|fact| masker.text(&fact.text)).collect::<Vec<_>>(),
            "fix": masker.text(&cause.advice),
        })
    };
    causes.iter().map(one).collect()
}

/// Causes for people, best first.
pub(in crate::cli) fn causes_text(causes: &[Cause], masker: &Masker) -> String {
    let mut text = String::new();
    for (index, cause) in causes.iter().enumerate() {
        let sure = (cause.confidence.number() * 100.0).round();
        let title = masker.text(&cause.title);
        text.push_str(&format!("{}. {title} ({}, {sure} %, {})\n", index + 1, cause.id, cause.id.basis().label()));
        for fact in &cause.evidence {
            text.push_str(&format!("   - {}\n", masker.text(&fact.text)));
        }
        if !cause.advice.is_empty() {
            text.push_str(&format!("   What to do: {}\n", masker.text(&cause.advice)));
        }
    }
    text
}

/// An exchange as JSON: `request`, `response`, `timings_ms`, and `error` where no answer came.
pub(in crate::cli) fn exchange_json(exchange: &Exchange, masker: &Masker) -> Value {
    let mut map = Map::new();
    map.insert("request".into(), sent_json(&exchange.sent, masker));
    match &exchange.outcome {
        None => {}
        Some(Outcome::Answer(answer)) => {
            let mut response = json!({
                "status": answer.status,
                "headers": masker.headers(&answer.headers),
                "body": masker.answer(answer),
            });
            if let Some(trouble) = &answer.body_trouble {
                response["body_trouble"] = masker.text(trouble).into();
            }
            if answer.is_cut_off {
                response["cut_off"] = true.into();
            }
            if !answer.oddities.is_empty() {
                response["oddities"] = answer.oddities.iter().map(|oddity| masker.text(oddity)).collect();
            }
            if let Some(whole) = &answer.whole {
                response["body_size"] = whole.0.size().into();
            }
            map.insert("response".into(), response);
        }
        Some(Outcome::Failure(failure)) => {
            map.insert("response".into(), Value::Null);
            map.insert("error".into(), json!({"kind": failure.kind, "message": masker.text(&failure.message)}));
        }
    }
    map.insert("timings_ms".into(), timings_json(&exchange.timings));
    Value::Object(map)
}

/// An exchange that did not come about, in the form of one that did.
pub(in crate::cli) fn unsent_json(sent: &RequestRecord, reason: &str, masker: &Masker) -> Value {
    json!({
        "request": sent_json(sent, masker),
        "response": null,
        "error": {"kind": "other", "message": masker.text(reason)},
        "timings_ms": {},
    })
}

/// A request as JSON. Of a multipart body it has the parts, without their bytes.
pub(in crate::cli) fn sent_json(sent: &RequestRecord, masker: &Masker) -> Value {
    let mut request = json!({
        "method": sent.method,
        "url": masker.url(&sent.url),
        "headers": masker.headers(&sent.headers),
        "body": sent.body.as_deref().map(|body| masker.body(body)),
    });
    if let Some(parts) = &sent.parts {
        let one = |part: &Part<Recorded>| Part {
            name: masker.text(&part.name),
            filename: part.filename.as_deref().map(|name| masker.text(name)),
            headers: masker.headers(&part.headers),
            ..part.clone()
        };
        request["parts"] = json!(parts.iter().map(one).collect::<Vec<_>>());
    }
    request
}

fn timings_json(timings: &Timings) -> Value {
    let ms = |duration: std::time::Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
    json!({
        "resolve": timings.resolve.map(ms),
        "connect": timings.connect.map(ms),
        "tls": timings.tls.map(ms),
        "first_byte": timings.first_byte.map(ms),
        "total": ms(timings.total),
    })
}

/// Attachment endpoints as JSON.
pub(in crate::cli) fn endpoints_json(endpoints: &[AttachmentEndpoint], masker: &Masker) -> Value {
    let one = |endpoint: &AttachmentEndpoint| {
        json!({
            "parameter": endpoint.parameter,
            "returned": masker.url(&endpoint.returned),
            "completed": masker.url(&endpoint.completed),
        })
    };
    endpoints.iter().map(one).collect()
}

/// Uploads as JSON. `status` is null when no answer came, and `error` says why.
pub(in crate::cli) fn uploads_json(uploads: &[UploadResult], masker: &Masker) -> Value {
    let one = |upload: &UploadResult| {
        let mut map = json!({
            "parameter": upload.parameter,
            "path": masker.text(&upload.path.to_string_lossy()),
            "size": upload.size,
            "sha256": upload.sha256,
            "status": upload.exchange().and_then(|exchange| exchange.answer()).map(|answer| answer.status),
        });
        if let Some(trouble) = upload.trouble() {
            map["error"] = masker.text(&trouble).into();
        }
        map
    };
    uploads.iter().map(one).collect()
}

/// An exchange for people: request line, status and the answer's text.
pub(in crate::cli) fn exchange_text(exchange: &Exchange, masker: &Masker) -> String {
    let mut text = format!("{} {}\n", exchange.sent.method, masker.url(&exchange.sent.url));
    match &exchange.outcome {
        None => text.push_str("What came of it is not known\n"),
        Some(Outcome::Answer(answer)) => {
            let total = exchange.timings.total.as_millis();
            text.push_str(&format!("{} in {total} ms\n", status_text(answer.status)));
            for (name, value) in masker.headers(&answer.headers) {
                text.push_str(&format!("{name}: {value}\n"));
            }
            let body = match serde_json::from_str::<Value>(&answer.text()) {
                Ok(json) => masker.text(&format!("{json:#}")),
                Err(_) => masker.answer(answer),
            };
            if !body.trim().is_empty() {
                text.push_str(&format!("\n{}\n", body.trim_end()));
            }
            if let Some(whole) = &answer.whole {
                let size = whole.0.size();
                text.push_str(&format!("Only the beginning is printed; the whole {size} bytes are in the history\n"));
            }
            if let Some(trouble) = &answer.body_trouble {
                text.push_str(&format!("The answer is not whole: {}\n", masker.text(trouble)));
            }
            for oddity in &answer.oddities {
                text.push_str(&format!("The answer is malformed: {}\n", masker.text(oddity)));
            }
        }
        Some(Outcome::Failure(failure)) => {
            let step = failure.step.map_or_else(String::new, |step| format!(" while {}", step.label()));
            let peer = failure.peer.as_ref().map_or_else(String::new, |peer| format!(" ({peer})"));
            text.push_str(&format!("No answer{step}{peer}: {}\n", masker.text(&failure.message)));
        }
    }
    text
}

/// Attachment endpoints for people.
pub(in crate::cli) fn endpoints_text(endpoints: &[AttachmentEndpoint], masker: &Masker) -> String {
    let mut text = String::new();
    for endpoint in endpoints {
        let parameter = endpoint.parameter.as_deref().unwrap_or("(unknown element)");
        let mut put_in: Vec<_> = endpoint.completions.iter().map(|completion| completion.what.label()).collect();
        put_in.dedup();
        let put_in = if put_in.is_empty() { String::new() } else { format!(" (put in: {})", put_in.join(", ")) };
        text.push_str(&format!("  {parameter}: {}{put_in}\n", masker.url(&endpoint.completed)));
    }
    text
}

/// Uploads for people.
pub(in crate::cli) fn uploads_text(uploads: &[UploadResult], masker: &Masker) -> String {
    let mut text = String::new();
    for upload in uploads {
        let size = upload.size.map_or_else(String::new, |size| format!(", {size} bytes"));
        let sha256 = upload.sha256.as_ref().map_or_else(String::new, |sha256| format!(", SHA-256 {sha256}"));
        let outcome = upload.trouble().map_or_else(|| "arrived".to_owned(), |trouble| masker.text(&trouble));
        let filename = masker.text(&upload.filename);
        text.push_str(&format!("  {}: {filename}{size}{sha256}: {outcome}\n", upload.parameter));
    }
    text
}
