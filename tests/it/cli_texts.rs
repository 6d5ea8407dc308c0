//! What the command line prints for people, as a whole: these texts are the product. `INSTA_UPDATE=always` writes them anew.

use crate::support::home::Home;
use centerpost::sandbox::example_profile;
use serde_json::json;

/// A home with a profile and requests that somebody pasted.
fn home() -> Home {
    let home = Home::new();
    let profile = centerpost::model::Profile {
        name: "Acme beta".into(),
        base_url: "https://acme.centercode.com".into(),
        sandbox: false,
        ..example_profile()
    };
    let mut value = profile.to_value();
    value["api_key"] = "3f0c9a71d2".into();
    home.file("acme.profile.json", value.to_string());
    let url = "https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog?apiKey=3f0c9a71d2";
    let command = |url: &str, body: &str| format!("curl '{url}' -H 'Content-Type: application/json' -d '{body}'\n");
    let body = r#"{"submitter": "jim@centercode.com", "summary": "Crashing on load!", "severity": "Major"}"#;
    home.file("right.txt", command(url, body));
    home.file("wrong.txt", command(&url.replace("appcrashlog", "appcrashlogs"), &body.replace("Major", "major ")));
    let case = json!({
        "format": "centerpost.case/1",
        "profile": value,
        "request": {"method": "POST", "url": url.replace("appcrashlog", "appcrashlogs"),
            "headers": [["Content-Type", "application/json"]], "body": body},
        "response": {"status": 404, "headers": [["Content-Type", "application/json"]],
            "body": r#"{"status":404,"description":"The requested resource could not be found."}"#},
    });
    home.file("failed.case.json", case.to_string());
    home.file(
        "answer.txt",
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{\"status\":400,\"description\":\"Bad Request\"}",
    );
    home
}

/// Everything that a command prints, and how it ends.
fn printed(home: &Home, arguments: &[&str]) -> String {
    let output = home.run(arguments);
    let [out, errors] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    let text = format!(
        "$ centerpost {}\n{out}--- standard error\n{errors}--- exit code {}\n",
        arguments.join(" "),
        output.status.code().unwrap()
    );
    // Each system says in its own words that a file is not there.
    let gone = std::fs::read(home.path("nowhere")).unwrap_err().to_string();
    let gone = gone.split(" (os error").next().unwrap_or_default().trim_end_matches('.').to_owned();
    text.replace(home.folder().to_str().unwrap(), "HOME").replace(&gone, "No such file or directory")
}

#[test]
fn a_check_of_a_request() {
    let home = home();
    insta::assert_snapshot!("check_right", printed(&home, &["check", "--profile", "acme.profile.json", "right.txt"]));
    insta::assert_snapshot!("check_wrong", printed(&home, &["check", "--profile", "acme.profile.json", "wrong.txt"]));
}

#[test]
fn an_explanation_of_an_answer() {
    let home = home();
    insta::assert_snapshot!("diagnose_case", printed(&home, &["diagnose", "failed.case.json"]));
    insta::assert_snapshot!("diagnose_answer", printed(&home, &["diagnose", "--profile", "acme.profile.json", "answer.txt"]));
}

#[test]
fn an_import_and_a_request_that_is_not_sent() {
    let home = home();
    insta::assert_snapshot!("import", printed(&home, &["import", "wrong.txt"]));
    insta::assert_snapshot!(
        "dry_run",
        printed(&home, &["send", "--profile", "acme.profile.json", "--set", "severity=major", "--dry-run"])
    );
}

#[test]
fn what_is_wrong_with_a_command_line() {
    let home = home();
    for (name, arguments) in [
        ("error_no_profile", &["send", "--profile", "acme"][..]),
        ("error_no_file", &["check", "--profile", "acme.profile.json", "nowhere.txt"]),
        ("error_not_importable", &["import", "acme.profile.json"]),
        ("error_typo", &["export", "pyhton", "right.txt"]),
    ] {
        insta::assert_snapshot!(name, printed(&home, arguments));
    }
}
