//! Files that are made for a run: of any size, with real magic bytes. They are written piece by piece, and what is all zeros takes no
//! room on disks that know sparse files.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use serde::Deserialize;

use super::random::Random;
use super::units::Size;

/// Bytes written at once.
const PIECE: usize = 256 * 1024;
/// The length of a file whose size nobody named.
const USUAL: u64 = 1024;

/// What is in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Zeros: it compresses to nothing.
    #[default]
    Zeros,
    /// Bytes that cannot be compressed.
    Random,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpg,
    /// A PDF document.
    Pdf,
    /// A ZIP archive.
    Zip,
    /// A gzip file.
    Gz,
    /// An MP4 film.
    Mp4,
    /// Text in UTF-8.
    Text,
    /// Text in UTF-8 with a byte-order mark.
    TextBom,
    /// Text in UTF-16 with a byte-order mark.
    TextUtf16,
    /// Text in ISO 8859-1.
    TextLatin1,
}

/// A file that is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Generated {
    /// Its length; `None` is the shortest that its content allows, or 1 KiB.
    pub size: Option<Size>,
    /// What is in it.
    pub content: Content,
}

impl Content {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Zeros,
        Self::Random,
        Self::Png,
        Self::Jpg,
        Self::Pdf,
        Self::Zip,
        Self::Gz,
        Self::Mp4,
        Self::Text,
        Self::TextBom,
        Self::TextUtf16,
        Self::TextLatin1,
    ];

    /// Its name in suites.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zeros => "zeros",
            Self::Random => "random",
            Self::Png => "png",
            Self::Jpg => "jpg",
            Self::Pdf => "pdf",
            Self::Zip => "zip",
            Self::Gz => "gz",
            Self::Mp4 => "mp4",
            Self::Text => "text",
            Self::TextBom => "text-bom",
            Self::TextUtf16 => "text-utf16",
            Self::TextLatin1 => "text-latin1",
        }
    }

    /// The ending of a name that says the truth about it.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Zeros | Self::Random => "bin",
            Self::Text | Self::TextBom | Self::TextUtf16 | Self::TextLatin1 => "txt",
            other => other.name(),
        }
    }

    /// A whole file of it, as short as it can be. Longer files are filled up behind it, which readers of these formats pass over.
    fn beginning(self) -> Vec<u8> {
        const TEXT: &str = "Grüße aus dem Test, Zeile für Zeile.\r\n";
        match self {
            Self::Zeros | Self::Random => Vec::new(),
            Self::Png => b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
                .to_vec(),
            Self::Jpg => b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9".to_vec(),
            Self::Pdf => b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
                trailer<</Root 1 0 R>>\n%%EOF\n"
                .to_vec(),
            // An archive without entries is its end record alone.
            Self::Zip => b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(),
            Self::Gz => b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0".to_vec(),
            Self::Mp4 => b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2\0\0\0\x08moov".to_vec(),
            Self::Text => TEXT.as_bytes().to_vec(),
            Self::TextBom => [b"\xef\xbb\xbf", TEXT.as_bytes()].concat(),
            Self::TextUtf16 => [0xfeff].into_iter().chain(TEXT.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
            Self::TextLatin1 => TEXT.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect(),
        }
    }
}

impl Generated {
    /// How long the file will be.
    pub fn length(&self) -> u64 {
        self.size.map_or_else(|| (self.content.beginning().len() as u64).max(USUAL), |size| size.0)
    }

    /// Writes the file. The same seed makes the same bytes.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn write(&self, path: &Path, seed: u64) -> std::io::Result<()> {
        let mut file = File::create(path)?;
        let length = self.length();
        let mut beginning = self.content.beginning();
        beginning.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        file.write_all(&beginning)?;
        let written = beginning.len() as u64;
        match self.content {
            Content::Random => fill(&mut file, length - written, |piece, random| random.fill(piece), seed),
            Content::Text | Content::TextBom | Content::TextUtf16 | Content::TextLatin1 if !beginning.is_empty() => {
                let line =
                    beginning.strip_prefix(b"\xef\xbb\xbf").or_else(|| beginning.strip_prefix(b"\xff\xfe")).unwrap_or(&beginning);
                let mut at = 0;
                let repeat = |piece: &mut [u8], _: &mut Random| {
                    for byte in piece {
                        *byte = line[at % line.len().max(1)];
                        at += 1;
                    }
                };
                fill(&mut file, length - written, repeat, seed)
            }
            _ => {
                // The rest is a hole.
                file.set_len(length)?;
                file.seek(SeekFrom::End(0)).map(drop)
            }
        }
    }
}

fn fill(file: &mut File, length: u64, mut next: impl FnMut(&mut [u8], &mut Random), seed: u64) -> std::io::Result<()> {
    let mut random = Random::of_row(seed, 0);
    let mut piece = vec![0; PIECE];
    let mut left = length;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        next(&mut piece[..count], &mut random);
        file.write_all(&piece[..count])?;
        left -= count as u64;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;

    #[test]
    fn files_are_as_long_as_asked_and_begin_as_their_kind_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made");
        for content in Content::ALL {
            for size in [None, Some(0), Some(1), Some(700_001)] {
                let made = Generated { size: size.map(Size), content };
                made.write(&path, 7).unwrap();
                let bytes = std::fs::read(&path).unwrap();
                assert_eq!(bytes.len() as u64, size.unwrap_or(bytes.len() as u64), "{content:?}");
                assert_eq!(bytes.len() as u64, made.length());
                let beginning = content.beginning();
                let compared = beginning.len().min(bytes.len());
                assert_eq!(bytes[..compared], beginning[..compared], "{content:?}");
            }
        }
        let random = Generated { size: Some(Size(100_000)), content: Content::Random };
        random.write(&path, 7).unwrap();
        let first = std::fs::read(&path).unwrap();
        random.write(&path, 7).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), first);
        random.write(&path, 8).unwrap();
        assert_ne!(std::fs::read(&path).unwrap(), first);
    }

    #[test]
    fn the_kinds_are_known_by_their_names() {
        for content in Content::ALL {
            assert_eq!(serde_json::from_value::<Content>(content.name().into()).unwrap(), content);
        }
    }

    #[test]
    fn a_picture_and_an_archive_can_be_read() {
        zip::ZipArchive::new(std::io::Cursor::new(Content::Zip.beginning())).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(Content::Gz.beginning().as_slice()), &mut text).unwrap();
        assert_eq!(text, "");
    }
}
