//! The relay for the window: it runs until it is cancelled.

use crate::service::order::DeliveryProgress;
use crate::service::relay::{Habits, RelayOrder, RelaySession};

use super::event::{JobEvent, JobId, RelayJobEvent};
use super::runtime::Jobs;

impl Jobs {
    /// Starts a relay, and tells what passes until the job is cancelled.
    pub fn relay(&mut self, mut order: RelayOrder) -> JobId {
        let (events, cancel) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        let (recorder, history, profile_id) = (self.group_recorder(job), self.history(), order.profile_id.clone());
        self.runtime.spawn(async move {
            let tell = |event| events.send(JobEvent::Relay(event));
            let recorder = match recorder {
                Ok(recorder) => recorder,
                Err(error) => {
                    return tell(RelayJobEvent::Ended(Err(format!("Starting the thread of the history: {error}"))));
                }
            };
            let read = tokio::task::spawn_blocking(move || Habits::of(history.as_ref(), &profile_id));
            order.habits = read.await.unwrap_or_default();
            let mut session = match RelaySession::start(order).await {
                Ok(session) => session,
                Err(reason) => return tell(RelayJobEvent::Ended(Err(reason))),
            };
            tell(RelayJobEvent::Listening {
                url: session.url().to_owned(),
                endpoint: session.endpoint(&session.profile().endpoint().url_masked()),
            });
            let mut is_stopping = false;
            loop {
                tokio::select! {
                    () = cancel.cancelled(), if !is_stopping => {
                        is_stopping = true;
                        session.stop();
                    }
                    news = session.next(&recorder) => match news {
                        Some(news) => tell(RelayJobEvent::News(news)),
                        None => break,
                    },
                }
            }
            tell(RelayJobEvent::Ended(Ok(())));
        });
        job
    }
}
