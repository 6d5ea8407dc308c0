//! Rehearsing and bisecting against the real sandbox: one that plays another configuration than the profile stands for Centercode.

use std::cell::RefCell;

use crate::support::home::Home;
use centerpost::diagnosis::compare::Agreement;
use centerpost::model::settings::Proxy;
use centerpost::model::{Network, Profile, Request};
use centerpost::sandbox::{Fault, Options, Sandbox};
use centerpost::service::record::Origin;
use centerpost::service::tools::bisect::{self, BisectVerdict, Bisection, TrialTarget};
use centerpost::service::tools::rehearse::{self, RealAnswer, Rehearsal};
use centerpost::transport::Progress;
use tokio_util::sync::CancellationToken;

const KEY: &str = "5ecre7-4p1-key";

/// The profile as the user has it.
fn profile(base_url: &str) -> Profile {
    Profile::from_json(&format!(
        r#"{{"format": "centerpost.profile/1", "name": "Acme", "base_url": "{base_url}", "project_key": "beta1", "source_key": "log",
        "api_key": "{KEY}", "default_submitter": null, "workflow_status": "New", "known_submitters": ["a@b.example", "c@d.example"], "fields": [
        {{"field": "Submitter", "parameter": "submitter", "kind": "submitter"}},
        {{"field": "Summary", "parameter": "summary", "kind": "text", "required": true}},
        {{"field": "Severity", "parameter": "severity", "kind": "single_choice", "choices": ["Minor", "Major"]}},
        {{"field": "Areas", "parameter": "areas", "kind": "multiple_choice", "choices": ["UI", "Audio"]}},
        {{"field": "Note", "parameter": "note", "kind": "text"}}, {{"field": "Count", "parameter": "count", "kind": "number"}}]}}"#
    ))
    .unwrap()
}

const PAYLOAD: &str =
    r#"{"submitter": "a@b.example", "summary": "x", "severity": "Major", "areas": ["UI"], "note": "n", "count": 3}"#;

/// Centercode as it really is: the profile, changed.
async fn centercode(change: impl FnOnce(&mut Profile)) -> (Sandbox, Profile) {
    let mut real = profile("http://127.0.0.1:1");
    change(&mut real);
    let sandbox = Sandbox::start(Options { profiles: vec![real], ..Options::default() }).await.unwrap();
    let known = profile(&sandbox.base_url());
    (sandbox, known)
}

fn network() -> Network {
    Network { proxy: Proxy::Direct, ..Network::default() }
}

fn request(profile: &Profile, payload: &str) -> Request {
    Request::post_json(profile.endpoint().url_revealing_key(), payload, &[])
}

fn choices(profile: &mut Profile, parameter: &str, choices: &[&str]) {
    let field = profile.fields.iter_mut().find(|field| field.parameter == parameter).unwrap();
    field.choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
}

async fn rehearse(known: &Profile, payload: &str) -> rehearse::RehearsalReport {
    let real = RealAnswer::Send(Box::new(network()));
    let rehearsal = Rehearsal { request: request(known, payload), profile: known.clone(), real };
    rehearse::rehearse(rehearsal, &Progress::default(), &CancellationToken::new(), &Origin::default(), &()).await.unwrap()
}

#[tokio::test]
async fn where_the_configuration_has_moved_on_the_rehearsal_says_so() {
    let (sandbox, known) = centercode(|real| choices(real, "severity", &["Low", "High"])).await;
    let report = rehearse(&known, PAYLOAD).await;
    let comparison = report.comparison.unwrap();
    assert_eq!(comparison.agreement, Agreement::Differ);
    assert!(comparison.finding.contains("Centercode refuses it"), "{}", comparison.finding);
    assert_eq!((report.twin.answer().unwrap().status, sandbox.log().len()), (201, 1));

    let (_sandbox, known) = centercode(|real| real.source_key = "log2".into()).await;
    let comparison = rehearse(&known, PAYLOAD).await.comparison.unwrap();
    assert!(comparison.finding.contains("a key was changed"), "{}", comparison.finding);

    let (_sandbox, known) = centercode(|real| choices(real, "severity", &["Minor", "Major", "Blocker"])).await;
    let report = rehearse(&known, &PAYLOAD.replace("Major", "Blocker")).await;
    assert!(report.comparison.unwrap().finding.contains("stricter"));
    assert!(report.twin_rule.contains("severity"), "{}", report.twin_rule);

    let (sandbox, known) = centercode(|_| {}).await;
    assert_eq!(rehearse(&known, PAYLOAD).await.comparison.unwrap().agreement, Agreement::BothTake);
    assert_eq!(rehearse(&known, "{}").await.comparison.unwrap().agreement, Agreement::BothRefuse);
    sandbox.set_fault(Some(Fault::Unavailable));
    assert_eq!(rehearse(&known, PAYLOAD).await.comparison.unwrap().agreement, Agreement::NotComparable);
}

#[tokio::test]
async fn a_rehearsal_without_a_real_answer_asks_nobody() {
    let (sandbox, known) = centercode(|_| {}).await;
    let rehearsal = Rehearsal { request: request(&known, "{\"summary\": \"x\"}"), profile: known, real: RealAnswer::Nothing };
    let report =
        rehearse::rehearse(rehearsal, &Progress::default(), &CancellationToken::new(), &Origin::default(), &()).await.unwrap();
    assert_eq!((report.twin.answer().unwrap().status, report.twin_causes[0].id.as_str()), (400, "field.submitter-missing"));
    assert_eq!(sandbox.log().len(), 0);
}

async fn bisect(known: &Profile, payload: &str, target: TrialTarget) -> bisect::BisectReport {
    let bisection = Bisection { request: request(known, payload), profile: known.clone(), target };
    bisect::bisect(bisection, &CancellationToken::new(), &Origin::default(), &(), |_| {}).await.unwrap()
}

#[tokio::test]
async fn the_refused_parameter_is_found_and_the_tickets_are_listed() {
    for (change, culprits) in [
        ((|real| choices(real, "severity", &["Low"])) as fn(&mut Profile), vec![vec!["severity"]]),
        (|real| choices(real, "areas", &["Video"]), vec![vec!["areas"]]),
        (|real| real.known_submitters = vec!["c@d.example".into()], vec![vec!["submitter"]]),
        (
            |real| {
                choices(real, "severity", &["Low"]);
                choices(real, "areas", &["Video"]);
            },
            vec![vec!["severity"], vec!["areas"]],
        ),
    ] {
        let (sandbox, known) = centercode(change).await;
        let on_twin = bisect(&known, PAYLOAD, TrialTarget::Twin).await;
        assert_eq!((on_twin.verdict, sandbox.log().len()), (BisectVerdict::NotRefused, 0));
        let report = bisect(&known, PAYLOAD, TrialTarget::Server(Box::new(network()))).await;
        let BisectVerdict::Culprits(found) = &report.verdict else { panic!("{:?}", report.verdict) };
        assert_eq!(*found, culprits);
        assert!(report.trials.len() <= report.plan.most_requests);
        let log = sandbox.log();
        let made = log.iter().filter(|entry| entry.status == 201).count();
        assert_eq!((log.len(), made), (report.trials.len(), report.tickets().len()));
        assert!(report.tickets().contains(&"4711"), "{:?}", report.tickets());
    }
}

#[tokio::test]
async fn the_twin_explains_what_the_profile_knows() {
    let known = profile("http://127.0.0.1:1");
    let report = bisect(&known, &PAYLOAD.replace("Major", "major"), TrialTarget::Twin).await;
    assert_eq!(report.verdict, BisectVerdict::Culprits(vec![vec!["severity".into()]]));
    let report = bisect(&known, &PAYLOAD.replace("\"summary\": \"x\", ", ""), TrialTarget::Twin).await;
    assert!(matches!(report.verdict, BisectVerdict::EverythingRefused { .. }), "{:?}", report.verdict);
}

#[tokio::test]
async fn what_is_no_400_stops_the_search() {
    for (fault, words) in
        [(Fault::KeysChanged, "404"), (Fault::TooManyRequests, "429"), (Fault::LoginPage, "a page"), (Fault::Reset, "no answer")]
    {
        let (sandbox, known) = centercode(|_| {}).await;
        sandbox.set_fault(Some(fault));
        let report = bisect(&known, PAYLOAD, TrialTarget::Server(Box::new(network()))).await;
        let BisectVerdict::Stopped { reason, no_answer, .. } = &report.verdict else { panic!("{fault}: {:?}", report.verdict) };
        assert!(reason.contains(words), "{fault}: {reason}");
        assert_eq!((report.trials.len(), *no_answer), (1, fault == Fault::Reset));
    }
}

#[tokio::test]
async fn a_search_stops_when_told_to() {
    let (sandbox, known) = centercode(|real| choices(real, "severity", &["Low"])).await;
    let cancel = CancellationToken::new();
    let tried = RefCell::new(0);
    let bisection =
        Bisection { request: request(&known, PAYLOAD), profile: known, target: TrialTarget::Server(Box::new(network())) };
    let report = bisect::bisect(bisection, &cancel, &Origin::default(), &(), |_| {
        *tried.borrow_mut() += 1;
        cancel.cancel();
    })
    .await
    .unwrap();
    assert!(matches!(report.verdict, BisectVerdict::Stopped { .. }));
    assert_eq!((*tried.borrow(), sandbox.log().len(), report.tickets()), (1, 1, vec!["4711"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_ask_before_they_send() {
    let home = Home::new().hiding(&[KEY]);
    let (sandbox, known) = centercode(|real| choices(real, "severity", &["Low"])).await;
    let mut text = serde_json::to_value(&known).unwrap();
    text["api_key"] = KEY.into();
    let file = home.file("p.profile.json", text.to_string());
    let payload = home.file("payload.json", PAYLOAD);
    let (file, payload) = (file.as_str(), payload.as_str());

    for command in [&["rehearse", "--send"][..], &["bisect"]] {
        let arguments: Vec<&str> = command.iter().chain(&["--profile", file, "--json", payload]).copied().collect();
        let stderr = home.refused(&arguments);
        assert_eq!(sandbox.log().len(), 0, "{stderr}");
        assert!(stderr.contains("--yes") && stderr.contains("real ticket"), "{stderr}");
    }
    let stdout = home.ends(0, &["rehearse", "--profile", file, "--json", payload]);
    assert_eq!(sandbox.log().len(), 0, "{stdout}");
    let json = home.json(1, &["rehearse", "--profile", file, "--json", payload, "--send", "--yes"]);
    assert_eq!((&json["agreement"], &json["twin"]["response"]["status"]), (&"differ".into(), &201.into()));
    let json = home.json(0, &["bisect", "--profile", file, "--json", payload, "--yes"]);
    assert_eq!(json["server"]["culprits"], serde_json::json!([["severity"]]), "{json}");
    assert_eq!(json["twin"]["verdict"], "not_refused");
    let stdout = home.ends(0, &["bisect", "--profile", file, "--json", payload, "--yes"]);
    assert!(stdout.contains("Refused: \"severity\"") && stdout.contains("in Centercode: 47"), "{stdout}");
}
