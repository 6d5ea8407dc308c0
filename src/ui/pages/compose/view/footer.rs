//! What stands below the draft always: its problems, and the one primary button.

use eframe::egui::{self, ProgressBar, RichText, ScrollArea, Ui};

use crate::jobs::Jobs;
use crate::model::Profile;
use crate::service::confirm::ConfirmReason;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::state::{ComposeTab, Session};
use crate::ui::pages::compose::view::problem::{parameter_of, problem_line};
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::response::state::UploadStage;
use crate::ui::question::{Answer, Question};
use crate::ui::{icons, theme, widgets};

/// Draws problems, questions and the button.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, session: &mut Session, jobs: &Jobs, out: &mut Vec<Command>) {
    if session.show_problems && !session.problems.is_empty() {
        problem_list(ui, session, out);
    }
    super::attachments::dropped_question(ui, profile, session, out);
    if let Some(question) = &session.question {
        ask(ui, &question.reason, out);
    }
    if session.sending().is_some() {
        sending(ui, session, jobs, out);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let label = send_label(session.draft.attachments.len(), session.problems.len());
        let says = if session.problems.is_empty() {
            "Sends the payload, then uploads the files to the returned endpoints (Ctrl+Enter)"
        } else {
            "Sends the request despite the problems, so you can test invalid payloads (Ctrl+Enter)"
        };
        // A double click on Cancel, which was in this place, must not send again.
        let send = widgets::primary_button(ui, true, icons::PAPER_PLANE_TILT, &label, says);
        if widgets::is_clicked_anew(ui, egui::Id::unique("send"), &send) {
            out.push(Command::Compose(ComposeCommand::Send));
        }
        if !session.problems.is_empty() {
            let count = session.problems.len();
            let noun = if count == 1 { "problem" } else { "problems" };
            let text = RichText::new(format!("{}  {count} {noun}", icons::WARNING)).color(theme::tokens(ui).warning);
            let response = ui.add(egui::Button::new(text).selected(session.show_problems));
            let name = if session.show_problems { format!("Hide {count} {noun}") } else { format!("Show {count} {noun}") };
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
            if response.on_hover_text("Problems that sending this would cause, with fixes").clicked() {
                session.show_problems = !session.show_problems;
            }
        }
        if !session.undo.is_empty()
            && widgets::small_button(
                ui,
                "Undo the last change",
                "Reverts the last fix, fill, clear or removal. What you typed since is kept",
            )
            .clicked()
        {
            out.push(Command::Compose(ComposeCommand::UndoLast));
        }
    });
}

/// What the button says that it will do.
fn send_label(files: usize, problems: usize) -> String {
    let what = match files {
        0 => String::new(),
        1 => " and attach 1 file".to_owned(),
        files => format!(" and attach {files} files"),
    };
    match problems {
        0 => format!("Send{what}"),
        1 => format!("Send{what} anyway (1 problem)"),
        problems => format!("Send{what} anyway ({problems} problems)"),
    }
}

fn problem_list(ui: &mut Ui, session: &mut Session, out: &mut Vec<Command>) {
    let mut focus = None;
    ScrollArea::vertical().id_salt("problems").max_height(160.0).show(ui, |ui| {
        ui.set_width(ui.available_width());
        for (index, cause) in session.problems.iter().enumerate() {
            widgets::stable(ui, ("problem", index), |ui| {
                problem_line(ui, cause, out);
                if let Some(parameter) = parameter_of(cause)
                    && widgets::small_button(ui, &format!("Go to {parameter}"), "Moves the cursor to its field").clicked()
                {
                    focus = Some(parameter.to_owned());
                }
            });
        }
    });
    if let Some(parameter) = focus {
        session.tab = ComposeTab::Form;
        session.focus = Some(parameter);
    }
}

fn ask(ui: &mut Ui, reason: &ConfirmReason, out: &mut Vec<Command>) {
    let text = reason.words(&jiff::tz::TimeZone::system());
    let (yes, yes_says) = match reason {
        ConfirmReason::Production { .. } => {
            ("Send to production", "Sends the request. Centerpost does not ask again for this profile in this session")
        }
        ConfirmReason::Repeat { .. } => ("Send again", "Sends it again. This may create a second ticket"),
        ConfirmReason::OtherHost { .. } => ("Send to the other host", "Sends the request to the address above the form"),
        ConfirmReason::NamedFiles { .. }
        | ConfirmReason::RealRequest { .. }
        | ConfirmReason::Trials { .. }
        | ConfirmReason::Probes { .. } => ("Send it", "Sends the request unchanged"),
    };
    let question = Question { text: &text, yes, yes_says, no: "Not now", no_says: "Sends nothing. The draft is kept" };
    let answer = question.ask_with(ui, |ui| {
        if let ConfirmReason::Repeat { row, .. } = reason
            && ui.button("Show the earlier one").on_hover_text("Opens it in the history. The draft is kept").clicked()
        {
            out.push(Command::Compose(ComposeCommand::DismissQuestion));
            out.push(Command::History(HistoryCommand::Open(row.id)));
        }
    });
    out.extend(answer.map(|answer| match answer {
        Answer::Yes => Command::Compose(ComposeCommand::SendAnyway),
        Answer::No => Command::Compose(ComposeCommand::DismissQuestion),
    }));
}

fn sending(ui: &mut Ui, session: &Session, jobs: &Jobs, out: &mut Vec<Command>) {
    let Some(view) = session.sending() else { return };
    let (mut sent, mut total) = (0, 0);
    if let Some(progress) = jobs.create_progress(view.job) {
        sent += progress.sent();
        total += progress.total();
    }
    for upload in &view.uploads {
        match &upload.stage {
            UploadStage::Waiting => total += upload.attachment.picked_size.unwrap_or(0),
            UploadStage::Running => {
                if let Some(progress) = jobs.upload_progress(upload.job.0, upload.job.1) {
                    sent += progress.sent();
                    total += progress.total();
                }
            }
            UploadStage::Ended { result, .. } => {
                sent += result.size.unwrap_or(0);
                total += result.size.unwrap_or(0);
            }
        }
    }
    ui.horizontal(|ui| {
        let says = "Closes the connection at once. The server keeps what it has received";
        let is_settled = widgets::is_settled(ui, egui::Id::unique(("cancel", view.job)));
        let cancel = widgets::primary_button(ui, true, icons::STOP, "Sending… Cancel", says);
        // The second click of a double click on Send, which was in this place.
        if cancel.clicked() && is_settled {
            out.push(Command::Compose(ComposeCommand::Cancel));
        }
        let share = if total == 0 { 0.0 } else { sent as f32 / total as f32 };
        let text = format!("{} of {}", widgets::size_text(sent), widgets::size_text(total));
        ui.add(ProgressBar::new(share).text(text).desired_width(ui.available_width().min(320.0)));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_says_what_it_will_do() {
        for (files, problems, expected) in [
            (0, 0, "Send"),
            (2, 0, "Send and attach 2 files"),
            (0, 1, "Send anyway (1 problem)"),
            (1, 3, "Send and attach 1 file anyway (3 problems)"),
        ] {
            assert_eq!(send_label(files, problems), expected);
        }
    }
}
