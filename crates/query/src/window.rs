//! Time range and order.

use gatelog_event::time::UnixMicros;

use crate::field::Measure;
use crate::filter::{Bounds, Filter};

/// The order of a page. Events of the same time stand in the order of their sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Latest first.
    #[default]
    NewestFirst,
    /// Earliest first.
    OldestFirst,
}

/// Which events are asked for, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What they must be.
    pub filter: Filter,
    /// The earliest time, inclusive.
    pub from: Option<UnixMicros>,
    /// The first time that is too late.
    pub to: Option<UnixMicros>,
    /// The order in which they are returned.
    pub order: Order,
}

impl Query {
    /// Everything that matches `filter`, newest first.
    pub fn new(filter: Filter) -> Self {
        Self { filter, from: None, to: None, order: Order::NewestFirst }
    }

    /// The filter, with the times as part of it.
    pub fn into_filter(self) -> Filter {
        let Self { filter, from, to, .. } = self;
        let bounds = Bounds { from: from.map(UnixMicros::micros), to: to.map(UnixMicros::micros) };
        match bounds {
            Bounds { from: None, to: None } => filter,
            bounds => filter.and(Filter::Range(Measure::Time, bounds)),
        }
    }

    /// Whether `time` lies in the asked range.
    pub fn covers(&self, time: UnixMicros) -> bool {
        self.from.is_none_or(|from| from <= time) && self.to.is_none_or(|to| time < to)
    }
}
