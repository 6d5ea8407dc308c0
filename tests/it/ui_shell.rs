//! The pages around the form, by what a screen reader finds in them: list, new profile, editor, sandbox, settings.

use crate::support::window::Driven;
use centerpost::model::profile::{Field, FieldKind};
use centerpost::model::{Profile, Secret};
use centerpost::sandbox::{Fault, Options, Sandbox, Shape};
use centerpost::store::{ProfileId, StoredProfile};
use centerpost::ui::command::Command;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::pages::profile_editor::view as profile_editor;
use centerpost::ui::pages::profile_editor::view::new as new_profile;
use centerpost::ui::pages::sandbox::command::SandboxCommand;
use centerpost::ui::pages::sandbox::view as sandbox;
use centerpost::ui::pages::settings::command::SettingsCommand;
use centerpost::ui::pages::settings::view as settings;
use centerpost::ui::state::State;
use centerpost::ui::view::View;
use centerpost::ui::{sidebar, theme};
use eframe::egui::{self, Key, accesskit::Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

const CANARY: &str = "canary-4711-key";

type Page = fn(&mut egui::Ui, &mut State, &mut Vec<Command>);

struct Bench {
    state: State,
    commands: Vec<Command>,
    page: Page,
}

fn profile(name: &str) -> Profile {
    let field = |name: &str, parameter: &str| Field {
        field: name.into(),
        parameter: parameter.into(),
        kind: FieldKind::Text,
        ..Field::default()
    };
    Profile {
        name: name.into(),
        base_url: "https://acme.centercode.com".into(),
        project_key: "beta1".into(),
        source_key: "appcrashlog".into(),
        api_key: Secret::new(CANARY),
        fields: vec![field("Summary", "summary"), field("Details", "details")],
        ..Profile::default()
    }
}

fn open(page: Page) -> Harness<'static, Bench> {
    let mut state = State::default();
    for (id, name) in [("a", "Alpha"), ("b", "Beta"), ("c", "Gamma")] {
        let production = id == "b";
        state.profiles.push(StoredProfile { id: ProfileId(id.into()), profile: Profile { production, ..profile(name) } }.into());
    }
    state.selected = Some(ProfileId("a".into()));
    let mut installed = false;
    let mut harness = Harness::builder().with_size([900.0, 1800.0]).with_max_steps(30).build_ui_state(
        move |ui, bench: &mut Bench| {
            if !installed {
                theme::install(ui.ctx());
                installed = true;
                return;
            }
            let mut out = Vec::new();
            (bench.page)(ui, &mut bench.state, &mut out);
            // What the logic would do at once.
            for command in &out {
                if let Command::Profile(ProfileCommand::Save(id, profile)) = command {
                    bench.state.profiles.iter_mut().find(|stored| stored.id == *id).unwrap().profile = (**profile).clone();
                }
                if let Command::Settings(SettingsCommand::Save(settings)) = command {
                    bench.state.settings.value = (**settings).clone();
                }
            }
            bench.commands.extend(out);
        },
        Bench { state, commands: Vec::new(), page },
    );
    harness.run_steps(4);
    harness
}

fn field(harness: &mut Harness<'_, Bench>, label: &str, event: egui::Event) {
    let node = harness
        .get_all_by_label(label)
        .find(|node| matches!(node.accesskit_node().role(), Role::TextInput | Role::MultilineTextInput))
        .unwrap();
    node.focus();
    harness.run_steps(2);
    harness.event(event);
    harness.run_steps(3);
}

fn saved(harness: &Harness<'_, Bench>) -> Profile {
    let last = harness.state().commands.iter().rev().find_map(|command| match command {
        Command::Profile(ProfileCommand::Save(_, profile)) => Some((**profile).clone()),
        _ => None,
    });
    last.unwrap()
}

#[test]
fn the_list_filters_selects_and_removes() {
    let mut harness = open(sidebar::show);
    assert!(harness.query_by_label("Beta, Production").is_some(), "{:?}", harness.texts());
    harness.press("Gamma");
    assert!(matches!(harness.state().commands.last(), Some(Command::Profile(ProfileCommand::Select(id))) if id.0 == "c"));
    harness.press("More for Alpha");
    harness.press("Remove");
    assert!(matches!(harness.state().commands.last(), Some(Command::Profile(ProfileCommand::Remove(id))) if id.0 == "a"));
    field(&mut harness, "Filter profiles", egui::Event::Text("gam".into()));
    assert!(harness.query_by_label("Alpha").is_none() && harness.query_by_label("Gamma").is_some());
    field(&mut harness, "Filter profiles", egui::Event::Text("zzz".into()));
    assert!(harness.texts().iter().any(|text| text.contains("No profile matches")));
}

#[test]
fn arrows_move_one_row_at_a_time() {
    let mut harness = open(sidebar::show);
    harness.get_by_label("Alpha").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(3);
    assert!(harness.get_by_label("Beta, Production").accesskit_node().is_focused());
    harness.key_press(Key::ArrowDown);
    harness.run_steps(3);
    assert!(harness.get_by_label("Gamma").accesskit_node().is_focused());
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(matches!(harness.state().commands.last(), Some(Command::Profile(ProfileCommand::Select(id))) if id.0 == "c"));
    harness.key_press(Key::Delete);
    harness.run_steps(3);
    assert!(matches!(harness.state().commands.last(), Some(Command::Profile(ProfileCommand::Remove(id))) if id.0 == "c"));
}

#[test]
fn a_pasted_endpoint_becomes_a_profile_and_hides_its_key() {
    let mut harness = open(new_profile::show);
    let url = format!("https://lumen.centercode.com/api/v1/projects/spring/feedback/bugs?apiKey={CANARY}");
    field(&mut harness, "Endpoint URL", egui::Event::Paste(url));
    assert!(!harness.texts().iter().any(|text| text.contains(CANARY)), "{:?}", harness.texts());
    assert!(harness.texts().iter().any(|text| text == "spring"));
    assert!(!harness.texts().iter().any(|text| text.contains("placeholder")), "the mask is taken for a placeholder");
    harness.press("Create profile");
    let Some(Command::Profile(ProfileCommand::Create(made))) = harness.state().commands.last() else {
        panic!("{:?}", harness.state().commands)
    };
    assert_eq!((made.name.as_str(), made.project_key.as_str(), made.source_key.as_str()), ("lumen – bugs", "spring", "bugs"));
    assert_eq!(made.api_key.reveal(), CANARY);
}

#[test]
fn what_is_odd_about_a_pasted_endpoint_is_said() {
    let mut harness = open(new_profile::show);
    let url = "http://lumen.centercode.com/api/v1/projects/<YourProjectKey>/feedback/bugs?x=1&amp;apiKey=k1k2k3".to_owned();
    field(&mut harness, "Endpoint URL", egui::Event::Paste(url));
    for words in ["placeholder", "HTML", "begins with http"] {
        assert!(harness.texts().iter().any(|text| text.contains(words)), "{words} is not in {:?}", harness.texts());
    }
}

#[test]
fn the_editor_undoes_and_redoes_every_change_one_at_a_time() {
    let mut harness = open(profile_editor::show);
    harness.press("Move row 1 down");
    assert_eq!(saved(&harness).fields[0].parameter, "details");
    harness.press("Remove row 1");
    assert_eq!(saved(&harness).fields.len(), 1);
    field(&mut harness, "Name", egui::Event::Text(" two".into()));
    assert_eq!(saved(&harness).name, "Alpha two");
    let stands = |harness: &Harness<'_, Bench>| {
        let profile = saved(harness);
        let parameters: Vec<_> = profile.fields.iter().map(|field| field.parameter.clone()).collect();
        (profile.name, parameters.join(" "))
    };
    for (press, name, parameters) in [
        ("Undo", "Alpha", "summary"),
        ("Undo", "Alpha", "details summary"),
        ("Undo", "Alpha", "summary details"),
        ("Redo", "Alpha", "details summary"),
        ("Redo", "Alpha", "summary"),
        ("Redo", "Alpha two", "summary"),
    ] {
        harness.press(press);
        assert_eq!(stands(&harness), (name.to_owned(), parameters.to_owned()), "{press}");
    }
    assert!(!harness.texts().iter().any(|text| text.contains(CANARY)));
}

#[test]
fn the_editor_takes_rows_from_an_example() {
    let mut harness = open(profile_editor::show);
    harness.press("From sample JSON…");
    field(&mut harness, "Example payload (JSON)", egui::Event::Paste(r#"{"summary": "x", "areas": ["UI"]}"#.into()));
    harness.press("Add its parameters");
    let fields = saved(&harness).fields;
    assert_eq!(fields.iter().map(|field| field.parameter.as_str()).collect::<Vec<_>>(), ["summary", "details", "areas"]);
    assert_eq!((fields[2].kind, fields[2].choices.as_slice()), (FieldKind::MultipleChoice, &[][..]));
}

#[test]
fn settings_are_saved_as_they_are_changed() {
    let mut harness = open(settings::show);
    harness.get_by_label("Dark").click();
    harness.run_steps(3);
    assert!(
        matches!(harness.state().commands.last(), Some(Command::Settings(SettingsCommand::Save(settings))) if settings.theme == centerpost::model::settings::ThemeChoice::Dark)
    );
    harness.get_by_label("Custom:").click();
    harness.run_steps(3);
    assert!(harness.texts().iter().any(|text| text.contains("until you enter an address")));
    field(&mut harness, "Proxy address", egui::Event::Text("http://proxy.example:3128".into()));
    harness.get_by_label("None").click();
    harness.run_steps(3);
    harness.get_by_label("Custom:").click();
    harness.run_steps(3);
    let kept = centerpost::model::settings::Proxy::Own("http://proxy.example:3128".into());
    assert_eq!(harness.state().state.settings.proxy, kept);
}

#[test]
fn the_pages_are_reached_from_the_list() {
    let mut harness = open(sidebar::show);
    harness.press("Settings");
    assert!(matches!(harness.state().commands.last(), Some(Command::Show(View::Settings))));
    harness.press("New profile…");
    assert!(matches!(harness.state().commands.last(), Some(Command::Show(View::NewProfile))));
}

#[test]
fn an_empty_list_says_how_to_fill_it() {
    let mut harness = open(sidebar::show);
    harness.state_mut().state.profiles.clear();
    harness.run_steps(3);
    assert!(harness.texts().iter().any(|text| text.contains("No profiles yet")), "{:?}", harness.texts());
    assert!(harness.query_by_label("Filter profiles").is_none());
}

#[test]
fn the_menu_of_a_narrow_window_does_what_the_list_does() {
    let mut harness = open(sidebar::show_as_menu);
    harness.press("Profiles");
    harness.press("Beta, Production");
    assert!(matches!(harness.state().commands.last(), Some(Command::Profile(ProfileCommand::Select(id))) if id.0 == "b"));
    harness.press("More for Alpha");
    harness.press("Export…");
    let asked = harness.state().commands.last();
    assert!(
        matches!(asked, Some(Command::Profile(ProfileCommand::PickExport { id, with_key: false })) if id.0 == "a"),
        "{asked:?}"
    );
    harness.state_mut().state.sandbox.failed = Some("no port".into());
    harness.run_steps(2);
    harness.press("Sandbox (not running)");
    assert!(matches!(harness.state().commands.last(), Some(Command::Show(View::Sandbox))));
}

#[test]
fn a_sandbox_that_does_not_run_says_why_and_starts_again() {
    let mut harness = open(sandbox::show);
    assert!(harness.texts().iter().any(|text| text.contains("is starting")));
    harness.state_mut().state.sandbox.failed = Some("Starting the sandbox: no port is free".into());
    harness.run_steps(3);
    assert!(harness.texts().iter().any(|text| text.contains("no port is free")));
    harness.press("Start again");
    assert!(matches!(harness.state().commands.last(), Some(Command::Sandbox(SandboxCommand::Start))));
}

/// A sandbox that has answered a ticket and refused one, and the runtime that it lives on.
fn busy_sandbox() -> (tokio::runtime::Runtime, Sandbox) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = runtime.block_on(async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let endpoint = sandbox.profiles().remove(0).endpoint();
        for (kind, body) in [("application/json", r#"{"summary": "no submitter"}"#), ("text/plain", "plain words")] {
            client.post(endpoint.url_revealing_key()).header("Content-Type", kind).body(body).send().await.unwrap();
        }
        sandbox
    });
    (runtime, sandbox)
}

#[test]
fn the_sandbox_page_shows_what_came_newest_first_and_without_the_key() {
    let (_runtime, sandbox) = busy_sandbox();
    let mut harness = open(sandbox::show);
    let (key, address) = (sandbox.profiles().remove(0).api_key, sandbox.base_url());
    harness.state_mut().state.sandbox.running = Some(sandbox);
    harness.run_steps(3);
    let at = |label: &str| harness.get_by_label(label).rect().top();
    assert!(at("Expand request 2") < at("Expand request 1"), "{:?}", harness.texts());
    assert!(!harness.texts().iter().any(|text| text.contains("plain words")), "entries are folded at first");
    harness.press("Expand request 2");
    for part in ["plain words", "content-type: text/plain", "SHA-256 of the body", "400 Bad Request"] {
        assert!(harness.texts().iter().any(|text| text.contains(part)), "{part}: {:?}", harness.texts());
    }
    assert!(!harness.texts().iter().any(|text| text.contains(key.reveal())));
    harness.press("Collapse request 2");
    assert!(!harness.texts().iter().any(|text| text.contains("plain words")));
    harness.press("Copy the sandbox's address");
    assert!(matches!(harness.state().commands.last(), Some(Command::Copy(text)) if *text == address));
}

#[test]
fn the_sandbox_page_reads_the_log_again_only_when_it_grew() {
    let (runtime, sandbox) = busy_sandbox();
    let endpoint = sandbox.profiles().remove(0).endpoint();
    let mut harness = open(sandbox::show);
    harness.state_mut().state.sandbox.running = Some(sandbox);
    harness.run_steps(3);
    let log = |harness: &Harness<'_, Bench>| harness.state().state.sandbox.log.clone().unwrap().1;
    let first = log(&harness);
    harness.run_steps(3);
    assert!(std::sync::Arc::ptr_eq(&first, &log(&harness)));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    runtime.block_on(client.post(endpoint.url_revealing_key()).send()).unwrap();
    harness.run_steps(3);
    assert!(harness.query_by_label("Expand request 3").is_some(), "{:?}", harness.texts());
}

#[test]
fn the_sandbox_is_given_shapes_and_faults() {
    let (_runtime, sandbox) = busy_sandbox();
    let mut harness = open(sandbox::show);
    harness.state_mut().state.sandbox.running = Some(sandbox);
    harness.run_steps(3);
    let pick = |harness: &mut Harness<'static, Bench>, combo: &str, choice: &str| {
        harness.get_by_role_and_label(Role::ComboBox, combo).click();
        harness.run_steps(3);
        harness.press(choice);
    };
    pick(&mut harness, "Shape of success responses", Shape::ALL[2].label());
    assert!(
        matches!(harness.state().commands.last(), Some(Command::Sandbox(SandboxCommand::Shape(shape))) if *shape == Shape::ALL[2])
    );
    pick(&mut harness, "Fault", Fault::InternalError.label());
    assert!(matches!(harness.state().commands.last(), Some(Command::Sandbox(SandboxCommand::Fault(Some(Fault::InternalError))))));
    harness.state_mut().state.sandbox.fault = Some(Fault::InternalError);
    harness.run_steps(3);
    harness.press("Remove the fault");
    assert!(matches!(harness.state().commands.last(), Some(Command::Sandbox(SandboxCommand::Fault(None)))));
}
