//! Commands for the shell fish, which sets variables by `set` and puts in what a command prints by parentheses alone.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The text as bash would have it; `None` where it is not for fish.
pub(super) fn as_bash(text: &str) -> Option<String> {
    static SETS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^(\s*(?:\S*[>\u{276f}] )?)set ((?:-{1,2}\w+ )*)([A-Za-z_]\w*) (.+)$").ok());
    let is_fish = text.contains("| string ")
        || ["(string ", "set -x ", "set -gx ", "set -l ", "set -lx ", "set -g ", "set -Ux "]
            .iter()
            .any(|sign| text.contains(sign));
    if !is_fish || !text.contains("curl") {
        return None;
    }
    let one = |found: &Captures<'_>| {
        let value = found[4].trim();
        let is_one = !value.contains(' ') || value.starts_with(['(', '"', '\'']);
        if is_one { format!("{}{}={value}", &found[1], &found[3]) } else { format!("{}{}='{value}'", &found[1], &found[3]) }
    };
    let plain = with_signs(&SETS.as_ref()?.replace_all(text, one));
    (plain != text).then_some(plain)
}

/// Puts the sign of other shells before the parentheses that stand outside of quotes.
fn with_signs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None | Some('"'), '\\') => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') if !out.ends_with('$') => out.push('$'),
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::as_bash;

    #[test]
    fn commands_by_table() {
        for (text, expected) in [
            (
                "~> set -x KEY (cat k | string trim)\ncurl \"https://h?k=$KEY\"",
                Some("~> KEY=$(cat k | string trim)\ncurl \"https://h?k=$KEY\""),
            ),
            ("set -l title \"a (b)\"\ncurl h -d '(x)'", Some("title=\"a (b)\"\ncurl h -d '(x)'")),
            ("set -gx words a b\ncurl h", Some("words='a b'\ncurl h")),
            ("curl h -d (jq -n . | string collect)", Some("curl h -d $(jq -n . | string collect)")),
            ("set -x\ncurl h", None),
            ("curl h -d (x)", None),
        ] {
            assert_eq!(as_bash(text).as_deref(), expected, "{text}");
        }
    }
}
