//! Undoing and redoing one change of a draft, such as a fix, without what was typed after it.

use serde_json::{Map, Value};

use crate::model::Profile;
use crate::model::draft::{Attachment, Draft, Entry, pretty};

/// How many changes can be taken back.
const DEPTH: usize = 50;

/// The changes that can be taken back, newest last.
#[derive(Default)]
pub struct DraftUndo {
    steps: Vec<Step>,
    /// What was taken back and can be done again, newest last.
    undone: Vec<Step>,
    next: u64,
}

/// A change: the draft before it and after it.
struct Step {
    id: u64,
    before: Draft,
    after: Draft,
}

/// What came of taking a change back.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ui) enum Undone {
    /// It was taken back. What the form cannot show of the JSON, in words.
    Done(Vec<String>),
    /// Everything that it had changed was changed again since.
    Overtaken,
}

impl DraftUndo {
    /// Whether there is nothing to take back.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether there is nothing to do again.
    pub fn is_done(&self) -> bool {
        self.undone.is_empty()
    }

    /// Remembers a change; returns its number. A change that changed nothing is none.
    pub(in crate::ui) fn remember(&mut self, before: Draft, after: &Draft) -> u64 {
        self.next += 1;
        if before != *after {
            self.undone.clear();
            self.steps.push(Step { id: self.next, before, after: after.clone() });
            if self.steps.len() > DEPTH {
                self.steps.remove(0);
            }
        }
        self.next
    }

    /// Takes a change back, the newest unless a number is given. `None`: it is not known any more.
    pub(in crate::ui) fn take_back(&mut self, id: Option<u64>, draft: &mut Draft, profile: &Profile) -> Option<Undone> {
        let at = match id {
            Some(id) => self.steps.iter().position(|step| step.id == id)?,
            None => self.steps.len().checked_sub(1)?,
        };
        let step = self.steps.remove(at);
        let (undone, inverse) = step.revert(draft, profile);
        self.undone.extend(inverse);
        Some(undone)
    }

    /// Does again what was taken back last.
    pub(in crate::ui) fn redo(&mut self, draft: &mut Draft, profile: &Profile) -> Option<Undone> {
        let step = self.undone.pop()?;
        let (redone, inverse) = step.revert(draft, profile);
        self.steps.extend(inverse);
        Some(redone)
    }
}

impl Step {
    /// Takes the change back; returns the change that does it again.
    fn revert(self, draft: &mut Draft, profile: &Profile) -> (Undone, Option<Self>) {
        let Self { id, before, after } = self;
        let current = draft.clone();
        if current.address == after.address {
            draft.address.clone_from(&before.address);
        }
        if after.attachments != before.attachments {
            draft.attachments = files(&before.attachments, &after.attachments, &current.attachments);
        }
        let notes = payload(&before, &after, draft, profile);
        if *draft == current {
            return (Undone::Overtaken, None);
        }
        (Undone::Done(notes), Some(Self { id, before: current, after: draft.clone() }))
    }
}

/// The files as they stand now, with those that the change took away and without those that it added.
fn files(before: &[Attachment], after: &[Attachment], now: &[Attachment]) -> Vec<Attachment> {
    let mut files: Vec<Attachment> = now.iter().filter(|file| !after.contains(file) || before.contains(file)).cloned().collect();
    for (at, file) in before.iter().enumerate().filter(|(_, file)| !after.contains(file)) {
        files.insert(at.min(files.len()), file.clone());
    }
    files
}

/// Takes back what the change did to the payload; returns what the form cannot show of the JSON.
fn payload(before: &Draft, after: &Draft, draft: &mut Draft, profile: &Profile) -> Vec<String> {
    if before.json == after.json && before.entries == after.entries {
        return Vec::new();
    }
    if draft.json == after.json && draft.entries == after.entries {
        draft.entries.clone_from(&before.entries);
        draft.json = None;
        return before.json.as_ref().map(|text| draft.set_json(text, profile)).unwrap_or_default();
    }
    match draft.json.clone() {
        // The text was typed into since.
        Some(text) => {
            let (after, before) = (after.payload_text(profile), before.payload_text(profile));
            let text = match Members::read(&after, &before, &text) {
                Some(members) if !members.any_stands() => None,
                members => without(&after, &before, &text).or_else(|| members?.without()),
            };
            text.map(|text| draft.set_json(&text, profile)).unwrap_or_default()
        }
        None => {
            entries(before, after, draft);
            draft.fit(profile);
            Vec::new()
        }
    }
}

/// Gives each entry that stands as the change left it the value from before.
fn entries(before: &Draft, after: &Draft, draft: &mut Draft) {
    let old = |entry: &Entry| before.entry(&entry.parameter).cloned();
    let is_as_left = |entry: &Entry| after.entry(&entry.parameter) == Some(entry);
    draft.entries.retain(|entry| !is_as_left(entry) || old(entry).is_some());
    for entry in &mut draft.entries {
        if is_as_left(entry)
            && let Some(old) = old(entry)
        {
            *entry = old;
        }
    }
    let is_gone = |entry: &&Entry| after.entry(&entry.parameter).is_none() && draft.entry(&entry.parameter).is_none();
    let missing: Vec<Entry> = before.entries.iter().filter(is_gone).cloned().collect();
    draft.entries.extend(missing);
}

/// `text`, which came from `after`, with the change from `before` to `after` taken back. `None` where both changed the same place.
fn without(after: &str, before: &str, text: &str) -> Option<String> {
    let (start, end) = changed(after, before);
    let (typed_start, typed_end) = changed(after, text);
    let old = &before[start..before.len() - (after.len() - end)];
    if end <= typed_start {
        return Some(format!("{}{old}{}", &text[..start], &text[end..]));
    }
    if typed_end <= start {
        let (start, end) = (text.len() - (after.len() - start), text.len() - (after.len() - end));
        return Some(format!("{}{old}{}", &text[..start], &text[end..]));
    }
    None
}

/// The JSON objects around a change, and the one that stands there now.
struct Members {
    after: Map<String, Value>,
    before: Map<String, Value>,
    now: Map<String, Value>,
}

impl Members {
    /// `None` where one of the texts is not a JSON object.
    fn read(after: &str, before: &str, now: &str) -> Option<Self> {
        let read = |text: &str| serde_json::from_str(text).ok();
        Some(Self { after: read(after)?, before: read(before)?, now: read(now)? })
    }

    /// The names of the members that the change set, added or removed and that stand as it left them.
    fn standing(&self) -> Vec<String> {
        let names = self.after.keys().chain(self.before.keys().filter(|name| !self.after.contains_key(*name)));
        let stands =
            |name: &&String| self.after.get(*name) != self.before.get(*name) && self.now.get(*name) == self.after.get(*name);
        names.filter(stands).cloned().collect()
    }

    fn any_stands(&self) -> bool {
        !self.standing().is_empty()
    }

    /// [`without`] for objects whose layout differs: member by member. `None` where no member stands as the change left it.
    fn without(mut self) -> Option<String> {
        let names = self.standing();
        for name in &names {
            match self.before.get(name) {
                Some(value) => drop(self.now.insert(name.clone(), value.clone())),
                None => drop(self.now.shift_remove(name)),
            }
        }
        (!names.is_empty()).then(|| pretty(&self.now))
    }
}

/// Which part of `one` differs from `other`, in bytes.
fn changed(one: &str, other: &str) -> (usize, usize) {
    let start: usize = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let rest = one[start..].chars().rev().zip(other[start..].chars().rev());
    let same: usize = rest.take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    (start, one.len() - same)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn profile() -> Profile {
        Profile::from_json(r#"{"fields": [{"parameter": "summary", "kind": "text"}, {"parameter": "severity", "kind": "text"}]}"#)
            .unwrap()
    }

    fn draft(json: &str) -> Draft {
        let mut draft = Draft::default();
        draft.set_json(json, &profile());
        draft
    }

    #[test]
    fn a_text_loses_the_change_and_keeps_what_was_typed() {
        for (before, after, text, expected) in [
            ("a 1 b", "a 22 b", "a 22 b typed", Some("a 1 b typed")),
            ("a 1 b", "a 22 b", "typed a 22 b", Some("typed a 1 b")),
            ("a 1 b", "a 22 b", "a 22 b", Some("a 1 b")),
            ("a 1 b", "a 22 b", "a 33 b", None),
            ("a 1 b", "a 22 b", "", None),
            ("ä é", "ä è", "ä è ö", Some("ä é ö")),
        ] {
            assert_eq!(without(after, before, text).as_deref(), expected, "{before} {after} {text}");
        }
    }

    #[test]
    fn what_was_typed_after_a_change_stays() {
        let profile = profile();
        let mut undo = DraftUndo::default();
        // A fix of the form, and another field typed after it.
        let mut form = Draft::default();
        form.fit(&profile);
        form.entry_mut("severity").type_text("major".into());
        let before = form.clone();
        form.entry_mut("severity").type_text("Major".into());
        undo.remember(before, &form);
        form.entry_mut("summary").type_text("typed".into());
        assert_eq!(undo.take_back(None, &mut form, &profile), Some(Undone::Done(Vec::new())));
        assert_eq!(Value::Object(form.members(&profile)), json!({"summary": "typed", "severity": "major"}));
        // A fix of the JSON, and more of it typed after that.
        let mut text = draft(r#"{"severity": "major"}"#);
        let before = text.clone();
        text.set_json(r#"{"severity": "Major"}"#, &profile);
        undo.remember(before, &text);
        text.set_json(r#"{"severity": "Major", "summary": "typed"}"#, &profile);
        undo.take_back(None, &mut text, &profile);
        assert_eq!(text.payload_text(&profile), r#"{"severity": "major", "summary": "typed"}"#);
        assert_eq!(text.entry("severity").map(|entry| &entry.input), Some(&crate::model::draft::Input::Text("major".into())));
        assert!(undo.take_back(None, &mut text, &profile).is_none());
    }

    #[test]
    fn what_was_taken_back_is_done_again_beside_what_was_typed() {
        let profile = profile();
        let mut undo = DraftUndo::default();
        let mut now = draft(r#"{"severity": "major"}"#);
        let before = now.clone();
        now.set_json(r#"{"severity": "Major"}"#, &profile);
        undo.remember(before, &now);
        undo.take_back(None, &mut now, &profile);
        now.set_json(r#"{"severity": "major", "summary": "typed"}"#, &profile);
        assert_eq!(undo.redo(&mut now, &profile), Some(Undone::Done(Vec::new())));
        assert_eq!(now.payload_text(&profile), r#"{"severity": "Major", "summary": "typed"}"#);
        assert!(undo.redo(&mut now, &profile).is_none());
        undo.take_back(None, &mut now, &profile);
        assert_eq!(now.payload_text(&profile), r#"{"severity": "major", "summary": "typed"}"#);
        // A new change is where the old ones end.
        let before = now.clone();
        now.set_json("{}", &profile);
        undo.remember(before, &now);
        assert!(undo.redo(&mut now, &profile).is_none());
    }

    #[test]
    fn a_change_that_was_overtaken_takes_nothing_away() {
        let profile = profile();
        let mut undo = DraftUndo::default();
        let mut now = draft(r#"{"severity": "Major"}"#);
        undo.remember(draft(r#"{"severity": "major"}"#), &now);
        now.set_json(r#"{"severity": "Minor"}"#, &profile);
        let typed = now.clone();
        assert_eq!(undo.take_back(None, &mut now, &profile), Some(Undone::Overtaken));
        assert_eq!(now, typed);
    }

    #[test]
    fn a_change_is_taken_back_by_its_number() {
        let profile = profile();
        let mut undo = DraftUndo::default();
        let mut form = Draft::default();
        form.fit(&profile);
        let blank = form.clone();
        form.entry_mut("summary").type_text("one".into());
        let first = undo.remember(blank, &form);
        let before = form.clone();
        form.entry_mut("severity").type_text("two".into());
        undo.remember(before, &form);
        undo.take_back(Some(first), &mut form, &profile);
        assert_eq!(Value::Object(form.members(&profile)), json!({"severity": "two"}));
        let file = |name: &str| Attachment { path: name.into(), ..Attachment::default() };
        assert_eq!(files(&[file("a"), file("b")], &[file("b")], &[file("b"), file("c")]), [file("a"), file("b"), file("c")]);
    }
}
