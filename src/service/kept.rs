//! One request that is sent and kept: written down before it goes out, and completed by what came of it.

use tokio_util::sync::CancellationToken;

use crate::diagnosis::{self, Cause};
use crate::model::history::{ExchangeKind, HistoryRecord};
use crate::model::{Case, Exchange, Network, Profile, Request};
use crate::transport::{self, Progress, SendError};

use super::record::{self, Origin};
use super::recorder::{Recorder, explain};

/// What a request is kept as.
pub(super) struct KeptRequest<'a> {
    /// What it is for.
    pub(super) kind: ExchangeKind,
    /// Where it comes from.
    pub(super) origin: &'a Origin,
    /// The profile, as far as one is known.
    pub(super) profile: Option<&'a Profile>,
    /// The number of the attachment that it sends, if it is an upload.
    pub(super) index: Option<usize>,
    /// How many attachments follow a create request.
    pub(super) attachments: usize,
}

impl KeptRequest<'_> {
    /// Sends a request. It is in the history before, and what came of it is explained and kept.
    ///
    /// # Errors
    /// As [`transport::send`], and when it cannot be kept beforehand: then nothing is sent.
    pub(super) async fn send(
        &self,
        request: &Request,
        network: &Network,
        progress: &Progress,
        cancel: &CancellationToken,
        recorder: &impl Recorder,
    ) -> Result<(Exchange, Vec<Cause>), SendError> {
        let started_at = jiff::Timestamp::now();
        let under_way = record::under_way(request, started_at);
        let begun = recorder.begin(self.record(&under_way, &[], network)).await.map_err(SendError::NotKept)?;
        match transport::send(request, network, progress, cancel).await {
            Ok(exchange) => {
                let causes = self.explain(&exchange, recorder);
                recorder.complete(begun, self.index, self.record(&exchange, &causes, network));
                Ok((exchange, causes))
            }
            Err(error) => {
                let exchange = match &error {
                    SendError::Cancelled => Some(record::cancelled(request, started_at, progress.sent())),
                    SendError::File(reason) => {
                        Some(record::broken_off(Exchange { body_bytes_sent: progress.sent(), ..under_way }, reason))
                    }
                    SendError::Unsendable(_) | SendError::Setting(_) | SendError::NotKept(_) => None,
                };
                match exchange {
                    Some(exchange) => recorder.complete(begun, self.index, self.record(&exchange, &[], network)),
                    None => recorder.abandon(begun),
                }
                Err(error)
            }
        }
    }

    fn explain(&self, exchange: &Exchange, recorder: &impl Recorder) -> Vec<Cause> {
        match self.kind {
            ExchangeKind::Create => explain(recorder, self.origin, self.profile.unwrap_or(&Profile::default()), exchange),
            ExchangeKind::Upload => diagnosis::diagnose(&Case::of(exchange, self.profile)),
            ExchangeKind::Probe => Vec::new(),
        }
    }

    fn record(&self, exchange: &Exchange, causes: &[Cause], network: &Network) -> HistoryRecord {
        let none = Profile::default();
        let profile = self.profile.unwrap_or(&none);
        let mut record = match self.kind {
            ExchangeKind::Create => record::created(self.origin, profile, self.attachments, exchange, causes),
            ExchangeKind::Upload => record::uploaded(self.origin, profile, exchange, causes),
            ExchangeKind::Probe => record::probed(self.origin, profile, exchange, causes),
        };
        record.secrets.extend(transport::proxy_secrets(&network.proxy));
        record
    }
}
