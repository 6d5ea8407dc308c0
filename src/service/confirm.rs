//! Whether to ask before a request goes to a server. This is the one place that decides it, for whoever sends.
//!
//! [`Session::due`] names the reasons. Each face asks in its own way: the window in a dialog, the command line on the terminal.

use crate::model::Address;
use crate::model::history::{ExchangeKind, HistoryRow};
use crate::model::multipart::FileRef;
use crate::store::ProfileId;

use super::intent::{Intent, Purpose};
use super::session::Session;

/// Why a send has to be confirmed.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfirmReason {
    /// The settings cannot be used, so it goes out without the proxy and the authorities that they may name.
    SettingsLost {
        /// Why.
        reason: String,
    },
    /// The profile is marked production, and this is its first send since the program started.
    Production {
        /// The profile's name.
        profile: String,
        /// Whether it adds a file to a ticket that exists, and makes none.
        is_upload: bool,
    },
    /// The same request went out before.
    Repeat {
        /// The earlier exchange.
        row: Box<HistoryRow>,
        /// Whether it is unknown what became of it.
        unknown: bool,
        /// How many more of what is sent together went out before.
        others: usize,
    },
    /// The request goes to another origin (scheme, host, port) than the profile's.
    Elsewhere {
        /// The origin that it goes to.
        there: String,
        /// The profile's origin.
        own: String,
        /// The profile's name.
        profile: String,
        /// Whether an API key goes along in the address.
        has_key: bool,
    },
    /// The request sends files whose names somebody else wrote.
    NamedFiles {
        /// The files.
        files: Vec<FileRef>,
    },
    /// One request reaches the real server.
    RealRequest {
        /// The host.
        host: String,
    },
    /// Several requests reach the real server, and each can create a ticket.
    Trials {
        /// The host.
        host: String,
        /// Their number at most.
        most: usize,
        /// Their usual number.
        usual: usize,
    },
    /// A suite creates tickets on the real server.
    Run {
        /// The profile's name.
        profile: String,
        /// The host.
        host: String,
        /// The number of tickets at most.
        tickets: usize,
        /// The number of files at most.
        files: usize,
    },
    /// Several requests reach the real server, and none can create a ticket.
    Probes {
        /// The host.
        host: String,
        /// Their number.
        requests: usize,
    },
}

impl ConfirmReason {
    /// The reason in words, without a full stop. Times are given in this zone. The text may hold secrets of an address.
    pub fn words(&self, zone: &jiff::tz::TimeZone) -> String {
        match self {
            Self::SettingsLost { reason } => {
                format!("Your settings are not used, so this goes out without a proxy or authorities of yours. Why: {reason}")
            }
            Self::Production { profile, is_upload: true } => {
                format!("\"{profile}\" is marked production. This adds a file to a real ticket that real people read")
            }
            Self::Production { profile, is_upload: false } => {
                format!("\"{profile}\" is marked production. This creates a real ticket that real people read")
            }
            Self::Repeat { row, unknown, others } => {
                let when = row.started_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z");
                if row.kind == ExchangeKind::Upload {
                    let before = "A file of the same name and size went to this attachment endpoint on";
                    let before = format!("{before} {when} (number {} in the history)", row.id);
                    let mut text = if *unknown {
                        format!("{before}, and its outcome is not known. The ticket may have it already")
                    } else {
                        format!("{before} and was taken. Sending it again may attach it twice")
                    };
                    match others {
                        0 => {}
                        1 => text.push_str(". One more of these files was sent before"),
                        others => text.push_str(&format!(". {others} more of these files were sent before")),
                    }
                    return text;
                }
                let before = format!("The same payload went to this endpoint on {when} (number {} in the history)", row.id);
                if *unknown {
                    return format!("{before}, and its outcome is not known. The ticket may exist already");
                }
                let ticket = row.ticket.as_ref().map_or_else(|| "its ticket".to_owned(), |ticket| format!("ticket {ticket}"));
                format!("{before} and created {ticket}. Sending it again creates another")
            }
            Self::Elsewhere { there, own, profile, has_key } => {
                let key = if *has_key {
                    "The API key in the address goes along; of the profile nothing secret does"
                } else {
                    "Neither the profile's API key nor a secret header of it goes along"
                };
                format!("This goes to {there}, but the profile \"{profile}\" is at {own}. {key}")
            }
            Self::NamedFiles { files } => {
                let noun = if files.len() == 1 { "this file" } else { "these files" };
                let one = |file: &FileRef| format!("{} ({} bytes)", file.path.display(), file.size);
                format!("The request sends {noun} from your computer: {}", files.iter().map(one).collect::<Vec<_>>().join(", "))
            }
            Self::RealRequest { host } => {
                format!("This sends the request to {host} unchanged. If it succeeds, it creates a real ticket there")
            }
            Self::Trials { host, most, usual } => format!(
                "This sends {host} at most {most} requests, usually about {usual}. Each accepted request creates a real ticket there"
            ),
            Self::Run { profile, host, tickets, files } => {
                let several = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
                let attached = if *files == 0 { String::new() } else { format!(" and attaches {}", several(*files, "file")) };
                let tickets = several(*tickets, "real ticket");
                format!("This run creates up to {tickets} with the profile \"{profile}\" on {host}{attached}")
            }
            Self::Probes { host, requests } => {
                format!("This sends {requests} requests to {host}, with bodies that cannot create a ticket")
            }
        }
    }

    /// Whether a script has to agree beforehand. What a script asked for by the very command is only noted.
    pub fn needs_agreement(&self) -> bool {
        match self {
            Self::SettingsLost { .. }
            | Self::NamedFiles { .. }
            | Self::RealRequest { .. }
            | Self::Trials { .. }
            | Self::Run { .. }
            | Self::Probes { .. } => true,
            Self::Production { .. } | Self::Repeat { .. } | Self::Elsewhere { .. } => false,
        }
    }
}

/// All reasons in one text, without a full stop at the end.
pub fn words(reasons: &[ConfirmReason], zone: &jiff::tz::TimeZone) -> String {
    reasons.iter().map(|reason| reason.words(zone)).collect::<Vec<_>>().join(".\n")
}

/// What has to be confirmed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Due {
    /// Why, the gravest first. Without a reason nothing is asked.
    pub reasons: Vec<ConfirmReason>,
    /// What could not be found out.
    pub warning: Option<String>,
}

impl Session<'_> {
    /// Why a send has to be confirmed first.
    pub fn due(&self, intent: &Intent<'_>) -> Due {
        let mut due = Due::default();
        let (profile, host) = (intent.profile, host_of(intent.url));
        due.reasons.extend(self.settings_trouble.map(|reason| ConfirmReason::SettingsLost { reason: reason.to_owned() }));
        match &intent.purpose {
            Purpose::Send | Purpose::Upload | Purpose::Relay => {}
            Purpose::Replay { files } => {
                due.reasons.push(ConfirmReason::RealRequest { host: host.clone() });
                if !files.is_empty() {
                    due.reasons.push(ConfirmReason::NamedFiles { files: files.clone() });
                }
            }
            Purpose::Rehearse => due.reasons.push(ConfirmReason::RealRequest { host: host.clone() }),
            Purpose::Bisect { most_requests, usual_requests } => {
                due.reasons.push(ConfirmReason::Trials { host: host.clone(), most: *most_requests, usual: *usual_requests });
            }
            Purpose::Run { tickets, files } => {
                if !profile.sandbox {
                    let profile = profile.shown_name().to_owned();
                    let (tickets, files) = (*tickets, *files);
                    due.reasons.push(ConfirmReason::Run { profile, host: host.clone(), tickets, files });
                }
            }
            Purpose::Probe { requests } => {
                // No ticket can come of it, and the address is what is in doubt.
                due.reasons.push(ConfirmReason::Probes { host, requests: *requests });
                return due;
            }
        }
        if profile.production && !self.confirmed.contains(&ProfileId(intent.profile_id.to_owned())) {
            let is_upload = intent.purpose == Purpose::Upload;
            due.reasons.push(ConfirmReason::Production { profile: profile.shown_name().to_owned(), is_upload });
        }
        due.reasons.extend(elsewhere(intent));
        if profile.sandbox {
            // A second ticket in the sandbox troubles nobody.
            return due;
        }
        match self.repeated(intent) {
            Ok(repeated) => due.reasons.extend(repeated),
            Err(warning) => due.warning = Some(warning),
        }
        due
    }

    /// Why several that are sent together have to be confirmed first: the same reason is given once.
    pub fn due_of_all(&self, intents: &[Intent<'_>]) -> Due {
        let mut all = Due::default();
        for intent in intents {
            let due = self.due(intent);
            all.warning = all.warning.or(due.warning);
            for reason in due.reasons {
                let is_repeat = |reason: &ConfirmReason| matches!(reason, ConfirmReason::Repeat { .. });
                let known = all.reasons.iter().position(|known| *known == reason || is_repeat(known) && is_repeat(&reason));
                match known.map(|at| &mut all.reasons[at]) {
                    Some(ConfirmReason::Repeat { others, .. }) => *others += 1,
                    Some(_) => {}
                    None => all.reasons.push(reason),
                }
            }
        }
        all
    }

    /// The earlier exchange that a request would repeat.
    fn repeated(&self, intent: &Intent<'_>) -> Result<Option<ConfirmReason>, String> {
        let (Some(history), Some(fingerprint)) = (self.history, intent.fingerprint) else { return Ok(None) };
        let span = jiff::SignedDuration::from_mins(self.settings.ask_repeat_minutes.into());
        let since = self.now.checked_sub(span).unwrap_or_default();
        match history.repeats(&fingerprint, since) {
            Ok(found) => Ok(found.map(|(row, unknown)| ConfirmReason::Repeat { row: Box::new(row), unknown, others: 0 })),
            Err(error) => Err(format!("Whether this was sent before is not known. {error}")),
        }
    }
}

/// That a request goes elsewhere than its profile, if it does.
fn elsewhere(intent: &Intent<'_>) -> Option<ConfirmReason> {
    let (profile, address) = (intent.profile, Address::parse(intent.url));
    let own = Address::parse(&profile.base_url).origin();
    // The sandbox takes another port at each start.
    let is_sandbox = profile.sandbox && ["127.0.0.1", "localhost", "[::1]"].contains(&address.raw(&address.host));
    let is_known = !own.is_empty() && !is_sandbox;
    (is_known && !profile.is_at(intent.url)).then(|| ConfirmReason::Elsewhere {
        there: address.origin(),
        own,
        profile: profile.shown_name().to_owned(),
        has_key: !address.api_key_text().is_empty(),
    })
}

fn host_of(url: &str) -> String {
    let address = Address::parse(url);
    address.raw(&address.authority).to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use super::*;
    use crate::model::Profile;
    use crate::model::exchange::{Answer, Outcome, Timings};
    use crate::model::history::Fingerprint;
    use crate::model::request_record::RequestRecord;
    use crate::model::{Exchange, Settings};
    use crate::service::record::{self, Origin};
    use crate::store::{History, SessionSecrets};

    const URL: &str = "https://acme.example/api/v1/projects/p/feedback/s?apiKey=k";

    fn profile() -> Profile {
        Profile { name: "Acme".into(), base_url: "https://acme.example".into(), ..Profile::default() }
    }

    fn sent(payload: &str) -> RequestRecord {
        RequestRecord { method: "POST".into(), url: URL.into(), body: Some(payload.into()), ..RequestRecord::default() }
    }

    /// A history with a ticket of "made", and a server error of "unknown".
    fn history(folder: &std::path::Path) -> History {
        let history = History::open(folder, Arc::new(SessionSecrets::default())).unwrap().0;
        for (payload, status) in [("made", 201), ("unknown", 500)] {
            let exchange = Exchange {
                sent: sent(payload),
                outcome: Some(Outcome::Answer(Answer { status, body: "{}".into(), ..Answer::default() })),
                timings: Timings::default(),
                body_bytes_sent: 0,
                started_at: jiff::Timestamp::UNIX_EPOCH,
            };
            history.record(&record::created(&Origin::new("acme"), &profile(), 0, &exchange, &[])).unwrap();
        }
        history
    }

    /// The names of the reasons that are due, in order.
    fn due(intent: &Intent<'_>, confirmed: &[&str], minutes_later: i64) -> Vec<&'static str> {
        let folder = tempfile::tempdir().unwrap();
        let history = history(folder.path());
        let confirmed: HashSet<_> = confirmed.iter().map(|id| ProfileId((*id).to_owned())).collect();
        let session = Session {
            store: None,
            history: Some(&history),
            settings: &Settings { ask_repeat_minutes: 5, ..Settings::default() },
            settings_trouble: None,
            confirmed: &confirmed,
            now: jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minutes_later),
        };
        let due = session.due(intent);
        assert_eq!(due.warning, None);
        due.reasons
            .iter()
            .map(|reason| match reason {
                ConfirmReason::SettingsLost { .. } => "settings",
                ConfirmReason::Production { .. } => "production",
                ConfirmReason::Repeat { unknown: true, .. } => "unknown",
                ConfirmReason::Repeat { .. } => "repeat",
                ConfirmReason::Elsewhere { .. } => "elsewhere",
                ConfirmReason::NamedFiles { .. } => "files",
                ConfirmReason::RealRequest { .. } => "request",
                ConfirmReason::Trials { .. } => "trials",
                ConfirmReason::Run { .. } => "run",
                ConfirmReason::Probes { .. } => "probes",
            })
            .collect()
    }

    #[test]
    fn reasons_by_table() {
        let plain = profile();
        let production = Profile { production: true, ..profile() };
        let sandbox = Profile { sandbox: true, ..profile() };
        let at = |base_url: &str| Profile { base_url: base_url.into(), ..profile() };
        let elsewhere = at("https://other.example");
        let file = |path: &&str| FileRef { path: (*path).into(), size: 1, modified: None };
        let replay = |files: &[&str]| Purpose::Replay { files: files.iter().map(file).collect() };
        let bisect = Purpose::Bisect { most_requests: 9, usual_requests: 5 };
        let (none, made, unknown) = (None, Some("made"), Some("unknown"));
        for (purpose, profile, payload, expected) in [
            (Purpose::Send, &plain, Some("new"), &[][..]),
            (Purpose::Send, &Profile::default(), Some("new"), &[]),
            (Purpose::Send, &production, Some("new"), &["production"]),
            (Purpose::Send, &plain, made, &["repeat"]),
            (Purpose::Send, &plain, unknown, &["unknown"]),
            (Purpose::Send, &production, made, &["production", "repeat"]),
            (Purpose::Send, &sandbox, made, &[]),
            (Purpose::Send, &elsewhere, Some("new"), &["elsewhere"]),
            (Purpose::Send, &at("http://acme.example"), Some("new"), &["elsewhere"]),
            (Purpose::Send, &at("https://acme.example:8443"), Some("new"), &["elsewhere"]),
            (Purpose::Send, &at("https://ACME.example:443/"), Some("new"), &[]),
            (Purpose::Send, &Profile { sandbox: true, ..at("http://127.0.0.1:81") }, made, &["elsewhere"]),
            (Purpose::Upload, &plain, none, &[]),
            (Purpose::Upload, &production, none, &["production"]),
            (Purpose::Upload, &elsewhere, none, &["elsewhere"]),
            (replay(&[]), &plain, Some("new"), &["request"]),
            (replay(&["a.log"]), &production, made, &["request", "files", "production", "repeat"]),
            (Purpose::Rehearse, &production, unknown, &["request", "production", "unknown"]),
            (bisect, &production, none, &["trials", "production"]),
            (Purpose::Probe { requests: 7 }, &production, none, &["probes"]),
        ] {
            let fingerprint = payload.map(|payload| Fingerprint::of(&sent(payload)));
            let intent = Intent { purpose: purpose.clone(), url: URL, profile, profile_id: "acme", fingerprint };
            assert_eq!(due(&intent, &[], 1), expected, "{purpose:?} with {payload:?} by {profile:?}");
        }
    }

    #[test]
    fn a_profile_is_confirmed_once_and_a_repeat_is_forgotten() {
        let profile = Profile { production: true, ..profile() };
        for (confirmed, payload, minutes, expected) in [
            (&["acme"][..], "made", 1, &["repeat"][..]),
            (&["acme"], "made", 9, &[]),
            (&["other"], "made", 9, &["production"]),
            // What became of it stays unknown however long ago it was.
            (&["acme"], "unknown", 9, &["unknown"]),
        ] {
            let fingerprint = Some(Fingerprint::of(&sent(payload)));
            let intent = Intent { purpose: Purpose::Send, url: URL, profile: &profile, profile_id: "acme", fingerprint };
            assert_eq!(due(&intent, confirmed, minutes), expected, "{confirmed:?} {payload} {minutes}");
        }
    }

    #[test]
    fn an_earlier_exchange_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let row = history(folder.path()).rows(&[1]).unwrap().pop().unwrap();
        for (ticket, unknown, expected) in [
            (Some("4711"), false, "(number 1 in the history) and created ticket 4711. Sending it again creates another"),
            (None, false, "(number 1 in the history) and created its ticket. Sending it again creates another"),
            (None, true, "(number 1 in the history), and its outcome is not known. The ticket may exist already"),
        ] {
            let row = Box::new(HistoryRow { ticket: ticket.map(str::to_owned), ..row.clone() });
            let text = ConfirmReason::Repeat { row, unknown, others: 0 }.words(&jiff::tz::TimeZone::UTC);
            assert!(text.starts_with("The same payload went to this endpoint on 1970-01-01 00:00:00 UTC"), "{text}");
            assert!(text.ends_with(expected), "{text}");
        }
        // A file for a ticket that exists makes no ticket, however often it is sent.
        let row = Box::new(HistoryRow { kind: ExchangeKind::Upload, ..row });
        for unknown in [false, true] {
            let text = ConfirmReason::Repeat { row: row.clone(), unknown, others: 0 }.words(&jiff::tz::TimeZone::UTC);
            assert!(text.starts_with("A file of the same name and size went to") && !text.contains("create"), "{text}");
        }
        let text = ConfirmReason::Production { profile: "Acme".into(), is_upload: true }.words(&jiff::tz::TimeZone::UTC);
        assert!(!text.contains("create"), "{text}");
    }
}
