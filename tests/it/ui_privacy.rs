//! What others see of the window: secrets only while their button is held, and no address at all while the screen is shared.

use std::time::Duration;

use crate::support::window::{Beside, Driven, FRAME, beside};
use centerpost::model::profile::{Field, FieldKind};
use centerpost::model::{Profile, Secret};
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::ComposeCommand;
use centerpost::ui::pages::compose::compose_tab::ComposeTab;
use centerpost::ui::pages::history::command::HistoryCommand;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::toasts::NoteKind;
use centerpost::ui::view::View;
use eframe::egui::{self, Key, Modifiers, Shape, accesskit::Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

/// Forms of the one address that must not be seen.
const ADDRESSES: [&str; 4] =
    ["jim+beta@centercode.example", "jim%2Bbeta%40centercode.example", "jim\\u002bbeta@", "ann@centercode.example"];
const ADDRESS: &str = ADDRESSES[0];
const HEADER: &str = "canary-header-4711";

struct Window {
    beside: Beside,
    key: String,
}

/// A window with one profile, which leads to a sandbox of the test's, and whose texts hold addresses.
fn open() -> Window {
    let field = |parameter: &str, kind| Field { field: parameter.into(), parameter: parameter.into(), kind, ..Field::default() };
    let mut beside = beside([1400.0, 1400.0], FRAME, |profile| {
        profile.name = format!("Acme for {ADDRESS}");
        profile.default_submitter = Some(ADDRESSES[3].into());
        profile.known_submitters = vec![ADDRESS.into(), ADDRESSES[3].into()];
        profile.extra_headers = vec![("X-Token".into(), HEADER.into()), ("X-From".into(), ADDRESSES[1].into())];
        profile.fields =
            vec![field("summary", FieldKind::Text), field("submitter", FieldKind::Submitter), field("contact", FieldKind::Email)];
    });
    let key = beside.key();
    let stored = beside.harness.state_mut().state().profiles[0].clone();
    let profile = Profile { api_key: Secret::new(key.clone()), ..stored.profile };
    beside.run(Command::Profile(ProfileCommand::Save(stored.id.clone(), Box::new(profile))));
    beside.run(Command::Profile(ProfileCommand::Select(stored.id)));
    Window { beside, key }
}

impl Driven for Window {
    type State = App;

    fn harness(&self) -> &Harness<'static, App> {
        &self.beside.harness
    }

    fn harness_mut(&mut self) -> &mut Harness<'static, App> {
        &mut self.beside.harness
    }
}

impl Window {
    fn tab(&mut self, tab: ComposeTab) {
        self.beside.harness.state_mut().state().open().unwrap().1.tab = tab;
        self.beside.harness.run_steps(3);
    }

    fn enter(&mut self, label: &str, event: egui::Event) {
        let is_text = |role| matches!(role, Role::TextInput | Role::MultilineTextInput | Role::PasswordInput | Role::EmailInput);
        let field = self.beside.harness.get_all_by_label(label).find(|node| is_text(node.accesskit_node().role())).unwrap();
        field.focus();
        self.beside.harness.run_steps(2);
        self.beside.harness.event(event);
        self.beside.harness.run_steps(3);
    }

    fn share(&mut self) {
        self.beside.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::H);
        self.beside.harness.run_steps(3);
    }

    /// A form with addresses in it, sent, and its answer.
    fn send(&mut self) {
        self.enter("summary", egui::Event::Text(format!("Crash, says <{ADDRESS}>, {} and {}", ADDRESSES[1], ADDRESSES[2])));
        self.enter("submitter", egui::Event::Text(ADDRESS.into()));
        self.enter("contact", egui::Event::Text(ADDRESSES[3].into()));
        self.run(Command::Compose(ComposeCommand::Send));
        self.until("the answer", |window| window.has("400 Bad Request") || window.has("201 Created"));
    }

    fn sees_nothing(&self, page: &str) {
        for text in self.texts() {
            for secret in ADDRESSES.into_iter().chain([self.key.as_str(), HEADER]) {
                assert!(!text.contains(secret), "{page}: {text}");
            }
        }
        for clipped in &self.beside.harness.output().shapes {
            covered(&clipped.shape, page);
        }
    }
}

/// A text with an address in it has bars after it that hide it; `next` is what is drawn after the shape.
fn covered(shape: &Shape, page: &str) {
    match shape {
        Shape::Vec(shapes) => {
            let bars = shapes.iter().skip(1).filter(|shape| matches!(shape, Shape::Rect(_))).count();
            if !matches!(shapes.first(), Some(Shape::Text(_)) if bars > 0) {
                shapes.iter().for_each(|shape| covered(shape, page));
            }
        }
        Shape::Text(text) => {
            // What is cut off is not drawn; what is left of a cut address would be.
            let drawn: String = text.galley.rows.iter().flat_map(|row| &row.row.glyphs).map(|glyph| glyph.chr).collect();
            let sought = |address: &str| if text.galley.elided { address[..4].to_owned() } else { address.to_owned() };
            assert!(!ADDRESSES.iter().any(|address| drawn.contains(&sought(address))), "{page} draws {drawn}");
        }
        _ => {}
    }
}

#[test]
fn nobody_sees_an_address_while_the_screen_is_shared() {
    let mut window = open();
    window.send();
    assert!(window.has(ADDRESS), "addresses are there to be hidden");
    window.run(Command::Show(View::Compose));
    window.share();
    assert!(window.beside.harness.state_mut().state().settings.screen_sharing);
    for tab in [ComposeTab::Form, ComposeTab::Json, ComposeTab::Headers, ComposeTab::Request] {
        window.tab(tab);
        window.sees_nothing(&format!("{tab:?}"));
    }
    for tab in ["Summary", "Why", "Body", "Headers", "Sent"] {
        let tabs: Vec<_> = window.beside.harness.query_all_by_role(Role::Tab).collect();
        let is_it = |node: &&egui_kittest::Node<'_>| node.accesskit_node().label().as_deref() == Some(tab);
        tabs.iter().filter(is_it).for_each(egui_kittest::Node::click);
        drop(tabs);
        for _ in 0..6 {
            window.beside.harness.step();
            std::thread::sleep(Duration::from_millis(5));
        }
        window.sees_nothing(tab);
        let shown = match tab {
            "Body" => window.has("Copy the body"),
            "Sent" => window.has("Copy the body that was sent"),
            _ => true,
        };
        assert!(shown, "{tab} is not shown: {:?}", window.texts());
    }
    window.beside.harness.state_mut().state().note(NoteKind::Info, format!("{ADDRESS} was told"), None);
    for view in [View::Profile, View::NewProfile, View::History, View::Sandbox, View::Settings] {
        window.run(Command::Show(view));
        window.sees_nothing(&format!("{view:?}"));
    }
    window.run(Command::Show(View::History));
    window.until("the history's line", |window| window.has("Bad Request") || window.has("Created") || window.has("Ticket"));
    window.sees_nothing("History");
    window.share();
    assert!(window.has(ADDRESS), "what is hidden comes back");
}

#[test]
fn what_is_typed_outlasts_the_switch() {
    let mut window = open();
    window.enter("submitter", egui::Event::Text(ADDRESS.into()));
    window.share();
    window.enter("contact", egui::Event::Text(ADDRESSES[3].into()));
    window.sees_nothing("form");
    window.tab(ComposeTab::Json);
    assert!(window.has("this text is read-only"));
    window.share();
    assert!(window.has(&format!("\"submitter\": \"{ADDRESS}\"")) && window.has(ADDRESSES[3]), "{:?}", window.texts());
}

#[test]
fn a_secret_is_shown_while_its_button_is_held() {
    let mut window = open();
    let key = window.key.clone();
    for (view, tab, name, secret) in [
        (View::Compose, ComposeTab::Form, "Hold to show the API key", key.as_str()),
        (View::Compose, ComposeTab::Headers, "Hold to show value 1", HEADER),
        (View::Compose, ComposeTab::Request, "Hold to show the API key and other secrets", key.as_str()),
        (View::Profile, ComposeTab::Form, "Hold to show the API key", key.as_str()),
    ] {
        window.run(Command::Show(view));
        window.tab(tab);
        assert!(!window.has(secret), "{view:?}");
        let at = window.beside.harness.get_by_role_and_label(Role::Button, name).rect().center();
        window.beside.harness.drag_at(at);
        window.beside.harness.run_steps(3);
        assert!(window.has(secret), "{view:?} {name}: {:?}", window.texts());
        window.beside.harness.drop_at(at);
        window.beside.harness.run_steps(2);
        assert!(!window.has(secret), "{view:?}");
        for pressed in [Key::Space, Key::Enter] {
            window.beside.harness.get_by_role_and_label(Role::Button, name).focus();
            window.beside.harness.run_steps(2);
            window.beside.harness.key_down(pressed);
            window.beside.harness.run_steps(3);
            assert!(window.has(secret), "{view:?} {name} by {pressed:?}");
            window.beside.harness.key_up(pressed);
            window.beside.harness.run_steps(2);
            assert!(!window.has(secret), "{view:?} by {pressed:?}");
        }
        window.share();
        let at = window.beside.harness.get_by_role_and_label(Role::Button, name).rect().center();
        window.beside.harness.drag_at(at);
        window.beside.harness.run_steps(3);
        assert!(!window.has(secret), "{view:?} while the screen is shared");
        window.beside.harness.drop_at(at);
        window.beside.harness.run_steps(2);
        window.share();
    }
}

#[test]
fn a_held_button_that_is_gone_shows_nothing() {
    let mut window = open();
    let key = window.key.clone();
    let at = window.beside.harness.get_by_role_and_label(Role::Button, "Hold to show the API key").rect().center();
    window.beside.harness.drag_at(at);
    window.beside.harness.run_steps(3);
    assert!(window.has(&key));
    window.run(Command::Show(View::Settings));
    window.run(Command::Show(View::Compose));
    assert!(!window.has(&key));
}

#[test]
fn the_sidebar_and_the_settings_tell_and_turn_it() {
    let mut window = open();
    let shared = |window: &mut Window| window.beside.harness.state_mut().state().settings.screen_sharing;
    window.beside.harness.get_by_role_and_label(Role::Button, "Screen sharing").click();
    window.beside.harness.run_steps(3);
    assert!(shared(&mut window));
    window.run(Command::Show(View::Settings));
    window.beside.harness.get_by_role_and_label(Role::CheckBox, "Screen sharing").click();
    window.beside.harness.run_steps(3);
    assert!(!shared(&mut window));
    window.run(Command::History(HistoryCommand::Close));
    window.beside.harness.key_press_modifiers(Modifiers::COMMAND, Key::H);
    window.beside.harness.run_steps(2);
    assert!(window.beside.harness.state_mut().state().view == View::History && !shared(&mut window));
}
