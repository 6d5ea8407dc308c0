//! What stands below the draft always: its problems, and how much of it went out.

use eframe::egui::{self, ProgressBar, RichText, ScrollArea, Ui};

use crate::jobs::Jobs;
use crate::model::Profile;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::compose::progress;
use crate::ui::pages::compose::refresh::parameter_of;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::compose::view::problem::problem_line_with;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::response::cause_text::cause_text;
use crate::ui::{icons, theme, web_link, widgets};

/// Draws the problems, and what goes on.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, session: &mut Session, jobs: &Jobs, out: &mut Vec<Command>) {
    if session.show_problems && !session.problems.is_empty() {
        problem_list(ui, profile, session, out);
    }
    super::attachments::dropped_question(ui, profile, session, out);
    sending(ui, session, jobs);
    ui.horizontal_wrapped(|ui| {
        let has_doubtful_files = super::attachments::doubtful_button(ui, profile, session, out);
        if session.problems.is_empty() && !has_doubtful_files {
            ui.label(widgets::muted(ui, "No problem found in this draft"));
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
        if session.show_problems && !session.problems.is_empty() && widgets::copy_findings(ui).clicked() {
            let text: String = session.problems.iter().map(|cause| cause_text(cause, "")).collect::<Vec<_>>().join("\n");
            out.push(Command::Copy(text));
        }
        undo_and_redo(ui, session, out);
    });
}

/// The keys hold where no text has the keyboard: a text has an undo of its own.
fn undo_and_redo(ui: &mut Ui, session: &Session, out: &mut Vec<Command>) {
    let says = "Reverts the last fix, fill, clear, choice or removal. What you typed since is kept (Ctrl+Z)";
    let (undo, redo) = widgets::undo_keys(ui);
    if !session.undo.is_empty() && (widgets::small_button(ui, "Undo the last change", says).clicked() || undo) {
        out.push(Command::Compose(ComposeCommand::UndoLast));
    }
    let says = "Makes the change again that was undone last (Ctrl+Shift+Z)";
    if !session.undo.is_done() && (widgets::small_button(ui, "Redo", says).clicked() || redo) {
        out.push(Command::Compose(ComposeCommand::Redo));
    }
}

fn problem_list(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) {
    let mut focus = None;
    // What stands below the list stays in sight in a low window.
    let height = (ui.ctx().content_rect().height() - 430.0).clamp(44.0, 160.0);
    ScrollArea::vertical().id_salt("problems").max_height(height).min_scrolled_height(0.0).show(ui, |ui| {
        ui.set_width(ui.available_width());
        for (index, cause) in session.problems.iter().enumerate() {
            widgets::stable(ui, ("problem", index), |ui| {
                let (mut maps, mut opens_files) = (None, None);
                problem_line_with(ui, cause, out, |ui| {
                    let Some(parameter) = parameter_of(cause) else {
                        web_link::documented(ui, cause.id);
                        return;
                    };
                    if profile.file_element(parameter).is_some() {
                        let says = "Opens Attachments, where the files of this file element are picked";
                        let is_asked = widgets::small_button(ui, &format!("Go to the files of {parameter}"), says).clicked();
                        opens_files = is_asked.then(|| parameter.to_owned());
                    } else if profile.field(parameter).is_none() {
                        let says = "The field mapping has no field for it. Adds one, and opens the profile there";
                        let is_asked = widgets::small_button(ui, &format!("Map {parameter}"), says).clicked();
                        maps = is_asked.then(|| parameter.to_owned());
                    } else if widgets::small_button(ui, &format!("Go to {parameter}"), "Moves the cursor to its field").clicked()
                    {
                        focus = Some(parameter.to_owned());
                    }
                    web_link::documented(ui, cause.id);
                });
                out.extend(maps.map(|parameter| Command::Profile(ProfileCommand::Map(parameter))));
                if opens_files.is_some() {
                    out.push(Command::Compose(ComposeCommand::ShowFiles { parameter: opens_files }));
                }
            });
        }
    });
    if let Some(parameter) = focus {
        session.tab = ComposeTab::Form;
        session.focus = Some(parameter);
    }
}

/// How much of all that is sent went out.
fn sending(ui: &mut Ui, session: &Session, jobs: &Jobs) {
    if session.sending().is_none() {
        return;
    }
    let (sent, total) = progress::of(session, jobs);
    let share = if total == 0 { 0.0 } else { sent as f32 / total as f32 };
    let text = format!("{} of {} sent", widgets::size_text(sent), widgets::size_text(total));
    ui.add(ProgressBar::new(share).text(text).desired_width(ui.available_width().min(320.0)));
    match session.waiting_files.len() {
        0 => {}
        1 => drop(ui.label(widgets::muted(ui, "1 more file waits for this one"))),
        more => drop(ui.label(widgets::muted(ui, format!("{more} more files wait for this one")))),
    }
}
