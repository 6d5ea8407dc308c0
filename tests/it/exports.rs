//! What is written for bash, Python, Node, PHP, Go and Java is run for real, and what arrives is what the request says.
//!
//! Go and Java are large to install and slow to start: they are tried where `CENTERPOST_LANGUAGES` is `all`, as `tests/languages.sh`
//! sets it.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::recorder::{Arrived, comparable, expected};
use centerpost::formats::export::snippets::Language;
use centerpost::formats::export::{Script, Tool};
use centerpost::model::multipart::{Part, PartContent};
use centerpost::model::request_spec::{RequestSpec, SpecBody};

/// Texts that mean something to some language.
const HOSTILE: [&str; 34] = [
    "plain",
    "",
    "it's \"quoted\" and `ticked`",
    "back\\slash \\n \\u0041 \\x41 \\\\ \\",
    "$HOME ${HOME} $(id) %PATH% #{1} \\(x) {{x}} {x}",
    "line\none\r\ntwo\rthree\ttab",
    "'''\"\"\"```",
    "</script><!-- ]]> ?>",
    "ü € 漢字 😀 e\u{301} \u{202e}rtl\u{2066}",
    "\u{2028}\u{2029}\u{feff}\u{200b}",
    "\u{1}\u{7f}\u{1b}[31m",
    "@file",
    "<file",
    "=a&b=c+d%20",
    "; type=text/plain; filename=x",
    "!history !! !$",
    "~ * ? [a-z] a{b,c}",
    "EOF\n'@\n\"@\nEOF",
    "-flag --flag -",
    "{\"a\": [1, 2.50, 1e5, null, \"\\ud83d\\ude00\", \"\\u0000\"]}",
    "1",
    "null",
    " leading and trailing ",
    "\n",
    "\\",
    "\"",
    "'",
    "\\\"",
    "\\'",
    "\\$x",
    "\u{10ffff}\u{fffd}",
    "a\\\nb",
    "%s %d %% %%PATH%%",
    "\u{2018}curly\u{2019} \u{201c}double\u{201d}",
];

fn request(method: &str, path: &str, body: SpecBody) -> RequestSpec {
    RequestSpec {
        method: method.into(),
        url: format!("http://BASE{path}"),
        headers: vec![
            ("Content-Type".into(), "application/json; charset=utf-8".into()),
            ("X-Quote".into(), "a \"b\" 'c' \\d $e `f` %g {{h}}".into()),
        ],
        body,
        ..RequestSpec::default()
    }
}

fn file(name: &str, filename: &str, path: &str) -> Part {
    Part {
        name: name.into(),
        filename: Some(filename.into()),
        content_type: Some("application/x-thing".into()),
        content: PartContent::File(path.into()),
        ..Part::default()
    }
}

fn text(name: &str, text: &str) -> Part {
    Part { name: name.into(), content: PartContent::Text(text.into()), ..Part::default() }
}

fn requests(folder: &Path) -> Vec<RequestSpec> {
    let big: Vec<u8> = (0..3_000_000_u32).map(|index| (index % 251) as u8).collect();
    std::fs::write(folder.join("crash.zip"), b"PK\x03\x04\x00\xff\r\n--x").unwrap();
    std::fs::write(folder.join("big file.bin"), big).unwrap();
    let mut requests: Vec<RequestSpec> =
        HOSTILE.iter().map(|body| request("POST", "/x?apiKey=3f0c&b=%41%2F", SpecBody::Text((*body).into()))).collect();
    requests.push(request("POST", "/long", SpecBody::Text("äé$\"\\ ".repeat(20_000))));
    requests.push(request("PUT", "/a/b;c=d/e,f?x=1&x=2", SpecBody::Text("{}".into())));
    requests.push(request("DELETE", "/gone", SpecBody::None));
    requests.push(RequestSpec { headers: Vec::new(), ..request("GET", "/get?q=a+b", SpecBody::None) });
    requests.push(request("POST", "/file", SpecBody::File("crash.zip".into())));
    requests.push(request("POST", "/big", SpecBody::File("big file.bin".into())));
    requests.push(request("POST", "/bytes", SpecBody::Bytes(vec![0, 255, 13, 10, 0xed, 0xa0, 0x80])));
    let form = |parts: Vec<Part>| RequestSpec {
        headers: vec![("X-Run".into(), "7".into())],
        ..request("POST", "/upload", SpecBody::Multipart(parts))
    };
    requests.push(form(vec![file("crashlog", "crash.zip", "crash.zip"), text("note", "hello")]));
    requests.push(form(vec![file("big", "ü 漢 'x'.bin", "big file.bin")]));
    requests.push(form(vec![file("q", "quote\"back\\slash;semi,comma.zip", "crash.zip"), text("@t", "<@;type=x\"\\")]));
    let parts = HOSTILE.iter().enumerate().filter(|(_, value)| !value.contains('\0'));
    requests.push(form(parts.map(|(index, value)| text(&format!("p{index}"), value)).collect()));
    requests
}

/// Writes the program and runs it.
fn run(tool: Tool, requests: &[RequestSpec], address: &str, folder: &Path) {
    let requests: Vec<RequestSpec> =
        requests.iter().map(|request| RequestSpec { url: request.url.replace("BASE", address), ..request.clone() }).collect();
    let written = tool.write(&Script::revealing_secrets(&requests));
    std::fs::write(folder.join(tool.file_name()), &written.text).unwrap();
    let (program, arguments): (&str, &[&str]) = match tool {
        Tool::CurlBash => ("bash", &[]),
        Tool::Code(Language::Python) => ("python3", &[]),
        Tool::Code(Language::JavaScriptNode) => ("node", &[]),
        Tool::Code(Language::Php) => ("php", &[]),
        Tool::Code(Language::Go) => ("go", &["run"]),
        Tool::Code(Language::Java) => ("java", &[]),
        other => panic!("{other:?} is not run"),
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(tool.file_name()).current_dir(folder).stdin(Stdio::null());
    command.env("no_proxy", "*").env("LC_ALL", "C.UTF-8").env("GOFLAGS", "-mod=mod").env("GOCACHE", folder.join("go"));
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap_or_else(|error| panic!("{program} is missing ({error}); tests/run.sh installs it"));
    assert!(
        output.status.success(),
        "{tool:?}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr).chars().take(3000).collect::<String>()
    );
}

/// What differs is told by its request and its beginning: bodies are long.
fn compare(tool: Tool, sent: &[RequestSpec], skip: impl Fn(&RequestSpec) -> bool) {
    let folder = tempfile::tempdir().unwrap();
    let all = requests(folder.path());
    let sent: Vec<RequestSpec> = if sent.is_empty() { all } else { sent.to_vec() };
    let sent: Vec<RequestSpec> = sent.into_iter().filter(|request| !skip(request)).collect();
    let (arrived, ()) = crate::recorder::record(|address| run(tool, &sent, address, folder.path()));
    assert_eq!(arrived.len(), sent.len(), "{tool:?}");
    for (request, arrived) in sent.iter().zip(arrived) {
        let wanted: Arrived = expected(request, folder.path());
        let named: Vec<String> = wanted.headers.iter().map(|(name, _)| name.clone()).collect();
        let (wanted, arrived) = (comparable(wanted, &named), comparable(arrived, &named));
        let by_name = |mut arrived: Arrived| {
            arrived.headers.sort();
            arrived
        };
        let (wanted, arrived) = (by_name(wanted), by_name(arrived));
        let shown = |arrived: &Arrived| format!("{arrived:?}").chars().take(1500).collect::<String>();
        assert!(arrived == wanted, "{tool:?} {}:\n  arrived {}\n  wanted  {}", request.url, shown(&arrived), shown(&wanted));
    }
}

fn runs_all_languages() -> bool {
    std::env::var("CENTERPOST_LANGUAGES").is_ok_and(|which| which == "all")
}

#[test]
fn bash_sends_it() {
    compare(Tool::CurlBash, &[], |_| false);
}

#[test]
fn python_sends_it() {
    compare(Tool::Code(Language::Python), &[], |_| false);
}

#[test]
fn node_sends_it() {
    compare(Tool::Code(Language::JavaScriptNode), &[], |_| false);
}

#[test]
fn php_sends_it() {
    compare(Tool::Code(Language::Php), &[], |_| false);
}

#[test]
fn go_sends_it() {
    if runs_all_languages() {
        compare(Tool::Code(Language::Go), &[], |_| false);
    }
}

#[test]
fn java_sends_it() {
    if runs_all_languages() {
        compare(Tool::Code(Language::Java), &[], |_| false);
    }
}
