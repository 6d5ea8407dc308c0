//! The payload that the arguments of `send` make, by the same rules as the window's form.

use std::path::PathBuf;

use serde_json::Value;

use crate::cli::common_args::PayloadArgs;
use crate::cli::exit::CommandError;
use crate::cli::output;
use crate::formats::import::utf8;
use crate::model::draft::{Attachment, Input, Presence};
use crate::model::{Draft, Profile, json_text};
use crate::transport::inspect_file;

/// The bytes to send as JSON.
pub(in crate::cli) fn payload(args: &PayloadArgs, profile: &Profile) -> Result<Vec<u8>, CommandError> {
    let typed = args.json.as_ref().map(|path| crate::cli::input::read_input(path, "Reading the payload from")).transpose()?;
    let is_changed = !(args.set.is_empty() && args.set_json.is_empty() && args.unset.is_empty());
    let mut draft = Draft::default();
    draft.fit(profile);
    match typed {
        Some(bytes) if !is_changed => {
            if let Err(reason) = utf8(bytes.clone()) {
                output::complain("warning", &format!("the payload is sent as it is, though {reason}"));
            }
            return Ok(bytes);
        }
        Some(bytes) => draft.fill(&members(bytes)?, profile),
        None => {}
    }
    apply(args, profile, &mut draft)?;
    Ok(draft.payload_text(profile).into_bytes())
}

fn members(bytes: Vec<u8>) -> Result<serde_json::Map<String, Value>, CommandError> {
    let trouble = |reason: String| {
        CommandError::input(format!("Changing the payload: {reason}. Without --set and --unset it is sent as it is"))
    };
    let text = utf8(bytes).map_err(trouble)?;
    match json_text::read(&text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(trouble("it is not a JSON object".to_owned())),
        Err(error) => Err(trouble(error.to_string())),
    }
}

fn apply(args: &PayloadArgs, profile: &Profile, draft: &mut Draft) -> Result<(), CommandError> {
    for text in &args.set {
        let (parameter, value) = pair(text, "--set takes PARAM=VALUE")?;
        draft.entry_mut(parameter).set_text(profile.field(parameter), value);
    }
    for text in &args.set_json {
        let (parameter, json) = pair(text, "--set-json takes PARAM=JSON")?;
        let value = serde_json::from_str(json)
            .map_err(|error| CommandError::input(format!("Reading the JSON of --set-json {parameter}: {error}")))?;
        let entry = draft.entry_mut(parameter);
        entry.presence = Presence::Sent;
        entry.input = Input::Json(value);
    }
    for parameter in &args.unset {
        draft.entry_mut(parameter).presence = Presence::LeftOut;
    }
    Ok(())
}

/// The files to attach, looked at before anything is sent.
pub(in crate::cli) fn attachments(texts: &[String]) -> Result<Vec<Attachment>, CommandError> {
    texts
        .iter()
        .map(|text| {
            let (parameter, path) = pair(text, "--attach takes PARAM=PATH")?;
            attachment(parameter, path.into())
        })
        .collect()
}

/// A file to attach. That it is there is checked at once.
pub(in crate::cli) fn attachment(parameter: &str, path: PathBuf) -> Result<Attachment, CommandError> {
    let found = inspect_file(&path).map_err(|error| CommandError::input(format!("Attaching the file: {error}")))?;
    let (picked_size, picked_modified) = (Some(found.size), found.modified);
    let attachment = Attachment { parameter: parameter.to_owned(), path, picked_size, picked_modified, ..Attachment::default() };
    if let Some(warning) = attachment.size_warning() {
        output::complain("warning", &format!("the file {} is {warning}", attachment.filename()));
    }
    Ok(attachment)
}

/// The two sides of `NAME=VALUE`.
pub(in crate::cli) fn pair<'a>(text: &'a str, expected: &str) -> Result<(&'a str, &'a str), CommandError> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name, value)),
        _ => Err(CommandError::input(format!("{expected}, not \"{text}\""))),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use serde_json::json;

    use super::*;
    use crate::cli::app::{Cli, Command};

    const PROFILE: &str = r#"{"fields": [
        {"parameter": "summary", "kind": "text"}, {"parameter": "count", "kind": "number"},
        {"parameter": "seen", "kind": "checkbox"}, {"parameter": "areas", "kind": "multiple_choice", "choices": ["UI", "A, B", "Audio"]},
        {"parameter": "tags", "kind": "multiple_choice", "encoding": "comma"}]}"#;

    fn made(arguments: &[&str]) -> Result<Vec<u8>, CommandError> {
        let all = ["centerpost", "send", "--profile", "x"].iter().chain(arguments);
        let Some(Command::Send(args)) = Cli::try_parse_from(all).unwrap().command else { panic!() };
        payload(&args.payload, &Profile::from_json(PROFILE).unwrap())
    }

    #[test]
    fn payloads_by_table() {
        for (arguments, expected) in [
            (&[][..], json!({})),
            (&["--set", "summary=a=b"], json!({"summary": "a=b"})),
            (&["--set", "count=3", "--set", "seen=true"], json!({"count": 3, "seen": true})),
            (&["--set", "count=three", "--set", "seen=perhaps"], json!({"count": "three", "seen": "perhaps"})),
            (&["--set", "areas=UI, Audio"], json!({"areas": ["UI", "Audio"]})),
            (&["--set", "areas=A, B"], json!({"areas": ["A, B"]})),
            (&["--set", "tags=x,y"], json!({"tags": "x,y"})),
            (&["--set", "other=3"], json!({"other": "3"})),
            (&["--set-json", "other={\"a\": [1]}", "--set-json", "count=null"], json!({"count": null, "other": {"a": [1]}})),
            (&["--set", "summary=", "--set", "areas="], json!({"summary": "", "areas": []})),
            (&["--set", "summary=a", "--unset", "summary"], json!({})),
            (&["--set", "summary=a", "--set", "summary=b"], json!({"summary": "b"})),
        ] {
            let found: Value = serde_json::from_slice(&made(arguments).unwrap()).unwrap();
            assert_eq!(found, expected, "{arguments:?}");
        }
    }

    #[test]
    fn a_file_is_sent_to_the_byte_unless_it_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.json");
        std::fs::write(&path, b"{ \"summary\" :\"a\",\"x\":1 }\xff\n").unwrap();
        let path = path.to_str().unwrap();
        assert_eq!(made(&["--json", path]).unwrap(), b"{ \"summary\" :\"a\",\"x\":1 }\xff\n");
        assert_eq!(made(&["--json", path, "--set", "x=2"]).unwrap_err().exit, crate::cli::exit::Exit::Input);
        std::fs::write(path, b"{ \"summary\" :\"a\",\"x\":1 }").unwrap();
        let found: Value = serde_json::from_slice(&made(&["--json", path, "--set", "count=2", "--unset", "x"]).unwrap()).unwrap();
        assert_eq!(found, json!({"summary": "a", "count": 2}));
    }

    #[test]
    fn what_is_no_pair_is_refused() {
        for arguments in [["--set", "summary"], ["--set", "=x"], ["--set-json", "a={"]] {
            assert_eq!(made(&arguments).unwrap_err().exit, crate::cli::exit::Exit::Input, "{arguments:?}");
        }
    }
}
