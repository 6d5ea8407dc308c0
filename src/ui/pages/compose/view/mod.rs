//! The compose panel: to whom with the button that sends, above, and what, below it.

mod address;
mod attachments;
mod drafts;
mod exact;
mod existing;
mod field;
mod footer;
mod form;
mod headers;
mod json_editor;
mod problem;
mod send;

use eframe::egui::{self, RichText, Ui};

use crate::jobs::Jobs;
use crate::model::Profile;
use crate::ui::command::Command;
use crate::ui::navigation::intro_link;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::export::command::ExportSource;
use crate::ui::pages::export::view as export_menu;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::sandbox::command::SandboxCommand;
use crate::ui::profile_names::full_name;
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, theme, widgets};

/// Draws the open profile's draft.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    let sandbox_starts = state.sandbox.starting.is_some();
    let Some((stored, drafts)) = state.open_drafts() else {
        empty(ui, sandbox_starts, out);
        return;
    };
    let profile = &stored.profile;
    let session = drafts.session_mut();
    let tab = open_tab(ui, session);
    // Drawn after the form, so that the Tab key comes to it after the form.
    let changed = widgets::with_foot(
        ui,
        &mut (session, &mut *out),
        |ui, (session, out)| match tab {
            ComposeTab::Form => scroll(ui, ("form", &stored.id.0), |ui| form::show(ui, profile, session, out)),
            ComposeTab::Attachments => {
                scroll(ui, ("attachments", &stored.id.0), |ui| attachments::show(ui, profile, session, out))
            }
            ComposeTab::Json => json_editor::show(ui, profile, session, out),
            ComposeTab::Headers => scroll(ui, ("headers", &stored.id.0), |ui| {
                headers::show(ui, stored, session, out);
                false
            }),
            ComposeTab::Request => {
                exact::show(ui, profile, session, out);
                false
            }
            ComposeTab::Response => false,
        },
        |ui, (session, out)| footer::show(ui, profile, session, jobs, out),
    );
    if changed {
        out.push(Command::Compose(ComposeCommand::Changed));
    }
}

/// Draws to whom it goes, and the button that sends it.
pub fn bar(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let Some((stored, drafts)) = state.open_drafts() else { return };
    let profile = &stored.profile;
    drafts::show(ui, drafts, out);
    let session = drafts.session_mut();
    let width = send::width(ui, session);
    // Where the row of the address has no room for the button, it stands above.
    let is_beside = address::fits(ui, profile, session, width);
    header(ui, profile, out, (!is_beside).then_some((&*session, width)));
    let end = |ui: &mut Ui, session: &mut Session| send::button(ui, session, out);
    let changed = address::show(ui, profile, session, width, is_beside.then_some(end));
    send::ask(ui, session, out);
    if changed {
        out.push(Command::Compose(ComposeCommand::Changed));
    }
}

fn scroll(ui: &mut Ui, id: impl egui::AsIdSalt, add: impl FnOnce(&mut Ui) -> bool) -> bool {
    widgets::scroll(ui, id, |ui| widgets::centred(ui, theme::FORM_WIDTH, add))
}

/// How wide the buttons behind the profile's name are, in points.
const HEADER_BUTTONS: f32 = 168.0;

fn header(ui: &mut Ui, profile: &Profile, out: &mut Vec<Command>, send: Option<(&Session, f32)>) {
    let tokens = theme::tokens(ui);
    ui.horizontal(|ui| {
        if let Some(colour) = profile.colour {
            let colour = theme::profile_colour(colour, ui.visuals().dark_mode);
            widgets::dot(ui, colour);
        }
        let behind =
            HEADER_BUTTONS + if profile.production { 84.0 } else { 0.0 } + send.map_or(0.0, |(_, width)| width + theme::SPACE);
        let room = (ui.available_width() - behind).max(60.0);
        let font = theme::heading().resolve(ui.style());
        let whole = ui.painter().layout_no_wrap(profile.shown_name().to_owned(), font, tokens.text).size().x;
        // A name that is cut says less than one without its label.
        let label_width = profile.label.chars().count() as f32 * 7.0 + 20.0;
        let has_label = !profile.label.is_empty() && whole + label_width <= room;
        let name = RichText::new(profile.shown_name()).text_style(theme::heading());
        ui.scope(|ui| {
            ui.set_max_width(if has_label { room - label_width } else { room });
            ui.add(egui::Label::new(name).truncate()).on_hover_text(full_name(profile));
        });
        if has_label {
            widgets::chip(ui, &profile.label, tokens.muted, tokens.hovered);
        }
        if profile.production {
            widgets::chip(ui, "Production", tokens.danger, tokens.danger_surface)
                .on_hover_text("Real people read what is sent here. Centerpost asks before the first send in a session");
        }
        let edit = "Opens the profile's configuration: keys, field mapping, rules, file elements (Ctrl+E)";
        if widgets::icon_button(ui, icons::PENCIL_SIMPLE, "Edit profile", edit).clicked() {
            out.push(Command::Show(View::Profile));
        }
        export_menu::copy_curl(ui, &ExportSource::Draft, out);
        export_menu::show(ui, &ExportSource::Draft, false, out);
        if let Some((session, _)) = send {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| send::button(ui, session, out));
        }
    });
    if profile.accept_invalid_certificates {
        widgets::icon_line(ui, icons::SHIELD_WARNING, tokens.warning, "Warning", |ui| {
            ui.label(
                RichText::new("This profile accepts invalid certificates: an attacker on the network can read the API key")
                    .color(tokens.warning),
            );
        });
    }
}

/// Draws the pages of the open draft, if there is one; tells whether the response's is open. `with_response` is whether it has one here.
pub fn tabs(ui: &mut Ui, state: &mut State, with_response: bool, out: &mut Vec<Command>) -> bool {
    let Some((stored, drafts)) = state.open_drafts() else { return false };
    let has_strip = drafts::has_strip(drafts);
    let session = drafts.session_mut();
    let begun = session.deliveries.len();
    if with_response && begun > std::mem::replace(&mut session.seen_deliveries, begun) {
        session.tab = ComposeTab::Response;
    }
    if session.tab == ComposeTab::Response && !with_response {
        session.tab = ComposeTab::Form;
    }
    if ui.ctx().input(|input| !input.raw.dropped_files.is_empty()) {
        // The page of the files takes what is dropped in this very frame.
        session.tab = ComposeTab::Attachments;
    }
    tab_row(ui, &stored.profile, session, with_response, (!has_strip).then_some(out));
    open_tab(ui, session) == ComposeTab::Response
}

/// The page that is drawn: while files are dragged over the window, the one that takes them.
fn open_tab(ui: &Ui, session: &Session) -> ComposeTab {
    let is_dragging = ui.ctx().input(|input| !input.raw.hovered_files.is_empty());
    if is_dragging { ComposeTab::Attachments } else { session.tab }
}

/// The room that the names of all pages need, in points; in less they stand closer.
const TABS: f32 = 450.0;

/// Where the drafts have no row of their own, the way to another one stands at the end.
fn tab_row(ui: &mut Ui, profile: &Profile, session: &mut Session, with_response: bool, new_draft: Option<&mut Vec<Command>>) {
    ui.add_space(theme::SPACE_SMALL);
    let open = open_tab(ui, session);
    let counted = |label: &str, count: usize| if count == 0 { label.to_owned() } else { format!("{label} {count}") };
    ui.horizontal_wrapped(|ui| {
        if ui.available_width() < TABS {
            ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
            ui.spacing_mut().button_padding.x = 5.0;
        }
        for (tab, label, says) in [
            (ComposeTab::Form, "Form", "A field for each parameter of the field mapping"),
            (ComposeTab::Json, "JSON", "The payload as text. Editing it fills the form"),
            (ComposeTab::Headers, "Headers", "Headers that are sent with every request of this profile"),
            (ComposeTab::Attachments, "Attachments", "The files that are uploaded once the ticket exists (Ctrl+Shift+A)"),
            (ComposeTab::Request, "Preview", "The requests as they will go out, to the byte"),
            (ComposeTab::Response, "Response", "What came back, with the causes of a failure and their fixes"),
        ] {
            if tab == ComposeTab::Response && !with_response {
                continue;
            }
            let (label, name) = match tab {
                ComposeTab::Headers => {
                    let label = counted(label, profile.extra_headers.len());
                    (label.clone(), label)
                }
                // The response has a page of this name, too.
                ComposeTab::Attachments => {
                    let label = counted(label, session.draft.attachments.len());
                    (label.clone(), format!("{label} to send"))
                }
                _ => (label.to_owned(), label.to_owned()),
            };
            if widgets::named_tab(ui, open == tab, &label, &name, says).clicked() {
                session.tab = tab;
            }
        }
        if let Some(out) = new_draft {
            let end = egui::Layout::right_to_left(egui::Align::Center);
            ui.with_layout(end, |ui| drafts::new_button(ui, out));
        }
    });
    ui.separator();
}

fn empty(ui: &mut Ui, sandbox_starts: bool, out: &mut Vec<Command>) {
    ui.add_space(40.0);
    ui.vertical_centered(|ui| {
        ui.set_max_width(420.0);
        ui.label(RichText::new("No External Source yet").text_style(theme::heading()));
        ui.label(widgets::muted(
            ui,
            "A profile describes one External Source: its endpoint and its field mapping. Create one to see its form and send requests.",
        ));
        ui.add_space(theme::SPACE);
        if widgets::primary_button(ui, true, icons::PLUS, "New profile…", "Paste the endpoint URL that Centercode shows, or start by hand (Ctrl+N)").clicked() {
            out.push(Command::Show(View::NewProfile));
        }
        if ui.button("Import profiles…").on_hover_text("Imports exported *.profile.json files").clicked() {
            out.push(Command::Profile(ProfileCommand::PickImport));
        }
        let label = if sandbox_starts { "The sandbox is starting…" } else { "Start with the sandbox" };
        let says = "Runs a simulated External Source on this computer. No setup needed";
        if ui.add_enabled(!sandbox_starts, egui::Button::new(label)).on_hover_text(says).clicked() {
            out.push(Command::Show(View::Sandbox));
            out.push(Command::Sandbox(SandboxCommand::Start));
        }
        intro_link(ui, out);
    });
}
