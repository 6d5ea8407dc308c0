//! Texts as people mistype them: invisible characters, look-alikes, near misses, variables that were never filled in.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use crate::model::unseen::{drawn, is_invisible};

/// So many characters of a text are shown in a sentence.
const MOST_SHOWN: usize = 60;

/// A text that is short enough for a sentence, each character of it in sight.
pub(super) fn short(text: &str) -> String {
    // Long texts are cut before they are drawn, and what stands at the cut is not an end.
    match text.char_indices().nth(MOST_SHOWN).and_then(|(at, _)| text.get(..at)) {
        Some(head) => cut(&drawn(&format!("{head}…"))),
        None => cut(&drawn(text)),
    }
}

/// A text that is short enough for a sentence or a cell, as it is.
pub(super) fn cut(text: &str) -> String {
    cut_at(text, MOST_SHOWN)
}

/// A text of so many characters at the most, which says with `…` that it goes on.
pub(super) fn cut_at(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// Widens a span to whole characters of a text, and cuts what is behind its end.
pub(super) fn fit(span: &mut Range<usize>, text: &str) {
    span.end = span.end.min(text.len());
    span.start = span.start.min(span.end);
    while !text.is_char_boundary(span.start) {
        span.start -= 1;
    }
    while !text.is_char_boundary(span.end) {
        span.end += 1;
    }
}

/// A character's Unicode name, and its code point.
pub(super) fn char_name(c: char) -> String {
    let named = match c {
        '\t' => Some("TAB".to_owned()),
        '\n' => Some("LINE FEED".to_owned()),
        '\r' => Some("CARRIAGE RETURN".to_owned()),
        _ => unicode_names2::name(c).map(|name| name.to_string()),
    };
    match named {
        Some(name) => format!("{name} (U+{:04X})", u32::from(c)),
        None => format!("U+{:04X}", u32::from(c)),
    }
}

/// The first character of a text that cannot be seen, but for plain spaces inside it.
pub(super) fn hidden(text: &str) -> Option<char> {
    let inner = text.trim_matches(' ');
    if inner.len() != text.len() { Some(' ') } else { text.chars().find(|c| is_invisible(*c) && *c != ' ') }
}

/// A text as the eye compares it: look-alike letters made one, invisible ones gone, lower case.
fn skeleton(text: &str) -> String {
    text.nfkc().filter(|c| !is_invisible(*c)).map(plain_letter).flat_map(char::to_lowercase).collect()
}

/// The Latin letter that a Cyrillic or Greek one looks like, and the plain form of dashes and quotes.
fn plain_letter(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'с' => 'c',
        'С' => 'C',
        'е' => 'e',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'і' | 'ι' => 'i',
        'І' | 'Ι' => 'I',
        'ј' => 'j',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'о' | 'ο' => 'o',
        'О' | 'Ο' => 'O',
        'р' | 'ρ' => 'p',
        'Р' | 'Ρ' => 'P',
        'ѕ' | 'ꜱ' => 's',
        'ԁ' => 'd',
        'ɡ' => 'g',
        'һ' => 'h',
        'ı' => 'i',
        'ӏ' | 'Ӏ' => 'l',
        'ո' => 'n',
        'օ' => 'o',
        'ԛ' => 'q',
        'г' => 'r',
        'ս' | 'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'ү' | 'γ' => 'y',
        'κ' => 'k',
        'τ' => 't',
        'Т' | 'Τ' => 'T',
        'у' => 'y',
        'У' | 'Υ' => 'Y',
        'х' => 'x',
        'Х' | 'Χ' => 'X',
        'Ζ' => 'Z',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '‘' | '’' | 'ʼ' | '´' | '`' | '′' => '\'',
        '“' | '”' => '"',
        c => c,
    }
}

/// How one text misses another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Miss {
    /// In upper and lower case alone.
    Case,
    /// In spaces or invisible characters.
    Invisible(char),
    /// In letters with marks, which one writes as one character and the other as a letter and its mark.
    Composition(char),
    /// In a letter of another alphabet, or another dash or quote, that looks the same.
    LookAlike(char),
    /// In spaces, dashes and punctuation between the words.
    Punctuation,
    /// In so many characters.
    Typo(usize),
}

impl Miss {
    /// The difference in words, as in "it differs in upper and lower case".
    pub(super) fn words(&self) -> String {
        match self {
            Self::Case => "it differs in upper and lower case alone".to_owned(),
            Self::Invisible(c) => format!("it differs by the character {}, which is hard to see", char_name(*c)),
            Self::Composition(c) => {
                format!("one of them writes a letter and its mark as two characters ({}), the other as one", char_name(*c))
            }
            Self::LookAlike(c) => format!("it holds {}, which only looks like the right letter", char_name(*c)),
            Self::Punctuation => "it differs in spaces and punctuation".to_owned(),
            Self::Typo(1) => "it differs in one character".to_owned(),
            Self::Typo(count) => format!("it differs in {count} characters"),
        }
    }
}

/// How `sent` misses `meant`, if it is near enough to have been meant; `None` also when they are equal.
pub(super) fn miss(sent: &str, meant: &str) -> Option<Miss> {
    if sent == meant || sent.is_empty() || meant.is_empty() || sent.len() > 400 || meant.len() > 400 {
        return None;
    }
    if sent.to_lowercase() == meant.to_lowercase() {
        return Some(Miss::Case);
    }
    let visible = |text: &str| text.chars().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).collect::<String>();
    if visible(sent) == visible(meant) {
        let odd = sent.chars().chain(meant.chars()).find(|c| is_invisible(*c)).unwrap_or(' ');
        return Some(Miss::Invisible(odd));
    }
    if sent.nfc().eq(meant.nfc()) {
        let mark = sent.chars().chain(meant.chars()).find(|c| unicode_normalization::char::is_combining_mark(*c));
        return Some(Miss::Composition(mark.unwrap_or('?')));
    }
    if skeleton(sent) == skeleton(meant) {
        let odd = sent.chars().find(|c| !meant.contains(*c)).unwrap_or('?');
        return Some(Miss::LookAlike(odd));
    }
    let words = |text: &str| skeleton(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    if !words(sent).is_empty() && words(sent) == words(meant) {
        return Some(Miss::Punctuation);
    }
    let distance = strsim::osa_distance(&skeleton(sent), &skeleton(meant));
    let longest = sent.chars().count().max(meant.chars().count());
    let near = match longest {
        0..=2 => 0,
        3..=5 => 1,
        6..=11 => 2,
        _ => 3,
    };
    (distance <= near).then_some(Miss::Typo(distance))
}

/// The candidate that was probably meant, and how it was missed.
pub(super) fn nearest<'a>(sent: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, Miss)> {
    let rank = |miss: &Miss| match miss {
        Miss::Case => 0,
        Miss::Invisible(_) => 1,
        Miss::LookAlike(_) | Miss::Composition(_) => 2,
        Miss::Punctuation => 3,
        Miss::Typo(count) => 3 + count,
    };
    candidates.into_iter().filter_map(|candidate| Some((candidate, miss(sent, candidate)?))).min_by_key(|(_, miss)| rank(miss))
}

/// A variable of a template that was sent as it is, with its span.
pub(super) fn unresolved(text: &str) -> Option<Range<usize>> {
    const PAIRS: [(&str, &str); 11] = [
        ("##", "##"),
        ("{{", "}}"),
        ("${", "}"),
        ("#{", "}"),
        ("@{", "}"),
        ("{!", "}"),
        ("{$", "}"),
        ("<%", "%>"),
        ("{%", "%}"),
        ("[[", "]]"),
        ("$(", ")"),
    ];
    // Most texts hold none of the signs that a variable begins with.
    let may_hold = |byte: u8| matches!(byte, b'{' | b'%' | b'[' | b'$' | b'<' | b'@' | b'#' | 0x80..);
    if !text.bytes().any(may_hold) && !text.contains("__") && text.trim() != "undefined" {
        return None;
    }
    let mut found: Option<Range<usize>> = None;
    let mut take = |span: Range<usize>| {
        if found.as_ref().is_none_or(|first| span.start < first.start) {
            found = Some(span);
        }
    };
    for (open, close) in PAIRS {
        if let Some(start) = text.find(open)
            && let Some(inside) = text.get(start + open.len()..).and_then(|rest| rest.get(..rest.find(close)?))
            && !inside.trim().is_empty()
            && inside.len() < 200
            // A heading of Markdown stands between these, too.
            && !(open == "##" && inside.contains(|c: char| c.is_whitespace() || c == '#'))
            && !inside.contains('\n')
        {
            take(start..start + open.len() + inside.len() + close.len());
        }
    }
    if let Some(span) = percent_variable(text) {
        take(span);
    }
    let whole = text.trim();
    if is_whole_variable(whole) {
        let start = text.find(whole).unwrap_or(0);
        take(start..start + whole.len());
    }
    found
}

/// A variable of a shell or a program in a text: `$NAME`, `${NAME}`, `$env:NAME`, `$(command)`, `%NAME%`, `{{name}}`.
pub(super) fn shell_variable(text: &str) -> Option<Range<usize>> {
    let of_shell = text.match_indices('$').find(|(at, _)| {
        text.get(at + 1..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '{' | '(')))
    });
    of_shell.map(|(at, _)| at..text.len()).or_else(|| percent_variable(text)).or_else(|| {
        let start = text.find("{{")?;
        let end = text.get(start..)?.find("}}")?;
        Some(start..start + end + 2)
    })
}

/// `%NAME%`, in capitals where it is part of a longer text.
fn percent_variable(text: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(start) = text.get(from..)?.find('%').map(|at| from + at) {
        let inside = text.get(start + 1..)?;
        let end = inside.find('%')?;
        let name = inside.get(..end)?;
        let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.len() > 1
            // Two hex digits are a percent-encoded byte.
            && !(name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let is_whole = text.trim().len() == name.len() + 2;
        if is_word && (is_whole || !name.contains(|c: char| c.is_ascii_lowercase())) {
            return Some(start..start + name.len() + 2);
        }
        from = start + 1;
    }
    None
}

/// A value that is nothing but a variable: `{name}`, `$name`, `<name>`, `__NAME__`, `@name`, `$env:NAME`.
fn is_whole_variable(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.len() < 60
            && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ' | '\''))
    };
    let within = |open: &str, close: &str| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    within("{", "}").is_some_and(is_name)
        || within("<", ">").is_some_and(|name| is_name(name) && !is_own_word(name))
        || within("«", "»").is_some_and(is_name)
        || within("$", "$").is_some_and(is_name)
        || within("@", "@").is_some_and(|name| is_name(name) && !name.contains([' ', '.']))
        || within("{", "}").is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
        || matches!(text, "%s" | "%d" | "%@" | "%1$s")
        || text
            .strip_prefix('@')
            .and_then(|rest| rest.split_once('('))
            .is_some_and(|(name, rest)| is_name(name) && rest.contains(')'))
        || within("__", "__").is_some_and(|name| is_name(name) && !name.contains(|c: char| c.is_ascii_lowercase()))
        || ["$env:", "$Env:", "$ENV:", "process.env."]
            .iter()
            .any(|place| text.strip_prefix(place).is_some_and(|name| is_name(name) && !name.contains(' ')))
        || text.strip_prefix('$').is_some_and(|name| is_name(name) && !name.contains([' ', '\'']))
        || matches!(text, "[object Object]" | "undefined")
}

/// Whether a word in angle brackets is a tag of HTML, or says that there is no value.
fn is_own_word(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "none"
            | "null"
            | "nil"
            | "empty"
            | "unknown"
            | "unset"
            | "blank"
            | "no value"
            | "not set"
            | "n.a."
            | "anonymous"
            | "redacted"
            | "a"
            | "b"
            | "br"
            | "code"
            | "div"
            | "em"
            | "h1"
            | "h2"
            | "h3"
            | "hr"
            | "i"
            | "img"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "s"
            | "script"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "table"
            | "td"
            | "tr"
            | "u"
            | "ul"
    )
}

/// Whether a part of an address is a placeholder: a variable, or what a guide writes in a key's place.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() {
        return false;
    }
    if crate::model::attachment::is_placeholder(text) || unresolved(text).is_some() || text.contains(['<', '>', '{', '}']) {
        return true;
    }
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let lower = plain.to_ascii_lowercase();
    let what = ["key", "project", "source", "host", "url", "domain", "config", "name", "token", "company", "site", "here"];
    let says_your = ["your", "insert", "enter", "replace", "put"].iter().any(|word| lower.starts_with(word))
        && what.iter().any(|word| lower.contains(word));
    let is_capital = !text.contains(|c: char| c.is_ascii_lowercase());
    let is_named = matches!(
        lower.as_str(),
        "projectkey"
            | "sourcekey"
            | "apikey"
            | "externalsourcekey"
            | "externalsourcesconfigurationname"
            | "configurationname"
            | "centercodeurl"
            | "feedbackkey"
    );
    let is_shouted =
        is_capital && matches!(lower.as_str(), "key" | "host" | "project" | "source" | "hostname" | "domain" | "todo");
    let is_filler = matches!(lower.as_str(), "changeme" | "replaceme" | "xxx" | "none" | "null" | "undefined" | "nan")
        || text == "..."
        || text == "…";
    let is_crossed = lower.len() > 2 && (lower.chars().all(|c| c == 'x') || text.chars().all(|c| matches!(c, '*' | '•' | '_')));
    says_your || is_named || is_shouted || is_filler || is_crossed
}

/// Whether somebody took a secret out of a text before it was passed on: what stands there was not what was sent.
pub(super) fn is_hidden(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| "<>[](){}".contains(c)).to_lowercase();
    let all = |marks: &str| bare.chars().count() > 2 && bare.chars().all(|c| marks.contains(c));
    // A key of which only the ends are shown.
    let is_inside = ["...", "…", "***", "••"].iter().any(|marks| bare.contains(marks)) && bare.chars().count() > 3;
    is_inside
        || all("•")
        || all("*")
        || all("·")
        || all("…")
        || !bare.is_empty() && bare.chars().all(|c| c == '█')
        || text.starts_with("{{k-")
        || OF_HIDDEN.contains(&bare.trim_matches(|c: char| "*#_-~$%".contains(c)))
}

/// What people and programs write in the place of a secret, with signs around it or without.
const OF_HIDDEN: [&str; 14] = [
    "redacted",
    "masked",
    "hidden",
    "removed",
    "secret",
    "filtered",
    "scrubbed",
    "sanitized",
    "sanitised",
    "omitted",
    "censored",
    "obfuscated",
    "anonymized",
    "anonymised",
];

/// Whether whoever passed a request on crossed out the value of a field, or a part of it: what was sent there is not known.
pub(super) fn is_masked_value(text: &str) -> bool {
    let has_words = text.trim().contains(char::is_whitespace);
    let is_elided = (text.contains("...") || text.contains('…')) && (has_words || !text.contains('@'));
    let crossed = |part: &str| part.len() > 1 && part.chars().all(|c| matches!(c, 'x' | 'X'));
    let is_crossed =
        text.split_once('@').is_some_and(|(name, host)| crossed(name) && host.split('.').next().is_some_and(crossed));
    let lower = text.to_lowercase();
    let is_named = ["[email", "<email", "[redacted", "<redacted", "[masked", "[filtered", "[removed", "[hidden"];
    is_hidden(text) && !is_elided || is_crossed || is_named.iter().any(|name| lower.contains(name))
}

/// Whether a part of the path swallowed the query, because `&` or an encoded `?` stands where the question mark belongs.
pub(super) fn holds_query(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    ["apikey=", "api_key=", "api-key="].iter().any(|name| lower.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_values_by_table() {
        for (text, expected) in [
            ("l***@***", true),
            ("j***e@acme.example", true),
            ("••••@acme.example", true),
            ("jo...@acme.example", true),
            ("xxx@xxx.com", true),
            ("[email protected]", true),
            ("[REDACTED]", true),
            ("<redacted>@acme.example", true),
            ("****", true),
            ("dana at acme.example", false),
            ("In progress...", false),
            ("jo@acme.example", false),
            ("xavier@acme.example", false),
            ("", false),
        ] {
            assert_eq!(is_masked_value(text), expected, "{text}");
        }
    }

    #[test]
    fn hidden_secrets_by_table() {
        for (text, expected) in [
            ("**hidden**", true),
            ("__REDACTED__", true),
            ("hidden-key-7", false),
            ("••••", true),
            ("********", true),
            ("[REDACTED]", true),
            ("<redacted>", true),
            ("[FILTERED]", true),
            ("██", true),
            ("3f0c...71d2", true),
            ("3f***d2", true),
            ("...", false),
            ("{{k-8f3a:url}}", true),
            ("{{apiKey}}", false),
            ("YOUR_API_KEY", false),
            ("3f0c9a71", false),
            ("**", false),
            ("", false),
        ] {
            assert_eq!(is_hidden(text), expected, "{text}");
        }
    }

    #[test]
    fn misses_by_table() {
        for (sent, meant, expected) in [
            ("critical", "Critical", Some(Miss::Case)),
            ("Critical ", "Critical", Some(Miss::Invisible(' '))),
            ("Cri\u{200b}tical", "critical", Some(Miss::Invisible('\u{200b}'))),
            ("Сritical", "Critical", Some(Miss::LookAlike('С'))),
            ("Cafe\u{301}", "Café", Some(Miss::Composition('\u{301}'))),
            ("Gr\u{f6}ße", "Gro\u{308}ße", Some(Miss::Composition('\u{308}'))),
            ("in-progress", "In progress", Some(Miss::Punctuation)),
            ("app_crash_log", "appcrashlog", Some(Miss::Punctuation)),
            ("apcrashlog", "appcrashlog", Some(Miss::Typo(1))),
            ("appcrahslog", "appcrashlog", Some(Miss::Typo(1))),
            ("Major", "Minor", None),
            ("UI", "UX", None),
            ("same", "same", None),
        ] {
            assert_eq!(miss(sent, meant), expected, "{sent} / {meant}");
        }
    }

    #[test]
    fn variables_by_table() {
        for (text, expected) in [
            ("{{summary}}", Some("{{summary}}")),
            ("Crash: ${title} on load", Some("${title}")),
            ("%EMAIL%", Some("%EMAIL%")),
            ("%email%", Some("%email%")),
            ("@{triggerBody()?['email']}", Some("@{triggerBody()?['email']}")),
            ("<%= user.email %>", Some("<%= user.email %>")),
            ("#{subject}", Some("#{subject}")),
            ("[[email]]", Some("[[email]]")),
            ("{severity}", Some("{severity}")),
            ("$severity", Some("$severity")),
            ("[object Object]", Some("[object Object]")),
            ("100% of 20% fail", None),
            ("costs $5", None),
            ("if (a) { b }", None),
            ("Crashing on load!", None),
            ("a < b > c", None),
            ("<none>", None),
            ("<br>", None),
            ("<email>", Some("<email>")),
        ] {
            assert_eq!(unresolved(text).map(|span| &text[span]), expected, "{text}");
        }
    }

    #[test]
    fn placeholders_by_table() {
        for text in [
            "<YourProjectKey>",
            "{projectKey}",
            "YOUR_API_KEY",
            "YourProjectKey",
            "PROJECT_KEY",
            "{{key}}",
            "undefined",
            "xxxx",
            ":projectKey",
            "[key]",
            "KEY",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["beta1", "appcrashlog", "acme.centercode.com", "3f0c9a71d2", "my-key", "yourself", "project-x", "key1"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
