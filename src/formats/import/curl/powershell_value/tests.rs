use serde_json::json;

use super::*;

#[test]
fn values_by_table() {
    let variables = [
        ("base".to_owned(), "\"https://h\"".to_owned()),
        ("key".to_owned(), "'k'".to_owned()),
        ("uri".to_owned(), "\"$base/x?apiKey=$key\"".to_owned()),
        ("loop".to_owned(), "\"$loop\"".to_owned()),
    ];
    for (text, expected) in [
        ("'a''b$key'", Some(json!("a'b$key"))),
        ("\"a`\"b`n$key\"", Some(json!("a\"b\nk"))),
        ("\"$uri\"", Some(json!("https://h/x?apiKey=k"))),
        ("$uri", Some(json!("https://h/x?apiKey=k"))),
        ("\"${base}/y\"", Some(json!("https://h/y"))),
        ("\"$env:X $other\"", Some(json!("$env:X $other"))),
        ("\"$loop\"", Some(json!("$loop"))),
        ("\"Gr$([char]252)n $([char]55357)$([char]56832) $([char]0x41)\"", Some(json!("Grün 😀 A"))),
        ("@{ a = 'b'; c = 3\n d = $true }", Some(json!({"a": "b", "c": 3, "d": true}))),
        ("[ordered]@{ a = @('x', \"y\"); b = @{ c = $null } }", Some(json!({"a": ["x", "y"], "b": {"c": null}}))),
        ("@{ a = 'b' } | ConvertTo-Json -Depth 5 -Compress", Some(json!("{\"a\":\"b\"}"))),
        ("(@{ a = $key } | ConvertTo-Json)", Some(json!("{\"a\":\"k\"}"))),
        ("ConvertTo-Json @{ a = 1 } -Depth 3", Some(json!("{\"a\":1}"))),
        ("[System.Text.Encoding]::UTF8.GetBytes(\"{}\")", Some(json!("{}"))),
        ("([Text.Encoding]::UTF8.GetBytes('{}'))", Some(json!("{}"))),
        ("@'\n{\"a\": \"$key\"}\n'@", Some(json!("{\"a\": \"$key\"}"))),
        ("@\"\n{\"a\": \"$key\"}\n\"@", Some(json!("{\"a\": \"k\"}"))),
        ("'{0}/api?k={1}' -f $base, $key", Some(json!("https://h/api?k=k"))),
        ("$base + '/x'", Some(json!("https://h/x"))),
        ("application/json", Some(json!("application/json"))),
        ("$config.Address", None),
        ("(Get-Date)", None),
        ("$other", None),
        ("@{ a = (Get-Date) } | ConvertTo-Json", None),
        ("", None),
    ] {
        let found = evaluate(text, &variables);
        match expected {
            Some(expected) => assert_eq!(found, Evaluated::Value(expected), "{text}"),
            None => assert!(matches!(found, Evaluated::Unknown(_)), "{text}: {found:?}"),
        }
    }
    assert_eq!(evaluate("Get-Item -Path 'C:\\a.log'", &[]), Evaluated::File("C:\\a.log".into()));
    assert_eq!(evaluate("(Get-Content .\\a.json -Raw)", &[]), Evaluated::File(".\\a.json".into()));
}

#[test]
fn statements_end() {
    for (text, expected) in [("'a\nb'\nc", 5), ("@{\n a = 1\n}\nb", 11), ("1; 2", 1), ("'a' |\n x\ny", 8), ("@'\nx\n'@\ny", 7)] {
        assert_eq!(statement_end(text, 0), expected, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "(@\\{|\\}|@'|'@|\"|'|\\$x|\\$\\(|\\[char\\]|=|;|\\||-f |\\+|`|é|@\\(|\\(|\\)|ConvertTo-Json|Get-Item |a|1| |\n){0,30}") {
        let variables = [("x".to_owned(), text.clone())];
        let _ = (evaluate(&text, &variables), table(&text, &variables), filled(&text, &variables), statement_end(&text, 0));
    }
}
