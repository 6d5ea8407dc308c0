//! A page of text in blocks, to be read in a browser or pasted into a ticket.

mod html;
mod markdown;
mod page;

pub use html::{escape as escape_html, page as html};
pub use markdown::{escape as escape_markdown, page as markdown};
pub use page::{Block, Document};
