//! A history of a million exchanges: opening it, its first page, a page in the middle, the numbers for the scroll bar, searches, and
//! recording one more. Each is told as a ratio to a peer in the same run: reading the same database without an index.
//!
//! ```text
//! CENTERPOST_HOME=/tmp/million centerpost history generate 1000000
//! CENTERPOST_HOME=/tmp/million cargo bench --bench history
//! ```
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made says so")]

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use centerpost::model::history::{Filter, StatusClass};
use centerpost::store::{History, SessionSecrets};

/// Runs of each measurement; the median is told.
const RUNS: usize = 9;

fn median(work: impl FnMut()) -> Duration {
    common::median(RUNS, work)
}

fn open(folder: &Path) -> History {
    History::open(folder, Arc::new(SessionSecrets::default())).unwrap().0
}

fn main() {
    let Some(folder) = std::env::var_os("CENTERPOST_HOME").map(PathBuf::from).filter(|folder| folder.join("history.db").exists())
    else {
        println!("Set CENTERPOST_HOME to a folder with a history; centerpost history generate makes one");
        return;
    };
    let history = open(&folder);
    let count = history.count().unwrap();
    let ids = history.ids(&Filter::default(), None, None).unwrap();
    let text = |text: &str| Filter { text: text.into(), ..Filter::default() };
    let last = format!("\"case {}\"", count - 7);

    // The peer: the same question answered by reading every row.
    let peer = {
        let connection = rusqlite::Connection::open(folder.join("history.db")).unwrap();
        let sql = "SELECT count(*) FROM words WHERE payload LIKE '%case 123456)%'";
        median(|| assert!(connection.query_row(sql, [], |line| line.get::<_, i64>(0)).unwrap() >= 0))
    };
    println!("{count} exchanges; the peer, a scan of every payload: {peer:.1?}");
    let tell = |what: &str, time: Duration| {
        println!("{what:<44} {time:>10.2?}   {:>8.4} of the scan", time.as_secs_f64() / peer.as_secs_f64());
    };
    tell("open", median(|| drop(open(&folder))));
    tell("first page, 200 lines", median(|| assert!(!history.list(&Filter::default(), 200).unwrap().is_empty())));
    tell("60 lines in the middle", median(|| assert_eq!(history.rows(&ids[ids.len() / 2..][..60]).unwrap().len(), 60)));
    tell(
        "all numbers, for the scroll bar",
        median(|| assert_eq!(history.ids(&Filter::default(), None, None).unwrap().len(), ids.len())),
    );
    let page = |filter: Filter| median(|| drop(history.list(&filter, 200).unwrap()));
    tell("search: one row's words", page(text(&last)));
    tell("search: a common word", page(text("crash")));
    tell("search: the beginning of a common word", page(text("cra")));
    tell("search: two common words", page(text("crash gallery")));
    tell("search: a word that is not there", page(text("unheardof")));
    tell(
        "filter: status and profile",
        page(Filter { status: Some(StatusClass::ServerError), profile: Some("source-3".into()), ..Filter::default() }),
    );
    tell("filter: cause", page(Filter { cause: Some("submitter".into()), ..Filter::default() }));
    tell("search and filter", page(Filter { profile: Some("source-3".into()), ..text("crash") }));
    tell("open one exchange", median(|| drop(history.open_record(ids[ids.len() / 3]).unwrap())));
    let record = history.open_record(ids[ids.len() / 3]).unwrap();
    tell("record one exchange, on disk", median(|| assert!(history.record(&record).unwrap() > 0)));
}
