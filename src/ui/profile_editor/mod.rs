//! The profile editor: everything that a profile holds, saved by itself.

mod elements;
mod mapping;
mod new;

use eframe::egui::{self, Button, ComboBox, Id, RichText, ScrollArea, TextEdit, TextStyle, Ui, WidgetInfo};

use crate::diagnosis::{self, Cause};
use crate::model::profile::FieldKind;
use crate::model::profile::{Colour, Field, FileElement};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::names::secret_spans;
use crate::model::{Case, Endpoint, Profile};
use crate::store::ProfileId;

use super::command::Command;
use super::state::{State, View};
use super::{icons, privacy, theme, widgets};

pub use new::{NewProfile, show_new};

/// How many removals can be taken back.
const UNDO_DEPTH: usize = 50;

/// Something that can be taken back.
enum Undo {
    /// A row of the mapping was removed from this place.
    Field(usize, Field),
    /// A file element was removed from this place.
    Element(usize, FileElement),
    /// The endpoint was replaced by a pasted one.
    Endpoint(Endpoint),
    /// Rows were added for these parameters.
    Added(Vec<String>),
}

/// What is being typed in the profile editor.
pub struct EditorState {
    /// The profile that is edited.
    id: ProfileId,
    /// It as it stands in the window.
    profile: Profile,
    /// What was taken out or replaced, newest last.
    undo: Vec<Undo>,
    /// A whole endpoint to take the parts of.
    pasted: String,
    /// An example payload to take rows from.
    sample: String,
    /// Whether the field for the example payload is unfolded.
    shows_sample: bool,
    /// The row of the mapping whose choices are unfolded.
    open_choices: Option<usize>,
    /// The row that was just moved by a button, and which way: its button takes the keyboard.
    moved: Option<(usize, mapping::Way)>,
    /// The lists as they are typed, one entry a line.
    statuses: String,
    submitters: String,
    /// The choices of the unfolded row, one a line.
    choices: String,
}

impl EditorState {
    fn of(id: ProfileId, profile: Profile) -> Self {
        Self {
            statuses: profile.statuses.join("\n"),
            submitters: profile.known_submitters.join("\n"),
            id,
            profile,
            undo: Vec::new(),
            pasted: String::new(),
            sample: String::new(),
            shows_sample: false,
            open_choices: None,
            moved: None,
            choices: String::new(),
        }
    }

    /// Remembers what is about to be taken out or replaced.
    fn remember(&mut self, undo: Undo) {
        self.undo.push(undo);
        if self.undo.len() > UNDO_DEPTH {
            self.undo.remove(0);
        }
    }

    /// Brings the newest of it back. Everything else that was edited since stays.
    fn undo(&mut self) {
        self.open_choices = None;
        let fields = &mut self.profile.fields;
        let elements = &mut self.profile.file_elements;
        match self.undo.pop() {
            Some(Undo::Field(at, field)) => fields.insert(at.min(fields.len()), field),
            Some(Undo::Element(at, element)) => elements.insert(at.min(elements.len()), element),
            Some(Undo::Endpoint(endpoint)) => self.profile.set_endpoint(endpoint),
            Some(Undo::Added(parameters)) => fields.retain(|field| !parameters.contains(&field.parameter)),
            None => {}
        }
    }
}

/// Draws the editor for the open profile.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let Some(stored) = state.profile().cloned() else {
        ui.label(widgets::muted(ui, "No profile is open. Pick one from the list, or make one with New profile…"));
        return;
    };
    // Something else may have changed the profile: a mend, the sandbox's new port.
    let mut editor = match state.editor.take() {
        Some(editor) if editor.id == stored.id && editor.profile == stored.profile => editor,
        _ => EditorState::of(stored.id.clone(), stored.profile.clone()),
    };
    header(ui, &mut editor, out);
    ScrollArea::vertical().id_salt("editor").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width().min(960.0));
        name(ui, &mut editor.profile);
        endpoint(ui, &mut editor);
        rules(ui, &mut editor);
        mapping::show(ui, &mut editor);
        elements::show(ui, &mut editor);
        correlation(ui, &mut editor.profile);
        certificates(ui, &mut editor.profile);
        ui.add_space(theme::SPACE_LARGE);
    });
    if editor.profile != stored.profile {
        out.push(Command::SaveProfile(stored.id, Box::new(editor.profile.clone())));
    }
    state.editor = Some(editor);
}

fn header(ui: &mut Ui, editor: &mut EditorState, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back to the form", "Everything is saved already").clicked() {
            out.push(Command::Show(View::Compose));
        }
        ui.label(RichText::new(editor.profile.shown_name()).text_style(theme::heading()));
        ui.label(widgets::muted(ui, "saved by itself"));
        let undo = ui.add_enabled(!editor.undo.is_empty(), Button::new("Undo"));
        let says = "Brings back what was last removed or replaced here; other edits stay";
        if undo.on_hover_text(says).on_disabled_hover_text("Nothing was removed or replaced yet").clicked() {
            editor.undo();
        }
    });
}

fn section(ui: &mut Ui, title: &str) {
    ui.add_space(theme::SPACE_LARGE);
    ui.label(RichText::new(title).text_style(theme::heading()));
    ui.separator();
}

/// A text with its name above it.
fn named_edit(ui: &mut Ui, name: &str, text: &mut String, width: f32, hint: &str, says: &str) -> egui::Response {
    widgets::column(ui, width + 18.0, |ui| {
        let label = ui.label(widgets::muted(ui, name).small());
        ui.add(TextEdit::singleline(text).id_salt(name).desired_width(width.min(ui.available_width())).hint_text(hint))
            .labelled_by(label.id)
            .on_hover_text(says)
    })
}

/// [`named_edit`] for what travels on the wire.
fn wire_edit(ui: &mut Ui, name: &str, text: &mut String, width: f32, hint: &str, says: &str) -> egui::Response {
    widgets::column(ui, width + 18.0, |ui| {
        let label = ui.label(widgets::muted(ui, name).small());
        let hides = !secret_spans(text).is_empty();
        let edit = TextEdit::singleline(text).id_salt(name).font(TextStyle::Monospace).hint_text(hint).password(hides);
        ui.add(edit.desired_width(width.min(ui.available_width()))).labelled_by(label.id).on_hover_text(says)
    })
}

/// A list, one entry a line.
fn list_edit(ui: &mut Ui, name: &str, text: &mut String, list: &mut Vec<String>, says: &str) {
    let label = ui.label(format!("{name} ({})", list.len()));
    let edit = TextEdit::multiline(text).id_salt(name).desired_rows(3).desired_width(f32::INFINITY).hint_text("one a line");
    if ui.add(edit).labelled_by(label.id).on_hover_text(says).changed() {
        *list = lines(text);
    }
}

/// The lines that say something. Spaces at their ends stay: they count.
fn lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

fn name(ui: &mut Ui, profile: &mut Profile) {
    section(ui, "Name and looks");
    ui.horizontal_wrapped(|ui| {
        named_edit(ui, "Name", &mut profile.name, 240.0, "", "As it stands in the list");
        named_edit(ui, "Label", &mut profile.label, 120.0, "Staging", "A short word beside the name");
    });
    ui.horizontal_wrapped(|ui| {
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
        wire_edit(
            ui,
            "Host",
            &mut profile.base_url,
            260.0,
            "https://acme.centercode.com",
            "Scheme and host, without a slash at the end",
        );
        wire_edit(ui, "Project key", &mut profile.project_key, 120.0, "beta1", "The part behind /projects/");
        wire_edit(
            ui,
            "Source key",
            &mut profile.source_key,
            150.0,
            "appcrashlog",
            "The External Source's key, the part behind /feedback/",
        );
        let mut endpoint = profile.endpoint();
        if key_edit(ui, &mut endpoint) {
            profile.set_endpoint(endpoint);
        }
    });
    if profile.sandbox {
        ui.label(widgets::muted(ui, "The sandbox plays this profile: host and API key are put in anew at each start"));
    }
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Paste an endpoint URL");
        let hides = !secret_spans(&editor.pasted).is_empty();
        let edit = TextEdit::singleline(&mut editor.pasted)
            .id_salt("pasted")
            .password(hides)
            .desired_width(360.0)
            .hint_text("https://…/api/v1/projects/…/feedback/…?apiKey=…");
        let response = ui.add(edit).labelled_by(label.id).on_hover_text("Takes host and keys out of it");
        // A pasted URL is taken at once, so that its key does not stay in sight.
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
            .on_disabled_hover_text("This is no endpoint of an External Source yet")
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
    editor.remember(Undo::Endpoint(editor.profile.endpoint()));
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
                .on_hover_text("The community's API key; it is in no export unless you ask for it")
                .changed();
            widgets::hold_to_show(ui, held, "the API key");
            changed
        })
        .inner
    })
}

/// What is odd about an address by itself.
fn findings(url: &str, profile: Option<Profile>) -> Vec<Cause> {
    let sent = RequestRecord { method: "POST".into(), url: url.to_owned(), ..RequestRecord::default() };
    let mut found = diagnosis::preflight(&Case { profile, sent, ..Case::default() });
    found.retain(|cause| cause.id.family() == "endpoint");
    found
}

/// A cause and what to do about it, both in sight: a tooltip is not reached by keyboard.
fn finding(ui: &mut Ui, cause: &Cause) {
    let tokens = theme::tokens(ui);
    widgets::callout(ui, tokens.warning_surface, icons::WARNING, tokens.warning, "Problem", |ui| {
        ui.label(RichText::new(&cause.title).color(tokens.warning));
        ui.label(&cause.advice);
    });
}

fn rules(ui: &mut Ui, editor: &mut EditorState) {
    section(ui, "Rules of the External Source");
    let profile = &mut editor.profile;
    let mut default = profile.default_submitter.clone().unwrap_or_default();
    let hides = privacy::is_sharing(ui);
    let default_changed = widgets::column(ui, 338.0, |ui| {
        let label = ui.label(widgets::muted(ui, "Default submitter").small());
        let edit = TextEdit::singleline(&mut default).id_salt("submitter").desired_width(320.0).password(hides);
        ui.add(edit.hint_text("none: the submitter parameter is required"))
            .labelled_by(label.id)
            .on_hover_text("The user that a ticket without a matching submitter is attributed to, as set in Centercode")
            .changed()
    });
    if default_changed {
        profile.default_submitter = (!default.trim().is_empty()).then_some(default);
    }
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Workflow status of new tickets");
        status_combo(ui, profile, label.id);
    });
    let says = "The statuses of the feedback type's workflow; a status that is sent must be one of them";
    list_edit(ui, "Statuses", &mut editor.statuses, &mut profile.statuses, says);
    let says = "Addresses of users that exist in the project. While empty, nobody can be called unknown";
    if hides {
        ui.label(format!("Known submitters ({})", profile.known_submitters.len()));
        privacy::why_hidden(ui, "They are hidden while the screen is shared");
    } else {
        list_edit(ui, "Known submitters", &mut editor.submitters, &mut profile.known_submitters, says);
    }
}

fn status_combo(ui: &mut Ui, profile: &mut Profile, label: Id) {
    const NONE: &str = "No Selection: the status parameter is required";
    let shown = profile.workflow_status.clone().unwrap_or_else(|| NONE.to_owned());
    let response = ComboBox::from_id_salt("workflow-status").width(320.0).selected_text(&shown).show_ui(ui, |ui| {
        if ui.selectable_label(profile.workflow_status.is_none(), NONE).clicked() {
            profile.workflow_status = None;
        }
        for status in profile.statuses.clone() {
            if ui.selectable_label(profile.workflow_status.as_ref() == Some(&status), &status).clicked() {
                profile.workflow_status = Some(status);
            }
        }
    });
    response.response.labelled_by(label).on_hover_text("As selected in the External Source. Its statuses are listed below");
}

fn correlation(ui: &mut Ui, profile: &mut Profile) {
    section(ui, "Correlation id");
    let shown = profile.correlation_parameter.clone().unwrap_or_else(|| "None".to_owned());
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Parameter that gets one");
        let combo = ComboBox::from_id_salt("correlation").width(240.0).selected_text(&shown).show_ui(ui, |ui| {
            ui.selectable_value(&mut profile.correlation_parameter, None, "None");
            for field in profile.fields.clone().iter().filter(|field| matches!(field.kind, FieldKind::Text | FieldKind::LongText)) {
                ui.selectable_value(&mut profile.correlation_parameter, Some(field.parameter.clone()), &field.parameter);
            }
        });
        let says = "Each payload that leaves it out gets a value of its own there, such as cp-00c0ffee00c0ffee, by which a ticket is found again in other systems' logs";
        combo.response.labelled_by(label.id).on_hover_text(says);
    });
}

fn certificates(ui: &mut Ui, profile: &mut Profile) {
    section(ui, "Certificates");
    let says = "Sends even if the certificate is expired, self-signed or for another name. Better: name your own authority in the settings (CA file)";
    ui.checkbox(&mut profile.accept_invalid_certificates, "Accept invalid certificates").on_hover_text(says);
    if profile.accept_invalid_certificates {
        let tokens = theme::tokens(ui);
        ui.horizontal_wrapped(|ui| {
            widgets::icon(ui, icons::SHIELD_WARNING, tokens.warning, "Warning");
            ui.label(RichText::new("Whoever is in between can read the API key and change what is sent").color(tokens.warning));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_the_spaces_that_count() {
        assert_eq!(lines("Minor\n\n Major \r\nCritical"), ["Minor", " Major ", "Critical"]);
    }
}
