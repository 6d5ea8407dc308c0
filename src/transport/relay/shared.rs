//! What all connections of a relay share, and how an exchange of theirs ends.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::event::{RelayEvent, RelayStep, Waiting};
use super::options::RelayOptions;
use super::upstream::Dialer;

/// How long exchanges may take to end once the relay is stopped.
const GRACE: Duration = Duration::from_secs(5);
/// KiB of exchanges that may wait to be taken, all together; then connections wait.
pub(super) const WAITING_KIB: u32 = 256 << 10;

/// What all connections of a relay share.
pub(super) struct Shared {
    pub(super) options: RelayOptions,
    pub(super) dialer: Dialer,
    pub(super) events: mpsc::Sender<Waiting>,
    /// A permit for each KiB that may wait.
    pub(super) room: Arc<Semaphore>,
    pub(super) count: AtomicU64,
    pub(super) stop: CancellationToken,
}

impl Shared {
    /// Waits until the relay is stopped and what was under way has had its time.
    pub(super) async fn is_stopped(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    }

    /// Tells what happened, once there is room for it.
    pub(super) async fn tell(&self, event: RelayEvent) {
        self.say(RelayStep::Over(event)).await;
    }

    /// Tells a step, once there is room for it.
    pub(super) async fn say(&self, step: RelayStep) {
        let size = match &step {
            RelayStep::Over(RelayEvent::Exchange(relayed)) => {
                let sent = relayed.exchange.sent.body.as_ref().map_or(0, String::len);
                sent + relayed.exchange.answer().map_or(0, |answer| answer.body.len())
            }
            RelayStep::Begun(_) | RelayStep::Over(RelayEvent::PassedBy { .. } | RelayEvent::Refused { .. }) => 0,
        };
        let size = u32::try_from(size >> 10).unwrap_or(WAITING_KIB).min(WAITING_KIB - 1) + 1;
        let Ok(room) = Arc::clone(&self.room).acquire_many_owned(size).await else { return };
        // Nobody listens any more when the relay ends.
        let _ = self.events.send((step, room)).await;
    }
}

/// How an exchange ended.
pub(super) enum End {
    Over,
    Client,
    Server(std::io::Error),
    Stopped,
}
