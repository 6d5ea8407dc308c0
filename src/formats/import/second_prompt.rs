//! A terminal's text in which the shell's second prompt stands before each further line of a command: `> `, zsh's `quote> `,
//! PowerShell's `>> `.

use super::session::{Quotes, begins_command, delimiter};

/// The text without these prompts; `None` if there are none.
pub(super) fn plain(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut out = String::with_capacity(text.len());
    let mut is_changed = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        out.push_str(line);
        at += 1;
        if !begins_command(line) && !begins_document(line) {
            continue;
        }
        let Some(further) = further_lines(line, &lines[at..]) else { continue };
        is_changed |= !further.is_empty();
        at += further.len();
        out.extend(further);
    }
    is_changed.then_some(out)
}

/// The lines that a command goes on in, without their prompts. `None` where one of them has none: then the sign belongs to the text.
fn further_lines<'a>(first: &str, rest: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut quotes = Quotes::default();
    quotes.take(first);
    let mut further = Vec::new();
    let mut rest = rest.iter();
    while !quotes.are_closed() {
        let Some(line) = rest.next() else { break };
        let bare = without_prompt(line)?;
        further.push(bare);
        quotes.take(bare);
    }
    Some(further)
}

/// Whether a line begins a here-document at a prompt, whose text a later line sends.
fn begins_document(line: &str) -> bool {
    ["$ ", "% ", "# "].iter().any(|sign| line.contains(sign)) && delimiter(line).is_some()
}

/// A line without the second prompt that it begins with.
fn without_prompt(line: &str) -> Option<&str> {
    const NAMES: [&str; 12] =
        ["quote", "dquote", "bquote", "pipe", "cmdand", "cmdor", "heredoc", "cmdsubst", "cursh", "subsh", "braceparam", "then"];
    // zsh writes what is open, several behind each other: `cmdsubst heredoc> `.
    let named = line.split_once('>').filter(|(names, _)| names.split(' ').all(|name| NAMES.contains(&name)));
    let behind = named.map(|(_, behind)| behind).or_else(|| line.strip_prefix(">>")).or_else(|| line.strip_prefix('>'))?;
    match behind.strip_prefix(' ') {
        Some(behind) => Some(behind),
        // An empty line.
        None => behind.trim().is_empty().then_some(behind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_by_table() {
        for (text, expected) in [
            (
                "me@box:~$ curl 'https://h/x' \\\n> -d '{\"a\": 1,\n> \"b\": 2}'\n",
                Some("me@box:~$ curl 'https://h/x' \\\n-d '{\"a\": 1,\n\"b\": 2}'\n"),
            ),
            ("curl https://h/x -d '{\n>\n> \"b\": 2}'\n{\"c\": 3}\n", Some("curl https://h/x -d '{\n\n\"b\": 2}'\n{\"c\": 3}\n")),
            (
                "% curl https://h/x -d '{\nquote> \"b\": 2}' \\\n> -H 'A: b'\n",
                Some("% curl https://h/x -d '{\n\"b\": 2}' \\\n-H 'A: b'\n"),
            ),
            (
                "$ curl https://h/x -d @- <<EOF\n> {\"a\": 1}\n> EOF\nok\n",
                Some("$ curl https://h/x -d @- <<EOF\n{\"a\": 1}\nEOF\nok\n"),
            ),
            (
                "% curl https://h/x -d @- <<EOF\nheredoc> {\"a\": 1}\nheredoc> EOF\n",
                Some("% curl https://h/x -d @- <<EOF\n{\"a\": 1}\nEOF\n"),
            ),
            ("PS C:\\> curl.exe https://h/x `\n>> -d '{}'\n", Some("PS C:\\> curl.exe https://h/x `\n-d '{}'\n")),
            (
                "$ cat <<EOF | curl https://h/x -d @-\n> {\"a\": 1}\n> EOF\n",
                Some("$ cat <<EOF | curl https://h/x -d @-\n{\"a\": 1}\nEOF\n"),
            ),
            // The sign is part of the text.
            ("curl https://h/x -d '{\n> \"b\": 2,\n\"c\": 3}'\n", None),
            ("curl https://h/x -d '> a'\n> b\n", None),
            ("$ curl https://h/x\n> POST /x HTTP/1.1\n", None),
            ("curl https://h/x \\\n  -d '{}'\n", None),
            ("> curl https://h/x\n> no\n", None),
        ] {
            assert_eq!(plain(text).as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(\\$ curl https://h|'|\"|\\\\|\n|> |>> |quote> |<<E|E|>|é){0,30}") {
            let _ = plain(&text);
        }
    }
}
