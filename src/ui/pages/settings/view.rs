//! The settings: how to reach servers, how uploads go, how the window looks.

use std::path::PathBuf;

use eframe::egui::{DragValue, Id, TextEdit, Ui};

use crate::model::settings::{Density, Proxy, TEXT_SIZES, ThemeChoice};
use crate::model::{Secret, Settings};
use crate::store::KeyPlace;
use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::pages::settings::about;
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::pages::settings::parts::Found;
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// Draws the settings; each change is saved at once.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let mut settings = state.settings.value.clone();
    let mut stepped = None;
    page_head(ui, "Settings", "", out, |ui| {
        ui.label(widgets::muted(ui, "Changes are saved automatically"));
        stepped = state.settings_page.steps.show(ui, &settings, "the settings");
    });
    search(ui, &mut state.settings_page.search);
    let mut found = Found::new(&state.settings_page.search);
    widgets::scroll(ui, "settings", |ui| {
        ui.set_max_width(ui.available_width().min(theme::FORM_WIDTH));
        looks(ui, &mut found, &mut settings);
        privacy(ui, &mut found, &mut settings);
        network(ui, &mut found, &mut settings, &mut state.settings_page.proxy_address);
        uploads(ui, &mut found, &mut settings);
        history(ui, &mut found, &mut settings);
        keys(ui, &mut found, state, out);
        data(ui, &mut found, state, out);
        about::show(ui, &mut found, state, out);
        if found.is_nothing() {
            ui.add_space(theme::SPACE);
            ui.label(widgets::muted(ui, "No setting matches"));
        }
    });
    if let Some(other) = stepped {
        out.push(Command::Settings(SettingsCommand::Save(Box::new(other))));
    } else if settings != state.settings.value {
        state.settings_page.steps.changed(ui, &state.settings.value, &settings);
        out.push(Command::Settings(SettingsCommand::Save(Box::new(settings))));
    }
}

/// What settings are looked for by.
fn search(ui: &mut Ui, text: &mut String) {
    ui.horizontal(|ui| {
        let icon = widgets::icon(ui, icons::MAGNIFYING_GLASS, theme::tokens(ui).muted, "Search the settings");
        let edit =
            TextEdit::singleline(text).id_salt("search").hint_text("Search, such as proxy or timeout").desired_width(320.0);
        let says = "Shows the settings whose name, group or explanation contains these words";
        ui.add(edit).labelled_by(icon.id).on_hover_text(says);
        if !text.is_empty() && widgets::icon_button(ui, icons::X, "Clear the search", "Shows all settings again").clicked() {
            text.clear();
        }
    });
}

fn looks(ui: &mut Ui, found: &mut Found, settings: &mut Settings) {
    found.group("Appearance", "How the window looks");
    found.setting(ui, "Theme", "Follows the system unless you choose one", |ui, _| {
        for (choice, label) in
            [(ThemeChoice::System, "Same as system"), (ThemeChoice::Light, "Light"), (ThemeChoice::Dark, "Dark")]
        {
            ui.radio_value(&mut settings.theme, choice, label);
        }
    });
    found.setting(ui, "Size", "Text and controls of the whole window (Ctrl+Plus, Ctrl+Minus, Ctrl+0)", |ui, label| {
        ui.add(DragValue::new(&mut settings.text_size).range(TEXT_SIZES).speed(0.2).suffix(" %").update_while_editing(false))
            .labelled_by(label);
    });
    found.setting(ui, "Density", "Compact shows more rows at once; comfortable is easier to hit", |ui, _| {
        for (density, label) in [(Density::Comfortable, "Comfortable"), (Density::Compact, "Compact")] {
            ui.radio_value(&mut settings.density, density, label);
        }
    });
}

fn privacy(ui: &mut Ui, found: &mut Found, settings: &mut Settings) {
    found.group("Privacy", "What others see of it");
    let says = "For calls and recordings (Ctrl+Shift+H): hides e-mail addresses in the whole window and never shows an API key. Input, requests and files are not changed";
    found.setting(ui, "", says, |ui, _| {
        ui.checkbox(&mut settings.screen_sharing, "Screen sharing");
    });
}

fn network(ui: &mut Ui, found: &mut Found, settings: &mut Settings, typed_proxy: &mut String) {
    found.group("Network", "How servers are reached, and how long to wait for them");
    found.setting(
        ui,
        "Connect timeout",
        "The time limit for opening a connection, including DNS, TCP, proxy and TLS",
        |ui, label| {
            ui.add(DragValue::new(&mut settings.connect_timeout_secs).range(1..=600).suffix(" s")).labelled_by(label);
        },
    );
    found.setting(
        ui,
        "Idle timeout",
        "The time limit without any data in either direction. A slow upload does not time out",
        |ui, label| {
            ui.add(DragValue::new(&mut settings.idle_timeout_secs).range(1..=3600).suffix(" s")).labelled_by(label);
        },
    );
    found.setting(ui, "Response timeout", "How long a response may take in all, once its request was sent", |ui, label| {
        ui.add(DragValue::new(&mut settings.answer_timeout_secs).range(1..=86_400).suffix(" s")).labelled_by(label);
    });
    if let Proxy::Own(address) = &settings.proxy {
        typed_proxy.clone_from(address);
    }
    found.setting(
        ui,
        "Proxy",
        "The system proxy comes from HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and on Windows and macOS from the system settings",
        |ui, _| {
            for (proxy, label) in
                [(Proxy::System, "System"), (Proxy::Direct, "None"), (Proxy::Own(typed_proxy.clone()), "Custom:")]
            {
                let is_picked = std::mem::discriminant(&settings.proxy) == std::mem::discriminant(&proxy);
                if ui.radio(is_picked, label).clicked() && !is_picked {
                    settings.proxy = proxy;
                }
            }
        },
    );
    if let Proxy::Own(address) = &mut settings.proxy {
        // From the colon behind a user on, what follows may be a password.
        let rest = address.split("://").last().unwrap_or("");
        let may_hold_password = rest.contains('@')
            || rest.split_once(':').is_some_and(|(_, port)| port.contains(|c: char| !c.is_ascii_digit() && c != '/'));
        let says = if address.trim().is_empty() {
            "The system proxy is used until you enter an address"
        } else {
            "Such as http://proxy.example:3128, http://user:password@proxy.example:3128 or socks5://proxy.example:1080"
        };
        found.setting(ui, "Proxy address", says, |ui, label| {
            ui.add(TextEdit::singleline(address).id_salt("proxy").desired_width(360.0).password(may_hold_password))
                .labelled_by(label);
        });
    }
    let mut path = settings.ca_file.as_ref().map_or_else(String::new, |path| path.display().to_string());
    found.setting(
        ui,
        "CA file",
        "A PEM file of additional certificate authorities to trust, such as the one of a company TLS proxy",
        |ui, label| {
            if ui
                .add(TextEdit::singleline(&mut path).id_salt("ca").desired_width(360.0).hint_text("none"))
                .labelled_by(label)
                .changed()
            {
                settings.ca_file = (!path.is_empty()).then(|| PathBuf::from(&path));
            }
        },
    );
    found.setting(ui, "Response size kept in memory", "Larger responses are stored in a file and shown in parts", |ui, label| {
        ui.add(DragValue::new(&mut settings.answer_limit_mib).range(1..=2048).suffix(" MiB")).labelled_by(label);
    });
}

fn uploads(ui: &mut Ui, found: &mut Found, settings: &mut Settings) {
    found.group("Uploads", "How files are sent");
    found.setting(ui, "Files at once", "How many files of a ticket are uploaded at the same time", |ui, label| {
        ui.add(DragValue::new(&mut settings.uploads_at_once).range(1..=8)).labelled_by(label);
    });
}

fn history(ui: &mut Ui, found: &mut Found, settings: &mut Settings) {
    found.group("History", "What is kept of exchanges, and when to ask before a repeat");
    let keep = &mut settings.keep;
    found.setting(
        ui,
        "Keep for",
        "Older exchanges are deleted. 0 keeps them forever. Pinned and working exchanges are kept",
        |ui, label| {
            ui.add(DragValue::new(&mut keep.days).range(0..=3650).suffix(" days")).labelled_by(label);
        },
    );
    found.setting(ui, "Keep at most", "The oldest ones are deleted above this number. 0 means no limit", |ui, label| {
        ui.add(DragValue::new(&mut keep.count).range(0..=100_000_000).suffix(" exchanges")).labelled_by(label);
    });
    found.setting(ui, "Size on disk", "The oldest exchanges are deleted above this size. 0 means no limit", |ui, label| {
        ui.add(DragValue::new(&mut keep.mib).range(0..=1_000_000).suffix(" MiB")).labelled_by(label);
    });
    let says = "Asks before the same payload is sent to the same endpoint again within this time. 0 asks only if the outcome of the last send is unknown";
    found.setting(ui, "Ask before a repeat", says, |ui, label| {
        ui.add(DragValue::new(&mut settings.ask_repeat_minutes).range(0..=10_080).suffix(" min")).labelled_by(label);
    });
}

fn keys(ui: &mut Ui, found: &mut Found, state: &mut State, out: &mut Vec<Command>) {
    let Some(place) = &state.settings_page.key_place else { return };
    found.group("API keys", "Where they are kept");
    found.setting(ui, "Place", "Profile files, drafts and the history contain a reference instead of the key", |ui, _| {
        ui.label(format!("Kept {}", place.words()));
    });
    match place {
        KeyPlace::LockedFile { .. } => {
            found.setting(ui, "Passphrase", "Unlocks the file so the keys can be used in this session", |ui, label| {
                let typed = passphrase(ui, &mut state.settings_page.passphrase[0], "passphrase", label);
                if typed && ui.button("Unlock").on_hover_text("Reads the keys; takes about a second").clicked() {
                    out.push(Command::Settings(SettingsCommand::UnlockKeys(std::mem::take(
                        &mut state.settings_page.passphrase[0],
                    ))));
                }
            });
        }
        KeyPlace::File => {
            found.setting(
                ui,
                "File",
                "keys.age in the folder below. The keyring is unlocked with your login and needs no passphrase",
                |ui, _| {
                    if ui
                        .button("Move to the system's keyring")
                        .on_hover_text("Moves every key to the keyring and deletes the file")
                        .clicked()
                    {
                        out.push(Command::Settings(SettingsCommand::LeaveKeyFile));
                    }
                },
            );
        }
        KeyPlace::Keyring | KeyPlace::Memory(_) => {
            let says = "Stores the keys in a file encrypted with this passphrase (age, scrypt). A forgotten passphrase cannot be recovered";
            found.setting(ui, "Keep in a file", says, |ui, label| {
                let typed = passphrase(ui, &mut state.settings_page.passphrase[0], "passphrase", label);
                let again = ui.label("again").id;
                passphrase(ui, &mut state.settings_page.passphrase[1], "again", again);
                let same = state.settings_page.passphrase[0] == state.settings_page.passphrase[1];
                let button = ui.add_enabled(typed && same, eframe::egui::Button::new("Keep keys in a file"));
                let button =
                    button.on_hover_text("Moves every key to the file, including keys stored as plain text in profile files");
                if button.on_disabled_hover_text("Type the same passphrase twice").clicked() {
                    state.settings_page.passphrase[1] = Secret::default();
                    out.push(Command::Settings(SettingsCommand::KeepKeysInFile(std::mem::take(
                        &mut state.settings_page.passphrase[0],
                    ))));
                }
            });
        }
    }
}

/// A passphrase being typed; tells whether there is one.
fn passphrase(ui: &mut Ui, text: &mut Secret, salt: &str, label: Id) -> bool {
    let edit = TextEdit::singleline(text.reveal_mut()).id_salt(salt).password(true).desired_width(180.0).hint_text("passphrase");
    ui.add(edit).labelled_by(label).on_hover_text("Never shown and never stored");
    !text.is_empty()
}

fn data(ui: &mut Ui, found: &mut Found, state: &mut State, out: &mut Vec<Command>) {
    found.group("Data", "Where profiles, drafts, settings and the history lie");
    match state.settings_page.data_folder.clone() {
        Some(folder) => {
            let shown = folder.display().to_string();
            found.setting(
                ui,
                "Folder",
                "Contains profiles, drafts, settings and the history. Set CENTERPOST_HOME to use another folder",
                |ui, _| {
                    ui.monospace(&shown);
                    if widgets::icon_button(ui, icons::COPY, "Copy the folder's path", "Copies it to the clipboard").clicked() {
                        out.push(Command::Copy(shown.clone()));
                    }
                },
            );
            if let Some(local) = &state.settings_page.local_folder {
                let shown = local.display().to_string();
                found.setting(ui, "Local folder", "Contains the history and the log, which stay on this machine", |ui, _| {
                    ui.monospace(&shown);
                });
            }
            profiles_folder(ui, found, state, out);
            removed(ui, found, state, out);
        }
        None => {
            found.setting(ui, "Folder", "See the note for the reason", |ui, _| {
                ui.label("Nothing can be saved in this session");
            });
        }
    }
}

fn profiles_folder(ui: &mut Ui, found: &mut Found, state: &mut State, out: &mut Vec<Command>) {
    let used = state.settings.profiles_folder.as_ref().map_or_else(String::new, |path| path.display().to_string());
    let typed = state.settings_page.typed_folder.get_or_insert_with(|| used.clone());
    let says =
        "Your own folder for the profiles, such as a git repository, with one file per profile. Leave empty for the folder above";
    found.setting(ui, "Profiles folder", says, |ui, label| {
        ui.add(TextEdit::singleline(typed).id_salt("profiles").desired_width(360.0).hint_text("among the other data"))
            .labelled_by(label);
        if typed.trim() != used && ui.button("Use this folder").clicked() {
            let folder = Some(typed.trim()).filter(|path| !path.is_empty()).map(PathBuf::from);
            out.push(Command::Settings(SettingsCommand::UseProfilesFolder(folder)));
        }
        if ui.button("Pick…").clicked() {
            out.push(Command::Settings(SettingsCommand::PickProfilesFolder));
        }
    });
}

fn removed(ui: &mut Ui, found: &mut Found, state: &mut State, out: &mut Vec<Command>) {
    let count = state.sharing.removed;
    if count > 0 {
        found.setting(ui, "Removed profiles", "Removed profiles and their drafts are kept until you delete them", |ui, _| {
            ui.label(count.to_string());
            if ui.button("Delete for good…").clicked() {
                state.settings_page.asks_empty_removed = true;
            }
        });
        if state.settings_page.asks_empty_removed {
            ask_to_empty_removed(ui, state, out);
        }
    }
}

/// Asks before the removed profiles are deleted for good.
fn ask_to_empty_removed(ui: &Ui, state: &mut State, out: &mut Vec<Command>) {
    let question = Question {
        text: &format!("Delete {} removed profiles and their drafts for good?", state.sharing.removed),
        yes: "Delete for good",
        yes_says: "Deletes them from the disk. This cannot be undone",
        no: "Keep",
        no_says: "Changes nothing",
    };
    let Some(answer) = question.ask(ui) else { return };
    state.settings_page.asks_empty_removed = false;
    if answer == Answer::Yes {
        out.push(Command::Settings(SettingsCommand::EmptyRemoved));
    }
}
