//! The pages of a draft.

/// A page of a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ComposeTab {
    /// One widget per parameter.
    #[default]
    Form,
    /// The JSON.
    Json,
    /// Extra headers.
    Headers,
    /// The files to attach.
    Attachments,
    /// The request to the byte.
    Request,
    /// The response, where the window has no room for it beside or under the draft.
    Response,
}
