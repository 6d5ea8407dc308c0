//! JSON in colours. Any text can be painted; what is not JSON stays plain.

use std::ops::Range;

use crate::ui::theme;
use crate::ui::theme::Tokens;
use eframe::egui::cache::{ComputerMut, FrameCache};
use eframe::egui::text::LayoutJob;
use eframe::egui::{Color32, FontId, TextFormat, TextStyle, Ui};

type Key<'a> = (&'a str, &'a [Range<usize>], bool, &'a FontId);

#[derive(Default)]
struct Painter;

impl ComputerMut<Key<'_>, LayoutJob> for Painter {
    fn compute(&mut self, (text, marked, dark, font): Key<'_>) -> LayoutJob {
        paint(text, marked, theme::of(dark), font)
    }
}

/// The text with its parts in colours, and the marked spans on their own ground. Painted once and kept while it is shown.
pub(in crate::ui) fn highlight(ui: &Ui, text: &str, marked: &[Range<usize>]) -> LayoutJob {
    let font = TextStyle::Monospace.resolve(ui.style());
    let dark = ui.visuals().dark_mode;
    ui.memory_mut(|memory| memory.caches.cache::<FrameCache<LayoutJob, Painter>>().get((text, marked, dark, &font)).clone())
}

fn paint(text: &str, marked: &[Range<usize>], tokens: &Tokens, font: &FontId) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (span, kind) in pieces(text) {
        let colour = match kind {
            TokenKind::Key => tokens.json_key,
            TokenKind::Text => tokens.json_string,
            TokenKind::Number => tokens.json_number,
            TokenKind::Word => tokens.json_word,
            TokenKind::Other => tokens.text,
        };
        append(&mut job, text, span, colour, marked, tokens, font);
    }
    job
}

fn append(
    job: &mut LayoutJob,
    text: &str,
    span: Range<usize>,
    colour: Color32,
    marked: &[Range<usize>],
    tokens: &Tokens,
    font: &FontId,
) {
    let mut edges = vec![span.start, span.end];
    edges.extend(
        marked.iter().flat_map(|mark| [mark.start, mark.end]).filter(|edge| span.contains(edge) && text.is_char_boundary(*edge)),
    );
    edges.sort_unstable();
    edges.dedup();
    for pair in edges.windows(2) {
        let mut format = TextFormat::simple(font.clone(), colour);
        if marked.iter().any(|mark| mark.start <= pair[0] && pair[1] <= mark.end) {
            format.background = tokens.marked;
        }
        job.append(text.get(pair[0]..pair[1]).unwrap_or(""), 0.0, format);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Key,
    Text,
    Number,
    Word,
    Other,
}

/// Cuts a text into pieces that follow each other without a gap.
fn pieces(text: &str) -> Vec<(Range<usize>, TokenKind)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b'"' => {
                at = string_end(bytes, at);
                let next = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace());
                if next == Some(&b':') { TokenKind::Key } else { TokenKind::Text }
            }
            b'-' | b'0'..=b'9' => {
                at +=
                    bytes[at..].iter().take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')).count();
                TokenKind::Number
            }
            b'a'..=b'z' => {
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                if matches!(&text[start..at], "true" | "false" | "null") { TokenKind::Word } else { TokenKind::Other }
            }
            _ => {
                at += 1;
                while at < bytes.len() && !matches!(bytes[at], b'"' | b'-' | b'0'..=b'9' | b'a'..=b'z') {
                    at += 1;
                }
                TokenKind::Other
            }
        };
        found.push((start..at, kind));
    }
    found
}

/// Where a string ends: behind its closing quote, or at the end of its line when it has none.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at = (at + 2).min(bytes.len()),
            b'"' => return at + 1,
            b'\n' => return at,
            _ => at += 1,
        }
    }
    // An escape at the very end may have stepped into a character.
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_by_table() {
        let text = r#"{"a\"b": "x", "n": -1.5e3, "ok": true, bad}"#;
        let named: Vec<_> = pieces(text)
            .into_iter()
            .filter(|(_, kind)| *kind != TokenKind::Other)
            .map(|(span, kind)| (&text[span], kind))
            .collect();
        assert_eq!(
            named,
            [
                (r#""a\"b""#, TokenKind::Key),
                (r#""x""#, TokenKind::Text),
                (r#""n""#, TokenKind::Key),
                ("-1.5e3", TokenKind::Number),
                (r#""ok""#, TokenKind::Key),
                ("true", TokenKind::Word),
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_without_a_gap(text in "\\PC{0,40}|[\"\\\\{}:a1é\\n -]{0,40}") {
            let mut at = 0;
            for (span, _) in pieces(&text) {
                proptest::prop_assert_eq!(span.start, at);
                proptest::prop_assert!(text.get(span.clone()).is_some_and(|piece| !piece.is_empty()));
                at = span.end;
            }
            proptest::prop_assert_eq!(at, text.len());
        }
    }
}
