//! What somebody wrote beside a command on its line.

use std::sync::LazyLock;

use regex::Regex;

use super::session::{self, Quotes};

/// A text in which what somebody wrote beside a command, `curl … -> 404` or `this fails: curl …`, stands on a line of its own; `None` if
/// there is nothing of the kind.
pub(super) fn apart(text: &str) -> Option<String> {
    /// Nobody comments on longer ones, in bytes.
    const LONGEST: usize = 1 << 20;
    if text.len() > LONGEST {
        return None;
    }
    static LABEL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"^([^'"$|;`/\\-]{2,120}[:,.])[ \t]+(curl(?:\.exe)?[ \t].*)"#).ok());
    const ARROWS: [&str; 7] = [" -> ", " --> ", " => ", " ==> ", " \u{2192} ", " \u{21d2} ", " >>> "];
    static DASH: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r" (?:-|\x{2013}|\x{2014}|--|:|,) (?:HTTP )?[1-5]\d\d\b(?: [\p{L} ]+)?[.!)]?\s*$").ok());
    let dash = DASH.as_ref()?;
    static VERB: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let verb = "gives|gave|returns|returned|fails with|failed with|results in|yields|answers|responds with|says|gets|got|throws|is rejected with";
        Regex::new(&format!(r"(?i) (?:{verb})(?: (?:an?|me|us|back|the|with|http|error|status|code))* [1-5]\d\d\b")).ok()
    });
    let verb = VERB.as_ref()?;
    let dash_at = |line: &str| dash.find(line).or_else(|| verb.find(line)).map(|found| found.start());
    let has_arrow = |line: &str| dash_at(line).is_some() || ARROWS.iter().any(|arrow| line.contains(arrow));
    let label = LABEL.as_ref()?;
    let is_labelled = |line: &str| line.contains("curl") && label.is_match(line);
    if !text.lines().any(|line| has_arrow(line) || is_labelled(line))
        || !text.contains("curl") && !text.lines().any(session::begins_command)
    {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut quotes = Quotes::default();
    let (mut is_command, mut is_changed) = (false, false);
    for mut line in text.split_inclusive('\n') {
        if quotes.are_closed()
            && let Some(found) = label.captures(line).filter(|_| !session::begins_command(line))
            && let (Some(before), Some(command)) = (found.get(1), found.get(2))
            && session::begins_command(command.as_str())
        {
            out.push_str(before.as_str());
            out.push('\n');
            line = &line[command.start()..];
            is_changed = true;
        }
        if quotes.are_closed() {
            is_command = session::begins_command(line);
            quotes = Quotes::default();
        }
        let is_behind = |at: usize| {
            let mut before = quotes.clone();
            before.take(&line[..at]);
            before.are_closed()
        };
        let remark = ARROWS
            .iter()
            .flat_map(|arrow| line.match_indices(arrow))
            .map(|(at, _)| at)
            .chain(dash_at(line))
            .filter(|at| is_behind(*at))
            .min();
        quotes.take(line);
        match remark.filter(|_| is_command) {
            Some(at) => {
                out.push_str(&line[..at]);
                out.push('\n');
                out.push_str(&line[at + 1..]);
                is_changed = true;
            }
            None => out.push_str(line),
        }
    }
    is_changed.then_some(out)
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
