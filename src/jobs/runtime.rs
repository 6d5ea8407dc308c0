//! Starts jobs, gathers what they tell, and stops them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::event::{Event, JobEvent, JobId, Wake};
use super::history_writer::HistoryWriter;
use super::save_queue::SaveQueue;
use crate::model::Profile;
use crate::sandbox::{self, Sandbox};
use crate::service::deliver::{self, DeliveryEvent};
use crate::service::group::GroupRecorder;
use crate::service::order::{Delivery, DeliveryProgress, UploadOrder};
use crate::service::record::Origin;
use crate::store::{History, StoreError};
use crate::transport::Progress;

type RunningJobs = Arc<Mutex<HashMap<JobId, Running>>>;

struct Running {
    cancel: CancellationToken,
    progress: DeliveryProgress,
}

/// Sends a job's events; when the job drops it, the job is over.
pub(super) struct EventSender {
    pub(super) job: JobId,
    sender: mpsc::Sender<Event>,
    wake: Wake,
    running: RunningJobs,
}

impl EventSender {
    pub(super) fn send(&self, what: JobEvent) {
        // Nobody listens any more once the window is gone.
        let _ = self.sender.send(Event { job: self.job, what });
        (self.wake)();
    }
}

impl Drop for EventSender {
    fn drop(&mut self) {
        lock(&self.running).remove(&self.job);
    }
}

/// Starts jobs and gathers what they tell.
pub struct Jobs {
    pub(super) runtime: Runtime,
    wake: Wake,
    sender: mpsc::Sender<Event>,
    receiver: mpsc::Receiver<Event>,
    running: RunningJobs,
    pub(super) save_queue: SaveQueue,
    history: Option<History>,
    next: u64,
}

impl Jobs {
    /// Ready to start jobs. `wake` is called whenever there is something to collect, from any thread.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (sender, receiver) = mpsc::channel();
        Ok(Self {
            runtime,
            wake: Arc::new(wake),
            sender,
            receiver,
            running: Arc::default(),
            save_queue: SaveQueue::start()?,
            history: None,
            next: 0,
        })
    }

    /// Keeps every exchange in a history from here on.
    pub fn keep_in(&mut self, history: History) {
        self.history = Some(history);
    }

    /// The history, where there is one.
    pub(super) fn history(&self) -> Option<History> {
        self.history.clone()
    }

    /// Creates a ticket and attaches its files.
    pub fn deliver(&mut self, delivery: Delivery) -> JobId {
        let progress = DeliveryProgress::new(delivery.attachments.len());
        let (events, cancel) = self.start(&progress);
        let job = events.job;
        let writer = self.history_writer(job);
        self.runtime.spawn(async move {
            let tell = |event| events.send(JobEvent::Delivery(event));
            let report = deliver::deliver(delivery, &progress, &cancel, &writer, tell).await;
            tell(DeliveryEvent::Delivered(Box::new(report)));
        });
        job
    }

    /// Sends one file; used to try a failed one again.
    pub fn upload(&mut self, order: UploadOrder, origin: &Origin, profile: Profile) -> JobId {
        let progress = DeliveryProgress::new(1);
        let (events, _) = self.start(&progress);
        let (job, origin) = (events.job, origin.clone());
        let writer = self.history_writer(job);
        self.runtime.spawn(async move {
            let tell = |event| events.send(JobEvent::Delivery(event));
            tell(DeliveryEvent::UploadStarted(0));
            let (counter, stop) = (&progress.uploads[0], &progress.stops[0]);
            let result = deliver::upload(order, 0, &origin, Some(&profile), counter, stop, &writer).await;
            tell(DeliveryEvent::UploadEnded { index: 0, result: Box::new(result) });
        });
        job
    }

    /// Starts a sandbox.
    pub fn start_sandbox(&mut self, options: sandbox::Options) -> JobId {
        let (events, _) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        self.runtime.spawn(async move {
            let started = Sandbox::start(options).await.map_err(|error| error.to_string());
            events.send(JobEvent::SandboxStarted(started));
        });
        job
    }

    /// Saves something on a thread that does nothing else, in the order of the calls. What fails comes back as
    /// [`JobEvent::SaveFailed`]; dropping `self` waits until everything is saved.
    pub fn save(&mut self, task: impl FnOnce() -> Result<(), String> + Send + 'static) {
        let (events, _) = self.start(&DeliveryProgress::new(0));
        self.save_queue.run(move || {
            if let Err(reason) = task() {
                events.send(JobEvent::SaveFailed(reason));
            }
        });
    }

    /// What wakes whoever collects, for others that have something to show.
    pub fn waker(&self) -> Arc<dyn Fn() + Send + Sync> {
        self.wake.clone()
    }

    /// Waits until everything handed to [`Jobs::save`] is on disk.
    pub fn flush(&self) {
        self.save_queue.flush();
    }

    /// Stops a job. It still tells how it ended.
    pub fn cancel(&self, job: JobId) {
        if let Some(running) = lock(&self.running).get(&job) {
            running.cancel.cancel();
            running.progress.stops.iter().for_each(CancellationToken::cancel);
        }
    }

    /// Stops one of a job's uploads; the others go on.
    pub fn cancel_upload(&self, job: JobId, index: usize) {
        if let Some(stop) = lock(&self.running).get(&job).and_then(|running| running.progress.stops.get(index)) {
            stop.cancel();
        }
    }

    /// Whether a job still runs.
    pub fn is_running(&self, job: JobId) -> bool {
        lock(&self.running).contains_key(&job)
    }

    /// The counters of a job's create request.
    pub fn create_progress(&self, job: JobId) -> Option<Arc<Progress>> {
        lock(&self.running).get(&job).map(|running| running.progress.create.clone())
    }

    /// The counters of one of a job's uploads.
    pub fn upload_progress(&self, job: JobId, index: usize) -> Option<Arc<Progress>> {
        lock(&self.running).get(&job).and_then(|running| running.progress.uploads.get(index).cloned())
    }

    /// What jobs told since the last call.
    pub fn collect(&mut self) -> Vec<Event> {
        self.receiver.try_iter().collect()
    }

    /// What keeps the exchanges of a run.
    pub(super) fn group_recorder(&self, job: JobId) -> std::io::Result<GroupRecorder> {
        let tell = |sender: mpsc::Sender<Event>, wake: Wake| {
            move |what| {
                // Nobody listens any more once the window is gone.
                let _ = sender.send(Event { job, what });
                wake();
            }
        };
        let (kept, failed) = (tell(self.sender.clone(), self.wake.clone()), tell(self.sender.clone(), self.wake.clone()));
        let on_kept = move |id| kept(JobEvent::Recorded(None, id));
        let on_error = move |error: StoreError| failed(JobEvent::SaveFailed(error.to_string()));
        GroupRecorder::start(self.history.clone(), on_kept, on_error)
    }

    pub(super) fn history_writer(&self, job: JobId) -> HistoryWriter {
        HistoryWriter {
            job,
            history: self.history.clone(),
            queue: self.save_queue.handle(),
            sender: self.sender.clone(),
            wake: self.wake.clone(),
        }
    }

    pub(super) fn start(&mut self, progress: &DeliveryProgress) -> (EventSender, CancellationToken) {
        self.next += 1;
        let job = JobId(self.next);
        let cancel = CancellationToken::new();
        lock(&self.running).insert(job, Running { cancel: cancel.clone(), progress: progress.clone() });
        let events = EventSender { job, sender: self.sender.clone(), wake: self.wake.clone(), running: self.running.clone() };
        (events, cancel)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // The map holds no state that a panic could leave half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
