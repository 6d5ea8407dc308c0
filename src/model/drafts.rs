//! The drafts of one profile: its tabs, in their order, and those that were closed.

use serde::{Deserialize, Serialize};

use super::draft::Draft;

/// How many closed drafts can be opened again.
pub const CLOSED: usize = 10;

/// A draft under its name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamedDraft {
    /// Its name, which no other draft of the profile has; empty until the profile has a second one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it sent last, by its number in the history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<i64>,
    /// What was typed and picked.
    #[serde(flatten)]
    pub draft: Draft,
}

/// The drafts of one profile. The first lies flat in the file, where it lay when a profile had one alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Drafts {
    /// The first tab.
    #[serde(flatten)]
    pub first: NamedDraft,
    /// The tabs behind it, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<NamedDraft>,
    /// The name of the open tab; the first when there is none of that name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub open: String,
    /// What was closed, oldest first. No more than [`CLOSED`] are kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<NamedDraft>,
}

impl Drafts {
    /// Every draft, the closed ones at the end.
    pub fn all(&self) -> impl Iterator<Item = &NamedDraft> {
        std::iter::once(&self.first).chain(&self.more).chain(&self.closed)
    }

    /// [`Drafts::all`], to be changed.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut NamedDraft> {
        std::iter::once(&mut self.first).chain(&mut self.more).chain(&mut self.closed)
    }
}

impl From<Draft> for Drafts {
    fn from(draft: Draft) -> Self {
        Self { first: NamedDraft { draft, ..NamedDraft::default() }, ..Self::default() }
    }
}

/// What a draft without a name is called.
pub const UNNAMED: &str = "Draft";

/// A name that no other draft has: `wanted`, or `wanted` with the first number that is free.
pub fn free_name<'a>(wanted: &str, taken: &(impl Iterator<Item = &'a str> + Clone)) -> String {
    let is_free = |name: &str| !taken.clone().any(|other| other == name);
    if !wanted.is_empty() && is_free(wanted) {
        return wanted.to_owned();
    }
    let stem = if wanted.is_empty() { UNNAMED } else { wanted };
    let first = if wanted.is_empty() { 1 } else { 2 };
    let mut names = (first..).map(|number: u32| format!("{stem} {number}"));
    // There are fewer drafts than numbers.
    names.find(|name| is_free(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_one_draft_is_the_first_tab_and_stays_as_it_was() {
        let old = r#"{"entries":[],"json":"{}","attachments":[],"address":null}"#;
        let drafts: Drafts = serde_json::from_str(old).unwrap();
        assert_eq!(drafts, Draft { json: Some("{}".into()), ..Draft::default() }.into());
        let written = serde_json::to_string(&drafts).unwrap();
        let (written, old): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(&written).unwrap(), serde_json::from_str(old).unwrap());
        assert_eq!(written, old);
    }

    #[test]
    fn what_reads_one_draft_alone_finds_the_first() {
        let draft = |text: &str| Draft { json: Some(text.into()), ..Draft::default() };
        let named = |name: &str, text: &str| NamedDraft { name: name.into(), sent: Some(7), draft: draft(text) };
        let drafts = Drafts {
            first: named("Draft 1", "1"),
            more: vec![named("Draft 2", "2")],
            open: "Draft 2".into(),
            closed: vec![named("Old", "3")],
        };
        let text = serde_json::to_string(&drafts).unwrap();
        assert_eq!(serde_json::from_str::<Draft>(&text).unwrap(), draft("1"));
        assert_eq!(serde_json::from_str::<Drafts>(&text).unwrap(), drafts);
    }

    #[test]
    fn names_by_table() {
        for (wanted, taken, expected) in [
            ("", &[][..], "Draft 1"),
            ("", &["Draft 1", "Draft 3"], "Draft 2"),
            ("Crash", &["Draft 1"], "Crash"),
            ("Crash", &["Crash", "Crash 2"], "Crash 3"),
        ] {
            assert_eq!(free_name(wanted, &taken.iter().copied()), expected, "{wanted} {taken:?}");
        }
    }
}
