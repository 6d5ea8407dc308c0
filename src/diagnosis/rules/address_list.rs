//! Refusals of the address that a request came from, by a service's own header or page, or by the answer's words.

use url::Host;

use crate::diagnosis::answer_text::{has_word, says, sentences};
use crate::diagnosis::context::RuleContext;
use crate::diagnosis::phrases::address_list::{ADDRESSES, HEADERS, NETWORKS, NOT_LET_IN, PAGES, REFUSED};

/// Whether an answer says that the sender's address is not let in.
pub(crate) fn is_named(context: &RuleContext<'_>) -> bool {
    let has_header = || HEADERS.iter().any(|name| context.answer.is_some_and(|answer| answer.header(name).is_some()));
    let says_so = || sentences(context).iter().any(|said| is_said(&said.text.to_lowercase()));
    // A page may name the address in one line and refuse it in the next.
    let is_in_text = || names_ip(&context.answer_lower) && says(&context.answer_lower, REFUSED);
    has_header() || says(&context.answer_lower, PAGES) || says_so() || is_in_text()
}

fn names_ip(text: &str) -> bool {
    has_word(text, "ip") || text.contains("ip address") || text.contains("ip-address")
}

fn is_said(sentence: &str) -> bool {
    let is_about = names_ip(sentence) || says(sentence, ADDRESSES) || says(sentence, NETWORKS) || holds_address(sentence);
    is_about && (says(sentence, REFUSED) || says(sentence, NOT_LET_IN))
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
            ("the client address 203.0.113.9 is not in the allow list of this key", true),
            ("requests from 2001:db8::17 are denied", true),
            ("access from your network is restricted", true),
            ("die ip-adresse ist nicht freigegeben", true),
            ("l'adresse ip n'est pas autorisée", true),
            ("la dirección ip no está permitida", true),
            ("この送信元は許可されていません", true),
            ("access denied", false),
            ("version 1.2.3 is not allowed", false),
            ("the e-mail address is not allowed", false),
            ("your ip address is 203.0.113.9", false),
        ] {
            assert_eq!(is_said(sentence), expected, "{sentence}");
        }
    }
}
