//! The kinds of files: what each is called, how its JSON is marked, and how a conflict in it is settled.

use std::path::Path;

use serde_json::{Map, Value};

use super::disk::{self, ReadError};
use super::error::StoreError;
use crate::model::profile::PROFILE_FORMAT;
use crate::model::{Drafts, Profile, Settings};

pub(super) const PROFILE_END: &str = ".profile.json";
pub(super) const DRAFT_END: &str = ".draft.json";
pub(super) const DRAFT_FORMAT: &str = "centerpost.draft/1";
pub(super) const SETTINGS_FORMAT: &str = "centerpost.settings/1";

/// What is particular to a kind of file.
pub(super) struct FileKind {
    /// What it is called, as in "profile".
    pub(super) what: &'static str,
    /// What saving it is called.
    pub(super) saving: &'static str,
    /// The format that this version reads and writes.
    pub(super) format: &'static str,
    /// A file's JSON as this version would write it; `None` if it makes no sense to it.
    pub(super) normal: fn(&Value) -> Option<Value>,
    /// What the places begin with of which the version to be saved wins without a question.
    pub(super) mine_wins: fn(&Value) -> &'static [&'static str],
    /// Whether a conflict is asked about. Otherwise the version to be saved wins, and the other is kept beside it.
    pub(super) asks: bool,
    /// Whether it is a conflict when somebody removed the file.
    pub(super) asks_when_gone: bool,
}

pub(super) const PROFILE: FileKind = FileKind {
    what: "profile",
    saving: "Saving the profile",
    format: PROFILE_FORMAT,
    normal: normal_profile,
    // A profile that the sandbox plays has another address at each start of each window.
    mine_wins: |mine| if mine["sandbox"] == true { &["base_url", "api_key", "api_key_ref"] } else { &[] },
    asks: true,
    asks_when_gone: true,
};

pub(super) const DRAFT: FileKind = FileKind {
    what: "draft",
    saving: "Saving the draft",
    format: DRAFT_FORMAT,
    normal: |value| normal::<Drafts>(value, DRAFT_FORMAT),
    // Which tab is open, and what it sent last, is each window's own.
    mine_wins: |_| &["open", "sent"],
    asks: false,
    asks_when_gone: false,
};

pub(super) const SETTINGS: FileKind = FileKind {
    what: "settings",
    saving: "Saving the settings",
    format: SETTINGS_FORMAT,
    normal: |value| normal::<Settings>(value, SETTINGS_FORMAT),
    // Which profile was open last, and which groups are folded, is each window's own.
    mine_wins: |_| &["last_profile", "folded_groups"],
    asks: true,
    asks_when_gone: false,
};

pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

pub(super) fn marked(
    format: &str,
    value: serde_json::Result<Value>,
    doing: &'static str,
    path: &Path,
) -> Result<Value, StoreError> {
    let value = value.map_err(|error| {
        StoreError::said(doing, path, &error.to_string(), "Change the value that the message names and try again.")
    })?;
    let mut map = Map::new();
    map.insert("format".into(), format.into());
    if let Value::Object(members) = value {
        map.extend(members);
    }
    Ok(Value::Object(map))
}

pub(super) fn read_profile(path: &Path) -> Result<Profile, ReadError> {
    profile_of(disk::read_json(path)?)
}

/// The profile that a file's JSON holds.
pub(super) fn profile_of(value: Value) -> Result<Profile, ReadError> {
    check_profile(&value)?;
    Profile::from_value(value).map_err(|error| ReadError::Content(error.to_string()))
}

pub(super) fn check_profile(value: &Value) -> Result<(), ReadError> {
    check_format(value, PROFILE_FORMAT)?;
    // The message for a key of the wrong type would quote it.
    if value.get("api_key").is_some_and(|key| !key.is_string() && !key.is_null()) {
        return Err(ReadError::Content("its \"api_key\" is not text".into()));
    }
    Ok(())
}

/// What a file's JSON holds; the file may be absent and may lack its format.
pub(super) fn read_marked<T: Default + serde::de::DeserializeOwned>(
    read: Result<Option<Value>, ReadError>,
    format: &str,
) -> Result<T, ReadError> {
    let Some(mut value) = read? else { return Ok(T::default()) };
    check_format(&value, format)?;
    if let Some(map) = value.as_object_mut() {
        map.shift_remove("format");
    }
    serde_json::from_value(value).map_err(|error| ReadError::Content(error.to_string()))
}

fn normal_profile(value: &Value) -> Option<Value> {
    let mut normal = profile_of(value.clone()).ok()?.to_value_revealing_key();
    if let (Some(normal), Some(value)) = (normal.as_object_mut(), value.as_object()) {
        let keys = value
            .iter()
            .filter(|(name, value): &(&String, &Value)| name.starts_with("api_key") && !value.is_null() && *value != "");
        for (name, value) in keys {
            let at = normal.keys().position(|key| key == "source_key").map_or(normal.len(), |at| at + 1);
            normal.shift_insert(at, name.clone(), value.clone());
        }
    }
    Some(normal)
}

fn normal<T: Default + serde::Serialize + serde::de::DeserializeOwned>(value: &Value, format: &str) -> Option<Value> {
    let read: T = read_marked(Ok(Some(value.clone())), format).ok()?;
    let Ok(Value::Object(members)) = serde_json::to_value(read) else { return None };
    let mut map = Map::new();
    map.insert("format".into(), format.into());
    map.extend(members);
    Some(Value::Object(map))
}

/// Tells a file of a newer version, which must be left alone, from one that is something else. A missing format is accepted.
pub(super) fn check_format(value: &Value, format: &str) -> Result<(), ReadError> {
    let Some(found) = value.get("format").filter(|found| *found != format) else { return Ok(()) };
    let reason = format!("its format is {found}, and this version reads \"{format}\"");
    let number =
        |text: &str| text.rsplit_once('/').and_then(|(name, number)| Some((name.to_owned(), number.parse::<u64>().ok()?)));
    match (found.as_str().and_then(number), number(format)) {
        (Some((name, number)), Some((ours, known))) if name == ours && number > known => Err(ReadError::Newer(reason)),
        _ => Err(ReadError::Content(reason)),
    }
}
