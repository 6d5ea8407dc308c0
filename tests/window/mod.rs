//! How tests drive the window: by what stands in it, and by the names of its controls.

#![allow(clippy::unwrap_used, dead_code, reason = "a helper that fails fails its test, and no test uses all of them")]

use std::time::Duration;

use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use eframe::egui;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

/// A window under test.
pub trait Driven: Sized {
    /// What runs it.
    fn harness(&self) -> &Harness<'static, App>;

    /// What runs it, to be changed.
    fn harness_mut(&mut self) -> &mut Harness<'static, App>;

    /// Every text in it: names, values, hints, descriptions, tooltips.
    fn texts(&self) -> Vec<String> {
        let all = self.harness().query_all(by().predicate(|_| true));
        all.flat_map(|node| {
            let node = node.accesskit_node();
            let tooltip = node.data().tooltip().map(str::to_owned);
            [node.label(), node.value(), node.placeholder().map(str::to_owned), node.description(), tooltip]
        })
        .flatten()
        .collect()
    }

    /// Whether a text stands in it.
    fn has(&self, text: &str) -> bool {
        self.texts().iter().any(|found| found.contains(text))
    }

    /// Steps the window until something holds, while jobs work beside it.
    fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..2000 {
            self.harness_mut().step();
            if holds(self) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("{what} never came: {:#?}", self.texts());
    }

    /// Presses a button, once it is there: while something is sent, another stands in its place.
    fn press(&mut self, label: &str) {
        self.until(label, |window| window.harness().query_by_role_and_label(Role::Button, label).is_some());
        self.harness().get_by_role_and_label(Role::Button, label).click();
        self.harness_mut().run_steps(3);
    }

    /// Puts a text into a field in place of what stands there.
    fn type_into(&mut self, label: &str, text: &str) {
        let field = self.harness().get_all_by_label(label).find(|node| node.accesskit_node().role() == Role::TextInput).unwrap();
        field.focus();
        self.harness_mut().run_steps(2);
        self.harness().key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness().event(egui::Event::Text(text.to_owned()));
        self.harness_mut().run_steps(3);
    }

    /// Carries a command out.
    fn run(&mut self, command: Command) {
        let ctx = self.harness().ctx.clone();
        self.harness_mut().state_mut().run(&ctx, command);
        self.harness_mut().run_steps(3);
    }
}
