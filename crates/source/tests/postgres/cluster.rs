//! Debian's PostgreSQL in a temporary directory, with one database.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use gatelog_source::Secret;
use gatelog_source::postgres::{PostgresFeed, Product, Settings};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// The superuser of the cluster, and whom Debian lets the server run as: it refuses to be root.
const SUPERUSER: &str = "postgres";
const SUPERUSER_PASSWORD: &str = "superuser";

const START_SECONDS_MAX: u64 = 60;

/// A server, which is ended and removed with this.
pub(crate) struct Cluster {
    directory: TempDir,
    programs: PathBuf,
    server: Child,
    pub(crate) port: u16,
    options: Vec<String>,
}

/// How a server is stopped.
#[derive(Clone, Copy)]
pub(crate) enum Stop {
    /// Sessions are ended, and what was committed is written.
    Fast,
    /// As if the power were cut.
    Immediate,
}

impl Cluster {
    /// A server with a database `product` made by this SQL.
    pub(crate) async fn start(sql: &str) -> Self {
        Self::start_with(sql, |_| Vec::new()).await
    }

    /// The same, with options that may point to files which are put into its directory first.
    pub(crate) async fn start_with(sql: &str, options: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let directory = tempfile::Builder::new().prefix("gatelog-postgres-").tempdir();
        let directory = directory.expect("a directory");
        let programs = programs();
        let password = directory.path().join("password");
        std::fs::write(&password, SUPERUSER_PASSWORD).expect("a file");
        let options = options(directory.path());
        own(directory.path());
        finish(
            as_server_user(&programs.join("initdb"))
                .args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"])
                .args(["--no-instructions", "--no-sync", "--username", SUPERUSER])
                .arg("--pwfile")
                .arg(&password)
                .arg("--pgdata")
                .arg(directory.path().join("data")),
        );
        let (port, server) = (0, Command::new("true").spawn().expect("a program"));
        let mut cluster = Self { directory, programs, server, port, options };
        cluster.start_on_free_port().await;
        let admin = cluster.connect("postgres").await;
        admin.batch_execute("CREATE DATABASE product").await.expect("a database");
        cluster.admin().await.batch_execute(sql).await.expect("the product's tables");
        cluster
    }

    /// A connection as the superuser, who may do everything.
    pub(crate) async fn admin(&self) -> Client {
        self.connect("product").await
    }

    /// Runs SQL as the superuser.
    pub(crate) async fn run(&self, sql: &str) {
        self.admin().await.batch_execute(sql).await.expect(sql);
    }

    /// Stops the server and starts it again.
    pub(crate) async fn restart(&mut self, stop: Stop) {
        self.stop(stop);
        self.spawn();
        assert!(self.is_up().await, "the server does not start again");
    }

    /// Settings to read it over TCP as the role `gatelog`.
    pub(crate) fn settings(&self, more: &str) -> Settings {
        settings("127.0.0.1", self.port, more)
    }

    /// Settings to read it over its socket.
    pub(crate) fn socket_settings(&self) -> Settings {
        settings(&self.directory.path().display().to_string(), self.port, "")
    }

    async fn connect(&self, database: &str) -> Client {
        self.try_connect(database).await.expect("a connection")
    }

    async fn try_connect(&self, database: &str) -> Result<Client, tokio_postgres::Error> {
        let mut config = tokio_postgres::Config::new();
        config.host_path(self.directory.path()).port(self.port).dbname(database);
        config.user(SUPERUSER).password(SUPERUSER_PASSWORD);
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// A port that is free now may be taken the next moment, so another one is tried then.
    async fn start_on_free_port(&mut self) {
        for _ in 0..5 {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
            self.port = listener.local_addr().expect("an address").port();
            drop(listener);
            self.spawn();
            if self.is_up().await {
                return;
            }
        }
        let log = std::fs::read_to_string(self.directory.path().join("log"));
        panic!("PostgreSQL does not start:\n{}", log.unwrap_or_default());
    }

    fn spawn(&mut self) {
        let directory = self.directory.path();
        let log = std::fs::File::options().create(true).append(true).open(directory.join("log"));
        let mut command = as_server_user(&self.programs.join("postgres"));
        command.arg("-D").arg(directory.join("data")).arg("-k").arg(directory);
        command.args(["-p", &self.port.to_string(), "-h", "127.0.0.1", "-c", "fsync=off"]);
        for option in &self.options {
            command.args(["-c", option]);
        }
        command.stdout(Stdio::null()).stderr(log.expect("a log"));
        self.server = command.spawn().expect("PostgreSQL");
    }

    /// Waits until the server answers; `false` if it ends instead.
    async fn is_up(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
            if self.server.try_wait().expect("a child").is_some() {
                return false;
            }
            if self.try_connect("postgres").await.is_ok() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    fn stop(&mut self, stop: Stop) {
        let signal = match stop {
            Stop::Fast => "-INT",
            Stop::Immediate => "-QUIT",
        };
        let server = self.server.id().to_string();
        let _ = Command::new("kill").args([signal, &server]).stderr(Stdio::null()).status();
        let _ = self.server.wait();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop(Stop::Immediate);
    }
}

/// Settings to read the database `product` as the role `gatelog`.
pub(crate) fn settings(host: &str, port: u16, more: &str) -> Settings {
    let start = format!("host = {host:?}\nport = {port}\ndatabase = \"product\"\n");
    let user = if more.contains("user = ") { "" } else { "user = \"gatelog\"\n" };
    toml::from_str(&format!("{start}{user}{more}")).expect("settings")
}

/// A feed with the password of the role `gatelog`.
pub(crate) fn feed(product: Product, settings: Settings) -> PostgresFeed {
    PostgresFeed::new(product, settings, Some(Secret::new("reads"))).expect("settings")
}

/// Where PostgreSQL's programs are, which Debian keeps out of PATH.
fn programs() -> PathBuf {
    if let Some(programs) = std::env::var_os("POSTGRESQL_PROGRAMS") {
        return programs.into();
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path().join("bin")).max();
    newest.expect("PostgreSQL: `cargo xtask test` installs it, or `apt-get install postgresql`")
}

fn is_root() -> bool {
    let user = Command::new("id").arg("--user").output().expect("id");
    user.stdout.trim_ascii() == b"0"
}

fn own(directory: &Path) {
    if is_root() {
        finish(Command::new("chown").args(["--recursive", SUPERUSER]).arg(directory));
    }
}

fn as_server_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", SUPERUSER, "--regid", SUPERUSER, "--clear-groups"]).arg(program);
    command.current_dir("/");
    command
}

fn finish(command: &mut Command) {
    let output = command.output().expect("a program");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
}
