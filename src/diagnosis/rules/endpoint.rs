//! Rules of the address: each part against what is documented, and against the profile.

use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Proven};
use crate::diagnosis::certainty::Confidence;
use std::ops::Range;

use super::unencoded;
use crate::diagnosis::cause::{Cause, FactPlace, Fix};
use crate::diagnosis::context::{Purpose, RuleContext, WHERE};
use crate::diagnosis::text::{self, char_name, is_hidden, is_placeholder, short};
use crate::model::address::Shape;
use crate::model::unseen::is_invisible;
use crate::model::{Address, Profile};

/// What is wrong with the address, in the order of its parts.
pub(crate) fn check(context: &RuleContext<'_>) -> Vec<Cause> {
    let mut found = Vec::new();
    if !can_be_judged(context) {
        return found;
    }
    found.extend(html_escaped(context));
    found.extend(placeholder(context));
    found.extend(whitespace(context));
    found.extend(scheme(context));
    found.extend(host(context).or_else(|| host_header(context)));
    if let Some(cause) = unencoded::check(context) {
        // Where a key cuts the address in two, its parts are not what they seem.
        found.push(cause);
        return found;
    }
    found.extend(path_shape(context));
    found.extend(project_missing(context));
    found.extend(keys(context));
    found
}

/// A quotation mark before the address: who wrote it meant it for a shell, and this shell or tool handed it on.
pub(crate) fn quoted(context: &RuleContext<'_>) -> Option<Cause> {
    let text = context.address.text();
    let start = text.len() - text.trim_start().len();
    let mark = text[start..].chars().next().filter(|c| QUOTES.contains(c)).filter(|_| text.contains("://"))?;
    Some(
        Cause::new(CauseId::EndpointNoScheme, Proven.weak(), "The address begins with a quotation mark, which the shell left in it")
            .fact(format!("sent \"{}\"", short(&text[start..])), FactPlace::Url(start..start + mark.len_utf8()))
            .advice(
                "cmd.exe does not know single quotes, and no shell knows curly ones: put the address between double quotes. In a file or \
                 a form, leave the quotes out",
            ),
    )
}

/// What people and their editors write around an address.
const QUOTES: [char; 8] = ['\'', '"', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{201e}'];

/// Whether there is an address to judge: an answer alone says nothing of it.
pub(crate) fn can_be_judged(context: &RuleContext<'_>) -> bool {
    !context.sent.url.trim().is_empty() || context.is_before()
}

/// Whether every part that the profile knows is what the profile says. `None` without a profile or where parts cannot be told.
pub(crate) fn equals_profile(context: &RuleContext<'_>) -> Option<bool> {
    let profile = context.profile?;
    let (project, source) = context.keys()?;
    let address = &context.address;
    let own = Address::parse(&profile.base_url);
    // What nobody recorded may have been anything.
    let sent = context.sent;
    if !sent.knows_host() || sent.not_recorded.address_end {
        return None;
    }
    // A key that stands there twice is not what the profile says, whatever it is.
    let mut keys = address.query.iter().filter(|pair| address.decoded(&pair.name) == "apiKey");
    let key = keys.next().map(|pair| address.decoded(&pair.value)).unwrap_or_default();
    Some(
        keys.next().is_none()
            && host_name(address) == host_name(&own)
            && port(address) == port(&own)
            && address.decoded(&project) == profile.project_key
            && address.decoded(&source) == profile.source_key
            && (profile.api_key.is_empty() || key == profile.api_key.reveal()),
    )
}

/// An address's host as DNS knows it: in lower case, and in Punycode where it has other letters.
fn host_name(address: &Address) -> String {
    let written = address.raw(&address.host);
    url::Host::parse(written).map_or_else(|_| written.to_ascii_lowercase(), |host| host.to_string())
}

/// An address's port, or that of its scheme.
fn port(address: &Address) -> String {
    let written = address.raw(&(address.host.end..address.authority.end)).trim_start_matches(':').trim_start_matches('0');
    let is_plain = address.raw(&address.scheme).eq_ignore_ascii_case("http");
    if written.is_empty() { if is_plain { "80" } else { "443" }.to_owned() } else { written.to_owned() }
}

fn html_escaped(context: &RuleContext<'_>) -> Option<Cause> {
    const ESCAPES: [&str; 16] = [
        "&amp;",
        "&#38;",
        "&#038;",
        "&#x26;",
        "&#61;",
        "&#x3d;",
        "&equals;",
        "&#47;",
        "&#x2f;",
        "&sol;",
        "&quest;",
        "&#63;",
        "%26amp%3b",
        "amp%3b",
        "&quot;",
        "\\u0026",
    ];
    let url = context.address.text().to_ascii_lowercase();
    let (at, escape) = ESCAPES.iter().filter_map(|escape| Some((url.find(escape)?, *escape))).min()?;
    let cause = Cause::new(CauseId::EndpointHtmlEscaped, Proven.strong(), "The address holds HTML in place of its own characters")
        .fact(format!("sent \"{}\"", context.address.raw(&(at..at + escape.len()))), FactPlace::Url(at..at + escape.len()))
        .advice(format!("Copy the address from where it is shown as text, not from a page's source or an e-mail's HTML; & stands there as &amp;. {WHERE}"));
    Some(context.with_profile_fixes(cause, &[Fix::UseProfileApiKey]))
}

fn placeholder(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    let profile = context.profile;
    let mut parts: Vec<(&str, Range<usize>, Option<&str>)> = vec![("host", address.host.clone(), None)];
    let (project, source) = context.keys().unzip();
    for span in &address.segments {
        if project.as_ref() == Some(span) {
            parts.push(("project key", span.clone(), profile.map(|profile| profile.project_key.as_str())));
        } else if source.as_ref() == Some(span) {
            parts.push(("source key", span.clone(), profile.map(|profile| profile.source_key.as_str())));
        } else {
            parts.push(("path", span.clone(), None));
        }
    }
    if let Some(pair) = address.find_query(|name| name.to_ascii_lowercase().contains("key"))
        && !is_hidden(&address.decoded(&pair.value))
    {
        parts.push(("API key", pair.value.clone(), profile.map(|profile| profile.api_key.reveal())));
    }
    let (what, span, _) = parts.into_iter().find(|(what, span, own)| {
        let value = address.decoded(span);
        let is_odd = match *what {
            "path" => value.contains(['<', '>', '{', '}']),
            // An IPv6 address stands in brackets.
            "host" => value.contains(['<', '>', '{', '}', '$', '%']) || says_your_host(&value),
            _ => is_placeholder(&value) || is_placeholder(address.raw(span)),
        };
        // A key of the profile that looks like one is none, however its letters are written.
        is_odd && own.is_none_or(|own| own.to_lowercase() != value.to_lowercase())
    })?;
    let shown = short(address.raw(&span));
    let mend = match what {
        "host" => Fix::UseProfileHost,
        "project key" => Fix::UseProfileProjectKey,
        "source key" => Fix::UseProfileSourceKey,
        _ => Fix::UseProfileApiKey,
    };
    // Whoever passes a request on crosses the key out, often with the same signs as a guide writes in its place.
    let confidence = match what {
        "API key" if is_crossed_out(&address.decoded(&span)) => Likely.plain(),
        "API key" => Likely.strong(),
        _ => Proven.strong(),
    };
    let cause =
        Cause::new(CauseId::EndpointPlaceholder, confidence, format!("The URL still has a placeholder instead of the {what}"))
            .fact(format!("sent \"{shown}\""), FactPlace::Url(span))
            .advice(format!("Put the real {what} there. {WHERE}"));
    Some(context.with_profile_fixes(cause, &[mend]))
}

/// Whether a value is crossed out: nothing but x and signs.
fn is_crossed_out(value: &str) -> bool {
    value.chars().all(|c| matches!(c, 'x' | 'X') || !c.is_alphanumeric())
}

/// Whether a host is the one that an instruction writes: `yourcompany.centercode.com`, `<YourCentercodeURL>`, `HOST`.
fn says_your_host(host: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let first = lower.split('.').next().unwrap_or("");
    first.starts_with("your")
        || first.starts_with("my-company")
        || first.starts_with("<")
        || matches!(host, "HOST" | "HOSTNAME" | "DOMAIN" | "URL")
        || lower.contains("yourcentercode")
}

fn whitespace(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    let url = address.text();
    // A variable may have spaces around its name, or a word before it.
    let is_in_variable = |at: usize| {
        let open = url.get(..at).and_then(|before| before.rfind("{{"));
        open.is_some_and(|open| url.get(open..at).is_some_and(|inside| !inside.contains("}}")) && url[at..].contains("}}"))
    };
    if let Some((at, c)) = url.char_indices().find(|(at, c)| is_invisible(*c) && !is_in_variable(*at)) {
        let place = FactPlace::Url(at..at + c.len_utf8());
        return Some(whitespace_cause(c, url, at, place, Proven.strong()));
    }
    let own = |value: &str| {
        context.profile.is_some_and(|profile| {
            [&profile.project_key, &profile.source_key].into_iter().any(|key| key == value) || profile.api_key.reveal() == value
        })
    };
    let (project, source) = context.keys().unzip();
    let query = address.query.iter().flat_map(|pair| [pair.name.clone(), pair.value.clone()]);
    for span in address.segments.iter().cloned().chain(query) {
        let value = address.decoded(&span);
        if own(&value) || is_placeholder(&value) {
            continue;
        }
        // Behind the source key an element's name may well hold a space.
        let is_key = project.as_ref() == Some(&span) || source.as_ref() == Some(&span);
        let is_path = span.end <= address.path.end;
        let suspect = if is_path && !is_key { value.trim_matches(|c: char| !is_invisible(c)) } else { &value };
        let edges = [value.chars().next(), value.chars().next_back()].into_iter().flatten().find(|c| is_invisible(*c));
        let inside = suspect.chars().find(|c| is_invisible(*c) && (is_key || !is_path || *c != ' '));
        if let Some(c) = edges.or(inside) {
            return Some(whitespace_cause(c, url, span.start, FactPlace::Url(span), Proven.plain()));
        }
        let raw = address.raw(&span);
        // In a query a plus is a space to most servers.
        if (raw.starts_with('+') || raw.ends_with('+')) && raw.len() > 1 {
            return Some(whitespace_cause(' ', url, span.start, FactPlace::Url(span), Proven.weak()));
        }
    }
    None
}

fn whitespace_cause(c: char, url: &str, at: usize, place: FactPlace, confidence: Confidence) -> Cause {
    let whereabouts = if at == 0 {
        "at its beginning"
    } else if at + c.len_utf8() >= url.len() {
        "at its end"
    } else {
        "inside it"
    };
    Cause::new(CauseId::EndpointWhitespace, confidence, format!("The address has a character {whereabouts} that cannot be seen"))
        .fact(format!("{} at character {}", char_name(c), url.get(..at).unwrap_or("").chars().count() + 1), place)
        .advice("Take it out; it often comes with copying from a mail, a document or a table cell")
        .fix(Fix::CleanAddress)
}

fn scheme(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    let scheme = address.raw(&address.scheme);
    let host = address.raw(&address.host).to_ascii_lowercase();
    let is_local = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    let own = context.profile.map(|profile| profile.base_url.to_ascii_lowercase());
    let is_wanted = own.as_deref().is_some_and(|own| own.starts_with("http://"));
    if let Some(cause) = no_scheme(address) {
        return Some(cause);
    }
    if !scheme.eq_ignore_ascii_case("http") || is_wanted || is_local {
        return None;
    }
    let span = address.scheme.clone();
    let cause = Cause::new(CauseId::EndpointScheme, Proven.plain(), "The address begins with http, not https")
        .fact("sent \"http://\"; Centercode documents https://", FactPlace::Url(span))
        .advice("Write https:// at the beginning; over http the API key travels in clear, and a redirect may lose the payload")
        .fix(Fix::UseHttps);
    Some(cause)
}

/// An address without `https://`, with half of it, or with something that is not a scheme of the web.
fn no_scheme(address: &Address) -> Option<Cause> {
    let scheme = address.raw(&address.scheme);
    let text = address.text().trim_start();
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let holds_other = address.raw(&address.authority).contains(['{', '<', '&', '$', '%']) || text.contains("&#");
    let is_odd = holds_other && scheme.is_empty() || scheme.chars().any(|c| !c.is_ascii_alphanumeric());
    if is_web || is_odd || text.is_empty() || !text.contains('/') {
        return None;
    }
    let (words, span) = if text.starts_with('/') && !text.starts_with("//") {
        ("the address begins with its path, without https:// and the host".to_owned(), 0..1)
    } else if scheme.is_empty() {
        (format!("the address begins \"{}\"", short(text.get(..text.len().min(12)).unwrap_or(""))), 0..1)
    } else {
        (format!("sent \"{}://\"", short(scheme)), address.scheme.clone())
    };
    Some(
        Cause::new(CauseId::EndpointNoScheme, Proven.weak(), "The address does not begin with https://")
            .fact(words, FactPlace::Url(span))
            .advice("Write https:// at the beginning, with its colon and both slashes")
            .fix(Fix::UseHttps),
    )
}

fn host(context: &RuleContext<'_>) -> Option<Cause> {
    let profile = context.profile?;
    let address = &context.address;
    let own = Address::parse(&profile.base_url);
    let own_host = own.raw(&own.host).to_ascii_lowercase();
    let sent_host = address.raw(&address.host).to_ascii_lowercase();
    if own_host.is_empty()
        || sent_host.is_empty()
        || says_your_host(&sent_host)
        || sent_host.contains(['<', '{', '\\'])
        || sent_host.chars().any(is_invisible)
    {
        return None;
    }
    let same_scheme = address.raw(&address.scheme).eq_ignore_ascii_case(own.raw(&own.scheme));
    if matches!(sent_host.as_str(), "http" | "https") {
        // `https:/host` or `https//host`: the scheme is what is wrong.
        return None;
    }
    if host_name(address) == host_name(&own) && (!same_scheme || port(address) == port(&own)) {
        return None;
    }
    let near = text::miss(&sent_host, &own_host).map(|miss| format!("; {}", miss.words())).unwrap_or_default();
    let cause = Cause::new(CauseId::EndpointHostMismatch, Proven.plain(), "The address names another host than the profile's")
        .fact(format!("sent \"{}\"", short(address.raw(&address.authority))), FactPlace::Url(address.authority.clone()))
        .fact(format!("the profile says \"{}\"{near}", short(own.raw(&own.authority))), FactPlace::Profile("base_url".into()))
        .advice("Send to the host of the profile, or correct the profile if the community has moved");
    Some(cause.fix(Fix::UseProfileHost))
}

/// A Host header that names another host than the URL: servers choose the site by it.
fn host_header(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    let written = context.sent.header("host").or_else(|| context.sent.header(":authority"))?.trim();
    let named = Address::parse(&format!("{}://{written}", address.raw(&address.scheme)));
    let (sent, other) = (host_name(address), host_name(&named));
    if other.is_empty() || sent.is_empty() || sent == other || written.contains(['{', '<', '$', '%', '/', '•']) {
        return None;
    }
    let own = context.profile.map(|profile| host_name(&Address::parse(&profile.base_url)));
    // Whoever writes the right name over an address means it so.
    if own.as_ref().is_some_and(|own| *own == other) {
        return None;
    }
    let is_own = own.is_some_and(|own| own == sent);
    // What was recorded behind a proxy may show the name that the proxy writes.
    let confidence = match context.status() {
        421 => Proven.weak(),
        404 if is_own && !context.answer_is_documented_404() => Proven.weak(),
        404 => Likely.strong(),
        _ if context.is_before() && is_own => Likely.strong(),
        _ => Likely.weak(),
    };
    Some(
        Cause::new(CauseId::EndpointHostMismatch, confidence, "The Host header names another host than the address")
            .fact(format!("Host: \"{}\"", short(written)), FactPlace::RequestHeader("Host".into()))
            .fact(format!("the address says \"{}\"", short(address.raw(&address.authority))), FactPlace::Url(address.authority.clone()))
            .advice("Take the Host header out: the client writes the right one from the address. It often stays behind when headers are copied from another request, or when a proxy passes them on"),
    )
}

fn path_shape(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    let segments: Vec<&str> = address.segments.iter().map(|span| address.raw(span)).collect();
    if let Some(cause) = other_api(context, &segments) {
        return Some(cause);
    }
    let (words, span) = shape_trouble(context, &segments)?;
    let cause = Cause::new(CauseId::EndpointPathShape, Proven.plain(), "The path is not that of an External Source's endpoint")
        .fact(words, FactPlace::Url(span))
        .fact("documented: /api/v1/projects/PROJECT_KEY/feedback/SOURCE_KEY", None)
        .advice(format!("Use the whole endpoint as Centercode shows it. {WHERE}"));
    Some(context.with_profile_fixes(cause, &[Fix::UseProfileProjectKey, Fix::UseProfileSourceKey]))
}

/// The address of another Centercode API.
fn other_api(context: &RuleContext<'_>, segments: &[&str]) -> Option<Cause> {
    const OTHERS: [&str; 9] = [
        "listener",
        "listeners",
        "recordlookup",
        "record-lookup",
        "recordlookups",
        "lookups",
        "datapackage",
        "datapackages",
        "data-packages",
    ];
    let index = segments.iter().position(|segment| OTHERS.contains(&segment.to_ascii_lowercase().as_str()))?;
    let is_api = segments.first() == Some(&"api") && !segments[..index].contains(&"feedback");
    is_api.then(|| {
        Cause::new(CauseId::EndpointOtherApi, Proven.plain(), CauseId::EndpointOtherApi.title())
            .fact(
                format!("\"{}\" where \"feedback\" belongs", short(segments[index])),
                FactPlace::Url(context.address.segments[index].clone()),
            )
            .fact("documented: /api/v1/projects/PROJECT_KEY/feedback/SOURCE_KEY", None)
            .advice(format!("Use the endpoint that the External Source shows. {WHERE}"))
    })
}

fn shape_trouble(context: &RuleContext<'_>, segments: &[&str]) -> Option<(String, Range<usize>)> {
    let address = &context.address;
    let whole = address.path.clone();
    let last = address.segments.last().cloned().unwrap_or(whole.clone());
    match address.shape() {
        Shape::Create { source, .. } if source.is_empty() => {
            return Some(("the source key behind /feedback/ is missing".into(), whole));
        }
        Shape::Create { .. } => return None,
        Shape::Attachment { source, .. } if source.is_empty() => {
            return Some(("the source key behind /feedback/ is missing".into(), whole));
        }
        Shape::Attachment { rest, .. } => {
            if let Some(empty) = rest.iter().find(|span| span.is_empty()) {
                let is_last = rest.last() == Some(empty);
                let words = if is_last { "a slash at the end" } else { "two slashes in a row" };
                return Some((words.into(), empty.start.saturating_sub(1)..empty.end.max(empty.start)));
            }
            // A single segment more is neither the create endpoint nor an attachment endpoint.
            return (rest.len() == 1 && context.purpose == Purpose::Create)
                .then(|| (format!("\"{}\" stands behind the source key", short(address.raw(&rest[0]))), rest[0].clone()));
        }
        Shape::Other => {}
    }
    if segments.last() == Some(&"") && segments.len() > 1 {
        let trimmed = address.text().get(..address.path.end).unwrap_or("").trim_end_matches('/');
        if !matches!(Address::parse(trimmed).shape(), Shape::Other) {
            return Some(("a slash at the end".into(), last.start.saturating_sub(1)..last.end));
        }
    }
    const WANTED: [&str; 4] = ["api", "v1", "projects", "feedback"];
    for (span, segment) in address.segments.iter().zip(segments) {
        if !WANTED.contains(segment)
            && let Some((meant, _)) = text::nearest(segment, WANTED)
            && !segments.contains(&meant)
        {
            return Some((format!("\"{}\" where \"{meant}\" belongs", short(segment)), span.clone()));
        }
    }
    for wanted in WANTED {
        if segments.iter().filter(|segment| **segment == wanted).count() > 1 {
            return Some((format!("\"{wanted}\" stands twice"), whole));
        }
    }
    let missing: Vec<&str> = WANTED.into_iter().filter(|wanted| !segments.contains(wanted)).collect();
    if missing == ["v1"]
        && let Some((span, version)) =
            address.segments.iter().zip(segments).find(|(_, segment)| segment.starts_with(['v', 'V']) && segment.len() < 5)
    {
        return Some((format!("version \"{version}\" in place of \"v1\""), span.clone()));
    }
    if segments.len() > 1 && segments.iter().any(|segment| segment.is_empty()) && missing.is_empty() {
        return Some(("two slashes in a row".into(), whole));
    }
    Some(match missing.len() {
        0 => ("its parts are in another order, or more precedes them".into(), whole),
        4 => (format!("\"{}\" is a page's address, or no part of the API", short(address.raw(&whole))), whole),
        _ => (format!("\"{}\" is missing", missing.join("\", \"")), whole),
    })
}

fn project_missing(context: &RuleContext<'_>) -> Option<Cause> {
    let (project, source) = context.keys()?;
    if !project.is_empty() || source.is_empty() {
        return None;
    }
    let start = project.start.saturating_sub(1);
    let is_upload = context.purpose == Purpose::Upload;
    let mut cause = Cause::new(CauseId::EndpointProjectKeyMissing, Proven.strong(), "The project key is missing in the address")
        .fact("nothing stands between \"projects/\" and \"feedback\"", FactPlace::Url(start..project.end + 1));
    cause = if is_upload {
        cause
            .fact("documented: the attachment endpoints of an answer come without the project key", None)
            .advice("Insert the project key after /projects/ in the endpoint that the response named; Centerpost does this when it uploads")
    } else {
        cause.advice(format!("Put the project key behind /projects/. {WHERE}"))
    };
    Some(context.with_profile_fixes(cause, &[Fix::UseProfileProjectKey]))
}

fn keys(context: &RuleContext<'_>) -> Vec<Cause> {
    let (Some(profile), Some((project, source))) = (context.profile, context.keys()) else { return Vec::new() };
    let mut found = Vec::new();
    found.extend(key_cause(context, profile, Which::Project, &project));
    found.extend(key_cause(context, profile, Which::Source, &source));
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Project,
    Source,
}

/// A key that differs from the profile's in the case of its letters.
pub(super) fn key_case(name: &str, fact: impl Into<String>, span: Range<usize>) -> Cause {
    let title = format!("The {name} differs from the profile's in upper and lower case");
    Cause::new(CauseId::EndpointKeyCase, Proven.plain(), title)
        .fact(fact, FactPlace::Url(span))
        .advice("Copy it again from Centercode, or write it just as it is displayed there. Keys must match exactly")
}

fn key_cause(context: &RuleContext<'_>, profile: &Profile, which: Which, span: &Range<usize>) -> Option<Cause> {
    let sent = context.address.decoded(span);
    let (own, other, name, rule, id, mend) = match which {
        Which::Project => (
            &profile.project_key,
            &profile.source_key,
            "project key",
            "project_key",
            CauseId::EndpointProjectKeyMismatch,
            Fix::UseProfileProjectKey,
        ),
        Which::Source => (
            &profile.source_key,
            &profile.project_key,
            "source key",
            "source_key",
            CauseId::EndpointSourceKeyMismatch,
            Fix::UseProfileSourceKey,
        ),
    };
    let is_odd = sent.chars().any(is_invisible) || is_placeholder(&sent) && !is_placeholder(own);
    if own.is_empty()
        || sent.is_empty()
        || sent == *own
        || is_odd && sent.chars().filter(|c| !is_invisible(*c)).collect::<String>() == *own
    {
        return None;
    }
    let is_stand_in = is_placeholder(&sent) || is_placeholder(context.address.raw(span));
    if is_stand_in && !is_placeholder(own) || text::holds_query(&sent) {
        return None;
    }
    if sent.to_lowercase() == own.to_lowercase() {
        let cause = key_case(name, format!("sent \"{}\"", short(&sent)), span.clone());
        return Some(cause.fact(format!("the profile says \"{}\"", short(own)), FactPlace::Profile(rule.into())).fix(mend));
    }
    let near = if sent == *other {
        format!("; what was sent is the profile's {}", if which == Which::Project { "source key" } else { "project key" })
    } else {
        text::miss(&sent, own).map(|miss| format!("; {}", miss.words())).unwrap_or_default()
    };
    Some(
        Cause::new(id, Proven.plain(), format!("The address has another {name} than the profile's"))
            .fact(format!("sent \"{}\"", short(&sent)), FactPlace::Url(span.clone()))
            .fact(format!("the profile says \"{}\"{near}", short(own)), FactPlace::Profile(rule.into()))
            .advice(format!("Use the profile's {name}, or correct the profile if the key was changed in Centercode. {WHERE}"))
            .fix(mend),
    )
}
