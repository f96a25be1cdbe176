//! A table that was there before: how fast its rows arrive here, and how fast PostgreSQL gives them.
//!
//! The table is the one that was compared, with its database on the same processors. Gatelog is
//! started anew on an empty directory and follows it as a source, from its own start to the moment
//! at which it says that every row is kept. The peer is PostgreSQL alone: the same rows in the same
//! order, in one COPY over the same socket, read by nobody.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde::Serialize;

use crate::engine::Engine as _;
use crate::gatelog::Gatelog;
use crate::postgresql::PostgreSql;
use crate::progress::Progress;

/// How often it is asked how many rows are kept.
const PAUSE: Duration = Duration::from_millis(50);

/// Gatelog's name for the table.
const SOURCE: &str = "logto";

/// What was found.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct BackFill {
    pub(crate) rows: u64,
    /// From the start of the program to the last row that is durable.
    pub(crate) seconds: f64,
    /// What Gatelog spent of that.
    pub(crate) cpu_seconds: f64,
    /// And what PostgreSQL spent meanwhile.
    pub(crate) postgresql_cpu_seconds: f64,
    /// What PostgreSQL takes to give the rows to somebody who throws them away.
    pub(crate) copy_seconds: f64,
}

/// Follows the table of `postgresql` with a new server.
///
/// # Errors
/// When rows are missing, or a server fails.
pub(crate) async fn measure(program: &Path, postgresql: &PostgreSql) -> anyhow::Result<BackFill> {
    let begun = Instant::now();
    let rows = postgresql.copy_all().await.context("PostgreSQL gives no rows")?;
    let copy_seconds = begun.elapsed().as_secs_f64();

    let progress = Progress::begin(rows, "back-filling Gatelog");
    let spent_before = postgresql.process().cpu_seconds()?;
    let begun = Instant::now();
    let mut gatelog = Gatelog::start_with(program, &settings(postgresql.socket())).await?;
    let mut kept = 0;
    while kept < rows {
        tokio::time::sleep(PAUSE).await;
        let now = gatelog.kept_from(SOURCE).await?;
        progress.advance(now - kept);
        kept = now;
    }
    ensure!(kept == rows, "of {rows} rows {kept} were kept");
    let measured = BackFill {
        rows,
        seconds: begun.elapsed().as_secs_f64(),
        cpu_seconds: gatelog.process().cpu_seconds()?,
        postgresql_cpu_seconds: postgresql.process().cpu_seconds()? - spent_before,
        copy_seconds,
    };
    progress.finish();
    Ok(measured)
}

/// The table as a source, in the words of `gatelog.toml`.
fn settings(socket: &Path) -> String {
    format!(
        "[[sources]]\nname = {SOURCE:?}\ntenant = \"default\"\nkind = \"logto-database\"\n\
         host = {socket:?}\ndatabase = \"postgres\"\nuser = \"postgres\"\n"
    )
}
