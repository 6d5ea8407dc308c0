//! What is done with profiles: copying, removing, importing, exporting.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use crate::formats::import::utf8;
use crate::model::Profile;
use crate::model::mapping::fields_from_sample;
use crate::model::profile::FileElement;
use crate::store::{ProfileId, write_export};
use crate::transport::read_regular;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

impl App {
    pub(in crate::ui) fn profile_command(&mut self, ctx: &Context, command: ProfileCommand) {
        match command {
            ProfileCommand::Select(id) => {
                self.select_then(id, |app| {
                    app.state.view = View::Compose;
                    app.remember_profile();
                });
            }
            ProfileCommand::Create(profile) => {
                self.create_profile(*profile);
            }
            ProfileCommand::ShowPlace(place) => self.state.show_place(place),
            ProfileCommand::Map(parameter) => self.map_parameter(&parameter),
            ProfileCommand::AddElement(parameter) => self.add_element(parameter),
            ProfileCommand::Save(id, profile) => self.save_profile(&id, *profile),
            ProfileCommand::Undo { id, before, after } => self.undo_profile(&id, &before, &after),
            ProfileCommand::Duplicate(id) => self.duplicate_profile(&id),
            ProfileCommand::MakeTwin(id) => self.make_sandbox_twin(&id),
            ProfileCommand::Remove(id) => self.remove_profile(&id),
            ProfileCommand::Restore(id) => self.restore_profile(&id),
            ProfileCommand::ToggleFavourite(id) => self.toggle_favourite(&id),
            ProfileCommand::Group(command) => self.group_command(ctx, command),
            ProfileCommand::PickImport => {
                let filter = Some(("Profiles", &["json"][..]));
                let done = |paths| Command::Profile(ProfileCommand::Import(paths));
                self.dialogs.pick_files(ctx, "Import profiles", filter, done);
            }
            ProfileCommand::Import(paths) => self.import(paths),
            ProfileCommand::PickExport { id, with_key } => self.pick_export(ctx, id, with_key),
            ProfileCommand::Export { id, with_key, path } => self.export(&id, with_key, path),
        }
    }

    fn add_element(&mut self, parameter: String) {
        let Some(stored) = self.state.profile().cloned() else { return };
        if stored.profile.file_element(&parameter).is_some() {
            return;
        }
        let mut profile = stored.profile.clone();
        let text = format!("Added the file element \"{parameter}\" to the profile \"{}\"", profile.shown_name());
        profile.file_elements.push(FileElement { field: parameter.clone(), parameter, ..FileElement::default() });
        let undo = ProfileCommand::Undo {
            id: stored.id.clone(),
            before: Box::new(stored.profile.clone()),
            after: Box::new(profile.clone()),
        };
        self.save_profile(&stored.id, profile);
        self.state.note(NoteKind::Info, text, Some(("Undo".into(), Command::Profile(undo))));
    }

    /// What the draft sends for the parameter shows its kind; without a value its name does.
    fn map_parameter(&mut self, parameter: &str) {
        let Some((stored, session)) = self.state.open() else { return };
        let (id, mut profile) = (stored.id.clone(), stored.profile.clone());
        if profile.field(parameter).is_none() {
            let value = session.draft.members(&profile).get(parameter).cloned().unwrap_or_default();
            let sample = serde_json::Map::from_iter([(parameter.to_owned(), value)]);
            profile.fields.extend(fields_from_sample(&sample));
            self.save_profile(&id, profile);
        }
        self.state.show_place(format!("fields/{parameter}"));
    }

    pub(in crate::ui) fn duplicate_profile(&mut self, id: &ProfileId) {
        if let Some(mut copy) = self.state.profile_of(id).cloned() {
            copy.name = self.free_name(&format!("{} copy", copy.name));
            copy.favourite = false;
            self.create_profile(copy);
        }
    }

    pub(in crate::ui) fn make_sandbox_twin(&mut self, id: &ProfileId) {
        let Some(mut twin) = self.state.profile_of(id).cloned() else { return };
        let Some(sandbox) = &self.state.sandbox.running else {
            let text = "The sandbox is not running, so it cannot run a twin. Start it on the sandbox page";
            self.state.note(NoteKind::Problem, text, Some(("Open the sandbox page".into(), Command::Show(View::Sandbox))));
            return;
        };
        twin.base_url = sandbox.base_url();
        if let Some(played) = sandbox.profiles().first() {
            twin.api_key = played.api_key.clone();
        }
        twin.name = self.free_name(&format!("{} (sandbox)", twin.name));
        twin.sandbox = true;
        twin.production = false;
        twin.accept_invalid_certificates = false;
        twin.label = "Sandbox".to_owned();
        self.create_profile(twin);
    }

    pub(in crate::ui) fn remove_profile(&mut self, id: &ProfileId) {
        let Some(name) = self.state.profile_of(id).map(|profile| profile.name.clone()) else { return };
        let Some(store) = self.store.clone() else { return self.removed(id, &name) };
        let what = format!("Removing the profile \"{name}\"");
        if self.is_waiting_for(&what) {
            return;
        }
        self.save_drafts(id);
        self.save_changes();
        let id = id.clone();
        let promise = self.jobs.write({
            let id = id.clone();
            move || store.remove_profile(&id)
        });
        self.soon_written(what, promise, move |app, removed| match removed {
            Ok(()) => app.removed(&id, &name),
            Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
        });
    }

    fn removed(&mut self, id: &ProfileId, name: &str) {
        self.state.sharing.removed += 1;
        self.drop_profile(id);
        let undo = Some(("Undo".to_owned(), Command::Profile(ProfileCommand::Restore(id.clone()))));
        self.state.note(NoteKind::Info, format!("Removed the profile \"{name}\""), undo);
    }

    pub(in crate::ui) fn restore_profile(&mut self, id: &ProfileId) {
        let Some(store) = self.store.clone() else { return };
        self.save_changes();
        let id = id.clone();
        let promise = self.jobs.write(move || store.restore_profile(&id));
        self.soon_written("Restoring the profile", promise, |app, restored| match restored {
            Ok(stored) => {
                let id = stored.id.clone();
                app.list_profile(stored);
                app.select(id);
            }
            Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
        });
    }

    pub(in crate::ui) fn toggle_favourite(&mut self, id: &ProfileId) {
        if let Some(mut profile) = self.state.profile_of(id).cloned() {
            profile.favourite = !profile.favourite;
            self.save_profile(id, profile);
        }
    }

    pub(in crate::ui) fn import(&mut self, paths: Vec<PathBuf>) {
        let parse = |text: String| Profile::from_json(&text).map_err(|error| error.to_string());
        let read = move |path: PathBuf| (read_regular(&path).and_then(utf8).and_then(parse), path);
        self.read_aside(
            "Reading the profiles",
            move || paths.into_iter().map(read).collect::<Vec<_>>(),
            |app, _, read| read.into_iter().for_each(|(profile, path)| app.imported(profile, &path)),
        );
    }

    fn imported(&mut self, profile: Result<Profile, String>, path: &Path) {
        match profile {
            Ok(mut profile) => {
                profile.name = self.free_name(&profile.name);
                let name = profile.name.clone();
                self.create_profile_then(profile, move |app| {
                    app.state.note(NoteKind::Info, format!("Imported the profile \"{name}\""), None);
                });
            }
            Err(reason) => {
                let text = format!("Importing {}: {reason}. A profile is a *.profile.json file", path.display());
                self.state.note(NoteKind::Problem, text, None);
            }
        }
    }

    pub(in crate::ui) fn pick_export(&mut self, ctx: &Context, id: ProfileId, with_key: bool) {
        let Some(profile) = self.state.profile_of(&id) else { return };
        let stem: String =
            profile.name.chars().map(|c| if c.is_alphanumeric() || " -_.".contains(c) { c } else { '-' }).collect();
        let done = move |path| Command::Profile(ProfileCommand::Export { id, with_key, path });
        self.dialogs.pick_place(ctx, "Export profile", &format!("{}.profile.json", stem.trim()), done);
    }

    pub(in crate::ui) fn export(&mut self, id: &ProfileId, with_key: bool, path: PathBuf) {
        let Some(profile) = self.state.profile_of(id) else { return };
        let value = if with_key { profile.to_value_revealing_key() } else { profile.to_value() };
        self.write_aside("Exporting the profile", move || {
            write_export(&path, &format!("{value:#}\n"), true).map_err(|error| error.to_string())?;
            let key = if with_key { "including the API key as plain text" } else { "without its API key" };
            Ok(format!("Exported to {}, {key}", path.display()))
        });
    }
}
