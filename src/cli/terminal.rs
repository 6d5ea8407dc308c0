//! Text of others on a terminal: nothing in it moves the cursor, changes the title or turns the direction of what is read.

use crate::model::unseen::turns_direction;

/// A text with a visible stand-in for each character that a terminal or a reader could be deceived with: `␛`, `␍`, `⟨U+202E⟩`. Line
/// breaks, CR LF among them, and tabs stay.
pub(in crate::cli) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' if characters.peek() == Some(&'\n') => shown.push(c),
            '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
            '\x7f' => shown.push('␡'),
            c if is_deceptive(c) => shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown
}

/// A JSON text that means the same, and deceives no terminal: only strings hold such characters, and there they can be escaped.
pub(in crate::cli) fn harmless_json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_deceptive(c) || c == '\x7f' {
            shown.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Control characters beyond ASCII, and marks that change the direction of the text around them.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}') || turns_direction(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_by_table() {
        for (text, expected) in [
            ("plain ü 你 🙂\tx\n", "plain ü 你 🙂\tx\n"),
            ("a\r\nb", "a\r\nb"),
            ("a\u{1b}[2J\u{7}\tb\r\né🦀", "a␛[2J␇\tb\r\né🦀"),
            ("done\rfake", "done␍fake"),
            ("end\r", "end␍"),
            ("\x1b[2J\x1b]0;title\x07", "␛[2J␛]0;title␇"),
            ("\0\x08\x7f", "␀␈␡"),
            ("\u{9b}2J\u{85}", "⟨U+009B⟩2J⟨U+0085⟩"),
            ("gpj\u{202e}exe\u{2066}", "gpj⟨U+202E⟩exe⟨U+2066⟩"),
        ] {
            assert_eq!(harmless(text), expected, "{text:?}");
        }
    }

    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({"a\u{202e}": "\x1b\x7f\u{9b}\u{200f}\r\n ü"});
        let shown = harmless_json(&value.to_string());
        assert!(!shown.contains(|c| is_deceptive(c) || c.is_control()), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
