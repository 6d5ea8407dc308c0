//! The one maker of requests that can be sent: from a payload, from a request that somebody else wrote, from a pasted text.

use std::path::{Path, PathBuf};

use super::deliver::multipart;
use crate::model::draft::Attachment;
use crate::model::headers::{header, is_to_be_sent};
use crate::model::multipart::{FileRef, Multipart, Part, PartContent, SendContent};
use crate::model::request::Body;
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::{Address, Endpoint, Profile, Request, system_words};
use crate::transport::read_regular;

/// The largest file that goes out as a whole body, in bytes: such a body is read into memory.
const LARGEST_BODY: u64 = 256 << 20;

/// The request that creates a ticket of a payload.
pub fn of_payload(sent_to: &Endpoint, payload: Vec<u8>, extra_headers: &[(String, String)]) -> Request {
    let request = Request::post_json(sent_to.url_revealing_key(), "", extra_headers);
    Request { body: Body::Bytes(payload), ..request }
}

/// A request whose address names no host, or that is a payload alone, is meant for the profile's endpoint.
pub fn meant_for(written: RequestSpec, profile: &Profile) -> RequestSpec {
    let url = match written.url.as_str() {
        "" => profile.endpoint().url_revealing_key(),
        path if path.starts_with('/') => format!("{}{path}", profile.base_url.trim_end_matches('/')),
        _ => return written,
    };
    RequestSpec { url, ..written }
}

/// The request with its files looked up in the folder that they may be read from. Without a folder no file is read.
///
/// # Errors
/// When a placeholder is still to be filled in, or a file is missing, elsewhere or too large; the text says which.
pub fn of_spec(written: &RequestSpec, files_from: Option<&Path>) -> Result<Request, String> {
    let open = written.placeholders();
    if !open.is_empty() {
        let names: Vec<String> = open.iter().map(|name| format!("{{{{{name}}}}}")).collect();
        return Err(format!("These placeholders have no value yet: {}", names.join(", ")));
    }
    let address = Address::parse(&written.url);
    if address.scheme.is_empty() || address.authority.is_empty() {
        return Err("The address names no host, so there is nothing to send it to".to_owned());
    }
    let mut headers: Vec<(String, String)> =
        written.headers.iter().filter(|(name, value)| is_to_be_sent(name, value, &written.url)).cloned().collect();
    let body = match &written.body {
        SpecBody::None => Body::None,
        SpecBody::Text(text) => Body::Bytes(text.clone().into_bytes()),
        SpecBody::Urlencoded(text) => {
            if header(&headers, "content-type").is_none() {
                headers.push(("Content-Type".into(), "application/x-www-form-urlencoded".into()));
            }
            Body::Bytes(text.clone().into_bytes())
        }
        SpecBody::Bytes(bytes) => Body::Bytes(bytes.clone()),
        SpecBody::File(path) => Body::Bytes(whole(&found(path, files_from)?)?),
        SpecBody::Multipart(parts) => {
            let parts = parts.iter().map(|one| part(one, files_from)).collect::<Result<Vec<_>, String>>()?;
            let multipart = multipart(parts);
            name_boundary(&mut headers, &multipart);
            Body::Multipart(multipart)
        }
    };
    Ok(Request { method: written.method.clone(), url: written.url.clone(), headers, body })
}

/// The files of this computer that a request names, as they lie in the folder that they may be read from.
///
/// # Errors
/// When one of them may not be read; the text says which and why.
pub fn files_of(written: &RequestSpec, files_from: Option<&Path>) -> Result<Vec<FileRef>, String> {
    paths_in(written).into_iter().map(|path| found(path, files_from)).collect()
}

/// The paths that a request names.
pub fn paths_in(written: &RequestSpec) -> Vec<&str> {
    match &written.body {
        SpecBody::File(path) => vec![path],
        SpecBody::Multipart(parts) => parts
            .iter()
            .filter_map(|part| match &part.content {
                PartContent::File(path) => Some(path.as_str()),
                PartContent::Text(_) | PartContent::Bytes(_) => None,
            })
            .collect(),
        SpecBody::None | SpecBody::Text(_) | SpecBody::Bytes(_) | SpecBody::Urlencoded(_) => Vec::new(),
    }
}

/// The folder of an opened file, for a request that names only files beside it: what a customer sent along lies there. Nothing hidden and
/// nothing in another folder counts, and what leaves this computer wants a folder that the user named.
pub fn folder_beside(opened: &Path, written: &RequestSpec) -> Option<PathBuf> {
    let is_plain =
        |path: &&str| !path.starts_with('.') && Path::new(path).components().count() == 1 && !path.contains(['/', '\\']);
    if !paths_in(written).iter().all(is_plain) {
        return None;
    }
    let folder = opened.parent()?;
    Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
}

/// Keeps those attachments of a request that somebody else wrote whose files lie in the folder that they may be read from. Returns why the
/// others are left out.
pub fn keep_found(attachments: &mut Vec<Attachment>, files_from: Option<&Path>) -> Vec<String> {
    let mut notes = Vec::new();
    attachments.retain_mut(|attachment| match found(&attachment.path.to_string_lossy(), files_from) {
        Ok(file) => {
            let written = std::mem::replace(&mut attachment.path, file.path);
            let own = written.file_name().map(|name| name.to_string_lossy().into_owned());
            attachment.filename = attachment.filename.take().or(own);
            (attachment.picked_size, attachment.picked_modified) = (Some(file.size), file.modified);
            true
        }
        Err(reason) => {
            notes.push(format!("No file is attached to {}. {reason}", attachment.parameter));
            false
        }
    });
    notes
}

/// The Content-Type with the boundary that is really used, in the place of the one that was written. A type that is none of a form stays,
/// as curl leaves it: it may be the very mistake.
fn name_boundary(headers: &mut Vec<(String, String)>, multipart: &Multipart) {
    let own = multipart.content_type();
    let Some((_, value)) = headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("content-type")) else {
        headers.push(("Content-Type".into(), own));
        return;
    };
    let kind = value.split(';').next().unwrap_or_default().trim().to_owned();
    *value = own.replace("multipart/form-data", if kind.is_empty() { "multipart/form-data" } else { &kind });
}

/// A file that a request names. Whoever wrote the request may name any, so only those in the folder are read, wherever links lead.
fn found(path: &str, files_from: Option<&Path>) -> Result<FileRef, String> {
    let trouble = |reason: String| {
        format!("Looking for the file {path}: {reason}. Put it into the folder of the request's files, or name another folder")
    };
    let Some(folder) = files_from else {
        return Err(format!("The request names the file {path}. No file is read until you say in which folder the files are"));
    };
    let folder =
        folder.canonicalize().map_err(|error| trouble(format!("the folder {}: {}", folder.display(), system_words(&error))))?;
    let whole = folder.join(path).canonicalize().map_err(|error| trouble(system_words(&error)))?;
    if !whole.starts_with(&folder) {
        return Err(trouble(format!("it lies outside the folder {}", folder.display())));
    }
    let found = std::fs::metadata(&whole).map_err(|error| trouble(system_words(&error)))?;
    if !found.is_file() {
        return Err(trouble("it is not a regular file".to_owned()));
    }
    Ok(FileRef { path: whole, size: found.len(), modified: found.modified().ok() })
}

fn whole(file: &FileRef) -> Result<Vec<u8>, String> {
    if file.size > LARGEST_BODY {
        return Err(format!("The body {} is larger than {} MiB", file.path.display(), LARGEST_BODY >> 20));
    }
    read_regular(&file.path).map_err(|reason| format!("Reading {}: {reason}", file.path.display()))
}

fn part(written: &Part, files_from: Option<&Path>) -> Result<Part<SendContent>, String> {
    let mut part = written.with_content(match &written.content {
        PartContent::Text(text) => SendContent::Text(text.clone()),
        PartContent::Bytes(bytes) => SendContent::Bytes(bytes.clone()),
        PartContent::File(path) => SendContent::File(found(path, files_from)?),
    });
    if part.content_type.is_none() {
        part.content_type = guessed_type(written);
    }
    Ok(part)
}

/// Every client names a type for a file.
fn guessed_type(written: &Part) -> Option<String> {
    let name = written.filename.as_ref().filter(|_| matches!(written.content, PartContent::File(_)))?;
    Some(mime_guess::from_path(name).first_or_octet_stream().to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;
    use crate::model::request::Secrets;

    #[test]
    fn what_the_connection_sets_is_left_to_it() {
        let written = RequestSpec {
            method: "POST".into(),
            url: "https://h.example/x".into(),
            headers: [("Host", "h.example"), ("Content-Length", "9"), (":path", "/x"), ("X-A", "1"), ("X-A", "2")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: SpecBody::Urlencoded("a=1".into()),
            ..RequestSpec::default()
        };
        let request = of_spec(&written, None).unwrap();
        let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, request.body), (vec!["X-A", "X-A", "Content-Type"], Body::Bytes(b"a=1".to_vec())));
    }

    #[test]
    fn the_boundary_is_ours_and_the_type_is_theirs() {
        for (written, expected) in [
            (None, "multipart/form-data; boundary=----"),
            (Some("multipart/form-data; boundary=theirs"), "multipart/form-data; boundary=----"),
            (Some("Multipart/Mixed"), "Multipart/Mixed; boundary=----"),
            (Some("application/json"), "application/json; boundary=----"),
            (Some(""), "multipart/form-data; boundary=----"),
        ] {
            let kind = written.map(|kind| ("content-type".to_owned(), kind.to_owned()));
            let request = RequestSpec {
                url: "https://h.example/x".into(),
                headers: kind.into_iter().chain([("X-Last".to_owned(), "1".to_owned())]).collect(),
                body: SpecBody::Multipart(vec![Part { name: "a".into(), ..Part::default() }]),
                ..RequestSpec::default()
            };
            let request = of_spec(&request, None).unwrap();
            let found = request.header("content-type").unwrap();
            assert!(found.starts_with(expected) && !found.contains("theirs"), "{written:?}: {found}");
            assert_eq!(request.headers.len(), 2, "{written:?}");
        }
    }

    #[test]
    fn a_part_goes_out_as_it_was_written() {
        let headers = vec![("X-Part".to_owned(), "1".to_owned()), ("Authorization".to_owned(), "t0ken".to_owned())];
        let part = Part { name: "a".into(), content: PartContent::Text("ü".into()), headers, ..Part::default() };
        let body = SpecBody::Multipart(vec![part]);
        let written = RequestSpec { url: "https://h.example/x".into(), body, ..RequestSpec::default() };
        let request = of_spec(&written, None).unwrap();
        let head = "Content-Disposition: form-data; name=\"a\"\r\nX-Part: 1\r\nAuthorization: t0ken\r\n\r\nü\r\n--";
        assert!(request.wire_text(Secrets::Shown).contains(head));
        let masked = request.wire_text(Secrets::Masked);
        assert!(masked.contains("X-Part: 1\r\nAuthorization: ••••") && !masked.contains("t0ken"), "{masked}");
    }

    #[test]
    fn only_files_in_the_folder_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        std::fs::create_dir_all(own.join("deep")).unwrap();
        for name in ["own/a.log", "own/deep/b.log", "outside.log"] {
            std::fs::write(folder.path().join(name), "text").unwrap();
        }
        #[cfg(unix)]
        for (link, to) in [("own/link-out.log", "outside.log"), ("own/link-in.log", "own/a.log"), ("own/up", ".")] {
            std::os::unix::fs::symlink(folder.path().join(to), folder.path().join(link)).unwrap();
        }
        let outside = folder.path().join("outside.log").display().to_string();
        let inside = own.join("a.log").display().to_string();
        for (path, expected) in [
            ("a.log", Ok(4)),
            ("deep/../deep/b.log", Ok(4)),
            (inside.as_str(), Ok(4)),
            #[cfg(unix)]
            ("link-in.log", Ok(4)),
            ("../outside.log", Err("outside the folder")),
            (outside.as_str(), Err("outside the folder")),
            ("/etc/passwd", Err(if cfg!(unix) { "outside the folder" } else { "/etc/passwd" })),
            #[cfg(unix)]
            ("link-out.log", Err("outside the folder")),
            #[cfg(unix)]
            ("up/outside.log", Err("outside the folder")),
            ("deep", Err("not a regular file")),
            ("gone.log", Err("gone.log")),
        ] {
            let file = RequestSpec { url: "https://h/x".into(), body: SpecBody::File(path.into()), ..RequestSpec::default() };
            let part = Part { name: "f".into(), content: PartContent::File(path.into()), ..Part::default() };
            let form = RequestSpec { body: SpecBody::Multipart(vec![part]), ..file.clone() };
            for written in [&file, &form] {
                let sizes = files_of(written, Some(&own)).map(|files| files[0].size);
                match (sizes, of_spec(written, Some(&own)), expected) {
                    (Ok(size), Ok(_), Ok(expected)) => assert_eq!(size, expected, "{path}"),
                    (Err(one), Err(other), Err(expected)) => {
                        assert!(one == other && one.contains(expected), "{path}: {one}, {other}");
                    }
                    (sizes, request, _) => panic!("{path}: {sizes:?}, {request:?}"),
                }
                assert!(of_spec(written, None).unwrap_err().contains("No file is read"), "{path}");
            }
            let mut attachments = vec![Attachment { parameter: "log".into(), path: path.into(), ..Attachment::default() }];
            let notes = keep_found(&mut attachments, Some(&own));
            assert_eq!((attachments.len(), notes.len()), if expected.is_ok() { (1, 0) } else { (0, 1) }, "{path}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_said() {
        for (url, body, expected) in [
            ("https://h/x?apiKey={{apiKey}}", SpecBody::None, "{{apiKey}}"),
            ("/x", SpecBody::None, "names no host"),
            ("https://h/x", SpecBody::File("no/such/file".into()), "no/such/file"),
        ] {
            let written = RequestSpec { url: url.into(), body, ..RequestSpec::default() };
            let error = of_spec(&written, None).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
