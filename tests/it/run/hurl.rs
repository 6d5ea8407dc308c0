//! A suite for Hurl. `tests/tools.sh` runs what is written in real Hurl.

use super::suite;
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;

#[test]
fn a_suite_is_written_for_hurl_without_its_secrets() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("rows.csv", "summary,severity,pin\na \"b\" {{,Major,p1n-of-row-1\nc,Minor,p1n-of-row-2\n");
    home.file("crash.log", "hello");
    let text = "secrets = [\"pin\", \"token\"]\n[variables]\ntoken = \"t0ken-of-suite\"\nrelease = \"4.2\"\n[data]\nfile = \"rows.csv\"\n\
        [[step]]\nname = \"Create\"\nsend = { description = \"{{token}} {{pin}} {{release}} \u{e000}end\" }\n\
        attach = [{ element = \"crashlog\", file = \"crash.log\" }]\n\
        expect = [{ status = 201 }, { endpoint = \"crashlog\" }]\ncapture = { ticket = \"/id\" }\n\
        [[step]]\nwait = \"250 ms\"\n\
        [[step]]\nsend = { description = \"after {{ticket}}\", severity = \"Nonsense\" }\nexpect = [{ status = \"4xx\" }]\n";
    let suite = suite(&home, &served, text);
    let folder = home.at("hurl");
    let (_, errors) = home.both(0, &["export", "hurl", &suite, "--to", &folder]);
    assert!(errors.contains("does not check \"attachment endpoint for crashlog\""), "{errors}");
    let written = std::fs::read_to_string(home.path("hurl/suite.hurl")).unwrap();
    for secret in [&served.key, "p1n-of-row", "t0ken-of-suite"] {
        assert!(!written.contains(secret), "{secret}: {written}");
    }
    for line in [
        "# Nightly: hurl --test --secret apiKey=… --secret token=… --secret pin=… suite.hurl",
        "{{token}} {{pin}} 4.2 \u{e000}end",
        "status == 201",
        "got_ticket: jsonpath \"$['id']\"",
        "after {{got_ticket}}",
        "status >= 400",
        "crashlog: file,crash.log; text/plain",
        "/feedback/{{got_endpoint_crashlog}}\n[Query]\napiKey: {{apiKey}}\n",
        "[Options]\ndelay: 250ms\n[Query]\n",
    ] {
        assert!(written.contains(line), "{line}: {written}");
    }
    assert_eq!(written.matches("\nPOST ").count(), 6);
    assert_eq!(std::fs::read(home.path("hurl/crash.log")).unwrap(), b"hello");
    home.refused(&["export", "hurl", &suite, "--to", &folder]);
}

/// Hurl sends a file with the name that the Hurl file has for it, folder and all, so that the file stands beside that.
#[test]
fn files_for_hurl_have_the_names_that_they_are_sent_with() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("one/crash.log", "one");
    home.file("two/crash.log", "two");
    home.file("Crash.LOG", "three");
    let text = "repeat = 2\n[[step]]\nsend = { summary = \"s\" }\nattach = [\
        { element = \"crashlog\", file = \"one/crash.log\" },\
        { element = \"crashlog\", file = \"two/crash.log\" },\
        { element = \"crashlog\", file = \"Crash.LOG\" },\
        { element = \"crashlog\", file = \"one/crash.log\", name = \"row {{row}}.log\" },\
        { element = \"crashlog\", file = \"one/crash.log\", name = \"../../out.log\" },\
        { element = \"crashlog\", file = \"one/crash.log\", name = \"..\" },\
        { element = \"crashlog\", file = \"one/crash.log\", name = \"suite.hurl\" },\
        { element = \"crashlog\", generate = { size = \"3 B\" } },\
        { element = \"crashlog\", generate = { size = \"4 B\" } },\
        ]\n";
    let suite = suite(&home, &served, text);
    let (_, errors) = home.both(0, &["export", "hurl", &suite, "--to", &home.at("hurl")]);
    let written = std::fs::read_to_string(home.path("hurl/suite.hurl")).unwrap();
    for (name, content, count) in [
        ("crash.log", "one", 2),
        ("2/crash.log", "two", 2),
        ("3/Crash.LOG", "three", 2),
        ("row 1.log", "one", 1),
        ("row 2.log", "one", 1),
        (".._.._out.log", "one", 2),
        ("file", "one", 2),
        ("2/suite.hurl", "one", 2),
        ("generated.bin", "\0\0\0", 2),
        ("2/generated.bin", "\0\0\0\0", 2),
    ] {
        let line = format!("crashlog: file,{};", name.replace(' ', "\\ "));
        assert_eq!(written.matches(&line).count(), count, "{line}: {written}");
        assert_eq!(std::fs::read_to_string(home.path("hurl").join(name)).unwrap(), content, "{name}");
    }
    for note in [
        "Hurl sends the file crash.log under the name 2/crash.log",
        "Hurl sends the file suite.hurl under the name 2/suite.hurl",
        "Hurl sends the file ../../out.log under the name .._.._out.log",
        "Hurl sends the file .. under the name file",
    ] {
        assert_eq!(errors.matches(note).count(), 1, "{note}: {errors}");
    }
    assert!(!errors.contains("the file row"), "{errors}");
}
