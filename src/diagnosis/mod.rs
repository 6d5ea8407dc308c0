//! Profile and exchange in, causes out. Pure: no clock, no disk, no network.
//!
//! One rule serves two moments: the rules that explain a failure are those that warn before sending. Each room knows the rules of one
//! part (`endpoint`, `request`, `fields`, `upload`) or of what came back (`page`, `network`, `hints`); here they are put in
//! order by what the answer makes likely.

pub mod cause;
pub mod check;
pub mod compare;
mod endpoint;
mod fields;
mod hints;
mod json_syntax;
mod look;
mod network;
mod page;
mod rank;
mod request;
mod text;
mod upload;

pub use cause::{Basis, Cause, Fact, Mend, Place};
pub use check::{CheckPart, CheckRow, CheckStatus, check};
pub use compare::{Agreement, Comparison, Difference, compare};

use crate::model::profile::FieldKind;
use crate::model::{Case, Profile, contract};
use look::Look;

/// The causes of a case, best first. A success yields one cause with the id `none`, whose evidence are notes.
pub fn diagnose(case: &Case) -> Vec<Cause> {
    let look = Look::at(case);
    if look.is_before() {
        return preflight(case);
    }
    let mut found = rank::Found {
        answer: page::check(&look),
        network: network::check(&look),
        // An answer can be explained without its request; of what is not known nothing is claimed.
        endpoint: if case.sent.url.is_empty() { Vec::new() } else { endpoint::check(&look) },
        request: if case.knows_request() { request::check(&look) } else { Vec::new() },
        fields: fields::check(&look),
        upload: upload::check(&look),
    };
    rank::rank(&look, &mut found)
}

/// What would go wrong if this were sent; the case has neither answer nor failure. Empty when nothing is wrong.
pub fn preflight(case: &Case) -> Vec<Cause> {
    let unanswered;
    let case = if case.answer.is_some() || case.failure.is_some() {
        unanswered = Case { answer: None, failure: None, ..case.clone() };
        &unanswered
    } else {
        case
    };
    let look = Look::at(case);
    let mut found = endpoint::check(&look);
    found.extend(request::check(&look));
    found.extend(fields::check(&look));
    found.extend(upload::check(&look));
    found
}

/// The submitter's parameter of a profile.
fn fields_parameter(profile: &Profile) -> &str {
    contract::parameter_of(profile, FieldKind::Submitter, "submitter")
}
