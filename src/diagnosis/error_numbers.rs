//! The numbers in a message of a connection that failed, however they are written: decimal, negative, hexadecimal, as an HRESULT.

use std::sync::LazyLock;

use regex::Regex;

use super::cause_id::CauseId;
use super::phrases::numbers::{
    ALERTS, APPLE, CF_NETWORK, CHROMIUM, ERRNO, GNUTLS, HRESULTS, K6, MBED_TLS, OPENSSL_VERIFY, ORACLE, Row, WINDOWS,
};

/// Numbers, hexadecimal ones with and without their sign. The longest comes first.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"0x[0-9a-f]{4,8}\b|\b8[0-9a-f]{7}\b|-?\b[0-9]{1,10}\b").ok());

/// What lies between the two ways in which an HRESULT is written in decimal.
const TWO_TO_32: i64 = 1 << 32;

/// So much of the text before a number is looked at.
const BEFORE: usize = 40;

/// Words that announce the number of an error, in the languages that Windows speaks.
const ANNOUNCED: &[&str] = &[
    "error",
    "errno",
    "code",
    "number",
    "err",
    "winerror",
    "exception",
    "hresult",
    "failed",
    "wsa",
    "fehler",
    "erreur",
    "errore",
    "erro",
    "fout",
    "fel",
    "feil",
    "fejl",
    "virhe",
    "błąd",
    "chyba",
    "hiba",
    "hata",
    "ошибка",
    "エラー",
    "错误",
    "錯誤",
    "오류",
];

/// What the numbers of a message in lower case mean. What is wrong with a certificate or with TLS comes before a connection that broke.
pub(super) fn told(text: &str) -> Option<CauseId> {
    let found: Vec<CauseId> = numbers(text).collect();
    let of_tls = || found.iter().find(|id| id.as_str().starts_with("transport.tls-"));
    of_tls().or(found.first()).copied()
}

/// The status of HTTP that a message gives as an HRESULT: BITS and Windows Update write 0x80190194 for 404.
pub(super) fn status(text: &str) -> Option<u16> {
    let statuses = NUMBER.as_ref()?.find_iter(text).filter_map(|found| {
        let value = hresult(found.as_str())?;
        (value >> 16 == 0x8019).then(|| u16::try_from(value & 0xffff).ok())?
    });
    statuses.into_iter().find(|status| (400..600).contains(status))
}

fn numbers(text: &str) -> impl Iterator<Item = CauseId> {
    let found = NUMBER.as_ref().map(|number| number.find_iter(text));
    found.into_iter().flatten().filter_map(|found| {
        let mut from = found.start().saturating_sub(BEFORE);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        meaning(text.get(from..found.start())?, found.as_str())
    })
}

/// What a number means, by what stands before it.
fn meaning(before: &str, number: &str) -> Option<CauseId> {
    if let Some(digits) = number.strip_prefix('-').filter(|_| before.ends_with("ora") || before.ends_with("tns")) {
        return row(ORACLE, digits.parse().ok()?);
    }
    // A piece of a name or of another number is none.
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '.') && !number.starts_with("0x") {
        return None;
    }
    if let Some(hex) = number.strip_prefix("0x").filter(|hex| hex.len() <= 4) {
        let value = i64::from_str_radix(hex, 16).ok()?;
        return if before.ends_with('-') { row(MBED_TLS, value) } else { row(WINDOWS, value) };
    }
    if let Some(value) = hresult(number) {
        // An HRESULT of Windows' own family holds the system's number.
        return if value >> 16 == 0x8007 { row(WINDOWS, value & 0xffff) } else { row(HRESULTS, value) };
    }
    let value: i64 = number.parse().ok()?;
    let bare = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '=' | ':' | '(' | '[' | '"' | '\'' | '#'));
    let follows = |words: &[&str]| words.iter().any(|word| bare.ends_with(word));
    let speaks = |words: &[&str]| words.iter().any(|word| before.contains(word));
    if follows(&["alert number", "alert"]) {
        return row(ALERTS, value);
    }
    if speaks(&["gnutls"]) && value < 0 {
        return row(GNUTLS, value);
    }
    if speaks(&["verify"]) && follows(&["num", "code", "error", "verify failed", "result"]) {
        return row(OPENSSL_VERIFY, value);
    }
    if follows(&["error_code"]) {
        return row(K6, value);
    }
    if speaks(&["kcferrordomaincfnetwork"]) && follows(&["code", "error"]) && value > 0 {
        return row(CF_NETWORK, value);
    }
    if speaks(&["cronet", "net_error", "net::err", "internalerrorcode", "chromium"]) && value < 0 {
        return row(CHROMIUM, value);
    }
    if follows(&["errno", "os error", "oserror", "posixerrordomain code", "socket error"]) || before.ends_with("system:") {
        return row(ERRNO, value.abs()).or_else(|| row(WINDOWS, value));
    }
    let is_announced = bare.len() < before.trim_end().len() || bare.is_empty() || follows(ANNOUNCED);
    match value {
        ..0 if is_announced || speaks(&["nsurlerror", "cfnetwork", "cfstream", "osstatus", "ssl"]) => row(APPLE, value),
        0.. if is_announced => row(WINDOWS, value),
        _ => None,
    }
}

/// A number as an HRESULT, which is written in hexadecimal, or in decimal as a negative number or a large one.
fn hresult(number: &str) -> Option<i64> {
    let hex = number.strip_prefix("0x").unwrap_or(number);
    if hex.len() == 8 && hex.starts_with('8') {
        return i64::from_str_radix(hex, 16).ok();
    }
    let value: i64 = number.parse().ok()?;
    let value = if value < 0 { value + TWO_TO_32 } else { value };
    (0x8000_0000..TWO_TO_32).contains(&value).then_some(value).filter(|_| number.len() >= 10)
}

fn row(rows: &[Row], number: i64) -> Option<CauseId> {
    rows.iter().find(|(known, _)| *known == number).map(|(_, id)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_table() {
        for (text, expected) in [
            ("err.number=-2147012894 err.description=", Some("transport.timeout")),
            ("the operation failed (2147954402)", Some("transport.timeout")),
            ("msxml3.dll error '80072ee7'", Some("transport.dns")),
            ("hresult: 0x80072efd", Some("transport.refused")),
            ("winhttp error 12164", Some("transport.no-route")),
            ("12180", Some("transport.proxy")),
            ("exception from hresult: 0x80072f05", Some("transport.tls-expired")),
            ("msxml3.dll error '800c000b'", Some("transport.timeout")),
            ("-2146762481", Some("transport.tls-hostname")),
            ("connectionrefused (0x274d)", Some("transport.refused")),
            ("socket error # 10054", Some("transport.reset")),
            ("nsurlerrordomain code=-1202 _kcfstreamerrorcodekey=-9843", Some("transport.tls-hostname")),
            ("nsurlerrordomain code=-1200 originalvalue=-9836", Some("transport.tls-version")),
            ("osstatus -9807", Some("transport.tls-untrusted")),
            ("nsurlerrordomain error -1022.", Some("endpoint.scheme")),
            ("error domain=kcferrordomaincfnetwork code=310", Some("transport.proxy")),
            ("fehler 12007", Some("transport.dns")),
            ("エラー 12002", Some("transport.timeout")),
            ("[errno 111]", Some("transport.refused")),
            ("errno: -4077", Some("transport.reset")),
            ("nsposixerrordomain code=61", Some("transport.refused")),
            ("os error 10061", Some("transport.refused")),
            ("cronet: internalerrorcode=-105", Some("transport.dns")),
            ("ora-29273: http request failed ora-12541: tns:no listener", Some("transport.refused")),
            ("tns-12545", Some("transport.dns")),
            ("verify error:num=62", Some("transport.tls-hostname")),
            ("ssl alert number 116", Some("transport.tls-client-certificate")),
            ("mbedtls_ssl_handshake returned -0x2700", Some("transport.tls-untrusted")),
            ("error_code=1212", Some("transport.refused")),
            // A number that leaves its reason open, and numbers that are none.
            ("winhttp error 12175", None),
            ("nsurlerrordomain code=-1200", None),
            ("after 12002 ms", None),
            ("a margin of -1001 and 60", None),
            ("msxml3.dll error '800c0005'", None),
            ("build 2.12007", None),
            ("host-1001", None),
            ("", None),
        ] {
            assert_eq!(told(text).map(CauseId::as_str), expected, "{text}");
        }
        for (text, expected) in [("0x80190194", Some(404)), ("error -2145844844", Some(404)), ("0x80072ee2", None)] {
            assert_eq!(status(text), expected, "{text}");
        }
    }
}
