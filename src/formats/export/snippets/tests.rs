use super::super::template::{Call, CallPart, Template};
use super::literals::part_head;
use super::*;
use crate::model::request_spec::SpecBody;

const HOSTILE: &str = "a\"b\\c$d`e'f\n\u{1}\u{2028}</script>{{x}}ü#{y}${z}";

/// A text as each language writes it.
#[test]
fn texts_by_table() {
    for (language, expected) in [
        (Language::Python, r#""a\"b\\c$d`e'f\n\U00000001\U00002028</script>{{x}}ü#{y}${z}""#),
        (Language::JavaScriptNode, r#""a\"b\\c$d`e'f\n\u0001\u2028<\/script>{{x}}ü#{y}${z}""#),
        (Language::CSharp, r#""a\"b\\c$d`e'f\n\u0001\u2028</script>{{x}}ü#{y}${z}""#),
        (Language::Java, r#""a\"b\\c$d`e'f\n\001\u2028</script>{{x}}\u00fc#{y}${z}""#),
        (Language::Php, r#""a\"b\\c\$d`e'f\n\u{1}\u{2028}</script>{{x}}ü#{y}\${z}""#),
        (Language::Go, r#""a\"b\\c$d`e'f\n\U00000001\U00002028</script>{{x}}ü#{y}${z}""#),
        (Language::PowerShell, "\"a`\"b\\c`$d``e'f`n`u{1}`u{2028}</script>{{x}}ü#{y}`${z}\""),
        (Language::Swift, r#""a\"b\\c$d`e'f\n\u{1}\u{2028}</script>{{x}}ü#{y}${z}""#),
        (Language::Kotlin, r#""a\"b\\c\$d`e'f\n\u0001\u2028</script>{{x}}ü#{y}\${z}""#),
    ] {
        let script = Script {
            calls: vec![Call {
                method: "POST".into(),
                url: Template::plain("http://h/"),
                body: SpecBody::Text(Template::plain(HOSTILE)),
                ..Call::default()
            }],
            ..Script::default()
        };
        let text = write(&script, language).text;
        assert!(text.contains(expected), "{language:?} lacks {expected}: {text}");
    }
}

#[test]
fn a_part_is_named_as_browsers_name_it() {
    let part = CallPart { name: "a\"b".into(), filename: Some("ü\r\n.zip".into()), ..CallPart::default() };
    assert_eq!(
        part_head(&part),
        "Content-Disposition: form-data; name=\"a%22b\"; filename=\"ü%0D%0A.zip\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
}
