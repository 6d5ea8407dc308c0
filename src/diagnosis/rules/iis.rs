//! The sub-status of IIS, which its log and its own error pages tell: it names what the status alone leaves open.

use crate::diagnosis::cause::{Cause, FactPlace};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::Proven;
use crate::diagnosis::context::RuleContext;

/// Status, sub-status, and what the two mean together.
const MEANINGS: [(u16, u16, CauseId, &str); 23] = [
    (403, 4, CauseId::EndpointScheme, "SSL is required"),
    (403, 5, CauseId::EndpointScheme, "SSL with 128 bits is required"),
    (403, 6, CauseId::AuthAddressNotAllowed, "the client's IP address is rejected"),
    (403, 7, CauseId::TransportTlsClientCertificate, "a client certificate is required"),
    (403, 8, CauseId::AuthAddressNotAllowed, "the client's DNS name is rejected"),
    (403, 12, CauseId::TransportTlsClientCertificate, "the mapper denied the client certificate"),
    (403, 13, CauseId::TransportTlsClientCertificate, "the client certificate is revoked"),
    (403, 16, CauseId::TransportTlsClientCertificate, "the client certificate is not trusted"),
    (403, 17, CauseId::TransportTlsClientCertificate, "the client certificate has expired"),
    (403, 501, CauseId::ServerRateLimited, "too many requests from this address at once"),
    (403, 502, CauseId::ServerRateLimited, "too many requests from this address in too short a time"),
    (403, 503, CauseId::AuthAddressNotAllowed, "the client's IP address is on no list"),
    (404, 5, CauseId::EndpointEncoding, "the address holds a sequence that is not allowed"),
    (404, 6, CauseId::RequestMethod, "the method is not allowed"),
    (404, 7, CauseId::UploadTypeRefused, "the file's extension is not allowed"),
    (404, 10, CauseId::RequestHeadersTooLarge, "a header is too long"),
    (404, 11, CauseId::EndpointEncoding, "the address is encoded twice"),
    (404, 12, CauseId::EndpointEncoding, "the address holds characters that have to be encoded"),
    (404, 13, CauseId::UploadServerLimit, "the request is longer than maxAllowedContentLength"),
    (404, 14, CauseId::RequestHeadersTooLarge, "the address is too long"),
    (404, 15, CauseId::RequestHeadersTooLarge, "the query is too long"),
    (404, 18, CauseId::EndpointEncoding, "the query holds a sequence that is not allowed"),
    (413, 1, CauseId::UploadServerLimit, "the request is longer than the server takes"),
];

/// The sub-status that a log or IIS's own page tells, and where.
pub(crate) fn sub_status(context: &RuleContext<'_>) -> Option<(u16, FactPlace)> {
    let answer = context.answer?;
    if let Some(sub_status) = answer.sub_status {
        return Some((sub_status, FactPlace::AnswerStatus));
    }
    if !context.answer_is_html() {
        return None;
    }
    let of_status = MEANINGS.iter().filter(|(status, ..)| *status == answer.status);
    // The longest first: 403.5 is the beginning of 403.501.
    let mut subs: Vec<u16> = of_status.map(|(_, sub, ..)| *sub).collect();
    subs.sort_by_key(|sub| std::cmp::Reverse(*sub));
    subs.into_iter().find_map(|sub| {
        let number = format!("{}.{sub}", answer.status);
        let written = [format!("http error {number}"), format!("{number} - "), format!("{number}</")];
        let place = context.answer_says(&written.each_ref().map(String::as_str))?;
        Some((sub, place))
    })
}

/// What the sub-status proves.
pub(crate) fn check(context: &RuleContext<'_>) -> Option<Cause> {
    let answer = context.answer?;
    let (sub_status, place) = sub_status(context)?;
    let (_, _, id, words) = MEANINGS.iter().find(|(status, sub, ..)| (*status, *sub) == (answer.status, sub_status))?;
    Some(
        Cause::new(*id, Proven.plain(), id.title())
            .fact(format!("{}.{sub_status}: {words}", answer.status), place)
            .fact("IIS itself refused the request, before Centercode saw it", None)
            .advice(id.advice()),
    )
}

#[cfg(test)]
mod tests {
    use crate::diagnosis::diagnose;
    use crate::model::request_record::{NotRecorded, RequestRecord};
    use crate::model::{Answer, Case, Outcome};

    #[test]
    fn sub_statuses_by_table() {
        for (status, sub_status, expected) in [
            (404, Some(13), "upload.server-limit"),
            (413, Some(1), "upload.server-limit"),
            (404, Some(11), "endpoint.encoding"),
            (404, Some(6), "request.method"),
            (404, Some(15), "request.headers-too-large"),
            (403, Some(6), "auth.address-not-allowed"),
            (403, Some(7), "transport.tls-client-certificate"),
            (403, Some(502), "server.rate-limited"),
        ] {
            let not_recorded = NotRecorded { host: true, headers: true, body: true, file_bytes: true, ..NotRecorded::default() };
            let sent = RequestRecord {
                method: "POST".into(),
                url: "https://{{host}}/api/v1/projects/beta1/feedback/log?apiKey=3f0c9a71".into(),
                not_recorded,
                ..RequestRecord::default()
            };
            let answer = Answer { status, sub_status, ..Answer::default() };
            let causes = diagnose(&Case { sent, outcome: Some(Outcome::Answer(answer)), ..Case::default() });
            assert_eq!(causes[0].id.as_str(), expected, "{status}.{sub_status:?}");
            assert!(causes[0].confidence.is_sure() && !causes[0].evidence.iter().any(|fact| fact.text.contains("0 bytes")));
        }
    }
}
