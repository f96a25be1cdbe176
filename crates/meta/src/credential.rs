//! API keys: who made them, what they may do, and whether they still count.

use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{Row, params};

use crate::Sha256Hash;
use crate::access::Access;
use crate::author::Change;
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{access_data, changed, put, tenant_of};

/// The time of last use is written at most this often per key.
const LAST_USED_INTERVAL_MICROS: i64 = 60 * 1_000_000;

/// An API key as it is stored: everything but its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Public name of the key, such as `key_3f9a2c6d01b7e845`; kept with each event it sends.
    pub id: String,
    /// What it may do.
    pub access: Access,
    /// What people call it.
    pub label: String,
    /// Hash of its secret.
    pub secret_sha256: Sha256Hash,
    /// When it was created.
    pub created: UnixMicros,
    /// When it was last used, to the minute.
    pub last_used: Option<UnixMicros>,
    /// Since when it does not count any more.
    pub revoked: Option<UnixMicros>,
}

/// An API key to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCredential {
    /// See [`Credential::id`].
    pub id: String,
    /// What it may do.
    pub access: Access,
    /// What people call it.
    pub label: String,
    /// Hash of its secret.
    pub secret_sha256: Sha256Hash,
}

/// What an API key is called as the target of an event.
const KEY: &str = "key";

const COLUMNS: &str =
    "id, scope, tenant, source, label, secret_sha256, created, last_used, revoked";

impl Meta {
    /// Stores a new API key.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTenant`], [`Error::CredentialExists`], or the disk fails.
    pub fn create_credential(
        &self,
        credential: &NewCredential,
        change: &Change,
    ) -> Result<(), Error> {
        let NewCredential { id, access, label, secret_sha256 } = credential;
        let tenant = access.tenant();
        let sql = "INSERT INTO credentials \
                   (id, scope, tenant, source, label, secret_sha256, created) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let values = params![
            id,
            access.scope().name(),
            tenant.map(TenantName::as_str),
            access.source().map(|source| source.name()),
            label,
            secret_sha256,
            change.time.micros(),
        ];
        self.transaction(|transaction| {
            let inserted = transaction.execute(sql, values);
            inserted.map_err(|error| match (BrokenRule::of(&error), tenant) {
                (Some(BrokenRule::Unique), _) => Error::CredentialExists(id.clone()),
                (Some(BrokenRule::ForeignKey), Some(tenant)) => {
                    Error::UnknownTenant(tenant.clone())
                }
                _ => Error::from(error),
            })?;
            let event = changed(change, "api.create", (KEY, id, label), access_data(access));
            put(transaction, &tenant_of(access), event)
        })
    }

    /// All API keys, or those of one tenant, oldest first; revoked ones too.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn credentials(&self, tenant: Option<&TenantName>) -> Result<Vec<Credential>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM credentials WHERE ?1 IS NULL OR tenant = ?1 ORDER BY created, id"
        );
        self.rows(&sql, [tenant.map(TenantName::as_str)], read)
    }

    /// The API key with this id, if there is one; also if it is revoked.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn credential(&self, id: &str) -> Result<Option<Credential>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM credentials WHERE id = ?1");
        self.first_row(&sql, [id], read)
    }

    /// Makes an API key count no more. Revoking it again keeps the first time.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCredential`], or the disk fails.
    pub fn revoke_credential(&self, id: &str, change: &Change) -> Result<(), Error> {
        let unknown = || Error::UnknownCredential(id.to_owned());
        let credential = self.credential(id)?.ok_or_else(unknown)?;
        let sql = "UPDATE credentials SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
        self.transaction(|transaction| {
            if transaction.execute(sql, params![id, change.time.micros()])? == 0 {
                return Ok(());
            }
            let event = changed(change, "api.delete", (KEY, id, &credential.label), Vec::new());
            put(transaction, &tenant_of(&credential.access), event)
        })
    }

    /// Notes that a key was used. Writes nothing if that was noted within the last minute.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn touch_credential(&self, id: &str, now: UnixMicros) -> Result<(), Error> {
        self.execute(
            "UPDATE credentials SET last_used = ?2 \
             WHERE id = ?1 AND (last_used IS NULL OR last_used <= ?2 - ?3)",
            params![id, now.micros(), LAST_USED_INTERVAL_MICROS],
        )?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<Credential, Error> {
    Ok(Credential {
        id: row.get("id")?,
        access: column::access(row)?,
        label: row.get("label")?,
        secret_sha256: row.get("secret_sha256")?,
        created: column::time(row, "created")?,
        last_used: column::optional_time(row, "last_used")?,
        revoked: column::optional_time(row, "revoked")?,
    })
}
