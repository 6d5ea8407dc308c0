//! Lines that each begin with what a service for logs, containers or builds writes before them: the text behind it is read.

use std::sync::LazyLock;

use regex::Regex;

use super::{http, log, session};

/// What stands before the lines, one expression for each kind of service.
const PREFIXES: [&str; 11] = [
    // Spring Boot, and what a logger of OpenFeign writes behind that.
    r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d+\S*\s+(?:TRACE|DEBUG|INFO|WARN|ERROR)\s+\d+ --- (?:\[[^\]]*\] ?)+\S+\s+: ?(?:\[[^\]]*#[^\]]*\] ?)?",
    // Logback's own form.
    r"^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d[.,]\d+ \[[^\]]+\] (?:TRACE|DEBUG|INFO|WARN|ERROR) +\S+ - ?(?:\[[^\]]*#[^\]]*\] ?)?",
    // A time, a level, names in brackets and the logger's own.
    r"^\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?\]?[ \t]+(?:\[[^\]]*\][ \t]*)*[\[(<]?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FINE|FINEST|Debug|Info|debug|info|warn|error|trace)[\])>]?:?[ \t]+(?:\[[^\]]*\][ \t]*)*(?:[\w$-]+\.[\w.$-]+ ?[-:] ?)?",
    // TeamCity.
    r"^\[\d\d:\d\d:\d\d\][WEFi]?\s?:[ \t]+(?:\[[^\]]*\] ?)?",
    // Seconds since 1970.
    r"^\d{10}(?:\.\d+)? (?:\[\w+\] ?|[A-Z]+ )?",
    // logcat with times and threads.
    r"^\d\d-\d\d \d\d:\d\d:\d\d\.\d+ +\d+ +\d+ [VDIWEF] \S+? *: ?",
    // GitHub, GitLab, Azure, `docker logs --timestamps`.
    r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)? (?:\d\d[OE]\+? ?)?",
    // syslog and journald.
    r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^:\s]+: ?",
    // Docker Compose.
    r"^[\w.-]+ +\| ?",
    // `kubectl logs --prefix`, Maven.
    r"^\[[^\]\n]+\] ?",
    // Android.
    r"^[VDIWE]/[\w.]+ *(?:\(\s*\d+\))?: ?",
];

/// The line that `java.util.logging` writes before each message: a time, a class and a method.
static JAVA_HEAD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\S.*\b\d{1,2}[:.]\d\d[:.]\d\d\b.* [\p{L}_$][\w$]*(?:\.[\w$]+)+ [\w$<>]+\s*$").ok());

/// The level behind it, in the language of the system.
static JAVA_LEVEL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{Lu}\p{Lo}][\p{Lu}\p{Lo} ]+:[ \t]?").ok());

static EXPRESSIONS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| PREFIXES.iter().filter_map(|prefix| Regex::new(prefix).ok()).collect());

/// The text without what stands before each of its lines; `None` if nothing does, or what is behind it is not a request.
pub(super) fn plain(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    // JSON and pages have nothing before their lines.
    if lines.len() < 2 || text.trim_start().starts_with(['{', '<']) {
        return None;
    }
    let mut plain = without_java_heads(&lines).or_else(|| without_prefix(&lines))?;
    if !text.ends_with('\n') {
        plain.pop();
    }
    // syslog writes line ends as numbers.
    if plain.contains("#012") {
        plain = plain.replace("#015#012", "\n").replace("#012", "\n");
    }
    let is_request = plain.lines().any(session::begins_command)
        || http::is_transcript(&plain)
        || http::begins_message(&plain)
        || http::holds_message(&plain)
        || log::blocks::is_blocks(&plain)
        || plain.lines().any(|line| line.starts_with("--> ") || line.starts_with("---> "));
    is_request.then_some(plain)
}

/// The lines without what nearly all of them begin with.
fn without_prefix(lines: &[&str]) -> Option<String> {
    let filled = lines.iter().filter(|line| !line.trim().is_empty()).count();
    let expression = EXPRESSIONS.iter().find(|prefix| {
        let prefixed = lines.iter().filter(|line| prefix.is_match(line)).count();
        // A line that is too long may go on in the next.
        filled > 1 && prefixed * 10 >= filled * 9
    })?;
    Some(lines.iter().map(|line| expression.replace(line, "") + "\n").collect())
}

/// The messages of `java.util.logging`, each without the line before it and the level. A message may have several lines.
fn without_java_heads(lines: &[&str]) -> Option<String> {
    let (head, level) = (JAVA_HEAD.as_ref()?, JAVA_LEVEL.as_ref()?);
    let mut plain = String::new();
    let (mut is_below, mut heads) = (false, 0);
    for (index, line) in lines.iter().enumerate() {
        let begins = lines.get(index + 1).is_some_and(|next| level.is_match(next)) && head.is_match(line);
        if !begins {
            plain.push_str(&if is_below { level.replace(line, "") } else { (*line).into() });
            plain.push('\n');
        }
        heads += usize::from(begins);
        is_below = begins;
    }
    (heads > 1).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_by_table() {
        let message = "POST /x HTTP/1.1\nHost: h\n\n{\"a\": 1}\n";
        for prefix in [
            "2026-05-12T07:14:02.1234567Z ",
            "2026-05-12T07:14:02.123456Z 01O ",
            "May  2 09:14:02 gw uploader[811]: ",
            "app_1  | ",
            "[pod/app-0/app] ",
            "D/Upload( 811): ",
            "I/flutter (11873): ",
            "2026-11-06T19:02:11.004Z DEBUG [uploader] ",
            "2026-11-06 19:02:11,004 [main] [INFO] ",
            "19:02:11 DEBUG http.client.Wire - ",
            "1793613000.101 [INFO] ",
            "11-03 18:44:10.871 12033 12101 I Upload: ",
        ] {
            let text: String = message.lines().map(|line| format!("{prefix}{line}\n")).collect();
            assert_eq!(plain(&text).as_deref(), Some(message), "{text}");
        }
        for (head, level) in [
            ("Mar 03, 2026 9:14:02 AM okhttp3.internal.platform.Platform log\n", "INFO: "),
            ("März 03, 2026 9:14:02 VORM. okhttp3.internal.platform.Platform log\n", "INFORMATION: "),
            ("2026/03/03 9:14:02 com.acme.Upload$Sender <init>\n", "情報: "),
        ] {
            let text: String = message.lines().map(|line| format!("{head}{level}{line}\n")).collect();
            assert_eq!(plain(&text).as_deref(), Some(message), "{text}");
            assert_eq!(plain(&format!("{head}{level}it begins\n{head}{level}{message}")), Some(format!("it begins\n{message}")));
        }
        for text in [message, "", "[1] a\n[2] b\n[3] c\n", "a | b\n", "2026-05-12T07:14:02Z POST https://h/x 404\n"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
