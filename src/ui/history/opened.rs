//! An exchange as it was, and what can be done with it.

use eframe::egui::{self, RichText, ScrollArea, TextEdit, Ui};

use super::Opened;
use crate::jobs::Jobs;
use crate::ui::command::{Command, ExportSource, HistoryCommand};
use crate::ui::{export_menu, icons, response, theme, widgets};

pub(super) fn show(ui: &mut Ui, opened: &mut Opened, jobs: &Jobs, out: &mut Vec<Command>) {
    let row = &opened.row;
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("Number {}", row.id)).family(theme::strong()));
        ui.label(widgets::muted(ui, widgets::exact_time_text(row.started_at)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, icons::X, "Close the exchange", "Shows the list alone").clicked() {
                out.push(Command::History(HistoryCommand::Close));
            }
        });
    });
    // The pane comes up under the second click of a double click on a row, which is meant for none of its buttons.
    let is_settled = widgets::is_settled(ui, egui::Id::unique(("opened", row.id)));
    let mut asked = Vec::new();
    buttons(ui, opened, &mut asked);
    if is_settled {
        out.append(&mut asked);
    }
    for remark in &opened.remarks {
        ui.horizontal_wrapped(|ui| {
            widgets::icon(ui, icons::INFO, theme::tokens(ui).muted, "Note");
            ui.label(widgets::muted(ui, remark));
        });
    }
    words(ui, opened, out);
    ui.separator();
    let height = ui.available_height().max(220.0);
    ScrollArea::vertical().id_salt("history-opened").auto_shrink(false).show(ui, |ui| {
        ui.set_height(height);
        response::show_view(ui, &mut opened.view, jobs, out);
    });
}

fn buttons(ui: &mut Ui, opened: &Opened, out: &mut Vec<Command>) {
    let (id, row) = (opened.row.id, &opened.row);
    ui.horizontal_wrapped(|ui| {
        let mut say = |command| out.push(Command::History(command));
        let can = opened.not_again.is_none();
        let again = ui.add_enabled(can, egui::Button::new("Send again as it was"));
        let again = again.on_hover_text("Sends the same request, to the byte, with the same API key");
        if again.on_disabled_hover_text(opened.not_again.as_deref().unwrap_or_default()).clicked() {
            say(HistoryCommand::Resend { id, today: false });
        }
        if opened.has_profile {
            let today = ui.add_enabled(opened.view.delivery.request.method == "POST" && row.kind == crate::model::history::Kind::Create, egui::Button::new("Send with today's profile"));
            if today.on_hover_text("Sends the same payload to the address, with the API key and the headers, that the profile has today").clicked() {
                say(HistoryCommand::Resend { id, today: true });
            }
            if ui.button("Copy as draft").on_hover_text("Puts payload and address into the form of its profile, to be changed and sent; the form's undo takes it back").clicked() {
                say(HistoryCommand::CopyAsDraft(id));
            }
        }
        let label = if row.works { "Not the one that works" } else { "Mark as the one that works" };
        if ui.button(label).on_hover_text("What works is kept for good, and others are compared with it").clicked() {
            say(HistoryCommand::Works(id, !row.works));
        }
        if !row.works
            && ui.button("Compare with the one that works").on_hover_text("Shows where this differs from the marked exchange of its profile, or else from the latest that succeeded").clicked()
        {
            say(HistoryCommand::CompareWithWorking(id));
        }
        let label = if row.pinned { "Unpin" } else { "Pin" };
        if ui.button(label).on_hover_text("What is pinned is kept whatever the limits in the settings say").clicked() {
            say(HistoryCommand::Pin(vec![id], !row.pinned));
        }
        if ui.button("Delete…").on_hover_text("Asks, and then wipes it from the disk").clicked() {
            say(HistoryCommand::AskDelete(vec![id]));
        }
        export_menu::show(ui, &ExportSource::History(vec![id]), true, out);
    });
}

/// The user's own words: saved when the keyboard leaves them.
fn words(ui: &mut Ui, opened: &mut Opened, out: &mut Vec<Command>) {
    let id = opened.row.id;
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Note");
        let note =
            ui.add(TextEdit::singleline(&mut opened.note).id_salt("note").desired_width(260.0).hint_text("What it was about"));
        let note = note.labelled_by(label.id).on_hover_text("Stands in the list in place of the cause, and is searched");
        if note.lost_focus() && opened.note != opened.row.note {
            out.push(Command::History(HistoryCommand::Note(id, opened.note.clone())));
        }
        let label = ui.label("Tags");
        let tags = ui.add(TextEdit::singleline(&mut opened.tags).id_salt("tags").desired_width(140.0).hint_text("beta urgent"));
        let tags = tags.labelled_by(label.id).on_hover_text("Words with spaces between, to filter by");
        if tags.lost_focus() && opened.tags != opened.row.tags {
            out.push(Command::History(HistoryCommand::Tags(id, opened.tags.clone())));
        }
    });
}
