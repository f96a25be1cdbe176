//! What waits to be sent, and what became of it.

use gatelog_event::time::UnixMicros;
use rusqlite::{Row, Transaction, params};

use super::{Alert, AlertCheck, AlertRule};
use crate::column;
use crate::database::Meta;
use crate::error::Error;

/// Attempts to send that are kept of one alert.
pub const SENDINGS_KEPT: u32 = 100;

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To the alert's webhook.
    Webhook,
    /// To this address, by e-mail.
    Mail(String),
}

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The alert begins to fire.
    Begin,
    /// It fires still.
    Remind,
    /// It fires no longer.
    End,
}

/// A message that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertMessage {
    /// What tells it from all others; the receiver may get it twice.
    pub number: i64,
    /// Of which alert.
    pub alert: i64,
    /// Where it goes.
    pub destination: Destination,
    /// Why it is sent.
    pub occasion: Occasion,
    /// How many events there were.
    pub count: u64,
    /// The first time that was counted.
    pub from: UnixMicros,
    /// The first time that was not.
    pub to: UnixMicros,
    /// Since when the alert fires, or fired until now.
    pub began: UnixMicros,
    /// How often it was tried in vain.
    pub attempts: u32,
}

/// An attempt to send a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertSending {
    /// When it was made.
    pub time: UnixMicros,
    /// Where the message went.
    pub destination: Destination,
    /// Why it was sent.
    pub occasion: Occasion,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// When it is made again.
    pub next: Option<UnixMicros>,
}

impl AlertRule {
    /// Where its messages go.
    pub fn destinations(&self) -> impl Iterator<Item = Destination> {
        let webhook = self.webhook.iter().map(|_| Destination::Webhook);
        webhook.chain(self.recipients.iter().cloned().map(Destination::Mail))
    }
}

impl Destination {
    /// What stands in the column `recipient`.
    fn recipient(&self) -> Option<&str> {
        match self {
            Self::Webhook => None,
            Self::Mail(address) => Some(address),
        }
    }

    fn read(row: &Row<'_>) -> Result<Self, Error> {
        Ok(row.get::<_, Option<String>>("recipient")?.map_or(Self::Webhook, Self::Mail))
    }
}

impl Occasion {
    const ALL: [Self; 3] = [Self::Begin, Self::Remind, Self::End];

    /// The word in `meta.db` and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Remind => "remind",
            Self::End => "end",
        }
    }

    fn read(row: &Row<'_>) -> Result<Self, Error> {
        let name: String = row.get("occasion")?;
        let known = Self::ALL.into_iter().find(|known| known.name() == name);
        known.ok_or(Error::Damaged { column: "occasion", value: name })
    }
}

impl Meta {
    /// Messages that are to be sent now, oldest first, `limit` at most.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn due_alert_messages(
        &self,
        now: UnixMicros,
        limit: u32,
    ) -> Result<Vec<AlertMessage>, Error> {
        let sql = "SELECT number, alert, recipient, occasion, count, from_time, to_time, began, attempts \
                   FROM alert_messages WHERE due <= ?1 ORDER BY due, number LIMIT ?2";
        self.rows(sql, params![now.micros(), limit], message)
    }

    /// Notes that a message was sent, which waits no longer.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn alert_message_sent(&self, message: &AlertMessage, now: UnixMicros) -> Result<(), Error> {
        self.transaction(|transaction| {
            let waited = transaction
                .execute("DELETE FROM alert_messages WHERE number = ?1", [message.number])?;
            note(transaction, message, waited, now, (None, None))
        })
    }

    /// Notes that a message could not be sent: it is tried again at `next`, or given up.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn alert_message_failed(
        &self,
        message: &AlertMessage,
        error: &str,
        now: UnixMicros,
        next: Option<UnixMicros>,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let waited = match next {
                Some(next) => {
                    let sql = "UPDATE alert_messages SET attempts = attempts + 1, due = ?2 \
                               WHERE number = ?1";
                    transaction.execute(sql, params![message.number, next.micros()])?
                }
                None => {
                    let sql = "DELETE FROM alert_messages WHERE number = ?1";
                    transaction.execute(sql, [message.number])?
                }
            };
            note(transaction, message, waited, now, (Some(error), next))
        })
    }

    /// What became of an alert's messages, newest first.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn alert_sendings(&self, alert: i64) -> Result<Vec<AlertSending>, Error> {
        let sql = "SELECT time, recipient, occasion, error, next FROM alert_sendings \
                   WHERE alert = ?1 ORDER BY number DESC";
        self.rows(sql, [alert], |row| {
            Ok(AlertSending {
                time: column::time(row, "time")?,
                destination: Destination::read(row)?,
                occasion: Occasion::read(row)?,
                error: row.get("error")?,
                next: column::optional_time(row, "next")?,
            })
        })
    }
}

/// Puts a message for each destination where they wait.
pub(super) fn put_messages(
    transaction: &Transaction<'_>,
    alert: &Alert,
    check: &AlertCheck,
    occasion: Occasion,
) -> Result<(), Error> {
    // What ends began with the state before.
    let state = if check.state.is_firing { check.state } else { alert.state };
    let sql = "INSERT INTO alert_messages \
               (alert, recipient, occasion, count, from_time, to_time, began, attempts, due) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?6)";
    for destination in alert.rule.destinations() {
        let values = params![
            alert.number,
            destination.recipient(),
            occasion.name(),
            column::countable(check.count),
            check.from.micros(),
            check.to.micros(),
            state.since.micros(),
        ];
        transaction.execute(sql, values)?;
    }
    Ok(())
}

/// Writes down an attempt, unless the message had been dropped meanwhile.
fn note(
    transaction: &Transaction<'_>,
    message: &AlertMessage,
    waited: usize,
    now: UnixMicros,
    (error, next): (Option<&str>, Option<UnixMicros>),
) -> Result<(), Error> {
    if waited == 0 {
        return Ok(());
    }
    let sql = "INSERT INTO alert_sendings (alert, time, occasion, recipient, error, next) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![
        message.alert,
        now.micros(),
        message.occasion.name(),
        message.destination.recipient(),
        error,
        next.map(UnixMicros::micros),
    ];
    transaction.execute(sql, values)?;
    let sql = "DELETE FROM alert_sendings WHERE alert = ?1 AND number NOT IN \
               (SELECT number FROM alert_sendings WHERE alert = ?1 \
                ORDER BY number DESC LIMIT ?2)";
    transaction.execute(sql, params![message.alert, SENDINGS_KEPT])?;
    Ok(())
}

fn message(row: &Row<'_>) -> Result<AlertMessage, Error> {
    Ok(AlertMessage {
        number: row.get("number")?,
        alert: row.get("alert")?,
        destination: Destination::read(row)?,
        occasion: Occasion::read(row)?,
        count: column::count(row, "count")?,
        from: column::time(row, "from_time")?,
        to: column::time(row, "to_time")?,
        began: column::time(row, "began")?,
        attempts: row.get("attempts")?,
    })
}
