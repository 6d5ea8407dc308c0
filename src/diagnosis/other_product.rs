//! Who answered in place of Centercode, where the answer itself shows it: of keys, choices and the API key such an answer proves nothing.

use super::cause::FactPlace;
use super::phrases::product::{PRODUCT_ANSWERS, PRODUCT_HEADERS, PRODUCT_WORDS, Reads};
use super::text::short;
use crate::model::{Answer, contract, json_text};

/// A product that answered in place of Centercode.
pub(super) struct OtherProduct {
    pub(super) name: &'static str,
    /// Whether it may have read the payload.
    pub(super) reads_payload: bool,
    /// What shows that it is this product, and where.
    pub(super) fact: (String, FactPlace),
}

/// The product that an answer's own signs name. `lower` is the answer's text in lower case.
pub(super) fn of(answer: &Answer, lower: &str) -> Option<OtherProduct> {
    if answer.status < 400 {
        return None;
    }
    let json = json_text::read::<serde_json::Value>(lower).ok();
    if json.as_ref().is_some_and(contract::is_documented_refusal) {
        return None;
    }
    let by_header = PRODUCT_HEADERS.iter().find_map(|(name, header, value)| {
        let sent = answer.header(header)?;
        sent.to_ascii_lowercase().starts_with(value).then(|| OtherProduct {
            name,
            reads_payload: false,
            fact: (format!("its header {header} says \"{}\"", short(sent)), FactPlace::AnswerHeader((*header).to_owned())),
        })
    });
    let said = |name, reads, words: &str| OtherProduct {
        name,
        reads_payload: reads == Reads::Whole,
        fact: (format!("it says \"{}\"", short(words)), FactPlace::AnswerStatus),
    };
    let by_words = || {
        let row = PRODUCT_WORDS.iter().find(|(_, _, words)| words.iter().all(|word| lower.contains(word)));
        row.map(|(name, reads, words)| said(name, *reads, words.first().copied().unwrap_or_default()))
    };
    let by_whole = || {
        let bare = json.as_ref().filter(|_| lower.len() < 200)?.to_string();
        PRODUCT_ANSWERS.iter().find(|(_, _, whole)| *whole == bare).map(|(name, reads, whole)| said(name, *reads, whole))
    };
    by_header.or_else(by_words).or_else(by_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_by_table() {
        for (status, header, body, expected) in [
            (404, ("Server", "kong/3.6.1"), r#"{"message": "no Route matched with those values"}"#, Some(("Kong", false))),
            (404, ("A", "b"), r#"{"message": "no Route matched with those values"}"#, Some(("Kong", false))),
            (403, ("A", "b"), r#"{"message":"Missing Authentication Token"}"#, Some(("Amazon API Gateway", false))),
            (404, ("A", "b"), "{\n  \"message\": \"Not Found\"}", Some(("A gateway such as Amazon's", false))),
            (404, ("A", "b"), r#"{"message": "Not Found here"}"#, None),
            (400, ("Server", "awselb/2.0"), "<html><h1>400 Bad Request</h1></html>", Some(("AWS Elastic Load Balancing", false))),
            (404, ("A", "b"), r#"{ "statusCode": 404, "message": "Resource not found" }"#, Some(("Azure API Management", false))),
            (404, ("A", "b"), "default backend - 404", Some(("A Kubernetes ingress", false))),
            (404, ("A", "b"), "404 page not found\n", Some(("A Go server such as Traefik", false))),
            (404, ("Server", "nginx"), "<hr><center>nginx</center>", Some(("nginx", false))),
            (404, ("A", "b"), "<pre>Cannot POST /api/v1/x</pre>", Some(("Express", true))),
            (404, ("A", "b"), r#"{"timestamp":"x","status":404,"error":"Not Found","path":"/api"}"#, Some(("Spring", true))),
            // What passes through a server bears its name, too.
            (404, ("Server", "nginx"), r#"{"status": 404, "description": "x"}"#, None),
            (404, ("Server", "kong/3.6.1"), r#"{"status": 404, "description": "x"}"#, None),
            (404, ("Server", "nginx"), "", None),
            (404, ("Server", "Microsoft-IIS/10.0"), "<h2>404 - File or directory not found.</h2>", None),
            (201, ("Server", "awselb/2.0"), "", None),
        ] {
            let (name, value) = header;
            let answer = Answer {
                status,
                headers: vec![(name.into(), value.into())],
                body: body.to_owned().into_bytes().into(),
                ..Answer::default()
            };
            let found = of(&answer, &body.to_lowercase());
            assert_eq!(found.map(|found| (found.name, found.reads_payload)), expected, "{body}");
        }
    }
}
