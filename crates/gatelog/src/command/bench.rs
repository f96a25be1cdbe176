//! `gatelog bench`: how fast is this Gatelog on this machine?
//!
//! A server of its own, in a process of its own, is filled with invented events over HTTP and then
//! asked the questions people ask most. What the server spends is read from the operating system,
//! so that the work of inventing and asking is not counted.
//!
//! - [`server`]: the server that is measured.
//! - [`connection`]: one HTTP connection to it.
//! - [`events`]: what it is filled with.
//! - [`load`]: filling it, in bulk and one by one.
//! - [`questions`]: what it is asked.
//! - [`percentiles`]: how long that took.
//! - [`report`]: the result, for people and programs.

mod connection;
mod events;
mod load;
mod percentiles;
mod questions;
mod report;
mod server;

use std::path::Path;

use anyhow::{Context, bail};
use gatelog_event::tenant::TenantName;
use gatelog_ledger::inspect::Inspection;
use gatelog_server::system::environment;

use self::events::Month;
use self::report::{Disk, Report};
use self::server::Server;
use super::empty_directory::EmptyDirectory;
use super::stop::StopSignals;
use crate::arguments::Bench;
use crate::output;

pub(crate) fn run(arguments: &Bench) -> anyhow::Result<()> {
    let directory = EmptyDirectory::prepare(arguments.data.as_deref(), "bench")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let report = runtime.context("cannot start the async runtime")?.block_on(async {
        let mut stop = StopSignals::catch()?;
        tokio::select! {
            report = measure(arguments, directory.path()) => report,
            // The server, which is ours, ends with what is dropped here.
            () = stop.received() => bail!("ended by a signal"),
        }
    })?;
    if arguments.json {
        output::line(&serde_json::to_string(&report)?);
    } else {
        report.print();
    }
    Ok(())
}

async fn measure(arguments: &Bench, directory: &Path) -> anyhow::Result<Report> {
    let data = directory.join("data");
    let key = server::key(&data).await?;
    let month = Month { seed: arguments.seed, events: arguments.events };
    let mut server = Server::start(&data, &key).await?;
    let bulk = load::bulk(&server, month).await?;
    let memory_after_bulk = server.memory()?;
    let settle_seconds = server.wait_until_settled().await?;
    let singles = load::singles(&server, month, arguments.singles).await?;
    server.wait_until_settled().await?;
    server.stop().await?;

    server = Server::start(&data, &key).await?;
    let start_ms = server.start_ms();
    let questions = questions::choose(&server, arguments.events).await?;
    server.stop().await?;
    let cold_ms = questions::ask_cold(&data, &key, &questions).await?;

    server = Server::start(&data, &key).await?;
    let answers = questions::ask_warm(&server, &questions, &cold_ms, arguments.repeat).await?;
    let memory_after_questions = server.memory()?;
    server.stop().await?;

    let inspection = Inspection::new(&data, environment().files);
    let sizes = inspection.sizes(&TenantName::default_tenant());
    let meta_bytes =
        std::fs::metadata(data.join("meta.db")).context("cannot measure meta.db")?.len();
    let disk = Disk::new(sizes.context("cannot measure the segments")?, meta_bytes);
    Ok(Report {
        bulk,
        singles,
        settle_seconds,
        memory_after_bulk,
        memory_after_questions,
        start_ms,
        answers,
        disk,
    })
}
