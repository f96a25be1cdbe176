//! Logto's table `logs` on PostgreSQL, with its indexes, asked as Logto's API asks it.
//!
//! - [`cluster`]: a server of its own.
//! - [`sql`]: the table and the questions.

mod cluster;
mod sql;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::pin::{Pin, pin};

use anyhow::{Context, ensure};
use bytes::Bytes;
use futures_util::{SinkExt as _, TryStreamExt as _};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, CopyInSink, Row as Found};

use self::cluster::Cluster;
use self::sql::{Sql, count, counts_of, page};
use crate::agreement::Answer;
use crate::engine::Engine;
use crate::process::Process;
use crate::questions::Asked;
use crate::rows::{Batch, Row};

/// A running server, and the one connection to it.
pub(crate) struct PostgreSql {
    client: Client,
    /// The bulk load that is under way.
    copying: Option<Pin<Box<CopyInSink<Bytes>>>>,
    rows: u64,
    cluster: Cluster,
}

/// What it answers: the rows, and those of a second query that counts.
pub(crate) struct Reply {
    rows: Vec<Found>,
    counted: Vec<Found>,
}

impl PostgreSql {
    /// Starts a server and makes the table. `programs` is the folder with `postgres`.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) async fn start(programs: &Path) -> anyhow::Result<Self> {
        let (cluster, client) = Cluster::start(programs).await?;
        client.batch_execute(sql::TABLE).await.context("cannot make the table")?;
        Ok(Self { client, copying: None, rows: 0, cluster })
    }

    /// The directory of its socket.
    pub(crate) fn socket(&self) -> &Path {
        self.cluster.socket()
    }

    /// Asks for all rows, the oldest first, and throws them away. Says how many there were.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(crate) async fn copy_all(&self) -> anyhow::Result<u64> {
        let mut lines = pin!(self.client.copy_out(sql::COPY_OUT).await?);
        let mut rows = 0;
        while lines.try_next().await?.is_some() {
            rows += 1;
        }
        Ok(rows)
    }

    async fn query(&self, sql: &Sql) -> anyhow::Result<Vec<Found>> {
        let values: Vec<(&(dyn ToSql + Sync), Type)> =
            sql.values.iter().map(|value| (value as &(dyn ToSql + Sync), Type::TEXT)).collect();
        Ok(self.client.query_typed(&sql.text, &values).await?)
    }
}

impl Engine for PostgreSql {
    const NAME: &'static str = "PostgreSQL";
    const BATCH_ROWS: usize = 5_000;
    type Reply = Reply;

    fn process(&self) -> &Process {
        self.cluster.process()
    }

    /// All batches are of one COPY, which is over when the load ends: nothing loads faster.
    async fn load(&mut self, batch: Batch) -> anyhow::Result<()> {
        let mut lines = String::with_capacity(batch.lines.len() + batch.lines.len() / 8);
        for row in batch.rows() {
            push_copied(&mut lines, &row?)?;
        }
        let copying = match &mut self.copying {
            Some(copying) => copying,
            none => none.insert(Box::pin(self.client.copy_in(sql::COPY).await?)),
        };
        copying.send(Bytes::from(lines)).await?;
        self.rows += batch.rows;
        Ok(())
    }

    async fn commit_load(&mut self) -> anyhow::Result<()> {
        let Some(mut copying) = self.copying.take() else { return Ok(()) };
        let kept = copying.as_mut().finish().await?;
        ensure!(kept == self.rows, "of {} rows {kept} were kept", self.rows);
        Ok(())
    }

    async fn end_load(&mut self) -> anyhow::Result<()> {
        self.client.batch_execute("vacuum (analyze) logs").await?;
        Ok(self.client.batch_execute("checkpoint").await?)
    }

    async fn bytes_per_row(&mut self) -> anyhow::Result<Option<f64>> {
        let rows = self.client.query_typed("select pg_total_relation_size('logs')", &[]).await?;
        let bytes: i64 = rows.first().context("the table has no size")?.try_get(0)?;
        Ok(Some(bytes as f64 / self.rows.max(1) as f64))
    }

    async fn ask(&mut self, asked: &Asked) -> anyhow::Result<Reply> {
        match (page(asked), count(asked)) {
            (Some(page), Some(count)) => {
                Ok(Reply { rows: self.query(&page).await?, counted: self.query(&count).await? })
            }
            _ => {
                let counted = self.query(&counts_of(asked)).await?;
                Ok(Reply { rows: Vec::new(), counted })
            }
        }
    }

    fn read(asked: &Asked, Reply { rows, counted }: Reply) -> anyhow::Result<Answer> {
        let count =
            |row: &Found, column| anyhow::Ok(u64::try_from(row.try_get::<_, i64>(column)?)?);
        match asked {
            Asked::Listed(_) | Asked::Anywhere(_) => {
                let ids = rows.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
                let total = count(counted.first().context("there is no total")?, 0)?;
                Ok(Answer::Page { ids, total })
            }
            Asked::OutcomesByDay(_) | Asked::Types => {
                let kind = |row: &Found| anyhow::Ok((row.try_get::<_, String>(0)?, count(row, 1)?));
                let counts = counted.iter().map(kind).collect::<Result<BTreeMap<_, _>, _>>()?;
                Ok(Answer::Counts(counts))
            }
        }
    }
}

/// Appends a row as COPY reads it: columns between tabs, a line each.
fn push_copied(lines: &mut String, row: &Row<'_>) -> anyhow::Result<()> {
    let Row { tenant_id, id, key, payload, created_at } = row;
    let created_at = jiff::Timestamp::from_millisecond(*created_at)?;
    // JSON holds neither tabs nor line ends; its backslashes would be read as COPY's own.
    let payload = payload.get().replace('\\', "\\\\");
    writeln!(lines, "{tenant_id}\t{id}\t{key}\t{payload}\t{created_at}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_row_keeps_its_backslashes() {
        let line = r#"{"tenantId":"t","id":"i","key":"k","payload":{"a":"\"\n"},"createdAt":1500}"#;
        let mut lines = String::new();
        push_copied(&mut lines, &serde_json::from_str(line).unwrap()).unwrap();
        let expected = "t\ti\tk\t{\"a\":\"\\\\\"\\\\n\"}\t1970-01-01T00:00:01.5Z\n";
        assert_eq!(lines, expected);
    }
}
