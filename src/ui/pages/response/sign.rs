//! What came of a request, as a sign: the same wherever it is told.

use eframe::egui::Color32;

use crate::model::status::status_text;
use crate::ui::icons;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::state::Judged;
use crate::ui::theme::Tokens;

/// How an outcome looks: an icon, its colour, and the words.
pub(in crate::ui) struct Sign {
    pub icon: &'static str,
    pub name: &'static str,
    pub words: String,
    pub kind: SignKind,
}

/// What an outcome is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum SignKind {
    Good,
    Odd,
    Bad,
    Open,
}

impl SignKind {
    pub(in crate::ui) fn colour(self, tokens: &Tokens) -> Color32 {
        match self {
            Self::Good => tokens.success,
            Self::Odd => tokens.warning,
            Self::Bad => tokens.danger,
            Self::Open => tokens.accent,
        }
    }
}

/// What came of a delivery's create request, in a sign.
pub(in crate::ui) fn sign(view: &Shown<'_>) -> Sign {
    match (view.exchange, view.not_sent) {
        (Some(exchange), _) => match (exchange.answer(), exchange.failure()) {
            (Some(answer), _) if answer.has_success_status() && !exchange.is_accepted() => Sign {
                icon: icons::WARNING_CIRCLE,
                name: "Not confirmed",
                words: format!("{}, not confirmed", status_text(answer.status)),
                kind: SignKind::Odd,
            },
            (Some(answer), _) => sign_of_status(answer.status),
            (None, failure) => {
                let words = failure.map_or("the connection failed", |failure| failure.kind.words());
                Sign { icon: icons::PLUG, name: "No response", words: format!("No response: {words}"), kind: SignKind::Bad }
            }
        },
        (None, Some(reason)) => {
            let words = match reason {
                "cancelled" => "Cancelled before a response came".to_owned(),
                _ => "Nothing was sent".to_owned(),
            };
            Sign { icon: icons::PROHIBIT, name: "Not sent", words, kind: SignKind::Odd }
        }
        (None, None) => Sign { icon: icons::HOURGLASS, name: "Under way", words: "Sending".into(), kind: SignKind::Open },
    }
}

fn sign_of_status(status: u16) -> Sign {
    let words = status_text(status);
    let (icon, name, kind) = match status {
        200..=299 => (icons::CHECK_CIRCLE, "Success", SignKind::Good),
        300..=399 => (icons::ARROW_BEND_UP_RIGHT, "Redirect", SignKind::Odd),
        400..=499 => (icons::WARNING_CIRCLE, "Refused", SignKind::Bad),
        _ => (icons::X_CIRCLE, "Server failure", SignKind::Bad),
    };
    Sign { icon, name, words, kind }
}

/// The status that came back last for a draft, and what it is.
pub(in crate::ui) fn last_status(session: &Session) -> Option<LastStatus> {
    let of = |at, exchange: &Judged| {
        let status = exchange.answer()?.status;
        let kind = match exchange.answer()?.has_success_status() && !exchange.is_accepted() {
            true => SignKind::Odd,
            false => sign_of_status(status).kind,
        };
        Some(LastStatus { at, status, kind })
    };
    // A file for a ticket that existed before says nothing of the draft.
    match (session.deliveries.iter().rfind(|view| !view.is_upload), &session.last) {
        (Some(view), _) => of(view.started_at, view.exchange.as_ref()?),
        (None, Some((at, last))) => of(*at, &last.exchange),
        (None, None) => None,
    }
}

/// The status that came back last.
pub(in crate::ui) struct LastStatus {
    /// When it was asked for.
    pub at: jiff::Timestamp,
    pub status: u16,
    pub kind: SignKind,
}

impl LastStatus {
    /// It in words: the colour alone does not tell that a success is none.
    pub(in crate::ui) fn words(&self) -> String {
        if self.kind == SignKind::Odd && self.status < 300 {
            format!("{}, not confirmed", self.status)
        } else {
            self.status.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_status_has_its_own_shape() {
        let mut icons: Vec<_> = [201, 302, 404, 500].map(|status| sign_of_status(status).icon).to_vec();
        icons.dedup();
        assert_eq!(icons.len(), 4);
        assert_eq!(sign_of_status(404).words, "404 Not Found");
    }
}
