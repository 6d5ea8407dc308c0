//! Saving what the window holds, and looking at what others changed: on the queue's thread, one after another.

use crate::model::{Drafts, Profile, Settings};
use crate::store::{Notice, ProfileId, Store, StoreError};

use super::event::{JobEvent, JobId, SaveEvent};
use super::runtime::Jobs;
use crate::service::order::DeliveryProgress;

impl Jobs {
    /// Saves a profile.
    pub fn save_profile(&mut self, store: &Store, id: ProfileId, profile: Profile) {
        let store = store.clone();
        self.saving(move || {
            let result = store.put_profile(&id, &profile);
            Some(SaveEvent::Profile { id, given: Box::new(profile), result })
        });
    }

    /// Does something with the keys of a store, which can take a second.
    pub fn change_keys(
        &mut self,
        store: &Store,
        change: impl FnOnce(&Store) -> Result<Vec<Notice>, StoreError> + Send + 'static,
    ) {
        let store = store.clone();
        self.saving(move || {
            let result = change(&store);
            Some(SaveEvent::Keys { result, place: store.keys().place(), profiles: store.load().profiles })
        });
    }

    /// Saves the drafts of a profile.
    pub fn save_drafts(&mut self, store: &Store, id: ProfileId, drafts: Drafts) {
        let store = store.clone();
        self.saving(move || {
            let error = store.save_drafts(&id, &drafts).err()?;
            Some(SaveEvent::DraftFailed { id, error })
        });
    }

    /// Saves the settings.
    pub fn save_settings(&mut self, store: &Store, settings: Settings) {
        let store = store.clone();
        self.saving(move || {
            let result = store.put_settings(&settings);
            Some(SaveEvent::Settings { given: Box::new(settings), result })
        });
    }

    /// Looks at what others changed. Tells nothing if that is nothing, and as many profiles can be brought back as were before.
    pub fn look_for_changes(&mut self, store: &Store, removed: usize) -> JobId {
        let store = store.clone();
        self.saving(move || {
            let changes = store.changes();
            let told = !changes.is_empty() || changes.removed != removed;
            told.then(|| SaveEvent::Changes(Box::new(changes)))
        })
    }

    fn saving(&mut self, task: impl FnOnce() -> Option<SaveEvent> + Send + 'static) -> JobId {
        let (events, _) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        self.save_queue.run(move || {
            if let Some(event) = task() {
                events.send(JobEvent::Saved(event));
            }
        });
        job
    }
}
