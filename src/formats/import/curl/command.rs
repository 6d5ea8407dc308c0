//! A command as a shell hands it over: its words, and what it reads.

/// A word of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// What it is without its quotes.
    pub(super) bytes: Vec<u8>,
    /// Where it begins in the source, in bytes.
    pub(super) at: usize,
    /// Whether the shell puts a variable's value into it, or what a command prints.
    pub(super) is_filled: bool,
}

impl Word {
    pub(super) fn push(&mut self, c: char) {
        self.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The words of one command, and what it reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    pub(super) stdin: Option<Stdin>,
}

/// What a command reads from standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stdin {
    Bytes(Vec<u8>),
    File(String),
}
