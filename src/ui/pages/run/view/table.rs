//! A line a row. Ten thousand of them stay quick: those in view are drawn.

use eframe::egui::{self, Align2, Color32, Key, Modifiers, Pos2, Rect, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2};

use crate::runner::plan::step_name;
use crate::runner::result::{RowResult, StepResult, Verdict};
use crate::transport::Progress;
use crate::ui::pages::run::state::{Listed, Row, RunPage};
use crate::ui::{icons, theme, widgets};

/// The height of a line, in points.
const LINE: f32 = 26.0;

pub(super) fn show(ui: &mut Ui, page: &mut RunPage) {
    filters(ui, page);
    let listed = page.listed();
    if listed.is_empty() {
        ui.label(widgets::muted(ui, "No row fits the filter."));
        return;
    }
    heads(ui);
    let room = ui.available_height();
    let to = keys(ui, page, &listed, (room / LINE).max(1.0) as usize);
    let mut area = ScrollArea::vertical().id_salt("run-rows").auto_shrink(false);
    if let Some(at) = to {
        // The line in the middle, wherever the list stood.
        area = area.vertical_scroll_offset((at as f32 * LINE - room / 2.0).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, LINE, listed.len(), |ui, shown| {
        for at in shown {
            line(ui, page, listed[at]);
        }
    });
    if let Some(at) = to {
        ui.memory_mut(|memory| {
            memory.request_focus(line_id(listed[at]));
            // egui itself would move the focus once more for the same key.
            memory.move_focus(egui::FocusDirection::None);
        });
    }
}

fn filters(ui: &mut Ui, page: &mut RunPage) {
    let counts = page.counts();
    ui.horizontal_wrapped(|ui| {
        for listed in Listed::ALL {
            let count = match listed {
                Listed::All => page.rows().len(),
                Listed::Failures => counts.failed,
                Listed::UnderWay => counts.under_way,
            };
            let label = format!("{} {count}", listed.label());
            let says = match listed {
                Listed::All => "Lists every row",
                Listed::Failures => "Lists the rows that did not pass",
                Listed::UnderWay => "Lists the rows that are being sent",
            };
            if widgets::tab(ui, page.listed == listed, &label, says).clicked() {
                page.listed = listed;
            }
        }
        let icon = widgets::icon(ui, icons::MAGNIFYING_GLASS, theme::tokens(ui).muted, "Find rows");
        let edit = TextEdit::singleline(&mut page.search).id_salt("run-search").desired_width(160.0).hint_text("Find rows");
        ui.add(edit).labelled_by(icon.id).on_hover_text("Lists the rows whose label, ticket, problem or cause holds this text");
    });
}

/// The line to go to, where a key asks for one.
fn keys(ui: &Ui, page: &mut RunPage, listed: &[usize], lines: usize) -> Option<usize> {
    let focused = ui.memory(egui::Memory::focused)?;
    let on = listed.iter().position(|row| line_id(*row) == focused)?;
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = listed.len() - 1;
    let to = [
        (Key::ArrowDown, (on + 1).min(last)),
        (Key::ArrowUp, on.saturating_sub(1)),
        (Key::PageDown, (on + lines).min(last)),
        (Key::PageUp, on.saturating_sub(lines)),
        (Key::Home, 0),
        (Key::End, last),
    ]
    .into_iter()
    .find(|(key, _)| pressed(*key))
    .map(|(_, to)| to)?;
    if page.open.is_some() {
        page.open = Some(listed[to]);
    }
    Some(to)
}

fn line_id(at: usize) -> egui::Id {
    egui::Id::unique(("run-row", at))
}

/// Where each column begins, and how wide it is.
struct Columns {
    number: (f32, f32),
    state: (f32, f32),
    label: (f32, f32),
    says: (f32, f32),
    time: (f32, f32),
}

impl Columns {
    fn of(rect: Rect) -> Self {
        let (left, width) = (rect.left() + 6.0, rect.width() - 12.0);
        let (number, state, time) = (52.0, 128.0, 78.0);
        let rest = (width - number - state - time).max(40.0);
        let label = rest * 0.35;
        Self {
            number: (left, number - 8.0),
            state: (left + number, state - 8.0),
            label: (left + number + state, label - 8.0),
            says: (left + number + state + label, rest - label - 8.0),
            time: (left + width - time, time),
        }
    }
}

fn heads(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let (columns, colour) = (Columns::of(rect), theme::tokens(ui).muted);
    for ((x, width), text) in
        [(columns.number, "Row"), (columns.state, "State"), (columns.label, "Label"), (columns.says, "What came of it")]
    {
        paint(ui, Pos2::new(x, rect.center().y), width, text, colour);
    }
    right(ui, columns.time, rect.center().y, "Duration", colour);
    ui.painter().hline(rect.x_range(), rect.bottom() - 1.0, egui::Stroke::new(1.0, theme::tokens(ui).border));
}

fn line(ui: &mut Ui, page: &mut RunPage, at: usize) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let response = ui.interact(rect, line_id(at), Sense::click());
    let tokens = theme::tokens(ui);
    let is_open = page.open == Some(at);
    if is_open || response.hovered() {
        ui.painter().rect_filled(rect, 4.0, if is_open { tokens.selected } else { tokens.hovered });
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect.shrink(1.0), 4.0, ui.visuals().selection.stroke, egui::StrokeKind::Inside);
    }
    let row = &page.rows()[at];
    let (icon, state, colour) = sign(row, tokens);
    let says = says(page, row);
    let time = row.result.as_ref().map(took).unwrap_or_default();
    let columns = Columns::of(rect);
    let middle = rect.center().y;
    paint(ui, Pos2::new(columns.number.0, middle), columns.number.1, &row.number.to_string(), tokens.muted);
    let font = egui::FontId::proportional(15.0);
    ui.painter().text(Pos2::new(columns.state.0, middle), Align2::LEFT_CENTER, icon, font, colour);
    paint(ui, Pos2::new(columns.state.0 + 22.0, middle), columns.state.1 - 22.0, state, colour);
    paint(ui, Pos2::new(columns.label.0, middle), columns.label.1, &row.label, tokens.text);
    paint(ui, Pos2::new(columns.says.0, middle), columns.says.1, &says, tokens.text);
    right(ui, columns.time, middle, &time, tokens.muted);
    let name = [format!("Row {}", row.number), state.to_owned(), row.label.clone(), says, time]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_open, &name));
    if response.on_hover_text(format!("{name}\nClick to see its steps, checks and exchanges")).clicked() {
        page.open = (!is_open).then_some(at);
    }
}

/// Icon, word and colour of how a row stands.
pub(super) fn sign(row: &Row, tokens: &theme::Tokens) -> (&'static str, &'static str, Color32) {
    match (&row.doing, &row.result) {
        (Some(_), _) => (icons::HOURGLASS, "under way", tokens.accent),
        (None, None) => (icons::CIRCLE, "waiting", tokens.muted),
        (None, Some(result)) => {
            let (icon, colour) = sign_of(result.verdict, tokens);
            (icon, result.verdict.label(), colour)
        }
    }
}

/// Icon and colour of how something ended.
pub(super) fn sign_of(verdict: Verdict, tokens: &theme::Tokens) -> (&'static str, Color32) {
    match verdict {
        Verdict::Passed => (icons::CHECK_CIRCLE, tokens.success),
        Verdict::Warned => (icons::WARNING_CIRCLE, tokens.warning),
        Verdict::NotRun => (icons::MINUS, tokens.muted),
        Verdict::Unknown => (icons::QUESTION, tokens.warning),
        Verdict::Failed => (icons::X_CIRCLE, tokens.danger),
    }
}

/// What a line says: how far the row is, or what came of it.
fn says(page: &RunPage, row: &Row) -> String {
    if let (Some((step, progress)), Some(prepared)) = (&row.doing, &page.prepared) {
        let plan = &prepared.job.plan;
        let steps = plan.rows.get(row.number - 1).map(|planned| plan.steps(planned)).unwrap_or_default();
        let name = steps.get(*step).map(|own| step_name(own, *step)).unwrap_or_default();
        let name = prepared.masker.text(&name);
        let several = if steps.len() > 1 { format!("{} of {}, ", step + 1, steps.len()) } else { String::new() };
        let counters = progress.uploads.iter().chain([&progress.create]);
        let (sent, total) =
            counters.fold((0, 0), |(sent, total), own: &std::sync::Arc<Progress>| (sent + own.sent(), total + own.total()));
        let share = if total > 1 << 16 {
            format!(", {} of {}", widgets::size_text(sent), widgets::size_text(total))
        } else {
            String::new()
        };
        return format!("{several}{name}{share}");
    }
    let Some(result) = &row.result else { return String::new() };
    let bad = result.steps.iter().find(|step| !step.verdict.is_good());
    if let Some(step) = bad {
        return match &step.cause {
            Some(cause) => cause.title.clone(),
            None => step.troubles().first().cloned().unwrap_or_else(|| step.verdict.label().to_owned()),
        };
    }
    let tickets: Vec<&str> = result.steps.iter().filter_map(|step| step.ticket.as_deref()).collect();
    let warned = result.steps.iter().flat_map(StepResult::troubles).next();
    match (tickets.as_slice(), warned) {
        (_, Some(warned)) => warned,
        ([], None) => result.steps.last().and_then(|step| step.status).map(|status| status.to_string()).unwrap_or_default(),
        (tickets, None) => format!("Ticket {}", tickets.join(", ")),
    }
}

fn took(result: &RowResult) -> String {
    let took: f64 = result.steps.iter().map(|step| step.took_ms).sum();
    if result.steps.is_empty() {
        String::new()
    } else {
        widgets::duration_text(std::time::Duration::from_secs_f64(took / 1000.0))
    }
}

fn paint(ui: &Ui, at: Pos2, width: f32, text: &str, colour: Color32) {
    let font = egui::TextStyle::Body.resolve(ui.style());
    let mut job = egui::text::LayoutJob::simple_singleline(text.replace(['\n', '\r', '\t'], " "), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(8.0));
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(Pos2::new(at.x, at.y - galley.size().y / 2.0), galley, colour);
}

fn right(ui: &Ui, (x, width): (f32, f32), y: f32, text: &str, colour: Color32) {
    let font = egui::TextStyle::Body.resolve(ui.style());
    ui.painter().text(Pos2::new(x + width, y), Align2::RIGHT_CENTER, text, font, colour);
}
