//! Names of profiles on disk.

use unicode_normalization::UnicodeNormalization as _;

/// Long enough to be told apart, short enough for every file system.
const LONGEST: usize = 48;

/// Names that Windows keeps for devices, whatever follows them behind a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The names that a new profile can have on disk, best first.
pub(super) fn candidates(name: &str) -> impl Iterator<Item = String> {
    let slug = slug(name);
    (1..10_000).map(move |number| if number == 1 { slug.clone() } else { format!("{slug}-{number}") })
}

/// A name in lower-case letters, digits and dashes: the same on every file system, and safe in a shell.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)) {
        if slug.len() == LONGEST {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    let is_port = matches!(slug.as_bytes(), [b'c', b'o', b'm', d] | [b'l', b'p', b't', d] if d.is_ascii_digit());
    match slug {
        "" => "profile".to_owned(),
        _ if is_port || DEVICES.contains(&slug) => format!("profile-{slug}"),
        _ => slug.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_by_table() {
        for (name, expected) in [
            ("Acme beta – Issues", "acme-beta-issues"),
            ("Čeština/é", "cestina-e"),
            ("../../etc/passwd", "etc-passwd"),
            ("", "profile"),
            ("🦀\n\0\"", "profile"),
            ("CON", "profile-con"),
            ("com1", "profile-com1"),
            ("console", "console"),
            (".hidden", "hidden"),
            ("日本語", "profile"),
        ] {
            assert_eq!(slug(name), expected, "{name:?}");
        }
        assert_eq!(slug(&"x".repeat(500)).len(), LONGEST);
    }

    #[test]
    fn later_candidates_are_numbered() {
        assert_eq!(candidates("Acme").take(3).collect::<Vec<_>>(), ["acme", "acme-2", "acme-3"]);
    }
}
