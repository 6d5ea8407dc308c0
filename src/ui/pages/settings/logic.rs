//! What the settings page asks for.

use std::time::Instant;

use crate::service::about::{self, Fact, Known};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::theme;
use crate::ui::toasts::NoteKind;
use eframe::egui::Context;

impl App {
    pub(in crate::ui) fn settings_command(&mut self, ctx: &Context, command: SettingsCommand) {
        match command {
            SettingsCommand::Save(settings) => {
                theme::choose(ctx, &settings);
                self.state.settings_trouble = None;
                (self.state.settings.value, self.state.settings.is_edited) = (*settings, true);
                self.state.sharing.unsaved_since.get_or_insert_with(Instant::now);
            }
            SettingsCommand::PickProfilesFolder => {
                let done = |path| Command::Settings(SettingsCommand::UseProfilesFolder(Some(path)));
                self.dialogs.pick_folder(ctx, "Folder for the profiles", done);
            }
            SettingsCommand::UseProfilesFolder(folder) => self.use_profiles_folder(folder),
            SettingsCommand::MoveProfiles(from) => self.move_profiles(from),
            SettingsCommand::EmptyRemoved => self.empty_removed(),
            SettingsCommand::UnlockKeys(passphrase) => {
                self.change_keys(move |store| store.keys().unlock(&passphrase).map(|()| Vec::new()));
            }
            SettingsCommand::KeepKeysInFile(passphrase) => {
                self.change_keys(move |store| store.keep_keys_in_file(&passphrase));
            }
            SettingsCommand::CopyDiagnostics => {
                let page = &self.state.settings_page;
                let (keys, window) = (page.key_place.as_ref(), page.drawn_by.as_deref());
                let known = Known { store: self.store.as_ref(), settings: &self.state.settings.value, keys, window };
                let mut facts = about::facts(&known);
                let (scale, size) = (ctx.pixels_per_point(), ctx.content_rect().size());
                facts.push(Fact { name: "Screen", value: format!("{:.0} × {:.0} points at {scale}×", size.x, size.y) });
                ctx.copy_text(about::text(&facts));
                self.state.note(NoteKind::Info, "The diagnostics are on the clipboard. They hold no secrets", None);
            }
            SettingsCommand::LeaveKeyFile => self.change_keys(|store| store.keys().leave_file().map(|()| Vec::new())),
        }
    }
}
