//! What a server's own text says: the field or the submitter it names, and what it says of it.

use serde_json::{Map, Value};

use super::look::Look;
use super::text::short;
use super::{Cause, Mend, Place};

/// A sentence of the answer, with the names above it in its JSON.
struct Said {
    names: Vec<String>,
    text: String,
}

const MISSING: [&str; 34] = [
    "required",
    "missing",
    "must be provided",
    "must not be empty",
    "must not be null",
    "must not be blank",
    "cannot be empty",
    "cannot be null",
    "can't be blank",
    "can't be empty",
    "cannot be blank",
    "not supplied",
    "not provided",
    "is empty",
    "was not present",
    "mandatory",
    "may not be",
    "erforderlich",
    "pflichtfeld",
    "fehlt",
    "obligatoire",
    "requis",
    "obligatorio",
    "requerido",
    "manquant",
    "obrigatóri",
    "必須",
    "必填",
    "不能为空",
    "обязательн",
    "verplicht",
    "obbligatori",
    "pflichtangabe",
    "ist leer",
];
const UNKNOWN: [&str; 34] = [
    "not found",
    "does not exist",
    "doesn't exist",
    "unknown",
    "no user",
    "no such",
    "could not be found",
    "not a member",
    "not an existing",
    "not registered",
    "no matching",
    "not recognized",
    "not recognised",
    "nicht gefunden",
    "existiert nicht",
    "unbekannt",
    "introuvable",
    "n'existe pas",
    "no existe",
    "no encontrado",
    "não encontrado",
    "見つかりません",
    "存在しません",
    "不存在",
    "找不到",
    "не найден",
    "не существует",
    "non trovat",
    "non esiste",
    "niet gevonden",
    "bestaat niet",
    "não existe",
    "ist kein mitglied",
    "no existing",
];
const INVALID: [&str; 30] = [
    "invalid",
    "not valid",
    "not a valid",
    "is not one of",
    "not one of",
    "not allowed",
    "must be one of",
    "not in the list",
    "unsupported value",
    "out of range",
    "does not match",
    "not an option",
    "not a choice",
    "ungültig",
    "invalide",
    "non valide",
    "inválid",
    "no es válid",
    "not accepted",
    "unrecognized",
    "unexpected value",
    "not in",
    "無効",
    "无效",
    "недопустим",
    "неверн",
    "ongeldig",
    "non valid",
    "kein gültiger",
    "no permitido",
];
const TYPE: [&str; 15] = [
    "could not be converted",
    "cannot convert",
    "expected string",
    "expected a string",
    "must be a string",
    "must be an array",
    "must be a number",
    "must be a boolean",
    "wrong type",
    "type mismatch",
    "expected type",
    "is not of type",
    "cannot deserialize",
    "expected number",
    "expected array",
];
const MALFORMED: [&str; 9] = [
    "not a valid e-mail",
    "not a valid email",
    "invalid e-mail",
    "invalid email",
    "valid email",
    "valid e-mail",
    "malformed",
    "keine gültige e-mail",
    "email format",
];

fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// The causes that the answer's text names.
pub(super) fn named_by_answer(look: &Look<'_>, payload: &Map<String, Value>) -> Vec<Cause> {
    let mut found: Vec<Cause> = Vec::new();
    for said in sentences(look) {
        let Some(cause) = cause_of(look, payload, &said) else { continue };
        if !found.iter().any(|other| other.id == cause.id) {
            found.push(cause);
        }
    }
    found
}

fn cause_of(look: &Look<'_>, payload: &Map<String, Value>, said: &Said) -> Option<Cause> {
    let text = said.text.to_lowercase();
    let names: Vec<String> = said.names.iter().map(|name| name.to_lowercase()).collect();
    let about = |words: &[&str]| words.iter().any(|word| has_word(&text, word) || names.iter().any(|name| has_word(name, word)));
    let is_missing = says(&text, &MISSING);
    let is_unknown = says(&text, &UNKNOWN);
    let is_invalid = says(&text, &INVALID);
    let is_type = says(&text, &TYPE);
    let is_malformed = says(&text, &MALFORMED);
    if !(is_missing || is_unknown || is_invalid || is_type || is_malformed) {
        return None;
    }
    let parameter = parameter_named(look, payload, &text, &names);
    let kind = parameter.as_deref().and_then(|parameter| Some(look.profile?.field(parameter)?.kind));
    use crate::model::profile::FieldKind as Kind;
    let is_submitter = kind == Some(Kind::Submitter)
        || (kind.is_none()
            && about(&[
                "submitter",
                "user",
                "tester",
                "e-mail",
                "email",
                "benutzer",
                "utilisateur",
                "usuario",
                "soumetteur",
                "einreicher",
                "reporter",
                "remitente",
                "absender",
                "expéditeur",
                "gebruiker",
                "usuário",
                "utente",
                "mittente",
                "ユーザー",
                "提交者",
                "用户",
                "пользовател",
            ]));
    let is_status = kind == Some(Kind::Status) || (kind.is_none() && about(&["status", "workflow", "state", "statut", "estado"]));
    let id = if is_submitter {
        match () {
            () if is_missing && !is_unknown => "field.submitter-missing",
            () if is_malformed => "field.submitter-malformed",
            () if is_type => "field.type",
            () => submitter_id(look, payload, parameter.as_deref(), is_unknown),
        }
    } else if is_status {
        if is_missing && !is_unknown {
            "field.status-missing"
        } else if is_type {
            "field.type"
        } else {
            "field.status-unknown"
        }
    } else if parameter.is_none() {
        return None;
    } else if is_type {
        "field.type"
    } else if is_missing && !is_invalid {
        "field.required-missing"
    } else {
        "field.choice-mismatch"
    };
    // A field without choices cannot miss one.
    let id = if id == "field.choice-mismatch" && kind.is_some_and(|kind| !kind.has_choices()) { "field.type" } else { id };
    let shown = parameter
        .clone()
        .or_else(|| is_submitter.then(|| "submitter".to_owned()))
        .or_else(|| is_status.then(|| "status".to_owned()))
        .unwrap_or_default();
    let place = look.answer_text.find(&said.text).map_or(Place::AnswerStatus, |at| Place::AnswerBody(at..at + said.text.len()));
    let mut cause = Cause::new(id, 0.93, format!("The server names \"{}\" as the culprit", short(&shown)))
        .fact(format!("the answer says \"{}\"", short(&said.text)), place)
        .fix(advice(id));
    if !shown.is_empty() {
        cause = cause.fact("it is about this parameter", Place::Parameter(shown.clone())).mend(Mend::FocusParameter(shown));
    }
    Some(cause)
}

/// An address that the server refuses: no address at all, or nobody's.
fn submitter_id(look: &Look<'_>, payload: &Map<String, Value>, parameter: Option<&str>, is_unknown: bool) -> &'static str {
    let parameter = parameter.unwrap_or_else(|| look.profile.map_or("submitter", |profile| super::fields_parameter(profile)));
    match payload.get(parameter) {
        None if !is_unknown => "field.submitter-missing",
        Some(Value::String(sent)) if sent.trim().is_empty() => "field.submitter-missing",
        Some(Value::String(sent)) if !crate::model::contract::is_email(sent) => "field.submitter-malformed",
        _ => "field.submitter-unknown",
    }
}

fn advice(id: &str) -> &'static str {
    match id {
        "field.submitter-missing" => {
            "Send the e-mail address of an existing user of the project, or set a default submitter in the External Source"
        }
        "field.submitter-malformed" => "Send the bare e-mail address of a user",
        "field.submitter-unknown" => {
            "Send an existing user's address, add this user to the project, or set a default submitter in the External Source"
        }
        "field.status-missing" => "Send one of the workflow's statuses, or select a workflow state in the External Source",
        "field.status-unknown" => "Send a status just as the workflow names it",
        "field.required-missing" => "Send a value for it",
        "field.type" => "Send a value of the type that the field takes",
        _ => "Send a choice just as the feedback form has it: case, spaces and punctuation count",
    }
}

fn has_word(text: &str, word: &str) -> bool {
    if !word.is_ascii() {
        // Words of languages that write without spaces, or that bend their endings.
        return text.contains(word);
    }
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_') && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The parameter that a sentence names: by the JSON key above it, by its name, or by its field's.
fn parameter_named(look: &Look<'_>, payload: &Map<String, Value>, text: &str, names: &[String]) -> Option<String> {
    let mapped = look.profile.into_iter().flat_map(|profile| &profile.fields);
    let known: Vec<(String, String)> = mapped
        .flat_map(|field| {
            [(field.parameter.to_lowercase(), field.parameter.clone()), (field.field.to_lowercase(), field.parameter.clone())]
        })
        .chain(payload.keys().map(|key| (key.to_lowercase(), key.clone())))
        .filter(|(name, _)| name.len() > 1)
        .collect();
    let by_key = names.iter().rev().find_map(|name| {
        let last = name.trim_start_matches("$.").rsplit(['.', '/']).next().unwrap_or(name);
        known.iter().find(|(known, _)| known == last)
    });
    let in_text = || known.iter().filter(|(name, _)| has_word(text, name)).max_by_key(|(name, _)| name.len());
    by_key.or_else(in_text).map(|(_, parameter)| parameter.clone())
}

/// The sentences of an answer: the texts of its JSON, or of its page without the tags. The top level's own keys name no field.
fn sentences(look: &Look<'_>) -> Vec<Said> {
    let mut found = Vec::new();
    match look.answer_json() {
        Some(json) => gather(&json, &mut Vec::new(), &mut found),
        None => {
            let plain = strip_tags(&look.answer_text);
            for line in plain
                .split(['\n', '\r'])
                .flat_map(|line| line.split(". "))
                .map(str::trim)
                .filter(|line| line.len() > 5 && line.len() < 500)
                .take(80)
            {
                found.push(Said { names: Vec::new(), text: line.to_owned() });
            }
        }
    }
    found
}

fn gather(value: &Value, path: &mut Vec<String>, found: &mut Vec<Said>) {
    if found.len() > 200 || path.len() > 12 {
        return;
    }
    match value {
        Value::String(text) if text.len() < 2000 => {
            let last = path.last().map(|name| name.to_lowercase()).unwrap_or_default();
            // What names the field in a list of errors stands beside the sentence, not in it.
            if !matches!(
                last.as_str(),
                "field" | "name" | "parameter" | "property" | "path" | "type" | "title" | "traceid" | "instance" | "code"
            ) || text.contains(' ')
            {
                let names = path.iter().filter(|name| !is_generic(name)).cloned().collect();
                found.push(Said { names, text: text.clone() });
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, path, found)),
        Value::Object(members) => {
            let beside = ["field", "name", "parameter", "property", "path", "propertyName", "key"]
                .iter()
                .find_map(|key| members.get(*key)?.as_str());
            let depth = path.len();
            path.extend(beside.map(str::to_owned));
            for (key, member) in members {
                path.push(key.clone());
                gather(member, path, found);
                path.pop();
            }
            path.truncate(depth);
        }
        _ => {}
    }
}

fn is_generic(name: &str) -> bool {
    matches!(
        name.to_lowercase().as_str(),
        "status"
            | "description"
            | "message"
            | "messages"
            | "error"
            | "errors"
            | "detail"
            | "details"
            | "title"
            | "modelstate"
            | "type"
            | "code"
            | "reason"
            | "result"
            | "data"
            | "exceptionmessage"
            | "response"
            | "statuscode"
            | "msg"
            | "fault"
            | "validationerrors"
            | "fields"
            | "invalid-params"
            | "errormessage"
    )
}

fn strip_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                plain.push('\n');
            }
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    plain.replace("&quot;", "\"").replace("&#39;", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone() {
        assert!(has_word("the status is unknown", "status"));
        assert!(!has_word("statuses are unknown", "status"));
        assert!(has_word("field 'severity': bad", "severity"));
    }
}
