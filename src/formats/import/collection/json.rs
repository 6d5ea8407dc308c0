//! What the JSON of API clients has in common.

use serde_json::Value;

use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::json_text;

/// The JSON of a text.
pub(in crate::formats::import) fn parse(text: &str) -> Result<Value, ImportError> {
    json_text::read(text).map_err(|error| ImportError::json(&error))
}

/// A text, or what stands in a text's place: a number as it is written, nothing for null.
pub(in crate::formats::import) fn text_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

/// A member that is a text.
pub(in crate::formats::import) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// A member that is a list; empty where there is none.
pub(in crate::formats::import) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether a list or a text has something in it.
pub(in crate::formats::import) fn has_entries(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Object(members)) => members.values().any(|inner| has_entries(Some(inner))),
        _ => false,
    }
}

/// Whether an entry is not switched off, in whichever words the client says that.
pub(in crate::formats::import) fn is_on(entry: &Value) -> bool {
    let says = |name: &str, value: bool| entry.get(name) == Some(&Value::Bool(value));
    !says("disabled", true) && !says("isDisabled", true) && !says("enabled", false) && !says("active", false)
}

/// Names and values of a list whose entries are switched on; or of a plain object. `keys` are the members that may hold the name.
pub(in crate::formats::import) fn pairs(list: Option<&Value>, keys: &[&str]) -> Variables {
    match list {
        Some(Value::Array(list)) => {
            let one = |entry: &Value| {
                let name = keys.iter().find_map(|key| member(entry, key))?;
                is_on(entry).then(|| (name.to_owned(), text_of(entry.get("value"))))
            };
            list.iter().filter_map(one).collect()
        }
        Some(Value::Object(members)) => members.iter().map(|(name, value)| (name.clone(), text_of(Some(value)))).collect(),
        _ => Vec::new(),
    }
}
