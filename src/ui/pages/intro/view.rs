//! The page: what an External Source is, how a ticket comes about, and what can be tried.

use eframe::egui::{Label, RichText, Ui};

use crate::ui::command::Command;
use crate::ui::key_names::with_keys;
use crate::ui::navigation::page_head;
use crate::ui::pages::intro::command::IntroCommand;
use crate::ui::pages::intro::sample::Sample;
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, theme, widgets};

/// Draws the page.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    page_head(ui, "What is an External Source?", "", out, |_| {});
    widgets::scroll(ui, "intro", |ui| {
        ui.set_max_width(ui.available_width().min(640.0));
        paragraph(
            ui,
            "An External Source is an address of a Centercode project. Another system, such as a mobile app or a support tool, posts JSON to it, and Centercode creates a feedback ticket.",
        );
        steps(ui);
        words(ui);
        begin(ui, out);
        samples(ui, state, out);
        ui.add_space(theme::SPACE_LARGE);
    });
}

fn paragraph(ui: &mut Ui, text: &str) {
    ui.add_space(theme::SPACE_SMALL);
    ui.add(Label::new(text).wrap());
}

fn section(ui: &mut Ui, title: &str) {
    ui.add_space(theme::SPACE_LARGE);
    ui.label(RichText::new(title).family(theme::strong()));
    ui.separator();
}

/// How a ticket with a file comes about.
fn steps(ui: &mut Ui) {
    section(ui, "How a ticket is created");
    for (number, title, wire) in [
        (
            "1",
            "The other system posts the fields of the ticket as JSON",
            "POST …/projects/PROJECT_KEY/feedback/SOURCE_KEY?apiKey=KEY",
        ),
        ("2", "Centercode responds with the ticket, and with an attachment endpoint for each file element", "201 Created"),
        ("3", "The other system posts each file to its endpoint", "POST multipart/form-data"),
    ] {
        ui.horizontal_top(|ui| {
            widgets::column(ui, 12.0, |ui| ui.label(widgets::muted(ui, number)));
            ui.vertical(|ui| {
                ui.add(Label::new(title).wrap());
                ui.add(Label::new(RichText::new(wire).monospace().color(theme::tokens(ui).muted)).wrap());
            });
        });
    }
}

/// The words that the window uses.
fn words(ui: &mut Ui) {
    section(ui, "Words");
    for (word, says) in [
        ("Profile", "One External Source as Centerpost knows it: its address, API key, field mapping and file elements"),
        ("Project key and source key", "The parts of the address that name the project and the External Source in it"),
        ("API key", "The community's key. Whoever has the address with the key can create tickets"),
        ("Field mapping", "Which parameter of the JSON fills which field of the feedback form"),
        (
            "Submitter",
            "The email address of the ticket's author. Without a default submitter it is required and must belong to an existing user",
        ),
        ("File element", "A file attachment field of the feedback form. Each has an endpoint of its own for every ticket"),
    ] {
        ui.horizontal_top(|ui| {
            widgets::cell(ui, 170.0, word);
            ui.add(Label::new(widgets::muted(ui, says)).wrap());
        });
    }
}

fn begin(ui: &mut Ui, out: &mut Vec<Command>) {
    section(ui, "Begin");
    ui.horizontal_wrapped(|ui| {
        let says = "Paste the endpoint URL that Centercode shows where the External Source is configured (Ctrl+N)";
        if widgets::primary_button(ui, true, icons::LINK, "Paste your endpoint URL…", says).clicked() {
            out.push(Command::Show(View::NewProfile));
        }
        let says = "Paste a curl command, a HAR file, a log or a response. It is checked without being sent (Ctrl+I)";
        if ui.button("Paste what a customer sent…").on_hover_text(with_keys(says)).clicked() {
            out.push(Command::Show(View::Import));
        }
    });
}

fn samples(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    section(ui, "Try it in the sandbox");
    paragraph(
        ui,
        "The sandbox is a server on this computer that follows the rules of External Sources. Each example opens as a draft of its own. Press Send there to see the response, what caused it and how it is fixed.",
    );
    ui.add_space(theme::SPACE_SMALL);
    let can = state.sandbox.running.is_some();
    for sample in Sample::ALL {
        widgets::stable(ui, ("sample", sample.label()), |ui| {
            ui.horizontal_top(|ui| {
                let size = eframe::egui::vec2(210.0, theme::ROW_HEIGHT);
                let button = ui.add_enabled(can, eframe::egui::Button::new(sample.label()).min_size(size));
                let button = button.on_hover_text("Opens it as a new draft of the sandbox profile. Nothing is sent yet");
                if button.on_disabled_hover_text("The sandbox is not running").clicked() {
                    out.push(Command::Show(View::Compose));
                    out.push(Command::Intro(IntroCommand::Try(sample)));
                }
                widgets::beside_button(ui, sample.says());
            });
        });
    }
}
