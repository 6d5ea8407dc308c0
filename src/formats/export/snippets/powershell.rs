//! PowerShell 7 with .NET's HttpClient, whose uploads stream and whose headers go out as they are.

use super::literals::{is_misleading, joined, label, part_headers};
use crate::formats::export::template::environment_name;
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = r#"
function Send-Request($Method, $Url, $Headers, $Content, [switch] $Insecure) {
    # A redirect that is followed would turn a POST into a GET.
    $handler = [System.Net.Http.HttpClientHandler]@{ AllowAutoRedirect = $false }
    if ($Insecure) {
        $handler.ServerCertificateCustomValidationCallback =
            [System.Net.Http.HttpClientHandler]::DangerousAcceptAnyServerCertificateValidator
    }
    $client = [System.Net.Http.HttpClient]::new($handler)
    $client.Timeout = [System.Threading.Timeout]::InfiniteTimeSpan
    $exact = [System.UriCreationOptions]@{ DangerousDisablePathAndQueryCanonicalization = $true }
    $request = [System.Net.Http.HttpRequestMessage]::new([System.Net.Http.HttpMethod]::new($Method), [uri]::new($Url, [ref] $exact))
    $request.Content = $Content
    foreach ($header in $Headers) {
        if (-not $request.Headers.TryAddWithoutValidation($header[0], [string] $header[1]) -and $Content) {
            [void] $Content.Headers.TryAddWithoutValidation($header[0], [string] $header[1])
        }
    }
    $answer = $client.SendAsync($request).GetAwaiter().GetResult()
    Write-Host ([int] $answer.StatusCode)
    Write-Host $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    return [int] $answer.StatusCode -lt 400
}

function New-Content([byte[]] $Bytes) {
    , [System.Net.Http.ByteArrayContent]::new($Bytes)
}

function New-FileContent($Path) {
    , [System.Net.Http.StreamContent]::new([System.IO.File]::OpenRead((Resolve-Path -LiteralPath $Path)))
}
"#;

const MULTIPART: &str = r#"
# A part whose headers go out as they stand here.
function New-Part($Content, $Headers) {
    foreach ($header in $Headers) { [void] $Content.Headers.TryAddWithoutValidation($header[0], $header[1]) }
    , $Content
}

function New-Multipart($Parts) {
    $boundary = [guid]::NewGuid().ToString()
    $multipart = [System.Net.Http.MultipartContent]::new('form-data', $boundary)
    $multipart.HeaderEncodingSelector = { [System.Text.Encoding]::UTF8 }
    # Without the quotes around the boundary, which some servers do not read.
    [void] $multipart.Headers.Remove('Content-Type')
    [void] $multipart.Headers.TryAddWithoutValidation('Content-Type', "multipart/form-data; boundary=$boundary")
    foreach ($part in $Parts) { $multipart.Add($part) }
    , $multipart
}
"#;

pub(super) fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let text = &mut written.text;
    text.push_str("# Needs PowerShell 7.2\n$ErrorActionPreference = 'Stop'\n");
    for variable in &script.variables {
        let name = variable.environment();
        text.push_str(&format!(
            "if (-not $env:{name}) {{ throw 'Set {name} first' }} # {}\n",
            crate::model::unseen::one_line(&variable.what)
        ));
    }
    text.push_str(SEND);
    if script.calls.iter().any(|call| matches!(call.body, SpecBody::Multipart(_))) {
        text.push_str(MULTIPART);
    }
    text.push_str("\n$ok = $true\n");
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            text.push_str(&format!("\n# {}\n", label(index, call)));
        }
        text.push_str(&request(call));
    }
    text.push_str("exit $(if ($ok) { 0 } else { 1 })\n");
    written
}

fn request(call: &Call) -> String {
    let headers: String =
        call.headers.iter().map(|(name, value)| format!("    , @({}, ({}))\n", literal(name), expression(value))).collect();
    let content = match &call.body {
        SpecBody::None => "$null".to_owned(),
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => text_content(body),
        SpecBody::Bytes(bytes) => byte_content(bytes),
        SpecBody::File(path) => format!("(New-FileContent {})", literal(path)),
        SpecBody::Multipart(parts) => {
            let parts: String = parts.iter().map(part).collect();
            format!("(New-Multipart @(\n{parts}))")
        }
    };
    let insecure = if call.accept_invalid_certificates { " -Insecure" } else { "" };
    format!(
        "$headers = @(\n{headers})\n$ok = (Send-Request {} ({}) $headers {content}{insecure}) -and $ok\n",
        literal(&call.method),
        expression(&call.url)
    )
}

fn part(part: &CallPart) -> String {
    let content = match &part.content {
        PartContent::Text(text) => text_content(text),
        PartContent::Bytes(bytes) => byte_content(bytes),
        PartContent::File(path) => format!("(New-FileContent {})", literal(path)),
    };
    let headers: Vec<String> =
        part_headers(part).iter().map(|(name, value)| format!(", @({}, {})", literal(name), literal(value))).collect();
    format!("    New-Part {content} @({})\n", headers.join("; "))
}

fn text_content(text: &Template) -> String {
    format!("(New-Content ([System.Text.Encoding]::UTF8.GetBytes({})))", expression(text))
}

fn byte_content(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("(New-Content ([System.Convert]::FromHexString('{hex}')))")
}

fn expression(text: &Template) -> String {
    joined(text, " + ", literal, |name| format!("$env:{}", environment_name(name)))
}

/// A text between double quotes, where a backtick escapes and several signs count as quotes.
fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '`' | '$' | '"' | '\u{201c}'..='\u{201e}' => literal.extend(['`', c]),
            '\n' => literal.push_str("`n"),
            '\r' => literal.push_str("`r"),
            '\t' => literal.push_str("`t"),
            '\0' => literal.push_str("`0"),
            c if is_misleading(c) => literal.push_str(&format!("`u{{{:x}}}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}
