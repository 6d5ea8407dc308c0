//! The exact request as it was sent, with the spans marked that the evidence points at.

use std::ops::Range;

use eframe::egui::text::LayoutJob;
use eframe::egui::{Align, Label, RichText, Ui};

use crate::diagnosis::FactPlace;
use crate::model::body_view::TextView;
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::mask::mask_headers;
use crate::model::secrets::mask::{Masked, map_span};
use crate::model::text_rows::WIDEST;
use crate::ui::command::Command;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::view::paint::Backgrounds;
use crate::ui::pages::response::view::text_pane::{REWRAPPED, Wrap};
use crate::ui::pages::response::view::{headers, paint};
use crate::ui::widgets::{exact_size_text, muted, size_text};
use crate::ui::{icons, privacy, theme, widgets};

/// What the page remembers.
#[derive(Default)]
pub(in crate::ui) struct SentState {
    body: Option<BodyText>,
    wrap: Wrap,
    target: Option<FactPlace>,
    header: Option<String>,
}

struct BodyText {
    view: TextView,
    cuts: Vec<Range<usize>>,
}

impl SentState {
    /// Scrolls to a place at the next frame.
    pub(in crate::ui) fn go_to(&mut self, place: FactPlace) {
        if let FactPlace::RequestHeader(name) = &place {
            self.header = Some(name.clone());
        }
        self.target = Some(place);
    }
}

pub(in crate::ui) fn show(ui: &mut Ui, own: &mut SentState, view: &Shown<'_>, out: &mut Vec<Command>) {
    let planned;
    let sent = match (view.exchange, view.planned) {
        (Some(exchange), _) => &exchange.sent,
        (None, Some(request)) => {
            planned = RequestRecord::from(request);
            &planned
        }
        (None, None) => return,
    };
    let secrets = view.secrets();
    let hides = privacy::is_sharing(ui);
    let target = own.target.take();
    let places: Vec<&FactPlace> =
        view.causes.iter().flat_map(|cause| &cause.evidence).filter_map(|fact| fact.place.as_ref()).collect();
    request_line(ui, sent, &secrets, &places, target.as_ref(), out);
    paint::heading(ui, "Headers");
    let masked = headers::hide_in_values(&mask_headers(&sent.headers), &secrets);
    let marked: Vec<String> = places
        .iter()
        .filter_map(|place| if let FactPlace::RequestHeader(name) = place { Some(name.clone()) } else { None })
        .collect();
    headers::table(ui, "sent-headers", &masked, &mut own.header, &marked);
    ui.horizontal(|ui| {
        paint::heading(ui, "Body");
        let says = "Copies it, with the API key masked";
        if let Some(body) = sent.body.as_ref().filter(|body| !body.is_empty())
            && widgets::icon_button(ui, icons::COPY, "Copy the body that was sent", says).clicked()
        {
            out.push(Command::Copy(Masked::hide(body, &secrets).text.into_owned()));
        }
    });
    match (&sent.parts, &sent.body) {
        (Some(parts), _) => {
            for (index, part) in parts.iter().enumerate() {
                let is_marked = places.contains(&&FactPlace::Part(index));
                widgets::stable(ui, ("part", index), |ui| {
                    part_row(ui, part, is_marked, target == Some(FactPlace::Part(index)), out);
                });
            }
        }
        (None, Some(body)) if !body.is_empty() => {
            let text = own.body.get_or_insert_with(|| {
                let (text, cuts) = Masked::hide_with(body, &secrets, hides).into_parts();
                BodyText { view: TextView::new(&*text), cuts }
            });
            body_rows(ui, text, &mut own.wrap, body, &places, target.as_ref());
        }
        _ => {
            ui.label(muted(ui, "No body"));
        }
    }
}

/// The request's first line. `secrets` are hidden wherever they stand in its address.
pub(in crate::ui) fn request_line(
    ui: &mut Ui,
    sent: &RequestRecord,
    secrets: &[String],
    places: &[&FactPlace],
    target: Option<&FactPlace>,
    out: &mut Vec<Command>,
) {
    let colour = theme::tokens(ui).marked;
    let masked = Masked::url_without(&sent.url, secrets);
    let lead = sent.method.len() + 1;
    let shift = |span: &Range<usize>| {
        let span = masked.span(span);
        span.start + lead..span.end + lead
    };
    let under: Backgrounds = places
        .iter()
        .filter_map(|place| if let FactPlace::Url(span) = place { Some((shift(span), colour)) } else { None })
        .collect();
    let line = format!("{} {}", sent.method, masked.text);
    ui.horizontal_top(|ui| {
        if widgets::icon_button(ui, icons::COPY, "Copy address", "Copies the address, with the API key masked").clicked() {
            out.push(Command::Copy(masked.text.to_string()));
        }
        let label = paint::marked_label(ui, &line, &under);
        if matches!(target, Some(FactPlace::Url(_))) {
            label.scroll_to_me(Some(Align::Center));
        }
    });
}

pub(in crate::ui) fn part_row(ui: &mut Ui, part: &Part<Recorded>, is_marked: bool, is_target: bool, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    let behind = if is_marked { tokens.marked } else { eframe::egui::Color32::TRANSPARENT };
    let text = match &part.filename {
        Some(filename) => format!("{}: file \"{filename}\"", part.name),
        None => format!("{}: text", part.name),
    };
    let row = ui.horizontal_wrapped(|ui| {
        ui.add(Label::new(RichText::new(text).monospace().background_color(behind)).wrap());
        if let Some(kind) = &part.content_type {
            ui.label(RichText::new(kind).monospace().color(tokens.muted));
        }
        if let Some(size) = part.content.size {
            ui.label(muted(ui, size_text(size))).on_hover_text(exact_size_text(size));
        }
    });
    if let Some(hash) = &part.content.sha256 {
        ui.horizontal_wrapped(|ui| hash_line(ui, hash, out));
    }
    if is_target {
        row.response.scroll_to_me(Some(Align::Center));
    }
}

/// A SHA-256: its beginning, the whole on hover, and a button that copies it.
pub(in crate::ui) fn hash_line(ui: &mut Ui, hash: &str, out: &mut Vec<Command>) {
    let short: String = hash.chars().take(12).collect();
    let text = muted(ui, format!("SHA-256 {short}…")).monospace();
    ui.label(text).on_hover_text(hash);
    if widgets::icon_button(ui, icons::COPY, "Copy SHA-256", "Copies the whole hash of what was sent").clicked() {
        out.push(Command::Copy(hash.to_owned()));
    }
}

fn body_rows(ui: &mut Ui, text: &BodyText, wrap: &mut Wrap, original: &str, places: &[&FactPlace], target: Option<&FactPlace>) {
    let tokens = theme::tokens(ui);
    let spans_of = |place: &FactPlace| match place {
        FactPlace::Body(span) => Some(map_span(&text.cuts, span)),
        FactPlace::Parameter(name) => find_key(original, name).map(|span| map_span(&text.cuts, &span)),
        _ => None,
    };
    let under: Backgrounds = places.iter().filter_map(|place| Some((spans_of(place)?, tokens.marked))).collect();
    let shown = &text.view.text;
    let columns = (ui.available_width() / paint::char_width(ui)).max(1.0) as usize;
    let rows = wrap.rows(&text.view, 0, columns);
    let scroll_to = target.and_then(spans_of).map(|span| rows.row_at(span.start));
    let font = paint::mono(ui);
    let is_large = shown.len() > REWRAPPED;
    let width = if is_large { WIDEST as f32 * paint::char_width(ui) } else { ui.available_width() };
    eframe::egui::ScrollArea::horizontal().id_salt("sent-body").show(ui, |ui| {
        paint::virtual_rows(ui, rows.len(), paint::row_height(ui), width, scroll_to, |ui, row, _| {
            let mut job = LayoutJob::default();
            paint::append_marked(&mut job, shown, rows.span(shown, row), &font, tokens.text, &under);
            ui.add(Label::new(job).extend());
        });
    });
}

/// Where a member's key stands in a JSON text: the first of that name, with its quotes.
fn find_key(json: &str, name: &str) -> Option<Range<usize>> {
    let quoted = serde_json::to_string(name).ok()?;
    json.match_indices(&quoted)
        .map(|(start, found)| start..start + found.len())
        .find(|span| json[span.end..].trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_values() {
        let json = r#"{"a": "summary", "summary" : 1, "q\"": 2}"#;
        for (name, expected) in [("summary", Some("\"summary\" :")), ("q\"", Some("\"q\\\"\":")), ("b", None)] {
            let found = find_key(json, name);
            assert_eq!(
                found.clone().map(|span| json[span.start..].starts_with(expected.unwrap_or("-"))),
                expected.map(|_| true),
                "{name}"
            );
        }
    }
}
