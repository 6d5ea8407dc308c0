//! Fixes: a cause's proposal, carried out in the draft or, where the profile itself is wrong, in the profile.

use std::time::Instant;

use serde_json::{Map, Value};

use crate::diagnosis::Fix;
use crate::model::unseen::is_invisible;
use crate::model::{Draft, Endpoint, Profile};
use crate::store::{ProfileId, merge_profile};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::compose::draft_id::DraftId;
use crate::ui::pages::compose::refresh::refresh;
use crate::ui::pages::compose::undo::{DraftUndo, Undone};
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::toasts::NoteKind;

impl App {
    pub(in crate::ui) fn apply_fix(&mut self, fix: Fix) {
        let Some((stored, session)) = self.state.open() else { return };
        let (id, profile) = (stored.id.clone(), stored.profile.clone());
        if let Fix::FocusParameter(parameter) = fix {
            if profile.file_element(&parameter).is_some() {
                return session.show_files(&profile, Some(&parameter));
            }
            if profile.field(&parameter).is_none() {
                // There is no field to go to; the mapping is where one is made.
                return self.state.show_place("fields".to_owned());
            }
            session.tab = ComposeTab::Form;
            session.focus = Some(parameter);
            return;
        }
        if let Some(fixed) = fix_profile(&fix, &profile, &session.draft) {
            let undo = Command::Profile(ProfileCommand::Undo {
                id: id.clone(),
                before: Box::new(profile.clone()),
                after: Box::new(fixed.clone()),
            });
            let undo = Some(("Undo".to_owned(), undo));
            self.save_profile(&id, fixed);
            self.state.note(NoteKind::Info, format!("Changed the profile \"{}\": {}", profile.name, fix.label()), undo);
            return;
        }
        let before = session.draft.clone();
        let (_, notes) = session.change(|draft| fix_draft(draft, &fix, &profile));
        if session.draft == before {
            return;
        }
        if let Some(text) = &session.draft.json {
            session.json_text.clone_from(text);
            session.json_notes = notes;
        }
        session.unsaved_since.get_or_insert_with(Instant::now);
        refresh(session, &profile);
    }

    /// Takes a change of a draft back, the newest unless a number is given. What was typed after it stays.
    pub(in crate::ui) fn undo(&mut self, id: &DraftId, step: Option<u64>) {
        self.step_back(id, "undone", |undo, draft, profile| undo.take_back(step, draft, profile));
    }

    /// Does again what was taken back last in the open draft.
    pub(in crate::ui) fn redo(&mut self) {
        if let Some(id) = self.state.draft_id() {
            self.step_back(&id, "redone", DraftUndo::redo);
        }
    }

    fn step_back(&mut self, id: &DraftId, word: &str, step: impl FnOnce(&mut DraftUndo, &mut Draft, &Profile) -> Option<Undone>) {
        let Some(profile) = self.state.profile_of(&id.profile).cloned() else { return };
        let Some(session) = self.state.session_mut(id) else { return };
        match step(&mut session.undo, &mut session.draft, &profile) {
            Some(Undone::Done(notes)) => {
                if let Some(text) = session.draft.json.clone() {
                    (session.json_text, session.json_notes) = (text, notes);
                }
                session.unsaved_since.get_or_insert_with(Instant::now);
                refresh(session, &profile);
            }
            Some(Undone::Overtaken) => {
                let text = format!("Nothing was {word}: the changed values have been edited since");
                self.state.note(NoteKind::Info, text, None);
            }
            None => {}
        }
    }

    /// Takes a change of a profile back. What was changed in it after that stays.
    pub(in crate::ui) fn undo_profile(&mut self, id: &ProfileId, before: &Profile, after: &Profile) {
        let Some(profile) = self.state.profile_of(id) else { return };
        let merged = merge_profile(after, profile, before);
        self.save_profile(id, merged);
    }
}

/// The profile as the fix wants it, where it is the profile that is wrong: its headers, or its own address.
fn fix_profile(fix: &Fix, profile: &Profile, draft: &Draft) -> Option<Profile> {
    let mut fixed = profile.clone();
    match fix {
        Fix::SetHeader { name, value } => {
            fixed.extra_headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
            // What every request carries by itself needs no row.
            if !(name.eq_ignore_ascii_case("content-type") && value == "application/json") {
                fixed.extra_headers.push((name.clone(), value.clone()));
            }
        }
        Fix::CleanAddress | Fix::UseHttps | Fix::SetProjectKey(_) | Fix::SetSourceKey(_) if draft.address.is_none() => {
            fixed.set_endpoint(fix_endpoint(profile.endpoint(), fix, profile)?);
        }
        _ => return None,
    }
    (fixed != *profile).then_some(fixed)
}

/// Changes the draft; returns what the form cannot show of its JSON.
fn fix_draft(draft: &mut Draft, fix: &Fix, profile: &Profile) -> Vec<String> {
    match fix {
        Fix::ReplaceBody(text) => return draft.set_json(text, profile),
        Fix::SetParameter { parameter, value } => {
            let mut members = members_of(draft, profile);
            members.insert(parameter.clone(), value.clone());
            draft.leave_json();
            draft.fill(&members, profile);
        }
        Fix::RenameParameter { from, to } => {
            let members = members_of(draft, profile);
            let renamed =
                members.into_iter().map(|(name, value)| if name == *from { (to.clone(), value) } else { (name, value) });
            let renamed: Map<String, Value> = renamed.collect();
            draft.leave_json();
            draft.fill(&renamed, profile);
        }
        fix => {
            if let Some(endpoint) = fix_endpoint(draft.endpoint(profile), fix, profile) {
                draft.set_endpoint(endpoint, profile);
            }
        }
    }
    Vec::new()
}

/// What is sent: the JSON as typed, if it is an object, else what the form makes.
fn members_of(draft: &Draft, profile: &Profile) -> Map<String, Value> {
    match draft.json.as_deref().map(serde_json::from_str) {
        Some(Ok(Value::Object(members))) => members,
        _ => draft.members(profile),
    }
}

fn fix_endpoint(mut endpoint: Endpoint, fix: &Fix, profile: &Profile) -> Option<Endpoint> {
    match fix {
        Fix::UseProfileHost => endpoint.base_url.clone_from(&profile.base_url),
        Fix::UseProfileProjectKey => endpoint.project_key.clone_from(&profile.project_key),
        Fix::UseProfileSourceKey => endpoint.source_key.clone_from(&profile.source_key),
        Fix::UseProfileApiKey => endpoint.api_key = profile.api_key.clone(),
        Fix::SetProjectKey(key) => endpoint.project_key.clone_from(key),
        Fix::SetSourceKey(key) => endpoint.source_key.clone_from(key),
        Fix::UseHttps => {
            let rest = endpoint.base_url.split_once("://").map_or(endpoint.base_url.as_str(), |(_, rest)| rest);
            endpoint.base_url = format!("https://{rest}");
        }
        Fix::UseAddress(address) => {
            endpoint = Endpoint { api_key: endpoint.api_key, ..Endpoint::from_pasted(address)? };
        }
        Fix::CleanAddress => {
            for part in [&mut endpoint.base_url, &mut endpoint.project_key, &mut endpoint.source_key] {
                *part = clean(part);
            }
            let key = clean(endpoint.api_key.reveal());
            endpoint.api_key = crate::model::Secret::new(key);
        }
        _ => return None,
    }
    Some(endpoint)
}

/// Takes out what cannot be seen: white space, and characters of no width.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Secret;

    fn profile() -> Profile {
        Profile {
            base_url: "https://acme.centercode.com".into(),
            project_key: "beta1".into(),
            source_key: "appcrashlog".into(),
            api_key: Secret::new("3f0c"),
            ..Profile::default()
        }
    }

    #[test]
    fn the_address_is_fixed_back_to_the_profiles() {
        let profile = profile();
        let mut draft = Draft::default();
        let broken =
            Endpoint { source_key: "appcrashlogs".into(), base_url: "http://acme.centercode.com".into(), ..profile.endpoint() };
        draft.set_endpoint(broken, &profile);
        fix_draft(&mut draft, &Fix::UseProfileSourceKey, &profile);
        assert_eq!(draft.endpoint(&profile).source_key, "appcrashlog");
        fix_draft(&mut draft, &Fix::UseHttps, &profile);
        assert_eq!(draft.address, None, "nothing differs from the profile any more");
    }

    #[test]
    fn the_address_of_a_redirect_is_used_and_the_key_stays_with_its_origin() {
        let profile = profile();
        for (base_url, api_key) in
            [(profile.base_url.as_str(), profile.api_key.clone()), ("https://eu.centercode.com", Secret::default())]
        {
            let mut draft = Draft::default();
            let address = format!("{base_url}/api/v1/projects/beta2/feedback/crashes?apiKey=theirs");
            fix_draft(&mut draft, &Fix::UseAddress(address), &profile);
            let (project_key, source_key) = ("beta2".into(), "crashes".into());
            let expected = Endpoint { base_url: base_url.into(), project_key, source_key, api_key };
            assert_eq!(draft.endpoint(&profile), expected, "{base_url}");
        }
    }

    #[test]
    fn parameters_are_set_and_renamed_in_typed_json() {
        let profile = profile();
        let mut draft = Draft::default();
        draft.set_json(r#"{"Summary": "x", "severity": "critical", "n": 1.50}"#, &profile);
        fix_draft(&mut draft, &Fix::RenameParameter { from: "Summary".into(), to: "summary".into() }, &profile);
        fix_draft(&mut draft, &Fix::SetParameter { parameter: "severity".into(), value: json!("Critical") }, &profile);
        assert_eq!(Value::Object(draft.members(&profile)), json!({"summary": "x", "severity": "Critical", "n": 1.5}));
    }

    #[test]
    fn what_is_wrong_in_the_profile_is_fixed_there() {
        let mut profile = profile();
        profile.source_key = " appcrash\u{200b}log".into();
        let fixed = fix_profile(&Fix::CleanAddress, &profile, &Draft::default()).unwrap();
        assert_eq!(fixed.source_key, "appcrashlog");
        profile.extra_headers = vec![("content-type".into(), "text/plain".into())];
        let header = Fix::SetHeader { name: "Content-Type".into(), value: "application/json".into() };
        assert_eq!(fix_profile(&header, &profile, &Draft::default()).unwrap().extra_headers, vec![]);
    }
}
