//! What a writer makes, and how it names things.

/// What a file is called by whoever sends it without a name of its own: the end of its path.
pub(super) fn own_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// What a writer made of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// A second file that belongs to it, such as a Postman environment: its name's ending and its text.
    pub companion: Option<(String, String)>,
    /// What the reader had better know, such as what this tool cannot say; sentences without a full stop and without secrets.
    pub notes: Vec<String>,
}
