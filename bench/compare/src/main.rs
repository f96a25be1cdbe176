//! `cargo xtask compare`: the same rows and the same questions, here and elsewhere.
//!
//! A month of Logto's rows is loaded into Gatelog, into Logto's own table on PostgreSQL, and into
//! ClickHouse, one after the other, each alone on the machine and in a directory of its own. Each
//! is asked the same questions; the answers must agree, and what they cost is printed side by side.
//! What an engine spends is read from the operating system, so that the work of inventing and
//! asking is not counted.
//! It installs and builds nothing: `xtask` does, and says where things are.
//!
//! - [`rows`]: what is loaded; [`subjects`]: whom the questions are about.
//! - [`questions`]: what is asked.
//! - [`engine`]: what is asked of an engine, and how it is measured.
//! - [`gatelog`], [`postgresql`], [`clickhouse`]: the engines.
//! - [`agreement`]: do the answers agree?
//! - [`back_fill`]: PostgreSQL's table as a source.
//! - [`percentiles`], [`report`]: the result, for people and programs.
//! - [`http`], [`process`], [`progress`]: what these stand on.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool that speaks to the person who started it"
)]

mod agreement;
mod back_fill;
mod clickhouse;
mod engine;
mod gatelog;
mod http;
mod percentiles;
mod postgresql;
mod process;
mod progress;
mod questions;
mod report;
mod rows;
mod subjects;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use self::clickhouse::ClickHouse;
use self::engine::measure;
use self::gatelog::Gatelog;
use self::postgresql::PostgreSql;
use self::report::Report;
use self::rows::Month;

/// The same rows and the same questions, in Gatelog and elsewhere. Started by `cargo xtask compare`.
#[derive(Parser)]
struct Arguments {
    /// How many events
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    events: usize,
    /// The program `gatelog`
    #[arg(long, value_name = "FILE")]
    gatelog: PathBuf,
    /// The folder with PostgreSQL's programs, to compare with it
    #[arg(long, value_name = "DIR")]
    postgresql: Option<PathBuf>,
    /// The library with ClickHouse in it, to compare with it
    #[arg(long, value_name = "FILE")]
    clickhouse: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whatever ends it, an interruption included, ends the engines and removes their directories.
fn run(arguments: &Arguments) -> anyhow::Result<()> {
    ensure!(arguments.events >= 1_000, "fewer than 1,000 events say nothing");
    // One thread, and this one: engines end with the thread that started them.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let report = runtime.context("cannot start the async runtime")?.block_on(async {
        tokio::select! {
            report = compare(arguments) => report,
            interrupted = interruption() => interrupted.and_then(|()| bail!("interrupted")),
        }
    })?;
    match arguments.json {
        true => println!("{}", serde_json::to_string(&report)?),
        false => print!("{report}"),
    }
    for difference in &report.differences {
        eprintln!("difference: {difference}");
    }
    let differences = report.differences.len();
    ensure!(differences == 0, "the engines do not agree: {differences} differences, listed above");
    Ok(())
}

async fn compare(arguments: &Arguments) -> anyhow::Result<Report> {
    let month = Month { events: arguments.events };
    let questions = questions::all(month.events, &subjects::choose(month).await?);
    let mut gatelog = Gatelog::start(&arguments.gatelog).await?;
    let mut engines = vec![measure(&mut gatelog, month, &questions).await?];
    drop(gatelog);
    let mut back_fill = None;
    if let Some(programs) = &arguments.postgresql {
        let mut postgresql = PostgreSql::start(programs).await?;
        engines.push(measure(&mut postgresql, month, &questions).await?);
        back_fill = Some(back_fill::measure(&arguments.gatelog, &postgresql).await?);
    }
    if let Some(library) = &arguments.clickhouse {
        let mut clickhouse = ClickHouse::start(library).await?;
        engines.push(measure(&mut clickhouse, month, &questions).await?);
    }
    Ok(Report::new(month.events, &questions, engines, back_fill))
}

/// Waits until somebody wants it to end.
async fn interruption() -> anyhow::Result<()> {
    let mut end = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.context("cannot listen for Ctrl-C"),
        _ = end.recv() => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
