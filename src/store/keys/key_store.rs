//! Secrets by their references, and the place where they are kept.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::file;
use super::keyring::Keyring;
use crate::model::Secret;
use crate::model::secrets::placeholder::REFERENCE;
use crate::store::error::StoreError;
use crate::store::held::patiently;
use crate::store::session_secrets::SessionSecrets;
use crate::store::stamp::Stamp;
use crate::store::vault::Vault;
use crate::store::{disk, lock};

/// Where secrets are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the system's keyring.
    Keyring,
    /// In a file under a passphrase, which was given.
    File,
    /// In a file under a passphrase, which was not given yet or did not open it.
    LockedFile {
        /// Why the passphrase that was given did not open it.
        refused: Option<String>,
    },
    /// In memory until the program ends; why.
    Memory(String),
}

impl KeyPlace {
    /// Whether what is kept there is there after the program ends.
    pub fn lasts(&self) -> bool {
        matches!(self, Self::Keyring | Self::File)
    }

    /// The place in words.
    pub fn words(&self) -> String {
        match self {
            Self::Keyring => format!("in {}", keyring_name()),
            Self::File => "in a file that is encrypted under your passphrase".into(),
            Self::LockedFile { refused: None } => {
                "in a file that is encrypted under your passphrase, which was not given yet".into()
            }
            Self::LockedFile { refused: Some(why) } => {
                format!("in a file that is encrypted under your passphrase, and that could not be opened: {why}")
            }
            Self::Memory(why) => format!("in memory until Centerpost is closed: {why}"),
        }
    }
}

/// What people call the system's keyring.
fn keyring_name() -> &'static str {
    if cfg!(target_os = "macos") {
        "the Keychain"
    } else if cfg!(windows) {
        "the Windows Credential Manager"
    } else {
        "the system's keyring"
    }
}

/// Secrets by their references. Copies share them.
#[derive(Clone)]
pub struct Keys {
    inner: Arc<Inner>,
}

struct Inner {
    file: PathBuf,
    /// Looked for when a secret is first asked for.
    keyring: OnceLock<Result<Keyring, String>>,
    /// What is known in this session.
    known: SessionSecrets,
    state: Mutex<State>,
}

/// The file, opened.
struct Open {
    passphrase: Secret,
    kept: file::StoredSecrets,
    /// The file as it was last read or written.
    stamp: Option<Stamp>,
}

impl Open {
    fn write(&mut self, path: &Path) -> Result<(), StoreError> {
        file::write(path, &self.passphrase, &self.kept)?;
        self.stamp = Stamp::of(path);
        Ok(())
    }
}

#[derive(Default)]
struct State {
    /// The file, once it was opened.
    open: Option<Open>,
    /// Why the passphrase of `CENTERPOST_PASSPHRASE` did not open the file.
    refused: Option<StoreError>,
    /// References of secrets that go into the file once it is opened.
    waiting: Vec<String>,
    /// References that one file alone holds, and only since this session: of a key that is just being typed, say.
    fresh: Vec<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("known", &self.inner.known).finish_non_exhaustive()
    }
}

impl Keys {
    /// The keys of a store's folder. `CENTERPOST_PASSPHRASE` opens its file of keys, and `CENTERPOST_KEYRING=off` leaves the
    /// system's keyring alone.
    pub(in crate::store) fn at(root: &Path) -> Self {
        let inner = Inner {
            file: root.join("keys.age"),
            keyring: OnceLock::new(),
            known: SessionSecrets::default(),
            state: Mutex::default(),
        };
        let keys = Self { inner: Arc::new(inner) };
        if keys.has_file()
            && let Ok(passphrase) = std::env::var("CENTERPOST_PASSPHRASE")
        {
            // The file stays locked then, which `place` tells and `keep` refuses.
            let refused = keys.unlock(&Secret::new(passphrase)).err();
            keys.state().refused = refused;
        }
        keys
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is one push or one assignment, so that a panic leaves nothing half done.
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_file(&self) -> bool {
        disk::is_there(&self.inner.file)
    }

    fn keyring(&self) -> Result<&Keyring, String> {
        let open = || match std::env::var("CENTERPOST_KEYRING") {
            Ok(value) if value.eq_ignore_ascii_case("off") => Err("CENTERPOST_KEYRING is off".to_owned()),
            _ => Keyring::open().map_err(|reason| format!("{} is not used, because {reason}", keyring_name())),
        };
        let open = || {
            let keyring = open();
            match &keyring {
                Ok(_) => log::info!("Secrets are kept in {}", keyring_name()),
                Err(why) => log::info!("The keyring is not used: {why}"),
            }
            keyring
        };
        self.inner.keyring.get_or_init(open).as_ref().map_err(Clone::clone)
    }

    /// Where secrets are kept. The first call may take seconds where a keyring does not answer.
    pub fn place(&self) -> KeyPlace {
        if self.has_file() {
            let state = self.state();
            let refused = state.refused.as_ref().map(|error| error.reason.clone());
            return if state.open.is_some() { KeyPlace::File } else { KeyPlace::LockedFile { refused } };
        }
        match self.keyring() {
            Ok(_) => KeyPlace::Keyring,
            Err(why) => KeyPlace::Memory(why),
        }
    }

    /// Keeps a secret where secrets are kept, and returns its reference. Where nothing lasts it is known in this session alone.
    pub fn keep(&self, secret: &Secret) -> Result<String, StoreError> {
        let is_known = self.inner.known.known().iter().any(|(known, _)| known == secret);
        let name = self.inner.known.name(secret);
        if is_known {
            self.used(&name);
        } else {
            self.state().fresh.push(name.clone());
        }
        if self.has_file() {
            self.keep_in_file(&name, secret)?;
        } else if let Ok(keyring) = self.keyring()
            && !self.is_kept(keyring, &name, secret)
        {
            keyring.set(&name, secret).map_err(|reason| self.refused(&reason))?;
        }
        Ok(name)
    }

    /// A secret that a second one uses is not one of a single file any more.
    fn used(&self, name: &str) {
        self.state().fresh.retain(|fresh| fresh != name);
    }

    /// Forgets a secret that a file held until now, if nobody else can hold it. So what stands in a key's field while it is being
    /// typed is not kept for ever.
    pub(super) fn replaced(&self, name: &str) {
        if !self.state().fresh.iter().any(|fresh| fresh == name) {
            return;
        }
        self.used(name);
        if self.has_file() {
            if let Some(open) = &mut self.state().open {
                // It goes from the file when that is written next.
                open.kept.remove(name);
            }
        } else if let Ok(keyring) = self.keyring() {
            // One that stays there does no harm.
            let _ = keyring.delete(name);
        }
    }

    fn keep_in_file(&self, name: &str, secret: &Secret) -> Result<(), StoreError> {
        let _lock = self.lock_file()?;
        self.read_again()?;
        let mut state = self.state();
        let State { open, refused, waiting, .. } = &mut *state;
        let Some(open) = open else {
            // Whoever gave a passphrase expects the secret to be in the file afterwards.
            if let Some(refused) = refused {
                return Err(refused.clone());
            }
            waiting.push(name.to_owned());
            return Ok(());
        };
        if open.kept.get(name).is_some_and(|known| known == secret.reveal()) {
            return Ok(());
        }
        open.kept.insert(name.to_owned(), secret.reveal().to_owned());
        open.write(&self.inner.file)
    }

    /// The lock under which the file is written, so that two processes do not overwrite each other's keys.
    fn lock_file(&self) -> Result<lock::Lock, StoreError> {
        let folder = self.inner.file.parent().unwrap_or(Path::new("."));
        lock::take_for_keys(folder).map_err(|error| StoreError::io("Writing the keys to", &self.inner.file, &error))
    }

    /// Reads the file again if another process wrote it since.
    fn read_again(&self) -> Result<(), StoreError> {
        let mut state = self.state();
        let Some(open) = state.open.as_mut().filter(|open| open.stamp != Stamp::of(&self.inner.file)) else { return Ok(()) };
        let stamp = Stamp::of(&self.inner.file);
        let read = file::read(&self.inner.file, &open.passphrase)?;
        for (name, secret) in &read {
            self.inner.known.learn(&Secret::new(secret), name);
        }
        open.kept.extend(read);
        open.stamp = stamp;
        Ok(())
    }

    fn is_kept(&self, keyring: &Keyring, name: &str, secret: &Secret) -> bool {
        keyring.get(name).is_ok_and(|known| known.as_ref() == Some(secret))
    }

    fn refused(&self, reason: &str) -> StoreError {
        StoreError {
            doing: "Keeping the API key in",
            path: keyring_name().into(),
            reason: reason.to_owned(),
            advice: "Unlock it, or keep keys in a file under a passphrase (see the settings, or centerpost keys).".into(),
        }
    }

    /// The secret of a reference, if it is known.
    pub fn get(&self, name: &str) -> Option<Secret> {
        if let Some(secret) = self.inner.known.secret(name) {
            return Some(secret);
        }
        if !name.starts_with(REFERENCE) {
            return None;
        }
        let found = if self.has_file() {
            // What another process put there meanwhile is asked for by those who read its files.
            self.read_again().ok()?;
            self.state().open.as_ref().and_then(|open| open.kept.get(name)).map(Secret::new)
        } else {
            self.keyring().ok().and_then(|keyring| keyring.get(name).ok().flatten())
        }?;
        self.inner.known.learn(&found, name);
        Some(found)
    }

    /// Opens the file of keys.
    pub fn unlock(&self, passphrase: &Secret) -> Result<(), StoreError> {
        let _lock = self.lock_file()?;
        let stamp = Stamp::of(&self.inner.file);
        let kept = file::read(&self.inner.file, passphrase)?;
        for (name, secret) in &kept {
            self.inner.known.learn(&Secret::new(secret), name);
        }
        let mut open = Open { passphrase: passphrase.clone(), kept, stamp };
        let mut state = self.state();
        let waiting = std::mem::take(&mut state.waiting);
        for (secret, name) in self.inner.known.known().into_iter().filter(|(_, name)| waiting.contains(name)) {
            open.kept.insert(name, secret.reveal().to_owned());
        }
        if !waiting.is_empty() {
            open.write(&self.inner.file)?;
        }
        state.open = Some(open);
        state.refused = None;
        Ok(())
    }

    /// Keeps secrets in a file under a passphrase from here on, those that are known in this session first. What the keyring has of
    /// them is deleted there.
    pub(in crate::store) fn use_file(&self, passphrase: &Secret) -> Result<(), StoreError> {
        if self.has_file() && self.state().open.is_none() {
            self.unlock(passphrase)?;
        }
        let _lock = self.lock_file()?;
        let known = self.inner.known.known();
        let kept: file::StoredSecrets = known.into_iter().map(|(secret, name)| (name, secret.reveal().to_owned())).collect();
        let mut open = Open { passphrase: passphrase.clone(), kept, stamp: None };
        open.write(&self.inner.file)?;
        if let Ok(keyring) = self.keyring() {
            for name in open.kept.keys() {
                // One that stays in the keyring does no harm there.
                let _ = keyring.delete(name);
            }
        }
        self.state().open = Some(open);
        Ok(())
    }

    /// Leaves the file: what it holds goes to the keyring, and the file is deleted. Fails where there is no keyring, since the keys
    /// would be lost with the session.
    pub fn leave_file(&self) -> Result<(), StoreError> {
        let leaving = "Moving the keys out of";
        let kept = self.state().open.as_ref().map(|open| open.kept.clone());
        let Some(kept) = kept else {
            let advice = "Give its passphrase first.";
            return Err(StoreError::said(leaving, &self.inner.file, "it is locked", advice));
        };
        let keyring = self.keyring().map_err(|reason| {
            StoreError::said(leaving, &self.inner.file, &reason, "Leave the keys in the file, or start the keyring.")
        })?;
        for (name, secret) in &kept {
            keyring.set(name, &Secret::new(secret)).map_err(|reason| self.refused(&reason))?;
        }
        patiently(|| std::fs::remove_file(&self.inner.file))
            .map_err(|error| StoreError::io(leaving, &self.inner.file, &error))?;
        self.state().open = None;
        Ok(())
    }
}

impl Vault for Keys {
    fn name(&self, secret: &Secret) -> String {
        let name = self.inner.known.name(secret);
        self.used(&name);
        name
    }

    fn secret(&self, name: &str) -> Option<Secret> {
        self.get(name)
    }

    fn known(&self) -> Vec<(Secret, String)> {
        self.inner.known.known()
    }
}
