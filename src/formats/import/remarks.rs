//! What somebody wrote beside a command on its line.

use std::sync::LazyLock;

use regex::Regex;

use super::session::{self, Quotes};

/// Signs behind which people note what came of a command.
const ARROWS: [&str; 7] = [" -> ", " --> ", " => ", " ==> ", " \u{2192} ", " \u{21d2} ", " >>> "];

/// Nobody writes more before a command, in bytes.
const LONGEST_LABEL: usize = 240;

/// `this fails: curl …`
static LABEL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^([^'"$|;`/\\-]+[:,.])[ \t]+(curl(?:\.exe)?[ \t].*)"#).ok());

/// `curl … - 404`, at the end of its line.
static DASH: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r" (?:-|\x{2013}|\x{2014}|--|:|,) (?:HTTP )?[1-5][0-9]{2}(?: [A-Za-z ]+)?[.!)]?\s*$").ok());

/// `curl … gives me a 404`
static VERB: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let verb = "gives|gave|returns|returned|fails with|failed with|results in|yields|answers|responds with|says|gets|got|throws|is rejected with";
    Regex::new(&format!(r"(?i) (?:{verb})(?: (?:an?|me|us|back|the|with|http|error|status|code))* [1-5][0-9][0-9](?:$|[^0-9])"))
        .ok()
});

/// A text in which what somebody wrote beside a command, `curl … -> 404` or `this fails: curl …`, stands on a line of its own; `None` if
/// there is nothing of the kind.
pub(super) fn apart(text: &str) -> Option<String> {
    /// Nobody comments on commands in a longer text, in bytes.
    const LONGEST: usize = 32 << 10;
    if text.len() > LONGEST
        || text.trim_start().starts_with(['{', '<'])
        || !text.contains("curl") && !text.lines().any(session::begins_command)
    {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut quotes = Quotes::default();
    let (mut is_command, mut is_changed) = (false, false);
    for mut line in text.split_inclusive('\n') {
        if quotes.are_closed() {
            if let Some((label, command)) = labelled(line) {
                out.push_str(label);
                out.push('\n');
                line = command;
                is_changed = true;
            }
            is_command = session::begins_command(line);
            quotes = Quotes::default();
        }
        let remark = if is_command { remark_at(line, &quotes) } else { None };
        quotes.take(line);
        let (command, remark) = line.split_at(remark.unwrap_or(line.len()));
        out.push_str(command);
        if let Some(remark) = remark.strip_prefix(' ') {
            out.push('\n');
            out.push_str(remark);
            is_changed = true;
        }
    }
    is_changed.then_some(out)
}

/// What stands before a command on its line, and the rest of the line.
fn labelled(line: &str) -> Option<(&str, &str)> {
    if !line.contains("curl") || session::begins_command(line) {
        return None;
    }
    let found = LABEL.as_ref()?.captures(line).filter(|found| found[1].len() < LONGEST_LABEL)?;
    let command = &line[found.get(2)?.start()..];
    session::begins_command(command).then_some((found.get(1)?.as_str(), command))
}

/// Where the space before a remark stands in a line of a command. What stands between its quotes is no remark.
fn remark_at(line: &str, quotes: &Quotes) -> Option<usize> {
    let is_behind = |at: &usize| {
        let mut before = quotes.clone();
        before.take(&line[..*at]);
        before.are_closed()
    };
    let has_number = line.as_bytes().windows(3).any(|at| at.iter().all(u8::is_ascii_digit));
    let arrows = ARROWS.iter().flat_map(|arrow| line.match_indices(arrow)).map(|(at, _)| at);
    let words = [&DASH, &VERB].into_iter().filter(|_| has_number).filter_map(|words| Some(words.as_ref()?.find(line)?.start()));
    arrows.chain(words).filter(is_behind).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_by_table() {
        for (text, expected) in [
            ("curl https://h -d '{...}' -> 404, no body\n", Some("curl https://h -d '{...}'\n-> 404, no body\n")),
            ("1) curl https://h -d a - 201\n", Some("1) curl https://h -d a\n- 201\n")),
            ("curl https://h -d 'a' gives me a 400, always\n", Some("curl https://h -d 'a'\ngives me a 400, always\n")),
            ("curl https://h -d 'a' -m 200\n", None),
            ("curl https://h -d 'it gives 400'\n", None),
            ("curl https://h -d 'a -> b'\n", None),
            ("curl https://h -d 'a\n-> b' => 400", Some("curl https://h -d 'a\n-> b'\n=> 400")),
            ("curl https://h -d 'a\n x -> b'\n", None),
            ("400 on upload:  curl 'https://h' -F 'a=@b'\n", Some("400 on upload:\ncurl 'https://h' -F 'a=@b'\n")),
            ("a -> b\n", None),
        ] {
            assert_eq!(apart(text).as_deref(), expected, "{text}");
        }
    }
}
