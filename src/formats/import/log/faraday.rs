//! What Faraday's logger of Ruby prints of each exchange: `request: POST https://h/x`, then head and body behind `request: `, and the
//! same of the answer behind `response: Status 400`. Further lines of a piece have nothing before them.

use super::arrows::Found;
use super::named::status_of;
use super::texts::METHODS;
use crate::model::request_spec::RequestSpec;

/// The requests of such a text; `None` if it is none, or tells no more than the first lines.
pub(super) fn read(text: &str) -> Option<Vec<RequestSpec>> {
    if !text.contains("response: Status ") {
        return None;
    }
    let mut reader = Reader::default();
    text.lines().for_each(|line| reader.line(line));
    let is_told = reader.found.iter().any(|found| found.status.is_some());
    is_told.then(|| reader.found.into_iter().map(Found::request).collect())
}

#[derive(Default)]
struct Reader {
    found: Vec<Found>,
    in_answer: bool,
    in_body: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let behind = |mark: &str| {
            let at = line.find(mark)?;
            let is_word = line[..at].is_empty() || line[..at].ends_with([' ', '\t', ']']);
            is_word.then(|| &line[at + mark.len()..])
        };
        if let Some(rest) = behind("request: ") {
            let mut words = rest.split_whitespace();
            let method = words.next().filter(|word| METHODS.contains(word));
            if let (Some(method), Some(url)) = (method, words.next().filter(|url| url.contains("://"))) {
                self.found.push(Found { method: method.to_owned(), url: url.to_owned(), ..Found::default() });
                (self.in_answer, self.in_body) = (false, false);
            } else {
                self.in_answer = false;
                self.piece(rest);
            }
        } else if let Some(rest) = behind("response: ") {
            let status = rest.strip_prefix("Status ").and_then(|status| status_of(status.trim()));
            if let (Some(status), Some(found)) = (status, self.found.last_mut().filter(|found| found.status.is_none())) {
                found.status = Some(status);
                (self.in_answer, self.in_body) = (true, false);
            } else {
                self.piece(rest);
            }
        } else if !self.found.is_empty() {
            self.piece(line);
        }
    }

    /// A header, whose value stands between quotes, or a line of a body.
    fn piece(&mut self, line: &str) {
        let Some(found) = self.found.last_mut() else { return };
        let (headers, body) = if self.in_answer {
            (&mut found.answer_headers, &mut found.answer_body)
        } else {
            (&mut found.headers, &mut found.body)
        };
        let header = line.split_once(": \"").and_then(|(name, value)| Some((name, value.trim_end().strip_suffix('"')?)));
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match header.filter(|(name, _)| !self.in_body && !name.is_empty() && is_name(name)) {
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            None if line.trim().is_empty() && body.is_empty() => {}
            None => {
                self.in_body = true;
                body.push_str(line);
                body.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::body_to_json;

    #[test]
    fn exchanges_by_table() {
        let text = |mark: &str| {
            format!(
                "{mark}request: POST https://h/x\n{mark}request: User-Agent: \"Faraday\"\nContent-Type: \"application/json\"\n{mark}request: {{\"a\": 1}}\n{mark}response: Status 400\n{mark}response: server: \"x\"\n{mark}response: {{\"status\": 400,\n\"b\": 2}}\n"
            )
        };
        let body = r#"{"kind":"text","text":"{\"a\": 1}"}"#;
        let expected = format!(
            "POST https://h/x [(\"User-Agent\", \"Faraday\"), (\"Content-Type\", \"application/json\")] {body} 400 {{\"status\": 400,\n\"b\": 2}}"
        );
        for (text, expected) in [
            (text("I, [2026-03-12T08:01:22 #4711]  INFO -- : "), expected.clone()),
            (text("I, [2026-03-12T08:01:22 #4711]  INFO -- "), expected.clone()),
            (text(""), expected),
            (
                "request: POST https://h/x\nrequest: Content-Type: \"application/x-www-form-urlencoded\"\nrequest: a=b\nresponse: Status 415\n".to_owned(),
                "POST https://h/x [(\"Content-Type\", \"application/x-www-form-urlencoded\")] {\"kind\":\"urlencoded\",\"text\":\"a=b\"} 415 ".to_owned(),
            ),
            ("request: POST https://h/x\n".to_owned(), String::new()),
            ("response: Status 400\n".to_owned(), String::new()),
        ] {
            let one = |request: &RequestSpec| {
                let came = request.answer().map_or_else(String::new, |answer| format!("{} {}", answer.status, answer.text()));
                format!("{} {} {:?} {} {came}", request.method, request.url, request.headers, body_to_json(&request.body))
            };
            let told: Vec<String> = read(&text).unwrap_or_default().iter().map(one).collect();
            assert_eq!(told.join("\n"), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(request: POST https://h/x|request: |response: Status 400|response: |A: \"b\"|\n|é|\\{\\}){0,30}") {
            let _ = read(&text);
        }
    }
}
