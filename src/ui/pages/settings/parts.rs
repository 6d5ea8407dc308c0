//! How a section and a setting are laid out.

use eframe::egui::{Id, RichText, Ui};

use crate::ui::key_names::with_keys;
use crate::ui::{theme, widgets};

pub(super) fn section(ui: &mut Ui, title: &str) {
    ui.add_space(theme::SPACE_LARGE);
    ui.label(RichText::new(title).family(theme::strong()));
    ui.separator();
}

/// A setting with what it does below it.
pub(super) fn setting(ui: &mut Ui, name: &str, says: &str, add: impl FnOnce(&mut Ui, Id)) {
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(name);
        add(ui, label.id);
    });
    ui.label(widgets::muted(ui, with_keys(says)).small());
    ui.add_space(theme::SPACE_SMALL);
}
