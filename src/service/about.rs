//! What somebody who helps has to know of this installation: versions, system, display, keyring, proxy, folders. No secrets.

use crate::logging;
use crate::model::Settings;
use crate::store::{KeyPlace, Store};
use crate::transport;

/// One thing about the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub name: &'static str,
    /// What holds.
    pub value: String,
}

/// What the caller knows, for it takes time to find out or only a window can.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The folders; `None` where there are none.
    pub store: Option<&'a Store>,
    /// The settings in use.
    pub settings: &'a Settings,
    /// Where keys are kept.
    pub keys: Option<&'a KeyPlace>,
    /// What draws the window, if there is one.
    pub window: Option<&'a str>,
}

/// The licences of everything that the program is made of.
pub const LICENCES: &str = include_str!("../../assets/licences.txt");

/// The version, with the commit and its date where they are known.
pub const VERSION: &str = env!("CENTERPOST_VERSION");

/// All that is known.
pub fn facts(known: &Known<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |name, value: String| facts.push(Fact { name, value });
    add("Version", VERSION.to_owned());
    add("System", format!("{} ({} {})", system(), std::env::consts::OS, std::env::consts::ARCH));
    if let Some(display) = display() {
        add("Display", display);
    }
    if let Some(window) = known.window {
        add("Window", window.to_owned());
    }
    if let Some(keys) = known.keys {
        add("API keys", format!("kept {}", keys.words()));
    }
    add("Proxy", transport::proxy_words(&known.settings.proxy));
    let ca_file = known.settings.ca_file.as_ref().map(|path| format!(" and of {}", path.display())).unwrap_or_default();
    add("Certificates", format!("of the system{ca_file}"));
    match known.store {
        Some(store) => {
            add("Data folder", store.root().display().to_string());
            if store.local() != store.root() {
                add("Local folder", store.local().display().to_string());
            }
            let own = known.settings.profiles_folder.as_ref();
            own.into_iter().for_each(|folder| add("Profiles folder", folder.display().to_string()));
        }
        None => add("Data folder", "none can be used".to_owned()),
    }
    add("Log", logging::file().map_or_else(|why| format!("none: {why}"), |path| path.display().to_string()));
    facts
}

/// The facts as lines of text.
pub fn text(facts: &[Fact]) -> String {
    let widest = facts.iter().map(|fact| fact.name.len()).max().unwrap_or_default() + 1;
    facts.iter().map(|fact| format!("{:<widest$} {}\n", format!("{}:", fact.name), fact.value)).collect()
}

/// The name and version of the system.
#[cfg(windows)]
fn system() -> String {
    let place = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
    let Ok(key) = windows_registry::LOCAL_MACHINE.open(place) else { return "Windows".to_owned() };
    // The product's name is that of Windows 10 on Windows 11, too.
    let text = |name: &str| key.get_string(name).ok().filter(|text| !text.is_empty());
    let release = text("DisplayVersion").map(|release| format!(", {release}")).unwrap_or_default();
    text("CurrentBuild").map_or_else(|| "Windows".to_owned(), |build| format!("Windows build {build}{release}"))
}

#[cfg(target_os = "macos")]
fn system() -> String {
    let printed = std::process::Command::new("/usr/bin/sw_vers").arg("-productVersion").output();
    printed.map_or_else(|_| "macOS".to_owned(), |printed| format!("macOS {}", String::from_utf8_lossy(&printed.stdout).trim()))
}

#[cfg(not(any(windows, target_os = "macos")))]
fn system() -> String {
    let file = ["/etc/os-release", "/usr/lib/os-release"].iter().find_map(|path| std::fs::read_to_string(path).ok());
    file.as_deref().and_then(pretty_name).unwrap_or_else(|| "unknown".to_owned())
}

/// The name for people that an `os-release` file gives.
#[cfg(any(test, not(any(windows, target_os = "macos"))))]
fn pretty_name(file: &str) -> Option<String> {
    let value = file.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(value.trim().trim_matches(['"', '\'']).to_owned()).filter(|name| !name.is_empty())
}

/// Which display server and desktop there are, on systems that have several.
fn display() -> Option<String> {
    if cfg!(any(windows, target_os = "macos")) {
        return None;
    }
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let server = match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (Some(_), _) => "Wayland",
        (None, Some(_)) => "X11",
        (None, None) => "none",
    };
    let desktop = set("XDG_CURRENT_DESKTOP").map(|desktop| format!(", {desktop}")).unwrap_or_default();
    Some(format!("{server}{desktop}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Proxy;

    #[test]
    fn names_of_systems_by_table() {
        for (file, expected) in [
            ("NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n", Some("Debian GNU/Linux 12 (bookworm)")),
            ("PRETTY_NAME='Void'", Some("Void")),
            ("PRETTY_NAME=\"\"\n", None),
            ("", None),
        ] {
            assert_eq!(pretty_name(file).as_deref(), expected, "{file}");
        }
    }

    #[test]
    fn facts_hold_no_secret() {
        let proxy = Proxy::Own("http://jim:pa55word@proxy.example:3128".into());
        let settings = Settings { proxy, ca_file: Some("/etc/company.pem".into()), ..Settings::default() };
        let keys = KeyPlace::Memory("CENTERPOST_KEYRING is off".into());
        let known = Known { store: None, settings: &settings, keys: Some(&keys), window: Some("OpenGL 4.5") };
        let text = text(&facts(&known));
        for expected in
            ["Version:      0", "proxy.example:3128", "/etc/company.pem", "in memory", "OpenGL 4.5", "Log:          none: "]
        {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        assert!(!text.contains("pa55word") && !text.contains("jim"), "{text}");
    }
}
