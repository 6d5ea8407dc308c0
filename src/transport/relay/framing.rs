//! Where a message's body ends, seen from its framing alone. Nothing is changed: the bytes go on as they came.

/// How the end of a body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is no body.
    Nothing,
    /// So many bytes.
    Length(u64),
    /// Chunks, of which the last is empty.
    Chunked,
    /// The end of the connection.
    UntilEnd,
}

impl Framing {
    /// The framing that headers name; `without` where they name none. `None` when they contradict themselves.
    pub(super) fn of(headers: &[(String, String)], without: Self) -> Option<Self> {
        let values = |wanted: &'static str| {
            headers.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
        };
        if values("transfer-encoding").any(|value| value.to_ascii_lowercase().ends_with("chunked")) {
            return Some(Self::Chunked);
        }
        let mut lengths: Vec<&str> = values("content-length").flat_map(|value| value.split(',')).map(str::trim).collect();
        lengths.dedup();
        match lengths.as_slice() {
            [] => Some(without),
            ["0"] => Some(Self::Nothing),
            [length] if length.bytes().all(|byte| byte.is_ascii_digit()) => length.parse().ok().map(Self::Length),
            _ => None,
        }
    }
}

/// Follows a body as its bytes come.
#[derive(Debug)]
pub(super) struct BodyReader {
    state: State,
    /// Whether the chunks were malformed: from there on everything counts as body.
    pub(super) is_malformed: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Over,
    Length(u64),
    UntilEnd,
    /// In the line of a chunk's size: the size so far, and whether its digits are over.
    Size {
        size: u64,
        has_digits: bool,
        is_behind: bool,
    },
    Data(u64),
    /// In the line end behind a chunk.
    DataEnd,
    /// In the lines behind the last chunk: whether the line has content.
    Trailer {
        has_content: bool,
    },
}

const SIZE: State = State::Size { size: 0, has_digits: false, is_behind: false };

impl BodyReader {
    pub(super) fn new(framing: Framing) -> Self {
        let state = match framing {
            Framing::Nothing => State::Over,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => SIZE,
            Framing::UntilEnd => State::UntilEnd,
        };
        Self { state, is_malformed: false }
    }

    /// Whether the body has come to its end.
    pub(super) fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Whether the end of the connection is the body's end too.
    pub(super) fn ends_with_connection(&self) -> bool {
        matches!(self.state, State::Over | State::UntilEnd) && !self.is_malformed
    }

    /// How many of these bytes belong to the body as it is framed. Its content goes to `content`.
    pub(super) fn take(&mut self, bytes: &[u8], mut content: impl FnMut(&[u8])) -> usize {
        let mut at = 0;
        while at < bytes.len() && self.state != State::Over {
            at += self.step(&bytes[at..], &mut content);
        }
        at
    }

    fn step(&mut self, bytes: &[u8], content: &mut impl FnMut(&[u8])) -> usize {
        let piece = |left: u64| usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        match &mut self.state {
            State::Over => 0,
            State::UntilEnd => {
                content(bytes);
                bytes.len()
            }
            State::Length(left) => {
                let count = piece(*left);
                content(&bytes[..count]);
                *left -= count as u64;
                if *left == 0 {
                    self.state = State::Over;
                }
                count
            }
            State::Data(left) => {
                let count = piece(*left);
                content(&bytes[..count]);
                *left -= count as u64;
                if *left == 0 {
                    self.state = State::DataEnd;
                }
                count
            }
            _ => {
                self.line(bytes[0]);
                1
            }
        }
    }

    /// A byte of the lines around chunks.
    fn line(&mut self, byte: u8) {
        let next = match (&mut self.state, byte) {
            (State::Size { size, has_digits: true, .. }, b'\n') => {
                Some(if *size == 0 { State::Trailer { has_content: false } } else { State::Data(*size) })
            }
            (State::Size { has_digits: true, is_behind, .. }, b';' | b' ' | b'\t' | b'\r') => {
                *is_behind = true;
                return;
            }
            (State::Size { is_behind: true, .. }, _) => return,
            (State::Size { size, has_digits, .. }, byte) if byte.is_ascii_hexdigit() && *size < 1 << 56 => {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                *size = *size << 4 | u64::from(digit);
                *has_digits = true;
                return;
            }
            (State::DataEnd, b'\r') => return,
            (State::DataEnd, b'\n') => Some(SIZE),
            (State::Trailer { .. }, b'\r') => return,
            (State::Trailer { has_content: false }, b'\n') => Some(State::Over),
            (State::Trailer { has_content }, byte) => {
                *has_content = byte != b'\n';
                return;
            }
            _ => None,
        };
        self.is_malformed |= next.is_none();
        self.state = next.unwrap_or(State::UntilEnd);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framings_by_table() {
        for (headers, expected) in [
            (&[][..], Some(Framing::UntilEnd)),
            (&[("Content-Length", "0")], Some(Framing::Nothing)),
            (&[("content-length", " 12 ")], Some(Framing::Length(12))),
            (&[("Content-Length", "12"), ("Content-Length", "12")], Some(Framing::Length(12))),
            (&[("Content-Length", "12, 13")], None),
            (&[("Content-Length", "-1")], None),
            (&[("Content-Length", "99999999999999999999999")], None),
            (&[("Transfer-Encoding", "gzip, Chunked"), ("Content-Length", "3")], Some(Framing::Chunked)),
        ] {
            let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(Framing::of(&headers, Framing::UntilEnd), expected, "{headers:?}");
        }
    }

    #[test]
    fn bodies_by_table_in_pieces_of_every_size() {
        let chunks = &b"4;a=b\r\nWiki\r\n6 \r\npedia \n0A\r\nin chunks.\r\n0\r\nX-Sum: 1\r\n\r\nGET"[..];
        for (framing, bytes, taken, content, is_malformed) in [
            (Framing::Nothing, &b"next"[..], 0, &b""[..], false),
            (Framing::Length(3), b"abcnext", 3, b"abc", false),
            (Framing::UntilEnd, b"abcnext", 7, b"abcnext", false),
            (Framing::Chunked, chunks, chunks.len() - 3, b"Wikipedia in chunks.", false),
            (Framing::Chunked, b"0\r\n\r\nnext", 5, b"", false),
            (Framing::Chunked, b"x\r\nabc", 6, b"\r\nabc", true),
        ] {
            for size in 1..=bytes.len() {
                let mut reader = BodyReader::new(framing);
                let (mut seen, mut count) = (Vec::new(), 0);
                for piece in bytes.chunks(size) {
                    let used = reader.take(piece, |bytes| seen.extend_from_slice(bytes));
                    count += used;
                    if used < piece.len() {
                        break;
                    }
                }
                assert_eq!(
                    (count, seen.as_slice(), reader.is_malformed),
                    (taken, content, is_malformed),
                    "{framing:?} by {size}"
                );
            }
        }
    }
}
