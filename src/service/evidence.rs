//! From what was kept or pasted to what a support bundle is made of.

use crate::diagnosis;
use crate::formats::bundle::{Contents, Evidence};
use crate::model::history::{ExchangeKind, HistoryRecord};
use crate::model::settings::Proxy;
use crate::model::{Case, Network, Profile, Settings};
use crate::store::{History, StoreError};

/// The exchanges of these numbers, each explained as it would be today.
///
/// # Errors
/// When one of them cannot be read.
pub fn of_history(history: &History, ids: &[i64]) -> Result<Vec<Evidence>, StoreError> {
    ids.iter().map(|id| history.open_record(*id).map(|kept| of_kept(history, &kept))).collect()
}

fn of_kept(history: &History, kept: &HistoryRecord) -> Evidence {
    let case = Case::of(&kept.exchange, kept.profile.as_ref());
    let earlier = history.earlier(&kept.row.profile_id);
    let label = match kept.row.kind {
        ExchangeKind::Create => "Create a ticket".to_owned(),
        ExchangeKind::Upload => "Upload a file".to_owned(),
        ExchangeKind::Probe => "Probe the address".to_owned(),
    };
    Evidence {
        label,
        exchange: kept.exchange.clone(),
        is_timed: true,
        profile: kept.profile.clone(),
        causes: diagnosis::diagnose(&Case { earlier, ..case }),
    }
}

/// A case that was pasted or imported. Without an answer or a failure it shows what is wrong with the request.
pub fn of_case(label: &str, case: &Case) -> Evidence {
    let label = if label.is_empty() { "The request" } else { label };
    Evidence {
        label: label.to_owned(),
        exchange: case.exchange(jiff::Timestamp::UNIX_EPOCH),
        is_timed: false,
        profile: case.profile.clone(),
        causes: diagnosis::diagnose(case),
    }
}

/// What counts of one source: exchanges with an outcome, and requests without one where there is nothing else.
pub fn that_counts(mut all: Vec<Evidence>) -> Vec<Evidence> {
    let has_outcome = |evidence: &Evidence| evidence.exchange.outcome.is_some();
    if all.iter().any(has_outcome) {
        all.retain(has_outcome);
    }
    all
}

/// What is evidence, with what else a bundle says of where it was made.
pub fn contents(exchanges: Vec<Evidence>, settings: &Settings, profile: &Profile) -> Contents {
    let environment = environment(&settings.network(profile));
    Contents { exchanges, environment, made_at: jiff::Timestamp::now(), ..Contents::default() }
}

fn environment(network: &Network) -> Vec<(String, String)> {
    let proxy = match &network.proxy {
        Proxy::System => "as the system says".to_owned(),
        Proxy::Direct => "none".to_owned(),
        Proxy::Own(address) => crate::model::secrets::mask::mask_url(address),
    };
    let mut rows = vec![
        ("Made by", concat!("Centerpost ", env!("CARGO_PKG_VERSION")).to_owned()),
        ("Operating system", format!("{} ({})", std::env::consts::OS, std::env::consts::ARCH)),
        ("Proxy", proxy),
        (
            "Time limits",
            format!("{} s to connect, {} s of silence", network.connect_timeout.as_secs(), network.idle_timeout.as_secs()),
        ),
    ];
    if network.ca_file.is_some() {
        rows.push(("Certificates", "own authorities in addition to the system's".to_owned()));
    }
    if network.accept_invalid_certificates {
        rows.push(("Certificates", "accepted even if they do not check out".to_owned()));
    }
    rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
