//! Which names tell of a secret, and where headers hold one.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::own_names::is_own;

/// Words that tell of a secret wherever they stand in a name.
const SECRET_WORDS: [&str; 26] = [
    "apikey",
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "signature",
    "accesskey",
    "credential",
    "authorization",
    "authentication",
    "cookie",
    "jwt",
    "bearer",
    "hmac",
    "connectionstring",
    "samlresponse",
    "userpass",
    "oauthverifier",
    "codeverifier",
    // Passwords in other languages.
    "passwort",
    "kennwort",
    "motdepasse",
    "contrasena",
    "wachtwoord",
];

/// Words that tell of a secret as a word of their own.
const WHOLE_WORDS: [&str; 18] = [
    "pwd",
    "pw",
    "otp",
    "totp",
    "csrf",
    "xsrf",
    "sas",
    "saml",
    "assertion",
    "auth",
    "authn",
    "pat",
    "cred",
    "creds",
    "dsn",
    "senha",
    "wsse",
    "aspxauth",
];

/// Words that tell of a secret at the end of a name.
const LAST_WORDS: [&str; 7] = ["session", "sid", "sig", "sign", "sessionid", "sessid", "pin"];

/// Names that tell of a secret as a whole, and mean other things as a part of another.
const WHOLE_NAMES: [&str; 3] = ["key", "code", "pass"];

/// What stands before `key` when it opens something.
const OPENING_KEYS: [&str; 25] = [
    "api",
    "access",
    "auth",
    "subscription",
    "functions",
    "function",
    "app",
    "application",
    "client",
    "private",
    "session",
    "master",
    "host",
    "shared",
    "account",
    "storage",
    "admin",
    "service",
    "license",
    "encryption",
    "signing",
    "security",
    "consumer",
    "developer",
    "webhook",
];

/// Words that tell of a secret as the one before `key`, and mean other things at the end of a longer one: `write_key`, but `threadkey`.
const WORDS_BEFORE_KEY: [&str; 14] = [
    "dev",
    "sdk",
    "write",
    "read",
    "ingest",
    "ingestion",
    "insert",
    "deploy",
    "publish",
    "upload",
    "push",
    "unlock",
    "reset",
    "rest",
];

/// Words before `pass` that make a password of it.
const WORDS_BEFORE_PASS: [&str; 13] =
    ["x", "user", "db", "database", "admin", "login", "client", "account", "storage", "proxy", "http", "ftp", "smtp"];

/// Last words of names that tell of a secret and are none: `token_type`, `passwordPolicy`, `tokenUrl`.
const ABOUT: [&str; 18] = [
    "type",
    "expires",
    "expiry",
    "expiration",
    "expired",
    "lifetime",
    "ttl",
    "url",
    "uri",
    "endpoint",
    "issuer",
    "policy",
    "length",
    "algorithm",
    "format",
    "count",
    "limit",
    "hint",
];

/// What stands between `X-` and `Key` when it opens nothing.
const HARMLESS_KEYS: [&str; 13] = [
    "idempotency",
    "project",
    "source",
    "public",
    "primary",
    "foreign",
    "routing",
    "partition",
    "sort",
    "cache",
    "surrogate",
    "issue",
    "socket",
];

/// Whether a query parameter, a header or a member of this name holds something secret, by its words or by the user's word: the one
/// rule for names.
pub fn is_secret_name(name: &str) -> bool {
    let words = Words::of(name);
    let plain = words.plain.as_str();
    let Some(last) = words.iter().next_back() else { return is_own(name) };
    if ABOUT.contains(&last) && words.iter().count() > 1 {
        return is_own(name);
    }
    let before = words.iter().rev().nth(1);
    let singular = plain.strip_suffix('s').unwrap_or(plain);
    let ends = |word: &str| plain.ends_with(word) || singular.ends_with(word);
    let key = singular.strip_suffix("key").or_else(|| plain.strip_suffix("key"));
    // Names of headers have hyphens, and a header that is named a key mostly is one.
    let is_header = words.iter().next() == Some("x") || name.contains('-');
    is_own(name)
        || has_secret_word(plain)
        || words.iter().any(|word| WHOLE_WORDS.contains(&word))
        || LAST_WORDS.contains(&last)
        || ["sessionid", "sessid", "sessionkey"].iter().any(|end| ends(end))
        || WHOLE_NAMES.contains(&plain)
        || key.is_some_and(|stem| OPENING_KEYS.iter().any(|word| stem.ends_with(word)) || WORDS_BEFORE_KEY.contains(&stem))
        || last == "key" && before.is_some_and(|before| WORDS_BEFORE_KEY.contains(&before))
        || last == "key" && is_header && !words.iter().any(|word| HARMLESS_KEYS.contains(&word))
        || last == "pass" && before.is_some_and(|before| WORDS_BEFORE_PASS.contains(&before))
}

/// Whether a secret word stands anywhere in a name. Every name of every exchange is asked, so all words are looked for at once.
fn has_secret_word(plain: &str) -> bool {
    static ALL: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(SECRET_WORDS).ok());
    ALL.as_ref().map_or_else(|| SECRET_WORDS.iter().any(|word| plain.contains(word)), |all| all.is_match(plain))
}

/// The words of a name in lower case: `xAuthKey`, `X-Auth-Key` and `x_auth_key` are x, auth, key.
struct Words {
    /// The words, one behind the other.
    plain: String,
    /// Where each of them begins.
    starts: Vec<usize>,
}

impl Words {
    fn of(name: &str) -> Self {
        let mut words = Self { plain: String::with_capacity(name.len()), starts: Vec::new() };
        let mut before = None;
        for c in name.chars() {
            let is_new = match before {
                None => true,
                Some(before) => !char::is_ascii_alphanumeric(&before) || before.is_ascii_lowercase() && c.is_ascii_uppercase(),
            };
            before = Some(c);
            if c.is_ascii_alphanumeric() {
                if is_new {
                    words.starts.push(words.plain.len());
                }
                words.plain.push(c.to_ascii_lowercase());
            }
        }
        words
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = &str> {
        let end = |index: usize| self.starts.get(index + 1).copied().unwrap_or(self.plain.len());
        self.starts.iter().enumerate().map(move |(index, start)| &self.plain[*start..end(index)])
    }
}

pub(super) fn is_api_key(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.eq_ignore_ascii_case("apikey")
}

/// What stands behind `apiKey` in a text of any kind: in a path, in a sentence, or with its `=` escaped. Where a value has the name in it
/// again, it is told as a whole and by what stands behind the last one.
pub fn keys_in_text<'a>(text: &'a str, signs: &[&str]) -> Vec<&'a str> {
    let lower = text.to_ascii_lowercase();
    let start_of = |at: usize| {
        let rest = lower.get(at..)?;
        signs.iter().find(|sign| rest.starts_with(**sign)).map(|sign| at + sign.len())
    };
    let ends = |c: char| c.is_whitespace() || matches!(c, '&' | '#' | '/' | '?' | '"' | '\'' | '<' | '>' | ')' | ',' | ';');
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut inner: Option<Range<usize>> = None;
    let mut end = 0;
    for start in lower.match_indices("apikey").filter_map(|(at, name)| start_of(at + name.len())) {
        if start < end {
            inner = Some(start..end);
            continue;
        }
        found.extend(inner.take());
        end = text[start..].find(ends).map_or(text.len(), |length| start + length);
        found.push(start..end);
    }
    found.extend(inner);
    found.into_iter().filter_map(|span| text.get(span)).collect()
}

/// The parts of a secret header's value that are secret: not the scheme of `Bearer …`, not the names of cookies.
pub fn header_secrets(name: &str, value: &str) -> Vec<Range<usize>> {
    let lower = name.to_ascii_lowercase();
    if lower.contains("cookie") {
        let pairs = if lower == "cookie" { value } else { value.split(';').next().unwrap_or_default() };
        return cookie_values(pairs);
    }
    let end = value.trim_end().len();
    // A blank value has no part at all.
    let start = (value.len() - value.trim_start().len()).min(end);
    if lower.ends_with("authorization")
        && let Some((scheme, token)) = value[..end].split_at_checked(value[start..end].find(' ').map_or(0, |at| start + at))
        && !scheme.is_empty()
        && scheme.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        return non_empty(end - token.trim_start().len()..end);
    }
    non_empty(start..end)
}

fn cookie_values(pairs: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for pair in pairs.split(';') {
        let from = pair.find('=').map_or(0, |sign| sign + 1);
        let value = &pair[from..];
        let start = at + from + (value.len() - value.trim_start().len());
        found.extend(non_empty(start..start + value.trim().len()));
        at += pair.len() + 1;
    }
    found
}

fn non_empty(span: Range<usize>) -> Vec<Range<usize>> {
    if span.start < span.end { vec![span] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_parts_of_headers_by_table() {
        for (name, value, expected) in [
            ("Authorization", "Bearer t0ken", &["t0ken"][..]),
            ("Authorization", "t0ken", &["t0ken"]),
            ("Proxy-Authorization", " Basic dTpw ", &["dTpw"]),
            ("Authorization", "Digest username=\"u\", x", &["username=\"u\", x"]),
            ("Cookie", "a=1; session=s3cr3t; flag", &["1", "s3cr3t", "flag"]),
            ("Set-Cookie", "session=s3cr3t; Path=/", &["s3cr3t"]),
            ("X-Api-Key", "k y", &["k y"]),
            ("X-Api-Key", "", &[]),
            ("Authorization", "", &[]),
            ("Authorization", " ", &[]),
            ("Authorization", "\t\u{a0}  ", &[]),
            ("Proxy-Authorization", " ", &[]),
            ("X-Api-Key", "  ", &[]),
            ("Cookie", " ", &[]),
            ("Set-Cookie", " ; ", &[]),
        ] {
            let found: Vec<&str> = header_secrets(name, value).into_iter().map(|span| &value[span]).collect();
            assert_eq!(found, expected, "{name}: {value}");
        }
    }

    #[test]
    fn names_of_secrets_by_table() {
        for name in [
            "Authorization",
            "Proxy-Authorization",
            "Cookie",
            "Set-Cookie",
            "X-Api-Key",
            "apiKey",
            "api_key",
            "Ocp-Apim-Subscription-Key",
            "x-functions-key",
            "X-Auth-Key",
            "X-Session-Id",
            "X-JWT",
            "jwt",
            "pwd",
            "session",
            "X-Auth",
            "auth",
            "X-CSRF-Token",
            "X-CSRF",
            "PHPSESSID",
            "JSESSIONID",
            "sid",
            "X-Vault-Token",
            "X-Amz-Security-Token",
            "X-Amz-Signature",
            "X-Amz-Credential",
            "sig",
            "X-Hub-Signature-256",
            "CB-ACCESS-SIGN",
            "CB-ACCESS-PASSPHRASE",
            "DD-API-KEY",
            "DD-APPLICATION-KEY",
            "X-App-Key",
            "X-Acme-Key",
            "clientSecret",
            "client_secret",
            "refreshToken",
            "X-Client-Password",
            "code",
            "key",
            "pass",
            "otp",
            "access-key",
            "X-License-Key",
            "privateKey",
            "sessionKey",
            "X-SAS",
            "Bearer",
            "Authentication",
            "X-Pass",
            "X-User-Pass",
            "user_pass",
            "X-PIN",
            "pin",
            "X-Creds",
            "X-Credentials",
            "SAMLResponse",
            ".ASPXAUTH",
            "Fastly-Key",
            "SDK-Key",
            "WriteKey",
            "write_key",
            "X-PAT",
            "X-Connection-String",
            "ConnectionString",
            "pw",
            "senha",
            "dev_key",
            "oauth_verifier",
            "code_verifier",
            "Acme-Key",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "Accept",
            "Content-Type",
            "Idempotency-Key",
            "X-Idempotency-Key",
            "Sec-WebSocket-Key",
            "X-Request-Id",
            "X-Project-Key",
            "projectKey",
            "source_key",
            "issueKey",
            "Surrogate-Key",
            "author",
            "statusCode",
            "error_code",
            "keyboard",
            "X-Run",
            "summary",
            "sessions",
            "submitter",
            "assignee",
            "design",
            "passed",
            "monkey",
            "threadKey",
            "bypass",
            "first_pass",
            "pattern",
            "shipping",
            "credits",
            "token_type",
            "passwordPolicy",
            "tokenUrl",
            "secret_expiry",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn a_name_in_a_value_is_measured_once() {
        // Counted, as no test asserts a time: one value for all, not one for each place.
        let text = "apiKey=".repeat(50_000);
        let told = keys_in_text(&text, &["="]);
        assert_eq!(told.iter().map(|key| key.len()).collect::<Vec<_>>(), [text.len() - 7, 7, 0]);
        assert_eq!(keys_in_text("apiKey=apiKey=3f0c x apikey=1", &["="]), ["apiKey=3f0c", "3f0c", "1"]);
    }
}
