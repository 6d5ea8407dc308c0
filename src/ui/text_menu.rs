//! The menu of a text field at a right click: cut, copy, paste, select all. The toolkit has none of its own.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::text_edit::TextEditState;
use eframe::egui::{self, Area, Context, Frame, Id, Key, Modifiers, Order, PointerButton, Pos2, Ui, ViewportCommand};

use crate::ui::key_names::with_keys;

/// The menu while it is open.
#[derive(Clone, Copy)]
struct TextMenu {
    field: Id,
    at: Pos2,
    /// What is selected in the field.
    range: Option<CCursorRange>,
}

/// A field and what is selected in it, as long as no button of the pointer is pressed: the press that opens the menu takes the
/// selection away.
type Selected = (Id, Option<CCursorRange>);

#[derive(Clone, Copy, PartialEq)]
enum Entry {
    Cut,
    Copy,
    Paste,
    SelectAll,
}

const ENTRIES: [(Entry, &str, &str); 4] = [
    (Entry::Cut, "Cut", "Takes what is selected to the clipboard (Ctrl+X)"),
    (Entry::Copy, "Copy", "Copies what is selected to the clipboard (Ctrl+C)"),
    (Entry::Paste, "Paste", "Puts what is on the clipboard here (Ctrl+V)"),
    (Entry::SelectAll, "Select all", "Selects the whole text of this field (Ctrl+A)"),
];

/// Draws the menu, or opens it. Comes last in a frame, when every field is drawn.
pub fn show(ui: &Ui) {
    let ctx = ui.ctx();
    let (menu_id, selected_id) = (Id::unique("text-menu"), Id::unique("text-menu-selected"));
    if let Some(menu) = opened(ctx, selected_id) {
        ctx.data_mut(|data| data.insert_temp(menu_id, menu));
        restore(ctx, &menu);
        ctx.request_repaint();
        return;
    }
    if let Some(menu) = ctx.data(|data| data.get_temp::<TextMenu>(menu_id))
        && !draw(ctx, &menu)
    {
        ctx.data_mut(|data| data.remove::<TextMenu>(menu_id));
    }
    if !ctx.input(|input| input.pointer.any_down()) {
        let selected = ctx.memory(egui::Memory::focused).map(|field| (field, range_of(ctx, field)));
        ctx.data_mut(|data| match selected {
            Some(selected) => drop(data.insert_temp::<Selected>(selected_id, selected)),
            None => data.remove::<Selected>(selected_id),
        });
    }
}

/// The menu that a right click opens: on a text field, and nowhere else.
fn opened(ctx: &Context, selected_id: Id) -> Option<TextMenu> {
    let at =
        ctx.input(|input| input.pointer.button_clicked(PointerButton::Secondary).then(|| input.pointer.interact_pos()))??;
    let under: Vec<Id> = ctx.interaction_snapshot(|snapshot| snapshot.contains_pointer.iter().copied().collect());
    let field = under.into_iter().find(|id| TextEditState::load(ctx, *id).is_some())?;
    let before = ctx.data(|data| data.get_temp::<Selected>(selected_id)).filter(|(own, _)| *own == field);
    let is_some = |range: &CCursorRange| range.primary != range.secondary;
    let range = before.and_then(|(_, range)| range).filter(is_some).or_else(|| range_of(ctx, field));
    Some(TextMenu { field, at, range })
}

fn range_of(ctx: &Context, field: Id) -> Option<CCursorRange> {
    TextEditState::load(ctx, field)?.cursor.char_range()
}

/// Puts the selection back, and gives the field the keyboard.
fn restore(ctx: &Context, menu: &TextMenu) {
    if let (Some(mut state), Some(range)) = (TextEditState::load(ctx, menu.field), menu.range) {
        state.cursor.set_char_range(Some(range));
        state.store(ctx, menu.field);
    }
    ctx.memory_mut(|memory| memory.request_focus(menu.field));
}

/// Draws the open menu; tells whether it stays open.
fn draw(ctx: &Context, menu: &TextMenu) -> bool {
    let mut picked = None;
    let area = Area::new(Id::unique("text-menu-area")).order(Order::Foreground).fixed_pos(menu.at).constrain(true);
    let response = area.show(ctx, |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_min_width(140.0);
            for (entry, label, says) in ENTRIES {
                let can = !matches!(entry, Entry::Cut | Entry::Copy)
                    || menu.range.is_some_and(|range| range.primary != range.secondary);
                let button = egui::Button::new(label).frame_when_inactive(false).min_size(egui::vec2(140.0, 0.0));
                if ui.add_enabled(can, button).on_hover_text(with_keys(says)).clicked() {
                    picked = Some(entry);
                }
            }
        });
    });
    if let Some(entry) = picked {
        carry_out(ctx, menu, entry);
        return false;
    }
    let escaped = ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    let is_outside = |at: Pos2| !response.response.rect.contains(at);
    let pressed = ctx.input(|input| input.pointer.any_pressed().then(|| input.pointer.interact_pos()).flatten());
    // What is typed goes into the field, and the menu is not in its way.
    let typed = ctx.input(|input| input.events.iter().any(|event| matches!(event, egui::Event::Text(_))));
    !escaped && !typed && !pressed.is_some_and(is_outside)
}

fn carry_out(ctx: &Context, menu: &TextMenu, entry: Entry) {
    let all = CCursorRange::two(CCursor::new(0), CCursor::new(usize::MAX));
    restore(ctx, &TextMenu { range: if entry == Entry::SelectAll { Some(all) } else { menu.range }, ..*menu });
    // The field carries it out in the next frame, in which it has the keyboard.
    match entry {
        Entry::Cut => ctx.send_viewport_cmd(ViewportCommand::RequestCut),
        Entry::Copy => ctx.send_viewport_cmd(ViewportCommand::RequestCopy),
        Entry::Paste => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
        Entry::SelectAll => {}
    }
    ctx.request_repaint();
}
