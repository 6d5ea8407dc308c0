//! The files of a draft: their page, the ways to it, and the ticket that they go to.

use centerpost::model::draft::Attachment;
use centerpost::model::settings::ThemeChoice;
use centerpost::store::Store;
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::command::ComposeCommand;
use centerpost::ui::pages::compose::compose_tab::ComposeTab;
use centerpost::ui::view::View;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::window::{Beside, Driven, FRAME, app, beside};
use crate::ui_app::Dropped;
use crate::ui_reach::focused;
use crate::ui_sizes::{hostile, window};

/// A window on a sandbox whose profile has one file element.
fn one_element() -> Beside {
    beside([1280.0, 820.0], FRAME, |profile| profile.file_elements.truncate(1))
}

fn tab(window: &Beside, name: &str) -> bool {
    let node = window.harness.get_by_role_and_label(Role::Tab, name);
    node.accesskit_node().is_selected() == Some(true)
}

#[test]
fn the_files_are_one_click_away_from_the_top_of_the_form() {
    let mut window = window(vec![hostile()], [800.0, 600.0], ThemeChoice::Light);
    window.get_by_role_and_label(Role::Tab, "Attachments to send").click();
    window.run_steps(5);
    let first = window.query_all_by_label_contains("Pick files for").next().unwrap().rect();
    assert!(first.top() > 0.0 && first.bottom() < 600.0, "{first:?}");
    // By keyboard they get it at once.
    window.get_by_role_and_label(Role::Tab, "Form").click();
    window.run_steps(5);
    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    window.run_steps(20);
    let (name, rect) = focused(&window).unwrap();
    assert!(name.starts_with("Pick files for"), "{name}");
    assert!(rect.top() > 0.0 && rect.bottom() < 600.0, "{rect:?}");
}

#[test]
fn the_form_says_how_many_files_are_picked_and_leads_to_them() {
    let mut window = one_element();
    assert!(window.has("No file picked"));
    window.press("Attach files");
    assert!(tab(&window, "Attachments to send"));
    let path = window.folder.path().join("crash.log");
    std::fs::write(&path, vec![b'x'; 2500]).unwrap();
    window.type_into("Path of a file for crashlog", path.to_str().unwrap());
    window.harness.key_press(Key::Enter);
    window.until("the file", |window| window.has("1 file picked, 2.50 KB"));
    assert!(tab(&window, "Attachments 1 to send"));
    window.harness.get_by_role_and_label(Role::Tab, "Form").click();
    window.harness.run_steps(3);
    assert!(window.has("1 file picked, 2.50 KB"));
    window.press("Show files");
    assert!(window.has("Remove crash.log"));
    window.press("Remove crash.log");
    assert!(tab(&window, "Attachments to send"));
}

#[test]
fn a_file_that_is_dropped_on_any_page_is_attached() {
    for page in [ComposeTab::Form, ComposeTab::Json, ComposeTab::Request] {
        let mut window = one_element();
        window.harness.state_mut().state().open().unwrap().1.tab = page;
        window.harness.run_steps(2);
        let path = window.folder.path().join("dropped.log");
        std::fs::write(&path, "x").unwrap();
        window.harness.input_mut().hovered_files.push(egui::HoveredFile::default());
        window.harness.step();
        assert!(tab(&window, "Attachments to send"), "{page:?}: the page shows where files can be dropped");
        window.harness.input_mut().hovered_files.clear();
        window.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path)));
        window.until("the file", |window| window.has("Remove dropped.log"));
    }
}

#[test]
fn without_a_file_element_the_page_says_what_to_do() {
    let mut window = beside([1280.0, 820.0], FRAME, |profile| profile.file_elements.clear());
    assert!(!window.has("Attach files"));
    window.harness.get_by_role_and_label(Role::Tab, "Attachments to send").click();
    window.harness.run_steps(3);
    window.press("Add a file element…");
    assert!(window.has("File elements"), "{:?}", window.texts());
}

#[test]
fn a_file_with_a_problem_is_told_on_every_page_and_leads_to_its_own() {
    let mut window = one_element();
    window.press("Fill with example values");
    let path = window.folder.path().join("empty.log");
    std::fs::write(&path, "").unwrap();
    window.run(Command::Compose(ComposeCommand::AttachFiles { parameter: "crashlog".into(), paths: vec![path] }));
    window.until("the file", |window| window.has("1 file has a problem"));
    assert!(!window.has("No problem found"), "{:?}", window.texts());
    window.press("1 file has a problem");
    assert!(tab(&window, "Attachments 1 to send") && window.has("empty: Centercode has nothing to attach"));
}

#[test]
fn after_a_ticket_the_response_says_what_became_of_each_file_and_what_is_left() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.press("Fill with example values");
    let path = window.folder.path().join("crash.log");
    std::fs::write(&path, "it crashed").unwrap();
    window.run(Command::Compose(ComposeCommand::AttachFiles { parameter: "crashlog".into(), paths: vec![path] }));
    window.until("the file", |window| window.has("Send and attach 1 file"));
    window.press("Send and attach 1 file");
    window.until("the upload", |window| window.has("1 of 1 file attached"));
    for text in
        ["Copy the ticket's number 4711", "SHA-256", "10 B", "Attach a file to screenshot", "no community has this ticket"]
    {
        assert!(window.has(text), "{text}: {:#?}", window.texts());
    }
    assert!(!window.has("Attach a file to crashlog"), "its file stands there");
    let told = window.texts().iter().filter(|text| text.contains("Ticket 4711 created")).count();
    assert!(told <= 2, "{told} times: {:#?}", window.texts());
    window.press("Copy what was sent as curl");
    window.until("the note", |window| window.has("Copied") || window.has("copied"));
    // The page of the files leads to the ticket, too.
    window.harness.get_by_role_and_label(Role::Tab, "Attachments 1 to send").click();
    window.harness.run_steps(3);
    assert!(window.has("Add a file to crashlog of ticket 4711"), "{:#?}", window.texts());
}

#[test]
fn the_button_that_sends_covers_nothing_however_much_it_says() {
    let mut window = window(vec![hostile()], [800.0, 600.0], ThemeChoice::Light);
    let parameter = hostile().file_elements[0].parameter.clone();
    for number in 0..12 {
        let file = Attachment { parameter: parameter.clone(), path: format!("{number}.log").into(), ..Attachment::default() };
        window.state_mut().state().open().unwrap().1.draft.attachments.push(file);
    }
    window.run_steps(5);
    let send = window
        .query_all_by_role(Role::Button)
        .find(|node| node.accesskit_node().label().is_some_and(|name| name.starts_with("Send and attach 12 files anyway")));
    let (send, export) = (send.unwrap().rect(), window.get_by_role_and_label(Role::Button, "Export the draft").rect());
    assert!(!send.intersects(export), "{send:?} covers {export:?}");
    assert!(send.right() <= 800.0, "{send:?}");
}

#[test]
fn a_refused_ticket_says_once_what_came_back_and_that_no_file_was_sent() {
    let mut window = one_element();
    let path = window.folder.path().join("crash.log");
    std::fs::write(&path, "it crashed").unwrap();
    window.run(Command::Compose(ComposeCommand::AttachFiles { parameter: "crashlog".into(), paths: vec![path] }));
    window.until("the file", |window| window.has("1 file picked"));
    window.press("Send and attach 1 file anyway (1 problem)");
    window.until("the response", |window| window.has("No ticket was created, so no file was sent"));
    let told = window.harness.query_all_by_role(Role::Label).filter(|node| {
        node.accesskit_node().value().or(node.accesskit_node().label()).is_some_and(|text| text.contains("400 Bad Request"))
    });
    assert_eq!(told.count(), 1, "{:#?}", window.texts());
}

#[test]
fn a_long_content_type_leaves_what_stands_behind_it_inside_the_panel() {
    for size in [[640.0, 480.0], [800.0, 600.0], [1280.0, 820.0]] {
        let mut window = window(vec![centerpost::sandbox::example_profile()], size, ThemeChoice::Light);
        {
            let (_, session) = window.state_mut().state().open().unwrap();
            session.tab = ComposeTab::Attachments;
            for name in ["a.bin", "a name that is longer than the panel is wide, as cameras and scanners like to write them.docx"]
            {
                let file = Attachment { parameter: "crashlog".into(), path: name.into(), ..Attachment::default() };
                session.draft.attachments.push(file);
            }
        }
        window.run_steps(30);
        let left = window.get_by_role_and_label(Role::Button, "Pick files for crashlog").rect();
        for name in ["Remove a.bin", "Add the path to crashlog"] {
            let rect = window.get_by_role_and_label(Role::Button, name).rect();
            assert!(rect.right() <= size[0] && rect.left() >= left.left() - 400.0, "{name} at {rect:?} in {size:?}");
            // Beside the panel stands the response, where the window has room for it.
            let panel = window.get_by_role_and_label(Role::Tab, "Form").rect().left();
            assert!(rect.right() - panel < 640.0, "{name} at {rect:?} in {size:?}, whose panel begins at {panel}");
        }
    }
}

#[test]
fn what_became_of_the_files_is_there_after_a_restart_and_in_the_history() {
    let mut window = beside([1280.0, 820.0], FRAME, |_| {});
    window.press("Fill with example values");
    let [kept, gone] = ["crash.log", "gone.log"].map(|name| window.folder.path().join(name));
    for path in [&kept, &gone] {
        std::fs::write(path, "it crashed").unwrap();
    }
    let paths = vec![kept, gone.clone()];
    window.run(Command::Compose(ComposeCommand::AttachFiles { parameter: "crashlog".into(), paths }));
    window.until("the files", |window| window.has("Send and attach 2 files"));
    std::fs::remove_file(gone).unwrap();
    let send = window.texts().into_iter().find(|text| text.starts_with("Send and attach 2 files")).unwrap();
    window.press(&send);
    window.until("the upload", |window| window.has("1 of 2 files attached"));
    window.run(Command::Show(View::History));
    window.until("that it is kept", |window| window.has("3 exchanges"));
    let store = Store::open_at(window.folder.path().to_owned()).unwrap();
    window.harness = app(store, [1280.0, 820.0], FRAME);
    window.until("the response", |window| window.has("Sent before this session"));
    for text in ["crashlog crash.log", "Attached, 201 Created", "crashlog gone.log", "Failed, no response"] {
        assert!(window.has(text), "{text}: {:#?}", window.texts());
    }
    window.harness.get_by_role_and_label(Role::Link, "Open the upload of crashlog crash.log").click();
    window.until("the upload", |window| window.has("Number 2") && window.has("Show ticket 4711 (number 1)"));
    window.press("Show ticket 4711 (number 1)");
    window.until("the ticket", |window| window.has("Number 1") && window.has("Failed, no response"));
}

#[test]
fn an_endpoint_that_the_profile_lacks_has_a_name_and_becomes_a_file_element() {
    let mut window = one_element();
    window.press("Fill with example values");
    // The sandbox goes on with both elements.
    window.press("Send");
    window.until("the ticket", |window| window.has("Ticket 4711 created"));
    window.press("Add screenshot to the profile");
    window.until("the note", |window| window.has("Added the file element \"screenshot\""));
    let elements = &window.harness.state_mut().state().profile().unwrap().profile.file_elements;
    assert_eq!(elements.iter().map(|element| element.parameter.as_str()).collect::<Vec<_>>(), ["crashlog", "screenshot"]);
}
