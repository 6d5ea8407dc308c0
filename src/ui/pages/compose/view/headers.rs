//! Headers that are sent with every request of a profile, and those that come by themselves.

use eframe::egui::{Grid, Id, TextEdit, TextStyle, Ui};

use crate::model::headers::{AUTOMATIC_HEADERS, header};
use crate::store::StoredProfile;
use crate::ui::command::Command;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::{icons, theme, widgets};

/// Draws the profile's own headers, editable, and the others.
pub(in crate::ui) fn show(ui: &mut Ui, stored: &StoredProfile, session: &mut Session, out: &mut Vec<Command>) {
    ui.label(widgets::muted(
        ui,
        "Sent with every request of this profile. It replaces Centerpost's own header of the same name.",
    ));
    let mut headers = stored.profile.extra_headers.clone();
    let mut removed = None;
    for (index, (name, value)) in headers.iter_mut().enumerate() {
        widgets::stable(ui, ("header", index), |ui| {
            ui.horizontal(|ui| {
                let number = index + 1;
                let name_label = ui.label(widgets::muted(ui, format!("Name {number}")));
                ui.add(TextEdit::singleline(name).id_salt("name").font(TextStyle::Monospace).desired_width(130.0))
                    .labelled_by(name_label.id);
                let value_label = ui.label(widgets::muted(ui, format!("Value {number}")));
                let is_secret = crate::model::secrets::names::is_secret_name(name);
                let held = Id::unique(("show-header", index));
                let width = (ui.available_width() - if is_secret { 80.0 } else { 44.0 }).max(80.0);
                let hides = is_secret && !widgets::is_held(ui, held);
                let edit =
                    TextEdit::singleline(value).id_salt("value").font(TextStyle::Monospace).desired_width(width).password(hides);
                ui.add(edit).labelled_by(value_label.id);
                if is_secret {
                    widgets::hold_to_show(ui, held, &format!("value {number}"));
                }
                let remove = format!("Remove header {number}");
                if widgets::icon_button(ui, icons::TRASH, &remove, "The header is no longer sent").clicked() {
                    removed = Some(index);
                }
            });
        });
    }
    if let Some(index) = removed {
        headers.remove(index);
    }
    let mut stepped = None;
    ui.horizontal_wrapped(|ui| {
        if ui.button("Add header").on_hover_text("Adds an empty row. A row without a name is not sent").clicked() {
            headers.push((String::new(), String::new()));
        }
        stepped = session.header_steps.show(ui, &stored.profile.extra_headers, "these headers");
    });
    if let Some(other) = stepped {
        headers = other;
    } else if headers != stored.profile.extra_headers {
        session.header_steps.changed(ui, &stored.profile.extra_headers, &headers);
    }
    if headers != stored.profile.extra_headers {
        let mut profile = stored.profile.clone();
        profile.extra_headers = headers;
        out.push(Command::Profile(ProfileCommand::Save(stored.id.clone(), Box::new(profile))));
    }
    ui.add_space(theme::SPACE);
    ui.label(widgets::muted(ui, "Sent automatically unless listed above:"));
    let request = session.draft.request(&stored.profile);
    Grid::new("automatic-headers").num_columns(2).show(ui, |ui| {
        let own = header(&stored.profile.extra_headers, "content-type")
            .is_none()
            .then_some(("Content-Type", "application/json".to_owned()));
        let length = ("Content-Length", request.body.len().to_string());
        let automatic = AUTOMATIC_HEADERS.iter().map(|(name, value)| (*name, (*value).to_owned()));
        for (name, value) in automatic.chain(own).chain([length]) {
            if header(&stored.profile.extra_headers, name).is_some() {
                continue;
            }
            ui.monospace(name);
            ui.monospace(value);
            ui.end_row();
        }
    });
}
