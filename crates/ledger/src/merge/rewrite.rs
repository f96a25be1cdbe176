//! Small segments are written again as one.
//!
//! Their rows become a memtable, which is sealed as any other. The hashes of the proof, computed
//! anew from the rows, have to be those that the old segments have: what was changed on disk is
//! found out, never sealed again.

use std::path::Path;
use std::sync::Arc;

use gatelog_event::intake::AcceptedEvent;
use gatelog_proof::tree::BUNDLE_ENTRIES;

use crate::cache::SegmentCache;
use crate::commitments::committed_events;
use crate::duplicate::stated_time;
use crate::error::{Error, Result};
use crate::files::FileSystem;
use crate::manifest::SegmentFile;
use crate::memtable::{MemTable, NewRow};
use crate::row::StoredEvent;
use crate::segment::Segment;
use crate::segment::write::write_segment;
use crate::tenant::Tenant;

/// What is read is read once, but blocks have many rows. In bytes.
const CACHE_BYTES: u64 = 4 << 20;

/// Writes segments that follow one another as one to `path`, durably. O(rows), all of which are in
/// memory meanwhile.
///
/// # Errors
/// [`Error::Corrupt`] when a source is not as it was written, [`Error::Io`], [`Error::DiskFull`];
/// nothing is then at `path`.
pub(super) fn rewrite(
    files: &dyn FileSystem,
    path: &Path,
    tenant: &Tenant,
    sources: &[Arc<Segment>],
) -> Result<SegmentFile> {
    let cache = Arc::new(SegmentCache::new(CACHE_BYTES));
    let (Some(first), Some(last)) = (sources.first(), sources.last()) else {
        return Err(Error::corrupt(path, 0, "a segment needs at least one row"));
    };
    let first_seq = first.summary().first_seq;
    let seeds = tenant.seeds(first_seq..last.summary().end_seq())?;
    let mut table = MemTable::new(first_seq, None);
    table.append(Vec::new(), "", seeds.clone());
    for source in sources {
        let before = source.summary().first_seq / BUNDLE_ENTRIES - first_seq / BUNDLE_ENTRIES;
        let before = usize::try_from(before).unwrap_or(usize::MAX);
        let source = source.through(Arc::clone(&cache));
        for event in committed_events(&source, seeds.get(before..).unwrap_or_default())? {
            let submitter = event.submitter.clone();
            table.append(vec![new_row(event, &source)?], &submitter, Vec::new());
        }
    }
    write_segment(files, path, &table)
}

fn new_row(event: StoredEvent, source: &Segment) -> Result<NewRow> {
    let time = stated_time(&event).unwrap_or(event.position.time);
    let time_is_arrival = event.flags.time_is_arrival();
    let unreadable = |_| Error::corrupt(source.path(), 0, "a record is not the event it was");
    let StoredEvent { format, id, record, .. } = event;
    let accepted = AcceptedEvent::from_stored(format, &record, id, time, time_is_arrival);
    Ok(NewRow::new(accepted.map_err(unreadable)?, event.received))
}
