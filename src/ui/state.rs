//! What the window shows. Views draw from it and change only what is being typed; everything else is a [`Command`].

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use crate::model::{Profile, Settings};
use crate::store::{ProfileId, StoredProfile};
use crate::ui::command::Command;
use crate::ui::documents::{Document, Sharing};
use crate::ui::group_question::GroupQuestion;
use crate::ui::pages::bundle::state::BundlePage;
use crate::ui::pages::compose::draft_id::DraftId;
use crate::ui::pages::compose::drafts::OpenDrafts;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::history::state::HistoryPage;
use crate::ui::pages::import::state::ImportPage;
use crate::ui::pages::profile_editor::state::{EditorState, NewProfile};
use crate::ui::pages::relay::state::RelayPage;
use crate::ui::pages::run::state::RunPage;
use crate::ui::pages::sandbox::state::SandboxState;
use crate::ui::pages::settings::state::SettingsPage;
use crate::ui::palette_state::Palette;
use crate::ui::toasts::{NoteKind, Toasts};
use crate::ui::view::View;

/// Something that is being read or written, and takes so long that the window says so.
#[derive(Clone, Debug)]
pub struct Wait {
    /// Its number.
    pub number: u64,
    /// What is done, as in "Reading a file".
    pub what: String,
    /// Whether the window may stop waiting for it.
    pub can_stop: bool,
    /// When it was begun.
    pub since: Instant,
}

/// Everything that the window shows: its pages, its notes, and what the pages share.
#[derive(Default)]
pub struct State {
    /// The page in the middle.
    pub view: View,
    /// The profiles, in the order of the list.
    pub profiles: Vec<Document<StoredProfile>>,
    /// The open profile.
    pub selected: Option<ProfileId>,
    /// The profile that is being opened, while its drafts are read.
    pub selecting: Option<ProfileId>,
    /// What the list of profiles is filtered by.
    pub filter: String,
    /// What a name of a group is asked for, and the name as it stands.
    pub group_question: Option<(GroupQuestion, String)>,
    /// The user's settings.
    pub settings: Document<Settings>,
    /// Why these are not the settings that the user made, if so.
    pub settings_trouble: Option<String>,
    /// What is shared with other windows and programs.
    pub sharing: Sharing,
    /// What the user should know.
    pub toasts: Toasts,
    /// Since when something is being saved.
    pub saving_since: Option<Instant>,
    /// What takes long at present.
    pub waits: Vec<Wait>,
    /// The command palette, while it is open.
    pub palette: Option<Palette>,
    /// What ended while the window did not have the keyboard: the title says so until it has.
    pub ended: Option<String>,
    /// The time of this frame.
    pub now: jiff::Timestamp,
    /// Production profiles that the user has confirmed in this session.
    pub confirmed: HashSet<ProfileId>,
    /// The drafts of each profile that was opened in this session, with their responses.
    pub drafts: HashMap<ProfileId, OpenDrafts>,
    /// The history's page.
    pub history: HistoryPage,
    /// The import page.
    pub import: ImportPage,
    /// What a support bundle would hold.
    pub bundle: BundlePage,
    /// What is being typed in the profile editor.
    pub editor: Option<EditorState>,
    /// Where the profile editor opens, by the name in the profile's file.
    pub profile_place: Option<String>,
    /// What is being typed on the page for a new profile.
    pub new_profile: NewProfile,
    /// The relay.
    pub relay: RelayPage,
    /// A suite and its run.
    pub run: RunPage,
    /// The sandbox.
    pub sandbox: SandboxState,
    /// The settings page.
    pub settings_page: SettingsPage,
}

impl State {
    /// The open profile.
    pub fn profile(&self) -> Option<&StoredProfile> {
        let id = self.selected.as_ref()?;
        self.document(id).map(|document| &**document)
    }

    /// Opens the profile editor at a place, named as in the profile's file.
    pub(in crate::ui) fn show_place(&mut self, place: String) {
        self.view = View::Profile;
        self.profile_place = Some(place);
    }

    /// A profile by its name on disk.
    pub fn profile_of(&self, id: &ProfileId) -> Option<&Profile> {
        self.document(id).map(|document| &document.profile)
    }

    /// A profile with whether it is saved, by its name on disk.
    pub fn document(&self, id: &ProfileId) -> Option<&Document<StoredProfile>> {
        self.profiles.iter().find(|stored| stored.id == *id)
    }

    /// [`State::document`], to be changed.
    pub fn document_mut(&mut self, id: &ProfileId) -> Option<&mut Document<StoredProfile>> {
        self.profiles.iter_mut().find(|stored| stored.id == *id)
    }

    /// The open profile and what goes on in its open draft.
    pub fn open(&mut self) -> Option<(&StoredProfile, &mut Session)> {
        let (stored, drafts) = self.open_drafts()?;
        Some((stored, drafts.session_mut()))
    }

    /// The open profile and its drafts.
    pub fn open_drafts(&mut self) -> Option<(&StoredProfile, &mut OpenDrafts)> {
        let id = self.selected.as_ref()?;
        let stored = self.profiles.iter().find(|stored| stored.id == *id)?;
        Some((stored, self.drafts.get_mut(id)?))
    }

    /// The open draft.
    pub fn draft_id(&self) -> Option<DraftId> {
        let profile = self.profile()?.id.clone();
        let number = self.drafts.get(&profile)?.session().number;
        Some(DraftId { profile, number })
    }

    /// What goes on in a draft.
    pub fn session_mut(&mut self, id: &DraftId) -> Option<&mut Session> {
        self.drafts.get_mut(&id.profile)?.get_mut(id.number)
    }

    /// What goes on in every draft of every profile that was opened.
    pub fn sessions_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.drafts.values_mut().flat_map(OpenDrafts::all_mut)
    }

    /// Tells the user something, unless it is said already.
    pub(in crate::ui) fn say_once(&mut self, kind: NoteKind, text: String) {
        self.toasts.add_once(kind, text);
    }

    /// Tells the user something.
    pub fn note(&mut self, kind: NoteKind, text: impl Into<String>, action: Option<(String, Command)>) {
        self.toasts.add(kind, text, action);
    }
}
