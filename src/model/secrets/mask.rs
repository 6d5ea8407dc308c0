//! Texts with what is secret cut out of them, and where the rest of them went: spans that were found in the text as it travelled can
//! still be marked in the text as it is shown.

use std::borrow::Cow;
use std::ops::Range;

use super::email::address_spans;
use super::finder::SecretFinder;
use super::header_values::secrets_of_header;
use super::names::is_secret_name;
use super::secret::MASK;
use super::url_values::secret_spans;

/// A text with [`MASK`] in place of each secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked<'a> {
    /// The text for eyes.
    pub text: Cow<'a, str>,
    /// What was cut out, as spans of the original, in order.
    cuts: Vec<Range<usize>>,
}

impl<'a> Masked<'a> {
    /// Cuts spans out of a text. Spans that overlap are cut out as one; those that do not fit the text are left out.
    pub fn cut(text: &'a str, mut spans: Vec<Range<usize>>) -> Self {
        spans.sort_by_key(|span| span.start);
        let mut cuts: Vec<Range<usize>> = Vec::new();
        for span in spans {
            if span.start >= span.end || text.get(span.clone()).is_none() {
                continue;
            }
            match cuts.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => cuts.push(span),
            }
        }
        if cuts.is_empty() {
            return Self { text: Cow::Borrowed(text), cuts };
        }
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        for cut in &cuts {
            shown.push_str(&text[at..cut.start]);
            shown.push_str(MASK);
            at = cut.end;
        }
        shown.push_str(&text[at..]);
        Self { text: Cow::Owned(shown), cuts }
    }

    /// A URL without the values of its key, token and password parameters, and without user information.
    pub fn url(url: &'a str) -> Self {
        Self::cut(url, secret_spans(url))
    }

    /// As [`Masked::url`], and without the given secrets, wherever they stand in it: a key may be sent under another name.
    pub fn url_without(url: &'a str, secrets: &[String]) -> Self {
        let mut spans = secret_spans(url);
        spans.extend(spans_of(url, secrets));
        Self::cut(url, spans)
    }

    /// A text without the given secrets, wherever and in whatever form they stand in it. Secrets shorter than four bytes are left.
    pub fn hide(text: &'a str, secrets: &[String]) -> Self {
        Self::hide_with(text, secrets, false)
    }

    /// As [`Masked::hide`], and without e-mail addresses if `addresses` says so.
    pub fn hide_with(text: &'a str, secrets: &[String], addresses: bool) -> Self {
        Self::hide_answer(text, secrets, addresses, false)
    }

    /// As [`Masked::hide_with`], for an answer: one of which only a piece came may end with the beginning of a secret.
    pub fn hide_answer(text: &'a str, secrets: &[String], addresses: bool, is_piece: bool) -> Self {
        let finder = SecretFinder::new(secrets);
        let mut spans = if addresses { address_spans(text) } else { Vec::new() };
        spans.extend(if is_piece { finder.spans_in_piece(text) } else { finder.spans(text) });
        Self::cut(text, spans)
    }

    /// Where a span of the original stands in the text for eyes. What begins or ends inside a secret covers the whole mask.
    pub fn span(&self, original: &Range<usize>) -> Range<usize> {
        map_span(&self.cuts, original)
    }

    /// What was cut out, as spans of the original; for [`map_span`] when the text itself goes elsewhere.
    pub fn into_parts(self) -> (Cow<'a, str>, Vec<Range<usize>>) {
        (self.text, self.cuts)
    }
}

fn spans_of(text: &str, secrets: &[String]) -> Vec<Range<usize>> {
    SecretFinder::new(secrets).spans(text)
}

/// A text of any kind for eyes: in each line the values of secret headers, in each URL the values of key and token parameters, and the
/// given secrets wherever they stand.
pub fn mask_text(text: &str, secrets: &[String]) -> String {
    let mut masked = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let header = line.split_once(':').filter(|(name, _)| !name.contains(char::is_whitespace) && is_secret_name(name));
        if let Some((name, value)) = header {
            let end = &value[value.trim_end_matches(['\r', '\n']).len()..];
            masked.push_str(&format!("{name}: {MASK}{end}"));
            continue;
        }
        for word in line.split_inclusive(char::is_whitespace) {
            masked.push_str(&Masked::cut(word, addresses_in(word)).text);
        }
    }
    match Masked::hide(&masked, secrets).text {
        Cow::Owned(hidden) => hidden,
        Cow::Borrowed(_) => masked,
    }
}

/// Where the secrets of the URLs in a word of a text stand. A URL within quotes ends at the closing one; a quote of another kind may be
/// a part of its key.
fn addresses_in(word: &str) -> Vec<Range<usize>> {
    const QUOTES: [char; 6] = ['\'', '"', '`', '<', '>', '\\'];
    let bare = word.trim_end();
    let mut spans = Vec::new();
    let mut start = 0;
    while start < bare.len() {
        let rest = &bare[start..];
        let open = bare[..start].chars().next_back().filter(|c| QUOTES.contains(c));
        let is_url = rest.starts_with("http") || rest.starts_with('/') || start == 0 || open.is_some();
        let first = rest.find(|c| c == '?' || QUOTES.contains(&c));
        let question = first.filter(|at| is_url && rest[*at..].starts_with('?'));
        let end = match (question, open) {
            (Some(at), Some(open)) => {
                let close = if open == '<' { '>' } else { open };
                rest[at..].find(close).map_or(rest.len(), |length| at + length)
            }
            (Some(_), None) => rest.find(QUOTES).unwrap_or(rest.len()),
            (None, _) => 0,
        };
        spans.extend(secret_spans(&rest[..end]).into_iter().map(|span| start + span.start..start + span.end));
        let from = start + end;
        start = bare[from..]
            .find(QUOTES)
            .map_or(bare.len(), |at| from + at + bare[from + at..].chars().next().map_or(1, char::len_utf8));
    }
    spans
}

/// Where a span of the original stands after the cuts were replaced by [`MASK`].
pub fn map_span(cuts: &[Range<usize>], original: &Range<usize>) -> Range<usize> {
    let start = map(cuts, original.start, false);
    start..map(cuts, original.end, true).max(start)
}

fn map(cuts: &[Range<usize>], offset: usize, is_end: bool) -> usize {
    let (mut removed, mut added) = (0, 0);
    for cut in cuts {
        if offset >= cut.end {
            removed += cut.len();
            added += MASK.len();
        } else if offset > cut.start {
            let at = cut.start - removed + added;
            return if is_end { at + MASK.len() } else { at };
        } else {
            break;
        }
    }
    offset - removed + added
}

/// A URL for eyes: the values of `apiKey`, and of whatever is named like a key, token or password, replaced by the mask,
/// and user information too.
pub fn mask_url(url: &str) -> String {
    let mut masked = String::with_capacity(url.len());
    let mut at = 0;
    for span in secret_spans(url) {
        masked.push_str(&url[at..span.start]);
        masked.push_str(MASK);
        at = span.end;
    }
    masked.push_str(&url[at..]);
    masked
}

/// Headers for eyes: the values of those that hold secrets masked, and of others what is secret in them: parts of URLs, tokens.
pub fn mask_headers(headers: &[(String, String)]) -> Vec<(String, String)> {
    let masked = |(name, value): &(String, String)| {
        let value = if is_secret_name(name) {
            MASK.to_owned()
        } else {
            Masked::cut(value, secrets_of_header(name, value)).text.into_owned()
        };
        (name.clone(), value)
    };
    headers.iter().map(masked).collect()
}

/// A text for eyes, each e-mail address as a mask.
pub fn hide_addresses(text: &str) -> Cow<'_, str> {
    Masked::cut(text, address_spans(text)).text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_the_text() {
        let url = "https://h/beta1/x?apiKey=3f0c9a71&b=last";
        let masked = Masked::url(url);
        assert_eq!(masked.text, "https://h/beta1/x?apiKey=••••&b=last");
        for (part, expected) in [("beta1", "beta1"), ("3f0c9a71", MASK), ("0c9a", MASK), ("last", "last"), ("Key=3f", "Key=••••")]
        {
            let start = url.find(part).unwrap();
            assert_eq!(&masked.text[masked.span(&(start..start + part.len()))], expected, "{part}");
        }
        assert_eq!(masked.span(&(url.len()..url.len())), masked.text.len()..masked.text.len());
    }

    #[test]
    fn a_key_under_another_name_is_hidden() {
        let masked = Masked::url_without("https://h/key3f0c?api=key3f0c&apiKey=other", &["key3f0c".to_owned()]);
        assert_eq!(masked.text, "https://h/••••?api=••••&apiKey=••••");
    }

    #[test]
    fn pasted_texts_by_table() {
        for (text, expected) in [
            (
                "POST /x?apiKey=3f0c HTTP/1.1\r\nAuthorization: Bearer t\r\n\r\n{}",
                "POST /x?apiKey=•••• HTTP/1.1\r\nAuthorization: ••••\r\n\r\n{}",
            ),
            ("curl 'https://h/x?apiKey=3f0c' -d '{}'", "curl 'https://h/x?apiKey=••••' -d '{}'"),
            ("the key my-key1 again", "the key •••• again"),
            ("nothing: here", "nothing: here"),
        ] {
            assert_eq!(mask_text(text, &["my-key1".to_owned()]), expected);
        }
    }

    #[test]
    fn secrets_are_hidden_by_table() {
        for (text, secrets, expected) in [
            ("a key3f0c b key3f0c", vec!["key3f0c"], "a •••• b ••••"),
            ("nothing here", vec!["key3f0c"], "nothing here"),
            ("too short: abc", vec!["abc"], "too short: abc"),
            ("nested abcdef", vec!["abcd", "cdef"], "nested ••••"),
        ] {
            let secrets: Vec<String> = secrets.into_iter().map(str::to_owned).collect();
            assert_eq!(Masked::hide(text, &secrets).text, expected);
        }
    }

    #[test]
    fn masked_urls_by_table() {
        for (url, expected) in [
            ("https://h/a?apiKey=k&b=1", "https://h/a?apiKey=••••&b=1"),
            ("https://user:pw@h/a?apikey=k#x", "https://••••@h/a?apikey=••••"),
            ("/a?api_key=k&access_token=t", "/a?api_key=••••&access_token=••••"),
            ("https://h/a?apiKey=", "https://h/a?apiKey="),
            ("https://h/a?apiKey={{apiKey}}&token={{k-1}}", "https://h/a?apiKey={{apiKey}}&token=••••"),
        ] {
            assert_eq!(mask_url(url), expected);
        }
    }
}
