//! JSON as programs send and store it, where a byte-order mark before it means nothing; and the texts in it.

use serde::Deserialize;
use serde_json::Value;

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

/// A value with each of its texts changed. The names of its members stay.
pub fn with_texts(value: &Value, text: &dyn Fn(&str) -> String) -> Value {
    with_texts_and_names(value, text, &str::to_owned)
}

/// A value with each of its texts changed, and each name of a member.
pub fn with_texts_and_names(value: &Value, text: &dyn Fn(&str) -> String, name: &dyn Fn(&str) -> String) -> Value {
    let inner = |value: &Value| with_texts_and_names(value, text, name);
    match value {
        Value::String(old) => text(old).into(),
        Value::Array(items) => items.iter().map(inner).collect(),
        Value::Object(members) => members.iter().map(|(old, member)| (name(old), inner(member))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_changed_at_any_depth_and_names_where_it_is_asked() {
        let value = serde_json::json!({"b": "x", "a": [1, null, {"c": ["y", true]}], "y": {}});
        let doubled = |text: &str| text.repeat(2);
        let texts = serde_json::json!({"b": "xx", "a": [1, null, {"c": ["yy", true]}], "y": {}});
        assert_eq!(with_texts(&value, &doubled).to_string(), texts.to_string());
        let both = serde_json::json!({"bb": "xx", "aa": [1, null, {"cc": ["yy", true]}], "yy": {}});
        assert_eq!(with_texts_and_names(&value, &doubled, &doubled).to_string(), both.to_string());
    }

    #[test]
    fn a_byte_order_mark_means_nothing() {
        for text in ["[1]", "\u{feff}[1]", "\u{feff}\u{feff} [1]"] {
            assert_eq!(read::<Vec<u8>>(text).unwrap(), [1]);
        }
        assert!(read::<Vec<u8>>("\u{feff}").is_err());
    }
}
