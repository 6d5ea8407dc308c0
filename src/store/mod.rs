//! Disk: profiles, drafts and settings. The only user of `directories`.
//!
//! Every file is written whole to a temporary file beside it, synced, renamed over the old one, and the folder synced.
//! So a file is either its old self or its new self, whenever the program or the machine stops.
//!
//! ```text
//! profiles/NAME.profile.json   one External Source each, a reference in its API key's place; the stem is its id
//!                              (or in a folder of the user's own, which the settings name)
//! drafts/NAME.draft.json       what was typed for the profile of that id
//! removed/                     removed profiles and their drafts, under the names that they had
//! keys.age                     secrets under a passphrase, if they are not in the system's keyring
//! settings.json
//! .lock                        locked while something is saved
//! ```
//!
//! What belongs to one machine is in a folder of its own where the system has one, and in the same one elsewhere:
//!
//! ```text
//! history.db, bodies/          every exchange
//! runs/                        journals of runs that are under way
//! logs/                        the log
//! window.ron                   where the window stood
//! ```
//!
//! Several processes may work on one store: each save is made under the lock and merged with what others changed since
//! ([`Store::put_profile`]), and [`Store::changes`] tells what they did.

mod disk;
mod error;
mod export;
mod files;
mod folder;
mod held;
pub mod history;
mod keys;
mod kinds;
mod local;
mod lock;
mod merge;
mod names;
mod profile_id;
mod profiles;
mod root;
mod save_outcome;
mod saving;
mod session_secrets;
mod stamp;
mod vault;
mod watch;

pub use error::{Conflict, Notice, SaveError, StoreError};
pub use export::{Export, write_export, write_export_bytes};
pub use folder::Moved;
pub use history::{History, Write};
pub use keys::{KeyPlace, Keys};
pub use profile_id::{ProfileId, StoredProfile};
pub use profiles::{StoreContents, file_name, read_profile_file};
pub use root::{Store, learn_secret_names};
pub use save_outcome::{RemoteVersion, SaveOutcome};
pub use saving::{merge_profile, merge_settings};
pub use session_secrets::SessionSecrets;
pub use vault::Vault;
pub use watch::{Changes, Outside};
