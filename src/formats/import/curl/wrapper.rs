//! Where a client stands in a command, and what another command that starts it does to its words.

use super::command::{Command, Word};

/// Commands that start another one, whose words stand behind their own.
const STARTS: [&str; 33] = [
    "ssh",
    "docker",
    "podman",
    "nerdctl",
    "kubectl",
    "oc",
    "lxc",
    "wsl",
    "wsl.exe",
    "timeout",
    "watch",
    "nice",
    "ionice",
    "xargs",
    "parallel",
    "flock",
    "chroot",
    "nsenter",
    "doas",
    "su",
    "gcloud",
    "heroku",
    "fly",
    "vagrant",
    "adb",
    "torsocks",
    "proxychains",
    "proxychains4",
    "strace",
    "unshare",
    "systemd-run",
    "chronic",
    "docker-compose",
];

/// Those of them that give the words to a shell of their own, as one line.
const SECOND_SHELLS: [&str; 7] = ["ssh", "wsl", "wsl.exe", "watch", "adb", "parallel", "vagrant"];

/// Where `curl` stands in a command: first, behind `sudo`, `time` and assignments, or behind a command that starts another one. Of a
/// container that runs curl by itself, the image stands for it.
pub(super) fn curl_at(command: &Command) -> Option<usize> {
    // What curl prints of itself: `curl 8.5.0 (x86_64-pc-linux-gnu) libcurl/8.5.0`.
    // And PowerShell of what it calls curl: `curl : The remote server returned an error`.
    if command.words.get(1).is_some_and(|word| word.text() == ":") {
        return None;
    }
    let is_version = |text: String| text.matches('.').count() == 2 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if command.words.len() == 2 && command.words.get(1).is_some_and(|word| is_version(word.text())) {
        return None;
    }
    // What a command leads with may have options of its own, and these a value.
    let mut is_value = false;
    for (index, word) in command.words.iter().enumerate() {
        let text = word.text();
        if is_curl(&text) {
            let words: Vec<String> = command.words[index + 1..].iter().map(Word::text).collect();
            return (!is_sentence(&words.iter().map(String::as_str).collect::<Vec<_>>())).then_some(index);
        }
        if STARTS.contains(&name_of(&text)) {
            return started_at(&command.words, index + 1);
        }
        let leads = [
            "sudo", "time", "exec", "command", "env", "nohup", "then", "do", "else", "if", "while", "until", "!", "{", "&", "RUN",
        ];
        let is_option = index > 0 && text.starts_with('-') && text.len() > 1;
        let assigns = text.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
        if !leads.contains(&text.as_str()) && !assigns && !is_option && !is_value {
            return None;
        }
        is_value = is_option;
    }
    None
}

/// Whether the words behind a client's name are those of a sentence, as in curl's own "curl failed to verify the legitimacy of the server
/// and therefore could not".
pub(in crate::formats::import) fn is_sentence(words: &[&str]) -> bool {
    /// Nobody names so many hosts without a dot.
    const WORDS: usize = 4;
    let is_plain = |word: &str| word.trim_end_matches(['.', ',', ':', ';']).chars().all(|c| c.is_alphabetic() || c == '’');
    words.len() >= WORDS && words.iter().all(|word| is_plain(word))
}

/// What a second shell makes of the words, where it is given them without the quotes that hold them together here.
pub(super) fn second_shell(command: &Command, at: usize) -> Option<String> {
    let name = command.words[..at].iter().map(Word::text).find(|word| SECOND_SHELLS.contains(&name_of(word)))?;
    let is_split = |word: &Word| word.bytes.iter().any(|byte| b" \t\n'\"&;|<>()$`\\*".contains(byte));
    command.words[at..].iter().any(is_split).then(|| {
        format!(
            "{} hands these words to a second shell, which splits them again: it takes the quotes in the data away and ends the command at \
             an &. The whole command belongs between quotes of its own; it was read as it is meant",
            name_of(&name)
        )
    })
}

fn started_at(words: &[Word], from: usize) -> Option<usize> {
    let texts: Vec<String> = words.iter().skip(from).map(Word::text).collect();
    let at = |found: usize| Some(from + found);
    if let Some(found) = texts.iter().position(|text| is_curl(text)) {
        return at(found);
    }
    if let Some(found) = texts.iter().position(|text| !text.starts_with('-') && is_image(text)) {
        return at(found);
    }
    let is_option = texts.iter().any(|text| text.strip_prefix("--image=").is_some_and(is_image));
    texts.iter().position(|text| text == "--").filter(|_| is_option).and_then(at)
}

fn name_of(text: &str) -> &str {
    text.rsplit(['/', '\\']).next().unwrap_or(text)
}

fn is_curl(text: &str) -> bool {
    let name = name_of(text);
    !text.starts_with('-') && (name.eq_ignore_ascii_case("curl") || name.eq_ignore_ascii_case("curl.exe"))
}

/// Whether a word names a container's image that runs curl: `curlimages/curl:8.8.0`.
fn is_image(text: &str) -> bool {
    let name = text.split('@').next().unwrap_or(text).rsplit('/').next().unwrap_or(text);
    let name = name.split(':').next().unwrap_or(name);
    text.contains('/') && !text.contains("://") && (name == "curl" || name.ends_with("-curl"))
}

#[cfg(test)]
mod tests {
    use super::super::shell_bash::split;
    use super::*;

    #[test]
    fn commands_by_table() {
        for (text, expected, is_second) in [
            ("curl h", Some(0), false),
            ("sudo -u app curl h", Some(3), false),
            ("A=b time curl h", Some(2), false),
            ("if ! curl h", Some(2), false),
            ("ssh me@h curl -d 'a b' h", Some(2), true),
            ("ssh me@h curl -d a h", Some(2), false),
            ("docker run --rm -v a:b curlimages/curl:8.8.0 -d 'a b' h", Some(5), false),
            ("docker exec -it app /usr/bin/curl -d 'a b' h", Some(4), false),
            ("docker run alpine/curl@sha256:12 h", Some(2), false),
            ("kubectl run t --rm -i --image=curlimages/curl -- -d a h", Some(6), false),
            ("kubectl run t --image=curlimages/curl -- curl -d a h", Some(5), false),
            ("kubectl exec pod -- curl h", Some(4), false),
            ("timeout 30 curl h", Some(2), false),
            ("wsl curl -d '{\"a\":1}' h", Some(1), true),
            ("docker build .", None, false),
            ("echo curl h", None, false),
            ("curl : no", None, false),
            ("curl failed to verify the legitimacy of the server and therefore could not", None, false),
            ("curl a b c d.example", Some(0), false),
        ] {
            let (commands, _) = split(text, false);
            let found = curl_at(&commands[0]);
            assert_eq!(found, expected, "{text}");
            assert_eq!(found.and_then(|at| second_shell(&commands[0], at)).is_some(), is_second, "{text}");
        }
    }
}
