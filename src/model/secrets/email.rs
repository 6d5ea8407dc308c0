//! E-mail addresses in a text, in whatever form they travel, so that they can be hidden while somebody else looks on.
//!
//! It takes too much rather than too little: what only looks like an address is hidden as well.

use std::ops::Range;

/// The forms in which the sign between name and domain stands: plain, full-width, percent-encoded once and twice, in JSON, in HTML.
const AT_SIGNS: [&str; 9] = ["@", "\u{ff20}", "%40", "%2540", "\\u0040", "\\x40", "&#64;", "&#x40;", "&commat;"];

/// How far back a quoted name before the sign is sought, in bytes.
const QUOTED: usize = 128;

/// Where e-mail addresses stand in a text, as spans in order; none overlap.
pub fn address_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut before = (0, 0);
    while let Some(sign) = next_sign(text, at) {
        at = sign.end;
        let start = name_start(text, sign.start, before);
        before = (sign.start, start);
        let end = domain_end(text, sign.end);
        // A text that was cut behind the sign still tells whose address it was.
        let is_cut = matches!(text[sign.end..].chars().next(), None | Some('…'));
        if start == sign.start || (end == sign.end && !is_cut) {
            continue;
        }
        match spans.last_mut() {
            Some(last) if start < last.end => last.end = end.max(last.end),
            _ => spans.push(start..end),
        }
        at = end.max(at);
    }
    spans
}

/// A text for eyes of as many characters, each character of an address as a dot: for texts whose characters are counted elsewhere.
/// `None` when it holds no address.
pub fn dotted_addresses(text: &str) -> Option<String> {
    let spans = address_spans(text);
    if spans.is_empty() {
        return None;
    }
    let is_hidden = |at: usize| {
        let before = spans.partition_point(|span| span.end <= at);
        spans.get(before).is_some_and(|span| span.contains(&at))
    };
    Some(text.char_indices().map(|(at, c)| if is_hidden(at) { '•' } else { c }).collect())
}

/// No address is longer than this, however it is encoded, in characters.
const LONGEST: usize = 1024;

/// The beginning of a text, of so many characters at most, for eyes. It never ends inside an address: the part before the sign would
/// not be known for one any more, and could not be hidden.
pub fn beginning(text: &str, characters: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(characters) else { return text };
    let seen = text[end..].char_indices().nth(LONGEST).map_or(text, |(more, _)| &text[..end + more]);
    let cut = address_spans(seen).into_iter().find(|span| span.start < end && end < span.end);
    &text[..cut.map_or(end, |span| span.start)]
}

fn next_sign(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let begins = |byte: &u8| matches!(byte, b'@' | b'%' | b'\\' | b'&' | 0xef);
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(begins)?;
        for sign in AT_SIGNS {
            if bytes[at..].get(..sign.len()).is_some_and(|found| found.eq_ignore_ascii_case(sign.as_bytes())) {
                return Some(at..at + sign.len());
            }
        }
        at += 1;
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '~' | '!' | '#' | '$' | '*' | '^' | '|' | '`' | '\u{300}'..='\u{36f}')
}

/// Where the name before the sign begins; the sign itself when there is none. `known` is the sign before and where its name begins: what
/// reaches back to it reaches as far, and is not read again.
fn name_start(text: &str, sign: usize, known: (usize, usize)) -> usize {
    let before = &text[..sign];
    if let Some(open) = before.strip_suffix('"').and_then(|quoted| {
        let from = (quoted.len().saturating_sub(QUOTED)..=quoted.len()).find(|at| quoted.is_char_boundary(*at))?;
        quoted[from..].rfind('"').map(|at| from + at)
    }) {
        return open;
    }
    let mut start = sign;
    for (at, c) in before.char_indices().rev() {
        let belongs = is_name(c) || (c == '\\' && is_escape(&text[at..sign]));
        if !belongs {
            break;
        }
        start = at;
        if at == known.0 {
            return known.1;
        }
    }
    start
}

/// Whether a text begins with a character that JSON wrote as its number, and that may stand in an address.
fn is_escape(text: &str) -> bool {
    let number = text.strip_prefix("\\u").and_then(|rest| rest.get(..4));
    // Not line ends, quotes and brackets: those end a name.
    number.and_then(|hex| u32::from_str_radix(hex, 16).ok()).is_some_and(|number| char::from_u32(number).is_none_or(is_name))
}

/// Where the domain behind the sign ends; the sign's end when there is none.
fn domain_end(text: &str, sign: usize) -> usize {
    let after = &text[sign..];
    if after.starts_with('[')
        && let Some(close) = after.find(']').filter(|close| *close < 64)
    {
        return sign + close + 1;
    }
    let mut end = sign;
    let mut rest = after;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            _ if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '\u{300}'..='\u{36f}') => c.len_utf8(),
            // A percent sign stands for a dot or a letter beyond ASCII; others end a domain.
            '%' if rest.get(1..3).is_some_and(in_domain) => 3,
            '%' if rest.get(1..5).is_some_and(|code| code.starts_with("25") && in_domain(&code[2..])) => 5,
            '\\' if is_escape(rest) => 6,
            _ => break,
        };
        rest = &rest[length..];
        end += length;
    }
    // The full stop of the sentence stays.
    let domain = text[sign..end].trim_end_matches(['.', '-', '_']);
    sign + domain.len()
}

/// Whether a percent-encoded byte may stand in a domain.
fn in_domain(hex: &str) -> bool {
    u8::from_str_radix(hex, 16).is_ok_and(|byte| byte >= 0x80 || byte == b'.' || byte == b'-' || byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::super::mask::hide_addresses;
    use super::*;

    #[test]
    fn addresses_by_table() {
        for (text, expected) in [
            ("jim@centercode.com", "••••"),
            ("Mail jim.doe+beta@acme.co.uk.", "Mail ••••."),
            ("<jim@acme.com>, \"ann@acme.com\"", "<••••>, \"••••\""),
            ("?submitter=jim%40acme.com&x=1", "?submitter=••••&x=1"),
            ("?submitter=jim%2Bbeta%40acme%2Ecom&x=1", "?submitter=••••&x=1"),
            ("jim%2540acme.com%26x", "••••%26x"),
            (r#"{"submitter":"jim\u0040acme.com","n":1}"#, r#"{"submitter":"••••","n":1}"#),
            (r#"{"submitter":"jim\u002bbeta@acme.com"}"#, r#"{"submitter":"••••"}"#),
            (r#"{"a":"J\u00fcrgen@b\u00fccher.example"}"#, r#"{"a":"••••"}"#),
            ("jürgen@bücher.example", "••••"),
            ("用户@例子.公司 wrote", "•••• wrote"),
            ("jim@xn--bcher-kva.example/path", "••••/path"),
            ("jim@b%C3%BCcher.example", "••••"),
            ("jim&#64;acme.com", "••••"),
            ("jim＠acme.com", "••••"),
            ("o'neil@acme.com", "••••"),
            ("\"jim doe\"@acme.com", "••••"),
            ("jim@[127.0.0.1] jim@localhost", "•••• ••••"),
            ("a@b.c,d@e.f;g@h.i", "••••,••••;••••"),
            ("a@b@c", "••••"),
            ("cut jim@", "cut ••••"),
            ("cut jim.doe@…", "cut ••••…"),
            ("cut jim@acm…", "cut ••••…"),
            ("no @ address, @handle, 100 % and a=b", "no @ address, @handle, 100 % and a=b"),
            ("jim@ acme", "jim@ acme"),
            ("", ""),
        ] {
            assert_eq!(hide_addresses(text), expected, "{text}");
        }
    }

    #[test]
    fn dots_keep_the_count() {
        assert_eq!(dotted_addresses("to jim@ü.de!").as_deref(), Some("to ••••••••!"));
        assert_eq!(dotted_addresses("to nobody"), None);
    }

    #[test]
    fn beginnings_do_not_end_inside_an_address() {
        for (text, characters, expected) in [
            ("to jim.doe@acme.com, ann", 24, "to jim.doe@acme.com, ann"),
            ("to jim.doe@acme.com, ann", 20, "to jim.doe@acme.com,"),
            ("to jim.doe@acme.com, ann", 19, "to jim.doe@acme.com"),
            ("to jim.doe@acme.com, ann", 14, "to "),
            ("to jim.doe@acme.com, ann", 6, "to "),
            ("to jim.doe@acme.com, ann", 3, "to "),
            ("to jim.doe@acme.com, ann", 2, "to"),
            ("?to=jim%40acme.com", 6, "?to="),
            ("jim@acme.com", 5, ""),
            ("jim and jane", 5, "jim a"),
        ] {
            assert_eq!(beginning(text, characters), expected, "{text} to {characters}");
        }
        let long = format!("{} jim@acme.com {}", "x".repeat(400), "y".repeat(5000));
        assert_eq!(beginning(&long, 403).len(), 401);
    }

    proptest::proptest! {
        #[test]
        fn spans_fit_any_text(text in "[a-z@%4025\\\\u&#;=.\"\\[\\] ü＠]{0,40}") {
            let mut at = 0;
            for span in address_spans(&text) {
                assert!(span.start >= at && span.start < span.end && text.get(span.clone()).is_some(), "{text:?} {span:?}");
                at = span.end;
            }
        }
    }
}
