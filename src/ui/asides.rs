//! What waits for the disk is done aside of the window's thread, and what follows from it on that thread again.

use std::time::{Duration, Instant};

use eframe::egui::Context;
use poll_promise::Promise;

use crate::ui::app::{App, Aside};
use crate::ui::pages::compose::state::Session;
use crate::ui::state::Wait;
use crate::ui::toasts::NoteKind;

/// How long the window's thread waits for what usually is there at once: less than anybody sees.
const BLINK: Duration = Duration::from_millis(60);

/// From when on the window says what it waits for.
pub(in crate::ui) const SAID_AFTER: Duration = Duration::from_millis(200);

impl App {
    /// Reads something aside, and goes on with it in a later frame. By then the window may show something else.
    pub(in crate::ui) fn read_aside<T: Send + 'static>(
        &mut self,
        what: impl Into<String>,
        work: impl FnOnce() -> T + Send + 'static,
        then: impl FnOnce(&mut Self, &Context, T) + 'static,
    ) {
        let promise = self.jobs.read(work);
        self.wait(what.into(), true, promise, then);
    }

    /// Writes something aside, in the order of the calls, and says what came of it: `Ok` is what went well.
    pub(in crate::ui) fn write_aside(
        &mut self,
        what: impl Into<String>,
        work: impl FnOnce() -> Result<String, String> + Send + 'static,
    ) {
        let promise = self.jobs.write(work);
        self.go_on_written(what, promise, |app, _, written| match written {
            Ok(text) => app.state.note(NoteKind::Info, text, None),
            Err(reason) => app.state.note(NoteKind::Problem, reason, None),
        });
    }

    /// Goes on with what was written, in the frame in which that is done. Nobody can stop waiting for it: what is on disk by then must
    /// not differ from what the window shows.
    pub(in crate::ui) fn go_on_written<T: Send + 'static>(
        &mut self,
        what: impl Into<String>,
        promise: Promise<T>,
        then: impl FnOnce(&mut Self, &Context, T) + 'static,
    ) {
        self.wait(what.into(), false, promise, then);
    }

    /// Goes on with what is there, in the frame in which it is. What is read can be waited for no longer.
    fn wait<T: Send + 'static>(
        &mut self,
        what: String,
        can_stop: bool,
        promise: Promise<T>,
        then: impl FnOnce(&mut Self, &Context, T) + 'static,
    ) {
        let mut waiting = Some((promise, then));
        let run = Box::new(move |app: &mut Self, ctx: &Context| {
            let Some((promise, then)) = waiting.take() else { return true };
            match promise.try_take() {
                Ok(found) => {
                    then(app, ctx, found);
                    true
                }
                Err(promise) => {
                    waiting = Some((promise, then));
                    false
                }
            }
        });
        self.asides_begun += 1;
        self.asides.push(Aside { number: self.asides_begun, what, can_stop, since: Instant::now(), run });
    }

    /// Goes on with what was read and usually is there at once: now if it is, and in a later frame if not.
    pub(in crate::ui) fn soon<T: Send + 'static>(
        &mut self,
        what: impl Into<String>,
        promise: Promise<T>,
        then: impl FnOnce(&mut Self, T) + 'static,
    ) {
        self.soon_or_later(what.into(), true, promise, then);
    }

    /// [`App::soon`] for what was written.
    pub(in crate::ui) fn soon_written<T: Send + 'static>(
        &mut self,
        what: impl Into<String>,
        promise: Promise<T>,
        then: impl FnOnce(&mut Self, T) + 'static,
    ) {
        self.soon_or_later(what.into(), false, promise, then);
    }

    fn soon_or_later<T: Send + 'static>(
        &mut self,
        what: String,
        can_stop: bool,
        promise: Promise<T>,
        then: impl FnOnce(&mut Self, T) + 'static,
    ) {
        match in_a_blink(promise) {
            Ok(found) => then(self, found),
            Err(promise) => self.wait(what, can_stop, promise, |app, _, found| then(app, found)),
        }
    }

    /// Whether this is being done already: a second press asks for nothing new.
    pub(in crate::ui) fn is_waiting_for(&self, what: &str) -> bool {
        self.asides.iter().any(|aside| aside.what == what)
    }

    /// Goes on with what is done.
    pub(in crate::ui) fn take_asides(&mut self, ctx: &Context) {
        let mut asides = std::mem::take(&mut self.asides);
        asides.retain_mut(|aside| !(aside.run)(self, ctx));
        // What was begun meanwhile.
        asides.append(&mut self.asides);
        self.asides = asides;
        self.state.waits.clear();
        for aside in &self.asides {
            let left = SAID_AFTER.saturating_sub(aside.since.elapsed());
            if left.is_zero() {
                self.state.waits.push(Wait {
                    number: aside.number,
                    what: aside.what.clone(),
                    can_stop: aside.can_stop,
                    since: aside.since,
                });
            } else {
                ctx.request_repaint_after(left);
            }
        }
    }

    /// Waits no longer for something that is read. What waited for it can be asked for again.
    pub(in crate::ui) fn stop_waiting(&mut self, number: u64) {
        self.asides.retain(|aside| aside.number != number || !aside.can_stop);
        self.state.waits.retain(|wait| wait.number != number);
        self.state.sessions_mut().for_each(Session::stop_looking);
        (self.state.history.is_reading, self.state.import.is_looking) = (false, false);
    }
}

/// What is there within a blink.
fn in_a_blink<T: Send + 'static>(mut promise: Promise<T>) -> Result<T, Promise<T>> {
    let begun = Instant::now();
    loop {
        promise = match promise.try_take() {
            Ok(found) => return Ok(found),
            Err(promise) => promise,
        };
        if begun.elapsed() >= BLINK {
            return Err(promise);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
