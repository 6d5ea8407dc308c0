//! The text that bytes are, and the charset that they name.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::charset;
use super::error::ImportError;

/// The largest file that is read at all, in bytes.
const MAX_INPUT: usize = 1 << 30;

/// Bytes as text, and in words how they were read if that is a guess.
///
/// # Errors
/// When they are not text, or more than can be read.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<String>), ImportError> {
    if bytes.len() > MAX_INPUT {
        return Err(ImportError::new(format!("it is larger than {} MB", MAX_INPUT >> 20)));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x1f\x8b") {
        return Err(ImportError::new("it is packed; unpack it first"));
    }
    if let Some((name, advice)) = picture_or_the_like(bytes) {
        return Err(ImportError::new(format!("it is {name}, not text. {advice}")));
    }
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Ok((encoding.decode_without_bom_handling(&bytes[length..]).0, None));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        let said = format!("It has no byte-order mark and was read as {}", encoding.name());
        return Ok((encoding.decode_without_bom_handling(bytes).0, Some(said)));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), None));
    }
    if bytes.contains(&0) {
        return Err(ImportError::new("it is a binary file, not text"));
    }
    let encoding = charset::guess(bytes);
    let name = if encoding == WINDOWS_1252 { "Latin-1 (Windows-1252)" } else { encoding.name() };
    Ok((encoding.decode_without_bom_handling(bytes).0, Some(format!("It is not UTF-8 and was read as {name}"))))
}

/// The kind of file that bytes are which people send in a text's place, by how it begins, and what to send instead.
fn picture_or_the_like(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const TEXT: &str = "Send the request as text: a curl command, a HAR file or the lines of the log";
    const PACKETS: &str = "In Wireshark follow the HTTP stream, and save it as text";
    const KINDS: [(&[u8], &str, &str); 15] = [
        (b"\x89PNG", "a picture (PNG)", TEXT),
        (b"\xff\xd8\xff", "a picture (JPEG)", TEXT),
        (b"GIF8", "a picture (GIF)", TEXT),
        (b"BM", "a picture (BMP)", TEXT),
        (b"%PDF-", "a PDF document", TEXT),
        (b"{\\rtf", "a document in RTF", TEXT),
        (b"\xd0\xcf\x11\xe0", "a document of an older Office, or a message of Outlook", TEXT),
        (b"\xd4\xc3\xb2\xa1", "a capture of packets (pcap)", PACKETS),
        (b"\xa1\xb2\xc3\xd4", "a capture of packets (pcap)", PACKETS),
        (b"\x4d\x3c\xb2\xa1", "a capture of packets (pcap)", PACKETS),
        (b"\x0a\x0d\x0d\x0a", "a capture of packets (pcapng)", PACKETS),
        (b"SQLite format 3", "a database of SQLite", TEXT),
        (b"ElfFile", "an event log of Windows (EVTX)", "Save its events as text or XML"),
        (b"7z\xbc\xaf", "packed (7z)", "Unpack it first"),
        (b"Rar!", "packed (RAR)", "Unpack it first"),
    ];
    if bytes.get(4..8) == Some(b"ftyp") || bytes.starts_with(b"\x1a\x45\xdf\xa3") {
        return Some(("a film of a screen or the like", TEXT));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(("a picture (WebP)", TEXT));
    }
    let (_, name, advice) = KINDS.iter().find(|(start, ..)| bytes.starts_with(start))?;
    // Two letters may begin a text.
    (*name != "a picture (BMP)" || bytes.contains(&0)).then_some((name, advice))
}

/// Bytes that are to be UTF-8 to the byte, as text.
///
/// # Errors
/// When they are none; what they are instead, in words.
pub fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    let marked = Encoding::for_bom(&bytes).map(|(encoding, _)| encoding);
    if let Some(encoding) =
        marked.or_else(|| utf16_without_mark(&bytes)).filter(|encoding| [UTF_16LE, UTF_16BE].contains(encoding))
    {
        let name = if encoding == UTF_16LE { "UTF-16" } else { "UTF-16 (big-endian)" };
        return Err(format!("it is text in {name}, as Windows PowerShell writes it with >. Save it as UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| format!("it is not UTF-8 text (byte {})", error.utf8_error().valid_up_to()))
}

/// Mostly ASCII in UTF-16 has a zero in every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let zeros = |start: usize| head.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    match (zeros(0), zeros(1)) {
        _ if half < 2 => None,
        (0, odd) if odd * 10 >= half * 7 => Some(UTF_16LE),
        (even, 0) if even * 10 >= half * 7 => Some(UTF_16BE),
        _ => None,
    }
}

/// A header's Content-Type without its charset, for a body that is text by now, whatever it was on the wire.
pub(crate) fn without_charset(headers: &mut [(String, String)]) {
    for (name, value) in headers {
        if name.eq_ignore_ascii_case("content-type") {
            let kept: Vec<&str> =
                value.split(';').filter(|part| !part.trim().to_ascii_lowercase().starts_with("charset")).collect();
            *value = kept.join(";");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf8_is_named() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, expected) in [
            (b"{\"a\": \"\xc3\xbc\"}".to_vec(), Ok("{\"a\": \"ü\"}")),
            ("\u{feff}{}".into(), Ok("\u{feff}{}")),
            (Vec::new(), Ok("")),
            (utf16("\u{feff}{\"a\": 1}"), Err("it is text in UTF-16, as Windows PowerShell")),
            (utf16("{\"a\": 1}"), Err("it is text in UTF-16, as Windows PowerShell")),
            (big, Err("it is text in UTF-16 (big-endian)")),
            (b"caf\xe9".to_vec(), Err("it is not UTF-8 text (byte 3)")),
        ] {
            match (utf8(bytes), expected) {
                (Ok(text), Ok(expected)) => assert_eq!(text, expected),
                (Err(reason), Err(expected)) => assert!(reason.starts_with(expected), "{reason}"),
                (found, _) => panic!("{found:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn files_of_other_kinds_are_refused_by_name() {
        for (bytes, name) in [
            (b"\x89PNG\r\n\x1a\n\0\0".as_slice(), "PNG"),
            (b"\xff\xd8\xff\xe0\0", "JPEG"),
            (b"%PDF-1.7\n1 0 obj", "PDF"),
            (b"\xd4\xc3\xb2\xa1\x02\0", "pcap"),
            (b"\x0a\x0d\x0d\x0a\x1c\0", "pcapng"),
            (b"\0\0\0\x20ftypisom", "film"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
            (b"\0\x01\0\x02\xff\xfe\x03", "binary"),
        ] {
            let reason = decode(bytes).unwrap_err().to_string();
            assert!(reason.contains(name), "{reason}");
        }
        assert_eq!(decode(b"BMW sends POST").unwrap().0, "BMW sends POST");
    }

    #[test]
    fn encodings_by_table() {
        let utf16: Vec<u8> = "curl h/ü".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "curl h/ü".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            "curl h/ü".as_bytes().to_vec(),
            "\u{feff}curl h/ü".as_bytes().to_vec(),
            [&[0xff, 0xfe], utf16.as_slice()].concat(),
            utf16.clone(),
            big,
            b"curl h/\xfc".to_vec(),
        ] {
            assert_eq!(decode(&bytes).unwrap().0, "curl h/ü", "{bytes:?}");
        }
        assert!(decode(b"PK\x03\x04").is_err() && decode(b"\xff\x00\x01\x00\x00\xfe").is_err());
    }
}
