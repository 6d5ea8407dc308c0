//! The system's keyring, asked on a thread of its own: a D-Bus that hangs must not hang the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error};

use super::pieces::{self, Entries};
use crate::model::Secret;

/// What our entries are called in the keyring.
const SERVICE: &str = "Centerpost";

/// An entry that only shows that the keyring keeps what it is given.
const PROBE: &str = "probe";

/// How long an answer may take. Longer is a prompt that nobody sees, or a service that hangs. macOS asks its user in a window that
/// is seen, for reading too.
const PATIENCE: Duration = if cfg!(target_os = "macos") { PROMPT } else { Duration::from_secs(4) };

/// How long keeping a key may take: the system may ask its user to unlock the keyring.
const PROMPT: Duration = Duration::from_secs(90);

type Task = Box<dyn FnOnce(&Arc<CredentialStore>) + Send>;

/// The keyring, or rather the way to its thread.
pub(super) struct Keyring {
    tasks: mpsc::Sender<Task>,
    /// Whether it has let somebody wait in vain: nobody else is to wait.
    gave_up: AtomicBool,
}

impl Keyring {
    /// Opens the keyring and sees that it can be read: that it opens proves nothing. Fails with the reason in words.
    pub(super) fn open() -> Result<Self, String> {
        let (tasks, waiting) = mpsc::channel::<Task>();
        let (opened, result) = mpsc::channel();
        let run = move || match check_unlocked().and_then(|()| native().map_err(|error| words(&error))) {
            Ok(store) => {
                let _ = opened.send(Ok(()));
                waiting.into_iter().for_each(|task| task(&store));
            }
            Err(error) => {
                let _ = opened.send(Err(error));
            }
        };
        std::thread::Builder::new().name("keyring".into()).spawn(run).map_err(|error| error.to_string())?;
        result.recv_timeout(PATIENCE).map_err(|_| silent())??;
        let keyring = Self { tasks, gave_up: AtomicBool::new(false) };
        keyring.probe()?;
        Ok(keyring)
    }

    fn probe(&self) -> Result<(), String> {
        if self.get(PROBE)?.is_none() {
            self.ask(PATIENCE, |store| entry(store, PROBE)?.set_password("1"))?;
            if self.get(PROBE)?.is_none() {
                return Err("it forgets what it is given".into());
            }
        }
        Ok(())
    }

    /// The secret of a name, if there is one.
    pub(super) fn get(&self, name: &str) -> Result<Option<Secret>, String> {
        let name = name.to_owned();
        self.ask(PATIENCE, move |store| Ok(pieces::get(store, &name)?.map(Secret::new)))
    }

    /// Keeps a secret under a name.
    pub(super) fn set(&self, name: &str, secret: &Secret) -> Result<(), String> {
        let (name, secret) = (name.to_owned(), secret.clone());
        self.ask(PROMPT, move |store| pieces::set(store, &name, secret.reveal()))
    }

    /// Forgets a name. That it is not there is as good.
    pub(super) fn delete(&self, name: &str) -> Result<(), String> {
        let name = name.to_owned();
        self.ask(PROMPT, move |store| pieces::delete(store, &name))
    }

    fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce(&Arc<CredentialStore>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, String> {
        if self.gave_up.load(Ordering::Relaxed) {
            return Err(silent());
        }
        let (tell, told) = mpsc::channel();
        let task: Task = Box::new(move |store| {
            // Whoever asked may have lost patience.
            let _ = tell.send(work(store));
        });
        self.tasks.send(task).map_err(|_| "it is closed".to_owned())?;
        match told.recv_timeout(patience) {
            Ok(result) => result.map_err(|error| words(&error)),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                self.gave_up.store(true, Ordering::Relaxed);
                Err(silent())
            }
        }
    }
}

fn entry(store: &Arc<CredentialStore>, name: &str) -> Result<Entry, Error> {
    store.build(SERVICE, name, None)
}

impl Entries for Arc<CredentialStore> {
    type Error = Error;

    fn get(&self, name: &str) -> Result<Option<String>, Error> {
        match entry(self, name)?.get_password() {
            Ok(text) => Ok(Some(text)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn set(&self, name: &str, text: &str) -> Result<(), Error> {
        entry(self, name)?.set_password(text)
    }

    fn delete(&self, name: &str) -> Result<(), Error> {
        match entry(self, name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Reading or writing in a locked collection asks the user to unlock it, so whether it is locked is looked at first.
#[cfg(all(unix, not(target_os = "macos")))]
fn check_unlocked() -> Result<(), String> {
    use secret_service::EncryptionType;
    use secret_service::blocking::SecretService;
    let none = |error: secret_service::Error| format!("it cannot be reached ({error})");
    let service = SecretService::connect(EncryptionType::Plain).map_err(none)?;
    match service.get_default_collection() {
        Ok(collection) if collection.is_locked().map_err(none)? => Err("it is locked".into()),
        Ok(_) => Ok(()),
        Err(secret_service::Error::NoResult) => Err("it has no default collection".into()),
        Err(error) => Err(none(error)),
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn check_unlocked() -> Result<(), String> {
    Ok(())
}

fn silent() -> String {
    "it does not answer; it may be locked".into()
}

#[cfg(all(unix, not(target_os = "macos")))]
fn native() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn native() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn native() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// What went wrong, without anything that was to be kept.
fn words(error: &Error) -> String {
    match error {
        Error::NoStorageAccess(inner) => format!("it is locked or refuses ({inner})"),
        Error::PlatformFailure(inner) => format!("it cannot be reached ({inner})"),
        Error::NoDefaultStore => "there is none".into(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "what it keeps is not text".into(),
        Error::Ambiguous(_) => "it keeps several entries of one name".into(),
        _ => "it refuses".into(),
    }
}
