//! The relay: how it is set up, and what passed.

use eframe::egui::{self, Frame, RichText, TextEdit, Ui};

use crate::service::relay::Mark;
use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::pages::relay::command::{RelayCommand, RelayFile};
use crate::ui::pages::relay::line::{ExchangeLine, RelayLine};
use crate::ui::pages::relay::state::{RelayPage, Running, Target};
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, theme, widgets};

/// The page's name in the sidebar, with whether it runs.
pub fn label(state: &State) -> &'static str {
    if state.relay.running.is_some() { "Relay (running)" } else { "Relay" }
}

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    page_head(ui, "Relay", "", out, |_| {});
    ui.label(widgets::muted(
        ui,
        "Point another system at this relay. Each request is forwarded unchanged, checked against the profile, explained, and saved in the history.",
    ));
    question(ui, &state.relay, out);
    match &state.relay.running {
        Some(running) if running.url.is_empty() => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("The relay is starting…");
            });
        }
        Some(running) => listening(ui, running, out),
        None => setup(ui, state, out),
    }
    ui.separator();
    passed(ui, state, out);
}

fn question(ui: &Ui, page: &RelayPage, out: &mut Vec<Command>) {
    let Some(text) = &page.question else { return };
    let question = Question {
        text,
        yes: "Start the relay",
        yes_says: "Passes requests on to the profile's server from now on",
        no: "Do not start",
        no_says: "Nothing is passed on",
    };
    out.extend(question.ask(ui).map(|answer| match answer {
        Answer::Yes => Command::Relay(RelayCommand::Agree),
        Answer::No => Command::Relay(RelayCommand::Decline),
    }));
}

fn setup(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let name = state.profile().map(|stored| stored.profile.shown_name().to_owned());
    let page = &mut state.relay;
    ui.add_space(theme::SPACE);
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(theme::FORM_WIDTH));
        where_to(ui, page);
        for_others(ui, page, out);
    });
    if let Some(reason) = &page.failed {
        let tokens = theme::tokens(ui);
        widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
            ui.label(reason);
        });
    }
    let label = name.as_ref().map_or_else(|| "Start".to_owned(), |name| format!("Start for {}", widgets::shortened(name, 40)));
    let says = if name.is_some() { "Listens on this computer until you stop it" } else { "Open a profile first" };
    if widgets::primary_button(ui, name.is_some(), icons::ARROW_BEND_UP_RIGHT, &label, says).clicked() {
        out.push(Command::Relay(RelayCommand::Start));
    }
}

/// Where requests go, and where they come in.
fn where_to(ui: &mut Ui, page: &mut RelayPage) {
    let (shown, says) = (page.target.label(), page.target.says());
    widgets::named_row(ui, NAMES, "Requests go to", says, |ui, _| {
        let response = widgets::combo("relay-target")
            .truncate()
            .width(200.0)
            .selected_text(shown)
            .show_ui(ui, |ui| {
                for target in Target::ALL {
                    ui.selectable_value(&mut page.target, target, target.label()).on_hover_text(target.says());
                }
            })
            .response;
        widgets::name_combo(&response, "Requests go to", shown);
        response.on_hover_text(says);
    });
    let says = "The port on this computer that the other system posts to; 0 picks a free one";
    widgets::named_row(ui, NAMES, "Port", says, |ui, label| {
        ui.add(TextEdit::singleline(&mut page.port).desired_width(56.0)).labelled_by(label).on_hover_text(says);
    });
    let says =
        "Rewrites attachment endpoints in responses so that uploads go through the relay. Removes Accept-Encoding from requests";
    widgets::named_row(ui, NAMES, "Uploads", says, |ui, _| {
        ui.checkbox(&mut page.rewrites, "Relay uploads too").on_hover_text(says);
    });
}

/// How wide the names of what can be set are, in points.
const NAMES: f32 = 150.0;

/// How wide a PEM file's name, field and button are, in points.
const PEM_FILE: f32 = 270.0;

/// Who may post to it, and with which certificate.
fn for_others(ui: &mut Ui, page: &mut RelayPage, out: &mut Vec<Command>) {
    let says = "Listens on every network address of this computer. The URL then holds an access token, and requests without it are refused";
    widgets::named_row(ui, NAMES, "Access", says, |ui, _| {
        ui.checkbox(&mut page.is_open, "Allow other computers").on_hover_text(says);
    });
    let says = "With a certificate and its private key, both PEM files, the relay listens with HTTPS";
    widgets::named_row(ui, NAMES, "HTTPS (optional)", says, |ui, _| {
        let files = [
            (
                "Certificate",
                &mut page.certificate,
                RelayFile::Certificate,
                "relay.pem",
                "A PEM file. With it the relay listens with HTTPS",
            ),
            ("Private key", &mut page.key, RelayFile::Key, "relay.key", "A PEM file with the private key of the certificate"),
        ];
        for (name, path, file, hint, says) in files {
            // A name and its field are not parted at the end of a line.
            let size = egui::vec2(PEM_FILE, ui.spacing().interact_size.y);
            ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let label = ui.label(name).id;
                ui.add(TextEdit::singleline(path).id_salt(name).desired_width(130.0).hint_text(hint))
                    .labelled_by(label)
                    .on_hover_text(says);
                let button = format!("Choose the file for {name}…");
                if widgets::icon_button(ui, icons::FOLDER_OPEN, &button, "Picks the file in a dialog").clicked() {
                    out.push(Command::Relay(RelayCommand::Pick(file)));
                }
            });
        }
    });
    if page.is_open && page.certificate.trim().is_empty() {
        let tokens = theme::tokens(ui);
        widgets::callout(ui, tokens.warning_surface, icons::WARNING, tokens.warning, "Warning", |ui| {
            ui.label("Other computers send to this relay without encryption, so what they send can be read on the way. Choose a certificate and its key for HTTPS.");
        });
    }
}

fn listening(ui: &mut Ui, running: &Running, out: &mut Vec<Command>) {
    widgets::icon_row(ui, icons::CHECK_CIRCLE, theme::tokens(ui).success, "Running", |ui| {
        ui.label(format!("Running for {}. Point the other system at", running.name));
        ui.monospace(&running.endpoint);
        let says = "Copies what stands in front of the path: scheme, host, port, and the access token if there is one";
        if widgets::icon_button(ui, icons::COPY, "Copy the relay's address", says).clicked() {
            out.push(Command::Copy(running.url.clone()));
        }
        if widgets::small_button(ui, "Stop the relay", "Closes all connections. Requests stay in the history").clicked() {
            out.push(Command::Relay(RelayCommand::Stop));
        }
    });
    if running.is_open {
        let text = "In place of 0.0.0.0, other computers write the name or address of this computer. Requests without the access token behind the port are refused.";
        ui.label(widgets::muted(ui, text));
    }
}

fn passed(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    if state.relay.lines.is_empty() {
        widgets::nothing(ui, icons::TRAY, "No requests yet. Each one appears here with its status and, if it fails, the cause.");
        return;
    }
    ui.horizontal(|ui| {
        ui.label(RichText::new("Requests").family(theme::strong()));
        if widgets::small_button(ui, "Clear", "Removes the requests from this page. They stay in the history").clicked() {
            out.push(Command::Relay(RelayCommand::Clear));
        }
        if widgets::small_button(ui, "Show in the history", "Lists every exchange, to open, compare and send again").clicked() {
            out.push(Command::Show(View::History));
        }
    });
    let RelayPage { lines, open, .. } = &mut state.relay;
    let now = state.now;
    widgets::scroll(ui, "relay-log", |ui| {
        for (index, line) in lines.iter().enumerate().rev() {
            match line {
                RelayLine::Exchange(line) => widgets::stable(ui, ("relayed", line.number), |ui| row(ui, line, open, now)),
                RelayLine::Said(text) => {
                    widgets::stable(ui, ("said", index), |ui| ui.label(widgets::muted(ui, text.as_str())));
                }
            }
        }
    });
}

fn row(ui: &mut Ui, line: &ExchangeLine, open: &mut Option<u64>, now: jiff::Timestamp) {
    let tokens = theme::tokens(ui);
    let is_open = *open == Some(line.number);
    ui.horizontal_wrapped(|ui| {
        let what = format!("exchange {}", line.number);
        if widgets::expand_button(ui, is_open, &what, "Shows headers and bodies").clicked() {
            *open = (!is_open).then_some(line.number);
        }
        ui.label(widgets::muted(ui, line.number.to_string())).on_hover_text("Exchanges are numbered in the order they finished");
        let colour = if line.is_accepted { tokens.success } else { tokens.warning };
        ui.label(RichText::new(&line.outcome).color(colour).family(theme::strong()));
        let at = widgets::ago_text(now, line.started_at);
        ui.label(widgets::muted(ui, format!("{at}, {}", line.measures))).on_hover_text(widgets::exact_time_text(line.started_at));
    });
    let request = egui::Label::new(RichText::new(&line.request).monospace().color(tokens.muted));
    ui.add(if is_open { request.wrap() } else { request.truncate() });
    for (mark, text) in &line.said {
        ui.horizontal_wrapped(|ui| {
            let (icon, colour, name) = match mark {
                Mark::Problem => (icons::X_CIRCLE, tokens.danger, "Cause"),
                Mark::Warning => (icons::WARNING, tokens.warning, "Warning"),
                Mark::Alert => (icons::LIGHTBULB, tokens.accent, "Noticed"),
                Mark::Remark => (icons::INFO, tokens.muted, "Note"),
            };
            widgets::icon(ui, icon, colour, name);
            ui.label(text);
        });
    }
    if is_open {
        details(ui, line);
    }
    ui.add_space(theme::SPACE_SMALL);
}

fn details(ui: &mut Ui, line: &ExchangeLine) {
    Frame::new().fill(theme::tokens(ui).code_surface).corner_radius(theme::RADIUS).inner_margin(8).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.monospace(&line.sent);
        if let Some(answered) = &line.answered {
            ui.separator();
            ui.monospace(answered);
        }
    });
}
