//! The attachment matrix.

use super::{log, suite};
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;

#[test]
fn files_of_every_size_name_and_content_go_to_every_element() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let suite = suite(
        &home,
        &served,
        "concurrency = 4\n[matrix]\nsend = { summary = \"matrix {{row}}\" }\nsizes = [\"small\", \"3 MB\"]\nrefused = [\"size 0 B\"]\n",
    );
    let (markdown, json) = (home.at("r.md"), home.at("r.json"));
    let out =
        home.ends(0, &["run", &suite, "--yes", "--report", &format!("markdown={markdown}"), "--report", &format!("json={json}")]);
    assert!(out.contains("41 of 41 rows passed"), "{out}");
    let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let files: Vec<_> = rows.iter().flat_map(|row| row["steps"][0]["files"].as_array().unwrap()).collect();
    assert_eq!(files.len(), 38 * 2 + (3 + 2 + 8) * 2);
    let sent_right = files
        .iter()
        .filter(|file| file["size"] != 0)
        .all(|file| file["sha256"] == file["reported_sha256"] && file["arrived"] == true);
    assert!(sent_right, "{files:#?}");
    // A name that the form cannot carry as it is arrives in a form that its reader turns back.
    let arrived: Vec<String> =
        log(&served).iter().filter_map(|entry| entry["parts"][0]["filename"].as_str().map(str::to_owned)).collect();
    for name in ["emoji 🦀👩‍🔧.txt", "semi;colon.txt", "CON.txt", ".leading-dot"] {
        assert!(arrived.iter().any(|own| own == name), "{name}: {arrived:?}");
    }
    let markdown = std::fs::read_to_string(&markdown).unwrap();
    assert!(
        markdown.contains("| File | crashlog | screenshot |")
            && markdown.contains("| size 64 KiB \\- 1 |") | markdown.contains("| size 64 KiB - 1 |"),
        "{markdown}"
    );

    // What changed since.
    let earlier = std::fs::read_to_string(&json).unwrap().replacen("\"arrived\": true", "\"arrived\": false", 1);
    let earlier = home.file("earlier.json", earlier);
    let out = home.ends(0, &["run", &suite, "--yes", "--compare", &earlier]);
    assert!(out.contains("Changed since the earlier run:") && out.contains("arrived, and did not before"), "{out}");
    let left: Vec<_> = std::fs::read_dir(home.path("home/runs")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}
