//! Is this event here already?
//!
//! An event is the same as another when source, id and time agree, the time to the second. A
//! native event without a time is the same as another one with its id within 7 days of arrival.
//! The first one is kept; another with the same identity and other content is a conflict.

use std::ops::Range;

use bytes::Bytes;
use gatelog_event::json::Document;
use gatelog_event::limits::TIMELESS_DUPLICATE_MICROS;
use gatelog_event::mapping;
use gatelog_event::time::UnixMicros;
use roaring::RoaringBitmap;

use crate::error::Result;
use crate::memtable::{MemTable, NewRow};
use crate::row::{Column, Identity, StoredEvent, fingerprint};
use crate::segment::Segment;
use crate::segment::tokens::records::value_hashes;

/// The record of the row of `table` that is the same event as `row`.
pub(crate) fn in_table(table: &MemTable, row: &NewRow) -> Option<Bytes> {
    table.same_event(row).map(|same| same.record.clone())
}

/// The record of the event in `segment` that is the same as `row`.
///
/// An event whose time is known can only stand among the rows of its second, unless the segment
/// holds rows that were ahead of their arrival. So the usual answer costs a few comparisons or a
/// binary search, and a look at the tokens if the second has rows.
///
/// # Errors
/// [`crate::Error::Corrupt`] or [`crate::Error::Io`].
pub(crate) fn in_segment(segment: &Segment, row: &NewRow) -> Result<Option<Bytes>> {
    let rows = rows_that_may_be(segment, row)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let identity = row.identity();
    for candidate in candidates(segment, rows, &row.id)? {
        let event = segment.event(candidate)?;
        if identity.same(&stored_identity(&event)) {
            return Ok(Some(event.record));
        }
    }
    Ok(None)
}

/// The rows of a segment among which one that is the same event can only be, by its time.
fn rows_that_may_be(segment: &Segment, row: &NewRow) -> Result<Range<u32>> {
    let summary = segment.summary();
    if row.flags.time_is_ahead() || summary.ahead_count > 0 {
        // The one that was kept may be ordered by an arrival that is not known.
        return Ok(0..summary.row_count);
    }
    if row.flags.time_is_arrival() {
        let from = row.received.saturating_add(-TIMELESS_DUPLICATE_MICROS);
        return match summary.time_max < from {
            true => Ok(0..0),
            false => Ok(segment.times()?.first_not_before(from)..summary.row_count),
        };
    }
    let second = row.stated_time.seconds_floor();
    let seconds = summary.time_min.seconds_floor()..=summary.time_max.seconds_floor();
    if seconds.contains(&second) { segment.rows_of_second(second) } else { Ok(0..0) }
}

/// Those of some rows that may have an id.
fn candidates(segment: &Segment, rows: Range<u32>, id: &str) -> Result<RoaringBitmap> {
    let Some(words) = segment.words()? else {
        let Some(fingerprints) = segment.fingerprints(Column::Id)? else {
            return Ok(RoaringBitmap::new());
        };
        let wanted = fingerprint(id).to_le_bytes();
        let has_it = |row: &u32| {
            let start = *row as usize * 2;
            fingerprints.get(start..start + 2) == Some(&wanted)
        };
        return Ok(rows.filter(has_it).collect());
    };
    let mut candidates = words.rows(&value_hashes(id))?;
    candidates.remove_range(..rows.start);
    candidates.remove_range(rows.end..);
    Ok(candidates)
}

fn stored_identity(event: &StoredEvent) -> Identity<'_> {
    Identity {
        source: event.source,
        id: &event.id,
        time: stated_time(event).unwrap_or(event.position.time),
        received: event.received,
        time_is_arrival: event.flags.time_is_arrival(),
    }
}

/// The time a record states, where it is not the one the event is ordered by.
pub(crate) fn stated_time(event: &StoredEvent) -> Option<UnixMicros> {
    if !event.flags.time_is_ahead() {
        return None;
    }
    let document = Document::parse(&event.record).ok()?;
    mapping::map(event.format, &document).ok()?.time
}
