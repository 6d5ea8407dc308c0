//! One thread that writes to disk, in order, so that the window never waits for it and nothing is lost when it closes.

use std::sync::mpsc;
use std::thread::JoinHandle;

type Task = Box<dyn FnOnce() + Send>;

/// The thread and the way to it.
pub(super) struct SaveQueue {
    sender: Option<mpsc::Sender<Task>>,
    thread: Option<JoinHandle<()>>,
}

impl SaveQueue {
    pub(super) fn start() -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel::<Task>();
        let thread = std::thread::Builder::new().name("save queue".into()).spawn(move || {
            for task in receiver {
                task();
            }
        })?;
        Ok(Self { sender: Some(sender), thread: Some(thread) })
    }

    pub(super) fn run(&self, task: impl FnOnce() + Send + 'static) {
        if let Some(sender) = &self.sender {
            // The thread ends only when the sender is dropped.
            let _ = sender.send(Box::new(task));
        }
    }

    /// A way to the thread for a job. While it is held, the thread goes on.
    pub(super) fn handle(&self) -> SaveHandle {
        SaveHandle { sender: self.sender.clone() }
    }

    /// Waits until everything that was handed over is done.
    pub(super) fn flush(&self) {
        let (done, wait) = mpsc::channel();
        self.run(move || {
            let _ = done.send(());
        });
        let _ = wait.recv();
    }
}

/// A way to the queue.
#[derive(Clone)]
pub(super) struct SaveHandle {
    sender: Option<mpsc::Sender<Task>>,
}

impl SaveHandle {
    pub(super) fn run(&self, task: impl FnOnce() + Send + 'static) {
        if let Some(sender) = &self.sender {
            let _ = sender.send(Box::new(task));
        }
    }
}

impl Drop for SaveQueue {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
