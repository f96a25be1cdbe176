//! A server, from its first line of output to its end.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::program::Ended;
use super::{Client, Folder};

/// The file in the test's folder that all its servers write their log to.
const LOG: &str = "log";

/// A running server. Killed with SIGKILL when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    /// Such as `http://127.0.0.1:41234`.
    pub(crate) address: String,
}

impl Server {
    /// Serves the data directory `data`.
    pub(crate) fn start(folder: &Folder) -> Self {
        Self::launch(folder, folder.command("serve --data data"))
    }

    /// Serves the data directory `data` on an address such as `127.0.0.1:41234`.
    pub(crate) fn start_on(folder: &Folder, address: &str) -> Self {
        Self::launch_on(folder, folder.command("serve --data data"), address)
    }

    /// Starts a server on a free port and waits until it says its address.
    pub(crate) fn launch(folder: &Folder, command: Command) -> Self {
        Self::launch_on(folder, command, "127.0.0.1:0")
    }

    /// Starts `gatelog record` on a free port.
    pub(crate) fn launch_proxy(folder: &Folder, command: Command) -> Self {
        Self::launch_announcing(folder, command, "127.0.0.1:0", "Proxy")
    }

    fn launch_on(folder: &Folder, command: Command, address: &str) -> Self {
        Self::launch_announcing(folder, command, address, "Console")
    }

    /// Starts a command that tells its address behind this label.
    fn launch_announcing(
        folder: &Folder,
        mut command: Command,
        address: &str,
        label: &str,
    ) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(folder.path(LOG)).unwrap();
        command.args(["--listen", address]).stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self { process, output, address: String::new() };
        let announced = server.announced(label);
        let announced = announced.unwrap_or_else(|| panic!("not started: {}", Self::log(folder)));
        server.address = announced.trim_end_matches('/').to_owned();
        server
    }

    /// What stands behind this label in the lines that the server has yet to write; `None` if it
    /// ends without one.
    pub(crate) fn announced(&mut self, label: &str) -> Option<String> {
        let mut lines = (&mut self.output).lines().map(Result::unwrap);
        lines.find_map(|line| Some(line.trim().strip_prefix(label)?.trim().to_owned()))
    }

    /// The lines that the server has yet to write, up to one that begins with `end`.
    pub(crate) fn lines_until(&mut self, end: &str) -> Vec<String> {
        let lines = (&mut self.output).lines().map(Result::unwrap);
        lines.take_while(|line| !line.trim_start().starts_with(end)).collect()
    }

    /// What all servers of this folder have written to standard error.
    pub(crate) fn log(folder: &Folder) -> String {
        folder.read(LOG)
    }

    /// Asks with this key.
    pub(crate) fn client(&self, key: &str) -> Client {
        Client::new(&self.address, key)
    }

    /// Ends the server as a power loss would end it, as far as a process can.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// Asks the server to end, and waits until it has.
    pub(crate) fn terminate(mut self) -> Ended {
        // The shell can send signals on every system; the standard library sends SIGKILL only.
        let signal = format!("kill -TERM {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &signal]).status().unwrap().success());
        let mut output = String::new();
        self.output.read_to_string(&mut output).unwrap();
        let code = self.process.wait().unwrap().code();
        Ended { code, output, notes: String::new() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail for a process that has ended, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
