//! A running relay, and what is made of each exchange that passes.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use super::alerts::{Alerts, Observed};
use super::order::{RelayOrder, RelayTarget};
use super::rewrite;
use crate::diagnosis::{self, Cause};
use crate::model::history::{Fingerprint, HistoryRecord, is_outcome_unknown};
use crate::model::settings::Proxy;
use crate::model::{Address, Exchange, Network, Profile, attachment, multipart};
use crate::sandbox::{Options, Sandbox};
use crate::service::group::{Announced, GroupRecorder};
use crate::service::record::{self, Origin};
use crate::service::recorder::explain;
use crate::transport::relay::{Destination, Relay, RelayEvent, RelayEvents, RelayOptions, RelayStep, RelayedExchange, Rewrite};

/// Tickets whose uploads are told to belong to them.
const REMEMBERED: usize = 10_000;
/// Things that happened that are looked at at once.
const AT_ONCE: usize = 64;

/// A running relay; it stops when it is dropped.
pub struct RelaySession {
    /// `None` once it was stopped.
    relay: Option<Relay>,
    address: SocketAddr,
    /// The twin that requests go to, while the relay runs.
    _sandbox: Option<Sandbox>,
    events: RelayEvents,
    /// The profile that exchanges are checked against.
    profile: Profile,
    profile_id: String,
    url: String,
    alerts: Alerts,
    /// The delivery that a path of an attachment endpoint belongs to.
    deliveries: HashMap<String, u64>,
    /// The rows of exchanges that are under way, by their numbers.
    under_way: HashMap<u64, Announced>,
}

/// An exchange that passed, recorded and explained.
#[derive(Clone, Debug)]
pub struct Relayed {
    /// Counts from 1.
    pub number: u64,
    /// Who sent it.
    pub client: SocketAddr,
    /// What was sent and what came back.
    pub exchange: Exchange,
    /// Its causes, best first; empty for a success.
    pub causes: Vec<Cause>,
    /// What the profile's contract says against it, though it was taken.
    pub warnings: Vec<Cause>,
    /// What is to be said of it, a sentence without a full stop each.
    pub remarks: Vec<String>,
    /// What is noticed beside earlier exchanges.
    pub alerts: Vec<String>,
}

/// What a line about an exchange is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The cause of a failure.
    Problem,
    /// What the contract says against a request that was taken.
    Warning,
    /// What is noticed beside earlier exchanges.
    Alert,
    /// What is to be known of how it was passed on.
    Remark,
}

impl Relayed {
    /// What is to be said of it, in its order. The texts may hold secrets of an answer.
    pub fn said(&self) -> Vec<(Mark, String)> {
        let problem = self.causes.first().map(|cause| (Mark::Problem, format!("{} ({})", cause.title, cause.id)));
        let warnings = self.warnings.iter().map(|warning| (Mark::Warning, warning.title.clone()));
        let alerts = self.alerts.iter().map(|alert| (Mark::Alert, alert.clone()));
        let remarks = self.remarks.iter().map(|remark| (Mark::Remark, remark.clone()));
        problem.into_iter().chain(warnings).chain(alerts).chain(remarks).collect()
    }
}

/// What a relay has to tell.
pub type RelayNews = RelayEvent<Relayed>;

impl RelaySession {
    /// Starts a relay, and the twin that it needs.
    ///
    /// # Errors
    /// When its address cannot be listened at, a certificate or a setting of the network cannot be used, or the twin cannot start.
    pub async fn start(order: RelayOrder) -> Result<Self, String> {
        let mut profile = order.profile.clone();
        let mut network = order.network.clone();
        let mut sandbox = None;
        let destination = match &order.target {
            RelayTarget::Profile => Destination::Server(profile.base_url.clone()),
            RelayTarget::Server(address) => Destination::Server(address.clone()),
            RelayTarget::Capture { status } => Destination::Nowhere { status: *status, body: captured(*status) },
            RelayTarget::Sandbox => {
                let options = Options { profiles: vec![profile.clone()], ..Options::default() };
                let twin = Sandbox::start(options).await.map_err(|error| error.to_string())?;
                // A twin is on this computer, where no proxy leads.
                network = Network { proxy: Proxy::Direct, ..network };
                if let Some(played) = twin.profiles().into_iter().next() {
                    profile = played;
                }
                let base = twin.base_url();
                sandbox = Some(twin);
                Destination::Server(base)
            }
        };
        let url = Arc::new(OnceLock::new());
        let scheme = if order.tls.is_some() { "https" } else { "http" };
        let prefix = order.token.as_ref().map(|token| format!("/{token}")).unwrap_or_default();
        let options = RelayOptions {
            listen: order.listen,
            recorded_as: if matches!(destination, Destination::Nowhere { .. }) {
                profile.base_url.clone()
            } else {
                String::new()
            },
            destination,
            token: order.token.clone(),
            tls: order.tls.clone(),
            rewrite: order.rewrites.then(|| turning(profile.clone(), scheme, prefix.clone(), Arc::clone(&url))),
            passes_others: matches!(order.target, RelayTarget::Profile | RelayTarget::Server(_))
                && order.listen.ip().is_loopback(),
            network,
        };
        let (relay, events) = Relay::start(options).await.map_err(|error| error.to_string())?;
        let own = format!("{scheme}://{}{prefix}", relay.address());
        let own = url.get_or_init(|| own).clone();
        Ok(Self {
            address: relay.address(),
            relay: Some(relay),
            _sandbox: sandbox,
            events,
            profile,
            profile_id: order.profile_id,
            url: own,
            alerts: Alerts::knowing(order.habits.clone()),
            deliveries: HashMap::new(),
            under_way: HashMap::new(),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no further request. Those under way get some seconds to end; what came of them is still told.
    pub fn stop(&mut self) {
        self.relay = None;
    }

    /// What stands in the place of the server's address for those who post here, with the access token.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// An endpoint of the profile, as those have it who post here.
    pub fn endpoint(&self, own: &str) -> String {
        format!("{}{}", self.url, Address::parse(own).behind_base())
    }

    /// The profile that exchanges are checked against.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What happened since the last call, recorded: at least one thing. `None` once it has stopped and everything was told. Whoever
    /// stops waiting loses nothing.
    pub async fn next(&mut self, recorder: &GroupRecorder) -> Option<Vec<RelayNews>> {
        loop {
            recorder.has_room().await;
            let steps = self.events.next(AT_ONCE).await;
            if steps.is_empty() {
                return None;
            }
            let news = self.record(steps, recorder);
            if !news.is_empty() {
                return Some(news);
            }
        }
    }

    /// Records what happened. What is over already when its begin is read gets its row at once; what takes longer is written down as
    /// under way first.
    fn record(&mut self, steps: Vec<RelayStep>, recorder: &GroupRecorder) -> Vec<RelayNews> {
        let mut begun = BTreeMap::new();
        let mut news = Vec::with_capacity(steps.len());
        for step in steps {
            let event = match step {
                RelayStep::Begun(passed) => {
                    begun.insert(passed.number, passed.exchange);
                    continue;
                }
                RelayStep::Over(event) => event,
            };
            news.push(event.map(|passed| {
                let number = passed.number;
                begun.remove(&number);
                let (relayed, record) = self.relayed(passed, recorder);
                recorder.keep(self.under_way.remove(&number).unwrap_or_default(), record);
                relayed
            }));
        }
        for (number, exchange) in begun {
            let (record, _) = self.kept(&exchange, &[]);
            self.under_way.insert(number, recorder.announce(record));
        }
        news
    }

    /// An exchange as the history keeps it, and whether it makes a ticket.
    fn kept(&self, exchange: &Exchange, causes: &[Cause]) -> (HistoryRecord, bool) {
        let delivery = self.deliveries.get(&path(&exchange.sent.url)).copied();
        let is_multipart = || exchange.sent.header("content-type").is_some_and(|kind| multipart::boundary_of(kind).is_some());
        let is_upload = delivery.is_some() || exchange.sent.parts.is_some() || is_multipart();
        let mut origin = Origin::new(&self.profile_id);
        origin.delivery = delivery.unwrap_or(origin.delivery);
        let is_create = !is_upload && exchange.sent.method == "POST";
        let record = match (is_upload, is_create) {
            (true, _) => record::uploaded(&origin, &self.profile, exchange, causes),
            (false, true) => record::created(&origin, &self.profile, 0, exchange, causes),
            (false, false) => record::probed(&origin, &self.profile, exchange, causes),
        };
        (record, is_create)
    }

    fn relayed(&mut self, passed: RelayedExchange, recorder: &GroupRecorder) -> (Relayed, HistoryRecord) {
        let RelayedExchange { number, client, exchange, remarks } = passed;
        let is_accepted = exchange.is_accepted();
        let causes = explain(recorder, &Origin::new(&self.profile_id), &self.profile, &exchange);
        let (record, is_create) = self.kept(&exchange, &causes);
        if is_create {
            self.remember(&exchange, record.row.delivery);
        }
        let agent = exchange.sent.header("user-agent").unwrap_or_default();
        let alerts = self.alerts.observe(&Observed {
            at: exchange.started_at,
            system: &format!("{} {agent}", client.ip()),
            payload: exchange.sent.body.as_deref().filter(|_| is_create),
            fingerprint: Fingerprint::of(&exchange.sent),
            is_accepted,
            is_known: !is_outcome_unknown(&exchange),
        });
        let warnings = if is_create && is_accepted { self.warnings(&exchange) } else { Vec::new() };
        let causes = if is_accepted { Vec::new() } else { causes };
        (Relayed { number, client, exchange, causes, warnings, remarks, alerts }, record)
    }

    /// What the profile's contract says against a request that was taken.
    fn warnings(&self, exchange: &Exchange) -> Vec<Cause> {
        let rows = diagnosis::check(&self.profile, &exchange.sent);
        rows.into_iter().flat_map(|row| row.problems).collect()
    }

    /// Remembers which uploads belong to a ticket.
    fn remember(&mut self, exchange: &Exchange, delivery: u64) {
        let Some(json) = exchange.answer().and_then(crate::model::Answer::json) else { return };
        if self.deliveries.len() > REMEMBERED {
            self.deliveries.clear();
        }
        for endpoint in attachment::find(&json, &self.profile.endpoint(), Some(&self.profile)) {
            self.deliveries.insert(path(&endpoint.completed), delivery);
            self.deliveries.insert(path(&endpoint.returned), delivery);
        }
    }
}

/// The body of a canned answer.
fn captured(status: u16) -> String {
    format!(r#"{{"status":{status},"description":"Captured by the Centerpost relay. Nothing was passed on."}}"#)
}

fn turning(profile: Profile, scheme: &'static str, prefix: String, own: Arc<OnceLock<String>>) -> Rewrite {
    Arc::new(move |answer, host| {
        let asked = if host.is_empty() { own.get().cloned()? } else { format!("{scheme}://{host}{prefix}") };
        rewrite::turned(answer, &profile, &asked)
    })
}

/// The path of an address, without what tells one request from another.
fn path(url: &str) -> String {
    let address = Address::parse(url);
    address.behind_base().split(['?', '#']).next().unwrap_or_default().to_owned()
}
