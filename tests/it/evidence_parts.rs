//! What an input does not show is never proven: each input of the evidence is cut off, redacted and robbed of parts, and what it proves
//! of its request then has to be proven by the whole input, too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use centerpost::diagnosis::preflight;
use centerpost::formats::import::{BareBody, Hints, open};
use centerpost::model::{Case, Profile};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/evidence")
}

fn profile() -> Profile {
    Profile::from_json(&std::fs::read_to_string(folder().join("inputs/acme.profile.json")).unwrap()).unwrap()
}

/// Every input that is text, by its name.
fn inputs() -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = std::fs::read_dir(folder().join("inputs"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter_map(|entry| {
            Some((entry.file_name().into_string().ok()?, String::from_utf8(std::fs::read(entry.path()).ok()?).ok()?))
        })
        .filter(|(name, _)| !name.ends_with(".profile.json"))
        .collect();
    found.sort();
    assert!(found.len() > 300);
    found
}

/// What the request that matters most in a text proves of itself.
fn sure_causes(text: &str, profile: &Profile) -> Option<BTreeSet<&'static str>> {
    let opened = open(text.as_bytes(), &Hints::bare(BareBody::Payload)).ok()?;
    let case = opened.imported.case(opened.imported.main_index(), Some(profile))?;
    if case.sent.url.is_empty() {
        return None;
    }
    let before = preflight(&Case { outcome: None, ..case });
    Some(before.iter().filter(|cause| cause.confidence.is_sure()).map(|cause| cause.id.as_str()).collect())
}

/// The inputs that prove more once they are changed. `changed` names each change and what came of it.
fn wrong(changed: impl Fn(&str, &str) -> Vec<(String, String)>) -> Vec<String> {
    let profile = profile();
    let mut wrong = Vec::new();
    for (name, text) in inputs() {
        let Some(whole) = sure_causes(&text, &profile) else { continue };
        for (what, less) in changed(&name, &text) {
            let new = sure_causes(&less, &profile).unwrap_or_default();
            let new: Vec<_> = new.difference(&whole).collect();
            if !new.is_empty() {
                wrong.push(format!("{name}, {what}: {new:?}"));
            }
        }
    }
    wrong
}

/// At how many places each input is cut; `PROPTEST_CASES` asks for more.
fn steps() -> usize {
    const USUAL: usize = 24;
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).map_or(USUAL, |cases: usize| cases.max(USUAL))
}

/// A command, a message or a file that is cut off anywhere shows no new proof of anything but of what stands before the cut.
#[test]
fn a_cut_proves_nothing_new() {
    let wrong = wrong(|name, text| {
        // What a tool prints or makes of its own form is never whole in the middle.
        let is_written = [".http", ".txt", ".bru", ".hurl", ".yaml", ".yml"].iter().any(|end| name.ends_with(end));
        if !is_written || name.starts_with("httpie") || text.contains("Host: ") && !name.ends_with(".http") {
            return Vec::new();
        }
        let steps = steps().min(text.len());
        let ends = (1..steps).map(|step| text.len() * step / steps).filter(|at| text.is_char_boundary(*at));
        // Where the headers are over, a body may be missing; and a line of YAML is whole where it ends.
        let ends = ends.filter(|at| {
            let before = &text[..*at];
            let is_whole_line = name.contains(".y") && before.ends_with('\n');
            !(before.ends_with("\n\n") || before.ends_with("\r\n\r\n") || is_whole_line)
        });
        ends.map(|at| {
            (
                format!(
                    "cut behind …{:?}",
                    &text[..at].chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect::<String>()
                ),
                text[..at].to_owned(),
            )
        })
        .collect()
    });
    assert!(wrong.is_empty(), "{} cuts prove something:\n{}", wrong.len(), wrong.join("\n"));
}

/// What people write over a secret before they send a text, and nobody writes in the place of one that is still to be filled in.
const OVER: [&str; 4] = ["REDACTED", "***", "<redacted>", "••••"];

#[test]
fn a_key_that_was_taken_out_proves_nothing_new() {
    let wrong = wrong(|_, text| {
        let has_key = text.contains("9c4e17b0aa");
        OVER.iter().filter(|_| has_key).map(|over| ((*over).to_owned(), text.replace("9c4e17b0aa", over))).collect()
    });
    assert!(wrong.is_empty(), "{} redactions prove something:\n{}", wrong.len(), wrong.join("\n"));
}

/// What people write in the place of what they leave out.
const LEFT_OUT: [&str; 4] = ["...", "[…]", "<snip>", "[body omitted]"];

#[test]
fn a_body_that_was_left_out_proves_nothing_new() {
    let wrong = wrong(|name, text| {
        if !name.ends_with(".http") && !name.ends_with(".txt") {
            return Vec::new();
        }
        // The body of a message, from its brace to the line with which it ends.
        let Some(start) = text.find("\n\n{").map(|at| at + 2) else { return Vec::new() };
        let end = text[start..].find("\n}").map_or(text.len(), |at| start + at + 2);
        let end = if text[start..].lines().next().is_some_and(|line| line.ends_with('}')) {
            start + text[start..].lines().next().unwrap().len()
        } else {
            end
        };
        LEFT_OUT.iter().map(|word| ((*word).to_owned(), format!("{}{word}{}", &text[..start], &text[end..]))).collect()
    });
    assert!(wrong.is_empty(), "{} gaps prove something:\n{}", wrong.len(), wrong.join("\n"));
}

/// A record whose tool left a part out.
#[test]
fn a_part_that_a_record_lacks_proves_nothing_new() {
    fn without(value: &mut Value, part: &str) -> bool {
        match value {
            Value::Object(members) => {
                let is_request = members.contains_key("postData") || members.contains_key("method");
                let mut dropped = is_request && members.shift_remove(part).is_some();
                members.values_mut().for_each(|inner| dropped |= without(inner, part));
                dropped
            }
            Value::Array(items) => {
                let mut dropped = false;
                items.iter_mut().for_each(|inner| dropped |= without(inner, part));
                dropped
            }
            _ => false,
        }
    }
    let wrong = wrong(|name, text| {
        let Ok(value) = serde_json::from_str::<Value>(text) else { return Vec::new() };
        if !name.ends_with(".har") && !text.contains("\"entries\"") {
            return Vec::new();
        }
        let parts = ["postData", "headers", "queryString", "cookies", "headersSize", "bodySize", "httpVersion"];
        let one = |part: &&str| {
            let mut less = value.clone();
            without(&mut less, part).then(|| ((*part).to_owned(), less.to_string()))
        };
        parts.iter().filter_map(one).collect()
    });
    assert!(wrong.is_empty(), "{} records prove something:\n{}", wrong.len(), wrong.join("\n"));
}
