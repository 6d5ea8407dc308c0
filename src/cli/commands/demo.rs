//! `demo`: the whole job once, against a sandbox in this process.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::{output, payload};
use crate::diagnosis;
use crate::model::draft::{Attachment, Input, Presence};
use crate::model::profile::FieldKind;
use crate::model::request::Secrets;
use crate::model::secrets::masker::Masker;
use crate::model::{Case, Draft, Endpoint, Exchange, Network, Profile, Request};
use crate::sandbox::{Options, Sandbox, example_payload};
use crate::service::deliver;
use crate::service::order::{Delivery, DeliveryProgress};
use crate::service::record::Origin;
use crate::service::report::DeliveryReport;

pub(in crate::cli) fn run() -> Ended {
    let folder = tempfile::tempdir().map_err(|error| CommandError::failed(format!("Making a temporary folder: {error}")))?;
    crate::cli::runtime::serve(|cancel| async move {
        let sandbox = Sandbox::start(Options::default()).await.map_err(|error| CommandError::failed(error.to_string()))?;
        let demo = Demo::new(sandbox, cancel)?;
        let all = [demo.deliver(folder.path()).await?, demo.provoke_400().await?, demo.provoke_404().await?];
        let exit = if all.iter().all(|well| *well) { Exit::Done } else { Exit::Failed };
        say(if exit == Exit::Done { "Everything went as it should" } else { "Something did not go as it should" })?;
        Ok(exit)
    })?
}

struct Demo {
    sandbox: Sandbox,
    profile: Profile,
    draft: Draft,
    masker: Masker,
    cancel: CancellationToken,
}

fn say(text: &str) -> Result<(), CommandError> {
    output::print(&format!("{text}\n"))
}

fn check(what: &str, holds: bool) -> Result<bool, CommandError> {
    say(&format!("  [{}] {what}", if holds { "ok" } else { "FAILED" }))?;
    Ok(holds)
}

impl Demo {
    fn new(sandbox: Sandbox, cancel: CancellationToken) -> Result<Self, CommandError> {
        let profile = sandbox.profiles().into_iter().next();
        let profile = profile.ok_or_else(|| CommandError::failed("Starting the demo: the sandbox plays no source"))?;
        let mut draft = Draft::default();
        draft.fill(&example_payload(), &profile);
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn_profile(&profile);
        say(&format!("The sandbox plays \"{}\" at {}", profile.name, sandbox.base_url()))?;
        Ok(Self { sandbox, profile, draft, masker, cancel })
    }

    async fn send(&self, draft: &Draft, sent_to: Endpoint, attachments: Vec<Attachment>) -> DeliveryReport {
        let payload = draft.payload_text(&self.profile);
        let request = Request::post_json(sent_to.url_revealing_key(), &payload, &self.profile.extra_headers);
        let progress = DeliveryProgress::new(attachments.len());
        let profile = self.profile.clone();
        let network = Network { proxy: crate::model::settings::Proxy::Direct, ..Network::default() };
        let delivery =
            Delivery { request, sent_to, profile, attachments, network, uploads_at_once: 2, origin: Origin::default() };
        deliver::deliver(delivery, &progress, &self.cancel, &(), |_| {}).await
    }

    /// A good ticket, and a file for each file element.
    async fn deliver(&self, folder: &Path) -> Result<bool, CommandError> {
        say("\n1. A good ticket, and a file for each file element")?;
        let mut attachments = Vec::new();
        for (index, element) in self.profile.file_elements.iter().enumerate() {
            let path = folder.join(format!("file-{index}.log"));
            std::fs::write(&path, contents(index))
                .map_err(|error| CommandError::failed(format!("Writing {}: {error}", path.display())))?;
            attachments.push(payload::attachment(&element.parameter, path)?);
        }
        let report = self.send(&self.draft, self.profile.endpoint(), attachments).await;
        if let Ok(exchange) = &report.create {
            say(&indented(&output::exchange_text(exchange, &self.masker)))?;
        }
        say(&format!(
            "  Attachment endpoints, completed:\n{}",
            indented(&output::endpoints_text(&report.endpoints, &self.masker))
        ))?;
        say(&format!("  Files:\n{}", indented(&output::uploads_text(&report.uploads, &self.masker))))?;
        say(&format!("  {}", self.masker.text(&report.summary())))?;
        let created = report.create.as_ref().is_ok_and(Exchange::is_accepted) && report.ticket.is_some();
        let elements = self.profile.file_elements.len();
        let log = self.sandbox.log();
        let arrived =
            |sha256: &String| log.iter().any(|entry| entry.parts.iter().any(|part| part.content.sha256.as_ref() == Some(sha256)));
        let whole = report.uploads.iter().all(|upload| upload.is_success() && upload.sha256.as_ref().is_some_and(arrived));
        let checks = [
            check("the ticket was created", created)?,
            check("an endpoint came back for each file element", elements > 0 && report.endpoints.len() == elements)?,
            check("each file arrived as it was sent", report.uploads.len() == elements && whole)?,
        ];
        Ok(checks.iter().all(|holds| *holds))
    }

    /// A choice that differs in its case alone.
    async fn provoke_400(&self) -> Result<bool, CommandError> {
        say("\n2. A choice that Centercode does not know")?;
        let field = self.profile.fields.iter().find(|field| field.kind == FieldKind::SingleChoice && !field.choices.is_empty());
        let Some(field) = field else { return check("the source has a choice to get wrong", false) };
        let wrong = field.choices[0].to_lowercase();
        let wrong = if field.choices.contains(&wrong) { format!("{wrong}!") } else { wrong };
        let mut draft = self.draft.clone();
        let entry = draft.entry_mut(&field.parameter);
        entry.presence = Presence::Sent;
        entry.input = Input::Text(wrong);
        self.provoke(&draft, self.profile.endpoint(), 400, "field.choice-mismatch").await
    }

    /// A source key with a letter too many.
    async fn provoke_404(&self) -> Result<bool, CommandError> {
        say("\n3. A source key with a letter too many")?;
        let mut endpoint = self.profile.endpoint();
        endpoint.source_key.push('s');
        self.provoke(&self.draft, endpoint, 404, "endpoint.source-key-mismatch").await
    }

    async fn provoke(&self, draft: &Draft, sent_to: Endpoint, status: u16, id: &str) -> Result<bool, CommandError> {
        let report = self.send(draft, sent_to, Vec::new()).await;
        let Ok(exchange) = &report.create else {
            say(&format!("  {}", self.masker.text(&report.summary())))?;
            return check("the request was sent", false);
        };
        say(&indented(&output::exchange_text(exchange, &self.masker)))?;
        let causes = diagnosis::diagnose(&Case::of(exchange, Some(&self.profile)));
        let top = causes.get(..1).unwrap_or_default();
        say(&indented(&output::causes_text(top, &self.masker)))?;
        let answered = exchange.answer().is_some_and(|answer| answer.status == status);
        let checks = [
            check(&format!("the answer is {status}"), answered)?,
            check(&format!("the first cause is {id}"), top.first().is_some_and(|cause| cause.id.as_str() == id))?,
        ];
        Ok(checks.iter().all(|holds| *holds))
    }
}

/// Different for each file, and longer than one chunk, so that mixed-up or cut-off files are noticed.
fn contents(index: usize) -> Vec<u8> {
    (0..40_000).flat_map(|line| format!("file {index}, line {line}\n").into_bytes()).collect()
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}\n")).collect::<String>().trim_end().to_owned()
}
