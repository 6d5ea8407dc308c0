//! Raw HTTP as text: a request, an answer, a request with its answer, a URL with headers and a body behind it, and `.http` or `.rest`
//! files with several.

mod begins;
mod chunks;
mod embedded;
pub(super) mod environment;
mod message;
mod proxies;
mod scripts;
mod trace;
mod transcript;
mod variables;
mod wire;

pub(super) use begins::begins_message;
pub(super) use message::{find_status_line, is_address, is_request_line, is_status_line, read_answer};
pub(super) use transcript::without_signs;

use super::collection::sheet::{mark_variables, open_variables};
use super::variables::expand;
use crate::model::exchange::Outcome;
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::json_text;
use crate::model::multipart;
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};
use begins::begins_body;
use message::{header_line, request_line};
use scripts::{Scripts, end_of_body};
use transcript::has_signs;
use variables::variables;

/// The requests of a text, and answers without one. What cannot be read is named by its place.
pub fn read(text: &str) -> Imported {
    let text = json_text::without_bom(text);
    if trace::is_trace(text) {
        let mut imported = read_plain(&trace::messages(text));
        imported.notes.iter_mut().for_each(|note| note.place = None);
        return imported;
    }
    if has_signs(text) {
        let mut imported = read_plain(&without_signs(text));
        without_refused(&mut imported.requests);
        // What went through a proxy's tunnel is what was sent.
        if imported.requests.iter().any(|request| request.method != "CONNECT") {
            imported.requests.retain(|request| request.method != "CONNECT");
        }
        // curl does not print the body that it sends.
        for request in imported.requests.iter_mut().filter(|request| request.body == SpecBody::None) {
            (request.not_recorded.body, request.not_recorded.file_bytes) = (true, true);
        }
        // The lines stand elsewhere in what was pasted.
        imported.notes.iter_mut().for_each(|note| note.place = None);
        return imported;
    }
    // The lines stand elsewhere in what was pasted.
    if let Some(plain) = wire::messages(text).or_else(|| embedded::messages(text)) {
        let mut imported = read_plain(&plain);
        imported.notes.iter_mut().for_each(|note| note.place = None);
        // No message goes over the wire without a head.
        imported.requests.iter_mut().for_each(|request| request.not_recorded.headers |= request.headers.is_empty());
        return imported;
    }
    read_plain(text)
}

/// The requests of a text that holds nothing but messages, or is a `.http` file.
fn read_plain(text: &str) -> Imported {
    let mut imported = Imported::default();
    let variables = variables(text);
    let blocks = blocks(text);
    let is_file = blocks.len() > 1 || !variables.is_empty() || text.lines().any(|line| line.starts_with("### "));
    for (label, start, block) in blocks {
        // A client of such files takes a command of curl in the place of a request.
        let is_comment = |line: &&str| line.trim().is_empty() || line.starts_with(['#', '@']) || line.starts_with("//");
        if block.lines().find(|line| !is_comment(line)).is_some_and(|line| line.starts_with("curl ")) {
            let found = super::curl::read(&expand(block, &variables));
            let first = imported.requests.len();
            imported.requests.extend(found.requests);
            imported.requests[first..].iter_mut().for_each(|request| request.label.clone_from(&label));
            imported.notes.extend(found.notes.into_iter().map(|note| Note { place: None, ..note }));
            continue;
        }
        Block { source: text, start, block, variables: &variables, is_file, imported: &mut imported }.read(label);
    }
    if imported.requests.is_empty() && imported.notes.is_empty() {
        imported.notes.push(Note { severity: Severity::Lost, place: None, text: "No HTTP request was found".into() });
    }
    if imported.requests.iter().any(|request| request.not_recorded.variables) {
        let open = open_variables(&imported.requests);
        imported.notes.extend(open.map(|text| Note { severity: Severity::Taken, place: None, text }));
    }
    imported
}

/// Whether a text is what a client prints of what it does: curl with `-v` or into a trace, or another that shows the wire.
pub(super) fn is_transcript(text: &str) -> bool {
    has_signs(text) || trace::is_trace(text) || wire::messages(text).is_some()
}

/// Whether a request stands whole in other text.
pub(super) fn holds_message(text: &str) -> bool {
    embedded::messages(text).is_some()
}

/// What stands before the error that HTTPie or xh printed below a request, and that error.
fn without_error(rest: &str) -> (&str, Option<&str>) {
    const BEGINS: [&str; 5] = ["\nhttp: error: ", "\nhttp: LogLevel.", "\nhttps: error: ", "\nxh: error: ", "\nhttp: warning: "];
    match BEGINS.iter().filter_map(|begin| rest.find(begin)).min() {
        Some(at) => (&rest[..at], Some(rest[at..].trim())),
        None => (rest, None),
    }
}

/// Whether a line names an exception, as a program prints it below the address that it could not reach: `httpx.ReadError: …`.
fn is_exception(line: &str) -> bool {
    super::failure::exception_name(line).is_some_and(|name| name != "Error" && header_line(line).is_some())
}

/// Leaves out what curl sent once more without `Expect`, because the server refused that.
fn without_refused(requests: &mut Vec<RequestSpec>) {
    let is_again = |first: &RequestSpec, next: &RequestSpec| {
        let is_refused = first.answer().is_some_and(|answer| answer.status == 417) && first.header("expect").is_some();
        is_refused && first.url == next.url && first.method == next.method && next.header("expect").is_none()
    };
    let dropped: Vec<bool> = requests.windows(2).map(|pair| is_again(&pair[0], &pair[1])).chain([false]).collect();
    let mut at = dropped.iter();
    requests.retain(|_| !at.next().copied().unwrap_or(false));
}

/// The requests between `###` lines, each with the name behind that sign and where it begins.
fn blocks(text: &str) -> Vec<(String, usize, &str)> {
    let mut found = Vec::new();
    let mut label = String::new();
    let mut start = 0;
    let mut at = 0;
    let mut is_answered = false;
    // Where the comments begin that stand right before what comes next.
    let mut before = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("###") {
            found.push((std::mem::take(&mut label), start, &text[start..at]));
            label = line.trim_start_matches('#').trim().to_owned();
            start = at + line.len();
            is_answered = false;
        } else if is_answered && begins_exchange(&text[..at], line, &text[at + line.len()..]) {
            found.push((std::mem::take(&mut label), start, &text[start..before]));
            start = before;
            is_answered = false;
        }
        is_answered |= is_status_line(line);
        at += line.len();
        if !line.trim().is_empty() && !line.starts_with("# ") {
            before = at;
        }
    }
    found.push((label, start, &text[start..]));
    found.retain(|(_, _, block)| !block.trim().is_empty());
    found
}

/// Whether a line behind an answer begins another exchange: a request line with its version and a header below it, apart from the answer.
fn begins_exchange(above: &str, line: &str, below: &str) -> bool {
    let is_apart = above.ends_with("\n\n")
        || above.ends_with("\n\r\n")
        || above.trim_end().rsplit('\n').next().is_some_and(|last| last.starts_with("# "));
    is_apart
        && line.contains(" HTTP/")
        && is_request_line(line)
        && below.lines().next().is_some_and(|next| header_line(next).is_some())
}

struct Block<'a> {
    source: &'a str,
    start: usize,
    block: &'a str,
    variables: &'a [(String, String)],
    /// Whether this is a block of a `.http` file.
    is_file: bool,
    imported: &'a mut Imported,
}

impl Block<'_> {
    fn note(&mut self, severity: Severity, at: usize, text: &str) {
        add_note(&mut self.imported.notes, || {
            let place = Some(TextPosition::of(self.source, self.start + at));
            Note { severity, place, text: text.to_owned() }
        });
    }

    fn read(mut self, mut label: String) {
        let mut at = 0;
        let mut request: Option<RequestSpec> = None;
        let mut is_bare_address = false;
        let mut scripts = Scripts::default();
        for line in self.block.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            match &mut request {
                None if scripts.takes(line) => {}
                None if is_status_line(line.trim_start()) => return self.answer(label, start),
                None => match request_line(line) {
                    Some((method, target)) => request = Some(self.request(method, target)),
                    None if is_address(line) => {
                        is_bare_address = true;
                        request = Some(self.request("POST", line.trim()));
                    }
                    None => self.before(line, start, &mut label),
                },
                Some(_) if line.trim().is_empty() => break,
                Some(request) if is_exception(line) => {
                    let said = &self.block[start..];
                    request.outcome =
                        super::failure::in_lines(said.lines()).or_else(|| Some(super::failure::certain(said.trim())));
                    at = self.block.len();
                    break;
                }
                Some(request) if is_status_line(line) || begins_body(line) => {
                    // Who writes the body right below the address has left the headers out.
                    request.not_recorded.headers |= request.headers.is_empty() && begins_body(line);
                    at = start;
                    break;
                }
                Some(request) => self.header_line(request, line, start),
            }
        }
        let Some(mut request) = request else { return };
        // Without the empty line behind them the headers may go on, and a body may follow.
        if at == self.block.len() && !self.block.ends_with("\n\n") && !self.block.ends_with("\r\n\r\n") {
            request.not_recorded.rest = true;
            // The last line may be the beginning of a header.
            let is_cut = !self.block.ends_with('\n');
            let is_host = request.headers.last().is_some_and(|(name, _)| name.eq_ignore_ascii_case("host"));
            request.not_recorded.headers |= is_cut;
            // An address that is written over several lines may have more of them.
            let last = self.block.trim_end().rsplit('\n').next().unwrap_or_default();
            let is_folded = last.starts_with([' ', '\t']);
            request.not_recorded.address_end |= (is_cut || is_folded) && request.headers.is_empty();
            request.not_recorded.host |= is_cut && (is_host || request.headers.is_empty());
        }
        request.label = label;
        self.address(&mut request);
        // The client that reads such a file may have values for its variables elsewhere.
        let is_of_file = !self.block.lines().any(|line| is_request_line(line) && line.contains(" HTTP/"));
        let (rest, said) = without_error(&self.block[at..]);
        let (body, answer) = split_answer(rest, request.header("content-length").and_then(|length| length.trim().parse().ok()));
        let whole = body;
        let body = match (answer, request.header("content-length")) {
            (None, None) => self.without_remark(body, at),
            _ => body,
        };
        let failed = super::failure::in_lines(whole[body.len()..].lines());
        let body = &*chunks::joined(request.header("transfer-encoding"), body);
        request.body = self.body(&request, body, at);
        // Without its last boundary a body of parts may go on.
        let boundary = request.header("content-type").and_then(multipart::boundary_of);
        request.not_recorded.rest |= boundary.is_some_and(|boundary| !body.contains(&format!("--{boundary}--")));
        let told = answer.map(read_answer).map(Outcome::Answer).or_else(|| said.map(super::failure::certain));
        request.outcome = told.or(request.outcome.take()).or(failed);
        let announced = request.header("content-length").and_then(|length| length.trim().parse::<u64>().ok());
        if request.body == SpecBody::None && announced.is_some_and(|length| length > 0) {
            // What was announced was sent, and left out here.
            (request.not_recorded.body, request.not_recorded.file_bytes) = (true, true);
        }
        if request.headers.is_empty() && request.body == SpecBody::None && request.outcome.is_some() {
            // Every request has a header: what shows none left them out, and the body with them.
            let known = &mut request.not_recorded;
            (known.headers, known.body, known.file_bytes) = (true, true, true);
        }
        if is_bare_address {
            self.complete(&mut request);
        }
        if is_of_file {
            mark_variables(&mut request);
        }
        self.imported.requests.push(request);
    }

    /// An answer without its request.
    fn answer(self, label: String, at: usize) {
        let outcome = Some(Outcome::Answer(read_answer(self.block[at..].trim_start())));
        self.imported.requests.push(RequestSpec { label, outcome, ..RequestSpec::default() });
    }

    fn request(&self, method: &str, target: &str) -> RequestSpec {
        RequestSpec { method: method.to_owned(), url: expand(target, self.variables), ..RequestSpec::default() }
    }

    /// What an address without a method leaves open. A `.http` file means GET by it.
    fn complete(&mut self, request: &mut RequestSpec) {
        if self.is_file {
            "GET".clone_into(&mut request.method);
            return;
        }
        self.note(Severity::Taken, 0, "No method was given, so it is taken to be POST");
        if !request.url.contains("://") && !request.url.starts_with(['/', '{']) {
            request.url.insert_str(0, "https://");
        }
        if request.headers.is_empty() {
            request.headers.push(("Content-Type".into(), "application/json".into()));
            self.note(Severity::Taken, 0, "No headers were given, so Content-Type is taken to be application/json");
        }
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
            self.note(Severity::Lost, at, "This line is not a request line, header or comment and was left out");
        }
    }

    fn header_line(&mut self, request: &mut RequestSpec, line: &str, at: usize) {
        let trimmed = line.trim();
        if trimmed.starts_with('#') || trimmed.starts_with("//") {
            return;
        }
        let indented = line.starts_with([' ', '\t']);
        let is_part = indented && !trimmed.contains(char::is_whitespace) && header_line(trimmed).is_none();
        let trimmed = trimmed.rsplit_once(" HTTP/").map_or(trimmed, |(part, _)| part.trim_end());
        if request.headers.is_empty() && (trimmed.starts_with(['?', '&']) || (indented && trimmed.starts_with('/')) || is_part) {
            request.url.push_str(&expand(trimmed, self.variables));
        } else if let Some((_, value)) = request.headers.last_mut().filter(|_| indented) {
            value.push(' ');
            value.push_str(trimmed);
        } else {
            match header_line(trimmed) {
                Some((name, value)) => {
                    let value = basic(name, &expand(value, self.variables));
                    request.headers.push((name.to_owned(), value));
                }
                None => self.note(Severity::Lost, at, "This line is not a header (Name: value) and was left out"),
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
                let scheme = scheme.unwrap_or_else(|| {
                    let assumed = if plain { "http" } else { "https" };
                    self.note(Severity::Taken, 0, &format!("Raw HTTP does not name the scheme, so it is taken to be {assumed}"));
                    assumed.to_owned()
                });
                request.url = format!("{scheme}://{host}{}", request.url);
            }
            None => {
                let unknown = &mut request.not_recorded;
                (unknown.scheme, unknown.host, unknown.port) = (true, true, true);
                self.note(Severity::Lost, 0, "Neither the request line nor a Host header names the host");
            }
        }
    }

    /// A JSON body without what somebody wrote below it.
    fn without_remark<'b>(&mut self, body: &'b str, at: usize) -> &'b str {
        let found = end_of_gap(body).or_else(|| super::told::behind_json(body)).or_else(|| super::told::behind_form(body));
        let Some(end) = found else { return body };
        self.note(Severity::Taken, at + end, "The words behind the body were taken for a remark and left out of it");
        &body[..end]
    }

    fn body(&mut self, request: &RequestSpec, body: &str, at: usize) -> SpecBody {
        let kind = request.header("content-type").unwrap_or("").to_ascii_lowercase();
        // Line ends and scripts behind the body belong to the text around it, unless a length says otherwise.
        let body = match request.header("content-length") {
            Some(_) => body,
            None => {
                let end = end_of_body(body).min(without_cut_status(body).len());
                if end < body.len() {
                    self.note(Severity::NoEffect, at + end, "What is done with the answer has no effect here");
                }
                body[..end].trim_end_matches(['\r', '\n'])
            }
        };
        if body.trim().is_empty() {
            return SpecBody::None;
        }
        // What was left out is marked where all that was read is.
        if kind.starts_with("multipart/") && super::gaps::is_gap(body) {
            return SpecBody::Text(body.to_owned());
        }
        if let Some(path) = body.strip_prefix('<').filter(|rest| rest.starts_with([' ', '@']) && !body.trim().contains('\n')) {
            // `<@latin1 ./file` names an encoding, and `<@` that variables in the file are filled.
            let (encoding, path) = match path.strip_prefix('@') {
                Some(rest) if !rest.starts_with(' ') => rest.trim().split_once(char::is_whitespace).unwrap_or(("", rest)),
                Some(rest) => ("", rest),
                None => ("", path),
            };
            let path = path.trim();
            if !encoding.is_empty() {
                self.note(Severity::Lost, at, &format!("The file is sent here as it is, not read as {encoding}"));
            }
            return SpecBody::File(expand(path, self.variables));
        }
        if let Some(length) = request.header("content-length").and_then(|length| length.trim().parse::<usize>().ok())
            && length > body.len()
        {
            self.note(Severity::Lost, at, "The body is shorter than its Content-Length says");
        }
        let text = expand(body, self.variables);
        if let Some(boundary) = request.header("content-type").and_then(multipart::boundary_of) {
            match multipart::read(&boundary, text.as_bytes()) {
                Some(mut parts) => {
                    parts.iter_mut().for_each(file_part);
                    return SpecBody::Multipart(parts);
                }
                None => self.note(Severity::Lost, at, "The parts of this body do not hold together; it was taken over as text"),
            }
        }
        if kind.starts_with("application/x-www-form-urlencoded") {
            return SpecBody::Urlencoded(text.lines().map(str::trim).collect());
        }
        SpecBody::Text(text)
    }
}

/// A body without the beginning of a status line at its end, where the text was cut off.
fn without_cut_status(body: &str) -> &str {
    let last = body.rsplit('\n').next().unwrap_or("");
    let begins = !last.is_empty() && ("HTTP/".starts_with(last) || last.starts_with("HTTP/"));
    if begins && body.len() > last.len() { &body[..body.len() - last.len()] } else { body }
}

/// The value of a header, where `Authorization: Basic user password` and `Basic user:password` are what they stand for in a `.http` file.
fn basic(name: &str, value: &str) -> String {
    let pair = value.trim().strip_prefix("Basic ").filter(|_| name.eq_ignore_ascii_case("authorization")).map(str::trim);
    let joined = match pair {
        Some(pair) if pair.contains(':') => Some(pair.to_owned()),
        Some(pair) => pair.split_once(char::is_whitespace).map(|(user, password)| format!("{user}:{}", password.trim())),
        None => None,
    };
    joined.filter(|pair| !pair.contains("{{")).map_or_else(|| value.to_owned(), |pair| super::curl::basic(pair.as_bytes()))
}

/// A part of a `.http` file whose content is `< path` is that file.
fn file_part(part: &mut Part) {
    if let PartContent::Text(text) = &part.content
        && let Some(path) = text.trim().strip_prefix("< ")
        && !path.contains('\n')
    {
        part.content = PartContent::File(path.trim().to_owned());
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
    match find_status_line(rest).or_else(|| glued_status(rest)) {
        Some(at) => (without_prose(without_rule(&rest[..at])), Some(&rest[at..])),
        None => (rest, None),
    }
}

/// A body without the line of signs that somebody drew between it and the answer.
fn without_rule(body: &str) -> &str {
    let trimmed = body.trim_end();
    let (before, last) = trimmed.rsplit_once('\n').unwrap_or(("", trimmed));
    let signs = last.trim();
    let is_rule = signs.len() > 2 && ["-", "=", "*", "_", "~", "#", "+"].iter().any(|sign| signs.replace(sign, "").is_empty());
    if is_rule { before } else { body }
}

/// Where a status line begins right behind a JSON body, as a connection that is shown as one text has it.
fn glued_status(rest: &str) -> Option<usize> {
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let mut marks = rest.match_indices("HTTP/1.").map(|(at, _)| at).take(10);
    marks.find(|at| rest[..*at].ends_with(['}', ']']) && is_status_line(&rest[*at..]) && is_json(&rest[..*at]))
}

/// Where that ends which people write in the place of a body, with an empty line behind it.
fn end_of_gap(body: &str) -> Option<usize> {
    body.find("\n\n").filter(|at| super::gaps::is_gap(&body[..*at]))
}

/// A JSON body, or what stands in its place, without the words that somebody wrote between it and the answer.
fn without_prose(body: &str) -> &str {
    if let Some(at) = end_of_gap(body) {
        return &body[..at];
    }
    let mut values = serde_json::Deserializer::from_str(body).into_iter::<serde::de::IgnoredAny>();
    let is_json = body.trim_start().starts_with(['{', '[']) && matches!(values.next(), Some(Ok(_)));
    let end = values.byte_offset();
    let behind = body.get(end..).unwrap_or("");
    let is_apart = behind.starts_with("\n\n") || behind.starts_with("\r\n\r\n");
    if is_json && is_apart { &body[..end] } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::body_to_json;
    use crate::formats::import::variables::MAX_EXPANDED;

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
            ("POST https://h/x HTTP/1.1\nContent-Length: 9\n\n{\"a\": 1}HTTP/1.1 400 No\n\nno\n", format!("POST https://h/x [Content-Length=9] {a1} -> 400 no")),
            ("POST https://h/x HTTP/1.1\r\nContent-Length: 8\r\n\r\n{\"a\": 1}\r\n\r\n", format!("POST https://h/x [Content-Length=8] {a1}")),
            ("POST http://h/x HTTP/1.1\n\n{\"a\": 1}\n\nHTTP/1.1 404 Not Found\nX: y\n\nno\n", format!("POST http://h/x [] {a1} -> 404 no")),
            ("POST http://h HTTP/1.1\n\nHTTP/1.1 100 Continue\r\n\r\nHTTP/2 201\r\n\r\nok", format!("POST http://h [] {none} -> 201 ok")),
            ("GET https://h/a\n\n###\n\n# hi\nPOST https://h/b\nX: {{v}}\n\n{\"a\": 1}\n\n### last\n@v = 7\nDELETE https://h/c", format!("GET https://h/a [] {none}\nPOST https://h/b [X=7] {a1}\nDELETE https://h/c [] {none}")),
            ("@host = h\n@base = https://{{host}}\n\nGET {{base}}/x?k={{key}}\n  &y=2", format!("GET https://h/x?k={{{{key}}}}&y=2 [] {none}")),
            (
                "* Connected\n> POST /x HTTP/1.1\n> Host: localhost\n> \n* sent\n< HTTP/1.1 404 Not Found\n< A: b\n< \n{ [5 bytes data]\nno\n* Closing",
                format!("POST http://localhost/x [Host=localhost] {none} -> 404 no"),
            ),
            (
                "POST http://h HTTP/1.1\nContent-Length: 8\n\n{\"a\": 1}\nhttp: error: SSLError: x\n",
                format!("POST http://h [Content-Length=8] {a1}"),
            ),
            (
                "> POST /x HTTP/1.1\n> Host: h\n> Expect: 100-continue\n> \n< HTTP/1.1 417 No\n< A: b\n<\n> POST /x HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 201 C\n< A: b\n<\nok\n",
                format!("POST https://h/x [Host=h] {none} -> 201 ok"),
            ),
            (
                "POST http://h HTTP/1.1\nA: b\n\n{\"a\": 1}\n\nHTTP/1.1 201 C\n\nok\n\n# ours\n\nGET /x HTTP/1.1\nHost: h\n\nHTTP/1.1 404 No\n\nno\n",
                format!("POST http://h [A=b] {a1} -> 201 ok\nGET https://h/x [Host=h] {none} -> 404 no"),
            ),
            ("POST https://h\n\n{\"a\": 1}\n\n> {%\n client.log(1);\n%}\n", format!("POST https://h [] {a1}")),
            ("POST https://h\n\n{\"a\": 1}\n>> out.json\n\n###\nGET https://h\n\n> ./after.js", format!("POST https://h [] {a1}\nGET https://h [] {none}")),
            ("### a\n< {%\n request.variables.set('u', 'https://x')\n%}\nPOST https://h\n    /x\n    ?a=1\n\n{\"a\": 1}", format!("POST https://h/x?a=1 [] {a1}")),
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
        assert_eq!(imported.notes[0].place, Some(TextPosition { line: 2, column: 1 }));
        assert!(read("hello\nthere").notes.iter().all(|note| note.severity == Severity::Lost));
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
