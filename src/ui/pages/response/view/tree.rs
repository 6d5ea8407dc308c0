//! JSON as a tree: folding, a selected value, and keys for both.

use std::ops::Range;

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{self, EventFilter, FontId, Key, Modifiers, Rect, Sense, Ui, WidgetInfo};

use crate::model::json_rows::{Folds, JsonKind, JsonRows};
use crate::ui::command::Command;
use crate::ui::pages::response::view::paint;
use crate::ui::pages::response::view::search::Search;
use crate::ui::pages::response::view::text_pane::backgrounds;
use crate::ui::theme::Tokens;
use crate::ui::{icons, theme, widgets};

/// How much of a value a row shows, in bytes.
const PREVIEW: usize = 400;
/// How far a level is set in, in points.
const INDENT: f32 = 16.0;
/// The width of a row's caret.
const CARET: f32 = 18.0;

/// What the tree remembers.
#[derive(Default)]
pub(in crate::ui) struct TreeState {
    folds: Option<Folds>,
    visible: Vec<u32>,
    selected: Option<usize>,
    /// The JSON pointer of the selected value.
    pub pointer: String,
    /// A row to scroll to.
    scroll_to: Option<usize>,
}

/// What to draw.
pub(in crate::ui) struct Tree<'a> {
    pub text: &'a str,
    pub rows: &'a JsonRows,
    pub search: &'a Search,
    /// Spans that evidence points at.
    pub marks: &'a [Range<usize>],
    /// A byte to select and scroll to.
    pub go_to: Option<usize>,
}

impl TreeState {
    /// Opens or folds everything.
    pub(in crate::ui) fn fold_all(&mut self, rows: &JsonRows, open: bool) {
        self.set_folds(rows, Folds { open_depth: if open { u16::MAX } else { 1 }, ..Folds::default() });
    }

    /// The selected value as it stands in the text; a string without its quotes and escapes.
    pub(in crate::ui) fn selected_value(&self, text: &str, rows: &JsonRows) -> Option<String> {
        self.selected.map(|row| value_text(text, rows, row))
    }

    /// The selected value's path, for eyes.
    pub(in crate::ui) fn selected_label(&self) -> Option<&str> {
        self.selected.map(|_| if self.pointer.is_empty() { "the outermost value" } else { self.pointer.as_str() })
    }

    fn set_folds(&mut self, rows: &JsonRows, folds: Folds) {
        self.visible = rows.visible(&folds);
        self.folds = Some(folds);
    }

    fn toggle(&mut self, rows: &JsonRows, row: usize) {
        let mut folds = self.folds.take().unwrap_or_default();
        folds.toggle(row);
        self.set_folds(rows, folds);
    }

    fn select(&mut self, text: &str, rows: &JsonRows, row: usize) {
        self.selected = Some(row);
        self.pointer = rows.pointer(text, row);
    }

    fn is_open(&self, rows: &JsonRows, row: usize) -> bool {
        self.folds.as_ref().is_some_and(|folds| rows.is_open(folds, row))
    }

    fn position(&self, row: usize) -> usize {
        self.visible.partition_point(|visible| (*visible as usize) < row)
    }
}

fn value_text(text: &str, rows: &JsonRows, row: usize) -> String {
    let raw = text.get(rows.value(text, row)).unwrap_or("");
    if rows.kind(row) == JsonKind::String { serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned()) } else { raw.to_owned() }
}

pub(in crate::ui) fn show(ui: &mut Ui, own: &mut TreeState, tree: &Tree<'_>, out: &mut Vec<Command>) {
    if own.folds.is_none() {
        own.set_folds(tree.rows, tree.rows.first_folds());
    }
    if let Some(offset) = tree.go_to {
        let row = tree.rows.row_at(offset);
        let mut folds = own.folds.take().unwrap_or_default();
        tree.rows.reveal(&mut folds, row);
        own.set_folds(tree.rows, folds);
        own.select(tree.text, tree.rows, row);
        own.scroll_to = Some(row);
    }
    let whole = ui.available_rect_before_wrap();
    let id = ui.scope_id().with("tree");
    let response = ui.interact(whole, id, Sense::focusable_noninteractive());
    let name = match own.selected_label() {
        Some(path) => format!("Body as a tree, at {path}"),
        None => "Body as a tree".to_owned(),
    };
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Tree, true, &name));
    if response.has_focus() {
        let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        keys(ui, own, tree, out);
        let stroke = egui::Stroke::new(1.0, theme::tokens(ui).accent);
        ui.painter().rect_stroke(whole, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let scroll_to = own.scroll_to.take().map(|row| own.position(row));
    let mut acted = None;
    widgets::scroll(ui, "tree", |ui| {
        let width = ui.available_width();
        let visible = std::mem::take(&mut own.visible);
        paint::virtual_rows(ui, visible.len(), paint::row_height(ui).max(20.0), width, scroll_to, |ui, at, rect| {
            let row = visible[at] as usize;
            if let Some(act) = draw_row(ui, own, tree, row, rect, out) {
                acted = Some((row, act));
            }
        });
        own.visible = visible;
    });
    if let Some((row, act)) = acted {
        ui.memory_mut(|memory| memory.request_focus(id));
        own.select(tree.text, tree.rows, row);
        if act == Act::Toggle {
            own.toggle(tree.rows, row);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Select,
    Toggle,
}

fn draw_row(ui: &mut Ui, own: &TreeState, tree: &Tree<'_>, row: usize, rect: Rect, out: &mut Vec<Command>) -> Option<Act> {
    let tokens = theme::tokens(ui);
    // Sense::click would make a tab stop of every row; the tree is one, and arrows move in it.
    let response = ui.interact(rect, ui.scope_id().with("row"), Sense::CLICK);
    if own.selected == Some(row) {
        ui.painter().rect_filled(rect, 3, tokens.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 3, tokens.hovered);
    }
    let font = paint::mono(ui);
    let indent = tree.rows.depth(row).min(64) as f32 * INDENT;
    let is_container = tree.rows.kind(row).is_container() && tree.rows.children(row) > 0;
    let is_open = own.is_open(tree.rows, row);
    if is_container {
        let caret = if is_open { icons::CARET_DOWN } else { icons::CARET_RIGHT };
        let at = rect.left_center() + egui::vec2(indent + CARET / 2.0, 0.0);
        ui.painter().text(at, egui::Align2::CENTER_CENTER, caret, FontId::proportional(12.0), tokens.muted);
    }
    let job = row_job(tree, row, &font, tokens, rect.width() - indent - CARET);
    let words = job.text.clone();
    response.widget_info(|| WidgetInfo::selected(egui::Role::TreeItem, true, own.selected == Some(row), &words));
    let galley = ui.painter().layout_job(job);
    let is_cut = galley.elided;
    let at = egui::pos2(rect.left() + indent + CARET, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, tokens.text);
    response.context_menu(|ui| menu(ui, tree, row, out));
    let clicked_caret = response.clicked() && is_container && response.interact_pointer_pos().is_some_and(|pos| pos.x < at.x);
    let act = match () {
        () if clicked_caret || (is_container && response.double_clicked()) => Some(Act::Toggle),
        () if response.clicked() || response.secondary_clicked() => Some(Act::Select),
        () => None,
    };
    if is_cut {
        response.on_hover_ui(|ui| {
            let (value, more) = tree.rows.preview(tree.text, row, 2000);
            ui.label(egui::RichText::new(format!("{value}{}", if more { "…" } else { "" })).monospace());
        });
    }
    act
}

fn row_job(tree: &Tree<'_>, row: usize, font: &FontId, tokens: &Tokens, width: f32) -> LayoutJob {
    let (text, rows) = (tree.text, tree.rows);
    let mut job = LayoutJob { wrap: TextWrapping::truncate_at_width(width.max(20.0)), ..LayoutJob::default() };
    let plain = |job: &mut LayoutJob, words: &str, colour| job.append(words, 0.0, egui::TextFormat::simple(font.clone(), colour));
    let under_of = |span: &Range<usize>| backgrounds(span, tree.search, tree.marks, tokens);
    if let Some(key) = rows.key(text, row) {
        let key = key.start + 1..key.end.saturating_sub(1).max(key.start + 1);
        paint::append_marked(&mut job, text, key.clone(), font, tokens.json_key, &under_of(&key));
        plain(&mut job, ": ", tokens.muted);
    }
    let kind = rows.kind(row);
    let count = rows.children(row);
    match kind {
        JsonKind::Object => {
            plain(&mut job, &format!("{{ {count} {} }}", if count == 1 { "member" } else { "members" }), tokens.muted);
        }
        JsonKind::Array => plain(&mut job, &format!("[ {count} {} ]", if count == 1 { "item" } else { "items" }), tokens.muted),
        _ => {
            let colour = match kind {
                JsonKind::String => tokens.json_string,
                JsonKind::Number => tokens.json_number,
                _ => tokens.json_word,
            };
            let (value, more) = rows.preview(text, row, PREVIEW);
            let start = value.as_ptr() as usize - text.as_ptr() as usize;
            let span = start..start + value.len();
            paint::append_marked(&mut job, text, span.clone(), font, colour, &under_of(&span));
            if more {
                plain(&mut job, "…", tokens.muted);
            }
        }
    }
    job
}

fn menu(ui: &mut Ui, tree: &Tree<'_>, row: usize, out: &mut Vec<Command>) {
    if ui.button("Copy path").on_hover_text("Copies the value's JSON pointer").clicked() {
        out.push(Command::Copy(tree.rows.pointer(tree.text, row)));
        ui.close();
    }
    if ui.button("Copy value").on_hover_text("Copies the whole value").clicked() {
        out.push(Command::Copy(value_text(tree.text, tree.rows, row)));
        ui.close();
    }
}

fn keys(ui: &mut Ui, own: &mut TreeState, tree: &Tree<'_>, out: &mut Vec<Command>) {
    let rows = tree.rows;
    let Some(row) = own.selected else {
        own.select(tree.text, rows, 0);
        return;
    };
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let at = own.position(row);
    let open = rows.kind(row).is_container() && own.is_open(rows, row);
    let mut target = None;
    if pressed(Modifiers::NONE, Key::ArrowDown) {
        target = own.visible.get(at + 1).map(|row| *row as usize);
    } else if pressed(Modifiers::NONE, Key::ArrowUp) {
        target = at.checked_sub(1).and_then(|at| own.visible.get(at)).map(|row| *row as usize);
    } else if pressed(Modifiers::NONE, Key::Home) {
        target = Some(0);
    } else if pressed(Modifiers::NONE, Key::End) {
        target = own.visible.last().map(|row| *row as usize);
    } else if pressed(Modifiers::NONE, Key::ArrowRight) {
        if open {
            target = own.visible.get(at + 1).map(|row| *row as usize);
        } else if rows.kind(row).is_container() {
            own.toggle(rows, row);
        }
    } else if pressed(Modifiers::NONE, Key::ArrowLeft) {
        if open {
            own.toggle(rows, row);
        } else {
            target = rows.parent(row);
        }
    } else if rows.kind(row).is_container() && (pressed(Modifiers::NONE, Key::Space) || pressed(Modifiers::NONE, Key::Enter)) {
        own.toggle(rows, row);
    }
    if let Some(target) = target {
        own.select(tree.text, rows, target);
        own.scroll_to = Some(target);
    }
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::C) {
        out.push(Command::Copy(own.pointer.clone()));
    } else if ui.input(|input| input.events.contains(&egui::Event::Copy)) {
        out.push(Command::Copy(value_text(tree.text, rows, row)));
    }
}
