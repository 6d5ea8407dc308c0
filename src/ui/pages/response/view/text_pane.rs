//! A text by rows, of which only those in sight are drawn; JSON in colour; bytes as hexadecimal.

use std::ops::Range;

use eframe::egui::text::LayoutJob;
use eframe::egui::{Align2, Color32, Label, ScrollArea, Ui};

use crate::model::body_view::{HEX_COLUMNS, TextView, hex_row};
use crate::model::json_rows::string_end;
use crate::model::text_rows::{TextRows, WIDEST};
use crate::ui::pages::response::view::paint;
use crate::ui::pages::response::view::paint::Backgrounds;
use crate::ui::pages::response::view::search::Search;
use crate::ui::theme;
use crate::ui::theme::Tokens;

/// Texts up to this length are wrapped anew when the panel's width changes.
pub(in crate::ui) const REWRAPPED: usize = 256 * 1024;

/// A text's rows at a width of the panel.
#[derive(Default)]
pub(in crate::ui) struct Wrap {
    made: Option<(usize, usize, TextRows)>,
}

impl Wrap {
    /// The rows of a text at so many columns. `number` tells the texts of one body apart.
    pub(in crate::ui) fn rows<'a>(&'a mut self, view: &'a TextView, number: usize, columns: usize) -> &'a TextRows {
        if view.text.len() > REWRAPPED {
            return &view.rows;
        }
        let columns = columns.clamp(20, WIDEST);
        let fits = self.made.as_ref().is_some_and(|(made, at, _)| *made == number && *at == columns);
        if !fits {
            self.made = Some((number, columns, TextRows::new(&view.text, columns)));
        }
        self.made.as_ref().map_or(&view.rows, |(_, _, rows)| rows)
    }
}

/// What to draw of a text.
pub(in crate::ui) struct Pane<'a> {
    pub view: &'a TextView,
    /// Tells the texts of one body apart.
    pub number: usize,
    /// Whether long lines are wrapped at the panel's edge.
    pub wraps: bool,
    /// Whether it is JSON with one value a line.
    pub is_json: bool,
    pub search: &'a Search,
    /// Spans that evidence points at.
    pub marks: &'a [Range<usize>],
    /// A byte to scroll to.
    pub go_to: Option<usize>,
}

pub(in crate::ui) fn show(ui: &mut Ui, wrap: &mut Wrap, pane: &Pane<'_>) {
    let tokens = theme::tokens(ui);
    let (font, char_width, height) = (paint::mono(ui), paint::char_width(ui), paint::row_height(ui));
    let text = &pane.view.text;
    let lines = pane.view.rows.line(pane.view.rows.len().saturating_sub(1));
    let gutter = (lines.max(1).ilog10() + 1) as f32 * char_width + theme::SPACE + 4.0;
    let columns = ((ui.available_width() - gutter - 16.0) / char_width).max(1.0) as usize;
    let is_wide = !pane.wraps || text.len() > REWRAPPED;
    let rows = if is_wide { &pane.view.rows } else { wrap.rows(pane.view, pane.number, columns) };
    let width = if is_wide { WIDEST as f32 * char_width + gutter } else { ui.available_width() - 12.0 };
    let scroll_to = pane.go_to.map(|offset| rows.row_at(offset));
    let area = if is_wide { ScrollArea::both() } else { ScrollArea::vertical() };
    area.id_salt(("text", pane.number)).auto_shrink(false).show(ui, |ui| {
        paint::virtual_rows(ui, rows.len(), height, width, scroll_to, |ui, row, rect| {
            if !rows.continues(row) {
                let at = rect.left_center() + eframe::egui::vec2(gutter - theme::SPACE, 0.0);
                ui.painter().text(at, Align2::RIGHT_CENTER, rows.line(row), font.clone(), tokens.muted);
            }
            ui.add_space(gutter);
            let span = rows.span(text, row);
            let under = backgrounds(&span, pane.search, pane.marks, tokens);
            let mut job = LayoutJob::default();
            if pane.is_json {
                for (piece, colour) in json_colours(&text[span.clone()], rows.continues(row), tokens) {
                    paint::append_marked(&mut job, text, span.start + piece.start..span.start + piece.end, &font, colour, &under);
                }
            } else {
                paint::append_marked(&mut job, text, span, &font, tokens.text, &under);
            }
            ui.add(Label::new(job).extend().selectable(true));
        });
    });
}

/// What lies under a span: evidence, then what was sought.
pub(in crate::ui) fn backgrounds(span: &Range<usize>, search: &Search, marks: &[Range<usize>], tokens: &Tokens) -> Backgrounds {
    let marked =
        marks.iter().filter(|mark| mark.start < span.end && span.start < mark.end).map(|mark| (mark.clone(), tokens.marked));
    let found = search.within(span).map(|(hit, is_current)| (hit, if is_current { tokens.marked } else { tokens.selected }));
    marked.chain(found).collect()
}

/// The colours of one line of pretty-printed JSON. What goes on from the row above is part of a string: nothing else is that long.
fn json_colours(line: &str, continues: bool, tokens: &Tokens) -> Vec<(Range<usize>, Color32)> {
    let bytes = line.as_bytes();
    let mut pieces = Vec::new();
    let mut at = 0;
    if continues {
        at = string_end(bytes, 0);
        pieces.push((0..at, tokens.json_string));
    }
    while at < bytes.len() {
        let (end, colour) = match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at + 1);
                (end, if line[end..].starts_with(':') { tokens.json_key } else { tokens.json_string })
            }
            b'-' | b'0'..=b'9' => (word_end(bytes, at), tokens.json_number),
            byte if byte.is_ascii_alphabetic() => (word_end(bytes, at), tokens.json_word),
            _ => (at + 1 + bytes[at + 1..].iter().take_while(|byte| !is_start(**byte)).count(), tokens.text),
        };
        pieces.push((at..end, colour));
        at = end;
    }
    pieces
}

fn is_start(byte: u8) -> bool {
    byte == b'"' || byte == b'-' || byte.is_ascii_alphanumeric()
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    start + rest.count()
}

/// Bytes that are not text.
pub(in crate::ui) fn show_hex(ui: &mut Ui, bytes: &[u8]) {
    let rows = bytes.len().div_ceil(HEX_COLUMNS);
    let width = (78.0 * paint::char_width(ui)).max(ui.available_width());
    let font = paint::mono(ui);
    let colour = theme::tokens(ui).text;
    ScrollArea::both().id_salt("hex").auto_shrink(false).show(ui, |ui| {
        paint::virtual_rows(ui, rows, paint::row_height(ui), width, None, |ui, row, _| {
            ui.add(Label::new(LayoutJob::simple_singleline(hex_row(bytes, row), font.clone(), colour)).extend());
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_by_table() {
        let tokens = theme::of(false);
        let name = |colour: Color32| match colour {
            c if c == tokens.json_key => "key",
            c if c == tokens.json_string => "string",
            c if c == tokens.json_number => "number",
            c if c == tokens.json_word => "word",
            _ => "text",
        };
        for (line, continues, expected) in [
            (r#"  "a\"b": -1.5e3,"#, false, "text[  ] key[\"a\\\"b\"] text[: ] number[-1.5e3] text[,]"),
            (r#""x": "y: 1""#, false, "key[\"x\"] text[: ] string[\"y: 1\"]"),
            ("rest of it\",", true, "string[rest of it\"] text[,]"),
            ("middle", true, "string[middle]"),
            ("  true", false, "text[  ] word[true]"),
            ("é\"", true, "string[é\"]"),
        ] {
            let pieces = json_colours(line, continues, tokens);
            let found: Vec<_> =
                pieces.iter().map(|(span, colour)| format!("{}[{}]", name(*colour), &line[span.clone()])).collect();
            assert_eq!(found.join(" "), expected);
        }
    }
}
