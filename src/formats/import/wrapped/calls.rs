//! Commands that a program hands to a shell or starts by itself: a pipeline's `sh '''…'''`, `os.system("…")`, `subprocess.run([…])`.

use super::words::{is_client, shell_word};
use crate::formats::import::program::literal_at;
use crate::formats::import::session::begins_command;

/// What stands before a text that a shell is given.
const RUNNERS: [&str; 36] = [
    "sh",
    "bat",
    "bash",
    "shell",
    "powershell",
    "pwsh",
    "script",
    "system",
    "exec",
    "execSync",
    "execa",
    "popen",
    "Popen",
    "run",
    "call",
    "check_output",
    "check_call",
    "getoutput",
    "getstatusoutput",
    "shell_exec",
    "passthru",
    "proc_open",
    "spawn",
    "spawnSync",
    "execute",
    "Run",
    "Shell",
    "eval",
    "cmd",
    "command",
    "Start",
    "capture2",
    "capture3",
    "Cmd",
    "create_subprocess_shell",
    "local",
];

/// The commands that the texts of a program hold.
pub(super) fn commands(text: &str) -> Option<String> {
    if !(text.contains("curl") || text.contains("wget")) || !text.contains(['"', '\'', '`']) {
        return None;
    }
    let outside = !text.lines().any(begins_command);
    let mut commands = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with("//") && !text[..at].ends_with(':') {
            at += text[at..].find('\n').unwrap_or(text.len() - at);
            continue;
        }
        let Some((literal, length)) = text_at(text, at) else {
            at += c.len_utf8();
            continue;
        };
        let end = at + length;
        if is_client(literal.trim()) {
            match listed(text, end, literal.trim()) {
                Some((command, end)) => {
                    commands.push_str(&(command + "\n"));
                    at = end;
                }
                None => at = end,
            }
        } else if literal.lines().any(begins_command) && is_run(&text[..at], outside) {
            let (command, end) = continued(text, end, literal);
            commands.push_str(command.trim());
            commands.push('\n');
            at = end;
        } else {
            at = end;
        }
    }
    (!commands.is_empty() && commands.len() < text.len()).then_some(commands)
}

/// Whether what stands before a text hands it to a shell; or keeps it for that, where no command stands by itself.
fn is_run(before: &str, outside: bool) -> bool {
    /// So much before a text tells of it, in bytes.
    const MOST: usize = 200;
    const STEPS: [&str; 7] = ["sh", "bat", "powershell", "pwsh", "system", "exec", "return"];
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(MOST))..];
    let before = before.trim_end_matches(['r', 'f', 'R', 'F', 'b', '$', '@']).trim_end();
    let line = before.rsplit('\n').next().unwrap_or("").trim_start();
    let bare = before.trim_end_matches(['(', '[', '{', ':', ',']).trim_end();
    let name = bare.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
    let is_argument = before.ends_with(['(', '[', '{']) || before.ends_with(':') && line.contains('(');
    let is_call = RUNNERS.contains(&name) && is_argument || STEPS.contains(&line);
    is_call || outside && (before.ends_with(['(', '=', '+']) || line.contains('(') && before.ends_with(','))
}

/// A text that begins here, and its length; Python and Groovy have some between three single quotes.
fn text_at(text: &str, at: usize) -> Option<(String, usize)> {
    let rest = &text[at..];
    for quotes in ["'''", "\"\"\""] {
        if let Some(inside) = rest.strip_prefix(quotes) {
            let end = inside.find(quotes)?;
            let is_raw = text[..at].ends_with(['r', 'R']) && !text[..at - 1].ends_with(char::is_alphanumeric);
            let plain = if is_raw { inside[..end].to_owned() } else { unescaped(&inside[..end]) };
            return Some((plain, end + 2 * quotes.len()));
        }
    }
    // What stands between backticks has no quotes of the language's own inside.
    literal_at(text, at).or_else(|| letter_at(text, at))
}

/// A single character between single quotes, which is a word in a list of words.
fn letter_at(text: &str, at: usize) -> Option<(String, usize)> {
    let mut signs = text[at..].strip_prefix('\'')?.chars();
    let letter = signs.next().filter(|c| !matches!(c, '\'' | '\\'))?;
    (signs.next() == Some('\'')).then(|| (letter.to_string(), letter.len_utf8() + 2))
}

/// A text over several lines without its escapes.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\n') => {}
                Some('n') => plain.push_str("\\n"),
                Some(c @ ('\\' | '\'' | '"' | '$' | '`')) => plain.push(c),
                Some(c) => plain.extend(['\\', c]),
                None => plain.push('\\'),
            },
            c => plain.push(c),
        }
    }
    plain
}

/// A text with what a program joins to it: further texts, and variables by their names.
fn continued(text: &str, end: usize, first: String) -> (String, usize) {
    let (mut whole, mut at) = (first, end);
    loop {
        let rest = text[at..].trim_start();
        let start = text.len() - rest.len();
        let sign = ["..", "<>", "+", ".", "&"].iter().find(|sign| rest.starts_with(**sign));
        let behind = sign.map_or(rest, |sign| rest[sign.len()..].trim_start());
        let next = text.len() - behind.len();
        if let Some((more, length)) = text_at(text, next) {
            whole.push_str(&more);
            at = next + length;
            continue;
        }
        let name: String = behind.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.')).collect();
        let is_joined = sign.is_some_and(|sign| *sign != "." || behind.starts_with('$') || rest.starts_with(". "));
        if !is_joined || name.is_empty() {
            return (whole, start.min(at).max(end));
        }
        whole.push_str(&format!("${{{}}}", name.trim_matches(['$', '.']).replace('.', "_")));
        at = next + name.len();
        at += call_at(&text[at..]);
    }
}

/// How long the brackets of a call or an index are that a text begins with; nothing where there are none.
fn call_at(text: &str) -> usize {
    let head = &text[..text.floor_char_boundary(400)];
    if !head.starts_with(['(', '[']) {
        return 0;
    }
    let mut depth = 0_usize;
    for (at, c) in head.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 1 => return at + 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    0
}

/// The words of a program that is started with a list of them: `["curl", "-d", body]`, `"curl").arg("-d")`.
fn listed(text: &str, end: usize, name: &str) -> Option<(String, usize)> {
    let mut words = vec![shell_word(name)];
    let mut at = end;
    let mut depth = 0_i32;
    loop {
        let rest = text[at..].trim_start_matches([',', ' ', '\t', '\r', '\n', '&']);
        at = text.len() - rest.len();
        if let Some((word, length)) = text_at(text, at) {
            // A program may be given all its words in one text.
            let is_whole = words.len() == 1 && word.contains(' ') && word.starts_with(['-', 'h']);
            words.push(if is_whole { word } else { shell_word(&word) });
            at += length;
            continue;
        }
        let call = [".args(", ".arg(", "new String[]", "Arrays.asList(", "List.of("].iter().find(|call| rest.starts_with(**call));
        let Some(c) = rest.chars().next() else { break };
        if let Some(call) = call {
            at += call.len();
            depth += call.matches('(').count() as i32;
        } else if matches!(c, '[' | '{' | '(') {
            (at, depth) = (at + 1, depth + 1);
        } else if matches!(c, ']' | '}' | ')') {
            (at, depth) = (at + 1, depth - 1);
            let behind = text[at..].trim_start_matches([' ', '\t', '\r', '\n', ')', ',']);
            let goes_on = behind.starts_with(".arg") || behind.starts_with(['[', '{']) && words.len() == 1;
            if depth < 0 && !goes_on {
                break;
            }
        } else if c.is_alphabetic() || matches!(c, '_' | '$') {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$')).collect();
            // What names a setting is none of the words.
            if rest[name.len()..].trim_start().starts_with(['=', ':']) {
                break;
            }
            words.push(format!("\"${{{}}}\"", name.trim_matches(['$', '.']).replace('.', "_")));
            at += name.len();
        } else {
            break;
        }
    }
    let command = words.join(" ");
    // A list of programs to be installed is none.
    (words.len() > 1 && command.contains(['/', '$'])).then_some((command, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_by_table() {
        for (text, expected) in [
            ("sh '''\n  curl -d 'a' \\\\\n    https://h\n'''\n", "curl -d 'a' \\\n    https://h\n"),
            ("sh \"curl -d '{\\\"a\\\":1}' https://h?k=${KEY}\"", "curl -d '{\"a\":1}' https://h?k=${KEY}\n"),
            ("sh(script: 'curl https://h', returnStdout: true)", "curl https://h\n"),
            ("bat \"\"\"\ncurl -d \"x\" https://h\n\"\"\"", "curl -d \"x\" https://h\n"),
            ("os.system('curl -d x https://h')", "curl -d x https://h\n"),
            ("subprocess.run(\"curl -d x \" \"https://h\", shell=True)", "curl -d x https://h\n"),
            ("out = `curl -d 'x' https://h`", "curl -d 'x' https://h\n"),
            ("$r = shell_exec('curl https://h?k=' . $key);", "curl https://h?k=${key}\n"),
            ("execSync(\"curl https://h?k=\" + key + \" -d x\")", "curl https://h?k=${key} -d x\n"),
            ("exec(\"curl -d '\" . json_encode($t[0]) . \"' https://h\");", "curl -d '${json_encode}' https://h\n"),
            ("subprocess.run([\"curl\", \"-d\", \"a b\", url], check=True)", "curl -d 'a b' \"${url}\"\n"),
            ("exec.Command(\"curl\", \"-d\", body, \"https://h\")", "curl -d \"${body}\" https://h\n"),
            ("Command::new(\"curl\").arg(\"-d\").args([\"x\", \"https://h\"]).output()", "curl -d x https://h\n"),
            ("Process.Start(\"curl\", \"-d x https://h\");", "curl -d x https://h\n"),
            ("spawn('curl', ['-d', 'x', 'https://h'])", "curl -d x https://h\n"),
        ] {
            assert_eq!(commands(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "He said \"curl https://h\"",
            "{\"a\": \"curl https://h\"}",
            "curl https://h -d '{\"a\": \"curl https://h\"}'",
            "headers = {\"User-Agent\": \"curl\"}",
            "",
        ] {
            assert_eq!(commands(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(sh |\"|'''|'|`|curl |\\\\|, |\\(|\\[|\\)|\\+|é|https://h|\n|\"curl\"|.arg\\(|x){0,30}") {
            let _ = commands(&text);
        }
    }
}
