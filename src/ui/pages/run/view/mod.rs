//! The run page: the suite at the top, its switches, and below what would be sent or what came of it.

mod chart;
mod detail;
mod grid;
mod head;
mod preview;
mod table;

use eframe::egui::{self, Frame, Margin, Panel, Ui};

use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::pages::run::command::RunCommand;
use crate::ui::pages::run::state::{RunPage, Tab};
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::{theme, widgets};

/// Below this width in points, details stand under the list.
const NARROW: f32 = 720.0;

/// What the page's button says.
pub(in crate::ui) fn label(state: &State) -> &'static str {
    if state.run.running.is_some() { "Runs (under way)" } else { "Runs" }
}

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    page_head(ui, "Runs", "", out, |_| {});
    let page = &mut state.run;
    question(ui, page, out);
    head::source(ui, page, out);
    head::state(ui, page, out);
    if page.prepared.is_none() {
        return;
    }
    ui.add_space(theme::SPACE_SMALL);
    tabs(ui, page);
    ui.separator();
    match page.tab {
        Tab::Preview => preview::show(ui, page),
        Tab::Chart => chart::show(ui, page),
        Tab::Changes => changes(ui, page, out),
        Tab::Rows | Tab::Grid => with_details(ui, page, out),
    }
}

fn question(ui: &Ui, page: &RunPage, out: &mut Vec<Command>) {
    let Some((text, _)) = &page.question else { return };
    let question = Question {
        text,
        yes: "Start the run",
        yes_says: "Creates these tickets from now on. You can stop it at any time",
        no: "Do not start",
        no_says: "Nothing is sent",
    };
    out.extend(question.ask(ui).map(|answer| {
        Command::Run(match answer {
            Answer::Yes => RunCommand::Agree,
            Answer::No => RunCommand::Decline,
        })
    }));
}

fn tabs(ui: &mut Ui, page: &mut RunPage) {
    let is_matrix = page.prepared.as_ref().is_some_and(|prepared| prepared.job.plan.suite.matrix.is_some());
    let changes = if page.earlier.is_some() && page.result.is_some() {
        format!("Changes {}", page.changes.len())
    } else {
        "Changes".to_owned()
    };
    let all = [
        (Tab::Preview, "Preview", "The data mapping and what the first rows send"),
        (Tab::Rows, "Rows", "One line for each row, with its progress and its result"),
        (Tab::Grid, "Grid", "One line for each file, one column for each file element"),
        (Tab::Chart, "Chart", "How long requests take, and how many come back each second"),
        (Tab::Changes, changes.as_str(), "What differs from an earlier run of this suite"),
    ];
    ui.horizontal_wrapped(|ui| {
        for (tab, label, says) in all {
            if (tab != Tab::Grid || is_matrix) && widgets::tab(ui, page.tab == tab, label, says).clicked() {
                page.tab = tab;
            }
        }
    });
}

/// The rows, and beside them what is known of the one that is open.
fn with_details(ui: &mut Ui, page: &mut RunPage, out: &mut Vec<Command>) {
    let space = ui.available_size();
    if page.open.is_some_and(|at| at < page.rows().len()) {
        let frame = Frame::new().fill(theme::tokens(ui).surface).inner_margin(Margin::same(8));
        if space.x >= NARROW {
            Panel::right("run-detail")
                .frame(frame)
                .default_size(space.x * 0.42)
                .size_range(260.0..=(space.x - 280.0).max(270.0))
                .show(ui, |ui| widgets::contained(ui, "run-detail", |ui| detail::show(ui, page, out)));
        } else {
            Panel::bottom("run-detail-below")
                .frame(frame)
                .resizable(true)
                .default_size(space.y * 0.5)
                .size_range(80.0..=(space.y - 80.0).max(90.0))
                .show(ui, |ui| widgets::contained(ui, "run-detail", |ui| detail::show(ui, page, out)));
        }
    }
    let list = |ui: &mut Ui| match page.tab {
        Tab::Grid => grid::show(ui, page),
        _ => table::show(ui, page),
    };
    egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| widgets::contained(ui, "run-list", list));
}

fn changes(ui: &mut Ui, page: &RunPage, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        if let Some(earlier) = &page.earlier {
            let when = widgets::exact_time_text(earlier.started_at);
            ui.label(widgets::muted(ui, format!("Compared with the run of {when}")));
        }
        let says = "Opens the JSON report of an earlier run of this suite";
        if widgets::small_button(ui, "Compare with a report…", says).clicked() {
            out.push(Command::Run(RunCommand::PickEarlier));
        }
    });
    let text = match (&page.earlier, &page.result) {
        (None, _) => "There is no earlier run yet. The next run is compared with this one.",
        (_, None) => "Run the suite to see what changed.",
        (Some(_), Some(_)) if page.changes.is_empty() => "Nothing changed: every row ended as it did before.",
        (Some(_), Some(_)) => "",
    };
    if !text.is_empty() {
        ui.label(widgets::muted(ui, text));
        return;
    }
    widgets::scroll(ui, "run-changes", |ui| {
        for change in &page.changes {
            ui.label(change);
        }
    });
}
