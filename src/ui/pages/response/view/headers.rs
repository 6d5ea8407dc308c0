//! The answer's headers.

use eframe::egui::{self, Align, Label, RichText, Ui};

use crate::model::secrets::mask::Masked;
use crate::model::secrets::mask::mask_headers;
use crate::model::status::status_text;
use crate::ui::command::Command;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::view::paint;
use crate::ui::{icons, theme, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, go_to: &mut Option<String>, view: &Shown<'_>, out: &mut Vec<Command>) {
    let Some(answer) = view.exchange.and_then(|exchange| exchange.answer()) else {
        ui.label(widgets::muted(ui, "No response yet"));
        return;
    };
    let version = if answer.version.is_empty() { "HTTP" } else { &answer.version };
    ui.label(RichText::new(format!("{version} {}", status_text(answer.status))).monospace());
    let secrets = view.secrets();
    for oddity in &answer.oddities {
        ui.label(widgets::muted(ui, &*Masked::hide(oddity, &secrets).text));
    }
    let headers = hide_in_values(&mask_headers(&answer.headers), &secrets);
    table(ui, "answer-headers", &headers, go_to, &[]);
    ui.horizontal(|ui| {
        let copy = ui.button(format!("{}  Copy all headers", icons::COPY));
        copy.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Copy all headers"));
        if copy.on_hover_text("Copies all headers, one per line, with secrets masked").clicked() {
            out.push(Command::Copy(headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()));
        }
    });
}

/// Headers without the given secrets, wherever they stand in a value.
pub(in crate::ui) fn hide_in_values(headers: &[(String, String)], secrets: &[String]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.clone(), Masked::hide(value, secrets).text.into_owned())).collect()
}

/// A table of headers. `go_to` is one to scroll to, and `marked` those that evidence points at, by name.
pub(in crate::ui) fn table(ui: &mut Ui, id: &str, headers: &[(String, String)], go_to: &mut Option<String>, marked: &[String]) {
    let tokens = theme::tokens(ui);
    let target = go_to.take();
    let is = |names: &[String], name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    let name_width = (ui.available_width() * 0.35).min(190.0);
    for (index, (name, value)) in headers.iter().enumerate() {
        let is_target = target.as_ref().is_some_and(|target| target.eq_ignore_ascii_case(name));
        let behind = if is_target || is(marked, name) { tokens.marked } else { egui::Color32::TRANSPARENT };
        let name = RichText::new(name).monospace().color(tokens.json_key).background_color(behind);
        let value = RichText::new(value).monospace().background_color(behind);
        let row = widgets::stable(ui, (id, index), |ui| {
            let name = Label::new(name).wrap();
            paint::named_row(ui, name_width, |ui| ui.add(name), |ui| drop(ui.add(Label::new(value).wrap())))
        });
        if is_target {
            row.scroll_to_me(Some(Align::Center));
        }
    }
    if headers.is_empty() {
        ui.label(widgets::muted(ui, "No headers"));
    }
}
