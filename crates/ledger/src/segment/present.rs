//! Which rows have a value, in a column without a dictionary.
//!
//! ```text
//! PRESENT := 0x00                                          all rows
//!          | 0x01 | roaring bitmap, portable format        these rows
//! ```
//! No part says that no row has a value.

use roaring::RoaringBitmap;

use crate::codec::bytes::{Malformed, Take};

const ALL: u8 = 0;
const SOME: u8 = 1;

/// The part; `None` if there are no such rows.
pub(crate) fn encode(mut rows: RoaringBitmap, row_count: u32) -> Option<Vec<u8>> {
    if rows.is_empty() {
        return None;
    }
    if rows.len() == u64::from(row_count) {
        return Some(vec![ALL]);
    }
    let mut part = vec![SOME];
    rows.optimize();
    // Writing to a vector cannot fail.
    let _ = rows.serialize_into(&mut part);
    Some(part)
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// [`Malformed`] when it cannot be as written.
pub(crate) fn decode(part: &[u8], row_count: u32) -> Result<RoaringBitmap, Malformed> {
    let mut take = Take::new(part);
    let rows = match take.u8()? {
        ALL => return Ok(every_row(row_count)),
        SOME => RoaringBitmap::deserialize_from(part.get(1..).unwrap_or_default())
            .map_err(|_| Malformed { offset: 1 })?,
        _ => return Err(Malformed { offset: 0 }),
    };
    if rows.max().is_some_and(|row| row >= row_count) { take.malformed() } else { Ok(rows) }
}

/// All rows of a segment.
pub(crate) fn every_row(row_count: u32) -> RoaringBitmap {
    let mut rows = RoaringBitmap::new();
    rows.insert_range(0..row_count);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_again() {
        for rows in [0..10, 3..4, 2..9] {
            let rows: RoaringBitmap = rows.collect();
            let part = encode(rows.clone(), 10).expect("rows");
            assert_eq!(decode(&part, 10), Ok(rows));
        }
        assert_eq!(encode(RoaringBitmap::new(), 10), None);
        let beyond = encode([12].into_iter().collect(), 20).expect("rows");
        assert!(decode(&beyond, 10).is_err());
        assert!(decode(&[], 10).is_err() && decode(&[2], 10).is_err());
    }
}
