//! A question before something that cannot be taken back.
//!
//! It is made so that nobody answers it by accident: it appears away from the pointer, its dangerous button is deaf at first, Enter and
//! Escape answer "no", and so does a click beside it.

use crate::ui::{icons, theme, widgets};
use eframe::egui::{self, Align2, Area, Button, Id, Key, Modal, RichText, Ui, vec2};

/// How wide a question is, in points.
const WIDTH: f32 = 460.0;

/// How far it is from the top or the bottom of the window, in points.
const MARGIN: f32 = 56.0;

/// A question with its two answers.
pub(in crate::ui) struct Question<'a> {
    /// What is asked.
    pub(in crate::ui) text: &'a str,
    /// The label of the dangerous button.
    pub(in crate::ui) yes: &'a str,
    /// What that button does.
    pub(in crate::ui) yes_says: &'a str,
    /// The label of the button that leaves everything as it is.
    pub(in crate::ui) no: &'a str,
    /// What that button does.
    pub(in crate::ui) no_says: &'a str,
}

/// How a question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Answer {
    /// Do it.
    Yes,
    /// Leave it.
    No,
}

impl Question<'_> {
    /// Draws the question over the window.
    pub(in crate::ui) fn ask(&self, ui: &Ui) -> Option<Answer> {
        self.ask_with(ui, |_| {})
    }

    /// [`Question::ask`], with more buttons between the two answers.
    pub(in crate::ui) fn ask_with(&self, ui: &Ui, more: impl FnOnce(&mut Ui)) -> Option<Answer> {
        let id = Id::unique(("question", self.text));
        let is_new = !was_drawn(ui, id);
        if is_new {
            // What is asked next must not appear where the answer to the question before was given, either.
            let middle = ui.ctx().content_rect().center().y;
            let is_above = ui.ctx().pointer_latest_pos().is_none_or(|at| at.y > middle);
            ui.data_mut(|data| data.insert_temp(id.with("above"), is_above));
        }
        let is_above = ui.data(|data| data.get_temp(id.with("above"))).unwrap_or(true);
        let (align, offset) =
            if is_above { (Align2::CENTER_TOP, vec2(0.0, MARGIN)) } else { (Align2::CENTER_BOTTOM, vec2(0.0, -MARGIN)) };
        let by_key = answer_by_key(ui);
        let is_awake = widgets::is_settled(ui, id);
        let area = Area::new(id).kind(egui::UiKind::Modal).sense(egui::Sense::hover()).order(egui::Order::Foreground);
        let tokens = theme::tokens(ui);
        let frame = egui::Frame::popup(ui.style()).stroke(egui::Stroke::new(1.5, tokens.danger)).inner_margin(theme::SPACE_LARGE);
        let shown = Modal::new(id).area(area.anchor(align, offset)).frame(frame).show(ui.ctx(), |ui| {
            ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 60.0));
            ui.horizontal_top(|ui| {
                widgets::icon(ui, icons::SHIELD_WARNING, tokens.danger, "Question");
                ui.vertical(|ui| {
                    ui.label(self.text);
                    ui.add_space(theme::SPACE);
                    ui.horizontal_wrapped(|ui| self.buttons(ui, is_new, is_awake, more)).inner
                })
                .inner
            })
            .inner
        });
        let beside = is_awake && shown.backdrop_response.clicked();
        by_key.or(shown.inner).or(beside.then_some(Answer::No))
    }

    fn buttons(&self, ui: &mut Ui, is_new: bool, is_awake: bool, more: impl FnOnce(&mut Ui)) -> Option<Answer> {
        let mut answer = None;
        let no = ui.add(Button::new(self.no).min_size(vec2(0.0, 32.0)));
        if is_new {
            no.request_focus();
        }
        if no.on_hover_text(self.no_says).clicked() {
            answer = Some(Answer::No);
        }
        more(ui);
        let text = RichText::new(self.yes).color(theme::tokens(ui).danger).family(theme::strong());
        let yes = ui.add_enabled(is_awake, Button::new(text).min_size(vec2(0.0, 32.0)));
        if yes.on_hover_text(self.yes_says).on_disabled_hover_text(self.yes_says).clicked() {
            answer = Some(Answer::Yes);
        }
        answer
    }
}

/// Whether the question was drawn in the pass before.
fn was_drawn(ui: &Ui, id: Id) -> bool {
    let (id, pass) = (id.with("drawn"), ui.ctx().cumulative_pass_nr());
    let last = ui.data(|data| data.get_temp::<u64>(id));
    ui.data_mut(|data| data.insert_temp(id, pass));
    last.is_some_and(|last| last + 1 >= pass)
}

/// Enter and Escape answer "no". A key that is held down since it raised the question answers nothing.
fn answer_by_key(ui: &Ui) -> Option<Answer> {
    ui.input_mut(|input| {
        let is_no = |event: &egui::Event| {
            matches!(event, egui::Event::Key { key: Key::Enter | Key::Escape, pressed: true, repeat: false, modifiers, .. }
                if modifiers.is_none())
        };
        let answer = input.events.iter().any(is_no).then_some(Answer::No);
        // With whatever modifiers: the button that has the keyboard would take Ctrl+Enter for a click.
        input.events.retain(|event| !matches!(event, egui::Event::Key { key: Key::Enter | Key::Escape, .. }));
        answer
    })
}
