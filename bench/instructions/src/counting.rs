//! Running one work under callgrind, a few times and then more times.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::data::ROWS;
use crate::event_work::EventWork;
use crate::question_work;

/// Something whose instructions are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    /// For people.
    pub(crate) name: &'static str,
    /// On the command line.
    work: &'static str,
    /// How often it is done in the run that is taken off, and in the other.
    fewer: usize,
    more: usize,
    /// How many things the difference is.
    things: usize,
}

impl Work {
    /// All of them, in the order of the table.
    pub(crate) fn all() -> Vec<Self> {
        let per_event = |name, work: EventWork, fewer, more, things| Self {
            name,
            work: work.name(),
            fewer,
            more,
            things,
        };
        let mut all = vec![
            per_event("event: intake", EventWork::Intake, 2_000, 10_000, 8_000),
            per_event("event: append", EventWork::Append, 2_000, 10_000, 8_000),
            // All rows are appended in both runs, and sealed in one.
            per_event("event: seal", EventWork::Seal, 0, 1, ROWS),
        ];
        all.extend(question_work::NAMES.map(|name| {
            // The first answer fills caches. One that reads every record takes a minute.
            let more = if name.ends_with("anywhere") { 2 } else { 51 };
            Self { name, work: name, fewer: 1, more, things: more - 1 }
        }));
        all
    }
}

/// Instructions that one of the things takes.
///
/// # Errors
/// When valgrind or the work fails.
pub(crate) fn counted(directory: &Path, work: &Work) -> anyhow::Result<u64> {
    let fewer = instructions(directory, work.work, work.fewer)?;
    let more = instructions(directory, work.work, work.more)?;
    let difference = more.checked_sub(fewer).context("doing it more often took fewer of them")?;
    Ok(difference / work.things as u64)
}

fn instructions(directory: &Path, work: &str, times: usize) -> anyhow::Result<u64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(std::env::current_exe()?).args(["work", "--work", work]);
    command.args(["--times", &times.to_string(), "--directory"]).arg(directory);
    let output = command.output().context("cannot start valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "it failed ({}): {}", output.status, said.trim_end());
    collected(&said).with_context(|| format!("valgrind counted nothing: {}", said.trim_end()))
}

/// The number in `==17== Collected : 1234`.
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.split_once("Collected : "))?;
    line.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_valgrind_says() {
        let said = "==17== Callgrind\n==17== \n==17== Events    : Ir\n==17== Collected : 1234\n";
        assert_eq!(collected(said), Some(1_234));
        assert_eq!(collected("==17== Events    : Ir\n"), None);
    }

    #[test]
    fn every_work_is_there_and_makes_a_difference() {
        for Work { work, fewer, more, things, .. } in Work::all() {
            let is_known =
                EventWork::from_name(work).is_some() || question_work::NAMES.contains(&work);
            assert!(is_known && fewer < more && things > 0, "{work}");
        }
    }
}
