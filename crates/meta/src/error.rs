//! Everything that can go wrong with `meta.db`.

use gatelog_event::tenant::TenantName;
use rusqlite::ffi;

use crate::role::Role;

/// Why a question to `meta.db` has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened or is not a database.
    #[error("cannot open {path}: {source}")]
    Open {
        /// The file, as it was given.
        path: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file has a schema of the future.
    #[error(
        "this data directory was written by a newer Gatelog: schema {found}, \
         this one knows {known}; upgrade Gatelog"
    )]
    NewerSchema {
        /// The schema version of the file.
        found: u32,
        /// The newest schema version this program knows.
        known: u32,
    },
    /// A migration failed; the file is as it was before.
    #[error("cannot bring meta.db to schema {version}: {source}")]
    Migration {
        /// The schema version that could not be reached.
        version: u32,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A column holds something that no Gatelog writes.
    #[error("meta.db is damaged: the column `{column}` cannot hold {value:?}")]
    Damaged {
        /// The name of the column.
        column: &'static str,
        /// What it holds, as text.
        value: String,
    },
    /// There is a tenant of this name already.
    #[error("there is a tenant `{0}` already")]
    TenantExists(TenantName),
    /// There is no such tenant.
    #[error("there is no tenant `{0}`")]
    UnknownTenant(TenantName),
    /// There is a credential with this id already.
    #[error("there is a key `{0}` already")]
    CredentialExists(String),
    /// There is no such credential.
    #[error("there is no key `{0}`")]
    UnknownCredential(String),
    /// There is a client with this id already.
    #[error("there is a client `{0}` already")]
    ClientExists(String),
    /// There is no such client.
    #[error("there is no client `{0}`")]
    UnknownClient(String),
    /// There is a user of this name already (the case of letters does not count).
    #[error("there is a user `{0}` already")]
    UserExists(String),
    /// There is no such user.
    #[error("there is no user `{0}`")]
    UnknownUser(String),
    /// The user is asked for codes already.
    #[error("`{0}` has a second factor already")]
    SecondFactorExists(String),
    /// This passkey is somebody's already.
    #[error("this passkey is known here already")]
    PasskeyExists,
    /// There is no such passkey, or it is somebody else's.
    #[error("there is no passkey {0}")]
    UnknownPasskey(i64),
    /// A person may have no more passkeys.
    #[error("nobody may have more than {0} passkeys")]
    TooManyPasskeys(u32),
    /// Its owner has a saved search of this name already.
    #[error("there is a search `{0}` already")]
    SearchExists(String),
    /// There is no such saved search, or it is somebody else's.
    #[error("there is no search {0}")]
    UnknownSearch(i64),
    /// A person may keep no more searches in one tenant.
    #[error("nobody may keep more than {0} searches")]
    TooManySearches(u32),
    /// There is an alert of this name already.
    #[error("there is an alert `{0}` already")]
    AlertExists(String),
    /// There is no such alert.
    #[error("there is no alert {0}")]
    UnknownAlert(i64),
    /// A tenant may have no more alerts.
    #[error("a tenant may have no more than {0} alerts")]
    TooManyAlerts(u32),
    /// There is a source of this name already, of this tenant or of another one.
    #[error("there is a source `{0}` already")]
    SourceExists(String),
    /// There is no such source, or it is in the configuration file.
    #[error("there is no source `{0}` that was set up here")]
    UnknownSource(String),
    /// A tenant may have no more sources.
    #[error("a tenant may have no more than {0} sources")]
    TooManySources(u32),
    /// There is no such record in the quarantine.
    #[error("there is no record {0} in the quarantine")]
    UnknownQuarantined(i64),
    /// An OpenID provider vouches for the user, who has no password here.
    #[error("`{user}` signs in at the provider `{provider}` and has no password here")]
    SignsInElsewhere {
        /// The user.
        user: String,
        /// The provider's name here.
        provider: String,
    },
    /// Without this user nobody could do any more what the role allows.
    #[error("`{name}` is the last one with the role `{role}`: give it to somebody else first")]
    LastOfRole {
        /// The user.
        name: String,
        /// `operator`, or `admin` of a tenant.
        role: Role,
    },
    /// The text cannot name a user.
    #[error(
        "{0:?} cannot name a user: use 1 to 128 bytes without control characters \
         and without spaces at the ends"
    )]
    InvalidUserName(String),
    /// The disk is full, the file is locked for longer than 5 s, or the like.
    #[error("meta.db: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// A rule of the schema that a statement would have broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrokenRule {
    /// There is such a row already.
    Unique,
    /// The row it belongs to does not exist.
    ForeignKey,
}

impl BrokenRule {
    /// The rule that `error` is about, if it is about one of these.
    pub(crate) fn of(error: &rusqlite::Error) -> Option<Self> {
        match error.sqlite_error()?.extended_code {
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE => Some(Self::Unique),
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Some(Self::ForeignKey),
            _ => None,
        }
    }
}
