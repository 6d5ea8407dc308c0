//! The line along the bottom of the window: what goes on beside the page, and what was said.

use std::time::Instant;

use eframe::egui::{self, RichText, ScrollArea, Ui, WidgetInfo};

use crate::store::KeyPlace;
use crate::ui::asides::SAID_AFTER;
use crate::ui::command::Command;
use crate::ui::key_names::with_keys;
use crate::ui::palette_state::Mode;
use crate::ui::state::State;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;
use crate::ui::widgets::{ago_text, exact_time_text};
use crate::ui::{icons, sidebar, theme, widgets};

/// Draws the line.
pub(in crate::ui) fn show(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.spacing_mut().interact_size.y = 20.0;
    ui.spacing_mut().button_padding = egui::vec2(6.0, 1.0);
    ui.horizontal(|ui| {
        let says = if state.sandbox.running.is_some() { "The sandbox is running" } else { "The sandbox is not running" };
        let label = format!("{}  {}", icons::FLASK, if state.sandbox.running.is_some() { "Sandbox on" } else { "Sandbox off" });
        let button = quiet(ui, &label, says, &format!("{says}. Opens its page"));
        if button.clicked() {
            out.push(Command::Show(View::Sandbox));
        }
        if let Some(place) = &state.settings_page.key_place {
            let words = format!("API keys are kept {}", place.words());
            let short = match place {
                KeyPlace::Keyring => "Keys in the keyring",
                KeyPlace::File => "Keys encrypted",
                KeyPlace::LockedFile { .. } => "Keys locked",
                KeyPlace::Memory(_) => "Keys in memory only",
            };
            let button = quiet(ui, &format!("{}  {short}", icons::KEY), &words, &words);
            if button.clicked() {
                out.push(Command::Show(View::Settings));
            }
        }
        if state.settings.screen_sharing {
            let says = "Screen sharing is on";
            if quiet(ui, &format!("{}  {says}", icons::SCREENCAST), says, "E-mail addresses are hidden (Ctrl+Shift+H)").clicked()
            {
                out.push(sidebar::share(state));
            }
        }
        waits(ui, state, out);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let keys = with_keys("Ctrl+K");
            if quiet(ui, &format!("{}  {keys}", icons::MAGNIFYING_GLASS), "Command palette", "Commands, profiles, fields")
                .clicked()
            {
                out.push(Command::Palette(Mode::All));
            }
            if quiet(ui, "F1", "Show keyboard shortcuts", "Lists all keyboard shortcuts").clicked() {
                out.push(Command::Palette(Mode::Help));
            }
            messages(ui, state);
        });
    });
}

/// What takes long, and the way to wait for it no more.
fn waits(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let seconds = |since: Instant| match since.elapsed().as_secs() {
        0 => String::new(),
        seconds => format!(", {seconds} s"),
    };
    if let Some(wait) = state.waits.first() {
        ui.spinner();
        ui.label(widgets::muted(ui, format!("{}{}", wait.what, seconds(wait.since))).small());
        let says = "Goes on without it. You can ask for it again";
        if wait.can_stop && quiet(ui, "Stop waiting", &format!("Stop waiting: {}", wait.what), says).clicked() {
            out.push(Command::StopWaiting(wait.number));
        }
    } else if let Some(since) = state.saving_since.filter(|since| since.elapsed() >= SAID_AFTER) {
        ui.spinner();
        ui.label(widgets::muted(ui, format!("Saving{}", seconds(since))).small());
    }
}

fn quiet(ui: &mut Ui, label: &str, name: &str, says: &str) -> egui::Response {
    let text = RichText::new(label).small().color(theme::tokens(ui).muted);
    let button = ui.add(egui::Button::new(text).frame_when_inactive(false));
    button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, name));
    button.on_hover_text(with_keys(says))
}

/// What was said before, newest first.
fn messages(ui: &mut Ui, state: &State) {
    let past = state.toasts.past();
    if past.is_empty() {
        return;
    }
    let count = past.len();
    let label = if count == 1 { "1 message".to_owned() } else { format!("{count} messages") };
    let text = RichText::new(&label).small().color(theme::tokens(ui).muted);
    let menu = ui.menu_button(text, |ui| {
        ui.set_width(420.0);
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for note in past.iter().rev() {
                ui.horizontal_wrapped(|ui| {
                    let tokens = theme::tokens(ui);
                    match note.kind {
                        NoteKind::Info => widgets::icon(ui, icons::INFO, tokens.accent, "Note"),
                        NoteKind::Problem => widgets::icon(ui, icons::WARNING, tokens.danger, "Problem"),
                    };
                    ui.label(&note.text);
                    if let Some(at) = note.at {
                        ui.label(widgets::muted(ui, ago_text(state.now, at)).small()).on_hover_text(exact_time_text(at));
                    }
                });
            }
        });
    });
    menu.response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Show {label}")));
    menu.response.on_hover_text("The last messages of this session");
}
