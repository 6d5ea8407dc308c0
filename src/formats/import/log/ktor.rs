//! What Ktor's `Logging` prints of each exchange: `REQUEST: https://h/x`, its head behind `->`, its body between `BODY START` and
//! `BODY END`, and the same of the answer behind `RESPONSE: 400 Bad Request` and `FROM: https://h/x`.

use super::super::failure;
use super::arrows::Found;
use super::named::status_of;
use super::texts::METHODS;
use crate::model::request_spec::RequestSpec;

/// The requests of such a text; `None` if it is none, or tells no more than the first lines.
pub(super) fn read(text: &str) -> Option<Vec<RequestSpec>> {
    if !text.contains("REQUEST") || !text.contains("METHOD: ") && !text.contains(FAILED) {
        return None;
    }
    let mut reader = Reader::default();
    text.lines().for_each(|line| reader.line(line));
    let is_told = reader.found.iter().any(|found| !found.method.is_empty() && found.status.is_some() || found.failed.is_some());
    let requests = reader.found.into_iter().map(|found| {
        let has_method = !found.method.is_empty();
        let mut request = found.request();
        if !has_method {
            request.method = "POST".to_owned();
            request.not_recorded.method = true;
        }
        request
    });
    is_told.then(|| requests.collect())
}

const FAILED: &str = " failed with exception: ";

#[derive(Default)]
struct Reader {
    found: Vec<Found>,
    /// The status of an answer whose address is still to come.
    status: Option<u16>,
    /// Whether the lines are those of an answer, and of which request.
    answered: Option<usize>,
    in_answer: bool,
    in_body: bool,
    /// What stands before each line.
    mark: String,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some((before, rest)) = split(line, "REQUEST: ").filter(|(_, rest)| rest.contains("://")) {
            self.begin(before);
            self.found.push(Found { url: rest.trim().to_owned(), ..Found::default() });
        } else if let Some((before, rest)) = split(line, "RESPONSE: ") {
            self.begin(before);
            (self.in_answer, self.status) = (true, rest.split_whitespace().next().and_then(status_of));
        } else if let Some((before, message)) = line.split_once(FAILED) {
            self.failed(before, message);
        } else {
            let content = line.strip_prefix(self.mark.as_str()).unwrap_or(line);
            self.content(content);
        }
    }

    fn begin(&mut self, before: &str) {
        (self.mark, self.in_body, self.in_answer, self.answered, self.status) = (before.to_owned(), false, false, None, None);
    }

    fn content(&mut self, content: &str) {
        if let Some(method) = content.strip_prefix("METHOD: ").filter(|_| !self.in_body) {
            let method = method.trim().trim_start_matches("HttpMethod(value=").trim_end_matches(')');
            if let Some(found) = self.found.last_mut().filter(|_| !self.in_answer && METHODS.contains(&method)) {
                found.method = method.to_owned();
            }
        } else if let Some(url) = content.strip_prefix("FROM: ").filter(|_| self.in_answer && !self.in_body) {
            let is_open = |found: &Found| found.url == url.trim() && found.status.is_none();
            self.answered = self.found.iter().position(is_open);
            if let Some(found) = self.answered.and_then(|at| self.found.get_mut(at)) {
                found.status = self.status;
            }
        } else if content.trim_end() == "BODY START" {
            self.in_body = true;
        } else if content.trim_end() == "BODY END" {
            self.in_body = false;
        } else if let Some(found) = self.current() {
            let (is_answer, is_body) = (self.in_answer, self.in_body);
            let found = &mut self.found[found];
            let (headers, body) = if is_answer {
                (&mut found.answer_headers, &mut found.answer_body)
            } else {
                (&mut found.headers, &mut found.body)
            };
            if is_body {
                let is_left_out = content.starts_with("[request body omitted]") || content.starts_with("[response body omitted]");
                if is_left_out {
                    found.is_left_out |= !is_answer;
                } else {
                    body.push_str(content);
                    body.push('\n');
                }
            } else if let Some((name, value)) = content.strip_prefix("-> ").and_then(|pair| pair.split_once(": ")) {
                headers.push((name.to_owned(), value.trim().to_owned()));
            } else if let Some(kind) = content.strip_prefix("BODY Content-Type: ")
                && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
                && kind.contains('/')
            {
                headers.push(("Content-Type".to_owned(), kind.trim().to_owned()));
            }
        }
    }

    /// The request whose lines these are, or whose answer's.
    fn current(&self) -> Option<usize> {
        if self.in_answer { self.answered } else { self.found.len().checked_sub(1) }
    }

    /// `REQUEST https://h/x failed with exception: java.net…`, and the same of the answer.
    fn failed(&mut self, before: &str, message: &str) {
        let Some((mark, url)) = split(before, "REQUEST ").or_else(|| split(before, "RESPONSE ")) else { return };
        self.begin(mark);
        let is_open = |found: &Found| found.url == url.trim() && found.status.is_none() && found.failed.is_none();
        let index = self.found.iter().position(is_open).unwrap_or(self.found.len());
        if index == self.found.len() && url.contains("://") {
            self.found.push(Found { url: url.trim().to_owned(), ..Found::default() });
        }
        if let Some(found) = self.found.get_mut(index) {
            found.failed = Some(failure::certain(message));
        }
    }
}

/// What stands before a mark and behind it, where a word ends before the mark.
fn split<'a>(line: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = line.find(mark)?;
    let before = &line[..at];
    (before.is_empty() || before.ends_with([' ', '\t', ':', ']', '|'])).then(|| (before, &line[at + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::body_to_json;

    #[test]
    fn exchanges_by_table() {
        let message = [
            "REQUEST: https://h/x",
            "METHOD: HttpMethod(value=POST)",
            "COMMON HEADERS",
            "-> Accept: text/plain",
            "CONTENT HEADERS",
            "BODY Content-Type: application/json",
            "BODY START",
            "{",
            "\"a\": 1}",
            "BODY END",
            "RESPONSE: 400 Bad Request",
            "METHOD: HttpMethod(value=POST)",
            "FROM: https://h/x",
            "COMMON HEADERS",
            "-> C: d",
            "BODY Content-Type: text/plain",
            "BODY START",
            "no",
            "BODY END",
        ];
        let body = r#"{"kind":"text","text":"{\n\"a\": 1}"}"#;
        let head = r#"[("Accept", "text/plain"), ("Content-Type", "application/json")]"#;
        let expected = format!("POST https://h/x {head} {body} 400 no");
        let prefixed = |prefix: &str| message.map(|line| format!("{prefix}{line}\n")).concat();
        for (text, expected) in [
            (prefixed(""), expected.clone()),
            (prefixed("D/HttpClient: "), expected.clone()),
            (prefixed("").replace("HttpMethod(value=POST)", "POST"), expected.clone()),
            (prefixed("").replace("REQUEST:", "10:02 INFO io.ktor.client.HttpClient - REQUEST:"), expected),
            (
                "REQUEST: https://h/x\nMETHOD: PUT\nBODY START\n[request body omitted]\nBODY END\nRESPONSE: 413\nMETHOD: PUT\nFROM: https://h/x\n".to_owned(),
                r#"PUT https://h/x [] {"kind":"none"} 413 "#.to_owned(),
            ),
            (
                "REQUEST: https://h/x\nMETHOD: POST\nREQUEST https://h/x failed with exception: java.net.UnknownHostException: h\n".to_owned(),
                r#"POST https://h/x [] {"kind":"none"} Dns"#.to_owned(),
            ),
            ("REQUEST: https://h/x\n".to_owned(), String::new()),
            ("THE REQUEST: none\nMETHOD: POST\n".to_owned(), String::new()),
        ] {
            let one = |request: &RequestSpec| {
                let came = request.answer().map(|answer| format!("{} {}", answer.status, answer.text()));
                let failed = request.failure().map(|failure| format!("{:?}", failure.kind));
                format!(
                    "{} {} {:?} {} {}",
                    request.method,
                    request.url,
                    request.headers,
                    body_to_json(&request.body),
                    came.or(failed).unwrap_or_default()
                )
            };
            let told: Vec<String> = read(&text).unwrap_or_default().iter().map(one).collect();
            assert_eq!(told.join("\n"), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(REQUEST: https://h/x|RESPONSE: 400|REQUEST https://h/x failed with exception: |METHOD: POST|FROM: https://h/x|BODY START|BODY END|-> A: b|\n|é|x: ){0,30}") {
            let _ = read(&text);
        }
    }
}
