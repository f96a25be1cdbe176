//! Records that are no events: looked at, mended, and taken in again.

use std::sync::Arc;

use gatelog_event::intake::batch::Batch as Body;
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::Appended;
use gatelog_meta::Quarantined;
use gatelog_service::{Prepared, Tenant};

use crate::delivery::Delivery;
use crate::intake::submitter;
use crate::seal::{NotOpened, Purpose};
use crate::sources::Sources;

/// A record in the quarantine, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What tells it from all others.
    pub number: i64,
    /// The source that delivered it.
    pub source: String,
    /// When it first came.
    pub received: UnixMicros,
    /// How it was to be read.
    pub format: String,
    /// Whether it is what was sent, and not what was made of that.
    pub is_sent: bool,
    /// Why it is no event, and where.
    pub reason: String,
    /// As it came. Nobody knows what is secret in it.
    pub record: Result<Vec<u8>, NotOpened>,
}

/// Why a record stays in the quarantine.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is still no event.
    #[error("{0}")]
    NoEvent(String),
    /// It cannot be read back.
    #[error("the record cannot be opened: {0}")]
    NotOpened(#[from] NotOpened),
    /// There is no key.
    #[error("{0}")]
    NoKey(String),
    /// It is not there, or the disk fails.
    #[error(transparent)]
    Meta(#[from] gatelog_meta::Error),
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] gatelog_ledger::Error),
}

impl Sources {
    /// Records of a tenant in the quarantine, newest first. Blocks for the disk.
    ///
    /// # Errors
    /// [`NotTaken::NoKey`], [`NotTaken::Meta`].
    pub fn quarantine(
        &self,
        tenant: &Tenant,
        source: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Held>, NotTaken> {
        let held = self.service().meta().quarantine(tenant.name(), source, before, limit)?;
        held.into_iter().map(|held| self.opened_record(tenant, held)).collect()
    }

    /// One of them. Blocks for the disk.
    ///
    /// # Errors
    /// [`NotTaken::NoKey`], [`NotTaken::Meta`].
    pub fn quarantined(&self, tenant: &Tenant, number: i64) -> Result<Held, NotTaken> {
        self.opened_record(tenant, self.service().meta().quarantined(tenant.name(), number)?)
    }

    /// Takes a record in again, as it came or as somebody mended it, and out of the quarantine.
    /// Blocks until it is durable.
    ///
    /// # Errors
    /// [`NotTaken`]; it then stays where it is.
    pub fn take_again(
        &self,
        tenant: &Arc<Tenant>,
        number: i64,
        mended: Option<&[u8]>,
    ) -> Result<Appended, NotTaken> {
        let held = self.quarantined(tenant, number)?;
        let record = match mended {
            Some(mended) => mended.to_vec(),
            None => held.record?,
        };
        let again = held.is_sent.then(|| self.read_again(&held.source, &record));
        let delivery = match again.flatten() {
            Some(delivery) => delivery,
            None => {
                let format = held.format.parse().unwrap_or(Format::Native);
                let mut delivery = Delivery::new(format);
                delivery.push(&one_line(record));
                delivery
            }
        };
        if let Some(broken) = delivery.broken.first() {
            return Err(NotTaken::NoEvent(broken.reason.clone()));
        }
        let received = self.service().now();
        let body = Body::lines(&delivery.lines);
        let prepared = tenant.prepare_batch(delivery.format, None, &body, received);
        let Prepared { events, rejected, .. } = prepared;
        if let Some(line) = rejected.first() {
            let reason = format!("character {}: {}", line.column, line.reason);
            return Err(NotTaken::NoEvent(reason));
        }
        let submitter = submitter(&held.source);
        let appended = match events.is_empty() {
            true => Appended::default(),
            false => tenant.ledger().append(events, &submitter, received)?.wait_blocking()?,
        };
        tenant.save_names();
        self.service().meta().take_from_quarantine(tenant.name(), number)?;
        Ok(appended)
    }

    fn opened_record(&self, tenant: &Tenant, held: Quarantined) -> Result<Held, NotTaken> {
        let key = self.key().map_err(|reason| NotTaken::NoKey(reason.to_owned()))?;
        let Quarantined { number, source, received, format, is_sent, reason, record } = held;
        let purpose = Purpose::Record { tenant: tenant.name(), source: &source };
        let record = key.open(purpose, &record);
        Ok(Held { number, source, received, format, is_sent, reason, record })
    }
}

/// A record that somebody wrote over several lines, as one: white space between the parts of JSON
/// means nothing, and within strings there are no line ends.
fn one_line(mut record: Vec<u8>) -> Vec<u8> {
    record.iter_mut().filter(|byte| matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    record
}
