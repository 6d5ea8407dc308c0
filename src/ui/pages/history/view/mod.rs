//! The history's page: every exchange that was made, found, opened, compared and sent again.

mod compared;
mod filters;
pub(in crate::ui) mod list;
mod opened;

use eframe::egui::{self, Panel, Ui};

use crate::jobs::Jobs;
use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::pages::export::command::ExportSource;
use crate::ui::pages::export::view as export_menu;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::history::state::{DetailPane, HistoryPage};
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    title(ui, state, out);
    if let Some(trouble) = &state.history.trouble {
        let tokens = theme::tokens(ui);
        widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
            ui.label(trouble);
        });
    }
    let width = ui.available_width();
    let has_detail = !matches!(state.history.detail, DetailPane::Nothing);
    if has_detail && width < theme::NARROW && ui.available_height() < theme::LOW {
        // List and details have the room in turn.
        ask_to_delete(ui, &state.history, out);
        return detail(ui, state, jobs, out);
    }
    filters::show(ui, &mut state.history, state.now, out);
    actions(ui, &mut state.history, out);
    if has_detail {
        let frame = egui::Frame::new().inner_margin(8);
        let space = ui.available_size();
        if width >= theme::NARROW {
            let panel = Panel::right("history-beside").frame(frame).default_size(space.x * 0.55);
            panel.size_range(320.0..=(space.x - 260.0).max(330.0)).show(ui, |ui| detail(ui, state, jobs, out));
        } else {
            let panel = Panel::bottom("history-below").frame(frame).resizable(true).default_size(space.y * 0.6);
            panel.size_range(140.0..=(space.y - 80.0).max(150.0)).show(ui, |ui| detail(ui, state, jobs, out));
        }
    }
    list::show(ui, &mut state.history, state.now, out);
}

fn title(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    page_head(ui, "History", "", out, |ui| {
        let page = &state.history;
        let count = page.ids.len();
        let noun = if count == 1 { "exchange" } else { "exchanges" };
        let text = match (page.complete, &page.trouble) {
            (true, _) => format!("{} {noun}", grouped(count)),
            (false, Some(_)) => return,
            (false, None) => "Counting…".to_owned(),
        };
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

fn ask_to_delete(ui: &Ui, page: &HistoryPage, out: &mut Vec<Command>) {
    if let Some(ids) = &page.asks_delete {
        let what = if ids.len() == 1 { "this exchange".to_owned() } else { format!("these {} exchanges", ids.len()) };
        let question = Question {
            text: &format!("Delete {what} for good? They are wiped from the disk. This cannot be undone"),
            yes: "Delete for good",
            yes_says: "Wipes them from the history, including pinned ones",
            no: "Keep",
            no_says: "Changes nothing",
        };
        out.extend(question.ask(ui).map(|answer| match answer {
            Answer::Yes => Command::History(HistoryCommand::Delete(ids.clone())),
            Answer::No => Command::History(HistoryCommand::KeepThem),
        }));
    }
}

/// What can be done with the marked lines.
fn actions(ui: &mut Ui, page: &mut HistoryPage, out: &mut Vec<Command>) {
    ask_to_delete(ui, page, out);
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
        if widgets::small_button(ui, "Pin", "Keeps them regardless of the limits in the settings").clicked() {
            out.push(Command::History(HistoryCommand::Pin(ids.clone(), true)));
        }
        if widgets::small_button(ui, "Unpin", "Allows the limits in the settings to remove them").clicked() {
            out.push(Command::History(HistoryCommand::Pin(ids.clone(), false)));
        }
        export_menu::show(ui, &ExportSource::History(ids.clone()), true, out);
        if widgets::small_button(ui, "Delete…", "Asks first, then wipes them from the disk").clicked() {
            out.push(Command::History(HistoryCommand::AskDelete(ids)));
        }
        if widgets::small_button(ui, "Unmark", "Removes the marks").clicked() {
            page.marked.clear();
        }
    });
}

fn detail(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    match &mut state.history.detail {
        DetailPane::Nothing => {}
        DetailPane::Opened(opened) => opened::show(ui, opened, jobs, out),
        DetailPane::Compared(compared) => compared::show(ui, compared, out),
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
