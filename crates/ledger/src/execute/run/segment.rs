//! Matching rows of a segment.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use gatelog_event::time::UnixMicros;
use gatelog_query::Query;

use super::row_set::{Form, RowSet};
use crate::error::Result;
use crate::execute::evaluate::evaluate;
use crate::execute::plan::Plan;
use crate::execute::rows::Rows;
use crate::execute::scan::Budget;
use crate::row::Position;
use crate::segment::Segment;

/// Matching rows of a segment, which stand in the order of time. How many there are is often known
/// without knowing which: that is looked up when it is needed.
#[derive(Debug)]
pub(crate) struct SegmentRun {
    segment: Arc<Segment>,
    /// Matching rows, others besides those of the range included.
    matching: Rows,
    /// The rows of the asked time.
    range: Range<u32>,
    len: u64,
    rows: OnceLock<RowSet>,
}

impl SegmentRun {
    /// `None` if no row matches.
    pub(super) fn find(
        segment: &Arc<Segment>,
        query: &Query,
        plan: &Plan,
        budget: &Budget,
    ) -> Result<Option<Self>> {
        let bound = |time: Option<UnixMicros>| time.map(UnixMicros::micros);
        let (start, end) = segment.rows_between(bound(query.from), bound(query.to))?;
        // A range that ends before it begins is empty.
        let range = start..end.max(start);
        let row_count = segment.row_count();
        let within = Rows::range(range.clone(), row_count);
        let matching = evaluate(&**segment, plan, &within, budget)?;
        Self::found(segment, matching, range)
    }

    /// Those of its rows that match `plan` as well; `None` if there are none.
    pub(super) fn among(&self, plan: &Plan, budget: &Budget) -> Result<Option<Self>> {
        let segment = &*self.segment;
        let within = Rows::range(self.range.clone(), segment.row_count());
        let within = within.intersect(&self.matching, segment)?;
        let found = evaluate(segment, plan, &within, budget)?.intersect(&self.matching, segment)?;
        Self::found(&self.segment, found, self.range.clone())
    }

    fn found(segment: &Arc<Segment>, matching: Rows, range: Range<u32>) -> Result<Option<Self>> {
        if range.is_empty() || matching.is_empty() {
            return Ok(None);
        }
        let (segment, row_count) = (Arc::clone(segment), segment.row_count());
        let mut run = Self { segment, matching, range, len: 0, rows: OnceLock::new() };
        run.len = match &run.matching {
            Rows::Values(rows) if run.range == (0..row_count) => rows.count,
            _ => run.rows()?.count_in(run.range.clone()),
        };
        Ok(Some(run).filter(|run| run.len > 0))
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn segment(&self) -> &Segment {
        &self.segment
    }

    /// Times between which all rows lie.
    pub(crate) fn time_bounds(&self) -> (UnixMicros, UnixMicros) {
        (self.segment.summary().time_min, self.segment.summary().time_max)
    }

    /// The rows of the asked time.
    pub(crate) fn range(&self) -> Range<u32> {
        self.range.clone()
    }

    /// Which rows they are.
    pub(crate) fn rows(&self) -> Result<&RowSet> {
        if let Some(rows) = self.rows.get() {
            return Ok(rows);
        }
        let form = match self.matching.clone().resolved(&*self.segment)? {
            Rows::Only(rows) => Form::Only(rows),
            Rows::Except(rows) => Form::Except(rows),
            Rows::All | Rows::Values(_) => Form::All,
        };
        Ok(self.rows.get_or_init(|| RowSet { range: self.range.clone(), form }))
    }

    /// The first row of the range that is not earlier than `time`.
    pub(super) fn place(&self, time: UnixMicros) -> Result<u32> {
        let (row, _) = self.segment.rows_between(Some(time.micros()), None)?;
        Ok(row.clamp(self.range.start, self.range.end))
    }

    pub(super) fn rank(&self, position: Position) -> Result<u64> {
        Ok(self.rows()?.count_in(0..self.segment.rows_before(position)?))
    }

    pub(super) fn last_before(&self, boundary: Option<Position>) -> Result<Option<u32>> {
        let end = match boundary {
            Some(boundary) => self.segment.rows_before(boundary)?,
            None => self.range.end,
        };
        Ok(self.rows()?.last_before(end))
    }

    pub(super) fn first_from(&self, boundary: Option<Position>) -> Result<Option<u32>> {
        let start = match boundary {
            Some(boundary) => self.segment.rows_before(boundary)?,
            None => self.range.start,
        };
        Ok(self.rows()?.first_from(start))
    }
}
