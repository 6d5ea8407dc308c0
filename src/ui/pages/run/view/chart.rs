//! How long requests take and how many come back a second, as they do.

use eframe::egui::{Color32, Ui, Vec2b, WidgetInfo};
use egui_plot::{Legend, Line, MarkerShape, Plot, PlotPoints, Points};

use crate::ui::pages::run::series::{Drawn, Interval};
use crate::ui::pages::run::state::RunPage;
use crate::ui::{theme, widgets};

/// How high each of the two charts is at least, in points.
const LEAST_HEIGHT: f32 = 110.0;

pub(super) fn show(ui: &mut Ui, page: &mut RunPage) {
    let Drawn { words, intervals } = page.series.drawn();
    ui.label(words);
    if intervals.is_empty() {
        return;
    }
    let height = ((ui.available_height() - 70.0) / 2.0).max(LEAST_HEIGHT);
    widgets::scroll(ui, "run-chart", |ui| {
        let tokens = theme::tokens(ui);
        let series = |value: fn(&Interval) -> f64| intervals.iter().map(move |own| [own.at, value(own)]).collect::<Vec<_>>();
        ui.label(widgets::muted(ui, "Response time in milliseconds, by seconds since the start"));
        let lines =
            vec![("Median", tokens.accent, series(|own| own.median)), ("Slowest", tokens.muted, series(|own| own.slowest))];
        let failed: Vec<[f64; 2]> = intervals.iter().filter(|own| own.failed > 0).map(|own| [own.at, own.slowest]).collect();
        plot(ui, "run-times", words, height, lines, failed);
        ui.label(widgets::muted(ui, "Responses a second, by seconds since the start"));
        plot(
            ui,
            "run-rates",
            "Responses a second",
            height,
            vec![("Responses", tokens.success, series(|own| own.rate))],
            Vec::new(),
        );
    });
}

/// Lines over time, and crosses where something failed. `name` is what a screen reader reads.
fn plot(ui: &mut Ui, id: &str, name: &str, height: f32, lines: Vec<(&str, Color32, Vec<[f64; 2]>)>, failed: Vec<[f64; 2]>) {
    let danger = theme::tokens(ui).danger;
    let plot = Plot::new(id).height(height).include_y(0.0).include_x(0.0).legend(Legend::default());
    // The page scrolls, not the chart.
    let plot = plot.allow_scroll(false).allow_zoom(false).allow_drag(false).allow_boxed_zoom(false).auto_bounds(Vec2b::TRUE);
    let shown = plot.show(ui, |ui| {
        for (name, colour, points) in lines {
            ui.line(Line::new(name, PlotPoints::from(points)).color(colour).width(2.0));
        }
        if !failed.is_empty() {
            let marks = Points::new("With failures", PlotPoints::from(failed)).shape(MarkerShape::Cross);
            ui.points(marks.radius(5.0).color(danger));
        }
    });
    shown.response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::Image, true, name));
}
