//! A bare window of eframe, which the start and the memory of Centerpost's window are held against; `benches/peers.py` runs both.
//!
//! ```text
//! cargo bench --no-run --bench bare_window
//! ```
#![allow(clippy::unwrap_used, reason = "a measurement that cannot be made says so")]

use eframe::egui;

/// One line of text.
struct Bare;

impl eframe::App for Bare {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        egui::CentralPanel::default().show(ui, |ui| ui.label("A bare window"));
    }
}

fn main() {
    // `cargo bench` and `cargo test` pass arguments, and a window would wait for its user there.
    if std::env::args().count() > 1 {
        return;
    }
    let viewport = egui::ViewportBuilder::default().with_inner_size([1280.0, 820.0]).with_app_id("bare-window");
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    eframe::run_native("A bare window", options, Box::new(|_| Ok(Box::new(Bare)))).unwrap();
}
