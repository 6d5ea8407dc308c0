//! The page for a ticket: CommonMark with GitHub's tables.

use std::ops::Range;

use super::page::{Block, Document};

/// How much stands around a mark where it is quoted, in characters.
const AROUND: usize = 40;

/// The page as Markdown.
pub fn page(document: &Document) -> String {
    let mut page = format!("# {}\n", escape(&document.title));
    for block in &document.blocks {
        page.push('\n');
        put(&mut page, block);
    }
    page
}

fn put(page: &mut String, block: &Block) {
    match block {
        Block::Heading(level, text) => page.push_str(&format!("{} {}\n", "#".repeat((*level).into()), escape(text))),
        Block::Paragraph(text) => page.push_str(&format!("{}\n", escape(text))),
        Block::Callout(text) => page.push_str(&format!("> **{}**\n", escape(text))),
        Block::List { items, numbered } => {
            for (index, item) in items.iter().enumerate() {
                let sign = if *numbered { format!("{}.", index + 1) } else { "-".to_owned() };
                page.push_str(&format!("{sign} {}\n", escape(item)));
            }
        }
        Block::Table { heads, rows } => {
            let line = |cells: &[String]| {
                let cells: Vec<String> = cells.iter().map(|cell| escape(cell)).collect();
                format!("| {} |\n", cells.join(" | "))
            };
            page.push_str(&line(heads));
            page.push_str(&format!("|{}\n", " --- |".repeat(heads.len())));
            rows.iter().for_each(|row| page.push_str(&line(row)));
        }
        Block::Chart(chart) => {
            let numbers = chart.numbers();
            let numbers: Vec<String> = numbers.iter().map(|(name, value)| format!("{name} {}", chart.text_of(*value))).collect();
            page.push_str(&format!("{}: {}\n", escape(&chart.title), escape(&numbers.join(", "))));
        }
        Block::Code { text, marks } => {
            let fence = fence_for(text);
            let end = if text.ends_with('\n') { "" } else { "\n" };
            page.push_str(&format!("{fence}\n{text}{end}{fence}\n"));
            for mark in marks {
                page.push_str(&format!("\nMarked: {}\n", quoted(text, mark)));
            }
        }
    }
}

/// A fence that does not stand in the text.
fn fence_for(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}

/// A code block cannot mark anything, so what matters is said again below it.
fn quoted(text: &str, mark: &Range<usize>) -> String {
    let (Some(before), Some(marked), Some(after)) = (text.get(..mark.start), text.get(mark.clone()), text.get(mark.end..)) else {
        return String::new();
    };
    let before: String = before.chars().rev().take(AROUND).collect::<Vec<_>>().into_iter().rev().collect();
    let after: String = after.chars().take(AROUND).collect();
    format!("{}**{}**{}", escape(before.trim_start()), escape(marked), escape(after.trim_end()))
}

/// A text as Markdown shows it, on one line.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '#' | '+' | '-' if index == 0 => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' | '\r' | '\t' => escaped.push(' '),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_stay_texts() {
        for (text, expected) in
            [("a|b <i> `c` *d*", r"a\|b \<i\> \`c\` \*d\*"), ("# no\nheading", r"\# no heading"), ("{{apiKey}}", "{{apiKey}}")]
        {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        let mut document = Document::new("T");
        document.code("a ```` b", std::iter::once(2..6).collect());
        let page = page(&document);
        assert!(page.contains("`````\na ```` b\n`````\n"), "{page}");
        assert!(page.contains(r"Marked: a **\`\`\`\`** b"), "{page}");
    }
}
