//! The environments of API clients: what fills the variables of a collection.

use serde_json::Value;

use super::json::{list, member, pairs, text_of};
use super::{bru, yaml};
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::json_text;

/// The variables of an environment that are switched on: of Postman, Thunder Client, Hoppscotch, Insomnia or Bruno, or a plain object.
///
/// # Errors
/// When it is not JSON, YAML or `.bru` file, or has no variables where one of these has them.
pub(in crate::formats::import) fn read(text: &str) -> Result<Variables, ImportError> {
    let text = json_text::without_bom(text);
    if bru::is_bru(text) {
        return Ok(bru::variables(text));
    }
    let value = yaml::parse(text)?;
    let value = value.get("environment").or_else(|| value.get(0)).unwrap_or(&value);
    if let Some(values) = value.get("values") {
        return Ok(pairs(Some(values), &["key", "id"]));
    }
    if member(value, "environmentName").is_some() || value.get("data").is_some_and(Value::is_array) {
        return Ok(pairs(value.get("data"), &["name"]));
    }
    if value.get("variables").is_some_and(Value::is_array) {
        let one = |entry: &Value| {
            let name = member(entry, "name").or_else(|| member(entry, "key"))?;
            let value = ["currentValue", "value", "initialValue"].iter().map(|name| text_of(entry.get(name)));
            super::json::is_on(entry)
                .then(|| (name.to_owned(), value.into_iter().find(|text| !text.is_empty()).unwrap_or_default()))
        };
        return Ok(list(value, "variables").iter().filter_map(one).collect());
    }
    let data = value.get("environments").unwrap_or(value).get("data").or(Some(value));
    match data {
        Some(Value::Object(members))
            if !members.is_empty() && members.values().all(|value| !value.is_object() && !value.is_array()) =>
        {
            Ok(pairs(data, &[]))
        }
        _ => Err(ImportError::new("it has no \"values\", so it is not a Postman environment, and none of another client")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_by_table() {
        for text in [
            r#"{"name": "e", "values": [{"key": "k", "value": "5"}, {"key": "off", "value": "1", "enabled": false}]}"#,
            r#"{"clientName": "Thunder Client", "environmentName": "e", "data": [{"name": "k", "value": "5"}]}"#,
            r#"{"v": 2, "name": "e", "variables": [{"key": "k", "initialValue": "5", "currentValue": "", "secret": false}]}"#,
            r#"[{"name": "e", "variables": [{"key": "k", "value": "5"}]}]"#,
            "type: environment.insomnia.rest/5.0\nname: e\nenvironments:\n  name: Base\n  data:\n    k: '5'\n",
            "vars {\n  k: 5\n}\n",
            "name: e\nvariables:\n  - name: k\n    value: '5'\n",
            r#"{"k": 5}"#,
        ] {
            assert_eq!(read(text).unwrap(), [("k".to_owned(), "5".to_owned())], "{text}");
        }
        for text in ["{}", "[1]", "just text", r#"{"item": []}"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
