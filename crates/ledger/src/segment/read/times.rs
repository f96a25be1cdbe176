//! When a segment's rows happened and arrived.

use std::sync::Arc;

use bytes::Bytes;
use gatelog_event::time::UnixMicros;

use crate::codec::bytes::{Malformed, Take, small};
use crate::codec::packed::Packed;

/// The times of a segment's rows, ascending.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    pub(super) packed: Arc<Packed>,
    pub(super) time_min: i64,
}

impl Times {
    pub(crate) fn get(&self, row: u32) -> UnixMicros {
        let distance = self.packed.get(row as usize);
        UnixMicros::clamped(self.time_min.wrapping_add_unsigned(distance))
    }

    /// The first row that is not earlier than `time`.
    pub(crate) fn first_not_before(&self, time: UnixMicros) -> u32 {
        let distance = time.micros().saturating_sub(self.time_min);
        u64::try_from(distance).map_or(0, |distance| small(self.packed.partition_point(distance)))
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
