//! curl commands as they are pasted: read as the shell would read them, then as curl would.
//!
//! A request holds the headers that the command names and those that an option stands for (`Content-Type` of `-d` and `--json`,
//! `Authorization` of `-u`, `Cookie`, `User-Agent`, `Referer`, `Range`), in the order in which curl sends them. What curl adds by itself
//! (`Host`, `Accept: */*`, its own `User-Agent`, `Content-Length`, `Accept-Encoding` of `--compressed`) is left to whoever sends.

mod address;
mod bash_variables;
mod build;
mod command;
mod data;
mod form;
mod glob;
mod httpie;
mod options;
mod own_variables;
mod powershell_value;
mod powershell_variables;
mod powershell_web;
mod shell_bash;
mod shell_cmd;
mod shell_powershell;
mod wget;
mod wrapper;

pub(super) use address::{append_query, basic};
use command::Command;
use wrapper::curl_at;
pub(super) use wrapper::is_sentence;

use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};

/// A text percent-encoded as curl does it.
pub(super) fn encode(text: &str) -> String {
    String::from_utf8_lossy(&data::encode(text.as_bytes())).into_owned()
}

/// Which shell a command was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// bash, zsh and other POSIX shells.
    Bash,
    /// `cmd.exe`.
    Cmd,
    /// PowerShell.
    PowerShell,
}

/// The requests of every curl command in a text, read as the shell would that it seems to be written for.
pub fn read(text: &str) -> Imported {
    read_as(text, guess_shell(text))
}

/// The requests of every curl command in a text that is written for a shell.
pub fn read_as(text: &str, shell: Shell) -> Imported {
    let found = read_plain(text, shell);
    if shell != Shell::Bash || !found.notes.iter().any(|note| note.text.starts_with(shell_bash::TYPOGRAPHIC)) {
        return found;
    }
    // As letters they make addresses of words; as the quotes that were meant they make the request that was meant.
    let mut mended = read_plain(&straightened(text), shell);
    let is_better = mended.requests.len() <= found.requests.len()
        && !mended.notes.iter().any(|note| note.text == shell_bash::UNCLOSED)
        && mended.requests.iter().all(|request| !request.url.contains(['\'', '"']));
    if !is_better {
        return found;
    }
    let first = found.notes.into_iter().find(|note| note.text.starts_with(shell_bash::TYPOGRAPHIC));
    let said = "It was read as if its typographic quotes were straight ones, for that is what was meant; a shell does not do so";
    mended.notes.splice(0..0, first.into_iter().chain([Note { severity: Severity::Lost, place: None, text: said.into() }]));
    mended
}

/// The text with straight quotes in the place of typographic ones.
fn straightened(text: &str) -> String {
    let straight = |c: char| match c {
        '\u{2018}'..='\u{201b}' => '\'',
        '\u{201c}'..='\u{201f}' => '"',
        c => c,
    };
    text.chars().map(straight).collect()
}

fn read_plain(text: &str, shell: Shell) -> Imported {
    let (mut commands, mut notes) = split(text, shell, false);
    let is_web = |command: &Command| shell == Shell::PowerShell && powershell_web::is_web(command);
    let is_other = |command: &Command| shell != Shell::PowerShell && (is_wget(command) || httpie::is_httpie(command));
    let is_curl = |command: &Command| curl_at(command).is_some() || is_web(command) || is_other(command);
    if shell == Shell::Bash && !commands.iter().any(is_curl) && text.contains("# curl") {
        (commands, notes) = split(text, shell, true);
    }
    if !commands.iter().any(is_curl)
        && let Some(at) = within_sentence(text)
    {
        // Blanks in the place of the sentence keep every place as it is.
        let blanks = text[..at].chars().flat_map(|c| std::iter::repeat_n(if c == '\n' { c } else { ' ' }, c.len_utf8()));
        let rest: String = blanks.chain(text[at..].trim_end().trim_end_matches('`').chars()).collect();
        (commands, notes) = split(&rest, shell, false);
    }
    let mut imported = Imported::default();
    let variables = if shell == Shell::PowerShell { powershell_variables::assigned(text, &mut commands) } else { Vec::new() };
    for (index, command) in commands.iter().enumerate() {
        if is_web(command) {
            let found = powershell_web::read(text, command, &variables);
            imported.requests.extend(found.requests);
            imported.notes.extend(found.notes);
            continue;
        }
        if is_other(command) {
            let found = if is_wget(command) { wget::read(text, command) } else { httpie::read(text, command) };
            imported.requests.extend(found.requests);
            imported.notes.extend(found.notes);
            continue;
        }
        match curl_at(command) {
            Some(at) => {
                let found = build::requests(text, &command.words[at + 1..], command.stdin.as_ref());
                if let Some(said) = wrapper::second_shell(command, at) {
                    let place = || Some(TextPosition::of(text, command.words[at].at));
                    add_note(&mut imported.notes, || Note { severity: Severity::Lost, place: place(), text: said });
                }
                if shell == Shell::PowerShell && command.words[at].text().eq_ignore_ascii_case("curl") {
                    add_note(&mut imported.notes, || alias(text, command.words[at].at));
                }
                imported.requests.extend(found.requests);
                imported.notes.extend(found.notes);
            }
            None => {
                let feeds = commands.get(index + 1).is_some_and(|next| curl_at(next).is_some() && reads_stdin(next))
                    && text[command.words.first().map_or(0, |word| word.at)..].contains('|');
                if let Some((severity, at, said)) = other_command(command, feeds) {
                    let place = || Some(TextPosition::of(text, at));
                    add_note(&mut imported.notes, || Note { severity, place: place(), text: said });
                }
            }
        }
    }
    if !commands.iter().any(is_curl) {
        // What another program's text looks like to a shell says nothing.
        imported.notes = vec![Note { severity: Severity::Lost, place: None, text: "No curl command was found".into() }];
        return imported;
    }
    imported.notes.append(&mut notes);
    imported.notes.sort_by_key(|note| note.place);
    imported
}

/// Where a command begins that stands in a sentence, as in "Please try this: curl -X POST …".
fn within_sentence(text: &str) -> Option<usize> {
    text.match_indices("curl").map(|(at, _)| at).find(|at| {
        let behind = text[at + 4..].strip_prefix(".exe").unwrap_or(&text[at + 4..]);
        let line = behind.split('\n').next().unwrap_or("");
        text[..*at].ends_with([' ', ':', '`', '(', '>', '\t'])
            && line.starts_with(' ')
            && (line.contains("://") || line.trim_end().ends_with(['\\', '^']))
            && (line.trim_start().starts_with(['-', '\'', '"', 'h', '$']) || line.contains(" -"))
    })
}

fn split(text: &str, shell: Shell, hash_is_prompt: bool) -> (Vec<Command>, Vec<Note>) {
    match shell {
        Shell::Bash => shell_bash::split(text, hash_is_prompt),
        Shell::Cmd => shell_cmd::split(text),
        Shell::PowerShell => shell_powershell::split(text),
    }
}

fn is_wget(command: &Command) -> bool {
    let name = command.words.first().map(command::Word::text).unwrap_or_default();
    matches!(name.rsplit(['/', '\\']).next(), Some("wget" | "wget.exe" | "wget2"))
}

/// Whether a text has a command of wget or HTTPie.
pub(super) fn has_other_client(text: &str) -> bool {
    let is_start =
        |before: &str| before.is_empty() || [" ", "$ ", "| ", "|", "# ", "> "].iter().any(|sign| before.ends_with(sign));
    text.lines().any(|line| {
        ["wget ", "http ", "https ", "xh ", "xhs ", "httpie ", "curlie "].iter().any(|name| {
            line.match_indices(name).any(|(at, _)| {
                let rest = &line[at + name.len()..];
                let is_command = || httpie::is_given(&rest.split_whitespace().take(30).collect::<Vec<_>>());
                is_start(&line[..at]) && if *name == "wget " { at == 0 || line[..at].ends_with("$ ") } else { is_command() }
            })
        })
    })
}

/// That `curl` is another command in Windows PowerShell.
fn alias(text: &str, at: usize) -> Note {
    let said = "In Windows PowerShell curl is an alias of Invoke-WebRequest, which does not know these options: write curl.exe";
    Note { severity: Severity::Taken, place: Some(TextPosition::of(text, at)), text: said.to_owned() }
}

/// Whether a command of curl sends what it reads from standard input.
fn reads_stdin(command: &Command) -> bool {
    let is_dash = |text: &str| matches!(text, "@-" | "-") || text.ends_with("=@-") || text.ends_with("@-");
    command.stdin.is_none() && command.words.iter().any(|word| is_dash(&word.text()))
}

/// A command that does not belong to curl is named, unless it only feeds or shows.
fn other_command(command: &Command, feeds: bool) -> Option<(Severity, usize, String)> {
    let first = command.words.first()?;
    let name = first.text();
    if name.len() > 1 && name.starts_with('-') {
        let said = "This line begins with an option, and the line before it does not say that it goes on: it has to end with a \
                    backslash in bash, with ^ in cmd.exe, with ` in PowerShell, and nothing behind that. The option was left out";
        return Some((Severity::Lost, first.at, said.to_owned()));
    }
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    if plain && feeds {
        let said =
            format!("The body is what {name} prints into the pipe, which is not known here. Save it to a file, and read that");
        return Some((Severity::Lost, first.at, said));
    }
    plain.then(|| (Severity::NoEffect, first.at, format!("The command {name} does not belong to curl and has no effect here")))
}

/// Whether a text has a command of PowerShell's that sends requests, by its name or one of its aliases.
pub(super) fn names_web(text: &str) -> bool {
    const PARAMETERS: [&str; 8] = ["-uri", "-method", "-body", "-infile", "-contenttype", "-headers", "-form", "http"];
    let is_alias = |line: &str| {
        let lower = line.to_ascii_lowercase();
        let has_parameter = || PARAMETERS.iter().any(|name| lower.contains(name));
        ["irm ", "iwr ", "invoke-restmethod ", "invoke-webrequest "].iter().any(|name| {
            lower.match_indices(name).take(3).any(|(at, _)| {
                let before = lower[..at].trim_end();
                let is_first = before.is_empty() || before.ends_with(['>', '=', '|', '(', '{', ';', '&', '+']);
                is_first && has_parameter()
            })
        })
    };
    text.contains("Invoke-WebRequest") || text.contains("Invoke-RestMethod") || text.lines().any(is_alias)
}

/// Whether curl says below a command that it took a word between single quotes for an address, or the quote for a part of one. Every
/// shell but cmd.exe keeps what stands between them together.
fn is_split_in_quotes(text: &str) -> bool {
    const NO_HOST: &str = "Could not resolve host: ";
    let in_quotes = |command: &str, word: &str| {
        let inside = command.split('\'').skip(1).step_by(2);
        inside.flat_map(|inside| inside.split_whitespace().skip(1)).any(|inside| {
            let rest = inside.strip_prefix(word).unwrap_or("-");
            !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-'))
        })
    };
    let mut at = 0;
    text.split_inclusive('\n').any(|line| {
        let above = &text[..at];
        at += line.len();
        if !line.contains("curl: (") {
            return false;
        }
        let host = line.split_once(NO_HOST).map(|(_, host)| host.trim_end().split([' ', ';', '\'']).next().unwrap_or(""));
        line.contains("Protocol \"'http") || host.is_some_and(|host| !host.is_empty() && in_quotes(above, host))
    })
}

/// Which shell a paste seems to be written for.
pub fn guess_shell(text: &str) -> Shell {
    let ends_with = |sign: char| text.lines().any(|line| line.trim_end().ends_with(sign) && line.trim_end().len() > 1);
    let doubled = text.match_indices("\"\"").any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + 2..].chars().next();
        matches!(before, Some('{' | '[' | ':' | ',')) && after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    });
    let is_prompt = |line: &str| {
        let line = line.as_bytes();
        line.len() > 3 && line[0].is_ascii_alphabetic() && line[1] == b':' && line[2] == b'\\'
    };
    // The texts of another shell may hold these signs, too; here something opens with them.
    let opens = |(at, _): (usize, &str)| {
        text[..at].ends_with([' ', '\t', '\n', '=', '{', '[', ',', ':'])
            && text[at + 2..].starts_with(|c: char| c.is_alphanumeric() || "^{[<@/%.*-".contains(c))
    };
    // curl points with one at what it does not understand in an address.
    let ends_with_caret = text.lines().any(|line| line.trim_end().ends_with('^') && line.trim() != "^");
    let is_caret = !ends_with('\\') && (ends_with_caret || text.match_indices("^\"").any(opens));
    let is_prompt_of_powershell = |line: &str| line.strip_prefix("PS ").is_some_and(|rest| rest.contains('>'));
    if text.lines().any(is_prompt_of_powershell) {
        return Shell::PowerShell;
    }
    if is_caret || text.lines().any(is_prompt) || is_split_in_quotes(text) {
        return Shell::Cmd;
    }
    // Single quotes are nothing to cmd.exe, and no other shell has such variables.
    if !text.contains('\'') && shell_cmd::names_variable(text) {
        return Shell::Cmd;
    }
    if names_web(text)
        || ends_with('`')
        || text.contains("$env:")
        || text.contains("@'\n")
        || text.contains("@'\r\n")
        || text.contains("@\"\n")
        || text.contains("curl.exe --% ")
        || text.contains("\nAt line:")
        || text.contains("FullyQualifiedErrorId")
        || text.starts_with("VERBOSE: ")
    {
        return Shell::PowerShell;
    }
    if doubled {
        return Shell::Cmd;
    }
    // Single quotes are nothing to cmd.exe.
    if text.contains("curl.exe") { if text.contains('\'') { Shell::PowerShell } else { Shell::Cmd } } else { Shell::Bash }
}

#[cfg(test)]
mod tests;
