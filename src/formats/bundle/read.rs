//! Opens a bundle that somebody else made.

use std::io::{Cursor, Read as _};

use serde::Deserialize;
use zip::ZipArchive;

use super::contents::BUNDLE_FORMAT;
use crate::formats::case;
use crate::model::Case;

/// More files than a bundle has.
const MOST_FILES: usize = 2000;

/// The largest file of a bundle that is read, unpacked, in bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// How much is unpacked of a whole bundle, in bytes.
const LARGEST_BUNDLE: u64 = 256 << 20;

/// A bundle.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// When it was made, as it says itself.
    pub made_at: String,
    /// What its sender has to say.
    pub summary: String,
    /// Its exchanges, each with its label and the titles of the causes that were told, best first.
    pub exchanges: Vec<(String, Case, Vec<String>)>,
    /// The placeholders to be filled in before it can be replayed: names, and what they stand for.
    pub placeholders: Vec<(String, String)>,
}

/// Why a bundle cannot be written or read. It quotes no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// A secret would stand in a file.
    #[error("{file} would still hold what {placeholder} stands for, so nothing was written. Mark less text, or report this")]
    Leak {
        /// The file.
        file: String,
        /// The placeholder of the secret.
        placeholder: String,
    },
    /// The zip is broken or cannot be written.
    #[error("the zip cannot be read or written: {0}")]
    Zip(String),
    /// It is a zip, and no bundle.
    #[error("it is a zip without a bundle.json, so it is no support bundle")]
    NoBundle,
    /// A newer format.
    #[error("its format is {0}, and this version reads \"{BUNDLE_FORMAT}\"")]
    Format(String),
    /// A file of it cannot be read.
    #[error("{file} in it cannot be read: {reason}")]
    File {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// It unpacks to more than any bundle holds.
    #[error("it unpacks to more than {limit} MiB or {MOST_FILES} files, which no bundle does", limit = LARGEST_BUNDLE >> 20)]
    TooLarge,
}

impl BundleError {
    pub(super) fn zip(error: &zip::result::ZipError) -> Self {
        Self::Zip(error.to_string())
    }
}

/// Whether bytes are a zip.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Manifest {
    format: String,
    made_at: String,
    summary: String,
    exchanges: Vec<Listed>,
    placeholders: Vec<Placeholder>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Listed {
    label: String,
    case: String,
    causes: Vec<Told>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    title: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Placeholder {
    name: String,
    what: String,
}

/// Reads a bundle. What it holds is taken for hostile: nothing is unpacked beyond a limit, and no name in it becomes a path.
///
/// # Errors
/// When it is not a zip, not a bundle, of a newer format, broken or too large.
pub fn read(bytes: &[u8]) -> Result<Bundle, BundleError> {
    let mut unpacker =
        Unpacker { zip: ZipArchive::new(Cursor::new(bytes)).map_err(|error| BundleError::zip(&error))?, left: LARGEST_BUNDLE };
    if unpacker.zip.len() > MOST_FILES {
        return Err(BundleError::TooLarge);
    }
    let text = unpacker.text("bundle.json")?.ok_or(BundleError::NoBundle)?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|error| file_error("bundle.json", &place(&error)))?;
    if manifest.format != BUNDLE_FORMAT {
        return Err(BundleError::Format(format!("\"{}\"", manifest.format)));
    }
    let mut bundle = Bundle {
        made_at: manifest.made_at,
        summary: manifest.summary,
        placeholders: manifest.placeholders.into_iter().map(|one| (one.name, one.what)).collect(),
        ..Bundle::default()
    };
    for listed in manifest.exchanges.into_iter().take(MOST_FILES) {
        let text = unpacker.text(&listed.case)?.ok_or_else(|| file_error(&listed.case, "it is missing"))?;
        let mut case = case::read(&text).map_err(|error| file_error(&listed.case, &error.to_string()))?;
        if case.redacted.is_empty() {
            // Older bundles name them in one place.
            case.redacted = bundle.placeholders.iter().map(|(name, _)| name.clone()).collect();
        }
        bundle.exchanges.push((listed.label, case, listed.causes.into_iter().map(|told| told.title).collect()));
    }
    Ok(bundle)
}

fn file_error(file: &str, reason: &str) -> BundleError {
    BundleError::File { file: file.to_owned(), reason: reason.to_owned() }
}

fn place(error: &serde_json::Error) -> String {
    format!("it is not JSON of this form (line {}, column {})", error.line(), error.column())
}

struct Unpacker<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be unpacked.
    left: u64,
}

impl Unpacker<'_> {
    /// The text of a file; `None` when there is none of that name.
    fn text(&mut self, name: &str) -> Result<Option<String>, BundleError> {
        let file = match self.zip.by_name(name) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(file_error(name, &error.to_string())),
        };
        let limit = LARGEST_FILE.min(self.left);
        let mut bytes = Vec::new();
        // What the zip says of its sizes is not believed.
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| file_error(name, &error.to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(BundleError::TooLarge);
        }
        self.left -= bytes.len() as u64;
        String::from_utf8(bytes).map(Some).map_err(|_| file_error(name, "it is not UTF-8"))
    }
}
