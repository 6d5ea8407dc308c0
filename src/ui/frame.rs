//! Each frame of the window: which panel stands where, and the keys that hold everywhere.

use std::time::{Duration, Instant};

use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::response::view as response;
use crate::ui::pages::{PAGES, compose};
use crate::ui::{actions, groups, opening, palette, privacy, sidebar, status_bar, text_menu, theme, toasts_view, widgets};
use eframe::egui::{CentralPanel, Context, Frame, Id, Margin, Panel, Ui};

impl App {
    /// Takes in what jobs told and saves what is due.
    pub fn tick(&mut self, ctx: &Context) {
        if !self.is_read(ctx) {
            return;
        }
        self.state.now = jiff::Timestamp::now();
        for event in self.jobs.collect() {
            self.on_event(ctx, event);
        }
        for command in self.dialogs.collect() {
            self.apply(ctx, command);
        }
        self.take_asides(ctx);
        if let Some(seconds) = self.state.toasts.expire(self.state.now) {
            ctx.request_repaint_after(Duration::from_secs(seconds.max(1)));
        }
        self.take_import();
        self.take_sealed();
        self.save_due_drafts(ctx);
        self.watch_saves(ctx);
        self.look_around(ctx);
        self.watch_history(ctx);
        if self.sample_uploads(Instant::now()) {
            ctx.request_repaint_after(Duration::from_millis(100));
        }
    }

    /// Draws the window and carries out what was asked for.
    pub fn draw(&mut self, ui: &mut Ui) {
        if let Some(reading) = &self.reading {
            return opening::show(ui, reading.since);
        }
        privacy::set_sharing(ui.ctx(), self.state.settings.screen_sharing);
        let mut commands = Vec::new();
        self.shortcuts(ui, &mut commands);
        self.panels(ui, &mut commands);
        palette::show(ui, &mut self.state, &mut commands);
        self.dialogs.show(ui, &mut commands);
        groups::ask(ui, &mut self.state, &mut commands);
        text_menu::show(ui);
        actions::note_typing(ui.ctx());
        self.show_title(ui.ctx());
        let ctx = ui.ctx().clone();
        for command in commands {
            self.apply(&ctx, command);
        }
    }

    fn panels(&mut self, ui: &mut Ui, out: &mut Vec<Command>) {
        let tokens = theme::tokens(ui);
        let width = ui.ctx().content_rect().width();
        self.production_bar(ui);
        let side = Frame::new().fill(tokens.panel).inner_margin(8);
        if width >= theme::VERY_NARROW {
            Panel::left("sidebar")
                .frame(side)
                .default_size((width * 0.178).clamp(230.0, 320.0))
                .size_range(180.0..=(width * 0.5).max(420.0))
                .show(ui, |ui| {
                    widgets::contained(ui, "sidebar", |ui| sidebar::show(ui, &mut self.state, out));
                });
        } else {
            let menu = Panel::top("menu").frame(side).show(ui, |ui| {
                widgets::stable(ui, "menu", |ui| sidebar::show_as_menu(ui, &mut self.state, out));
            });
            settle(ui, "menu", menu.response.rect.height());
        }
        let frame = Frame::new().fill(tokens.panel).inner_margin(Margin::symmetric(8, 1));
        Panel::bottom("status").frame(frame).show(ui, |ui| {
            widgets::stable(ui, "status", |ui| status_bar::show(ui, &self.state, out));
        });
        if let Some(height) = toasts_view::show(ui, &mut self.state, out) {
            settle(ui, "notes", height);
        }
        match PAGES.iter().find(|page| page.view == self.state.view) {
            Some(page) => {
                let frame = Frame::new().fill(tokens.surface).inner_margin(16);
                CentralPanel::default().frame(frame).show(ui, |ui| {
                    widgets::contained(ui, "page", |ui| (page.show)(ui, &mut self.state, &self.jobs, out));
                });
            }
            None => self.compose_and_response(ui, width, out),
        }
    }

    fn compose_and_response(&mut self, ui: &mut Ui, width: f32, out: &mut Vec<Command>) {
        let tokens = theme::tokens(ui);
        let frame = Frame::new().fill(tokens.surface).inner_margin(12);
        // What is scrolled, folded and typed in one draft is not that of another.
        let draft = self.state.draft_id().map_or_else(String::new, |id| format!("{} {}", id.profile.0, id.number));
        // Whether form and response have the room in turn.
        let mut is_in_turn = false;
        if self.state.selected.is_some() {
            let (state, jobs) = (&mut self.state, &self.jobs);
            let frame_above = frame.inner_margin(Margin { bottom: 6, ..Margin::same(12) });
            let bar = Panel::top("address").frame(frame_above).show(ui, |ui| {
                widgets::stable(ui, ("address", &draft), |ui| compose::view::bar(ui, state, out));
            });
            settle(ui, "address", bar.response.rect.height());
            let space = ui.available_size();
            if width >= theme::NARROW {
                Panel::right("response")
                    .frame(frame)
                    .default_size(space.x * 0.48)
                    .size_range(320.0..=(space.x - FORM).max(330.0))
                    .show(ui, |ui| widgets::contained(ui, ("response", &draft), |ui| response::show(ui, state, jobs, out)));
            } else if !state.open().is_some_and(|(_, session)| !session.deliveries.is_empty() || session.last.is_some()) {
                // There is nothing to show yet.
            } else if space.y < theme::LOW {
                is_in_turn = true;
            } else {
                Panel::bottom("response-below")
                    .frame(frame)
                    .resizable(true)
                    .default_size(space.y * 0.45)
                    .size_range(120.0..=(space.y - 160.0).max(130.0))
                    .show(ui, |ui| widgets::contained(ui, ("response", &draft), |ui| response::show(ui, state, jobs, out)));
            }
        }
        CentralPanel::default().frame(frame).show(ui, |ui| {
            widgets::contained(ui, ("compose", &draft), |ui| {
                if compose::view::tabs(ui, &mut self.state, is_in_turn, out) {
                    response::show(ui, &mut self.state, &self.jobs, out);
                } else {
                    compose::view::show(ui, &mut self.state, &self.jobs, out);
                }
            });
        });
    }

    /// A production profile shows its colour along the top of the window.
    fn production_bar(&mut self, ui: &mut Ui) {
        let Some(profile) = self.state.profile().map(|stored| &stored.profile).filter(|profile| profile.production) else {
            return;
        };
        let dark = ui.visuals().dark_mode;
        let colour = theme::profile_colour(profile.colour.unwrap_or(crate::model::profile::Colour::Red), dark);
        Panel::top("production").frame(Frame::new().fill(colour)).exact_size(6.0).show_separator_line(false).show(ui, |_| {});
    }

    fn shortcuts(&mut self, ui: &mut Ui, out: &mut Vec<Command>) {
        if ui.memory(|memory| memory.top_modal_layer().is_none()) {
            actions::pressed(ui.ctx(), &self.state, out);
        }
    }
}

/// How wide the form is at least beside a response, in points: its pages' names stand in one line.
const FORM: f32 = 430.0;

/// Draws a frame again in which a panel got another height: it is as high as its content was in the frame before, and what was cut off
/// would stay so until something moves.
fn settle(ui: &Ui, name: &str, height: f32) {
    let id = Id::unique(("panel height", name));
    let known = ui.data(|data| data.get_temp::<f32>(id));
    if known.is_none_or(|known| (known - height).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(id, height));
        if known.is_some() {
            ui.ctx().request_discard("a panel has another height");
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.tick(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.save_all();
    }
}
