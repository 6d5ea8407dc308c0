//! The window before its profiles are there: usually for no frame at all, and for seconds where a keyring does not answer.

use std::sync::mpsc::TryRecvError;
use std::time::{Duration, Instant};

use eframe::egui::{CentralPanel, Context, Frame, RichText, Ui};

use crate::store::StoreContents;
use crate::ui::app::App;
use crate::ui::{theme, widgets};

impl App {
    /// Whether profiles and settings are there. Begins with them in the frame in which they are.
    pub(in crate::ui) fn is_read(&mut self, ctx: &Context) -> bool {
        let Some(reading) = self.reading.take() else { return true };
        let (found, trouble) = match reading.found.try_recv() {
            Ok(found) => (found, None),
            Err(TryRecvError::Empty) => {
                self.reading = Some(reading);
                ctx.request_repaint_after(Duration::from_millis(50));
                return false;
            }
            Err(TryRecvError::Disconnected) => {
                let text = format!("Reading {} broke off. Start Centerpost again", reading.store.root().display());
                (StoreContents::default(), Some(text))
            }
        };
        let store = trouble.is_none().then_some(reading.store);
        self.begin(ctx, store, found, trouble);
        for command in reading.commands {
            self.run(ctx, command);
        }
        true
    }
}

/// Draws what is waited for.
pub(in crate::ui) fn show(ui: &mut Ui, since: Instant) {
    let frame = Frame::new().fill(theme::tokens(ui).surface).inner_margin(16);
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() * 0.35);
            ui.spinner();
            ui.label(RichText::new("Reading profiles and keys").family(theme::strong()));
            if since.elapsed() >= Duration::from_secs(1) {
                let text = "This takes longer than usual. Where the system's keyring has not answered in time, keys stay in memory for this session";
                ui.label(widgets::muted(ui, text));
            }
        });
    });
}
