//! What proxies and clients print of messages in a form of their own: `varnishlog`, `mitmdump`, httr of R, pseudo-headers of HTTP/2.

use std::sync::LazyLock;

use regex::Regex;

use super::message::{header_line, is_request_line, is_status_line};

/// What stands in the place of a body that such a program never prints.
const NO_BODY: &str = "[body not shown]\n";

/// The messages that a text shows in one of these forms, each request behind a `###`; `None` if it is no such text.
pub(super) fn messages(text: &str) -> Option<String> {
    varnish(text).or_else(|| mitmdump(text)).or_else(|| httr(text)).or_else(|| pseudo_headers(text))
}

/// `-   ReqMethod      POST`, as varnishlog prints each part of a transaction. Only what the client sent and got is taken.
fn varnish(text: &str) -> Option<String> {
    if !text.contains("ReqMethod") || !text.contains("ReqURL") {
        return None;
    }
    let mut plain = String::new();
    let (mut method, mut in_head, mut is_answered) = ("", false, false);
    for line in text.lines() {
        let line = line.trim_start_matches(['-', '*', ' ', '\t']);
        let (name, value) = line.split_once(char::is_whitespace).map_or((line, ""), |(name, value)| (name, value.trim()));
        match name {
            "ReqMethod" => method = value,
            "ReqURL" if !method.is_empty() => {
                plain.push_str(&format!("\n###\n{method} {value} HTTP/1.1\n"));
                (method, in_head, is_answered) = ("", true, false);
            }
            "ReqHeader" if in_head => plain.push_str(&format!("{value}\n")),
            // What follows is set by the proxy itself.
            "VCL_call" => in_head = false,
            "RespStatus" if !plain.is_empty() && !is_answered => {
                plain.push_str(&format!("\n{NO_BODY}\nHTTP/1.1 {value}\n"));
                (in_head, is_answered) = (false, true);
            }
            "RespHeader" if is_answered => plain.push_str(&format!("{value}\n")),
            _ => {}
        }
    }
    (!plain.is_empty()).then_some(if is_answered { plain } else { format!("{plain}\n{NO_BODY}") })
}

/// mitmdump with more than one `--flow-detail`: heads and bodies are indented below the line of each request and of its answer.
fn mitmdump(text: &str) -> Option<String> {
    static ASKED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\S+:\d+: ([A-Z]+) (https?://\S+)(?: HTTP/[0-9.]+)?\s*$").ok());
    static CAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^\s*<< (?:HTTP/[0-9.]+ )?([0-9]{3})(?: (.*?))?(?: [0-9.]+[kmg]?b?| \(content missing\))?\s*$").ok()
    });
    if !text.contains("<< ") || !text.contains("://") {
        return None;
    }
    let (asked, came) = (ASKED.as_ref()?, CAME.as_ref()?);
    let mut plain = String::new();
    let mut has_answer = false;
    for line in text.lines() {
        if let Some(found) = asked.captures(line) {
            plain.push_str(&format!("\n###\n{} {} HTTP/1.1\n", &found[1], &found[2]));
        } else if let Some(found) = came.captures(line).filter(|_| !plain.is_empty()) {
            // At its lowest level of detail it shows neither heads nor bodies.
            if plain.ends_with(" HTTP/1.1\n") {
                plain.push_str(&format!("\n{NO_BODY}\n"));
            }
            plain.push_str(&format!("\nHTTP/1.1 {} {}\n", &found[1], found.get(2).map_or("", |reason| reason.as_str())));
            has_answer = true;
        } else if let Some(inside) =
            line.strip_prefix("    ").or_else(|| line.trim().is_empty().then_some("")).filter(|_| !plain.is_empty())
        {
            plain.push_str(inside);
            plain.push('\n');
        }
    }
    has_answer.then_some(plain)
}

/// httr and curl of R: `-> ` before the head that was sent, `>> ` before its body, `<- ` and `<< ` before what came back.
fn httr(text: &str) -> Option<String> {
    let is_sent = |line: &str| line.strip_prefix("-> ").is_some_and(|line| is_request_line(line) && line.contains(" HTTP/"));
    if !text.contains("-> ") || !text.lines().any(is_sent) {
        return None;
    }
    let mut plain = String::new();
    let mut has_body = true;
    for line in text.lines().skip_while(|line| !is_sent(line)) {
        let of = |sign: &str| line.strip_prefix(sign).or_else(|| (line.trim_end() == sign.trim_end()).then_some(""));
        let (content, is_body) = match (of("-> ").or_else(|| of("<- ")), of(">> ").or_else(|| of("<< "))) {
            (Some(head), _) => (head, false),
            (None, Some(body)) => (body, true),
            // The answer's body, which it prints without a sign.
            (None, None) => (line, true),
        };
        if is_sent(line) {
            plain.push_str("\n###\n");
            has_body = false;
        } else if is_status_line(content) {
            let gap = if has_body { "\n" } else { NO_BODY };
            plain.push_str(&format!("{gap}\n"));
            has_body = true;
        }
        has_body |= is_body && !content.trim().is_empty();
        plain.push_str(content);
        plain.push('\n');
    }
    Some(plain)
}

/// `:method: POST`, `[:path: /x]`, `":authority" = "h"`: the head of a request of HTTP/2, where no line of HTTP/1.1 tells the same.
fn pseudo_headers(text: &str) -> Option<String> {
    static HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?:^|[\s\["'(])(:(?:method|path|authority|scheme|status)|[a-z][a-z0-9-]*)["']?(?::\s|\s=\s|\s?=>\s?)["']?([^"'\]\n]*?)["'\])]*\s*$"#).ok()
    });
    if !text.contains(":method") || !text.contains(":path") {
        return None;
    }
    if text.lines().any(|line| is_request_line(line.trim_start_matches(['>', ' '])) && line.contains(" HTTP/")) {
        return None;
    }
    let header = HEADER.as_ref()?;
    let mut heads: Vec<Head> = Vec::new();
    let mut in_head = false;
    for line in text.lines() {
        let Some(found) = header.captures(line) else {
            in_head &= line.trim().is_empty() || line.contains(':');
            if let Some(head) = heads.last_mut().filter(|_| line.trim_start().starts_with(['{', '['])) {
                head.rest.push_str(line);
                head.rest.push('\n');
            }
            continue;
        };
        let (name, value) = (&found[1], found[2].trim());
        if name == ":status" {
            if let Some(head) = heads.last_mut().filter(|head| head.status.is_empty()) {
                value.clone_into(&mut head.status);
            }
            in_head = false;
            continue;
        }
        // A head begins with one of these, in whichever order, and has each once.
        let is_new = name.starts_with(':') && (!in_head || heads.last().is_none_or(|head| head.has(name)));
        if is_new {
            heads.push(Head::default());
            in_head = true;
        }
        if let Some(head) = heads.last_mut().filter(|_| in_head) {
            head.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    let plain: String = heads.iter().filter_map(Head::message).collect();
    (!plain.is_empty()).then_some(plain)
}

#[derive(Default)]
struct Head {
    headers: Vec<(String, String)>,
    status: String,
    rest: String,
}

impl Head {
    fn has(&self, name: &str) -> bool {
        self.of(name).is_some()
    }

    fn of(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn message(&self) -> Option<String> {
        let mut plain = format!("\n###\n{} {} HTTP/2\n", self.of(":method")?, self.of(":path")?);
        let others = self.headers.iter().filter(|(name, _)| !matches!(name.as_str(), ":method" | ":path"));
        others.filter(|(name, _)| name.starts_with(':') || header_line(&format!("{name}: x")).is_some()).for_each(
            |(name, value)| {
                plain.push_str(&format!("{name}: {value}\n"));
            },
        );
        plain.push_str(&format!("\n{NO_BODY}"));
        if !self.status.is_empty() {
            plain.push_str(&format!("\nHTTP/2 {}\n\n{}", self.status, self.rest));
        }
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_by_table() {
        for (text, expected) in [
            (
                "*   << Request  >> 3\n-   ReqMethod      POST\n-   ReqURL         /x?k=1\n-   ReqHeader      Host: h\n-   VCL_call       RECV\n-   ReqHeader      X-Varnish: 3\n-   RespStatus     503\n-   RespHeader     Server: V\n-   End\n",
                Some("\n###\nPOST /x?k=1 HTTP/1.1\nHost: h\n\n[body not shown]\n\nHTTP/1.1 503\nServer: V\n"),
            ),
            (
                "--  ReqMethod  PUT\n--  ReqURL  /x\n--  ReqHeader  Host: h\n",
                Some("\n###\nPUT /x HTTP/1.1\nHost: h\n\n[body not shown]\n"),
            ),
            (
                "10.0.0.1:5: POST https://h/x HTTP/2.0\n    a: b\n\n    {\"a\": 1}\n\n << HTTP/2.0 201 Created 24b\n    c: d\n\n    {}\n",
                Some("\n###\nPOST https://h/x HTTP/1.1\na: b\n\n{\"a\": 1}\n\n\nHTTP/1.1 201 Created\nc: d\n\n{}\n"),
            ),
            (
                "[::1]:5: PUT https://h/x\n    a: b\n << 404 Not Found 1.2k\n    c: d\n",
                Some("\n###\nPUT https://h/x HTTP/1.1\na: b\n\nHTTP/1.1 404 Not Found\nc: d\n"),
            ),
            (
                "-> POST /x HTTP/1.1\n-> Host: h\n-> \n>> {\"a\": 1}\n\n<- HTTP/1.1 400 Bad Request\n<- A: b\n<- \n",
                Some("\n###\nPOST /x HTTP/1.1\nHost: h\n\n{\"a\": 1}\n\n\n\nHTTP/1.1 400 Bad Request\nA: b\n\n"),
            ),
            (
                "* [HTTP/2] [1] [:method: POST]\n* [HTTP/2] [1] [:scheme: https]\n* [HTTP/2] [1] [:authority: h]\n* [HTTP/2] [1] [:path: /x]\n* [HTTP/2] [1] [a: b]\n",
                Some("\n###\nPOST /x HTTP/2\n:scheme: https\n:authority: h\na: b\n\n[body not shown]\n"),
            ),
            (
                "2026 http2: Transport encoding header \":authority\" = \"h\"\n2026 http2: Transport encoding header \":method\" = \"POST\"\n2026 http2: Transport encoding header \":path\" = \"/x\"\n",
                Some("\n###\nPOST /x HTTP/2\n:authority: h\n\n[body not shown]\n"),
            ),
            (
                ":method: POST\n:path: /x\n:authority: h\na: b\n\n:status: 404\n",
                Some("\n###\nPOST /x HTTP/2\n:authority: h\na: b\n\n[body not shown]\n\nHTTP/2 404\n\n"),
            ),
            ("POST /x HTTP/1.1\nHost: h\n", None),
            ("<- \"POST /x HTTP/1.1\\r\\n\"", None),
        ] {
            assert_eq!(messages(text).as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(-   ReqMethod POST|-   ReqURL /x|-   RespStatus 5|10.0.0.1:5: POST https://h/x| << 201 a|-> POST /x HTTP/1.1|>> |<- |:method: a|:path: |:status: 4|é|    |\n){0,30}") {
            let _ = messages(&text);
        }
    }
}
