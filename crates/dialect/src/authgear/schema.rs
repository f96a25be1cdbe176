//! The part of Authgear's schema that is answered here, and what its fields are answered with.
//!
//! - [`leaf`]: what stands at the ends of an answer.
//! - [`activity_type`]: the one long enum.

pub(super) mod activity_type;
pub(super) mod leaf;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use gatelog_meta::{DirectoryEntry, DirectoryKind};
use juniper::{
    EmptyMutation, EmptySubscription, GraphQLEnum, ID, RootNode, graphql_interface, graphql_object,
};

use self::activity_type::ActivityType;
use self::leaf::{AuditLogData, DateTime, Leaf};
use super::global_id::{AUDIT_LOG, USER, cursor, global_id};
use super::limits::DATA_BYTES_MAX;
use super::listing::{self, Listing};
use super::pagination::PageArguments;
use super::question::Question;
use super::refusal::Refusal;
use super::row::Row;
use crate::caller::Caller;

/// The schema, to be asked with a [`Context`].
pub(super) type Schema = RootNode<Query, EmptyMutation<Context>, EmptySubscription<Context>, Leaf>;

/// There is only one.
pub(super) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    RootNode::new_with_scalar_value(Query, EmptyMutation::new(), EmptySubscription::new())
});

/// Who asks, of whom, and how much more they may be told.
#[derive(Debug)]
pub(super) struct Context {
    /// Who asks, and whose events are meant.
    pub(super) caller: Caller,
    data_bytes_left: AtomicU64,
}

impl juniper::Context for Context {}

impl Context {
    /// For one document.
    pub(super) fn new(caller: Caller) -> Self {
        Self { caller, data_bytes_left: AtomicU64::new(DATA_BYTES_MAX) }
    }

    /// What is known of a user. The directory does not say which source a name was learned from,
    /// so a key that is bound to one is not told.
    fn user(&self, id: &str) -> Option<DirectoryEntry> {
        let Caller { principal, tenant } = &self.caller;
        let is_bound = principal.access.source().is_some();
        if is_bound { None } else { tenant.names().get(DirectoryKind::User, id) }
    }

    fn take_data_bytes(&self, count: u64) -> Result<(), Refusal> {
        let take = |left: u64| left.checked_sub(count);
        let taken = self.data_bytes_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.map(drop).map_err(|_| Refusal::TooMuchData)
    }
}

/// `type Query`
#[derive(Clone, Copy, Debug)]
pub(super) struct Query;

#[graphql_object]
#[graphql(context = Context, scalar = Leaf)]
impl Query {
    /// Audit logs.
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    fn audit_logs(
        context: &Context,
        activity_types: Option<Vec<ActivityType>>,
        after: Option<String>,
        before: Option<String>,
        email_addresses: Option<Vec<String>>,
        first: Option<i32>,
        last: Option<i32>,
        phone_numbers: Option<Vec<String>>,
        range_from: Option<DateTime>,
        range_to: Option<DateTime>,
        sort_direction: Option<SortDirection>,
        #[graphql(name = "userIDs")] user_ids: Option<Vec<ID>>,
    ) -> Result<Option<AuditLogConnection>, Refusal> {
        let question = Question {
            activity_types: activity_types.unwrap_or_default(),
            users: Question::users(&user_ids.unwrap_or_default())?,
            recipients: [email_addresses, phone_numbers].into_iter().flatten().flatten().collect(),
            from: range_from.map(|from| from.0),
            to: range_to.map(|to| to.0),
            is_ascending: sort_direction == Some(SortDirection::Ascending),
        };
        let page = PageArguments { after, before, first, last };
        listing::list(context, &question, &page).map(|found| Some(AuditLogConnection(found)))
    }

    /// Whatever has this id: of the types here only audit logs can be fetched.
    #[expect(clippy::needless_pass_by_value, reason = "the library hands arguments over")]
    fn node(context: &Context, id: ID) -> Result<Option<NodeValue>, Refusal> {
        let found = listing::fetch(context, &id)?;
        Ok(found.map(|row| AuditLog(row).into()))
    }

    /// Whatever has these ids, in their order; null for those that are not found.
    #[expect(clippy::needless_pass_by_value, reason = "the library hands arguments over")]
    fn nodes(context: &Context, ids: Vec<ID>) -> Result<Vec<Option<NodeValue>>, Refusal> {
        let fetch = |id: &ID| Ok(listing::fetch(context, id)?.map(|row| AuditLog(row).into()));
        ids.iter().map(fetch).collect()
    }
}

/// `enum SortDirection`
#[derive(Clone, Copy, Debug, PartialEq, Eq, GraphQLEnum)]
#[graphql(scalar = Leaf)]
pub(super) enum SortDirection {
    /// Earliest first.
    #[graphql(name = "ASC")]
    Ascending,
    /// Latest first.
    #[graphql(name = "DESC")]
    Descending,
}

/// `interface Node`
#[expect(dead_code, reason = "the macro makes `NodeValue` of it, which is used")]
#[graphql_interface]
#[graphql(for = [AuditLog, User], context = Context, scalar = Leaf)]
pub(super) trait Node {
    /// Its global id.
    fn id(&self) -> ID;
}

/// `type AuditLogConnection`
#[derive(Debug)]
pub(super) struct AuditLogConnection(Listing);

#[graphql_object]
#[graphql(context = Context, scalar = Leaf)]
impl AuditLogConnection {
    /// The rows of the page.
    fn edges(&self) -> Option<Vec<Option<AuditLogEdge>>> {
        let edge = |(offset, row): (u64, &Row)| Some(AuditLogEdge { row: row.clone(), offset });
        Some((self.0.page.offset..).zip(&self.0.rows).map(edge).collect())
    }

    /// What there is before and after the page.
    fn page_info(&self) -> PageInfo {
        let Listing { page, rows, .. } = &self.0;
        let row_count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let cursor_at = |at: u64| match row_count {
            0 => String::new(),
            _ => cursor(page.offset.saturating_add(at)),
        };
        PageInfo {
            start: cursor_at(0),
            end: cursor_at(row_count.saturating_sub(1)),
            has_previous: page.has_previous(row_count),
            has_next: page.has_next(row_count),
        }
    }

    /// How many rows there are in all, on whatever page.
    fn total_count(&self) -> Option<i32> {
        Some(i32::try_from(self.0.total).unwrap_or(i32::MAX))
    }
}

/// `type AuditLogEdge`
#[derive(Debug)]
pub(super) struct AuditLogEdge {
    row: Row,
    offset: u64,
}

#[graphql_object]
#[graphql(context = Context, scalar = Leaf)]
impl AuditLogEdge {
    /// Where the row stands.
    fn cursor(&self) -> String {
        cursor(self.offset)
    }

    /// The row.
    fn node(&self) -> Option<AuditLog> {
        Some(AuditLog(self.row.clone()))
    }
}

/// `type PageInfo`
#[derive(Debug)]
pub(super) struct PageInfo {
    start: String,
    end: String,
    has_previous: bool,
    has_next: bool,
}

#[graphql_object]
#[graphql(context = Context, scalar = Leaf)]
impl PageInfo {
    /// The cursor of the last row; empty if there is none.
    fn end_cursor(&self) -> Option<&str> {
        Some(&self.end)
    }

    /// Whether the page is full.
    fn has_next_page(&self) -> bool {
        self.has_next
    }

    /// True, unless rows were counted from the end.
    fn has_previous_page(&self) -> bool {
        self.has_previous
    }

    /// The cursor of the first row; empty if there is none.
    fn start_cursor(&self) -> Option<&str> {
        Some(&self.start)
    }
}

/// `type AuditLog`
#[derive(Clone, Debug)]
pub(super) struct AuditLog(Row);

#[graphql_object]
#[graphql(context = Context, scalar = Leaf, impl = NodeValue)]
impl AuditLog {
    /// What happened.
    fn activity_type(&self) -> ActivityType {
        self.0.activity_type
    }

    /// The client it was done with; empty if that is not known.
    #[graphql(name = "clientID")]
    fn client_id(&self) -> Option<&str> {
        Some(&self.0.client_id)
    }

    /// When it happened.
    fn created_at(&self) -> DateTime {
        DateTime(self.0.time)
    }

    /// The event.
    fn data(&self, context: &Context) -> Result<Option<AuditLogData>, Refusal> {
        context.take_data_bytes(self.0.data.byte_count())?;
        Ok(Some(AuditLogData(self.0.data.clone())))
    }

    /// Its global id.
    fn id(&self) -> ID {
        ID::new(global_id(AUDIT_LOG, &self.0.id))
    }

    /// Where it came from; empty if that is not known.
    fn ip_address(&self) -> Option<&str> {
        Some(&self.0.ip)
    }

    /// The user it is about.
    fn user(&self) -> Option<User> {
        self.0.user_id.clone().map(User)
    }

    /// What the client calls itself; empty if that is not known.
    fn user_agent(&self) -> Option<&str> {
        Some(&self.0.user_agent)
    }
}

/// `type User`: as much of it as Authgear's pages about audit logs ask for.
#[derive(Clone, Debug)]
pub(super) struct User(String);

#[graphql_object]
#[graphql(context = Context, scalar = Leaf, impl = NodeValue)]
impl User {
    /// What the user signs in with, as far as events or the directory told.
    #[graphql(name = "endUserAccountID")]
    fn end_user_account_id(&self, context: &Context) -> Option<String> {
        Some(context.user(&self.0)?.identifier).filter(|identifier| !identifier.is_empty())
    }

    /// What people call the user, as far as events or the directory told.
    fn formatted_name(&self, context: &Context) -> Option<String> {
        Some(context.user(&self.0)?.name).filter(|name| !name.is_empty())
    }

    /// Its global id.
    fn id(&self) -> ID {
        ID::new(global_id(USER, &self.0))
    }
}
