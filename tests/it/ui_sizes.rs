//! Real content in real sizes: long questions, long choices, long keys and other scripts stay inside their panels.

use centerpost::model::Profile;
use centerpost::model::settings::ThemeChoice;
use centerpost::store::{ProfileId, Store, StoreContents, StoredProfile};
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::view::View;
use eframe::egui;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotResults};

use crate::support::window::{Driven, FRAME, beside};

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

#[test]
fn what_wraps_beside_a_mark_stays_beside_it() {
    let mut window = window(vec![hostile()], [800.0, 600.0], ThemeChoice::Light);
    window.state_mut().state().open().unwrap().1.show_problems = true;
    window.run_steps(5);
    let marks: Vec<egui::Rect> = window.get_all_by_label("Problem").map(|mark| mark.rect()).collect();
    for said in window.get_all_by_label_contains("was not sent").filter(|said| said.rect().height() > 24.0) {
        let said = said.rect();
        let mark = marks.iter().find(|mark| mark.top() >= said.top() - 8.0 && mark.top() < said.top() + 20.0).unwrap();
        assert!(said.left() >= mark.right(), "{said:?} runs below {mark:?}");
    }
}

#[test]
fn evidence_stays_inside_its_card_and_the_menu_beside_the_status() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.press("Fill with example values");
    window.press("Send");
    window.until("the ticket", |window| window.has("201 Created"));
    window.type_into("Source key", "appcrashlogs");
    window.press("Send anyway (1 problem)");
    window.until("the causes", |window| window.has("another address worked"));
    window.harness.run_steps(3);
    let rect = |label: &str| window.harness.get_by_label_contains(label).rect();
    let advice = rect("Use the profile's source key, or correct");
    let evidence = rect("another address worked");
    assert!(evidence.height() > 30.0, "it wraps: {evidence:?}");
    assert!(evidence.left() > advice.left() - 30.0, "{evidence:?} beside {advice:?}");
    let status = window.harness.get_by_role_and_label(Role::Label, "404 Not Found").rect();
    let menu = rect("Export what was sent");
    assert!(menu.y_range().contains(status.center().y), "{menu:?} beside {status:?}");
}

#[test]
fn a_word_beside_a_name_is_no_higher_than_its_text() {
    let window = beside([1280.0, 820.0], FRAME, |profile| profile.label = "Staging".into());
    let chip = window.harness.get_by_role_and_label(Role::Label, "Staging").rect();
    assert!(chip.height() < 24.0, "{chip:?}");
}

#[test]
fn what_belongs_in_one_line_stands_in_one() {
    let mut window = window(vec![hostile()], [1000.0, 700.0], ThemeChoice::Light);
    let top = |window: &Harness<'static, App>, role, name: &str| window.get_by_role_and_label(role, name).rect().center().y;
    let first = top(&window, Role::Tab, "Form");
    for page in ["JSON", "Headers", "Attachments to send", "Preview"] {
        assert!((top(&window, Role::Tab, page) - first).abs() < 4.0, "{page}");
    }
    for width in [800.0, 1280.0, 1440.0] {
        window.set_size(egui::vec2(width, 900.0));
        Driven::run(&mut window, Command::Show(View::Profile));
        let (undo, redo) = (top(&window, Role::Button, "Undo"), top(&window, Role::Button, "Redo"));
        assert!((undo - redo).abs() < 4.0, "{width}: {undo} and {redo}");
    }
}
