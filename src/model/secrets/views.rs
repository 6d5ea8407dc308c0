//! A text as those read it who undo one of its encodings: the bytes that come of it, each with the place it came from.
//!
//! Whoever looks for a secret looks through the text and through what each encoding makes of it, then through what the encodings make of
//! that. So a text may be encoded several times, in any order, and each pass takes as long as the text is.

use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use super::rows::{base32, rows};
use super::view::{GAP, Making, View};
use crate::model::entities::entity;

/// How often escapes are undone, one pass each.
const MOST_ESCAPES: u8 = 5;

/// How often Base64 is undone.
const MOST_BASE64: u8 = 2;

/// How often numbers are read as bytes: hexadecimal may have been written in hexadecimal.
const MOST_NUMBERS: u8 = 2;

/// How many bytes all views of a text may have together, for each byte of the text; and what they may have in any case.
const MOST_BYTES: usize = 12;
const MOST_BYTES_BESIDE: usize = 256 << 10;

/// A view that waits to be decoded further, and what was undone to come by it.
struct Waiting<'a> {
    view: View<'a>,
    escapes: u8,
    base64: u8,
    /// How often bytes that were written as numbers were read.
    of_numbers: u8,
}

impl Waiting<'_> {
    /// Those runs of it that could be text: with hardly any signs that control a terminal.
    fn only_texts(self) -> Self {
        let bytes = self.view.bytes();
        let is_other = |byte: &&u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n' | 0);
        let mut making = Making::with_room(&self.view, bytes.len());
        let mut start = 0;
        for run in bytes.split_inclusive(|byte| *byte == GAP) {
            let end = start + run.len();
            // The sign that ends a run is one of them.
            let others = run.iter().filter(is_other).take(2 + run.len() / 32).count().saturating_sub(1);
            if others * 32 <= run.len() {
                (start..end).zip(run).for_each(|(at, byte)| making.push(*byte, at..at + 1));
            }
            start = end;
        }
        Self { view: making.done(), ..self }
    }
}

/// Shows a text and all that its encodings make of it. `shortest` is the length of the shortest secret: what is too short for it is left.
pub(super) fn each(bytes: &[u8], shortest: usize, looks_apart: bool, mut see: impl FnMut(&View<'_>)) {
    // No encoding makes a text longer when it is undone.
    if bytes.len() < shortest {
        return;
    }
    let mut left = bytes.len() * MOST_BYTES + MOST_BYTES_BESIDE;
    let mut seen: HashSet<u64> = HashSet::new();
    let mut waiting = VecDeque::new();
    let text = View::of_text(bytes);
    waiting.push_back(Waiting { view: text, escapes: 0, base64: 0, of_numbers: 0 });
    while let Some(next) = waiting.pop_front() {
        see(&next.view);
        // Most of what Base64 makes of a text is not text, and is not decoded further.
        let next = if next.base64 > 0 || next.of_numbers > 0 { next.only_texts() } else { next };
        if left == 0 || next.view.bytes().is_empty() {
            continue;
        }
        for made in decoded(&next, shortest, looks_apart) {
            let length = made.view.bytes().len();
            left = left.saturating_sub(length);
            if left == 0 {
                break;
            }
            let mut hasher = DefaultHasher::new();
            made.view.bytes().hash(&mut hasher);
            if length >= shortest && seen.insert(hasher.finish()) {
                waiting.push_back(made);
            }
        }
    }
}

/// Shows what is left of bytes when one kind of escape in them is undone, or all are.
pub(super) fn unescaped(bytes: &[u8], mut see: impl FnMut(&[u8])) {
    let view = View::of_text(bytes);
    Escapes::of(bytes).each().into_iter().filter_map(|kinds| unescape(&view, kinds)).for_each(|view| see(view.bytes()));
}

/// What each encoding makes of a view, where it is there at all.
fn decoded<'a>(of: &'a Waiting<'a>, shortest: usize, looks_apart: bool) -> impl Iterator<Item = Waiting<'static>> + 'a {
    let view = &of.view;
    let bytes = view.bytes();
    let made = |view| Waiting { view, escapes: of.escapes, base64: of.base64, of_numbers: of.of_numbers };
    let escapes = if of.escapes < MOST_ESCAPES { Escapes::of(bytes).each() } else { Vec::new() };
    let escaped = escapes.into_iter().filter_map(|kinds| unescape(view, kinds));
    let escaped = escaped.map(move |view| Waiting { escapes: of.escapes + 1, ..made(view) });
    let narrow = bytes.contains(&0).then(|| made(without_zeros(view)));
    let runs = if of.base64 < MOST_BASE64 { base64_runs(view, shortest) } else { Vec::new() };
    let shifts = if runs.is_empty() { 0..0 } else { 0..4 };
    let base64 = shifts.map(move |shift| Waiting { base64: of.base64 + 1, ..made(base64(view, &runs, shift)) });
    let goes_on = of.of_numbers < MOST_NUMBERS;
    let runs = if goes_on { hexadecimal_runs(bytes, shortest) } else { Vec::new() };
    let shifts = if runs.is_empty() { 0..0 } else { 0..2 };
    let decimal = (of.of_numbers == 0).then(|| decimal(view, shortest)).flatten();
    let numbers = shifts.map(move |shift| hexadecimal(view, &runs, shift)).chain(decimal);
    let numbers = numbers.map(move |view| Waiting { of_numbers: of.of_numbers + 1, ..made(view) });
    let is_text = looks_apart && of.of_numbers == 0 && of.base64 == 0 && !view.is_joined();
    let pieces = if is_text { rows(view, shortest) } else { Vec::new() };
    let pieces = pieces.into_iter().map(made);
    let base32 = (looks_apart && of.base64 < MOST_BASE64).then(|| base32(view, shortest)).flatten();
    let base32 = base32.into_iter().map(move |view| Waiting { base64: of.base64 + 1, ..made(view) });
    escaped.chain(narrow).chain(numbers).chain(base64).chain(base32).chain(pieces)
}

/// Which escapes are undone in one pass.
#[derive(Clone, Copy, Default)]
struct Escapes {
    percent: bool,
    backslash: bool,
    entity: bool,
    quoted: bool,
}

impl Escapes {
    /// Those that may be there.
    fn of(bytes: &[u8]) -> Self {
        let has = |byte: u8| bytes.contains(&byte);
        Self { percent: has(b'%'), backslash: has(b'\\'), entity: has(b'&'), quoted: has(b'=') }
    }

    /// Each alone, and then those that texts mix together.
    fn each(self) -> Vec<Self> {
        let none = Self::default();
        let mixed = Self { quoted: false, ..self };
        let kinds = [
            Self { percent: self.percent, ..none },
            Self { backslash: self.backslash, ..none },
            Self { entity: self.entity, ..none },
            Self { quoted: self.quoted, ..none },
        ];
        let mut each: Vec<Self> = kinds.into_iter().filter(|kind| kind.count() == 1).collect();
        if mixed.count() > 1 {
            each.push(mixed);
        }
        each
    }

    /// The escape that bytes begin with: what it stands for, and its length.
    fn read(self, bytes: &[u8]) -> Option<(Meaning, usize)> {
        match bytes.first()? {
            b'%' if self.percent => percent(bytes),
            b'\\' if self.backslash => backslash(bytes),
            b'&' if self.entity => entity(bytes).map(|(c, length)| (Meaning::Char(c), length)),
            b'=' if self.quoted => quoted_printable(bytes),
            _ => None,
        }
    }

    fn count(self) -> usize {
        [self.percent, self.backslash, self.entity, self.quoted].into_iter().filter(|is| *is).count()
    }
}

/// What an escape stands for.
enum Meaning {
    Byte(u8),
    Char(char),
    Nothing,
}

/// The view without these escapes; nothing when it has none.
fn unescape(view: &View<'_>, kinds: Escapes) -> Option<View<'static>> {
    let bytes = view.bytes();
    let mut at = (0..bytes.len()).find(|at| kinds.read(&bytes[*at..]).is_some())?;
    let mut making = Making::with_room(view, bytes.len());
    (0..at).for_each(|before| making.push(bytes[before], before..before + 1));
    while let Some(byte) = bytes.get(at) {
        let (meaning, length) = kinds.read(&bytes[at..]).unwrap_or((Meaning::Byte(*byte), 1));
        let from = at..at + length;
        match meaning {
            Meaning::Byte(byte) => making.push(byte, from),
            Meaning::Char(c) => making.push_char(c, &from),
            Meaning::Nothing => {}
        }
        at += length;
    }
    Some(making.done())
}

/// `%2B`, and `%u002B` as some scripts write it.
fn percent(bytes: &[u8]) -> Option<(Meaning, usize)> {
    if let Some(byte) = bytes.get(1..3).and_then(number) {
        return Some((Meaning::Byte(u8::try_from(byte).ok()?), 3));
    }
    unit(bytes, b"%u")
}

/// `\u002B`, `\u{2b}`, `\U0000002B`, `\x2B`, `\053`, `\n`, `\/`.
fn backslash(bytes: &[u8]) -> Option<(Meaning, usize)> {
    /// Of a number in braces.
    const MOST_DIGITS: usize = 8;
    let sign = *bytes.get(1)?;
    let numbered = match sign {
        b'u' if bytes.get(2) == Some(&b'{') => {
            let digits = bytes[3..].iter().take(MOST_DIGITS).take_while(|byte| byte.is_ascii_hexdigit()).count();
            let c = number(&bytes[3..3 + digits]).and_then(char::from_u32).filter(|_| bytes.get(3 + digits) == Some(&b'}'));
            c.map(|c| (Meaning::Char(c), digits + 4))
        }
        b'u' => unit(bytes, b"\\u"),
        b'U' => bytes.get(2..10).and_then(number).and_then(char::from_u32).map(|c| (Meaning::Char(c), 10)),
        b'x' => bytes.get(2..4).and_then(number).and_then(|byte| u8::try_from(byte).ok()).map(|byte| (Meaning::Byte(byte), 4)),
        b'0'..=b'3' => {
            let octal = bytes.get(1..4).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
            octal.map(|byte| (Meaning::Byte(byte), 4))
        }
        _ => None,
    };
    let plain = match sign {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        sign => sign,
    };
    Some(numbered.unwrap_or((Meaning::Byte(plain), 2)))
}

/// A unit of UTF-16 in four digits behind a sign, or two of them that are one character.
fn unit(bytes: &[u8], sign: &[u8; 2]) -> Option<(Meaning, usize)> {
    let one = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(sign)?;
        number(digits).and_then(|unit| u16::try_from(unit).ok())
    };
    let first = one(0)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some((Meaning::Char(c), 6));
    }
    let c = char::decode_utf16([first, one(6)?]).next()?.ok()?;
    Some((Meaning::Char(c), 12))
}

/// `=2B`, and the end of a line that is none.
fn quoted_printable(bytes: &[u8]) -> Option<(Meaning, usize)> {
    if let Some(byte) = bytes.get(1..3).and_then(number) {
        return Some((Meaning::Byte(u8::try_from(byte).ok()?), 3));
    }
    match bytes.get(1..)? {
        [b'\r', b'\n', ..] => Some((Meaning::Nothing, 3)),
        [b'\n', ..] => Some((Meaning::Nothing, 2)),
        _ => None,
    }
}

fn number(hex: &[u8]) -> Option<u32> {
    let is_hex = !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok().filter(|_| is_hex)
}

/// UTF-16 and UTF-32 of ASCII, as ASCII.
fn without_zeros(view: &View<'_>) -> View<'static> {
    let mut making = Making::of(view);
    for (at, byte) in view.bytes().iter().enumerate().filter(|(_, byte)| **byte != 0) {
        making.push(*byte, at..at + 1);
    }
    making.done()
}

/// The six bits of each character of Base64 or Base64url.
const SEXTETS: [Option<u8>; 256] = {
    let mut sextets = [None; 256];
    let mut byte = 0;
    while byte < sextets.len() {
        let sign = byte as u8;
        sextets[byte] = match sign {
            b'A'..=b'Z' => Some(sign - b'A'),
            b'a'..=b'z' => Some(sign - b'a' + 26),
            b'0'..=b'9' => Some(sign - b'0' + 52),
            b'+' | b'-' => Some(62),
            b'/' | b'_' => Some(63),
            _ => None,
        };
        byte += 1;
    }
    sextets
};

/// A character of Base64: where it begins and ends in the text, and its bits.
type Sign = (u32, u32, u8);

/// Runs of Base64 that are long enough. Lines may be broken and indented.
fn base64_runs(view: &View<'_>, shortest: usize) -> Vec<Vec<Sign>> {
    let bytes = view.bytes();
    let fewest = (shortest * 8).div_ceil(6);
    let bits = |at: usize| SEXTETS[usize::from(bytes[at])];
    let is_at = |at: usize| at < bytes.len() && bits(at).is_some();
    let mut runs = Vec::new();
    let mut run: Vec<Sign> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        // Most words are too short, and their places are not looked up.
        let start = at;
        while is_at(at) {
            at += 1;
        }
        let blank = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
        let goes_on = at > start && blank > 0 && bytes[at..at + blank].contains(&b'\n') && is_at(at + blank);
        if goes_on || !run.is_empty() || at - start >= fewest {
            let signs = (start..at).filter_map(|at| Some((view.start(at), view.end(at), bits(at)?)));
            run.extend(signs);
        }
        if !goes_on {
            if run.len() >= fewest {
                runs.push(std::mem::take(&mut run));
            }
            run.clear();
        }
        at += if goes_on { blank } else { blank.max(1) };
    }
    runs
}

/// Runs of Base64, each read from its character `shift` on: where its groups begin is not known. A character belongs to a byte when all its
/// six bits do.
fn base64(view: &View<'_>, runs: &[Vec<Sign>], shift: usize) -> View<'static> {
    // Four characters are three bytes, and a gap ends each run.
    let mut making = Making::with_room(view, runs.iter().map(|run| run.len() * 3 / 4 + 1).sum());
    for run in runs {
        let (groups, rest) = run[shift.min(run.len())..].as_chunks::<4>();
        for [a, b, c, d] in groups {
            making.push_at(a.2 << 2 | b.2 >> 4, a.0, a.1);
            making.push_at(b.2 << 4 | c.2 >> 2, c.0, b.1);
            making.push_at(c.2 << 6 | d.2, d.0, d.1);
        }
        if let [a, b, others @ ..] = rest {
            making.push_at(a.2 << 2 | b.2 >> 4, a.0, a.1);
            if let [c] = others {
                making.push_at(b.2 << 4 | c.2 >> 2, c.0, b.1);
            }
        }
        making.gap();
    }
    making.done()
}

/// The digits of a run of hexadecimal bytes, each with its place.
type Digits = Vec<(usize, u8)>;

/// Runs of hexadecimal bytes that are long enough, plain, or with signs between them as in `2b:2f` and `0x2b, 0x2f`.
fn hexadecimal_runs(bytes: &[u8], shortest: usize) -> Vec<Digits> {
    const MOST_BETWEEN: usize = 4;
    let mut runs = Vec::new();
    let mut run: Digits = Vec::new();
    let mut between = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let digit = match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            b'A'..=b'F' => Some(byte - b'A' + 10),
            _ => None,
        };
        let is_prefix = matches!(byte, b'0' | b'\\')
            && matches!(bytes.get(at + 1), Some(b'x' | b'X'))
            && bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit);
        if is_prefix {
            between += 1;
            at += 1;
        } else if let Some(digit) = digit {
            run.push((at, digit));
            between = 0;
        } else if !run.is_empty() {
            let is_between = matches!(byte, b' ' | b',' | b':' | b';' | b'-' | b'_' | b'\r' | b'\n' | b'\t');
            if is_between && between < MOST_BETWEEN {
                between += 1;
            } else {
                if run.len() >= shortest * 2 {
                    runs.push(std::mem::take(&mut run));
                }
                run.clear();
                between = 0;
            }
        }
        at += 1;
    }
    if run.len() >= shortest * 2 {
        runs.push(run);
    }
    runs
}

/// Runs of hexadecimal bytes, each read from its digit `shift` on.
fn hexadecimal(view: &View<'_>, runs: &[Digits], shift: usize) -> View<'static> {
    let mut making = Making::with_room(view, runs.iter().map(|run| run.len() / 2 + 1).sum());
    for run in runs {
        for pair in run[shift..].as_chunks::<2>().0 {
            let [(first, high), (last, low)] = *pair;
            making.push(high << 4 | low, first..last + 1);
        }
        making.gap();
    }
    making.done()
}

/// All lists of bytes in decimal that are long enough, signed or not: `[75, 101, 121]`.
fn decimal(view: &View<'_>, shortest: usize) -> Option<View<'static>> {
    let bytes = view.bytes();
    let mut making = Making::of(view);
    let mut run: Vec<(Range<usize>, u8)> = Vec::new();
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
    let mut at = bytes.iter().position(is_number)?;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let sign = usize::from(rest.first() == Some(&b'-'));
        let count = rest[sign.min(rest.len())..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let end = at + sign + count;
        let value = bytes.get(at..end).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<i16>().ok());
        let byte = value.filter(|value| count > 0 && (-128..=255).contains(value)).map(|value| value.to_le_bytes()[0]);
        if let Some(byte) = byte {
            run.push((at..end, byte));
            at = end;
            let blank = bytes[at..].iter().take_while(|byte| matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n')).count();
            at += blank;
            if blank > 0 {
                continue;
            }
        }
        if run.len() >= shortest {
            run.iter().for_each(|(from, byte)| making.push(*byte, from.clone()));
            making.gap();
        }
        run.clear();
        if at >= bytes.len() {
            break;
        }
        at += if byte.is_some() { 0 } else { count.max(1) };
        // A list begins behind what is not a number.
        at += bytes[at..].iter().position(is_number).unwrap_or(bytes.len() - at);
    }
    (!making.is_empty()).then(|| making.done())
}
