//! The customers whose logs are kept, their proof log's origin and fingerprint key.

use std::fmt;

use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{Row, Transaction, params};

use crate::author::Change;
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{changed, put};

/// One customer.
#[derive(Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its name.
    pub name: TenantName,
    /// When it was created.
    pub created: UnixMicros,
    /// The origin line of its proof log's checkpoints. Fixed for ever: a log is its origin.
    pub log_origin: String,
    /// The key of the fingerprints that stand in redacted records for long random secrets.
    pub fingerprint_key: [u8; 32],
}

/// A tenant to be created.
#[derive(Clone)]
pub struct NewTenant {
    /// Its name.
    pub name: TenantName,
    /// See [`Tenant::log_origin`].
    pub log_origin: String,
    /// 32 random bytes; see [`Tenant::fingerprint_key`].
    pub fingerprint_key: [u8; 32],
}

const COLUMNS: &str = "name, created, log_origin, fingerprint_key";

impl Meta {
    /// Creates a tenant.
    ///
    /// # Errors
    ///
    /// [`Error::TenantExists`], or the disk fails.
    pub fn create_tenant(&self, tenant: &NewTenant, change: &Change) -> Result<(), Error> {
        self.transaction(|transaction| {
            insert(transaction, tenant, change.time)?;
            let target = ("tenant", tenant.name.as_str(), "");
            put(transaction, &tenant.name, changed(change, "api.create", target, Vec::new()))
        })
    }

    /// Creates the tenant `default` unless it is there, and returns it.
    ///
    /// The parameters are those of [`NewTenant`] and count only the first time.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn ensure_default_tenant(
        &self,
        log_origin: &str,
        fingerprint_key: [u8; 32],
        now: UnixMicros,
    ) -> Result<Tenant, Error> {
        let name = TenantName::default_tenant();
        if let Some(tenant) = self.tenant(&name)? {
            return Ok(tenant);
        }
        let new = NewTenant { name, log_origin: log_origin.to_owned(), fingerprint_key };
        // Nobody asked for it: it comes with the data directory, and is not recorded.
        match self.transaction(|transaction| insert(transaction, &new, now)) {
            // Another process was faster.
            Ok(()) | Err(Error::TenantExists(_)) => {}
            Err(error) => return Err(error),
        }
        self.tenant(&new.name)?.ok_or(Error::UnknownTenant(new.name))
    }

    /// The tenant of this name, if there is one.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn tenant(&self, name: &TenantName) -> Result<Option<Tenant>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM tenants WHERE name = ?1");
        self.first_row(&sql, [name.as_str()], read)
    }

    /// All tenants, by name.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn tenants(&self) -> Result<Vec<Tenant>, Error> {
        self.rows(&format!("SELECT {COLUMNS} FROM tenants ORDER BY name"), [], read)
    }
}

impl fmt::Debug for Tenant {
    /// Without the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tenant")
            .field("name", &self.name)
            .field("created", &self.created)
            .field("log_origin", &self.log_origin)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for NewTenant {
    /// Without the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewTenant")
            .field("name", &self.name)
            .field("log_origin", &self.log_origin)
            .finish_non_exhaustive()
    }
}

fn insert(transaction: &Transaction<'_>, tenant: &NewTenant, now: UnixMicros) -> Result<(), Error> {
    let sql = format!("INSERT INTO tenants ({COLUMNS}) VALUES (?1, ?2, ?3, ?4)");
    let NewTenant { name, log_origin, fingerprint_key } = tenant;
    let values = params![name.as_str(), now.micros(), log_origin, fingerprint_key];
    transaction.execute(&sql, values).map_err(|error| match BrokenRule::of(&error) {
        Some(BrokenRule::Unique) => Error::TenantExists(name.clone()),
        _ => Error::from(error),
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Tenant, Error> {
    Ok(Tenant {
        name: column::parsed(row, "name")?,
        created: column::time(row, "created")?,
        log_origin: row.get("log_origin")?,
        fingerprint_key: row.get("fingerprint_key")?,
    })
}
