//! Queries and what they mean: `cases/*.txt`.
//!
//! A line `> query` is followed by what comes of it: `= ` and the filter as text, or, below the
//! query, carets under what is wrong with the message and the suggested replacement. `now` is
//! 2026-11-20T14:29:31.123456Z. To add a case write its query; after a change that is meant,
//! `UPDATE_GOLDEN=1 cargo test -p gatelog-query --test cases` writes the answers.

#![expect(clippy::expect_used, reason = "a test's panic is its report")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use gatelog_event::time::UnixMicros;
use gatelog_query::pql::{self, Context, Diagnostic};

fn context() -> Context {
    Context { now: UnixMicros::parse_rfc3339("2026-11-20T14:29:31.123456Z").expect("a time") }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    files
}

fn answer(query: &str) -> String {
    match pql::compile(query, &context()) {
        Ok(filter) => format!("= {filter}\n"),
        Err(diagnostics) => diagnostics.iter().map(|it| explained(query, it)).collect(),
    }
}

fn explained(query: &str, diagnostic: &Diagnostic) -> String {
    let indent = " ".repeat(diagnostic.column + 1);
    let carets = "^".repeat(query[diagnostic.span.clone()].chars().count().max(1));
    let mut line = format!("{indent}{carets} {}", diagnostic.mistake);
    if let Some(suggestion) = &diagnostic.suggestion {
        write!(line, " -> `{suggestion}`").expect("written");
    }
    line + "\n"
}

/// The file as it should be: its comments, blank lines and queries, and the answers of today.
fn answered(text: &str) -> String {
    let mut answered = String::new();
    for line in text.lines() {
        match line.strip_prefix('>') {
            Some(query) => {
                let query = query.strip_prefix(' ').unwrap_or(query);
                answered += &format!("{line}\n{}", answer(query));
            }
            None if line.is_empty() || line.starts_with('#') => answered += &format!("{line}\n"),
            None => {}
        }
    }
    answered
}

#[test]
fn queries_mean_what_stands_below_them() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    for path in files() {
        let text = fs::read_to_string(&path).expect("the cases");
        let answered = answered(&text);
        if update {
            fs::write(&path, answered).expect("written");
            continue;
        }
        for (found, expected) in answered.lines().zip(text.lines()) {
            assert_eq!(found, expected, "{}, see this test's head", path.display());
        }
        assert_eq!(answered.lines().count(), text.lines().count(), "{}", path.display());
    }
}

#[test]
fn a_filter_written_down_has_the_same_meaning() {
    for path in files() {
        let text = fs::read_to_string(&path).expect("the cases");
        for written in text.lines().filter_map(|line| line.strip_prefix("= ")) {
            let filter = pql::compile(written, &context()).expect(written);
            assert_eq!(filter.to_string(), written);
        }
    }
}
