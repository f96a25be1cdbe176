//! ClickHouse with the obvious table and the obvious questions, asked over HTTP.
//!
//! It is the engine of ClickHouse 26.7 and its HTTP handlers, run by `clickhouse-engine` (in
//! `src/bin`) out of an npm package, as there is no Debian package of a current server.
//!
//! - [`sql`]: the table and the questions.

mod sql;

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use hyper::header::HeaderName;
use serde::Deserialize;
use tempfile::TempDir;

use self::sql::{Sql, count, counts_of, page};
use crate::agreement::Answer;
use crate::engine::Engine;
use crate::http::{Connection, Reply as HttpReply, query_string};
use crate::process::{End, Process, free_address};
use crate::questions::Asked;
use crate::rows::Batch;

/// The program that runs the engine, beside this one.
const STARTER: &str = "clickhouse-engine";

/// How often it is looked whether parts are still being merged.
const MERGING_PAUSE: Duration = Duration::from_millis(500);

/// A running engine.
#[derive(Debug)]
pub(crate) struct ClickHouse {
    process: Process,
    connection: Connection,
    _directory: TempDir,
}

/// What it answers: the rows, and a second answer that counts.
#[derive(Debug)]
pub(crate) struct Reply {
    rows: Option<HttpReply>,
    counted: HttpReply,
}

impl ClickHouse {
    /// Starts an engine on an empty directory and makes the table. `library` holds ClickHouse.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn start(library: &Path) -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("gatelog-compare-").tempdir()?;
        let password = password()?;
        let configuration = directory.path().join("config.xml");
        let users = directory.path().join("users.xml");
        write_private(&users, &users_xml(&password))?;
        write_private(&configuration, &configuration_xml(&users))?;
        let address = free_address()?;
        let starter = std::env::current_exe()?.with_file_name(STARTER);
        let mut engine = Command::new(starter);
        engine
            .arg(library)
            .arg(format!("--config-file={}", configuration.display()))
            .arg(format!("--path={}/", directory.path().join("data").display()))
            .args(["--listen_host=127.0.0.1", &format!("--http_port={}", address.port())])
            .args(["--log-level=warning", "--interactive", "--disable_suggestion"])
            .args(["--history_file=/dev/null", "--query=SYSTEM START LISTEN HTTP"])
            .env("TERM", "dumb")
            .env("HOME", directory.path());
        let log = directory.path().join("log");
        let mut process = Process::start(&engine, None, End::Kill, &log)?;
        let connection = process.wait_until(async || connect(address, &password).await).await?;
        let mut started = Self { process, connection, _directory: directory };
        started.run(sql::TABLE).await.context("cannot make the table")?;
        Ok(started)
    }

    /// Runs a statement and returns what it says.
    async fn run(&mut self, statement: &str) -> anyhow::Result<String> {
        let reply = self.connection.post("/", statement.to_owned().into()).await?.good()?;
        Ok(String::from_utf8(reply.body.to_vec())?)
    }

    async fn query(&mut self, Sql { text, values }: &Sql) -> anyhow::Result<HttpReply> {
        let parameters: Vec<_> =
            values.iter().map(|(name, value)| (format!("param_{name}"), value)).collect();
        let parameters: Vec<_> =
            parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let target = format!("/?{}", query_string(&parameters));
        self.connection.post(&target, text.clone().into()).await
    }
}

impl Engine for ClickHouse {
    const NAME: &'static str = "ClickHouse";
    const BATCH_ROWS: usize = 50_000;
    type Reply = Reply;

    fn process(&self) -> &Process {
        &self.process
    }

    async fn load(&mut self, batch: Batch) -> anyhow::Result<()> {
        let settings = [("query", sql::INSERT), ("async_insert", "0")];
        let target = format!("/?{}", query_string(&settings));
        self.connection.post(&target, batch.lines.into()).await?.good()?;
        Ok(())
    }

    /// It is waited until nothing is merged any more.
    async fn end_load(&mut self) -> anyhow::Result<()> {
        while self.run("select count() from system.merges").await?.trim() != "0" {
            tokio::time::sleep(MERGING_PAUSE).await;
        }
        Ok(())
    }

    async fn bytes_per_row(&mut self) -> anyhow::Result<Option<f64>> {
        let said = self.run(sql::BYTES_PER_ROW).await?;
        Ok(Some(said.trim().parse().with_context(|| format!("{said} is no number"))?))
    }

    async fn ask(&mut self, asked: &Asked) -> anyhow::Result<Reply> {
        match (page(asked), count(asked)) {
            (Some(page), Some(count)) => {
                let rows = Some(self.query(&page).await?.good()?);
                Ok(Reply { rows, counted: self.query(&count).await? })
            }
            _ => Ok(Reply { rows: None, counted: self.query(&counts_of(asked)).await? }),
        }
    }

    fn read(asked: &Asked, Reply { rows, counted }: Reply) -> anyhow::Result<Answer> {
        let counted = counted.good()?.body;
        let counted = std::str::from_utf8(&counted)?;
        match asked {
            Asked::Listed(_) | Asked::Anywhere(_) => {
                let rows = rows.context("there is no page")?.body;
                let lines = std::str::from_utf8(&rows)?.lines();
                let row = |line| anyhow::Ok(serde_json::from_str::<Row>(line)?.id);
                let ids = lines.map(row).collect::<Result<_, _>>()?;
                Ok(Answer::Page { ids, total: counted.trim().parse()? })
            }
            Asked::OutcomesByDay(_) | Asked::Types => {
                let count = |line: &str| {
                    let (kind, count) = line.split_once('\t').context("a line has no count")?;
                    anyhow::Ok((kind.to_owned(), count.parse()?))
                };
                Ok(Answer::Counts(counted.lines().map(count).collect::<Result<_, _>>()?))
            }
        }
    }
}

#[derive(Deserialize)]
struct Row {
    id: String,
}

async fn connect(address: SocketAddr, password: &str) -> anyhow::Result<Connection> {
    let header = HeaderName::from_static;
    let headers = [
        (header("x-clickhouse-user"), sql::USER.to_owned()),
        (header("x-clickhouse-key"), password.to_owned()),
    ];
    let mut connection = Connection::open(address, &headers).await?;
    let reply = connection.post("/", "select 1".into()).await?.good()?;
    match &*reply.body {
        b"1\n" => Ok(connection),
        other => bail!("it counts to {}", String::from_utf8_lossy(other)),
    }
}

/// 32 hexadecimal digits that nobody knows: whoever may ask it may read our files.
fn password() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("the system has no randomness")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?)
}

/// The user at the terminal, who needs no password and so may nothing but listen, and the one who
/// asks over HTTP.
fn users_xml(password: &str) -> String {
    let user = sql::USER;
    format!(
        "<clickhouse>
          <profiles><default></default></profiles>
          <quotas><default></default></quotas>
          <users>
            <default><password></password><networks><ip>127.0.0.1</ip></networks>
              <profile>default</profile><quota>default</quota>
              <grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants></default>
            <{user}><password>{password}</password><networks><ip>127.0.0.1</ip></networks>
              <profile>default</profile><quota>default</quota></{user}>
          </users>
        </clickhouse>"
    )
}

fn configuration_xml(users: &Path) -> String {
    format!(
        "<clickhouse><users_config>{}</users_config><timezone>UTC</timezone></clickhouse>",
        users.display()
    )
}
