//! Cells of a table that were copied with their quotes, each of which is doubled.

use crate::formats::import::session::begins_command;

/// So many cells are looked at.
const MOST_CELLS: usize = 1000;

/// The commands in the cells of a table: `7,"curl ""https://h"""`, or one cell alone.
pub(super) fn commands(text: &str) -> Option<String> {
    if !text.contains("\"\"") || text.lines().any(begins_command) {
        return None;
    }
    let mut commands = String::new();
    let mut at = 0;
    for _ in 0..MOST_CELLS {
        let Some(open) = text[at..].find('"').map(|found| at + found) else { break };
        let before = text[..open].chars().next_back();
        if before.is_some_and(|c| !matches!(c, ',' | ';' | '\t' | '|' | '\n')) {
            at = open + 1;
            continue;
        }
        let Some((cell, length)) = cell(&text[open..]) else { break };
        if cell.lines().any(begins_command) {
            commands.push_str(cell.trim_end());
            commands.push('\n');
        }
        at = open + length;
    }
    (!commands.is_empty()).then_some(commands)
}

/// What stands in the cell that begins with this quote, and how long it is with its quotes.
fn cell(text: &str) -> Option<(String, usize)> {
    let mut plain = String::new();
    let mut at = 1;
    loop {
        let end = at + text[at..].find('"')?;
        plain.push_str(&text[at..end]);
        if !text[end + 1..].starts_with('"') {
            let ends = text[end + 1..].trim_start_matches([' ', '\r']);
            return (ends.is_empty() || ends.starts_with([',', ';', '\t', '|', '\n'])).then_some((plain, end + 1));
        }
        plain.push('"');
        at = end + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_by_table() {
        for (text, expected) in [
            ("\"curl \"\"https://h\"\" \\\n -d '{\"\"a\"\":1}'\"\n", Some("curl \"https://h\" \\\n -d '{\"a\":1}'\n")),
            ("id,command\n7,\"curl \"\"https://h\"\"\"\n", Some("curl \"https://h\"\n")),
            ("7;x;\"curl -d \"\"a;b\"\" https://h\";y\r\n8;x;\"z\"\r\n", Some("curl -d \"a;b\" https://h\n")),
            ("7\t\"a \"\"b\"\"\"\t\"curl \"\"https://h\"\"\"\n", Some("curl \"https://h\"\n")),
            ("a,\"curl \"\"https://h", None),
            ("curl -d \"{\"\"a\"\":1}\" https://h", None),
            ("He said \"curl \"\"https://h\"\"\"", None),
            ("", None),
        ] {
            assert_eq!(commands(text).as_deref(), expected, "{text}");
        }
    }
}
