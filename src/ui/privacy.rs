//! What the window shows of secrets and addresses while others look on.
//!
//! While the screen is shared, everything that is drawn goes through one place before it reaches the screen or a screen reader: each
//! e-mail address in a text that was laid out is covered, and is dots for a screen reader. What is typed and saved stays as it is.

use std::sync::Arc;

use eframe::egui::{self, Context, FullOutput, Galley, Id, Rect, Shape, Ui, accesskit};

use crate::model::secrets::email::{address_spans, dotted_addresses};

/// Lets what is drawn go through here. Called once for a window.
pub fn install(ctx: &Context) {
    ctx.add_plugin(Cover);
}

/// Says whether the screen is shared; asks for another frame when that changed.
pub fn set_sharing(ctx: &Context, sharing: bool) {
    if is_sharing_in(ctx) != sharing {
        ctx.data_mut(|data| data.insert_temp(key(), sharing));
        ctx.request_repaint();
    }
}

/// Whether the screen is shared.
pub fn is_sharing(ui: &Ui) -> bool {
    is_sharing_in(ui.ctx())
}

fn is_sharing_in(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp(key())).unwrap_or(false)
}

fn key() -> Id {
    Id::unique("screen-sharing")
}

/// Covers addresses in whatever was drawn.
struct Cover;

impl egui::Plugin for Cover {
    fn debug_name(&self) -> &'static str {
        "privacy"
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        if !is_sharing_in(ctx) {
            return;
        }
        let colour = ctx.global_style().visuals.weak_text_color();
        for clipped in &mut output.shapes {
            cover(&mut clipped.shape, colour);
        }
        for node in output.platform_output.accesskit_update.iter_mut().flat_map(|update| &mut update.nodes) {
            quieten(&mut node.1);
        }
        // What is told to screen readers of the web has the texts in it once more.
        output.platform_output.events.clear();
    }
}

fn cover(shape: &mut Shape, colour: egui::Color32) {
    match shape {
        Shape::Vec(shapes) => shapes.iter_mut().for_each(|shape| cover(shape, colour)),
        Shape::Text(text) => {
            let bars = bars(&text.galley);
            if bars.is_empty() {
                return;
            }
            let offset = text.pos.to_vec2();
            let bars: Vec<Shape> = if text.angle == 0.0 {
                bars.into_iter().map(|bar| Shape::rect_filled(bar.translate(offset), 2.0, colour)).collect()
            } else {
                vec![Shape::rect_filled(text.visual_bounding_rect(), 2.0, colour)]
            };
            *shape = Shape::Vec(std::iter::once(shape.clone()).chain(bars).collect());
        }
        _ => {}
    }
}

/// Where addresses stand in a text that was laid out, relative to it: one bar for each row that an address is on.
fn bars(galley: &Arc<Galley>) -> Vec<Rect> {
    let text = galley.text();
    let spans = address_spans(text);
    let mut bars = Vec::new();
    if spans.is_empty() {
        return bars;
    }
    let mut offsets = text.char_indices().map(|(at, _)| at);
    for placed in &galley.rows {
        let mut bar: Option<Rect> = None;
        for glyph in &placed.row.glyphs {
            let is_hidden = offsets.next().is_some_and(|at| spans.iter().any(|span| span.contains(&at)));
            if is_hidden {
                let rect = glyph.logical_rect().translate(placed.pos.to_vec2());
                bar = Some(bar.map_or(rect, |bar| bar.union(rect)));
            } else {
                bars.extend(bar.take());
            }
        }
        bars.extend(bar);
        if placed.ends_with_newline {
            offsets.next();
        }
    }
    bars
}

/// A node of a screen reader's tree without addresses.
fn quieten(node: &mut accesskit::Node) {
    if let Some(value) = node.value().and_then(dotted_addresses) {
        if node.role() == accesskit::Role::TextRun {
            node.set_character_lengths(value.chars().map(|c| c.len_utf8() as u8).collect::<Vec<_>>());
        }
        node.set_value(value);
    }
    if let Some(label) = node.label().and_then(dotted_addresses) {
        node.set_label(label);
    }
    if let Some(description) = node.description().and_then(dotted_addresses) {
        node.set_description(description);
    }
    if let Some(placeholder) = node.placeholder().and_then(dotted_addresses) {
        node.set_placeholder(placeholder);
    }
    if let Some(tooltip) = node.tooltip().and_then(dotted_addresses) {
        node.set_tooltip(tooltip);
    }
}
