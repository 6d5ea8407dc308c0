//! What HTTP clients print of what goes over the wire: each line says which way it went, each client in its own spelling.

use super::message::{is_request_line, is_status_line};
use super::proxies;

/// Which way a piece of a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Sent,
    Got,
}

/// A piece of a message; `None` in place of a way goes on with the piece before.
type Piece = (Option<Way>, String);

/// The messages that a text prints, each request behind a `###`; `None` if it is no such text.
pub(super) fn messages(text: &str) -> Option<String> {
    const CLIENTS: [fn(&str) -> Vec<Piece>; 8] = [python, ruby, apache, wget, toolbelt, jersey, java, dumped];
    if let Some(plain) = proxies::messages(text) {
        return Some(plain);
    }
    let begins = |(way, content): &Piece| *way == Some(Way::Sent) && content.lines().next().is_some_and(is_request_line);
    let pieces = CLIENTS.iter().map(|client| client(text)).find(|pieces| pieces.iter().any(begins))?;
    let mut plain = String::with_capacity(text.len());
    let mut last = None;
    for (way, content) in pieces {
        match way {
            Some(Way::Sent) if content.lines().next().is_some_and(is_request_line) => plain.push_str("\n###\n"),
            // The end of a head is not always printed.
            Some(Way::Got) if last == Some(Way::Sent) && is_status_line(&content) => plain.push_str("\n\n"),
            _ => {}
        }
        last = way.or(last);
        plain.push_str(&content);
    }
    Some(plain.replace("\r\n", "\n"))
}

/// What `http.client` of Python prints: `send: b'…'`, `reply: '…'`, `header: Name: value`.
fn python(text: &str) -> Vec<Piece> {
    let inside = |rest: &str| {
        let rest = rest.trim().strip_prefix('b').unwrap_or(rest.trim());
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        Some(unescaped(rest.strip_prefix(quote)?.strip_suffix(quote)?))
    };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut in_headers = false;
    for line in text.lines() {
        let sent = line.find("send: b").filter(|at| *at < 60).and_then(|at| inside(&line[at + 6..]));
        let reply = line.find("reply: '").filter(|at| *at < 60).and_then(|at| inside(&line[at + 7..]));
        let header = line.strip_prefix("header: ");
        match (sent, reply, header) {
            (Some(sent), ..) => pieces.push((Some(Way::Sent), sent)),
            (_, Some(reply), _) => pieces.push((Some(Way::Got), reply)),
            (.., Some(header)) => pieces.push((Some(Way::Got), format!("{header}\n"))),
            // A body that the program prints itself.
            _ if in_headers && line.starts_with(['{', '<', '[']) => pieces.push((Some(Way::Got), format!("\n{line}\n"))),
            _ if pieces.last().is_some_and(|(way, content)| *way == Some(Way::Got) && content.starts_with("\n")) => {
                pieces.push((Some(Way::Got), format!("{line}\n")));
            }
            _ => {}
        }
        in_headers = header.is_some();
    }
    pieces
}

/// What `set_debug_output` of Ruby's Net::HTTP prints: `<- "…"` is what was sent, `-> "…"` what came back.
fn ruby(text: &str) -> Vec<Piece> {
    let inside = |rest: &str| Some(unescaped(rest.trim().strip_prefix('"')?.strip_suffix('"')?));
    let one = |line: &str| {
        let line = line.trim_start();
        let sent = line.strip_prefix("<- ").map(|rest| (Way::Sent, rest));
        let (way, rest) = sent.or_else(|| line.strip_prefix("-> ").map(|rest| (Way::Got, rest)))?;
        Some((Some(way), inside(rest)?))
    };
    text.lines().filter_map(one).collect()
}

/// The wire log of Apache HttpClient, with each piece in quotes, or its log of headers, without.
fn apache(text: &str) -> Vec<Piece> {
    let lines: Vec<_> = text.lines().filter_map(apache_line).collect();
    let has_wire = lines.iter().any(|(_, _, quoted)| quoted.is_some());
    let pieces = lines.into_iter().filter(|(_, _, quoted)| !has_wire || quoted.is_some());
    pieces
        .map(|(way, content, quoted)| match quoted {
            Some(quoted) => (Some(way), unbracketed(&quoted)),
            None => (Some(way), format!("{content}\n")),
        })
        .collect()
}

/// Which way a line of Apache HttpClient went, its content, and the same without quotes where it has them.
fn apache_line(line: &str) -> Option<(Way, &str, Option<String>)> {
    let from = ["http-outgoing", "http-connection", "httpclient.wire", "http.wire", "http.headers"];
    let at = from.iter().filter_map(|name| line.find(name)).min()?;
    let rest = &line[at..];
    let sent = rest.find(">> ").map(|at| (at, Way::Sent));
    let got = rest.find("<< ").map(|at| (at, Way::Got));
    let (at, way) = [sent, got].into_iter().flatten().min_by_key(|(at, _)| *at)?;
    let content = &rest[at + 3..];
    let quoted = content.strip_prefix('"').and_then(|content| content.trim_end().strip_suffix('"'));
    Some((way, content, quoted.map(str::to_owned)))
}

/// What Java's HttpURLConnection logs of its messages: `pairs: {POST /x HTTP/1.1: null}{Host: h}`, `pairs: {null: HTTP/1.1 400}{A: b}`.
fn java(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for line in text.lines() {
        let Some((_, pairs)) = line.split_once("sun.net.www.MessageHeader@").and_then(|(_, rest)| rest.split_once(" pairs: "))
        else {
            continue;
        };
        let mut head = String::new();
        let mut way = Way::Got;
        for pair in pairs.split('{').skip(1).filter_map(|pair| pair.rsplit_once('}').map(|(pair, _)| pair)) {
            if let Some(line) = pair.strip_suffix(": null") {
                way = Way::Sent;
                head.push_str(line);
            } else {
                head.push_str(pair.strip_prefix("null: ").unwrap_or(pair));
            }
            head.push('\n');
        }
        pieces.push((Some(way), head + "\n"));
    }
    pieces
}

/// Whole messages that a program printed between double quotes, as Go does with `%q`: `req="POST /x HTTP/1.1\r\nHost: h\r\n\r\n…"`.
fn dumped(text: &str) -> Vec<Piece> {
    if !text.contains("HTTP/1.1\\r\\n") && !text.contains("HTTP/1.1\\n") && !text.contains("HTTP/1.0\\r\\n") {
        return Vec::new();
    }
    let mut pieces = Vec::new();
    for line in text.lines() {
        let mut rest = line;
        while let Some(open) = rest.find(['"', '\'']) {
            let quote = rest[open..].chars().next().unwrap_or('"');
            let inside = &rest[open + 1..];
            let mut is_escaped = false;
            let end = inside.find(|c| {
                let ends = c == quote && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                ends
            });
            let Some(end) = end else { break };
            let content = unescaped(&inside[..end]);
            let first = content.lines().next().unwrap_or("");
            // Node.js prints a head in pieces of a line each.
            if content.lines().count() > 1 && (is_request_line(first) && first.contains(" HTTP/") || is_status_line(first)) {
                let way = if is_status_line(first) { Way::Got } else { Way::Sent };
                pieces.push((Some(way), content));
            }
            rest = &inside[end + 1..];
        }
    }
    pieces
}

/// What `wget --debug` prints between its marks.
fn wget(text: &str) -> Vec<Piece> {
    if !text.contains("---request begin---") {
        return Vec::new();
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut way = None;
    for line in text.lines() {
        let inside = |marks: &[&str], end: &str| {
            let mark = marks.iter().find(|mark| line.starts_with(**mark))?;
            let rest = &line[line.find('[')? + 1..];
            let rest = if mark.starts_with('[') { rest.split_once("data: ")?.1 } else { rest };
            rest.trim_end().strip_suffix(end).map(str::to_owned)
        };
        match line.trim_end() {
            "---request begin---" => way = Some(Way::Sent),
            "---response begin---" => way = Some(Way::Got),
            "---request end---" | "---response end---" => way = None,
            line if way.is_some() => pieces.push((way, format!("{line}\n"))),
            _ => {
                let sent = inside(&["[BODY data: ", "[POST data: "], "]").map(|body| (Some(Way::Sent), format!("{body}\n")));
                let got = || inside(&["Skipping "], "] done.").map(|body| (Some(Way::Got), format!("\n{body}\n")));
                pieces.extend(sent.or_else(got));
            }
        }
    }
    pieces
}

/// What `dump` of requests_toolbelt prints: `< ` before what was sent, `> ` before what came back, the other way round than curl.
fn toolbelt(text: &str) -> Vec<Piece> {
    let is_sent = |line: &str| line.strip_prefix("< ").is_some_and(is_request_line);
    let is_got = |line: &str| line.strip_prefix("> ").is_some_and(is_status_line);
    if !text.lines().any(is_sent) || !text.lines().any(is_got) {
        return Vec::new();
    }
    let of = |line: &str, sign: &str| {
        line.strip_prefix(sign).or_else(|| (line.trim_end() == sign.trim_end()).then_some("")).map(str::to_owned)
    };
    let one = |line: &str| {
        let sent = of(line, "< ").map(|content| (Some(Way::Sent), content));
        let got = || of(line, "> ").map(|content| (Some(Way::Got), content));
        let (way, content) = sent.or_else(got).unwrap_or_else(|| (None, line.to_owned()));
        (way, format!("{content}\n"))
    };
    text.lines().skip_while(|line| !is_sent(line)).map(one).collect()
}

/// What the logging of Jersey and its like prints: `1 > POST https://h/x`, `1 < 400`, and bodies without a sign.
fn jersey(text: &str) -> Vec<Piece> {
    let one = |line: &str| {
        let (number, rest) = line.split_once(' ')?;
        let is_number = !number.is_empty() && number.len() < 7 && number.bytes().all(|byte| byte.is_ascii_digit());
        let (sign, content) = rest.split_at_checked(1).filter(|_| is_number)?;
        let content = content.trim_start();
        match sign {
            ">" => Some((Way::Sent, content.to_owned())),
            "<" if content.len() == 3 && content.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some((Way::Got, format!("HTTP/1.1 {content}")))
            }
            "<" => Some((Way::Got, content.to_owned())),
            // Its own talk, which ends a head.
            "*" => None,
            _ => None,
        }
    };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut in_head = false;
    for line in text.lines() {
        match one(line) {
            Some((way, content)) => {
                in_head = true;
                pieces.push((Some(way), format!("{content}\n")));
            }
            None if pieces.is_empty() || line.trim().is_empty() => {}
            None if line.starts_with(['{', '[', '<']) => {
                let gap = if in_head { "\n" } else { "" };
                pieces.push((None, format!("{gap}{line}\n")));
                in_head = false;
            }
            None if !in_head && line.starts_with([' ', '}', ']', '"']) => pieces.push((None, format!("{line}\n"))),
            None => {}
        }
    }
    pieces
}

/// A text with the bytes that its escapes stand for, as Python and Ruby print them.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let digits = |from: usize, length: usize| {
            text.get(at + from..at + from + length).and_then(|digits| u32::from_str_radix(digits, 16).ok())
        };
        match chars.next().map(|(_, c)| c) {
            Some('n') => bytes.push(b'\n'),
            Some('r') => bytes.push(b'\r'),
            Some('t') => bytes.push(b'\t'),
            Some('e') => bytes.push(0x1b),
            Some('x') if digits(2, 2).is_some() => {
                bytes.extend(digits(2, 2).and_then(|byte| u8::try_from(byte).ok()));
                chars.by_ref().take(2).for_each(drop);
            }
            Some('u') if digits(2, 4).is_some() => {
                let c = digits(2, 4).and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                chars.by_ref().take(4).for_each(drop);
            }
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.push(b'\\'),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text with the bytes that Apache HttpClient prints in brackets: `[\r][\n]`, `[0xc3]`.
fn unbracketed(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let tail = &rest[at..];
        let hex = || {
            let digits = tail.strip_prefix("[0x")?.split_once(']')?.0;
            Some((u8::from_str_radix(digits, 16).ok()?, digits.len() + 4))
        };
        let found = if tail.starts_with("[\\r]") {
            Some((b'\r', 4))
        } else if tail.starts_with("[\\n]") {
            Some((b'\n', 4))
        } else if tail.starts_with("[\\t]") {
            Some((b'\t', 4))
        } else {
            hex()
        };
        let (byte, length) = found.unwrap_or((b'[', 1));
        bytes.push(byte);
        rest = &tail[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_by_table() {
        let expected = "\n###\nPOST /x HTTP/1.1\nHost: h\n\n{\"a\": \"ü\"}";
        for text in [
            "send: b'POST /x HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n'\nsend: b'{\"a\": \"\\xc3\\xbc\"}'\nreply: 'HTTP/1.1 404 Not Found\\r\\n'\nheader: A: b\n",
            "opened\n<- \"POST /x HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n\"\n<- \"{\\\"a\\\": \\\"\\u00fc\\\"}\"\n-> \"HTTP/1.1 404 Not Found\\r\\n\"\n-> \"A: b\\r\\n\"\n",
            "x http-outgoing-0 >> \"POST /x HTTP/1.1[\\r][\\n]\"\nx http-outgoing-0 >> \"Host: h[\\r][\\n]\"\nx http-outgoing-0 >> \"[\\r][\\n]\"\nx http-outgoing-0 >> \"{\"a\": \"[0xc3][0xbc]\"}\"\nx http-outgoing-0 << \"HTTP/1.1 404 Not Found[\\r][\\n]\"\nx http-outgoing-0 << \"A: b[\\r][\\n]\"",
            "---request begin---\nPOST /x HTTP/1.1\nHost: h\n\n---request end---\n[BODY data: {\"a\": \"ü\"}]\n---response begin---\nHTTP/1.1 404 Not Found\nA: b\n---response end---\n404\n",
            "< POST /x HTTP/1.1\n< Host: h\n< \n< {\"a\": \"ü\"}\n> HTTP/1.1 404 Not Found\n> A: b\n",
        ] {
            let found = messages(text).unwrap_or_default();
            let rest = found.strip_prefix(expected).unwrap_or_else(|| panic!("{text}\n{found}"));
            assert_eq!(rest.trim(), "HTTP/1.1 404 Not Found\nA: b", "{text}");
        }
        for text in [
            "10:00 req=\"POST /x HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n{\\\"a\\\": \\\"ü\\\"}\"\n10:00 resp=\"HTTP/1.1 404 Not Found\\r\\nA: b\\r\\n\\r\\n\"\n",
            "sent 'POST /x HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n{\"a\": \"ü\"}' got 'HTTP/1.1 404 Not Found\\r\\nA: b\\r\\n'",
        ] {
            let found = messages(text).unwrap_or_default();
            assert!(found.starts_with(expected) && found.trim().ends_with("HTTP/1.1 404 Not Found\nA: b"), "{text}\n{found}");
        }
        let found = messages(
            "FINE: sun.net.www.MessageHeader@1a2 pairs: {POST /x HTTP/1.1: null}{Host: h}{A: b}\nFINE: sun.net.www.MessageHeader@1a3 pairs: {null: HTTP/1.1 404 No}{C: d}\n",
        );
        assert_eq!(found.as_deref(), Some("\n###\nPOST /x HTTP/1.1\nHost: h\nA: b\n\n\n\nHTTP/1.1 404 No\nC: d\n\n"));
        let found =
            messages("1 * Sending\n1 > POST https://h/x\n1 > A: b\n{\"a\": 1}\n1 * Received\n1 < 404\n1 < C: d\n{\"b\": 2}\n")
                .unwrap_or_default();
        assert_eq!(found, "\n###\nPOST https://h/x\nA: b\n\n{\"a\": 1}\n\n\nHTTP/1.1 404\nC: d\n\n{\"b\": 2}\n");
        for text in ["", "POST /x HTTP/1.1", "> POST /x HTTP/1.1\n< HTTP/1.1 200 OK", "<- \"x\"", "1 > a"] {
            assert_eq!(messages(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(send: b'|reply: '|header: |<- \"|-> \"|http-outgoing-0 |>> |<< |\\[0x|\\[\\\\r\\]|\\\\x|\\\\u12|'|\"|é|< |> |1 > |POST /x HTTP/1.1|HTTP/1.1 404|---request begin---\n|\\[BODY data: |\n){0,30}") {
            let _ = messages(&text);
        }
    }
}
