//! Keys as the system's users name them.

use std::borrow::Cow;

use eframe::egui::Key;

/// The key of the history, with Ctrl or Cmd. On macOS ⌘H hides the program, and browsers show their history with ⌘Y.
pub(in crate::ui) const HISTORY: Key = if cfg!(target_os = "macos") { Key::Y } else { Key::H };

/// A text with its keys as this system names them: `Ctrl+Shift+Z` is ⇧⌘Z on macOS.
pub(in crate::ui) fn with_keys(text: &str) -> Cow<'_, str> {
    spelled(text, cfg!(target_os = "macos"))
}

fn spelled(text: &str, is_mac: bool) -> Cow<'_, str> {
    if !is_mac || !(text.contains("Ctrl+") || text.contains("Alt+")) {
        return Cow::Borrowed(text);
    }
    // What steps through tabs has the Control key there, too.
    let spelled = text
        .replace("Ctrl+Tab", "⌃Tab")
        .replace("Ctrl+Shift+", "⇧⌘")
        .replace("Ctrl+H", "⌘Y")
        .replace("Ctrl+", "⌘")
        .replace("Alt+", "⌥");
    Cow::Owned(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_by_table() {
        for (text, mac) in [
            ("All requests and responses (Ctrl+H)", "All requests and responses (⌘Y)"),
            ("E-mail addresses are hidden (Ctrl+Shift+H)", "E-mail addresses are hidden (⇧⌘H)"),
            ("Ctrl+click, Shift+click", "⌘click, Shift+click"),
            ("Back (Alt+Left), settings (Ctrl+,)", "Back (⌥Left), settings (⌘,)"),
            ("Ctrl+W to close. Ctrl+Tab goes on", "⌘W to close. ⌃Tab goes on"),
            ("No keys at all", "No keys at all"),
        ] {
            assert_eq!((spelled(text, false), spelled(text, true)), (text.into(), mac.into()));
        }
    }
}
