//! wget, as far as it sends what curl could send.

use super::address;
use super::command::{Command, Stdin};
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The request of a command of wget.
pub(super) fn read(text: &str, command: &Command) -> Imported {
    let mut imported = Imported::default();
    let mut request: RequestSpec = RequestSpec::default();
    let mut method = None;
    let (mut user, mut password) = (None, None);
    let mut words = command.words.iter().skip(1);
    while let Some(word) = words.next() {
        let written = word.text();
        let Some(option) = written.strip_prefix("--") else {
            match written.as_str() {
                // These take a value, behind them or glued on.
                "-O" | "-o" | "-a" | "-t" | "-T" | "-U" | "-P" | "-e" => drop(words.next()),
                short if short.starts_with('-') && short.len() > 1 => {}
                _ => request.url = written,
            }
            continue;
        };
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (option, None),
        };
        if !WITH_VALUE.contains(&name) {
            request.accept_invalid_certificates |= name == "no-check-certificate";
            continue;
        }
        let Some(value) = value.or_else(|| words.next().map(super::command::Word::text)) else { break };
        match name {
            "method" => method = Some(value.to_uppercase()),
            "post-data" | "body-data" => request.body = SpecBody::Text(value),
            "post-file" | "body-file" => {
                request.body = match (&command.stdin, value.as_str()) {
                    (Some(Stdin::Bytes(bytes)), "-") => SpecBody::from(bytes.clone()),
                    _ => SpecBody::File(value),
                }
            }
            "header" => match value.split_once(':') {
                Some((name, value)) => request.headers.push((name.trim().to_owned(), value.trim().to_owned())),
                None => add_note(&mut imported.notes, || Note {
                    severity: Severity::Lost,
                    place: Some(TextPosition::of(text, word.at)),
                    text: "This header has no colon and was left out".into(),
                }),
            },
            "user-agent" => request.headers.push(("User-Agent".into(), value)),
            "referer" => request.headers.push(("Referer".into(), value)),
            "user" | "http-user" => user = Some(value),
            "password" | "http-password" => password = Some(value),
            _ => {}
        }
    }
    if let Some(user) = user {
        let pair = format!("{user}:{}", password.unwrap_or_default());
        request.headers.push(("Authorization".into(), address::basic(pair.as_bytes())));
    }
    let has_body = request.body != SpecBody::None;
    request.method = method.unwrap_or_else(|| if has_body { "POST" } else { "GET" }.to_owned());
    if has_body && request.header("content-type").is_none() {
        request.headers.push(("Content-Type".into(), "application/x-www-form-urlencoded".into()));
    }
    if !request.url.is_empty() && !request.url.contains("://") {
        request.url.insert_str(0, "http://");
    }
    request.not_recorded.variables = command.words.iter().any(|word| word.is_filled);
    if request.url.is_empty() {
        imported.notes.push(Note { severity: Severity::Lost, place: None, text: "This command of wget names no address".into() });
    } else {
        imported.requests.push(request);
    }
    imported
}

const WITH_VALUE: [&str; 24] = [
    "method",
    "post-data",
    "body-data",
    "post-file",
    "body-file",
    "header",
    "user-agent",
    "referer",
    "user",
    "http-user",
    "password",
    "http-password",
    "timeout",
    "tries",
    "output-document",
    "output-file",
    "connect-timeout",
    "read-timeout",
    "dns-timeout",
    "ca-certificate",
    "certificate",
    "private-key",
    "max-redirect",
    "waitretry",
];

#[cfg(test)]
mod tests {
    use super::super::read as read_commands;
    use crate::formats::import::to_json::to_json;

    #[test]
    fn commands_by_table() {
        let expected = r#"[{"method":"POST","url":"https://h/x","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":1}"}}]"#;
        for text in [
            "wget --method=POST --header='Content-Type: application/json' --body-data='{\"a\":1}' https://h/x",
            "wget --quiet --no-check-certificate \\\n  --method POST \\\n  --timeout=0 \\\n  --header 'Content-Type: application/json' \\\n  --body-data '{\"a\":1}' \\\n   'https://h/x'",
            "$ wget -qO- --post-data '{\"a\":1}' --header=\"Content-Type: application/json\" https://h/x",
            "wget -O - --tries 1 --post-data='{\"a\":1}' --header 'Content-Type: application/json' https://h/x -o log",
        ] {
            assert_eq!(to_json(&read_commands(text).requests).to_string(), expected, "{text}");
        }
        let file = read_commands("wget --user me --password pw --post-file=a.json http://h");
        assert_eq!(
            to_json(&file.requests).to_string(),
            r#"[{"method":"POST","url":"http://h","headers":[["Authorization","Basic bWU6cHc="],["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"file","path":"a.json"}}]"#
        );
    }
}
