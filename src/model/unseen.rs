//! Characters that cannot be seen. One list for all who look for them, take them out or draw them.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use unicode_normalization::char::compose;

/// Characters that draw nothing although they are neither white space nor control characters: Unicode's "default ignorable code points",
/// and two that are drawn as a blank.
pub const UNSEEN: [RangeInclusive<char>; 17] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    // The blank of Braille.
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    // Signs for notes between lines, and those that are reserved before them.
    '\u{fff0}'..='\u{fffb}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Whether a character draws nothing although it is neither white space nor a control character.
pub fn is_unseen(c: char) -> bool {
    // Most characters stand before the first of them.
    c >= '\u{ad}' && UNSEEN.iter().any(|range| range.contains(&c))
}

/// The text on one line, for a remark or a row: each control character is a space.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Whether a character cannot be seen: it draws nothing, is white space, or a control character.
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_unseen(c)
}

/// Whether a character changes the direction of the text around it, so that it can be read as another text.
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is part of the sign before it, as a joiner or a variation selector is of an emoji.
pub fn belongs_to_sign(c: char, before: Option<char>) -> bool {
    let is_part = matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    let is_sign = |c: char| c >= '\u{a9}' && !c.is_alphanumeric() && !c.is_whitespace() && !is_unseen(c) || c == '\u{fe0f}';
    is_part && before.is_some_and(is_sign)
}

/// A text in which each character can be told from the others: `[space]` at an end or beside another space, `[U+00A0]`, and
/// `e[U+0301]` for a letter whose mark is a character of its own. Line breaks stay, but for those at an end, and so does indentation.
///
/// What stands between two quotes is a text of its own.
pub fn drawn(text: &str) -> Cow<'_, str> {
    if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return match drawn(inner) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(inner) => Cow::Owned(format!("\"{inner}\"")),
        };
    }
    let is_plain = |c: char| c.is_ascii_graphic() || c == ' ';
    if text.chars().all(is_plain) && text.trim_matches(' ').len() == text.len() && !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    let letters: Vec<char> = text.chars().collect();
    let body = text.trim_matches(['\n', '\r']);
    let start = text.chars().take_while(|c| matches!(c, '\n' | '\r')).count();
    let end = start + body.chars().count();
    let mut shown = String::with_capacity(text.len() + 16);
    let mut is_indentation = false;
    for (index, letter) in letters.iter().copied().enumerate() {
        let before = index.checked_sub(1).and_then(|at| letters.get(at)).copied();
        let after = letters.get(index + 1).copied();
        let is_inside = (start..end).contains(&index);
        is_indentation = is_inside && (before == Some('\n') || is_indentation && matches!(before, Some(' ' | '\t')));
        let is_beside = |other: Option<char>| other.is_none_or(|other| other == ' ');
        match letter {
            ' ' | '\t' if is_indentation && after.is_some() => shown.push(letter),
            ' ' if is_beside(before) || is_beside(after) => shown.push_str("[space]"),
            ' ' => shown.push(' '),
            '\t' => shown.push_str("[tab]"),
            '\n' | '\r' if is_inside => shown.push(letter),
            '\n' | '\r' => shown.push_str("[line break]"),
            letter if belongs_to_sign(letter, before) => shown.push(letter),
            letter if is_invisible(letter) || before.is_some_and(|before| compose(before, letter).is_some()) => {
                shown.push_str(&format!("[U+{:04X}]", u32::from(letter)));
            }
            letter => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// As [`drawn`], with line breaks drawn too: for a name in a sentence.
pub fn drawn_on_one_line(text: &str) -> String {
    let is_break = |c| matches!(c, '\n' | '\r');
    drawn(text).split(is_break).collect::<Vec<_>>().join("[line break]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_by_table() {
        for (c, unseen, invisible, turns) in [
            ('a', false, false, false),
            ('é', false, false, false),
            ('\u{301}', false, false, false),
            ('你', false, false, false),
            (' ', false, true, false),
            ('\u{a0}', false, true, false),
            ('\u{2028}', false, true, false),
            ('\u{85}', false, true, false),
            ('\0', false, true, false),
            ('\u{ad}', true, true, false),
            ('\u{200b}', true, true, false),
            ('\u{200d}', true, true, false),
            ('\u{200f}', true, true, true),
            ('\u{202e}', true, true, true),
            ('\u{2069}', true, true, true),
            ('\u{2064}', true, true, false),
            ('\u{fe0f}', true, true, false),
            ('\u{feff}', true, true, false),
            ('\u{e0041}', true, true, false),
        ] {
            assert_eq!((is_unseen(c), is_invisible(c), turns_direction(c)), (unseen, invisible, turns), "{c:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_drawn() {
        for (text, expected) in [
            ("appcrashlog", "appcrashlog"),
            ("appcrashlog ", "appcrashlog[space]"),
            ("two words", "two words"),
            ("two  words", "two[space][space]words"),
            ("a\u{a0}b\tc", "a[U+00A0]b[tab]c"),
            ("\u{feff}a\u{200b}", "[U+FEFF]a[U+200B]"),
            ("a\u{fe0f}", "a[U+FE0F]"),
            ("\u{2764}\u{fe0f}\u{200d}\u{1f525}", "\u{2764}\u{fe0f}\u{200d}\u{1f525}"),
            ("ö", "ö"),
            ("o\u{308}", "o[U+0308]"),
            ("नमस्ते", "नमस्ते"),
            ("{\n  \"a\": 1,\n\t\"b\": 2\n}", "{\n  \"a\": 1,\n\t\"b\": 2\n}"),
            ("\"major \"", "\"major[space]\""),
            ("say \"hi\" now", "say \"hi\" now"),
            ("\"", "\""),
            ("key\n", "key[line break]"),
            ("\r\nkey", "[line break][line break]key"),
            ("", ""),
            (" ", "[space]"),
        ] {
            assert_eq!(drawn(text), expected, "{text:?}");
        }
    }

    #[test]
    fn names_stay_on_one_line() {
        for (text, expected) in
            [("a\nb.txt", "a[line break]b.txt"), ("say \"hi\".txt", "say \"hi\".txt"), ("\u{202e}gpj.exe", "[U+202E]gpj.exe")]
        {
            assert_eq!(drawn_on_one_line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_turns_the_direction_is_unseen_and_the_list_is_in_order() {
        assert!((0..=0x10_ffff).filter_map(char::from_u32).filter(|c| turns_direction(*c)).all(is_unseen));
        assert!(UNSEEN.windows(2).all(|pair| pair[0].end() < pair[1].start()));
    }
}
