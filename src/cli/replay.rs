//! `replay`: a request that somebody else wrote down, sent as it is.

use super::args_out::ReplayArgs;
use super::rehearse;
use super::send::{Sending, send};
use super::target::Context;
use super::{Ended, Failure, consent, output, source};
use crate::jobs::record::Origin;
use crate::jobs::rehearse::{Beside, Rehearsal};
use crate::jobs::replay::request_of;
use crate::model::exchange::Sent;
use crate::model::history::Fingerprint;
use crate::model::{Address, Endpoint, Profile, Request};

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
    let profile = source::profile_for(&context, args.profile.as_deref(), &imported, written)?;
    if args.send {
        return really(args, &context, request, profile.unwrap_or_default());
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

fn on_the_twin(args: &ReplayArgs, request: Request, profile: Profile) -> Ended {
    let mut masker = args.printing.masker(&profile);
    masker.learn_sent(&Sent::from(&request));
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
    origin.fingerprint = Some(Fingerprint::of(&Sent::from(&request)));
    let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_default();
    send(context, Sending { request, sent_to, profile, attachments: Vec::new(), network, origin }, &args.printing)
}
