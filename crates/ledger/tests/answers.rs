//! Questions in PQL over a handful of events, and the ids that answer them, from a file.
//!
//! `UPDATE_GOLDEN=1 cargo test -p gatelog-ledger --test answers` writes the answers anew.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::{Path, PathBuf};

use gatelog_event::intake::{AcceptedEvent, Intake};
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::{Ledger, PageStart, TenantLedger};
use gatelog_query::pql::{self, Context};
use gatelog_query::{Order, Query};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).expect(name)
}

/// Lines with a `key` are rows of Logto; the others are native.
fn events() -> Vec<AcceptedEvent> {
    let key = FingerprintKey::new([1; 32]);
    let (known, received) = (&NothingKnown, support::received());
    let accept = |line: &str| {
        let format = if line.contains(r#""key":"#) { Format::Logto } else { Format::Native };
        let intake = Intake { format, key: &key, known, received };
        intake.accept(line.as_bytes()).expect(line)
    };
    read("events.ndjson").lines().map(accept).collect()
}

fn answer(tenant: &TenantLedger, question: &str) -> String {
    let filter = match pql::compile(question, &Context { now: support::received() }) {
        Ok(filter) => filter,
        Err(diagnostics) => panic!("{}", pql::diagnostic::render(question, &diagnostics)),
    };
    let query = Query { order: Order::OldestFirst, ..Query::new(filter) };
    let page = tenant.page(&query, PageStart::First, 100).expect("a page");
    assert_eq!(page.total, page.events.len() as u64, "{question}");
    let ids: Vec<&str> = page.events.iter().map(|event| &*event.id).collect();
    ids.join(" ")
}

/// The file with the answers that `tenant` gives.
fn answered(tenant: &TenantLedger) -> String {
    let mut text = String::new();
    for line in read("questions.txt").lines().filter(|line| !line.starts_with('=')) {
        text.push_str(line);
        text.push('\n');
        if let Some(question) = line.strip_prefix('>') {
            text.push_str(format!("= {}", answer(tenant, question)).trim_end());
            text.push('\n');
        }
    }
    text
}

#[test]
fn questions_have_the_answers_of_the_file() {
    let name = TenantName::default_tenant();
    for (table_rows_max, kept_in) in [(100, "a memtable"), (3, "segments")] {
        let directory = tempfile::tempdir().expect("a directory");
        let open = || -> Ledger { support::open(directory.path(), table_rows_max) };
        let ledger = open();
        for event in events() {
            support::append(&ledger.tenant(&name).expect("a tenant"), vec![event]);
        }
        // Closing seals what is large enough.
        drop(ledger);
        let tenant = open().tenant(&name).expect("a tenant");
        let found = answered(&tenant);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(file("questions.txt"), &found).expect("written");
        }
        assert_eq!(found, read("questions.txt"), "from {kept_in}");
    }
}
