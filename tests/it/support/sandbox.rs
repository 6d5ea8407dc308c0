//! `centerpost sandbox` in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use super::home::Home;

/// A running sandbox, and the first profile that it plays.
pub struct ServedSandbox {
    pub process: Child,
    /// The first line that it prints.
    pub greeting: String,
    pub base_url: String,
    pub key: String,
    /// The profile's file, with the address and the key.
    pub profile: String,
}

impl ServedSandbox {
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        let folder = home.path("served");
        std::fs::create_dir_all(&folder).unwrap();
        let all = [&["sandbox", "--export", folder.to_str().unwrap()], arguments].concat();
        let mut process = home.command(&all).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut after = |word: &str| loop {
            let line = lines.next().unwrap_or_else(|| panic!("the sandbox does not print {word:?}")).unwrap();
            if let Some((_, rest)) = line.split_once(word) {
                break (rest.split_whitespace().next().unwrap_or_default().to_owned(), line);
            }
        };
        let (base_url, greeting) = after("Sandbox at");
        let (key, _) = after("API key");
        // Whoever stops reading would stop the sandbox's printing.
        std::thread::spawn(move || lines.for_each(drop));
        let profile = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        Self { process, greeting, base_url, key, profile: profile.to_str().unwrap().to_owned() }
    }
}

impl Drop for ServedSandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
