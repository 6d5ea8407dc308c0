//! `{{name}}` in texts, and the values that stand for the names.

/// Names and values that stand for `{{name}}`; the last of a name counts.
pub type Variables = Vec<(String, String)>;

/// How deep variables may stand in each other.
const MAX_DEPTH: usize = 5;

/// The longest text that variables may blow a value up to, in bytes.
pub(super) const MAX_EXPANDED: usize = 1 << 20;

/// A text with the values of variables in it. Others, such as `{{$guid}}`, stay.
pub(super) fn expand(text: &str, variables: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for _ in 0..MAX_DEPTH {
        let mut next = String::with_capacity(text.len());
        let mut rest = text.as_str();
        let mut changed = false;
        while let Some(open) = rest.find("{{") {
            let Some(length) = rest[open..].find("}}") else { break };
            let name = rest[open + 2..open + length].trim();
            next.push_str(&rest[..open]);
            match variables.iter().rfind(|(known, _)| known == name) {
                Some((_, value)) => {
                    next.push_str(value);
                    changed = true;
                }
                None => next.push_str(&rest[open..open + length + 2]),
            }
            rest = &rest[open + length + 2..];
        }
        next.push_str(rest);
        if !changed || next.len() > MAX_EXPANDED.max(text.len()) {
            break;
        }
        text = next;
    }
    text
}

/// Percent-encodes a text for a query or a form; `{{name}}` stays readable.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let Some(length) = rest[open..].find("}}") else { break };
        encoded.push_str(&super::curl::encode(&rest[..open]));
        encoded.push_str(&rest[open..open + length + 2]);
        rest = &rest[open + length + 2..];
    }
    encoded.push_str(&super::curl::encode(rest));
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_by_table() {
        let variables = [("a", "1"), ("b", "{{a}}{{c}}"), ("a", "2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        for (text, expanded) in [("{{ a }}{{b}}", "22{{c}}"), ("{{a", "{{a"), ("{{$guid}}", "{{$guid}}"), ("", "")] {
            assert_eq!(expand(text, &variables), expanded, "{text}");
        }
        assert_eq!(encode("a b{{k}}&{{"), "a%20b{{k}}%26%7B%7B");
    }
}
