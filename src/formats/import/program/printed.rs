//! What a program printed, where it was pasted below the program or as a comment in it.

use crate::diagnosis::told_status;
use crate::formats::import::{answer, failure, http, log};
use crate::model::exchange::Outcome;

/// How lines begin that programs print, and that no statement begins with.
const BEGINS: [&str; 33] = [
    "WARN",
    "ERROR",
    "ERRO[",
    "INFO",
    "DEBUG",
    "FATAL",
    "PHP Fatal error",
    "PHP Warning",
    "Fatal error:",
    "Warning:",
    "Uncaught",
    "Access to fetch at",
    "Access to XMLHttpRequest at",
    "Unhandled exception",
    "Exception in thread",
    "Traceback",
    "Caused by:",
    "panic:",
    "thread '",
    "{:error,",
    "{:ok,",
    "** (",
    "Error:",
    "error:",
    "Response:",
    "HTTP/",
    "Result:",
    "Output:",
    "curl: (",
    "cURL error",
    "StatusCode: ",
    "ORA-",
    "=> ",
];

/// What came of the program's request by what it printed.
pub(super) fn outcome(text: &str) -> Option<Outcome> {
    let lines: Vec<&str> = text.lines().map(without_mark).collect();
    let first = lines.iter().position(|line| is_printed(line))?;
    let printed = lines[first..].join("\n");
    if let Some(at) = http::find_status_line(&printed) {
        return Some(Outcome::Answer(http::read_answer(&printed[at..])));
    }
    let logged = || log::read(&printed).requests.into_iter().rev().find_map(|request| request.outcome);
    let failed = || failure::in_lines(lines[first..].iter().copied());
    let told = || {
        let is_about = |line: &&&str| line.contains("rror") || line.contains("ail") || line.contains("tatus");
        lines[first..]
            .iter()
            .filter(is_about)
            .find_map(|line| told_status(line))
            .map(|status| answer::logged(status, String::new()))
    };
    // What `puts` shows behind an arrow in a comment of Ruby.
    let shown = || {
        let json = lines[first..].iter().map(|line| line.trim_start_matches("=> ")).find(|line| answer::reports_error(line))?;
        answer::read(json).requests.pop()?.outcome
    };
    shown().or_else(logged).or_else(failed).or_else(told)
}

/// A line without the sign that makes a comment of it.
fn without_mark(line: &str) -> &str {
    let marks = ["// ", "# ", "-- ", "' ", "% ", ";; "];
    marks.iter().find_map(|mark| line.trim_start().strip_prefix(mark)).unwrap_or(line)
}

fn is_printed(line: &str) -> bool {
    BEGINS.iter().any(|begin| line.starts_with(begin)) || begins_with_date(line) || names_exception(line)
}

/// Whether a line begins with the whole name of an exception: a member of an object may have the short one.
fn names_exception(line: &str) -> bool {
    failure::exception_name(line).is_some_and(|name| name.contains('.') && line.contains(": "))
}

/// Whether a line begins with a date: `2026/06/11 09:14:02`, `[2026-06-11T09:14:02`.
fn begins_with_date(line: &str) -> bool {
    let bytes = line.strip_prefix('[').unwrap_or(line).as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_sign = |at: usize| matches!(bytes.get(at), Some(b'-' | b'/'));
    (0..4).all(is_digit) && is_sign(4) && (5..7).all(is_digit) && is_sign(7) && (8..10).all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_by_table() {
        let failed = |kind: &str| Some(kind.to_owned());
        for (text, expected) in [
            (
                "resp, err := client.Do(req)\n\n// 2026/06/11 09:14:02 Post \"https://h/x\": dial tcp: lookup h on 10.0.0.2:53: no such host\n",
                failed("Dns"),
            ),
            ("HTTPoison.post(url)\n{:error, %HTTPoison.Error{reason: :nxdomain, id: nil}}\n", failed("Dns")),
            (
                "http.post(url)\n// WARN[0003] Request Failed error=\"Post \\\"https://h/x\\\": x509: certificate is valid for a, not h\"\n",
                failed("Tls"),
            ),
            (
                "$c->request('POST');\nPHP Fatal error:  Uncaught E: Client error: `POST https://h/api/x` resulted in a `400 Bad Request` response:\n{\"status\":400}\n",
                failed("400"),
            ),
            ("puts res.code\n# => 400\n# => {\"status\": 400, \"description\": \"no\"}\n", failed("400")),
            ("send(url)\n\nHTTP/1.1 404 Not Found\n\nno\n", failed("404")),
            ("if (status == 404) { log(\"no such host\"); }\nError.stop();\n", None),
        ] {
            let told = outcome(text).map(|outcome| match outcome {
                Outcome::Answer(answer) => answer.status.to_string(),
                Outcome::Failure(failure) => format!("{:?}", failure.kind),
            });
            assert_eq!(told, expected, "{text}");
        }
    }
}
