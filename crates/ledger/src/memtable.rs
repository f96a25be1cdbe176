//! Events that are durable in the log but not in a segment yet: searchable at once.
//!
//! A memtable holds a contiguous run of one tenant's sequences in the order they arrived (row =
//! seq - first_seq), with the same columns as a segment: a dictionary per column, a code per row.
//! Every question asks for kinds, so of these there is a bitmap of rows each. It is written by the single writer only and read under a lock that
//! is held for the length of one evaluation in memory, never across I/O.
//!
//! - [`mod@column`]: the values of one column.
//! - [`positions`]: where values are, found by their hashes.

mod column;
pub(crate) mod positions;

use bytes::Bytes;
use gatelog_event::fields::Outcome;
use gatelog_event::intake::{AcceptedEvent, IndexedValues};
use gatelog_event::limits::FUTURE_TIME_MICROS_MAX;
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;
use gatelog_proof::commitment::Committed;
use gatelog_proof::salt::Seed;
use roaring::RoaringBitmap;

pub(crate) use self::column::MemColumn;
use self::positions::{Positions, ValueHash};
use crate::commitments::LeafEvent;
use crate::row::{
    Column, Identity, KindKey, Position, RowFlags, Sequence, StoredEvent, fingerprint,
};

/// An event with everything the ledger added to it.
#[derive(Clone, Debug)]
pub(crate) struct NewRow {
    pub(crate) id: Box<str>,
    pub(crate) id_hash: ValueHash,
    pub(crate) source: Source,
    pub(crate) format: Format,
    pub(crate) event_type: Box<str>,
    pub(crate) result: Outcome,
    /// The time the record states, or that of arrival.
    pub(crate) stated_time: UnixMicros,
    /// The time it is ordered by.
    pub(crate) time: UnixMicros,
    pub(crate) received: UnixMicros,
    pub(crate) flags: RowFlags,
    pub(crate) index: IndexedValues,
    pub(crate) record: Bytes,
}

impl NewRow {
    /// Decides what an event is ordered by; see [`FUTURE_TIME_MICROS_MAX`].
    pub(crate) fn new(event: AcceptedEvent, received: UnixMicros) -> Self {
        let is_ahead = event.time > received.saturating_add(FUTURE_TIME_MICROS_MAX);
        Self {
            id_hash: ValueHash::of(event.id.as_bytes()),
            id: event.id,
            source: event.source,
            format: event.format,
            event_type: event.event_type,
            result: event.result,
            stated_time: event.time,
            time: if is_ahead { received } else { event.time },
            received,
            flags: RowFlags::new(event.id_is_derived, event.time_is_arrival, is_ahead),
            index: event.index,
            record: event.record.into(),
        }
    }

    /// What makes it the same event as another.
    pub(crate) fn identity(&self) -> Identity<'_> {
        Identity {
            source: self.source,
            id: &self.id,
            time: self.stated_time,
            received: self.received,
            time_is_arrival: self.flags.time_is_arrival(),
        }
    }
}

/// The rows of a memtable.
#[derive(Debug)]
pub(crate) struct MemTable {
    first_seq: Sequence,
    rows: Vec<NewRow>,
    columns: [MemColumn; Column::DICTIONARIES.len()],
    /// Of each value of the kind column.
    rows_by_kind: Vec<RoaringBitmap>,
    fingerprints: [Vec<u16>; Column::WITHOUT_DICTIONARY.len()],
    /// Rows by (time, seq).
    by_time: Vec<u32>,
    /// Rows by id.
    by_id: Positions<u32>,
    /// The seeds of all bundles the rows lie in, in order.
    seeds: Vec<Seed>,
    byte_count: u64,
}

impl MemTable {
    /// An empty memtable. `current_seed` is that of the bundle `first_seq` lies in, if the bundle
    /// was begun before.
    pub(crate) fn new(first_seq: Sequence, current_seed: Option<Seed>) -> Self {
        Self {
            first_seq,
            rows: Vec::new(),
            columns: Default::default(),
            rows_by_kind: Vec::new(),
            fingerprints: Default::default(),
            by_time: Vec::new(),
            by_id: Positions::default(),
            seeds: current_seed.into_iter().collect(),
            byte_count: 0,
        }
    }

    /// Appends rows whose sequences follow the last one; `seeds` are those of the bundles that
    /// begin among them.
    pub(crate) fn append(&mut self, rows: Vec<NewRow>, submitter: &str, seeds: Vec<Seed>) {
        let first_new = self.rows.len();
        self.seeds.extend(seeds);
        for row in rows {
            self.push(row, submitter);
        }
        self.order_from(first_new);
    }

    fn push(&mut self, row: NewRow, submitter: &str) {
        let kind = KindKey {
            source: row.source,
            format: row.format,
            result: row.result,
            event_type: &row.event_type,
        };
        let number = row_number(self.rows.len());
        for (column, memory) in Column::DICTIONARIES.into_iter().zip(&mut self.columns) {
            match column {
                Column::Kind => {
                    let code = memory.push(Some(&kind.encode()));
                    add_row(&mut self.rows_by_kind, code, number);
                }
                Column::Submitter => drop(memory.push(Some(submitter.as_bytes()))),
                Column::Field(field) => drop(memory.push(row.index.get(field).map(str::as_bytes))),
                Column::Id => {}
            }
        }
        for (column, memory) in Column::WITHOUT_DICTIONARY.into_iter().zip(&mut self.fingerprints) {
            let value = match column {
                Column::Field(field) => row.index.get(field),
                _ => Some(&*row.id),
            };
            memory.push(value.map_or(0, fingerprint));
        }
        self.by_id.insert(row.id_hash, number);
        self.byte_count += row.record.len() as u64 + ROW_BYTES_APPROXIMATE;
        self.rows.push(row);
    }

    /// Merges the rows from `first_new` on into the order of time. O(new + rows they overtake).
    fn order_from(&mut self, first_new: usize) {
        let mut new: Vec<u32> = (row_number(first_new)..row_number(self.rows.len())).collect();
        new.sort_by_key(|row| self.time(*row));
        let Some(earliest) = new.first().map(|row| self.time(*row)) else {
            return;
        };
        let overtaken = self.by_time.partition_point(|row| self.time(*row) <= earliest);
        let later = self.by_time.split_off(overtaken);
        let mut later = later.into_iter().peekable();
        for row in new {
            let time = self.time(row);
            while let Some(earlier) = later.next_if(|other| self.time(*other) <= time) {
                self.by_time.push(earlier);
            }
            self.by_time.push(row);
        }
        self.by_time.extend(later);
    }

    /// Sequence of the first row.
    pub(crate) fn first_seq(&self) -> Sequence {
        self.first_seq
    }

    /// How many rows there are.
    pub(crate) fn row_count(&self) -> u32 {
        row_number(self.rows.len())
    }

    /// Approximately what the rows cost in memory.
    pub(crate) fn byte_count(&self) -> u64 {
        self.byte_count
    }

    /// Seeds of all bundles the rows lie in, in order.
    pub(crate) fn seeds(&self) -> &[Seed] {
        &self.seeds
    }

    /// All rows in the order of (time, seq).
    pub(crate) fn by_time(&self) -> &[u32] {
        &self.by_time
    }

    /// The time a row is ordered by.
    pub(crate) fn time(&self, row: u32) -> UnixMicros {
        self.rows.get(row as usize).map_or(UnixMicros::EPOCH, |row| row.time)
    }

    /// When a row arrived.
    pub(crate) fn received(&self, row: u32) -> UnixMicros {
        self.rows.get(row as usize).map_or(UnixMicros::EPOCH, |row| row.received)
    }

    /// A row's place in the order.
    pub(crate) fn position(&self, row: u32) -> Position {
        Position { time: self.time(row), seq: self.first_seq + u64::from(row) }
    }

    /// A dictionary column; `None` for one kept as fingerprints.
    pub(crate) fn column(&self, column: Column) -> Option<&MemColumn> {
        self.columns.get(column.dictionary_position()?)
    }

    /// The rows of the kind at a position of the kind column.
    pub(crate) fn rows_of_kind(&self, position: u32) -> Option<&RoaringBitmap> {
        self.rows_by_kind.get(position as usize)
    }

    /// The fingerprints of a column, one per row; empty for a dictionary column.
    pub(crate) fn fingerprints(&self, column: Column) -> &[u16] {
        let position = Column::WITHOUT_DICTIONARY.iter().position(|other| *other == column);
        position.and_then(|position| self.fingerprints.get(position)).map_or(&[], |rows| rows)
    }

    /// The row that arrived first of those that are the same event as `row`.
    pub(crate) fn same_event(&self, row: &NewRow) -> Option<&NewRow> {
        let identity = row.identity();
        let is_same =
            |number: &u32| self.row(*number).is_some_and(|other| identity.same(&other.identity()));
        self.row(self.by_id.with_hash(row.id_hash).filter(is_same).min()?)
    }

    /// A row as it was appended.
    pub(crate) fn row(&self, row: u32) -> Option<&NewRow> {
        self.rows.get(row as usize)
    }

    /// A row as the ledger returns it.
    pub(crate) fn event(&self, row: u32) -> Option<StoredEvent> {
        let stored = self.row(row)?;
        let submitter = self.column(Column::Submitter)?.value(row)?;
        Some(StoredEvent {
            position: self.position(row),
            received: stored.received,
            id: stored.id.clone(),
            source: stored.source,
            format: stored.format,
            event_type: stored.event_type.clone(),
            result: stored.result,
            submitter: String::from_utf8_lossy(submitter).into(),
            flags: stored.flags,
            record: stored.record.clone(),
        })
    }

    /// A row, as far as its leaf depends on it. Nothing is copied, as all rows are asked for theirs.
    pub(crate) fn leaf_event(&self, row: u32) -> Option<LeafEvent<'_>> {
        let stored = self.row(row)?;
        let submitter = self.column(Column::Submitter)?.value(row)?;
        let committed = Committed {
            id: &stored.id,
            source: stored.source.name(),
            format: stored.format.name(),
            // It was a text when it was appended.
            submitter: std::str::from_utf8(submitter).unwrap_or_default(),
            time_micros: stored.time.micros(),
            record: &stored.record,
        };
        Some(LeafEvent { committed, received: stored.received })
    }
}

/// Adds a row to those of the kind with this code.
fn add_row(rows_by_kind: &mut Vec<RoaringBitmap>, code: u32, row: u32) {
    if rows_by_kind.len() < code as usize {
        rows_by_kind.resize_with(code as usize, RoaringBitmap::new);
    }
    let position = code.checked_sub(1).map(|position| position as usize);
    if let Some(rows) = position.and_then(|position| rows_by_kind.get_mut(position)) {
        rows.insert(row);
    }
}

/// What a row costs in memory besides its record: id, codes, map entries.
const ROW_BYTES_APPROXIMATE: u64 = 256;

/// Memtables are sealed long before they hold 2^32 rows.
fn row_number(count: usize) -> u32 {
    crate::codec::bytes::small(count)
}
