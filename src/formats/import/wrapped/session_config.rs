//! A file of curl's options that a terminal shows, and the `curl -K` that reads it: `cat` above the command, or a here-document below.

/// The text with the command that the file stands for; `None` if there is no such pair. `of_config` makes a command of such a file.
pub(super) fn joined(text: &str, of_config: impl Fn(&str) -> Option<String>) -> Option<String> {
    if !text.contains("-K") && !text.contains("--config") {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| arguments(line).is_some())?;
    let further = arguments(lines[at])?;
    let (options, rest) = match here_document(lines[at]) {
        Some(end) => {
            let length = lines[at + 1..].iter().position(|line| line.trim() == end)?;
            (&lines[at + 1..at + 1 + length], &lines[at + 2 + length..])
        }
        None => {
            let shows = lines[..at].iter().rposition(|line| shows_file(line))?;
            (&lines[shows + 1..at], &lines[at + 1..])
        }
    };
    let command = of_config(&options.join("\n"))?;
    Some(format!("$ {} {further}\n{}\n", command.trim_end(), rest.join("\n")))
}

/// The further arguments of a command that reads a file of options.
fn arguments(line: &str) -> Option<String> {
    let at = line.find("curl ").or_else(|| line.find("curl.exe "))?;
    let mut words = line[at..].split_whitespace().skip(1);
    let mut further = Vec::new();
    let mut reads_file = false;
    while let Some(word) = words.next() {
        match word {
            "-K" | "--config" => {
                reads_file = true;
                words.next();
            }
            word if word.starts_with("<<") => {
                // Its word may stand apart.
                if word == "<<" || word == "<<-" {
                    words.next();
                }
            }
            word if word.starts_with("--config=") || word.starts_with("-K") => reads_file = true,
            word => further.push(word),
        }
    }
    reads_file.then(|| further.join(" "))
}

/// The word that ends the here-document of a line.
fn here_document(line: &str) -> Option<&str> {
    let (_, behind) = line.split_once("<<")?;
    let word = behind.trim_start_matches('-').split_whitespace().next()?;
    Some(word.trim_matches(['\'', '"', '\\']))
}

/// Whether a line of a terminal shows a file: `$ cat options.txt`.
fn shows_file(line: &str) -> bool {
    ["cat ", "type ", "more ", "less ", "bat ", "Get-Content ", "gc "].iter().any(|command| {
        line.find(command)
            .is_some_and(|at| at == 0 || line[..at].trim_end().ends_with(['$', '%', '#', '>', '\u{276f}', '\u{279c}']))
    })
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::formats::import::wrapped::of_config;

    #[test]
    fn files_of_options_by_table() {
        let url = "url = \"https://h.x/y\"\nrequest = POST\n";
        let command = "curl --url 'https://h.x/y' --request 'POST'";
        for (text, expected) in [
            (
                format!("$ cat a.cfg\n# ours\n{url}$ curl -K a.cfg -v\n{{\"status\": 404}}\n"),
                Some(format!("$ {command} -v\n{{\"status\": 404}}\n")),
            ),
            (format!("curl -sS -K - <<'EOF'\n{url}EOF\n404\n"), Some(format!("$ {command} -sS\n404\n"))),
            (format!("C:\\> type a.cfg\n{url}C:\\> curl.exe --config a.cfg\n"), Some(format!("$ {command} \n\n"))),
            (format!("{url}curl -K a.cfg\n"), None),
            ("curl -K a.cfg\n".to_owned(), None),
        ] {
            assert_eq!(joined(&text, of_config), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(curl |-K |- |<<EOF|EOF|\n|cat a|url = \"https://h\"|é){0,20}") {
            let _ = joined(&text, of_config);
        }
    }
}
