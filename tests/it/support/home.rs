//! A home folder for one test, and the one way in which tests run the command line.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Looks at an output or an argument, which it names, and fails the test if it must not be there.
pub type Watch = fn(&str, &[u8]);

/// A folder that the command line uses as its home and as its working folder.
pub struct Home {
    folder: TempDir,
    hidden: Vec<String>,
    hidden_in_errors: Vec<String>,
    watch: Option<Watch>,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), hidden: Vec::new(), hidden_in_errors: Vec::new(), watch: None }
    }

    /// No output may contain one of these.
    pub fn hiding(mut self, secrets: &[&str]) -> Self {
        self.hidden.extend(secrets.iter().map(|&secret| secret.to_owned()));
        self
    }

    /// Nothing on standard error may contain one of these.
    pub fn hiding_in_errors(mut self, secrets: &[&str]) -> Self {
        self.hidden_in_errors.extend(secrets.iter().map(|&secret| secret.to_owned()));
        self
    }

    /// Shows every argument and every output to a function.
    pub fn watched_by(mut self, watch: Watch) -> Self {
        self.watch = Some(watch);
        self
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A path in the folder, as an argument.
    pub fn at(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Writes a file and returns its path as an argument.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self.at(name)
    }

    /// The program, with nothing of the user's: no keyring, no proxy, no key and no input.
    pub fn command(&self, arguments: &[&str]) -> Command {
        for argument in arguments {
            self.look("an argument of this test", argument.as_bytes());
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_centerpost"));
        command.args(arguments).current_dir(self.folder()).stdin(Stdio::null());
        command.env("CENTERPOST_HOME", self.path("home")).env("CENTERPOST_KEYRING", "off").env("NO_PROXY", "*");
        command.env_remove("CENTERPOST_API_KEY").env_remove("CENTERPOST_PASSPHRASE");
        // Opening the file of keys is slow by design, and these need no key.
        let is_list =
            arguments.first() == Some(&"history") && !["show", "compare", "resend"].contains(arguments.get(1).unwrap_or(&""));
        if !is_list {
            command.env("CENTERPOST_PASSPHRASE", "correct horse");
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.seen(arguments, self.command(arguments).output().unwrap())
    }

    /// Runs a command with a text or bytes on standard input.
    pub fn run_with(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that does not read closes its end.
        let _ = child.stdin.take().unwrap().write_all(input.as_ref());
        self.seen(arguments, child.wait_with_output().unwrap())
    }

    /// Standard output and standard error of a command that has to end with a code.
    pub fn both(&self, code: i32, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    /// Standard output of a command that has to end with a code.
    pub fn ends(&self, code: i32, arguments: &[&str]) -> String {
        self.both(code, arguments).0
    }

    /// What a command prints as JSON.
    pub fn json(&self, code: i32, arguments: &[&str]) -> Value {
        let asked: &[&str] = if arguments.contains(&"--output") { &[] } else { &["--output", "json"] };
        serde_json::from_str(&self.ends(code, &[arguments, asked].concat())).unwrap()
    }

    /// Standard error of a command that has to end with 2.
    pub fn refused(&self, arguments: &[&str]) -> String {
        self.both(2, arguments).1
    }

    fn seen(&self, arguments: &[&str], output: Output) -> Output {
        let in_errors = [self.hidden.as_slice(), &self.hidden_in_errors].concat();
        for (what, bytes, hidden) in [("output", &output.stdout, &self.hidden), ("errors", &output.stderr, &in_errors)] {
            self.look(&format!("the {what} of {arguments:?}"), bytes);
            let text = String::from_utf8_lossy(bytes);
            for secret in hidden {
                assert!(!text.contains(secret), "the {what} of {arguments:?} show a secret: {text}");
            }
        }
        output
    }

    fn look(&self, what: &str, bytes: &[u8]) {
        if let Some(watch) = self.watch {
            watch(what, bytes);
        }
    }
}
