//! An exchange as a proxy or a test keeps it, and the request that it is read as.

use super::error::note;
use super::{answer, failure, har};
use crate::model::exchange::Outcome;
use crate::model::imported::{Imported, Severity};
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::RequestSpec;

/// An exchange as such a program keeps it.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorded {
    pub(super) label: String,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) not_recorded: NotRecorded,
    pub(super) outcome: Option<Outcome>,
}

/// Reads the bodies as those of a HAR file are read, which has them in the same form.
pub(super) fn imported(recorded: Vec<Recorded>, said: &str) -> Imported {
    let mut collector = har::Collector::default();
    for one in recorded.into_iter().filter(|one| !one.url.is_empty()) {
        let Recorded { label, method, url, headers, body, mut not_recorded, outcome } = one;
        not_recorded.file_bytes |= not_recorded.body;
        collector
            .take_recorded(RequestSpec { label, method, url, headers, not_recorded, outcome, ..RequestSpec::default() }, body);
    }
    let mut imported = collector.imported;
    imported.notes.insert(0, note(Severity::Taken, said));
    imported
}

/// What came of a request by JMeter's words: a status, or the error of its client in the status' place.
pub(super) fn of_code(code: &str, said: &str, body: String) -> Option<Outcome> {
    if let Ok(status) = code.trim().parse::<u16>() {
        return (100..600).contains(&status).then(|| answer::logged(status, body));
    }
    let is_error = code.contains("Non HTTP response");
    is_error.then(|| failure::certain(&format!("{code}: {said}")))
}
