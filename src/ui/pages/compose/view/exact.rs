//! The request as it goes over the wire, before it does.

use eframe::egui::{self, RichText, ScrollArea, TextStyle, Ui};

use crate::model::multipart::FileRef;
use crate::model::request::Secrets;
use crate::model::secrets::email::beginning;
use crate::model::{Network, Profile};
use crate::service::deliver::upload_request;
use crate::service::order::UploadOrder;
use crate::ui::command::Command;
use crate::ui::pages::compose::state::Session;
use crate::ui::{privacy, theme, widgets};

/// Characters of a line that are drawn; a longer one is cut, and said to be.
const LINE: usize = 400;

/// Draws the create request, and the upload request of each attachment.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) {
    let held = egui::Id::unique("show-secrets-of-request");
    let secrets = if widgets::is_held(ui, held) { Secrets::Shown } else { Secrets::Masked };
    let text = session.draft.request(profile).wire_text(secrets);
    ui.horizontal_wrapped(|ui| {
        let says = "The whole request as text, the API key masked";
        if ui.button("Copy").on_hover_text(says).clicked() {
            out.push(Command::Copy(session.draft.request(profile).wire_text(Secrets::Masked)));
        }
        widgets::hold_to_show(ui, held, "the API key and other secrets");
    });
    if privacy::is_sharing(ui) {
        widgets::why_hidden(ui, "Addresses are hidden while the screen is shared. The request is not changed");
    }
    let mut lines: Vec<String> = text.lines().map(shorten).collect();
    for (index, attachment) in session.draft.attachments.iter().enumerate() {
        let order = UploadOrder {
            // The real one comes back with the ticket.
            endpoint: format!(
                "{}/TICKET/{}",
                session.draft.endpoint(profile).url_masked().split('?').next().unwrap_or(""),
                attachment.parameter
            ),
            part_name: profile
                .file_element(&attachment.parameter)
                .map_or(attachment.parameter.as_str(), |element| element.part_name())
                .to_owned(),
            attachment: attachment.clone(),
            extra_headers: profile.headers_for(&session.draft.endpoint(profile).base_url),
            network: Network::default(),
        };
        let file = FileRef { path: attachment.path.clone(), size: attachment.picked_size.unwrap_or(0), modified: None };
        lines.push(String::new());
        lines.push(format!(
            "# Then file {}, to the endpoint that the response returns (its path and boundary are set then):",
            index + 1
        ));
        lines.extend(upload_request(&order, file).wire_text(secrets).lines().map(shorten));
    }
    let height = ui.text_style_height(&TextStyle::Monospace);
    let tokens = theme::tokens(ui);
    egui::Frame::new().fill(tokens.code_surface).corner_radius(theme::RADIUS).inner_margin(8).show(ui, |ui| {
        ScrollArea::both().id_salt("exact").auto_shrink(false).show_rows(ui, height, lines.len(), |ui, rows| {
            for line in &lines[rows] {
                ui.add(egui::Label::new(RichText::new(line).monospace()).extend());
            }
        });
    });
}

fn shorten(line: &str) -> String {
    let begins = beginning(line, LINE);
    match line.len() - begins.len() {
        0 => line.to_owned(),
        more => format!("{begins} … {more} more bytes"),
    }
}
