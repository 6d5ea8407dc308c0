//! Making a profile: from the endpoint URL, with the mapping from an example payload, or by hand.

use eframe::egui::{Grid, Id, RichText, TextEdit, Ui};
use serde_json::Value;

use crate::diagnosis::Fix;
use crate::model::mapping::fields_from_sample;
use crate::model::secrets::finder::SecretFinder;
use crate::model::secrets::mask::Masked;
use crate::model::secrets::mask::mask_url;
use crate::model::secrets::secret::MASK;
use crate::model::secrets::url_values::secret_spans;
use crate::model::{Endpoint, Profile, Secret};
use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::profile_editor::pasted::request_in;
use crate::ui::pages::profile_editor::state::NewProfile;
use crate::ui::pages::profile_editor::view::parts::{finding, findings, left_out};
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, theme, widgets};

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    page_head(ui, "New profile", "Your input is kept", out, |_| {});
    let page = &mut state.new_profile;
    let mut done = false;
    widgets::scroll(ui, "new-profile", |ui| {
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
        .id_salt("url")
        .desired_rows(2)
        .desired_width(f32::INFINITY)
        .hint_text("https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog?apiKey=…");
    let response =
        ui.add(edit).labelled_by(label.id).on_hover_text("Quotes, spaces and &amp; around the URL are detected and reported");
    if std::mem::take(&mut page.focuses_url) {
        response.request_focus();
    }
    if response.changed() {
        page.taken_from = None;
    }
    if response.changed() && widgets::was_pasted(ui) {
        take_request(page);
        take_keys(page);
    } else if response.lost_focus() {
        take_keys(page);
    }
    if let Some(kind) = page.taken_from {
        ui.label(widgets::muted(ui, format!("Taken from {kind}. To check or explain the request itself, use Import")));
    }
    if page.url.trim().is_empty() {
        return None;
    }
    let whole = whole(page);
    let endpoint = Endpoint::from_pasted(whole.reveal());
    match &endpoint {
        Some(parts) => recognised(ui, parts),
        None => {
            ui.label(widgets::muted(ui, "This is not the endpoint of an External Source yet. It has the form https://HOST/api/v1/projects/PROJECT_KEY/feedback/SOURCE_KEY?apiKey=KEY"));
        }
    }
    for cause in findings(whole.reveal().trim_end_matches(['\n', '\r']), None) {
        finding(ui, &cause);
    }
    endpoint
}

/// The parts that were read from the address.
fn recognised(ui: &mut Ui, parts: &Endpoint) {
    let held = Id::unique("show-key-of-new-profile");
    let shown = |text: &str| if text.is_empty() { "missing".to_owned() } else { text.to_owned() };
    Grid::new("parts").num_columns(2).spacing([16.0, 4.0]).show(ui, |ui| {
        for (name, value) in
            [("Host", parts.base_url.as_str()), ("Project key", &parts.project_key), ("Source key", &parts.source_key)]
        {
            ui.label(widgets::muted(ui, name));
            ui.monospace(mask_url(&shown(value)));
            ui.end_row();
        }
        ui.label(widgets::muted(ui, "API key"));
        ui.horizontal(|ui| {
            let is_known = !parts.api_key.is_empty();
            ui.monospace(if is_known && !widgets::is_held(ui, held) { MASK.to_owned() } else { shown(parts.api_key.reveal()) });
            if is_known {
                widgets::hold_to_show(ui, held, "the API key");
            }
        });
        ui.end_row();
    });
}

/// Takes address and payload out of a whole request that was pasted, such as a curl command.
fn take_request(page: &mut NewProfile) {
    let Some(request) = request_in(whole(page).reveal()) else { return };
    (page.url, page.keys, page.taken_from) = (request.url, Vec::new(), Some(request.kind));
    if page.sample.trim().is_empty() {
        page.sample = request.payload.unwrap_or_default();
    }
}

/// The address with what was taken out of it.
fn whole(page: &NewProfile) -> Secret {
    let mut keys = page.keys.iter();
    let mut pieces = page.url.split(MASK);
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        whole.push_str(keys.next().map_or(MASK, Secret::reveal));
        whole.push_str(piece);
    }
    Secret::new(whole)
}

/// Takes the API key and other secrets out of a pasted address, in whatever form they stand there, so that they do not stay in sight.
fn take_keys(page: &mut NewProfile) {
    let whole = whole(page);
    let text = whole.reveal();
    let mut spans = secret_spans(text);
    if let Some(parts) = Endpoint::from_pasted(text) {
        spans.extend(SecretFinder::new([parts.api_key.reveal()]).spans(text));
    }
    let (masked, cuts) = Masked::cut(text, spans).into_parts();
    page.keys = cuts.into_iter().map(|cut| Secret::new(&text[cut])).collect();
    page.url = masked.into_owned();
}

fn sample(ui: &mut Ui, page: &mut NewProfile) -> Vec<crate::model::profile::Field> {
    ui.add_space(theme::SPACE);
    let label = ui.label(RichText::new("Example payload (optional)").family(theme::strong()));
    let edit = TextEdit::multiline(&mut page.sample)
        .id_salt("sample")
        .code_editor()
        .desired_rows(4)
        .desired_width(f32::INFINITY)
        .lock_focus(false)
        .hint_text("{\"summary\": \"Crash\", \"severity\": \"Major\"}");
    ui.add(edit)
        .labelled_by(label.id)
        .on_hover_text("A JSON object as the other system sends it. Each parameter becomes a row of the field mapping");
    match serde_json::from_str::<Value>(&page.sample) {
        Ok(Value::Object(members)) => {
            let fields = fields_from_sample(&members);
            let kinds: Vec<String> =
                fields.iter().map(|field| format!("{} ({})", field.parameter, field.kind.label().to_lowercase())).collect();
            ui.label(widgets::muted(ui, format!("Makes {} rows: {}", fields.len(), kinds.join(", "))));
            left_out(ui, &members);
            fields
        }
        _ if page.sample.trim().is_empty() => Vec::new(),
        _ => {
            ui.label(RichText::new("This is not a JSON object yet").color(theme::tokens(ui).warning));
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
    ui.add(TextEdit::singleline(&mut page.name).id_salt("name").desired_width(320.0).hint_text(&proposed))
        .labelled_by(label.id)
        .on_hover_text("The name in the list of profiles. You can change it later");
    ui.add_space(theme::SPACE);
    let is_ready = endpoint.is_some();
    let says =
        if is_ready { "Saves the profile and opens its form" } else { "Paste the endpoint URL first, or start by hand below" };
    if !widgets::primary_button(ui, is_ready, icons::PLUS, "Create profile", says).clicked() {
        return false;
    }
    let profile = Profile {
        name: if page.name.trim().is_empty() { proposed } else { page.name.trim().to_owned() },
        fields,
        ..Profile::new(endpoint.unwrap_or_default())
    };
    let has_example = !profile.fields.is_empty();
    out.push(Command::Profile(ProfileCommand::Create(Box::new(profile))));
    if has_example {
        // The form begins with the values of the example.
        out.push(Command::Compose(ComposeCommand::Fix(Box::new(Fix::ReplaceBody(page.sample.clone())))));
    }
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
            out.push(Command::Profile(ProfileCommand::Create(Box::new(Profile {
                name: "Untitled".into(),
                ..Profile::new(Endpoint::default())
            }))));
            out.push(Command::Show(View::Profile));
        }
        if ui.button("Import profiles…").on_hover_text("Imports exported *.profile.json files").clicked() {
            out.push(Command::Profile(ProfileCommand::PickImport));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_out_and_put_back() {
        let base = "https://acme.centercode.com/api/v1/projects/p/feedback/s";
        for (query, key) in [
            ("?apiKey=3f0c9a71", "3f0c9a71"),
            ("?apiKey=3f0c%2B9a%2f71&token=tok-12", "3f0c+9a/71"),
            ("?x=1&amp;apiKey=3f0c9a71", "3f0c9a71"),
            ("%3FapiKey=3f0c9a71", "3f0c9a71"),
            ("?apiKey=3f0c9a71&again=3f0c9a71", "3f0c9a71"),
        ] {
            let pasted = format!("{base}{query}");
            let mut page = NewProfile { url: pasted.clone(), ..NewProfile::default() };
            take_keys(&mut page);
            assert!(!page.url.contains("3f0c") && !page.url.contains("tok-12"), "{}", page.url);
            assert_eq!(whole(&page).reveal(), pasted);
            assert_eq!(Endpoint::from_pasted(whole(&page).reveal()).unwrap().api_key.reveal(), key);
            page.url.push_str("&more=1");
            take_keys(&mut page);
            assert_eq!(whole(&page).reveal(), format!("{pasted}&more=1"));
        }
    }

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
