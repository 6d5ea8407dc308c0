//! How groups of settings are laid out, and which of them fit a search.

use eframe::egui::{Id, RichText, Ui};

use crate::ui::{theme, widgets};

/// How wide the names are there, in points.
const NAMES: f32 = 210.0;

/// The settings that fit what is looked for. The head of a group is drawn above the first of its settings.
pub(super) struct Found {
    words: Vec<String>,
    /// The group, and what it is about.
    group: (&'static str, &'static str),
    is_headed: bool,
    count: usize,
}

impl Found {
    /// All settings that have these words.
    pub(super) fn new(search: &str) -> Self {
        let words = search.to_lowercase().split_whitespace().map(str::to_owned).collect();
        Self { words, group: ("", ""), is_headed: false, count: 0 }
    }

    /// The group that follows.
    pub(super) fn group(&mut self, title: &'static str, about: &'static str) {
        (self.group, self.is_headed) = ((title, about), false);
    }

    /// Whether no setting fits.
    pub(super) fn is_nothing(&self) -> bool {
        self.count == 0
    }

    /// Whether a setting is drawn.
    fn fits(&self, name: &str, says: &str) -> bool {
        let text = format!("{} {} {name} {says}", self.group.0, self.group.1).to_lowercase();
        self.words.iter().all(|word| text.contains(word.as_str()))
    }

    /// A setting with what it does below it.
    pub(super) fn setting(&mut self, ui: &mut Ui, name: &str, says: &str, add: impl FnOnce(&mut Ui, Id)) {
        if !self.fits(name, says) {
            return;
        }
        self.count += 1;
        if !std::mem::replace(&mut self.is_headed, true) {
            let (title, about) = self.group;
            ui.add_space(theme::SPACE_LARGE);
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(title).family(theme::strong()));
                ui.label(widgets::muted(ui, about).small());
            });
            ui.separator();
        }
        widgets::named_row(ui, NAMES, name, says, add);
    }
}
