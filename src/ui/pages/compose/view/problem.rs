//! A problem of a draft in one line.

use eframe::egui::{RichText, Ui};

use crate::diagnosis::{Cause, Fix};
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
    if fixes(cause).next().is_some() {
        return problem_line_with(ui, cause, out, |_| {});
    }
    let tokens = theme::tokens(ui);
    widgets::icon_line(ui, icons::WARNING, tokens.warning, "Problem", |ui| title(ui, cause));
}

/// [`problem_line`] with what else stands behind it.
pub(in crate::ui) fn problem_line_with(ui: &mut Ui, cause: &Cause, out: &mut Vec<Command>, behind: impl FnOnce(&mut Ui)) {
    let tokens = theme::tokens(ui);
    widgets::icon_row(ui, icons::WARNING, tokens.warning, "Problem", |ui| {
        title(ui, cause);
        for fix in fixes(cause) {
            if widgets::small_button(ui, &fix.label(), &cause.advice).clicked() {
                out.push(Command::Compose(ComposeCommand::Fix(Box::new(fix.clone()))));
            }
        }
        behind(ui);
    });
}

fn title(ui: &mut Ui, cause: &Cause) {
    let evidence: Vec<&str> = cause.evidence.iter().map(|fact| fact.text.as_str()).collect();
    let label = ui.label(RichText::new(&cause.title).color(theme::tokens(ui).warning));
    label.on_hover_text(format!("{}\n\n{} ({})", evidence.join("\n"), cause.advice, cause.id.basis().label()));
}

/// The fixes that change something; where the field is, the form shows itself.
fn fixes(cause: &Cause) -> impl Iterator<Item = &Fix> {
    cause.fixes.iter().filter(|fix| !matches!(fix, Fix::FocusParameter(_)))
}
