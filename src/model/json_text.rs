//! JSON as programs send and store it: a byte-order mark before it means nothing.

use serde::Deserialize;

/// A text without the byte-order marks before it.
pub fn without_bom(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

/// Reads JSON.
///
/// # Errors
/// When the text is not JSON, or a value has another type.
pub fn read<'a, T: Deserialize<'a>>(text: &'a str) -> serde_json::Result<T> {
    serde_json::from_str(without_bom(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_means_nothing() {
        for text in ["[1]", "\u{feff}[1]", "\u{feff}\u{feff} [1]"] {
            assert_eq!(read::<Vec<u8>>(text).unwrap(), [1]);
        }
        assert!(read::<Vec<u8>>("\u{feff}").is_err());
    }
}
