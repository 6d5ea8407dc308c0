//! What an import yields: requests as somebody else's tool wrote them down, and in words what could not be taken over.

use super::request_spec::RequestSpec;
use super::{Address, Case, Endpoint, Profile, Secret};

/// The requests of a text, in its order, and what is to be said about it.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The requests. One that tells nothing of a request is an answer alone.
    pub requests: Vec<RequestSpec>,
    /// The exchanges themselves, in the order of the requests, where the source is a record of them: it knows more than a request to be
    /// sent holds. Empty for other sources.
    pub cases: Vec<Case>,
    /// What could not be taken over or has no effect here.
    pub notes: Vec<Note>,
    /// The profile that they were meant for, where the source holds one.
    pub profile: Option<Profile>,
}

impl Imported {
    /// The exchange of a request, to be explained or checked. A profile given here takes the place of the source's own.
    pub fn case(&self, index: usize, profile: Option<&Profile>) -> Option<Case> {
        let request = self.requests.get(index)?;
        let mut case = self.cases.get(index).cloned().unwrap_or_else(|| request.case(None));
        case.profile = profile.cloned().or(case.profile).or_else(|| self.profile.clone());
        Some(case)
    }

    /// The request that matters most where one is to be looked at: the first POST to an External Source that failed, before other
    /// POSTs to one, before other requests to one, before what resembles one, before other requests, before a browser's OPTIONS and a tunnel's CONNECT, before an
    /// answer alone. Where a redirect made a GET of it, the GET that failed is what matters.
    pub fn main_index(&self) -> usize {
        let rank = |request: &RequestSpec| {
            let is_preflight = matches!(request.method.as_str(), "OPTIONS" | "CONNECT");
            // A key that is missing leaves the rest of the address as it is.
            let has_shape = request.url.contains("/api/v1/projects/") && request.url.contains("/feedback/");
            let lower = || request.url.to_ascii_lowercase();
            let resembles = || ["/feedback/", "apikey=", "centercode"].iter().any(|sign| lower().contains(sign));
            let is_source = match has_shape || Endpoint::from_pasted(&request.url).is_some() {
                true => 2,
                false => u8::from(resembles()),
            };
            let has_failed =
                request.outcome.as_ref().is_some_and(|outcome| outcome.answer().is_none_or(|answer| answer.status >= 400));
            (request.knows_request(), !is_preflight, is_source, request.method == "POST", has_failed)
        };
        let ranks = self.requests.iter().map(rank).enumerate();
        let main = ranks.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(0, |(index, _)| index);
        if self.is_turned_into_get(main) { main + 1 } else { main }
    }

    /// Whether the answer to this request is a redirect that the next request follows as a GET, and that fails at the same source.
    fn is_turned_into_get(&self, index: usize) -> bool {
        let (Some(request), Some(next)) = (self.requests.get(index), self.requests.get(index + 1)) else { return false };
        let location = request.answer().filter(|answer| matches!(answer.status, 301..=303)).and_then(|it| it.header("location"));
        let path_of = |url: &str| {
            let address = Address::parse(url.trim());
            address.raw(&address.path).trim_end_matches('/').to_ascii_lowercase()
        };
        let is_failed = next.answer().is_some_and(|answer| answer.status >= 400);
        let is_same = |location: &str| path_of(location) == path_of(&next.url) && path_of(&request.url) == path_of(&next.url);
        request.method == "POST" && matches!(next.method.as_str(), "GET" | "HEAD") && is_failed && location.is_some_and(is_same)
    }

    /// Keeps the request of this index alone.
    pub fn pick(&mut self, index: usize) {
        self.keep(|found, _| found == index);
    }

    /// Drops the answers that stand without a request.
    pub fn drop_answers_alone(&mut self) {
        self.keep(|_, request| request.knows_request());
    }

    fn keep(&mut self, is_kept: impl Fn(usize, &RequestSpec) -> bool) {
        let kept: Vec<bool> = self.requests.iter().enumerate().map(|(index, request)| is_kept(index, request)).collect();
        let mut next = kept.iter();
        self.requests.retain(|_| next.next().is_some_and(|kept| *kept));
        let mut next = kept.iter();
        self.cases.retain(|_| next.next().is_some_and(|kept| *kept));
    }

    /// Puts values in the place of the placeholders that stand in the requests.
    pub fn fill(&mut self, values: &[(String, Secret)]) {
        for (index, request) in self.requests.iter_mut().enumerate() {
            let filled = request.filled(values);
            if let Some(case) = self.cases.get_mut(index).filter(|_| filled != *request) {
                case.sent = filled.sent();
            }
            *request = filled;
        }
    }
}

/// Something to say about an import, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub severity: Severity,
    /// Where it stands in the source.
    pub place: Option<TextPosition>,
    /// What it is, in words.
    pub text: String,
}

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It has no effect on the request.
    NoEffect,
    /// It was taken over, and the user had better know how.
    Taken,
    /// It could not be taken over.
    Lost,
}

/// Where something stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPosition {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// More notes than anybody reads. Each names its place, which takes as long as the text before it.
const MOST_NOTES: usize = 100;

/// Adds a note, unless there are too many already; that there are is a note too.
pub fn add_note(notes: &mut Vec<Note>, note: impl FnOnce() -> Note) {
    match notes.len() {
        MOST_NOTES.. => {}
        count => {
            let note = note();
            let severity = note.severity;
            notes.push(note);
            if count + 2 == MOST_NOTES {
                notes.push(Note { severity, place: None, text: "There is more to say than is listed here".to_owned() });
            }
        }
    }
}

impl TextPosition {
    /// The place of a byte offset; one inside a character or behind the end counts as before or at the end.
    pub fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Self { line: before.matches('\n').count() + 1, column: before[start..].chars().count() + 1 }
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            Some(TextPosition { line, column }) => write!(f, "line {line}, column {column}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::{Answer, Outcome};

    #[test]
    fn the_main_request_by_table() {
        let source = "https://h/api/v1/projects/p/feedback/s";
        for (requests, main) in [
            (&[("OPTIONS", source), ("POST", source)][..], 1),
            (&[("GET", "https://h/x"), ("GET", source), ("POST", source), ("POST", source)], 2),
            (&[("", ""), ("GET", "https://h/x")], 1),
            (&[("OPTIONS", source), ("GET", "https://h/x")], 1),
            (&[("POST", source), ("POST", "https://h/api/v1/projects/p/feedback/s?failed")], 1),
            (&[("CONNECT", "h:443"), ("GET", "https://h/x")], 1),
            (&[], 0),
        ] {
            let one = |(method, url): &(&str, &str)| RequestSpec {
                method: (*method).to_owned(),
                url: (*url).to_owned(),
                outcome: url.ends_with("?failed").then(|| Outcome::Answer(Answer { status: 400, ..Answer::default() })),
                ..RequestSpec::default()
            };
            let imported = Imported { requests: requests.iter().map(one).collect(), ..Imported::default() };
            assert_eq!(imported.main_index(), main, "{requests:?}");
        }
    }

    #[test]
    fn a_redirect_that_makes_a_get_by_table() {
        let source = "https://h/api/v1/projects/p/feedback/s";
        for (status, location, method, answered, main) in [
            (301, "https://h/api/v1/projects/p/feedback/s/", "GET", 405, 1),
            (302, "/api/v1/projects/p/feedback/s", "GET", 404, 1),
            (303, "https://other/api/v1/projects/p/feedback/s?a=b", "GET", 400, 1),
            (308, "https://h/api/v1/projects/p/feedback/s/", "GET", 405, 0),
            (302, "https://h/login", "GET", 404, 0),
            (301, "https://h/api/v1/projects/p/feedback/s/", "GET", 200, 0),
        ] {
            let answer = |status, headers| Some(Outcome::Answer(Answer { status, headers, ..Answer::default() }));
            let one = |method: &str, url: &str, outcome| RequestSpec {
                method: method.into(),
                url: url.into(),
                outcome,
                ..RequestSpec::default()
            };
            let next = if location.starts_with('/') { format!("https://h{location}") } else { location.to_owned() };
            let requests = vec![
                one("POST", source, answer(status, vec![("Location".into(), location.into())])),
                one(method, &next, answer(answered, Vec::new())),
            ];
            assert_eq!(Imported { requests, ..Imported::default() }.main_index(), main, "{status} {location}");
        }
    }

    #[test]
    fn places_by_table() {
        for (offset, line, column) in [(0, 1, 1), (2, 1, 2), (3, 2, 1), (99, 2, 2)] {
            assert_eq!(TextPosition::of("ü\nb", offset), TextPosition { line, column }, "{offset}");
        }
    }
}
