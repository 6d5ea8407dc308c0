//! curl's own patterns in addresses: `{one,two}` and `[1-3]`.

/// More addresses than anybody wants to see in a list.
const MAX_ADDRESSES: usize = 200;

/// No variable's name is longer.
const LONGEST_VARIABLE: usize = 1000;

/// The addresses that a pattern stands for, or why it is none. Variables and templates, such as `${HOST}` and `{{key}}`, stay.
pub(super) fn expand(pattern: &str) -> Result<Vec<String>, &'static str> {
    let mut found = vec![String::new()];
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let kept = template_length(rest);
        if kept > 0 {
            found.iter_mut().for_each(|text| text.push_str(&rest[..kept]));
            rest = &rest[kept..];
            continue;
        }
        let (choices, length) = match c {
            '\\' if rest[1..].starts_with(['{', '}', '[', ']']) => (vec![rest[1..2].to_owned()], 2),
            '{' => set(rest)?,
            '[' => match range(rest)? {
                Some(found) => found,
                None => (vec!["[".to_owned()], 1),
            },
            c => (vec![c.to_string()], c.len_utf8()),
        };
        if found.len() * choices.len() > MAX_ADDRESSES {
            return Err("stands for too many addresses");
        }
        match choices.as_slice() {
            // As most are, one letter after the other.
            [only] => found.iter_mut().for_each(|text| text.push_str(only)),
            _ => found = found.iter().flat_map(|text| choices.iter().map(move |choice| format!("{text}{choice}"))).collect(),
        }
        rest = &rest[length..];
    }
    Ok(found)
}

/// The address without the backslashes that keep its signs from being a pattern.
pub(super) fn unescaped(pattern: &str) -> String {
    ["{", "}", "[", "]"].iter().fold(pattern.to_owned(), |text, sign| text.replace(&format!("\\{sign}"), sign))
}

/// The length of a variable or template that begins here.
fn template_length(rest: &str) -> usize {
    let (open, close) = if rest.starts_with("{{") {
        ("{{", "}}")
    } else if rest.starts_with("${") {
        ("${", "}")
    } else {
        return 0;
    };
    let inside = &rest[open.len()..];
    inside[..inside.floor_char_boundary(LONGEST_VARIABLE)].find(close).map_or(0, |end| open.len() + end + close.len())
}

fn set(rest: &str) -> Result<(Vec<String>, usize), &'static str> {
    let end = rest.find('}').ok_or("has a brace that is never closed")?;
    let inside = &rest[1..end];
    if inside.is_empty() || inside.contains(['{', '[']) {
        return Err("has braces that curl cannot read");
    }
    Ok((inside.split(',').map(str::to_owned).collect(), end + 1))
}

/// `[1-10]`, `[001-100:10]`, `[a-z]`; the brackets of an IPv6 address are none.
fn range(rest: &str) -> Result<Option<(Vec<String>, usize)>, &'static str> {
    let wrong = "has a range that curl cannot read";
    let end = rest.find(']').ok_or(wrong)?;
    let inside = &rest[1..end];
    if inside.contains(':')
        && !inside.contains('-')
        && inside.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '%'))
    {
        return Ok(None);
    }
    let (span, step) = inside.split_once(':').unwrap_or((inside, "1"));
    let step: usize = step.parse().ok().filter(|step| *step > 0).ok_or(wrong)?;
    let (first, last) = span.split_once('-').ok_or(wrong)?;
    let mut from = first.chars();
    let mut to = last.chars();
    let values: Vec<String> = match (from.next(), from.next(), to.next(), to.next()) {
        (Some(from), None, Some(to), None) if from.is_ascii_alphabetic() && to.is_ascii_alphabetic() && from <= to => {
            (from..=to).step_by(step).map(String::from).collect()
        }
        _ => {
            let from: u64 = first.parse().map_err(|_| wrong)?;
            let to: u64 = last.parse().map_err(|_| wrong)?;
            if from > to || (to - from) / step as u64 > MAX_ADDRESSES as u64 {
                return Err(if from > to { wrong } else { "stands for too many addresses" });
            }
            let width = if first.starts_with('0') { first.len() } else { 0 };
            (from..=to).step_by(step).map(|number| format!("{number:0width$}")).collect()
        }
    };
    Ok(Some((values, end + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_by_table() {
        let table: [(&str, &[&str]); 9] = [
            ("http://h/{a,b}/x", &["http://h/a/x", "http://h/b/x"]),
            ("http://h/[1-3]", &["http://h/1", "http://h/2", "http://h/3"]),
            ("http://h/[08-10]", &["http://h/08", "http://h/09", "http://h/10"]),
            ("http://h/[a-e:2]", &["http://h/a", "http://h/c", "http://h/e"]),
            ("http://[::1]:80/", &["http://[::1]:80/"]),
            ("http://h/\\{a\\}", &["http://h/{a}"]),
            ("http://h/${KEY}/{{key}}", &["http://h/${KEY}/{{key}}"]),
            ("{a,b}{c,d}", &["ac", "ad", "bc", "bd"]),
            ("http://h/{projectKey}", &["http://h/projectKey"]),
        ];
        for (pattern, expected) in table {
            assert_eq!(expand(pattern).unwrap(), expected, "{pattern}");
        }
        for wrong in ["{a", "{}", "[1", "[x]", "[3-1]", "[1-100000]", "{a{b}}", "[1-3:0]"] {
            assert!(expand(wrong).is_err(), "{wrong}");
        }
    }
}
