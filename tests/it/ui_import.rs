//! What is pasted or dropped into the window: read, checked, explained, replayed, exported and packed.

use std::time::Duration;

use crate::support::window::{Beside, Driven, beside_a_sandbox, open_at};
use centerpost::formats::export::{Script, Tool as WriteTool};
use centerpost::formats::import::SourceKind;
use centerpost::model::Profile;
use centerpost::model::Secret;
use centerpost::model::request_spec::{RequestSpec, SpecBody};
use centerpost::ui::Opening;
use centerpost::ui::command::Command;
use centerpost::ui::pages::bundle::command::BundleCommand;
use centerpost::ui::pages::export::command::{ExportCommand, ExportSource, Reveal};
use centerpost::ui::pages::import::command::ImportCommand;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::view::View;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

fn open(change: impl Fn(&mut Profile)) -> Beside {
    beside_a_sandbox(View::Import, change)
}

/// What only this page wants.
trait Pasted {
    fn press_more(&mut self, label: &str);
    fn paste(&mut self, text: &str);
    fn settle(&mut self);
    fn copied(&self) -> String;
}

impl Pasted for Beside {
    fn paste(&mut self, text: &str) {
        let page = &mut self.harness.state_mut().state().import;
        page.pasted = text.to_owned();
        page.in_clear = false;
        self.settle();
    }

    /// Presses an entry of the menu of what else can be done with the request.
    fn press_more(&mut self, label: &str) {
        self.press("More for this request");
        self.press(label);
    }

    /// Goes on until what was given is read.
    fn settle(&mut self) {
        for _ in 0..2000 {
            self.harness.step();
            let page = &self.harness.state_mut().state().import;
            if page.reading.is_none() && page.read == page.pasted {
                self.harness.run_steps(3);
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("it was never read");
    }

    fn copied(&self) -> String {
        let commands = &self.harness.output().platform_output.commands;
        commands
            .iter()
            .find_map(|command| if let eframe::egui::OutputCommand::CopyText(text) = command { Some(text.clone()) } else { None })
            .unwrap_or_default()
    }
}

#[test]
fn a_pasted_request_is_held_against_the_profile_and_its_key_is_masked() {
    let mut window = open(|_| {});
    window.paste(
        "POST https://elsewhere.example/api/v1/projects/beta1/feedback/appcrashlogs?apiKey=pasted-key-77 HTTP/1.1\nContent-Type: text/plain\n\n{\"summary\": \"x\", \"color\": 1}",
    );
    assert!(!window.has("pasted-key-77"), "{:#?}", window.texts());
    window.press_more("Check against the profile");
    window.until("the table", |window| window.has("parts have a problem or a possible problem"));
    assert!(window.has("Recognised as raw HTTP") && window.has("elsewhere.example") && window.has("appcrashlogs"));
    assert!(!window.has("pasted-key-77"), "{:#?}", window.texts());
    window.press("Edit as plain text");
    assert!(window.has("pasted-key-77"));
    window.press("Clear");
    assert!(!window.has("Recognised as raw HTTP"));
}

#[test]
fn a_pasted_answer_is_explained_and_nonsense_is_said_to_be() {
    let mut window = open(|_| {});
    window.paste("HTTP/1.1 413 Request Entity Too Large\nServer: nginx\n\n<html><h1>413 Request Entity Too Large</h1></html>");
    window.press("Explain the response");
    window.until("the explanation", |window| window.has("413 Content Too Large"));
    window.paste("POST https://h/api/v1/projects/p/feedback/s HTTP/1.1\n\n{}");
    assert!(!window.has("Explain the response"), "there is none");
    window.paste("just words");
    window.until("why not", |window| window.has("it is nothing that can be imported"));
}

/// A HAR with many requests, one of them to the window's source.
fn har(window: &Beside) -> String {
    let profile = &window.sandbox.profiles()[0];
    let url = profile.endpoint().url_revealing_key();
    let entry = |url: &str, body: &str| {
        serde_json::json!({"request": {"method": "POST", "url": url, "headers": [{"name": "Content-Type", "value": "application/json"}],
            "postData": {"mimeType": "application/json", "text": body}}, "response": {"status": 400, "headers": [], "content": {"text": "{}"}}})
    };
    let mut entries: Vec<_> = (0..300).map(|index| entry(&format!("https://static.example/a{index}.js"), "")).collect();
    entries.push(entry(&url, r#"{"summary": "from a HAR", "severity": "Nope"}"#));
    serde_json::json!({"log": {"version": "1.2", "entries": entries}}).to_string()
}

#[test]
fn a_har_shows_its_external_sources_and_one_is_checked_and_rehearsed() {
    let mut window = open(|_| {});
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.har");
    std::fs::write(&path, har(&window)).unwrap();
    window.run(Command::Import(ImportCommand::Open(path)));
    window.settle();
    window.until("the list", |window| window.has("301 requests") && window.has("1 listed"));
    assert!(window.has("Recognised as a HAR file") && window.has("from a HAR"), "{:#?}", window.texts());
    // The list follows its filter, and its scroll bar the keyboard.
    window.harness.get_by_label("External Sources only").click();
    window.type_into("Filter the requests", "a29");
    window.until("the filtered list", |window| window.has("11 listed"));
    window.type_into("Filter the requests", " ");
    window.harness.key_press(eframe::egui::Key::Escape);
    window.harness.run_steps(2);
    let lines = |window: &Beside| window.texts().into_iter().filter(|text| text.contains("static.example")).collect::<Vec<_>>();
    window.until("all of them", |window| lines(window).iter().any(|line| line.contains("/a0.js")));
    for _ in 0..30 {
        window.harness.key_press(eframe::egui::Key::ArrowUp);
        window.harness.run_steps(2);
    }
    assert!(lines(&window).iter().any(|line| line.contains("/a270.js")), "{:#?}", lines(&window));
    window.harness.state_mut().state().import.picked = 300;
    window.harness.run_steps(2);
    window.press_more("Check against the profile");
    window.until("the table", |window| window.has("is not exactly one of its choices"));
    let before = window.sandbox.log().len();
    window.press_more("Send to the twin");
    window.until("the twin", |window| window.has("The twin answers"));
    assert_eq!(window.sandbox.log().len(), before, "nothing reached the server");
}

#[test]
fn a_link_opens_a_draft_and_sends_nothing() {
    let mut window = beside_a_sandbox(View::Compose, |_| {});
    let url = window.sandbox.profiles()[0].endpoint().url_revealing_key();
    let spec = RequestSpec {
        method: "POST".into(),
        url,
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: SpecBody::Text(r#"{"summary": "from a link", "severity": "Nope"}"#.into()),
        ..RequestSpec::default()
    };
    let link = WriteTool::Link.write(&Script::revealing_secrets(&[spec])).text;
    for command in Opening::Text(link).commands() {
        window.run(command);
    }
    window.settle();
    window.until("the draft", |window| window.has("from a link") && window.has("is not exactly one of its choices"));
    assert!(window.has("Recognised as a centerpost:// link"), "{:#?}", window.texts());
    assert!(window.sandbox.log().is_empty());
}

#[test]
fn a_request_is_sent_as_it_is_only_once_that_is_agreed_to() {
    let mut window = open(|_| {});
    let url = window.sandbox.profiles()[0].endpoint().url_revealing_key();
    window.paste(&format!(
        "curl '{url}' -H 'Content-Type: application/json' -d '{{\"submitter\": \"jim@acme.example\", \"summary\": \"replayed {{{{email-1}}}}\"}}'"
    ));
    window.press_more("Send unchanged…");
    window.until("what is missing", |window| window.has("have no value yet: {{email-1}}"));
    window.harness.state_mut().state().import.values[0].1 = Secret::new("me@acme.example");
    window.press_more("Send unchanged…");
    window.until("the question", |window| window.has("If it succeeds, it creates a real ticket there"));
    assert_eq!(window.sandbox.log().len(), 0);
    window.press("Send it");
    window.until("the answer", |window| window.has("201 Created"));
    assert_eq!(window.sandbox.log().len(), 1);
}

#[test]
fn the_form_is_filled_and_undo_takes_it_back() {
    let mut window = open(|_| {});
    window.paste(r#"{"summary": "pasted summary", "severity": "Minor"}"#);
    window.press("Fill the form");
    window.until("the form", |window| window.has("pasted summary") && window.has("Copied the request to the form of"));
    window.press("Undo");
    window.until("the form as it was", |window| !window.has("pasted summary"));
}

#[test]
fn what_it_is_taken_for_can_be_overruled() {
    let mut window = open(|_| {});
    window.paste("curl.exe -d \"{\"\"a\"\": 1}\" https://h.example/x");
    assert!(window.has("Recognised as a curl command for cmd.exe"), "{:#?}", window.texts());
    window.run(Command::Import(ImportCommand::TakeFor(Some(SourceKind::CurlBash))));
    window.settle();
    assert!(window.has("What it is: a curl command for bash"));
    assert!(!window.has(r#"{"a": 1}"#), "bash takes the doubled quotes for none");
}

#[test]
fn a_profile_is_made_of_what_was_pasted() {
    let mut window = open(|_| {});
    window.paste("POST https://new.example/api/v1/projects/p9/feedback/fresh?apiKey=k99k99 HTTP/1.1\n\n{\"title\": \"x\"}");
    window.press_more("New profile from this");
    window.until("the profile", |window| window.has("fresh") && window.has("p9"));
    let state = window.harness.state_mut().state();
    let profile = &state.profile().unwrap().profile;
    assert_eq!((profile.source_key.as_str(), profile.fields.len(), profile.api_key.reveal()), ("fresh", 1, "k99k99"));
}

#[test]
fn what_is_copied_holds_a_variable_for_the_key() {
    let mut window = open(|_| {});
    window.paste("curl 'https://h.example/api/v1/projects/p/feedback/s?apiKey=c4naryk3y' -d '{}'");
    let ctx = window.harness.ctx.clone();
    for tool in WriteTool::ALL {
        window.harness.state_mut().run(&ctx, Command::Export(ExportCommand::Copy(ExportSource::Import, tool, Reveal::Variables)));
        window.harness.step();
        let copied = window.copied();
        assert!(copied.contains("h.example") && !copied.contains("c4naryk3y"), "{tool:?}: {copied}");
    }
    window.press("Export the request");
    window.press("Copy as");
    window.press("Python (requests)");
    window.until("that it was copied", |window| window.has("Copied as Python (requests)"));
    window.run(Command::Export(ExportCommand::Copy(ExportSource::Import, WriteTool::CurlBash, Reveal::InClear)));
    assert!(!window.has("c4naryk3y"), "the note does not say what the clipboard holds");
}

#[test]
fn an_answer_alone_is_explained_though_it_is_json() {
    let mut window = open(|_| {});
    window.paste(r#"{"status": 404, "description": "The requested resource could not be found."}"#);
    window.press("Explain the response");
    window.until("the explanation", |window| window.has("404 Not Found"));
}

#[test]
fn a_request_that_is_called_by_its_address_shows_no_key() {
    let mut window = open(|_| {});
    let url = "https://h.example/api/v1/projects/p/feedback/s?apiKey=c4naryk3y";
    let item = |name: &str| serde_json::json!({"name": name, "request": {"method": "POST", "url": url}});
    let collection = serde_json::json!({"info": {"name": "c", "schema": "v2.1.0"}, "item": [item(url), item("named")]});
    window.paste(&collection.to_string());
    window.until("the list", |window| window.has("2 requests"));
    assert!(!window.has("c4naryk3y"), "{:#?}", window.texts());
    window.harness.key_press(eframe::egui::Key::ArrowDown);
    window.harness.run_steps(3);
    window.until("the second", |window| window.has("Request 2"));
}

#[test]
fn a_profile_that_is_dropped_is_taken_over() {
    let mut window = open(|_| {});
    window.paste(r#"{"format": "centerpost.profile/1", "name": "Dropped", "base_url": "https://d.example", "source_key": "s"}"#);
    window.until("that it is there", |window| window.has("The profile \"Dropped\" is imported and open"));
    assert_eq!(window.harness.state_mut().state().profiles.len(), 2);
}

#[test]
fn a_text_is_pasted_wherever_the_keyboard_is_not() {
    let mut window = open(|_| {});
    window.harness.event(eframe::egui::Event::Paste("https://h.example/api/v1/projects/p/feedback/s".into()));
    window.harness.run_steps(2);
    window.settle();
    window.until("what it is", |window| window.has("Recognised as an address"));
}

#[test]
fn a_bundle_shows_what_it_hides_and_holds_none_of_it() {
    let mut window = open(|_| {});
    window.paste(
        "POST https://h.example/api/v1/projects/p/feedback/s?apiKey=c4naryk3y HTTP/1.1\nContent-Type: application/json\n\n{\"summary\": \"Falcon by jim@canary.example at 10.1.2.3\"}\n\nHTTP/1.1 404 Not Found\n\nno c4naryk3y",
    );
    window.run(Command::Bundle(BundleCommand::Open(ExportSource::Import)));
    window.until("the preview", |window| window.has("{{apiKey}}") && window.has("{{email-1}}") && window.has("10.1.2.3"));
    assert!(!window.has("c4naryk3y"));
    window.press("Hide 10.1.2.3");
    window.until("the mark", |window| window.has("{{marked-1}}"));
    window.harness.state_mut().state().bundle.mark = "Falcon".into();
    window.harness.run_steps(2);
    window.press("Hide it");
    window.until("the other mark", |window| window.has("{{marked-2}}"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.zip");
    window.run(Command::Bundle(BundleCommand::Save(path.clone())));
    window.until("the file", |_| path.exists());
    let packed = std::fs::read(&path).unwrap();
    let bundle = centerpost::formats::bundle::read(&packed).unwrap();
    let text = format!("{:?}", bundle.exchanges[0].1.sent.body);
    assert!(text.contains("{{marked-2}} by {{email-1}} at {{marked-1}}"), "{text}");
    // A colleague opens it, fills in what is missing, and goes on.
    window.run(Command::Import(ImportCommand::Open(path)));
    window.run(Command::Show(View::Import));
    window.settle();
    window.until("the bundle", |window| window.has("Recognised as a support bundle") && window.has("Fill in"));
}

#[test]
fn a_request_that_is_typed_is_not_interrupted_by_masking_and_checked_at_once() {
    let mut window = open(|_| {});
    let field = |window: &Beside| {
        let is_text = |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == Role::MultilineTextInput;
        window.harness.get_all_by_label("Paste or drop anything").find(is_text).unwrap().value().unwrap_or_default()
    };
    let all = window.harness.get_all_by_label("Paste or drop anything");
    all.into_iter().find(|node| node.accesskit_node().role() == Role::MultilineTextInput).unwrap().focus();
    window.harness.run_steps(2);
    let typed = "POST https://h.example/api/v1/projects/p/feedback/s?apiKey=c4naryk3y HTTP/1.1";
    window.type_letters(typed);
    assert_eq!(field(&window), typed);
    window.until("the findings", |window| window.has("parts have a problem or a possible problem"));
    // Once the field is left, the key is hidden.
    window.harness.key_press(eframe::egui::Key::Tab);
    window.harness.run_steps(4);
    assert!(!field(&window).contains("c4naryk3y"), "{}", field(&window));
}

#[test]
fn a_card_says_what_was_sent_once() {
    let mut window = open(|_| {});
    let url = window.sandbox.profiles()[0].endpoint().url_revealing_key().replace("/appcrashlog", "/appcrashlogs");
    window.paste(&format!("POST {url} HTTP/1.1\nContent-Type: application/json\n\n{{}}"));
    window.until("the findings", |window| window.has("The address has another source key"));
    let texts = window.texts();
    assert!(texts.iter().any(|text| text == "appcrashlogs"), "{texts:#?}");
    assert!(!texts.iter().any(|text| text.contains("sent \"appcrashlogs\"")), "{texts:#?}");
}

#[test]
fn of_a_response_alone_nothing_is_offered_that_needs_a_request_and_no_time_is_made_up() {
    let mut window = open(|_| {});
    window.paste("HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"status\": 404}");
    window.until("the explanation", |window| window.has("404 Not Found") && window.has("Explain the response"));
    for label in ["Fill the form", "Check against the profile", "Send to the twin", "Send unchanged…", "New profile from this"]
    {
        assert!(window.harness.query_by_role_and_label(Role::Button, label).is_none(), "{label}");
    }
    assert!(!window.has("0.0 ms") && !window.has("0 ms"), "{:#?}", window.texts());
}

#[test]
fn a_blank_authorization_is_read_and_checked() {
    for header in ["Authorization", "Proxy-Authorization"] {
        let mut window = open(|_| {});
        let url = window.sandbox.profiles()[0].endpoint().url_revealing_key();
        let har = serde_json::json!({"log": {"version": "1.2", "entries": [{"request": {"method": "POST", "url": url,
            "headers": [{"name": header, "value": " "}], "postData": {"mimeType": "application/json", "text": "{}"}},
            "response": {"status": 400, "headers": [], "content": {"text": "{}"}}}]}});
        window.paste(&har.to_string());
        window.until("the findings", |window| window.has("have a problem") || window.has("has a problem"));
        let profile =
            Profile { name: "Blank".into(), extra_headers: vec![("Authorization".into(), " ".into())], ..Profile::default() };
        window.run(Command::Profile(ProfileCommand::Create(Box::new(profile))));
        window.until("the profile", |window| window.has("Blank"));
    }
}

#[test]
fn a_request_for_a_source_without_a_profile_is_offered_one_first() {
    let mut window = open_at(tempfile::tempdir().unwrap(), [1280.0, 820.0]);
    window.until("the sandbox's profile", |window| window.has("Source key"));
    window.run(Command::Show(View::Import));
    let url = "https://acme.example/api/v1/projects/beta1/feedback/appcrashlog?apiKey=k3y-4711";
    window.harness.state_mut().state().import.pasted = format!("curl '{url}' -d '{{\"summary\": \"x\"}}'");
    window.until("the findings", |window| window.has("parts have a problem or a possible problem"));
    assert!(window.harness.query_by_role_and_label(Role::Button, "Fill the form").is_some());
    window.press("New profile from this");
    window.until_mut("the profile", |window| window.harness.state_mut().state().profiles.len() == 2);
    assert!(window.has("https://acme.example"));
}

#[test]
fn what_was_found_in_a_long_text_is_in_sight() {
    let mut window = open(|_| {});
    let lines: String = (0..300).map(|line| format!("  \"line_{line}\": \"It stops after some time\",\n")).collect();
    window.paste(&format!(
        "POST https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlogs?apiKey=61a2e5bb5c67 HTTP/1.1\n\
         Content-Type: application/json\n\n{{{lines}  \"summary\": \"Crash\"}}"
    ));
    let fill = window.middle_of(Role::Button, "Fill the form");
    assert!(fill.y < 400.0, "{fill:?}");
    window.press("Edit as plain text");
    assert!(window.has("Mask again"));
}
