//! One field of the form: its name, its widget by kind, and how it goes into the JSON.

use eframe::egui::{self, ComboBox, Id, RichText, TextEdit, Ui};

use crate::model::Profile;
use crate::model::draft::{Entry, Input, Presence};
use crate::model::profile::{Field, FieldKind};
use crate::model::secrets::email;
use crate::model::secrets::secret::MASK;
use crate::ui::{icons, privacy, theme, widgets};

/// Draws a field; tells whether its entry was changed.
pub(in crate::ui) fn show(ui: &mut Ui, profile: &Profile, field: &Field, entry: &mut Entry, focus: bool) -> bool {
    let before = entry.clone();
    let label = ui.horizontal(|ui| name_line(ui, profile, field, entry)).inner;
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
    *entry != before
}

/// The field's name, its parameter, and the menu of how it is sent. Returns the name's id.
fn name_line(ui: &mut Ui, profile: &Profile, field: &Field, entry: &mut Entry) -> Id {
    let name = if field.field.is_empty() { &field.parameter } else { &field.field };
    let demanded = profile.demands(field);
    let text = if demanded { format!("{name} (required)") } else { name.clone() };
    let label = ui.label(RichText::new(text).family(theme::strong()));
    ui.label(RichText::new(&field.parameter).monospace().small().color(theme::tokens(ui).muted))
        .on_hover_text(format!("The parameter in the JSON; the field is of the kind \"{}\"", field.kind.label()));
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| presence_menu(ui, name, entry));
    label.id
}

fn presence_menu(ui: &mut Ui, name: &str, entry: &mut Entry) {
    let combo = ComboBox::from_id_salt(("presence", &entry.parameter))
        .width(92.0)
        .selected_text(RichText::new(entry.presence.label()).small());
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
    response.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, format!("How {name} is sent"));
        info.current_text_value = Some(entry.presence.label().to_owned());
        info
    });
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
        FieldKind::SingleChoice | FieldKind::Status => single_choice(ui, profile, field, entry, focus),
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
    let name = if field.field.is_empty() { &field.parameter } else { &field.field };
    let shown = match (entry.presence, flag) {
        (Presence::LeftOut, _) => "not sent",
        (_, true) => "true",
        (_, false) => "false",
    };
    let response = ui.checkbox(&mut flag, format!("{name}: {shown}"));
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

fn single_choice(ui: &mut Ui, profile: &Profile, field: &Field, entry: &mut Entry, focus: bool) {
    let name = if field.field.is_empty() { &field.parameter } else { &field.field };
    let picked = if entry.presence == Presence::Sent { text_of(&entry.input) } else { String::new() };
    let shown = if picked.is_empty() { "(none)" } else { &picked };
    let combo = ComboBox::from_id_salt(("choice", &entry.parameter)).width(ui.available_width().min(320.0)).selected_text(shown);
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
    response.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name);
        info.current_text_value = Some(shown.to_owned());
        info
    });
    let response = response.response.on_hover_text(
        "The choices in Centercode. The value must match one of them exactly. You can enter another value in the JSON",
    );
    if focus {
        response.request_focus();
    }
    if let Some(choice) = next {
        entry.type_text(choice);
    }
    if !picked.is_empty() && !profile.choices_of(field).contains(&picked) {
        ui.label(widgets::muted(ui, format!("\"{picked}\" is not one of the choices. It is sent unchanged")));
    }
}

fn multiple_choice(ui: &mut Ui, field: &Field, entry: &mut Entry, focus: bool) {
    let picked = match &entry.input {
        Input::Choices(picked) if entry.presence == Presence::Sent => picked.clone(),
        _ => Vec::new(),
    };
    let mut next = None;
    ui.horizontal_wrapped(|ui| {
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
    if field.choices.is_empty() {
        ui.label(widgets::muted(ui, "The profile lists no choices for this field; add them under \"Edit profile\""));
    }
}

fn rating(ui: &mut Ui, field: &Field, entry: &mut Entry, focus: bool) {
    let picked = if entry.presence == Presence::Sent { text_of(&entry.input) } else { String::new() };
    let name = if field.field.is_empty() { &field.parameter } else { &field.field };
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
    } else if !picked.is_empty() && !field.choices.contains(&picked) {
        ui.label(widgets::muted(ui, format!("\"{picked}\" is not one of the choices. It is sent unchanged")));
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
        let room = if profile.known_submitters.is_empty() { 0.0 } else { 40.0 };
        let mut typed = text_of(&entry.input);
        let hides = privacy::is_sharing(ui);
        let shown = |default: &String| if hides { MASK.to_owned() } else { default.clone() };
        let hint = profile.default_submitter.as_ref().map_or_else(String::new, |default| format!("left out: {}", shown(default)));
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
