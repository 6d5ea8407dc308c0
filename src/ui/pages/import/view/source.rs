//! Where it comes from: a text that is pasted, or a file that is opened or dropped.

use eframe::egui::{Event, Frame, Id, RichText, ScrollArea, TextEdit, Ui, WidgetInfo};

use crate::formats::import::SourceKind;
use crate::model::secrets::mask::mask_text;
use crate::ui::command::Command;
use crate::ui::pages::import::command::ImportCommand;
use crate::ui::pages::import::state::ImportPage;
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// How high a text is, in points, once something was found in it.
const SHORT: f32 = 112.0;

/// A longer text is not shown for editing: the window would be busy with it.
const LONGEST_SHOWN: usize = 100_000;

pub(in crate::ui) fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    dropped(ui, out);
    pasted_anywhere(ui, &mut state.import);
    let key = state.profile().map(|stored| stored.profile.api_key.reveal().to_owned()).unwrap_or_default();
    let page = &mut state.import;
    let label = ui.label(RichText::new("Paste or drop anything").family(theme::strong()));
    let is_empty = page.found.is_none() && page.trouble.is_none() && page.reading.is_none();
    // Whoever looks at what was found has no need of it any more.
    if is_empty {
        ui.label(widgets::muted(
        ui,
        "A curl command, HTTP as text, a response, log lines, a URL, JSON, or a file: HAR, a collection of Postman, Insomnia, Bruno, Thunder Client or Hoppscotch, Hurl, OpenAPI, a support bundle. It is recognised and checked at once. Nothing is sent unless you confirm it.",
    ));
    }
    let mut is_masked = false;
    match &page.file {
        Some((name, bytes)) => {
            widgets::icon_line(ui, icons::FILE, theme::tokens(ui).muted, "File", |ui| {
                ui.label(format!("{name}, {}", widgets::size_text(bytes.len() as u64)));
            });
        }
        None => {
            // What was found stands below it, and has to be in sight however long the text is.
            let most = if is_empty { (ui.available_height() * 0.4).max(SHORT) } else { SHORT };
            is_masked = framed(ui, most, |ui| text(ui, page, &key, label.id));
        }
    }
    buttons(ui, page, is_masked, out);
    if is_empty {
        ways(ui);
    }
}

fn dropped(ui: &Ui, out: &mut Vec<Command>) {
    let files: Vec<_> = ui.ctx().input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
    let count = files.len();
    let Some(path) = files.into_iter().next() else { return };
    out.push(Command::Import(ImportCommand::Open(path)));
    if count > 1 {
        out.push(Command::Import(ImportCommand::SayOnlyFirst(count)));
    }
}

/// A text that is pasted while no field has the keyboard takes the place of what was read.
fn pasted_anywhere(ui: &Ui, page: &mut ImportPage) {
    if ui.ctx().memory(|memory| memory.focused().is_some()) {
        return;
    }
    let pasted = ui.input(|input| {
        input.events.iter().find_map(|event| if let Event::Paste(text) = event { Some(text.clone()) } else { None })
    });
    if let Some(text) = pasted {
        page.paste(text);
    }
}

fn buttons(ui: &mut Ui, page: &mut ImportPage, is_masked: bool, out: &mut Vec<Command>) {
    let mut say = |command| out.push(Command::Import(command));
    ui.horizontal_wrapped(|ui| {
        if ui
            .button("Open file…")
            .on_hover_text("Reads a HAR file, the collection of an API client, a log, a support bundle or the like")
            .clicked()
        {
            say(ImportCommand::Pick);
        }
        let label = match &page.environment {
            Some((name, _)) if !name.is_empty() => format!("Environment {name}…"),
            _ => "Environment…".to_owned(),
        };
        if ui.button(label).on_hover_text("Reads an environment of Postman, Insomnia, Bruno, Thunder Client or Hoppscotch, whose values fill the collection's variables").clicked() {
            say(ImportCommand::PickEnvironment);
        }
        taken_for(ui, page, &mut say);
        let some = !page.pasted.is_empty() || page.file.is_some();
        if some && widgets::small_button(ui, "Clear", "Removes the imported data and all results").clicked() {
            say(ImportCommand::Clear);
        }
        mask_button(ui, page, is_masked);
        if page.reading.is_some() || page.is_looking {
            ui.spinner();
            ui.label(widgets::muted(ui, if page.is_looking { "Looking at its files" } else { "Reading" }));
        }
    });
}

/// What it was taken for, and the way to say otherwise.
fn taken_for(ui: &mut Ui, page: &ImportPage, say: &mut impl FnMut(ImportCommand)) {
    let shown = match (page.taken_for, &page.found) {
        (Some(kind), _) => kind.label().to_owned(),
        (None, Some(found)) => format!("Recognised as {}", found.kind.label()),
        (None, None) => "Detect automatically".to_owned(),
    };
    let combo = widgets::combo("taken-for").truncate().selected_text(&shown).width(220.0).show_ui(ui, |ui| {
        if ui.selectable_label(page.taken_for.is_none(), "Detect automatically").clicked() {
            say(ImportCommand::TakeFor(None));
        }
        for kind in SourceKind::ALL {
            if ui.selectable_label(page.taken_for == Some(kind), kind.label()).clicked() {
                say(ImportCommand::TakeFor(Some(kind)));
            }
        }
    });
    combo.response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::ComboBox, true, format!("What it is: {shown}")));
    combo.response.on_hover_text("The detected format. Choose another one if it is wrong");
}

/// A text in a frame of its own, so high at most; the frame tells where the keyboard is.
fn framed<R>(ui: &mut Ui, most: f32, add: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with("pasted-frame");
    let has_focus = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or(false);
    let visuals = &ui.visuals().widgets;
    let stroke = if has_focus { visuals.active.bg_stroke } else { visuals.inactive.bg_stroke };
    let frame =
        Frame::new().stroke(stroke).fill(theme::tokens(ui).surface).corner_radius(theme::RADIUS).inner_margin(theme::SPACE);
    let framed = frame.show(ui, |ui| {
        let area = ScrollArea::vertical().id_salt("pasted-area").max_height(most).min_scrolled_height(most.min(SHORT));
        let answer = area.show(ui, add).inner;
        let has_focus = widgets::holds_focus(ui);
        ui.data_mut(|data| data.insert_temp(id, has_focus));
        answer
    });
    framed.inner
}

/// The text: in clear while it is typed, masked once it holds something secret; tells whether it is masked.
fn text(ui: &mut Ui, page: &mut ImportPage, key: &str, label: Id) -> bool {
    if page.pasted.len() > LONGEST_SHOWN {
        ui.label(widgets::muted(ui, format!("A text of {}", widgets::size_text(page.pasted.len() as u64))));
        return false;
    }
    let masked = mask_text(&page.pasted, &[key.to_owned()]);
    let holds_secrets = masked != page.pasted;
    if holds_secrets && !page.in_clear && !page.is_typing {
        let mut shown = masked.as_str();
        ui.add(
            TextEdit::multiline(&mut shown)
                .id_salt("masked")
                .code_editor()
                .lock_focus(false)
                .desired_rows(5)
                .desired_width(f32::INFINITY)
                .frame(Frame::NONE),
        )
        .labelled_by(label);
        return true;
    }
    let edit = TextEdit::multiline(&mut page.pasted).id_salt("pasted").code_editor().lock_focus(false).desired_rows(5);
    let edit = edit.desired_width(f32::INFINITY).frame(Frame::NONE);
    let says = "The text is not saved. Secrets are masked after pasting, and when you leave the field";
    let response = ui.add(edit).labelled_by(label).on_hover_text(says);
    if std::mem::take(&mut page.focuses_text) {
        response.request_focus();
    }
    // Typing is not interrupted: what is typed is masked once the field is left.
    page.is_typing = response.has_focus() && !widgets::was_pasted(ui) && (page.is_typing || response.changed());
    false
}

/// The way between the text in clear and the text masked.
fn mask_button(ui: &mut Ui, page: &mut ImportPage, is_masked: bool) {
    let plain = "Shows the text including its secrets so you can edit it. Check who can see your screen";
    if is_masked {
        page.in_clear = widgets::small_button(ui, "Edit as plain text", plain).clicked();
    } else if page.in_clear && widgets::small_button(ui, "Mask again", "Hides the secrets in the text again").clicked() {
        page.in_clear = false;
    }
}

/// How to get at something to import.
fn ways(ui: &mut Ui) {
    ui.add_space(theme::SPACE);
    ui.label(RichText::new("Where to get it").family(theme::strong()));
    for (from, how) in [
        (
            "From a browser",
            "In the developer tools, open Network, right-click the request and choose Copy as cURL, or save all as HAR",
        ),
        ("From Postman, Insomnia, Bruno", "Choose Export in the menu of the collection, and open the file here"),
        ("From Zapier, Power Automate", "Copy the details of the failed run"),
        ("From nginx, IIS", "Copy the log lines around the failure"),
        ("From a colleague", "Open the support bundle. The zip file need not be unpacked"),
    ] {
        widgets::named_row(ui, 230.0, from, "", |ui, _| {
            ui.label(widgets::muted(ui, how));
        });
    }
}
