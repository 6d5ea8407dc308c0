//! What is kept of a body that passes by.

/// Bytes of a body that are kept; of more only the count.
const LIMIT: usize = 2 << 20;

/// The beginning of a body, and how much there was of it.
#[derive(Debug, Default)]
pub(super) struct Capture {
    pub(super) bytes: Vec<u8>,
    pub(super) size: u64,
}

impl Capture {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        let room = LIMIT - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Whether everything is kept.
    pub(super) fn is_whole(&self) -> bool {
        self.size == self.bytes.len() as u64
    }
}
