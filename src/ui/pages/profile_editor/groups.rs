//! Moving profiles between groups.

use crate::store::ProfileId;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::group_question::GroupQuestion;
use crate::ui::pages::profile_editor::command::{GroupCommand, ProfileCommand};
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::toasts::NoteKind;
use eframe::egui::Context;

impl App {
    pub(in crate::ui) fn group_command(&mut self, ctx: &Context, command: GroupCommand) {
        match command {
            GroupCommand::Ask(question) => {
                let name = match &question {
                    GroupQuestion::New(_) => String::new(),
                    GroupQuestion::Rename(from) => from.clone(),
                };
                self.state.group_question = Some((question, name));
            }
            GroupCommand::Move(id, to) => {
                let text = match to.as_str() {
                    "" => "Taken out of the group".to_owned(),
                    to => format!("Moved to the group \"{to}\""),
                };
                self.regroup(vec![(id, to)], &text);
            }
            GroupCommand::Rename { from, to } => {
                let of_group = self.state.profiles.iter().filter(|stored| stored.profile.group.trim() == from);
                let moves: Vec<_> = of_group.map(|stored| (stored.id.clone(), to.clone())).collect();
                let text = match to.as_str() {
                    "" => format!("Removed the group \"{from}\". Its profiles are in no group"),
                    to => format!("Renamed the group \"{from}\" to \"{to}\""),
                };
                self.regroup(moves, &text);
            }
            GroupCommand::Back(moves) => {
                self.move_all(moves);
            }
            GroupCommand::Fold(name, folds) => {
                let mut settings = self.state.settings.value.clone();
                settings.folded_groups.retain(|folded| *folded != name);
                if folds {
                    settings.folded_groups.push(name);
                }
                self.settings_command(ctx, SettingsCommand::Save(Box::new(settings)));
            }
        }
    }
    /// Moves profiles to groups, and says so with a way back.
    fn regroup(&mut self, moves: Vec<(ProfileId, String)>, text: &str) {
        let back = self.move_all(moves);
        if !back.is_empty() {
            let undo = Command::Profile(ProfileCommand::Group(GroupCommand::Back(back)));
            self.state.note(NoteKind::Info, text, Some(("Undo".into(), undo)));
        }
    }

    /// Moves profiles to groups; returns where those were that have changed.
    fn move_all(&mut self, moves: Vec<(ProfileId, String)>) -> Vec<(ProfileId, String)> {
        let mut back = Vec::new();
        for (id, to) in moves {
            let Some(mut profile) = self.state.profile_of(&id).cloned().filter(|profile| profile.group != to) else { continue };
            back.push((id.clone(), std::mem::replace(&mut profile.group, to)));
            self.save_profile(&id, profile);
        }
        back
    }
}
