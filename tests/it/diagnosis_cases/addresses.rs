//! Faults of the address.

use super::*;

pub(super) fn addresses() -> Vec<(&'static str, &'static str, Made)> {
    let create = |rest: &str| post(&path(rest), GOOD);
    vec![
        ("endpoint.placeholder", "angle", create("/api/v1/projects/<YourProjectKey>/feedback/zendesk-bugs").strict().missing()),
        (
            "endpoint.placeholder",
            "encoded braces",
            create("/api/v1/projects/%7BprojectKey%7D/feedback/zendesk-bugs").strict().missing(),
        ),
        ("endpoint.placeholder", "postman", create("/api/v1/projects/spring-26/feedback/{{sourceKey}}").strict().missing()),
        ("endpoint.placeholder", "colon", create("/api/v1/projects/:projectKey/feedback/zendesk-bugs").missing()),
        (
            "endpoint.placeholder",
            "key",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=YOUR_API_KEY", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.placeholder",
            "host",
            post("https://<YourCentercodeURL>/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq", GOOD)
                .strict()
                .failed(FailureKind::Dns, "getaddrinfo ENOTFOUND <yourcentercodeurl>"),
        ),
        ("endpoint.placeholder", "undefined", create("/api/v1/projects/undefined/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.whitespace", "trailing", post(&format!("{CREATE} "), GOOD).strict().missing()),
        ("endpoint.whitespace", "encoded", create("/api/v1/projects/spring-26%20/feedback/zendesk-bugs").strict().missing()),
        (
            "endpoint.whitespace",
            "zero width",
            create("/api/v1/projects/spring-26/feedback/zendesk\u{200b}-bugs").strict().missing(),
        ),
        ("endpoint.whitespace", "newline", post(&format!("{CREATE}%0A"), GOOD).strict().missing()),
        ("endpoint.whitespace", "nbsp", create("/api/v1/projects/spring-26/feedback/%C2%A0zendesk-bugs").missing()),
        ("endpoint.whitespace", "leading tab", post(&format!("\t{CREATE}"), GOOD).strict().missing()),
        (
            "endpoint.html-escaped",
            "amp",
            post(
                "https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?v=1&amp;apiKey=Zk81-aa90-Qq",
                GOOD,
            )
            .strict()
            .missing(),
        ),
        (
            "endpoint.html-escaped",
            "numeric",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey&#61;Zk81-aa90-Qq", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.html-escaped",
            "twice",
            post(
                "https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?src=a&#38;apiKey=Zk81-aa90-Qq",
                GOOD,
            )
            .missing(),
        ),
        ("endpoint.path-shape", "slash", create("/api/v1/projects/spring-26/feedback/zendesk-bugs/").strict().missing()),
        ("endpoint.path-shape", "no version", create("/api/projects/spring-26/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.path-shape", "singular", create("/api/v1/project/spring-26/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.path-shape", "doubled", create("/api/v1/api/v1/projects/spring-26/feedback/zendesk-bugs").strict().missing()),
        (
            "endpoint.path-shape",
            "page",
            create("/p/spring-26/issues/list").strict().answer(404, "text/html", "<html><body>Not here</body></html>"),
        ),
        ("endpoint.path-shape", "order", create("/api/v1/feedback/zendesk-bugs/projects/spring-26").strict().missing()),
        ("endpoint.path-shape", "plural", create("/api/v1/projects/spring-26/feedbacks/zendesk-bugs").missing()),
        ("endpoint.path-shape", "v2", create("/api/v2/projects/spring-26/feedback/zendesk-bugs").missing()),
        (
            "endpoint.host-mismatch",
            "other",
            post(
                "https://lumen-staging.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq",
                GOOD,
            )
            .strict()
            .missing(),
        ),
        (
            "endpoint.host-mismatch",
            "typo",
            post("https://lumen.centrecode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq", GOOD)
                .strict()
                .answer(404, "text/html", "<html><title>Parked</title></html>"),
        ),
        (
            "endpoint.host-mismatch",
            "port",
            post("https://lumen.centercode.com:8443/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq", GOOD)
                .strict()
                .missing(),
        ),
        ("endpoint.scheme", "404", post(&CREATE.replace("https", "http"), GOOD).strict().missing()),
        (
            "endpoint.scheme",
            "301",
            post(&CREATE.replace("https", "http"), GOOD).strict().answer_with(301, &[("Location", CREATE)], ""),
        ),
        (
            "endpoint.scheme",
            "308 alone",
            post(&CREATE.replace("https", "http"), GOOD).answer_with(308, &[("location", CREATE)], ""),
        ),
        (
            "endpoint.scheme",
            "403.4",
            post(&CREATE.replace("https", "http"), GOOD).strict().answer(
                403,
                "text/html",
                "<h2>403.4 - SSL is required to view this resource</h2>",
            ),
        ),
        ("endpoint.project-key-missing", "empty", create("/api/v1/projects//feedback/zendesk-bugs").strict().missing()),
        ("endpoint.project-key-missing", "segment", create("/api/v1/projects/feedback/zendesk-bugs").missing()),
        (
            "endpoint.project-key-missing",
            "upload",
            upload(&path("/api/v1/projects/feedback/zendesk-bugs/90210/files/logfile"), 100).strict().missing(),
        ),
        ("endpoint.project-key-mismatch", "older", create("/api/v1/projects/spring-25/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.project-key-mismatch", "other", create("/api/v1/projects/internal/feedback/zendesk-bugs").easy().missing()),
        (
            "endpoint.project-key-mismatch",
            "swapped",
            create("/api/v1/projects/zendesk-bugs/feedback/spring-26").strict().missing(),
        ),
        ("endpoint.source-key-mismatch", "other", create("/api/v1/projects/spring-26/feedback/jira-bugs").strict().missing()),
        (
            "endpoint.source-key-mismatch",
            "punctuation",
            create("/api/v1/projects/spring-26/feedback/zendesk_bugs").strict().missing(),
        ),
        ("endpoint.source-key-mismatch", "400", create("/api/v1/projects/spring-26/feedback/zendesk-ideas").strict().bad()),
        ("endpoint.key-case", "project", create("/api/v1/projects/Spring-26/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.key-case", "source", create("/api/v1/projects/spring-26/feedback/Zendesk-Bugs").strict().missing()),
        (
            "endpoint.key-case",
            "api key",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=zk81-aa90-qq", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-missing",
            "none",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD).strict().missing(),
        ),
        (
            "endpoint.api-key-missing",
            "empty",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=", GOOD).missing(),
        ),
        (
            "endpoint.api-key-missing",
            "401",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD)
                .strict()
                .json(401, r#"{"message": "Unauthorized"}"#),
        ),
        (
            "endpoint.api-key-name",
            "snake",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?api_key=Zk81-aa90-Qq", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-name",
            "key",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?key=Zk81-aa90-Qq", GOOD).missing(),
        ),
        (
            "endpoint.api-key-name",
            "lower",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apikey=Zk81-aa90-Qq", GOOD)
                .missing(),
        ),
        (
            "endpoint.api-key-header",
            "own name",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD)
                .header("apiKey", "Zk81-aa90-Qq")
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-header",
            "header",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD)
                .header("X-API-Key", "Zk81-aa90-Qq")
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-header",
            "bearer",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD)
                .header("Authorization", "Bearer Zk81-aa90-Qq")
                .strict()
                .json(401, "{}"),
        ),
        (
            "endpoint.api-key-mismatch",
            "other",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=77b2c0ffee", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-mismatch",
            "cut",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-mismatch",
            "403",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=0000-1111", GOOD)
                .strict()
                .json(403, r#"{"message":"Forbidden"}"#),
        ),
        ("endpoint.keys-changed", "strict", post(CREATE, GOOD).strict().missing()),
        (
            "endpoint.keys-changed",
            "order",
            post("https://LUMEN.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?x=1&apiKey=Zk81-aa90-Qq", GOOD)
                .strict()
                .missing(),
        ),
        ("endpoint.keys-changed", "easy", post(CREATE, r#"{"title": "Hi"}"#).easy().missing()),
    ]
}
