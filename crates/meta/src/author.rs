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
    /// As the actor of an event.
    pub(crate) fn into_party(self) -> Party<'static> {
        let (kind, id, name) = match self {
            Self::Operator { uid, account, host } => {
                let id = format!("uid:{uid}@{host}");
                let name =
                    account.map_or_else(|| id.clone(), |account| format!("{account}@{host}"));
                ("operator", id, name)
            }
            Self::User(name) => ("user", user_id(&name), name),
        };
        let (kind, id, name) = (Some(kind.into()), Some(id.into()), Some(name.into()));
        Party { kind, id, name, identifier: None }
    }
}

/// The id by which a user of the console is named as somebody who does something.
pub fn user_id(name: &str) -> String {
    format!("user:{name}")
}
