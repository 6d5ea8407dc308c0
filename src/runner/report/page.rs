//! The report for people.

use crate::formats::document::{Chart, Document, Point, Values};
use crate::model::status::status_text;
use crate::runner::result::{FileResult, RowResult, RunResult, StepResult, Verdict, time_text};
use crate::runner::units::Size;

/// How many rows are listed.
const MOST_ROWS: usize = 2000;
/// How many failures are told in full.
const MOST_FAILURES: usize = 200;

/// The page of a run.
pub(super) fn page(run: &RunResult) -> Document {
    let mut page = Document::new(format!("{}: {}", run.suite, run.verdict.label()));
    page.callout(run.summary());
    let zone = jiff::tz::TimeZone::UTC;
    let facts = [
        ("Profile", run.profile.clone()),
        ("Host", run.host.clone()),
        ("Began", run.started_at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ("Took", time_text(run.took_ms)),
        ("Tickets", run.tickets().to_string()),
    ];
    page.table(&["What", "Value"], facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect());
    if run.is_matrix {
        grid(&mut page, run);
    }
    failures(&mut page, run);
    charts(&mut page, run);
    rows(&mut page, run);
    page
}

fn row_name(row: &RowResult) -> String {
    if row.label.is_empty() { format!("Row {}", row.number) } else { format!("{}. {}", row.number, row.label) }
}

/// How long a row took. The files of a ticket go side by side, so the slowest counts.
fn time_of(row: &RowResult) -> f64 {
    let of_files = |step: &StepResult| step.files.iter().map(|file| file.took_ms).fold(0.0, f64::max);
    row.steps.iter().map(|step| step.took_ms + if step.kind == "send" { of_files(step) } else { 0.0 }).sum()
}

fn failures(page: &mut Document, run: &RunResult) {
    let told = |wanted: fn(&StepResult) -> bool| {
        let steps = run.rows.iter().flat_map(|row| row.steps.iter().map(move |step| (row, step)));
        let rows: Vec<Vec<String>> = steps
            .filter(|(_, step)| wanted(step))
            .map(|(row, step)| {
                let cause = step.cause.as_ref().map_or_else(String::new, |cause| format!("{} ({})", cause.title, cause.id));
                vec![row_name(row), step.name.clone(), step.troubles().join("; "), cause]
            })
            .collect();
        rows
    };
    let heads = ["Row", "Step", "What does not hold", "Likely cause"];
    let failed = told(|step| matches!(step.verdict, Verdict::Failed | Verdict::Unknown));
    if !failed.is_empty() {
        page.heading("Failures");
        let more = failed.len().saturating_sub(MOST_FAILURES);
        page.table(&heads, failed.into_iter().take(MOST_FAILURES).collect());
        if more > 0 {
            page.paragraph(format!("There are {more} more; the JSON report has them all."));
        }
    }
    let warned = told(|step| step.verdict == Verdict::Warned);
    if !warned.is_empty() {
        page.heading("Warnings");
        page.table(&heads[..3], warned.into_iter().take(MOST_FAILURES).map(|row| row[..3].to_vec()).collect());
    }
}

fn charts(page: &mut Document, run: &RunResult) {
    let causes = run.causes();
    let times: Vec<Point> = run
        .rows
        .iter()
        .filter(|row| !row.steps.is_empty())
        .map(|row| Point { x: row.number as f64, y: time_of(row), is_bad: !row.verdict.is_good() })
        .collect();
    let files: Vec<Point> = run
        .steps()
        .flat_map(|step| &step.files)
        .filter(|file| file.took_ms > 0.0)
        .map(|file| Point { x: file.size.unwrap_or_default() as f64 / 1e6, y: file.took_ms, is_bad: !file.arrived })
        .collect();
    if !times.is_empty() {
        page.heading("Times, sizes and causes");
    }
    let chart = |title: &str, along: &str, unit: &str, values| Chart {
        title: title.into(),
        along: along.into(),
        unit: unit.into(),
        values,
    };
    page.chart(chart("Time of each row", "row", "ms", Values::Points(times)));
    page.chart(chart("Time of each file by its size", "size in MB", "ms", Values::Points(files)));
    let bars = causes.into_iter().map(|(cause, count)| (cause.id, count as f64)).collect();
    page.chart(chart("Failures by cause", "", "", Values::Bars(bars)));
}

fn rows(page: &mut Document, run: &RunResult) {
    page.heading("Rows");
    let line = |row: &RowResult| {
        let statuses: Vec<String> = row
            .steps
            .iter()
            .filter(|step| step.kind != "wait")
            .map(|step| step.status.map_or_else(|| "–".to_owned(), |s| s.to_string()))
            .collect();
        let tickets: Vec<&str> = row.steps.iter().filter_map(|step| step.ticket.as_deref()).collect();
        let took = time_of(row);
        vec![row_name(row), row.verdict.label().to_owned(), statuses.join(", "), tickets.join(", "), time_text(took)]
    };
    page.table(&["Row", "Result", "Status", "Ticket", "Took"], run.rows.iter().take(MOST_ROWS).map(line).collect());
    if run.rows.len() > MOST_ROWS {
        page.paragraph(format!("There are {} more; the JSON report has them all.", run.rows.len() - MOST_ROWS));
    }
}

/// Files by file elements.
fn grid(page: &mut Document, run: &RunResult) {
    let mut elements: Vec<&str> = Vec::new();
    for file in run.steps().flat_map(|step| &step.files) {
        if !elements.contains(&file.element.as_str()) {
            elements.push(&file.element);
        }
    }
    page.heading("Files and file elements");
    let mut heads = vec!["File"];
    heads.extend(&elements);
    let cells = |row: &RowResult, element: &str| {
        let files = row.steps.iter().flat_map(|step| &step.files).filter(|file| file.element == element);
        let texts: Vec<String> = files.map(cell).collect();
        if texts.is_empty() { "–".to_owned() } else { texts.join("; ") }
    };
    let lines = run.rows.iter().map(|row| {
        let mut line = vec![row.label.clone()];
        line.extend(elements.iter().map(|element| cells(row, element)));
        line
    });
    page.table(&heads, lines.collect());
}

fn cell(file: &FileResult) -> String {
    let status = file.status.map_or_else(|| "no answer".to_owned(), status_text);
    if !file.arrived {
        let cause = file.cause.as_ref().map_or_else(String::new, |cause| format!(" ({})", cause.id));
        let reason = if file.status.is_some() { status } else { file.error.clone().unwrap_or(status) };
        return format!("✗ {reason}{cause}");
    }
    let size = file.size.map_or_else(String::new, |size| format!(", {}", Size(size)));
    let rate = file.rate().map_or_else(String::new, |rate| format!(", {:.1} MB/s", rate / 1e6));
    let seen = match (file.is_changed(), &file.reported_sha256) {
        (true, _) => ", arrived changed",
        (false, Some(_)) => ", SHA-256 equal",
        (false, None) => "",
    };
    format!("✓ {status}{size}, {}{rate}{seen}", time_text(file.took_ms))
}
