//! Where to send, and how: the profile that an argument names, the API key, headers and the network.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use crate::cli::common_args::{Printing, Target};
use crate::cli::exit::CommandError;
use crate::cli::output;
use crate::logging;
use crate::model::request::Secrets;
use crate::model::secrets::masker::Masker;
use crate::model::{Address, Network, Profile, Secret};
use crate::service::group::GroupRecorder;
use crate::service::recorder::DirectRecorder;
use crate::service::session::{self, Session, named_profile};
use crate::store::Vault as _;
use crate::store::{History, KeyPlace, ProfileId, Store, StoreContents, StoreError, StoredProfile, read_profile_file};

/// How to send without a history.
const WITHOUT: &str = "To send without keeping it, use --no-history.";

/// The store and what it holds, as far as there is one.
pub(in crate::cli) struct Context {
    store: Result<Store, StoreError>,
    /// What was found on disk.
    pub(in crate::cli) found: StoreContents,
    history: std::cell::OnceCell<Result<History, String>>,
    /// Whether what is sent is not to be kept.
    no_history: bool,
    /// A command confirms what it sends once, so there is never one that was confirmed before.
    confirmed: HashSet<ProfileId>,
}

impl Context {
    /// Reads the store. What is wrong with its files is said on standard error.
    pub(in crate::cli) fn open() -> Self {
        let store = Store::open();
        let found = store.as_ref().map(Store::load).unwrap_or_default();
        for notice in &found.notices {
            output::complain("note", &notice.0);
        }
        Self { store, found, history: std::cell::OnceCell::new(), no_history: false, confirmed: HashSet::new() }
    }

    /// The same, where what is sent is not kept if `no_history` says so.
    pub(in crate::cli) fn keeping(self, no_history: bool) -> Self {
        Self { no_history, ..self }
    }

    /// How to reach a profile's server.
    pub(in crate::cli) fn network(&self, profile: &Profile) -> Network {
        session::network(self.store.as_ref().ok(), &self.found.settings, profile)
    }

    /// The surroundings of what is prepared and sent.
    pub(in crate::cli) fn session(&self) -> Session<'_> {
        Session {
            store: self.store.as_ref().ok(),
            history: self.history(),
            settings: &self.found.settings,
            settings_trouble: self.found.settings_trouble.as_deref(),
            confirmed: &self.confirmed,
            now: jiff::Timestamp::now(),
        }
    }

    /// Keeps what commands send in the history. Where it cannot be kept, nothing is sent, unless that was asked for.
    pub(in crate::cli) fn recorder(&self) -> DirectRecorder<'_, impl Fn(StoreError)> {
        DirectRecorder { history: self.kept_in(), on_error: |error| not_kept(&error) }
    }

    /// As [`Context::recorder`], for a command that sends or passes on much: it writes on a thread of its own, in groups.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::cli) fn group_recorder(history: Option<&History>) -> Result<GroupRecorder, CommandError> {
        GroupRecorder::start(history.cloned(), |_| {}, |error| not_kept(&error))
            .map_err(|error| CommandError::failed(format!("Starting the thread of the history: {error}")))
    }

    /// The history that what is sent is kept in; `None` where nothing is to be kept.
    ///
    /// # Errors
    /// When it has to be kept and cannot be; why, and how to send without.
    pub(in crate::cli) fn kept_in(&self) -> Result<Option<&History>, String> {
        let history = if self.no_history { Ok(None) } else { self.opened().as_ref().map(Some).map_err(Clone::clone) };
        history.map_err(|reason| format!("{reason} {WITHOUT}"))
    }

    /// Sees that what is about to be sent can be kept, before anything is concluded from its not being sent.
    ///
    /// # Errors
    /// When there is no history or it can only be read, unless nothing is to be kept.
    pub(in crate::cli) fn keeps(&self) -> Result<(), CommandError> {
        let kept = match self.opened() {
            _ if self.no_history => Ok(()),
            Ok(history) => history.may_write().map_err(|error| error.to_string()),
            Err(reason) => Err(reason.clone()),
        };
        kept.map_err(|reason| {
            CommandError::input(format!("Nothing is sent, because it cannot be kept in the history. {reason} {WITHOUT}"))
        })
    }

    /// The store, for commands that cannot do without.
    pub(in crate::cli) fn store(&self) -> Result<&Store, CommandError> {
        self.store.as_ref().map_err(|error| CommandError::input(error.to_string()))
    }

    /// The history, for a command that cannot do without one.
    pub(in crate::cli) fn needed_history(&self) -> Result<&History, CommandError> {
        self.store()?;
        self.history().ok_or_else(|| CommandError::failed("The history cannot be opened"))
    }

    /// The history, opened when it is first asked for. Why there is none, is said once on standard error.
    pub(in crate::cli) fn history(&self) -> Option<&History> {
        let is_said = self.no_history || self.history.get().is_some();
        self.opened()
            .as_ref()
            .inspect_err(|reason| {
                if !is_said {
                    output::complain("warning", reason);
                }
            })
            .ok()
    }

    /// The history, or why there is none.
    fn opened(&self) -> &Result<History, String> {
        self.history.get_or_init(|| {
            let store = self.store.as_ref().map_err(StoreError::to_string)?;
            let (history, notices) = store.open_history().map_err(|error| error.to_string())?;
            notices.iter().for_each(|notice| output::complain("note", &notice.0));
            Ok(history)
        })
    }

    /// A masker that knows every secret that was read so far.
    pub(in crate::cli) fn masker(&self, secrets: Secrets) -> Masker {
        let mut masker = Masker::new(secrets);
        let known = self.store.as_ref().map(|store| store.keys().known()).unwrap_or_default();
        known.iter().for_each(|(secret, _)| masker.learn(secret.reveal()));
        masker
    }

    /// The name on disk of the profile that an argument names; empty for one that is not saved.
    pub(in crate::cli) fn profile_id(&self, target: &Target) -> String {
        let what = target.profile.as_deref().filter(|what| !what.ends_with(".profile.json"));
        what.and_then(|what| named_profile(&self.found.profiles, what).ok()).map(|stored| stored.id.0.clone()).unwrap_or_default()
    }

    /// The saved profile of a name or id.
    pub(in crate::cli) fn saved(&self, what: &str) -> Result<&StoredProfile, CommandError> {
        self.store()?;
        named_profile(&self.found.profiles, what).map_err(CommandError::input)
    }

    /// The profile of a name or id, or the one in a file.
    pub(in crate::cli) fn profile(&self, what: &str) -> Result<Profile, CommandError> {
        self.profile_and_id(what).map(|(profile, _)| profile)
    }

    /// As [`Context::profile`], with what it is saved as; that is empty for one out of a file.
    pub(in crate::cli) fn profile_and_id(&self, what: &str) -> Result<(Profile, String), CommandError> {
        let path = Path::new(what);
        let read = || match read_profile_file(path) {
            Ok(profile) => {
                profile.secrets().iter().for_each(logging::learn);
                Ok((profile, String::new()))
            }
            Err(error) => Err(CommandError::input(error.to_string())),
        };
        if what.ends_with(".profile.json") {
            return read();
        }
        match self.saved(what) {
            Ok(stored) => Ok((stored.profile.clone(), stored.id.0.clone())),
            Err(_) if path.is_file() => read(),
            Err(failure) => Err(failure),
        }
    }
}

impl Target {
    /// The profile with the API key and headers of the command line, and how to reach its server.
    pub(in crate::cli) fn resolve(&self, context: &Context) -> Result<(Profile, Network), CommandError> {
        let mut profile = match &self.profile {
            Some(what) => context.profile(what)?,
            None => Profile::default(),
        };
        if let Some(key) = self.api_key()? {
            profile.api_key = key;
        } else {
            self.say_if_unknown(context, &profile);
        }
        for text in &self.headers {
            let header = parse_header(text)?;
            profile.extra_headers.retain(|(name, _)| !name.eq_ignore_ascii_case(&header.0));
            profile.extra_headers.push(header);
        }
        profile.secrets().iter().for_each(logging::learn);
        let mut network = context.network(&profile);
        if let Some(seconds) = self.timeout {
            let timeout = Duration::try_from_secs_f64(seconds).ok().filter(|timeout| !timeout.is_zero());
            let timeout = timeout.ok_or_else(|| CommandError::input("--timeout takes a number of seconds above 0"))?;
            network.connect_timeout = timeout;
            network.idle_timeout = timeout;
        }
        Ok((profile, network))
    }

    /// A saved profile whose key is not known would only meet a 404.
    fn say_if_unknown(&self, context: &Context, profile: &Profile) {
        let saved = self.profile.as_deref().is_some_and(|what| context.saved(what).is_ok());
        let Some(store) = context.store.as_ref().ok().filter(|_| saved && profile.api_key.is_empty() && !profile.sandbox) else {
            return;
        };
        let place = store.keys().place();
        let advice = match place {
            KeyPlace::LockedFile { .. } => "Set CENTERPOST_PASSPHRASE, or give the key with --api-key-file or CENTERPOST_API_KEY",
            _ => "Give it with --api-key-file or CENTERPOST_API_KEY",
        };
        let text = format!("the profile's API key is not known; keys are kept {}. {advice}", place.words());
        output::complain("note", &text);
    }

    /// The profile with the headers that may go to an address: those that were typed for this command, and of its own those that
    /// [`Profile::headers_for`] lets go there. What is held back is said.
    pub(in crate::cli) fn fitted(&self, profile: Profile, url: &str) -> Profile {
        let is_typed = |name: &str| {
            self.headers.iter().any(|text| text.split(':').next().is_some_and(|own| own.trim().eq_ignore_ascii_case(name)))
        };
        let fitting = profile.headers_for(url);
        let (kept, held_back): (Vec<_>, Vec<_>) =
            profile.extra_headers.iter().cloned().partition(|header| is_typed(&header.0) || fitting.contains(header));
        if !held_back.is_empty() {
            let names: Vec<&str> = held_back.iter().map(|(name, _)| name.as_str()).collect();
            let text = format!(
                "not sent to {}, which is not the profile's address: {}. Give it with --header if it is meant to go there",
                Address::parse(url).origin(),
                names.join(", ")
            );
            output::complain("warning", &text);
        }
        Profile { extra_headers: kept, ..profile }
    }

    fn api_key(&self) -> Result<Option<Secret>, CommandError> {
        given_api_key(self.api_key_file.as_deref())
    }
}

/// The API key of a file or of the environment, which takes the place of a profile's.
pub(in crate::cli) fn given_api_key(file: Option<&Path>) -> Result<Option<Secret>, CommandError> {
    if let Some(path) = file {
        let key = Secret::new(crate::cli::input::read_input_text(path, "Reading the API key from")?);
        let key = Secret::new(key.reveal().trim());
        if key.is_empty() {
            return Err(CommandError::input(format!("Reading the API key from {}: the file is empty", path.display())));
        }
        logging::learn(&key);
        return Ok(Some(key));
    }
    let key = std::env::var("CENTERPOST_API_KEY").ok().map(Secret::new).filter(|key| !key.is_empty());
    key.iter().for_each(logging::learn);
    Ok(key)
}

impl Printing {
    /// Prints a result for people; with `--raw` to the byte, unless it goes to a terminal.
    pub(in crate::cli) fn print(&self, text: &str) -> Result<(), CommandError> {
        if self.raw { output::print_document(text) } else { output::print(text) }
    }

    /// Whether secrets are shown.
    pub(in crate::cli) fn secrets(&self) -> Secrets {
        if self.show_secrets { Secrets::Shown } else { Secrets::Masked }
    }

    /// A masker that knows a profile's secrets.
    pub(in crate::cli) fn masker(&self, profile: &Profile) -> Masker {
        let mut masker = Masker::new(self.secrets());
        masker.learn_profile(profile);
        masker
    }
}

fn not_kept(error: &StoreError) {
    output::complain("warning", &format!("what came of this is not in the history. {error}"));
}

/// The value is not quoted in the error: it may be a secret.
fn parse_header(text: &str) -> Result<(String, String), CommandError> {
    let token = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c));
    let parts = text.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
    match parts {
        Some((name, value)) if token(name) && !value.contains(['\r', '\n', '\0']) => Ok((name.to_owned(), value.to_owned())),
        _ => Err(CommandError::input("--header takes NAME: VALUE in one line, as in --header 'X-Trace: 17'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_by_table() {
        for (text, expected) in [
            ("X-Trace: 17", Some(("X-Trace", "17"))),
            ("A:", Some(("A", ""))),
            ("A: b: c", Some(("A", "b: c"))),
            ("no colon", None),
            (": x", None),
            ("A b: x", None),
            ("A: x\r\nB: y", None),
        ] {
            let found = parse_header(text).ok();
            assert_eq!(found.as_ref().map(|(name, value)| (name.as_str(), value.as_str())), expected, "{text:?}");
        }
    }
}
