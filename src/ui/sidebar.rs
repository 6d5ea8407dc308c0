//! The list of profiles and the way to the other pages.

use eframe::egui::{self, Button, RichText, TextEdit, Ui, WidgetInfo};

use crate::formats::contract::Form;
use crate::model::Profile;
use crate::model::settings::ThemeChoice;
use crate::store::{ProfileId, StoredProfile};
use crate::ui::command::Command;
use crate::ui::documents::Document;
use crate::ui::groups::Group;
use crate::ui::key_names::with_keys;
use crate::ui::pages::export::command::ExportCommand;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::response::sign::{LastStatus, last_status};
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::pages::{PAGES, Page, PageButton};
use crate::ui::profile_names::ProfileNames;
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{groups, icons, theme, widgets};

/// The height of a row of the list, in points.
const LIST_ROW: f32 = 28.0;

/// A label that has room neither for all of it nor for this much is not drawn, in points: what is cut to a few letters says nothing.
const LEAST_LABEL: f32 = 72.0;

/// Draws the sidebar.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Centerpost").text_style(theme::heading()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, icons::DOWNLOAD_SIMPLE, "Import profiles…", "Imports exported *.profile.json files")
                .clicked()
            {
                out.push(Command::Profile(ProfileCommand::PickImport));
            }
            if widgets::icon_button(
                ui,
                icons::PLUS,
                "New profile…",
                "Paste the endpoint URL that Centercode shows, or start by hand (Ctrl+N)",
            )
            .clicked()
            {
                out.push(Command::Show(View::NewProfile));
            }
        });
    });
    filter(ui, state);
    let profiles = |ui: &mut Ui, (state, out): &mut (&mut State, &mut Vec<Command>)| {
        widgets::scroll(ui, "profiles", |ui| list(ui, state, out));
    };
    widgets::with_foot(ui, &mut (state, out), profiles, |ui, (state, out)| pages(ui, state, out));
}

/// Draws the sidebar's content as one bar with menus, for a window that is too narrow for it.
pub fn show_as_menu(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        // Room for all of it in one line of a narrow window.
        ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
        ui.spacing_mut().button_padding.x = 6.0;
        let open = state.profile().map_or("No profile", |stored| stored.profile.shown_name());
        let open = widgets::shortened(open, 28);
        let menu = ui.menu_button(format!("{}  {open}", icons::LIST), |ui| {
            let height = ui.ctx().content_rect().height() * 0.6;
            let names = ProfileNames::of(state.profiles.iter().map(|stored| &stored.profile));
            egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
                for group in groups::grouped(state.profiles.iter().map(|stored| &**stored)) {
                    if !group.name.is_empty() {
                        ui.label(widgets::muted(ui, group.name).small());
                    }
                    for stored in group.rows {
                        let is_open = state.selected.as_ref() == Some(&stored.id);
                        if ui.selectable_label(is_open, names.full(&stored.profile)).clicked() {
                            out.push(Command::Profile(ProfileCommand::Select(stored.id.clone())));
                            ui.close();
                        }
                    }
                }
            });
            ui.separator();
            if ui.button("New profile…").clicked() {
                out.push(Command::Show(View::NewProfile));
                ui.close();
            }
            if ui.button("Import profiles…").clicked() {
                out.push(Command::Profile(ProfileCommand::PickImport));
                ui.close();
            }
        });
        menu.response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "Profiles"));
        menu.response.on_hover_text("Opens another profile, or makes one");
        if let Some(stored) = state.profile() {
            more_button(ui, true, true, stored, &state.profiles, out);
        }
        for page in PAGES {
            page_icon(ui, state, page, out);
        }
        theme_button(ui, state, out);
        sharing_button(ui, state, out);
    });
}

fn filter(ui: &mut Ui, state: &mut State) {
    if state.profiles.is_empty() && state.filter.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        let icon = widgets::icon(ui, icons::MAGNIFYING_GLASS, theme::tokens(ui).muted, "Filter profiles");
        let room = if state.filter.is_empty() { 0.0 } else { 28.0 + ui.spacing().item_spacing.x };
        let edit = TextEdit::singleline(&mut state.filter)
            .id_salt("filter")
            .hint_text("Filter")
            .desired_width(ui.available_width() - room);
        ui.add(edit)
            .labelled_by(icon.id)
            .on_hover_text("Shows the profiles whose name, label, group, host or keys contain this text");
        if !state.filter.is_empty()
            && widgets::icon_button(ui, icons::X, "Clear the filter", "Shows all profiles again").clicked()
        {
            state.filter.clear();
        }
    });
}

fn matches(profile: &Profile, filter: &str) -> bool {
    let filter = filter.trim().to_lowercase();
    let texts = [&profile.name, &profile.label, &profile.group, &profile.base_url, &profile.project_key, &profile.source_key];
    filter.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(&filter))
}

fn list(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let shown: Vec<&StoredProfile> =
        state.profiles.iter().map(|stored| &**stored).filter(|stored| matches(&stored.profile, &state.filter)).collect();
    if state.profiles.is_empty() {
        ui.label(widgets::muted(
            ui,
            "No profiles yet. Create one for each External Source with the plus above, or import one with the arrow next to it.",
        ));
    } else if shown.is_empty() {
        ui.label(widgets::muted(ui, "No profile matches the filter."));
    }
    let names = ProfileNames::of(state.profiles.iter().map(|stored| &stored.profile));
    let mut rows: Vec<(RowKey, egui::Response)> = Vec::new();
    ui.spacing_mut().item_spacing.y = 1.0;
    // What the filter finds is shown.
    let is_unfolded = |name: &str| {
        name.is_empty() || !state.filter.trim().is_empty() || !state.settings.folded_groups.iter().any(|folded| folded == name)
    };
    let groups: Vec<Group<'_>> = groups::grouped(shown.into_iter());
    let stop = tab_stop(ui, state, &groups, &is_unfolded);
    for group in groups {
        let is_open = is_unfolded(group.name);
        if !group.name.is_empty() {
            let key = RowKey::Group(group.name.to_owned());
            let is_stop = stop.as_ref() == Some(&key);
            let head = widgets::stable(ui, ("group", group.name), |ui| groups::head(ui, &group, is_open, is_stop, out));
            rows.push((key, head));
        }
        for stored in group.rows.into_iter().filter(|_| is_open) {
            let key = RowKey::Profile(stored.id.clone());
            let is_stop = stop.as_ref() == Some(&key);
            widgets::stable(ui, ("profile", &stored.id.0), |ui| {
                let row = row(ui, state, &names, stored, is_stop, out);
                rows.push((key, row));
            });
        }
    }
    show_open(ui, state, &rows);
    keys(ui, &rows, out);
}

/// Which row of the list.
#[derive(Clone, Debug, PartialEq)]
enum RowKey {
    Group(String),
    Profile(ProfileId),
}

/// Where the list remembers the row that the keyboard was on last.
fn cursor_id() -> egui::Id {
    egui::Id::unique("profiles-cursor")
}

/// However long the list is, the Tab key stops at one row of it: the one that the keyboard was on last, else the open one, else the first.
fn tab_stop(ui: &Ui, state: &State, groups: &[Group<'_>], is_unfolded: &dyn Fn(&str) -> bool) -> Option<RowKey> {
    let is_there = |key: &RowKey| match key {
        RowKey::Group(name) => groups.iter().any(|group| !name.is_empty() && group.name == name),
        RowKey::Profile(id) => {
            groups.iter().any(|group| is_unfolded(group.name) && group.rows.iter().any(|stored| stored.id == *id))
        }
    };
    let cursor = ui.data(|data| data.get_temp::<RowKey>(cursor_id())).filter(is_there);
    let open = || state.selected.clone().map(RowKey::Profile).filter(is_there);
    let first = || {
        let group = groups.first()?;
        match group.rows.first() {
            Some(stored) if group.name.is_empty() => Some(RowKey::Profile(stored.id.clone())),
            _ => Some(RowKey::Group(group.name.to_owned())),
        }
    };
    cursor.or_else(open).or_else(first)
}

/// Brings a profile into sight when it is opened, from wherever that was asked for.
fn show_open(ui: &Ui, state: &State, rows: &[(RowKey, egui::Response)]) {
    let id = egui::Id::unique("profiles-shown");
    let Some(open) = &state.selected else { return };
    if ui.data(|data| data.get_temp::<ProfileId>(id)).as_ref() == Some(open) {
        return;
    }
    if let Some((_, row)) = rows.iter().find(|(key, _)| matches!(key, RowKey::Profile(own) if own == open)) {
        row.scroll_to_me(None);
        ui.data_mut(|data| data.insert_temp(id, open.clone()));
    }
}

/// Arrows, Home and End move between rows, Delete removes; Enter and Space press as everywhere.
fn keys(ui: &Ui, rows: &[(RowKey, egui::Response)], out: &mut Vec<Command>) {
    if let Some((key, row)) = rows.iter().find(|(_, row)| row.clicked()) {
        // The arrows go on from the row that was clicked.
        row.request_focus();
        ui.data_mut(|data| data.insert_temp(cursor_id(), key.clone()));
    }
    let Some(at) = rows.iter().position(|(_, row)| row.has_focus()) else { return };
    ui.data_mut(|data| data.insert_temp(cursor_id(), rows[at].0.clone()));
    let next = ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(egui::Modifiers::NONE, key);
        if pressed(egui::Key::ArrowDown) {
            Some(at + 1)
        } else if pressed(egui::Key::ArrowUp) {
            at.checked_sub(1)
        } else if pressed(egui::Key::Home) {
            Some(0)
        } else {
            pressed(egui::Key::End).then_some(rows.len() - 1)
        }
    });
    if let Some((key, row)) = next.and_then(|next| rows.get(next)) {
        row.request_focus();
        row.scroll_to_me(None);
        ui.data_mut(|data| data.insert_temp(cursor_id(), key.clone()));
        // egui itself would move the focus once more for the same key.
        ui.memory_mut(|memory| memory.move_focus(egui::FocusDirection::None));
    }
    if let RowKey::Profile(id) = &rows[at].0
        && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Delete))
    {
        out.push(Command::Profile(ProfileCommand::Remove(id.clone())));
    }
}

fn row(
    ui: &mut Ui,
    state: &State,
    names: &ProfileNames<'_>,
    stored: &StoredProfile,
    is_stop: bool,
    out: &mut Vec<Command>,
) -> egui::Response {
    let profile = &stored.profile;
    let is_open = state.selected.as_ref() == Some(&stored.id);
    let tokens = theme::tokens(ui);
    let top = ui.cursor().min;
    let place = egui::Rect::from_min_size(top, egui::vec2(ui.available_width(), LIST_ROW));
    let button = Button::new("").selected(is_open).frame_when_inactive(is_open).min_size(place.size());
    let response = ui.add(button.sense(widgets::stop(egui::Sense::click_and_drag(), is_stop)));
    response.dnd_set_drag_payload(stored.id.clone());
    let name = names.full(profile);
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_open, &name));
    let response = response.on_hover_ui(|ui| {
        let url = profile.endpoint().url_masked();
        ui.label(format!("{name}\n{url}\nArrow keys move through the list, Delete removes the profile"));
    });
    if response.clicked() {
        out.push(Command::Profile(ProfileCommand::Select(stored.id.clone())));
    }
    response.context_menu(|ui| menu(ui, stored, &state.profiles, out));
    let rect = response.rect;
    if !ui.is_rect_visible(rect) && !response.has_focus() {
        // There may be hundreds of them.
        return response;
    }
    let more_rect = egui::Rect::from_min_max(egui::pos2(rect.right() - 30.0, rect.top()), rect.right_bottom());
    let mut child = ui.new_child(
        egui::UiBuilder::new().id_salt("more").max_rect(more_rect).layout(egui::Layout::right_to_left(egui::Align::Center)),
    );
    let is_near = ui.rect_contains_pointer(rect) || response.has_focus() || is_open;
    // Seen where it is wanted, and always there for the keyboard and for a screen reader.
    let more = more_button(&mut child, is_near, is_stop, stored, &state.profiles, out);
    let shows_more = is_near || more.has_focus();
    let colour = profile.colour.map_or(tokens.border, |colour| theme::profile_colour(colour, ui.visuals().dark_mode));
    ui.painter().circle_filled(egui::pos2(rect.left() + 10.0, rect.center().y), 4.0, colour);
    let text = egui::Rect::from_min_max(
        egui::pos2(rect.left() + 20.0, rect.top()),
        egui::pos2(rect.right() - if shows_more { 32.0 } else { 8.0 }, rect.bottom()),
    );
    paint_row(ui, profile, &names.beside(profile), names.is_shared(profile), last_of(state, &stored.id), is_open, text);
    response
}

/// The status that came back last for a profile that was opened.
fn last_of(state: &State, id: &ProfileId) -> Option<LastStatus> {
    state.drafts.get(id)?.tabs().iter().filter_map(last_status).max_by_key(|last| last.at)
}

/// The name, and behind it the word that sets the profile apart and the last status, each cut where its room ends.
fn paint_row(
    ui: &Ui,
    profile: &Profile,
    beside: &str,
    is_shared: bool,
    status: Option<LastStatus>,
    is_open: bool,
    rect: egui::Rect,
) {
    let tokens = theme::tokens(ui);
    let line = |text: String, font: egui::FontId, colour: egui::Color32, width: f32| {
        let mut job = egui::text::LayoutJob::simple_singleline(text, font, colour);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width);
        ui.painter().layout_job(job)
    };
    let small = egui::TextStyle::Small.resolve(ui.style());
    let star = if profile.favourite { format!("{} ", icons::STAR) } else { String::new() };
    let family = if is_open { theme::strong() } else { egui::FontFamily::Proportional };
    let font = egui::FontId::new(egui::TextStyle::Body.resolve(ui.style()).size, family);
    let name = |width: f32| line(format!("{star}{}", profile.shown_name()), font.clone(), tokens.text, width);
    let wanted = name(f32::INFINITY).size().x;
    let mut right = rect.right();
    let mut behind = |text: String, colour: egui::Color32, width: f32| {
        let galley = line(text, small.clone(), colour, width);
        right -= galley.size().x;
        ui.painter().galley(egui::pos2(right, rect.center().y - galley.size().y / 2.0), galley, colour);
        right -= theme::SPACE;
        right
    };
    let mut end = rect.right();
    if let Some(last) = status {
        end = behind(last.status.to_string(), last.kind.colour(tokens), 40.0);
    }
    // What tells two profiles apart is more often in their names than in their labels, so a label takes what the name leaves.
    let left = if profile.production || is_shared { rect.width() * 0.4 } else { end - rect.left() - wanted - theme::SPACE };
    let whole = line(beside.to_owned(), small.clone(), tokens.muted, f32::INFINITY).size().x;
    if !beside.is_empty() && left >= whole.min(LEAST_LABEL) {
        end = behind(beside.to_owned(), if profile.production { tokens.danger } else { tokens.muted }, left);
    }
    let name = name((end - rect.left()).max(20.0));
    ui.painter().galley(egui::pos2(rect.left(), rect.center().y - name.size().y / 2.0), name, tokens.text);
}

/// The button for all that can be done with a profile.
fn more_button(
    ui: &mut Ui,
    is_seen: bool,
    is_stop: bool,
    stored: &StoredProfile,
    profiles: &[Document<StoredProfile>],
    out: &mut Vec<Command>,
) -> egui::Response {
    let id = ui.scope_id().with(("more", &stored.id.0));
    let has_focus = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or(false);
    if !is_seen && !has_focus {
        ui.set_opacity(0.0);
    }
    let label = RichText::new(icons::DOTS_THREE);
    let button = egui::containers::menu::MenuButton::from_button(
        Button::new(label).frame_when_inactive(false).sense(widgets::stop(egui::Sense::click(), is_stop)),
    );
    let button = button.ui(ui, |ui| menu(ui, stored, profiles, out)).0;
    let has_focus = button.has_focus();
    ui.data_mut(|data| data.insert_temp(id, has_focus));
    let name = format!("More for {}", stored.profile.shown_name());
    button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
    button.on_hover_text("Edit, duplicate, export or remove this profile")
}

fn menu(ui: &mut Ui, stored: &StoredProfile, profiles: &[Document<StoredProfile>], out: &mut Vec<Command>) {
    let id = &stored.id;
    let favourite = if stored.profile.favourite { "Remove from favourites" } else { "Add to favourites" };
    let entries: [(&str, &str, Vec<Command>); 8] = [
        ("Open", "Shows its form and responses", vec![Command::Profile(ProfileCommand::Select(id.clone()))]),
        (
            "Edit",
            "Opens its configuration",
            vec![Command::Profile(ProfileCommand::Select(id.clone())), Command::Show(View::Profile)],
        ),
        (
            "Duplicate",
            "Creates a copy with the same mapping and keys",
            vec![Command::Profile(ProfileCommand::Duplicate(id.clone()))],
        ),
        (favourite, "Favourites are listed first", vec![Command::Profile(ProfileCommand::ToggleFavourite(id.clone()))]),
        (
            "Create sandbox twin",
            "Creates a copy that runs in the embedded sandbox, to test without Centercode",
            vec![Command::Profile(ProfileCommand::MakeTwin(id.clone()))],
        ),
        (
            "Export…",
            "Writes a *.profile.json without the API key",
            vec![Command::Profile(ProfileCommand::PickExport { id: id.clone(), with_key: false })],
        ),
        (
            "Export with API key…",
            "Writes a *.profile.json that contains the API key as plain text. Share it only with people who may have the key",
            vec![Command::Profile(ProfileCommand::PickExport { id: id.clone(), with_key: true })],
        ),
        ("Remove", "Removes it from the list. You can undo this", vec![Command::Profile(ProfileCommand::Remove(id.clone()))]),
    ];
    for (label, says, commands) in entries {
        if ui.button(label).on_hover_text(says).clicked() {
            out.extend(commands);
            ui.close();
        }
    }
    groups::move_menu(ui, stored, profiles, out);
    contract(ui, id, out);
}

/// What the developers of the outside system need to know of a profile.
fn contract(ui: &mut Ui, id: &ProfileId, out: &mut Vec<Command>) {
    let menu = ui.menu_button("Contract for developers", |ui| {
        if ui.button("Copy as Markdown").on_hover_text("Copies the page without the API key").clicked() {
            out.push(Command::Export(ExportCommand::CopyContract(id.clone())));
            ui.close();
        }
        for form in Form::ALL {
            let label = format!("Save {}…", form.label());
            if ui.button(label).on_hover_text("Asks for a file. It contains neither the API key nor e-mail addresses").clicked() {
                out.push(Command::Export(ExportCommand::PickContract(id.clone(), form)));
                ui.close();
            }
        }
    });
    menu.response.on_hover_text(
        "Endpoint, parameters, exact choices, an example and code, as a page, a JSON Schema or an OpenAPI document",
    );
}

fn pages(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.separator();
    let settings = |page: &&Page| page.view == View::Settings;
    for page in PAGES.iter().filter(|page| !settings(page)) {
        page_button(ui, state, page, out);
    }
    ui.horizontal(|ui| {
        for page in PAGES.iter().filter(settings) {
            page_button(ui, state, page, out);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            theme_button(ui, state, out);
            sharing_button(ui, state, out);
        });
    });
}

fn theme_button(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let dark = ui.visuals().dark_mode;
    let (icon, name) = if dark { (icons::SUN, "Light theme") } else { (icons::MOON, "Dark theme") };
    if widgets::icon_button(ui, icon, name, "Switches the theme. The settings can also follow the system").clicked() {
        let mut settings = state.settings.value.clone();
        settings.theme = if dark { ThemeChoice::Light } else { ThemeChoice::Dark };
        out.push(Command::Settings(SettingsCommand::Save(Box::new(settings))));
    }
}

/// Whether the screen is shared, and the way to say so.
fn sharing_button(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let is_on = state.settings.screen_sharing;
    let (icon, says) = if is_on {
        (icons::SCREENCAST, "On: e-mail addresses are hidden and no API key is shown. Press to show them again (Ctrl+Shift+H)")
    } else {
        (icons::MONITOR, "Off. Press to hide e-mail addresses in the whole window, for calls and recordings (Ctrl+Shift+H)")
    };
    let mut text = RichText::new(icon).size(16.0);
    if is_on {
        text = text.color(theme::tokens(ui).accent);
    }
    let button = Button::new(text).selected(is_on).frame_when_inactive(is_on).min_size(egui::vec2(28.0, 28.0));
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_on, "Screen sharing"));
    if response.on_hover_text(format!("Screen sharing\n{}", with_keys(says))).clicked() {
        out.push(share(state));
    }
}

/// Turns screen sharing on or off.
pub(in crate::ui) fn share(state: &State) -> Command {
    let settings = crate::model::Settings { screen_sharing: !state.settings.screen_sharing, ..state.settings.value.clone() };
    Command::Settings(SettingsCommand::Save(Box::new(settings)))
}

/// The button of a page that has one: it opens the page, or leaves it for the form.
fn page_button(ui: &mut Ui, state: &State, page: &Page, out: &mut Vec<Command>) {
    let Some(PageButton { label, .. }) = &page.button else { return };
    let text = format!("{}  {}", page.icon, label(state));
    // As wide as the rows above; the last one shares its line.
    let width = if page.view == View::Settings { 0.0 } else { ui.available_width() };
    way_to(ui, state, page, Button::new((text, egui::Atom::grow())).min_size(egui::vec2(width, 0.0)), out);
}

/// The same where there is no room for words.
fn page_icon(ui: &mut Ui, state: &State, page: &Page, out: &mut Vec<Command>) {
    way_to(ui, state, page, Button::new(RichText::new(page.icon).size(16.0)).min_size(egui::vec2(28.0, 28.0)), out);
}

fn way_to(ui: &mut Ui, state: &State, page: &Page, button: Button<'_>, out: &mut Vec<Command>) {
    let Some(PageButton { label, says, .. }) = &page.button else { return };
    let (is_open, label) = (state.view == page.view, label(state));
    let keys = page.keys.map(|keys| format!(" ({})", ui.ctx().format_shortcut(&keys))).unwrap_or_default();
    let response = ui.add(button.selected(is_open).frame_when_inactive(is_open));
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_open, label));
    let response = response.on_hover_text(format!("{label}\n{says}{keys}"));
    // The second click of a double click does not take back what the first one did.
    if response.clicked() && !(is_open && (response.double_clicked() || response.triple_clicked())) {
        out.push(Command::Show(if is_open { View::Compose } else { page.view }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_looks_at_what_people_know_a_profile_by() {
        let profile = Profile {
            name: "Acme beta".into(),
            source_key: "appcrashlog".into(),
            base_url: "https://acme.centercode.com".into(),
            ..Profile::default()
        };
        for (filter, expected) in [("", true), (" ACME ", true), ("crash", true), ("centercode", true), ("other", false)] {
            assert_eq!(matches(&profile, filter), expected, "{filter}");
        }
    }
}
