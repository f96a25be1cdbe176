//! From `meta.db` and memory into the ledger: nothing is lost, nothing is there twice.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gatelog_auth::{Access, Principal};
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::PageStart;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::Author;
use gatelog_query::{Field, Filter, NothingDerived, Query};
use gatelog_service::{Clock, DueReads, Environment, Service, Tenant, open_meta};

/// Seconds since noon.
#[derive(Debug, Default)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> UnixMicros {
        UnixMicros::clamped((1_795_176_000 + self.0.load(Ordering::Relaxed)) * 1_000_000)
    }
}

/// Nothing here has to be secret.
#[derive(Debug)]
struct Sevens;

impl Randomness for Sevens {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

fn environment() -> (Arc<SetClock>, Environment) {
    let clock = Arc::new(SetClock::default());
    let (randomness, files) = (Arc::new(Sevens), Arc::new(OsFiles));
    let of_clock: Arc<dyn Clock> = Arc::<SetClock>::clone(&clock);
    (
        clock,
        Environment { clock: of_clock, randomness, files, derivation: Arc::new(NothingDerived) },
    )
}

fn default_tenant(service: &Service) -> Arc<Tenant> {
    service.tenant(&TenantName::default_tenant()).unwrap()
}

/// Records of our own audit, oldest first.
fn own(service: &Service) -> Vec<String> {
    let query = Query::new(Filter::equals(Field::Source, "gatelog"));
    let page = default_tenant(service).ledger().page(&query, PageStart::First, 1_000).unwrap();
    let records = page.events.iter().rev().map(|event| event.record.to_vec());
    records.map(|record| String::from_utf8(record).unwrap()).collect()
}

fn create_operator_key(directory: &Path, environment: &Environment) {
    let meta = open_meta(directory, environment).unwrap();
    let label = "x".repeat(5_000);
    let key = gatelog_auth::ApiKey::mint([1; 8], [2; 32]).to_stored(Access::Operator, label);
    let change = environment.change(Author::User("ada".to_owned()));
    meta.create_credential(&key, &change).unwrap();
}

#[test]
fn a_change_that_is_moved_twice_is_kept_once() {
    let directory = tempfile::tempdir().unwrap();
    let (_, environment) = environment();
    create_operator_key(directory.path(), &environment);
    let database = directory.path().join("meta.db");
    let before = std::fs::read(&database).unwrap();
    for _ in 0..2 {
        // As if the process had been killed after the append, before the change was forgotten.
        std::fs::write(&database, &before).unwrap();
        let service = Service::open(directory.path(), environment.clone()).unwrap();
        assert_eq!(service.meta().waiting_events(0, 9).unwrap().len(), 1);
        service.write_audit(DueReads::OfPastMinutes).unwrap();
        assert_eq!(service.meta().waiting_events(0, 9).unwrap(), []);
        let recorded = own(&service);
        assert_eq!(recorded.len(), 1, "{recorded:?}");
    }
}

#[test]
fn a_read_is_in_the_ledger_when_its_minute_is_over_and_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let (clock, environment) = environment();
    let service = Service::open(directory.path(), environment.clone()).unwrap();
    let tenant = default_tenant(&service);
    let sent = tenant.prepare(Format::Native, None, br#"{"type":"login"}"#, service.now()).unwrap();
    tenant.ledger().append(sent.events, "key_1", service.now()).unwrap().wait_blocking().unwrap();

    let reader = Principal { id: "key_2".into(), name: "backup".into(), access: Access::Operator };
    let reading = tenant.begin_read(&reader, "GET /v1/events", [("actor.id", "ada")]);
    reading.returned(1);
    service.write_audit(DueReads::OfPastMinutes).unwrap();
    assert_eq!(own(&service), Vec::<String>::new());
    clock.0.store(60, Ordering::Relaxed);
    for _ in 0..2 {
        service.write_audit(DueReads::OfPastMinutes).unwrap();
        assert_eq!(own(&service).len(), 1);
    }
    tenant.begin_read(&reader, "GET /v1/events", []);
    service.write_audit(DueReads::All).unwrap();
    let recorded = own(&service);
    assert!(recorded.iter().all(|record| !record.contains("ada")), "{recorded:?}");

    drop((service, tenant, reading));
    let service = Service::open(directory.path(), environment).unwrap();
    assert_eq!(own(&service), recorded);
    let everything = Query::new(Filter::All);
    let tenant = default_tenant(&service);
    assert_eq!(tenant.ledger().count(&everything).unwrap(), 1);
    let matches = tenant.ledger().matches(&everything).unwrap();
    assert_eq!(matches.kinds().unwrap().len(), 1);
    assert_eq!(matches.actors().unwrap(), []);
}
