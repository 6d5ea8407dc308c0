//! What somebody writes of what came back, in words around a request: `404`, `Response: 404 Not Found`, "we get a 404 back".

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::failure;
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::status::status_name;

/// The one status that a short text tells beside the request that was read from it: in a comment, in what a program printed, or in a
/// sentence that holds the address too.
pub(super) fn beside(text: &str, request: &RequestSpec) -> Option<u16> {
    /// A longer text is a record of more than this request.
    const MOST_LINES: usize = 40;
    static ADDRESS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[A-Za-z][A-Za-z0-9+.-]*://\S+|\{[^{}]*\}|\b(?:POST|GET|PUT|PATCH|DELETE)\b").ok());
    static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\W*\d{2,4}[-:/.]\d").ok());
    let (address, time) = (ADDRESS.as_ref()?, TIME.as_ref()?);
    if text.lines().filter(|line| !line.trim().is_empty()).count() > MOST_LINES || text.lines().any(|line| time.is_match(line)) {
        return None;
    }
    let sent = match &request.body {
        SpecBody::Text(text) | SpecBody::Urlencoded(text) => text.as_str(),
        _ => "",
    };
    let is_beside = |line: &&str| !line.trim().is_empty() && !sent.contains(line.trim());
    let mut only = None;
    for line in text.lines().filter(is_beside) {
        // What a program printed may stand in a comment behind the call.
        let remark = ["  # ", "; // ", " // "].iter().find_map(|mark| line.rsplit_once(mark)).map(|(_, remark)| remark);
        if let Some(status) = remark.and_then(|remark| alone(remark.trim_start_matches(['-', '=', '>', ' ']))) {
            if !take(Some(Told::Status(status)), &mut only) {
                return None;
            }
            continue;
        }
        let plain = address.replace_all(line, " ");
        // What a program would do is not what came back.
        if matches!(plain, Cow::Owned(_)) && plain.contains(['"', '\'', '`', '(', '=', '$']) {
            continue;
        }
        if !take(of_line(&plain), &mut only) {
            return None;
        }
    }
    only
}

/// Whether a line may tell what came of a request: it is no code, and what it speaks of is not put in doubt.
pub(super) fn is_prose(line: &str) -> bool {
    let is_code = line.contains(['{', '}', '$', ';', '|', '\\']) && !line.contains("Error");
    !is_code && !line.trim_start().starts_with(['-', '#']) && !is_unsure(line)
}

/// Where JSON ends behind which somebody wrote on, in lines of their own.
pub(super) fn behind_json(body: &str) -> Option<usize> {
    let mut values = serde_json::Deserializer::from_str(body).into_iter::<serde::de::IgnoredAny>();
    if !body.trim_start().starts_with(['{', '[']) || !matches!(values.next(), Some(Ok(_))) {
        return None;
    }
    let end = values.byte_offset();
    let rest = body[end..].trim_start_matches([' ', '\t', '\r']).strip_prefix('\n')?;
    let is_apart = rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
    let lines = || rest.lines().filter(|line| !line.trim().is_empty());
    // An exception is followed by where it was thrown.
    let is_error = lines().next().is_some_and(|line| failure::read(line).is_some() || failure::exception_name(line).is_some());
    let is_remark = |line: &str| is_error || of_line(line).is_some() || is_apart && is_sentence(line);
    (lines().count() > 0 && lines().all(is_remark)).then_some(end)
}

/// Where a form's fields end behind which somebody noted a status, in a line of its own.
pub(super) fn behind_form(body: &str) -> Option<usize> {
    let (form, rest) = body.split_once('\n')?;
    let is_form = form.contains('=') && !form.trim().contains(char::is_whitespace) && !form.starts_with(['{', '[', '<', '-']);
    let mut lines = rest.lines().filter(|line| !line.trim().is_empty());
    let is_note = lines.next().is_some_and(|line| alone(line.trim()).is_some()) && lines.next().is_none();
    (is_form && is_note).then_some(form.len())
}

/// Whether a line is a sentence or a greeting, and no code.
fn is_sentence(line: &str) -> bool {
    let words = || line.split_whitespace();
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() * 2 > word.chars().count();
    let (all, plain) = (words().count(), words().filter(is_word).count());
    !line.contains(CODE) && !line.contains(':') && plain * 4 >= all * 3 && (all > 2 || line.starts_with(char::is_uppercase))
}

/// The one status that the words around the blocks of a message tell.
pub(super) fn around_blocks(text: &str, blocks: &[String]) -> Option<u16> {
    let rest = blocks.iter().fold(text.to_owned(), |rest, block| rest.replacen(block.trim_end(), " ", 1));
    let inside: HashSet<&str> = blocks.iter().flat_map(|block| block.lines()).collect();
    of_lines(rest.lines().filter(|line| !inside.contains(line)))
}

/// The one status that lines of prose tell. Where they tell several, it is not known which of them came of the request.
pub(super) fn of_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Option<u16> {
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut only = None;
    for line in without_expected(&text).lines() {
        if !take(of_line(line), &mut only) {
            return None;
        }
    }
    only
}

/// A text with blanks in the place of what its writer expected: `Expected: 201 Created` is no status that came. Every place stays.
pub(super) fn without_expected(text: &str) -> Cow<'_, str> {
    const BEGINS: [&str; 8] =
        ["expected", "expectation", "erwartet", "erwartung", "soll:", "attendu", "r\u{e9}sultat attendu", "resultado esperado"];
    const ENDS: [&str; 8] = ["actual", "ist", "got", "result", "tats\u{e4}chlich", "obtenu", "obtenido", "observed"];
    let plain = |line: &str| {
        let line = line.trim_matches(|c: char| c.is_whitespace() || "#*=->|_".contains(c)).to_lowercase();
        // A heading of Jira.
        line.strip_prefix(|c: char| c == 'h')
            .and_then(|rest| rest.split_once(". "))
            .map_or(line.clone(), |(_, rest)| rest.to_owned())
    };
    let begins = |line: &str, words: &[&str]| words.iter().any(|word| line.starts_with(word));
    if !text.lines().any(|line| begins(&plain(line), &BEGINS)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut is_below = false;
    for line in text.split_inclusive('\n') {
        let told = plain(line);
        let is_both =
            [" got ", " but ", " was ", " actual", " received ", " sondern ", " statt "].iter().any(|word| told.contains(word));
        let is_expected = begins(&told, &BEGINS) && !is_both && !line.contains("://");
        // Below a heading of its own stands what is expected, up to the next heading. A sentence is no heading.
        let is_heading = told.split_whitespace().count() <= 3 && !told.contains(|c: char| c.is_ascii_digit());
        is_below = if is_expected { is_heading } else { is_below && !begins(&told, &ENDS) };
        if is_expected || is_below && told.len() < 80 {
            out.extend(line.chars().flat_map(|c| std::iter::repeat_n(if c == '\n' { c } else { ' ' }, c.len_utf8())));
            is_below &= is_expected || told.is_empty();
        } else {
            is_below = false;
            out.push_str(line);
        }
    }
    Cow::Owned(out)
}

/// Notes what a line tells; `false` where that leaves open which status is meant.
fn take(told: Option<Told>, only: &mut Option<u16>) -> bool {
    match (told, *only) {
        (Some(Told::Status(status)), None) => *only = Some(status),
        (Some(Told::Status(status)), Some(known)) => return status == known,
        (Some(Told::Doubtful), _) => return false,
        (Some(Told::Wanted) | None, _) => {}
    }
    true
}

/// Signs that prose has none of.
const CODE: [char; 9] = ['{', '}', '"', '=', '$', ';', '|', '\\', '`'];

/// What a line of prose tells. Code is no prose: its texts may be what is sent.
fn of_line(line: &str) -> Option<Told> {
    /// Nobody writes a longer sentence about a status.
    const LONGEST: usize = 600;
    // The name of a check says what is expected.
    if line
        .trim_start()
        .starts_with(['\u{2713}', '\u{2714}', '\u{2705}', '\u{2717}', '\u{2718}', '\u{274c}', '\u{d7}', '\u{221a}'])
    {
        return None;
    }
    let plain = line.trim_matches(|c: char| c.is_whitespace() || "#/*->=\u{2192}\u{21d2}_~!.:,`'\u{2019}".contains(c));
    if plain.is_empty() || plain.len() > LONGEST {
        return None;
    }
    if let Some(status) = alone(plain).or_else(|| of_status_bar(plain)) {
        return Some(Told::Status(status));
    }
    // Between quotes or backticks people write the status itself.
    let words = plain.replace(['`', '"', '\u{201c}', '\u{201d}', '*'], "");
    if words.contains(CODE) || words.contains("://") || words.matches('\'').count() > 1 {
        return None;
    }
    in_prose(&words)
}

/// The status that an API client shows beside the time that the answer took: `Body Cookies Headers (6)  404 Not Found  212 ms  311 B`.
fn of_status_bar(line: &str) -> Option<u16> {
    static BAR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = r"(?P<name>[A-Z][A-Za-z' -]*?)";
        let time = r"(?:[ \t]{2,}|[ \t]*[|\x{2022}\x{b7},][ \t]*|[ \t])[0-9]+(?:[.,][0-9]+)? ?(?:ms|s)(?:$|[^A-Za-z])";
        Regex::new(&format!(r"(?:^|[^0-9])(?P<status>[1-5][0-9]{{2}}) {name}{time}")).ok()
    });
    let found = BAR.as_ref().filter(|_| line.contains("ms") || line.contains(" s"))?.captures(line)?;
    let status = found["status"].parse().ok().filter(|status| is_registered(*status))?;
    begins_with_name(&found["name"], status).then_some(status)
}

/// The status that is all that a line says, behind a label at most.
fn alone(line: &str) -> Option<u16> {
    static ALONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let label = r"status|http|code|response|result|reply|returned|returns|got|error|answer|antwort|fehler|ergebnis|r\u{e9}ponse|respuesta|risposta|output|actual|server";
        Regex::new(&format!(
            r"(?i)^(?:[\p{{L}}_ -]{{0,20}}\b_?(?:{label})_?[\p{{L}}_ -]{{0,12}}(?:[:=>]+\s*|\s+|$))?(?:HTTP(?:/[\d.]+)?[ _:]*)?(?:error |status |code )?([1-5]\d\d)(.*)$"
        ))
        .ok()
    });
    static MEASURE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)\b(?:time|size|length|count|took|line|port|id|number|after|every|limit)\b").ok());
    let found = ALONE.as_ref()?.captures(line)?;
    let digits = found.get(1)?;
    let (label, rest) = (&line[..digits.start()], found.get(2)?.as_str());
    let is_measure = MEASURE.as_ref()?.is_match(label);
    let status = digits.as_str().parse().ok().filter(|status| is_registered(*status))?;
    (!is_measure && follows_alone(rest, status)).then_some(status)
}

/// Whether what stands behind a status is its name, a remark, or nothing.
fn follows_alone(rest: &str, status: u16) -> bool {
    const REMARKS: [&str; 15] = [
        "(",
        "\u{2013} ",
        "\u{2014} ",
        "- ",
        ", ",
        "again",
        "still",
        "every time",
        "always",
        "on ",
        "when ",
        "from ",
        "for ",
        "client error",
        "server error",
    ];
    let told = rest.trim_start();
    let lower = told.to_ascii_lowercase();
    let is_apart = rest.is_empty() || rest.starts_with([' ', '(', ',', ';', '!', '.']);
    let is_remark = matches!(lower.as_str(), "" | "." | "error") || REMARKS.iter().any(|sign| lower.starts_with(sign));
    is_apart && (is_remark || begins_with_name(told, status))
}

/// Whether a text begins with a status's name, or with one that it had before RFC 9110.
fn begins_with_name(text: &str, status: u16) -> bool {
    let begins = |name: &&str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    former_names(status).iter().chain([&status_name(status)]).any(begins)
}

/// The names that a status had before RFC 9110, or has with some servers.
fn former_names(status: u16) -> &'static [&'static str] {
    match status {
        413 => &["Payload Too Large", "Request Entity Too Large"],
        414 => &["Request-URI Too Long", "Request-URI Too Large"],
        422 => &["Unprocessable Entity"],
        503 => &["Service Temporarily Unavailable"],
        504 => &["Gateway Time-out"],
        _ => &[],
    }
}

/// What a number in a sentence is.
enum Told {
    Status(u16),
    /// One that was wanted and did not come, or that measures something.
    Wanted,
    /// One that may be of something else.
    Doubtful,
}

/// The status that a sentence tells: behind a verb of answering, and with no noun behind it that it would count.
fn in_prose(text: &str) -> Option<Told> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[2-5]\d\d(?:'?s)?\b").ok());
    let mut told: Option<Told> = None;
    let mut from = 0;
    for digits in NUMBER.as_ref()?.find_iter(text) {
        let Some(status) = digits.as_str()[..3].parse().ok().filter(|status| is_registered(*status)) else { continue };
        // "All of them are 404s" tells it without a verb; `300s` are seconds.
        let is_plural = digits.len() > 3;
        if is_plural && !(400..600).contains(&status) {
            continue;
        }
        if !follows_in_prose(&text[digits.end()..], status) || text[..digits.start()].ends_with(['.', '/', '-', ':', '#']) {
            continue;
        }
        let before = &text[from..digits.start()];
        let clause = &before[before.rfind(['.', '!', '?', ',']).map_or(0, |at| at + 1)..];
        from = digits.end();
        let found = match of_clause(clause, status) {
            Told::Doubtful if is_plural && !is_doubtful(clause) => Told::Status(status),
            found => found,
        };
        told = Some(match (told, found) {
            (Some(Told::Wanted) | None, found) => found,
            (Some(told), Told::Wanted) => told,
            (Some(Told::Status(one)), Told::Status(other)) if one == other => Told::Status(one),
            _ => Told::Doubtful,
        });
    }
    told.or_else(|| named(text))
}

/// The status that a sentence names by its words alone: "it just says Bad Request". .NET writes a status as one word: `NotFound`.
fn named(text: &str) -> Option<Told> {
    const NAMED: [u16; 17] = [400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 422, 429, 500, 501, 502, 503, 504];
    let names = |status: u16| former_names(status).iter().copied().chain([status_name(status)]);
    // A name is written with capitals, and most sentences have no two.
    if text.bytes().filter(u8::is_ascii_uppercase).take(2).count() < 2 {
        return None;
    }
    let place = |name: &str| text.find(name).or_else(|| text.find(&name.replace(' ', "")));
    let (status, at) = NAMED
        .iter()
        .flat_map(|status| names(*status).map(move |name| (*status, name)))
        .find_map(|(status, name)| Some((status, place(name)?)))?;
    let clause = &text[text[..at].rfind(['.', '!', '?', ',']).map_or(0, |end| end + 1)..at];
    matches!(of_clause(clause, status), Told::Status(_)).then_some(Told::Status(status))
}

/// Whether words speak of what was wanted, or of what is measured.
fn is_wanted(text: &str) -> bool {
    static WANTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:should|expect\w*|supposed|instead of|rather than|used to|not|no longer|statt|erwart\w*|sollte|nicht|kein\w*|time|size|length|count|took)\b").ok()
    });
    WANTED.as_ref().is_some_and(|words| words.is_match(text))
}

/// Whether words leave open what is spoken of.
fn is_doubtful(text: &str) -> bool {
    static COUNTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:lines?|port|version|within|after|about|than|first|limit|ids?|numbers?|seconds?)\b").ok()
    });
    is_unsure(text) || COUNTED.as_ref().is_some_and(|words| words.is_match(text))
}

/// Whether words speak of what is not always so, or was so at another time or place.
fn is_unsure(text: &str) -> bool {
    static UNSURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words =
            r"never|unless|until|before|earlier|yesterday|works|other|fr\u{fc}her|gestern|sometimes|manchmal|or|oder|if|wenn";
        Regex::new(&format!(r"(?i)\b(?:{words})\b")).ok()
    });
    UNSURE.as_ref().is_some_and(|words| words.is_match(text))
}

/// What a number is by the words before it.
fn of_clause(clause: &str, status: u16) -> Told {
    static TELLS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let english = r"gets?|got|getting|returns?|returned|returning|respon(?:ds?|ded|ding|ses?)|answer(?:s|ed|ing)?|repl(?:y|ies|ied)|fail(?:s|ed|ing)?|gives?|gave|giving|throws?|threw|receiv(?:e|es|ed|ing)|results?|resulted|ends?|ended|com(?:e|es|ing)|came|sees?|seeing|says?|said|shows?|errors?|status|code|rejected|refused|http";
        let others = r"kommt|kam|bekomm\w*|bekam\w*|erh\u{e4}lt|erhalte\w*|erhielt\w*|liefert\w*|antwort\w*|meldet\w*|fehler|re\u{e7}ois|recevons|renvoie|retourne|r\u{e9}pond|erreur|devuelve|responde|respuesta|recibo|recibimos|ricevo|restituisce";
        Regex::new(&format!(r"(?i)\b(?:{english}|{others})\b|(?:[-=]>|[\x{{2192}}\x{{21d2}}])\s*$")).ok()
    });
    let is = |words: &LazyLock<Option<Regex>>| words.as_ref().is_some_and(|words| words.is_match(clause));
    match (is_wanted(clause), is_doubtful(clause), is(&TELLS)) {
        (true, ..) => Told::Wanted,
        (false, false, true) => Told::Status(status),
        _ => Told::Doubtful,
    }
}

/// Whether the words behind a number leave it a status.
fn follows_in_prose(rest: &str, status: u16) -> bool {
    const WORDS: [&str; 44] = [
        "error",
        "errors",
        "back",
        "response",
        "responses",
        "status",
        "code",
        "from",
        "for",
        "when",
        "whenever",
        "and",
        "but",
        "each",
        "always",
        "immediately",
        "though",
        "here",
        "as",
        "zur\u{fc}ck",
        "with",
        "without",
        "on",
        "in",
        "at",
        "again",
        "since",
        "because",
        "although",
        "no",
        "instead",
        "even",
        "to",
        "by",
        "is",
        "if",
        "while",
        "every",
        "page",
        "fehler",
        "mit",
        "beim",
        "bei",
        "of",
    ];
    let told = rest.trim_start_matches([' ', '\'', ')', '(', '*', '\u{2019}']);
    let word: String = told.chars().take_while(|c| c.is_alphabetic()).collect();
    let goes_on = rest.strip_prefix(['.', ',', ':']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_glued = rest.starts_with(|c: char| c.is_alphanumeric() || "%-/_$".contains(c));
    !goes_on
        && !is_glued
        && (word.is_empty() && !told.starts_with('%')
            || begins_with_name(told, status)
            || WORDS.contains(&word.to_lowercase().as_str()))
}

/// Whether servers answer with this status. 443 is the port of https.
fn is_registered(status: u16) -> bool {
    matches!(status, 200..=208 | 226 | 300..=308 | 400..=418 | 421..=426 | 428 | 429 | 431 | 440 | 451 | 499..=511 | 520..=530)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_by_table() {
        for (line, expected) in [
            ("404", 404),
            ("404 Not Found", 404),
            ("# 404", 404),
            ("=> HTTP 404", 404),
            ("-> 404 (empty body)", 404),
            ("HTTP_STATUS:404", 404),
            ("http_code: 404", 404),
            ("Response: 404 Not Found", 404),
            ("**Response:** `404 Not Found`", 404),
            ("Status: 413 Request Entity Too Large", 413),
            ("HTTP Status Code: 400", 400),
            ("HTTP/1.1 403", 403),
            ("Antwort: 404", 404),
            ("Response time: 200", 1),
            ("Response time 200 ms", 0),
            ("200 tickets", 0),
            ("Port: 443", 0),
            ("443", 0),
            ("Ticket: 404", 2),
            ("Line 404: error", 2),
            ("We get 404 back.", 404),
            ("and now it's all 404s", 404),
            ("it ran for 300s", 0),
            ("400 again, this is what the form sends:", 400),
            ("server: 400", 400),
            ("400 on upload:", 400),
            ("Error: 400 Client Error", 400),
            ("it just says Bad Request, nothing else", 400),
            ("It answers BadRequest", 400),
            ("\u{2717} status was 201", 0),
            ("Bad Requests are what we expect", 0),
            ("it should say Not Found", 0),
            ("Body  Cookies  Headers (6)      404 Not Found   212 ms   311 B", 404),
            ("200 OK 1.2 s 3 KB", 200),
            ("(key removed by me) -> 400", 400),
            ("returns a 404", 404),
            ("Answer is 400, no body.", 400),
            ("I always get a \"400 Bad Request\" from your server", 400),
            ("it fails with HTTP 500 Internal Server Error since Monday", 500),
            ("Expected 201 but got 404.", 404),
            ("we got 300 customers", 0),
            ("It fails after 300 seconds", 0),
            ("It took 200 ms and returned nothing", 0),
            ("Wir bekommen immer 404 zur\u{fc}ck", 404),
            ("It should return 201", 1),
            ("sometimes we get 404", 2),
            ("this returns 201 in Postman and 404 here", 2),
            ("summary = \"Login returns 404\"", 0),
            ("Write-Host \"returned 404\"; exit", 0),
            ("$r = 404", 0),
        ] {
            let told = match of_line(line) {
                None => 0,
                Some(Told::Wanted) => 1,
                Some(Told::Doubtful) => 2,
                Some(Told::Status(status)) => status,
            };
            assert_eq!(told, expected, "{line}");
        }
    }

    #[test]
    fn what_is_expected_is_blanked() {
        for (text, expected) in [
            ("Expected: 201 Created\nActual: 404\n", "                     \nActual: 404\n"),
            ("h2. Expected result\nHTTP 201\nh2. Actual result\n404", "                   \n        \nh2. Actual result\n404"),
            ("**Expected**\n\n201\n404\n", "            \n\n   \n404\n"),
            ("Expected 201 but got 404\n", "Expected 201 but got 404\n"),
            ("expected the header to be there\n404\n", "                               \n404\n"),
            ("{\"expected\": 201}", "{\"expected\": 201}"),
        ] {
            assert_eq!(without_expected(text), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_around_blocks_by_table() {
        let text = "We get 404 with\n```\ncurl https://h\n```\nThanks";
        assert_eq!(around_blocks(text, &["curl https://h\n".to_owned()]), Some(404));
        let text = "When I run `curl https://h` I get a 403 error";
        assert_eq!(around_blocks(text, &["curl https://h".to_owned()]), Some(403));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(curl https://h |we get|404|Status:|'|\"|\n|é|\u{2192}|returns a | Not Found){0,25}") {
            let _ = (of_lines(text.lines()), around_blocks(&text, &[text.chars().take(9).collect()]));
        }
    }
}
