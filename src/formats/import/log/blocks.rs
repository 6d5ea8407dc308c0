//! A request and its answer in blocks under headings, as consoles, pages of deliveries and printing clients show them: Postman's console,
//! GitLab's and GitHub's hooks, resty of Go, Tesla of Elixir, the pretty loggers of Dart.

use super::super::answer;
use super::super::http;
use super::texts::METHODS;
use crate::model::exchange::{Answer, Outcome};
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The signs that such programs draw around their blocks.
const DRAWN: [char; 18] = ['╔', '╣', '║', '╟', '╚', '═', '╝', '╗', '╠', '│', '┌', '└', '├', '─', '┐', '┘', ' ', '\t'];

/// What is looked at to see whether a text is of such blocks, in bytes.
const MAX_TEXT: usize = 4 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Nowhere,
    Head,
    Body,
}

/// What a line alone stands above.
enum Heading {
    Side(Side),
    Place(Option<Side>, Place),
}

/// Whether a text shows a request in such blocks.
pub(crate) fn is_blocks(text: &str) -> bool {
    read(text).is_some()
}

/// The requests that a text shows in such blocks; `None` if it is no such text.
pub(super) fn read(text: &str) -> Option<Vec<RequestSpec>> {
    let is_told = || holds_word(text, "request") && (holds_word(text, "response") || holds_word(text, "status"));
    if text.len() > MAX_TEXT || text.starts_with(['{', '[', '<']) || !is_told() {
        return None;
    }
    let mut blocks = Blocks::default();
    text.lines().for_each(|line| blocks.line(line));
    blocks.finish();
    let is_shown = blocks.headings > 1 && blocks.sides > 0;
    (is_shown && !blocks.found.is_empty()).then_some(blocks.found)
}

fn holds_word(text: &str, word: &str) -> bool {
    let capital = word[..1].to_ascii_uppercase() + &word[1..];
    text.contains(word) || text.contains(&capital) || text.contains(&word.to_ascii_uppercase())
}

#[derive(Default)]
struct Message {
    headers: Vec<(String, String)>,
    body: String,
    has_head: bool,
    has_body: bool,
}

struct Blocks {
    found: Vec<RequestSpec>,
    headings: usize,
    sides: usize,
    method: Option<String>,
    url: String,
    host: Option<String>,
    query: String,
    status: Option<u16>,
    side: Option<Side>,
    place: Place,
    /// A name whose value stands in the next line.
    pending: Option<String>,
    sent: Message,
    got: Message,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            found: Vec::new(),
            headings: 0,
            sides: 0,
            method: None,
            url: String::new(),
            host: None,
            query: String::new(),
            status: None,
            side: None,
            place: Place::Nowhere,
            pending: None,
            sent: Message::default(),
            got: Message::default(),
        }
    }
}

impl Blocks {
    fn message(&mut self) -> Option<&mut Message> {
        match self.side? {
            Side::Request => Some(&mut self.sent),
            Side::Response => Some(&mut self.got),
        }
    }

    fn line(&mut self, line: &str) {
        let is_drawn = line.trim_start().starts_with(DRAWN) && !line.starts_with([' ', '\t']);
        // The corner of a box begins another block.
        if line.starts_with(['╔', '┌']) {
            self.place = Place::Nowhere;
        }
        if is_drawn && line.contains('║') {
            line.split('║').for_each(|cell| self.cell(cell.trim_matches(DRAWN)));
        } else {
            self.cell(if is_drawn { line.trim_matches(DRAWN) } else { line });
        }
    }

    fn cell(&mut self, line: &str) {
        let trimmed = line.trim();
        if let Some(heading) = heading(trimmed) {
            return self.below(&heading);
        }
        if self.place == Place::Body {
            return self.in_body(line);
        }
        if trimmed.is_empty() {
            let has_headers = self.message().is_some_and(|message| !message.headers.is_empty());
            if self.place == Place::Head && has_headers {
                self.place = Place::Body;
            }
            return;
        }
        if let Some(name) = self.pending.take() {
            return self.named(&name, trimmed);
        }
        if self.begins(trimmed) || self.tells_status(trimmed) {
            return;
        }
        if self.place == Place::Head && trimmed.starts_with(['{', '[', '<']) {
            self.place = Place::Body;
            return self.in_body(line);
        }
        // HTTP/2 writes method and address as headers.
        if let Some((name, value)) = trimmed.strip_prefix(':').and_then(|rest| rest.split_once(": ")) {
            return self.pseudo(name, value.trim());
        }
        let Some((name, value)) = trimmed.split_once(':').map(|(name, value)| (name.trim(), value.trim())) else { return };
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_ ".contains(&byte));
        if !is_name {
            return;
        }
        if value.is_empty() {
            self.pending = Some(name.to_owned());
        } else {
            self.named(name, value);
        }
    }

    fn in_body(&mut self, line: &str) {
        // A drawn line and a row of signs end it.
        let is_row = line.len() > 7 && line.trim().chars().all(|c| "=-~*".contains(c)) && !line.trim().is_empty();
        // A new request of the same log.
        if is_row || self.begins(line.trim()) {
            if is_row {
                self.place = Place::Nowhere;
            }
            return;
        }
        if let Some(message) = self.message() {
            // Safari writes the type of a body, and its name again, above it.
            let is_about = line.starts_with(|c: char| c.is_ascii_alphabetic()) && line.trim_end().contains(':');
            if message.body.trim().is_empty() && is_about {
                return;
            }
            message.body.push_str(line);
            message.body.push('\n');
        }
    }

    fn below(&mut self, heading: &Heading) {
        let (side, place) = match *heading {
            Heading::Side(side) => {
                self.sides += 1;
                (Some(side), Place::Head)
            }
            Heading::Place(side, place) => {
                self.sides += usize::from(side.is_some());
                (side, place)
            }
        };
        self.headings += 1;
        self.pending = None;
        self.side = side.or(self.side).or(Some(Side::Request));
        self.place = place;
        let is_place = matches!(heading, Heading::Place(..));
        if let Some(message) = self.message().filter(|_| is_place) {
            message.has_head |= place == Place::Head;
            message.has_body |= place == Place::Body;
        }
    }

    /// A line with a method and an address.
    fn begins(&mut self, line: &str) -> bool {
        let mut words = line.split_whitespace().peekable();
        let mut method = None;
        while let Some(word) = words.next() {
            let bare = word.trim_end_matches(':');
            let is_target = words
                .peek()
                .is_some_and(|next| next.starts_with("http://") || next.starts_with("https://") || next.starts_with('/'));
            if METHODS.contains(&bare) && (is_target || words.peek().is_none() && self.url.is_empty()) {
                method = Some(bare.to_owned());
                break;
            }
        }
        let is_address = |word: &str| (word.starts_with("http://") || word.starts_with("https://")) && word.len() > 8;
        let target = match (&method, words.next()) {
            (Some(_), target) => target,
            (None, _) => Some(line).filter(|line| is_address(line) && !line.contains(char::is_whitespace)),
        };
        if method.is_none() && target.is_none() {
            return false;
        }
        let target = target.unwrap_or("").trim_end_matches([',', ';', '"']);
        if !self.url.is_empty() && !target.is_empty() && (self.url != target || method.is_some() && self.got.has_head) {
            self.finish();
        }
        if !target.is_empty() {
            target.clone_into(&mut self.url);
        }
        if method.is_some() {
            self.method = method;
        }
        let rest: Vec<&str> = words.collect();
        let told = rest.windows(2).find(|pair| matches!(pair[0], "->" | "=>" | "→")).and_then(|pair| status_of(pair[1]));
        self.status = self.status.or(told);
        // Below a heading of its own the headers follow.
        self.place = if self.side == Some(Side::Request) && self.place == Place::Head { Place::Head } else { Place::Nowhere };
        true
    }

    fn tells_status(&mut self, line: &str) -> bool {
        let lower = line.to_ascii_lowercase();
        let of_gitlab = || {
            let number = line.strip_suffix(')')?.rsplit_once('(')?.1;
            lower.starts_with("completed").then(|| status_of(number)).flatten()
        };
        let of_heading = || {
            let rest = lower.strip_prefix("response ")?;
            Some((rest.split_whitespace().next().and_then(status_of)?, rest))
        };
        if let Some((status, _)) = of_heading() {
            self.sides += 1;
            self.headings += 1;
            (self.side, self.place) = (Some(Side::Response), Place::Head);
            self.status = Some(status);
            return true;
        }
        let alone = || (self.side.is_none() && !self.url.is_empty()).then(|| status_of(line)).flatten();
        let of_side = || (self.side == Some(Side::Response)).then(|| status_of(lower.strip_prefix("status ")?.trim())).flatten();
        let of_line = || http::is_status_line(line).then(|| line.split_whitespace().nth(1).and_then(status_of)).flatten();
        let Some(status) = of_gitlab().or_else(alone).or_else(of_side).or_else(of_line) else { return false };
        self.status = Some(status);
        true
    }

    fn pseudo(&mut self, name: &str, value: &str) {
        match name {
            "method" => self.method = Some(value.to_owned()),
            "path" if self.url.is_empty() => value.clone_into(&mut self.url),
            "authority" => self.host = Some(value.to_owned()),
            "status" => self.status = status_of(value),
            _ => {}
        }
    }

    fn named(&mut self, name: &str, value: &str) {
        let lower = name.to_ascii_lowercase();
        let first = value.split_whitespace().next().unwrap_or("");
        match lower.as_str() {
            "request url" | "url" if value.contains("://") => {
                (self.side, self.place) = (Some(Side::Request), Place::Head);
                if !self.url.is_empty() && self.url != value {
                    self.finish();
                }
                first.clone_into(&mut self.url);
            }
            "request method" | "method" if METHODS.contains(&first.to_ascii_uppercase().as_str()) => {
                self.method = Some(first.to_ascii_uppercase());
            }
            "status" | "status code" | "response status" | "http status" if status_of(first).is_some() => {
                self.status = status_of(first);
                if self.side != Some(Side::Request) || lower == "response status" {
                    self.side = Some(Side::Response);
                }
            }
            "host" if self.place != Place::Head || !self.url.contains("://") => self.host = Some(first.to_owned()),
            "query" => {
                let pair = value
                    .split_once(':')
                    .map_or_else(|| value.to_owned(), |(name, value)| format!("{}={}", name.trim(), value.trim()));
                self.query = pair;
            }
            "body" | "payload" | "data" | "request body" | "response body" if value.starts_with(['{', '[', '<']) => {
                match lower.split_once(' ') {
                    Some(("request", _)) => self.side = Some(Side::Request),
                    Some(("response", _)) => self.side = Some(Side::Response),
                    _ => {}
                }
                if let Some(message) = self.message() {
                    (message.body, message.has_body) = (value.to_owned(), true);
                }
            }
            _ if self.place == Place::Head && !name.contains(' ') && !is_setting(name) => {
                if let Some(message) = self.message() {
                    message.headers.push((name.to_owned(), unquoted(value).to_owned()));
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self) {
        let blocks = std::mem::take(self);
        (self.found, self.headings, self.sides) = (blocks.found, blocks.headings, blocks.sides);
        let (sent, got) = (blocks.sent, blocks.got);
        let host = blocks
            .host
            .or_else(|| sent.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host")).map(|(_, value)| value.clone()));
        let mut url = match host {
            Some(host) if blocks.url.starts_with('/') => format!("https://{host}{}", blocks.url),
            _ => blocks.url,
        };
        if !url.contains("://") {
            return;
        }
        if !blocks.query.is_empty() && !url.contains('?') {
            url = format!("{url}?{}", blocks.query);
        }
        let body = sent.body.trim();
        // What a program prints of an object in its own way is not what was sent.
        let is_body = body.starts_with(['{', '[', '<', '"'])
            || body.starts_with("--")
            || body.contains('=') && !body.contains(char::is_whitespace);
        let body = if is_body { SpecBody::Text(body.to_owned()) } else { SpecBody::None };
        // A page names the status in its heading.
        let named =
            || answer::read(got.body.trim()).requests.pop()?.answer().map(|answer| answer.status).filter(|status| *status > 0);
        let status = blocks.status.or_else(|| (!got.body.trim().is_empty()).then(named).flatten());
        let outcome = status.map(|status| match answer::logged(status, got.body.trim().to_owned()) {
            Outcome::Answer(answer) => Outcome::Answer(Answer { headers: got.headers, ..answer }),
            other => other,
        });
        self.found.push(RequestSpec {
            not_recorded: NotRecorded {
                method: blocks.method.is_none(),
                headers: sent.headers.is_empty(),
                body: body == SpecBody::None,
                file_bytes: true,
                ..NotRecorded::default()
            },
            method: blocks.method.unwrap_or_else(|| "POST".to_owned()),
            url,
            headers: sent.headers,
            body,
            outcome,
            ..RequestSpec::default()
        });
    }
}

fn heading(line: &str) -> Option<Heading> {
    if line.len() > 60 {
        return None;
    }
    let is_drawn = |c: char| "~><=-*#: ▼▶".contains(c) || DRAWN.contains(&c);
    let lower = line.trim_matches(is_drawn).to_ascii_lowercase();
    Some(match lower.as_str() {
        "request" => Heading::Side(Side::Request),
        "response" => Heading::Side(Side::Response),
        "request headers" | "request header" => Heading::Place(Some(Side::Request), Place::Head),
        "response headers" | "response header" => Heading::Place(Some(Side::Response), Place::Head),
        "request body" | "request payload" | "request data" | "request content" => {
            Heading::Place(Some(Side::Request), Place::Body)
        }
        "response body" | "response payload" | "response data" | "response content" => {
            Heading::Place(Some(Side::Response), Place::Body)
        }
        "headers" | "header" => Heading::Place(None, Place::Head),
        "body" | "payload" => Heading::Place(None, Place::Body),
        "query string parameters" | "query parameters" | "summary" | "general" => Heading::Place(None, Place::Nowhere),
        _ => return None,
    })
}

/// A header's value without the quotation marks that Postman's console writes around each.
fn unquoted(value: &str) -> &str {
    let inner = value.trim().strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(value)
}

/// Whether a name is that of a setting rather than a header: `contentType`.
fn is_setting(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.contains(|c: char| c.is_ascii_uppercase()) && !name.contains('-')
}

fn status_of(word: &str) -> Option<u16> {
    let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
    (digits.len() == 3 && word.len() < 6).then(|| digits.parse().ok()).flatten().filter(|status| (100..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::body_to_json;

    #[test]
    fn blocks_by_table() {
        let a1 = r#"{"kind":"text","text":"{\"a\":1}"}"#;
        let none = r#"{"kind":"none"}"#;
        let kind = r#"[("Content-Type", "application/json")]"#;
        for (text, expected) in [
            (
                "POST https://h/x?k=1\n400\n241 ms\nNetwork\nRequest Headers\nContent-Type: application/json\nRequest Body\n{\"a\":1}\nResponse Headers\nC: d\nResponse Body\nno",
                format!("POST https://h/x?k=1 {kind} {a1} 400 no"),
            ),
            (
                "Completed 21 minutes ago in 0.31 sec (400)\nPOST https://h/x\n\nResponse\nHeaders\nC: d\nBody\nno\n\nRequest\nHeaders\nContent-Type: application/json\nBody\n{\"a\":1}\n",
                format!("POST https://h/x {kind} {a1} 400 no"),
            ),
            (
                "Request\nResponse 400\nHeaders\nRequest URL: https://h/x\nRequest method: POST\nContent-Type: application/json\nPayload\n{\"a\":1}\n",
                format!("POST https://h/x {kind} {a1} 400 "),
            ),
            (
                "=====\n~~~ REQUEST ~~~\nPOST  /x  HTTP/1.1\nHOST   : h\nHEADERS:\n\tContent-Type: application/json\nBODY   :\n{\"a\":1}\n----------\n~~~ RESPONSE ~~~\nSTATUS       : 400 Bad Request\nHEADERS      :\n\tC: d\nBODY         :\nno\n==========\n",
                format!("POST https://h/x {kind} {a1} 400 no"),
            ),
            (
                "10:22:11 [warning] POST https://h/x -> 400 (312.044 ms)\n10:22:11 [debug]\n>>> REQUEST >>>\nQuery: k: 1\nContent-Type: application/json\n\n{\"a\":1}\n\n<<< RESPONSE <<<\nC: d\n\nno\n",
                format!("POST https://h/x?k=1 {kind} {a1} 400 no"),
            ),
            (
                "╔╣ Request ║ POST \n║  https://h/x\n╚════════╝\n╔ Headers \n╟ Content-Type: application/json\n╟ responseType: ResponseType.json\n╚════════╝\n╔ Body\n╟ a: 1\n╚════════╝\n╔╣ DioError ║ Status: 400 Bad Request ║ Time: 402 ms\n║  https://h/x\n╚════════╝\n",
                format!("POST https://h/x {kind} {none} 400 "),
            ),
            (
                "Summary\nURL: https://h/x?k=1\nStatus: 400\n\nRequest\n:method: POST\n:path: /x?k=1\nContent-Type: application/json\n\nResponse\n:status: 400\nC: d\n\nQuery String Parameters\nk: 1\n\nRequest Data\nMIME Type: application/json\nRequest Data: \n{\"a\":1}\n",
                format!("POST https://h/x?k=1 {kind} {a1} 400 "),
            ),
            ("Request URL: https://h/x\nRequest Method: POST\nStatus Code: 404\n", String::new()),
            ("POST https://h/x\nContent-Type: application/json\n\n{\"request\": \"response\"}", String::new()),
            ("", String::new()),
        ] {
            let one = |request: &RequestSpec| {
                let came = request.answer().map_or_else(String::new, |answer| format!("{} {}", answer.status, answer.text()));
                format!("{} {} {:?} {} {came}", request.method, request.url, request.headers, body_to_json(&request.body))
            };
            let told: Vec<String> = read(text).unwrap_or_default().iter().map(one).collect();
            assert_eq!(told.join("\n"), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(POST https://h/x|\n|Request|Response|Headers|Body|: |A: b|║|╔|=========|400|é|Status: 4){0,30}") {
            let _ = read(&text);
        }
    }
}
