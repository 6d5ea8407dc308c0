//! Where the log is written: files that take turns, so that they never fill a disk.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flexi_logger::{
    Cleanup, Criterion, DeferredNow, ErrorChannel, FileSpec, LogSpecification, LogfileSelector, Logger, LoggerHandle, Naming,
};
use log::{LevelFilter, Record};

use super::known::clean;

/// How large a file grows before the next one begins, and how many are kept.
const LARGEST: u64 = 1 << 20;
const KEPT: usize = 5;

/// What is to be logged in this process.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// How much.
    pub level: LevelFilter,
    /// What the process was started for, such as the name of a command.
    pub purpose: String,
}

static WANTED: OnceLock<Wanted> = OnceLock::new();

/// The log, or why there is none.
static LOG: OnceLock<Result<LoggerHandle, String>> = OnceLock::new();

/// Says what is to be logged once [`start`] names a folder. A panic is logged, too.
pub fn want(wanted: Wanted) {
    if WANTED.set(wanted).is_ok() {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let place = info.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
            log::error!("Panic{place}: {}", info.payload_as_str().unwrap_or("(no text)"));
            before(info);
        }));
    }
}

/// Begins the log in a folder, or notes why there is none. Does nothing where no log is wanted, and when there is one already.
pub fn start(folder: &Result<PathBuf, String>) {
    let Some(wanted) = WANTED.get().filter(|wanted| wanted.level != LevelFilter::Off) else { return };
    let mut is_first = false;
    let log = LOG.get_or_init(|| {
        is_first = true;
        folder.as_ref().map_err(Clone::clone).and_then(|folder| begin(folder, wanted.level))
    });
    if is_first && log.is_ok() {
        let (version, system, processor) = (env!("CENTERPOST_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
        log::info!("Centerpost {version} on {system} {processor}: {}", wanted.purpose);
    }
}

fn begin(folder: &Path, level: LevelFilter) -> Result<LoggerHandle, String> {
    // What libraries say of their insides helps nobody who uses Centerpost, and may hold what was sent.
    let specification = LogSpecification::builder().default(level.min(LevelFilter::Warn)).module("centerpost", level).build();
    Logger::with(specification)
        .log_to_file(FileSpec::default().directory(folder).basename("centerpost").suffix("log"))
        // Several processes write to one file. None of them renames it: on Windows that is refused while another has it open.
        .rotate(Criterion::Size(LARGEST), Naming::NumbersDirect, Cleanup::KeepLogFiles(KEPT))
        .append()
        .format(line)
        .cleanup_in_background_thread(false)
        .error_channel(ErrorChannel::DevNull)
        .start()
        .map_err(|error| format!("Writing to {}: {error}", folder.display()))
}

fn line(out: &mut dyn Write, _: &mut DeferredNow, record: &Record<'_>) -> io::Result<()> {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ");
    // Of a library it is said which one.
    let library = record.target().split("::").next().filter(|name| *name != "centerpost");
    let library = library.map(|name| format!("{name}: ")).unwrap_or_default();
    write!(out, "{now} {:<5} {} {library}{}", record.level(), std::process::id(), clean(&record.args().to_string()))
}

/// The file that is written at present.
///
/// # Errors
/// Why there is none.
pub fn file() -> Result<PathBuf, String> {
    match LOG.get() {
        Some(Ok(log)) => {
            let files = log.existing_log_files(&LogfileSelector::default()).unwrap_or_default();
            files.into_iter().max().ok_or_else(|| "nothing could be written".to_owned())
        }
        Some(Err(why)) => Err(why.clone()),
        None => Err("it is off".to_owned()),
    }
}
