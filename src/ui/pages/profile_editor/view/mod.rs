//! The profile editor: everything that a profile holds, saved by itself.

mod choices;
mod elements;
mod mapping;
pub mod new;
mod parts;

use eframe::egui::{self, Button, Id, RichText, TextEdit, TextStyle, Ui, WidgetInfo};

use crate::model::profile::Colour;
use crate::model::profile::FieldKind;
use crate::model::profile::SourceSetting;
use crate::model::secrets::url_values::secret_spans;
use crate::model::{Endpoint, Profile};
use crate::store::StoredProfile;
use crate::ui::command::Command;
use crate::ui::documents::Document;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::profile_editor::pasted::request_in;
use crate::ui::pages::profile_editor::state::EditorState;
use crate::ui::pages::profile_editor::view::parts::{
    arrive, clear_place, finding, findings, fitting, list_edit, named_edit, section, set_place, wire_edit,
};
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, privacy, theme, widgets};

/// From this width of the page on its head says that changes are saved, in points.
const WIDE_HEAD: f32 = 700.0;

/// How wide the editor is at most, in points.
const EDITOR: f32 = 960.0;

/// Draws the editor for the open profile.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let Some(stored) = state.profile().cloned() else {
        ui.label(widgets::muted(ui, "No profile is open. Pick one from the list, or make one with New profile…"));
        return;
    };
    // Something else may have changed the profile: a fix, the sandbox's new port.
    let mut editor = match state.editor.take() {
        Some(editor) if editor.id == stored.id && editor.profile == stored.profile => editor,
        _ => EditorState::of(stored.id.clone(), stored.profile.clone()),
    };
    if let Some(place) = state.profile_place.take() {
        open_at(ui, &mut editor, place);
    }
    let has_stepped = header(ui, &mut editor, out);
    if editor.open_choices.is_some() {
        // A sheet at the far side of a wide window would stand far from its row.
        ui.set_max_width(ui.available_width().min(EDITOR + choices::SHEET_MOST));
    }
    let has_sheet = choices::has_sheet(ui);
    if has_sheet {
        choices::sheet(ui, &mut editor);
    }
    widgets::scroll(ui, "editor", |ui| {
        ui.set_max_width(ui.available_width().min(EDITOR));
        let is_other = |other: &Document<StoredProfile>| other.id != stored.id && other.profile.name == editor.profile.name;
        let is_taken = !editor.profile.name.is_empty() && state.profiles.iter().any(is_other);
        name(ui, &mut editor.profile, is_taken);
        endpoint(ui, &mut editor);
        rules(ui, &mut editor);
        mapping::show(ui, &mut editor, has_sheet);
        elements::show(ui, &mut editor);
        correlation(ui, &mut editor.profile);
        certificates(ui, &mut editor.profile);
        ui.add_space(theme::SPACE_LARGE);
    });
    clear_place(ui);
    if editor.profile != stored.profile {
        if !has_stepped {
            editor.steps.changed(ui, &stored.profile, &editor.profile);
        }
        out.push(Command::Profile(ProfileCommand::Save(stored.id, Box::new(editor.profile.clone()))));
    }
    state.editor = Some(editor);
}

/// Goes to the control of a place; choices stand in a list of their own, which opens.
fn open_at(ui: &Ui, editor: &mut EditorState, place: String) {
    let row = place.strip_prefix("fields/").and_then(|rest| rest.strip_suffix("/choices")).and_then(|parameter| {
        editor.profile.fields.iter().position(|field| field.parameter == parameter && field.kind.has_choices())
    });
    if let Some(index) = row {
        editor.open_choices = Some(index);
        editor.shows_choices = true;
        editor.choices = editor.profile.fields[index].choices.join("\n");
    }
    set_place(ui, place);
}

/// Draws what stands above the page; tells whether a change was undone or redone.
fn header(ui: &mut Ui, editor: &mut EditorState, out: &mut Vec<Command>) -> bool {
    let mut has_stepped = false;
    ui.horizontal_wrapped(|ui| {
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back to the form", "Your changes are saved").clicked() {
            out.push(Command::Show(View::Compose));
        }
        // A long name leaves room for what stands beside it.
        let is_wide = ui.max_rect().width() >= WIDE_HEAD;
        let beside = if is_wide { 430.0 } else { 170.0 };
        let most = (ui.available_width() - beside).max(120.0);
        widgets::heading(ui, editor.profile.shown_name(), most);
        if is_wide {
            ui.label(widgets::muted(ui, "Changes are saved automatically"));
        }
        let EditorState { steps, profile, .. } = editor;
        if let Some(other) = steps.show(ui, profile, "this profile") {
            editor.show(other);
            has_stepped = true;
        }
    });
    has_stepped
}

fn name(ui: &mut Ui, profile: &mut Profile, is_taken: bool) {
    section(ui, "Name and appearance");
    ui.horizontal_wrapped(|ui| {
        let width = fitting(ui, &profile.name, 240.0);
        named_edit(ui, "Name", &mut profile.name, width, "", "The name in the list of profiles");
        named_edit(ui, "Label", &mut profile.label, 120.0, "Staging", "A short word shown next to the name");
        named_edit(ui, "Group", &mut profile.group, 160.0, "none", "The group that it stands under in the list of profiles");
    });
    if is_taken {
        let tokens = theme::tokens(ui);
        widgets::icon_line(ui, icons::WARNING, tokens.warning, "Warning", |ui| {
            ui.label(
                RichText::new("Another profile has this name. The command line then needs the id of the one that is meant")
                    .color(tokens.warning),
            );
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().button_padding = egui::vec2(4.0, 2.0);
        ui.label("Colour");
        for colour in Colour::ALL {
            let is_picked = profile.colour == Some(colour);
            let shade = theme::profile_colour(colour, ui.visuals().dark_mode);
            let text = RichText::new(if is_picked { icons::CHECK_CIRCLE } else { icons::CIRCLE }).color(shade).size(20.0);
            let response = ui.add(Button::new(text).frame_when_inactive(false).selected(is_picked));
            response.widget_info(|| {
                WidgetInfo::selected(egui::Role::RadioButton, true, is_picked, format!("Colour {}", colour.label()))
            });
            if response.on_hover_text(format!("{}: marks the profile in the list and along the window", colour.label())).clicked()
            {
                profile.colour = (!is_picked).then_some(colour);
            }
        }
        ui.label(widgets::muted(ui, profile.colour.map_or("None", Colour::label)));
    });
    let says = "Real people read what is sent here. The colour along the window's top is the profile's, or red";
    ui.checkbox(&mut profile.production, "Production").on_hover_text(says);
    ui.label(
        widgets::muted(ui, "Asks before the first send of a session and shows a bar of colour along the window's top").small(),
    );
    ui.checkbox(&mut profile.favourite, "Favourite").on_hover_text("Stands at the top of the list");
}

fn endpoint(ui: &mut Ui, editor: &mut EditorState) {
    section(ui, "Endpoint");
    let profile = &mut editor.profile;
    ui.horizontal_wrapped(|ui| {
        let width = fitting(ui, &profile.base_url, 260.0);
        let host = wire_edit(
            ui,
            "Host",
            &mut profile.base_url,
            width,
            "https://acme.centercode.com",
            "Scheme and host, without a slash at the end",
        );
        arrive(ui, "base_url", &host);
        let width = fitting(ui, &profile.project_key, 120.0);
        let key = wire_edit(ui, "Project key", &mut profile.project_key, width, "beta1", "The part behind /projects/");
        arrive(ui, "project_key", &key);
        let width = fitting(ui, &profile.source_key, 150.0);
        let key = wire_edit(
            ui,
            "Source key",
            &mut profile.source_key,
            width,
            "appcrashlog",
            "The External Source's key, the part behind /feedback/",
        );
        arrive(ui, "source_key", &key);
        let mut endpoint = profile.endpoint();
        if key_edit(ui, &mut endpoint) {
            profile.set_endpoint(endpoint);
        }
    });
    if profile.sandbox {
        ui.label(widgets::muted(ui, "The sandbox runs this profile. It sets the host and the API key at each start"));
    }
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Paste an endpoint URL");
        let hides = !secret_spans(&editor.pasted).is_empty();
        let edit = TextEdit::singleline(&mut editor.pasted)
            .id_salt("pasted")
            .password(hides)
            .desired_width(360.0)
            .hint_text("https://…/api/v1/projects/…/feedback/…?apiKey=…");
        let response = ui.add(edit).labelled_by(label.id).on_hover_text("Reads the host and the keys from it");
        // A pasted URL is taken at once, so that its key does not stay in sight.
        if response.changed()
            && widgets::was_pasted(ui)
            && let Some(request) = request_in(&editor.pasted)
        {
            editor.pasted = request.url;
        }
        if response.changed()
            && widgets::was_pasted(ui)
            && let Some(parts) = Endpoint::from_pasted(&editor.pasted)
        {
            take_endpoint(editor, parts);
        }
        let parts = Endpoint::from_pasted(&editor.pasted);
        let button = ui.add_enabled(parts.is_some(), Button::new("Take its parts"));
        if button
            .on_hover_text("Replaces host and keys above")
            .on_disabled_hover_text("This is not the endpoint of an External Source yet")
            .clicked()
            && let Some(parts) = parts
        {
            take_endpoint(editor, parts);
        }
    });
    for cause in findings(&editor.profile.endpoint().url_revealing_key(), None) {
        finding(ui, &cause);
    }
}

fn take_endpoint(editor: &mut EditorState, parts: Endpoint) {
    editor.profile.set_endpoint(parts);
    editor.pasted.clear();
}

/// The API key, masked; tells whether it was changed.
fn key_edit(ui: &mut Ui, endpoint: &mut Endpoint) -> bool {
    widgets::column(ui, 220.0, |ui| {
        let label = ui.label(widgets::muted(ui, "API key").small());
        ui.horizontal(|ui| {
            let held = Id::unique("show-key-of-profile");
            let edit = TextEdit::singleline(endpoint.api_key.reveal_mut())
                .id_salt("key")
                .password(!widgets::is_held(ui, held))
                .desired_width(160.0)
                .font(TextStyle::Monospace);
            let changed = ui
                .add(edit)
                .labelled_by(label.id)
                .on_hover_text("The community's API key. Exports do not contain it unless you choose so")
                .changed();
            widgets::hold_to_show(ui, held, "the API key");
            changed
        })
        .inner
    })
}

fn rules(ui: &mut Ui, editor: &mut EditorState) {
    section(ui, "Rules of the External Source");
    let profile = &mut editor.profile;
    let hides = privacy::is_sharing(ui);
    default_submitter(ui, profile, hides);
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Workflow status of new tickets");
        status_combo(ui, profile, label.id);
    });
    if profile.statuses.is_empty() {
        ui.label(widgets::muted(ui, "To select a status here, add the workflow's statuses below.").small());
    }
    let says = "The statuses of the feedback type's workflow. A status in the payload must be one of them";
    let edit = list_edit(ui, "Statuses", &mut editor.statuses, &mut profile.statuses, says);
    arrive(ui, "statuses", &edit);
    let says = "E-mail addresses of users in the project. If the list is empty, submitters are not checked";
    if hides {
        ui.label(format!("Known submitters ({})", profile.known_submitters.len()));
        widgets::why_hidden(ui, "Hidden while the screen is shared");
    } else {
        let edit = list_edit(ui, "Known submitters", &mut editor.submitters, &mut profile.known_submitters, says);
        arrive(ui, "known_submitters", &edit);
    }
}

/// The default submitter: an address, or what its absence means.
fn default_submitter(ui: &mut Ui, profile: &mut Profile, hides: bool) {
    let is_known = profile.default_submitter_setting() != SourceSetting::NotKnown;
    let mut default = profile.default_submitter.clone().unwrap_or_default();
    let is_changed = widgets::column(ui, 338.0, |ui| {
        let label = ui.label(widgets::muted(ui, "Default submitter").small());
        let hint = if is_known { "none: the submitter parameter is required" } else { "not known" };
        let edit = TextEdit::singleline(&mut default).id_salt("submitter").desired_width(320.0).password(hides);
        let edit = ui.add(edit.hint_text(hint)).labelled_by(label.id);
        arrive(ui, "default_submitter", &edit);
        edit.on_hover_text("The user that a ticket without a matching submitter is attributed to, as set in Centercode").changed()
    });
    if is_changed {
        profile.set_default_submitter(Some(&default).filter(|text| is_known || !text.trim().is_empty()).map(String::as_str));
    }
    if profile.default_submitter.is_none() {
        let mut has_none = is_known;
        let says =
            "Each ticket must then name an existing user. Without this mark it is not known, and nothing is concluded from it";
        if ui.checkbox(&mut has_none, "The External Source has no default submitter").on_hover_text(says).changed() {
            profile.set_default_submitter(has_none.then_some(""));
        }
    }
}

fn status_combo(ui: &mut Ui, profile: &mut Profile, label: Id) {
    const NONE: &str = "No Selection: the status parameter is required";
    const NOT_KNOWN: &str = "Not known";
    let setting = profile.workflow_status_setting();
    let shown = match setting {
        SourceSetting::NotKnown => NOT_KNOWN,
        SourceSetting::NotSet => NONE,
        SourceSetting::Set(status) => status,
    };
    let mut picked = None;
    let combo = widgets::combo("workflow-status").truncate().width(320.0).selected_text(shown).show_ui(ui, |ui| {
        for (name, value) in [(NOT_KNOWN, SourceSetting::NotKnown), (NONE, SourceSetting::NotSet)] {
            if ui.selectable_label(setting == value, name).clicked() {
                picked = Some((value == SourceSetting::NotSet).then(String::new));
            }
        }
        for status in &profile.statuses {
            if ui.selectable_label(setting == SourceSetting::Set(status), status).clicked() {
                picked = Some(Some(status.clone()));
            }
        }
    });
    arrive(ui, "workflow_status", &combo.response);
    combo.response.labelled_by(label).on_hover_text("As selected in the External Source. Its statuses are listed below");
    if let Some(picked) = picked {
        profile.set_workflow_status(picked.as_deref());
    }
}

fn correlation(ui: &mut Ui, profile: &mut Profile) {
    section(ui, "Correlation id");
    let shown = profile.correlation_parameter.clone().unwrap_or_else(|| "None".to_owned());
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Parameter for the id");
        let combo = widgets::combo("correlation").truncate().width(240.0).selected_text(&shown).show_ui(ui, |ui| {
            ui.selectable_value(&mut profile.correlation_parameter, None, "None");
            for field in profile.fields.clone().iter().filter(|field| matches!(field.kind, FieldKind::Text | FieldKind::LongText)) {
                ui.selectable_value(&mut profile.correlation_parameter, Some(field.parameter.clone()), &field.parameter);
            }
        });
        let says = "Centerpost adds a unique value such as cp-00c0ffee00c0ffee to each payload that does not set it, so you can find the ticket in the logs of other systems";
        combo.response.labelled_by(label.id).on_hover_text(says);
    });
}

fn certificates(ui: &mut Ui, profile: &mut Profile) {
    section(ui, "Certificates");
    let says = "Sends even if the certificate is expired, self-signed or for another name. It is safer to set your own CA file in the settings";
    ui.checkbox(&mut profile.accept_invalid_certificates, "Accept invalid certificates").on_hover_text(says);
    if profile.accept_invalid_certificates {
        let tokens = theme::tokens(ui);
        widgets::icon_line(ui, icons::SHIELD_WARNING, tokens.warning, "Warning", |ui| {
            ui.label(
                RichText::new("An attacker on the network can read the API key and change the request").color(tokens.warning),
            );
        });
    }
}
