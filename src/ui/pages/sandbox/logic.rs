//! The sandbox: its start, and the profiles that it plays.

use crate::jobs::JobId;
use crate::sandbox::{self, Sandbox};
use crate::store::StoredProfile;
use crate::ui::app::App;
use crate::ui::pages::sandbox::command::SandboxCommand;

impl App {
    pub(in crate::ui) fn sandbox_command(&mut self, command: SandboxCommand) {
        match command {
            SandboxCommand::Shape(shape) => {
                self.state.sandbox.shape = shape;
                if let Some(sandbox) = &self.state.sandbox.running {
                    sandbox.set_shape(shape);
                }
            }
            SandboxCommand::Fault(fault) => {
                self.state.sandbox.fault = fault;
                if let Some(sandbox) = &self.state.sandbox.running {
                    sandbox.set_fault(fault);
                }
            }
            SandboxCommand::Start => self.start_sandbox(),
        }
    }

    pub(in crate::ui) fn start_sandbox(&mut self) {
        if self.state.sandbox.running.is_some() || self.state.sandbox.starting.is_some() {
            return;
        }
        let options = sandbox::Options {
            profiles: self.played_profiles(),
            shape: self.state.sandbox.shape,
            fault: self.state.sandbox.fault,
            ..sandbox::Options::default()
        };
        self.state.sandbox.failed = None;
        self.state.sandbox.starting = Some(self.jobs.start_sandbox(options));
    }

    pub(in crate::ui) fn sandbox_started(&mut self, job: JobId, started: Result<Sandbox, String>) {
        if self.state.sandbox.starting != Some(job) {
            return;
        }
        self.state.sandbox.starting = None;
        let sandbox = match started {
            Ok(sandbox) => sandbox,
            Err(reason) => {
                self.state.sandbox.failed = Some(reason);
                return;
            }
        };
        let played = sandbox.profiles();
        // The page shows requests as they come, from the command line or a customer's tool too.
        sandbox.set_on_change(self.jobs.waker());
        self.state.sandbox.running = Some(sandbox);
        if self.state.profiles.is_empty() {
            if let Some(mut example) = played.into_iter().next() {
                example.sandbox = true;
                self.offer_profile(example);
            }
            return;
        }
        // The sandbox has another port and API key at each start.
        let flagged: Vec<_> =
            self.state.profiles.iter().filter(|stored| stored.profile.sandbox).map(|stored| stored.value.clone()).collect();
        for (StoredProfile { id, mut profile }, played) in flagged.into_iter().zip(played) {
            profile.base_url = played.base_url;
            profile.api_key = played.api_key;
            self.save_profile(&id, profile);
        }
    }
}
