//! What the response panel remembers of an exchange.

use std::collections::HashSet;

use crate::diagnosis::FactPlace;
use crate::ui::command::Command;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::response::view::{body, sent};

/// What the response panel remembers of a delivery: page, folds, search.
#[derive(Default)]
pub struct ResponseState {
    /// The page that was picked; until then the one that says most.
    pub(in crate::ui) tab: Option<Tab>,
    /// Causes that were folded or unfolded against their first state, by where they are listed and their number there.
    pub(in crate::ui) toggled: HashSet<(Option<usize>, usize)>,
    pub(in crate::ui) body: body::BodyState,
    pub(in crate::ui) sent: sent::SentState,
    /// A header of the answer to be scrolled to.
    pub(in crate::ui) header: Option<String>,
    /// Whether the pages' texts were made ready without addresses.
    pub(in crate::ui) hides_addresses: bool,
}

/// The pages of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::ui) enum Tab {
    Summary,
    Attachments,
    Body,
    Headers,
    Sent,
}

/// Leads to where a fact is to be seen.
pub(in crate::ui) fn go_to(own: &mut ResponseState, place: &FactPlace, out: &mut Vec<Command>) {
    match place {
        FactPlace::Url(_) | FactPlace::RequestHeader(_) | FactPlace::Body(_) | FactPlace::Parameter(_) | FactPlace::Part(_) => {
            own.tab = Some(Tab::Sent);
            own.sent.go_to(place.clone());
        }
        FactPlace::AnswerHeader(name) => {
            own.tab = Some(Tab::Headers);
            own.header = Some(name.clone());
        }
        FactPlace::AnswerBody(span) => {
            own.tab = Some(Tab::Body);
            own.body.go_to(span.clone());
        }
        FactPlace::Profile(place) => out.push(Command::Profile(ProfileCommand::ShowPlace(place.clone()))),
        // The status stands above every page.
        FactPlace::AnswerStatus | FactPlace::Earlier(_) => {}
    }
}
