//! Work that waits for the disk and yields one answer: the one who asked holds it, and drops it when nobody waits any more.

use std::thread;

use poll_promise::Promise;

use super::runtime::Jobs;

impl Jobs {
    /// Reads something, on a thread of its own. Nobody waits for it when the program ends.
    pub fn read<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Promise<T> {
        let (sender, promise) = Promise::new();
        let wake = self.waker();
        thread::spawn(move || {
            sender.send(work());
            wake();
        });
        promise
    }

    /// Writes something, behind all that was handed over to be saved before. It is done before the program ends.
    pub fn write<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Promise<T> {
        let (sender, promise) = Promise::new();
        let wake = self.waker();
        self.save_queue.run(move || {
            sender.send(work());
            wake();
        });
        promise
    }
}
