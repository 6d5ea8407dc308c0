//! The forms in which a secret can stand in a text.

use std::borrow::Cow;

use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::secret::SHORTEST_SECRET;

/// A secret in each form that can be named: a name for the form, and the text. Whoever looks for secrets uses
/// [`SecretFinder`](super::finder::SecretFinder), which knows more.
pub fn forms_of(secret: &str) -> Vec<(&'static str, String)> {
    let (url, common) = (utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(), url_text(secret));
    let bytes: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let json = json_text(secret);
    let upper = |unit: u16| format!("\\u{unit:04X}");
    let lower = |unit: u16| format!("\\u{unit:04x}");
    let ascii_lower = json_escaped(&json, |c| !c.is_ascii(), lower);
    let in_html = |c: char| !c.is_ascii() || "<>&'+`".contains(c);
    let html =
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;");
    let entities = |write: &dyn Fn(u32) -> String| -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/=:,; ".contains(c);
        secret.chars().map(|c| if is_plain(c) { c.to_string() } else { write(u32::from(c)) }).collect()
    };
    let hexadecimal = hex(secret);
    let utf16: Vec<String> = secret.chars().map(String::from).collect();
    let mut forms = vec![
        ("", secret.to_owned()),
        ("url", common.clone()),
        ("url-lower", lower_hex(&common)),
        ("url-all", url.clone()),
        ("url-all-lower", lower_hex(&url)),
        ("url-twice", common.replace('%', "%25")),
        ("url-bytes", bytes.clone()),
        ("url-bytes-lower", lower_hex(&bytes)),
        ("form", common.replace("%20", "+")),
        ("json", json.clone()),
        ("json-slash", json.replace('/', "\\/")),
        ("json-ascii", json_escaped(&json, |c| !c.is_ascii(), upper)),
        ("json-ascii-lower", ascii_lower.clone()),
        ("json-php", ascii_lower.replace('/', "\\/")),
        ("json-go", json_escaped(&json, |c| "<>&".contains(c), lower)),
        ("json-html", json_escaped(&json, in_html, upper).replace("\\\"", "\\u0022")),
        ("json-html-lower", json_escaped(&json, in_html, lower).replace("\\\"", "\\u0022")),
        ("html", html),
        ("html-number", entities(&|number| format!("&#{number};"))),
        ("html-hex", entities(&|number| format!("&#x{number:X};"))),
        ("hex", hexadecimal.clone()),
        ("hex-upper", hexadecimal.to_ascii_uppercase()),
        ("utf16", utf16.join("\0")),
    ];
    const CORES: [&str; 6] = ["base64", "base64-1", "base64-2", "base64url", "base64url-1", "base64url-2"];
    forms.extend(CORES.into_iter().zip(base64_cores(secret)));
    forms
}

/// A secret as a URL has it.
pub(super) fn url_text(secret: &str) -> String {
    // What RFC 3986 leaves unreserved is encoded by few.
    let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    encoded.replace("%2D", "-").replace("%2E", ".").replace("%5F", "_").replace("%7E", "~")
}

/// A secret as JSON has it between its quotes.
pub(super) fn json_text(secret: &str) -> String {
    let json = serde_json::to_string(secret).unwrap_or_default();
    // Its own quotes, not one that the secret begins or ends with.
    json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// The bytes of a secret in hexadecimal.
pub(super) fn hex(secret: &str) -> String {
    secret.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// What Base64 and Base64url make of a secret, behind none, one or two bytes modulo three.
pub(super) fn base64_cores(secret: &str) -> Vec<String> {
    let standard = (0..3).map(|shift| base64_core(&STANDARD, secret, shift));
    standard.chain((0..3).map(|shift| base64_core(&URL_SAFE, secret, shift))).collect()
}

/// A secret in each form in which it may be echoed, each once: for hiding it in texts that are only looked at.
pub fn echoes_of(secret: &str) -> Vec<String> {
    let mut echoes: Vec<String> = Vec::new();
    for (_, text) in forms_of(secret) {
        if text.len() >= SHORTEST_SECRET && !echoes.contains(&text) {
            echoes.push(text);
        }
    }
    echoes
}

/// The secret that stands encoded in a URL. One that was encoded in a way of its own is known by the text that was sent.
pub fn decoded_secret(raw: &str) -> Cow<'_, str> {
    if !raw.contains('%') {
        return raw.into();
    }
    let decoded = percent_decode_str(raw).decode_utf8_lossy();
    let is_usual = forms_of(&decoded).iter().any(|(_, text)| text == raw);
    if is_usual { decoded } else { raw.into() }
}

/// A JSON text with some of its characters as numbers: PHP and Python write those that are not ASCII so, .NET what HTML uses too.
fn json_escaped(json: &str, by_number: impl Fn(char) -> bool, number: impl Fn(u16) -> String) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if by_number(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| escaped.push_str(&number(*unit)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// The characters of a Base64 text that depend on the secret alone, when so many bytes (modulo three) stand before it.
fn base64_core(engine: &impl base64::Engine, secret: &str, shift: usize) -> String {
    let mut bytes = vec![0; shift];
    bytes.extend_from_slice(secret.as_bytes());
    let encoded = engine.encode(&bytes);
    // A character holds six bits: those that share one with a neighbour of the secret are not the secret's.
    let first = (shift * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    encoded.get(first..last.max(first)).unwrap_or_default().to_owned()
}

pub(super) fn lower_hex(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    let mut hex = 0;
    for c in text.chars() {
        if hex > 0 {
            hex -= 1;
            lower.push(c.to_ascii_lowercase());
        } else {
            hex = if c == '%' { 2 } else { 0 };
            lower.push(c);
        }
    }
    lower
}
