//! No cause shows a secret: whatever a server, a library or the sender wrote into a text, the keys of the case are cut out of it.

use std::ops::Range;

use super::cause::Cause;
use super::text::is_placeholder;
use crate::model::secrets::mask::Masked;
use crate::model::secrets::names::{is_secret_name, secret_spans};
use crate::model::secrets::secret::SHORTEST_SECRET;
use crate::model::{Address, Case};

/// Masks the case's secrets in all that its causes say.
pub(super) fn hide(case: &Case, answer_text: &str, causes: &mut [Cause]) {
    if causes.is_empty() {
        return;
    }
    let mut secrets = secrets(case, answer_text);
    // A name, a path or a sentence that was quoted can hold an address with its key.
    for cause in causes.iter() {
        let facts = cause.evidence.iter().map(|fact| fact.text.as_str());
        secrets.extend(facts.chain([cause.title.as_str()]).flat_map(|text| misplaced(text, &["="])));
    }
    // What stands in a key's place and is none may be shown: it is the finding.
    secrets.retain(|secret| secret.trim().len() >= SHORTEST_SECRET && !is_placeholder(secret));
    let hide = |text: &mut String| {
        let masked = Masked::cut(text, spans(text, &secrets)).text.into_owned();
        *text = masked;
    };
    for cause in causes {
        hide(&mut cause.title);
        hide(&mut cause.advice);
        cause.evidence.iter_mut().for_each(|fact| hide(&mut fact.text));
    }
}

/// Where secrets stand in a text. A sentence is cut at its length, so the beginning of a key is one, too.
fn spans(text: &str, secrets: &[String]) -> Vec<Range<usize>> {
    const TELLING: usize = 8;
    let mut found = Vec::new();
    for secret in secrets {
        let head = secret.char_indices().nth(TELLING).map_or(secret.as_str(), |(at, _)| &secret[..at]);
        for (start, _) in text.match_indices(head) {
            let rest = &text[start..];
            let same: usize = rest.chars().zip(secret.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
            found.push(start..start + same);
        }
    }
    // The longest of those that begin at one place.
    found.sort_by_key(|span| std::cmp::Reverse(span.end));
    found
}

/// The keys of profile, addresses and headers, each as it was written and decoded.
fn secrets(case: &Case, answer_text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let urls = std::iter::once(&case.sent.url).chain(case.earlier.iter().map(|earlier| &earlier.url));
    for url in urls {
        let address = Address::parse(url);
        for span in secret_spans(url) {
            found.push(address.raw(&span).to_owned());
            found.push(address.decoded(&span));
        }
        found.extend(misplaced(url, &["=", "%3d", "&#61;", "&#x3d;", "&equals;", ":", "/"]));
    }
    // Libraries and servers quote addresses.
    let message = case.failure().into_iter().map(|failure| failure.message.as_str());
    let headers = case.answer().into_iter().flat_map(|answer| &answer.headers).map(|(_, value)| value.as_str());
    for text in message.chain(headers).chain([answer_text]) {
        found.extend(misplaced(text, &["="]));
    }
    if let Some(profile) = &case.profile {
        found.push(profile.api_key.reveal().to_owned());
    }
    for (name, value) in &case.sent.headers {
        if is_secret_name(name) {
            found.push(value.clone());
            found.extend(value.split_whitespace().last().map(str::to_owned));
        }
    }
    let quoted: Vec<String> = found.iter().map(|secret| secret.escape_debug().to_string()).collect();
    found.extend(quoted);
    found
}

/// What stands behind `apiKey` where no query is read: in a path, in a sentence, or with its `=` escaped.
fn misplaced(text: &str, signs: &[&str]) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let behind = |at: usize| {
        let rest = lower.get(at..)?;
        let sign = signs.iter().find(|sign| rest.starts_with(**sign))?;
        let value = text.get(at + sign.len()..)?;
        let end = value
            .find(|c: char| c.is_whitespace() || matches!(c, '&' | '#' | '/' | '?' | '"' | '\'' | '<' | '>' | ')' | ',' | ';'));
        Some(value.get(..end.unwrap_or(value.len()))?.to_owned())
    };
    lower.match_indices("apikey").filter_map(|(at, name)| behind(at + name.len())).collect()
}
