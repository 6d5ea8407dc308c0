//! Which suite, what it would do, and its switches.

use std::time::Duration;

use eframe::egui::{ProgressBar, Response, TextEdit, Ui, WidgetInfo};

use crate::jobs::PreparedRun;
use crate::runner::job::CutOff;
use crate::runner::report::ReportKind;
use crate::ui::command::Command;
use crate::ui::pages::run::command::{RunCommand, Start};
use crate::ui::pages::run::state::{RunPage, Running};
use crate::ui::{icons, theme, widgets};

/// Problems that are shown before they are scrolled to.
const PROBLEM_HEIGHT: f32 = 120.0;

/// Below this width each path has a row of its own, in points.
const NARROW: f32 = 760.0;
/// What stands beside the suite's path in such a row, in points: its label and a button.
const BESIDE_SUITE: f32 = 110.0;
/// What stands beside the path of the data, in points: its label and two buttons.
const BESIDE_DATA: f32 = 220.0;
/// What stands beside both in one row, in points.
const BESIDE_BOTH: f32 = 330.0;

/// The suite and its data.
pub(super) fn source(ui: &mut Ui, page: &mut RunPage, out: &mut Vec<Command>) {
    let room = ui.available_width();
    if room < NARROW {
        let suite = ui.horizontal(|ui| suite(ui, page, room - BESIDE_SUITE, out)).inner;
        ui.horizontal(|ui| data(ui, page, room - BESIDE_DATA, &suite, out));
    } else {
        let width = (room - BESIDE_BOTH).min(900.0) / 2.0;
        ui.horizontal(|ui| {
            let suite = suite(ui, page, width, out);
            data(ui, page, width, &suite, out);
        });
    }
}

/// The suite's path.
fn suite(ui: &mut Ui, page: &mut RunPage, width: f32, out: &mut Vec<Command>) -> Response {
    let is_free = page.running.is_none();
    let label = ui.label("Suite").id;
    let edit = TextEdit::singleline(&mut page.path).id_salt("suite").desired_width(width).hint_text("/path/to/nightly.toml");
    let suite = ui.add_enabled(is_free, edit).labelled_by(label);
    let suite = suite.on_hover_text("A TOML file with steps, checks and a profile. Enter reads it");
    if widgets::icon_button_enabled(ui, is_free, icons::FOLDER_OPEN, "Open a suite…", "Picks the file in a dialog").clicked() {
        out.push(Command::Run(RunCommand::PickSuite));
    }
    suite
}

/// The path of the data, and the button that reads both.
fn data(ui: &mut Ui, page: &mut RunPage, width: f32, suite: &Response, out: &mut Vec<Command>) {
    let is_free = page.running.is_none();
    let label = ui.label("Data rows").id;
    let edit = TextEdit::singleline(&mut page.data).id_salt("data").desired_width(width).hint_text("As the suite says");
    let data = ui.add_enabled(is_free, edit).labelled_by(label);
    let data = data.on_hover_text("A CSV, JSON, NDJSON or XLSX file in place of the one that the suite names");
    let says = "Picks the file in a dialog";
    if widgets::icon_button_enabled(ui, is_free, icons::FILE, "Open data rows…", says).clicked() {
        out.push(Command::Run(RunCommand::PickData));
    }
    let entered = ui.input(|input| input.key_pressed(eframe::egui::Key::Enter));
    let is_typed = entered && (suite.lost_focus() || data.lost_focus());
    let says = "Reads the suite again and checks every row against the profile. Nothing is sent";
    let can = is_free && page.preparing.is_none();
    let check = ui.add_enabled(can, eframe::egui::Button::new("Check"));
    if check.on_hover_text(says).on_disabled_hover_text(says).clicked() || (can && is_typed) {
        out.push(Command::Run(RunCommand::Check));
    }
}

/// What it would do, how far it is, or how it ended.
pub(super) fn state(ui: &mut Ui, page: &mut RunPage, out: &mut Vec<Command>) {
    if let Some(reason) = &page.failed {
        let tokens = theme::tokens(ui);
        widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
            ui.label(reason);
        });
    }
    if page.preparing.is_some() {
        ui.horizontal(|ui| {
            ui.spinner();
            ui.label("Reading the suite and checking every row…");
        });
        return;
    }
    let Some(prepared) = page.prepared.clone() else {
        let text = "A suite says what is sent, with which values, and what has to come of it. Open one, or make one with \"Add to suite\" from a draft or the history.";
        widgets::nothing(ui, icons::PLAY, text);
        let says = "Picks a TOML file in a dialog. Reading it sends nothing";
        if page.path.is_empty() && page.running.is_none() {
            ui.vertical_centered(|ui| {
                ui.add_space(theme::SPACE);
                if widgets::primary_button(ui, true, icons::FOLDER_OPEN, "Choose a suite…", says).clicked() {
                    out.push(Command::Run(RunCommand::PickSuite));
                }
            });
        }
        return;
    };
    ui.label(&prepared.summary);
    match &page.running {
        Some(running) => under_way(ui, running, out),
        None => at_rest(ui, page, &prepared, out),
    }
}

fn at_rest(ui: &mut Ui, page: &mut RunPage, prepared: &PreparedRun, out: &mut Vec<Command>) {
    problems(ui, prepared);
    if let Some(result) = &page.result {
        let tokens = theme::tokens(ui);
        let (icon, colour) =
            if result.verdict.is_good() { (icons::CHECK_CIRCLE, tokens.success) } else { (icons::X_CIRCLE, tokens.danger) };
        widgets::icon_line(ui, icon, colour, result.verdict.label(), |ui| {
            ui.label(result.summary());
        });
    }
    let can = prepared.problems.is_empty();
    if let Some(cut_off) = &page.cut_off {
        return left_over(ui, can, cut_off, out);
    }
    ui.horizontal_wrapped(|ui| {
        let count = prepared.rows.len();
        let label = match (&page.result, count) {
            (Some(_), _) => "Run again".to_owned(),
            (None, 1) => "Run 1 row".to_owned(),
            (None, count) => format!("Run {count} rows"),
        };
        let says = if can {
            "Sends the rows. Asks first where the tickets are real"
        } else {
            "Nothing is sent while a row would not go as the suite expects"
        };
        if widgets::primary_button(ui, can, icons::PAPER_PLANE_TILT, &label, says).clicked() {
            out.push(Command::Run(RunCommand::Start(Start::All)));
        }
        let failures = page.counts().failed;
        if failures > 0 {
            let label = if failures == 1 { "Rerun 1 failure".to_owned() } else { format!("Rerun {failures} failures") };
            if ui.button(label).on_hover_text("Sends only the rows that did not pass").clicked() {
                out.push(Command::Run(RunCommand::Start(Start::Failures)));
            }
        }
        if page.result.is_some() {
            reports(ui, out);
        }
    });
}

fn problems(ui: &mut Ui, prepared: &PreparedRun) {
    if prepared.problems.is_empty() {
        return;
    }
    let tokens = theme::tokens(ui);
    widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
        ui.label("These would not go as the suite expects, so nothing is sent. Change the suite or its data, then check again.");
        eframe::egui::ScrollArea::vertical().id_salt("run-problems").max_height(PROBLEM_HEIGHT).show(ui, |ui| {
            prepared.problems.iter().for_each(|problem| drop(ui.label(problem)));
            if prepared.more > 0 {
                ui.label(format!("and {} more", prepared.more));
            }
        });
    });
}

/// A run that was cut off: it goes on, or all begins anew.
fn left_over(ui: &mut Ui, can: bool, cut_off: &CutOff, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    let text = format!(
        "The run that began on {} stopped after {} of {} rows. {}",
        widgets::exact_time_text(cut_off.started_at),
        cut_off.done,
        cut_off.rows,
        if cut_off.is_changed {
            "The suite, its data or its profile changed since, so it cannot go on unless that is put back"
        } else {
            "It can go on where it stood, and creates no ticket twice"
        }
    );
    widgets::callout(ui, tokens.warning_surface, icons::WARNING, tokens.warning, "Stopped run", |ui| {
        ui.label(text);
        ui.horizontal_wrapped(|ui| {
            let says = "Does the rows that are left, and those that were under way";
            if widgets::primary_button(ui, can && !cut_off.is_changed, icons::ARROWS_CLOCKWISE, "Continue the run", says)
                .clicked()
            {
                out.push(Command::Run(RunCommand::Start(Start::GoOn)));
            }
            let button = ui.add_enabled(can, eframe::egui::Button::new("Start over"));
            if button.on_hover_text("Sends every row again, including those already done").clicked() {
                out.push(Command::Run(RunCommand::Start(Start::Anew)));
            }
        });
    });
}

fn reports(ui: &mut Ui, out: &mut Vec<Command>) {
    let menu = ui.menu_button("Save report", |ui| {
        for kind in ReportKind::ALL {
            let says = match kind {
                ReportKind::Junit => "For CI servers",
                ReportKind::Html => "One page with charts, to be read in a browser",
                ReportKind::Json => "Everything, for programs and to compare with later",
                ReportKind::Markdown => "For a ticket or a chat",
            };
            if ui.button(format!("{}…", kind.label())).on_hover_text(says).clicked() {
                out.push(Command::Run(RunCommand::PickReport(kind)));
                ui.close();
            }
        }
    });
    menu.response.on_hover_text("Writes what came of the run to a file. No report holds a secret");
}

fn under_way(ui: &mut Ui, running: &Running, out: &mut Vec<Command>) {
    let is_stopping = running.switches.stop.is_cancelled();
    let is_paused = !running.switches.gate.is_open();
    ui.horizontal_wrapped(|ui| {
        if is_stopping {
            ui.spinner();
            ui.label("Finishing what is under way…");
            let says = "Cancels the requests under way. You will not know whether they created a ticket";
            if widgets::small_button(ui, "Give up", says).clicked() {
                out.push(Command::Run(RunCommand::GiveUp));
            }
            return;
        }
        let (label, says, command) = if is_paused {
            ("Resume", "Resumes sending", RunCommand::Resume)
        } else {
            ("Pause", "Holds back further requests. Those under way finish", RunCommand::Pause)
        };
        if ui.button(label).on_hover_text(says).clicked() {
            out.push(Command::Run(command));
        }
        let says = "Starts no more rows and finishes those under way. The run can be continued later";
        if ui.button("Stop").on_hover_text(says).clicked() {
            out.push(Command::Run(RunCommand::Stop));
        }
        ui.label(progress_words(running, is_paused));
    });
    let share = running.over as f32 / running.rows.max(1) as f32;
    let bar = ui.add(ProgressBar::new(share).desired_height(10.0));
    let value = format!("{} of {}", running.over, running.rows);
    bar.widget_info(|| {
        let mut info = WidgetInfo::labeled(eframe::egui::Role::ProgressIndicator, true, "Finished rows");
        info.current_text_value = Some(value.clone());
        info
    });
    // The counters of what is under way tell nobody when they change.
    ui.ctx().request_repaint_after(Duration::from_millis(200));
}

fn progress_words(running: &Running, is_paused: bool) -> String {
    let mut text = format!("{} of {} rows, {} failed", running.over, running.rows, running.failed);
    let seconds = running.began.elapsed().as_secs_f64();
    if is_paused {
        text.push_str(", paused");
    } else if running.over > 0 && seconds > 0.0 {
        let rate = running.over as f64 / seconds;
        let left = running.rows.saturating_sub(running.over) as f64 / rate;
        text.push_str(&format!(", {rate:.1} a second, {} left", widgets::time_left_text(left)));
    }
    text
}
