//! Deliveries for the response panel: made up, never sent.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use centerpost::diagnosis::{Cause, CauseId, Certainty, Fact, FactPlace, Fix};
use centerpost::jobs::{JobId, Jobs};
use centerpost::model::attachment;
use centerpost::model::draft::Attachment;
use centerpost::model::exchange::{FailureKind, NetworkFailure, Outcome, Step, Timings};
use centerpost::model::request_record::RequestRecord;
use centerpost::model::{Answer, Endpoint, Exchange, Network, Profile, Request, Secret};
use centerpost::service::order::{Delivery, UploadOrder};
use centerpost::service::report::{DeliveryReport, UploadOutcome, UploadResult};
use centerpost::store::{ProfileId, StoredProfile};
use centerpost::ui::command::Command;
use centerpost::ui::pages::compose::drafts::OpenDrafts;
use centerpost::ui::pages::compose::state::Session;
use centerpost::ui::pages::response::state::{DeliveryView, Pace, UploadStage, UploadView};
use centerpost::ui::pages::response::view as response;
use centerpost::ui::state::State;
use centerpost::ui::theme;
use eframe::egui;
use egui_kittest::{Harness, HarnessBuilder};

/// A key that must never be seen.
pub const CANARY: &str = "k3yCANARY0c9a71";
pub const BODY: &str = r#"{"summary": "Crashing on load!", "who": "jim@centercode.com", "severity": "Major"}"#;

/// What a harness holds: the window's state, the jobs, and what the panel asked for.
pub struct Bench {
    pub state: State,
    pub jobs: Jobs,
    pub out: Vec<Command>,
}

pub fn bench() -> Bench {
    let profile = profile();
    let id = ProfileId("acme".into());
    let mut state = State { selected: Some(id.clone()), now: moment(60), ..State::default() };
    state.profiles.push(StoredProfile { id: id.clone(), profile }.into());
    state.drafts.insert(id, OpenDrafts::default());
    Bench { state, jobs: Jobs::new(|| {}).unwrap(), out: Vec::new() }
}

impl Bench {
    pub fn with(mut self, make: impl FnOnce(JobId) -> DeliveryView) -> Self {
        let job = self.job();
        self.session().deliveries.push(make(job));
        self
    }

    pub fn session(&mut self) -> &mut Session {
        self.state.open().unwrap().1
    }

    /// The number of a job that ends at once: its file does not exist.
    fn job(&mut self) -> JobId {
        let attachment = Attachment { path: "/nonexistent/file".into(), ..Attachment::default() };
        let order = UploadOrder {
            endpoint: "http://127.0.0.1:1/".into(),
            part_name: "x".into(),
            attachment,
            extra_headers: Vec::new(),
            network: Network::default(),
        };
        self.jobs.upload(order, &Default::default(), Profile::default())
    }

    pub fn asked(&mut self) -> Vec<String> {
        self.out.drain(..).map(|command| format!("{command:?}")).collect()
    }
}

pub fn moment(seconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

pub fn profile() -> Profile {
    let mut profile = Profile::from_json(
        r#"{"name": "Acme beta", "base_url": "https://acme.centercode.com", "project_key": "beta1", "source_key": "appcrashlog",
        "file_elements": [{"field": "Crash log", "parameter": "log"}, {"field": "Screenshot", "parameter": "shot"}]}"#,
    )
    .unwrap();
    profile.api_key = Secret::new(CANARY);
    profile
}

pub fn delivery_of(source_key: &str) -> Delivery {
    let profile = profile();
    let sent_to = Endpoint { source_key: source_key.into(), ..profile.endpoint() };
    Delivery {
        request: Request::post_json(sent_to.url_revealing_key(), BODY, &[("X-Run".into(), format!("run of {CANARY}"))]),
        sent_to,
        profile,
        attachments: Vec::new(),
        network: Network::default(),
        uploads_at_once: 2,
        origin: Default::default(),
    }
}

/// A delivery that is under way.
pub fn blank(job: JobId, delivery: Delivery) -> DeliveryView {
    DeliveryView {
        is_upload: false,
        job,
        delivery,
        started_at: moment(0),
        started: Instant::now(),
        kept: None,
        exchange: None,
        causes: Vec::new(),
        endpoints: Vec::new(),
        uploads: Vec::new(),
        report: None,
        summary: std::cell::OnceCell::new(),
        overridden: Vec::new(),
    }
}

/// A delivery whose create request is over.
pub fn over(job: JobId, delivery: Delivery, outcome: Outcome) -> DeliveryView {
    let exchange = Exchange {
        sent: RequestRecord::from(&delivery.request),
        outcome: Some(outcome),
        timings: Timings {
            first_byte: Some(Duration::from_millis(205)),
            total: Duration::from_millis(212),
            ..Timings::default()
        },
        body_bytes_sent: BODY.len() as u64,
        started_at: moment(0),
    };
    let report = DeliveryReport {
        create: Ok(exchange.clone()),
        causes: Vec::new(),
        ticket: None,
        endpoints: Vec::new(),
        uploads: Vec::new(),
    };
    DeliveryView { exchange: Some(exchange.into()), report: Some(report), ..blank(job, delivery) }
}

pub fn answer(status: u16, content_type: &str, body: impl Into<Bytes>) -> Answer {
    let body = body.into();
    let wire_size = body.len() as u64;
    let headers =
        vec![("Content-Type".to_owned(), content_type.to_owned()), ("Server".to_owned(), "Microsoft-IIS/10.0".to_owned())];
    Answer { status, version: "HTTP/1.1".into(), headers, body, wire_size, ..Answer::default() }
}

/// A 404 with two causes.
pub fn not_found(job: JobId) -> DeliveryView {
    let delivery = delivery_of("appcrashlogs");
    let start = delivery.request.url.find("appcrashlogs").unwrap();
    let body = "{\"status\": 404, \"message\": \"The resource you are looking for could not be found.\"}";
    let mut view = over(job, delivery, Outcome::Answer(answer(404, "application/json; charset=utf-8", body)));
    let fact = |text: &str, place| Fact { text: text.into(), place: Some(place) };
    let message = body.find("The resource").unwrap();
    view.causes = vec![
        Cause {
            id: CauseId::EndpointSourceKeyMismatch,
            confidence: Certainty::Proven.strong(),
            title: "The External Source key is not the profile's".into(),
            evidence: vec![
                fact("sent \"appcrashlogs\"", FactPlace::Url(start..start + 12)),
                fact("profile \"appcrashlog\"", FactPlace::Profile("source_key".into())),
                fact("the answer says \"could not be found\"", FactPlace::AnswerBody(message..message + 12)),
            ],
            advice: "Use the source key of the profile, or correct the profile if Centercode shows another".into(),
            fixes: vec![Fix::UseProfileSourceKey],
        },
        Cause {
            id: CauseId::EndpointKeysChanged,
            confidence: Certainty::Possible.plain(),
            title: "The keys were changed in Centercode".into(),
            evidence: vec![fact("the summary was sent", FactPlace::Parameter("summary".into()))],
            advice: "Compare the address with the one that Centercode shows".into(),
            fixes: vec![],
        },
    ];
    view.overridden = vec![view.causes[0].clone()];
    view
}

/// A success that names endpoints, with one file done, one under way, one failed.
pub fn created(job: JobId) -> DeliveryView {
    let mut delivery = delivery_of("appcrashlog");
    let body = format!(
        r#"{{"id": 4711, "attachments": {{
            "log": "https://acme.centercode.com/api/v1/projects//feedback/appcrashlog/4711/files/log?apiKey={CANARY}",
            "shot": "/api/v1/projects/feedback/appcrashlog/4711/files/shot",
            "mirror": "https://files.elsewhere.example/api/v1/projects/beta1/feedback/appcrashlog/4711/attachments/extra"}}}}"#
    );
    let parsed = serde_json::from_str(&body).unwrap();
    let attach = |parameter: &str, name: &str, size| Attachment {
        parameter: parameter.into(),
        path: PathBuf::from("/home/jim").join(name),
        picked_size: Some(size),
        ..Attachment::default()
    };
    delivery.attachments = vec![
        attach("log", "crash.zip", 41_300_000),
        attach("shot", "screen.png", 812_000),
        attach("log", "crash.dmp", 2_000_000_000),
    ];
    let endpoints = attachment::find(&parsed, &delivery.sent_to, Some(&delivery.profile));
    let attachments = delivery.attachments.clone();
    let mut view = over(job, delivery, Outcome::Answer(answer(201, "application/json", body)));
    view.report = None;
    view.endpoints = endpoints;
    let uploaded = |status| {
        let mut exchange = (**view.exchange.as_ref().unwrap()).clone();
        exchange.outcome = Some(Outcome::Answer(Answer {
            early: status == 413,
            ..answer(status, "text/plain", format!("{CANARY}: the server takes 1 GB at most"))
        }));
        exchange
    };
    let result = |attachment: &Attachment, status| UploadResult {
        parameter: attachment.parameter.clone(),
        path: attachment.path.clone(),
        filename: attachment.filename(),
        size: attachment.picked_size,
        sha256: (status == 201).then(|| "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
        endpoint: Some(format!("https://acme.centercode.com/x?apiKey={CANARY}")),
        outcome: UploadOutcome::Answered(Box::new(uploaded(status))),
        causes: Vec::new(),
    };
    let too_large = Cause {
        id: CauseId::UploadTooLarge,
        confidence: Certainty::Likely.strong(),
        title: "The file is larger than the server takes".into(),
        evidence: vec![Fact { text: "413 after \"2.00 GB\"".into(), place: None }],
        advice: "Compress or split the file".into(),
        fixes: vec![],
    };
    let now = Instant::now();
    let pace = Pace { samples: vec![(now, 20_000_000), (now + Duration::from_secs(2), 30_975_000)].into() };
    let ended = |result, causes| UploadStage::ended(Box::new(result), causes);
    let stages = [
        (UploadStage::Running, pace),
        (ended(result(&attachments[1], 201), vec![]), Pace::default()),
        (ended(result(&attachments[2], 413), vec![too_large]), Pace::default()),
    ];
    view.uploads = attachments
        .into_iter()
        .zip(stages)
        .enumerate()
        .map(|(index, (attachment, (stage, pace)))| UploadView { attachment, job: (job, index + 1), stage, pace })
        .collect();
    view
}

/// A host whose name does not resolve.
pub fn no_answer(job: JobId) -> DeliveryView {
    let failure = NetworkFailure {
        kind: FailureKind::Dns,
        message: "failed to lookup address information: Name or service not known".into(),
        step: Some(Step::Resolve),
        peer: Some("acme.centercode.com:443".into()),
    };
    over(job, delivery_of("appcrashlog"), Outcome::Failure(failure))
}

pub fn harness(
    bench: Bench,
    width: f32,
    height: f32,
    set_up: impl FnOnce(HarnessBuilder<Bench>) -> HarnessBuilder<Bench>,
) -> Harness<'static, Bench> {
    let builder = set_up(Harness::builder().with_size([width, height])).with_context_setup(theme::install);
    builder.build_ui_state(
        |ui, bench: &mut Bench| {
            let fill = theme::tokens(ui).surface;
            egui::CentralPanel::default().frame(egui::Frame::new().fill(fill).inner_margin(12)).show(ui, |ui| {
                response::show(ui, &mut bench.state, &bench.jobs, &mut bench.out);
            });
        },
        bench,
    )
}
