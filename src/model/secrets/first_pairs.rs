//! Texts by the two bytes that they begin with: in a short text they are found by that sooner than an automaton of them is made.

use zeroize::Zeroizing;

/// What is looked for, by its first two bytes.
pub(super) struct FirstPairs {
    /// A bit for each pair of bytes.
    begins: Vec<u64>,
    /// The numbers of the texts, in the order of the texts.
    ordered: Vec<usize>,
    /// Whether one is too short to begin with a pair.
    has_shorter: bool,
}

impl FirstPairs {
    pub(super) fn of(texts: &[Zeroizing<Vec<u8>>]) -> Self {
        let mut begins = vec![0; (1 << 16) / 64];
        for text in texts.iter().filter(|text| text.len() > 1) {
            let (word, bit) = place(text[0], text[1]);
            begins[word] |= bit;
        }
        let mut ordered: Vec<usize> = (0..texts.len()).collect();
        ordered.sort_by(|a, b| texts[*a].cmp(&texts[*b]));
        Self { begins, ordered, has_shorter: texts.iter().any(|text| text.len() < 2) }
    }

    /// The numbers of the texts, in the order of the texts.
    pub(super) fn ordered(&self) -> &[usize] {
        &self.ordered
    }

    /// Each text that stands in these bytes, as the place where it begins and its number. `None` where one is too short for this way.
    pub(super) fn find<'a>(
        &'a self,
        texts: &'a [Zeroizing<Vec<u8>>],
        bytes: &'a [u8],
    ) -> Option<impl Iterator<Item = (usize, usize)> + 'a> {
        let begins = |pair: &[u8]| {
            let (word, bit) = place(pair[0], pair[1]);
            self.begins[word] & bit != 0
        };
        let places = bytes.windows(2).enumerate().filter(move |(_, pair)| begins(pair));
        let found = places.flat_map(move |(at, pair)| {
            let first = self.ordered.partition_point(|number| texts[*number].as_slice() < pair);
            let same = self.ordered[first..].iter().take_while(move |number| texts[**number].starts_with(pair));
            same.filter(move |number| bytes[at..].starts_with(&texts[**number])).map(move |number| (at, *number))
        });
        (!self.has_shorter).then_some(found)
    }
}

fn place(first: u8, second: u8) -> (usize, u64) {
    let number = usize::from(first) << 8 | usize::from(second);
    (number / 64, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_by_table() {
        let texts = |texts: &[&str]| texts.iter().map(|text| Zeroizing::new(text.as_bytes().to_vec())).collect::<Vec<_>>();
        for (looked_for, bytes, expected) in [
            (&["abc", "ab", "bc", "b\u{e9}"][..], "xabcb\u{e9}ab", Some(vec![(1, 1), (1, 0), (2, 2), (4, 3), (7, 1)])),
            (&["aa", "aa"], "aaa", Some(vec![(0, 0), (0, 1), (1, 0), (1, 1)])),
            (&["abc"], "ab", Some(vec![])),
            (&["abc"], "", Some(vec![])),
            (&["abc", "a"], "abc", None),
        ] {
            let texts = texts(looked_for);
            let pairs = FirstPairs::of(&texts);
            assert_eq!(pairs.find(&texts, bytes.as_bytes()).map(Iterator::collect), expected, "{bytes}");
        }
    }
}
