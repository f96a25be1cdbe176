//! Commands, in a folder of their own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder for one test. Commands run in it, so that their arguments and messages name files
/// such as `data/format`, whatever the folder is called.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program with these words as arguments, and nothing of the environment of whoever runs
    /// the tests.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelog"));
        command.args(arguments.split_whitespace()).current_dir(&self.0);
        command.env_clear().stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &str) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    /// Runs a command that reads this from its standard input.
    pub(crate) fn run_with_input(&self, arguments: &str, input: &[u8]) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        // A command that refuses before it reads closes its end early.
        let _ = process.stdin.take().unwrap().write_all(input);
        Ended::of(process.wait_with_output().unwrap())
    }

    /// A new API key of the data directory `data`, with these options.
    pub(crate) fn key(&self, options: &str) -> String {
        let created = self.run(&format!("token create --data data {options}"));
        created.succeeded().trim_end().to_owned()
    }
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    /// What it wrote to standard error.
    pub(crate) notes: String,
}

impl Ended {
    pub(crate) fn of(Output { status, stdout, stderr }: Output) -> Self {
        let [output, notes] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Self { code: status.code(), output, notes }
    }

    /// What it wrote to standard output. It must have ended well.
    pub(crate) fn succeeded(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        &self.output
    }

    /// What it wrote to standard error. It must have refused, and written nothing else.
    pub(crate) fn refused(&self) -> &str {
        assert_eq!((self.code, &*self.output), (Some(1), ""), "{self:?}");
        self.notes.trim_end()
    }
}
