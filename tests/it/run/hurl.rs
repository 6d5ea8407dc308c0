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
        "delay: 250ms",
        "after {{got_ticket}}",
        "status >= 400",
        "crashlog: file,files/1/crash.log; text/plain",
        "{{got_endpoint_crashlog}}?apiKey={{apiKey}}",
    ] {
        assert!(written.contains(line), "{line}: {written}");
    }
    assert_eq!(written.matches("\nPOST ").count(), 6);
    assert_eq!(std::fs::read(home.path("hurl/files/2/crash.log")).unwrap(), b"hello");
    home.refused(&["export", "hurl", &suite, "--to", &folder]);
}
