//! A multipart body that was recorded as text: its parts are looked at like those that were recorded one by one.

use crate::model::Case;
use crate::model::multipart::{self, Part, Recorded};
use crate::model::request_record::RequestRecord;

/// The case with the parts of its body's text; `None` when the body is no such text.
pub(super) fn with_parts(case: &Case) -> Option<Case> {
    let sent = &case.sent;
    if sent.parts.is_some() {
        return None;
    }
    let body = sent.body.as_deref()?;
    let boundary = multipart::boundary_of(sent.header("content-type")?)?;
    let read = multipart::read(&boundary, body.as_bytes())?;
    // A text that is shorter than what was sent does not hold the bytes of its files.
    let announced: Option<u64> = sent.header("content-length").and_then(|value| value.trim().parse().ok());
    let is_whole = announced.is_none_or(|length| length <= body.len() as u64) && sent.knows_file_bytes();
    let known = |part: &Part| match part.recorded() {
        recorded if is_whole || part.filename.is_none() => recorded,
        recorded => recorded.with_content(Recorded::default()),
    };
    let parts = read.iter().map(known).collect();
    let sent = RequestRecord { body: None, parts: Some(parts), ..sent.clone() };
    Some(Case { sent, ..case.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_by_table() {
        const FILE: &str = "--zz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.log\"\r\n\r\n\r\n--zz--\r\n";
        let form = "multipart/form-data; boundary=zz";
        for (kind, length, body, expected) in [
            (form, None, FILE, Some(vec![Some(0)])),
            (form, Some("91"), FILE, Some(vec![None])),
            (form, Some("10"), FILE, Some(vec![Some(0)])),
            (form, None, "--zz--\r\n", Some(vec![])),
            (form, None, "--other\r\n", None),
            ("multipart/form-data", None, FILE, None),
            ("application/json", None, "{}", None),
        ] {
            let mut headers = vec![("Content-Type".to_owned(), kind.to_owned())];
            headers.extend(length.map(|length| ("Content-Length".to_owned(), length.to_owned())));
            let sent = RequestRecord { headers, body: Some(body.to_owned()), ..RequestRecord::default() };
            let case = with_parts(&Case { sent, ..Case::default() });
            let sizes = case.and_then(|case| case.sent.parts).map(|parts| parts.iter().map(|part| part.content.size).collect());
            assert_eq!(sizes, expected, "{kind} {length:?} {body}");
        }
    }
}
