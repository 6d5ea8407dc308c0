//! Carries commands out and takes in what jobs tell.

use std::time::Instant;

use eframe::egui::Context;

use crate::jobs::Event;
use crate::store::Found;

use super::app::App;
use super::command::Command;

impl App {
    pub(super) fn start(&mut self, found: Found, trouble: Option<String>) {
        let _ = (found, trouble);
    }

    pub(super) fn apply(&mut self, ctx: &Context, command: Command) {
        let _ = (ctx, command);
    }

    pub(super) fn on_event(&mut self, event: Event) {
        let _ = event;
    }

    pub(super) fn save_due_drafts(&mut self, ctx: &Context) {
        let _ = ctx;
    }

    pub(super) fn save_all_drafts(&mut self) {}

    pub(super) fn sample_uploads(&mut self, now: Instant) -> bool {
        let _ = now;
        false
    }
}
