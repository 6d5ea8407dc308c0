//! One step back and one step at a time: undo of what is saved by itself, Escape, and form and response in turn in a low window.

use crate::support::window::{Beside, Driven, FRAME, beside};
use crate::ui_sizes::hostile;
use centerpost::model::settings::Density;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::compose_tab::ComposeTab;
use centerpost::ui::pages::history::command::HistoryCommand;
use centerpost::ui::pages::history::state::DetailPane;
use centerpost::ui::view::View;
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable as _;

fn key(window: &mut Beside, modifiers: Modifiers, key: Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(3);
}

fn send(window: &mut Beside) {
    window.press("Fill with example values");
    window.press("Send");
    window.until("the response", |window| window.has("201 Created"));
}

#[test]
fn changes_of_the_settings_are_taken_back_one_at_a_time() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.run(Command::Show(View::Settings));
    let density = |window: &mut Beside| window.harness.state_mut().state().settings.density;
    assert_eq!(density(&mut window), Density::Comfortable);
    for (role, label) in [(Role::RadioButton, "Compact"), (Role::CheckBox, "Screen sharing")] {
        window.harness.get_by_role_and_label(role, label).click();
        window.harness.run_steps(3);
    }
    assert!(window.harness.state_mut().state().settings.screen_sharing);
    key(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(!window.harness.state_mut().state().settings.screen_sharing);
    assert_eq!(density(&mut window), Density::Compact);
    window.press("Undo");
    assert_eq!(density(&mut window), Density::Comfortable);
    window.press("Redo");
    assert_eq!(density(&mut window), Density::Compact);
}

#[test]
fn a_removed_header_comes_back() {
    let mut window = beside([1280.0, 820.0], FRAME, |profile| {
        profile.extra_headers = vec![("X-Team".into(), "beta".into()), ("X-Other".into(), "1".into())];
    });
    window.harness.state_mut().state().open().unwrap().1.tab = ComposeTab::Headers;
    window.harness.run_steps(3);
    let headers = |window: &mut Beside| window.harness.state_mut().state().profiles[0].profile.extra_headers.clone();
    let before = headers(&mut window);
    window.press("Remove header 1");
    assert_eq!(headers(&mut window).len(), 1);
    key(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(headers(&mut window), before);
}

#[test]
fn escape_closes_an_exchange_before_it_leaves_the_history_and_down_leads_from_the_search_to_the_list() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    send(&mut window);
    key(&mut window, Modifiers::COMMAND, if cfg!(target_os = "macos") { Key::Y } else { Key::H });
    window.until_mut("the list", |window| window.harness.state_mut().state().history.ids.len() == 1);
    // The search has the keyboard.
    window.type_letters("zz");
    window.until_mut("an empty list", |window| window.harness.state_mut().state().history.ids.is_empty());
    key(&mut window, Modifiers::NONE, Key::Backspace);
    key(&mut window, Modifiers::NONE, Key::Backspace);
    window.until_mut("the list", |window| window.harness.state_mut().state().history.ids.len() == 1);
    key(&mut window, Modifiers::NONE, Key::ArrowDown);
    key(&mut window, Modifiers::NONE, Key::Enter);
    let is_open = |window: &mut Beside| matches!(window.harness.state_mut().state().history.detail, DetailPane::Opened(_));
    window.until_mut("the exchange", is_open);
    for (view, opened) in [(View::History, false), (View::Compose, false)] {
        key(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!((window.harness.state_mut().state().view, is_open(&mut window)), (view, opened));
    }
}

#[test]
fn a_history_that_cannot_be_opened_is_not_read_for_ever() {
    let mut window = crate::ui_sizes::window(vec![hostile()], [800.0, 600.0], Default::default());
    Driven::run(&mut window, Command::Show(View::History));
    assert!(window.has("The history could not be opened"), "{:#?}", window.texts());
    assert!(!window.has("Counting…") && !window.has("Reading…"), "{:#?}", window.texts());
}

#[test]
fn in_a_low_window_form_and_response_have_the_room_in_turn() {
    let mut window = beside([640.0, 480.0], FRAME, |_| {});
    assert!(window.harness.query_by_role_and_label(Role::Tab, "Response").is_none());
    send(&mut window);
    const RESPONSE: &str = "What it means, what caused it, and what to do";
    let has_form = |window: &Beside| window.harness.query_by_label("Fill with example values").is_some();
    assert!(window.has(RESPONSE) && !has_form(&window), "{:#?}", window.texts());
    window.harness.get_by_role_and_label(Role::Tab, "Form").click();
    window.harness.run_steps(3);
    assert!(!window.has(RESPONSE) && has_form(&window), "{:#?}", window.texts());
    // The problems of a form leave room for what hides them again.
    let mut window = crate::ui_sizes::window(vec![hostile()], [640.0, 480.0], Default::default());
    window.state_mut().state().open().unwrap().1.show_problems = true;
    window.run_steps(6);
    let hide = window.get_by_label_contains("Hide 5 problems").rect();
    assert!(hide.bottom() <= 460.0, "it is cut: {hide:?}");
}

#[test]
fn in_a_low_window_an_exchange_takes_the_place_of_the_list() {
    let mut window = beside([640.0, 480.0], FRAME, |_| {});
    send(&mut window);
    window.run(Command::History(HistoryCommand::Open(1)));
    window.until("the exchange", |window| window.has("Send again unchanged"));
    assert!(!window.has("Search the history"));
    window.press("Close the exchange");
    window.until("the list", |window| window.has("Search the history"));
}
