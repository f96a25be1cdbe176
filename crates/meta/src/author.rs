//! Who changes something here.

use gatelog_event::fields::Party;
use gatelog_event::time::UnixMicros;

/// Who changes something, and when. It is recorded together with the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who it is.
    pub by: Author,
    /// The time now.
    pub time: UnixMicros,
}

/// Somebody who may change what is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Whoever runs a command on the data directory: an account of the operating system.
    Operator {
        /// The account's number.
        uid: u32,
        /// The account's name, if it has one.
        account: Option<String>,
        /// The machine's name.
        host: String,
    },
    /// A user of the console, by name.
    User(String),
}

impl Author {
    /// What sort of author it is: `operator` or `user`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Operator { .. } => "operator",
            Self::User(_) => "user",
        }
    }

    /// What tells it from others.
    pub fn id(&self) -> String {
        match self {
            Self::Operator { uid, host, .. } => format!("uid:{uid}@{host}"),
            Self::User(name) => user_id(name),
        }
    }

    /// What people call it.
    pub fn name(&self) -> String {
        match self {
            Self::Operator { account: Some(account), host, .. } => format!("{account}@{host}"),
            Self::Operator { account: None, .. } => self.id(),
            Self::User(name) => name.clone(),
        }
    }

    /// The server itself, of what nobody did.
    pub(crate) fn system() -> Party<'static> {
        Party { kind: Some("system".into()), id: Some("gatelog".into()), ..Party::default() }
    }

    /// As the actor of an event.
    pub(crate) fn to_party(&self) -> Party<'static> {
        let (id, name) = (Some(self.id().into()), Some(self.name().into()));
        Party { kind: Some(self.kind().into()), id, name, identifier: None }
    }
}

/// The id by which a user of the console is named as somebody who does something.
pub fn user_id(name: &str) -> String {
    format!("user:{name}")
}
