//! Whether a log tells that the load balancer or proxy that wrote it answered by itself, with no server behind it.

use super::named::status_of;

/// What is said in the place of the answer's text, which no such log holds.
pub(super) const SAID: &str = "The log names no server behind the one that answered";

/// The members of a record that name what came from the server behind, or that server: with a dash, a zero or nothing there was none.
pub(super) const BEHIND: [&str; 9] = [
    "targetstatuscode",
    "targetip",
    "upstreamstatus",
    "upstreamaddr",
    "upstreamhost",
    "originresponsestatus",
    "originstatus",
    "backendstatuscode",
    "serverstatus",
];

/// Whether a line of an access log says so: the words before the request line, and what stands behind its address.
pub(super) fn in_line(before: &str, behind: &str) -> bool {
    let words: Vec<&str> = before.split_whitespace().collect();
    is_of_amazon(&words) || is_of_haproxy(&words) || is_of_envoy(behind.split('\n').next().unwrap_or(""))
}

/// Amazon's load balancers: `CLIENT - -1 -1 -1 403 - 0 0 "POST …`, whose first dash stands for the target and the second for its status.
/// The classic one writes a zero for that.
fn is_of_amazon(words: &[&str]) -> bool {
    words.windows(6).any(|six| {
        let is_time = |word: &str| word.parse::<f64>().is_ok();
        six[0] == "-" && six[1..4].iter().all(|word| is_time(word)) && status_of(six[4]).is_some() && matches!(six[5], "-" | "0")
    })
}

/// HAProxy: `BACKEND/<NOSRV> -1/-1/-1/-1/0 403`.
fn is_of_haproxy(words: &[&str]) -> bool {
    words.iter().any(|word| word.ends_with("/<NOSRV>"))
}

/// Envoy: behind the agent, `"REQUEST-ID" "AUTHORITY" "UPSTREAM"`.
fn is_of_envoy(behind: &str) -> bool {
    let quoted: Vec<&str> = behind.split('"').skip(1).collect();
    // Between two of them stands a space.
    let texts: Vec<&str> = quoted.iter().skip(1).step_by(2).copied().collect();
    matches!(texts.as_slice(), [_, _, id, authority, "-", ..] if id.len() == 36 && authority.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_answers_by_table() {
        const ENVOY: &str = r#" HTTP/1.1" 403 UAEX 0 19 1 - "-" "curl/8" "0f3a7a52-6e8d-4f1b-9c55-0a1b2c3d4e5f" "h.example""#;
        for (before, behind, expected) in [
            ("https t app/a/1 203.0.113.7:41022 - -1 -1 -1 403 - 512 289 \"POST ", "", true),
            ("https t app/a/1 203.0.113.7:41022 - 0.000 -1 -1 404 - 512 289 \"POST ", "", true),
            ("t lb 203.0.113.7:41022 - -1 -1 -1 503 0 0 0 \"POST ", "", true),
            ("https t app/a/1 203.0.113.7:41022 10.0.0.4:443 0.001 0.020 0.000 403 403 512 289 \"POST ", "", false),
            ("https t app/a/1 203.0.113.7:41022 10.0.0.4:443 -1 -1 -1 502 - 512 289 \"POST ", "", false),
            ("haproxy[1]: 203.0.113.7:5 [t] fe fe/<NOSRV> -1/-1/-1/-1/0 403 192 - - PR-- 1/1/0/0/0 0/0 \"POST ", "", true),
            ("haproxy[1]: 203.0.113.7:5 [t] fe be/s1 0/0/1/9/10 403 192 - - ---- 1/1/0/0/0 0/0 \"POST ", "", false),
            ("[t] \"POST ", &format!("{ENVOY} \"-\""), true),
            ("[t] \"POST ", &format!("{ENVOY} \"10.0.0.4:443\""), false),
            ("203.0.113.7 - - [t] \"POST ", " HTTP/1.1\" 403 153 \"-\" \"curl/8\" \"-\"", false),
        ] {
            assert_eq!(in_line(before, behind), expected, "{before}{behind}");
        }
    }
}
