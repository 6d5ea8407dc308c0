//! The scripts of `.http` files: what stands between `< {%` or `> {%` and `%}`, or for httpyac between lines of `{{` and `}}`, and what
//! follows a body without being part of it.

/// Tells lines of scripts before a request from others, one line after the other.
#[derive(Default)]
pub(super) struct Scripts {
    /// What ends the script that is open.
    end: Option<&'static str>,
}

impl Scripts {
    /// Whether a line belongs to a script, or names the file of one.
    pub(super) fn takes(&mut self, line: &str) -> bool {
        let line = line.trim();
        let begins = if line.starts_with("< {%") || line.starts_with("<{%") {
            Some("%}")
        } else if begins_block(line) {
            Some("}}")
        } else {
            None
        };
        let Some(end) = self.end.or(begins) else { return line.starts_with("< ") && is_script_file(line) };
        let is_closed = if end == "%}" { line.ends_with(end) } else { line == end };
        self.end = (!is_closed).then_some(end);
        true
    }
}

/// Where the body of a request of a `.http` file ends: before a script for its answer, a file that the answer goes to or came from, or
/// an assertion.
pub(super) fn end_of_body(text: &str) -> usize {
    // A block of which nothing follows is text.
    if text.trim_end() == "{{" {
        return text.len();
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_tail(line.trim_end()) {
            return at;
        }
        at += line.len();
    }
    text.len()
}

/// Whether a line opens a block of httpyac: `{{`, `{{@response`, `{{+pre`, and nothing that closes it.
fn begins_block(line: &str) -> bool {
    line.strip_prefix("{{").is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(['@', '+']) && rest[1..].chars().all(|c| c.is_alphanumeric() || " .,_-".contains(c))
    })
}

fn is_tail(line: &str) -> bool {
    begins_block(line)
        || ["> {%", ">{%", "<> ", ">> ", ">>! ", "?? "].iter().any(|sign| line.starts_with(sign))
        || (line.starts_with("> ") && is_script_file(line))
}

fn is_script_file(line: &str) -> bool {
    [".js", ".mjs", ".cjs", ".ts"].iter().any(|ending| line.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_by_table() {
        for (text, body) in [
            ("{}\n\n> {%\n client.log()\n%}\n", "{}\n\n"),
            ("{}\n<> 2026.json\n", "{}\n"),
            ("{{\n", "{{\n"),
            ("{{\n a\n}}\n", ""),
            ("{}\n>> out.json\n", "{}\n"),
            ("{}\n>>! out.json\n", "{}\n"),
            ("{}\n> ./after.js", "{}\n"),
            ("{}\n?? status == 200\n", "{}\n"),
            ("{}\n{{@response\n log()\n}}\n", "{}\n"),
            ("> quoted\ntext", "> quoted\ntext"),
            ("a <> b", "a <> b"),
        ] {
            assert_eq!(&text[..end_of_body(text)], body, "{text}");
        }
    }

    #[test]
    fn scripts_before_a_request_by_table() {
        for (text, kept) in [
            ("< {%\n a\n%}\nGET h", vec!["GET h"]),
            ("< {% a %}\nGET h", vec!["GET h"]),
            ("{{\n a = {{b}}\n}}\nGET h", vec!["GET h"]),
            ("{{host}}/x", vec!["{{host}}/x"]),
            ("< ./before.js\nGET h", vec!["GET h"]),
            ("GET h\n< ./payload.json", vec!["GET h", "< ./payload.json"]),
        ] {
            let mut scripts = Scripts::default();
            let found: Vec<&str> = text.lines().filter(|line| !scripts.takes(line)).collect();
            assert_eq!(found, kept, "{text}");
        }
    }
}
