//! Profile and exchange in, causes out. Pure: no clock, no disk, no network.
//!
//! One rule serves two moments: the rules that explain a failure are those that warn before sending. Each room knows the rules of one
//! part (`endpoint`, `request`, `fields`, `upload`) or of what came back (`page`, `network`, `hints`); here they are put in
//! order by what the answer makes likely.

mod api_key;
pub mod cause;
pub mod check;
pub mod compare;
mod endpoint;
mod fields;
mod hints;
mod history;
mod html;
mod intercepted;
mod json_syntax;
mod kept;
mod look;
mod mask;
mod named;
mod network;
mod page;
mod possible;
mod rank;
mod request;
mod said;
mod sign_in;
mod text;
mod upload;
mod words;
mod words_network;
mod words_page;

pub use cause::{Basis, Cause, Fact, Mend, Place};
pub use check::{CheckPart, CheckRow, CheckStatus, check};
pub use compare::{Agreement, Comparison, Difference, compare};

use crate::model::profile::FieldKind;
use crate::model::{Case, Profile, contract};
use look::Look;

/// The causes of a case, best first and never none. A success yields one cause with the id `none`, whose evidence are notes.
pub fn diagnose(case: &Case) -> Vec<Cause> {
    let look = Look::at(case);
    let mut causes = if look.is_before() {
        before(&look)
    } else {
        let mut found = rank::Found {
            answer: page::check(&look),
            network: network::check(&look),
            // An answer can be explained without its request; of what is not known nothing is claimed.
            endpoint: if case.sent.url.is_empty() { Vec::new() } else { endpoint::check(&look) },
            request: if case.knows_request() { request::check(&look) } else { Vec::new() },
            fields: fields::check(&look),
            upload: upload::check(&look),
            named: Vec::new(),
        };
        let known: Vec<Cause> = found.request.iter().chain(&found.upload).chain(&found.answer).cloned().collect();
        found.named = named::check(&look, &known);
        rank::rank(&look, &mut found)
    };
    rank::descend(&mut causes);
    history::add(&look, &mut causes);
    finish(&look, &mut causes);
    causes
}

/// What would go wrong if this were sent; nothing came of the case yet. Empty when nothing is wrong.
pub fn preflight(case: &Case) -> Vec<Cause> {
    let unanswered;
    let case = if case.outcome.is_some() {
        unanswered = Case { outcome: None, ..case.clone() };
        &unanswered
    } else {
        case
    };
    let look = Look::at(case);
    let mut found = warnings(&look);
    finish(&look, &mut found);
    found
}

fn warnings(look: &Look<'_>) -> Vec<Cause> {
    let mut found = endpoint::check(look);
    found.extend(request::check(look));
    found.extend(fields::check(look));
    found.extend(upload::check(look));
    found
}

/// Nothing came back because nothing was sent: what the warnings say, or that there are none.
fn before(look: &Look<'_>) -> Vec<Cause> {
    let found = warnings(look);
    if !found.is_empty() {
        return found;
    }
    vec![Cause::new("none", 0.85, "Nothing that is known here speaks against this request").fact("there is no answer yet", None)]
}

/// What every cause keeps to: it shows no secret, and its places begin and end between characters of the texts that they are in.
fn finish(look: &Look<'_>, causes: &mut [Cause]) {
    mask::hide(look.case, &look.answer_text, causes);
    let places = causes.iter_mut().flat_map(|cause| &mut cause.evidence).filter_map(|fact| fact.place.as_mut());
    for place in places {
        match place {
            Place::Url(span) => text::fit(span, &look.sent.url),
            Place::Body(span) => text::fit(span, look.body()),
            Place::AnswerBody(span) => text::fit(span, &look.answer_text),
            _ => {}
        }
    }
}

/// The submitter's parameter of a profile.
fn fields_parameter(profile: &Profile) -> &str {
    contract::parameter_of(profile, FieldKind::Submitter, "submitter")
}
