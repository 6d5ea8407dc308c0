//! A page and its blocks.

use std::ops::Range;

use super::chart::{Chart, Values};

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a page. Its texts are plain.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading of level 2 or 3.
    Heading(u8, String),
    /// Text.
    Paragraph(String),
    /// Text that matters more than the rest.
    Callout(String),
    /// Points in a row; with numbers if order counts.
    List {
        /// The points.
        items: Vec<String>,
        /// Whether their order counts.
        numbered: bool,
    },
    /// Rows under heads.
    Table {
        /// The heads of the columns.
        heads: Vec<String>,
        /// The rows, as wide as the heads.
        rows: Vec<Vec<String>>,
    },
    /// A drawing of values.
    Chart(Chart),
    /// Text as it travels, with what matters in it marked.
    Code {
        /// The text.
        text: String,
        /// Spans of the text in bytes, in order; none overlap.
        marks: Vec<Range<usize>>,
    },
}

/// What a page is made of, put together piece by piece.
impl Document {
    /// A page with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// Adds a heading of level 2.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading(2, text.into()));
    }

    /// Adds a heading of level 3.
    pub fn subheading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading(3, text.into()));
    }

    /// Adds text.
    pub fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    /// Adds text that matters more than the rest.
    pub fn callout(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Callout(text.into()));
    }

    /// Adds points, if there are any.
    pub fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::List { items, numbered: false });
        }
    }

    /// Adds points whose order counts, if there are any.
    pub fn steps(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::List { items, numbered: true });
        }
    }

    /// Adds a table, if it has rows.
    pub fn table(&mut self, heads: &[&str], rows: Vec<Vec<String>>) {
        if !rows.is_empty() {
            self.blocks.push(Block::Table { heads: heads.iter().map(|head| (*head).to_owned()).collect(), rows });
        }
    }

    /// Adds a drawing, if there is something to draw.
    pub fn chart(&mut self, chart: Chart) {
        let is_empty = match &chart.values {
            Values::Bars(bars) => bars.is_empty(),
            Values::Points(points) => points.is_empty(),
        };
        if !is_empty {
            self.blocks.push(Block::Chart(chart));
        }
    }

    /// Adds text as it travels.
    pub fn code(&mut self, text: impl Into<String>, marks: Vec<Range<usize>>) {
        self.blocks.push(Block::Code { text: text.into(), marks });
    }
}
