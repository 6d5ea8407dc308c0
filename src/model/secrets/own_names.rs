//! Names that the user says hold secrets, besides those that tell it by themselves.

use serde_json::Value;

use super::secret::Secret;
use crate::model::address::Address;
use crate::model::exchange::Answer;
use crate::model::json_text;
use crate::model::request_record::RequestRecord;

/// Names of headers, parameters and JSON members that hold secrets by the user's word. Case and signs between letters do not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnNames(Vec<String>);

impl OwnNames {
    /// The names that a setting lists.
    pub fn new<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        Self(names.into_iter().map(|name| plain(name.as_ref())).filter(|name| !name.is_empty()).collect())
    }

    /// Whether a name is one of them.
    pub fn has(&self, name: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&plain(name))
    }

    /// The values that stand under these names in a request and its answer: in headers, in the query, in JSON.
    pub fn secrets_in(&self, sent: &RequestRecord, answer: Option<&Answer>) -> Vec<Secret> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<String> = Vec::new();
        let address = Address::parse(&sent.url);
        for pair in address.query.iter().filter(|pair| self.has(&address.decoded(&pair.name))) {
            found.extend([address.raw(&pair.value).to_owned(), address.decoded(&pair.value)]);
        }
        let parts = sent.parts.iter().flatten().map(|part| &part.headers);
        let headers = [&sent.headers].into_iter().chain(parts).chain(answer.map(|answer| &answer.headers));
        found.extend(headers.flatten().filter(|(name, _)| self.has(name)).map(|(_, value)| value.trim().to_owned()));
        let answered = answer.map(|answer| answer.text());
        for text in sent.body.as_deref().into_iter().chain(answered.as_deref()) {
            if let Ok(value) = json_text::read::<Value>(text) {
                self.collect(&value, false, &mut found);
            }
        }
        found.sort();
        found.dedup();
        found.into_iter().filter(|text| !text.is_empty()).map(Secret::new).collect()
    }

    fn collect(&self, value: &Value, is_secret: bool, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| self.collect(member, is_secret || self.has(name), found));
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, is_secret, found)),
            Value::String(text) if is_secret => found.push(text.clone()),
            _ => {}
        }
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_place() {
        let names = OwnNames::new(["X-Acme-Pin", "", "tenant id"]);
        assert!(names.has("x-acme-pin") && names.has("TenantId") && !names.has("X-Acme") && !names.has(""));
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let sent = RequestRecord {
            url: "https://h/x?xacmepin=a%2Fb&other=no".into(),
            headers: vec![header("X-ACME-PIN", " c "), header("X-Trace", "no")],
            body: Some(r#"{"a": [{"tenantId": ["d", {"deep": "e"}], "b": "no"}], "tenant_id": 7}"#.into()),
            ..RequestRecord::default()
        };
        let answer =
            Answer { headers: vec![header("x-acme-pin", "f")], body: r#"{"tenantId": "g"}"#.into(), ..Answer::default() };
        let found = names.secrets_in(&sent, Some(&answer));
        assert_eq!(found.iter().map(Secret::reveal).collect::<Vec<_>>(), ["a%2Fb", "a/b", "c", "d", "e", "f", "g"]);
        assert_eq!(OwnNames::default().secrets_in(&sent, Some(&answer)), []);
    }
}
