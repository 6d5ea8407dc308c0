//! What the system says of a failure, as a part of a sentence of ours.

/// The system's words without its error number and without a full stop, which those of Windows end in: another sentence may follow.
pub fn system_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.trim_end().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use super::*;

    #[test]
    fn words_by_table() {
        for (said, expected) in [
            ("The system cannot find the path specified. (os error 3)", "The system cannot find the path specified"),
            ("Path not found.\r\n (os error 3)", "Path not found"),
            ("No such file or directory (os error 2)", "No such file or directory"),
            ("another program has it open", "another program has it open"),
            ("Access denied.", "Access denied"),
        ] {
            assert_eq!(system_words(&Error::other(said)), expected, "{said}");
        }
        #[cfg(unix)]
        assert_eq!(system_words(&Error::from_raw_os_error(2)), "No such file or directory");
    }
}
