//! File dialogs, which never block the window: each is a promise that yields a command.

use std::path::PathBuf;

use poll_promise::Promise;

use super::command::Command;

type Answer = Promise<Option<Command>>;

/// The file dialogs that are open.
#[derive(Default)]
pub(super) struct Dialogs {
    open: Vec<Answer>,
}

impl Dialogs {
    /// Whether a dialog is open; there is one at a time.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Asks for files; `done` makes the command from what was picked.
    pub(super) fn pick_files(
        &mut self,
        ctx: &eframe::egui::Context,
        title: &str,
        filter: Option<(&str, &[&str])>,
        done: impl FnOnce(Vec<PathBuf>) -> Command + Send + 'static,
    ) {
        if self.is_open() {
            return;
        }
        let mut dialog = rfd::AsyncFileDialog::new().set_title(title);
        if let Some((name, extensions)) = filter {
            dialog = dialog.add_filter(name, extensions);
        }
        // Made here and awaited elsewhere, as macOS demands.
        let picking = dialog.pick_files();
        self.wait(ctx, async move {
            let files = picking.await?;
            Some(done(files.into_iter().map(|file| file.path().to_owned()).collect()))
        });
    }

    /// Asks where to save a file; `done` makes the command from the place.
    pub(super) fn pick_place(
        &mut self,
        ctx: &eframe::egui::Context,
        title: &str,
        file_name: &str,
        done: impl FnOnce(PathBuf) -> Command + Send + 'static,
    ) {
        if self.is_open() {
            return;
        }
        let picking = rfd::AsyncFileDialog::new().set_title(title).set_file_name(file_name).save_file();
        self.wait(ctx, async move { Some(done(picking.await?.path().to_owned())) });
    }

    /// The commands of dialogs that were answered since the last call.
    pub(super) fn collect(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        let mut open = Vec::new();
        for answer in self.open.drain(..) {
            match answer.try_take() {
                Ok(command) => commands.extend(command),
                Err(answer) => open.push(answer),
            }
        }
        self.open = open;
        commands
    }

    fn wait(&mut self, ctx: &eframe::egui::Context, answer: impl Future<Output = Option<Command>> + Send + 'static) {
        let ctx = ctx.clone();
        self.open.push(Promise::spawn_thread("file dialog", move || {
            let command = pollster::block_on(answer);
            ctx.request_repaint();
            command
        }));
    }
}
