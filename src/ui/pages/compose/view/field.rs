//! One field of the form: its name, its widget by kind, and how it goes into the JSON.

use eframe::egui::{self, Id, RichText, TextEdit, Ui};

use crate::model::Profile;
use crate::model::draft::{Entry, Input, Presence};
use crate::model::profile::{Field, FieldKind, SourceSetting};
use crate::model::secrets::email;
use crate::model::secrets::secret::MASK;
use crate::ui::{icons, privacy, theme, widgets};

/// Draws a field; returns its entry as it was, if that was changed.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, field: &Field, entry: &mut Entry, focus: bool) -> Option<Entry> {
    let before = entry.clone();
    let top = ui.cursor().min;
    let (label, place) = name_line(ui, profile, field);
    match entry.presence {
        Presence::Null => {
            ui.label(widgets::muted(ui, "Sent as null"));
        }
        Presence::Empty => {
            let shown =
                if field.kind == FieldKind::MultipleChoice { "Sent as an empty list or text" } else { "Sent as an empty text" };
            ui.label(widgets::muted(ui, shown));
        }
        Presence::Sent | Presence::LeftOut => widget(ui, profile, field, entry, label, focus),
    }
    // After the widget, so that the Tab key comes to the field before its menu.
    let row = egui::Rect::from_min_max(top, egui::pos2(place.right(), ui.min_rect().bottom()));
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt("how").max_rect(place));
    presence_menu(&mut child, field, entry, row);
    (*entry != before).then_some(before)
}

/// How wide the menu is that says how a field is sent, in points.
const HOW_WIDTH: f32 = 96.0;

/// The field's name and its parameter, wrapped where they are long. Returns the name's id, and where the menu belongs.
fn name_line(ui: &mut Ui, profile: &Profile, field: &Field) -> (Id, egui::Rect) {
    let whole = ui.available_rect_before_wrap();
    let text = if profile.demands(field) { format!("{} (required)", name_of(field)) } else { name_of(field).to_owned() };
    let label = ui
        .allocate_ui(egui::vec2(whole.width() - HOW_WIDTH - theme::SPACE, 0.0), |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().interact_size.y = 22.0;
                let label = ui.label(RichText::new(text).family(theme::strong()));
                ui.label(RichText::new(&field.parameter).monospace().small().color(theme::tokens(ui).muted))
                    .on_hover_text(format!("The parameter in the JSON; the field is of the kind \"{}\"", field.kind.label()));
                label.id
            })
            .inner
        })
        .inner;
    let corner = egui::pos2(whole.right() - HOW_WIDTH, whole.top());
    (label, egui::Rect::from_min_size(corner, egui::vec2(HOW_WIDTH, 24.0)))
}

fn name_of(field: &Field) -> &str {
    if field.field.is_empty() { &field.parameter } else { &field.field }
}

/// Quiet while it says what everybody expects: then it is drawn for whoever comes near `row` by pointer or keyboard.
fn presence_menu(ui: &mut Ui, field: &Field, entry: &mut Entry, row: egui::Rect) {
    let name = name_of(field);
    let is_near = ui.rect_contains_pointer(row) || widgets::focus_in(ui, row).is_some();
    if entry.presence == Presence::Sent && !is_near {
        ui.set_opacity(0.0);
    }
    if !is_near && matches!(entry.presence, Presence::Sent | Presence::LeftOut) {
        let quiet = &mut ui.visuals_mut().widgets.inactive;
        (quiet.weak_bg_fill, quiet.bg_stroke) = (egui::Color32::TRANSPARENT, egui::Stroke::NONE);
    }
    let text = RichText::new(entry.presence.label()).small();
    let text =
        if matches!(entry.presence, Presence::Null | Presence::Empty) { text } else { text.color(theme::tokens(ui).muted) };
    let combo = widgets::combo(("presence", &entry.parameter)).truncate().width(HOW_WIDTH).selected_text(text);
    let response = combo.show_ui(ui, |ui| {
        for presence in Presence::ALL {
            let says = match presence {
                Presence::Sent => "Sent with its value",
                Presence::LeftOut => "Not sent. Your input is kept",
                Presence::Empty => "Sent as an empty text or list",
                Presence::Null => "Sent as null",
            };
            if ui.selectable_label(entry.presence == presence, presence.label()).on_hover_text(says).clicked() {
                entry.presence = presence;
            }
        }
    });
    widgets::name_combo(&response.response, &format!("How {name} is sent"), entry.presence.label());
    response.response.on_hover_text(
        "How this parameter is sent in the JSON: with its value, left out, empty or null, so you can test invalid payloads",
    );
}

fn widget(ui: &mut Ui, profile: &Profile, field: &Field, entry: &mut Entry, label: Id, focus: bool) {
    if let Input::Json(value) = &entry.input {
        let text = value.to_string();
        let mut clear = false;
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(email::beginning(&text, 120)).monospace());
            ui.label(widgets::muted(ui, "as entered in the JSON"));
            clear = widgets::small_button(ui, "Edit as field", "Discards this value so you can fill in the field here").clicked();
        });
        if clear {
            *entry = Entry { parameter: entry.parameter.clone(), ..Entry::default() };
        }
        return;
    }
    match field.kind {
        FieldKind::LongText => {
            text(ui, entry, label, focus, |text| {
                TextEdit::multiline(text).id_salt("text").desired_rows(3).desired_width(f32::INFINITY)
            });
        }
        FieldKind::Checkbox => checkbox(ui, field, entry, focus),
        FieldKind::SingleChoice | FieldKind::Status => single_choice(ui, profile, field, entry, label, focus),
        FieldKind::MultipleChoice => multiple_choice(ui, field, entry, focus),
        FieldKind::RatingScale => rating(ui, field, entry, focus),
        FieldKind::Date => date(ui, entry, label, focus),
        FieldKind::Submitter => submitter(ui, profile, entry, label, focus),
        FieldKind::Email => {
            let hides = privacy::is_sharing(ui);
            text(ui, entry, label, focus, |text| {
                TextEdit::singleline(text).id_salt("text").desired_width(f32::INFINITY).password(hides)
            });
        }
        FieldKind::Text | FieldKind::Number => {
            text(ui, entry, label, focus, |text| TextEdit::singleline(text).id_salt("text").desired_width(f32::INFINITY));
        }
    }
}

fn text(ui: &mut Ui, entry: &mut Entry, label: Id, focus: bool, edit: impl for<'a> FnOnce(&'a mut String) -> TextEdit<'a>) {
    let mut typed = text_of(&entry.input);
    let response = ui.add(edit(&mut typed)).labelled_by(label);
    if focus {
        response.request_focus();
    }
    if response.changed() {
        entry.type_text(typed);
    }
}

fn text_of(input: &Input) -> String {
    match input {
        Input::Text(text) => text.clone(),
        _ => String::new(),
    }
}

fn checkbox(ui: &mut Ui, field: &Field, entry: &mut Entry, focus: bool) {
    let mut flag = matches!(entry.input, Input::Flag(true));
    let name = name_of(field);
    let shown = match (entry.presence, flag) {
        (Presence::LeftOut, _) => "not sent",
        (_, true) => "true",
        (_, false) => "false",
    };
    let response = ui.checkbox(&mut flag, shown);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, flag, format!("{name}: {shown}")));
    let response =
        response.on_hover_text("Checked is sent as true, unchecked as false. Use the menu on the right to leave it out");
    if focus {
        response.request_focus();
    }
    if response.changed() {
        entry.input = Input::Flag(flag);
        entry.presence = Presence::Sent;
    }
}

fn single_choice(ui: &mut Ui, profile: &Profile, field: &Field, entry: &mut Entry, label: Id, focus: bool) {
    if profile.choices_of(field).is_empty() {
        let hint = "The profile lists no choices for this field";
        return text(ui, entry, label, focus, |text| {
            TextEdit::singleline(text).id_salt("text").hint_text(hint).desired_width(f32::INFINITY)
        });
    }
    let name = name_of(field);
    let picked = if entry.presence == Presence::Sent { text_of(&entry.input) } else { String::new() };
    let shown = if picked.is_empty() { "(none)" } else { &picked };
    let combo = widgets::combo(("choice", &entry.parameter)).width(ui.available_width().min(360.0)).selected_text(shown).wrap();
    let mut next = None;
    let response = combo.show_ui(ui, |ui| {
        if ui.selectable_label(picked.is_empty(), "(none)").clicked() {
            next = Some(String::new());
        }
        for choice in profile.choices_of(field) {
            if ui.selectable_label(picked == *choice, choice).clicked() {
                next = Some(choice.clone());
            }
        }
    });
    widgets::name_combo(&response.response, name, shown);
    let response = response.response.on_hover_text(
        "The choices in Centercode. The value must match one of them exactly. You can enter another value in the JSON",
    );
    if focus {
        response.request_focus();
    }
    if let Some(choice) = next {
        entry.type_text(choice);
    }
}

/// Choices that are longer than this, in letters, stand below each other.
const LONG_CHOICE: usize = 40;

fn multiple_choice(ui: &mut Ui, field: &Field, entry: &mut Entry, focus: bool) {
    let picked = match &entry.input {
        Input::Choices(picked) if entry.presence == Presence::Sent => picked.clone(),
        _ => Vec::new(),
    };
    let mut next = None;
    if field.choices.is_empty() {
        return typed_choices(ui, entry, &picked, focus);
    }
    let is_long = field.choices.iter().any(|choice| choice.chars().count() > LONG_CHOICE);
    let layout = |ui: &mut Ui, add: &mut dyn FnMut(&mut Ui)| {
        if is_long {
            ui.vertical(|ui| add(ui))
        } else {
            ui.horizontal_wrapped(|ui| add(ui))
        };
    };
    layout(ui, &mut |ui| {
        let own = picked.iter().filter(|choice| !field.choices.contains(choice));
        for (index, choice) in field.choices.iter().chain(own).enumerate() {
            let mut ticked = picked.contains(choice);
            let response = ui.checkbox(&mut ticked, choice);
            if focus && index == 0 {
                response.request_focus();
            }
            if response.changed() {
                let mut choices = picked.clone();
                if ticked {
                    choices.push(choice.clone());
                    choices.sort_by_key(|choice| field.choices.iter().position(|known| known == choice));
                } else {
                    choices.retain(|known| known != choice);
                }
                next = Some(choices);
            }
        }
    });
    if let Some(choices) = next {
        entry.presence = if choices.is_empty() { Presence::LeftOut } else { Presence::Sent };
        entry.input = Input::Choices(choices);
    }
}

/// A list whose choices nobody has listed is typed.
fn typed_choices(ui: &mut Ui, entry: &mut Entry, picked: &[String], focus: bool) {
    let id = ui.scope_id().with("typed-choices");
    let read = |text: &str| -> Vec<String> {
        text.split(',').map(str::trim).filter(|choice| !choice.is_empty()).map(str::to_owned).collect()
    };
    let mut typed = ui.data(|data| data.get_temp::<String>(id)).filter(|text| read(text) == picked).unwrap_or(picked.join(", "));
    let hint = "Values with commas between them. The profile lists no choices for this field";
    let response = ui.add(TextEdit::singleline(&mut typed).id_salt("text").hint_text(hint).desired_width(f32::INFINITY));
    let name = format!("Values for {}", entry.parameter);
    response.widget_info(|| egui::WidgetInfo::text_edit(true, "", "", name.as_str()));
    if focus {
        response.request_focus();
    }
    if response.changed() {
        let choices = read(&typed);
        entry.presence = if choices.is_empty() { Presence::LeftOut } else { Presence::Sent };
        entry.input = Input::Choices(choices);
    }
    ui.data_mut(|data| data.insert_temp(id, typed));
}

fn rating(ui: &mut Ui, field: &Field, entry: &mut Entry, focus: bool) {
    let picked = if entry.presence == Presence::Sent { text_of(&entry.input) } else { String::new() };
    let name = name_of(field);
    let mut next = None;
    ui.horizontal_wrapped(|ui| {
        for (index, choice) in field.choices.iter().enumerate() {
            let is_picked = picked == *choice;
            let button = egui::Button::selectable(is_picked, choice).frame_when_inactive(true).min_size(egui::vec2(34.0, 28.0));
            let response = ui.add(button);
            response.widget_info(|| {
                egui::WidgetInfo::selected(egui::Role::RadioButton, true, is_picked, format!("{name}: {choice}"))
            });
            if focus && index == 0 {
                response.request_focus();
            }
            if response.on_hover_text("Press again to take the rating back").clicked() {
                next = Some(if is_picked { String::new() } else { choice.clone() });
            }
        }
    });
    if let Some(choice) = next {
        entry.type_text(choice);
    }
    if field.choices.is_empty() {
        ui.label(widgets::muted(ui, "The profile lists no choices for this field; add them under \"Edit profile\""));
    }
}

fn date(ui: &mut Ui, entry: &mut Entry, label: Id, focus: bool) {
    ui.horizontal(|ui| {
        let mut typed = text_of(&entry.input);
        let edit = TextEdit::singleline(&mut typed).id_salt("text").desired_width(140.0).hint_text("YYYY-MM-DD");
        let response = ui.add(edit).labelled_by(label);
        if focus {
            response.request_focus();
        }
        if response.changed() {
            entry.type_text(typed.clone());
        }
        let mut day = typed.parse::<jiff::civil::Date>().unwrap_or_else(|_| jiff::Zoned::now().date());
        let salt = format!("date-{}", entry.parameter);
        let picker = egui_extras::DatePickerButton::new(&mut day)
            .id_salt(&salt)
            .show_icon(false)
            .format(icons::CALENDAR_BLANK)
            .calendar_week(false);
        let response = ui.add(picker);
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Pick a day for {}", entry.parameter)));
        if response.on_hover_text("Opens a calendar. The date is sent as YYYY-MM-DD. You can also type any other value").changed()
        {
            entry.type_text(day.to_string());
        }
    });
}

fn submitter(ui: &mut Ui, profile: &Profile, entry: &mut Entry, label: Id, focus: bool) {
    ui.horizontal(|ui| {
        let room = if profile.known_submitters.is_empty() { 0.0 } else { 44.0 };
        let mut typed = text_of(&entry.input);
        let hides = privacy::is_sharing(ui);
        let shown = |default: &str| if hides { MASK.to_owned() } else { default.to_owned() };
        let hint = match profile.default_submitter_setting() {
            SourceSetting::Set(default) => format!("left out: {}", shown(default)),
            SourceSetting::NotKnown => "required unless the source has a default submitter".to_owned(),
            SourceSetting::NotSet => String::new(),
        };
        let width = (ui.available_width() - room).max(80.0);
        let edit = TextEdit::singleline(&mut typed).id_salt("text").desired_width(width).hint_text(hint).password(hides);
        let response = ui.add(edit).labelled_by(label);
        if focus {
            response.request_focus();
        }
        if response.changed() {
            entry.type_text(typed);
        }
        if profile.known_submitters.is_empty() {
            return;
        }
        let menu = ui.menu_button(icons::USER, |ui| {
            for (index, known) in profile.known_submitters.iter().enumerate() {
                let label = if hides { format!("Submitter {}", index + 1) } else { known.clone() };
                if ui.button(label).clicked() {
                    entry.type_text(known.clone());
                    ui.close();
                }
            }
        });
        menu.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Known submitters"));
        menu.response.on_hover_text("The known submitters of the project");
    });
}
