//! The form: a widget for each parameter of the mapping, in its order.

use eframe::egui::{RichText, Ui};

use crate::diagnosis::FactPlace;
use crate::model::draft::{Entry, Input, Presence};
use crate::model::profile::FieldKind;
use crate::model::secrets::email;
use crate::model::{Draft, Profile};
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::compose::view::problem::{problem_line, problems_of};
use crate::ui::pages::compose::view::{attachments, field};
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::{icons, theme, widgets};

/// Draws the form; tells whether the draft was changed.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) -> bool {
    let changed = json_notice(ui, session);
    if profile.fields.is_empty() {
        ui.label(widgets::muted(
            ui,
            "This profile has no field mapping yet. Add its incoming fields, or write the JSON directly.",
        ));
        ui.horizontal_wrapped(|ui| {
            let says = "Opens the profile, where the mapping can be made from an example payload";
            if ui.button("Add fields…").on_hover_text(says).clicked() {
                out.push(Command::Profile(ProfileCommand::ShowPlace("fields".to_owned())));
            }
            if ui.button("Write the JSON").on_hover_text("Opens the page JSON of this draft").clicked() {
                session.tab = ComposeTab::Json;
            }
        });
    }
    tools(ui, profile, session, out);
    let (mut edited, mut picked) = (false, None);
    let focus = session.focus.take();
    let mut near = None;
    for index in 0..session.draft.entries.len() {
        let parameter = session.draft.entries[index].parameter.clone();
        let Some(row) = profile.field(&parameter) else { continue };
        widgets::stable(ui, ("field", &parameter), |ui| {
            let has_focus = focus.as_ref() == Some(&parameter);
            let before = field::show(ui, profile, row, &mut session.draft.entries[index], has_focus);
            edited |= before.is_some();
            picked = picked.take().or(before.filter(|before| !is_typed(row.kind, before, &session.draft.entries[index])));
            if says_problems(session, &session.draft.entries[index]) {
                for cause in problems_of(&session.problems, &parameter) {
                    problem_line(ui, cause, out);
                }
            }
            if widgets::holds_focus(ui) {
                near = Some(parameter.clone());
            }
            ui.add_space(theme::SPACE_SMALL);
        });
    }
    if near != session.near {
        session.left.extend(std::mem::replace(&mut session.near, near));
    }
    edited |= others(ui, profile, session);
    if edited {
        // What was typed as JSON is in the form already, and the form goes on from there.
        session.draft.leave_json();
    }
    if let Some(entry) = picked {
        let mut before = session.draft.clone();
        before.entries.iter_mut().filter(|found| found.parameter == entry.parameter).for_each(|found| *found = entry.clone());
        session.undo.remember(before, &session.draft);
    }
    changed | edited
}

/// A field that nobody has come to yet does not complain of being empty.
fn says_problems(session: &Session, entry: &Entry) -> bool {
    entry.presence != Presence::LeftOut || session.was_sent || session.show_problems || session.left.contains(&entry.parameter)
}

/// Whether an entry changed by typing, which the text's own undo takes back letter by letter.
fn is_typed(kind: FieldKind, before: &Entry, after: &Entry) -> bool {
    let is_text = |entry: &Entry| matches!(entry.input, Input::Text(_));
    let is_picked = kind.has_choices() || kind == FieldKind::Status;
    !is_picked && is_text(before) && is_text(after) && before.input != after.input
}

/// What the form cannot show of the JSON as it was typed.
fn json_notice(ui: &mut Ui, session: &mut Session) -> bool {
    if session.draft.json.is_none() || session.json_notes.is_empty() {
        return false;
    }
    let tokens = theme::tokens(ui);
    let mut changed = false;
    widgets::callout(ui, tokens.warning_surface, icons::BRACKETS_CURLY, tokens.warning, "Note", |ui| {
        for note in &session.json_notes {
            ui.label(note);
        }
        let says = "Sends the form's values. The text in the JSON editor is replaced";
        if widgets::small_button(ui, "Discard the JSON as typed", says).clicked() {
            session.change(Draft::leave_json);
            changed = true;
        }
    });
    changed
}

fn tools(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) {
    let is_empty = session.draft.entries.iter().all(|entry| entry.presence == Presence::LeftOut);
    ui.horizontal_wrapped(|ui| {
        let says = "Fills every field of the mapping with a valid value. Existing values are replaced";
        if !profile.fields.is_empty() && widgets::small_button(ui, "Fill with example values", says).clicked() {
            out.push(Command::Compose(ComposeCommand::FillExamples));
        }
        if !is_empty && widgets::small_button(ui, "Clear form", "Empties every field. You can undo this").clicked() {
            out.push(Command::Compose(ComposeCommand::ClearForm));
        }
        attachments::line(ui, profile, session, out);
    });
}

/// Parameters that are sent and not mapped.
fn others(ui: &mut Ui, profile: &Profile, session: &mut Session) -> bool {
    let is_other = |parameter: &str| profile.field(parameter).is_none();
    if !session.draft.entries.iter().any(|entry| is_other(&entry.parameter)) {
        return false;
    }
    ui.add_space(theme::SPACE);
    ui.label(RichText::new("Other parameters").family(theme::strong()));
    ui.label(widgets::muted(
        ui,
        "The profile does not map these parameters. If the External Source does not either, Centercode ignores them.",
    ));
    let members = session.draft.members(profile);
    let mut removed = None;
    for entry in session.draft.entries.iter().filter(|entry| is_other(&entry.parameter)) {
        widgets::stable(ui, ("other", &entry.parameter), |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(&entry.parameter).monospace());
                let text = members.get(&entry.parameter).map(ToString::to_string).unwrap_or_default();
                ui.label(RichText::new(email::beginning(&text, 80)).monospace().color(theme::tokens(ui).muted))
                    .on_hover_text(email::beginning(&text, 2000));
                let name = format!("Remove {}", entry.parameter);
                if widgets::icon_button(ui, icons::X, &name, "Removes this parameter from the JSON").clicked() {
                    removed = Some(entry.parameter.clone());
                }
            });
            for cause in session.problems.iter().filter(|cause| {
                cause.evidence.iter().any(|fact| fact.place == Some(FactPlace::Parameter(entry.parameter.clone())))
            }) {
                ui.label(RichText::new(&cause.title).color(theme::tokens(ui).warning));
            }
        });
    }
    if let Some(parameter) = &removed {
        session.change(|draft| {
            // The entries hold what the JSON said, and the form goes on from there.
            draft.leave_json();
            draft.entries.retain(|entry| entry.parameter != *parameter);
        });
    }
    removed.is_some()
}
