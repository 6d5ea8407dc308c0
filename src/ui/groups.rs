//! Groups of profiles in the list: which there are, what stands in each, and what is done with them.

use eframe::egui::{self, Button, Modifiers, RichText, Ui, WidgetInfo};

use crate::store::{ProfileId, StoredProfile};
use crate::ui::command::Command;
use crate::ui::documents::Document;
use crate::ui::group_question::GroupQuestion;
use crate::ui::name_dialog::{self, Answer};
use crate::ui::pages::profile_editor::command::{GroupCommand, ProfileCommand};
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// A group as the list shows it. The first has no name: its profiles are in none.
pub(in crate::ui) struct Group<'a> {
    pub(in crate::ui) name: &'a str,
    pub(in crate::ui) rows: Vec<&'a StoredProfile>,
}

/// The profiles by their groups: first those in none, then the groups by name. Within each they keep their order.
pub(in crate::ui) fn grouped<'a>(profiles: impl Iterator<Item = &'a StoredProfile>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for stored in profiles {
        let name = stored.profile.group.trim();
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.rows.push(stored),
            None => groups.push(Group { name, rows: vec![stored] }),
        }
    }
    groups.sort_by_cached_key(|group| (!group.name.is_empty(), group.name.to_lowercase(), group.name.to_owned()));
    groups
}

/// The names of all groups, in the order of the list.
fn names(profiles: &[Document<StoredProfile>]) -> Vec<String> {
    let all = grouped(profiles.iter().map(|stored| &**stored));
    all.into_iter().map(|group| group.name.to_owned()).filter(|name| !name.is_empty()).collect()
}

fn asks(command: GroupCommand) -> Command {
    Command::Profile(ProfileCommand::Group(command))
}

/// Draws the head of a group: it folds the group, and takes profiles that are dropped on it.
pub(in crate::ui) fn head(
    ui: &mut Ui,
    group: &Group<'_>,
    is_open: bool,
    is_stop: bool,
    out: &mut Vec<Command>,
) -> egui::Response {
    let tokens = theme::tokens(ui);
    let name = group.name;
    let caret = if is_open { icons::CARET_DOWN } else { icons::CARET_RIGHT };
    let count = RichText::new(group.rows.len().to_string()).small().color(tokens.muted);
    let text = RichText::new(format!("{caret}  {name}")).small().color(tokens.muted).family(theme::strong());
    let sense = widgets::stop(egui::Sense::click(), is_stop);
    let button = Button::new(text).right_text(count).frame_when_inactive(false).truncate().sense(sense);
    let response = ui.add(button.min_size(egui::vec2(ui.available_width(), 24.0)));
    let profiles = if group.rows.len() == 1 { "1 profile".to_owned() } else { format!("{} profiles", group.rows.len()) };
    let heard = format!("Group {name}, {profiles}, {}", if is_open { "expanded" } else { "collapsed" });
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_open, &heard));
    let verb = if is_open { "Collapses" } else { "Expands" };
    let tip = format!("{name}\n{verb} the group (Left and Right). Drop a profile here to move it into the group");
    let response = response.on_hover_text(tip);
    if let Some(id) = response.dnd_release_payload::<ProfileId>() {
        out.push(asks(GroupCommand::Move((*id).clone(), name.to_owned())));
    }
    if response.dnd_hover_payload::<ProfileId>().is_some() {
        let stroke = egui::Stroke::new(2.0, tokens.accent);
        ui.painter().rect_stroke(response.rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let (left, right) = if response.has_focus() {
        ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            (pressed(egui::Key::ArrowLeft), pressed(egui::Key::ArrowRight))
        })
    } else {
        (false, false)
    };
    if response.clicked() || (left && is_open) || (right && !is_open) {
        out.push(asks(GroupCommand::Fold(name.to_owned(), is_open)));
    }
    response.context_menu(|ui| {
        if ui.button("Rename group…").on_hover_text("Gives the group another name").clicked() {
            out.push(asks(GroupCommand::Ask(GroupQuestion::Rename(name.to_owned()))));
            ui.close();
        }
        if ui.button("Ungroup").on_hover_text("The profiles stay, and are in no group").clicked() {
            out.push(asks(GroupCommand::Rename { from: name.to_owned(), to: String::new() }));
            ui.close();
        }
    });
    response
}

/// The part of a profile's menu that moves it.
pub(in crate::ui) fn move_menu(
    ui: &mut Ui,
    stored: &StoredProfile,
    profiles: &[Document<StoredProfile>],
    out: &mut Vec<Command>,
) {
    let now = stored.profile.group.trim();
    let menu = ui.menu_button("Move to group", |ui| {
        let mut entry = |ui: &mut Ui, label: &str, says: &str, command: GroupCommand| {
            if ui.button(label).on_hover_text(says).clicked() {
                out.push(asks(command));
                ui.close();
            }
        };
        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for name in names(profiles).iter().filter(|name| *name != now) {
                entry(ui, name, "Moves the profile into this group", GroupCommand::Move(stored.id.clone(), name.clone()));
            }
        });
        if !now.is_empty() {
            let rename = GroupCommand::Ask(GroupQuestion::Rename(now.to_owned()));
            entry(ui, "No group", "Takes the profile out of its group", GroupCommand::Move(stored.id.clone(), String::new()));
            entry(ui, "Rename this group…", "Gives the group of this profile another name", rename);
        }
        let new = GroupCommand::Ask(GroupQuestion::New(stored.id.clone()));
        entry(ui, "New group…", "Asks for a name and moves the profile there", new);
    });
    menu.response.on_hover_text("Groups order a long list. Other programs that read the profile ignore them");
}

/// Asks for a name, if one is asked for.
pub(in crate::ui) fn ask(ui: &Ui, state: &mut State, out: &mut Vec<Command>) {
    let Some((question, mut name)) = state.group_question.take() else { return };
    let (title, verb, says) = match &question {
        GroupQuestion::New(_) => ("New group", "Create", "Creates the group and moves the profile into it"),
        GroupQuestion::Rename(_) => {
            ("Rename group", "Rename", "Renames the group. If another group has this name, the two are merged")
        }
    };
    match name_dialog::show(ui, title, verb, says, &mut name) {
        Answer::Open => state.group_question = Some((question, name)),
        Answer::Cancelled => {}
        Answer::Done => {
            let to = name.trim().to_owned();
            out.push(asks(match question {
                GroupQuestion::New(id) => GroupCommand::Move(id, to),
                GroupQuestion::Rename(from) => GroupCommand::Rename { from, to },
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Profile;

    #[test]
    fn profiles_stand_in_their_groups() {
        let stored = |name: &str, group: &str| StoredProfile {
            id: ProfileId(name.into()),
            profile: Profile { name: name.into(), group: group.into(), ..Profile::default() },
        };
        let all = [stored("a", "Zeta"), stored("b", ""), stored("c", "acme "), stored("d", "Zeta"), stored("e", "acme")];
        let found: Vec<(&str, Vec<&str>)> = grouped(all.iter())
            .into_iter()
            .map(|group| (group.name, group.rows.iter().map(|row| row.profile.name.as_str()).collect()))
            .collect();
        assert_eq!(found, [("", vec!["b"]), ("acme", vec!["c", "e"]), ("Zeta", vec!["a", "d"])]);
    }
}
