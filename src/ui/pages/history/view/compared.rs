//! Two exchanges side by side.

use std::ops::Range;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{self, Label, RichText, Stroke, Ui, WidgetText};

use crate::model::compare::{Comparison, Difference, differing_words};
use crate::model::history::HistoryRow;
use crate::model::secrets::email::beginning;
use crate::ui::command::Command;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::{icons, theme, widgets};

/// Characters of a side that are shown; the rest is on hover.
const SHOWN: usize = 400;

/// The section of how long it took.
const TIMES: &str = "Times";

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
            (TIMES, &comparison.timings, "The times are the same"),
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
            let (left, right) = (difference.left.as_deref(), difference.right.as_deref());
            let shown = |text: Option<&str>| text.map(|text| beginning(text, SHOWN).to_owned()).unwrap_or_default();
            // Where one side is lacking, all of the other is new.
            let marks = match (left, right) {
                // Of two numbers, single digits say nothing.
                (Some(_), Some(_)) if title != TIMES => differing_words(&shown(left), &shown(right)),
                _ => (Vec::new(), Vec::new()),
            };
            side(ui, widths[1], left, &marks.0);
            side(ui, widths[2], right, &marks.1);
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

fn cell(ui: &mut Ui, width: f32, text: impl Into<WidgetText>) -> egui::Response {
    widgets::column(ui, width, |ui| {
        ui.set_min_width(width);
        ui.add(Label::new(text).wrap())
    })
}

/// One side, its differing words on a ground of their own and underlined.
fn side(ui: &mut Ui, width: f32, text: Option<&str>, marks: &[Range<usize>]) {
    let Some(text) = text else {
        return drop(cell(ui, width, widgets::muted(ui, "not present")));
    };
    let cut = beginning(text, SHOWN);
    let is_cut = cut.len() < text.len();
    let tokens = theme::tokens(ui);
    let plain = TextFormat::simple(egui::TextStyle::Monospace.resolve(ui.style()), tokens.text);
    let marked = TextFormat { background: tokens.marked, underline: Stroke::new(1.0, tokens.text), ..plain.clone() };
    let mut job = LayoutJob::default();
    let mut at = 0;
    for mark in marks {
        job.append(&cut[at..mark.start], 0.0, plain.clone());
        job.append(&cut[mark.clone()], 0.0, marked.clone());
        at = mark.end;
    }
    job.append(&cut[at..], 0.0, plain.clone());
    if is_cut {
        job.append("…", 0.0, plain);
    }
    let label = cell(ui, width, job);
    if is_cut {
        label.on_hover_text(beginning(text, 4000));
    }
}
