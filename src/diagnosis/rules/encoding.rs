//! Rules of the text's encoding: UTF-16, Latin-1, and text that was decoded wrongly once on its way.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use crate::diagnosis::cause::{Cause, FactPlace};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Possible, Proven};
use crate::diagnosis::context::RuleContext;
use crate::diagnosis::text::short;

/// How a text came to differ from the one that was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Garbled {
    /// Its UTF-8 was read as Latin-1 or Windows-1252: `Ã¼`.
    ReadAsLatin,
    /// Its letters were replaced by U+FFFD: bytes in another encoding were read as UTF-8.
    Replaced,
    /// Its letters were replaced by question marks: it was written in an encoding that has no such letters.
    Asked,
}

impl Garbled {
    /// What happened, as in "the letters …".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::ReadAsLatin => "its UTF-8 was read as Latin-1 or Windows-1252 on the way",
            Self::Replaced => "bytes in another encoding than UTF-8 were read as UTF-8 on the way",
            Self::Asked => "it was written in an encoding that has no such letters, and ? stands for them",
        }
    }
}

/// What is wrong with the encoding of the whole body.
pub(super) fn check(context: &RuleContext<'_>) -> Option<Cause> {
    let body = context.body();
    let cause = |confidence, title: &str| Cause::new(CauseId::RequestEncoding, confidence, title);
    if is_utf16(body) {
        return Some(cause(Proven.strong(), "The body is UTF-16, and JSON is sent as UTF-8").fact(
            "between its letters stand zero bytes, or its byte-order mark is UTF-16's",
            FactPlace::Body(0..body.len().min(8)),
        ));
    }
    let charset = context.sent.header("content-type").and_then(charset_of);
    let place = || FactPlace::RequestHeader("Content-Type".into());
    match charset.as_deref() {
        Some(name) if name.starts_with("utf-16") || name.starts_with("utf-32") || name == "unicode" => Some(
            cause(Proven.weak(), "Content-Type declares another encoding than UTF-8")
                .fact(format!("it says charset={}", short(name)), place()),
        ),
        Some(name) if !matches!(name, "utf-8" | "utf8" | "us-ascii" | "ascii") && !body.is_ascii() => Some(
            cause(Likely.strong(), "Content-Type declares another encoding than UTF-8, and the body is not plain ASCII")
                .fact(format!("it says charset={}", short(name)), place()),
        ),
        // A text that is typed may well hold such signs.
        _ if context.is_before() => None,
        _ => garbled_somewhere(body).map(|(at, how)| {
            let end = body[at..].char_indices().nth(2).map_or(body.len(), |(next, _)| at + next);
            // Whoever recorded the request may have garbled it, too.
            cause(Possible.strong(), "A text in the body was decoded wrongly on its way")
                .fact(format!("the body holds \"{}\": {}", &body[at..end], how.words()), FactPlace::Body(at..end))
        }),
    }
}

/// Keeps one cause of the encoding: a value of which it is known what was meant tells more than the body as a whole.
pub(crate) fn once(causes: &mut Vec<Cause>) {
    let surest = causes.iter().filter(|cause| cause.id == CauseId::RequestEncoding).map(|cause| cause.confidence).max();
    causes.retain(|cause| cause.id != CauseId::RequestEncoding || Some(cause.confidence) == surest);
}

/// The text that was meant, if one of the candidates became what was sent by a wrong encoding.
pub(super) fn meant<'a>(sent: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, Garbled)> {
    let latin = as_utf8(sent);
    let is_replaced = sent.contains('\u{fffd}');
    let is_asked = sent.contains('?');
    candidates.into_iter().filter(|candidate| !candidate.is_ascii()).find_map(|candidate| {
        if latin.as_deref() == Some(candidate) {
            Some((candidate, Garbled::ReadAsLatin))
        } else if is_replaced && bones(sent) == bones(candidate) {
            Some((candidate, Garbled::Replaced))
        } else if is_asked && candidate.chars().map(|c| if c.is_ascii() { c } else { '?' }).eq(sent.chars()) {
            Some((candidate, Garbled::Asked))
        } else {
            None
        }
    })
}

/// What was meant by a value, as a cause.
pub(super) fn cause_of_value(parameter: &str, sent: &str, meant: &str, how: Garbled) -> Cause {
    Cause::new(CauseId::RequestEncoding, Proven.plain(), format!("The value of \"{}\" was encoded wrongly", short(parameter)))
        .fact(format!("sent \"{}\"", short(sent)), FactPlace::Parameter(parameter.to_owned()))
        .fact(format!("\"{}\" was probably meant; {}", short(meant), how.words()), None)
}

/// A text whose UTF-8 was read as Windows-1252, read right; `None` when it was not.
fn as_utf8(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    // Latin-1's control characters stand where Windows-1252 has none.
    let latin: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let windows = || {
        let (bytes, _, has_errors) = WINDOWS_1252.encode(text);
        (!has_errors).then_some(bytes)
    };
    let read = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    latin.as_deref().and_then(read).or_else(|| windows().and_then(|bytes: Cow<'_, [u8]>| read(&bytes)))
}

/// A text with each run of letters that are not ASCII made one sign.
fn bones(text: &str) -> String {
    let mut bones = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            bones.push(c);
        } else if !bones.ends_with('\u{fffd}') {
            bones.push('\u{fffd}');
        }
    }
    bones
}

/// Whether a text is UTF-16 that was read byte by byte.
fn is_utf16(text: &str) -> bool {
    // Its byte-order mark, read as Latin-1 or replaced.
    let marked = ["ÿþ", "þÿ", "\u{fffd}\u{fffd}"].iter().find_map(|mark| text.strip_prefix(mark));
    let rest = marked.unwrap_or(text);
    let head: Vec<char> = rest.chars().take(40).collect();
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|c| **c == '\0').count();
    head.len() > 3 && (zeros(0) * 2 + 2 >= head.len() || zeros(1) * 2 + 2 >= head.len())
}

/// Where a text was garbled: a letter that was replaced, or UTF-8 that was read as Latin-1.
fn garbled_somewhere(text: &str) -> Option<(usize, Garbled)> {
    if text.is_ascii() {
        return None;
    }
    let read_as_latin = || {
        let mut signs = text.char_indices().peekable();
        while let Some((at, c)) = signs.next() {
            // The first byte of two, and one that only follows: "Ã" before a capital letter is neither.
            let is_first = matches!(c, 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ð' | 'Ñ' | 'â');
            if is_first && signs.peek().is_some_and(|(_, next)| is_later_byte(*next)) {
                return Some((at, Garbled::ReadAsLatin));
            }
        }
        None
    };
    text.find('\u{fffd}').map(|at| (at, Garbled::Replaced)).or_else(read_as_latin)
}

/// Whether a character is what Latin-1 or Windows-1252 shows of a later byte of UTF-8, and no letter that stands in words.
fn is_later_byte(c: char) -> bool {
    matches!(
        c,
        '\u{80}'
            ..='\u{bf}'
                | '€'
                | '‚'
                | 'ƒ'
                | '„'
                | '…'
                | '†'
                | '‡'
                | 'ˆ'
                | '‰'
                | 'Š'
                | '‹'
                | 'Œ'
                | 'Ž'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '•'
                | '–'
                | '—'
                | '˜'
                | '™'
                | 'š'
                | '›'
                | 'œ'
                | 'ž'
                | 'Ÿ'
    )
}

/// The charset that a Content-Type names, in lower case.
fn charset_of(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_by_table() {
        let choices = ["Größe", "Café mode", "Plain", "Zürich – Nord", "日本"];
        for (sent, expected) in [
            ("GrÃ¶ÃŸe", Some(("Größe", Garbled::ReadAsLatin))),
            ("GrÃ¶Ã\u{9f}e", Some(("Größe", Garbled::ReadAsLatin))),
            ("ZÃ¼rich â€“ Nord", Some(("Zürich – Nord", Garbled::ReadAsLatin))),
            ("Gr\u{fffd}\u{fffd}e", Some(("Größe", Garbled::Replaced))),
            ("Caf\u{fffd} mode", Some(("Café mode", Garbled::Replaced))),
            ("Caf? mode", Some(("Café mode", Garbled::Asked))),
            ("??", Some(("日本", Garbled::Asked))),
            ("Größe", None),
            ("Cafe mode", None),
            ("Plain?", None),
            ("", None),
        ] {
            assert_eq!(meant(sent, choices), expected, "{sent}");
        }
    }

    #[test]
    fn texts_by_table() {
        for (text, is_wide) in [
            ("{\0\"\0a\0\"\0:\0", true),
            ("\0{\0\"\0a\0\"\0:", true),
            ("ÿþ{\0\"\0a\0", true),
            ("{\"a\": 1}", false),
            ("ÿþ is a text", false),
            ("", false),
            ("a\0", false),
        ] {
            assert_eq!(is_utf16(text), is_wide, "{text:?}");
        }
        for (text, at) in [
            ("{\"a\": \"fÃ¼r\"}", Some(8)),
            ("it\u{e2}\u{20ac}\u{2122}s", Some(2)),
            ("Caf\u{fffd}", Some(3)),
            ("für ÃTRE, São, Ångström, “ok”", None),
            ("日本 – ok", None),
        ] {
            assert_eq!(garbled_somewhere(text).map(|(at, _)| at), at, "{text}");
        }
    }
}
