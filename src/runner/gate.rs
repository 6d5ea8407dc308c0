//! Holds a run back while it is paused.

use tokio::sync::watch;

/// A gate that requests pass, which can be closed and opened again. Its copies are the same gate.
#[derive(Clone, Debug)]
pub struct Gate(watch::Sender<bool>);

impl Default for Gate {
    fn default() -> Self {
        Self(watch::Sender::new(true))
    }
}

impl Gate {
    /// Lets no further request pass.
    pub fn close(&self) {
        self.0.send_replace(false);
    }

    /// Lets requests pass again.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    /// Whether requests pass.
    pub fn is_open(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is open.
    pub async fn pass(&self) {
        // The sender is this gate's own, so it is there as long as somebody waits.
        let _ = self.0.subscribe().wait_for(|is_open| *is_open).await;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;

    #[test]
    fn what_waits_at_a_closed_gate_goes_on_when_it_opens() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let gate = Gate::default();
            gate.pass().await;
            gate.close();
            let waiting = tokio::spawn({
                let gate = gate.clone();
                async move { gate.pass().await }
            });
            tokio::task::yield_now().await;
            assert!(!waiting.is_finished() && !gate.is_open());
            gate.open();
            waiting.await.unwrap();
        });
    }
}
