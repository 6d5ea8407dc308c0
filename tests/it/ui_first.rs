//! The first minutes: the page for newcomers, its examples, and how large everything is.

use crate::support::window::{Driven, Window, open_at};
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::ComposeCommand;
use centerpost::ui::pages::intro::sample::Sample;
use centerpost::ui::view::View;
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

fn open() -> Window {
    let mut window = open_at(tempfile::tempdir().unwrap(), [1280.0, 1500.0]);
    window.until("the sandbox profile", |window| window.has("Source key"));
    window
}

#[test]
fn the_page_for_newcomers_is_reached_from_everywhere() {
    let mut window = open();
    let link = "What is an External Source?";
    let is_shown = |window: &Window| window.has("How a ticket is created");
    window.harness.get_by_role_and_label(Role::Link, link).click();
    window.harness.run_steps(3);
    assert!(is_shown(&window), "from the place of the response");
    window.harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    window.harness.run_steps(3);
    assert!(!is_shown(&window));
    window.harness.key_press(Key::F1);
    window.harness.run_steps(3);
    let links: Vec<_> = window.harness.get_all_by_role_and_label(Role::Link, link).collect();
    links.last().unwrap().click();
    window.harness.run_steps(3);
    assert!(is_shown(&window), "from the list of shortcuts");
    window.run(Command::Show(View::Compose));
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    window.harness.run_steps(3);
    window.type_letters("what is");
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(3);
    assert!(is_shown(&window), "from the palette");
}

#[test]
fn each_example_opens_as_a_draft_and_the_sandbox_answers_it_as_the_page_says() {
    let mut window = open();
    for (sample, status, cause) in [
        (Sample::Right, 201, None),
        (Sample::WrongSourceKey, 404, Some("endpoint.source-key-mismatch")),
        (Sample::WrongApiKey, 404, Some("endpoint.api-key-mismatch")),
        (Sample::WrongChoice, 400, Some("field.choice-mismatch")),
        (Sample::MissingField, 400, Some("field.required-missing")),
        (Sample::BrokenJson, 400, Some("request.json-syntax")),
    ] {
        window.run(Command::Show(View::Intro));
        window.press(sample.label());
        assert!(window.harness.query_by_role_and_label(Role::Tab, sample.label()).is_some(), "{sample:?}");
        window.run(Command::Compose(ComposeCommand::Send));
        window.until("the response", |window| window.has("201 Created") || window.has("40"));
        window.until_mut("the end", |window| {
            let (_, session) = window.harness.state_mut().state().open().unwrap();
            session.deliveries.last().is_some_and(centerpost::ui::pages::response::state::DeliveryView::is_over)
        });
        let (_, session) = window.harness.state_mut().state().open().unwrap();
        let view = session.deliveries.last().unwrap();
        let found: Vec<&str> = view.causes.iter().map(|cause| cause.id.as_str()).collect();
        assert_eq!(view.exchange.as_ref().unwrap().answer().unwrap().status, status, "{sample:?} {found:?}");
        let is_named = cause.is_none_or(|cause| found.first().is_some_and(|id| id.starts_with(cause)));
        assert!(is_named, "{sample:?} {found:?}");
    }
    let (_, drafts) = window.harness.state_mut().state().open_drafts().unwrap();
    assert_eq!(drafts.tabs().len(), 1 + Sample::ALL.len(), "nothing that stood there before was replaced");
}

#[test]
fn size_and_density_are_settings_with_keys() {
    let mut window = open();
    let row = |window: &Window| window.harness.ctx.global_style().spacing.interact_size.y;
    let zoom = |window: &Window| (window.harness.ctx.zoom_factor() * 100.0).round();
    let before = row(&window);
    window.run(Command::Show(View::Settings));
    window.harness.get_by_role_and_label(Role::RadioButton, "Compact").click();
    window.harness.run_steps(3);
    assert!(row(&window) < before);
    for (key, expected) in [(Key::Plus, 110.0), (Key::Equals, 120.0), (Key::Minus, 110.0), (Key::Num0, 100.0)] {
        window.harness.key_press_modifiers(Modifiers::COMMAND, key);
        window.harness.run_steps(3);
        assert_eq!(zoom(&window), expected, "{key:?}");
        assert_eq!(f64::from(window.harness.state_mut().state().settings.text_size), f64::from(expected));
    }
}

#[test]
fn a_curl_command_gives_a_new_profile_its_address_and_its_payload() {
    let mut window = crate::support::window::beside([1280.0, 820.0], crate::support::window::FRAME, |_| {});
    window.run(Command::Show(View::NewProfile));
    window
        .harness
        .get_all_by_label("Endpoint URL")
        .find(|node| node.accesskit_node().role() == Role::MultilineTextInput)
        .unwrap()
        .focus();
    window.harness.run_steps(3);
    let url = "https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog?apiKey=61a2e5bb5c67";
    let curl = format!("curl -X POST '{url}' -H 'Content-Type: application/json' -d '{{\"headline\": \"Crash\"}}'");
    window.harness.event(eframe::egui::Event::Paste(curl));
    window.until("its parts", |window| window.has("Taken from a curl command for bash"));
    assert!(!window.has("61a2e5bb5c67"), "{:#?}", window.texts());
    window.press("Create profile");
    let state = window.harness.state_mut().state();
    let profile = &state.profile().unwrap().profile;
    assert_eq!((profile.base_url.as_str(), profile.api_key.reveal()), ("https://acme.centercode.com", "61a2e5bb5c67"));
    assert!(profile.field("headline").is_some(), "{:?}", profile.fields);
}

#[test]
fn the_sandbox_that_comes_up_leaves_the_page_that_was_opened_meanwhile() {
    let mut window = open_at(tempfile::tempdir().unwrap(), [1280.0, 820.0]);
    window.run(Command::Show(View::NewProfile));
    window.until_mut("the sandbox profile", |window| window.harness.state_mut().state().selected.is_some());
    window.harness.run_steps(5);
    assert_eq!(window.harness.state_mut().state().view, View::NewProfile);
    assert!(window.has("Endpoint URL"));
    window.run(Command::Show(View::Compose));
    assert!(window.has("Source key"));
}
