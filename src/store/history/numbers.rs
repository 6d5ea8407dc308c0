//! Numbers that stand for words on disk.

use crate::model::history::{ExchangeKind, StatusClass};

/// A kind's number on disk.
pub(super) fn kind_number(kind: ExchangeKind) -> i64 {
    ExchangeKind::ALL.iter().position(|known| *known == kind).and_then(|at| i64::try_from(at).ok()).unwrap_or_default()
}

/// A class's number on disk: the status's first digit.
pub(super) fn class_number(class: StatusClass) -> i64 {
    match class {
        StatusClass::NoAnswer => 0,
        StatusClass::Informational => 1,
        StatusClass::Success => 2,
        StatusClass::Redirection => 3,
        StatusClass::ClientError => 4,
        StatusClass::ServerError => 5,
    }
}
