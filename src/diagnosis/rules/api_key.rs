//! Rules of the API key: whether it is there, under its name, in its place, and the profile's.

use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Proven};
use std::ops::Range;

use super::endpoint;
use super::unencoded;
use crate::diagnosis::cause::{Cause, FactPlace, Fix};
use crate::diagnosis::context::{RuleContext, WHERE};
use crate::diagnosis::text::{self, is_hidden, is_placeholder, short};
use crate::model::Address;
use crate::model::unseen::is_invisible;

/// The API key's trouble, if there is any.
pub(crate) fn check(context: &RuleContext<'_>) -> Option<Cause> {
    if context.keys().is_none() && context.profile.is_none() && !context.address.text().contains("/api/") {
        return None;
    }
    if unencoded::check(context).is_some() {
        return None;
    }
    if let Some(cause) = twice(context).or_else(|| encoding(context)) {
        return Some(cause);
    }
    let address = &context.address;
    let exact = address.api_key();
    if let Some(pair) = exact
        && !pair.value.is_empty()
        && !address.decoded(&pair.value).trim().is_empty()
    {
        return api_key_mismatch(context, &address.decoded(&pair.value), pair.value.clone());
    }
    if let Some(found) = api_key_elsewhere(context) {
        return Some(found);
    }
    let end = address.path.end;
    if let Some(span) = address.segments.iter().find(|span| text::holds_query(&address.decoded(span))) {
        let cause = Cause::new(
            CauseId::EndpointApiKeyMissing,
            Proven.plain(),
            "The address has no query: the question mark before apiKey is missing",
        )
        .fact("apiKey is in the path, not after a question mark", FactPlace::Url(span.clone()))
        .advice("Put a ? between the source key and apiKey; & only stands between further parameters");
        return Some(context.with_profile_fixes(cause, &[Fix::UseProfileSourceKey, Fix::UseProfileApiKey]));
    }
    let (words, span) = match exact {
        Some(pair) => ("\"apiKey\" is there without a value".to_owned(), pair.name.start..pair.value.end),
        None => ("the address has no \"apiKey\" behind a question mark".to_owned(), end.saturating_sub(1)..end),
    };
    let cause = Cause::new(CauseId::EndpointApiKeyMissing, Proven.plain(), "The API key is missing in the address")
        .fact(words, FactPlace::Url(span))
        .advice(format!("Put ?apiKey= and the community's API key behind the path. {WHERE}"));
    Some(context.with_profile_fixes(cause, &[Fix::UseProfileApiKey]))
}

/// `apiKey` more than once: which of them counts is up to the server.
fn twice(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    let mut pairs = address.query.iter().filter(|pair| address.decoded(&pair.name) == "apiKey");
    let first = pairs.next()?;
    let second = pairs.next()?;
    let is_same = address.raw(&first.value) == address.raw(&second.value);
    let confidence = if is_same { Likely.plain() } else { Proven.weak() };
    let cause = Cause::new(CauseId::EndpointApiKeyTwice, confidence, CauseId::EndpointApiKeyTwice.title()).fact(
        if is_same { "both have the same value" } else { "their values differ" },
        FactPlace::Url(second.name.start..second.value.end),
    );
    Some(context.with_profile_fixes(cause, &[Fix::UseProfileApiKey]))
}

/// A key that arrives as something else: encoded twice, with a raw `+`, or cut off by a `#`.
fn encoding(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    let pair = address.api_key()?;
    let raw = address.raw(&pair.value);
    let decoded = address.decoded(&pair.value);
    if raw.is_empty() || is_placeholder(&decoded) || is_hidden(&decoded) {
        return None;
    }
    let own = context.profile.map_or("", |profile| profile.api_key.reveal());
    let place = FactPlace::Url(pair.value.clone());
    let cause = |confidence, title: &str, fact: &str| {
        let cause = Cause::new(CauseId::EndpointEncoding, confidence, title).fact(fact, place.clone());
        Some(context.with_profile_fixes(cause, &[Fix::UseProfileApiKey]))
    };
    let rest = context.sent.url.split_once('#').map_or("", |(_, rest)| rest);
    if !rest.is_empty() {
        let confidence = if own == format!("{decoded}#{rest}") { Proven.plain() } else { Likely.strong() };
        return cause(confidence, "The address contains a #, and what follows it is not sent", "a # in a key is written %23");
    }
    if !own.is_empty() && decoded != own && Address::parse(&format!("?apiKey={decoded}")).api_key_text() == own {
        return cause(Proven.plain(), "The API key is encoded twice", "decoded twice, it is the profile's key");
    }
    if raw.trim_matches('+').contains('+') {
        let confidence = if own == raw || own == decoded { Proven.weak() } else { Likely.strong() };
        return cause(confidence, "The API key contains a raw +, which arrives as a space", "a + in a key is written %2B");
    }
    None
}

fn api_key_mismatch(context: &RuleContext<'_>, sent: &str, span: Range<usize>) -> Option<Cause> {
    let profile = context.profile?;
    let own = profile.api_key.reveal();
    let visible = |text: &str| text.chars().filter(|c| !is_invisible(*c)).collect::<String>();
    if own.is_empty() || sent == own || is_placeholder(sent) || is_hidden(sent) || visible(sent) == own {
        return None;
    }
    if sent.to_lowercase() == own.to_lowercase() {
        let cause = endpoint::key_case("API key", "its letters are the same, but not their case", span);
        return Some(cause.fix(Fix::UseProfileApiKey));
    }
    // Where they differ says nothing of the key; the key itself is never shown.
    let at = sent.chars().zip(own.chars()).take_while(|(a, b)| a == b).count() + 1;
    let words = match (sent.chars().count(), own.chars().count()) {
        (a, b) if a == b => format!("it differs from the profile's from character {at} on"),
        (a, b) => format!("it has {a} characters, the profile's has {b}; they differ from character {at} on"),
    };
    Some(
        Cause::new(CauseId::EndpointApiKeyMismatch, Proven.plain(), "The address has another API key than the profile's")
            .fact(words, FactPlace::Url(span))
            .advice("Use the profile's API key, or put the new one into the profile. In Centercode: Community tools > API Keys, and the External Source names which one it takes")
            .fix(Fix::UseProfileApiKey),
    )
}

fn is_key_name(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    matches!(
        plain.as_str(),
        "apikey"
            | "key"
            | "api"
            | "apitoken"
            | "token"
            | "accesstoken"
            | "accesskey"
            | "authkey"
            | "xapikey"
            | "apikeyid"
            | "auth"
            | "appkey"
            | "secret"
    )
}

fn api_key_elsewhere(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    let fix = "Name it apiKey, just so written, in the address: ?apiKey=…";
    if let Some(pair) = address.find_query(|name| name != "apiKey" && (is_key_name(name) || text::miss(name, "apiKey").is_some()))
        && !pair.value.is_empty()
    {
        let cause = Cause::new(CauseId::EndpointApiKeyName, Proven.plain(), "The API key is in the address under another name")
            .fact(
                format!("sent as \"{}\"; documented is \"apiKey\"", short(&address.decoded(&pair.name))),
                FactPlace::Url(pair.name.clone()),
            )
            .advice(fix);
        return Some(context.with_profile_fixes(cause, &[Fix::UseProfileApiKey]));
    }
    let own = context.profile.map_or("", |profile| profile.api_key.reveal());
    let header = context.sent.headers.iter().find(|(name, value)| {
        let lower = name.to_ascii_lowercase();
        let is_named =
            ["api-key", "apikey", "subscription-key", "functions-key", "access-key"].iter().any(|word| lower.contains(word));
        let holds_own = own.len() > 5 && value.contains(own);
        (is_key_name(name) || is_named || lower == "authorization" || holds_own) && !value.trim().is_empty()
    })?;
    // Centercode's general pages allow a key in a header for some integrations, so this alone proves nothing.
    let cause = Cause::new(CauseId::EndpointApiKeyHeader, Likely.strong(), "The API key is in a header, not in the address")
        .fact(
            format!("sent in the header \"{}\"; documented is the parameter \"apiKey\" of the address", short(&header.0)),
            FactPlace::RequestHeader(header.0.clone()),
        )
        .advice(fix);
    Some(context.with_profile_fixes(cause, &[Fix::UseProfileApiKey]))
}
