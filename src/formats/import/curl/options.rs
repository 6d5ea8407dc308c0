//! curl's options: how each is written, whether it takes a value, and what it is to us.

/// What an option does to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Method,
    Data,
    DataRaw,
    DataBinary,
    DataUrlencode,
    Json,
    Form,
    FormString,
    Header,
    User,
    UserAgent,
    Referer,
    Cookie,
    Bearer,
    Range,
    Get,
    Head,
    Upload,
    Url,
    UrlQuery,
    Next,
    GlobOff,
    PathAsIs,
    ProtoDefault,
    Insecure,
    /// A variable of curl's own.
    Variable,
    /// Nothing that a server could see.
    None,
    /// How to connect or to answer, not what is sent.
    Connection,
    /// Something that cannot be taken over.
    Lost,
}

/// One option.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opt {
    pub(super) name: &'static str,
    pub(super) takes_value: bool,
    pub(super) effect: Effect,
}

/// Options that shape the request: name, letter, whether it takes a value, effect.
const SHAPING: [(&str, &str, bool, Effect); 30] = [
    ("request", "X", true, Effect::Method),
    ("data", "d", true, Effect::Data),
    ("data-ascii", "", true, Effect::Data),
    ("data-raw", "", true, Effect::DataRaw),
    ("data-binary", "", true, Effect::DataBinary),
    ("data-urlencode", "", true, Effect::DataUrlencode),
    ("json", "", true, Effect::Json),
    ("form", "F", true, Effect::Form),
    ("form-string", "", true, Effect::FormString),
    ("header", "H", true, Effect::Header),
    ("user", "u", true, Effect::User),
    ("user-agent", "A", true, Effect::UserAgent),
    ("referer", "e", true, Effect::Referer),
    ("cookie", "b", true, Effect::Cookie),
    ("oauth2-bearer", "", true, Effect::Bearer),
    ("range", "r", true, Effect::Range),
    ("get", "G", false, Effect::Get),
    ("head", "I", false, Effect::Head),
    ("upload-file", "T", true, Effect::Upload),
    ("url", "", true, Effect::Url),
    ("url-query", "", true, Effect::UrlQuery),
    ("next", ":", false, Effect::Next),
    ("globoff", "g", false, Effect::GlobOff),
    ("path-as-is", "", false, Effect::PathAsIs),
    ("proto-default", "", true, Effect::ProtoDefault),
    ("insecure", "k", false, Effect::Insecure),
    ("variable", "", true, Effect::Variable),
    ("basic", "", false, Effect::None),
    ("form-escape", "", false, Effect::None),
    ("compressed", "", false, Effect::Connection),
];

/// Options without a value that no server sees; with a letter as `name/letter`.
const SILENT: &str = "silent/s show-error/S verbose/v include/i fail/f fail-with-body fail-early progress-bar/# no-progress-meter remote-name/O \
    remote-header-name/J remote-name-all remote-time/R create-dirs no-buffer/N buffer disable/q parallel/Z parallel-immediate styled-output \
    raw trace-time use-ascii/B no-clobber remove-on-error xattr list-only/l append/a ftp-pasv ftp-pret ftp-create-dirs disable-eprt disable-epsv \
    compressed-ssh junk-session-cookies/j suppress-connect-headers metalink manual/M version/V retry-all-errors retry-connrefused \
    sasl-ir mail-rcpt-allowfails tftp-no-options test-event progress-meter";

/// Options with a value that no server sees.
const SILENT_VALUE: &str = "output/o output-dir dump-header/D write-out/w stderr trace trace-ascii cookie-jar/c libcurl max-filesize limit-rate \
    rate retry retry-delay retry-max-time speed-limit/Y speed-time/y parallel-max create-file-mode keepalive-time etag-save \
    help/h quote/Q mail-auth mail-from mail-rcpt telnet-option/t tftp-blksize ftp-account ftp-alternative-to-user ftp-method ftp-port/P \
    krb pubkey hostpubmd5 hostpubsha256 random-file egd-file hsts alt-svc proto proto-redir trace-config";

/// Options without a value about the connection.
const CONNECTION: &str = "location/L location-trusted http1.0/0 http1.1 http2 http2-prior-knowledge http3 http3-only http0.9 ipv4/4 ipv6/6 tlsv1/1 \
    tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 sslv2/2 sslv3/3 ssl ssl-reqd ssl-allow-beast ssl-no-revoke ssl-revoke-best-effort ssl-auto-client-cert \
    cert-status false-start tcp-fastopen tcp-nodelay no-alpn alpn no-npn npn no-keepalive keepalive no-sessionid sessionid proxytunnel/p \
    proxy-insecure proxy-basic proxy-digest proxy-ntlm proxy-negotiate proxy-anyauth proxy-tlsv1 proxy-ssl-allow-beast \
    proxy-ssl-auto-client-cert socks5-basic socks5-gssapi socks5-gssapi-nec post301 post302 post303 doh-insecure doh-cert-status \
    haproxy-protocol ignore-content-length disallow-username-in-url ca-native proxy-ca-native";

/// Options with a value about the connection.
const CONNECTION_VALUE: &str = "proxy/x proxy-user/U proxy-header noproxy preproxy proxy1.0 socks4 socks4a socks5 socks5-hostname \
    socks5-gssapi-service cacert capath cert/E cert-type key key-type pass crlfile ciphers tls13-ciphers curves tls-max pinnedpubkey tlsuser \
    tlspassword tlsauthtype engine proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-key proxy-key-type proxy-pass proxy-ciphers \
    proxy-tls13-ciphers proxy-crlfile proxy-pinnedpubkey proxy-tlsuser proxy-tlspassword proxy-tlsauthtype proxy-service-name connect-timeout \
    max-time/m connect-to resolve interface local-port dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url unix-socket \
    abstract-unix-socket max-redirs happy-eyeballs-timeout-ms expect100-timeout service-name delegation login-options haproxy-clientip \
    ip-tos vlan-priority keepalive-cnt ech";

/// Options without a value whose effect on the request is not known here.
const LOST: &str =
    "digest ntlm ntlm-wb negotiate anyauth netrc/n netrc-optional tr-encoding crlf ftp-ssl-control ftp-skip-pasv-ip ftp-ssl-ccc";

/// Options with a value whose effect on the request is not known here.
const LOST_VALUE: &str =
    "config/K aws-sigv4 request-target time-cond/z continue-at/C etag-compare netrc-file sasl-authzid ftp-ssl-ccc-mode";

const LISTS: [(&str, bool, Effect); 6] = [
    (SILENT, false, Effect::None),
    (SILENT_VALUE, true, Effect::None),
    (CONNECTION, false, Effect::Connection),
    (CONNECTION_VALUE, true, Effect::Connection),
    (LOST, false, Effect::Lost),
    (LOST_VALUE, true, Effect::Lost),
];

fn all() -> impl Iterator<Item = (&'static str, &'static str, Opt)> {
    let shaping =
        SHAPING.into_iter().map(|(name, letter, takes_value, effect)| (name, letter, Opt { name, takes_value, effect }));
    let listed = LISTS.into_iter().flat_map(|(list, takes_value, effect)| {
        list.split_whitespace().map(move |entry| {
            let (name, letter) = entry.split_once('/').unwrap_or((entry, ""));
            (name, letter, Opt { name, takes_value, effect })
        })
    });
    shaping.chain(listed)
}

/// The option of a letter.
pub(super) fn short(letter: char) -> Option<Opt> {
    all().find(|(_, short, _)| short.chars().eq([letter])).map(|(.., opt)| opt)
}

/// The option of a name without its dashes: whole, or a beginning that only one has, as curl takes it. `no-` turns one off.
pub(super) fn long(name: &str) -> Option<(Opt, bool)> {
    if let Some((.., opt)) = all().find(|(long, ..)| *long == name) {
        return Some((opt, true));
    }
    if let Some(positive) = name.strip_prefix("no-")
        && let Some((.., opt)) = all().find(|(long, _, opt)| *long == positive && !opt.takes_value)
    {
        return Some((opt, false));
    }
    let mut begins = all().filter(|(long, ..)| !name.is_empty() && long.starts_with(name));
    match (begins.next(), begins.next()) {
        (Some((.., opt)), None) => Some((opt, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_table() {
        assert_eq!(long("data").unwrap().0.effect, Effect::Data);
        assert_eq!(long("data-url").unwrap().0.effect, Effect::DataUrlencode);
        assert!(long("dat").is_none() && long("frobnicate").is_none() && long("").is_none());
        assert!(!long("no-insecure").unwrap().1);
        assert_eq!(short('X').unwrap().effect, Effect::Method);
        assert_eq!(short('#').unwrap().effect, Effect::None);
        assert!(short('ä').is_none() && short('/').is_none());
    }

    #[test]
    fn no_name_or_letter_stands_twice() {
        let mut names: Vec<_> = all().map(|(name, ..)| name).collect();
        let mut letters: Vec<_> = all().map(|(_, letter, _)| letter).filter(|letter| !letter.is_empty()).collect();
        let counts = (names.len(), letters.len());
        names.sort_unstable();
        names.dedup();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(counts, (names.len(), letters.len()));
    }
}
