//! The forms in which a secret can stand in a text.

use std::borrow::Cow;

use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::secret::SHORTEST_SECRET;

/// A secret in each form in which it may stand in a request, an answer or a report: a name for the form, and the text.
pub fn forms_of(secret: &str) -> Vec<(&'static str, String)> {
    let url = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    // What RFC 3986 leaves unreserved is encoded by few.
    let common = ["-", ".", "_", "~"].iter().fold(url.clone(), |text, kept| {
        let encoded = utf8_percent_encode(kept, NON_ALPHANUMERIC).to_string();
        text.replace(&encoded, kept)
    });
    let json = serde_json::to_string(secret).unwrap_or_default();
    // Its own quotes, not one that the secret begins or ends with.
    let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let upper = |unit: u16| format!("\\u{unit:04X}");
    let html =
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;");
    let mut forms = vec![
        ("", secret.to_owned()),
        ("url", common.clone()),
        ("url-lower", lower_hex(&common)),
        ("url-all", url.clone()),
        ("url-all-lower", lower_hex(&url)),
        ("url-twice", common.replace('%', "%25")),
        ("form", common.replace("%20", "+")),
        ("json", json.clone()),
        ("json-slash", json.replace('/', "\\/")),
        ("json-ascii", json_escaped(&json, |c| !c.is_ascii(), upper)),
        ("json-ascii-lower", json_escaped(&json, |c| !c.is_ascii(), |unit| format!("\\u{unit:04x}"))),
        ("json-html", json_escaped(&json, |c| !c.is_ascii() || "<>&'+`".contains(c), upper).replace("\\\"", "\\u0022")),
        ("html", html),
    ];
    for (shift, name) in ["base64", "base64-1", "base64-2"].into_iter().enumerate() {
        forms.push((name, base64_core(&STANDARD, secret, shift)));
    }
    for (shift, name) in ["base64url", "base64url-1", "base64url-2"].into_iter().enumerate() {
        forms.push((name, base64_core(&URL_SAFE, secret, shift)));
    }
    forms
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
