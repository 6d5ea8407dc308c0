//! The window: which panel stands where.

use std::time::Instant;

use eframe::egui::Context;
use eframe::egui::containers::scroll_area;
use eframe::egui::util::IdTypeMap;

use crate::jobs::Jobs;
use crate::store::{History, Store, StoreContents};
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::{privacy, theme};

/// Goes on with what is read or written aside once it is done, and tells whether it was.
pub(in crate::ui) type Aside = Box<dyn FnMut(&mut App, &Context) -> bool>;

/// The application.
pub struct App {
    /// What the window shows.
    pub(in crate::ui) state: State,
    /// The background work.
    pub(in crate::ui) jobs: Jobs,
    /// Where things are saved; `None` when there is no place, which a note then says.
    pub(in crate::ui) store: Option<Store>,
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
}

impl App {
    /// The application on what was found on disk. `trouble` is why nothing can be saved, if so.
    pub fn new(ctx: &Context, store: Option<Store>, found: StoreContents, trouble: Option<String>) -> std::io::Result<Self> {
        theme::install(ctx);
        privacy::install(ctx);
        theme::choose(ctx, &found.settings);
        // The widths of panels are remembered; how far each page was scrolled belongs to what it showed then.
        ctx.data_mut(IdTypeMap::remove_by_type::<scroll_area::State>);
        let waker = ctx.clone();
        let jobs = Jobs::new(move || waker.request_repaint())?;
        let mut app = Self {
            state: State::default(),
            jobs,
            store,
            history: None,
            kept_since_tidy: 0,
            history_looked_at: None,
            title: String::new(),
            dialogs: super::dialogs::Dialogs::default(),
            asides: Vec::new(),
        };
        app.start(found, trouble);
        Ok(app)
    }

    /// What the window shows, for tests.
    pub fn state(&mut self) -> &mut State {
        &mut self.state
    }

    /// Carries a command out, as if a panel had returned it.
    pub fn run(&mut self, ctx: &Context, command: Command) {
        self.apply(ctx, command);
    }
}
