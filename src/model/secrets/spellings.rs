//! What a secret becomes where somebody reads or writes it in another way than it was meant: another case, another charset, an encoding
//! undone once too often. What is encoded is decoded first, see [`views`](super::views), and then looks like one of these.

use std::collections::BTreeSet;

use encoding_rs::Encoding;
use unicode_normalization::UnicodeNormalization as _;

use super::forms::base64_cores;
use super::secret::SHORTEST_SECRET;
use super::views;

/// The charsets, besides UTF-8 and UTF-16, in which browsers read and write; ISO-2022-JP has signs around its text.
const CHARSETS: [&Encoding; 36] = [
    encoding_rs::BIG5,
    encoding_rs::EUC_JP,
    encoding_rs::EUC_KR,
    encoding_rs::GB18030,
    encoding_rs::GBK,
    encoding_rs::IBM866,
    encoding_rs::ISO_2022_JP,
    encoding_rs::ISO_8859_10,
    encoding_rs::ISO_8859_13,
    encoding_rs::ISO_8859_14,
    encoding_rs::ISO_8859_15,
    encoding_rs::ISO_8859_16,
    encoding_rs::ISO_8859_2,
    encoding_rs::ISO_8859_3,
    encoding_rs::ISO_8859_4,
    encoding_rs::ISO_8859_5,
    encoding_rs::ISO_8859_6,
    encoding_rs::ISO_8859_7,
    encoding_rs::ISO_8859_8,
    encoding_rs::KOI8_R,
    encoding_rs::KOI8_U,
    encoding_rs::MACINTOSH,
    encoding_rs::SHIFT_JIS,
    encoding_rs::WINDOWS_1250,
    encoding_rs::WINDOWS_1251,
    encoding_rs::WINDOWS_1252,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1255,
    encoding_rs::WINDOWS_1256,
    encoding_rs::WINDOWS_1257,
    encoding_rs::WINDOWS_1258,
    encoding_rs::WINDOWS_874,
    encoding_rs::X_MAC_CYRILLIC,
    encoding_rs::ISO_8859_8_I,
    encoding_rs::X_USER_DEFINED,
];

/// The longest secret of which parts of Base64 are looked for, in bytes.
const LONGEST_CUT: usize = 4096;

/// A secret as it is, first of all, and each other way in which it may be read or written, all as bytes and each once.
pub(super) fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let mut others: BTreeSet<Vec<u8>> = BTreeSet::new();
    // Forms write a blank as a plus.
    others.insert(secret.replace(' ', "+").into_bytes());
    others.insert(secret.replace('+', " ").into_bytes());
    undone(secret, &mut others);
    // Base64 that was cut on both sides of the secret does not yield it any more.
    if secret.len() <= LONGEST_CUT {
        others.extend(base64_cores(secret).into_iter().map(String::into_bytes));
    }
    if is_hexadecimal(secret) {
        others.insert(secret.to_ascii_lowercase().into_bytes());
        others.insert(secret.to_ascii_uppercase().into_bytes());
    }
    if !secret.is_ascii() {
        in_charsets(secret, &mut others);
    }
    others.remove(secret.as_bytes());
    others.retain(|other| other.len() >= SHORTEST_SECRET);
    std::iter::once(secret.as_bytes().to_vec()).chain(others).collect()
}

/// What comes of a secret that itself looks encoded when its escapes are undone.
fn undone(secret: &str, others: &mut BTreeSet<Vec<u8>>) {
    views::unescaped(secret.as_bytes(), |bytes| {
        others.insert(bytes.to_vec());
    });
}

/// Whether it is a number in hexadecimal, a GUID among them: those are compared without regard to case.
fn is_hexadecimal(secret: &str) -> bool {
    secret.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'{' | b'}'))
}

fn in_charsets(secret: &str, others: &mut BTreeSet<Vec<u8>>) {
    others.insert(secret.nfc().collect::<String>().into_bytes());
    others.insert(secret.nfd().collect::<String>().into_bytes());
    others.insert(secret.encode_utf16().flat_map(u16::to_le_bytes).collect());
    others.insert(secret.encode_utf16().flat_map(u16::to_be_bytes).collect());
    others.insert(secret.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect());
    others.insert(secret.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect());
    let latin: Option<Vec<u8>> = secret.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    others.extend(latin);
    // Read as Latin-1, byte by byte, and written again: once, and once more.
    let once: String = secret.bytes().map(char::from).collect();
    others.insert(once.bytes().map(char::from).collect::<String>().into_bytes());
    others.insert(once.into_bytes());
    for charset in CHARSETS {
        let (written, _, is_lossy) = charset.encode(secret);
        if !is_lossy {
            others.insert(without_signs(&written).to_vec());
        }
        let (read, is_wrong) = charset.decode_without_bom_handling(secret.as_bytes());
        if !is_wrong {
            others.insert(read.into_owned().into_bytes());
        }
    }
}

/// A text of ISO-2022-JP without the escape sequences around it, which belong to its neighbours as well.
fn without_signs(bytes: &[u8]) -> &[u8] {
    let inside = if bytes.first() == Some(&0x1b) { bytes.get(3..).unwrap_or_default() } else { bytes };
    inside.strip_suffix(b"\x1b(B").unwrap_or(inside)
}
