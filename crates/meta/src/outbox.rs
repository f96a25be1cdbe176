//! What was changed here, on its way to the ledger.
//!
//! Commands change `meta.db` while a server holds the ledger, so they cannot append to it. A change
//! and the event that tells of it are written in one transaction; whoever has the ledger open moves
//! the event there and then forgets it here. An event's id follows from its number, so that one
//! which is moved twice is kept once.

use gatelog_event::fields::{Outcome, Party};
use gatelog_event::own_audit::{OwnEvent, Value};
use gatelog_event::redact::{FingerprintKey, identifier_marker};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{Transaction, params};

use crate::access::Access;
use crate::author::{Author, Change};
use crate::column;
use crate::database::Meta;
use crate::error::Error;

/// An event of our own audit that is not in the ledger yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingEvent {
    /// Larger than that of every event that was written earlier.
    pub number: i64,
    /// Whose ledger it belongs to.
    pub tenant: TenantName,
    /// The event in native form.
    pub record: Vec<u8>,
}

impl Meta {
    /// Events that wait to be moved into the ledger, oldest first, `limit` at most, with larger
    /// numbers than `after`.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn waiting_events(&self, after: i64, limit: u32) -> Result<Vec<WaitingEvent>, Error> {
        let sql = "SELECT number, tenant, record FROM audit_outbox WHERE number > ?1 \
                   ORDER BY number LIMIT ?2";
        self.rows(sql, params![after, limit], |row| {
            Ok(WaitingEvent {
                number: row.get("number")?,
                tenant: column::parsed(row, "tenant")?,
                record: row.get("record")?,
            })
        })
    }

    /// Forgets events that are in the ledger now.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn forget_events(&self, numbers: &[i64]) -> Result<(), Error> {
        self.transaction(|transaction| {
            let mut delete =
                transaction.prepare_cached("DELETE FROM audit_outbox WHERE number = ?1")?;
            numbers.iter().try_for_each(|number| delete.execute([number]).map(drop))?;
            Ok(())
        })
    }

    /// Records that somebody who called themselves `typed` could not sign in to the console.
    ///
    /// Only the name of a user is kept as it was typed: anything else may be a password.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn record_failed_sign_in(&self, typed: &str, now: UnixMicros) -> Result<(), Error> {
        let (tenant, actor, error_code) = match self.user(typed)? {
            Some(user) => {
                let is_disabled = user.disabled.is_some();
                let code = if is_disabled { "user_disabled" } else { "wrong_password" };
                (tenant_of(&user.access), Author::User(user.name).to_party(), code)
            }
            None => {
                let tenant = TenantName::default_tenant();
                let found = self.tenant(&tenant)?.ok_or(Error::UnknownTenant(tenant))?;
                let key = FingerprintKey::new(found.fingerprint_key);
                let identifier = Some(identifier_marker(&key, typed).into());
                let actor = Party { kind: Some("user".into()), identifier, ..Party::default() };
                (found.name, actor, "unknown_user")
            }
        };
        let error_code = Some(error_code);
        let event = OwnEvent { outcome: Outcome::Failure, error_code, ..login(actor, now) };
        self.transaction(|transaction| put(transaction, &tenant, event))
    }
}

/// The tenant in whose ledger it is recorded what happens to somebody with this access.
pub(crate) fn tenant_of(access: &Access) -> TenantName {
    access.tenant().cloned().unwrap_or_else(TenantName::default_tenant)
}

/// A sign-in to the console that worked.
pub(crate) fn login(actor: Party<'_>, time: UnixMicros) -> OwnEvent<'_> {
    OwnEvent {
        id: None,
        event_type: "login",
        time,
        outcome: Outcome::Success,
        actor,
        target: Party::default(),
        error_code: None,
        data: Vec::new(),
    }
}

/// A change of something.
pub(crate) fn changed<'a>(
    change: &Change,
    event_type: &'static str,
    target: (&'static str, &'a str, &'a str),
    data: Vec<(&'static str, Value<'a>)>,
) -> OwnEvent<'a> {
    let (kind, id, name) = target;
    let name = Some(name).filter(|name| !name.is_empty()).map(Into::into);
    let target = Party { kind: Some(kind.into()), id: Some(id.into()), name, ..Party::default() };
    OwnEvent { event_type, target, data, ..login(change.by.to_party(), change.time) }
}

/// What an access allows, in words.
pub(crate) fn access_data(access: &Access) -> Vec<(&'static str, Value<'static>)> {
    let scope = ("scope", Value::Text(access.scope().name().into()));
    let source = access.source().map(|source| ("source", Value::Text(source.name().into())));
    std::iter::once(scope).chain(source).collect()
}

/// Writes an event beside the change that it tells of.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    tenant: &TenantName,
    event: OwnEvent<'_>,
) -> Result<(), Error> {
    let sql = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'audit_outbox'";
    // Nobody else writes during a transaction, so this is the number the row will have.
    let number: i64 = transaction.query_row(sql, [], |row| row.get(0))?;
    let record = OwnEvent { id: Some(format!("change-{number}").into()), ..event }.to_record();
    let sql = "INSERT INTO audit_outbox (number, tenant, record) VALUES (?1, ?2, ?3)";
    transaction.execute(sql, params![number, tenant.as_str(), record])?;
    Ok(())
}
