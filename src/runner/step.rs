//! One row under way: its steps, what they captured, and what came of each.

use std::time::{Duration, Instant};

use jiff::Zoned;
use serde_json::{Map, Value};

use super::came::{self, Came, cause_of};
use super::files::{self, StepFiles};
use super::journal::{Begun, JournalError};
use super::news::RowNews;
use super::plan::{filled_check, step_name};
use super::planned_row::PlannedRow;
use super::result::{CheckResult, StepResult, Verdict};
use super::running::{Run, ms};
use super::suite::{Action, Attach, Payload, Step};
use super::template::Scope;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::draft::Attachment;
use crate::model::exchange::Step as WireStep;
use crate::model::history::{ExchangeKind, Fingerprint, is_outcome_unknown};
use crate::model::json_text::with_texts;
use crate::model::request_record::RequestRecord;
use crate::model::secrets::collect::{secrets_at, secrets_in_value};
use crate::model::secrets::masker::Masker;
use crate::model::secrets::names::is_secret_name;
use crate::model::secrets::secret::MASK;
use crate::model::{Exchange, Secret, correlation};
use crate::service::deliver;
use crate::service::order::{Delivery, DeliveryProgress};
use crate::service::prepare;
use crate::service::record::Origin;
use crate::service::recorder::Recorder;
use crate::service::report::{DeliveryReport, UploadResult};
use crate::transport::Progress;

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// A row under way.
pub(super) struct RowState<'a, R> {
    run: &'a Run<'a, R>,
    row: &'a PlannedRow,
    scope: Scope<'a>,
    /// The steps that are over.
    pub steps: Vec<StepResult>,
    /// The ticket that was created last, and the endpoints that the answer names for it.
    ticket: Option<(Delivery, Vec<AttachmentEndpoint>)>,
    /// The delivery of that ticket in a run that was cut off.
    earlier_delivery: Option<u64>,
    /// The step whose request went out when the run was cut off, and its delivery.
    open: Option<(usize, u64)>,
    /// Whether something that was captured cannot be told any more, for it was a secret.
    has_lost_secrets: bool,
    /// The values that the suite says are secret, as far as the row knows them.
    secrets: Vec<Secret>,
    /// The run's masker, with these.
    masker: Masker,
}

fn kind_of(step: &Step) -> &'static str {
    match step.action {
        Action::Send { .. } => "send",
        Action::Upload(_) => "upload",
        Action::Wait(_) => "wait",
    }
}

impl<'a, R: Recorder + Sync> RowState<'a, R> {
    pub fn new(run: &'a Run<'a, R>, row: &'a PlannedRow, begun: Begun) -> Self {
        let mut scope = run.plan.scope(row, run.environment, Zoned::now(), run.seed);
        let has_lost_secrets = begun.captured.values().any(|value| value.to_string().contains(MASK));
        scope.captured = begun.captured;
        let environment = run.secrets.iter().map(Secret::new).collect();
        let mut state = Self {
            run,
            row,
            scope,
            steps: begun.steps,
            ticket: None,
            earlier_delivery: begun.delivery,
            open: begun.open,
            has_lost_secrets,
            secrets: environment,
            masker: run.masker.clone(),
        };
        state.learn_values();
        state
    }

    /// Learns the values of what the suite says is secret that are known by now.
    fn learn_values(&mut self) {
        let values = self.run.plan.hidden().iter().filter_map(|name| self.scope.known(name));
        for secret in values.flat_map(secrets_in_value).collect::<Vec<_>>() {
            self.learn(secret);
        }
    }

    fn learn(&mut self, secret: Secret) {
        if !secret.is_empty() && !self.secrets.contains(&secret) {
            self.masker.learn(secret.reveal());
            self.secrets.push(secret);
        }
    }

    /// Does a step and checks what came of it.
    pub async fn step(&mut self, index: usize, step: &Step, tell: &impl Fn(RowNews<'_>)) -> Result<Verdict, JournalError> {
        let began = Instant::now();
        let mut delivery = 0;
        let mut result = if self.has_lost_secrets {
            failed(
                Verdict::Unknown,
                "A value that an earlier answer gave is a secret, and is not known since the run was cut off",
            )
        } else {
            let done = match &step.action {
                Action::Wait(span) => {
                    tell(RowNews::Begun(self.row.number, index, &DeliveryProgress::new(0)));
                    tokio::select! {
                        () = tokio::time::sleep(span.0) => Ok(StepResult::default()),
                        () = self.run.stop.cancelled() => Ok(failed(Verdict::NotRun, "It was stopped")),
                    }
                }
                Action::Send { payload, attach } => self.send((index, step), payload, attach, &mut delivery, tell).await?,
                Action::Upload(attach) => self.upload((index, step), attach, &mut delivery, tell).await?,
            };
            // What cannot be made is told, and nothing was sent.
            done.unwrap_or_else(|error| failed(Verdict::Failed, &self.masker.text(&error)))
        };
        result = StepResult { name: self.masker.text(&step_name(step, index)), kind: kind_of(step).to_owned(), ..result };
        if result.took_ms == 0.0 {
            result.took_ms = ms(began.elapsed());
        }
        let verdict = result.verdict;
        // What was not done is still to be done when the run goes on.
        if let Some(journal) = self.run.journal.filter(|_| verdict != Verdict::NotRun) {
            let text = |text: &str| self.masker.text(text);
            let hidden = |(name, value): (&String, &Value)| (name.clone(), with_texts(value, &text));
            let captured: Map<String, Value> = self.scope.captured.iter().map(hidden).collect();
            journal.step(self.row.number, delivery, &result, captured)?;
        }
        self.open = None;
        self.steps.push(result);
        Ok(verdict)
    }

    /// The steps that the row did not come to.
    pub fn left_out(&self) -> Vec<StepResult> {
        let steps = self.run.plan.steps(self.row).iter().enumerate().skip(self.steps.len());
        let left_out = |(index, step): (usize, &Step)| StepResult {
            name: self.masker.text(&step_name(step, index)),
            kind: kind_of(step).to_owned(),
            verdict: Verdict::NotRun,
            ..StepResult::default()
        };
        steps.map(left_out).collect()
    }

    async fn send(
        &mut self,
        (index, step): (usize, &Step),
        payload: &Payload,
        attach: &[Attach],
        number: &mut u64,
        tell: &impl Fn(RowNews<'_>),
    ) -> Result<Result<StepResult, String>, JournalError> {
        let run = self.run;
        let text = match run.plan.payload(payload, self.row, &mut self.scope) {
            Ok(filled) => filled.text,
            Err(error) => return Ok(Err(error)),
        };
        self.learn_values();
        let (secrets, secret_pointers) = (self.secrets.clone(), run.plan.secret_pointers(step));
        let seed = run.seed ^ self.row.number as u64;
        let StepFiles { attachments, made } =
            match files::prepare(run.plan, attach, &mut self.scope, run.folder.clone(), seed).await {
                Ok(files) => files,
                Err(error) => return Ok(Err(error)),
            };
        let profile = &run.plan.profile;
        let order = || {
            let sent_to = profile.endpoint();
            let mut request = prepare::of_payload(&sent_to, text.clone().into_bytes(), &profile.extra_headers);
            let mut origin = Origin::new(&run.profile_id);
            origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
            origin.secrets.clone_from(&secrets);
            origin.secret_pointers.clone_from(&secret_pointers);
            correlation::put_in(&mut request, profile, origin.delivery);
            let (profile, attachments, network) = (profile.clone(), attachments.clone(), run.network.clone());
            Delivery { request, sent_to, profile, attachments, network, uploads_at_once: run.uploads_at_once, origin }
        };
        let progress = DeliveryProgress::new(attachments.len());
        tell(RowNews::Begun(self.row.number, index, &progress));
        let turns = run.turns();
        let mut attempts = 0;
        let (delivery, mut report) = match self.kept_ticket(index) {
            Some(Some(exchange)) if exchange.outcome.is_some() => {
                let mut delivery = order();
                delivery.origin.delivery = self.open.map_or(0, |(_, delivery)| delivery);
                let report = deliver::attach(&delivery, exchange, Vec::new(), &progress, &run.cancel, &turns, |_| {}).await;
                (delivery, report)
            }
            // Where the history keeps everything before it goes out, what is not in it was not sent.
            Some(kept) if (kept.is_some() || run.history.is_none()) && !run.plan.suite.retry.unknown_outcome => {
                let words = "The run was cut off while this was being sent. Whether it made a ticket is not known, so it is not sent again";
                return Ok(Ok(failed(Verdict::Unknown, words)));
            }
            _ => loop {
                let delivery = order();
                attempts += 1;
                if let Some(journal) = run.journal {
                    journal.sending(self.row.number, index, delivery.origin.delivery)?;
                }
                let report = deliver::deliver(delivery.clone(), &progress, &run.cancel, &turns, |_| {}).await;
                let again = report.create.as_ref().is_ok_and(|exchange| self.may_send_again(exchange));
                let answered = report.create.as_ref().ok();
                if !again || !self.waits_for_another(attempts, answered).await {
                    break (delivery, report);
                }
            },
        };
        *number = delivery.origin.delivery;
        self.attach_again(&delivery, &mut report, &progress).await;
        drop(made);
        if report.create.as_ref().is_ok_and(Exchange::is_accepted) {
            self.ticket = Some((delivery.clone(), report.endpoints.clone()));
        }
        let mut came = came::of_delivery(&report, &self.masker, run.cancel.is_cancelled());
        came.result.attempts = attempts.max(1);
        came.result.delivery = Some(delivery.origin.delivery);
        Ok(Ok(self.judge(step, came)))
    }

    async fn upload(
        &mut self,
        (index, step): (usize, &Step),
        attach: &Attach,
        number: &mut u64,
        tell: &impl Fn(RowNews<'_>),
    ) -> Result<Result<StepResult, String>, JournalError> {
        let run = self.run;
        self.find_ticket().await;
        let Some((mut delivery, endpoints)) = self.ticket.clone() else {
            return Ok(Err("No earlier step created a ticket to upload to".to_owned()));
        };
        delivery.origin.secrets.clone_from(&self.secrets);
        delivery.origin.secret_pointers = run.plan.secret_pointers(step);
        *number = delivery.origin.delivery;
        let StepFiles { attachments, made } =
            match files::prepare(run.plan, std::slice::from_ref(attach), &mut self.scope, run.folder.clone(), run.seed).await {
                Ok(files) => files,
                Err(error) => return Ok(Err(error)),
            };
        if let Some(journal) = run.journal {
            journal.sending(self.row.number, index, delivery.origin.delivery)?;
        }
        let progress = DeliveryProgress::new(attachments.len());
        tell(RowNews::Begun(self.row.number, index, &progress));
        let mut uploads = Vec::new();
        for (at, attachment) in attachments.iter().enumerate() {
            match self.upload_file(&delivery, attachment, at, &endpoints, &progress.uploads[at], None).await {
                Ok(result) => uploads.push(result),
                Err(error) => return Ok(Err(error)),
            }
        }
        drop(made);
        let came = came::of_uploads(&uploads, &self.masker);
        Ok(Ok(self.judge(step, came)))
    }

    /// The exchange of a step that was open when the run was cut off. `Some(None)` where nobody knows whether there was one.
    fn kept_ticket(&self, index: usize) -> Option<Option<Exchange>> {
        let (_, delivery) = self.open.filter(|(open, _)| *open == index)?;
        Some(self.kept_exchange(delivery))
    }

    fn kept_exchange(&self, delivery: u64) -> Option<Exchange> {
        let history = self.run.history?;
        let rows = history.delivery(delivery).ok()?;
        let row = rows.iter().rev().find(|row| row.kind == ExchangeKind::Create)?;
        history.open_record(row.id).ok().map(|kept| kept.exchange)
    }

    /// The ticket of an earlier step, where the run was cut off between the two.
    async fn find_ticket(&mut self) {
        let Some(number) = self.earlier_delivery.filter(|_| self.ticket.is_none()) else { return };
        let Some(exchange) = self.kept_exchange(number) else { return };
        let (profile, sent_to) = (self.run.plan.profile.clone(), self.run.plan.profile.endpoint());
        let request = prepare::of_payload(&sent_to, Vec::new(), &profile.extra_headers);
        let (mut origin, network) = (Origin::new(&self.run.profile_id), self.run.network.clone());
        origin.delivery = number;
        let delivery = Delivery { request, sent_to, profile, attachments: Vec::new(), network, uploads_at_once: 1, origin };
        let progress = DeliveryProgress::new(0);
        let report =
            deliver::attach(&delivery, exchange, Vec::new(), &progress, &self.run.cancel, &self.run.turns(), |_| {}).await;
        self.ticket = Some((delivery, report.endpoints));
    }

    /// Whether a ticket's request may go out once more: never where the first may have made one, unless the suite says so.
    fn may_send_again(&self, exchange: &Exchange) -> bool {
        if exchange.is_accepted() {
            return false;
        }
        if is_outcome_unknown(exchange) {
            return self.run.plan.suite.retry.unknown_outcome;
        }
        let has_not_gone_out = exchange.failure().is_some_and(|failure| {
            matches!(failure.step, Some(WireStep::Resolve | WireStep::Connect | WireStep::Proxy | WireStep::Tls))
        });
        has_not_gone_out || exchange.answer().is_some_and(|answer| answer.status == 429)
    }

    /// Waits before another try; `false` where there is none.
    async fn waits_for_another(&self, attempts: u32, exchange: Option<&Exchange>) -> bool {
        let retry = &self.run.plan.suite.retry;
        if attempts >= retry.attempts || self.run.stop.is_cancelled() {
            return false;
        }
        let own = retry.wait.0.saturating_mul(1 << (attempts - 1).min(16)).min(LONGEST_WAIT);
        // A server that says when it has time is not asked before.
        let wait = own.max(retry_after(exchange).min(LONGEST_WAIT));
        tokio::select! {
            () = tokio::time::sleep(wait) => true,
            () = self.run.stop.cancelled() => false,
        }
    }

    /// Uploads once more what did not arrive. A file that arrives twice makes no second ticket.
    async fn attach_again(&self, delivery: &Delivery, report: &mut DeliveryReport, progress: &DeliveryProgress) {
        for index in 0..report.uploads.len() {
            if !may_upload_again(&report.uploads[index]) {
                continue;
            }
            let (attachment, earlier) = (&delivery.attachments[index], report.uploads[index].clone());
            let again = self.upload_file(delivery, attachment, index, &report.endpoints, &progress.uploads[index], Some(earlier));
            // What could not be sent at all says so already.
            if let Ok(result) = again.await {
                report.uploads[index] = result;
            }
        }
    }

    /// Uploads a file until it arrives or is not to be tried any more. `earlier` is what came of its first try, where it was made.
    async fn upload_file(
        &self,
        delivery: &Delivery,
        attachment: &Attachment,
        index: usize,
        endpoints: &[AttachmentEndpoint],
        progress: &Progress,
        earlier: Option<UploadResult>,
    ) -> Result<UploadResult, String> {
        let order = delivery.upload_order(attachment, endpoints)?;
        let (turns, profile) = (self.run.turns(), Some(&delivery.profile));
        let once = || deliver::upload(order.clone(), index, &delivery.origin, profile, progress, &self.run.cancel, &turns);
        let mut result = match earlier {
            Some(result) => result,
            None => once().await,
        };
        let mut attempts = 1;
        while may_upload_again(&result) && self.waits_for_another(attempts, result.exchange()).await {
            result = once().await;
            attempts += 1;
        }
        Ok(result)
    }

    /// Holds what came against what has to come, and captures values.
    fn judge(&mut self, step: &Step, came: Came<'_>) -> StepResult {
        let Came { mut result, observed, causes, json, mut masker } = came;
        // A value that a check or a capture names like a secret is one.
        let pointers = step.expect.iter().filter_map(|expected| expected.check.pointer()).chain(step.capture.values());
        for pointer in pointers.filter(|pointer| is_secret_name(pointer.rsplit('/').next().unwrap_or_default())) {
            if let Some(text) = json.as_ref().and_then(|json| json.pointer(pointer)?.as_str()) {
                masker.learn(text);
            }
        }
        let pointers = self.run.plan.secret_pointers(step);
        for secret in json.iter().flat_map(|json| secrets_at(json, &pointers)) {
            masker.learn(secret.reveal());
            self.learn(secret);
        }
        let wants_acceptance = !step.wants_refusal && !step.expect.iter().any(|expected| expected.check.replaces_acceptance());
        if step.wants_refusal {
            let arrived = result.files.iter().filter(|file| file.arrived).count();
            let objection = match (result.ticket.is_some(), arrived) {
                (false, _) => Some("no ticket was created".to_owned()),
                (true, 0) => None,
                (true, count) => Some(format!("{count} of {} arrived", result.files.len())),
            };
            result.checks.push(CheckResult { what: "every file is refused".to_owned(), objection, is_fatal: true });
        } else if wants_acceptance && !observed.is_accepted && result.verdict == Verdict::Passed {
            result.verdict = Verdict::Failed;
        } else if !wants_acceptance && observed.status.is_some() {
            result.verdict = Verdict::Passed;
            result.checks.extend(lost_files(step, &result));
        }
        for expected in &step.expect {
            let check = filled_check(&expected.check, &mut self.scope);
            let (what, objection) = match check {
                Ok(check) => (check.label(), check.objection(&observed)),
                Err(error) => (expected.check.label(), Some(error)),
            };
            let objection = objection.map(|objection| masker.text(&objection));
            result.checks.push(CheckResult { what: masker.text(&what), objection, is_fatal: expected.is_fatal });
        }
        for (name, pointer) in &step.capture {
            match json.as_ref().and_then(|json| json.pointer(pointer)) {
                Some(value) => drop(self.scope.captured.insert(name.clone(), value.clone())),
                None => result.checks.push(CheckResult {
                    what: format!("capture {name}"),
                    objection: Some(format!("the answer has nothing at {pointer}")),
                    is_fatal: true,
                }),
            }
        }
        // Where no answer came, no check of it says anything.
        let says_nothing = result.verdict == Verdict::Unknown && observed.status.is_none();
        let of_checks = result.checks.iter().filter(|check| check.objection.is_some() && !says_nothing);
        let of_checks = of_checks.map(|check| if check.is_fatal { Verdict::Failed } else { Verdict::Warned });
        result.verdict = Verdict::worst(of_checks.chain([result.verdict]));
        if result.verdict.is_good() {
            result.error = None;
        } else {
            result.cause = cause_of(&causes, &masker);
        }
        result
    }
}

/// What a status or a cause that is expected says of the ticket, it does not say of its files: those have to arrive.
fn lost_files(step: &Step, result: &StepResult) -> Option<CheckResult> {
    let wants_refusal = step.expect.iter().any(|expected| expected.check.wants_refusal());
    if !matches!(step.action, Action::Send { .. }) || wants_refusal || result.files.is_empty() {
        return None;
    }
    let lost = result.files.iter().filter(|file| !file.arrived).count();
    let objection = (lost > 0).then(|| format!("{lost} of {} did not", result.files.len()));
    Some(CheckResult { what: "every file arrives".to_owned(), objection, is_fatal: true })
}

/// The seconds that an answer asks to wait. A date is not looked at.
fn retry_after(exchange: Option<&Exchange>) -> Duration {
    let said = exchange.and_then(Exchange::answer).and_then(|answer| answer.header("retry-after"));
    Duration::from_secs(said.and_then(|text| text.trim().parse().ok()).unwrap_or_default())
}

fn failed(verdict: Verdict, error: &str) -> StepResult {
    StepResult { verdict, error: Some(error.to_owned()), ..StepResult::default() }
}

fn may_upload_again(upload: &UploadResult) -> bool {
    let Some(exchange) = upload.exchange().filter(|_| !upload.is_success()) else { return false };
    exchange.answer().is_none_or(|answer| matches!(answer.status, 408 | 429 | 500..=599))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::Outcome;

    #[test]
    fn a_server_says_how_long_to_wait() {
        for (value, seconds) in
            [(Some("7"), 7), (Some(" 30 "), 30), (Some("Wed, 21 Oct 2026 07:28:00 GMT"), 0), (Some("-1"), 0), (None, 0)]
        {
            let headers = value.map(|value| ("retry-after".to_owned(), value.to_owned())).into_iter().collect();
            let answer = crate::model::Answer { status: 429, headers, ..crate::model::Answer::default() };
            let exchange = Exchange {
                sent: RequestRecord::default(),
                outcome: Some(Outcome::Answer(answer)),
                timings: crate::model::exchange::Timings::default(),
                body_bytes_sent: 0,
                started_at: jiff::Timestamp::UNIX_EPOCH,
            };
            assert_eq!(retry_after(Some(&exchange)), Duration::from_secs(seconds), "{value:?}");
        }
        assert_eq!(retry_after(None), Duration::ZERO);
    }
}
