//! `profiles`: what is saved.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueHint};
use serde_json::{Value, json};

use crate::cli::common_args::Output;
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::named_value::NamedValue;
use crate::cli::output;
use crate::cli::target::Context;
use crate::formats::contract::Form;
use crate::model::json_text;
use crate::model::learned::learned_profile;
use crate::model::profile::SourceSetting;
use crate::model::unseen::one_line;
use crate::model::{Profile, RequestSpec};
use crate::store::{ProfileId, Store, StoreError, StoredProfile, write_export};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ProfilesCommand {
    /// List the saved profiles
    #[command(after_help = "Examples:\n  centerpost profiles list\n  centerpost profiles list --output json")]
    List {
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Show a profile, without its API key
    #[command(
        after_help = "Examples:\n  centerpost profiles show acme\n  centerpost profiles show acme.profile.json --output json"
    )]
    Show {
        /// Its name or id, or a *.profile.json file
        #[arg(value_name = "NAME|FILE")]
        profile: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Save a profile that is learned from what was sent: its address, parameters, kinds and file elements
    #[command(
        after_help = "Examples:\n  centerpost profiles learn --history 17 18 19\n  centerpost profiles learn --history 17 18 --name \"Acme, as it sends\"\n\nWhat a relay passed on is in the history, too. Choices and required fields cannot be seen in requests: add them by hand."
    )]
    Learn {
        /// Exchanges from the history, by number: tickets and uploads
        #[arg(long, value_name = "NUMBER", num_args = 1.., required = true)]
        history: Vec<i64>,
        /// What it is called
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Save *.profile.json files as profiles
    #[command(
        after_help = "Examples:\n  centerpost profiles import acme.profile.json\n  centerpost profiles import - < acme.profile.json"
    )]
    Import {
        /// The files; - is standard input
        #[arg(value_name = "FILE|-", required = true, value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
    /// Write a profile as a *.profile.json file, without its API key
    #[command(
        after_help = "Examples:\n  centerpost profiles export acme > acme.profile.json\n  centerpost profiles export acme --to acme.profile.json --with-key"
    )]
    Export {
        /// Its name or id
        #[arg(value_name = "NAME")]
        profile: String,
        /// The file to write; default: standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        to: Option<PathBuf>,
        /// Include the API key in clear
        #[arg(long)]
        with_key: bool,
        /// Replace the file if it exists
        #[arg(long, requires = "to")]
        force: bool,
    },
    /// Write a contract for developers: a page, a JSON Schema or an OpenAPI document, without the API key
    #[command(
        after_help = "Examples:\n  centerpost profiles contract acme --to acme.md\n  centerpost profiles contract acme --as html --to acme.html\n  centerpost profiles contract acme.profile.json --as openapi > openapi.json"
    )]
    Contract {
        /// Its name or id, or a *.profile.json file
        #[arg(value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
        profile: String,
        /// What to write: markdown, html, json-schema or openapi
        #[arg(long = "as", value_name = "FORM", default_value = "markdown", value_parser = contract_form(), hide_possible_values = true)]
        form: Form,
        /// The file to write; default: standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        to: Option<PathBuf>,
        /// Replace the file if it exists
        #[arg(long, requires = "to")]
        force: bool,
    },
    /// Remove a profile; restore undoes it
    #[command(after_help = "Example:\n  centerpost profiles remove acme")]
    Remove {
        /// Its name or id
        #[arg(value_name = "NAME")]
        profile: String,
    },
    /// Restore a removed profile
    #[command(after_help = "Example:\n  centerpost profiles restore acme")]
    Restore {
        /// Its id, as remove printed it
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Show or change the folder of the profiles, such as to a git repository
    #[command(
        after_help = "Without --move, the profiles stay in the old folder.\n\nExamples:\n  centerpost profiles folder\n  centerpost profiles folder ~/team/endpoints --move\n  centerpost profiles folder --default"
    )]
    Folder {
        /// An existing folder; default: print the current one
        #[arg(value_name = "PATH", value_hint = ValueHint::DirPath, conflicts_with = "default")]
        path: Option<PathBuf>,
        /// Use the default folder again
        #[arg(long)]
        default: bool,
        /// Move the profiles of the old folder to the new one
        #[arg(long = "move")]
        moves: bool,
    },
}

fn contract_form() -> NamedValue<Form> {
    NamedValue::new(Form::ALL.into_iter().map(|form| (form.id(), form.label())), Form::from_id)
}

pub(in crate::cli) fn run(command: ProfilesCommand) -> Ended {
    let context = Context::open();
    match command {
        ProfilesCommand::List { output } => list(&context, output),
        ProfilesCommand::Show { profile, output } => show(&context.profile(&profile)?, output),
        ProfilesCommand::Learn { history, name } => learn(&context, &history, name),
        ProfilesCommand::Import { files } => import(&context, &files),
        ProfilesCommand::Export { profile, to, with_key, force } => {
            export(&context.profile(&profile)?, to.as_deref(), with_key, force)
        }
        ProfilesCommand::Contract { profile, form, to, force } => {
            contract(&context.profile(&profile)?, form, to.as_deref(), force)
        }
        ProfilesCommand::Remove { profile } => remove(&context, &profile),
        ProfilesCommand::Restore { id } => restore(&context, id),
        ProfilesCommand::Folder { path, default, moves } => folder(&context, path.as_deref(), default, moves),
    }
}

fn disk(error: &StoreError) -> CommandError {
    CommandError::failed(error.to_string())
}

fn list(context: &Context, format: Output) -> Ended {
    context.store()?;
    let profiles = &context.found.profiles;
    match format {
        Output::Json => output::print_json(&profiles.iter().map(row_json).collect())?,
        Output::Text => {
            if profiles.is_empty() {
                output::complain("note", "no profile is saved. Import one with: centerpost profiles import FILE");
            }
            output::print(&profiles.iter().map(row_text).collect::<String>())?;
        }
    }
    Ok(Exit::Done)
}

fn row_json(stored: &StoredProfile) -> Value {
    let profile = &stored.profile;
    json!({
        "id": stored.id.0,
        "name": profile.name,
        "label": profile.label,
        "favourite": profile.favourite,
        "production": profile.production,
        "url": profile.endpoint().url_masked(),
    })
}

fn row_text(stored: &StoredProfile) -> String {
    let profile = &stored.profile;
    let star = if profile.favourite { "*" } else { " " };
    let production = if profile.production { " [production]" } else { "" };
    let name = one_line(&profile.name);
    format!("{star} {name} ({}){production}  {}\n", stored.id.0, one_line(&profile.endpoint().url_masked()))
}

fn show(profile: &Profile, format: Output) -> Ended {
    match format {
        Output::Json => output::print_json(&profile.to_value())?,
        Output::Text => output::print(&text(profile))?,
    }
    Ok(Exit::Done)
}

fn text(profile: &Profile) -> String {
    let setting = |setting: SourceSetting<'_>, none: &str| match setting {
        SourceSetting::Set(value) => one_line(value),
        SourceSetting::NotKnown => "not known".to_owned(),
        SourceSetting::NotSet => none.to_owned(),
    };
    let mut text = format!("{}\n", one_line(&profile.name));
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("  {name:<18} {value}\n"));
        }
    };
    row("Endpoint", &profile.endpoint().url_masked());
    row("API key", if profile.api_key.is_empty() { "not known" } else { "known" });
    row("Label", &profile.label);
    row("Production", if profile.production { "yes" } else { "" });
    row("Default submitter", &setting(profile.default_submitter_setting(), "none: the submitter is required"));
    row("Workflow status", &setting(profile.workflow_status_setting(), "no selection: the status is required"));
    row("Statuses", &profile.statuses.join(", "));
    row("Known submitters", &profile.known_submitters.join(", "));
    if !profile.fields.is_empty() {
        text.push_str("  Fields\n");
    }
    for field in &profile.fields {
        let required = if profile.demands(field) { ", required" } else { "" };
        let choices = if field.choices.is_empty() { String::new() } else { format!(": {}", field.choices.join(" | ")) };
        text.push_str(&format!(
            "    {} = {} ({}{required}){choices}\n",
            field.parameter,
            field.field,
            field.kind.label().to_lowercase()
        ));
    }
    if !profile.file_elements.is_empty() {
        text.push_str("  File elements\n");
    }
    for element in &profile.file_elements {
        text.push_str(&format!("    {} = {} (sent as \"{}\")\n", element.parameter, element.field, element.part_name()));
    }
    text
}

fn learn(context: &Context, ids: &[i64], name: Option<String>) -> Ended {
    let store = context.store()?;
    let history = context.needed_history()?;
    crate::cli::commands::history::exist(history, ids)?;
    let mut requests = Vec::new();
    for id in ids {
        let kept = history.open_record(*id)?;
        requests.push(RequestSpec::of_exchange(&kept.exchange, kept.profile.as_ref()));
    }
    let learned = learned_profile(&requests);
    let mut profile = learned.ok_or_else(|| CommandError::input("None of these exchanges went to an External Source"))?;
    profile.name = name.unwrap_or(profile.name);
    let id = store.create_profile(&profile).map_err(|error| disk(&error))?;
    say_if_key_is_not_kept(store, &profile);
    output::print(&format!("{}\n", id.0))?;
    Ok(Exit::Done)
}

fn import(context: &Context, files: &[PathBuf]) -> Ended {
    let store = context.store()?;
    // Nothing is saved unless every file can be read.
    let mut read = Vec::new();
    for path in files {
        let text = crate::cli::input::read_input_text(path, "Importing")?;
        let mut profile = Profile::from_json(&text).map_err(|error| refused(path, &text, &error.to_string()))?;
        if profile.name.is_empty() {
            let stem = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            profile.name = stem.trim_end_matches(".json").trim_end_matches(".profile").to_owned();
        }
        read.push(profile);
    }
    for profile in read {
        let id = store.create_profile(&profile).map_err(|error| disk(&error))?;
        say_if_key_is_not_kept(store, &profile);
        output::print(&format!("{}\n", id.0))?;
    }
    Ok(Exit::Done)
}

/// Says so when a profile was saved and its key was not.
pub(in crate::cli) fn say_if_key_is_not_kept(store: &Store, profile: &Profile) {
    let place = store.keys().place();
    if !profile.api_key.is_empty() && !place.lasts() {
        output::complain(
            "note",
            &format!(
                "the API key of \"{}\" is not saved: keys are kept {}. Name it with --api-key-file or CENTERPOST_API_KEY, or see centerpost keys --help",
                profile.name,
                place.words()
            ),
        );
    }
}

/// Why a file is not a profile. A message about the API key's type would quote the key.
fn refused(path: &Path, text: &str, error: &str) -> CommandError {
    let value: Value = json_text::read(text).unwrap_or_default();
    let is_key = value.get("api_key").is_some_and(|key| !key.is_string() && !key.is_null());
    let reason = if is_key { "its \"api_key\" is not text" } else { error };
    CommandError::input(format!("Importing {}: {reason}", path.display()))
}

fn export(profile: &Profile, to: Option<&Path>, with_key: bool, force: bool) -> Ended {
    let value = if with_key { profile.to_value_revealing_key() } else { profile.to_value() };
    match to {
        Some(path) => {
            write_export(path, &format!("{value:#}\n"), force).map_err(|error| CommandError::input(error.to_string()))?;
        }
        None if with_key => output::print_json_revealing(&value)?,
        None => output::print_json(&value)?,
    }
    Ok(Exit::Done)
}

fn contract(profile: &Profile, form: Form, to: Option<&Path>, force: bool) -> Ended {
    let text = form.write(profile);
    match to {
        Some(path) => write_export(path, &text, force).map_err(|error| CommandError::input(error.to_string()))?,
        None => output::print_document(&text)?,
    }
    Ok(Exit::Done)
}

fn remove(context: &Context, what: &str) -> Ended {
    let id = &context.saved(what)?.id;
    context.store()?.remove_profile(id).map_err(|error| disk(&error))?;
    output::print(&format!("Removed {0}. To bring it back: centerpost profiles restore {0}\n", id.0))?;
    Ok(Exit::Done)
}

fn restore(context: &Context, id: String) -> Ended {
    let stored = context.store()?.restore_profile(&ProfileId(id)).map_err(|error| CommandError::input(error.to_string()))?;
    output::print(&format!("Restored {} ({})\n", one_line(&stored.profile.name), stored.id.0))?;
    Ok(Exit::Done)
}

fn folder(context: &Context, path: Option<&Path>, default: bool, moves: bool) -> Ended {
    let store = context.store()?;
    let old = store.profiles_folder();
    if path.is_some() || default {
        let folder = path.map(std::path::absolute).transpose();
        let folder = folder.map_err(|error| CommandError::input(format!("Using the folder of profiles: {error}")))?;
        if let Some(folder) = &folder {
            Store::check_profiles_folder(folder).map_err(|error| CommandError::input(error.to_string()))?;
        }
        let mut settings = context.found.settings.clone();
        settings.profiles_folder = folder;
        store.save_settings(&settings).map_err(|error| disk(&error))?;
        store.find_profiles_folder();
    } else if moves {
        return Err(CommandError::input("--move needs the folder to move to, or --default"));
    }
    let new = store.profiles_folder();
    if moves && new != old {
        let moved = store.move_profiles_from(&old).map_err(|error| disk(&error))?;
        moved.left.iter().for_each(|left| output::complain("note", left));
        output::complain("note", &format!("moved {} profiles", moved.moved));
    } else if new != old && Store::count_profiles(&old) > 0 {
        let count = Store::count_profiles(&old);
        output::complain("note", &format!("{count} profiles stay in {}; --move would have taken them along", old.display()));
    }
    output::print(&format!("{}\n", new.display()))?;
    Ok(Exit::Done)
}
