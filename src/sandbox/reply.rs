//! Answers before they go out.

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::Value;

use super::body::{Body, whole};

/// The documented answer to an address that Centercode does not know.
pub(super) const NOT_FOUND: &str = r#"{"status": 404, "description": "The requested resource could not be found."}"#;
const BAD_REQUEST: &str = r#"{"status": 400, "description": "Bad Request"}"#;
const JSON: &str = "application/json; charset=utf-8";

/// An answer and the rule that led to it.
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// For the log; the client is not told.
    pub rule: String,
}

impl Reply {
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>, rule: impl Into<String>) -> Self {
        Self { status, headers: vec![("content-type", kind.to_owned())], body: body.into(), rule: rule.into() }
    }

    pub fn text(status: u16, kind: &str, body: &str, rule: impl Into<String>) -> Self {
        Self::new(status, kind, body, rule)
    }

    pub fn json(status: u16, body: &Value, rule: impl Into<String>) -> Self {
        Self::new(status, JSON, body.to_string(), rule)
    }

    pub fn json_text(status: u16, body: &str, rule: impl Into<String>) -> Self {
        Self::text(status, JSON, body, rule)
    }

    pub fn not_found(rule: impl Into<String>) -> Self {
        Self::json_text(404, NOT_FOUND, rule)
    }

    pub fn bad_request(rule: impl Into<String>) -> Self {
        Self::json_text(400, BAD_REQUEST, rule)
    }

    pub fn too_large(rule: impl Into<String>) -> Self {
        Self::json_text(413, "", rule).header("connection", "close")
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn into_response(self) -> Response<Body> {
        let body = whole(self.body);
        head(self.status, &self.headers, body)
    }
}

/// Status and headers around a body.
pub(super) fn head(status: u16, headers: &[(&'static str, String)], body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        // What a request brought into a redirect's address was a header's or request line's part before, so it fits one again.
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    response.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
