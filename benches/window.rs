//! The window without a screen: frames while 60 fields are typed into beside a response of 100 MB, and the memory that a JSON response
//! of 20 MB takes while it is shown and after its draft was closed.
//!
//! Times are told beside a peer: the same typing beside no response. Memory is told as a ratio to the size of the response, on Linux.
//!
//! ```text
//! cargo bench --bench window
//! ```
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made says so")]

use std::time::{Duration, Instant};

use centerpost::jobs::JobId;
use centerpost::model::exchange::Timings;
use centerpost::model::profile::{Field, FieldKind};
use centerpost::model::request_record::RequestRecord;
use centerpost::model::{Answer, Exchange, Network, Outcome, Profile, Request};
use centerpost::service::order::Delivery;
use centerpost::service::report::DeliveryReport;
use centerpost::store::{ProfileId, StoreContents, StoredProfile};
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::{ComposeCommand, TabCommand};
use centerpost::ui::pages::response::state::DeliveryView;
use eframe::egui::{self, Context, Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, accesskit::Role, vec2};

const FIELDS: usize = 60;

/// Letters that are typed into each field.
const LETTERS: usize = 12;

const MB: usize = 1_000_000;

/// A window that is drawn by nobody.
struct Window {
    ctx: Context,
    app: App,
    time: f64,
}

impl Window {
    fn open() -> Self {
        let ctx = Context::default();
        let field = |number: usize| Field {
            field: format!("Field {number}"),
            parameter: format!("field_{number}"),
            kind: FieldKind::Text,
            ..Field::default()
        };
        let profile = Profile { name: "Sixty".into(), fields: (1..=FIELDS).map(field).collect(), ..Profile::default() };
        let found = StoreContents {
            profiles: vec![StoredProfile { id: ProfileId("sixty".into()), profile }],
            ..StoreContents::default()
        };
        let app = App::new(&ctx, None, found, None).unwrap();
        let mut window = Self { ctx, app, time: 0.0 };
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
        let output = self.ctx.run_ui(input, |ui| {
            app.tick(&ui.ctx().clone());
            app.draw(ui);
        });
        let shapes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let took = start.elapsed();
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
    let peer = Window::open().type_everywhere();
    let tell = |what: &str, times: &[Duration]| {
        let p99 = at(times, 0.99);
        let ratio = p99.as_secs_f64() / at(&peer, 0.99).as_secs_f64();
        let (median, most) = (at(times, 0.5), at(times, 1.0));
        println!("{what:<44} 99th {p99:>9.2?}  median {median:>9.2?}  longest {most:>9.2?}   {ratio:>6.2} of the peer");
    };
    println!("{} frames of typing into {FIELDS} fields, 1440x900, layout and tessellation", peer.len());
    tell("the peer: no response", &peer);
    for (what, kind, body) in [
        ("beside a text of 100 MB", "text/plain", b"a line of an answer that goes on and on\n".repeat(100 * MB / 40)),
        ("beside a JSON of 100 MB", "application/json", json(100 * MB)),
    ] {
        let mut window = Window::open();
        window.respond(kind, body);
        tell(what, &window.type_everywhere());
    }

    let Some(before) = resident() else { return println!("The resident memory is read on Linux alone") };
    let mut window = Window::open();
    let opened = resident().unwrap();
    let body = json(20 * MB);
    let size = body.len() as f64;
    window.respond("application/json", body);
    for _ in 0..20 {
        window.settle();
    }
    let shown = resident().unwrap();
    window.run(Command::Compose(ComposeCommand::Tab(TabCommand::Close(None))));
    let closed = resident().unwrap();
    // As if so many drafts had been closed since that it cannot be reopened any more.
    window.app.state().sessions_mut().for_each(|session| session.deliveries.clear());
    window.settle();
    let forgotten = resident().unwrap();
    let ratio = |now: usize| (now as f64 - opened as f64) / size;
    println!("resident before {} MB, with a window {} MB", before / MB, opened / MB);
    println!("a JSON of 20 MB shown: {} MB, {:.1} times its size more", shown / MB, ratio(shown));
    println!("its draft closed, to be reopened: {} MB, {:.1} times its size more", closed / MB, ratio(closed));
    println!("its draft forgotten: {} MB, {:.1} times its size more", forgotten / MB, ratio(forgotten));
}
