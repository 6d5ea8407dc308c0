//! A request held against a profile: its problems first, each with what was sent, what was expected and its fix.

use std::borrow::Cow;

use eframe::egui::{CollapsingHeader, Frame, Label, RichText, Stroke, Ui};

use crate::diagnosis::check::{self, CheckStatus};
use crate::diagnosis::{Cause, CheckRow, Fix};
use crate::model::unseen::drawn;
use crate::ui::command::Command;
use crate::ui::pages::import::command::ImportCommand;
use crate::ui::pages::response::cause_text::cause_text;
use crate::ui::{icons, theme, web_link, widgets};

/// Draws the findings. `can_fill` is whether the request can be put into a form, where fixes are made.
pub(in crate::ui) fn show(ui: &mut Ui, rows: &[CheckRow], can_fill: bool, out: &mut Vec<Command>) {
    let (wrong, right): (Vec<_>, Vec<_>) = rows.iter().partition(|row| !row.problems.is_empty());
    let left_out = right.iter().filter(|row| row.is_left_out()).count();
    ui.add_space(theme::SPACE);
    ui.horizontal_wrapped(|ui| {
        let tokens = theme::tokens(ui);
        let words = match wrong.len() {
            0 => check::nothing_found(rows).to_owned(),
            1 => "1 part has a problem or a possible problem".to_owned(),
            wrong => format!("{wrong} parts have a problem or a possible problem"),
        };
        if wrong.is_empty() && left_out == 0 {
            widgets::icon(ui, icons::CHECK_CIRCLE, tokens.success, "Fine");
        }
        ui.label(RichText::new(words).family(theme::strong()));
        if widgets::copy_findings(ui).clicked() {
            out.push(Command::Copy(text_of(rows)));
        }
    });
    for (index, row) in wrong.iter().enumerate() {
        widgets::stable(ui, ("problem", index), |ui| problem(ui, row, can_fill, out));
    }
    if right.is_empty() {
        return;
    }
    let count =
        |count: usize, one: &str, many: &str| if count == 1 { format!("1 part {one}") } else { format!("{count} parts {many}") };
    let mut words = count(right.len() - left_out, "is right", "are right");
    if left_out > 0 {
        words.push_str(&format!(", {}", count(left_out, "is not recorded", "are not recorded")));
    }
    CollapsingHeader::new(words).id_salt("right").default_open(false).show(ui, |ui| {
        for (index, row) in right.iter().enumerate() {
            widgets::stable(ui, ("right", index), |ui| line(ui, row));
        }
    });
}

fn problem(ui: &mut Ui, row: &CheckRow, can_fill: bool, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    let frame = Frame::new().stroke(Stroke::new(1.0, tokens.border)).corner_radius(theme::RADIUS).inner_margin(theme::SPACE);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            sign(ui, row);
            ui.label(RichText::new(format!("{}: {}", row.part.group(), row.name)).family(theme::strong()));
        });
        said(ui, "Sent", row.sent.as_deref());
        said(ui, "Expected", row.expected.as_deref());
        for (index, cause) in row.problems.iter().enumerate() {
            widgets::stable(ui, ("cause", index), |ui| explained(ui, row, cause, can_fill, out));
        }
    });
}

fn explained(ui: &mut Ui, row: &CheckRow, cause: &Cause, can_fill: bool, out: &mut Vec<Command>) {
    ui.add(Label::new(format!("{}. {}", cause.title, cause.advice)).wrap());
    for fact in cause.evidence.iter().filter(|fact| !is_told_above(row, &fact.text)) {
        ui.add(Label::new(widgets::muted(ui, format!("• {}", fact.text))).wrap());
    }
    let fixes = cause.fixes.iter().filter(|fix| can_fill && !matches!(fix, Fix::FocusParameter(_)));
    ui.horizontal_wrapped(|ui| {
        for fix in fixes {
            let says = "Copies the request to the profile's form and makes this change there. You can undo both";
            if widgets::small_button(ui, &fix.label(), says).clicked() {
                out.push(Command::Import(ImportCommand::FillForm(Some(Box::new(fix.clone())))));
            }
        }
        web_link::basis(ui, cause.id);
    });
}

/// Whether a fact only repeats what was sent or expected, which stands above it.
fn is_told_above(row: &CheckRow, fact: &str) -> bool {
    let repeats = |lead: &str, told: &Option<String>| {
        let quoted = fact.strip_prefix(lead).and_then(|rest| rest.strip_prefix('"')).and_then(|rest| rest.strip_suffix('"'));
        told.as_deref().is_some_and(|told| quoted.is_some_and(|quoted| quoted == told || quoted == drawn(told)))
    };
    repeats("sent ", &row.sent) || repeats("the profile says ", &row.expected)
}

/// What was sent or expected, each character of it in sight.
fn said(ui: &mut Ui, name: &str, text: Option<&str>) {
    ui.horizontal_top(|ui| {
        widgets::column(ui, 70.0, |ui| ui.label(widgets::muted(ui, name)));
        let shown = text.map_or_else(|| "nothing".to_owned(), |text| drawn(text).into_owned());
        let shown = if text.is_some() { RichText::new(shown).monospace() } else { widgets::muted(ui, shown) };
        ui.add(Label::new(shown).wrap());
    });
}

fn line(ui: &mut Ui, row: &CheckRow) {
    ui.horizontal_top(|ui| {
        sign(ui, row);
        let wide = (ui.available_width() - 40.0).max(200.0);
        widgets::cell(ui, wide * 0.3, &row.name);
        let nothing = if row.is_left_out() { check::NOT_RECORDED } else { "-" };
        widgets::cell(ui, wide * 0.35, row.sent.as_deref().unwrap_or(nothing));
        widgets::cell(ui, wide * 0.35, row.expected.as_deref().unwrap_or("-"));
    });
}

fn sign(ui: &mut Ui, row: &CheckRow) {
    let tokens = theme::tokens(ui);
    match row.status {
        CheckStatus::Fine => widgets::icon(ui, icons::CHECK_CIRCLE, tokens.success, "Fine"),
        CheckStatus::NotChecked => widgets::icon(ui, icons::MINUS, tokens.muted, "Not checked"),
        CheckStatus::Ignored => widgets::icon(ui, icons::INFO, tokens.muted, "Ignored"),
        CheckStatus::Doubtful => widgets::icon(ui, icons::WARNING, tokens.warning, "May be wrong"),
        CheckStatus::Wrong => widgets::icon(ui, icons::X_CIRCLE, tokens.danger, "Wrong"),
    };
}

/// The findings as text, to be sent to somebody.
fn text_of(rows: &[CheckRow]) -> String {
    let mut text = String::new();
    for row in rows.iter().filter(|row| !row.problems.is_empty()) {
        text.push_str(&format!("{}: {}\n", row.part.group(), row.name));
        for (name, said) in [("sent", &row.sent), ("expected", &row.expected)] {
            text.push_str(&format!("  {name}: {}\n", said.as_deref().map_or(Cow::Borrowed("nothing"), drawn)));
        }
        for cause in &row.problems {
            text.push_str(&cause_text(cause, "  "));
        }
    }
    if text.is_empty() { format!("{}\n", check::nothing_found(rows)) } else { text }
}
