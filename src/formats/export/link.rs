//! Requests as a `centerpost://` link, which opens them as a draft on another machine.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::http;
use super::template::Script;
use super::written::Written;
use crate::formats::import::DRAFT_LINK;

/// All but what RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Browsers and chat programs cut longer links, in characters.
const MAX_SAFE: usize = 2000;

/// The link.
pub fn write(script: &Script) -> Written {
    let mut written = http::write(script);
    let text = utf8_percent_encode(&written.text, ENCODED);
    written.text = format!("{DRAFT_LINK}{text}\n");
    if written.text.len() > MAX_SAFE {
        let length = written.text.trim_end().len();
        written
            .notes
            .push(format!("The link has {length} characters. Some programs cut a link after {MAX_SAFE}; send a file then"));
    }
    written
}
