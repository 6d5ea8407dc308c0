//! The names that HTML has for characters.

use std::borrow::Cow;

/// Names for characters of ASCII that are not letters.
const SIGNS: [(&str, char); 33] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("plus", '+'),
    ("num", '#'),
    ("percnt", '%'),
    ("sol", '/'),
    ("bsol", '\\'),
    ("equals", '='),
    ("commat", '@'),
    ("excl", '!'),
    ("dollar", '$'),
    ("ast", '*'),
    ("comma", ','),
    ("period", '.'),
    ("semi", ';'),
    ("colon", ':'),
    ("quest", '?'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("rpar", ')'),
    ("lsqb", '['),
    ("rsqb", ']'),
    ("lcub", '{'),
    ("rcub", '}'),
    ("verbar", '|'),
    ("Hat", '^'),
    ("grave", '`'),
    ("AMP", '&'),
    ("LT", '<'),
    ("QUOT", '"'),
];

/// Names for the characters from U+00A0 to U+00FF, in order.
const LATIN: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy", "reg",
    "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14",
    "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute",
    "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml",
    "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde",
    "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth",
    "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute",
    "thorn", "yuml",
];

/// Those that HTML reads without their semicolon, as far as they are ASCII.
const BARE: [&str; 7] = ["amp", "lt", "gt", "quot", "AMP", "LT", "QUOT"];

/// The length of the longest name.
const LONGEST: usize = 6;

/// The character that begins with the `&` of these bytes, as a name or as a number, and how many bytes it takes.
pub(crate) fn entity(bytes: &[u8]) -> Option<(char, usize)> {
    match bytes.get(1)? {
        b'#' => numbered(bytes),
        _ => named(bytes),
    }
}

/// A text with every character written out that it names.
pub(crate) fn written_out(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (c, length) = entity(from.as_bytes()).unwrap_or(('&', 1));
        out.push(c);
        rest = &from[length..];
    }
    out.push_str(rest);
    out.into()
}

fn named(bytes: &[u8]) -> Option<(char, usize)> {
    let behind = &bytes[1..];
    let length = behind.iter().take(LONGEST + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = std::str::from_utf8(&behind[..length]).ok().filter(|name| !name.is_empty())?;
    if behind.get(length) == Some(&b';') {
        let sign = SIGNS.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign);
        let latin = || LATIN.iter().zip('\u{a0}'..='\u{ff}').find(|(known, _)| **known == name).map(|(_, letter)| letter);
        return Some((sign.or_else(latin)?, length + 2));
    }
    let bare = BARE.iter().find(|known| behind.starts_with(known.as_bytes()))?;
    let (_, sign) = SIGNS.iter().find(|(known, _)| known == bare)?;
    Some((*sign, bare.len() + 1))
}

fn numbered(bytes: &[u8]) -> Option<(char, usize)> {
    const MOST_DIGITS: usize = 16;
    let (from, radix) = match bytes.get(2)? {
        b'x' | b'X' => (3, 16),
        _ => (2, 10),
    };
    let digits = bytes.get(from..)?;
    let count = digits.iter().take(MOST_DIGITS).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let number = u32::from_str_radix(std::str::from_utf8(&digits[..count]).ok()?, radix).ok()?;
    Some((char::from_u32(number)?, from + count + usize::from(digits.get(count) == Some(&b';'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_out_once() {
        for (text, expected) in [
            ("gr&uuml;n &amp; gut", "grün & gut"),
            ("&amp;lt;", "&lt;"),
            ("a & b &nbsp;&none; &", "a & b \u{a0}&none; &"),
            ("ü&#x1F600;é", "ü😀é"),
            ("", ""),
        ] {
            assert_eq!(written_out(text), expected, "{text}");
        }
    }

    #[test]
    fn entities_by_table() {
        for (text, expected) in [
            ("&amp;x", Some(('&', 5))),
            ("&ampx", Some(('&', 4))),
            ("&AMP", Some(('&', 4))),
            ("&eacute;", Some(('é', 8))),
            ("&yuml;", Some(('ÿ', 6))),
            ("&#43;1", Some(('+', 5))),
            ("&#0000043x", Some(('+', 9))),
            ("&#x2B;", Some(('+', 6))),
            ("&#", None),
            ("&#x", None),
            ("&", None),
            ("&none;", None),
            ("&#xd800;", None),
        ] {
            assert_eq!(entity(text.as_bytes()), expected, "{text}");
        }
    }
}
