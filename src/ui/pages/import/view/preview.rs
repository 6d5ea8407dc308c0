//! The picked request: what it holds, what is to be filled in, and what can be done with it.

use eframe::egui::{Button, Label, RichText, TextEdit, Ui, WidgetInfo};

use crate::jobs::Jobs;
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::secrets::collect::secrets_in_exchange;
use crate::model::secrets::email::beginning;
use crate::model::secrets::mask::mask_headers;
use crate::model::secrets::mask::mask_text;
use crate::model::secrets::mask::mask_url;
use crate::model::secrets::names::is_secret_name;
use crate::model::{Endpoint, Secret};
use crate::service::prepare::paths_in;
use crate::store::ProfileId;
use crate::ui::command::Command;
use crate::ui::pages::diagnostics::runs;
use crate::ui::pages::export::command::ExportSource;
use crate::ui::pages::export::view as export_menu;
use crate::ui::pages::import::command::ImportCommand;
use crate::ui::pages::import::state::{Drawn, ImportPage, ImportResult};
use crate::ui::pages::import::view::checked;
use crate::ui::pages::response::view as response;
use crate::ui::profile_names::ProfileNames;
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// How much of a body is shown, in characters.
const MOST_OF_A_BODY: usize = 8000;

pub(in crate::ui) fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    let page = &mut state.import;
    let Some(found) = &page.found else { return };
    let Some(request) = found.imported.requests.get(page.picked) else { return };
    let requests = found.imported.requests.len();
    let drawn = match page.drawn.take().filter(|drawn| drawn.picked == page.picked) {
        Some(drawn) => drawn,
        None => Drawn::of(page.picked, request),
    };
    ui.add_space(theme::SPACE);
    ui.separator();
    if requests > 1 {
        ui.label(RichText::new(format!("Request {}", drawn.picked + 1)).family(theme::strong()));
    }
    profile(ui, state);
    fill_in(ui, &mut state.import, &drawn.placeholders);
    if drawn.has_files {
        files_from(ui, &state.import, out);
    }
    actions(ui, state, &drawn, out);
    let can_fill = drawn.has_request && state.import.profile.is_some();
    made(ui, state, can_fill, jobs, out);
    ui.add_space(theme::SPACE);
    ui.add(Label::new(RichText::new(&drawn.text).monospace().size(12.5)).wrap());
    state.import.drawn = Some(drawn);
}

impl Drawn {
    fn of(picked: usize, request: &RequestSpec) -> Self {
        Self {
            picked,
            text: text_of(request),
            placeholders: request.placeholders(),
            has_request: !request.url.is_empty() || request.body != SpecBody::None,
            has_answer: request.outcome.is_some(),
            source: Endpoint::from_pasted(&request.url),
            has_host: request.url.contains("://"),
            has_files: !paths_in(request).is_empty(),
        }
    }
}

/// What is asked, noted and found.
fn made(ui: &mut Ui, state: &mut State, can_fill: bool, jobs: &Jobs, out: &mut Vec<Command>) {
    let page = &mut state.import;
    if let Some(question) = &page.question {
        let question = Question {
            text: question,
            yes: "Send it",
            yes_says: "Sends the request unchanged. The response appears next to the form",
            no: "Not now",
            no_says: "Sends nothing",
        };
        out.extend(question.ask(ui).map(|answer| match answer {
            Answer::Yes => Command::Import(ImportCommand::Send),
            Answer::No => Command::Import(ImportCommand::Decline),
        }));
    }
    for note in &page.notes {
        widgets::icon_line(ui, icons::INFO, theme::tokens(ui).muted, "Note", |ui| {
            ui.label(widgets::muted(ui, note));
        });
    }
    match &mut page.result {
        ImportResult::Nothing => {}
        ImportResult::Failed(reason) => {
            let tokens = theme::tokens(ui);
            widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
                ui.label(reason.as_str());
            });
        }
        ImportResult::Checked(rows) => checked::show(ui, rows, can_fill, out),
        ImportResult::Explained(view) => {
            ui.set_min_height(360.0);
            let (shown, panel) = view.shown();
            response::show_exchange(ui, &shown, panel, jobs, None, out);
        }
        ImportResult::Rehearsed => runs::found(ui, &page.rehearsal, out),
    }
}

/// The request and its answer as they are shown, without secrets.
fn text_of(request: &RequestSpec) -> String {
    let mut text = String::new();
    if !request.url.is_empty() {
        text.push_str(&format!("{} {}\n", request.method, mask_url(&request.url)));
    }
    for (name, value) in mask_headers(&request.headers) {
        text.push_str(&format!("{name}: {value}\n"));
    }
    match &request.body {
        SpecBody::None => {}
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => text.push_str(&format!("\n{}\n", shortened(body))),
        SpecBody::File(path) => text.push_str(&format!("\n[the file {path}]\n")),
        SpecBody::Bytes(bytes) => text.push_str(&format!("\n[{} bytes that are not text]\n", bytes.len())),
        SpecBody::Multipart(parts) => parts.iter().for_each(|part| text.push_str(&part_line(part))),
    }
    if let Some(answer) = request.answer() {
        text.push_str(&format!("\nResponse: {}\n{}", answer.status, shortened(&answer.text())));
    }
    if let Some(failure) = request.failure() {
        text.push_str(&format!("\nNo response: {}, {}\n", failure.kind.words(), failure.message));
    }
    let mut secrets = secrets_in_exchange(&request.sent(), request.answer(), &|_| false);
    secrets.push(Endpoint::from_pasted(&request.url).unwrap_or_default().api_key);
    let secrets: Vec<String> = secrets.iter().map(|secret| secret.reveal().to_owned()).collect();
    mask_text(&text, &secrets)
}

fn shortened(text: &str) -> String {
    // An address that is cut in two would not be known for one while the screen is shared.
    let shown = beginning(text, MOST_OF_A_BODY);
    if shown.len() == text.len() { text.to_owned() } else { format!("{shown}\n[{} bytes more]", text.len() - shown.len()) }
}

fn part_line(part: &Part) -> String {
    let content = match &part.content {
        PartContent::Text(text) => shortened(text),
        PartContent::Bytes(bytes) => format!("[{} bytes]", bytes.len()),
        PartContent::File(path) => format!("[the file {path}]"),
    };
    let filename = part.filename.as_deref().map_or_else(String::new, |name| format!(", sent as {name}"));
    format!("\n[part {}{filename}] {content}\n", part.name)
}

/// Values for the placeholders that stand in it.
fn fill_in(ui: &mut Ui, page: &mut ImportPage, names: &[String]) {
    if names.is_empty() {
        return;
    }
    ui.add_space(theme::SPACE_SMALL);
    ui.label(RichText::new("Fill in").family(theme::strong()));
    ui.label(widgets::muted(ui, "The request has placeholders for these. Without them it can be checked, and not sent."));
    for name in names {
        if !page.values.iter().any(|(known, _)| known == name) {
            page.values.push((name.clone(), Secret::default()));
        }
        let Some((_, value)) = page.values.iter_mut().find(|(known, _)| known == name) else { continue };
        widgets::named_row(ui, 150.0, &format!("{{{{{name}}}}}"), "", |ui, label| {
            let edit = TextEdit::singleline(value.reveal_mut()).id_salt(name).password(is_secret_name(name)).desired_width(320.0);
            ui.add(edit)
                .labelled_by(label)
                .on_hover_text("Replaces the placeholder when the request is checked, sent or exported. It is not saved");
        });
    }
}

/// From which folder the files are read that the request names.
fn files_from(ui: &mut Ui, page: &ImportPage, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        let text = match (&page.folder, page.files_folder(false)) {
            (Some(folder), _) => format!("Its files are read from {}, and from nowhere else", folder.display()),
            (None, Some(_)) => {
                "The request names files, which lie beside what was opened. To send it unchanged, choose their folder".to_owned()
            }
            (None, None) => "The request names files. None is read until you choose their folder".to_owned(),
        };
        ui.label(widgets::muted(ui, text));
        let says = "Picks the folder in which the files of the request lie. No file outside it is read";
        if widgets::small_button(ui, "Folder of its files…", says).clicked() {
            out.push(Command::Import(ImportCommand::PickFolder));
        }
    });
}

/// Which profile the request is held against.
fn profile(ui: &mut Ui, state: &mut State) {
    if state.profiles.is_empty() {
        return;
    }
    let all = ProfileNames::of(state.profiles.iter().map(|stored| &stored.profile));
    let shown = |id: &ProfileId| state.profile_of(id).map_or_else(String::new, |profile| all.full(profile));
    let names: Vec<(ProfileId, String)> = state.profiles.iter().map(|stored| (stored.id.clone(), shown(&stored.id))).collect();
    let current = state.import.profile.as_ref().map(&shown).unwrap_or_default();
    ui.horizontal(|ui| {
        let label = ui.label("Check against");
        let combo = widgets::combo("import-profile").truncate().selected_text(&current).width(260.0).show_ui(ui, |ui| {
            for (id, name) in names {
                if ui.selectable_label(state.import.profile.as_ref() == Some(&id), name).clicked() {
                    state.import.profile = Some(id);
                    state.import.result = ImportResult::Nothing;
                }
            }
        });
        combo.response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::ComboBox, true, format!("Profile: {current}")));
        combo.response.labelled_by(label.id).on_hover_text(
            "The profile to check against and whose form to fill. The one with the best matching endpoint is preselected",
        );
    });
}

/// One thing that can be done with the request.
struct Act {
    can: bool,
    label: &'static str,
    says: &'static str,
    cannot: &'static str,
    command: ImportCommand,
}

fn actions(ui: &mut Ui, state: &State, drawn: &Drawn, out: &mut Vec<Command>) {
    let Drawn { has_request, has_answer, has_host, .. } = *drawn;
    let has_profile = state.import.profile.is_some();
    let is_source = drawn.source.is_some();
    // The sandbox is nobody's source: a request to another host that no other profile fits is for a source without a profile.
    let profile = state.import.profile.as_ref().and_then(|id| state.profile_of(id)).filter(|profile| profile.sandbox);
    let is_new = drawn.source.as_ref().is_some_and(|source| profile.is_none_or(|sandbox| sandbox.base_url != source.base_url))
        && (profile.is_some() || !has_profile);
    let explain = Act {
        can: has_answer,
        label: "Explain the response",
        says: "Explains the response from the request and the profile",
        cannot: "No response found. Paste it with its status line, such as HTTP/1.1 404 Not Found",
        command: ImportCommand::Explain,
    };
    let fill = Act {
        can: has_request && has_profile,
        label: "Fill the form",
        says: "Copies payload, address and files into the profile's form so you can change and send them. You can undo this in the form",
        cannot: "No request found, or no profile whose form to fill",
        command: ImportCommand::FillForm(None),
    };
    let new_profile = Act {
        can: is_source,
        label: "New profile from this",
        says: "Saves a profile with this address and the parameters of this payload, and opens it",
        cannot: "This is not the address of an External Source",
        command: ImportCommand::NewProfile,
    };
    let check = Act {
        can: has_request && has_profile,
        label: "Check against the profile",
        says: "Compares each part of the request with the profile: sent, expected, and problems. Nothing is sent",
        cannot: "No request found, or no profile to check against",
        command: ImportCommand::Check,
    };
    let rehearse = Act {
        can: has_request && has_profile,
        label: "Send to the twin",
        says: "Sends the request to a simulated copy of the profile in Centerpost's sandbox, to see whether the profile explains the failure. Nothing leaves this computer",
        cannot: "No request found, or no profile for the twin",
        command: ImportCommand::Rehearse,
    };
    let send = Act {
        can: has_host,
        label: "Send unchanged…",
        says: "Asks first, then sends the request unchanged to its own host. It is added to the history",
        cannot: "The request has no host",
        command: ImportCommand::AskToSend,
    };
    // The first is what most people want of what was found.
    let (first, icon, beside, more) = if !has_request {
        // With a response alone nothing can be done that needs a request.
        (explain, icons::LIGHTBULB, Vec::new(), Vec::new())
    } else if is_new {
        let beside = has_profile.then_some(fill).into_iter().chain(has_answer.then_some(explain)).collect();
        (new_profile, icons::PLUS, beside, vec![check, rehearse, send])
    } else {
        let beside = has_answer.then_some(explain).into_iter().collect();
        (fill, icons::PENCIL_SIMPLE, beside, vec![check, rehearse, send, new_profile])
    };
    ui.horizontal_wrapped(|ui| {
        let says = if first.can { first.says } else { first.cannot };
        if widgets::primary_button(ui, first.can, icon, first.label, says).clicked() {
            out.push(Command::Import(first.command));
        }
        out.extend(beside.into_iter().filter_map(|act| pressed(ui, act)));
        if !more.is_empty() {
            let menu = ui.menu_button("More", |ui| {
                for act in more {
                    if let Some(command) = pressed(ui, act) {
                        out.push(command);
                        ui.close();
                    }
                }
            });
            menu.response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::Button, true, "More for this request"));
            menu.response.on_hover_text("Check it again, send it to the twin or unchanged, or make a profile of it");
        }
        if has_host {
            export_menu::show(ui, &ExportSource::Import, has_answer, out);
        }
    });
}

fn pressed(ui: &mut Ui, act: Act) -> Option<Command> {
    let button = ui.add_enabled(act.can, Button::new(act.label)).on_hover_text(act.says);
    button.on_disabled_hover_text(act.cannot).clicked().then_some(Command::Import(act.command))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Answer, Outcome};

    #[test]
    fn what_an_answer_echoes_is_hidden_whoever_the_request_is_for() {
        let echo = r#"{"sent": "t0ken-of-theirs", "key": "k3y-of-theirs"}"#;
        let request = RequestSpec {
            method: "POST".into(),
            url: "https://other.example/hook?api_key=k3y-of-theirs".into(),
            headers: vec![("Authorization".into(), "Bearer t0ken-of-theirs".into())],
            body: SpecBody::Text(echo.into()),
            outcome: Some(Outcome::Answer(Answer { status: 200, body: echo.into(), ..Answer::default() })),
            ..RequestSpec::default()
        };
        let text = text_of(&request);
        assert!(!text.contains("of-theirs") && text.contains("Response: 200"), "{text}");
    }
}
