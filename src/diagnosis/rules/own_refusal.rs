//! What runs the client may refuse to send, or to hand the answer on: a browser by the rules for its pages, a platform by its list of
//! hosts. Of the server this says nothing.

use crate::diagnosis::cause::Cause;
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Possible};
use crate::diagnosis::certainty::Confidence;

/// By what such a refusal is known, in lower case.
struct Refusal {
    words: &'static [&'static str],
    title: &'static str,
    advice: &'static str,
    confidence: Confidence,
}

const BROWSER: &str = "Send it from a server or from the command line: External Sources is made for servers, and the API key does not belong \
                       into a page. A browser asks first with OPTIONS (preflight), and needs Access-Control-Allow-Origin in the answer";

/// The surest first: what only says that a page's request failed has other reasons, too.
const REFUSALS: [Refusal; 6] = [
    Refusal {
        words: &[
            "cors policy",
            "cross-origin request blocked",
            "access-control-allow-origin",
            "access control checks",
            "cors header",
            "preflight",
        ],
        title: "The browser kept the answer from the page, or did not send: the page is of another origin (CORS)",
        advice: BROWSER,
        confidence: Likely.plain(),
    },
    Refusal {
        words: &["unauthorized endpoint, please check", "remote site settings"],
        title: "Salesforce does not let Apex call this host, and sent nothing",
        advice: "Add the host under Setup > Security > Remote Site Settings, or call it through a Named Credential",
        confidence: Likely.plain(),
    },
    Refusal {
        words: &["failed to open/read local data", "curl: (26)"],
        title: "curl could not read the file that it was to send, and sent nothing",
        advice: "Check the path behind the @, and that the file may be read. The path counts from the folder that curl runs in",
        confidence: Likely.plain(),
    },
    Refusal {
        words: &["err_blocked_by_client"],
        title: "An extension of the browser blocked the request",
        advice: "Switch the ad or script blocker off for this page, or send it from a server or from the command line",
        confidence: Likely.plain(),
    },
    Refusal {
        words: &["mixed content", "mixed-content"],
        title: "The browser does not send to http from a page of https",
        advice: "Write https:// at the beginning of the address",
        confidence: Likely.plain(),
    },
    Refusal {
        words: &["failed to fetch", "networkerror when attempting to fetch", "err_failed", "load failed"],
        title: "The browser did not hand an answer to the page, and says no more",
        advice: "Look into its console: a line about CORS or a certificate stands there. Most often the page is of another origin: send it from \
                 a server or from the command line instead",
        confidence: Possible.strong(),
    },
];

/// The cause where a message, in lower case, is such a refusal.
pub(super) fn find(message: &str) -> Option<Cause> {
    let refusal = REFUSALS.iter().find(|refusal| refusal.words.iter().any(|word| message.contains(word)))?;
    Some(Cause::new(CauseId::Unknown, refusal.confidence, refusal.title).advice(refusal.advice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_by_table() {
        for (message, expected) in [
            ("has been blocked by cors policy: response to preflight request doesn't pass", Some("CORS")),
            ("cross-origin request blocked: the same origin policy disallows reading the remote resource", Some("CORS")),
            ("origin https://a.example is not allowed by access-control-allow-origin. status code: 400", Some("CORS")),
            ("fetch api cannot load https://h/x due to access control checks.", Some("CORS")),
            (
                "system.calloutexception: unauthorized endpoint, please check setup->security->remote site settings",
                Some("Salesforce"),
            ),
            ("post https://h/x net::err_blocked_by_client", Some("extension")),
            ("mixed content: the page at 'https://a' was loaded over https", Some("https")),
            ("typeerror: failed to fetch", Some("no more")),
            ("typeerror: load failed", Some("no more")),
            ("connection refused", None),
        ] {
            let found = find(message);
            assert_eq!(found.is_some(), expected.is_some(), "{message}");
            assert!(found.is_none_or(|cause| cause.title.contains(expected.unwrap_or_default())), "{message}");
        }
    }
}
