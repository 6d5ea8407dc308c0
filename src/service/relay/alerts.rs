//! What is noticed over several exchanges: payloads of another shape, parameters that are not sent any more, the same ticket again, a
//! rising share of failures.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::habits::Habits;
use crate::model::history::Fingerprint;

/// Within which time the same ticket counts as sent twice.
const TWICE: SignedDuration = SignedDuration::from_mins(10);
/// How many exchanges the share of failures is taken of.
const WINDOW: usize = 20;
/// How many exchanges before those the share is compared with, at least.
const LEAST_BEFORE: usize = 5;
/// Shapes and tickets that are remembered at most.
const REMEMBERED: usize = 4096;

/// An exchange, as far as it is compared with others.
pub(super) struct Observed<'a> {
    pub(super) at: Timestamp,
    /// The system that sent it.
    pub(super) system: &'a str,
    /// The payload of a create request.
    pub(super) payload: Option<&'a str>,
    pub(super) fingerprint: Fingerprint,
    pub(super) is_accepted: bool,
    /// Whether it is known what the server did with it.
    pub(super) is_known: bool,
}

#[derive(Default)]
pub(super) struct Alerts {
    /// The members of each system's payload, with their types: the usual shape, and others that were told already.
    shapes: HashMap<String, Vec<Shape>>,
    sent: HashMap<Fingerprint, (Timestamp, Earlier)>,
    latest: VecDeque<bool>,
    is_failing: bool,
    habits: Habits,
}

/// What came of a ticket that was sent before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Earlier {
    Accepted,
    Refused,
    NotKnown,
}

type Shape = BTreeMap<String, &'static str>;

impl Alerts {
    /// Alerts beside what was usual before.
    pub(super) fn knowing(habits: Habits) -> Self {
        Self { habits, ..Self::default() }
    }

    /// What is to be said of an exchange beside those before it, a sentence without a full stop each.
    pub(super) fn observe(&mut self, seen: &Observed<'_>) -> Vec<String> {
        let mut alerts = seen.payload.map(|payload| self.habits.vanished(payload)).unwrap_or_default();
        alerts.extend(seen.payload.and_then(shape).and_then(|shape| self.shape(seen.system, &shape)));
        if seen.payload.is_some() {
            alerts.extend(self.twice(seen));
        }
        alerts.extend(self.failures(seen.is_accepted));
        alerts
    }

    fn shape(&mut self, system: &str, new: &Shape) -> Option<String> {
        if self.shapes.len() > REMEMBERED {
            self.shapes.clear();
        }
        let known = self.shapes.entry(system.to_owned()).or_default();
        let usual = known.first().cloned();
        if known.contains(new) || known.len() >= WINDOW {
            return None;
        }
        known.push(new.clone());
        let usual = usual?;
        let lists = |what: &str, names: Vec<&String>| match names.as_slice() {
            [] => String::new(),
            names => format!(", {what} {}", names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")),
        };
        let missing = usual.keys().filter(|name| !new.contains_key(*name)).collect();
        let added = new.keys().filter(|name| !usual.contains_key(*name)).collect();
        let changed = new.iter().filter(|(name, kind)| usual.get(*name).is_some_and(|known| known != *kind));
        let changed = changed.map(|(name, _)| name).collect();
        Some(format!(
            "The payload has another shape than this system's first one{}{}{}",
            lists("without", missing),
            lists("with", added),
            lists("with another type in", changed)
        ))
    }

    fn twice(&mut self, seen: &Observed<'_>) -> Option<String> {
        if self.sent.len() > REMEMBERED {
            self.sent.retain(|_, (at, _)| seen.at.duration_since(*at) < TWICE);
        }
        let came = match (seen.is_accepted, seen.is_known) {
            (true, _) => Earlier::Accepted,
            (false, true) => Earlier::Refused,
            (false, false) => Earlier::NotKnown,
        };
        let (at, earlier) =
            self.sent.insert(seen.fingerprint, (seen.at, came)).filter(|(at, _)| seen.at.duration_since(*at) < TWICE)?;
        let seconds = seen.at.duration_since(at).as_secs();
        let came = match earlier {
            Earlier::Accepted => "was accepted; this creates a second one",
            Earlier::Refused => "was not accepted; this is a retry",
            Earlier::NotKnown => "its outcome is not known; this may create a second one",
        };
        Some(format!("The same ticket was sent {seconds} s before and {came}"))
    }

    fn failures(&mut self, is_accepted: bool) -> Option<String> {
        self.latest.push_back(is_accepted);
        if self.latest.len() > 2 * WINDOW {
            self.latest.pop_front();
        }
        let before = self.latest.len().saturating_sub(WINDOW);
        if before < LEAST_BEFORE {
            return None;
        }
        let failed = |from: usize, count: usize| self.latest.iter().skip(from).take(count).filter(|accepted| !**accepted).count();
        let (earlier, now) = (failed(0, before), failed(before, WINDOW));
        // Twice the share of those before.
        let is_rising = now >= WINDOW / 4 && now * before >= 2 * earlier * WINDOW;
        let is_news = is_rising && !self.is_failing;
        self.is_failing = now >= WINDOW / 4;
        is_news
            .then(|| format!("Failures are rising: {now} of the last {WINDOW} requests failed, {earlier} of the {before} before"))
    }
}

/// The members of a payload, with their types.
fn shape(payload: &str) -> Option<Shape> {
    let Value::Object(members) = serde_json::from_str(payload).ok()? else { return None };
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    Some(members.iter().map(|(name, value)| (name.clone(), kind(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::request_record::RequestRecord;

    fn told(alerts: &mut Alerts, at: i64, payload: &str, is_accepted: bool) -> String {
        let sent = RequestRecord { body: Some(payload.to_owned()), ..RequestRecord::default() };
        let fingerprint = Fingerprint::of(&sent);
        let at = Timestamp::from_second(at).unwrap();
        let seen =
            Observed { at, system: "jira", payload: Some(payload), fingerprint, is_accepted, is_known: payload != UNKNOWN };
        alerts.observe(&seen).join("; ")
    }

    /// Nobody knows what became of this one.
    const UNKNOWN: &str = r#"{"a": 5, "b": "z"}"#;

    #[test]
    fn shapes_and_repeats_by_table() {
        let mut alerts = Alerts::default();
        for (at, payload, is_accepted, expected) in [
            (0, r#"{"a": 1, "b": "x"}"#, true, ""),
            (1, r#"{"b": "y", "a": 2}"#, true, ""),
            (2, r#"{"a": "2", "c": 1}"#, false, "without \"b\", with \"c\", with another type in \"a\""),
            (3, r#"{"a": "3", "c": 1}"#, true, ""),
            (9, r#"{"a": 1, "b": "x"}"#, true, "sent 9 s before and was accepted"),
            (12, r#"{"a": "2", "c": 1}"#, true, "10 s before and was not accepted; this is a retry"),
            (4000, r#"{"a": 1, "b": "x"}"#, true, ""),
            (4001, "no JSON", true, ""),
            (4002, UNKNOWN, false, ""),
            (4004, UNKNOWN, false, "2 s before and its outcome is not known; this may create a second one"),
        ] {
            let found = told(&mut alerts, at, payload, is_accepted);
            assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{payload}: {found}");
        }
    }

    #[test]
    fn a_few_good_ones_are_enough_to_tell_that_failures_rise() {
        for (good, failing, expected) in [(15, 20, true), (5, 20, true), (4, 16, false), (0, 60, false)] {
            let mut alerts = Alerts::default();
            let told = (0..good + failing)
                .filter(|number| told(&mut alerts, *number, &format!(r#"{{"n": {number}}}"#), *number < good).contains("rising"));
            assert_eq!(told.count(), usize::from(expected), "{good} good, {failing} failing");
        }
    }

    #[test]
    fn a_rising_share_of_failures_is_told_once() {
        let mut alerts = Alerts::default();
        let mut told_at = Vec::new();
        for number in 0..100 {
            let payload = format!(r#"{{"n": {number}}}"#);
            if told(&mut alerts, number, &payload, number < 50 || number % 3 == 0).contains("rising") {
                told_at.push(number);
            }
        }
        assert_eq!(told_at.len(), 1, "{told_at:?}");
        assert!((50..70).contains(&told_at[0]), "{told_at:?}");
    }
}
