//! A data directory of every released format version is read by every build.
//!
//! `fixtures/v1` was written by the first version and is never written again: a build that cannot
//! read it cannot read what people have. With `NEW_FIXTURE=v4` the directory of a new version is
//! made; an existing one is left alone. While a version is not released yet, its directory is made
//! anew after each change of the format:
//!
//! ```text
//! rm -r crates/ledger/tests/fixtures/v4
//! NEW_FIXTURE=v4 cargo nextest run --workspace -E 'binary(fixtures)'
//! ```

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fmt::Write;
use std::path::Path;

use gatelog_event::fields::IndexedField;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::{PageStart, TenantLedger};
use gatelog_query::words::Phrase;
use gatelog_query::{Field, Filter, Order, Query, RecordTest, Test};

const VERSIONS: [&str; 4] = ["v1", "v2", "v3", "v4"];

fn folder(version: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(version)
}

/// A segment that was joined from two, and a rest in the log, of two tenants.
fn write_fixture(directory: &Path) {
    let ledger = support::open_merging(directory, 20, 2);
    for (tenant, count) in [("default", 50), ("other", 3)] {
        let tenant = ledger.tenant(&tenant.parse().expect("a name")).expect("a tenant");
        for number in 0..count {
            let (kind, user, minute) = (number % 3, number % 7, (number * 37) % 60);
            let json = format!(
                r#"{{"id":"event-{number}","type":"type.{kind}","time":"2026-11-20T10:{minute:02}:00Z","outcome":"failure","actor":{{"id":"user-{user}"}},"ip":"203.0.113.{user}","session":"session-{number}","data":{{"n":{number},"text":"é\u00e9"}}}}"#
            );
            support::append(&tenant, vec![support::event(&json)]);
        }
        support::append(&tenant, vec![support::event(r#"{"type":"without.id.and.time"}"#)]);
    }
    ledger.settle();
}

fn describe(tenant: &TenantLedger) -> String {
    let query = Query { order: Order::OldestFirst, ..Query::new(Filter::All) };
    let page = tenant.page(&query, PageStart::First, 1_000).expect("a page");
    let mut text = format!("{}: {} events\n", tenant.name(), page.total);
    for event in page.events {
        let record = String::from_utf8_lossy(&event.record);
        let (position, id) = (event.position, &event.id);
        writeln!(text, "{} {} {id} {} {record}", position.seq, position.time, event.received)
            .expect("written");
    }
    text
}

/// Questions that indexes answer, whichever the version has, and what lines of the description have
/// that are answers.
fn check_questions(tenant: &TenantLedger, description: &str) {
    let phrase = |text| Filter::Record(RecordTest::Phrase(Phrase::new(text).expect("a phrase")));
    let session = Field::Indexed(IndexedField::Session);
    for (filter, has) in [
        (Filter::equals(Field::Id, "event-7"), r#""id":"event-7""#),
        (Filter::equals(session, "session-30"), r#""session":"session-30""#),
        (Filter::Field(session, Test::Missing), "without.id.and.time"),
        (phrase("user 3"), r#""user-3""#),
        (phrase("203.0.113.3"), r#""203.0.113.3""#),
        (phrase("Éé"), r#""text":"é"#),
        (phrase("without id"), "without.id.and.time"),
        (phrase("absent"), "absent"),
    ] {
        let expected = description.lines().filter(|line| line.contains(has)).count();
        let found = tenant.count(&Query::new(filter)).expect("a count");
        assert_eq!(found, expected as u64, "{has}");
    }
}

#[test]
fn every_released_format_is_read() {
    if let Ok(version) = std::env::var("NEW_FIXTURE") {
        let folder = folder(&version);
        assert!(!folder.try_exists().expect("readable"), "{} is there already", folder.display());
        write_fixture(&folder.join("data"));
    }
    for version in VERSIONS {
        let copy = tempfile::tempdir().expect("a directory");
        support::copy(&folder(version).join("data"), copy.path());
        let ledger = support::open(copy.path(), 20);
        let mut description = String::new();
        for name in ["default", "other"] {
            let name: TenantName = name.parse().expect("a name");
            let tenant = ledger.tenant(&name).expect("a tenant");
            let events = describe(&tenant);
            check_questions(&tenant, &events);
            description += &events;
            let verified = tenant.verify_commitments().expect("what was committed to");
            assert_eq!(verified, if name.as_str() == "default" { 40 } else { 0 });
        }
        let expected = folder(version).join("expected.txt");
        if std::env::var_os("NEW_FIXTURE").is_some() {
            std::fs::write(&expected, &description).expect("written");
        }
        let expected = std::fs::read_to_string(&expected).expect("expected.txt");
        assert_eq!(description, expected, "{version}");
    }
}
