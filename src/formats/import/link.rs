//! A `centerpost://` link: requests as HTTP text, percent-encoded. Whoever follows it gets a draft; nothing is sent.

use percent_encoding::percent_decode_str;

use super::error::ImportError;
use super::http;
use crate::model::imported::Imported;

/// What a link begins with; the text of the requests follows.
pub const DRAFT_LINK: &str = "centerpost://draft?text=";

const SCHEME: &str = "centerpost:";

/// Whether a text is one link and nothing else.
pub(super) fn is_link(text: &str) -> bool {
    let text = text.trim();
    text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME)) && !text.contains(char::is_whitespace)
}

/// The requests of a link.
pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    let link = text.trim();
    // A browser may have written the scheme in other letters, or a slash before the question mark.
    let rest = link.get(SCHEME.len()..).unwrap_or_default().trim_start_matches('/');
    let query = rest.split_once('?').filter(|(what, _)| what.trim_end_matches('/').eq_ignore_ascii_case("draft"));
    let encoded = query.and_then(|(_, query)| query.split('&').find_map(|pair| pair.strip_prefix("text=")));
    let Some(encoded) = encoded else {
        return Err(ImportError::new(format!("the link is not one of Centerpost's drafts, which begin with {DRAFT_LINK}")));
    };
    let decoded = percent_decode_str(encoded).decode_utf8();
    let text = decoded.map_err(|_| ImportError::new("the text in the link is not UTF-8"))?;
    Ok(http::read(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_by_table() {
        for (link, expected) in [
            ("centerpost://draft?text=POST%20https%3A%2F%2Fh%2Fx%0A%0A%7B%7D", "POST https://h/x"),
            ("Centerpost://draft/?text=POST%20https%3A%2F%2Fh%2Fx%0A", "POST https://h/x"),
            ("centerpost://draft?from=wiki&text=GET%20https%3A%2F%2Fh%2Fx%0A", "GET https://h/x"),
            ("centerpost://send?text=POST%20https%3A%2F%2Fh%2Fx", "not one of Centerpost's drafts"),
            ("centerpost://draft", "not one of Centerpost's drafts"),
            ("centerpost://draft?text=%ff", "not UTF-8"),
        ] {
            assert!(is_link(link));
            let told = match read(link) {
                Ok(imported) => imported.requests.iter().map(|request| format!("{} {}", request.method, request.url)).collect(),
                Err(error) => error.to_string(),
            };
            assert!(told.contains(expected), "{link}: {told}");
        }
        assert!(!is_link("centerpost://draft?text=a b") && !is_link("https://h"));
    }
}
