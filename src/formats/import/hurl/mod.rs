//! Hurl files: requests with sections for what belongs to them. What a file expects of an answer is no answer, and is passed over.

mod text;

use super::collection::sheet::{mark_variables, open_variables, set_type};
use super::curl;
use super::error::note;
use super::http;
use super::variables::{self, Variables};
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::json_text;
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};
use text::{plain, split_pair, trim, until_comment};

/// The sections, in their present and their older names.
const SECTIONS: [&str; 11] = [
    "[QueryStringParams]",
    "[Query]",
    "[FormParams]",
    "[Form]",
    "[MultipartFormData]",
    "[Multipart]",
    "[Cookies]",
    "[BasicAuth]",
    "[Captures]",
    "[Asserts]",
    "[Options]",
];

/// Whether a text is such a file: its first line asks for something, and one further down is of a kind that only these files have.
pub(super) fn is_hurl(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(first) = lines.next() else { return false };
    is_request(first)
        && lines.take_while(|line| !line.starts_with("###") && !line.contains("{%")).any(|line| {
            SECTIONS.contains(&line) || is_expectation(line) && !line.starts_with("HTTP/") || begins_special_body(line)
        })
}

/// `HTTP 200`, `HTTP *` or `HTTP/1.1 200`.
fn is_expectation(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("HTTP") else { return false };
    let rest = rest.strip_prefix('/').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
    let status = rest.trim_start().split([' ', '\t', '#']).next().unwrap_or("");
    rest.starts_with([' ', '\t']) && (status == "*" || status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit()))
}

fn begins_special_body(line: &str) -> bool {
    let ends = |line: &str| line.split('#').next().unwrap_or("").trim_end().ends_with(';');
    line.len() > 1 && line.starts_with('`') && line.ends_with('`') && !line.starts_with("```")
        || ["file,", "base64,", "hex,"].iter().any(|start| line.starts_with(start)) && ends(line)
}

/// `METHOD ADDRESS`, with nothing behind it but a comment.
fn is_request(line: &str) -> bool {
    let Some((method, rest)) = line.split_once([' ', '\t']) else { return false };
    let is_method = method.len() > 1 && method.bytes().all(|byte| byte.is_ascii_uppercase()) && method != "HTTP";
    let rest = until_comment(rest).trim();
    is_method && (http::is_request_line(line) || rest.starts_with("{{") || rest.contains("://")) && !rest.contains(" HTTP/")
}

/// The requests of a file.
pub fn read(text: &str) -> Imported {
    let mut reader = Reader { text: json_text::without_bom(text), ..Reader::default() };
    reader.file();
    let mut imported = reader.imported;
    imported.notes.extend(open_variables(&imported.requests).map(|said| note(Severity::Taken, said)));
    if reader.has_captures {
        let said = "Some variables are taken from answers ([Captures]); they stand as {{name}}, to be filled in";
        imported.notes.push(note(Severity::Taken, said));
    }
    if imported.requests.is_empty() && imported.notes.is_empty() {
        imported.notes.push(note(Severity::Lost, "No request was found"));
    }
    imported
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    at: usize,
    variables: Variables,
    imported: Imported,
    has_captures: bool,
}

impl<'a> Reader<'a> {
    fn note(&mut self, severity: Severity, at: usize, said: &str) {
        let text = self.text;
        add_note(&mut self.imported.notes, || Note { severity, place: Some(TextPosition::of(text, at)), text: said.to_owned() });
    }

    /// The line that begins here, without moving on.
    fn line(&self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        (!rest.is_empty()).then(|| rest.split_inclusive('\n').next().unwrap_or(rest))
    }

    fn file(&mut self) {
        let mut label = String::new();
        let mut in_answer = false;
        while let Some(line) = self.line() {
            let trimmed = trim(line);
            let start = self.at;
            if is_request(trimmed) {
                self.at += line.len();
                self.request(std::mem::take(&mut label), until_comment(trimmed));
                in_answer = false;
                continue;
            }
            if let Some(comment) = trimmed.strip_prefix('#') {
                comment.trim().clone_into(&mut label);
            } else if trimmed.starts_with("```") {
                // The body that an answer has to have.
                let (_, length) = text::fenced(&self.text[self.at..]);
                self.at += length;
                continue;
            } else if is_expectation(trimmed) {
                in_answer = true;
            } else if trimmed == "[Captures]" {
                self.has_captures = true;
            } else if !trimmed.is_empty() && !in_answer {
                self.note(Severity::Lost, start, "This line belongs to no request and was left out");
            }
            self.at += line.len();
        }
    }

    fn request(&mut self, label: String, line: &str) {
        let (method, url) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let mut request = RequestSpec { label, method: method.to_owned(), url: plain(url.trim()), ..RequestSpec::default() };
        let mut section = "";
        let (mut fields, mut cookies): (Variables, Vec<String>) = (Vec::new(), Vec::new());
        while let Some(line) = self.line() {
            let start = self.at;
            let trimmed = trim(line);
            let is_over = is_expectation(trimmed) || is_request(trimmed);
            if is_over {
                break;
            }
            if trimmed.is_empty() || trimmed.starts_with('#') {
                self.at += line.len();
                continue;
            }
            if SECTIONS.contains(&until_comment(trimmed).trim()) {
                section = until_comment(trimmed).trim();
                self.at += line.len();
                continue;
            }
            // A variable may be the name.
            let is_pair = trimmed.starts_with("{{") && split_pair(trimmed).is_some();
            if begins_body(trimmed) && !is_pair {
                self.body(&mut request);
                continue;
            }
            self.at += line.len();
            let Some((name, value)) = split_pair(trimmed) else {
                self.note(Severity::Lost, start, "This line is not a name and value (name: value) and was left out");
                continue;
            };
            match section {
                "" => request.headers.push((name, plain(&value))),
                "[Query]" | "[QueryStringParams]" => {
                    let pair = format!("{}={}", variables::encode(&name), variables::encode(&plain(&value)));
                    request.url = curl::append_query(&request.url, &pair);
                }
                "[Form]" | "[FormParams]" => fields.push((name, plain(&value))),
                "[Multipart]" | "[MultipartFormData]" => add_part(&mut request, part(name, &value)),
                "[Cookies]" => cookies.push(format!("{name}={}", plain(&value))),
                "[BasicAuth]" => {
                    let pair = format!("{name}:{}", plain(&value));
                    request.headers.push(("Authorization".into(), curl::basic(pair.as_bytes())));
                }
                "[Options]" => self.option(&mut request, &name, &plain(&value), start),
                _ => {}
            }
        }
        if !cookies.is_empty() {
            request.headers.push(("Cookie".into(), cookies.join("; ")));
        }
        if !fields.is_empty() {
            let one = |(name, value): &(String, String)| format!("{}={}", variables::encode(name), variables::encode(value));
            request.body = SpecBody::Urlencoded(fields.iter().map(one).collect::<Vec<_>>().join("&"));
            set_type(&mut request, "application/x-www-form-urlencoded");
        }
        self.fill(&mut request);
        // Without what it expects behind it, the entry may go on.
        request.not_recorded.rest = self.line().is_none();
        mark_variables(&mut request);
        self.imported.requests.push(request);
    }

    /// Puts the variables in that the file sets itself.
    fn fill(&self, request: &mut RequestSpec) {
        let fill = |text: &mut String| *text = variables::expand(text, &self.variables);
        fill(&mut request.url);
        request.headers.iter_mut().for_each(|(_, value)| fill(value));
        match &mut request.body {
            SpecBody::Text(text) | SpecBody::Urlencoded(text) | SpecBody::File(text) => fill(text),
            SpecBody::Multipart(parts) => {
                for part in parts {
                    if let PartContent::Text(text) | PartContent::File(text) = &mut part.content {
                        fill(text);
                    }
                }
            }
            SpecBody::None | SpecBody::Bytes(_) => {}
        }
    }

    fn option(&mut self, request: &mut RequestSpec, name: &str, value: &str, at: usize) {
        match name {
            "variable" => {
                if let Some((name, value)) = value.split_once('=') {
                    let value = value.trim();
                    let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
                    self.variables.push((name.trim().to_owned(), bare.to_owned()));
                }
            }
            "insecure" => request.accept_invalid_certificates = value == "true",
            "user" => request.headers.push(("Authorization".into(), curl::basic(value.as_bytes()))),
            "header" => {
                let pair = value.trim_matches('"').split_once(':');
                request.headers.extend(pair.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())));
            }
            "aws-sigv4" | "negotiate" | "ntlm" | "digest" | "cert" | "key" => {
                self.note(Severity::Lost, at, "It asks for a way to log in that cannot be taken over");
            }
            _ => {}
        }
    }

    fn body(&mut self, request: &mut RequestSpec) {
        let start = self.at;
        let rest = &self.text[self.at..];
        let indent = rest.len() - rest.trim_start().len();
        let rest = &rest[indent..];
        let (body, length, kind) = read_body(rest);
        self.at += indent + length;
        // What follows on the line of a body's end is at most a comment.
        self.at += self.text[self.at..].find('\n').map_or(self.text.len() - self.at, |at| at + 1);
        match body {
            Some(body) => request.body = body,
            None => self.note(Severity::Lost, start, "This body is not base64 or hex and was left out"),
        }
        if let Some(kind) = kind {
            set_type(request, kind);
        }
    }
}

fn begins_body(line: &str) -> bool {
    line.starts_with(['{', '[', '<', '`', '"']) || begins_special_body(line)
}

/// The body that a text begins with, its length there, and the type that Hurl gives it.
fn read_body(text: &str) -> (Option<SpecBody>, usize, Option<&'static str>) {
    if text.starts_with("```") {
        let (block, length) = text::fenced(text);
        return match block.language {
            "base64" => (text::base64(block.content).map(SpecBody::from), length, None),
            "hex" => (text::hex(block.content).map(SpecBody::from), length, None),
            "graphql" => (Some(SpecBody::Text(text::graphql(block.content))), length, Some("application/json")),
            "json" => (Some(SpecBody::Text(block.content.to_owned())), length, Some("application/json")),
            "xml" => (Some(SpecBody::Text(block.content.to_owned())), length, Some("application/xml")),
            _ => (Some(SpecBody::Text(block.content.to_owned())), length, None),
        };
    }
    if text.starts_with('`') {
        let length = text::end_of_line_string(text);
        let inside = text[1..length].strip_suffix('`').unwrap_or(&text[1..length]);
        return (Some(SpecBody::Text(plain(inside))), length, None);
    }
    for (start, decode) in [("base64,", text::base64 as fn(&str) -> Option<Vec<u8>>), ("hex,", text::hex)] {
        if let Some(rest) = text.strip_prefix(start) {
            let end = rest.find(';').unwrap_or(rest.len());
            return (decode(&rest[..end]).map(SpecBody::from), (start.len() + end + 1).min(text.len()), None);
        }
    }
    if let Some(rest) = text.strip_prefix("file,") {
        let (path, length) = text::file_name(rest);
        return (Some(SpecBody::File(path)), start_and(length, text), None);
    }
    if text.starts_with('<') {
        // Markup goes on to the line with which something else begins.
        let mut length = 0;
        for line in text.split_inclusive('\n') {
            if is_expectation(line.trim()) || is_request(line.trim()) {
                break;
            }
            length += line.len();
        }
        return (Some(SpecBody::Text(text[..length].trim_end().to_owned())), length, Some("application/xml"));
    }
    let length = text::end_of_json(text);
    (Some(SpecBody::Text(text[..length].trim_end().to_owned())), length, Some("application/json"))
}

fn start_and(length: usize, text: &str) -> usize {
    ("file,".len() + length).min(text.len())
}

fn add_part(request: &mut RequestSpec, part: Part) {
    match &mut request.body {
        SpecBody::Multipart(parts) => parts.push(part),
        other => *other = SpecBody::Multipart(vec![part]),
    }
}

/// `file,path; type`, or a text.
fn part(name: String, value: &str) -> Part {
    let Some(rest) = value.strip_prefix("file,") else {
        return Part { name, content: PartContent::Text(plain(value)), ..Part::default() };
    };
    let (path, length) = text::file_name(rest);
    let kind = rest[length..].trim();
    Part {
        name,
        // Hurl sends the name as it is written, folder and all.
        filename: Some(path.clone()),
        content_type: (!kind.is_empty()).then(|| plain(kind)),
        content: PartContent::File(path),
        ..Part::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::lines_for_tests;

    fn told(text: &str) -> String {
        lines_for_tests(&read(text).requests)
    }

    #[test]
    fn files_by_table() {
        for (text, expected) in [
            (
                "# Create\nPOST https://h/x # why\nX-A: b\\#c # d\n[Query]\napiKey: {{key}}\na: 1 2\n[BasicAuth]\nu: p\n[Options]\nvariable: key=k\ninsecure: true\n```json\n{\"a\": 1}\n```\n\nHTTP 201\n[Captures]\nid: jsonpath \"$.id\"\n[Asserts]\njsonpath \"$.id\" exists\n\nGET https://h/{{id}}\nHTTP/1.1 200\n{\"POST\": 1}\n",
                "{\"label\":\"Create\",\"method\":\"POST\",\"url\":\"https://h/x?apiKey=k&a=1%202\",\"headers\":[[\"X-A\",\"b#c\"],[\"Authorization\",\"Basic dTpw\"],[\"Content-Type\",\"application/json\"]],\"body\":{\"kind\":\"text\",\"text\":\"{\\\"a\\\": 1}\\n\"}}\n{\"method\":\"GET\",\"url\":\"https://h/{{id}}\",\"headers\":[],\"body\":{\"kind\":\"none\"}}",
            ),
            (
                "POST https://h\n[MultipartFormData]\nlog: file,a\\ b.zip; application/zip\nnote: x: y\nHTTP *",
                r#"{"method":"POST","url":"https://h","headers":[],"body":{"kind":"multipart","parts":[{"name":"log","path":"a b.zip","filename":"a b.zip","content_type":"application/zip"},{"name":"note","text":"x: y"}]}}"#,
            ),
            (
                "POST https://h\nContent-Type: application/json\n{\n  \"a\": {{n}},\n  \"b\": \"}\"\n}\nHTTP 200",
                r#"{"method":"POST","url":"https://h","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\n  \"a\": {{n}},\n  \"b\": \"}\"\n}"}}"#,
            ),
            (
                "POST https://h\n`a\\`b\\n\\u{e9}`\nHTTP 200\n\nPUT https://h\nfile,x.bin;\nHTTP 200\nPUT https://h\nhex,ff00;\nHTTP *\nPOST https://h\n[Form]\na b: c&d\n[Cookies]\ns: 1\nHTTP *\n",
                "{\"method\":\"POST\",\"url\":\"https://h\",\"headers\":[],\"body\":{\"kind\":\"text\",\"text\":\"a`b\\né\"}}\n{\"method\":\"PUT\",\"url\":\"https://h\",\"headers\":[],\"body\":{\"kind\":\"file\",\"path\":\"x.bin\"}}\n{\"method\":\"PUT\",\"url\":\"https://h\",\"headers\":[],\"body\":{\"kind\":\"base64\",\"base64\":\"/wA=\"}}\n{\"method\":\"POST\",\"url\":\"https://h\",\"headers\":[[\"Cookie\",\"s=1\"],[\"Content-Type\",\"application/x-www-form-urlencoded\"]],\"body\":{\"kind\":\"urlencoded\",\"text\":\"a%20b=c%26d\"}}",
            ),
        ] {
            assert!(is_hurl(text), "{text}");
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn other_files_are_none() {
        for text in [
            "POST https://h/x\nA: b\n\n{}\n",
            "POST https://h/x\n\n{}\n\nHTTP/1.1 200 OK\n",
            "### a\nPOST https://h/x\n",
            "hello",
            "",
        ] {
            assert!(!is_hurl(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(POST https://h\n|HTTP \\*\n|\\[Form\\]\n|\\[Multipart\\]\n|```|`|\\\\|\\\\u\\{|é|file,|base64,|hex,|;|:|#|\\{|\\}|\"|\n| |a){0,30}") {
            let _ = (is_hurl(&text), read(&text));
        }
    }
}
