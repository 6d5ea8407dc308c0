//! One request, from its head to its answer and its entry in the log.

use std::sync::Arc;
use std::time::Duration;

use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Method, Request, Response};

use super::answer::{self, Route};
use super::body::Body;
use super::connection::Cut;
use super::fault::Fault;
use super::log_entry::LogEntry;
use super::misbehave::{self, Asked};
use super::receive::{self, AROUND_FILE, BodyError, Form, Meter};
use super::reply::Reply;
use super::state::State;
use crate::model::multipart::{Part, Recorded};
use crate::model::secrets::mask::{mask_headers, mask_url};

/// What the guide says one file may take.
const FILE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;
/// What a payload may take.
const JSON_LIMIT: u64 = 64 * 1024 * 1024;
/// What is read before a connection is reset.
const SIP: u64 = 64 * 1024;
/// How long a request goes without the answer that it never gets.
const HANG: Duration = Duration::from_secs(600);

/// An entry that is written even if the client leaves before it is answered.
struct Entry {
    state: Arc<State>,
    log: LogEntry,
    meter: Meter,
    is_written: bool,
}

impl Entry {
    fn new(state: &Arc<State>, method: &Method, target: &str, headers: &HeaderMap) -> Self {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let log = LogEntry {
            number: state.next_number(),
            at: jiff::Timestamp::now().to_string(),
            method: method.to_string(),
            target: mask_url(target),
            headers: mask_headers(&headers),
            ..LogEntry::default()
        };
        Self { state: Arc::clone(state), log, meter: Meter::default(), is_written: false }
    }

    fn write(&mut self, status: u16, rule: impl Into<String>) {
        self.is_written = true;
        let mut log = std::mem::take(&mut self.log);
        log.status = status;
        log.rule = rule.into();
        log.body_size = self.meter.size;
        log.body_sha256 = self.meter.sha256();
        if log.parts.is_empty() {
            log.body_text = self.meter.text();
        }
        self.state.record(log);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.is_written {
            self.write(0, "the client left before it was answered");
        }
    }
}

/// Answers one request.
pub(super) async fn handle(state: Arc<State>, cut: Arc<Cut>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    let is_own = is_own_host(&state, &head.headers, head.uri.authority().map(http::uri::Authority::as_str));
    if is_own && head.uri.path() == "/__sandbox/log" && head.method == Method::GET {
        return log(&state);
    }
    let mut entry = Entry::new(&state, &head.method, &target, &head.headers);
    if !is_own {
        let text = format!(
            "This sandbox answers only as {} or localhost. The request's Host header names something else.\n",
            state.base_url()
        );
        let reply = Reply::text(421, "text/plain; charset=utf-8", &text, "the Host header names another server");
        return finish(&mut entry, None, reply.header("connection", "close"));
    }
    let fault = state.fault();
    if fault == Some(Fault::LoginRedirect) && head.method == Method::GET && head.uri.path() == "/login" {
        return finish(&mut entry, None, misbehave::login_page());
    }
    let fault = fault.filter(|_| head.method == Method::POST);
    let asked = Incoming { target, method: head.method, headers: head.headers, body };
    respond(&state, &cut, &mut entry, fault, asked).await
}

struct Incoming {
    target: String,
    method: Method,
    headers: HeaderMap,
    body: Body,
}

impl Incoming {
    fn content_type(&self) -> Option<String> {
        self.headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    fn content_length(&self) -> Option<u64> {
        self.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }
}

async fn respond(
    state: &Arc<State>,
    cut: &Cut,
    entry: &mut Entry,
    fault: Option<Fault>,
    mut request: Incoming,
) -> Response<Body> {
    match fault {
        Some(Fault::Reset) => {
            receive::sip(&mut request.body, &mut entry.meter, SIP).await;
            entry.write(0, format!("fault reset: {}", Fault::Reset.label()));
            cut.reset();
            return std::future::pending().await;
        }
        Some(fault @ Fault::TooLargeEarly) => {
            let asked = Asked { target: "", base_url: "", body_size: 0, is_file: false };
            if let Some(reply) = misbehave::instead(fault, &asked) {
                return finish(entry, None, reply);
            }
        }
        _ => {}
    }
    let mut route = Route::of(request.method.as_str(), &request.target, state);
    if fault == Some(Fault::KeysChanged) {
        route = answer::keys_changed(route);
    }
    let answered = match receive_and_answer(state, entry, &route, &mut request).await {
        Ok(answered) => answered,
        Err(BodyError::Broken) => {
            entry.write(0, "the body broke off");
            return Reply::bad_request("").header("connection", "close").into_response();
        }
        Err(error) => return finish(entry, None, refusal(error, &route)),
    };
    match fault {
        Some(Fault::Delay(millis)) => tokio::time::sleep(Duration::from_millis(millis.into())).await,
        Some(Fault::Hang) => {
            entry.write(0, format!("fault hang: {}", Fault::Hang.label()));
            tokio::time::sleep(HANG).await;
            cut.reset();
            return std::future::pending().await;
        }
        _ => {}
    }
    let asked = Asked {
        target: &request.target,
        base_url: &state.base_url(),
        body_size: entry.meter.size,
        is_file: matches!(route, Route::File { .. }),
    };
    match fault.and_then(|fault| misbehave::instead(fault, &asked)) {
        Some(reply) => finish(entry, None, reply),
        None => finish(entry, fault, answered.reply(state, &route)),
    }
}

/// A body that was read, ready for the rules; these wait, for a fault may answer in their place.
enum Answered {
    Payload { content_type: Option<String>, body: Vec<u8> },
    File { form: Result<Form, &'static str>, parts: Vec<Part<Recorded>> },
    Nothing,
}

impl Answered {
    fn reply(self, state: &State, route: &Route) -> Reply {
        match (self, route) {
            (Self::Payload { content_type, body }, Route::Create(profile)) => {
                answer::create(state, profile, content_type.as_deref(), &body)
            }
            (Self::File { form, parts }, Route::File { ticket, element, .. }) => {
                answer::file(ticket, element, form.as_ref().map_err(|why| *why), &parts)
            }
            (_, Route::Unknown(why)) => Reply::not_found(why.as_str()),
            _ => Reply::not_found("the path does not belong to an External Source"),
        }
    }
}

async fn receive_and_answer(
    state: &Arc<State>,
    entry: &mut Entry,
    route: &Route,
    request: &mut Incoming,
) -> Result<Answered, BodyError> {
    let content_type = request.content_type();
    let most = if matches!(route, Route::Create(_)) { JSON_LIMIT } else { FILE_LIMIT + AROUND_FILE };
    if request.content_length().is_some_and(|length| length > most) {
        return Err(BodyError::TooLarge);
    }
    if matches!(route, Route::Create(_)) {
        let body = receive::collect(&mut request.body, &mut entry.meter, JSON_LIMIT, state).await?;
        return Ok(Answered::Payload { content_type, body });
    }
    // A form's parts are worth seeing in the log also when its address is wrong.
    let form = match answer::boundary(content_type.as_deref()) {
        Ok(boundary) => {
            let (meter, parts) = (&mut entry.meter, &mut entry.log.parts);
            Ok(receive::multipart(&mut request.body, boundary, meter, parts, FILE_LIMIT).await?)
        }
        Err(why) => {
            receive::drain(&mut request.body, &mut entry.meter, most).await?;
            Err(why)
        }
    };
    Ok(match route {
        Route::File { .. } => Answered::File { form, parts: entry.log.parts.clone() },
        _ => Answered::Nothing,
    })
}

fn refusal(error: BodyError, route: &Route) -> Reply {
    match error {
        BodyError::TooLarge if matches!(route, Route::Create(_)) => Reply::too_large("the payload is over 64 MiB"),
        BodyError::TooLarge => Reply::too_large("the file is over 2 GB"),
        BodyError::Stalled => {
            Reply::json_text(408, r#"{"status": 408, "description": "Request Timeout"}"#, "nothing of the body came for a minute")
                .header("connection", "close")
        }
        BodyError::Busy => Reply::json_text(
            503,
            r#"{"status": 503, "description": "Service Unavailable"}"#,
            "too many large payloads came at once",
        )
        .header("connection", "close"),
        BodyError::Broken => Reply::bad_request("the body broke off").header("connection", "close"),
    }
}

fn finish(entry: &mut Entry, fault: Option<Fault>, reply: Reply) -> Response<Body> {
    let rule = match fault.filter(|fault| misbehave::spoils(*fault)) {
        Some(fault) => format!("{}; fault {fault}: {}", reply.rule, fault.label()),
        None => reply.rule.clone(),
    };
    entry.write(reply.status, rule);
    misbehave::spoilt(fault, reply)
}

/// Exactly one `Host`, and it names this sandbox; a request line with a host in it must name it too.
fn is_own_host(state: &State, headers: &HeaderMap, authority: Option<&str>) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    host.to_str().is_ok_and(|host| state.is_own_host(host)) && authority.is_none_or(|host| state.is_own_host(host))
}

fn log(state: &State) -> Response<Body> {
    let entries = serde_json::to_value(state.log()).unwrap_or_default();
    Reply::json(200, &entries, "").header("cache-control", "no-store").into_response()
}
