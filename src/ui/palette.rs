//! The command palette, the quick switch between profiles, and the list of shortcuts: a box above the window.

use eframe::egui::{self, Align2, Area, Button, Id, Key, Modal, Modifiers, RichText, ScrollArea, TextEdit, Ui, WidgetInfo, vec2};

use crate::ui::actions::{LOCAL, actions};
use crate::ui::command::Command;
use crate::ui::key_names::with_keys;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::history::view::list;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::palette_state::{Mode, Palette};
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, navigation, theme, widgets};

/// So many lines are listed.
const MOST: usize = 60;

/// So many exchanges of the history are among them.
const NEWEST: usize = 30;

/// How wide the box is, in points.
const WIDTH: f32 = 560.0;

/// How wide the keys of a shortcut are, in points.
const KEYS: f32 = 190.0;

/// A line that can be picked.
struct Entry {
    icon: &'static str,
    name: String,
    kind: &'static str,
    keys: String,
    command: Command,
}

/// Draws the box, if one is open.
pub(in crate::ui) fn show(ui: &Ui, state: &mut State, out: &mut Vec<Command>) {
    let Some(mut palette) = state.palette.take() else { return };
    let id = Id::unique(("palette", palette.mode as u8));
    let area = Area::new(id).kind(egui::UiKind::Modal).order(egui::Order::Foreground).anchor(Align2::CENTER_TOP, vec2(0.0, 48.0));
    let shown = Modal::new(id).area(area).show(ui.ctx(), |ui| {
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 48.0));
        if palette.mode == Mode::Help { help(ui, out) } else { lines(ui, &mut palette, state, out) }
    });
    if !(shown.inner || shown.should_close()) {
        state.palette = Some(palette);
    }
}

/// Draws what can be picked; tells whether something was.
fn lines(ui: &mut Ui, palette: &mut Palette, state: &State, out: &mut Vec<Command>) -> bool {
    let (name, hint) = match palette.mode {
        Mode::Profiles => ("Switch profile", "Name, label, host or key of a profile"),
        _ => ("Search commands and profiles", "Command, profile, field or exchange"),
    };
    let step = ui.input_mut(|input| {
        let down = input.consume_key(Modifiers::NONE, Key::ArrowDown);
        i64::from(down) - i64::from(input.consume_key(Modifiers::NONE, Key::ArrowUp))
    });
    let is_taken = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    let edit = TextEdit::singleline(&mut palette.query).id_salt("query").hint_text(hint).desired_width(f32::INFINITY);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, name));
    response.request_focus();
    if response.changed() {
        palette.line = 0;
    }
    let entries = entries(ui, palette, state);
    let last = entries.len().saturating_sub(1);
    palette.line = (palette.line.min(last) as i64 + step).clamp(0, last as i64) as usize;
    let mut picked = is_taken.then_some(palette.line);
    let height = (ui.ctx().content_rect().height() * 0.6).min(420.0);
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for (index, entry) in entries.iter().enumerate() {
            let is_current = index == palette.line;
            let row = line(ui, entry, is_current);
            if is_current && step != 0 {
                row.scroll_to_me(None);
            }
            if row.clicked() {
                picked = Some(index);
            }
        }
        if entries.is_empty() {
            ui.label(widgets::muted(ui, "Nothing matches"));
        }
    });
    let Some(entry) = picked.and_then(|index| entries.into_iter().nth(index)) else { return false };
    out.push(entry.command);
    true
}

fn line(ui: &mut Ui, entry: &Entry, is_current: bool) -> egui::Response {
    let tokens = theme::tokens(ui);
    let text = RichText::new(format!("{}  {}", entry.icon, entry.name));
    let behind = if entry.keys.is_empty() { entry.kind } else { &entry.keys };
    let button = Button::new(text).right_text(RichText::new(behind).small().color(tokens.muted)).truncate();
    let row = ui.add(button.selected(is_current).frame_when_inactive(is_current).min_size(vec2(ui.available_width(), 28.0)));
    row.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_current, &entry.name));
    row
}

fn entries(ui: &Ui, palette: &Palette, state: &State) -> Vec<Entry> {
    let mut entries = Vec::new();
    if palette.mode == Mode::All {
        for action in actions() {
            let Some(command) = action.command(state) else { continue };
            if matches!(command, Command::Palette(Mode::All)) {
                continue;
            }
            let keys = action.keys.map(|keys| ui.ctx().format_shortcut(&keys)).unwrap_or_default();
            entries.push(Entry { icon: action.icon, name: action.name.to_owned(), kind: "command", keys, command });
        }
    }
    let names = crate::ui::profile_names::ProfileNames::of(state.profiles.iter().map(|stored| &stored.profile));
    for stored in &state.profiles {
        let command = Command::Profile(ProfileCommand::Select(stored.id.clone()));
        let name = names.full(&stored.profile);
        entries.push(Entry { icon: icons::CIRCLE, name, kind: "profile", keys: String::new(), command });
    }
    if palette.mode == Mode::All && state.view == View::Compose {
        for field in state.profile().map(|stored| &stored.profile.fields).into_iter().flatten() {
            let fix = crate::diagnosis::Fix::FocusParameter(field.parameter.clone());
            let command = Command::Compose(ComposeCommand::Fix(Box::new(fix)));
            let name = if field.field.is_empty() { &field.parameter } else { &field.field };
            entries.push(Entry { icon: icons::TEXTBOX, name: name.clone(), kind: "field", keys: String::new(), command });
        }
    }
    if palette.mode == Mode::All {
        let rows = state.history.ids.iter().filter_map(|id| state.history.rows.get(id)).take(NEWEST);
        entries.extend(rows.map(|row| {
            let command = Command::History(HistoryCommand::Open(row.id));
            let (icon, _) = list::sign(row, theme::tokens(ui));
            Entry { icon, name: list::spoken(row, state.now), kind: "history", keys: String::new(), command }
        }));
    }
    let words: Vec<String> = palette.query.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let fits = |entry: &Entry| {
        let name = entry.name.to_lowercase();
        words.iter().all(|word| name.contains(word) || entry.kind.contains(word.as_str()))
    };
    entries.retain(fits);
    if words.is_empty() {
        // Enter takes the first line, which must not send anything that nobody named.
        entries.sort_by_key(|entry| matches!(entry.command, Command::Compose(ComposeCommand::Send)));
    }
    // What begins with the words stands first.
    entries.sort_by_key(|entry| words.first().is_some_and(|word| !entry.name.to_lowercase().starts_with(word)));
    entries.truncate(MOST);
    entries
}

/// Draws the shortcuts; tells whether the box is to be closed.
fn help(ui: &mut Ui, out: &mut Vec<Command>) -> bool {
    let mut is_done = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::F1));
    ui.horizontal(|ui| {
        ui.label(RichText::new("Keyboard shortcuts").text_style(theme::heading()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            is_done |= widgets::icon_button(ui, icons::X, "Close", "Closes the list (Escape)").clicked();
        });
    });
    is_done |= navigation::intro_link(ui, out);
    ScrollArea::vertical().max_height(ui.ctx().content_rect().height() * 0.7).auto_shrink([false, true]).show(ui, |ui| {
        let own = actions().filter_map(|action| Some((ui.ctx().format_shortcut(&action.keys?), action.name)));
        let all: Vec<(String, &str)> =
            own.chain(LOCAL.iter().map(|(keys, says)| (with_keys(keys).into_owned(), *says))).collect();
        let text = (ui.available_width() - KEYS - theme::SPACE).max(100.0);
        for (keys, says) in all {
            ui.horizontal_top(|ui| {
                for (width, words) in [(KEYS, RichText::new(keys).monospace()), (text, RichText::new(says))] {
                    ui.allocate_ui_with_layout(vec2(width, 0.0), egui::Layout::top_down(egui::Align::LEFT), |ui| {
                        ui.set_width(width);
                        ui.add(egui::Label::new(words).wrap());
                    });
                }
            });
        }
    });
    is_done
}
