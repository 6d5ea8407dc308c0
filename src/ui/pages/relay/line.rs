//! A line of the relay's page, made once: its texts are finished and hold no secret.

use crate::model::secrets::email;
use crate::model::secrets::masker::Masker;
use crate::model::{Answer, Exchange};
use crate::service::relay::{Mark, RelayNews, Relayed};
use crate::ui::widgets::{duration_text, size_text};

/// Letters of a body that an unfolded exchange shows; the history has it whole.
const SHOWN: usize = 4000;

/// A line of the page.
pub enum RelayLine {
    /// An exchange.
    Exchange(Box<ExchangeLine>),
    /// Something else that happened.
    Said(String),
}

/// An exchange, as the page shows it.
pub struct ExchangeLine {
    /// Counts from 1.
    pub number: u64,
    /// The status, or why there is none.
    pub outcome: String,
    /// Whether the ticket was created or the file taken.
    pub is_accepted: bool,
    /// When it started.
    pub started_at: jiff::Timestamp,
    /// How long it took, how much was sent, and who sent it.
    pub measures: String,
    /// Method and address.
    pub request: String,
    /// What is to be said of it.
    pub said: Vec<(Mark, String)>,
    /// Headers, parts and the beginning of the body of the request.
    pub sent: String,
    /// Headers and the beginning of the body of the answer.
    pub answered: Option<String>,
}

impl RelayLine {
    /// The line of what happened. `masker` knows the profile's secrets.
    pub fn of(news: RelayNews, masker: &Masker) -> Self {
        match news {
            RelayNews::Exchange(relayed) => Self::Exchange(Box::new(exchange(*relayed, masker.clone()))),
            RelayNews::PassedBy { client, host } => Self::Said(format!("{client} to {host}: forwarded without inspection")),
            RelayNews::Refused { client, reason } => Self::Said(masker.text(&format!("{client}: refused, {reason}"))),
        }
    }
}

fn exchange(relayed: Relayed, mut masker: Masker) -> ExchangeLine {
    let said = relayed.said();
    let Relayed { number, client, exchange, .. } = relayed;
    masker.learn_sent(&exchange.sent);
    let took = duration_text(exchange.timings.total);
    ExchangeLine {
        number,
        outcome: exchange.outcome_text(),
        is_accepted: exchange.is_accepted(),
        started_at: exchange.started_at,
        measures: format!("{took}, {}, {}", size_text(exchange.body_bytes_sent), client.ip()),
        request: format!("{} {}", exchange.sent.method, masker.url(&exchange.sent.url)),
        said: said.into_iter().map(|(mark, text)| (mark, masker.text(&text))).collect(),
        sent: sent(&exchange, &masker),
        answered: exchange.answer().map(|answer| answered(answer, &masker)),
    }
}

fn sent(exchange: &Exchange, masker: &Masker) -> String {
    let mut text = headers(&exchange.sent.headers, masker);
    for part in exchange.sent.parts.iter().flatten() {
        let named = format!("Part \"{}\" {}", part.name, part.filename.as_deref().unwrap_or_default());
        text.push_str(&masker.text(named.trim_end()));
        text.push('\n');
    }
    let body = exchange.sent.body.as_deref().unwrap_or_default();
    let start = masker.body(&body[..body.floor_char_boundary(4 * SHOWN)]);
    text.push_str(email::beginning(&start, SHOWN));
    text.trim_end().to_owned()
}

fn answered(answer: &Answer, masker: &Masker) -> String {
    // More than is shown is read, so that no secret is cut in two and missed.
    let start = Answer { body: answer.body.slice(..answer.body.len().min(4 * SHOWN)), ..answer.clone() };
    let text = headers(&answer.headers, masker) + &beginning(&start.text(), masker);
    text.trim_end().to_owned()
}

fn headers(headers: &[(String, String)], masker: &Masker) -> String {
    let mut text: String = masker.headers(headers).iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    text.push('\n');
    text
}

fn beginning(text: &str, masker: &Masker) -> String {
    let start = &text[..text.floor_char_boundary(4 * SHOWN)];
    email::beginning(&masker.text(start), SHOWN).to_owned()
}
