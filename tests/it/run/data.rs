//! Data rows.

use super::{log, suite, tickets};
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use serde_json::json;

#[test]
fn rows_fill_parameters_by_their_columns() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("rows.csv", "\u{feff}Title;severity;areas;frequency;Who\n\"A \"\"crash\"\"\nin two lines\";Major;Interface, Audio;3;Jim\nSlow;;;;Amira\n");
    let text = "[data]\nfile = \"rows.csv\"\ncolumns = { Title = \"summary\", severity = \"severity\", areas = \"areas\", frequency = \"frequency\" }\n\
        [[step]]\nsend = { description = \"Seen by {{Who}}, row {{row}}\" }\n";
    let suite = suite(&home, &served, text);
    home.ends(0, &["run", &suite, "--yes"]);
    let expected = [
        json!({"description": "Seen by Jim, row 1", "summary": "A \"crash\"\nin two lines", "severity": "Major",
            "areas": ["Interface", "Audio"], "frequency": 3}),
        json!({"description": "Seen by Amira, row 2", "summary": "Slow"}),
    ];
    assert_eq!(tickets(&served), expected);
    // Other data take the place of the suite's.
    let lines = home.file(
        "rows.ndjson",
        "{\"Title\": \"B\", \"severity\": \"Minor\", \"areas\": [\"UI\"], \"frequency\": 1, \"Who\": \"Li\"}\n",
    );
    let error = home.refused(&["run", &suite, "--data", &lines, "--yes"]);
    assert!(error.contains("Areas"), "{error}");
    let lines = home.file(
        "rows.ndjson",
        "{\"Title\": \"B\", \"severity\": \"Minor\", \"areas\": [\"Audio\"], \"frequency\": 1, \"Who\": \"Li\"}\n",
    );
    home.ends(0, &["run", &suite, "--data", &lines, "--yes"]);
    assert_eq!(tickets(&served)[2]["summary"], "B");
}

#[test]
fn every_row_is_checked_before_the_first_is_sent() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("rows.csv", "summary,severity\na,Major\nb,major\nc,Minor\n,Minor\n");
    let suite = suite(&home, &served, "[data]\nfile = \"rows.csv\"\n[[step]]\nname = \"Create\"\nsend = {}\n");
    let error = home.refused(&["run", &suite, "--yes"]);
    assert!(error.contains("Row 2, Create: ") && error.contains("Row 4, Create: ") && !error.contains("Row 1,"), "{error}");
    assert_eq!(log(&served).len(), 0);
    for (data, expected) in [("gone.csv", "gone.csv"), ("rows.pdf", "none of .csv"), ("empty.csv", "names no columns")] {
        home.file("rows.pdf", "x");
        home.file("empty.csv", "");
        let error = home.refused(&["run", &suite, "--data", &home.at(data), "--yes"]);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn many_rows_side_by_side_at_a_rate_and_stopped_at_the_first_failure() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let rows: String = (1..=60).map(|number| format!("row {number},Major\n")).collect();
    home.file("rows.csv", format!("summary,severity\n{rows}"));
    let suite = suite(&home, &served, "[data]\nfile = \"rows.csv\"\n[[step]]\nsend = {}\nexpect = [{ status = 201 }]\n");
    let began = std::time::Instant::now();
    let found = home.json(0, &["run", &suite, "--yes", "--concurrency", "8", "--rate", "100/s"]);
    assert!(began.elapsed().as_millis() >= 550, "60 requests at 100 in a second");
    let numbers: Vec<_> = found["rows"].as_array().unwrap().iter().map(|row| row["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=60).collect::<Vec<_>>());
    let mut summaries: Vec<_> = tickets(&served).iter().map(|ticket| ticket["summary"].as_str().unwrap().to_owned()).collect();
    summaries.sort();
    summaries.dedup();
    assert_eq!(summaries.len(), 60);

    let wrong = std::fs::read_to_string(&suite).unwrap().replace("201", "400");
    let wrong = home.file("wrong.toml", wrong);
    let found = home.json(1, &["run", &wrong, "--yes", "--stop-on-failure"]);
    let verdicts: Vec<_> = found["rows"].as_array().unwrap().iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!((verdicts[0], verdicts[1], verdicts[59]), ("failed", "not_run", "not_run"));
    assert_eq!(tickets(&served).len(), 61);
}

#[test]
fn the_files_of_a_ticket_go_at_the_rate_too() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let file = "{ element = \"crashlog\", generate = { size = \"1 kB\" } }";
    let text = format!(
        "rate = \"10/s\"\n[[step]]\nsend = {{ summary = \"a\", severity = \"Major\" }}\nattach = [{}]\n",
        [file; 5].join(", ")
    );
    let suite = suite(&home, &served, &text);
    let began = std::time::Instant::now();
    home.ends(0, &["run", &suite, "--yes"]);
    assert!(began.elapsed().as_millis() >= 500, "6 requests at 10 in a second");
    assert_eq!(log(&served).len(), 6);
}

#[test]
fn data_that_nothing_would_read_are_refused() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let rows = home.file("rows.csv", "summary,severity\na,Major\n");
    for (text, data, expected) in [
        ("[matrix]\nsend = { summary = \"a\", severity = \"Major\" }\nsizes = [\"1 B\"]\n", Some(&rows), "takes no data file"),
        ("repeat = 2\n[[step]]\nsend = { summary = \"a\", severity = \"Major\" }\n", Some(&rows), "takes no data file"),
        (
            "[data]\ncolumns = { summary = \"summary\" }\n[[step]]\nsend = { severity = \"Major\" }\n",
            None,
            "no data file was given",
        ),
    ] {
        let suite = suite(&home, &served, text);
        let mut arguments = vec!["run", &suite, "--yes"];
        arguments.extend(data.into_iter().flat_map(|data| ["--data", data.as_str()]));
        let error = home.refused(&arguments);
        assert!(error.contains(expected), "{error}");
        assert_eq!(log(&served).len(), 0);
    }
}
