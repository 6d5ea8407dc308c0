//! Bytes in hexadecimal digits.

/// Bytes in lower-case digits, two for each.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit() {
        assert_eq!(hex(&[0x00, 0x12, 0x9a, 0xbc, 0xde, 0xf0, 0xff]), "00129abcdef0ff");
    }
}
