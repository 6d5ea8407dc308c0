//! What the parts of the profile editor are made of.

use eframe::egui::{self, RichText, TextEdit, TextStyle, Ui};

use serde_json::{Map, Value};

use crate::diagnosis::{self, Cause};
use crate::model::mapping::unmappable;
use crate::model::request_record::RequestRecord;
use crate::model::secrets::url_values::secret_spans;
use crate::model::{Case, Profile};
use crate::ui::{icons, theme, widgets};

pub(in crate::ui) fn section(ui: &mut Ui, title: &str) -> egui::Response {
    ui.add_space(theme::SPACE_LARGE);
    let head = ui.label(RichText::new(title).text_style(theme::heading()));
    ui.separator();
    head
}

/// Where the editor was asked to open, until it is drawn there.
fn place_id() -> egui::Id {
    egui::Id::unique("profile-editor-place")
}

/// Asks for the place that is named as in the profile's file.
pub(in crate::ui) fn set_place(ui: &Ui, place: String) {
    ui.data_mut(|data| data.insert_temp(place_id(), place));
}

/// Forgets a place that nothing was drawn for.
pub(in crate::ui) fn clear_place(ui: &Ui) {
    ui.data_mut(|data| data.remove::<String>(place_id()));
}

/// Brings a control into sight and gives it the keyboard, if the editor was asked to open there.
pub(in crate::ui) fn arrive(ui: &Ui, place: &str, control: &egui::Response) {
    if ui.data(|data| data.get_temp::<String>(place_id())).as_deref() == Some(place) {
        control.request_focus();
        control.scroll_to_me(Some(egui::Align::Center));
    }
}

/// A text with its name above it.
pub(in crate::ui) fn named_edit(
    ui: &mut Ui,
    name: &str,
    text: &mut String,
    width: f32,
    hint: &str,
    says: &str,
) -> egui::Response {
    widgets::column(ui, width + 18.0, |ui| {
        let label = ui.label(widgets::muted(ui, name).small());
        ui.add(TextEdit::singleline(text).id_salt(name).desired_width(width.min(ui.available_width())).hint_text(hint))
            .labelled_by(label.id)
            .on_hover_text(says)
    })
}

/// [`named_edit`] for what travels on the wire.
pub(in crate::ui) fn wire_edit(ui: &mut Ui, name: &str, text: &mut String, width: f32, hint: &str, says: &str) -> egui::Response {
    widgets::column(ui, width + 18.0, |ui| {
        let label = ui.label(widgets::muted(ui, name).small());
        let hides = !secret_spans(text).is_empty();
        let edit = TextEdit::singleline(text).id_salt(name).font(TextStyle::Monospace).hint_text(hint).password(hides);
        ui.add(edit.desired_width(width.min(ui.available_width()))).labelled_by(label.id).on_hover_text(says)
    })
}

/// How wide an edit of what travels on the wire is to show all of it, and at least.
pub(in crate::ui) fn fitting(ui: &Ui, text: &str, least: f32) -> f32 {
    let font = TextStyle::Monospace.resolve(ui.style());
    let text = ui.painter().layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER);
    // The margins of the edit, and room for the cursor.
    (text.size().x + 24.0).clamp(least, least.max(ui.max_rect().width() - 18.0))
}

/// A list, one entry a line.
pub(in crate::ui) fn list_edit(ui: &mut Ui, name: &str, text: &mut String, list: &mut Vec<String>, says: &str) -> egui::Response {
    let label = ui.label(format!("{name} ({})", list.len()));
    let edit = TextEdit::multiline(text).id_salt(name).desired_rows(3).desired_width(f32::INFINITY).hint_text("one per line");
    let response = ui.add(edit).labelled_by(label.id).on_hover_text(says);
    if response.changed() {
        *list = lines(text);
    }
    response
}

/// The lines that say something. Spaces at their ends stay: they count.
pub(in crate::ui) fn lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// What is odd about an address by itself.
pub(in crate::ui) fn findings(url: &str, profile: Option<Profile>) -> Vec<Cause> {
    let sent = RequestRecord { method: "POST".into(), url: url.to_owned(), ..RequestRecord::default() };
    let mut found = diagnosis::preflight(&Case { profile, sent, ..Case::default() });
    found.retain(|cause| cause.id.family() == "endpoint");
    found
}

/// Says which parameters of an example become no row.
pub(in crate::ui) fn left_out(ui: &mut Ui, sample: &Map<String, Value>) {
    let names = unmappable(sample);
    if !names.is_empty() {
        let text = format!("Left out, because no field takes an object: {}", names.join(", "));
        ui.label(RichText::new(text).color(theme::tokens(ui).warning));
    }
}

/// A cause and what to do about it, both in sight: a tooltip is not reached by keyboard.
pub(in crate::ui) fn finding(ui: &mut Ui, cause: &Cause) {
    let tokens = theme::tokens(ui);
    widgets::callout(ui, tokens.warning_surface, icons::WARNING, tokens.warning, "Problem", |ui| {
        ui.label(RichText::new(&cause.title).color(tokens.warning));
        ui.label(&cause.advice);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_the_spaces_that_count() {
        assert_eq!(lines("Minor\n\n Major \r\nCritical"), ["Minor", " Major ", "Critical"]);
    }
}
