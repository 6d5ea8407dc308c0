//! Words of commands, wherever they stand.

use crate::formats::import::session::begins_command;

/// The programs whose commands are read.
const CLIENTS: [&str; 4] = ["curl", "curl.exe", "wget", "wget.exe"];

/// Whether a word names a program that sends requests.
pub(super) fn is_client(word: &str) -> bool {
    CLIENTS.contains(&word.rsplit(['/', '\\']).next().unwrap_or(word))
}

/// Whether a text has a command of such a program, first in its line or behind others.
pub(super) fn names_client(text: &str) -> bool {
    text.lines().any(|line| {
        let found = ["curl", "wget"].iter().flat_map(|name| line.match_indices(*name)).take(20).any(|(at, name)| {
            let behind = line[at + name.len()..].strip_prefix(".exe").unwrap_or(&line[at + name.len()..]);
            let is_word = !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
            let has_arguments = ["://", "$", " -", ".", "/"].iter().any(|sign| behind.contains(sign)) || behind.ends_with('\\');
            is_word && behind.starts_with(char::is_whitespace) && has_arguments
        });
        found || begins_command(line)
    })
}

/// A text as a shell is given it in one word: between quotes, where the shell would take it for more than that.
pub(super) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The command of a list of words that a program is started with: one that sends requests, or a shell that is given one.
pub(super) fn of_words(words: &[String]) -> Option<String> {
    const SHELLS: [&str; 8] = ["sh", "bash", "zsh", "ash", "dash", "cmd", "powershell", "pwsh"];
    let words = match words.first().map(String::as_str) {
        Some("CMD" | "NONE" | "exec" | "sudo") => &words[1..],
        Some("CMD-SHELL") => return words.get(1).filter(|text| names_client(text)).cloned(),
        _ => words,
    };
    let first = words.first()?;
    if is_client(first) && words.len() > 1 {
        return Some(words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" "));
    }
    let name = first.rsplit(['/', '\\']).next().unwrap_or(first);
    let is_shell = SHELLS.contains(&name.strip_suffix(".exe").unwrap_or(name));
    words.last().filter(|text| is_shell && words.len() > 1 && names_client(text)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_by_table() {
        for (text, expected) in [
            ("curl https://h", true),
            ("cd /x && /usr/bin/curl -d x h.x", true),
            ("a\nb | curl.exe $U", true),
            ("apk add curl ca", false),
            ("libcurl -x", false),
            ("see curl", false),
        ] {
            assert_eq!(names_client(text), expected, "{text}");
        }
    }

    #[test]
    fn lists_by_table() {
        for (words, expected) in [
            (&["/bin/sh", "-c", "curl https://h"][..], Some("curl https://h")),
            (&["CMD", "curl", "-d", "it's", "h"], Some("curl -d 'it'\\''s' h")),
            (&["CMD-SHELL", "curl -f https://h || exit 1"], Some("curl -f https://h || exit 1")),
            (&["python", "-c", "curl https://h"], None),
            (&["curl"], None),
            (&[], None),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(of_words(&words).as_deref(), expected, "{words:?}");
        }
    }
}
