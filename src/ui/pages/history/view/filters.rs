//! What the list is filtered by.

use eframe::egui::{Key, TextEdit, Ui, WidgetInfo};

use crate::model::history::{ExchangeKind, Filter, StatusClass};
use crate::ui::command::Command;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::history::state::{HistoryPage, Since, first_filter};
use crate::ui::{icons, theme, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, page: &mut HistoryPage, now: jiff::Timestamp, out: &mut Vec<Command>) {
    let before = (page.filter.clone(), page.since);
    ui.horizontal_wrapped(|ui| {
        search(ui, page);
        profile(ui, page);
        let status = page.filter.status;
        let shown = status.map_or("Any status", status_label);
        combo(ui, "Status", shown, "Filters by the status of the response", |ui| {
            pick(ui, &mut page.filter.status, None, "Any status");
            for class in StatusClass::ALL {
                pick(ui, &mut page.filter.status, Some(class), status_label(class));
            }
        });
        let shown = match page.filter.attachments {
            None => "Any files",
            Some(true) => "With files",
            Some(false) => "Without files",
        };
        combo(ui, "Attachments", shown, "Filters by whether files were attached", |ui| {
            pick(ui, &mut page.filter.attachments, None, "Any files");
            pick(ui, &mut page.filter.attachments, Some(true), "With files");
            pick(ui, &mut page.filter.attachments, Some(false), "Without files");
        });
        let shown = match page.filter.kind {
            None if page.filter.without_probes => WITHOUT_PROBES,
            kind => kind.map_or("Any purpose", kind_label),
        };
        combo(ui, "Purpose", shown, "Filters by what it was sent for", |ui| {
            let mut purpose = (page.filter.kind, page.filter.without_probes);
            pick(ui, &mut purpose, (None, true), WITHOUT_PROBES);
            pick(ui, &mut purpose, (None, false), "Any purpose");
            for kind in [ExchangeKind::Create, ExchangeKind::Upload, ExchangeKind::Probe] {
                pick(ui, &mut purpose, (Some(kind), false), kind_label(kind));
            }
            (page.filter.kind, page.filter.without_probes) = purpose;
        });
        let since = page.since;
        combo(ui, "Time", since.label(), "Filters by start time", |ui| {
            for other in Since::ALL {
                pick(ui, &mut page.since, other, other.label());
            }
        });
        cause(ui, &mut page.filter);
        ui.checkbox(&mut page.filter.pinned, "Pinned").on_hover_text("Shows pinned and working exchanges only");
        let filtered = page.filter != first_filter() || page.since != Since::Ever;
        if filtered && widgets::small_button(ui, "Clear the filters", "Lists every exchange again").clicked() {
            page.filter = first_filter();
            page.since = Since::Ever;
        }
    });
    if before != (page.filter.clone(), page.since) {
        if before.1 != page.since {
            let start = |hours| now.checked_sub(jiff::SignedDuration::from_hours(hours)).ok();
            page.filter.from = page.since.hours().and_then(start);
        }
        out.push(Command::History(HistoryCommand::List));
    }
}

fn search(ui: &mut Ui, page: &mut HistoryPage) {
    let icon = widgets::icon(ui, icons::MAGNIFYING_GLASS, theme::tokens(ui).muted, "Search the history");
    let width = (ui.available_width() - 850.0).clamp(160.0, 360.0);
    // A hint that is cut says less than a short one.
    let hint = if width < 200.0 { "Search" } else { "URL, payload, response" };
    let edit = TextEdit::singleline(&mut page.filter.text).id_salt("search").hint_text(hint).desired_width(width);
    let field = ui
        .add(edit)
        .labelled_by(icon.id)
        .on_hover_text("Searches for words or their beginnings in URL, payload, response and note. Use \"quotes\" for phrases. API keys are never stored, so they cannot be found");
    if std::mem::take(&mut page.focuses_search) {
        field.request_focus();
    }
    // The list is one key away from its search.
    page.enters_list |= field.has_focus() && ui.input(|input| input.key_pressed(Key::ArrowDown));
}

fn profile(ui: &mut Ui, page: &mut HistoryPage) {
    let all = page.profiles.clone();
    let name = |id: &str| all.iter().find(|(known, _)| known == id).map(|(id, name)| distinct_name(&all, id, name));
    let shown = page.filter.profile.as_deref().map_or("Any profile".to_owned(), |id| name(id).unwrap_or_else(|| id.to_owned()));
    combo(ui, "Profile", &shown, "Filters by profile, including removed profiles", |ui| {
        pick(ui, &mut page.filter.profile, None, "Any profile");
        for (id, name) in &all {
            pick(ui, &mut page.filter.profile, Some(id.clone()), &distinct_name(&all, id, name));
        }
    });
}

/// The name, and the file's where several profiles are called the same.
fn distinct_name(all: &[(String, String)], id: &str, name: &str) -> String {
    let is_shared = !name.is_empty() && !id.is_empty() && all.iter().filter(|(_, other)| other == name).count() > 1;
    if is_shared { format!("{name} ({id})") } else { shown_name(id, name) }
}

fn shown_name(id: &str, name: &str) -> String {
    match (id, name) {
        ("", _) => "Without a saved profile".to_owned(),
        (id, "") => id.to_owned(),
        (_, name) => name.to_owned(),
    }
}

fn cause(ui: &mut Ui, filter: &mut Filter) {
    let mut text = filter.cause.clone().unwrap_or_default();
    let edit = TextEdit::singleline(&mut text).id_salt("cause").hint_text("Cause").desired_width(90.0);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::TextInput, true, "Cause"));
    let says = "Filters by the start of the id of the best cause, such as endpoint or endpoint.source-key-mismatch";
    if response.on_hover_text(says).changed() {
        filter.cause = (!text.trim().is_empty()).then_some(text);
    }
}

fn kind_label(kind: ExchangeKind) -> &'static str {
    match kind {
        ExchangeKind::Create => "Tickets",
        ExchangeKind::Upload => "Uploads",
        ExchangeKind::Probe => "Probes",
    }
}

fn status_label(class: StatusClass) -> &'static str {
    match class {
        StatusClass::NoAnswer => "No response",
        StatusClass::Informational => "1xx",
        StatusClass::Success => "2xx success",
        StatusClass::Redirection => "3xx redirect",
        StatusClass::ClientError => "4xx refused",
        StatusClass::ServerError => "5xx server failure",
    }
}

/// What is listed first: the requests of a probe or a bisection would fill the page.
const WITHOUT_PROBES: &str = "Tickets and uploads";

fn pick<T: PartialEq>(ui: &mut Ui, current: &mut T, value: T, label: &str) {
    if ui.selectable_label(*current == value, label).clicked() {
        *current = value;
    }
}

fn combo(ui: &mut Ui, name: &str, shown: &str, says: &str, add: impl FnOnce(&mut Ui)) {
    let response = widgets::combo(name).truncate().selected_text(shown.to_owned()).show_ui(ui, add).response;
    widgets::name_combo(&response, name, shown);
    response.on_hover_text(says);
}
