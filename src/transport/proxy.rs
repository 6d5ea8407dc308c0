//! Which proxy a request goes through.

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;

use super::desktop_proxy;
use super::error::SendError;
use super::request_head::Target;
use crate::model::Secret;
use crate::model::secrets::collect::secrets_in_url;
use crate::model::secrets::mask::mask_url;
use crate::model::settings::{Network, Proxy};

/// A proxy on the way to a target.
#[derive(Clone)]
pub(super) struct ProxyRoute {
    pub(super) kind: ProxyKind,
    pub(super) uri: Uri,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) basic: Option<HeaderValue>,
    pub(super) login: Option<(String, String)>,
}

/// How a proxy is spoken to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ProxyKind {
    Http,
    Https,
    Socks { remote_dns: bool },
}

impl ProxyRoute {
    pub(super) fn peer(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether requests for plain HTTP name the whole address to it instead of asking for a tunnel.
    pub(super) fn takes_whole_address(&self) -> bool {
        matches!(self.kind, ProxyKind::Http | ProxyKind::Https)
    }

    /// Its address with the login that it wants, for whoever takes the two in one.
    pub(super) fn address_with_login(&self) -> String {
        let address = self.uri.to_string();
        let (Some((user, password)), Ok(mut url)) = (&self.login, url::Url::parse(&address)) else { return address };
        match (url.set_username(user), url.set_password(Some(password))) {
            (Ok(()), Ok(())) => url.to_string(),
            _ => address,
        }
    }
}

/// The proxy for a target, if there is one. This machine itself is reached through the system's proxy only by mistake.
pub(super) fn route(target: &Target, network: &Network) -> Result<Option<ProxyRoute>, SendError> {
    let matcher = match &network.proxy {
        Proxy::Direct => return Ok(None),
        Proxy::System if is_loopback(&target.host) => return Ok(None),
        Proxy::System if is_named_by_environment() => Matcher::from_env(),
        Proxy::System => {
            let desktop = desktop_proxy::read();
            let found = desktop.for_target(target.is_tls, &target.host).map_err(SendError::Setting)?;
            let Some(found) = found else { return Ok(None) };
            Matcher::builder().all(found.to_owned()).build()
        }
        Proxy::Own(url) => Matcher::builder().all(checked(url)?).build(),
    };
    let Some(found) = matcher.intercept(&target.uri) else { return Ok(None) };
    let uri = found.uri().clone();
    let (kind, default_port) = match uri.scheme_str() {
        Some("https") => (ProxyKind::Https, 443),
        Some("socks5") => (ProxyKind::Socks { remote_dns: false }, 1080),
        Some("socks5h") => (ProxyKind::Socks { remote_dns: true }, 1080),
        Some("socks4" | "socks4a") => {
            return Err(SendError::Setting(format!(
                "The proxy {} speaks SOCKS 4; use one that speaks SOCKS 5 or HTTP",
                mask_url(&uri.to_string())
            )));
        }
        _ => (ProxyKind::Http, 80),
    };
    let host = uri.host().unwrap_or("").trim_matches(['[', ']']).to_owned();
    let port = uri.port_u16().unwrap_or(default_port);
    log::debug!("The way to {} is through the proxy {host}:{port}", target.host);
    let login = found.raw_auth().map(|(user, password)| (user.to_owned(), password.to_owned()));
    Ok(Some(ProxyRoute { kind, uri, host, port, basic: found.basic_auth().cloned(), login }))
}

/// What a setting means on this machine, in words. Holds no password.
pub fn words(proxy: &Proxy) -> String {
    match proxy {
        Proxy::Direct => "none, as set".to_owned(),
        Proxy::Own(url) if url.trim().is_empty() => words(&Proxy::System),
        Proxy::Own(url) => format!("{}, as set", mask_url(url.trim())),
        Proxy::System if is_named_by_environment() => {
            let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
            let named = PROXY_NAMES.iter().chain(&["no_proxy", "NO_PROXY"]);
            let named: Vec<_> = named.filter_map(|name| Some(format!("{name}={}", mask_url(&set(name)?)))).collect();
            format!("{}, as the environment says", named.join(" "))
        }
        Proxy::System => desktop_proxy::read().words(),
    }
}

/// The secrets of the proxies that a setting means: who answers in their stead may name them.
pub fn secrets(proxy: &Proxy) -> Vec<Secret> {
    match proxy {
        Proxy::Direct => Vec::new(),
        Proxy::Own(url) if !url.trim().is_empty() => secrets_in_url(&with_scheme(url)),
        Proxy::Own(_) | Proxy::System => {
            let set = PROXY_NAMES.iter().filter_map(|name| std::env::var(name).ok());
            set.flat_map(|url| secrets_in_url(&with_scheme(&url))).collect()
        }
    }
}

fn with_scheme(typed: &str) -> String {
    let typed = typed.trim();
    if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") }
}

/// The address with its scheme, if it can be used: one that cannot is better refused than passed by.
fn checked(typed: &str) -> Result<String, SendError> {
    let url = with_scheme(typed);
    let usable = url::Url::parse(&url).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.host_str().is_some_and(|host| !host.is_empty())
    });
    match usable {
        Some(_) => Ok(url),
        None => Err(SendError::Setting(format!(
            "The proxy address {} in the settings cannot be used; write it like http://proxy.example:3128 or socks5://proxy.example:1080",
            mask_url(&url)
        ))),
    }
}

/// Variables of the environment that name a proxy.
const PROXY_NAMES: [&str; 6] = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Whether the environment names a proxy. Then the settings of the desktop do not count.
fn is_named_by_environment() -> bool {
    PROXY_NAMES.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
