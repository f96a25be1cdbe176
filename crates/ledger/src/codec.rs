//! Bytes on disk: little-endian numbers and bit-packed columns.
//!
//! - [`ascending`]: a column of integers that only ascend.
//! - [`bits`]: numbers of any width, end to end.
//! - [`bytes`]: writing and reading the fields of a written grammar.
//! - [`packed`]: a column of integers in as few bits as each block of it needs.
//! - [`prefix_code`]: few bits for what is frequent.
//! - [`rice`]: few bits for gaps between what stands in no order.
//! - [`values`]: many short byte strings.

pub(crate) mod ascending;
pub(crate) mod bits;
pub(crate) mod bytes;
pub(crate) mod packed;
pub(crate) mod prefix_code;
pub(crate) mod rice;
pub(crate) mod values;

/// The first of some numbers that is not `before` something, of which all that are come first.
/// O(log numbers).
pub(crate) fn bisect(numbers: std::ops::Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (numbers.start, numbers.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
