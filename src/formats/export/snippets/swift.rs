//! Swift with URLSession.

use super::literals::{c_literal, has_repeats, is_misleading, joined, label, part_head, plain_variable};
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = r#"
/// Follows no redirect: it would turn a POST into a GET.
final class Delegate: NSObject, URLSessionTaskDelegate {
    func urlSession(_ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
                    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void) {
        completionHandler(nil)
    }
ANY_CERTIFICATE}

func send(_ method: String, _ url: String, _ headers: [(String, String)], data: Data? = nil, file: URL? = nil) -> Bool {
    guard let address = URL(string: url) else { fatalError("This is not a URL that Swift reads: \(url)") }
    var request = URLRequest(url: address)
    request.httpMethod = method
    for (name, value) in headers { request.addValue(value, forHTTPHeaderField: name) }
    let session = URLSession(configuration: .ephemeral, delegate: Delegate(), delegateQueue: nil)
    let done = DispatchSemaphore(value: 0)
    var ok = false
    let finish: (Data?, URLResponse?, Error?) -> Void = { body, response, error in
        if let error { print(error) }
        if let response = response as? HTTPURLResponse {
            print(response.statusCode)
            print(String(decoding: body ?? Data(), as: UTF8.self))
            ok = response.statusCode < 400
        }
        done.signal()
    }
    if let file {
        session.uploadTask(with: request, fromFile: file, completionHandler: finish).resume()
    } else if let data {
        session.uploadTask(with: request, from: data, completionHandler: finish).resume()
    } else {
        session.dataTask(with: request, completionHandler: finish).resume()
    }
    done.wait()
    return ok
}
"#;

const ANY_CERTIFICATE: &str = r#"
    /// Accepts any certificate.
    func urlSession(_ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
                    completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void) {
        completionHandler(.useCredential, challenge.protectionSpace.serverTrust.map { URLCredential(trust: $0) })
    }
"#;

const MULTIPART: &str = r#"
enum Content { case data(Data), file(String) }

/// Puts the body into a temporary file, piece by piece: a file of any size goes through little memory.
func multipart(_ parts: [(String, Content)]) throws -> (file: URL, boundary: String) {
    let boundary = UUID().uuidString
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(boundary)
    FileManager.default.createFile(atPath: url.path, contents: nil)
    let out = try FileHandle(forWritingTo: url)
    for (head, content) in parts {
        try out.write(contentsOf: Data("--\(boundary)\r\n\(head)".utf8))
        switch content {
        case .data(let data): try out.write(contentsOf: data)
        case .file(let path):
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty { try out.write(contentsOf: chunk) }
        }
        try out.write(contentsOf: Data("\r\n".utf8))
    }
    try out.write(contentsOf: Data("--\(boundary)--\r\n".utf8))
    try out.close()
    return (url, boundary)
}
"#;

const ENVIRONMENT: &str = r#"
func environment(_ name: String) -> String {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { fatalError("Set \(name) first") }
    return value
}
"#;

pub(super) fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let text = &mut written.text;
    text.push_str("// Needs Swift 5.7; run with: swift send.swift\nimport Foundation\n#if canImport(FoundationNetworking)\nimport FoundationNetworking\n#endif\n");
    let any = script.calls.iter().any(|call| call.accept_invalid_certificates);
    text.push_str(&SEND.replace("ANY_CERTIFICATE", if any { ANY_CERTIFICATE } else { "" }));
    if script.calls.iter().any(|call| matches!(call.body, SpecBody::Multipart(_))) {
        text.push_str(MULTIPART);
    }
    if !script.variables.is_empty() {
        text.push_str(ENVIRONMENT);
    }
    text.push('\n');
    for variable in &script.variables {
        let name = variable.environment();
        text.push_str(&format!("let {name} = environment(\"{name}\") // {}\n", crate::model::unseen::one_line(&variable.what)));
    }
    text.push_str("var ok = true\n");
    for (index, call) in script.calls.iter().enumerate() {
        text.push_str(&format!("\n// {}\ndo {{\n{}}}\n", label(index, call), request(call)));
    }
    text.push_str("exit(ok ? 0 : 1)\n");
    if script.calls.iter().any(has_repeats) {
        written.notes.push("URLSession joins repeats of a header with commas".into());
    }
    written
}

fn request(call: &Call) -> String {
    let mut text = String::new();
    let mut headers: Vec<String> =
        call.headers.iter().map(|(name, value)| format!("({}, {})", literal(name), expression(value))).collect();
    let body = match &call.body {
        SpecBody::None => String::new(),
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => format!(", data: Data(({}).utf8)", expression(body)),
        SpecBody::Bytes(bytes) => format!(", data: {}", byte_data(bytes)),
        SpecBody::File(path) => format!(", file: URL(fileURLWithPath: {})", literal(path)),
        SpecBody::Multipart(parts) => {
            let parts: String = parts.iter().map(|part| format!("        {},\n", part_tuple(part))).collect();
            text.push_str(&format!("    let body = try multipart([\n{parts}    ])\n"));
            text.push_str("    defer { try? FileManager.default.removeItem(at: body.file) }\n");
            headers.push("(\"Content-Type\", \"multipart/form-data; boundary=\" + body.boundary)".to_owned());
            ", file: body.file".to_owned()
        }
    };
    let headers: String = headers.iter().map(|header| format!("        {header},\n")).collect();
    text.push_str(&format!("    let headers: [(String, String)] = [\n{headers}    ]\n"));
    text.push_str(&format!("    ok = send({}, {}, headers{body}) && ok\n", literal(&call.method), expression(&call.url)));
    text
}

fn part_tuple(part: &CallPart) -> String {
    let content = match &part.content {
        PartContent::Text(text) => format!(".data(Data(({}).utf8))", expression(text)),
        PartContent::Bytes(bytes) => format!(".data({})", byte_data(bytes)),
        PartContent::File(path) => format!(".file({})", literal(path)),
    };
    format!("({}, {content})", literal(&part_head(part)))
}

fn expression(text: &Template) -> String {
    joined(text, " + ", literal, plain_variable)
}

fn literal(text: &str) -> String {
    c_literal(text, &[('\0', "\\0")], |c| is_misleading(c).then(|| format!("\\u{{{:x}}}", u32::from(c))))
}

fn byte_data(bytes: &[u8]) -> String {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    format!("Data([{}] as [UInt8])", numbers.join(", "))
}
