//! The proxy that Windows or macOS names in its own settings. What a browser does with them and this program cannot is said, never
//! passed by.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::model::secrets::mask::mask_url;

/// What the settings of a desktop say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DesktopProxy {
    http: Option<String>,
    https: Option<String>,
    socks: Option<String>,
    exceptions: Vec<String>,
    /// Whether a name without a dot is reached directly.
    skips_plain_names: bool,
    /// A program in JavaScript (PAC) that names the proxy of each address.
    script: Option<String>,
}

impl DesktopProxy {
    /// The proxy for a target: an address with its scheme. The error is a sentence without a full stop.
    pub(super) fn for_target(&self, is_tls: bool, host: &str) -> Result<Option<&str>, String> {
        let by_scheme = if is_tls { &self.https } else { &self.http };
        let named = by_scheme.as_deref().or(self.socks.as_deref());
        match (named, &self.script) {
            _ if self.is_exception(host) => Ok(None),
            (Some(named), _) => Ok(Some(named)),
            (None, Some(script)) => Err(format!(
                "The system's settings name a proxy script, {script}, which Centerpost does not run. Ask what proxy it names for {host}, and enter \
                 that in the settings; or choose no proxy there"
            )),
            (None, None) => Ok(None),
        }
    }

    /// All of it in words. Holds no password.
    pub(super) fn words(&self) -> String {
        let named = [("http", &self.http), ("https", &self.https), ("socks", &self.socks), ("script", &self.script)];
        let named: Vec<_> =
            named.iter().filter_map(|(what, value)| Some(format!("{what} {}", mask_url(value.as_ref()?)))).collect();
        match (named.is_empty(), self.exceptions.len()) {
            (true, _) => "none: the system names none".to_owned(),
            (false, 0) => format!("{}, as the system says", named.join(", ")),
            (false, count) => format!("{}, as the system says, with {count} exceptions", named.join(", ")),
        }
    }

    fn is_exception(&self, host: &str) -> bool {
        self.skips_plain_names && !host.contains(['.', ':'])
            || self.exceptions.iter().any(|exception| is_matched(exception, host))
    }
}

/// Whether an exception covers a host: `*` stands for any text, `10/8` and `10.0.0.0/8` for addresses.
fn is_matched(exception: &str, host: &str) -> bool {
    let exception = exception.split_once("://").map_or(exception, |(_, rest)| rest);
    if let Some((network, bits)) = exception.split_once('/') {
        // macOS leaves the zeros at the end out.
        let missing = 3_usize.saturating_sub(network.matches('.').count());
        let whole =
            if network.contains(':') { exception.to_owned() } else { format!("{network}{}/{bits}", ".0".repeat(missing)) };
        let (Ok(network), Ok(address)) = (whole.parse::<IpNet>(), host.parse::<IpAddr>()) else { return false };
        return network.contains(&address);
    }
    let (exception, host) = (exception.trim_matches(['[', ']']).to_ascii_lowercase(), host.to_ascii_lowercase());
    let exception = match exception.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => exception.as_str(),
    };
    let mut pieces = exception.split('*');
    let Some(mut rest) = host.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// What Windows keeps in `Internet Settings`: a server is one for all schemes, or a list such as `http=a:80;https=b:81;socks=c:82`.
#[cfg(any(windows, test))]
fn of_windows(is_on: bool, server: &str, exceptions: &str, script: &str) -> DesktopProxy {
    let mut found = DesktopProxy { script: text(script), ..DesktopProxy::default() };
    let with_scheme = |address: &str, scheme: &str| {
        text(address).map(|address| if address.contains("://") { address } else { format!("{scheme}://{address}") })
    };
    if is_on {
        for entry in server.split([';', ' ']).map(str::trim) {
            match entry.split_once('=').map(|(scheme, address)| (scheme.trim().to_ascii_lowercase(), address)) {
                None if !entry.is_empty() => {
                    found.http = with_scheme(entry, "http");
                    found.https.clone_from(&found.http);
                }
                Some((scheme, address)) if scheme == "http" => found.http = with_scheme(address, "http"),
                Some((scheme, address)) if scheme == "https" => found.https = with_scheme(address, "http"),
                // Windows speaks version 4 to it.
                Some((scheme, address)) if scheme == "socks" => found.socks = with_scheme(address, "socks4"),
                _ => {}
            }
        }
    }
    for exception in exceptions.split([';', ' ', ',']).filter_map(text) {
        if exception.eq_ignore_ascii_case("<local>") {
            found.skips_plain_names = true;
        } else {
            found.exceptions.push(exception);
        }
    }
    found
}

/// What `scutil --proxy` prints on macOS.
#[cfg(any(target_os = "macos", test))]
fn of_macos(printed: &str) -> DesktopProxy {
    let mut values = std::collections::HashMap::new();
    let mut exceptions = Vec::new();
    let mut is_list = false;
    for line in printed.lines() {
        match line.split_once(" : ").map(|(name, value)| (name.trim(), value.trim())) {
            Some(("ExceptionsList", _)) => is_list = true,
            Some((_, value)) if is_list => exceptions.extend(text(value)),
            Some((name, value)) => drop(values.insert(name, value)),
            None => is_list = false,
        }
    }
    let is_on = |name: &str| values.get(name).is_some_and(|value| *value == "1");
    let proxy = |name: &str, scheme: &str| {
        let host = values.get(format!("{name}Proxy").as_str()).filter(|_| is_on(&format!("{name}Enable")))?;
        let host = if host.contains(':') { format!("[{host}]") } else { (*host).to_owned() };
        let port = values.get(format!("{name}Port").as_str()).map_or_else(String::new, |port| format!(":{port}"));
        text(&host).map(|host| format!("{scheme}://{host}{port}"))
    };
    DesktopProxy {
        http: proxy("HTTP", "http"),
        https: proxy("HTTPS", "http"),
        socks: proxy("SOCKS", "socks5h"),
        exceptions,
        skips_plain_names: is_on("ExcludeSimpleHostnames"),
        script: values.get("ProxyAutoConfigURLString").filter(|_| is_on("ProxyAutoConfigEnable")).and_then(|script| text(script)),
    }
}

#[cfg(any(windows, target_os = "macos", test))]
fn text(value: &str) -> Option<String> {
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// What this system's settings say now.
#[cfg(windows)]
pub(super) fn read() -> DesktopProxy {
    let place = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    let Ok(settings) = windows_registry::CURRENT_USER.open(place) else { return DesktopProxy::default() };
    let text = |name: &str| settings.get_string(name).unwrap_or_default();
    let is_on = settings.get_u32("ProxyEnable").is_ok_and(|value| value != 0);
    of_windows(is_on, &text("ProxyServer"), &text("ProxyOverride"), &text("AutoConfigURL"))
}

/// What this system's settings say now.
#[cfg(target_os = "macos")]
pub(super) fn read() -> DesktopProxy {
    let printed = std::process::Command::new("/usr/sbin/scutil").arg("--proxy").output();
    printed.map_or_else(|_| DesktopProxy::default(), |printed| of_macos(&String::from_utf8_lossy(&printed.stdout)))
}

/// Other systems have no settings of their own that hold for every program.
#[cfg(not(any(windows, target_os = "macos")))]
pub(super) fn read() -> DesktopProxy {
    DesktopProxy::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_by_table() {
        let local = "*.corp.example;<local>;10.*;[::1];https://direct.example:8443";
        for (is_on, server, script, is_tls, host, expected) in [
            (true, "proxy.example:3128", "", true, "acme.centercode.com", Some("http://proxy.example:3128")),
            (true, "http://proxy.example:3128", "", false, "acme.centercode.com", Some("http://proxy.example:3128")),
            (
                true,
                "http=a.example:80;https=b.example:81;ftp=c.example:21",
                "",
                true,
                "acme.centercode.com",
                Some("http://b.example:81"),
            ),
            (true, "http=a.example:80; https=b.example:81", "", false, "acme.centercode.com", Some("http://a.example:80")),
            (true, "http=a.example:80", "", true, "acme.centercode.com", None),
            (true, "socks=s.example:1080", "", true, "acme.centercode.com", Some("socks4://s.example:1080")),
            (true, "https=http://b.example:81", "", true, "acme.centercode.com", Some("http://b.example:81")),
            (false, "proxy.example:3128", "", true, "acme.centercode.com", None),
            (true, "", "", true, "acme.centercode.com", None),
            (true, "proxy.example:3128", "", true, "test.corp.example", None),
            (true, "proxy.example:3128", "", true, "intranet", None),
            (true, "proxy.example:3128", "", true, "10.1.2.3", None),
            (true, "proxy.example:3128", "", true, "::1", None),
            (true, "proxy.example:3128", "", true, "direct.example", None),
            (true, "proxy.example:3128", "", true, "notdirect.example", Some("http://proxy.example:3128")),
            (true, "proxy.example:3128", "http://wpad/p.pac", true, "acme.centercode.com", Some("http://proxy.example:3128")),
        ] {
            let found = of_windows(is_on, server, local, script);
            assert_eq!(found.for_target(is_tls, host), Ok(expected), "{server} for {host}");
        }
    }

    #[test]
    fn words_hold_no_password() {
        assert_eq!(DesktopProxy::default().words(), "none: the system names none");
        let found = of_windows(true, "https=http://jim:pa55word@b.example:81", "*.corp.example;10.*", "http://w.example/p.pac");
        let words = found.words();
        assert!(words.contains("b.example:81, script http://w.example/p.pac") && words.ends_with("with 2 exceptions"), "{words}");
        assert!(!words.contains("pa55word"), "{words}");
    }

    #[test]
    fn a_script_is_never_passed_by() {
        let found = of_windows(false, "proxy.example:3128", "*.local", "http://wpad.example/proxy.pac");
        let refused = found.for_target(true, "acme.centercode.com").unwrap_err();
        assert!(refused.contains("http://wpad.example/proxy.pac") && refused.contains("enter"), "{refused}");
        assert_eq!(found.for_target(true, "printer.local"), Ok(None));
        let found =
            of_macos("<dictionary> {\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://w.example/p.pac\n}\n");
        assert!(found.for_target(false, "acme.centercode.com").is_err());
        let off =
            of_macos("<dictionary> {\n  ProxyAutoConfigEnable : 0\n  ProxyAutoConfigURLString : http://w.example/p.pac\n}\n");
        assert_eq!(off, DesktopProxy::default());
    }

    #[test]
    fn macos_by_table() {
        let printed = "<dictionary> {\n  ExceptionsList : <array> {\n    0 : *.local\n    1 : 169.254/16\n    2 : direct.example\n  }\n  \
            ExcludeSimpleHostnames : 1\n  FTPPassive : 1\n  HTTPEnable : 0\n  HTTPPort : 8080\n  HTTPProxy : off.example\n  HTTPSEnable : 1\n  \
            HTTPSPort : 8443\n  HTTPSProxy : tls.example\n  SOCKSEnable : 1\n  SOCKSPort : 1080\n  SOCKSProxy : fd00::1\n}\n";
        let found = of_macos(printed);
        for (is_tls, host, expected) in [
            (true, "acme.centercode.com", Some("http://tls.example:8443")),
            (false, "acme.centercode.com", Some("socks5h://[fd00::1]:1080")),
            (true, "printer.local", None),
            (true, "169.254.7.8", None),
            (true, "169.255.7.8", Some("http://tls.example:8443")),
            (true, "intranet", None),
            (true, "direct.example", None),
        ] {
            assert_eq!(found.for_target(is_tls, host), Ok(expected), "{host}");
        }
    }
}
