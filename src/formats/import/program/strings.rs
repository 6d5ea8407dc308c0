//! Programs in C#, Java, Go, PHP and their like: the texts in them tell the address, the headers and the body.

use super::languages::HOSTS;
use super::open_ends;
use super::patterns;
use super::texts::{Literal, literal_at, literals};
use super::written;
use crate::formats::import::collection::sheet::mark_variables;
use crate::formats::import::curl;
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The requests of a program: one for each address.
pub(super) fn read(text: &str, language: &str, imported: &mut Imported) {
    let mut literals = literals(text);
    let names_host = |literal: &Literal| HOSTS.iter().any(|sign| text[..literal.at].trim_end().ends_with(sign));
    for literal in literals.iter_mut().filter(|literal| names_host(literal) && !literal.text.contains("://")) {
        literal.text.insert_str(0, "https://");
    }
    patterns::fill(text, &mut literals);
    for literal in &mut literals {
        if let Some(whole) = named_credential(&literal.text) {
            literal.text = whole;
        }
    }
    let addresses: Vec<&Literal> =
        literals.iter().filter(|literal| literal.text.contains("://") && !literal.text.contains(char::is_whitespace)).collect();
    // What an address was put together of is none by itself.
    let is_piece = |address: &Literal| {
        let is_of =
            |whole: &Literal| whole.is_filled && whole.text.len() > address.text.len() && whole.text.starts_with(&address.text);
        literals.iter().any(is_of)
    };
    let addresses: Vec<&Literal> = addresses.into_iter().filter(|address| !is_piece(address)).collect();
    let only = addresses.len() == 1;
    for address in addresses {
        // What belongs to one of several stands near it.
        let near = |literal: &&Literal| only || literal.at.abs_diff(address.at) < 1500;
        let own: Vec<&Literal> = literals.iter().filter(near).collect();
        let mut headers = headers(text, &own);
        let body = own.iter().find(|literal| {
            literal.at != address.at && literal.text.trim_start().starts_with(['{', '[']) && is_body(&literal.text)
        });
        let written = written::body(text).filter(|_| only && body.is_none());
        let parts = if only { written::parts(text) } else { Vec::new() };
        let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if let Some(kind) = default_type(text, written.as_ref().map(|(_, kind)| *kind)).filter(|_| !has_type) {
            headers.push(("Content-Type".to_owned(), kind.to_owned()));
        }
        let is_put_together = body.is_none() && written.is_none() && parts.is_empty();
        let said = format!(
            "This was read from the texts in a program in {language}: check the method and the body{}",
            if is_put_together { ", which is put together of more than texts" } else { "" }
        );
        let place = || Some(TextPosition::of(text, address.at));
        add_note(&mut imported.notes, || Note { severity: Severity::Taken, place: place(), text: said });
        let mut request = RequestSpec {
            method: method(text).unwrap_or_else(|| "POST".to_owned()),
            url: whole_address(text, address, &own),
            headers,
            body: match (body, written) {
                _ if !parts.is_empty() => SpecBody::Multipart(parts),
                (Some(literal), _) => SpecBody::Text(literal.text.clone()),
                (None, Some((body, kind))) if kind.ends_with("urlencoded") => SpecBody::Urlencoded(body),
                (None, Some((body, _))) => SpecBody::Text(body),
                (None, None) => SpecBody::None,
            },
            ..RequestSpec::default()
        };
        mark_variables(&mut request);
        // What is put together behind the host is not known.
        let path = request.url.split_once("://").map_or("", |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        let has_parts = open_ends::has_parts(text);
        request.not_recorded.address_end =
            path.is_empty() || !address.is_filled && open_ends::adds_to_address(text, address.at, address.end, &request.url);
        // The path may stand in a text of its own.
        let is_path_open = |literal: &&&Literal| {
            request.url.ends_with(&literal.text) && open_ends::adds_to_address(text, literal.at, literal.end, &request.url)
        };
        request.not_recorded.address_end |=
            own.iter().filter(|literal| literal.text.len() > 8 && !literal.is_filled).any(|literal| is_path_open(&literal));
        request.not_recorded.method = method(text).is_none();
        request.not_recorded.body = is_put_together || has_parts;
        request.not_recorded.file_bytes = is_put_together || has_parts;
        request.not_recorded.headers = request.headers.is_empty() || has_parts;
        imported.requests.push(request);
    }
}

/// The address that Apex's `callout:Name/path` stands for: the named credential holds the scheme and the host, and `{!…}` a value of it.
fn named_credential(text: &str) -> Option<String> {
    let rest = text.strip_prefix("callout:")?;
    let (name, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let path = path.replace("{!", "{{").split('}').collect::<Vec<_>>().join("}}");
    (!name.is_empty()).then(|| format!("https://{{{{{name}}}}}{path}"))
}

/// An address; the one that a client is made with is followed by the path of its request, and its parameters.
fn whole_address(text: &str, address: &Literal, literals: &[&Literal]) -> String {
    let line = text[..address.at].rsplit('\n').next().unwrap_or("");
    let has_path = address.text.split_once("://").is_some_and(|(_, rest)| rest.trim_end_matches('/').contains('/'));
    let is_base = !has_path
        || ["BaseAddress", "RestClient(", "RestClientOptions(", "baseUrl", "base_uri"].iter().any(|sign| line.contains(sign));
    let is_path = |text: &str| {
        let is_one = text.starts_with('/') || text.starts_with("api/") || text.contains("/projects/");
        is_one && text.len() > 1 && !text.contains(char::is_whitespace) && !text.contains("://")
    };
    let path = literals.iter().find(|literal| is_path(&literal.text)).filter(|_| is_base);
    let whole = path.map_or_else(
        || address.text.clone(),
        |path| format!("{}/{}", address.text.trim_end_matches('/'), path.text.trim_start_matches('/')),
    );
    let segments = named(text, literals, &["urlsegment(", "pathparam("]);
    let whole = segments.iter().fold(whole, |whole, (name, value)| whole.replace(&format!("{{{name}}}"), value));
    let parameters = named(text, literals, &["query", "params", "queryparam(", "uri.https("]);
    let is_new = |name: &str| !whole.contains(&format!("{name}="));
    let added: Vec<String> = parameters
        .iter()
        .filter(|(name, _)| is_new(name))
        .map(|(name, value)| format!("{}={}", curl::encode(name), curl::encode(value)))
        .collect();
    added.iter().fold(whole, |whole, pair| curl::append_query(&whole, pair))
}

/// Names and values that stand behind each other in a call or a list that one of these words begins.
fn named(text: &str, literals: &[&Literal], words: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for pair in literals.windows(2) {
        let [name, value] = pair else { continue };
        let before = &text[..name.at];
        // The statement that the name stands in.
        let statement = before.rsplit([';', '\n']).next().unwrap_or("").to_ascii_lowercase();
        let joins = text.get(name.end..value.at).is_some_and(|between| matches!(between.trim(), "," | "=>" | ":" | "=" | "to"));
        let is_name = !name.text.is_empty() && name.text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        // `form_params` are none of an address.
        let call = words.iter().filter_map(|word| statement.rfind(word)).filter(|at| !statement[..*at].ends_with('_')).max();
        // Nothing is closed between the word and the name.
        let is_inside = call.is_some_and(|at| !statement[at..].contains([')', ']', '}']));
        if joins && is_name && is_inside {
            found.push((name.text.clone(), value.text.clone()));
        }
    }
    found
}

fn is_body(text: &str) -> bool {
    text.trim_end().ends_with(['}', ']']) && text.len() > 2
}

/// The method, by the ways in which these languages name it.
fn method(text: &str) -> Option<String> {
    for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
        let small = method[..1].to_owned() + &method[1..].to_ascii_lowercase();
        let lower = method.to_ascii_lowercase();
        let signs = [
            format!("HttpMethod.{small}"),
            format!("Method.{small}"),
            format!("Method.{method}"),
            format!("\"{method}\""),
            format!("'{method}'"),
            format!("{method} =>"),
            format!("{method}(\""),
            // Perl's HTTP::Request::Common, whose call needs no parentheses of its own.
            format!("request({method}\n"),
            format!("request({method} "),
            format!(".{lower},"),
            format!("{lower}Url("),
            format!("->{lower}("),
            format!(".{small}("),
            format!("{lower}ForObject("),
            format!("{lower}ForEntity("),
            format!("Http{small}("),
            format!("::{lower}("),
            format!(".{lower}!("),
            format!(".{small}Async("),
            format!(".{small}AsJsonAsync("),
            format!(".{lower}("),
            format!(".{method}("),
            format!("http.{small}("),
            format!("http.Method{small}"),
            format!("HTTP::{small}"),
            format!("CURLOPT_{method},"),
            format!("CURLOPT_{method} "),
        ];
        if signs.iter().any(|sign| text.contains(sign)) {
            return Some(method.to_owned());
        }
    }
    ["CURLOPT_POSTFIELDS", ".UploadString(", "wp_remote_post(", "PostJsonAsync("]
        .iter()
        .any(|sign| text.contains(sign))
        .then(|| "POST".to_owned())
}

/// Headers: a name and a value behind each other in a call that adds one, or `Name: value`.
fn headers(text: &str, literals: &[&Literal]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (index, literal) in literals.iter().enumerate() {
        let before = &text[..literal.at];
        let line = before.rsplit('\n').next().unwrap_or("").to_ascii_lowercase();
        let is_name = !literal.text.is_empty() && literal.text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let adds = [
            "header(",
            "headers.add(",
            "setvalue(",
            "headers[",
            "header.set(",
            "header.add(",
            "withoutvalidation(",
            "forhttpheaderfield",
        ]
        .iter()
        .any(|call| line.trim_end().ends_with(call));
        if let Some(next) = literals.get(index + 1).filter(|_| is_name && adds) {
            let between = text.get(literal.end..next.at).unwrap_or("");
            if between.trim().trim_start_matches([']', ')']).trim().starts_with([',', '=', ':']) {
                found.push((literal.text.clone(), next.text.clone()));
            }
        } else if let Some((name, value)) = literal
            .text
            .split_once(": ")
            .filter(|(name, _)| name.contains('-') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        {
            found.push((name.to_owned(), value.to_owned()));
        }
    }
    let has_type = found.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    // The types of parts are not that of the whole.
    if !has_type
        && !open_ends::has_parts(text)
        && let Some(kind) = content_type(text, literals)
    {
        found.push(("Content-Type".to_owned(), kind));
    }
    found
}

/// The type that stands beside the content in many a call, or that a call gives its content by itself.
fn content_type(text: &str, literals: &[&Literal]) -> Option<String> {
    let is_type = |text: &str| {
        let kind = text.split(';').next().unwrap_or("");
        let parts = kind.split_once('/');
        parts.is_some_and(|(family, rest)| {
            ["application", "text", "multipart"].contains(&family)
                && !rest.is_empty()
                && rest.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
        })
    };
    // What is asked for is not a type of what is sent.
    let is_asked_for = |literal: &Literal| {
        let line = text[..literal.at].rsplit('\n').next().unwrap_or("").to_ascii_lowercase();
        line.contains("accept") || line.contains("withqualityheadervalue(")
    };
    if let Some(literal) = literals.iter().find(|literal| is_type(&literal.text) && !is_asked_for(literal)) {
        return Some(literal.text.clone());
    }
    const CONSTANTS: [(&str, &str); 6] = [
        ("MediaTypeNames.Application.Json", "application/json"),
        ("MediaTypeNames.Text.Plain", "text/plain"),
        ("MediaTypeNames.Application.Xml", "application/xml"),
        ("MediaType.APPLICATION_JSON", "application/json"),
        ("PostAsJsonAsync(", "application/json"),
        ("AddJsonBody(", "application/json"),
    ];
    let known = CONSTANTS.iter().find(|(call, _)| text.contains(call)).map(|(_, kind)| (*kind).to_owned());
    known.or_else(|| {
        // Without a type of its own such content is plain text.
        let arguments = &text[text.find("new StringContent(")? + "new StringContent(".len()..];
        (arguments_in(arguments)? < 3).then(|| "text/plain; charset=utf-8".to_owned())
    })
}

/// The type that a library gives a body when the program says none; `of_body` is that of a body in the library's own form. libcurl calls
/// every text a form.
fn default_type(text: &str, of_body: Option<&'static str>) -> Option<&'static str> {
    let is_curl = text.contains("CURLOPT_POSTFIELDS") || text.contains("curl_init(");
    let gives_json =
        ["'json' =>", "\"json\" =>", ":json =>", "json: "].iter().any(|sign| written::ends_of(text, sign).next().is_some());
    match of_body {
        _ if is_curl && !text.contains("CURLOPT_HTTPHEADER") => Some("application/x-www-form-urlencoded"),
        Some("application/json") => gives_json.then_some("application/json"),
        of_body => of_body,
    }
}

/// How many arguments stand between a parenthesis and the one that closes it. `None` where the text ends before.
fn arguments_in(text: &str) -> Option<usize> {
    let (mut depth, mut count) = (0, 1);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some((_, length)) = literal_at(text, at) {
            at += length;
            continue;
        }
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return Some(count),
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => count += 1,
            _ => {}
        }
        at += c.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::formats::import::program;
    use crate::formats::import::to_json::to_json;

    #[test]
    fn programs_by_table() {
        let expected = r#"[{"method":"POST","url":"https://h/x","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\": 1}"}}]"#;
        for text in [
            "var request = new HttpRequestMessage(HttpMethod.Post, \"https://h/x\");\nrequest.Content = new StringContent(\"{\\\"a\\\": 1}\", null, \"application/json\");",
            "await client.PostAsync(\"https://h/x\", new StringContent(@\"{\"\"a\"\": 1}\", Encoding.UTF8, \"application/json\"));",
            "RequestBody body = RequestBody.create(mediaType, \"{\\\"a\\\": 1}\");\nRequest request = new Request.Builder()\n.url(\"https://h/x\").method(\"POST\", body)\n.addHeader(\"Content-Type\", \"application/json\").build();",
            "HttpRequest.newBuilder(URI.create(\"https://h/x\")).header(\"Content-Type\", \"application/json\").POST(BodyPublishers.ofString(\"\"\"\n{\"a\": 1}\"\"\"))",
            "url := \"https://h/x\"\npayload := strings.NewReader(`{\"a\": 1}`)\nreq, err := http.NewRequest(\"POST\", url, payload)\nreq.Header.Add(\"Content-Type\", \"application/json\")",
            "curl_setopt_array($curl, array(CURLOPT_URL => 'https://h/x', CURLOPT_POSTFIELDS =>'{\"a\": 1}', CURLOPT_HTTPHEADER => array('Content-Type: application/json')));",
            "var request = URLRequest(url: URL(string: \"https://h/x\")!)\nrequest.addValue(\"application/json\", forHTTPHeaderField: \"Content-Type\")\nrequest.httpMethod = \"POST\"\nrequest.httpBody = \"{\\\"a\\\": 1}\".data(using: .utf8)",
            "http.post(Uri.parse('https://h/x'), headers: {'Content-Type': 'application/json'}, body: '{\"a\": 1}')",
        ] {
            assert!(program::is_program(text), "{text}");
            assert_eq!(to_json(&program::read(text).requests).to_string(), expected, "{text}");
        }
        for (text, url, kind) in [
            (
                "await c.PostAsync($\"https://h/{key}?a={x.Y:N2}\", new StringContent(json, Encoding.UTF8, \"application/json\"));",
                "https://h/{{key}}?a={{x.Y}}",
                "application/json",
            ),
            ("await c.PostAsync(\"https://h/x\", new StringContent(json));", "https://h/x", "text/plain; charset=utf-8"),
            (
                "<?php\n$r = Http::withHeaders(['A-B' => 'b', 'Content-Type' => 'text/json'])->post('https://h/x', ['a' => 1]);",
                "https://h/x",
                "text/json",
            ),
            (
                "var options = new RestClientOptions(\"https://h\");\nvar client = new RestClient(options);\nvar request = new RestRequest(\"/api/v1/x\", Method.Post);\nrequest.AddQueryParameter(\"apiKey\", \"k\");\nrequest.AddJsonBody(ticket);",
                "https://h/api/v1/x?apiKey=k",
                "application/json",
            ),
            (
                "final r = await http.post(\n  Uri.https('h.example', '/api/v1/x', {'apiKey': 'k1'}),\n  headers: {'Content-Type': 'application/json'},\n  body: jsonEncode({'a': 1}),\n);",
                "https://h.example/api/v1/x?apiKey=k1",
                "application/json",
            ),
            (
                "given().baseUri(\"https://h\").queryParam(\"apiKey\", \"k\").contentType(\"application/json\").when().post(\"/api/v1/x\");",
                "https://h/api/v1/x?apiKey=k",
                "application/json",
            ),
            (
                "await c.PostAsync(\"https://h/x\", new StringContent(f(a, b), Encoding.UTF8));",
                "https://h/x",
                "text/plain; charset=utf-8",
            ),
            (
                "c.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(\"application/json\"));\nawait c.PostAsync(\"https://h/x\", new StringContent(json));",
                "https://h/x",
                "text/plain; charset=utf-8",
            ),
            (
                "await c.PostAsync(\"https://h/x\", new StringContent(json, Encoding.UTF8, MediaTypeNames.Application.Json));",
                "https://h/x",
                "application/json",
            ),
            ("await c.PostAsJsonAsync(\"https://h/x\", ticket);", "https://h/x", "application/json"),
            (
                "var c = new HttpClient { BaseAddress = new Uri(\"https://h/\") };\nvar r = new HttpRequestMessage(HttpMethod.Post, \"api/v1/x\");\nr.Content = new StringContent(json, null, \"text/json\");",
                "https://h/api/v1/x",
                "text/json",
            ),
        ] {
            let request = program::read(text).requests.pop().unwrap();
            assert_eq!((request.url.as_str(), request.header("content-type")), (url, Some(kind)), "{text}");
        }
        for (text, expected) in [
            (
                "RequestBody body = new MultipartBody.Builder().addFormDataPart(\"f\", \"a.zip\", RequestBody.create(MediaType.parse(\"text/plain\"), file)).build();\nnew Request.Builder().url(\"https://h/x?k=v\").post(body);",
                &["headers", "body", "file-bytes"][..],
            ),
            (
                "library(httr)\nPOST(\"https://h/x\", query = list(k = \"v\"), body = list(a = 1), encode = \"json\")",
                &["headers", "body", "file-bytes", "address-end"],
            ),
            (
                "Client::new().post(\"https://h/x\").query(&parameters).json(&ticket)",
                &["headers", "body", "file-bytes", "address-end"],
            ),
            (
                "https.request({hostname: \"h.example\", path: \"/api/v1/x?k=\" + key, method: \"POST\"}, f)",
                &["headers", "body", "file-bytes", "address-end"],
            ),
        ] {
            let request = program::read(text).requests.pop().unwrap();
            assert_eq!(request.not_recorded.all_words(), expected, "{text}");
        }
        for (text, braces, expected) in [
            ("{{\"a\": \"{b}\", \"c\": {{}}}}", 1, "{\"a\": \"{{b}}\", \"c\": {}}"),
            ("{\"a\": \"{{b}}\"}", 2, "{\"a\": \"{{b}}\"}"),
            ("{{{b}}}", 1, "{{{b}}}"),
        ] {
            assert_eq!(super::super::texts::interpolated(text, braces), expected, "{text}");
        }
        for text in ["2026-05-01 okhttp3.OkHttpClient https://h/api/x", "POST https://h/x", "see http.Post in the docs"] {
            assert!(!program::is_program(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(http.NewRequest\\(|https://h|\"|'|`|@\"|\"\"\"|\\\\|\\{|\\}|, |: |é|a|//|\n){0,30}") {
            let _ = program::read(&text);
        }
    }
}
