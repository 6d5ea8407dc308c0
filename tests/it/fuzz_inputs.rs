//! Inputs that a fuzzer found, or could have found, once more, and changed at random.

#[path = "../../fuzz/src/lib.rs"]
mod reading;

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A reader of foreign bytes, by its name.
type Reader = (&'static str, fn(&[u8]));

const READERS: [Reader; 7] = [
    ("import", reading::import),
    ("answer", reading::answer),
    ("parts", reading::parts),
    ("files", reading::files),
    ("secrets", reading::secrets),
    ("address", reading::address),
    ("history", reading::history),
];

/// A folder's files, those in folders below it too.
fn files_in(folder: &str) -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
    crate::support::files_below(&folder).iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// What a reader's changed inputs are made of: those that are kept for it, and files of its kind that are there for other tests.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let more: &[&str] = match name {
        "import" => &["evidence", "curl"],
        "answer" | "secrets" => &["evidence"],
        "files" => &["cases"],
        _ => &[],
    };
    let mut inputs = files_in(&format!("fuzz/{name}"));
    inputs.extend(more.iter().flat_map(|folder| files_in(folder)).filter(|input| input.len() < 20_000));
    inputs
}

#[test]
fn every_kept_input_is_read_without_a_panic() {
    let mut count = 0;
    for (name, read) in READERS {
        for input in files_in(&format!("fuzz/{name}")) {
            read(&input);
            count += 1;
        }
    }
    assert!(count >= READERS.len());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), READERS.len());
}

/// Numbers that are the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % end.max(1)
    }
}

/// Signs that readers split at, and what is easily half of something.
const TELLING: [&[u8]; 24] = [
    b"\"",
    b"'",
    b"\\",
    b"$(",
    b"`",
    b"%",
    b"%2",
    b"&",
    b"#",
    b"\r\n",
    b"\0",
    b"{{",
    b"}}",
    b"--x",
    b"://",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"[[[[",
    b"-1",
    b"9999999999999999999",
    b"\\u",
    b"&#",
    b"@",
];

/// An input with some bytes changed, taken out, doubled, put in, or joined with another's.
fn changed(inputs: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = inputs[chance.below(inputs.len())].clone();
    for _ in 0..=chance.below(6) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(16)).min(bytes.len());
        match chance.below(6) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(chance.below(256)).unwrap(),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => drop(bytes.splice(at..at, TELLING[chance.below(TELLING.len())].iter().copied())),
            4 => bytes.truncate(at),
            _ => {
                let other = &inputs[chance.below(inputs.len())];
                let from = chance.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
        }
    }
    bytes
}

/// `CENTERPOST_FUZZ_SECONDS` says how long each reader is tried, with other changes in each run; without it a few changes are tried, the
/// same in each run. `CENTERPOST_FUZZ_ONLY` names one reader.
#[test]
fn changed_inputs_are_read_without_a_panic() {
    let variable = |name: &str| std::env::var(name).ok();
    let seconds = variable("CENTERPOST_FUZZ_SECONDS").and_then(|seconds| seconds.parse().ok());
    let mut seed = [7; 8];
    if seconds.is_some() {
        getrandom::fill(&mut seed).unwrap();
    }
    let mut chance = Chance(u64::from_le_bytes(seed) | 1);
    let only = variable("CENTERPOST_FUZZ_ONLY");
    for (name, read) in READERS.into_iter().filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name)) {
        let inputs = seeds(name);
        let (begun, mut count) = (std::time::Instant::now(), 0_u64);
        // A history is opened twice for each.
        let enough = if name == "history" { 5 } else { 150 };
        while seconds.map_or(count < enough, |seconds| begun.elapsed().as_secs() < seconds) {
            let input = changed(&inputs, &mut chance);
            if catch_unwind(AssertUnwindSafe(|| read(&input))).is_err() {
                let path = std::env::temp_dir().join(format!("centerpost-{name}-{count}"));
                std::fs::write(&path, &input).unwrap();
                panic!("{name}: an input that is read with a panic is in {}", path.display());
            }
            count += 1;
        }
        writeln!(std::io::stderr(), "{name}: {count} changed inputs").unwrap();
    }
}
