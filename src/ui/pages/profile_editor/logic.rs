//! Profiles: opening, saving, copying, removing, importing; and the sandbox that plays some of them.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use crate::formats::import::utf8;
use crate::model::{Drafts, Profile};
use crate::store::{ProfileId, StoredProfile, write_export};
use crate::transport::read_regular;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::drafts::OpenDrafts;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

impl App {
    pub(in crate::ui) fn profile_command(&mut self, ctx: &Context, command: ProfileCommand) {
        match command {
            ProfileCommand::Select(id) => {
                self.select(id);
                self.state.view = View::Compose;
                self.remember_profile();
            }
            ProfileCommand::Create(profile) => {
                self.create_profile(*profile);
            }
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

    pub(in crate::ui) fn remember_profile(&mut self) {
        let selected = self.state.selected.as_ref().map(|id| id.0.clone());
        if self.state.settings.last_profile != selected {
            self.state.settings.last_profile = selected;
            self.save_settings();
        }
    }

    /// Opens a profile; its draft is read when that happens for the first time in a session.
    pub(in crate::ui) fn select(&mut self, id: ProfileId) {
        let Some(profile) = self.state.profile_of(&id).cloned() else { return };
        if !self.state.drafts.contains_key(&id) {
            let saved = match self.store.as_ref().map(|store| store.drafts(&id)) {
                Some(Ok(drafts)) => drafts,
                Some(Err(error)) => {
                    self.state.note(NoteKind::Problem, error.to_string(), None);
                    Drafts::default()
                }
                None => Drafts::default(),
            };
            self.state.drafts.insert(id.clone(), OpenDrafts::new(saved, &profile));
            self.recall(&id);
        }
        self.state.selected = Some(id);
    }

    /// Saves a new profile and opens it.
    pub(in crate::ui) fn create_profile(&mut self, mut profile: Profile) -> Option<ProfileId> {
        if profile.name.trim().is_empty() {
            profile.name = "Untitled".to_owned();
        }
        self.settle();
        let id = match &self.store {
            Some(store) => match store.create_profile(&profile) {
                Ok(id) => id,
                Err(error) => {
                    self.state.note(NoteKind::Problem, error.to_string(), None);
                    self.unsaved_id()
                }
            },
            None => self.unsaved_id(),
        };
        self.state.profiles.push(StoredProfile { id: id.clone(), profile }.into());
        self.sort_profiles();
        self.select(id.clone());
        self.state.view = View::Compose;
        self.remember_profile();
        self.play_profiles();
        Some(id)
    }

    /// An id for a profile that lives in this session alone, because it could not be saved.
    fn unsaved_id(&self) -> ProfileId {
        let mut number = self.state.profiles.len();
        loop {
            let id = ProfileId(format!("unsaved-{number}"));
            if self.state.profile_of(&id).is_none() {
                return id;
            }
            number += 1;
        }
    }

    pub(in crate::ui) fn save_profile(&mut self, id: &ProfileId, profile: Profile) {
        let Some(stored) = self.state.profiles.iter().find(|stored| stored.id == *id) else { return };
        if stored.profile == profile {
            return;
        }
        self.replace_profile(id, profile);
        if let Some(document) = self.state.document_mut(id) {
            document.is_edited = true;
        }
        self.state.sharing.unsaved_since.get_or_insert_with(std::time::Instant::now);
    }

    /// Goes on with another version of a profile, which is saved already or will be.
    pub(in crate::ui) fn replace_profile(&mut self, id: &ProfileId, profile: Profile) {
        let Some(stored) = self.state.profiles.iter_mut().find(|stored| stored.id == *id) else { return };
        stored.profile = profile;
        let is_played = stored.profile.sandbox;
        if let Some(drafts) = self.state.drafts.get_mut(id) {
            drafts.fit(&stored.profile);
        }
        self.sort_profiles();
        if is_played {
            self.play_profiles();
        }
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
        self.save_drafts(id);
        self.settle();
        if let Some(store) = &self.store
            && let Err(error) = store.remove_profile(id)
        {
            self.state.note(NoteKind::Problem, error.to_string(), None);
            return;
        }
        self.state.sharing.removed += 1;
        self.drop_profile(id);
        let undo = Some(("Undo".to_owned(), Command::Profile(ProfileCommand::Restore(id.clone()))));
        self.state.note(NoteKind::Info, format!("Removed the profile \"{name}\""), undo);
    }

    /// Takes a profile that is not on disk any more off the list.
    pub(in crate::ui) fn drop_profile(&mut self, id: &ProfileId) {
        self.state.profiles.retain(|stored| stored.id != *id);
        if self.state.selected.as_ref() == Some(id) {
            self.state.view = View::Compose;
        }
        self.select_what_is_there();
        self.play_profiles();
    }

    /// Opens the first profile if the one that is open is no longer in the list.
    pub(in crate::ui) fn select_what_is_there(&mut self) {
        if self.state.profile().is_some() {
            return;
        }
        self.state.selected = None;
        self.state.editor = None;
        if let Some(next) = self.state.profiles.first().map(|stored| stored.id.clone()) {
            self.select(next);
        }
        self.remember_profile();
    }

    /// Adds a profile that is on disk already.
    pub(in crate::ui) fn add_profile(&mut self, stored: StoredProfile) {
        let id = stored.id.clone();
        self.state.profiles.push(stored.into());
        self.sort_profiles();
        if self.state.selected.is_none() {
            self.select(id);
        }
        self.play_profiles();
    }

    pub(in crate::ui) fn restore_profile(&mut self, id: &ProfileId) {
        self.settle();
        let Some(store) = &self.store else { return };
        match store.restore_profile(id) {
            Ok(stored) => {
                let id = stored.id.clone();
                self.state.profiles.push(stored.into());
                self.sort_profiles();
                self.select(id);
                self.play_profiles();
            }
            Err(error) => self.state.note(NoteKind::Problem, error.to_string(), None),
        }
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
            move || paths.into_iter().map(read).collect::<Vec<_>>(),
            |app, _, read| read.into_iter().for_each(|(profile, path)| app.imported(profile, &path)),
        );
    }

    fn imported(&mut self, profile: Result<Profile, String>, path: &Path) {
        match profile {
            Ok(mut profile) => {
                profile.name = self.free_name(&profile.name);
                let name = profile.name.clone();
                self.create_profile(profile);
                self.state.note(NoteKind::Info, format!("Imported the profile \"{name}\""), None);
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
        self.write_aside(move || {
            write_export(&path, &format!("{value:#}\n"), true).map_err(|error| error.to_string())?;
            let key = if with_key { "including the API key as plain text" } else { "without its API key" };
            Ok(format!("Exported to {}, {key}", path.display()))
        });
    }

    pub(in crate::ui) fn sort_profiles(&mut self) {
        self.state
            .profiles
            .sort_by_cached_key(|stored| (!stored.profile.favourite, stored.profile.name.to_lowercase(), stored.id.clone()));
    }

    pub(in crate::ui) fn free_name(&self, wanted: &str) -> String {
        let taken = |name: &str| self.state.profiles.iter().any(|stored| stored.profile.name == name);
        let mut name = wanted.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{wanted} {number}");
            number += 1;
        }
        name
    }
}
