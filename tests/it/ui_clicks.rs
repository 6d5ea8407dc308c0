//! Clicks and keys that were not meant: a second click, a held Enter, a letter while a notice comes.

use crate::support::window::{Beside, Driven, beside};
use centerpost::model::Profile;
use centerpost::ui::command::Command;
use centerpost::ui::pages::history::command::HistoryCommand;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::toasts::NoteKind;
use centerpost::ui::view::View;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

/// A window at the speed of a screen, its form filled.
fn open(change: impl Fn(&mut Profile)) -> Beside {
    let mut window = beside([1280.0, 820.0], 1.0 / 30.0, change);
    window.press("Fill with example values");
    window
}

fn wait(window: &mut Beside, seconds: f32) {
    window.harness.run_steps((seconds * 30.0).ceil() as usize);
}

fn received(window: &Beside) -> usize {
    window.sandbox.log().len()
}

fn is_focused(window: &Beside, role: Role, label: &str) -> bool {
    window.harness.query_all_by_label(label).any(|node| node.accesskit_node().role() == role && node.is_focused())
}

#[test]
fn a_double_click_on_send_does_not_answer_the_question() {
    let mut window = open(|profile| profile.production = true);
    let send = window.middle_of(Role::Button, "Send");
    window.double_click_at(send);
    assert!(window.has("is marked production"));
    let yes = window.harness.get_by_role_and_label(Role::Button, "Send to production").rect();
    assert!(!yes.expand(20.0).contains(send), "the dangerous button lies under the pointer");
    // It is deaf at first, wherever the pointer goes.
    window.double_click_at(yes.center());
    assert!(window.has("is marked production"));
    assert_eq!(received(&window), 0);
    // Then a click answers.
    wait(&mut window, 0.6);
    window.press("Send to production");
    window.until("the ticket", |window| window.has("201 Created"));
    assert_eq!(received(&window), 1);
}

#[test]
fn a_double_click_within_one_slow_frame_still_asks() {
    let mut window = open(|profile| profile.production = true);
    wait(&mut window, 0.6);
    let pos = window.middle_of(Role::Button, "Send");
    let button = egui::PointerButton::Primary;
    let press = |pressed| egui::Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE };
    let events = [egui::Event::PointerMoved(pos), press(true), press(false), press(true), press(false)];
    window.harness.input_mut().events.extend(events);
    window.harness.run_steps(3);
    assert!(window.has("is marked production"));
    assert_eq!(received(&window), 0);
}

#[test]
fn enter_and_escape_answer_no() {
    for key in [Key::Enter, Key::Escape] {
        let mut window = open(|profile| profile.production = true);
        window.press("Send");
        wait(&mut window, 0.6);
        assert!(is_focused(&window, Role::Button, "Not now"));
        window.harness.key_press(key);
        window.harness.run_steps(3);
        assert!(!window.has("is marked production"), "{key:?}");
        assert_eq!(received(&window), 0, "{key:?}");
    }
    // Ctrl+Enter twice is a double click by keyboard.
    let mut window = open(|profile| profile.production = true);
    for _ in 0..2 {
        window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    }
    window.harness.run_steps(3);
    assert!(window.has("is marked production"));
    assert_eq!(received(&window), 0);
}

#[test]
fn a_double_click_sends_a_repeat_neither_and_does_not_cancel() {
    let mut window = open(|_| {});
    let send = window.middle_of(Role::Button, "Send");
    window.double_click_at(send);
    window.until("the ticket", |window| window.has("Ticket 4711 created"));
    assert_eq!(received(&window), 1);
    window.until("the button", |window| window.harness.query_by_role_and_label(Role::Button, "Send").is_some());
    wait(&mut window, 0.6);
    window.double_click_at(send);
    assert!(window.has("The same payload went to this endpoint"));
    wait(&mut window, 1.0);
    assert_eq!(received(&window), 1);
    // A click beside the question answers no.
    window.harness.event(egui::Event::PointerMoved(send));
    window.harness.run_steps(1);
    window.double_click_at(egui::pos2(20.0, 400.0));
    assert!(!window.has("The same payload went to this endpoint"));
    assert_eq!(received(&window), 1);
}

#[test]
fn a_double_click_sends_once_where_it_is_over_before_the_second_click() {
    // Nothing listens there, which is known at once.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut window = open(|profile| profile.base_url = format!("http://{closed}"));
    wait(&mut window, 0.6);
    let pos = window.middle_of(Role::Button, "Send");
    window.harness.event(egui::Event::PointerMoved(pos));
    for _ in 0..2 {
        for pressed in [true, false] {
            let button = egui::PointerButton::Primary;
            window.harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
        }
        window.harness.step();
        // So that no frame shows it under way.
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    window.until("what came of it", |window| window.has("No response"));
    window.harness.run_steps(10);
    assert_eq!(window.harness.state_mut().state().open().unwrap().1.deliveries.len(), 1);
}

#[test]
fn a_double_click_on_a_row_of_the_history_opens_it_and_sends_nothing() {
    for size in [egui::vec2(1280.0, 820.0), egui::vec2(800.0, 600.0)] {
        let mut window = open(|_| {});
        window.press("Send");
        window.until("the ticket", |window| window.has("Ticket 4711 created"));
        window.harness.set_size(size);
        window.run(Command::Show(View::History));
        let is_row =
            |node: &egui_kittest::Node<'_>| node.accesskit_node().label().is_some_and(|label| label.contains("201 Created, "));
        window.until("the row", |window| window.harness.query_all(by().predicate(|_| true)).any(|node| is_row(&node)));
        let row = window.harness.query_all(by().predicate(|_| true)).find(is_row).unwrap().rect();
        // Where the buttons of the pane will be.
        for share in [0.2, 0.6, 0.75, 0.9] {
            window.run(Command::History(HistoryCommand::Close));
            wait(&mut window, 0.6);
            window.double_click_at(egui::pos2(row.left() + row.width() * share, row.center().y));
            window.until("the exchange", |window| window.has("Number 1") && window.has("Send again unchanged"));
            let again = window.middle_of(Role::Button, "Send again unchanged");
            window.double_click_at(again);
            wait(&mut window, 0.3);
            assert_eq!(received(&window), 1, "{size:?} at {share}");
            assert!(window.has("Send again unchanged"), "it stays open");
        }
    }
}

#[test]
fn deleting_cannot_be_answered_by_a_second_click() {
    let mut window = open(|_| {});
    window.press("Send");
    window.until("the ticket", |window| window.has("Ticket 4711 created"));
    window.run(Command::Show(View::History));
    window.until("the list", |window| window.has("1 exchange"));
    window.run(Command::History(HistoryCommand::Open(1)));
    window.until("the exchange", |window| window.has("Number 1"));
    wait(&mut window, 0.6);
    window.press("More for this exchange");
    let delete = window.middle_of(Role::Button, "Delete…");
    window.double_click_at(delete);
    assert!(window.has("Delete this exchange for good?"));
    let yes = window.harness.get_by_role_and_label(Role::Button, "Delete for good").rect();
    assert!(!yes.expand(20.0).contains(delete));
    window.double_click_at(yes.center());
    wait(&mut window, 0.3);
    assert!(window.has("1 exchange"));
}

#[test]
fn json_is_typed_letter_by_letter_while_it_turns_valid_and_invalid() {
    let mut window = open(|_| {});
    window.harness.get_by_role_and_label(Role::Tab, "JSON").click();
    window.harness.run_steps(3);
    window.harness.get_by_role_and_label(Role::MultilineTextInput, "Payload (JSON)").focus();
    window.harness.run_steps(2);
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let typed = "{\"a\": 1, \"summary\": \"x\"} {\"a\"";
    window.type_letters(typed);
    assert!(is_focused(&window, Role::MultilineTextInput, "Payload (JSON)"));
    let text = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Payload (JSON)").value();
    assert_eq!(text.as_deref(), Some(typed));
}

#[test]
fn no_notice_takes_the_keyboard_from_a_field() {
    let pages: [(View, &str); 6] = [
        (View::Compose, "Summary (required)"),
        (View::Compose, "Source key"),
        (View::Profile, "Parameter 2"),
        (View::History, "Search the history"),
        (View::Settings, "CA file"),
        (View::NewProfile, "Name"),
    ];
    let mut window = open(|_| {});
    for (view, label) in pages {
        window.run(Command::Show(view));
        let is_field = |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == Role::TextInput;
        window.harness.get_all_by_label(label).find(is_field).unwrap().focus();
        window.harness.run_steps(2);
        window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        window.type_letters("a");
        window.harness.state_mut().state().note(NoteKind::Problem, format!("A note on {view:?}"), None);
        window.type_letters("bc");
        // What warns of a profile stands above its form.
        let state = window.harness.state_mut().state();
        let stored = state.profiles[0].clone();
        let accept_invalid_certificates = !stored.profile.accept_invalid_certificates;
        let profile = Profile { accept_invalid_certificates, ..stored.profile };
        if view != View::Profile {
            window.run(Command::Profile(ProfileCommand::Save(stored.id, Box::new(profile))));
        }
        window.type_letters("d");
        assert!(is_focused(&window, Role::TextInput, label), "{view:?}: {label}");
        let value = window.harness.get_all_by_label(label).find(is_field).unwrap().value();
        assert_eq!(value.as_deref(), Some("abcd"), "{view:?}: {label}");
    }
}

#[test]
fn a_double_click_on_a_page_opens_it() {
    let mut window = beside([1280.0, 820.0], 0.05, |_| {});
    for (label, view) in [("History", View::History), ("Settings", View::Settings)] {
        let at = window.middle_of(Role::Button, label);
        window.double_click_at(at);
        assert_eq!(window.harness.state_mut().state().view, view, "{label}");
    }
}
