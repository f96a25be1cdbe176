//! Questions that are counted every minute, what became of them, and what is still to be sent.
//!
//! What is decided from a count is decided in `service`; here a decision is written together with
//! the messages that follow from it, so that none is lost or made twice.
//!
//! - [`sending`]: what waits to be sent, and what became of it.

use std::fmt;

use gatelog_event::language::Language;
use gatelog_event::own_audit::Value;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::author::Change;
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{changed, put};

mod sending;

pub use sending::{AlertMessage, AlertSending, Destination, Occasion, SENDINGS_KEPT};

/// Alerts of one tenant: all are counted within one minute.
pub const ALERTS_MAX: u32 = 100;

/// Changes of state that are kept of one alert.
pub const CHANGES_KEPT: u32 = 50;

const COLUMNS: &str = "number, tenant, name, query, comparison, threshold, period_seconds, webhook, \
     secret, tells_end, remind_hours, edited, muted_until, is_firing, since, told, checked, count, \
     check_error, recipients, language, \
     (SELECT error FROM alert_sendings AS last \
      WHERE last.alert = alerts.number AND last.time >= alerts.edited AND error IS NOT NULL \
      AND NOT EXISTS (SELECT 1 FROM alert_sendings AS later WHERE later.alert = last.alert \
                      AND later.number > last.number AND later.recipient IS last.recipient) \
      ORDER BY last.number DESC LIMIT 1) AS send_error";

/// On which side of the threshold an alert fires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    /// Above it.
    #[default]
    More,
    /// Below it.
    Fewer,
}

/// What somebody wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// What it is called.
    pub name: String,
    /// Which events are counted, in PQL.
    pub query: String,
    /// On which side of the threshold it fires.
    pub comparison: Comparison,
    /// How many events are still normal.
    pub threshold: u32,
    /// How far back events are counted.
    pub period_seconds: u32,
    /// The address that is sent JSON, if one is.
    pub webhook: Option<String>,
    /// Who is told by e-mail: addresses, each of which is told apart.
    pub recipients: Vec<String>,
    /// In which language they are told.
    pub language: Language,
    /// Whether the end is told too.
    pub tells_end: bool,
    /// After how many hours it is told again, as long as it fires; never without.
    pub remind_hours: Option<u32>,
}

/// What signs the messages of one alert.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(pub String);

/// Whether an alert fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertState {
    /// Whether it does.
    pub is_firing: bool,
    /// Since when it is as it is.
    pub since: UnixMicros,
    /// When it was last told that it fires; `None` if it was not, or does not.
    pub told: Option<UnixMicros>,
}

/// A rule and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What tells it from all others.
    pub number: i64,
    /// Whose events are counted.
    pub tenant: TenantName,
    /// What is to be told.
    pub rule: AlertRule,
    /// What signs its messages.
    pub secret: WebhookSecret,
    /// When the rule was last changed.
    pub edited: UnixMicros,
    /// Until when nothing is sent.
    pub muted_until: Option<UnixMicros>,
    /// Whether it fires.
    pub state: AlertState,
    /// When events were last counted.
    pub checked: Option<UnixMicros>,
    /// How many there were.
    pub count: Option<u64>,
    /// Why they could not be counted.
    pub check_error: Option<String>,
    /// Why the last message to a destination could not be sent, the newest of them.
    pub send_error: Option<String>,
}

/// When an alert began to fire, or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertChange {
    /// When.
    pub time: UnixMicros,
    /// Whether it fires from then on.
    pub is_firing: bool,
    /// How many events there were.
    pub count: u64,
}

/// What was found and decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertCheck {
    /// The first time that was counted.
    pub from: UnixMicros,
    /// The first time that was not, at which it was decided.
    pub to: UnixMicros,
    /// How many events there are.
    pub count: u64,
    /// What the alert is from now on.
    pub state: AlertState,
    /// What is to be told.
    pub tell: Option<Occasion>,
}

impl Comparison {
    /// Both.
    pub const ALL: [Self; 2] = [Self::More, Self::Fewer];

    /// The word in `meta.db` and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::More => "more",
            Self::Fewer => "fewer",
        }
    }

    /// The comparison of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.name() == name)
    }
}

impl fmt::Debug for WebhookSecret {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WebhookSecret")
    }
}

impl Meta {
    /// All alerts of a tenant, or of everybody: those that fire first, then by name.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn alerts(&self, tenant: Option<&TenantName>) -> Result<Vec<Alert>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM alerts WHERE ?1 IS NULL OR tenant = ?1 \
             ORDER BY is_firing DESC, name COLLATE NOCASE, number"
        );
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_and_then([tenant.map(TenantName::as_str)], alert)?.collect()
        })
    }

    /// One alert.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn alert(&self, number: i64) -> Result<Option<Alert>, Error> {
        self.first_row(&format!("SELECT {COLUMNS} FROM alerts WHERE number = ?1"), [number], alert)
    }

    /// Begins to count, and returns the alert's number.
    ///
    /// # Errors
    ///
    /// [`Error::AlertExists`], [`Error::TooManyAlerts`], or the disk fails.
    pub fn create_alert(
        &self,
        tenant: &TenantName,
        rule: &AlertRule,
        secret: &WebhookSecret,
        change: &Change,
    ) -> Result<i64, Error> {
        self.transaction(|transaction| {
            let sql = "SELECT count(*) FROM alerts WHERE tenant = ?1";
            let had: u32 = transaction.query_row(sql, [tenant.as_str()], |row| row.get(0))?;
            if had >= ALERTS_MAX {
                return Err(Error::TooManyAlerts(ALERTS_MAX));
            }
            let sql = "INSERT INTO alerts (tenant, name, query, comparison, threshold, \
                       period_seconds, webhook, tells_end, remind_hours, secret, edited, since, \
                       is_firing, recipients, language) VALUES \
                       (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, 0, ?12, ?13)";
            let values = params![
                tenant.as_str(),
                rule.name,
                rule.query,
                rule.comparison.name(),
                rule.threshold,
                rule.period_seconds,
                rule.webhook.as_deref().unwrap_or_default(),
                rule.tells_end,
                rule.remind_hours,
                secret.0,
                change.time.micros(),
                rule.recipients.join("\n"),
                rule.language.code(),
            ];
            transaction.execute(sql, values).map_err(|error| named(error, &rule.name))?;
            let number = transaction.last_insert_rowid();
            record(transaction, tenant, change, "api.create", (number, &rule.name), "create")?;
            Ok(number)
        })
    }

    /// Changes the rule of an alert, which begins anew: it is quiet, and what waits to be sent
    /// about the old rule is dropped. Messages are signed with `secret` from then on, if one is
    /// given.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAlert`], [`Error::AlertExists`], or the disk fails.
    pub fn update_alert(
        &self,
        tenant: &TenantName,
        number: i64,
        rule: &AlertRule,
        secret: Option<&WebhookSecret>,
        change: &Change,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let sql = "UPDATE alerts SET name = ?3, query = ?4, comparison = ?5, threshold = ?6, \
                       period_seconds = ?7, webhook = ?8, tells_end = ?9, remind_hours = ?10, \
                       edited = ?11, since = ?11, is_firing = 0, told = NULL, checked = NULL, \
                       count = NULL, check_error = NULL, recipients = ?12, language = ?13, \
                       secret = coalesce(?14, secret) \
                       WHERE number = ?2 AND tenant = ?1";
            let values = params![
                tenant.as_str(),
                number,
                rule.name,
                rule.query,
                rule.comparison.name(),
                rule.threshold,
                rule.period_seconds,
                rule.webhook.as_deref().unwrap_or_default(),
                rule.tells_end,
                rule.remind_hours,
                change.time.micros(),
                rule.recipients.join("\n"),
                rule.language.code(),
                secret.map(|secret| &secret.0),
            ];
            let updated =
                transaction.execute(sql, values).map_err(|error| named(error, &rule.name))?;
            if updated == 0 {
                return Err(Error::UnknownAlert(number));
            }
            transaction.execute("DELETE FROM alert_messages WHERE alert = ?1", [number])?;
            record(transaction, tenant, change, "api.update", (number, &rule.name), "rule")
        })
    }

    /// Sends nothing until a time, or from now on again.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAlert`], or the disk fails.
    pub fn mute_alert(
        &self,
        tenant: &TenantName,
        number: i64,
        until: Option<UnixMicros>,
        change: &Change,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let sql = "UPDATE alerts SET muted_until = ?3 WHERE number = ?2 AND tenant = ?1 \
                       RETURNING name";
            let values = params![tenant.as_str(), number, until.map(UnixMicros::micros)];
            let name: Option<String> =
                transaction.query_row(sql, values, |row| row.get(0)).optional()?;
            let name = name.ok_or(Error::UnknownAlert(number))?;
            let what = if until.is_some() { "mute" } else { "unmute" };
            record(transaction, tenant, change, "api.update", (number, &name), what)
        })
    }

    /// Counts no longer; what waits to be sent is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAlert`], or the disk fails.
    pub fn delete_alert(
        &self,
        tenant: &TenantName,
        number: i64,
        change: &Change,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let sql = "DELETE FROM alerts WHERE number = ?2 AND tenant = ?1 RETURNING name";
            let values = params![tenant.as_str(), number];
            let name: Option<String> =
                transaction.query_row(sql, values, |row| row.get(0)).optional()?;
            let name = name.ok_or(Error::UnknownAlert(number))?;
            record(transaction, tenant, change, "api.delete", (number, &name), "delete")
        })
    }

    /// Writes what was found and decided, with the messages that follow, all together. An alert
    /// that was changed or deleted meanwhile is left as it is.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn write_alert_checks(
        &self,
        checks: &[(Alert, Result<AlertCheck, String>)],
        now: UnixMicros,
    ) -> Result<(), Error> {
        if checks.is_empty() {
            return Ok(());
        }
        self.transaction(|transaction| {
            for (alert, check) in checks {
                match check {
                    Ok(check) => write_check(transaction, alert, check)?,
                    Err(error) => {
                        let sql = "UPDATE alerts SET checked = ?3, check_error = ?4 \
                                   WHERE number = ?1 AND edited = ?2";
                        let values =
                            params![alert.number, alert.edited.micros(), now.micros(), error];
                        transaction.execute(sql, values)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// When an alert began to fire and ended, newest first.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn alert_changes(&self, number: i64) -> Result<Vec<AlertChange>, Error> {
        let sql = "SELECT time, is_firing, count FROM alert_changes WHERE alert = ?1 \
                   ORDER BY number DESC";
        self.rows(sql, [number], |row| {
            Ok(AlertChange {
                time: column::time(row, "time")?,
                is_firing: row.get("is_firing")?,
                count: column::count(row, "count")?,
            })
        })
    }
}

fn write_check(
    transaction: &Transaction<'_>,
    alert: &Alert,
    check: &AlertCheck,
) -> Result<(), Error> {
    let AlertCheck { to, state, tell, .. } = *check;
    let count = column::countable(check.count);
    let sql = "UPDATE alerts SET checked = ?3, count = ?4, check_error = NULL, is_firing = ?5, \
               since = ?6, told = ?7 WHERE number = ?1 AND edited = ?2";
    let values = params![
        alert.number,
        alert.edited.micros(),
        to.micros(),
        count,
        state.is_firing,
        state.since.micros(),
        state.told.map(UnixMicros::micros),
    ];
    if transaction.execute(sql, values)? == 0 {
        return Ok(());
    }
    if state.is_firing != alert.state.is_firing {
        let sql = "INSERT INTO alert_changes (alert, time, is_firing, count) \
                   VALUES (?1, ?2, ?3, ?4)";
        transaction.execute(sql, params![alert.number, to.micros(), state.is_firing, count])?;
        let sql = "DELETE FROM alert_changes WHERE alert = ?1 AND number NOT IN \
                   (SELECT number FROM alert_changes WHERE alert = ?1 \
                    ORDER BY number DESC LIMIT ?2)";
        transaction.execute(sql, params![alert.number, CHANGES_KEPT])?;
    }
    match tell {
        Some(occasion) => sending::put_messages(transaction, alert, check, occasion),
        None => Ok(()),
    }
}

fn alert(row: &Row<'_>) -> Result<Alert, Error> {
    let comparison: String = row.get("comparison")?;
    let comparison = Comparison::from_name(&comparison)
        .ok_or(Error::Damaged { column: "comparison", value: comparison })?;
    let language: String = row.get("language")?;
    let language = Language::from_code(&language)
        .ok_or(Error::Damaged { column: "language", value: language })?;
    let (webhook, recipients): (String, String) = (row.get("webhook")?, row.get("recipients")?);
    Ok(Alert {
        number: row.get("number")?,
        tenant: column::parsed(row, "tenant")?,
        rule: AlertRule {
            name: row.get("name")?,
            query: row.get("query")?,
            comparison,
            threshold: row.get("threshold")?,
            period_seconds: row.get("period_seconds")?,
            webhook: Some(webhook).filter(|webhook| !webhook.is_empty()),
            recipients: recipients.lines().map(str::to_owned).collect(),
            language,
            tells_end: row.get("tells_end")?,
            remind_hours: row.get("remind_hours")?,
        },
        secret: WebhookSecret(row.get("secret")?),
        edited: column::time(row, "edited")?,
        muted_until: column::optional_time(row, "muted_until")?,
        state: AlertState {
            is_firing: row.get("is_firing")?,
            since: column::time(row, "since")?,
            told: column::optional_time(row, "told")?,
        },
        checked: column::optional_time(row, "checked")?,
        count: column::optional_count(row, "count")?,
        check_error: row.get("check_error")?,
        send_error: row.get("send_error")?,
    })
}

fn named(error: rusqlite::Error, name: &str) -> Error {
    match BrokenRule::of(&error) {
        Some(BrokenRule::Unique) => Error::AlertExists(name.to_owned()),
        _ => error.into(),
    }
}

fn record(
    transaction: &Transaction<'_>,
    tenant: &TenantName,
    change: &Change,
    event_type: &'static str,
    (number, name): (i64, &str),
    what: &'static str,
) -> Result<(), Error> {
    let id = format!("alert:{number}");
    let data = vec![("change", Value::Text(what.into()))];
    put(transaction, tenant, changed(change, event_type, ("alert", &id, name), data))
}
