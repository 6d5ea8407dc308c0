//! A page as a person sees it: its title, its text without tags and scripts, and what it asks for.

use std::sync::LazyLock;

use regex::Regex;

use super::context::RuleContext;
use crate::model::entities::written_out;

/// A script that leads to another address: `location = "…"`, `location.href = "…"`, `location.replace("…")`.
static SENDS_ON: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"location(?:\.href)?(?:\s*=\s*|\.(?:replace|assign)\s*\(\s*)["'`]([^"'`\s]{1,2000})"#).ok());

/// A page in lower case. Empty when the answer is none.
#[derive(Default)]
pub(super) struct Page {
    /// Whether the answer is a page at all.
    pub(super) is_html: bool,
    /// The title's text.
    pub(super) title: String,
    /// What can be read on it, the title included.
    pub(super) text: String,
    /// Its source, for what stands in attributes.
    source: String,
}

impl Page {
    pub(super) fn of(context: &RuleContext<'_>) -> Self {
        if !context.answer_is_html() {
            return Self { text: context.answer_lower.clone(), ..Self::default() };
        }
        let source = context.answer_lower.clone();
        Self { is_html: true, title: title(&source), text: visible(&source), source }
    }

    /// Whether it has an input for a password.
    pub(super) fn has_password(&self) -> bool {
        self.inputs().any(|input| {
            input.contains("type=\"password\"") || input.contains("type='password'") || input.contains("type=password")
        })
    }

    /// Whether its source holds one of the words, in attributes too.
    pub(super) fn holds(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.source.contains(word))
    }

    /// The addresses that its forms send to.
    pub(super) fn actions(&self) -> impl Iterator<Item = &str> {
        self.tags("<form").filter_map(|form| {
            let rest = form.get(form.find("action=")? + "action=".len()..)?.trim_start_matches(['"', '\'']);
            rest.get(..rest.find(['"', '\'', ' ', '>']).unwrap_or(rest.len()))
        })
    }

    /// Its input elements.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &str> {
        self.tags("<input")
    }

    /// Where it sends on by itself.
    pub(super) fn refreshes(&self) -> impl Iterator<Item = &str> {
        let meta = self
            .tags("<meta")
            .filter(|meta| meta.contains("refresh"))
            .filter_map(|meta| meta.split_once("url=").map(|(_, url)| url.trim_start_matches(['"', '\'', ' '])));
        let meta = meta.map(|url| url.get(..url.find(['"', '\'']).unwrap_or(url.len())).unwrap_or(""));
        let script = SENDS_ON.as_ref().into_iter().flat_map(|sends_on| sends_on.captures_iter(&self.source));
        let script = script.filter_map(|found| found.get(1)).map(|found| found.as_str());
        meta.chain(script)
    }

    /// Where it leads whoever opens it, if there is little else on it: by itself, by its frames, by its only form.
    pub(super) fn leads_on(&self) -> impl Iterator<Item = &str> {
        const LITTLE: usize = 600;
        let leads = self.is_html && self.text.len() < LITTLE;
        self.refreshes().chain(self.frames()).chain(self.actions()).filter(move |_| leads)
    }

    /// The addresses of its frames.
    fn frames(&self) -> impl Iterator<Item = &str> {
        self.tags("<frame").chain(self.tags("<iframe")).filter_map(|frame| {
            let rest = frame.get(frame.find("src=")? + "src=".len()..)?.trim_start_matches(['"', '\'']);
            rest.get(..rest.find(['"', '\'', ' ', '>']).unwrap_or(rest.len()))
        })
    }

    fn tags(&self, open: &'static str) -> impl Iterator<Item = &str> {
        self.source.match_indices(open).filter_map(|(at, _)| {
            let rest = self.source.get(at..)?;
            rest.get(..rest.find('>').unwrap_or(rest.len()))
        })
    }
}

fn title(source: &str) -> String {
    let inside = source.find("<title").and_then(|at| {
        let rest = source.get(at..)?;
        let rest = rest.get(rest.find('>')? + 1..)?;
        rest.get(..rest.find("</title").unwrap_or(rest.len().min(200)))
    });
    plain(inside.unwrap_or(""))
}

/// The text between the tags of a source in lower case, without scripts, styles and comments.
pub(super) fn visible(source: &str) -> String {
    let mut out = String::with_capacity(source.len() / 2);
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        out.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at..).unwrap_or("");
        let end = ["script", "style"]
            .iter()
            .find(|name| rest.get(1..).is_some_and(|tag| tag.starts_with(**name)))
            .map(|name| format!("</{name}"))
            .or_else(|| rest.starts_with("<!--").then(|| "-->".to_owned()))
            .and_then(|close| rest.find(&close))
            .unwrap_or(0);
        let behind = rest.get(end..).and_then(|tail| tail.find('>')).map_or(rest.len(), |at| end + at + 1);
        out.push(' ');
        rest = rest.get(behind..).unwrap_or("");
    }
    out.push_str(rest);
    plain(&out)
}

/// With its characters written out and its spaces made one.
fn plain(text: &str) -> String {
    written_out(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_it_is_seen() {
        let source = "<html><head><title>web\n blocked</title><style>.wifi{}</style><script>var login = '<b>';</script></head><body><!-- akamai --><p class=\"hotspot\">gr&uuml;n &amp; <b>gut</b></p></body>";
        assert_eq!(title(source), "web blocked");
        assert_eq!(visible(source), "web blocked grün & gut");
        for text in ["<", "<script", "a < b", "<!--", "<title", "</", "<title>x"] {
            let _ = (title(text), visible(text));
        }
    }
}
