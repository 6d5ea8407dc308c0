//! Where what is exported, replayed or packed comes from.

use std::path::Path;

use crate::cli::common_args::{ImportKind, SourceArgs, ValueArgs};
use crate::cli::exit::Failure;
use crate::cli::mask::Masker;
use crate::cli::output;
use crate::cli::target::Context;
use crate::formats::export::environment_name;
use crate::formats::import::recognise::{self, Kind, Opened, decode};
use crate::formats::import::{curl, postman};
use crate::formats::pasted::{self, BareBody};
use crate::model::imported::{Imported, Weight};
use crate::model::request::Secrets;
use crate::model::{Case, Endpoint, Profile, RequestSpec, Secret};

/// The requests of a file, with values in their placeholders.
pub(in crate::cli) fn read(args: &SourceArgs) -> Result<Imported, Failure> {
    let path = args.file.as_deref().unwrap_or(Path::new("-"));
    output::hint_at_input(path, "the request");
    let opened = open(path, args)?;
    let mut imported = opened.imported;
    complain(&imported);
    if let Some(number) = args.picking.pick {
        imported.requests = vec![picked(&imported.requests, number)?.clone()];
    }
    fill(&mut imported, &args.values)?;
    Ok(imported)
}

/// Puts values in the place of placeholders.
pub(in crate::cli) fn fill(imported: &mut Imported, args: &ValueArgs) -> Result<(), Failure> {
    let values = values(args, &imported.requests)?;
    imported.requests = imported.requests.iter().map(|request| request.filled(&values)).collect();
    Ok(())
}

fn open(path: &Path, args: &SourceArgs) -> Result<Opened, Failure> {
    let bytes = crate::cli::input::read_input(path, "Reading")?;
    let environment = environment(args.picking.environment.as_deref())?;
    let opened = recognise::open(&bytes, kind_of(args.kind, &bytes), &environment).map_err(|error| unreadable(path, &error))?;
    if opened.imported.requests.is_empty() {
        return Err(unreadable(path, &"it holds no request"));
    }
    Ok(opened)
}

/// The kind that was asked for; `None` for whatever it is.
pub(in crate::cli) fn kind_of(asked: ImportKind, bytes: &[u8]) -> Option<Kind> {
    Some(match asked {
        ImportKind::Auto => return None,
        ImportKind::Curl => match curl::guess_shell(&String::from_utf8_lossy(bytes)) {
            curl::Shell::Bash => Kind::CurlBash,
            curl::Shell::Cmd => Kind::CurlCmd,
            curl::Shell::PowerShell => Kind::CurlPowerShell,
        },
        ImportKind::CurlBash => Kind::CurlBash,
        ImportKind::CurlCmd => Kind::CurlCmd,
        ImportKind::CurlPowershell => Kind::CurlPowerShell,
        ImportKind::Http => Kind::Http,
        ImportKind::Har => Kind::Har,
        ImportKind::Postman => Kind::Postman,
        ImportKind::Log => Kind::Log,
        ImportKind::Bundle => Kind::Bundle,
    })
}

fn unreadable(path: &Path, reason: &dyn std::fmt::Display) -> Failure {
    Failure::input(format!("Reading {}: {reason}", output::input_name(path)))
}

/// The variables of a Postman environment; none without one.
pub(in crate::cli) fn environment(path: Option<&Path>) -> Result<postman::Variables, Failure> {
    let Some(path) = path else { return Ok(postman::Variables::new()) };
    let bytes = crate::cli::input::read_input(path, "Reading the environment")?;
    let read = decode(&bytes).and_then(|(text, _)| postman::read_environment(&text));
    read.map_err(|error| unreadable(path, &error))
}

/// The request of a number, counted from 1.
pub(in crate::cli) fn picked(requests: &[RequestSpec], number: usize) -> Result<&RequestSpec, Failure> {
    let found = number.checked_sub(1).and_then(|index| requests.get(index));
    found.ok_or_else(|| Failure::input(format!("Picking request {number}: there are {}, counted from 1", requests.len())))
}

/// Says on standard error what is to be known of an import, without the secrets of its requests.
pub(in crate::cli) fn complain(imported: &Imported) {
    let masker = masker(&imported.requests, false);
    for note in imported.notes.iter().filter(|note| note.weight != Weight::NoEffect) {
        output::complain("note", &masker.text(&note.to_string()));
    }
}

/// What takes the secrets of requests out of texts.
pub(in crate::cli) fn masker<'a>(requests: impl IntoIterator<Item = &'a RequestSpec>, show_secrets: bool) -> Masker {
    let mut masker = Masker::new(if show_secrets { Secrets::Shown } else { Secrets::Masked });
    for request in requests {
        masker.learn_url(&request.url);
        masker.learn_headers(&request.headers);
    }
    masker
}

/// What is to stand in the place of placeholders: from the command line, a file, and the environment for those that are left.
fn values(args: &ValueArgs, requests: &[RequestSpec]) -> Result<Vec<(String, Secret)>, Failure> {
    let mut values = Vec::new();
    for text in &args.fill {
        values.push(pair(text).ok_or_else(|| Failure::input("--fill takes NAME=VALUE, as in --fill apiKey=3f0c"))?);
    }
    if let Some(path) = &args.fill_from {
        let text = crate::cli::input::read_input_text(path, "Reading the values from")?;
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong =
                || Failure::input(format!("Reading the values from {}: line {} is no NAME=VALUE", path.display(), index + 1));
            values.push(pair(line).ok_or_else(wrong)?);
        }
    }
    for name in requests.iter().flat_map(RequestSpec::placeholders) {
        if !values.iter().any(|(known, _)| *known == name)
            && let Ok(value) = std::env::var(environment_name(&name))
        {
            values.push((name, Secret::new(value)));
        }
    }
    Ok(values)
}

fn pair(text: &str) -> Option<(String, Secret)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim().trim_start_matches("{{").trim_end_matches("}}");
    (!name.is_empty()).then(|| (name.to_owned(), Secret::new(value)))
}

/// The profile that a request is meant for.
pub(in crate::cli) struct Meant {
    pub(in crate::cli) profile: Profile,
    /// Whether nobody named it, and it is the saved one whose endpoint fits best.
    pub(in crate::cli) by_address: bool,
}

/// Says that a profile was taken because of its endpoint.
pub(in crate::cli) fn say_meant(profile: &Profile) {
    let name = profile.shown_name();
    output::complain("note", &format!("taken as meant for the profile \"{name}\"; name another with --profile"));
}

/// The profile that a request is meant for: the named one, the source's own, or the saved one whose endpoint fits best.
pub(in crate::cli) fn profile_for(
    context: &Context,
    named: Option<&str>,
    imported: &Imported,
    request: &RequestSpec,
) -> Result<Option<Meant>, Failure> {
    let known = |profile| Meant { profile, by_address: false };
    if let Some(what) = named {
        return context.profile(what).map(|profile| Some(known(profile)));
    }
    if imported.profile.is_some() {
        return Ok(imported.profile.clone().map(known));
    }
    let endpoint = Endpoint::from_pasted(&request.url).unwrap_or_default();
    let saved = context.found.profiles.iter().map(|stored| (&stored.profile, stored.profile.endpoint().likeness(&endpoint)));
    let best = saved.max_by_key(|(_, likeness)| *likeness).filter(|(_, likeness)| *likeness > 1);
    Ok(best.map(|(profile, _)| Meant { profile: profile.clone(), by_address: true }))
}

/// The exchanges of a file, or those of these numbers, each with its name there. A profile given here takes the place of the file's own.
pub(in crate::cli) fn cases(path: &Path, profile: Option<&Profile>, numbers: &[usize]) -> Result<Vec<(String, Case)>, Failure> {
    output::hint_at_input(path, "what was sent and came back");
    let bytes = crate::cli::input::read_input(path, "Reading")?;
    let imported = match recognise::open(&bytes, None, &postman::Variables::new()) {
        Ok(opened) if !opened.imported.requests.is_empty() => opened.imported,
        failed => {
            // An answer alone is no request, and may be all that there is.
            let text = std::str::from_utf8(&bytes).ok().map(|text| pasted::read(text, BareBody::Answer));
            return match (text, failed) {
                (Some(Ok(pasted)), _) => Ok(vec![(String::new(), pasted.into_case(profile.cloned()))]),
                (_, Err(error)) => Err(unreadable(path, &error)),
                (Some(Err(error)), _) => Err(unreadable(path, &error)),
                (None, Ok(_)) => Err(unreadable(path, &"it holds no request")),
            };
        }
    };
    complain(&imported);
    let requests = if numbers.is_empty() {
        imported.requests
    } else {
        numbers.iter().map(|number| picked(&imported.requests, *number).cloned()).collect::<Result<_, _>>()?
    };
    let profile = profile.or(imported.profile.as_ref());
    Ok(requests.iter().map(|request| (request.label.clone(), request.case(profile))).collect())
}
