//! Which harmless requests tell the parts of an address apart.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::report::{AddressPart, Probe, ProbeKind};
use crate::model::address::Shape;
use crate::model::request::Body;
use crate::model::{Address, Endpoint, Profile, Request, Secret};

/// A name that nobody gives to anything.
const MADE_UP: &str = "centerpost-probe-0";

/// The probes of an address, in the order in which they are sent. Each POST has a body that no ticket can be made of.
pub(super) fn probes(url: &str, profile: &Profile) -> Vec<Probe> {
    let address = Address::parse(url);
    let own = address.base().to_owned();
    let mut probes = vec![
        probe(ProbeKind::Host, "the host's front page, without a key", get("GET", format!("{own}/"))),
        probe(ProbeKind::Options, "which methods the path takes, without a key", get("OPTIONS", before_query(url).to_owned())),
        probe(ProbeKind::Get, "the path by GET, without a key", get("GET", before_query(url).to_owned())),
        probe(ProbeKind::Empty, "the whole address, with an empty body", post(url.to_owned(), "")),
        probe(ProbeKind::List, "the whole address, with [] in place of a payload", post(url.to_owned(), "[]")),
        probe(ProbeKind::Broken, "the whole address, with JSON that is broken off", post(url.to_owned(), "{")),
    ];
    probes.extend(controls(&address));
    probes.extend(exchanges(&address, profile));
    probes
}

fn probe(kind: ProbeKind, asks: impl Into<String>, request: Request) -> Probe {
    Probe { kind, asks: asks.into(), request }
}

fn before_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or("")
}

fn get(method: &str, url: String) -> Request {
    Request { method: method.to_owned(), url, headers: Vec::new(), body: Body::None }
}

fn post(url: String, body: &str) -> Request {
    Request::post_json(url, body, &[])
}

/// The address with one part made up: where the answer stays the same, the server may have stumbled over that part.
fn controls(address: &Address) -> Vec<Probe> {
    let (Shape::Create { project, source } | Shape::Attachment { project, source, .. }) = address.shape() else {
        return Vec::new();
    };
    let text = address.text();
    let with = |span: &std::ops::Range<usize>, new: &str| {
        format!("{}{new}{}", text.get(..span.start).unwrap_or(""), text.get(span.end..).unwrap_or(""))
    };
    let feedback = source.start.saturating_sub("feedback/".len())..source.start.saturating_sub(1);
    let mut found = vec![
        (AddressPart::Path, with(&feedback, MADE_UP), "a path that is made up"),
        (AddressPart::Project, with(&project, MADE_UP), "a project key that is made up"),
        (AddressPart::Source, with(&source, MADE_UP), "a source key that is made up"),
    ];
    if let Some(pair) = address.api_key() {
        found.push((AddressPart::ApiKey, with(&pair.value, MADE_UP), "an API key that is made up"));
        let rest = text.get(pair.value.end..).unwrap_or("").trim_start_matches('&');
        let without = format!("{}{rest}", text.get(..pair.name.start).unwrap_or(""));
        let without = without.trim_end_matches(['?', '&']).to_owned();
        let control = found.into_iter().map(|(part, url, asks)| probe(ProbeKind::MadeUp(part), asks, post(url, "")));
        return control.chain([probe(ProbeKind::NoKey, "no API key", post(without, ""))]).collect();
    }
    found.into_iter().map(|(part, url, asks)| probe(ProbeKind::MadeUp(part), asks, post(url, ""))).collect()
}

/// The address with the profile's part in place of another. Only for the profile's own host: its API key goes nowhere else.
fn exchanges(address: &Address, profile: &Profile) -> Vec<Probe> {
    if !profile.is_at(address.text()) {
        return Vec::new();
    }
    let Some(sent) = Endpoint::from_pasted(address.text()) else {
        let whole = profile.endpoint().url_revealing_key();
        return vec![probe(ProbeKind::Profile(AddressPart::Path), "the profile's whole address", post(whole, ""))];
    };
    let own = profile.endpoint();
    let mut found = Vec::new();
    let mut add = |part, endpoint: Endpoint, asks: &str| {
        found.push(probe(ProbeKind::Profile(part), asks, post(endpoint.url_revealing_key(), "")));
    };
    if differs(&sent.project_key, &own.project_key) {
        add(AddressPart::Project, Endpoint { project_key: own.project_key.clone(), ..sent.clone() }, "the profile's project key");
    }
    if differs(&sent.source_key, &own.source_key) {
        add(AddressPart::Source, Endpoint { source_key: own.source_key.clone(), ..sent.clone() }, "the profile's source key");
    }
    if differs(sent.api_key.reveal(), own.api_key.reveal()) {
        let api_key = Secret::new(own.api_key.reveal());
        add(AddressPart::ApiKey, Endpoint { api_key, ..sent.clone() }, "the profile's API key");
    }
    let is_path_odd = matches!(address.shape(), Shape::Other);
    if found.len() > 1 || is_path_odd {
        found.push(probe(
            ProbeKind::Profile(AddressPart::Path),
            "the profile's whole address",
            post(own.url_revealing_key(), ""),
        ));
    }
    found
}

fn differs(sent: &str, own: &str) -> bool {
    !own.is_empty() && sent != own
}

/// The forms in which an answer may repeat the whole address that it answers, longest first and in lower case.
pub(super) fn whole_forms(url: &str) -> Vec<String> {
    let address = Address::parse(url);
    let from_path = url.get(address.path.start..).unwrap_or("").split('#').next().unwrap_or("");
    let written = [url, before_query(url), from_path, address.raw(&address.path)];
    let decoded = written.map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
    let both = written.into_iter().map(str::to_owned).chain(decoded);
    // As JSON and as HTML write what stands between two parameters.
    longest_first(both.flat_map(|text| [text.replace('&', "&amp;"), text.replace('&', "\\u0026"), text]))
}

/// What any of the answers may repeat of the parts, to be taken out of all of them alike: a text that happens to hold the same letters
/// must not make two answers differ.
pub(super) fn part_forms(url: &str) -> Vec<String> {
    let address = Address::parse(url);
    let spans = address.segments.iter().chain(address.query.iter().map(|pair| &pair.value));
    let parts = spans.flat_map(|span| {
        let decoded = address.decoded(span);
        [address.raw(span).to_owned(), utf8_percent_encode(&decoded, NON_ALPHANUMERIC).to_string(), decoded]
    });
    longest_first(parts.chain([MADE_UP.to_owned()]))
}

fn longest_first(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.filter(|text| text.len() > 1).map(|text| text.to_lowercase()).collect();
    texts.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            base_url: "https://h.example".into(),
            project_key: "p1".into(),
            source_key: "s1".into(),
            api_key: Secret::new("k3y-of-profile"),
            ..Profile::default()
        }
    }

    fn told(url: &str) -> Vec<String> {
        probes(url, &profile())
            .iter()
            .map(|probe| format!("{:?} {} {}", probe.kind, probe.request.method, probe.request.url))
            .collect()
    }

    #[test]
    fn no_probe_has_a_body_that_makes_a_ticket() {
        for url in
            ["https://h.example/api/v1/projects/p1/feedback/s2?apiKey=k", "https://h.example/x", "https://other.example/", ""]
        {
            for probe in probes(url, &profile()) {
                let body = match &probe.request.body {
                    Body::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
                    Body::None => String::new(),
                    Body::Multipart(_) => panic!("{probe:?}"),
                };
                assert!(["", "[]", "{"].contains(&body.as_str()), "{body}");
            }
        }
    }

    #[test]
    fn one_part_at_a_time_is_changed() {
        let found = told("https://h.example/api/v1/projects/p1/feedback/s2?x=1&apiKey=k");
        let end = &found[6..];
        assert_eq!(
            end,
            [
                "MadeUp(Path) POST https://h.example/api/v1/projects/p1/centerpost-probe-0/s2?x=1&apiKey=k",
                "MadeUp(Project) POST https://h.example/api/v1/projects/centerpost-probe-0/feedback/s2?x=1&apiKey=k",
                "MadeUp(Source) POST https://h.example/api/v1/projects/p1/feedback/centerpost-probe-0?x=1&apiKey=k",
                "MadeUp(ApiKey) POST https://h.example/api/v1/projects/p1/feedback/s2?x=1&apiKey=centerpost-probe-0",
                "NoKey POST https://h.example/api/v1/projects/p1/feedback/s2?x=1",
                "Profile(Source) POST https://h.example/api/v1/projects/p1/feedback/s1?apiKey=k",
                "Profile(ApiKey) POST https://h.example/api/v1/projects/p1/feedback/s2?apiKey=k3y-of-profile",
                "Profile(Path) POST https://h.example/api/v1/projects/p1/feedback/s1?apiKey=k3y-of-profile",
            ]
        );
        assert!(found[..3].iter().all(|line| !line.contains("apiKey")), "{found:#?}");
    }

    #[test]
    fn the_profiles_key_goes_to_no_other_host() {
        for url in [
            "https://other.example/api/v1/projects/p1/feedback/s2?apiKey=k",
            "http://h.example/api/v1/projects/p1/feedback/s2",
            "https://h.example:8443/x",
            "https://h.example@evil.example/x",
        ] {
            assert!(told(url).iter().all(|line| !line.contains("k3y-of-profile")), "{url}");
        }
    }
}
