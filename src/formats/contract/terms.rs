//! What every form of a contract says: the address, an example, and what each ticket has to name.

use serde_json::{Map, Value, json};

use crate::model::contract::parameter_of;
use crate::model::profile::FieldKind;
use crate::model::{Address, Profile, Secret, example};

/// What stands for the API key.
pub(super) const KEY: &str = "YOUR_API_KEY";

/// What stands for the address of a user.
pub(super) const SUBMITTER: &str = "name@example.com";

/// The endpoint without its key, and without user information or a query that somebody typed into the host.
pub(super) fn url(profile: &Profile) -> String {
    let mut endpoint = profile.endpoint();
    endpoint.api_key = Secret::default();
    let address = Address::parse(&endpoint.base_url);
    let scheme = if address.scheme.is_empty() { "https" } else { address.raw(&address.scheme) };
    let base = format!("{scheme}://{}", address.raw(&address.authority));
    endpoint.base_url = base;
    endpoint.url_revealing_key()
}

/// A payload that breaks no rule, without anybody's address.
pub(super) fn example_payload(profile: &Profile) -> Map<String, Value> {
    let mut values = example::example_values(profile);
    let submitter = parameter_of(profile, FieldKind::Submitter, "submitter");
    let status = parameter_of(profile, FieldKind::Status, "status");
    for field in profile.fields.iter().filter(|field| field.kind == FieldKind::Submitter) {
        values.insert(field.parameter.clone(), json!(SUBMITTER));
    }
    if needs_submitter(profile) {
        values.insert(submitter.to_owned(), json!(SUBMITTER));
    }
    if needs_status(profile) && !values.contains_key(status) {
        values.insert(status.to_owned(), json!(profile.statuses.first().map_or("New", String::as_str)));
    }
    values
}

/// Whether each ticket has to name its submitter.
pub(super) fn needs_submitter(profile: &Profile) -> bool {
    profile.default_submitter_setting().is_demanded()
}

/// Whether each ticket has to name its status.
pub(super) fn needs_status(profile: &Profile) -> bool {
    profile.workflow_status_setting().is_demanded()
}
