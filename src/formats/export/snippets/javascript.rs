//! JavaScript with fetch, for Node and for browsers.

use super::literals::{
    c_literal, has_body_of_get, is_misleading, joined, label, part_head, part_headers, plain_variable, utf16_escape,
};
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = "\
async function send(method, url, headers, body) {
  // A redirect that is followed would turn a POST into a GET.
  const answer = await fetch(url, { method, headers, body, redirect: \"manual\", duplex: \"half\" });
  console.log(answer.status, answer.statusText);
  console.log(await answer.text());
  return answer.status < 400;
}
";

const MULTIPART: &str = "\
// A multipart/form-data body that reads its files while it is sent.
function multipart(...parts) {
  const boundary = randomUUID();
  const frame = parts.map(([head]) => Buffer.from(`--${boundary}\\r\\n${head}`));
  const tail = Buffer.from(`--${boundary}--\\r\\n`);
  const size = ([, content]) => (content.path ? statSync(content.path).size : content.length);
  const length = frame.reduce((sum, head, i) => sum + head.length + size(parts[i]) + 2, tail.length);
  async function* chunks() {
    for (const [i, [, content]] of parts.entries()) {
      yield frame[i];
      if (content.path) yield* createReadStream(content.path, { highWaterMark: 1 << 20 });
      else if (content.length) yield content;
      yield Buffer.from(\"\\r\\n\");
    }
    yield tail;
  }
  const headers = [[\"Content-Type\", `multipart/form-data; boundary=${boundary}`], [\"Content-Length\", `${length}`]];
  return { headers, body: chunks() };
}
";

pub(super) fn node(script: &Script) -> Written {
    let mut written = Written::default();
    let uses = |wanted: fn(&SpecBody<Template>) -> bool| script.calls.iter().any(|call| wanted(&call.body));
    let has_parts = uses(|body| matches!(body, SpecBody::Multipart(_)));
    let text = &mut written.text;
    text.push_str("// Needs Node 18; save it as send.mjs and run: node send.mjs\n");
    if has_parts {
        text.push_str("import { randomUUID } from \"node:crypto\";\n");
    }
    if has_parts || uses(|body| matches!(body, SpecBody::File(_))) {
        text.push_str("import { createReadStream, statSync } from \"node:fs\";\n");
    }
    for variable in &script.variables {
        let name = variable.environment();
        text.push_str(&format!(
            "\n// {}\nconst {name} = process.env.{name};\nif (!{name}) throw new Error(\"Set {name} first\");\n",
            crate::model::unseen::one_line(&variable.what)
        ));
    }
    if script.calls.iter().any(|call| call.accept_invalid_certificates) {
        text.push_str("\n// Accepts any certificate, of every server\nprocess.env.NODE_TLS_REJECT_UNAUTHORIZED = \"0\";\n");
    }
    text.push_str(&format!("\n{SEND}\n"));
    if has_parts {
        text.push_str(&format!("{MULTIPART}\n"));
    }
    text.push_str("let ok = true;\n");
    for (index, call) in script.calls.iter().enumerate() {
        text.push_str(&node_request(index, call, script.calls.len() > 1));
    }
    text.push_str("process.exitCode = ok ? 0 : 1;\n");
    note_body_of_get(script, &mut written);
    written
}

fn note_body_of_get(script: &Script, written: &mut Written) {
    if has_body_of_get(script) {
        written.notes.push("fetch refuses a body with GET and HEAD".into());
    }
}

fn node_request(index: usize, call: &Call, many: bool) -> String {
    let mut text = String::new();
    if many || !call.label.is_empty() {
        text.push_str(&format!("\n// {}\n", label(index, call)));
    }
    text.push_str("{\n");
    let mut headers: Vec<String> =
        call.headers.iter().map(|(name, value)| format!("[{}, {}]", literal(name), header_value(value))).collect();
    let body = match &call.body {
        SpecBody::None => "undefined".to_owned(),
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => format!("Buffer.from({})", expression(body)),
        SpecBody::Bytes(bytes) => bytes_of(bytes),
        SpecBody::File(path) => {
            headers.push(format!("[\"Content-Length\", `${{statSync({0}).size}}`]", literal(path)));
            format!("createReadStream({})", literal(path))
        }
        SpecBody::Multipart(parts) => {
            let parts: String = parts.iter().map(|part| format!("    {},\n", node_part(part))).collect();
            text.push_str(&format!("  const form = multipart(\n{parts}  );\n"));
            headers.push("...form.headers".to_owned());
            "form.body".to_owned()
        }
    };
    let headers: String = headers.iter().map(|header| format!("    {header},\n")).collect();
    text.push_str(&format!("  const headers = [\n{headers}  ];\n"));
    text.push_str(&format!(
        "  ok = await send({}, {}, headers, {body}) && ok;\n}}\n",
        literal(&call.method),
        expression(&call.url)
    ));
    text
}

fn node_part(part: &CallPart) -> String {
    let content = match &part.content {
        PartContent::Text(text) => format!("Buffer.from({})", expression(text)),
        PartContent::Bytes(bytes) => bytes_of(bytes),
        PartContent::File(path) => format!("{{ path: {} }}", literal(path)),
    };
    format!("[{}, {content}]", literal(&part_head(part)))
}

fn bytes_of(bytes: &[u8]) -> String {
    let hex = crate::model::hex::hex(bytes);
    format!("Buffer.from(\"{hex}\", \"hex\")")
}

/// A header's characters are bytes to fetch.
fn header_value(value: &Template) -> String {
    match value.as_plain() {
        Some(text) if text.is_ascii() => literal(text),
        _ => format!("Buffer.from({}).toString(\"latin1\")", expression(value)),
    }
}

fn expression(text: &Template) -> String {
    joined(text, " + ", literal, plain_variable)
}

fn literal(text: &str) -> String {
    // In a page `</script>` ends the script wherever it stands.
    c_literal(text, &[], |c| is_misleading(c).then(|| utf16_escape(c))).replace("</", "<\\/").replace("<!--", "<\\u0021--")
}

pub(super) fn browser(script: &Script) -> Written {
    let mut written = Written::default();
    let text = &mut written.text;
    text.push_str("// For a module script of a page, or the console of the developer tools\n");
    for variable in &script.variables {
        let what = literal(&variable.what);
        text.push_str(&format!("const {} = prompt({what});\n", variable.environment()));
    }
    text.push_str(&format!("\n{}", SEND.replace(", duplex: \"half\"", "")));
    let mut files = 0;
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            text.push_str(&format!("\n// {}", label(index, call)));
        }
        text.push_str(&format!("\n{}", browser_request(call, &mut files)));
    }
    written.notes.push("A browser asks the server's leave (CORS) before it sends this from another site; Centercode does not document that it gives it".into());
    if !script.variables.is_empty() {
        written.notes.push("Whoever opens a page can read the API key that it sends: keep it out of public pages".into());
    }
    if files > 0 {
        written.notes.push("The page needs an <input type=\"file\"> for each file, in this order".into());
    }
    if script.calls.iter().any(|call| call.accept_invalid_certificates) {
        written
            .notes
            .push("A browser accepts no invalid certificate from a script; open the address once and accept it there".into());
    }
    note_body_of_get(script, &mut written);
    written
}

fn browser_request(call: &Call, files: &mut usize) -> String {
    let mut text = String::from("{\n");
    let mut file = || {
        *files += 1;
        format!("document.querySelectorAll(\"input[type=file]\")[{}].files[0]", *files - 1)
    };
    let body = match &call.body {
        SpecBody::None => "undefined".to_owned(),
        // A Blob without a type, or fetch would add a Content-Type.
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => format!("new Blob([{}])", expression(body)),
        SpecBody::Bytes(bytes) => format!("new Blob([{}])", byte_array(bytes)),
        SpecBody::File(_) => file(),
        SpecBody::Multipart(parts) => {
            text.push_str("  const form = new FormData();\n");
            for part in parts {
                let name = literal(&part.name);
                let kind =
                    part_headers(part).into_iter().find(|(name, _)| name == "Content-Type").map(|(_, kind)| literal(&kind));
                let blob = |content: String| match &kind {
                    Some(kind) => format!("new Blob([{content}], {{ type: {kind} }})"),
                    None => format!("new Blob([{content}])"),
                };
                let filename = part.filename.as_deref().map_or_else(String::new, |filename| format!(", {}", literal(filename)));
                let value = match &part.content {
                    PartContent::Text(content) if part.filename.is_none() => expression(content),
                    PartContent::Text(content) => blob(expression(content)),
                    PartContent::Bytes(bytes) => blob(byte_array(bytes)),
                    PartContent::File(_) => blob(file()),
                };
                text.push_str(&format!("  form.append({name}, {value}{filename});\n"));
            }
            "form".to_owned()
        }
    };
    let headers: String =
        call.headers.iter().map(|(name, value)| format!("    [{}, {}],\n", literal(name), expression(value))).collect();
    text.push_str(&format!("  const headers = [\n{headers}  ];\n"));
    text.push_str(&format!("  await send({}, {}, headers, {body});\n}}\n", literal(&call.method), expression(&call.url)));
    text
}

fn byte_array(bytes: &[u8]) -> String {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    format!("new Uint8Array([{}])", numbers.join(", "))
}
