use super::*;
use crate::formats::import::to_json::request_to_json;

fn one(request: &str) -> String {
    let text = format!(
        r#"{{"info": {{"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}}, "variable": [{{"key": "base", "value": "https://h"}}, {{"key": "empty", "value": ""}}],
        "item": [{{"name": "F", "item": [{{"name": "R", "request": {request}}}]}}]}}"#
    );
    let imported = read(&text, &Vec::new()).unwrap();
    let mut value = request_to_json(&imported.requests[0]);
    assert_eq!(value.as_object_mut().unwrap().shift_remove("label").unwrap(), "F / R");
    value.to_string()
}

#[test]
fn requests_by_table() {
    for (request, expected) in [
        (r#""{{base}}/x""#, r#"{"method":"GET","url":"https://h/x","headers":[],"body":{"kind":"none"}}"#),
        (
            r#"{"method": "POST", "header": [{"key": "A", "value": "1"}, {"key": "B", "value": "2", "disabled": true}], "url": {"raw": "{{base}}/:id/x?k={{empty}}", "variable": [{"key": "id", "value": "7"}]},
                "body": {"mode": "raw", "raw": "{\"a\": \"{{unknown}}\"}", "options": {"raw": {"language": "json"}}}}"#,
            r#"{"method":"POST","url":"https://h/7/x?k={{empty}}","headers":[["A","1"],["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\": \"{{unknown}}\"}"}}"#,
        ),
        (
            r#"{"method": "POST", "url": {"protocol": "https", "host": ["a", "b"], "port": "81", "path": ["c", "d"], "query": [{"key": "q", "value": "1"}, {"key": "z", "disabled": true}]},
                "body": {"mode": "urlencoded", "urlencoded": [{"key": "a b", "value": "&"}, {"key": "off", "value": "", "disabled": true}]}}"#,
            r#"{"method":"POST","url":"https://a.b:81/c/d?q=1","headers":[["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"urlencoded","text":"a%20b=%26"}}"#,
        ),
        (
            r#"{"method": "POST", "url": "https://h", "body": {"mode": "formdata", "formdata": [{"key": "crashlog", "type": "file", "src": "/x/a.zip"}, {"key": "note", "value": "hello", "type": "text"}]}}"#,
            r#"{"method":"POST","url":"https://h","headers":[],"body":{"kind":"multipart","parts":[{"name":"crashlog","path":"/x/a.zip","filename":"a.zip","content_type":null},{"name":"note","text":"hello"}]}}"#,
        ),
        (
            r#"{"method": "POST", "url": {"protocol": "https", "host": "h", "path": ["a\\b"], "query": [{"key": "x=y", "value": "it's R&D #1=2"}]}}"#,
            r#"{"method":"POST","url":"https://h/a/b?x%3Dy=it's R%26D %231=2","headers":[],"body":{"kind":"none"}}"#,
        ),
        (
            r#"{"method": "PUT", "url": "https://h", "body": {"mode": "file", "file": {"src": "a.bin"}}}"#,
            r#"{"method":"PUT","url":"https://h","headers":[["Content-Type","application/octet-stream"]],"body":{"kind":"file","path":"a.bin"}}"#,
        ),
        (
            r#"{"url": "https://h", "header": "A: 1\nB: 2", "auth": {"type": "basic", "basic": [{"key": "username", "value": "u"}, {"key": "password", "value": "p"}]}}"#,
            r#"{"method":"GET","url":"https://h","headers":[["A","1"],["B","2"],["Authorization","Basic dTpw"]],"body":{"kind":"none"}}"#,
        ),
        (
            r#"{"url": "https://h", "auth": {"type": "bearer", "bearer": {"token": "t"}}}"#,
            r#"{"method":"GET","url":"https://h","headers":[["Authorization","Bearer t"]],"body":{"kind":"none"}}"#,
        ),
        (
            r#"{"url": "https://h/x", "auth": {"type": "apikey", "apikey": [{"key": "key", "value": "apiKey"}, {"key": "value", "value": "{{k}}"}, {"key": "in", "value": "query"}]}}"#,
            r#"{"method":"GET","url":"https://h/x?apiKey={{k}}","headers":[],"body":{"kind":"none"}}"#,
        ),
        (
            r#"{"method": "POST", "url": "https://h", "body": {"mode": "graphql", "graphql": {"query": "{a}", "variables": "{\"x\": 1}"}}}"#,
            r#"{"method":"POST","url":"https://h","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"query\":\"{a}\",\"variables\":{\"x\":1}}"}}"#,
        ),
    ] {
        assert_eq!(one(request), expected, "{request}");
    }
}

#[test]
fn environments_answers_and_inherited_auth() {
    let environment = read_environment(
        r#"{"name": "e", "values": [{"key": "k", "value": "5"}, {"key": "off", "value": "1", "enabled": false}]}"#,
    )
    .unwrap();
    assert_eq!(environment, [("k".to_owned(), "5".to_owned())]);
    let text = r#"{"item": [{"name": "R", "event": [{}], "request": {"url": "https://h/{{k}}/{{off}}"},
        "response": [{"code": 404, "header": [{"key": "A", "value": "1"}], "body": "no"}, {"code": 200}]}], "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{k}}"}]}}"#;
    let imported = read(text, &environment).unwrap();
    let request = &imported.requests[0];
    assert_eq!((request.url.as_str(), request.header("authorization")), ("https://h/5/{{off}}", Some("Bearer 5")));
    assert_eq!(request.answer().unwrap().status, 404);
    let notes = format!("{:?}", imported.notes);
    assert!(notes.contains("several saved answers") && notes.contains("scripts"), "{notes}");
}

#[test]
fn version_1_is_read() {
    let text = r#"{"id": "a", "order": [], "folders": [{"id": "f", "name": "F", "order": ["r1"]}], "variables": [{"key": "host", "value": "https://h"}], "requests": [
        {"id": "r2", "name": "B", "url": "https://h/:id", "method": "POST", "headers": "A: 1\n//B: 2\n", "dataMode": "params", "data": [{"key": "log", "value": "a.zip", "type": "file"}, {"key": "off", "value": "x", "enabled": false}], "pathVariables": {"id": "7"}},
        {"id": "r1", "name": "A", "url": "{{host}}", "method": "POST", "headers": "", "dataMode": "raw", "rawModeData": "{}", "dataOptions": {"raw": {"language": "json"}}, "currentHelper": "basicAuth", "helperAttributes": {"username": "u", "password": "p"}}]}"#;
    let imported = read(text, &Vec::new()).unwrap();
    let told: Vec<String> = imported.requests.iter().map(|request| request_to_json(request).to_string()).collect();
    let expected = [
        r#"{"label":"F / A","method":"POST","url":"https://h","headers":[["Content-Type","application/json"],["Authorization","Basic dTpw"]],"body":{"kind":"text","text":"{}"}}"#,
        r#"{"label":"B","method":"POST","url":"https://h/7","headers":[["A","1"]],"body":{"kind":"multipart","parts":[{"name":"log","path":"a.zip","filename":"a.zip","content_type":null}]}}"#,
    ];
    assert_eq!(told, expected);
    let dump = format!(r#"{{"version": 1, "collections": [{text}], "environments": []}}"#);
    assert_eq!(read(&dump, &Vec::new()).unwrap().requests.len(), 2);
}

#[test]
fn what_is_no_collection_is_said() {
    for (text, words) in [("{}", "no \"item\""), ("{\"values\": []}", "environment"), ("[", "ends")] {
        let error = read(text, &Vec::new()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let deep = format!("{{\"item\": {}", "[{\"item\": ".repeat(10_000));
    assert!(read(&deep, &Vec::new()).unwrap_err().to_string().contains("too deeply"));
}

proptest::proptest! {
    #[test]
    fn no_item_panics(request in "(\\{\"url\":|\"x\"|\\{\"raw\":\"\\{\\{a\\}\\}\"\\}|,\"body\":\\{\"mode\":\"formdata\",\"formdata\":\\[\\{\"type\":\"file\"\\}\\]\\}|,\"header\":\"a\"|\\}|null|,\"auth\":\\{\"type\":\"basic\"\\}){0,8}") {
        let _ = read(&format!("{{\"item\":[{{\"request\":{request}}}]}}"), &Vec::new());
    }
}
