//! Searching a body: what is sought, where it stands, and which occurrence is looked at.

use std::ops::Range;

use bytestring::ByteString;
use eframe::egui::{self, Context, Key, Modifiers, TextEdit, Ui};
use poll_promise::Promise;

use crate::model::text_rows;
use crate::ui::key_names::with_keys;
use crate::ui::{icons, widgets};

/// More occurrences than anybody goes through.
const LIMIT: usize = 10_000;
/// Texts up to this length are searched at once; longer ones aside of the window's thread.
const AT_ONCE: usize = 256 * 1024;

/// A search in one text.
#[derive(Default)]
pub(in crate::ui) struct Search {
    pub query: String,
    /// What `hits` answers: the text's number and the query.
    asked: Option<(u8, String)>,
    pending: Option<Promise<Vec<Range<usize>>>>,
    pub hits: Vec<Range<usize>>,
    pub current: usize,
    /// Whether the current occurrence is to be scrolled to.
    jumps: bool,
    wants_focus: bool,
}

impl Search {
    /// Puts the cursor into the search field at the next frame.
    pub(in crate::ui) fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Forgets what was found: the text is another one.
    pub(in crate::ui) fn again(&mut self) {
        self.asked = None;
        self.pending = None;
        self.hits.clear();
    }

    /// Looks again where the query or the text has changed. `number` tells the texts of one body apart.
    pub(in crate::ui) fn update(&mut self, ctx: &Context, text: &ByteString, number: u8) {
        let is_asked = self.asked.as_ref().is_some_and(|(asked, query)| *asked == number && *query == self.query);
        if !is_asked {
            self.asked = Some((number, self.query.clone()));
            self.hits.clear();
            self.current = 0;
            self.pending = None;
            if text.len() <= AT_ONCE || self.query.is_empty() {
                self.hits = text_rows::find(text, &self.query, LIMIT);
                self.jumps = !self.hits.is_empty();
            } else {
                let (text, query, ctx) = (text.clone(), self.query.clone(), ctx.clone());
                self.pending = Some(Promise::spawn_thread("search", move || {
                    let found = text_rows::find(&text, &query, LIMIT);
                    ctx.request_repaint();
                    found
                }));
            }
        }
        if let Some(pending) = self.pending.take() {
            match pending.try_take() {
                Ok(hits) => {
                    self.hits = hits;
                    self.jumps = !self.hits.is_empty();
                }
                Err(pending) => self.pending = Some(pending),
            }
        }
    }

    /// The occurrence to scroll to, once after each move.
    pub(in crate::ui) fn take_jump(&mut self) -> Option<Range<usize>> {
        if std::mem::take(&mut self.jumps) { self.hits.get(self.current).cloned() } else { None }
    }

    /// The occurrences that overlap a span, and whether each is the current one.
    pub(in crate::ui) fn within(&self, span: &Range<usize>) -> impl Iterator<Item = (Range<usize>, bool)> {
        let first = self.hits.partition_point(|hit| hit.end <= span.start);
        let end = span.end;
        let inside = self.hits.iter().enumerate().skip(first).take_while(move |(_, hit)| hit.start < end);
        inside.map(|(index, hit)| (hit.clone(), index == self.current))
    }

    fn step(&mut self, forwards: bool) {
        let count = self.hits.len();
        if count > 0 {
            self.current = if forwards { (self.current + 1) % count } else { (self.current + count - 1) % count };
            self.jumps = true;
        }
    }

    /// How many there are, in words.
    fn count_text(&self) -> String {
        match self.hits.len() {
            _ if self.query.is_empty() => String::new(),
            _ if self.pending.is_some() => "searching".into(),
            0 => "not found".into(),
            LIMIT => format!("{} of {LIMIT} or more", self.current + 1),
            count => format!("{} of {count}", self.current + 1),
        }
    }

    /// The search field, the count, and the buttons.
    pub(in crate::ui) fn show(&mut self, ui: &mut Ui) {
        let field = TextEdit::singleline(&mut self.query).id_salt("search").hint_text("Search the body").desired_width(130.0);
        let field = ui.add(field);
        let hint = "Search the body";
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SearchInput, true, hint));
        if std::mem::take(&mut self.wants_focus) {
            field.request_focus();
        }
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if field.lost_focus() {
            if ui.input(|input| input.key_pressed(Key::Escape)) {
                self.query.clear();
            }
            let back = pressed(Modifiers::SHIFT, Key::Enter);
            if back || pressed(Modifiers::NONE, Key::Enter) {
                self.step(!back);
                field.request_focus();
            }
        }
        let says = "Searches the body, ignoring case (Ctrl+F). Enter: next, Shift+Enter: previous, Escape: close";
        field.on_hover_text(with_keys(says));
        if self.query.is_empty() {
            return;
        }
        ui.label(widgets::muted(ui, self.count_text()));
        let any = !self.hits.is_empty();
        if widgets::icon_button_enabled(ui, any, icons::ARROW_UP, "Previous occurrence", "Shift+Enter in the search field")
            .clicked()
        {
            self.step(false);
        }
        if widgets::icon_button_enabled(ui, any, icons::ARROW_DOWN, "Next occurrence", "Enter in the search field").clicked() {
            self.step(true);
        }
    }
}
