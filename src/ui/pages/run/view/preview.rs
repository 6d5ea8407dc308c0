//! What a run would send: which column fills which parameter, and the first rows.

use eframe::egui::{Frame, Grid, RichText, Ui};

use crate::ui::pages::run::state::RunPage;
use crate::ui::{theme, widgets};

pub(super) fn show(ui: &mut Ui, page: &RunPage) {
    let Some(prepared) = &page.prepared else { return };
    widgets::scroll(ui, "run-preview", |ui| {
        if !prepared.columns.is_empty() {
            ui.label(RichText::new("Columns").family(theme::strong()));
            Grid::new("run-columns").num_columns(2).spacing([theme::SPACE_LARGE, theme::SPACE_SMALL]).show(ui, |ui| {
                ui.label(widgets::muted(ui, "Column"));
                ui.label(widgets::muted(ui, "Fills the parameter"));
                ui.end_row();
                for (column, parameter) in &prepared.columns {
                    ui.label(column);
                    ui.monospace(parameter);
                    ui.end_row();
                }
            });
            ui.add_space(theme::SPACE);
        }
        for (row, step, payload) in &prepared.preview {
            ui.label(RichText::new(format!("Row {row}, {step}")).family(theme::strong()));
            Frame::new().fill(theme::tokens(ui).code_surface).corner_radius(theme::RADIUS).inner_margin(8).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.monospace(payload);
            });
            ui.add_space(theme::SPACE_SMALL);
        }
        let left = prepared.rows.len().saturating_sub(prepared.preview.last().map_or(0, |(row, _, _)| *row));
        let checked =
            if prepared.problems.is_empty() { "Every row was checked against the profile" } else { "Rows were checked" };
        let more = if left > 0 {
            format!(". {left} more row{} not shown here", if left == 1 { " is" } else { "s are" })
        } else {
            String::new()
        };
        ui.label(widgets::muted(ui, format!("{checked}. Nothing was sent for this preview{more}")));
    });
}
