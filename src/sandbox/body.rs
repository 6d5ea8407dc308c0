//! Bodies of requests and answers.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;

type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// A body, wherever its bytes come from.
pub(super) type Body = UnsyncBoxBody<Bytes, BodyError>;

/// A body that is in memory.
pub(super) fn whole(bytes: Vec<u8>) -> Body {
    Full::new(Bytes::from(bytes)).map_err(|never: Infallible| match never {}).boxed_unsync()
}

/// A body that is made as it is sent.
pub(super) fn streamed<E: Into<BodyError> + 'static>(stream: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Body {
    StreamBody::new(stream.map_ok(Frame::data).map_err(Into::into)).boxed_unsync()
}
