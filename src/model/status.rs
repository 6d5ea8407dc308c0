//! Status codes: their names, and what they mean for an External Source.

/// A status code's name, as RFC 9110 and its companions register it.
pub fn status_name(status: u16) -> &'static str {
    let registered = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match (status, registered) {
        // RFC 9110 renamed these two.
        (413, _) => "Content Too Large",
        (422, _) => "Unprocessable Content",
        (_, Some(name)) => name,
        (100..=199, None) => "Informational",
        (200..=299, None) => "Success",
        (300..=399, None) => "Redirection",
        (400..=499, None) => "Client Error",
        (500..=599, None) => "Server Error",
        _ => "Unknown Status",
    }
}

/// A status code with its name: `404 Not Found`.
pub fn status_text(status: u16) -> String {
    format!("{status} {}", status_name(status))
}

/// What a status code means for an External Source, in one sentence without a full stop.
pub fn status_meaning(status: u16) -> &'static str {
    match status {
        100..=199 => "An interim answer, after which the real one never came",
        200..=299 => meaning_of_success(status),
        300..=399 => meaning_of_redirect(status),
        400..=499 => meaning_of_refusal(status),
        500..=599 => meaning_of_server_failure(status),
        _ => "HTTP defines no such status",
    }
}

/// As [`status_meaning`], for a file that was sent to an attachment endpoint.
pub fn upload_meaning(status: u16) -> &'static str {
    match status {
        202 => "The server took the request and will work on it later; whether the file is attached is not known yet",
        200..=299 => "The server took the file",
        301..=303 => "The address has moved; following this would turn the POST into a GET and lose the file",
        300 | 304..=306 | 309..=399 => "The server points somewhere else instead of taking the file",
        400 => "The server read the request and refused the file in it",
        404 => "There is no attachment endpoint at this address: the ticket, the file element or a key in it is wrong",
        405 => "The address does not take this method; attachment endpoints take POST",
        415 => "The server does not take this Content-Type; attachment endpoints take multipart/form-data",
        _ => status_meaning(status),
    }
}

fn meaning_of_success(status: u16) -> &'static str {
    match status {
        201 => "The ticket was created",
        202 => "The server took the request and will work on it later; whether a ticket comes of it is not known yet",
        204 => "The server did as asked and has nothing to say, so it names no attachment endpoint",
        _ => "The server did as asked",
    }
}

fn meaning_of_redirect(status: u16) -> &'static str {
    match status {
        301..=303 => "The address has moved; following this would turn the POST into a GET and lose the ticket",
        307 | 308 => "The address has moved; the same request is to go to another address",
        _ => "The server points somewhere else instead of creating a ticket",
    }
}

fn meaning_of_refusal(status: u16) -> &'static str {
    match status {
        400 => {
            "The server read the request and refused what is in it: the JSON, a required field, the submitter, the status or a choice"
        }
        401 => {
            "The server does not accept who is asking: the API key is missing or wrong, or something before Centercode wants a login"
        }
        403 => "The server knows who is asking and does not allow it",
        404 => "There is no External Source at this address: the project key, source key or API key is wrong or has been changed",
        405 => "The address does not take this method; External Sources takes POST",
        406 => "The server cannot answer in a form that the request accepts",
        407 => "The proxy between here and the server wants a login",
        408 => "The server waited too long for the rest of the request",
        409 => "The request contradicts something that is there already",
        410 => "What was at this address is gone for good",
        411 => "The server wants to know the length of the body beforehand",
        413 => "The body is larger than the server, or something before it, takes",
        414 => "The address is longer than the server takes",
        415 => "The server does not take this Content-Type; External Sources takes application/json",
        421 => "The connection led to a server that does not answer for this host name",
        422 => "The server can read the JSON and cannot do anything with what it says",
        429 => "Too many requests in too short a time; wait, then send again",
        431 => "The headers are larger than the server takes",
        _ => "The server refuses the request as it was sent",
    }
}

fn meaning_of_server_failure(status: u16) -> &'static str {
    match status {
        500 => "The server failed at the request; whether a ticket was created is not known",
        501 => "The server does not know how to do this",
        502 => "A gateway got no usable answer from the server behind it; whether a ticket was created is not known",
        503 => "The server cannot work at the moment; wait, then send again",
        504 => "A gateway waited too long for the server behind it; whether a ticket was created is not known",
        _ => "The server failed; whether a ticket was created is not known",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_meaning_that_is_one_sentence() {
        for status in 100..=599 {
            let meaning = status_meaning(status);
            assert!(!meaning.is_empty() && !meaning.ends_with('.') && !meaning.contains("no such status"), "{status}: {meaning}");
        }
        assert!(status_meaning(404).contains("source key") && status_meaning(400).contains("submitter"));
        assert!(status_meaning(999).contains("no such status"));
    }
}
