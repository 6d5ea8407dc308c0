//! Texts as HTML shows them.

use crate::model::unseen::turns_direction;

/// A text as HTML shows it, in elements and in quoted attributes. Characters that HTML does not allow become U+FFFD.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            '\r' => escaped.push_str("&#13;"),
            c if c.is_control() => escaped.push('\u{fffd}'),
            // Invisible signs that turn the direction could make a text read as another.
            c if turns_direction(c) => escaped.push_str(&format!("[U+{:04X}]", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_stay_texts() {
        for (text, expected) in [
            ("<script>alert('1')</script>", "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"),
            ("a & \"b\"", "a &amp; &quot;b&quot;"),
            ("a\u{0}\u{1b}b\r\n", "a\u{fffd}\u{fffd}b&#13;\n"),
            ("txt\u{202e}gpj.exe", "txt[U+202E]gpj.exe"),
        ] {
            assert_eq!(escape(text), expected, "{text:?}");
        }
    }
}
