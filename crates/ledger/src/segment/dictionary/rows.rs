//! The rows of one value: few as a list, many as a bitmap.
//!
//! ```text
//! RUN := 0x00 | row varint | distance varint *          (few rows)
//!      | 0x01 | roaring bitmap, portable format         (many rows)
//! ```

use roaring::RoaringBitmap;

use crate::codec::bytes::{Malformed, Put, Take};

/// A value with more rows than this has them as a bitmap, one with fewer as a list.
pub(super) const LIST_ROWS_MAX: u64 = 64;

const LIST: u8 = 0;
const BITMAP: u8 = 1;

/// Appends a value's rows.
pub(super) fn encode_rows(rows: &RoaringBitmap, out: &mut Vec<u8>) {
    if rows.len() > LIST_ROWS_MAX {
        out.push(BITMAP);
        // Writing to a vector cannot fail.
        let _ = rows.serialize_into(&mut *out);
        return;
    }
    out.push(LIST);
    let mut previous = 0;
    for row in rows {
        out.put_varint(u64::from(row - previous));
        previous = row;
    }
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
    match take.u8()? {
        BITMAP => {
            let rows = decode_bitmap(run.get(1..).unwrap_or_default())?;
            rows.into_iter().try_for_each(visit).ok_or(Malformed { offset: 1 })
        }
        LIST => {
            let mut row = 0_u64;
            while !take.is_empty() {
                row = row.saturating_add(take.varint()?);
                let taken = u32::try_from(row).ok().and_then(&mut visit);
                taken.map_or_else(|| take.malformed(), Ok)?;
            }
            Ok(())
        }
        _ => Err(Malformed { offset: 0 }),
    }
}

fn decode_bitmap(bytes: &[u8]) -> Result<RoaringBitmap, Malformed> {
    RoaringBitmap::deserialize_from(bytes).map_err(|_| Malformed { offset: 1 })
}
