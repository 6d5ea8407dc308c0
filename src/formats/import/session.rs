//! What a terminal shows: commands, and below each what came of it. Read as one text, an answer would look like more commands.

use super::http;
use super::{answer, failure};
use crate::model::exchange::{FailureKind, NetworkFailure, Outcome};
use crate::model::request_spec::RequestSpec;

/// A text of a terminal, taken apart.
pub(super) struct Session {
    /// The text with blanks in the place of what the commands printed, so that every place in it is still the same.
    pub(super) commands: String,
    /// What each command came to, as far as it was printed.
    pub(super) outcomes: Vec<Option<Outcome>>,
    /// The requests that the commands printed, as curl does with `-v`.
    pub(super) sent: Vec<Option<RequestSpec>>,
}

/// Takes a terminal's text apart; `None` if nothing in it is what a command printed.
pub(super) fn read(text: &str) -> Option<Session> {
    let mut commands = String::with_capacity(text.len());
    let mut printed: Vec<String> = Vec::new();
    let mut asked: Vec<String> = Vec::new();
    let mut state = State::Before;
    let mut quotes = Quotes::default();
    for line in text.split_inclusive('\n') {
        let is_start = begins_command(line);
        let is_free = quotes.are_closed();
        state = match state {
            State::Before if !is_start => State::Before,
            State::Before => State::Command,
            State::Command if is_message(line) || (is_free && is_body(line)) => State::Output,
            State::Command
                if is_free && asked.last().is_some_and(|asked| asks_for_status(asked)) && written_status(line).is_some() =>
            {
                State::Output
            }
            State::Output if is_start => State::Command,
            state => state,
        };
        if state == State::Command && is_start && (is_free || printed.is_empty()) {
            printed.push(String::new());
            asked.push(String::new());
            quotes = Quotes::default();
        }
        match (state, printed.last_mut()) {
            (State::Output, Some(output)) => {
                output.push_str(line);
                commands.extend(line.chars().flat_map(|c| std::iter::repeat_n(if c == '\n' { c } else { ' ' }, c.len_utf8())));
                quotes = Quotes::default();
            }
            _ => {
                quotes.take(line);
                commands.push_str(line);
                if let Some(command) = asked.last_mut() {
                    command.push_str(line);
                }
            }
        }
    }
    let is_told = printed.iter().any(|output| !output.is_empty());
    is_told.then(|| Session {
        commands,
        // What was asked of a proxy on the way is not the command's request.
        sent: printed.iter().map(|output| shown(output).filter(|request| request.method != "CONNECT")).collect(),
        outcomes: printed.iter().zip(&asked).map(|(output, command)| outcome(output, command)).collect(),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Command,
    Output,
}

/// Whether a text's quotes are closed, as a shell counts them.
#[derive(Clone, Default)]
pub(super) struct Quotes {
    open: Option<char>,
    /// The last line says that the next one goes on with it.
    continues: bool,
    /// The word that ends the here-document which has begun.
    document: Option<String>,
}

impl Quotes {
    pub(super) fn are_closed(&self) -> bool {
        self.open.is_none() && !self.continues && self.document.is_none()
    }

    pub(super) fn take(&mut self, line: &str) {
        if let Some(end) = &self.document {
            if line.trim() == end {
                self.document = None;
            }
            return;
        }
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match (self.open, c) {
                (Some('"') | None, '\\' | '`' | '^') => drop(chars.next()),
                (Some(open), c) if c == open => self.open = None,
                (None, '\'' | '"') => self.open = Some(c),
                _ => {}
            }
        }
        self.continues = line.trim_end().ends_with(['\\', '^', '`', '|']);
        self.document = delimiter(line).map(str::to_owned);
    }
}

/// The word that ends the here-document which a line begins: `<<EOF`, `<<-'END'`. Three signs stand before a text.
pub(super) fn delimiter(line: &str) -> Option<&str> {
    let (_, behind) = line.split_once("<<")?;
    let word = behind.trim_start_matches('-').trim_start().split([' ', '\n', '\r', '|', ')', ';']).next()?;
    let word = word.trim_matches(['\'', '"', '\\']);
    (!word.is_empty() && !word.starts_with('<')).then_some(word)
}

/// Whether a line begins a command that sends a request, behind whatever a terminal writes before it.
pub(super) fn begins_command(line: &str) -> bool {
    const NAMES: [&str; 10] =
        ["curl", "Invoke-WebRequest", "Invoke-RestMethod", "irm", "iwr", "invoke-restmethod", "http", "https", "xh", "wget"];
    const SIGNS: [&str; 10] = ["$ ", "% ", "# ", "> ", "❯ ", "➜ ", "» ", "+ ", ":\\>", "sudo "];
    NAMES.iter().any(|name| {
        line.match_indices(name).take(3).any(|(at, _)| {
            let (before, behind) = (&line[..at], &line[at + name.len()..]);
            let behind = behind.strip_prefix(".exe").unwrap_or(behind);
            let is_prompt = |before: &str| {
                let is_drive = before.ends_with('>') && before.get(1..3) == Some(":\\");
                (is_drive || SIGNS.iter().any(|sign| before.ends_with(sign))) && !before.contains(['\'', '"', '|'])
            };
            let before = without_assignments(before.trim_start());
            let is_first = before.is_empty()
                || starts_another(before)
                || before == "& "
                || is_list_number(before)
                || is_prompt(before)
                || before.starts_with('$') && before.ends_with("= ");
            is_first && before != "# " && behind.starts_with([' ', '\t']) && has_arguments(behind)
        })
    })
}

/// Whether these are the number of an item in a list: `2) `, `2. `.
fn is_list_number(before: &str) -> bool {
    let number = before.trim_end().trim_end_matches([')', '.']);
    number.len() < before.trim_end().len()
        && before.ends_with(' ')
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (1..3).contains(&number.len())
}

/// Whether another command stands first that starts this one, behind a prompt: `me@jump:~$ kubectl exec pod -- curl`.
fn starts_another(before: &str) -> bool {
    const STARTS: [&str; 5] = ["kubectl", "oc", "docker", "podman", "ssh"];
    let command = before.rsplit_once("$ ").or_else(|| before.rsplit_once("# ")).map_or(before, |(_, command)| command);
    let first = command.split_whitespace().next().unwrap_or("");
    STARTS.contains(&first) && before.ends_with(' ') && !before.contains(['\'', '"', '|'])
}

/// What stands before the variables that a shell sets for one command: `https_proxy=http://proxy:8080 curl`.
fn without_assignments(before: &str) -> &str {
    let mut rest = before;
    while let Some(word) = rest.split_whitespace().next_back().filter(|_| rest.ends_with(' ')) {
        let is_one = word.split_once('=').is_some_and(|(name, _)| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        if !is_one {
            break;
        }
        rest = &rest[..rest.trim_end().len() - word.len()];
    }
    rest
}

/// Whether these are arguments rather than a sentence: "curl failed to verify the legitimacy of the server".
fn has_arguments(rest: &str) -> bool {
    let first = rest.split_whitespace().next().unwrap_or("");
    // The version that a client prints of itself: `curl 8.5.0 (x86_64-pc-linux-gnu)`.
    let is_version = first.starts_with(|c: char| c.is_ascii_digit()) && first.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_version && rest.contains('(') {
        return false;
    }
    rest.contains(" -")
        || rest.contains("://")
        || rest.contains(['"', '\'', '\\', '^', '`', '@', '$'])
        || first.contains(['.', '/', ':'])
}

/// Whether a line is one that only a program prints.
fn is_message(line: &str) -> bool {
    let line = line.trim_end();
    if remark(line).is_some() {
        return true;
    }
    let talks = ["* Trying", "*   Trying", "* Connected to", "* Host ", "* Could not resolve", "* ALPN", "> POST ", "< HTTP/"];
    let of_powershell = ["Invoke-WebRequest", "Invoke-RestMethod", "curl", "irm", "iwr"];
    http::is_status_line(line)
        || http::is_request_line(line) && line.contains(" HTTP/")
        || is_of_shell(line)
        || line.starts_with("VERBOSE: ")
        || line.starts_with("curl: (")
        || line.starts_with("--20") && line.contains("--  http")
        || line.starts_with("http: LogLevel.")
        || begins_error_of_httpie(line)
        || line.trim_start().starts_with("% Total")
        || talks.iter().any(|talk| line.starts_with(talk))
        || of_powershell
            .iter()
            .any(|name| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(" : ") || rest.starts_with(": ")))
}

/// Whether a command has curl write the status behind what it prints: `-w '%{http_code}'`.
fn asks_for_status(command: &str) -> bool {
    ["http_code}", "response_code}"].iter().any(|name| command.contains(name))
}

/// The status that a line begins with, or names behind a word: `404`, `404 0.2s`, `HTTP 404`, `status: 404`.
fn written_status(line: &str) -> Option<u16> {
    let line = line.trim().trim_matches(|c: char| "\"'[]()<>".contains(c));
    let mut words =
        line.split(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | ',' | ';' | '|')).filter(|word| !word.is_empty());
    let number = |word: &str| {
        let is_status = word.len() == 3 && word.starts_with(|c: char| ('1'..='5').contains(&c));
        is_status.then(|| word.parse().ok()).flatten()
    };
    let first = words.next()?;
    let is_label = first.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    number(first).or_else(|| is_label.then(|| number(words.next()?)).flatten())
}

/// What somebody noted below a command of what came of it: `-> 400`.
fn remark(line: &str) -> Option<&str> {
    const SIGNS: [&str; 8] = ["-> ", "--> ", "=> ", "==> ", "\u{2192} ", "\u{21d2} ", ">>> ", "- "];
    let said = SIGNS.iter().find_map(|sign| line.trim_start().strip_prefix(sign))?;
    written_status(said).map(|_| said)
}

/// What shells say of a command line that they did not carry out.
const OF_SHELLS: [&str; 12] = [
    "no matches found: http",
    "parse error near",
    "syntax error near unexpected token",
    "unexpected EOF while looking for matching",
    "bad substitution",
    "event not found",
    "command not found",
    "is not recognized as an internal or external command",
    "The ampersand (&) character is not allowed",
    "is not recognized as the name of a cmdlet",
    "is not recognized as a name of a cmdlet",
    "Unexpected token '",
];

/// Whether a line is a shell's own error.
fn is_of_shell(line: &str) -> bool {
    OF_SHELLS.iter().any(|words| line.contains(words)) && !line.contains("curl -")
}

/// What a shell said of the command line instead of carrying it out, and what to do.
pub(super) fn of_shell(text: &str) -> Option<&'static str> {
    let line = text.lines().find(|line| is_of_shell(line))?;
    Some(if line.contains("no matches found") {
        "zsh says \"no matches found\": it takes the ? of an address without quotes for a pattern of file names, and did not run the \
         command. Put the address between single quotes"
    } else if line.contains("event not found") {
        "The shell says \"event not found\": between double quotes it takes ! for a line of its history, and did not run the command. \
         Use single quotes"
    } else if line.contains("ampersand") {
        "PowerShell says that & is not allowed there, and did not run the command. Put the address between quotes"
    } else if line.contains("not recognized as an internal") {
        "cmd.exe takes what follows an & without quotes for another command, and did not find it: the request lost what stands behind \
         the &. Put the address between double quotes"
    } else {
        "A shell's own error was pasted along: the shell did not run this command as it stands here. Look at its quotes first"
    })
}

/// Whether a line begins an answer's body.
fn is_body(line: &str) -> bool {
    let line = line.trim_end();
    let lower: String = line.chars().take(15).collect::<String>().to_ascii_lowercase();
    line == "{"
        || line.starts_with("{\"")
        || line.starts_with("[{\"")
        || lower.starts_with("<!doctype")
        || lower.starts_with("<html")
}

/// The last request that a command's output shows.
fn shown(output: &str) -> Option<RequestSpec> {
    http::is_transcript(output).then(|| http::read(output).requests.pop()).flatten()
}

/// What a command's output tells of what came of it.
fn outcome(output: &str, command: &str) -> Option<Outcome> {
    if output.trim().is_empty() {
        return None;
    }
    if let Some(outcome) = shown(output).and_then(|request| request.outcome) {
        return Some(outcome);
    }
    // What went out may be left away, or was never asked for.
    let plain = output.lines().any(|line| line.starts_with("< HTTP/")).then(|| http::without_signs(output));
    let output = plain.as_deref().unwrap_or(output);
    if let Some(at) = http::find_status_line(output) {
        let mut answer = http::read_answer(&output[at..]);
        let body = alone(&answer.text()).to_owned();
        (answer.wire_size, answer.body) = (body.len() as u64, body.into());
        return Some(Outcome::Answer(answer));
    }
    let of_curl = || output.lines().filter(|line| is_about(line, command)).find_map(of_curl);
    let others = || of_powershell(output).or_else(|| of_wget(output)).or_else(|| of_httpie(output));
    let written = || {
        let mut lines = output.lines().rev().filter(|_| asks_for_status(command));
        let (line, status) = lines.find_map(|line| Some((line, written_status(line)?)))?;
        Some(answer::logged(status, output[..output.rfind(line)?].trim().to_owned()))
    };
    let noted = || output.lines().find_map(|line| written_status(remark(line)?)).map(only_status);
    of_curl().or_else(others).or_else(written).or_else(noted).or_else(|| {
        let start = without_others(output).trim_start();
        is_body(start).then(|| answer::read(alone(start)).requests.pop()?.outcome).flatten()
    })
}

/// The output behind curl's errors about words that it took for addresses.
fn without_others(output: &str) -> &str {
    let lines = output.split_inclusive('\n');
    let others: usize = lines.take_while(|line| line.trim_start().starts_with("curl: (")).map(str::len).sum();
    &output[others..]
}

/// A body without what the terminal writes behind it.
fn alone(body: &str) -> &str {
    let mut values = serde_json::Deserializer::from_str(body).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        Some(Ok(_)) if body.trim_start().starts_with(['{', '[']) => &body[..values.byte_offset()],
        _ => body,
    }
}

/// Whether an error of curl's is about the address that the command is to reach. Quotes that end early leave words behind, which curl
/// takes for addresses: it calls them malformed, or looks for hosts of their names.
fn is_about(line: &str, command: &str) -> bool {
    let line = line.trim();
    if line.starts_with("curl: (3)") {
        return false;
    }
    let Some((_, host)) = line.split_once("Could not resolve host: ") else { return true };
    let host = host.split([' ', ';']).next().unwrap_or("");
    // A variable may stand for the host.
    let is_open = ["://$", "://%", "\"$", " $"].iter().any(|sign| command.contains(sign));
    let is_named =
        ["//", "@"].iter().any(|sign| command.to_ascii_lowercase().contains(&format!("{sign}{}", host.to_ascii_lowercase())));
    is_named || is_open || !command.contains("://")
}

/// What curl says at the end of what it prints with `-v`, where no answer came.
pub(super) fn of_transcript(text: &str) -> Option<Outcome> {
    text.lines().rev().take(40).find_map(of_curl).or_else(|| {
        let own = text.lines().filter(|line| line.starts_with("* "));
        own.rev().take(40).find_map(failure::read)
    })
}

/// `curl: (28) Failed to connect …`.
fn of_curl(line: &str) -> Option<Outcome> {
    let (number, words) = line.trim().strip_prefix("curl: (")?.split_once(')')?;
    let number = number.parse::<u16>().ok()?;
    // The answer itself stands above.
    if number == 22 {
        return status_within(words).map(only_status);
    }
    let kind = failure::kind_of_curl(number, words).unwrap_or(FailureKind::Other);
    Some(Outcome::Failure(NetworkFailure { kind, message: line.trim().to_owned(), step: None, peer: None }))
}

/// What wget tells on its way: the last status that it got, or why there is none.
fn of_wget(output: &str) -> Option<Outcome> {
    if !output.starts_with("--20") {
        return None;
    }
    let told = output.rsplit_once("awaiting response... ").map(|(_, told)| told.lines().next().unwrap_or(""));
    let status = told.and_then(|told| told.split(' ').next()?.parse::<u16>().ok()).filter(|status| (100..600).contains(status));
    if let Some(status) = status {
        return Some(only_status(status));
    }
    let at = output.find("\nERROR: ").or_else(|| output.find("failed: ")).or_else(|| output.find("\nUnable "))?;
    let said: Vec<&str> = output[at..].trim_start().lines().take(2).map(str::trim).collect();
    Some(failure::certain(&said.join("\n")))
}

/// What HTTPie and xh say where no answer came.
fn of_httpie(output: &str) -> Option<Outcome> {
    begins_error_of_httpie(output).then(|| failure::certain(output.trim()))
}

fn begins_error_of_httpie(text: &str) -> bool {
    ["xh: error: ", "http: error: ", "https: error: "].iter().any(|begin| text.starts_with(begin))
}

/// What PowerShell's red lines say.
fn of_powershell(output: &str) -> Option<Outcome> {
    const NO_STATUS: [&str; 2] = ["Cannot bind parameter", "A parameter cannot be found"];
    let is_talk = |line: &&str| ["VERBOSE: ", "DEBUG: ", "WARNING: "].iter().any(|talk| line.starts_with(talk));
    let talk: usize = output.split_inclusive('\n').take_while(is_talk).map(str::len).sum();
    let output = &output[talk..];
    // curl's own words are read above, as far as they are about this request.
    if output.starts_with("curl: (")
        || !is_message(output.lines().next()?)
        || NO_STATUS.iter().any(|words| output.contains(words))
    {
        return None;
    }
    let first = output.lines().next()?;
    // The message may hold the answer's own JSON.
    let json = || {
        first
            .find('{')
            .and_then(|at| answer::read(alone(&output[at..])).requests.pop()?.outcome)
            .filter(|outcome| outcome.answer().is_some_and(|answer| answer.status > 0))
    };
    status_within(output).map(only_status).or_else(|| failure::read(first)).or_else(json)
}

/// The answer's JSON in PowerShell 7's view of an error, whose lines begin with a bar.
pub(super) fn of_error_view(text: &str) -> Option<Outcome> {
    let has_place = text.lines().any(|line| line.trim_end() == "Line |");
    let bare = |line: &str| line.trim_start().strip_prefix("| ").map(str::to_owned);
    let lines: Vec<String> = text.lines().filter_map(bare).skip_while(|line| !line.starts_with('{')).collect();
    let joined = lines.join("\n");
    let json = alone(&joined);
    (has_place && answer::reports_error(json)).then(|| answer::read(json).requests.pop()?.outcome).flatten()
}

/// `(404)`, `error: 404`, `success: 404`.
fn status_within(text: &str) -> Option<u16> {
    let marks = ["returned an error: (", "returned error: ", "indicate success: ", "error: "];
    marks.iter().find_map(|mark| {
        let behind = &text[text.find(mark)? + mark.len()..];
        let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|status| (100..600).contains(status))
    })
}

fn only_status(status: u16) -> Outcome {
    answer::logged(status, String::new())
}

/// The lines before and behind the commands. A line of a script between them is none of these.
pub(super) fn lines_around(text: &str) -> impl Iterator<Item = &str> {
    let mut quotes = Quotes::default();
    let mut is_command = false;
    text.lines().filter(move |line| {
        let begins = quotes.are_closed() && begins_command(line);
        let goes_on = is_command && !quotes.are_closed();
        is_command = begins || goes_on;
        if begins {
            quotes = Quotes::default();
        }
        if is_command {
            quotes.take(line);
        }
        !is_command
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_of_commands_by_table() {
        for (line, expected) in [
            ("curl https://h", true),
            ("$ https_proxy='http://u:p@proxy:8080' curl -v https://h", true),
            ("NO_PROXY=h A=b curl https://h", true),
            ("curl failed to verify the legitimacy of the server", false),
            ("a=b; echo curl https://h", false),
        ] {
            assert_eq!(begins_command(line), expected, "{line}");
        }
    }

    #[test]
    fn what_stands_around_commands_by_table() {
        for (text, expected) in [
            ("curl https://h -d '{\"a\": 1}'\n404\n", Some(404)),
            ("This gives 400:\n\ncurl https://h \\\n  -d x\n", Some(400)),
            ("curl https://h -d '\n404\n'", None),
            ("curl https://h -d 'it returns\n we get 404 back\n'", None),
            ("It should return 201.\ncurl https://h\nNow it returns 404.", Some(404)),
            ("curl https://h\nWe get 404.\nIn Postman we get 201.", None),
        ] {
            assert_eq!(super::super::told::of_lines(lines_around(text)), expected, "{text}");
        }
    }

    #[test]
    fn sessions_by_table() {
        for (text, expected) in [
            ("$ curl -i https://h/x\nHTTP/1.1 404 Not Found\nA: b\n\nno\n", "404 no"),
            ("curl -i https://h/x\nHTTP/1.1 100 Continue\n\nHTTP/2 413\nA: b\n\n", "413 "),
            (
                "$ curl -d '{\n\"a\": 1}' https://h/x\n{\"status\": 404, \"description\": \"x\"}$ ",
                "404 {\"status\": 404, \"description\": \"x\"}",
            ),
            ("$ curl https://h/x\ncurl: (6) Could not resolve host: h\n", "Dns"),
            (
                "$ curl https://h/x -d '{\"a\": 1 b'\ncurl: (3) URL using bad/illegal format\ncurl: (6) Could not resolve host: b\n",
                "nothing",
            ),
            ("$ curl https://h/x b\ncurl: (3) unmatched close brace\ncurl: (7) Failed to connect to h port 443\n", "Refused"),
            (
                "C:\\>curl https://h/x -H 'A: b'\ncurl: (6) Could not resolve host: b'\n{\"status\": 400, \"description\": \"x\"}\n",
                "400 {\"status\": 400, \"description\": \"x\"}",
            ),
            (
                "C:\\>curl https://h/x -H 'A: b'\n{\"status\": 400, \"description\": \"x\"}curl: (6) Could not resolve host: b'\n",
                "400 {\"status\": 400, \"description\": \"x\"}",
            ),
            ("$ curl https://h/x b\ncurl: (6) Could not resolve host: b\n", "nothing"),
            ("$ curl https://$HOST/x\ncurl: (6) Could not resolve host: h\n", "Dns"),
            ("$ curl https://h/x\ncurl: (28) Operation timed out\n", "Timeout"),
            ("$ curl https://h/x\ncurl: (35) Recv failure: Connection reset by peer\n", "Reset"),
            ("$ curl -f https://h/x\ncurl: (22) The requested URL returned error: 404\n", "404 "),
            (
                "curl https://h/x\ncurl: (60) SSL certificate problem\n\ncurl failed to verify the legitimacy of the server\n",
                "Tls",
            ),
            ("PS C:\\> irm -Uri https://h/x\nirm : The remote server returned an error: (400) Bad Request.\nAt line:1", "400 "),
            (
                "irm https://h\nVERBOSE: Requested\nInvoke-RestMethod: {\"status\": 404, \"message\": \"x\"}",
                "404 {\"status\": 404, \"message\": \"x\"}",
            ),
            ("irm https://h\nInvoke-RestMethod: Response status code does not indicate success: 404 (Not Found).", "404 "),
            ("curl https://h/a\nHTTP/1.1 200 OK\n\nok\n$ curl https://h/b\nHTTP/1.1 404 No\n\nno\n", "200 ok, 404 no"),
            ("* Trying\ncurl -v https://h\n> POST /x HTTP/1.1\n> Host: h\n>\n< HTTP/1.1 401 No\n<\nno", "401 no"),
            ("curl -v https://h\n< HTTP/1.1 404 Not Found\n< A: b\n<\n{\"a\": 1}\n", "404 {\"a\": 1}"),
            ("curl -v https://h\n* Connected to h\n< HTTP/1.1 100 Continue\n< \n< HTTP/2 400\n< A: b\n* end\n", "400 "),
            ("curl https://h -d '\n{\"a\": 1}\n'", "none"),
            ("curl https://h -d @- <<EOF\n{\"a\": 1}\nEOF", "none"),
            (
                "curl https://h -d @- <<-'END'\n{\"a\": 1}\n\tEND\n{\"status\": 400, \"description\": \"x\"}\n",
                "400 {\"status\": 400, \"description\": \"x\"}",
            ),
            (
                "curl https://h/a -w '%{http_code}'\n201\n\ncurl https://h/b -w '%{http_code}'\n{\"a\": 1}\nHTTP 400\n",
                "201 , 400 {\"a\": 1}",
            ),
            ("1) curl https://h/a -d a\n-> 201\n2) curl https://h/b -d b\n- 400\n", "201 , 400 "),
            ("curl https://h \\\n  -d x", "none"),
            ("curl failed to do it\n{\"a\": 1}", "none"),
            ("% curl https://h/x?a=1 -d 1\nzsh: no matches found: https://h/x?a=1\n", "nothing"),
            ("$ http -v https://h/x a=1\nPOST /x HTTP/1.1\nHost: h\n\n{\"a\": 1}\n\nHTTP/1.1 404 No\nB: c\n\nno\n", "404 no"),
            ("$ curl --version\ncurl 8.5.0 (x86_64-pc-linux-gnu) libcurl/8.5.0\n", "none"),
        ] {
            let told = read(text).map(|session| {
                assert_eq!(session.commands.len(), text.len());
                let one = |outcome: &Option<Outcome>| match outcome {
                    Some(Outcome::Answer(answer)) => format!("{} {}", answer.status, answer.text().trim_end()),
                    Some(Outcome::Failure(failure)) => format!("{:?}", failure.kind),
                    None => "nothing".to_owned(),
                };
                session.outcomes.iter().map(one).collect::<Vec<_>>().join(", ")
            });
            let told = told.unwrap_or_else(|| "none".to_owned());
            assert_eq!(told.trim_end(), expected.trim_end(), "{text}");
        }
    }

    #[test]
    fn an_error_view_holds_the_answer() {
        let text = "Invoke-RestMethod: /srv/a.ps1:4:1\nLine |\n   4 |  irm https://h -Method Post\n     |  ~~~\n     | {\n     |   \"status\": 400,\n     |   \"description\": \"x\"\n     | }\n";
        assert_eq!(of_error_view(text).and_then(|outcome| Some(outcome.answer()?.status)), Some(400));
        assert!(of_error_view("Line |\n | {\"a\": 1}").is_none() && of_error_view("| {\"status\": 400}").is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(curl |\\$ |https://h|'|\"|\\\\|\n|HTTP/1.1 404\n|\\{\"a\":1\\}|curl: \\(6\\) é|> POST /x\n|< HTTP/1.1 200|<<E| : ){0,30}") {
            let session = read(&text);
            proptest::prop_assert!(session.is_none_or(|session| session.commands.len() == text.len()));
        }
    }
}
