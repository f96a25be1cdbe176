//! Gatelog, asked over HTTP: Logto's questions in Logto's own API, the others in ours.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use hyper::StatusCode;
use hyper::header::AUTHORIZATION;
use serde::Deserialize;
use tempfile::TempDir;

use crate::agreement::Answer;
use crate::engine::Engine;
use crate::http::{Connection, Reply, query_string};
use crate::process::{End, Process, free_address};
use crate::questions::{Asked, Listed, PAGE_ROWS, Window};
use crate::rows::Batch;

/// How often it is looked whether all is sealed that can be: longer than a segment takes.
const SEALING_PAUSE: Duration = Duration::from_secs(5);

/// A server that is busy is asked again after this.
const BUSY_PAUSE: Duration = Duration::from_millis(100);

/// Makes a key for a data directory, which is created.
const TOKEN: [&str; 6] = ["token", "create", "--tenant", "default", "--scope", "admin"];

/// More event types than there are.
const TYPES_MAX: &str = "1000";

/// A running server.
#[derive(Debug)]
pub(crate) struct Gatelog {
    process: Process,
    connection: Connection,
    directory: TempDir,
}

impl Gatelog {
    /// Starts a server on an empty directory.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn start(program: &Path) -> anyhow::Result<Self> {
        Self::start_with(program, "").await
    }

    /// The same with settings, as `gatelog.toml` has them. Secrets of sources have a key.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn start_with(program: &Path, settings: &str) -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("gatelog-compare-").tempdir()?;
        let (data, secrets_key) = (directory.path().join("data"), directory.path().join("key"));
        let key = printed(gatelog(program).args(TOKEN).arg("--data").arg(&data))?;
        printed(gatelog(program).args(["source", "key"]).arg(&secrets_key))?;
        let config = directory.path().join("gatelog.toml");
        let server = format!("[server]\nsecrets_key_file = {secrets_key:?}\n");
        std::fs::write(&config, server + settings).context("cannot write the settings")?;
        let address = free_address()?;
        let mut serve = gatelog(program);
        serve.args(["serve", "--listen", &address.to_string(), "--data"]).arg(&data);
        serve.arg("--config").arg(&config);
        let log = directory.path().join("serve.log");
        let mut process = Process::start(&serve, None, End::Kill, &log)?;
        let connection = process.wait_until(async || connect(address, &key).await).await?;
        Ok(Self { process, connection, directory })
    }

    /// How many events of a source are kept.
    ///
    /// # Errors
    /// When the source is in trouble, or there is none of this name.
    pub(crate) async fn kept_from(&mut self, source: &str) -> anyhow::Result<u64> {
        let Sources { sources } =
            serde_json::from_slice(&self.connection.get("/v1/sources").await?.good()?.body)?;
        let found = sources.into_iter().find(|found| found.name == source);
        let Source { accepted, trouble, .. } = found.context("the source is not there")?;
        match trouble {
            Some(Trouble { reason }) => bail!("the source gives nothing: {reason}"),
            None => Ok(accepted),
        }
    }

    /// A number that it tells of itself.
    async fn metric(&mut self, name: &str) -> anyhow::Result<u64> {
        let body = self.connection.get("/metrics").await?.good()?.body;
        let text = std::str::from_utf8(&body).context("its metrics are no text")?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|number| number.parse().ok()).with_context(|| format!("there is no {name}"))
    }
}

impl Engine for Gatelog {
    const NAME: &'static str = "Gatelog";
    const BATCH_ROWS: usize = 5_000;
    type Reply = Reply;

    fn process(&self) -> &Process {
        &self.process
    }

    async fn load(&mut self, batch: Batch) -> anyhow::Result<()> {
        let Batch { lines, rows } = batch;
        let body = bytes::Bytes::from(lines);
        loop {
            let reply = self.connection.post("/v1/events?format=logto", body.clone()).await?;
            if reply.status == StatusCode::TOO_MANY_REQUESTS {
                tokio::time::sleep(BUSY_PAUSE).await;
                continue;
            }
            let Accepted { accepted } = serde_json::from_slice(&reply.good()?.body)?;
            ensure!(accepted == rows, "of {rows} rows {accepted} were accepted");
            return Ok(());
        }
    }

    /// Nothing has to be done; it is only waited for what goes on by itself.
    async fn end_load(&mut self) -> anyhow::Result<()> {
        let mut sealed = self.metric("gatelog_sealed_events").await?;
        loop {
            tokio::time::sleep(SEALING_PAUSE).await;
            let now = self.metric("gatelog_sealed_events").await?;
            if now == sealed {
                return Ok(());
            }
            sealed = now;
        }
    }

    async fn bytes_per_row(&mut self) -> anyhow::Result<Option<f64>> {
        let sealed = self.metric("gatelog_sealed_events").await?;
        if sealed == 0 {
            return Ok(None);
        }
        let bytes = bytes_below(&self.directory.path().join("data/tenants"))?;
        Ok(Some(bytes as f64 / sealed as f64))
    }

    async fn ask(&mut self, asked: &Asked) -> anyhow::Result<Reply> {
        self.connection.get(&target(asked)).await
    }

    fn read(asked: &Asked, reply: Reply) -> anyhow::Result<Answer> {
        if reply.status == StatusCode::UNPROCESSABLE_ENTITY {
            return Ok(Answer::Refused);
        }
        let Reply { headers, body, .. } = reply.good()?;
        match asked {
            Asked::Listed(_) => {
                let total = headers.get("total-number").context("there is no total")?;
                let total = total.to_str()?.parse()?;
                let rows: Vec<Event> = serde_json::from_slice(&body)?;
                Ok(Answer::Page { ids: rows.into_iter().map(|row| row.id).collect(), total })
            }
            Asked::Anywhere(_) => {
                let Page { events, total } = serde_json::from_slice(&body)?;
                Ok(Answer::Page { ids: events.into_iter().map(|event| event.id).collect(), total })
            }
            Asked::OutcomesByDay(_) => outcomes(&body).map(Answer::Counts),
            Asked::Types => {
                let Facets { facets } = serde_json::from_slice(&body)?;
                let types = facets.types.into_iter().map(|value| (value.value, value.count));
                Ok(Answer::Counts(types.collect()))
            }
        }
    }
}

#[derive(Deserialize)]
struct Accepted {
    accepted: u64,
}

#[derive(Deserialize)]
struct Sources {
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    name: String,
    accepted: u64,
    trouble: Option<Trouble>,
}

#[derive(Deserialize)]
struct Trouble {
    reason: String,
}

#[derive(Deserialize)]
struct Event {
    id: String,
}

#[derive(Deserialize)]
struct Page {
    events: Vec<Event>,
    total: u64,
}

#[derive(Deserialize)]
struct Facets {
    facets: Types,
}

#[derive(Deserialize)]
struct Types {
    #[serde(rename = "type")]
    types: Vec<Value>,
}

#[derive(Deserialize)]
struct Value {
    value: String,
    count: u64,
}

#[derive(Deserialize)]
struct Histogram {
    buckets: Vec<Bucket>,
}

#[derive(Deserialize)]
struct Bucket {
    start: String,
    by: BTreeMap<String, u64>,
}

/// How many events of each day ended how, by `2026-05-02 success`.
fn outcomes(body: &[u8]) -> anyhow::Result<BTreeMap<String, u64>> {
    let Histogram { buckets } = serde_json::from_slice(body)?;
    let mut counts = BTreeMap::new();
    for Bucket { start, by } in buckets {
        let day = start.get(..10).context("a day has no date")?;
        for (outcome, count) in by.into_iter().filter(|(_, count)| *count > 0) {
            counts.insert(format!("{day} {outcome}"), count);
        }
    }
    Ok(counts)
}

/// The address of the answer.
fn target(asked: &Asked) -> String {
    match asked {
        Asked::Listed(listed) => listed_target(listed),
        Asked::Anywhere(text) => {
            let (limit, phrase) = (PAGE_ROWS.to_string(), format!("\"{text}\""));
            format!("/v1/events?{}", query_string(&[("limit", &limit), ("q", &phrase)]))
        }
        Asked::OutcomesByDay(Window { from_ms, to_ms }) => {
            let (from, to) = (rfc_3339(*from_ms), rfc_3339(*to_ms));
            let pairs = [("from", &*from), ("to", &*to), ("interval", "1d"), ("by", "outcome")];
            format!("/v1/stats/histogram?{}", query_string(&pairs))
        }
        Asked::Types => {
            let pairs = [("fields", "type"), ("limit", TYPES_MAX)];
            format!("/v1/stats/facets?{}", query_string(&pairs))
        }
    }
}

fn listed_target(listed: &Listed) -> String {
    let Listed { key, application, user, window, offset } = listed;
    let mut pairs =
        vec![("page", (offset / PAGE_ROWS + 1).to_string()), ("page_size", PAGE_ROWS.to_string())];
    let given = [("logKey", key), ("applicationId", application), ("userId", user)];
    pairs.extend(given.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
    if let Some(Window { from_ms, to_ms }) = window {
        pairs.push(("start_time", from_ms.to_string()));
        // The last millisecond that is included.
        pairs.push(("end_time", (to_ms - 1).to_string()));
    }
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    format!("/api/logs?{}", query_string(&pairs))
}

/// A time as it is written in questions.
fn rfc_3339(time_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(time_ms).map_or_else(|_| String::new(), |it| it.to_string())
}

async fn connect(address: SocketAddr, key: &str) -> anyhow::Result<Connection> {
    let mut connection =
        Connection::open(address, &[(AUTHORIZATION, format!("Bearer {key}"))]).await?;
    connection.get("/readyz").await?.good()?;
    Ok(connection)
}

/// The program, as somebody without settings in the environment starts it.
fn gatelog(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GATELOG_") {
            command.env_remove(name);
        }
    }
    command
}

/// What a command of the program prints.
fn printed(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().context("cannot start Gatelog")?;
    if !output.status.success() {
        bail!("Gatelog fails: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn bytes_below(directory: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    let entries = std::fs::read_dir(directory);
    for entry in entries.with_context(|| format!("cannot read {}", directory.display()))? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_asked_in_the_api_that_has_them() {
        let window = Some(Window { from_ms: 1_000, to_ms: 5_000 });
        let (key, user) = (Some("A.B".to_owned()), Some("u 1".to_owned()));
        let listed = Listed { key, application: None, user, window, offset: 40 };
        assert_eq!(
            target(&Asked::Listed(listed)),
            "/api/logs?page=3&page_size=20&logKey=A.B&userId=u+1&start_time=1000&end_time=4999"
        );
        let anywhere = Asked::Anywhere("ada@acme.example".to_owned());
        assert_eq!(target(&anywhere), "/v1/events?limit=20&q=%22ada%40acme.example%22");
        let outcomes = Asked::OutcomesByDay(Window { from_ms: 0, to_ms: 86_400_000 });
        assert_eq!(
            target(&outcomes),
            "/v1/stats/histogram?from=1970-01-01T00%3A00%3A00Z&to=1970-01-02T00%3A00%3A00Z\
             &interval=1d&by=outcome"
        );
    }

    #[test]
    fn days_without_an_outcome_are_no_counts() {
        let body = br#"{"buckets":[{"start":"2026-05-02T00:00:00Z","count":3,
            "by":{"failure":0,"success":3}},{"start":"2026-05-03T00:00:00Z","count":0,"by":{}}]}"#;
        let expected = BTreeMap::from([("2026-05-02 success".to_owned(), 3)]);
        assert_eq!(outcomes(body).unwrap(), expected);
        assert!(outcomes(b"{}").is_err());
    }
}
