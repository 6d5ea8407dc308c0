//! Answers that are not Centercode's: sign-in pages, filters, captive portals, proxies, and the status codes of servers in trouble.

use super::address_list;
use super::auth;
use super::iis;
use super::intercepted;
use crate::diagnosis::answer_text::says;
use crate::diagnosis::cause::{Cause, FactPlace, Fix};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Possible, Proven};
use crate::diagnosis::context::{Purpose, RuleContext};
use crate::diagnosis::html::Page;
use crate::diagnosis::phrases::page::SERVER_PAGES;
use crate::diagnosis::text::short;
use crate::model::json_text;
use crate::model::multipart::boundary_of;
use crate::model::status::status_text;
use crate::model::{Address, Answer, Endpoint, Secret};

/// What the answer itself is, whatever was sent.
pub(crate) fn check(context: &RuleContext<'_>) -> Vec<Cause> {
    let Some(answer) = context.answer else { return Vec::new() };
    let page = Page::of(context);
    if let Some(cause) = iis::check(context) {
        return vec![cause];
    }
    let mut found = Vec::new();
    found.extend(cut_off(context));
    found.extend(proxy(context));
    found.extend(server_page(context));
    if (300..400).contains(&answer.status) {
        let redirect = redirect(context);
        // The same path on the same host is not a sign-in, whatever its keys are called.
        let elsewhere = if redirect.is_none() || !leads_to_itself(context) {
            intercepted::by_redirect(context).or_else(|| auth::by_redirect(context))
        } else {
            None
        };
        found.extend(elsewhere.or(redirect));
    } else {
        let blocked = intercepted::check(context, &page);
        let sign_in = auth::check(context, &page);
        // Sign-in pages speak of policies, too; a page that asks for a password is one.
        match (blocked, sign_in) {
            (Some(blocked), Some(_)) if page.has_password() && blocked.confidence < Proven.plain() => {
                found.extend(auth::check(context, &page));
            }
            (Some(blocked), _) => found.push(blocked),
            (None, sign_in) => found.extend(sign_in),
        }
    }
    let is_blocked = found.iter().any(|cause| cause.id == CauseId::TransportIntercepted && cause.confidence >= Proven.weak());
    // A filter's own status says nothing of Centercode.
    let of_status = by_status(context).into_iter().map(|cause| match cause.id {
        CauseId::ServerMaintenance | CauseId::ServerError if is_blocked => {
            Cause { confidence: cause.confidence.min(Possible.strong()), ..cause }
        }
        _ => cause,
    });
    found.extend(of_status);
    if answer.has_success_status() && found.is_empty() {
        found.extend(not_json(context));
    }
    found
}

/// A body that ended before its end: of a success it is the finding, of a refusal a remark.
fn cut_off(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer.filter(|answer| answer.is_cut_off || is_shorter_than_announced(answer))?;
    let is_good = (200..300).contains(&answer.status);
    let advice = if is_good {
        "The status says that the request was carried out, and what it answers is not known whole: look in Centercode before sending it again"
    } else {
        "Send it again to see the whole answer"
    };
    let why = answer.body_trouble.as_deref().unwrap_or("the body ends before its end");
    let cause =
        Cause::new(CauseId::ResponseCutOff, if is_good { Proven.strong() } else { Possible.weak() }, "The answer was cut off");
    Some(cause.fact(why, FactPlace::AnswerBody(0..context.answer_text.len())).advice(advice))
}

/// Whether a JSON body breaks off before the length that its header announces.
fn is_shorter_than_announced(answer: &Answer) -> bool {
    let length = answer.header("content-length").and_then(|value| value.trim().parse::<usize>().ok());
    let is_plain = answer.header("content-encoding").is_none_or(|coding| coding.trim().eq_ignore_ascii_case("identity"));
    let text = answer.text();
    let is_open = || serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err_and(|error| error.is_eof());
    is_plain && !text.is_empty() && length.is_some_and(|length| length > text.len()) && text.starts_with(['{', '[']) && is_open()
}

/// What is malformed about the answer's head, which does not change what the answer says.
pub(crate) fn malformed(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer.filter(|answer| !answer.oddities.is_empty())?;
    let cause = Cause::new(CauseId::ResponseMalformed, Possible.weak(), "The head of the answer is malformed").advice(
        "Other clients may refuse this answer. Tell whoever runs the server, or the proxy in front of it, what is odd about it",
    );
    Some(answer.oddities.iter().take(8).fold(cause, |cause, oddity| cause.fact(oddity.as_str(), FactPlace::AnswerStatus)))
}

fn proxy(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer?;
    let squid = answer.header("x-squid-error").is_some()
        || context.answer_lower.contains("generated by squid")
        || context.answer_lower.contains("(squid");
    let wants_sign_in = answer.status == 407 || answer.header("proxy-authenticate").is_some();
    let is_refusal = squid && answer.status >= 400;
    if !(wants_sign_in || is_refusal) {
        return None;
    }
    let place =
        if wants_sign_in { FactPlace::AnswerStatus } else { context.answer_says(&["squid"]).unwrap_or(FactPlace::AnswerStatus) };
    let words =
        if wants_sign_in { "407: the proxy wants user and password" } else { "the page is the proxy's, not Centercode's" };
    Some(
        Cause::new(CauseId::TransportProxy, Proven.plain(), "A proxy answered in place of Centercode")
            .fact(words, place)
            .advice("Check the proxy's sign-in in the settings, and whether it lets this host through"),
    )
}

/// Whether a redirect leads to the path that was asked for, but for case and a slash at the end.
fn leads_to_itself(context: &RuleContext<'_>) -> bool {
    let Some(location) = context.answer.and_then(|answer| answer.header("location")) else { return false };
    let target = Address::parse(location);
    let path = |address: &Address| address.raw(&address.path).trim_end_matches('/').to_lowercase();
    path(&target) == path(&context.address)
}

/// A redirect that is none to a sign-in: what differs between the two addresses is the finding.
fn redirect(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer?;
    let place = FactPlace::AnswerHeader("Location".into());
    let location = answer.header("location")?;
    let shown = short(&crate::model::secrets::mask::mask_url(location));
    let target = Address::parse(location);
    let sent = &context.address;
    let same_host = target.host.is_empty() || target.raw(&target.host).eq_ignore_ascii_case(sent.raw(&sent.host));
    let path = |address: &Address| address.raw(&address.path).to_owned();
    let becomes_https =
        sent.raw(&sent.scheme).eq_ignore_ascii_case("http") && target.raw(&target.scheme).eq_ignore_ascii_case("https");
    let fact = format!("{}, Location: \"{shown}\"", status_text(answer.status));
    if becomes_https && same_host {
        return Some(
            Cause::new(CauseId::EndpointScheme, Proven.plain(), "The server wants https, and the address begins with http")
                .fact(fact, place)
                .advice("Write https:// at the beginning; a client that follows this redirect may turn the POST into a GET")
                .fix(Fix::UseHttps),
        );
    }
    if same_host
        && path(&target) != path(sent)
        && path(&target).trim_end_matches('/').eq_ignore_ascii_case(path(sent).trim_end_matches('/'))
    {
        return Some(
            Cause::new(CauseId::EndpointPathShape, Proven.plain(), "The server redirects to another spelling of the path")
                .fact(fact, place)
                .advice(
                    "Send to the address that it redirects to, straight away; a client that follows may turn the POST into a GET",
                ),
        );
    }
    if !same_host {
        let cause = Cause::new(CauseId::EndpointHostMismatch, Proven.weak(), "The server redirects to another host").fact(fact, place).advice(
            "Send to the host that it redirects to, if that is Centercode's; a client that follows may turn the POST into a GET",
        );
        return Some(with_target(cause, context, location));
    }
    let whole = if target.host.is_empty() { format!("{}{location}", sent.base()) } else { location.to_owned() };
    if whole == sent.text() {
        return Some(
            Cause::new(
                CauseId::TransportRedirectLoop,
                Proven.weak(),
                "The server redirects to the very address that was asked for",
            )
            .fact(fact, place),
        );
    }
    let becomes_get = matches!(answer.status, 301..=303);
    let cause = Cause::new(if becomes_get { CauseId::RequestMethod } else { CauseId::EndpointPathShape }, Likely.strong(), "The server redirects, and the redirect was not followed")
        .fact(fact, place)
        .advice("Send to the address that it redirects to, straight away; a client that follows a 301, 302 or 303 turns the POST into a GET");
    Some(with_target(cause, context, location))
}

/// Offers the address that a redirect leads to, if it is that of an External Source other than the one that was asked. Never one over
/// http in place of https: the API key would travel in clear.
fn with_target(cause: Cause, context: &RuleContext<'_>, location: &str) -> Cause {
    let sent = &context.address;
    let location = location.split(['?', '#']).next().unwrap_or("").trim();
    let whole = match location {
        rest if rest.starts_with("//") => format!("{}:{rest}", sent.raw(&sent.scheme)),
        rest if rest.starts_with('/') => format!("{}://{}{rest}", sent.raw(&sent.scheme), sent.raw(&sent.authority)),
        rest => rest.to_owned(),
    };
    let target = Address::parse(&whole);
    let is = |address: &Address, scheme: &str| address.raw(&address.scheme).eq_ignore_ascii_case(scheme);
    let is_safe = is(&target, "https") || is(&target, "http") && is(sent, "http");
    let endpoint = Endpoint::from_pasted(&whole).map(|endpoint| Endpoint { api_key: Secret::default(), ..endpoint });
    let asked = Endpoint::from_pasted(sent.text()).map(|endpoint| Endpoint { api_key: Secret::default(), ..endpoint });
    let has_user = whole.split('/').nth(2).is_some_and(|authority| authority.contains('@'));
    match endpoint {
        Some(found) if is_safe && !has_user && asked.as_ref() != Some(&found) => cause.fix(Fix::UseAddress(whole)),
        _ => cause,
    }
}

/// What a web server before Centercode writes of a request that it does not pass on, by its own words.
fn server_page(context: &RuleContext<'_>) -> Option<Cause> {
    let status = context.answer?.status;
    if status < 400 || context.answer_json().is_some() {
        return None;
    }
    let (words, id, _) = SERVER_PAGES.iter().find_map(|(words, id)| Some((words, id, context.answer_says(words)?)))?;
    let place = context.answer_says(words)?;
    Some(
        Cause::new(*id, Proven.weak(), id.title())
            .fact(format!("{}, from a server before Centercode", status_text(status)), FactPlace::AnswerStatus)
            .fact("its page says so", place),
    )
}

/// Whether a page or a text came that is not Centercode's JSON.
fn is_foreign(context: &RuleContext<'_>) -> bool {
    context.answer_json().is_none() && (context.answer_is_html() || !context.answer_text.trim().is_empty())
}

/// Whether a server asks for user and password, which the API does not: it is one that stands before Centercode.
fn wants_sign_in(answer: &Answer) -> bool {
    answer.status == 401
        && answer.header("www-authenticate").is_some_and(|value| {
            let value = value.trim().to_lowercase();
            ["basic", "digest", "negotiate", "ntlm"].iter().any(|scheme| value.starts_with(scheme))
        })
}

fn by_status(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer?;
    let status = context.status();
    let line = status_text(status);
    let retry = answer.header("retry-after").map(|value| format!("; Retry-After: {}", short(value))).unwrap_or_default();
    let refused_address = address_list::named(context).filter(|_| matches!(status, 401 | 403));
    if let Some(confidence) = refused_address {
        let id = CauseId::AuthAddressNotAllowed;
        return Some(Cause::new(id, confidence, id.title()).fact(line, FactPlace::AnswerStatus).advice(id.advice()));
    }
    let cause = match status {
        401 | 403 if is_foreign(context) || wants_sign_in(answer) || context.other_product.is_some() => {
            Cause::new(CauseId::AuthRejected, Likely.weak(), "The request was refused, but not with Centercode's JSON")
                .advice("Find out who answered: the page and the Server header name the product. Send the same request from another network, and check the API key in Centercode")
        }
        401 | 403 => Cause::new(CauseId::AuthRejected, if context.answer_may_be_own() && !is_status_alone(answer) || names_api_key(context) { Proven.plain() } else { Likely.strong() }, "The server refuses the API key, or what it may do").advice(
            "Check in Centercode that the API key exists, is enabled, and is the one that the External Source names, and that nothing restricts where it may be used from",
        ),
        // nginx and Amazon's load balancer write these into their logs; nobody receives them.
        499 | 460 => Cause::new(CauseId::TransportCancelled, Proven.weak(), "The client closed the connection before the answer came")
            .advice("Look at the client's time limit: it gave up while the server was still at work. Look in Centercode before sending it again"),
        444 => Cause::new(CauseId::TransportReset, Proven.weak(), "The server closed the connection without an answer, as its rules say")
            .advice("Ask whoever runs nginx there which of its rules closes the connection (return 444)"),
        408 => Cause::new(CauseId::TransportTimeout, Proven.weak(), "The server gave up waiting for the request").advice("The upload was too slow, or stalled on the way. Try a smaller file or another network"),
        429 => Cause::new(CauseId::ServerRateLimited, Proven.strong(), "Too many requests in too short a time").advice(format!("Wait before the next one{retry}, and send fewer at once")),
        520..=527 | 530 => Cause::new(CauseId::TransportOrigin, Proven.plain(), CauseId::TransportOrigin.title()),
        502 | 504 => Cause::new(CauseId::ServerGateway, Proven.plain(), "The server before Centercode got no good answer from it").advice("Wait and try again. It may have been carried out: look in Centercode first"),
        511 => Cause::new(CauseId::TransportIntercepted, Proven.strong(), "A network's sign-in portal answered in place of Centercode").advice("Sign in to the network in a browser, or send from another one"),
        503 if is_foreign(context) => {
            Cause::new(CauseId::ServerMaintenance, Proven.weak(), "The service is not available, says a page that is not Centercode's JSON")
                .advice(format!("Wait and try again{retry}. If it stays, find out who answered: the page and the Server header name the product"))
        }
        503 => Cause::new(CauseId::ServerMaintenance, Proven.plain(), "The service is not available at the moment").advice(format!("Wait and try again{retry}. Centercode's status page may say more")),
        // Gateways answer so, too, when a limit is passed.
        500..=599 if says(&context.answer_lower, &["spike arrest", "ratelimit", "rate limit", "quota violation", "quotaviolation", "too many requests"]) => {
            Cause::new(CauseId::ServerRateLimited, Proven.weak(), "Too many requests in too short a time, says the answer").advice(format!("Wait before the next one{retry}, and send fewer at once"))
        }
        500..=599 => Cause::new(CauseId::ServerError, Proven.plain(), "The server failed on its own side").advice("Try again. If it stays, send the time, the address without its key and the answer to Centercode's support"),
        405 => Cause::new(CauseId::RequestMethod, Likely.plain(), "The server does not take this method at this address").advice("Send as POST, to the whole endpoint"),
        410 if context.purpose == Purpose::Upload => Cause::new(CauseId::UploadTicketGone, Likely.plain(), "The attachment endpoint does not exist any more"),
        410 => Cause::new(CauseId::EndpointKeysChanged, Likely.plain(), "The endpoint does not exist any more"),
        411 => Cause::new(CauseId::RequestLengthRequired, Proven.weak(), CauseId::RequestLengthRequired.title()),
        417 => Cause::new(CauseId::RequestExpectRefused, Proven.weak(), CauseId::RequestExpectRefused.title()),
        431 => Cause::new(CauseId::RequestHeadersTooLarge, Proven.weak(), CauseId::RequestHeadersTooLarge.title()),
        415 if refuses_encoding(context) => Cause::new(CauseId::RequestContentEncoding, Likely.strong(), CauseId::RequestContentEncoding.title())
            .advice(CauseId::RequestContentEncoding.advice()),
        415 if context.purpose == Purpose::Upload && context.sent.header("content-type").and_then(boundary_of).is_some() => {
            Cause::new(CauseId::UploadTypeRefused, Likely.plain(), CauseId::UploadTypeRefused.title()).advice(CauseId::UploadTypeRefused.advice())
        }
        415 => Cause::new(if context.purpose == Purpose::Upload { CauseId::UploadNotMultipart } else { CauseId::RequestContentType }, Likely.plain(), "The server does not take this Content-Type")
            .advice("Send JSON as application/json, files as multipart/form-data with its boundary"),
        _ => return None,
    };
    let cause = cause.fact(line, FactPlace::AnswerStatus);
    Some(match answer.header("server") {
        Some(server) if status >= 500 => {
            cause.fact(format!("the answer comes from \"{}\"", short(server)), FactPlace::AnswerHeader("Server".into()))
        }
        _ => cause,
    })
}

/// Whether an answer speaks of the API key.
fn names_api_key(context: &RuleContext<'_>) -> bool {
    says(&context.answer_lower, &["api key", "apikey", "api-key", "api_key"])
}

/// Whether the request's body is compressed, and the answer may refuse that.
fn refuses_encoding(context: &RuleContext<'_>) -> bool {
    let is_compressed =
        context.sent.header("content-encoding").is_some_and(|coding| !coding.trim().eq_ignore_ascii_case("identity"));
    is_compressed || says(&context.answer_lower, &["content-encoding", "content encoding"])
}

fn not_json(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer?;
    let is_post = context.sent.method.trim().is_empty() || context.sent.method.eq_ignore_ascii_case("POST");
    // 204 and 205 have no body by definition. What an upload's answer holds is not documented; a page for people it is not.
    if !is_post || matches!(answer.status, 204 | 205) || context.purpose == Purpose::Upload && !context.answer_is_html() {
        return None;
    }
    let text = json_text::without_bom(&context.answer_text).trim();
    // What was not kept of an answer says nothing of it.
    if text.is_empty() && answer.body_trouble.is_some() {
        return None;
    }
    let whole = answer.text();
    let is_json = if whole.len() == context.answer_text.len() {
        serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() && text.starts_with(['{', '['])
    } else {
        json_text::read::<serde::de::IgnoredAny>(&whole).is_ok()
    };
    if is_json {
        return None;
    }
    let words = if text.is_empty() {
        "the body is empty".to_owned()
    } else {
        format!("the body begins \"{}\"", short(text.lines().next().unwrap_or("")))
    };
    Some(
        Cause::new(CauseId::ResponseNotJson, Proven.plain(), "A success, but not with the JSON that was promised")
            .fact(words, FactPlace::AnswerBody(0..context.answer_text.len().min(60)))
            .fact(status_text(answer.status), FactPlace::AnswerStatus)
            .advice("Something between may have answered, or cut the answer short. Look in Centercode whether the ticket exists before sending it again"),
    )
}

/// Whether a record has nothing of an answer but its status: it may be that of whatever stands before Centercode.
fn is_status_alone(answer: &Answer) -> bool {
    answer.headers.is_empty() && answer.body.is_empty()
}

#[cfg(test)]
mod tests {
    use crate::diagnosis::{Fix, diagnose};
    use crate::model::exchange::Answer;
    use crate::model::request_record::RequestRecord;
    use crate::model::{Case, Outcome};

    fn causes_of(answer: Answer) -> Vec<(&'static str, f64)> {
        let sent = RequestRecord {
            method: "POST".into(),
            url: "https://acme.example/api/v1/projects/beta1/feedback/log?apiKey=3f0c9a71".into(),
            body: Some("{}".into()),
            ..RequestRecord::default()
        };
        let causes = diagnose(&Case { sent, outcome: Some(Outcome::Answer(answer)), ..Case::default() });
        causes.into_iter().map(|cause| (cause.id.as_str(), cause.confidence.number())).collect()
    }

    #[test]
    fn a_cut_off_success_is_none() {
        let answer = |status| Answer { status, body: "{}".into(), is_cut_off: true, ..Answer::default() };
        assert_eq!(causes_of(answer(201))[0].0, "response.cut-off");
        let refused = causes_of(answer(404));
        assert_ne!(refused[0].0, "response.cut-off");
        assert!(refused.iter().any(|(id, _)| *id == "response.cut-off"), "{refused:?}");
    }

    #[test]
    fn a_malformed_head_changes_nothing_else() {
        for status in [201, 404] {
            let sound = Answer { status, body: "{}".into(), ..Answer::default() };
            let odd = Answer { oddities: vec!["Its lines end with LF alone".into()], ..sound.clone() };
            let (sound, odd) = (causes_of(sound), causes_of(odd));
            assert_eq!(odd[..sound.len()], sound, "{status}");
            assert_eq!(odd[sound.len()].0, "response.malformed", "{status}");
        }
    }

    #[test]
    fn the_target_of_a_redirect_is_offered_by_table() {
        const PATH: &str = "/api/v1/projects/beta1/feedback/log";
        const OTHER: &str = "/api/v1/projects/beta2/feedback/log";
        for (location, expected) in [
            (format!("https://eu.example{PATH}?apiKey=theirs"), Some(format!("https://eu.example{PATH}"))),
            (format!("//eu.example{PATH}"), Some(format!("https://eu.example{PATH}"))),
            (OTHER.to_owned(), Some(format!("https://acme.example{OTHER}"))),
            (format!("http://eu.example{PATH}"), None),
            (format!("https://me:pass@eu.example{PATH}"), None),
            (format!("{PATH}/"), None),
            ("https://eu.example/".to_owned(), None),
            (format!("https://login.example{OTHER}?ReturnUrl=x"), None),
        ] {
            let sent = RequestRecord {
                method: "POST".into(),
                url: format!("https://acme.example{PATH}?apiKey=3f0c9a71"),
                body: Some("{}".into()),
                ..RequestRecord::default()
            };
            let answer = Answer { status: 307, headers: vec![("Location".into(), location.clone())], ..Answer::default() };
            let fixes = diagnose(&Case { sent, outcome: Some(Outcome::Answer(answer)), ..Case::default() })
                .into_iter()
                .flat_map(|cause| cause.fixes);
            let found = fixes.filter_map(|fix| if let Fix::UseAddress(address) = fix { Some(address) } else { None }).next();
            assert_eq!(found, expected, "{location}");
        }
    }
}
