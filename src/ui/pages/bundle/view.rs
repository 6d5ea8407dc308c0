//! What a support bundle would hold: what is hidden in it, and what could be secret and is not.

use eframe::egui::{CollapsingHeader, Label, RichText, TextEdit, Ui};

use crate::model::Secret;
use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::pages::bundle::command::BundleCommand;
use crate::ui::pages::bundle::state::BundlePage;
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    page_head(ui, "Support bundle", "Nothing is saved", out, |ui| {
        if state.bundle.sealing.is_some() {
            ui.spinner();
            ui.label(widgets::muted(ui, "Searching for secrets"));
        }
    });
    let sharing = state.settings.screen_sharing;
    let page = &mut state.bundle;
    if page.sealed.is_none() && page.sealing.is_none() {
        ui.label(widgets::muted(ui, "Choose an exchange first: in the history or next to the form, Export, Support bundle."));
        return;
    }
    if page.sealed.is_none() {
        return;
    }
    widgets::scroll(ui, "bundle", |ui| {
        ui.set_max_width(ui.available_width().min(980.0));
        ui.label("A zip file to share: a report for the browser and for a ticket, the HAR file, the case file and the curl command. Secrets are replaced by placeholders. The same value always gets the same placeholder.");
        summary(ui, page, out);
        hidden(ui, page, sharing, out);
        suspects(ui, page, out);
        mark(ui, page, out);
        ui.add_space(theme::SPACE);
        ui.horizontal_wrapped(|ui| {
            if widgets::primary_button(
                ui,
                page.sealing.is_none(),
                icons::DOWNLOAD_SIMPLE,
                "Save bundle…",
                "Asks for a file, searches for secrets once more and writes the zip",
            )
            .clicked()
            {
                out.push(Command::Bundle(BundleCommand::Pick));
            }
            if ui.button("Copy report").on_hover_text("Copies the report as Markdown, for a ticket").clicked() {
                out.push(Command::Bundle(BundleCommand::CopyReport));
            }
        });
        ui.add_space(theme::SPACE);
        CollapsingHeader::new("Report").default_open(true).show(ui, |ui| {
            ui.add(Label::new(RichText::new(&page.report).monospace().size(12.5)).wrap());
        });
    });
}

fn summary(ui: &mut Ui, page: &mut BundlePage, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let label = ui.label("Summary");
        let edit = TextEdit::singleline(&mut page.contents.summary)
            .id_salt("summary")
            .desired_width(520.0)
            .hint_text("Fails since Monday");
        let edit = ui.add(edit).labelled_by(label.id).on_hover_text("Shown first in the report. Secrets in it are hidden too");
        if edit.lost_focus() {
            out.push(Command::Bundle(BundleCommand::Reseal));
        }
    });
}

fn hidden(ui: &mut Ui, page: &mut BundlePage, sharing: bool, out: &mut Vec<Command>) {
    let Some(sealed) = &page.sealed else { return };
    ui.add_space(theme::SPACE);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Hidden").family(theme::strong()));
        if !sharing {
            ui.checkbox(&mut page.shows_values, "Show the values").on_hover_text(
                "Shows the value behind each placeholder. The bundle never contains these values. Check who can see your screen",
            );
        }
    });
    if sealed.replaced.is_empty() {
        ui.label(widgets::muted(ui, "No API key, e-mail address, cookie or login was found"));
    }
    let mut kept = None;
    for (index, one) in sealed.replaced.iter().enumerate() {
        let times = if one.count == 1 { "once".to_owned() } else { format!("{} times", one.count) };
        widgets::stable(ui, ("hidden", index), |ui| {
            widgets::text_line(ui, |ui| {
                ui.label(RichText::new(format!("{{{{{}}}}}", one.name)).monospace());
                ui.label(widgets::muted(ui, format!("{}, {times}", one.what)));
                if page.shows_values && !sharing {
                    ui.label(RichText::new(one.value.reveal()).monospace());
                }
                let is_marked = page.contents.marked.iter().any(|mark| mark.reveal() == one.value.reveal());
                if is_marked && widgets::small_button(ui, "Do not hide", "Shows this text again").clicked() {
                    kept = Some(one.value.clone());
                }
            });
        });
    }
    if let Some(value) = kept {
        page.contents.marked.retain(|mark| mark.reveal() != value.reveal());
        out.push(Command::Bundle(BundleCommand::Reseal));
    }
}

fn suspects(ui: &mut Ui, page: &mut BundlePage, out: &mut Vec<Command>) {
    let Some(sealed) = page.sealed.as_ref().filter(|sealed| !sealed.suspects.is_empty()) else { return };
    ui.add_space(theme::SPACE);
    ui.label(RichText::new("Not hidden, possibly secret").family(theme::strong()));
    let mut marked = None;
    for (index, one) in sealed.suspects.iter().enumerate() {
        widgets::stable(ui, ("suspect", index), |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(&one.text).monospace());
                ui.label(widgets::muted(ui, one.why));
                let button = ui.small_button("Hide").on_hover_text("Puts a placeholder in its place, everywhere in the bundle");
                button.widget_info(|| {
                    eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, format!("Hide {}", one.text))
                });
                if button.clicked() {
                    marked = Some(one.text.clone());
                }
            });
        });
    }
    if let Some(text) = marked {
        page.contents.marked.push(Secret::new(text));
        out.push(Command::Bundle(BundleCommand::Reseal));
    }
}

fn mark(ui: &mut Ui, page: &mut BundlePage, out: &mut Vec<Command>) {
    ui.add_space(theme::SPACE);
    ui.horizontal(|ui| {
        let label = ui.label("Hide this too");
        let edit =
            TextEdit::singleline(&mut page.mark).id_salt("mark").desired_width(320.0).hint_text("A name, a number, a product");
        ui.add(edit).labelled_by(label.id).on_hover_text("Text to hide everywhere, in every encoding");
        let can = !page.mark.trim().is_empty();
        let button = ui.add_enabled(can, eframe::egui::Button::new("Hide it")).on_hover_text("Puts a placeholder in its place");
        if button.on_disabled_hover_text("Type the text first").clicked() {
            page.contents.marked.push(Secret::new(std::mem::take(&mut page.mark).trim()));
            out.push(Command::Bundle(BundleCommand::Reseal));
        }
    });
}
