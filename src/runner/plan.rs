//! A suite with its profile and its rows: everything that is to be done, checked before the first request goes out.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::Zoned;
use serde_json::{Map, Value};

use super::expectation::{Check, ValueCheck};
use super::matrix;
use super::planned_row::PlannedRow;
use super::rows::Rows;
use super::suite::{Action, Attach, EmptyCell, FileSource, Payload, Step, Suite};
use super::template::{Scope, names_in, only_placeholder, text_of};
use crate::diagnosis::{self, Cause, Fix};
use crate::model::draft::{pretty, value_of_text};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::names::is_secret_name;
use crate::model::{Case, Profile, contract};
use crate::service::prepare;
use crate::transport::inspect_file;

/// How many problems are told.
const MOST_PROBLEMS: usize = 20;
/// How long a row's label is at most, in characters.
const LONGEST_LABEL: usize = 60;

/// Where environment variables come from.
pub type Environment<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// The sources of files that were looked at, and why their files cannot be read.
type Looked = HashMap<FileSource, Vec<String>>;

/// Everything that is to be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The suite.
    pub suite: Suite,
    /// The profile.
    pub profile: Profile,
    /// The folder that paths in the suite begin at.
    pub folder: PathBuf,
    /// The rows.
    pub rows: Vec<PlannedRow>,
    /// Which column fills which parameter.
    columns: Vec<(String, String)>,
    /// Variables and columns that no report shows: those that the suite names, and those whose names say so.
    hidden: Vec<String>,
    /// What is odd and may be meant, a sentence without a full stop each.
    notes: Vec<String>,
}

/// A payload that is filled in.
pub struct FilledPayload {
    /// The text that is sent.
    pub text: String,
    /// Its members, where it was not written as a text.
    members: Option<Map<String, Value>>,
}

impl Plan {
    /// The plan of a suite that lies in a folder.
    ///
    /// # Errors
    /// When the data have other columns than the suite says, or a file that the suite names cannot be read.
    pub fn new(mut suite: Suite, profile: Profile, rows: Option<Rows>, folder: &Path) -> Result<Self, String> {
        read_schemas(&mut suite, folder)?;
        let all_columns = rows.as_ref().map(|read| read.columns.clone()).unwrap_or_default();
        let by_name = suite.variables.keys().chain(&all_columns).filter(|name| is_secret_name(name));
        let mut hidden: Vec<String> = suite.secrets.iter().chain(by_name).cloned().collect();
        hidden.sort();
        hidden.dedup();
        let mut columns = Vec::new();
        let rows = match (&suite.matrix, rows) {
            (Some(matrix), _) => matrix::rows(matrix, &profile)?,
            (None, None) => (1..=suite.repeat).map(|number| PlannedRow { number, ..PlannedRow::default() }).collect(),
            (None, Some(read)) => {
                columns = mapped_columns(&suite, &profile, &read)?;
                let label = |values: &Map<String, Value>| {
                    let (column, _) = columns.iter().find(|(column, _)| !hidden.contains(column))?;
                    Some(shortened(&text_of(values.get(column)?)))
                };
                let numbered = read.rows.into_iter().enumerate();
                numbered
                    .map(|(index, values)| PlannedRow {
                        number: index + 1,
                        label: label(&values).unwrap_or_default(),
                        values,
                        steps: None,
                    })
                    .collect()
            }
        };
        let notes = notes(&suite, &profile, &all_columns, &columns);
        Ok(Self { suite, profile, folder: folder.to_owned(), rows, columns, hidden, notes })
    }

    /// Variables and columns that no report shows.
    pub fn hidden(&self) -> &[String] {
        &self.hidden
    }

    /// Where the answers to a step hold what no report shows: what it captures under a name that is a secret's.
    pub fn secret_pointers(&self, step: &Step) -> Vec<String> {
        let of_secret = |(name, pointer): (&String, &String)| {
            let is_secret = self.hidden.contains(name) || is_secret_name(name) || is_secret_name(last_of(pointer));
            is_secret.then(|| pointer.clone())
        };
        step.capture.iter().filter_map(of_secret).collect()
    }

    /// What is odd about the suite and its data, and may be meant: a sentence without a full stop each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The steps of a row.
    pub fn steps<'a>(&'a self, row: &'a PlannedRow) -> &'a [Step] {
        row.steps.as_deref().unwrap_or(&self.suite.steps)
    }

    /// Which column fills which parameter, in the order of the columns.
    pub fn columns(&self) -> &[(String, String)] {
        &self.columns
    }

    /// How many tickets it creates at most.
    pub fn tickets(&self) -> usize {
        let sends = |row| self.steps(row).iter().filter(|step| matches!(step.action, Action::Send { .. })).count();
        self.rows.iter().map(sends).sum()
    }

    /// How many files it sends, a glob counted as what it finds now.
    pub fn files(&self) -> usize {
        let count = |attach: &Attach| self.paths(&attach.source).map_or(1, |paths| paths.len());
        let of_step = |step: &Step| match &step.action {
            Action::Send { attach, .. } => attach.iter().map(count).sum(),
            Action::Upload(attach) => count(attach),
            Action::Wait(_) => 0,
        };
        match self.rows.iter().find(|row| row.steps.is_some()) {
            Some(_) => self.rows.iter().flat_map(|row| self.steps(row)).map(of_step).sum(),
            None => self.rows.len() * self.suite.steps.iter().map(of_step).sum::<usize>(),
        }
    }

    /// What it does, in a sentence without a full stop. A glob is looked up on disk for it.
    pub fn summary(&self) -> String {
        let several = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        format!(
            "{}: {} with the profile \"{}\", {}, {}",
            self.suite.name,
            several(self.rows.len(), "row"),
            self.profile.shown_name(),
            several(self.tickets(), "ticket"),
            several(self.files(), "file")
        )
    }

    /// The scope of a row.
    pub fn scope<'a>(&'a self, row: &'a PlannedRow, environment: Environment<'a>, now: Zoned, seed: u64) -> Scope<'a> {
        Scope::new(row.number, &row.values, &self.suite.variables, environment, now, seed)
    }

    /// The payload of a step. A column fills its parameter unless the step names it.
    ///
    /// # Errors
    /// When a placeholder stands for nothing.
    pub fn payload(&self, written: &Payload, row: &PlannedRow, scope: &mut Scope<'_>) -> Result<FilledPayload, String> {
        let written = match written {
            Payload::Text(text) => return Ok(FilledPayload { text: scope.text(text)?, members: None }),
            Payload::Members(members) => members,
        };
        let mut members = Map::new();
        for (parameter, value) in written {
            let mut filled = scope.fill(value).map_err(|error| format!("{parameter}: {error}"))?;
            // What stands for a text of a data row is what its field makes of it: a number, say.
            if let (Some(_), Value::String(text)) = (value.as_str().and_then(only_placeholder), &filled)
                && !text.is_empty()
            {
                filled = value_of_text(self.profile.field(parameter), text);
            }
            members.insert(parameter.clone(), filled);
        }
        let empty = self.suite.data.as_ref().map(|data| data.empty).unwrap_or_default();
        for (column, parameter) in &self.columns {
            let Some(value) = row.values.get(column).filter(|_| !written.contains_key(parameter)) else { continue };
            let field = self.profile.field(parameter);
            let value = match value {
                Value::String(text) if text.is_empty() => match empty {
                    EmptyCell::LeftOut => continue,
                    EmptyCell::Null => Value::Null,
                    EmptyCell::Empty => value_of_text(field, ""),
                },
                Value::String(text) => value_of_text(field, text),
                // A workbook has numbers where the field takes text.
                Value::Number(number) => value_of_text(field, &number.to_string()),
                other => other.clone(),
            };
            members.insert(parameter.clone(), value);
        }
        Ok(FilledPayload { text: pretty(&members), members: Some(members) })
    }

    /// The files of a source whose placeholders are filled, on disk. A generated one has none.
    ///
    /// # Errors
    /// When there is none.
    pub fn paths(&self, source: &FileSource) -> Result<Vec<PathBuf>, String> {
        match source {
            FileSource::Generated(_) => Ok(vec![PathBuf::new()]),
            FileSource::Path(path) => Ok(vec![self.folder.join(path)]),
            FileSource::Glob(pattern) => {
                // Signs of a pattern in the folder's own name are none.
                let folder = PathBuf::from(glob::Pattern::escape(&self.folder.to_string_lossy()));
                let found = glob::glob(&folder.join(pattern).to_string_lossy())
                    .map_err(|error| format!("the pattern {pattern} cannot be used: {error}"))?;
                let mut paths: Vec<PathBuf> = found.filter_map(Result::ok).filter(|path| path.is_file()).collect();
                paths.sort();
                if paths.is_empty() { Err(format!("no file fits the pattern {pattern}")) } else { Ok(paths) }
            }
        }
    }

    /// What is wrong with the rows, as far as that can be told before sending: a sentence without a full stop each, and how many more
    /// there are.
    pub fn problems(&self, environment: Environment<'_>, now: &Zoned, seed: u64) -> (Vec<String>, usize) {
        let mut looked = Looked::new();
        let of_rows = self.rows.iter().map(|row| (row.number, self.problems_of(row, environment, now, seed, &mut looked)));
        let of_rows: Vec<(usize, Vec<String>)> = of_rows.collect();
        // What is wrong with the suite is wrong in every row, and told once.
        let first = of_rows.first().map(|(_, problems)| problems.as_slice()).unwrap_or_default();
        let is_common = |problem: &String| of_rows.iter().all(|(_, problems)| problems.contains(problem));
        let common: Vec<&String> = first.iter().filter(|problem| is_common(problem)).collect();
        let mut problems: Vec<String> = common.iter().map(|problem| (*problem).clone()).collect();
        for (number, of_row) in &of_rows {
            let own = of_row.iter().filter(|problem| !common.contains(problem));
            problems.extend(own.map(|problem| format!("Row {number}, {problem}")));
        }
        let more = problems.len().saturating_sub(MOST_PROBLEMS);
        problems.truncate(MOST_PROBLEMS);
        (problems, more)
    }

    fn problems_of(
        &self,
        row: &PlannedRow,
        environment: Environment<'_>,
        now: &Zoned,
        seed: u64,
        looked: &mut Looked,
    ) -> Vec<String> {
        let mut problems = Vec::new();
        let mut scope = self.scope(row, environment, now.clone(), seed);
        let mut has_ticket = false;
        for (index, step) in self.steps(row).iter().enumerate() {
            let name = step_name(step, index);
            let mut say = |problem: String| problems.push(format!("{name}: {problem}"));
            let attached = match &step.action {
                Action::Send { payload, attach } => {
                    has_ticket = true;
                    match self.payload(payload, row, &mut scope) {
                        Ok(filled) => {
                            let is_refusal_wanted = step.expect.iter().any(|expected| expected.check.wants_refusal());
                            if !is_refusal_wanted {
                                self.refusals(payload, &filled, &scope).into_iter().for_each(&mut say);
                            }
                        }
                        Err(error) => say(error),
                    }
                    attach.as_slice()
                }
                Action::Upload(attach) => {
                    if !has_ticket {
                        say("there is no ticket to upload to; a step that sends comes first".to_owned());
                    }
                    std::slice::from_ref(attach)
                }
                Action::Wait(_) => &[],
            };
            for attach in attached {
                self.problems_of_file(attach, &mut scope, looked).into_iter().for_each(&mut say);
            }
            for expected in &step.expect {
                if let Err(error) = filled_check(&expected.check, &mut scope) {
                    say(error);
                }
            }
            for name in step.capture.keys() {
                scope.captured.insert(name.clone(), Value::from(""));
            }
        }
        problems
    }

    /// Why the profile's source would refuse a payload. What depends on an answer that is yet to come cannot be told.
    fn refusals(&self, written: &Payload, filled: &FilledPayload, scope: &Scope<'_>) -> Vec<String> {
        let (Payload::Members(written), Some(members)) = (written, &filled.members) else { return Vec::new() };
        let is_open = |parameter: &str| {
            written.get(parameter).is_some_and(|value| names_in(value).iter().any(|name| scope.captured.contains_key(name)))
        };
        let violations = contract::check(&self.profile, members);
        if violations.iter().all(|violation| is_open(&violation.parameter)) {
            return Vec::new();
        }
        let request =
            prepare::of_payload(&self.profile.endpoint(), filled.text.clone().into_bytes(), &self.profile.extra_headers);
        let case = Case { profile: Some(self.profile.clone()), sent: RequestRecord::from(&request), ..Case::default() };
        let mut titles: Vec<String> =
            diagnosis::preflight(&case).iter().filter(|cause| cause.id.is_problem()).map(in_a_line).collect();
        if titles.is_empty() {
            titles =
                violations.iter().map(|violation| format!("\"{}\" is refused by the profile", violation.parameter)).collect();
        }
        titles
    }

    /// What is wrong with a file of a step. `looked` holds what was seen of files, which are the same in every row.
    fn problems_of_file(&self, attach: &Attach, scope: &mut Scope<'_>, looked: &mut Looked) -> Vec<String> {
        let mut problems = Vec::new();
        if self.profile.file_element(&attach.element).is_none() {
            let own: Vec<_> = self.profile.file_elements.iter().map(|element| element.parameter.as_str()).collect();
            let own = if own.is_empty() { "none".to_owned() } else { own.join(", ") };
            problems.push(format!("the profile has no file element \"{}\". There are: {own}", attach.element));
        }
        if let Err(error) = file_name(attach, scope) {
            problems.push(error);
        }
        // What is named by an answer that is yet to come cannot be looked for.
        let is_open = names_in(&attach.source.text().into()).iter().any(|name| scope.captured.contains_key(name));
        match file_source(attach, scope) {
            Err(error) => problems.push(error),
            Ok(_) if is_open => {}
            Ok(source) => {
                let missing = looked.entry(source).or_insert_with_key(|source| self.missing(source));
                problems.extend(missing.iter().cloned());
            }
        }
        problems
    }

    /// Why files of a source cannot be read.
    fn missing(&self, source: &FileSource) -> Vec<String> {
        match (source, self.paths(source)) {
            (_, Err(error)) => vec![error],
            (FileSource::Generated(_), Ok(_)) => Vec::new(),
            (_, Ok(paths)) => {
                let missing = paths.iter().filter_map(|path| inspect_file(path).err());
                missing.map(|error| error.to_string()).collect()
            }
        }
    }

    /// The values of the environment's variables that the suite sends and that are named like secrets.
    pub fn secrets_of_environment(&self, environment: Environment<'_>) -> Vec<String> {
        let mut written = vec![Value::Object(self.suite.variables.clone())];
        for row in &self.rows {
            for step in self.steps(row) {
                if let Action::Send { payload, .. } = &step.action {
                    written.push(match payload {
                        Payload::Members(members) => Value::Object(members.clone()),
                        Payload::Text(text) => text.as_str().into(),
                    });
                }
            }
            if row.steps.is_none() {
                break;
            }
        }
        let names = written.iter().flat_map(names_in);
        let from_environment =
            names.filter_map(|name| name.strip_prefix("env:").map(|rest| rest.split('|').next().unwrap_or(rest).to_owned()));
        from_environment.filter(|name| is_secret_name(name)).filter_map(|name| environment(&name)).collect()
    }

    /// Everything that no report may show, besides the profile's own secrets.
    pub fn secrets(&self, environment: Environment<'_>, now: &Zoned, seed: u64) -> Vec<String> {
        let mut secrets = self.secrets_of_environment(environment);
        for row in self.rows.iter().filter(|_| !self.hidden.is_empty()) {
            let mut scope = self.scope(row, environment, now.clone(), seed);
            secrets.extend(self.hidden.iter().filter_map(|name| scope.text(&format!("{{{{{name}}}}}")).ok()));
        }
        secrets.sort();
        secrets.dedup();
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }
}

/// The name that a file is sent under, where it is not its own.
///
/// # Errors
/// When a placeholder in it stands for nothing.
pub fn file_name(attach: &Attach, scope: &mut Scope<'_>) -> Result<Option<String>, String> {
    match &attach.name {
        Some(name) if !attach.is_name_literal => scope.text(name).map(Some),
        name => Ok(name.clone()),
    }
}

/// Where the bytes of an attachment come from, its placeholders filled.
///
/// # Errors
/// When one stands for nothing.
pub fn file_source(attach: &Attach, scope: &mut Scope<'_>) -> Result<FileSource, String> {
    Ok(match &attach.source {
        FileSource::Path(path) => FileSource::Path(scope.text(path)?),
        FileSource::Glob(pattern) => FileSource::Glob(scope.text(pattern)?),
        FileSource::Generated(generated) => FileSource::Generated(*generated),
    })
}

/// What a step is called.
pub fn step_name(step: &Step, index: usize) -> String {
    if !step.name.is_empty() {
        return step.name.clone();
    }
    match &step.action {
        Action::Send { .. } => format!("Step {}, send", index + 1),
        Action::Upload(_) => format!("Step {}, upload", index + 1),
        Action::Wait(_) => format!("Step {}, wait", index + 1),
    }
}

/// A check with its placeholders filled.
///
/// # Errors
/// When one stands for nothing.
pub fn filled_check(check: &Check, scope: &mut Scope<'_>) -> Result<Check, String> {
    use ValueCheck::Equals;
    Ok(match check {
        Check::Header(name, Equals(value)) => Check::Header(scope.text(name)?, Equals(scope.fill(value)?)),
        Check::Pointer(pointer, Equals(value)) => Check::Pointer(scope.text(pointer)?, Equals(scope.fill(value)?)),
        other => other.clone(),
    })
}

fn mapped_columns(suite: &Suite, profile: &Profile, read: &Rows) -> Result<Vec<(String, String)>, String> {
    let named = suite.data.as_ref().and_then(|data| data.columns.as_ref());
    let Some(named) = named else {
        return Ok(columns_by_name(&read.columns, profile));
    };
    let quoted =
        |names: &mut dyn Iterator<Item = &String>| names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    if let Some(missing) = named.keys().find(|column| !read.columns.contains(column)) {
        return Err(format!("the data have no column \"{missing}\". There are {}", quoted(&mut read.columns.iter())));
    }
    Ok(read.columns.iter().filter_map(|column| Some((column.clone(), named.get(column)?.clone()))).collect())
}

/// Each column fills the parameter of its name, or else the one whose field is called so.
fn columns_by_name(columns: &[String], profile: &Profile) -> Vec<(String, String)> {
    let is_taken = |parameter: &String| columns.contains(parameter);
    let parameter_of = |column: &String| {
        let by_label = || profile.fields.iter().find(|field| field.field.eq_ignore_ascii_case(column.trim()));
        let field = profile.field(column).or_else(|| by_label().filter(|field| !is_taken(&field.parameter)))?;
        Some((column.clone(), field.parameter.clone()))
    };
    columns.iter().filter_map(parameter_of).collect()
}

/// What may be a slip of the pen: columns that nothing uses, parameters that the profile does not have, secrets that are nowhere.
fn notes(suite: &Suite, profile: &Profile, all_columns: &[String], columns: &[(String, String)]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut used: HashSet<String> = names_in(&Value::Object(suite.variables.clone())).into_iter().collect();
    let mut captured: HashSet<&str> = HashSet::new();
    for (index, step) in suite.steps.iter().enumerate() {
        captured.extend(step.capture.keys().map(String::as_str));
        let attached = match &step.action {
            Action::Send { payload: Payload::Members(members), attach } => {
                used.extend(names_in(&Value::Object(members.clone())));
                let unknown = members.keys().filter(|parameter| profile.field(parameter).is_none());
                let name = step_name(step, index);
                notes.extend(unknown.map(|parameter| {
                    format!("{name}: the profile has no parameter \"{parameter}\"; it is sent, and the source may ignore it")
                }));
                attach.as_slice()
            }
            Action::Send { payload: Payload::Text(text), attach } => {
                used.extend(names_in(&text.as_str().into()));
                attach.as_slice()
            }
            Action::Upload(attach) => std::slice::from_ref(attach),
            Action::Wait(_) => &[],
        };
        for attach in attached {
            used.extend(names_in(&attach.source.text().into()));
            used.extend(attach.name.iter().flat_map(|name| names_in(&name.as_str().into())));
        }
        for expected in &step.expect {
            if let Check::Header(_, ValueCheck::Equals(value)) | Check::Pointer(_, ValueCheck::Equals(value)) = &expected.check {
                used.extend(names_in(value));
            }
        }
    }
    let is_used = |column: &str| {
        let by_placeholder = used.iter().any(|name| name == column || name.strip_prefix("row:") == Some(column));
        by_placeholder || columns.iter().any(|(own, _)| own == column)
    };
    let parameters: Vec<&str> = profile.fields.iter().map(|field| field.parameter.as_str()).collect();
    for column in all_columns.iter().filter(|column| !is_used(column)) {
        notes.push(format!(
            "Nothing uses the column \"{column}\". A column fills the parameter of its name; the profile has {}",
            parameters.join(", ")
        ));
    }
    let is_known =
        |name: &String| suite.variables.contains_key(name) || all_columns.contains(name) || captured.contains(name.as_str());
    for name in suite.secrets.iter().filter(|name| !is_known(name)) {
        notes.push(format!("secrets names \"{name}\", which is neither a variable, a column nor a captured value"));
    }
    notes
}

/// Puts the schemas in the place of the files that hold them.
fn read_schemas(suite: &mut Suite, folder: &Path) -> Result<(), String> {
    for expected in suite.steps.iter_mut().flat_map(|step| &mut step.expect) {
        if let Check::Schema(schema) = &mut expected.check {
            *schema = schema.read(folder)?;
        }
    }
    Ok(())
}
/// The name of the member that a JSON pointer leads to.
fn last_of(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

/// A label of a length that fits into a line; where it goes on, it says so.
fn shortened(label: &str) -> String {
    match label.char_indices().nth(LONGEST_LABEL) {
        Some((at, _)) => format!("{}…", &label[..at]),
        None => label.to_owned(),
    }
}
/// A cause with the value that shows it and what was probably meant.
fn in_a_line(cause: &Cause) -> String {
    let mut line = cause.title.clone();
    for fact in cause.evidence.iter().filter(|fact| fact.text.starts_with("sent ")).take(1) {
        line.push_str(&format!(", {}", fact.text));
    }
    let meant = cause.fixes.iter().find_map(|fix| match fix {
        Fix::SetParameter { value, .. } => Some(format!("meant was probably {value}")),
        Fix::RenameParameter { to, .. } => Some(format!("meant was probably \"{to}\"")),
        _ => None,
    });
    line.extend(meant.map(|meant| format!("; {meant}")));
    line
}
