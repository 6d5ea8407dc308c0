//! A suite as data for the program of a load tool, which reads it: what tools of this kind share.

use std::path::PathBuf;

use jiff::Zoned;
use serde_json::{Map, Value, json};

use super::expectation::{Check, StatusPattern, ValueCheck};
use super::plan::{Environment, Plan, step_name};
use super::profile_variables::ProfileVariables;
use super::suite::{Action, Attach, FileSource, Payload, Step};
use super::template::{names_in, text_of};
use super::units::Size;
use crate::model::draft::Attachment;
use crate::model::json_text::with_texts_and_names;
use crate::model::secrets::names::is_secret_name;
use crate::model::secrets::placeholder::braced;
use crate::model::{Address, Endpoint, Secret};

/// A tool that sends load, and what it takes.
pub(super) struct LoadTool {
    /// Its name.
    pub name: &'static str,
    /// A regular expression in the tool's language, and its flags; `None` for what that cannot say.
    pub pattern: fn(&str) -> Option<(String, String)>,
    /// How long a file may be that it sends, in bytes.
    pub longest_file: u64,
}

/// A suite that is written but for the tool's own program.
pub(super) struct Load {
    /// The suite and its rows, and the files that they name.
    pub files: LoadFiles,
    /// What the suite is called.
    pub name: String,
    /// Variables of the environment that have to be set, besides that of the API key.
    pub variables: Vec<String>,
}

/// What is written into a folder.
#[derive(Debug, Default)]
pub struct LoadFiles {
    /// Texts by their names.
    pub texts: Vec<(String, String)>,
    /// Files that are copied, by their names in the folder.
    pub copies: Vec<(PathBuf, String)>,
    /// Files that are made, by their names in the folder.
    pub made: Vec<(super::generate::Generated, String)>,
    /// What the tool does not do; sentences without a full stop.
    pub notes: Vec<String>,
}

/// The suite as `suite.json`, with its data rows in `rows.ndjson`. Secrets become variables of the environment.
///
/// # Errors
/// When a row cannot be filled, or a file is missing.
pub(super) fn write(tool: &LoadTool, plan: &Plan, environment: Environment<'_>, seed: u64) -> Result<Load, String> {
    if plan.suite.matrix.is_some() {
        return Err("A matrix sends single files, so there is no load to export. Export a suite with steps".to_owned());
    }
    let mut files = LoadFiles::default();
    let suite = &plan.suite;
    let left_out = [
        (suite.retry.attempts > 1, "retries"),
        (suite.rate.is_some(), "its rate"),
        (suite.stop_on_failure, "its end on a failure"),
    ];
    for (_, what) in left_out.iter().filter(|(is_said, _)| *is_said) {
        files.notes.push(format!("{} is not told what the suite says of {what}", tool.name));
    }
    let mut secrets = Map::new();
    for name in plan.hidden() {
        secrets.insert(name.clone(), variable_of(name).into());
    }
    let mut headers = Vec::new();
    for (name, value) in &plan.profile.extra_headers {
        headers.push(if is_secret_name(name) { json!([name, {"env": variable_of(name)}]) } else { json!([name, value]) });
    }
    let steps: Vec<Value> = plan
        .suite
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| step_value(tool, plan, step, index, &mut files))
        .collect::<Result<_, _>>()?;
    let profile = &plan.profile;
    let address = Endpoint { api_key: Secret::default(), ..profile.endpoint() }.url_revealing_key();
    let path = Address::parse(&address);
    let field = |field: &crate::model::profile::Field| {
        (field.parameter.clone(), json!({"kind": field.kind, "choices": field.choices, "encoding": field.encoding}))
    };
    let element = |element: &crate::model::profile::FileElement| {
        let value = json!({"parameter": element.parameter, "field": element.field, "part_name": element.part_name()});
        (element.parameter.clone(), value)
    };
    let variables: Map<String, Value> = plan
        .suite
        .variables
        .iter()
        .filter(|(name, _)| !secrets.contains_key(*name))
        .map(|(a, b)| (a.clone(), b.clone()))
        .collect();
    // A text that holds a secret of the profile, such as a data row, asks the environment for it.
    let key_name = if secrets.contains_key("apiKey") { "profileApiKey" } else { "apiKey" };
    let of_profile = ProfileVariables::new(profile, key_name, braced);
    let (variables, steps) = (hidden(&Value::Object(variables), &of_profile), hidden(&Value::Array(steps), &of_profile));
    let rows = rows(plan, environment, seed, &of_profile)?;
    let names: Vec<String> = secrets.values().chain(headers.iter().filter_map(|pair| pair[1].get("env"))).map(text_of).collect();
    let written = format!("{variables}{steps}{rows}");
    for name in of_profile.names_in(&written) {
        let variable = if name == key_name { "CENTERPOST_API_KEY".to_owned() } else { variable_of(name) };
        secrets.entry(name).or_insert_with(|| variable.into());
    }
    let name = of_profile.masker.text(&plan.suite.name);
    let suite = json!({
        "name": name,
        "host": profile.base_url,
        "path": path.raw(&path.path),
        "headers": headers,
        "accept_invalid_certificates": profile.accept_invalid_certificates,
        "concurrency": plan.suite.concurrency,
        "variables": variables,
        "secrets": secrets,
        "fields": profile.fields.iter().map(field).collect::<Map<_, _>>(),
        "elements": profile.file_elements.iter().map(element).collect::<Map<_, _>>(),
        "steps": steps,
    });
    files.texts.push(("suite.json".to_owned(), format!("{suite:#}\n")));
    files.texts.push(("rows.ndjson".to_owned(), rows));
    // A note says what stands in the suite, which may be a secret of the profile.
    files.notes.iter_mut().for_each(|note| *note = of_profile.masker.text(note));
    Ok(Load { files, name, variables: names })
}

/// A name for the environment.
fn variable_of(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("SUITE_{plain}")
}

/// A value with a variable in the place of each secret of the profile, in the names of its members too.
fn hidden(value: &Value, variables: &ProfileVariables) -> Value {
    let put = |text: &str| variables.put_into(text);
    with_texts_and_names(value, &put, &put)
}

fn rows(plan: &Plan, environment: Environment<'_>, seed: u64, of_profile: &ProfileVariables) -> Result<String, String> {
    let mut text = String::new();
    for row in &plan.rows {
        let mut scope = plan.scope(row, environment, Zoned::now(), seed);
        let filled = plan.payload(&Payload::Members(Map::new()), row, &mut scope)?;
        let mut members: Map<String, Value> = serde_json::from_str(&filled.text).unwrap_or_default();
        // A secret column is a placeholder, which the environment fills.
        let mut open = Vec::new();
        for (column, parameter) in plan.columns().iter().filter(|(column, _)| plan.hidden().contains(column)) {
            members.insert(parameter.clone(), braced(column).into());
            open.push(parameter.clone());
        }
        for (parameter, value) in &mut members {
            let hidden = hidden(value, of_profile);
            if hidden != *value && !open.contains(parameter) {
                open.push(parameter.clone());
                *value = hidden;
            }
        }
        let values: Map<String, Value> = row
            .values
            .iter()
            .filter(|(name, _)| !plan.hidden().contains(name))
            .map(|(a, b)| (a.clone(), hidden(b, of_profile)))
            .collect();
        let mut line = json!({"number": row.number, "values": values, "members": members, "open": open});
        let changed = row.values.iter().filter(|(name, value)| values.get(*name).is_some_and(|hidden| hidden != *value));
        let changed: Vec<&String> = changed.map(|(name, _)| name).collect();
        if !changed.is_empty() {
            line["open_values"] = json!(changed);
        }
        text.push_str(&line.to_string());
        text.push('\n');
    }
    Ok(text)
}

fn step_value(tool: &LoadTool, plan: &Plan, step: &Step, index: usize, files: &mut LoadFiles) -> Result<Value, String> {
    let name = step_name(step, index);
    let mut value = json!({"name": name, "capture": step.capture, "expect": []});
    let mut expects = Vec::new();
    for expected in &step.expect {
        match check_value(tool, &expected.check) {
            Some(check) if expected.is_fatal => expects.push(check),
            Some(_) => {}
            None => files.notes.push(format!("{name}: {} does not check \"{}\"", tool.name, expected.check.label())),
        }
    }
    let is_status_said = step.expect.iter().any(|expected| matches!(expected.check, Check::Status(_)));
    if !is_status_said && step.expect.iter().any(|expected| expected.check.wants_refusal()) {
        // Which cause a refusal has, only Centerpost finds.
        expects.push(json!({"status": ["4..", "5.."]}));
    }
    value["expect"] = expects.into();
    match &step.action {
        Action::Wait(span) => value["wait"] = span.0.as_secs_f64().into(),
        Action::Send { payload, attach } => {
            value["send"] = match payload {
                Payload::Members(members) => Value::Object(members.clone()),
                Payload::Text(text) => text.as_str().into(),
            };
            value["files"] = attached(tool, &name, plan, attach, files)?;
        }
        Action::Upload(attach) => {
            value["upload"] = true.into();
            value["files"] = attached(tool, &name, plan, std::slice::from_ref(attach), files)?;
        }
    }
    Ok(value)
}

fn attached(tool: &LoadTool, step: &str, plan: &Plan, attach: &[Attach], files: &mut LoadFiles) -> Result<Value, String> {
    let mut found = Vec::new();
    for one in attach {
        if !names_in(&one.source.text().into()).is_empty() {
            let text = one.source.text();
            let name = tool.name;
            return Err(format!("The file {text} differs from row to row, and {name} is given the same files for every row"));
        }
        for path in plan.paths(&one.source)? {
            let number = files.copies.len() + files.made.len() + 1;
            let own = one.source.own_name(&path);
            let length = match &one.source {
                FileSource::Generated(generated) => generated.length(),
                _ => std::fs::metadata(&path).map_err(|error| format!("Reading {}: {error}", path.display()))?.len(),
            };
            if length > tool.longest_file {
                let (name, longest, length) = (tool.name, Size(tool.longest_file), Size(length));
                files.notes.push(format!("{step}: {name} sends files of {longest} at most, so {own} with {length} is left out"));
                continue;
            }
            let place = format!("files/{number}-{own}");
            let sent_as = Attachment {
                filename: Some(one.name.clone().unwrap_or(own)),
                content_type: one.content_type.clone(),
                ..Attachment::default()
            };
            found.push(
                json!({"element": one.element, "path": place, "name": sent_as.filename(), "content_type": sent_as.content_type(),
                "literal": one.is_name_literal || one.name.is_none()}),
            );
            match &one.source {
                FileSource::Generated(generated) => files.made.push((*generated, place)),
                _ => files.copies.push((path, place)),
            }
        }
    }
    Ok(found.into())
}

fn check_value(tool: &LoadTool, check: &Check) -> Option<Value> {
    let with = |mut value: Value, check: &ValueCheck| {
        match check {
            ValueCheck::Exists(exists) => value["exists"] = (*exists).into(),
            ValueCheck::Equals(wanted) => value["equals"] = wanted.clone(),
            ValueCheck::Matches(pattern) => {
                let (pattern, flags) = (tool.pattern)(pattern.text())?;
                value["matches"] = pattern.into();
                if !flags.is_empty() {
                    value["flags"] = flags.into();
                }
            }
        }
        Some(value)
    };
    match check {
        Check::Status(patterns) => {
            let pattern = |pattern: &StatusPattern| match pattern {
                StatusPattern::Exactly(status) => status.to_string(),
                StatusPattern::Class(class) => format!("{class}.."),
            };
            Some(json!({"status": patterns.iter().map(pattern).collect::<Vec<_>>()}))
        }
        Check::Header(name, check) => with(json!({"header": name}), check),
        Check::Pointer(pointer, check) => with(json!({"pointer": pointer}), check),
        Check::Schema(_) | Check::Endpoint(_) | Check::Cause(_) | Check::Sha256(_) | Check::Below(_) => None,
    }
}
