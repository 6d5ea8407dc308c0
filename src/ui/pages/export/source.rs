//! The requests that are exported, and the exchanges that they come from.

use eframe::egui::Context;

use crate::model::draft::Attachment;
use crate::model::{Exchange, Profile, RequestSpec};
use crate::service::report::UploadOutcome;

use crate::ui::app::App;
use crate::ui::pages::export::command::ExportSource;
use crate::ui::toasts::NoteKind;

/// A request to be written, and the exchange that it comes from.
pub(in crate::ui) struct Source {
    pub(in crate::ui) request: RequestSpec,
    pub(in crate::ui) exchange: Option<Exchange>,
    pub(in crate::ui) profile: Option<Profile>,
    /// The number that a ticket's create request and its uploads share.
    pub(in crate::ui) delivery: Option<u64>,
    /// Files that go with it and are not in it.
    pub(in crate::ui) attachments: Vec<Attachment>,
}

impl App {
    /// Goes on with the requests of a source: at once, or once they were read from the history.
    pub(in crate::ui) fn with_sources(
        &mut self,
        ctx: &Context,
        source: &ExportSource,
        then: impl FnOnce(&mut Self, &Context, Vec<Source>) + 'static,
    ) {
        let found = match source {
            ExportSource::Draft => self.draft_source().into_iter().collect(),
            ExportSource::Delivery => self.delivery_sources(),
            ExportSource::History(ids) => return self.with_history_sources(ids.clone(), then),
            ExportSource::Import => {
                let profile = self.import_profile().and_then(|id| self.state.profile_of(&id)).cloned();
                let request = self.state.import.request();
                let whole = |request| Source { request, exchange: None, profile, delivery: None, attachments: Vec::new() };
                request.map(whole).into_iter().collect()
            }
        };
        then(self, ctx, found);
    }

    fn draft_source(&mut self) -> Option<Source> {
        let (stored, session) = self.state.open()?;
        let profile = stored.profile.clone();
        let request = RequestSpec {
            accept_invalid_certificates: profile.accept_invalid_certificates,
            ..RequestSpec::of_request(&session.draft.request(&profile))
        };
        let attachments = session.draft.attachments.clone();
        Some(Source { request, exchange: None, profile: Some(profile), delivery: None, attachments })
    }

    fn delivery_sources(&mut self) -> Vec<Source> {
        let Some((_, session)) = self.state.open() else { return Vec::new() };
        let shown = session.shown.unwrap_or(session.deliveries.len().saturating_sub(1));
        let Some(view) = session.deliveries.get(shown) else { return Vec::new() };
        let uploads = view.report.iter().flat_map(|report| &report.uploads).filter_map(|upload| match &upload.outcome {
            UploadOutcome::Answered(exchange) => Some(&**exchange),
            _ => None,
        });
        let exchanges: Vec<Exchange> = view.exchange.iter().map(|judged| &**judged).chain(uploads).cloned().collect();
        let profile = view.delivery.profile.clone();
        let delivery = view.delivery.origin.delivery;
        exchanges.into_iter().map(|exchange| of_exchange(exchange, Some(profile.clone()), delivery)).collect()
    }

    /// What cannot be read is said, and left out.
    fn with_history_sources(&mut self, ids: Vec<i64>, then: impl FnOnce(&mut Self, &Context, Vec<Source>) + 'static) {
        let Some(history) = self.history.clone() else { return };
        let read = move || ids.into_iter().map(|id| history.open_record(id)).collect::<Vec<_>>();
        self.read_aside("Reading the exchanges", read, move |app, ctx, read| {
            let mut sources = Vec::new();
            for kept in read {
                match kept {
                    Ok(kept) => sources.push(of_exchange(kept.exchange, kept.profile, kept.row.delivery)),
                    Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
                }
            }
            then(app, ctx, sources);
        });
    }
}

fn of_exchange(exchange: Exchange, profile: Option<Profile>, delivery: u64) -> Source {
    let request = RequestSpec {
        label: profile.as_ref().map_or_else(String::new, |profile| profile.shown_name().to_owned()),
        ..RequestSpec::of_exchange(&exchange, profile.as_ref())
    };
    Source { request, exchange: Some(exchange), profile, delivery: Some(delivery), attachments: Vec::new() }
}
