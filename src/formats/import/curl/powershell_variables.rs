//! The variables of a PowerShell script, as far as they hold a plain text or a table: `$uri = "…"`, `$headers.Add("a", "b")`.

use super::command::{Command, Word};
use super::powershell_table::{item, table};

/// A variable: its name in lower case without the sign, and its value as it is written: a text, or a table `@{…}`.
pub(super) type Variable = (String, String);

/// The variables that the commands set. What stands behind `$name =` becomes a command of its own, so that `$r = Invoke-RestMethod …` is
/// found.
pub(super) fn assigned(text: &str, commands: &mut [Command]) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    for command in commands {
        let words: Vec<String> = command.words.iter().take(4).map(Word::text).collect();
        let [first, sign, rest @ ..] = words.as_slice() else { continue };
        let Some(name) = first.strip_prefix('$').filter(|_| sign == "=") else { continue };
        let name = name.trim_matches(['{', '}']).to_ascii_lowercase();
        match rest {
            [value] if !value.starts_with(['$', '(', '[']) => variables.push((name, value.clone())),
            [] => {}
            _ => drop(command.words.drain(..2)),
        }
    }
    for line in text.lines() {
        if let Some((name, pair)) = added(line.trim()) {
            let entry = format!("\"{}\" = \"{}\"", escaped(&pair.0), escaped(&pair.1));
            match variables.iter_mut().find(|(known, _)| *known == name) {
                Some((_, value)) if table(value).is_some() => value.insert_str(value.len() - 1, &format!("; {entry}")),
                _ => variables.push((name, format!("@{{{entry}}}"))),
            }
        }
    }
    variables
}

/// Name, key and value of `$name.Add("key", "value")` or `$name["key"] = "value"`.
fn added(line: &str) -> Option<(String, (String, String))> {
    let rest = line.strip_prefix('$')?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let (name, rest) = (rest[..end].to_ascii_lowercase(), &rest[end..]);
    let (key, between) = match rest.strip_prefix(".Add(").or_else(|| rest.strip_prefix(".add(")) {
        Some(inside) => {
            let (key, behind) = item(inside.trim_start());
            (key, behind.trim_start().strip_prefix(',')?)
        }
        None => {
            let (key, behind) = item(rest.strip_prefix('[')?.trim_start());
            (key, behind.trim_start().strip_prefix(']')?.trim_start().strip_prefix('=')?)
        }
    };
    let value = between.trim_start();
    value.starts_with(['"', '\'']).then(|| (name, (key, item(value).0)))
}

fn escaped(text: &str) -> String {
    text.replace('`', "``").replace('"', "`\"")
}

/// What a word stands for: the value of the variable that it names, or itself.
pub(super) fn resolved(word: &str, variables: &[Variable]) -> String {
    let name = word.strip_prefix(['$', '@']).map(|name| name.trim_matches(['{', '}']).to_ascii_lowercase());
    let known = name.and_then(|name| variables.iter().rfind(|(known, _)| *known == name));
    known.map_or_else(|| word.to_owned(), |(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use super::super::{Shell, read_as};
    use crate::formats::import::to_json::to_json;

    #[test]
    fn scripts_by_table() {
        let expected = r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"],["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":\"1\"}"}}]"#;
        for script in [
            "$headers = New-Object \"System.Collections.Generic.Dictionary[[String],[String]]\"\n$headers.Add(\"A\", 'b')\n$headers.Add(\"Content-Type\", \"application/json\")\n\n$body = \"{`\"a`\":`\"1`\"}\"\n\n$response = Invoke-RestMethod 'https://h/x' -Method 'POST' -Headers $headers -Body $body\n$response | ConvertTo-Json",
            "$uri = \"https://h/x\"\n$headers = @{ A = 'b' }\n$headers[\"Content-Type\"] = \"application/json\"\nInvoke-WebRequest -Uri $uri -Method Post -Headers $headers -Body '{\"a\":\"1\"}'",
            "$p = @{ Uri = 'https://h/x'; Method = 'Post'; ContentType = 'application/json'; Body = '{\"a\":\"1\"}' }\n$h = @{A='b'}\nInvoke-RestMethod @p -Headers $h",
            "$body = @'\n{\"a\":\"1\"}\n'@\nirm ${uri} -Method POST -Headers @{A='b'; \"Content-Type\"='application/json'} -Body $body\n$uri = 'https://h/x'",
        ] {
            assert_eq!(to_json(&read_as(script, Shell::PowerShell).requests).to_string(), expected, "{script}");
        }
        // What is put together elsewhere stays a variable, and is said.
        let open = read_as("irm -Uri $config.Address -Method Post", Shell::PowerShell);
        assert!(open.requests.is_empty() && open.notes.iter().any(|note| note.text.contains("variable")), "{open:?}");
    }
}
