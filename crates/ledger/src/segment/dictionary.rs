//! Which values a column has, and which rows have this one.
//!
//! ```text
//! DICTIONARY := value_count u32 | text_length u32 | ends_length u32 | counts_length u32
//!             | text | ends PACKED | counts PACKED | postings_ends PACKED
//! POSTINGS   := one run per value, in the order of the values
//! run        := 0x00 | row varint | distance varint *          (few rows)
//!             | 0x01 | roaring bitmap, portable format          (many rows)
//! ```
//! Values stand in byte order, so one is found by binary search and a prefix is a range. The code
//! of a value is its position + 1; code 0 means that the row has no value.

use std::sync::OnceLock;

use bytes::Bytes;
use roaring::RoaringBitmap;

use crate::codec::bytes::{Malformed, Put, Take, small};
use crate::codec::packed::{Packed, pack};

/// A value with more rows than this has them as a bitmap, one with fewer as a list.
const LIST_ROWS_MAX: u64 = 64;

const LIST: u8 = 0;
const BITMAP: u8 = 1;
const HEADER_BYTES: usize = 16;

/// The two parts of a dictionary column as written.
pub(crate) struct Encoded {
    pub(crate) dictionary: Vec<u8>,
    pub(crate) postings: Vec<u8>,
}

/// A dictionary column on its way to disk.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    text: Vec<u8>,
    postings: Vec<u8>,
    ends: Vec<u64>,
    counts: Vec<u64>,
    postings_ends: Vec<u64>,
}

impl Encoder {
    /// Adds the next value in byte order.
    pub(crate) fn push(&mut self, value: &[u8], rows: &RoaringBitmap) {
        self.text.extend_from_slice(value);
        self.ends.push(self.text.len() as u64);
        self.counts.push(rows.len());
        encode_rows(rows, &mut self.postings);
        self.postings_ends.push(self.postings.len() as u64);
    }

    /// The values so far.
    pub(crate) fn values(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        (0..self.ends.len()).map(|position| {
            let start = position.checked_sub(1).and_then(|before| self.ends.get(before));
            let bound = |end: Option<&u64>| end.and_then(|end| usize::try_from(*end).ok());
            let (start, end) = (bound(start).unwrap_or(0), bound(self.ends.get(position)));
            self.text.get(start..end.unwrap_or(start)).unwrap_or_default()
        })
    }

    pub(crate) fn finish(self) -> Encoded {
        let (mut packed_ends, mut packed_counts) = (Vec::new(), Vec::new());
        pack(self.ends.iter().copied(), &mut packed_ends);
        pack(self.counts.iter().copied(), &mut packed_counts);
        let capacity = HEADER_BYTES + self.text.len() + packed_ends.len() * 3;
        let mut dictionary = Vec::with_capacity(capacity);
        dictionary.put_u32(small(self.ends.len()));
        for length in [self.text.len(), packed_ends.len(), packed_counts.len()] {
            dictionary.put_u32(small(length));
        }
        dictionary.extend_from_slice(&self.text);
        dictionary.extend_from_slice(&packed_ends);
        dictionary.extend_from_slice(&packed_counts);
        pack(self.postings_ends.iter().copied(), &mut dictionary);
        Encoded { dictionary, postings: self.postings }
    }
}

fn encode_rows(rows: &RoaringBitmap, out: &mut Vec<u8>) {
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
pub(super) fn for_each_row(
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

/// A dictionary with no more values than this has its numbers unpacked: all values of such ones,
/// above all the kinds, are looked at by every question.
const UNPACKED_VALUES_MAX: usize = 256;

/// One number per value.
#[derive(Clone, Debug)]
enum Numbers {
    Packed(Packed),
    Unpacked(Box<[u64]>),
}

impl Numbers {
    fn open(bytes: Bytes) -> Result<Self, Malformed> {
        let packed = Packed::open(bytes)?;
        Ok(match packed.len() {
            0..=UNPACKED_VALUES_MAX => {
                Self::Unpacked((0..packed.len()).map(|at| packed.get(at)).collect())
            }
            _ => Self::Packed(packed),
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Packed(packed) => packed.len(),
            Self::Unpacked(numbers) => numbers.len(),
        }
    }

    fn get(&self, position: usize) -> u64 {
        match self {
            Self::Packed(packed) => packed.get(position),
            Self::Unpacked(numbers) => numbers.get(position).copied().unwrap_or(0),
        }
    }
}

/// A dictionary that is read in place.
#[derive(Clone, Debug)]
pub(crate) struct Dictionary {
    text: Bytes,
    ends: Numbers,
    counts: Numbers,
    postings_ends: Numbers,
    /// The sum of all counts, once it was asked for.
    rows_with_value: OnceLock<u64>,
}

impl Dictionary {
    pub(crate) fn open(bytes: &Bytes) -> Result<Self, Malformed> {
        let mut take = Take::new(bytes);
        let value_count = take.u32()? as usize;
        let lengths = [take.u32()? as usize, take.u32()? as usize, take.u32()? as usize];
        let mut part = |length: usize| -> Result<Bytes, Malformed> {
            let start = take.position();
            take.take(length)?;
            Ok(bytes.slice(start..start + length))
        };
        let [text_length, ends_length, counts_length] = lengths;
        let text = part(text_length)?;
        let ends = Numbers::open(part(ends_length)?)?;
        let counts = Numbers::open(part(counts_length)?)?;
        let postings_ends = Numbers::open(bytes.slice(take.position()..))?;
        let consistent = [&ends, &counts, &postings_ends].iter().all(|p| p.len() == value_count);
        if !consistent {
            return take.malformed();
        }
        Ok(Self { text, ends, counts, postings_ends, rows_with_value: OnceLock::new() })
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The value at a position.
    pub(crate) fn value(&self, position: usize) -> &[u8] {
        let (start, end) = run(&self.ends, position);
        self.text.get(start..end).unwrap_or_default()
    }

    /// How many rows have the value at a position.
    pub(crate) fn count(&self, position: usize) -> u64 {
        self.counts.get(position)
    }

    /// How many rows have a value. O(values) the first time.
    pub(crate) fn rows_with_value(&self) -> u64 {
        let counts = || (0..self.len()).map(|position| self.count(position));
        *self.rows_with_value.get_or_init(|| counts().fold(0, u64::saturating_add))
    }

    /// Whether the value at a position has so few rows that they are written as a list.
    pub(crate) fn is_list(&self, position: usize) -> bool {
        self.count(position) <= LIST_ROWS_MAX
    }

    /// The position of a value.
    pub(crate) fn find(&self, value: &[u8]) -> Option<usize> {
        let position = self.partition_point(|other| other < value);
        (position < self.len() && self.value(position) == value).then_some(position)
    }

    /// The positions of all values that begin with `prefix`.
    pub(crate) fn with_prefix(&self, prefix: &[u8]) -> std::ops::Range<usize> {
        let start = self.partition_point(|value| value < prefix);
        // Mostly there is none.
        if start == self.len() || !self.value(start).starts_with(prefix) {
            return start..start;
        }
        start..self.partition_point(|value| value < prefix || value.starts_with(prefix))
    }

    /// Where the rows of the value at a position stand within the postings part.
    pub(crate) fn postings_run(&self, position: usize) -> (usize, usize) {
        run(&self.postings_ends, position)
    }

    fn partition_point(&self, before: impl Fn(&[u8]) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if before(self.value(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Start and end of run `position` in a column of ends.
fn run(ends: &Numbers, position: usize) -> (usize, usize) {
    let start = position.checked_sub(1).map_or(0, |previous| ends.get(previous));
    let wide = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
    (wide(start), wide(ends.get(position)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_their_rows_are_found_again() {
        let many: RoaringBitmap = (0..1000).map(|row| row * 3).collect();
        let few: RoaringBitmap = [5, 7, 2_999].into_iter().collect();
        let values: [(&[u8], &RoaringBitmap); 4] =
            [(b"a", &many), (b"ab", &few), (b"abc", &many), (b"b", &few)];
        let mut encoder = Encoder::default();
        values.into_iter().for_each(|(value, rows)| encoder.push(value, rows));
        let encoded = encoder.finish();
        let postings = encoded.postings;
        let dictionary = Dictionary::open(&encoded.dictionary.into()).expect("as written");
        assert_eq!(dictionary.len(), 4);
        for (position, (value, rows)) in values.into_iter().enumerate() {
            assert_eq!(dictionary.find(value), Some(position));
            assert_eq!(dictionary.count(position), rows.len());
            let (start, end) = dictionary.postings_run(position);
            assert_eq!(&decode_rows(&postings[start..end], 3_000).expect("as written"), rows);
            assert!(decode_rows(&postings[start..end], 2_000).is_err(), "rows beyond the segment");
        }
        assert_eq!(dictionary.find(b"aa"), None);
        assert_eq!(dictionary.with_prefix(b"ab"), 1..3);
        assert_eq!(dictionary.with_prefix(b""), 0..4);
        assert_eq!(dictionary.with_prefix(b"c"), 4..4);
    }
}
