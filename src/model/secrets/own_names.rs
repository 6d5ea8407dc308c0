//! Names that the user says hold secrets, besides those that tell it by themselves.

use std::sync::{PoisonError, RwLock};

use serde_json::Value;

use super::secret::Secret;
use crate::model::json_text;

/// The names of this process. They are asked for wherever a name is looked at, so that no place can forget them.
static OWN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// From now on values of these names are secret: of headers, parameters and JSON members. Case and signs between letters do not matter.
pub fn set<T: AsRef<str>>(names: impl IntoIterator<Item = T>) {
    let names = names.into_iter().map(|name| plain(name.as_ref())).filter(|name| !name.is_empty()).collect();
    *OWN.write().unwrap_or_else(PoisonError::into_inner) = names;
}

/// Whether a name is one of them.
pub fn is_own(name: &str) -> bool {
    let own = OWN.read().unwrap_or_else(PoisonError::into_inner);
    !own.is_empty() && own.contains(&plain(name))
}

/// Whether there are any.
pub(super) fn are_any() -> bool {
    !OWN.read().unwrap_or_else(PoisonError::into_inner).is_empty()
}

/// The values that stand under these names in a JSON text, numbers included.
pub(super) fn secrets_in_json(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    if are_any()
        && let Ok(value) = json_text::read::<Value>(text)
    {
        collect(&value, false, &mut found);
    }
    found
}

fn collect(value: &Value, is_secret: bool, found: &mut Vec<Secret>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| collect(member, is_secret || is_own(name), found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, is_secret, found)),
        Value::String(text) if is_secret && !text.is_empty() => found.push(Secret::new(text)),
        Value::Number(number) if is_secret => found.push(Secret::new(number.to_string())),
        _ => {}
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::Answer;
    use crate::model::request_record::RequestRecord;
    use crate::model::secrets::collect::secrets_in;
    use crate::model::secrets::names::is_secret_name;

    // Tests of one process share the names, so that no other test may name these.
    #[test]
    fn values_by_place() {
        set(["X-Acme-Pin", "", "tenant id"]);
        assert!(is_own("x-acme-pin") && is_secret_name("TenantId") && !is_own("X-Acme") && !is_own(""));
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let sent = RequestRecord {
            url: "https://h/x?xacmepin=a%2Fb&other=no".into(),
            headers: vec![header("X-ACME-PIN", " c "), header("X-Trace", "no")],
            body: Some(r#"{"a": [{"tenantId": ["d", {"deep": "e"}], "b": "no"}], "tenant_id": 7}"#.into()),
            ..RequestRecord::default()
        };
        let answer =
            Answer { headers: vec![header("x-acme-pin", "f")], body: r#"{"tenantId": "g"}"#.into(), ..Answer::default() };
        let found = secrets_in(&sent, Some(&answer));
        assert_eq!(found.iter().map(Secret::reveal).collect::<Vec<_>>(), ["a/b", "c", "f", "d", "e", "7", "g"]);
    }
}
