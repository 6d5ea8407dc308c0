//! No cause shows a secret: whatever a server, a library or the sender wrote into a text, the keys of the case are cut out of it.

use std::ops::Range;

use super::cause::Cause;
use super::text::is_placeholder;
use crate::model::secrets::collect::{secrets_in_exchange, secrets_in_url};
use crate::model::secrets::finder::SecretFinder;
use crate::model::secrets::mask::Masked;
use crate::model::secrets::names::keys_in_text;
use crate::model::secrets::secret::SHORTEST_SECRET;
use crate::model::unseen::drawn;
use crate::model::{Case, Profile, Secret};

/// Masks the case's secrets in all that its causes say.
pub(super) fn hide(case: &Case, answer_text: &str, causes: &mut [Cause]) {
    if causes.is_empty() {
        return;
    }
    let mut secrets = secrets(case, answer_text);
    // A name, a path or a sentence that was quoted can hold an address with its key.
    for cause in causes.iter() {
        let facts = cause.evidence.iter().map(|fact| fact.text.as_str());
        let texts = facts.chain([cause.title.as_str()]);
        secrets.extend(texts.flat_map(|text| keys_in_text(text, &["="])).map(Secret::new));
    }
    // What stands in a key's place and is none may be shown: it is the finding.
    secrets.retain(|secret| secret.reveal().trim().len() >= SHORTEST_SECRET && !is_template(secret.reveal()));
    secrets.sort_unstable();
    secrets.dedup();
    let finder = SecretFinder::new(secrets.iter().map(Secret::reveal));
    let hide = |text: &mut String| {
        let mut spans = finder.spans(text);
        spans.extend(beginnings(text, &secrets));
        let masked = Masked::cut(text, spans).text.into_owned();
        *text = masked;
    };
    for cause in causes {
        hide(&mut cause.title);
        hide(&mut cause.advice);
        cause.evidence.iter_mut().for_each(|fact| hide(&mut fact.text));
    }
}

/// Whether a text is a placeholder from end to end. A key may have a bracket within.
fn is_template(text: &str) -> bool {
    let is_within = || text.starts_with(['<', '{', '[', '$', '%']) && text.ends_with(['>', '}', ']', '$', '%']);
    is_placeholder(text) && (!text.contains(['<', '>', '{', '}']) || is_within())
}

/// Where beginnings of secrets stand in a text: a sentence is cut at its length, so the beginning of a key is one, too. The secrets are in
/// order: the one that a text begins with the most of stands beside the text's own place among them.
fn beginnings(text: &str, secrets: &[Secret]) -> Vec<Range<usize>> {
    const TELLING: usize = 8;
    let mut found = Vec::new();
    for (start, _) in text.char_indices() {
        let rest = &text[start..];
        let place = secrets.partition_point(|secret| secret.reveal() <= rest);
        for secret in secrets[place.saturating_sub(1)..].iter().take(2).map(Secret::reveal) {
            let same = rest.chars().zip(secret.chars()).take_while(|(a, b)| a == b);
            let (characters, length) = same.fold((0, 0), |(count, length), (c, _)| (count + 1, length + c.len_utf8()));
            if characters >= TELLING || length == secret.len() && length > 0 {
                found.push(start..start + length);
            }
        }
    }
    found
}

/// The keys of profile, addresses and headers, each as it was written and decoded.
fn secrets(case: &Case, answer_text: &str) -> Vec<Secret> {
    let is_feedback = |name: &str| case.profile.as_ref().is_some_and(|profile| profile.is_parameter(name));
    let mut found = secrets_in_exchange(&case.sent, case.answer(), &is_feedback);
    for url in std::iter::once(&case.sent.url).chain(case.earlier.iter().map(|earlier| &earlier.url)) {
        found.extend(secrets_in_url(url));
        found.extend(keys_in_text(url, &["=", "%3d", "&#61;", "&#x3d;", "&equals;", ":", "/"]).into_iter().map(Secret::new));
    }
    // Libraries and servers quote addresses.
    let message = case.failure().into_iter().map(|failure| failure.message.as_str());
    let headers = case.answer().into_iter().flat_map(|answer| &answer.headers).map(|(_, value)| value.as_str());
    for text in message.chain(headers).chain([answer_text]) {
        found.extend(keys_in_text(text, &["="]).into_iter().map(Secret::new));
    }
    found.extend(case.profile.iter().flat_map(Profile::secrets));
    // As facts quote them.
    let escaped = |secret: &Secret| Secret::new(secret.reveal().escape_debug().to_string());
    let quoted: Vec<Secret> = found.iter().flat_map(|secret| [escaped(secret), Secret::new(drawn(secret.reveal()))]).collect();
    found.extend(quoted);
    found
}
