//! Bodies on disk: compressed, small ones in the database and large ones in files beside it.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::sync::Arc;

use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

use super::detail::{BodyPlace, Head};
use crate::model::Redaction;
use crate::model::exchange::{Seekable, Whole};
use crate::model::hex::hex;
use crate::store::disk;

/// A body that is larger when compressed goes into a file of its own, so that the database stays quick.
const LARGEST_INSIDE: usize = 64 << 10;

/// What is read back of a body; more is shown from its file.
pub(super) const READ_BACK: u64 = 32 << 20;

/// A quick level: bodies are text, and text packs well at any.
const LEVEL: i32 = 3;

/// A body to be kept: where it lies, and the compressed bytes if that is in the database.
pub(super) struct Packed {
    pub(super) place: BodyPlace,
    pub(super) inside: Option<Vec<u8>>,
    /// Bytes of its file.
    pub(super) beside: u64,
}

/// Compresses a body, and writes it to a file if it is large.
pub(super) fn pack(folder: &Path, body: &[u8]) -> io::Result<Packed> {
    let packed = squeeze(body)?;
    if packed.len() <= LARGEST_INSIDE {
        return Ok(Packed { place: BodyPlace::Inside, inside: Some(packed), beside: 0 });
    }
    let name = random_name()?;
    disk::make_folder(folder)?;
    disk::write_new(&folder.join(&name), &packed)?;
    Ok(Packed { place: BodyPlace::Beside { name, size: body.len() as u64 }, inside: None, beside: packed.len() as u64 })
}

/// Compresses a body that is not in memory into a file, without its secrets.
pub(super) fn pack_whole(folder: &Path, whole: &Whole, is_cut_off: bool, redaction: &Redaction) -> io::Result<Packed> {
    disk::make_folder(folder)?;
    let name = random_name()?;
    let path = folder.join(&name);
    let mut options = disk::private();
    options.write(true).create_new(true);
    let written = pack_into(options.open(&path)?, whole, is_cut_off, redaction).and_then(|sizes| {
        disk::sync_folder(folder)?;
        Ok(sizes)
    });
    // A part of it only takes room from a disk that may be full.
    let (size, beside) = written.inspect_err(|_| drop(std::fs::remove_file(&path)))?;
    Ok(Packed { place: BodyPlace::Beside { name, size }, inside: None, beside })
}

/// Returns the bytes of the body without its secrets, and those of the file.
fn pack_into(file: File, whole: &Whole, is_cut_off: bool, redaction: &Redaction) -> io::Result<(u64, u64)> {
    const PIECE: usize = 1 << 20;
    let mut packer = zstd::stream::write::Encoder::new(file, LEVEL)?;
    let (mut rest, mut offset, mut written) = (Vec::new(), 0, 0);
    loop {
        let piece = whole.piece(offset, PIECE)?;
        offset += piece.len() as u64;
        let is_last = piece.is_empty();
        rest.extend(piece);
        // A secret may begin in this piece and end in the next.
        let end = if is_last { rest.len() } else { redaction.safe_cut(&rest, rest.len().saturating_sub(redaction.longest())) };
        let is_end_lost = is_last && is_cut_off;
        let hidden = if is_end_lost { redaction.hide_piece_bytes(&rest) } else { redaction.hide_bytes(&rest[..end]) };
        packer.write_all(&hidden)?;
        written += hidden.len() as u64;
        rest.drain(..end);
        if is_last {
            break;
        }
    }
    let file = packer.finish()?;
    file.sync_all()?;
    Ok((written, file.metadata()?.len()))
}

/// A body that is too large to be read back, unpacked into a file without a name.
pub(super) fn unpack_whole(folder: &Path, place: &BodyPlace) -> io::Result<Option<Whole>> {
    let BodyPlace::Beside { name, size } = place else { return Ok(None) };
    if *size <= READ_BACK {
        return Ok(None);
    }
    let mut file = tempfile::tempfile_in(folder)?;
    zstd::stream::copy_decode(File::open(folder.join(name))?, &mut file)?;
    Ok(Some(Whole(Arc::new(Seekable::new(file, *size)))))
}

fn random_name() -> io::Result<String> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(hex(&random) + ".zst")
}

/// Reads a body back, no more than [`READ_BACK`] bytes of it. The whole length comes with it if there is more.
pub(super) fn unpack(folder: &Path, place: &BodyPlace, inside: Option<Vec<u8>>) -> io::Result<(Vec<u8>, Option<u64>)> {
    match (place, inside) {
        (BodyPlace::Nowhere, _) => Ok((Vec::new(), None)),
        (BodyPlace::Inside, inside) => Ok((read_some(inside.unwrap_or_default().as_slice())?, None)),
        (BodyPlace::Beside { name, size }, _) => {
            let body = read_some(File::open(folder.join(name))?)?;
            let cut = (*size > body.len() as u64).then_some(*size);
            Ok((body, cut))
        }
    }
}

fn read_some(packed: impl Read) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    zstd::stream::read::Decoder::new(packed)?.take(READ_BACK).read_to_end(&mut body)?;
    Ok(body)
}

/// Compresses bytes that are in memory.
pub(super) fn squeeze(bytes: &[u8]) -> io::Result<Vec<u8>> {
    squeeze_at(LEVEL, bytes)
}

/// As [`squeeze`], for what is soon replaced: quick rather than small.
pub(super) fn squeeze_for_now(bytes: &[u8]) -> io::Result<Vec<u8>> {
    squeeze_at(-7, bytes)
}

#[allow(clippy::missing_const_for_thread_local, reason = "it is const; for Windows the lint takes the macro's own code for it")]
fn squeeze_at(level: i32, bytes: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        // To make one takes longer than to compress a small text.
        static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(Compressor::new(LEVEL)?),
        };
        compressor.set_parameter(CParameter::CompressionLevel(level))?;
        compressor.compress(bytes)
    })
}

/// The head that was compressed into a row.
pub(super) fn read_head(packed: &[u8]) -> io::Result<Head> {
    Ok(serde_json::from_slice(&unsqueeze(packed)?)?)
}

/// The text that [`squeeze`] compressed.
pub(super) fn unsqueeze(packed: &[u8]) -> io::Result<Vec<u8>> {
    read_some(packed)
}
