//! Which of the causes comes first: what the answer's status makes likely, and what a server would trip over first.

use serde_json::Value;

use super::cause::{Cause, FactPlace};
use super::context::{Purpose, RuleContext};
use super::phrases::fields::UNREADABLE;
use super::phrases::network::BAD_ADDRESS;
use super::phrases::page::GATEWAYS;
use super::rules::{fields, iis, transport};
use super::{answer_text, fallback, text};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Possible, Proven};
use crate::diagnosis::certainty::Confidence;
use crate::model::exchange::FailureKind;

/// What each family of rules found.
pub(super) struct CausesByFamily {
    pub(super) answer: Vec<Cause>,
    pub(super) network: Vec<Cause>,
    pub(super) endpoint: Vec<Cause>,
    pub(super) request: Vec<Cause>,
    pub(super) fields: Vec<Cause>,
    pub(super) upload: Vec<Cause>,
    pub(super) named: Vec<Cause>,
}

/// The most that a cause behind the first can be.
const SECOND: Confidence = Likely.strong();

/// All causes, best first.
pub(super) fn rank(context: &RuleContext<'_>, found: &mut CausesByFamily) -> Vec<Cause> {
    let status = context.status();
    let causes = if context.answer.is_none() {
        no_answer(context, found)
    } else if (200..300).contains(&status) {
        return success(context, found);
    } else {
        match status {
            300..=399 => redirected(found),
            401 | 403 => refused(context, found),
            400 | 404..=499 => client_error(context, found),
            _ => server_error(context, found),
        }
    };
    if context.answer.is_some_and(crate::model::Answer::has_success_status) {
        // A success that tells of a failure contradicts itself.
        return finish(context, likely(causes));
    }
    finish(context, causes)
}

fn take(causes: &mut Vec<Cause>) -> Vec<Cause> {
    std::mem::take(causes)
}

/// Lowers the confidence of causes that the answer does not speak for.
fn at_most(causes: Vec<Cause>, most: Confidence) -> Vec<Cause> {
    causes.into_iter().map(|cause| Cause { confidence: cause.confidence.min(most), ..cause }).collect()
}

/// A reason that is seen in the request, for a failure that has others.
fn likely(causes: Vec<Cause>) -> Vec<Cause> {
    at_most(causes, SECOND)
}

fn no_answer(context: &RuleContext<'_>, found: &mut CausesByFamily) -> Vec<Cause> {
    let kind = context.case.failure().map_or(FailureKind::Other, |failure| failure.kind);
    let network = take(&mut found.network);
    let is_proxy = network.iter().any(|cause| cause.id == CauseId::TransportProxy);
    let is_tls = network.iter().any(|cause| cause.id.as_str().starts_with("transport.tls"));
    let is_dns = network.iter().any(|cause| cause.id == CauseId::TransportDns);
    // A client that says that it cannot use the address has sent nothing.
    let message = context.case.failure().map_or_else(String::new, |failure| failure.message.to_lowercase());
    let is_said = answer_text::says(&message, BAD_ADDRESS);
    let wants_tls = transport::refuses_plain_http(&message);
    // What is wrong with the host explains why it is not reached; what is wrong behind it does not.
    let (reach, rest): (Vec<Cause>, Vec<Cause>) = take(&mut found.endpoint).into_iter().partition(|cause| {
        let in_host = cause.evidence.iter().any(|fact| match &fact.place {
            Some(FactPlace::Url(span)) => span.start < context.address.authority.end,
            _ => false,
        });
        match cause.id {
            CauseId::EndpointPlaceholder | CauseId::EndpointWhitespace | CauseId::EndpointHtmlEscaped => in_host || is_said,
            CauseId::EndpointHostMismatch => !is_tls,
            // What has no scheme was never sent.
            CauseId::EndpointNoScheme => true,
            CauseId::EndpointScheme => {
                wants_tls || matches!(kind, FailureKind::Refused | FailureKind::Reset | FailureKind::Timeout | FailureKind::Other)
            }
            _ => false,
        }
    });
    let mut causes = Vec::new();
    let mut uploads = take(&mut found.upload);
    if is_proxy {
        causes.extend(network);
        causes.extend(at_most(reach, Likely.weak()));
    } else if is_dns || !reach.is_empty() {
        causes.extend(if reach.is_empty() { network } else { at_most(network, Likely.plain()) });
        // That the address is wrong is seen, that it is the reason is only likely: the network failed first.
        let (said, seen): (Vec<Cause>, Vec<Cause>) = reach.into_iter().partition(|cause| match cause.id {
            CauseId::EndpointHostMismatch => false,
            CauseId::EndpointScheme => wants_tls,
            _ => is_said,
        });
        // What is seen in the address need not be told of the client, too.
        causes.retain(|cause| cause.id != CauseId::EndpointScheme || said.is_empty());
        causes.splice(0..0, said.into_iter().chain(likely(seen)));
    } else {
        // A file over the limit is a better reason for a cut connection than the cut itself.
        let is_cut = network.iter().any(|cause| matches!(cause.id, CauseId::TransportReset | CauseId::TransportTimeout));
        let big: Vec<Cause> = uploads.extract_if(.., |cause| cause.id == CauseId::UploadTooLarge && is_cut).collect();
        let has_big = !big.is_empty();
        causes.extend(likely(big));
        causes.extend(if has_big { at_most(network, Likely.weak()) } else { network });
    }
    causes.extend(at_most(rest, Possible.strong()));
    causes.extend(at_most(uploads, Possible.strong()));
    causes.extend(at_most(take(&mut found.request), Possible.plain()));
    causes
}

fn redirected(found: &mut CausesByFamily) -> Vec<Cause> {
    let mut causes = take(&mut found.answer);
    let mut endpoint = take(&mut found.endpoint);
    let has_sign_in = causes.iter().any(|cause| cause.id.family() == "auth" || cause.id == CauseId::TransportIntercepted);
    // The address's own faults say why it redirects, unless it leads to a sign-in or a portal.
    endpoint.retain(|cause| !causes.iter().any(|other| other.id == cause.id));
    let (method, rest): (Vec<Cause>, Vec<Cause>) =
        take(&mut found.request).into_iter().partition(|cause| cause.id == CauseId::RequestMethod);
    if has_sign_in {
        causes.extend(at_most(endpoint, Likely.plain()));
    } else {
        let is_sure = causes.iter().any(|cause| cause.confidence.is_sure());
        let endpoint = if is_sure { at_most(endpoint, Likely.strong()) } else { endpoint };
        causes.extend(endpoint);
    }
    causes.extend(at_most(method, Likely.strong()));
    causes.extend(at_most(rest, Possible.strong()));
    causes
}

fn refused(context: &RuleContext<'_>, found: &mut CausesByFamily) -> Vec<Cause> {
    let (pages, mut plain): (Vec<Cause>, Vec<Cause>) =
        take(&mut found.answer).into_iter().partition(|cause| cause.id != CauseId::AuthRejected);
    if pages.is_empty()
        && let Some(place) = plain
            .iter()
            .filter(|cause| !cause.confidence.is_sure() && cause.confidence < Likely.plain())
            .find_map(|cause| cause.evidence.first())
    {
        // A page that is signed by a server of another make was not written by Centercode.
        let signed = context.answer_says(GATEWAYS);
        let header = context.answer.and_then(|answer| answer.header("server")).unwrap_or("").to_lowercase();
        let is_signed = signed.is_some() || context.other_product.is_some() || answer_text::says(&header, GATEWAYS);
        let other = Cause::new(
            CauseId::TransportIntercepted,
            if is_signed { Likely.plain() } else { Likely.weak() },
            "A web server or gateway before Centercode may have refused the request",
        );
        let other = other.fact(place.text.clone(), place.place.clone());
        plain.push(match signed {
            Some(signed) => other.fact("the page bears its signature", signed),
            None => other,
        });
    }
    let endpoint = take(&mut found.endpoint);
    let has_page = !pages.is_empty();
    let mut causes = pages;
    let (named, _): (Vec<Cause>, Vec<Cause>) = take(&mut found.fields).into_iter().partition(is_named);
    if has_page {
        causes.extend(at_most(endpoint, Likely.plain()));
    } else {
        // Only what concerns the key or the server explains a refusal.
        let (keyed, rest): (Vec<Cause>, Vec<Cause>) = endpoint.into_iter().partition(|cause| {
            !matches!(
                cause.id,
                CauseId::EndpointPathShape
                    | CauseId::EndpointProjectKeyMismatch
                    | CauseId::EndpointSourceKeyMismatch
                    | CauseId::EndpointProjectKeyMissing
            )
        });
        // Another product may know nothing of the key, and a page for people is not Centercode's.
        let is_others = context.other_product.is_some() || context.answer_is_html() && iis::sub_status(context).is_none();
        let keyed = if is_others { likely(keyed) } else { keyed };
        let is_explained = !keyed.is_empty() || !named.is_empty();
        causes.extend(keyed);
        // A refusal that names a submitter is about the submitter, whatever its status.
        causes.extend(named);
        causes.extend(if is_explained { at_most(plain, Likely.plain()) } else { plain });
        causes.extend(at_most(rest, Likely.plain()));
    }
    causes.extend(at_most(take(&mut found.request), Likely.weak()));
    causes.extend(at_most(take(&mut found.upload), Likely.weak()));
    causes
}

fn client_error(context: &RuleContext<'_>, found: &mut CausesByFamily) -> Vec<Cause> {
    let status = context.status();
    let mut answer = take(&mut found.answer);
    let mut pages: Vec<Cause> = answer
        .extract_if(.., |cause| {
            matches!(cause.id, CauseId::AuthLoginPage | CauseId::TransportIntercepted | CauseId::TransportProxy)
                && cause.confidence.is_sure()
        })
        .collect();
    if matches!(status, 407 | 408 | 429 | 444 | 460 | 499) {
        // 429 says what it is, whoever answers it.
        let mut causes = if status == 429 { at_most(pages, Likely.plain()) } else { pages };
        let at = if status == 429 { 0 } else { causes.len() };
        causes.splice(at..at, answer);
        causes.extend(at_most(take(&mut found.upload), Possible.strong()));
        causes.extend(at_most(take(&mut found.endpoint), Possible.strong()));
        return causes;
    }
    let crossed_out = crossed_out_keys(status, found);
    let endpoint = take(&mut found.endpoint);
    let mut upload = take(&mut found.upload);
    // What the server itself wrote down of its reason stands above what the request shows.
    let has_sub_status = iis::sub_status(context).is_some();
    let named: Vec<Cause> = answer.extract_if(.., |_| has_sub_status).collect();
    let sized: Vec<Cause> =
        upload.extract_if(.., |cause| matches!(cause.id, CauseId::UploadTooLarge | CauseId::UploadServerLimit)).collect();
    let (method, request): (Vec<Cause>, Vec<Cause>) =
        take(&mut found.request).into_iter().partition(|cause| cause.id == CauseId::RequestMethod);
    let broken = take(&mut found.fields);
    // What another product answered, Centercode did not judge: it shows nothing of keys, and of a payload only where it read it.
    let product = context.other_product.as_ref();
    let is_unread = product.is_some_and(|product| !product.reads_payload || !matches!(status, 400 | 415 | 422));
    let unread = |causes: Vec<Cause>| if is_unread { at_most(causes, Likely.weak()) } else { causes };
    let (request, broken, upload) = (unread(request), unread(broken), unread(upload));
    let mut causes = named;
    // A size refusal comes from a server that stands before Centercode, before any key is looked at.
    let is_size_sure = status == 413
        || sized.iter().any(|cause| cause.id == CauseId::UploadTooLarge && cause.confidence >= Proven.plain())
        || sized.iter().any(|cause| cause.confidence >= Proven.plain());
    let mut sized = sized;
    sized.sort_by_key(|cause| cause.id != CauseId::UploadTooLarge);
    if sized.iter().any(|cause| cause.id == CauseId::UploadTooLarge && cause.confidence.is_sure()) {
        sized = sized
            .into_iter()
            .map(
                |cause| {
                    if cause.id == CauseId::UploadServerLimit { Cause { confidence: Likely.plain(), ..cause } } else { cause }
                },
            )
            .collect();
    } else {
        sized.sort_by_key(|cause| std::cmp::Reverse(cause.confidence));
    }
    if is_size_sure {
        causes.append(&mut sized);
    }
    // These say what they are, whoever answers them.
    let says_itself = |cause: &Cause| {
        matches!(cause.id, CauseId::RequestLengthRequired | CauseId::RequestExpectRefused | CauseId::RequestHeadersTooLarge)
    };
    let mut own: Vec<Cause> = answer.extract_if(.., |cause| matches!(status, 411 | 417 | 431) && says_itself(cause)).collect();
    if !own.is_empty() {
        pages = at_most(pages, Likely.plain());
    }
    causes.append(&mut own);
    if status == 405 || status == 415 {
        causes.append(&mut pages);
    }
    let has_address = endpoint.iter().any(|cause| cause.confidence.is_sure());
    if has_address {
        // A page between is less likely than an address that is plainly wrong.
        pages = at_most(pages, Likely.strong());
    }
    let mut proven_pages: Vec<Cause> = pages.extract_if(.., |cause| cause.confidence.is_sure()).collect();
    causes.append(&mut proven_pages);
    // A server finds the route first, by path and method; the keys in it are looked at behind that.
    let (route, keys): (Vec<Cause>, Vec<Cause>) = endpoint.into_iter().partition(|cause| {
        !matches!(cause.id, CauseId::EndpointKeyCase | CauseId::EndpointProjectKeyMismatch | CauseId::EndpointSourceKeyMismatch)
            && !cause.id.as_str().starts_with("endpoint.api-key")
    });
    let body_counts = status != 404;
    let has_broken_rule = broken.iter().any(|cause| cause.confidence.is_sure());
    // A server that stumbled over the JSON has read it as such, whatever was declared.
    let has_stumbled = answer_text::says(&context.answer_lower, UNREADABLE) && context.answer_json().is_some();
    // A server that speaks rightly of what is in the body has read it.
    let empty = serde_json::Map::new();
    let payload = context.payload().unwrap_or(&empty);
    let was_read = !has_stumbled
        && broken.iter().any(|cause| is_named(cause) && (context.payload().is_none() || fields::is_true_of(cause, payload)));
    let is_broken = |cause: &Cause| cause.id == CauseId::RequestJsonSyntax && cause.confidence.is_sure();
    let is_read = body_counts && (was_read || has_stumbled && request.iter().any(is_broken));
    // Who complains of the body has found the External Source: where its key is another, the profile may be out of date.
    let (passed, keys): (Vec<Cause>, Vec<Cause>) = keys.into_iter().partition(|_| is_read);
    // Who refuses the method has found the path.
    if status == 405 && method.iter().any(|cause| cause.confidence.is_sure()) {
        causes.extend(method);
        causes.extend(likely(route));
    } else {
        causes.extend(route);
        causes.extend(method);
    }
    causes.extend(if product.is_some() { likely(keys) } else { keys });
    causes.append(&mut sized);
    causes.extend(upload);
    causes.append(&mut found.named);
    // A variable left in a free text harms nobody; where a rule is broken, that is the reason.
    let request: Vec<Cause> = request
        .into_iter()
        .map(|cause| {
            let is_harmless =
                has_broken_rule && cause.id == CauseId::RequestUnresolvedVariable && cause.confidence < Proven.plain();
            let is_harmless = is_harmless || was_read && cause.id == CauseId::RequestJsonSyntax;
            if is_harmless { Cause { confidence: cause.confidence.min(Likely.plain()), ..cause } } else { cause }
        })
        .collect();
    let request = if has_stumbled && request.iter().any(is_broken) {
        let (broken, rest): (Vec<Cause>, Vec<Cause>) = request.into_iter().partition(is_broken);
        broken.into_iter().chain(at_most(rest, Likely.plain())).collect()
    } else {
        request
    };
    causes.extend(if body_counts { request } else { at_most(request, Likely.weak()) });
    causes.extend(if body_counts { named_first(broken) } else { at_most(broken, Possible.strong()) });
    causes.extend(at_most(passed, Likely.plain()));
    causes.extend(crossed_out);
    let known: Vec<CauseId> = causes.iter().map(|cause| cause.id).collect();
    answer.retain(|cause| !known.contains(&cause.id));
    causes.extend(answer);
    causes.extend(pages);
    if !causes.iter().any(|cause| cause.confidence.is_sure()) {
        causes.extend(fallback::check(context, &causes));
    }
    causes
}

/// Takes out a key that looks crossed out, where the answer is a 400: who passed the request on hid the key that was sent.
fn crossed_out_keys(status: u16, found: &mut CausesByFamily) -> Vec<Cause> {
    let is_crossed_out = |cause: &mut Cause| cause.id == CauseId::EndpointPlaceholder && cause.confidence <= Likely.plain();
    let keys = found.endpoint.extract_if(.., |cause| status == 400 && is_crossed_out(cause)).collect();
    at_most(keys, Possible.strong())
}

/// Whether the server's own words speak of it.
fn is_named(cause: &Cause) -> bool {
    cause.evidence.iter().any(|fact| matches!(fact.place, Some(FactPlace::AnswerBody(_))))
}

/// What the server names itself comes before what only the profile says.
fn named_first(mut fields: Vec<Cause>) -> Vec<Cause> {
    let named: Vec<Cause> = fields.extract_if(.., |cause| is_named(cause)).collect();
    if named.is_empty() {
        return fields;
    }
    let mut merged = Vec::new();
    for cause in named {
        let about = |cause: &Cause| {
            cause.evidence.iter().find_map(|fact| match &fact.place {
                Some(FactPlace::Parameter(parameter)) => Some(parameter.clone()),
                _ => None,
            })
        };
        // The profile's own rule on the same parameter explains more than the server's sentence.
        let twin = fields.iter().position(|other| about(other).is_some() && about(other) == about(&cause));
        match twin {
            Some(at) => {
                let mut twin = fields.remove(at);
                twin.confidence = twin.confidence.max(Proven.plain());
                twin.evidence
                    .extend(cause.evidence.into_iter().filter(|fact| matches!(fact.place, Some(FactPlace::AnswerBody(_)))));
                merged.push(twin);
            }
            None => merged.push(cause),
        }
    }
    let rest = at_most(fields, Likely.strong());
    merged.extend(rest);
    merged
}

fn server_error(context: &RuleContext<'_>, found: &mut CausesByFamily) -> Vec<Cause> {
    let mut upload = take(&mut found.upload);
    let mut causes: Vec<Cause> = upload
        .extract_if(.., |cause| {
            matches!(
                cause.id,
                CauseId::UploadServerLimit
                    | CauseId::UploadBoundaryMissing
                    | CauseId::UploadBoundaryMismatch
                    | CauseId::UploadTooLarge
            ) && cause.confidence >= Proven.plain()
        })
        .collect();
    causes.sort_by_key(|cause| cause.id != CauseId::UploadTooLarge);
    let mut answer = take(&mut found.answer);
    let is_plain_error = answer.iter().all(|cause| cause.id == CauseId::ServerError);
    let mut request = take(&mut found.request);
    let mut fields = take(&mut found.fields);
    if is_plain_error {
        // An error that names a parameter is about that; one on a body that cannot be read is probably about the body.
        if context.answer_json().is_some() {
            causes.extend(at_most(fields.extract_if(.., |cause| is_named(cause)).collect(), Proven.weak()));
        }
        // A fault that is seen in the request comes before a server that fails for reasons of its own.
        let is_sure = |cause: &mut Cause| cause.confidence.is_sure();
        let mut seen: Vec<Cause> = request.extract_if(.., is_sure).collect();
        seen.extend(upload.extract_if(.., is_sure));
        seen.extend(fields.extract_if(.., is_sure));
        // A body that breaks off is not proven by a record, which may break off itself.
        seen.extend(upload.extract_if(.., |cause| cause.id == CauseId::UploadBoundaryMismatch));
        seen.extend(found.named.extract_if(.., |cause| cause.id.family() == "upload"));
        if !seen.is_empty() {
            answer = at_most(answer, Likely.plain());
        }
        causes.extend(likely(seen));
    }
    let explained = causes.iter().any(|cause| cause.confidence.is_sure());
    causes.extend(if explained { at_most(answer, Likely.plain()) } else { answer });
    let rest = [take(&mut found.endpoint), request, upload, fields];
    causes.extend(rest.into_iter().flat_map(|causes| at_most(causes, Possible.strong())));
    causes
}

/// A success: nothing is wrong, but for an answer that is not the API's; what is odd about the request becomes a note.
fn success(context: &RuleContext<'_>, found: &mut CausesByFamily) -> Vec<Cause> {
    let mut causes = take(&mut found.answer);
    if causes.iter().any(|cause| cause.id == CauseId::ResponseNotJson) {
        // A page that answers at another address than the API's is just what was asked for.
        let route =
            found.endpoint.extract_if(.., |cause| matches!(cause.id, CauseId::EndpointHostMismatch | CauseId::EndpointPathShape));
        let route: Vec<Cause> = route.collect();
        causes.splice(0..0, route);
    }
    if causes.is_empty() && (is_elsewhere(context, &found.endpoint) || is_echo(context)) {
        // The success of another service says nothing of Centercode.
        let route =
            found.endpoint.extract_if(.., |cause| matches!(cause.id, CauseId::EndpointHostMismatch | CauseId::EndpointPathShape));
        causes.extend(route.map(|cause| cause.fact("the success is that of another service", FactPlace::AnswerStatus)));
    }
    let method: Vec<Cause> = found.request.extract_if(.., |cause| cause.id == CauseId::RequestMethod).collect();
    causes.extend(method.into_iter().filter(|_| context.purpose == Purpose::Create));
    if !causes.is_empty() {
        return finish(context, causes);
    }
    let has_no_body = matches!(context.status(), 204 | 205);
    let confidence = if has_no_body { Likely.strong() } else { Proven.strong() };
    let mut none = Cause::new(CauseId::NoProblem, confidence, CauseId::NoProblem.title())
        .fact(crate::model::status::status_text(context.status()), FactPlace::AnswerStatus);
    if has_no_body && context.purpose == Purpose::Create {
        none = none.fact(
            "an answer with this status has no body, so it names no ticket: look in Centercode whether it was created",
            None,
        );
    }
    let notes = [take(&mut found.endpoint), take(&mut found.request), take(&mut found.fields), take(&mut found.upload)];
    for cause in notes.into_iter().flatten() {
        none = none.fact(format!("It went well, but: {}", cause.title), cause.evidence.into_iter().find_map(|fact| fact.place));
    }
    if let (Some(profile), Some(payload)) = (context.profile, context.payload()) {
        for name in payload.keys().filter(|name| profile.field(name).is_none() && profile.file_element(name).is_none()).take(10) {
            none = none
                .fact(format!("\"{}\" is not mapped, and was ignored", text::short(name)), FactPlace::Parameter(name.clone()));
        }
    }
    vec![none]
}

/// Whether the answer is what services for trying out requests say: the request's own headers and address.
fn is_echo(context: &RuleContext<'_>) -> bool {
    let Some(Value::Object(answer)) = context.answer_json() else { return false };
    let path = context.address.raw(&context.address.path);
    let names_path = |name: &str| answer.get(name).and_then(Value::as_str).is_some_and(|said| said.contains(path));
    let has_headers = answer.get("headers").is_some_and(Value::is_object);
    has_headers && path.len() > 1 && ["url", "path", "uri", "originalUrl"].into_iter().any(names_path)
}

/// Whether a ticket was sent to an address that has nothing of an External Source's endpoint.
pub(super) fn is_elsewhere(context: &RuleContext<'_>, endpoint: &[Cause]) -> bool {
    let has = |id: CauseId| endpoint.iter().any(|cause| cause.id == id && cause.confidence.is_sure());
    let path = context.address.raw(&context.address.path).to_ascii_lowercase();
    let is_other_path = has(CauseId::EndpointPathShape) && !path.contains("/projects/") && !path.contains("/feedback/");
    let is_other_host = if context.profile.is_some() {
        has(CauseId::EndpointHostMismatch)
    } else {
        !context.address.raw(&context.address.host).contains("centercode")
    };
    context.purpose == Purpose::Create && is_other_path && is_other_host
}

/// Proven causes in the order of the steps, then the others by confidence; and never nothing.
fn finish(context: &RuleContext<'_>, causes: Vec<Cause>) -> Vec<Cause> {
    let (mut proven, mut rest): (Vec<Cause>, Vec<Cause>) = causes.into_iter().partition(|cause| cause.confidence.is_sure());
    rest.sort_by_key(|cause| std::cmp::Reverse(cause.confidence));
    proven.append(&mut rest);
    let mut seen: Vec<(CauseId, String)> = Vec::new();
    proven.retain(|cause| {
        let key = (cause.id, cause.title.clone());
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    if proven.is_empty() {
        proven.push(unknown(context));
    }
    proven
}

/// No rule explains it: says what would tell more.
fn unknown(context: &RuleContext<'_>) -> Cause {
    let knows_request = context.case.knows_request();
    let missing = context.sent.not_recorded.words().join(", ");
    if knows_request && !missing.is_empty() {
        return Cause::new(CauseId::Unknown, Possible.weak(), unexplained(context.status()))
            .fact(format!("the source did not record: {missing}"), None)
            .advice(format!("Ask for what is missing ({missing}), for example as a curl command or a HAR file with content"));
    }
    let (fact, advice) = match (knows_request, context.profile.is_some()) {
        (false, _) => (
            "nothing is known of the request",
            "Ask for the request as it was sent: its method, its address without the key, its headers and its body",
        ),
        (true, false) => (
            "the request breaks no rule that is known here",
            "Add a profile of this External Source: with it each part of the request can be compared",
        ),
        (true, true) => (
            "the request breaks no rule of the profile",
            "Find the part that matters: a probe tests the endpoint by itself, and a bisection removes the parameters one by one",
        ),
    };
    Cause::new(CauseId::Unknown, Possible.weak(), unexplained(context.status()))
        .fact(fact, FactPlace::AnswerStatus)
        .advice(advice)
}

fn unexplained(status: u16) -> String {
    match status {
        0 => "No known rule explains the answer, whose status is not known".to_owned(),
        _ => format!("{}: no known rule explains this", crate::model::status::status_text(status)),
    }
}

/// Several faults may be real, but one is what the server tripped over: a later cause is never surer than an earlier one, and
/// none but the first counts as proven.
pub(super) fn descend(causes: &mut [Cause]) {
    let mut most = Proven.strong();
    for cause in causes {
        cause.confidence = cause.confidence.min(most);
        most = cause.confidence.min(SECOND);
    }
}
