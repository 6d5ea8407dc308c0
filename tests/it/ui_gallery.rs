//! Every state of the window as a picture, to be looked at: `assets/screenshots.sh` makes them. Without the folder that it names,
//! the states are reached and drawn in one size.

use std::path::PathBuf;

use centerpost::model::Profile;
use centerpost::model::settings::ThemeChoice;
use centerpost::sandbox::Sandbox;
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::ComposeCommand;
use centerpost::ui::pages::compose::state::ComposeTab;
use centerpost::ui::palette_state::Mode;
use centerpost::ui::view::View;
use egui_kittest::Harness;

use crate::support::window::Driven;
use crate::ui_sizes::{hostile, window_at};

/// What is drawn, by its name in the file's name.
const STATES: [&str; 13] = [
    "form",
    "problems",
    "json",
    "request",
    "response",
    "import",
    "editor",
    "new-profile",
    "history",
    "diagnostics",
    "settings",
    "palette",
    "shortcuts",
];

/// The sizes in points, and pixels a point.
const SIZES: [([f32; 2], f32); 4] =
    [([800.0, 600.0], 1.0), ([1440.0, 900.0], 1.0), ([2560.0, 1440.0], 1.0), ([1440.0, 900.0], 2.0)];

const PASTED: &str = "POST https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlogs%20?apiKey=61a2e5bb5c67 HTTP/1.1\n\
    Content-Type: text/plain\n\n{\"summary\": \"要約\", \"severity\": \"minor\"}";

/// The hostile profile, and so many more.
fn profiles(others: usize) -> Vec<Profile> {
    let other =
        |number| Profile {
            name: format!("Beta programme {number:03} – Issues"), label: "Staging".into(), ..Profile::default()
        };
    std::iter::once(hostile()).chain((1..=others).map(other)).collect()
}

fn reach(harness: &mut Harness<'static, App>, state: &str) {
    let show = |view| Some(Command::Show(view));
    let tab = |harness: &mut Harness<'static, App>, tab| {
        Driven::run(harness, Command::Compose(ComposeCommand::Send));
        let Some((_, session)) = harness.state_mut().state().open() else { return };
        (session.question, session.tab) = (None, tab);
    };
    let command = match state {
        "form" => None,
        "problems" => {
            harness.state_mut().state().open().unwrap().1.show_problems = true;
            None
        }
        "json" => {
            harness.state_mut().state().open().unwrap().1.tab = ComposeTab::Json;
            None
        }
        "request" => {
            harness.state_mut().state().open().unwrap().1.tab = ComposeTab::Request;
            None
        }
        "response" => {
            // It goes to the window's own sandbox, which does not know the key.
            let server = harness.state_mut().state().sandbox.running.as_ref().map(Sandbox::base_url);
            let (stored, session) = harness.state_mut().state().open().unwrap();
            let endpoint = centerpost::model::Endpoint { base_url: server.unwrap(), ..stored.profile.endpoint() };
            session.draft.set_endpoint(endpoint, &stored.profile);
            tab(harness, ComposeTab::Form);
            None
        }
        "import" => {
            harness.state_mut().state().import.pasted = PASTED.to_owned();
            show(View::Import)
        }
        "editor" => show(View::Profile),
        "new-profile" => show(View::NewProfile),
        "history" => show(View::History),
        "diagnostics" => show(View::Diagnostics),
        "settings" => show(View::Settings),
        "palette" => Some(Command::Palette(Mode::All)),
        _ => Some(Command::Palette(Mode::Help)),
    };
    if let Some(command) = command {
        Driven::run(harness, command);
    }
    for _ in 0..40 {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn every_state_is_drawn() {
    let folder = std::env::var_os("CENTERPOST_SCREENSHOTS").map(PathBuf::from);
    let all = [(ThemeChoice::Light, "light"), (ThemeChoice::Dark, "dark")];
    let (sizes, themes, others) = if folder.is_some() { (&SIZES[..], &all[..], 300) } else { (&SIZES[..1], &all[..1], 20) };
    for (size, scale) in sizes {
        for (theme, theme_name) in themes {
            for state in STATES {
                let mut window = window_at(profiles(others), *size, *scale, *theme);
                reach(&mut window, state);
                let Some(folder) = &folder else { continue };
                let name = format!("{state}-{theme_name}-{}x{}@{scale}.png", size[0], size[1]);
                window.render().unwrap().save(folder.join(name)).unwrap();
            }
        }
    }
}
