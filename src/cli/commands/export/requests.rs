//! The requests that are exported.

use super::args::ExportArgs;
use crate::cli::exit::CommandError;
use crate::cli::target::Context;
use crate::cli::{output, payload, source};
use crate::model::request::Body;
use crate::model::{Exchange, Request, RequestSpec};

/// The requests, and the exchanges that they come from where these are known.
pub(super) fn requests(args: &ExportArgs) -> Result<(Vec<RequestSpec>, Vec<Exchange>), CommandError> {
    if !args.history.is_empty() {
        return of_history(&args.history);
    }
    if let Some(what) = &args.profile {
        let profile = Context::open().profile(what)?;
        let mut request = Request::post_json(profile.endpoint().url_revealing_key(), "", &profile.extra_headers);
        request.body = Body::Bytes(payload::payload(&args.payload, &profile)?);
        let written =
            RequestSpec { accept_invalid_certificates: profile.accept_invalid_certificates, ..RequestSpec::of_request(&request) };
        return Ok((vec![written], Vec::new()));
    }
    Ok((source::read(&args.source)?.requests, Vec::new()))
}

fn of_history(ids: &[i64]) -> Result<(Vec<RequestSpec>, Vec<Exchange>), CommandError> {
    let context = Context::open();
    let history = context.needed_history()?;
    crate::cli::commands::history::exist(history, ids)?;
    let mut requests = Vec::new();
    let mut exchanges = Vec::new();
    for id in ids {
        let kept = history.open_record(*id)?;
        let profile = kept.profile.as_ref();
        requests.push(RequestSpec {
            label: profile.map_or_else(String::new, |profile| format!("{}, exchange {id}", profile.shown_name())),
            ..RequestSpec::of_exchange(&kept.exchange, profile)
        });
        if kept.exchange.sent.parts.is_some() {
            output::complain("note", "of a file the name alone is kept: put the file beside what is written");
        }
        exchanges.push(kept.exchange);
    }
    Ok((requests, exchanges))
}
