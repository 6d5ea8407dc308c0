//! The page of the files to attach, by file element: picked, dropped or typed; and what the other pages say of them.

use std::path::PathBuf;

use eframe::egui::{self, Align2, FontId, Frame, Rect, RichText, Stroke, TextEdit, Ui};

use crate::model::Profile;
use crate::model::draft::Attachment;
use crate::model::profile::FileElement;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::{ComposeCommand, ExistingCommand};
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::compose::view::existing;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::response::command::ResponseCommand;
use crate::ui::pages::response::state::Judged;
use crate::ui::{icons, theme, widgets};

/// Draws the file elements; tells whether the draft was changed.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) -> bool {
    if profile.file_elements.is_empty() {
        no_element(ui, out);
        let changed = orphans(ui, profile, session);
        let place = existing::show(ui, profile, session, out);
        take_dropped(ui, &[], place, session, out);
        return changed;
    }
    let says = "Each file goes to the attachment endpoint of its file element, once the ticket exists. Pick files, drop them on their \
        file element, or type a path.";
    ui.label(widgets::muted(ui, says));
    ui.label(RichText::new(count_text(&session.draft.attachments)).family(theme::strong()));
    let mut changed = false;
    let mut zones = Vec::new();
    for element in &profile.file_elements {
        widgets::stable(ui, ("element", &element.parameter), |ui| changed |= show_element(ui, element, session, &mut zones, out));
    }
    changed |= orphans(ui, profile, session);
    to_the_ticket(ui, profile, session, out);
    let place = existing::show(ui, profile, session, out);
    take_dropped(ui, &zones, place, session, out);
    changed
}

/// What stands there where nothing can be attached.
fn no_element(ui: &mut Ui, out: &mut Vec<Command>) {
    let says =
        "This profile has no file element, so nothing can be attached. Add one if the External Source in Centercode has it";
    widgets::nothing(ui, icons::PAPERCLIP, says);
    ui.vertical_centered(|ui| {
        let says = "Opens the profile, whose file elements stand below its field mapping";
        if ui.button("Add a file element…").on_hover_text(says).clicked() {
            out.push(Command::Profile(ProfileCommand::ShowPlace("file_elements".to_owned())));
        }
    });
}

/// The way to a ticket that this draft has made: a file for it makes no second one.
fn to_the_ticket(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) {
    let Some(view) = session.shown_delivery().filter(|view| view.is_over()) else { return };
    let Some(report) = view.report.as_ref().filter(|_| view.exchange.as_ref().is_some_and(Judged::is_accepted)) else { return };
    let ticket = report.ticket.as_ref().map_or_else(|| "the ticket".to_owned(), |id| format!("ticket {id}"));
    let has_endpoint =
        |element: &&FileElement| view.endpoints.iter().any(|endpoint| endpoint.parameter.as_ref() == Some(&element.parameter));
    let elements: Vec<&FileElement> = profile.file_elements.iter().filter(has_endpoint).collect();
    if elements.is_empty() {
        return;
    }
    ui.add_space(theme::SPACE);
    ui.label(RichText::new(format!("Add a file to {ticket}")).family(theme::strong()));
    ui.label(widgets::muted(ui, "Send makes a new ticket. These upload a file to the one that exists."));
    ui.horizontal_wrapped(|ui| {
        for element in elements {
            let button = widgets::small_button(
                ui,
                &format!("{}…", element_name(element)),
                "Asks for a file and uploads it to the ticket at once. The files above stay for the next ticket",
            );
            let name = format!("Add a file to {} of {ticket}", element.parameter);
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
            if button.clicked() {
                out.push(Command::Response(ResponseCommand::PickMore { parameter: element.parameter.clone() }));
            }
        }
    });
}

/// How many files are picked, and how large they are.
fn count_text(files: &[Attachment]) -> String {
    let size: u64 = files.iter().filter_map(|file| file.picked_size).sum();
    match files.len() {
        0 => "No file picked".to_owned(),
        1 => format!("1 file picked, {}", widgets::size_text(size)),
        count => format!("{count} files picked, {}", widgets::size_text(size)),
    }
}

/// What the form says of the files: how many there are, and the way to them.
pub(in crate::ui) fn line(ui: &mut Ui, profile: &Profile, session: &Session, out: &mut Vec<Command>) {
    let files = &session.draft.attachments;
    if profile.file_elements.is_empty() && files.is_empty() {
        return;
    }
    let (label, says) = if files.is_empty() {
        (
            "Attach files",
            "Opens Attachments, where files are picked. They can also be dropped anywhere on the form (Ctrl+Shift+A)",
        )
    } else {
        ("Show files", "Opens Attachments, where files are added and removed (Ctrl+Shift+A)")
    };
    let asked = widgets::small_button(ui, label, says).clicked();
    ui.add(egui::Label::new(widgets::muted(ui, count_text(files))).extend());
    if asked {
        out.push(Command::Compose(ComposeCommand::ShowFiles { parameter: None }));
    }
}

/// The way to files that the server will not take, if there are some; tells whether.
pub(in crate::ui) fn doubtful_button(ui: &mut Ui, profile: &Profile, session: &Session, out: &mut Vec<Command>) -> bool {
    let is_doubtful = |file: &&Attachment| file.size_warning().is_some() || profile.file_element(&file.parameter).is_none();
    let doubtful: Vec<&Attachment> = session.draft.attachments.iter().filter(is_doubtful).collect();
    let Some(first) = doubtful.first() else { return false };
    let label = match doubtful.len() {
        1 => "1 file has a problem".to_owned(),
        count => format!("{count} files have a problem"),
    };
    let text = RichText::new(format!("{}  {label}", icons::WARNING)).color(theme::tokens(ui).warning);
    let response = ui.button(text);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
    let says = "Opens Attachments, where it is said beside the file. Sending is possible all the same";
    if response.on_hover_text(says).clicked() {
        out.push(Command::Compose(ComposeCommand::ShowFiles { parameter: Some(first.parameter.clone()) }));
    }
    true
}

fn show_element(
    ui: &mut Ui,
    element: &FileElement,
    session: &mut Session,
    zones: &mut Vec<(Rect, String)>,
    out: &mut Vec<Command>,
) -> bool {
    let tokens = theme::tokens(ui);
    let mut changed = false;
    let zone = Frame::new().stroke(Stroke::new(1.0, tokens.border)).corner_radius(theme::RADIUS).inner_margin(theme::SPACE).show(
        ui,
        |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(element_name(element)).family(theme::strong()));
                ui.label(RichText::new(&element.parameter).monospace().small().color(tokens.muted));
                let says = "Opens a file dialog. You can choose several files, or drop them here";
                let button = ui.button("Pick files…");
                let name = format!("Pick files for {}", element.parameter);
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
                // The click that asked for it would take the keyboard away again in this very frame.
                let is_meant = session.focus_files.as_ref() == Some(&element.parameter);
                if is_meant && !ui.input(|input| input.pointer.any_click()) {
                    session.focus_files = None;
                    button.request_focus();
                }
                if button.on_hover_text(says).clicked() {
                    out.push(Command::Compose(ComposeCommand::PickFiles { parameter: element.parameter.clone() }));
                }
            });
            changed |= files(ui, &element.parameter, session);
            path_line(ui, element, out);
        },
    );
    let rect = zone.response.rect;
    mark_zone(ui, rect);
    zones.push((rect, element.parameter.clone()));
    changed
}

fn element_name(element: &FileElement) -> &str {
    if element.field.is_empty() { &element.parameter } else { &element.field }
}

/// While files are dragged over the window, each zone shows that it takes them.
fn mark_zone(ui: &Ui, rect: Rect) {
    if ui.ctx().input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let tokens = theme::tokens(ui);
    let is_under = ui.ctx().pointer_latest_pos().is_some_and(|at| rect.contains(at));
    let width = if is_under { 2.0 } else { 1.0 };
    ui.painter().rect_stroke(rect, theme::RADIUS, Stroke::new(width, tokens.accent), egui::StrokeKind::Inside);
    ui.painter().text(
        rect.right_top() + egui::vec2(-8.0, 8.0),
        Align2::RIGHT_TOP,
        "Drop to attach",
        FontId::proportional(12.0),
        tokens.accent,
    );
}

/// Takes files that were dropped: to the zone under the pointer, to the only one, or asks which. While files are dragged, some systems
/// do not tell where the pointer is. `place` is where files for an existing ticket go.
fn take_dropped(ui: &Ui, zones: &[(Rect, String)], place: Option<Rect>, session: &mut Session, out: &mut Vec<Command>) {
    let dropped: Vec<PathBuf> =
        ui.ctx().input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
    if dropped.is_empty() {
        return;
    }
    let pointer = ui.ctx().pointer_latest_pos();
    let under = zones.iter().find(|(rect, _)| pointer.is_some_and(|at| rect.contains(at)));
    match (under, zones) {
        (None, _) if place.is_some_and(|place| pointer.is_some_and(|at| place.contains(at)) || zones.is_empty()) => {
            out.push(Command::Compose(ComposeCommand::Existing(ExistingCommand::TakeFiles(dropped))));
        }
        // Nothing can take them.
        (None, []) => session.dropped.clear(),
        (Some((_, parameter)), _) | (None, [(_, parameter)]) => {
            out.push(Command::Compose(ComposeCommand::AttachFiles { parameter: parameter.clone(), paths: dropped }));
        }
        _ => session.dropped.extend(dropped),
    }
}

/// Asks which element dropped files are for; it stands in the footer, where it cannot be scrolled out of sight.
pub(in crate::ui) fn dropped_question(ui: &mut Ui, profile: &Profile, session: &mut Session, out: &mut Vec<Command>) {
    if session.dropped.is_empty() {
        return;
    }
    let tokens = theme::tokens(ui);
    widgets::callout(ui, tokens.warning_surface, icons::PAPERCLIP, tokens.warning, "Question", |ui| {
        let names: Vec<_> = session.dropped.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy()).collect();
        ui.label(format!("Attach {} to which element?", names.join(", ")));
        ui.horizontal_wrapped(|ui| {
            for element in &profile.file_elements {
                let label = format!("Attach to {}", element_name(element));
                if widgets::small_button(ui, &label, "Attaches the dropped files to this file element").clicked() {
                    let paths = std::mem::take(&mut session.dropped);
                    out.push(Command::Compose(ComposeCommand::AttachFiles { parameter: element.parameter.clone(), paths }));
                }
            }
            if widgets::small_button(ui, "Discard", "Attaches none of the dropped files").clicked() {
                session.dropped.clear();
            }
        });
    });
}

fn files(ui: &mut Ui, parameter: &str, session: &mut Session) -> bool {
    let mut removed = None;
    let mut changed = false;
    for (index, attachment) in
        session.draft.attachments.iter_mut().enumerate().filter(|(_, attachment)| attachment.parameter == parameter)
    {
        widgets::stable(ui, ("file", index), |ui| {
            let row = ui.horizontal(|ui| file_row(ui, attachment)).inner;
            if let Some(warning) = attachment.size_warning() {
                let tokens = theme::tokens(ui);
                widgets::icon_line(ui, icons::WARNING, tokens.warning, "Problem", |ui| {
                    ui.label(RichText::new(warning).color(tokens.warning));
                });
            }
            changed |= row.changed;
            if row.remove {
                removed = Some(index);
            }
        });
    }
    if let Some(index) = removed {
        session.change(|draft| draft.attachments.remove(index));
    }
    changed | removed.is_some()
}

#[derive(Default)]
struct RowAnswer {
    changed: bool,
    remove: bool,
}

/// How wide what stands behind a file's name is, in points: its size, its Content-Type, and the button that removes it.
const BEHIND_NAME: f32 = SIZE + KIND + 28.0 + 4.0 * theme::SPACE;

/// How wide the size of a file is, in points.
const SIZE: f32 = 76.0;

/// How wide a Content-Type is at least, in points.
const KIND: f32 = 130.0;

fn file_row(ui: &mut Ui, attachment: &mut Attachment) -> RowAnswer {
    let mut answer = RowAnswer::default();
    let tokens = theme::tokens(ui);
    widgets::icon(ui, icons::FILE, tokens.muted, "File");
    let name = attachment.filename();
    let size = egui::vec2((ui.available_width() - BEHIND_NAME).max(80.0), theme::ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.set_width(size.x);
        let text = RichText::new(&name).monospace();
        ui.add(egui::Label::new(text).truncate()).on_hover_text(attachment.path.display().to_string());
    });
    let size = egui::vec2(SIZE, theme::ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.set_width(SIZE);
        if let Some(size) = attachment.picked_size {
            ui.label(widgets::size_text(size)).on_hover_text(widgets::exact_size_text(size));
        }
    });
    // As wide as its column, however long the Content-Type is: what stands behind it stays inside the panel.
    let size = egui::vec2(KIND, theme::ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.set_width(KIND);
        let kind = attachment.content_type();
        let button = egui::Button::new(RichText::new(&kind).small().monospace()).truncate().min_size(egui::vec2(KIND, 0.0));
        let menu = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
            ui.set_min_width(260.0);
            answer.changed |= edit_part(ui, attachment);
        });
        let says = "The Content-Type and the file name that the file is sent with; press to change them";
        menu.0.on_hover_text(format!("{kind}. {says}"));
    });
    let remove = format!("Remove {name}");
    answer.remove =
        widgets::icon_button(ui, icons::X, &remove, "Does not attach this file. The file itself is not deleted").clicked();
    answer
}

fn edit_part(ui: &mut Ui, attachment: &mut Attachment) -> bool {
    let mut changed = false;
    let mut kind = attachment.content_type();
    let label = ui.label("Content-Type");
    if ui.add(TextEdit::singleline(&mut kind).id_salt("kind").desired_width(240.0)).labelled_by(label.id).changed() {
        attachment.content_type = Some(kind);
        changed = true;
    }
    let mut name = attachment.filename();
    let label = ui.label("File name");
    if ui.add(TextEdit::singleline(&mut name).id_salt("name").desired_width(240.0)).labelled_by(label.id).changed() {
        attachment.filename = Some(name);
        changed = true;
    }
    let says = "Uses the file's own name and its Content-Type again";
    if ui.button("Back to the file's own").on_hover_text(says).clicked() {
        (attachment.filename, attachment.content_type) = (None, None);
        changed = true;
    }
    changed
}

fn path_line(ui: &mut Ui, element: &FileElement, out: &mut Vec<Command>) {
    let id = ui.scope_id().with("typed-path");
    let mut typed = ui.data_mut(|data| data.get_temp::<String>(id).unwrap_or_default());
    ui.horizontal(|ui| {
        let label = ui.label(widgets::muted(ui, "or path"));
        let name = format!("Path of a file for {}", element.parameter);
        label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
        let width = (ui.available_width() - 60.0).max(80.0);
        let edit = ui
            .add(TextEdit::singleline(&mut typed).id_salt("path").desired_width(width).hint_text("/path/to/file"))
            .labelled_by(label.id);
        let entered = edit.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let button = ui.add_enabled(!typed.trim().is_empty(), egui::Button::new("Add"));
        let name = format!("Add the path to {}", element.parameter);
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        let pressed = button.on_hover_text("Attaches the file at this path").clicked();
        if (entered || pressed) && !typed.trim().is_empty() {
            let path = PathBuf::from(typed.trim().trim_matches('"'));
            out.push(Command::Compose(ComposeCommand::AttachFiles { parameter: element.parameter.clone(), paths: vec![path] }));
            typed.clear();
        }
    });
    ui.data_mut(|data| data.insert_temp(id, typed));
}

/// Files whose element was taken out of the profile since.
fn orphans(ui: &mut Ui, profile: &Profile, session: &mut Session) -> bool {
    let mut parameters: Vec<String> = session.draft.attachments.iter().map(|attachment| attachment.parameter.clone()).collect();
    parameters.retain(|parameter| profile.file_element(parameter).is_none());
    parameters.dedup();
    let mut changed = false;
    for parameter in parameters {
        widgets::stable(ui, ("orphan", &parameter), |ui| {
            ui.label(
                RichText::new(format!("\"{parameter}\" is no longer a file element of the profile"))
                    .color(theme::tokens(ui).warning),
            );
            changed |= files(ui, &parameter, session);
        });
    }
    changed
}
