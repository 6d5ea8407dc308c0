//! Requests as raw HTTP in a `.http` file, as editors run it.

use super::template::{Call, CallPart, Script};
use super::written::Written;
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;
use crate::model::secrets::placeholder::braced;
use crate::model::unseen::one_line;

/// The file.
pub fn write(script: &Script) -> Written {
    let mut written = Written::default();
    for variable in &script.variables {
        written.text.push_str(&format!(
            "# {} is {}; set it in the editor's environment\n",
            braced(&variable.name),
            variable.what
        ));
    }
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            written.text.push_str(&format!("### {}\n", one_line(&call.label)));
        } else if index == 0 && !script.variables.is_empty() {
            written.text.push('\n');
        }
        request(&mut written, call);
        written.text.push('\n');
    }
    written
}

fn request(written: &mut Written, call: &Call) {
    written.text.push_str(&format!("{} {} HTTP/1.1\n", call.method, call.url.braced()));
    for (name, value) in &call.headers {
        written.text.push_str(&format!("{name}: {}\n", value.braced()));
    }
    match &call.body {
        SpecBody::None => {}
        SpecBody::Text(text) | SpecBody::Urlencoded(text) => {
            let body = text.braced();
            say_if_changed(written, &body);
            written.text.push_str(&format!("\n{body}\n"));
        }
        SpecBody::Bytes(bytes) => {
            written.notes.push(format!("The body's {} bytes are not text: save them as body.bin", bytes.len()));
            written.text.push_str("\n< ./body.bin\n");
        }
        SpecBody::File(path) => written.text.push_str(&format!("\n< {path}\n")),
        SpecBody::Multipart(parts) => multipart(written, parts),
    }
    if call.accept_invalid_certificates {
        written.notes.push("That any certificate is accepted is set in the editor, not in the file".into());
    }
}

fn say_if_changed(written: &mut Written, text: &str) {
    if changes(text) {
        written.notes.push(
            "A .http file cannot say this text to the byte: line ends at its end, or a line that means something to the editor"
                .into(),
        );
    }
}

/// Whether readers of the format take a body for something else.
fn changes(body: &str) -> bool {
    let odd = |line: &str| line.starts_with("###") || line.starts_with("HTTP/");
    body.trim().is_empty()
        || body.ends_with(['\r', '\n'])
        || body.trim_start().starts_with("> ")
        || body.starts_with("< ")
        || body.starts_with("<@")
        || body.lines().any(odd)
}

fn multipart(written: &mut Written, parts: &[CallPart]) {
    let boundary = boundary(parts);
    written.text.push_str(&format!("Content-Type: multipart/form-data; boundary={boundary}\n\n"));
    for part in parts {
        written.text.push_str(&format!("--{boundary}\n{}", part.head().replace("\r\n", "\n")));
        match &part.content {
            PartContent::Text(text) => {
                let text = text.braced();
                if !text.is_empty() {
                    say_if_changed(written, &text);
                }
                written.text.push_str(&format!("{text}\n"));
            }
            PartContent::File(path) => written.text.push_str(&format!("< {path}\n")),
            PartContent::Bytes(bytes) => {
                written.notes.push(format!(
                    "The {} bytes of the part \"{}\" are not text: save them as part.bin",
                    bytes.len(),
                    part.name
                ));
                written.text.push_str("< ./part.bin\n");
            }
        }
    }
    written.text.push_str(&format!("--{boundary}--\n"));
}

/// A boundary that stands in no part.
fn boundary(parts: &[CallPart]) -> String {
    let stands = |boundary: &str| {
        parts.iter().any(|part| matches!(&part.content, PartContent::Text(text) if text.braced().contains(boundary)))
    };
    let mut boundary = "centerpost-boundary".to_owned();
    while stands(&boundary) {
        boundary.push('0');
    }
    boundary
}
