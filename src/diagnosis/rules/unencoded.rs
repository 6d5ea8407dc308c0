//! Keys that hold a character with a meaning of its own in an address, written as it is: what stands behind it arrives as something
//! else, or not at all.

use crate::diagnosis::cause::{Cause, FactPlace, Fix};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::Proven;
use crate::diagnosis::context::RuleContext;
use crate::diagnosis::text::short;

/// The key that cuts the address in two.
pub(super) fn check(context: &RuleContext<'_>) -> Option<Cause> {
    let address = &context.address;
    // A character reference holds a #, too.
    if address.text().contains("&#") {
        return None;
    }
    own_key(context).or_else(|| sign_in_path(context))
}

/// One of the profile's keys, letter by letter, where it is read as another.
fn own_key(context: &RuleContext<'_>) -> Option<Cause> {
    let profile = context.profile?;
    let address = &context.address;
    let url = address.text();
    let (project, source) = context.keys().map_or((None, None), |(project, source)| (Some(project), Some(source)));
    let arrives = |span: Option<std::ops::Range<usize>>| span.map(|span| address.decoded(&span)).unwrap_or_default();
    let keys = [
        ("project key", "/projects/", profile.project_key.as_str(), arrives(project), Fix::UseProfileProjectKey),
        ("source key", "/feedback/", profile.source_key.as_str(), arrives(source), Fix::UseProfileSourceKey),
        ("API key", "apiKey=", profile.api_key.reveal(), address.api_key_text(), Fix::UseProfileApiKey),
    ];
    keys.into_iter().find_map(|(what, before, own, arrives, fix)| {
        let cuts = if what == "API key" { &['#', '&'][..] } else { &['#', '?', '/'] };
        let sign = own.chars().find(|c| cuts.contains(c))?;
        let at = url.find(&format!("{before}{own}"))? + before.len() + own.find(sign)?;
        (arrives != own).then(|| cause(context, what, sign, at).fix(fix))
    })
}

/// A `#` or a `?` in the middle of the path.
fn sign_in_path(context: &RuleContext<'_>) -> Option<Cause> {
    let url = context.address.text();
    let at = url.find(['#', '?'])?;
    let sign = url[at..].chars().next()?;
    let rest = url[at + 1..].to_ascii_lowercase();
    let goes_on = rest.contains("/feedback/") || sign == '#' && rest.contains("apikey=");
    let is_in_path = url[..at].contains("/api/");
    let what = if url[..at].contains("/feedback/") { "source key" } else { "project key" };
    (goes_on && is_in_path).then(|| cause(context, what, sign, at))
}

fn cause(context: &RuleContext<'_>, what: &str, sign: char, at: usize) -> Cause {
    let address = &context.address;
    let written = match sign {
        '#' => "%23",
        '?' => "%3F",
        '&' => "%26",
        _ => "%2F",
    };
    let (title, arrives) = match sign {
        '#' => (format!("The {what} holds a #, and what follows it is not sent"), address.text().get(..at).unwrap_or("")),
        '?' => (format!("The {what} holds a ?, and what follows it is read as parameters"), ""),
        '&' => (format!("The {what} holds a &, and what follows it is read as another parameter"), ""),
        _ => (format!("The {what} holds a /, and what follows it is read as another part of the path"), ""),
    };
    let cause = Cause::new(CauseId::EndpointEncoding, Proven.plain(), title)
        .fact(format!("a {sign} in a key is written {written}"), FactPlace::Url(at..at + sign.len_utf8()))
        .advice(format!("Encode the keys before they are put into the address: {sign} becomes {written}. Most libraries have a call for one part of a path"));
    // Up to the #, an API key would be shown in part.
    if arrives.is_empty() || what == "API key" {
        cause
    } else {
        cause.fact(format!("the server sees \"{}\"", short(arrives)), None)
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnosis::preflight;
    use crate::model::request_record::RequestRecord;
    use crate::model::{Case, Profile, Secret};

    #[test]
    fn keys_by_table() {
        let profile = |project: &str, source: &str, api_key: &str| Profile {
            base_url: "https://acme.example".into(),
            project_key: project.into(),
            source_key: source.into(),
            api_key: Secret::new(api_key),
            ..Profile::default()
        };
        for (own, path, is_cut) in [
            (Some(("C#-Hub", "log", "k1")), "C#-Hub/feedback/log?apiKey=k1", true),
            (None, "C#-Hub/feedback/log?apiKey=k1", true),
            (Some(("C#-Hub", "log", "k1")), "C%23-Hub/feedback/log?apiKey=k1", false),
            (Some(("beta", "crash#1", "k1")), "beta/feedback/crash#1?apiKey=k1", true),
            (Some(("what?", "log", "k1")), "what?/feedback/log?apiKey=k1", true),
            (Some(("beta", "ios/crash", "k1")), "beta/feedback/ios/crash?apiKey=k1", true),
            (Some(("beta", "log", "k&1")), "beta/feedback/log?apiKey=k&1", true),
            (Some(("beta", "log", "k1")), "beta/feedback/log?apiKey=k1&x=1", false),
            (Some(("beta", "log", "k1")), "beta/feedback/log?apiKey=k1#top", false),
            (None, "beta/feedback/log?apiKey=k1", false),
        ] {
            let sent = RequestRecord {
                method: "POST".into(),
                url: format!("https://acme.example/api/v1/projects/{path}"),
                headers: vec![("Content-Type".into(), "application/json".into())],
                body: Some("{\"a\": 1}".into()),
                ..RequestRecord::default()
            };
            let profile = own.map(|(project, source, api_key)| profile(project, source, api_key));
            let found = preflight(&Case { profile, sent, ..Case::default() });
            let says = found.first().is_some_and(|cause| cause.id.as_str() == "endpoint.encoding" && cause.confidence.is_sure());
            assert_eq!(says, is_cut, "{own:?} {path}: {found:?}");
            let others = found.iter().filter(|cause| cause.id.family() == "endpoint").count();
            assert!(!is_cut || others == 1, "{path}: {found:?}");
        }
    }
}
