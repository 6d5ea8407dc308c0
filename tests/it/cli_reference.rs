//! `docs/cli.md` is what the commands print as their help. `UPDATE_DOCS=1` writes it anew.

use std::path::Path;

use crate::support::home::Home;

const HEAD: &str = "\
# The command line

What every command prints with `--help`. The tests write this page from the program (`UPDATE_DOCS=1 cargo test --test it cli_reference`)
and fail if it differs. The [guide](guide.md) shows which command to use for what.
";

/// The names under `Commands:` in a help text.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A line that goes on with a description is indented further.
    let names =
        lines.filter(|line| line.starts_with("  ") && !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

fn write(home: &Home, path: &[&str], page: &mut String) {
    let help = home.ends(0, &[path, &["--help"]].concat());
    let heading = "#".repeat(path.len().min(2) + 1).replacen('#', "##", usize::from(path.is_empty()));
    page.push_str(&format!("\n{heading} `centerpost{}{}`\n\n", if path.is_empty() { "" } else { " " }, path.join(" ")));
    let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    page.push_str(&format!("```text\n{}\n```\n", lines.join("\n")));
    for command in commands(&help) {
        write(home, &[path, &[&command]].concat(), page);
    }
}

#[test]
fn the_page_of_the_command_line_is_its_help() {
    let home = Home::new();
    let mut page = HEAD.to_owned();
    write(&home, &[], &mut page);
    assert!(page.matches("Usage: ").count() > 30, "the commands are not found: {page}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = page.lines().zip(found.lines()).find(|(new, old)| new != old);
    assert!(
        page == found,
        "docs/cli.md is not what the commands say; UPDATE_DOCS=1 writes it anew. First difference: {differs:?}"
    );
}
