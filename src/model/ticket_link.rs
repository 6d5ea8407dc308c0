//! The page of a ticket, where the answer that created it names one.

use serde_json::Value;

use super::Address;
use super::secrets::collect::secrets_in_url;

/// What such a member is called, without signs between its words.
const NAMES: [&str; 10] =
    ["url", "link", "href", "ticketurl", "ticketlink", "feedbackurl", "feedbacklink", "weburl", "htmlurl", "permalink"];
/// What may hold it, besides the answer itself.
const HOLDERS: [&str; 6] = ["data", "result", "ticket", "feedback", "links", "item"];
/// An answer of a ticket is short, and so are the ways into it.
const DEEPEST: usize = 4;

/// The address of the ticket's page in a success answer. What holds a key, and what is an endpoint for programs, is no page to be opened.
pub fn ticket_link(answer: &Value) -> Option<String> {
    let mut level = vec![answer];
    for _ in 0..DEEPEST {
        let members = || level.iter().filter_map(|value| value.as_object()).flatten();
        for name in NAMES {
            let found = members().filter(|(key, _)| plain(key) == name).filter_map(|(_, value)| value.as_str());
            if let Some(found) = found.map(str::trim).find(|text| is_page(text)) {
                return Some(found.to_owned());
            }
        }
        level = members().filter(|(key, _)| HOLDERS.contains(&plain(key).as_str())).map(|(_, value)| value).collect();
    }
    None
}

fn plain(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn is_page(text: &str) -> bool {
    let address = Address::parse(text);
    let scheme = address.raw(&address.scheme).to_ascii_lowercase();
    matches!(scheme.as_str(), "http" | "https")
        && !text.contains(char::is_whitespace)
        && !text.contains('@')
        && !text.contains("/api/")
        && secrets_in_url(text).is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_by_table() {
        let page = "https://acme.centercode.com/project/ticket/4711";
        for (answer, expected) in [
            (json!({"id": 4711, "url": page}), Some(page)),
            (json!({"data": {"feedback": {"id": 4711, "web_url": page}}}), Some(page)),
            (json!({"id": 4711, "links": {"href": page}}), Some(page)),
            (json!({"id": 4711}), None),
            // An endpoint of a file, a key, a script, and another name in front of the host.
            (json!({"attachments": {"url": page}}), None),
            (json!({"url": "https://acme.centercode.com/api/v1/projects/p/feedback/s/4711/files/log"}), None),
            (json!({"url": format!("{page}?apiKey=3f0c9a71")}), None),
            (json!({"url": "javascript:alert(1)"}), None),
            (json!({"url": "https://acme.centercode.com@evil.example/"}), None),
            (json!([{"url": page}]), None),
        ] {
            assert_eq!(ticket_link(&answer).as_deref(), expected, "{answer}");
        }
    }
}
