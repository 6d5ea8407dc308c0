//! Real content in real sizes: long questions, long choices, long keys and other scripts stay inside their panels.

use centerpost::model::Profile;
use centerpost::model::settings::ThemeChoice;
use centerpost::store::{ProfileId, Store, StoreContents, StoredProfile};
use centerpost::ui::app::App;
use eframe::egui;
use egui_kittest::{Harness, SnapshotResults};

/// The sizes that a window is drawn at: the least, a small and the usual one.
const SIZES: [(&str, [f32; 2]); 3] = [("640x480", [640.0, 480.0]), ("800x600", [800.0, 600.0]), ("1280x820", [1280.0, 820.0])];

pub fn hostile() -> Profile {
    Profile::from_json(include_str!("../data/hostile/long-labels.profile.json")).unwrap()
}

/// A window of a size on these profiles, without a disk.
pub fn window(profiles: Vec<Profile>, size: [f32; 2], theme: ThemeChoice) -> Harness<'static, App> {
    window_at(profiles, size, 1.0, theme)
}

/// [`window`] with so many pixels a point.
pub fn window_at(profiles: Vec<Profile>, size: [f32; 2], scale: f32, theme: ThemeChoice) -> Harness<'static, App> {
    window_on(None, profiles, size, scale, theme)
}

/// [`window_at`] with a place to save in.
pub fn window_on(
    store: Option<Store>,
    profiles: Vec<Profile>,
    size: [f32; 2],
    scale: f32,
    theme: ThemeChoice,
) -> Harness<'static, App> {
    let mut found = StoreContents::default();
    found.settings.theme = theme;
    let stored = |(index, profile)| StoredProfile { id: ProfileId(format!("p{index}")), profile };
    found.profiles = profiles.into_iter().enumerate().map(stored).collect();
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_theme(if theme == ThemeChoice::Light { egui::Theme::Light } else { egui::Theme::Dark })
        .with_max_steps(30)
        // Letters of other scripts come from the fonts of the system, which differ.
        .allow_missing_glyphs()
        .build_eframe(move |cc| App::new(&cc.egui_ctx, store, found, None).unwrap());
    // The list says whether the sandbox runs.
    while harness.state_mut().state().sandbox.running.is_none() {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    harness.run_steps(6);
    harness
}

#[test]
fn long_labels_stay_inside_the_form() {
    let mut results = SnapshotResults::new();
    for (name, size) in SIZES {
        let mut window = window(vec![hostile()], size, ThemeChoice::Light);
        window.snapshot(format!("hostile_{name}"));
        results.extend_harness(&mut window);
    }
}
