//! The events that match a question, found once for as many answers as are wanted of them.

use std::sync::Arc;

use gatelog_event::fields::IndexedField;
use gatelog_event::time::UnixMicros;
use gatelog_query::{Derivation, Field, Filter, Grouping, Order, Query};

use super::actors::{self, ActorSummary};
use super::counts::{self, Counted, Facet, KindCount, ValueCount};
use super::glimpse::{Glimpse, glimpse};
use super::groups::GroupedBy;
use super::histogram::{self, CountedBy, Histogram};
use super::page::{Page, PageStart, Reading, page};
use super::plan::Plan;
use super::run::{Run, runs};
use super::scan::Budget;
use crate::error::Result;
use crate::tenant::View;

/// The events that match a question, as they were when it was asked, however long its answers
/// take. Every answer is exact; each may read from disk.
#[derive(Debug)]
pub struct Matches {
    runs: Arc<[Run]>,
    derivation: Arc<dyn Derivation>,
    counted: Counted,
    budget: Budget,
}

impl Matches {
    pub(crate) fn find(
        view: &View,
        derivation: &Arc<dyn Derivation>,
        query: &Query,
    ) -> Result<Self> {
        let budget = Budget::new();
        let runs = runs(view, derivation, query, &budget)?.into();
        let (derivation, counted) = (Arc::clone(derivation), Counted::default());
        Ok(Self { runs, derivation, counted, budget })
    }

    /// Those of them that match a filter as well: what arrived since the question was asked is not
    /// among them. Only rows that match already are looked at.
    ///
    /// # Errors
    /// As [`Matches::histogram`].
    pub fn among(&self, filter: &Filter) -> Result<Self> {
        let (plan, budget) = (Plan::new(filter, &self.derivation), Budget::new());
        let found = self.runs.iter().filter_map(|run| run.among(&plan, &budget).transpose());
        let runs = found.collect::<Result<Vec<_>>>()?.into();
        let (derivation, counted) = (Arc::clone(&self.derivation), Counted::default());
        Ok(Self { runs, derivation, counted, budget })
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.runs.iter().map(Run::len).sum()
    }

    /// How many records were read one by one so far, because no index answered.
    pub(crate) fn records_read(&self) -> u64 {
        self.budget.spent()
    }

    /// One page of them, of `limit` events at most. It is shorter, though not the last, where that
    /// many records would be more than [`crate::limits::PAGE_BYTES_MAX`].
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] with file and offset, [`crate::Error::Io`].
    pub fn page(&self, order: Order, start: PageStart, limit: usize) -> Result<Page> {
        page(&self.runs, order, start, limit)
    }

    /// All of them from `start` on, to be taken one handful after the other.
    ///
    /// # Errors
    /// As [`Matches::page`].
    pub fn read(&self, order: Order, start: PageStart) -> Result<Reading> {
        Reading::open(&self.runs, order, start)
    }

    /// The times of the earliest and the latest; `None` if there are none.
    ///
    /// # Errors
    /// As [`Matches::page`].
    pub fn extent(&self) -> Result<Option<(UnixMicros, UnixMicros)>> {
        histogram::extent(&self.runs)
    }

    /// Counts them from each of `starts`, which ascend, to the next; the last bucket ends with the
    /// question. Those before the first start are in no bucket. Starts past
    /// [`crate::limits::HISTOGRAM_BUCKETS_MAX`] are cut.
    ///
    /// # Errors
    /// As [`Matches::page`]; [`crate::Error::TooBroad`] and [`crate::Error::TooManyValues`] of what
    /// is counted apart.
    pub fn histogram(&self, starts: &[UnixMicros], by: Option<&CountedBy>) -> Result<Histogram> {
        histogram::histogram(&self.counted, &self.runs, starts, by, &*self.derivation, &self.budget)
    }

    /// The most frequent values of a grouping, `limit` at most.
    ///
    /// # Errors
    /// As [`Matches::histogram`].
    pub fn facet(&self, grouping: &Grouping, limit: usize) -> Result<Facet> {
        let by = GroupedBy { grouping, derivation: &*self.derivation };
        counts::facet(&self.counted, &self.runs, by, limit, &self.budget)
    }

    /// Counts beforehand, and side by side, what facets of several groupings will need.
    ///
    /// # Errors
    /// As [`Matches::page`].
    pub fn count_ahead(&self, groupings: &[Grouping]) -> Result<()> {
        self.counted.ahead(&self.runs, groupings)
    }

    /// The most frequent values of an indexed field, `limit` at most.
    ///
    /// # Errors
    /// As [`Matches::facet`].
    pub fn values(&self, field: IndexedField, limit: usize) -> Result<Vec<ValueCount>> {
        Ok(self.facet(&Grouping::Field(Field::Indexed(field)), limit)?.values)
    }

    /// Counts by source, type and result, most first.
    ///
    /// # Errors
    /// As [`Matches::facet`].
    pub fn kinds(&self) -> Result<Vec<KindCount>> {
        counts::kinds(&self.counted, &self.runs)
    }

    /// Hands the newest of them, `limit` at most, to `visit`, newest first, as far as columns tell
    /// of them; `fields` are those that it may ask for. An index has all but session and
    /// interaction: of events that have one, the record is read if it is asked for.
    ///
    /// # Errors
    /// As [`Matches::page`], or those of `visit`.
    pub fn glimpse(
        &self,
        fields: &[IndexedField],
        limit: usize,
        visit: impl FnMut(Glimpse<'_>) -> Result<()>,
    ) -> Result<()> {
        glimpse(&self.runs, fields, limit, visit)
    }

    /// Every actor of them, in no order.
    ///
    /// # Errors
    /// As [`Matches::page`].
    pub fn actors(&self) -> Result<Vec<ActorSummary>> {
        actors::actors(&self.runs)
    }
}
