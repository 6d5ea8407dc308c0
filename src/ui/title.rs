//! The window's title, and how the window says that something has ended while nobody looked.

use std::time::Duration;

use eframe::egui::{Context, UserAttentionType, ViewportCommand};

use crate::model::secrets::mask::{hide_addresses, mask_text};
use crate::ui::app::App;
use crate::ui::pages::compose;
use crate::ui::pages::response::state::{DeliveryView, UploadStage};
use crate::ui::widgets;

/// What takes longer than this is worth saying to somebody who has turned to another window.
const LONG: Duration = Duration::from_secs(10);

impl App {
    /// Names the open profile in the window's title, and how far a delivery is, or what has ended.
    pub(in crate::ui) fn show_title(&mut self, ctx: &Context) {
        let mut title = "Centerpost".to_owned();
        if let Some((stored, session)) = self.state.open() {
            let name = mask_text(stored.profile.shown_name(), &[stored.profile.api_key.reveal().to_owned()]);
            title = format!("{} - {title}", widgets::shortened(&name, 60));
            if session.sending().is_some() {
                let (sent, total) = compose::progress::of(session, &self.jobs);
                let share = sent.saturating_mul(100).checked_div(total).unwrap_or(0);
                title = format!("{share} % - {title}");
            }
        }
        if ctx.input(|input| input.focused) {
            self.state.ended = None;
        }
        if let Some(ended) = &self.state.ended {
            title = format!("{ended} - {title}");
        }
        if self.state.settings.screen_sharing {
            title = hide_addresses(&title).into_owned();
        }
        if self.title != title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Asks for the user's attention when a long delivery has ended and another window has the keyboard.
    pub(in crate::ui) fn say_ended(&mut self, ctx: &Context, ended: Ended) {
        if is_worth_saying(ended.took, ctx.input(|input| input.focused)) {
            self.state.ended = Some(ended.words);
            ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Informational));
        }
    }
}

/// What has ended, and how long it took.
pub(in crate::ui) struct Ended {
    words: String,
    took: Duration,
}

impl Ended {
    /// What came of a delivery; `None` while it goes on.
    pub(in crate::ui) fn of(view: &DeliveryView) -> Option<Self> {
        if !view.is_over() {
            return None;
        }
        let failed = view.uploads.iter().filter(|upload| match &upload.stage {
            UploadStage::Ended { is_attached, .. } => !is_attached,
            _ => true,
        });
        let (all, failed) = (view.uploads.len(), failed.count());
        Some(Self { words: words(all, failed), took: view.started.elapsed() })
    }
}

fn words(files: usize, failed: usize) -> String {
    match (files, failed) {
        (0, _) => "Response received".to_owned(),
        (1, 0) => "File uploaded".to_owned(),
        (files, 0) => format!("{files} files uploaded"),
        (1, _) => "Upload failed".to_owned(),
        (files, failed) => format!("{failed} of {files} uploads failed"),
    }
}

fn is_worth_saying(took: Duration, has_keyboard: bool) -> bool {
    took >= LONG && !has_keyboard
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_by_table() {
        for (files, failed, expected) in [
            (0, 0, "Response received"),
            (1, 0, "File uploaded"),
            (1, 1, "Upload failed"),
            (3, 0, "3 files uploaded"),
            (3, 2, "2 of 3 uploads failed"),
        ] {
            assert_eq!(words(files, failed), expected);
        }
        for (took, has_keyboard, expected) in [(1, false, false), (10, false, true), (600, true, false)] {
            assert_eq!(is_worth_saying(Duration::from_secs(took), has_keyboard), expected, "{took}");
        }
    }
}
