//! Keeps secrets out of what is printed, also where a server or a payload repeats them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::model::request::Secrets;
use crate::model::secrets::mask::mask_headers;
use crate::model::secrets::mask::mask_url;
use crate::model::secrets::names::is_secret_name;
use crate::model::secrets::secret::MASK;
use crate::model::secrets::secret::SHORTEST_SECRET;
use crate::model::{Address, Endpoint};

/// Knows the secrets of one exchange and takes them out of texts.
#[derive(Default)]
pub(in crate::cli) struct Masker {
    shown: Secrets,
    /// Longest first: a shorter one may stand in a longer one.
    needles: BTreeSet<(Reverse<usize>, String)>,
}

impl Masker {
    /// A masker that knows no secret yet. With [`Secrets::Shown`] it changes nothing.
    pub(in crate::cli) fn new(shown: Secrets) -> Self {
        Self { shown, needles: BTreeSet::new() }
    }

    /// Whether secrets are shown.
    pub(in crate::cli) fn secrets(&self) -> Secrets {
        self.shown
    }

    /// Learns a secret in each way in which it can be written.
    pub(in crate::cli) fn learn(&mut self, secret: &str) {
        // A text of a letter or two stands in every other word; where it stands as a key it is masked by its name.
        // A placeholder is no secret either: whoever is to fill it in must read its name.
        let is_placeholder = secret.starts_with("{{") && secret.ends_with("}}");
        if secret.len() < SHORTEST_SECRET || secret == MASK || is_placeholder {
            return;
        }
        let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        let json = serde_json::Value::from(secret).to_string();
        // Only the quotes around it: the secret may begin or end with one of its own.
        let json = json.get(1..json.len() - 1).unwrap_or(secret).to_owned();
        let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let one = Endpoint { api_key: crate::model::Secret::new(secret), ..Endpoint::default() }.url_revealing_key();
        let in_url = one.split_once("?apiKey=").map_or("", |(_, value)| value).to_owned();
        let forms = [
            secret.to_owned(),
            encoded.to_lowercase(),
            encoded,
            in_url.to_lowercase(),
            in_url,
            // Some servers write a slash in JSON as `\/`.
            json.replace('/', "\\/"),
            json,
            html,
        ];
        self.needles.extend(forms.into_iter().filter(|form| !form.is_empty()).map(|form| (Reverse(form.len()), form)));
    }

    /// Learns what an address holds under names such as `apiKey`.
    pub(in crate::cli) fn learn_url(&mut self, url: &str) {
        let address = Address::parse(url);
        for pair in &address.query {
            if is_secret_name(&address.decoded(&pair.name)) {
                let raw = address.raw(&pair.value);
                self.learn(raw);
                self.learn(&percent_decode_str(raw).decode_utf8_lossy());
            }
        }
    }

    /// Learns what a request holds that was pasted: also a key that stands in the path for want of a question mark.
    pub(in crate::cli) fn learn_sent(&mut self, sent: &crate::model::exchange::RequestRecord) {
        self.learn_url(&sent.url);
        self.learn_headers(&sent.headers);
        let lower = sent.url.to_ascii_lowercase();
        for name in ["apikey=", "api_key=", "api-key=", "apikey%3d"] {
            for (at, _) in lower.match_indices(name) {
                let behind = sent.url.get(at + name.len()..).unwrap_or("");
                let key = behind.split(['&', '#', '/', '"', ' ']).next().unwrap_or("");
                self.learn(key);
                self.learn(&percent_decode_str(key).decode_utf8_lossy());
            }
        }
    }

    /// Learns what headers hold under names such as `Authorization`.
    pub(in crate::cli) fn learn_headers(&mut self, headers: &[(String, String)]) {
        for (name, value) in headers.iter().filter(|(name, _)| is_secret_name(name)) {
            self.learn(value);
            // `Bearer TOKEN`: a server may repeat the token alone.
            if let Some((_, token)) = value.split_once(' ')
                && !name.eq_ignore_ascii_case("cookie")
            {
                self.learn(token.trim());
            }
        }
    }

    /// A text without the secrets.
    pub(in crate::cli) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if self.shown == Secrets::Masked {
            for (_, needle) in &self.needles {
                if text.contains(needle.as_str()) {
                    text = text.replace(needle.as_str(), MASK);
                }
            }
        }
        text
    }

    /// An address without the secrets.
    pub(in crate::cli) fn url(&self, url: &str) -> String {
        match self.shown {
            Secrets::Shown => url.to_owned(),
            Secrets::Masked => self.text(&mask_url(url)),
        }
    }

    /// Headers without the secrets.
    pub(in crate::cli) fn headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        match self.shown {
            Secrets::Shown => headers.to_vec(),
            Secrets::Masked => mask_headers(headers).into_iter().map(|(name, value)| (name, self.text(&value))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_however_it_is_written() {
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn("3f/0c&\"é");
        for text in ["3f/0c&\"é", "3f%2F0c%26%22%C3%A9", "3f%2f0c%26%22%c3%a9", r#"3f/0c&\"é"#, "3f/0c&amp;&quot;é"] {
            assert_eq!(masker.text(&format!("<{text}>")), "<••••>", "{text}");
        }
        assert_eq!(Masker::new(Secrets::Shown).text("3f"), "3f");
    }

    #[test]
    fn a_key_is_found_in_any_json() {
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn("\"a/b\"");
        for text in [r#"\"a/b\""#, r#"\"a\/b\""#] {
            assert_eq!(masker.text(&format!("<{text}>")), "<••••>", "{text}");
        }
    }

    #[test]
    fn addresses_and_headers_teach() {
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn_url("https://h/a?apiKey=key%2B1&x=2");
        masker.learn_headers(&[("Authorization".into(), "Bearer t0ken".into()), ("X".into(), "y".into())]);
        assert_eq!(masker.text("key+1 key%2B1 t0ken 2 y"), "•••• •••• •••• 2 y");
        assert_eq!(masker.url("https://h/a?apiKey=other"), "https://h/a?apiKey=••••");
    }

    #[test]
    fn a_key_in_the_path_is_learnt() {
        for url in ["https://h/s&apiKey=s3cret1&x=2", "https://h/s%3FapiKey%3Ds3cret1", "https://h/s?API_KEY=s3cret1#top"] {
            let mut masker = Masker::new(Secrets::Masked);
            masker.learn_sent(&crate::model::exchange::RequestRecord { url: url.into(), ..Default::default() });
            assert!(!masker.text(url).contains("s3cret1"), "{url}");
        }
    }

    #[test]
    fn what_is_known_or_no_secret_is_not_learnt() {
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn("s3cret");
        let once = masker.needles.len();
        masker.learn("s3");
        masker.learn("{{apiKey}}");
        masker.learn("s3cret");
        assert_eq!(masker.needles.len(), once);
        masker.learn("s3cret-and-more");
        assert_eq!(masker.text("s3cret-and-more s3cret"), "•••• ••••");
    }

    #[test]
    fn an_empty_key_masks_nothing() {
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn("");
        assert_eq!(masker.text("abc"), "abc");
    }
}
