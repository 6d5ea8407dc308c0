//! A profile's name as a file name.

/// How many characters of a name go into its file's; four bytes each leave room for a number and the ending.
const LONGEST: usize = 40;

/// Names that Windows keeps for devices, whatever the ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name in lower case, with one hyphen for whatever is neither letter nor digit; never empty.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(LONGEST).collect();
    let slug = slug.trim_end_matches('-');
    let numbered = |word: &str| slug.strip_prefix(word).is_some_and(|rest| rest.len() == 1 && rest != "0");
    if slug.is_empty() {
        "profile".to_owned()
    } else if DEVICES.contains(&slug) || numbered("com") || numbered("lpt") {
        format!("profile-{slug}")
    } else {
        slug.to_owned()
    }
}

/// Whether a text can stand in a file name without leading elsewhere.
pub(super) fn is_plain(id: &str) -> bool {
    !id.is_empty() && !id.contains(['/', '\\', '\0', ':']) && id != "." && id != ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for (name, expected) in [
            ("Acme beta – Issues", "acme-beta-issues"),
            ("  \n\"'\u{0}", "profile"),
            ("../../etc/passwd", "etc-passwd"),
            ("Grün 日本", "grün-日本"),
            ("🚀", "profile"),
            ("CON", "profile-con"),
            ("com1", "profile-com1"),
            ("common", "common"),
        ] {
            assert_eq!(slug(name), expected, "{name:?}");
        }
        assert_eq!(slug(&"ab ".repeat(99)).chars().count(), 40 - 1);
    }

    #[test]
    fn an_id_leads_nowhere_else() {
        assert!(is_plain("acme") && is_plain("a b.c"));
        for id in ["", ".", "..", "../x", "a/b", "a\\b", "c:x", "a\0"] {
            assert!(!is_plain(id), "{id:?}");
        }
    }
}
