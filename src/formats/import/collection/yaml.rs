//! YAML, as the JSON that it stands for.

use serde_json::Value;

use crate::formats::import::error::ImportError;
use crate::model::json_text;

/// The largest document that is read, in bytes.
const MAX_YAML: usize = 16 << 20;

/// The first document of a text. JSON is YAML, too, and is read as JSON.
///
/// # Errors
/// When it is not YAML. What is said of it does not quote the text.
pub(in crate::formats::import) fn parse(text: &str) -> Result<Value, ImportError> {
    let text = json_text::without_bom(text);
    if text.trim_start().starts_with(['{', '[']) {
        return super::json::parse(text);
    }
    if text.len() > MAX_YAML {
        return Err(ImportError::new(format!("it is larger than {} MB", MAX_YAML >> 20)));
    }
    // As YAML 1.2 has it, only `true` and `false` are not texts.
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        strict_booleans: true,
    };
    serde_saphyr::from_str_with_options(first_document(text), options).map_err(|error| {
        let place = error.location().map(|at| format!(" (line {}, column {})", at.line(), at.column())).unwrap_or_default();
        ImportError::new(format!("it is not YAML that can be read{place}"))
    })
}

/// What stands before a second `---`, and before what Ansible printed below a play.
fn first_document(text: &str) -> &str {
    let mut at = 0;
    let mut has_content = false;
    for line in text.split_inclusive('\n') {
        if has_content && (line.trim_end() == "---" || is_of_run(line)) {
            return &text[..at];
        }
        has_content |= !line.trim().is_empty() && !line.starts_with(['#', '%']) && line.trim_end() != "---";
        at += line.len();
    }
    text
}

/// Whether a line is one that Ansible prints when it runs a play.
pub(super) fn is_of_run(line: &str) -> bool {
    ["PLAY [", "TASK [", "fatal: [", "failed: [", "ok: [", "changed: ["].iter().any(|begin| line.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_by_table() {
        for (text, json) in [
            ("a: 1\nb: |-\n  {\n  \t\"x\": 1\n  }\n", r#"{"a":1,"b":"{\n\t\"x\": 1\n}"}"#),
            ("---\na: [x, 'y']\n---\nb: 1\n", r#"{"a":["x","y"]}"#),
            ("a: 1\na: 2\n", r#"{"a":2}"#),
            ("x: &x {k: v}\ny:\n  <<: *x\n", r#"{"x":{"k":"v"},"y":{"k":"v"}}"#),
            ("{\"a\": 1}", r#"{"a":1}"#),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), json, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_quoted() {
        let error = parse("key: s3cret: - [\n").unwrap_err().to_string();
        assert!(error.contains("YAML") && !error.contains("s3cret"), "{error}");
        // Names that stand for lists of names that stand for lists.
        let bomb: String = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, n| {
            text + &format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))
        });
        assert!(parse(&bomb).is_err());
    }
}
