//! Secrets that are longer than one entry of the keyring: they stand in several, and the first says in how many.

/// What the Credential Manager of Windows takes at most, in units of UTF-16. Other keyrings take much more.
const LONGEST: usize = if cfg!(windows) { 1280 } else { 100_000 };

/// What the first entry of a secret in pieces begins with. Nobody types this sign.
const MARK: &str = "\u{1}pieces:";

/// A keyring's entries: each a text under a name.
pub(super) trait Entries {
    /// Why something failed.
    type Error;
    /// The text of a name, if there is one.
    fn get(&self, name: &str) -> Result<Option<String>, Self::Error>;
    /// Keeps a text under a name.
    fn set(&self, name: &str, text: &str) -> Result<(), Self::Error>;
    /// Forgets a name, whether it is there or not.
    fn delete(&self, name: &str) -> Result<(), Self::Error>;
}

/// The secret of a name. One of which a piece is missing is not there.
pub(super) fn get<E: Entries>(entries: &E, name: &str) -> Result<Option<String>, E::Error> {
    let Some(first) = entries.get(name)? else { return Ok(None) };
    let Some(count) = count(&first) else { return Ok(Some(first)) };
    let mut whole = String::new();
    for number in 1..=count {
        match entries.get(&piece(name, number))? {
            Some(text) => whole.push_str(&text),
            None => return Ok(None),
        }
    }
    Ok(Some(whole))
}

/// Keeps a secret, in as many entries as it needs.
pub(super) fn set<E: Entries>(entries: &E, name: &str, secret: &str) -> Result<(), E::Error> {
    set_within(entries, name, secret, LONGEST)
}

fn set_within<E: Entries>(entries: &E, name: &str, secret: &str, longest: usize) -> Result<(), E::Error> {
    let before = entries.get(name)?.and_then(|first| count(&first)).unwrap_or_default();
    let pieces =
        if secret.starts_with(MARK) || secret.encode_utf16().count() > longest { cut(secret, longest) } else { Vec::new() };
    // The first entry comes last: until then what was there before is whole, or nothing is.
    for (number, text) in (1..).zip(&pieces) {
        entries.set(&piece(name, number), text)?;
    }
    match pieces.len() {
        0 => entries.set(name, secret)?,
        count => entries.set(name, &format!("{MARK}{count}"))?,
    }
    (pieces.len() + 1..=before).try_for_each(|number| entries.delete(&piece(name, number)))
}

/// Forgets a secret with all its pieces.
pub(super) fn delete<E: Entries>(entries: &E, name: &str) -> Result<(), E::Error> {
    let count = entries.get(name)?.and_then(|first| count(&first)).unwrap_or_default();
    entries.delete(name)?;
    (1..=count).try_for_each(|number| entries.delete(&piece(name, number)))
}

fn piece(name: &str, number: usize) -> String {
    format!("{name}.{number}")
}

fn count(first: &str) -> Option<usize> {
    // More than anybody's secret has; what is damaged is not asked for a million times.
    first.strip_prefix(MARK)?.parse().ok().filter(|count| *count <= 1000)
}

/// Cuts a text between its signs.
fn cut(text: &str, longest: usize) -> Vec<String> {
    let (mut pieces, mut length) = (vec![String::new()], 0);
    for sign in text.chars() {
        if length + sign.len_utf16() > longest {
            pieces.push(String::new());
            length = 0;
        }
        length += sign.len_utf16();
        if let Some(piece) = pieces.last_mut() {
            piece.push(sign);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::*;

    #[derive(Default)]
    struct Kept(RefCell<BTreeMap<String, String>>);

    impl Entries for Kept {
        type Error = Infallible;

        fn get(&self, name: &str) -> Result<Option<String>, Infallible> {
            Ok(self.0.borrow().get(name).cloned())
        }

        fn set(&self, name: &str, text: &str) -> Result<(), Infallible> {
            self.0.borrow_mut().insert(name.to_owned(), text.to_owned());
            Ok(())
        }

        fn delete(&self, name: &str) -> Result<(), Infallible> {
            self.0.borrow_mut().remove(name);
            Ok(())
        }
    }

    #[test]
    fn secrets_of_any_length_come_back() {
        let kept = Kept::default();
        for (secret, entries) in [
            ("", 1),
            ("short", 1),
            ("exactly-10", 1),
            ("more than ten", 3),
            ("ü🎉ü🎉ü🎉ü🎉", 3),
            ("\u{1}pieces:2", 2),
            ("one", 1),
        ] {
            set_within(&kept, "k", secret, 10).unwrap();
            assert_eq!(get(&kept, "k").unwrap().as_deref(), Some(secret));
            let lengths: Vec<usize> = kept.0.borrow().values().map(|text| text.encode_utf16().count()).collect();
            assert!(lengths.len() == entries && lengths.iter().all(|length| *length <= 10), "{secret}: {lengths:?}");
        }
        set_within(&kept, "k", "in more than one piece", 10).unwrap();
        kept.delete("k.2").unwrap();
        assert_eq!(get(&kept, "k").unwrap(), None);
        delete(&kept, "k").unwrap();
        assert!(kept.0.borrow().is_empty());
    }
}
