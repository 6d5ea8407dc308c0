//! The history's page: every exchange that was made, found, opened, compared and sent again.

mod compared;
mod filters;
mod list;
mod opened;

use std::collections::{BTreeSet, HashMap, HashSet};

use eframe::egui::{self, Panel, RichText, Ui};

use crate::jobs::{JobId, Jobs};
use crate::model::compare::Comparison;
use crate::model::history::{Filter, Row};

use super::command::{Command, ExportSource, HistoryCommand};
use super::question::{Answer, Question};
use super::state::{DeliveryView, State, View};
use super::{export_menu, icons, theme, widgets};
pub use filters::Since;

/// What the page shows.
#[derive(Default)]
pub struct HistoryPage {
    /// Which exchanges are listed.
    pub filter: Filter,
    /// From when on, in the words of the pick list.
    pub since: Since,
    /// The numbers of those that are listed, newest first.
    pub ids: Vec<i64>,
    /// Whether these are all.
    pub complete: bool,
    /// Lines that were read.
    pub rows: HashMap<i64, Row>,
    /// Lines that are being read.
    pub asked: HashSet<i64>,
    /// The job whose list is waited for.
    pub listing: Option<JobId>,
    /// Whether the next lines belong to a new list.
    pub stale: bool,
    /// The history's revision that was listed.
    pub revision: u64,
    /// The line at the top, and how far it is scrolled out.
    pub first: f64,
    /// The line that the keyboard is on.
    pub cursor: Option<i64>,
    /// Lines that are marked, for what is done with several.
    pub marked: BTreeSet<i64>,
    /// Profiles that occur: their names on disk, and their names.
    pub profiles: Vec<(String, String)>,
    /// The job whose exchange or comparison is waited for.
    pub opening: Option<JobId>,
    /// What stands beside the list.
    pub beside: Beside,
    /// What the user is asked whether to delete.
    pub asks_delete: Option<Vec<i64>>,
    /// Why nothing can be shown.
    pub trouble: Option<String>,
}

/// What stands beside the list.
#[derive(Default)]
pub enum Beside {
    /// Nothing.
    #[default]
    Nothing,
    /// An exchange as it was.
    Opened(Box<Opened>),
    /// Two exchanges, older first, and where they differ.
    Compared(Box<(Row, Row, Comparison)>),
}

/// An exchange as it was.
pub struct Opened {
    /// Its line.
    pub row: Row,
    /// What the response panel draws.
    pub view: DeliveryView,
    /// The note as it is being typed.
    pub note: String,
    /// The tags as they are being typed.
    pub tags: String,
    /// What is to be known of it, such as secrets that nobody knows any more.
    pub remarks: Vec<String>,
    /// Why it cannot be sent again, if so.
    pub not_again: Option<String>,
    /// Whether its profile is still there.
    pub has_profile: bool,
}

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    title(ui, state, out);
    if let Some(trouble) = &state.history.trouble {
        let tokens = theme::tokens(ui);
        widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
            ui.label(trouble);
        });
    }
    filters::show(ui, &mut state.history, state.now, out);
    actions(ui, &mut state.history, out);
    let width = ui.available_width();
    if !matches!(state.history.beside, Beside::Nothing) {
        let frame = egui::Frame::new().inner_margin(8);
        let space = ui.available_size();
        if width >= theme::NARROW {
            let panel = Panel::right("history-beside").frame(frame).default_size(space.x * 0.55);
            panel.size_range(320.0..=(space.x - 260.0).max(330.0)).show(ui, |ui| beside(ui, state, jobs, out));
        } else {
            let panel = Panel::bottom("history-below").frame(frame).resizable(true).default_size(space.y * 0.6);
            panel.size_range(140.0..=(space.y - 80.0).max(150.0)).show(ui, |ui| beside(ui, state, jobs, out));
        }
    }
    list::show(ui, &mut state.history, state.now, out);
}

fn title(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back", "Goes back to the form").clicked() {
            out.push(Command::Show(View::Compose));
        }
        ui.label(RichText::new("History").text_style(theme::heading()));
        let page = &state.history;
        let count = page.ids.len();
        let noun = if count == 1 { "exchange" } else { "exchanges" };
        let text = if page.complete { format!("{} {noun}", grouped(count)) } else { "Counting…".to_owned() };
        ui.label(widgets::muted(ui, text));
    });
}

/// A number with its thousands apart.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What can be done with the marked lines.
fn actions(ui: &mut Ui, page: &mut HistoryPage, out: &mut Vec<Command>) {
    if let Some(ids) = &page.asks_delete {
        let what = if ids.len() == 1 { "this exchange".to_owned() } else { format!("these {} exchanges", ids.len()) };
        let question = Question {
            text: &format!("Delete {what} for good? They are wiped from the disk, and there is no way back"),
            yes: "Delete for good",
            yes_says: "Wipes them from the history, pinned ones too",
            no: "Keep",
            no_says: "Leaves everything as it is",
        };
        out.extend(question.ask(ui).map(|answer| match answer {
            Answer::Yes => Command::History(HistoryCommand::Delete(ids.clone())),
            Answer::No => Command::History(HistoryCommand::KeepThem),
        }));
    }
    if page.marked.len() < 2 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let ids: Vec<i64> = page.marked.iter().copied().collect();
        ui.label(format!("{} marked", ids.len()));
        if let [one, other] = ids[..]
            && widgets::small_button(ui, "Compare", "Shows where the two differ: request, response and times").clicked()
        {
            out.push(Command::History(HistoryCommand::Compare(one, other)));
        }
        if widgets::small_button(ui, "Pin", "Keeps them whatever the limits in the settings say").clicked() {
            out.push(Command::History(HistoryCommand::Pin(ids.clone(), true)));
        }
        if widgets::small_button(ui, "Unpin", "Lets the limits in the settings drop them").clicked() {
            out.push(Command::History(HistoryCommand::Pin(ids.clone(), false)));
        }
        export_menu::show(ui, &ExportSource::History(ids.clone()), true, out);
        if widgets::small_button(ui, "Delete…", "Asks, and then wipes them from the disk").clicked() {
            out.push(Command::History(HistoryCommand::AskDelete(ids)));
        }
        if widgets::small_button(ui, "Unmark", "Takes the marks off").clicked() {
            page.marked.clear();
        }
    });
}

fn beside(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    match &mut state.history.beside {
        Beside::Nothing => {}
        Beside::Opened(opened) => opened::show(ui, opened, jobs, out),
        Beside::Compared(compared) => compared::show(ui, compared, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (count, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(count), expected);
        }
    }
}
