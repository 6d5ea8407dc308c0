//! The settings: found by words, and grouped with what each group is about.

use crate::support::window::{Driven, Window, open_at};
use centerpost::ui::command::Command;
use centerpost::ui::view::View;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

fn open(size: [f32; 2]) -> Window {
    let mut window = open_at(tempfile::tempdir().unwrap(), size);
    window.run(Command::Show(View::Settings));
    window
}

#[test]
fn a_search_leaves_the_settings_that_fit_under_the_heads_of_their_groups() {
    for size in [[1280.0, 820.0], [640.0, 480.0]] {
        let mut window = open(size);
        for text in ["Appearance", "How the window looks", "Network", "How files are sent", "Idle timeout", "Theme"] {
            assert!(window.has(text), "{size:?} {text}");
        }
        window.type_into("Search the settings", "timeout dns");
        assert!(window.has("Connect timeout") && window.has("Network"));
        for text in ["Appearance", "Idle timeout", "Files at once"] {
            assert!(!window.texts().iter().any(|found| found == text), "{size:?} {text}");
        }
        // The name of a group finds all of it.
        window.type_into("Search the settings", "uploads");
        assert!(window.has("Files at once") && !window.has("Connect timeout"));
        window.type_into("Search the settings", "no such thing");
        assert!(window.has("No setting matches") && !window.has("Idle timeout"));
        window.press("Clear the search");
        assert!(window.has("Appearance") && window.has("Idle timeout"));
    }
}

#[test]
fn what_was_found_can_be_set() {
    let mut window = open([1280.0, 820.0]);
    window.type_into("Search the settings", "density");
    window.harness.get_by_role_and_label(Role::RadioButton, "Compact").click();
    window.harness.run_steps(3);
    assert_eq!(window.harness.state_mut().state().settings.density, centerpost::model::settings::Density::Compact);
}
