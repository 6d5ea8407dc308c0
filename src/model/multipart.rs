//! A multipart/form-data body, exact to the byte, without ever holding a file.
//!
//! Written here because the HTTP library's own writes names in ways that RFC 7578 forbids or that inject headers: browsers, and so the
//! HTML standard, send UTF-8 as it is, `"` as `%22`, CR and LF as `%0D` and `%0A`, and no `filename*`.

use std::path::PathBuf;
use std::time::SystemTime;

/// A body of type multipart/form-data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multipart {
    /// The text between the parts, without its dashes.
    pub boundary: String,
    /// The parts in order.
    pub parts: Vec<Part>,
}

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The form-data name.
    pub name: String,
    /// The file name; a part without one is a text field.
    pub filename: Option<String>,
    /// The part's own Content-Type.
    pub content_type: Option<String>,
    /// What the part holds.
    pub content: PartContent,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartContent {
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// A file on disk, read while it is sent.
    File(FileRef),
}

/// A file as it was when it was picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRef {
    /// Where it lies.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed.
    pub modified: Option<SystemTime>,
}

impl Part {
    /// The content's length in bytes.
    pub fn size(&self) -> u64 {
        match &self.content {
            PartContent::Bytes(bytes) => bytes.len() as u64,
            PartContent::File(file) => file.size,
        }
    }

    /// The part's headers with the blank line behind them.
    pub fn head(&self) -> String {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", escape_name(&self.name));
        if let Some(filename) = &self.filename {
            head.push_str(&format!("; filename=\"{}\"", escape_name(filename)));
        }
        head.push_str("\r\n");
        if let Some(kind) = &self.content_type {
            head.push_str(&format!("Content-Type: {}\r\n", one_line(kind)));
        }
        head.push_str("\r\n");
        head
    }
}

impl Multipart {
    /// A body with a fresh boundary made of the given random bytes.
    pub fn new(random: [u8; 12], parts: Vec<Part>) -> Self {
        let hex = super::hex::hex(&random);
        Self { boundary: format!("----CenterpostFormBoundary{hex}"), parts }
    }

    /// The request's Content-Type.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// What goes before the content of part `index`: the line that ends the part before, the boundary, the part's headers.
    pub fn before(&self, index: usize) -> String {
        let lead = if index == 0 { "" } else { "\r\n" };
        format!("{lead}--{}\r\n{}", self.boundary, self.parts[index].head())
    }

    /// What ends the body.
    pub fn tail(&self) -> String {
        let lead = if self.parts.is_empty() { "" } else { "\r\n" };
        format!("{lead}--{}--\r\n", self.boundary)
    }

    /// The body's length in bytes.
    pub fn content_length(&self) -> u64 {
        let parts: u64 = (0..self.parts.len()).map(|index| self.before(index).len() as u64 + self.parts[index].size()).sum();
        parts + self.tail().len() as u64
    }
}

/// A name or file name between the quotes of a Content-Disposition, as the HTML standard has it.
pub fn escape_name(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_as_browsers_send_them() {
        for (name, expected) in [
            ("a.zip", "a.zip"),
            ("q\"uote.txt", "q%22uote.txt"),
            ("a\r\nX-Evil: 1.txt", "a%0D%0AX-Evil: 1.txt"),
            ("back\\slash.txt", "back\\slash.txt"),
            ("100%.txt", "100%.txt"),
            ("日本 🎉.png", "日本 🎉.png"),
        ] {
            assert_eq!(escape_name(name), expected);
        }
    }

    #[test]
    fn the_length_is_that_of_the_bytes() {
        let part = |name: &str, content: &[u8]| Part {
            name: name.into(),
            filename: Some("ü.bin".into()),
            content_type: Some("application/octet-stream".into()),
            content: PartContent::Bytes(content.to_vec()),
        };
        for parts in [vec![], vec![part("a", b"")], vec![part("a", b"12"), part("b\n", b"3")]] {
            let multipart = Multipart::new([7; 12], parts);
            let mut body = String::new();
            for (index, part) in multipart.parts.iter().enumerate() {
                body.push_str(&multipart.before(index));
                let PartContent::Bytes(bytes) = &part.content else { unreachable!() };
                body.push_str(std::str::from_utf8(bytes).unwrap());
            }
            body.push_str(&multipart.tail());
            assert_eq!(body.len() as u64, multipart.content_length());
            assert!(multipart.boundary.len() <= 70);
        }
    }
}
