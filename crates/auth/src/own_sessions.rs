//! What somebody sees and ends of their own sessions.

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Author, Change, EndedSessions, Session};

use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::secret::{hexadecimal, sha256};

/// A session, as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Names it; of no use to open it.
    pub id: String,
    /// Whether it is the one that asks.
    pub is_present: bool,
    /// When it was opened, when it was last used, from where.
    pub session: Session,
}

impl Authenticator {
    /// All sessions of the person whose browser sent `token`, the latest seen first.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], or `meta.db` fails.
    pub fn own_sessions(&self, token: &str, now: UnixMicros) -> Result<Vec<OwnSession>, AuthError> {
        let signed_in = self.session(token, now)?;
        let present = sha256(token);
        let sessions = self.meta.sessions(&signed_in.principal.name, now)?;
        let own = |session: Session| OwnSession {
            id: hexadecimal(&session.token_sha256),
            is_present: session.token_sha256 == present,
            session,
        };
        Ok(sessions.into_iter().map(own).collect())
    }

    /// Ends the session with this id, or all others without one, of the person whose browser sent
    /// `token`. An id that is not one of theirs changes nothing.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], or `meta.db` fails.
    pub fn end_own_sessions(
        &self,
        token: &str,
        id: Option<&str>,
        now: UnixMicros,
    ) -> Result<(), AuthError> {
        let user = self.session(token, now)?.principal.name;
        let present = sha256(token);
        let own = self.own_sessions(token, now)?;
        let ended = match id {
            None => EndedSessions::Others(&present),
            Some(id) => match own.iter().find(|session| session.id == id) {
                Some(found) => EndedSessions::One(&found.session.token_sha256),
                None => return Ok(()),
            },
        };
        let change = Change { by: Author::User(user.to_string()), time: now };
        self.meta.end_sessions(&user, ended, &change)?;
        Ok(())
    }
}
