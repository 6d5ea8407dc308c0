//! `check`: a pasted request held against a profile, without sending it.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::{Value, json};

use crate::cli::common_args::{Output, Printing};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::target::{Context, given_api_key};
use crate::cli::{output, source};
use crate::diagnosis::{Cause, CheckRow, check};
use crate::formats::import::Opened;
use crate::model::Profile;
use crate::model::imported::{Imported, Note, Severity};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::masker::Masker;
use crate::model::unseen::drawn;
use crate::model::unseen::one_line;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost check --profile acme request.txt
  xclip -o | centerpost check --profile acme.profile.json
  centerpost check failed.case.json --output json

The request can be a curl command (bash, cmd, PowerShell), raw HTTP, a URL with the body below it, a HAR file, the collection of \
an API client, log lines or a case file. Of several requests, the first POST to an External Source is checked. A body alone is checked as if sent to \
the profile's endpoint. Nothing is sent.

Exit codes: 0 if nothing is wrong, 1 if something is or may be wrong, 2 if the request cannot be read.")]
pub(in crate::cli) struct CheckArgs {
    /// A profile's name or id, or a *.profile.json file; without it, the one in the case file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) profile: Option<String>,
    /// Read the expected API key from this file instead of the profile
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) api_key_file: Option<PathBuf>,
    /// The request; - is standard input
    #[arg(value_name = "FILE|-", default_value = "-", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) file: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &CheckArgs) -> Ended {
    let mut opened = source::first_request(&args.file)?;
    let context = Context::open();
    let profile = profile(args, &context, &mut opened.imported)?;
    let case = opened.imported.case(0, Some(&profile));
    let mut sent = case.ok_or_else(|| CommandError::input("Checking: there is no request in it"))?.sent;
    if let Some(said) = complete(&mut sent, &profile) {
        opened.imported.notes.push(Note { severity: Severity::Taken, place: None, text: said.to_owned() });
    }
    let mut masker = args.printing.masker(&profile);
    masker.learn_sent(&sent);
    let rows = check(&profile, &sent);
    print(args, &opened, &sent, &rows, &masker)?;
    Ok(if check::is_fine(&rows) { Exit::Done } else { Exit::Failed })
}

/// Takes a payload without an address as meant for the profile's endpoint, and says so.
pub(in crate::cli) fn complete(sent: &mut RequestRecord, profile: &Profile) -> Option<&'static str> {
    if !sent.url.is_empty() {
        return None;
    }
    sent.url = profile.endpoint().url_revealing_key();
    Some("There was no URL, so the payload is checked as if sent to the profile's endpoint")
}

fn profile(args: &CheckArgs, context: &Context, imported: &mut Imported) -> Result<Profile, CommandError> {
    let mut profile = match (&args.profile, imported.profile.take()) {
        (Some(what), _) => context.profile(what)?,
        (None, Some(own)) => own,
        (None, None) => return Err(CommandError::input("Name what to check against with --profile NAME|FILE")),
    };
    if let Some(key) = given_api_key(args.api_key_file.as_deref())? {
        profile.api_key = key;
    }
    Ok(profile)
}

fn print(
    args: &CheckArgs,
    opened: &Opened,
    sent: &RequestRecord,
    rows: &[CheckRow],
    masker: &Masker,
) -> Result<(), CommandError> {
    let notes: Vec<String> = opened
        .imported
        .notes
        .iter()
        .filter(|note| note.severity != Severity::NoEffect)
        .map(|note| masker.text(&note.to_string()))
        .collect();
    if args.printing.output == Output::Json {
        return output::print_json(&json!({
            "recognised": opened.kind.label(),
            "notes": notes,
            "request": output::sent_json(sent, masker),
            "rows": rows.iter().map(|row| row_json(row, masker)).collect::<Vec<_>>(),
            "fine": check::is_fine(rows),
        }));
    }
    for note in notes {
        output::complain("note", &note);
    }
    output::print(&text(rows, masker))
}

pub(in crate::cli) fn row_json(row: &CheckRow, masker: &Masker) -> Value {
    json!({
        "part": row.part.id(),
        "name": masker.text(&row.name),
        "sent": row.sent.as_deref().map(|sent| masker.text(sent)),
        "expected": row.expected.as_deref().map(|expected| masker.text(expected)),
        "status": row.status.label(),
        "problems": output::causes_json(&row.problems, masker),
    })
}

/// A table with the problems of each row below it.
pub(in crate::cli) fn text(rows: &[CheckRow], masker: &Masker) -> String {
    const MOST: usize = 40;
    let cell =
        |text: &Option<String>| text.as_deref().map_or_else(|| "–".to_owned(), |text| one_line(&drawn(&masker.text(text))));
    let lines: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            let sent = if row.is_left_out() { check::NOT_RECORDED.to_owned() } else { cell(&row.sent) };
            [row.status.label().to_owned(), one_line(&masker.text(&row.name)), sent, cell(&row.expected)]
        })
        .collect();
    let head = ["", "Part", "Sent", "Expected"].map(str::to_owned);
    let width = |column: usize| {
        let widths = lines.iter().chain([&head]).map(|line| line[column].chars().count());
        widths.max().unwrap_or(0).min(MOST)
    };
    let widths = [width(0), width(1), width(2)];
    let mut text = table_line(&head, widths);
    let mut group = "";
    let mut told = Vec::new();
    for (row, line) in rows.iter().zip(&lines) {
        if row.part.group() != group {
            group = row.part.group();
            text.push_str(&format!("{group}\n"));
        }
        text.push_str(&table_line(line, widths));
        for cause in &row.problems {
            let is_told = told.contains(&cause);
            text.push_str(&problem(cause, is_told, masker));
            told.push(cause);
        }
    }
    let wrong = rows.iter().filter(|row| !row.problems.is_empty()).count();
    text.push_str(&match wrong {
        0 => format!("\n{}\n", check::nothing_found(rows)),
        1 => "\n1 row is wrong\n".to_owned(),
        count => format!("\n{count} rows are wrong\n"),
    });
    text
}

fn table_line(cells: &[String; 4], widths: [usize; 3]) -> String {
    let [status, name, sent, expected] = cells;
    let line = format!("{status:<0$}  {name:<1$}  {sent:<2$}  {expected}", widths[0], widths[1], widths[2]);
    format!("{}\n", line.trim_end())
}

/// What is wrong; of a cause that stands in a row above its title alone.
fn problem(cause: &Cause, is_told: bool, masker: &Masker) -> String {
    let mut text = format!("         > {}\n", masker.text(&cause.title));
    if is_told {
        return text;
    }
    for fact in &cause.evidence {
        text.push_str(&format!("           - {}\n", masker.text(&fact.text)));
    }
    if !cause.advice.is_empty() {
        text.push_str(&format!("           What to do: {}\n", masker.text(&cause.advice)));
    }
    text
}
