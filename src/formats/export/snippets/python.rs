//! Python with requests.

use super::literals::{byte_literal, c_literal, has_repeats, is_misleading, joined, label, part_head, plain_variable};
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = "\
def send(method, url, headers, body=None, verify=True):
    session = requests.Session()
    request = session.prepare_request(requests.Request(method, url, headers=headers, data=body))
    request.url = url  # as it is: requests would encode it anew
    # A redirect that is followed would turn a POST into a GET.
    answer = session.send(request, verify=verify, allow_redirects=False)
    print(answer.status_code, answer.reason)
    print(answer.text)
    return answer.status_code < 400
";

const MULTIPART: &str = "\
class Multipart:
    \"\"\"A multipart/form-data body that reads its files while it is sent.\"\"\"

    def __init__(self, *parts):
        self.boundary = uuid.uuid4().hex
        self.content_type = f\"multipart/form-data; boundary={self.boundary}\"
        self.parts = [(f\"--{self.boundary}\\r\\n{head}\".encode(), content) for head, content in parts]
        self.tail = f\"--{self.boundary}--\\r\\n\".encode()

    def __len__(self):
        sizes = (len(c) if isinstance(c, bytes) else os.path.getsize(c) for _, c in self.parts)
        return sum(len(head) + 2 for head, _ in self.parts) + sum(sizes) + len(self.tail)

    def __iter__(self):
        for head, content in self.parts:
            yield head
            if isinstance(content, bytes):
                yield content
            else:
                with open(content, \"rb\") as file:
                    while chunk := file.read(1 << 20):
                        yield chunk
            yield b\"\\r\\n\"
        yield self.tail
";

pub(super) fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let has_parts = script.calls.iter().any(|call| matches!(call.body, SpecBody::Multipart(_)));
    let text = &mut written.text;
    text.push_str("# Needs Python 3.8 and requests (pip install requests)\nimport os\nimport sys\n");
    text.push_str(if has_parts { "import uuid\n\nimport requests\n\n" } else { "\nimport requests\n\n" });
    for variable in &script.variables {
        let name = variable.environment();
        text.push_str(&format!("{name} = os.environ[\"{name}\"]  # {}\n", crate::model::unseen::one_line(&variable.what)));
    }
    text.push_str(&format!("\n\n{SEND}\n\n"));
    if has_parts {
        text.push_str(&format!("{MULTIPART}\n\n"));
    }
    text.push_str("ok = True\n");
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            text.push_str(&format!("\n# {}\n", label(index, call)));
        }
        text.push_str(&request(call));
        if has_repeats(call) {
            written.notes.push("requests sends each header once: of repeats the last counts".into());
        }
    }
    text.push_str("sys.exit(0 if ok else 1)\n");
    written
}

fn request(call: &Call) -> String {
    let mut text = String::new();
    let mut headers: String =
        call.headers.iter().map(|(name, value)| format!("    {}: {},\n", literal(name), header_value(value))).collect();
    let body = match &call.body {
        SpecBody::None => String::new(),
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => format!(", body=({}).encode()", expression(body)),
        SpecBody::Bytes(bytes) => format!(", body=b{}", byte_literal(bytes)),
        SpecBody::File(path) => format!(", body=open({}, \"rb\")", literal(path)),
        SpecBody::Multipart(parts) => {
            let parts: String = parts.iter().map(|part| format!("    {},\n", part_tuple(part))).collect();
            text.push_str(&format!("body = Multipart(\n{parts})\n"));
            headers.push_str("    \"Content-Type\": body.content_type,\n");
            ", body=body".to_owned()
        }
    };
    let verify = if call.accept_invalid_certificates { ", verify=False" } else { "" };
    text.push_str(&format!("headers = {{\n{headers}}}\n"));
    text.push_str(&format!("ok &= send({}, {}, headers{body}{verify})\n", literal(&call.method), expression(&call.url)));
    text
}

fn part_tuple(part: &CallPart) -> String {
    let content = match &part.content {
        PartContent::Text(text) => format!("({}).encode()", expression(text)),
        PartContent::Bytes(bytes) => format!("b{}", byte_literal(bytes)),
        PartContent::File(path) => literal(path),
    };
    format!("({}, {content})", literal(&part_head(part)))
}

/// Headers are Latin-1 to requests, unless they are bytes.
fn header_value(value: &Template) -> String {
    match value.as_plain() {
        Some(text) if text.is_ascii() => literal(text),
        _ => format!("({}).encode()", expression(value)),
    }
}

fn expression(text: &Template) -> String {
    joined(text, " + ", literal, plain_variable)
}

fn literal(text: &str) -> String {
    c_literal(text, &[], |c| is_misleading(c).then(|| format!("\\U{:08x}", u32::from(c))))
}
