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
