//! How far a request has come, for whoever watches it, and whether anything still moves.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use crate::model::exchange::Step;

/// Counters that a sender writes and a window reads.
#[derive(Debug, Default)]
pub struct Progress {
    sent: AtomicU64,
    total: AtomicU64,
    received: AtomicU64,
    step: AtomicU8,
}

impl Progress {
    /// The step that the exchange is in; `None` where that is not known.
    pub fn step(&self) -> Option<Step> {
        let step = Step::ALL.get(usize::from(self.step.load(Ordering::Relaxed)).checked_sub(1)?).copied()?;
        Some(match step {
            Step::Send if self.received() > 0 => Step::Receive,
            Step::Send if self.sent() >= self.total() => Step::Wait,
            step => step,
        })
    }

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
        self.step.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Shows what the counters say.
    pub(super) fn publish(&self, counters: &Counters) {
        // A body that the user has sent in chunks has more bytes on the wire than it has itself.
        self.sent.store(counters.sent.load(Ordering::Relaxed).min(self.total()), Ordering::Relaxed);
        self.received.store(counters.received.load(Ordering::Relaxed), Ordering::Relaxed);
        self.step.store(counters.step.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// The progress of this exchange, shared with the tasks that work for it. `moved` also counts bytes that are not a body's.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) sent: AtomicU64,
    pub(super) received: AtomicU64,
    pub(super) moved: AtomicU64,
    step: AtomicU8,
}

impl Counters {
    /// Notes the step that begins.
    pub(super) fn enter(&self, step: Step) {
        let number = Step::ALL.iter().position(|known| *known == step).map_or(0, |index| index as u8 + 1);
        self.step.store(number, Ordering::Relaxed);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_is_the_one_that_it_is_in() {
        let (progress, counters) = (Progress::default(), Counters::default());
        progress.start(9);
        assert_eq!(progress.step(), None);
        for (step, sent, received, expected) in [
            (Step::Resolve, 0, 0, Step::Resolve),
            (Step::Tls, 0, 0, Step::Tls),
            (Step::Send, 4, 0, Step::Send),
            (Step::Send, 9, 0, Step::Wait),
            (Step::Send, 9, 78, Step::Receive),
        ] {
            counters.enter(step);
            counters.sent.store(sent, Ordering::Relaxed);
            counters.received.store(received, Ordering::Relaxed);
            progress.publish(&counters);
            assert_eq!(progress.step(), Some(expected), "{step:?} {sent} {received}");
        }
        // Without a body there is nothing to be sent: it waits at once.
        progress.start(0);
        counters.received.store(0, Ordering::Relaxed);
        progress.publish(&counters);
        assert_eq!(progress.step(), Some(Step::Wait));
    }
}
