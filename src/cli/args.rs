//! What can be typed.
//!
//! Texts that may hold an API key stay plain texts here, because the parser quotes what it refuses.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::args_finding::{BisectArgs, CheckArgs, DiagnoseArgs, DoctorArgs, ProbeArgs, RehearseArgs};
use super::args_out::{BundleArgs, ExportArgs, PickArgs, ReplayArgs, ValueArgs};
use crate::formats::contract::Form;
use crate::sandbox::{Fault, Shape};

const EXIT_CODES: &str = "\
Exit codes:
  0  done, and what was asked for holds
  1  the exchange or a check failed: an HTTP error, a failed upload
  2  the command line or an input file is wrong
  3  the network failed before an answer came

Environment:
  CENTERPOST_HOME        one folder for all settings, profiles and history, in place of the user's own
  CENTERPOST_API_KEY     the API key to use in place of the profile's
  CENTERPOST_PASSPHRASE  opens the file of keys, where keys are kept in one
  CENTERPOST_KEYRING     \"off\" leaves the system's keyring alone";

/// Sends to, explains and rehearses Centercode External Sources; without a command it opens the window
#[derive(Debug, Parser)]
#[command(name = "centerpost", version, after_help = EXIT_CODES, max_term_width = 120)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a ticket, and attach files to it
    Send(SendArgs),
    /// Upload one file to an attachment endpoint
    Upload(UploadArgs),
    /// Hold a request against a profile without sending it: sent, expected, problem
    Check(CheckArgs),
    /// Explain an answer, pasted as text, or an exchange that is saved as a *.case.json file
    Diagnose(DiagnoseArgs),
    /// Send a request to a twin of its profile, beside the real answer
    Rehearse(RehearseArgs),
    /// Find the parameter that a server refuses with 400
    Bisect(BisectArgs),
    /// Tell which part of an address a 404 is about
    Probe(ProbeArgs),
    /// Look at how an endpoint can be reached: names, TLS, certificates, redirects, clock
    Doctor(DoctorArgs),
    /// Read requests out of curl commands, raw HTTP, HAR files, Postman collections, logs and support bundles
    Import(ImportArgs),
    /// Send a request that somebody else wrote down, to a twin of its profile or as it is
    Replay(ReplayArgs),
    /// Write requests for other tools and languages: curl, HTTP, HAR, Postman, Hurl, code
    Export(ExportArgs),
    /// Pack what was sent and what came back into a zip to hand on, without secrets
    Bundle(BundleArgs),
    /// List, show, import, export, remove and restore profiles
    #[command(subcommand)]
    Profiles(ProfilesCommand),
    /// Find, show, compare, resend, export and drop what was sent
    #[command(subcommand)]
    History(super::history::HistoryCommand),
    /// Say where API keys are kept, and keep them elsewhere
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Run a server on this computer that behaves as Centercode does
    Sandbox(SandboxArgs),
    /// Do the whole job once against a sandbox, and say what happened
    Demo,
    /// Print the completions for a shell
    #[command(
        after_help = "Examples:\n  centerpost completions bash > ~/.local/share/bash-completion/completions/centerpost\n  centerpost completions fish > ~/.config/fish/completions/centerpost.fish"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON document and nothing else
    Json,
}

/// Where to send, and how.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// A profile's name or id, or a *.profile.json file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(super) profile: Option<String>,
    /// A file that holds the API key to use in place of the profile's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) api_key_file: Option<PathBuf>,
    /// A header to send besides; takes the place of one of that name
    #[arg(long = "header", value_name = "NAME: VALUE")]
    pub(super) headers: Vec<String>,
    /// Seconds that connecting, and any silence after it, may take
    #[arg(long, value_name = "S")]
    pub(super) timeout: Option<f64>,
}

/// How to print what came of it.
#[derive(Debug, Args)]
pub(super) struct Printing {
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub(super) output: Output,
    /// Show API keys and other secrets in clear
    #[arg(long)]
    pub(super) show_secrets: bool,
}

/// What to send.
#[derive(Debug, Args)]
pub(super) struct PayloadArgs {
    /// Set a parameter; choices of a multiple choice with commas between
    #[arg(long, value_name = "PARAM=VALUE")]
    pub(super) set: Vec<String>,
    /// Set a parameter to any JSON
    #[arg(long, value_name = "PARAM=JSON")]
    pub(super) set_json: Vec<String>,
    /// Leave a parameter out
    #[arg(long, value_name = "PARAM")]
    pub(super) unset: Vec<String>,
    /// A file that holds the payload; - is standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(super) json: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost send --profile \"Acme beta\" --set summary=\"Crash on load\" --set severity=Major
  centerpost send --profile acme.profile.json --json payload.json --attach crashlog=crash.zip
  centerpost send --profile acme --set-json areas='[\"UI\"]' --dry-run
  producer | centerpost send --profile acme --json - --output json

--json is sent to the byte. With --set, --set-json or --unset besides, it is read and written anew.
For one parameter --unset comes after --set-json, and that after --set.")]
pub(super) struct SendArgs {
    #[command(flatten)]
    pub(super) target: Target,
    /// An endpoint's URL to send to in place of the profile's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(super) endpoint: Option<String>,
    #[command(flatten)]
    pub(super) payload: PayloadArgs,
    /// A file to attach once the ticket exists, by its file element's parameter
    #[arg(long, value_name = "PARAM=PATH")]
    pub(super) attach: Vec<String>,
    /// Print the exact request and what is wrong with it, and send nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask when the same payload went to the same endpoint before
    #[arg(long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) printing: Printing,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost upload --profile acme --file crash.zip \\
    --endpoint https://acme.centercode.com/api/v1/projects//feedback/appcrashlog/4711/files/crashlog
  centerpost upload --profile acme --endpoint URL --file a.log --name crashlog --type text/plain

What the endpoint lacks (host, project key, API key) is put in from the profile.")]
pub(super) struct UploadArgs {
    #[command(flatten)]
    pub(super) target: Target,
    /// The attachment endpoint, whole or as it came in an answer
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(super) endpoint: String,
    /// The file
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    /// The form-data name; without it the file element's, or the last part of the endpoint's path
    #[arg(long, value_name = "N")]
    pub(super) name: Option<String>,
    /// The file name to send; without it the file's own
    #[arg(long, value_name = "N")]
    pub(super) filename: Option<String>,
    /// The file's Content-Type; without it guessed from the name
    #[arg(long = "type", value_name = "T")]
    pub(super) content_type: Option<String>,
    #[command(flatten)]
    pub(super) printing: Printing,
}

/// What a text to import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ImportKind {
    /// Whatever it seems to be
    #[default]
    Auto,
    /// curl commands, for the shell that they seem to be written for
    Curl,
    /// curl commands for bash
    CurlBash,
    /// curl commands for cmd.exe
    CurlCmd,
    /// curl commands for PowerShell
    CurlPowershell,
    /// A raw request, with its answer or without, or a .http file
    Http,
    /// A HAR file
    Har,
    /// A Postman collection
    Postman,
    /// Log lines or the details of a run
    Log,
    /// A support bundle
    Bundle,
}

#[derive(Debug, Args)]
#[command(
    allow_missing_positional = true,
    after_help = "\
Examples:
  centerpost import curl command.txt
  centerpost import curl - --output json < command.txt
  centerpost import har capture.har --pick 3 --output json
  centerpost import postman acme.json --environment staging.json
  centerpost import capture.har --check --profile acme
  centerpost import paste.txt --to-profile \"Acme beta\"

JSON holds the requests with their secrets, to be replayed; for people secrets are masked. Files that a request names are not read."
)]
pub(super) struct ImportArgs {
    /// What it is
    #[arg(value_enum, default_value_t, hide_default_value = true)]
    pub(super) kind: ImportKind,
    /// The text; - is standard input
    #[arg(value_name = "FILE|-", required = true, value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) picking: PickArgs,
    #[command(flatten)]
    pub(super) values: ValueArgs,
    /// Hold each request against its profile, without sending it: sent, expected, problem
    #[arg(long, conflicts_with = "to_profile")]
    pub(super) check: bool,
    /// The profile to check against: a name, an id or a *.profile.json file; without it, the one whose endpoint fits
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath, requires = "check")]
    pub(super) profile: Option<String>,
    /// Save a profile made from the request, under this name
    #[arg(long, value_name = "NAME")]
    pub(super) to_profile: Option<String>,
    /// How to print the requests
    #[arg(long, value_enum, default_value_t)]
    pub(super) output: Output,
    /// Show API keys and other secrets in clear in the text for people
    #[arg(long)]
    pub(super) show_secrets: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfilesCommand {
    /// List the saved profiles
    #[command(after_help = "Examples:\n  centerpost profiles list\n  centerpost profiles list --output json")]
    List {
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Show a profile, without its API key
    #[command(
        after_help = "Examples:\n  centerpost profiles show acme\n  centerpost profiles show acme.profile.json --output json"
    )]
    Show {
        /// Its name or id, or a *.profile.json file
        #[arg(value_name = "NAME|FILE")]
        profile: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Save *.profile.json files among the profiles
    #[command(
        after_help = "Examples:\n  centerpost profiles import acme.profile.json\n  centerpost profiles import - < acme.profile.json"
    )]
    Import {
        /// The files; - is standard input
        #[arg(value_name = "FILE|-", required = true, value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
    /// Write a profile as a *.profile.json file, without its API key
    #[command(
        after_help = "Examples:\n  centerpost profiles export acme > acme.profile.json\n  centerpost profiles export acme --to acme.profile.json --with-key"
    )]
    Export {
        /// Its name or id
        #[arg(value_name = "NAME")]
        profile: String,
        /// The file to write; without it, standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        to: Option<PathBuf>,
        /// Put the API key in, in clear
        #[arg(long)]
        with_key: bool,
        /// Replace the file if it exists
        #[arg(long, requires = "to")]
        force: bool,
    },
    /// Write what the developers of the outside system need: a page, a JSON Schema or an OpenAPI document, without the API key
    #[command(
        after_help = "Examples:\n  centerpost profiles contract acme --to acme.md\n  centerpost profiles contract acme --as html --to acme.html\n  centerpost profiles contract acme.profile.json --as openapi > openapi.json"
    )]
    Contract {
        /// Its name or id, or a *.profile.json file
        #[arg(value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
        profile: String,
        /// What to write: markdown, html, json-schema or openapi
        #[arg(long = "as", value_name = "FORM", default_value = "markdown", value_parser = contract_form)]
        form: Form,
        /// The file to write; without it, standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        to: Option<PathBuf>,
        /// Replace the file if it exists
        #[arg(long, requires = "to")]
        force: bool,
    },
    /// Remove a profile; restore brings it back
    #[command(after_help = "Example:\n  centerpost profiles remove acme")]
    Remove {
        /// Its name or id
        #[arg(value_name = "NAME")]
        profile: String,
    },
    /// Bring a removed profile back
    #[command(after_help = "Example:\n  centerpost profiles restore acme")]
    Restore {
        /// Its id, as remove printed it
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Show the folder of the profiles, or keep them in another, such as a git repository
    #[command(
        after_help = "Profiles stay in the old folder unless --move is given.\n\nExamples:\n  centerpost profiles folder\n  centerpost profiles folder ~/team/endpoints --move\n  centerpost profiles folder --default"
    )]
    Folder {
        /// The folder, which must be there; without it, the one in use is printed
        #[arg(value_name = "PATH", value_hint = ValueHint::DirPath, conflicts_with = "default")]
        path: Option<PathBuf>,
        /// Keep them among the other data again
        #[arg(long)]
        default: bool,
        /// Move the profiles of the old folder to the new one
        #[arg(long = "move")]
        moves: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Say where API keys are kept, and why there
    #[command(after_help = "Examples:\n  centerpost keys status\n  centerpost keys status --output json")]
    Status {
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Keep API keys in a file that is encrypted under a passphrase
    #[command(after_help = "\
Examples:
  centerpost keys use-file --passphrase-file passphrase.txt
  CENTERPOST_PASSPHRASE=… centerpost keys use-file

From then on CENTERPOST_PASSPHRASE opens the file on the command line; the window asks for the passphrase.")]
    UseFile {
        /// A file that holds the passphrase; without it, CENTERPOST_PASSPHRASE
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        passphrase_file: Option<PathBuf>,
    },
    /// Move the keys from the file to the system's keyring
    #[command(after_help = "Example:\n  centerpost keys leave-file --passphrase-file passphrase.txt")]
    LeaveFile {
        /// A file that holds the passphrase; without it, CENTERPOST_PASSPHRASE
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        passphrase_file: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = sandbox_help())]
pub(super) struct SandboxArgs {
    /// The port on 127.0.0.1; 0 lets the system pick one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) port: u16,
    /// A source to play: a profile's name or id, or a *.profile.json file; without any, an example
    #[arg(long = "profile", value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(super) profiles: Vec<String>,
    /// The shape of its success answers
    #[arg(long, value_name = "NAME", value_parser = shape)]
    pub(super) shape: Option<Shape>,
    /// A way to misbehave
    #[arg(long, value_name = "NAME", value_parser = fault)]
    pub(super) fault: Option<Fault>,
    /// A folder to write the sources to, as *.profile.json files with the sandbox's address and API key
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(super) export: Option<PathBuf>,
}

fn contract_form(id: &str) -> Result<Form, String> {
    Form::from_id(id).ok_or_else(|| "the forms are markdown, html, json-schema and openapi".to_owned())
}

fn shape(name: &str) -> Result<Shape, String> {
    Shape::from_name(name).ok_or_else(|| format!("the shapes are {}", joined(Shape::ALL.iter().map(|shape| shape.name()))))
}

fn fault(name: &str) -> Result<Fault, String> {
    Fault::from_name(name).ok_or_else(|| format!("the faults are {}", joined(Fault::ALL.iter().map(|fault| fault.name()))))
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn sandbox_help() -> String {
    let mut help =
        "Examples:\n  centerpost sandbox\n  centerpost sandbox --port 8800 --profile acme.profile.json --shape nested\n  \
                    centerpost sandbox --fault delay=2.5 --export .\n\nShapes:\n"
            .to_owned();
    for shape in Shape::ALL {
        help.push_str(&format!("  {:<20} {}\n", shape.name(), shape.label()));
    }
    help.push_str("\nFaults (delay=SECONDS, drip=MILLISECONDS and big-body=MIB can be set):\n");
    for fault in Fault::ALL {
        help.push_str(&format!("  {:<20} {}\n", fault.name(), fault.label()));
    }
    help
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn check(command: &clap::Command, path: &str) {
            for command in command.get_subcommands() {
                let path = format!("{path} {}", command.get_name());
                if command.has_subcommands() {
                    check(command, &path);
                } else if command.get_name() != "demo" {
                    let help = command.clone().render_long_help().to_string();
                    assert!(help.contains("Example") && help.contains(&path), "{path}");
                }
            }
        }
        check(&Cli::command(), "centerpost");
    }
}
