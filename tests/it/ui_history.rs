//! The history in the window: what was sent is there, is found, opened, compared, sent again and deleted.

use crate::support::window::{Beside, Driven, FRAME, beside};
use centerpost::model::{Profile, Secret};
use centerpost::store::Store;
use centerpost::ui::command::Command;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::palette_state::Mode;
use centerpost::ui::view::View;
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

/// A window with one profile, which is not a sandbox profile for it, but leads to a sandbox of the test's.
fn open(size: [f32; 2]) -> Beside {
    let mut window = beside(size, FRAME, |_| {});
    // Where no keyring is, the key of a file is not known at the next start.
    let api_key = Secret::new(window.key());
    let stored = window.harness.state_mut().state().profiles[0].clone();
    let profile = Profile { api_key, ..stored.profile };
    window.run(Command::Profile(ProfileCommand::Save(stored.id, Box::new(profile))));
    window
}

/// What only this page wants.
trait Past {
    fn line(&mut self, text: &str);
    fn columns_are_apart(&self);
    fn received(&self) -> usize;
}

impl Past for Beside {
    /// Clicks the line whose name holds a text.
    fn line(&mut self, text: &str) {
        let is_line = |node: &egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            node.role() == Role::Button
                && node.label().is_some_and(|label| label.contains(text) && label.contains(" ago") | label.contains("now"))
        };
        self.until(text, |window| window.harness.query_all(by().predicate(|_| true)).any(|node| is_line(&node)));
        self.harness.query_all(by().predicate(|_| true)).find(is_line).unwrap().click();
        self.harness.run_steps(3);
    }

    /// Checks that the comparison has its columns side by side, heads and texts alike.
    fn columns_are_apart(&self) {
        let rects = |text: &str| -> Vec<eframe::egui::Rect> {
            let is_text = |node: &egui_kittest::Node<'_>| {
                let node = node.accesskit_node();
                node.role() == Role::Label && node.value().is_some_and(|value| value == text)
            };
            self.harness.query_all(by().predicate(|_| true)).filter(is_text).map(|node| node.rect()).collect()
        };
        let (wheres, ones, twos) = (rects("Where"), rects("Number 1"), rects("Number 2"));
        assert!(!wheres.is_empty() && wheres.len() == ones.len() && ones.len() == twos.len());
        for ((place, one), two) in wheres.iter().zip(&ones).zip(&twos) {
            assert!(place.right() <= one.left() && one.right() <= two.left(), "{place:?} {one:?} {two:?}");
            assert!(two.left() - one.left() > 60.0, "two columns of some width: {one:?} {two:?}");
        }
        let labels: Vec<_> = self
            .harness
            .query_all(by().predicate(|node| node.role() == Role::Label))
            .map(|node| node.rect())
            .filter(|rect| rect.top() > wheres[0].bottom() && rect.left() >= wheres[0].left() && rect.area() > 0.0)
            .collect();
        for (index, one) in labels.iter().enumerate() {
            for other in &labels[index + 1..] {
                let shared = one.shrink(2.0).intersect(other.shrink(2.0));
                assert!(!shared.is_positive(), "{one:?} lies on {other:?}");
            }
        }
    }

    fn received(&self) -> usize {
        self.sandbox.log().len()
    }
}

#[test]
fn what_was_sent_is_found_opened_marked_compared_and_deleted() {
    let mut window = open([1280.0, 820.0]);
    window.press("Fill with example values");
    window.press("Send");
    window.until("the ticket", |window| window.has("Ticket 4711 created"));
    window.run(Command::Show(View::History));
    window.until("its line", |window| window.has("1 exchange") && window.has("Ticket 4711"));
    // The line says what was sent without the JSON around it.
    let line = window.texts().into_iter().find(|text| text.starts_with("201 Created, ") && text.contains("Ticket 4711")).unwrap();
    assert!(line.contains(" · Example summary") && !line.contains(['{', '"']), "{line}");
    window.line("Ticket 4711");
    window.until("the exchange", |window| window.has("Number 1") && window.has("Send again unchanged"));
    assert!(window.has("201 Created"));
    window.press("More for this exchange");
    window.press("Mark as working");
    window.until("the mark", |window| window.has(", works"));

    window.type_into("Note", "told the customer");
    window.type_into("Tags", "beta");
    window.until("the note in the list", |window| window.has(", told the customer, Acme"));

    // The same again: asked about, sent anyway, and compared with the first.
    window.press("Send again unchanged");
    window.until("the question", |window| {
        window.has("The same payload went to this endpoint") && window.has("created ticket 4711")
    });
    assert_eq!(window.received(), 1);
    window.press("Send again");
    window.until("the second ticket", |window| window.has("Ticket 4712 created"));
    window.run(Command::Show(View::History));
    window.line("Ticket 4712");
    window.until("the exchange", |window| window.has("Number 2"));
    window.press("Compare with working one");
    window.until("the comparison", |window| window.has("Numbers 1 and 2") && window.has("The requests are the same"));
    assert!(window.has("4711") && window.has("4712"));
    window.columns_are_apart();
    window.harness.set_size(eframe::egui::vec2(800.0, 600.0));
    window.harness.run_steps(3);
    window.columns_are_apart();
    window.harness.set_size(eframe::egui::vec2(1280.0, 820.0));
    window.harness.run_steps(3);

    window.type_into("Search the history", "customer");
    window.until("one line", |window| window.has("1 exchange") && !window.has("Ticket 4712"));
    window.press("Clear the filters");
    window.until("both lines", |window| window.has("2 exchanges"));

    window.line("Ticket 4712");
    window.press("More for this exchange");
    window.press("Delete…");
    window.press("Delete for good");
    window.until("one line", |window| window.has("1 exchange"));
    let key = window.sandbox.profiles()[0].api_key.reveal().to_owned();
    assert!(!window.texts().iter().any(|text| text.contains(&key)), "the API key is in a text");
    drop(window.runtime);
}

#[test]
fn an_exchange_becomes_a_draft_and_the_draft_comes_back() {
    let mut window = open([1280.0, 820.0]);
    window.press("Fill with example values");
    window.type_into("Summary (required)", "as it was sent");
    window.press("Send");
    window.until("the ticket", |window| window.has("Ticket 4711 created"));
    window.type_into("Summary (required)", "something else");
    window.run(Command::Show(View::History));
    window.line("Ticket 4711");
    window.press("Copy as draft");
    window.until("the draft", |window| window.has("as it was sent") && window.has("Copied number 1 to the form"));
    window.press("Undo");
    window.until("the other draft", |window| window.has("something else"));
}

#[test]
fn a_repeat_is_asked_about_and_can_be_left() {
    let mut window = open([1280.0, 820.0]);
    window.press("Fill with example values");
    for ticket in ["Ticket 4711 created", "Ticket 4712 created"] {
        window.press("Send");
        if ticket.contains("4712") {
            window.press("Send again");
        }
        window.until(ticket, |window| window.has(ticket));
    }
    window.press("Send");
    window.press("Not now");
    assert_eq!(window.received(), 2);
    // Another payload is not a repeat.
    window.type_into("Summary (required)", "another one");
    window.press("Send");
    window.until("the third ticket", |window| window.has("Ticket 4713 created"));
}

#[test]
fn exchanges_of_others_appear_and_the_page_fits_a_small_window() {
    let mut window = open([800.0, 600.0]);
    window.run(Command::Show(View::History));
    window.until("the empty list", |window| window.has("No exchanges yet"));
    let root = window.folder.path().to_owned();
    let (history, _) = Store::open_at(root).unwrap().open_history().unwrap();
    let entry = centerpost::service::record::cancelled(&Default::default(), jiff::Timestamp::now(), 0);
    let origin = centerpost::service::record::Origin::new("");
    history.record(&centerpost::service::record::created(&origin, &Profile::default(), 0, &entry, &[])).unwrap();
    window.until("the line", |window| window.has("1 exchange") && window.has("No response"));
    window.line("No response");
    window.until("the exchange", |window| window.has("Number 1"));
}

#[test]
fn the_palette_finds_an_exchange_of_the_history() {
    let mut window = open([1280.0, 820.0]);
    window.press("Fill with example values");
    window.press("Send");
    window.until_mut("that it is kept", |window| window.harness.state_mut().state().open().unwrap().1.sent.is_some());
    window.run(Command::Palette(Mode::All));
    window.type_letters("history 4711");
    window.until("its line", |window| window.texts().iter().any(|text| text.starts_with("201 Created, ")));
    window.harness.key_press(Key::Enter);
    window.until("the exchange", |window| window.has("Number 1") && window.has("Send again unchanged"));
}
