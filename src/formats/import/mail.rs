//! What programs for mail and chat do to a text on its way: a transfer encoding, and links that are not plain text any more.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::{Captures, Regex};

/// A link as Slack writes it, `<address|text>`, or as mail programs do, `<address>`; and as Markdown has it, `[address](address)`.
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // A text that is cut off may end in the link.
    Regex::new(r"<(https?://[^\s<>|]+)(?:\|[^<>\n]*(?:>|$)|>)|\[(https?://[^\s\[\]]+)\]\((?:https?://[^\s()]+\)|[^\s()]*$)").ok()
});

/// A text without what mail and chat put into it, and in words what was taken out; `None` if there is nothing of the kind.
pub(super) fn plain(text: &str) -> Option<(String, &'static str)> {
    if let Some(decoded) = decoded(text) {
        return Some((decoded, "It is an e-mail as it was sent, and was read as the text that it encodes"));
    }
    let linked = linked(text)?;
    Some((
        linked,
        "Its address stood between < and >, or as a link of Markdown, as chat and mail programs write links; it was read as the address alone",
    ))
}

/// The text with the addresses of links alone, where a command has one.
fn linked(text: &str) -> Option<String> {
    if !(text.contains("<http") || text.contains("](h") || text.ends_with("](")) {
        return None;
    }
    let has_command = text.lines().any(super::session::begins_command);
    let one = |found: &Captures<'_>| {
        // A log's reader knows what stands between angles.
        if !has_command && found.get(2).is_none() {
            return found[0].to_owned();
        }
        let address = found.get(1).or_else(|| found.get(2)).map_or("", |address| address.as_str());
        // Slack writes the sign itself as HTML does.
        address.replace("&amp;", "&")
    };
    let plain = LINK.as_ref()?.replace_all(text, one);
    (plain != text).then(|| plain.into_owned())
}

/// The text of an e-mail whose head says that it is encoded.
fn decoded(text: &str) -> Option<String> {
    const NAME: &str = "content-transfer-encoding:";
    let mut out = String::with_capacity(text.len());
    let mut is_changed = false;
    let mut lines = text.split_inclusive('\n').peekable();
    let mut encoding = String::new();
    while let Some(line) = lines.next() {
        let lower = line.trim().to_ascii_lowercase();
        if let Some(name) = lower.strip_prefix(NAME) {
            name.trim().clone_into(&mut encoding);
            // What is decoded is not encoded any more.
            continue;
        }
        out.push_str(line);
        let is_end_of_head = line.trim().is_empty() && !encoding.is_empty();
        if !is_end_of_head {
            continue;
        }
        let mut body = String::new();
        while let Some(line) = lines.next_if(|line| !(line.starts_with("--") && line.trim().len() > 20)) {
            body.push_str(line);
        }
        let plain = match encoding.as_str() {
            "quoted-printable" => Some(unquoted(&body)),
            "base64" => {
                let packed: String = body.split_whitespace().collect();
                STANDARD.decode(packed).ok().and_then(|bytes| String::from_utf8(bytes).ok())
            }
            _ => None,
        };
        is_changed |= plain.is_some();
        out.push_str(plain.as_deref().unwrap_or(&body));
        encoding.clear();
    }
    is_changed.then_some(out)
}

/// A text with the bytes that quoted-printable stands for: `=3D`, and `=` at a line's end for no end at all.
fn unquoted(text: &str) -> String {
    let text = text.replace("=\r\n", "").replace("=\n", "");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('=') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let byte = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(b'='));
        rest = &rest[at + if byte.is_some() { 3 } else { 1 }..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|error| encoding_rs::WINDOWS_1252.decode(error.as_bytes()).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_by_table() {
        for (text, expected) in [
            (
                "curl -X POST <https://h/x?a=1&amp;b=2|https://h/x?a=1&amp;b=2> -d x",
                Some("curl -X POST https://h/x?a=1&b=2 -d x"),
            ),
            ("curl '<https://h/x>' -d x", Some("curl 'https://h/x' -d x")),
            ("curl [https://h/x](https://h/x) -d x", Some("curl https://h/x -d x")),
            ("curl [https://h/x](htt", Some("curl https://h/x")),
            ("curl <https://h/x|htt", Some("curl https://h/x")),
            ("see <https://h/x>", None),
            ("curl https://h -d '<a>'", None),
            (
                "Subject: x\nContent-Transfer-Encoding: quoted-printable\n\ncurl 'https://h/a=\nb?k=3Dv' -d '=C3=BC'\n",
                Some("Subject: x\n\ncurl 'https://h/ab?k=v' -d 'ü'\n"),
            ),
            ("Content-Transfer-Encoding: base64\n\nY3VybCBo\nCg==\n", Some("\ncurl h\n")),
            ("Content-Transfer-Encoding: 7bit\n\ncurl h?a=3D\n", None),
        ] {
            assert_eq!(plain(text).map(|(plain, _)| plain).as_deref(), expected, "{text}");
        }
    }
}
