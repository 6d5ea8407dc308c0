//! The window without a screen: frames at rest, while 60 fields are typed into beside a response of 100 MB, while a history of 10,000
//! exchanges is scrolled, and while a run of 10,000 rows goes on; and the memory that a JSON response of 20 MB takes while it is shown
//! and after its draft was closed.
//!
//! Times of typing are told beside a peer: the same typing beside no response. Memory is told as a ratio to the size of the response, on
//! Linux.
//!
//! ```text
//! cargo bench --bench window
//! ```
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made says so")]

use std::path::Path;
use std::process::Command as Process;
use std::time::{Duration, Instant};

use centerpost::jobs::{JobId, RowTold, RunSwitches};
use centerpost::model::exchange::Timings;
use centerpost::model::profile::{Field, FieldKind};
use centerpost::model::request_record::RequestRecord;
use centerpost::model::{Answer, Exchange, Network, Outcome, Profile, Request};
use centerpost::runner::result::{RowResult, StepResult, Verdict};
use centerpost::service::order::Delivery;
use centerpost::service::report::DeliveryReport;
use centerpost::store::{ProfileId, Store, StoreContents, StoredProfile};
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::{ComposeCommand, TabCommand};
use centerpost::ui::pages::response::state::DeliveryView;
use centerpost::ui::pages::run::command::RunCommand;
use centerpost::ui::pages::run::state::{Running, Tab};
use centerpost::ui::view::View;
use eframe::egui::{self, Context, Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, accesskit::Role, vec2};

const FIELDS: usize = 60;

/// Letters that are typed into each field.
const LETTERS: usize = 12;

const MB: usize = 1_000_000;

/// Exchanges of the history, and rows of the run.
const ROWS: usize = 10_000;

/// Frames of what is not typed.
const FRAMES: usize = 300;

/// A window that is drawn by nobody.
struct Window {
    ctx: Context,
    app: App,
    time: f64,
    /// When the last frame asked to be drawn again.
    asked_again: Duration,
}

impl Window {
    fn open() -> Self {
        let stored = StoredProfile { id: ProfileId("sixty".into()), profile: profile() };
        Self::on(None, StoreContents { profiles: vec![stored], ..StoreContents::default() })
    }

    /// A window on what is saved in a folder.
    fn open_at(folder: &Path) -> Self {
        let store = Store::open_at(folder.to_owned()).unwrap();
        let found = store.load();
        Self::on(Some(store), found)
    }

    fn on(store: Option<Store>, found: StoreContents) -> Self {
        let ctx = Context::default();
        let app = App::new(&ctx, store, found, None).unwrap();
        let mut window = Self { ctx, app, time: 0.0, asked_again: Duration::ZERO };
        window.settle();
        window
    }

    /// Draws a frame; returns how long that took, and where a tab of this name stands.
    fn frame(&mut self, events: Vec<Event>, sought: Option<&str>) -> (Duration, Option<Pos2>) {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1440.0, 900.0))),
            time: Some(self.time),
            focused: true,
            events,
            ..RawInput::default()
        };
        if sought.is_some() {
            self.ctx.enable_accesskit();
        }
        let start = Instant::now();
        let app = &mut self.app;
        let mut output = self.ctx.run_ui(input, |ui| {
            app.tick(&ui.ctx().clone());
            app.draw(ui);
        });
        let shapes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let took = start.elapsed();
        self.asked_again = output.viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        // Nobody draws them.
        output.textures_delta.clear();
        assert!(!shapes.is_empty());
        let nodes = output.platform_output.accesskit_update.map(|update| update.nodes).unwrap_or_default();
        let is_it = |node: &egui::accesskit::Node| node.role() == Role::Tab && node.label() == sought;
        let bounds = nodes.iter().find(|(_, node)| is_it(node)).and_then(|(_, node)| node.bounds());
        self.ctx.disable_accesskit();
        (took, bounds.map(|bounds| Pos2::new(((bounds.x0 + bounds.x1) / 2.0) as f32, ((bounds.y0 + bounds.y1) / 2.0) as f32)))
    }

    /// Draws until what is read in the background is there.
    fn settle(&mut self) {
        for _ in 0..60 {
            self.frame(Vec::new(), None);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn run(&mut self, command: Command) {
        self.app.run(&self.ctx, command);
        self.settle();
    }

    /// Draws until something holds.
    fn until(&mut self, what: &str, holds: impl Fn(&mut Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            assert!(start.elapsed() < Duration::from_secs(120), "{what} never came");
            self.settle();
        }
    }

    /// The times of frames in which nothing happens, sorted; and how many frames the window asks for in ten seconds of that.
    fn rest(&mut self) -> (Vec<Duration>, usize) {
        let mut times: Vec<_> = (0..FRAMES).map(|_| self.frame(Vec::new(), None).0).collect();
        times.sort();
        let (end, mut count) = (self.time + 10.0, 0);
        while self.time + self.asked_again.as_secs_f64() < end {
            self.time += self.asked_again.as_secs_f64();
            self.frame(Vec::new(), None);
            count += 1;
        }
        (times, count)
    }

    /// The times of frames in which the wheel turns over the middle of the page, sorted; `also` happens before each.
    fn scroll(&mut self, mut also: impl FnMut(&mut Self, usize)) -> Vec<Duration> {
        let over = Pos2::new(840.0, 600.0);
        let mut times = Vec::new();
        for number in 0..FRAMES {
            also(self, number);
            let wheel = Event::MouseWheel {
                unit: egui::MouseWheelUnit::Point,
                delta: vec2(0.0, -120.0),
                phase: egui::TouchPhase::Move,
                source: egui::MouseWheelSource::Unknown,
                modifiers: Modifiers::NONE,
            };
            times.push(self.frame(vec![Event::PointerMoved(over), wheel], None).0);
        }
        times.sort();
        times
    }

    /// Puts a response beside the form, as if it had been sent, and opens its body.
    fn respond(&mut self, kind: &str, body: Vec<u8>) {
        let (stored, session) = self.app.state().open().unwrap();
        let profile = stored.profile.clone();
        let request = Request::post_json("http://127.0.0.1:1/".into(), "{}", &[]);
        let answer = Answer {
            status: 201,
            headers: vec![("Content-Type".into(), kind.into())],
            wire_size: body.len() as u64,
            body: body.into(),
            ..Answer::default()
        };
        let exchange = Exchange {
            sent: RequestRecord::from(&request),
            outcome: Some(Outcome::Answer(answer)),
            timings: Timings::default(),
            body_bytes_sent: 2,
            started_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let report = DeliveryReport {
            create: Ok(exchange.clone()),
            causes: Vec::new(),
            ticket: None,
            endpoints: Vec::new(),
            uploads: Vec::new(),
        };
        session.deliveries.push(DeliveryView {
            job: JobId::NONE,
            is_upload: false,
            delivery: Delivery {
                request,
                sent_to: profile.endpoint(),
                profile,
                attachments: Vec::new(),
                network: Network::default(),
                uploads_at_once: 1,
                origin: Default::default(),
            },
            started_at: jiff::Timestamp::UNIX_EPOCH,
            started: Instant::now(),
            exchange: Some(exchange.into()),
            causes: Vec::new(),
            endpoints: Vec::new(),
            uploads: Vec::new(),
            report: Some(report),
            summary: std::cell::OnceCell::new(),
            overridden: Vec::new(),
            kept: None,
        });
        self.settle();
        let at = self.frame(Vec::new(), Some("Body")).1.unwrap();
        let button =
            |pressed| Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
        self.frame(vec![Event::PointerMoved(at), button(true)], None);
        self.frame(vec![button(false)], None);
        self.settle();
    }

    /// Goes through the form by keyboard and types into it; returns the time of each frame, sorted.
    fn type_everywhere(&mut self) -> Vec<Duration> {
        let key = |key, pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers: Modifiers::NONE };
        let typed = |app: &mut App| app.state().open().unwrap().1.json_text.len();
        let before = typed(&mut self.app);
        let mut times = Vec::new();
        // Between two fields stand buttons.
        for _ in 0..FIELDS * 3 {
            times.push(self.frame(vec![key(Key::Tab, true), key(Key::Tab, false)], None).0);
            for _ in 0..LETTERS {
                times.push(self.frame(vec![Event::Text("x".into())], None).0);
            }
        }
        assert!(typed(&mut self.app) > before + FIELDS, "nothing was typed");
        times.sort();
        times
    }
}

fn profile() -> Profile {
    let field = |number: usize| Field {
        field: format!("Field {number}"),
        parameter: format!("field_{number}"),
        kind: FieldKind::Text,
        ..Field::default()
    };
    Profile { name: "Sixty".into(), fields: (1..=FIELDS).map(field).collect(), ..Profile::default() }
}

/// A folder with a profile, a history and a suite.
fn home() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Store::open_at(folder.path().to_owned()).unwrap().create_profile(&profile()).unwrap();
    let made = Process::new(env!("CARGO_BIN_EXE_centerpost"))
        .args(["history", "generate", &ROWS.to_string()])
        .env("CENTERPOST_HOME", folder.path())
        .env("CENTERPOST_KEYRING", "off")
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let suite = "name = \"Nightly\"\nprofile = \"Sixty\"\n[data]\nfile = \"rows.csv\"\ncolumns = { Title = \"field_1\" }\n\
        [[step]]\nname = \"Create\"\nsend = {}\nexpect = [{ status = 201 }]\n";
    std::fs::write(folder.path().join("nightly.toml"), suite).unwrap();
    let rows: String = (1..=ROWS).map(|number| format!("crash {number}\n")).collect();
    std::fs::write(folder.path().join("rows.csv"), format!("Title\n{rows}")).unwrap();
    folder
}

/// The frames of a history that is scrolled.
fn history(folder: &Path) -> Vec<Duration> {
    let mut window = Window::open_at(folder);
    window.run(Command::Show(View::History));
    window.until("the history", |window| window.app.state().history.ids.len() == ROWS);
    let times = window.scroll(|_, _| {});
    assert!(window.app.state().history.first > 100.0, "nothing was scrolled");
    times
}

/// The frames of a run that goes on, a row a frame, while its table is scrolled.
fn run(folder: &Path) -> Vec<Duration> {
    let mut window = Window::open_at(folder);
    window.app.state().run.path = folder.join("nightly.toml").display().to_string();
    window.run(Command::Show(View::Run));
    window.run(Command::Run(RunCommand::Check));
    window.until("the suite", |window| window.app.state().run.prepared.is_some());
    let page = &mut window.app.state().run;
    assert_eq!(page.rows().len(), ROWS);
    page.tab = Tab::Rows;
    let switches = RunSwitches::default();
    page.running = Some(Running { job: JobId::NONE, switches, began: Instant::now(), rows: ROWS, over: 0, failed: 0 });
    window.scroll(|window, number| {
        let step = StepResult {
            name: "Create".into(),
            kind: "send".into(),
            verdict: Verdict::Passed,
            status: Some(201),
            took_ms: 12.0,
            attempts: 1,
            ticket: Some((4711 + number).to_string()),
            ..StepResult::default()
        };
        let label = format!("crash {}", number + 1);
        let row = RowResult { number: number + 1, label, verdict: Verdict::Passed, steps: vec![step] };
        window.app.state().run.tell(RowTold::Over(Box::new(row)));
    })
}

fn at(times: &[Duration], share: f64) -> Duration {
    times[((times.len() - 1) as f64 * share) as usize]
}

/// The resident memory of this process, in bytes.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?.split_whitespace().nth(1)?.parse::<usize>().ok()?;
    Some(pages * 4096)
}

/// A JSON text of so many bytes: records as an answer would hold them.
fn json(bytes: usize) -> Vec<u8> {
    let record = r#"{"id": 4711, "summary": "Crashing on load!", "severity": "Major", "tags": ["UI", "Audio"], "open": true},"#;
    let mut text = format!("{{\"rows\": [{}", record.repeat(bytes / record.len()));
    text.truncate(text.len() - 1);
    text.push_str("]}");
    text.into_bytes()
}

fn main() {
    let tell = |what: &str, times: &[Duration]| {
        let (p99, median, most) = (at(times, 0.99), at(times, 0.5), at(times, 1.0));
        println!("{what:<44} 99th {p99:>9.2?}  median {median:>9.2?}  longest {most:>9.2?}  of {:>5} frames", times.len());
    };
    memory();
    let peer = Window::open().type_everywhere();
    let ratio = |times: &[Duration]| {
        println!("{:<44} {:>6.2} of the peer's 99th", "", at(times, 0.99).as_secs_f64() / at(&peer, 0.99).as_secs_f64());
    };
    println!("frames of 1440x900 points, layout and tessellation");
    let (times, count) = Window::open().rest();
    tell(&format!("at rest, which asks for {count} frames in 10 s"), &times);
    tell(&format!("typing into {FIELDS} fields, the peer"), &peer);
    for (what, kind, body) in [
        ("typing beside a text of 100 MB", "text/plain", b"a line of an answer that goes on and on\n".repeat(100 * MB / 40)),
        ("typing beside a JSON of 100 MB", "application/json", json(100 * MB)),
    ] {
        let mut window = Window::open();
        window.respond(kind, body);
        let times = window.type_everywhere();
        tell(what, &times);
        ratio(&times);
    }
    let home = home();
    tell(&format!("a history of {ROWS} exchanges, scrolled"), &history(home.path()));
    tell(&format!("a run of {ROWS} rows goes on, scrolled"), &run(home.path()));
}

/// Tells the memory that a response takes. It comes first: what earlier windows gave back would hide what this one takes.
fn memory() {
    let Some(before) = resident() else { return println!("the resident memory is read on Linux alone") };
    let mut window = Window::open();
    let opened = resident().unwrap();
    let body = json(20 * MB);
    let size = body.len() as f64;
    window.respond("application/json", body);
    for _ in 0..5 {
        window.settle();
    }
    let shown = resident().unwrap();
    window.run(Command::Compose(ComposeCommand::Tab(TabCommand::Close(None))));
    let closed = resident().unwrap();
    // As if so many drafts had been closed since that it cannot be reopened any more.
    window.app.state().sessions_mut().for_each(|session| {
        session.deliveries.clear();
        session.panels.clear();
    });
    window.settle();
    let forgotten = resident().unwrap();
    let ratio = |now: usize| (now as f64 - opened as f64) / size;
    println!("resident before {} MB, with a window {} MB", before / MB, opened / MB);
    println!("a JSON of 20 MB shown: {} MB, {:.1} times its size more", shown / MB, ratio(shown));
    println!("its draft closed, to be reopened: {} MB, {:.1} times its size more", closed / MB, ratio(closed));
    println!("its draft forgotten: {} MB, {:.1} times its size more", forgotten / MB, ratio(forgotten));
}
