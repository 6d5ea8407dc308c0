//! The history in both directions: causes as it keeps them, and what it adds to them: earlier exchanges that worked, and warnings that were overridden.

use super::cause::{Cause, Fact, FactPlace};
use super::context::RuleContext;
use super::text::short;
use crate::model::Earlier;
use crate::model::history::KeptCause;
use crate::model::secrets::mask::mask_url;

/// What the first cause says where it was known before sending.
pub const WARNED: &str = "this was warned of before sending, and it was sent anyway";

/// The latest exchange that worked with the very same address.
pub(super) fn same_address<'a>(context: &RuleContext<'a>) -> Option<(usize, &'a Earlier)> {
    worked(context).find(|(_, earlier)| earlier.url == context.sent.url)
}

/// Exchanges that worked, latest first.
fn worked<'a>(context: &RuleContext<'a>) -> impl Iterator<Item = (usize, &'a Earlier)> {
    context.case.earlier.iter().enumerate().rev().filter(|(_, earlier)| (200..300).contains(&earlier.status))
}

/// When an exchange was, in a sentence.
pub(super) fn when(earlier: &Earlier) -> String {
    if earlier.when.is_empty() { "earlier".to_owned() } else { format!("on {}", short(&earlier.when)) }
}

/// Adds what the history says to the causes that it speaks of.
pub(super) fn add(context: &RuleContext<'_>, causes: &mut [Cause]) {
    for cause in causes.iter_mut() {
        if cause.id.family() == "endpoint"
            && !cause.evidence.iter().any(|fact| matches!(fact.place, Some(FactPlace::Earlier(_))))
            && same_address(context).is_none()
            && let Some((index, earlier)) = worked(context).next()
        {
            let words = format!("another address worked {}: {}", when(earlier), mask_url(&earlier.url));
            cause.evidence.push(Fact { text: words, place: Some(FactPlace::Earlier(index)) });
        }
    }
    if let Some(first) = causes.first_mut()
        && context.case.overridden.iter().any(|id| id == first.id.as_str())
    {
        first.evidence.push(Fact { text: WARNED.to_owned(), place: None });
    }
}

impl From<&Cause> for KeptCause {
    fn from(cause: &Cause) -> Self {
        Self {
            id: cause.id.as_str().to_owned(),
            confidence: cause.confidence.number(),
            title: cause.title.clone(),
            evidence: cause.evidence.iter().map(|fact| fact.text.clone()).collect(),
            fix: cause.advice.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnosis::{Cause, CauseId, FactPlace, diagnose};
    use crate::model::request_record::RequestRecord;
    use crate::model::{Answer, Case, Earlier, Outcome};

    const URL: &str = "https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog?apiKey=3f0c9a71d2";

    fn not_found(sent_to: &str, earlier: &[(&str, u16)]) -> Vec<Cause> {
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        let body = Some(r#"{"summary": "Crash"}"#.to_owned());
        let answer = Answer {
            status: 404,
            body: r#"{"status": 404, "description": "The requested resource could not be found."}"#.into(),
            ..Answer::default()
        };
        let earlier = earlier
            .iter()
            .map(|(url, status)| Earlier { url: (*url).to_owned(), status: *status, when: "1 March".to_owned() })
            .collect();
        diagnose(&Case {
            sent: RequestRecord { method: "POST".into(), url: sent_to.into(), headers, body, ..RequestRecord::default() },
            outcome: Some(Outcome::Answer(answer)),
            earlier,
            overridden: vec!["endpoint.path-shape".into()],
            ..Case::default()
        })
    }

    #[test]
    fn an_address_that_worked_proves_that_a_key_was_changed() {
        for (earlier, is_proven) in
            [(&[(URL, 201)][..], true), (&[(URL, 404)], false), (&[("https://other", 201)], false), (&[], false)]
        {
            let first = not_found(URL, earlier).remove(0);
            assert_eq!(
                first.id == CauseId::EndpointKeysChanged && first.confidence.is_sure(),
                is_proven,
                "{earlier:?}: {first:?}"
            );
            assert_eq!(
                first.evidence.iter().any(|fact| fact.place == Some(FactPlace::Earlier(0)) && fact.text.contains("same")),
                is_proven
            );
        }
    }

    #[test]
    fn an_address_that_worked_stands_beside_one_that_does_not() {
        let first = not_found(&URL.replace("feedback", "feedbacks"), &[(URL, 201)]).remove(0);
        assert_eq!(first.id, CauseId::EndpointPathShape);
        let fact = first.evidence.iter().find(|fact| fact.place == Some(FactPlace::Earlier(0))).map(|fact| fact.text.as_str());
        assert!(
            fact.is_some_and(|text| text.contains("1 March") && text.contains("/feedback/") && !text.contains("3f0c")),
            "{first:?}"
        );
    }

    #[test]
    fn a_warning_that_was_overridden_and_came_true_says_so() {
        let is_said = |causes: &[Cause]| causes[0].evidence.iter().any(|fact| fact.text.contains("warned of before sending"));
        assert!(is_said(&not_found(&URL.replace("feedback", "feedbacks"), &[])));
        assert!(!is_said(&not_found(&URL.replace("apiKey", "key"), &[])));
    }
}
