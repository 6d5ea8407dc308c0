//! Passes one exchange on: the request one way, the answer the other way, both at once.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Notify;

use super::capture::Capture;
use super::framing::{BodyReader, Framing};
use super::options::Rewrite;
use super::wire::Wire;
use crate::transport::answer_head::{self, AnswerHead, Reading};

/// Bytes that a client may send ahead while it waits for its answer.
const AHEAD: usize = 64 * 1024;
/// The largest answer that is rewritten, in bytes.
const REWRITTEN: u64 = 1 << 20;

/// Who ended an exchange before its end.
#[derive(Debug)]
pub(super) enum Broken {
    Client,
    Server(io::Error),
}

/// A request's body on its way.
pub(super) struct Outgoing {
    pub(super) body: BodyReader,
    pub(super) content: Capture,
}

/// Passes a request's body on, tells when it is over, and then watches the client: what it sends ahead waits for the next request, or goes
/// on too once both sides have switched to another protocol. Ends only when something breaks.
pub(super) async fn request<R, W>(
    client: &mut Wire<R>,
    server: &mut W,
    out: &mut Outgoing,
    is_sent: &Notify,
    is_switched: &AtomicBool,
) -> Broken
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    while !out.body.is_over() {
        if client.buffer.is_empty() {
            match client.fill().await {
                Ok(0) => return Broken::Client,
                Ok(_) => {}
                Err(_) => return Broken::Client,
            }
        }
        let count = out.body.take(&client.buffer, |bytes| out.content.add(bytes));
        let piece = client.buffer.split_to(count);
        if let Err(error) = server.write_all(&piece).await {
            return Broken::Server(error);
        }
        // What is read next may be long in coming.
        if client.buffer.is_empty()
            && let Err(error) = server.flush().await
        {
            return Broken::Server(error);
        }
    }
    is_sent.notify_one();
    loop {
        if client.buffer.len() > AHEAD {
            std::future::pending::<()>().await;
        }
        match client.fill().await {
            // Half closed, as some clients leave a connection once they have asked: the answer is still wanted.
            Ok(0) => std::future::pending::<()>().await,
            Ok(_) if is_switched.load(Ordering::Relaxed) => {
                let piece = client.buffer.split();
                if let Err(error) = server.write_all(&piece).await {
                    return Broken::Server(error);
                }
                if let Err(error) = server.flush().await {
                    return Broken::Server(error);
                }
            }
            Ok(_) => {}
            // It has left. Its request is with the server, whose answer is still to be recorded.
            Err(_) => std::future::pending::<()>().await,
        }
    }
}

/// The client's side of an answer. Once the client has left, what is written to it is dropped.
pub(super) struct Receiver<'a, W> {
    writer: &'a mut W,
    pub(super) has_left: bool,
}

impl<'a, W: AsyncWrite + Unpin> Receiver<'a, W> {
    pub(super) fn new(writer: &'a mut W) -> Self {
        Self { writer, has_left: false }
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.has_left = self.has_left || self.writer.write_all(bytes).await.is_err();
    }

    async fn flush(&mut self) {
        self.has_left = self.has_left || self.writer.flush().await.is_err();
    }
}

/// What came back.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    pub(super) head: Option<AnswerHead>,
    pub(super) content: Capture,
    pub(super) first_byte: Option<Instant>,
    /// Whether the answer came to its end.
    pub(super) is_whole: bool,
    /// Whether the connections go on.
    pub(super) keeps_alive: bool,
    /// What came is not HTTP; why.
    pub(super) foreign: Option<String>,
    pub(super) is_rewritten: bool,
    /// Whether the client was gone before all of it was passed back.
    pub(super) has_client_left: bool,
}

/// What is known of the request that an answer belongs to.
pub(super) struct Asked<'a> {
    pub(super) is_head: bool,
    pub(super) is_sent: &'a Notify,
    /// Set once the server has switched to another protocol.
    pub(super) is_switched: &'a AtomicBool,
    pub(super) rewrite: Option<&'a Rewrite>,
    /// The `Host` that the client asked.
    pub(super) host: &'a str,
    /// How long the server may take over each next byte.
    pub(super) patience: Duration,
}

/// Passes an answer back. Where it comes before its request is over, goes on until that is sent or the server has ended.
pub(super) async fn answer<R, W>(
    server: &mut Wire<R>,
    client: &mut Receiver<'_, W>,
    asked: &Asked<'_>,
    back: &mut Incoming,
) -> Result<(), Broken>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let Some((head, raw)) = final_head(server, client, asked.patience, back).await? else { return Ok(()) };
    let without = if asked.is_head || matches!(head.status, 204 | 304) { Framing::Nothing } else { Framing::UntilEnd };
    let framing = match without {
        Framing::Nothing => Framing::Nothing,
        // Switched to another protocol, or framed in a way that contradicts itself: whatever comes belongs to it.
        _ if head.status == 101 => Framing::UntilEnd,
        without => Framing::of(&head.headers, without).unwrap_or(Framing::UntilEnd),
    };
    let ends = head.headers.iter().any(|(name, value)| name == "connection" && value.to_ascii_lowercase().contains("close"));
    back.keeps_alive = framing != Framing::UntilEnd && !ends && head.version != "HTTP/1.0";
    let rewrite = asked.rewrite.filter(|_| is_rewritable(&head, framing));
    asked.is_switched.store(head.status == 101, Ordering::Relaxed);
    back.head = Some(head);
    let mut body = BodyReader::new(framing);
    match rewrite {
        Some(rewrite) => {
            let rewrite = |body: &[u8]| rewrite(body, asked.host);
            rewritten(server, client, asked.patience, &mut body, &raw, rewrite, back).await?;
        }
        None => {
            client.write(&raw).await;
            plain(server, client, asked.patience, &mut body, back).await?;
        }
    }
    back.is_whole = body.is_over() || body.ends_with_connection();
    back.keeps_alive &= back.is_whole;
    client.flush().await;
    tokio::select! {
        () = asked.is_sent.notified() => {}
        () = until_end(server) => back.keeps_alive = false,
    }
    Ok(())
}

/// Reads heads and passes those on that announce another. The last is returned with its bytes. `None` where what came is not HTTP,
/// all of which was passed on.
async fn final_head<R, W>(
    server: &mut Wire<R>,
    client: &mut Receiver<'_, W>,
    patience: Duration,
    back: &mut Incoming,
) -> Result<Option<(AnswerHead, Vec<u8>)>, Broken>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut is_end = false;
    loop {
        match answer_head::read(&server.buffer, is_end) {
            _ if server.buffer.is_empty() && is_end => return Err(Broken::Server(io::ErrorKind::UnexpectedEof.into())),
            Ok(Reading::Head(head, length)) => {
                let raw = server.buffer.split_to(length).to_vec();
                if head.status >= 200 || head.status == 101 {
                    return Ok(Some((head, raw)));
                }
                client.write(&raw).await;
                client.flush().await;
            }
            Ok(Reading::More) => {
                is_end = fill(server, patience).await? == 0;
                back.first_byte.get_or_insert_with(Instant::now);
            }
            Err(error) => {
                back.foreign = Some(error.0);
                let mut body = BodyReader::new(Framing::UntilEnd);
                plain(server, client, patience, &mut body, back).await?;
                return Ok(None);
            }
        }
    }
}

/// Reads what comes next from the server; 0 at the end.
async fn fill<R: AsyncRead + Unpin>(server: &mut Wire<R>, patience: Duration) -> Result<usize, Broken> {
    let filled = tokio::time::timeout(patience, server.fill()).await;
    filled.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(Broken::Server)
}

async fn plain<R, W>(
    server: &mut Wire<R>,
    client: &mut Receiver<'_, W>,
    patience: Duration,
    body: &mut BodyReader,
    back: &mut Incoming,
) -> Result<(), Broken>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    loop {
        let count = body.take(&server.buffer, |bytes| back.content.add(bytes));
        let piece = server.buffer.split_to(count);
        client.write(&piece).await;
        if body.is_over() {
            return Ok(());
        }
        client.flush().await;
        // Of a large answer that nobody waits for, the beginning is enough.
        if client.has_left && back.content.size > REWRITTEN {
            return Err(Broken::Client);
        }
        if fill(server, patience).await? == 0 {
            return Ok(());
        }
    }
}

/// Holds an answer back until it is whole, and passes it on with its JSON changed. One that grows too large goes on as it is.
async fn rewritten<R, W>(
    server: &mut Wire<R>,
    client: &mut Receiver<'_, W>,
    patience: Duration,
    body: &mut BodyReader,
    raw: &[u8],
    rewrite: impl Fn(&[u8]) -> Option<Vec<u8>>,
    back: &mut Incoming,
) -> Result<(), Broken>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let (mut held, mut is_ended) = (Vec::new(), false);
    while !body.is_over() && back.content.size <= REWRITTEN {
        let count = body.take(&server.buffer, |bytes| back.content.add(bytes));
        held.extend_from_slice(&server.buffer.split_to(count));
        if !body.is_over() && fill(server, patience).await? == 0 {
            is_ended = true;
            break;
        }
    }
    let is_whole = body.is_over() || (is_ended && body.ends_with_connection());
    let changed = if is_whole { rewrite(&back.content.bytes) } else { None };
    let Some(changed) = changed else {
        client.write(raw).await;
        client.write(&held).await;
        return if body.is_over() { Ok(()) } else { plain(server, client, patience, body, back).await };
    };
    back.is_rewritten = true;
    client.write(&with_length(raw, changed.len())).await;
    client.write(&changed).await;
    Ok(())
}

/// A head for a body of this length; its other lines stay as they came.
fn with_length(raw: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 32);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
        if line.trim_ascii().is_empty() {
            out.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
        }
        if !matches!(name.as_slice(), b"content-length" | b"transfer-encoding") {
            out.extend_from_slice(line);
        }
    }
    out
}

fn is_rewritable(head: &AnswerHead, framing: Framing) -> bool {
    let value = |wanted: &str| head.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.to_ascii_lowercase());
    let is_plain = value("content-encoding").is_none_or(|coding| coding == "identity");
    let is_small = !matches!(framing, Framing::Length(length) if length > REWRITTEN);
    let is_json = value("content-type").is_some_and(|kind| kind.contains("json"));
    (200..300).contains(&head.status) && is_plain && is_small && is_json && framing != Framing::Nothing
}

async fn until_end<R: AsyncRead + Unpin>(server: &mut Wire<R>) {
    while server.buffer.len() < AHEAD {
        if !matches!(server.fill().await, Ok(1..)) {
            return;
        }
    }
    std::future::pending::<()>().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rewritten_head_keeps_its_other_lines() {
        for (raw, expected) in [
            (
                "HTTP/1.1 201 Created\r\nX-a: 1\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 201 Created\r\nX-a: 1\r\nContent-Length: 7\r\n\r\n",
            ),
            ("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\nB: 2\r\n\r\n", "HTTP/1.1 200 \r\nB: 2\r\nContent-Length: 7\r\n\r\n"),
        ] {
            assert_eq!(String::from_utf8(with_length(raw.as_bytes(), 7)).unwrap(), expected);
        }
    }
}
