//! A suite for Locust.

use super::suite;
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use serde_json::Value;

#[test]
fn a_suite_is_written_for_locust_without_its_secrets() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("rows.csv", "summary,severity,pin\na,Major,p1n-of-row-1\nb,Minor,p1n-of-row-2\n");
    home.file("crash.log", "hello");
    let text = "secrets = [\"pin\", \"token\"]\n[variables]\ntoken = \"t0ken-of-suite\"\nrelease = \"4.2\"\n[data]\nfile = \"rows.csv\"\n\
        [[step]]\nname = \"Create\"\nsend = { description = \"{{token}} {{release}}\" }\n\
        attach = [{ element = \"crashlog\", file = \"crash.log\" }, { element = \"screenshot\", generate = { size = \"5 kB\" } }]\n\
        expect = [{ status = \"2xx\" }, { cause = \"none\" }]\n";
    let suite = suite(&home, &served, &text.replace(", { cause = \"none\" }", ", { endpoint = \"crashlog\" }"));
    let folder = home.at("load");
    let (_, errors) = home.both(0, &["export", "locust", &suite, "--to", &folder]);
    assert!(errors.contains("does not check \"attachment endpoint for crashlog\""), "{errors}");
    for name in ["locustfile.py", "suite.json", "rows.ndjson", "README.md"] {
        let text = std::fs::read_to_string(home.path("load").join(name)).unwrap();
        for secret in [&served.key, "p1n-of-row", "t0ken-of-suite"] {
            assert!(!text.contains(secret), "{name} holds {secret}: {text}");
        }
    }
    let written: Value = serde_json::from_str(&std::fs::read_to_string(home.path("load/suite.json")).unwrap()).unwrap();
    assert_eq!(written["secrets"]["token"], "SUITE_TOKEN");
    assert_eq!(written["steps"][0]["expect"][0]["status"][0], "2..");
    let rows = std::fs::read_to_string(home.path("load/rows.ndjson")).unwrap();
    assert_eq!(rows.lines().count(), 2);
    assert_eq!(std::fs::read(home.path("load/files/1-crash.log")).unwrap(), b"hello");
    assert_eq!(std::fs::metadata(home.path("load/files/2-generated.bin")).unwrap().len(), 5000);
    let program = std::fs::read_to_string(home.path("load/locustfile.py")).unwrap();
    assert!(
        program.contains("captured = step[\"capture\"].items() if kind == \"create\""),
        "uploads answer with nothing to capture"
    );
    let readme = std::fs::read_to_string(home.path("load/README.md")).unwrap();
    assert!(readme.contains("SUITE_PIN=…") && readme.contains("SUITE_TOKEN=…"), "{readme}");
    home.refused(&["export", "locust", &suite, "--to", &folder]);
    home.refused(&["export", "locust", &suite]);
}
