//! Rules of uploads to an attachment endpoint.

use crate::diagnosis::answer_hints::NO_FILE;
use crate::diagnosis::cause::{Cause, FactPlace};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Possible, Proven};
use crate::diagnosis::context::{Purpose, RuleContext};
use crate::diagnosis::repair::{Sender, with_sender};
use crate::diagnosis::text::{self, short};
use crate::model::address::Shape;
use crate::model::draft::LARGEST_FILE;

/// The limit that Centercode documents, read as decimal.
const DECIMAL_LIMIT: u64 = 2_000_000_000;
/// IIS's default for the length of a request, in bytes.
const IIS_LIMIT: u64 = 30_000_000;

/// What is wrong with an upload.
pub(crate) fn check(context: &RuleContext<'_>) -> Vec<Cause> {
    let mut found = Vec::new();
    found.extend(server_limit(context));
    // A file is too large wherever it is sent.
    if context.purpose == Purpose::Upload || context.file_parts().next().is_some() {
        found.extend(too_large(context));
    }
    if context.purpose != Purpose::Upload {
        return found;
    }
    found.extend(form(context));
    found.extend(element(context));
    found.extend(empty(context));
    found.extend(several(context));
    found
}

/// More than one file, where an attachment endpoint takes one.
fn several(context: &RuleContext<'_>) -> Option<Cause> {
    let count = context.file_parts().count();
    let (second, _) = context.file_parts().nth(1)?;
    // Before it is sent, it is a warning alone: nothing documented says that it fails.
    let confidence = if context.is_before() { Possible.strong() } else { Likely.weak() };
    (context.is_before() || context.status() >= 400).then(|| {
        Cause::new(CauseId::UploadSeveralFiles, confidence, CauseId::UploadSeveralFiles.title())
            .fact(format!("the body has {count} parts with a file name"), FactPlace::Part(second))
            .advice(CauseId::UploadSeveralFiles.advice())
    })
}

fn too_large(context: &RuleContext<'_>) -> Option<Cause> {
    let biggest = context
        .file_parts()
        .max_by_key(|(_, part)| part.content.size)
        .map(|(index, part)| (index, part.content.size.unwrap_or(0)));
    let (place, size) = match biggest {
        Some((index, size)) => (FactPlace::Part(index), size),
        None => (FactPlace::RequestHeader("Content-Length".into()), context.body_size()),
    };
    let confidence = match size {
        size if size > LARGEST_FILE => Proven.strong(),
        size if size > DECIMAL_LIMIT && context.status() >= 400 => Likely.plain(),
        _ => return None,
    };
    Some(
        Cause::new(CauseId::UploadTooLarge, confidence, "The file is over Centercode's limit of 2 GB")
            .fact(format!("the file has {size} bytes"), place)
            .fact(format!("documented: 2 GB for each file ({LARGEST_FILE} bytes)"), None)
            .advice("Split or compress the file, or send a link to it in a text field"),
    )
}

fn server_limit(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer.filter(|answer| answer.sub_status.is_none())?;
    let size = context.body_size();
    const WORDS: [&str; 27] = [
        "body length limit",
        "file too large",
        "file is too large",
        "limit_file_size",
        "upload is too large",
        "404.13",
        "413.1",
        "exceeds the request content length",
        "request content length",
        "multipart body length limit",
        "request body too large",
        "request entity too large",
        "payload too large",
        "content too large",
        "maximum request length exceeded",
        "maxallowedcontentlength",
        "request too large",
        "entity too large",
        "body exceeded",
        "file size limit",
        "upload limit",
        "exceeds the maximum",
        "exceeded the maximum",
        "exceeds the limit",
        "body is too large",
        "larger than the allowed",
        "post_max_size",
    ];
    let says = context.answer_says(&WORDS);
    let fix = "Ask whoever runs the server or the proxy before it to raise its limit, or send a smaller file. A tiny file that goes through proves that it is the size";
    // A size that was not recorded is not 0.
    let sized = |cause: Cause| if size > 0 { cause.fact(format!("the request has {size} bytes"), None) } else { cause };
    if answer.status == 413 {
        let cause = Cause::new(
            CauseId::UploadServerLimit,
            Proven.plain(),
            "The server, or a proxy before it, refuses the request's size",
        );
        let mut cause = sized(cause.fact("413 Content Too Large", FactPlace::AnswerStatus)).advice(fix);
        if let Some(server) = answer.header("server") {
            cause = cause.fact(format!("the answer comes from \"{}\"", short(server)), FactPlace::AnswerHeader("Server".into()));
        }
        return Some(cause);
    }
    if let Some(place) = says.filter(|_| answer.status >= 400) {
        let word = match &place {
            FactPlace::AnswerBody(span) => context.answer_text.get(span.clone()).unwrap_or("").to_owned(),
            _ => "its size".to_owned(),
        };
        let cause = Cause::new(
            CauseId::UploadServerLimit,
            Proven.plain(),
            "The server, or a proxy before it, refuses the request's size",
        );
        return Some(sized(cause.fact(format!("the answer says \"{}\"", short(&word)), place)).advice(fix));
    }
    let is_plain_page = context.answer_json().is_none() && context.other_product.is_none();
    (answer.status == 404 && size > IIS_LIMIT && is_plain_page).then(|| {
        sized(Cause::new(
            CauseId::UploadServerLimit,
            Proven.weak(),
            "The server probably refuses the request's size: its 404 is what IIS answers to more than 30,000,000 bytes",
        ))
        .fact("the answer is not the 404 that Centercode documents, but a page or nothing", FactPlace::AnswerStatus)
        .advice(fix)
    })
}

fn form(context: &RuleContext<'_>) -> Option<Cause> {
    let kind = context.media_type();
    let is_multipart = kind.as_deref() == Some("multipart/form-data");
    let header = context.sent.header("content-type").unwrap_or("");
    if !is_multipart {
        if context.sent.parts.is_some() && kind.is_none() {
            // A record without headers says nothing of how the parts were sent.
            return no_file(context);
        }
        if is_multipart_text(context.body()) {
            return Some(
                Cause::new(
                    CauseId::UploadBoundaryMissing,
                    Proven.plain(),
                    "The body is multipart, and Content-Type names no boundary",
                )
                .fact(format!("sent \"Content-Type: {}\"", short(header)), FactPlace::RequestHeader("Content-Type".into())),
            );
        }
        let words = if header.is_empty() {
            "no Content-Type was sent".to_owned()
        } else {
            format!("sent \"Content-Type: {}\"", short(header))
        };
        return Some(
            Cause::new(CauseId::UploadNotMultipart, Proven.plain(), "The file was not sent as multipart/form-data")
                .fact(words, FactPlace::RequestHeader("Content-Type".into()))
                .fact("documented: files are sent as form-data", None)
                .advice(with_sender(
                    "Send the file as a part of multipart/form-data; with curl: -F name=@file, not -d or -T",
                    context.sent,
                    Sender::upload,
                )),
        );
    }
    let mut boundaries = header.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    });
    let boundary = boundaries.next().unwrap_or_default();
    if boundaries.any(|other| other != boundary) {
        return Some(
            Cause::new(
                CauseId::UploadBoundaryMismatch,
                Proven.plain(),
                "Content-Type names two boundaries, and servers take the first",
            )
            .fact(format!("sent \"Content-Type: {}\"", short(header)), FactPlace::RequestHeader("Content-Type".into()))
            .advice("Leave the header Content-Type out: curl writes it for -F, with the boundary that the body uses"),
        );
    }
    if boundary.is_empty() {
        return Some(
            Cause::new(CauseId::UploadBoundaryMissing, Proven.strong(), "Content-Type says multipart/form-data without a boundary")
                .fact(format!("sent \"Content-Type: {}\"", short(header)), FactPlace::RequestHeader("Content-Type".into()))
                .advice(with_sender("Do not set Content-Type by hand: let the HTTP library write it, so that it names the boundary that the body uses", context.sent, Sender::upload)),
        );
    }
    let body = context.body();
    if let Some(used) = body.trim_start().strip_prefix("--").and_then(|rest| rest.lines().next())
        && used.trim() != boundary
    {
        let words = format!("the header names \"{}\", the body begins with \"--{}\"", short(&boundary), short(used.trim()));
        let cause = Cause::new(CauseId::UploadBoundaryMismatch, Proven.plain(), CauseId::UploadBoundaryMismatch.title())
            .fact(words, FactPlace::RequestHeader("Content-Type".into()));
        let is_in_dashes = used.trim().trim_matches('-') == boundary.trim_matches('-');
        return Some(if is_in_dashes {
            cause.fact("they differ in their dashes alone: in the body two dashes stand before the boundary of the header", None)
        } else {
            cause
        });
    }
    malformed_part(context, &boundary)
        .or_else(|| other_disposition(context))
        .or_else(|| no_file(context))
        .or_else(|| without_end(context, &boundary))
}

/// A part whose headers run into its content: the empty line between them is missing, so that servers find no part, or an empty one.
fn malformed_part(context: &RuleContext<'_>, boundary: &str) -> Option<Cause> {
    let body = context.body();
    let mut at = 0;
    let mut in_head = false;
    for line in body.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        if text == format!("--{boundary}") {
            in_head = true;
        } else if text.is_empty() || text.starts_with("--") {
            in_head = false;
        } else if in_head && !is_header(text) {
            return Some(
                Cause::new(CauseId::UploadNoFile, Proven.strong(), "The headers of a part are not ended by an empty line")
                    .fact(format!("\"{}\" stands where the part's headers are", short(text)), FactPlace::Body(at..at + text.len()))
                    .advice("Write an empty line (CR LF) between the part's headers and its content, or let the HTTP library write the parts"),
            );
        }
        at += line.len();
    }
    None
}

/// Whether a line is a header of a part: a name without spaces, a colon, and a value.
fn is_header(line: &str) -> bool {
    let name = line.split_once(':').map(|(name, _)| name);
    name.is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace)) || line.starts_with([' ', '\t'])
}

/// A part that says that it is something else than a value of the form.
fn other_disposition(context: &RuleContext<'_>) -> Option<Cause> {
    let (index, told) = context.sent.parts.iter().flatten().enumerate().find_map(|(index, part)| {
        let own = part.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))?;
        Some((index, &own.1))
    })?;
    let kind = told.split(';').next().unwrap_or("").trim().to_owned();
    Some(
        Cause::new(CauseId::UploadNoFile, Likely.strong(), "A part is not marked as form-data")
            .fact(
                format!("its Content-Disposition says \"{}\", and RFC 7578 wants \"form-data\"", short(&kind)),
                FactPlace::Part(index),
            )
            .advice("Write Content-Disposition: form-data; name=\"…\"; filename=\"…\", or let the HTTP library write the parts"),
    )
}

/// A body that has its boundary and breaks off before the last one. The record may be what breaks off.
fn without_end(context: &RuleContext<'_>, boundary: &str) -> Option<Cause> {
    let body = context.body();
    let last = format!("--{boundary}--");
    let begins = body.trim_start().starts_with(&format!("--{boundary}"));
    (begins && !body.contains(&last) && context.sent.knows_body() && context.sent.knows_file_bytes()).then(|| {
        let from = body.char_indices().rev().nth(39).map_or(0, |(at, _)| at);
        Cause::new(CauseId::UploadBoundaryMismatch, Likely.strong(), "The multipart body ends before its last boundary")
            .fact(format!("\"--{}--\" is not in it", short(boundary)), FactPlace::Body(from..body.len()))
            .advice("Let the HTTP library write the whole body: behind the last part stands the boundary with two dashes before and behind it. \
                 If the code writes it by itself, look at its last lines; if not, whatever is between may have cut the body off")
    })
}

/// The names of the parts in the text of a multipart body.
fn part_names(body: &str) -> impl Iterator<Item = &str> {
    let heads = body.lines().filter(|line| line.to_ascii_lowercase().starts_with("content-disposition:"));
    heads.filter_map(|line| line.split_once("name=\"")?.1.split('"').next())
}

/// Whether a body is written as the parts of a form.
fn is_multipart_text(body: &str) -> bool {
    body.trim_start().starts_with("--") && body.to_ascii_lowercase().contains("content-disposition: form-data")
}

fn no_file(context: &RuleContext<'_>) -> Option<Cause> {
    let count = context.file_parts().count();
    let has_file_text = context.body().to_ascii_lowercase().contains("filename=");
    if count > 0 || (context.sent.parts.is_none() && has_file_text) {
        return None;
    }
    let recorded = context.sent.parts.iter().flatten().map(|part| part.name.as_str());
    let names: Vec<&str> = recorded.chain(part_names(context.body())).collect();
    let words = match names.as_slice() {
        [] => "the body has no parts".to_owned(),
        names => format!(
            "none of the parts ({}) has a file name",
            names.iter().take(5).map(|name| format!("\"{}\"", short(name))).collect::<Vec<_>>().join(", ")
        ),
    };
    Some(
        Cause::new(CauseId::UploadNoFile, Proven.plain(), "The multipart body has no file in it")
            .fact(words, FactPlace::Part(0))
            .advice(with_sender("Send the file as a part with a file name; with curl: -F name=@file, with the @. In Postman: set the part's kind to File and pick one", context.sent, Sender::upload)),
    )
}

fn element(context: &RuleContext<'_>) -> Option<Cause> {
    let profile = context.profile?;
    let Shape::Attachment { rest, .. } = context.address.shape() else { return None };
    let span = rest.last()?.clone();
    let sent = context.address.decoded(&span);
    // How the path goes on behind the ticket is not documented: the element may stand anywhere in it, or not at all.
    let known = |name: &str| profile.file_elements.iter().any(|element| element.parameter == name);
    let is_elsewhere = rest.iter().any(|span| known(&context.address.decoded(span)))
        || context.address.query.iter().any(|pair| known(&context.address.decoded(&pair.value)));
    let is_opaque = (is_elsewhere && !known(&sent))
        || matches!(
            sent.to_lowercase().as_str(),
            "" | "file" | "files" | "attachment" | "attachments" | "upload" | "uploads" | "media"
        )
        || sent.chars().all(|c| c.is_ascii_digit() || c == '-')
        || (sent.len() == 36 && sent.matches('-').count() == 4);
    let named: Vec<&str> = profile.file_elements.iter().map(|element| element.parameter.as_str()).collect();
    let listed = if named.is_empty() {
        "none".to_owned()
    } else {
        named.iter().map(|name| format!("\"{}\"", short(name))).collect::<Vec<_>>().join(", ")
    };
    if !is_opaque && rest.len() >= 2 && !known(&sent) {
        let near = text::nearest(&sent, named.iter().copied())
            .map(|(meant, miss)| format!("\"{}\" was probably meant; {}", short(meant), miss.words()));
        let mut cause = Cause::new(CauseId::UploadElementUnknown, Proven.plain(), "The External Source has no such file element")
            .fact(format!("sent to \"{}\"", short(&sent)), FactPlace::Url(span))
            .fact(format!("the profile's file elements: {listed}"), FactPlace::Profile("file_elements".into()))
            .advice("Use the endpoint that the answer to the ticket named, with its project key put in. If the element was added in Centercode, add it to the profile");
        if let Some(near) = near {
            cause = cause.fact(near, None);
        }
        return Some(cause);
    }
    let element = profile.file_elements.iter().find(|element| element.parameter == sent)?;
    let (index, part) = context.file_parts().next()?;
    let is_named = context.file_parts().any(|(_, part)| part.name == element.part_name());
    let near = text::miss(&part.name, element.part_name());
    // Before anything was sent, only a name that the profile sets by itself is known.
    let is_known = context.is_before() && element.part_name.is_some();
    // A server that misses the file which was sent looked for it under another name.
    let missed = context.answer_says(&NO_FILE).filter(|_| context.status() >= 400 && context.answer_json().is_some());
    (!is_named && (context.status() >= 400 || is_known)).then(|| {
        let cause = Cause::new(
            CauseId::UploadPartName,
            match (&missed, &near) {
                (Some(_), _) => Proven.weak(),
                (None, Some(_)) => Likely.strong(),
                (None, None) => Likely.weak(),
            },
            "The part has another name than the file element's, and may not be taken for it",
        )
        .fact(format!("the part is named \"{}\"", short(&part.name)), FactPlace::Part(index))
        .fact(
            format!(
                "the profile sends it as \"{}\"{}",
                short(element.part_name()),
                near.map(|miss| format!("; {}", miss.words())).unwrap_or_default()
            ),
            FactPlace::Profile("file_elements".into()),
        )
        .advice("Name the form-data part as the profile sends it; Centercode does not document the name");
        match missed {
            Some(place) => cause.fact("the answer says that it found no file", place),
            None => cause,
        }
    })
}

fn empty(context: &RuleContext<'_>) -> Option<Cause> {
    let (index, part) = context.file_parts().find(|(_, part)| part.content.size == Some(0))?;
    let name = part.filename.clone().unwrap_or_default();
    Some(
        Cause::new(CauseId::UploadEmptyFile, Proven.plain(), "The file is empty")
            .fact(format!("\"{}\" has 0 bytes", short(&name)), FactPlace::Part(index))
            .advice("Check that the file was written before it was picked, and pick it again"),
    )
}
