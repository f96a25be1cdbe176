//! Questions put to the ledger, and the rows it answers with.

use gatelog_ledger::{Page as LedgerPage, PageStart};
use gatelog_query::Query;

use super::global_id::{AUDIT_LOG, GlobalId};
use super::pagination::{Page, PageArguments};
use super::question::{Question, by_id};
use super::refusal::Refusal;
use super::row::Row;
use super::schema::Context;
use crate::caller::Caller;

/// How reads are recorded.
pub(super) const ROUTE: &str = "POST /_api/admin/graphql";

/// One page of rows.
#[derive(Debug)]
pub(super) struct Listing {
    /// Which page.
    pub(super) page: Page,
    /// Its rows.
    pub(super) rows: Vec<Row>,
    /// How many rows there are on all pages.
    pub(super) total: u64,
}

/// The rows that are asked for. May read from disk.
///
/// # Errors
/// [`Refusal`].
pub(super) fn list(
    context: &Context,
    question: &Question,
    arguments: &PageArguments,
) -> Result<Listing, Refusal> {
    let page = Page::read(arguments)?;
    let query = question.query()?;
    let asked = question.pairs();
    let asked = asked.iter().map(|(name, value)| (*name, &**value));
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let found = read(context, asked, query, (PageStart::Offset(page.offset), limit))?;
    let rows = found.events.iter().map(Row::read).collect::<Result<_, _>>()?;
    Ok(Listing { page, rows, total: found.total })
}

/// The row with this global id, if there is one. May read from disk.
///
/// # Errors
/// [`Refusal`].
pub(super) fn fetch(context: &Context, global_id: &str) -> Result<Option<Row>, Refusal> {
    let Some(id) = GlobalId::read_of(AUDIT_LOG, global_id) else { return Ok(None) };
    let found = read(context, [("id", id.as_str())], by_id(&id), (PageStart::First, 1))?;
    found.events.first().map(Row::read).transpose()
}

/// Reads a page, as far as the caller may, and notes that it was read.
fn read<'a>(
    context: &Context,
    asked: impl IntoIterator<Item = (&'a str, &'a str)>,
    query: Query,
    (start, limit): (PageStart, usize),
) -> Result<LedgerPage, Refusal> {
    let Caller { principal, tenant } = &context.caller;
    let query = Query { filter: context.caller.readable(query.filter), ..query };
    let reading = tenant.begin_read(principal, ROUTE, asked);
    let found = tenant.ledger().page(&query, start, limit)?;
    reading.returned(found.events.len());
    Ok(found)
}
