//! Names that stand for secrets.

use crate::model::Secret;

/// Names for secrets, and the secrets of names, as far as they are known.
pub trait Vault: Send + Sync {
    /// The name of a secret; an unknown one gets a name.
    fn name(&self, secret: &Secret) -> String;
    /// The secret of a name, if it is known.
    fn secret(&self, name: &str) -> Option<Secret>;
    /// Every secret that is known in this session, with its name.
    fn known(&self) -> Vec<(Secret, String)>;
}
