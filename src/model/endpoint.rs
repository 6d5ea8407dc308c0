//! An *endpoint*: the address of an External Source, made of four parts.

use super::address::{Address, Shape};
use super::secrets::secret::{MASK, Secret};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What must be encoded inside one path segment, so that a key stays one segment.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'%')
    .add(b'\\');

/// What must be encoded inside one query value.
const QUERY_VALUE: &AsciiSet = &SEGMENT.add(b'&').add(b'+').add(b'=').add(b'\'');

/// Host and keys of an External Source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// Scheme and host: `https://acme.centercode.com`.
    pub base_url: String,
    /// Centercode's project key.
    pub project_key: String,
    /// The External Source's key.
    pub source_key: String,
    /// The community's API key.
    pub api_key: Secret,
}

impl Endpoint {
    /// The address to create tickets at, with the API key in clear.
    pub fn url_revealing_key(&self) -> String {
        let mut url = self.url_without_key();
        if !self.api_key.is_empty() {
            url.push_str("?apiKey=");
            url.extend(utf8_percent_encode(self.api_key.reveal(), QUERY_VALUE));
        }
        url
    }

    /// The address with the API key masked, for eyes.
    pub fn url_masked(&self) -> String {
        let mut url = self.url_without_key();
        if !self.api_key.is_empty() {
            url.push_str("?apiKey=");
            url.push_str(MASK);
        }
        url
    }

    /// How much two endpoints have in common, from 0 for nothing to 7 for the same source: the source key counts most, then the project
    /// key, then the host.
    pub fn likeness(&self, other: &Self) -> u8 {
        let same = |one: &str, another: &str| !one.is_empty() && one.eq_ignore_ascii_case(another);
        let host = |endpoint: &Self| {
            let address = Address::parse(&endpoint.base_url);
            address.raw(&address.authority).to_owned()
        };
        4 * u8::from(same(&self.source_key, &other.source_key))
            + 2 * u8::from(same(&self.project_key, &other.project_key))
            + u8::from(same(&host(self), &host(other)))
    }

    fn url_without_key(&self) -> String {
        format!(
            "{}/api/v1/projects/{}/feedback/{}",
            self.base_url.trim_end_matches('/'),
            utf8_percent_encode(&self.project_key, SEGMENT),
            utf8_percent_encode(&self.source_key, SEGMENT),
        )
    }

    /// Reads an address that was pasted. What is odd about it is for
    /// [`preflight`](crate::diagnosis::preflight) to say; here each part is taken as far as it can be recognised.
    pub fn from_pasted(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'', '<', '>', '`']);
        let text = text.replace("&amp;", "&");
        let text = text.strip_prefix("POST ").unwrap_or(&text).trim();
        // Without its question mark the key would become part of the path, where nobody expects a secret.
        let text = &text.replace("%3FapiKey=", "?apiKey=").replace("%3fapiKey=", "?apiKey=");
        let text = &if text.contains('?') { text.clone() } else { text.replacen("&apiKey=", "?apiKey=", 1) };
        let address = Address::parse(text);
        let (project, source) = match address.shape() {
            Shape::Create { project, source } | Shape::Attachment { project, source, .. } => (project, source),
            Shape::Other => {
                // Somebody may paste with a trailing slash; the keys are still where they always stand.
                let trimmed = Address::parse(text.split(['?', '#']).next().unwrap_or("").trim_end_matches('/'));
                match trimmed.shape() {
                    Shape::Create { project, source } => (project, source),
                    _ => return None,
                }
            }
        };
        let base = address.base();
        let base_url = if address.scheme.is_empty() && !base.is_empty() { format!("https://{base}") } else { base.to_owned() };
        let key = address.find_query(|name| name.eq_ignore_ascii_case("apikey") || name.eq_ignore_ascii_case("api_key"));
        Some(Self {
            base_url,
            project_key: address.decoded(&project),
            source_key: address.decoded(&source),
            api_key: Secret::new(key.map(|pair| address.decoded(&pair.value)).unwrap_or_default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint() -> Endpoint {
        Endpoint {
            base_url: "https://acme.centercode.com".into(),
            project_key: "beta1".into(),
            source_key: "app crash/log".into(),
            api_key: Secret::new("3f+0c&"),
        }
    }

    #[test]
    fn the_address_is_put_together_and_read_back() {
        let url = endpoint().url_revealing_key();
        assert_eq!(url, "https://acme.centercode.com/api/v1/projects/beta1/feedback/app%20crash%2Flog?apiKey=3f%2B0c%26");
        assert_eq!(Endpoint::from_pasted(&url), Some(endpoint()));
        assert!(!endpoint().url_masked().contains("3f"));
    }

    #[test]
    fn pasted_addresses_by_table() {
        for (pasted, expected) in [
            ("  https://h/api/v1/projects/p/feedback/s?apiKey=k \n", "https://h|p|s|k"),
            ("\"https://h/api/v1/projects/p/feedback/s?x=1&amp;apiKey=k\"", "https://h|p|s|k"),
            ("h/api/v1/projects/p/feedback/s", "https://h|p|s|"),
            ("http://h:81/api/v1/projects/p/feedback/s/?apikey=k", "http://h:81|p|s|k"),
            ("POST https://h/api/v1/projects//feedback/s/1/files/log?apiKey=k", "https://h||s|k"),
            ("https://h/api/v1/projects/p/feedback/s&apiKey=k", "https://h|p|s|k"),
            ("https://h/api/v1/projects/p/feedback/s%3FapiKey=k", "https://h|p|s|k"),
            ("https://h/p/beta1/home", ""),
        ] {
            let found = Endpoint::from_pasted(pasted).map_or_else(String::new, |e| {
                format!("{}|{}|{}|{}", e.base_url, e.project_key, e.source_key, e.api_key.reveal())
            });
            assert_eq!(found, expected, "{pasted}");
        }
    }
}
