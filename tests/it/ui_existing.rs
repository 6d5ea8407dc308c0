//! Files for a ticket that exists: pasted, from the history and from an earlier response; asked about as elsewhere, and never a ticket.

use std::path::PathBuf;

use centerpost::model::Secret;
use centerpost::store::Store;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::{ComposeCommand, ExistingCommand};
use centerpost::ui::pages::history::command::HistoryCommand;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::palette_state::Mode;
use centerpost::ui::view::View;
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

use crate::support::window::{Beside, Driven, FRAME, app, beside};
use crate::ui_reach::focused;

const OPEN: &str = "Add files to a ticket that exists…";
const UPLOAD: &str = "Upload to the ticket";

/// What the tests of this page do and look at.
trait Existing {
    fn ticket(&mut self);
    fn file(&self, name: &str, content: &str) -> String;
    fn endpoint(&self, ticket: &str) -> String;
    fn fill(&mut self, endpoint: &str, path: &str);
    fn received(&self) -> Vec<String>;
    fn value(&self, label: &str) -> String;
    fn can_upload(&self) -> bool;
    fn no_key_is_told(&self);
}

impl Existing for Beside {
    /// Creates ticket 4711, and opens the place for more files.
    fn ticket(&mut self) {
        self.press("Fill with example values");
        self.press("Send");
        self.until("the ticket", |window| window.has("Ticket 4711 created"));
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// An attachment endpoint as an answer names it, with its key.
    fn endpoint(&self, ticket: &str) -> String {
        let profile = &self.sandbox.profiles()[0];
        let (base, project, source) = (&profile.base_url, &profile.project_key, &profile.source_key);
        format!("{base}/api/v1/projects/{project}/feedback/{source}/{ticket}/files/crashlog?apiKey={}", self.key())
    }

    /// Opens the place and fills it in.
    fn fill(&mut self, endpoint: &str, path: &str) {
        if !self.has("Close the place for an existing ticket") {
            self.run(Command::Compose(ComposeCommand::Existing(ExistingCommand::Open)));
            self.harness.run_steps(6);
        }
        self.type_into("Attachment endpoint", endpoint);
        self.type_into("Files for the ticket", path);
    }

    /// What the sandbox received, by the rule that answered it.
    fn received(&self) -> Vec<String> {
        self.sandbox.log().into_iter().map(|entry| format!("{} {}", entry.status, entry.rule)).collect()
    }

    fn value(&self, label: &str) -> String {
        let field = self
            .harness
            .get_all_by_label(label)
            .find(|node| matches!(node.accesskit_node().role(), Role::TextInput | Role::MultilineTextInput));
        field.unwrap().accesskit_node().value().unwrap_or_default()
    }

    fn can_upload(&self) -> bool {
        !self.harness.get_by_role_and_label(Role::Button, UPLOAD).accesskit_node().is_disabled()
    }

    fn no_key_is_told(&self) {
        let key = self.key();
        assert!(!self.texts().iter().any(|text| text.contains(&key)), "the API key is in a text: {:#?}", self.texts());
    }
}

/// How many tickets the sandbox made.
fn tickets(window: &Beside) -> usize {
    window.sandbox.log().iter().filter(|entry| entry.parts.is_empty()).count()
}

#[test]
fn a_file_goes_to_a_pasted_endpoint_and_makes_no_ticket() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.ticket();
    let (endpoint, path) = (window.endpoint("4711"), window.file("later.log", "it crashed"));
    window.fill(&endpoint, "");
    assert!(window.has("For crashlog of ticket 4711"), "{:#?}", window.texts());
    window.no_key_is_told();
    assert!(!window.can_upload() && window.has("Pick files or type a path first"));
    window.type_into("Files for the ticket", &path);
    window.press(UPLOAD);
    window.until("the upload", |window| window.has("The file is attached to ticket 4711"));
    for text in ["No ticket was created", "SHA-256", "10 B", "later.log"] {
        assert!(window.has(text), "{text}: {:#?}", window.texts());
    }
    assert!(!window.texts().iter().any(|text| text.contains("Ticket 4711 created")), "{:#?}", window.texts());
    assert_eq!((tickets(&window), window.received().len()), (1, 2), "{:?}", window.received());
    // The endpoint stays for the next file, and what was sent stays apart from what the draft sent.
    assert_eq!(window.value("Files for the ticket"), "");
    assert!(window.value("Attachment endpoint").ends_with("?apiKey=••••••••••••••••••••••••••••••••") || window.has("apiKey=•"));
    assert!(window.texts().iter().any(|text| text.starts_with("File to a ticket: 201")), "{:#?}", window.texts());
    window.no_key_is_told();
    let session = window.harness.state_mut().state().open().unwrap().1;
    assert!(session.draft.attachments.is_empty() && session.deliveries.len() == 2);
    // It has a row of its own in the history, which tells the same.
    window.run(Command::Show(View::History));
    window.until("its row", |window| window.has("2 exchanges"));
    window.run(Command::History(HistoryCommand::Open(2)));
    window.until("the exchange", |window| window.has("Number 2") && window.has("The file is attached to ticket 4711"));
    assert!(!window.has("Ticket created"), "{:#?}", window.texts());
}

#[test]
fn a_refused_file_says_why_and_is_sent_again() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    let (endpoint, path) = (window.endpoint("4799"), window.file("crash.log", "it crashed"));
    window.fill(&endpoint, &path);
    window.harness.get_all_by_label("Files for the ticket").next().unwrap().focus();
    window.type_into("Files for the ticket", &path);
    // Enter in the path sends as the button does.
    window.harness.key_press(Key::Enter);
    window.until("the refusal", |window| window.has("The file is not attached to ticket 4799"));
    assert!(window.has("404 Not Found") && window.has("There is no attachment endpoint at this address"));
    assert!(window.has("What to do"), "a cause stands there: {:#?}", window.texts());
    assert!(!window.has("was the ticket created") && !window.has("so no file was sent"), "{:#?}", window.texts());
    window.press("Retry crash.log");
    window.until_mut("the second try", |window| window.harness.state_mut().state().open().unwrap().1.deliveries.len() == 2);
    window.until("what came of it", |window| window.received().len() == 2);
    assert_eq!(tickets(&window), 0);
}

#[test]
fn several_files_go_one_after_another() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    let files: Vec<PathBuf> =
        (0..4).map(|number| window.file(&format!("part {number}.log"), &"x".repeat(number + 1)).into()).collect();
    let endpoint = window.endpoint("4711");
    window.ticket();
    window.fill(&endpoint, "");
    window.run(Command::Compose(ComposeCommand::Existing(ExistingCommand::TakeFiles(files[..3].to_vec()))));
    // Those that stand there are not added a second time.
    window.run(Command::Compose(ComposeCommand::Existing(ExistingCommand::TakeFiles(files[1..].to_vec()))));
    window.press("Upload 4 files to the ticket");
    window.until("all of them", |window| window.received().len() == 5);
    window.until_mut("the last answer", |window| {
        let session = window.harness.state_mut().state().open().unwrap().1;
        session.sending().is_none() && session.waiting_files.is_empty()
    });
    assert_eq!(tickets(&window), 1);
    let names: Vec<_> =
        window.sandbox.log().iter().flat_map(|entry| entry.parts.clone()).filter_map(|part| part.filename).collect();
    assert_eq!(names, ["part 0.log", "part 1.log", "part 2.log", "part 3.log"]);
    assert_eq!(window.value("Files for the ticket"), "");
    // One that is not there keeps all of them, and what was typed stays.
    let typed = format!("{}\n/no/such/file", files[0].display());
    window.type_into("Files for the ticket", &typed);
    window.press("Upload 2 files to the ticket");
    window.until("the note", |window| window.has("Attaching /no/such/file"));
    assert_eq!((window.value("Files for the ticket"), window.received().len()), (typed, 5));
    // Enter uploads, and does not begin a line.
    let fifth = window.file("fifth.log", "12345");
    window.type_into("Files for the ticket", &fifth);
    window.harness.key_press(Key::Enter);
    window.until("the fifth", |window| window.received().len() == 6);
    window.until_mut("its answer", |window| window.harness.state_mut().state().open().unwrap().1.sending().is_none());
    // What was sent before is asked about once for all of them.
    window.run(Command::Compose(ComposeCommand::Existing(ExistingCommand::TakeFiles(files))));
    window.press("Upload 4 files to the ticket");
    window.until("the question", |window| window.has("3 more of these files were sent before"));
    assert_eq!(window.received().len(), 6);
}

#[test]
fn files_that_wait_are_not_sent_after_a_cancel() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap());
    let mut window = beside([1280.0, 820.0], FRAME, |profile| profile.base_url.clone_from(&base));
    let files = [window.file("one.log", "1"), window.file("two.log", "2"), window.file("three.log", "3")];
    window.fill("/api/v1/projects/beta1/feedback/appcrashlog/4711/files/crashlog", &files.join("\n"));
    window.press("Upload 3 files to the ticket");
    window.until("that it is under way", |window| window.has("2 more files wait for this one"));
    for _ in 0..60 {
        window.step();
    }
    window.press("Sending… Cancel");
    window.until("the end", |window| window.has("Cancelled: whether the file is attached to ticket 4711 is not known"));
    let session = window.harness.state_mut().state().open().unwrap().1;
    assert_eq!((session.deliveries.len(), session.waiting_files.len()), (1, 0));
}

#[test]
fn another_origin_is_asked_about_and_gets_no_secret() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.ticket();
    let path = window.file("crash.log", "it crashed");
    let there = window.endpoint("4711").replace("127.0.0.1", "localhost");
    window.fill(&there, &path);
    assert!(window.has("Take the key out") && !window.can_upload(), "{:#?}", window.texts());
    let without = there.split('?').next().unwrap().to_owned();
    window.fill(&without, &path);
    assert!(window.has("You are asked first") && window.can_upload(), "{:#?}", window.texts());
    window.press(UPLOAD);
    window.until("the question", |window| window.has("Neither the profile's API key nor a secret header of it goes along"));
    window.press("Not now");
    assert_eq!(window.received().len(), 1);
    assert_eq!(window.value("Files for the ticket"), path, "what was typed stays");
    window.press(UPLOAD);
    window.until("the question", |window| window.has("Neither the profile's API key"));
    for _ in 0..80 {
        window.step();
    }
    window.press("Send it there");
    window.until("the answer", |window| window.has("The file is not attached to ticket 4711"));
    let entry = window.sandbox.log().pop().unwrap();
    assert!(!entry.target.to_lowercase().contains("apikey"), "{entry:?}");
}

#[test]
fn what_is_no_attachment_endpoint_is_told_at_once() {
    let mut window = beside([640.0, 480.0], FRAME, |_| {});
    let create = window.endpoint("x").replace("/x/files/crashlog", "");
    let other = window.endpoint("4711").replace("/feedback/", "/feedback/another-");
    window.fill(&create, "/some/file");
    assert!(window.has("This endpoint creates tickets") && !window.can_upload(), "{:#?}", window.texts());
    window.fill(&other, "/some/file");
    assert!(window.has("Its source key is \"another-") && window.can_upload(), "{:#?}", window.texts());
    window.fill("crashlog", "/some/file");
    assert!(window.has("This is not an address") && !window.can_upload());
    window.no_key_is_told();
    // A file that is not there is told, and nothing is sent.
    let endpoint = window.endpoint("4711");
    window.fill(&endpoint, "/no/such/file");
    window.press(UPLOAD);
    window.until("the note", |window| window.has("Attaching /no/such/file"));
    assert!(window.received().is_empty());
}

#[test]
fn an_upload_is_cancelled_as_a_send_is() {
    // It takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap());
    let mut window = beside([1280.0, 820.0], FRAME, |profile| profile.base_url.clone_from(&base));
    let path = window.file("crash.log", "it crashed");
    window.fill("/api/v1/projects/beta1/feedback/appcrashlog/4711/files/crashlog", &path);
    assert!(window.has("Filled in: host, API key"), "{:#?}", window.texts());
    window.press(UPLOAD);
    window
        .until("that it is under way", |window| window.has("Uploading to ticket 4711") && window.has("waiting for the response"));
    for _ in 0..60 {
        window.step();
    }
    window.type_into("Files for the ticket", &path);
    assert!(!window.can_upload() && window.has("Something is being sent"), "one at a time");
    window.press("Sending… Cancel");
    window.until("the end", |window| window.has("Cancelled: whether the file is attached to ticket 4711 is not known"));
    window.until("the button", |window| window.harness.query_by_role_and_label(Role::Button, "Retry crash.log").is_some());
    assert!(window.can_upload());
}

#[test]
fn the_history_leads_to_the_place_filled_in() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    // Where no keyring is, the key of a file is not known at the next start.
    let api_key = Secret::new(window.key());
    let stored = window.harness.state_mut().state().profiles[0].clone();
    window.run(Command::Profile(ProfileCommand::Save(
        stored.id.clone(),
        Box::new(centerpost::model::Profile { api_key, ..stored.profile.clone() }),
    )));
    window.ticket();
    window.run(Command::Show(View::History));
    window.until("the row", |window| window.has("1 exchange"));
    window.run(Command::History(HistoryCommand::Open(1)));
    window.until("the exchange", |window| window.has("Number 1"));
    for _ in 0..60 {
        window.step();
    }
    window.press("Add a file to crashlog");
    window.until_mut("the form", |window| window.harness.state_mut().state().view == View::Compose);
    window.harness.run_steps(5);
    assert!(window.value("Attachment endpoint").ends_with("/4711/files/crashlog"), "{}", window.value("Attachment endpoint"));
    assert!(window.has("Filled in: API key"), "{:#?}", window.texts());
    assert_eq!(focused(&window.harness).unwrap().0, "Pick files for the ticket");
    let path = window.file("more.log", "once more");
    window.type_into("Files for the ticket", &path);
    window.press(UPLOAD);
    window.until("the upload", |window| window.has("The file is attached to ticket 4711"));
    assert_eq!((tickets(&window), window.received().len()), (1, 2));
    // After a restart the response of the draft leads there, too, and is still that of the ticket.
    let store = Store::open_at(window.folder.path().to_owned()).unwrap();
    window.harness = app(store, [1280.0, 820.0], FRAME);
    window.until("the response", |window| window.has("Sent before this session") && window.has("Ticket 4711 created"));
    window.press("Add a file to screenshot");
    window.until("the place", |window| window.has("For screenshot of ticket 4711"));
}

#[test]
fn production_and_a_second_send_of_the_same_file_are_asked_about() {
    let mut window = beside([1280.0, 820.0], FRAME, |profile| profile.production = true);
    window.press("Fill with example values");
    let (endpoint, path) = (window.endpoint("4711"), window.file("crash.log", "it crashed"));
    window.fill(&endpoint, &path);
    window.press(UPLOAD);
    window.until("the question", |window| window.has("This adds a file to a real ticket that real people read"));
    window.press("Not now");
    window.run(Command::Compose(ComposeCommand::Send));
    window.until("the question", |window| window.has("This creates a real ticket"));
    for _ in 0..60 {
        window.step();
    }
    window.press("Send to production");
    window.until("the ticket", |window| window.has("Ticket 4711 created"));
    // The profile is confirmed for this session.
    window.press(UPLOAD);
    window.until("the upload", |window| window.has("The file is attached to ticket 4711"));
    window.type_into("Files for the ticket", &path);
    window.press(UPLOAD);
    window.until("the question", |window| window.has("A file of the same name and size went to this attachment endpoint"));
    assert_eq!(window.received().len(), 2);
    window.press("Not now");
    // Another file is another matter.
    let other = window.file("other.log", "it crashed");
    window.type_into("Files for the ticket", &other);
    window.press(UPLOAD);
    window.until("the second file", |window| window.received().len() == 3);
}

#[test]
fn the_place_is_reached_and_left_by_keyboard_and_typing_is_not_interrupted() {
    let mut window = beside([640.0, 480.0], FRAME, |_| {});
    window.run(Command::Palette(Mode::All));
    window.type_letters("ticket that exists");
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(6);
    let (name, rect) = focused(&window.harness).unwrap();
    assert_eq!(name, "Attachment endpoint");
    assert!(rect.top() > 0.0 && rect.bottom() < 480.0, "{rect:?}");
    window.type_letters("/4711/files/crashlog");
    assert_eq!(window.value("Attachment endpoint"), "/4711/files/crashlog");
    assert_eq!(focused(&window.harness).unwrap().0, "Attachment endpoint");
    // Where it has the room, the whole place is in sight as soon as it is open.
    window.harness.set_size(eframe::egui::vec2(800.0, 600.0));
    window.run(Command::Compose(ComposeCommand::Existing(ExistingCommand::Open)));
    window.harness.run_steps(40);
    let upload = window.harness.get_by_role_and_label(Role::Button, UPLOAD).rect();
    assert!(upload.bottom() < 545.0, "{upload:?}");
    // First the text is left, then the place.
    for is_open in [true, false] {
        window.harness.key_press(Key::Escape);
        window.harness.run_steps(4);
        assert_eq!(window.has("Close the place for an existing ticket"), is_open);
    }
    assert_eq!(focused(&window.harness).unwrap().0, OPEN);
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(4);
    assert_eq!(window.value("Attachment endpoint"), "/4711/files/crashlog", "what was typed stays");
    let unnamed = window.harness.query_all(by().role(Role::Button)).filter(|node| node.accesskit_node().label().is_none());
    assert_eq!(unnamed.count(), 0);
}
