//! Alerts, what became of them, and what waits to be sent.

use gatelog_event::language::Language;
use gatelog_meta::alert::{ALERTS_MAX, CHANGES_KEPT, SENDINGS_KEPT};
use gatelog_meta::{
    Alert, AlertCheck, AlertRule, AlertState, Comparison, Destination, Error, Meta, Occasion,
    WebhookSecret,
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
        webhook: Some("http://127.0.0.1:1/".to_owned()),
        recipients: Vec::new(),
        language: Language::English,
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
    let recipients = vec!["ada@acme.example".to_owned(), "bob@acme.example".to_owned()];
    let (webhook, language) = (None, Language::Turkish);
    let changed = AlertRule { threshold: 3, webhook, recipients, language, ..rule("two") };
    let elsewhere = meta.update_alert(&default, number, &changed, None, &by_ada(3));
    assert!(matches!(elsewhere, Err(Error::UnknownAlert(_))));
    meta.update_alert(&acme, number, &changed, None, &by_ada(3)).unwrap();
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

    meta.alert_message_failed(message, "refused", at(601), Some(at(700))).unwrap();
    assert_eq!(meta.alert(alert.number).unwrap().unwrap().send_error.as_deref(), Some("refused"));
    assert_eq!(meta.due_alert_messages(at(699), 9).unwrap(), []);
    assert_eq!(meta.due_alert_messages(at(700), 9).unwrap()[0].attempts, 1);
    meta.alert_message_sent(message, at(700)).unwrap();
    assert_eq!(meta.due_alert_messages(at(999), 9).unwrap(), []);
    assert_eq!(meta.alert(alert.number).unwrap().unwrap().send_error, None);
}

#[test]
fn what_was_counted_for_an_older_rule_is_dropped() {
    let meta = meta();
    let old = created(&meta, "one");
    write(&meta, &old, check(600, true, Some(Occasion::Begin)));
    meta.update_alert(&tenant_name("acme"), old.number, &rule("two"), None, &by_ada(601)).unwrap();
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

fn told(destination: Destination, error: Option<&str>) -> (Destination, Option<String>) {
    (destination, error.map(str::to_owned))
}

#[test]
fn every_destination_has_messages_and_a_history_of_its_own() {
    let meta = meta();
    let mail = |name: &str| Destination::Mail(format!("{name}@acme.example"));
    let recipients = vec!["ada@acme.example".to_owned(), "bob@acme.example".to_owned()];
    let rule = AlertRule { recipients, ..rule("one") };
    let secret = WebhookSecret("s3cret".to_owned());
    let number = meta.create_alert(&tenant_name("acme"), &rule, &secret, &by_ada(1)).unwrap();
    let alert = meta.alert(number).unwrap().unwrap();
    let alert = write(&meta, &alert, check(600, true, Some(Occasion::Begin)));
    let due = meta.due_alert_messages(at(600), 9).unwrap();
    let destinations: Vec<_> = due.iter().map(|message| message.destination.clone()).collect();
    assert_eq!(destinations, [Destination::Webhook, mail("ada"), mail("bob")]);

    meta.alert_message_failed(&due[1], "550 nobody", at(601), None).unwrap();
    meta.alert_message_sent(&due[2], at(602)).unwrap();
    meta.alert_message_sent(&due[0], at(603)).unwrap();
    let kept = meta.alert_sendings(number).unwrap();
    let kept: Vec<_> = kept.into_iter().map(|one| (one.destination, one.error)).collect();
    let expected = [
        told(Destination::Webhook, None),
        told(mail("bob"), None),
        told(mail("ada"), Some("550 nobody")),
    ];
    assert_eq!(kept, expected);
    let failed = meta.alert(number).unwrap().unwrap().send_error;
    assert_eq!(failed.as_deref(), Some("550 nobody"), "what reaches others does not hide it");

    write(&meta, &alert, check(900, false, Some(Occasion::End)));
    let due = meta.due_alert_messages(at(900), 9).unwrap();
    let began: Vec<_> = due.iter().map(|message| (message.occasion, message.began)).collect();
    assert_eq!(began, [(Occasion::End, at(600)); 3], "an end belongs to its beginning");
    meta.alert_message_sent(&due[1], at(901)).unwrap();
    assert_eq!(meta.alert(number).unwrap().unwrap().send_error, None);
    meta.update_alert(&tenant_name("acme"), number, &rule, None, &by_ada(902)).unwrap();
    meta.alert_message_sent(&due[0], at(903)).unwrap();
    assert_eq!(meta.alert_sendings(number).unwrap().len(), 4, "a dropped message was not sent");
}

#[test]
fn the_last_attempts_to_send_are_kept() {
    let meta = meta();
    let alert = created(&meta, "one");
    write(&meta, &alert, check(600, true, Some(Occasion::Begin)));
    let due = meta.due_alert_messages(at(600), 9).unwrap();
    for second in 0..i64::from(SENDINGS_KEPT) + 10 {
        meta.alert_message_failed(&due[0], "refused", at(second), Some(at(600))).unwrap();
    }
    let kept = meta.alert_sendings(alert.number).unwrap();
    assert_eq!((kept.len(), kept[0].time), (SENDINGS_KEPT as usize, at(109)));
}

#[test]
fn a_webhook_that_comes_later_has_a_secret_of_its_own() {
    let meta = meta();
    let (alert, acme) = (created(&meta, "one"), tenant_name("acme"));
    let secret = WebhookSecret("another".to_owned());
    let update = |secret| meta.update_alert(&acme, alert.number, &rule("one"), secret, &by_ada(2));
    update(Some(&secret)).unwrap();
    update(None).unwrap();
    assert!(meta.alert(alert.number).unwrap().unwrap().secret == secret);
}
