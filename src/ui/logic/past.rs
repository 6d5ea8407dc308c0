//! Exchanges that are over, as the response panel draws them.

use std::time::Instant;

use crate::diagnosis;
use crate::jobs::JobId;
use crate::model::request::Body;
use crate::model::{Case, Endpoint, Exchange, Network, Request};
use crate::service::order::Delivery;
use crate::service::record::Origin;
use crate::service::report::DeliveryReport;
use crate::ui::response::ResponseState;
use crate::ui::state::DeliveryView;

/// The view of a case and the exchange that it tells of. The causes are found by the rules of this version.
pub(super) fn view_of(case: &Case, exchange: Exchange) -> DeliveryView {
    let mut causes = diagnosis::diagnose(case);
    // There is no draft here to be mended.
    causes.iter_mut().for_each(|cause| cause.fixes.clear());
    let sent = &exchange.sent;
    let request = sent.again().unwrap_or_else(|| Request {
        method: sent.method.clone(),
        url: sent.url.clone(),
        headers: sent.headers.clone(),
        body: Body::None,
    });
    let report = DeliveryReport {
        create: Ok(exchange.clone()),
        causes: Vec::new(),
        ticket: None,
        endpoints: Vec::new(),
        uploads: Vec::new(),
    };
    DeliveryView {
        job: JobId::NONE,
        delivery: Delivery {
            request,
            sent_to: Endpoint::from_pasted(&sent.url).unwrap_or_default(),
            profile: case.profile.clone().unwrap_or_default(),
            attachments: Vec::new(),
            network: Network::default(),
            uploads_at_once: 1,
            origin: Origin::default(),
        },
        started_at: exchange.started_at,
        started: Instant::now(),
        exchange: Some(exchange),
        causes,
        endpoints: Vec::new(),
        uploads: Vec::new(),
        report: Some(report),
        overridden: Vec::new(),
        response: ResponseState::default(),
        kept: None,
    }
}
