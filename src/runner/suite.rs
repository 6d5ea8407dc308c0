//! A *suite*: a readable file with what is to be sent and what has to come of it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::expectation::Expectation;
use super::generate::Generated;
use super::units::{Rate, Span};

/// The `format` of a suite that this version reads.
pub const SUITE_FORMAT: &str = "centerpost.suite/1";

/// A suite as it was written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// [`SUITE_FORMAT`], if it says so.
    pub format: Option<String>,
    /// What reports call it.
    pub name: String,
    /// The profile: a name, an id, or a `*.profile.json` file beside the suite.
    pub profile: Option<String>,
    /// How many rows are under way at once.
    #[serde(default = "one")]
    pub concurrency: usize,
    /// How many requests go out in a second at most.
    pub rate: Option<Rate>,
    /// Whether no further row is begun once one has failed.
    #[serde(default)]
    pub stop_on_failure: bool,
    /// How often the steps are done, where there are no data.
    #[serde(default = "one")]
    pub repeat: usize,
    /// Where random values begin. Without it each run has values of its own.
    pub seed: Option<u64>,
    /// What is tried again.
    #[serde(default)]
    pub retry: Retry,
    /// Values by name, for `{{name}}`.
    #[serde(default)]
    pub variables: Map<String, Value>,
    /// Variables and columns that no report shows.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Where data rows come from.
    pub data: Option<DataSource>,
    /// Files to try on each file element.
    pub matrix: Option<Matrix>,
    /// What is done in each row, in order.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// When a request is sent again.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retry {
    /// How often it is tried in all.
    pub attempts: u32,
    /// How long to wait before the second try; twice as long before each further one.
    pub wait: Span,
    /// Whether a ticket is created again though the first may exist.
    pub unknown_outcome: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 1, wait: Span(std::time::Duration::from_secs(1)), unknown_outcome: false }
    }
}

/// Where data rows come from, and which columns fill which parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataSource {
    /// The file, beside the suite: CSV, JSON, NDJSON or XLSX by its ending.
    pub file: Option<String>,
    /// What separates the columns of a CSV file; found out where it is not said.
    pub delimiter: Option<char>,
    /// The sheet of an XLSX file; the first where it is not said.
    pub sheet: Option<String>,
    /// Parameters by their columns. Without it each column fills the parameter of its name.
    pub columns: Option<BTreeMap<String, String>>,
    /// What an empty cell means.
    pub empty: EmptyCell,
}

/// What an empty cell means for its parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmptyCell {
    /// The parameter is not sent.
    #[default]
    LeftOut,
    /// It is sent empty.
    Empty,
    /// It is sent as null.
    Null,
}

/// Files to try on each file element. Each row is one ticket and one file, or one group of files, that goes to each element.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Matrix {
    /// The ticket's payload.
    pub send: Map<String, Value>,
    /// The file elements, by their parameters; all of the profile where it is not said.
    pub elements: Option<Vec<String>>,
    /// Sizes, or the groups `small`, `30mb` and `2gb`; all groups where it is not said.
    pub sizes: Option<Vec<String>>,
    /// Names of files, or the group `all`.
    pub names: Option<Vec<String>>,
    /// Kinds of content, or the group `all`.
    pub contents: Option<Vec<String>>,
    /// Groups of files: `several`, `same-name`, `parallel`, or `all`.
    pub groups: Option<Vec<String>>,
    /// The rows whose files the server has to refuse, by their labels, as in `size 0 B`.
    pub refused: Vec<String>,
}

/// One thing that is done in each row.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenStep")]
pub struct Step {
    /// What reports call it; empty where it has no name.
    pub name: String,
    /// What is done.
    pub action: Action,
    /// What has to come of it.
    pub expect: Vec<Expectation>,
    /// Variables by name, each with the JSON pointer of its value in the answer.
    pub capture: BTreeMap<String, String>,
    /// Whether its files have to be refused.
    pub wants_refusal: bool,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Creates a ticket and attaches files to it.
    Send {
        /// The payload.
        payload: Payload,
        /// The files.
        attach: Vec<Attach>,
    },
    /// Uploads a file for the ticket that was created last.
    Upload(Attach),
    /// Waits.
    Wait(Span),
}

/// A payload as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// Its members, to which data rows add theirs.
    Members(Map<String, Value>),
    /// A text that is sent to the byte once its placeholders are filled.
    Text(String),
}

/// A file, or several, for a file element.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "WrittenAttach")]
pub struct Attach {
    /// The file element's parameter.
    pub element: String,
    /// Where the bytes come from.
    pub source: FileSource,
    /// The name it is sent under; `None` is the file's own.
    pub name: Option<String>,
    /// Whether braces in the name are not placeholders.
    pub is_name_literal: bool,
    /// The Content-Type it is sent as; `None` is guessed from the name.
    pub content_type: Option<String>,
}

/// Where a file's bytes come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FileSource {
    /// A file beside the suite.
    Path(String),
    /// Every file that fits a pattern.
    Glob(String),
    /// A file that is made when it is needed.
    Generated(Generated),
}

impl FileSource {
    /// The path or pattern, which may hold placeholders; empty for what is made.
    pub fn text(&self) -> &str {
        match self {
            Self::Path(text) | Self::Glob(text) => text,
            Self::Generated(_) => "",
        }
    }

    /// The name of one of its files where it is given no other.
    pub fn own_name(&self, path: &Path) -> String {
        match self {
            Self::Generated(generated) => format!("generated.{}", generated.content.ending()),
            _ => path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    #[serde(default)]
    name: String,
    send: Option<Value>,
    upload: Option<Attach>,
    wait: Option<Span>,
    #[serde(default)]
    attach: Vec<Attach>,
    #[serde(default)]
    expect: Vec<Expectation>,
    #[serde(default)]
    capture: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAttach {
    element: String,
    file: Option<String>,
    glob: Option<String>,
    generate: Option<Generated>,
    name: Option<String>,
    content_type: Option<String>,
}

impl TryFrom<WrittenStep> for Step {
    type Error = String;

    fn try_from(written: WrittenStep) -> Result<Self, String> {
        let WrittenStep { name, send, upload, wait, attach, expect, capture } = written;
        if send.is_none() && !attach.is_empty() {
            return Err("attach belongs to a step that sends; a file for an earlier ticket is a step with upload".to_owned());
        }
        let action = match (send, upload, wait) {
            (Some(Value::Object(members)), None, None) => Action::Send { payload: Payload::Members(clean_map(members)), attach },
            (Some(Value::String(text)), None, None) => Action::Send { payload: Payload::Text(text), attach },
            (Some(_), None, None) => return Err("send takes a table of parameters, or the payload as a text".to_owned()),
            (None, Some(upload), None) => Action::Upload(upload),
            (None, None, Some(span)) => Action::Wait(span),
            _ => return Err("a step has one of send, upload and wait".to_owned()),
        };
        if matches!(&action, Action::Wait(_)) && (!expect.is_empty() || !capture.is_empty()) {
            return Err("a step that waits has no answer, so it takes neither expect nor capture".to_owned());
        }
        Ok(Self { name, action, expect, capture, wants_refusal: false })
    }
}

impl TryFrom<WrittenAttach> for Attach {
    type Error = String;

    fn try_from(written: WrittenAttach) -> Result<Self, String> {
        let WrittenAttach { element, file, glob, generate, name, content_type } = written;
        let source = match (file, glob, generate) {
            (Some(path), None, None) => FileSource::Path(path),
            (None, Some(pattern), None) => FileSource::Glob(pattern),
            (None, None, Some(generated)) => FileSource::Generated(generated),
            _ => return Err("an attachment has one of file, glob and generate".to_owned()),
        };
        if matches!(source, FileSource::Glob(_)) && name.is_some() {
            return Err("files of a glob keep their names, so name cannot be given".to_owned());
        }
        Ok(Self { element, source, name, is_name_literal: false, content_type })
    }
}

fn one() -> usize {
    1
}

/// Why a text is not a suite.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", line.map_or_else(String::new, |line| format!("line {line}: ")))]
pub struct SuiteError {
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, and what is allowed.
    pub message: String,
}

impl Suite {
    /// Reads a suite, a TOML text.
    ///
    /// # Errors
    /// When it is not TOML, or something in it is unknown, missing or of the wrong kind.
    pub fn read(text: &str) -> Result<Self, SuiteError> {
        let text = crate::model::json_text::without_bom(text);
        let mut suite: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            SuiteError { line, message: error.message().replace('\n', "; ") }
        })?;
        let wrong = |message: String| SuiteError { line: None, message };
        if let Some(format) = suite.format.as_deref().filter(|format| *format != SUITE_FORMAT) {
            return Err(wrong(format!("its format is \"{format}\", and this version reads \"{SUITE_FORMAT}\"")));
        }
        if suite.steps.is_empty() && suite.matrix.is_none() {
            return Err(wrong("it has neither a [[step]] nor a [matrix], so there is nothing to do".to_owned()));
        }
        if suite.concurrency == 0 || suite.repeat == 0 || suite.retry.attempts == 0 {
            return Err(wrong("concurrency, repeat and retry.attempts are at least 1".to_owned()));
        }
        if suite.matrix.is_some() && (suite.data.is_some() || !suite.steps.is_empty()) {
            return Err(wrong(
                "a [matrix] makes rows and steps of its own, so [data] and [[step]] belong to another suite".to_owned(),
            ));
        }
        if suite.repeat > 1 && (suite.matrix.is_some() || suite.data.is_some()) {
            return Err(wrong(
                "repeat is for steps without rows of their own, so [data] and [matrix] do not go with it".to_owned(),
            ));
        }
        suite.variables = clean_map(suite.variables);
        if let Some(matrix) = &mut suite.matrix {
            matrix.send = clean_map(std::mem::take(&mut matrix.send));
        }
        Ok(suite)
    }
}

fn clean_map(members: Map<String, Value>) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name, clean(value))).collect()
}

/// A date of TOML comes as a table with one key of its library; in JSON it is a text.
fn clean(value: Value) -> Value {
    match value {
        Value::Object(members) => match members.get("$__toml_private_datetime") {
            Some(date) => date.clone(),
            None => Value::Object(clean_map(members)),
        },
        Value::Array(items) => items.into_iter().map(clean).collect(),
        other => other,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
format = "centerpost.suite/1"
name = "Nightly"
profile = "acme"
concurrency = 4
rate = "10/s"
stop_on_failure = true
secrets = ["pin"]

[retry]
attempts = 3
wait = "250 ms"

[variables]
release = "4.2"
found = 2026-01-31

[data]
file = "rows.csv"
delimiter = ";"
empty = "null"
columns = { Title = "summary" }

[[step]]
name = "Create"
send = { zeta = "z {{release}}", severity = "Major", alpha = ["UI"] }
attach = [{ element = "crashlog", generate = { size = "1 KiB", content = "zip" } }, { element = "crashlog", file = "a.log", name = "b.log" }]
expect = [{ status = 201 }, { pointer = "/id", exists = true }]
capture = { ticket = "/id" }

[[step]]
wait = "10 ms"

[[step]]
send = "{broken"
expect = [{ status = "4xx" }]

[[step]]
upload = { element = "crashlog", glob = "*.log" }
"#;

    #[test]
    fn a_whole_suite_is_read() {
        let suite = Suite::read(WHOLE).unwrap();
        assert_eq!((suite.concurrency, suite.stop_on_failure, suite.retry.attempts), (4, true, 3));
        assert_eq!(suite.variables["found"], "2026-01-31");
        assert_eq!(suite.data.as_ref().unwrap().empty, EmptyCell::Null);
        assert_eq!(suite.steps.len(), 4);
        let Action::Send { payload: Payload::Members(members), attach } = &suite.steps[0].action else { panic!() };
        // The order of the parameters is the file's.
        assert_eq!(members.keys().collect::<Vec<_>>(), ["zeta", "severity", "alpha"]);
        assert_eq!(attach[1].name.as_deref(), Some("b.log"));
        assert!(matches!(&suite.steps[2].action, Action::Send { payload: Payload::Text(text), .. } if text == "{broken"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_what_is_allowed() {
        for (written, line, expected) in [
            ("name = ", Some(1), ""),
            ("name = \"a\"\nconcurency = 2\n", Some(2), "expected one of `format`, `name`, `profile`, `concurrency`"),
            ("name = \"a\"\n\n[[step]]\nsend = {}\nexpcet = []\n", Some(5), "expected one of `name`, `send`, `upload`"),
            ("name = \"a\"\n[[step]]\nname = \"x\"\n", Some(2), "one of send, upload and wait"),
            ("name = \"a\"\n[[step]]\nwait = \"1 s\"\nsend = {}\n", Some(2), "one of send, upload and wait"),
            ("name = \"a\"\n[[step]]\nsend = 3\n", Some(2), "send takes a table"),
            ("name = \"a\"\n[[step]]\nwait = \"soon\"\n", Some(3), "\"soon\" is not a time"),
            ("name = \"a\"\n[[step]]\nupload = { element = \"x\" }\n", Some(3), "one of file, glob and generate"),
            ("name = \"a\"\n[[step]]\nsend = {}\nexpect = [{ status = 201, pointer = \"/a\" }]\n", Some(4), "one of"),
            ("name = \"a\"\nrate = \"fast\"\n", Some(2), "not a rate"),
            (
                "name = \"a\"\n[[step]]\nupload = { element = \"x\", file = \"a\" }\nattach = [{ element = \"x\", file = \"b\" }]\n",
                Some(2),
                "attach belongs to a step that sends",
            ),
            (
                "name = \"a\"\n[[step]]\nwait = \"1 s\"\nattach = [{ element = \"x\", file = \"b\" }]\n",
                Some(2),
                "attach belongs to a step that sends",
            ),
            ("name = \"a\"\nrepeat = 2\n[matrix]\n", None, "repeat is for steps"),
            ("name = \"a\"\nrepeat = 2\n[data]\nfile = \"a.csv\"\n[[step]]\nsend = {}\n", None, "repeat is for steps"),
            (
                "name = \"a\"\n[[step]]\nsend = {}\nexpect = [{ schema = { type = \"strange\" } }]\n",
                Some(4),
                "the schema cannot be used",
            ),
            ("name = \"a\"\n", None, "neither a [[step]] nor a [matrix]"),
            ("name = \"a\"\nformat = \"centerpost.suite/2\"\n[[step]]\nwait = \"1 s\"\n", None, "this version reads"),
            ("name = \"a\"\nconcurrency = 0\n[[step]]\nwait = \"1 s\"\n", None, "at least 1"),
            ("profile = \"a\"\n", Some(1), "missing field `name`"),
        ] {
            let error = Suite::read(written).unwrap_err();
            assert_eq!(error.line, line, "{written}: {error}");
            assert!(error.message.contains(expected), "{written}: {error}");
        }
    }
}
