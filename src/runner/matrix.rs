//! The attachment matrix: files of every size, name and content, tried on every file element.

use std::collections::BTreeMap;

use super::generate::{Content, Generated};
use super::planned_row::PlannedRow;
use super::suite::{Action, Attach, FileSource, Matrix, Payload, Step};
use super::units::Size;
use crate::model::Profile;
use crate::model::unseen::drawn_on_one_line;

/// The sizes of each group. IIS takes 30,000,000 bytes unless it is told otherwise; Centercode's guide says 2 GB.
const SIZES: [(&str, &[u64]); 3] = [
    ("small", &[0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1]),
    ("30mb", &[30_000_000 - 1, 30_000_000, 30_000_000 + 1]),
    ("2gb", &[(2 << 30) - 1, 2 << 30, (2 << 30) + 1]),
];

/// Names that servers and disks stumble over.
const NAMES: [&str; 18] = [
    "with spaces .txt",
    "emoji 🦀👩‍🔧.txt",
    "漢字かな한글.txt",
    "שלום مرحبا.txt",
    "combining e\u{301}\u{323}.txt",
    "quote\"double.txt",
    "quote'single.txt",
    "percent %41%00.txt",
    "semi;colon.txt",
    "equals=and&.txt",
    ".leading-dot",
    "no-extension",
    "double.tar.gz",
    "CON.txt",
    "trailing dot.",
    "path/separators\\in.txt",
    "../up.txt",
    "line\r\nbreak.txt",
];

/// Groups of files that go to one element together.
const GROUPS: [&str; 3] = ["several", "same-name", "parallel"];

/// How many files go at once to one element in the group `parallel`.
const PARALLEL: usize = 8;

/// The names of everything that a matrix can be asked for, for schemas.
pub fn group_names() -> (Vec<&'static str>, &'static [&'static str]) {
    (SIZES.iter().map(|(name, _)| *name).collect(), &GROUPS)
}

/// The rows of a matrix: one ticket each, and the same file to every element.
///
/// # Errors
/// When it asks for something that there is not.
pub fn rows(matrix: &Matrix, profile: &Profile) -> Result<Vec<PlannedRow>, String> {
    let own = profile.file_elements.iter().map(|element| element.parameter.clone());
    let elements: Vec<String> = matrix.elements.clone().unwrap_or_else(|| own.collect());
    if elements.is_empty() {
        return Err("the matrix has no file element: the profile has none, and elements names none".to_owned());
    }
    let mut rows: Vec<PlannedRow> = Vec::new();
    let mut add = |label: String, files: Vec<(String, Generated)>| {
        let attach = |(name, generated): &(String, Generated), element: &String| Attach {
            element: element.clone(),
            source: FileSource::Generated(*generated),
            name: Some(name.clone()),
            is_name_literal: true,
            content_type: None,
        };
        let attach = elements.iter().flat_map(|element| files.iter().map(move |file| attach(file, element))).collect();
        let action = Action::Send { payload: Payload::Members(matrix.send.clone()), attach };
        let wants_refusal = matrix.refused.contains(&label);
        let step = Step { name: label.clone(), action, expect: Vec::new(), capture: BTreeMap::new(), wants_refusal };
        rows.push(PlannedRow { number: rows.len() + 1, label, steps: Some(vec![step]), ..PlannedRow::default() });
    };
    let file = |size: Option<u64>, content: Content| Generated { size: size.map(Size), content };
    for size in sizes(matrix.sizes.as_deref())? {
        add(format!("size {}", Size(size)), vec![(format!("{size}-bytes.bin"), file(Some(size), Content::Zeros))]);
    }
    for name in names(matrix.names.as_deref()) {
        let shown = drawn_on_one_line(&name);
        let shown = if shown.chars().count() > 60 { format!("{}…", shown.chars().take(60).collect::<String>()) } else { shown };
        add(format!("name {shown}"), vec![(name, file(Some(1024), Content::Text))]);
    }
    let (contents, has_liar) = contents(matrix.contents.as_deref())?;
    for content in contents {
        let name = format!("{}.{}", content.name(), content.ending());
        let size = (content == Content::Zeros || content == Content::Random).then_some(1 << 20);
        add(format!("content {}", content.name()), vec![(name, file(size, content))]);
    }
    if has_liar {
        add("content png named .pdf".to_owned(), vec![("lies.pdf".to_owned(), file(None, Content::Png))]);
    }
    for group in groups(matrix.groups.as_deref())? {
        let (count, same) = match group {
            "several" => (3, false),
            "same-name" => (2, true),
            _ => (PARALLEL, false),
        };
        let name = |index: usize| if same { "same.txt".to_owned() } else { format!("{group}-{index}.txt") };
        let files = (1..=count).map(|index| (name(index), file(Some(1024 * index as u64), Content::Text))).collect();
        add(format!("group {group}"), files);
    }
    if let Some(unknown) = matrix.refused.iter().find(|label| rows.iter().all(|row| row.label != **label)) {
        let labels: Vec<_> = rows.iter().map(|row| format!("\"{}\"", row.label)).collect();
        return Err(format!("refused names \"{unknown}\", and there is no such row. There are {}", labels.join(", ")));
    }
    if rows.is_empty() { Err("the matrix asks for no file".to_owned()) } else { Ok(rows) }
}

fn sizes(asked: Option<&[String]>) -> Result<Vec<u64>, String> {
    let Some(asked) = asked else { return Ok(SIZES.iter().flat_map(|(_, sizes)| sizes.iter().copied()).collect()) };
    let mut found = Vec::new();
    for text in asked {
        match SIZES.iter().find(|(name, _)| name == text) {
            Some((_, sizes)) => found.extend(sizes.iter().copied()),
            None => found.push(text.parse::<Size>().map_err(|error| format!("{error}. Groups are small, 30mb and 2gb"))?.0),
        }
    }
    Ok(found)
}

fn names(asked: Option<&[String]>) -> Vec<String> {
    let all = || {
        // 255 bytes are the most that common file systems take.
        let longest = format!("{}.txt", "n".repeat(251));
        NAMES.iter().map(|name| (*name).to_owned()).chain([longest])
    };
    match asked {
        None => all().collect(),
        Some(asked) => asked.iter().flat_map(|name| if name == "all" { all().collect() } else { vec![name.clone()] }).collect(),
    }
}

fn contents(asked: Option<&[String]>) -> Result<(Vec<Content>, bool), String> {
    let Some(asked) = asked else { return Ok((Content::ALL.to_vec(), true)) };
    let mut found = Vec::new();
    let mut has_liar = false;
    for text in asked {
        match (text.as_str(), Content::ALL.iter().find(|content| content.name() == text)) {
            ("all", _) => {
                found.extend(Content::ALL);
                has_liar = true;
            }
            ("lying", _) => has_liar = true,
            (_, Some(content)) => found.push(*content),
            (_, None) => {
                let names: Vec<_> = Content::ALL.iter().map(|content| content.name()).collect();
                return Err(format!("\"{text}\" is not a kind of content. There are all, lying, {}", names.join(", ")));
            }
        }
    }
    Ok((found, has_liar))
}

fn groups(asked: Option<&[String]>) -> Result<Vec<&'static str>, String> {
    let Some(asked) = asked else { return Ok(GROUPS.to_vec()) };
    let mut found = Vec::new();
    for text in asked {
        match (text.as_str(), GROUPS.iter().find(|group| *group == text)) {
            ("all", _) => found.extend(GROUPS),
            (_, Some(group)) => found.push(*group),
            (_, None) => return Err(format!("\"{text}\" is not a group. There are all, {}", GROUPS.join(", "))),
        }
    }
    Ok(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile::from_json(r#"{"file_elements": [{"parameter": "log"}, {"parameter": "shot"}]}"#).unwrap()
    }

    fn files(row: &PlannedRow) -> Vec<Attach> {
        let Action::Send { attach, .. } = &row.steps.as_ref().unwrap()[0].action else { panic!() };
        attach.clone()
    }

    #[test]
    fn the_whole_matrix_has_every_size_name_content_and_group() {
        let rows = rows(&Matrix::default(), &profile()).unwrap();
        assert_eq!(rows.len(), 11 + 19 + 13 + 3);
        let labels: Vec<_> = rows.iter().map(|row| row.label.as_str()).collect();
        for label in [
            "size 0 B",
            "size 64 KiB - 1",
            "size 30 MB + 1",
            "size 2 GiB",
            "name CON.txt",
            "content png named .pdf",
            "group parallel",
        ] {
            assert!(labels.contains(&label), "{label}: {labels:#?}");
        }
        let distinct: std::collections::HashSet<_> = labels.iter().collect();
        assert_eq!(distinct.len(), labels.len());
        assert_eq!(files(&rows[0]).iter().map(|file| file.element.as_str()).collect::<Vec<_>>(), ["log", "shot"]);
        assert_eq!(files(rows.last().unwrap()).len(), 2 * PARALLEL);
        let longest = rows.iter().flat_map(files).map(|file| file.name.unwrap().len()).max();
        assert_eq!(longest, Some(255));
    }

    #[test]
    fn a_part_of_it_by_table() {
        let texts = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>());
        let none = || Some(Vec::new());
        for (sizes, names, contents, groups, expected) in [
            (texts(&["small", "5 MB"]), none(), none(), none(), Ok(6)),
            (none(), texts(&["all", "mine.txt"]), none(), none(), Ok(20)),
            (none(), none(), texts(&["png", "lying"]), none(), Ok(2)),
            (none(), none(), none(), texts(&["same-name"]), Ok(1)),
            (none(), none(), none(), none(), Err("no file")),
            (texts(&["huge"]), none(), none(), none(), Err("Groups are small")),
            (none(), none(), texts(&["gif"]), none(), Err("not a kind of content")),
            (none(), none(), none(), texts(&["crowd"]), Err("not a group")),
        ] {
            let matrix = Matrix { sizes, names, contents, groups, elements: texts(&["log"]), ..Matrix::default() };
            match (rows(&matrix, &profile()), expected) {
                (Ok(rows), Ok(count)) => assert_eq!(rows.len(), count),
                (Err(error), Err(text)) => assert!(error.contains(text), "{error}"),
                (found, _) => panic!("{found:?}"),
            }
        }
        assert!(rows(&Matrix::default(), &Profile::default()).unwrap_err().contains("no file element"));
    }
}
