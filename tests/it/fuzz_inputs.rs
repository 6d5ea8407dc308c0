//! Inputs that a fuzzer found, or could have found, once more.

#[path = "../../fuzz/src/lib.rs"]
mod reading;

/// A reader of foreign bytes, by its name.
type Reader = (&'static str, fn(&[u8]));

#[test]
fn every_kept_input_is_read_without_a_panic() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz");
    let readers: [Reader; 7] = [
        ("import", reading::import),
        ("answer", reading::answer),
        ("parts", reading::parts),
        ("files", reading::files),
        ("secrets", reading::secrets),
        ("address", reading::address),
        ("history", reading::history),
    ];
    let mut count = 0;
    for (name, read) in readers {
        for entry in std::fs::read_dir(folder.join(name)).unwrap() {
            read(&std::fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
    }
    assert!(count >= readers.len());
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), readers.len());
}
