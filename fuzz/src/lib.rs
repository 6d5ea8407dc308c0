//! What reads bytes of others, one function each. The fuzz targets call them with whatever the fuzzer makes up, and the tests of the main
//! crate with the inputs that were found.

use std::sync::Arc;

use centerpost::diagnosis;
use centerpost::formats::import::{self, Hints, SourceKind};
use centerpost::formats::{bundle, case};
use centerpost::model::attachment;
use centerpost::model::body_view::BodyView;
use centerpost::model::json_rows::JsonRows;
use centerpost::model::secrets::finder::SecretFinder;
use centerpost::model::secrets::mask::mask_text;
use centerpost::model::{Address, Answer, Case, Endpoint, Exchange, Profile, Secret, multipart};
use centerpost::store::{History, SessionSecrets};

const KEY: &str = "k3y+of/a&test\"1";

/// Whatever is pasted or opened: taken for each kind in turn, then checked, explained and exported.
pub fn import(bytes: &[u8]) {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let kind = SourceKind::ALL.get(usize::from(*first) % (SourceKind::ALL.len() + 1)).copied();
    let Ok(opened) = import::open(rest, &Hints { kind, ..Hints::default() }) else { return };
    let profile = profile();
    for (index, request) in opened.imported.requests.iter().take(4).enumerate() {
        let _ = (request.placeholders(), request.profile(), request.draft(&profile), request.payload());
        let _ = diagnosis::check(&profile, &request.sent());
        if let Some(case) = opened.imported.case(index, Some(&profile)) {
            let _ = diagnosis::diagnose(&case);
        }
    }
}

/// An answer: judged, explained, drawn, and searched for attachment endpoints.
pub fn answer(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\n\n").unwrap_or(("", &text));
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let status = 200 + u16::from(bytes.first().copied().unwrap_or_default()) * 2;
    let answer = Answer { status, headers, body: body.to_owned().into_bytes().into(), ..Answer::default() };
    let _ = (answer.judgement(), answer.json(), BodyView::new(&answer, &[KEY.to_owned()]));
    let profile = profile();
    if let Some(json) = answer.json() {
        let _ = (attachment::find(&json, &profile.endpoint(), Some(&profile)), attachment::ticket_id(&json));
    }
    if let Ok(rows) = JsonRows::new(body) {
        let folds = rows.first_folds();
        let _ = rows.visible(&folds);
    }
    let exchange = Exchange {
        sent: Default::default(),
        outcome: Some(centerpost::model::exchange::Outcome::Answer(answer)),
        timings: Default::default(),
        body_bytes_sent: 0,
        started_at: Default::default(),
    };
    let _ = diagnosis::diagnose(&Case::of(&exchange, Some(&profile)));
}

/// A multipart body.
pub fn parts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let kind = text.lines().next().unwrap_or_default();
    let _ = (multipart::parameter(kind, "name"), multipart::boundary_of(kind));
    let boundary = multipart::boundary_of(kind).unwrap_or_else(|| "x".to_owned());
    let _ = multipart::read(&boundary, bytes);
}

/// A support bundle, a case and a profile.
pub fn files(bytes: &[u8]) {
    let _ = bundle::read(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = (case::read(text), Profile::from_json(text));
    }
}

/// Secrets in a text: what is masked holds none of them.
pub fn secrets(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let masked = mask_text(&text, &[KEY.to_owned()]);
    assert!(!masked.contains(KEY), "{masked:?}");
    let finder = SecretFinder::new([KEY]);
    for span in finder.find(bytes) {
        assert!(bytes.get(span.span).is_some_and(|found| !found.is_empty()));
    }
}

/// An address, and an attachment endpoint in an answer: the key goes to its own origin alone.
pub fn address(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let profile = profile();
    let (completed, _, is_elsewhere) = attachment::complete(&text, &profile.endpoint());
    let has_key = !SecretFinder::new([KEY]).spans(&completed).is_empty();
    let had_key = !SecretFinder::new([KEY]).spans(&text).is_empty();
    assert!(!has_key || had_key || !is_elsewhere && profile.is_at(&completed), "{text:?} became {completed:?}");
    let _ = (Address::parse(&text).shape(), Endpoint::from_pasted(&text));
}

/// A history whose file is damaged anyhow: it opens or says why not, and what is listed can be opened.
pub fn history(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join("history.db");
    let vault = || Arc::new(SessionSecrets::default());
    let Ok((history, _)) = History::open(folder.path(), vault()) else { return };
    drop(history);
    let Ok(mut file) = std::fs::read(&path) else { return };
    for change in bytes.chunks_exact(4) {
        let at = usize::from(u16::from_be_bytes([change[0], change[1]])) * usize::from(change[2]).max(1);
        let length = file.len().max(1);
        if let Some(byte) = file.get_mut(at % length) {
            *byte = change[3];
        }
    }
    if std::fs::write(&path, &file).is_err() {
        return;
    }
    if let Ok((history, _)) = History::open(folder.path(), vault()) {
        let rows = history.list(&Default::default(), 100).unwrap_or_default();
        rows.iter().for_each(|row| drop(history.open_record(row.id)));
    }
}

fn profile() -> Profile {
    Profile {
        name: "Acme".into(),
        base_url: "https://acme.example".into(),
        project_key: "beta1".into(),
        source_key: "log".into(),
        api_key: Secret::new(KEY),
        ..Profile::default()
    }
}
