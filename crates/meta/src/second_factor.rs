//! What people prove besides their password: codes from an app (TOTP, RFC 6238), passkeys
//! ([`crate::passkey`]), and recovery codes in the place of either.
//!
//! A code is computed from the secret, so the secret cannot be kept as a hash: it stands in
//! `meta.db` as it is, not encrypted, since the key to it would have to lie beside it. Whoever can
//! read the file can make codes, but still lacks the password. Recovery codes are kept as hashes.

use std::fmt;

use gatelog_event::fields::Outcome;
use gatelog_event::own_audit::{OwnEvent, Value};
use gatelog_event::time::UnixMicros;
use rusqlite::{Connection, Transaction, params};

use crate::Sha256Hash;
use crate::author::{Author, Change, user_id};
use crate::column;
use crate::database::Meta;
use crate::error::Error;
use crate::outbox::{changed, login, put, tenant_of};
use crate::user::User;

/// Bytes of a TOTP secret: as many as a SHA-1 hash has (RFC 4226, section 4).
pub const TOTP_SECRET_BYTES: usize = 20;

/// Somebody's codes from an app.
#[derive(Clone, PartialEq, Eq)]
pub struct Totp {
    /// What codes are computed from.
    pub secret: [u8; TOTP_SECRET_BYTES],
    /// The time step of the last code that was taken: neither it nor an earlier one counts again.
    pub last_step: i64,
    /// Since when codes are asked for.
    pub enabled: UnixMicros,
}

/// What somebody has set up beside their password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondFactors {
    /// Whether an app shows them codes.
    pub has_totp: bool,
    /// How many passkeys they have.
    pub passkeys: u32,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

impl SecondFactors {
    /// Whether the password alone opens no session.
    pub fn is_any(self) -> bool {
        self.has_totp || self.passkeys > 0
    }
}

impl Meta {
    /// What somebody has set up beside their password; nothing for whoever is not known.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn second_factors(&self, user: &str) -> Result<SecondFactors, Error> {
        second_factors(&self.connection(), user)
    }

    /// Somebody's codes from an app, if they have set them up.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn totp(&self, user: &str) -> Result<Option<Totp>, Error> {
        let sql = "SELECT secret, last_step, enabled FROM totp WHERE user = ?1";
        self.first_row(sql, [user], |row| {
            Ok(Totp {
                secret: row.get("secret")?,
                last_step: row.get("last_step")?,
                enabled: column::time(row, "enabled")?,
            })
        })
    }

    /// Asks a user for codes from now on, and ends their sessions except `kept_session`. `step` is
    /// that of the code by which they showed that their app has the secret. Says whether
    /// `recovery_codes` were taken: only by somebody who has none left.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], [`Error::SecondFactorExists`], or the disk fails.
    pub fn enable_totp(
        &self,
        name: &str,
        (secret, step): (&[u8; TOTP_SECRET_BYTES], i64),
        recovery_codes: &[Sha256Hash],
        kept_session: Option<&Sha256Hash>,
        change: &Change,
    ) -> Result<bool, Error> {
        let user = self.known_user(name)?;
        self.transaction(|transaction| {
            let sql = "INSERT OR IGNORE INTO totp (user, secret, last_step, enabled) \
                       VALUES (?1, ?2, ?3, ?4)";
            let values = params![user.name, secret, step, change.time.micros()];
            if transaction.execute(sql, values)? == 0 {
                return Err(Error::SecondFactorExists(user.name.clone()));
            }
            let are_taken = begin(transaction, &user, recovery_codes, kept_session)?;
            record(transaction, change, "mfa.enroll", &user, "totp")?;
            Ok(are_taken)
        })
    }

    /// Uses up the code of a time step and all earlier ones. True for one caller only.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn take_totp_step(&self, user: &str, step: i64) -> Result<bool, Error> {
        let sql = "UPDATE totp SET last_step = ?2 WHERE user = ?1 AND last_step < ?2";
        Ok(self.execute(sql, params![user, step])? == 1)
    }

    /// Uses up a recovery code. True for one caller only, and only if it is one; that is recorded.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn take_recovery_code(
        &self,
        name: &str,
        code_sha256: &Sha256Hash,
        now: UnixMicros,
    ) -> Result<bool, Error> {
        let user = self.known_user(name)?;
        let change = Change { by: Author::User(user.name.clone()), time: now };
        self.transaction(|transaction| {
            let sql = "DELETE FROM recovery_codes WHERE user = ?1 AND code_sha256 = ?2";
            if transaction.execute(sql, params![name, code_sha256])? == 0 {
                return Ok(false);
            }
            record(transaction, &change, "mfa.verify", &user, "recovery code")?;
            Ok(true)
        })
    }

    /// Asks a user for no codes of an app any more. Says whether they were asked before; only that
    /// is recorded.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn disable_totp(&self, name: &str, change: &Change) -> Result<bool, Error> {
        let user = self.known_user(name)?;
        self.transaction(|transaction| {
            if transaction.execute("DELETE FROM totp WHERE user = ?1", [name])? == 0 {
                return Ok(false);
            }
            end_without_factor(transaction, &user)?;
            record(transaction, change, "mfa.remove", &user, "totp")?;
            Ok(true)
        })
    }

    /// Takes all second factors of a user away. Says whether there were any; only that is recorded,
    /// for each kind.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn reset_second_factors(&self, name: &str, change: &Change) -> Result<bool, Error> {
        let user = self.known_user(name)?;
        self.transaction(|transaction| {
            let mut had_any = false;
            for (sql, method) in [
                ("DELETE FROM totp WHERE user = ?1", "totp"),
                ("DELETE FROM passkeys WHERE user = ?1", "passkey"),
            ] {
                if transaction.execute(sql, [name])? > 0 {
                    record(transaction, change, "mfa.remove", &user, method)?;
                    had_any = true;
                }
            }
            end_without_factor(transaction, &user)?;
            Ok(had_any)
        })
    }

    /// Records that somebody knew the password of a user, and did not prove the rest.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn record_failed_second_factor(
        &self,
        name: &str,
        error_code: &'static str,
        now: UnixMicros,
    ) -> Result<(), Error> {
        let user = self.known_user(name)?;
        let actor = Author::User(user.name).to_party();
        let (outcome, error_code) = (Outcome::Failure, Some(error_code));
        let failed = OwnEvent { outcome, error_code, ..login(actor, now) };
        self.transaction(|transaction| put(transaction, &tenant_of(&user.access), failed))
    }
}

impl fmt::Debug for Totp {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut totp = formatter.debug_struct("Totp");
        totp.field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

fn second_factors(connection: &Connection, user: &str) -> Result<SecondFactors, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM totp WHERE user = ?1) AS has_totp, \
               (SELECT count(*) FROM passkeys WHERE user = ?1) AS passkeys, \
               (SELECT count(*) FROM recovery_codes WHERE user = ?1) AS recovery_codes";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([user], |row| {
        Ok(SecondFactors {
            has_totp: row.get("has_totp")?,
            passkeys: row.get("passkeys")?,
            recovery_codes: row.get("recovery_codes")?,
        })
    })?)
}

/// What follows from a new second factor: recovery codes for whoever has none left, which it
/// returns, and the end of all sessions but one, which were opened without it.
pub(crate) fn begin(
    transaction: &Transaction<'_>,
    user: &User,
    recovery_codes: &[Sha256Hash],
    kept_session: Option<&Sha256Hash>,
) -> Result<bool, Error> {
    let lacks_codes = second_factors(transaction, &user.name)?.recovery_codes == 0;
    if lacks_codes {
        let sql = "INSERT INTO recovery_codes (user, code_sha256) VALUES (?1, ?2)";
        for code in recovery_codes {
            transaction.execute(sql, params![user.name, code])?;
        }
    }
    transaction.execute(
        "DELETE FROM sessions WHERE user = ?1 AND token_sha256 IS NOT ?2",
        params![user.name, kept_session],
    )?;
    Ok(lacks_codes)
}

/// What follows from the end of a second factor: without any, recovery codes stand for nothing.
pub(crate) fn end_without_factor(transaction: &Transaction<'_>, user: &User) -> Result<(), Error> {
    if !second_factors(transaction, &user.name)?.is_any() {
        transaction.execute("DELETE FROM recovery_codes WHERE user = ?1", [&user.name])?;
    }
    Ok(())
}

/// Records what happened to a second factor of a user.
pub(crate) fn record(
    transaction: &Transaction<'_>,
    change: &Change,
    event_type: &'static str,
    user: &User,
    method: &'static str,
) -> Result<(), Error> {
    let id = user_id(&user.name);
    let data = vec![("method", Value::Text(method.into()))];
    let event = changed(change, event_type, ("user", &id, &user.name), data);
    put(transaction, &tenant_of(&user.access), event)
}
