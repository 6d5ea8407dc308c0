//! Every state of the window as a picture, to be looked at: `assets/screenshots.sh` makes them. Without the folder that it names,
//! the states are reached one after the other.

use std::path::{Path, PathBuf};

use centerpost::model::Profile;
use centerpost::model::draft::Attachment;
use centerpost::model::settings::ThemeChoice;
use centerpost::sandbox::{Options, Sandbox};
use centerpost::store::Store;
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::bundle::command::BundleCommand;
use centerpost::ui::pages::compose::command::{ComposeCommand, ExistingCommand, TabCommand};
use centerpost::ui::pages::compose::compose_tab::ComposeTab;
use centerpost::ui::pages::export::command::ExportSource;
use centerpost::ui::pages::history::command::HistoryCommand;
use centerpost::ui::palette_state::Mode;
use centerpost::ui::view::View;
use eframe::egui::{Key, accesskit::Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::support::window::Driven;
use crate::ui_sizes::{hostile, window_on};

/// What is drawn, by its name in the file's name, and a text that stands there.
const STATES: [(&str, &str); 27] = [
    ("form", "Fill with example values"),
    ("drafts", "All drafts"),
    ("rename", "Rename draft"),
    ("intro", "How a ticket is created"),
    ("compare", "Numbers 1 and 2"),
    ("choices", "Choices, one per line"),
    ("sandbox", "Received"),
    ("problems", "Copy findings"),
    ("json", "Format"),
    ("request", "POST"),
    ("attachments", "Pick files for"),
    ("existing", "of ticket 4711"),
    ("created", "What to do"),
    ("created-files", "2 of 2 files attached"),
    ("response", RESPONSE),
    ("exchange", "Send again unchanged"),
    ("bundle", "Support bundle"),
    ("runs", "Choose a suite…"),
    ("relay", "Point another system at this relay"),
    ("import", "Fill the form"),
    ("editor", "Incoming fields"),
    ("new-profile", "Endpoint URL"),
    ("history", "exchanges"),
    ("diagnostics", "Endpoint health"),
    ("settings", "Appearance"),
    ("palette", "Search commands and profiles"),
    ("shortcuts", "Keyboard shortcuts"),
];

/// What the first page of a response says of itself.
const RESPONSE: &str = "What it means, what caused it, and what to do";

/// The sizes in points, and pixels a point.
const SIZES: [([f32; 2], f32); 5] =
    [([640.0, 480.0], 1.0), ([800.0, 600.0], 1.0), ([1440.0, 900.0], 1.0), ([2560.0, 1440.0], 1.0), ([1440.0, 900.0], 2.0)];

const PASTED: &str = "POST https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlogs%20?apiKey=61a2e5bb5c67 HTTP/1.1\n\
    Content-Type: text/plain\n\n{\"summary\": \"要約\", \"severity\": \"minor\"}";

const GROUPS: [&str; 4] = ["", "Betas in Asia – アジア", "مجموعة", "A group with a very long name that no sidebar holds"];

/// The hostile profile, and so many more.
fn profiles(others: usize) -> Vec<Profile> {
    let other = |number: usize| Profile {
        name: format!("Beta programme {number:03} – Issues"),
        label: "Staging".into(),
        group: GROUPS[number % GROUPS.len()].into(),
        ..Profile::default()
    };
    std::iter::once(hostile()).chain((1..=others).map(other)).collect()
}

fn reach(harness: &mut Harness<'static, App>, state: &str) {
    let show = |view| Some(Command::Show(view));
    let command = match state {
        "form" => None,
        "drafts" | "rename" => {
            for name in ["Crash 🦀", "クラッシュの報告", "A draft with a name that is longer than its tab", "تقرير"]
            {
                Driven::run(harness, Command::Compose(ComposeCommand::Tab(TabCommand::Duplicate)));
                let number = harness.state_mut().state().draft_id().unwrap().number;
                Driven::run(harness, Command::Compose(ComposeCommand::Tab(TabCommand::Rename(number, name.into()))));
            }
            (state == "rename").then_some(Command::Compose(ComposeCommand::Tab(TabCommand::AskName)))
        }
        "intro" => show(View::Intro),
        "sandbox" => show(View::Sandbox),
        "choices" => {
            Driven::run(harness, Command::Show(View::Profile));
            let label = harness.texts().into_iter().find(|text| text.starts_with("Choices (") && text.contains("of row"));
            // By keyboard, which scrolls to it.
            harness.get_by_role_and_label(Role::Button, &label.unwrap()).focus();
            harness.run_steps(3);
            harness.key_press(Key::Enter);
            harness.run_steps(3);
            None
        }
        "compare" => {
            compare(harness);
            None
        }
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
        "attachments" => {
            attach(harness, tempfile::tempdir().unwrap().path());
            None
        }
        "existing" => {
            let (stored, session) = harness.state_mut().state().open().unwrap();
            let url = stored.profile.endpoint().url_masked();
            let url = url.split('?').next().unwrap_or_default();
            let element = &stored.profile.file_elements[0].parameter;
            session.existing.endpoint = format!("{url}/4711/files/{element}");
            session.existing.paths = "/var/log/crash report – クラッシュ.log\n/var/log/second.log".into();
            Some(Command::Compose(ComposeCommand::Existing(ExistingCommand::Open)))
        }
        "created" => {
            create(harness);
            None
        }
        "created-files" => {
            let folder = tempfile::tempdir().unwrap();
            attach(harness, folder.path());
            create(harness);
            None
        }
        "response" => {
            send(harness, "Crashing on load!");
            None
        }
        "exchange" => {
            send(harness, "Crashing on load!");
            harness.until_mut("the number", |harness| harness.state_mut().state().open().unwrap().1.sent.is_some());
            Some(Command::History(HistoryCommand::Open(1)))
        }
        "bundle" => {
            send(harness, "Crashing on load!");
            Some(Command::Bundle(BundleCommand::Open(ExportSource::Delivery)))
        }
        "runs" => show(View::Run),
        "relay" => show(View::Relay),
        "import" => {
            harness.state_mut().state().import.pasted = PASTED.to_owned();
            show(View::Import)
        }
        "editor" => show(View::Profile),
        "new-profile" => show(View::NewProfile),
        "history" => {
            for text in ["Crashing on load!", "Crashes on every load", "It stops after an hour"] {
                send(harness, text);
            }
            show(View::History)
        }
        "diagnostics" => show(View::Diagnostics),
        "settings" => show(View::Settings),
        "palette" => Some(Command::Palette(Mode::All)),
        _ => Some(Command::Palette(Mode::Help)),
    };
    if let Some(command) = command {
        Driven::run(harness, command);
    }
}

/// Opens the page of the files with two of them picked, which are made in a folder.
fn attach(harness: &mut Harness<'static, App>, folder: &Path) {
    let (stored, session) = harness.state_mut().state().open().unwrap();
    let parameter = stored.profile.file_elements[0].parameter.clone();
    let files = [("crash report of the build server, with a long name – クラッシュ.log", 41_300), ("screen.png", 812_000)];
    let attachments = files.map(|(name, size)| {
        let path = folder.join(name);
        std::fs::write(&path, vec![b'x'; size]).unwrap();
        Attachment { parameter: parameter.clone(), path, picked_size: Some(size as u64), ..Attachment::default() }
    });
    session.draft.attachments = attachments.to_vec();
    session.tab = ComposeTab::Attachments;
    harness.run_steps(3);
}

/// Sends the form to the sandbox that plays its profile, and waits until nothing is under way.
fn create(harness: &mut Harness<'static, App>) {
    let (stored, session) = harness.state_mut().state().open().unwrap();
    let profile = stored.profile.clone();
    session.draft.leave_json();
    session.draft.fill(&centerpost::model::example::example_values(&profile), &profile);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = Options { profiles: vec![profile.clone()], own_keys: true, ..Options::default() };
    let twin = runtime.block_on(Sandbox::start(options)).unwrap();
    let endpoint = twin.profiles()[0].endpoint();
    let session = harness.state_mut().state().open().unwrap().1;
    session.draft.set_endpoint(endpoint, &profile);
    let before = session.deliveries.len();
    Driven::run(harness, Command::Compose(ComposeCommand::Changed));
    Driven::run(harness, Command::Compose(ComposeCommand::Send));
    harness.until_mut("the ticket", |harness| {
        if harness.state_mut().state().open().unwrap().1.question.is_some() {
            // The same was sent before.
            Driven::run(harness, Command::Compose(ComposeCommand::SendAnyway));
        }
        let (_, session) = harness.state_mut().state().open().unwrap();
        session.deliveries.get(before).is_some_and(centerpost::ui::pages::response::state::DeliveryView::is_over)
    });
}

/// Two requests to the window's own sandbox that differ in a few words, beside each other.
fn compare(harness: &mut Harness<'static, App>) {
    for text in ["Crashing on load!", "Crashes on every load"] {
        send(harness, text);
    }
    harness.until_mut("both in the history", |harness| {
        let (_, session) = harness.state_mut().state().open().unwrap();
        session.deliveries.iter().all(|view| view.kept.is_some())
    });
    Driven::run(harness, Command::Show(View::History));
    Driven::run(harness, Command::History(HistoryCommand::Compare(1, 2)));
}

/// Sends a summary to the window's own sandbox, which does not know the key, and waits for the response.
fn send(harness: &mut Harness<'static, App>, text: &str) {
    let server = harness.state_mut().state().sandbox.running.as_ref().map(Sandbox::base_url);
    let (stored, session) = harness.state_mut().state().open().unwrap();
    let endpoint = centerpost::model::Endpoint { base_url: server.unwrap(), ..stored.profile.endpoint() };
    session.draft.set_endpoint(endpoint, &stored.profile);
    session.draft.set_json(&format!("{{\"summary\": \"{text}\", \"lang\": \"日本語\"}}"), &stored.profile);
    Driven::run(harness, Command::Compose(ComposeCommand::Changed));
    Driven::run(harness, Command::Compose(ComposeCommand::Send));
    Driven::run(harness, Command::Compose(ComposeCommand::SendAnyway));
    harness.until_mut("the response", |harness| {
        let (_, session) = harness.state_mut().state().open().unwrap();
        session.deliveries.last().is_some_and(|view| view.exchange.is_some())
    });
}

#[test]
fn every_state_is_reached() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open_at(home.path().to_owned()).unwrap();
    let mut window = window_on(Some(store), profiles(3), SIZES[1].0, 1.0, ThemeChoice::Light);
    for (state, text) in STATES {
        Driven::run(&mut window, Command::Show(View::Compose));
        reach(&mut window, state);
        window.until(state, |window| window.has(text));
        let state = window.state_mut().state();
        state.palette = None;
        state.sessions_mut().for_each(|session| session.renaming = None);
    }
}

#[test]
#[ignore = "makes pictures to be looked at: assets/screenshots.sh"]
fn every_state_is_drawn() {
    let folder = PathBuf::from(std::env::var_os("CENTERPOST_SCREENSHOTS").unwrap());
    let only = std::env::var("CENTERPOST_SCREENSHOTS_ONLY").unwrap_or_default();
    let is_wanted = |state: &&str| only.is_empty() || only.split(',').any(|name| name == *state);
    // "1440x900@1", to look at one size, or "dark-1440x900@1" in one theme.
    let sizes = std::env::var("CENTERPOST_SCREENSHOTS_SIZES").unwrap_or_default();
    for (size, scale) in SIZES {
        let size_name = format!("{}x{}@{scale}", size[0], size[1]);
        for (theme, theme_name) in [(ThemeChoice::Light, "light"), (ThemeChoice::Dark, "dark")] {
            let is_it = |name: &str| name == size_name || name == format!("{theme_name}-{size_name}");
            if !sizes.is_empty() && !sizes.split(',').any(is_it) {
                continue;
            }
            for state in STATES.into_iter().map(|(state, _)| state).filter(is_wanted) {
                let home = tempfile::tempdir().unwrap();
                // Exchanges are compared in the history, which needs a place.
                let store =
                    ["compare", "exchange", "history"].contains(&state).then(|| Store::open_at(home.path().to_owned()).unwrap());
                let mut window = window_on(store, profiles(300), size, scale, theme);
                reach(&mut window, state);
                for _ in 0..40 {
                    window.step();
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                let name = format!("{state}-{theme_name}-{size_name}.png");
                window.render().unwrap().save(folder.join(name)).unwrap();
            }
        }
    }
}

#[test]
fn choices_that_are_opened_below_their_row_come_into_sight() {
    let mut window = window_on(None, vec![hostile()], SIZES[1].0, 1.0, ThemeChoice::Light);
    reach(&mut window, "choices");
    window.run_steps(5);
    let field = window.get_by_role_and_label(Role::MultilineTextInput, "Choices, one per line").rect();
    assert!(field.top() > 60.0 && field.top() < SIZES[1].0[1] - 100.0, "{field:?}");
}
