//! Keeps secrets out of what is printed, also where a server or a payload repeats them.

use super::body_values::secret_places;
use super::collect::{secrets_in_exchange, secrets_in_headers, secrets_in_url};
use super::finder::SecretFinder;
use super::mask::{Masked, mask_headers, mask_url};
use super::secret::Secret;
use crate::model::exchange::{Answer, Exchange};
use crate::model::profile::Profile;
use crate::model::request::Secrets;
use crate::model::request_record::RequestRecord;

/// Knows the secrets of one exchange and takes them out of texts.
#[derive(Clone, Default)]
pub struct Masker {
    shown: Secrets,
    finder: SecretFinder,
    /// The names of the source's own parameters: what stands there is feedback, whatever they are called.
    feedback: Vec<String>,
}

impl Masker {
    /// A masker that knows no secret yet. With [`Secrets::Shown`] it changes nothing.
    pub fn new(shown: Secrets) -> Self {
        Self { shown, ..Self::default() }
    }

    /// Whether secrets are shown.
    pub fn secrets(&self) -> Secrets {
        self.shown
    }

    /// Learns a secret, in whatever form it may be written.
    pub fn learn(&mut self, secret: &str) {
        // To look for it twice would only mean to prepare the search anew.
        if !self.finder.knows(secret) {
            self.finder.add(secret);
        }
    }

    /// Prepares the search for what is known, so that those that are cloned of this one share it.
    pub fn prepared(self) -> Self {
        self.finder.prepare();
        self
    }

    /// Learns what an address holds under names such as `apiKey`, also where the name is in the path for want of a question mark.
    pub fn learn_url(&mut self, url: &str) {
        self.learn_all(&secrets_in_url(url));
    }

    /// Learns what a request holds.
    pub fn learn_sent(&mut self, sent: &RequestRecord) {
        let secrets = secrets_in_exchange(sent, None, &|name| self.is_feedback(name));
        self.learn_all(&secrets);
    }

    /// Learns what a request and its answer hold.
    pub fn learn_exchange(&mut self, exchange: &Exchange) {
        let secrets = secrets_in_exchange(&exchange.sent, exchange.answer(), &|name| self.is_feedback(name));
        self.learn_all(&secrets);
    }

    /// Learns what headers hold under names such as `Authorization`.
    pub fn learn_headers(&mut self, headers: &[(String, String)]) {
        self.learn_all(&secrets_in_headers(headers));
    }

    /// Learns a profile's secrets, and the names of its source's parameters.
    pub fn learn_profile(&mut self, profile: &Profile) {
        self.learn_all(&profile.secrets());
        self.feedback.extend(profile.parameters().map(str::to_owned));
    }

    fn learn_all(&mut self, secrets: &[Secret]) {
        secrets.iter().for_each(|secret| self.learn(secret.reveal()));
    }

    fn is_feedback(&self, name: &str) -> bool {
        self.feedback.iter().any(|known| known == name)
    }

    /// The body of a request without the secrets, and without what stands in it under names that mean one.
    pub fn body(&self, body: &str) -> String {
        match self.shown {
            Secrets::Shown => body.to_owned(),
            Secrets::Masked => {
                let mut spans = self.finder.spans(body);
                spans.extend(secret_places(body, &|name| self.is_feedback(name)));
                Masked::cut(body, spans).text.into_owned()
            }
        }
    }

    /// A text without the secrets.
    pub fn text(&self, text: &str) -> String {
        match self.shown {
            Secrets::Shown => text.to_owned(),
            Secrets::Masked => Masked::cut(text, self.finder.spans(text)).text.into_owned(),
        }
    }

    /// The text of an answer without the secrets, and without the beginning of one that it was cut off in.
    pub fn answer(&self, answer: &Answer) -> String {
        let text = answer.text();
        match self.shown {
            Secrets::Masked if answer.is_piece() => self.piece(&text),
            _ => self.text(&text),
        }
    }

    /// As [`Masker::text`], for a text that was cut at its end: what it ends with may be the beginning of a secret.
    pub fn piece(&self, text: &str) -> String {
        match self.shown {
            Secrets::Shown => text.to_owned(),
            Secrets::Masked => Masked::cut(text, self.finder.spans_in_piece(text)).text.into_owned(),
        }
    }

    /// An address without the secrets.
    pub fn url(&self, url: &str) -> String {
        match self.shown {
            Secrets::Shown => url.to_owned(),
            Secrets::Masked => mask_url(&self.text(url)),
        }
    }

    /// Headers without the secrets.
    pub fn headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        match self.shown {
            Secrets::Shown => headers.to_vec(),
            Secrets::Masked => {
                let masked = mask_headers(headers).into_iter();
                masked.map(|(name, value)| (self.text(&name), self.text(&value))).collect()
            }
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
            masker.learn_sent(&RequestRecord { url: url.into(), ..Default::default() });
            assert!(!masker.text(url).contains("s3cret1"), "{url}");
        }
    }

    #[test]
    fn what_is_known_or_no_secret_is_not_learnt() {
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn("s3cret");
        masker.learn("s3");
        masker.learn("{{apiKey}}");
        masker.learn("s3cret");
        assert_eq!(masker.text("s3 {{apiKey}} s3cret"), "s3 {{apiKey}} ••••");
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
