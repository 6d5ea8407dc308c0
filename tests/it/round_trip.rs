//! A request written down in a text format and read back is the same request, whatever stands in it.
//!
//! The generator leaves out what a format cannot say and says so in a note: see each `fits`.

use centerpost::formats::export::{Script, Tool};
use centerpost::formats::import::curl::{Shell, read_as};
use centerpost::formats::import::{self, Hints, har, http, hurl, postman};
use centerpost::model::Imported;
use centerpost::model::multipart::{Part, PartContent};
use centerpost::model::request_spec::{RequestSpec, SpecBody};
use proptest::prelude::*;

fn read(tool: Tool, text: &str) -> Imported {
    match tool {
        Tool::CurlBash => read_as(text, Shell::Bash),
        Tool::CurlCmd => read_as(text, Shell::Cmd),
        Tool::CurlPowerShell => read_as(text, Shell::PowerShell),
        Tool::Http => http::read(text),
        Tool::Har => har::read(text).unwrap(),
        Tool::Postman => postman::read(text, &postman::Variables::new()).unwrap(),
        Tool::Link => import::open(text.as_bytes(), &Hints::default()).unwrap().imported,
        Tool::Hurl => hurl::read(text),
        other => panic!("{other:?} has no reader"),
    }
}

/// Signs that mean something to shells and formats, and some that mean nothing.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9 ]{1,6}",
        prop::sample::select(vec![
            "'",
            "\"",
            "\\",
            "`",
            "$",
            "${HOME}",
            "$(id)",
            "%",
            "%PATH%",
            "^",
            "&",
            "|",
            "<",
            ">",
            "!",
            "#",
            "@",
            ";",
            "=",
            "~",
            "*",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "{{x}}",
            "?",
            ":",
            "/",
            ",",
            "\n",
            "\r\n",
            "\t",
            "\u{1}",
            "ü",
            "漢",
            "😀",
            "\u{2018}",
            "\u{201d}",
            "\u{2028}",
            ";type=a/b",
            "###",
            "EOF",
            "--",
            "@'",
            "'@",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// A header's value: no line ends or control characters, and no spaces around it, for HTTP takes those away.
fn value() -> impl Strategy<Value = String> {
    hostile().prop_map(|text| text.chars().filter(|c| !c.is_control() && *c != '\u{2028}').collect::<String>().trim().to_owned())
}

/// A name of a part: curl ends it at the first equals sign.
fn name() -> impl Strategy<Value = String> {
    hostile().prop_map(|text| {
        format!("n{}", text.chars().filter(|c| !c.is_control() && !"=\u{2028}".contains(*c)).collect::<String>())
    })
}

fn url() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9/_.~!$&'()*+,;=:@%-]{0,12}(\\?[a-z]{1,3}=[a-zA-Z0-9%+&=_.~:/?'-]{0,12})?".prop_map(|rest| {
        // A dot segment and a lone percent sign are no matter of these formats.
        format!("https://h.example/{}", rest.replace("..", "a").replace("./", "a").replace('%', "%25"))
    })
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec(("X-[A-Z][a-z]{1,4}", value()), 0..3).prop_map(|mut headers| {
        headers.insert(0, ("Content-Type".to_owned(), "application/json".to_owned()));
        headers
    })
}

fn part() -> impl Strategy<Value = Part> {
    let file = (name(), "[a-z]{1,6}", prop::option::of(value())).prop_map(|(name, stem, filename)| Part {
        name,
        filename: Some(filename.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("{stem}.zip"))),
        content_type: Some("application/zip".into()),
        content: PartContent::File(format!("{stem}.zip")),
        ..Part::default()
    });
    let text = (name(), hostile()).prop_map(|(name, text)| Part { name, content: PartContent::Text(text), ..Part::default() });
    prop_oneof![file, text]
}

fn request() -> impl Strategy<Value = RequestSpec> {
    let body = prop_oneof![
        3 => hostile().prop_map(SpecBody::Text),
        2 => prop::collection::vec(part(), 1..4).prop_map(SpecBody::Multipart),
    ];
    (prop::sample::select(vec!["POST", "PUT", "PATCH"]), url(), headers(), body).prop_map(|(method, url, headers, body)| {
        let headers = if matches!(body, SpecBody::Multipart(_)) { headers[1..].to_vec() } else { headers };
        RequestSpec { method: method.into(), url, headers, body, ..RequestSpec::default() }
    })
}

/// The request without what formats do not tell apart: an empty body is none, and whoever sends parts picks the boundary.
fn plain(mut request: RequestSpec) -> RequestSpec {
    if request.body == SpecBody::Text(String::new()) {
        request.body = SpecBody::None;
    }
    if matches!(request.body, SpecBody::Multipart(_)) {
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
    request.label.clear();
    request
}

fn texts(request: &RequestSpec) -> Vec<&str> {
    match &request.body {
        SpecBody::Text(text) => vec![text],
        SpecBody::Multipart(parts) => {
            let text = |part: &Part| match &part.content {
                PartContent::Text(_) => true,
                PartContent::File(_) | PartContent::Bytes(_) => false,
            };
            let texts = parts.iter().filter(|part| text(part));
            texts.map(|part| if let PartContent::Text(text) = &part.content { text.as_str() } else { "" }).collect()
        }
        _ => Vec::new(),
    }
}

fn names(request: &RequestSpec) -> impl Iterator<Item = &str> {
    let parts = if let SpecBody::Multipart(parts) = &request.body { parts.as_slice() } else { &[] };
    parts.iter().flat_map(|part| [part.name.as_str(), part.filename.as_deref().unwrap_or_default()])
}

/// Whether a format can say a request to the byte. What it cannot, its writer names in a note.
fn fits(tool: Tool, request: &RequestSpec, notes: &[String]) -> bool {
    let is_single = |c: char| c.is_control() && c != '\n';
    match tool {
        // A terminal's line cannot hold a carriage return, and a console no other control characters.
        Tool::CurlCmd => !texts(request).iter().any(|text| text.contains(is_single)),
        Tool::CurlPowerShell => !texts(request).iter().any(|text| text.contains('\r')),
        // Browsers send a backslash in a name as it is, curl takes it for an escape: readers cannot know. Both send a quote as %22, and a
        // %22 as it is.
        Tool::Http | Tool::Link
            if names(request).any(|name| ["\\", "%22", "%0D", "%0A"].iter().any(|mark| name.contains(mark))) =>
        {
            false
        }
        Tool::Http | Tool::Link => {
            notes.iter().all(|note| note.starts_with("The link has"))
                && !texts(request).iter().any(|text| text.contains(is_single))
        }
        // The own file name of a part is known where it is sent from, not what file it was.
        Tool::Har => !matches!(&request.body, SpecBody::Multipart(parts) if parts.iter().any(|part| part.filename.is_some())),
        // Hurl names a part's file as it is written, and gives a part of text no type.
        Tool::Hurl => notes.is_empty(),
        _ => true,
    }
}

fn check(tool: Tool, request: &RequestSpec) -> Result<(), TestCaseError> {
    let written = tool.write(&Script::revealing_secrets(std::slice::from_ref(request)));
    if !fits(tool, request, &written.notes) {
        return Ok(());
    }
    let found = read(tool, &written.text);
    prop_assert_eq!(found.requests.len(), 1, "{:?}\n{}\n{:?}", tool, written.text, found.notes);
    let found = plain(found.requests[0].clone());
    let wanted = plain(request.clone());
    prop_assert_eq!(&found.url, &wanted.url, "{:?}\n{}", tool, written.text);
    prop_assert_eq!(&found.headers, &wanted.headers, "{:?}\n{}", tool, written.text);
    prop_assert_eq!(&found.body, &wanted.body, "{:?}\n{}", tool, written.text);
    prop_assert_eq!(&found.method, &wanted.method, "{:?}\n{}", tool, written.text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bash_reads_back(request in request()) {
        check(Tool::CurlBash, &request)?;
    }

    #[test]
    fn cmd_reads_back(request in request()) {
        check(Tool::CurlCmd, &request)?;
    }

    #[test]
    fn powershell_reads_back(request in request()) {
        check(Tool::CurlPowerShell, &request)?;
    }

    #[test]
    fn http_reads_back(request in request()) {
        check(Tool::Http, &request)?;
    }

    #[test]
    fn a_link_reads_back(request in request()) {
        check(Tool::Link, &request)?;
    }

    #[test]
    fn har_reads_back(request in request()) {
        check(Tool::Har, &request)?;
    }

    #[test]
    fn hurl_reads_back(request in request()) {
        check(Tool::Hurl, &request)?;
    }

    #[test]
    fn postman_reads_back(request in request()) {
        check(Tool::Postman, &request)?;
    }
}
