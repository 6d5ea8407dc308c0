//! What explaining one exchange costs, beside what serde_json takes to read the same body. Run with `cargo bench --bench diagnosis`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot build its data fails")]

use centerpost::diagnosis::diagnose;
use centerpost::formats::case;
use centerpost::model::Case;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const SMALL: &str = include_str!("../tests/data/cases/choice-case.case.json");
const MEGABYTES: usize = 10;

/// The small case with 10 MB of payload: one long text, or as many short members.
fn big(shape: &str) -> Case {
    let mut case = case::read(SMALL).unwrap();
    let size = MEGABYTES * 1_000_000;
    let body = match shape {
        "one text" => format!(
            r#"{{"summary": "Crash", "severity": "critical", "description": "{}"}}"#,
            "Zeile für Zeile ".repeat(size / 17)
        ),
        "many members" => {
            let members: Vec<String> =
                (0..size / 50).map(|n| format!(r#""parameter_{n:07}": "A value of twenty bytes""#)).collect();
            format!(r#"{{"severity": "critical", {}}}"#, members.join(", "))
        }
        _ => format!(r#"{{"summary": "Crash", "description": "{}",}}"#, "Zeile für Zeile ".repeat(size / 17)),
    };
    case.sent.body = Some(body);
    case
}

#[divan::bench]
fn one_case(bencher: Bencher) {
    let case = case::read(SMALL).unwrap();
    bencher.bench_local(|| diagnose(black_box(&case)));
}

#[divan::bench(args = ["one text", "many members", "a trailing comma"], sample_count = 20, sample_size = 1)]
fn ten_megabytes(bencher: Bencher, shape: &str) {
    let case = big(shape);
    bencher.bench_local(|| diagnose(black_box(&case)));
}

#[divan::bench(args = ["one text", "many members", "a trailing comma"], sample_count = 20, sample_size = 1)]
fn ten_megabytes_serde_json(bencher: Bencher, shape: &str) {
    let case = big(shape);
    let body = case.sent.body.unwrap();
    bencher.bench_local(|| serde_json::from_str::<serde_json::Value>(black_box(&body)).is_ok());
}
