//! Headers of a request or an answer: finding one, writing their names, and which of them whoever sends a request sets anew.

use super::address::Address;

/// A header's name as it is written on the wire: `x-run-id` as `X-Run-Id`. Its case means nothing to HTTP.
pub fn title_case(name: &str) -> String {
    let mut starts = true;
    name.chars()
        .map(|c| {
            let written = if starts { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            starts = c == '-';
            written
        })
        .collect()
}

/// Headers that every request carries unless it names them itself.
pub const AUTOMATIC_HEADERS: [(&str, &str); 3] = [
    ("User-Agent", concat!("Centerpost/", env!("CARGO_PKG_VERSION"))),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
];

/// Whether a header of a request to this address is the user's: what every request carries by itself, and what the connection adds,
/// comes again by itself.
pub fn is_own_header(name: &str, value: &str, url: &str) -> bool {
    !name.eq_ignore_ascii_case("content-length")
        && !is_host_of(url, name, value)
        && !AUTOMATIC_HEADERS.iter().any(|known| known.0.eq_ignore_ascii_case(name) && known.1 == value)
}

/// Whether a header belongs to a connection or to the body's length, not to what is asked: whoever sends the request sets it.
fn is_of_the_connection(name: &str) -> bool {
    let names = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "accept-encoding",
        "expect",
        "keep-alive",
        "proxy-connection",
    ];
    name.starts_with(':') || names.iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// Whether a header of a request to this address says something that whoever sends it does not set anew: all but those of the
/// connection, and a Host that is not the address's.
pub fn is_to_be_sent(name: &str, value: &str, url: &str) -> bool {
    !is_of_the_connection(name) || (name.eq_ignore_ascii_case("host") && !is_host_of(url, name, value))
}

/// Whether a header is the Host that the address names anyway.
fn is_host_of(url: &str, name: &str, value: &str) -> bool {
    let address = Address::parse(url);
    name.eq_ignore_ascii_case("host") && value.eq_ignore_ascii_case(address.raw(&address.authority))
}

/// The first value of a header, whatever its name's case.
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// A header that the user sets takes the place of ours of that name; others follow in order.
pub(super) fn merge_headers(headers: &mut Vec<(String, String)>, extra: &[(String, String)]) {
    headers.retain(|(name, _)| !extra.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)));
    headers.extend(extra.iter().filter(|(name, _)| !name.is_empty()).cloned());
}
