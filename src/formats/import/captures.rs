//! What tools show of packets and connections: the messages in it, one behind the other.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::http;

/// The messages of a stream that tshark follows (`-z follow,tcp,ascii`): the lengths of its pieces stand alone before them.
pub(super) fn of_stream(text: &str) -> Option<String> {
    if !text.contains("\nFollow: ") && !text.starts_with("Follow: ") {
        return None;
    }
    let is_length = |line: &str| {
        let digits = line.trim();
        !digits.is_empty() && digits.len() < 8 && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_about = |line: &str| {
        ["Follow: ", "Filter: ", "Node 0: ", "Node 1: "].iter().any(|begin| line.starts_with(begin))
            || line.len() > 20 && line.trim_end().bytes().all(|byte| byte == b'=')
    };
    let mut plain = String::new();
    for line in text.lines().filter(|line| !is_length(line) && !is_about(line)) {
        if http::is_request_line(line) && line.contains(" HTTP/") {
            plain.push_str("\n###\n");
        }
        plain.push_str(line);
        plain.push('\n');
    }
    plain.contains(" HTTP/").then_some(plain)
}

/// The heads of the messages that Wireshark and `tshark -V` take apart: their lines stand indented, with the line ends written out.
pub(super) fn of_dissection(text: &str) -> Option<String> {
    const SECTION: &str = "Hypertext Transfer Protocol";
    if !text.contains(SECTION) || !text.contains("\\r\\n") {
        return None;
    }
    let mut plain = String::new();
    let (mut is_inside, mut request_at) = (false, None);
    for line in text.lines() {
        if !line.starts_with([' ', '\t']) {
            is_inside = line.starts_with(SECTION);
            continue;
        }
        if !is_inside {
            continue;
        }
        if let Some(whole) = line.trim().strip_prefix("[Full request URI: ").and_then(|rest| rest.strip_suffix(']')) {
            // The whole address tells the scheme, too.
            if let Some(at) = request_at.take() {
                let rest: String = plain.split_off(at);
                let (first, rest) = rest.split_once('\n').unwrap_or((&rest, ""));
                let method = first.split(' ').next().unwrap_or("POST");
                plain.push_str(&format!("{method} {whole} HTTP/1.1\n{rest}"));
            }
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let Some(bare) = line.trim_start().strip_suffix("\\r\\n").filter(|_| indent <= 4) else { continue };
        if http::is_request_line(bare) {
            plain.push_str("\n###\n");
            request_at = Some(plain.len());
        }
        plain.push_str(bare.trim_end());
        plain.push('\n');
    }
    plain.contains(" HTTP/").then_some(plain)
}

/// The lines of Apache HttpClient's wire log, connection by connection, where those of several stand between each other.
pub(super) fn of_connections(text: &str) -> Option<String> {
    const MARK: &str = "http-outgoing-";
    let id = |line: &str| {
        let rest = &line[line.find(MARK)? + MARK.len()..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        (rest[digits..].starts_with(" >>") || rest[digits..].starts_with(" <<")).then(|| rest[..digits].to_owned())
    };
    if !text.contains(MARK) {
        return None;
    }
    let mut order: HashMap<String, usize> = HashMap::new();
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for line in text.lines() {
        let next = order.len();
        // What stands on a line without a connection belongs to the one before.
        let connection = id(line).map(|id| *order.entry(id).or_insert(next)).or_else(|| lines.last().map(|last| last.0));
        lines.push((connection.unwrap_or(0), line));
    }
    let is_sorted = lines.is_sorted_by_key(|(connection, _)| *connection);
    lines.sort_by_key(|(connection, _)| *connection);
    (!is_sorted).then(|| lines.iter().map(|(_, line)| format!("{line}\n")).collect())
}

/// The parts of a transaction in ModSecurity's audit log: B and F are the heads, C and E the bodies.
pub(super) fn of_audit(text: &str) -> Option<String> {
    let part = |line: &str| {
        let inside = line.trim_end().strip_prefix("--")?.strip_suffix("--")?;
        let (id, letter) = inside.rsplit_once('-')?;
        let is_id = id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        letter.chars().next().filter(|c| is_id && letter.len() == 1 && c.is_ascii_uppercase())
    };
    if text.lines().filter_map(part).take(3).count() < 3 {
        return None;
    }
    let mut plain = String::new();
    let mut inside = 'A';
    for line in text.lines() {
        if let Some(letter) = part(line) {
            inside = letter;
            plain.push_str(match letter {
                'B' => "\n###\n",
                'C' | 'E' | 'F' | 'I' => "\n",
                _ => "",
            });
        } else if matches!(inside, 'B' | 'C' | 'E' | 'F' | 'I') && !(line.trim().is_empty() && matches!(inside, 'B' | 'F')) {
            plain.push_str(line);
            plain.push('\n');
        }
    }
    plain.contains(" HTTP/").then_some(plain)
}

/// The messages that k6 writes with `--http-debug=full`: a line of its own stands before each, and one with its labels behind.
pub(super) fn of_k6(text: &str) -> Option<String> {
    if !text.contains("source=http-debug") {
        return None;
    }
    let mut plain = String::new();
    for line in text.lines() {
        let bare = line.trim_end();
        let is_own = bare.starts_with("INFO[") || bare.starts_with("time=");
        if is_own && bare.ends_with("Request:") {
            plain.push_str("\n###\n");
        } else if !(is_own && bare.ends_with("Response:") || line.contains("source=http-debug")) {
            plain.push_str(line);
            plain.push('\n');
        }
    }
    plain.contains(" HTTP/").then_some(plain)
}

/// The requests of a capture that begins with the tunnel to the host, as Fiddler saves it.
pub(super) fn of_tunnel(text: &str) -> Option<String> {
    let is_row = |line: &str| line.len() > 40 && line.trim_end().bytes().all(|byte| byte == b'-');
    if !text.starts_with("CONNECT ") || !text.lines().any(is_row) {
        return None;
    }
    let mut blocks = vec![String::new()];
    for line in text.lines() {
        if is_row(line) {
            blocks.push(String::new());
        } else if let Some(block) = blocks.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    let requests: Vec<&str> = blocks.iter().map(|block| block.trim_start()).filter(|block| is_request(block)).collect();
    (!requests.is_empty()).then(|| requests.join("\n###\n"))
}

/// The exchanges of a connection that is kept, one behind the other: the next request may begin where the body before it ends.
pub(super) fn of_kept_connection(text: &str) -> Option<String> {
    static REQUEST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?:/|https?://)\S* HTTP/1\.[01]\r?\n[A-Za-z][A-Za-z0-9-]*:").ok()
    });
    static STATUS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"HTTP/1\.[01] [1-5][0-9]{2}").ok());
    let start = text.len() - text.trim_start().len();
    if text.contains("\n###") || !http::is_request_line(text[start..].lines().next()?) {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut last = 0;
    for found in REQUEST.as_ref()?.find_iter(text).skip_while(|found| found.start() <= start) {
        let before = &text[last..found.start()];
        let Some(status) = STATUS.as_ref()?.find(before) else { continue };
        let answer = &before[status.start()..];
        let Some((head, body)) = answer.split_once("\r\n\r\n").or_else(|| answer.split_once("\n\n")) else { continue };
        let announced = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
            (!name.is_empty()).then(|| value.trim().parse::<usize>().ok()).flatten()
        });
        // Inside a body it is quoted.
        let is_inside = announced.is_some_and(|length| body.len() < length);
        let is_end = before.ends_with(['\n', '}', ']', '>']) || announced == Some(body.len());
        if is_end && !is_inside {
            plain.push_str(before);
            plain.push_str("\n###\n");
            last = found.start();
        }
    }
    plain.push_str(&text[last..]);
    (last > 0).then_some(plain)
}

fn is_request(block: &str) -> bool {
    let first = block.lines().next().unwrap_or("");
    http::is_request_line(first) && !first.starts_with("CONNECT ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_by_table() {
        let row = "=".repeat(40);
        let text = format!(
            "{row}\nFollow: tcp,ascii\nFilter: a\nNode 0: b\nNode 1: c\n31\nPOST /x HTTP/1.1\nA: b\n\n{{}}\n\t20\nHTTP/1.1 400 No\n\n{row}\n"
        );
        assert_eq!(of_stream(&text).as_deref(), Some("\n###\nPOST /x HTTP/1.1\nA: b\n\n{}\nHTTP/1.1 400 No\n\n"));
        assert_eq!(of_stream("POST /x HTTP/1.1\n\n12\n"), None);
    }

    #[test]
    fn dissections_by_table() {
        let text = "Frame 4: 380 bytes\nHypertext Transfer Protocol\n    POST /x HTTP/1.1\\r\\n\n        [Expert Info: POST /x HTTP/1.1\\r\\n]\n    Host: h\\r\\n\n    \\r\\n\n    [Full request URI: http://h/x]\nFrame 6\nHypertext Transfer Protocol\n    HTTP/1.1 400 No\\r\\n\n    \\r\\n\n";
        assert_eq!(of_dissection(text).as_deref(), Some("\n###\nPOST http://h/x HTTP/1.1\nHost: h\n\nHTTP/1.1 400 No\n\n"));
        assert_eq!(of_dissection("Hypertext Transfer Protocol\n"), None);
    }

    #[test]
    fn connections_by_table() {
        let text = "a http-outgoing-1 >> x\na http-outgoing-2 >> y\na http-outgoing-1 << z\nmore\n";
        let expected = "a http-outgoing-1 >> x\na http-outgoing-1 << z\nmore\na http-outgoing-2 >> y\n";
        assert_eq!(of_connections(text).as_deref(), Some(expected));
        assert_eq!(of_connections(expected), None);
    }

    #[test]
    fn kept_connections_by_table() {
        let second = "POST /b HTTP/1.1\nHost: h\n\n{}HTTP/1.1 400 No\n\nno";
        let first = |answer: &str| format!("GET /a HTTP/1.1\nHost: h\n\nHTTP/1.1 200 OK\n{answer}");
        for (answer, is_split) in [
            ("Content-Length: 2\n\nok", true),
            ("Content-Length: 2\n\nok\n", true),
            ("A: b\n\n{\"a\": 1}", true),
            ("Content-Length: 0\n\n", true),
            ("A: b\n\nok", false),
            // What an answer quotes is a part of it.
            ("Content-Length: 90\n\nYou sent:\n", false),
        ] {
            let text = format!("{}{second}", first(answer));
            let expected = is_split.then(|| format!("{}\n###\n{second}", first(answer)));
            assert_eq!(of_kept_connection(&text), expected, "{answer}");
        }
        assert_eq!(of_kept_connection(second), None);
        // A program may send the next one before the answer comes; which is whose is not known.
        assert_eq!(of_kept_connection(&format!("GET /a HTTP/1.1\nHost: h\n\n{second}")), None);
    }

    #[test]
    fn messages_of_k6_by_table() {
        let labels = "  group= iter=0 source=http-debug vu=1\n";
        let text = format!(
            "INFO[0000] Request:\nPOST /x HTTP/1.1\nHost: h\n\n{{}}\n{labels}INFO[0000] Response:\nHTTP/1.1 400 No\n\nno\n{labels}"
        );
        assert_eq!(of_k6(&text).as_deref(), Some("\n###\nPOST /x HTTP/1.1\nHost: h\n\n{}\nHTTP/1.1 400 No\n\nno\n"));
        assert_eq!(of_k6("POST /x HTTP/1.1\n"), None);
    }

    #[test]
    fn tunnels_by_table() {
        let row = "-".repeat(60);
        let text = format!(
            "CONNECT h:443 HTTP/1.1\n\nHTTP/1.1 200 Connection Established\n\n{row}\n\nPOST https://h/x HTTP/1.1\n\n{{}}\n{row}\n"
        );
        assert_eq!(of_tunnel(&text).as_deref(), Some("POST https://h/x HTTP/1.1\n\n{}\n"));
        assert_eq!(of_tunnel("POST https://h/x HTTP/1.1\n"), None);
    }
}
