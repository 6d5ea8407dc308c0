//! A server that echoes the API key in an encoding of its own: a run, its reports, its journal and a watch do not hold it.

use crate::canary_echo;
use crate::support::home::Home;
use crate::support::server::Server;

#[test]
fn an_echoed_key_stands_in_no_report_and_no_journal() {
    for key in canary_echo::KEYS {
        for (name, charset, body) in canary_echo::echoes(key) {
            let answer = canary_echo::refusal(charset, &body);
            let address = Server::start(move |_, _| answer.clone()).address;
            let home = Home::new();
            let profile = serde_json::json!({
                "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{address}"), "project_key": "beta1",
                "source_key": "log", "api_key": key, "default_submitter": "a@b.example", "workflow_status": "New",
                "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
            });
            home.file("given/bare.profile.json", profile.to_string());
            let suite = home.file(
                "suite.toml",
                "name = \"Echo\"\nprofile = \"given/bare.profile.json\"\n[[step]]\nsend = { summary = \"x\" }\nexpect = [{ status = 201 }]\n",
            );
            let report = |kind: &str| format!("{kind}={}", home.at(&format!("out/report.{kind}")));
            std::fs::create_dir(home.path("out")).unwrap();
            let reports: Vec<String> = ["junit", "html", "json", "markdown"].into_iter().map(report).collect();
            let mut arguments = vec!["run", &suite, "--yes"];
            reports.iter().for_each(|report| arguments.extend(["--report", report]));
            for output in ["text", "json"] {
                let ran = home.run(&[arguments.as_slice(), &["--output", output]].concat());
                assert_eq!(ran.status.code(), Some(1), "{name}: {ran:?}");
                canary_echo::find(key, &format!("run, {output}, {name}"), &[ran.stdout, ran.stderr].concat());
            }
            assert_eq!(canary_echo::look_into(key, &home.path("out")), 4);
            let watched = home.run(&["watch", &suite, "--every", "1s", "--times", "1", "--yes"]);
            canary_echo::find(key, &format!("watch, {name}"), &[watched.stdout, watched.stderr].concat());
            assert!(canary_echo::look_into(key, &home.path("home")) > 0);
        }
    }
}
