//! How tests drive the window: by what stands in it, and by the names of its controls.

use std::time::Duration;

use centerpost::model::Profile;
use centerpost::sandbox::{Options, Sandbox};
use centerpost::store::Store;
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::view::View;
use eframe::egui;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

/// Something under test that draws: the window, or a page of it.
pub trait Driven: Sized {
    /// What it draws from.
    type State: 'static;

    /// What runs it.
    fn harness(&self) -> &Harness<'static, Self::State>;

    /// What runs it, to be changed.
    fn harness_mut(&mut self) -> &mut Harness<'static, Self::State>;

    /// Draws one frame.
    fn step(&mut self) {
        self.harness_mut().step();
    }

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
        self.until_mut(what, |window| holds(window));
    }

    /// As [`Driven::until`], where looking changes something.
    fn until_mut(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        for _ in 0..4000 {
            self.step();
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

    /// Presses and lets go of the pointer twice at one place, within one double click.
    fn double_click_at(&mut self, pos: egui::Pos2) {
        self.harness().event(egui::Event::PointerMoved(pos));
        for pressed in [true, false, true, false] {
            let button = egui::PointerButton::Primary;
            self.harness().event(egui::Event::PointerButton { pos, button, pressed, modifiers: egui::Modifiers::NONE });
        }
        self.harness_mut().step();
        self.harness_mut().run_steps(3);
    }

    /// Where the middle of a control is.
    fn middle_of(&self, role: Role, label: &str) -> egui::Pos2 {
        self.harness().get_by_role_and_label(role, label).rect().center()
    }

    /// Types as on a keyboard, a letter a frame.
    fn type_letters(&mut self, text: &str) {
        for letter in text.chars() {
            self.harness().event(egui::Event::Text(letter.to_string()));
            self.harness_mut().run_steps(2);
        }
    }

    /// Puts a text into a field in place of what stands there.
    fn type_into(&mut self, label: &str, text: &str) {
        let is_input = |role| matches!(role, Role::TextInput | Role::MultilineTextInput);
        let field = self.harness().get_all_by_label(label).find(|node| is_input(node.accesskit_node().role())).unwrap();
        field.focus();
        self.harness_mut().run_steps(2);
        self.harness().key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness().event(egui::Event::Text(text.to_owned()));
        self.harness_mut().run_steps(3);
    }

    /// Carries a command out.
    fn run(&mut self, command: Command)
    where
        Self: Driven<State = App>,
    {
        let ctx = self.harness().ctx.clone();
        self.harness_mut().state_mut().run(&ctx, command);
        self.harness_mut().run_steps(3);
    }
}

impl<State: 'static> Driven for Harness<'static, State> {
    type State = State;

    fn harness(&self) -> &Self {
        self
    }

    fn harness_mut(&mut self) -> &mut Self {
        self
    }
}

/// The whole window on what a store holds.
pub fn app(store: Store, size: [f32; 2], frame_seconds: f32) -> Harness<'static, App> {
    let found = store.load();
    Harness::builder()
        .with_size(size)
        .with_max_steps(30)
        .with_step_dt(frame_seconds)
        .build_eframe(move |cc| App::new(&cc.egui_ctx, Some(store), found, None).unwrap())
}

/// A window on a store in a folder of its own.
pub struct Window {
    pub harness: Harness<'static, App>,
    pub folder: tempfile::TempDir,
}

impl Driven for Window {
    type State = App;

    fn harness(&self) -> &Harness<'static, App> {
        &self.harness
    }

    fn harness_mut(&mut self) -> &mut Harness<'static, App> {
        &mut self.harness
    }
}

/// Opens a window on what the store in a folder holds.
pub fn open_at(folder: tempfile::TempDir, size: [f32; 2]) -> Window {
    let store = Store::open_at(folder.path().to_owned()).unwrap();
    Window { harness: app(store, size, FRAME), folder }
}

/// How long a frame takes where that does not matter, in seconds.
pub const FRAME: f32 = 0.25;

/// A window on a profile whose server is a sandbox of the test's.
pub struct Beside {
    pub harness: Harness<'static, App>,
    pub folder: tempfile::TempDir,
    pub runtime: tokio::runtime::Runtime,
    pub sandbox: Sandbox,
}

impl Driven for Beside {
    type State = App;

    fn harness(&self) -> &Harness<'static, App> {
        &self.harness
    }

    fn harness_mut(&mut self) -> &mut Harness<'static, App> {
        &mut self.harness
    }
}

impl Beside {
    /// The sandbox's API key.
    pub fn key(&self) -> String {
        self.sandbox.profiles()[0].api_key.reveal().to_owned()
    }
}

/// Opens a window on a page, its form filled; `change` makes the profile differ from the sandbox's.
pub fn beside_a_sandbox(view: View, change: impl Fn(&mut Profile)) -> Beside {
    let mut window = beside([1280.0, 820.0], FRAME, change);
    window.press("Fill with example values");
    window.run(Command::Show(view));
    window
}

/// Opens a window of a size whose frames take so many seconds; `change` makes the profile differ from the sandbox's.
pub fn beside(size: [f32; 2], frame_seconds: f32, change: impl Fn(&mut Profile)) -> Beside {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(Options::default())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_at(folder.path().to_owned()).unwrap();
    let mut profile = Profile { name: "Acme".into(), sandbox: false, ..sandbox.profiles()[0].clone() };
    change(&mut profile);
    store.create_profile(&profile).unwrap();
    Beside { harness: app(store, size, frame_seconds), folder, runtime, sandbox }
}
