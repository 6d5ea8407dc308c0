//! Looks for all spellings of secrets at once, in a text and in what its encodings make of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::automaton::Automaton as _;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, MatchKind};
use zeroize::Zeroizing;

use super::first_pairs::FirstPairs;
use super::found_before::FoundBefore;
use super::secret::Secret;
use super::spellings::spellings;
use super::views;

/// In a shorter text all spellings are found sooner than an automaton of them is made.
const SHORT: usize = 4 << 10;

/// So many bytes of a secret's beginning are taken for it where a text was cut.
pub(super) const SHORTEST_BEGINNING: usize = 4;

/// Shorter secrets may come of words that stand beside each other.
const SHORTEST_JOINED: usize = 8;

/// A place where a secret was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMatch {
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// The number of the secret, in the order in which they were added.
    pub secret: usize,
}

/// Looks for all spellings of all secrets at once.
pub(super) struct Search {
    /// Tells quickly whether there is anything in a long text; made for the first one.
    first: OnceLock<Option<AhoCorasick>>,
    /// Tells of everything; made when there is something.
    automaton: OnceLock<Option<NFA>>,
    texts: Vec<Zeroizing<Vec<u8>>>,
    /// The number of the secret of each spelling.
    secrets: Vec<usize>,
    pairs: FirstPairs,
    /// The length of the shortest spelling.
    shortest: usize,
    /// What was found in short texts.
    pub(super) found: FoundBefore<SecretMatch>,
}

impl Search {
    pub(super) fn of(needles: &[(Secret, usize)]) -> Option<Self> {
        let mut texts = Vec::new();
        let mut secrets = Vec::new();
        for (text, secret) in needles {
            for spelling in spellings(text.reveal()) {
                texts.push(Zeroizing::new(spelling));
                secrets.push(*secret);
            }
        }
        let shortest = texts.iter().map(|text| text.len()).min()?;
        let (first, automaton) = (OnceLock::new(), OnceLock::new());
        let pairs = FirstPairs::of(&texts);
        Some(Self { first, automaton, texts, secrets, pairs, shortest, found: FoundBefore::default() })
    }

    /// Where the longest beginning of a spelling starts that bytes end with, in them or in what their encodings make of them.
    pub(super) fn beginning(&self, bytes: &[u8]) -> Option<usize> {
        /// The longest part of an escape that may stand behind it, cut off itself: `%2`, `\u00`, `&#x4`.
        const LONGEST_REST: usize = 8;
        let ordered = self.pairs.ordered();
        let longest = self.texts.iter().map(|text| text.len()).max().unwrap_or_default();
        let begins = |piece: &[u8]| {
            let place = ordered.partition_point(|at| self.texts[*at].as_slice() < piece);
            ordered.get(place).is_some_and(|at| self.texts[*at].starts_with(piece))
        };
        let mut first = None;
        views::each(bytes, SHORTEST_BEGINNING, true, |view| {
            let text = view.without_gap();
            let rest = &text[text.len().saturating_sub(LONGEST_REST)..];
            let escape = rest.iter().rposition(|byte| matches!(byte, b'%' | b'\\' | b'&' | b'='));
            let ends = [Some(text.len()), escape.map(|at| text.len() - rest.len() + at)];
            for end in ends.into_iter().flatten() {
                let starts = end.saturating_sub(longest)..(end + 1).saturating_sub(SHORTEST_BEGINNING);
                let Some(start) = starts.into_iter().find(|start| begins(&text[*start..end])) else { continue };
                let place = view.place(&(start..end));
                if place.end + LONGEST_REST >= bytes.len() {
                    first = Some(first.map_or(place.start, |first: usize| first.min(place.start)));
                }
            }
        });
        first
    }

    /// Tells of each place where a spelling ends, by the longest that ends there, in the text and in what its encodings make of it.
    pub(super) fn find(&self, bytes: &[u8], looks_apart: bool, mut tell: impl FnMut(Range<usize>, usize)) {
        views::each(bytes, self.shortest, looks_apart, |view| {
            let tell = |end: usize, spelling: usize| {
                let length = self.texts[spelling].len();
                let place = view.place(&(end - length..end));
                let may_be_words = view.is_joined() && length < SHORTEST_JOINED;
                if place.start < place.end && !may_be_words {
                    tell(place, self.secrets[spelling]);
                }
            };
            self.find_plain(view.bytes(), tell);
        });
    }

    /// Tells of each place in bytes where a spelling ends, with the number of the longest that ends there.
    fn find_plain(&self, bytes: &[u8], mut tell: impl FnMut(usize, usize)) {
        let pairs = (bytes.len() <= SHORT).then(|| self.pairs.find(&self.texts, bytes)).flatten();
        match pairs {
            Some(found) => longest_by_end(found, &self.texts).into_iter().for_each(|(end, spelling)| tell(end, spelling)),
            None => self.find_in_long(bytes, tell),
        }
    }

    fn find_in_long(&self, bytes: &[u8], mut tell: impl FnMut(usize, usize)) {
        let texts = || self.texts.iter().map(|text| text.as_slice());
        // They hold any texts that fit into memory. A table of all states would be large where a secret is long.
        let first = || AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(texts()).ok();
        let all = || NFA::builder().match_kind(MatchKind::Standard).build(texts()).ok();
        let Some(first) = self.first.get_or_init(first).as_ref().and_then(|first| first.find(bytes)) else { return };
        let Some(automaton) = self.automaton.get_or_init(all) else { return };
        let Ok(mut state) = automaton.start_state(Anchored::No) else { return };
        // The first match is the one that ends first: a longer one may begin before it.
        let from = first.end().saturating_sub(automaton.max_pattern_len());
        for (at, byte) in bytes.iter().enumerate().skip(from) {
            state = automaton.next_state(Anchored::No, state, *byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                tell(at + 1, automaton.match_pattern(state, 0).as_usize());
            }
        }
    }
}

/// Of spellings with their beginnings the longest at each end, in the order of the ends; of equal ones the first.
fn longest_by_end(found: impl Iterator<Item = (usize, usize)>, texts: &[Zeroizing<Vec<u8>>]) -> BTreeMap<usize, usize> {
    let mut longest = BTreeMap::new();
    for (start, spelling) in found {
        let length = texts[spelling].len();
        let best = longest.entry(start + length).or_insert(spelling);
        let best_length = texts[*best].len();
        if length > best_length || length == best_length && spelling < *best {
            *best = spelling;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_short_text_is_looked_through_as_a_long_one(secrets in proptest::collection::vec("[ab]{2,5}", 1..5), text in "[abc]{0,40}") {
            let secrets: Vec<_> = secrets.into_iter().enumerate().map(|(number, text)| (Secret::new(text), number)).collect();
            let Some(search) = Search::of(&secrets) else { return Ok(()) };
            let (mut short, mut long) = (Vec::new(), Vec::new());
            search.find_plain(text.as_bytes(), |end, spelling| short.push((end, spelling)));
            search.find_in_long(text.as_bytes(), |end, spelling| long.push((end, spelling)));
            proptest::prop_assert_eq!(short, long);
        }
    }
}
