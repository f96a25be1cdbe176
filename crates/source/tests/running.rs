//! A feed that runs over a data directory: what it says is kept once, whatever fails.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gatelog_event::fields::IndexedField;
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::{Author, SourceState};
use gatelog_query::{Field, Filter, NothingDerived, Query};
use gatelog_service::{Clock, DueReads, Environment, Service};
use gatelog_source::feed::{Batch, Cursor, Feed, Fetching, Trouble};
use gatelog_source::run::{OpenFeed, run_feed};
use gatelog_source::webhook::{Answer, Receive, Received, Refusal, Request};
use gatelog_source::{
    Definition, Delivery, Intake, Keep as _, Open, Opened, Purpose, SealKey, SharedIntake, Sources,
};
use http::StatusCode;
use tokio::sync::watch;

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> UnixMicros {
        UnixMicros::clamped(1_795_176_000_000_000)
    }
}

/// Hours after noon.
#[derive(Debug, Default)]
struct Hours(AtomicI64);

impl Clock for Hours {
    fn now(&self) -> UnixMicros {
        Noon.now().saturating_add(self.0.load(Ordering::Relaxed) * 3_600_000_000)
    }
}

/// Every answer is another one.
#[derive(Debug, Default)]
struct Counting(AtomicU32);

impl Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(number.into_iter().cycle()).for_each(|(to, byte)| *to = byte);
        Ok(())
    }
}

const NAME: &str = "shop";

fn service(directory: &Path) -> Arc<Service> {
    service_at(directory, Arc::new(Noon))
}

fn service_at(directory: &Path, clock: Arc<dyn Clock>) -> Arc<Service> {
    let environment = Environment {
        clock,
        randomness: Arc::new(Counting::default()),
        files: Arc::new(OsFiles),
        derivation: Arc::new(NothingDerived),
    };
    Arc::new(Service::open(directory, environment).unwrap())
}

fn open(directory: &Path) -> Arc<Intake> {
    let service = service(directory);
    let tenant = service.tenant(&TenantName::default_tenant()).unwrap();
    let state = service.meta().source_state(tenant.name(), NAME).unwrap();
    let state = state.unwrap_or_else(|| SourceState::new(NAME, tenant.name().clone(), "test"));
    Arc::new(Intake::new(service, tenant, key(), state))
}

fn key() -> Arc<SealKey> {
    Arc::new(SealKey::new([3; 32]))
}

fn held(intake: &Intake) -> u64 {
    intake.tenant().ledger().matches(&Query::new(Filter::All)).unwrap().total()
}

fn event(number: u64) -> Vec<u8> {
    format!(r#"{{"id":"event-{number}","type":"login","time":"2026-11-20T12:00:00Z"}}"#).into()
}

/// Counts to `last`, a handful at a time; `troubles` of its answers fail.
struct Counter {
    last: u64,
    troubles: Arc<Mutex<Vec<u64>>>,
}

const HANDFUL: u64 = 10;

impl Feed for Counter {
    fn fetch<'f>(&'f mut self, after: Option<&'f Cursor>, _: UnixMicros) -> Fetching<'f> {
        let first = after.map_or(0, |cursor| cursor.0.parse().unwrap());
        Box::pin(async move {
            let mut troubles = self.troubles.lock().unwrap();
            if let Some(place) = troubles.iter().position(|trouble| *trouble == first) {
                troubles.remove(place);
                return Err(Trouble::new("the other side is away"));
            }
            let end = (first + HANDFUL).min(self.last);
            let mut delivery = Delivery::new(Format::Native);
            (first..end).for_each(|number| delivery.push(&event(number)));
            Ok(Batch { delivery, cursor: Cursor(end.to_string()), is_at_head: end == self.last })
        })
    }

    fn interval(&self) -> Duration {
        Duration::from_millis(1)
    }
}

fn counter(last: u64, troubles: &[u64]) -> OpenFeed {
    let troubles = Arc::new(Mutex::new(troubles.to_vec()));
    Box::new(move || Ok(Box::new(Counter { last, troubles: Arc::clone(&troubles) })))
}

/// Runs a feed until the source's state is as wanted.
async fn run_until(
    feed: OpenFeed,
    intake: &Arc<Intake>,
    is_wanted: impl Fn(&SourceState) -> bool,
) -> SourceState {
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(run_feed(feed, Arc::clone(intake), stopped));
    while !is_wanted(&intake.state()) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
    intake.state()
}

#[tokio::test(start_paused = true)]
async fn everything_is_kept_once_though_answers_fail_and_the_server_restarts() {
    let directory = tempfile::tempdir().unwrap();
    let intake = open(directory.path());
    let feed = counter(95, &[0, 30, 30, 90]);
    let state = run_until(feed, &intake, |state| state.cursor.as_deref() == Some("95")).await;
    assert_eq!((state.accepted, state.duplicates, held(&intake)), (95, 0, 95));
    assert_eq!(state.trouble, None);
    drop(intake);

    let intake = open(directory.path());
    assert_eq!(intake.state().cursor.as_deref(), Some("95"), "it goes on where it was");
    let feed = counter(120, &[]);
    let state = run_until(feed, &intake, |state| state.cursor.as_deref() == Some("120")).await;
    assert_eq!((state.accepted, state.duplicates, held(&intake)), (120, 0, 120));
}

#[tokio::test]
async fn one_that_is_killed_before_the_newest_event_does_not_begin_anew() {
    let directory = tempfile::tempdir().unwrap();
    let place = |state: &SourceState| state.cursor.as_ref().map_or(0, |it| it.parse().unwrap());
    let mut before = 0;
    for _ in 0..5 {
        let intake = open(directory.path());
        let (_stop, stopped) = watch::channel(false);
        let running = tokio::spawn(run_feed(counter(u64::MAX, &[]), Arc::clone(&intake), stopped));
        while place(&intake.state()) < before + 3 * HANDFUL {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        // What it does on other threads ends by itself.
        while Arc::strong_count(&intake) > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let saved = intake.meta().source_state(&TenantName::default_tenant(), NAME).unwrap();
        let saved: u64 = place(&saved.unwrap());
        assert!(saved > before, "{saved}, {before} before");
        assert!(held(&intake) >= saved, "what is before the cursor is kept");
        before = saved;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_told_since_it_began() {
    let directory = tempfile::tempdir().unwrap();
    let intake = open(directory.path());
    let always: OpenFeed = Box::new(|| Err(Trouble::new("the password is wrong")));
    let state = run_until(always, &intake, |state| state.trouble.is_some()).await;
    assert_eq!(state.trouble, Some(("the password is wrong".to_owned(), Noon.now())));
    assert_eq!(state.answered, None);
    let saved = intake.meta().source_state(&TenantName::default_tenant(), NAME).unwrap();
    assert_eq!(saved, Some(state), "whoever looks from outside sees it");
}

#[tokio::test]
async fn what_is_no_event_goes_to_the_quarantine_once_and_nothing_else_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let intake = open(directory.path());
    let mut delivery = Delivery::new(Format::Native);
    for number in 0..2_500 {
        delivery.push(&event(number));
        delivery.push(format!("{{\"id\":\"no type {number}\"}}").as_bytes());
    }
    delivery.push_broken(b"\xff", "not UTF-8");
    for _ in 0..2 {
        SharedIntake(Arc::clone(&intake)).keep(delivery.clone()).await.unwrap();
    }
    assert_eq!(held(&intake), 2_500);
    let state = intake.state();
    assert_eq!((state.accepted, state.duplicates, state.quarantined), (2_500, 2_500, 2_501));

    let tenant = TenantName::default_tenant();
    let quarantine = intake.meta().quarantine(&tenant, Some(NAME), None, 10_000).unwrap();
    assert_eq!(quarantine.len(), 2_501, "the same record is there once");
    let purpose = Purpose::Record { tenant: &tenant, source: NAME };
    let opened: Vec<Vec<u8>> =
        quarantine.iter().map(|held| key().open(purpose, &held.record).unwrap()).collect();
    assert_eq!(opened[0], b"\xff");
    assert_eq!(opened[1], b"{\"id\":\"no type 2499\"}");
    assert_eq!(opened[2_500], b"{\"id\":\"no type 0\"}");
    let reason = &quarantine[1].reason;
    assert!(reason.starts_with("character 1: ") && reason.contains("`type`"), "{reason}");
}

/// Whatever is set up counts to nine.
struct Counts;

impl Open for Counts {
    fn open(&self, _: &Definition, _: &SealKey) -> Result<Opened, String> {
        Ok(Opened::Feed(counter(9, &[])))
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_removed_while_it_runs_begins_anew_when_it_is_set_up_again() {
    let directory = tempfile::tempdir().unwrap();
    let service = service(directory.path());
    let tenant = TenantName::default_tenant();
    let change = service.environment().change(Author::User("ada".to_owned()));
    let (meta, settings) = (service.meta(), ("test", r#"{"kind":"test"}"#));
    meta.create_source(&tenant, NAME, settings, &change).unwrap();
    let sources = Sources::new(Arc::clone(&service), Ok(key()), Vec::new(), Box::new(Counts));
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&sources).run(stopped));
    let until = async |is_so: &dyn Fn(&[SourceState]) -> bool| {
        while !is_so(&sources.states()) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    until(&|states| states.iter().any(|state| state.accepted == 9)).await;
    meta.delete_source(&tenant, NAME, &change).unwrap();
    until(&<[SourceState]>::is_empty).await;
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(meta.source_state(&tenant, NAME).unwrap(), None);
}

/// Sources that are sent to by nobody but the test.
struct TakesNothing;

impl Open for TakesNothing {
    fn open(&self, _: &Definition, _: &SealKey) -> Result<Opened, String> {
        Ok(Opened::Receiver(Arc::new(Self)))
    }
}

impl Receive for TakesNothing {
    fn receive(&self, _: &Request<'_>) -> Result<Received, Refusal> {
        Ok(Received::Answer(Answer::new(StatusCode::OK, "")))
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_falls_silent_is_reported_and_so_is_that_it_speaks_again() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Arc::new(Hours::default());
    let service = service_at(directory.path(), Arc::<Hours>::clone(&clock));
    let definition = "name = \"shop\"\nkind = \"test\"\nsilent_after_hours = 24\n";
    let configured: Vec<Definition> = vec![toml::from_str(definition).unwrap()];
    let opens = Box::new(TakesNothing);
    let sources = Sources::new(Arc::clone(&service), Ok(key()), configured, opens);
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&sources).run(stopped));
    let until = async |is_so: &dyn Fn(&SourceState) -> bool| {
        while !sources.states().first().is_some_and(is_so) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    until(&|state| state.is_running).await;
    let intake = sources.receiver(NAME).unwrap().intake;
    let deliver = async |number| {
        let mut delivery = Delivery::new(Format::Native);
        delivery.push(&event(number));
        SharedIntake(Arc::clone(&intake)).keep(delivery).await.unwrap();
    };
    deliver(1).await;
    clock.0.store(23, Ordering::Relaxed);
    // A few rounds pass.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(intake.state().silent_since, None);
    clock.0.store(24, Ordering::Relaxed);
    until(&|state| state.silent_since == Some(Noon.now())).await;
    deliver(2).await;
    until(&|state| state.silent_since.is_none()).await;
    stop.send(true).unwrap();
    running.await.unwrap();

    let auditing = Arc::clone(&service);
    let audit = tokio::task::spawn_blocking(move || auditing.write_audit(DueReads::All));
    audit.await.unwrap().unwrap();
    let own = Filter::equals(Field::Source, "gatelog");
    let silent = Field::Indexed(IndexedField::ErrorCode);
    let silent = own.clone().and(Filter::equals(silent, "source_silent"));
    let told = |filter| intake.tenant().ledger().matches(&Query::new(filter)).unwrap().total();
    assert_eq!((told(silent), told(own)), (1, 2));
}
