//! Instructions of a Dockerfile: the shell gets a RUN without the comments in it.

use super::words::{names_client, of_words, shell_word};

/// What the instructions of a Dockerfile run, with the variables that it sets.
pub(super) fn commands(text: &str) -> Option<String> {
    let is_run = |line: &str| instruction(line).is_some_and(|(name, rest)| is_runner(name) && names_client(&run(rest)));
    if !text.contains("curl") && !text.contains("wget") || !text.lines().any(begins) {
        return None;
    }
    let mut plain = String::new();
    let mut has_command = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((name, _)) = instruction(line) else { continue };
        let name = name.to_ascii_uppercase();
        let mut whole = line.trim().to_owned();
        while let Some(bare) = whole.strip_suffix(['\\', '`']) {
            whole.truncate(bare.len());
            // Comments and empty lines do not end it.
            let Some(next) = lines.find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) else { break };
            whole.push_str(next.trim());
        }
        let rest = instruction(&whole).map_or("", |(_, rest)| rest);
        match name.as_str() {
            "ARG" | "ENV" if rest.contains('=') => plain.push_str(&format!("export {rest}\n")),
            "ENV" => {
                if let Some((name, value)) = rest.split_once([' ', '\t']) {
                    plain.push_str(&format!("export {name}={}\n", shell_word(value.trim())));
                }
            }
            _ if is_run(&whole) || rest.contains("<<") => {
                plain.push_str(&run(rest));
                plain.push('\n');
                // The text of a here-document is a script of its own.
                if let Some(end) = rest.strip_prefix("<<").map(|end| end.trim_matches(['-', '"', '\''])) {
                    plain.truncate(plain.len() - rest.len() - 1);
                    for line in lines.by_ref().take_while(|line| line.trim() != end) {
                        plain.push_str(line);
                        plain.push('\n');
                    }
                }
                has_command |= names_client(&plain);
            }
            _ => {}
        }
    }
    has_command.then_some(plain)
}

/// Whether a line can be the first of a Dockerfile that runs something.
fn begins(line: &str) -> bool {
    instruction(line).is_some_and(|(name, rest)| {
        name.bytes().all(|byte| byte.is_ascii_uppercase()) && is_runner(name) && !rest.starts_with(['=', ':'])
    })
}

fn is_runner(name: &str) -> bool {
    ["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The name of an instruction, and what stands behind it.
fn instruction(line: &str) -> Option<(&str, &str)> {
    const NAMES: [&str; 6] = ["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "ENV", "ARG"];
    let (name, rest) = line.trim().split_once([' ', '\t'])?;
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)).then_some((name, rest.trim_start()))
}

/// A command without the instruction's own options; a list of words as a shell would be given it.
fn run(rest: &str) -> String {
    let mut rest = rest;
    while rest.starts_with("--") {
        rest = rest.split_once([' ', '\t']).map_or("", |(_, behind)| behind.trim_start());
    }
    let rest = rest.strip_prefix("CMD ").map_or(rest, str::trim_start);
    match serde_json::from_str::<Vec<String>>(rest) {
        Ok(words) => of_words(&words).unwrap_or_else(|| rest.to_owned()),
        Err(_) => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_by_table() {
        for (text, expected) in [
            ("FROM a\nRUN apk add curl\nRUN curl https://h \\\n    # why\n\n    -d 'x'\n", Some("curl https://h -d 'x'\n")),
            (
                "ARG KEY=k\nENV URL https://h/x\nRUN --mount=type=secret,id=a curl $URL?k=$KEY\n",
                Some("export KEY=k\nexport URL=https://h/x\ncurl $URL?k=$KEY\n"),
            ),
            ("FROM a\nCMD [\"curl\", \"-d\", \"a b\", \"https://h\"]\n", Some("curl -d 'a b' https://h\n")),
            ("CMD [\"sh\", \"-c\", \"curl https://h -d x\"]\n", Some("curl https://h -d x\n")),
            ("HEALTHCHECK --interval=5s CMD curl -f https://h/x\n", Some("curl -f https://h/x\n")),
            ("FROM a\nRUN <<EOF\ncurl https://h \\\n -d x\nEOF\n", Some("curl https://h \\\n -d x\n")),
            ("FROM a\nRUN make\n# curl\n", None),
            ("curl https://h -d 'RUN away'\n", None),
        ] {
            assert_eq!(commands(text).as_deref(), expected, "{text}");
        }
    }
}
