//! HAR 1.1 and 1.2, as browsers, Charles and Fiddler write it.
//!
//! Entries are read one by one, so that a file of hundreds of megabytes needs little more than itself; of the answers only so much is kept
//! as a list can use.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::{ImportError, note};
use super::failure;
use super::text::without_charset;
use crate::model::exchange::{Answer, Outcome};
use crate::model::imported::{Imported, Severity};
use crate::model::json_text;
use crate::model::multipart::{self, Part, PartContent, boundary_of};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The largest answer body that is kept, in bytes.
const MAX_ANSWER: usize = 1 << 20;

/// How many bytes of answer bodies are kept of a whole file.
const MAX_ANSWERS: usize = 32 << 20;

/// More notes than anybody reads.
const MAX_NOTES: usize = 500;

/// The requests of a HAR file, in its order.
///
/// # Errors
/// When it is not JSON, is nested too deeply or has no `log` with `entries`.
pub fn read(text: &str) -> Result<Imported, ImportError> {
    let read: Result<Root<false>, _> = json_text::read(text);
    let root = match read {
        Ok(root) => root.0,
        // One odd entry is left out rather than all of them.
        Err(error) if error.classify() == serde_json::error::Category::Data => {
            let lenient: Root<true> = json_text::read(text).map_err(|_| ImportError::json(&error))?;
            lenient.0.filter(|imported| !imported.requests.is_empty()).ok_or_else(|| ImportError::json(&error)).map(Some)?
        }
        Err(error) => {
            let Some(repaired) = without_half_characters(text) else { return Err(ImportError::json(&error)) };
            let mut root: Root<true> = json_text::read(&repaired).map_err(|error| ImportError::json(&error))?;
            let said = "It holds halves of characters, which no text can hold; each was read as U+FFFD";
            root.0.iter_mut().for_each(|imported| imported.notes.push(note(Severity::Taken, said)));
            root.0
        }
    };
    let Some(imported) = root else {
        return Err(ImportError::new("it has no \"log\" with \"entries\", so it is not a HAR file"));
    };
    Ok(imported)
}

/// The text with U+FFFD in the place of each `\\ud83d` that no other half follows; `None` if there is none. mitmproxy writes such.
fn without_half_characters(text: &str) -> Option<String> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut out = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        at += found;
        match unit(at) {
            Some(0xd800..0xdc00) if unit(at + 6).is_some_and(|next| (0xdc00..0xe000).contains(&next)) => at += 12,
            Some(0xd800..0xe000) => {
                out.push_str(&text[copied..at]);
                out.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            Some(_) => at += 6,
            // Whatever is escaped is passed over, another backslash too.
            None => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }
    out.push_str(&text[copied..]);
    (copied > 0).then_some(out)
}

/// Reads `log` at whatever place it stands, and nothing else.
struct Root<const LENIENT: bool>(Option<Imported>);

impl<'de, const LENIENT: bool> Deserialize<'de> for Root<LENIENT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct File<const LENIENT: bool> {
            log: Option<Log<LENIENT>>,
        }
        #[derive(Deserialize)]
        struct Log<const LENIENT: bool> {
            entries: Option<Entries<LENIENT>>,
        }
        let file = File::<LENIENT>::deserialize(deserializer)?;
        Ok(Self(file.log.and_then(|log| log.entries).map(|entries| entries.0)))
    }
}

/// The entries; where it is lenient, those that cannot be read are left out.
struct Entries<const LENIENT: bool>(Imported);

impl<'de, const LENIENT: bool> Deserialize<'de> for Entries<LENIENT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<const LENIENT: bool>;
        impl<'de, const LENIENT: bool> Visitor<'de> for Each<LENIENT> {
            type Value = Entries<LENIENT>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of entries")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Entries<LENIENT>, A::Error> {
                let mut collector = Collector { answers_left: MAX_ANSWERS, ..Collector::default() };
                while !LENIENT && let Some(entry) = seq.next_element::<Entry<'de>>()? {
                    collector.take(entry);
                }
                while LENIENT && let Some(value) = seq.next_element::<serde_json::Value>()? {
                    match Entry::deserialize(&value) {
                        Ok(entry) => collector.take(entry),
                        Err(error) => {
                            collector.index += 1;
                            let reason = ImportError::json(&error).to_string();
                            collector.note(Severity::Lost, &format!("it was left out: {reason}"));
                        }
                    }
                }
                Ok(Entries(collector.imported))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<LENIENT>, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Entries(Imported::default()))
            }
        }
        deserializer.deserialize_any(Each::<LENIENT>)
    }
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    request: Option<Request<'a>>,
    #[serde(borrow)]
    response: Option<Response<'a>>,
}

#[derive(Deserialize)]
struct Request<'a> {
    method: Option<String>,
    url: Option<String>,
    headers: Option<Vec<Header>>,
    /// `null` says that there was none; without the member it is not known.
    #[serde(borrow, default, rename = "postData", deserialize_with = "present")]
    post_data: Option<Option<PostData<'a>>>,
    #[serde(rename = "bodySize")]
    body_size: Option<f64>,
}

fn present<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<PostData<'a>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Whether a body was sent that the file does not hold: its size says so, or is not known where there is one by all appearances.
fn is_left_out(request: &RequestSpec, size: Option<f64>) -> bool {
    let length = request.header("content-length").and_then(|length| length.trim().parse::<u64>().ok());
    let may_have_one = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    match (size, length) {
        (Some(size), _) if size > 0.0 => true,
        (_, Some(length)) => length > 0,
        (Some(0.0), None) => request.has_header("content-type") && may_have_one,
        _ => may_have_one,
    }
}

#[derive(Deserialize)]
struct Header {
    name: Option<String>,
    value: Option<Loose>,
}

/// A text, or a number that should be one.
struct Loose(String);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(Self(value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
    }
}

#[derive(Deserialize)]
struct PostData<'a> {
    #[serde(rename = "mimeType")]
    mime_type: Option<String>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    params: Option<Vec<Param>>,
    #[serde(alias = "_encoding")]
    encoding: Option<String>,
    /// Where Playwright keeps the body, beside the file.
    #[serde(rename = "_file")]
    file: Option<String>,
}

#[derive(Deserialize)]
struct Param {
    name: Option<String>,
    value: Option<String>,
    #[serde(rename = "fileName")]
    file_name: Option<String>,
    #[serde(rename = "contentType")]
    content_type: Option<String>,
}

#[derive(Deserialize)]
struct Response<'a> {
    status: Option<f64>,
    #[serde(rename = "httpVersion")]
    version: Option<String>,
    headers: Option<Vec<Header>>,
    #[serde(borrow)]
    content: Option<Content<'a>>,
    /// What the browser says in the place of an answer.
    #[serde(rename = "_error", alias = "_failureText")]
    error: Option<String>,
}

#[derive(Deserialize)]
struct Content<'a> {
    size: Option<f64>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    encoding: Option<String>,
}

/// Requests as a HAR file holds them, and what is to be said of each.
#[derive(Default)]
pub(super) struct Collector {
    /// What was taken over.
    pub(super) imported: Imported,
    index: usize,
    answers_left: usize,
}

impl Collector {
    fn note(&mut self, severity: Severity, text: &str) {
        if self.imported.notes.len() < MAX_NOTES {
            self.imported.notes.push(note(severity, format!("Entry {}: {text}", self.index)));
        }
    }

    fn take(&mut self, entry: Entry<'_>) {
        self.index += 1;
        let Some(request) = entry.request else { return self.note(Severity::Lost, "it has no request and was left out") };
        let Some(url) = request.url.filter(|url| !url.is_empty()) else {
            return self.note(Severity::Lost, "its request has no address and was left out");
        };
        let has_headers = request.headers.is_some();
        let mut taken = RequestSpec {
            method: request.method.filter(|method| !method.is_empty()).unwrap_or_else(|| "GET".to_owned()),
            url,
            headers: pairs(request.headers),
            ..RequestSpec::default()
        };
        taken.not_recorded.headers = !has_headers;
        let length = taken.header("content-length").and_then(|length| length.trim().parse::<u64>().ok()).unwrap_or_default();
        let says_none = request.post_data.is_some() && request.body_size.is_none_or(|size| size <= 0.0) && length == 0;
        if let Some(Some(data)) = request.post_data {
            taken.body = self.body(&taken, data);
        }
        taken.outcome = entry.response.and_then(|mut response| match response.error.take().filter(|error| !error.is_empty()) {
            Some(error) if response.status.is_none_or(|status| status <= 0.0) => Some(failure::certain(&error)),
            _ => self.answer(response).map(Outcome::Answer),
        });
        self.add(taken, says_none, request.body_size);
    }

    /// Takes over a request that another program recorded, with the bytes of its body. Of an outcome nothing is left out.
    pub(super) fn take_recorded(&mut self, mut request: RequestSpec, body: Vec<u8>) {
        self.index += 1;
        if request.method.is_empty() {
            "GET".clone_into(&mut request.method);
        }
        request.headers.retain(is_sent);
        // Where it is known that nothing was sent, the size is.
        let size = (!request.not_recorded.body).then_some(0.0);
        if !body.is_empty() {
            let kind = request.header("content-type").unwrap_or_default().to_owned();
            request.body = self.body_of_bytes(&request, &kind, body);
        }
        self.add(request, false, size);
    }

    /// Adds a request whose body was read, and says what of it is not there.
    fn add(&mut self, mut request: RequestSpec, says_none: bool, size: Option<f64>) {
        // Browsers write an empty text, too, of what they do not keep.
        if request.body == SpecBody::None && !says_none && is_left_out(&request, size) {
            (request.not_recorded.body, request.not_recorded.file_bytes) = (true, true);
            self.note(Severity::Lost, "its body is not in the file");
        }
        self.mark_left_out_files(&mut request);
        self.imported.requests.push(request);
    }

    fn body(&mut self, request: &RequestSpec, data: PostData<'_>) -> SpecBody {
        let kind = data.mime_type.or_else(|| request.header("content-type").map(str::to_owned)).unwrap_or_default();
        let text = data.text.filter(|text| !text.is_empty());
        if let Some(path) = data.file.filter(|_| text.is_none()) {
            self.note(Severity::Lost, &format!("its body is in the file {path} beside this one, which was not read"));
            return SpecBody::File(path);
        }
        let params = data.params.unwrap_or_default();
        let Some(text) = text else {
            return match params.is_empty() {
                true => SpecBody::None,
                false if kind.to_ascii_lowercase().starts_with("multipart/") => SpecBody::Multipart(Self::parts(params)),
                false => SpecBody::Urlencoded(encoded(&params)),
            };
        };
        let is_base64 = data.encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
        let decoded = if is_base64 { STANDARD.decode(text.as_bytes()).ok() } else { None };
        if is_base64 && decoded.is_none() {
            self.note(Severity::Lost, "its body says that it is base64 and is none; it was taken over as text");
        }
        self.body_of_bytes(request, &kind, decoded.unwrap_or_else(|| text.into_owned().into_bytes()))
    }

    fn body_of_bytes(&mut self, request: &RequestSpec, kind: &str, bytes: Vec<u8>) -> SpecBody {
        let boundary = boundary_of(kind).or_else(|| request.header("content-type").and_then(boundary_of));
        if let Some(boundary) = boundary {
            match multipart::read(&boundary, &bytes) {
                Some(mut parts) => {
                    let declared = request.header("content-length").and_then(|length| length.trim().parse::<usize>().ok());
                    // Browsers leave the content of files out. A length that fits tells that they were empty.
                    let is_whole = declared == Some(bytes.len());
                    for part in parts.iter_mut().filter(|part| !is_whole && part.content == PartContent::default()) {
                        if let Some(filename) = &part.filename {
                            part.content = PartContent::File(filename.clone());
                        }
                    }
                    return SpecBody::Multipart(parts);
                }
                None => self.note(Severity::Lost, "the parts of its body do not hold together; it was taken over as it is"),
            }
        }
        match SpecBody::from(bytes) {
            SpecBody::Text(text) if kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") => {
                SpecBody::Urlencoded(text)
            }
            body => body,
        }
    }

    fn parts(params: Vec<Param>) -> Vec<Part> {
        let part = |param: Param| {
            let content = match (&param.file_name, param.value) {
                (Some(_), Some(value)) if !value.is_empty() => PartContent::Text(value),
                (Some(name), _) => PartContent::File(name.clone()),
                (None, value) => PartContent::Text(value.unwrap_or_default()),
            };
            Part {
                name: param.name.unwrap_or_default(),
                filename: param.file_name,
                content_type: param.content_type.filter(|kind| !kind.is_empty()),
                content,
                ..Part::default()
            }
        };
        params.into_iter().map(part).collect()
    }

    /// Says of a body whose files stand in it by their names alone that their bytes were not recorded.
    fn mark_left_out_files(&mut self, request: &mut RequestSpec) {
        let SpecBody::Multipart(parts) = &request.body else { return };
        if parts.iter().any(|part| matches!(part.content, PartContent::File(_))) {
            request.not_recorded.file_bytes = true;
            self.note(
                Severity::Lost,
                "the content of its files is not in the file, as browsers leave it out; their names stand for it",
            );
        }
    }

    fn answer(&mut self, response: Response<'_>) -> Option<Answer> {
        // Browsers write 0 for a request that got no answer.
        let status = response.status.filter(|status| (100.0..1000.0).contains(status))? as u16;
        let mut answer = Answer {
            status,
            version: response.version.unwrap_or_default(),
            headers: pairs(response.headers),
            ..Answer::default()
        };
        let Some(content) = response.content else { return Some(answer) };
        answer.wire_size = content.size.filter(|size| *size > 0.0).unwrap_or(0.0) as u64;
        let Some(text) = content.text else {
            // Chrome leaves out what it did not keep.
            answer.body_trouble =
                (answer.wire_size > 0).then(|| format!("its {} bytes are not in the HAR file", answer.wire_size));
            return Some(answer);
        };
        if text.len() > MAX_ANSWER.min(self.answers_left) {
            answer.body_trouble = Some(format!("its {} bytes were left out of the import", text.len()));
            return Some(answer);
        }
        self.answers_left -= text.len();
        let is_base64 = content.encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
        match is_base64.then(|| STANDARD.decode(text.as_bytes())) {
            Some(Ok(bytes)) => answer.body = bytes.into(),
            _ => {
                without_charset(&mut answer.headers);
                answer.body = text.into_owned().into();
            }
        }
        Some(answer)
    }
}

/// Whether a header is one. Those that begin with a colon are HTTP/2's way to write method and address.
fn is_sent((name, _): &(String, String)) -> bool {
    !name.starts_with(':') && !name.is_empty()
}

/// Headers in order.
fn pairs(headers: Option<Vec<Header>>) -> Vec<(String, String)> {
    let pair = |header: Header| Some((header.name?, header.value.map(|value| value.0).unwrap_or_default()));
    headers.unwrap_or_default().into_iter().filter_map(pair).filter(is_sent).collect()
}

/// A form's names and values. Chrome writes them encoded, others decoded; what can stand as it is was encoded already.
fn encoded(params: &[Param]) -> String {
    let one = |text: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._*+%~".contains(c);
        if text.chars().all(fits) { text.to_owned() } else { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() }
    };
    let pair =
        |param: &Param| format!("{}={}", one(param.name.as_deref().unwrap_or("")), one(param.value.as_deref().unwrap_or("")));
    params.iter().map(pair).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::body_to_json;
    use crate::model::exchange::FailureKind;

    fn har(request: &str) -> String {
        format!(
            r#"{{"log": {{"version": "1.2", "creator": {{"name": "x"}}, "pages": [], "entries": [{{"request": {request}}}]}}}}"#
        )
    }

    #[test]
    fn bodies_by_table() {
        for (data, expected) in [
            (r#"{"mimeType": "application/json", "text": "{\"a\":1}"}"#, r#"{"kind":"text","text":"{\"a\":1}"}"#),
            (r#"{"mimeType": "x/y", "text": "/wA=", "encoding": "base64"}"#, r#"{"kind":"base64","base64":"/wA="}"#),
            (
                r#"{"mimeType": "application/x-www-form-urlencoded", "text": "a=1", "params": [{"name": "a", "value": "1"}]}"#,
                r#"{"kind":"urlencoded","text":"a=1"}"#,
            ),
            (
                r#"{"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "%20"}]}"#,
                r#"{"kind":"urlencoded","text":"a+b=%20"}"#,
            ),
            (
                r#"{"mimeType": "multipart/form-data", "params": [{"name": "f", "fileName": "a.zip", "contentType": "application/zip"}, {"name": "n", "value": "v"}]}"#,
                r#"{"kind":"multipart","parts":[{"name":"f","path":"a.zip","filename":"a.zip","content_type":"application/zip"},{"name":"n","text":"v"}]}"#,
            ),
            (
                r#"{"mimeType": "multipart/form-data; boundary=x", "text": "--x\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nv\r\n--x--\r\n"}"#,
                r#"{"kind":"multipart","parts":[{"name":"n","text":"v"}]}"#,
            ),
            ("null", r#"{"kind":"none"}"#),
        ] {
            let request = format!(
                r#"{{"method": "POST", "url": "https://h", "headers": [{{"name": ":path", "value": "/"}}], "postData": {data}}}"#
            );
            let imported = read(&har(&request)).unwrap();
            assert_eq!(body_to_json(&imported.requests[0].body).to_string(), expected, "{data}");
            assert!(imported.requests[0].headers.is_empty());
        }
    }

    #[test]
    fn answers_come_along_within_limits() {
        let entry = |text: &str| {
            format!(
                r#"{{"request": {{"method": "GET", "url": "https://h"}}, "response": {{"status": 404, "headers": [{{"name": "Content-Type", "value": "text/html; charset=latin1"}}], "content": {{"text": "{text}"}}}}}}"#
            )
        };
        let text = format!("\u{feff}{{\"log\": {{\"entries\": [{}, {}]}}}}", entry("grün"), entry(&"x".repeat(MAX_ANSWER + 1)));
        let imported = read(&text).unwrap();
        let answer = imported.requests[0].answer().unwrap();
        assert_eq!((answer.status, answer.text().as_ref()), (404, "grün"));
        assert!(imported.requests[1].answer().unwrap().body_trouble.is_some());
    }

    #[test]
    fn what_browsers_leave_out_is_not_recorded() {
        let body = "--x\\r\\nContent-Disposition: form-data; name=\\\"f\\\"; filename=\\\"a.zip\\\"\\r\\n\\r\\n\\r\\n--x--\\r\\n";
        let length = body.replace("\\r", "r").replace("\\n", "n").replace("\\\"", "q").len();
        for (length, is_left_out) in [(Some(1_048_790), true), (None, true), (Some(length), false)] {
            let length =
                length.map_or_else(String::new, |length| format!(r#", {{"name": "Content-Length", "value": "{length}"}}"#));
            let request = format!(
                r#"{{"method": "POST", "url": "https://h", "headers": [{{"name": "A", "value": "b"}}{length}],
                "postData": {{"mimeType": "multipart/form-data; boundary=x", "text": "{body}"}}}}"#
            );
            let found = read(&har(&request)).unwrap().requests.remove(0);
            assert_eq!(found.not_recorded.file_bytes, is_left_out, "{length}");
            assert_eq!(found.sent().parts.unwrap()[0].content.size, (!is_left_out).then_some(0), "{length}");
        }
        let gone = read(&har(r#"{"method": "POST", "url": "https://h", "bodySize": 20}"#)).unwrap();
        for (body, is_gone) in [
            (r#""postData": {"text": "", "params": []}"#, false),
            (r#""bodySize": 0, "postData": {"text": ""}"#, false),
            (r#""bodySize": 20, "postData": {"text": "", "params": []}"#, true),
            (r#""headers": [{"name": "Content-Length", "value": "20"}], "postData": {"text": ""}"#, true),
        ] {
            let read = read(&har(&format!(r#"{{"method": "POST", "url": "https://h", {body}}}"#))).unwrap();
            assert_eq!(read.requests[0].not_recorded.body, is_gone, "{body}");
        }
        assert!(gone.requests[0].not_recorded.body);
    }

    #[test]
    fn an_entry_without_an_answer_tells_why() {
        for (error, kind) in [
            ("net::ERR_CERT_AUTHORITY_INVALID", FailureKind::Tls),
            ("net::ERR_NAME_NOT_RESOLVED", FailureKind::Dns),
            ("net::ERR_CONNECTION_RESET", FailureKind::Reset),
            ("net::ERR_FAILED", FailureKind::Other),
        ] {
            let entry = format!(r#"{{"request": {{"url": "https://h"}}, "response": {{"status": 0, "_error": "{error}"}}}}"#);
            let found = read(&format!(r#"{{"log": {{"entries": [{entry}]}}}}"#)).unwrap();
            assert_eq!(found.requests[0].failure().unwrap().kind, kind, "{error}");
        }
    }

    #[test]
    fn what_is_no_har_is_said() {
        for (text, words) in [
            ("{}", "no \"log\""),
            ("{\"log\": {}}", "no \"log\""),
            ("{\"log\": ", "ends in the middle"),
            ("nonsense", "not JSON"),
            (&"[".repeat(100_000), "of another type"),
            (&format!("{{\"x\": {}", "[".repeat(100_000)), "ends in the middle"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(read("{\"log\": {\"entries\": [{}, {\"request\": {}}]}}").unwrap().notes.len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(\\{|\\}|\\[|\\]|,|\"log\":|\"entries\":|\"request\":|\"url\":\"h\"|\"postData\":|\"text\":\"|\"|null|1){0,25}") {
            let _ = read(&text);
        }
    }
}
