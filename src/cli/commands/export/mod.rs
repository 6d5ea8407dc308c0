//! `export`: requests for other tools and languages, and suites.

mod args;
mod requests;
mod suites;

use std::path::Path;

use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::output;
use crate::formats::export::{Script, Tool, Written};
use crate::runner::{k6, locust};
use crate::store::write_export;

pub(in crate::cli) use args::{ExportArgs, Wanted};

pub(in crate::cli) fn run(args: &ExportArgs) -> Ended {
    if args.append && args.tool != Wanted::Suite {
        return Err(CommandError::input("--append adds steps to a suite, so it belongs to: centerpost export suite"));
    }
    let tool = match args.tool {
        // A suite is known by its ending; anything else holds requests.
        Wanted::Tool(Tool::Hurl) if is_suite(args) => return suites::hurl(args),
        Wanted::Tool(tool) => tool,
        Wanted::Locust => return suites::load(args, "locust", locust::SCRIPT, locust::write),
        Wanted::K6 => return suites::load(args, "k6", k6::SCRIPT, k6::write),
        Wanted::Suite => return suites::suite(args),
    };
    let (requests, exchanges) = requests::requests(args)?;
    let mut script = if args.with_secrets { Script::revealing_secrets(&requests) } else { Script::hiding_secrets(&requests) };
    script.set_times(exchanges.iter().map(Some));
    let written = tool.write(&script);
    for note in &written.notes {
        output::complain("note", note);
    }
    put(args, &written)?;
    Ok(Exit::Done)
}

fn put(args: &ExportArgs, written: &Written) -> Result<(), CommandError> {
    let save =
        |path: &Path, text: &str| write_export(path, text, args.force).map_err(|error| CommandError::input(error.to_string()));
    let Some(path) = &args.to else {
        if written.companion.is_some() {
            output::complain("note", "the environment with the secrets' names is written beside the file that --to names");
        }
        return output::print_document(&written.text);
    };
    save(path, &written.text)?;
    if let Some((ending, text)) = &written.companion {
        let stem = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let stem = stem.trim_end_matches(".json").trim_end_matches(".postman_collection");
        let beside = path.with_file_name(format!("{stem}.{ending}"));
        save(&beside, text)?;
        output::complain("note", &format!("the secrets' names are in {}", beside.display()));
    }
    Ok(())
}

fn is_suite(args: &ExportArgs) -> bool {
    args.source.file.as_deref().and_then(Path::extension).is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}
