//! Faults of uploads.

use super::*;

/// A multipart body as text, whose header names a boundary.
fn form_text(named: &str, used: &str) -> Made {
    form_text_as(&format!("multipart/form-data; boundary={named}"), used)
}

fn form_text_as(kind: &str, used: &str) -> Made {
    let part = "Content-Disposition: form-data; name=\"file\"; filename=\"a.log\"\r\nContent-Type: text/plain\r\n\r\nhello";
    post(FILE, &format!("--{used}\r\n{part}\r\n--{used}--\r\n")).header("Content-Type", kind).strict().bad()
}

pub(super) fn uploads() -> Vec<(&'static str, &'static str, Made)> {
    const GIB: u64 = 1 << 30;
    let plain_iis = "<html><head><title>404 - File or directory not found.</title></head><body>The resource you are looking for might have been removed.</body></html>";
    vec![
        ("upload.too-large", "3 GiB", upload(FILE, 3 * GIB).strict().json(400, BAD)),
        ("upload.too-large", "reset", upload(FILE, 2 * GIB + 1).strict().failed(FailureKind::Reset, "connection reset by peer")),
        ("upload.too-large", "404", upload(FILE, 5 * GIB).easy().answer(404, "text/html", plain_iis)),
        (
            "upload.server-limit",
            "nginx",
            upload(FILE, 5_000_000).strict().answer(
                413,
                "text/html",
                "<html><h1>413 Request Entity Too Large</h1><hr>nginx/1.22.1</html>",
            ),
        ),
        ("upload.server-limit", "iis plain", upload(FILE, 41_000_000).strict().answer(404, "text/html", plain_iis)),
        (
            "upload.server-limit",
            "500",
            upload(FILE, 200_000_000).strict().answer(
                500,
                "text/plain",
                "System.IO.InvalidDataException: Multipart body length limit 134217728 exceeded.",
            ),
        ),
        (
            "upload.server-limit",
            "kestrel",
            upload(FILE, 31_000_000)
                .json(400, r#"{"title":"Request body too large. The max request body size is 30000000 bytes."}"#),
        ),
        (
            "upload.not-multipart",
            "octet",
            post(FILE, "\u{1}\u{2}binary").header("Content-Type", "application/octet-stream").strict().bad(),
        ),
        ("upload.not-multipart", "json", post(FILE, r#"{"file": "aGVsbG8="}"#).strict().bad()),
        ("upload.not-multipart", "forced", upload(FILE, 100).header("Content-Type", "application/json").strict().json(415, "{}")),
        ("upload.boundary-mismatch", "other", form_text("AAA111", "BBB222")),
        ("upload.boundary-mismatch", "dashes", form_text("--AAA111", "AAA111")),
        ("upload.boundary-mismatch", "case", form_text("aaa111", "AAA111")),
        ("upload.boundary-missing", "no semicolon", form_text_as("multipart/form-data boundary=AAA111", "AAA111")),
        ("upload.boundary-missing", "bare", upload(FILE, 100).header("content-type", "multipart/form-data").strict().bad()),
        (
            "upload.boundary-missing",
            "charset",
            upload(FILE, 100).header("Content-Type", "multipart/form-data; charset=utf-8").bad(),
        ),
        (
            "upload.boundary-missing",
            "500",
            upload(FILE, 100).header("Content-Type", "multipart/form-data").strict().answer(
                500,
                "text/plain",
                "Missing content-type boundary.",
            ),
        ),
        ("upload.part-name", "german", upload(FILE, 100).json(400, r#"{"message": "Keine Datei gefunden"}"#)),
        ("upload.part-name", "french", upload(FILE, 100).json(400, r#"{"error": "Aucun fichier reçu"}"#)),
        ("upload.part-name", "english", upload(FILE, 100).json(400, r#"{"error": "No file was uploaded"}"#)),
        ("upload.no-file", "text", upload(FILE, 100).part(|part| part.filename = None).strict().bad()),
        (
            "upload.no-file",
            "path",
            upload(FILE, 14)
                .part(|part| {
                    part.filename = None;
                    part.content_type = None;
                })
                .bad(),
        ),
        ("upload.no-file", "422", upload(FILE, 3).part(|part| part.filename = None).easy().json(422, "{}")),
        (
            "upload.element-unknown",
            "typo",
            upload(&path("/api/v1/projects/spring-26/feedback/zendesk-bugs/90210/files/logfiles"), 10).strict().missing(),
        ),
        (
            "upload.element-unknown",
            "other",
            upload(&path("/api/v1/projects/spring-26/feedback/zendesk-bugs/90210/files/screenshot"), 10).strict().missing(),
        ),
        (
            "upload.element-unknown",
            "400",
            upload(&path("/api/v1/projects/spring-26/feedback/zendesk-bugs/90210/files/Log%20file"), 10).easy().bad(),
        ),
        ("upload.empty-file", "zero", upload(FILE, 0).strict().bad()),
        ("upload.empty-file", "alone", upload(FILE, 0).bad()),
        ("upload.empty-file", "422", upload(FILE, 0).easy().json(422, "{}")),
    ]
}
