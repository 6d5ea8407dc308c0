//! The attachment matrix: a line a file or group of files, a column a file element.

use eframe::egui::{Button, RichText, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use crate::runner::result::{FileResult, RowResult};
use crate::ui::pages::run::state::{Row, RunPage};
use crate::ui::pages::run::view::table;
use crate::ui::{icons, theme, widgets};

/// The height of a line, in points.
const LINE: f32 = 30.0;
/// How wide the labels are, in points.
const LABEL: f32 = 200.0;
/// How narrow an element's column is at least, in points.
const LEAST: f32 = 150.0;

pub(super) fn show(ui: &mut Ui, page: &mut RunPage) {
    let elements = page.elements.clone();
    let width = ((ui.available_width() - LABEL - 20.0) / elements.len().max(1) as f32 - theme::SPACE).max(LEAST);
    ScrollArea::horizontal().id_salt("run-grid-sideways").auto_shrink(false).show(ui, |ui| {
        ui.set_min_width(LABEL + elements.len() as f32 * (width + theme::SPACE));
        ui.horizontal(|ui| {
            head(ui, LABEL, "File");
            elements.iter().for_each(|element| head(ui, width, element));
        });
        let count = page.rows().len();
        ScrollArea::vertical().id_salt("run-grid").auto_shrink(false).show_rows(ui, LINE, count, |ui, shown| {
            for at in shown {
                ui.horizontal(|ui| line(ui, page, at, &elements, width));
            }
        });
    });
}

fn head(ui: &mut Ui, width: f32, text: &str) {
    let label = eframe::egui::Label::new(RichText::new(text).color(theme::tokens(ui).muted)).truncate();
    ui.add_sized(vec2(width, LINE), label);
}

fn line(ui: &mut Ui, page: &mut RunPage, at: usize, elements: &[String], width: f32) {
    let row = &page.rows()[at];
    let (icon, state, colour) = table::sign(row, theme::tokens(ui));
    let (rect, _) = ui.allocate_exact_size(vec2(LABEL, LINE), Sense::hover());
    let mut label = ui.new_child(eframe::egui::UiBuilder::new().id_salt(("run-file", at)).max_rect(rect));
    label.horizontal_centered(|ui| {
        widgets::icon(ui, icon, colour, state);
        ui.add(eframe::egui::Label::new(&row.label).truncate()).on_hover_text(&row.label);
    });
    let mut open = None;
    for element in elements {
        let (text, name, colour) = cell(ui, row, element);
        let button = Button::new(RichText::new(text).color(colour)).frame_when_inactive(false).truncate();
        let response = ui.add_sized(vec2(width, LINE - 4.0), button);
        response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::Button, true, &name));
        if response.on_hover_text(format!("{name}\nClick for its exchange and causes")).clicked() {
            open = Some(at);
        }
    }
    if open.is_some() {
        page.open = if page.open == open { None } else { open };
    }
}

/// What a cell shows, its name, and its colour.
fn cell(ui: &Ui, row: &Row, element: &str) -> (String, String, eframe::egui::Color32) {
    let tokens = theme::tokens(ui);
    let files: Vec<&FileResult> = row.result.iter().flat_map(|result| files_of(result, element)).collect();
    let name = |says: &str| format!("{}, {element}: {says}", row.label);
    if let Some((_, progress)) = row.doing.as_ref().filter(|_| files.is_empty()) {
        let sent: u64 = progress.uploads.iter().map(|own| own.sent()).sum();
        let says = format!("{} sent", widgets::size_text(sent));
        return (format!("{} {says}", icons::HOURGLASS), name(&says), tokens.accent);
    }
    let Some(first) = files.first() else { return ("–".to_owned(), name("nothing sent yet"), tokens.muted) };
    let arrived = files.iter().filter(|file| file.arrived).count();
    let changed = files.iter().filter(|file| file.is_changed()).count();
    let took: f64 = files.iter().map(|file| file.took_ms).sum();
    let size: u64 = files.iter().filter_map(|file| file.size).sum();
    let status = first.status.map_or_else(|| "no response".to_owned(), |status| status.to_string());
    let mut says = format!("{status}, {}, {}", widgets::size_text(size), time(took));
    if let Some(rate) = first.rate().filter(|_| size >= 1 << 20) {
        says.push_str(&format!(", {}/s", widgets::size_text(rate as u64)));
    }
    if files.len() > 1 {
        says = format!("{arrived} of {}, {says}", files.len());
    }
    let wants_refusal = row.result.as_ref().is_some_and(|result| result.verdict.is_good()) && arrived == 0;
    let (icon, word, colour) = match (arrived == files.len(), changed) {
        (true, 0) => (icons::CHECK_CIRCLE, "arrived", tokens.success),
        (true, _) => (icons::WARNING_CIRCLE, "arrived changed", tokens.warning),
        (false, _) if wants_refusal => (icons::CHECK_CIRCLE, "refused, as expected", tokens.success),
        (false, _) => (icons::X_CIRCLE, "did not arrive", tokens.danger),
    };
    let cause = files.iter().find_map(|file| file.cause.as_ref()).map_or_else(String::new, |cause| format!(", {}", cause.title));
    (format!("{icon} {says}"), name(&format!("{word}, {says}{cause}")), colour)
}

fn files_of<'a>(result: &'a RowResult, element: &str) -> Vec<&'a FileResult> {
    result.steps.iter().flat_map(|step| &step.files).filter(|file| file.element == element).collect()
}

fn time(ms: f64) -> String {
    widgets::duration_text(std::time::Duration::from_secs_f64(ms / 1000.0))
}
