//! PHP with its curl extension.

use super::literals::{byte_literal, c_literal, is_misleading, joined, label};
use crate::formats::export::template::environment_name;
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = "\
function send(string $method, string $url, array $headers, array $options = []): bool
{
    $curl = curl_init();
    // Without Expect: no wait for a go-ahead that some servers never give. A redirect is not followed, it would turn a POST into a GET.
    curl_setopt_array($curl, $options + [
        CURLOPT_URL => $url,
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => [...$headers, 'Expect:'],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_PATH_AS_IS => true,
        CURLOPT_NOBODY => $method === 'HEAD',
    ]);
    $answer = curl_exec($curl);
    if ($answer === false) {
        fwrite(STDERR, curl_error($curl) . PHP_EOL);
        return false;
    }
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    echo $status, PHP_EOL, $answer, PHP_EOL;
    return $status < 400;
}
";

pub(super) fn write(script: &Script) -> Written {
    let mut written = Written::default();
    written.text.push_str("<?php\n// Needs PHP 8.1 with its curl extension\n");
    for variable in &script.variables {
        let name = variable.environment();
        written.text.push_str(&format!(
            "// {}\n${name} = getenv('{name}') ?: exit(\"Set {name} first\\n\");\n",
            crate::model::unseen::one_line(&variable.what).replace("?>", "? >")
        ));
    }
    written.text.push_str(&format!("\n{SEND}\n$ok = true;\n"));
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            written.text.push_str(&format!("\n// {}\n", label(index, call).replace("?>", "? >")));
        }
        request(&mut written, call);
    }
    written.text.push_str("exit($ok ? 0 : 1);\n");
    written
}

fn request(written: &mut Written, call: &Call) {
    let header = |(name, value): &(String, Template)| {
        if value.is_empty() {
            format!("    {},\n", literal(&format!("{name};")))
        } else {
            format!("    {} . {},\n", literal(&format!("{name}: ")), expression(value))
        }
    };
    let mut headers: String = call.headers.iter().map(header).collect();
    let mut options = Vec::new();
    let sets_type = matches!(call.body, SpecBody::None | SpecBody::Multipart(_)) || call.has_header("content-type");
    if !sets_type {
        headers.push_str("    'Content-Type:',\n");
    }
    match &call.body {
        SpecBody::None => {}
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => options.push(format!("CURLOPT_POSTFIELDS => {}", expression(body))),
        SpecBody::Bytes(bytes) => options.push(format!("CURLOPT_POSTFIELDS => {}", byte_literal(bytes))),
        SpecBody::File(path) => {
            let path = literal(path);
            options.push("CURLOPT_UPLOAD => true".into());
            options.push(format!("CURLOPT_INFILE => fopen({path}, 'rb')"));
            options.push(format!("CURLOPT_INFILESIZE => filesize({path})"));
        }
        SpecBody::Multipart(parts) => {
            let fields: String = parts.iter().map(|part| field(part, &mut written.notes)).collect();
            options.push(format!("CURLOPT_POSTFIELDS => [\n{fields}]"));
            let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
            if names.iter().enumerate().any(|(index, name)| names[..index].contains(name)) {
                written.notes.push("PHP's curl sends each part's name once: of repeats the last counts".into());
            }
        }
    }
    if call.accept_invalid_certificates {
        options.push("CURLOPT_SSL_VERIFYPEER => false".into());
        options.push("CURLOPT_SSL_VERIFYHOST => 0".into());
    }
    let options: String = options.iter().map(|option| format!("    {option},\n")).collect();
    written.text.push_str(&format!("$headers = [\n{headers}];\n"));
    written.text.push_str(&format!(
        "$ok = send({}, {}, $headers, [\n{options}]) && $ok;\n",
        literal(&call.method),
        expression(&call.url)
    ));
}

fn field(part: &CallPart, notes: &mut Vec<String>) -> String {
    if !part.headers.is_empty() {
        notes.push(format!("PHP's curl has no place for the own headers of the part \"{}\"", part.name));
    }
    let kind = literal(part.content_type.as_deref().unwrap_or("application/octet-stream"));
    let filename = literal(part.filename.as_deref().unwrap_or(&part.name));
    let value = match &part.content {
        PartContent::Text(text) if part.filename.is_none() => {
            if part.content_type.is_some() {
                notes.push(format!("PHP's curl sends the part \"{}\" without its Content-Type", part.name));
            }
            expression(text)
        }
        PartContent::Text(text) => format!("new CURLStringFile({}, {filename}, {kind})", expression(text)),
        PartContent::Bytes(bytes) => format!("new CURLStringFile({}, {filename}, {kind})", byte_literal(bytes)),
        PartContent::File(path) => format!("new CURLFile({}, {kind}, {filename})", literal(path)),
    };
    format!("        {} => {value},\n", literal(&part.name))
}

fn expression(text: &Template) -> String {
    joined(text, " . ", literal, |name| format!("${}", environment_name(name)))
}

fn literal(text: &str) -> String {
    c_literal(text, &[('$', "\\$")], |c| is_misleading(c).then(|| format!("\\u{{{:x}}}", u32::from(c))))
}
