//! Exchanges of the history, for people and programs.

use serde_json::{Value, json};

use crate::cli::common_args::{Output, Printing};
use crate::cli::exit::{Ended, Exit};
use crate::cli::output;
use crate::cli::target::Context;
use crate::model::compare::{Comparison, Difference};
use crate::model::history::{Filter, HistoryRecord, HistoryRow, KeptCause};
use crate::model::secrets::masker::Masker;
use crate::model::secrets::placeholder::mask_references;
use crate::model::status::status_name;
use crate::store::History;

pub(in crate::cli) fn list(history: &History, filter: &Filter, limit: usize, format: Output) -> Ended {
    let found = history.list(filter, limit)?;
    if found.is_empty() && format == Output::Text {
        output::complain("note", "there is no such exchange in the history");
    }
    rows(&found, format)?;
    if history.is_damaged() {
        output::complain(
            "warning",
            "the history is damaged, and this may not be all of it. The next command repairs it and says how many exchanges are lost",
        );
    }
    Ok(Exit::Done)
}

pub(in crate::cli) fn rows(rows: &[HistoryRow], format: Output) -> Ended {
    match format {
        Output::Json => output::print_json(&rows.iter().map(row_json).collect())?,
        Output::Text => output::print(&rows.iter().map(row_text).collect::<String>())?,
    }
    Ok(Exit::Done)
}

fn row_json(row: &HistoryRow) -> Value {
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

fn row_text(row: &HistoryRow) -> String {
    let status = row.status.map_or_else(|| "---".to_owned(), |status| status.to_string());
    let time = row.started_at.strftime("%Y-%m-%d %H:%M:%S UTC");
    let what = match (&row.note, &row.ticket, row.cause.0.as_str()) {
        (note, _, _) if !note.is_empty() => note.clone(),
        (_, Some(ticket), "" | "none") => format!("ticket {ticket}"),
        (_, None, "" | "none") => match row.status {
            Some(status) => status_name(status).to_owned(),
            None if row.is_open() => "outcome not known: under way, or Centerpost ended before it was over".to_owned(),
            None => "no answer".to_owned(),
        },
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

pub(in crate::cli) fn show(context: &Context, kept: &HistoryRecord, printing: &Printing) -> Ended {
    let exchange = &kept.exchange;
    let mut masker = context.masker(printing.secrets());
    masker.learn_url(&exchange.sent.url);
    masker.learn_headers(&exchange.sent.headers);
    kept.profile.iter().for_each(|profile| masker.learn_profile(profile));
    masker.learn_sent(&exchange.sent);
    match printing.output {
        Output::Json => {
            let mut value = row_json(&kept.row);
            value["exchange"] = output::exchange_json(exchange, &masker);
            value["causes"] = kept.causes.iter().map(|cause| cause_json(cause, &masker)).collect();
            value["missing_secrets"] = kept.missing_secrets.into();
            output::print_json(&value)?;
        }
        Output::Text => {
            if kept.missing_secrets > 0 {
                output::complain("note", "a secret in it is no longer known and is shown as dots");
            }
            let mut text = row_text(&kept.row);
            text.push_str(&output::exchange_text(exchange, &masker));
            if let Some(body) = exchange.sent.body.as_ref().filter(|body| !body.is_empty()) {
                text.push_str(&format!("\nSent:\n{}\n", masker.body(body.trim_end())));
            }
            for part in exchange.sent.parts.iter().flatten() {
                let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
                let size = part.content.size.map_or_else(|| "unknown".to_owned(), |size| size.to_string());
                text.push_str(&format!(
                    "\nPart {}: file name {}, type {}, {size} bytes, SHA-256 {}\n",
                    masker.text(&part.name),
                    masker.text(&or_none(&part.filename)),
                    or_none(&part.content_type),
                    or_none(&part.content.sha256)
                ));
            }
            text.push_str(&causes_text(&kept.causes, &masker));
            printing.print(&mask_references(&text))?;
        }
    }
    Ok(Exit::Done)
}

/// The text of a cause as it was kept, with references in the place of secrets.
fn said(text: &str, masker: &Masker) -> String {
    masker.text(&mask_references(text))
}

fn cause_json(cause: &KeptCause, masker: &Masker) -> Value {
    json!({
        "id": cause.id,
        "confidence": cause.confidence,
        "title": said(&cause.title, masker),
        "evidence": cause.evidence.iter().map(|fact| said(fact, masker)).collect::<Vec<_>>(),
        "fix": said(&cause.fix, masker),
    })
}

fn causes_text(causes: &[KeptCause], masker: &Masker) -> String {
    let mut text = String::new();
    for cause in causes.iter().filter(|cause| cause.id != "none") {
        text.push_str(&format!("\n{} ({}, {:.0} %)\n", said(&cause.title, masker), cause.id, cause.confidence * 100.0));
        cause.evidence.iter().for_each(|fact| text.push_str(&format!("  - {}\n", said(fact, masker))));
        if !cause.fix.is_empty() {
            text.push_str(&format!("  To do: {}\n", said(&cause.fix, masker)));
        }
    }
    text
}

pub(in crate::cli) fn comparison_json(comparison: &Comparison, masker: &Masker) -> Value {
    let side = |side: &Option<String>| side.as_deref().map(|text| said(text, masker));
    let all = |differences: &[Difference]| -> Value {
        let one =
            |one: &Difference| json!({"place": said(&one.place, masker), "left": side(&one.left), "right": side(&one.right)});
        differences.iter().map(one).collect()
    };
    json!({
        "request": all(&comparison.request),
        "response": all(&comparison.response),
        "timings": all(&comparison.timings),
    })
}

pub(in crate::cli) fn comparison_text(comparison: &Comparison, masker: &Masker) -> String {
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
            let side = |side: &Option<String>| side.as_deref().map_or_else(|| "absent".to_owned(), |text| said(text, masker));
            let place = said(&one.place, masker);
            text.push_str(&format!("  {place}\n    < {}\n    > {}\n", side(&one.left), side(&one.right)));
        }
    }
    text
}
