//! Commands that stand inside something else: between the quotes of another command, in a program, a pipeline, a crontab, a Dockerfile, a
//! cell of a spreadsheet, a rule of a makefile, or line by line in a file of curl's options.

mod calls;
mod cells;
mod crontab;
mod dockerfile;
mod fish;
mod session_config;
mod structured;
mod words;

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::session::begins_command;

/// What is said of commands in a program. The variables in them are its own, whatever quotes stand around them.
pub(super) const OF_PROGRAM: &str =
    "The commands in this program were read as it hands them on; what its variables hold is not known";

/// Takes a command out of what it stands in.
type Pass = fn(&str) -> Option<String>;

/// The commands of a text that stand inside something else, and in words what that was; `None` if none does.
pub(super) fn plain(text: &str) -> Option<(String, &'static str)> {
    const PASSES: [(Pass, &str); 13] = [
        (
            cells::commands,
            "It was copied from a cell of a spreadsheet, which doubles quotes; it was read as what stands in the cell",
        ),
        (
            of_quotes,
            "The command stands between the quotes of another one (ssh, a shell, a YAML file); it was read as that hands it on",
        ),
        (
            crontab::cut,
            "cron takes each % that has no backslash before it for the end of the line: the command ends there, and the rest is its \
             input. Write \\% ; it was read as it is meant",
        ),
        (crontab::whole, "These are lines of a crontab; the commands in them were read"),
        (
            dockerfile::commands,
            "This is a Dockerfile; its commands were read with the variables that it sets, without its comments",
        ),
        (structured::of_notebook, "This is a notebook; what its cells run was read"),
        (structured::of_json, "The commands in this JSON file were read as it hands them on"),
        (structured::of_yaml, "The commands in this YAML file were read as it hands them on, each folded into its line"),
        (calls::commands, OF_PROGRAM),
        (of_makefile, "This is a rule of a makefile; its command was read with the variables that the file sets"),
        (of_shown_config, "The file of curl's options that stands here (curl -K) was read as the command that it stands for"),
        (fish::as_bash, "These commands are for the shell fish; they were read as bash would have them"),
        (of_config, "This is a file of curl's options (curl -K); it was read as the command that it stands for"),
    ];
    let (mut commands, said) = PASSES.into_iter().find_map(|(pass, said)| Some((pass(text)?, said)))?;
    if !text.ends_with('\n') {
        // A text that ends in the middle of a line may have been cut off there, and its last command with it.
        commands.truncate(commands.trim_end_matches('\n').len());
    }
    Some((commands, said))
}

/// `ssh host "curl …"`, `sh -c 'curl …'`, `- 'curl …'`, `run: "curl …"`.
fn of_quotes(text: &str) -> Option<String> {
    static OPENS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?m)^[^\S\n]*(?:(?P<yaml>(?:- +|[A-Za-z_-]+: +)+)|(?:.*?[$#>] )?(?:(?:ssh|docker|docker-compose|podman|nerdctl|kubectl|oc|lxc|su|sudo|wsl|watch|timeout|nohup|nice|env|time|xargs|parallel|flock|eval|gcloud|heroku|fly|flyctl|vagrant|adb|chroot|nsenter|systemd-run|bash|sh|zsh|dash|ash|cmd|powershell|pwsh)(?:\.exe)?\b[^"'\n]*?[ \t=]))(?P<quote>["'])[^\S\n]*(?P<command>curl(?:\.exe)?[ \t])"#,
        )
        .ok()
    });
    if !text.contains("\"curl") && !text.contains("'curl") || text.lines().any(begins_command) {
        return None;
    }
    let mut commands = String::new();
    for found in OPENS.as_ref()?.captures_iter(text).take(100) {
        let is_yaml = found.name("yaml").is_some();
        let start = found.name("command")?.start();
        let command =
            if &found["quote"] == "'" { single_quoted(&text[start..], is_yaml) } else { double_quoted(&text[start..], is_yaml) };
        commands.push_str(command?.trim_end());
        commands.push('\n');
    }
    (!commands.is_empty()).then_some(commands)
}

/// What stands before the single quote that ends a text.
fn single_quoted(text: &str, is_yaml: bool) -> Option<String> {
    let escaped = if is_yaml { "''" } else { "'\\''" };
    let mut plain = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('\'')?;
        plain.push_str(&rest[..at]);
        let Some(behind) = rest[at..].strip_prefix(escaped) else { return Some(plain) };
        plain.push('\'');
        rest = behind;
    }
}

/// What stands before the double quote that ends a text.
fn double_quoted(text: &str, is_yaml: bool) -> Option<String> {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Some(plain),
            '\\' => match chars.next()? {
                'n' if is_yaml => plain.push('\n'),
                't' if is_yaml => plain.push('\t'),
                // A line goes on in the next.
                '\n' => {}
                c @ ('"' | '\\' | '$' | '`' | '/') => plain.push(c),
                c => plain.extend(['\\', c]),
            },
            c => plain.push(c),
        }
    }
    None
}

/// The lines of a rule that send requests, as make hands them to the shell.
fn of_makefile(text: &str) -> Option<String> {
    static SETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^(?:export )?([A-Za-z_][A-Za-z0-9_]*)[ \t]*(?::{1,3}|\?|\+)?=[ \t]*(.*?)[ \t\r]*$").ok()
    });
    static NAMES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_]*)\)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}").ok());
    let is_recipe =
        |line: &str| line.strip_prefix('\t').is_some_and(|line| line.trim_start_matches(['@', '-', '+']).starts_with("curl"));
    if !text.lines().any(is_recipe) || !text.lines().any(|line| !line.starts_with(['\t', '#']) && line.contains(':')) {
        return None;
    }
    let values: Vec<(String, String)> =
        SETS.as_ref()?.captures_iter(text).take(200).map(|found| (found[1].to_owned(), found[2].to_owned())).collect();
    let value = |found: &Captures<'_>| match found.get(1).or_else(|| found.get(2)) {
        // Two signs are the shell's one.
        None => "$".to_owned(),
        Some(name) => {
            // What a function of make gives is not known.
            let is_call = |value: &str| value.contains("$(shell ") || value.contains("$(file ");
            let known = values.iter().rev().find(|(known, value)| known == name.as_str() && !is_call(value));
            known.map_or_else(|| format!("${{{}}}", name.as_str()), |(_, value)| value.clone())
        }
    };
    let names = NAMES.as_ref()?;
    let mut plain = String::new();
    let mut is_inside = false;
    for line in text.lines() {
        let Some(recipe) = line.strip_prefix('\t') else {
            is_inside = false;
            continue;
        };
        is_inside |= is_recipe(line);
        if is_inside {
            // Values may hold names of others.
            let once = names.replace_all(recipe.trim_start_matches(['@', '-', '+']), &value);
            plain.push_str(&names.replace_all(&once, &value));
            plain.push('\n');
        }
    }
    Some(plain)
}

fn of_shown_config(text: &str) -> Option<String> {
    session_config::joined(text, of_config)
}

/// `url = "https://h"`, `header: a`, `-d "x"`, a line for each option.
fn of_config(text: &str) -> Option<String> {
    const OPTIONS: [&str; 16] = [
        "url",
        "request",
        "header",
        "data",
        "data-raw",
        "data-binary",
        "data-ascii",
        "data-urlencode",
        "json",
        "form",
        "form-string",
        "user",
        "user-agent",
        "cookie",
        "upload-file",
        "oauth2-bearer",
    ];
    let mut command = "curl".to_owned();
    let (mut has_url, mut count) = (false, 0);
    // Lines that are indented, or lists, are those of YAML.
    if text.lines().any(|line| line.starts_with([' ', '\t']) || line.starts_with("- ") || line.starts_with("---")) {
        return None;
    }
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let end = line.find(|c: char| c.is_whitespace() || matches!(c, '=' | ':')).unwrap_or(line.len());
        let name = line[..end].trim_start_matches('-');
        let value = line[end..].trim_start().trim_start_matches(['=', ':']).trim();
        if !OPTIONS.contains(&name) {
            // Switches have no value.
            if !value.is_empty() && !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
                || value.contains(char::is_whitespace)
            {
                return None;
            }
            continue;
        }
        let value = if value.starts_with('"') { config_text(value)? } else { value.to_owned() };
        has_url |= name == "url" && value.contains('.');
        count += 1;
        command.push_str(&format!(" --{name} '{}'", value.replace('\'', "'\\''")));
    }
    (has_url && count > 1).then(|| command + "\n")
}

/// A value between double quotes in a file of curl's options.
fn config_text(value: &str) -> Option<String> {
    let mut plain = String::new();
    let mut chars = value.strip_prefix('"')?.chars();
    loop {
        match chars.next()? {
            '"' => return Some(plain),
            '\\' => match chars.next()? {
                'n' => plain.push('\n'),
                'r' => plain.push('\r'),
                't' => plain.push('\t'),
                'v' => plain.push('\u{b}'),
                c => plain.push(c),
            },
            c => plain.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_by_table() {
        for (text, expected) in [
            ("\"curl \"\"https://h\"\" \\\n -d '{\"\"a\"\":1}'\"\n", Some("curl \"https://h\" \\\n -d '{\"a\":1}'\n")),
            ("ssh box \"curl -d '{\\\"a\\\":1}' 'https://h'\"\n", Some("curl -d '{\"a\":1}' 'https://h'\n")),
            ("$ docker exec -it app sh -c 'curl -d \"x\" https://h'\n", Some("curl -d \"x\" https://h\n")),
            ("kubectl exec pod -- bash -lc \"curl https://h -d \\$X\"", Some("curl https://h -d $X")),
            ("script:\n  - echo a\n  - 'curl -d ''x'' https://h'\n", Some("curl -d 'x' https://h\n")),
            ("run: \"curl --data \\\"x\\\" https://h\"\n", Some("curl --data \"x\" https://h\n")),
            (
                "KEY ?= k\nURL := https://h/x\n\nreport:\n\t@curl \"$(URL)?apiKey=$(KEY)\" \\\n\t\t-d '$$1'\n",
                Some("curl \"https://h/x?apiKey=k\" \\\n\t-d '$1'\n"),
            ),
            ("K ?= $(shell cat k)\nall:\n\tcurl https://h?k=$(K)\n", Some("curl https://h?k=${K}\n")),
            ("H = h\nall:\n\t-curl https://${H}/$(X)\n", Some("curl https://h/${X}\n")),
            (
                "# curl -K f\nurl = \"https://h.x/y\"\nrequest = \"POST\"\nheader = \"A: b\"\ndata = \"{\\\"a\\\":1}\"\nsilent\n",
                Some("curl --url 'https://h.x/y' --request 'POST' --header 'A: b' --data '{\"a\":1}'\n"),
            ),
            ("--url https://h.x\n--data x\n", Some("curl --url 'https://h.x' --data 'x'\n")),
            (
                "url: https://h.x\nheader \"A: b\"\nuser = a:b\n-s\n",
                Some("curl --url 'https://h.x' --header 'A: b' --user 'a:b'\n"),
            ),
            ("{\"a\": \"curl https://h\"}", None),
            ("He said \"curl https://h\"", None),
            ("url: https://h.x\nmethod: POST\n", None),
            ("URL: https://h/api/x\nData:\n{\"a\": 1}\n", None),
            ("curl \"https://h\" -d '\"\"'", None),
            ("", None),
        ] {
            assert_eq!(plain(text).map(|(plain, _)| plain).as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(ssh a |\"|'|\"\"|curl |\\\\|- |url = |data|\n|\t@curl |\\$\\(A\\)|A := b|é){0,30}") {
            let _ = plain(&text);
        }
    }
}
