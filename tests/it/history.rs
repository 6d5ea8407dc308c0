//! The history: kept, found, dropped, mended, and shared between processes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use centerpost::model::exchange::{Answer, FailureKind, NetworkFailure, Outcome, Step, Timings, Whole, WholeBody};
use centerpost::model::history::{
    ExchangeKind, Filter, Fingerprint, HistoryRecord, HistoryRow, KeptCause, Retention, StatusClass,
};
use centerpost::model::request_record::RequestRecord;
use centerpost::model::{Exchange, Profile, Request, Secret};
use centerpost::service::group::{Announced, GroupRecorder};
use centerpost::service::record;
use centerpost::service::recorder::Recorder as _;
use centerpost::store::{History, SessionSecrets, Store, Write};
use jiff::Timestamp;

use centerpost::model::multipart::{Part, Recorded};

use crate::support::files_below;

const KEY: &str = "canary-3f0c9a71d2";

fn open(root: &Path) -> History {
    let (history, notices) = History::open(root, Arc::new(SessionSecrets::default())).unwrap();
    assert!(notices.is_empty(), "{notices:?}");
    history
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

fn entry(number: i64) -> HistoryRecord {
    let sent = RequestRecord {
        method: "POST".into(),
        url: format!("https://acme.example/api/v1/projects/beta1/feedback/source{number}?apiKey={KEY}"),
        headers: vec![("Content-Type".into(), "application/json".into()), ("Authorization".into(), format!("Bearer {KEY}"))],
        body: Some(format!(r#"{{"summary": "Crash number {number} on load", "echo": "{KEY}"}}"#)),
        ..RequestRecord::default()
    };
    let answer = Answer {
        status: 201,
        sub_status: None,
        version: "HTTP/1.1".into(),
        headers: vec![("Set-Cookie".into(), "sid=cookie-value-1; Path=/".into())],
        body: format!(r#"{{"id": {number}, "upload": "/x?apiKey={KEY}"}}"#).into(),
        wire_size: 30,
        body_trouble: None,
        is_cut_off: false,
        oddities: Vec::new(),
        early: false,
        whole: None,
    };
    let row = HistoryRow {
        kind: ExchangeKind::Create,
        delivery: number.unsigned_abs(),
        profile_id: "acme".into(),
        ticket: Some(number.to_string()),
        ..HistoryRow::default()
    };
    let profile = Profile { name: "Acme".into(), api_key: Secret::new(KEY), ..Profile::default() };
    let fingerprint = Some(Fingerprint::of(&sent));
    let exchange = Exchange {
        sent,
        outcome: Some(Outcome::Answer(answer)),
        timings: Timings { total: Duration::from_millis(12), first_byte: Some(Duration::from_millis(9)), ..Timings::default() },
        body_bytes_sent: 40,
        started_at: at(number),
    };
    let causes = vec![KeptCause { id: "none".into(), confidence: 1.0, title: format!("Fine, {KEY}"), ..KeptCause::default() }];
    HistoryRecord { fingerprint, causes, ..HistoryRecord::new(row, Some(profile), exchange) }
}

fn failure(number: i64, kind: FailureKind, step: Step) -> HistoryRecord {
    let mut entry = entry(number);
    entry.exchange.outcome = Some(Outcome::Failure(NetworkFailure {
        kind,
        message: "nothing moved".into(),
        step: Some(step),
        peer: Some("h:443".into()),
    }));
    entry.causes[0].id = "network.timeout".into();
    entry
}

fn refusal(number: i64, status: u16) -> HistoryRecord {
    let mut entry = entry(number);
    if let Some(Outcome::Answer(answer)) = &mut entry.exchange.outcome {
        answer.status = status;
    }
    entry.causes[0].id = "endpoint.source-key-mismatch".into();
    entry
}

/// Letters that pack badly.
fn noise(length: usize) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'a' + (state % 26) as u8)
    };
    (0..length).map(|_| next()).collect()
}

fn all_bytes(root: &Path) -> Vec<u8> {
    files_below(root).iter().flat_map(|path| std::fs::read(path).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_secret_header_of_the_profile_stays_out_where_it_was_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let token = "canary-of-a-header";
    let mut entry = entry(1);
    if let Some(profile) = &mut entry.profile {
        profile.extra_headers = vec![("X-Auth-Token".into(), token.into())];
    }
    if let Some(Outcome::Answer(answer)) = &mut entry.exchange.outcome {
        answer.body = format!("the token is {token}").into();
    }
    let id = history.record(&entry).unwrap();
    assert_eq!(history.open_record(id).unwrap().exchange, entry.exchange);
    drop(history);
    assert!(!holds(&all_bytes(folder.path()), token));
}

#[test]
fn an_exchange_comes_back_as_it_was_and_its_secrets_stay_out() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Arc::new(SessionSecrets::default());
    let (history, _) = History::open(folder.path(), vault.clone()).unwrap();
    let mut upload = entry(2);
    upload.row.kind = ExchangeKind::Upload;
    upload.exchange.sent.body = None;
    upload.exchange.sent.parts = Some(vec![Part {
        name: "crashlog".into(),
        filename: Some("q\"uo\nte ü.bin".into()),
        content_type: Some("application/zip".into()),
        headers: Vec::new(),
        content: Recorded { size: Some(2_147_483_000), sha256: Some("ab".repeat(32)) },
    }]);
    let failed = failure(3, FailureKind::Timeout, Step::Wait);
    let mut odd = entry(4);
    if let Some(Outcome::Answer(answer)) = &mut odd.exchange.outcome {
        answer.is_cut_off = true;
        answer.oddities = vec!["Its lines end with LF alone".into()];
    }
    for entry in [entry(1), upload, failed, odd] {
        let id = history.record(&entry).unwrap();
        let kept = history.open_record(id).unwrap();
        assert_eq!(kept.exchange, entry.exchange);
        assert_eq!(kept.row.ticket, entry.row.ticket);
        assert_eq!(kept.fingerprint, entry.fingerprint);
        assert_eq!(kept.missing_secrets, 0);
        assert_eq!(kept.causes[0].id, entry.causes[0].id);
        assert!(!format!("{:?}", kept.row).contains(KEY));
    }
    let bytes = all_bytes(folder.path());
    assert!(!bytes.is_empty() && !holds(&bytes, KEY) && !holds(&bytes, "cookie-value-1"));
    // Another session knows no secret: a reference stands in its place, and it is said how many.
    let other = open(folder.path());
    let kept = other.open_record(1).unwrap();
    assert_eq!(kept.missing_secrets, 3, "{:?}", kept.exchange);
    assert!(kept.exchange.sent.url.contains("apiKey={{k-"), "{}", kept.exchange.sent.url);
    assert!(kept.row.url.ends_with("apiKey=••••"));
}

#[test]
fn large_and_odd_bodies_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let noise = noise(3_000_000).into_bytes();
    for body in [noise.clone(), b"\xff\xfe\x00".to_vec(), Vec::new()] {
        let mut entry = entry(1);
        if let Some(Outcome::Answer(answer)) = &mut entry.exchange.outcome {
            answer.body = body.into();
        }
        let id = history.record(&entry).unwrap();
        assert_eq!(history.open_record(id).unwrap().exchange, entry.exchange);
    }
    let mut entry = entry(1);
    entry.exchange.sent.body = Some(String::from_utf8(noise.clone()).unwrap());
    if let Some(Outcome::Answer(answer)) = &mut entry.exchange.outcome {
        answer.body = noise.into();
    }
    let id = history.record(&entry).unwrap();
    assert!(std::fs::read_dir(folder.path().join("bodies")).unwrap().count() >= 2);
    history.delete(&[id]).unwrap();
    assert_eq!(std::fs::read_dir(folder.path().join("bodies")).unwrap().count(), 1, "the first one's");
}

/// A body that is not in memory.
struct Far(Vec<u8>);

impl WholeBody for Far {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        let rest = self.0.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

#[test]
fn a_body_beyond_memory_is_kept_whole_and_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    // The key stands where two pieces of a mebibyte meet, too.
    let mut far = noise(40 << 20).into_bytes();
    for at in [0, (1 << 20) - 5, 20 << 20] {
        far[at..at + KEY.len()].copy_from_slice(KEY.as_bytes());
    }
    let mut large = entry(1);
    if let Some(Outcome::Answer(answer)) = &mut large.exchange.outcome {
        answer.body = far[..1000].to_vec().into();
        answer.whole = Some(Whole(Arc::new(Far(far.clone()))));
    }
    let id = history.record(&large).unwrap();
    assert!(!holds(&all_bytes(folder.path()), KEY));
    let kept = history.open_record(id).unwrap();
    assert!(kept.answer_cut.is_some());
    let answer = kept.exchange.answer().unwrap();
    let whole = answer.whole.as_ref().unwrap().piece(0, 50 << 20).unwrap();
    assert!(!holds(&whole, KEY) && whole.ends_with(&far[far.len() - 1000..]));
}

#[test]
fn lists_are_filtered_by_table() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let mut with_file = entry(2);
    with_file.row.attachments = 1;
    let mut other = entry(3);
    other.row.profile_id = "other".into();
    let mut grün = entry(4);
    grün.exchange.sent.body = Some("{\"summary\": \"Größe falsch\"}".into());
    for entry in [entry(1), with_file, other, grün, refusal(5, 404), failure(6, FailureKind::Dns, Step::Resolve)] {
        history.record(&entry).unwrap();
    }
    history.set_note(1, "told the customer").unwrap();
    history.set_tags(2, " beta  urgent ").unwrap();
    history.set_pinned(&[3], true).unwrap();
    history.set_works(4, true).unwrap();
    let text = |text: &str| Filter { text: text.into(), ..Filter::default() };
    for (filter, expected) in [
        (Filter::default(), vec![6, 5, 4, 3, 2, 1]),
        (text("CRASH"), vec![6, 5, 3, 2, 1]),
        (text("große"), vec![4]),
        (text("source2"), vec![2]),
        (text("sourc"), vec![6, 5, 4, 3, 2, 1]),
        (text("customer"), vec![1]),
        (text("\"number 3 on\""), vec![3]),
        (text("\"3 number\""), vec![]),
        (text("nothing moved"), vec![6]),
        (text(KEY), vec![]),
        (Filter { profile: Some("other".into()), ..Filter::default() }, vec![3]),
        (Filter { profile: Some("acme".into()), ..text("crash") }, vec![6, 5, 2, 1]),
        (Filter { status: Some(StatusClass::ClientError), ..Filter::default() }, vec![5]),
        (Filter { status: Some(StatusClass::NoAnswer), ..Filter::default() }, vec![6]),
        (Filter { attachments: Some(true), ..Filter::default() }, vec![2]),
        (Filter { attachments: Some(false), ..text("source2") }, vec![]),
        (Filter { cause: Some("endpoint".into()), ..Filter::default() }, vec![5]),
        (Filter { cause: Some("endpoint.source-key-mismatch".into()), ..Filter::default() }, vec![5]),
        (Filter { tag: Some("urgent".into()), ..Filter::default() }, vec![2]),
        (Filter { tag: Some("urg".into()), ..Filter::default() }, vec![]),
        (Filter { from: Some(at(5)), ..Filter::default() }, vec![6, 5]),
        (Filter { from: Some(at(2)), before: Some(at(4)), ..Filter::default() }, vec![3, 2]),
        (Filter { pinned: true, ..Filter::default() }, vec![4, 3]),
        (Filter { kind: Some(ExchangeKind::Upload), ..Filter::default() }, vec![]),
    ] {
        assert_eq!(history.ids(&filter, None, None).unwrap(), expected, "{filter:?}");
    }
    let mut probe = entry(7);
    probe.row.kind = ExchangeKind::Probe;
    history.record(&probe).unwrap();
    let shown = history.ids(&Filter { without_probes: true, ..Filter::default() }, None, None).unwrap();
    assert_eq!(shown, [6, 5, 4, 3, 2, 1]);
    history.delete(&[7]).unwrap();
    assert_eq!(history.ids(&Filter::default(), Some(4), Some(2)).unwrap(), [3, 2]);
    assert_eq!(history.profiles().unwrap(), [("acme".into(), "Acme".into()), ("other".into(), "Acme".into())]);
    let row = &history.rows(&[2]).unwrap()[0];
    assert_eq!((row.tags.as_str(), row.attachments, row.ticket.as_deref()), ("beta urgent", 1, Some("2")));
    assert_eq!(history.working("acme", ExchangeKind::Create).unwrap().unwrap().id, 4);
    history.set_works(1, true).unwrap();
    assert_eq!(history.working("acme", ExchangeKind::Create).unwrap().unwrap().id, 1, "there is one of each profile");
    history.set_works(1, false).unwrap();
    assert_eq!(history.working("acme", ExchangeKind::Create).unwrap().unwrap().id, 4, "else the latest success");
}

#[test]
fn a_repeat_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let mut same = entry(1);
    let fingerprint = same.fingerprint.unwrap();
    let repeats = |since| history.repeats(&fingerprint, at(since)).unwrap().map(|(row, unknown)| (row.id, unknown));
    assert_eq!(repeats(0), None);
    history.record(&same).unwrap();
    assert_eq!(repeats(0), Some((1, false)));
    assert_eq!(repeats(2), None, "too long ago");
    let mut unknown = failure(2, FailureKind::Timeout, Step::Wait);
    unknown.fingerprint = Some(fingerprint);
    history.record(&unknown).unwrap();
    assert_eq!(repeats(1000), Some((2, true)), "nobody knows what became of it");
    let mut refused = refusal(3, 400);
    refused.fingerprint = Some(fingerprint);
    history.record(&refused).unwrap();
    assert_eq!(repeats(1000), None, "a refusal creates nothing");
    let mut never_sent = failure(4, FailureKind::Refused, Step::Connect);
    never_sent.fingerprint = Some(fingerprint);
    history.record(&never_sent).unwrap();
    assert_eq!(repeats(1000), None);
    same.exchange.started_at = at(5000);
    history.record(&same).unwrap();
    assert_eq!(repeats(1000), Some((5, false)));
}

#[test]
fn the_limits_drop_the_oldest_and_never_what_is_pinned() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let entries: Vec<_> =
        (1..=1200).map(|number| HistoryRecord { exchange: entry(number * 3600).exchange, ..entry(number) }).collect();
    history.record_all(&entries).unwrap();
    history.set_pinned(&[1], true).unwrap();
    history.set_works(2, true).unwrap();
    let nothing = Retention { days: 0, count: 0, mib: 0 };
    let now = at(1200 * 3600);
    assert_eq!(history.prune(&nothing, now).unwrap(), 0);
    assert_eq!(history.prune(&Retention { days: 49, ..nothing }, now).unwrap(), 1200 - 49 * 24 - 2 - 1);
    assert_eq!(history.prune(&Retention { count: 10, ..nothing }, now).unwrap(), 1177 + 2 - 10);
    let left = history.ids(&Filter::default(), None, None).unwrap();
    assert_eq!((left.len(), left[0], &left[8..]), (10, 1200, &[2, 1][..]));
    for number in 0..4 {
        let mut entry = entry(5000 + number);
        entry.exchange.sent.body = Some(noise(900_000));
        history.record(&entry).unwrap();
    }
    assert!(history.size().unwrap() > 2 << 20);
    assert!(history.prune(&Retention { mib: 1, ..nothing }, now).unwrap() > 0);
    let left = history.ids(&Filter::default(), None, None).unwrap();
    assert!(left.ends_with(&[2, 1]), "{left:?}");
    assert_eq!(history.ids(&Filter { text: "number".into(), ..Filter::default() }, None, None).unwrap().len(), left.len().min(2));
}

#[test]
fn what_is_deleted_is_wiped_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let mut told = entry(1);
    told.exchange.sent.url = "https://unheardof.example/x".into();
    let ids = history.record_all(&[told, entry(2)]).unwrap();
    drop(history);
    let history = open(folder.path());
    assert!(holds(&all_bytes(folder.path()), "unheardof"));
    history.delete(&ids[..1]).unwrap();
    drop(history);
    assert!(!holds(&all_bytes(folder.path()), "unheardof"));
}

#[test]
fn a_damaged_history_is_read_back_row_by_row() {
    for (place, at_least) in [("first page", 1), ("middle", 1), ("text", 0), ("cut", 1)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let history = open(folder.path());
        let entries: Vec<_> = (1..=2000).map(entry).collect();
        history.record_all(&entries).unwrap();
        drop(history);
        let mut bytes = std::fs::read(&path).unwrap();
        let half = bytes.len() / 2;
        match place {
            "first page" => bytes[..4096].fill(0),
            "middle" => bytes[half..half + 8192].fill(0xa5),
            "cut" => bytes.truncate(half),
            _ => bytes = b"no database at all".repeat(1000),
        }
        std::fs::write(&path, &bytes).unwrap();
        let mut at_once = true;
        let (history, notices) = match History::open(folder.path(), Arc::new(SessionSecrets::default())) {
            Ok((history, notices)) if notices.is_empty() => {
                // It lies where the start does not look: what is damaged says so alone, and the next start mends it.
                let rows = history.list(&Filter::default(), 5000).unwrap_or_default();
                assert!(rows.len() < 2000 || rows.iter().any(|row| row.cause.0 == "damaged"), "{place}");
                drop(history);
                at_once = false;
                History::open(folder.path(), Arc::new(SessionSecrets::default())).unwrap()
            }
            opened => opened.unwrap(),
        };
        assert!(notices[0].0.contains("set aside as"), "{place}: {notices:?}");
        let rows = history.list(&Filter::default(), 5000).unwrap();
        assert!(rows.len() >= at_least, "{place}: {}", rows.len());
        if place == "first page" {
            assert_eq!(rows.len(), 2000);
        }
        for row in &rows {
            assert!(history.open_record(row.id).is_ok());
        }
        assert_eq!(history.ids(&Filter { text: "crash".into(), ..Filter::default() }, None, None).unwrap().len(), rows.len());
        let aside = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let is_aside =
            |path: &std::path::PathBuf| path.to_string_lossy().contains("corrupt") && path.extension().unwrap() == "db";
        let aside = aside.into_iter().find(is_aside).unwrap();
        let kept = std::fs::read(aside).unwrap();
        assert!(kept == bytes || !at_once && kept.len() >= bytes.len(), "{place}: the damaged file is kept byte for byte");
        history.record(&entry(1)).unwrap();
    }
}

#[test]
fn what_is_not_destroyed_of_a_damaged_history_is_read_back() {
    const ROWS: usize = 60;
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let noise = |number: usize| -> String {
        (0..800_u64)
            .map(|n| format!("{:x}", (n + 1).wrapping_mul(number as u64 + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
            .collect()
    };
    for number in 0..ROWS {
        let mut entry = entry(number as i64);
        entry.exchange.sent.body = Some(format!("{{\"summary\": \"{}\"}}", noise(number)));
        history.record(&entry).unwrap();
    }
    drop(history);
    let whole = std::fs::read(folder.path().join("history.db")).unwrap();
    let pages = whole.len() / 4096;
    assert!(pages > 150, "{pages}");
    let hole = |start: usize, length: usize| (start..(start + length).min(pages)).collect::<Vec<_>>();
    // A hole of 64 kB anywhere, and pages here and there: the upper pages of tables among them.
    let mut damages: Vec<Vec<usize>> = (1..pages - 16).step_by(pages / 12).map(|start| hole(start, 16)).collect();
    damages.extend((1..6).map(|seed| (0..8).map(|n| 1 + (n * 37 + seed * 53) % (pages - 1)).collect()));
    damages.push((1..24).collect());
    let mut worst = ROWS;
    for damage in damages {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let mut bytes = whole.clone();
        damage.iter().for_each(|page| bytes[page * 4096..(page + 1) * 4096].fill(0));
        std::fs::write(&path, &bytes).unwrap();
        std::fs::write(folder.path().join("history.damaged"), "").unwrap();
        let (history, notices) = History::open(folder.path(), Arc::new(SessionSecrets::default())).unwrap();
        let rows = history.list(&Filter::default(), 1000).unwrap();
        let readable = rows.iter().filter(|row| history.open_record(row.id).is_ok()).count();
        assert_eq!(readable, rows.len(), "{damage:?}");
        assert!(notices[0].0.contains(&format!("{readable} exchanges were read back")), "{damage:?}: {notices:?}");
        assert!(history.is_sound().unwrap(), "{damage:?}");
        worst = worst.min(readable);
    }
    assert!(worst >= 50, "{worst}");
}

#[test]
fn a_row_that_makes_no_sense_costs_itself_alone() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let ids = history.record_all(&[entry(1), entry(2), entry(3)]).unwrap();
    drop(history);
    let connection = rusqlite::Connection::open(folder.path().join("history.db")).unwrap();
    connection.execute("UPDATE exchange SET method = CAST(x'ff' AS TEXT), status = 'no number' WHERE id = ?1", [ids[1]]).unwrap();
    drop(connection);
    let history = open(folder.path());
    let rows = history.list(&Filter::default(), 10).unwrap();
    let damaged: Vec<_> = rows.iter().map(|row| row.cause.0 == "damaged").collect();
    assert_eq!(damaged, [false, true, false]);
    assert!(history.open_record(ids[1]).is_err());
    assert_eq!(history.delete(&[ids[1]]).unwrap(), 1);
    assert_eq!(history.list(&Filter::default(), 10).unwrap().len(), 2);
}

#[test]
fn a_table_that_is_gone_is_made_anew_of_the_others() {
    for table in ["words", "detail", "snapshot", "found"] {
        let folder = tempfile::tempdir().unwrap();
        let history = open(folder.path());
        history.record_all(&[entry(1), entry(2)]).unwrap();
        drop(history);
        let connection = rusqlite::Connection::open(folder.path().join("history.db")).unwrap();
        connection.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        drop(connection);
        let (history, notices) = History::open(folder.path(), Arc::new(SessionSecrets::default())).unwrap();
        assert!(notices[0].0.contains("was damaged"), "{table}: {notices:?}");
        assert_eq!(history.list(&Filter::default(), 10).unwrap().len(), 2, "{table}: {notices:?}");
        history.record(&entry(3)).unwrap();
    }
}

#[test]
fn leftovers_of_saving_are_swept_when_they_are_old() {
    let folder = tempfile::tempdir().unwrap();
    let old = std::time::SystemTime::now() - Duration::from_secs(7200);
    let bodies = folder.path().join("bodies");
    let names = |folder: &Path| -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let history = open(folder.path());
    for by_opening in [false, true] {
        for name in [".saving-old.tmp", "old.zst", ".saving-new.tmp", "new.zst"] {
            let file = std::fs::File::create(bodies.join(name)).unwrap();
            if name.contains("old") {
                file.set_modified(old).unwrap();
            }
        }
        if by_opening {
            let _ = std::fs::remove_file(folder.path().join("history.swept"));
            drop(open(folder.path()));
        } else {
            history.prune(&Retention::default(), Timestamp::now()).unwrap();
        }
        assert_eq!(names(&bodies), [".saving-new.tmp", "new.zst"], "{by_opening}");
    }
}

#[test]
fn an_empty_file_becomes_a_history() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("history.db"), "").unwrap();
    assert_eq!(open(folder.path()).record(&entry(1)).unwrap(), 1);
}

#[test]
fn files_without_a_row_are_swept_and_young_ones_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let bodies = folder.path().join("bodies");
    for (name, old) in [("old.zst", true), ("young.zst", false), ("other.txt", true)] {
        let path = bodies.join(name);
        std::fs::write(&path, "x").unwrap();
        if old {
            let time = std::time::SystemTime::now() - Duration::from_secs(7200);
            std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        }
    }
    assert_eq!(history.sweep().unwrap(), 1);
    assert!(!bodies.join("old.zst").exists() && bodies.join("young.zst").exists() && bodies.join("other.txt").exists());
}

#[cfg(unix)]
#[test]
fn its_files_are_for_their_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let mut large = entry(1);
    large.exchange.sent.body = Some(noise(300_000));
    history.record(&large).unwrap();
    let mut found = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap().chain(std::fs::read_dir(folder.path().join("bodies")).unwrap()) {
        let path = entry.unwrap().path();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
        found += 1;
    }
    assert!(found >= 6, "database, -wal, -shm, lock, bodies and a body: {found}");
}

#[test]
fn two_windows_write_and_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (open(folder.path()), open(folder.path()));
    let before = two.revision();
    one.record(&entry(1)).unwrap();
    assert_ne!(two.revision(), before);
    assert_eq!(two.count().unwrap(), 1);
    let write = |history: History| {
        std::thread::spawn(move || (0..200).filter(|number| history.record(&entry(*number)).unwrap() > 0).count())
    };
    let threads = [write(one.clone()), write(two), write(one)];
    assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>(), 600);
    assert_eq!(open(folder.path()).count().unwrap(), 601);
}

#[test]
fn a_history_that_cannot_be_written_gets_no_body_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let open = || History::open(folder.path(), Arc::new(SessionSecrets::default())).unwrap().0;
    drop(open());
    // As a later version of the program leaves it.
    let path = folder.path().join("history.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let history = open();
    assert!(history.read_only().is_some());
    // Larger than what stands in the database itself.
    let noise: String = (0_u64..40_000).map(|n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let request = Request::post_json("https://acme.example/x".into(), &noise, &[]);
    let exchange = record::cancelled(&request, Timestamp::now(), 12_500_000);
    let record = record::created(&record::Origin::new("acme"), &Profile::default(), 0, &exchange, &[]);
    assert!(history.begin(&record).is_err() && history.record(&record).is_err());
    assert!(history.write_all(&[Write::Begin(record)]).is_err());
    assert_eq!(std::fs::read_dir(folder.path().join("bodies")).map(Iterator::count).unwrap_or_default(), 0);
}

#[test]
fn a_group_that_cannot_be_written_leaves_the_bodies_of_its_rows_and_none_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let count = || std::fs::read_dir(folder.path().join("bodies")).unwrap().count();
    let large = |number| {
        let mut large = entry(number);
        large.exchange.sent.body = Some(noise(3_000_000));
        large
    };
    let id = history.begin(&large(1)).unwrap();
    assert_eq!(count(), 1);
    let connection = rusqlite::Connection::open(folder.path().join("history.db")).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON exchange BEGIN SELECT RAISE(ABORT, 'refused'); END";
    connection.execute_batch(refuse).unwrap();
    history.write_all(&[Write::Complete(id, large(1)), Write::Begin(large(2))]).unwrap_err();
    assert_eq!(count(), 1, "the body of the row that was begun");
    history.write_all(&[Write::Complete(id, large(1))]).unwrap();
    assert_eq!(history.open_record(id).unwrap().exchange.sent.body, large(1).exchange.sent.body);
}

/// Its words are indexed once it is over; until then it is listed as any other.
#[test]
fn what_is_under_way_is_listed_and_is_found_once_it_is_over_or_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let begun = |number| {
        let mut record = entry(number);
        record.exchange.outcome = None;
        record
    };
    let found =
        |history: &History, text: &str| history.ids(&Filter { text: text.into(), ..Filter::default() }, None, None).unwrap();
    let over = history.record(&entry(1)).unwrap();
    let expected = history.rows(&[over]).unwrap().remove(0);
    let (left, completed) = (history.begin(&begun(1)).unwrap(), history.begin(&begun(1)).unwrap());
    let listed = history.rows(&[left]).unwrap().remove(0);
    assert_eq!((&listed.url, &listed.preview, listed.status), (&expected.url, &expected.preview, None));
    history.set_note(completed, "watched").unwrap();
    history.complete(completed, &entry(1)).unwrap();
    assert_eq!(history.rows(&[completed]).unwrap()[0].note, "watched");
    let word = expected.preview.split(|c: char| !c.is_alphanumeric()).find(|word| word.len() > 4).unwrap().to_owned();
    assert_eq!(found(&history, &word), [completed, over]);
    assert_eq!(found(&history, "watched"), [completed]);
    drop(history);
    // The program was ended; the next start indexes what it left.
    let history = open(folder.path());
    assert_eq!(found(&history, &word), [completed, left, over]);
    history.delete(&[left, completed]).unwrap();
    assert_eq!(found(&history, &word), [over]);
    assert!(history.is_sound().unwrap());
}

/// A file that was emptied held exchanges, and nobody would know.
#[test]
fn each_of_a_group_is_found_by_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let ids = history.record_all(&(0..40).map(entry).collect::<Vec<_>>()).unwrap();
    for (number, id) in (0..40).zip(ids) {
        let filter = Filter { text: format!("source{number}"), ..Filter::default() };
        assert!(history.ids(&filter, None, None).unwrap().contains(&id), "{number}");
    }
    assert!(history.is_sound().unwrap());
}

#[test]
fn what_others_sent_is_found_by_its_words_however_much_comes_at_once() {
    const COUNT: i64 = 600;
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let (kept, told) = std::sync::mpsc::channel();
    let on_kept = move |id| kept.send(id).unwrap();
    let recorder = GroupRecorder::start(Some(history.clone()), on_kept, |error| panic!("{error}")).unwrap();
    (1..=COUNT).for_each(|number| recorder.keep(Announced::default(), entry(number)));
    drop(recorder);
    assert_eq!(told.iter().count(), 600);
    for number in [1, 17, COUNT] {
        let filter = Filter { text: format!("source{number}"), ..Filter::default() };
        let found = history.list(&filter, 1000).unwrap();
        assert!(found.iter().any(|row| row.url.contains(&format!("source{number}?"))), "{number}");
    }
}

/// As a relay has it: the head of a request is written down before its body came.
#[test]
fn a_row_that_was_begun_without_a_body_gets_it_when_it_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    for body in [format!("small {KEY}"), format!("large {KEY} {}", noise(200 << 10))] {
        for is_deleted in [false, true] {
            let mut over = entry(1);
            over.exchange.sent.body = Some(body.clone());
            over.fingerprint = Some(Fingerprint::of(&over.exchange.sent));
            let mut begun = HistoryRecord { exchange: Exchange { outcome: None, ..over.exchange.clone() }, ..over.clone() };
            begun.exchange.sent.body = None;
            begun.row.delivery = 99;
            let id = history.begin(&begun).unwrap();
            if is_deleted {
                history.delete(&[id]).unwrap();
            }
            let kept = history.write_all(&[Write::Whole(Some(id), over.clone())]).unwrap()[0];
            assert_eq!(kept == id, !is_deleted);
            let found = history.open_record(kept).unwrap();
            assert_eq!(found.exchange, over.exchange);
            assert_eq!(history.delivery(over.row.delivery).unwrap().last().map(|row| row.id), Some(kept));
            assert!(history.delivery(99).unwrap().is_empty());
        }
    }
}

#[test]
fn an_exchange_that_begins_does_not_overtake_one_that_gets_its_row_when_it_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let recorder = GroupRecorder::start(Some(history.clone()), |_| {}, |error| panic!("{error}")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for number in 1..=20 {
        runtime.block_on(async {
            recorder.keep(Announced::default(), entry(number));
            recorder.begin(entry(100 + number)).await.unwrap();
        });
    }
    drop(recorder);
    let rows = history.list(&Filter::default(), 100).unwrap();
    let places: Vec<bool> = rows.iter().rev().map(|row| row.delivery > 100).collect();
    assert_eq!(places, [false, true].repeat(20));
}

#[test]
fn an_announced_exchange_has_one_row_however_soon_it_is_over() {
    const COUNT: i64 = 100;
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let (kept, told) = std::sync::mpsc::channel();
    let on_kept = move |id| kept.send(id).unwrap();
    let recorder = GroupRecorder::start(Some(history.clone()), on_kept, |error| panic!("{error}")).unwrap();
    let head = |number| {
        let over = entry(number);
        HistoryRecord { exchange: Exchange { outcome: None, ..over.exchange.clone() }, ..over }
    };
    let slow = recorder.announce(head(0));
    let is_listed = || history.list(&Filter::default(), 10).unwrap().len() == 1;
    while !is_listed() {
        std::thread::sleep(Duration::from_millis(1));
    }
    for number in 1..=COUNT {
        recorder.keep(recorder.announce(head(number)), entry(number));
    }
    let never_over = recorder.announce(head(COUNT + 1));
    recorder.keep(slow, entry(0));
    drop((recorder, never_over));
    assert_eq!(told.iter().count(), 101);
    let rows = history.list(&Filter::default(), 1000).unwrap();
    let deliveries: Vec<u64> = rows.iter().rev().map(|row| row.delivery).collect();
    assert_eq!(deliveries, (0..=COUNT + 1).map(|number| entry(number).row.delivery).collect::<Vec<_>>());
    let under_way: Vec<bool> = rows.iter().map(|row| row.status.is_none()).collect();
    assert_eq!(under_way.iter().position(|is| *is), Some(0));
    assert_eq!(under_way.iter().filter(|is| **is).count(), 1);
}

#[test]
fn what_was_deleted_while_it_was_under_way_becomes_a_row_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    // A large body lies in a file of its own, which is deleted with the row.
    for (number, body) in [(1, format!("small {KEY}")), (2, format!("large {KEY} {}", noise(200 << 10)))] {
        let mut over = entry(number);
        over.exchange.sent.body = Some(body.clone());
        let begun = HistoryRecord { exchange: Exchange { outcome: None, ..over.exchange.clone() }, ..over.clone() };
        for in_a_group in [false, true] {
            let id = history.begin(&begun).unwrap();
            assert_eq!(history.delete(&[id]).unwrap(), 1);
            let anew = match in_a_group {
                true => history.write_all(&[Write::Complete(id, over.clone())]).unwrap()[0],
                false => history.complete(id, &over).unwrap(),
            };
            assert_ne!(anew, id);
            let kept = history.open_record(anew).unwrap().exchange;
            assert_eq!((kept.sent.body.as_ref(), kept.answer().map(|answer| answer.status)), (Some(&body), Some(201)));
        }
    }
    let files = std::fs::read_dir(folder.path().join("bodies")).unwrap().count();
    assert_eq!(files, 2, "those of the two rows that are left");
}

#[test]
fn an_emptied_history_is_said_to_start_anew() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    std::fs::write(folder.path().join("history.db"), b"").unwrap();
    for name in ["history.db-wal", "history.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
    let (history, notices) = History::open(folder.path(), Arc::new(SessionSecrets::default())).unwrap();
    assert!(notices[0].0.contains("was an empty file and starts anew"), "{notices:?}");
    history.record(&entry(1)).unwrap();
    drop(history);
    open(folder.path());
}

/// As on Windows, where earlier versions kept the history in the folder that travels with its user.
#[test]
fn a_history_moves_to_the_folder_of_its_machine() {
    let folder = tempfile::tempdir().unwrap();
    let (open_one, root, local) = (folder.path().join("open"), folder.path().join("roaming"), folder.path().join("local"));
    std::fs::create_dir(&open_one).unwrap();
    let history = open(&open_one);
    let mut large = entry(1);
    // Text that cannot be packed small has a file of its own.
    let mut number = 1_u32;
    let mut letter = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + u8::try_from((number >> 24) % 90).unwrap())
    };
    large.exchange.sent.body = Some((0..1 << 20).map(|_| letter()).collect());
    history.record_all(&[large, entry(2)]).unwrap();
    // As a program leaves it that was killed: what was written last stands beside the database.
    std::fs::create_dir_all(root.join("bodies")).unwrap();
    for name in ["history.db", "history.db-wal", "history.lock"] {
        std::fs::copy(open_one.join(name), root.join(name)).unwrap();
    }
    let bodies: Vec<_> = std::fs::read_dir(open_one.join("bodies")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!bodies.is_empty(), "the large body has no file");
    assert!(std::fs::metadata(root.join("history.db-wal")).unwrap().len() > 0);
    for name in bodies {
        std::fs::copy(open_one.join("bodies").join(&name), root.join("bodies").join(&name)).unwrap();
    }

    let store = Store::open_in(root.clone(), local.clone()).unwrap();
    assert_eq!((store.root(), store.local()), (root.as_path(), local.as_path()));
    let notices: Vec<String> = store.load().notices.into_iter().map(|notice| notice.0).collect();
    assert!(notices.len() == 1 && notices[0].contains("was moved from"), "{notices:?}");
    let (moved, notices) = store.open_history().unwrap();
    assert!(notices.is_empty(), "{notices:?}");
    let rows = moved.list(&Filter::default(), 10).unwrap();
    assert_eq!(rows.len(), 2);
    let body =
        moved.open_record(rows.iter().find(|row| row.ticket.as_deref() == Some("1")).unwrap().id).unwrap().exchange.sent.body;
    assert_eq!(body.map(|body| body.len()), Some(1 << 20));
    assert!(!root.join("history.db").exists() && !root.join("bodies").exists());
    // The second start finds nothing to move, and says nothing.
    assert!(Store::open_in(root, local).unwrap().load().notices.is_empty());
}
