//! What terminals, mail filters and services for logs put around or into a text that holds a request: it is taken away, and the rest
//! is read.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::{Captures, Regex};
use serde_json::Value;

use super::captures;
use super::gaps;
use super::listing;
use super::log::json_lines;
use crate::model::json_text;

/// Takes one such thing out of a text that has it.
type Pass = fn(&str) -> Option<String>;

/// A text without such things, and in words what was taken away; `None` if there is nothing of the kind.
pub(super) fn plain(text: &str) -> Option<(String, &'static str)> {
    const PASSES: [(Pass, &str); 17] = [
        (without_colours, "The signs by which a terminal colours a text were taken out"),
        (with_plain_spaces, "The no-break spaces that a chat program put into the heads of messages were read as spaces"),
        (with_whole_schemes, "A space in \"https://\", as texts copied from pictures and pages have it, was taken out"),
        (listing::of_diff, "It is a diff; what its lines are after the change was read"),
        (listing::without_numbers, "The numbers before the lines were taken off"),
        (without_times, "The times that curl wrote before its lines (--trace-time) were taken off"),
        (
            without_filters,
            "Its address stood inside one of a mail filter (Safe Links or the like); it was read as the address inside",
        ),
        (joined, "A line that a terminal or a mail program had broken in its address was put together again"),
        (
            of_packets,
            "This was read from the packets that tcpdump shows; it writes a dot for each byte that is not a plain letter",
        ),
        (captures::of_stream, "This was read from the stream that tshark follows"),
        (captures::of_dissection, "This was read from the heads of messages that Wireshark takes apart; it shows no bodies"),
        (captures::of_connections, "The lines of several connections stand between each other; they were read one by one"),
        (captures::of_audit, "The parts of ModSecurity's audit log were put together"),
        (captures::of_k6, "This was read from what k6 writes of each exchange (--http-debug)"),
        (captures::of_kept_connection, "It holds several exchanges of one connection; they were read one by one"),
        (captures::of_tunnel, "The requests behind the tunnel (CONNECT) were read"),
        (of_log_records, "Each of its lines is a record of a log service; the text in them was read"),
    ];
    PASSES.into_iter().find_map(|(pass, said)| Some((pass(text)?, said)))
}

fn replaced(expression: &LazyLock<Option<Regex>>, text: &str, by: &str) -> Option<String> {
    let plain = expression.as_ref()?.replace_all(text, by);
    (plain != text).then(|| plain.into_owned())
}

/// `https: //host`.
fn with_whole_schemes(text: &str) -> Option<String> {
    static SCHEME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b(https?) ?: ?//").ok());
    let has_space = [": //", "http ://", "https ://"].iter().any(|broken| text.contains(broken));
    has_space.then(|| replaced(&SCHEME, text, "$1://")).flatten()
}

/// Colours and links as terminals know them.
fn without_colours(text: &str) -> Option<String> {
    static SIGNS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\x1b\[[0-9;:?]*(?:[@-~]|$)|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]").ok());
    text.contains('\u{1b}').then(|| replaced(&SIGNS, text, "")).flatten()
}

/// No-break spaces where HTTP has its own. In an address or a body they may be part of what was sent.
fn with_plain_spaces(text: &str) -> Option<String> {
    static HEADS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?m)^((?:[<>] )?(?:POST|PUT|PATCH|GET|DELETE|HEAD|OPTIONS|HTTP/[0-9.]+|[A-Za-z][A-Za-z0-9-]*:))[\u{a0}\u{202f}]|[\u{a0}\u{202f}](?P<version>HTTP/[0-9.]+\r?)$|^(?P<status>HTTP/[0-9.]+ [0-9]{3})[\u{a0}\u{202f}]",
        )
        .ok()
    });
    if !text.contains(['\u{a0}', '\u{202f}']) || !text.contains("HTTP/") {
        return None;
    }
    let one = |found: &Captures<'_>| match (found.get(1), found.name("version"), found.name("status")) {
        (Some(before), ..) | (.., Some(before)) => format!("{} ", before.as_str()),
        (_, Some(version), _) => format!(" {}", version.as_str()),
        _ => String::new(),
    };
    let plain = HEADS.as_ref()?.replace_all(text, one).into_owned();
    (plain != text).then_some(plain)
}

/// curl's `--trace-time`.
fn without_times(text: &str) -> Option<String> {
    static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d:\d\d\.\d{6} ").ok());
    static TIMES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^.*?\d\d:\d\d:\d\d\.\d{6} ([*<>{}] |==|[<>]$)").ok());
    // Most texts have no such sign, and no such time, and are not looked through line by line.
    let has_sign =
        [" * ", " > ", " < ", " == ", " => ", " <= ", " { ", " } ", " >\n", " <\n"].iter().any(|sign| text.contains(sign));
    TIME.as_ref().filter(|_| has_sign)?.is_match(text).then(|| replaced(&TIMES, text, "$1")).flatten()
}

/// Addresses that mail filters put another around.
fn without_filters(text: &str) -> Option<String> {
    const NAMES: [&str; 5] =
        ["safelinks.protection.outlook.com", "urldefense.", "linkprotect.cudasvc.com", "slack-redir.net", "google.com/url?"];
    static FILTERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // A key may be crossed out between angles.
        let inside = r#"(?:[^&\s"'<>]|<[A-Za-z]+>)+"#;
        let rest = r#"(?:[^\s"'<>]|<[A-Za-z]+>)*"#;
        Regex::new(&format!(
            r#"https://(?:[\w.-]*safelinks\.protection\.outlook\.com/|linkprotect\.cudasvc\.com/url|slack-redir\.net/link|www\.google\.com/url){rest}?[?&](?:url|a|q)=({inside}){rest}|https://urldefense(?:\.proofpoint)?\.com/v3/__([^\s"'<>]+?)__;{rest}|https://urldefense\.proofpoint\.com/v2/url\?u=({inside}){rest}"#
        ))
        .ok()
    });
    // What a program recorded was sent so.
    if !NAMES.iter().any(|name| text.contains(name)) || json_text::read::<serde::de::IgnoredAny>(text).is_ok() {
        return None;
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let one = |found: &Captures<'_>| match (found.get(1), found.get(2), found.get(3)) {
        (Some(inside), ..) => decoded(inside.as_str()),
        (_, Some(inside), _) => inside.as_str().to_owned(),
        // The second version writes - for % and _ for a slash.
        (.., Some(inside)) => decoded(&inside.as_str().replace('-', "%").replace('_', "/")),
        _ => String::new(),
    };
    let plain = FILTERS.as_ref()?.replace_all(text, one);
    // What was encoded shows only now that its key was taken out.
    (plain != text).then(|| gaps::without_angles(&plain).unwrap_or_else(|| plain.into_owned()))
}

/// A request line that was broken before its `HTTP/1.1`.
fn joined(text: &str) -> Option<String> {
    let begins = |line: &str| {
        let line = line.strip_prefix("> ").unwrap_or(line);
        let mut words = line.split(' ');
        let is_method = matches!(words.next(), Some("POST" | "PUT" | "PATCH" | "GET" | "DELETE"));
        is_method && words.next().is_some_and(|target| target.starts_with('/')) && words.next().is_none()
    };
    let ends = |line: &str| [" HTTP/1.1", " HTTP/1.0", " HTTP/2"].iter().any(|end| line.trim_end().ends_with(end));
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut plain = String::with_capacity(text.len());
    let mut is_changed = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let bare = line.trim_end();
        if !begins(bare) {
            plain.push_str(line);
            continue;
        }
        // The pieces of one address hold no spaces, and none begins as a line of its own does.
        let pieces = lines[at..].iter().take(4);
        let count = pieces.clone().position(|piece| ends(piece));
        let is_piece = |piece: &&str, is_last: bool| {
            let bare = piece.trim_end();
            !bare.is_empty() && !bare.starts_with(['>', '<', '*']) && bare.matches(' ').count() == usize::from(is_last)
        };
        match count
            .filter(|count| pieces.clone().take(count + 1).enumerate().all(|(index, piece)| is_piece(piece, index == *count)))
        {
            Some(count) => {
                plain.push_str(bare);
                lines[at..at + count].iter().for_each(|piece| plain.push_str(piece.trim_end()));
                plain.push_str(lines[at + count]);
                at += count + 1;
                is_changed = true;
            }
            None => plain.push_str(line),
        }
    }
    is_changed.then_some(plain)
}

/// The messages in what `tcpdump -A` shows.
fn of_packets(text: &str) -> Option<String> {
    static PACKET: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\S*\d\d:\d\d:\d\d\.\d+ IP6? \S+ > \S+: ").ok());
    static BEGIN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:(?:POST|PUT|PATCH|GET|DELETE) \S+ HTTP/1\.[01]|HTTP/1\.[01] \d{3}(?: .*)?)\s*$").ok());
    if !text.contains(" IP") {
        return None;
    }
    let (packet, begin) = (PACKET.as_ref()?, BEGIN.as_ref()?);
    if !text.lines().any(|line| packet.is_match(line)) {
        return None;
    }
    let mut plain = String::new();
    let mut is_inside = false;
    for line in text.lines() {
        if packet.is_match(line) {
            is_inside = false;
        } else if let Some(found) = begin.find(line) {
            plain.push_str(if found.as_str().starts_with("HTTP/") { "\n" } else { "\n###\n" });
            plain.push_str(found.as_str());
            plain.push('\n');
            is_inside = true;
        } else if is_inside {
            plain.push_str(line);
            plain.push('\n');
        }
    }
    (!plain.is_empty()).then_some(plain)
}

/// The texts in the records of Docker, journald, Splunk, CloudWatch and their like.
fn of_log_records(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if !trimmed.starts_with(['{', '[']) || json_lines::is_log(text) {
        return None;
    }
    let values: Vec<Value> = match serde_json::from_str::<Value>(trimmed) {
        Ok(value) => vec![value],
        Err(_) => trimmed
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| serde_json::from_str(line.trim()).ok())
            .collect::<Option<_>>()?,
    };
    let mut found = Vec::new();
    values.iter().for_each(|value| gather(value, 0, &mut found));
    let plain = found.iter().map(|text| text.trim_end_matches(['\r', '\n'])).collect::<Vec<_>>().join("\n");
    let tells = plain.contains("://") || plain.contains(" HTTP/") || plain.contains("POST /");
    tells.then_some(plain + "\n")
}

/// The text of each record: a member that only services for logs write, or one whose record has the signs of a log beside it.
fn gather(value: &Value, depth: usize, found: &mut Vec<String>) {
    const OWN: [&str; 4] = ["MESSAGE", "_raw", "textPayload", "@message"];
    const PLAIN: [&str; 4] = ["log", "message", "msg", "line"];
    const LEVELS: [&str; 7] = ["trace", "debug", "info", "warn", "warning", "error", "fatal"];
    match value {
        _ if depth > 6 || found.len() > 10_000 => {}
        Value::Array(list) => list.iter().for_each(|inner| gather(inner, depth + 1, found)),
        Value::Object(members) => {
            let text = |name: &&str| members.get(*name).and_then(Value::as_str);
            let has = |name: &str| members.contains_key(name);
            let is_level = |name: &str| {
                members.get(name).is_some_and(|level| {
                    level.as_str().is_some_and(|level| LEVELS.contains(&level.to_ascii_lowercase().as_str()))
                })
            };
            let is_record = has("stream") && has("time")
                || ["@timestamp", "ingestionTime", "logStreamName", "kubernetes"].iter().any(|name| has(name))
                || is_level("level")
                || is_level("severity") && has("timestamp");
            let own = OWN.iter().find_map(text).or_else(|| PLAIN.iter().find_map(text).filter(|_| is_record));
            // Loki keeps the lines of a stream as pairs of a time and a text.
            if let Some(lines) = members.get("values").and_then(Value::as_array).filter(|_| has("stream")) {
                found.extend(lines.iter().filter_map(|line| line.get(1)?.as_str()).map(str::to_owned));
                return;
            }
            match own {
                Some(said) => {
                    // The error that goes with it stands in a member of its own.
                    let trace =
                        ["stack_trace", "stackTrace", "exception", "exc_info", "error", "err", "@x"].iter().find_map(text);
                    let trace: Vec<&str> = trace.into_iter().flat_map(str::lines).take(3).collect();
                    found.push([&[said], trace.as_slice()].concat().join("\n"));
                }
                None => members
                    .values()
                    .filter(|inner| inner.is_object() || inner.is_array())
                    .for_each(|inner| gather(inner, depth + 1, found)),
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_by_table() {
        for (text, expected) in [
            ("\u{1b}[32mPOST\u{1b}[39;49;00m \u{1b}[04m/x\u{1b}[0m HTTP/1.1", Some("POST /x HTTP/1.1")),
            ("{\u{1b}[37m \u{1b}[39;49;", Some("{ ")),
            (
                "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fh%2Fx%3FapiKey%3D<redacted>&data=05 x",
                Some("https://h/x?apiKey=********** x"),
            ),
            ("\u{1b}]8;;https://h\u{7}a\u{1b}]8;;\u{7}", Some("a")),
            (
                "x\nPOST\u{a0}/x?k=a\u{a0}b\u{a0}HTTP/1.1\nHost:\u{a0}h\n\n{\"a\":\"b\u{a0}c\"}\nHTTP/1.1\u{a0}401 No",
                Some("x\nPOST /x?k=a\u{a0}b HTTP/1.1\nHost: h\n\n{\"a\":\"b\u{a0}c\"}\nHTTP/1.1 401 No"),
            ),
            (
                "12:55:01.005513 > POST /x HTTP/1.1\n12:55:01.005514 > \n12:55:01.1 x",
                Some("> POST /x HTTP/1.1\n> \n12:55:01.1 x"),
            ),
            ("  0 --:--:--     012:55:01.005491 } [5 bytes data]", Some("} [5 bytes data]")),
            (
                "POST https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fh%2Fx%3FapiKey%3Dk&data=05%7C&reserved=0 x",
                Some("POST https://h/x?apiKey=k x"),
            ),
            ("curl https://urldefense.com/v3/__https://h/x?apiKey=k__;!!Ab$ -d x", Some("curl https://h/x?apiKey=k -d x")),
            ("<https://urldefense.proofpoint.com/v2/url?u=https-3A__h_x-3FapiKey-3Dk&d=D>", Some("<https://h/x?apiKey=k>")),
            ("https://www.google.com/url?sa=t&q=https://h/x%3Fa%3Db&usg=1", Some("https://h/x?a=b")),
            ("> POST /x?apiKey=Zr\nK2 HTTP/1.1\n> Host: h\n", Some("> POST /x?apiKey=ZrK2 HTTP/1.1\n> Host: h\n")),
            ("POST /x?apiKey=Zr\nab\nK2 HTTP/2\nHost: h\n", Some("POST /x?apiKey=ZrabK2 HTTP/2\nHost: h\n")),
            (
                "12:58:40.363387 IP 10.0.0.1.5 > 10.0.0.2.80: Flags [P.], length 241: HTTP: POST /x HTTP/1.1\nE..%..@....POST /x HTTP/1.1\nHost: h\n\n{\"a\":1}\n12:58:40.4 IP 10.0.0.2.80 > 10.0.0.1.5: Flags [P.]\nE..HTTP/1.1 400 Bad Request\nA: b\n",
                Some("\n###\nPOST /x HTTP/1.1\nHost: h\n\n{\"a\":1}\n\nHTTP/1.1 400 Bad Request\nA: b\n"),
            ),
            (
                "{\"log\": \"POST https://h/x 401\\n\", \"stream\": \"stderr\", \"time\": \"t\"}\n{\"log\": \"b\\n\", \"stream\": \"stdout\", \"time\": \"t\"}\n",
                Some("POST https://h/x 401\nb\n"),
            ),
            (r#"{"__CURSOR": "s", "MESSAGE": "POST https://h/x 401"}"#, Some("POST https://h/x 401\n")),
            (r#"{"result": {"_raw": "POST https://h/x 401"}}"#, Some("POST https://h/x 401\n")),
            (r#"{"events": [{"ingestionTime": 1, "message": "POST https://h/x 401"}]}"#, Some("POST https://h/x 401\n")),
            (
                r#"{"hits": {"hits": [{"_source": {"@timestamp": "t", "message": "POST https://h/x 401"}}]}}"#,
                Some("POST https://h/x 401\n"),
            ),
            (
                r#"{"data": {"result": [{"stream": {"app": "x"}, "values": [["1", "POST https://h/x 401"]]}]}}"#,
                Some("POST https://h/x 401\n"),
            ),
            // A ticket's payload may quote a log.
            (r#"{"message": "POST https://h/x 401", "severity": "High"}"#, None),
            (r#"{"log": {"entries": []}}"#, None),
            ("POST /x HTTP/1.1\nHost: h\n\nGET HTTP/1.1\n", None),
            ("POST /x\n\na HTTP/1.1\n", None),
            ("", None),
        ] {
            assert_eq!(plain(text).map(|(plain, _)| plain).as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(\u{1b}\\[32m|12:55:01.005513 > |POST /x|\n| HTTP/1.1|é|\\{\"log\": \"|\"\\}|https://urldefense.com/v3/__|__;| IP a > b: |12:58:40.4){0,20}") {
            let _ = plain(&text);
        }
    }
}
