//! What a system used to send before the relay was started, by the history.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::model::history::{ExchangeKind, Filter};
use crate::store::History;

/// How many tickets are looked at.
const LOOKED_AT: usize = 50;
/// How many tickets make a habit.
const LEAST: usize = 3;

/// The parameters that every ticket of a profile had so far. `Default` knows none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// When each was sent last.
    always: BTreeMap<String, Timestamp>,
    /// How many tickets that is known of.
    tickets: usize,
}

impl Habits {
    /// The habits that the history of a profile shows. What cannot be read shows none.
    pub fn of(history: Option<&History>, profile_id: &str) -> Self {
        let Some(history) = history.filter(|_| !profile_id.is_empty()) else { return Self::default() };
        let filter = Filter { profile: Some(profile_id.to_owned()), kind: Some(ExchangeKind::Create), ..Filter::default() };
        let ids = history.ids(&filter, None, Some(LOOKED_AT)).unwrap_or_default();
        let kept = ids.iter().filter_map(|id| history.open_record_sealed(*id).ok());
        Self::of_payloads(kept.filter_map(|kept| {
            let exchange = kept.exchange;
            Some((exchange.started_at, exchange.sent.body.clone().filter(|_| exchange.is_accepted())?))
        }))
    }

    fn of_payloads(payloads: impl Iterator<Item = (Timestamp, String)>) -> Self {
        let mut counts: BTreeMap<String, (usize, Timestamp)> = BTreeMap::new();
        let mut tickets = 0;
        for (at, payload) in payloads {
            let Some(names) = parameters(&payload) else { continue };
            tickets += 1;
            for name in names {
                let (count, last) = counts.entry(name).or_insert((0, at));
                *count += 1;
                *last = (*last).max(at);
            }
        }
        let always = counts.into_iter().filter(|(_, (count, _))| *count == tickets && tickets >= LEAST);
        Self { always: always.map(|(name, (_, last))| (name, last)).collect(), tickets }
    }

    /// What a payload lacks that all before it had, each told once; a sentence without a full stop each.
    pub(super) fn vanished(&mut self, payload: &str) -> Vec<String> {
        let Some(names) = parameters(payload) else { return Vec::new() };
        let gone: Vec<String> = self.always.keys().filter(|name| !names.contains(name)).cloned().collect();
        let tickets = self.tickets;
        let told = gone.into_iter().filter_map(|name| {
            let last = self.always.remove(&name)?.strftime("%Y-%m-%d %H:%M UTC");
            Some(format!(
                "\"{name}\" is not sent any more. Each of the last {tickets} tickets in the history had it, until {last}"
            ))
        });
        told.collect()
    }
}

fn parameters(payload: &str) -> Option<Vec<String>> {
    let Value::Object(members) = serde_json::from_str(payload).ok()? else { return None };
    Some(members.keys().cloned().collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;

    #[test]
    fn what_every_ticket_had_is_missed_once() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let before = |payloads: &[&str]| {
            Habits::of_payloads(payloads.iter().enumerate().map(|(index, text)| (at(index as i64 * 60), (*text).to_owned())))
        };
        let same = r#"{"summary": "a", "build": 1}"#;
        for (payloads, now, expected) in [
            (&[same, same, same][..], r#"{"summary": "b"}"#, Some("\"build\" is not sent any more")),
            (&[same, same, same], r#"{"summary": "b", "build": 2, "new": 1}"#, None),
            // Two tickets are not a habit, and what was left out before is none.
            (&[same, same], r#"{"summary": "b"}"#, None),
            (&[same, same, r#"{"summary": "c"}"#, same], r#"{"summary": "b"}"#, None),
            (&[same, same, same], "no JSON", None),
        ] {
            let mut habits = before(payloads);
            let told = habits.vanished(now);
            assert_eq!(told.first().map(|text| text.contains(expected.unwrap_or_default())), expected.map(|_| true), "{told:?}");
            assert_eq!(habits.vanished(now), Vec::<String>::new());
        }
        let told = before(&[same, same, same]).vanished("{}").join("; ");
        assert!(told.contains("last 3 tickets") && told.contains("1970-01-01 00:02 UTC"), "{told}");
    }
}
