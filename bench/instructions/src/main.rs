//! `cargo xtask instructions`: how many instructions an event and a question take.
//!
//! Time says little on a machine that others use as well; the number of instructions hardly depends
//! on them. This program starts itself under valgrind's callgrind, which counts them, to do one
//! thing a few times and then more times: the difference is what the thing takes, without what goes
//! before and after it. Everything that is the same for both, such as filling the data directory
//! that is asked, happens outside of valgrind.
//! It is not for waiting: what a disk, a lock or a miss of the processor's cache costs is not seen.
//! Valgrind's processor has no instructions for SHA-256, so commitments look dearer than they are.
//!
//! - [`data`]: the rows, and the data directory that is asked.
//! - [`event_work`]: what is done with an event.
//! - [`question_work`]: what is asked.
//! - [`counting`]: running one of them under callgrind.
//! - [`report`]: the result, for people and programs, and how it differs from another.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool that speaks to the person who started it"
)]

mod counting;
mod data;
mod event_work;
mod question_work;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};

use self::counting::{Work, counted};
use self::event_work::EventWork;
use self::report::{Counted, Report};

/// How many instructions an event and a question take. Started by `cargo xtask instructions`.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Count everything
    Count {
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
        /// Show how the result differs from this one, which `--json` printed
        #[arg(long, value_name = "FILE")]
        before: Option<PathBuf>,
    },
    /// Do one thing so many times, under valgrind
    Work {
        /// What `data` prepared
        #[arg(long)]
        directory: PathBuf,
        #[arg(long)]
        work: String,
        #[arg(long)]
        times: usize,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Count { json, before } => count(json, before.as_deref()),
        Command::Work { directory, work, times } => do_work(&directory, &work, times),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn count(json: bool, before: Option<&Path>) -> anyhow::Result<()> {
    let before = before.map(Report::read).transpose()?;
    let directory = tempfile::Builder::new().prefix("gatelog-instructions-").tempdir()?;
    eprintln!("preparing {} events", data::EVENTS);
    data::prepare(directory.path())?;
    let mut counts = Vec::new();
    for work in Work::all() {
        eprintln!("counting: {}", work.name);
        let instructions = counted(directory.path(), &work)
            .with_context(|| format!("cannot count the instructions of {}", work.name))?;
        counts.push(Counted { what: work.name.to_owned(), instructions });
    }
    let report = Report { counts };
    match json {
        true => println!("{}", serde_json::to_string(&report)?),
        false => print!("{}", report.table(before.as_ref())),
    }
    Ok(())
}

fn do_work(directory: &Path, work: &str, times: usize) -> anyhow::Result<()> {
    if let Some(work) = EventWork::from_name(work) {
        return work.run(directory, times);
    }
    match question_work::NAMES.contains(&work) {
        true => question_work::run(directory, work, times),
        false => bail!("there is no work `{work}`"),
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
