//! Runs the rules over a case and puts what they find in order.

use super::cause::{Cause, FactPlace};
use super::context::RuleContext;
use super::rules::{api_key, encoding, endpoint, fields, request, response, transport, upload};
use super::stand_ins::StandIns;
use super::{answer_hints, form_text, history, mask, rank, recorded, text, told_failure, told_status};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::Likely;
use crate::model::Case;

/// The causes of a case, best first and never none. A success yields one cause with the id `none`, whose evidence are notes.
pub fn diagnose(case: &Case) -> Vec<Cause> {
    if let Some(stand_ins) = StandIns::of(case) {
        return stand_ins.hide(diagnose(&stand_ins.case));
    }
    if let Some(case) = form_text::with_parts(case) {
        return diagnose(&case);
    }
    if let Some(failed) = told_failure::failed(case) {
        return diagnose(&failed);
    }
    if let Some(answered) = told_status::answered(case) {
        let message = case.failure().map_or("", |failure| &failure.message);
        let mut causes = told_status::unsure(diagnose(&answered), message);
        finish(&RuleContext::of(case), &mut causes);
        return causes;
    }
    let context = RuleContext::of(case);
    let mut causes = if context.is_before() {
        before(&context)
    } else {
        let mut found = rank::CausesByFamily {
            answer: response::check(&context),
            network: transport::check(&context),
            endpoint: recorded::keep(&context, address(&context)),
            request: if case.knows_request() { recorded::keep(&context, request::check(&context)) } else { Vec::new() },
            fields: recorded::keep(&context, fields::check(&context)),
            upload: recorded::keep(&context, upload::check(&context)),
            named: Vec::new(),
        };
        let known: Vec<Cause> = found.request.iter().chain(&found.upload).chain(&found.answer).cloned().collect();
        found.named = answer_hints::check(&context, &known);
        rank::rank(&context, &mut found)
    };
    causes.extend(response::malformed(&context));
    encoding::once(&mut causes);
    rank::descend(&mut causes);
    history::add(&context, &mut causes);
    finish(&context, &mut causes);
    causes
}

/// What would go wrong if this were sent; nothing came of the case yet. Empty when nothing is wrong.
pub fn preflight(case: &Case) -> Vec<Cause> {
    if let Some(stand_ins) = StandIns::of(case) {
        return stand_ins.hide(preflight(&stand_ins.case));
    }
    if let Some(case) = form_text::with_parts(case) {
        return preflight(&case);
    }
    let unanswered;
    let case = if case.outcome.is_some() {
        unanswered = Case { outcome: None, ..case.clone() };
        &unanswered
    } else {
        case
    };
    let context = RuleContext::of(case);
    let mut found = warnings(&context);
    finish(&context, &mut found);
    found
}

/// What is wrong with the address, its API key included.
fn address(context: &RuleContext<'_>) -> Vec<Cause> {
    // An answer or a payload can be explained without it; of what is not known nothing is claimed.
    if context.sent.url.is_empty() {
        return Vec::new();
    }
    // Behind a quotation mark nothing stands where it belongs.
    if let Some(quoted) = endpoint::quoted(context) {
        return vec![quoted];
    }
    let mut found = endpoint::check(context);
    found.extend(api_key::check(context).filter(|_| endpoint::can_be_judged(context)));
    found
}

fn warnings(context: &RuleContext<'_>) -> Vec<Cause> {
    let mut found = address(context);
    // What another service takes is no ticket.
    let is_elsewhere = rank::is_elsewhere(context, &found);
    found.extend(request::check(context));
    if !is_elsewhere {
        found.extend(fields::check(context));
    }
    found.extend(upload::check(context));
    encoding::once(&mut found);
    recorded::keep(context, found)
}

/// Nothing that came back is on record: what the warnings say, or that there are none. It may not have been sent yet, and it may have
/// failed.
fn before(context: &RuleContext<'_>) -> Vec<Cause> {
    let found = warnings(context);
    if !found.is_empty() {
        return found;
    }
    let fact = "neither an answer nor an error is on record, so what came of it is not known";
    vec![Cause::new(CauseId::NoProblem, Likely.plain(), "No problem found in the request").fact(fact, None)]
}

/// What every cause keeps to: it shows no secret, and its places begin and end between characters of the texts that they are in.
fn finish(context: &RuleContext<'_>, causes: &mut [Cause]) {
    mask::hide(context.case, &context.answer_text, causes);
    let places = causes.iter_mut().flat_map(|cause| &mut cause.evidence).filter_map(|fact| fact.place.as_mut());
    for place in places {
        match place {
            FactPlace::Url(span) => text::fit(span, &context.sent.url),
            FactPlace::Body(span) => text::fit(span, context.body()),
            FactPlace::AnswerBody(span) => text::fit(span, &context.answer_text),
            _ => {}
        }
    }
}
