//! Bars on a terminal, nothing in a pipe.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::cli::terminal::harmless;
use crate::logging;
use crate::transport::Progress;

/// Bars that follow counters until they are dropped.
pub(in crate::cli) struct Bars {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Bars {
    /// A bar for each file, if standard error is a terminal.
    pub(in crate::cli) fn start(files: Vec<(String, Arc<Progress>)>) -> Option<Self> {
        if files.is_empty() || !std::io::stderr().is_terminal() {
            return None;
        }
        let (end, ended) = channel();
        let thread = std::thread::Builder::new().name("bars".into()).spawn(move || follow(&files, &ended)).ok();
        Some(Self { end: Some(end), thread })
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.end = None;
        if let Some(thread) = self.thread.take() {
            // Bars that broke are no reason to break the upload.
            let _ = thread.join();
        }
    }
}

fn follow(files: &[(String, Arc<Progress>)], ended: &Receiver<()>) {
    let all = MultiProgress::new();
    let style =
        ProgressStyle::with_template("{msg:20!} [{bar:30}] {percent:>3} % {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bars: Vec<_> = files
        .iter()
        .map(|(name, _)| {
            all.add(ProgressBar::new(0)).with_style(style.clone()).with_message(harmless(&logging::hide_known(name)))
        })
        .collect();
    while matches!(ended.recv_timeout(Duration::from_millis(100)), Err(RecvTimeoutError::Timeout)) {
        for (bar, (_, progress)) in bars.iter().zip(files) {
            if progress.total() > 0 {
                bar.set_length(progress.total());
                bar.set_position(progress.sent());
            }
        }
    }
    // What came of each file is printed as text.
    let _ = all.clear();
}
