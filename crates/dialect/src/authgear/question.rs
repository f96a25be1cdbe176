//! What `auditLogs` asks for, as a question for the ledger.

use std::borrow::Cow;

use gatelog_event::time::UnixMicros;
use gatelog_query::{Field, Filter, Order, Query};
use juniper::ID;

use super::global_id::{GlobalId, USER};
use super::limits::FILTER_VALUES_MAX;
use super::parties::{recipient_is_one_of, user_is_one_of};
use super::refusal::Refusal;
use super::schema::activity_type::{ActivityType, is_one_of, is_shown};

/// Which rows, and in which order.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// One of these; empty means all that the schema knows.
    pub(super) activity_types: Vec<ActivityType>,
    /// About one of these users, or for one of the recipients; empty means anybody.
    pub(super) users: Vec<String>,
    /// Addresses and numbers of messages.
    pub(super) recipients: Vec<String>,
    /// The earliest time, inclusive.
    pub(super) from: Option<UnixMicros>,
    /// The first time that is too late.
    pub(super) to: Option<UnixMicros>,
    /// Whether the earliest rows come first.
    pub(super) is_ascending: bool,
}

impl Question {
    /// The users in global ids.
    ///
    /// # Errors
    /// [`Refusal::InvalidUserIds`] if one of them is something else.
    pub(super) fn users(ids: &[ID]) -> Result<Vec<String>, Refusal> {
        let user = |id: &ID| GlobalId::read_of(USER, id).ok_or(Refusal::InvalidUserIds);
        ids.iter().map(user).collect()
    }

    /// The question for the ledger.
    ///
    /// # Errors
    /// [`Refusal::TooManyFilterValues`].
    pub(super) fn query(&self) -> Result<Query, Refusal> {
        if self.users.len() + self.recipients.len() > FILTER_VALUES_MAX {
            return Err(Refusal::TooManyFilterValues);
        }
        let types = match &*self.activity_types {
            [] => is_shown(),
            asked => is_one_of(asked),
        };
        Ok(Query {
            filter: self.concerns().and(types),
            from: self.from,
            to: self.to,
            order: if self.is_ascending { Order::OldestFirst } else { Order::NewestFirst },
        })
    }

    fn concerns(&self) -> Filter {
        let users = (!self.users.is_empty()).then(|| user_is_one_of(&self.users));
        let recipients =
            (!self.recipients.is_empty()).then(|| recipient_is_one_of(&self.recipients));
        let parts: Vec<Filter> = [users, recipients].into_iter().flatten().collect();
        if parts.is_empty() { Filter::All } else { Filter::Or(parts) }
    }

    /// How the read is recorded: our own names for what was asked, the event types last, as there
    /// may be many of them.
    pub(super) fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let time = |name, time: Option<UnixMicros>| Some((name, Cow::Owned(time?.to_string())));
        let mut pairs: Vec<(&'static str, Cow<'_, str>)> = Vec::new();
        pairs.extend(self.users.iter().map(|user| ("user", Cow::Borrowed(&**user))));
        pairs.extend(self.recipients.iter().map(|it| ("target", Cow::Borrowed(&**it))));
        pairs.extend(time("from", self.from));
        pairs.extend(time("to", self.to));
        pairs.extend(self.is_ascending.then_some(("sort", Cow::Borrowed("asc"))));
        pairs.extend(self.activity_types.iter().map(|it| ("type", Cow::Borrowed(it.name()))));
        pairs
    }
}

/// The question for the one row with this id.
pub(super) fn by_id(id: &str) -> Query {
    Query::new(Filter::equals(Field::Id, id).and(is_shown()))
}
