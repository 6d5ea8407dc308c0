//! The list: a million lines, of which those in view are drawn.
//!
//! The position is counted in lines and not in points, because a million lines of points are more than an `f32` can tell apart.

use eframe::egui::{self, Align2, Color32, FontId, Key, Modifiers, Pos2, Rect, Response, Sense, Ui, WidgetInfo, vec2};

use crate::formats::export::Tool;
use crate::model::gist::gist;
use crate::model::history::{ExchangeKind, HistoryRow};
use crate::model::status::{status_name, status_text};
use crate::ui::command::Command;
use crate::ui::key_names::with_keys;
use crate::ui::pages::export::command::{ExportCommand, ExportSource, Reveal};
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::history::state::{DetailPane, HistoryPage, first_filter};
use crate::ui::{icons, theme, widgets};

/// The height of a line, in points.
const LINE: f32 = 26.0;

/// The width of the scroll bar, in points.
const BAR: f32 = 12.0;

/// Lines that are kept in memory; those in view stay.
const KEPT: usize = 4000;

pub(in crate::ui) fn show(ui: &mut Ui, page: &mut HistoryPage, now: jiff::Timestamp, out: &mut Vec<Command>) {
    if page.ids.is_empty() {
        nothing(ui, page);
        return;
    }
    let whole = ui.available_rect_before_wrap();
    let (head, area) = whole.split_top_bottom_at_y(whole.top() + LINE);
    let has_marks = page.has_marks;
    heads(ui, head.with_max_x(head.right() - BAR - 4.0), has_marks);
    let visible = f64::from((area.height() / LINE).max(1.0));
    let last = (page.ids.len() as f64 - visible).max(0.0);
    let lines = Rect::from_min_max(area.min, Pos2::new(area.max.x - BAR - 4.0, area.max.y));
    let focus = ui.interact(lines, ui.scope_id().with("history-list"), Sense::focusable_noninteractive());
    scroll(ui, page, lines, last);
    if std::mem::take(&mut page.enters_list) {
        let cursor = page.ids[page.first.clamp(0.0, last) as usize];
        page.cursor = Some(cursor);
        ui.memory_mut(|memory| memory.request_focus(line_id(cursor)));
    } else {
        keys(ui, page, &focus, visible, out);
    }
    page.first = page.first.clamp(0.0, last);
    let first = page.first.floor() as usize;
    let shown = (first..page.ids.len()).take(visible.ceil() as usize + 1);
    let ids: Vec<i64> = shown.clone().map(|index| page.ids[index]).collect();
    ask_for(page, &ids, out);
    // Where no line in view has a mark, what it was has their room.
    let is_marked = |row: &HistoryRow| row.attachments > 0 || row.works || row.pinned;
    page.has_marks = ids.iter().filter_map(|id| page.rows.get(id)).any(is_marked);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(lines));
    child.set_clip_rect(lines.intersect(ui.clip_rect()));
    for (index, id) in shown.zip(ids) {
        let top = lines.top() + ((index as f64 - page.first) * f64::from(LINE)) as f32;
        let rect = Rect::from_min_size(Pos2::new(lines.left(), top), vec2(lines.width(), LINE));
        line(&mut child, page, id, rect, now, out);
    }
    bar(ui, page, area, visible, last);
    ui.allocate_rect(whole, Sense::hover());
}

fn nothing(ui: &mut Ui, page: &HistoryPage) {
    let text = match (page.complete, page.filter == first_filter()) {
        // The reason stands above.
        (false, _) if page.trouble.is_some() => return,
        (false, _) => "Reading…",
        (true, true) => {
            "No exchanges yet. Everything you send from the window or the command line is listed here, with its response and its causes. Secrets are not stored."
        }
        (true, false) => "No exchange matches the filters.",
    };
    widgets::nothing(ui, icons::CLOCK, text);
}

fn scroll(ui: &Ui, page: &mut HistoryPage, lines: Rect, last: f64) {
    if ui.rect_contains_pointer(lines) {
        let delta = ui.input(|input| input.smooth_scroll_delta.y);
        page.first = (page.first - f64::from(delta / LINE)).clamp(0.0, last);
    }
}

/// Arrows move the cursor, Enter opens, Space marks, Home and End go to the ends.
fn keys(ui: &Ui, page: &mut HistoryPage, list: &Response, visible: f64, out: &mut Vec<Command>) {
    let on_line = page.cursor.is_some_and(|id| ui.memory(|memory| memory.has_focus(line_id(id))));
    if !list.has_focus() && !on_line {
        return;
    }
    let at = page.cursor.and_then(|id| page.ids.iter().position(|known| *known == id));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let page_size = visible.floor().max(1.0) as i64;
    let (mut step, mut to) = (0, None);
    for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, page_size), (Key::PageUp, -page_size)] {
        if pressed(key) {
            step += by;
        }
    }
    if pressed(Key::Home) {
        to = Some(0);
    }
    if pressed(Key::End) {
        to = Some(page.ids.len() - 1);
    }
    if step != 0 {
        let at = at.map_or(-1, |at| at as i64);
        to = Some((at + step).clamp(0, page.ids.len() as i64 - 1) as usize);
    }
    if let Some(to) = to {
        page.cursor = Some(page.ids[to]);
        let (to, last) = (to as f64, page.first + visible - 1.0);
        page.first = if to < page.first {
            to
        } else if to > last {
            to - visible + 1.0
        } else {
            page.first
        };
        ui.memory_mut(|memory| {
            memory.request_focus(line_id(page.ids[to as usize]));
            // egui itself would move the focus once more for the same key.
            memory.move_focus(egui::FocusDirection::None);
        });
        ui.ctx().request_repaint();
    }
    if let Some(id) = page.cursor
        && pressed(Key::Delete)
    {
        let ids = if page.marked.len() > 1 { page.marked.iter().copied().collect() } else { vec![id] };
        out.push(Command::History(HistoryCommand::AskDelete(ids)));
    }
}

fn line_id(id: i64) -> egui::Id {
    egui::Id::unique(("history-line", id))
}

/// Asks for the lines in view that were not read yet.
fn ask_for(page: &mut HistoryPage, ids: &[i64], out: &mut Vec<Command>) {
    if page.rows.len() > KEPT {
        page.rows.retain(|id, _| ids.contains(id));
    }
    let missing: Vec<i64> = ids.iter().copied().filter(|id| !page.rows.contains_key(id) && !page.asked.contains(id)).collect();
    if !missing.is_empty() {
        page.asked.extend(&missing);
        out.push(Command::History(HistoryCommand::Rows(missing)));
    }
}

fn line(ui: &mut Ui, page: &mut HistoryPage, id: i64, rect: Rect, now: jiff::Timestamp, out: &mut Vec<Command>) {
    let (tokens, has_marks) = (theme::tokens(ui), page.has_marks);
    let response = ui.interact(rect, line_id(id), Sense::click());
    let marked = page.marked.contains(&id);
    let opened = matches!(&page.detail, DetailPane::Opened(opened) if opened.row.id == id);
    if marked || opened {
        ui.painter().rect_filled(rect, 4.0, ui.visuals().selection.bg_fill.gamma_multiply(if opened { 0.8 } else { 0.5 }));
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 4.0, ui.visuals().widgets.hovered.weak_bg_fill);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect.shrink(1.0), 4.0, ui.visuals().selection.stroke, egui::StrokeKind::Inside);
    }
    let Some(row) = page.rows.get(&id) else {
        paint(ui, rect.left_center() + vec2(8.0, 0.0), rect.width(), "…", tokens.muted, false);
        return;
    };
    columns(ui, row, rect, now, has_marks);
    let name = spoken(row, now);
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, marked || opened, &name));
    let clicked = response.clicked();
    let tip = tip(row);
    response.context_menu(|ui| menu(ui, row, out));
    response.on_hover_text(tip);
    if clicked {
        click(ui, page, id, out);
    }
}

/// What is done with a line without opening it.
fn menu(ui: &mut Ui, row: &HistoryRow, out: &mut Vec<Command>) {
    let id = row.id;
    let curl = ExportCommand::Copy(ExportSource::History(vec![id]), Tool::CurlBash, Reveal::Variables);
    let mut entries = vec![
        ("Open", "Shows the exchange beside the list", Command::History(HistoryCommand::Open(id))),
        ("Copy as curl", "Copies a curl command for bash. API keys and logins are variables in it", Command::Export(curl)),
    ];
    if row.kind == ExchangeKind::Create {
        let says = "Copies the payload and the address into the form of its profile";
        entries.push(("Copy as draft", says, Command::History(HistoryCommand::CopyAsDraft(id))));
    }
    let says = "Shows the differences from the exchange marked as working, or from the latest successful one";
    entries.push(("Compare with working one", says, Command::History(HistoryCommand::CompareWithWorking(id))));
    let (label, says) = if row.pinned {
        ("Unpin", "The limits in the settings apply to it again")
    } else {
        ("Pin", "Pinned exchanges are kept regardless of the limits in the settings")
    };
    entries.push((label, says, Command::History(HistoryCommand::Pin(vec![id], !row.pinned))));
    entries.push(("Delete…", "Asks first, then wipes it from the disk", Command::History(HistoryCommand::AskDelete(vec![id]))));
    for (label, says, command) in entries {
        if ui.button(label).on_hover_text(says).clicked() {
            out.push(command);
            ui.close();
        }
    }
}

fn click(ui: &Ui, page: &mut HistoryPage, id: i64, out: &mut Vec<Command>) {
    let modifiers = ui.input(|input| input.modifiers);
    let anchor = page.cursor.replace(id);
    if modifiers.command {
        if page.marked.is_empty() {
            page.marked.extend(anchor);
        }
        if !page.marked.remove(&id) {
            page.marked.insert(id);
        }
        return;
    }
    if modifiers.shift {
        let at = |id| page.ids.iter().position(|known| *known == id);
        if let (Some(from), Some(to)) = (anchor.and_then(at), at(id)) {
            let marked: Vec<i64> = page.ids[from.min(to)..=from.max(to)].to_vec();
            page.marked.extend(marked);
        }
        return;
    }
    page.marked.clear();
    out.push(Command::History(HistoryCommand::Open(id)));
}

/// Where each column of a line begins, and how wide it is.
struct Columns {
    status: (f32, f32),
    when: (f32, f32),
    profile: Option<(f32, f32)>,
    what: (f32, f32),
    ticket: Option<(f32, f32)>,
    marks: (f32, f32),
    time: Option<(f32, f32)>,
}

impl Columns {
    fn of(lines: Rect, has_marks: bool) -> Self {
        let width = lines.width();
        let mut left = lines.left() + 6.0;
        let mut take = |width: f32| {
            left += width;
            (left - width, width - 8.0)
        };
        let (status, when) = (take(68.0), take(96.0));
        let profile = (width > 640.0).then(|| take((width * 0.2).clamp(110.0, 320.0)));
        let from = take(0.0).0;
        let mut right = lines.right() - 6.0;
        let mut take = |width: f32| {
            right -= width;
            (right, width - 8.0)
        };
        let time = (width > 480.0).then(|| take(78.0));
        let marks = take(if has_marks { 62.0 } else { 0.0 });
        let ticket = (width > 760.0).then(|| take(90.0));
        Self { status, when, profile, what: (from, (right - from - 8.0).max(10.0)), ticket, marks, time }
    }
}

/// The names of the columns.
fn heads(ui: &Ui, rect: Rect, has_marks: bool) {
    let columns = Columns::of(rect, has_marks);
    let colour = theme::tokens(ui).muted;
    let head = |column: Option<(f32, f32)>, text: &str| {
        if let Some((x, width)) = column {
            paint(ui, Pos2::new(x, rect.center().y), width, text, colour, false);
        }
    };
    head(Some(columns.status), "Status");
    head(Some(columns.when), "When");
    head(columns.profile, "Profile");
    head(Some(columns.what), "What");
    head(columns.ticket, "Ticket");
    if let Some((x, width)) = columns.time {
        let font = egui::TextStyle::Body.resolve(ui.style());
        ui.painter().text(Pos2::new(x + width, rect.center().y), Align2::RIGHT_CENTER, "Duration", font, colour);
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 1.0, egui::Stroke::new(1.0, theme::tokens(ui).border));
}

fn columns(ui: &Ui, row: &HistoryRow, rect: Rect, now: jiff::Timestamp, has_marks: bool) {
    let tokens = theme::tokens(ui);
    let (icon, colour) = sign(row, tokens);
    let columns = Columns::of(rect, has_marks);
    let middle = rect.center().y;
    let text = ui.visuals().text_color();
    let icon_at = |x: f32, size: f32, icon: &str, colour: Color32| {
        let font = FontId::new(size, egui::FontFamily::Proportional);
        ui.painter().text(Pos2::new(x, middle), Align2::LEFT_CENTER, icon, font, colour);
    };
    icon_at(columns.status.0, 15.0, icon, colour);
    let status = row.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
    paint(ui, Pos2::new(columns.status.0 + 22.0, middle), 40.0, &status, colour, true);
    paint(ui, Pos2::new(columns.when.0, middle), columns.when.1, &widgets::ago_text(now, row.started_at), tokens.muted, false);
    if let Some((x, width)) = columns.profile {
        let profile = if row.profile_name.is_empty() { "no profile" } else { &row.profile_name };
        paint(ui, Pos2::new(x, middle), width, profile, text, false);
    }
    paint(ui, Pos2::new(columns.what.0, middle), columns.what.1, &what(row, columns.ticket.is_none()), text, false);
    if let Some((x, width)) = columns.ticket {
        paint(ui, Pos2::new(x, middle), width, row.ticket.as_deref().unwrap_or_default(), tokens.muted, false);
    }
    // Each mark has a place of its own, so that nothing beside it moves.
    for (index, (icon, shown)) in
        [(icons::PAPERCLIP, row.attachments > 0), (icons::SEAL_CHECK, row.works), (icons::STAR, row.pinned)]
            .into_iter()
            .enumerate()
    {
        if shown {
            icon_at(columns.marks.0 + index as f32 * 18.0, 14.0, icon, tokens.muted);
        }
    }
    if let Some((x, width)) = columns.time {
        let font = egui::TextStyle::Body.resolve(ui.style());
        let at = Pos2::new(x + width, middle);
        ui.painter().text(at, Align2::RIGHT_CENTER, widgets::duration_text(row.total), font, tokens.muted);
    }
}

fn paint(ui: &Ui, at: Pos2, width: f32, text: &str, colour: Color32, strong: bool) {
    let mut font = egui::TextStyle::Body.resolve(ui.style());
    if strong {
        font.family = theme::strong();
    }
    let mut job = egui::text::LayoutJob::simple_singleline(text.replace(['\n', '\r', '\t'], " "), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(Pos2::new(at.x, at.y - galley.size().y / 2.0), galley, colour);
}

/// How it went, as a shape and a colour.
pub(in crate::ui) fn sign(row: &HistoryRow, tokens: &theme::Tokens) -> (&'static str, Color32) {
    match row.status {
        _ if row.is_success() => (icons::CHECK_CIRCLE, tokens.success),
        Some(200..=399) => (icons::WARNING_CIRCLE, tokens.warning),
        Some(_) => (icons::X_CIRCLE, tokens.danger),
        None => (icons::PLUG, tokens.danger),
    }
}

/// What a line says of an exchange: what came of it, or what was wrong. `names_ticket` is whether the ticket has no column of its own.
fn what(row: &HistoryRow, names_ticket: bool) -> String {
    let kind = match row.kind {
        ExchangeKind::Create => "",
        ExchangeKind::Upload => "Upload: ",
        ExchangeKind::Probe => "Probe: ",
    };
    if !row.note.is_empty() {
        return format!("{kind}{}", row.note);
    }
    match (&row.ticket, row.cause.0.as_str()) {
        (Some(ticket), "" | "none") if names_ticket => format!("{kind}Ticket {ticket}  {}", gist(&row.preview)),
        (Some(_), "" | "none") => format!("{kind}{}", gist(&row.preview)),
        (None, "" | "none") => match row.status {
            Some(status) => format!("{kind}{}  {}", status_name(status), gist(&row.preview)),
            None if row.is_open() => format!("{kind}Outcome not known"),
            None => format!("{kind}No response"),
        },
        // Of the files of a ticket each is known by its name.
        _ if row.kind == ExchangeKind::Upload => format!("{kind}{}: {}", row.preview.trim_end(), row.cause.1),
        _ => format!("{kind}{}", row.cause.1),
    }
}

/// A line in words.
pub(in crate::ui) fn spoken(row: &HistoryRow, now: jiff::Timestamp) -> String {
    let status = row.status.map_or_else(|| "No response".to_owned(), status_text);
    let mut name = format!("{status}, {}, {}", widgets::ago_text(now, row.started_at), what(row, true));
    if !row.profile_name.is_empty() {
        name.push_str(&format!(", {}", row.profile_name));
    }
    for (word, shown) in [("pinned", row.pinned), ("works", row.works), ("with files", row.attachments > 0)] {
        if shown {
            name.push_str(&format!(", {word}"));
        }
    }
    name
}

fn tip(row: &HistoryRow) -> String {
    let mut tip = format!("Number {}\n{} {}\n{}", row.id, row.method, row.url, widgets::exact_time_text(row.started_at));
    if !row.tags.is_empty() {
        tip.push_str(&format!("\nTags: {}", row.tags));
    }
    tip.push_str(&with_keys("\nClick to open, Ctrl+click to mark, Shift+click to mark up to here"));
    tip
}

fn bar(ui: &mut Ui, page: &mut HistoryPage, area: Rect, visible: f64, last: f64) {
    if last <= 0.0 {
        return;
    }
    let track = Rect::from_min_max(Pos2::new(area.max.x - BAR, area.min.y), area.max);
    let response = ui.interact(track, ui.scope_id().with("history-bar"), Sense::click_and_drag());
    let share = (visible / page.ids.len() as f64) as f32;
    let height = (track.height() * share).clamp(24.0, track.height());
    let room = (track.height() - height).max(1.0);
    if let Some(at) = response.interact_pointer_pos() {
        page.first = f64::from(((at.y - track.top() - height / 2.0) / room).clamp(0.0, 1.0)) * last;
    }
    let top = track.top() + (page.first / last) as f32 * room;
    let handle = Rect::from_min_size(Pos2::new(track.left() + 2.0, top), vec2(BAR - 4.0, height));
    ui.painter().rect_filled(track, 4.0, ui.visuals().extreme_bg_color);
    let shade = theme::scroll_handle(ui, response.hovered() || response.dragged());
    ui.painter().rect_filled(handle, 4.0, shade);
    let first = page.first;
    response.widget_info(|| WidgetInfo::slider(true, first, "Position in the history"));
    response.on_hover_text("Drag to move through the history");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_was_has_the_most_room_in_every_width() {
        for width in [400.0, 500.0, 560.0, 641.0, 700.0, 761.0, 1000.0, 2000.0] {
            let columns = Columns::of(Rect::from_min_size(Pos2::ZERO, vec2(width, LINE)), true);
            let others = [Some(columns.when), columns.profile, columns.ticket, columns.time].into_iter().flatten();
            let widest = others.map(|(_, width)| width).fold(0.0, f32::max);
            assert!(columns.what.1 > widest && columns.what.1 > 60.0, "{width}: {} beside {widest}", columns.what.1);
        }
    }
}
