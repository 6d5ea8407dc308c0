//! `replay`: a request that somebody else wrote down, sent as it is.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cli::commands::rehearse;
use crate::cli::commands::send::{dry_run, send};
use crate::cli::common_args::{Printing, SourceArgs};
use crate::cli::exit::{CommandError, Ended};
use crate::cli::source::ProfileMatch;
use crate::cli::target::Context;
use crate::cli::{finding, output, source};
use crate::model::history::Fingerprint;
use crate::model::request_record::RequestRecord;
use crate::model::secrets::masker::Masker;
use crate::model::{Endpoint, Profile, Request, RequestSpec};
use crate::service::intent::Purpose;
use crate::service::prepare;
use crate::service::record::Origin;
use crate::service::tools::rehearse::{RealAnswer, Rehearsal};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost replay command.txt
  centerpost replay command.txt --files-from . --send
  centerpost replay capture.har --pick 3 --profile acme --send
  centerpost replay acme-404.zip --fill-from values.txt --send --yes

By default the request goes to a twin of its profile that runs inside this program. With --send it goes to its own host; a success \
creates a real ticket. Values for placeholders such as {{apiKey}} come from --fill, --fill-from, or environment variables with the \
names that exports use (CENTERCODE_API_KEY).

Exit codes: 0 if the request was accepted, 1 if it was rejected, 2 if it cannot be sent, 3 if no response came.")]
pub(in crate::cli) struct ReplayArgs {
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// The profile: a name, an id or a *.profile.json file; default: the one with the closest endpoint
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) profile: Option<String>,
    /// The folder of the files that the request names; no file outside it is read. Without it, the twin gets files that lie beside the
    /// input, and --send reads none
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) files_from: Option<PathBuf>,
    /// Print what would be sent without sending it, not even to the twin
    #[arg(long, conflicts_with = "send")]
    pub(in crate::cli) dry_run: bool,
    /// Send it to its own host instead of the twin
    #[arg(long)]
    pub(in crate::cli) send: bool,
    /// Do not ask for confirmation with --send
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    /// Send without keeping it in the history; otherwise nothing is sent that cannot be kept
    #[arg(long)]
    pub(in crate::cli) no_history: bool,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &ReplayArgs) -> Ended {
    let imported = source::read(&args.source)?;
    let [written] = imported.requests.as_slice() else {
        return Err(CommandError::input(format!(
            "Replaying: there are {} requests. Pick one with --pick N; centerpost import lists them",
            imported.requests.len()
        )));
    };
    let beside = beside(args, written);
    let folder = args.files_from.as_deref().or(beside.as_deref());
    let refused = |reason: String| finding::refused(&format!("Replaying: {reason}"));
    let request = prepare::of_spec(written, folder).map_err(refused)?;
    let context = Context::open().keeping(args.no_history);
    let meant = source::profile_for(&context, args.profile.as_deref(), &imported, written)?;
    if let Some(ProfileMatch { profile, by_address: true, .. }) = &meant {
        source::say_profile(profile);
    }
    let (profile, id) = meant.map_or((None, String::new()), |meant| (Some(meant.profile), meant.id));
    if args.dry_run {
        let profile = profile.unwrap_or_default();
        let masker = masker(args, &request, &profile);
        return dry_run(&request, &profile, &masker, &args.printing);
    }
    if args.send {
        let profile = profile.unwrap_or_else(|| Profile {
            accept_invalid_certificates: written.accept_invalid_certificates,
            ..Profile::default()
        });
        let mut origin = Origin::new(&id);
        origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
        let files = prepare::files_of(written, folder).map_err(refused)?;
        let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_default();
        let delivery = context.session().delivery(request, sent_to, profile, Vec::new(), origin);
        return send(&context, delivery, Purpose::Replay { files }, args.yes, &args.printing);
    }
    let profile = profile.or_else(|| {
        output::complain(
            "note",
            "no profile is known, so the twin plays what the request itself looks like, and takes a ticket without submitter \
             or status; name one with --profile",
        );
        written.profile()
    });
    on_the_twin(args, &context, request, profile.unwrap_or_default())
}

fn masker(args: &ReplayArgs, request: &Request, profile: &Profile) -> Masker {
    let mut masker = args.printing.masker(profile);
    masker.learn_sent(&RequestRecord::from(request));
    masker
}

/// The folder of the input, for a twin alone.
fn beside(args: &ReplayArgs, written: &RequestSpec) -> Option<PathBuf> {
    let input = args.source.file.as_deref().filter(|path| path.as_os_str() != "-" && !args.send)?;
    prepare::folder_beside(input, written)
}

fn on_the_twin(args: &ReplayArgs, context: &Context, request: Request, profile: Profile) -> Ended {
    let masker = masker(args, &request, &profile);
    let rehearsal = Rehearsal { request, profile, real: RealAnswer::Nothing };
    rehearse::run_with(context, rehearsal, &Origin::default(), &args.printing, &masker)
}
