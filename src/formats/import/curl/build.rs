//! From the words of a curl command to the requests that it would send.

use super::command::{Stdin, Word};
use super::data::{self, Content, Piece};
use super::options::{self, Effect, Opt};
use super::own_variables::Variables;
use super::{address, form, glob};
use crate::model::headers::header;
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::multipart::{Part, boundary_of};
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// What the options between two `--next` say.
#[derive(Default)]
struct Operation {
    method: Option<String>,
    pieces: Vec<Piece>,
    has_data: bool,
    jsoned: bool,
    parts: Vec<Part>,
    has_form: bool,
    headers: Vec<(String, String)>,
    /// Lower-case names of headers that the user wants not to be sent.
    removed: Vec<String>,
    /// Whether a file holds further headers.
    has_header_file: bool,
    /// Whether a variable may hold further options.
    has_open_options: bool,
    user: Option<Vec<u8>>,
    bearer: Option<String>,
    user_agent: Option<String>,
    referer: Option<String>,
    cookies: Vec<String>,
    range: Option<String>,
    get: bool,
    head: bool,
    glob_off: bool,
    path_as_is: bool,
    scheme: Option<String>,
    insecure: bool,
    queries: Vec<Vec<u8>>,
    targets: Vec<Target>,
    /// Every target before this one has its address.
    addressed: usize,
}

/// An address and the file that goes there.
#[derive(Default)]
struct Target {
    url: Option<(String, usize)>,
    upload: Option<String>,
}

struct Reader<'a> {
    text: &'a str,
    words: std::slice::Iter<'a, Word>,
    stdin: Option<&'a Stdin>,
    operation: Operation,
    imported: Imported,
    at: usize,
    variables: Variables,
    /// What the options leave open that they take from files and from variables without a value.
    unknown: NotRecorded,
}

/// The requests of the words behind `curl`.
pub(super) fn requests(text: &str, words: &[Word], stdin: Option<&Stdin>) -> Imported {
    let mut reader = Reader {
        text,
        words: words.iter(),
        stdin,
        operation: Operation::default(),
        imported: Imported::default(),
        at: words.first().map_or(0, |word| word.at),
        variables: Variables::default(),
        unknown: NotRecorded::default(),
    };
    let has_address = words.iter().any(|word| word.text().contains("://"));
    let mut options_over = false;
    while let Some(word) = reader.words.next() {
        reader.at = word.at;
        let written = word.text();
        if let Some(mended) = typographic_dash(&written).filter(|_| !options_over) {
            reader.note(
                Severity::Taken,
                format!("A text program made a typographic dash of a hyphen, and curl takes it for an address: read as {mended}"),
            );
            match mended.strip_prefix("--") {
                Some(long) => reader.long(long),
                None => reader.cluster(&mended[1..], &mended.as_bytes()[1..]),
            }
            continue;
        }
        match written.as_str() {
            "--" if !options_over => options_over = true,
            long if long.starts_with("--") && !options_over => reader.long(&long[2..]),
            cluster if cluster.starts_with('-') && cluster.len() > 1 && !options_over => {
                reader.cluster(&cluster[1..], &word.bytes[1..]);
            }
            // A variable alone beside an address may hold any options.
            _ if word.is_filled && is_variable_alone(&written) && has_address => {
                reader.operation.has_open_options = true;
                reader.unknown.headers = true;
                (reader.unknown.body, reader.unknown.file_bytes) = (true, true);
            }
            _ => reader.operation.add_url(written, word.at),
        }
    }
    reader.finish();
    if words.iter().any(|word| word.is_filled) {
        let said = "What the shell puts in the place of its variables is not known here; their names stand there";
        reader.note_at(Severity::Taken, words.first().map_or(0, |word| word.at), said);
        reader.unknown.variables = true;
    }
    let unknown = reader.unknown;
    reader.imported.requests.iter_mut().for_each(|request| request.not_recorded = unknown);
    reader.imported
}

/// Whether a word is a variable of the shell and nothing else: `$ARGS`, `${ARGS[@]}`.
fn is_variable_alone(word: &str) -> bool {
    let name = word.strip_prefix('$').unwrap_or("");
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_{}[]@*".contains(c))
}

/// An option whose hyphens became a dash: `–X`, `—request`.
fn typographic_dash(word: &str) -> Option<String> {
    let name = word.strip_prefix(['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}'])?;
    let name = name.trim_start_matches(['-', '\u{2013}']);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_name.then(|| if name.len() == 1 { format!("-{name}") } else { format!("--{name}") })
}

impl Operation {
    fn add_url(&mut self, url: String, at: usize) {
        let open = self.targets.iter().skip(self.addressed).position(|target| target.url.is_none());
        self.addressed = open.map_or(self.targets.len(), |open| self.addressed + open);
        match self.targets.get_mut(self.addressed) {
            Some(target) => target.url = Some((url, at)),
            None => self.targets.push(Target { url: Some((url, at)), upload: None }),
        }
        self.addressed += 1;
    }

    fn add_upload(&mut self, path: String) {
        match self.targets.iter_mut().find(|target| target.upload.is_none()) {
            Some(target) => target.upload = Some(path),
            None => self.targets.push(Target { url: None, upload: Some(path) }),
        }
    }

    fn names(&self, name: &str) -> bool {
        header(&self.headers, name).is_some() || self.removed.iter().any(|removed| removed == name)
    }
}

impl Reader<'_> {
    fn note(&mut self, severity: Severity, text: impl Into<String>) {
        self.note_at(severity, self.at, text);
    }

    fn note_at(&mut self, severity: Severity, at: usize, text: impl Into<String>) {
        let whole = self.text;
        add_note(&mut self.imported.notes, || Note { severity, place: Some(TextPosition::of(whole, at)), text: text.into() });
    }

    fn long(&mut self, name: &str) {
        // The value of any option may hold variables of curl's own.
        let plain = name.strip_prefix("expand-").filter(|plain| options::long(plain).is_some_and(|(opt, _)| opt.takes_value));
        match options::long(plain.unwrap_or(name)) {
            Some((opt, on)) => {
                let value = if opt.takes_value { self.value(&format!("--{name}")) } else { Some(Vec::new()) };
                let value = value.map(|value| if plain.is_some() { self.expanded(&value) } else { value });
                if let Some(value) = value {
                    self.apply(opt, &format!("--{}", opt.name), &value, on);
                }
            }
            None => {
                // The value may be glued on with `=`, which curl does not read; it is not repeated, for it may be a secret.
                let name: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')).collect();
                self.note(Severity::Lost, format!("--{name} is not understood and was left out"));
            }
        }
    }

    /// A value with curl's own variables in it filled.
    fn expanded(&mut self, value: &[u8]) -> Vec<u8> {
        let (filled, is_whole) = self.variables.fill(value);
        if !is_whole {
            self.unknown.variables = true;
            self.note(
                Severity::Taken,
                "What this variable of curl's (--variable) holds is not known here; its name stands there",
            );
        }
        filled
    }

    fn cluster(&mut self, letters: &str, bytes: &[u8]) {
        for (index, letter) in letters.char_indices() {
            let Some(opt) = options::short(letter) else {
                self.note(Severity::Lost, format!("-{letter} is not understood and was left out"));
                continue;
            };
            let name = format!("-{letter}");
            if !opt.takes_value {
                self.apply(opt, &name, &[], true);
                continue;
            }
            let rest = bytes.get(index + letter.len_utf8()..).unwrap_or_default();
            let value = if rest.is_empty() { self.value(&name) } else { Some(rest.to_vec()) };
            if let Some(value) = value {
                self.apply(opt, &name, &value, true);
            }
            return;
        }
    }

    fn value(&mut self, name: &str) -> Option<Vec<u8>> {
        let value = self.words.next().map(|word| word.bytes.clone());
        if value.is_none() {
            self.note(Severity::Lost, format!("{name} wants a value and has none"));
        }
        value
    }

    fn apply(&mut self, opt: Opt, name: &str, value: &[u8], on: bool) {
        let text = || String::from_utf8_lossy(value).into_owned();
        let operation = &mut self.operation;
        match opt.effect {
            Effect::Method => operation.method = Some(text()).filter(|method| !method.is_empty()),
            Effect::Data | Effect::DataRaw | Effect::DataBinary | Effect::DataUrlencode | Effect::Json => {
                operation.has_data = true;
                operation.jsoned |= opt.effect == Effect::Json;
                operation.pieces.push(data::piece(opt.effect, value, self.stdin));
            }
            Effect::Form | Effect::FormString => {
                operation.has_form = true;
                let found = if opt.effect == Effect::Form { form::read(value, self.stdin) } else { form::read_string(value) };
                operation.parts.extend(found.parts);
                for lost in found.lost {
                    self.note(Severity::Lost, format!("This {name} {lost}"));
                }
            }
            Effect::Header => self.header(&text()),
            Effect::User => operation.user = Some(value.to_vec()),
            Effect::Bearer => operation.bearer = Some(text()),
            Effect::UserAgent => operation.user_agent = Some(text()),
            Effect::Referer => operation.referer = Some(text().split(";auto").next().unwrap_or("").to_owned()),
            Effect::Cookie if value.contains(&b'=') => operation.cookies.push(text()),
            Effect::Cookie => self.note(Severity::Lost, format!("{name} names a file of cookies, which was not read")),
            Effect::Range => operation.range = Some(text()),
            Effect::Get => operation.get = on,
            Effect::Head => operation.head = on,
            Effect::Upload => operation.add_upload(text()),
            Effect::Url => operation.add_url(text(), self.at),
            Effect::UrlQuery => operation.queries.push(value.to_vec()),
            Effect::Next => self.finish(),
            Effect::GlobOff => operation.glob_off = on,
            Effect::PathAsIs => operation.path_as_is = on,
            Effect::ProtoDefault => operation.scheme = Some(text()),
            Effect::Insecure => {
                operation.insecure = on;
                self.note(Severity::Taken, format!("{name} accepts any certificate; a profile made from this does too"));
            }
            Effect::Variable => {
                if !self.variables.set(value) {
                    self.note(Severity::Taken, "This variable's value is in a file or in the environment, which was not read");
                }
            }
            Effect::None => self.note(Severity::NoEffect, format!("{name} has no effect on the request")),
            Effect::Connection => self.note(Severity::NoEffect, format!("{name} {}", connection(opt.name))),
            Effect::Lost => {
                // A file of options may hold any of them.
                if opt.name == "config" {
                    let all = NotRecorded { method: true, headers: true, body: true, file_bytes: true, ..NotRecorded::default() };
                    self.unknown = NotRecorded { address_end: true, variables: self.unknown.variables, ..all };
                }
                self.note(Severity::Lost, format!("{name} {}", lost(opt.name)));
            }
        }
    }

    fn header(&mut self, text: &str) {
        let operation = &mut self.operation;
        if let Some(path) = text.strip_prefix('@') {
            operation.has_header_file = true;
            self.unknown.headers = true;
            let place = if path == "-" { "what curl reads from standard input" } else { path };
            return self.note(Severity::Lost, format!("The headers are in {place}, which was not read"));
        }
        match text.split_once(':') {
            Some((name, value)) if value.trim().is_empty() => operation.removed.push(name.trim().to_ascii_lowercase()),
            Some((name, value)) => operation.headers.push((name.to_owned(), value.trim().to_owned())),
            None => match text.trim_end().strip_suffix(';') {
                Some(name) if !name.is_empty() => operation.headers.push((name.to_owned(), String::new())),
                _ => self.note(Severity::Lost, "This header has no colon, so curl leaves it out"),
            },
        }
    }

    /// Makes the requests of an operation, as at `--next` and at the end.
    fn finish(&mut self) {
        let mut operation = std::mem::take(&mut self.operation);
        let mut targets = std::mem::take(&mut operation.targets);
        self.drop_remains_of_quotes(&operation, &mut targets);
        if targets.iter().all(|target| target.url.is_none()) {
            return self.note(Severity::Lost, "This command names no address");
        }
        self.unknown.method |= operation.has_open_options && operation.method.is_none();
        let kinds = [
            operation.has_data && !operation.get,
            operation.has_form,
            operation.head,
            targets.iter().any(|t| t.upload.is_some()),
        ];
        if kinds.into_iter().filter(|kind| *kind).count() > 1 {
            self.note(Severity::Lost, "The options ask for several kinds of request at once, which curl refuses to send");
        }
        if operation.user.as_ref().is_some_and(|user| !user.contains(&b':')) {
            self.note(Severity::Lost, "The user has no password here; curl would ask for it");
        }
        for target in targets {
            let Some((written, at)) = target.url else { continue };
            for url in self.addresses(&written, at, operation.glob_off) {
                let request = self.request(&operation, &url, target.upload.as_deref(), at);
                self.imported.requests.push(request);
            }
        }
    }

    /// Words that stand where an address would, and are what is left of data whose quotes end early.
    fn drop_remains_of_quotes(&mut self, operation: &Operation, targets: &mut Vec<Target>) {
        let url = |target: &Target| target.url.as_ref().map(|(url, _)| url.clone()).unwrap_or_default();
        let is_address = |url: &str| url.contains("://") || url.starts_with(['$', '%', '{']) && url.contains('/');
        if !targets.iter().any(|target| is_address(&url(target))) {
            return;
        }
        let is_cut = operation.pieces.iter().any(Piece::is_cut_json);
        let is_remains = |target: &Target| {
            let url = url(target);
            let has_signs =
                url.contains(['"', '\'', ',', '}', ']', '{', '[']) || url.ends_with(':') || url.starts_with(['\\', ':']);
            target.upload.is_none()
                && target.url.is_some()
                && !is_address(&url)
                && (has_signs || (is_cut && !url.contains(['.', '/'])))
        };
        let first =
            targets.iter().filter(|target| is_remains(target)).filter_map(|target| target.url.as_ref()).map(|(_, at)| *at).min();
        let Some(at) = first else { return };
        // Only cmd.exe leaves them in a word.
        let is_single =
            targets.iter().any(|target| is_remains(target) && url(target).ends_with('\'')) && self.text.contains(" '");
        targets.retain(|target| !is_remains(target));
        let said = if is_single {
            "cmd.exe does not know single quotes, so it splits what stands between them, and curl takes what follows for addresses. Put it \
             between double quotes, and write \\\" for each quote inside"
        } else {
            "The quotes around the data end early, so the shell splits it here and curl takes what follows for addresses. In double \
             quotes each inner quote is written \\\" ; in bash put the data between single quotes"
        };
        self.note_at(Severity::Lost, at, said);
    }

    fn addresses(&mut self, written: &str, at: usize, glob_off: bool) -> Vec<String> {
        if glob_off {
            return vec![written.to_owned()];
        }
        match glob::expand(written) {
            Ok(found) => {
                if found.len() > 1 {
                    self.note_at(Severity::Taken, at, format!("This address stands for {} requests", found.len()));
                } else if found.first().is_some_and(|url| *url != glob::unescaped(written)) {
                    self.note_at(
                        Severity::Taken,
                        at,
                        "curl takes braces and brackets in an address as a pattern and sends it without them",
                    );
                }
                found
            }
            Err(reason) => {
                self.note_at(
                    Severity::Lost,
                    at,
                    format!("This address {reason}; curl refuses it unless -g is given. It was left as it is"),
                );
                vec![written.to_owned()]
            }
        }
    }

    fn request(&mut self, operation: &Operation, url: &str, upload: Option<&str>, at: usize) -> RequestSpec {
        let scheme = operation.scheme.as_deref().unwrap_or("http");
        let completed = address::complete(url, scheme, operation.path_as_is);
        let mut url = completed.url;
        if let Some(at_scheme) = url.find("://")
            && !matches!(url[..at_scheme].to_ascii_lowercase().as_str(), "http" | "https")
            && !url.starts_with(['$', '%', '{'])
        {
            self.note_at(Severity::Lost, at, "This address is none of HTTP");
        }
        let mut body = SpecBody::None;
        if let Some(path) = upload {
            url = address::with_file_name(&url, path);
            body = self.upload(path);
        }
        if operation.get && operation.has_data {
            let (query, lacks) = data::join(&operation.pieces);
            url = self.with_query(&url, &query, lacks);
        }
        for query in &operation.queries {
            url = match query.strip_prefix(b"+") {
                Some(raw) => self.with_query(&url, raw, false),
                None => {
                    let (query, lacks) = data::join(&[data::piece(Effect::DataUrlencode, query, self.stdin)]);
                    self.with_query(&url, &query, lacks)
                }
            };
        }
        let mut headers = headers(operation, completed.authorization);
        if upload.is_none() && operation.has_form {
            body = SpecBody::Multipart(operation.parts.clone());
            self.form_headers(&mut headers);
        } else if upload.is_none() && operation.has_data && !operation.get && !operation.head {
            body = self.body(&operation.pieces, header(&headers, "content-type"));
        }
        RequestSpec {
            method: operation.method.clone().unwrap_or_else(|| method(operation, upload.is_some()).to_owned()),
            url,
            headers,
            body,
            accept_invalid_certificates: operation.insecure,
            ..RequestSpec::default()
        }
    }

    /// curl adds its boundary to a Content-Type of multipart/form-data that stands beside `-F`, whatever boundary it names already.
    fn form_headers(&mut self, headers: &mut Vec<(String, String)>) {
        let is_form = |name: &str, value: &str| {
            name.eq_ignore_ascii_case("content-type") && value.to_ascii_lowercase().starts_with("multipart/form-data")
        };
        let Some(at) = headers.iter().position(|(name, value)| is_form(name, value)) else { return };
        if boundary_of(&headers[at].1).is_none() {
            // Whoever sends the parts writes the same header.
            headers.remove(at);
            return;
        }
        headers[at].1.push_str("; boundary=boundary");
        self.note(
            Severity::Taken,
            "This command names a boundary of its own beside -F: curl sends it with its own boundary behind it, and servers take the \
             first, which the body does not use. Leave the header Content-Type out",
        );
    }

    fn with_query(&mut self, url: &str, query: &[u8], lacks: bool) -> String {
        if lacks {
            self.note(Severity::Lost, "A file's content belongs into the address, which was not read; its name stands there");
        }
        address::append_query(url, &String::from_utf8_lossy(query))
    }

    fn upload(&mut self, path: &str) -> SpecBody {
        match (path, self.stdin) {
            ("-" | ".", Some(Stdin::Bytes(bytes))) => SpecBody::from(bytes.clone()),
            ("-" | ".", Some(Stdin::File(path))) => SpecBody::File(path.clone()),
            ("-" | ".", None) => SpecBody::File("-".to_owned()),
            (path, _) => SpecBody::File(path.to_owned()),
        }
    }

    fn body(&mut self, pieces: &[Piece], content_type: Option<&str>) -> SpecBody {
        if let [Piece { content: Content::File { path, before, as_is }, .. }] = pieces
            && before.is_empty()
        {
            if !as_is {
                self.note(Severity::Taken, "The body is a file that curl changes on its way (-d takes line ends out, --data-urlencode encodes); here it goes as it is");
            }
            return SpecBody::File(path.clone());
        }
        let (bytes, lacks) = data::join(pieces);
        if lacks {
            self.note(
                Severity::Lost,
                "The body is put together from files, which were not read; their names stand in their place",
            );
        }
        let is_form = content_type.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
        match SpecBody::from(bytes) {
            // People forget the header more often than they send JSON as a form.
            SpecBody::Text(text) if is_form && !text.trim_start().starts_with(['{', '[']) => SpecBody::Urlencoded(text),
            body => body,
        }
    }
}

fn method(operation: &Operation, uploads: bool) -> &'static str {
    if uploads {
        "PUT"
    } else if operation.head {
        "HEAD"
    } else if operation.has_form || (operation.has_data && !operation.get) {
        "POST"
    } else {
        "GET"
    }
}

/// The headers in the order in which curl sends them: its own, the user's, the body's.
fn headers(operation: &Operation, from_address: Option<String>) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut own = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|_| !operation.names(&name.to_ascii_lowercase())) {
            headers.push((name.to_owned(), value));
        }
    };
    let user = operation.user.as_ref().map(|user| {
        let colon: &[u8] = if user.contains(&b':') { b"" } else { b":" };
        address::basic(&[user.as_slice(), colon].concat())
    });
    let bearer = operation.bearer.as_ref().map(|token| format!("Bearer {token}"));
    own("Authorization", bearer.or(from_address).or(user));
    own("Range", operation.range.as_ref().map(|range| format!("bytes={range}")));
    own("User-Agent", operation.user_agent.clone().filter(|agent| !agent.is_empty()));
    own("Referer", operation.referer.clone().filter(|referer| !referer.is_empty()));
    own("Cookie", Some(operation.cookies.join(";")).filter(|cookies| !cookies.is_empty()));
    headers.extend(operation.headers.iter().cloned());
    let mut behind = |name: &str, value: &str| {
        if !operation.names(&name.to_ascii_lowercase()) {
            headers.push((name.to_owned(), value.to_owned()));
        }
    };
    if operation.jsoned {
        behind("Content-Type", "application/json");
        behind("Accept", "application/json");
    } else if operation.has_data && !operation.get && !operation.head && !operation.has_header_file {
        behind("Content-Type", "application/x-www-form-urlencoded");
    }
    headers
}

fn connection(name: &str) -> &'static str {
    match name {
        "location" | "location-trusted" => {
            "follows redirects; Centerpost shows them instead, because a followed POST can lose its body"
        }
        "compressed" => "asks for a compressed answer; Centerpost always does",
        "proxy" | "proxy-user" | "noproxy" => "names a proxy; set it in the settings",
        "cacert" | "capath" => "names certificates to trust; set the file in the settings",
        "cert" | "key" | "pass" => "names a certificate to show to the server, which Centerpost does not send",
        _ => "says how to connect, not what is sent",
    }
}

fn lost(name: &str) -> &'static str {
    match name {
        "digest" | "ntlm" | "ntlm-wb" | "negotiate" | "anyauth" => "asks for a way to log in that cannot be taken over",
        "aws-sigv4" => "signs the request, which cannot be taken over",
        "config" => "names a file of options, which was not read",
        "netrc" | "netrc-file" | "netrc-optional" => "takes the password from a file, which was not read",
        "request-target" => "sends another path than the address has, which cannot be taken over",
        _ => "cannot be taken over and was left out",
    }
}
