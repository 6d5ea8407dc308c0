//! Keys in a file, encrypted under a passphrase.

use std::collections::BTreeMap;
use std::path::Path;

use age::secrecy::SecretString;

use crate::model::Secret;
use crate::store::disk;
use crate::store::error::StoreError;
use crate::store::held::patiently;

/// Twice as much work for each step; this much is about a third of a second, and opening a file takes it once.
const WORK: u8 = 17;

/// More than that nobody needs to wait for.
const MOST_WORK: u8 = 22;

const READING: &str = "Reading the keys from";
const WRITING: &str = "Writing the keys to";

/// What a file holds: the names and their secrets.
pub(super) type StoredSecrets = BTreeMap<String, String>;

/// Reads a file. Fails when the passphrase is another.
pub(super) fn read(path: &Path, passphrase: &Secret) -> Result<StoredSecrets, StoreError> {
    let bytes = disk::regular(path)
        .and_then(|()| patiently(|| std::fs::read(path)))
        .map_err(|error| StoreError::io(READING, path, &error))?;
    let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.reveal().to_owned()));
    identity.set_max_work_factor(MOST_WORK);
    let text = age::decrypt(&identity, &bytes).map_err(|error| {
        let (reason, advice) = match error {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys | age::DecryptError::KeyDecryptionFailed => {
                ("the passphrase is another".to_owned(), "Type it again.")
            }
            error => (
                format!("the file is damaged ({error})"),
                "Bring it back from a backup, or move it away and type the keys again.",
            ),
        };
        StoreError::said(READING, path, &reason, advice)
    })?;
    serde_json::from_slice(&text)
        .map_err(|_| StoreError::said(READING, path, "what it holds makes no sense", "Move it away and type the keys again."))
}

/// Writes a file whole, for its user alone.
pub(super) fn write(path: &Path, passphrase: &Secret, kept: &StoredSecrets) -> Result<(), StoreError> {
    let text = zeroize::Zeroizing::new(serde_json::to_vec(kept).unwrap_or_default());
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.reveal().to_owned()));
    recipient.set_work_factor(WORK);
    let bytes =
        age::encrypt(&recipient, &text).map_err(|error| StoreError::said(WRITING, path, &error.to_string(), "Try again."))?;
    disk::write_over(path, &bytes).map_err(|error| StoreError::io(WRITING, path, &error))
}
