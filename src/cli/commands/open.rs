//! `open`: the window with a file or a link in it.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::exit::{CommandError, Ended, Exit};
use crate::ui::Opening;

#[derive(Debug, Args)]
#[command(after_help = "\
A file is read as on the import page: a curl command, raw HTTP, a HAR file, a collection of an API client, a log,
a case, a support bundle or a profile. A centerpost:// link opens a draft. Nothing is sent.

Examples:
  centerpost open customer.har
  centerpost open support-bundle.zip
  centerpost open 'centerpost://draft?text=POST%20https%3A%2F%2F...'")]
pub(in crate::cli) struct OpenArgs {
    /// A file, or a centerpost:// link; without it the window opens as usual
    #[arg(value_name = "FILE|LINK")]
    pub(in crate::cli) what: Option<PathBuf>,
}

pub(in crate::cli) fn run(args: OpenArgs) -> Ended {
    let opening = match args.what {
        None => None,
        Some(what) => match what.to_str().filter(|text| text.to_ascii_lowercase().starts_with("centerpost:")) {
            Some(link) => Some(Opening::Text(link.to_owned())),
            None => Some(Opening::File(absolute(&what)?)),
        },
    };
    crate::ui::run(opening).map(|()| Exit::Done).map_err(CommandError::failed)
}

fn absolute(path: &Path) -> Result<PathBuf, CommandError> {
    let found = std::fs::metadata(path).and_then(|_| std::path::absolute(path));
    found.map_err(|error| CommandError::input(format!("Opening {}: {error}", path.display())))
}
