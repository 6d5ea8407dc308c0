//! Placeholders: `{{name}}`, or `{{name:form}}` where a value belongs in one of its forms.

use std::collections::HashSet;

use super::secret::MASK;

/// What begins the name of a reference to a saved key, as in `{{k-8f3a0c}}`.
pub const REFERENCE: &str = "k-";

/// What stands around a placeholder's name.
pub(super) const BRACES: [&str; 2] = ["{{", "}}"];

/// Signs of the private use area around a placeholder's name, for texts in which braces mean something already.
pub const SIGNS: [&str; 2] = ["\u{e1fe}", "\u{e1ff}"];

/// The placeholder of a name, as in `{{apiKey}}`.
pub fn braced(name: &str) -> String {
    format!("{}{name}{}", BRACES[0], BRACES[1])
}

/// A name between [`SIGNS`].
pub fn signed(name: &str) -> String {
    format!("{}{name}{}", SIGNS[0], SIGNS[1])
}

pub(super) fn is_placeholder(text: &str) -> bool {
    [BRACES, SIGNS].iter().any(|[open, close]| text.starts_with(open) && text.ends_with(close))
}

/// Whether a text is `{{name}}` and nothing else.
pub(super) fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    name.is_some_and(|name| !name.is_empty() && !name.contains(['{', '}']))
}

/// The names of the placeholders in a text, as often as they stand there. Braces of JSON are none.
pub fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|part| placeholder_at(part).map(|(name, ..)| name))
}

/// The name and the form of a placeholder whose opening braces stand right before a text, and the length of its rest.
pub(super) fn placeholder_at(text: &str) -> Option<(&str, &str, usize)> {
    // What has a brace within is not a placeholder, so that no text is searched behind its next brace.
    let end = text.find(['{', '}']).filter(|end| text[*end..].starts_with("}}"))?;
    let inside = text[..end].trim();
    let (name, form) = inside.split_once(':').unwrap_or((inside, ""));
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.$ ".contains(c);
    (!name.is_empty() && name.chars().all(fits)).then_some((name, form, end + 2))
}

/// The references that stand in a text, by name.
pub fn references_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut known = HashSet::new();
    for part in text.split("{{").skip(1) {
        let Some((inside, _)) = part.split_once("}}") else { continue };
        let name = inside.split(':').next().unwrap_or_default();
        if name.starts_with(REFERENCE) && known.insert(name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// A text for eyes: each reference to a saved key as a mask.
pub fn mask_references(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{k-") {
        let Some(length) = rest[start..].find("}}") else { break };
        masked.push_str(&rest[..start]);
        masked.push_str(MASK);
        rest = &rest[start + length + 2..];
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_masked_and_listed() {
        let text = "https://h/x?apiKey={{k-8f:url}}&a={{k-8f}}{{k-9}} {{k-open";
        assert_eq!(mask_references(text), "https://h/x?apiKey=••••&a=•••••••• {{k-open");
        assert_eq!(references_in(text), ["k-8f", "k-9"]);
        assert_eq!(mask_references("{{apiKey}}"), "{{apiKey}}");
    }
}
