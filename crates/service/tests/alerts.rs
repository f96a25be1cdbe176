//! Alerts over a data directory: counted, told once, and told still after a restart.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gatelog_event::language::Language;
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::files::{OsFiles, Randomness};
use gatelog_meta::{AlertRule, Author, Comparison, Occasion, WebhookSecret};
use gatelog_query::NothingDerived;
use gatelog_service::alerts::rule::InvalidRule;
use gatelog_service::{Clock, Environment, Service};

/// Seconds since noon.
#[derive(Debug, Default)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> UnixMicros {
        UnixMicros::clamped((1_795_176_000 + self.0.load(Ordering::Relaxed)) * 1_000_000 + 123)
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

struct Watched {
    clock: Arc<SetClock>,
    service: Service,
}

impl Watched {
    fn open(directory: &Path) -> Self {
        let clock = Arc::new(SetClock::default());
        let of_clock: Arc<dyn Clock> = Arc::<SetClock>::clone(&clock);
        let environment = Environment {
            clock: of_clock,
            randomness: Arc::new(Sevens),
            files: Arc::new(OsFiles),
            derivation: Arc::new(NothingDerived),
        };
        Self { service: Service::open(directory, environment).unwrap(), clock }
    }

    fn at(&self, second: i64) -> &Self {
        self.clock.0.store(second, Ordering::Relaxed);
        self
    }

    /// Keeps a failure of now.
    fn fail(&self, id: &str) {
        let now = self.service.now();
        let tenant = self.service.tenant(&TenantName::default_tenant()).unwrap();
        let line = format!(r#"{{"id":"{id}","time":"{now}","type":"login","outcome":"failure"}}"#);
        let prepared = tenant.prepare(Format::Native, None, line.as_bytes(), now).unwrap();
        tenant.ledger().append(prepared.events, "key_1", now).unwrap().wait_blocking().unwrap();
    }

    fn watch(&self) -> i64 {
        let (meta, change) = (self.service.meta(), self.service.environment());
        let secret = WebhookSecret("secret".to_owned());
        let change = change.change(Author::User("ada".to_owned()));
        meta.create_alert(&TenantName::default_tenant(), &rule(), &secret, &change).unwrap()
    }

    /// Occasion, number and examples of what waits, all of it sent with this outcome.
    fn send(&self, outcome: &Result<(), String>) -> Vec<(Occasion, u64, Vec<String>)> {
        let due = self.service.due_notices(9).unwrap().into_iter().map(|(message, notice)| {
            self.service.note_sending(&message, outcome.clone()).unwrap();
            (message.occasion, notice.count, notice.examples)
        });
        due.collect()
    }
}

/// Whether a rule is refused for the right reason.
type IsExpected = fn(&InvalidRule) -> bool;

fn rule() -> AlertRule {
    AlertRule {
        name: "Failures".to_owned(),
        query: r#"outcome = "failure""#.to_owned(),
        comparison: Comparison::More,
        threshold: 1,
        period_seconds: 300,
        webhook: Some("https://hooks.example/".to_owned()),
        recipients: Vec::new(),
        language: Language::English,
        tells_end: true,
        remind_hours: None,
    }
}

/// The same rule with recipients.
fn to(recipients: &[&str]) -> AlertRule {
    let recipients = recipients.iter().map(|&recipient| recipient.to_owned()).collect();
    AlertRule { recipients, ..rule() }
}

#[test]
fn an_alert_begins_and_ends_and_survives_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let watched = Watched::open(directory.path());
    let number = watched.watch();
    watched.at(10).fail("a");
    watched.at(60).service.check_alerts().unwrap();
    assert_eq!(watched.send(&Ok(())), []);
    watched.at(70).fail("b");
    watched.at(120).service.check_alerts().unwrap();
    drop(watched);

    let watched = Watched::open(directory.path());
    let began = (Occasion::Begin, 2, vec!["b".to_owned(), "a".to_owned()]);
    let refused = Err("refused".to_owned());
    assert_eq!(watched.at(121).send(&refused), std::slice::from_ref(&began));
    assert_eq!(watched.at(150).send(&Ok(())), [], "not yet again");
    assert_eq!(watched.at(152).send(&refused), std::slice::from_ref(&began));
    assert_eq!(watched.at(460).send(&refused), [began], "the third and last attempt");
    assert_eq!(watched.at(9_999).send(&Ok(())), []);
    let alert = watched.service.meta().alert(number).unwrap().unwrap();
    assert_eq!(alert.send_error.as_deref(), Some("refused"));

    watched.at(500).service.check_alerts().unwrap();
    watched.at(560).service.check_alerts().unwrap();
    assert_eq!(watched.at(561).send(&Ok(())), [(Occasion::End, 0, vec![])]);
    let changes = watched.service.meta().alert_changes(number).unwrap();
    let changes: Vec<_> = changes.iter().map(|it| (it.is_firing, it.count)).collect();
    assert_eq!(changes, [(false, 0), (true, 2)]);
}

#[test]
fn what_cannot_be_counted_is_told_beside_its_alert() {
    let directory = tempfile::tempdir().unwrap();
    let watched = Watched::open(directory.path());
    let number = watched.watch();
    let change = watched.service.environment().change(Author::User("ada".to_owned()));
    let odd = AlertRule { query: "gone =".to_owned(), ..rule() };
    let (meta, tenant) = (watched.service.meta(), TenantName::default_tenant());
    meta.update_alert(&tenant, number, &odd, None, &change).unwrap();
    watched.service.check_alert(number).unwrap();
    let alert = meta.alert(number).unwrap().unwrap();
    assert!(alert.check_error.is_some() && !alert.state.is_firing, "{alert:?}");
}

#[test]
fn only_what_can_be_counted_every_minute_is_a_rule() {
    let directory = tempfile::tempdir().unwrap();
    let watched = Watched::open(directory.path());
    let tenant = watched.service.tenant(&TenantName::default_tenant()).unwrap();
    let check = |rule: &AlertRule| tenant.check_rule(rule, watched.service.now());
    check(&rule()).unwrap();
    check(&to(&["ada@acme.example", "o'neil+logs@mail.acme.example"])).unwrap();
    let to_people = AlertRule { webhook: None, ..to(&["ada@localhost"]) };
    check(&to_people).unwrap();
    let cases: [(AlertRule, IsExpected); 14] = [
        (AlertRule { name: String::new(), ..rule() }, |it| matches!(it, InvalidRule::Name)),
        (AlertRule { query: "ip =".to_owned(), ..rule() }, |it| {
            matches!(it, InvalidRule::Query(_))
        }),
        (AlertRule { query: "x ".repeat(3_000), ..rule() }, |it| {
            matches!(it, InvalidRule::QueryTooLong)
        }),
        (AlertRule { query: "data.step > 1".to_owned(), ..rule() }, |it| {
            matches!(it, InvalidRule::Scan)
        }),
        (AlertRule { comparison: Comparison::Fewer, threshold: 0, ..rule() }, |it| {
            matches!(it, InvalidRule::NeverFewer)
        }),
        (AlertRule { period_seconds: 299, ..rule() }, |it| matches!(it, InvalidRule::Period)),
        (AlertRule { webhook: Some("file:///etc".to_owned()), ..rule() }, |it| {
            matches!(it, InvalidRule::Webhook)
        }),
        (AlertRule { webhook: Some("https://".to_owned()), ..rule() }, |it| {
            matches!(it, InvalidRule::Webhook)
        }),
        (AlertRule { webhook: None, ..rule() }, |it| matches!(it, InvalidRule::NoDestination)),
        (to(&["ada"]), |it| matches!(it, InvalidRule::Recipient(_))),
        (to(&["ada@acme.example\r\nBcc: eve@acme.example"]), |it| {
            matches!(it, InvalidRule::Recipient(_))
        }),
        (to(&["Ada <ada@acme.example>"]), |it| matches!(it, InvalidRule::Recipient(_))),
        (to(&["ada@acme.example"; 11]), |it| matches!(it, InvalidRule::TooManyRecipients)),
        (AlertRule { remind_hours: Some(0), ..rule() }, |it| matches!(it, InvalidRule::Remind)),
    ];
    for (rule, is_expected) in cases {
        let error = check(&rule).unwrap_err();
        assert!(is_expected(&error), "{error:?}");
    }
}
