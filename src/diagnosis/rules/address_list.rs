//! Refusals of the address that a request came from, by a service's own header or page, or by the answer's words.

use url::Host;

use crate::diagnosis::answer_text::{has_word, says, sentences};
use crate::diagnosis::certainty::Certainty::{Likely, Proven};
use crate::diagnosis::certainty::Confidence;
use crate::diagnosis::context::RuleContext;
use crate::diagnosis::phrases::address_list::{ADDRESSES, HEADERS, NOT_LET_IN, PAGES, PLACES, REFUSED};

/// How sure it is that an answer refuses the sender's address; `None` where it does not.
pub(crate) fn named(context: &RuleContext<'_>) -> Option<Confidence> {
    let answer = context.answer?;
    let text = &context.answer_lower;
    let has_header = HEADERS.iter().any(|name| answer.header(name).is_some());
    // A page may name the address in one line and refuse it in the next.
    let is_in_text = || says(text, PAGES) || names_ip(text) && says(text, REFUSED);
    if has_header || is_in_text() {
        return Some(Proven.weak());
    }
    sentences(context).iter().filter_map(|said| named_in(&said.text.to_lowercase())).max()
}

fn names_ip(text: &str) -> bool {
    has_word(text, "ip") || text.contains("ip address") || text.contains("ip-address")
}

fn named_in(sentence: &str) -> Option<Confidence> {
    if !says(sentence, REFUSED) && !says(sentence, NOT_LET_IN) {
        None
    } else if names_ip(sentence) || says(sentence, ADDRESSES) || holds_address(sentence) {
        Some(Proven.weak())
    } else {
        says(sentence, PLACES).then_some(Likely.strong())
    }
}

/// Whether a text holds an IP address.
fn holds_address(text: &str) -> bool {
    let words = text.split(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':')));
    words.map(|word| word.trim_end_matches(['.', ':'])).any(|word| {
        let is_fourth = word.matches('.').count() == 3 && matches!(Host::parse(word), Ok(Host::Ipv4(_)));
        is_fourth || word.matches(':').count() > 1 && matches!(Host::parse(&format!("[{word}]")), Ok(Host::Ipv6(_)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_by_table() {
        for (sentence, expected) in [
            ("the client address 203.0.113.9 is not in the allow list of this key", Some(Proven.weak())),
            ("requests from 2001:db8::17 are denied", Some(Proven.weak())),
            ("access from your network is restricted", Some(Likely.strong())),
            ("die ip-adresse ist nicht freigegeben", Some(Proven.weak())),
            ("l'adresse ip n'est pas autorisée", Some(Proven.weak())),
            ("la dirección ip no está permitida", Some(Proven.weak())),
            ("この送信元は許可されていません", Some(Proven.weak())),
            ("access denied", None),
            ("version 1.2.3 is not allowed", None),
            ("the e-mail address is not allowed", None),
            ("your ip address is 203.0.113.9", None),
        ] {
            assert_eq!(named_in(sentence), expected, "{sentence}");
        }
    }
}
