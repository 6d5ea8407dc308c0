//! `Invoke-WebRequest` and `Invoke-RestMethod`, for which `curl` is another name in Windows PowerShell.

use super::command::{Command, Word};
use super::powershell_table::table;
use super::powershell_variables::{Variable, resolved};
use crate::model::imported::{Imported, Note, Place, Severity};
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

/// The request of such a command.
pub(super) fn read(text: &str, command: &Command, variables: &[Variable]) -> Imported {
    let mut imported = Imported::default();
    let mut request: RequestSpec = RequestSpec { method: "GET".into(), ..RequestSpec::default() };
    let mut content_type = None;
    let splatted = splatted(command, variables);
    let mut words =
        splatted.iter().chain(command.words.iter().skip(1)).filter(|word| !word.text().starts_with('@') || is_table(word));
    while let Some(word) = words.next() {
        let written = word.text();
        let mut note = |severity, said: String| {
            imported.notes.push(Note { severity, place: Some(Place::of(text, word.at)), text: said });
        };
        let Some(name) = written.strip_prefix('-') else {
            if request.url.is_empty() {
                request.url = resolved(&written, variables);
            }
            continue;
        };
        let name = name.trim_end_matches(':').to_ascii_lowercase();
        match name.as_str() {
            "usebasicparsing" | "disablekeepalive" | "passthru" | "allowunencryptedauthentication" => {
                note(Severity::NoEffect, format!("-{name} has no effect on the request"));
                continue;
            }
            "skipcertificatecheck" => {
                request.accept_invalid_certificates = true;
                continue;
            }
            _ => {}
        }
        let Some(value) = words.next().map(|word| resolved(&word.text(), variables)) else {
            note(Severity::Lost, format!("-{name} wants a value and has none"));
            continue;
        };
        match name.as_str() {
            "uri" => request.url = value,
            "method" | "custommethod" => request.method = value.to_uppercase(),
            "contenttype" => content_type = Some(value),
            "useragent" => request.headers.push(("User-Agent".into(), value)),
            "infile" => request.body = SpecBody::File(value),
            "body" if value.starts_with(['(', '$']) || value.starts_with("@{") => {
                note(Severity::Lost, "The body is put together by PowerShell; it was left as it is written".into());
                request.body = SpecBody::Text(value);
            }
            "body" => request.body = SpecBody::Text(value),
            "headers" => match table(&value) {
                Some(pairs) => request.headers.extend(pairs),
                None => note(Severity::Lost, "The headers are put together elsewhere and were left out".into()),
            },
            "timeoutsec" | "outfile" | "maximumredirection" => {
                note(Severity::NoEffect, format!("-{name} has no effect on the request"));
            }
            _ => note(Severity::Lost, format!("-{name} cannot be taken over and was left out")),
        }
    }
    if let Some(kind) = content_type {
        request.headers.push(("Content-Type".into(), kind));
    } else if request.body != SpecBody::None && request.method == "POST" && request.header("content-type").is_none() {
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

fn is_table(word: &Word) -> bool {
    word.text().starts_with("@{")
}

/// The parameters of a table that is handed over as `@name`.
fn splatted(command: &Command, variables: &[Variable]) -> Vec<Word> {
    let word = |text: &str, at: usize| Word { bytes: text.as_bytes().to_vec(), at };
    let names = command.words.iter().skip(1).filter(|word| word.text().starts_with('@') && !is_table(word));
    names
        .filter_map(|name| Some((table(&resolved(&name.text(), variables))?, name.at)))
        .flat_map(|(pairs, at)| {
            pairs.into_iter().flat_map(move |(name, value)| [word(&format!("-{name}"), at), word(&value, at)])
        })
        .collect()
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
