//! What a paste or a file is.

use crate::model::listed::listed;
use serde::Deserialize;
use serde_json::Value;

use super::collection::which::{Client, client_of};
use super::curl::{self, Shell};
use super::{http, hurl, link, log, program, recording, session};
use crate::model::json_text;

/// What is parsed whole to see what JSON it is, in bytes.
const MAX_PEEK: usize = 1 << 20;

listed! {
    /// The kinds of text that can be imported.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[allow(missing_docs, reason = "the names say it")]
    pub enum SourceKind {
        CurlBash,
        CurlCmd,
        CurlPowerShell,
        Program,
        Http,
        Har,
        Postman,
        PostmanEnvironment,
        Insomnia,
        Bruno,
        ThunderClient,
        Hoppscotch,
        Hurl,
        OpenApi,
        Automation,
        Recording,
        Log,
        Profile,
        Case,
        Bundle,
        Link,
        Url,
        Json,
        Answer,
    }
}

impl SourceKind {
    /// The kind of a curl command for a shell.
    pub fn of_shell(shell: Shell) -> Self {
        match shell {
            Shell::Bash => Self::CurlBash,
            Shell::Cmd => Self::CurlCmd,
            Shell::PowerShell => Self::CurlPowerShell,
        }
    }

    /// Whether it is a command of a shell.
    pub fn is_command(self) -> bool {
        matches!(self, Self::CurlBash | Self::CurlCmd | Self::CurlPowerShell)
    }

    /// Its name on the command line, with what it stands for. `None` for a kind that is only recognised.
    pub fn name(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::CurlBash => Some(("curl-bash", "curl commands for bash")),
            Self::CurlCmd => Some(("curl-cmd", "curl commands for cmd.exe")),
            Self::CurlPowerShell => Some(("curl-powershell", "curl commands for PowerShell")),
            Self::Program => Some(("fetch", "Requests that a program makes, such as fetch, axios or Python's requests")),
            Self::Http => Some(("http", "A raw HTTP request, with or without its response, or a .http file")),
            Self::Har => Some(("har", "A HAR file")),
            Self::Postman => Some(("postman", "A Postman collection")),
            Self::Insomnia => Some(("insomnia", "An Insomnia export or file (JSON or YAML)")),
            Self::Bruno => Some(("bruno", "A Bruno request or collection (.bru, .yml or JSON)")),
            Self::ThunderClient => Some(("thunder", "A Thunder Client collection")),
            Self::Hoppscotch => Some(("hoppscotch", "A Hoppscotch collection")),
            Self::Hurl => Some(("hurl", "A Hurl file")),
            Self::OpenApi => Some(("openapi", "The operations of an OpenAPI or Swagger description (JSON or YAML)")),
            Self::Automation => Some(("automation", "A workflow of n8n, Make, Jira Automation, Power Automate or the like")),
            Self::Recording => Some((
                "recording",
                "What Burp, Charles, JMeter or Newman recorded, a contract of Pact, or a table of requests (CSV)",
            )),
            Self::Log => Some(("log", "Log lines")),
            Self::Bundle => Some(("bundle", "A support bundle")),
            Self::Link => Some(("link", "A centerpost:// link")),
            Self::PostmanEnvironment | Self::Profile | Self::Case | Self::Url | Self::Json | Self::Answer => None,
        }
    }

    /// Its name as people read it, as in "This is …".
    pub fn label(self) -> &'static str {
        match self {
            Self::CurlBash => "a curl command for bash",
            Self::CurlCmd => "a curl command for cmd.exe",
            Self::CurlPowerShell => "a curl command for PowerShell",
            Self::Program => "a program's source",
            Self::Http => "raw HTTP",
            Self::Har => "a HAR file",
            Self::Postman => "a Postman collection",
            Self::PostmanEnvironment => "a Postman environment",
            Self::Insomnia => "an Insomnia export",
            Self::Bruno => "a Bruno request or collection",
            Self::ThunderClient => "a Thunder Client collection",
            Self::Hoppscotch => "a Hoppscotch collection",
            Self::Hurl => "a Hurl file",
            Self::OpenApi => "an OpenAPI description",
            Self::Automation => "an automation's workflow",
            Self::Recording => "a recording",
            Self::Log => "a log",
            Self::Profile => "a profile",
            Self::Case => "a case",
            Self::Bundle => "a support bundle",
            Self::Link => "a centerpost:// link",
            Self::Url => "an address",
            Self::Json => "a JSON payload",
            Self::Answer => "an answer alone",
        }
    }
}

impl From<Client> for SourceKind {
    fn from(client: Client) -> Self {
        match client {
            Client::Insomnia => Self::Insomnia,
            Client::Bruno => Self::Bruno,
            Client::Thunder => Self::ThunderClient,
            Client::Hoppscotch => Self::Hoppscotch,
            Client::PostmanVersion1 => Self::Postman,
            Client::OpenApi => Self::OpenApi,
            Client::Automation => Self::Automation,
        }
    }
}

/// The client's file that a text is: some hold what would be taken for something else, such as fences, commands and answers.
pub(super) fn file_of_client(text: &str) -> Option<SourceKind> {
    let text = json_text::without_bom(text).trim();
    match client_of(text) {
        // A file of this program may hold the members of another's.
        Some(client) => own_format(text).is_none().then(|| client.into()),
        None if recording::is_recording(text) => Some(SourceKind::Recording),
        None => hurl::is_hurl(text).then_some(SourceKind::Hurl),
    }
}

/// What a text most likely is; `None` when it is nothing that can be imported.
pub fn recognise(text: &str) -> Option<SourceKind> {
    file_of_client(text).or_else(|| other_kind(text))
}

/// What a text most likely is that is not a client's file.
pub(super) fn other_kind(text: &str) -> Option<SourceKind> {
    let text = json_text::without_bom(text).trim();
    // httpyac's scripts stand between braces, too.
    let is_script = text.starts_with("{{") && http::begins_message(&text[..text.floor_char_boundary(MAX_PEEK)]);
    if text.starts_with('{') && !is_script || is_list(text) {
        return Some(json_kind(text));
    }
    if is_markup(text) {
        return None;
    }
    if link::is_link(text) {
        return Some(SourceKind::Link);
    }
    let head = &text[..text.floor_char_boundary(MAX_PEEK)];
    if log::blocks::is_blocks(head) {
        return Some(SourceKind::Log);
    }
    if http::begins_message(head) {
        return Some(SourceKind::Http);
    }
    if program::is_program(head) {
        return Some(SourceKind::Program);
    }
    // A client of `.http` files takes commands of curl between its requests.
    if head.lines().any(|line| line.starts_with("###")) && head.lines().any(http::is_request_line) {
        return Some(SourceKind::Http);
    }
    let has_command = || head.lines().any(session::begins_command);
    if http::is_transcript(head) && !has_command() {
        return Some(SourceKind::Http);
    }
    if has_curl(head) || curl::names_web(head) {
        return Some(SourceKind::of_shell(curl::guess_shell(head)));
    }
    if curl::has_other_client(head) {
        return Some(SourceKind::of_shell(curl::guess_shell(head)));
    }
    if http::is_address(text) {
        return Some(SourceKind::Url);
    }
    if http::holds_message(head) {
        return Some(SourceKind::Http);
    }
    (head.contains("://")
        || head.contains(" HTTP/")
        || head.contains("#Fields:")
        || head.contains("ConnectionPool(host=")
        || names_path(head)
        || log::json_lines::has_members(head))
    .then_some(SourceKind::Log)
}

/// Whether a text names a method and behind it the path of an API, as the logs of many servers do.
fn names_path(text: &str) -> bool {
    let behind = |method: &'static str| text.match_indices(method).map(move |(at, _)| &text[at + method.len()..]);
    let is_path = |behind: &str| {
        let behind = behind.strip_prefix(" to").unwrap_or(behind);
        let path = behind.trim_start_matches([' ', '"', '`']).split([' ', '"', '`', '\n']).next().unwrap_or("");
        behind.starts_with([' ', '"']) && path.starts_with('/') && path.contains("/api/")
    };
    ["POST", "PUT", "PATCH"].into_iter().flat_map(behind).any(is_path)
}

/// Whether a text is a list of JSON rather than a line that begins with a time or a name in brackets.
fn is_list(text: &str) -> bool {
    text.strip_prefix('[').is_some_and(|rest| {
        rest.trim_start().starts_with(['{', '[', '"', ']']) || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
    })
}

/// Whether a text is a page or an XML document: an answer or a payload, whatever addresses it holds.
fn is_markup(text: &str) -> bool {
    let start: String = text.chars().take(20).collect::<String>().to_ascii_lowercase();
    ["<!doctype", "<html", "<head", "<body", "<?xml", "<title", "<!--"].iter().any(|tag| start.starts_with(tag))
}

/// `curl` as a word with something behind it; a log's `curl/8.1` is none.
fn has_curl(text: &str) -> bool {
    text.match_indices("curl").any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = &text[at + 4..];
        // The image of a container has a version behind it.
        let version = after.strip_prefix(':').filter(|_| before == Some('/')).and_then(|tag| tag.find(char::is_whitespace));
        let after = version.map_or(after, |length| &after[1 + length..]);
        let after = after.strip_prefix(".exe").unwrap_or(after).trim_start_matches('"');
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
            && after.starts_with(char::is_whitespace)
            && !curl::is_sentence(&after.lines().next().unwrap_or_default().split_whitespace().collect::<Vec<_>>())
    })
}

fn json_kind(text: &str) -> SourceKind {
    if let Some(kind) = own_format(text) {
        return kind;
    }
    let head = &text[..text.floor_char_boundary(4096)];
    // Docker keeps the text of a line under this name.
    let of_har =
        head[1..].trim_start().strip_prefix("\"log\"").map(|rest| rest.trim_start().trim_start_matches(':').trim_start());
    if of_har.is_some_and(|rest| rest.is_empty() || rest.starts_with('{')) {
        return SourceKind::Har;
    }
    if head.contains("\"_postman_id\"") || head.contains("schema.getpostman.com") || head.contains("schema.postman.com") {
        return SourceKind::Postman;
    }
    if (text.lines().nth(1).is_some() || text.contains("\\x"))
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
        && log::json_lines::is_log(text)
    {
        return SourceKind::Log;
    }
    let Ok(value) = (if text.len() <= MAX_PEEK { serde_json::from_str(text) } else { Ok(Value::Null) }) else {
        return if log::run::is_run(text) { SourceKind::Log } else { SourceKind::Json };
    };
    let has = |name: &str| value.get(name).is_some();
    if value.pointer("/log/entries").is_some() {
        SourceKind::Har
    } else if (has("item") && has("info")) || value.pointer("/collection/item").is_some() {
        SourceKind::Postman
    } else if has("values") && (has("name") || has("_postman_variable_scope")) {
        SourceKind::PostmanEnvironment
    } else if has("source_key") && has("fields") {
        SourceKind::Profile
    } else if is_case(&value) {
        SourceKind::Case
    } else if log::json_lines::is_log(text)
        || log::run::holds_request(&value)
        || (has("inputs") || has("uri") || has("url") || has("request") || value.is_array())
            && !log::read(text).requests.is_empty()
    {
        SourceKind::Log
    } else {
        SourceKind::Json
    }
}

/// What a file of this program says of itself in its `format`. In a file that is cut off only the text can tell.
fn own_format(text: &str) -> Option<SourceKind> {
    #[derive(Deserialize)]
    struct File {
        format: Option<Value>,
    }
    let kind_of = |format: &str| match format {
        _ if format.starts_with("centerpost.profile/") => Some(SourceKind::Profile),
        _ if format.starts_with("centerpost.") => Some(SourceKind::Case),
        _ => None,
    };
    if text.starts_with('[') {
        // Several cases, as an export of the history writes them.
        let cases = serde_json::from_str::<Vec<File>>(text).ok().filter(|cases| !cases.is_empty())?;
        let is_case = |case: &File| case.format.as_ref().and_then(Value::as_str).and_then(kind_of) == Some(SourceKind::Case);
        return cases.iter().all(is_case).then_some(SourceKind::Case);
    }
    if !text.starts_with('{') {
        return None;
    }
    match serde_json::from_str::<File>(text) {
        Ok(file) => kind_of(file.format?.as_str()?),
        Err(_) => {
            let head = &text[..text.floor_char_boundary(4096)];
            let at = head.find("\"centerpost.")?;
            kind_of(&head[at + 1..])
        }
    }
}

/// Whether JSON has the parts of a case file, though it does not name its format.
fn is_case(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some();
    let is_part = |name: &str, keys: &[&str], known: &[&str]| {
        value.get(name).and_then(Value::as_object).is_some_and(|part| {
            part.keys().all(|key| known.contains(&key.as_str())) && keys.iter().any(|key| part.contains_key(*key))
        })
    };
    // Zapier's run details and the deliveries of hooks have these names, too.
    let is_run =
        ["data", "uri", "endpoint", "params", "payload"].iter().any(|name| value.pointer(&format!("/request/{name}")).is_some());
    // So has an event of Sentry.
    if has("event_id") || has("breadcrumbs") || has("url") && has("method") {
        return false;
    }
    (has("request") && !is_run && (has("response") || has("profile") || has("error")))
        || is_part("request", &["url", "method", "headers"], &["method", "url", "headers", "body", "parts", "not_recorded"])
        || is_part("response", &["status", "headers"], &["status", "headers", "body"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_table() {
        for (text, kind) in [
            ("curl https://h", Some(SourceKind::CurlBash)),
            ("$ curl \\\n https://h", Some(SourceKind::CurlBash)),
            ("curl ^\"https://h^\"", Some(SourceKind::CurlCmd)),
            ("curl.exe `\n https://h", Some(SourceKind::CurlPowerShell)),
            ("Invoke-WebRequest -Uri 'https://h'", Some(SourceKind::CurlPowerShell)),
            ("fetch('https://h', {method: 'POST'})", Some(SourceKind::Program)),
            ("const r = await fetch(\"https://h\");", Some(SourceKind::Program)),
            ("POST /x HTTP/1.1\r\nHost: h", Some(SourceKind::Http)),
            ("* Trying\n> POST /x HTTP/1.1\n> Host: h", Some(SourceKind::Http)),
            ("### a\n@x = 1\nGET https://h", Some(SourceKind::Http)),
            ("### a\n< {%\n set('u', 'https://x')\n%}\nPOST https://h", Some(SourceKind::Http)),
            ("[WebHook] 401 on POST request for \"https://h/api/x\"", Some(SourceKind::Log)),
            ("\u{feff}{\"log\": {\"entries\": []}}", Some(SourceKind::Har)),
            ("{\"x\": 1, \"log\": {\"entries\": []}}", Some(SourceKind::Har)),
            ("[{\"format\": \"centerpost.case/1\"}, {\"format\": \"centerpost.case/1\"}]", Some(SourceKind::Case)),
            ("[{\"format\": \"centerpost.case/1\"}, {\"a\": 1}]", Some(SourceKind::Json)),
            ("{\"info\": {}, \"item\": []}", Some(SourceKind::Postman)),
            ("{\"name\": \"e\", \"values\": []}", Some(SourceKind::PostmanEnvironment)),
            ("{\"format\": \"centerpost.profile/1\"}", Some(SourceKind::Profile)),
            ("{\"format\": \"centerpost.case/1\"}", Some(SourceKind::Case)),
            ("{\"summary\": \"x\"}", Some(SourceKind::Json)),
            ("{broken", Some(SourceKind::Json)),
            ("{\"inputs\": {\"uri\": \"https://h\", \"method\": \"POST\"}}", Some(SourceKind::Log)),
            ("https://h/api/v1/projects/p/feedback/s", Some(SourceKind::Url)),
            ("centerpost://draft?text=POST%20https%3A%2F%2Fh", Some(SourceKind::Link)),
            ("1.1.1.1 - - \"POST /x HTTP/1.1\" 404 0 \"-\" \"curl/8.1 x\"", Some(SourceKind::Log)),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(recognise(text), kind, "{text}");
        }
    }
}
