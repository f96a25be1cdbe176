//! How a question is answered, and what that took.

use std::sync::Arc;

use gatelog_query::{Derivation, Filter, Query};

use super::access::{Access, access};
use super::matches::Matches;
use super::run::may_cover;
use crate::error::Result;
use crate::tenant::View;

/// How a question was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Every condition, in the order of the question, and how it is answered.
    pub conditions: Vec<(Filter, Access)>,
    /// Segments that had to be looked at.
    pub segments: usize,
    /// Segments whose times ruled them out.
    pub segments_skipped: usize,
    /// Parts in memory that had to be looked at.
    pub tables: usize,
    /// Records that were read one by one to decide whether they match.
    pub records_read: u64,
    /// How many events match.
    pub total: u64,
}

impl Access {
    /// How a filter would be answered, without answering it: by the way of the condition that
    /// costs most.
    pub fn of(filter: &Filter) -> Self {
        access(filter)
    }

    /// Whether a filter may have many records read: where no index answers, and for words, which
    /// events that are not in a segment yet have no index of.
    pub fn is_scan(filter: &Filter) -> bool {
        let is_of_record = |condition: &&Filter| matches!(condition, Filter::Record(_));
        access(filter) == Self::Records || filter.conditions().iter().any(is_of_record)
    }
}

/// Answers a question and tells how.
pub(crate) fn explain(
    view: &View,
    derivation: &Arc<dyn Derivation>,
    query: &Query,
) -> Result<Explanation> {
    let matches = Matches::find(view, derivation, query)?;
    let segments = view.segments.iter().filter(|segment| may_cover(segment, query)).count();
    let conditions = query.filter.conditions().into_iter();
    let conditions = conditions.map(|filter| (filter.clone(), access(filter))).collect();
    Ok(Explanation {
        conditions,
        segments,
        segments_skipped: view.segments.len() - segments,
        tables: view.tables.len(),
        records_read: matches.records_read(),
        total: matches.total(),
    })
}
