//! File dialogs, which never block the window: each is a promise that yields a command.

use std::path::PathBuf;

use poll_promise::Promise;

use crate::model::draft::Attachment;
use crate::store::ProfileId;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;

type Answer = Promise<Option<Command>>;

/// The file dialogs that are open.
#[derive(Default)]
pub(in crate::ui) struct Dialogs {
    open: Vec<Answer>,
    /// Looks at files that were picked: on a network drive even that can take long.
    looks: Vec<Answer>,
}

impl Dialogs {
    /// Whether a dialog is open; there is one at a time.
    pub(in crate::ui) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Asks for files; `done` makes the command from what was picked.
    pub(in crate::ui) fn pick_files(
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

    /// Asks for a folder; `done` makes the command from it.
    pub(in crate::ui) fn pick_folder(
        &mut self,
        ctx: &eframe::egui::Context,
        title: &str,
        done: impl FnOnce(PathBuf) -> Command + Send + 'static,
    ) {
        if self.is_open() {
            return;
        }
        let picking = rfd::AsyncFileDialog::new().set_title(title).pick_folder();
        self.wait(ctx, async move { Some(done(picking.await?.path().to_owned())) });
    }

    /// Asks where to save a file; `done` makes the command from the place.
    pub(in crate::ui) fn pick_place(
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
    pub(in crate::ui) fn collect(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        for list in [&mut self.open, &mut self.looks] {
            for answer in std::mem::take(list) {
                match answer.try_take() {
                    Ok(command) => commands.extend(command),
                    Err(answer) => list.push(answer),
                }
            }
        }
        commands
    }

    /// Looks at files and yields the command that attaches them.
    pub(in crate::ui) fn look_at(&mut self, ctx: &eframe::egui::Context, id: ProfileId, parameter: String, paths: Vec<PathBuf>) {
        let ctx = ctx.clone();
        self.looks.push(Promise::spawn_thread("look at files", move || {
            let found = paths.into_iter().map(|path| look_at(&parameter, path)).collect();
            ctx.request_repaint();
            Some(Command::Compose(ComposeCommand::TakeAttachments { id, found }))
        }));
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

fn look_at(parameter: &str, path: PathBuf) -> Result<Attachment, String> {
    let shown = path.display().to_string();
    match std::fs::metadata(&path) {
        Err(error) => Err(format!("Attaching {shown}: {error}. Check the path and that you may read the file")),
        Ok(found) if found.is_dir() => Err(format!("Attaching {shown}: it is a folder. Pick the files in it, or zip it")),
        Ok(found) => Ok(Attachment {
            parameter: parameter.to_owned(),
            path,
            picked_size: Some(found.len()),
            picked_modified: found.modified().ok(),
            ..Attachment::default()
        }),
    }
}
