//! A request held against a profile: sent, expected, problem.

use eframe::egui::{RichText, Ui};

use crate::diagnosis::CheckRow;
use crate::diagnosis::check::CheckStatus;
use crate::ui::{icons, theme, widgets};

pub(in crate::ui) fn table(ui: &mut Ui, rows: &[CheckRow]) {
    let wrong = rows.iter().filter(|row| !row.problems.is_empty()).count();
    ui.add_space(theme::SPACE);
    let words = match wrong {
        0 => "No problem found".to_owned(),
        1 => "1 part has a problem or a possible problem".to_owned(),
        wrong => format!("{wrong} parts have a problem or a possible problem"),
    };
    ui.label(RichText::new(words).family(theme::strong()));
    let mut group = "";
    for (index, row) in rows.iter().enumerate() {
        if row.part.group() != group {
            group = row.part.group();
            heads(ui, group);
        }
        widgets::stable(ui, ("check", index), |ui| line(ui, row));
    }
}

/// Widths of the columns: what it is, sent, expected, problem.
fn columns(ui: &Ui) -> [f32; 4] {
    let wide = ui.available_width() - 70.0;
    [0.18, 0.24, 0.24, 0.34].map(|share| (wide * share).max(70.0))
}

fn heads(ui: &mut Ui, group: &str) {
    let widths = columns(ui);
    ui.add_space(theme::SPACE_SMALL);
    ui.horizontal_top(|ui| {
        ui.add_space(22.0);
        widgets::column(ui, widths[0], |ui| ui.label(RichText::new(group).family(theme::strong())));
        for (width, head) in widths[1..].iter().zip(["Sent", "Expected", "Problem"]) {
            widgets::column(ui, *width, |ui| ui.label(widgets::muted(ui, head)));
        }
    });
}

fn line(ui: &mut Ui, row: &CheckRow) {
    let tokens = theme::tokens(ui);
    let widths = columns(ui);
    let problems: Vec<String> = row.problems.iter().map(|cause| format!("{}. {}", cause.title, cause.advice)).collect();
    ui.horizontal_top(|ui| {
        match row.status {
            CheckStatus::Fine => widgets::icon(ui, icons::CHECK_CIRCLE, tokens.success, "Fine"),
            CheckStatus::NotChecked => widgets::icon(ui, icons::MINUS, tokens.muted, "Not checked"),
            CheckStatus::Ignored => widgets::icon(ui, icons::INFO, tokens.muted, "Ignored"),
            CheckStatus::Doubtful => widgets::icon(ui, icons::WARNING, tokens.warning, "May be wrong"),
            CheckStatus::Wrong => widgets::icon(ui, icons::X_CIRCLE, tokens.danger, "Wrong"),
        };
        widgets::cell(ui, widths[0], &row.name);
        widgets::cell(ui, widths[1], row.sent.as_deref().unwrap_or("-"));
        widgets::cell(ui, widths[2], row.expected.as_deref().unwrap_or("-"));
        widgets::cell(ui, widths[3], &problems.join("\n"));
    });
}
