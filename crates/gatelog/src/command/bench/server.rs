//! The server that is measured: this program in a process of its own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use gatelog_ledger::limits::UNSEALED_ROWS_USUAL;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::connection::Connection;
use crate::command::serve::environment_names;

/// The clock of `/proc`: USER_HZ, which is 100 on every Linux that Gatelog is built for.
const TICKS_PER_SECOND: f64 = 100.0;

/// How long a server may take to start.
const START_SECONDS_MAX: Duration = Duration::from_secs(60);

/// How long a server may take to seal and merge what it was filled with.
const SETTLING_SECONDS_MAX: Duration = Duration::from_secs(600);

/// A running server.
pub(super) struct Server {
    child: Child,
    address: SocketAddr,
    key: String,
    start_ms: f64,
}

/// Memory of the server, in bytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Memory {
    /// The most it had in RAM so far.
    pub(super) peak_bytes: u64,
    /// What is in RAM now and is no file's.
    pub(super) anonymous_bytes: u64,
}

impl Server {
    /// Starts a server on a data directory, which `key` is for, and waits until it answers.
    ///
    /// # Errors
    /// When it does not start; its log is beside the data.
    pub(super) async fn start(data: &Path, key: &str) -> anyhow::Result<Self> {
        let log_path = data.with_file_name("serve.log");
        let log = File::create(&log_path)
            .with_context(|| format!("cannot create {}", log_path.display()))?;
        let begun = Instant::now();
        let mut child = gatelog()?
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context("cannot start a server")?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            let Some((_, address)) = line.split_once("Console") else { continue };
            let address = address.trim().trim_start_matches("http://").trim_end_matches('/');
            let address = address.parse().context("the server's address cannot be read")?;
            let mut server = Self { child, address, key: key.to_owned(), start_ms: 0.0 };
            server.wait_until_ready().await?;
            server.start_ms = begun.elapsed().as_secs_f64() * 1e3;
            return Ok(server);
        }
        bail!("the server did not start; {} says why", log_path.display())
    }

    /// A server listens before it has read again what was not sealed; questions wait for that.
    async fn wait_until_ready(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut connection = self.connect().await?;
        while let Err(error) = connection.get("/readyz").await {
            if begun.elapsed() > START_SECONDS_MAX {
                return Err(error.context("the server is not ready"));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    /// How long it took to start, in milliseconds.
    pub(super) fn start_ms(&self) -> f64 {
        self.start_ms
    }

    /// A new connection to it.
    ///
    /// # Errors
    /// When it does not answer.
    pub(super) async fn connect(&self) -> anyhow::Result<Connection> {
        Connection::open(self.address, &self.key).await
    }

    /// Waits until it has sealed and merged what it was filled with, and returns how many seconds
    /// that took.
    ///
    /// # Errors
    /// When it does not tell, or takes longer than [`SETTLING_SECONDS_MAX`].
    pub(super) async fn wait_until_settled(&self) -> anyhow::Result<f64> {
        let mut connection = self.connect().await?;
        let begun = Instant::now();
        let mut settled_since = None;
        while begun.elapsed() < SETTLING_SECONDS_MAX {
            let metrics = connection.get("/metrics").await?;
            let metrics = String::from_utf8_lossy(&metrics);
            let is_settled = gauge(&metrics, "gatelog_merge_pending_bytes")? == 0
                && gauge(&metrics, "gatelog_unsealed_events")? < UNSEALED_ROWS_USUAL.into();
            // What is sealed just now may still become due.
            settled_since = settled_since.filter(|_| is_settled);
            let since = *settled_since.get_or_insert_with(|| begun.elapsed());
            if is_settled && begun.elapsed() > since + Duration::from_secs(1) {
                return Ok(since.as_secs_f64());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("sealing and merging have not caught up after {} s", SETTLING_SECONDS_MAX.as_secs())
    }

    /// Seconds of processor time it has spent so far.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub(super) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let stat = self.proc("stat")?;
        // The name of the program, in parentheses, is the only field that may hold spaces.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace());
        let ticks: Vec<f64> =
            fields.into_iter().flatten().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
        match ticks[..] {
            [user, system] => Ok((user + system) / TICKS_PER_SECOND),
            _ => bail!("/proc does not tell the server's processor time"),
        }
    }

    /// Its memory.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub(super) fn memory(&self) -> anyhow::Result<Memory> {
        let status = self.proc("status")?;
        let bytes = |name: &str| -> anyhow::Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            Ok(kib.with_context(|| format!("/proc does not tell {name}"))? << 10)
        };
        Ok(Memory { peak_bytes: bytes("VmHWM:")?, anonymous_bytes: bytes("RssAnon:")? })
    }

    /// Ends it as an operator would.
    ///
    /// # Errors
    /// When it does not end well.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().context("the server has ended")?;
        let signal = Command::new("kill").args(["-TERM", &pid.to_string()]).status().await;
        signal.context("cannot signal the server")?;
        let status = self.child.wait().await.context("cannot wait for the server")?;
        if status.success() { Ok(()) } else { bail!("the server ended with {status}") }
    }

    fn proc(&self, file: &str) -> anyhow::Result<String> {
        let pid = self.child.id().context("the server has ended")?;
        let path = format!("/proc/{pid}/{file}");
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
    }
}

/// This program, as somebody without settings in the environment starts it.
fn gatelog() -> anyhow::Result<Command> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let mut command = Command::new(program);
    for (name, _) in environment_names().filter(|(name, _)| name.starts_with("GATELOG_")) {
        command.env_remove(name);
    }
    Ok(command)
}

/// Makes a key for a data directory, which is created if it does not exist.
///
/// # Errors
/// When it cannot be made.
pub(super) async fn key(data: &Path) -> anyhow::Result<String> {
    let mut command = gatelog()?;
    command.args(["token", "create", "--tenant", "default", "--scope", "admin", "--data"]);
    let Output { status, stdout, stderr } = command.arg(data).output().await?;
    if !status.success() {
        bail!("cannot make a key: {}", String::from_utf8_lossy(&stderr));
    }
    Ok(String::from_utf8(stdout)?.trim().to_owned())
}

/// The value of a metric without labels.
fn gauge(metrics: &str, name: &str) -> anyhow::Result<u64> {
    let value = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let value = value.with_context(|| format!("the server does not tell {name}"))?;
    value.parse().with_context(|| format!("{name} is {value}"))
}
