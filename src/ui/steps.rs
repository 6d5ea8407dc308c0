//! Undo and redo of what is edited as a whole and saved by itself: a profile, its headers, the settings.

use eframe::egui::{Button, Id, Memory, Ui};

use crate::ui::key_names::with_keys;
use crate::ui::widgets;

/// How many changes can be taken back.
const DEPTH: usize = 200;

/// How long typing into one text may rest and still be one change, in seconds.
const ONE_CHANGE: f64 = 1.0;

/// What something was before each change.
pub(in crate::ui) struct Steps<T> {
    /// It before each change, newest last.
    undo: Vec<T>,
    /// It before each undo, newest last.
    redo: Vec<T>,
    /// The text that was typed into last, and when.
    typed: Option<(Id, f64)>,
    /// It as it stood when it was drawn last.
    seen: Option<T>,
}

impl<T> Default for Steps<T> {
    fn default() -> Self {
        Self { undo: Vec::new(), redo: Vec::new(), typed: None, seen: None }
    }
}

impl<T: Clone + PartialEq> Steps<T> {
    /// Draws the buttons, which have their keys where no text has the keyboard. Returns what is gone back or forward to. What was changed
    /// elsewhere since is not undone from here.
    pub(in crate::ui) fn show(&mut self, ui: &mut Ui, now: &T, what: &str) -> Option<T> {
        if self.seen.as_ref() != Some(now) {
            *self = Self { seen: Some(now.clone()), ..Self::default() };
        }
        let is_empty = self.undo.is_empty() && self.redo.is_empty();
        let (undo_key, redo_key) = if is_empty { (false, false) } else { widgets::undo_keys(ui) };
        let says = format!("Reverts the last change of {what} (Ctrl+Z)");
        let undo = ui.add_enabled(!self.undo.is_empty(), Button::new("Undo")).on_hover_text(with_keys(&says));
        if undo.on_disabled_hover_text("Nothing has been changed here yet").clicked() || undo_key {
            return self.step(now, true);
        }
        let says = "Makes the change again that was undone last (Ctrl+Shift+Z)";
        let redo = ui.add_enabled(!self.redo.is_empty(), Button::new("Redo")).on_hover_text(with_keys(says));
        if redo.on_disabled_hover_text("Nothing has been undone").clicked() || redo_key {
            return self.step(now, false);
        }
        None
    }

    /// Remembers a change that was made in this frame. Typing on in the same text is one change.
    pub(in crate::ui) fn changed(&mut self, ui: &Ui, before: &T, after: &T) {
        let typed = ui.ctx().text_edit_focused().then(|| ui.memory(Memory::focused)).flatten();
        self.remember(before, after, typed.map(|id| (id, ui.input(|input| input.time))));
    }

    fn remember(&mut self, before: &T, after: &T, typed: Option<(Id, f64)>) {
        let goes_on = |(id, at): (Id, f64)| self.typed.is_some_and(|(last, then)| last == id && at - then < ONE_CHANGE);
        if !typed.is_some_and(goes_on) {
            self.undo.push(before.clone());
            if self.undo.len() > DEPTH {
                self.undo.remove(0);
            }
        }
        (self.typed, self.seen) = (typed, Some(after.clone()));
        self.redo.clear();
    }

    fn step(&mut self, now: &T, is_back: bool) -> Option<T> {
        let (from, to) = if is_back { (&mut self.undo, &mut self.redo) } else { (&mut self.redo, &mut self.undo) };
        let other = from.pop()?;
        to.push(now.clone());
        (self.typed, self.seen) = (None, Some(other.clone()));
        Some(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_in_one_text_is_one_change_and_each_change_comes_back() {
        let mut steps = Steps::default();
        let (one, other) = (Id::unique("one"), Id::unique("other"));
        for (before, after, typed) in [
            (0, 1, Some((one, 0.0))),
            (1, 2, Some((one, 0.5))),
            (2, 3, Some((one, 9.0))),
            (3, 4, Some((other, 9.1))),
            (4, 5, None),
        ] {
            steps.remember(&before, &after, typed);
        }
        let mut now = 5;
        for expected in [Some(4), Some(3), Some(2), Some(0), None] {
            let before = steps.step(&now, true);
            assert_eq!(before, expected);
            now = before.unwrap_or(now);
        }
        for expected in [Some(2), Some(3)] {
            let after = steps.step(&now, false);
            assert_eq!(after, expected);
            now = after.unwrap_or(now);
        }
        steps.remember(&now, &7, None);
        assert_eq!(steps.step(&7, false), None, "what was undone is gone once something else was changed");
    }
}
