//! What Postman's console copies of an exchange: a line with method and address, and behind it an object of both heads and bodies.

use serde_json::Value;

use super::super::answer;
use super::super::collection::json::text_of;
use super::lines::MAX_REQUESTS;
use super::named::status_of;
use crate::model::exchange::Outcome;
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

const METHODS: [&str; 7] = ["POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The requests that a text shows in this form; `None` if it shows none.
pub(super) fn read(text: &str) -> Option<Vec<RequestSpec>> {
    if !text.contains("\"Request Headers\"") && !text.contains("\"Response Headers\"") {
        return None;
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = text[at..].split_inclusive('\n').next().filter(|_| found.len() < MAX_REQUESTS) {
        let open = line.trim_end().len().saturating_sub(1);
        let object = line.trim_end().ends_with('{').then(|| {
            let mut values = serde_json::Deserializer::from_str(&text[at + open..]).into_iter::<Value>();
            values.next().and_then(Result::ok).map(|value| (value, values.byte_offset()))
        });
        match object.flatten() {
            Some((value, length)) => {
                found.extend(request(&line[..open], &value));
                at += open + length;
            }
            None => at += line.len(),
        }
    }
    (!found.is_empty()).then_some(found)
}

fn request(line: &str, value: &Value) -> Option<RequestSpec> {
    let mut words = line.split_whitespace().skip_while(|word| !METHODS.contains(word));
    let method = words.next()?.to_owned();
    let url = words.next()?.trim_end_matches(':').to_owned();
    if !url.contains("://") {
        return None;
    }
    let told = words.find_map(|word| status_of(word.trim_end_matches(':')));
    let headers = |name: &str| -> Vec<(String, String)> {
        let members = value.get(name).and_then(Value::as_object).into_iter().flatten();
        members.map(|(name, value)| (name.clone(), text_of(Some(value)))).collect()
    };
    let text = |name: &str| value.get(name).map(|body| text_of(Some(body))).filter(|body| !body.is_empty());
    let body = text("Request Body").map_or(SpecBody::None, SpecBody::Text);
    let came = text("Response Body");
    let of_body =
        || came.as_deref().filter(|body| answer::reports_error(body)).and_then(|body| answer::read(body).requests.pop()?.outcome);
    let mut outcome = match told {
        Some(status) => Some(answer::logged(status, came.clone().unwrap_or_default())),
        None => of_body(),
    };
    if let Some(answer) = outcome.as_mut().and_then(Outcome::answer_mut) {
        answer.headers = headers("Response Headers");
    }
    Some(RequestSpec {
        method,
        url,
        headers: headers("Request Headers"),
        not_recorded: NotRecorded { body: body == SpecBody::None, file_bytes: true, ..NotRecorded::default() },
        body,
        outcome,
        ..RequestSpec::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanges_by_table() {
        let parts = r#""Request Headers": {"a": "b"}, "Request Body": "{\"c\":1}", "Response Headers": {"d": "e"}"#;
        let answer = r#""Response Body": "{\"status\":400,\"description\":\"no\"}""#;
        for (text, expected) in [
            (format!("POST https://h/x: {{\n{parts}, {answer}}}\n"), "POST https://h/x 1 400"),
            (format!("POST https://h/x: 404 Not Found {{\n{parts}}}\nmore\n"), "POST https://h/x 1 404"),
            (
                format!("PUT https://h/x: {{\n{parts}}}\nPOST https://h/y: {{\n{parts}}}\n"),
                "PUT https://h/x 1 0, POST https://h/y 1 0",
            ),
            ("POST https://h/x: {\n\"a\": 1}\n".to_owned(), ""),
        ] {
            let one = |one: &RequestSpec| {
                let status = one.answer().map_or(0, |answer| answer.status);
                format!("{} {} {} {status}", one.method, one.url, one.headers.len())
            };
            let told: Vec<String> = read(&text).unwrap_or_default().iter().map(one).collect();
            assert_eq!(told.join(", "), expected, "{text}");
        }
    }
}
