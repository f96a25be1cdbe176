//! What sources delivered and what is no event: looked at, mended and taken in again.
//!
//! Records are sealed by whoever puts them here. The same record from the same source is here once,
//! however often it comes; a digest under a key of the tenant tells it.

use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{Row, params};

use crate::column;
use crate::database::Meta;
use crate::error::Error;

/// Records of one source in the quarantine. More are counted, not kept: something is wrong with
/// all of them, and the first ones show what.
pub const QUARANTINED_MAX: u32 = 10_000;

/// A record that is no event, to be put here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewQuarantined {
    /// The same for the same record, and for no other.
    pub digest: [u8; 16],
    /// How it was to be read.
    pub format: String,
    /// Whether it is what was sent, and not what was made of that.
    pub is_sent: bool,
    /// Why it is no event, and where.
    pub reason: String,
    /// The record, sealed.
    pub record: Vec<u8>,
}

/// A record in the quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
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
    /// The record, sealed.
    pub record: Vec<u8>,
}

/// What became of records that were put there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PutInQuarantine {
    /// How many are there now and were not before.
    pub new: u64,
    /// How many there was no room for.
    pub without_room: u64,
}

impl Meta {
    /// Puts records there.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn put_in_quarantine(
        &self,
        tenant: &TenantName,
        source: &str,
        records: &[NewQuarantined],
        now: UnixMicros,
    ) -> Result<PutInQuarantine, Error> {
        self.transaction(|transaction| {
            let sql = "SELECT count(*) FROM quarantine WHERE tenant = ?1 AND source = ?2";
            let values = params![tenant.as_str(), source];
            let held: u32 = transaction.query_row(sql, values, |row| row.get(0))?;
            let room = QUARANTINED_MAX.saturating_sub(held) as usize;
            let sql = "INSERT OR IGNORE INTO quarantine \
                       (tenant, source, digest, received, format, is_sent, reason, record) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let mut insert = transaction.prepare_cached(sql)?;
            let without_room = records.len().saturating_sub(room) as u64;
            let mut put = PutInQuarantine { new: 0, without_room };
            for new in records.iter().take(room) {
                let NewQuarantined { digest, format, is_sent, reason, record } = new;
                let (tenant, received) = (tenant.as_str(), now.micros());
                put.new += insert.execute(params![
                    tenant, source, digest, received, format, is_sent, reason, record
                ])? as u64;
            }
            Ok(put)
        })
    }

    /// Records of a tenant, newest first, `limit` at most, with smaller numbers than `before`.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn quarantine(
        &self,
        tenant: &TenantName,
        source: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Quarantined>, Error> {
        let sql = "SELECT number, source, received, format, is_sent, reason, record FROM quarantine \
                   WHERE tenant = ?1 AND (?2 IS NULL OR source = ?2) \
                   AND (?3 IS NULL OR number < ?3) ORDER BY number DESC LIMIT ?4";
        self.reading(|connection| {
            let values = params![tenant.as_str(), source, before, limit];
            connection.prepare_cached(sql)?.query_and_then(values, quarantined)?.collect()
        })
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownQuarantined`], or the disk fails.
    pub fn quarantined(&self, tenant: &TenantName, number: i64) -> Result<Quarantined, Error> {
        let sql = "SELECT number, source, received, format, is_sent, reason, record FROM quarantine \
                   WHERE tenant = ?1 AND number = ?2";
        let found = self.first_row(sql, params![tenant.as_str(), number], quarantined)?;
        found.ok_or(Error::UnknownQuarantined(number))
    }

    /// How many there are of each source.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn quarantine_counts(&self, tenant: &TenantName) -> Result<Vec<(String, u64)>, Error> {
        let sql = "SELECT source, count(*) AS held FROM quarantine WHERE tenant = ?1 \
                   GROUP BY source ORDER BY source";
        self.reading(|connection| {
            let count = |row: &Row<'_>| Ok((row.get("source")?, column::count(row, "held")?));
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_and_then([tenant.as_str()], count)?.collect()
        })
    }

    /// Whether there are some of a tenant.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn has_quarantined(&self, tenant: &TenantName) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM quarantine WHERE tenant = ?1) AS held";
        let found = self.first_row(sql, params![tenant.as_str()], |row| Ok(row.get("held")?))?;
        Ok(found.unwrap_or(false))
    }

    /// Takes a record away: it is an event now, or nobody wants it.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownQuarantined`], or the disk fails.
    pub fn take_from_quarantine(&self, tenant: &TenantName, number: i64) -> Result<(), Error> {
        let sql = "DELETE FROM quarantine WHERE tenant = ?1 AND number = ?2";
        match self.execute(sql, params![tenant.as_str(), number])? {
            0 => Err(Error::UnknownQuarantined(number)),
            _ => Ok(()),
        }
    }
}

fn quarantined(row: &Row<'_>) -> Result<Quarantined, Error> {
    Ok(Quarantined {
        number: row.get("number")?,
        source: row.get("source")?,
        received: column::time(row, "received")?,
        format: row.get("format")?,
        is_sent: row.get("is_sent")?,
        reason: row.get("reason")?,
        record: row.get("record")?,
    })
}
