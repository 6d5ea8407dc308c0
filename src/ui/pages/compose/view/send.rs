//! The one primary button: it says what it will do, and while something is sent it cancels that.

use eframe::egui::{self, Ui};

use crate::service::confirm::ConfirmReason;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::state::{Session, Waiting};
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::question::{Answer, Question};
use crate::ui::{icons, widgets};

/// The label of the button while something is sent.
const CANCEL: &str = "Sending… Cancel";

/// Draws the button. Where its whole label does not fit into the room, it says less, and by ear as much.
pub(in crate::ui) fn button(ui: &mut Ui, session: &Session, out: &mut Vec<Command>) {
    let wide = width(ui, session).min(ui.available_width());
    if let Some(view) = session.sending() {
        let says = "Closes the connection at once. The server keeps what it has received";
        let is_settled = widgets::is_settled(ui, egui::Id::unique(("cancel", view.job)));
        let cancel = widgets::primary_button_of_width(ui, true, (icons::STOP, CANCEL), says, wide);
        // The second click of a double click on Send, which was in this place.
        if cancel.clicked() && is_settled {
            out.push(Command::Compose(ComposeCommand::Cancel));
        }
        return;
    }
    let says = if session.problems.is_empty() {
        "Sends the payload, then uploads the files to the returned endpoints (Ctrl+Enter)"
    } else {
        "Sends the request despite the problems, so you can test invalid payloads (Ctrl+Enter)"
    };
    // A double click on Cancel, which was in this place, must not send again.
    let label = label_of(session);
    let fits = widgets::primary_width(ui, icons::PAPER_PLANE_TILT, &label) <= ui.available_width();
    // The files are counted in the name of their page, too.
    let shown = if fits { label.clone() } else { send_label(0, session.problems.len()) };
    let send = widgets::primary_button_of_width(ui, true, (icons::PAPER_PLANE_TILT, &shown), says, wide);
    if !fits {
        send.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
    }
    if widgets::is_clicked_anew(ui, egui::Id::unique("send"), &send) {
        out.push(Command::Compose(ComposeCommand::Send));
    }
}

/// How wide the button is: it stays the same while something is sent.
pub(in crate::ui) fn width(ui: &Ui, session: &Session) -> f32 {
    let width = |label: &str| widgets::primary_width(ui, icons::STOP, label);
    width(CANCEL).max(width(&label_of(session)))
}

fn label_of(session: &Session) -> String {
    send_label(session.draft.attachments.len(), session.problems.len())
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

/// Asks what has to be confirmed before something is sent.
pub(in crate::ui) fn ask(ui: &Ui, session: &Session, out: &mut Vec<Command>) {
    let Some(asked) = &session.question else { return };
    let reason = &asked.reason;
    let text = reason.words(&jiff::tz::TimeZone::system());
    let (yes, yes_says) = match reason {
        ConfirmReason::Production { .. } => {
            ("Send to production", "Sends the request. Centerpost does not ask again for this profile in this session")
        }
        ConfirmReason::Repeat { .. } if !matches!(asked.waiting, Waiting::Delivery(_)) => {
            ("Send again", "Sends the file again. The ticket may then have it twice")
        }
        ConfirmReason::Repeat { .. } => ("Send again", "Sends it again. This may create a second ticket"),
        ConfirmReason::Elsewhere { .. } => ("Send it there", "Sends it to the address in the question"),
        ConfirmReason::SettingsLost { .. }
        | ConfirmReason::NamedFiles { .. }
        | ConfirmReason::RealRequest { .. }
        | ConfirmReason::Trials { .. }
        | ConfirmReason::Run { .. }
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
