//! Log lines of any form: addresses, each with the method, the body and the answer that stand around it.

use super::super::{answer, failure, program};
use super::bodies::{MAX_BEHIND, behind_settings, body_above, named_line, refusal_of_powershell};
use super::named::{end_of_method_name, goes_on, status_below, status_in, status_of, status_with_name};
use super::own_answer;
use super::texts::{METHODS, broken_json, exception_in, json_in, literal_in, page_in, shortened_in, text_of_har, without_hex};
use crate::diagnosis::told_status;
use crate::model::exchange::{Answer, Outcome};
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::status::status_text;

/// More requests than anybody picks from.
pub(super) const MAX_REQUESTS: usize = 10_000;

/// How far apart the steps of one request are told, in bytes.
const MAX_STEP: usize = 250;

/// How many requests may run at the same time.
const MAX_OPEN: usize = 50;

/// How much before an address tells of it, in bytes.
const MAX_BEFORE: usize = 2 << 10;

/// An answer of which a log keeps the status alone.
fn only_status(status: u16) -> Outcome {
    answer::logged(status, String::new())
}

/// Addresses, each with the method before it and the JSON behind it.
pub(super) fn lines(text: &str, imported: &mut Imported) {
    let addresses = addresses(text);
    for (index, found) in addresses.iter().enumerate().take(MAX_REQUESTS) {
        let until = addresses.get(index + 1).map_or(text.len(), |next| next.start);
        let around = Around::of(text, found, until);
        let distance =
            index.checked_sub(1).and_then(|before| addresses.get(before)).map_or(usize::MAX, |before| found.start - before.end);
        // Requests that run at the same time come back in another order.
        let asked = imported.requests.iter_mut().rev().take(MAX_OPEN).filter(|_| around.is_answer);
        if let Some(asked) = asked.into_iter().find(|asked| asked.url == found.url && asked.outcome.is_none()) {
            asked.outcome = around.outcome();
            continue;
        }
        // .NET writes a star for a query.
        let url = found.url.strip_suffix("?*").unwrap_or(&found.url);
        // Node.js tells of a request's trailers when all of it is over.
        let is_over = around.before.trim_end().contains("trailers received from");
        let is_repeated = |last: &&mut RequestSpec| {
            let is_same = last.url == url && around.body().is_none();
            // A client that tells each of its steps names the address in each of them.
            let is_step = distance < MAX_STEP
                && last.outcome.is_none()
                && found.method.as_deref().is_none_or(|method| method == last.method);
            (last.url == url && (around.is_answer || is_over)) || is_same && (found.method.is_none() || is_step)
        };
        if let Some(last) = imported.requests.last_mut().filter(is_repeated) {
            // The client names the address again where it tells what came back.
            last.outcome = last.outcome.take().or_else(|| around.outcome());
            if let Some(answer) = last.outcome.as_mut().and_then(Outcome::answer_mut).filter(|answer| answer.body.is_empty()) {
                answer.body = around.answer_body().into();
            }
            continue;
        }
        imported.requests.push(around.request(found, &mut imported.notes));
    }
    if let ([only], [found]) = (imported.requests.as_mut_slice(), addresses.as_slice())
        && only.body == SpecBody::None
        && let Some(json) = body_above(text, found.start)
    {
        only.body = SpecBody::Text(json);
        only.not_recorded.body = false;
        only.headers.push(("Content-Type".into(), "application/json".into()));
        imported.notes.iter_mut().for_each(|note| note.text = note.text.replace(NO_BODY, ""));
    }
    if let [only] = imported.requests.as_mut_slice()
        && only.outcome.is_none()
    {
        only.outcome = refusal_of_powershell(text);
    }
    // An error's first line tells what came back, and the settings of the request stand far below it.
    if let [only] = imported.requests.as_mut_slice()
        && only.outcome.is_none()
    {
        let first =
            text.lines().find(|line| !line.trim().is_empty()).filter(|line| line.contains("rror") || line.contains("xception"));
        only.outcome = first.and_then(told_status).map(only_status);
    }
}

/// What is said of a request without a body.
const NO_BODY: &str = ", which shows no JSON body";

/// Whether a status with its name stands right before an address, or before its method: `In - 201 Created POST https://…`.
fn ends_with_status(before: &str) -> bool {
    let before = before.trim_end();
    let before = METHODS.iter().find_map(|method| before.strip_suffix(*method)).unwrap_or(before).trim_end();
    before.match_indices(' ').map(|(at, _)| &before[at + 1..]).chain([before]).any(|told| {
        told.split(' ').next().and_then(status_of).is_some_and(|status| told.eq_ignore_ascii_case(&status_text(status)))
    })
}

/// What stands around an address.
struct Around<'a> {
    text: &'a str,
    /// Where the address begins.
    start: usize,
    /// Its line up to it.
    before: &'a str,
    /// The lines above it that could tell its method, without those of the address before.
    above: &'a str,
    /// What follows up to the next address.
    behind: &'a str,
    /// Whether it is an answer that names the address.
    is_answer: bool,
}

impl<'a> Around<'a> {
    fn of(text: &'a str, found: &FoundAddress, until: usize) -> Self {
        let from = text.floor_char_boundary(found.start.saturating_sub(MAX_BEFORE));
        let line = text[from..found.start].rfind('\n').map_or(from, |at| from + at + 1);
        let mut end = until.min(found.end + MAX_BEHIND).max(found.end);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let above = text[from..line].rmatch_indices('\n').nth(4).map_or(from, |(at, _)| from + at + 1);
        let before = &text[line..found.start];
        Self {
            text,
            start: found.start,
            before,
            above: text[above..line].rsplit("://").next().unwrap_or(""),
            behind: &text[found.end..end],
            is_answer: before.contains("<--") || ends_with_status(before),
        }
    }

    fn request(&self, found: &FoundAddress, notes: &mut Vec<Note>) -> RequestSpec {
        let mut severity = Severity::Taken;
        let mut said = "This was read from a log".to_owned();
        let body = match self.body() {
            Some(json) => SpecBody::Text(json),
            None => {
                said.push_str(NO_BODY);
                SpecBody::None
            }
        };
        let mut not_recorded =
            NotRecorded { headers: true, file_bytes: true, body: body == SpecBody::None, ..NotRecorded::default() };
        let host = found.url.starts_with('/').then(|| self.host()).flatten();
        let url = if let Some(host) = host {
            // The port of a log's own host tells the scheme.
            let port = host.rsplit_once(':').map(|(_, port)| port);
            (not_recorded.scheme, not_recorded.port) = (!matches!(port, Some("80" | "443")), port.is_none());
            match host.strip_suffix(":80") {
                Some(bare) => format!("http://{bare}{}", found.url),
                None => format!("https://{}{}", host.trim_end_matches(":443"), found.url),
            }
        } else if found.url.starts_with('/') {
            (not_recorded.scheme, not_recorded.host, not_recorded.port) = (true, true, true);
            severity = Severity::Lost;
            said.push_str(" and does not name the host");
            format!("https://{{{{host}}}}{}", found.url)
        } else {
            found.url.clone()
        };
        // .NET writes a star for a query, Spring's WebClient and Mule write none.
        let line_end = self.behind.split('\n').next().unwrap_or("");
        let (url, hides_query) = match url.strip_suffix("?*") {
            Some(bare) => (bare.to_owned(), true),
            None => (url, line_end.contains("[DefaultWebClient]") || self.before.ends_with("on resource '")),
        };
        not_recorded.address_end |= hides_query || found.is_cut || self.is_put_together(found);
        let method = found.method.clone().or_else(|| self.method());
        if method.is_none() {
            not_recorded.method = true;
            said.push_str(", which does not name the method: it is taken to be POST");
        }
        add_note(notes, || Note { severity, place: Some(TextPosition::of(self.text, self.start)), text: said });
        RequestSpec {
            method: method.unwrap_or_else(|| "POST".to_owned()),
            url,
            headers: if body == SpecBody::None { Vec::new() } else { vec![("Content-Type".into(), "application/json".into())] },
            body,
            not_recorded,
            outcome: self.outcome(),
            ..RequestSpec::default()
        }
    }

    /// Whether the address is a text in a program, of a language that is not known here, which adds to it.
    fn is_put_together(&self, found: &FoundAddress) -> bool {
        let is_text = self.before.trim_end_matches(['"', '\'', '`', '$', 'f', '@']).trim_end().ends_with(['(', '=', ',', '[']);
        let is_quoted = self.before.ends_with(['"', '\'', '`']) && self.behind.starts_with(['"', '\'', '`']);
        let from = self.text.floor_char_boundary(self.start.saturating_sub(MAX_BEFORE));
        let until = self.text.ceil_char_boundary((found.end + MAX_BEFORE).min(self.text.len()));
        let around = &self.text[from..until];
        is_text && is_quoted && program::adds_to_address(around, self.start - from, found.end - from, &found.url)
    }

    /// The method where tools name it apart from the address: `POST to`, Go's `Post "`, `method: POST`, `Request Method:` and the line
    /// below it.
    fn method(&self) -> Option<String> {
        let words = |text: &'a str| text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
        let known =
            |word: &str| METHODS.iter().find(|method| word.eq_ignore_ascii_case(method)).map(|method| (*method).to_owned());
        let last = self.before.trim_end_matches(['\\', '"', ' ']).rsplit(|c: char| !c.is_ascii_alphabetic()).next();
        let of_go = last.filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase())).and_then(known);
        let in_line =
            || words(self.before).filter(|word| word.chars().all(|c| c.is_ascii_uppercase())).filter_map(known).next_back();
        let named = |text: &'a str| {
            let lower = text.to_lowercase();
            let at = end_of_method_name(&lower)?;
            let mut words = words(text.get(at..)?);
            // Ktor writes `METHOD: HttpMethod(value=POST)`.
            let first = words.next()?;
            known(first).or_else(|| known(words.nth(1)?).filter(|_| first == "HttpMethod"))
        };
        // `RestClient.post "`, `http.Post("`, `client.PostAsync("`: the call that takes the address.
        let call =
            self.before.trim_end_matches(['"', '\'', '(', ' ']).rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        let is_call =
            self.before.trim_end_matches(['"', '\'', '(', ' ']).strip_suffix(call).is_some_and(|before| before.ends_with('.'));
        let of_call = known(call.strip_suffix("Async").unwrap_or(call)).filter(|_| is_call);
        // HTTPie: `… while doing a POST request to URL:`.
        let doing = || self.behind.lines().next()?.split_once("while doing a ")?.1.split(' ').next().and_then(known);
        // A step of Zapier and its like: the method alone behind a label in a line of its own.
        let labelled = || {
            let label = |line: &'a str| {
                let (label, method) = line.split_once([':', '='])?;
                let is_label = ["event", "action", "verb", "type", "request type", "operation"];
                known(method.trim()).filter(|_| is_label.contains(&label.trim().to_ascii_lowercase().as_str()))
            };
            self.above.lines().rev().take(6).find_map(label)
        };
        let named = || named(self.behind).or_else(|| named(self.above));
        of_go.or(of_call).or_else(in_line).or_else(doing).or_else(named).or_else(labelled)
    }

    /// Whether the status stands before the address, so that what follows is the answer: `401 on POST request for`.
    fn status_before(&self) -> Option<u16> {
        let mut words = self.before.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let next = words.peek().copied().unwrap_or("");
            let is_told = matches!(next, "on" | "Client" | "Server" | "|")
                || (next.ends_with("ms") && next.starts_with(|c: char| c.is_ascii_digit()));
            if let Some(status) = status_of(word).filter(|_| is_told || (self.is_answer && !next.is_empty())) {
                return Some(status);
            }
        }
        // A message that names the address behind the status, as `Server returned HTTP response code: 400 for URL:`.
        told_status(self.before)
    }

    /// The status that an access log writes before the request: HAProxy and load balancers behind their timers, Squid behind its word.
    fn status_of_access_log(&self) -> Option<u16> {
        if !METHODS.iter().any(|method| self.before.trim_end().ends_with(*method)) {
            return None;
        }
        let words: Vec<&str> = self.before.split_whitespace().collect();
        let is_timer = |word: &str| {
            word == "-1"
                || word.contains(['/', '.'])
                    && word.bytes().all(|byte| byte.is_ascii_digit() || b"/.-+".contains(&byte))
                    && word.bytes().any(|byte| byte.is_ascii_digit())
        };
        let behind_timer =
            || words.windows(2).find(|pair| is_timer(pair[0]) && status_of(pair[1]).is_some_and(|status| status >= 200));
        let of_squid = || {
            words.iter().find_map(|word| {
                let (name, status) = word.split_once('/')?;
                let is_name = name.contains('_') && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
                status_of(status).filter(|_| is_name)
            })
        };
        of_squid().or_else(|| behind_timer().and_then(|pair| status_of(pair[1])))
    }

    /// The status that morgan of Node.js writes behind the address: `400 12.345 ms - 75`.
    fn status_of_morgan(&self) -> Option<u16> {
        let mut words = self.behind.lines().next()?.split_whitespace();
        let status = words.next().and_then(status_of)?;
        let is_time = words.next().is_some_and(|word| word.parse::<f64>().is_ok()) && words.next() == Some("ms");
        is_time.then_some(status)
    }

    /// The host that an access log names beside the path: nginx's `host: "h"`, HAProxy's captured headers `{h|agent}`.
    fn host(&self) -> Option<String> {
        let line = self.behind.split('\n').next().unwrap_or("");
        // What nothing ends may have been cut off.
        let named = ["host: \"", "host=\"", "host=", "authority=\"", "authority="].iter().find_map(|mark| {
            let (host, _) = line.split_once(mark)?.1.split_once(['"', ' ', ',', ';'])?;
            (host.contains('.') && !host.contains('/')).then_some(host)
        });
        // Envoy writes it between quotes behind the agent, nginx where its format says so.
        let quoted = || {
            let is_host = |word: &&str| {
                let name = word.rsplit_once(':').map_or(*word, |(name, _)| name);
                let end = name.rsplit('.').next().unwrap_or("");
                name.contains('.')
                    && end.len() > 1
                    && end.bytes().all(|byte| byte.is_ascii_alphabetic())
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
            };
            let (closed, _) = line.rsplit_once('"')?;
            closed.split('"').skip(1).find(is_host)
        };
        let captured = || {
            let groups = self.before.split('{').skip(1).filter_map(|group| Some(group.split_once('}')?.0));
            let is_host =
                |word: &&str| word.contains('.') && !word.contains(['/', ' ', ':']) && word.contains(char::is_alphabetic);
            groups.flat_map(|group| group.split('|')).find(is_host)
        };
        // Apache's vhost_combined begins with it.
        let first = || {
            let word = self.before.trim_start().split(' ').next()?;
            let (host, port) = word.rsplit_once(':').unwrap_or((word, "443"));
            let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            let is_host = host.contains('.') && host.starts_with(char::is_alphabetic) && !host.contains(['/', '[', '"']);
            (is_port && is_host && self.before.contains(" - [")).then_some(word)
        };
        named.or_else(captured).or_else(first).or_else(quoted).filter(|host| !host.is_empty()).map(str::to_owned)
    }

    /// The status that follows the address at once: behind an arrow or a word that tells of it, with its own words behind it, or alone
    /// behind method and address, as in `-> 503`, `returned 400`, `503 Service Unavailable`, `POST /x 400 12 ms`.
    fn status_right_behind(&self) -> Option<u16> {
        const TELLS: [&str; 20] = [
            "->",
            "=>",
            "-->",
            "==>",
            "→",
            "—",
            "returned",
            "responded",
            "answered",
            "got",
            "gave",
            "failed",
            "failed:",
            "with",
            "http",
            "status",
            "code",
            "response",
            "was",
            "received",
        ];
        let is_sign = |c: char| "()[]{}:,;.\"'=|".contains(c);
        let mut words =
            self.behind.lines().next()?.split_whitespace().skip_while(|word| word.trim_matches(is_sign).is_empty()).peekable();
        let has_method = METHODS.iter().any(|method| self.before.trim_end().ends_with(method));
        // As a list writes it: `https://… : 404`.
        let line = self.behind.lines().next()?.trim();
        let mut is_told = line.strip_prefix(':').and_then(|rest| status_of(rest.trim())).is_some();
        for index in 0..8 {
            let word = words.next()?;
            let bare = word.trim_matches(is_sign);
            if let Some(status) = status_of(bare) {
                let next = words.peek().copied().unwrap_or("").trim_matches(is_sign);
                let reason = status_text(status);
                let is_named = reason.split(' ').nth(1).is_some_and(|reason| next.eq_ignore_ascii_case(reason));
                let is_measure =
                    ["ms", "bytes", "s", "b", "times", "milliseconds", "seconds"].contains(&next.to_ascii_lowercase().as_str());
                let is_alone = index == 0
                    && has_method
                    && reason.contains(' ')
                    && (next.is_empty() || next.starts_with(|c: char| c.is_ascii_digit()));
                return (is_named || (is_told || is_alone) && !is_measure).then_some(status);
            }
            let is_version = bare.starts_with("HTTP/");
            let lower = bare.to_ascii_lowercase();
            let tells = TELLS.contains(&lower.as_str()) || TELLS.contains(&word);
            if !(tells || is_version || bare.is_empty() || word == "-") {
                return None;
            }
            is_told |= tells;
        }
        None
    }

    /// What a load balancer's log says of an answer of its own; nothing where a server behind it gave it.
    fn of_load_balancer(&self, status: u16) -> &'static str {
        if status < 400 || !own_answer::in_line(self.before, self.behind) {
            ""
        } else if status == 403 && self.behind.contains("\"waf") {
            "The log says that this request was blocked by the load balancer's firewall (waf)"
        } else {
            own_answer::SAID
        }
    }

    /// What nginx's error log says of the request that its line names.
    fn of_nginx(&self) -> Option<Outcome> {
        const SAID: [(&str, u16); 12] = [
            ("client intended to send too large body", 413),
            ("client sent too long URI", 414),
            ("client sent too large request", 400),
            ("client sent too long header line", 400),
            ("client sent plain HTTP request to HTTPS port", 400),
            ("client SSL certificate verify error", 400),
            ("upstream timed out", 504),
            ("while connecting to upstream", 502),
            ("upstream prematurely closed connection", 502),
            ("upstream sent too big header", 502),
            ("no live upstreams", 502),
            ("access forbidden by rule", 403),
        ];
        if !self.before.contains("client: ") || !self.before.contains("request: ") {
            return None;
        }
        let (said, status) = SAID.iter().find(|(said, _)| self.before.contains(said))?;
        let at = self.before.find(said)?;
        let words = self.before[at..].split(", client:").next().unwrap_or(said);
        let body = format!("nginx says in its log: {words}");
        Some(Outcome::Answer(Answer { status: *status, body: body.into(), ..Answer::default() }))
    }

    /// The exception that an event of ASP.NET names above the request that it is about.
    fn of_event(&self) -> Option<String> {
        let from = self.text.floor_char_boundary(self.start.saturating_sub(MAX_BEFORE));
        let (before, said) = self.text[from..self.start].rsplit_once("Exception message:")?;
        before.contains("Event code:").then(|| said.lines().next().map(|line| line.trim().to_owned()))?
    }

    /// What of the text behind is the request's: all before the answer.
    fn sent(&self) -> &'a str {
        let mut at = 0;
        for line in self.behind.split_inclusive('\n') {
            let lower = line.trim_start().to_ascii_lowercase();
            let is_setting = lower.starts_with("responsetype");
            let is_heading = lower.trim_end().ends_with("- response") || lower.contains("- response:");
            if lower.starts_with("response") && !is_setting || is_heading || line.contains("<--") || line.contains("-> END ") {
                return &self.behind[..at];
            }
            at += line.len();
        }
        self.behind
    }

    /// Whether what follows the address is the answer, as in `401 on POST request for`.
    fn is_answered(&self) -> bool {
        self.before.contains(" on ") && self.status_before().is_some()
    }

    fn body(&self) -> Option<String> {
        if self.is_answer || self.is_answered() {
            return None;
        }
        let sent = self.sent();
        let lower = sent.to_ascii_lowercase();
        let marked = ["request data", "request body"].iter().filter_map(|mark| lower.find(mark)).chain(named_line(&lower)).min();
        let text = sent.get(marked.unwrap_or(0)..).unwrap_or(sent);
        let text = if marked.is_none() { behind_settings(text) } else { text };
        // A name in front of the brace would be that of the headers.
        let text = match lower.find("headers:").filter(|at| marked.is_none() && lower[at + 8..].trim_start().starts_with('{')) {
            Some(_) => return None,
            None => text,
        };
        let escaped = || text.contains("\\x22").then(|| json_in(&without_hex(text))).flatten();
        let quoted = || text.contains("{\\\"").then(|| json_in(&text.replace("\\\"", "\"").replace("\\\\", "\\"))).flatten();
        let broken = || sent.get(marked?..).and_then(broken_json);
        // JSON that stands as a text in other JSON comes before an answer's behind it.
        let is_quoted = text.find('{').is_some_and(|at| text[at + 1..].starts_with("\\\""));
        let first = if is_quoted { quoted() } else { None };
        let json =
            first.or_else(|| json_in(text)).or_else(escaped).or_else(quoted).or_else(|| literal_in(text)).or_else(broken)?;
        let json = text_of_har(&json).unwrap_or(json);
        // What reports an error is what came back.
        (!answer::reports_error(&json)).then_some(json)
    }

    /// The answer's body, where one stands behind the address that reports an error.
    fn answer_body(&self) -> String {
        let came = &self.behind[self.sent().len()..];
        json_in(self.behind)
            .filter(|json| self.is_answered() || self.is_answer || answer::reports_error(json))
            .or_else(|| json_in(came).filter(|json| answer::reports_error(json)))
            .or_else(|| page_in(self.behind))
            .or_else(|| shortened_in(self.behind))
            .unwrap_or_default()
    }

    fn outcome(&self) -> Option<Outcome> {
        if let Some(outcome) = self.of_nginx() {
            return Some(outcome);
        }
        if let Some(status) = self.status_before() {
            return Some(answer::logged(status, self.answer_body()));
        }
        if let Some(status) = self.status_right_behind() {
            let body = self.answer_body();
            let said = || exception_in(self.behind).filter(|_| status >= 400).unwrap_or_default();
            return Some(answer::logged(status, if body.is_empty() { said() } else { body }));
        }
        if let Some(status) = self.behind.lines().take(60).enumerate().find_map(|(index, line)| status_in(line, index == 0)) {
            let body = self.answer_body();
            let own = || self.of_load_balancer(status).to_owned();
            return Some(answer::logged(status, if body.is_empty() { own() } else { body }));
        }
        if let Some(status) =
            status_below(self.behind).or_else(|| self.status_of_morgan()).or_else(|| self.status_of_access_log())
        {
            return Some(answer::logged(status, self.of_load_balancer(status).to_owned()));
        }
        if let Some(status) = self.behind.lines().take(10).find_map(status_with_name) {
            return Some(only_status(status));
        }
        if let Some(said) = self.of_event() {
            return Some(answer::logged(500, said));
        }
        // A message that tells of a failure, and its status in any words.
        let first = self.behind.lines().next().unwrap_or("").split('{').next().unwrap_or("");
        if let Some(status) = told_status(first).filter(|_| first.contains("fail") || first.contains("rror")) {
            return Some(only_status(status));
        }
        // What a line says of the address stands on both sides of it.
        let first = self.behind.lines().next().unwrap_or("");
        let line = format!("{}{first}", self.before);
        let lines = std::iter::once(line.as_str()).chain(self.behind.lines().skip(1).take(19));
        // A stack trace names the failure first.
        failure::in_lines(lines).or_else(|| failure::in_lines(self.above.lines()))
    }
}

struct FoundAddress {
    start: usize,
    end: usize,
    method: Option<String>,
    url: String,
    /// Whether the log shortened it, or left its query out.
    is_cut: bool,
}

/// Whole addresses, and paths behind a method as access logs have them.
fn addresses(text: &str) -> Vec<FoundAddress> {
    let mut found: Vec<FoundAddress> = Vec::new();
    let mut at = 0;
    // The address of a server alone, behind which urllib3 writes the request line.
    let mut server: Option<(usize, &str)> = None;
    let mut line_start = 0;
    // What was copied from a page's source has its escapes everywhere; alone it is how the address was sent.
    let is_escaped = ["&quot;", "&lt;", "&#39;", "&#34;", "</"].iter().any(|sign| text.contains(sign));
    while at < text.len() {
        let rest = &text[at..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|')).unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches('\\');
        let scheme = word.find("https://").or_else(|| word.find("http://"));
        let is_between = |c: char| c.is_whitespace() || matches!(c, '"' | ':' | '\'' | '=' | ']' | '\\' | '`');
        // Only before an address, so that a run of such signs is passed once.
        let is_address = scheme.is_some() || word.starts_with('/');
        let before = if is_address { text[..at].trim_end_matches(is_between) } else { "" };
        // "POST to `/api/…`", as people write it.
        let before = before.strip_suffix(" to").unwrap_or(before);
        let method = METHODS.iter().find(|method| before.ends_with(*method)).map(|method| (*method).to_owned());
        // A referrer or an agent's home page is not a request: without a method before, only an API's address counts.
        // nginx names in one line where it passed the request on to, too.
        let is_aside = ["upstream: \"", "referrer: \"", "Referer: "].iter().any(|name| text[..at].ends_with(name));
        let whole = scheme.map(|scheme| (scheme, &word[scheme..])).filter(|(_, url)| method.is_some() || url.contains("/api/"));
        // strace prints the beginning of what was written.
        let is_cut = rest[end..].starts_with("\"...");
        let whole = whole.filter(|_| !is_aside && !is_cut);
        let pool = word.starts_with('/').then(|| pool_of(text, at)).flatten();
        let path = word.starts_with('/').then_some((0, word)).filter(|_| !is_cut && (method.is_some() || pool.is_some()));
        if let Some((offset, url)) = whole.or(path) {
            let whole = url;
            let mut url = url.trim_end_matches([',', ';', ')', ']', '}', '.', ':']);
            // What is crossed out stands between brackets of its own.
            if url.contains('[') && !url.contains(']') && whole[url.len()..].starts_with(']') {
                url = &whole[..=url.len()];
            }
            // Squid leaves the sign in front of the query that it does not write.
            let is_cut = url.ends_with(['…', '?']) || whole[url.len()..].starts_with("...") || goes_on(&rest[end..], word);
            // Who writes of a path in words leaves the query out.
            let is_cut = is_cut || text[..at].ends_with('`') && url.starts_with('/') && !url.contains('?');
            url = url.trim_end_matches(['…', '?']);
            let start = at + offset;
            let pool = pool.unwrap_or_default();
            let base = server.filter(|(at, _)| *at >= line_start && url.starts_with('/')).map_or(pool.as_str(), |(_, base)| base);
            let base = base.strip_suffix(":443").filter(|_| base.starts_with("https")).unwrap_or(base);
            found.push(FoundAddress {
                start,
                end: start + url.len(),
                method,
                url: format!("{base}{}", if is_escaped { url.replace("&amp;", "&") } else { url.to_owned() }),
                is_cut,
            });
        } else if let Some(scheme) = scheme {
            let url = word[scheme..].trim_end_matches('/');
            server = (url.matches('/').count() == 2).then_some((at, url));
        }
        at += end;
        let gap = text[at..].chars().next();
        at += gap.map_or(0, char::len_utf8);
        if gap == Some('\n') {
            line_start = at;
        }
    }
    found
}

/// The server that urllib3 names before a path: `HTTPSConnectionPool(host='h', port=443): Max retries exceeded with url: /path`.
fn pool_of(text: &str, at: usize) -> Option<String> {
    let from = text.floor_char_boundary(at.saturating_sub(MAX_BEFORE));
    let line = text[from..at].rsplit('\n').next().unwrap_or("");
    let (before, behind) = line.rsplit_once("ConnectionPool(host='")?;
    let (host, rest) = behind.split_once('\'')?;
    let port: String = rest.chars().filter(char::is_ascii_digit).take(5).collect();
    let scheme = if before.ends_with("HTTPS") { "https" } else { "http" };
    let is_usual = matches!((scheme, port.as_str()), ("https", "443") | ("http", "80") | (_, ""));
    rest.contains("url: ").then(|| if is_usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") })
}
