//! The place where files are sent to a ticket that exists: its attachment endpoint, checked while it is typed, and the files.

use eframe::egui::text::LayoutJob;
use eframe::egui::{
    self, FontSelection, Frame, Key, KeyboardShortcut, Modifiers, RichText, Stroke, TextBuffer, TextEdit, Ui, WidgetInfo,
};

use crate::model::Profile;
use crate::model::secrets::mask::Masked;
use crate::model::secrets::url_values::secret_spans;
use crate::service::existing::{self, Checked};
use crate::ui::command::Command;
use crate::ui::pages::compose::command::{ComposeCommand, ExistingCommand};
use crate::ui::pages::compose::state::{ExistingPart, ExistingTicket, Session};
use crate::ui::{icons, theme, widgets};

/// The label of the button that opens it.
const OPEN: &str = "Add files to a ticket that exists…";

/// In how many frames what has got the keyboard was scrolled to.
const FOLLOWED: u8 = 3;

/// How wide the buttons behind the path are, in points.
const BUTTONS: f32 = 212.0;

/// Draws the place, or the button that opens it; returns where the open place is.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) -> Option<egui::Rect> {
    ui.add_space(theme::SPACE);
    let is_busy = session.sending().is_some() || session.is_looking;
    let existing = &mut session.existing;
    widgets::stable(ui, "existing-ticket", |ui| {
        if !existing.is_open {
            let says = "Opens a place for the attachment endpoint of a ticket and files for it. No ticket is created";
            let button = widgets::small_button(ui, OPEN, says);
            take_focus(ui, existing, ExistingPart::Opener, &button);
            if button.clicked() {
                asks(out, ExistingCommand::Open);
            }
            return None;
        }
        let stroke = Stroke::new(1.0, theme::tokens(ui).border);
        let is_new = existing.focus.is_some();
        let frame = Frame::new().stroke(stroke).corner_radius(theme::RADIUS).inner_margin(theme::SPACE).show(ui, |ui| {
            ui.set_width(ui.available_width());
            head(ui, out);
            let says = "Paste an attachment endpoint as the response of the ticket named it, or open the ticket in the history. Files \
                go there at once, and the files above stay for the next ticket";
            ui.label(widgets::muted(ui, says));
            endpoint_line(ui, existing);
            let checked = existing::check(&existing.endpoint, profile);
            if let Some(checked) = &checked {
                tell(ui, profile, checked);
            }
            file_line(ui, existing, checked.as_ref(), is_busy, out);
        });
        if is_new && existing.focus.is_none() {
            existing.frames_to_scroll = FOLLOWED;
        }
        show_whole(ui, existing, frame.response.rect);
        Some(frame.response.rect)
    })
}

/// Scrolls to the whole place once it was opened, where it has the room. What has got the keyboard is scrolled to before.
fn show_whole(ui: &Ui, existing: &mut ExistingTicket, rect: egui::Rect) {
    if existing.frames_to_scroll == 0 {
        return;
    }
    existing.frames_to_scroll -= 1;
    if existing.frames_to_scroll == 0 && rect.height() <= ui.clip_rect().height() {
        ui.scroll_to_rect(rect, None);
    }
    ui.ctx().request_repaint();
}

fn asks(out: &mut Vec<Command>, command: ExistingCommand) {
    out.push(Command::Compose(ComposeCommand::Existing(command)));
}

fn head(ui: &mut Ui, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Add files to a ticket that exists").family(theme::strong()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let says = "Hides this place. What was typed here stays (Escape)";
            if widgets::icon_button(ui, icons::X, "Close the place for an existing ticket", says).clicked() {
                asks(out, ExistingCommand::Close);
            }
        });
    });
}

/// The click that asked for the keyboard would take it away again in the same frame.
fn take_focus(ui: &Ui, existing: &mut ExistingTicket, part: ExistingPart, response: &egui::Response) {
    if existing.focus == Some(part) && !ui.input(|input| input.pointer.any_click()) {
        existing.focus = None;
        response.request_focus();
    }
}

/// The endpoint, in which keys are drawn as dots: what was typed stays as it is.
fn endpoint_line(ui: &mut Ui, existing: &mut ExistingTicket) {
    let label = ui.label("Attachment endpoint");
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, _: f32| {
        let font = FontSelection::from(egui::TextStyle::Monospace).resolve(ui.style());
        let job = LayoutJob::simple_singleline(dotted(text.as_str()), font, theme::tokens(ui).text);
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let says = "The address that the ticket's response names for a file element. Missing parts are taken from the profile: host, project \
        key, API key";
    let edit = TextEdit::singleline(&mut existing.endpoint)
        .id_salt("endpoint")
        .desired_width(f32::INFINITY)
        .hint_text("https://…/feedback/SOURCE/TICKET/files/ELEMENT")
        .layouter(&mut layouter);
    let edit = ui.add(edit).labelled_by(label.id).on_hover_text(says);
    edit.widget_info(|| {
        let heard = dotted(&existing.endpoint);
        WidgetInfo::text_edit(true, heard.clone(), heard, "")
    });
    take_focus(ui, existing, ExistingPart::Endpoint, &edit);
}

/// A text with a dot for each character of a key in it.
fn dotted(text: &str) -> String {
    let spans = secret_spans(text);
    let is_secret = |at: usize| spans.iter().any(|span| span.contains(&at));
    text.char_indices().map(|(at, letter)| if is_secret(at) { '•' } else { letter }).collect()
}

/// What is known of the endpoint before anything goes there.
fn tell(ui: &mut Ui, profile: &Profile, checked: &Checked) {
    let tokens = theme::tokens(ui);
    let hidden = [profile.api_key.reveal().to_owned()];
    let hide = |text: &str| Masked::hide(text, &hidden).text.into_owned();
    if let Some(refusal) = &checked.refusal {
        widgets::icon_line(ui, icons::X_CIRCLE, tokens.danger, "Problem", |ui| {
            ui.label(RichText::new(hide(refusal)).color(tokens.danger));
        });
        return;
    }
    for doubt in &checked.doubts {
        widgets::icon_line(ui, icons::WARNING, tokens.warning, "Warning", |ui| {
            ui.label(RichText::new(hide(doubt)).color(tokens.warning));
        });
    }
    let Some(ticket) = &checked.ticket else { return };
    let parameter = checked.endpoint.parameter.as_deref().unwrap_or_default();
    let mut text = format!("For {parameter} of ticket {ticket}");
    let mut filled: Vec<&str> = checked.endpoint.completions.iter().map(|completion| completion.what.label()).collect();
    filled.dedup();
    if !filled.is_empty() {
        text.push_str(&format!(". Filled in: {}", filled.join(", ")));
    }
    widgets::icon_line(ui, icons::PAPERCLIP, tokens.muted, "Endpoint", |ui| {
        let address = Masked::url_without(&checked.endpoint.completed, &hidden).text.into_owned();
        ui.label(hide(&text)).on_hover_text(format!("Files go to {address}"));
    });
}

/// The files, typed or picked, and in the same row the button that sends them: what scrolls to the one shows the other.
fn file_line(ui: &mut Ui, existing: &mut ExistingTicket, checked: Option<&Checked>, is_busy: bool, out: &mut Vec<Command>) {
    let label = ui.label("Files");
    label.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, "Files for the ticket"));
    let (missing, files) = (missing(existing, checked, is_busy), existing.files().len());
    ui.horizontal(|ui| {
        let width = (ui.available_width() - BUTTONS).max(80.0);
        let edit = TextEdit::multiline(&mut existing.paths)
            .id_salt("paths")
            .desired_width(width)
            .desired_rows(1)
            .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter))
            .hint_text("/path/to/file");
        let says = "Paths of files, one a line. Enter uploads them, Shift+Enter begins another line";
        let edit = ui.add(edit).labelled_by(label.id).on_hover_text(says);
        let entered = edit.has_focus() && ui.input(|input| input.key_pressed(Key::Enter) && input.modifiers.is_none());
        let pick = ui.button("Pick files…");
        pick.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "Pick files for the ticket"));
        take_focus(ui, existing, ExistingPart::File, &pick);
        if pick.on_hover_text("Opens a file dialog. Nothing is sent until you press Upload").clicked() {
            asks(out, ExistingCommand::PickFiles);
        }
        let button = ui.add_enabled(missing.is_none(), egui::Button::new(format!("{}  Upload", icons::UPLOAD_SIMPLE)));
        let name = if files > 1 { format!("Upload {files} files to the ticket") } else { "Upload to the ticket".to_owned() };
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, missing.is_none(), &name));
        // A double click is one upload.
        let pressed = widgets::is_clicked_anew(ui, egui::Id::unique("upload-to-existing"), &button);
        let says = "Sends the files to the ticket at once, one after another. What becomes of each stands in the response";
        button.on_hover_text(says).on_disabled_hover_text(missing.unwrap_or_default());
        if (pressed || entered) && missing.is_none() {
            asks(out, ExistingCommand::Send);
        }
    });
    if let Some(missing) = missing.filter(|_| checked.is_some()) {
        ui.label(widgets::muted(ui, missing));
    }
}

/// What is still missing before the file can be sent.
fn missing(existing: &ExistingTicket, checked: Option<&Checked>, is_busy: bool) -> Option<&'static str> {
    match checked {
        None => Some("Paste the attachment endpoint first"),
        Some(checked) if checked.refusal.is_some() => Some("Change the endpoint first: the reason stands above"),
        Some(_) if existing.files().is_empty() => Some("Pick files or type a path first"),
        Some(_) if is_busy => Some("Something is being sent. Wait for it, or cancel it"),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_dotted_letter_by_letter() {
        for (text, expected) in
            [("https://h/x?apiKey=k3y&a=1", "https://h/x?apiKey=•••&a=1"), ("https://h/x?a=1", "https://h/x?a=1"), ("", "")]
        {
            assert_eq!(dotted(text), expected);
        }
    }
}
