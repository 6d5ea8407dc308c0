//! The relay: how it is set up, and what passed.

use eframe::egui::{ComboBox, Frame, RichText, TextEdit, Ui, WidgetInfo};

use crate::model::secrets::mask::{mask_headers, mask_url};
use crate::service::relay::{Mark, RelayNews, Relayed};
use crate::ui::command::Command;
use crate::ui::pages::relay::command::RelayCommand;
use crate::ui::pages::relay::state::{RelayPage, Target};
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, theme, widgets};

/// Bytes of a body that an unfolded exchange shows; the history has it whole.
const SHOWN: usize = 4000;

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back", "Returns to the form").clicked() {
            out.push(Command::Show(View::Compose));
        }
        ui.label(RichText::new("Relay").text_style(theme::heading()));
    });
    ui.label(widgets::muted(
        ui,
        "Another system posts here. Each request is passed on unchanged, checked against the open profile, explained, and kept in the history.",
    ));
    question(ui, &state.relay, out);
    match &state.relay.running {
        Some((url, _)) if url.is_empty() => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("The relay is starting…");
            });
        }
        Some((url, name)) => running(ui, url, name, state, out),
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
    ui.horizontal_wrapped(|ui| {
        ui.label("Requests go to");
        let shown = page.target.label();
        let response = ComboBox::from_id_salt("relay-target").truncate()
            .selected_text(shown)
            .show_ui(ui, |ui| {
                for target in Target::ALL {
                    ui.selectable_value(&mut page.target, target, target.label()).on_hover_text(target.says());
                }
            })
            .response;
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(eframe::egui::Role::ComboBox, true, "Requests go to");
            info.current_text_value = Some(shown.to_owned());
            info
        });
        response.on_hover_text(page.target.says());
        let label = ui.label("Port").id;
        ui.add(TextEdit::singleline(&mut page.port).desired_width(56.0))
            .labelled_by(label)
            .on_hover_text("The port on this computer that the other system posts to; 0 picks a free one");
        ui.checkbox(&mut page.rewrites, "Uploads too").on_hover_text(
            "Turns attachment endpoints in responses to the relay, so that uploads pass through it. Accept-Encoding is left out of requests",
        );
    });
    ui.label(widgets::muted(ui, page.target.says()));
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

fn running(ui: &mut Ui, url: &str, name: &str, state: &State, out: &mut Vec<Command>) {
    let path = state.profile().map(|stored| mask_url(&stored.profile.endpoint().url_masked())).unwrap_or_default();
    let path = path.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned())).unwrap_or_default();
    ui.horizontal_wrapped(|ui| {
        widgets::icon(ui, icons::CHECK_CIRCLE, theme::tokens(ui).success, "Running");
        ui.label(format!("Running for {name}. Point the other system at"));
        ui.monospace(format!("{url}{path}"));
        let says = "Puts scheme, host and port of the relay on the clipboard";
        if widgets::icon_button(ui, icons::COPY, "Copy the relay's address", says).clicked() {
            out.push(Command::Copy(url.to_owned()));
        }
        if widgets::small_button(ui, "Stop the relay", "Ends every connection; exchanges stay in the history").clicked() {
            out.push(Command::Relay(RelayCommand::Stop));
        }
    });
}

fn passed(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    if state.relay.news.is_empty() {
        let text = "No requests yet. Each one appears here with its status and, if it fails, the cause.";
        ui.label(widgets::muted(ui, text));
        return;
    }
    ui.horizontal(|ui| {
        ui.label(RichText::new("Passed").family(theme::strong()));
        if widgets::small_button(ui, "Clear", "Takes the exchanges off this page; the history keeps them").clicked() {
            out.push(Command::Relay(RelayCommand::Clear));
        }
        if widgets::small_button(ui, "Show in the history", "Lists every exchange, to open, compare and send again").clicked() {
            out.push(Command::Show(View::History));
        }
    });
    let RelayPage { news, open, .. } = &mut state.relay;
    let now = state.now;
    widgets::scroll(ui, "relay-log", |ui| {
        for (index, news) in news.iter().enumerate().rev() {
            match news {
                RelayNews::Exchange(relayed) => {
                    widgets::stable(ui, ("relayed", relayed.number), |ui| row(ui, relayed, open, now));
                }
                RelayNews::PassedBy { client, host } => {
                    let text = format!("{client} to {host}: passed on without looking into it");
                    widgets::stable(ui, ("passed by", index), |ui| ui.label(widgets::muted(ui, text)));
                }
                RelayNews::Refused { client, reason } => {
                    let text = format!("{client}: refused, {reason}");
                    widgets::stable(ui, ("refused", index), |ui| ui.label(widgets::muted(ui, text)));
                }
            }
        }
    });
}

fn row(ui: &mut Ui, relayed: &Relayed, open: &mut Option<u64>, now: jiff::Timestamp) {
    let tokens = theme::tokens(ui);
    let is_open = *open == Some(relayed.number);
    let exchange = &relayed.exchange;
    ui.horizontal_wrapped(|ui| {
        let (icon, verb) = if is_open { (icons::CARET_DOWN, "Fold") } else { (icons::CARET_RIGHT, "Unfold") };
        let name = format!("{verb} exchange {}", relayed.number);
        if widgets::icon_button(ui, icon, &name, "Shows headers and bodies").clicked() {
            *open = (!is_open).then_some(relayed.number);
        }
        ui.label(widgets::muted(ui, relayed.number.to_string())).on_hover_text("Exchanges are numbered in the order they ended");
        let colour = if exchange.is_accepted() { tokens.success } else { tokens.warning };
        ui.label(RichText::new(exchange.outcome_text()).color(colour).family(theme::strong()));
        let at = widgets::ago_text(now, exchange.started_at);
        let took = widgets::duration_text(exchange.timings.total);
        let size = widgets::size_text(exchange.body_bytes_sent);
        ui.label(widgets::muted(ui, format!("{at}, {took}, {size}, {}", relayed.client.ip())))
            .on_hover_text(widgets::exact_time_text(exchange.started_at));
    });
    let line = format!("{} {}", exchange.sent.method, mask_url(&exchange.sent.url));
    let label = eframe::egui::Label::new(RichText::new(line).monospace().color(tokens.muted));
    ui.add(if is_open { label.wrap() } else { label.truncate() });
    for (mark, text) in relayed.said() {
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
        details(ui, relayed);
    }
    ui.add_space(theme::SPACE_SMALL);
}

fn details(ui: &mut Ui, relayed: &Relayed) {
    let sent = &relayed.exchange.sent;
    let cut = |text: &str| text[..text.floor_char_boundary(SHOWN)].to_owned();
    Frame::new().fill(theme::tokens(ui).code_surface).corner_radius(theme::RADIUS).inner_margin(8).show(ui, |ui| {
        ui.set_width(ui.available_width());
        for (name, value) in mask_headers(&sent.headers) {
            ui.monospace(format!("{name}: {value}"));
        }
        ui.add_space(theme::SPACE_SMALL);
        for part in sent.parts.iter().flatten() {
            ui.monospace(format!("Part \"{}\" {}", part.name, part.filename.as_deref().unwrap_or_default()));
        }
        ui.monospace(cut(sent.body.as_deref().unwrap_or_default()));
        if let Some(answer) = relayed.exchange.answer() {
            ui.separator();
            for (name, value) in mask_headers(&answer.headers) {
                ui.monospace(format!("{name}: {value}"));
            }
            ui.add_space(theme::SPACE_SMALL);
            ui.monospace(cut(&answer.text()));
        }
    });
}
