//! Requests as curl commands, for bash, `cmd.exe` and PowerShell.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::shells::{Bash, Cmd, PowerShell, Shell, Stdin};
use super::template::{Call, CallPart, Piece, Script, Template};
use super::written::{Written, own_name};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

/// Commands for bash and the shells that are like it.
pub fn bash(script: &Script) -> Written {
    write(script, &Bash)
}

/// Commands for `cmd.exe`.
pub fn cmd(script: &Script) -> Written {
    write(script, &Cmd)
}

/// Commands for PowerShell, old and new.
pub fn powershell(script: &Script) -> Written {
    write(script, &PowerShell)
}

/// The longest body that stands among the words of a command, in bytes: Linux takes 128 KiB a word, cmd.exe 8 KiB a line.
const LONGEST_WORD: usize = 100_000;

/// The words of one command.
#[derive(Default)]
struct Command {
    words: Vec<Template>,
    /// What is piped in.
    stdin: Option<Stdin>,
    notes: Vec<String>,
}

fn write(script: &Script, shell: &dyn Shell) -> Written {
    let mut written = Written::default();
    for variable in &script.variables {
        written.text.push_str(&shell.comment(&format!("{} is {}", variable.environment(), variable.what)));
    }
    written.notes.extend(script.environment_notes());
    written.text.push_str(shell.prelude());
    for (index, call) in script.calls.iter().enumerate() {
        if index > 0 {
            written.text.push_str(shell.line_end());
        }
        if !call.label.is_empty() {
            written.text.push_str(&shell.comment(&call.label));
        }
        let mut command = Command::default();
        command.of(call, shell);
        written.text.push_str(&shell.command(&command.lines(), command.stdin.as_ref()));
        written.notes.append(&mut command.notes);
    }
    written.notes.extend(shell.note(&written.text, !script.variables.is_empty()));
    written
}

impl Command {
    fn of(&mut self, call: &Call, shell: &dyn Shell) {
        self.words.push(call.url.clone());
        let plain: String = call.url.map(str::to_owned, |_| String::new());
        let path = plain.split(['?', '#']).next().unwrap_or_default();
        if plain.contains(['[', ']', '{', '}']) {
            self.option("--globoff");
        }
        if path.split('/').any(|segment| segment == "." || segment == "..") {
            self.option("--path-as-is");
        }
        self.method(call);
        for (name, value) in &call.headers {
            if value.is_empty() {
                self.pair("-H", Template::plain(format!("{name};")));
            } else {
                self.pair("-H", prefixed(&format!("{name}: "), value));
            }
        }
        let has_data = matches!(call.body, SpecBody::Text(_) | SpecBody::Urlencoded(_) | SpecBody::Bytes(_) | SpecBody::File(_));
        if has_data && !call.has_header("content-type") {
            // Or curl calls it a form.
            self.pair("-H", Template::plain("Content-Type:"));
        }
        self.body(&call.body, shell);
        if call.accept_invalid_certificates {
            self.option("--insecure");
        }
    }

    fn method(&mut self, call: &Call) {
        let usual = if matches!(call.body, SpecBody::None) { "GET" } else { "POST" };
        if call.method == "HEAD" && usual == "GET" {
            self.option("--head");
        } else if call.method != usual {
            self.pair("-X", Template::plain(&call.method));
        }
    }

    fn body(&mut self, body: &SpecBody<Template>, shell: &dyn Shell) {
        match body {
            SpecBody::None => {}
            SpecBody::Text(text) | SpecBody::Urlencoded(text) if has_nul(text) => self.bytes(text.braced().as_bytes(), shell),
            SpecBody::Text(text) | SpecBody::Urlencoded(text) if shell.pipes() && length(text) > LONGEST_WORD => {
                self.stdin = Some(Stdin::Text(text.clone()));
                self.pair("--data-binary", Template::plain("@-"));
            }
            SpecBody::Text(text) | SpecBody::Urlencoded(text) => {
                if let Some(limit) = shell.longest_line().filter(|limit| length(text) > *limit) {
                    self.notes.push(format!(
                        "The body is longer than the {limit} characters that this shell takes: save it as a file and send it with --data-binary @FILE"
                    ));
                }
                self.pair("--data-raw", text.clone());
            }
            SpecBody::Bytes(bytes) => self.bytes(bytes, shell),
            SpecBody::File(path) => self.pair("--data-binary", Template::plain(format!("@{path}"))),
            SpecBody::Multipart(parts) => parts.iter().for_each(|part| self.part(part)),
        }
    }

    fn bytes(&mut self, bytes: &[u8], shell: &dyn Shell) {
        if shell.pipes() {
            self.stdin = Some(Stdin::Bytes(bytes.to_vec()));
            self.pair("--data-binary", Template::plain("@-"));
        } else {
            self.notes.push(format!(
                "The body's {} bytes are not text, which this shell cannot say: save them as body.bin, from this Base64: {}",
                bytes.len(),
                STANDARD.encode(bytes)
            ));
            self.pair("--data-binary", Template::plain("@body.bin"));
        }
    }

    fn part(&mut self, part: &CallPart) {
        if part.name.contains('=') {
            self.notes.push(format!("curl cannot send a part whose name holds \"=\", as \"{}\" does", part.name));
        }
        let is_bare = part.filename.is_none() && part.content_type.is_none() && part.headers.is_empty();
        match &part.content {
            PartContent::Text(text) if has_nul(text) => self.byte_part(part, text.braced().as_bytes()),
            PartContent::Text(text) if is_bare => {
                self.pair("--form-string", prefixed(&format!("{}=", part.name), text));
            }
            PartContent::Text(text) => {
                let mut value = Template::plain(format!("{}=\"", part.name));
                append(&mut value, &escaped(text));
                append(&mut value, &Template::plain(format!("\"{}", parameters(part, None))));
                self.pair("-F", value);
            }
            PartContent::File(path) => {
                let sign = if part.filename.is_some() { '@' } else { '<' };
                let value = format!("{}={sign}\"{}\"{}", part.name, quoted(path), parameters(part, Some(path)));
                self.pair("-F", Template::plain(value));
            }
            PartContent::Bytes(bytes) => self.byte_part(part, bytes),
        }
    }

    /// A part that no word can hold.
    fn byte_part(&mut self, part: &CallPart, bytes: &[u8]) {
        self.notes.push(format!(
            "The {} bytes of the part \"{}\" are not text: save them as part.bin, from this Base64: {}",
            bytes.len(),
            part.name,
            STANDARD.encode(bytes)
        ));
        let sign = if part.filename.is_some() { '@' } else { '<' };
        let value = format!("{}={sign}\"part.bin\"{}", part.name, parameters(part, Some("part.bin")));
        self.pair("-F", Template::plain(value));
    }

    fn option(&mut self, name: &str) {
        self.words.push(Template::plain(name));
    }

    fn pair(&mut self, name: &str, value: Template) {
        self.option(name);
        self.words.push(value);
    }

    /// The words, each option with its value on a line of its own.
    fn lines(&self) -> Vec<Vec<&Template>> {
        let mut lines: Vec<Vec<&Template>> = Vec::new();
        let mut words = self.words.iter();
        lines.extend(words.next().map(|url| vec![url]));
        while let Some(word) = words.next() {
            let takes_value = word
                .as_plain()
                .is_some_and(|name| matches!(name, "-X" | "-H" | "-F" | "--data-raw" | "--data-binary" | "--form-string"));
            let mut line = vec![word];
            line.extend(takes_value.then(|| words.next()).flatten());
            lines.push(line);
        }
        lines
    }
}

fn has_nul(text: &Template) -> bool {
    text.pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('\0')))
}

fn length(text: &Template) -> usize {
    text.map(str::to_owned, |_| String::new()).len()
}

fn prefixed(before: &str, text: &Template) -> Template {
    let mut whole = Template::plain(before);
    append(&mut whole, text);
    whole
}

/// Adds a text behind another, with no two plain pieces side by side.
fn append(whole: &mut Template, text: &Template) {
    for piece in &text.pieces {
        match (whole.pieces.last_mut(), piece) {
            (Some(Piece::Text(last)), Piece::Text(more)) => last.push_str(more),
            _ => whole.pieces.push(piece.clone()),
        }
    }
}

fn escaped(text: &Template) -> Template {
    let one = |piece: &Piece| match piece {
        Piece::Text(text) => Piece::Text(quoted(text)),
        variable => variable.clone(),
    };
    Template { pieces: text.pieces.iter().map(one).collect() }
}

/// A text inside the quotes of `-F`.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// What `-F` says of a part besides its content. curl names a file as its path ends.
fn parameters(part: &CallPart, path: Option<&str>) -> String {
    let mut text = String::new();
    let known = path.map(own_name);
    if let Some(filename) = part.filename.as_deref().filter(|name| known != Some(name)) {
        text.push_str(&format!(";filename=\"{}\"", quoted(filename)));
    }
    for (name, value) in &part.headers {
        text.push_str(&format!(";headers=\"{}\"", quoted(&format!("{name}: {value}"))));
    }
    if let Some(kind) = &part.content_type {
        text.push_str(&format!(";type={kind}"));
    }
    text
}
