//! The response panel, by what a screen reader finds in it.

mod fixtures;

use crate::support::window::Driven;
use bytes::Bytes;
use centerpost::model::exchange::Outcome;
use centerpost::ui::command::Command;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use fixtures::{Bench, CANARY, answer, bench, blank, created, delivery_of, harness, no_answer, not_found, over};

type Panel = Harness<'static, Bench>;

fn panel(bench: Bench) -> Panel {
    let mut panel = harness(bench, 700.0, 900.0, |builder| builder.with_max_steps(20));
    panel.run_steps(2);
    panel
}

fn click(panel: &mut Panel, label: &str) {
    // Tabs come before the headings of their pages.
    panel.get_all_by_label(label).next().unwrap().click();
    panel.run_steps(2);
}

/// Waits for something that is made ready aside of the window's thread.
fn wait_for(panel: &mut Panel, label: &str) {
    panel.until(label, |panel| panel.query_all_by_label_contains(label).next().is_some());
}

#[test]
fn a_404_names_its_causes_and_mends_them() {
    let mut panel = panel(bench().with(not_found));
    for text in [
        "404 Not Found",
        "There is no External Source at this address",
        "1 The External Source key is not the profile's, proven",
        "2 The keys were changed in Centercode, possible",
        "You were warned before sending",
        "sent \"appcrashlogs\"",
        "documented by Centercode",
    ] {
        assert!(panel.has(text), "{text}: {:?}", panel.texts());
    }
    assert!(!panel.has("Compare the address"), "the second cause is folded at first");
    click(&mut panel, "Use the profile's source key");
    assert_eq!(panel.state_mut().asked(), ["Compose(Fix(UseProfileSourceKey))"]);
    click(&mut panel, "2 The keys were changed in Centercode, possible");
    assert!(panel.has("Compare the address"));
    click(&mut panel, "1 The External Source key is not the profile's, proven");
    assert!(!panel.has("You were warned before sending"));
}

#[test]
fn what_centercode_documents_links_to_its_page() {
    let mut panel = panel(bench().with(not_found));
    panel.get_by_role_and_label(Role::Link, "documented by Centercode").click();
    panel.step();
    assert_eq!(opened(&panel).as_deref(), centerpost::diagnosis::CauseId::EndpointSourceKeyMismatch.link());
}

#[test]
fn the_page_of_a_ticket_is_opened_in_the_browser() {
    let page = "https://acme.centercode.com/tickets/4711";
    let body = format!(r#"{{"id": 4711, "url": "{page}"}}"#);
    let made = |job| over(job, delivery_of("appcrashlog"), Outcome::Answer(answer(201, "application/json", body.clone())));
    let mut panel = panel(bench().with(made));
    for text in ["The response names no attachment endpoint", "see whether each field holds what was sent"] {
        assert!(panel.has(text), "{text}: {:?}", panel.texts());
    }
    panel.get_by_role_and_label(Role::Link, "Open the ticket in the browser").click();
    panel.step();
    assert_eq!(opened(&panel).as_deref(), Some(page));
}

/// The address that was given to the browser in the last frame.
fn opened(panel: &Panel) -> Option<String> {
    panel.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::OpenUrl(open) => Some(open.url.clone()),
        _ => None,
    })
}

#[test]
fn evidence_leads_to_its_place() {
    let mut panel = panel(bench().with(not_found));
    click(&mut panel, "Show where: profile \"appcrashlog\"");
    assert_eq!(panel.state_mut().asked(), ["Profile(ShowPlace(\"source_key\"))"]);
    click(&mut panel, "Show where: sent \"appcrashlogs\"");
    assert!(panel.has("POST https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlogs?apiKey=••••"));
    assert!(panel.has("Crashing on load!"), "the body that was sent");
    click(&mut panel, "Why");
    click(&mut panel, "Show where: the answer says \"could not be found\"");
    wait_for(&mut panel, "Body as a tree, at /message");
}

#[test]
fn endpoints_are_completed_and_the_key_needs_asking_for() {
    let mut panel = panel(bench().with(created));
    click(&mut panel, "Attachments 3");
    for text in [
        "https://acme.centercode.com/api/v1/projects//feedback/appcrashlog/4711/files/log?apiKey=••••",
        "https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog/4711/files/log?apiKey=••••",
        "Filled in: project key",
        "Filled in: host, project key, API key",
        "It is not at the address that responded (scheme, host and port)",
    ] {
        assert!(panel.has(text), "{text}: {:?}", panel.texts());
    }
    click(&mut panel, "Copy the address for log");
    click(&mut panel, "Copy with API key: log");
    let commands: Vec<_> = panel.state_mut().out.drain(..).collect();
    let [Command::Copy(masked), Command::Copy(clear)] = commands.as_slice() else { panic!("{}", commands.len()) };
    assert!(masked.ends_with("/files/log?apiKey=••••") && clear.ends_with(&format!("/files/log?apiKey={CANARY}")));
}

#[test]
fn files_show_how_far_they_are() {
    let mut panel = panel(bench().with(created));
    for text in [
        "201 Created",
        "crash.zip: 75 %",
        "31.0 MB of 41.3 MB, 75 %, 5.49 MB/s, 2 s left",
        "413 Content Too Large",
        "SHA-256 9f86d081884c…",
    ] {
        assert!(panel.has(text), "{text}: {:?}", panel.texts());
    }
    assert!(panel.has("1 The file is larger than the server takes, likely"));
    click(&mut panel, "Cancel crash.zip");
    click(&mut panel, "Retry crash.dmp");
    click(&mut panel, "Copy SHA-256");
    click(&mut panel, "Cancel");
    let asked = panel.state_mut().asked();
    assert_eq!(asked[..2], ["Response(CancelUpload { index: 0 })", "Response(RetryUpload { index: 2 })"]);
    assert!(asked[2].contains("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"));
    assert_eq!(asked[3], "Compose(Cancel)");
    panel.get_all_by_label("Request and response").next_back().unwrap().click();
    panel.run_steps(8);
    assert!(panel.has("the server takes 1 GB at most") && !panel.has(CANARY), "{:?}", panel.texts());
}

#[test]
fn no_form_of_the_key_is_shown_when_an_answer_echoes_it() {
    let key = "k+3y/\"CANARY\"=0c9a71";
    // Written here by hand as well: a form that the list lost would be lost on both sides.
    let by_hand = [
        "k%2B3y%2F%22CANARY%22%3D0c9a71",
        "k%2b3y%2f%22CANARY%22%3d0c9a71",
        r#"k+3y/\"CANARY\"=0c9a71"#,
        r"k\u002B3y/\u0022CANARY\u0022=0c9a71",
        "k+3y/&quot;CANARY&quot;=0c9a71",
        "k&#43;3y/&#34;CANARY&#34;=0c9a71",
        "ayszeS8iQ0FOQVJZIj0wYzlhNzE=",
    ];
    let mut echoes = centerpost::model::secrets::forms::echoes_of(key);
    assert!(echoes.len() > 6, "{echoes:?}");
    echoes.extend(by_hand.map(str::to_owned));
    // UTF-16 without a mark makes the body one of bytes, which has a test of its own.
    let (wide, echoes): (Vec<String>, Vec<String>) = echoes.into_iter().partition(|echo| echo.contains('\0'));
    assert!(!wide.is_empty() && echoes.len() > 6);
    let body = echoes.iter().map(|echo| format!("<p>refused: {echo} .</p>\n")).collect::<String>();
    let make = |job| {
        let mut delivery = delivery_of("appcrashlog");
        delivery.sent_to.api_key = centerpost::model::Secret::new(key);
        let mut answered = answer(403, "text/html", body.clone());
        answered.headers.push(("X-Refused".into(), echoes[0].clone()));
        over(job, delivery, Outcome::Answer(answered))
    };
    let mut panel = panel(bench().with(make));
    for tab in ["Why", "Body", "Headers", "Sent"] {
        let Some(node) = panel.query_all_by_label(tab).next() else { continue };
        node.click();
        panel.run_steps(2);
        if tab == "Body" {
            wait_for(&mut panel, "Copy the body");
            assert!(panel.has("refused: ••••"), "{:?}", panel.texts());
        }
        for echo in &echoes {
            assert!(!panel.has(echo), "{tab} shows {echo}: {:?}", panel.texts());
        }
    }
}

#[test]
fn the_key_is_in_no_text() {
    for make in [not_found, created, no_answer, |job| blank(job, delivery_of("appcrashlog"))] {
        let mut panel = panel(bench().with(make));
        let mut pages = vec![panel.texts()];
        for tab in ["Headers", "Sent", "Body"] {
            click(&mut panel, tab);
            pages.push(panel.texts());
        }
        if panel.query_by_label("Copy the body").is_some() || panel.query_by_label_contains("Reading").is_some() {
            wait_for(&mut panel, "Body as a tree");
            pages.push(panel.texts());
            for mode in ["Pretty", "Raw"] {
                click(&mut panel, mode);
                wait_for(&mut panel, "{");
                pages.push(panel.texts());
            }
        }
        for text in pages.into_iter().flatten() {
            assert!(!text.contains(CANARY), "{text}");
        }
    }
}

#[test]
fn a_tree_folds_and_copies_by_keyboard() {
    let mut panel = panel(bench().with(created));
    click(&mut panel, "Body");
    wait_for(&mut panel, "id: 4711");
    panel.get_by_label("Body as a tree").focus();
    panel.run_steps(2);
    for _ in 0..2 {
        panel.key_press(Key::ArrowDown);
        panel.run_steps(2);
    }
    assert!(panel.has("Body as a tree, at /attachments"));
    panel.key_press(Key::ArrowLeft);
    panel.run_steps(2);
    assert!(!panel.has("shot: "), "folded");
    panel.key_press(Key::ArrowRight);
    panel.key_press(Key::ArrowRight);
    panel.run_steps(2);
    panel.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    panel.run_steps(2);
    assert!(panel.has("shot: ") && panel.has("Body as a tree, at /attachments/log"), "{:?}", panel.texts());
    panel.key_press(Key::ArrowUp);
    panel.key_press(Key::ArrowUp);
    panel.run_steps(2);
    panel.event(egui::Event::Copy);
    panel.run_steps(2);
    assert_eq!(panel.state_mut().asked(), [r#"Copy("/attachments/log")"#, r#"Copy("4711")"#]);
}

#[test]
fn a_search_counts_and_goes_on() {
    let mut panel = panel(bench().with(created));
    click(&mut panel, "Body");
    wait_for(&mut panel, "id: 4711");
    panel.key_press_modifiers(Modifiers::COMMAND, Key::F);
    panel.run_steps(2);
    panel.get_by_label("Search the body").type_text("FILES/");
    panel.run_steps(2);
    assert!(panel.has("1 of 2"), "{:?}", panel.texts());
    assert!(panel.has("Body as a tree, at /attachments/log"));
    panel.key_press(Key::Enter);
    panel.run_steps(3);
    assert!(panel.has("2 of 2") && panel.has("Body as a tree, at /attachments/shot"), "{:?}", panel.texts());
    click(&mut panel, "Next occurrence");
    assert!(panel.has("1 of 2"));
    panel.get_by_label("Search the body").focus();
    panel.run_steps(2);
    panel.get_by_label("Search the body").type_text("nowhere");
    panel.run_steps(2);
    assert!(panel.has("not found"));
}

#[test]
fn a_body_of_100_mb_is_drawn_by_the_rows_in_sight() {
    let line = "2026-11-23 12:00:00 a line of a log that somebody answered with instead of JSON\n";
    let body = Bytes::from(line.repeat(100_000_000 / line.len() + 1) + "and the very last of them");
    let mut panel = panel(bench().with(|job| over(job, delivery_of("s"), Outcome::Answer(answer(200, "text/plain", body)))));
    click(&mut panel, "Body");
    wait_for(&mut panel, "a line of a log");
    assert!(panel.has("text, 100.0 MB"));
    let drawn = panel.texts().iter().filter(|text| text.contains("a line of a log")).count();
    assert!((10..100).contains(&drawn), "{drawn} rows");
    // Found aside of the window's thread, and scrolled to although it lies millions of points below.
    panel.get_by_label("Search the body").focus();
    panel.run_steps(2);
    panel.get_by_label("Search the body").type_text("VERY LAST");
    wait_for(&mut panel, "1 of 1");
    wait_for(&mut panel, "and the very last of them");
}

#[test]
fn a_large_json_body_opens_folded() {
    let item = r#"{"id": 4711, "text": "one of very many"},"#;
    let body = format!("[{}0]", item.repeat(200_000));
    let mut panel =
        panel(bench().with(|job| over(job, delivery_of("s"), Outcome::Answer(answer(200, "application/json", body)))));
    click(&mut panel, "Body");
    wait_for(&mut panel, "[ 200001 items ]");
    let drawn = panel.texts().iter().filter(|text| text.contains("{ 2 members }")).count();
    assert!((10..100).contains(&drawn), "{drawn} rows");
    panel.get_by_label_contains("Body as a tree").focus();
    panel.run_steps(2);
    panel.key_press(Key::End);
    panel.run_steps(3);
    assert!(panel.has("Body as a tree, at /200000"));
}

#[test]
fn html_and_broken_json_are_shown_as_text() {
    let page = "<!DOCTYPE html>\n<html><title>Log in</title></html>";
    let mut panel =
        panel(bench().with(|job| over(job, delivery_of("s"), Outcome::Answer(answer(200, "application/json", page)))));
    click(&mut panel, "Body");
    wait_for(&mut panel, "<title>Log in</title>");
    assert!(panel.has("This is said to be JSON and is not"));
    assert!(panel.has("HTML, 50 B") && panel.query_by_label("Tree").is_none(), "{:?}", panel.texts());
    click(&mut panel, "Save the body…");
    assert_eq!(panel.state_mut().asked(), [r#"Response(PickBodyPlace { file_name: "response-200.html", body: 50 bytes })"#]);
}

#[test]
fn bytes_that_are_no_text_are_shown_as_such() {
    let body = Bytes::from_static(b"PK\x03\x04\x00\x00\x00zip");
    let mut panel = panel(bench().with(|job| over(job, delivery_of("s"), Outcome::Answer(answer(200, "application/zip", body)))));
    click(&mut panel, "Body");
    wait_for(&mut panel, "00000000  50 4b 03 04");
}

#[test]
fn a_network_failure_says_where() {
    let panel = panel(bench().with(no_answer));
    for text in [
        "No response: the host name does not resolve",
        "While looking the host name up, at acme.centercode.com:443",
        "failed to lookup address information",
    ] {
        assert!(panel.has(text), "{text}: {:?}", panel.texts());
    }
}

#[test]
fn a_redirect_is_a_finding_and_its_target_has_no_key() {
    let panel = panel(bench().with(|job| {
        let mut moved = answer(302, "text/html", "");
        moved.headers.push(("Location".into(), format!("https://other.example/login?apiKey={CANARY}")));
        moved.early = true;
        over(job, delivery_of("s"), Outcome::Answer(moved))
    }));
    for text in ["302 Found", "which was not followed", "https://other.example/login?apiKey=••••", "came early"] {
        assert!(panel.has(text), "{text}: {:?}", panel.texts());
    }
    assert!(!panel.has(CANARY));
}

#[test]
fn what_is_under_way_can_be_cancelled() {
    let mut panel = panel(bench().with(|job| blank(job, delivery_of("s"))));
    assert!(panel.has("Connecting to acme.centercode.com"));
    click(&mut panel, "Cancel");
    assert_eq!(panel.state_mut().asked(), ["Compose(Cancel)"]);
}

#[test]
fn earlier_deliveries_are_one_click_away() {
    let mut panel = panel(bench().with(no_answer).with(not_found));
    assert!(panel.has("404 Not Found, 1 min ago"));
    click(&mut panel, "No response: the host name does not resolve, 1 min ago");
    assert_eq!(panel.state_mut().asked(), ["Response(Show(0))"]);
}

#[test]
fn before_the_first_send_it_says_what_will_stand_here() {
    let panel = panel(bench());
    assert!(panel.has("No response yet") && panel.has("Ctrl+Enter"));
}

#[test]
fn a_low_panel_can_be_scrolled_to_its_end() {
    let mut panel = harness(bench().with(not_found), 480.0, 130.0, |builder| builder.with_max_steps(20));
    panel.run_steps(2);
    assert!(panel.has("404 Not Found"));
    panel.get_by_label("Sent").click();
    panel.run_steps(2);
    assert!(panel.has("POST https://acme.centercode.com"));
}

#[test]
fn it_looks_as_it_should() {
    let mut results = egui_kittest::SnapshotResults::new();
    for (name, make, dark) in [("response_why", not_found as fn(_) -> _, false), ("response_attachments", created, true)] {
        let theme = if dark { egui::Theme::Dark } else { egui::Theme::Light };
        let mut panel = harness(bench().with(make), 520.0, 480.0, |builder| builder.with_theme(theme).with_max_steps(20));
        panel.run_steps(3);
        panel.snapshot(name);
        results.extend_harness(&mut panel);
    }
}
