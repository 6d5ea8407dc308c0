//! The address, drawn as its parts, each of them editable: a tester tries another key without touching the profile.

use std::ops::Range;

use eframe::egui::{self, Color32, Frame, RichText, Stroke, TextEdit, TextStyle, Ui};

use crate::diagnosis::{Cause, FactPlace};
use crate::model::secrets::url_values::secret_spans;
use crate::model::{Address, Endpoint, Profile};
use crate::ui::pages::compose::state::Session;
use crate::ui::{icons, theme, widgets};

/// The parts of an address, and how the ids of their causes begin or what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Host,
    Project,
    Source,
    ApiKey,
}

impl Part {
    const ALL: [Self; 4] = [Self::Host, Self::Project, Self::Source, Self::ApiKey];

    fn name(self) -> &'static str {
        match self {
            Self::Host => "Host",
            Self::Project => "Project key",
            Self::Source => "Source key",
            Self::ApiKey => "API key",
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Host => "Scheme and host of Centercode, such as https://acme.centercode.com",
            Self::Project => "The project's key in Centercode, the part behind /projects/",
            Self::Source => "The External Source's key, the part behind /feedback/",
            Self::ApiKey => "The community's API key, sent as ?apiKey=",
        }
    }

    fn text(self, endpoint: &Endpoint) -> &str {
        match self {
            Self::Host => &endpoint.base_url,
            Self::Project => &endpoint.project_key,
            Self::Source => &endpoint.source_key,
            Self::ApiKey => endpoint.api_key.reveal(),
        }
    }

    fn text_mut(self, endpoint: &mut Endpoint) -> &mut String {
        match self {
            Self::Host => &mut endpoint.base_url,
            Self::Project => &mut endpoint.project_key,
            Self::Source => &mut endpoint.source_key,
            Self::ApiKey => endpoint.api_key.reveal_mut(),
        }
    }

    /// Its least width, in points.
    fn least(self) -> f32 {
        if self == Self::Host { 150.0 } else { 70.0 }
    }
}

/// What stands beside the text in each part: its margins, its frame, and the button that shows the key.
const TEXT_MARGINS: f32 = 20.0;
const BESIDE_TEXT: f32 = 4.0;
const SHOW_BUTTON: f32 = 32.0;

/// Whether the address leaves room for something of this width behind it.
pub(in crate::ui) fn fits(ui: &Ui, profile: &Profile, session: &Session, end_width: f32) -> bool {
    widths(ui, &session.draft.endpoint(profile), end_width + theme::SPACE).is_some()
}

/// How wide each part is where this much room is left behind the address.
fn widths(ui: &Ui, endpoint: &Endpoint, end_width: f32) -> Option<[f32; 4]> {
    let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&TextStyle::Monospace.resolve(ui.style()), 'm'));
    // The key is drawn as dots; its length is nobody's business.
    let letters = |part: Part| if part == Part::ApiKey { 8 } else { part.text(endpoint).chars().count() + 1 };
    let wanted = Part::ALL.map(|part| (letters(part) as f32 * letter + TEXT_MARGINS).max(part.least()));
    let beside = BESIDE_TEXT * 4.0 + SHOW_BUTTON + theme::SPACE_SMALL * 4.0;
    share(wanted, Part::ALL.map(Part::least), ui.available_width() - beside - end_width)
}

/// Draws the address, and what `end` draws, which is `end_width` wide, behind it; tells whether the address was changed.
pub(in crate::ui) fn show(
    ui: &mut Ui,
    profile: &Profile,
    session: &mut Session,
    end_width: f32,
    end: Option<impl FnOnce(&mut Ui, &mut Session)>,
) -> bool {
    let mut endpoint = session.draft.endpoint(profile);
    let mut changed = false;
    let room = if end.is_some() { end_width + theme::SPACE } else { 0.0 };
    let widths = widths(ui, &endpoint, room).unwrap_or(Part::ALL.map(Part::least));
    ui.with_layout(egui::Layout::left_to_right(egui::Align::TOP).with_main_wrap(true), |ui| {
        ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
        for (part, width) in Part::ALL.into_iter().zip(widths) {
            changed |= show_part(ui, session, part, width, &mut endpoint);
        }
        if let Some(end) = end {
            widgets::column(ui, end_width, |ui| {
                // In line with the inputs, which have their names above them.
                widgets::name_room(ui);
                ui.horizontal(|ui| end(ui, session));
            });
        }
    });
    if changed {
        session.draft.set_endpoint(endpoint, profile);
    }
    if session.draft.address.is_some() {
        let tokens = theme::tokens(ui);
        widgets::icon_row(ui, icons::INFO, tokens.accent, "Note", |ui| {
            ui.label(widgets::muted(ui, "This address differs from the profile's"));
            let says = "Discards the changes to the address. The profile is not affected";
            if widgets::small_button(ui, "Back to the profile's address", says).clicked() {
                session.change(|draft| draft.address = None);
                changed = true;
            }
        });
    }
    changed
}

/// How wide each part is, of what they want and the least that they need. `None` if the room does not do for that.
fn share(wanted: [f32; 4], least: [f32; 4], room: f32) -> Option<[f32; 4]> {
    let (all, needed): (f32, f32) = (wanted.iter().sum(), least.iter().sum());
    if room < needed {
        return None;
    }
    if all <= room {
        // What is left goes to the host, up to a length that nobody's host needs.
        let mut widths = wanted;
        widths[0] += (room - all).min(120.0);
        return Some(widths);
    }
    let given = (room - needed) / (all - needed);
    Some(std::array::from_fn(|part| least[part] + (wanted[part] - least[part]) * given))
}

fn show_part(ui: &mut Ui, session: &mut Session, part: Part, width: f32, endpoint: &mut Endpoint) -> bool {
    let tokens = theme::tokens(ui);
    let url = endpoint.url_revealing_key();
    let problem = session.problems.iter().find(|cause| is_about(cause, part, &url)).map(|cause| cause.title.clone());
    let name = part.name();
    let room = if part == Part::ApiKey { SHOW_BUTTON } else { 0.0 };
    widgets::column(ui, width + BESIDE_TEXT + room, |ui| {
        let (text, colour) = match &problem {
            Some(_) => (format!("{name}  {}", icons::WARNING), tokens.warning),
            None => (name.to_owned(), tokens.muted),
        };
        let label = ui.add(egui::Label::new(RichText::new(text).small().color(colour)).truncate());
        label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, name));
        let held = egui::Id::unique("show-key-of-address");
        // The same width with and without a problem, so that nothing moves.
        let stroke = Stroke::new(1.5, if problem.is_some() { tokens.warning } else { Color32::TRANSPARENT });
        ui.horizontal(|ui| {
            let frame = Frame::new().stroke(stroke).corner_radius(theme::RADIUS);
            let changed = frame.show(ui, |ui| {
                let hides = match part {
                    Part::Host => !secret_spans(&endpoint.base_url).is_empty(),
                    Part::ApiKey => !widgets::is_held(ui, held),
                    Part::Project | Part::Source => false,
                };
                let text = part.text_mut(endpoint);
                let whole = text.clone();
                let edit =
                    TextEdit::singleline(text).id_salt(name).font(TextStyle::Monospace).desired_width(width).password(hides);
                let response = ui.add(edit).labelled_by(label.id);
                if part == Part::Host && std::mem::take(&mut session.focus_address) {
                    response.request_focus();
                }
                let shown = if hides || whole.is_empty() { String::new() } else { format!("{whole}\n") };
                let tip = problem.as_ref().map_or_else(String::new, |problem| format!("{problem}\n"));
                response.on_hover_text(format!("{shown}{tip}{}", part.says())).changed()
            });
            if part == Part::ApiKey {
                widgets::hold_to_show(ui, held, "the API key");
            }
            changed.inner
        })
        .inner
    })
}

/// Whether a cause is about a part, by its id or by the place in the address that it names.
fn is_about(cause: &Cause, part: Part, url: &str) -> bool {
    let by_id = part_of(cause.id.as_str());
    let places = cause.evidence.iter().filter_map(|fact| match &fact.place {
        Some(FactPlace::Url(span)) => part_at(url, span),
        _ => None,
    });
    by_id.or_else(|| places.into_iter().next()) == Some(part)
}

/// The part of an address in which a span of it begins.
fn part_at(url: &str, span: &Range<usize>) -> Option<Part> {
    let address = Address::parse(url);
    let holds = |part: &Range<usize>| part.start <= span.start && span.start <= part.end;
    let behind = |name: &str| {
        let at = address.segments.iter().position(|segment| address.raw(segment) == name)?;
        address.segments.get(at + 1)
    };
    if span.start <= address.authority.end {
        return Some(Part::Host);
    }
    if address.api_key().is_some_and(|pair| holds(&pair.value)) {
        return Some(Part::ApiKey);
    }
    let keys = [("projects", Part::Project), ("feedback", Part::Source)];
    keys.into_iter().find(|(name, _)| behind(name).is_some_and(holds)).map(|(_, part)| part)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_address_is_in_one_of_its_parts() {
        let url = "https://acme.example/api/v1/projects/beta1/feedback/appcrashlog%20?apiKey=k3y";
        for (piece, expected) in [
            ("https", Some(Part::Host)),
            ("acme", Some(Part::Host)),
            ("beta1", Some(Part::Project)),
            ("%20", Some(Part::Source)),
            ("k3y", Some(Part::ApiKey)),
            ("v1", None),
        ] {
            let at = url.find(piece).unwrap();
            assert_eq!(part_at(url, &(at..at + piece.len())), expected, "{piece}");
        }
    }

    #[test]
    fn the_parts_share_the_room_by_what_they_hold() {
        let least = [100.0, 50.0, 50.0, 50.0];
        for (wanted, room, expected) in [
            // Enough for all: the host takes some of the rest.
            ([200.0, 60.0, 60.0, 60.0], 400.0, Some([220.0, 60.0, 60.0, 60.0])),
            // Too little: each gives up the same share of what it has beyond its least.
            ([300.0, 50.0, 150.0, 50.0], 400.0, Some([200.0, 50.0, 100.0, 50.0])),
            ([300.0, 50.0, 150.0, 50.0], 250.0, Some(least)),
            ([300.0, 50.0, 150.0, 50.0], 249.0, None),
        ] {
            assert_eq!(share(wanted, least, room), expected, "{room}");
        }
    }
}
