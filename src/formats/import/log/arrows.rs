//! What OkHttp, Feign and their like print of each exchange: `--> POST https://h/x`, its head and body, `<-- 400 …`, and the same of the
//! answer. Exchanges of several threads may stand between each other.

use super::super::{answer, failure};
use super::texts::METHODS;
use crate::model::exchange::{Answer, Outcome};
use crate::model::multipart;
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// How many requests may be open at the same time.
const MAX_OPEN: usize = 50;

/// The requests of such a text; `None` if it is none.
pub(super) fn read(text: &str) -> Option<Vec<RequestSpec>> {
    if !text.contains("--> ") {
        return None;
    }
    let mut reader = Reader::default();
    text.lines().for_each(|line| reader.line(line));
    let has_heads = reader.found.iter().any(|found| !found.headers.is_empty());
    // At its lowest level such a logger writes the first lines alone.
    let is_bare = reader.found.iter().all(|found| found.body.is_empty() && found.answer_body.is_empty())
        && reader.found.iter().any(|found| found.status.is_some());
    (has_heads || is_bare).then(|| reader.found.into_iter().map(Found::request).collect())
}

/// An exchange as the lines of a logger tell of it.
#[derive(Default)]
pub(super) struct Found {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) is_left_out: bool,
    pub(super) status: Option<u16>,
    pub(super) failed: Option<Outcome>,
    pub(super) answer_headers: Vec<(String, String)>,
    pub(super) answer_body: String,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Nowhere,
    Head,
    Body,
}

#[derive(Default)]
struct Reader {
    found: Vec<Found>,
    /// What stands before each line, behind its time.
    mark: String,
    /// The exchange whose lines are read, and whether they are those of its answer.
    current: Option<(usize, bool)>,
    place: Place,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let line = line.trim_end_matches('\r');
        let arrow =
            ["--> ", "<-- ", "<--- "].iter().filter_map(|sign| Some((line.find(sign).filter(|at| *at < 200)?, *sign))).min();
        if let Some((at, sign)) = arrow {
            let rest = &line[at + sign.len()..];
            let is_asked = sign == "--> ";
            if rest.starts_with("END ") {
                if let Some(found) = self.current.and_then(|(index, _)| self.found.get_mut(index)).filter(|_| is_asked) {
                    found.is_left_out |= rest.contains("omitted");
                }
                (self.current, self.place) = (None, Place::Nowhere);
                return;
            }
            let taken = if is_asked { self.asked(rest) } else { self.came(rest) };
            if taken {
                let before = line[..at].trim_end_matches('-').trim_end_matches('<');
                let from = before.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
                before[from..].clone_into(&mut self.mark);
                self.place = Place::Head;
                // With the size of the body in its first line a message has no more than that.
                if rest.trim_end().ends_with("-byte body)") {
                    self.current = None;
                }
                return;
            }
        }
        let Some((index, is_answer)) = self.current else { return };
        let bare = match self.mark.as_str() {
            "" => Some(line),
            mark => line.find(mark).filter(|at| *at < 120).map(|at| &line[at + mark.len()..]),
        };
        let bare = bare.or_else(|| (line.trim_end() == self.mark.trim_end()).then_some(""));
        let content = match (bare, self.place) {
            (Some(bare), _) => bare,
            // A body may go on in lines of its own.
            (None, Place::Body)
                if !line.starts_with(|c: char| c.is_ascii_digit()) && !self.mark.trim_start().starts_with(line) =>
            {
                line
            }
            _ => return,
        };
        let Some(found) = self.found.get_mut(index) else { return };
        let (headers, body) =
            if is_answer { (&mut found.answer_headers, &mut found.answer_body) } else { (&mut found.headers, &mut found.body) };
        if self.place == Place::Head {
            let pair = content.split_once(": ").filter(|(name, _)| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            });
            match pair {
                Some((name, value)) => return headers.push((name.to_owned(), value.trim().to_owned())),
                None if content.trim().is_empty() => return self.place = Place::Body,
                None => self.place = Place::Body,
            }
        }
        body.push_str(content);
        body.push('\n');
    }

    /// `POST https://h/x http/1.1 (96-byte body)`.
    fn asked(&mut self, rest: &str) -> bool {
        let mut words = rest.split_whitespace();
        let Some(method) = words.next().filter(|word| METHODS.contains(word)) else { return false };
        let Some(url) = words.next().filter(|word| word.starts_with('/') || word.contains("://")) else { return false };
        self.current = Some((self.found.len(), false));
        self.found.push(Found { method: method.to_owned(), url: url.to_owned(), ..Found::default() });
        true
    }

    /// `400 Bad Request https://h/x (332ms)`, `HTTP/1.1 404 Not Found (12ms)`, `HTTP FAILED: java.net…`.
    fn came(&mut self, rest: &str) -> bool {
        let mut words = rest.split_whitespace().skip_while(|word| word.starts_with("HTTP/"));
        let status = words.next().filter(|word| word.len() == 3).and_then(|word| word.parse::<u16>().ok());
        let failed = rest.strip_prefix("HTTP FAILED: ").or_else(|| rest.strip_prefix("ERROR ")).map(failure::certain);
        let url = words.find(|word| word.contains("://"));
        let open = |found: &&(usize, &Found)| {
            let is_open = found.1.status.is_none() && found.1.failed.is_none();
            is_open && url.is_none_or(|url| found.1.url == url)
        };
        let Some((index, _)) = self.found.iter().enumerate().rev().take(MAX_OPEN).find(|found| open(&found)) else {
            return false;
        };
        if status.is_none() && failed.is_none() {
            return false;
        }
        self.current = Some((index, true));
        if let Some(found) = self.found.get_mut(index) {
            (found.status, found.failed) = (status, failed);
        }
        true
    }
}

impl Found {
    pub(super) fn request(self) -> RequestSpec {
        let header = |wanted: &str| {
            self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone())
        };
        let host = header("host");
        let is_path = self.url.starts_with('/');
        let url = match (is_path, &host) {
            (true, Some(host)) => format!("https://{host}{}", self.url),
            (true, None) => format!("https://{{{{host}}}}{}", self.url),
            _ => self.url,
        };
        let text = self.body.trim_end_matches('\n');
        let kind = header("content-type").unwrap_or_default();
        let parts = || multipart::boundary_of(&kind).and_then(|boundary| multipart::read(&boundary, text.as_bytes()));
        let body = if self.is_left_out || text.trim().is_empty() {
            SpecBody::None
        } else if let Some(parts) = parts() {
            SpecBody::Multipart(parts)
        } else if kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            SpecBody::Urlencoded(text.to_owned())
        } else {
            SpecBody::Text(text.to_owned())
        };
        let answer_headers = self.answer_headers;
        let answered = self.status.map(|status| match answer::logged(status, self.answer_body.trim().to_owned()) {
            Outcome::Answer(answer) => Outcome::Answer(Answer { headers: answer_headers, ..answer }),
            other => other,
        });
        RequestSpec {
            not_recorded: NotRecorded {
                scheme: is_path,
                host: is_path && host.is_none(),
                port: is_path,
                // Such a logger stands before the one that completes the head.
                headers: true,
                body: body == SpecBody::None,
                file_bytes: true,
                ..NotRecorded::default()
            },
            method: self.method,
            url,
            headers: self.headers,
            body,
            outcome: answered.or(self.failed),
            ..RequestSpec::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::body_to_json;

    #[test]
    fn exchanges_by_table() {
        let message = [
            "--> POST https://h/x http/1.1",
            "A: b",
            "",
            "{\"a\":1}",
            "--> END POST (7-byte body)",
            "<-- 400 Bad Request https://h/x (3ms)",
            "C: d",
            "",
            "no",
            "<-- END HTTP (2-byte body)",
        ];
        let expected = "POST https://h/x [(\"A\", \"b\")] {\"kind\":\"text\",\"text\":\"{\\\"a\\\":1}\"} 400 [(\"C\", \"d\")] no";
        let prefixed = |prefix: &str| message.map(|line| format!("{prefix}{line}\n")).concat();
        for (text, expected) in [
            (prefixed(""), expected.to_owned()),
            (prefixed("D/okhttp.OkHttpClient: "), expected.to_owned()),
            (prefixed("1793613000.101 [INFO] "), expected.to_owned()),
            (prefixed("").replace("--> POST https://h/x http/1.1", "---> POST https://h/x HTTP/1.1").replace("<-- 400 Bad Request https://h/x", "<--- HTTP/1.1 400 Bad Request"), expected.to_owned()),
            (
                "--> POST /x HTTP/1.1\nHost: h\n<-- 404 Not Found\n".to_owned(),
                "POST https://h/x [(\"Host\", \"h\")] {\"kind\":\"none\"} 404 [] ".to_owned(),
            ),
            (
                "--> POST https://h/a\nA: b\n--> END POST (binary 9-byte body omitted)\n--> GET https://h/b\n--> END GET\n<-- 200 https://h/b (1ms)\n<-- 413 https://h/a (2ms)\n".to_owned(),
                "POST https://h/a [(\"A\", \"b\")] {\"kind\":\"none\"} 413 [] \nGET https://h/b [] {\"kind\":\"none\"} 200 [] ".to_owned(),
            ),
            (
                "--> POST https://h/x\n<-- 400 https://h/x (3ms)\n".to_owned(),
                "POST https://h/x [] {\"kind\":\"none\"} 400 [] ".to_owned(),
            ),
            (
                "--> POST https://h/x (9-byte body)\n--> GET https://h/y\n<-- 200 https://h/y (7ms, 2-byte body)\n<-- 400 https://h/x (9ms, 4-byte body)\nrejected\n".to_owned(),
                "POST https://h/x [] {\"kind\":\"none\"} 400 [] \nGET https://h/y [] {\"kind\":\"none\"} 200 [] ".to_owned(),
            ),
            ("--> POST https://h/x\n".to_owned(), String::new()),
        ] {
            let one = |request: &RequestSpec| {
                let came = request.answer().map_or_else(String::new, |answer| format!("{} {:?} {}", answer.status, answer.headers, answer.text()));
                format!("{} {} {:?} {} {came}", request.method, request.url, request.headers, body_to_json(&request.body))
            };
            let told: Vec<String> = read(&text).unwrap_or_default().iter().map(one).collect();
            assert_eq!(told.join("\n"), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(--> POST https://h/x|<-- 400 |--> END POST|<-- HTTP FAILED: x|A: b|\n|1 |é|x: ){0,30}") {
            let _ = read(&text);
        }
    }
}
