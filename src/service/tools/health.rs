//! How a server can be reached, stage by stage. What of that is a request to the endpoint is kept as every request is.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::model::history::ExchangeKind;
use crate::model::{Network, Profile};
use crate::service::kept::KeptRequest;
use crate::service::record::Origin;
use crate::service::recorder::Recorder;
use crate::transport::Progress;
use crate::transport::health::{self, Stage};

/// Looks at a profile's endpoint, tells each stage as it is known, and gathers them.
pub async fn gather(
    profile: &Profile,
    network: &Network,
    cancel: &CancellationToken,
    origin: &Origin,
    recorder: &impl Recorder,
    tell: impl Fn(&Stage),
) -> Vec<Stage> {
    let stages = Mutex::new(Vec::new());
    let found = |stage: Stage| {
        tell(&stage);
        stages.lock().unwrap_or_else(PoisonError::into_inner).push(stage);
    };
    let endpoint = profile.endpoint();
    if health::look(&endpoint, network, cancel, &found).await {
        let kept = KeptRequest { kind: ExchangeKind::Probe, origin, profile: Some(profile), index: None, attachments: 0 };
        let request = health::empty_post(&endpoint);
        let sent = kept.send(&request, &network.for_checks(), &Progress::default(), cancel, recorder).await;
        if !cancel.is_cancelled() {
            found(health::of_empty_post(&sent.map(|(exchange, _)| exchange)));
        }
    }
    stages.into_inner().unwrap_or_else(PoisonError::into_inner)
}
