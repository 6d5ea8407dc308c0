//! A text as it is when one of its encodings is undone: the bytes that come of it, each with the place it came from.

use std::ops::Range;

/// What stands between two pieces that do not belong together. No secret has it.
pub(super) const GAP: u8 = 0x1f;

/// Bytes and where they came from. Of the text itself each byte stands for itself.
pub(super) struct View<'a> {
    bytes: std::borrow::Cow<'a, [u8]>,
    places: Option<Vec<(u32, u32)>>,
    /// Whether what stood apart was put together, so that a word may come of parts of others.
    is_joined: bool,
}

impl<'a> View<'a> {
    /// The text itself.
    pub(super) fn of_text(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.into(), places: None, is_joined: false }
    }

    pub(super) fn is_joined(&self) -> bool {
        self.is_joined
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes up to the end of the last piece.
    pub(super) fn without_gap(&self) -> &[u8] {
        let end = self.bytes.iter().rposition(|byte| *byte != GAP).map_or(0, |last| last + 1);
        &self.bytes[..end]
    }

    pub(super) fn start(&self, at: usize) -> u32 {
        self.places.as_ref().map_or_else(|| small(at), |places| places[at].0)
    }

    pub(super) fn end(&self, at: usize) -> u32 {
        self.places.as_ref().map_or_else(|| small(at + 1), |places| places[at].1)
    }

    /// Where a part of the view stands in the text.
    pub(super) fn place(&self, part: &Range<usize>) -> Range<usize> {
        self.start(part.start) as usize..self.end(part.end - 1) as usize
    }
}

/// Texts are looked through in pieces that are far shorter.
fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Collects a view of another.
pub(super) struct Making<'a> {
    of: &'a View<'a>,
    bytes: Vec<u8>,
    places: Vec<(u32, u32)>,
}

impl<'a> Making<'a> {
    pub(super) fn of(of: &'a View<'a>) -> Self {
        Self { of, bytes: Vec::new(), places: Vec::new() }
    }

    /// As [`Making::of`], with room for so many bytes.
    pub(super) fn with_room(of: &'a View<'a>, room: usize) -> Self {
        Self { of, bytes: Vec::with_capacity(room), places: Vec::with_capacity(room) }
    }

    /// A byte that stands for these of the other view.
    pub(super) fn push(&mut self, byte: u8, from: Range<usize>) {
        self.push_at(byte, self.of.start(from.start), self.of.end(from.end - 1));
    }

    /// As [`Making::done`], for what was put together of parts that stood apart.
    pub(super) fn joined(self) -> View<'static> {
        View { is_joined: true, ..self.done() }
    }

    pub(super) fn push_at(&mut self, byte: u8, start: u32, end: u32) {
        self.bytes.push(byte);
        self.places.push((start, end));
    }

    pub(super) fn push_char(&mut self, c: char, from: &Range<usize>) {
        let mut utf8 = [0; 4];
        c.encode_utf8(&mut utf8).bytes().for_each(|byte| self.push(byte, from.clone()));
    }

    pub(super) fn gap(&mut self) {
        let end = self.places.last().map_or(0, |(_, end)| *end);
        self.push_at(GAP, end, end);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn done(self) -> View<'static> {
        View { bytes: self.bytes.into(), places: Some(self.places), is_joined: self.of.is_joined }
    }
}
