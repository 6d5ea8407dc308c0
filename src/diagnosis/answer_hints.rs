//! What a server's own text says of the request besides its parameters: the API key, the JSON, the file.

use super::answer_text::{has_word, says, sentences};
use super::cause::{Cause, FactPlace};
use super::context::{Purpose, RuleContext};
use super::phrases::fields::{API_KEY, ENCODING_TROUBLE, INVALID, JSON_TROUBLE, MISSING, MULTIPART_END, UNKNOWN};
use super::text::short;
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Proven};

/// What servers say when they find no file.
pub(super) const NO_FILE: [&str; 13] = [
    "no file",
    "file is required",
    "file was not",
    "file missing",
    "missing file",
    "without a file",
    "no attachment",
    "file field is required",
    "keine datei",
    "datei fehlt",
    "aucun fichier",
    "ningún archivo",
    "žádný soubor",
];

/// The causes that the answer names; `found` are those that the request itself shows.
pub(super) fn check(context: &RuleContext<'_>, found: &[Cause]) -> Vec<Cause> {
    if context.status() < 400 || context.answer_is_html() && context.status() != 400 {
        return Vec::new();
    }
    let mut named: Vec<Cause> = Vec::new();
    for said in sentences(context) {
        let text = said.text.to_lowercase();
        let of_key = || api_key(&text).filter(|_| context.other_product.is_none());
        let cause = match context.purpose {
            Purpose::Create => of_key().or_else(|| encoding(&text)).or_else(|| json(context, &text)),
            Purpose::Upload => of_key().or_else(|| part_name(context, &text)).or_else(|| file(&text)),
        };
        let Some(cause) = cause else { continue };
        if !named.iter().chain(found).any(|other| other.id == cause.id) {
            let place = context
                .answer_text
                .find(&said.text)
                .map_or(FactPlace::AnswerStatus, |at| FactPlace::AnswerBody(at..at + said.text.len()));
            named.push(cause.fact(format!("the answer says \"{}\"", short(&said.text)), place));
        }
    }
    named
}

fn api_key(text: &str) -> Option<Cause> {
    const REFUSED: [&str; 12] = [
        "expired",
        "revoked",
        "disabled",
        "inactive",
        "denied",
        "not accepted",
        "not authorized",
        "not authorised",
        "rejected",
        "incorrect",
        "wrong",
        "abgelaufen",
    ];
    (says(text, API_KEY) && (says(text, INVALID) || says(text, UNKNOWN) || says(text, MISSING) || says(text, &REFUSED))).then(
        || {
            Cause::new(CauseId::AuthRejected, Proven.weak(), "The server refuses the API key, or what it may do")
                .advice("Check in Centercode that the API key exists, is enabled, and is the one that the External Source names")
        },
    )
}

fn encoding(text: &str) -> Option<Cause> {
    let is_about = text.contains("utf-8") || text.contains("utf8");
    let is_refused =
        says(text, &["invalid", "not valid", "decode", "translate", "malformed", "illegal", "transcode", "ungültig"]);
    (is_about && is_refused || says(text, ENCODING_TROUBLE)).then(|| {
        Cause::new(CauseId::RequestEncoding, Proven.plain(), "The server could not read the text's encoding; it expects UTF-8")
    })
}

fn json(context: &RuleContext<'_>, text: &str) -> Option<Cause> {
    says(text, JSON_TROUBLE).then(|| {
        let (confidence, title) = if context.has_known_body() {
            (Likely.weak(), "The server could not read the JSON; what arrived may not be what was recorded")
        } else {
            (Proven.weak(), "The server could not read the body as JSON")
        };
        Cause::new(CauseId::RequestJsonSyntax, confidence, title)
            .advice("Look at the body as it was sent, at the line that the answer names. Let a JSON library make the text")
    })
}

/// The server speaks of a part that it does not expect, or of one that is not there although a file was sent under another name.
fn part_name(context: &RuleContext<'_>, text: &str) -> Option<Cause> {
    const UNEXPECTED: [&str; 5] = ["unexpected field", "unexpected file", "unexpected part", "unknown part", "no such part"];
    let (index, part) = context.file_parts().next()?;
    let is_unexpected = says(text, &UNEXPECTED);
    // What is quoted and was sent so is no other name.
    let names_sent = ['\'', '"', '`'].iter().any(|quote| text.contains(&format!("{quote}{}{quote}", part.name.to_lowercase())));
    if !is_unexpected && (!says(text, &NO_FILE) && !text.contains("not present") || names_sent) {
        return None;
    }
    let cause = Cause::new(CauseId::UploadPartName, Proven.weak(), CauseId::UploadPartName.title())
        .fact(format!("the file's part is named \"{}\"", short(&part.name)), FactPlace::Part(index))
        .advice(CauseId::UploadPartName.advice());
    Some(cause)
}

fn file(text: &str) -> Option<Cause> {
    const EMPTY: [&str; 8] = [
        "file is empty",
        "empty file",
        "0 bytes",
        "zero bytes",
        "zero-length",
        "datei ist leer",
        "fichier est vide",
        "fichier vide",
    ];
    const TOO_LARGE: [&str; 13] = [
        "too large",
        "too big",
        "exceeds",
        "exceeded",
        "larger than",
        "maximum size",
        "maximum file size",
        "size limit",
        "zu groß",
        "trop volumineux",
        "trop gros",
        "demasiado grande",
        "příliš velk",
    ];
    const TYPES: [&str; 14] = [
        "file type",
        "filetype",
        "files of type",
        "file of type",
        "file extension",
        "type of file",
        "type of attachment",
        "attachment type",
        "extension",
        "mime type",
        "file format",
        "dateityp",
        "dateiendung",
        "type de fichier",
    ];
    const REFUSED_TYPES: [&str; 9] = [
        "not allowed",
        "not supported",
        "unsupported",
        "not permitted",
        "invalid",
        "refused",
        "not accepted",
        "nicht erlaubt",
        "non autoris",
    ];
    let about_element = ["element", "file field", "attachment field", "dateifeld"].iter().any(|word| has_word(text, word));
    let (id, title, fix) = if says(text, MULTIPART_END) {
        (
            CauseId::UploadBoundaryMismatch,
            "The server found the body's end before the last boundary",
            "Look at the end of the body as it was sent: the boundary with two dashes before and behind it closes it. Let the HTTP library write it",
        )
    } else if text.contains("boundary") {
        (
            CauseId::UploadBoundaryMissing,
            "The server found no boundary in Content-Type",
            "Let the HTTP library write Content-Type",
        )
    } else if text.contains("multipart") && (says(text, INVALID) || says(text, &["not ", "expected", "must", "only", "kein"])) {
        (CauseId::UploadNotMultipart, "The server wants multipart/form-data", "Send the file as a part of multipart/form-data")
    } else if says(text, &TOO_LARGE) {
        (
            CauseId::UploadServerLimit,
            "The server says that the file is too large",
            "Send a smaller file, or ask whoever runs the server to raise its limit",
        )
    } else if EMPTY.iter().any(|words| has_word(text, words)) {
        (
            CauseId::UploadEmptyFile,
            "The server says that the file is empty",
            "Check that the file was written before it was picked",
        )
    } else if says(text, &TYPES) && says(text, &REFUSED_TYPES) {
        (CauseId::UploadTypeRefused, CauseId::UploadTypeRefused.title(), CauseId::UploadTypeRefused.advice())
    } else if !text.contains('/')
        && ["ticket", "feedback", "record"].iter().any(|word| has_word(text, word))
        && (says(text, UNKNOWN) || says(text, &["deleted", "removed", "archived", "gelöscht", "supprimé"]))
    {
        (CauseId::UploadTicketGone, CauseId::UploadTicketGone.title(), CauseId::UploadTicketGone.advice())
    } else if about_element && (says(text, UNKNOWN) || says(text, INVALID)) {
        (
            CauseId::UploadElementUnknown,
            "The server does not know the file element",
            "Use the endpoint that the answer to the ticket named",
        )
    } else if says(text, &NO_FILE) {
        (CauseId::UploadNoFile, "The server found no file in the request", "Send the file as a part with a file name")
    } else {
        return None;
    };
    Some(Cause::new(id, Proven.weak(), title).advice(fix))
}
