//! Clients: programs that read through another product's API, and the access tokens they got.
//!
//! A client shows its secret at that product's token endpoint and gets a token that counts for an
//! hour or so. Whether a token counts is looked up with every request, so that revoking a client
//! ends its tokens at once, also from another process.

use std::fmt;
use std::str::FromStr;

use gatelog_event::fields::Party;
use gatelog_event::own_audit::{OwnEvent, Value};
use gatelog_event::source::Source;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{Row, params};

use crate::Sha256Hash;
use crate::author::Change;
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{changed, login, put};

/// The time of last use is written at most this often per client.
const LAST_USED_INTERVAL_MICROS: i64 = 60 * 1_000_000;

/// What a client is called as actor or target of an event.
const CLIENT: &str = "client";

/// A product whose clients get access tokens here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientDialect {
    /// Logto's Management API.
    Logto,
    /// PlusAuth's API.
    PlusAuth,
}

/// A name that is none of [`ClientDialect`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown dialect `{0}` (known: logto, plusauth)")]
pub struct UnknownDialect(pub String);

/// A client as it is stored: everything but its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its public name, such as `client_3f9a2c6d01b7e845`.
    pub id: String,
    /// The product it was written for.
    pub dialect: ClientDialect,
    /// Whose events it reads.
    pub tenant: TenantName,
    /// What people call it.
    pub label: String,
    /// Hash of its secret.
    pub secret_sha256: Sha256Hash,
    /// When it was created.
    pub created: UnixMicros,
    /// When it last got or used a token, to the minute.
    pub last_used: Option<UnixMicros>,
    /// Since when it does not count any more.
    pub revoked: Option<UnixMicros>,
}

/// A client to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClient {
    /// See [`Client::id`].
    pub id: String,
    /// The product it was written for.
    pub dialect: ClientDialect,
    /// Whose events it reads.
    pub tenant: TenantName,
    /// What people call it.
    pub label: String,
    /// Hash of its secret.
    pub secret_sha256: Sha256Hash,
}

/// A token for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// Hash of the token.
    pub token_sha256: Sha256Hash,
    /// The id of the client.
    pub client: String,
    /// What was granted, words between spaces.
    pub scope: String,
    /// From when it does not count any more.
    pub expires: UnixMicros,
}

const COLUMNS: &str = "id, dialect, tenant, label, secret_sha256, created, last_used, revoked";

impl ClientDialect {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Logto, Self::PlusAuth];

    /// The name used on the command line and in `meta.db`.
    pub fn name(self) -> &'static str {
        self.source().name()
    }

    /// The source whose API it is.
    pub fn source(self) -> Source {
        match self {
            Self::Logto => Source::Logto,
            Self::PlusAuth => Source::PlusAuth,
        }
    }
}

impl fmt::Display for ClientDialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for ClientDialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|dialect| dialect.name() == name);
        found.ok_or_else(|| UnknownDialect(name.to_owned()))
    }
}

impl Meta {
    /// Stores a new client.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTenant`], [`Error::ClientExists`], or the disk fails.
    pub fn create_client(&self, client: &NewClient, change: &Change) -> Result<(), Error> {
        let NewClient { id, dialect, tenant, label, secret_sha256 } = client;
        let sql = "INSERT INTO clients (id, dialect, tenant, label, secret_sha256, created) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let created = change.time.micros();
        let values = params![id, dialect.name(), tenant.as_str(), label, secret_sha256, created];
        self.transaction(|transaction| {
            let inserted = transaction.execute(sql, values);
            inserted.map_err(|error| match BrokenRule::of(&error) {
                Some(BrokenRule::Unique) => Error::ClientExists(id.clone()),
                Some(BrokenRule::ForeignKey) => Error::UnknownTenant(tenant.clone()),
                None => Error::from(error),
            })?;
            let data = vec![("dialect", Value::Text(dialect.name().into()))];
            put(transaction, tenant, changed(change, "api.create", (CLIENT, id, label), data))
        })
    }

    /// All clients, or those of one tenant, oldest first; revoked ones too.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn clients(&self, tenant: Option<&TenantName>) -> Result<Vec<Client>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM clients WHERE ?1 IS NULL OR tenant = ?1 ORDER BY created, id"
        );
        self.rows(&sql, [tenant.map(TenantName::as_str)], read)
    }

    /// The client with this id, if there is one; also if it is revoked.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn client(&self, id: &str) -> Result<Option<Client>, Error> {
        self.first_row(&format!("SELECT {COLUMNS} FROM clients WHERE id = ?1"), [id], read)
    }

    /// Makes a client and its tokens count no more. Revoking it again keeps the first time.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownClient`], or the disk fails.
    pub fn revoke_client(&self, id: &str, change: &Change) -> Result<(), Error> {
        let client = self.client(id)?.ok_or_else(|| Error::UnknownClient(id.to_owned()))?;
        let sql = "UPDATE clients SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
        self.transaction(|transaction| {
            transaction.execute("DELETE FROM access_tokens WHERE client = ?1", [id])?;
            if transaction.execute(sql, params![id, change.time.micros()])? == 0 {
                return Ok(());
            }
            let target = (CLIENT, id, &*client.label);
            let event = changed(change, "api.delete", target, Vec::new());
            put(transaction, &client.tenant, event)
        })
    }

    /// Stores a client's new token, which is recorded, and forgets all that have expired by `now`.
    /// False, and nothing is stored, if the client has `tokens_max` tokens that count.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownClient`], or the disk fails.
    pub fn create_access_token(
        &self,
        token: &AccessToken,
        tokens_max: u32,
        now: UnixMicros,
    ) -> Result<bool, Error> {
        let AccessToken { token_sha256, client: id, scope, expires } = token;
        let client = self.client(id)?.ok_or_else(|| Error::UnknownClient(id.clone()))?;
        let count = "SELECT count(*) FROM access_tokens WHERE client = ?1";
        let insert = "INSERT INTO access_tokens (token_sha256, client, scope, expires) \
                      VALUES (?1, ?2, ?3, ?4)";
        self.transaction(|transaction| {
            let expired = "DELETE FROM access_tokens WHERE expires <= ?1";
            transaction.execute(expired, [now.micros()])?;
            let tokens: u32 = transaction.query_row(count, [id], |row| row.get(0))?;
            if tokens >= tokens_max {
                return Ok(false);
            }
            transaction.execute(insert, params![token_sha256, id, scope, expires.micros()])?;
            let sql = "UPDATE clients SET last_used = ?2 WHERE id = ?1";
            transaction.execute(sql, params![id, now.micros()])?;
            let event = OwnEvent { event_type: "token.issue", ..login(party(&client), now) };
            put(transaction, &client.tenant, event)?;
            Ok(true)
        })
    }

    /// The client whose token this is and what was granted, unless the token has expired or the
    /// client was revoked.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn client_by_token(
        &self,
        token_sha256: &Sha256Hash,
        now: UnixMicros,
    ) -> Result<Option<(Client, String)>, Error> {
        let sql = format!(
            "SELECT {COLUMNS}, scope FROM access_tokens JOIN clients ON client = id \
             WHERE token_sha256 = ?1 AND expires > ?2 AND revoked IS NULL"
        );
        self.first_row(&sql, params![token_sha256, now.micros()], |row| {
            Ok((read(row)?, row.get("scope")?))
        })
    }

    /// Notes that a client used a token. Writes nothing if that was noted within the last minute.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn touch_client(&self, client: &Client, now: UnixMicros) -> Result<(), Error> {
        let is_noted = client
            .last_used
            .is_some_and(|noted| noted.saturating_add(LAST_USED_INTERVAL_MICROS) > now);
        if !is_noted {
            let sql = "UPDATE clients SET last_used = ?2 WHERE id = ?1";
            self.execute(sql, params![client.id, now.micros()])?;
        }
        Ok(())
    }
}

fn party(client: &Client) -> Party<'static> {
    let (id, label) = (client.id.clone(), client.label.clone());
    let name = Some(label).filter(|label| !label.is_empty()).map(Into::into);
    Party { kind: Some(CLIENT.into()), id: Some(id.into()), name, identifier: None }
}

fn read(row: &Row<'_>) -> Result<Client, Error> {
    Ok(Client {
        id: row.get("id")?,
        dialect: column::parsed(row, "dialect")?,
        tenant: column::parsed(row, "tenant")?,
        label: row.get("label")?,
        secret_sha256: row.get("secret_sha256")?,
        created: column::time(row, "created")?,
        last_used: column::optional_time(row, "last_used")?,
        revoked: column::optional_time(row, "revoked")?,
    })
}
