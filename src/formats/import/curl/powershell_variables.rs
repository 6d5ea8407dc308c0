//! The variables of a PowerShell script, as far as they hold what stands in it: `$uri = "…"`, `$headers.Add("a", "b")`.

use super::command::{Command, Word};
use super::powershell_value::{Evaluated, Variable, evaluate, next_statement_end, table};

/// The variables that the script sets. What stands behind `$name =` becomes a command of its own, so that `$r = Invoke-RestMethod …` is
/// found.
pub(super) fn assigned(text: &str, commands: &mut [Command]) -> Vec<Variable> {
    for command in commands {
        let words: Vec<String> = command.words.iter().take(3).map(Word::text).collect();
        if words.len() == 3 && words[0].starts_with('$') && words[1] == "=" {
            drop(command.words.drain(..2));
        }
    }
    let mut variables: Vec<Variable> = Vec::new();
    let mut unclosed = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let line = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';').len();
        let start = at + line;
        let end = next_statement_end(text, start, &mut unclosed).max(start);
        statement(&text[start..end], &mut variables);
        at = end + text[end..].chars().next().map_or(1, char::len_utf8);
    }
    variables
}

fn statement(statement: &str, variables: &mut Vec<Variable>) {
    if let Some((name, value)) = assignment(statement) {
        variables.push((name, value.to_owned()));
        return;
    }
    let Some((name, entry)) = added(statement) else {
        // The statements of `try { … }` and of functions stand inside.
        if let Some((head, inside)) = statement.split_once('{').filter(|(head, _)| !head.contains(['$', '@', '"', '\''])) {
            let inside = inside.trim_end().strip_suffix('}').unwrap_or(inside);
            if inside.contains('$') && head.len() < 200 {
                variables.extend(assigned(inside, &mut []));
            }
        }
        return;
    };
    match variables.iter_mut().rfind(|(known, _)| *known == name) {
        Some((_, value)) if table(value, &[]).is_some() => {
            let end = value.rfind('}').unwrap_or(value.len());
            value.insert_str(end, &format!("; {entry}"));
        }
        _ => variables.push((name, format!("@{{{entry}}}"))),
    }
}

/// Name and expression of `$name = expression`, with or without a type before it.
fn assignment(statement: &str) -> Option<(String, &str)> {
    let statement = statement.trim();
    let rest = match statement.strip_prefix('[') {
        Some(typed) => typed.split_once(']')?.1.trim_start(),
        None => statement,
    };
    let (name, value) = rest.strip_prefix('$')?.split_once('=')?;
    let name = name.trim().trim_matches(['{', '}']);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then(|| (name.to_ascii_lowercase(), value.trim()))
}

/// Name and entry of `$name.Add("key", "value")` or `$name["key"] = "value"`.
fn added(statement: &str) -> Option<(String, String)> {
    let rest = statement.trim().strip_prefix('$')?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let (name, rest) = (rest[..end].to_ascii_lowercase(), &rest[end..]);
    let (key, value) = match rest.get(..5).filter(|call| call.eq_ignore_ascii_case(".add(")) {
        Some(_) => rest[5..].trim_end().strip_suffix(')')?.split_once(',')?,
        None => {
            let (key, behind) = rest.strip_prefix('[')?.split_once(']')?;
            (key, behind.trim_start().strip_prefix('=')?)
        }
    };
    let Evaluated::Value(key) = evaluate(key.trim(), &[]) else { return None };
    Some((name, format!("\"{}\" = {}", key.as_str()?, value.trim())))
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
