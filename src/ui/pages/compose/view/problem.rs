//! A problem of a draft in one line.

use eframe::egui::{RichText, Ui};

use crate::diagnosis::Cause;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::refresh::parameter_of;
use crate::ui::{icons, theme, widgets};

/// The problems of a parameter.
pub(in crate::ui) fn problems_of<'a>(problems: &'a [Cause], parameter: &'a str) -> impl Iterator<Item = &'a Cause> {
    problems.iter().filter(move |cause| parameter_of(cause) == Some(parameter))
}

/// A problem in one line, with the fixes that the app can make.
pub(in crate::ui) fn problem_line(ui: &mut Ui, cause: &Cause, out: &mut Vec<Command>) {
    problem_line_with(ui, cause, out, |_| {});
}

/// [`problem_line`] with what else stands behind it.
pub(in crate::ui) fn problem_line_with(ui: &mut Ui, cause: &Cause, out: &mut Vec<Command>, behind: impl FnOnce(&mut Ui)) {
    let tokens = theme::tokens(ui);
    ui.horizontal_wrapped(|ui| {
        widgets::icon(ui, icons::WARNING, tokens.warning, "Problem");
        let evidence: Vec<&str> = cause.evidence.iter().map(|fact| fact.text.as_str()).collect();
        let label = ui.label(RichText::new(&cause.title).color(tokens.warning));
        label.on_hover_text(format!("{}\n\n{} ({})", evidence.join("\n"), cause.advice, cause.id.basis().label()));
        for fix in &cause.fixes {
            if matches!(fix, crate::diagnosis::Fix::FocusParameter(_)) {
                continue;
            }
            if widgets::small_button(ui, &fix.label(), &cause.advice).clicked() {
                out.push(Command::Compose(ComposeCommand::Fix(Box::new(fix.clone()))));
            }
        }
        behind(ui);
    });
}
