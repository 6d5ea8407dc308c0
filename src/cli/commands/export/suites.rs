//! `export suite`, and `export locust`, `k6` and `hurl` of a suite: requests become a suite, and a suite goes to others.

use std::path::{Path, PathBuf};

use super::args::ExportArgs;
use super::requests::requests;
use crate::cli::commands::run::{Job, SuiteArgs};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::target::Context;
use crate::cli::{output, source};
use crate::model::learned::learned_profile;
use crate::model::{Profile, RequestSpec};
use crate::runner::generate::Generated;
use crate::runner::hurl;
use crate::runner::job::{self, environment};
use crate::runner::load::LoadFiles;
use crate::runner::plan::{Environment, Plan};
use crate::runner::write_suite::{self, Sample, WrittenSteps};
use crate::service::session::{closest_profile, suite_name};
use crate::store::write_export;

/// Requests as the steps of a suite, a new one or one that exists.
pub(super) fn suite(args: &ExportArgs) -> Ended {
    let context = Context::open();
    let Samples { samples, profile, named } = samples(args, &context)?;
    let steps = write_suite::steps(&samples, &profile).map_err(CommandError::input)?;
    if let (Some(to), true) = (&args.to, args.append) {
        return append(to, named.as_deref(), &steps);
    }
    let named = match (named, &args.to) {
        (Some(named), _) => named,
        (None, Some(to)) => profile_beside(to, &profile, args.force)?,
        (None, None) => {
            return Err(CommandError::input(
                "No saved profile is at this address. Name the file to write with --to: a profile is learned and written beside it",
            ));
        }
    };
    steps.notes.iter().for_each(|note| output::complain("note", note));
    let Some(to) = &args.to else {
        output::print_document(&write_suite::suite("From the history", &named, &steps))?;
        return Ok(Exit::Done);
    };
    let name = to.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let text = write_suite::suite(&name, &named, &steps);
    write_export(to, &text, args.force).map_err(|error| CommandError::input(error.to_string()))?;
    Ok(Exit::Done)
}

/// Adds steps to a suite that exists.
fn append(to: &Path, named: Option<&str>, steps: &WrittenSteps) -> Ended {
    let adding = |reason: String| CommandError::input(format!("Adding steps to {}: {reason}", to.display()));
    let before = std::fs::read_to_string(to).map_err(|error| adding(error.to_string()))?;
    let text = write_suite::added(&before, steps).map_err(adding)?;
    steps.notes.iter().for_each(|note| output::complain("note", note));
    if let Some(note) = write_suite::other_profile(&before, named) {
        output::complain("note", &note);
    }
    write_export(to, &text, true).map_err(|error| CommandError::input(error.to_string()))?;
    Ok(Exit::Done)
}

/// What becomes steps, the profile that it belongs to, and how a suite names that, where it is saved.
struct Samples {
    samples: Vec<Sample>,
    profile: Profile,
    named: Option<String>,
}

fn samples(args: &ExportArgs, context: &Context) -> Result<Samples, CommandError> {
    let saved = &context.found.profiles;
    if args.history.is_empty() {
        let requests = match &args.profile {
            Some(_) => requests(args)?.0,
            None => source::read(&args.source)?.requests,
        };
        let profile = args.profile.as_ref().map(|what| context.profile(what)).transpose()?;
        let url = requests.first().map(|request| request.url.clone()).unwrap_or_default();
        let closest = closest_profile(saved, &url, None).filter(|_| profile.is_none());
        let named = args.profile.clone().or_else(|| closest.map(|stored| suite_name(saved, stored)));
        let profile = profile.or_else(|| closest.map(|stored| stored.profile.clone())).or_else(|| learned_profile(&requests));
        let profile = profile.ok_or_else(|| CommandError::input("None of these requests goes to an External Source"))?;
        let sample = |request: RequestSpec| Sample { name: request.label.clone(), request, ..Sample::default() };
        return Ok(Samples { samples: requests.into_iter().map(sample).collect(), profile, named });
    }
    let history = context.needed_history()?;
    crate::cli::commands::history::exist(history, &args.history)?;
    let mut ids = args.history.clone();
    ids.sort_unstable();
    let (mut samples, mut found): (Vec<Sample>, Option<(String, Profile)>) = (Vec::new(), None);
    for id in ids {
        let kept = history.open_record(id)?;
        let name = kept.row.profile_name.clone();
        match (&found, &kept.profile) {
            (Some((first, _)), _) if *first != name => {
                return Err(CommandError::input(format!(
                    "Exchange {id} was sent with the profile \"{name}\", and those before with \"{first}\". A suite has one profile"
                )));
            }
            (None, profile) => found = Some((name, profile.clone().unwrap_or_default())),
            _ => {}
        }
        let request = RequestSpec::of_exchange(&kept.exchange, kept.profile.as_ref());
        samples.push(Sample { name: format!("Exchange {id}"), request, delivery: Some(kept.row.delivery), ..Sample::default() });
    }
    let (name, kept) = found.unwrap_or_default();
    let stored = saved.iter().find(|stored| !name.is_empty() && stored.profile.name == name);
    let requests: Vec<RequestSpec> = samples.iter().map(|sample| sample.request.clone()).collect();
    Ok(match stored {
        Some(stored) => Samples { samples, profile: stored.profile.clone(), named: Some(suite_name(saved, stored)) },
        None => Samples { samples, profile: learned_profile(&requests).unwrap_or(kept), named: None },
    })
}

/// Writes a learned profile beside a suite, without its API key, and yields how the suite names it.
fn profile_beside(suite: &Path, profile: &Profile, force: bool) -> Result<String, CommandError> {
    let stem = suite.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let name = format!("{stem}.profile.json");
    let path = suite.with_file_name(&name);
    write_export(&path, &format!("{:#}\n", profile.to_value()), force).map_err(|error| CommandError::input(error.to_string()))?;
    let text = format!("a profile was learned from these requests, in {}. Give its API key with --api-key-file", path.display());
    output::complain("note", &text);
    Ok(name)
}

/// How a suite is written for a load tool.
type WriteLoad = fn(&Plan, Environment<'_>, u64) -> Result<LoadFiles, String>;

/// A suite as a folder for a load tool: its program, which has the name `script`, the data rows and the files.
pub(super) fn load(args: &ExportArgs, tool: &str, script: &str, write: WriteLoad) -> Ended {
    let (job, folder) = of_suite(args, tool, script)?;
    let written = write(&job.plan, &environment, job.seed).map_err(CommandError::input)?;
    put(&folder, &job, &written.texts, &written.copies, &written.made)?;
    written.notes.iter().for_each(|note| output::complain("note", note));
    Ok(Exit::Done)
}

/// A suite as a folder for Hurl: one file with an entry for each step of each row, and the files that are uploaded.
pub(super) fn hurl(args: &ExportArgs) -> Ended {
    let (job, folder) = of_suite(args, "hurl", hurl::HURL_FILE)?;
    let written = hurl::write(&job.plan, &environment, job.seed).map_err(CommandError::input)?;
    put(&folder, &job, &[(hurl::HURL_FILE.to_owned(), written.text)], &written.copies, &written.made)?;
    written.notes.iter().for_each(|note| output::complain("note", note));
    Ok(Exit::Done)
}

/// The suite that is exported, and the folder that it is written to. `holds` is the file that tells a folder that was written before.
fn of_suite(args: &ExportArgs, tool: &str, holds: &str) -> Result<(job::Job, PathBuf), CommandError> {
    let (Some(suite), Some(folder)) = (&args.source.file, &args.to) else {
        return Err(CommandError::input(format!(
            "Name the suite and the folder to write: centerpost export {tool} SUITE --to FOLDER"
        )));
    };
    if !args.force && folder.join(holds).exists() {
        return Err(CommandError::input(format!(
            "Writing {}: it holds a {holds}. Name another folder, or give --force",
            folder.display()
        )));
    }
    let Job { job, .. } = Job::prepare(&SuiteArgs {
        suite: Some(suite.clone()),
        profile: args.profile.clone(),
        set: args.payload.set.clone(),
        ..SuiteArgs::default()
    })?;
    Ok((job, folder.clone()))
}

/// Writes texts, copies and made files into a folder.
fn put(
    folder: &Path,
    job: &job::Job,
    texts: &[(String, String)],
    copies: &[(PathBuf, String)],
    made: &[(Generated, String)],
) -> Result<(), CommandError> {
    let trouble = |error: std::io::Error| CommandError::failed(format!("Writing {}: {error}", folder.display()));
    let place = |name: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder)).map(|()| path)
    };
    for (name, text) in texts {
        write_export(&place(name).map_err(trouble)?, text, true)?;
    }
    for (from, name) in copies {
        place(name).and_then(|path| std::fs::copy(from, path)).map_err(trouble)?;
    }
    for (generated, name) in made {
        place(name).and_then(|path| generated.write(&path, job.seed)).map_err(trouble)?;
    }
    Ok(())
}
