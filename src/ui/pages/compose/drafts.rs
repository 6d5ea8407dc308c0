//! The drafts of one profile as tabs: which there are, which is open, which were closed.

use std::time::Instant;

use crate::model::drafts::{CLOSED, NamedDraft, free_name};
use crate::model::{Drafts, Profile};
use crate::ui::pages::compose::refresh::refresh;
use crate::ui::pages::compose::state::Session;

/// The drafts of one profile. There is always one.
pub struct OpenDrafts {
    /// The tabs, in their order.
    tabs: Vec<Session>,
    /// The open one, by its place.
    open: usize,
    /// What was closed, with the place that it had, oldest first.
    closed: Vec<(usize, Session)>,
    /// The number of the next new draft.
    next: u64,
}

impl Default for OpenDrafts {
    fn default() -> Self {
        Self::new(Drafts::default(), &Profile::default())
    }
}

impl OpenDrafts {
    /// The drafts that were saved.
    pub fn new(saved: Drafts, profile: &Profile) -> Self {
        let mut next = 0;
        let mut session = |named: NamedDraft| {
            next += 1;
            session_of(named, next, profile)
        };
        let Drafts { first, more, open, closed } = saved;
        let tabs: Vec<Session> = std::iter::once(first).chain(more).map(&mut session).collect();
        let closed = closed.into_iter().map(|named| (usize::MAX, session(named))).collect();
        let open = tabs.iter().position(|tab| !open.is_empty() && tab.name == open).unwrap_or(0);
        Self { tabs, open, closed, next: next + 1 }
    }

    /// What is saved of them.
    pub fn to_save(&self) -> Drafts {
        let mut tabs = self.tabs.iter().map(named);
        Drafts {
            first: tabs.next().unwrap_or_default(),
            more: tabs.collect(),
            open: if self.open == 0 { String::new() } else { self.session().name.clone() },
            closed: self.closed.iter().map(|(_, session)| named(session)).collect(),
        }
    }

    /// The open draft.
    pub fn session(&self) -> &Session {
        &self.tabs[self.open]
    }

    /// [`OpenDrafts::session`], to be changed.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.tabs[self.open]
    }

    /// The tabs, in their order.
    pub fn tabs(&self) -> &[Session] {
        &self.tabs
    }

    /// The place of the open tab.
    pub fn open(&self) -> usize {
        self.open
    }

    /// Whether a closed draft can be opened again.
    pub fn has_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    /// Every draft, the closed ones too: what one of them sent goes on.
    pub fn all(&self) -> impl Iterator<Item = &Session> {
        self.tabs.iter().chain(self.closed.iter().map(|(_, session)| session))
    }

    /// [`OpenDrafts::all`], to be changed.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.tabs.iter_mut().chain(self.closed.iter_mut().map(|(_, session)| session))
    }

    /// Whether one of them is being sent.
    pub fn is_sending(&self) -> bool {
        self.all().any(|session| session.sending().is_some())
    }

    /// A draft by its number.
    pub fn get_mut(&mut self, number: u64) -> Option<&mut Session> {
        self.all_mut().find(|session| session.number == number)
    }

    /// Opens a tab.
    pub fn show(&mut self, number: u64) {
        if let Some(at) = self.place(number) {
            self.open = at;
            self.touch();
        }
    }

    /// Opens the tab so many places further, past the last from the first on.
    pub fn step(&mut self, places: isize) {
        let count = self.tabs.len() as isize;
        self.open = (self.open as isize + places).rem_euclid(count) as usize;
        self.touch();
    }

    /// Opens a new tab behind the open one, for a draft that is empty or a copy.
    pub fn add(&mut self, named: NamedDraft, profile: &Profile) {
        self.name_all();
        let name = free_name(&named.name, &self.tabs.iter().map(|tab| tab.name.as_str()));
        let session = session_of(NamedDraft { name, ..named }, self.next, profile);
        self.next += 1;
        self.open += 1;
        self.tabs.insert(self.open, session);
        self.touch();
    }

    /// Closes a tab, an empty one or none in its place if it was the only one. Tells its name if it held something.
    pub fn close(&mut self, number: u64, profile: &Profile) -> Option<String> {
        let at = self.place(number)?;
        if self.tabs.len() == 1 {
            if is_blank(&self.tabs[0], profile) {
                return None;
            }
            self.add(NamedDraft::default(), profile);
        }
        let mut closed = self.tabs.remove(at);
        // What was made of a response to be drawn takes several times its size, and is made again.
        closed.panels.clear();
        if self.open > at || self.open == self.tabs.len() {
            self.open = self.open.saturating_sub(1);
        }
        self.touch();
        if is_blank(&closed, profile) {
            return None;
        }
        let name = closed.name.clone();
        self.closed.push((at, closed));
        let oldest = self.closed.iter().position(|(_, session)| session.sending().is_none());
        if let Some(oldest) = oldest.filter(|_| self.closed.len() > CLOSED) {
            self.closed.remove(oldest);
        }
        Some(name)
    }

    /// Opens again what was closed, the last unless a number is given.
    pub fn reopen(&mut self, number: Option<u64>, profile: &Profile) {
        let at = match number {
            Some(number) => self.closed.iter().position(|(_, session)| session.number == number),
            None => self.closed.len().checked_sub(1),
        };
        let Some(at) = at else { return };
        let (place, mut session) = self.closed.remove(at);
        if self.tabs.len() == 1 && is_blank(&self.tabs[0], profile) {
            self.tabs.clear();
        }
        self.name_all();
        session.name = free_name(&session.name, &self.tabs.iter().map(|tab| tab.name.as_str()));
        self.open = place.min(self.tabs.len());
        self.tabs.insert(self.open, session);
        self.touch();
    }

    /// Gives a tab another name. One that another tab has gets a number.
    pub fn rename(&mut self, number: u64, name: &str) {
        let Some(at) = self.place(number) else { return };
        let others = self.tabs.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, tab)| tab.name.as_str());
        self.tabs[at].name = free_name(name.trim(), &others);
        self.touch();
    }

    /// Moves a tab to another place.
    pub fn move_to(&mut self, number: u64, to: usize) {
        let Some(at) = self.place(number) else { return };
        let open = self.session().number;
        let tab = self.tabs.remove(at);
        self.tabs.insert(to.min(self.tabs.len()), tab);
        self.open = self.place(open).unwrap_or(0);
        self.touch();
    }

    /// Another mapping: every draft is fitted to it.
    pub fn fit(&mut self, profile: &Profile) {
        for session in self.all_mut() {
            session.draft.fit(profile);
            refresh(session, profile);
        }
    }

    /// What was changed is saved once it has rested.
    fn touch(&mut self) {
        self.session_mut().unsaved_since.get_or_insert_with(Instant::now);
    }

    fn place(&self, number: u64) -> Option<usize> {
        self.tabs.iter().position(|tab| tab.number == number)
    }

    /// From the second tab on each has a name.
    fn name_all(&mut self) {
        for at in 0..self.tabs.len() {
            if self.tabs[at].name.is_empty() {
                self.tabs[at].name = free_name("", &self.tabs.iter().map(|tab| tab.name.as_str()));
            }
        }
    }
}

/// Whether a draft holds nothing that anybody made.
fn is_blank(session: &Session, profile: &Profile) -> bool {
    let mut blank = crate::model::Draft::default();
    blank.fit(profile);
    session.draft == blank && session.deliveries.is_empty() && session.last.is_none() && session.existing.endpoint.is_empty()
}

fn session_of(named: NamedDraft, number: u64, profile: &Profile) -> Session {
    let NamedDraft { name, sent, draft } = named;
    let mut session = Session { number, name, sent, draft, ..Session::default() };
    if let Some(text) = session.draft.json.clone() {
        session.json_notes = session.draft.set_json(&text, profile);
        session.json_text = text;
    }
    session.draft.fit(profile);
    refresh(&mut session, profile);
    session
}

/// What is saved of a draft.
pub(in crate::ui) fn named(session: &Session) -> NamedDraft {
    NamedDraft { name: session.name.clone(), sent: session.sent, draft: session.draft.clone() }
}
