//! The sandbox over real sockets on the loopback.

use std::io::Read as _;
use std::time::Duration;

use centerpost::model::attachment::{self, AttachmentEndpoint};
use centerpost::model::multipart::{Multipart, Part, PartContent};
use centerpost::model::{Profile, Secret};
use centerpost::sandbox::{Fault, Options, Sandbox, Shape, example_payload};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const NOT_FOUND: &str = r#"{"status": 404, "description": "The requested resource could not be found."}"#;
const BAD_REQUEST: &str = r#"{"status": 400, "description": "Bad Request"}"#;

async fn sandbox(options: Options) -> (Sandbox, Profile) {
    let sandbox = Sandbox::start(options).await.unwrap();
    let profile = sandbox.profiles().remove(0);
    (sandbox, profile)
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn post(url: &str, content_type: &str, body: impl Into<reqwest::Body>) -> reqwest::Response {
    client().post(url).header("Content-Type", content_type).body(body).send().await.unwrap()
}

async fn create(profile: &Profile, payload: &Value) -> reqwest::Response {
    post(&profile.endpoint().url_revealing_key(), "application/json", payload.to_string()).await
}

fn good() -> Value {
    Value::Object(example_payload())
}

async fn ticket(profile: &Profile) -> Vec<AttachmentEndpoint> {
    let answer = create(profile, &good()).await;
    assert_eq!(answer.status(), 201);
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    attachment::find(&answer, &profile.endpoint(), Some(profile))
}

fn form(name: &str, filename: Option<&str>, content: &[u8]) -> (String, Vec<u8>) {
    let part = Part {
        name: name.into(),
        filename: filename.map(str::to_owned),
        content_type: Some("text/plain".into()),
        headers: Vec::new(),
        content: PartContent::Bytes(content.to_vec()),
    };
    let multipart = Multipart::new([7; 12], vec![part]);
    let body = [multipart.before(0).as_bytes(), content, multipart.tail().as_bytes()].concat();
    (multipart.content_type(), body)
}

async fn post_file(endpoint: &AttachmentEndpoint, content: &[u8]) -> (u16, String) {
    let (kind, body) = form(endpoint.parameter.as_deref().unwrap(), Some("crash.txt"), content);
    let answer = post(&endpoint.completed, &kind, body).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sends bytes and reads until the connection ends; what was read before it broke counts.
async fn raw(sandbox: &Sandbox, bytes: &[u8]) -> (String, Option<std::io::ErrorKind>) {
    let mut stream = TcpStream::connect(sandbox.base_url().trim_start_matches("http://")).await.unwrap();
    // A reset may meet the writing or the reading, whichever is under way.
    let writing = stream.write_all(bytes).await.err();
    let mut read = Vec::new();
    let reading = stream.read_to_end(&mut read).await.err();
    (String::from_utf8_lossy(&read).into_owned(), writing.or(reading).map(|error| error.kind()))
}

fn head(profile: &Profile, extra: &str) -> String {
    let target = profile.endpoint().url_revealing_key().replace(&profile.base_url, "");
    let host = profile.base_url.trim_start_matches("http://");
    format!("POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nConnection: close\r\n{extra}\r\n")
}

#[tokio::test]
async fn a_good_payload_makes_a_ticket() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    assert!(profile.base_url.starts_with("http://127.0.0.1:"));
    assert_eq!(profile.api_key.reveal().len(), 32);
    let answer = create(&profile, &good()).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["content-type"], "application/json; charset=utf-8");
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(answer["id"], 4711);
    let log = sandbox.log();
    assert_eq!((log.len(), log[0].number, log[0].status), (1, 1, 201));
    assert_eq!(log[0].rule, "ticket 4711 created, attributed to the submitter jim@acme.example");
    assert_eq!(log[0].body_text, good().to_string());
    assert_eq!(log[0].body_sha256, sha256(good().to_string().as_bytes()));
    assert_eq!(sandbox.revision(), 1);
}

#[tokio::test]
async fn every_wrong_address_gets_the_documented_404() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let url = profile.endpoint().url_revealing_key();
    for url in [
        url.replace("beta1", "beta2"),
        url.replace("appcrashlog", "AppCrashLog"),
        url.replace("appcrashlog", "appcrashlog%20"),
        url.replace("apiKey", "apikey"),
        url.replace("?apiKey=", "/?apiKey="),
        url.replace("?apiKey=", "?apiKey=x"),
        format!("{}/elsewhere", profile.base_url),
    ] {
        let answer = post(&url, "application/json", good().to_string()).await;
        assert_eq!(answer.status(), 404, "{url}");
        assert_eq!(answer.headers()["content-type"], "application/json; charset=utf-8");
        assert_eq!(answer.text().await.unwrap(), NOT_FOUND, "{url}");
    }
    let get = client().get(&url).send().await.unwrap();
    assert_eq!((get.status().as_u16(), get.text().await.unwrap().as_str()), (404, NOT_FOUND));
    assert_eq!(sandbox.log().last().unwrap().rule, "External Sources take POST, not GET");
}

#[tokio::test]
async fn every_broken_rule_gets_a_bare_400_and_its_name_in_the_log() {
    let strict = Profile { default_submitter: None, workflow_status: None, ..centerpost::sandbox::example_profile() };
    let (sandbox, profile) = sandbox(Options { profiles: vec![strict], ..Options::default() }).await;
    let url = profile.endpoint().url_revealing_key();
    let with = |name: &str, value: Value| {
        let mut payload = example_payload();
        payload.insert(name.into(), value);
        ("application/json", Value::Object(payload).to_string())
    };
    for ((kind, body), rule) in [
        (("text/plain", good().to_string()), "the body is declared as \"text/plain\", not as application/json"),
        (("application/json", "{\"a\": 1,}".into()), "the body is not JSON: trailing comma at line 1 column 9"),
        (("application/json", "[1]".into()), "the body is a list, not a JSON object"),
        (with("submitter", json!("")), "\"submitter\" is missing, and there is no default submitter"),
        (with("submitter", json!("jim")), "\"submitter\" is \"jim\", which is not an e-mail address"),
        (with("submitter", json!("x@y.example")), "\"submitter\" is \"x@y.example\", whom the project does not have"),
        (with("status", json!(null)), "\"status\" is missing, and the workflow is \"No Selection\""),
        (with("status", json!("new")), "\"status\" is \"new\", which is not a status of the workflow"),
        (with("summary", json!("")), "\"summary\" is required and missing or empty"),
        (with("severity", json!("major")), "\"severity\" is \"major\", which is exactly none of its choices"),
        (with("areas", json!("Audio")), "\"areas\" must be a list of strings and is a string"),
        (with("rating", json!("6")), "\"rating\" is \"6\", which is exactly none of its choices"),
    ] {
        let answer = post(&url, kind, body).await;
        assert_eq!(answer.status(), 400, "{rule}");
        assert_eq!(answer.text().await.unwrap(), BAD_REQUEST);
        assert_eq!(sandbox.log().last().unwrap().rule, rule);
    }
    let (kind, body) = with("unknown", json!({"a": [1]}));
    assert_eq!(post(&url, kind, body).await.status(), 201);
}

#[tokio::test]
async fn in_every_shape_each_endpoint_is_found_and_takes_a_file() {
    let (sandbox, first) = sandbox(Options::default()).await;
    let odd = Profile { source_key: "my ideas/1".into(), api_key: Secret::new("k2+/&"), ..first.clone() };
    let unkeyed = Profile { source_key: "issues".into(), api_key: Secret::default(), ..first.clone() };
    sandbox.set_profiles(vec![odd, unkeyed]);
    let played = sandbox.profiles();
    assert_eq!((played[0].api_key.reveal(), &played[1].api_key), ("k2+/&", &first.api_key));
    assert_eq!(create(&first, &good()).await.status(), 404);
    for profile in &played {
        for shape in Shape::ALL {
            sandbox.set_shape(shape);
            let found = ticket(profile).await;
            let parameters: Vec<_> = found.iter().map(|f| f.parameter.as_deref().unwrap_or("")).collect();
            assert_eq!(parameters, ["crashlog", "screenshot"], "{shape:?}");
            for endpoint in &found {
                let status = post_file(endpoint, b"content").await.0;
                assert_eq!(status, 201, "{shape:?}: {}", sandbox.log().pop().unwrap().rule);
            }
        }
    }
}

#[tokio::test]
async fn an_upload_is_hashed_part_by_part() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let endpoint = ticket(&profile).await.remove(0);
    let content: Vec<u8> = (0..20_000_000_u32).map(|n| (n % 251) as u8).collect();
    let (status, body) = post_file(&endpoint, &content).await;
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &answer["fileName"], &answer["size"]), (201, &json!("crash.txt"), &json!(content.len())));
    let entry = sandbox.log().pop().unwrap();
    assert_eq!(entry.parts.len(), 1);
    assert_eq!(
        (entry.parts[0].content.size, entry.parts[0].content.sha256.clone()),
        (Some(content.len() as u64), Some(sha256(&content)))
    );
    assert_eq!(entry.parts[0].content_type.as_deref(), Some("text/plain"));
    let whole = form("crashlog", Some("crash.txt"), &content).1;
    assert_eq!((entry.body_size, entry.body_sha256, entry.body_text.as_str()), (whole.len() as u64, sha256(&whole), ""));
}

#[tokio::test]
async fn what_is_no_file_is_refused() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let url = ticket(&profile).await.remove(0).completed;
    let (kind, good) = form("crashlog", Some("a.txt"), b"x");
    for (url, kind, body, status, rule) in [
        (url.clone(), "multipart/form-data", good.clone(), 400, "the Content-Type has no boundary"),
        (url.clone(), "application/json", good.clone(), 400, "the body is not declared as multipart/form-data"),
        (url.clone(), &kind, form("crashlog", Some("a.txt"), b"").1, 400, "the file is empty"),
        (url.clone(), &kind, form("crashlog", None, b"x").1, 400, "the part \"crashlog\" has no file name"),
        (url.clone(), &kind, form("file", Some("a"), b"x").1, 400, "the file's part is named \"file\", not \"crashlog\""),
        (url.replace("/4711/", "/4712/"), &kind, good.clone(), 404, "the source has no ticket \"4712\""),
        (url.replace("files/crashlog", "files/video"), &kind, good.clone(), 404, "the form has no file element \"video\""),
        (url.replace("beta1", ""), &kind, good.clone(), 404, "the project key is missing"),
    ] {
        let answer = post(&url, kind, body).await;
        let log = sandbox.log().pop().unwrap();
        assert_eq!((answer.status().as_u16(), log.rule.as_str()), (status, rule));
    }
    assert_eq!(post(&url, &kind, b"no boundary in here".to_vec()).await.status(), 400);
    assert!(sandbox.log().pop().unwrap().rule.starts_with("the multipart body cannot be read"));
}

#[tokio::test]
async fn a_file_over_2_gb_is_refused_by_its_length() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let path = ticket(&profile).await.remove(0).completed.replace(&profile.base_url, "");
    let host = profile.base_url.trim_start_matches("http://");
    let kind = "multipart/form-data; boundary=x";
    let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: 2151677952\r\n\r\n");
    let (answer, _) = raw(&sandbox, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(sandbox.log().pop().unwrap().rule, "the file is over 2 GB");
}

#[tokio::test]
async fn only_its_own_name_is_answered() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let own = head(&profile, "");
    let port = profile.base_url.rsplit(':').next().unwrap();
    let host = format!("127.0.0.1:{port}");
    for (host_line, expected) in [
        (format!("Host: {host}"), "HTTP/1.1 400 "),
        (format!("Host: localhost:{port}"), "HTTP/1.1 400 "),
        (format!("Host: evil.example:{port}"), "HTTP/1.1 421 "),
        ("Host: 127.0.0.1".to_owned(), "HTTP/1.1 421 "),
        (format!("Host: {host}\r\nHost: evil.example"), "HTTP/1.1 421 "),
    ] {
        let request = own.replace(&format!("Host: {host}"), &host_line);
        let (answer, _) = raw(&sandbox, request.as_bytes()).await;
        assert!(answer.starts_with(expected), "{host_line}: {answer}");
    }
    let (answer, _) = raw(&sandbox, b"GET /__sandbox/log HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 421 ") && answer.contains("Host header"), "{answer}");
}

#[tokio::test]
async fn the_log_tells_all_but_the_key() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let key = profile.api_key.reveal().to_owned();
    let url = profile.endpoint().url_revealing_key();
    let request = client().post(&url).header("X-Api-Key", "s3cr3t-one").header("X-Note", &key).header("Referer", &url);
    request.header("Content-Type", "application/json").body(json!({"summary": key}).to_string()).send().await.unwrap();
    let path_with_key = format!("{}/api/v1/projects/{key}/feedback/{key}?apikey=s3cr3t-two", profile.base_url);
    post(&path_with_key, "text/plain", "").await;
    let log = client().get(format!("{}/__sandbox/log", profile.base_url)).send().await.unwrap().text().await.unwrap();
    let entries: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(entries.as_array().unwrap().len(), 2);
    assert_eq!(entries[0]["target"], "/api/v1/projects/beta1/feedback/appcrashlog?apiKey=••••");
    assert_eq!(entries[0]["status"], 201);
    assert!(!log.contains(&key) && !log.contains("s3cr3t"), "{log}");
    assert!(!format!("{sandbox:?}").contains(&key));
}

/// Status, headers and body of a fault's answer to a good payload.
async fn faulty(sandbox: &Sandbox, profile: &Profile, fault: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    sandbox.set_fault(Some(Fault::from_name(fault).unwrap()));
    let answer = create(profile, &good()).await;
    (answer.status().as_u16(), answer.headers().clone(), answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn faults_that_answer_in_place_of_the_rules() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    for (fault, status, header, within) in [
        ("401", 401, ("content-type", "application/json"), r#"{"status": 401, "description": "Unauthorized"}"#),
        ("403", 403, ("content-type", "application/json"), "Forbidden"),
        ("429", 429, ("retry-after", "30"), "429"),
        ("500", 500, ("content-type", "json"), "Internal Server Error"),
        ("502", 502, ("server", "nginx"), "<h1>502 Bad Gateway</h1>"),
        ("503", 503, ("content-type", "text/html"), "unavailable"),
        ("504", 504, ("server", "nginx"), "504"),
        ("login-200", 200, ("content-type", "text/html"), "Sign in"),
        ("login-redirect", 302, ("location", "/login?ReturnUrl=/api/v1/"), ""),
        ("301", 301, ("location", "https://127.0.0.1:"), ""),
        ("302", 302, ("location", "appcrashlog/?apiKey="), ""),
        ("307", 307, ("location", "appcrashlog/?apiKey="), ""),
        ("308", 308, ("location", "https://127.0.0.1:"), ""),
        ("not-json", 200, ("content-type", "text/plain"), "OK"),
        ("keys-changed", 404, ("content-type", "json"), NOT_FOUND),
        // A fault that answers in the rules' place leaves them, and so the count of tickets, alone.
        ("delay=0.01", 201, ("content-type", "json"), "4711"),
        ("iis-404.13", 201, ("content-type", "json"), "4712"),
        ("iis-404-plain", 201, ("content-type", "json"), "4713"),
    ] {
        let (found, headers, body) = faulty(&sandbox, &profile, fault).await;
        assert_eq!(found, status, "{fault}");
        assert!(headers[header.0].to_str().unwrap().contains(header.1), "{fault}: {headers:?}");
        assert!(String::from_utf8_lossy(&body).contains(within), "{fault}");
    }
    assert!(sandbox.log()[0].rule.starts_with("fault 401: "));
}

#[tokio::test]
async fn faults_of_iis_know_uploads_and_sizes() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let endpoint = ticket(&profile).await.remove(0);
    sandbox.set_fault(Some(Fault::Iis40413));
    let (status, body) = post_file(&endpoint, b"x").await;
    assert!(status == 404 && body.contains("HTTP Error 404.13"), "{status} {body}");
    sandbox.set_fault(Some(Fault::IisPlain404));
    assert_eq!(post_file(&endpoint, b"x").await.0, 201);
    let (status, body) = post_file(&endpoint, &vec![1; 30_000_001]).await;
    assert!(status == 404 && body.contains("might have been removed") && !body.contains("404.13"), "{status} {body}");
}

#[tokio::test]
async fn faults_that_spoil_the_answer() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let (_, headers, body) = faulty(&sandbox, &profile, "gzip").await;
    assert_eq!(headers["content-encoding"], "gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["id"], 4711);

    let (_, headers, body) = faulty(&sandbox, &profile, "broken-gzip").await;
    assert_eq!(headers["content-encoding"], "gzip");
    assert!(flate2::read::GzDecoder::new(body.as_slice()).read_to_string(&mut text).is_err());

    let (status, _, body) = faulty(&sandbox, &profile, "broken-json").await;
    assert!(status == 201 && body.starts_with(b"{") && serde_json::from_slice::<Value>(&body).is_err());

    let (status, _, body) = faulty(&sandbox, &profile, "drip=0").await;
    assert_eq!((status, &serde_json::from_slice::<Value>(&body).unwrap()["id"]), (201, &json!(4714)));

    let (status, _, body) = faulty(&sandbox, &profile, "big-body=2").await;
    assert_eq!(status, 201);
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["padding"].as_str().unwrap().len(), 2 * 1024 * 1024);
}

#[tokio::test]
async fn faults_of_the_connection() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let whole = format!("{}{}", head(&profile, &format!("Content-Length: {}\r\n", good().to_string().len())), good());
    let endless = head(&profile, "Content-Length: 50000000\r\n");

    sandbox.set_fault(Some(Fault::Truncated));
    let (answer, _) = raw(&sandbox, whole.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let length: usize = answer.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap();
    let body = answer.split("\r\n\r\n").nth(1).unwrap();
    assert!(body.ends_with('}') && body.len() + 1000 == length, "{answer}");

    sandbox.set_fault(Some(Fault::TooLargeEarly));
    let (answer, _) = raw(&sandbox, endless.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

    sandbox.set_fault(Some(Fault::Reset));
    let (answer, error) = raw(&sandbox, format!("{endless}{}", "x".repeat(100_000)).as_bytes()).await;
    assert_eq!(answer, "");
    assert!(matches!(error, Some(std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe)), "{error:?}");
    let entry = sandbox.log().pop().unwrap();
    assert!(entry.status == 0 && entry.body_size >= 65_536 && entry.body_size <= 100_000, "{}", entry.body_size);
}

#[tokio::test]
async fn a_hanging_request_is_in_the_log_and_ends_with_the_sandbox() {
    let (sandbox, profile) = sandbox(Options { fault: Some(Fault::Hang), ..Options::default() }).await;
    let (seen, mut sees) = tokio::sync::mpsc::unbounded_channel();
    sandbox.set_on_change(std::sync::Arc::new(move || _ = seen.send(())));
    let waiting = tokio::spawn(async move {
        let url = profile.endpoint().url_revealing_key();
        client().post(url).header("Content-Type", "application/json").body("{}").send().await.is_err()
    });
    sees.recv().await.unwrap();
    assert_eq!((sandbox.log()[0].status, sandbox.log()[0].rule.starts_with("fault hang")), (0, true));
    assert!(!waiting.is_finished());
    drop(sandbox);
    assert!(waiting.await.unwrap());
}

#[tokio::test]
async fn it_stops_with_its_last_handle() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let address = profile.base_url.trim_start_matches("http://").to_owned();
    let other = sandbox.clone();
    drop(sandbox);
    assert_eq!(create(&profile, &good()).await.status(), 201);
    drop(other);
    for _ in 0..500 {
        if TcpStream::connect(&address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it still listens");
}

#[tokio::test]
async fn a_client_that_leaves_is_in_the_log() {
    let (sandbox, profile) = sandbox(Options::default()).await;
    let (seen, mut sees) = tokio::sync::mpsc::unbounded_channel();
    sandbox.set_on_change(std::sync::Arc::new(move || _ = seen.send(())));
    let mut stream = TcpStream::connect(profile.base_url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(head(&profile, "Content-Length: 100\r\n").as_bytes()).await.unwrap();
    stream.write_all(b"{\"sum").await.unwrap();
    drop(stream);
    sees.recv().await.unwrap();
    let entry = sandbox.log().pop().unwrap();
    assert_eq!((entry.status, entry.body_text.as_str()), (0, "{\"sum"));
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let (sandbox, _) = sandbox(Options::default()).await;
    let port: u16 = sandbox.base_url().rsplit(':').next().unwrap().parse().unwrap();
    let error = Sandbox::start(Options { port, ..Options::default() }).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("Starting the sandbox on 127.0.0.1:{port}: ")), "{error}");
}
