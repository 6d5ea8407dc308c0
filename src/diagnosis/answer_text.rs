//! The sentences of an answer, whatever it is written in, and the names that stand above them.

use serde_json::Value;

use super::context::RuleContext;

/// A sentence of the answer, with the names above it in its JSON.
pub(super) struct AnswerSentence {
    /// The members above it, outermost first, without those that name no field.
    pub(super) names: Vec<String>,
    pub(super) text: String,
}

/// Whether a text in lower case holds one of the words.
pub(super) fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Whether a text in lower case holds a word that stands alone.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    if !word.is_ascii() {
        // Words of languages that write without spaces, or that bend their endings.
        return text.contains(word);
    }
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_') && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The sentences of an answer: the texts of its JSON, or of its page without the tags. The top level's own keys name no field.
pub(super) fn sentences(context: &RuleContext<'_>) -> Vec<AnswerSentence> {
    let mut found = Vec::new();
    match context.answer_json().or_else(|| closed(&context.answer_text)) {
        Some(json) => gather(&json, &mut Vec::new(), &mut found),
        None => {
            let plain = strip_tags(&context.answer_text);
            for line in plain
                .split(['\n', '\r'])
                .flat_map(|line| line.split(". "))
                .map(str::trim)
                .filter(|line| line.len() > 5 && line.len() < 500)
                .take(80)
            {
                found.push(AnswerSentence { names: Vec::new(), text: line.to_owned() });
            }
        }
    }
    found
}

/// The JSON that a text begins which breaks off: what is open is closed where it ends.
fn closed(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let (mut open, mut in_text, mut is_escaped) = (Vec::new(), false, false);
    for c in text.chars() {
        match (in_text, c) {
            (true, _) if std::mem::take(&mut is_escaped) => {}
            (true, '\\') => is_escaped = true,
            (_, '"') => in_text = !in_text,
            (false, '{') => open.push('}'),
            (false, '[') => open.push(']'),
            (false, '}' | ']') => drop(open.pop()),
            _ => {}
        }
    }
    if open.is_empty() || open.len() > 100 {
        return None;
    }
    let mut whole = if is_escaped { text[..text.len() - 1].to_owned() } else { text.to_owned() };
    whole.push_str(if in_text { "\"" } else { "" });
    let whole = whole.trim_end_matches([',', ' ', '\n', '\r', '\t']);
    let ends: String = open.iter().rev().collect();
    serde_json::from_str(&format!("{whole}{ends}")).ok()
}

fn gather(value: &Value, path: &mut Vec<String>, found: &mut Vec<AnswerSentence>) {
    if found.len() > 200 || path.len() > 12 {
        return;
    }
    match value {
        Value::String(text) if text.len() < 2000 => {
            let last = path.last().map(|name| name.to_lowercase()).unwrap_or_default();
            // What names the field in a list of errors stands beside the sentence, not in it.
            if !matches!(
                last.as_str(),
                "field" | "name" | "parameter" | "property" | "path" | "type" | "title" | "traceid" | "instance" | "code"
            ) || text.contains(' ')
            {
                // Below a list of errors stand the names of fields, whatever they are called.
                let is_field = |at: usize| at > 0 && is_list_of_errors(&path[at - 1]) && is_name_of_field(&path[at]);
                let names = path.iter().enumerate().filter(|(at, name)| !is_generic(name) || is_field(*at));
                let names = names.map(|(_, name)| name.clone()).collect();
                found.push(AnswerSentence { names, text: text.clone() });
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, path, found)),
        Value::Object(members) => {
            let beside = ["field", "name", "parameter", "property", "path", "propertyName", "key"]
                .iter()
                .find_map(|key| members.get(*key)?.as_str());
            let depth = path.len();
            path.extend(beside.map(str::to_owned));
            for (key, member) in members {
                path.push(key.clone());
                gather(member, path, found);
                path.pop();
            }
            path.truncate(depth);
        }
        _ => {}
    }
}

fn is_list_of_errors(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "errors" | "modelstate" | "validationerrors" | "fields")
}

fn is_name_of_field(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "title" | "description" | "status" | "type" | "details" | "result")
}

fn is_generic(name: &str) -> bool {
    matches!(
        name.to_lowercase().as_str(),
        "status"
            | "description"
            | "message"
            | "messages"
            | "error"
            | "errors"
            | "detail"
            | "details"
            | "title"
            | "modelstate"
            | "type"
            | "code"
            | "reason"
            | "result"
            | "data"
            | "exceptionmessage"
            | "response"
            | "statuscode"
            | "msg"
            | "fault"
            | "validationerrors"
            | "fields"
            | "invalid-params"
            | "errormessage"
    )
}

fn strip_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                plain.push('\n');
            }
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    plain.replace("&quot;", "\"").replace("&#39;", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_breaks_off_is_closed() {
        for (text, expected) in [
            ("{\"status\": 400, \"description\": \"One or mo", Some(r#"{"status":400,"description":"One or mo"}"#)),
            ("{\"errors\": [{\"field\": \"a\", \"message\": \"b\"}, ", Some(r#"{"errors":[{"field":"a","message":"b"}]}"#)),
            ("{\"a\": \"b\\", Some(r#"{"a":"b"}"#)),
            ("{\"a\": \"}\\\"", Some(r#"{"a":"}\""}"#)),
            ("{\"a\": ", None),
            ("{\"a\": 1}", None),
            ("not JSON {", None),
            ("", None),
        ] {
            assert_eq!(closed(text).map(|json| json.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn words_stand_alone() {
        assert!(has_word("the status is unknown", "status"));
        assert!(!has_word("statuses are unknown", "status"));
        assert!(has_word("field 'severity': bad", "severity"));
    }
}
