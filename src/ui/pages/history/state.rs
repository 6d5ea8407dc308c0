//! What the history's page shows.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::jobs::JobId;
use crate::model::compare::Comparison;
use crate::model::history::{Filter, HistoryRow};
use crate::model::listed::listed;
use crate::ui::pages::response::recorded::RecordedView;

/// What is listed until something else is picked: all but what tools sent, of which one run alone would fill the page.
pub fn first_filter() -> Filter {
    Filter { without_probes: true, ..Filter::default() }
}

/// What the page shows.
pub struct HistoryPage {
    /// Which exchanges are listed.
    pub filter: Filter,
    /// From when on, in the words of the pick list.
    pub since: Since,
    /// The numbers of those that are listed, newest first.
    pub ids: Vec<i64>,
    /// Whether these are all.
    pub complete: bool,
    /// Lines that were read.
    pub rows: HashMap<i64, HistoryRow>,
    /// Lines that are being read.
    pub asked: HashSet<i64>,
    /// The job whose list is waited for.
    pub listing: Option<JobId>,
    /// Whether the next lines belong to a new list.
    pub stale: bool,
    /// The history's revision that was listed.
    pub revision: u64,
    /// The line at the top, and how far it is scrolled out.
    pub first: f64,
    /// The line that the keyboard is on.
    pub cursor: Option<i64>,
    /// Lines that are marked, for what is done with several.
    pub marked: BTreeSet<i64>,
    /// Profiles that occur: their names on disk, and their names.
    pub profiles: Vec<(String, String)>,
    /// The job whose exchange or comparison is waited for.
    pub opening: Option<JobId>,
    /// Whether the search takes the keyboard at the next frame.
    pub focuses_search: bool,
    /// Whether the list takes the keyboard at the next frame.
    pub enters_list: bool,
    /// Whether an exchange is being read to be sent again or copied.
    pub is_reading: bool,
    /// Whether a line in view is pinned, marked as working, or has files.
    pub has_marks: bool,
    /// What stands beside the list.
    pub detail: DetailPane,
    /// What the user is asked whether to delete.
    pub asks_delete: Option<Vec<i64>>,
    /// Why nothing can be shown.
    pub trouble: Option<String>,
}

impl Default for HistoryPage {
    fn default() -> Self {
        Self {
            filter: first_filter(),
            since: Since::default(),
            ids: Vec::new(),
            complete: false,
            rows: HashMap::new(),
            asked: HashSet::new(),
            listing: None,
            stale: false,
            revision: 0,
            first: 0.0,
            cursor: None,
            has_marks: false,
            marked: BTreeSet::new(),
            profiles: Vec::new(),
            opening: None,
            focuses_search: false,
            enters_list: false,
            is_reading: false,
            detail: DetailPane::default(),
            asks_delete: None,
            trouble: None,
        }
    }
}

/// What stands beside the list.
#[derive(Default)]
pub enum DetailPane {
    /// Nothing.
    #[default]
    Nothing,
    /// An exchange as it was.
    Opened(Box<Opened>),
    /// Two exchanges, older first, and where they differ.
    Compared(Box<(HistoryRow, HistoryRow, Comparison)>),
}

/// An exchange as it was.
pub struct Opened {
    /// Its line.
    pub row: HistoryRow,
    /// What the response panel draws.
    pub view: RecordedView,
    /// The note as it is being typed.
    pub note: String,
    /// The tags as they are being typed.
    pub tags: String,
    /// What is to be known of it, such as secrets that nobody knows any more.
    pub remarks: Vec<String>,
    /// Why it cannot be sent again, if so.
    pub not_again: Option<String>,
    /// Whether its profile is still there.
    pub has_profile: bool,
}

listed! {
    /// From when on exchanges are listed.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    #[allow(missing_docs, reason = "the labels say it")]
    pub enum Since {
        #[default]
        Ever,
        Hour,
        Day,
        Week,
        Month,
    }
}

impl Since {
    pub(in crate::ui) fn label(self) -> &'static str {
        match self {
            Self::Ever => "Any time",
            Self::Hour => "Last hour",
            Self::Day => "Last 24 hours",
            Self::Week => "Last 7 days",
            Self::Month => "Last 30 days",
        }
    }

    pub(in crate::ui) fn hours(self) -> Option<i64> {
        match self {
            Self::Ever => None,
            Self::Hour => Some(1),
            Self::Day => Some(24),
            Self::Week => Some(24 * 7),
            Self::Month => Some(24 * 30),
        }
    }
}
