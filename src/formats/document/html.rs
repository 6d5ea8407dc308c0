//! The page for a browser: one file, no scripts, nothing from elsewhere.

use super::html_text::escape;
use super::page::{Block, Document};

const STYLE: &str = "\
:root { color-scheme: light dark; --text: #1d2433; --muted: #5b6478; --line: #d5dae3; --code: #f4f6f9; --mark: #ffe38a; --call: #eef4ff; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9f0; --muted: #a2abbd; --line: #3a4355; --code: #1b212d; --mark: #6b5300; --call: #1c2a44; } body { background: #12161f; } }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; white-space: pre-wrap; font: 13px/1.45 ui-monospace, monospace; }
mark { background: var(--mark); color: inherit; border-radius: 3px; padding: 0 .1em; }
table { border-collapse: collapse; width: 100%; font-size: .95em; } th, td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: .35rem .75rem .35rem 0; } th { color: var(--muted); font-weight: 600; }
.call { background: var(--call); border-left: 4px solid #3b74d8; padding: .75rem 1rem; border-radius: 4px; }
figure { margin: 1rem 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--muted); }
svg .axis { stroke: var(--muted); fill: none; } svg .grid { stroke: var(--line); } svg .good { fill: #3b74d8; } svg .bad { fill: #c8372d; }
@media print { body { margin: 0; max-width: none; font-size: 11px; background: none; } pre { font-size: 9px; } h2 { break-after: avoid; } }
";

/// The page as HTML.
pub fn page(document: &Document) -> String {
    let title = escape(&document.title);
    let blocks: String = document.blocks.iter().map(block).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{blocks}</body>\n</html>\n"
    )
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => format!("<h{level}>{}</h{level}>\n", escape(text)),
        Block::Paragraph(text) => format!("<p>{}</p>\n", escape(text)),
        Block::Callout(text) => format!("<p class=\"call\">{}</p>\n", escape(text)),
        Block::List { items, numbered } => {
            let tag = if *numbered { "ol" } else { "ul" };
            let items: String = items.iter().map(|item| format!("<li>{}</li>\n", escape(item))).collect();
            format!("<{tag}>\n{items}</{tag}>\n")
        }
        Block::Table { heads, rows } => {
            let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{}</th>", escape(head))).collect();
            let cell = |cell: &String| format!("<td>{}</td>", escape(cell));
            let rows: String =
                rows.iter().map(|row| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>())).collect();
            format!("<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n")
        }
        Block::Chart(chart) => super::svg::svg(chart),
        Block::Code { text, marks } => {
            let mut code = String::new();
            let mut at = 0;
            for mark in marks {
                let (Some(before), Some(marked)) = (text.get(at..mark.start), text.get(mark.clone())) else { continue };
                code.push_str(&format!("{}<mark>{}</mark>", escape(before), escape(marked)));
                at = mark.end;
            }
            code.push_str(&escape(&text[at..]));
            // A line end right behind the tag is not a part of the text to HTML.
            format!("<pre tabindex=\"0\">\n{code}</pre>\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_around_their_spans() {
        let mut document = Document::new("T <1>");
        document.code("a<b>c", std::iter::once(1..4).collect());
        document.table(&["A"], vec![vec!["x|y".into()]]);
        let page = page(&document);
        assert!(page.contains("<pre tabindex=\"0\">\na<mark>&lt;b&gt;</mark>c</pre>"), "{page}");
        assert!(page.contains("<title>T &lt;1&gt;</title>") && page.contains("<td>x|y</td>"), "{page}");
    }
}
