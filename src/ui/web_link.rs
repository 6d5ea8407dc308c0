//! Links to pages outside, which open in the browser.

use eframe::egui::{Hyperlink, Response, Role, Ui, WidgetInfo};

use crate::diagnosis::CauseId;
use crate::ui::icons;
use crate::ui::widgets::muted;

/// A link to a page in the browser, by what stands there; the tooltip is its address.
pub fn web_link(ui: &mut Ui, name: &str, address: &str) -> Response {
    let text = format!("{name} {}", icons::ARROW_SQUARE_OUT);
    let response = ui.add(Hyperlink::from_label_and_url(text, address).open_in_new_tab(true));
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, name));
    response.on_hover_text(format!("Opens in the browser:\n{address}"))
}

/// What a cause rests on: Centercode's page, to be opened, or general experience.
pub fn basis(ui: &mut Ui, id: CauseId) {
    let label = id.basis().label();
    match id.link() {
        Some(address) => drop(web_link(ui, label, address)),
        None => {
            let text = muted(ui, label).small();
            ui.label(text).on_hover_text("Not from Centercode's guide: general behaviour of HTTP servers");
        }
    }
}

/// [`basis`] where there is no room for words: a sign that opens Centercode's page, if it documents the cause.
pub fn documented(ui: &mut Ui, id: CauseId) {
    let Some(address) = id.link() else { return };
    let label = id.basis().label();
    let response = ui.add(Hyperlink::from_label_and_url(icons::ARROW_SQUARE_OUT, address).open_in_new_tab(true));
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, label));
    response.on_hover_text(format!("{label}\nOpens in the browser:\n{address}"));
}
