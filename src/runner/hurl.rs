//! A suite as a Hurl file: each row and each of its steps becomes an entry, with its checks.

use std::collections::HashMap;
use std::path::PathBuf;

use jiff::Zoned;
use serde_json::Value;

use super::expectation::{Check, StatusPattern, ValueCheck};
use super::generate::Generated;
use super::plan::{Environment, Plan, file_name, file_source, filled_check, step_name};
use super::planned_row::PlannedRow;
use super::profile_variables::ProfileVariables;
use super::suite::{Action, Attach, FileSource, Step};
use super::template::Scope;
use crate::formats::export::hurl::{Sections, quoted, request};
use crate::formats::export::{Call, CallPart, Piece, Template, Written};
use crate::model::draft::Attachment;
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;
use crate::model::secrets::names::is_secret_name;
use crate::model::secrets::placeholder::{SIGNS, signed};
use crate::model::unseen::{drawn_on_one_line, one_line};
use crate::model::{Address, Endpoint, Secret};

/// The name of the Hurl file in its folder.
pub const HURL_FILE: &str = "suite.hurl";

/// What is written into a folder.
#[derive(Debug, Default)]
pub struct HurlFiles {
    /// The Hurl file.
    pub text: String,
    /// Files that are copied, by their names in the folder.
    pub copies: Vec<(PathBuf, String)>,
    /// Files that are made, by their names in the folder.
    pub made: Vec<(Generated, String)>,
    /// What Hurl does not do; sentences without a full stop.
    pub notes: Vec<String>,
}

/// The suite as a Hurl file. Secrets become variables; values that are worked out, such as random ones, are those of this moment.
///
/// # Errors
/// When a row cannot be filled, or a file is missing.
pub fn write(plan: &Plan, environment: Environment<'_>, seed: u64) -> Result<HurlFiles, String> {
    let mut plan = plan.clone();
    let secrets: Vec<String> = plan.hidden().to_vec();
    for name in &secrets {
        if let Some(value) = plan.suite.variables.get_mut(name) {
            *value = marked(name).into();
        }
        plan.rows.iter_mut().filter_map(|row| row.values.get_mut(name)).for_each(|value| *value = marked(name).into());
    }
    let hidden = |name: &str| if is_secret_name(name) { Some(marked(name)) } else { environment(name) };
    let mut writer = Writer {
        plan: &plan,
        of_profile: ProfileVariables::new(&plan.profile, "apiKey", marked),
        files: HurlFiles::default(),
        variables: vec!["apiKey".to_owned()],
        placed: HashMap::new(),
    };
    if plan.suite.retry.attempts > 1 {
        writer.files.notes.push("Hurl sends each request once: what the suite says of retries is left out".to_owned());
    }
    for row in &plan.rows {
        writer.row(row, plan.scope(row, &hidden, Zoned::now(), seed))?;
    }
    let Writer { mut files, variables, of_profile, .. } = writer;
    let given: String = variables.iter().map(|name| format!(" --secret {name}=…")).collect();
    // Hurl puts it into a payload as it is.
    let escaped = if variables.len() > 1 { " What JSON escapes in a secret is given escaped." } else { "" };
    let name: String = of_profile.masker.text(&plan.suite.name).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    files.text = format!(
        "# {name}: hurl --test{given} suite.hurl\n# Needs Hurl 8. Each accepted request creates a real ticket.{escaped}\n{}",
        files.text
    );
    files.notes.sort();
    files.notes.dedup();
    Ok(files)
}

/// A variable of Hurl in a text, until the text is a template.
fn marked(name: &str) -> String {
    signed(&variable(name))
}

/// A name as Hurl's variables are written.
fn variable(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

struct Writer<'a> {
    plan: &'a Plan,
    of_profile: ProfileVariables,
    files: HurlFiles,
    /// What has to be given to Hurl.
    variables: Vec<String>,
    /// What stands in the folder, by its name there in lower case: a file that is made, or the path of one that is copied.
    placed: HashMap<String, (Option<Generated>, PathBuf)>,
}

impl Writer<'_> {
    fn row(&mut self, row: &PlannedRow, mut scope: Scope<'_>) -> Result<(), String> {
        let mut delay = 0;
        for (index, step) in self.plan.steps(row).iter().enumerate() {
            let name = format!("Row {}, {}", row.number, step_name(step, index));
            let (payload, attach) = match &step.action {
                Action::Wait(span) => {
                    delay += span.0.as_millis();
                    continue;
                }
                Action::Send { payload, attach } => (Some(payload), attach.as_slice()),
                Action::Upload(attach) => (None, std::slice::from_ref(attach)),
            };
            let options = if delay > 0 { format!("delay: {delay}ms\n") } else { String::new() };
            delay = 0;
            if let Some(payload) = payload {
                let text = self.plan.payload(payload, row, &mut scope).map_err(|error| format!("{name}: {error}"))?.text;
                // A value that is the captured one alone stands between quotation marks.
                if scope.captured.values().any(|mark| text.contains(&mark.to_string())) {
                    self.files.notes.push(format!("{name}: Hurl sends what was captured as a text, also where it is a number"));
                }
                let endpoint = Endpoint { api_key: Secret::default(), ..self.plan.profile.endpoint() };
                let url = endpoint.url_revealing_key();
                self.entry(&name, &url, SpecBody::Text(Template::of_signed(&self.of_profile.put_into(&text))), options);
                self.response(step, &mut scope, &uploaded_later(self.plan, row, index))?;
            }
            for one in attach {
                self.upload(&name, one, &mut scope, if payload.is_none() { Some(step) } else { None })?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, name: &str, url: &str, body: SpecBody<Template>, options: String) {
        let address = Template::of_signed(url.split('?').next().unwrap_or_default());
        let sections = Sections { options, query: vec![("apiKey".to_owned(), Template::of_signed(&marked("apiKey")))] };
        let mut headers = Vec::new();
        if matches!(body, SpecBody::Text(_)) {
            headers.push(("Content-Type".to_owned(), Template::plain("application/json")));
        }
        for (name, value) in &self.plan.profile.extra_headers {
            let is_secret = is_secret_name(name);
            headers.push((name.clone(), if is_secret { Template::of_signed(&marked(name)) } else { Template::plain(value) }));
        }
        for variable in
            headers.iter().map(|(_, value)| value).chain([&address]).chain(text_of(&body)).flat_map(|text| &text.pieces)
        {
            if let Piece::Variable(name) = variable
                && !self.variables.contains(name)
                && !name.starts_with(CAPTURED)
            {
                self.variables.push(name.clone());
            }
        }
        let call = Call {
            method: "POST".to_owned(),
            url: address,
            headers,
            body,
            accept_invalid_certificates: self.plan.profile.accept_invalid_certificates,
            ..Call::default()
        };
        let mut written =
            Written { text: format!("\n# {}\n", one_line(&self.of_profile.masker.text(name))), ..Written::default() };
        request(&mut written, &call, &sections);
        self.files.text.push_str(&written.text);
        self.files.notes.extend(written.notes);
    }

    /// What has to come of an entry, and what is captured of it. `elements` are those that files go to later.
    fn response(&mut self, step: &Step, scope: &mut Scope<'_>, elements: &[String]) -> Result<(), String> {
        let mut asserts: Vec<String> = Vec::new();
        if !step.expect.iter().any(|expected| expected.check.replaces_acceptance()) {
            asserts.extend(status(&[StatusPattern::Class(2)]).into_iter().flatten());
        }
        for expected in step.expect.iter().filter(|expected| expected.is_fatal) {
            let check = filled_check(&expected.check, scope)?;
            match assert_of(&check) {
                Some(lines) => asserts.extend(lines),
                None => self.files.notes.push(format!("Hurl does not check \"{}\"", check.label())),
            }
        }
        let mut captures: Vec<String> = Vec::new();
        for (name, pointer) in &step.capture {
            captures.push(format!("{CAPTURED}{}: jsonpath {}", variable(name), quoted(&Template::plain(json_path(pointer)))));
            scope.captured.insert(name.clone(), signed(&format!("{CAPTURED}{}", variable(name))).into());
        }
        for element in elements {
            // Whatever the shape of the answer: the endpoint's path behind the source, which no known answer leaves out.
            let pattern = format!(r#"/feedback/([^"?\\]+/{})["?\\]"#, regex::escape(element));
            captures.push(format!("{}: regex {}", endpoint_variable(element), quoted(&Template::plain(pattern))));
        }
        self.files.text.push_str("HTTP *\n");
        for (section, lines) in [("[Captures]\n", captures), ("[Asserts]\n", asserts)] {
            if !lines.is_empty() {
                self.files.text.push_str(section);
                lines.iter().for_each(|line| self.files.text.push_str(&format!("{line}\n")));
            }
        }
        Ok(())
    }

    fn upload(&mut self, name: &str, attach: &Attach, scope: &mut Scope<'_>, step: Option<&Step>) -> Result<(), String> {
        let element = self.plan.profile.file_element(&attach.element);
        let part_name = element.map_or(attach.element.as_str(), |element| element.part_name()).to_owned();
        let source = file_source(attach, scope)?;
        for path in self.plan.paths(&source)? {
            let own = source.own_name(&path);
            let sent_as = file_name(attach, scope)?.unwrap_or(own);
            let generated = if let FileSource::Generated(generated) = &attach.source { Some(*generated) } else { None };
            let place = self.place(&sent_as, generated, path);
            if place != sent_as {
                let (wanted, place) = (drawn_on_one_line(&sent_as), drawn_on_one_line(&place));
                self.files.notes.push(format!("Hurl sends the file {wanted} under the name {place}"));
            }
            let kind = Attachment {
                filename: Some(sent_as.clone()),
                content_type: attach.content_type.clone(),
                ..Attachment::default()
            };
            let part = CallPart {
                name: part_name.clone(),
                filename: Some(place.clone()),
                content_type: Some(kind.content_type()),
                headers: Vec::new(),
                content: PartContent::File(place),
            };
            let endpoint = Endpoint { api_key: Secret::default(), ..self.plan.profile.endpoint() }.url_revealing_key();
            let base = Address::parse(&endpoint).text().split("/feedback/").next().unwrap_or_default().to_owned();
            let url = format!("{base}/feedback/{}", signed(&endpoint_variable(&attach.element)));
            self.entry(&format!("{name}, {}", drawn_on_one_line(&sent_as)), &url, SpecBody::Multipart(vec![part]), String::new());
            match step {
                Some(step) => self.response(step, scope, &[])?,
                None => self.files.text.push_str("HTTP *\n[Asserts]\nstatus >= 200\nstatus < 300\n"),
            }
        }
        Ok(())
    }
}

impl Writer<'_> {
    /// Where a file stands in the folder. Hurl sends a file with the name that the Hurl file has for it, folder and all, so that it stands
    /// under its own name beside the Hurl file wherever that is free.
    fn place(&mut self, sent_as: &str, generated: Option<Generated>, path: PathBuf) -> String {
        let is_odd = |c: char| c.is_control() || SIGNS.concat().contains(c) || "/\\".contains(c);
        let mut name: String = sent_as.chars().map(|c| if is_odd(c) { '_' } else { c }).collect();
        name.truncate(name.floor_char_boundary(200));
        if ["", ".", ".."].contains(&name.as_str()) {
            name = "file".to_owned();
        }
        let source = (generated, path);
        let mut place = name.clone();
        let mut number = 1;
        let is_free = |place: &str| place != HURL_FILE && !place.bytes().all(|byte| byte.is_ascii_digit());
        loop {
            match self.placed.get(&place.to_lowercase()) {
                Some(other) if *other == source => return place,
                None if is_free(&place) => break,
                _ => {}
            }
            // The folders of those whose name is taken are called by numbers.
            number += 1;
            place = format!("{number}/{name}");
        }
        self.placed.insert(place.to_lowercase(), source.clone());
        match source {
            (Some(generated), _) => self.files.made.push((generated, place.clone())),
            (None, path) => self.files.copies.push((path, place.clone())),
        }
        place
    }
}

/// What names of variables begin with that Hurl captures itself.
const CAPTURED: &str = "got_";

fn endpoint_variable(element: &str) -> String {
    format!("{CAPTURED}endpoint_{}", variable(element))
}

fn text_of(body: &SpecBody<Template>) -> Option<&Template> {
    match body {
        SpecBody::Text(text) => Some(text),
        _ => None,
    }
}

/// The elements that files of a ticket go to, by this step and by those until the next ticket.
fn uploaded_later(plan: &Plan, row: &PlannedRow, index: usize) -> Vec<String> {
    let mut elements: Vec<String> = Vec::new();
    for (at, step) in plan.steps(row).iter().enumerate().skip(index) {
        let attach = match &step.action {
            Action::Send { attach, .. } if at == index => attach.as_slice(),
            Action::Send { .. } => break,
            Action::Upload(attach) => std::slice::from_ref(attach),
            Action::Wait(_) => &[],
        };
        for one in attach {
            if !elements.contains(&one.element) {
                elements.push(one.element.clone());
            }
        }
    }
    elements
}

fn status(patterns: &[StatusPattern]) -> Option<Vec<String>> {
    match patterns {
        [StatusPattern::Exactly(status)] => Some(vec![format!("status == {status}")]),
        [StatusPattern::Class(class)] => Some(vec![format!("status >= {class}00"), format!("status < {}00", class + 1)]),
        _ => None,
    }
}

/// A check as Hurl writes it; `None` for what it cannot check.
fn assert_of(check: &Check) -> Option<Vec<String>> {
    let with = |query: String, check: &ValueCheck| {
        Some(vec![match check {
            ValueCheck::Exists(true) => format!("{query} exists"),
            ValueCheck::Exists(false) => format!("{query} not exists"),
            ValueCheck::Matches(pattern) => format!("{query} toString matches {}", quoted(&Template::plain(pattern.text()))),
            // A number that came out of a data row is a text.
            ValueCheck::Equals(Value::String(text)) => format!("{query} toString == {}", quoted(&Template::of_signed(text))),
            ValueCheck::Equals(value @ (Value::Bool(_) | Value::Number(_) | Value::Null)) => format!("{query} == {value}"),
            ValueCheck::Equals(_) => return None,
        }])
    };
    match check {
        Check::Status(patterns) => status(patterns),
        Check::Header(name, check) => with(format!("header {}", quoted(&Template::plain(name.as_str()))), check),
        Check::Pointer(pointer, check) => with(format!("jsonpath {}", quoted(&Template::plain(json_path(pointer)))), check),
        Check::Below(limit) => Some(vec![format!("duration <= {}", limit.as_millis())]),
        Check::Schema(_) | Check::Endpoint(_) | Check::Cause(_) | Check::Sha256(_) => None,
    }
}

/// A JSON pointer as a JSONPath. A number is taken for a place in a list.
fn json_path(pointer: &str) -> String {
    let step = |token: &str| {
        let token = token.replace("~1", "/").replace("~0", "~");
        match token.parse::<usize>() {
            Ok(index) => format!("[{index}]"),
            Err(_) => format!("['{}']", token.replace('\\', "\\\\").replace('\'', "\\'")),
        }
    };
    std::iter::once("$".to_owned()).chain(pointer.split('/').skip(1).map(step)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;

    #[test]
    fn pointers_and_checks_by_table() {
        for (pointer, expected) in [("", "$"), ("/id", "$['id']"), ("/a~1b/0/it's", "$['a/b'][0]['it\\'s']")] {
            assert_eq!(json_path(pointer), expected);
        }
        let check = |written: Value| {
            let expectation: super::super::expectation::Expectation = serde_json::from_value(written).unwrap();
            assert_of(&expectation.check).map(|lines| lines.join("; "))
        };
        for (written, expected) in [
            (serde_json::json!({"status": 201}), Some("status == 201")),
            (serde_json::json!({"status": "4xx"}), Some("status >= 400; status < 500")),
            (serde_json::json!({"status": [200, 201]}), None),
            (
                serde_json::json!({"header": "Content-Type", "matches": "json"}),
                Some("header \"Content-Type\" toString matches \"json\""),
            ),
            (serde_json::json!({"pointer": "/id"}), Some("jsonpath \"$['id']\" exists")),
            (serde_json::json!({"pointer": "/id", "equals": 7}), Some("jsonpath \"$['id']\" == 7")),
            (serde_json::json!({"below": "2 s"}), Some("duration <= 2000")),
            (serde_json::json!({"endpoint": "log"}), None),
        ] {
            assert_eq!(check(written.clone()).as_deref(), expected, "{written}");
        }
    }
}
