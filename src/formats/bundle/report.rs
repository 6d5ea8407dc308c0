//! The one page that tells what happened.

use std::ops::Range;

use super::contents::Evidence;
use super::seal::Sealed;
use crate::diagnosis::{Cause, FactPlace};
use crate::formats::document::Document;
use crate::model::exchange::{Answer, Outcome};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::placeholder::braced;
use crate::model::status::status_text;

/// How much of a body the page shows, in bytes; the whole is in the other files.
const MOST_OF_A_BODY: usize = 3000;

/// The page of sealed contents.
pub(super) fn document(sealed: &Sealed) -> Document {
    let contents = &sealed.contents;
    let mut page = Document::new(title(&contents.exchanges));
    if !contents.summary.is_empty() {
        page.callout(&contents.summary);
    }
    for (index, evidence) in contents.exchanges.iter().enumerate() {
        let number = if contents.exchanges.len() > 1 { format!("{}. ", index + 1) } else { String::new() };
        page.heading(format!("{number}{}: {}", evidence.label, evidence.exchange.outcome_text()));
        tried(&mut page, evidence);
        came_back(&mut page, evidence);
        why(&mut page, &evidence.causes);
    }
    page.heading("Environment");
    let mut environment: Vec<Vec<String>> = vec![vec!["Report made".into(), time(contents.made_at)]];
    environment.extend(contents.environment.iter().map(|(name, value)| vec![name.clone(), value.clone()]));
    page.table(&["What", "Value"], environment);
    page.heading("What is not in this report");
    hidden(&mut page, sealed);
    page
}

fn title(exchanges: &[Evidence]) -> String {
    let worst = exchanges.iter().find(|evidence| !evidence.exchange.is_accepted()).or(exchanges.first());
    let Some(evidence) = worst else { return "Nothing was sent".into() };
    let cause = evidence.causes.iter().find(|cause| cause.id.is_problem());
    match cause {
        Some(cause) if !evidence.exchange.is_accepted() => format!("{}: {}", evidence.exchange.outcome_text(), cause.title),
        _ => evidence.exchange.outcome_text(),
    }
}

fn time(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn tried(page: &mut Document, evidence: &Evidence) {
    let exchange = &evidence.exchange;
    page.subheading("What was tried");
    let mut facts = Vec::new();
    if let Some(profile) = &evidence.profile {
        facts.push(vec!["Profile".to_owned(), profile.shown_name().to_owned()]);
    }
    if evidence.is_timed {
        facts.push(vec!["Started".to_owned(), time(exchange.started_at)]);
        facts.push(vec!["Took".to_owned(), format!("{} ms", exchange.timings.total.as_millis())]);
    }
    page.table(&["What", "Value"], facts);
    let (text, marks) = request_text(&exchange.sent, &evidence.causes);
    page.code(text, marks);
}

/// A text that grows, and what is marked in it.
#[derive(Default)]
struct Marked {
    text: String,
    marks: Vec<Range<usize>>,
}

impl Marked {
    /// Adds a text of which spans are marked.
    fn push(&mut self, text: &str, spans: impl IntoIterator<Item = Range<usize>>) {
        let start = self.text.len();
        let fits = |span: &Range<usize>| span.start < span.end && text.get(span.clone()).is_some();
        self.marks.extend(spans.into_iter().filter(fits).map(|span| start + span.start..start + span.end));
        self.text.push_str(text);
    }

    /// Adds a text that is marked as a whole, or not.
    fn push_whole(&mut self, text: &str, is_marked: bool) {
        self.push(text, is_marked.then_some(0..text.len()));
    }

    fn into_parts(self) -> (String, Vec<Range<usize>>) {
        (self.text, merged(self.marks))
    }
}

/// Spans in order, those that overlap as one.
fn merged(mut marks: Vec<Range<usize>>) -> Vec<Range<usize>> {
    marks.sort_by_key(|mark| mark.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match merged.last_mut() {
            Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
            _ => merged.push(mark),
        }
    }
    merged
}

fn places(causes: &[Cause]) -> impl Iterator<Item = &FactPlace> {
    causes.iter().take(1).flat_map(|cause| &cause.evidence).filter_map(|fact| fact.place.as_ref())
}

fn request_text(sent: &RequestRecord, causes: &[Cause]) -> (String, Vec<Range<usize>>) {
    let mut marked = Marked::default();
    marked.push(&format!("{} ", sent.method), None);
    marked.push(
        &sent.url,
        places(causes).filter_map(|place| if let FactPlace::Url(span) = place { Some(span.clone()) } else { None }),
    );
    marked.push("\n", None);
    for (name, value) in &sent.headers {
        let is_meant = |place: &FactPlace| matches!(place, FactPlace::RequestHeader(meant) if meant.eq_ignore_ascii_case(name));
        marked.push_whole(&format!("{name}: {value}"), places(causes).any(is_meant));
        marked.push("\n", None);
    }
    if let Some(body) = &sent.body {
        marked.push("\n", None);
        let mut spans: Vec<_> = places(causes)
            .filter_map(|place| if let FactPlace::Body(span) = place { Some(span.clone()) } else { None })
            .collect();
        for place in places(causes) {
            if let FactPlace::Parameter(name) = place {
                spans.extend(member_span(body, name));
            }
        }
        push_body(&mut marked, body, spans);
    }
    for (index, part) in sent.parts.iter().flatten().enumerate() {
        let size = part.content.size.map_or_else(String::new, |size| format!(", {size} bytes"));
        let name = part.filename.as_deref().map_or_else(String::new, |name| format!(", file {name}"));
        let kind = part.content_type.as_deref().map_or_else(String::new, |kind| format!(", {kind}"));
        let is_meant = |place: &FactPlace| matches!(place, FactPlace::Part(meant) if *meant == index);
        marked.push_whole(&format!("\n[part {}{name}{kind}{size}]", part.name), places(causes).any(is_meant));
    }
    marked.into_parts()
}

/// Where a parameter's name stands in a payload, in quotes.
fn member_span(body: &str, name: &str) -> Option<Range<usize>> {
    let quoted = serde_json::to_string(name).ok()?;
    let at = body.find(&quoted)?;
    Some(at..at + quoted.len())
}

fn came_back(page: &mut Document, evidence: &Evidence) {
    page.subheading("What came back");
    match &evidence.exchange.outcome {
        None => page.paragraph("What came of it is not known"),
        Some(Outcome::Failure(failure)) => {
            let step = failure.step.map_or_else(String::new, |step| format!(" while {}", step.label()));
            page.paragraph(format!("No answer: {}{step}", failure.kind.words()));
            page.code(&failure.message, Vec::new());
        }
        Some(Outcome::Answer(answer)) => {
            page.paragraph(evidence.exchange.meaning());
            let (text, marks) = answer_text(answer, &evidence.causes);
            page.code(text, marks);
        }
    }
}

fn answer_text(answer: &Answer, causes: &[Cause]) -> (String, Vec<Range<usize>>) {
    let mut marked = Marked::default();
    let is_status = places(causes).any(|place| *place == FactPlace::AnswerStatus);
    marked.push_whole(&status_text(answer.status), is_status);
    marked.push("\n", None);
    for (name, value) in &answer.headers {
        let is_meant = |place: &FactPlace| matches!(place, FactPlace::AnswerHeader(meant) if meant.eq_ignore_ascii_case(name));
        marked.push_whole(&format!("{name}: {value}"), places(causes).any(is_meant));
        marked.push("\n", None);
    }
    marked.push("\n", None);
    let spans =
        places(causes).filter_map(|place| if let FactPlace::AnswerBody(span) = place { Some(span.clone()) } else { None });
    push_body(&mut marked, &answer.text(), spans.collect());
    marked.into_parts()
}

/// A body, or of a long one the part around its first mark.
fn push_body(marked: &mut Marked, body: &str, spans: Vec<Range<usize>>) {
    if body.len() <= MOST_OF_A_BODY {
        return marked.push(body, spans);
    }
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let start = body.floor_char_boundary(first.saturating_sub(MOST_OF_A_BODY / 3));
    let end = body.floor_char_boundary((start + MOST_OF_A_BODY).min(body.len()));
    if start > 0 {
        marked.push(&format!("[{start} bytes before this]\n"), None);
    }
    let inside = spans.into_iter().filter(|span| span.start >= start && span.end <= end);
    marked.push(&body[start..end], inside.map(|span| span.start - start..span.end - start).collect::<Vec<_>>());
    if end < body.len() {
        marked.push(&format!("\n[{} bytes behind this]", body.len() - end), None);
    }
}

fn why(page: &mut Document, causes: &[Cause]) {
    let told: Vec<&Cause> = causes.iter().filter(|cause| cause.id.is_problem()).collect();
    let Some((best, others)) = told.split_first() else { return };
    page.subheading("Why");
    page.callout(format!("{} ({})", best.title, certainty(best)));
    page.list(best.evidence.iter().map(|fact| fact.text.clone()).collect());
    if !best.advice.is_empty() {
        page.subheading("What to do");
        page.paragraph(&best.advice);
    }
    page.paragraph(format!("This rule is {}. Its id is {}.", best.id.basis().label(), best.id));
    if !others.is_empty() {
        page.subheading("What else is possible");
        page.list(others.iter().map(|cause| format!("{} ({}). {}", cause.title, certainty(cause), cause.advice)).collect());
    }
}

/// How sure a cause is, in words.
fn certainty(cause: &Cause) -> String {
    format!("{}, {:.0} %", cause.confidence.certainty().label(), cause.confidence.number() * 100.0)
}

fn hidden(page: &mut Document, sealed: &Sealed) {
    if sealed.replaced.is_empty() {
        page.paragraph("Nothing was hidden: no API key, e-mail address, cookie or login was found.");
        return;
    }
    page.paragraph(
        "These values were hidden before the report was made. The same placeholder stands for the same value everywhere; a name behind a colon says how the value was encoded there.",
    );
    let row = |replaced: &super::seal::Replaced| vec![braced(&replaced.name), replaced.what.clone(), replaced.count.to_string()];
    page.table(&["Placeholder", "Stands for", "How often"], sealed.replaced.iter().map(row).collect());
    page.paragraph("To replay it, open the bundle in Centerpost and fill the placeholders in, or: centerpost replay BUNDLE.zip --fill NAME=VALUE");
}
