//! The result, for people and programs, and how it differs from another.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Everything that was counted.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Report {
    pub(crate) counts: Vec<Counted>,
}

/// How many instructions something takes.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Counted {
    pub(crate) what: String,
    pub(crate) instructions: u64,
}

impl Report {
    /// Reads what `--json` printed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot read {}", path.display());
        let text = std::fs::read_to_string(path).with_context(context)?;
        serde_json::from_str(&text).with_context(context)
    }

    /// A table in Markdown, with a column for the change since `before`.
    pub(crate) fn table(&self, before: Option<&Self>) -> String {
        let mut table = "| what | instructions |".to_owned();
        table.push_str(if before.is_some() {
            " change |\n|---|--:|--:|\n"
        } else {
            "\n|---|--:|\n"
        });
        for Counted { what, instructions } in &self.counts {
            // Writing to a string cannot fail.
            let _ = write!(table, "| {what} | {} |", grouped(*instructions));
            if let Some(before) = before {
                let _ = write!(table, " {} |", before.change(what, *instructions));
            }
            table.push('\n');
        }
        table
    }

    /// By how much a count of now is more than the one here.
    fn change(&self, what: &str, now: u64) -> String {
        let before = self.counts.iter().find(|counted| counted.what == what);
        match before.filter(|before| before.instructions > 0) {
            Some(Counted { instructions, .. }) => {
                format!("{:+.1} %", (now as f64 / *instructions as f64 - 1.0) * 100.0)
            }
            None => "new".to_owned(),
        }
    }
}

/// A number with a comma between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(counts: &[(&str, u64)]) -> Report {
        let counted = |(what, instructions): &(&str, u64)| Counted {
            what: (*what).to_owned(),
            instructions: *instructions,
        };
        Report { counts: counts.iter().map(counted).collect() }
    }

    #[test]
    fn counts_stand_beside_their_change() {
        let (before, now) = (report(&[("a", 2_000)]), report(&[("a", 1_500), ("b", 1_234_567)]));
        assert_eq!(
            now.table(None),
            "| what | instructions |\n|---|--:|\n| a | 1,500 |\n| b | 1,234,567 |\n"
        );
        assert_eq!(
            now.table(Some(&before)),
            "| what | instructions | change |\n|---|--:|--:|\n\
             | a | 1,500 | -25.0 % |\n| b | 1,234,567 | new |\n"
        );
    }

    #[test]
    fn what_was_printed_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("before.json");
        std::fs::write(&path, serde_json::to_string(&report(&[("a", 1)])).unwrap()).unwrap();
        assert_eq!(Report::read(&path).unwrap().counts[0].what, "a");
        std::fs::write(&path, "{}").unwrap();
        assert!(Report::read(&path).is_err());
    }
}
