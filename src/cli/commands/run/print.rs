//! What `run` prints.

use jiff::Zoned;
use serde_json::{Value, json};

use super::job::Job;
use crate::cli::common_args::Output;
use crate::cli::exit::CommandError;
use crate::cli::output;
use crate::runner::job::environment;
use crate::runner::plan::step_name;
use crate::runner::result::RunResult;
use crate::runner::suite::Action;

/// How many rows that did not pass are listed.
const MOST_ROWS: usize = 20;
/// How many rows a dry run shows to people.
const SHOWN: usize = 3;

/// What would be sent.
pub(super) fn plan(job: &Job, format: Output) -> Result<(), CommandError> {
    let (plan, masker) = (&job.job.plan, job.masker());
    let mut rows = Vec::new();
    for row in &plan.rows {
        let mut scope = plan.scope(row, &environment, Zoned::now(), job.job.seed);
        let mut steps = Vec::new();
        for (index, step) in plan.steps(row).iter().enumerate() {
            let mut shown = json!({"name": masker.text(&step_name(step, index))});
            if let Action::Send { payload, .. } = &step.action {
                let text = plan.payload(payload, row, &mut scope);
                shown["payload"] = text.map_or_else(|error| masker.text(&error), |filled| masker.text(&filled.text)).into();
            }
            step.capture.keys().for_each(|name| drop(scope.captured.insert(name.clone(), format!("{{{{{name}}}}}").into())));
            steps.push(shown);
        }
        rows.push(json!({"number": row.number, "label": masker.text(&row.label), "steps": steps}));
    }
    let columns: Vec<Value> =
        plan.columns().iter().map(|(column, parameter)| json!({"column": column, "parameter": parameter})).collect();
    if format == Output::Json {
        return output::print_json(&json!({
            "suite": plan.suite.name, "profile": plan.profile.shown_name(), "tickets": plan.tickets(), "files": plan.files(),
            "columns": columns, "notes": plan.notes().iter().map(|note| masker.text(note)).collect::<Vec<_>>(), "rows": rows,
        }));
    }
    let mut text = plan.summary() + "\n";
    for note in plan.notes() {
        text.push_str(&format!("  note: {}\n", masker.text(note)));
    }
    for (column, parameter) in plan.columns() {
        text.push_str(&format!("  column {column} fills {parameter}\n"));
    }
    for row in rows.iter().take(SHOWN) {
        let label = row["label"].as_str().filter(|label| !label.is_empty());
        text.push_str(&format!("\nRow {}{}\n", row["number"], label.map_or_else(String::new, |label| format!(", {label}"))));
        for step in row["steps"].as_array().into_iter().flatten() {
            text.push_str(&format!("  {}\n", step["name"].as_str().unwrap_or_default()));
            for line in step["payload"].as_str().unwrap_or_default().lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
    }
    if rows.len() > SHOWN {
        text.push_str(&format!("\n{} more rows; --output json shows them all\n", rows.len() - SHOWN));
    }
    text.push_str("\nEvery row was checked against the profile. Nothing was sent\n");
    output::print(&text)
}

/// What came of it.
pub(in crate::cli) fn result(result: &RunResult, changed: Option<&[String]>, format: Output) -> Result<(), CommandError> {
    if format == Output::Json {
        let mut value = serde_json::to_value(result).unwrap_or_default();
        if let Some(changed) = changed {
            value["changes"] = changed.into();
        }
        return output::print_json(&value);
    }
    let mut text = String::new();
    let bad: Vec<_> = result.rows.iter().filter(|row| !row.verdict.is_good() && !row.steps.is_empty()).collect();
    for row in bad.iter().take(MOST_ROWS) {
        let label = if row.label.is_empty() { String::new() } else { format!(", {}", row.label) };
        text.push_str(&format!("Row {}{label}: {}\n", row.number, row.verdict.label()));
        for step in row.steps.iter().filter(|step| !step.verdict.is_good()) {
            for trouble in step.troubles() {
                text.push_str(&format!("  {}: {trouble}\n", step.name));
            }
            if let Some(cause) = &step.cause {
                text.push_str(&format!("  Likely cause: {} ({})\n", cause.title, cause.id));
            }
        }
    }
    if bad.len() > MOST_ROWS {
        text.push_str(&format!("{} more rows did not pass; a report lists them all\n", bad.len() - MOST_ROWS));
    }
    if let Some(changed) = changed {
        text.push_str(if changed.is_empty() {
            "Nothing changed since the earlier run\n"
        } else {
            "Changed since the earlier run:\n"
        });
        changed.iter().for_each(|change| text.push_str(&format!("  {change}\n")));
    }
    text.push_str(&format!("{}\n", result.summary()));
    output::print(&text)
}
