//! Patterns that a program fills by `Sprintf` and its like: an address is put together of them and of the program's constants.

use serde_json::Value;

use super::call::assigned;
use super::literal::{Language, text_of};
use super::multipart::{arguments, end_of_arguments, unquoted};
use super::texts::Literal;

/// Calls that fill the pattern behind them.
const CALLS: [&str; 6] = ["Sprintf(", "sprintf(", "String.format(", "string.format(", "str::format(", "lang.String.format("];

/// Puts the arguments and variables into the addresses among the texts of a program. What is not a text of the program stands by its
/// name.
pub(super) fn fill(text: &str, literals: &mut [Literal]) {
    fill_patterns(text, literals);
    fill_variables(text, literals);
}

/// Puts the variables that a program sets to texts where C#, Kotlin, PHP, Ruby or Swift put them: `$"{Host}/api/…"`, `"$host/api/…"`.
fn fill_variables(text: &str, literals: &mut [Literal]) {
    let is_open = |literal: &Literal| {
        let is_of_address =
            literal.text.contains("://") || literal.text.contains("/projects/") || literal.text.contains("apiKey=");
        let source = &text[literal.at..literal.end];
        is_of_address && (literal.text.contains("{{") || source.contains(['$', '#']) || source.contains("\\("))
    };
    if !literals.iter().any(is_open) {
        return;
    }
    // The longest first: `$host` is no part of `$hostname`.
    let mut known = assigned(text, Language::Other);
    known.retain(|(_, value)| value.is_string() || value.is_number());
    known.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for index in 0..literals.len() {
        if !is_open(&literals[index]) {
            continue;
        }
        let source = &text[literals[index].at..literals[index].end];
        let mut whole = literals[index].text.clone();
        // A variable may hold others.
        for _ in 0..3 {
            for (name, value) in &known {
                let name = name.trim_start_matches('$');
                let value = text_of(value.clone());
                for sign in [
                    format!("{{{{{name}}}}}"),
                    format!("${{{name}}}"),
                    format!("{{${name}}}"),
                    format!("#{{{name}}}"),
                    format!("${name}"),
                ] {
                    whole = whole.replace(&sign, &value);
                }
                if source.contains(&format!("\\({name})")) {
                    whole = whole.replace(&format!("({name})"), &value);
                }
            }
        }
        let literal = &mut literals[index];
        if whole != literal.text {
            (literal.is_filled, literal.text) = (whole.contains("://"), whole);
        }
    }
}

fn fill_patterns(text: &str, literals: &mut [Literal]) {
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

    #[test]
    fn addresses_are_put_together_of_variables() {
        for text in [
            "const string Host = \"https://h.example\";\nvar source = \"s\";\nvar url = $\"{Host}/api/v1/projects/p/feedback/{source}?apiKey=k\";\nvar r = await client.PostAsync(url, null);",
            "private const val HOST = \"https://h.example\"\nval source: String = \"s\"\nval request = Request.Builder().url(\"$HOST/api/v1/projects/p/feedback/${source}?apiKey=k\").post(body).build()\nOkHttpClient().newCall(request).execute()",
            "$host = 'https://h.example';\n$source = 's';\n$ch = curl_init(\"$host/api/v1/projects/p/feedback/{$source}?apiKey=k\");\ncurl_setopt($ch, CURLOPT_POST, true);",
            "HOST = 'https://h.example'\nsource = 's'\nuri = URI(\"#{HOST}/api/v1/projects/p/feedback/#{source}?apiKey=k\")\nNet::HTTP.post(uri, '{}')",
            "let host = \"https://h.example\"\nlet source = \"s\"\nlet url = URL(string: \"\\(host)/api/v1/projects/p/feedback/\\(source)?apiKey=k\")!\nvar request = URLRequest(url: url)\nrequest.httpMethod = \"POST\"\nURLSession.shared.dataTask(with: request).resume()",
        ] {
            let urls: Vec<String> =
                crate::formats::import::program::read(text).requests.into_iter().map(|request| request.url).collect();
            assert_eq!(urls, ["https://h.example/api/v1/projects/p/feedback/s?apiKey=k"], "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(Sprintf\\(|\"https://%s/projects/%v\"|, |a|\\)|\\(|'|%1\\$s|é|\n){0,20}") {
            let _ = crate::formats::import::program::read(&text);
        }
    }
}
