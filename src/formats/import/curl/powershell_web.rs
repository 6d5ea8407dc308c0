//! `Invoke-WebRequest` and `Invoke-RestMethod`, for which `curl` is another name in Windows PowerShell.

use serde_json::Value;

use super::command::{Command, Word};
use super::powershell_value::{Evaluated, Variable, evaluate_open, filled, plain, quoted_word, table};
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
    Word(Word),
    Entry(Evaluated),
}

/// Where the words stand, and what its variables are known to be.
#[derive(Clone, Copy)]
struct Script<'a> {
    text: &'a str,
    variables: &'a [Variable],
}

impl Script<'_> {
    /// What is given, and whether a variable's name stands in it that is not known.
    fn evaluated(self, given: Given) -> (Evaluated, bool) {
        match given {
            // A word without its quotes does not tell what was escaped in them.
            Given::Word(word) => match quoted_word(self.text, word.at, self.variables).filter(|_| !word.bytes.is_empty()) {
                Some(quoted) => (Evaluated::Value(quoted.text.into()), quoted.is_open),
                None => expression(&word.text(), self.variables),
            },
            Given::Entry(value) => {
                let is_open = matches!(&value, Evaluated::Value(Value::String(text)) if names_variable(text));
                (value, is_open)
            }
        }
    }

    fn into_text(self, given: Given) -> String {
        self.evaluated(given).0.into_text()
    }

    fn entries(self, given: Given) -> Option<Vec<(String, Evaluated)>> {
        match given {
            Given::Word(word) => {
                let written = word.text();
                table(&written, self.variables).or_else(|| table_of(&written, self.variables))
            }
            Given::Entry(Evaluated::Value(Value::Object(members))) => {
                Some(members.into_iter().map(|(name, value)| (name, Evaluated::Value(value))).collect())
            }
            Given::Entry(_) => None,
        }
    }
}

/// The request of such a command.
pub(super) fn read(text: &str, command: &Command, variables: &[Variable]) -> Imported {
    let mut imported = Imported::default();
    let mut request: RequestSpec = RequestSpec { method: "GET".into(), ..RequestSpec::default() };
    let mut content_type = None;
    let script = Script { text, variables };
    for (name, at, given) in parameters(command, variables) {
        let mut note = |severity, said: String| {
            add_note(&mut imported.notes, || Note { severity, place: Some(TextPosition::of(text, at)), text: said });
        };
        match name.as_str() {
            "" | "uri" if name == "uri" || request.url.is_empty() => {
                let (value, is_open) = script.evaluated(given);
                request.url = value.into_text();
                request.not_recorded.variables |= is_open;
            }
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
            "method" | "custommethod" => request.method = script.into_text(given).to_uppercase(),
            "contenttype" => content_type = Some(script.into_text(given)),
            "useragent" => request.headers.push(("User-Agent".into(), script.into_text(given))),
            "infile" => request.body = SpecBody::File(script.into_text(given)),
            "body" => match script.evaluated(given) {
                (Evaluated::File(path), _) => request.body = SpecBody::File(path),
                (Evaluated::Value(Value::Object(members)), _) => {
                    let mut form = url::form_urlencoded::Serializer::new(String::new());
                    form.extend_pairs(members.iter().map(|(name, value)| (name, plain(value))));
                    request.body = SpecBody::Urlencoded(form.finish());
                    note(
                        Severity::Taken,
                        "PowerShell sends a table as a form, not as JSON: | ConvertTo-Json makes JSON of it".into(),
                    );
                }
                (Evaluated::Value(value), is_open) => {
                    request.body = SpecBody::Text(plain(&value));
                    request.not_recorded.variables |= is_open;
                }
                (Evaluated::Unknown(written), is_open) => {
                    let said = "The body is put together by PowerShell of what does not stand here; it was left as it is written";
                    note(Severity::Lost, said.into());
                    request.body = SpecBody::Text(written);
                    request.not_recorded.body = true;
                    request.not_recorded.variables |= is_open;
                }
            },
            "form" => match script.entries(given) {
                Some(entries) => request.body = SpecBody::Multipart(entries.into_iter().map(part).collect()),
                None => note(Severity::Lost, "The form is put together elsewhere and was left out".into()),
            },
            "headers" => match script.entries(given) {
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
    if let Some(command) = command.words.first() {
        session(text, command.at, &mut request);
    }
    if let Some(kind) = content_type {
        request.headers.push(("Content-Type".into(), kind));
    } else if request.method == "POST" && !matches!(request.body, SpecBody::Multipart(_)) && !request.has_header("content-type") {
        // PowerShell names this type even where there is no body.
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
            found.push((String::new(), word.at, Given::Word(word.clone())));
            continue;
        };
        let name = name.trim_end_matches(':').to_ascii_lowercase();
        let value = if SWITCHES.contains(&name.as_str()) { None } else { words.next().cloned() };
        found.push((name, word.at, Given::Word(value.unwrap_or_default())));
    }
    found
}

/// What Chrome copies of HTTP/2 among the headers.
const OF_HTTP2: [&str; 4] = ["authority", "method", "path", "scheme"];

/// What a word comes to that is not in quotes, and whether a variable's name stands in it that is not known.
fn expression(word: &str, variables: &[Variable]) -> (Evaluated, bool) {
    if word.starts_with(['$', '(', '[']) || word.starts_with("@{") || word.starts_with("@(") {
        let (evaluated, is_open) = evaluate_open(word, variables);
        let is_unknown = matches!(evaluated, Evaluated::Unknown(_));
        let is_text = is_unknown && (word.starts_with('[') || word.starts_with('$') && word.contains(['/', ' ', '{']));
        if !is_text {
            return (evaluated, is_open || is_unknown && names_variable(word));
        }
    }
    let (text, is_open) = filled(word, variables);
    (Evaluated::Value(Value::String(text)), is_open)
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
/// Of several commands, each has its own before it.
fn session(text: &str, command: usize, request: &mut RequestSpec) {
    const COOKIE: &str = "System.Net.Cookie(";
    let before = &text[..command];
    let mut at = before.rfind("WebRequestSession").unwrap_or_default();
    let mut cookies = Vec::new();
    for line in before[at..].split_inclusive('\n') {
        let quoted_behind = |sign: &str| quoted_word(text, at + line.find(sign)? + sign.len(), &[]);
        if line.trim_start().starts_with("$session.UserAgent") {
            request.headers.extend(quoted_behind("= ").map(|agent| ("User-Agent".into(), agent.text)));
        } else if let Some(name) = quoted_behind(COOKIE)
            && let Some(value) = text[name.end..].strip_prefix(", ").and_then(|_| quoted_word(text, name.end + 2, &[]))
        {
            cookies.push(format!("{}={}", name.text, value.text));
        }
        at += line.len();
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
            (
                "irm https://h -Method Post",
                r#"[{"method":"POST","url":"https://h","headers":[["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"none"}}]"#,
            ),
            // What stands in quotes is a text, whatever it looks like.
            (
                "irm -Uri \"https://h?q=`$x\" -Method Put -Body \"(a) `$session $([char]233)\"",
                r#"[{"method":"PUT","url":"https://h?q=$x","headers":[],"body":{"kind":"text","text":"(a) $session é"}}]"#,
            ),
            (
                "irm -Uri 'https://h' -Method Put -Body \"@{a=1}\"",
                r#"[{"method":"PUT","url":"https://h","headers":[],"body":{"kind":"text","text":"@{a=1}"}}]"#,
            ),
            // A bracket behind an escaped quote ends no table.
            (
                "irm -Uri \"https://h\" -Headers @{\n\"A\"=\"x`\"}{`$y\"\n  \"B\"=\"2\"\n} -Method Put -Body ([System.Text.Encoding]::UTF8.GetBytes(\"é`\")\"))",
                r#"[{"method":"PUT","url":"https://h","headers":[["A","x\"}{$y"],["B","2"]],"body":{"kind":"text","text":"é\")"}}]"#,
            ),
        ] {
            assert_eq!(to_json(&read_as(text, Shell::PowerShell).requests).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn each_command_has_its_own_session() {
        let one = |agent: &str, cookie: &str| {
            format!(
                "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = \"{agent}\"\n\
                 $session.Cookies.Add((New-Object System.Net.Cookie(\"c\", \"{cookie}\", \"/\", \"h\")))\n\
                 Invoke-WebRequest -UseBasicParsing -Uri \"https://h\" `\n-WebSession $session"
            )
        };
        let text = format!("{};\r\n{}", one("A (`\"b`\")", "`\"q v`\""), one("B", "it's`$x``y$([char]252)"));
        let expected = r#"[{"method":"GET","url":"https://h","headers":[["User-Agent","A (\"b\")"],["Cookie","c=\"q v\""]],"body":{"kind":"none"}},{"method":"GET","url":"https://h","headers":[["User-Agent","B"],["Cookie","c=it's$x`yü"]],"body":{"kind":"none"}}]"#;
        assert_eq!(to_json(&read_as(&text, Shell::PowerShell).requests).to_string(), expected);
    }

    #[test]
    fn variables_are_told_from_texts() {
        for (text, is_open) in [
            ("irm \"https://h/`$x\" -Method Post -Body \"`$y\"", false),
            ("irm 'https://h/$x' -Method Post -Body '{\"a\": \"$y\"}'", false),
            ("irm https://h -Method Post -Body ([System.Text.Encoding]::UTF8.GetBytes(\"`$yü\"))", false),
            ("irm \"https://h/$x\"", true),
            ("irm https://h/$x", true),
            ("irm https://h -Method Post -Body \"{$y}\"", true),
            ("irm https://h -Method Post -Body $y", true),
        ] {
            let request = read_as(text, Shell::PowerShell).requests.remove(0);
            assert_eq!(request.not_recorded.variables, is_open, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_command_panics(text in "(irm |-Uri |-Headers |-Body |@\\{|\\}|=|;|\"|'|`|a|é| |\n){0,25}") {
            let _ = read_as(&text, Shell::PowerShell);
        }
    }
}
