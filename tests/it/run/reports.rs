//! Reports: JUnit as CI servers take it, a page with charts.

use super::suite;
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;

/// An element, its required and other attributes, and what may stand in it.
type Element = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// What Jenkins' `junit-10.xsd` allows.
const ELEMENTS: [Element; 9] = [
    ("testsuites", &[], &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
    (
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &[], &["property"]),
    ("property", &["name", "value"], &[], &[]),
    ("testcase", &["name"], &["time", "classname", "group"], &["skipped", "error", "failure", "system-out", "system-err"]),
    ("failure", &[], &["type", "message"], &["#text"]),
    ("error", &[], &["type", "message"], &["#text"]),
    ("skipped", &[], &["type", "message"], &["#text"]),
    ("system-out", &[], &[], &["#text"]),
];

/// Reads XML and holds each element against the schema. Returns how often each element stands there.
fn check_junit(text: &str) -> std::collections::BTreeMap<String, usize> {
    let mut counts = std::collections::BTreeMap::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    let allowed = |open: &[String], name: &str| match open.last() {
        Some(parent) => ELEMENTS.iter().find(|(own, ..)| own == parent).unwrap().3.contains(&name),
        None => name == "testsuites",
    };
    while let Some(at) = rest.find('<') {
        let between = &rest[..at];
        assert!(between.trim().is_empty() || allowed(&open, "#text"), "text in {open:?}: {between}");
        assert!(
            !between.contains('>') && between.matches('&').count() == between.matches(';').count() || between.contains(';'),
            "{between}"
        );
        let end = at + rest[at..].find('>').unwrap();
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let is_closed = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let name = tag.split(' ').next().unwrap();
        assert!(allowed(&open, name), "{name} in {open:?}");
        let (_, required, others, _) = ELEMENTS.iter().find(|(own, ..)| *own == name).unwrap();
        let mut attributes = Vec::new();
        let mut pairs = tag[name.len()..].trim_start();
        while let Some((attribute, value)) = pairs.split_once("=\"") {
            let (value, after) = value.split_once('"').unwrap();
            assert!(!value.contains('<'), "{value}");
            if attribute == "time" {
                assert!(value.parse::<f64>().is_ok_and(|time| time >= 0.0), "{value}");
            }
            attributes.push(attribute.to_owned());
            pairs = after.trim_start();
        }
        assert!(required.iter().all(|own| attributes.iter().any(|given| given == own)), "{name}: {attributes:?}");
        assert!(
            attributes.iter().all(|given| required.contains(&given.as_str()) || others.contains(&given.as_str())),
            "{attributes:?}"
        );
        *counts.entry(name.to_owned()).or_insert(0) += 1;
        if !is_closed {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?}");
    counts
}

#[test]
fn junit_fits_its_schema_and_the_page_needs_nothing_from_elsewhere() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("rows.csv", "summary,severity\nfine,Major\n\"<b>\"\"bad\"\" & 'ugly'</b>\u{7}\",nonsense\nslow,Minor\n");
    let text = "[data]\nfile = \"rows.csv\"\n[[step]]\nname = \"Create <it>\"\n\
        send = '{\"summary\": \"row {{row}}\", \"severity\": \"{{severity}}\"}'\n\
        expect = [{ pointer = \"/id\", exists = true }, { below = \"0 ms\" }, { status = 201 }]\nattach = [{ element = \"crashlog\", generate = { size = \"10 kB\" } }]\n";
    let suite = suite(&home, &served, text);
    let (junit, html) = (home.at("r.xml"), home.at("r.html"));
    home.ends(1, &["run", &suite, "--yes", "--report", &format!("junit={junit}"), "--report", &format!("html={html}")]);
    let counts = check_junit(&std::fs::read_to_string(&junit).unwrap());
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    assert_eq!((count("testcase"), count("failure"), count("system-out")), (3, 1, 2));
    let page = std::fs::read_to_string(&html).unwrap();
    assert_eq!(page.matches("<svg").count(), 3, "{page}");
    assert!(page.contains("field.choice-mismatch") && page.contains("&lt;b&gt;"), "{page}");
    for word in ["<script", "<img", "src=", "href=", "<b>", &served.key] {
        assert!(!page.contains(word), "{word}");
    }
    let error = home.refused(&["run", &suite, "--report", "pdf=x"]);
    assert!(error.contains("junit, html, json, markdown"), "{error}");
}
