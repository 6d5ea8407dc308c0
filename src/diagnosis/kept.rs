//! Causes as the history keeps them.

use super::Cause;
use crate::model::history::KeptCause;

impl From<&Cause> for KeptCause {
    fn from(cause: &Cause) -> Self {
        Self {
            id: cause.id.to_owned(),
            confidence: cause.confidence,
            title: cause.title.clone(),
            evidence: cause.evidence.iter().map(|fact| fact.text.clone()).collect(),
            fix: cause.fix.clone(),
        }
    }
}
