//! Everything by keyboard: what has the keyboard is in sight, in reading order, and each page is left the way it was reached.

use centerpost::store::Store;
use centerpost::ui::command::Command;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::pages::response::command::ResponseCommand;
use centerpost::ui::palette_state::Mode;
use centerpost::ui::view::View;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

use crate::support::window::{Beside, Driven, FRAME, app, beside};
use crate::ui_sizes::{hostile, window};
use centerpost::model::Profile;
use centerpost::model::settings::ThemeChoice;
use centerpost::ui::app::App;

/// The name and the place of what has the keyboard.
pub fn focused<S>(harness: &Harness<'_, S>) -> Option<(String, egui::Rect)> {
    let node = harness.query_all(by().predicate(|_| true)).rfind(egui_kittest::Node::is_focused)?;
    let name = node.accesskit_node().label().unwrap_or_default();
    Some((name, node.rect()))
}

#[test]
fn the_tab_key_goes_down_the_form_and_stays_in_sight() {
    let size = [640.0, 480.0];
    let mut window = window(vec![hostile()], size, ThemeChoice::Light);
    let mut names = Vec::new();
    for _ in 0..70 {
        window.key_press(Key::Tab);
        window.run_steps(4);
        let Some((name, rect)) = focused(&window) else { continue };
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        assert!(screen.contains(rect.center()), "{name} at {rect:?} is out of sight");
        names.push(name);
    }
    let at =
        |wanted: &str| names.iter().position(|name| name.starts_with(wanted)).unwrap_or_else(|| panic!("{wanted}: {names:#?}"));
    let order = ["Profiles", "Send", "Host", "Form", "要約 (required)", "How 要約 is sent", "Rating"];
    for pair in order.windows(2) {
        assert!(at(pair[0]) < at(pair[1]), "{} before {}: {names:#?}", pair[0], pair[1]);
    }
}

#[test]
fn pages_are_left_by_escape_by_alt_left_and_by_their_own_shortcut() {
    let ways: [(Modifiers, Key); 3] =
        [(Modifiers::NONE, Key::Escape), (Modifiers::ALT, Key::ArrowLeft), (Modifiers::COMMAND, Key::D)];
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    for (modifiers, key) in ways {
        window.harness.key_press_modifiers(Modifiers::COMMAND, Key::D);
        window.harness.run_steps(3);
        assert_eq!(window.harness.state_mut().state().view, View::Diagnostics);
        window.harness.key_press_modifiers(modifiers, key);
        window.harness.run_steps(3);
        assert_eq!(window.harness.state_mut().state().view, View::Compose, "{key:?}");
    }
    // A text is left first, and then the page.
    window.run(Command::Show(View::History));
    window.type_into("Search the history", "summary");
    for view in [View::History, View::Compose] {
        window.harness.key_press(Key::Escape);
        window.harness.run_steps(3);
        assert_eq!(window.harness.state_mut().state().view, view);
    }
}

#[test]
fn the_list_keeps_its_width_while_it_is_filtered() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    let left = |window: &Beside| {
        let host = window.harness.get_all_by_label("Host").find(|node| node.accesskit_node().role() == Role::TextInput);
        host.unwrap().rect().left()
    };
    let before = left(&window);
    window.type_into("Filter profiles", "a");
    window.harness.run_steps(20);
    assert_eq!(left(&window), before);
}

#[test]
fn commands_profiles_and_fields_are_found_by_typing() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    let pick = |window: &mut Beside, key: Key, text: &str| {
        window.harness.key_press_modifiers(Modifiers::COMMAND, key);
        window.harness.run_steps(3);
        window.type_letters(text);
        window.harness.key_press(Key::Enter);
        window.harness.run_steps(4);
    };
    // Enter without a word sends nothing.
    pick(&mut window, Key::K, "");
    let (_, session) = window.harness.state_mut().state().open().unwrap();
    assert!(session.deliveries.is_empty() && session.question.is_none());
    window.harness.key_press(Key::Escape);
    window.harness.run_steps(4);
    pick(&mut window, Key::K, "hist");
    assert_eq!(window.harness.state_mut().state().view, View::History);
    pick(&mut window, Key::P, "acme");
    assert_eq!(window.harness.state_mut().state().view, View::Compose);
    pick(&mut window, Key::K, "summary field");
    assert!(focused(&window.harness).is_some_and(|(name, _)| name.starts_with("Summary")), "{:?}", focused(&window.harness));
    window.harness.key_press(Key::F1);
    window.harness.run_steps(3);
    assert!(window.has("Keyboard shortcuts") && window.has("Copy the draft as curl"));
    window.harness.key_press(Key::Escape);
    window.harness.run_steps(3);
    assert!(!window.has("Copy the draft as curl"));
}

#[test]
fn one_click_copies_the_draft_as_curl_without_its_key() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.press("Fill with example values");
    window.harness.get_all_by_role_and_label(Role::Button, "Copy as curl").next().unwrap().click();
    window.harness.step();
    let copied = window.harness.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.unwrap();
    assert!(copied.contains("curl") && copied.contains("/feedback/") && !copied.contains(&window.key()), "{copied}");
}

#[test]
fn what_was_undone_is_redone() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.press("Fill with example values");
    assert!(window.has("Example summary"));
    window.press("Undo the last change");
    assert!(!window.has("Example summary"));
    window.press("Redo");
    assert!(window.has("Example summary"));
    // By keyboard, where no text has it.
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.harness.run_steps(3);
    assert!(!window.has("Example summary"));
    window.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    window.harness.run_steps(3);
    assert!(window.has("Example summary"));
}

#[test]
fn the_last_response_is_there_after_a_restart() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.press("Fill with example values");
    window.press("Send");
    window.until("the ticket", |window| window.has("Ticket 4711 created"));
    window.run(Command::Show(View::History));
    window.until("that it is kept", |window| window.has("1 exchange"));
    let store = Store::open_at(window.folder.path().to_owned()).unwrap();
    window.harness = app(store, [1280.0, 820.0], FRAME);
    window.until("the response", |window| window.has("Sent before this session") && window.has("201 Created"));
}

#[test]
fn another_file_goes_to_the_ticket_that_exists() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.press("Fill with example values");
    window.press("Send");
    window.until("the ticket", |window| window.has("Ticket 4711 created"));
    window.harness.get_by_role_and_label(Role::Tab, "Attachments").click();
    window.harness.run_steps(3);
    assert!(window.has("Attach another file to crashlog"));
    let path = window.folder.path().join("later.log");
    std::fs::write(&path, "it crashed again").unwrap();
    let more = ResponseCommand::AttachMore { parameter: "crashlog".into(), paths: vec![path] };
    window.run(Command::Response(more));
    window.until("the upload", |window| window.has("1 file attached") || window.has("1 of 1"));
    let posts = window.sandbox.log().len();
    assert_eq!(posts, 2, "one ticket and one file");
}

#[test]
fn a_click_on_the_address_leaves_the_form_where_it_was_scrolled_to() {
    let mut window = window(vec![hostile()], [1280.0, 820.0], ThemeChoice::Light);
    let over = window.get_by_role_and_label(Role::Tab, "Form").rect().center() + egui::vec2(0.0, 200.0);
    window.event(egui::Event::PointerMoved(over));
    window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, -600.0),
        source: egui::MouseWheelSource::Unknown,
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    window.run_steps(60);
    let place = |window: &Harness<'static, App>| window.get_by_label("E-mail").rect().top();
    let before = place(&window);
    // The fields that are scrolled out of sight lie below the address, as seen from the front.
    for part in ["Project key", "Host"] {
        window.get_by_role_and_label(Role::TextInput, part).click();
        window.run_steps(30);
        assert_eq!(focused(&window).map(|(name, _)| name).as_deref(), Some(part));
        assert!((place(&window) - before).abs() < 1.0, "{part}: {before} became {}", place(&window));
    }
}

fn many_profiles() -> Harness<'static, App> {
    let profile = |number: usize| Profile {
        name: format!("Profile {number}"),
        label: String::new(),
        ..centerpost::sandbox::example_profile()
    };
    window((0..300).map(profile).collect(), [1280.0, 820.0], ThemeChoice::Light)
}

#[test]
fn the_list_of_profiles_is_one_stop_of_the_tab_key_however_long_it_is() {
    let mut window = many_profiles();
    window.get_by_role_and_label(Role::TextInput, "Filter profiles").focus();
    window.run_steps(2);
    let mut names = Vec::new();
    for _ in 0..3 {
        window.key_press(Key::Tab);
        window.run_steps(3);
        names.push(focused(&window).map(|(name, _)| name).unwrap_or_default());
    }
    assert_eq!(names, ["Profile 0", "More for Profile 0", "Import"]);
}

#[test]
fn the_arrows_go_on_from_the_profile_that_was_clicked() {
    let mut window = many_profiles();
    window.get_by_role_and_label(Role::Button, "Profile 3").click();
    window.run_steps(6);
    for (key, expected) in
        [(Key::ArrowDown, "Profile 4"), (Key::ArrowUp, "Profile 3"), (Key::End, "Profile 299"), (Key::Home, "Profile 0")]
    {
        window.key_press(key);
        window.run_steps(6);
        let (name, rect) = focused(&window).unwrap();
        assert_eq!(name, expected);
        assert!(rect.top() > 0.0 && rect.bottom() < 820.0, "{name} at {rect:?}");
    }
    // What is opened from elsewhere comes into sight.
    let last = window.state_mut().state().profiles[299].id.clone();
    let ctx = window.ctx.clone();
    window.state_mut().run(&ctx, Command::Profile(ProfileCommand::Select(last)));
    window.run_steps(30);
    let rect = window.get_by_role_and_label(Role::Button, "Profile 299").rect();
    assert!(rect.top() > 0.0 && rect.bottom() < 820.0, "{rect:?}");
}

#[test]
fn a_text_field_has_a_menu_at_a_right_click() {
    let mut window = many_profiles();
    let field = |window: &Harness<'static, App>| window.get_by_role_and_label(Role::TextInput, "Filter profiles").rect();
    window.get_by_role_and_label(Role::TextInput, "Filter profiles").focus();
    window.run_steps(2);
    window.event(egui::Event::Text("Profile 7".into()));
    window.run_steps(3);
    let right_click = |window: &mut Harness<'static, App>| {
        let pos = field(window).center();
        for pressed in [true, false] {
            window.event(egui::Event::PointerMoved(pos));
            let button = egui::PointerButton::Secondary;
            window.event(egui::Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
            window.run_steps(2);
        }
        window.run_steps(3);
    };
    right_click(&mut window);
    for name in ["Cut", "Copy", "Paste", "Select all"] {
        assert!(window.query_by_role_and_label(Role::Button, name).is_some(), "{name}");
    }
    window.get_by_role_and_label(Role::Button, "Select all").click();
    window.run_steps(6);
    assert!(window.query_by_role_and_label(Role::Button, "Select all").is_none());
    // The selection outlasts the next right click, and Copy copies it.
    right_click(&mut window);
    window.get_by_role_and_label(Role::Button, "Copy").click();
    window.step();
    let asked = |window: &Harness<'static, App>| {
        let outputs = window.output().viewport_output.values();
        outputs.flat_map(|output| output.commands.clone()).collect::<Vec<_>>()
    };
    let mut commands = asked(&window);
    window.step();
    commands.extend(asked(&window));
    assert!(commands.contains(&egui::ViewportCommand::RequestCopy), "{commands:?}");
    window.event(egui::Event::Copy);
    window.step();
    let copied = window.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("Profile 7"));
    // Typing takes the place of what is selected.
    window.event(egui::Event::Text("8".into()));
    window.run_steps(3);
    assert_eq!(window.state_mut().state().filter, "8");
}

#[test]
fn themes_and_exports_are_found_in_the_palette() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    for (query, name) in [
        ("dark", "Dark theme"),
        ("theme", "Light theme"),
        ("export", "Export the draft as a HAR…"),
        ("export pro", "Export the profile…"),
    ] {
        window.run(Command::Palette(Mode::All));
        window.type_letters(query);
        assert!(window.has(name), "{query}: {:?}", window.texts());
        window.harness.key_press(Key::Escape);
        window.harness.run_steps(3);
    }
    window.run(Command::Palette(Mode::All));
    window.type_letters("dark theme");
    window.harness.key_press(Key::Enter);
    window.until_mut("the theme", |window| window.harness.state_mut().state().settings.theme == ThemeChoice::Dark);
}

#[test]
fn a_new_profile_begins_in_its_address() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    window.harness.run_steps(4);
    assert_eq!(focused(&window.harness).map(|(name, _)| name).as_deref(), Some("Endpoint URL"));
}
