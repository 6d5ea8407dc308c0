//! Two exchanges side by side.

use eframe::egui::{self, Label, RichText, Ui};

use crate::model::compare::{Comparison, Difference};
use crate::model::history::HistoryRow;
use crate::model::secrets::email::beginning;
use crate::ui::command::Command;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::{icons, theme, widgets};

/// Characters of a side that are shown; the rest is on hover.
const SHOWN: usize = 400;

pub(in crate::ui) fn show(ui: &mut Ui, compared: &(HistoryRow, HistoryRow, Comparison), out: &mut Vec<Command>) {
    let (older, newer, comparison) = compared;
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("Numbers {} and {}", older.id, newer.id)).family(theme::strong()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, icons::X, "Close the comparison", "Returns to the list").clicked() {
                out.push(Command::History(HistoryCommand::Close));
            }
        });
    });
    ui.horizontal_wrapped(|ui| {
        for row in [older, newer] {
            let label = format!("Open {}", row.id);
            if widgets::small_button(ui, &label, &format!("Shows it as it was, {}", widgets::exact_time_text(row.started_at)))
                .clicked()
            {
                out.push(Command::History(HistoryCommand::Open(row.id)));
            }
        }
    });
    widgets::scroll(ui, "comparison", |ui| {
        for (title, differences, same) in [
            ("Request", &comparison.request, "The requests are the same"),
            ("Response", &comparison.response, "The responses are the same"),
            ("Times", &comparison.timings, "The times are the same"),
        ] {
            section(ui, title, differences, same, (older.id, newer.id));
        }
    });
}

fn section(ui: &mut Ui, title: &str, differences: &[Difference], same: &str, ids: (i64, i64)) {
    ui.add_space(theme::SPACE);
    ui.label(RichText::new(title).family(theme::strong()));
    if differences.is_empty() {
        ui.label(widgets::muted(ui, same));
        return;
    }
    let widths = columns(ui);
    ui.horizontal_top(|ui| {
        for (width, head) in
            widths.into_iter().zip(["Where".to_owned(), format!("Number {}", ids.0), format!("Number {}", ids.1)])
        {
            cell(ui, width, widgets::muted(ui, head));
        }
    });
    for difference in differences {
        ui.separator();
        ui.horizontal_top(|ui| {
            cell(ui, widths[0], RichText::new(&difference.place));
            side(ui, widths[1], difference.left.as_deref());
            side(ui, widths[2], difference.right.as_deref());
        });
    }
}

/// Widths of the columns: where it is, and the two sides, which share what is left.
fn columns(ui: &Ui) -> [f32; 3] {
    let room = ui.available_width() - 2.0 * ui.spacing().item_spacing.x;
    let place = (room * 0.22).clamp(60.0, 150.0);
    let side = ((room - place) / 2.0).max(60.0);
    [place, side, side]
}

fn cell(ui: &mut Ui, width: f32, text: RichText) -> egui::Response {
    widgets::column(ui, width, |ui| {
        ui.set_min_width(width);
        ui.add(Label::new(text).wrap())
    })
}

fn side(ui: &mut Ui, width: f32, text: Option<&str>) {
    let Some(text) = text else {
        cell(ui, width, widgets::muted(ui, "not present"));
        return;
    };
    let cut = beginning(text, SHOWN);
    let is_cut = cut.len() < text.len();
    let shown = if is_cut { format!("{cut}…") } else { cut.to_owned() };
    let label = cell(ui, width, RichText::new(shown).monospace());
    if is_cut {
        label.on_hover_text(beginning(text, 4000));
    }
}
