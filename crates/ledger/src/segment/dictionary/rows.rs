//! The rows of one value: few as a list, many as a bitmap.
//!
//! ```text
//! RUN := 0x01 | roaring bitmap, portable format           more than 4,096 rows
//!      | 2 + bits u8 | gap RICE(bits) *                   fewer
//!      | 0x00 | row varint | distance varint *            up to 64 rows, before version 3
//! ```
//! A gap is how many rows lie between one and the one before. After the last one come fewer than
//! eight zeros.

use roaring::RoaringBitmap;

use crate::codec::bits::{BitReader, BitWriter, width};
use crate::codec::bytes::{Malformed, Take};
use crate::codec::rice::{read_rice, write_rice};

/// A value with more rows than this has them as a bitmap, which is read faster and longer.
const GAPS_ROWS_MAX: u64 = 4_096;

const DISTANCES: u8 = 0;
const BITMAP: u8 = 1;
const GAPS: u8 = 2;
const GAP_BITS_MAX: u8 = 32;

/// Appends a value's rows.
pub(super) fn encode_rows(rows: &RoaringBitmap, out: &mut Vec<u8>) {
    if rows.len() > GAPS_ROWS_MAX {
        out.push(BITMAP);
        // Writing to a vector cannot fail.
        let _ = rows.serialize_into(&mut *out);
        return;
    }
    let average = rows.max().map_or(0, u64::from) / rows.len().max(1);
    let bits = width(average).saturating_sub(1);
    out.push(GAPS + bits.to_le_bytes()[0]);
    let (mut gaps, mut next) = (BitWriter::default(), 0);
    for row in rows.iter().map(u64::from) {
        write_rice(row - next, bits, &mut gaps);
        next = row + 1;
    }
    out.extend_from_slice(&gaps.finish());
}

/// Decodes one value's rows; all of them lie below `row_count`.
pub(crate) fn decode_rows(run: &[u8], row_count: u32) -> Result<RoaringBitmap, Malformed> {
    let rows = match run.split_first() {
        Some((&BITMAP, bitmap)) => decode_bitmap(bitmap)?,
        _ => {
            let mut rows = RoaringBitmap::new();
            for_each_row(run, |row| {
                rows.insert(row);
                Some(())
            })?;
            rows
        }
    };
    if rows.max().is_some_and(|row| row >= row_count) {
        return Err(Malformed { offset: run.len() });
    }
    Ok(rows)
}

/// Hands each of one value's rows to `visit`, ascending, until it returns `None`.
///
/// # Errors
/// [`Malformed`] when the rows cannot be as written, or `visit` does not take one.
pub(crate) fn for_each_row(
    run: &[u8],
    mut visit: impl FnMut(u32) -> Option<()>,
) -> Result<(), Malformed> {
    let mut take = Take::new(run);
    let (kind, rest) = (take.u8()?, run.get(1..).unwrap_or_default());
    match kind {
        BITMAP => {
            let rows = decode_bitmap(rest)?;
            rows.into_iter().try_for_each(visit).ok_or(Malformed { offset: 1 })
        }
        DISTANCES => {
            let mut row = 0_u64;
            while !take.is_empty() {
                row = row.saturating_add(take.varint()?);
                let taken = u32::try_from(row).ok().and_then(&mut visit);
                taken.map_or_else(|| take.malformed(), Ok)?;
            }
            Ok(())
        }
        _ if kind - GAPS <= GAP_BITS_MAX => for_each_gap(rest, (kind - GAPS).into(), visit),
        _ => Err(Malformed { offset: 0 }),
    }
}

fn for_each_gap(
    bytes: &[u8],
    bits: u32,
    mut visit: impl FnMut(u32) -> Option<()>,
) -> Result<(), Malformed> {
    let (mut gaps, end) = (BitReader::new(bytes, 0), bytes.len() as u64 * 8);
    let mut next = 0_u64;
    // What comes after the last gap is shorter than a byte and has no one in it, as any gap has.
    while end - gaps.position() >= 8 || gaps.peek() != 0 {
        let row = next.saturating_add(read_rice(bits, &mut gaps)?);
        let taken = u32::try_from(row).ok().and_then(&mut visit);
        taken.map_or_else(|| gaps.malformed(), Ok)?;
        next = row + 1;
    }
    Ok(())
}

fn decode_bitmap(bytes: &[u8]) -> Result<RoaringBitmap, Malformed> {
    RoaringBitmap::deserialize_from(bytes).map_err(|_| Malformed { offset: 1 })
}
