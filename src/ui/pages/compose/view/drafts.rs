//! The drafts of the open profile as a row of tabs, and the question for a name.

use eframe::egui::scroll_area::ScrollBarVisibility;
use eframe::egui::{self, Button, Id, Key, Modifiers, RichText, ScrollArea, Sense, Ui, WidgetInfo};

use crate::ui::command::Command;
use crate::ui::key_names::with_keys;
use crate::ui::name_dialog::{self, Answer};
use crate::ui::pages::compose::command::{ComposeCommand, TabCommand};
use crate::ui::pages::compose::drafts::OpenDrafts;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::response::sign::last_status;
use crate::ui::{icons, theme, widgets};

/// How wide the buttons behind the tabs are, in points.
const BUTTONS: f32 = 92.0;

/// The most room for the name on a tab, in points.
const NAME_WIDTH: f32 = 180.0;

/// Draws the tabs, once there is more than one draft or the only one was given a name.
pub(in crate::ui) fn show(ui: &mut Ui, drafts: &mut OpenDrafts, out: &mut Vec<Command>) {
    ask_name(ui, drafts, out);
    if !has_strip(drafts) {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
        let room = ui.available_width() - BUTTONS;
        let area = ScrollArea::horizontal().id_salt("drafts").max_width(room).auto_shrink(true);
        area.scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden).show(ui, |ui| {
            let mut rects = Vec::new();
            let mut dragged = None;
            for (at, session) in drafts.tabs().iter().enumerate() {
                widgets::stable(ui, ("draft", session.number), |ui| {
                    let tab = tab(ui, session, at, drafts, out);
                    rects.push(tab.rect);
                    if tab.drag_stopped() {
                        dragged = tab.interact_pointer_pos().map(|pos| (session.number, pos.x));
                    }
                });
            }
            if let Some((number, x)) = dragged {
                let to = rects.iter().filter(|rect| rect.right() < x).count();
                out.push(asks(TabCommand::Move(number, to)));
            }
        });
        new_button(ui, out);
        list_button(ui, drafts, out);
    });
}

/// Whether the drafts have a row of their own.
pub(in crate::ui) fn has_strip(drafts: &OpenDrafts) -> bool {
    let is_named = drafts.tabs().iter().any(|tab| !tab.name.is_empty() && !tab.name.starts_with("Draft "));
    drafts.tabs().len() > 1 || is_named
}

/// The button that opens a new draft.
pub(in crate::ui) fn new_button(ui: &mut Ui, out: &mut Vec<Command>) {
    let says = "Opens another draft of this profile in a tab. The drafts here stay as they are (Ctrl+T)";
    if widgets::icon_button(ui, icons::PLUS, "New draft", says).clicked() {
        out.push(asks(TabCommand::New));
    }
}

fn asks(command: TabCommand) -> Command {
    Command::Compose(ComposeCommand::Tab(command))
}

/// One tab; returns the part of it that is pressed and dragged.
fn tab(ui: &mut Ui, session: &Session, at: usize, drafts: &OpenDrafts, out: &mut Vec<Command>) -> egui::Response {
    let tokens = theme::tokens(ui);
    let is_open = at == drafts.open();
    let name = session.shown_name();
    let status = last_status(session);
    let mut text = RichText::new(cut(ui, name));
    if is_open {
        text = text.family(theme::strong()).color(tokens.accent);
    }
    let mut button = Button::new(text).selected(is_open).frame_when_inactive(is_open).sense(Sense::click_and_drag());
    if let Some(last) = &status {
        button = button.right_text(RichText::new(last.status.to_string()).small().color(last.kind.colour(tokens)));
    }
    let response = ui.add(button);
    let heard = status.map_or_else(|| name.to_owned(), |last| format!("{name}, {}", last.words()));
    widgets::tab_info(&response, is_open, &heard);
    let says = "Click to open, drag to move, F2 or a double click to rename, Ctrl+W to close. Ctrl+Tab goes to the next draft";
    let tip = format!("{name}\n{}", with_keys(says));
    let response = response.on_hover_text(tip);
    if is_open && ui.data(|data| data.get_temp::<u64>(shown_id())) != Some(session.number) {
        ui.data_mut(|data| data.insert_temp(shown_id(), session.number));
        response.scroll_to_me(None);
    }
    if response.clicked() {
        out.push(asks(TabCommand::Show(session.number)));
    }
    if response.middle_clicked() {
        out.push(asks(TabCommand::Close(Some(session.number))));
    }
    let renames = response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::F2));
    if response.double_clicked() || renames {
        out.extend([asks(TabCommand::Show(session.number)), asks(TabCommand::AskName)]);
    }
    response.context_menu(|ui| menu(ui, session, at, drafts, out));
    if is_open {
        let close = format!("Close {name}");
        let says = "Closes this draft. You can undo this, also after a restart (Ctrl+Shift+T)";
        if widgets::icon_button(ui, icons::X, &close, says).clicked() {
            out.push(asks(TabCommand::Close(Some(session.number))));
        }
    }
    response
}

fn shown_id() -> Id {
    Id::unique("draft-scrolled-to")
}

/// A name, cut where its room ends.
fn cut(ui: &Ui, name: &str) -> String {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let mut job = egui::text::LayoutJob::simple_singleline(name.to_owned(), font, egui::Color32::PLACEHOLDER);
    job.wrap = egui::text::TextWrapping::truncate_at_width(NAME_WIDTH);
    let galley = ui.painter().layout_job(job);
    let letters: usize = galley.rows.iter().map(|row| row.glyphs.len()).sum();
    if galley.elided { widgets::shortened(name, letters.saturating_sub(1).max(1)) } else { name.to_owned() }
}

fn menu(ui: &mut Ui, session: &Session, at: usize, drafts: &OpenDrafts, out: &mut Vec<Command>) {
    let number = session.number;
    let mut entry = |ui: &mut Ui, enabled: bool, label: &str, says: &str, commands: Vec<TabCommand>| {
        if ui.add_enabled(enabled, Button::new(label)).on_hover_text(says).clicked() {
            out.extend(commands.into_iter().map(asks));
            ui.close();
        }
    };
    let show = TabCommand::Show(number);
    entry(ui, true, "Rename…", "Gives the draft another name (F2)", vec![show.clone(), TabCommand::AskName]);
    entry(ui, true, "Duplicate", "Opens a copy in a new tab", vec![show, TabCommand::Duplicate]);
    let last = drafts.tabs().len() - 1;
    entry(
        ui,
        at > 0,
        "Move left",
        "Moves the tab before the one on its left",
        vec![TabCommand::Move(number, at.saturating_sub(1))],
    );
    entry(ui, at < last, "Move right", "Moves the tab behind the one on its right", vec![TabCommand::Move(number, at + 1)]);
    entry(ui, true, "Close", "Closes the draft. You can undo this (Ctrl+W)", vec![TabCommand::Close(Some(number))]);
}

/// All drafts in one menu: with many of them not every tab is in sight.
fn list_button(ui: &mut Ui, drafts: &OpenDrafts, out: &mut Vec<Command>) {
    let label = RichText::new(icons::CARET_DOWN).size(16.0);
    let button = egui::containers::menu::MenuButton::from_button(Button::new(label).frame_when_inactive(false));
    let button = button.ui(ui, |ui| {
        for (at, session) in drafts.tabs().iter().enumerate() {
            let name = session.shown_name();
            if ui.selectable_label(at == drafts.open(), name).clicked() {
                out.push(asks(TabCommand::Show(session.number)));
                ui.close();
            }
        }
        ui.separator();
        let says = "Opens the draft that was closed last, with everything in it (Ctrl+Shift+T)";
        if ui.add_enabled(drafts.has_closed(), Button::new("Reopen closed draft")).on_hover_text(with_keys(says)).clicked() {
            out.push(asks(TabCommand::Reopen(None)));
            ui.close();
        }
    });
    button.0.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "All drafts"));
    button.0.on_hover_text("All drafts\nLists the drafts of this profile, and reopens a closed one");
}

/// Asks for another name for the open draft.
fn ask_name(ui: &Ui, drafts: &mut OpenDrafts, out: &mut Vec<Command>) {
    let session = drafts.session_mut();
    let Some(mut name) = session.renaming.take() else { return };
    let number = session.number;
    match name_dialog::show(ui, "Rename draft", "Rename", "Gives the tab this name", &mut name) {
        Answer::Open => session.renaming = Some(name),
        Answer::Cancelled => {}
        Answer::Done => out.push(asks(TabCommand::Rename(number, name))),
    }
}
