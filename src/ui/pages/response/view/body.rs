//! The answer's body: as a tree, set out, as it came, or as bytes. Made ready aside of the window's thread, however large it is.

use std::ops::Range;

use eframe::egui::{self, Key, Modifiers, RichText, Ui, WidgetInfo};
use poll_promise::Promise;

use crate::diagnosis::FactPlace;
use crate::model::Answer;
use crate::model::body_view::{BodyKind, BodyView, TextView};
use crate::model::json_rows;
use crate::ui::command::Command;
use crate::ui::pages::response::command::{BodyBytes, ResponseCommand};
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::view::search::Search;
use crate::ui::pages::response::view::text_pane::{Pane, Wrap};
use crate::ui::pages::response::view::tree::{Tree, TreeState};
use crate::ui::pages::response::view::{text_pane, tree};
use crate::ui::widgets::{exact_size_text, muted, size_text};
use crate::ui::{icons, privacy, theme, widgets};

/// Larger texts are saved to a file rather than put on the clipboard.
const COPIED: usize = 5_000_000;

/// What the page remembers.
#[derive(Default)]
pub(in crate::ui) struct BodyState {
    prepared: Option<Promise<BodyView>>,
    pretty: Option<Promise<TextView>>,
    mode: Mode,
    tree: TreeState,
    search: Search,
    wrap: Wrap,
    /// Whether long lines go on past the panel's edge.
    keeps_lines: bool,
    /// A span of the answer's text to be shown.
    go_to: Option<Range<usize>>,
    /// Which part of a body that is too large for memory is shown.
    part: u64,
}

/// How JSON is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Tree,
    Pretty,
    Raw,
}

impl BodyState {
    /// Shows another part of a body that is too large for memory.
    fn turn_to(&mut self, part: u64) {
        if self.part != part {
            self.part = part;
            self.forget();
        }
    }

    /// Reads the body anew: more or less of it is to be hidden.
    pub(in crate::ui) fn forget(&mut self) {
        self.prepared = None;
        self.pretty = None;
        self.tree = TreeState::default();
        self.wrap = Wrap::default();
        self.search.again();
    }

    /// Shows a span of the answer's text at the next frame.
    pub(in crate::ui) fn go_to(&mut self, span: Range<usize>) {
        self.turn_to(0);
        self.go_to = Some(span);
        if self.mode == Mode::Pretty {
            // Spans are those of the text as it came.
            self.mode = Mode::Tree;
        }
    }
}

pub(in crate::ui) fn show(ui: &mut Ui, own: &mut BodyState, view: &Shown<'_>, out: &mut Vec<Command>) {
    let Some(answer) = view.exchange.and_then(|exchange| exchange.answer()) else {
        ui.label(muted(ui, "No response yet"));
        return;
    };
    parts(ui, own, answer);
    let prepared = own.prepared.take().unwrap_or_else(|| prepare(ui, answer, own.part, view));
    match prepared.ready() {
        Some(body) => ready(ui, own, body, answer, view, out),
        None => {
            ui.label(muted(ui, format!("Reading {}", size_text(answer.body.len() as u64))));
        }
    }
    own.prepared = Some(prepared);
}

/// The way through a body that is too large for memory.
fn parts(ui: &mut Ui, own: &mut BodyState, answer: &Answer) {
    let Some(whole) = &answer.whole else { return };
    let (size, length) = (whole.0.size(), answer.body.len().max(1) as u64);
    let count = size.div_ceil(length);
    ui.horizontal_wrapped(|ui| {
        ui.label(format!("Part {} of {count}", own.part + 1)).on_hover_text(format!("The body has {}", exact_size_text(size)));
        ui.label(muted(ui, format!("{} in all, shown from its file", size_text(size))));
        let before =
            widgets::icon_button_enabled(ui, own.part > 0, icons::CARET_LEFT, "Part before", "Shows the part before this one");
        let after = widgets::icon_button_enabled(
            ui,
            own.part + 1 < count,
            icons::CARET_RIGHT,
            "Next part",
            "Shows the part after this one",
        );
        if before.clicked() {
            own.turn_to(own.part - 1);
        }
        if after.clicked() {
            own.turn_to(own.part + 1);
        }
    });
}

fn prepare(ui: &Ui, answer: &Answer, part: u64, view: &Shown<'_>) -> Promise<BodyView> {
    let (ctx, mut answer, secrets) = (ui.ctx().clone(), answer.clone(), view.secrets());
    let hides = privacy::is_sharing(ui);
    Promise::spawn_thread("body", move || {
        if let (Some(whole), 1..) = (&answer.whole, part) {
            let length = answer.body.len();
            match whole.piece(part * length as u64, length) {
                Ok(piece) => answer.body = piece.into(),
                Err(error) => answer.body = format!("This part cannot be read from its file: {error}").into(),
            }
        }
        let body = BodyView::new_with(&answer, &secrets, hides);
        ctx.request_repaint();
        body
    })
}

fn ready(ui: &mut Ui, own: &mut BodyState, body: &BodyView, answer: &Answer, view: &Shown<'_>, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    for trouble in answer.body_trouble.iter().chain(&body.trouble) {
        widgets::callout(ui, tokens.warning_surface, icons::WARNING, tokens.warning, "Warning", |ui| {
            ui.label(trouble);
        });
    }
    if body.kind == BodyKind::Empty {
        ui.label(muted(ui, "The response has no body"));
        return;
    }
    shortcuts(ui, own, body);
    toolbar(ui, own, body, answer, out);
    let marks: Vec<Range<usize>> = view
        .causes
        .iter()
        .flat_map(|cause| &cause.evidence)
        .filter_map(|fact| if let Some(FactPlace::AnswerBody(span)) = &fact.place { Some(body.span(span)) } else { None })
        .collect();
    let go_to = own.go_to.take().map(|span| body.span(&span).start);
    let frame = egui::Frame::new().fill(tokens.code_surface).corner_radius(theme::RADIUS).inner_margin(6);
    frame.show(ui, |ui| match (&body.json, own.mode) {
        _ if body.kind == BodyKind::Binary && privacy::is_sharing(ui) => {
            widgets::why_hidden(ui, "Bytes are not shown while the screen is shared: an address in them could not be hidden");
        }
        _ if body.kind == BodyKind::Binary => text_pane::show_hex(ui, &body.bytes),
        (Some(rows), Mode::Tree) => {
            own.search.update(ui.ctx(), &body.raw.text, 0);
            let go_to = own.search.take_jump().map(|hit| hit.start).or(go_to);
            let tree = Tree { text: &body.raw.text, rows, search: &own.search, marks: &marks, go_to };
            tree::show(ui, &mut own.tree, &tree, out);
        }
        (Some(_), Mode::Pretty) => pretty(ui, own, body),
        _ => {
            own.search.update(ui.ctx(), &body.raw.text, 0);
            let go_to = own.search.take_jump().map(|hit| hit.start).or(go_to);
            let pane = Pane {
                view: &body.raw,
                number: 0,
                wraps: !own.keeps_lines,
                is_json: false,
                search: &own.search,
                marks: &marks,
                go_to,
            };
            text_pane::show(ui, &mut own.wrap, &pane);
        }
    });
}

fn pretty(ui: &mut Ui, own: &mut BodyState, body: &BodyView) {
    let promise = own.pretty.take().unwrap_or_else(|| {
        let (ctx, text) = (ui.ctx().clone(), body.raw.text.clone());
        Promise::spawn_thread("pretty", move || {
            let view = TextView::new(json_rows::pretty(&text));
            ctx.request_repaint();
            view
        })
    });
    match promise.ready() {
        Some(view) => {
            own.search.update(ui.ctx(), &view.text, 1);
            let go_to = own.search.take_jump().map(|hit| hit.start);
            let pane = Pane { view, number: 1, wraps: !own.keeps_lines, is_json: true, search: &own.search, marks: &[], go_to };
            text_pane::show(ui, &mut own.wrap, &pane);
        }
        None => {
            ui.label(muted(ui, "Formatting the text"));
        }
    }
    own.pretty = Some(promise);
}

/// Ctrl+F belongs to the body when the pointer or the keyboard is in this panel, or the keyboard nowhere.
fn shortcuts(ui: &mut Ui, own: &mut BodyState, body: &BodyView) {
    let panel = ui.max_rect();
    let focused = ui.memory(egui::Memory::focused);
    let focus_here = focused.is_none_or(|id| ui.ctx().read_response(id).is_none_or(|response| panel.intersects(response.rect)));
    if body.kind != BodyKind::Binary
        && (focus_here || ui.rect_contains_pointer(panel))
        && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::F))
    {
        own.search.focus();
    }
}

fn toolbar(ui: &mut Ui, own: &mut BodyState, body: &BodyView, answer: &Answer, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        if body.json.is_some() {
            modes(ui, own);
        } else {
            let size = answer.body.len() as u64;
            ui.label(muted(ui, format!("{}, {}", body.kind.label(), size_text(size)))).on_hover_text(exact_size_text(size));
        }
        if body.kind != BodyKind::Binary {
            own.search.show(ui);
        }
        if body.kind != BodyKind::Binary && (body.json.is_none() || own.mode != Mode::Tree) {
            wrap_switch(ui, own, body);
        }
        let whole = if own.mode == Mode::Pretty {
            own.pretty.as_ref().and_then(|view| view.ready()).unwrap_or(&body.raw)
        } else {
            &body.raw
        };
        if body.kind != BodyKind::Binary {
            let fits = whole.text.len() <= COPIED;
            let says =
                if fits { "Copies the text, with the API key masked" } else { "Too large for the clipboard; save it instead" };
            if widgets::icon_button_enabled(ui, fits, icons::COPY, "Copy the body", says).clicked() {
                out.push(Command::Copy(whole.text.to_string()));
            }
        }
        let says = "Saves the decoded body to a file. Secrets in it are not hidden";
        if widgets::icon_button(ui, icons::DOWNLOAD_SIMPLE, "Save the body…", says).clicked() {
            let file_name = file_name(answer, body.kind);
            out.push(Command::Response(ResponseCommand::PickBodyPlace {
                file_name,
                body: BodyBytes { bytes: answer.body.clone(), whole: answer.whole.clone() },
            }));
        }
        if let (Some(rows), Mode::Tree) = (&body.json, own.mode) {
            tree_tools(ui, &mut own.tree, body, rows, out);
        }
    });
}

/// A large text is laid out once, and not anew for each width.
fn wrap_switch(ui: &mut Ui, own: &mut BodyState, body: &BodyView) {
    let can = body.raw.text.len() <= text_pane::REWRAPPED;
    let mut wraps = can && !own.keeps_lines;
    let switch = ui.add_enabled(can, egui::Checkbox::new(&mut wraps, "Wrap"));
    let cannot = format!("Texts over {} are not wrapped", size_text(text_pane::REWRAPPED as u64));
    if switch.on_hover_text("Breaks long lines at the edge of the panel").on_disabled_hover_text(cannot).changed() {
        own.keeps_lines = !wraps;
    }
}

fn modes(ui: &mut Ui, own: &mut BodyState) {
    ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
    for (mode, label, says) in [
        (Mode::Tree, "Tree", "Values that can be folded"),
        (Mode::Pretty, "Pretty", "The same JSON with one value per line"),
        (Mode::Raw, "Raw", "The unchanged text"),
    ] {
        let response = ui.selectable_label(own.mode == mode, label);
        response.widget_info(|| WidgetInfo::selected(egui::Role::RadioButton, true, own.mode == mode, label));
        if response.on_hover_text(says).clicked() {
            own.mode = mode;
        }
    }
}

fn tree_tools(ui: &mut Ui, own: &mut TreeState, body: &BodyView, rows: &json_rows::JsonRows, out: &mut Vec<Command>) {
    if widgets::icon_button(ui, icons::ARROWS_OUT_LINE_VERTICAL, "Expand all", "Shows every value").clicked() {
        own.fold_all(rows, true);
    }
    if widgets::icon_button(ui, icons::ARROWS_IN_LINE_VERTICAL, "Collapse all", "Shows the outermost values alone").clicked() {
        own.fold_all(rows, false);
    }
    let Some(value) = own.selected_label() else {
        let count = rows.len();
        ui.label(muted(ui, format!("{count} {}", if count == 1 { "value" } else { "values" })).small());
        return;
    };
    if widgets::small_button(ui, "Copy path", "Copies the selected value's JSON pointer (Ctrl+Shift+C in the tree)").clicked() {
        out.push(Command::Copy(own.pointer.clone()));
    }
    if widgets::small_button(ui, "Copy value", "Copies the whole selected value (Ctrl+C in the tree)").clicked()
        && let Some(value) = own.selected_value(&body.raw.text, rows)
    {
        out.push(Command::Copy(value));
    }
    ui.add(egui::Label::new(RichText::new(value).monospace().small().color(theme::tokens(ui).muted)).truncate());
}

/// The name that is proposed for a body: its status and what it is.
fn file_name(answer: &Answer, kind: BodyKind) -> String {
    let content_type = answer.header("content-type").unwrap_or("");
    let essence = content_type.split(';').next().unwrap_or("").trim();
    let extension = match kind {
        BodyKind::Json => "json",
        BodyKind::Html => "html",
        BodyKind::Text | BodyKind::Empty => "txt",
        BodyKind::Binary => mime_guess::get_mime_extensions_str(essence).and_then(|all| all.first()).copied().unwrap_or("bin"),
    };
    format!("response-{}.{extension}", answer.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_table() {
        for (content_type, kind, expected) in [
            ("application/json", BodyKind::Json, "response-404.json"),
            ("text/html; charset=utf-8", BodyKind::Html, "response-404.html"),
            ("", BodyKind::Binary, "response-404.bin"),
            ("application/zip", BodyKind::Binary, "response-404.zip"),
        ] {
            let answer = Answer { status: 404, headers: vec![("Content-Type".into(), content_type.into())], ..Answer::default() };
            assert_eq!(file_name(&answer, kind), expected);
        }
    }
}
