//! Alerts, what became of them, and what waits to be sent.

use gatelog_meta::alert::{ALERTS_MAX, CHANGES_KEPT};
use gatelog_meta::{
    Alert, AlertCheck, AlertRule, AlertState, Comparison, Error, Meta, Occasion, WebhookSecret,
};

use crate::outbox::recorded;
use crate::{at, by_ada, meta, tenant_name};

fn rule(name: &str) -> AlertRule {
    AlertRule {
        name: name.to_owned(),
        query: "outcome = \"failure\"".to_owned(),
        comparison: Comparison::More,
        threshold: 10,
        period_seconds: 300,
        webhook: "http://127.0.0.1:1/".to_owned(),
        tells_end: true,
        remind_hours: None,
    }
}

fn created(meta: &Meta, name: &str) -> Alert {
    let secret = WebhookSecret("s3cret".to_owned());
    let number = meta.create_alert(&tenant_name("acme"), &rule(name), &secret, &by_ada(1)).unwrap();
    meta.alert(number).unwrap().unwrap()
}

/// What is written when an alert begins or ends at a second.
fn check(second: i64, is_firing: bool, tell: Option<Occasion>) -> AlertCheck {
    let state = AlertState { is_firing, since: at(second), told: None };
    AlertCheck { from: at(second - 300), to: at(second), count: 11, state, tell }
}

fn write(meta: &Meta, alert: &Alert, check: AlertCheck) -> Alert {
    meta.write_alert_checks(&[(alert.clone(), Ok(check))], check.to).unwrap();
    meta.alert(alert.number).unwrap().unwrap()
}

#[test]
fn alerts_are_kept_changed_muted_and_deleted_in_their_tenant() {
    let meta = meta();
    let (acme, default) = (tenant_name("acme"), tenant_name("default"));
    let alert = created(&meta, "one");
    assert_eq!((&alert.rule, alert.state.is_firing), (&rule("one"), false));
    assert!(!format!("{alert:?}").contains("s3cret"));
    let again = meta.create_alert(&acme, &rule("one"), &alert.secret, &by_ada(2));
    assert!(matches!(again, Err(Error::AlertExists(name)) if name == "one"));

    let number = alert.number;
    let changed = AlertRule { threshold: 3, ..rule("two") };
    let elsewhere = meta.update_alert(&default, number, &changed, &by_ada(3));
    assert!(matches!(elsewhere, Err(Error::UnknownAlert(_))));
    meta.update_alert(&acme, number, &changed, &by_ada(3)).unwrap();
    meta.mute_alert(&acme, number, Some(at(60)), &by_ada(4)).unwrap();
    let alert = meta.alert(number).unwrap().unwrap();
    assert_eq!((&alert.rule, alert.muted_until), (&changed, Some(at(60))));
    assert_eq!(meta.alerts(Some(&default)).unwrap(), []);
    assert_eq!(meta.alerts(None).unwrap(), [alert]);

    assert!(meta.delete_alert(&default, number, &by_ada(5)).is_err());
    meta.delete_alert(&acme, number, &by_ada(5)).unwrap();
    assert_eq!(meta.alert(number).unwrap(), None);
    let changes = recorded(&meta);
    let told = ["create", "rule", "mute", "delete"];
    for (event, change) in changes.iter().rev().zip(told.iter().rev()) {
        assert!(event.contains(&format!(r#""data":{{"change":"{change}"}}"#)), "{event}");
    }
}

#[test]
fn a_tenant_has_no_more_than_are_counted_in_a_minute() {
    let meta = meta();
    for number in 0..ALERTS_MAX {
        created(&meta, &number.to_string());
    }
    let secret = WebhookSecret(String::new());
    let more = meta.create_alert(&tenant_name("acme"), &rule("more"), &secret, &by_ada(1));
    assert!(matches!(more, Err(Error::TooManyAlerts(ALERTS_MAX))));
}

#[test]
fn a_decision_and_its_message_are_written_together() {
    let meta = meta();
    let alert = write(&meta, &created(&meta, "one"), check(600, true, Some(Occasion::Begin)));
    assert_eq!(
        (alert.count, alert.checked, alert.state.is_firing),
        (Some(11), Some(at(600)), true)
    );
    assert_eq!(meta.due_alert_messages(at(599), 9).unwrap(), []);
    let due = meta.due_alert_messages(at(600), 9).unwrap();
    let [message] = due.as_slice() else { panic!("{due:?}") };
    let seen = (message.occasion, message.count, message.from, message.to, message.attempts);
    assert_eq!(seen, (Occasion::Begin, 11, at(300), at(600), 0));

    meta.alert_message_failed(message, "refused", Some(at(700))).unwrap();
    assert_eq!(meta.alert(alert.number).unwrap().unwrap().send_error.as_deref(), Some("refused"));
    assert_eq!(meta.due_alert_messages(at(699), 9).unwrap(), []);
    assert_eq!(meta.due_alert_messages(at(700), 9).unwrap()[0].attempts, 1);
    meta.alert_message_sent(message).unwrap();
    assert_eq!(meta.due_alert_messages(at(999), 9).unwrap(), []);
    assert_eq!(meta.alert(alert.number).unwrap().unwrap().send_error, None);
}

#[test]
fn what_was_counted_for_an_older_rule_is_dropped() {
    let meta = meta();
    let old = created(&meta, "one");
    write(&meta, &old, check(600, true, Some(Occasion::Begin)));
    meta.update_alert(&tenant_name("acme"), old.number, &rule("two"), &by_ada(601)).unwrap();
    assert_eq!(meta.due_alert_messages(at(999), 9).unwrap(), []);
    let alert = write(&meta, &old, check(660, true, Some(Occasion::Begin)));
    assert_eq!((alert.state.is_firing, alert.count), (false, None));
    assert_eq!(meta.due_alert_messages(at(999), 9).unwrap(), []);
}

#[test]
fn an_error_leaves_the_state_and_goes_with_the_next_count() {
    let meta = meta();
    let alert = write(&meta, &created(&meta, "one"), check(600, true, None));
    meta.write_alert_checks(&[(alert.clone(), Err("too broad".to_owned()))], at(660)).unwrap();
    let failed = meta.alert(alert.number).unwrap().unwrap();
    let seen = (failed.check_error.as_deref(), failed.checked, failed.state);
    assert_eq!(seen, (Some("too broad"), Some(at(660)), alert.state));
    assert_eq!(write(&meta, &failed, check(720, true, None)).check_error, None);
}

#[test]
fn the_last_changes_of_state_are_kept() {
    let meta = meta();
    let mut alert = created(&meta, "one");
    for turn in 1..=i64::from(CHANGES_KEPT) + 10 {
        alert = write(&meta, &alert, check(turn * 60, turn % 2 == 1, None));
        alert = write(&meta, &alert, check(turn * 60 + 1, turn % 2 == 1, None));
    }
    let changes = meta.alert_changes(alert.number).unwrap();
    assert_eq!(changes.len(), CHANGES_KEPT as usize);
    assert_eq!((changes[0].time, changes[0].is_firing), (at(3_600), false));
    assert_eq!((changes[1].time, changes[1].is_firing), (at(3_540), true));
}
