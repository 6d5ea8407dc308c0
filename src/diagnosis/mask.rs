//! No cause shows a secret: whatever a server, a library or the sender wrote into a text, the keys of the case are cut out of it.

use super::Cause;
use super::text::is_placeholder;
use crate::model::endpoint::{is_secret_name, secret_spans};
use crate::model::masking::{Masked, SHORTEST_SECRET};
use crate::model::{Address, Case};

/// Masks the case's secrets in all that its causes say.
pub(super) fn hide(case: &Case, causes: &mut [Cause]) {
    if causes.is_empty() {
        return;
    }
    let secrets = secrets(case);
    let hide = |text: &mut String| {
        let masked = Masked::hide(text, &secrets).text.into_owned();
        *text = masked;
    };
    for cause in causes {
        hide(&mut cause.title);
        hide(&mut cause.fix);
        cause.evidence.iter_mut().for_each(|fact| hide(&mut fact.text));
    }
}

/// The keys of profile, addresses and headers, each as it was written and decoded; longer ones first, so that none is cut in half.
fn secrets(case: &Case) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let urls = std::iter::once(&case.sent.url).chain(case.earlier.iter().map(|earlier| &earlier.url));
    for url in urls {
        let address = Address::parse(url);
        for span in secret_spans(url) {
            found.push(address.raw(&span).to_owned());
            found.push(address.decoded(&span));
        }
        found.extend(misplaced(url));
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
    // What stands in a key's place and is none may be shown: it is the finding.
    found.retain(|secret| secret.trim().len() >= SHORTEST_SECRET && !is_placeholder(secret));
    found.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    found.dedup();
    found
}

/// What stands behind `apiKey` where no query can be read: in the path, or with its `=` escaped.
fn misplaced(url: &str) -> Vec<String> {
    let lower = url.to_ascii_lowercase();
    let behind = |at: usize| {
        let rest = lower.get(at..)?;
        let sign = ["=", "%3d", "&#61;", "&#x3d;", "&equals;", ":", "/"].into_iter().find(|sign| rest.starts_with(sign))?;
        let value = url.get(at + sign.len()..)?;
        let end = value.find(['&', '#', '/', '?', ' ', '"']).unwrap_or(value.len());
        Some(value.get(..end)?.to_owned())
    };
    lower.match_indices("apikey").filter_map(|(at, name)| behind(at + name.len())).collect()
}
