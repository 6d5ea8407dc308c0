//! File dialogs, which never block the window: each is a promise that yields a command. Where none can be opened, a path is typed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{Context, Id, Key, Modal, Modifiers, RichText, TextEdit, Ui};
use poll_promise::Promise;

use crate::ui::command::Command;
use crate::ui::{icons, theme, widgets};

/// A dialog that is answered sooner than anybody could answer it did not open.
const TOO_SOON: Duration = Duration::from_millis(400);

type Done = Box<dyn FnOnce(Vec<PathBuf>) -> Command + Send>;

/// What is asked for.
struct Wanted {
    title: String,
    /// The name that is proposed for a file.
    file_name: String,
    done: Done,
}

/// What came of a dialog.
enum Answer {
    /// It was cancelled.
    Nothing,
    /// It was answered.
    Do(Command),
    /// There is no dialog here: a path has to be typed.
    Type(Wanted),
}

/// The file dialogs that are open.
#[derive(Default)]
pub(in crate::ui) struct Dialogs {
    open: Vec<Promise<Answer>>,
    /// What a path is typed for, and the path.
    typed: Option<(Wanted, String)>,
}

impl Dialogs {
    /// Whether a dialog is open; there is one at a time.
    pub(in crate::ui) fn is_open(&self) -> bool {
        !self.open.is_empty() || self.typed.is_some()
    }

    /// Asks for one file; `done` makes the command from it.
    pub(in crate::ui) fn pick_file(
        &mut self,
        ctx: &Context,
        title: &str,
        filter: Option<(&str, &[&str])>,
        done: impl FnOnce(PathBuf) -> Command + Send + 'static,
    ) {
        if self.is_open() {
            return;
        }
        let picking = dialog(title, filter).pick_file();
        let picked = async move { picking.await.map(|file| vec![file.path().to_owned()]) };
        self.wait(ctx, wanted(title, "", |paths| done(first(paths))), picked);
    }

    /// Asks for files; `done` makes the command from what was picked.
    pub(in crate::ui) fn pick_files(
        &mut self,
        ctx: &Context,
        title: &str,
        filter: Option<(&str, &[&str])>,
        done: impl FnOnce(Vec<PathBuf>) -> Command + Send + 'static,
    ) {
        if self.is_open() {
            return;
        }
        // Made here and awaited elsewhere, as macOS demands.
        let picking = dialog(title, filter).pick_files();
        let paths = |files: Vec<rfd::FileHandle>| files.into_iter().map(|file| file.path().to_owned()).collect();
        self.wait(ctx, wanted(title, "", done), async move { picking.await.map(paths) });
    }

    /// Asks for a folder; `done` makes the command from it.
    pub(in crate::ui) fn pick_folder(
        &mut self,
        ctx: &Context,
        title: &str,
        done: impl FnOnce(PathBuf) -> Command + Send + 'static,
    ) {
        if self.is_open() {
            return;
        }
        let picking = rfd::AsyncFileDialog::new().set_title(title).pick_folder();
        let picked = async move { picking.await.map(|folder| vec![folder.path().to_owned()]) };
        self.wait(ctx, wanted(title, "", |paths| done(first(paths))), picked);
    }

    /// Asks where to save a file; `done` makes the command from the place.
    pub(in crate::ui) fn pick_place(
        &mut self,
        ctx: &Context,
        title: &str,
        file_name: &str,
        done: impl FnOnce(PathBuf) -> Command + Send + 'static,
    ) {
        if self.is_open() {
            return;
        }
        let picking = rfd::AsyncFileDialog::new().set_title(title).set_file_name(file_name).save_file();
        let picked = async move { picking.await.map(|place| vec![place.path().to_owned()]) };
        self.wait(ctx, wanted(title, file_name, |paths| done(first(paths))), picked);
    }

    /// The commands of dialogs that were answered since the last call.
    pub(in crate::ui) fn collect(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        for answer in std::mem::take(&mut self.open) {
            match answer.try_take() {
                Ok(Answer::Nothing) => {}
                Ok(Answer::Do(command)) => commands.push(command),
                Ok(Answer::Type(wanted)) => {
                    let proposed = wanted.file_name.clone();
                    self.typed = Some((wanted, proposed));
                }
                Err(answer) => self.open.push(answer),
            }
        }
        commands
    }

    /// Asks for a path where no dialog could be opened.
    pub(in crate::ui) fn show(&mut self, ui: &Ui, out: &mut Vec<Command>) {
        let Some((wanted, mut path)) = self.typed.take() else { return };
        let entered = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let shown = Modal::new(Id::unique("typed-path")).frame(theme::dialog(ui)).show(ui.ctx(), |ui| {
            ui.set_width(460.0_f32.min(ui.ctx().content_rect().width() - 60.0));
            ui.label(RichText::new(&wanted.title).text_style(theme::heading()));
            ui.label(widgets::muted(ui, "No file dialog could be opened here, so type the path"));
            let label = ui.label("Path");
            let edit = TextEdit::singleline(&mut path).id_salt("path").desired_width(f32::INFINITY).hint_text("/path/to/file");
            ui.add(edit).labelled_by(label.id).request_focus();
            ui.horizontal(|ui| {
                let is_typed = !path.trim().is_empty();
                let done = widgets::primary_button(ui, is_typed, icons::CHECK, "Use this path", "Goes on with the typed path");
                let cancel = ui.button("Cancel").on_hover_text("Changes nothing").clicked();
                (is_typed && (done.clicked() || entered), cancel)
            })
            .inner
        });
        let (is_done, is_cancelled) = shown.inner;
        if is_done {
            out.push((wanted.done)(vec![PathBuf::from(path.trim().trim_matches('"'))]));
        } else if !is_cancelled && !shown.should_close() {
            self.typed = Some((wanted, path));
        }
    }

    fn wait(&mut self, ctx: &Context, wanted: Wanted, picked: impl Future<Output = Option<Vec<PathBuf>>> + Send + 'static) {
        let (ctx, started) = (ctx.clone(), Instant::now());
        self.open.push(Promise::spawn_thread("file dialog", move || {
            let answer = match pollster::block_on(picked) {
                Some(paths) => Answer::Do((wanted.done)(paths)),
                None if started.elapsed() < TOO_SOON => Answer::Type(wanted),
                None => Answer::Nothing,
            };
            ctx.request_repaint();
            answer
        }));
    }
}

fn dialog(title: &str, filter: Option<(&str, &[&str])>) -> rfd::AsyncFileDialog {
    let dialog = rfd::AsyncFileDialog::new().set_title(title);
    match filter {
        Some((name, extensions)) => dialog.add_filter(name, extensions),
        None => dialog,
    }
}

fn wanted(title: &str, file_name: &str, done: impl FnOnce(Vec<PathBuf>) -> Command + Send + 'static) -> Wanted {
    Wanted { title: title.to_owned(), file_name: file_name.to_owned(), done: Box::new(done) }
}

fn first(paths: Vec<PathBuf>) -> PathBuf {
    paths.into_iter().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    #[test]
    fn where_no_dialog_opens_a_path_is_typed_also_for_saving() {
        let mut dialogs = Dialogs::default();
        let done = |paths| Command::Copy(first(paths).display().to_string());
        dialogs.wait(&Context::default(), wanted("Save as curl", "request.sh", done), async { None });
        while dialogs.typed.is_none() {
            assert!(dialogs.collect().is_empty());
            std::thread::sleep(Duration::from_millis(1));
        }
        let draw = |ui: &mut Ui, (dialogs, out): &mut (Dialogs, Vec<Command>)| dialogs.show(ui, out);
        let builder = Harness::builder().with_size([600.0, 400.0]).with_context_setup(theme::install);
        let mut harness = builder.build_ui_state(draw, (dialogs, Vec::new()));
        harness.run_steps(3);
        assert!(harness.query_by_label("Save as curl").is_some());
        harness.get_by_label("Use this path").click();
        harness.run_steps(3);
        assert!(matches!(&harness.state().1[..], [Command::Copy(path)] if path == "request.sh"), "{:?}", harness.state().1);
        assert!(!harness.state().0.is_open());
    }
}
