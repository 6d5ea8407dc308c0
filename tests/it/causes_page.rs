//! `docs/causes.md` is the table of causes. `UPDATE_DOCS=1` writes it anew.

use std::path::Path;

use centerpost::diagnosis::CauseId;

use crate::support::home::Home;

const HEAD: &str = "\
# Causes

Every cause that Centerpost knows. `centerpost explain ID` prints the same. The tests write this page from the table of causes
(`UPDATE_DOCS=1 cargo test --test it causes_page`) and fail if it differs.

A cause is *proven* (the evidence shows it), *likely* (the best explanation) or *possible* (one of several). The ids are stable.
";

/// A family's heading, by the part of its ids before the dot.
const FAMILIES: [(&str, &str); 9] = [
    ("endpoint", "The address"),
    ("request", "The request"),
    ("field", "Fields of the payload"),
    ("upload", "File uploads"),
    ("auth", "Access"),
    ("transport", "The network"),
    ("server", "The server"),
    ("response", "The answer"),
    ("", "No problem, and no known cause"),
];

/// Angle brackets and braces are text here.
fn plain(text: &str) -> String {
    text.replace('<', "\\<")
}

fn entry(id: CauseId) -> String {
    let mut text = format!("\n### `{id}`\n\n{}.\n\n", plain(id.title()));
    for (heading, words) in [("How it happens", id.origin()), ("How to prove it", id.proof()), ("How to fix it", id.advice())] {
        if !words.is_empty() {
            text.push_str(&format!("- {heading}: {}\n", plain(words)));
        }
    }
    for broader in id.narrower_than() {
        text.push_str(&format!("- A special case of: [`{broader}`](#{})\n", broader.as_str().replace('.', "")));
    }
    match id.link() {
        Some(link) => text.push_str(&format!("- Basis: [{}]({link})\n", id.basis().label())),
        None => text.push_str(&format!("- Basis: {}\n", id.basis().label())),
    }
    text
}

#[test]
fn the_page_of_causes_is_the_table() {
    let mut page = HEAD.to_owned();
    let mut count = 0;
    for (family, heading) in FAMILIES {
        page.push_str(&format!("\n## {heading}\n"));
        for id in CauseId::ALL.iter().filter(|id| id.family() == family) {
            page.push_str(&entry(*id));
            count += 1;
        }
    }
    assert_eq!(count, CauseId::ALL.len(), "a family has no heading");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/causes.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = page.lines().zip(found.lines()).find(|(new, old)| new != old);
    assert!(page == found, "docs/causes.md is not the table; UPDATE_DOCS=1 writes it anew. First difference: {differs:?}");
}

#[test]
fn explain_prints_each_cause_and_suggests_ids() {
    let home = Home::new();
    let text = home.ends(0, &["explain", "endpoint.source-key-mismatch"]);
    for part in ["How it happens:", "How to prove it:", "How to fix it:", "https://help.centercode.com/"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let list = home.ends(0, &["explain"]);
    assert!(CauseId::ALL.iter().all(|id| list.contains(id.as_str())), "{list}");
}
