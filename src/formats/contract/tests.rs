use super::*;
use crate::model::Profile;

fn profile() -> Profile {
    Profile::from_json(
        r#"{"name": "Acme <beta> | \"x\"", "base_url": "https://user:c4naryk3y@acme.example/?token=c4naryk3y", "project_key": "beta1", "source_key": "log",
        "api_key": "c4naryk3y", "known_submitters": ["jim@canary.example"], "default_submitter": "bot@canary.example", "statuses": ["New"],
        "fields": [{"field": "Submitter", "parameter": "submitter", "kind": "submitter"},
          {"field": "Severity", "parameter": "severity", "kind": "single_choice", "required": true, "choices": ["Minor", "<b>|Major"]}],
        "file_elements": [{"field": "Log", "parameter": "log"}]}"#,
    )
    .unwrap()
}

#[test]
fn no_form_holds_a_key_or_an_address() {
    for form in Form::ALL {
        let text = form.write(&profile());
        assert!(!text.contains("c4naryk3y") && !text.contains("canary.example"), "{form:?}: {text}");
        assert_eq!(Form::from_id(form.id()), Some(form));
    }
}

#[test]
fn the_page_says_what_a_developer_needs() {
    let text = Form::Markdown.write(&profile());
    for part in [
        "POST https://acme.example/api/v1/projects/beta1/feedback/log?apiKey=YOUR_API_KEY",
        r#"| severity | Severity | Single choice | yes | exactly one of "Minor", "\<b\>\|Major" |"#,
        "--data-raw '{",
        "without it the source's default submitter is taken",
        r#"-F 'log=@"crash.zip";type=application/zip'"#,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let html = Form::Html.write(&profile());
    assert!(html.contains("Acme &lt;beta&gt;") && !html.contains("<b>"), "{html}");
}
