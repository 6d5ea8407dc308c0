//! What waits for the disk is done aside of the window's thread, and what follows from it on that thread again.

use eframe::egui::Context;
use poll_promise::Promise;

use crate::ui::app::App;
use crate::ui::toasts::NoteKind;

impl App {
    /// Reads something aside, and goes on with it in a later frame. By then the window may show something else.
    pub(in crate::ui) fn read_aside<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
        then: impl FnOnce(&mut Self, &Context, T) + 'static,
    ) {
        let promise = self.jobs.read(work);
        self.go_on(promise, then);
    }

    /// Writes something aside, in the order of the calls, and says what came of it: `Ok` is what went well.
    pub(in crate::ui) fn write_aside(&mut self, work: impl FnOnce() -> Result<String, String> + Send + 'static) {
        let promise = self.jobs.write(work);
        self.go_on(promise, |app, _, written| match written {
            Ok(text) => app.state.note(NoteKind::Info, text, None),
            Err(reason) => app.state.note(NoteKind::Problem, reason, None),
        });
    }

    /// Goes on with what was read or written, in the frame in which it is there.
    pub(in crate::ui) fn go_on<T: Send + 'static>(
        &mut self,
        promise: Promise<T>,
        then: impl FnOnce(&mut Self, &Context, T) + 'static,
    ) {
        let mut waiting = Some((promise, then));
        self.asides.push(Box::new(move |app, ctx| {
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
        }));
    }

    /// Goes on with what is done.
    pub(in crate::ui) fn take_asides(&mut self, ctx: &Context) {
        let mut asides = std::mem::take(&mut self.asides);
        asides.retain_mut(|aside| !aside(self, ctx));
        // What was begun meanwhile.
        asides.append(&mut self.asides);
        self.asides = asides;
    }
}
