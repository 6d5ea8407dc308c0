//! An exchange as it was, and what can be done with it.

use eframe::egui::{self, RichText, TextEdit, Ui, WidgetInfo};

use crate::jobs::Jobs;
use crate::model::history::ExchangeKind;
use crate::ui::command::Command;
use crate::ui::pages::export::command::ExportSource;
use crate::ui::pages::export::view as export_menu;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::history::state::Opened;
use crate::ui::pages::response::view as response;
use crate::ui::{icons, theme, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, opened: &mut Opened, jobs: &Jobs, out: &mut Vec<Command>) {
    let row = &opened.row;
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("Number {}", row.id)).family(theme::strong()));
        ui.label(widgets::muted(ui, widgets::exact_time_text(row.started_at)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, icons::X, "Close the exchange", "Returns to the list").clicked() {
                out.push(Command::History(HistoryCommand::Close));
            }
        });
    });
    if row.kind == ExchangeKind::Upload
        && let Some(create) = opened.view.others.iter().find(|other| other.kind == ExchangeKind::Create)
    {
        let ticket = row.ticket.as_ref().map_or_else(|| "the ticket".to_owned(), |ticket| format!("ticket {ticket}"));
        let says = "Opens the request that created the ticket, with all of its files";
        if widgets::small_button(ui, &format!("Show {ticket} (number {})", create.id), says).clicked() {
            out.push(Command::History(HistoryCommand::Open(create.id)));
        }
    }
    // The pane comes up under the second click of a double click on a row, which is meant for none of its buttons.
    let is_settled = widgets::is_settled(ui, egui::Id::unique(("opened", row.id)));
    let mut asked = Vec::new();
    buttons(ui, opened, &mut asked);
    if is_settled {
        out.append(&mut asked);
    }
    for remark in &opened.remarks {
        widgets::icon_line(ui, icons::INFO, theme::tokens(ui).muted, "Note", |ui| {
            ui.label(widgets::muted(ui, remark));
        });
    }
    words(ui, opened, out);
    ui.separator();
    let height = ui.available_height().max(220.0);
    widgets::scroll(ui, "history-opened", |ui| {
        ui.set_height(height);
        let (shown, panel) = opened.view.shown();
        response::show_exchange(ui, &shown, panel, jobs, None, out);
    });
}

fn buttons(ui: &mut Ui, opened: &Opened, out: &mut Vec<Command>) {
    let (id, row) = (opened.row.id, &opened.row);
    let mut asked = Vec::new();
    ui.horizontal_wrapped(|ui| {
        let can = opened.not_again.is_none();
        let again = ui.add_enabled(can, egui::Button::new("Send again unchanged"));
        let again = again.on_hover_text("Sends exactly the same request with the same API key");
        if again.on_disabled_hover_text(opened.not_again.as_deref().unwrap_or_default()).clicked() {
            asked.push(HistoryCommand::Resend { id, today: false });
        }
        let is_upload = row.kind == ExchangeKind::Upload;
        // The form is for payloads; more files go to its ticket by the button beside the endpoint.
        if opened.has_profile && !is_upload && ui.button("Copy as draft").on_hover_text("Copies the payload and the address into the form of its profile, so you can change and send them. You can undo this in the form").clicked() {
            asked.push(HistoryCommand::CopyAsDraft(id));
        }
        if !row.works
            && ui.button("Compare with working one").on_hover_text("Shows the differences from the exchange marked as working, or from the latest successful one").clicked()
        {
            asked.push(HistoryCommand::CompareWithWorking(id));
        }
        let menu = ui.menu_button("More", |ui| {
            asked.extend(more(ui, opened));
            if !asked.is_empty() {
                ui.close();
            }
        });
        menu.response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "More for this exchange"));
        menu.response.on_hover_text("Mark, pin or delete it, or send its payload with the current profile");
        export_menu::show(ui, &ExportSource::History(vec![id]), true, out);
    });
    out.extend(asked.into_iter().map(Command::History));
}

/// What is done with an exchange less often.
fn more(ui: &mut Ui, opened: &Opened) -> Option<HistoryCommand> {
    let (id, row) = (opened.row.id, &opened.row);
    let mut asked = None;
    let mut entry = |can: bool, label: &str, says: &str, command: HistoryCommand| {
        if ui.add_enabled(can, egui::Button::new(label)).on_hover_text(says).on_disabled_hover_text(says).clicked() {
            asked = Some(command);
        }
    };
    if opened.has_profile {
        let can = opened.view.exchange.sent.method == "POST" && row.kind == ExchangeKind::Create;
        let says = "Sends the same payload with the current address, API key and headers of the profile. Only for requests that create a ticket";
        entry(can, "Send with current profile", says, HistoryCommand::Resend { id, today: true });
    }
    let label = if row.works { "Unmark as working" } else { "Mark as working" };
    let says = "Working exchanges are kept permanently, and others can be compared with them";
    entry(true, label, says, HistoryCommand::Works(id, !row.works));
    let label = if row.pinned { "Unpin" } else { "Pin" };
    let says = "Pinned exchanges are kept regardless of the limits in the settings";
    entry(true, label, says, HistoryCommand::Pin(vec![id], !row.pinned));
    entry(true, "Delete…", "Asks first, then wipes it from the disk", HistoryCommand::AskDelete(vec![id]));
    asked
}

/// The user's own words: saved when the keyboard leaves them.
fn words(ui: &mut Ui, opened: &mut Opened, out: &mut Vec<Command>) {
    let id = opened.row.id;
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Note");
        let note =
            ui.add(TextEdit::singleline(&mut opened.note).id_salt("note").desired_width(260.0).hint_text("What it was about"));
        let note = note.labelled_by(label.id).on_hover_text("Shown in the list instead of the cause. The search includes it");
        if note.lost_focus() && opened.note != opened.row.note {
            out.push(Command::History(HistoryCommand::Note(id, opened.note.clone())));
        }
        let label = ui.label("Tags");
        let tags = ui.add(TextEdit::singleline(&mut opened.tags).id_salt("tags").desired_width(140.0).hint_text("beta urgent"));
        let tags = tags.labelled_by(label.id).on_hover_text("Words separated by spaces, for filtering");
        if tags.lost_focus() && opened.tags != opened.row.tags {
            out.push(Command::History(HistoryCommand::Tags(id, opened.tags.clone())));
        }
    });
}
