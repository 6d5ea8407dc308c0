//! JUnit XML as Jenkins, GitLab, GitHub's and Azure's readers take it: the elements and attributes of Jenkins' `junit-10.xsd`.

use crate::runner::result::{RowResult, RunResult, StepResult, Verdict};

/// The report.
pub(super) fn write(run: &RunResult) -> String {
    let cases: Vec<Case> = run.rows.iter().flat_map(|row| cases(run, row)).collect();
    let count = |ended: Ended| cases.iter().filter(|case| case.ended == ended).count();
    let (tests, failures, errors, skipped) = (cases.len(), count(Ended::Failure), count(Ended::Error), count(Ended::Skipped));
    let (name, time, host) = (escape(&run.suite), seconds(run.took_ms), escape(&run.host));
    let when = run.started_at.strftime("%Y-%m-%dT%H:%M:%S");
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{time}\">\n\
         \x20 <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{time}\" \
         timestamp=\"{when}\" hostname=\"{host}\">\n\
         \x20   <properties>\n      <property name=\"profile\" value=\"{}\"/>\n    </properties>\n",
        escape(&run.profile)
    );
    for case in &cases {
        text.push_str(&case.xml(&run.suite));
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Well,
    Failure,
    Error,
    Skipped,
}

struct Case<'a> {
    name: String,
    ended: Ended,
    step: Option<&'a StepResult>,
}

fn cases<'a>(run: &RunResult, row: &'a RowResult) -> Vec<Case<'a>> {
    let row_name = match (row.label.as_str(), run.rows.len()) {
        ("", 1) => String::new(),
        ("", _) => format!("row {}: ", row.number),
        (label, _) => format!("row {} ({label}): ", row.number),
    };
    if row.steps.is_empty() {
        let name = row_name.trim_end_matches([' ', ':']).to_owned();
        return vec![Case { name: if name.is_empty() { "row 1".to_owned() } else { name }, ended: Ended::Skipped, step: None }];
    }
    let ended = |verdict: Verdict| match verdict {
        Verdict::Passed | Verdict::Warned => Ended::Well,
        Verdict::Failed => Ended::Failure,
        Verdict::Unknown => Ended::Error,
        Verdict::NotRun => Ended::Skipped,
    };
    row.steps
        .iter()
        .map(|step| Case { name: format!("{row_name}{}", step.name), ended: ended(step.verdict), step: Some(step) })
        .collect()
}

impl Case<'_> {
    fn xml(&self, suite: &str) -> String {
        // A dot would make a package of what stands before it.
        let class = escape(&suite.replace('.', " "));
        let time = seconds(self.step.map_or(0.0, |step| step.took_ms));
        let head = format!("    <testcase name=\"{}\" classname=\"{class}\" time=\"{time}\"", escape(&self.name));
        let troubles = self.step.map(StepResult::troubles).unwrap_or_default();
        let cause = self.step.and_then(|step| step.cause.as_ref());
        let message = troubles.first().cloned().unwrap_or_else(|| "it was not run".to_owned());
        let mut text = troubles.join("\n");
        if let Some(cause) = cause {
            text.push_str(&format!("\nLikely cause: {} ({})", cause.title, cause.id));
        }
        let kind = cause.map_or("assertion", |cause| cause.id.as_str());
        let body = match self.ended {
            Ended::Well if troubles.is_empty() => return format!("{head}/>\n"),
            Ended::Well => format!("<system-out>{}</system-out>", escape(&text)),
            Ended::Skipped => format!("<skipped message=\"{}\"/>", escape(&message)),
            Ended::Failure | Ended::Error => {
                let tag = if self.ended == Ended::Failure { "failure" } else { "error" };
                format!("<{tag} type=\"{}\" message=\"{}\">{}</{tag}>", escape(kind), escape(&message), escape(&text))
            }
        };
        format!("{head}>\n      {body}\n    </testcase>\n")
    }
}

fn seconds(ms: f64) -> String {
    format!("{:.3}", ms / 1000.0)
}

/// A text in XML, in elements and in quoted attributes. What XML cannot hold becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => escaped.push_str(&format!("&#{};", u32::from(c))),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::result::{CauseResult, CheckResult};

    #[test]
    fn a_report_of_every_verdict() {
        let step = |verdict, error: Option<&str>| StepResult {
            name: "Create <1>".into(),
            verdict,
            took_ms: 1234.5,
            error: error.map(str::to_owned),
            ..StepResult::default()
        };
        let warned = CheckResult { what: "below 1 ms".into(), objection: Some("it took 5 ms".into()), is_fatal: false };
        let cause = Some(CauseResult { id: "field.choice-mismatch".into(), title: "\"major\" is not a choice".into() });
        let steps = [
            step(Verdict::Passed, None),
            StepResult { checks: vec![warned], ..step(Verdict::Warned, None) },
            StepResult { cause, ..step(Verdict::Failed, Some("status 400\u{1}")) },
            step(Verdict::Unknown, Some("no answer")),
        ];
        let mut rows: Vec<RowResult> = steps
            .into_iter()
            .enumerate()
            .map(|(index, step)| RowResult { number: index + 1, label: "a & b".into(), verdict: step.verdict, steps: vec![step] })
            .collect();
        rows.push(RowResult { number: 5, verdict: Verdict::NotRun, ..RowResult::default() });
        let run = RunResult {
            suite: "Nightly 1.0".into(),
            host: "h".into(),
            profile: "P".into(),
            took_ms: 2000.0,
            rows,
            ..RunResult::default()
        };
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <testsuites name=\"Nightly 1.0\" tests=\"5\" failures=\"1\" errors=\"1\" time=\"2.000\">\n\
            \x20 <testsuite name=\"Nightly 1.0\" tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"2.000\" timestamp=\"1970-01-01T00:00:00\" hostname=\"h\">\n\
            \x20   <properties>\n      <property name=\"profile\" value=\"P\"/>\n    </properties>\n\
            \x20   <testcase name=\"row 1 (a &amp; b): Create &lt;1&gt;\" classname=\"Nightly 1 0\" time=\"1.234\"/>\n\
            \x20   <testcase name=\"row 2 (a &amp; b): Create &lt;1&gt;\" classname=\"Nightly 1 0\" time=\"1.234\">\n\
            \x20     <system-out>warning: below 1 ms: it took 5 ms</system-out>\n    </testcase>\n\
            \x20   <testcase name=\"row 3 (a &amp; b): Create &lt;1&gt;\" classname=\"Nightly 1 0\" time=\"1.234\">\n\
            \x20     <failure type=\"field.choice-mismatch\" message=\"status 400\u{fffd}\">status 400\u{fffd}&#10;Likely cause: &quot;major&quot; is not a choice (field.choice-mismatch)</failure>\n    </testcase>\n\
            \x20   <testcase name=\"row 4 (a &amp; b): Create &lt;1&gt;\" classname=\"Nightly 1 0\" time=\"1.234\">\n\
            \x20     <error type=\"assertion\" message=\"no answer\">no answer</error>\n    </testcase>\n\
            \x20   <testcase name=\"row 5\" classname=\"Nightly 1 0\" time=\"0.000\">\n      <skipped message=\"it was not run\"/>\n    </testcase>\n\
            \x20 </testsuite>\n</testsuites>\n";
        assert_eq!(write(&run), expected);
    }
}
