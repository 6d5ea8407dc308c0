//! Where what is exported, replayed or packed comes from.

use std::path::Path;

use crate::cli::common_args::{ImportKind, PickArgs, SourceArgs, ValueArgs};
use crate::cli::exit::CommandError;
use crate::cli::output;
use crate::cli::target::Context;
use crate::formats::export::environment_name;
use crate::formats::import::{self, BareBody, Hints, ImportError, Opened, SourceKind, postman};
use crate::logging;
use crate::model::imported::{Imported, Note, Severity};
use crate::model::request::Secrets;
use crate::model::secrets::collect::{secrets_in_headers, secrets_in_url};
use crate::model::secrets::masker::Masker;
use crate::model::{Answer, Case, Profile, RequestSpec, Secret};
use crate::service::session::closest_profile;

/// The requests of a file, with values in their placeholders.
pub(in crate::cli) fn read(args: &SourceArgs) -> Result<Imported, CommandError> {
    let path = args.file.as_deref().unwrap_or(Path::new("-"));
    output::hint_at_input(path, "the request");
    let mut imported = requests(path, "Reading", &hints(args.kind, &args.picking)?)?.imported;
    complain(&imported);
    if let Some(number) = args.picking.pick {
        pick(&mut imported, number)?;
    }
    fill(&mut imported, &args.values)?;
    Ok(imported)
}

/// Puts values in the place of placeholders.
pub(in crate::cli) fn fill(imported: &mut Imported, args: &ValueArgs) -> Result<(), CommandError> {
    let values = values(args, &imported.requests)?;
    imported.fill(&values);
    Ok(())
}

/// What the command line says of an input.
pub(in crate::cli) fn hints(kind: ImportKind, picking: &PickArgs) -> Result<Hints, CommandError> {
    let is_curl = kind == ImportKind::Curl;
    let kind = match kind {
        ImportKind::Auto | ImportKind::Curl => None,
        ImportKind::Named(kind) => Some(kind),
    };
    let environment = environment(picking.environment.as_deref())?;
    Ok(Hints { kind, is_curl, bare_body: BareBody::Payload, environment })
}

/// Reads whatever a file or standard input holds.
pub(in crate::cli) fn open(path: &Path, doing: &str, hints: &Hints) -> Result<Opened, CommandError> {
    let bytes = crate::cli::input::read_input(path, doing)?;
    import::open(&bytes, hints).map_err(|error| refused(path, doing, &error))
}

/// As [`open`], where only requests are of use.
pub(in crate::cli) fn requests(path: &Path, doing: &str, hints: &Hints) -> Result<Opened, CommandError> {
    let mut opened = open(path, doing, hints)?;
    if opened.kind == SourceKind::Profile {
        return Err(refused(path, doing, &"it is a profile; import it with: centerpost profiles import FILE"));
    }
    opened.imported.drop_answers_alone();
    if opened.imported.requests.is_empty() {
        return Err(refused(path, doing, &"it holds an answer and no request"));
    }
    Ok(opened)
}

/// The first request of a file, which may be a payload alone.
pub(in crate::cli) fn first_request(path: &Path) -> Result<Opened, CommandError> {
    output::hint_at_input(path, "the request");
    let mut opened = requests(path, "Reading the request", &Hints::bare(BareBody::Payload))?;
    take_main(&mut opened.imported);
    Ok(opened)
}

/// Keeps the request that matters most alone, and says which.
fn take_main(imported: &mut Imported) {
    let count = imported.requests.len();
    if count > 1 {
        let main = imported.main_index();
        let method = imported.requests.get(main).map(|request| request.method.clone()).unwrap_or_default();
        let said = format!("It holds {count} requests; this is about number {} ({method})", main + 1);
        imported.notes.insert(0, Note { severity: Severity::Taken, place: None, text: said });
        imported.pick(main);
    }
}

fn refused(path: &Path, doing: &str, reason: &dyn std::fmt::Display) -> CommandError {
    CommandError::input(format!("{doing} {}: {reason}", output::input_name(path)))
}

/// The variables of an API client's environment; none without one.
fn environment(path: Option<&Path>) -> Result<postman::Variables, CommandError> {
    let Some(path) = path else { return Ok(postman::Variables::new()) };
    let doing = "Reading the environment";
    import::environment(&crate::cli::input::read_input(path, doing)?).map_err(|error| refused(path, doing, &error))
}

/// Keeps the request of a number, counted from 1, alone.
pub(in crate::cli) fn pick(imported: &mut Imported, number: usize) -> Result<(), CommandError> {
    let index = index_of(imported, number)?;
    imported.pick(index);
    Ok(())
}

fn index_of(imported: &Imported, number: usize) -> Result<usize, CommandError> {
    let count = imported.requests.len();
    let index = number.checked_sub(1).filter(|index| *index < count);
    index.ok_or_else(|| CommandError::input(format!("Picking request {number}: there are {count}, counted from 1")))
}

/// Says on standard error what is to be known of an import, without the secrets of its requests.
pub(in crate::cli) fn complain(imported: &Imported) {
    let masker = masker(&imported.requests, false);
    for note in imported.notes.iter().filter(|note| note.severity != Severity::NoEffect) {
        output::complain("note", &masker.text(&note.to_string()));
    }
}

/// What takes the secrets of requests out of texts.
pub(in crate::cli) fn masker<'a>(requests: impl IntoIterator<Item = &'a RequestSpec>, show_secrets: bool) -> Masker {
    let mut masker = Masker::new(if show_secrets { Secrets::Shown } else { Secrets::Masked });
    for request in requests {
        for secret in secrets_in_url(&request.url).into_iter().chain(secrets_in_headers(&request.headers)) {
            masker.learn(secret.reveal());
            // What else is said while it is read holds none of them either.
            logging::learn_for_now(&secret);
        }
    }
    masker
}

/// What is to stand in the place of placeholders: from the command line, a file, and the environment for those that are left.
fn values(args: &ValueArgs, requests: &[RequestSpec]) -> Result<Vec<(String, Secret)>, CommandError> {
    let mut values = Vec::new();
    for text in &args.fill {
        values.push(pair(text).ok_or_else(|| CommandError::input("--fill takes NAME=VALUE, as in --fill apiKey=3f0c"))?);
    }
    if let Some(path) = &args.fill_from {
        let text = crate::cli::input::read_input_text(path, "Reading the values from")?;
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = || {
                CommandError::input(format!("Reading the values from {}: line {} is not NAME=VALUE", path.display(), index + 1))
            };
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
pub(in crate::cli) struct ProfileMatch {
    pub(in crate::cli) profile: Profile,
    /// What it is saved as; empty for one out of a file.
    pub(in crate::cli) id: String,
    /// Whether nobody named it, and it is the saved one whose endpoint fits best.
    pub(in crate::cli) by_address: bool,
}

/// Says that a profile was taken because of its endpoint.
pub(in crate::cli) fn say_profile(profile: &Profile) {
    let name = profile.shown_name();
    output::complain("note", &format!("taken as meant for the profile \"{name}\"; name another with --profile"));
}

/// The profile that a request is meant for: the named one, the source's own, or the saved one whose endpoint fits best.
pub(in crate::cli) fn profile_for(
    context: &Context,
    named: Option<&str>,
    imported: &Imported,
    request: &RequestSpec,
) -> Result<Option<ProfileMatch>, CommandError> {
    let known = |(profile, id)| ProfileMatch { profile, id, by_address: false };
    if let Some(what) = named {
        return context.profile_and_id(what).map(|found| Some(known(found)));
    }
    if imported.profile.is_some() {
        return Ok(imported.profile.clone().map(|profile| known((profile, String::new()))));
    }
    let closest = closest_profile(&context.found.profiles, &request.url, None);
    Ok(closest.map(|stored| ProfileMatch { profile: stored.profile.clone(), id: stored.id.0.clone(), by_address: true }))
}

/// The exchanges of a file, or those of these numbers, each with its name there. A profile given here takes the place of the file's own.
pub(in crate::cli) fn cases(
    path: &Path,
    profile: Option<&Profile>,
    numbers: &[usize],
) -> Result<Vec<(String, Case)>, CommandError> {
    output::hint_at_input(path, "what was sent and came back");
    let imported = open(path, "Reading", &Hints::default())?.imported;
    complain(&imported);
    let indices = if numbers.is_empty() {
        (0..imported.requests.len()).collect()
    } else {
        numbers.iter().map(|number| index_of(&imported, *number)).collect::<Result<Vec<_>, _>>()?
    };
    let labelled = |index: usize| Some((imported.requests.get(index)?.label.clone(), imported.case(index, profile)?));
    Ok(indices.into_iter().filter_map(labelled).collect())
}

/// The first exchange of a file. A body alone is taken for an answer.
pub(in crate::cli) fn first_case(path: &Path, doing: &str, profile: Option<&Profile>) -> Result<Case, CommandError> {
    output::hint_at_input(path, "the answer");
    let Opened { kind, mut imported } = open(path, doing, &Hints::bare(BareBody::Answer))?;
    if kind == SourceKind::Answer && path.extension().is_some_and(|extension| extension == "json") {
        // A file that calls itself JSON and is none was damaged; it is not a page that somebody saved.
        let body = imported.requests.first().and_then(RequestSpec::answer).map(Answer::text).unwrap_or_default();
        serde_json::from_str::<serde::de::IgnoredAny>(&body).map_err(|error| refused(path, doing, &ImportError::json(&error)))?;
    }
    take_main(&mut imported);
    complain(&imported);
    imported.case(0, profile).ok_or_else(|| refused(path, doing, &"it is a profile, and holds neither a request nor an answer"))
}
