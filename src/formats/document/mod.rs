//! A page of text in blocks, to be read in a browser or pasted into a ticket.

mod chart;
mod html;
mod html_text;
mod markdown;
mod page;
mod svg;

pub use chart::{Chart, Point, Values};
pub use html::page as html;
pub use html_text::escape as escape_html;
pub use markdown::{escape as escape_markdown, page as markdown};
pub use page::{Block, Document};
