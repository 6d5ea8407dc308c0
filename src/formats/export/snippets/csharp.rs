//! C# with HttpClient.

use super::literals::{c_literal, is_misleading, joined, label, part_headers, plain_variable, utf16_escape};
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = r#"
async Task<bool> Send(string method, string url, (string, string)[] headers, HttpContent? content, bool insecure = false)
{
    // A redirect that is followed would turn a POST into a GET.
    using var handler = new HttpClientHandler { AllowAutoRedirect = false };
    if (insecure) handler.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;
    using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
    using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(url, exact)) { Content = content };
    foreach (var (name, value) in headers)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value)) content?.Headers.TryAddWithoutValidation(name, value);
    }
    using var answer = await client.SendAsync(request);
    Console.WriteLine((int)answer.StatusCode);
    Console.WriteLine(await answer.Content.ReadAsStringAsync());
    return (int)answer.StatusCode < 400;
}
"#;

const MULTIPART: &str = r#"
// A part whose headers go out as they stand here.
HttpContent Part(HttpContent content, params (string, string)[] headers)
{
    foreach (var (name, value) in headers) content.Headers.TryAddWithoutValidation(name, value);
    return content;
}

MultipartContent Multipart(params HttpContent[] parts)
{
    var boundary = Guid.NewGuid().ToString();
    var multipart = new MultipartContent("form-data", boundary) { HeaderEncodingSelector = (_, _) => Encoding.UTF8 };
    // Without the quotes around the boundary, which some servers do not read.
    multipart.Headers.Remove("Content-Type");
    multipart.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=" + boundary);
    foreach (var part in parts) multipart.Add(part);
    return multipart;
}
"#;

pub(super) fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let text = &mut written.text;
    text.push_str("// Needs .NET 6; put it into Program.cs of a console project and run: dotnet run\nusing System.Text;\n\n");
    for variable in &script.variables {
        let name = variable.environment();
        text.push_str(&format!(
            "// {}\nvar {name} = Environment.GetEnvironmentVariable(\"{name}\") ?? throw new Exception(\"Set {name} first\");\n",
            crate::model::unseen::one_line(&variable.what)
        ));
    }
    text.push_str("var ok = true;\n");
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            text.push_str(&format!("\n// {}\n", label(index, call)));
        }
        text.push_str(&request(call));
    }
    text.push_str("return ok ? 0 : 1;\n");
    text.push_str(SEND);
    if script.calls.iter().any(|call| matches!(call.body, SpecBody::Multipart(_))) {
        text.push_str(MULTIPART);
    }
    written
}

fn request(call: &Call) -> String {
    let headers: String =
        call.headers.iter().map(|(name, value)| format!("    ({}, {}),\n", literal(name), expression(value))).collect();
    let headers = if headers.is_empty() { "Array.Empty<(string, string)>()".into() } else { format!("new[]\n{{\n{headers}}}") };
    let content = match &call.body {
        SpecBody::None => "null".to_owned(),
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => {
            format!("new ByteArrayContent(Encoding.UTF8.GetBytes({}))", expression(body))
        }
        SpecBody::Bytes(bytes) => byte_content(bytes),
        SpecBody::File(path) => format!("new StreamContent(File.OpenRead({}))", literal(path)),
        SpecBody::Multipart(parts) => {
            let parts: Vec<String> = parts.iter().map(part).collect();
            format!("Multipart(\n{})", parts.join(",\n"))
        }
    };
    let insecure = if call.accept_invalid_certificates { ", insecure: true" } else { "" };
    format!("ok &= await Send({}, {}, {headers}, {content}{insecure});\n", literal(&call.method), expression(&call.url))
}

fn part(part: &CallPart) -> String {
    let content = match &part.content {
        PartContent::Text(text) => format!("new ByteArrayContent(Encoding.UTF8.GetBytes({}))", expression(text)),
        PartContent::Bytes(bytes) => byte_content(bytes),
        PartContent::File(path) => format!("new StreamContent(File.OpenRead({}))", literal(path)),
    };
    let headers: String =
        part_headers(part).iter().map(|(name, value)| format!(", ({}, {})", literal(name), literal(value))).collect();
    format!("    Part({content}{headers})")
}

fn expression(text: &Template) -> String {
    joined(text, " + ", literal, plain_variable)
}

fn literal(text: &str) -> String {
    c_literal(text, &[], |c| is_misleading(c).then(|| utf16_escape(c)))
}

fn byte_content(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("new ByteArrayContent(Convert.FromHexString(\"{hex}\"))")
}
