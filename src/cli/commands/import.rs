//! `import`: somebody else's requests, as this program reads them.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::{Value, json};

use crate::cli::common_args::{ImportKind, Output, PickArgs, ValueArgs, import_kind};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::source::ProfileMatch;
use crate::cli::target::Context;
use crate::cli::{output, source};
use crate::diagnosis::{self, CheckRow};
use crate::formats::import::Opened;
use crate::formats::import::to_json::to_json;
use crate::model::Profile;
use crate::model::imported::{Imported, Note, Severity};
use crate::model::multipart::PartContent;
use crate::model::request::Secrets;
use crate::model::request_record::RequestRecord;
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::secrets::masker::Masker;

#[derive(Debug, Args)]
#[command(
    allow_missing_positional = true,
    after_help = "\
Examples:
  centerpost import curl command.txt
  centerpost import curl - --output json < command.txt
  centerpost import har capture.har --pick 3 --output json
  centerpost import postman acme.json --environment staging.json
  centerpost import create-ticket.bru --check --profile acme
  centerpost import openapi openapi.yaml --pick 2 --to-profile \"Acme beta\"
  centerpost import capture.har --check --profile acme
  centerpost import paste.txt --to-profile \"Acme beta\"

With --output json, the requests hold their secrets, so that they can be replayed. Text masks them.
Files that a request names are not read."
)]
pub(in crate::cli) struct ImportArgs {
    /// The format
    #[arg(value_name = "KIND", value_parser = import_kind(), default_value = "auto", hide_default_value = true)]
    pub(in crate::cli) kind: ImportKind,
    /// The text; - is standard input
    #[arg(value_name = "FILE|-", required = true, value_hint = ValueHint::FilePath)]
    pub(in crate::cli) file: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) picking: PickArgs,
    #[command(flatten)]
    pub(in crate::cli) values: ValueArgs,
    /// Check each request against its profile without sending it
    #[arg(long, conflicts_with = "to_profile")]
    pub(in crate::cli) check: bool,
    /// The profile to check against; default: the one with the closest endpoint
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath, requires = "check")]
    pub(in crate::cli) profile: Option<String>,
    /// Save a profile made from the request, under this name
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) to_profile: Option<String>,
    /// How to print the requests
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
    /// Show API keys and other secrets in clear in the text for people
    #[arg(long)]
    pub(in crate::cli) show_secrets: bool,
}

pub(in crate::cli) fn run(args: &ImportArgs) -> Ended {
    let mut read = source::requests(&args.file, "Importing", &source::hints(args.kind, &args.picking)?)?;
    if let Some(number) = args.picking.pick {
        source::pick(&mut read.imported, number)?;
    }
    source::fill(&mut read.imported, &args.values)?;
    if args.check {
        return check(args, &read.imported);
    }
    if let Some(name) = &args.to_profile {
        return to_profile(&read.imported.requests, name);
    }
    match args.output {
        Output::Json => {
            source::complain(&read.imported);
            output::print_json_revealing(&to_json(&read.imported.requests))?;
        }
        Output::Text => output::print(&text(&read, args.show_secrets))?,
    }
    Ok(Exit::Done)
}

/// Holds each request against its profile, without sending anything.
fn check(args: &ImportArgs, imported: &Imported) -> Ended {
    let context = Context::open();
    let mut all_fine = true;
    let mut json = Vec::new();
    let mut told = String::new();
    for (index, request) in imported.requests.iter().enumerate() {
        let meant = source::profile_for(&context, args.profile.as_deref(), imported, request)?;
        if let Some(ProfileMatch { profile, by_address: true, .. }) = &meant
            && profile.name != told
        {
            source::say_profile(profile);
            told.clone_from(&profile.name);
        }
        let profile = meant.map(|meant| meant.profile).ok_or_else(|| {
            CommandError::input("Checking: no saved profile fits the address. Name the profile with --profile NAME|FILE")
        })?;
        let Some(case) = imported.case(index, Some(&profile)) else { continue };
        let mut sent = case.sent;
        if let Some(said) = crate::cli::commands::check::complete(&mut sent, &profile) {
            output::complain("note", said);
        }
        let secrets = if args.show_secrets { Secrets::Shown } else { Secrets::Masked };
        let mut masker = context.masker(secrets);
        masker.learn_profile(&profile);
        masker.learn_sent(&sent);
        let rows = diagnosis::check(&profile, &sent);
        all_fine &= diagnosis::check::is_fine(&rows);
        match args.output {
            Output::Json => json.push(checked_json(request, &sent, &profile, &rows, &masker)),
            Output::Text => {
                let title = format!("{}. {} {}\n", index + 1, request.method, masker.url(&request.url));
                output::print(&format!("{title}{}\n", crate::cli::commands::check::text(&rows, &masker)))?;
            }
        }
    }
    if args.output == Output::Json {
        output::print_json(&json.into())?;
    }
    Ok(if all_fine { Exit::Done } else { Exit::Failed })
}

fn checked_json(request: &RequestSpec, sent: &RequestRecord, profile: &Profile, rows: &[CheckRow], masker: &Masker) -> Value {
    json!({
        "label": masker.text(&request.label),
        "profile": profile.name,
        "request": output::sent_json(sent, masker),
        "rows": rows.iter().map(|row| crate::cli::commands::check::row_json(row, masker)).collect::<Vec<_>>(),
        "fine": diagnosis::check::is_fine(rows),
    })
}

fn to_profile(requests: &[RequestSpec], name: &str) -> Ended {
    let [request] = requests else {
        return Err(CommandError::input(format!(
            "Making a profile: there are {} requests. Pick one with --pick",
            requests.len()
        )));
    };
    let Some(mut profile) = request.profile() else {
        return Err(CommandError::input("Making a profile: the URL is not an External Source's (…/projects/KEY/feedback/KEY)"));
    };
    profile.name = name.to_owned();
    let context = Context::open();
    let store = context.store()?;
    let id = store.create_profile(&profile)?;
    crate::cli::commands::profiles::say_if_key_is_not_kept(store, &profile);
    output::print(&format!("{}\n", id.0))?;
    Ok(Exit::Done)
}

fn text(read: &Opened, show_secrets: bool) -> String {
    let requests = &read.imported.requests;
    let count = if requests.len() == 1 { "1 request".to_owned() } else { format!("{} requests", requests.len()) };
    let mut text = format!("This is {}: {count}\n\n", read.kind.label());
    for (index, request) in requests.iter().enumerate() {
        // One that knew the secrets of all requests would look for each of them in each request.
        text.push_str(&request_text(index + 1, request, &source::masker([request], show_secrets)));
    }
    let masker = source::masker(requests, show_secrets);
    for (severity, title) in
        [(Severity::Lost, "Could not be taken over"), (Severity::Taken, "To be known"), (Severity::NoEffect, "Without effect")]
    {
        let notes: Vec<&Note> = read.imported.notes.iter().filter(|note| note.severity == severity).collect();
        if !notes.is_empty() {
            text.push_str(&format!("\n{title}:\n"));
            notes.iter().for_each(|note| text.push_str(&format!("  - {}\n", masker.text(&note.to_string()))));
        }
    }
    text
}

fn request_text(number: usize, request: &RequestSpec, masker: &Masker) -> String {
    let mut text = format!("{number}. ");
    if !request.label.is_empty() {
        text.push_str(&format!("{}: ", masker.text(&request.label)));
    }
    text.push_str(&format!("{} {}\n", request.method, masker.url(&request.url)));
    for (name, value) in masker.headers(&request.headers) {
        text.push_str(&format!("   {name}: {value}\n"));
    }
    match &request.body {
        SpecBody::None => {}
        SpecBody::Text(body) => text.push_str(&format!("   Body: text of {} bytes\n", body.len())),
        SpecBody::File(path) => text.push_str(&format!("   Body: the file {path}\n")),
        SpecBody::Bytes(bytes) => text.push_str(&format!("   Body: {} bytes that are not text\n", bytes.len())),
        SpecBody::Urlencoded(body) => text.push_str(&format!("   Body: a form of {} bytes\n", body.len())),
        SpecBody::Multipart(parts) => {
            for part in parts {
                let content = match &part.content {
                    PartContent::Text(body) => format!("text of {} bytes", body.len()),
                    PartContent::Bytes(bytes) => format!("{} bytes", bytes.len()),
                    PartContent::File(path) => format!("the file {path}"),
                };
                text.push_str(&format!("   Part {}: {content}\n", masker.text(&part.name)));
            }
        }
    }
    if let Some(answer) = request.answer() {
        text.push_str(&format!("   Answer: {}\n", answer.status));
    }
    text
}
