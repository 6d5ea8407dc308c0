//! Java with its own HTTP client.

use super::literals::{c_literal, constants, joined, label, part_head, plain_variable, utf16_escape};
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = r#"
    static boolean send(String method, String url, String[][] headers, BodyPublisher body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).method(method, body);
        for (var header : headers) request.header(header[0], header[1]);
        var answer = client().send(request.build(), HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode());
        System.out.println(answer.body());
        return answer.statusCode() < 400;
    }
"#;

const CLIENT: &str = r#"
    static HttpClient client() {
        // A redirect that is followed would turn a POST into a GET.
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER).build();
    }
"#;

const INSECURE_CLIENT: &str = r#"
    /** Accepts any certificate, of every server. */
    static HttpClient client() throws Exception {
        System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
        var trust = new javax.net.ssl.X509ExtendedTrustManager() {
            public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}
            public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}
            public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}
            public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}
            public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}
            public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}
            public java.security.cert.X509Certificate[] getAcceptedIssuers() { return new java.security.cert.X509Certificate[0]; }
        };
        var tls = javax.net.ssl.SSLContext.getInstance("TLS");
        tls.init(null, new javax.net.ssl.TrustManager[] {trust}, null);
        // A redirect that is followed would turn a POST into a GET.
        return HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER).build();
    }
"#;

const ENVIRONMENT: &str = r#"
    static String environment(String name) {
        var value = System.getenv(name);
        if (value == null || value.isEmpty()) throw new IllegalStateException("Set " + name + " first");
        return value;
    }
"#;

pub(super) fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let text = &mut written.text;
    text.push_str(
        "// Needs Java 16; save it as Send.java and run: java Send.java\n\
         import java.net.URI;\nimport java.net.http.HttpClient;\nimport java.net.http.HttpRequest;\n\
         import java.net.http.HttpRequest.BodyPublisher;\nimport java.net.http.HttpRequest.BodyPublishers;\n\
         import java.net.http.HttpResponse;\nimport java.nio.file.Path;\nimport java.util.UUID;\n\n\
         public class Send {\n    public static void main(String[] args) throws Exception {\n",
    );
    if script.calls.iter().any(|call| call.has_header("host")) {
        text.push_str("        System.setProperty(\"jdk.httpclient.allowRestrictedHeaders\", \"host\");\n");
    }
    text.push_str("        var ok = true;\n");
    for variable in &script.variables {
        let name = variable.environment();
        text.push_str(&format!("        var {name} = environment(\"{name}\"); // {}\n", remark(&variable.what)));
    }
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            text.push_str(&format!("\n        // {}\n", remark(&label(index, call))));
        }
        text.push_str(&format!("        ok &= request{index}({});\n", arguments(script, "")));
    }
    text.push_str("        System.exit(ok ? 0 : 1);\n    }\n");
    for (index, call) in script.calls.iter().enumerate() {
        let given = arguments(script, "String ");
        text.push_str(&format!("\n    static boolean request{index}({given}) throws Exception {{\n{}    }}\n", request(call)));
    }
    text.push_str(SEND);
    text.push_str(if script.calls.iter().any(|call| call.accept_invalid_certificates) { INSECURE_CLIENT } else { CLIENT });
    if !script.variables.is_empty() {
        text.push_str(ENVIRONMENT);
    }
    text.push_str("}\n");
    let header_is_odd = |call: &Call| call.headers.iter().any(|(_, value)| value.as_plain().is_some_and(|text| !text.is_ascii()));
    if script.calls.iter().any(header_is_odd) {
        written.notes.push("Java's HTTP client sends headers as ASCII; other characters arrive as question marks".into());
    }
    written
}

/// In a remark, too, the compiler reads `\u`.
fn remark(text: &str) -> String {
    crate::model::unseen::one_line(text).replace('\\', "/")
}

fn arguments(script: &Script, kind: &str) -> String {
    script.variables.iter().map(|variable| format!("{kind}{}", variable.environment())).collect::<Vec<_>>().join(", ")
}

fn request(call: &Call) -> String {
    let mut text = String::new();
    let mut headers: Vec<String> =
        call.headers.iter().map(|(name, value)| format!("{{{}, {}}}", literal(name), expression(value))).collect();
    let body = match &call.body {
        SpecBody::None => "BodyPublishers.noBody()".to_owned(),
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => format!("BodyPublishers.ofString({})", expression(body)),
        SpecBody::Bytes(bytes) => byte_publisher(bytes),
        SpecBody::File(path) => format!("BodyPublishers.ofFile(Path.of({}))", literal(path)),
        SpecBody::Multipart(parts) => {
            text.push_str("        var boundary = UUID.randomUUID().toString();\n");
            headers.push("{\"Content-Type\", \"multipart/form-data; boundary=\" + boundary}".to_owned());
            let parts: String = parts.iter().map(part).collect();
            format!("BodyPublishers.concat(\n{parts}            BodyPublishers.ofString(\"--\" + boundary + \"--\\r\\n\"))")
        }
    };
    let headers: String = headers.iter().map(|header| format!("            {header},\n")).collect();
    text.push_str(&format!("        String[][] headers = {{\n{headers}        }};\n"));
    text.push_str(&format!("        return send({}, {}, headers, {body});\n", literal(&call.method), expression(&call.url)));
    text
}

fn part(part: &CallPart) -> String {
    let content = match &part.content {
        PartContent::Text(text) => format!("BodyPublishers.ofString({})", expression(text)),
        PartContent::Bytes(bytes) => byte_publisher(bytes),
        PartContent::File(path) => format!("BodyPublishers.ofFile(Path.of({}))", literal(path)),
    };
    format!(
        "            BodyPublishers.ofString(\"--\" + boundary + \"\\r\\n\" + {}),\n            {content},\n            BodyPublishers.ofString(\"\\r\\n\"),\n",
        literal(&part_head(part))
    )
}

fn expression(text: &Template) -> String {
    joined(text, " + ", literal, plain_variable)
}

/// The source is ASCII, for not every compiler takes it for UTF-8.
fn literal(text: &str) -> String {
    let escape = |c: char| match c {
        c if c.is_ascii_control() => Some(format!("\\{:03o}", u32::from(c))),
        c if !c.is_ascii() => Some(utf16_escape(c)),
        _ => None,
    };
    let pieces: Vec<String> = constants(text).iter().map(|piece| c_literal(piece, &[], escape)).collect();
    match pieces.as_slice() {
        [one] => one.clone(),
        several => format!("String.join(\"\", {})", several.join(", ")),
    }
}

fn byte_publisher(bytes: &[u8]) -> String {
    let hex = crate::model::hex::hex(bytes);
    format!("BodyPublishers.ofByteArray(new java.math.BigInteger(\"01{hex}\", 16).toByteArray(), 1, {})", bytes.len())
}
