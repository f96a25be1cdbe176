//! An immutable file that holds a contiguous run of sequences, ordered by time.
//!
//! Folders of parts, by the question they answer (grammar: `docs/formats/segment.md`):
//!
//! - [`layout`]: which parts does the file have, and where? Magic, version, checksums.
//! - [`runs`]: in which runs do the records stand?
//! - [`dictionary`]: which values does a column have, and which rows have this one?
//! - [`codes`]: which value does this row have?
//! - [`records`]: what is the record of this row?
//! - [`tokens`]: which granules of records, or of values, may have this word?
//! - [`present`]: which rows have a value at all?
//! - [`tree`]: which hashes stand for these rows in the proof?
//! - [`parts`], [`mod@write`]: a memtable becomes a file.
//! - [`join`]: neighbouring files become one.
//! - [`read`]: a file answers questions; every part is checked when it is read from disk.
//! - [`check`]: is the file what was written?
//!
//! A segment is not for changing: it is written, synced, renamed, and one day removed.

mod check;
pub(crate) mod codes;
pub(crate) mod dictionary;
pub(crate) mod join;
pub(crate) mod layout;
mod parts;
pub(crate) mod present;
pub(crate) mod read;
pub(crate) mod records;
mod runs;
pub(crate) mod tokens;
pub(crate) mod tree;
pub(crate) mod write;

pub(crate) use read::Segment;
