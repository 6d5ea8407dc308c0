//! A conversation copied from a chat, with a time and a name before each message.

use std::sync::LazyLock;

use regex::Regex;

use super::{http, session};

/// The text without what stands before its messages; `None` if it is no conversation, or holds nothing that can be read.
pub(super) fn plain(text: &str) -> Option<String> {
    /// Nobody copies a longer conversation, in bytes.
    const LONGEST: usize = 256 << 10;
    static MESSAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let time = r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?: ?[AaPp]\.?[Mm]\.?)?";
        let date = r"(?:[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4},? )?";
        let name = r"[^\s0-9\[\](){}<>:,][^\[\](){}<>:,\n]*";
        // `[10:32] Ana: …`, `10:32 - Ana: …`, `[10:32] <ana> …`, `Ana (10:32): …`, `Ana [10:32]: …`
        Regex::new(&format!(
            r"(?m)^(?:\[?{date}{time}\]?(?: ?- ?| |: ?)(?:<{name}>|{name}:)|{name} [(\[]{date}{time}[)\]]:)[ \t]+"
        ))
        .ok()
    });
    // Most texts are no conversation, and are not looked through by the expression.
    if text.len() > LONGEST
        || text.trim_start().starts_with(['{', '<'])
        || text.lines().filter(|line| begins_with_time(line)).take(2).count() < 2
    {
        return None;
    }
    let message = MESSAGE.as_ref()?;
    if message.find_iter(text).take(2).count() < 2 {
        return None;
    }
    let plain = message.replace_all(text, "");
    let holds = |line: &str| {
        session::begins_command(line) || http::is_request_line(line) || line.contains("://") || line.trim_start().starts_with('{')
    };
    plain.lines().any(holds).then(|| plain.into_owned())
}

/// Whether a time of the day stands near the beginning of a line.
fn begins_with_time(line: &str) -> bool {
    /// Behind a date or a name, in bytes.
    const MOST_BEFORE: usize = 60;
    let head = &line.as_bytes()[..line.len().min(MOST_BEFORE)];
    head.windows(4)
        .any(|at| at[0].is_ascii_digit() && matches!(at[1], b':' | b'.') && at[2].is_ascii_digit() && at[3].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversations_by_table() {
        let command = "curl https://h -d '{}'";
        for (first, second) in [
            ("[10:32] Ana: ", "[10:33] Bob: "),
            ("[12/03/2026, 10:32:11 AM] Ana Lopez: ", "[12/03/2026, 10:33:00 AM] Jörg: "),
            ("12.03.26, 10:32 - Ana: ", "12.03.26, 10:32 - Ana: "),
            ("Ana (10:32): ", "Bob (10:33): "),
            ("[10:32] <ana> ", "[10:33] <bob> "),
        ] {
            let text = format!("{first}{command}\n{second}400\n");
            assert_eq!(plain(&text), Some(format!("{command}\n400\n")), "{text}");
        }
        for text in [
            "10:32:11 INFO: POST https://h\n",
            "[10:32] Ana: hello\n[10:33] Bob: hi\n",
            "2026-05-12 10:32:11,004 - app - INFO - POST https://h\n2026-05-12 10:32:12,004 - app - INFO - POST https://h\n",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
