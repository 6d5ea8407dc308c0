//! `history generate`: exchanges that nobody made, to try a large history.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::cli::exit::{Ended, Exit};
use crate::cli::output;
use crate::model::exchange::{Answer, FailureKind, NetworkFailure, Outcome, Step, Timings};
use crate::model::history::{ExchangeKind, Fingerprint, HistoryRecord, HistoryRow, KeptCause};
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::RequestRecord;
use crate::model::{Exchange, Profile};
use crate::store::History;

/// Exchanges of one transaction.
const BATCH: u64 = 5000;

const WHAT: [&str; 12] = [
    "Crash",
    "Freeze",
    "Wrong colour",
    "Missing sound",
    "Slow start",
    "Garbled text",
    "Lost settings",
    "Battery drain",
    "Overheating",
    "Broken link",
    "Bad translation",
    "Login loop",
];
const SEVERITIES: [&str; 3] = ["Minor", "Major", "Critical"];
const WHERE: [&str; 10] = [
    "on load",
    "in the gallery",
    "after the update",
    "while exporting",
    "on the second screen",
    "when offline",
    "in dark mode",
    "during a call",
    "at first start",
    "with large files",
];
const CAUSES: [(&str, &str, u16); 4] = [
    ("endpoint.source-key-mismatch", "The source key is not the profile's", 404),
    ("field.choice-unknown", "A value is not one of the field's choices", 400),
    ("submitter.unknown", "The submitter is not a user of the project", 400),
    ("json.syntax", "The payload is not JSON", 400),
];

pub(in crate::cli) fn run(history: &History, count: u64, seed: u64) -> Ended {
    let start =
        Timestamp::now().checked_sub(SignedDuration::from_secs(i64::try_from(count).unwrap_or(i64::MAX))).unwrap_or_default();
    let mut number = 0;
    while number < count {
        let until = count.min(number + BATCH);
        let entries: Vec<HistoryRecord> = (number..until).map(|number| entry(number, seed, start)).collect();
        history.record_all(&entries)?;
        number = until;
    }
    output::print(&format!("{count} exchanges made up\n"))?;
    Ok(Exit::Done)
}

/// Spreads consecutive numbers, the same way each time.
fn spread(number: u64, salt: u64) -> usize {
    let mut mixed = number.wrapping_add(salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^= mixed >> 31;
    mixed = mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from(mixed >> 33).unwrap_or_default()
}

fn entry(number: u64, seed: u64, start: Timestamp) -> HistoryRecord {
    let mix = |salt: u64| spread(number, salt ^ seed.rotate_left(32));
    let pick = |salt: u64, of: usize| mix(salt) % of;
    let profile = pick(1, 20);
    let name = format!("Source {profile}");
    let payload = json!({
        "submitter": format!("user{}@customer{}.example", pick(2, 5000), pick(3, 40)),
        "summary": format!("{} {} (case {number})", WHAT[pick(4, WHAT.len())], WHERE[pick(5, WHERE.len())]),
        "severity": SEVERITIES[pick(6, 3)],
        "device": format!("model-{}", pick(7, 900)),
        "details": format!("Build {} shows it every time, see log {:08x}", pick(8, 3000), mix(9)),
    });
    let sent = RequestRecord {
        method: "POST".into(),
        url: format!("https://customer{}.example/api/v1/projects/beta{profile}/feedback/source{profile}", pick(3, 40)),
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: Some(payload.to_string()),
        ..RequestRecord::default()
    };
    let fingerprint = Some(Fingerprint::of(&sent));
    let row = HistoryRow {
        kind: ExchangeKind::Create,
        delivery: number ^ seed.rotate_left(40),
        profile_id: format!("source-{profile}"),
        ..HistoryRow::default()
    };
    let exchange = Exchange {
        sent,
        outcome: Some(Outcome::Failure(NetworkFailure {
            kind: FailureKind::Timeout,
            message: "nothing moved for 60 s while waiting for the answer".into(),
            step: Some(Step::Wait),
            peer: None,
        })),
        timings: Timings { total: Duration::from_millis(20 + pick(10, 900) as u64), ..Timings::default() },
        body_bytes_sent: 300,
        started_at: start.checked_add(SignedDuration::from_secs(i64::try_from(number).unwrap_or_default())).unwrap_or(start),
    };
    let profile = Some(Profile { name, ..Profile::default() });
    let mut entry = HistoryRecord { fingerprint, ..HistoryRecord::new(row, profile, exchange) };
    outcome(&mut entry, number, pick(11, 100));
    entry
}

fn outcome(entry: &mut HistoryRecord, number: u64, chance: usize) {
    let answer = |status: u16, body: serde_json::Value| {
        Some(Outcome::Answer(Answer { status, version: "HTTP/1.1".into(), body: body.to_string().into(), ..Answer::default() }))
    };
    match chance {
        0..70 => {
            entry.exchange.outcome = answer(201, json!({"status": 201, "id": number, "attachments": []}));
            entry.row.ticket = Some(number.to_string());
        }
        70..80 => {
            entry.row.kind = ExchangeKind::Upload;
            entry.row.attachments = 1;
            entry.exchange.sent.body = None;
            entry.exchange.sent.parts = Some(vec![Part {
                name: "crashlog".into(),
                filename: Some(format!("log-{number}.zip")),
                content_type: Some("application/zip".into()),
                headers: Vec::new(),
                content: Recorded { size: Some(number), sha256: Some(format!("{number:064x}")) },
            }]);
            entry.exchange.outcome = answer(200, json!({"status": 200}));
        }
        80..97 => {
            let (id, title, status) = CAUSES[chance % CAUSES.len()];
            let description = if status == 404 { "The requested resource could not be found." } else { "Bad Request" };
            entry.exchange.outcome = answer(status, json!({"status": status, "description": description}));
            entry.causes = vec![KeptCause { id: id.into(), confidence: 0.9, title: title.into(), ..KeptCause::default() }];
        }
        _ => {}
    }
}
