//! Bytes on disk: little-endian numbers and bit-packed columns.
//!
//! - [`bytes`]: writing and reading the fields of a written grammar.
//! - [`packed`]: a column of integers in as few bits as each block of it needs.

pub(crate) mod bytes;
pub(crate) mod packed;
pub(crate) mod values;
