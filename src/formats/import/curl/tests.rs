use super::*;
use crate::formats::import::to_json::to_json;

fn first(text: &str) -> String {
    let imported = read(text);
    assert_eq!(imported.requests.len(), 1, "{text}: {:?}", imported.notes);
    to_json(&imported.requests)[0].to_string()
}

#[test]
fn requests_by_table() {
    for (text, expected) in [
        ("curl http://h/", r#"{"method":"GET","url":"http://h/","headers":[],"body":{"kind":"none"}}"#),
        (
            "curl -X POST 'https://h/x?apiKey=k' -H 'Content-Type: application/json' -d '{\"a\": 1}'",
            r#"{"method":"POST","url":"https://h/x?apiKey=k","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\": 1}"}}"#,
        ),
        (
            "curl http://h/ -d a=1 -d b=2",
            r#"{"method":"POST","url":"http://h/","headers":[["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"urlencoded","text":"a=1&b=2"}}"#,
        ),
        (
            "curl -sSLXPOST http://h/ --json '{}'",
            r#"{"method":"POST","url":"http://h/","headers":[["Content-Type","application/json"],["Accept","application/json"]],"body":{"kind":"text","text":"{}"}}"#,
        ),
        (
            "curl http://h/ -F crashlog=@a.zip -F note=hello",
            r#"{"method":"POST","url":"http://h/","headers":[],"body":{"kind":"multipart","parts":[{"name":"crashlog","path":"a.zip","filename":"a.zip","content_type":null},{"name":"note","text":"hello"}]}}"#,
        ),
        (
            "curl -T dir/a.bin http://h/up/",
            r#"{"method":"PUT","url":"http://h/up/a.bin","headers":[],"body":{"kind":"file","path":"dir/a.bin"}}"#,
        ),
        ("curl -G h --data-urlencode 'q=a b'", r#"{"method":"GET","url":"http://h/?q=a+b","headers":[],"body":{"kind":"none"}}"#),
        (
            "curl \"https://$HOST/x?apiKey=${KEY}\" -u u:p",
            r#"{"method":"GET","url":"https://$HOST/x?apiKey=${KEY}","headers":[["Authorization","Basic dTpw"]],"body":{"kind":"none"}}"#,
        ),
        (
            "curl h -H 'Content-Type: application/json' --data-binary @p.json",
            r#"{"method":"POST","url":"http://h","headers":[["Content-Type","application/json"]],"body":{"kind":"file","path":"p.json"}}"#,
        ),
        (
            "curl -d @- h -H 'Content-Type: application/json' <<EOF\n{\"a\":\n1}\nEOF",
            r#"{"method":"POST","url":"http://h","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":1}"}}"#,
        ),
        (
            "curl.exe -X POST ^\r\n \"http://h/?a=1&b=2\" ^\r\n -H \"Content-Type: application/json\" -d \"{\"\"a\"\": 1}\"",
            r#"{"method":"POST","url":"http://h/?a=1&b=2","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\": 1}"}}"#,
        ),
        (
            "curl.exe -X POST `\n 'http://h/' `\n --json '{\\\"a\\\": 1}'",
            r#"{"method":"POST","url":"http://h/","headers":[["Content-Type","application/json"],["Accept","application/json"]],"body":{"kind":"text","text":"{\"a\": 1}"}}"#,
        ),
        (
            "curl http://h/ -H 'Content-Type: multipart/form-data' -F a=b",
            r#"{"method":"POST","url":"http://h/","headers":[],"body":{"kind":"multipart","parts":[{"name":"a","text":"b"}]}}"#,
        ),
        (
            "curl http://h/ -H 'content-type: multipart/form-data; boundary=x' -F a=b",
            r#"{"method":"POST","url":"http://h/","headers":[["content-type","multipart/form-data; boundary=x; boundary=boundary"]],"body":{"kind":"multipart","parts":[{"name":"a","text":"b"}]}}"#,
        ),
        ("# curl h", r#"{"method":"GET","url":"http://h","headers":[],"body":{"kind":"none"}}"#),
        (
            "curl h --data-raw $'\\xff'",
            r#"{"method":"POST","url":"http://h","headers":[["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"base64","base64":"/w=="}}"#,
        ),
    ] {
        assert_eq!(first(text), expected, "{text}");
    }
}

#[test]
fn several_requests() {
    for (text, count) in [
        ("curl a b", 2),
        ("curl a --next -d x b", 2),
        ("curl a\ncurl b; curl c", 3),
        ("curl 'h/{a,b}'", 2),
        ("sudo curl a && A=1 curl b", 2),
    ] {
        assert_eq!(read(text).requests.len(), count, "{text}");
    }
    let next = read("curl -d x a --next b").requests;
    assert_eq!((next[0].method.as_str(), next[1].method.as_str()), ("POST", "GET"));
}

#[test]
fn notes_by_table() {
    for (text, at, words) in [
        ("curl h --frobnicate", (1, 8), "--frobnicate is not understood"),
        ("curl h \\\n  -§", (2, 3), "not understood"),
        ("curl h -s", (1, 8), "-s has no effect"),
        ("curl h -L", (1, 8), "redirects"),
        ("curl h -k", (1, 8), "certificate"),
        ("curl h --digest -u a:b", (1, 8), "log in"),
        ("curl h -H nonsense", (1, 8), "no colon"),
        ("curl h -X", (1, 8), "wants a value"),
        ("curl h -F 'a=(x'", (1, 8), "groups"),
        ("curl -s", (1, 6), "no effect"),
        ("curl h --token=5ecre7", (1, 8), "--token is"),
        ("curl 'h/{a'", (1, 6), "never closed"),
    ] {
        let notes = read(text).notes;
        let found = notes.iter().find(|note| note.text.contains(words)).unwrap_or_else(|| panic!("{text}: {notes:?}"));
        assert_eq!(found.place, Some(TextPosition { line: at.0, column: at.1 }), "{text}");
        assert!(!format!("{notes:?}").contains("5ecre7"));
    }
    assert!(read("hello").notes[0].text.contains("No curl command"));
    // Chrome keeps brackets in an address from being a pattern.
    assert_eq!(read("curl --url 'http://h/?a\\[\\]=\\{b\\}'").notes, []);
}

#[test]
fn broken_quotes_and_lines_are_said_at_their_place() {
    for (text, shell, count, at, words) in [
        (r#"curl -d "{ "a": "b c" }" https://h/x"#, Shell::Bash, 1, (1, 20), "quotes around the data end early"),
        (r#"curl https://h/x -d "{"a": "b", "c": "d e"}""#, Shell::Bash, 1, (1, 41), "quotes around the data end early"),
        (r#"curl https://h/x --data {"a": "b"}"#, Shell::Bash, 1, (1, 31), "quotes around the data end early"),
        (r"curl https://h/x -H 'A: b'", Shell::Cmd, 1, (1, 25), "cmd.exe does not know single quotes"),
        ("curl https://h/x\n-X POST\\\n-d a", Shell::Bash, 1, (2, 1), "does not say that it goes on"),
        ("curl https://h/x\n-H \"A: b\"", Shell::Cmd, 1, (2, 1), "does not say that it goes on"),
        ("curl https://h/x\n--data a", Shell::PowerShell, 1, (2, 1), "does not say that it goes on"),
        (
            "PS C:\\> curl -d a https://h\nInvoke-WebRequest : Cannot bind parameter",
            Shell::PowerShell,
            1,
            (1, 9),
            "alias of Invoke-WebRequest",
        ),
        ("curl -H 'A: b' https://h", Shell::PowerShell, 1, (1, 1), "alias of Invoke-WebRequest"),
    ] {
        let imported = read_as(text, shell);
        assert_eq!(imported.requests.len(), count, "{text}: {:?}", imported.requests);
        let found = imported.notes.iter().find(|note| note.text.contains(words));
        let found = found.unwrap_or_else(|| panic!("{text}: {:?}", imported.notes));
        assert_eq!(found.place, Some(TextPosition { line: at.0, column: at.1 }), "{text}");
    }
}

#[test]
fn shells_are_told_apart() {
    for (text, shell) in [
        ("curl 'a'", Shell::Bash),
        ("curl ^\"a^\"", Shell::Cmd),
        ("curl -H ^\"A: ^\\^\"b^\\^\"^\" h", Shell::Cmd),
        ("curl -d {^\"a^\":1} h", Shell::Cmd),
        ("curl h --data-raw '{\"a\":\"%^\",\"b\":\"see ^\"}'", Shell::Bash),
        ("curl h \\\n -H 'A: ^\"b^' \\\n -d '^^'", Shell::Bash),
        ("Invoke-WebRequest -UseBasicParsing -Uri \"http://h/?q=%3E%^\" `\n-Method \"PATCH\"", Shell::PowerShell),
        ("curl a ^\n -d b", Shell::Cmd),
        ("curl.exe a `\n -d b", Shell::PowerShell),
        ("curl -d \"{\"\"a\"\":1}\" h", Shell::Cmd),
        ("curl.exe \"$env:X\"", Shell::PowerShell),
        ("C:\\>curl a", Shell::Cmd),
    ] {
        assert_eq!(guess_shell(text), shell, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_paste_panics(
        text in "(curl|curl.exe| |'|\"|\\\\|\n|\\^|`|-d|-F|-H|--json|@|a=|;type=|;headers=|<<E|E|\\$'|\\\\x|\\{|\\}|\\[|1-3\\]|,|é|http://|h/|--next|-|#|\\$\\(|\\)|&|\\||>|@'|@\\{|--%|%|;){0,40}"
    ) {
        for shell in [Shell::Bash, Shell::Cmd, Shell::PowerShell] {
            let _ = read_as(&text, shell);
        }
    }

    #[test]
    fn no_text_panics(text in "curl \\PC{0,60}") {
        for shell in [Shell::Bash, Shell::Cmd, Shell::PowerShell] {
            let _ = read_as(&text, shell);
        }
    }
}

#[test]
fn variables_of_a_script_are_put_in() {
    let script = "#!/bin/bash\nset -e\nHOST='https://h'\nexport KEY=k-1 PATH_PART=x\nURL=\"$HOST/${PATH_PART}\"\n\
                  BODY=$(cat <<EOF\n{\"a\": \"$KEY\"}\nEOF\n)\nTOKEN=$(get-token)\n\
                  curl -s -X POST \"$URL?apiKey=${KEY}\" -H \"X-T: $TOKEN\" -H 'Content-Type: application/json' -d \"$BODY\"\n";
    let found = first(script);
    let expected = r#"{"method":"POST","url":"https://h/x?apiKey=k-1","headers":[["X-T","$TOKEN"],["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\": \"k-1\"}"}}"#;
    assert!(found.starts_with(expected.trim_end_matches('}')), "{found}");
}

#[test]
fn typographic_quotes_are_read_as_meant_and_said() {
    for command in [
        "curl -X POST \u{201c}https://h/x?apiKey=k\u{201d} -H \u{201c}Content-Type: application/json\u{201d} -d \u{2018}{\u{201c}a\u{201d}: \u{201c}b\u{201d}}\u{2019}",
        "curl \u{2018}https://h/x?apiKey=k\u{2019} -H 'Content-Type: application/json' -d '{\"a\": \"b\"}'",
    ] {
        let imported = read(command);
        let expected = r#"{"method":"POST","url":"https://h/x?apiKey=k","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\": \"b\"}"}}"#;
        assert_eq!(to_json(&imported.requests)[0].to_string(), expected);
        assert!(imported.notes[0].text.contains("typographic") && imported.notes[1].text.contains("straight"));
    }
    // Inside a text they are letters, and stay.
    let imported = read("curl https://h/ -d 'it\u{2019}s \u{201c}so\u{201d}'");
    assert!(to_json(&imported.requests)[0].to_string().contains("it\u{2019}s \u{201c}so\u{201d}"));
}

#[test]
fn what_stands_in_files_and_variables_is_not_recorded() {
    for (text, expected) in [
        ("curl -H @head.txt -d 1 https://h", &["headers"][..]),
        ("curl -K options.txt https://h", &["method", "headers", "body", "file-bytes", "address-end"]),
        ("curl --variable %KEY --expand-url 'https://h/{{KEY}}'", &["variables"]),
        ("curl --variable k=1 --expand-url 'https://h/{{k}}'", &[]),
        ("curl -d @- https://h <<E\n$A\nE", &["variables"]),
        ("curl -d @- https://h <<'E'\n$A\nE", &[]),
        ("curl \"${ARGS[@]}\" https://h", &["method", "headers", "body", "file-bytes", "variables"]),
        ("curl -X POST $ARGS https://h", &["headers", "body", "file-bytes", "variables"]),
        ("curl -d 1 https://h", &[]),
    ] {
        let requests = read(text).requests;
        assert_eq!(requests[0].not_recorded.all_words(), expected, "{text}");
    }
    let request = read("curl -H @head.txt -d 1 https://h").requests.remove(0);
    assert_eq!(request.header("content-type"), None);
}

#[test]
fn variables_of_cmd_tell_the_shell() {
    for (text, expected) in [
        ("curl -X POST \"%URL%\" -d \"{\\\"a\\\":1}\"", Shell::Cmd),
        ("curl \"https://h/%C3%BCb%20x\"", Shell::Bash),
        ("curl 'https://h/%URL%'", Shell::Bash),
        ("curl -w \"%{http_code}\" https://h", Shell::Bash),
    ] {
        assert_eq!(guess_shell(text), expected, "{text}");
    }
}

#[test]
fn words_between_single_quotes_that_curl_took_for_hosts_tell_cmd() {
    const COMMAND: &str = "curl https://h/x -H 'Content-Type: application/json' -d '{\"a\": \"b c\"}'\n";
    for (command, said, expected) in [
        (COMMAND, "curl: (6) Could not resolve host: application", Shell::Cmd),
        (COMMAND, "curl: (6) Could not resolve host: application; Unknown error", Shell::Cmd),
        (COMMAND, "curl: (3) URL rejected\ncurl: (6) Could not resolve host: c", Shell::Cmd),
        (COMMAND, "curl: (6) Could not resolve host: h", Shell::Bash),
        ("curl 'https://h/x'\n", "curl: (1) Protocol \"'https\" not supported or disabled in libcurl", Shell::Cmd),
        ("curl https://h/x -A 'my agent' -d 1\n", "curl: (6) Could not resolve host: agent'", Shell::Cmd),
        ("curl 'https://h/x'\n", "curl: (6) Could not resolve host: h", Shell::Bash),
        ("curl https://application.example -H 'A: b'\n", "curl: (6) Could not resolve host: application.example", Shell::Bash),
        ("PS C:\\> curl.exe https://h/x -d '{\"a\": 1}'\n", "curl: (3) unmatched close brace\n1}\n ^\n", Shell::PowerShell),
        ("curl -H \"A: application/json\" https://h\n", "curl: (6) Could not resolve host: application", Shell::Bash),
    ] {
        assert_eq!(guess_shell(&format!("{command}{said}")), expected, "{said}");
    }
    let request = read_as("curl 'https://h/x?k=1'", Shell::Cmd).requests.pop().unwrap();
    assert_eq!(request.url, "'https://h/x?k=1'");
}

#[test]
fn web_commands_are_told_by_their_aliases() {
    for (text, expected) in [
        ("irm -Method POST -Uri https://h -InFile a.zip", true),
        ("PS C:\\> IWR https://h -Method Post", true),
        ("$a = invoke-restmethod -uri https://h", true),
        ("firm -Method", false),
        ("irm said no", false),
    ] {
        assert_eq!(names_web(text), expected, "{text}");
    }
}
