//! The window: which panel stands where.

use std::sync::mpsc::Receiver;
use std::time::Instant;

use eframe::egui::Context;
use eframe::egui::containers::scroll_area;
use eframe::egui::util::IdTypeMap;

use crate::jobs::Jobs;
use crate::model::Settings;
use crate::store::{History, Store, StoreContents};
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::{privacy, theme};

/// Goes on with what is there, and tells whether it was.
type GoOn = Box<dyn FnMut(&mut App, &Context) -> bool>;

/// Something that is being read or written aside of the window's thread.
pub(in crate::ui) struct Aside {
    pub(in crate::ui) number: u64,
    /// What is done, to be said if it takes long.
    pub(in crate::ui) what: String,
    /// Whether the window may stop waiting for it.
    pub(in crate::ui) can_stop: bool,
    pub(in crate::ui) since: Instant,
    /// Goes on with it once it is done, and tells whether it was.
    pub(in crate::ui) run: GoOn,
}

/// The store while it is being read.
pub(in crate::ui) struct Reading {
    pub(in crate::ui) store: Store,
    pub(in crate::ui) found: Receiver<StoreContents>,
    pub(in crate::ui) since: Instant,
    /// What is carried out once it is read.
    pub(in crate::ui) commands: Vec<Command>,
}

/// The application.
pub struct App {
    /// What the window shows.
    pub(in crate::ui) state: State,
    /// The background work.
    pub(in crate::ui) jobs: Jobs,
    /// Where things are saved; `None` when there is no place, which a note then says.
    pub(in crate::ui) store: Option<Store>,
    /// What is awaited before anything is shown.
    pub(in crate::ui) reading: Option<Reading>,
    /// Every exchange that was made; `None` when it cannot be opened, which a note then says.
    pub(in crate::ui) history: Option<History>,
    /// Exchanges that were kept since the limits were last held to.
    pub(in crate::ui) kept_since_tidy: u32,
    /// When was last looked whether somebody else wrote to it.
    pub(in crate::ui) history_looked_at: Option<Instant>,
    /// The window's title.
    pub(in crate::ui) title: String,
    /// File dialogs that are open.
    pub(in crate::ui) dialogs: super::dialogs::Dialogs,
    /// What is being read or written aside of the window's thread.
    pub(in crate::ui) asides: Vec<Aside>,
    /// How many of them were begun.
    pub(in crate::ui) asides_begun: u64,
}

impl App {
    /// The application on what was found on disk. `trouble` is why nothing can be saved, if so.
    pub fn new(ctx: &Context, store: Option<Store>, found: StoreContents, trouble: Option<String>) -> std::io::Result<Self> {
        let mut app = Self::empty(ctx)?;
        app.begin(ctx, store, found, trouble);
        Ok(app)
    }

    /// The application while its store is being read: a keyring that does not answer must not keep the window from opening.
    pub fn reading(ctx: &Context, store: Store, found: Receiver<StoreContents>) -> std::io::Result<Self> {
        let mut app = Self::empty(ctx)?;
        app.reading = Some(Reading { store, found, since: Instant::now(), commands: Vec::new() });
        Ok(app)
    }

    /// Goes on with what was found on disk.
    pub(in crate::ui) fn begin(&mut self, ctx: &Context, store: Option<Store>, found: StoreContents, trouble: Option<String>) {
        theme::choose(ctx, &found.settings);
        self.store = store;
        self.start(found, trouble);
    }

    fn empty(ctx: &Context) -> std::io::Result<Self> {
        theme::install(ctx);
        privacy::install(ctx);
        theme::choose(ctx, &Settings::default());
        // The widths of panels are remembered; how far each page was scrolled belongs to what it showed then.
        ctx.data_mut(IdTypeMap::remove_by_type::<scroll_area::State>);
        let waker = ctx.clone();
        let jobs = Jobs::new(move || waker.request_repaint())?;
        Ok(Self {
            state: State::default(),
            jobs,
            store: None,
            reading: None,
            history: None,
            kept_since_tidy: 0,
            history_looked_at: None,
            title: String::new(),
            dialogs: super::dialogs::Dialogs::default(),
            asides: Vec::new(),
            asides_begun: 0,
        })
    }

    /// What the window shows, for tests.
    pub fn state(&mut self) -> &mut State {
        &mut self.state
    }

    /// Carries a command out, as if a panel had returned it.
    pub fn run(&mut self, ctx: &Context, command: Command) {
        match &mut self.reading {
            Some(reading) => reading.commands.push(command),
            None => self.apply(ctx, command),
        }
    }
}
