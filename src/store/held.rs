//! Files that another program holds. Windows refuses to replace, remove or open a file that a virus scanner, an indexer, a backup or a
//! file sync has open, if only for a moment, so such a refusal is waited out.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

/// Longer than a scanner looks at a small file, and short enough for whoever waits.
const PATIENCE: Duration = Duration::from_secs(1);

/// The first pause between two tries; each is twice the one before, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Windows' words for it.
const ACCESS_DENIED: i32 = 5;
const SHARING_VIOLATION: i32 = 32;
const LOCK_VIOLATION: i32 = 33;

/// Does something to a file, again and again for about a second while another program has it open.
pub(super) fn patiently<T>(work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    retry(work, |error| cfg!(windows) && is_refusal(error.raw_os_error()), PATIENCE).map_err(|error| match error.raw_os_error() {
        Some(SHARING_VIOLATION | LOCK_VIOLATION) if cfg!(windows) => busy(),
        _ => error,
    })
}

/// What is said of a file that another program holds.
pub(super) fn busy() -> io::Error {
    io::Error::new(ErrorKind::ResourceBusy, "another program has it open")
}

/// Whether Windows may mean by this that another program has the file open. A refused access may also be a lack of rights.
fn is_refusal(code: Option<i32>) -> bool {
    matches!(code, Some(ACCESS_DENIED | SHARING_VIOLATION | LOCK_VIOLATION))
}

fn retry<T>(mut work: impl FnMut() -> io::Result<T>, is_held: impl Fn(&io::Error) -> bool, patience: Duration) -> io::Result<T> {
    let (since, mut pause) = (Instant::now(), FIRST_PAUSE);
    loop {
        match work() {
            Err(error) if is_held(&error) && since.elapsed() < patience => std::thread::sleep(pause),
            result => return result,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_by_table() {
        for (code, expected) in
            [(Some(5), true), (Some(32), true), (Some(33), true), (Some(2), false), (Some(112), false), (None, false)]
        {
            assert_eq!(is_refusal(code), expected, "{code:?}");
        }
    }

    #[test]
    fn a_refusal_is_waited_out_and_nothing_else() {
        let held = |error: &io::Error| error.kind() == ErrorKind::ResourceBusy;
        for (failures, kind, patience, expected) in [
            (0, ErrorKind::ResourceBusy, Duration::ZERO, Ok(1)),
            (3, ErrorKind::ResourceBusy, Duration::from_secs(60), Ok(4)),
            (1, ErrorKind::ResourceBusy, Duration::ZERO, Err(1)),
            (3, ErrorKind::NotFound, Duration::from_secs(60), Err(1)),
        ] {
            let mut tries = 0;
            let result = retry(
                || {
                    tries += 1;
                    if tries > failures { Ok(()) } else { Err(io::Error::from(kind)) }
                },
                held,
                patience,
            );
            assert_eq!(result.map(|()| tries).map_err(|_| tries), expected, "{failures} times {kind:?}");
        }
    }
}
