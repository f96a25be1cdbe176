//! What is refused, and in which words.

use gatelog_ledger::Error as LedgerError;
use juniper::{FieldError, IntoFieldError, Object, Value};

use super::limits::{
    DATA_BYTES_MAX, DEPTH_MAX, FIELDS_MAX, FILTER_VALUES_MAX, NODES_MAX, PAGES_MAX,
    SCHEMA_LISTS_MAX, SELECTIONS_MAX,
};
use super::schema::leaf::Leaf;

/// Why a field has no value. The messages up to the limits are Authgear's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// `after` or `before` is not a cursor.
    #[error("invalid pagination cursor")]
    InvalidCursor,
    /// One of `userIDs` is not the id of a user.
    #[error("invalid user IDs")]
    InvalidUserIds,
    /// `first`, `last`, `after` and `before` do not make a page.
    #[error("unsupported pagination")]
    UnsupportedPagination,
    /// Something failed that is not the caller's doing. It was logged.
    #[error("unexpected error")]
    Unexpected,
    /// Too many users, addresses and numbers.
    #[error("at most {FILTER_VALUES_MAX} users, addresses and numbers can be asked for at once")]
    TooManyFilterValues,
    /// More records would have to be read than one question may.
    #[error("{0}")]
    TooBroad(String),
    /// The records are more than one answer may hold.
    #[error("an answer holds at most {DATA_BYTES_MAX} bytes of `data`; ask for fewer rows")]
    TooMuchData,
}

/// Why a document is not executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TooLarge {
    /// Of [`PAGES_MAX`].
    #[error("a document asks for `auditLogs` at most {PAGES_MAX} times")]
    Pages,
    /// Of [`NODES_MAX`].
    #[error("a document asks for at most {NODES_MAX} nodes")]
    Nodes,
    /// Of [`FIELDS_MAX`].
    #[error("a document has at most {FIELDS_MAX} fields, those of fragments included")]
    Fields,
    /// Of [`DEPTH_MAX`].
    #[error("a document is nested at most {DEPTH_MAX} deep")]
    Depth,
    /// Of [`SCHEMA_LISTS_MAX`].
    #[error("lists of the schema are nested at most {SCHEMA_LISTS_MAX} deep")]
    SchemaLists,
    /// Of [`SELECTIONS_MAX`].
    #[error("a document has at most {SELECTIONS_MAX} selections, those of fragments included")]
    Selections,
}

impl Refusal {
    /// `errorName` and `reason`; errors of the server have none.
    fn kind(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::InvalidCursor => Some(("Invalid", "InvalidCursor")),
            Self::InvalidUserIds => Some(("Invalid", "Invalid")),
            Self::UnsupportedPagination | Self::TooManyFilterValues => {
                Some(("BadRequest", "InvalidQuery"))
            }
            Self::TooBroad(_) | Self::TooMuchData => Some(("BadRequest", "TooLarge")),
            Self::Unexpected => None,
        }
    }
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::TooBroad { .. } => Self::TooBroad(error.to_string()),
            error => {
                tracing::error!(%error, "events could not be read");
                Self::Unexpected
            }
        }
    }
}

impl IntoFieldError<Leaf> for Refusal {
    fn into_field_error(self) -> FieldError<Leaf> {
        let Some((name, reason)) = self.kind() else {
            return FieldError::new(self, Value::Null);
        };
        let text = |text: &str| Value::scalar(text.to_owned());
        let extensions = [("errorName", text(name)), ("reason", text(reason))];
        FieldError::new(self, Value::Object(Object::from_iter(extensions)))
    }
}
