//! Segments whose indexes have many blocks and pages: each value, id and word is found in its row,
//! before and after segments were joined.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::path::Path;

use gatelog_event::fields::IndexedField;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::{Error, PageStart, TenantLedger};
use gatelog_query::words::Phrase;
use gatelog_query::{Field, Filter, Order, Query, RecordTest, Test};

const EVENTS: u32 = 6_000;

/// Numbers in an order that has nothing to do with their own.
fn mixed(number: u32) -> u32 {
    number.wrapping_mul(2_654_435_761)
}

fn json(number: u32) -> String {
    let (mixed, word) = (mixed(number), mixed(number + EVENTS));
    format!(
        r#"{{"id":"event-{number}","type":"type.1","time":"2026-11-20T10:00:00Z","actor":{{"id":"user-{mixed:08x}"}},"session":"session-{mixed}","data":{{"text":"w{word:x} and others"}}}}"#
    )
}

fn fill(directory: &Path) {
    let ledger = support::open_merging(directory, EVENTS / 2, usize::MAX);
    let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
    for start in (0..EVENTS).step_by(500) {
        let events = (start..start + 500).map(|number| support::event(&json(number))).collect();
        support::append(&tenant, events);
    }
    ledger.settle();
}

fn found(tenant: &TenantLedger, filter: Filter) -> Result<Vec<String>, Error> {
    let query = Query { order: Order::OldestFirst, ..Query::new(filter) };
    let page = tenant.page(&query, PageStart::First, 1_000)?;
    Ok(page.events.into_iter().map(|event| event.id.into()).collect())
}

/// Ways to ask for an event, of which each finds it alone.
fn questions(number: u32) -> [Filter; 4] {
    let (mixed, word) = (mixed(number), mixed(number + EVENTS));
    let phrase = Phrase::new(&format!("w{word:x} and")).expect("words");
    [
        Filter::equals(Field::Indexed(IndexedField::ActorId), format!("user-{mixed:08x}")),
        Filter::equals(Field::Id, format!("event-{number}")),
        Filter::equals(Field::Indexed(IndexedField::Session), format!("session-{mixed}")),
        Filter::Record(RecordTest::Phrase(phrase)),
    ]
}

#[test]
fn everything_is_found_in_its_row() {
    let directory = tempfile::tempdir().expect("a directory");
    fill(directory.path());
    for (segments_min, file_count) in [(usize::MAX, 2), (2, 1)] {
        // Too small for the rows to be written again: they are joined.
        let ledger = support::open_merging(directory.path(), EVENTS / 2, segments_min);
        ledger.settle();
        let segments = directory.path().join("tenants/default/segments");
        assert_eq!(fs::read_dir(segments).expect("segments").count(), file_count);
        let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
        for number in (0..EVENTS).step_by(61) {
            let id = format!("event-{number}");
            for filter in questions(number) {
                assert_eq!(found(&tenant, filter).expect("an answer"), [id.as_str()]);
            }
        }
        for filter in questions(EVENTS + 7) {
            assert!(found(&tenant, filter).expect("an answer").is_empty());
        }
        let prefix = Test::StartsWith("user-0".to_owned());
        let is_wanted = |number: &u32| mixed(*number) >> 28 == 0;
        let expected = (0..EVENTS).filter(is_wanted).count() as u64;
        let filter = Filter::Field(Field::Indexed(IndexedField::ActorId), prefix);
        assert_eq!(tenant.count(&Query::new(filter)).expect("a count"), expected);
    }
}

/// Whatever byte of the file is wrong, an answer is right or says that the file is damaged.
#[test]
fn no_damage_makes_an_answer_wrong() {
    let directory = tempfile::tempdir().expect("a directory");
    fill(directory.path());
    let segments = directory.path().join("tenants/default/segments");
    let entry = fs::read_dir(segments).expect("segments").next().expect("one");
    let path = entry.expect("an entry").path();
    let whole = fs::read(&path).expect("a segment");
    let mut refused = 0;
    for at in (16..whole.len()).step_by(1_499) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&path, bytes).expect("written");
        let ledger = support::open_merging(directory.path(), EVENTS / 2, usize::MAX);
        let tenant = ledger.tenant(&TenantName::default_tenant()).expect("a tenant");
        for number in [1, EVENTS - 1] {
            for filter in questions(number) {
                match found(&tenant, filter) {
                    Ok(ids) => assert_eq!(ids, [format!("event-{number}")], "byte {at}"),
                    Err(Error::Corrupt { .. }) => refused += 1,
                    Err(error) => panic!("byte {at}: {error}"),
                }
            }
        }
    }
    assert!(refused > 10, "{refused} answers were refused");
}
