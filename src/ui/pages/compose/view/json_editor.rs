//! The payload as text, highlighted; editing it fills the form.

use eframe::egui::{self, ScrollArea, TextBuffer, TextEdit, Ui};

use crate::diagnosis::FactPlace;
use crate::model::Profile;
use crate::model::secrets::{email, mask};
use crate::ui::command::Command;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::compose::view::problem::problem_line;
use crate::ui::{icons, json_paint, privacy, theme, widgets};

/// Beyond so many bytes an editor takes longer than a frame for each key.
const EDITABLE: usize = 128 * 1024;

/// Draws the editor; tells whether the draft was changed.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) -> bool {
    let mut changed = tools(ui, profile, session, out);
    for note in &session.json_notes {
        let tokens = theme::tokens(ui);
        widgets::icon_line(ui, icons::INFO, tokens.accent, "Note", |ui| {
            ui.label(note);
        });
    }
    for cause in session.problems.iter().filter(|cause| cause.id.family() == "request") {
        problem_line(ui, cause, out);
    }
    if privacy::is_sharing(ui) {
        widgets::why_hidden(
            ui,
            "While the screen is shared, addresses are hidden and this text is read-only. The request is not changed",
        );
        read_only(ui, &mask::hide_addresses(&session.json_text));
        return changed;
    }
    if session.json_text.len() > EDITABLE {
        ui.label(widgets::muted(
            ui,
            "This JSON is too long to edit here. It is sent unchanged. To change it, save it to a file and use centerpost send --json FILE",
        ));
        read_only(ui, &session.json_text);
        return changed;
    }
    let marked: Vec<_> = session
        .problems
        .iter()
        .flat_map(|cause| &cause.evidence)
        .filter_map(|fact| match &fact.place {
            Some(FactPlace::Body(span)) => Some(span.clone()),
            _ => None,
        })
        .collect();
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, width: f32| {
        let mut job = json_paint::highlight(ui, text.as_str(), &marked);
        job.wrap.max_width = width;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let typed = ScrollArea::vertical()
        .id_salt("json")
        .auto_shrink(false)
        .show(ui, |ui| {
            let label = ui.label(widgets::muted(ui, "Payload (JSON)"));
            let row = ui.text_style_height(&egui::TextStyle::Monospace);
            // As high as its room, so that a click below the text means the text.
            let rows = ((ui.available_height() - 2.0 * theme::SPACE) / row).floor().max(8.0) as usize;
            let edit = TextEdit::multiline(&mut session.json_text)
                .id_salt("payload")
                .code_editor()
                .desired_width(f32::INFINITY)
                .desired_rows(rows)
                .lock_focus(false)
                .layouter(&mut layouter);
            ui.add(edit).labelled_by(label.id).changed()
        })
        .inner;
    if typed {
        session.json_notes = session.draft.set_json(&session.json_text.clone(), profile);
        changed = true;
    }
    changed
}

fn tools(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) -> bool {
    let mut changed = false;
    ui.horizontal_wrapped(|ui| {
        let formatted = serde_json::from_str::<serde_json::Value>(&session.json_text)
            .ok()
            .and_then(|value| serde_json::to_string_pretty(&value).ok());
        let can_format = formatted.as_ref().is_some_and(|text| *text != session.json_text);
        let says = "Reformats the JSON with two spaces per level. Values do not change";
        if ui
            .add_enabled(can_format, egui::Button::new("Format"))
            .on_hover_text(says)
            .on_disabled_hover_text("The JSON is already formatted, or it is invalid")
            .clicked()
            && let Some(text) = formatted
        {
            session.json_notes = session.change(|draft| draft.set_json(&text, profile)).1;
            session.json_text = text;
            changed = true;
        }
        if ui.button("Copy").on_hover_text("Copies the JSON exactly as it is sent").clicked() {
            out.push(Command::Copy(session.json_text.clone()));
        }
        let origin = if session.draft.json.is_some() { "sent as typed" } else { "made from the form" };
        ui.label(widgets::muted(ui, format!("{}, {origin}", widgets::size_text(session.json_text.len() as u64))));
    });
    changed
}

/// Rows of a text that is too long for an editor.
fn read_only(ui: &mut Ui, text: &str) {
    let height = ui.text_style_height(&egui::TextStyle::Monospace);
    let lines: Vec<&str> = text.lines().collect();
    ScrollArea::both().id_salt("json-rows").auto_shrink(false).show_rows(ui, height, lines.len(), |ui, rows| {
        for line in &lines[rows] {
            ui.monospace(email::beginning(line, 400));
        }
    });
}
