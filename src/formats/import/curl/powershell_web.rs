//! `Invoke-WebRequest` and `Invoke-RestMethod`, for which `curl` is another name in Windows PowerShell.

use serde_json::Value;

use super::command::{Command, Word};
use super::powershell_value::{Evaluated, Variable, evaluate, filled, plain, table};
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// Whether a command is one of these, whatever it calls itself.
pub(super) fn is_web(command: &Command) -> bool {
    let first = command.words.first().map(Word::text).unwrap_or_default().to_ascii_lowercase();
    let parameters = ["-uri", "-headers", "-method", "-body", "-contenttype", "-usebasicparsing"];
    let names_one = || command.words.iter().any(|word| parameters.contains(&word.text().to_ascii_lowercase().as_str()));
    // An error line that was pasted along begins with the command's name, too.
    if command.words.get(1).is_some_and(|word| word.text() == ":") {
        return false;
    }
    match first.as_str() {
        "invoke-webrequest" | "invoke-restmethod" | "iwr" | "irm" | "wget" => true,
        "curl" => names_one(),
        _ => false,
    }
}

/// What a parameter is given: a word of the command, or an entry of a table that was handed over as `@name`.
enum Given {
    Word(String),
    Entry(Evaluated),
}

impl Given {
    fn evaluated(self, variables: &[Variable]) -> Evaluated {
        match self {
            Self::Word(word) => expression(&word, variables),
            Self::Entry(value) => value,
        }
    }

    fn into_text(self, variables: &[Variable]) -> String {
        self.evaluated(variables).into_text()
    }

    fn entries(self, variables: &[Variable]) -> Option<Vec<(String, Evaluated)>> {
        match self {
            Self::Word(word) => table(&word, variables).or_else(|| table_of(&word, variables)),
            Self::Entry(Evaluated::Value(Value::Object(members))) => {
                Some(members.into_iter().map(|(name, value)| (name, Evaluated::Value(value))).collect())
            }
            Self::Entry(_) => None,
        }
    }
}

/// The request of such a command.
pub(super) fn read(text: &str, command: &Command, variables: &[Variable]) -> Imported {
    let mut imported = Imported::default();
    let mut request: RequestSpec = RequestSpec { method: "GET".into(), ..RequestSpec::default() };
    let mut content_type = None;
    for (name, at, given) in parameters(command, variables) {
        let mut note = |severity, said: String| {
            add_note(&mut imported.notes, || Note { severity, place: Some(TextPosition::of(text, at)), text: said });
        };
        match name.as_str() {
            "" if request.url.is_empty() => request.url = given.into_text(variables),
            "" => {}
            "usebasicparsing"
            | "disablekeepalive"
            | "passthru"
            | "allowunencryptedauthentication"
            | "verbose"
            | "debug"
            | "skiphttperrorcheck"
            | "skipheadervalidation"
            | "noproxy"
            | "preserveauthorizationonredirect"
            | "preservehttpmethodonredirect"
            | "resume"
            | "erroraction"
            | "errorvariable"
            | "outvariable"
            | "warningaction"
            | "statuscodevariable"
            | "responseheadersvariable"
            | "retryintervalsec"
            | "maximumretrycount"
            | "connectiontimeoutseconds"
            | "operationtimeoutseconds"
            | "timeoutsec"
            | "outfile"
            | "maximumredirection" => note(Severity::NoEffect, format!("-{name} has no effect on the request")),
            "skipcertificatecheck" => request.accept_invalid_certificates = true,
            "websession" | "sessionvariable" => {}
            "uri" => request.url = given.into_text(variables),
            "method" | "custommethod" => request.method = given.into_text(variables).to_uppercase(),
            "contenttype" => content_type = Some(given.into_text(variables)),
            "useragent" => request.headers.push(("User-Agent".into(), given.into_text(variables))),
            "infile" => request.body = SpecBody::File(given.into_text(variables)),
            "body" => match given.evaluated(variables) {
                Evaluated::File(path) => request.body = SpecBody::File(path),
                Evaluated::Value(Value::Object(members)) => {
                    let mut form = url::form_urlencoded::Serializer::new(String::new());
                    form.extend_pairs(members.iter().map(|(name, value)| (name, plain(value))));
                    request.body = SpecBody::Urlencoded(form.finish());
                    note(
                        Severity::Taken,
                        "PowerShell sends a table as a form, not as JSON: | ConvertTo-Json makes JSON of it".into(),
                    );
                }
                Evaluated::Value(value) => request.body = SpecBody::Text(plain(&value)),
                Evaluated::Unknown(written) => {
                    let said = "The body is put together by PowerShell of what does not stand here; it was left as it is written";
                    note(Severity::Lost, said.into());
                    request.body = SpecBody::Text(written);
                    request.not_recorded.body = true;
                }
            },
            "form" => match given.entries(variables) {
                Some(entries) => request.body = SpecBody::Multipart(entries.into_iter().map(part).collect()),
                None => note(Severity::Lost, "The form is put together elsewhere and was left out".into()),
            },
            "headers" => match given.entries(variables) {
                Some(entries) => {
                    let is_copied = entries.iter().any(|(name, _)| name.eq_ignore_ascii_case("authority"));
                    let own = |name: &str| !is_copied || !OF_HTTP2.contains(&name.to_ascii_lowercase().as_str());
                    let kept = entries.into_iter().filter(|(name, _)| own(name));
                    request.headers.extend(kept.map(|(name, value)| (name, value.into_text())));
                }
                None => note(Severity::Lost, "The headers are put together elsewhere and were left out".into()),
            },
            _ => note(Severity::Lost, format!("-{name} cannot be taken over and was left out")),
        }
    }
    session(text, &mut request);
    request.not_recorded.variables =
        names_variable(&request.url) || matches!(&request.body, SpecBody::Text(body) if names_variable(body));
    if let Some(kind) = content_type {
        request.headers.push(("Content-Type".into(), kind));
    } else if !matches!(request.body, SpecBody::None | SpecBody::Multipart(_))
        && request.method == "POST"
        && request.header("content-type").is_none()
    {
        request.headers.push(("Content-Type".into(), "application/x-www-form-urlencoded".into()));
    }
    if request.url.is_empty() {
        imported.notes.push(Note { severity: Severity::Lost, place: None, text: "This command names no address".into() });
    } else if request.url.starts_with(['$', '(']) {
        let said = "The address is a variable whose value does not stand in the script: put the address in its place";
        imported.notes.push(Note { severity: Severity::Lost, place: None, text: said.into() });
    } else {
        imported.requests.push(request);
    }
    imported
}

/// The parameters in their order, those of a table that is handed over first: the name in lower case, empty for a value alone.
fn parameters(command: &Command, variables: &[Variable]) -> Vec<(String, usize, Given)> {
    const SWITCHES: [&str; 14] = [
        "usebasicparsing",
        "disablekeepalive",
        "passthru",
        "allowunencryptedauthentication",
        "skipcertificatecheck",
        "verbose",
        "debug",
        "skiphttperrorcheck",
        "skipheadervalidation",
        "usedefaultcredentials",
        "noproxy",
        "preserveauthorizationonredirect",
        "preservehttpmethodonredirect",
        "resume",
    ];
    let mut found = Vec::new();
    let is_splat = |word: &&Word| word.text().starts_with('@') && !word.text().starts_with("@{");
    for word in command.words.iter().skip(1).filter(is_splat) {
        let entries = table_of(&word.text(), variables).unwrap_or_default();
        found.extend(entries.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), word.at, Given::Entry(value))));
    }
    let mut words = command.words.iter().skip(1).filter(|word| !is_splat(word)).peekable();
    while let Some(word) = words.next() {
        let written = word.text();
        let Some(name) = written.strip_prefix('-') else {
            found.push((String::new(), word.at, Given::Word(written)));
            continue;
        };
        let name = name.trim_end_matches(':').to_ascii_lowercase();
        let value = if SWITCHES.contains(&name.as_str()) { None } else { words.next().map(Word::text) };
        found.push((name, word.at, Given::Word(value.unwrap_or_default())));
    }
    found
}

/// What Chrome copies of HTTP/2 among the headers.
const OF_HTTP2: [&str; 4] = ["authority", "method", "path", "scheme"];

/// What a word comes to. One that was in quotes has lost them, so only what must be an expression is one.
fn expression(word: &str, variables: &[Variable]) -> Evaluated {
    if word.starts_with(['$', '(', '[']) || word.starts_with("@{") || word.starts_with("@(") {
        let evaluated = evaluate(word, variables);
        let is_text = matches!(evaluated, Evaluated::Unknown(_))
            && (word.starts_with('[') || word.starts_with('$') && word.contains(['/', ' ', '{']));
        if !is_text {
            return evaluated;
        }
    }
    Evaluated::Value(Value::String(filled(word, variables)))
}

/// The entries of the table that a variable holds.
fn table_of(word: &str, variables: &[Variable]) -> Option<Vec<(String, Evaluated)>> {
    let name = word.strip_prefix(['$', '@'])?.trim_matches(['{', '}']).to_ascii_lowercase();
    let at = variables.iter().rposition(|(known, _)| *known == name)?;
    table(&variables[at].1, &variables[..at])
}

/// Whether a text names a variable that only PowerShell can fill.
fn names_variable(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '{' || c == '('))
}

/// A part of `-Form`.
fn part((name, value): (String, Evaluated)) -> Part {
    match value {
        Evaluated::File(path) => {
            let filename = path.rsplit(['/', '\\']).next().map(str::to_owned);
            Part { name, filename, content: PartContent::File(path), ..Part::default() }
        }
        value => Part { name, content: PartContent::Text(value.into_text()), ..Part::default() },
    }
}

/// What a browser copies of its session: `$session.UserAgent = "…"`, `$session.Cookies.Add((New-Object System.Net.Cookie("a", "b", …)))`.
fn session(text: &str, request: &mut RequestSpec) {
    let mut cookies = Vec::new();
    for line in text.lines().map(str::trim) {
        let quoted: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        match quoted.as_slice() {
            [agent, ..] if line.starts_with("$session.UserAgent") => {
                request.headers.push(("User-Agent".into(), (*agent).to_owned()));
            }
            [name, value, ..] if line.contains("System.Net.Cookie(") => cookies.push(format!("{name}={value}")),
            _ => {}
        }
    }
    if !cookies.is_empty() {
        request.headers.push(("Cookie".into(), cookies.join("; ")));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Shell, read_as};
    use crate::formats::import::to_json::to_json;

    #[test]
    fn commands_by_table() {
        for (text, expected) in [
            (
                "Invoke-WebRequest -UseBasicParsing -Uri \"https://h/x\" `\n-Method \"POST\" `\n-Headers @{\n\"A\"=\"1\"\n  \"B\"=\"`\"q`\"\"\n} `\n-ContentType \"application/json\" `\n-Body \"{`\"a`\":1}\"",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","1"],["B","\"q\""],["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":1}"}}]"#,
            ),
            (
                "irm https://h -Method Post -Headers @{a='b'; c=\"d\"} -Body '{\"s\": \"\\\"\"}' -ContentType application/json",
                r#"[{"method":"POST","url":"https://h","headers":[["a","b"],["c","d"],["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"s\": \"\\\"\"}"}}]"#,
            ),
            (
                "irm -Verbose -Method Post -Uri https://h -SkipHttpErrorCheck -ContentType application/json -Body '{}'",
                r#"[{"method":"POST","url":"https://h","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
            ("curl -Uri https://h", r#"[{"method":"GET","url":"https://h","headers":[],"body":{"kind":"none"}}]"#),
        ] {
            assert_eq!(to_json(&read_as(text, Shell::PowerShell).requests).to_string(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_command_panics(text in "(irm |-Uri |-Headers |-Body |@\\{|\\}|=|;|\"|'|`|a|é| |\n){0,25}") {
            let _ = read_as(&text, Shell::PowerShell);
        }
    }
}
