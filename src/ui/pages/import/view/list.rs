//! The requests that were found, and what is to be said of them.

use std::rc::Rc;

use eframe::egui::{self, RichText, ScrollArea, TextEdit, Ui};

use crate::model::Endpoint;
use crate::model::imported::Severity;
use crate::model::request_spec::RequestSpec;
use crate::model::secrets::mask::mask_text;
use crate::model::secrets::mask::mask_url;
use crate::ui::pages::import::state::{ImportPage, ImportResult, ListedBy};
use crate::ui::{icons, theme, widgets};

/// The height of a line.
const LINE: f32 = 24.0;

/// So many notes stand there at once.
const MOST_NOTES: usize = 20;

pub(in crate::ui) fn show(ui: &mut Ui, page: &mut ImportPage) {
    notes(ui, page);
    let total = page.found.as_ref().map_or(0, |found| found.imported.requests.len());
    if total < 2 {
        return;
    }
    let listed = listed(page);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(format!("{total} requests")).family(theme::strong()));
        let edit = TextEdit::singleline(&mut page.filter).id_salt("filter").hint_text("Filter").desired_width(220.0);
        let response = ui.add(edit).on_hover_text("Lists the requests whose name, method, address or status contain this text");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Filter the requests"));
        ui.checkbox(&mut page.only_sources, "External Sources only").on_hover_text("Hides requests to other addresses");
        let says = "Hides requests that were answered with a status below 400. What has no recorded response stays";
        ui.checkbox(&mut page.only_failed, "Problems only").on_hover_text(says);
        if listed.len() < total {
            ui.label(widgets::muted(ui, format!("{} listed", listed.len())));
        }
    });
    let moved = keys(ui, page, &listed);
    let mut picked = None;
    let Some(found) = &page.found else { return };
    let requests = &found.imported.requests;
    let line = LINE + ui.spacing().item_spacing.y;
    let height = (listed.len() as f32 * line).clamp(LINE, 220.0);
    let mut area = ScrollArea::vertical().id_salt("import-list").max_height(height).auto_shrink([false, true]);
    if let Some(at) = moved {
        // The picked line in the middle.
        area = area.vertical_scroll_offset((at as f32 * line - (height - line) / 2.0).max(0.0));
    }
    area.show_rows(ui, LINE, listed.len(), |ui, rows| {
        for index in &listed[rows] {
            let words = words(*index, &requests[*index]);
            let row = ui.add_sized(
                [ui.available_width(), LINE],
                egui::Button::selectable(*index == page.picked, RichText::new(&words).monospace()).truncate(),
            );
            if row.clicked() {
                picked = Some(*index);
            }
        }
    });
    if let Some(index) = picked {
        pick(page, index);
    }
}

/// The requests that the filter lets through, looked for anew when it changed.
fn listed(page: &mut ImportPage) -> Rc<[usize]> {
    let now = listed_by(page);
    if let Some((by, listed)) = &page.listed
        && *by == now
    {
        return listed.clone();
    }
    let requests = page.found.as_ref().map_or(&[][..], |found| &found.imported.requests);
    let listed: Rc<[usize]> = (0..requests.len()).filter(|index| is_listed(page, &requests[*index])).collect();
    page.listed = Some((now, listed.clone()));
    listed
}

fn listed_by(page: &ImportPage) -> ListedBy {
    (page.filter.clone(), page.only_sources, page.only_failed)
}

fn pick(page: &mut ImportPage, index: usize) {
    page.picked = index;
    page.result = ImportResult::Nothing;
    page.notes.clear();
    page.question = None;
}

/// Up and down go through the list while no text is edited. Returns the place in the list that was gone to.
fn keys(ui: &Ui, page: &mut ImportPage, listed: &[usize]) -> Option<usize> {
    if ui.ctx().text_edit_focused() {
        return None;
    }
    let (up, down) = ui.input(|input| (input.key_pressed(egui::Key::ArrowUp), input.key_pressed(egui::Key::ArrowDown)));
    if up == down {
        return None;
    }
    let to = match listed.iter().position(|index| *index == page.picked) {
        Some(at) if up => at.checked_sub(1)?,
        Some(at) => at + 1,
        // What is picked is filtered out.
        None => 0,
    };
    pick(page, *listed.get(to)?);
    Some(to)
}

fn is_listed(page: &ImportPage, request: &RequestSpec) -> bool {
    let filter = page.filter.trim().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&filter);
    // Nothing is concluded of a request whose response nobody recorded.
    (!page.only_failed || request.answer().is_none_or(|answer| answer.status >= 400))
        && (!page.only_sources || Endpoint::from_pasted(&request.url).is_some())
        && (filter.is_empty()
            || holds(&request.label)
            || holds(&request.method)
            || holds(&mask_url(&request.url))
            || request.answer().is_some_and(|answer| holds(&answer.status.to_string())))
}

fn words(index: usize, request: &RequestSpec) -> String {
    let status = request.answer().map_or_else(|| "   ".to_owned(), |answer| format!("{:>3}", answer.status));
    // A request without a name is often called by its address.
    let label = if request.label.is_empty() { String::new() } else { format!("  {}", mask_text(&request.label, &[])) };
    format!("{:>4}  {status}  {:<6} {}{label}", index + 1, request.method, mask_url(&request.url))
}

fn notes(ui: &mut Ui, page: &ImportPage) {
    let Some(found) = &page.found else { return };
    let notes = &found.imported.notes;
    for (severity, icon, name) in [
        (Severity::Lost, icons::WARNING, "Not imported"),
        (Severity::Taken, icons::INFO, "Note"),
        (Severity::NoEffect, icons::MINUS, "No effect"),
    ] {
        let tokens = theme::tokens(ui);
        let colour = if severity == Severity::Lost { tokens.warning } else { tokens.muted };
        let of_weight: Vec<_> = notes.iter().filter(|note| note.severity == severity).collect();
        for note in of_weight.iter().take(MOST_NOTES) {
            widgets::icon_line(ui, icon, colour, name, |ui| {
                ui.label(widgets::muted(ui, note.to_string()));
            });
        }
        if of_weight.len() > MOST_NOTES {
            ui.label(widgets::muted(ui, format!("{}: {} more", name, of_weight.len() - MOST_NOTES)));
        }
    }
}
