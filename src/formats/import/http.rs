//! Raw HTTP as text: a request, a request with its answer, and `.http` or `.rest` files with several.

use crate::model::exchange::{Answer, Outcome};
use crate::model::imported::{Imported, Note, Place, Weight};
use crate::model::multipart_read;
use crate::model::request_spec::{RequestSpec, SpecBody, WrittenContent};

/// How deep variables of a `.http` file may stand in each other.
const MAX_VARIABLE_DEPTH: usize = 5;

/// The longest text that variables may blow a value up to, in bytes.
const MAX_EXPANDED: usize = 1 << 20;

/// The requests of a text. What cannot be read is named by its place.
pub fn read(text: &str) -> Imported {
    let text = text.trim_start_matches('\u{feff}');
    if is_verbose(text) {
        let mut imported = read(&without_signs(text));
        // The lines stand elsewhere in what was pasted.
        imported.notes.iter_mut().for_each(|note| note.place = None);
        return imported;
    }
    let mut imported = Imported::default();
    let variables = variables(text);
    for (label, start, block) in blocks(text) {
        Block { source: text, start, block, variables: &variables, imported: &mut imported }.read(label);
    }
    if imported.requests.is_empty() && imported.notes.is_empty() {
        imported.notes.push(Note { weight: Weight::Lost, place: None, text: "No HTTP request was found".into() });
    }
    imported
}

/// Whether a text is what `curl -v` prints, with `>` before what it sent and `<` before what came back.
pub(super) fn is_verbose(text: &str) -> bool {
    text.lines().take(200).any(|line| line.strip_prefix("> ").is_some_and(is_request_line))
}

fn without_signs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut answered = false;
    for line in text.lines() {
        let sent = line.strip_prefix("> ").or_else(|| (line.trim_end() == ">").then_some(""));
        let got = line.strip_prefix("< ").or_else(|| (line.trim_end() == "<").then_some(""));
        answered |= got.is_some();
        let kept = match (sent, got) {
            (Some(line), _) if is_request_line(line) => {
                plain.push_str("###\n");
                answered = false;
                line
            }
            (Some(line), _) | (None, Some(line)) => line,
            // What stands between is curl's own talk; what stands behind an answer's head is its body.
            (None, None) if answered && !line.starts_with("* ") && !line.starts_with("{ [") && !line.starts_with("} [") => line,
            (None, None) => continue,
        };
        plain.push_str(kept);
        plain.push('\n');
    }
    plain
}

/// Whether a line begins a request: `POST /x HTTP/1.1`, `POST https://h/x` or `POST /x`.
pub(super) fn is_request_line(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return false };
    let rest: Vec<&str> = words.collect();
    let version = rest.last().is_some_and(|last| last.starts_with("HTTP/"));
    is_method(method) && (version || (rest.is_empty() && is_target(target)))
}

fn is_method(word: &str) -> bool {
    (2..=20).contains(&word.len()) && word.chars().all(|c| c.is_ascii_uppercase() || c == '-')
}

fn is_target(word: &str) -> bool {
    word.starts_with('/') || word.contains("://") || word.starts_with("{{") || word.starts_with('$') || word == "*"
}

/// `@name = value` lines.
fn variables(text: &str) -> Vec<(String, String)> {
    let assignment = |line: &str| {
        let (name, value) = line.trim().strip_prefix('@')?.split_once('=')?;
        let name = name.trim();
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        plain.then(|| (name.to_owned(), value.trim().to_owned()))
    };
    // A file has them above its requests or between them; a body's lines are none of them.
    let mut in_head = true;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("###") {
            in_head = true;
        } else if is_request_line(line) {
            in_head = false;
        } else if in_head {
            found.extend(assignment(line));
        }
    }
    found
}

/// A text with the file's own variables in it. Others, such as `{{$guid}}`, stay.
fn expand(text: &str, variables: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for _ in 0..MAX_VARIABLE_DEPTH {
        let mut next = String::with_capacity(text.len());
        let mut rest = text.as_str();
        let mut changed = false;
        while let Some(open) = rest.find("{{") {
            let Some(length) = rest[open..].find("}}") else { break };
            let name = rest[open + 2..open + length].trim();
            next.push_str(&rest[..open]);
            match variables.iter().rfind(|(known, _)| known == name) {
                Some((_, value)) => {
                    next.push_str(value);
                    changed = true;
                }
                None => next.push_str(&rest[open..open + length + 2]),
            }
            rest = &rest[open + length + 2..];
        }
        next.push_str(rest);
        if !changed || next.len() > MAX_EXPANDED.max(text.len()) {
            break;
        }
        text = next;
    }
    text
}

/// The requests between `###` lines, each with the name behind that sign and where it begins.
fn blocks(text: &str) -> Vec<(String, usize, &str)> {
    let mut found = Vec::new();
    let mut label = String::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("###") {
            found.push((std::mem::take(&mut label), start, &text[start..at]));
            label = line.trim_start_matches('#').trim().to_owned();
            start = at + line.len();
        }
        at += line.len();
    }
    found.push((label, start, &text[start..]));
    found.retain(|(_, _, block)| !block.trim().is_empty());
    found
}

struct Block<'a> {
    source: &'a str,
    start: usize,
    block: &'a str,
    variables: &'a [(String, String)],
    imported: &'a mut Imported,
}

impl Block<'_> {
    fn note(&mut self, weight: Weight, at: usize, text: &str) {
        let place = Some(Place::of(self.source, self.start + at));
        self.imported.notes.push(Note { weight, place, text: text.to_owned() });
    }

    fn read(mut self, mut label: String) {
        let mut at = 0;
        let mut request: Option<RequestSpec> = None;
        let mut blank = false;
        let mut lines = self.block.split_inclusive('\n');
        for line in lines.by_ref() {
            let start = at;
            at += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            match &mut request {
                None if is_request_line(line) => request = Some(self.request_line(line)),
                None => self.before(line, start, &mut label),
                Some(_) if line.trim().is_empty() => {
                    blank = true;
                    break;
                }
                Some(request) => self.header_line(request, line, start),
            }
        }
        let Some(mut request) = request else { return };
        request.label = label;
        self.address(&mut request);
        let rest = if blank { &self.block[at..] } else { "" };
        let (body, answer) = split_answer(rest, request.header("content-length").and_then(|length| length.trim().parse().ok()));
        request.body = self.body(&request, body, at);
        request.outcome = answer.map(read_answer).map(Outcome::Answer);
        self.imported.requests.push(request);
    }

    fn request_line(&self, line: &str) -> RequestSpec {
        let (method, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let target = match rest.rsplit_once(char::is_whitespace) {
            Some((target, version)) if version.starts_with("HTTP/") => target.trim_end(),
            _ => rest,
        };
        RequestSpec { method: method.to_owned(), url: expand(target, self.variables), ..RequestSpec::default() }
    }

    /// What stands before the request line: comments, variables, a bare address, or something else.
    fn before(&mut self, line: &str, at: usize, label: &mut String) {
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix('#').or_else(|| trimmed.strip_prefix("//")) {
            let comment = comment.trim_start_matches(['#', '/']).trim();
            if let Some(name) = comment.strip_prefix("@name") {
                *label = name.trim_start_matches([' ', '=']).trim().to_owned();
            }
        } else if !trimmed.is_empty() && !trimmed.starts_with('@') {
            self.note(Weight::Lost, at, "This line is no request line, header or comment and was left out");
        }
    }

    fn header_line(&mut self, request: &mut RequestSpec, line: &str, at: usize) {
        let trimmed = line.trim();
        if trimmed.starts_with('#') || trimmed.starts_with("//") {
            return;
        }
        let indented = line.starts_with([' ', '\t']);
        if indented && request.headers.is_empty() && trimmed.starts_with(['?', '&', '/']) {
            request.url.push_str(&expand(trimmed, self.variables));
        } else if let Some((_, value)) = request.headers.last_mut().filter(|_| indented) {
            value.push(' ');
            value.push_str(trimmed);
        } else {
            // A name may begin with a colon, as browsers show HTTP/2's own.
            match trimmed.get(1..).and_then(|rest| rest.find(':')) {
                Some(colon) => {
                    let (name, value) = (trimmed[..colon + 1].trim(), trimmed[colon + 2..].trim());
                    request.headers.push((name.to_owned(), expand(value, self.variables)));
                }
                None => self.note(Weight::Lost, at, "This header has no colon and was left out"),
            }
        }
    }

    /// A path alone is completed by `Host`, or by the pseudo-headers of HTTP/2.
    fn address(&mut self, request: &mut RequestSpec) {
        let pseudo = |name: &str| request.header(name).map(str::to_owned);
        let scheme = pseudo(":scheme");
        let host = request.header("host").map(str::to_owned).or_else(|| pseudo(":authority"));
        request.headers.retain(|(name, _)| !name.starts_with(':'));
        if !request.url.starts_with('/') {
            return;
        }
        match host {
            Some(host) => {
                let plain = host.starts_with("localhost")
                    || host.starts_with("127.")
                    || host.ends_with(":80")
                    || host.starts_with("[::1]");
                let scheme = scheme.unwrap_or_else(|| if plain { "http" } else { "https" }.to_owned());
                request.url = format!("{scheme}://{host}{}", request.url);
            }
            None => self.note(Weight::Lost, 0, "Neither the request line nor a Host header names the host"),
        }
    }

    fn body(&mut self, request: &RequestSpec, body: &str, at: usize) -> SpecBody {
        let kind = request.header("content-type").unwrap_or("").to_ascii_lowercase();
        // Line ends behind the body belong to the text around it, unless a length says otherwise.
        let body = if request.header("content-length").is_some() { body } else { body.trim_end_matches(['\r', '\n']) };
        if body.trim().is_empty() {
            return SpecBody::None;
        }
        if body.trim_start().starts_with("> ") && !body.trim_start().starts_with("> {{") {
            self.note(Weight::NoEffect, at, "A script that runs after the request has no effect here");
            return SpecBody::None;
        }
        if let Some(path) = body.strip_prefix('<').filter(|rest| rest.starts_with([' ', '@']) && !body.trim().contains('\n')) {
            let path = path.trim_start_matches('@').trim();
            return SpecBody::File(expand(path, self.variables));
        }
        if let Some(length) = request.header("content-length").and_then(|length| length.trim().parse::<usize>().ok())
            && length > body.len()
        {
            self.note(Weight::Lost, at, "The body is shorter than its Content-Length says");
        }
        let text = expand(body, self.variables);
        if let Some(boundary) = request.header("content-type").and_then(multipart_read::boundary_of) {
            match multipart_read::read(&boundary, text.as_bytes()) {
                Some(mut parts) => {
                    parts.iter_mut().for_each(file_part);
                    return SpecBody::Multipart(parts);
                }
                None => self.note(Weight::Lost, at, "The parts of this body do not hold together; it was taken over as text"),
            }
        }
        if kind.starts_with("application/x-www-form-urlencoded") {
            return SpecBody::Urlencoded(text.lines().map(str::trim).collect());
        }
        SpecBody::Text(text)
    }
}

/// A part of a `.http` file whose content is `< path` is that file.
fn file_part(part: &mut crate::model::request_spec::WrittenPart) {
    if let WrittenContent::Text(text) = &part.content
        && let Some(path) = text.trim().strip_prefix("< ")
        && !path.contains('\n')
    {
        part.content = WrittenContent::File(path.trim().to_owned());
    }
}

/// Parts a request's body from the answer behind it.
fn split_answer(rest: &str, length: Option<usize>) -> (&str, Option<&str>) {
    if let Some(length) = length
        && let (Some(body), Some(behind)) = (rest.get(..length), rest.get(length..))
        && (behind.trim().is_empty() || is_status_line(behind.trim_start()))
    {
        return (body, Some(behind.trim_start()).filter(|behind| !behind.is_empty()));
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if is_status_line(line) {
            return (&rest[..at], Some(&rest[at..]));
        }
        at += line.len();
    }
    (rest, None)
}

pub(super) fn is_status_line(text: &str) -> bool {
    let line = text.split('\n').next().unwrap_or("");
    let mut words = line.split_whitespace();
    words.next().is_some_and(|version| version.starts_with("HTTP/"))
        && words.next().is_some_and(|status| status.len() == 3 && status.parse::<u16>().is_ok())
}

/// Reads an answer that begins with its status line. An interim answer before it is passed over.
pub(super) fn read_answer(text: &str) -> Answer {
    let mut answer = Answer::default();
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        at += line.len();
        let line = line.trim_end_matches(['\r', '\n']);
        if index == 0 {
            let mut words = line.split_whitespace();
            answer.version = words.next().unwrap_or("").to_owned();
            answer.status = words.next().and_then(|status| status.parse().ok()).unwrap_or(0);
        } else if line.trim().is_empty() {
            break;
        } else if let Some((name, value)) = line.split_once(':') {
            answer.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    let rest = &text[at..];
    if (100..200).contains(&answer.status) && is_status_line(rest.trim_start()) {
        return read_answer(rest.trim_start());
    }
    super::imported::without_charset(&mut answer.headers);
    answer.body = rest.trim_end_matches(['\r', '\n']).to_owned().into();
    answer.wire_size = answer.body.len() as u64;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::imported::body_to_json;

    fn line(text: &str) -> String {
        let imported = read(text);
        let one = |request: &RequestSpec| {
            let headers: Vec<String> = request.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let status = request.answer().map_or_else(String::new, |answer| format!(" -> {} {}", answer.status, answer.text()));
            format!("{} {} [{}] {}{status}", request.method, request.url, headers.join(","), body_to_json(&request.body))
        };
        imported.requests.iter().map(one).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn requests_by_table() {
        let none = r#"{"kind":"none"}"#;
        let a1 = r#"{"kind":"text","text":"{\"a\": 1}"}"#;
        for (text, expected) in [
            ("GET /x?y HTTP/1.1\r\nHost: h\r\n\r\n", format!("GET https://h/x?y [Host=h] {none}")),
            ("POST /x HTTP/1.1\nHost: localhost:80\nA: 1\nA: 2\n\n{\"a\": 1}\n", format!("POST http://localhost:80/x [Host=localhost:80,A=1,A=2] {a1}")),
            ("POST https://h/x HTTP/1.1\r\nContent-Length: 8\r\n\r\n{\"a\": 1}\r\n\r\n", format!("POST https://h/x [Content-Length=8] {a1}")),
            ("POST http://h/x HTTP/1.1\n\n{\"a\": 1}\n\nHTTP/1.1 404 Not Found\nX: y\n\nno\n", format!("POST http://h/x [] {a1} -> 404 no")),
            ("POST http://h HTTP/1.1\n\nHTTP/1.1 100 Continue\r\n\r\nHTTP/2 201\r\n\r\nok", format!("POST http://h [] {none} -> 201 ok")),
            ("GET https://h/a\n\n###\n\n# hi\nPOST https://h/b\nX: {{v}}\n\n{\"a\": 1}\n\n### last\n@v = 7\nDELETE https://h/c", format!("GET https://h/a [] {none}\nPOST https://h/b [X=7] {a1}\nDELETE https://h/c [] {none}")),
            ("@host = h\n@base = https://{{host}}\n\nGET {{base}}/x?k={{key}}\n  &y=2", format!("GET https://h/x?k={{{{key}}}}&y=2 [] {none}")),
            (
                "* Connected\n> POST /x HTTP/1.1\n> Host: localhost\n> \n* sent\n< HTTP/1.1 404 Not Found\n< A: b\n< \n{ [5 bytes data]\nno\n* Closing",
                format!("POST http://localhost/x [Host=localhost] {none} -> 404 no"),
            ),
            ("POST https://h\n\n< ./a.json", r#"POST https://h [] {"kind":"file","path":"./a.json"}"#.to_owned()),
            ("POST https://h\nContent-Type: application/x-www-form-urlencoded\n\na=1\n&b=2", r#"POST https://h [Content-Type=application/x-www-form-urlencoded] {"kind":"urlencoded","text":"a=1&b=2"}"#.to_owned()),
            ("GET /x HTTP/2\n:authority: h\n:scheme: http\nA:1\n b", format!("GET http://h/x [A=1 b] {none}")),
            (
                "POST https://h\nContent-Type: multipart/form-data; boundary=x\n\n--x\nContent-Disposition: form-data; name=\"f\"; filename=\"a.zip\"\n\n< ./a.zip\n--x--",
                r#"POST https://h [Content-Type=multipart/form-data; boundary=x] {"kind":"multipart","parts":[{"name":"f","path":"./a.zip","filename":"a.zip","content_type":null}]}"#.to_owned(),
            ),
        ] {
            assert_eq!(line(text), expected, "{text}");
        }
    }

    #[test]
    fn notes_have_a_place() {
        let imported = read("GET https://h/x\nno colon here");
        assert_eq!(imported.notes[0].place, Some(Place { line: 2, column: 1 }));
        assert!(read("hello\nthere").notes.iter().all(|note| note.weight == Weight::Lost));
        assert!(read("GET /x HTTP/1.1").notes[0].text.contains("host"));
    }

    #[test]
    fn variables_that_name_each_other_end() {
        let bomb = "@a={{b}}{{b}}{{b}}{{b}}\n@b={{a}}{{a}}{{a}}{{a}}\nGET https://h/{{a}}";
        assert!(read(bomb).requests[0].url.len() < MAX_EXPANDED);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(GET |POST |https://h|/x| HTTP/1.1|\r\n|\n|:|A|é|###|@a=|\\{\\{|a|\\}\\}|HTTP/1.1 200|Content-Length: 3|< x|Content-Type: multipart/form-data; boundary=x|--x){0,30}") {
            let _ = read(&text);
        }
    }
}
