//! Lines of a crontab: what stands behind the times is the command.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{is_client, names_client, shell_word};

/// The commands of a crontab in which cron ends no line early.
pub(super) fn whole(text: &str) -> Option<String> {
    read(text).filter(|(_, is_cut)| !is_cut).map(|(commands, _)| commands)
}

/// The commands of a crontab in which cron takes a `%` for the end of a line, as they were meant.
pub(super) fn cut(text: &str) -> Option<String> {
    read(text).filter(|(_, is_cut)| *is_cut).map(|(commands, _)| commands)
}

/// The commands, and whether cron ends one of them early.
fn read(text: &str) -> Option<(String, bool)> {
    static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:(?:[0-9*/,~-]+|[A-Za-z]{3}(?:[,-][A-Za-z]{3})*)[ \t]+){4}(?:[0-9*/,~#L-]+|[A-Za-z]{3}(?:[,-][A-Za-z]{3})*))[ \t]+(?P<command>\S.*)$").ok()
    });
    static SETS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*["']?(.*?)["']?\s*$"#).ok());
    if !text.contains("curl") && !text.contains("wget") && !text.contains("http") {
        return None;
    }
    // A line begins with stars, numbers and names, or with a word behind @.
    if !text.lines().any(|line| line.contains('*') || line.trim_start().starts_with('@')) {
        return None;
    }
    let (line_of, sets) = (LINE.as_ref()?, SETS.as_ref()?);
    let mut commands = String::new();
    let (mut has_command, mut is_cut) = (false, false);
    for line in text.lines() {
        let times = line_of.captures(line).filter(|_| line.contains('*') || line.trim_start().starts_with('@'));
        if let Some(found) = times {
            let (command, cut) = without_percent(without_user(&found["command"]));
            has_command |= names_client(&command);
            is_cut |= cut && names_client(&command);
            commands.push_str(&command);
            commands.push('\n');
        } else if let Some(found) = sets.captures(line) {
            commands.push_str(&format!("{}={}\n", &found[1], shell_word(&found[2])));
        }
    }
    has_command.then_some((commands, is_cut))
}

/// A command without the user before it, whom the system's own crontab names.
fn without_user(command: &str) -> &str {
    const LEADS: [&str; 10] = ["sudo", "time", "nice", "ionice", "exec", "nohup", "env", "chronic", "command", "test"];
    let Some((first, rest)) = command.split_once([' ', '\t']) else { return command };
    let is_name = first.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte));
    let second = rest.trim_start().split([' ', '\t']).next().unwrap_or("");
    let is_program = second.starts_with('/') || ["curl", "wget", "http", "https", "xh"].contains(&second);
    if is_name && is_program && !LEADS.contains(&first) && !is_client(first) { rest.trim_start() } else { command }
}

/// The command with each `\%` as the sign that it stands for, and whether one stands there without a backslash.
fn without_percent(command: &str) -> (String, bool) {
    let is_cut = command.replace("\\%", "").contains('%');
    (command.replace("\\%", "%"), is_cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crontabs_by_table() {
        for (text, expected) in [
            ("# m h\n5 4 * * 1-5 curl -d 'a' https://h\n", Some(("curl -d 'a' https://h\n", false))),
            ("*/5 * * * * root /usr/bin/curl https://h\n", Some(("/usr/bin/curl https://h\n", false))),
            ("0 6 * * mon sudo curl https://h\n", Some(("sudo curl https://h\n", false))),
            ("@daily curl -d '9\\%' https://h\n", Some(("curl -d '9%' https://h\n", false))),
            ("@daily curl -d '9%' https://h\n", Some(("curl -d '9%' https://h\n", true))),
            ("KEY = \"k\"\n0 * * * * curl https://h?k=$KEY\n", Some(("KEY=k\ncurl https://h?k=$KEY\n", false))),
            ("1 2 3 4 5 curl https://h\n", None),
            ("0 6 * * * /opt/report.sh\n# curl\n", None),
            ("curl https://h -d '50%'\n", None),
        ] {
            assert_eq!(read(text).as_ref().map(|(text, cut)| (text.as_str(), *cut)), expected, "{text}");
        }
    }
}
