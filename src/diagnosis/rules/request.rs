//! Rules of the request besides its address: method, Content-Type, and whether the body is a JSON object at all.

use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Proven};
use crate::diagnosis::certainty::Confidence;
use serde_json::Value;

use super::encoding;
use super::json_syntax;
use super::printed::printed;
use crate::diagnosis::cause::{Cause, FactPlace, Fix};
use crate::diagnosis::context::{Purpose, RuleContext};
use crate::diagnosis::repair::{self, Sender, with_sender};
use crate::diagnosis::text::{self, short};
use crate::model::contract::type_name;
use crate::model::profile::{Encoding, Field, FieldKind};

/// What is wrong with the request, in the order in which a server would trip over it.
pub(crate) fn check(context: &RuleContext<'_>) -> Vec<Cause> {
    let mut found = Vec::new();
    found.extend(method(context));
    if context.purpose == Purpose::Upload || !found.is_empty() && context.body().trim().is_empty() {
        return found;
    }
    found.extend(body(context));
    found
}

fn method(context: &RuleContext<'_>) -> Option<Cause> {
    let method = context.sent.method.trim();
    if method.eq_ignore_ascii_case("POST") || method.is_empty() {
        return None;
    }
    let is_get = method.eq_ignore_ascii_case("GET");
    let lost = context.body().trim().is_empty() && context.sent.parts.is_none();
    let mut cause =
        Cause::new(CauseId::RequestMethod, Proven.plain(), format!("The request was sent as {}, not as POST", short(method)))
            .fact(format!("sent \"{}\"; External Sources takes POST", short(method)), None);
    cause = if is_get && lost {
        cause
            .fact("a GET without a body is what a POST turns into when a redirect is followed (301, 302, 303)", None)
            .advice("Send as POST, straight to the final address: https, the right host, no slash at the end, so that nothing redirects it")
    } else {
        cause.advice("Send as POST")
    };
    Some(cause)
}

fn body(context: &RuleContext<'_>) -> Vec<Cause> {
    let text = context.body();
    if let Some(parts) = &context.sent.parts {
        let is_file = |name: &str| context.profile.is_some_and(|profile| profile.file_element(name).is_some());
        let files = parts.iter().filter(|part| part.filename.is_some() || is_file(&part.name)).count();
        if files > 0 && files == parts.len() {
            return vec![
                Cause::new(CauseId::UploadToTicketEndpoint, Proven.weak(), CauseId::UploadToTicketEndpoint.title())
                    .fact(format!("the part \"{}\" is a file", short(&parts[0].name)), FactPlace::Part(0))
                    .fact("the path ends with the External Source's key", FactPlace::Url(context.address.path.clone()))
                    .advice(CauseId::UploadToTicketEndpoint.advice()),
            ];
        }
        if parts.is_empty() {
            return vec![
                Cause::new(CauseId::RequestMultipartTicket, Proven.weak(), "A form without parts was sent, not JSON")
                    .fact("Content-Type says multipart/form-data", FactPlace::RequestHeader("Content-Type".into()))
                    .advice("Send the parameters as one JSON object with Content-Type: application/json"),
            ];
        }
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).take(5).collect();
        return vec![
            Cause::new(CauseId::RequestMultipartTicket, Proven.weak(), "The payload was sent as form fields, not as JSON")
                .fact(format!("the parts \"{}\" of multipart/form-data", names.join("\", \"")), FactPlace::Part(0))
                .fact("documented: the body must be JSON", None)
                .advice("Send the parameters as one JSON object with Content-Type: application/json; files follow to the attachment endpoints of the answer"),
        ];
    }
    if !context.has_known_body() || text.is_empty() && !context.sent.knows_body() {
        return type_alone(context).into_iter().collect();
    }
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() {
        return vec![
            Cause::new(CauseId::RequestBodyEmpty, Proven.plain(), "The request has no body")
                .fact("nothing was sent behind the headers", None)
                .advice("Send the parameters as a JSON object. If the body was there, look at what sits in between: a redirect or a proxy may have dropped it"),
        ];
    }
    let garbled = encoding::check(context);
    if let Some(wide) = garbled.as_ref().filter(|cause| cause.confidence == Proven.strong()) {
        return vec![wide.clone()];
    }
    if let Some(found) = printed(text).filter(|_| context.json.is_none()) {
        let id = if found.is_expression { CauseId::RequestUnresolvedVariable } else { CauseId::RequestJsonSyntax };
        return vec![
            Cause::new(id, Proven.plain(), format!("The body is not JSON, but {}", found.what))
                .fact(format!("the body begins \"{}\"", short(text.trim())), FactPlace::Body(0..text.len().min(40)))
                .advice(found.advice),
        ];
    }
    if let Some(cause) = form_encoded(context, text) {
        return vec![cause];
    }
    let mut found = Vec::new();
    match &context.json {
        None => {
            let unresolved = unresolved_in_text(text);
            let syntax = syntax(context, text, unresolved.is_some());
            let begins_like_json = text.trim_start().starts_with(['{', '[']);
            let is_multipart = context.media_type().is_some_and(|kind| kind.starts_with("multipart/"));
            found.extend(unresolved);
            if is_multipart && found.is_empty() {
                found.push(
                    Cause::new(
                        CauseId::RequestMultipartTicket,
                        Proven.weak(),
                        "The payload was sent as form fields, not as JSON",
                    )
                    .fact("Content-Type says multipart/form-data", FactPlace::RequestHeader("Content-Type".into()))
                    .advice("Send the parameters as one JSON object with Content-Type: application/json"),
                );
            } else {
                found.extend(syntax);
            }
            if begins_like_json && !is_multipart {
                // A server looks at the type before it reads the body.
                found.splice(0..0, content_type(context));
            }
        }
        Some(json) => {
            found.extend(content_type(context));
            // Not every server reads on behind a byte-order mark.
            found.extend(syntax(context, text, false));
            found.extend(shape(json, text));
            if let Value::Object(_) = json {
                found.extend(unresolved_in_values(context, json));
            }
        }
    }
    if let Some(cause) = garbled {
        let at = if cause.confidence.is_sure() { 0 } else { found.len() };
        found.insert(at, cause);
    }
    found
}

/// A record without the body may still show that it was declared as something else than JSON, and was refused.
fn type_alone(context: &RuleContext<'_>) -> Option<Cause> {
    let is_refused = context.answer.is_some_and(|answer| matches!(answer.status, 400 | 415 | 422));
    let kind = context
        .media_type()
        .filter(|kind| is_refused && !kind.is_empty() && !kind.contains("json") && !kind.contains(['{', '*']))?;
    let (name, value) = context.sent.headers.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("content-type"))?;
    let cause = Cause::new(
        CauseId::RequestContentType,
        Likely.plain(),
        format!("The body was not declared as JSON, but as {}", short(&kind)),
    )
    .fact(format!("sent \"{name}: {}\"", short(value)), FactPlace::RequestHeader(name.clone()))
    .fact("documented: the body must be JSON. This record does not show it", None);
    let advice = "Send the parameters as one JSON object with Content-Type: application/json";
    Some(cause.advice(with_sender(advice, context.sent, Sender::json)))
}

fn content_type(context: &RuleContext<'_>) -> Option<Cause> {
    let header = context.sent.headers.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("content-type"));
    let kind = context.media_type();
    let is_json = kind.as_deref().is_some_and(|kind| {
        kind == "application/json" || kind == "text/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
    });
    if is_json {
        return None;
    }
    let (words, place) = match header {
        Some((name, value)) if !value.trim().is_empty() => {
            (format!("sent \"{}: {}\"", name, short(value)), Some(FactPlace::RequestHeader(name.clone())))
        }
        _ => ("no Content-Type was sent".to_owned(), None),
    };
    Some(
        Cause::new(CauseId::RequestContentType, Proven.plain(), "The body is JSON, but is not declared as JSON")
            .fact(words, place)
            .fact("the body itself is written as JSON", None)
            .advice(with_sender("Send the header Content-Type: application/json", context.sent, Sender::json))
            .fix(Fix::SetHeader { name: "Content-Type".into(), value: "application/json".into() }),
    )
}

fn shape(json: &Value, text: &str) -> Option<Cause> {
    let found = match json {
        Value::Object(_) => return None,
        Value::String(inner) if let Some(inner) = unwrapped(inner) => {
            return Some(
                Cause::new(CauseId::RequestDoubleEncoded, Proven.strong(), "The body is a JSON text that itself holds JSON: it was encoded twice")
                    .fact("it begins with a quote, and the quotes inside have backslashes before them", FactPlace::Body(0..text.len().min(40)))
                    .advice("Encode it once: give the object itself to the HTTP library, or the finished text, but do not encode the text again")
                    .fix(Fix::ReplaceBody(inner)),
            );
        }
        other => type_name(other),
    };
    let mut cause = Cause::new(CauseId::RequestNotAnObject, Proven.plain(), format!("The body is {found}, not an object"))
        .fact(
            format!("the body begins with \"{}\"", short(text.trim_start().get(..1).unwrap_or(""))),
            FactPlace::Body(0..text.len().min(1)),
        )
        .advice("Send one JSON object, {\"parameter\": value, …}, for each ticket");
    if let Value::Array(items) = json
        && let [only @ Value::Object(_)] = items.as_slice()
    {
        cause = cause.fix(Fix::ReplaceBody(serde_json::to_string_pretty(only).unwrap_or_default()));
    }
    Some(cause)
}

/// The object or list that a JSON string holds, however often it was encoded.
fn unwrapped(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..4 {
        match serde_json::from_str::<Value>(&text).ok()? {
            Value::String(inner) => text = inner,
            Value::Object(_) | Value::Array(_) => return Some(text),
            _ => return None,
        }
    }
    None
}

fn form_encoded(context: &RuleContext<'_>, text: &str) -> Option<Cause> {
    let trimmed = text.trim();
    let declared = context.media_type().as_deref() == Some("application/x-www-form-urlencoded");
    let starts_like_json = trimmed.starts_with(['{', '[', '"', '\'', '\u{feff}']);
    if context.json.is_some() || starts_like_json || trimmed.contains(char::is_whitespace) && !declared {
        return None;
    }
    let pairs: Vec<&str> = trimmed.split('&').collect();
    let is_name = |name: &str| !name.is_empty() && name.len() < 100 && !name.contains(['{', '"', '<', ' ', ':']);
    let looks = pairs.iter().all(|pair| pair.split_once('=').is_some_and(|(name, _)| is_name(name)));
    (looks || declared).then(|| {
        Cause::new(CauseId::RequestFormEncoded, Proven.plain(), "The payload was sent as a form, not as JSON")
            .fact(format!("the body begins \"{}\"", short(trimmed)), FactPlace::Body(0..text.len().min(40)))
            .fact("documented: the body must be JSON", None)
            .advice(with_sender("Send {\"parameter\": \"value\", …} with Content-Type: application/json; many tools call it \"raw\" or \"JSON\" in place of \"form\"", context.sent, Sender::json))
    })
}

fn syntax(context: &RuleContext<'_>, text: &str, has_variable: bool) -> Option<Cause> {
    let mistake = json_syntax::find(text)?;
    let trimmed = text.trim_start();
    // What does not even begin like JSON was meant to be something else.
    let is_plain = !trimmed.starts_with(['{', '[', '"', '\'', '\u{feff}', '“', '/']);
    let title =
        if is_plain { "The body is not JSON".to_owned() } else { format!("The body is not valid JSON: {}", mistake.words) };
    let mut end = text.len().min(mistake.at + 1);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    // Plain text or XML may be in the wrong place altogether.
    let confidence = if has_variable {
        Likely.plain()
    } else if is_plain {
        Likely.strong()
    } else {
        Proven.strong()
    };
    let is_file = trimmed.starts_with('@') && !trimmed.trim_end().contains(char::is_whitespace);
    let advice = if is_file {
        "The name of a file was sent instead of its content. curl reads @FILE with -d and --data-binary, not with --data-raw; \
         Invoke-RestMethod takes -InFile"
    } else {
        repair::of_json(&mistake.words)
    };
    let mut cause = Cause::new(CauseId::RequestJsonSyntax, confidence, title)
        .fact(format!("line {}, column {}: {}", mistake.line, mistake.column, mistake.words), FactPlace::Body(mistake.at..end))
        .advice(with_sender(advice, context.sent, Sender::json));
    if let Some(mended) = mistake.mended.filter(|_| context.profile.is_some() || !is_plain) {
        cause = cause.fix(Fix::ReplaceBody(mended));
    }
    Some(cause)
}

/// A template's variable in a body that is not JSON: unquoted, it broke the JSON.
fn unresolved_in_text(text: &str) -> Option<Cause> {
    let window = text.get(..text.len().min(200_000)).unwrap_or(text);
    const PAIRS: [(&str, &str); 6] = [("{{", "}}"), ("${", "}"), ("#{", "}"), ("@{", "}"), ("<%", "%>"), ("[[", "]]")];
    let span = PAIRS.iter().find_map(|(open, close)| {
        let start = window.find(open)?;
        let inside = window.get(start + open.len()..)?;
        let end = inside.find(close)?;
        let name = inside.get(..end)?;
        let is_name = !name.trim().is_empty() && end < 100 && !name.contains(['\n', '"', '{']);
        is_name.then(|| start..start + open.len() + end + close.len())
    })?;
    Some(unresolved_cause(window.get(span.clone()).unwrap_or(""), FactPlace::Body(span.clone()), Proven.plain()))
}

fn unresolved_cause(variable: &str, place: FactPlace, confidence: Confidence) -> Cause {
    Cause::new(CauseId::RequestUnresolvedVariable, confidence, "A template's variable was sent as it is")
        .fact(format!("sent \"{}\"", short(variable)), place)
        .advice(repair::of_variable(variable))
}

/// Variables in values and names. In a free text they do no harm by themselves, in a field with rules they do.
fn unresolved_in_values(context: &RuleContext<'_>, json: &Value) -> Option<Cause> {
    let members = json.as_object()?;
    let mut best: Option<Cause> = None;
    for (name, value) in members {
        let Some(found) =
            first_variable(value, 0).or_else(|| text::unresolved(name).map(|span| name.get(span).unwrap_or("").to_owned()))
        else {
            continue;
        };
        let field = context.profile.and_then(|profile| profile.field(name));
        // A choice may be called anything, "{none}" too.
        if field.is_some_and(|field| is_one_of(context, field, value)) {
            continue;
        }
        let kind = field.map(|field| field.kind);
        let has_rules = match kind {
            Some(kind) => !matches!(kind, FieldKind::Text | FieldKind::LongText),
            None => {
                name.to_ascii_lowercase().contains("submitter")
                    || name.to_ascii_lowercase().contains("mail")
                    || name.eq_ignore_ascii_case("status")
            }
        };
        // A text may speak of a template; a value that is nothing but a variable does not.
        let is_whole = value.as_str().is_some_and(|value| value.trim() == found);
        let confidence = if has_rules {
            Proven.plain()
        } else if is_whole {
            Proven.weak()
        } else {
            Likely.strong()
        };
        let mut cause = unresolved_cause(&found, FactPlace::Parameter(name.clone()), confidence);
        cause.fixes.push(Fix::FocusParameter(name.clone()));
        if has_rules {
            return Some(cause);
        }
        best.get_or_insert(cause);
    }
    best
}

/// Whether a value is what the profile lists for its field.
fn is_one_of(context: &RuleContext<'_>, field: &Field, value: &Value) -> bool {
    let statuses = context.profile.map_or(&[][..], |profile| &profile.statuses);
    let listed = match field.kind {
        FieldKind::Status => statuses,
        kind if kind.has_choices() => &field.choices,
        // Choices that are left over from another kind say nothing.
        _ => return false,
    };
    let is_listed = |value: &Value| value.as_str().is_some_and(|value| listed.iter().any(|choice| choice == value));
    match value {
        Value::Array(items) => items.iter().all(is_listed),
        value => {
            is_listed(value)
                || field.kind == FieldKind::MultipleChoice
                    && field.encoding == Some(Encoding::Comma)
                    && value
                        .as_str()
                        .is_some_and(|value| value.split(',').all(|item| listed.iter().any(|choice| choice == item.trim())))
        }
    }
}

fn first_variable(value: &Value, depth: usize) -> Option<String> {
    match value {
        Value::String(text) if text.len() < 20_000 => text::unresolved(text).map(|span| text.get(span).unwrap_or("").to_owned()),
        Value::Array(items) if depth < 8 => items.iter().take(1000).find_map(|item| first_variable(item, depth + 1)),
        Value::Object(members) if depth < 8 => members.values().take(1000).find_map(|item| first_variable(item, depth + 1)),
        _ => None,
    }
}
