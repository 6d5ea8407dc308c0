//! The address, drawn as its parts, each of them editable: a tester tries another key without touching the profile.

use eframe::egui::{self, Color32, Frame, RichText, Stroke, TextEdit, TextStyle, Ui};

use crate::model::secrets::names::secret_spans;
use crate::model::{Endpoint, Profile};
use crate::ui::pages::compose::state::Session;
use crate::ui::{icons, theme, widgets};

/// The parts of an address, and how the ids of their causes begin or what they hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Host,
    Project,
    Source,
    ApiKey,
}

/// Draws the address; tells whether it was changed.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, session: &mut Session) -> bool {
    let mut endpoint = session.draft.endpoint(profile);
    let mut changed = false;
    ui.with_layout(egui::Layout::left_to_right(egui::Align::TOP).with_main_wrap(true), |ui| {
        ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
        part(ui, session, Part::Host, &mut endpoint, &mut changed);
        part(ui, session, Part::Project, &mut endpoint, &mut changed);
        part(ui, session, Part::Source, &mut endpoint, &mut changed);
        part(ui, session, Part::ApiKey, &mut endpoint, &mut changed);
    });
    if changed {
        session.draft.set_endpoint(endpoint, profile);
    }
    if session.draft.address.is_some() {
        let tokens = theme::tokens(ui);
        ui.horizontal_wrapped(|ui| {
            widgets::icon(ui, icons::INFO, tokens.accent, "Note");
            ui.label(widgets::muted(ui, "This address differs from the profile's"));
            let says = "Discards the changes to the address. The profile is not affected";
            if widgets::small_button(ui, "Back to the profile's address", says).clicked() {
                session.draft.address = None;
                changed = true;
            }
        });
    }
    changed
}

fn part(ui: &mut Ui, session: &mut Session, part: Part, endpoint: &mut Endpoint, changed: &mut bool) {
    let tokens = theme::tokens(ui);
    let problem = session.problems.iter().find(|cause| part_of(cause.id.as_str()) == Some(part)).map(|cause| cause.title.clone());
    let (name, width, says) = match part {
        Part::Host => ("Host", 220.0, "Scheme and host of Centercode, such as https://acme.centercode.com"),
        Part::Project => ("Project key", 90.0, "The project's key in Centercode, the part behind /projects/"),
        Part::Source => ("Source key", 120.0, "The External Source's key, the part behind /feedback/"),
        Part::ApiKey => ("API key", 120.0, "The community's API key, sent as ?apiKey="),
    };
    let room = if part == Part::ApiKey { 34.0 } else { 0.0 };
    widgets::column(ui, width + 18.0 + room, |ui| {
        let (text, colour) = match &problem {
            Some(_) => (format!("{name}  {}", icons::WARNING), tokens.warning),
            None => (name.to_owned(), tokens.muted),
        };
        let label = ui.label(RichText::new(text).small().color(colour));
        label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, name));
        let held = egui::Id::unique("show-key-of-address");
        // The same width with and without a problem, so that nothing moves.
        let stroke = Stroke::new(1.5, if problem.is_some() { tokens.warning } else { Color32::TRANSPARENT });
        ui.horizontal(|ui| {
            Frame::new().stroke(stroke).corner_radius(theme::RADIUS).show(ui, |ui| {
                let hides = match part {
                    Part::Host => !secret_spans(&endpoint.base_url).is_empty(),
                    Part::ApiKey => !widgets::is_held(ui, held),
                    Part::Project | Part::Source => false,
                };
                let text = match part {
                    Part::Host => &mut endpoint.base_url,
                    Part::Project => &mut endpoint.project_key,
                    Part::Source => &mut endpoint.source_key,
                    Part::ApiKey => endpoint.api_key.reveal_mut(),
                };
                let edit =
                    TextEdit::singleline(text).id_salt(name).font(TextStyle::Monospace).desired_width(width).password(hides);
                let response = ui.add(edit).labelled_by(label.id);
                let tip = problem.as_ref().map_or_else(|| says.to_owned(), |problem| format!("{problem}\n{says}"));
                *changed |= response.on_hover_text(tip).changed();
            });
            if part == Part::ApiKey {
                widgets::hold_to_show(ui, held, "the API key");
            }
        });
    });
}

/// The part that a cause is about, by its id.
fn part_of(id: &str) -> Option<Part> {
    match id {
        "endpoint.host-mismatch" | "endpoint.scheme" => Some(Part::Host),
        _ if id.starts_with("endpoint.project-key") => Some(Part::Project),
        _ if id.starts_with("endpoint.source-key") => Some(Part::Source),
        _ if id.starts_with("endpoint.api-key") => Some(Part::ApiKey),
        _ => None,
    }
}
