//! A request or an answer that was pasted as text.

use eframe::egui::{RichText, TextEdit, Ui};

use super::{FindingPage, Made};
use crate::diagnosis::CheckRow;
use crate::diagnosis::check::CheckStatus;
use crate::jobs::Jobs;
use crate::model::masking::mask_text;
use crate::ui::command::{Command, FindingCommand};
use crate::ui::state::State;
use crate::ui::{icons, response, theme, widgets};

pub(super) fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    let key = state.profile().map(|stored| stored.profile.api_key.reveal().to_owned()).unwrap_or_default();
    let has_profile = state.selected.is_some();
    let page = &mut state.finding;
    let label = ui.label(RichText::new("Paste a request or an answer").family(theme::strong()));
    ui.label(widgets::muted(
        ui,
        "A curl command as bash, cmd or PowerShell have it, raw HTTP, a URL with the body below it, a HAR file, a Postman collection, log lines, a payload alone, an answer, or a case file. Nothing is sent.",
    ));
    text(ui, page, &key, label.id);
    ui.horizontal_wrapped(|ui| {
        let some = !page.pasted.trim().is_empty();
        let check = ui.add_enabled(some && has_profile, eframe::egui::Button::new("Check against the profile"));
        let check = check.on_hover_text("Holds each part of the request against the profile: sent, expected, and what is wrong");
        if check.on_disabled_hover_text("Paste a request, and open the profile that it was meant for").clicked() {
            out.push(Command::Finding(FindingCommand::Check));
        }
        let explain = ui.add_enabled(some, eframe::egui::Button::new("Explain the answer"));
        let explain = explain.on_hover_text("Says why the answer came, by the request and the profile as far as they are known");
        if explain.on_disabled_hover_text("Paste an answer, with its request before it if you have it").clicked() {
            out.push(Command::Finding(FindingCommand::Explain));
        }
        if some && widgets::small_button(ui, "Clear", "Takes the text and what was made of it away").clicked() {
            out.push(Command::Finding(FindingCommand::Clear));
        }
    });
    for note in &page.notes {
        ui.horizontal_wrapped(|ui| {
            widgets::icon(ui, icons::INFO, theme::tokens(ui).muted, "Note");
            ui.label(widgets::muted(ui, note));
        });
    }
    match &mut page.made {
        Made::Nothing => {}
        Made::Unreadable(reason) => {
            let tokens = theme::tokens(ui);
            widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
                ui.label(reason.as_str());
            });
        }
        Made::Checked(rows) => table(ui, rows),
        Made::Explained(view) => {
            ui.set_min_height(360.0);
            response::show_view(ui, view, jobs, out);
        }
    }
}

/// The text: in clear while it is typed, masked once it holds something secret.
fn text(ui: &mut Ui, page: &mut FindingPage, key: &str, label: eframe::egui::Id) {
    let masked = mask_text(&page.pasted, &[key.to_owned()]);
    let holds_secrets = masked != page.pasted;
    if holds_secrets && !page.in_clear {
        let mut shown = masked.as_str();
        ui.add(TextEdit::multiline(&mut shown).code_editor().desired_rows(6).desired_width(f32::INFINITY)).labelled_by(label);
        if widgets::small_button(
            ui,
            "Edit in clear",
            "Shows the text with its secrets, to be changed; mind who can see your screen",
        )
        .clicked()
        {
            page.in_clear = true;
        }
        return;
    }
    let edit = TextEdit::multiline(&mut page.pasted).code_editor().desired_rows(6).desired_width(f32::INFINITY);
    ui.add(edit).labelled_by(label).on_hover_text("The text is not saved; secrets in it are masked once it is pasted");
    if page.in_clear && widgets::small_button(ui, "Mask again", "Covers the secrets of the text").clicked() {
        page.in_clear = false;
    }
}

fn table(ui: &mut Ui, rows: &[CheckRow]) {
    let wrong = rows.iter().filter(|row| !row.problems.is_empty()).count();
    ui.add_space(theme::SPACE);
    let words = match wrong {
        0 => "Nothing is wrong with it by the rules that are known".to_owned(),
        1 => "One part is wrong, or may be".to_owned(),
        wrong => format!("{wrong} parts are wrong, or may be"),
    };
    ui.label(RichText::new(words).family(theme::strong()));
    let mut group = "";
    for (index, row) in rows.iter().enumerate() {
        if row.part.group() != group {
            group = row.part.group();
            heads(ui, group);
        }
        ui.push_id(("check", index), |ui| line(ui, row));
    }
}

/// Widths of the columns: what it is, sent, expected, problem.
fn columns(ui: &Ui) -> [f32; 4] {
    let wide = ui.available_width() - 70.0;
    [0.18, 0.24, 0.24, 0.34].map(|share| (wide * share).max(70.0))
}

fn heads(ui: &mut Ui, group: &str) {
    let widths = columns(ui);
    ui.add_space(theme::SPACE_SMALL);
    ui.horizontal_top(|ui| {
        ui.add_space(22.0);
        widgets::column(ui, widths[0], |ui| ui.label(RichText::new(group).family(theme::strong())));
        for (width, head) in widths[1..].iter().zip(["Sent", "Expected", "Problem"]) {
            widgets::column(ui, *width, |ui| ui.label(widgets::muted(ui, head)));
        }
    });
}

fn line(ui: &mut Ui, row: &CheckRow) {
    let tokens = theme::tokens(ui);
    let widths = columns(ui);
    let problems: Vec<String> = row.problems.iter().map(|cause| format!("{}. {}", cause.title, cause.fix)).collect();
    ui.horizontal_top(|ui| {
        match row.status {
            CheckStatus::Fine => widgets::icon(ui, icons::CHECK_CIRCLE, tokens.success, "Fine"),
            CheckStatus::NotChecked => widgets::icon(ui, icons::MINUS, tokens.muted, "Not checked"),
            CheckStatus::Ignored => widgets::icon(ui, icons::INFO, tokens.muted, "Ignored"),
            CheckStatus::Doubtful => widgets::icon(ui, icons::WARNING, tokens.warning, "May be wrong"),
            CheckStatus::Wrong => widgets::icon(ui, icons::X_CIRCLE, tokens.danger, "Wrong"),
        };
        widgets::cell(ui, widths[0], &row.name);
        widgets::cell(ui, widths[1], row.sent.as_deref().unwrap_or("-"));
        widgets::cell(ui, widths[2], row.expected.as_deref().unwrap_or("-"));
        widgets::cell(ui, widths[3], &problems.join("\n"));
    });
}
