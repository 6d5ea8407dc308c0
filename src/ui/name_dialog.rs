//! Asks for a name, in a box above the window.

use eframe::egui::{Id, Key, Modal, Modifiers, RichText, TextEdit, Ui};

use crate::ui::{icons, theme, widgets};

/// What came of the question.
pub(in crate::ui) enum Answer {
    /// Nothing yet.
    Open,
    /// The name stands.
    Done,
    /// Nothing is to change.
    Cancelled,
}

/// Draws the question. `verb` is what the button says, `says` what it does.
pub(in crate::ui) fn show(ui: &Ui, title: &str, verb: &str, says: &str, name: &mut String) -> Answer {
    let entered = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    let shown = Modal::new(Id::unique("name-dialog")).frame(theme::dialog(ui)).show(ui.ctx(), |ui| {
        ui.set_width(320.0);
        ui.label(RichText::new(title).text_style(theme::heading()));
        let label = ui.label("Name");
        let edit = TextEdit::singleline(name).id_salt("name").desired_width(f32::INFINITY).char_limit(200);
        ui.add(edit).labelled_by(label.id).request_focus();
        ui.horizontal(|ui| {
            let is_typed = !name.trim().is_empty();
            let done = widgets::primary_button(ui, is_typed, icons::CHECK, verb, says);
            let cancel = ui.button("Cancel").on_hover_text("Changes nothing").clicked();
            (is_typed && (done.clicked() || entered), cancel)
        })
        .inner
    });
    match shown.inner {
        (true, _) => Answer::Done,
        (false, true) => Answer::Cancelled,
        (false, false) if shown.should_close() => Answer::Cancelled,
        (false, false) => Answer::Open,
    }
}
