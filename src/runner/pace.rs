//! How fast requests go out.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::units::Rate;

/// Lets requests go at a rate at most.
#[derive(Debug, Default)]
pub struct Pace {
    gap: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// A pace of so many in a second; without a rate nothing waits.
    pub fn new(rate: Option<Rate>) -> Self {
        let gap = rate.and_then(|rate| Duration::try_from_secs_f64(1.0 / rate.0).ok()).unwrap_or_default();
        Self { gap, next: Mutex::default() }
    }

    /// Waits for its turn.
    pub async fn turn(&self) {
        if !self.gap.is_zero() {
            tokio::time::sleep(self.place(Instant::now())).await;
        }
    }

    /// Takes a place in the row, and returns how long it is until then.
    fn place(&self, now: Instant) -> Duration {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.map_or(now, |next| next.max(now));
        *next = Some(at + self.gap);
        at - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_apart_and_what_was_missed_is_not_caught_up() {
        let pace = Pace::new(Some(Rate(10.0)));
        let now = Instant::now();
        let waits: Vec<_> = (0..3).map(|_| pace.place(now).as_millis()).collect();
        assert_eq!(waits, [0, 100, 200]);
        assert_eq!(pace.place(now + Duration::from_secs(5)).as_millis(), 0);
        assert_eq!(pace.place(now + Duration::from_secs(5)).as_millis(), 100);
    }
}
