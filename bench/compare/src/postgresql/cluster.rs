//! A PostgreSQL server in a temporary directory, which nobody but us can reach.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use rustix::process::geteuid;
use tempfile::TempDir;
use tokio_postgres::{Client, Config, NoTls};

use crate::process::{End, Process, as_user};

/// Whom Debian lets PostgreSQL run as. It refuses to run as root.
const USER: &str = "postgres";

/// What an operator of such a machine would set; all else is as it comes. Every commit is synced.
const SETTINGS: [&str; 9] = [
    "fsync=on",
    "synchronous_commit=on",
    "shared_buffers=2GB",
    "effective_cache_size=6GB",
    "work_mem=64MB",
    "maintenance_work_mem=512MB",
    "max_wal_size=4GB",
    "random_page_cost=1.1",
    // Only the socket, in a directory that only its owner may enter.
    "listen_addresses=",
];

/// A running server.
#[derive(Debug)]
pub(super) struct Cluster {
    process: Process,
    directory: TempDir,
}

impl Cluster {
    /// Makes a cluster, starts it, and connects to it.
    ///
    /// # Errors
    /// When it does not start.
    pub(super) async fn start(programs: &Path) -> anyhow::Result<(Self, Client)> {
        let directory = tempfile::Builder::new().prefix("gatelog-compare-").tempdir()?;
        let user = geteuid().is_root().then_some(USER);
        if user.is_some() {
            finished(Command::new("chown").arg(USER).arg(directory.path()))?;
        }
        let data = directory.path().join("data");
        let mut initdb = Command::new("setpriv");
        initdb.args(user.map(as_user).into_iter().flatten()).arg(programs.join("initdb"));
        initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]);
        finished(initdb.arg(format!("--username={USER}")).arg("--pgdata").arg(&data))?;

        let mut postgres = Command::new(programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-k").arg(directory.path());
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        let log = tempfile::NamedTempFile::new()?;
        let mut process = Process::start(&postgres, user, End::Quit, log.path())?;
        let socket = directory.path().to_owned();
        let client = process.wait_until(async || connect(&socket).await).await?;
        Ok((Self { process, directory }, client))
    }

    pub(super) fn process(&self) -> &Process {
        &self.process
    }

    /// The directory of its socket.
    pub(super) fn socket(&self) -> &Path {
        self.directory.path()
    }
}

async fn connect(socket: &Path) -> anyhow::Result<Client> {
    let mut config = Config::new();
    let (client, connection) =
        config.host_path(socket).user(USER).dbname(USER).connect(NoTls).await?;
    // It ends with the client; what goes wrong is told by the query that was under way.
    tokio::spawn(connection);
    Ok(client)
}

fn finished(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.current_dir("/").output();
    let output = output.with_context(|| format!("cannot start {name}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} failed ({}): {}", output.status, errors.trim_end());
    Ok(())
}
