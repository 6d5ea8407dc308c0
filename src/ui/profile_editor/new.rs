//! Making a profile: from the endpoint URL, with the mapping from an example payload, or by hand.

use eframe::egui::{Grid, RichText, ScrollArea, TextEdit, Ui};
use serde_json::Value;

use crate::model::endpoint::mask_url;
use crate::model::mapping::fields_from_sample;
use crate::model::secret::MASK;
use crate::model::{Endpoint, Profile, Secret};
use crate::ui::command::Command;
use crate::ui::state::{State, View};
use crate::ui::{icons, theme, widgets};

use super::{finding, findings};

/// What is being typed on the page.
#[derive(Default)]
pub struct NewProfile {
    /// The endpoint as it stands in the field; a pasted API key is masked in it.
    url: String,
    /// The API key that was pasted.
    key: Secret,
    name: String,
    sample: String,
}

/// Draws the page.
pub fn show_new(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back", "Goes back to the form; what was typed stays").clicked() {
            out.push(Command::Show(View::Compose));
        }
        ui.label(RichText::new("New profile").text_style(theme::heading()));
    });
    let page = &mut state.new_profile;
    let mut done = false;
    ScrollArea::vertical().id_salt("new-profile").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width().min(640.0));
        let endpoint = paste(ui, page);
        let sample = sample(ui, page);
        ui.add_space(theme::SPACE);
        done = create(ui, page, endpoint, sample, out);
        ui.add_space(theme::SPACE_LARGE);
        others(ui, out);
    });
    if done {
        state.new_profile = NewProfile::default();
    }
}

/// The endpoint URL and what is read from it.
fn paste(ui: &mut Ui, page: &mut NewProfile) -> Option<Endpoint> {
    ui.label("Centercode shows the API endpoint URL where the External Source is configured. Paste it here:");
    let label = ui.label(RichText::new("Endpoint URL").family(theme::strong()));
    let edit = TextEdit::multiline(&mut page.url)
        .desired_rows(2)
        .desired_width(f32::INFINITY)
        .hint_text("https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog?apiKey=…");
    let response =
        ui.add(edit).labelled_by(label.id).on_hover_text("Quotes, spaces and &amp; around it are recognised, and said");
    if response.changed() && widgets::was_pasted(ui) {
        take_key(page);
    }
    if page.url.trim().is_empty() {
        return None;
    }
    let whole = Secret::new(page.url.replace(MASK, page.key.reveal()));
    let endpoint = Endpoint::from_pasted(whole.reveal());
    match &endpoint {
        Some(parts) => {
            let key = if parts.api_key.is_empty() { "missing" } else { MASK };
            Grid::new("parts").num_columns(2).spacing([16.0, 4.0]).show(ui, |ui| {
                for (name, value) in [
                    ("Host", parts.base_url.as_str()),
                    ("Project key", &parts.project_key),
                    ("Source key", &parts.source_key),
                    ("API key", key),
                ] {
                    ui.label(widgets::muted(ui, name));
                    ui.monospace(if value.is_empty() { "missing" } else { value });
                    ui.end_row();
                }
            });
        }
        None => {
            ui.label(widgets::muted(ui, "No External Source's endpoint is recognised in this yet; it has the form https://HOST/api/v1/projects/PROJECT_KEY/feedback/SOURCE_KEY?apiKey=KEY"));
        }
    }
    for cause in findings(whole.reveal().trim_end_matches(['\n', '\r']), None) {
        finding(ui, &cause);
    }
    endpoint
}

/// Takes the API key out of a pasted address, so that it does not stay in sight.
fn take_key(page: &mut NewProfile) {
    let Some(parts) = Endpoint::from_pasted(&page.url) else { return };
    let is_masked = parts.api_key.reveal() == MASK;
    let masked = mask_url(&page.url);
    // Only a key that stands in the text as it is can be put back from the mask.
    if !parts.api_key.is_empty()
        && !is_masked
        && masked.matches(MASK).count() == 1
        && masked.replace(MASK, parts.api_key.reveal()) == page.url
    {
        page.key = parts.api_key;
        page.url = masked;
    }
}

fn sample(ui: &mut Ui, page: &mut NewProfile) -> Vec<crate::model::profile::Field> {
    ui.add_space(theme::SPACE);
    let label = ui.label(RichText::new("Example payload (optional)").family(theme::strong()));
    let edit = TextEdit::multiline(&mut page.sample)
        .code_editor()
        .desired_rows(4)
        .desired_width(f32::INFINITY)
        .lock_focus(false)
        .hint_text("{\"summary\": \"Crash\", \"severity\": \"Major\"}");
    ui.add(edit)
        .labelled_by(label.id)
        .on_hover_text("A JSON object as the outside system sends it: each parameter becomes a row of the field mapping");
    match serde_json::from_str::<Value>(&page.sample) {
        Ok(Value::Object(members)) => {
            let fields = fields_from_sample(&members);
            let kinds: Vec<String> =
                fields.iter().map(|field| format!("{} ({})", field.parameter, field.kind.label().to_lowercase())).collect();
            ui.label(widgets::muted(ui, format!("Makes {} rows: {}", fields.len(), kinds.join(", "))));
            fields
        }
        _ if page.sample.trim().is_empty() => Vec::new(),
        _ => {
            ui.label(RichText::new("This is no JSON object yet").color(theme::tokens(ui).warning));
            Vec::new()
        }
    }
}

fn create(
    ui: &mut Ui,
    page: &mut NewProfile,
    endpoint: Option<Endpoint>,
    fields: Vec<crate::model::profile::Field>,
    out: &mut Vec<Command>,
) -> bool {
    let proposed = endpoint.as_ref().map_or_else(|| "Untitled".to_owned(), proposed_name);
    let label = ui.label(RichText::new("Name").family(theme::strong()));
    ui.add(TextEdit::singleline(&mut page.name).desired_width(320.0).hint_text(&proposed))
        .labelled_by(label.id)
        .on_hover_text("As it stands in the list; it can be changed later");
    ui.add_space(theme::SPACE);
    let is_ready = endpoint.is_some();
    let says =
        if is_ready { "Saves the profile and opens its form" } else { "Paste the endpoint URL first, or start by hand below" };
    if !widgets::primary_button(ui, is_ready, icons::PLUS, "Create profile", says).clicked() {
        return false;
    }
    let mut profile = Profile {
        name: if page.name.trim().is_empty() { proposed } else { page.name.trim().to_owned() },
        fields,
        ..Profile::default()
    };
    if let Some(endpoint) = endpoint {
        profile.set_endpoint(endpoint);
    }
    out.push(Command::CreateProfile(Box::new(profile)));
    true
}

/// "acme – appcrashlog" from host and source key.
fn proposed_name(endpoint: &Endpoint) -> String {
    let host = endpoint.base_url.split("://").last().unwrap_or("").split(['.', ':', '/']).next().unwrap_or("");
    match (host.is_empty(), endpoint.source_key.is_empty()) {
        (false, false) => format!("{host} – {}", endpoint.source_key),
        (false, true) => host.to_owned(),
        (true, false) => endpoint.source_key.clone(),
        (true, true) => "Untitled".to_owned(),
    }
}

fn others(ui: &mut Ui, out: &mut Vec<Command>) {
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        if ui.button("Start by hand").on_hover_text("Makes an empty profile and opens its configuration").clicked() {
            out.push(Command::CreateProfile(Box::new(Profile { name: "Untitled".into(), ..Profile::default() })));
            out.push(Command::Show(View::Profile));
        }
        if ui.button("Import…").on_hover_text("Takes over *.profile.json files that somebody exported").clicked() {
            out.push(Command::PickImport);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_proposed_from_host_and_source() {
        let endpoint =
            |base: &str, source: &str| Endpoint { base_url: base.into(), source_key: source.into(), ..Endpoint::default() };
        for (endpoint, expected) in [
            (endpoint("https://acme.centercode.com", "appcrashlog"), "acme – appcrashlog"),
            (endpoint("https://acme.centercode.com:8443", ""), "acme"),
            (endpoint("", ""), "Untitled"),
        ] {
            assert_eq!(proposed_name(&endpoint), expected);
        }
    }
}
