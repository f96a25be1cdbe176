//! Running steps one after the other: a heading before each, a table of durations after all.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The steps run so far. The summary is printed when this is dropped, so that a run that
/// stops at a failure still says how far it came.
pub(crate) struct Steps {
    finished: Vec<Step>,
}

struct Step {
    name: &'static str,
    duration: Duration,
    passed: bool,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { finished: Vec::new() }
    }

    /// Runs one step under a heading of its own.
    ///
    /// # Errors
    /// The step's own error, with the step's name.
    pub(crate) fn run(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        println!("\n=== {name}");
        let start = Instant::now();
        let outcome = step().with_context(|| format!("the step `{name}` failed"));
        self.finished.push(Step { name, duration: start.elapsed(), passed: outcome.is_ok() });
        outcome
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        print!("\n{}", summary(&self.finished));
    }
}

fn summary(steps: &[Step]) -> String {
    let mut table = String::new();
    for Step { name, duration, passed } in steps {
        let mark = if *passed { "" } else { "  FAILED" };
        table.push_str(&format!("{name:<24} {:>8.1} s{mark}\n", duration.as_secs_f64()));
    }
    let total: Duration = steps.iter().map(|step| step.duration).sum();
    table.push_str(&format!("{:<24} {:>8.1} s\n", "total", total.as_secs_f64()));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_each_step_its_duration_and_the_failure() {
        let step = |name, milliseconds, passed| Step {
            name,
            duration: Duration::from_millis(milliseconds),
            passed,
        };
        let table = summary(&[step("tidy", 120, true), step("clippy", 61_500, false)]);
        let lines: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines,
            [
                vec!["tidy", "0.1", "s"],
                vec!["clippy", "61.5", "s", "FAILED"],
                vec!["total", "61.6", "s"],
            ]
        );
    }

    #[test]
    fn a_failing_step_is_named_in_its_error() {
        let mut steps = Steps::new();
        let error = steps.run("spelling", || anyhow::bail!("three words")).unwrap_err();
        assert_eq!(format!("{error:#}"), "the step `spelling` failed: three words");
    }
}
