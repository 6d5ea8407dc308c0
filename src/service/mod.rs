//! What both faces do: prepare a request, confirm it, send it, record and explain what came of it, and the tools that look for a fault.
//!
//! Nothing here asks, draws or prints. Whoever calls passes what is to happen on each event.
//!
//! A ticket in a sandbox:
//!
//! ```
//! use std::collections::HashSet;
//!
//! use centerpost::model::settings::Proxy;
//! use centerpost::model::{Network, Settings};
//! use centerpost::sandbox::{self, Sandbox};
//! use centerpost::service::intent::Purpose;
//! use centerpost::service::deliver;
//! use centerpost::service::order::{Delivery, DeliveryProgress};
//! use centerpost::service::prepare;
//! use centerpost::service::record::Origin;
//! use centerpost::service::session::Session;
//! use tokio_util::sync::CancellationToken;
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let sandbox = Sandbox::start(sandbox::Options::default()).await.unwrap();
//! let profile = sandbox.profiles().remove(0);
//!
//! // Exactly the bytes that are sent.
//! let sent_to = profile.endpoint();
//! let payload = br#"{"submitter": "jim@example.com", "summary": "Crash on load", "severity": "Major"}"#;
//! let request = prepare::of_payload(&sent_to, payload.to_vec(), &profile.extra_headers);
//!
//! // Whether to ask first.
//! let (settings, confirmed) = (Settings::default(), HashSet::new());
//! let now = jiff::Timestamp::now();
//! let (settings_trouble, confirmed) = (None, &confirmed);
//! let session = Session { store: None, history: None, settings: &settings, settings_trouble, confirmed, now };
//! let order = session.delivery(request, sent_to, profile, Vec::new(), Origin::default());
//! assert!(session.due(&order.intent(Purpose::Send)).reasons.is_empty());
//!
//! // Send it, directly and without a history.
//! let order = Delivery { network: Network { proxy: Proxy::Direct, ..order.network.clone() }, ..order };
//! let report = deliver::deliver(order, &DeliveryProgress::new(0), &CancellationToken::new(), &(), |_| {}).await;
//! assert_eq!(report.summary(), "Ticket 4711 created");
//! # });
//! ```

pub mod about;
pub mod confirm;
pub mod deliver;
pub mod evidence;
pub mod existing;
pub mod group;
pub mod intent;
mod kept;
pub mod order;
pub mod prepare;
pub mod record;
pub mod recorder;
pub mod relay;
pub mod report;
pub mod resend;
pub mod session;
pub mod tools;
