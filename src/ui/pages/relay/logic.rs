//! The relay: its start, its end, and what it tells.

use std::net::SocketAddr;

use eframe::egui::Context;

use crate::jobs::{JobId, RelayJobEvent};
use crate::model::request::Secrets;
use crate::model::secrets::masker::Masker;
use crate::service::confirm;
use crate::service::intent::{Intent, Purpose};
use crate::service::relay::{Habits, RelayOrder};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::relay::command::{RelayCommand, RelayFile};
use crate::ui::pages::relay::state::{Running, Target};

impl App {
    pub(in crate::ui) fn relay_command(&mut self, ctx: &Context, command: RelayCommand) {
        match command {
            RelayCommand::Start => self.ask_or_relay(),
            RelayCommand::Agree => {
                self.state.relay.question = None;
                self.start_relay();
            }
            RelayCommand::Decline => self.state.relay.question = None,
            RelayCommand::Stop => {
                if let Some(running) = &self.state.relay.running {
                    self.jobs.cancel(running.job);
                }
            }
            RelayCommand::Pick(file) => {
                let title = match file {
                    RelayFile::Certificate => "Choose a certificate",
                    RelayFile::Key => "Choose a private key",
                };
                let filter = Some(("PEM files", &["pem", "crt", "cer", "key"][..]));
                self.dialogs.pick_file(ctx, title, filter, move |path| Command::Relay(RelayCommand::Picked(file, path)));
            }
            RelayCommand::Picked(file, path) => {
                let page = &mut self.state.relay;
                let typed = match file {
                    RelayFile::Certificate => &mut page.certificate,
                    RelayFile::Key => &mut page.key,
                };
                *typed = path.display().to_string();
            }
            RelayCommand::Clear => self.state.relay.lines.clear(),
        }
    }

    pub(in crate::ui) fn on_relay(&mut self, job: JobId, event: RelayJobEvent) {
        let page = &mut self.state.relay;
        let Some(running) = page.running.as_mut().filter(|running| running.job == job) else { return };
        match event {
            RelayJobEvent::Listening { url, endpoint } => (running.url, running.endpoint) = (url, endpoint),
            RelayJobEvent::News(news) => page.add(news),
            RelayJobEvent::Ended(ended) => (page.running, page.failed) = (None, ended.err()),
        }
    }

    fn ask_or_relay(&mut self) {
        let Some(stored) = self.state.profile() else { return };
        let (profile, id) = (stored.profile.clone(), stored.id.clone());
        if self.state.relay.target != Target::Profile {
            return self.start_relay();
        }
        self.with_due(
            (profile, id),
            |(profile, id)| {
                let url = &profile.base_url;
                Intent { purpose: Purpose::Relay, url, profile, profile_id: &id.0, fingerprint: None }
            },
            |app, _, reasons| {
                if reasons.is_empty() {
                    return app.start_relay();
                }
                app.state.relay.question = Some(confirm::words(&reasons, &jiff::tz::TimeZone::system()));
            },
        );
    }

    fn start_relay(&mut self) {
        let Some(stored) = self.state.profile() else { return };
        let (profile, id) = (stored.profile.clone(), stored.id.clone());
        let page = &mut self.state.relay;
        let Ok(port) = page.port.trim().parse::<u16>() else {
            page.failed = Some(format!("\"{}\" is not a port. Enter a number up to 65535; 0 picks a free one", page.port.trim()));
            return;
        };
        if page.running.is_some() {
            return;
        }
        page.failed = None;
        let listen = SocketAddr::from((if page.is_open { [0, 0, 0, 0] } else { [127, 0, 0, 1] }, port));
        let (token, tls) = match RelayOrder::token_for(listen).and_then(|token| page.tls().map(|tls| (token, tls))) {
            Ok(found) => found,
            Err(reason) => {
                page.failed = Some(reason);
                return;
            }
        };
        let is_open = page.is_open;
        let (target, rewrites) = (page.target.order(), page.rewrites);
        let name = profile.shown_name().to_owned();
        if page.target == Target::Profile && profile.production {
            self.state.confirmed.insert(id.clone());
        }
        let network = self.surroundings().network(&profile);
        let order = RelayOrder {
            listen,
            target,
            profile,
            profile_id: id.0,
            token,
            tls,
            rewrites,
            network,
            // The job reads them from the history.
            habits: Habits::default(),
        };
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn_profile(&order.profile);
        let job = self.jobs.relay(order);
        self.state.relay.running = Some(Running { job, name, url: String::new(), endpoint: String::new(), is_open, masker });
    }
}
