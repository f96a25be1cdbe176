//! Signed-in browsers.
//!
//! How long a session lasts is decided in `auth`; here it ends when [`Session::expires`] says.

use gatelog_event::own_audit::Value;
use gatelog_event::time::UnixMicros;
use rusqlite::{Row, params};

use crate::Sha256Hash;
use crate::author::{Author, Change, user_id};
use crate::column;
use crate::database::Meta;
use crate::error::Error;
use crate::outbox::{changed, login, put, tenant_of};
use crate::personal_data::Unmasked;

/// One signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Hash of the token in the browser's cookie.
    pub token_sha256: Sha256Hash,
    /// The name of the user.
    pub user: String,
    /// When the user signed in.
    pub created: UnixMicros,
    /// When a request last came with the token, to the minute.
    pub last_seen: UnixMicros,
    /// From when the token does not count any more, unless it is seen before.
    pub expires: UnixMicros,
    /// What the browser said of itself when the user signed in; empty if nothing.
    pub user_agent: String,
    /// From where the user signed in; empty if that is not known.
    pub address: String,
    /// That it sees personal data on request; also if that is over.
    pub unmasked: Option<Unmasked>,
}

/// Sessions that are to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedSessions<'s> {
    /// All of a user.
    All,
    /// The one with this token.
    One(&'s Sha256Hash),
    /// All but the one with this token.
    Others(&'s Sha256Hash),
}

/// What a session begins with. Personal data is masked for it, as [`Meta::unmask_session`] records
/// when it is not.
const BEGUN: &str = "token_sha256, user, created, last_seen, expires, user_agent, address";

const COLUMNS: &str = "token_sha256, user, created, last_seen, expires, user_agent, address, \
     unmasked_until, unmasked_tenant";

impl Meta {
    /// Stores a new session, which is recorded as a sign-in, and forgets all that have expired by
    /// the time it was created.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn create_session(&self, session: &Session) -> Result<(), Error> {
        let user = self.known_user(&session.user)?;
        self.transaction(|transaction| {
            let created = session.created.micros();
            transaction.execute("DELETE FROM sessions WHERE expires <= ?1", [created])?;
            let sql = format!("INSERT INTO sessions ({BEGUN}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
            let (seen, expires) = (session.last_seen.micros(), session.expires.micros());
            let Session { token_sha256, user: name, user_agent, address, .. } = session;
            let values = params![token_sha256, name, created, seen, expires, user_agent, address];
            transaction.execute(&sql, values)?;
            transaction
                .execute("UPDATE users SET last_seen = ?2 WHERE name = ?1", params![name, seen])?;
            let event = login(Author::User(user.name).to_party(), session.created);
            put(transaction, &tenant_of(&user.access), event)
        })
    }

    /// The session with this token, unless it has expired.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn session(
        &self,
        token_sha256: &Sha256Hash,
        now: UnixMicros,
    ) -> Result<Option<Session>, Error> {
        let sql =
            format!("SELECT {COLUMNS} FROM sessions WHERE token_sha256 = ?1 AND expires > ?2");
        self.first_row(&sql, params![token_sha256, now.micros()], read)
    }

    /// A user's sessions that have not expired, the latest seen first.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn sessions(&self, user: &str, now: UnixMicros) -> Result<Vec<Session>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions WHERE user = ?1 AND expires > ?2 \
             ORDER BY last_seen DESC, token_sha256"
        );
        self.rows(&sql, params![user, now.micros()], read)
    }

    /// Notes that a session was seen at `now` and therefore lasts until `expires`.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn touch_session(
        &self,
        token_sha256: &Sha256Hash,
        now: UnixMicros,
        expires: UnixMicros,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let sql = "UPDATE sessions SET last_seen = ?2, expires = ?3 WHERE token_sha256 = ?1";
            transaction.execute(sql, params![token_sha256, now.micros(), expires.micros()])?;
            let sql = "UPDATE users SET last_seen = ?2 \
                       WHERE name = (SELECT user FROM sessions WHERE token_sha256 = ?1)";
            transaction.execute(sql, params![token_sha256, now.micros()])?;
            Ok(())
        })
    }

    /// Ends a session, if it is there: its user signs out.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn end_session(&self, token_sha256: &Sha256Hash) -> Result<(), Error> {
        self.execute("DELETE FROM sessions WHERE token_sha256 = ?1", [token_sha256])?;
        Ok(())
    }

    /// Ends sessions of a user and says how many there were. Those of others stay, whatever is
    /// asked for.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownUser`], or the disk fails.
    pub fn end_sessions(
        &self,
        user: &str,
        ended: EndedSessions<'_>,
        change: &Change,
    ) -> Result<usize, Error> {
        let user = self.known_user(user)?;
        let (one, kept) = match ended {
            EndedSessions::All => (None, None),
            EndedSessions::One(token) => (Some(token), None),
            EndedSessions::Others(token) => (None, Some(token)),
        };
        let sql = "DELETE FROM sessions WHERE user = ?1 \
                   AND (?2 IS NULL OR token_sha256 = ?2) AND token_sha256 IS NOT ?3";
        self.transaction(|transaction| {
            let count = transaction.execute(sql, params![user.name, one, kept])?;
            if count > 0 {
                let id = user_id(&user.name);
                let data = vec![("sessions", Value::Number(count as u64))];
                let event = changed(change, "session.revoke", ("user", &id, &user.name), data);
                put(transaction, &tenant_of(&user.access), event)?;
            }
            Ok(count)
        })
    }
}

fn read(row: &Row<'_>) -> Result<Session, Error> {
    Ok(Session {
        token_sha256: row.get("token_sha256")?,
        user: row.get("user")?,
        created: column::time(row, "created")?,
        last_seen: column::time(row, "last_seen")?,
        expires: column::time(row, "expires")?,
        user_agent: row.get("user_agent")?,
        address: row.get("address")?,
        unmasked: column::optional_time(row, "unmasked_until")?
            .zip(column::optional_parsed(row, "unmasked_tenant")?)
            .map(|(until, tenant)| Unmasked { tenant, until }),
    })
}
