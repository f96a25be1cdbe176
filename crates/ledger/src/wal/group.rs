//! The bytes of one commit.
//!
//! ```text
//! GROUP := MAGIC u32 "GLGR" | length u32 | group_number u64 | crc32c u32 | zero u32 | BATCH * | zero[0..7]
//! BATCH := tenant text | first_seq u64 | received i64 | submitter text
//!        | seed_count varint | seed[32] * | event_count varint | EVENT *
//! EVENT := format u8 | flags u8 | time i64 | id text | record bytes
//! ```
//! `length` is that of the batches; the checksum covers length, number and batches. Groups start
//! at multiples of 8 and are numbered without a gap over all files. Because the next group is
//! written only after the one before was synced, a valid group behind a broken one means damage,
//! and a broken one with nothing valid behind it is a write that a crash cut short.

use bytes::Bytes;
use gatelog_event::intake::AcceptedEvent;
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_proof::salt::Seed;

use crate::codec::bytes::{Malformed, Put, Take, small};
use crate::memtable::NewRow;
use crate::row::{RowFlags, Sequence};

pub(crate) const MAGIC: u32 = u32::from_le_bytes(*b"GLGR");
pub(crate) const HEADER_BYTES: usize = 24;
pub(crate) const ALIGNMENT: usize = 8;

/// Events of one tenant from one sender.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) tenant: TenantName,
    pub(crate) first_seq: Sequence,
    pub(crate) received: UnixMicros,
    pub(crate) submitter: Box<str>,
    /// Seeds of the bundles that begin in this batch.
    pub(crate) seeds: Vec<Seed>,
    pub(crate) rows: Vec<NewRow>,
}

impl Batch {
    pub(crate) fn end_seq(&self) -> Sequence {
        self.first_seq + self.rows.len() as u64
    }

    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        out.put_bytes(self.tenant.as_str().as_bytes());
        out.put_u64(self.first_seq);
        out.put_i64(self.received.micros());
        out.put_bytes(self.submitter.as_bytes());
        out.put_varint(self.seeds.len() as u64);
        self.seeds.iter().for_each(|seed| out.extend_from_slice(&seed.0));
        out.put_varint(self.rows.len() as u64);
        for row in &self.rows {
            out.put_u8(row.format.code());
            out.put_u8(row.flags.byte());
            out.put_i64(row.stated_time.micros());
            out.put_bytes(row.id.as_bytes());
            out.put_bytes(&row.record);
        }
    }

    fn take(take: &mut Take<'_>) -> Result<Self, Malformed> {
        let tenant = take.text()?.parse().or_else(|_| take.malformed())?;
        let first_seq = take.u64()?;
        let received = UnixMicros::new(take.i64()?).map_or_else(|| take.malformed(), Ok)?;
        let submitter: Box<str> = take.text()?.into();
        let mut seeds = Vec::new();
        for _ in 0..take.count()? {
            seeds.push(Seed(take.hash()?));
        }
        let mut rows = Vec::new();
        for _ in 0..take.count()? {
            rows.push(NewRow::new(take_event(take)?, received));
        }
        // Sequences never wrap: later ones are counted from these.
        match first_seq.checked_add(rows.len() as u64) {
            Some(_) => Ok(Self { tenant, first_seq, received, submitter, seeds, rows }),
            None => take.malformed(),
        }
    }
}

fn take_event(take: &mut Take<'_>) -> Result<AcceptedEvent, Malformed> {
    let format = Format::from_code(take.u8()?).map_or_else(|| take.malformed(), Ok)?;
    let flags = RowFlags::from_byte(take.u8()?).map_or_else(|| take.malformed(), Ok)?;
    let time = UnixMicros::new(take.i64()?).map_or_else(|| take.malformed(), Ok)?;
    let id = take.text()?.into();
    let record = take.bytes()?;
    AcceptedEvent::from_stored(format, record, id, time, flags.time_is_arrival())
        .or_else(|_| take.malformed())
}

/// Makes `group` the bytes of group `number`, whose batches `put` appends. What was in it is
/// overwritten; its memory is used again.
pub(crate) fn frame(number: u64, group: &mut Vec<u8>, put: impl FnOnce(&mut Vec<u8>)) {
    group.clear();
    group.resize(HEADER_BYTES, 0);
    put(group);
    let batches = group.get(HEADER_BYTES..).unwrap_or_default();
    let length = small(batches.len());
    let mut header = Vec::with_capacity(HEADER_BYTES);
    header.put_u32(MAGIC);
    header.put_u32(length);
    header.put_u64(number);
    header.put_u32(checksum(length, number, batches));
    header.put_u32(0);
    if let Some(place) = group.get_mut(..HEADER_BYTES) {
        place.copy_from_slice(&header);
    }
    group.resize(group.len().next_multiple_of(ALIGNMENT), 0);
}

fn checksum(length: u32, number: u64, batches: &[u8]) -> u32 {
    let head = crc32c::crc32c_append(crc32c::crc32c(&length.to_le_bytes()), &number.to_le_bytes());
    crc32c::crc32c_append(head, batches)
}

/// A group as found in a file.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) number: u64,
    /// Its whole length, header and padding included.
    pub(crate) byte_count: usize,
    batches: Bytes,
}

impl Group {
    /// The group that starts at `offset`, if a whole and undamaged one does.
    pub(crate) fn at(file: &Bytes, offset: usize) -> Option<Self> {
        let mut take = Take::new(file.get(offset..)?);
        if take.u32().ok()? != MAGIC {
            return None;
        }
        let (length, number) = (take.u32().ok()?, take.u64().ok()?);
        let (crc, zero) = (take.u32().ok()?, take.u32().ok()?);
        if length == 0 || zero != 0 {
            return None;
        }
        let batches = take.take(length as usize).ok()?;
        if checksum(length, number, batches) != crc {
            return None;
        }
        let byte_count = (HEADER_BYTES + batches.len()).next_multiple_of(ALIGNMENT);
        Some(Self { number, byte_count, batches: file.slice_ref(batches) })
    }

    /// The batches in the group.
    pub(crate) fn batches(&self) -> Result<Vec<Batch>, Malformed> {
        let mut take = Take::new(&self.batches);
        let mut batches = Vec::new();
        while !take.is_empty() {
            batches.push(Batch::take(&mut take)?);
        }
        Ok(batches)
    }
}

#[cfg(test)]
mod tests {
    use gatelog_event::intake::Intake;
    use gatelog_event::redact::{FingerprintKey, NothingKnown};

    use super::*;

    #[test]
    fn a_batch_whose_sequences_would_wrap_is_malformed() {
        let row = {
            let (key, known) = (FingerprintKey::new([1; 32]), &NothingKnown);
            let received = UnixMicros::EPOCH;
            let intake = Intake { format: Format::Native, key: &key, known, received };
            NewRow::new(intake.accept(br#"{"id":"1","type":"t"}"#).expect("an event"), received)
        };
        let batch = |first_seq| Batch {
            tenant: TenantName::default_tenant(),
            first_seq,
            received: UnixMicros::EPOCH,
            submitter: "key_1".into(),
            seeds: Vec::new(),
            rows: vec![row.clone()],
        };
        for (first_seq, is_possible) in [(u64::MAX - 1, true), (u64::MAX, false)] {
            let mut group = Vec::new();
            frame(7, &mut group, |out| batch(first_seq).put(out));
            let group = Group::at(&group.into(), 0).expect("a whole group");
            assert_eq!(group.batches().is_ok(), is_possible);
        }
    }
}
