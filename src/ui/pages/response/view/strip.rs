//! The deliveries of this session, newest first, each one click away.

use crate::ui::command::Command;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::response::command::ResponseCommand;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::sign::sign;
use crate::ui::widgets::{ago_text, exact_time_text};
use crate::ui::{theme, widgets};
use eframe::egui::scroll_area::ScrollBarVisibility;
use eframe::egui::{self, RichText, ScrollArea, Ui, WidgetInfo};

pub(in crate::ui) fn show(ui: &mut Ui, session: &Session, now: jiff::Timestamp, out: &mut Vec<Command>) {
    if session.deliveries.len() < 2 {
        return;
    }
    let shown = session.shown.unwrap_or(session.deliveries.len() - 1);
    ScrollArea::horizontal().id_salt("deliveries").scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
            for (index, view) in session.deliveries.iter().enumerate().rev() {
                widgets::stable(ui, ("earlier", index), |ui| {
                    let sign = sign(&Shown::of(view));
                    let ago = ago_text(now, view.started_at);
                    let kind = if view.is_upload { "file " } else { "" };
                    let word = format!("{kind}{}", short(&sign.words));
                    let text = RichText::new(format!("{}  {word}  {ago}", sign.icon)).small();
                    let chip = ui.selectable_label(index == shown, text);
                    let words = if view.is_upload { format!("File to a ticket: {}", sign.words) } else { sign.words };
                    let name = format!("{words}, {ago}");
                    chip.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, index == shown, &name));
                    let tip = format!("{words}\nSent {}", exact_time_text(view.started_at));
                    if chip.on_hover_text(tip).clicked() {
                        out.push(Command::Response(ResponseCommand::Show(index)));
                    }
                });
            }
        });
    });
}

/// The first word of an outcome: a status, or what else says enough in a small place.
fn short(words: &str) -> &str {
    words
        .split([':', ' '])
        .next()
        .filter(|word| word.parse::<u16>().is_ok())
        .unwrap_or_else(|| words.split(':').next().unwrap_or(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_by_table() {
        for (words, expected) in [("404 Not Found", "404"), ("No response: time ran out", "No response"), ("Sending", "Sending")]
        {
            assert_eq!(short(words), expected);
        }
    }
}
