//! What the history's page asks for.

/// One thing that is done with the history.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryCommand {
    /// List what the filter lets through.
    List,
    /// Read lines of the list.
    Rows(Vec<i64>),
    /// Show an exchange as it was.
    Open(i64),
    /// Show the list alone.
    Close,
    /// Compare two exchanges.
    Compare(i64, i64),
    /// Compare an exchange with the one of its profile that works.
    CompareWithWorking(i64),
    /// Send it again, as it was or with today's profile.
    Resend {
        /// Which exchange.
        id: i64,
        /// With the address, the API key and the headers that the profile has today.
        today: bool,
    },
    /// Put its payload and address into its profile's draft.
    CopyAsDraft(i64),
    /// Set the note.
    Note(i64, String),
    /// Set the tags.
    Tags(i64, String),
    /// Pin exchanges or let them go.
    Pin(Vec<i64>, bool),
    /// Mark it as works, or take the mark off.
    Works(i64, bool),
    /// Ask whether to delete these.
    AskDelete(Vec<i64>),
    /// Delete these.
    Delete(Vec<i64>),
    /// Leave them.
    KeepThem,
}
