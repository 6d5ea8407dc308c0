//! What is known besides the exchange itself: earlier exchanges that worked, and warnings that were overridden.

use super::look::Look;
use super::{Cause, Place};
use crate::model::Earlier;
use crate::model::endpoint::mask_url;

/// The latest exchange that worked with the very same address.
pub(super) fn same_address<'a>(look: &Look<'a>) -> Option<(usize, &'a Earlier)> {
    worked(look).find(|(_, earlier)| earlier.url == look.sent.url)
}

/// Exchanges that worked, latest first.
fn worked<'a>(look: &Look<'a>) -> impl Iterator<Item = (usize, &'a Earlier)> {
    look.case.earlier.iter().enumerate().rev().filter(|(_, earlier)| (200..300).contains(&earlier.status))
}

/// When an exchange was, in a sentence.
pub(super) fn when(earlier: &Earlier) -> String {
    if earlier.when.is_empty() { "earlier".to_owned() } else { format!("on {}", super::text::short(&earlier.when)) }
}

/// Adds what the history says to the causes that it speaks of.
pub(super) fn add(look: &Look<'_>, causes: &mut [Cause]) {
    for cause in causes.iter_mut() {
        if cause.id.starts_with("endpoint.")
            && !cause.evidence.iter().any(|fact| matches!(fact.place, Some(Place::Earlier(_))))
            && same_address(look).is_none()
            && let Some((index, earlier)) = worked(look).next()
        {
            let words = format!("another address worked {}: {}", when(earlier), mask_url(&earlier.url));
            cause.evidence.push(super::Fact { text: words, place: Some(Place::Earlier(index)) });
        }
    }
    if let Some(first) = causes.first_mut()
        && look.case.overridden.iter().any(|id| id == first.id)
    {
        let words = "this was warned of before sending, and it was sent all the same";
        first.evidence.push(super::Fact { text: words.to_owned(), place: None });
    }
}
