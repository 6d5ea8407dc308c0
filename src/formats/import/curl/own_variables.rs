//! curl's own variables: `--variable name=value`, and `{{name}}` in the value of an option that begins with `--expand-`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::data;

/// The variables with a value that is known here.
#[derive(Default)]
pub(super) struct Variables(Vec<(String, Vec<u8>)>);

impl Variables {
    /// Takes what `--variable` is given; `false` where the value stands elsewhere.
    pub(super) fn set(&mut self, given: &[u8]) -> bool {
        let text = String::from_utf8_lossy(given);
        // Of the environment, with what holds where it has none.
        let text = text.strip_prefix('%').unwrap_or(&text);
        match text.split_once('=') {
            Some((name, value)) if !name.contains('@') => {
                let name = name.split('[').next().unwrap_or(name);
                self.0.push((name.to_owned(), value.as_bytes().to_vec()));
                true
            }
            _ => false,
        }
    }

    /// A value with its variables filled, and whether all of them were known.
    pub(super) fn fill(&self, value: &[u8]) -> (Vec<u8>, bool) {
        let text = String::from_utf8_lossy(value);
        let mut filled = Vec::new();
        let mut rest: &str = &text;
        let mut is_whole = true;
        while let Some((before, inside)) = rest.split_once("{{") {
            let Some((name, behind)) = inside.split_once("}}") else { break };
            // A backslash takes the braces for braces.
            if let Some(before) = before.strip_suffix('\\') {
                filled.extend_from_slice(format!("{before}{{{{{name}}}}}").as_bytes());
            } else {
                filled.extend_from_slice(before.as_bytes());
                match self.value(name) {
                    Some(value) => filled.extend(value),
                    None => {
                        filled.extend_from_slice(format!("{{{{{name}}}}}").as_bytes());
                        is_whole = false;
                    }
                }
            }
            rest = behind;
        }
        filled.extend_from_slice(rest.as_bytes());
        (filled, is_whole)
    }

    /// The value of `name` or `name:function:function`.
    fn value(&self, written: &str) -> Option<Vec<u8>> {
        let mut parts = written.split(':').map(str::trim);
        let name = parts.next()?;
        let (_, value) = self.0.iter().rev().find(|(known, _)| known == name)?;
        parts.try_fold(value.clone(), |value, function| match function {
            "trim" => Some(value.trim_ascii().to_vec()),
            "json" => {
                let quoted = serde_json::to_string(&String::from_utf8_lossy(&value)).ok()?;
                Some(quoted.as_bytes().get(1..quoted.len() - 1)?.to_vec())
            }
            "url" => Some(data::encode(&value)),
            "b64" => Some(STANDARD.encode(&value).into_bytes()),
            "64dec" => STANDARD.decode(value).ok(),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_table() {
        let mut variables = Variables::default();
        assert!(variables.set(b"key= k/1 ") && variables.set(b"%HOME=/h") && !variables.set(b"%KEY") && !variables.set(b"a@f"));
        for (text, expected, is_whole) in [
            ("https://h?k={{key:trim:url}}", "https://h?k=k%2F1", true),
            ("{{HOME}}/{{key:b64}}", "/h/IGsvMSA=", true),
            ("{{KEY}} {{key:rot13}}", "{{KEY}} {{key:rot13}}", false),
            ("a \\{{key}} {{", "a {{key}} {{", true),
        ] {
            let (filled, whole) = variables.fill(text.as_bytes());
            assert_eq!((String::from_utf8(filled).unwrap().as_str(), whole), (expected, is_whole), "{text}");
        }
    }
}
