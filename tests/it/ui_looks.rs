//! What the pages look like: compared with pictures, none of which holds a time, a port or an id.

use centerpost::model::draft::Draft;
use centerpost::model::example::example_values;
use centerpost::model::settings::ThemeChoice;
use centerpost::model::{Profile, Secret};
use centerpost::sandbox::example_profile;
use centerpost::store::{ProfileId, StoreContents, StoredProfile};
use centerpost::ui::app::App;
use centerpost::ui::command::Command;
use centerpost::ui::pages::bundle::command::BundleCommand;
use centerpost::ui::pages::compose::command::ComposeCommand;
use centerpost::ui::pages::compose::compose_tab::ComposeTab;
use centerpost::ui::pages::export::command::ExportSource;
use centerpost::ui::pages::import::command::ImportCommand;
use centerpost::ui::pages::profile_editor::command::ProfileCommand;
use centerpost::ui::pages::settings::command::SettingsCommand;
use centerpost::ui::view::View;
use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// A window without a disk, on two profiles of which none is the sandbox's.
fn window(theme: ThemeChoice, size: [f32; 2], scale: f32) -> Harness<'static, App> {
    let acme = Profile {
        name: "Acme beta – Issues".into(),
        base_url: "https://acme.centercode.com".into(),
        api_key: Secret::new("3f0c9a71d2"),
        label: "Staging".into(),
        ..example_profile()
    };
    let live = Profile {
        name: "Acme – Issues".into(),
        production: true,
        colour: Some(centerpost::model::profile::Colour::Red),
        ..acme.clone()
    };
    let mut found = StoreContents::default();
    found.settings.theme = theme;
    found.profiles = vec![
        StoredProfile { id: ProfileId("a".into()), profile: acme },
        StoredProfile { id: ProfileId("b".into()), profile: live },
    ];
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_theme(if theme == ThemeChoice::Light { egui::Theme::Light } else { egui::Theme::Dark })
        .with_max_steps(30)
        .build_eframe(move |cc| App::new(&cc.egui_ctx, None, found, None).unwrap());
    // The list says whether the sandbox runs.
    while harness.state_mut().state().sandbox.running.is_none() {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    harness.run_steps(6);
    harness
}

fn run(harness: &mut Harness<'_, App>, command: Command) {
    let ctx = harness.ctx.clone();
    harness.state_mut().run(&ctx, command);
    harness.run_steps(4);
}

/// Fills the form, with one choice that the profile does not have.
fn fill(harness: &mut Harness<'_, App>) {
    let (stored, session) = harness.state_mut().state().open().unwrap();
    let mut values = example_values(&stored.profile);
    values.insert("severity".into(), "minor".into());
    let mut draft = Draft::default();
    draft.fill(&values, &stored.profile);
    session.draft = draft;
    run(harness, Command::Compose(ComposeCommand::Changed));
}

fn show(harness: &mut Harness<'_, App>, tab: ComposeTab) {
    let (_, session) = harness.state_mut().state().open().unwrap();
    session.tab = tab;
    harness.run_steps(3);
}

#[test]
fn the_form_in_light() {
    let mut window = window(ThemeChoice::Light, [790.0, 590.0], 1.0);
    fill(&mut window);
    window.snapshot("form_light");
}

#[test]
fn the_form_at_twice_the_scale() {
    let mut window = window(ThemeChoice::Dark, [790.0, 590.0], 2.0);
    fill(&mut window);
    window.snapshot("form_dark_2x");
}

#[test]
fn the_json_and_the_exact_request() {
    let mut window = window(ThemeChoice::Dark, [790.0, 590.0], 1.0);
    fill(&mut window);
    show(&mut window, ComposeTab::Json);
    window.snapshot("json_dark");
    show(&mut window, ComposeTab::Request);
    window.snapshot("request_dark");
}

#[test]
fn the_editor_and_the_new_profile() {
    let mut window = window(ThemeChoice::Light, [790.0, 590.0], 1.0);
    run(&mut window, Command::Show(View::Profile));
    window.snapshot("editor_light");
    run(&mut window, Command::Show(View::NewProfile));
    // Its cursor blinks.
    window.get_by_label("Start by hand").focus();
    window.run_steps(4);
    window.snapshot("new_profile_light");
}

#[test]
fn a_production_profile_in_a_narrow_window() {
    let mut window = window(ThemeChoice::Light, [560.0, 590.0], 1.0);
    run(&mut window, Command::Profile(ProfileCommand::Select(ProfileId("b".into()))));
    run(&mut window, Command::Compose(ComposeCommand::Send));
    window.snapshot("production_narrow");
}

#[test]
fn a_shared_screen_covers_addresses() {
    let mut window = window(ThemeChoice::Light, [1180.0, 760.0], 1.0);
    let stored = window.state_mut().state().profiles[0].clone();
    let profile = Profile { name: "Issues of jim@centercode.com".into(), ..stored.profile };
    run(&mut window, Command::Profile(ProfileCommand::Save(stored.id.clone(), Box::new(profile))));
    run(&mut window, Command::Profile(ProfileCommand::Select(stored.id)));
    fill(&mut window);
    let settings = centerpost::model::Settings { screen_sharing: true, ..window.state_mut().state().settings.clone() };
    run(&mut window, Command::Settings(SettingsCommand::Save(Box::new(settings))));
    window.snapshot("shared_light");
}

/// Goes on until what was pasted is read.
fn paste(harness: &mut Harness<'_, App>, text: &str) {
    run(harness, Command::Show(View::Import));
    harness.state_mut().state().import.pasted = text.to_owned();
    while harness.state_mut().state().import.found.is_none() {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    harness.run_steps(4);
}

const PASTED: &str = "POST https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlogs?apiKey=61a2e5bb5c67 HTTP/1.1\n\
    Content-Type: application/json\n\n{\"summary\": \"Crash of Falcon for jim@example.com\", \"severity\": \"minor\"}\n\n\
    HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"status\": 404, \"description\": \"The requested resource could not be found.\"}";

#[test]
fn what_was_pasted_and_the_bundle_of_it() {
    let mut window = window(ThemeChoice::Light, [1180.0, 760.0], 1.0);
    paste(&mut window, PASTED);
    window.snapshot("import_light");
    run(&mut window, Command::Bundle(BundleCommand::Open(ExportSource::Import)));
    while window.state_mut().state().bundle.sealed.is_none() {
        window.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    window.run_steps(4);
    window.snapshot("bundle_light");
}

#[test]
fn what_was_checked_in_a_small_dark_window() {
    let mut window = window(ThemeChoice::Dark, [800.0, 600.0], 1.0);
    paste(&mut window, PASTED);
    run(&mut window, Command::Import(ImportCommand::Check));
    window.snapshot("import_dark");
}
