//! A request of the history, to be sent again: as it was, or with today's profile.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::history::HistoryRecord;
use crate::model::request_record::RequestRecord;
use crate::model::secrets::collect::unknown_secrets;
use crate::model::{Address, Endpoint, Profile, Request, Secret};

use super::prepare;

/// What is to be sent again, and what it is sent with.
#[derive(Clone, Debug)]
pub struct Resend {
    /// The request.
    pub request: Request,
    /// The endpoint that it goes to.
    pub sent_to: Endpoint,
    /// The profile.
    pub profile: Profile,
}

/// Why a request cannot be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResendError {
    /// It is an upload, whose files were not kept; the number of its parts.
    Upload(usize),
    /// Its payload is too large to be read back whole; the size in bytes.
    TooLarge(u64),
    /// Secrets are not known any more, in these places.
    UnknownSecrets(Vec<String>),
}

impl std::fmt::Display for ResendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Upload(parts) => write!(f, "it had {parts} parts, and their bytes were not kept"),
            Self::TooLarge(size) => write!(f, "its payload of {size} bytes is too large to be read back whole"),
            Self::UnknownSecrets(places) => write!(f, "a secret is not known any more, in {}", places.join(", ")),
        }
    }
}

impl std::error::Error for ResendError {}

/// The payload of a request with the address, the API key and the headers that a profile has today.
pub fn with_profile(kept: &HistoryRecord, today: &Profile) -> Result<Resend, ResendError> {
    can_be_read_back(kept)?;
    let body = kept.exchange.sent.again().unwrap_or_default().body;
    let sent_to = today.endpoint();
    let request = Request { body, ..prepare::of_payload(&sent_to, Vec::new(), &today.extra_headers) };
    checked(Resend { request, sent_to, profile: today.clone() })
}

/// A request as it was, with the API key and the headers of `typed` in the place of its own. `today` is what is saved today of the
/// profile that it was sent with.
pub fn as_it_was(kept: &HistoryRecord, typed: &Profile, today: Option<&Profile>) -> Result<Resend, ResendError> {
    can_be_read_back(kept)?;
    let request = request_as_it_was(kept, typed);
    let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_default();
    let profile = profile_of_then(kept, &sent_to.api_key, today);
    checked(Resend { request, sent_to, profile })
}

fn can_be_read_back(kept: &HistoryRecord) -> Result<(), ResendError> {
    match (&kept.exchange.sent.parts, kept.sent_cut) {
        (Some(parts), _) => Err(ResendError::Upload(parts.len())),
        (None, Some(size)) => Err(ResendError::TooLarge(size)),
        (None, None) => Ok(()),
    }
}

fn checked(resend: Resend) -> Result<Resend, ResendError> {
    check(&RequestRecord::from(&resend.request)).map(|()| resend)
}

/// Refuses a request that holds a reference to a secret which is not known any more.
pub fn check(sent: &RequestRecord) -> Result<(), ResendError> {
    let places = unknown_secrets(sent);
    if places.is_empty() { Ok(()) } else { Err(ResendError::UnknownSecrets(places)) }
}

/// The request as it was, with the API key and the headers that were typed for this sending in the place of its own. Of an upload the
/// body and its type are left out: both are made with the file.
pub fn request_as_it_was(kept: &HistoryRecord, typed: &Profile) -> Request {
    let sent = &kept.exchange.sent;
    let mut request = RequestRecord { parts: None, ..sent.clone() }.again().unwrap_or_default();
    if !typed.api_key.is_empty() {
        request.url = with_key(&request.url, &typed.api_key);
    }
    let replaced = |name: &str| typed.extra_headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    request.headers.retain(|(name, _)| {
        let is_of_body = sent.parts.is_some() && name.eq_ignore_ascii_case("content-type");
        !is_of_body && !replaced(name)
    });
    request.headers.extend(typed.extra_headers.iter().cloned());
    request
}

/// The profile as it was then. Whether a bad certificate is accepted is today's to say, and a profile that is marked production today
/// asks as one.
pub fn profile_of_then(kept: &HistoryRecord, key: &Secret, today: Option<&Profile>) -> Profile {
    let mut profile = kept.profile.clone().or_else(|| today.cloned()).unwrap_or_default();
    profile.api_key = key.clone();
    profile.production |= today.is_some_and(|today| today.production);
    profile.accept_invalid_certificates = today.is_some_and(|today| today.accept_invalid_certificates);
    profile
}

/// An address with another API key.
pub fn with_key(url: &str, key: &Secret) -> String {
    let key = utf8_percent_encode(key.reveal(), NON_ALPHANUMERIC);
    let address = Address::parse(url);
    let (before, after) = match address.query.iter().find(|pair| address.raw(&pair.name).eq_ignore_ascii_case("apikey")) {
        Some(pair) => (format!("{}=", &url[..pair.name.end]), &url[pair.value.end.max(pair.name.end)..]),
        None => {
            let end = address.fragment.map_or(url.len(), |span| span.start - 1);
            let separator = if url[..end].contains('?') { '&' } else { '?' };
            (format!("{}{separator}apiKey=", &url[..end]), &url[end..])
        }
    };
    format!("{before}{key}{after}")
}

/// An address with an empty API key.
pub fn without_key(url: &str) -> String {
    with_key(url, &Secret::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_replaced_by_table() {
        for (url, expected) in [
            ("https://h/x?apiKey={{k-8f:url}}&a=1#f", "https://h/x?apiKey=new%2Fkey&a=1#f"),
            ("https://h/x?a=1&APIKEY", "https://h/x?a=1&APIKEY=new%2Fkey"),
            ("https://h/x?a=1#f", "https://h/x?a=1&apiKey=new%2Fkey#f"),
            ("https://h/x", "https://h/x?apiKey=new%2Fkey"),
        ] {
            assert_eq!(with_key(url, &Secret::new("new/key")), expected, "{url}");
        }
        assert_eq!(without_key("https://h/x?apiKey=old&a=1"), "https://h/x?apiKey=&a=1");
    }
}
