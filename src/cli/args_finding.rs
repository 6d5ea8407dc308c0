//! What can be typed for the commands that find out what is wrong.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::args::{Output, PayloadArgs, Printing, Target};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost check --profile acme request.txt
  xclip -o | centerpost check --profile acme.profile.json
  centerpost check failed.case.json --output json

The request can be a curl command (bash, cmd, PowerShell), raw HTTP (POST /path HTTP/1.1, headers, an empty line, the body), a URL with the
body in the lines below it, a HAR file, a Postman collection or log lines (of which the first request is taken), a body alone (it is then
held against the profile as if sent to its endpoint), or a case file. Nothing is sent.

Exits with 0 when nothing is wrong, with 1 when something is or may be, with 2 when the request cannot be read.")]
pub(super) struct CheckArgs {
    /// A profile's name or id, or a *.profile.json file; without it, the one in the case file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(super) profile: Option<String>,
    /// A file that holds the API key to compare with in place of the profile's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) api_key_file: Option<PathBuf>,
    /// The request; - is standard input
    #[arg(value_name = "FILE|-", default_value = "-", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) printing: Printing,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost diagnose failed.case.json
  centerpost diagnose - --output json < failed.case.json
  xclip -o | centerpost diagnose --profile acme -

The answer can be raw HTTP (status line, headers, body), with or without its request before it, or a body alone. With the request, and a
profile of its source, most can be said.")]
pub(super) struct DiagnoseArgs {
    /// The answer or case; - is standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    /// A profile's name or id, or a *.profile.json file, to explain it by; takes the place of a case file's own
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(super) profile: Option<String>,
    /// How to print the causes
    #[arg(long, value_enum, default_value_t)]
    pub(super) output: Output,
}

/// The request to find something out about.
#[derive(Debug, Args)]
pub(super) struct RequestArgs {
    #[command(flatten)]
    pub(super) target: Target,
    /// An endpoint's URL in place of the profile's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(super) endpoint: Option<String>,
    /// A pasted request (raw HTTP, a URL with a body, a case file) in place of a payload; - is standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath, conflicts_with_all = ["endpoint", "set", "set_json", "unset", "json"])]
    pub(super) request: Option<PathBuf>,
    #[command(flatten)]
    pub(super) payload: PayloadArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost rehearse --profile acme --set summary=\"Crash on load\" --set severity=Major
  centerpost rehearse --profile acme --json payload.json --answer answer.txt
  centerpost rehearse --profile acme --request failed.case.json
  centerpost rehearse --profile acme --json payload.json --send --yes

The request goes to a twin of the profile that runs inside this program. With --answer, or a case file that holds one, the real answer is held
against the twin's; with --send it is got first, and if it is a success, that makes a real ticket.

Exits with 0 when the twin takes the request and the real answer, if there is one, agrees; with 1 otherwise.")]
pub(super) struct RehearseArgs {
    #[command(flatten)]
    pub(super) request: RequestArgs,
    /// The real answer, pasted as text; - is standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(super) answer: Option<PathBuf>,
    /// Send the request to the real server too
    #[arg(long, conflicts_with = "answer")]
    pub(super) send: bool,
    /// Agree to what --send does without being asked
    #[arg(long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) printing: Printing,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost bisect --profile acme --json refused.json
  centerpost bisect --profile acme --request failed.case.json --twin-only
  centerpost bisect --profile acme --json refused.json --yes --output json

For a payload that is answered with 400. First it runs on a twin of the profile inside this program: what the twin refuses, the profile
explains, and nothing is sent. Otherwise it sends the required parameters alone, then all, then halves of the others, and says before how many
requests that may take. Each request that is taken makes a real ticket; they are listed at the end. Ctrl-C stops it at any time.

Exits with 0 when it is known what is refused, with 1 when it cannot be told, with 2 when it was not agreed to, with 3 when no answer came.")]
pub(super) struct BisectArgs {
    #[command(flatten)]
    pub(super) request: RequestArgs,
    /// Ask the twin alone, and send nothing to the real server
    #[arg(long)]
    pub(super) twin_only: bool,
    /// Go on to the real server even if the twin refuses the payload too
    #[arg(long, conflicts_with = "twin_only")]
    pub(super) anyway: bool,
    /// Agree to the requests and the tickets that they make without being asked
    #[arg(long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) printing: Printing,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost probe --profile acme
  centerpost probe --profile acme --endpoint 'https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlogs?apiKey=KEY' --yes

For an address that is answered with 404. Sends a few requests with bodies that no ticket can be made of (none, [], broken JSON), with one part of
the address made up or exchanged for the profile's in turn, and says what follows for host, path, project key, source key and API key. Where a
server answers alike whatever is wrong, it says so.

Exits with 0 when every part is right, with 1 when one is not or cannot be told, with 2 when it was not agreed to, with 3 when no answer came.")]
pub(super) struct ProbeArgs {
    #[command(flatten)]
    pub(super) target: Target,
    /// The address in place of the profile's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(super) endpoint: Option<String>,
    /// Agree to the requests without being asked
    #[arg(long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) printing: Printing,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost doctor --profile acme
  centerpost doctor --profile acme.profile.json --output json

Looks at the proxy, DNS, a connection to each address, TLS and its certificates, redirects, the server's clock, and the answer to an empty POST,
of which no ticket can be made.

Exits with 0 when nothing fails, with 1 when the endpoint refuses, with 3 when the network fails.")]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) printing: Printing,
}
