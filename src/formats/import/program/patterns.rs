//! Patterns that a program fills by `Sprintf` and its like: an address is put together of them and of the program's constants.

use serde_json::Value;

use super::call::assigned;
use super::literal::{Language, text_of};
use super::multipart::{arguments, end_of_arguments, unquoted};
use super::texts::Literal;

/// Calls that fill the pattern behind them.
const CALLS: [&str; 6] = ["Sprintf(", "sprintf(", "String.format(", "string.format(", "str::format(", "lang.String.format("];

/// Puts the arguments into the addresses among the texts of a program. An argument that is not a text of the program stands by its name.
pub(super) fn fill(text: &str, literals: &mut [Literal]) {
    let is_pattern = |literal: &Literal| {
        literal.text.contains('%')
            && (literal.text.contains("://") || literal.text.contains("/projects/"))
            && CALLS.iter().any(|call| text[..literal.at].trim_end().ends_with(call))
    };
    let patterns: Vec<usize> =
        literals.iter().enumerate().filter(|(_, literal)| is_pattern(literal)).map(|(index, _)| index).collect();
    if patterns.is_empty() {
        return;
    }
    let known = assigned(text, Language::Other);
    for index in patterns {
        let pattern = &literals[index];
        let behind = text[pattern.end..].trim_start().strip_prefix(',').unwrap_or("");
        let given: Vec<String> = end_of_arguments(behind)
            .map(|end| arguments(&behind[..end]).into_iter().map(|argument| value_of(argument, &known)).collect())
            .unwrap_or_default();
        if let Some(filled) = filled(&pattern.text, &given) {
            (literals[index].text, literals[index].is_filled) = (filled, true);
        }
    }
}

fn value_of(argument: &str, known: &[(String, Value)]) -> String {
    if let Some(text) = unquoted(argument) {
        return text;
    }
    if let Some((_, value)) = known.iter().rev().find(|(name, _)| name == argument) {
        return text_of(value.clone());
    }
    // `os.Getenv("NAME")` is that variable, `url.QueryEscape(key)` is the key.
    let inside = argument.split_once('(').map_or(argument, |(_, inside)| inside.trim_end_matches(')'));
    let name = unquoted(inside.trim()).unwrap_or_else(|| inside.rsplit(['.', '$', ' ']).next().unwrap_or("").to_owned());
    format!("{{{{{}}}}}", if name.is_empty() { argument } else { &name })
}

/// A pattern with its arguments in the place of `%s`, `%v`, `%d` or `%1$s`; `None` where their count does not fit.
fn filled(pattern: &str, given: &[String]) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    let mut next = 0;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            out.push('%');
            rest = behind;
            continue;
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let index = match rest[..digits].parse::<usize>() {
            Ok(number) if rest[digits..].starts_with('$') => {
                rest = &rest[digits + 1..];
                number.checked_sub(1)?
            }
            _ => {
                next += 1;
                next - 1
            }
        };
        rest = rest.strip_prefix(['s', 'v', 'd', 'q'])?;
        out.push_str(given.get(index)?);
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_by_table() {
        let given = ["a", "b"].map(str::to_owned);
        for (pattern, expected) in [
            ("https://%s/%v", Some("https://a/b")),
            ("https://%2$s/%1$s?x=%%20", Some("https://b/a?x=%20")),
            ("%s", Some("a")),
            ("%s%s%s", None),
            ("%z", None),
            ("%", None),
        ] {
            assert_eq!(filled(pattern, &given).as_deref(), expected, "{pattern}");
        }
        let known = [("host".to_owned(), Value::from("h"))];
        for (argument, expected) in [
            ("host", "h"),
            ("\"x\"", "x"),
            ("os.Getenv(\"CC_KEY\")", "{{CC_KEY}}"),
            ("url.QueryEscape(cfg.Key)", "{{Key}}"),
            ("$key", "{{key}}"),
        ] {
            assert_eq!(value_of(argument, &known), expected, "{argument}");
        }
    }

    #[test]
    fn addresses_are_put_together_of_constants() {
        let text = "const (\n\thost = \"https://h.example\"\n\tsource = \"s\"\n)\nurl := fmt.Sprintf(\"%s/api/v1/projects/p/feedback/%s?apiKey=%s\", host, source, os.Getenv(\"KEY\"))\nhttp.NewRequest(http.MethodPost, url, nil)";
        let request = crate::formats::import::program::read(text).requests.pop().unwrap();
        assert_eq!(request.url, "https://h.example/api/v1/projects/p/feedback/s?apiKey={{KEY}}");
        assert!(!request.not_recorded.address_end);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(Sprintf\\(|\"https://%s/projects/%v\"|, |a|\\)|\\(|'|%1\\$s|é|\n){0,20}") {
            let _ = crate::formats::import::program::read(&text);
        }
    }
}
