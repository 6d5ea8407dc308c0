//! `replay`: a request that somebody else wrote down, sent as it is.

use super::args_out::ReplayArgs;
use super::mask::Masker;
use super::rehearse;
use super::send::{Sending, dry_run, send};
use super::source::Meant;
use super::target::Context;
use super::{Ended, Failure, consent, output, source};
use crate::model::exchange::RequestRecord;
use crate::model::history::Fingerprint;
use crate::model::{Address, Endpoint, Profile, Request};
use crate::service::prepare::request_of;
use crate::service::record::Origin;
use crate::service::tools::rehearse::{Beside, Rehearsal};

pub(super) fn run(args: &ReplayArgs) -> Ended {
    let imported = source::read(&args.source)?;
    let [written] = imported.requests.as_slice() else {
        return Err(Failure::input(format!(
            "Replaying: there are {} requests. Pick one with --pick N; centerpost import lists them",
            imported.requests.len()
        )));
    };
    let (request, notes) = request_of(written, args.files_from.as_deref()).map_err(|reason| {
        let hint = if reason.contains("{{") { ". Give them with --fill NAME=VALUE or --fill-from FILE" } else { "" };
        Failure::input(format!("Replaying: {reason}{hint}"))
    })?;
    notes.iter().for_each(|note| output::complain("note", note));
    let context = Context::open();
    let meant = source::profile_for(&context, args.profile.as_deref(), &imported, written)?;
    if let Some(Meant { profile, by_address: true }) = &meant {
        source::say_meant(profile);
    }
    let profile = meant.map(|meant| meant.profile);
    if args.dry_run {
        let profile = profile.unwrap_or_default();
        let masker = masker(args, &request, &profile);
        return dry_run(&request, &profile, &masker, args.printing.output);
    }
    if args.send {
        let profile = profile.unwrap_or_else(|| Profile {
            accept_invalid_certificates: written.accept_invalid_certificates,
            ..Profile::default()
        });
        return really(args, &context, request, profile);
    }
    let profile = profile.or_else(|| {
        output::complain(
            "note",
            "no profile is known, so the twin plays what the request itself looks like; name one with --profile",
        );
        written.profile()
    });
    on_the_twin(args, request, profile.unwrap_or_default())
}

fn masker(args: &ReplayArgs, request: &Request, profile: &Profile) -> Masker {
    let mut masker = args.printing.masker(profile);
    masker.learn_sent(&RequestRecord::from(request));
    masker
}

fn on_the_twin(args: &ReplayArgs, request: Request, profile: Profile) -> Ended {
    let masker = masker(args, &request, &profile);
    rehearse::run_with(Rehearsal { request, profile, beside: Beside::Nothing }, &args.printing, &masker)
}

fn really(args: &ReplayArgs, context: &Context, request: Request, profile: Profile) -> Ended {
    let address = Address::parse(&request.url);
    let host = address.raw(&address.authority);
    let production = if profile.production { "; the profile is marked production" } else { "" };
    consent::ask(args.yes, &format!("This sends the request to {host}; a success makes a real ticket there{production}"))?;
    let mut network = context.found.settings.network(&profile);
    network.spool_folder = context.store().ok().map(crate::store::Store::spool_folder);
    let saved = context.found.profiles.iter().find(|stored| stored.profile.name == profile.name);
    let mut origin = Origin::new(&saved.map(|stored| stored.id.0.clone()).unwrap_or_default());
    origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
    let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_default();
    send(context, Sending { request, sent_to, profile, attachments: Vec::new(), network, origin }, &args.printing)
}
