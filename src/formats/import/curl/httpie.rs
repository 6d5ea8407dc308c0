//! HTTPie: `http POST address name=value`.

use serde_json::{Map, Value};

use super::address;
use super::command::{Command, Stdin};
use super::data;
use crate::formats::import::log::texts::METHODS;
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};

const WITH_VALUE: [&str; 16] = [
    "--auth",
    "-a",
    "--auth-type",
    "-A",
    "--timeout",
    "--proxy",
    "--verify",
    "--cert",
    "--cert-key",
    "--session",
    "--output",
    "-o",
    "--print",
    "-p",
    "--raw",
    "--boundary",
];

/// Whether a command is one of HTTPie: its name alone is a common word, so it has to name a method, or an address and an item.
pub(super) fn is_httpie(command: &Command) -> bool {
    let name = command.words.first().map(super::command::Word::text).unwrap_or_default();
    matches!(name.as_str(), "http" | "https" | "httpie" | "xh" | "xhs" | "curlie")
        && is_given(&command.words.iter().skip(1).take(30).map(super::command::Word::text).collect::<Vec<_>>())
}

/// Whether these are what HTTPie is given rather than words of a sentence: a method; or an address, and behind it items or nothing.
pub(super) fn is_given<W: AsRef<str>>(words: &[W]) -> bool {
    let is_option = |word: &&str| word.starts_with('-');
    let mut plain: Vec<&str> = Vec::new();
    let mut given = words.iter().map(AsRef::as_ref);
    while let Some(word) = given.next() {
        if !is_option(&word) {
            plain.push(word);
        } else if WITH_VALUE.contains(&word) {
            given.next();
        }
    }
    let Some((first, items)) = plain.split_first() else { return false };
    let first = first.trim_matches(['\'', '"']);
    let is_address = first.contains("://") || first.contains('/') && first.contains(['.', ':']);
    let is_item = |word: &&str| item(word.trim_matches(['\'', '"'])).is_some_and(|(_, sign, _)| sign != Sign::Header);
    let next = items.iter().find(|word| !matches!(**word, "\\" | "|"));
    names_method(&words[..words.len().min(12)])
        || is_address && (items.iter().any(is_item) || next.is_none() && first.contains("://"))
}

/// Whether words name a method. In small letters it has to stand before an address, for they are words of a sentence, too.
fn names_method<W: AsRef<str>>(words: &[W]) -> bool {
    let is_address = |word: &str| word.contains(['/', ':']) && word.contains(['.', ':']);
    words.iter().enumerate().any(|(at, word)| {
        let word = word.as_ref();
        let is_before_address = || words.get(at + 1).is_some_and(|next| is_address(next.as_ref()));
        METHODS.contains(&word) || METHODS.iter().any(|method| method.eq_ignore_ascii_case(word)) && is_before_address()
    })
}

/// How an item and its value are parted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Query,
    Header,
    Text,
    Json,
    File,
    TextOfFile,
}

/// The request of a command of HTTPie.
pub(super) fn read(text: &str, command: &Command) -> Imported {
    let mut imported = Imported::default();
    let mut request: RequestSpec = RequestSpec::default();
    let mut items: Vec<(String, Sign, String)> = Vec::new();
    let (mut is_form, mut is_multipart, mut is_https) = (false, false, false);
    let mut raw = None;
    let mut auth: (Option<String>, bool) = (None, false);
    let mut words = command.words.iter().skip(1);
    while let Some(word) = words.next() {
        let written = word.text();
        if written.starts_with('-') && written.len() > 1 {
            let (name, glued) =
                written.split_once('=').map_or((written.as_str(), None), |(name, value)| (name, Some(value.to_owned())));
            let value =
                if WITH_VALUE.contains(&name) { glued.or_else(|| words.next().map(super::command::Word::text)) } else { None };
            match (name, value) {
                ("--https", _) => is_https = true,
                ("-f" | "--form", _) => is_form = true,
                ("--multipart", _) => is_multipart = true,
                ("--raw", value) => raw = value,
                ("-a" | "--auth", value) => auth.0 = value,
                ("-A" | "--auth-type", value) => auth.1 = value.as_deref() == Some("bearer"),
                ("--verify", value) => {
                    request.accept_invalid_certificates = value.is_some_and(|value| value == "no" || value == "false");
                }
                _ => {}
            }
        } else if request.method.is_empty()
            && request.url.is_empty()
            && METHODS.iter().any(|method| method.eq_ignore_ascii_case(&written))
        {
            request.method = written.to_ascii_uppercase();
        } else if request.url.is_empty() {
            let scheme = if command.words.first().is_some_and(|name| name.text().ends_with('s')) { "https" } else { "http" };
            request.url = match written.strip_prefix(':') {
                Some(port) if port.starts_with('/') => format!("{scheme}://localhost{port}"),
                Some(port) => format!("{scheme}://localhost:{port}"),
                None if written.contains("://") => written,
                None => format!("{scheme}://{written}"),
            };
        } else if let Some(item) = item(&written) {
            items.push(item);
        } else {
            let said = "This item has no sign (=, :=, ==, : or @) and was left out";
            add_note(&mut imported.notes, || Note {
                severity: Severity::Lost,
                place: Some(TextPosition::of(text, word.at)),
                text: said.into(),
            });
        }
    }
    if let Some(rest) = request.url.strip_prefix("http://").filter(|_| is_https) {
        request.url = format!("https://{rest}");
    }
    for (name, _, value) in items.iter().filter(|(_, sign, _)| *sign == Sign::Query) {
        request.url = address::append_query(&request.url, &format!("{}={}", encoded(name), encoded(value)));
    }
    let headers = items.iter().filter(|(_, sign, _)| *sign == Sign::Header);
    request.headers.extend(headers.map(|(name, _, value)| (name.clone(), value.clone())));
    if let (Some(user), is_bearer) = auth {
        let value = if is_bearer { format!("Bearer {user}") } else { address::basic(user.as_bytes()) };
        request.headers.push(("Authorization".into(), value));
    }
    let data: Vec<_> = items.into_iter().filter(|(_, sign, _)| !matches!(sign, Sign::Query | Sign::Header)).collect();
    request.body =
        body(command, raw, &data, is_form, is_multipart || (is_form && data.iter().any(|(_, sign, _)| *sign == Sign::File)));
    if request.header("content-type").is_none() {
        match &request.body {
            SpecBody::None | SpecBody::Multipart(_) => {}
            SpecBody::Urlencoded(_) => {
                request.headers.push(("Content-Type".into(), "application/x-www-form-urlencoded; charset=utf-8".into()));
            }
            _ => request.headers.push(("Content-Type".into(), "application/json".into())),
        }
    }
    if request.method.is_empty() {
        request.method = if request.body == SpecBody::None { "GET" } else { "POST" }.to_owned();
    }
    request.not_recorded.variables = command.words.iter().any(|word| word.is_filled);
    imported.requests.extend(Some(request).filter(|request| !request.url.is_empty()));
    imported
}

fn body(command: &Command, raw: Option<String>, data: &[(String, Sign, String)], is_form: bool, is_multipart: bool) -> SpecBody {
    if let Some(raw) = raw {
        return SpecBody::Text(raw);
    }
    if data.is_empty() {
        return match &command.stdin {
            Some(Stdin::Bytes(bytes)) => SpecBody::from(bytes.clone()),
            Some(Stdin::File(path)) => SpecBody::File(path.clone()),
            None => SpecBody::None,
        };
    }
    if is_multipart {
        let part = |(name, sign, value): &(String, Sign, String)| match sign {
            Sign::File => {
                let path = value.split(';').next().unwrap_or("").to_owned();
                let filename = path.rsplit('/').next().map(str::to_owned);
                Part { name: name.clone(), filename, content: PartContent::File(path), ..Part::default() }
            }
            _ => Part { name: name.clone(), content: PartContent::Text(value.clone()), ..Part::default() },
        };
        return SpecBody::Multipart(data.iter().map(part).collect());
    }
    if is_form {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(data.iter().map(|(name, _, value)| (name, value)));
        return SpecBody::Urlencoded(form.finish());
    }
    let mut members = Map::new();
    for (name, sign, value) in data {
        let value = match sign {
            Sign::Json => serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.clone())),
            _ => Value::String(value.clone()),
        };
        members.insert(name.clone(), value);
    }
    SpecBody::Text(Value::Object(members).to_string())
}

fn encoded(text: &str) -> String {
    String::from_utf8_lossy(&data::encode(text.as_bytes())).into_owned()
}

/// Name, sign and value of an item. Of several signs the first counts, of several at one place the longest.
fn item(word: &str) -> Option<(String, Sign, String)> {
    const SIGNS: [(&str, Sign); 7] = [
        (":=@", Sign::TextOfFile),
        (":=", Sign::Json),
        ("=@", Sign::TextOfFile),
        ("==", Sign::Query),
        ("=", Sign::Text),
        ("@", Sign::File),
        (":", Sign::Header),
    ];
    let (at, sign, kind) = SIGNS
        .iter()
        .filter_map(|(sign, kind)| Some((word.find(sign)?, *sign, *kind)))
        .min_by_key(|(at, sign, _)| (*at, std::cmp::Reverse(sign.len())))?;
    (at > 0).then(|| (word[..at].to_owned(), kind, word[at + sign.len()..].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::read as read_commands;
    use crate::formats::import::to_json::to_json;

    #[test]
    fn commands_by_table() {
        for (text, expected) in [
            (
                "http POST https://h/x a=b c:=3 X-A:1 k==v",
                r#"[{"method":"POST","url":"https://h/x?k=v","headers":[["X-A","1"],["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":\"b\",\"c\":3}"}}]"#,
            ),
            (
                "https --ignore-stdin POST h/x Content-Type:application/json a='b c' d:='[1]'",
                r#"[{"method":"POST","url":"https://h/x","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":\"b c\",\"d\":[1]}"}}]"#,
            ),
            (
                "printf '{\"a\": 1}' | http --follow --timeout 3600 POST 'https://h/x' \\\n Content-Type:'application/json'",
                r#"[{"method":"POST","url":"https://h/x","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\": 1}"}}]"#,
            ),
            (
                "http -f POST :8080/x a=b",
                r#"[{"method":"POST","url":"http://localhost:8080/x","headers":[["Content-Type","application/x-www-form-urlencoded; charset=utf-8"]],"body":{"kind":"urlencoded","text":"a=b"}}]"#,
            ),
            (
                "http --verify no https://h/x k==v a=b",
                r#"[{"method":"POST","url":"https://h/x?k=v","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":\"b\"}"}}]"#,
            ),
            (
                "http -f -a me:pw POST https://h f@/x/a.log",
                r#"[{"method":"POST","url":"https://h","headers":[["Authorization","Basic bWU6cHc="]],"body":{"kind":"multipart","parts":[{"name":"f","path":"/x/a.log","filename":"a.log","content_type":null}]}}]"#,
            ),
        ] {
            assert_eq!(to_json(&read_commands(text).requests).to_string(), expected, "{text}");
        }
        for text in ["http 404 is what came", "https h.example/x is down", "http://h"] {
            assert!(read_commands(text).requests.is_empty(), "{text}");
        }
    }
}
