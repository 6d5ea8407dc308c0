//! Finding out: texts that were pasted, and tools that ask the twin or the server.

use crate::jobs::JobId;
use crate::jobs::ToolEvent;
use crate::model::exchange::Outcome;
use crate::model::request_record::RequestRecord;
use crate::model::{Endpoint, Profile, Request};
use crate::service::confirm;
use crate::service::intent::{Intent, Purpose};
use crate::service::record::Origin;
use crate::service::tools::bisect::{self, Bisection, TrialTarget};
use crate::service::tools::probe::{self, Probing};
use crate::service::tools::rehearse::{RealAnswer, Rehearsal};
use crate::ui::app::App;
use crate::ui::pages::compose::drafts::OpenDrafts;
use crate::ui::pages::diagnostics::command::DiagnosticsCommand;
use crate::ui::pages::diagnostics::state::Tool;

impl App {
    pub(in crate::ui) fn diagnostics_command(&mut self, command: DiagnosticsCommand) {
        let Some((_, session)) = self.state.open() else { return };
        let run = &mut session.diagnostics;
        match command {
            DiagnosticsCommand::Start(tool) => self.ask_or_run(tool),
            DiagnosticsCommand::Agree(tool) => {
                run.question = None;
                self.confirm_production(tool);
                self.run_tool(tool);
            }
            DiagnosticsCommand::Decline => run.question = None,
            DiagnosticsCommand::Stop => {
                if let Some(job) = run.job {
                    self.jobs.cancel(job);
                }
            }
        }
    }

    pub(in crate::ui) fn on_diagnostics(&mut self, job: JobId, event: &ToolEvent) {
        let of_profiles = self.state.drafts.values_mut().flat_map(OpenDrafts::all_mut).map(|session| &mut session.diagnostics);
        of_profiles.chain([&mut self.state.import.rehearsal]).for_each(|run| run.take(job, event));
    }

    fn ask_or_run(&mut self, tool: Tool) {
        let Some((profile, request)) = self.form_request() else { return };
        let purpose = match tool {
            Tool::Health | Tool::Rehearse | Tool::BisectTwin => return self.run_tool(tool),
            Tool::Probe => Purpose::Probe { requests: probe::plan(&request.url, &profile).len() },
            Tool::BisectServer => match bisect::plan(&profile, &request) {
                Ok(plan) => Purpose::Bisect { most_requests: plan.most_requests, usual_requests: plan.usual_requests },
                Err(reason) => {
                    let made_for = RequestRecord::from(&request);
                    return self.with_session(|session| session.diagnostics.start(tool, made_for, Err(reason)));
                }
            },
        };
        let profile_id = self.state.selected.clone().map_or_else(String::new, |id| id.0);
        let Some(draft) = self.state.draft_id() else { return };
        self.with_due(
            (request, profile, profile_id),
            |(request, profile, profile_id)| Intent { purpose, url: &request.url, profile, profile_id, fingerprint: None },
            move |app, _, due| {
                let text = confirm::words(&due, &jiff::tz::TimeZone::system());
                if let Some(session) = app.state.session_mut(&draft) {
                    session.diagnostics.question = Some((tool, text));
                }
            },
        );
    }

    /// Whoever agreed to requests that make tickets has agreed to send to a production profile.
    fn confirm_production(&mut self, tool: Tool) {
        if tool == Tool::BisectServer
            && let Some(stored) = self.state.profile().filter(|stored| stored.profile.production)
        {
            let id = stored.id.clone();
            self.state.confirmed.insert(id);
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
        let network = self.surroundings().network(&profile);
        let made_for = RequestRecord::from(&request);
        let job = match tool {
            Tool::Health => {
                let sent_to = Endpoint::from_pasted(&request.url).unwrap_or_else(|| profile.endpoint());
                let mut looked_at = profile.clone();
                looked_at.set_endpoint(sent_to);
                self.jobs.look_at_health(&looked_at, network, &origin)
            }
            Tool::Rehearse => {
                let real =
                    self.last_outcome(&request).map_or(RealAnswer::Nothing, |outcome| RealAnswer::Known(Box::new(outcome)));
                self.jobs.rehearse(Rehearsal { request, profile, real }, &origin)
            }
            Tool::BisectTwin => self.jobs.bisect(Bisection { request, profile, target: TrialTarget::Twin }, &origin),
            Tool::BisectServer => {
                let target = TrialTarget::Server(Box::new(network));
                self.jobs.bisect(Bisection { request, profile, target }, &origin)
            }
            Tool::Probe => self.jobs.probe(Probing { url: request.url, profile, network }, &origin),
        };
        self.with_session(|session| session.diagnostics.start(tool, made_for, Ok(job)));
    }

    /// What came of the same request when it was last sent in this session.
    fn last_outcome(&mut self, request: &Request) -> Option<Outcome> {
        let wanted = RequestRecord::from(request);
        let (_, session) = self.state.open()?;
        let same = |sent: &RequestRecord| sent.url == wanted.url && sent.body == wanted.body;
        let exchanges = session.deliveries.iter().rev().filter(|view| !view.is_upload).filter_map(|view| view.exchange.as_ref());
        exchanges.filter(|exchange| same(&exchange.sent)).find_map(|exchange| exchange.outcome.clone())
    }
}
