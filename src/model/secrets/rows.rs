//! Texts whose characters stand apart: broken into lines, in a list of single characters, in the columns of a dump.

use super::view::{Making, View};

/// What is left of a view when what stands between its characters is taken out, in each way that shows in it.
pub(super) fn rows(view: &View<'_>, shortest: usize) -> Vec<View<'static>> {
    [characters(view, shortest), dump(view), without_blanks(view)].into_iter().flatten().collect()
}

/// Blanks and line ends taken out, where there are such. Words that stand beside each other become one.
fn without_blanks(view: &View<'_>) -> Option<View<'static>> {
    let bytes = view.bytes();
    if !bytes.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let mut making = Making::with_room(view, bytes.len());
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace()) {
        making.push(*byte, at..at + 1);
    }
    Some(making.joined())
}

/// Lists of single characters, as `["k", "e", "y"]`.
fn characters(view: &View<'_>, shortest: usize) -> Option<View<'static>> {
    let bytes = view.bytes();
    let mut making = Making::of(view);
    let mut run: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let quote = bytes[at];
        // One character of UTF-8, or an escaped one, between two quotes.
        let end = bytes.get(at + 1).map(|first| match first {
            b'\\' => at + 3,
            0x00..=0x7f => at + 2,
            0x80..=0xdf => at + 3,
            0xe0..=0xef => at + 4,
            _ => at + 5,
        });
        let end = end.filter(|end| matches!(quote, b'"' | b'\'') && bytes.get(*end) == Some(&quote));
        match end {
            Some(end) => {
                run.push((if bytes[at + 1] == b'\\' { at + 2 } else { at + 1 }, end));
                at = end + 1;
                at += bytes[at..].iter().take_while(|byte| matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n')).count();
            }
            None => {
                finish(&mut making, &mut run, bytes, shortest);
                at += 1;
            }
        }
    }
    finish(&mut making, &mut run, bytes, shortest);
    (!making.is_empty()).then(|| making.done())
}

fn finish(making: &mut Making<'_>, run: &mut Vec<(usize, usize)>, bytes: &[u8], shortest: usize) {
    if run.len() >= shortest.min(4) {
        for (start, end) in run.iter().copied() {
            (start..end).for_each(|at| making.push(bytes[at], at..at + 1));
        }
        making.gap();
    }
    run.clear();
}

/// The bytes and the texts of a dump, each over all of its lines: an offset, up to 32 bytes in hexadecimal, and the same as text.
fn dump(view: &View<'_>) -> Option<View<'static>> {
    let bytes = view.bytes();
    let mut numbers = Making::of(view);
    let mut texts: Vec<usize> = Vec::new();
    let mut start = 0;
    let mut lines = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some((hex, text)) = dump_line(line) {
            lines += 1;
            for pair in hex.as_chunks::<2>().0 {
                let [first, last] = pair.map(|at| start + at);
                let value = digit(bytes[first]).zip(digit(bytes[last])).map_or(0, |(high, low)| high << 4 | low);
                numbers.push(value, first..last + 1);
            }
            texts.extend(text.map(|at| start + at));
        }
        start += line.len();
    }
    if lines == 0 {
        return None;
    }
    numbers.gap();
    texts.into_iter().for_each(|at| numbers.push(bytes[at], at..at + 1));
    Some(numbers.done())
}

/// Where the digits of a dump's line stand, and its text.
fn dump_line(line: &[u8]) -> Option<(Vec<usize>, std::ops::Range<usize>)> {
    const MOST: usize = 32;
    let offset = line.iter().take_while(|byte| byte.is_ascii_hexdigit() || **byte == b':').count();
    if !(4..=17).contains(&offset) || !matches!(line.get(offset), Some(b' ' | b'\t')) {
        return None;
    }
    let mut digits = Vec::new();
    let mut at = offset;
    loop {
        let blanks = line[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let group = line[at + blanks..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let is_group = blanks > 0 && group > 0 && group % 2 == 0 && digits.len() + group <= MOST * 2;
        // Two blanks end the numbers, but for those in their middle.
        if !is_group || blanks > 2 || matches!(line.get(at + blanks + group), Some(byte) if !byte.is_ascii_whitespace()) {
            at += blanks;
            break;
        }
        digits.extend(at + blanks..at + blanks + group);
        at += blanks + group;
    }
    if digits.is_empty() {
        return None;
    }
    at += usize::from(line.get(at) == Some(&b'|'));
    let end = line.len().min(at + digits.len() / 2);
    Some((digits, at.min(end)..end))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Runs of Base32, each read from its beginning.
pub(super) fn base32(view: &View<'_>, shortest: usize) -> Option<View<'static>> {
    let bytes = view.bytes();
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    };
    let fewest = (shortest * 8).div_ceil(5);
    let mut making = Making::of(view);
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| value(**byte).is_some()).count();
        let run = &bytes[at..at + length];
        // A word that is written in both cases is none.
        let is_one_case = !(run.iter().any(u8::is_ascii_lowercase) && run.iter().any(u8::is_ascii_uppercase));
        if length >= fewest && is_one_case {
            let (mut bits, mut count, mut from) = (0_u32, 0, at);
            for (index, five) in run.iter().enumerate().filter_map(|(index, byte)| Some((index, value(*byte)?))) {
                bits = bits << 5 | u32::from(five);
                count += 5;
                if count >= 8 {
                    count -= 8;
                    making.push((bits >> count).to_le_bytes()[0], from..at + index + 1);
                    bits &= (1 << count) - 1;
                    from = if count > 0 { at + index } else { at + index + 1 };
                }
            }
            making.gap();
        }
        at += length.max(1);
    }
    (!making.is_empty()).then(|| making.done())
}
