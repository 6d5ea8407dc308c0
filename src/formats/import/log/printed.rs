//! An error of axios as Node.js prints it: the request's settings stand in it as JavaScript.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{answer, failure};
use crate::diagnosis::told_status;
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// A member whose value is a text: its name, and the value in one of three kinds of quotes.
static MEMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?m)^[ \t]*['"]?([A-Za-z][A-Za-z0-9-]*)['"]?: (?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)"#,
    )
    .ok()
});

/// The request whose error a text prints; `None` if it prints none.
pub(super) fn read(text: &str) -> Option<RequestSpec> {
    let start = text.find("AxiosError")?;
    let text = &text[start..];
    let config = &text[text.find("config: ")?..];
    // Behind the settings stand the objects that Node.js made of them, with members of the same names.
    let end = ["\n  request: ", "\n  response: "].iter().filter_map(|mark| config.find(mark)).min().unwrap_or(config.len());
    let config = &config[..end];
    let members: Vec<(usize, &str, String)> = MEMBER
        .as_ref()?
        .captures_iter(config)
        .filter_map(|found| {
            let value = found.iter().skip(2).flatten().next()?.as_str();
            Some((found.get(0)?.start(), found.get(1)?.as_str(), unescaped(value)))
        })
        .collect();
    let of = |name: &str| members.iter().find(|(_, known, _)| *known == name).map(|(_, _, value)| value.clone());
    // What is cut off may have had the address behind the base alone.
    let (url, is_cut) = match (of("url"), of("baseURL")) {
        (Some(url), Some(base)) if !url.contains("://") => {
            (format!("{}/{}", base.trim_end_matches('/'), url.trim_start_matches('/')), false)
        }
        (Some(url), _) => (url, false),
        (None, base) => (base?, true),
    };
    let headers = config.find("headers: ").map(|at| (at, at + config[at..].find('}').unwrap_or(0))).unwrap_or_default();
    let headers = members.iter().filter(|(at, ..)| (headers.0..headers.1).contains(at) && *at > headers.0);
    let headers: Vec<(String, String)> = headers.map(|(_, name, value)| ((*name).to_owned(), value.clone())).collect();
    let body = of("data");
    let method = of("method").map(|method| method.to_uppercase());
    let status = told_status(text.lines().next().unwrap_or(""));
    Some(RequestSpec {
        not_recorded: NotRecorded {
            method: method.is_none(),
            headers: headers.is_empty(),
            body: body.is_none(),
            file_bytes: true,
            address_end: is_cut,
            ..NotRecorded::default()
        },
        method: method.unwrap_or_else(|| "POST".to_owned()),
        url,
        headers,
        body: body.map_or(SpecBody::None, SpecBody::Text),
        outcome: status
            .map(|status| answer::logged(status, String::new()))
            .or_else(|| text.lines().take(40).find_map(failure::read)),
        ..RequestSpec::default()
    })
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            (_, Some('n')) => plain.push('\n'),
            (_, Some('r')) => plain.push('\r'),
            (_, Some('t')) => plain.push('\t'),
            (_, Some(escaped)) => plain.push(escaped),
            (c, None) => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_by_table() {
        let error = "AxiosError: Request failed with status code 400\n    at settle (/srv/axios.cjs:1:2) {\n  code: 'ERR_BAD_REQUEST',\n  config: {\n    headers: Object [AxiosHeaders] {\n      Accept: '*/*',\n      'Content-Type': 'application/json'\n    },\n    baseURL: 'https://h/api/',\n    method: 'post',\n    url: '/x?k=1',\n    data: '{\"a\":\"it\\'s\"}'\n  },\n  request: ClientRequest {\n    method: 'GET'\n  }\n}";
        let found = read(error).unwrap();
        assert_eq!((found.method.as_str(), found.url.as_str()), ("POST", "https://h/api/x?k=1"));
        assert_eq!(found.headers, [("Accept".to_owned(), "*/*".to_owned()), ("Content-Type".into(), "application/json".into())]);
        assert!(matches!(&found.body, SpecBody::Text(text) if text == "{\"a\":\"it's\"}"));
        assert_eq!(found.answer().map(|answer| answer.status), Some(400));
        for text in ["", "AxiosError: no", "config: {\n url: 'x' }"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
