//! The secrets that no line of the log may hold: those that this process has come to know.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::secrets::finder::SecretFinder;
use crate::model::secrets::mask::{Masked, mask_text};
use crate::model::secrets::secret::{SHORTEST_SECRET, Secret};
use crate::model::unseen::turns_direction;

/// Of the secrets that belong to a single exchange so many are remembered: a run may have a new one in each of its rows.
const REMEMBERED: usize = 64;

/// The longest text that a line of the log is made of.
const LONGEST: usize = 8 << 10;

/// Shorter secrets are hidden where they belong alone: everywhere else they could be a word.
const SHORTEST_ANYWHERE: usize = 8;

#[derive(Default)]
struct Known {
    lasting: Vec<Secret>,
    passing: VecDeque<Secret>,
    /// Look for those of a length or a longer one; made when they are first needed after something was learnt.
    finders: Vec<(usize, Arc<SecretFinder>)>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known { lasting: Vec::new(), passing: VecDeque::new(), finders: Vec::new() });

fn known() -> std::sync::MutexGuard<'static, Known> {
    // Each change is one push, so that a panic leaves nothing half done.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on no line holds this secret.
pub fn learn(secret: &Secret) {
    let mut known = known();
    if secret.reveal().len() >= SHORTEST_SECRET && !known.lasting.contains(secret) {
        known.lasting.push(secret.clone());
        known.finders.clear();
    }
}

/// As [`learn`], for a secret of one exchange: it is forgotten once many others were learnt after it.
pub fn learn_for_now(secret: &Secret) {
    let mut known = known();
    if secret.reveal().len() < SHORTEST_SECRET || known.lasting.contains(secret) || known.passing.contains(secret) {
        return;
    }
    if known.passing.len() == REMEMBERED {
        known.passing.pop_front();
    }
    known.passing.push_back(secret.clone());
    known.finders.clear();
}

/// A text without the known secrets of a length or a longer one.
fn without(text: &str, shortest: usize) -> Cow<'_, str> {
    // The lock is not held while it searches: should that panic, the panic is logged, too.
    let finder = finder(shortest);
    Masked::cut(text, finder.spans(text)).text
}

fn finder(shortest: usize) -> Arc<SecretFinder> {
    let mut known = known();
    if let Some((_, finder)) = known.finders.iter().find(|(length, _)| *length == shortest) {
        return finder.clone();
    }
    let secrets = known.lasting.iter().chain(&known.passing).map(Secret::reveal);
    let finder = Arc::new(SecretFinder::new(secrets.filter(|secret| secret.len() >= shortest)));
    known.finders.push((shortest, finder.clone()));
    finder
}

/// A text without the secrets that this process has come to know, as far as they are too long to be words: for what is said to people,
/// where whoever says it cannot know which secrets a name, a path or a library's words may hold.
pub fn hide_known(text: &str) -> Cow<'_, str> {
    without(text, SHORTEST_ANYWHERE)
}

/// A text for the log: one line, of a sensible length, without secrets and without characters that move a terminal's cursor.
pub(super) fn clean(text: &str) -> String {
    let masked = mask_text(text, &[]);
    let masked = without(&masked, SHORTEST_SECRET);
    // Cut after masking, so that no part of a secret is left.
    let end = masked.floor_char_boundary(LONGEST);
    let mut line = String::with_capacity(end);
    for c in masked[..end].trim_end().chars() {
        match c {
            '\n' => line.push_str(" ⏎ "),
            '\t' => line.push(' '),
            c if c.is_control() || turns_direction(c) => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
    if end < masked.len() {
        line.push_str(" […]");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    // Tests of one process share what was learnt, so that no other test may use these secrets.
    #[test]
    fn lines_by_table() {
        learn(&Secret::new("log-s3cret/1"));
        learn_for_now(&Secret::new("passing-s3cret"));
        for (text, expected) in [
            ("plain ü 🙂", "plain ü 🙂"),
            ("two\nlines\r\n", "two ⏎ lines"),
            ("a\u{1b}[2Jb\tc", "a\\u{1b}[2Jb c"),
            ("the key log-s3cret/1 is wrong", "the key •••• is wrong"),
            ("encoded: log-s3cret%2F1 bG9nLXMzY3JldC8x", "encoded: •••• ••••"),
            ("passing-s3cret, too", "••••, too"),
            ("POST https://h/x?apiKey=never-learnt&y=1", "POST https://h/x?apiKey=••••&y=1"),
            ("Authorization: Bearer never-learnt", "Authorization: ••••"),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
        let long = clean(&"x".repeat(LONGEST * 20));
        assert!(long.len() < LONGEST + 20 && long.ends_with(" […]"));
        // A secret across the cut is not a secret that is left in part.
        let across = clean(&format!("{}log-s3cret/1", "x".repeat(LONGEST - 5)));
        assert!(!across.contains("log-s"), "{}", &across[across.len() - 40..]);
    }

    #[test]
    fn what_is_said_holds_no_known_secret() {
        learn(&Secret::new("said-s3cret/2"));
        learn(&Secret::new("word"));
        for (text, expected) in [
            ("said-s3cret/2.log in one word", "••••.log in one word"),
            ("it begins \"said-s3c…\"", "it begins \"••••…\""),
            ("plain", "plain"),
        ] {
            assert_eq!(hide_known(text), expected);
        }
    }

    #[test]
    fn secrets_of_a_long_run_do_not_pile_up() {
        (0..REMEMBERED * 3).for_each(|number| learn_for_now(&Secret::new(format!("row-{number}-t0ken"))));
        assert_eq!(known().passing.len(), REMEMBERED);
        assert_eq!(clean(&format!("row-{}-t0ken", REMEMBERED * 3 - 1)), "••••");
    }
}
