//! When a segment's rows happened and arrived.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use gatelog_event::time::UnixMicros;

use super::Segment;
use crate::cache::Cached;
use crate::codec::ascending::Ascending;
use crate::codec::bytes::{Malformed, Take, small};
use crate::codec::packed::Packed;
use crate::error::Result;
use crate::row::Column;
use crate::segment::layout::PartKind;

/// The times of a segment's rows, ascending.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    distances: Distances,
    time_min: i64,
}

/// How far each is from the earliest.
#[derive(Clone, Debug)]
enum Distances {
    Ascending(Arc<Ascending>),
    /// Before version 3.
    Packed(Arc<Packed>),
}

impl Segment {
    /// The time each row is ordered by.
    pub(crate) fn times(&self) -> Result<Times> {
        let piece = self.piece(PartKind::AscendingTimes, Column::Kind, |bytes| {
            Ascending::open(bytes).map(|times| Cached::Ascending(Arc::new(times)))
        })?;
        let distances = match piece {
            Some(Cached::Ascending(times)) => Distances::Ascending(times),
            _ => {
                let packed = self.packed(PartKind::Times, Column::Kind)?;
                Distances::Packed(packed.ok_or_else(|| self.missing("times"))?)
            }
        };
        Ok(Times { distances, time_min: self.summary().time_min.micros() })
    }

    /// The rows of a second, which lies within the segment's time range. Mostly there are none, and
    /// that is known from the last second without rows.
    pub(crate) fn rows_of_second(&self, second: i64) -> Result<Range<u32>> {
        let first_second = self.summary().time_min.seconds_floor();
        let from_first = |second: i64| u32::try_from(second - first_second).ok();
        if from_first(second).is_some_and(|second| self.last_gap.has(second)) {
            return Ok(0..0);
        }
        let start = |second: i64| UnixMicros::clamped(second.saturating_mul(1_000_000));
        let times = self.times()?;
        let from = times.first_not_before(start(second));
        let next = times.get(from).seconds_floor();
        if next == second && from < self.row_count() {
            return Ok(from..times.first_not_before(start(second + 1)));
        }
        // A row is after the second, as it is within the range, and one before it.
        let before = from.checked_sub(1).map(|row| times.get(row).seconds_floor() + 1);
        if let (Some(before), Some(next)) = (before.and_then(from_first), from_first(next)) {
            self.last_gap.note(&(before..next));
        }
        Ok(0..0)
    }
}

impl Times {
    pub(crate) fn get(&self, row: u32) -> UnixMicros {
        let distance = match &self.distances {
            Distances::Ascending(times) => times.get(row as usize),
            Distances::Packed(times) => times.get(row as usize),
        };
        UnixMicros::clamped(self.time_min.wrapping_add_unsigned(distance))
    }

    /// The first row that is not earlier than `time`.
    pub(crate) fn first_not_before(&self, time: UnixMicros) -> u32 {
        let distance = time.micros().saturating_sub(self.time_min);
        u64::try_from(distance).map_or(0, |distance| {
            small(match &self.distances {
                Distances::Ascending(times) => times.partition_point(distance),
                Distances::Packed(times) => times.partition_point(distance),
            })
        })
    }
}

/// When a segment's rows arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    earliest: i64,
    packed: Packed,
}

impl Arrivals {
    pub(super) fn open(bytes: &Bytes) -> std::result::Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let earliest = take.i64()?;
        Ok(Self { earliest, packed: Packed::open(bytes.slice(take.position()..))? })
    }

    /// When a row arrived.
    pub(crate) fn get(&self, row: u32) -> UnixMicros {
        let distance = self.packed.get(row as usize);
        UnixMicros::clamped(self.earliest.wrapping_add_unsigned(distance))
    }
}
