//! Exchanges of the history, for people and programs.

use serde_json::{Value, json};

use super::failed;
use crate::cli::args::{Output, Printing};
use crate::cli::{Ended, Exit, output};
use crate::model::Profile;
use crate::model::compare::{Comparison, Difference};
use crate::model::exchange::status_name;
use crate::model::history::{Filter, Kept, KeptCause, Row};
use crate::model::redact::mask_references;
use crate::store::History;

pub(super) fn list(history: &History, filter: &Filter, limit: usize, format: Output) -> Ended {
    let rows = history.list(filter, limit).map_err(|error| failed(&error))?;
    match format {
        Output::Json => output::print_json(&rows.iter().map(row_json).collect())?,
        Output::Text => {
            if rows.is_empty() {
                output::complain("note", "there is no such exchange in the history");
            }
            output::print(&rows.iter().map(row_text).collect::<String>())?;
        }
    }
    Ok(Exit::Done)
}

fn row_json(row: &Row) -> Value {
    json!({
        "id": row.id,
        "started_at": row.started_at.to_string(),
        "kind": row.kind.label(),
        "profile": {"id": row.profile_id, "name": row.profile_name},
        "method": row.method,
        "url": row.url,
        "status": row.status,
        "error": row.failure,
        "cause": (!row.cause.0.is_empty()).then_some(&row.cause.0),
        "title": (!row.cause.1.is_empty()).then_some(&row.cause.1),
        "ticket": row.ticket,
        "attachments": row.attachments,
        "total_ms": row.total.as_secs_f64() * 1e3,
        "preview": row.preview,
        "note": row.note,
        "tags": row.tags.split_whitespace().collect::<Vec<_>>(),
        "pinned": row.pinned,
        "works": row.works,
    })
}

fn row_text(row: &Row) -> String {
    let status = row.status.map_or_else(|| "---".to_owned(), |status| status.to_string());
    let time = row.started_at.strftime("%Y-%m-%d %H:%M:%S");
    let what = match (&row.note, &row.ticket, row.cause.0.as_str()) {
        (note, _, _) if !note.is_empty() => note.clone(),
        (_, Some(ticket), "" | "none") => format!("ticket {ticket}"),
        (_, None, "" | "none") => row.status.map_or("no answer", status_name).to_owned(),
        _ => row.cause.1.clone(),
    };
    let mut marks = String::new();
    for (mark, shown) in [(" [pinned]", row.pinned), (" [works]", row.works)] {
        if shown {
            marks.push_str(mark);
        }
    }
    let profile = if row.profile_name.is_empty() { "-" } else { &row.profile_name };
    let line = format!("{:>6}  {time}  {status}  {:<6}  {profile}  {what}{marks}", row.id, row.kind.label());
    format!("{}\n", line.replace(char::is_control, " "))
}

pub(super) fn show(kept: &Kept, printing: &Printing) -> Ended {
    let exchange = &kept.entry.exchange;
    let mut masker = printing.masker(&Profile::default());
    masker.learn_url(&exchange.sent.url);
    masker.learn_headers(&exchange.sent.headers);
    match printing.output {
        Output::Json => {
            let mut value = row_json(&kept.row);
            value["exchange"] = output::exchange_json(exchange, &masker);
            value["causes"] = kept.entry.causes.iter().map(cause_json).collect();
            value["missing_secrets"] = kept.missing_secrets.into();
            output::print_json(&value)?;
        }
        Output::Text => {
            let mut text = row_text(&kept.row);
            text.push_str(&output::exchange_text(exchange, &masker));
            if let Some(body) = exchange.sent.body.as_ref().filter(|body| !body.is_empty()) {
                text.push_str(&format!("\nSent:\n{}\n", masker.text(body.trim_end())));
            }
            for part in exchange.sent.parts.iter().flatten() {
                let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
                let size = part.size.map_or_else(|| "unknown".to_owned(), |size| size.to_string());
                text.push_str(&format!(
                    "\nPart {}: file name {}, type {}, {size} bytes, SHA-256 {}\n",
                    masker.text(&part.name),
                    masker.text(&or_none(&part.filename)),
                    or_none(&part.content_type),
                    or_none(&part.sha256)
                ));
            }
            text.push_str(&causes_text(&kept.entry.causes));
            output::print(&mask_references(&text))?;
        }
    }
    Ok(Exit::Done)
}

fn cause_json(cause: &KeptCause) -> Value {
    json!({"id": cause.id, "confidence": cause.confidence, "title": cause.title, "evidence": cause.evidence, "fix": cause.fix})
}

fn causes_text(causes: &[KeptCause]) -> String {
    let mut text = String::new();
    for cause in causes.iter().filter(|cause| cause.id != "none") {
        text.push_str(&format!("\n{} ({}, {:.0} %)\n", cause.title, cause.id, cause.confidence * 100.0));
        cause.evidence.iter().for_each(|fact| text.push_str(&format!("  - {fact}\n")));
        if !cause.fix.is_empty() {
            text.push_str(&format!("  To do: {}\n", cause.fix));
        }
    }
    text
}

pub(super) fn comparison_json(comparison: &Comparison) -> Value {
    let all = |differences: &[Difference]| -> Value {
        differences.iter().map(|one| json!({"place": one.place, "left": one.left, "right": one.right})).collect()
    };
    json!({
        "request": all(&comparison.request),
        "response": all(&comparison.response),
        "timings": all(&comparison.timings),
    })
}

pub(super) fn comparison_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    for (title, differences) in
        [("Request", &comparison.request), ("Response", &comparison.response), ("Times", &comparison.timings)]
    {
        if differences.is_empty() {
            text.push_str(&format!("{title}: the same\n"));
            continue;
        }
        text.push_str(&format!("{title}:\n"));
        for one in differences {
            let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "absent".to_owned());
            text.push_str(&format!("  {}\n    < {}\n    > {}\n", one.place, side(&one.left), side(&one.right)));
        }
    }
    text
}
