//! What follows from the answers, and what does not.

use super::plan;
use super::report::{AddressPart, Conclusion, PartVerdict, ProbeAnswer, ProbeKind};
use crate::diagnosis::{self, Cause, CauseId};
use crate::model::address::Shape;
use crate::model::exchange::Outcome;
use crate::model::status::status_text;
use crate::model::{Address, Answer, Case};

/// What is known of each part, in the order in which a server meets them.
pub(super) fn conclude(url: &str, answers: &[ProbeAnswer]) -> Vec<Conclusion> {
    let read = Read { url, answers, parts: plan::part_forms(url) };
    if let Some(conclusions) = read.no_server() {
        return conclusions;
    }
    let mut conclusions = vec![read.host()];
    conclusions
        .extend([AddressPart::Path, AddressPart::Project, AddressPart::Source, AddressPart::ApiKey].map(|part| read.part(part)));
    read.weigh(&mut conclusions);
    conclusions
}

/// Everything in one sentence without a full stop.
pub(super) fn summary(conclusions: &[Conclusion]) -> String {
    let named = |verdict: PartVerdict| -> Vec<&str> {
        conclusions.iter().filter(|conclusion| conclusion.verdict == verdict).map(|conclusion| conclusion.part.label()).collect()
    };
    let (wrong, open) = (named(PartVerdict::Wrong), named(PartVerdict::CannotTell));
    match (wrong.as_slice(), open.as_slice()) {
        ([], []) if !named(PartVerdict::NotReached).is_empty() => {
            "No answer came, so nothing can be said of the address".to_owned()
        }
        ([], []) => "Every part of the address is right".to_owned(),
        ([], [one]) => {
            format!("Everything but the {one} is right, as far as can be seen; of that nothing can be told from outside")
        }
        ([], open) => format!(
            "The server answers alike whichever of these is wrong: {}. They cannot be told apart from outside",
            open.join(", ")
        ),
        ([one], _) => format!("The {one} is what does not fit"),
        (wrong, _) => format!("These do not fit: {}", wrong.join(", ")),
    }
}

struct Read<'a> {
    url: &'a str,
    answers: &'a [ProbeAnswer],
    parts: Vec<String>,
}

impl Read<'_> {
    fn answer(&self, kind: ProbeKind) -> Option<&Answer> {
        let found = self.answers.iter().find(|answer| answer.probe.kind == kind)?;
        found.exchange.as_ref().ok().and_then(|exchange| exchange.answer())
    }

    /// The answer to the whole address.
    fn whole(&self) -> Option<&Answer> {
        self.answer(ProbeKind::Empty)
    }

    /// What is left of an answer without what changes from one to the next; `None` where none came.
    fn print(&self, kind: ProbeKind) -> Option<(u16, String, String)> {
        let answer = self.answer(kind)?;
        let asked = self.answers.iter().find(|answer| answer.probe.kind == kind)?;
        let media = answer.header("content-type").unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let mut text: String = answer.text().chars().take(20_000).collect::<String>().to_lowercase();
        let whole = plan::whole_forms(&asked.probe.request.url);
        for repeated in whole.iter().chain(&self.parts) {
            text = text.replace(repeated.as_str(), "*");
        }
        let plain = text.chars().filter(|c| !c.is_ascii_hexdigit() && !c.is_whitespace() && *c != '-');
        Some((answer.status, media, plain.collect()))
    }

    /// Whether a probe is answered as the whole address is; `None` where one of them has no answer.
    fn is_alike(&self, kind: ProbeKind) -> Option<bool> {
        Some(self.print(kind)? == self.print(ProbeKind::Empty)?)
    }

    /// Where no answer came at all, the network is the finding.
    fn no_server(&self) -> Option<Vec<Conclusion>> {
        if self.answers.iter().any(|answer| answer.exchange.as_ref().is_ok_and(|exchange| exchange.answer().is_some())) {
            return None;
        }
        let words = self.answers.first().map_or_else(
            || "it was stopped before".to_owned(),
            |first| match &first.exchange {
                Err(reason) => reason.clone(),
                Ok(exchange) => exchange.failure().map_or_else(String::new, |failure| failure.kind.words().to_owned()),
            },
        );
        let not_reached = |part| Conclusion { part, verdict: PartVerdict::NotReached, words: "no answer came".to_owned() };
        // What was not sent says nothing of the host.
        let (verdict, words) = match self.answers.first().is_some_and(|first| first.exchange.is_ok()) {
            true => (PartVerdict::Wrong, format!("the host gives no answer: {words}")),
            false => (PartVerdict::NotReached, format!("nothing was sent: {words}")),
        };
        let host = Conclusion { part: AddressPart::Host, verdict, words };
        Some(
            [host]
                .into_iter()
                .chain([AddressPart::Path, AddressPart::Project, AddressPart::Source, AddressPart::ApiKey].map(not_reached))
                .collect(),
        )
    }

    /// A cause that says that something else than Centercode answered.
    fn foreign(&self) -> Option<Cause> {
        let answer = self.whole()?.clone();
        let sent = self.answers.iter().find(|answer| answer.probe.kind == ProbeKind::Empty)?.exchange.as_ref().ok()?.sent.clone();
        let causes = diagnosis::diagnose(&Case { sent, outcome: Some(Outcome::Answer(answer)), ..Case::default() });
        causes.into_iter().find(|cause| {
            cause.confidence.is_sure()
                && matches!(cause.id, CauseId::AuthLoginPage | CauseId::TransportIntercepted | CauseId::TransportProxy)
        })
    }

    fn host(&self) -> Conclusion {
        let (verdict, words) = match (self.foreign(), self.whole()) {
            (Some(cause), _) => (PartVerdict::Wrong, format!("something in between, or another site, answers: {}", cause.title)),
            (None, Some(answer)) if (300..400).contains(&answer.status) => {
                let to = answer.header("location").map(crate::model::secrets::mask::mask_url).unwrap_or_default();
                (PartVerdict::Wrong, format!("it sends everything on to {to}"))
            }
            (None, Some(answer)) if answer.status >= 500 || answer.status == 429 => {
                (PartVerdict::CannotTell, format!("it answers {} to the address", status_words(answer)))
            }
            (None, Some(answer)) if is_api_answer(answer) => (PartVerdict::Right, "it answers as an API does".to_owned()),
            (None, Some(_)) => (PartVerdict::CannotTell, "it answers; whether it is Centercode's cannot be told".to_owned()),
            (None, None) => (PartVerdict::CannotTell, "it answers, but not to the address".to_owned()),
        };
        Conclusion { part: AddressPart::Host, verdict, words }
    }

    fn part(&self, part: AddressPart) -> Conclusion {
        let (verdict, words) = self.judged(part);
        Conclusion { part, verdict, words }
    }

    fn judged(&self, part: AddressPart) -> (PartVerdict, String) {
        let Some(whole) = self.whole() else { return (PartVerdict::NotReached, "no answer came to the address".to_owned()) };
        if let Some(words) = self.proof(part, whole) {
            return (PartVerdict::Wrong, words);
        }
        if part == AddressPart::Path && self.path_exists() {
            return (
                PartVerdict::Right,
                "the path takes POST: a method that it does not take is refused in another way".to_owned(),
            );
        }
        if !is_telling(whole) {
            return (PartVerdict::CannotTell, format!("{} says nothing of it", status_words(whole)));
        }
        match self.is_alike(ProbeKind::MadeUp(part)) {
            Some(false) if !is_telling_made_up(self.answer(ProbeKind::MadeUp(part))) => {
                (PartVerdict::CannotTell, "the probe of it was answered with something else".to_owned())
            }
            Some(false) => {
                let words = self.answer(ProbeKind::MadeUp(part)).map(status_words).unwrap_or_default();
                (PartVerdict::Right, format!("one that is made up is answered differently ({words})"))
            }
            Some(true) => (PartVerdict::CannotTell, "one that is made up is answered just the same".to_owned()),
            None => (PartVerdict::CannotTell, "there was no answer to tell by, or the address has no such part".to_owned()),
        }
    }

    /// With the profile's part in its place the address is taken: nothing proves more.
    fn proof(&self, part: AddressPart, whole: &Answer) -> Option<String> {
        let is_own_path = !matches!(Address::parse(self.url).shape(), Shape::Other);
        let taken = |kind| self.answer(kind).filter(|answer| is_refusal(whole) && is_telling(answer) && !is_refusal(answer));
        // Where the path is an endpoint's, the profile's whole address stands for the keys that differ, not for the path.
        if let Some(answer) = taken(ProbeKind::Profile(part)).filter(|_| part != AddressPart::Path || !is_own_path) {
            return Some(format!("with the profile's it answers {} in place of {}", status_words(answer), status_words(whole)));
        }
        let differs = part != AddressPart::Path && self.answer(ProbeKind::Profile(part)).is_some();
        let alone = [AddressPart::Project, AddressPart::Source, AddressPart::ApiKey]
            .into_iter()
            .any(|part| taken(ProbeKind::Profile(part)).is_some());
        let answer = taken(ProbeKind::Profile(AddressPart::Path)).filter(|_| differs && !alone)?;
        Some(format!("it is not the profile's, and with the profile's whole address it answers {}", status_words(answer)))
    }

    /// Whether the path is known: GET is refused as a method, or OPTIONS names POST.
    fn path_exists(&self) -> bool {
        let is_405 = |kind| self.answer(kind).is_some_and(|answer| answer.status == 405);
        let allows_post = [ProbeKind::Options, ProbeKind::Get].into_iter().filter_map(|kind| self.answer(kind)?.header("allow"));
        // A server that refuses GET everywhere says nothing by it.
        let tells = self.answer(ProbeKind::Host).is_none_or(|host| host.status != 405 && host.header("allow").is_none());
        tells && (is_405(ProbeKind::Get) || allows_post.into_iter().any(|allow| allow.to_ascii_uppercase().contains("POST")))
    }

    /// Weighs the parts against each other: one open part among right ones is the culprit of a 404.
    fn weigh(&self, conclusions: &mut [Conclusion]) {
        let Some(whole) = self.whole() else { return };
        let has_wrong = conclusions.iter().any(|conclusion| conclusion.verdict == PartVerdict::Wrong);
        if !is_refusal(whole) || !is_telling(whole) {
            return;
        }
        let open: Vec<usize> = conclusions
            .iter()
            .enumerate()
            .filter(|(_, conclusion)| conclusion.part != AddressPart::Host && conclusion.verdict == PartVerdict::CannotTell)
            .map(|(index, _)| index)
            .collect();
        if has_wrong {
            return;
        }
        if let [one] = open.as_slice()
            && let Some(conclusion) = conclusions.get_mut(*one)
        {
            conclusion.verdict = PartVerdict::Wrong;
            conclusion.words = format!("{}, and every other part is answered differently", conclusion.words);
        } else if open.is_empty() && self.url.contains("apiKey=") {
            // All parts are known and it is refused all the same.
            if let Some(conclusion) = conclusions.iter_mut().find(|conclusion| conclusion.part == AddressPart::Source) {
                conclusion.verdict = PartVerdict::CannotTell;
                conclusion.words = "each part is known, but they may not belong together".to_owned();
            }
        }
    }
}

fn status_words(answer: &Answer) -> String {
    status_text(answer.status)
}

/// Whether an answer says that the address is not accepted.
fn is_refusal(answer: &Answer) -> bool {
    matches!(answer.status, 401 | 403 | 404 | 405 | 410)
}

/// Whether an answer is about the request, and not about the server's troubles or another address.
fn is_telling(answer: &Answer) -> bool {
    (400..500).contains(&answer.status) && !matches!(answer.status, 407 | 408 | 429)
}

fn is_telling_made_up(answer: Option<&Answer>) -> bool {
    answer.is_some_and(is_telling)
}

fn is_api_answer(answer: &Answer) -> bool {
    let is_json = serde_json::from_str::<serde_json::Value>(answer.text().trim()).is_ok_and(|json| json.is_object());
    is_json || (matches!(answer.status, 400 | 401 | 403 | 415) && !answer.text().trim_start().starts_with('<'))
}

/// Whether a POST that no ticket can be made of was taken: then it is better to stop.
pub(super) fn is_taken(answer: Option<&Answer>) -> bool {
    answer.is_some_and(|answer| answer.judgement().is_taken())
}
