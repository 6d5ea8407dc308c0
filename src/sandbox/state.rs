//! What a sandbox knows: the sources it plays, how it answers, its tickets and its log.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::example::example_profile;
use super::fault::Fault;
use super::log_entry::LogEntry;
use super::options::Options;
use super::shape::Shape;
use crate::model::secrets::secret::MASK;
use crate::model::{Profile, Secret};

/// Log entries that are kept; with the limits on headers and texts this bounds the log to some tens of megabytes.
const LOG_LENGTH: usize = 300;
/// Tickets that files can still be uploaded to.
const TICKETS: usize = 10_000;
/// The number of the first ticket.
const FIRST_TICKET: u64 = 4711;
/// Bytes of JSON bodies that are held at once, over all connections.
const JSON_BUDGET: u64 = 256 * 1024 * 1024;

pub(super) struct State {
    addr: SocketAddr,
    key: Secret,
    settings: Mutex<Settings>,
    tickets: Mutex<Tickets>,
    log: Mutex<VecDeque<LogEntry>>,
    received: AtomicU64,
    revision: AtomicU64,
    on_change: Mutex<Option<OnChange>>,
    held: AtomicU64,
}

type OnChange = Arc<dyn Fn() + Send + Sync>;

struct Settings {
    profiles: Arc<[Profile]>,
    /// The keys that the profiles had, in their order, where they are played under another.
    given_keys: Arc<[Secret]>,
    shape: Shape,
    fault: Option<Fault>,
}

struct Tickets {
    next: u64,
    /// Those that exist from the beginning.
    given: Vec<String>,
    /// Project and source key by ticket.
    of: BTreeMap<u64, (String, String)>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("addr", &self.addr).finish_non_exhaustive()
    }
}

impl State {
    pub fn new(addr: SocketAddr, key: Secret, options: Options) -> Self {
        let (profiles, given_keys) = match options.own_keys {
            true => with_own_keys(addr, options.profiles),
            false => (options.profiles, Vec::new()),
        };
        let (profiles, given_keys) = (filled(addr, &key, profiles), given_keys.into());
        Self {
            addr,
            key,
            settings: Mutex::new(Settings { profiles, given_keys, shape: options.shape, fault: options.fault }),
            tickets: Mutex::new(Tickets { next: FIRST_TICKET, given: options.tickets, of: BTreeMap::new() }),
            log: Mutex::default(),
            received: AtomicU64::new(0),
            revision: AtomicU64::new(0),
            on_change: Mutex::default(),
            held: AtomicU64::new(0),
        }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Whether a `Host` header names this sandbox. A page on the web can point a name of its own at 127.0.0.1, but not name this.
    pub fn is_own_host(&self, host: &str) -> bool {
        let port = self.addr.port();
        let (name, given) = host.rsplit_once(':').map_or((host, Some(80)), |(name, given)| (name, given.parse::<u16>().ok()));
        given == Some(port) && (name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost"))
    }

    pub fn profiles(&self) -> Arc<[Profile]> {
        Arc::clone(&lock(&self.settings).profiles)
    }

    pub fn set_profiles(&self, profiles: Vec<Profile>) {
        let profiles = filled(self.addr, &self.key, profiles);
        let mut settings = lock(&self.settings);
        (settings.profiles, settings.given_keys) = (profiles, Arc::default());
    }

    /// Whether a key opens the source of a number.
    pub fn is_key_of(&self, number: usize, key: &Secret) -> bool {
        let settings = lock(&self.settings);
        settings.profiles.get(number).is_some_and(|profile| profile.api_key == *key)
            || settings.given_keys.get(number) == Some(key)
    }

    pub fn shape(&self) -> Shape {
        lock(&self.settings).shape
    }

    pub fn set_shape(&self, shape: Shape) {
        lock(&self.settings).shape = shape;
    }

    pub fn fault(&self) -> Option<Fault> {
        lock(&self.settings).fault
    }

    pub fn set_fault(&self, fault: Option<Fault>) {
        lock(&self.settings).fault = fault;
    }

    /// The id of a new ticket.
    pub fn create_ticket(&self, profile: &Profile) -> u64 {
        let mut tickets = lock(&self.tickets);
        let id = tickets.next;
        tickets.next += 1;
        tickets.of.insert(id, (profile.project_key.clone(), profile.source_key.clone()));
        if tickets.of.len() > TICKETS {
            tickets.of.pop_first();
        }
        id
    }

    pub fn has_ticket(&self, id: &str, profile: &Profile) -> bool {
        // `007` is not ticket 7.
        let parsed = id.parse::<u64>().ok().filter(|number| number.to_string() == id);
        let tickets = lock(&self.tickets);
        let is_own = |(project, source): &(String, String)| *project == profile.project_key && *source == profile.source_key;
        parsed.and_then(|number| tickets.of.get(&number)).is_some_and(is_own) || tickets.given.iter().any(|given| given == id)
    }

    /// The number of the next request.
    pub fn next_number(&self) -> u64 {
        self.received.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub fn log(&self) -> Vec<LogEntry> {
        let mut entries: Vec<_> = lock(&self.log).iter().cloned().collect();
        // They are written when they are answered, which may be in another order.
        entries.sort_by_key(|entry| entry.number);
        entries
    }

    /// Writes an entry, wiping known API keys from wherever they may have been sent.
    pub fn record(&self, mut entry: LogEntry) {
        for key in self.secrets() {
            wipe(&mut entry, &key);
        }
        {
            let mut log = lock(&self.log);
            if log.len() >= LOG_LENGTH {
                log.pop_front();
            }
            log.push_back(entry);
        }
        self.revision.fetch_add(1, Ordering::Release);
        let on_change = lock(&self.on_change).clone();
        if let Some(on_change) = on_change {
            on_change();
        }
    }

    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    pub fn set_on_change(&self, on_change: OnChange) {
        *lock(&self.on_change) = Some(on_change);
    }

    /// Reserves memory for a JSON body; `None` when all bodies together would take too much.
    pub fn hold(self: &Arc<Self>, bytes: u64) -> Option<Held> {
        let before = self.held.fetch_add(bytes, Ordering::Relaxed);
        let held = Held { state: Arc::clone(self), bytes };
        (before + bytes <= JSON_BUDGET).then_some(held)
    }

    fn secrets(&self) -> Vec<String> {
        let mut keys = vec![self.key.reveal().to_owned()];
        keys.extend(self.profiles().iter().map(|profile| profile.api_key.reveal().to_owned()));
        keys.extend(lock(&self.settings).given_keys.iter().map(|key| key.reveal().to_owned()));
        let encoded: Vec<_> = keys.iter().map(|key| utf8_percent_encode(key, NON_ALPHANUMERIC).to_string()).collect();
        keys.extend(encoded);
        // Wiping a key of one or two letters would wipe the text around it too; in its own place it is masked anyway.
        keys.retain(|key| key.len() > 2);
        keys.sort();
        keys.dedup();
        keys
    }
}

/// Memory reserved for a body, given back when dropped.
pub(super) struct Held {
    state: Arc<State>,
    bytes: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.state.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Profiles without what is secret in them, and their API keys.
fn with_own_keys(addr: SocketAddr, profiles: Vec<Profile>) -> (Vec<Profile>, Vec<Secret>) {
    let bare = |mut profile: Profile| {
        profile.extra_headers = profile.headers_for(&format!("http://{addr}"));
        let key = std::mem::take(&mut profile.api_key);
        (profile, key)
    };
    profiles.into_iter().map(bare).unzip()
}

fn filled(addr: SocketAddr, key: &Secret, mut profiles: Vec<Profile>) -> Arc<[Profile]> {
    if profiles.is_empty() {
        profiles.push(example_profile());
    }
    for profile in &mut profiles {
        profile.base_url = format!("http://{addr}");
        if profile.api_key.is_empty() {
            profile.api_key = key.clone();
        }
    }
    profiles.into()
}

fn wipe(entry: &mut LogEntry, key: &str) {
    let clean = |text: &mut String| {
        if text.contains(key) {
            *text = text.replace(key, MASK);
        }
    };
    clean(&mut entry.target);
    clean(&mut entry.body_text);
    clean(&mut entry.rule);
    for (name, value) in &mut entry.headers {
        clean(name);
        clean(value);
    }
    for part in &mut entry.parts {
        clean(&mut part.name);
        part.filename.as_mut().map(clean);
        part.content_type.as_mut().map(clean);
    }
}

/// Nothing here panics while it holds a lock, so a poisoned one is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> Arc<State> {
        Arc::new(State::new(([127, 0, 0, 1], 8123).into(), Secret::new("abc123"), Options::default()))
    }

    #[test]
    fn hosts_by_table() {
        for (host, expected) in [
            ("127.0.0.1:8123", true),
            ("localhost:8123", true),
            ("LOCALHOST:8123", true),
            ("127.0.0.1", false),
            ("127.0.0.1:8124", false),
            ("evil.example:8123", false),
            ("127.0.0.1.evil.example:8123", false),
            ("", false),
        ] {
            assert_eq!(state().is_own_host(host), expected, "{host}");
        }
    }

    #[test]
    fn the_log_is_bounded_and_holds_no_key() {
        let state = state();
        for number in 1..=LOG_LENGTH as u64 + 5 {
            state.record(LogEntry { number, body_text: "my key is abc123".into(), ..LogEntry::default() });
        }
        let log = state.log();
        assert_eq!((log.len(), log[0].number), (LOG_LENGTH, 6));
        assert_eq!(log[0].body_text, format!("my key is {MASK}"));
        assert_eq!(state.revision(), LOG_LENGTH as u64 + 5);
    }

    #[test]
    fn a_source_has_a_key_of_its_own_and_takes_the_given_one() {
        let header = |name: &str| (name.to_owned(), "s3cr3t".to_owned());
        let real = Profile {
            base_url: "https://acme.example".into(),
            api_key: Secret::new("real-key"),
            extra_headers: vec![header("Authorization"), header("X-Trace")],
            ..example_profile()
        };
        for (own_keys, expected, headers) in [(true, "abc123", 1), (false, "real-key", 2)] {
            let options = Options { profiles: vec![real.clone()], own_keys, ..Options::default() };
            let state = State::new(([127, 0, 0, 1], 8123).into(), Secret::new("abc123"), options);
            let played = &state.profiles()[0];
            assert_eq!((played.api_key.reveal(), played.extra_headers.len()), (expected, headers));
            assert!(state.is_key_of(0, &Secret::new("real-key")) && state.is_key_of(0, &played.api_key));
            assert!(!state.is_key_of(0, &Secret::new("other")) && !state.is_key_of(1, &Secret::new("real-key")));
            let entry = LogEntry { body_text: "real-key".into(), ..LogEntry::default() };
            let state = Arc::new(state);
            state.record(entry);
            assert_eq!(state.log()[0].body_text, MASK);
        }
    }

    #[test]
    fn json_bodies_share_a_budget() {
        let state = state();
        let first = state.hold(JSON_BUDGET).unwrap();
        assert!(state.hold(1).is_none());
        drop(first);
        assert!(state.hold(1).is_some());
    }

    #[test]
    fn tickets_belong_to_their_source() {
        let state = state();
        let profile = example_profile();
        let other = Profile { source_key: "other".into(), ..example_profile() };
        assert_eq!(state.create_ticket(&profile), 4711);
        assert_eq!(state.create_ticket(&other), 4712);
        assert!(state.has_ticket("4711", &profile) && !state.has_ticket("4711", &other));
        assert!(!state.has_ticket("04711", &profile) && !state.has_ticket("x", &profile));
    }
}
