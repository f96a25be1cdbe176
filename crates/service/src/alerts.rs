//! Alerts: queries that are counted every minute, and what follows from their number.
//!
//! This module answers "what is to be told, and to whom?". Nothing is sent here: whoever runs a
//! server calls [`Service::check_alerts`] every minute, and hands [`Service::due_notices`] to a
//! [`courier::Courier`]. What was decided waits in `meta.db` until it was sent, so a restart loses
//! nothing.
//!
//! - [`rule`]: which rules can be kept.
//! - [`decision`]: what follows from a number.
//! - [`courier`]: who brings a notice to where it belongs.

pub mod courier;
pub mod decision;
pub mod rule;

use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Matches, PageStart};
use gatelog_meta::{Alert, AlertCheck, AlertMessage};
use gatelog_query::pql::{self, Context};
use gatelog_query::{Order, Query};

use self::courier::Notice;
use self::decision::decide;
use crate::service::{Error, Service};
use crate::tenant::Tenant;

/// Events that a notice names.
const EXAMPLES_MAX: usize = 5;

/// Pauses after a notice could not be sent; after the last of them it is given up.
const RETRY_PAUSES_SECONDS: [i64; 2] = [30, 300];

const SECOND_MICROS: i64 = 1_000_000;

impl Service {
    /// Counts for every alert, decides, and writes what follows. Blocks.
    ///
    /// # Errors
    /// [`Error::Meta`]. A query that cannot be counted is written beside its alert.
    pub fn check_alerts(&self) -> Result<(), Error> {
        let alerts = self.meta().alerts(None)?;
        self.check(alerts)
    }

    /// The same for one alert, right after it was changed.
    ///
    /// # Errors
    /// [`Error::Meta`].
    pub fn check_alert(&self, number: i64) -> Result<(), Error> {
        let alert = self.meta().alert(number)?;
        self.check(alert.into_iter().collect())
    }

    fn check(&self, alerts: Vec<Alert>) -> Result<(), Error> {
        let now = whole_second(self.now());
        let checks = alerts.into_iter().map(|alert| {
            let check = self.check_one(&alert, now);
            (alert, check)
        });
        let checks: Vec<_> = checks.collect();
        Ok(self.meta().write_alert_checks(&checks, now)?)
    }

    fn check_one(&self, alert: &Alert, now: UnixMicros) -> Result<AlertCheck, String> {
        let from = beginning(alert, now);
        let tenant = self.tenant(&alert.tenant).map_err(|error| error.to_string())?;
        let count = matches(&tenant, &alert.rule.query, from, now)?.total();
        let (state, tell) = decide(alert, count, now);
        Ok(AlertCheck { from, to: now, count, state, tell })
    }

    /// What is to be sent now, `limit` at most. Blocks.
    ///
    /// # Errors
    /// [`Error::Meta`].
    pub fn due_notices(&self, limit: u32) -> Result<Vec<(AlertMessage, Notice)>, Error> {
        let due = self.meta().due_alert_messages(self.now(), limit)?;
        let mut notices = Vec::new();
        for message in due {
            // An alert takes its messages with it when it is deleted.
            let Some(alert) = self.meta().alert(message.alert)? else { continue };
            let newest = self.newest(&alert, message.from, message.to);
            let notice = Notice {
                message: Some(message.number),
                occasion: Some(message.occasion),
                count: message.count,
                from: message.from,
                to: message.to,
                examples: newest.ids,
                span: newest.span,
                began: message.began,
                alert,
            };
            notices.push((message, notice));
        }
        Ok(notices)
    }

    /// A notice to try whether it arrives, of what there is now. Blocks.
    ///
    /// # Errors
    /// Why it cannot be counted.
    pub fn test_notice(&self, alert: Alert) -> Result<Notice, String> {
        let to = whole_second(self.now());
        let check = self.check_one(&alert, to)?;
        let newest = self.newest(&alert, check.from, to);
        Ok(Notice {
            message: None,
            occasion: None,
            count: check.count,
            from: check.from,
            to,
            examples: newest.ids,
            span: newest.span,
            began: to,
            alert,
        })
    }

    /// Writes how the sending of a message went. Blocks.
    ///
    /// # Errors
    /// [`Error::Meta`]; the message is then sent once more.
    pub fn note_sending(
        &self,
        message: &AlertMessage,
        outcome: Result<(), String>,
    ) -> Result<(), Error> {
        let now = self.now();
        match outcome {
            Ok(()) => self.meta().alert_message_sent(message, now)?,
            Err(error) => {
                let next = next_attempt(message.attempts, now);
                self.meta().alert_message_failed(message, &error, now, next)?;
            }
        }
        Ok(())
    }

    /// What a notice says of the events that were counted. Nothing where they cannot be read: the
    /// number is what matters.
    fn newest(&self, alert: &Alert, from: UnixMicros, to: UnixMicros) -> Newest {
        let read = || {
            let tenant = self.tenant(&alert.tenant).ok()?;
            let matches = matches(&tenant, &alert.rule.query, from, to).ok()?;
            let page = |order, limit| matches.page(order, PageStart::First, limit).ok();
            let newest = page(Order::NewestFirst, EXAMPLES_MAX)?.events;
            let oldest = page(Order::OldestFirst, 1)?.events;
            let span = oldest.first().zip(newest.first());
            Some(Newest {
                ids: newest.iter().map(|event| event.id.to_string()).collect(),
                span: span.map(|(first, last)| (first.position.time, last.position.time)),
            })
        };
        read().unwrap_or_default()
    }
}

/// The newest of the events that were counted.
#[derive(Debug, Default)]
struct Newest {
    ids: Vec<String>,
    /// The times of the first and the last of all.
    span: Option<(UnixMicros, UnixMicros)>,
}

fn matches(
    tenant: &Tenant,
    text: &str,
    from: UnixMicros,
    to: UnixMicros,
) -> Result<Matches, String> {
    let filter = pql::compile(text, &Context { now: to }).map_err(|diagnostics| {
        let mistakes = diagnostics.iter().map(|found| found.mistake.to_string());
        mistakes.collect::<Vec<_>>().join("; ")
    })?;
    let resolved =
        tenant.resolve(Some(tenant.names()), filter).map_err(|error| error.to_string())?;
    let query = Query { from: Some(from), to: Some(to), ..Query::new(resolved.filter) };
    tenant.ledger().matches(&query).map_err(|error| error.to_string())
}

/// The first time that is counted.
fn beginning(alert: &Alert, now: UnixMicros) -> UnixMicros {
    now.saturating_add(-i64::from(alert.rule.period_seconds) * SECOND_MICROS)
}

/// Times of a link have no fractions.
fn whole_second(time: UnixMicros) -> UnixMicros {
    time.saturating_add(-time.micros().rem_euclid(SECOND_MICROS))
}

/// When to try again after so many failures before this one.
fn next_attempt(failures: u32, now: UnixMicros) -> Option<UnixMicros> {
    let pause = RETRY_PAUSES_SECONDS.get(usize::try_from(failures).ok()?)?;
    Some(now.saturating_add(pause * SECOND_MICROS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_tried_three_times() {
        let now = UnixMicros::EPOCH;
        let pauses = [0, 1, 2, 3]
            .map(|failures| next_attempt(failures, now).map(|next| next.micros() / SECOND_MICROS));
        assert_eq!(pauses, [Some(30), Some(300), None, None]);
    }
}
