//! Finding out: texts that were pasted, and tools that ask the twin or the server.

use std::time::Instant;

use crate::diagnosis::{self, check};
use crate::formats::pasted::{self, BareBody};
use crate::jobs::JobId;
use crate::jobs::bisect::{self, Bisection, Place};
use crate::jobs::delivery::{Delivery, Report};
use crate::jobs::finding::FindingEvent;
use crate::jobs::probe::{self, Probing};
use crate::jobs::record::Origin;
use crate::jobs::rehearse::{Beside, Rehearsal};
use crate::model::exchange::{Outcome, Sent, Timings};
use crate::model::{Address, Case, Endpoint, Exchange, Network, Profile, Request};
use crate::ui::app::App;
use crate::ui::command::FindingCommand;
use crate::ui::finding::{Made, Tool};
use crate::ui::response::ResponseState;
use crate::ui::state::DeliveryView;

impl App {
    pub(super) fn finding_command(&mut self, command: FindingCommand) {
        let page = &mut self.state.finding;
        match command {
            FindingCommand::Check => self.check_pasted(),
            FindingCommand::Explain => self.explain_pasted(),
            FindingCommand::Clear => {
                page.pasted.clear();
                page.notes.clear();
                page.made = Made::Nothing;
                page.in_clear = false;
            }
            FindingCommand::Start(tool) => self.ask_or_run(tool),
            FindingCommand::Agree(tool) => {
                page.question = None;
                self.run_tool(tool);
            }
            FindingCommand::Decline => page.question = None,
            FindingCommand::Stop => {
                if let Some(job) = page.job {
                    self.jobs.cancel(job);
                }
            }
        }
    }

    pub(super) fn on_finding(&mut self, job: JobId, event: FindingEvent) {
        let page = &mut self.state.finding;
        if page.job != Some(job) {
            return;
        }
        match event {
            FindingEvent::Line(line) => page.lines.push(line),
            FindingEvent::Ended(ended) => {
                page.ended = Some(ended);
                page.job = None;
            }
        }
    }

    fn check_pasted(&mut self) {
        let Some(profile) = self.state.profile().map(|stored| stored.profile.clone()) else { return };
        let page = &mut self.state.finding;
        page.in_clear = false;
        let read = match pasted::read(&page.pasted, BareBody::Request) {
            Ok(read) => read,
            Err(error) => {
                page.made = Made::Unreadable(format!("Reading the pasted text: {error}"));
                return;
            }
        };
        page.notes = vec![format!("Taken for {}", read.what.label())];
        page.notes.extend(read.notes);
        let Some(mut sent) = read.sent else {
            page.made =
                Made::Unreadable("There is no request in the text. Paste it with its URL, or the payload alone".to_owned());
            return;
        };
        if sent.url.is_empty() {
            sent.url = profile.endpoint().url_revealing_key();
            page.notes.push("There was no URL, so the payload is checked as if sent to the profile's endpoint".to_owned());
        }
        page.made = Made::Checked(check(&profile, &sent));
    }

    fn explain_pasted(&mut self) {
        let open = self.state.profile().map(|stored| stored.profile.clone());
        let now = self.state.now;
        let page = &mut self.state.finding;
        page.in_clear = false;
        let read = match pasted::read(&page.pasted, BareBody::Answer) {
            Ok(read) => read,
            Err(error) => {
                page.made = Made::Unreadable(format!("Reading the pasted text: {error}"));
                return;
            }
        };
        page.notes = vec![format!("Taken for {}", read.what.label())];
        page.notes.extend(read.notes.clone());
        let profile = open.or_else(|| read.profile.clone());
        let case = read.into_case(profile);
        let outcome = match (&case.answer, &case.failure) {
            (Some(answer), _) => Outcome::Answer(answer.clone()),
            (None, Some(failure)) => Outcome::Failure(failure.clone()),
            (None, None) => {
                page.made = Made::Unreadable(
                    "There is no answer in the text. Paste it with its status line, as in HTTP/1.1 404 Not Found".to_owned(),
                );
                return;
            }
        };
        page.made = Made::Explained(Box::new(explained(&case, outcome, now)));
    }

    fn ask_or_run(&mut self, tool: Tool) {
        let Some((profile, request)) = self.form_request() else { return };
        let address = Address::parse(&request.url);
        let host = address.raw(&address.authority);
        let question = match tool {
            Tool::Health | Tool::Rehearse | Tool::BisectTwin => None,
            Tool::Probe => {
                let count = probe::plan(&request.url, &profile).len();
                Some(format!("This sends {count} requests to {host}, with bodies that no ticket can be made of"))
            }
            Tool::BisectServer => Some(match bisect::plan(&profile, &request) {
                Ok(plan) => format!(
                    "This sends {host} at most {} requests, usually about {}. Each that it takes makes a real ticket there{}",
                    plan.most_requests,
                    plan.usual_requests,
                    if profile.production { ", and the profile is marked production" } else { "" }
                ),
                Err(reason) => {
                    let page = &mut self.state.finding;
                    (page.tool, page.ended) = (Some(tool), Some(Err(reason)));
                    page.lines.clear();
                    return;
                }
            }),
        };
        match question {
            Some(text) => self.state.finding.question = Some((tool, text)),
            None => self.run_tool(tool),
        }
    }

    /// What stands in the open profile's form.
    fn form_request(&mut self) -> Option<(Profile, Request)> {
        let (stored, session) = self.state.open()?;
        Some((stored.profile.clone(), session.draft.request(&stored.profile)))
    }

    fn run_tool(&mut self, tool: Tool) {
        let Some((profile, request)) = self.form_request() else { return };
        let id = self.state.selected.clone().unwrap_or_else(|| crate::store::ProfileId(String::new()));
        let origin = Origin::new(&id.0);
        let network = self.state.settings.network(&profile);
        let job = match tool {
            Tool::Health => {
                let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_else(|| profile.endpoint());
                let mut looked_at = profile.clone();
                looked_at.set_endpoint(sent_to);
                self.jobs.look_at_health(&looked_at, network)
            }
            Tool::Rehearse => {
                let beside = self.last_outcome(&request).map_or(Beside::Nothing, |outcome| Beside::Known(Box::new(outcome)));
                self.jobs.rehearse(Rehearsal { request, profile, beside })
            }
            Tool::BisectTwin => self.jobs.bisect(Bisection { request, profile, place: Place::Twin }, &origin),
            Tool::BisectServer => {
                let place = Place::Server(Box::new(network));
                self.jobs.bisect(Bisection { request, profile, place }, &origin)
            }
            Tool::Probe => self.jobs.probe(Probing { url: request.url, profile, network }, &origin),
        };
        let page = &mut self.state.finding;
        (page.tool, page.job, page.ended) = (Some(tool), Some(job), None);
        page.lines.clear();
    }

    /// What came of the same request when it was last sent in this sitting.
    fn last_outcome(&mut self, request: &Request) -> Option<Outcome> {
        let wanted = Sent::from(request);
        let (_, session) = self.state.open()?;
        let same = |sent: &Sent| sent.url == wanted.url && sent.body == wanted.body;
        let exchanges = session.deliveries.iter().rev().filter_map(|view| view.exchange.as_ref());
        exchanges.filter(|exchange| same(&exchange.sent)).map(|exchange| exchange.outcome.clone()).next()
    }
}

/// A pasted exchange as the response panel draws it.
fn explained(case: &Case, outcome: Outcome, now: jiff::Timestamp) -> DeliveryView {
    let mut causes = diagnosis::diagnose(case);
    // There is no draft here to be mended.
    causes.iter_mut().for_each(|cause| cause.mends.clear());
    let exchange =
        Exchange { sent: case.sent.clone(), outcome, timings: Timings::default(), body_bytes_sent: 0, started_at: now };
    let report = Report { create: Ok(exchange.clone()), ticket: None, endpoints: Vec::new(), uploads: Vec::new() };
    let sent_to = Endpoint::from_pasted(&case.sent.url).unwrap_or_default();
    DeliveryView {
        job: JobId::NONE,
        delivery: Delivery {
            request: Request::again(&case.sent).unwrap_or_default(),
            sent_to,
            profile: case.profile.clone().unwrap_or_default(),
            attachments: Vec::new(),
            network: Network::default(),
            uploads_at_once: 1,
            origin: Origin::default(),
        },
        started_at: now,
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
