//! Secrets that are known in this session, each under a name that says nothing of it.

use std::sync::{Mutex, PoisonError};

use super::vault::Vault;
use crate::logging;
use crate::model::Secret;
use crate::model::hex::hex;
use crate::model::secrets::placeholder::REFERENCE;

/// Names for secrets, in memory alone.
#[derive(Default)]
pub struct SessionSecrets {
    secrets: Mutex<Vec<(Secret, String)>>,
}

impl std::fmt::Debug for SessionSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionSecrets").field("secrets", &self.secrets().len()).finish()
    }
}

impl SessionSecrets {
    fn secrets(&self) -> std::sync::MutexGuard<'_, Vec<(Secret, String)>> {
        // A list that somebody stopped in the middle of pushing to is still a list.
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionSecrets {
    /// Takes over a secret that has its name from elsewhere.
    pub(super) fn learn(&self, secret: &Secret, name: &str) {
        logging::learn(secret);
        let mut secrets = self.secrets();
        if !secrets.iter().any(|(_, known)| known == name) {
            secrets.push((secret.clone(), name.to_owned()));
        }
    }
}

impl Vault for SessionSecrets {
    fn name(&self, secret: &Secret) -> String {
        let mut secrets = self.secrets();
        if let Some((_, name)) = secrets.iter().find(|(known, _)| known == secret) {
            return name.clone();
        }
        logging::learn_for_now(secret);
        let mut random = [0; 10];
        // Without randomness the number of the secret tells it from the others of this session.
        let _ = getrandom::fill(&mut random);
        let random = hex(&random);
        let name = format!("{REFERENCE}{random}{}", secrets.len());
        secrets.push((secret.clone(), name.clone()));
        name
    }

    fn secret(&self, name: &str) -> Option<Secret> {
        self.secrets().iter().find(|(_, known)| known == name).map(|(secret, _)| secret.clone())
    }

    fn known(&self) -> Vec<(Secret, String)> {
        self.secrets().clone()
    }
}
