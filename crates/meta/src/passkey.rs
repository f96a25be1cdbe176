//! Passkeys: keys in people's devices, by which they prove themselves beside their password.
//!
//! Only the public half is here, so nobody can use what stands in `meta.db`.

use std::fmt;

use gatelog_event::fields::Outcome;
use gatelog_event::own_audit::{OwnEvent, Value};
use gatelog_event::time::UnixMicros;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::Sha256Hash;
use crate::author::{Author, Change, user_id};
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{changed, put, tenant_of};
use crate::second_factor::{begin, end_without_factor};
use crate::user::User;

/// Passkeys of one person: their names are all asked for at each sign-in.
pub const PASSKEYS_MAX: u32 = 20;

const COLUMNS: &str =
    "number, name, credential, algorithm, public_key, counter, created, last_used";

/// Somebody's passkey.
#[derive(Clone, PartialEq, Eq)]
pub struct Passkey {
    /// What tells it from all others here.
    pub number: i64,
    /// What its owner calls it.
    pub name: String,
    /// What the authenticator calls it: 1 to 1,023 bytes.
    pub credential: Vec<u8>,
    /// COSE's number of the algorithm it signs with.
    pub algorithm: i32,
    /// Its public key: `SubjectPublicKeyInfo` in DER.
    pub public_key: Vec<u8>,
    /// What the authenticator last counted; 0 if it does not count.
    pub counter: u32,
    /// Since when it is here.
    pub created: UnixMicros,
    /// When it last opened a session.
    pub last_used: Option<UnixMicros>,
}

/// A passkey to be kept; its fields are those of [`Passkey`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    /// What its owner calls it.
    pub name: String,
    /// What the authenticator calls it: 1 to 1,023 bytes.
    pub credential: Vec<u8>,
    /// COSE's number of the algorithm it signs with.
    pub algorithm: i32,
    /// Its public key: `SubjectPublicKeyInfo` in DER.
    pub public_key: Vec<u8>,
    /// What the authenticator counted when it made the key.
    pub counter: u32,
}

impl Meta {
    /// Somebody's passkeys, oldest first.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn passkeys(&self, user: &str) -> Result<Vec<Passkey>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM passkeys WHERE user = ?1 ORDER BY number");
        self.rows(&sql, [user], read)
    }

    /// Asks a user for a passkey from now on, and ends their sessions except `kept_session`. Says
    /// whether `recovery_codes` were taken: only by somebody who has none left.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], [`Error::PasskeyExists`], [`Error::TooManyPasskeys`], or the disk
    /// fails.
    pub fn add_passkey(
        &self,
        owner: &str,
        passkey: &NewPasskey,
        recovery_codes: &[Sha256Hash],
        kept_session: Option<&Sha256Hash>,
        change: &Change,
    ) -> Result<bool, Error> {
        let user = self.known_user(owner)?;
        let NewPasskey { name, credential, algorithm, public_key, counter } = passkey;
        self.transaction(|transaction| {
            let sql = "SELECT count(*) FROM passkeys WHERE user = ?1";
            let count: u32 = transaction.query_row(sql, [owner], |row| row.get(0))?;
            if count >= PASSKEYS_MAX {
                return Err(Error::TooManyPasskeys(PASSKEYS_MAX));
            }
            let sql = "INSERT INTO passkeys \
                       (user, name, credential, algorithm, public_key, counter, created) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let created = change.time.micros();
            let values =
                params![user.name, name, credential, algorithm, public_key, counter, created];
            transaction.execute(sql, values).map_err(|error| match BrokenRule::of(&error) {
                Some(BrokenRule::Unique) => Error::PasskeyExists,
                _ => Error::from(error),
            })?;
            let are_taken = begin(transaction, &user, recovery_codes, kept_session)?;
            record(transaction, change, "mfa.enroll", &user, name)?;
            Ok(are_taken)
        })
    }

    /// Notes that a passkey was used, which is recorded. True only if its counter went on: neither
    /// a copy of the device nor a caller that was overtaken gets through.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn use_passkey(
        &self,
        owner: &str,
        passkey: &Passkey,
        counter: u32,
        now: UnixMicros,
    ) -> Result<bool, Error> {
        let user = self.known_user(owner)?;
        let change = Change { by: Author::User(user.name.clone()), time: now };
        self.transaction(|transaction| {
            let sql = "UPDATE passkeys SET counter = ?3, last_used = ?4 \
                       WHERE number = ?1 AND user = ?2 \
                       AND (counter < ?3 OR (counter = 0 AND ?3 = 0))";
            let values = params![passkey.number, owner, counter, now.micros()];
            if transaction.execute(sql, values)? == 0 {
                return Ok(false);
            }
            record(transaction, &change, "mfa.verify", &user, &passkey.name)?;
            Ok(true)
        })
    }

    /// Takes a passkey away from its owner.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], [`Error::UnknownPasskey`], or the disk fails.
    pub fn remove_passkey(&self, owner: &str, number: i64, change: &Change) -> Result<(), Error> {
        let user = self.known_user(owner)?;
        self.transaction(|transaction| {
            let sql = "DELETE FROM passkeys WHERE user = ?1 AND number = ?2 RETURNING name";
            let removed = transaction.query_row(sql, params![owner, number], |row| row.get(0));
            let name: String = removed.optional()?.ok_or(Error::UnknownPasskey(number))?;
            end_without_factor(transaction, &user)?;
            record(transaction, change, "mfa.remove", &user, &name)
        })
    }

    /// Records that a user tried to set up a passkey, and why it was refused.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn record_refused_passkey(
        &self,
        owner: &str,
        error_code: &'static str,
        now: UnixMicros,
    ) -> Result<(), Error> {
        let user = self.known_user(owner)?;
        let change = Change { by: Author::User(user.name.clone()), time: now };
        let id = user_id(&user.name);
        let data = vec![("method", Value::Text("passkey".into()))];
        let refused = OwnEvent {
            outcome: Outcome::Failure,
            error_code: Some(error_code),
            ..changed(&change, "mfa.enroll", ("user", &id, &user.name), data)
        };
        self.transaction(|transaction| put(transaction, &tenant_of(&user.access), refused))
    }
}

impl fmt::Debug for Passkey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut passkey = formatter.debug_struct("Passkey");
        passkey.field("number", &self.number).field("name", &self.name).finish_non_exhaustive()
    }
}

fn record(
    transaction: &Transaction<'_>,
    change: &Change,
    event_type: &'static str,
    user: &User,
    passkey: &str,
) -> Result<(), Error> {
    let id = user_id(&user.name);
    let text = |text: &str| Value::Text(text.to_owned().into());
    let data = vec![("method", text("passkey")), ("passkey", text(passkey))];
    let event = changed(change, event_type, ("user", &id, &user.name), data);
    put(transaction, &tenant_of(&user.access), event)
}

fn read(row: &Row<'_>) -> Result<Passkey, Error> {
    Ok(Passkey {
        number: row.get("number")?,
        name: row.get("name")?,
        credential: row.get("credential")?,
        algorithm: row.get("algorithm")?,
        public_key: row.get("public_key")?,
        counter: row.get("counter")?,
        created: column::time(row, "created")?,
        last_used: column::optional_time(row, "last_used")?,
    })
}
