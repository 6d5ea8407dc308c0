//! Kotlin with OkHttp.

use super::literals::{
    c_literal, constants, has_body_of_get, is_misleading, joined, label, part_headers, plain_variable, utf16_escape,
};
use crate::formats::export::{Call, CallPart, Script, Template, Written};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

const SEND: &str = r#"
fun send(client: OkHttpClient, method: String, url: String, headers: List<Pair<String, String>>, body: RequestBody?): Boolean {
    val request = Request.Builder().url(url).method(method, body)
    val all = Headers.Builder()
    for ((name, value) in headers) all.addUnsafeNonAscii(name, value)
    client.newCall(request.headers(all.build()).build()).execute().use { answer ->
        println(answer.code)
        println(answer.body?.string())
        return answer.code < 400
    }
}

// A redirect that is followed would turn a POST into a GET.
val client = OkHttpClient.Builder().followRedirects(false).followSslRedirects(false).build()
"#;

const INSECURE: &str = r#"
/** Accepts any certificate, of every server. */
val insecure = run {
    val trust = object : javax.net.ssl.X509TrustManager {
        override fun checkClientTrusted(chain: Array<java.security.cert.X509Certificate>, type: String) {}
        override fun checkServerTrusted(chain: Array<java.security.cert.X509Certificate>, type: String) {}
        override fun getAcceptedIssuers() = arrayOf<java.security.cert.X509Certificate>()
    }
    val tls = javax.net.ssl.SSLContext.getInstance("TLS")
    tls.init(null, arrayOf(trust), null)
    client.newBuilder().sslSocketFactory(tls.socketFactory, trust).hostnameVerifier { _, _ -> true }.build()
}
"#;

const MULTIPART: &str = r#"
/** A part whose headers go out as they stand here. */
fun part(body: RequestBody, vararg headers: Pair<String, String>): MultipartBody.Part {
    val all = Headers.Builder()
    for ((name, value) in headers) all.addUnsafeNonAscii(name, value)
    return MultipartBody.Part.create(all.build(), body)
}

fun multipart(vararg parts: MultipartBody.Part) =
    MultipartBody.Builder().setType(MultipartBody.FORM).apply { parts.forEach { addPart(it) } }.build()
"#;

pub(super) fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let text = &mut written.text;
    text.push_str(
        "// Needs OkHttp 4 (com.squareup.okhttp3:okhttp)\nimport java.io.File\nimport kotlin.system.exitProcess\nimport okhttp3.*\n\
         import okhttp3.RequestBody.Companion.asRequestBody\nimport okhttp3.RequestBody.Companion.toRequestBody\n",
    );
    text.push_str(SEND);
    if script.calls.iter().any(|call| call.accept_invalid_certificates) {
        text.push_str(INSECURE);
    }
    if script.calls.iter().any(|call| matches!(call.body, SpecBody::Multipart(_))) {
        text.push_str(MULTIPART);
    }
    text.push_str("\nfun main() {\n    var ok = true\n");
    for variable in &script.variables {
        let name = variable.environment();
        text.push_str(&format!(
            "    // {}\n    val {name} = System.getenv(\"{name}\") ?: error(\"Set {name} first\")\n",
            crate::model::unseen::one_line(&variable.what)
        ));
    }
    for (index, call) in script.calls.iter().enumerate() {
        if script.calls.len() > 1 || !call.label.is_empty() {
            text.push_str(&format!("\n    // {}\n", label(index, call)));
        }
        text.push_str(&request(call));
    }
    text.push_str("    exitProcess(if (ok) 0 else 1)\n}\n");
    if has_body_of_get(script) {
        written.notes.push("OkHttp refuses a body with GET and HEAD".into());
    }
    written
}

fn request(call: &Call) -> String {
    let headers: String =
        call.headers.iter().map(|(name, value)| format!("        {} to {},\n", literal(name), expression(value))).collect();
    let body = match &call.body {
        SpecBody::None if matches!(call.method.as_str(), "POST" | "PUT" | "PATCH" | "PROPPATCH" | "REPORT") => {
            "ByteArray(0).toRequestBody()".to_owned()
        }
        SpecBody::None => "null".to_owned(),
        // As bytes and without a type: the header says it, and OkHttp adds a charset to texts.
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => format!("({}).toByteArray().toRequestBody()", expression(body)),
        SpecBody::Bytes(bytes) => byte_body(bytes),
        SpecBody::File(path) => format!("File({}).asRequestBody()", literal(path)),
        SpecBody::Multipart(parts) => {
            let parts: String = parts.iter().map(part).collect();
            format!("multipart(\n{parts}    )")
        }
    };
    let client = if call.accept_invalid_certificates { "insecure" } else { "client" };
    let headers = if headers.is_empty() { "listOf()".into() } else { format!("listOf(\n{headers}    )") };
    format!("    ok = send({client}, {}, {}, {headers}, {body}) && ok\n", literal(&call.method), expression(&call.url))
}

fn part(part: &CallPart) -> String {
    let content = match &part.content {
        PartContent::Text(text) => format!("({}).toByteArray().toRequestBody()", expression(text)),
        PartContent::Bytes(bytes) => byte_body(bytes),
        PartContent::File(path) => format!("File({}).asRequestBody()", literal(path)),
    };
    let headers: String =
        part_headers(part).iter().map(|(name, value)| format!(", {} to {}", literal(name), literal(value))).collect();
    format!("        part({content}{headers}),\n")
}

fn expression(text: &Template) -> String {
    joined(text, " + ", literal, plain_variable)
}

fn literal(text: &str) -> String {
    let escape = |c: char| is_misleading(c).then(|| utf16_escape(c));
    let pieces: Vec<String> = constants(text).iter().map(|piece| c_literal(piece, &[('$', "\\$")], escape)).collect();
    match pieces.as_slice() {
        [one] => one.clone(),
        several => format!("listOf({}).joinToString(\"\")", several.join(", ")),
    }
}

fn byte_body(bytes: &[u8]) -> String {
    let numbers: Vec<String> = bytes.iter().map(|byte| byte.cast_signed().to_string()).collect();
    format!("byteArrayOf({}).toRequestBody()", numbers.join(", "))
}
