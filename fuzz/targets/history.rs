#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| centerpost_fuzz::history(bytes));
