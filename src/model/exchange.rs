//! An *exchange*: what was sent and what came back, as it is kept, shown and explained.

use std::borrow::Cow;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::headers::header;
use super::json_text;
use super::judgement::Judgement;
use super::listed::listed;
use super::request_record::RequestRecord;
use super::status::{status_meaning, status_text, upload_meaning};

/// A server's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// IIS's own number behind the status, such as the 13 of 404.13, which its log tells.
    pub sub_status: Option<u16>,
    /// `HTTP/1.1` or the like; empty when not known.
    pub version: String,
    /// Headers in order, repeats kept.
    pub headers: Vec<(String, String)>,
    /// The body, decoded from its Content-Encoding.
    pub body: Bytes,
    /// Bytes of the body on the wire.
    pub wire_size: u64,
    /// Why the body is not whole: decoding failed, the connection broke, or the limit was reached.
    pub body_trouble: Option<String>,
    /// Whether the body ended before its end: the connection broke, or nothing more came.
    pub is_cut_off: bool,
    /// What is malformed about its head, a sentence without a full stop each.
    pub oddities: Vec<String>,
    /// Whether it came while the request's body was still being sent.
    pub early: bool,
    /// The whole body, where `body` is only its beginning.
    pub whole: Option<Whole>,
}

/// A body that is too large for memory, wherever it lies.
pub trait WholeBody: Send + Sync {
    /// Its length in bytes.
    fn size(&self) -> u64;
    /// Reads some bytes from an offset on; 0 at its end. Fails when its file cannot be read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize>;
}

/// A [`WholeBody`] that is read from something that has a position of its own, such as a file.
pub struct Seekable<R> {
    source: Mutex<R>,
    size: u64,
}

impl<R> Seekable<R> {
    /// A body of so many bytes, which begins where the source begins.
    pub fn new(source: R, size: u64) -> Self {
        Self { source: Mutex::new(source), size }
    }

    /// What it is read from, for as long as nobody else reads.
    pub fn source(&self) -> MutexGuard<'_, R> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Read + Seek + Send> WholeBody for Seekable<R> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut source = self.source();
        source.seek(SeekFrom::Start(offset))?;
        source.read(buffer)
    }
}

/// A [`WholeBody`] that copies share. Two are equal if they are the same.
#[derive(Clone)]
pub struct Whole(pub Arc<dyn WholeBody>);

impl std::fmt::Debug for Whole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.size())
    }
}

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Whole {}

impl Whole {
    /// Reads so many bytes from an offset on, or fewer at its end.
    pub fn piece(&self, offset: u64, length: usize) -> std::io::Result<Vec<u8>> {
        let mut piece = vec![0; length];
        let mut filled = 0;
        while filled < length {
            let count = self.0.read_at(offset + filled as u64, &mut piece[filled..])?;
            if count == 0 {
                break;
            }
            filled += count;
        }
        piece.truncate(filled);
        Ok(piece)
    }
}

impl Answer {
    /// The first value of a header, whatever its name's case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The body as text, by its byte-order mark, its `charset`, or UTF-8. Bytes that do not fit become U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        self.charset().decode(&self.body).0
    }

    /// What the answer says its body is written in; UTF-8 where it says nothing. A byte-order mark overrules it.
    pub fn charset(&self) -> &'static encoding_rs::Encoding {
        let label = self.header("content-type").and_then(|value| {
            value.split(';').skip(1).find_map(|parameter| {
                let (name, value) = parameter.split_once('=')?;
                name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
            })
        });
        label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes())).unwrap_or(encoding_rs::UTF_8)
    }

    /// Whether its body is only the beginning of one, so that it may end within a word.
    pub fn is_piece(&self) -> bool {
        self.is_cut_off || self.body_trouble.is_some() || self.whole.is_some()
    }

    /// The body as JSON; `None` when it is none.
    pub fn json(&self) -> Option<serde_json::Value> {
        json_text::read(&self.text()).ok()
    }

    /// Whether the status is a success, and the answer came to its end. What it means is the [`Judgement`]'s to say.
    pub fn has_success_status(&self) -> bool {
        (200..300).contains(&self.status) && !self.is_cut_off
    }

    /// What the answer says came of the request.
    pub fn judgement(&self) -> Judgement {
        if !(200..300).contains(&self.status) {
            return Judgement::Refused;
        }
        if self.is_cut_off {
            return Judgement::Unknown;
        }
        let kind = self.header("content-type").unwrap_or("");
        // Of a large body the beginning tells as much, unless that is nothing but space.
        if self.body.len() > 2 * Judgement::LARGEST {
            let (start, ..) = self.charset().decode(&self.body[..Judgement::LARGEST]);
            if !start.trim().is_empty() {
                return Judgement::of(self.status, kind, &start, false);
            }
        }
        Judgement::of(self.status, kind, &self.text(), !self.is_piece())
    }
}

listed! {
    /// How far a connection came before it failed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Step {
        /// Looking the host's name up.
        Resolve,
        /// Opening a TCP connection.
        Connect,
        /// Reaching the host through a proxy.
        Proxy,
        /// The TLS handshake.
        Tls,
        /// Sending the request.
        Send,
        /// Waiting for the answer's first byte.
        Wait,
        /// Reading the answer.
        Receive,
    }
}

impl Step {
    /// What was being done, as in "while …".
    pub fn label(self) -> &'static str {
        match self {
            Self::Resolve => "looking the host name up",
            Self::Connect => "connecting",
            Self::Proxy => "going through the proxy",
            Self::Tls => "agreeing on TLS",
            Self::Send => "sending the request",
            Self::Wait => "waiting for the answer",
            Self::Receive => "reading the answer",
        }
    }
}

/// The kinds of network failure that case files know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum FailureKind {
    Dns,
    Refused,
    Tls,
    Timeout,
    Reset,
    Proxy,
    Protocol,
    Unreachable,
    Other,
}

impl FailureKind {
    /// What happened, as in "No response: …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Dns => "the host name does not resolve",
            Self::Refused => "the host refuses the connection",
            Self::Tls => "no TLS connection came about",
            Self::Timeout => "time ran out",
            Self::Reset => "the connection broke off",
            Self::Proxy => "the proxy did not let it through",
            Self::Protocol => "what answered does not speak HTTP",
            Self::Unreachable => "there is no route to the host",
            Self::Other => "the connection failed",
        }
    }
}

/// What the message of a failure begins with where the user stopped the request in this program.
pub const CANCELLED_HERE: &str = "it was cancelled here";

/// What the message of a failure ends with where this program broke the request off.
pub const MAY_HAVE_GONE_OUT: &str = "the request may have gone out by then";

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkFailure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// What the system or the library said, without the URL.
    pub message: String,
    /// How far it came, when known.
    pub step: Option<Step>,
    /// `host:port` that was being reached, when known.
    pub peer: Option<String>,
}

/// How long the stages took, from the start of the exchange's first; `None` where a stage was not seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Looking the name up.
    pub resolve: Option<Duration>,
    /// Opening the TCP connection; where the TLS handshake was not seen apart, with it.
    pub connect: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// From the start of sending to the answer's first byte.
    pub first_byte: Option<Duration>,
    /// From start to end.
    pub total: Duration,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server answered.
    Answer(Answer),
    /// No answer came.
    Failure(NetworkFailure),
}

impl Outcome {
    /// The outcome of an answer and a failure that stand beside each other. An answer came, whatever broke behind it.
    pub fn of(answer: Option<Answer>, failure: Option<NetworkFailure>) -> Option<Self> {
        answer.map(Self::Answer).or(failure.map(Self::Failure))
    }

    /// What came in a few words: `404 Not Found`, or why there is no answer.
    pub fn text(&self) -> String {
        match self {
            Self::Answer(answer) => status_text(answer.status),
            Self::Failure(failure) => format!("no answer: {}", failure.kind.words()),
        }
    }

    /// The answer, if one came.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Failure(_) => None,
        }
    }

    /// The answer, to be changed.
    pub fn answer_mut(&mut self) -> Option<&mut Answer> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Failure(_) => None,
        }
    }

    /// The failure, if no answer came.
    pub fn failure(&self) -> Option<&NetworkFailure> {
        match self {
            Self::Answer(_) => None,
            Self::Failure(failure) => Some(failure),
        }
    }
}

/// What was sent and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What was sent.
    pub sent: RequestRecord,
    /// What came of it. `None` while it is under way, or where nobody knows.
    pub outcome: Option<Outcome>,
    /// How long it took.
    pub timings: Timings,
    /// Bytes of the request's body that went out.
    pub body_bytes_sent: u64,
    /// When it started.
    pub started_at: jiff::Timestamp,
}

impl Exchange {
    /// The answer, if one came.
    pub fn answer(&self) -> Option<&Answer> {
        self.outcome.as_ref()?.answer()
    }

    /// The failure, if no answer came.
    pub fn failure(&self) -> Option<&NetworkFailure> {
        self.outcome.as_ref()?.failure()
    }

    /// What came of it in a few words: `404 Not Found`, or why there is no answer.
    pub fn outcome_text(&self) -> String {
        self.outcome.as_ref().map_or_else(|| "outcome not known".to_owned(), Outcome::text)
    }

    /// Whether the ticket was created or the file taken, by what the answer says and not by its status alone.
    pub fn is_accepted(&self) -> bool {
        let is_upload = self.sent.parts.iter().flatten().any(|part| part.filename.is_some());
        self.answer().map(Answer::judgement).is_some_and(|said| if is_upload { said.is_taken() } else { said.is_created() })
    }

    /// What the answer means, in one sentence without a full stop; empty if there is none.
    pub fn meaning(&self) -> String {
        let Some(answer) = self.answer() else { return String::new() };
        match answer.judgement().objection().filter(|_| !self.is_accepted()) {
            Some(objection) => format!("The status says success, but {objection}"),
            None if self.sent.parts.is_some() => upload_meaning(answer.status).to_owned(),
            None => status_meaning(answer.status).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_in_its_charset() {
        let answer = |kind: &str, body: &'static [u8]| Answer {
            headers: vec![("content-type".into(), kind.into())],
            body: Bytes::from_static(body),
            ..Answer::default()
        };
        for (kind, body, expected) in [
            ("application/json", "grün".as_bytes(), "grün"),
            ("text/html; charset=ISO-8859-1", b"gr\xfcn", "grün"),
            ("text/html; Charset=\"windows-1252\"", b"\x80", "€"),
            ("text/plain", b"\xff\xfeg\x00", "g"),
            ("text/plain; charset=nonsense", b"ok\xff", "ok\u{fffd}"),
        ] {
            assert_eq!(answer(kind, body).text(), expected, "{kind}");
        }
    }
}
