//! `-d` and its kin: pieces of a body, joined as curl joins them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::command::Stdin;
use super::options::Effect;

/// What curl leaves as it is when it encodes.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A piece of a body, with what joins it to the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Whether `&` stands before it, if anything does.
    pub(super) joined: bool,
    pub(super) content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Bytes(Vec<u8>),
    /// A file's bytes; `before` is what stands before them (`name=`), and `as_is` says that curl changes nothing in them.
    File {
        path: String,
        before: Vec<u8>,
        as_is: bool,
    },
}

impl Piece {
    /// Whether it begins as JSON and does not end as such.
    pub(super) fn is_cut_json(&self) -> bool {
        let Content::Bytes(bytes) = &self.content else { return false };
        let bytes = bytes.trim_ascii();
        let is_cut = |open: u8, close: u8| bytes.first() == Some(&open) && bytes.last() != Some(&close);
        is_cut(b'{', b'}') || is_cut(b'[', b']')
    }
}

/// The piece that an option's value stands for.
pub(super) fn piece(effect: Effect, value: &[u8], stdin: Option<&Stdin>) -> Piece {
    let content = match effect {
        Effect::DataUrlencode => urlencoded(value, stdin),
        Effect::DataRaw => Content::Bytes(value.to_vec()),
        _ => match value.strip_prefix(b"@") {
            Some(path) => file(path, effect != Effect::Data, stdin),
            None => Content::Bytes(value.to_vec()),
        },
    };
    Piece { joined: effect != Effect::Json, content }
}

fn file(path: &[u8], as_is: bool, stdin: Option<&Stdin>) -> Content {
    let path = String::from_utf8_lossy(path).into_owned();
    match (path.as_str(), stdin) {
        ("-", Some(Stdin::Bytes(bytes))) if as_is => Content::Bytes(bytes.clone()),
        ("-", Some(Stdin::Bytes(bytes))) => {
            Content::Bytes(bytes.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)).collect())
        }
        ("-", Some(Stdin::File(path))) => Content::File { path: path.clone(), before: Vec::new(), as_is },
        _ => Content::File { path, before: Vec::new(), as_is },
    }
}

/// `content`, `=content`, `name=content`, `@file` and `name@file`.
fn urlencoded(value: &[u8], stdin: Option<&Stdin>) -> Content {
    let at = value.iter().position(|byte| *byte == b'=').or_else(|| value.iter().position(|byte| *byte == b'@'));
    let Some(at) = at else { return Content::Bytes(encode_data(value)) };
    let mut bytes = value[..at].to_vec();
    if at > 0 {
        bytes.push(b'=');
    }
    let rest = &value[at + 1..];
    if value[at] == b'=' {
        bytes.extend(encode_data(rest));
        return Content::Bytes(bytes);
    }
    match file(rest, true, stdin) {
        Content::Bytes(content) => {
            bytes.extend(encode_data(&content));
            Content::Bytes(bytes)
        }
        Content::File { path, .. } => Content::File { path, before: bytes, as_is: false },
    }
}

/// Percent-encoded as curl does it in data, where a space is a plus.
fn encode_data(bytes: &[u8]) -> Vec<u8> {
    percent_encode(bytes, UNRESERVED).to_string().replace("%20", "+").into_bytes()
}

/// Percent-encoded as curl does it elsewhere.
pub(super) fn encode(bytes: &[u8]) -> Vec<u8> {
    percent_encode(bytes, UNRESERVED).to_string().into_bytes()
}

/// The pieces in one, with `@path` where the bytes of a file belong, and whether that is so anywhere.
pub(super) fn join(pieces: &[Piece]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let mut lacks = false;
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 && piece.joined {
            bytes.push(b'&');
        }
        match &piece.content {
            Content::Bytes(content) => bytes.extend_from_slice(content),
            Content::File { path, before, .. } => {
                lacks = true;
                bytes.extend_from_slice(before);
                bytes.push(b'@');
                bytes.extend_from_slice(path.as_bytes());
            }
        }
    }
    (bytes, lacks)
}
