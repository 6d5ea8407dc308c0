//! Several processes on one history: none loses a row, and none that was acknowledged is lost when one is killed.
//!
//! The test starts itself as its children, which look at an environment variable for what they are to do.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use centerpost::model::history::{Filter, HistoryRecord};
use centerpost::model::{Profile, Request};
use centerpost::service::record;
use centerpost::store::{History, SessionSecrets};

const CHILD: &str = "CENTERPOST_TEST_HISTORY_CHILD";

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn open(folder: &Path) -> History {
    let (history, notices) = History::open(folder, Arc::new(SessionSecrets::default())).unwrap();
    assert!(notices.is_empty(), "{notices:?}");
    history
}

/// Every so many payloads are too large for the database and go into a file beside it.
fn entry(number: u64, large_every: u64) -> HistoryRecord {
    let log = if number % large_every == 1 { noise(number) } else { String::new() };
    let payload = format!("{{\"summary\": \"Crash\", \"log\": \"{log}\"}}");
    let request = Request::post_json(format!("https://acme.example/number{number}"), &payload, &[]);
    let exchange = record::cancelled(&request, jiff::Timestamp::now(), 0);
    record::created(&record::Origin::new("acme"), &Profile { name: "Acme".into(), ..Profile::default() }, 0, &exchange, &[])
}

/// Letters that pack badly.
fn noise(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'a' + (state % 26) as u8)
    };
    (0..130_000).map(|_| next()).collect()
}

/// What a child does: writes so many exchanges, and says the number of each once it is on disk.
#[test]
fn child() {
    let Ok(work) = std::env::var(CHILD) else { return };
    let mut work = work.splitn(3, ' ');
    let mut number = || work.next().unwrap().parse::<u64>().unwrap();
    let (count, large_every) = (number(), number());
    let folder = work.next().unwrap();
    let history = open(Path::new(folder));
    let mut out = std::io::stdout();
    for number in 0..count {
        let id = history.record(&entry(number, large_every)).unwrap();
        writeln!(out, "kept {id}").unwrap();
        out.flush().unwrap();
    }
}

fn start(folder: &Path, count: u64, large_every: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "history_processes::child", "--nocapture"])
        .env(CHILD, format!("{count} {large_every} {}", folder.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn numbers(out: ChildStdout) -> Vec<i64> {
    let lines = BufReader::new(out).lines().map_while(Result::ok);
    lines.filter_map(|line| line.split_once("kept ")?.1.parse().ok()).collect()
}

#[test]
fn two_processes_write_at_once_and_no_row_is_lost() {
    let count = setting("CENTERPOST_HISTORY_ROWS", 400);
    let folder = tempfile::tempdir().unwrap();
    let mut children = [start(folder.path(), count, 50), start(folder.path(), count, 50)];
    let readers = children.each_mut().map(|child| {
        let out = child.stdout.take().unwrap();
        std::thread::spawn(move || numbers(out))
    });
    let mut kept: Vec<i64> = readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    kept.sort_unstable();
    kept.dedup();
    assert_eq!(kept.len() as u64, 2 * count, "each number is one process's");
    let history = open(folder.path());
    assert_eq!(history.count().unwrap(), 2 * count);
    let found = history.ids(&Filter { text: "crash".into(), ..Filter::default() }, None, None).unwrap();
    assert_eq!(found.len() as u64, 2 * count);
    assert!(history.is_sound().unwrap());
}

#[test]
fn a_process_that_is_killed_loses_nothing_that_it_acknowledged() {
    let rounds = setting("CENTERPOST_CRASH_ROUNDS", 12);
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 0..rounds {
        let mut child = start(folder.path(), 1_000_000, 3);
        // Mostly long enough for some rows, and each time another while.
        let mut random = [0; 2];
        getrandom::fill(&mut random).unwrap();
        std::thread::sleep(Duration::from_micros(20_000 + 3 * u64::from(u16::from_le_bytes(random))));
        child.kill().unwrap();
        let kept = numbers(child.stdout.take().unwrap());
        child.wait().unwrap();
        acknowledged += kept.len();
        let history = open(folder.path());
        let rows = history.rows(&kept).unwrap();
        assert_eq!(rows.len(), kept.len(), "round {round}");
        for id in &kept {
            let sent = history.open_record(*id).unwrap().exchange.sent;
            let number = sent.url.rsplit_once("number").unwrap().1.parse().unwrap();
            assert_eq!(sent, entry(number, 3).exchange.sent, "round {round}");
        }
    }
    assert!(acknowledged > 0, "no child came so far as to write");
    writeln!(std::io::stderr(), "{rounds} kills, {acknowledged} exchanges acknowledged").unwrap();
    let history = open(folder.path());
    let count = history.count().unwrap();
    let found = history.ids(&Filter { text: "crash".into(), ..Filter::default() }, None, None).unwrap();
    assert_eq!(found.len() as u64, count, "the index has every row");
    assert!(history.is_sound().unwrap());
}
