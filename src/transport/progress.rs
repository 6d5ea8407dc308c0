//! How far a request has come, for whoever watches it, and whether anything still moves.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counters that a sender writes and a window reads.
#[derive(Debug, Default)]
pub struct Progress {
    sent: AtomicU64,
    total: AtomicU64,
    received: AtomicU64,
}

impl Progress {
    /// Bytes of the request's body that went out.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Bytes of the request's body in all.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Bytes of the answer's body that came.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(super) fn start(&self, total: u64) {
        self.sent.store(0, Ordering::Relaxed);
        self.received.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Shows what the counters say.
    pub(super) fn publish(&self, counters: &Counters) {
        // A body that the user has sent in chunks has more bytes on the wire than it has itself.
        self.sent.store(counters.sent.load(Ordering::Relaxed).min(self.total()), Ordering::Relaxed);
        self.received.store(counters.received.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// The progress of this exchange, shared with the tasks that work for it. `moved` also counts bytes that are no body's.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) sent: AtomicU64,
    pub(super) received: AtomicU64,
    pub(super) moved: AtomicU64,
}

/// Waits until nothing has moved for the idle timeout.
pub(super) async fn stalled(counters: &Counters, idle: Duration) {
    const TICKS: u32 = 20;
    let mut seen = counters.moved.load(Ordering::Relaxed);
    let mut still = 0;
    while still < TICKS {
        tokio::time::sleep(idle / TICKS).await;
        let now = counters.moved.load(Ordering::Relaxed);
        still = if now == seen { still + 1 } else { 0 };
        seen = now;
    }
}
