//! Filters as SQL.

use rusqlite::types::Value;

use super::numbers::{class_number, kind_number};
use crate::model::history::{ExchangeKind, Filter};

/// A statement that yields ids, newest first, and its parameters.
pub(super) struct Query {
    pub(super) sql: String,
    pub(super) parameters: Vec<Value>,
}

/// The ids that a filter lets through.
pub(super) fn ids(filter: &Filter, before: Option<i64>, limit: Option<usize>) -> Query {
    let mut conditions = Conditions::default();
    let words = words(&filter.text);
    filter_lines(filter, &mut conditions);
    let lines = !conditions.sql.is_empty();
    let (from, id) = match (&words, lines) {
        (None, _) => ("exchange", "exchange.id"),
        (Some(_), false) => ("found", "found.rowid"),
        (Some(_), true) => ("found CROSS JOIN exchange ON exchange.id = found.rowid", "found.rowid"),
    };
    if let Some(words) = words {
        conditions.add("found MATCH ?", words);
    }
    if let Some(before) = before {
        conditions.add(&format!("{id} < ?"), before);
    }
    let condition = if conditions.sql.is_empty() { String::new() } else { format!(" WHERE {}", conditions.sql.join(" AND ")) };
    let limit = limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
    Query { sql: format!("SELECT {id} FROM {from}{condition} ORDER BY {id} DESC{limit}"), parameters: conditions.parameters }
}

#[derive(Default)]
struct Conditions {
    sql: Vec<String>,
    parameters: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, sql: &str, parameter: impl Into<Value>) {
        self.parameters.push(parameter.into());
        self.sql.push(sql.replacen('?', &format!("?{}", self.parameters.len()), 1));
    }

    fn plain(&mut self, sql: &str) {
        self.sql.push(sql.to_owned());
    }
}

fn filter_lines(filter: &Filter, conditions: &mut Conditions) {
    if let Some(profile) = &filter.profile {
        conditions.add("exchange.profile_id = ?", profile.clone());
    }
    if let Some(class) = filter.status {
        conditions.add("exchange.class = ?", class_number(class));
    }
    match filter.attachments {
        Some(true) => conditions.plain("exchange.attachments > 0"),
        Some(false) => conditions.plain("exchange.attachments = 0"),
        None => {}
    }
    if let Some(cause) = filter.cause.as_deref().filter(|cause| !cause.is_empty()) {
        // Every id that begins so; an index serves a range, and no pattern.
        conditions.add("exchange.cause >= ?", cause.to_owned());
        conditions.add("exchange.cause < ?", format!("{cause}\u{10ffff}"));
    }
    if let Some(tag) = filter.tag.as_deref().filter(|tag| !tag.trim().is_empty()) {
        conditions.plain("exchange.tags <> ''");
        conditions.add("instr(' ' || exchange.tags || ' ', ?) > 0", format!(" {} ", tag.trim()));
    }
    if let Some(from) = filter.from {
        conditions.add("exchange.started_us >= ?", from.as_microsecond());
    }
    if let Some(before) = filter.before {
        conditions.add("exchange.started_us < ?", before.as_microsecond());
    }
    if let Some(kind) = filter.kind {
        conditions.add("exchange.kind = ?", kind_number(kind));
    }
    if filter.without_probes {
        conditions.add("exchange.kind <> ?", kind_number(ExchangeKind::Probe));
    }
    if filter.pinned {
        conditions.plain("(exchange.pinned OR exchange.works)");
    }
}

/// What was typed as a full-text query: all words, each of which may be the beginning of one; words between quotation marks side by side.
fn words(text: &str) -> Option<String> {
    let mut terms = Vec::new();
    for (number, part) in text.split('"').enumerate() {
        if number % 2 == 1 {
            terms.extend(term(part, ""));
        } else {
            terms.extend(part.split_whitespace().filter_map(|word| term(word, " *")));
        }
    }
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

fn term(text: &str, end: &str) -> Option<String> {
    // A text without a letter or digit holds no word, and would match nothing.
    text.chars().any(char::is_alphanumeric).then(|| format!("\"{}\"{end}", text.replace('"', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_by_table() {
        for (typed, expected) in [
            ("", None),
            ("  - / ", None),
            ("crash", Some("\"crash\" *")),
            ("crash on", Some("\"crash\" * AND \"on\" *")),
            ("\"crash on load\" big", Some("\"crash on load\" AND \"big\" *")),
            ("a \"open", Some("\"a\" * AND \"open\"")),
            ("NOT OR (x)", Some("\"NOT\" * AND \"OR\" * AND \"(x)\" *")),
        ] {
            assert_eq!(words(typed).as_deref(), expected, "{typed:?}");
        }
    }
}
